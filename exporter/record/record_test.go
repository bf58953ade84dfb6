package record_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

func sample() record.Record {
	return record.Record{
		ID: "arn:aws:sagemaker:us-east-1:012345678901:model/m", Key: "model/m", Aliases: []string{"é\x00", ""},
		Values: []graph.Value{
			graph.Null, graph.StringValue(""), graph.StringValue("text\x00"), graph.IntValue(-1), graph.FloatValue(0.1), graph.BoolValue(false), graph.BoolValue(true),
			graph.TimestampValue(time.UnixMilli(1767323045678)), graph.StringsValue([]string{"a", ""}), graph.StringsValue([]string{}), graph.MapValue([]string{"k", "v"}), graph.JSONValue(`{"a":1}`),
		},
		Refs: []record.Ref{
			{Rule: 0, Value: "m", Reference: catalog.Reference{Label: "AWSSageMakerModel", Key: "model/m"}},
			{Rule: 300, Value: "s3://b/k", Reference: catalog.Reference{Label: "AWSS3Bucket", ID: "b", ARN: "arn:aws:s3:::b"}},
		},
	}
}

// texts are the values of a record as JSON, with their types.
func texts(r *record.Record) []string {
	var all []string
	for _, v := range r.Values {
		all = append(all, fmt.Sprint(v.Type(), " ", string(graph.AppendJSON(nil, v))))
	}
	return all
}

func same(a, b *record.Record) bool {
	return a.ID == b.ID && a.Key == b.Key && a.Way == b.Way && a.Print == b.Print && slices.Equal(a.NotReferences, b.NotReferences) && slices.Equal(a.Aliases, b.Aliases) && slices.Equal(texts(a), texts(b)) && slices.Equal(a.Refs, b.Refs)
}

// final is a record of what does not change.
func final() record.Record {
	rec := sample()
	rec.Way, rec.Print, rec.NotReferences = 2, 1<<63+5, []int{0, 3, 300}
	return rec
}

// TestWithout takes each value out of a record, and nothing else.
func TestWithout(t *testing.T) {
	for _, rec := range []record.Record{sample(), final()} {
		text := string(rec.Append(nil))
		for i := range rec.Values {
			want := rec
			want.Values = slices.Clone(rec.Values)
			want.Values[i] = graph.Null
			if got, err := record.AppendWithout(nil, text, i); err != nil || string(got) != string(want.Append(nil)) {
				t.Errorf("without value %d it is %q (%v)", i, got, err)
			}
		}
		if _, err := record.AppendWithout(nil, text, len(rec.Values)); err == nil {
			t.Error("a value that is not there was taken out")
		}
	}
}

// TestSome reads some values of a record, and all the rest of it.
func TestSome(t *testing.T) {
	for _, rec := range []record.Record{sample(), final()} {
		text := string(rec.Append(nil))
		for _, columns := range [][]int{nil, {0}, {3}, {1, 2, 8}, {len(rec.Values) - 1}} {
			want := rec
			want.Values = nil
			for _, c := range columns {
				want.Values = append(want.Values, rec.Values[c])
			}
			var got record.Record
			node, err := got.DecodeSome(text, columns...)
			if err != nil || !same(&got, &want) {
				t.Errorf("%v: %v, got %+v, want %+v", columns, err, got, want)
			}
			var all record.Record
			var texts []string
			if err := all.DecodeNode(text[:node], &texts); err != nil {
				t.Error(err)
			}
			if all.Refs = rec.Refs; !same(&all, &rec) {
				t.Errorf("what stands before the references is %+v, want %+v", all, rec)
			}
		}
		var got record.Record
		if _, err := got.DecodeSome(text, len(rec.Values)); err == nil {
			t.Error("a value that is not there was read")
		}
	}
}

// TestAgain reads records into one, whose slices are used again.
func TestAgain(t *testing.T) {
	var got record.Record
	for _, want := range []record.Record{final(), sample(), {Values: []graph.Value{}}, final()} {
		if err := got.Decode(string(want.Append(nil))); err != nil || !same(&got, &want) {
			t.Errorf("%v: got %+v, want %+v", err, got, want)
		}
	}
}

func TestBaseOf(t *testing.T) {
	want := record.BaseOf{Label: "AWSSageMakerModel", Scope: "012345678901/us-east-1", Text: "x\x00"}
	if got, err := record.DecodeBase(string(want.Append(nil))); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := record.DecodeBase("\x03abc"); err == nil {
		t.Error("a part of one is one")
	}
}

func TestRoundTrip(t *testing.T) {
	for _, want := range []record.Record{sample(), final(), {Values: []graph.Value{}}, {ID: "x", Values: make([]graph.Value, 500)}} {
		text := string(want.Append([]byte("before"))[len("before"):])
		got, err := record.Decode(text)
		if err != nil || !same(&got, &want) {
			t.Errorf("%v: got %+v, want %+v", err, got, want)
		}
	}
}

// TestDamaged cuts a record anywhere: it fails, or is a shorter one.
func TestDamaged(t *testing.T) {
	rec := sample()
	text := string(rec.Append(nil))
	whole := 0
	for i := range text {
		got, err := record.Decode(text[:i])
		if err == nil {
			whole++
			if len(got.Refs) >= len(rec.Refs) || !slices.Equal(texts(&got), texts(&rec)) {
				t.Errorf("cut at %d: %+v", i, got)
			}
		}
	}
	if whole > len(rec.Refs) {
		t.Errorf("%d cut records are taken for whole", whole)
	}
	if _, err := record.Decode(strings.Repeat("\xff", 40)); err == nil {
		t.Error("nonsense is a record")
	}
}

func FuzzDecode(f *testing.F) {
	rec := sample()
	f.Add(string(rec.Append(nil)))
	f.Add("")
	f.Add("\x00\x00\x00\x00")
	f.Add("\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
	f.Fuzz(func(t *testing.T, text string) {
		r, err := record.Decode(text)
		if err != nil {
			return
		}
		again, err := record.Decode(string(r.Append(nil)))
		if err != nil || string(again.Append(nil)) != string(r.Append(nil)) {
			t.Errorf("%q: %v, %+v became %+v", text, err, r, again)
		}
	})
}

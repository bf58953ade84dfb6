package jsonl

import (
	"encoding/json"
	"errors"
	"maps"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// Whatever text is in a node and an edge, it is there again after reading.
func FuzzRoundTrip(f *testing.F) {
	texts := graphtest.HostileText()
	for i, s := range texts {
		f.Add(s, texts[(i+1)%len(texts)], int64(i), 0.1*float64(i), true)
	}
	f.Fuzz(func(t *testing.T, s, other string, i int64, x float64, b bool) {
		s, other = strings.ToValidUTF8(s, "\ufffd"), strings.ToValidUTF8(other, "\ufffd")
		g := graphtest.Empty()
		schema := g.Header.Schema
		model, typ := schema.Label("AWSSageMakerModel"), schema.EdgeType("UNUSED")
		us := i % 250_000_000_000_000_000 // within the years that RFC 3339 has
		if us < 0 {
			us = -us
		}
		g.Nodes = []*graph.Node{{ID: s, Scope: other, Label: model, Values: []graph.Value{
			graph.StringValue(other), graph.Null, graph.StringValue(s), graph.BoolValue(b), graph.IntValue(i), graph.FloatValue(x), graph.MicrosValue(us),
			graph.JSONValue(s), graph.StringsValue([]string{other, s, ""}), graph.MapValue([]string{"a" + s, other, "b" + other, s}),
		}}}
		g.Edges = []*graph.Edge{{
			Type: typ, From: s, To: other, FromLabel: model, ToLabel: schema.Label("AWSS3Bucket"), Path: other, Ref: s, Scope: s,
			Values: []graph.Value{graph.BoolValue(b), graph.StringValue(other), graph.Null},
		}}
		files := graphtest.Files{}
		if err := g.Write(Options{Compression: None, Workers: 1}.Open, files.Create); err != nil {
			t.Fatal(err)
		}
		for name, text := range files {
			if !json.Valid(text) || strings.Count(string(text), "\n") != 1 {
				t.Errorf("%s is not one line of JSON: %q", name, text)
			}
		}
		got, err := readAll(files, g.Header)
		if err != nil {
			t.Fatal(err)
		}
		graphtest.Equal(t, got, g, graphtest.Options{})
	})
}

// Whatever the files hold, reading ends without a panic, and what was read can
// be written and read again.
func FuzzRead(f *testing.F) {
	f.Add([]byte(nodeLine+"\n"), []byte(edgeLine+"\n"), byte(None))
	for _, c := range []Compression{Zstd, Gzip, None} {
		files := graphtest.Files{}
		if err := graphtest.Sample().Write(Options{Compression: c}.Open, files.Create); err != nil {
			f.Fatal(err)
		}
		f.Add(files[nodesName+c.Suffix()], files[edgesName+c.Suffix()], byte(c))
	}
	f.Fuzz(func(t *testing.T, nodes, edges []byte, c byte) {
		suffix := Compression(c % 3).Suffix()
		h := graphtest.Empty().Header
		g, err := readAll(graphtest.Files{nodesName + suffix: nodes, edgesName + suffix: edges}, h)
		if err != nil {
			var at *LineError
			if !errors.As(err, &at) {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		files := graphtest.Files{}
		if err := g.Write(Options{Compression: None, Workers: 1}.Open, files.Create); err != nil {
			t.Fatal(err)
		}
		again, err := readAll(files, h)
		if err != nil {
			t.Fatal(err)
		}
		graphtest.Equal(t, again, g, graphtest.Options{})
	})
}

// surrogate finds an escape that may be a lone surrogate, which encoding/json
// takes and the parser does not.
var surrogate = regexp.MustCompile(`\\u[dD][89a-fA-F]`)

// The parser takes what encoding/json takes, and reads the same in it.
func FuzzParse(f *testing.F) {
	for _, s := range append(graphtest.HostileText(), nodeLine, edgeLine, `"\ud83d\ude42"`, `"\ud83d"`, `[1,-0.5e+7,true,null,{"a":[]}]`, `01`, `-`, `1.`, `1e`, `[1,]`, `{"a":1,}`, `"\u12g4"`) {
		f.Add(s)
		f.Add(string(graph.AppendQuoted(nil, s)))
	}
	f.Fuzz(func(t *testing.T, s string) {
		var p parser
		p.reset(s)
		p.skip(0)
		p.end()
		valid := json.Valid([]byte(s))
		if p.err == nil && !valid {
			t.Fatalf("%q is not JSON", s)
		}
		if p.err != nil && valid && utf8.ValidString(s) && !surrogate.MatchString(s) && strings.Count(s, "[")+strings.Count(s, "{") < maxDepth {
			t.Fatalf("%q is JSON: %v", s, p.err)
		}
		if p.err != nil {
			return
		}
		var want any
		d := json.NewDecoder(strings.NewReader(s))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		p.reset(s)
		switch want := want.(type) {
		case string:
			if got := p.text(); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		case json.Number:
			if got, _ := p.number(); got != string(want) {
				t.Errorf("got %q, want %q", got, want)
			}
		case map[string]any:
			got := map[string]bool{}
			p.open('{')
			for n := 0; p.next(n, '}'); n++ {
				got[p.key()] = true
				p.skip(0)
			}
			for key := range maps.Keys(want) {
				if !got[key] {
					t.Errorf("no key %q", key)
				}
			}
		}
	})
}

package collect

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// TestBaseNames: what the file of an earlier snapshot calls its kinds and scopes names no
// file.
func TestBaseNames(t *testing.T) {
	dir := t.TempDir()
	scratch := filepath.Join(dir, "scratch")
	if err := os.Mkdir(scratch, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "records.zst")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	h, err := json.Marshal(BaseHeader(table, "program", true))
	if err != nil {
		t.Fatal(err)
	}
	records := [][]byte{h}
	for _, one := range []record.BaseOf{
		{Label: "/../../escaped", Scope: "012345678901/us-east-1"}, {Label: "a\x00b", Scope: "../../.."}, {Label: "AWSSageMakerModel", Scope: "a_b/c"}, {Label: "AWSSageMakerModel", Scope: "a/b_c"},
	} {
		records = append(records, one.Append(nil))
	}
	w := spool.NewWriter(file)
	for _, rec := range records {
		if err := w.Append(rec); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	r := &run{cfg: Config{Table: table, Program: "program", Redact: true, Base: path, Dir: scratch}}
	if err := r.openBase(); err != nil || len(r.base) != 4 {
		t.Errorf("it has %v (%v)", r.base, err)
	}
	var there []string
	for _, in := range []string{dir, scratch} {
		entries, err := os.ReadDir(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			there = append(there, e.Name())
		}
	}
	if want := []string{"records.zst", "scratch", "base_0.log", "base_1.log", "base_2.log", "base_3.log"}; !slices.Equal(there, want) {
		t.Errorf("there are %v, want %v", there, want)
	}
}

// TestBaseCheck: a record that an earlier snapshot keeps is taken over only where it is
// one that a kind can have.
func TestBaseCheck(t *testing.T) {
	k := table.Kind("AWSSageMakerModel")
	r := &kindRun{scope: &scope{target: &target{run: &run{cfg: Config{Table: table}}}}, Kind: k}
	column := func(typ graph.Type) int {
		i := slices.IndexFunc(k.Columns, func(c graph.Column) bool { return c.Type == typ })
		if i < 0 {
			t.Fatalf("no column is a %v", typ)
		}
		return i
	}
	image := slices.IndexFunc(k.Rules, func(r catalog.Rule) bool { return slices.Equal(r.To.Labels, []string{"AWSECRContainerImage"}) })
	if image < 0 {
		image = slices.IndexFunc(k.Rules, func(r catalog.Rule) bool { return len(r.To.Labels) == 1 })
	}
	sound := func() *record.Record {
		return &record.Record{
			ID: "m", Values: make([]graph.Value, len(k.Columns)), NotReferences: []int{0, len(k.Rules) - 1},
			Refs: []record.Ref{{Rule: image, Reference: catalog.Reference{Label: k.Rules[image].To.Labels[0], ID: "i"}}},
		}
	}
	if err := r.check(sound()); err != nil {
		t.Error(err)
	}
	for name, damage := range map[string]func(rec *record.Record){
		"no values":               func(rec *record.Record) { rec.Values = nil },
		"a value more":            func(rec *record.Record) { rec.Values = append(rec.Values, graph.Null) },
		"a value of another type": func(rec *record.Record) { rec.Values[column(graph.String)] = graph.IntValue(1) },
		"a document that is none": func(rec *record.Record) { rec.Values[column(graph.JSON)] = graph.JSONValue("{") },
		"a time that is none":     func(rec *record.Record) { rec.Values[column(graph.Timestamp)] = graph.MicrosValue(math.MaxInt64) },
		"a rule that is none":     func(rec *record.Record) { rec.Refs[0].Rule = len(k.Rules) },
		"a negative rule":         func(rec *record.Record) { rec.Refs[0].Rule = -1 },
		"no such not-reference":   func(rec *record.Record) { rec.NotReferences = []int{len(k.Rules)} },
		"a label that is none":    func(rec *record.Record) { rec.Refs[0].Label = "AWSNothing" },
		"another label":           func(rec *record.Record) { rec.Refs[0].Label = k.Label },
		"a reference to nothing":  func(rec *record.Record) { rec.Refs[0].ID = "" },
		"a part of a name":        func(rec *record.Record) { rec.Refs[0].Partial = true },
	} {
		rec := sound()
		damage(rec)
		if r.check(rec) == nil {
			t.Errorf("%s: it is taken over", name)
		}
	}
}

package cyclonedx

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

var update = flag.Bool("update", false, "rewrite the golden file")

// The graphs of the suite have no endpoints, so nothing of them is in a document; what
// is asked is how the sink works with files.
func TestConformance(t *testing.T) {
	s := bomSchema(t)
	graphtest.Run(t, Open, func(t *testing.T, files graphtest.Files, h *graph.Header) *graphtest.Graph {
		document := valid(t, s, files[File])
		if document["components"] != nil || document["services"] != nil {
			t.Errorf("there is something: %s", files[File])
		}
		return &graphtest.Graph{Header: h}
	}, graphtest.Options{Part: func(g *graphtest.Graph) *graphtest.Graph { return &graphtest.Graph{Header: g.Header} }})
}

// TestGolden compares the document of one of each with what was looked at before.
func TestGolden(t *testing.T) {
	data := company().bom(t)
	valid(t, bomSchema(t), data)
	const name = "testdata/company.cdx.json"
	if *update {
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != string(data) {
		t.Errorf("%s is not what is written; look at it after go test -update", name)
	}
}

// decode reads a document with the codec.
func decode(t *testing.T, data []byte) *cdx.BOM {
	t.Helper()
	var bom cdx.BOM
	if err := cdx.NewBOMDecoder(strings.NewReader(string(data)), cdx.BOMFileFormatJSON).Decode(&bom); err != nil {
		t.Fatal(err)
	}
	return &bom
}

// needsOf are the dependencies of a document, each as "what on".
func needsOf(bom *cdx.BOM) []string {
	var all []string
	for _, d := range value(bom.Dependencies) {
		for _, on := range value(d.Dependencies) {
			all = append(all, strings.NewReplacer(arn(""), "", registry, "", "@"+digest, "@").Replace(d.Ref+" "+on))
		}
	}
	return all
}

func TestDependencies(t *testing.T) {
	bom := decode(t, company().bom(t))
	want := []string{
		"endpoint/churn serve@", "endpoint/churn inference-component/adapter", "endpoint/churn model/churn", "endpoint/churn model/reviews",
		"inference-component/adapter s3://adapters/de.tar.gz",
		"model-package/churn/3 serve:1", "model-package/churn/3 train:2@", "model-package/churn/3 s3://ready/churn/train",
		"model/churn model-package/churn/3",
		"model/reviews serve:1", "model/reviews hub-content/hub/Model/base/1.0.0", "model/reviews pkg:huggingface/acme/reviews-7b",
		"s3://raw/2025 feature-group/customers", "s3://ready/churn/train s3://raw/2025",
		"sgexport:inventory endpoint/churn",
	}
	if got := needsOf(bom); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, absent := range []string{arn("model/idle"), arn("model/pending"), "s3://raw/other"} {
		if find(bom, absent) != nil {
			t.Errorf("%s is there", absent)
		}
	}
}

func find(bom *cdx.BOM, ref string) *cdx.Component {
	all := value(bom.Components)
	if i := slices.IndexFunc(all, func(c cdx.Component) bool { return c.BOMRef == ref }); i >= 0 {
		return &all[i]
	}
	return nil
}

// aggregateOf returns what a document says of the dependencies of a bom-ref.
func aggregateOf(bom *cdx.BOM, ref string) cdx.CompositionAggregate {
	for _, c := range value(bom.Compositions) {
		if slices.Contains(value(c.Dependencies), cdx.BOMReference(ref)) || slices.Contains(value(c.Assemblies), cdx.BOMReference(ref)) {
			return c.Aggregate
		}
	}
	return ""
}

// properties of a document's metadata, all with one name.
func said(bom *cdx.BOM, name string) []string {
	var all []string
	for _, p := range value(bom.Metadata.Properties) {
		if p.Name == "sgexport:"+name {
			all = append(all, p.Value)
		}
	}
	return all
}

func TestCompleteness(t *testing.T) {
	listed := func(b builder, label string, l graph.LabelScope) builder {
		labels := b.Header.Scopes[0].Labels
		i := slices.IndexFunc(labels, func(l graph.LabelScope) bool { return l.Label == label })
		if l.Label == "" {
			b.Header.Scopes[0].Labels = slices.Delete(labels, i, i+1)
		} else {
			labels[i] = l
		}
		return b
	}
	for _, c := range []struct {
		name     string
		graph    builder
		complete string
		missing  []string
		all      cdx.CompositionAggregate // that all endpoints are there
		endpoint cdx.CompositionAggregate
		model    cdx.CompositionAggregate // model/churn
		version  cdx.CompositionAggregate // model-package/churn/3
	}{
		{name: "all", graph: company(), complete: "true", all: "complete", endpoint: "complete", model: "complete", version: "complete"},
		{
			name: "endpoints not listed", graph: listed(company(), endpoint, graph.LabelScope{}), complete: "false", missing: []string{scope + " Endpoint: not listed"},
			all: "unknown", endpoint: "complete", model: "complete", version: "complete",
		},
		{
			name: "some endpoints", graph: listed(company(), endpoint, graph.LabelScope{Label: endpoint}), complete: "false", missing: []string{scope + " Endpoint: not all are listed"},
			all: "incomplete", endpoint: "complete", model: "complete", version: "complete",
		},
		{
			name: "inference components not listed", graph: listed(company(), component, graph.LabelScope{}), complete: "false", missing: []string{scope + " InferenceComponent: not listed"},
			all: "unknown", endpoint: "unknown", model: "complete", version: "complete",
		},
		{
			name: "training jobs not read", graph: listed(company(), trainingJob, graph.LabelScope{Label: trainingJob, Listed: true, Unread: []string{"InputDataConfig[].DataSource.S3DataSource.S3Uri"}}),
			complete: "false", missing: []string{scope + " TrainingJob: not read of all: InputDataConfig[].DataSource.S3DataSource.S3Uri"},
			all: "complete", endpoint: "complete", model: "complete", version: "unknown",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			bom := decode(t, c.graph.bom(t))
			if got := said(bom, "complete"); !slices.Equal(got, []string{c.complete}) {
				t.Errorf("complete: %q", got)
			}
			if got := said(bom, "missing"); !slices.Equal(got, c.missing) {
				t.Errorf("missing: %q", got)
			}
			for ref, want := range map[string]cdx.CompositionAggregate{root: c.all, arn("endpoint/churn"): c.endpoint, arn("model/churn"): c.model, arn("model-package/churn/3"): c.version, "s3://raw/2025": "unknown", served: "unknown"} {
				if got := aggregateOf(bom, ref); got != want {
					t.Errorf("%s is %s, want %s", ref, got, want)
				}
			}
		})
	}
}

// A model whose weights nobody wrote is of unknown origin, and so is one that was not
// read.
func TestUnknownOrigin(t *testing.T) {
	b := company()
	b.Edges = slices.DeleteFunc(b.Edges, func(e *graph.Edge) bool { return e.Type.Name == "PRODUCED_MODEL_ARTIFACT" })
	if got := aggregateOf(decode(t, b.bom(t)), arn("model-package/churn/3")); got != cdx.CompositionAggregateUnknown {
		t.Errorf("it is %s", got)
	}
	b = company()
	for _, n := range b.Nodes {
		if n.ID == arn("model/churn") {
			n.Values[n.Label.Column("observed")] = graph.BoolValue(false)
		}
	}
	if got := aggregateOf(decode(t, b.bom(t)), arn("model/churn")); got != cdx.CompositionAggregateUnknown {
		t.Errorf("it is %s", got)
	}
}

// TestSerial makes other documents: each has a serial number of its own.
func TestSerial(t *testing.T) {
	one, again := decode(t, company().bom(t)), decode(t, company().bom(t))
	other := company()
	other.Header.Tool = "sgexport 9"
	if one.SerialNumber != again.SerialNumber || one.SerialNumber == decode(t, other.bom(t)).SerialNumber {
		t.Errorf("%s, %s", one.SerialNumber, again.SerialNumber)
	}
}

// TestOlderSchema writes a snapshot whose schema lacks most labels and columns.
func TestOlderSchema(t *testing.T) {
	l := &graph.Label{Name: endpoint, Columns: []graph.Column{{Name: "name", Type: graph.String}, {Name: "status", Type: graph.Int}}}
	g := &graphtest.Graph{Header: &graph.Header{Schema: must(graph.NewSchema([]*graph.Label{l, {Name: model, Columns: []graph.Column{{Name: "observed", Type: graph.Bool}}}}, nil))}}
	g.Nodes = []*graph.Node{{ID: "e", Label: l, Values: []graph.Value{graph.StringValue("e"), graph.IntValue(1)}}}
	files := graphtest.Files{}
	if err := g.Write(Open, files.Create); err != nil {
		t.Fatal(err)
	}
	valid(t, bomSchema(t), files[File])
	if bom := decode(t, files[File]); aggregateOf(bom, root) != cdx.CompositionAggregateUnknown || !slices.Equal(said(bom, "complete"), []string{"false"}) {
		t.Errorf("it promises too much: %s", files[File])
	}
}

// TestETags holds that an artifact has the ETag that any of a package's specifications
// notes, and keeps it where another one has none.
func TestETags(t *testing.T) {
	b := company()
	for _, n := range b.Nodes {
		if n.ID == arn("model-package/churn/3") {
			n.Values[n.Label.Column("additional_inference_specifications")] = jsonText(`[{"Name":"gpu","Containers":[
				{"Image":"serve","ModelDataUrl":"s3://models/churn/output/model.tar.gz"},
				{"Image":"serve","ModelDataUrl":"s3://models/gpu.tar.gz","ModelDataETag":"e2"}]}]`)
		}
	}
	b.edge("REFERENCED_ARTIFACTS_IN", arn("model-package/churn/3"), "models", "AdditionalInferenceSpecifications[].Containers[].ModelDataUrl", "s3://models/gpu.tar.gz")
	got := map[string]string{}
	for _, r := range value(find(decode(t, b.bom(t)), arn("model-package/churn/3")).ExternalReferences) {
		for _, p := range value(r.Properties) {
			got[r.URL] = p.Value
		}
	}
	if got["s3://models/churn/output/model.tar.gz"] != "e1" || got["s3://models/gpu.tar.gz"] != "e2" {
		t.Errorf("ETags: %v", got)
	}
}

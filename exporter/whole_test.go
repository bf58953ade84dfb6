package exporter_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// everything is an inventory with some resources of every kind, every field
// filled.
func everything(t *testing.T) map[string]string {
	t.Helper()
	kinds := map[string]string{}
	for _, d := range describedKinds {
		kinds[d.kind] = compact(t, []any{newFiller(d).document()})
	}
	return kinds
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// observedCounts counts the nodes of SageMaker that were read, by noun.
func observedCounts(r *result) map[string]int {
	counts := map[string]int{}
	for id, n := range r.nodes {
		label, _, _ := strings.Cut(id, " ")
		noun, own := strings.CutPrefix(label, "AWSSageMaker")
		if own && noun != "PipelineStep" && n["observed"] == "true" {
			counts[noun]++
		}
	}
	return counts
}

// countsOf is what an inventory holds in all regions, by noun, but for what are
// edges.
func countsOf(inventory *simulator.Inventory) map[string]int {
	counts := map[string]int{}
	for _, region := range inventory.Regions() {
		for noun, n := range inventory.Counts(region) {
			counts[noun] += n
		}
	}
	delete(counts, "Association")
	return counts
}

// difference says where two counts differ.
func difference(got, want map[string]int) []string {
	var all []string
	for _, noun := range sortedKeys(want) {
		if got[noun] != want[noun] {
			all = append(all, fmt.Sprintf("%s: %d of %d", noun, got[noun], want[noun]))
		}
	}
	for _, noun := range sortedKeys(got) {
		if want[noun] == 0 {
			all = append(all, fmt.Sprintf("%s: %d of none", noun, got[noun]))
		}
	}
	return all
}

// TestOrderDoesNotMatter exports the demo inventory and a filled one with one
// call in flight and with many.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	demo, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	filled, err := simulator.Load(docs(t, everything(t)))
	if err != nil {
		t.Fatal(err)
	}
	for name, inventory := range map[string]*simulator.Inventory{"demo": demo, "filled": filled} {
		for _, denied := range []string{"", "tag:GetResources", "sagemaker:DescribeModelPackage"} {
			var first *result
			var firstNodes []string
			for _, concurrency := range []int{1, 64} {
				server := httptest.NewServer(simulator.New(inventory, simulator.Options{Fault: failing(denied, "AccessDeniedException", "no")}))
				cfg := exporter.Config{
					Clock:   time.Now,
					Targets: targets(server.URL, inventory.Regions()...), Dir: t.TempDir(), DescribeLimit: 2000, Newest: -1, Redact: true, Concurrency: concurrency,
				}
				r := collect(t, cfg)
				server.Close()
				var nodes []string
				for id, n := range r.nodes {
					nodes = append(nodes, id+fmt.Sprint(n))
				}
				slices.Sort(nodes)
				if first == nil {
					first, firstNodes = r, nodes
					continue
				}
				if !slices.Equal(nodes, firstNodes) || !slices.Equal(r.edges, first.edges) {
					t.Errorf("%s, %s denied: another graph with %d calls in flight", name, denied, concurrency)
				}
				if a, b := asJSON(t, first.report), asJSON(t, r.report); a != b {
					t.Errorf("%s, %s denied: another report with %d calls in flight:\n%s\nand\n%s", name, denied, concurrency, a, b)
				}
			}
			// ListTags and Search say what is denied.
			if first.report.HasGaps() {
				t.Errorf("%s, %s denied: gaps %s", name, denied, first.gaps())
			}
			if got, want := observedCounts(first), countsOf(inventory); !maps.Equal(got, want) {
				t.Errorf("%s, %s denied: read and not in the inventory, or the other way round: %v", name, denied, difference(got, want))
			}
		}
	}
}

// TestActions compares the policy with what the server saw over runs that go
// through every path.
func TestActions(t *testing.T) {
	var seen []string
	for _, c := range []struct {
		denied string
		limit  int
	}{{"", -1}, {"", 0}, {"tag:GetResources", 2000}, {"sagemaker:Search", 0}} {
		cfg, server := serve(t, docs(t, everything(t)), simulator.Options{Fault: failing(c.denied, "AccessDeniedException", "no")})
		cfg.DescribeLimit = c.limit
		collect(t, cfg)
		seen = append(seen, server.Actions()...)
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	if want := exporter.Actions(nil, nil); !slices.Equal(seen, want) {
		t.Errorf("the server saw\n%s\nthe policy has\n%s", strings.Join(seen, "\n"), strings.Join(want, "\n"))
	}
}

// TestEvents checks that progress ends with the state of each kind.
func TestEvents(t *testing.T) {
	cfg, _ := serve(t, docs(t, map[string]string{"EndpointConfig": configs(150)}), simulator.Options{})
	var mu sync.Mutex
	last := map[string]exporter.Event{}
	cfg.Observe = func(e exporter.Event) {
		mu.Lock()
		defer mu.Unlock()
		if old := last[e.Label]; old.State != "" || old.Listed > e.Listed && e.State != "" {
			t.Errorf("%+v comes after %+v", e, old)
		}
		last[e.Label] = e
	}
	r := collect(t, cfg)
	wrong := 0
	for _, k := range r.report.Scopes[0].Kinds {
		if wrong > 3 {
			t.Fatal("and so on")
		}
		if want := (exporter.Event{Scope: account + "/" + region, Label: k.Label, Listed: k.Listed, Written: k.Written, Calls: k.Calls, ListedAll: k.State != graph.Skipped, State: k.State}); !reflect.DeepEqual(last[k.Label], want) {
			t.Errorf("%+v, want %+v", last[k.Label], want)
			wrong++
		}
	}
}

// TestSchemaIsWhole checks that the twelve relationships of the feature request
// are in the vocabulary between the labels that it names.
func TestSchemaIsWhole(t *testing.T) {
	for _, c := range [][3]string{
		{"AWSSageMakerTrainingJob", "READ_FROM", "AWSS3Bucket"},
		{"AWSSageMakerTrainingJob", "PRODUCED_MODEL_ARTIFACT", "AWSS3Bucket"},
		{"AWSSageMakerModelPackage", "REFERENCED_ARTIFACTS_IN", "AWSS3Bucket"},
		{"AWSSageMakerModel", "REFERENCED_ARTIFACTS_IN", "AWSS3Bucket"},
		{"AWSSageMakerModel", "DERIVED_FROM", "AWSSageMakerModelPackage"},
		{"AWSSageMakerModelPackage", "MEMBER_OF", "AWSSageMakerModelPackageGroup"},
		{"AWSSageMakerTransformJob", "USED", "AWSSageMakerModel"},
		{"AWSSageMakerTransformJob", "WROTE_TO", "AWSS3Bucket"},
		{"AWSSageMakerEndpointConfig", "REFERENCED", "AWSSageMakerModel"},
		{"AWSSageMakerEndpoint", "USED", "AWSSageMakerEndpointConfig"},
		{"AWSSageMakerTrainingJob", "CALLED_BY", "AWSSageMakerNotebookInstance"},
		{"AWSSageMakerDomain", "CONTAINS", "AWSSageMakerUserProfile"},
	} {
		typ := exporter.Schema().EdgeType(c[1])
		if typ == nil {
			t.Errorf("no edge type %s", c[1])
			continue
		}
		if !slices.ContainsFunc(typ.Rules, func(r graph.Rule) bool {
			from, to := []string{r.Owner}, r.Targets
			if r.Reverse {
				from, to = to, from
			}
			return slices.Contains(from, c[0]) && slices.Contains(to, c[2])
		}) {
			t.Errorf("no rule for (%s)-%s->(%s)", c[0], c[1], c[2])
		}
	}
}

package audit_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit"
)

// A networkCase is a graph with the answers that were worked out by hand.
type networkCase struct {
	Name, Why string
	Nodes     map[string]map[string]properties // on top of the file's base
	Routes    []any                            // further ones of rtb-main
	Edges     [][3]string
	Unlisted  []string
	// Contradicts: what the graph says cannot all be true, so that with less of it
	// there is an answer.
	Contradicts bool
	Want        map[string]map[string]any
}

func readCases(t testing.TB, name string) (cases []networkCase, graphs []*testGraph) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Base  map[string]map[string]properties
		Cases []networkCase
	}
	if err := json.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		g := &testGraph{nodes: merge(file.Base, c.Nodes), edges: c.Edges, unlisted: c.Unlisted}
		if main := g.nodes["AWSEC2RouteTable"]["rtb-main"]; len(c.Routes) > 0 {
			main["routes"] = append(slices.Clone(main["routes"].([]any)), c.Routes...)
		}
		graphs = append(graphs, g)
	}
	return file.Cases, graphs
}

// TestExposure compares each answer with that which a person worked out. A member
// that a case does not name may be anything, but could_be may not be there
// unless it says so.
func TestExposure(t *testing.T) { testCases(t, "exposure.json") }

// TestBuckets does the same for buckets.
func TestBuckets(t *testing.T) { testCases(t, "buckets.json") }

func testCases(t *testing.T, file string) {
	cases, graphs := readCases(t, file)
	for i, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			got := answers(t, audit.Run(graphs[i].read(t)))
			if want, have := slices.Sorted(maps.Keys(c.Want)), slices.Sorted(maps.Keys(got)); !slices.Equal(want, have) {
				t.Errorf("answers about %v, want %v", have, want)
			}
			for id, want := range c.Want {
				for member, value := range want {
					if !reflect.DeepEqual(got[id][member], value) {
						t.Errorf("%s: %s is %v, want %v\n%v", id, member, got[id][member], value, got[id])
					}
				}
				isUnknown := slices.ContainsFunc(slices.Collect(maps.Values(want)), func(v any) bool { return v == nil || v == "unknown" && want["subnet"] == "unknown" })
				if isUnknown != (got[id]["unknown"] != nil) && (isUnknown || want["level"] != nil && want["could_be"] == nil) {
					t.Errorf("%s: what was not read is %v", id, got[id]["unknown"])
				}
			}
		})
	}
}

// TestLessKnowledge takes away one piece of knowledge after the other, and looks
// whether an answer becomes anything else than unknown: with less known nothing
// may look better, nor be another thing.
func TestLessKnowledge(t *testing.T) {
	for _, file := range []string{"exposure.json", "buckets.json"} {
		cases, graphs := readCases(t, file)
		for i, c := range cases {
			if c.Contradicts {
				continue
			}
			before := answers(t, audit.Run(graphs[i].read(t)))
			for what, less := range lessOf(graphs[i]) {
				after := answers(t, audit.Run(less.read(t)))
				for id, was := range before {
					is, ok := after[id]
					if !ok {
						t.Errorf("%s, without %s: no answer about %s", c.Name, what, id)
						continue
					}
					if wrong := betterThan(was, is); wrong != "" {
						t.Errorf("%s, without %s: %s: %s\nbefore %v\nafter  %v", c.Name, what, id, wrong, was, is)
					}
				}
			}
		}
	}
}

// lessOf returns graphs that know one thing less, by what that is.
func lessOf(g *testGraph) map[string]*testGraph {
	all := map[string]*testGraph{}
	for label, columns := range audit.Kept().Labels {
		if g.nodes[label] == nil && !strings.HasPrefix(label, "AWSEC2") {
			continue
		}
		if !slices.Contains(g.unlisted, label) {
			less := *g
			less.unlisted = append(slices.Clone(g.unlisted), label)
			all["all "+label] = &less
		}
		for id, p := range g.nodes[label] {
			change := func(what string, change func(properties)) {
				less := *g
				less.nodes = merge(g.nodes, nil)
				change(less.nodes[label][id])
				all[what+" of "+id] = &less
			}
			if !asked(label) {
				change("anything", func(p properties) {
					clear(p)
					p["observed"] = false
				})
				if label == "AWSInternetGateway" { // all of a VPC are listed, or it is not known that they are
					all["anything of "+id].unlisted = append(slices.Clone(g.unlisted), label)
				}
			}
			for _, c := range columns {
				change(c.Name, func(p properties) {
					delete(p, c.Name)
					unread, _ := p["unread"].([]any)
					p["unread"] = append(slices.Clone(unread), c.Name)
				})
			}
			_ = p
		}
	}
	return all
}

// asked reports whether there is an answer about each observed node of a label.
func asked(label string) bool {
	return strings.HasPrefix(label, "AWSSageMaker") && label != "AWSSageMakerEndpointConfig"
}

// betterThan says what is wrong where an answer with less knowledge says
// something else than before and does not say that it is unknown.
func betterThan(was, is map[string]any) string {
	for _, member := range []string{"direct_internet", "subnet", "open_ingress", "public"} {
		if a, b := was[member], is[member]; !reflect.DeepEqual(a, b) && b != nil && b != "unknown" {
			return fmt.Sprintf("%s was %v and is %v", member, a, b)
		}
	}
	if a, b := was["egress"], is["egress"]; a != b && b != "unknown" && b != "internet" {
		return fmt.Sprintf("egress was %v and is %v", a, b)
	}
	if a, b := worst(was), worst(is); !b.AtLeast(a) {
		return fmt.Sprintf("it was %s at most, and is %s", a, b)
	}
	if !reflect.DeepEqual(was["subnet"], is["subnet"]) && is["unknown"] == nil {
		return "it does not say what was not read"
	}
	return ""
}

package exporter_test

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// chance is a number that follows from texts alone, so that it is the same for a
// call however the calls interleave.
func chance(n uint64, texts ...string) uint64 {
	h := fnv.New64a()
	for _, s := range texts {
		_, _ = h.Write([]byte(s + "\x00")) // a hash takes everything
	}
	return h.Sum64() % n
}

// faults let some actions fail always, and some for a part of what they are asked.
// What fails depends on the seed, the action and the request alone.
func faults(seed uint64) func(action string, call int, body []byte) *simulator.Fault {
	return func(action string, _ int, body []byte) *simulator.Fault {
		if strings.HasPrefix(action, "sts:") {
			return nil
		}
		s := fmt.Sprint(seed)
		which := chance(12, s, action)
		if which > 3 && chance(40, s, action, string(body)) > 0 {
			return nil
		}
		switch {
		case which == 0:
			return &simulator.Fault{Code: "AccessDeniedException", Message: "no"}
		case which == 1:
			return &simulator.Fault{Code: "UnknownOperationException"}
		case which == 2 && chance(2, s, action, string(body)) == 0:
			return &simulator.Fault{Code: "ValidationException", Message: "odd"}
		case which == 3 && chance(2, s, action, string(body)) == 0:
			return &simulator.Fault{Status: 200, Body: `{"message": "busy"}`, ContentType: "application/x-amz-json-1.1"}
		case which > 3:
			return &simulator.Fault{Code: "AccessDeniedException", Message: "not this one"}
		}
		return nil
	}
}

// demo is the demo account, which no test changes.
var demo = sync.OnceValues(simulator.Demo)

// demoConfig is an export of the demo account from a simulator.
func demoConfig(t *testing.T, options simulator.Options) (exporter.Config, *simulator.Inventory) {
	t.Helper()
	inventory, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(simulator.New(inventory, options))
	t.Cleanup(server.Close)
	return exporter.Config{
		Clock: time.Now,
		Targets: []exporter.Target{{Regions: inventory.Regions(), AWS: aws.Config{
			BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		}}},
		Neighbors: exporter.NeighborGroups(), Dir: t.TempDir(), DescribeLimit: 5, Newest: 3, Redact: true,
	}, inventory
}

// edgesOf is a sink that keeps edges by their identity and owner.
type edgesOf struct {
	nodes map[string]string // id: label, of those that were read
	edges map[string]ownedEdge
}

type ownedEdge struct {
	path, scope, ref, owner, ownerID string
	targets                          []string
	derived                          bool
}

func (s *edgesOf) Node(n *graph.Node) error {
	if i := n.Label.Column("observed"); i >= 0 && !n.Values[i].IsNull() && n.Values[i].Bool() {
		s.nodes[n.ID] = n.Label.Name
	}
	return nil
}

func (s *edgesOf) Edge(e *graph.Edge) error {
	one := ownedEdge{path: e.Path, scope: e.Scope, ref: e.Ref}
	for _, r := range e.Type.Rules {
		if r.Path != e.Path {
			continue
		}
		if owner, id := e.FromLabel.Name, e.From; r.Owner == owner && !r.Reverse {
			one.owner, one.ownerID, one.derived, one.targets = owner, id, one.derived || r.Derived != "", r.Targets
		}
		if owner, id := e.ToLabel.Name, e.To; r.Owner == owner && r.Reverse {
			one.owner, one.ownerID, one.derived, one.targets = owner, id, one.derived || r.Derived != "", r.Targets
		}
	}
	s.edges[strings.Join([]string{e.Type.Name, e.From, e.To, e.Path, e.Ref}, "\x00")] = one
	return nil
}

func (s *edgesOf) Close() error { return nil }

func readEdges(t *testing.T, cfg exporter.Config) (*edgesOf, *graph.Report) {
	t.Helper()
	inv, err := exporter.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	s := &edgesOf{map[string]string{}, map[string]ownedEdge{}}
	if err := inv.Write(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	return s, inv.Report
}

// TestUnreadIsNotPruned exports an account as a whole, and then again with faults:
// whatever the second snapshot lacks still exists, so nothing may allow to remove
// it.
func TestUnreadIsNotPruned(t *testing.T) {
	t.Parallel()
	cfg, _ := demoConfig(t, simulator.Options{})
	cfg.DescribeLimit, cfg.Newest = -1, -1
	whole, report := readEdges(t, cfg)
	if !report.Complete() {
		t.Fatalf("the whole account is not complete: %v", report.Gaps)
	}
	lacking := 0
	for seed := range uint64(6) {
		cfg, _ := demoConfig(t, simulator.Options{Fault: faults(seed)})
		part, report := readEdges(t, cfg)
		scopes := map[string]graph.LabelScope{}
		for _, s := range report.HeaderScopes() {
			for _, l := range s.Labels {
				scopes[s.ID+" "+l.Label] = l
			}
		}
		for id, label := range whole.nodes {
			if part.nodes[id] != "" || exporter.Schema().Label(label).Referred {
				continue
			}
			lacking++
			if l := scopes[scopeOf(id)+" "+label]; l.Listed {
				t.Errorf("seed %d: %s %s was not read, and its label is listed in %s", seed, label, id, scopeOf(id))
			}
		}
		for key, e := range whole.edges {
			if _, there := part.edges[key]; there || e.owner == "" || exporter.Schema().Label(e.owner).Referred {
				continue
			}
			lacking++
			l, read := scopes[e.scope+" "+e.owner]
			written := part.nodes[e.ownerID] != ""
			// A name means another node where not all that it could mean is known.
			named := !strings.HasPrefix(e.ref, "arn:") && slices.ContainsFunc(e.targets, func(label string) bool {
				return !exporter.Schema().Label(label).Referred && !scopes[e.scope+" "+label].Listed
			})
			if read && !named && !e.derived && !slices.Contains(l.Unread, e.path) && (l.Listed || written) {
				t.Errorf("seed %d: %q was not read, and may be pruned: %+v, owner written %v", seed, strings.Split(key, "\x00"), l, written)
			}
		}
	}
	if lacking < 1000 {
		t.Errorf("the faults cost only %d nodes and edges", lacking)
	}
}

// scopeOf is the scope in an ARN.
func scopeOf(id string) string {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4] + "/" + parts[3]
}

// TestCompleteIsComplete lets a second reader, the simulator's own inventory, look
// for what a kind lacks that is called complete or offered nowhere.
func TestCompleteIsComplete(t *testing.T) {
	t.Parallel()
	complete := 0
	for seed := range uint64(6) {
		cfg, inventory := demoConfig(t, simulator.Options{Fault: faults(seed)})
		r := collect(t, cfg)
		for i := range r.report.Scopes {
			s := &r.report.Scopes[i]
			documents := inventory.Documents(s.Region)
			for _, k := range s.Kinds {
				if k.State != graph.Complete {
					continue
				}
				complete++
				for _, d := range documents[strings.TrimPrefix(k.Label, "AWSSageMaker")] {
					if n := r.nodes[k.Label+" "+d.ARN]; d.ARN != "" && (n["observed"] != "true" || n["unread"] != "") {
						t.Errorf("seed %d: %s is complete in %s, and %s is %v", seed, k.Label, s.Region, d.ARN, n)
					}
				}
			}
		}
	}
	if complete < 200 {
		t.Errorf("only %d kinds were complete", complete)
	}
}

// TestTimingDoesNotMatter exports with one call at a time, with many, and with calls
// that take more or less time: the graph and the report are the same.
func TestTimingDoesNotMatter(t *testing.T) {
	t.Parallel()
	for seed := range uint64(2) {
		var want string
		for i, concurrency := range []int{1, 16, 64} {
			options := simulator.Options{Fault: faults(seed)}
			if i > 0 {
				options.Delay = func(action string, call int) time.Duration {
					return time.Duration(chance(4000, fmt.Sprint(i), action, fmt.Sprint(call))) * time.Microsecond
				}
			}
			cfg, _ := demoConfig(t, options)
			cfg.Concurrency = concurrency
			r, err := tryCollect(t, context.WithoutCancel(t.Context()), cfg)
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.report.Scopes { // how many calls were made is no part of what was read
				r.report.Scopes[i].Calls = 0
				for j := range r.report.Scopes[i].Kinds {
					r.report.Scopes[i].Kinds[j].Calls = 0
				}
			}
			text, err := json.MarshalIndent(map[string]any{"report": r.report, "nodes": r.nodes, "edges": r.edges}, "", " ")
			if err != nil {
				t.Fatal(err)
			}
			if want == "" {
				want = string(text)
			}
			if string(text) != want {
				t.Errorf("seed %d, run %d with %d calls at a time: %s", seed, i, concurrency, firstDifference(want, string(text)))
			}
		}
	}
}

// firstDifference returns the first lines in which two texts differ.
func firstDifference(a, b string) string {
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range x {
		if i >= len(y) || x[i] != y[i] {
			return fmt.Sprintf("line %d\n%s\nis\n%s", i, strings.Join(x[max(0, i-8):i+1], "\n"), y[min(i, len(y)-1)])
		}
	}
	return "one is longer"
}

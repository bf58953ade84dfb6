package exporter_test

import (
	"context"
	"fmt"
	"io/fs"
	"net/http/httptest"
	"slices"
	"sort"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

const (
	account = "012345678901"
	region  = "us-east-1"
)

// docs makes an inventory: a JSON array of Describe outputs for each kind, as
// Model, or as eu-west-1/Model in another region.
func docs(t *testing.T, kinds map[string]string) fs.FS {
	t.Helper()
	files := fstest.MapFS{}
	for kind, text := range kinds {
		if !strings.Contains(kind, "/") {
			kind = region + "/" + kind
		}
		files[account+"/"+kind+".json"] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

// result is what one export gave, in a form that tests can compare.
type result struct {
	report *graph.Report
	nodes  map[string]map[string]string // "Label id" → column → JSON
	edges  []string                     // "from -TYPE(path)-> to ref", in order
}

func (r *result) node(t *testing.T, label, id string) map[string]string {
	t.Helper()
	n := r.nodes[label+" "+id]
	if n == nil {
		t.Fatalf("no node %s %s among %v", label, id, sortedKeys(r.nodes))
	}
	return n
}

func (r *result) hasEdge(t *testing.T, want string) {
	t.Helper()
	if !slices.Contains(r.edges, want) {
		var near []string
		for _, e := range r.edges {
			if strings.HasPrefix(e, strings.SplitN(want, " -", 2)[0]) {
				near = append(near, e)
			}
		}
		t.Errorf("no edge\n%s\nfrom that node there are\n%s", want, strings.Join(near, "\n"))
	}
}

func sortedKeys[V any](m map[string]V) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// sink checks the order and keeps what it is sent.
type sink struct {
	t        *testing.T
	r        *result
	lastNode graph.Node
	lastEdge graph.Edge
	ids      map[string]string
}

func (s *sink) Node(n *graph.Node) error {
	if s.lastNode.Label != nil && graph.CompareNodes(&s.lastNode, n) >= 0 {
		s.t.Errorf("node %s %s comes after %s %s", n.Label.Name, n.ID, s.lastNode.Label.Name, s.lastNode.ID)
	}
	s.lastNode = *n
	if other, twice := s.ids[n.ID]; twice {
		s.t.Errorf("id %s is a %s and a %s", n.ID, other, n.Label.Name)
	}
	s.ids[n.ID] = n.Label.Name
	values := map[string]string{}
	for i, v := range n.Values {
		if v.IsNull() {
			continue
		}
		if v.Type() != n.Label.Columns[i].Type {
			s.t.Errorf("%s: %s is a %s", n.ID, n.Label.Columns[i].Name, v.Type())
		}
		values[n.Label.Columns[i].Name] = string(graph.AppendJSON(nil, v))
	}
	s.r.nodes[n.Label.Name+" "+n.ID] = values
	return nil
}

func (s *sink) Edge(e *graph.Edge) error {
	if s.lastEdge.Type != nil && graph.CompareEdges(&s.lastEdge, e) >= 0 {
		s.t.Errorf("edge %s %s comes after %s %s", e.Type.Name, e.From, s.lastEdge.Type.Name, s.lastEdge.From)
	}
	s.lastEdge = *e
	if s.ids[e.From] != e.FromLabel.Name || s.ids[e.To] != e.ToLabel.Name {
		s.t.Errorf("edge %s from %s (%s) to %s (%s) has an end that is not there, or has another label", e.Type.Name, e.From, e.FromLabel.Name, e.To, e.ToLabel.Name)
	}
	text := fmt.Sprintf("%s -%s(%s)-> %s %s", e.From, e.Type.Name, e.Path, e.To, e.Ref)
	for i, v := range e.Values {
		if !v.IsNull() {
			text += fmt.Sprintf(" %s=%s", e.Type.Columns[i].Name, graph.AppendJSON(nil, v))
		}
	}
	s.r.edges = append(s.r.edges, text)
	return nil
}

func (s *sink) Close() error { return nil }

// serve starts a simulator and returns what an exporter needs to reach it.
func serve(t *testing.T, files fs.FS, options simulator.Options) (exporter.Config, *simulator.Server) {
	t.Helper()
	inventory, err := simulator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	server := simulator.New(inventory, options)
	http := httptest.NewServer(server)
	t.Cleanup(http.Close)
	return exporter.Config{
		Clock:   time.Now,
		Targets: targets(http.URL, region), Dir: t.TempDir(), DescribeLimit: 2000, Newest: 10,
	}, server
}

// targets is the account that a server has.
func targets(url string, regions ...string) []exporter.Target {
	return []exporter.Target{{
		AWS:     aws.Config{BaseEndpoint: aws.String(url), Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")},
		Regions: regions,
	}}
}

// collect runs one export and fails the test where it fails.
func collect(t *testing.T, cfg exporter.Config) *result {
	t.Helper()
	r, err := tryCollect(t, t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func tryCollect(t *testing.T, ctx context.Context, cfg exporter.Config) (*result, error) {
	t.Helper()
	inv, err := exporter.Collect(ctx, cfg)
	if err != nil {
		return nil, err
	}
	r := &result{report: inv.Report, nodes: map[string]map[string]string{}}
	s := &sink{t: t, r: r, ids: map[string]string{}}
	if err := inv.Write(ctx, s); err != nil {
		return nil, err
	}
	return r, s.Close()
}

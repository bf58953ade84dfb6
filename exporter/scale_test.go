package exporter

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	static "github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sgexport/sgexport/exporter/resolve"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// hashing is a sink that keeps the hash of what it is sent.
type hashing struct {
	hash.Hash
	nodes, edges int
}

func (h *hashing) Node(n *graph.Node) error {
	h.nodes++
	_, err := h.Write(graph.AppendProperties([]byte(n.Label.Name+" "+n.ID+" "+n.Scope), n.Label.Columns, n.Values))
	return err
}

func (h *hashing) Edge(e *graph.Edge) error {
	h.edges++
	_, err := h.Write(graph.AppendProperties([]byte(strings.Join([]string{e.Type.Name, e.From, e.FromLabel.Name, e.To, e.ToLabel.Name, e.Path, e.Ref, e.Scope}, "\x00")), e.Type.Columns, e.Values))
	return err
}

func (h *hashing) Close() error { return nil }

// manyModels is an inventory of n models that share some of what they refer to.
func manyModels(tb testing.TB, n int) *simulator.Inventory {
	tb.Helper()
	var b strings.Builder
	for i := range n {
		sep := ","
		if i == 0 {
			sep = "["
		}
		fmt.Fprintf(&b, `%s{"ModelName": "m%d", "ModelArn": "arn:aws:sagemaker:us-east-1:012345678901:model/m%d", "CreationTime": "2026-01-02T03:04:05Z",
			"ExecutionRoleArn": "arn:aws:iam::012345678901:role/r%d", "VpcConfig": {"Subnets": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-%d"]},
			"Containers": [{"Image": "012345678901.dkr.ecr.us-east-1.amazonaws.com/app:%d", "ModelDataUrl": "s3://b-%d/m%d/model.tar.gz", "Environment": {"A": "%0300d"}}, {"ModelPackageName": "p%d"}],
			"Tags": [{"Key": "team", "Value": "t%d"}]}`, sep, i, i, i%50, i%7, i%1000, i%300, i, i, i%100, i%10)
	}
	b.WriteString("]")
	inv, err := simulator.Load(fstest.MapFS{"012345678901/us-east-1/Model.json": &fstest.MapFile{Data: []byte(b.String())}})
	if err != nil {
		tb.Fatal(err)
	}
	return inv
}

// targetOf is the account that a server has.
func targetOf(url string) []Target {
	return []Target{{
		AWS:     aws.Config{BaseEndpoint: aws.String(url), Credentials: static.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", "")},
		Regions: []string{"us-east-1"},
	}}
}

func collectFrom(tb testing.TB, inventory *simulator.Inventory, dir string) *Inventory {
	tb.Helper()
	server := httptest.NewServer(simulator.New(inventory, simulator.Options{}))
	defer server.Close()
	inv, err := Collect(tb.Context(), Config{
		Clock:   time.Now,
		Targets: targetOf(server.URL), Dir: dir, DescribeLimit: 2000, Redact: true,
	})
	if err != nil {
		tb.Fatal(err)
	}
	return inv
}

// TestManyModels writes one inventory with chunks that hold it and with chunks
// that spill many times: the graph is the same.
// pageSize is the largest page of every list and search.
const pageSize = 100

func TestManyModels(t *testing.T) {
	const n = 20_000
	inventory := manyModels(t, n)
	var hashes []string
	for _, c := range []resolve.Chunks{{}, {Nodes: 90_000, Edges: 70_000, Joins: 60_000}} {
		dir := t.TempDir()
		inv := collectFrom(t, inventory, dir)
		inv.chunks = c
		h := &hashing{Hash: sha256.New()}
		if err := inv.Write(t.Context(), h); err != nil {
			t.Fatal(err)
		}
		if calls := inv.Report.Scopes[0].Calls; calls > 3*n/100+int64(len(table.Kinds))+10 {
			t.Errorf("%d calls", calls)
		}
		// Models, roles, subnets, groups, images, buckets, packages, the repository, the account.
		if nodes, edges := n+50+2+7+1000+300+100+1+1, n*(1+1+2+1+1+1+1)+1000; h.nodes != nodes || h.edges != edges {
			t.Errorf("%d nodes and %d edges, want %d and %d", h.nodes, h.edges, nodes, edges)
		}
		hashes = append(hashes, hex.EncodeToString(h.Sum(nil)))
		left, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range left {
			if f.Name() != "spool" {
				t.Errorf("left behind: %s", f.Name())
			}
		}
	}
	if hashes[0] != hashes[1] {
		t.Error("small chunks give another graph")
	}
}

// BenchmarkExport collects and writes models; the simulator takes its part of
// the time.
func BenchmarkExport(b *testing.B) {
	inventory := manyModels(b, 20_000)
	for b.Loop() {
		inv := collectFrom(b, inventory, b.TempDir())
		if err := inv.Write(b.Context(), &hashing{Hash: sha256.New()}); err != nil {
			b.Fatal(err)
		}
	}
	runtime.KeepAlive(inventory)
}

func BenchmarkWrite(b *testing.B) {
	inv := collectFrom(b, manyModels(b, 20_000), b.TempDir())
	for b.Loop() {
		if err := inv.Write(b.Context(), &hashing{Hash: sha256.New()}); err != nil {
			b.Fatal(err)
		}
	}
}

// TestCallsPerKind exports an account of 20,000 resources and counts the calls of
// each kind: a page of the list and a page of Search for every hundred where
// Search has the kind, one Describe for each of the others, one list at least for
// each parent.
func TestCallsPerKind(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	const copies = 42
	inventory := demo.Scale(copies)
	server := httptest.NewServer(simulator.New(inventory, simulator.Options{}))
	defer server.Close()
	inv, err := Collect(t.Context(), Config{
		Clock:   time.Now,
		Targets: targetOf(server.URL), Dir: t.TempDir(), DescribeLimit: 0, Newest: 10,
	})
	if err != nil {
		t.Fatal(err)
	}
	if inv.Report.HasGaps() {
		t.Fatalf("gaps: %v", inv.Report.Gaps)
	}
	reports := map[string]graph.KindReport{}
	var all int64
	for _, k := range inv.Report.Scopes[0].Kinds {
		reports[k.Label] = k
		all += k.Listed
	}
	if all < 20_000 {
		t.Fatalf("only %d resources", all)
	}
	pages := func(n int64) int64 { return max(1, (n+pageSize-1)/pageSize) }
	for _, k := range table.Kinds {
		if !k.IsKind() {
			continue
		}
		r := reports[k.Label]
		lists := pages(r.Listed)
		if k.List.Parent != "" {
			lists = r.Listed/pageSize + reports[k.List.Parent].Written*int64(max(1, len(k.List.Variants)))
		}
		if k.List.Inside != nil {
			lists = 0
		}
		lists += int64(len(k.List.Variants))
		most := lists + r.Listed
		switch {
		case k.Describe == nil:
			most = lists
		case k.Search != nil && k.Search.Filters == nil && k.List.Parent == "":
			most = lists + pages(r.Listed)
			if k.List.Variants == nil && most > 2*pages(r.Listed) {
				t.Errorf("%s: the bound of %d is above two pages for every hundred", k.Label, most)
			}
		case k.Search != nil && k.Search.Filters != nil:
			most += pages(r.Listed) // jobs that no trial component tells of are described
		case k.Search != nil:
			// Search has what no list names too: older executions and versions.
			most += pages(r.Listed + 10*copies)
		}
		if _, paged := k.Details().FieldByName("NextToken"); paged {
			most += 3 * r.Listed
		}
		if r.Calls > most {
			t.Errorf("%s: %d calls for %d resources, at most %d", k.Label, r.Calls, r.Listed, most)
		}
	}
}

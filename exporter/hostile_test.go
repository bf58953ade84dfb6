package exporter_test

import (
	"context"
	"fmt"
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

// truthful are the mutations that can be seen: an answer that has one is no
// answer, or does not end, or cannot be read in part. One that leaves out a
// resource or says something else of it in good form is a lie that no reader can
// tell, and so is an empty object where no list is required, so the kinds that it
// is about promise nothing here.
var truthful = []string{
	"token always the same", "token new, items not", "token of an earlier page", "item twice", "time that is none", "number huge",
	"body cut", "body of another encoding", "body empty", "body a message", "body an array",
}

// hostile exports the demo account from a simulator that spoils answers, and holds
// what must hold whatever the answers are: the run ends without a panic, what it
// writes is a graph, and no kind is complete that is not.
func hostile(t *testing.T, seed uint64, every int) {
	t.Helper()
	inventory, err := demo()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	lied := map[string]string{} // IAM action: what was done to an answer of it
	server := httptest.NewServer(simulator.New(inventory, simulator.Options{Mutate: func(action string, call int, body []byte) []byte {
		name, out := simulator.Mutation(seed, every, action, call, body)
		if name != "" && !slices.Contains(truthful, name) {
			mu.Lock()
			lied[action] = name
			mu.Unlock()
		}
		return out
	}}))
	defer server.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	r, err := tryCollect(t, ctx, exporter.Config{
		Clock: time.Now,
		Targets: []exporter.Target{{Regions: inventory.Regions(), AWS: aws.Config{
			BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
		}}},
		Neighbors: exporter.NeighborGroups(), Dir: t.TempDir(), DescribeLimit: 5, Newest: 10, Redact: true,
		CallTimeout: 5 * time.Second, GiveUpAfter: 2 * time.Second,
	})
	if ctx.Err() != nil {
		t.Fatalf("seed %d, every %d: the run does not end", seed, every)
	}
	if err != nil {
		t.Logf("seed %d, every %d: nothing published: %v", seed, every, err)
		return
	}
	for i := range r.report.Scopes {
		s := &r.report.Scopes[i]
		documents := inventory.Documents(s.Region)
		for _, k := range s.Kinds {
			if k.State != graph.Complete && k.State != graph.Limited || k.IDs != graph.AllIDs || lies(lied, k.Label) {
				continue
			}
			for _, d := range documents[strings.TrimPrefix(k.Label, "AWSSageMaker")] {
				if d.ARN != "" && r.nodes[k.Label+" "+d.ARN]["observed"] != "true" {
					t.Errorf("seed %d, every %d: %s is %s, and %s is not there", seed, every, k.Label, k.State, d.ARN)
				}
			}
		}
	}
}

var kindInfos = sync.OnceValue(exporter.Kinds)

// lies reports whether an answer that tells of a kind, or of what it is listed for,
// was spoilt in a way that cannot be seen.
func lies(lied map[string]string, label string) bool {
	for _, info := range kindInfos() {
		if info.Label != label {
			continue
		}
		for _, action := range info.Actions {
			if lied[action] != "" {
				return true
			}
		}
	}
	return false
}

func TestHostileAnswers(t *testing.T) {
	for _, every := range []int{1, 4, 20} {
		for seed := range uint64(3) {
			t.Run(fmt.Sprint(every, "/", seed), func(t *testing.T) {
				t.Parallel()
				hostile(t, seed, every)
			})
		}
	}
}

func FuzzHostileAnswers(f *testing.F) {
	f.Add(uint64(1), uint8(4))
	f.Add(uint64(7), uint8(1))
	f.Fuzz(func(t *testing.T, seed uint64, every uint8) { hostile(t, seed, int(every)) })
}

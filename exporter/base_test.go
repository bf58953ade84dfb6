package exporter_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// TestBaseSearches: of many jobs of which an earlier snapshot keeps the most, the times of
// the others alone are searched.
func TestBaseSearches(t *testing.T) {
	const jobs, running = 3000, 30
	// Times are rounded where they are read: a filter has others than the list seems to say.
	made := func(i int) time.Time { return time.Unix(int64(1_700_000_000+60*i), 600_000).UTC() }
	files := func() fs.FS {
		return docs(t, map[string]string{"TrainingJob": many(jobs, func(i int) string {
			status := "Completed"
			if i >= jobs-running || i == 0 || i == 1373 { // which a span begins with
				status = "InProgress"
			}
			return fmt.Sprintf(`{"TrainingJobName": "j%d", "TrainingJobArn": %q, "TrainingJobStatus": %q, "SecondaryStatus": %q, "CreationTime": %q,
				"AlgorithmSpecification": {"TrainingInputMode": "File"}, "ResourceConfig": {"VolumeSizeInGB": 1}, "StoppingCondition": {}}`,
				i, arnOf(fmt.Sprint("training-job/j", i)), status, status, made(i).Format(time.RFC3339Nano))
		})})
	}
	cfg, server := serve(t, files(), simulator.Options{})
	cfg.Kinds, cfg.DescribeLimit = []string{"AWSSageMakerTrainingJob"}, 0
	inv, err := exporter.Collect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "records.zst")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	base := exporter.NewBase(file)
	g, err := inv.Resolve(t.Context(), base)
	if err != nil {
		t.Fatal(err)
	}
	full := &result{nodes: map[string]map[string]string{}}
	if err := g.Send(&sink{t: t, r: full, ids: map[string]string{}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := base.Close(); err != nil {
		t.Fatal(err)
	}
	if err := g.Close(); err != nil {
		t.Fatal(err)
	}
	whole := server.Calls()["sagemaker:Search"]

	cfg, server = serve(t, files(), simulator.Options{})
	cfg.Kinds, cfg.DescribeLimit, cfg.Base = []string{"AWSSageMakerTrainingJob"}, 0, path
	r := collect(t, cfg)
	k := r.kind(t, "AWSSageMakerTrainingJob")
	if len(r.names("AWSSageMakerTrainingJob")) != jobs || k.Detail != "search" || k.State != graph.Limited || r.report.HasGaps() {
		t.Errorf("%+v, gaps %s", k, r.gaps())
	}
	if !reflect.DeepEqual(r.nodes, full.nodes) || !slices.Equal(r.edges, full.edges) {
		t.Error("with a base the graph is another one")
	}
	calls := server.Calls()
	if whole < jobs/100 || calls["sagemaker:Search"] != 3 || calls["sagemaker:DescribeTrainingJob"] != 0 {
		t.Errorf("%d searches, and with a base %v: %+v", whole, calls, k)
	}
}

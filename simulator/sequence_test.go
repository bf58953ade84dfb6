package simulator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/simulator"
)

// added is the demo with n further training jobs, and a client for it. With edited
// documents go the long way through the server, as they are.
func added(t *testing.T, n int, edited bool) (*simulator.Inventory, aws.Config) {
	t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	inventory, err := demo.Add("TrainingJob", n)
	if err != nil {
		t.Fatal(err)
	}
	var o simulator.Options
	if edited {
		o.Edit = func(_ string, doc map[string]any) []map[string]any { return []map[string]any{doc} }
	}
	return inventory, start(t, simulator.New(inventory, o), "us-east-1")
}

// trainingJobs are the names of all jobs by list, of all by search, and the ARNs
// of those with tags.
func trainingJobs(t *testing.T, cfg aws.Config) (listed, searched, tagged []string) {
	t.Helper()
	api := sagemaker.NewFromConfig(cfg)
	for p := sagemaker.NewListTrainingJobsPaginator(api, &sagemaker.ListTrainingJobsInput{MaxResults: aws.Int32(100)}); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, j := range page.TrainingJobSummaries {
			listed = append(listed, fmt.Sprint(*j.TrainingJobName, " ", *j.TrainingJobArn, " ", *j.CreationTime, j.TrainingJobStatus))
		}
	}
	for p := sagemaker.NewSearchPaginator(api, &sagemaker.SearchInput{Resource: types.ResourceTypeTrainingJob, MaxResults: aws.Int32(100)}); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Results {
			searched = append(searched, fmt.Sprint(*r.TrainingJob.TrainingJobName, " ", *r.TrainingJob.TrainingJobArn, " ", *r.TrainingJob.CreationTime, r.TrainingJob.TrainingJobStatus))
		}
	}
	for p := resourcegroupstaggingapi.NewGetResourcesPaginator(resourcegroupstaggingapi.NewFromConfig(cfg), nil); p.HasMorePages(); {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range page.ResourceTagMappingList {
			tagged = append(tagged, *m.ResourceARN)
		}
	}
	return listed, searched, tagged
}

func TestAdd(t *testing.T) {
	const n = 1234
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	inventory, cfg := added(t, n, false)
	own := demo.Counts("us-east-1")["TrainingJob"]
	if inventory.Count() != demo.Count()+n || inventory.Counts("us-east-1")["TrainingJob"] != own+n || demo.Counts("us-east-1")["TrainingJob"] != own {
		t.Errorf("%d resources, %d jobs", inventory.Count(), inventory.Counts("us-east-1")["TrainingJob"])
	}
	listed, searched, tagged := trainingJobs(t, cfg)
	if len(listed) != own+n || len(searched) != len(listed) {
		t.Fatalf("%d listed, %d searched, want %d", len(listed), len(searched), own+n)
	}
	slices.Sort(listed)
	slices.Sort(searched)
	if !slices.Equal(listed, searched) || len(slices.Compact(slices.Clone(listed))) != len(listed) {
		t.Error("the list and the search have other jobs, or some twice")
	}
	jobs := slices.DeleteFunc(slices.Clone(tagged), func(arn string) bool { return !strings.Contains(arn, ":training-job/") })
	if len(jobs) < n {
		t.Errorf("only %d jobs have tags", len(jobs))
	}
	_, again := added(t, n, true)
	l, s, g := trainingJobs(t, again)
	slices.Sort(l)
	slices.Sort(s)
	if !slices.Equal(l, listed) || !slices.Equal(s, searched) || !slices.Equal(g, tagged) {
		t.Error("what is sent as it is kept is not what documents say")
	}
}

// TestAddedGoOn: of jobs that go on there are copies in the last days alone, and some there.
func TestAddedGoOn(t *testing.T) {
	inventory, cfg := added(t, 5000, false)
	docs := inventory.Documents("us-east-1")["TrainingJob"]
	docs = docs[len(docs)-5000:]
	created := func(doc simulator.Document) time.Time {
		at, err := time.Parse(time.RFC3339, doc.Body["CreationTime"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	end := created(docs[len(docs)-1])
	going := 0
	for _, doc := range docs {
		goesOn := doc.Body["TrainingJobStatus"] == "InProgress"
		if pool, ok := doc.Body["WarmPoolStatus"].(map[string]any); ok {
			goesOn = goesOn || pool["Status"] == "InUse" || pool["Status"] == "Available"
		}
		if !goesOn {
			continue
		}
		going++
		if age := end.Sub(created(doc)); age > 6*24*time.Hour {
			t.Errorf("%s goes on, and is %s old", doc.ARN, age)
		}
		name := doc.Body["TrainingJobName"].(string)
		out, err := sagemaker.NewFromConfig(cfg).DescribeTrainingJob(t.Context(), &sagemaker.DescribeTrainingJobInput{TrainingJobName: &name})
		if err != nil || *out.TrainingJobArn != doc.ARN {
			t.Errorf("%s: %v", name, err)
		}
	}
	if going == 0 {
		t.Error("none goes on")
	}
}

// TestAddedDescribe compares a job that was made with what it is a copy of, and
// what the long way through the server says of it.
func TestAddedDescribe(t *testing.T) {
	inventory, cfg := added(t, 5000, false)
	_, long := added(t, 5000, true)
	docs := inventory.Documents("us-east-1")["TrainingJob"]
	last := docs[len(docs)-1]
	name := last.Body["TrainingJobName"].(string)
	if !strings.HasSuffix(name, "-00004999") || last.ARN != arnPrefix+"training-job/"+name {
		t.Fatalf("the last is %s, %s", name, last.ARN)
	}
	describe := func(cfg aws.Config, name string) *sagemaker.DescribeTrainingJobOutput {
		out, err := sagemaker.NewFromConfig(cfg).DescribeTrainingJob(t.Context(), &sagemaker.DescribeTrainingJobInput{TrainingJobName: &name})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	got, other := describe(cfg, name), describe(long, name)
	of := describe(cfg, strings.TrimSuffix(name, "-00004999"))
	compare(t, name, got, last.Body)
	compare(t, name+", the long way", other, last.Body)
	if *got.RoleArn != *of.RoleArn || got.TrainingEndTime.Sub(*got.TrainingStartTime) != of.TrainingEndTime.Sub(*of.TrainingStartTime) || !got.CreationTime.After(*of.CreationTime) {
		t.Errorf("role %s, times %s to %s", *got.RoleArn, got.TrainingStartTime, got.TrainingEndTime)
	}
	tags, err := sagemaker.NewFromConfig(cfg).ListTags(t.Context(), &sagemaker.ListTagsInput{ResourceArn: got.TrainingJobArn})
	if err != nil || len(tags.Tags) == 0 {
		t.Errorf("tags %v, %v", tags, err)
	}
	for _, name := range []string{"fraud-gbm-2025-02-25-00005000", "fraud-gbm-2025-02-25-4", name + "-00000001"} {
		if _, err := sagemaker.NewFromConfig(cfg).DescribeTrainingJob(t.Context(), &sagemaker.DescribeTrainingJobInput{TrainingJobName: &name}); code(err) != "ValidationException" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAddedPeriods searches ten million jobs by the time of creation.
func TestAddedPeriods(t *testing.T) {
	_, cfg := added(t, 10_000_000, false)
	api := sagemaker.NewFromConfig(cfg)
	from := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC)
	filter := func(operator types.Operator, at time.Time) types.Filter {
		return types.Filter{Name: aws.String("CreationTime"), Operator: operator, Value: aws.String(at.Format(time.RFC3339))}
	}
	p := sagemaker.NewSearchPaginator(api, &sagemaker.SearchInput{Resource: types.ResourceTypeTrainingJob, MaxResults: aws.Int32(100), SearchExpression: &types.SearchExpression{
		Filters: []types.Filter{filter(types.OperatorGreaterThanOrEqualTo, from), filter(types.OperatorLessThan, from.Add(30*time.Minute))},
	}})
	var found []time.Time
	for p.HasMorePages() {
		page, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if *page.TotalHits.Value != 600 {
			t.Fatalf("%d hits", *page.TotalHits.Value)
		}
		for _, r := range page.Results {
			found = append(found, *r.TrainingJob.CreationTime)
		}
	}
	if len(found) != 600 || found[599].Before(from) || !found[0].Before(from.Add(30*time.Minute)) || found[0].Before(found[599]) {
		t.Errorf("%d jobs, from %s to %s", len(found), found[len(found)-1], found[0])
	}
	out, err := api.ListTrainingJobs(t.Context(), &sagemaker.ListTrainingJobsInput{
		MaxResults: aws.Int32(100), CreationTimeAfter: aws.Time(from), CreationTimeBefore: aws.Time(from.Add(time.Minute)),
	})
	if err != nil || len(out.TrainingJobSummaries) < 19 || len(out.TrainingJobSummaries) > 20 || out.NextToken != nil {
		t.Errorf("%d jobs of a minute, %v", len(out.TrainingJobSummaries), err)
	}
}

func TestAddErrors(t *testing.T) {
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		kind string
		n    int
		want string
	}{
		{"Cat", 1, `there is no kind of resource "Cat"`},
		{"UserProfile", 1, "they are not found by a name alone"},
		{"App", 1, "they are not found by a name alone"},
		{"TrainingJob", 0, "0 is no number"},
	} {
		if _, err := demo.Add(c.kind, c.n); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.kind, err)
		}
	}
}

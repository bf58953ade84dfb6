package reading

import (
	"hash/maphash"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

var noon = time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)

func after(d time.Duration) *time.Time { return aws.Time(noon.Add(d)) }

// TestContradicts compares records of Search with what the list said.
func TestContradicts(t *testing.T) {
	k := table.Kind("AWSSageMakerEndpoint")
	arn := aws.String("arn:aws:sagemaker:us-east-1:012345678901:endpoint/Two")
	item := types.EndpointSummary{EndpointName: aws.String("Two"), EndpointArn: arn, EndpointStatus: "InService", CreationTime: after(0), LastModifiedTime: after(time.Minute)}
	for _, c := range []struct {
		name   string
		change func(r *types.Endpoint)
		want   bool
	}{
		{"the same", func(*types.Endpoint) {}, false},
		{"another status at the same time", func(r *types.Endpoint) { r.EndpointStatus = "Failed" }, true},
		{"without a status", func(r *types.Endpoint) { r.EndpointStatus = "" }, true},
		{"without a name", func(r *types.Endpoint) { r.EndpointName = nil }, true},
		{"without a time", func(r *types.Endpoint) { r.LastModifiedTime = nil }, true},
		{"older", func(r *types.Endpoint) { r.LastModifiedTime = after(0) }, true},
		{"newer, with another status", func(r *types.Endpoint) { r.LastModifiedTime, r.EndpointStatus = after(time.Hour), "Failed" }, false},
		{"newer, without a status", func(r *types.Endpoint) { r.LastModifiedTime, r.EndpointStatus = after(time.Hour), "" }, true},
		{"made at another time", func(r *types.Endpoint) { r.CreationTime = after(time.Second) }, true},
		{"ARN in small letters", func(r *types.Endpoint) {
			r.EndpointArn = aws.String("arn:aws:sagemaker:us-east-1:012345678901:endpoint/two")
		}, false},
		{"name in small letters", func(r *types.Endpoint) { r.EndpointName = aws.String("two") }, true},
		{"more than the list says", func(r *types.Endpoint) { r.FailureReason = aws.String("x") }, false},
	} {
		r := types.Endpoint{EndpointName: aws.String("Two"), EndpointArn: arn, EndpointStatus: "InService", CreationTime: after(0), LastModifiedTime: after(time.Minute)}
		c.change(&r)
		if got := k.Contradicts(k.Said(reflect.ValueOf(item)), reflect.ValueOf(r)); got != c.want {
			t.Errorf("%s: contradicts %v", c.name, got)
		}
	}
	// What the list did not say, a record cannot contradict.
	bare := types.EndpointSummary{EndpointArn: arn}
	r := types.Endpoint{EndpointName: aws.String("Two"), EndpointArn: arn, EndpointStatus: "Failed", LastModifiedTime: after(0)}
	if k.Contradicts(k.Said(reflect.ValueOf(bare)), reflect.ValueOf(r)) {
		t.Error("contradicts what the list did not say")
	}
}

// TestContradictsMore looks at approval and version, which records of packages
// have.
func TestContradictsMore(t *testing.T) {
	k := table.Kind("AWSSageMakerModelPackage")
	item := types.ModelPackageSummary{
		ModelPackageArn: aws.String("arn:aws:sagemaker:us-east-1:012345678901:model-package/g/1"), ModelPackageGroupName: aws.String("g"), ModelPackageVersion: aws.Int32(1),
		ModelApprovalStatus: "Approved", ModelPackageStatus: "Completed", CreationTime: after(300 * time.Millisecond),
	}
	for _, c := range []struct {
		name   string
		change func(r *types.ModelPackage)
		want   bool
	}{
		{"the same", func(*types.ModelPackage) {}, false},
		{"the time to the second", func(r *types.ModelPackage) { r.CreationTime = after(0) }, false},
		{"another approval", func(r *types.ModelPackage) { r.ModelApprovalStatus = "Rejected" }, true},
		{"no approval", func(r *types.ModelPackage) { r.ModelApprovalStatus = "" }, true},
		{"another version", func(r *types.ModelPackage) { r.ModelPackageVersion = aws.Int32(2) }, true},
	} {
		r := types.ModelPackage{
			ModelPackageArn: item.ModelPackageArn, ModelPackageGroupName: item.ModelPackageGroupName, ModelPackageVersion: item.ModelPackageVersion,
			ModelApprovalStatus: item.ModelApprovalStatus, ModelPackageStatus: item.ModelPackageStatus, CreationTime: item.CreationTime,
		}
		c.change(&r)
		if got := k.Contradicts(k.Said(reflect.ValueOf(item)), reflect.ValueOf(r)); got != c.want {
			t.Errorf("%s: contradicts %v", c.name, got)
		}
	}
}

func TestThin(t *testing.T) {
	model, team := table.Kind("AWSSageMakerModel"), table.Kind("AWSSageMakerWorkteam")
	item := types.ModelSummary{ModelName: aws.String("m"), ModelArn: aws.String("a"), CreationTime: after(0)}
	for _, c := range []struct {
		name          string
		k             *Kind
		details, item any
		want          bool
	}{
		{"nothing", model, sagemaker.DescribeModelOutput{}, item, true},
		{"its name alone", model, sagemaker.DescribeModelOutput{ModelName: aws.String("m"), ModelArn: aws.String("a")}, item, true},
		{"more", model, sagemaker.DescribeModelOutput{ModelName: aws.String("m"), CreationTime: after(0)}, item, false},
		{"the list says no more", model, sagemaker.DescribeModelOutput{ModelName: aws.String("m")}, types.ModelSummary{ModelName: aws.String("m")}, false},
		{"no wrapper", team, sagemaker.DescribeWorkteamOutput{}, types.Workteam{WorkteamName: aws.String("w"), Description: aws.String("d")}, true},
		{"an empty wrapper", team, sagemaker.DescribeWorkteamOutput{Workteam: &types.Workteam{}}, types.Workteam{WorkteamName: aws.String("w"), Description: aws.String("d")}, true},
		{"a full wrapper", team, sagemaker.DescribeWorkteamOutput{Workteam: &types.Workteam{WorkteamName: aws.String("w"), Description: aws.String("d")}}, types.Workteam{WorkteamName: aws.String("w"), Description: aws.String("d")}, false},
	} {
		if got := c.k.Thin(reflect.ValueOf(c.details), reflect.ValueOf(c.item)); got != c.want {
			t.Errorf("%s: thin %v", c.name, got)
		}
	}
}

func TestOlder(t *testing.T) {
	k, team := table.Kind("AWSSageMakerNotebookInstance"), table.Kind("AWSSageMakerWorkteam")
	item := types.NotebookInstanceSummary{CreationTime: after(0), LastModifiedTime: after(time.Minute)}
	for _, c := range []struct {
		name    string
		details sagemaker.DescribeNotebookInstanceOutput
		want    bool
	}{
		{"the same", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(0), LastModifiedTime: after(time.Minute)}, false},
		{"a part of a second older", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(0), LastModifiedTime: after(time.Minute)}, false},
		{"older", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(0), LastModifiedTime: after(30 * time.Second)}, true},
		{"made before", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(-time.Hour), LastModifiedTime: after(time.Hour)}, true},
		{"newer", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(0), LastModifiedTime: after(time.Hour)}, false},
		{"made anew", sagemaker.DescribeNotebookInstanceOutput{CreationTime: after(time.Hour), LastModifiedTime: after(time.Hour)}, false},
		{"no times", sagemaker.DescribeNotebookInstanceOutput{}, false},
		{"a time that cannot be read", sagemaker.DescribeNotebookInstanceOutput{LastModifiedTime: aws.Time(operation.Unreadable)}, false},
	} {
		if got := k.Older(reflect.ValueOf(c.details), reflect.ValueOf(item)); got != c.want {
			t.Errorf("%s: older %v", c.name, got)
		}
	}
	of := types.Workteam{CreateDate: after(0), LastUpdatedDate: after(0)}
	if team.Older(reflect.ValueOf(sagemaker.DescribeWorkteamOutput{}), reflect.ValueOf(of)) {
		t.Error("without a wrapper: older")
	}
}

// TestLacks compares what Search lacks with a second look at the structures.
func TestLacks(t *testing.T) {
	k := table.Kind("AWSSageMakerPipeline")
	lacks := k.Lacks(reflect.TypeFor[types.Pipeline]())
	i := slices.IndexFunc(lacks, func(u graph.Unread) bool { return u.Column == "pipeline_definition" })
	if i < 0 || lacks[i].Count != 0 || lacks[i].Because != "" {
		t.Errorf("Search lacks %+v of pipelines", lacks)
	}
	k = table.Kind("AWSSageMakerEndpoint")
	lacks = k.Lacks(reflect.TypeFor[types.Endpoint]())
	withPaths := 0
	for _, u := range lacks {
		withPaths += len(u.Paths)
		if !slices.IsSorted(u.Paths) {
			t.Errorf("not sorted: %v", u.Paths)
		}
		for _, p := range u.Paths {
			if !slices.Contains(k.Paths(u.Column), p) {
				t.Errorf("%s is in %s and not among its paths %v", p, u.Column, k.Paths(u.Column))
			}
		}
	}
	if withPaths == 0 {
		t.Errorf("Search lacks no reference of endpoints: %+v", lacks)
	}
	for _, k := range table.Kinds {
		if got := k.Lacks(k.Details()); got != nil {
			t.Errorf("%s: the details lack %v", k.Label, got)
		}
		seen := map[string]bool{}
		shapes := []reflect.Type{}
		if k.List != nil {
			shapes = append(shapes, k.Item())
		}
		if k.Search != nil {
			shapes = append(shapes, k.Search.Record)
		}
		for _, shape := range shapes {
			clear(seen)
			for _, u := range k.Lacks(shape) {
				if seen[u.Column] {
					t.Errorf("%s: %s lacks %s twice", k.Label, shape, u.Column)
				}
				seen[u.Column] = true
				if !slices.ContainsFunc(k.Columns, func(c graph.Column) bool { return c.Name == u.Column && c.Source != "" }) {
					t.Errorf("%s: %s lacks %s, which is no column of the kind", k.Label, shape, u.Column)
				}
			}
			// Each reference that the shape cannot give stands among what it lacks.
			for i, r := range k.Rules {
				full, some := k.shapeOf(k.Details()).paths[i], k.shapeOf(shape).paths[i]
				told := slices.ContainsFunc(k.Lacks(shape), func(u graph.Unread) bool { return slices.Contains(u.Paths, r.Path) })
				if told != (full != nil && some == nil) {
					t.Errorf("%s: %s of %s: told %v", k.Label, r.Path, shape, told)
				}
			}
		}
	}
}

func TestPaths(t *testing.T) {
	k := table.Kind("AWSSageMakerModel")
	if got := k.Paths("vpc_config_subnets"); !slices.Equal(got, []string{"VpcConfig.Subnets[]"}) {
		t.Errorf("subnets: %v", got)
	}
	got := k.Paths("containers")
	for _, want := range []string{"Containers[].Image", "Containers[].ModelDataUrl", "Containers[].ModelPackageName"} {
		if !slices.Contains(got, want) {
			t.Errorf("containers: %v lacks %s", got, want)
		}
	}
	if got := k.Paths("no_such_column"); got != nil {
		t.Errorf("no such column: %v", got)
	}
	// Every rule stands in a column.
	for _, k := range table.Kinds {
		for _, r := range k.Rules {
			in := slices.ContainsFunc(k.Columns, func(c graph.Column) bool { return slices.Contains(k.Paths(c.Name), r.Path) })
			if !in && r.Path != k.Within {
				t.Errorf("%s: %s stands in no column", k.Label, r.Path)
			}
		}
	}
}

// TestUnreadable reads a time that no format can hold.
func TestUnreadable(t *testing.T) {
	k := table.Kind("AWSSageMakerModel")
	r := table.NewReader(k, scope, false)
	rec, unreadable := r.Read(reflect.ValueOf(sagemaker.DescribeModelOutput{ModelName: aws.String("m"), ModelArn: aws.String("arn:aws:sagemaker:us-east-1:012345678901:model/m"), CreationTime: aws.Time(operation.Unreadable)}), &Origin{})
	if !slices.Equal(unreadable, []string{"creation_time"}) || k.Text(rec, "name") != "m" {
		t.Errorf("%v, %v", unreadable, rec)
	}
	for i, c := range k.Columns {
		switch {
		case c.Name == "creation_time" && !rec.Values[i].IsNull():
			t.Errorf("the time is %v", rec.Values[i])
		case c.Name == ColumnUnread && !slices.Equal(rec.Values[i].Strings(), []string{"creation_time"}):
			t.Errorf("unread: %v", rec.Values[i].Strings())
		}
	}
}

var scope = record.Scope{Account: "012345678901", Region: "us-east-1", Partition: "aws"}

// TestAddSaying compares what is hashed with what is compared otherwise.
func TestAddSaying(t *testing.T) {
	at, n, yes := time.Unix(1736248805, 250e6), int32(7), true
	for _, v := range []any{
		"", "Name", "arn:AWS:x", "arn:AWS:É", "arn:" + strings.Repeat("A", 200), at, n, yes, types.TrainingJobStatusCompleted, []string{"b", "a"}, map[string]string{"a": "b"}, types.WarmPoolStatus{Status: "Reused"},
	} {
		f := reflect.New(reflect.TypeOf(v)).Elem()
		f.Set(reflect.ValueOf(v))
		for _, f := range []reflect.Value{f, reflect.ValueOf(v)} {
			var got maphash.Hash
			got.SetSeed(sayingSeed)
			addSaying(&got, f)
			if got.Sum64() != maphash.String(sayingSeed, sayingOf(f)) {
				t.Errorf("%v is not hashed as it is said: %q", v, sayingOf(f))
			}
		}
	}
}

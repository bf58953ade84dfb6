package lineage

import (
	"errors"
	"slices"
	"testing"

	"github.com/sgexport/sgexport/graph/view"
)

// TestFind holds what a text names, and that nothing is preferred silently.
func TestFind(t *testing.T) {
	l := lineageOf(t, `
Endpoint/churn USED EndpointConfig/churn
EndpointConfig/churn REFERENCED Model/churn-model
ModelPackage/churn/1 MEMBER_OF ModelPackageGroup/group
Pipeline/p CONTAINS PipelineExecution/p/execution/1
TrainingJob/t READ_FROM s3://data/raw/x
Endpoint/data READ_FROM s3://other/raw
`)
	for text, want := range map[string]Start{
		"arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn": {ID: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn"},
		"endpoint/churn":                         {ID: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn"},
		"us-east-1:endpoint/churn":               {ID: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn"},
		"111122223333:us-east-1:endpoint/churn":  {ID: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/churn"},
		"churn-model":                            {ID: "arn:aws:sagemaker:us-east-1:111122223333:model/churn-model"},
		"modelpackage/churn/1":                   {ID: "arn:aws:sagemaker:us-east-1:111122223333:modelpackage/churn/1"},
		"other":                                  {ID: "other"},
		"other/raw/":                             {"other", "raw"},
		"s3://data":                              {ID: "data"},
		"s3://data/raw/x/":                       {"data", "raw/x"},
		"https://data.s3.amazonaws.com/raw%20/x": {"data", "raw /x"},
	} {
		if got, err := l.Find(text); err != nil || got != want {
			t.Errorf("%q is %+v, %v, want %+v", text, got, err, want)
		}
	}
	for _, text := range []string{"nothing", "s3://nobucket/x", "nobucket/x", "", "endpoint/"} {
		var none *view.NotFoundError
		if got, err := l.Find(text); !errors.As(err, &none) || none.Text != text {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
	}
	var several *view.AmbiguousError
	if got, err := l.Find("churn"); !errors.As(err, &several) || len(several.IDs) != 2 {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := l.Find("data"); !errors.As(err, &several) || !slices.Contains(several.IDs, "s3://data") || len(several.IDs) != 2 {
		t.Errorf("a bucket and an endpoint of one name: %+v, %v", got, err)
	}
	if names := l.Names(); !slices.Contains(names, "endpoint/churn") || !slices.Contains(names, "other") {
		t.Errorf("names %v", names)
	}
	if got := l.Endpoints(); len(got) != 2 {
		t.Errorf("endpoints %v", got)
	}
	if w := l.Of(Start{ID: "nothing"}, Options{}); len(w.Nodes) != 0 || w.Edges == nil {
		t.Errorf("of nothing: %+v", w)
	}
}

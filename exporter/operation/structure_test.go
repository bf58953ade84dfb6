package operation

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestHas(t *testing.T) {
	for _, c := range []struct {
		out  s3.GetBucketPolicyStatusOutput
		path string
		want bool
	}{
		{s3.GetBucketPolicyStatusOutput{}, "PolicyStatus.IsPublic", false},
		{s3.GetBucketPolicyStatusOutput{PolicyStatus: &types.PolicyStatus{}}, "PolicyStatus.IsPublic", false},
		{s3.GetBucketPolicyStatusOutput{PolicyStatus: &types.PolicyStatus{IsPublic: aws.Bool(false)}}, "PolicyStatus.IsPublic", true},
		{s3.GetBucketPolicyStatusOutput{PolicyStatus: &types.PolicyStatus{IsPublic: aws.Bool(false)}}, "PolicyStatus.IsPublic.X", false},
		{s3.GetBucketPolicyStatusOutput{}, "Nothing", false},
	} {
		if got := Has(reflect.ValueOf(c.out), c.path); got != c.want {
			t.Errorf("%s: %v", c.path, got)
		}
	}
}

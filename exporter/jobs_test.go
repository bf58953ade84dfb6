package exporter

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// TestTargetsOfJobs names what is outside SageMaker by its name and by its ARN.
func TestTargetsOfJobs(t *testing.T) {
	redshift := reflect.ValueOf(types.RedshiftDatasetDefinition{ClusterId: aws.String("wh")})
	for _, c := range []struct {
		target         target
		value          string
		label, id, arn string
	}{
		{toWorkGroup, "primary", "AWSAthenaWorkGroup", "arn:aws-cn:athena:cn-north-1:012345678901:workgroup/primary", ""},
		{toRedshift, "wh", "AWSRedshiftCluster", "arn:aws-cn:redshift:cn-north-1:012345678901:cluster:wh", ""},
		{toRedshiftDatabase, "dev", "AWSRedshiftDatabase", "arn:aws-cn:redshift:cn-north-1:012345678901:dbname:wh/dev", ""},
		{toThing, "cam-1", "AWSIoTThing", "arn:aws-cn:iot:cn-north-1:012345678901:thing/cam-1", ""},
		{toRoleAlias, "fleet", "AWSIoTRoleAlias", "arn:aws-cn:iot:cn-north-1:012345678901:rolealias/fleet", ""},
		{toRoleAlias, "arn:aws:iot:us-east-1:210987654321:rolealias/fleet", "AWSIoTRoleAlias", "arn:aws:iot:us-east-1:210987654321:rolealias/fleet", ""},
		{toRoleAlias, "arn:aws:iam::210987654321:role/fleet", "", "", ""},
		{toThing, "None", "", "", ""},
		{toUserPool, "us-east-1_AbC", "AWSCognitoUserPool", "us-east-1_AbC", ""},
		{toVpcEndpoint, "vpce-1", "AWSVpcEndpoint", "vpce-1", ""},
		{toVpcEndpoint, "vpc-1", "", "", ""},
		{toLogGroup, "arn:aws:logs:us-east-1:1:log-group:/a/b:*", "AWSCloudWatchLogGroup", "arn:aws:logs:us-east-1:1:log-group:/a/b", "arn:aws:logs:us-east-1:1:log-group:/a/b:*"},
		{toLogGroup, "arn:aws:logs:us-east-1:1:log-group:/a/b", "AWSCloudWatchLogGroup", "arn:aws:logs:us-east-1:1:log-group:/a/b", ""},
		{toLogGroup, "/a/b", "", "", ""},
		{toAnyKind, "arn:aws:sagemaker:us-east-1:012345678901:processing-job/p", "AWSSageMakerProcessingJob", "arn:aws:sagemaker:us-east-1:012345678901:processing-job/p", ""},
	} {
		r, ok := c.target.find(&refContext{partition: "aws-cn", account: "012345678901", region: "cn-north-1", parent: redshift}, c.value)
		if want := (reference{label: c.label, id: c.id, arn: c.arn}); ok != (c.label != "") || ok && r != want {
			t.Errorf("%s: %+v, %v, want %+v", c.value, r, ok, want)
		}
	}
	if r, ok := toRedshiftDatabase.find(&refContext{}, "dev"); ok {
		t.Errorf("a database without its cluster: %+v", r)
	}
}

func TestReferencesIn(t *testing.T) {
	const role = "arn:aws:iam::012345678901:role/service-role/R"
	for _, c := range []struct {
		name, document string
		want           []string
	}{
		{"nothing", ``, nil},
		{"no references", `{"a": "text", "b": [1, true, null, "sk:learn"]}`, nil},
		{
			"whole texts, in their order",
			`{"z": "s3://b-1/k with blank", "a": {"Role": "` + role + `", "deep": [["https://b-1.s3.amazonaws.com/k"]]}, "image": "012345678901.dkr.ecr.us-east-1.amazonaws.com/i:1"}`,
			[]string{"s3://b-1/k with blank", role, "https://b-1.s3.amazonaws.com/k", "012345678901.dkr.ecr.us-east-1.amazonaws.com/i:1"},
		},
		{"keys", `{"s3://b/k": 1}`, []string{"s3://b/k"}},
		{"inside of texts", `{"cmd": "cp s3://a/x S3://b/y, as ` + role + `."}`, []string{"s3://a/x", "S3://b/y", role}},
		{"JSON inside of JSON", `{"inner": "{\"in\":\"s3://a/x\",\"out\":[\"s3://b/y\"]}"}`, []string{"s3://a/x", "s3://b/y"}},
		{"escaped", `{"a": "s3:\/\/a\/x\u0026y"}`, []string{"s3://a/x&y"}},
		{"no JSON", "in: s3://a/x\nrole: " + role + "\n", []string{"s3://a/x", role}},
		{"cut", `{"a": "s3://a/x", "b": "s3://b/y`, []string{"s3://a/x", "s3://b/y"}},
	} {
		if got := referencesIn(c.document, toURI, &refContext{}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestListsInMaps follows a path through a map whose values are lists.
func TestListsInMaps(t *testing.T) {
	out := sagemaker.DescribeAutoMLJobV2Output{BestCandidate: &types.AutoMLCandidate{InferenceContainerDefinitions: map[string][]types.AutoMLContainerDefinition{
		"GPU": {{Image: aws.String("c")}}, "CPU": {{Image: aws.String("a")}, {}, {Image: aws.String("b")}},
	}}}
	p, err := compilePath(reflect.TypeOf(out), "BestCandidate.InferenceContainerDefinitions{}[].Image")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	p.each(reflect.ValueOf(out), reflect.ValueOf(out), func(text string, _ reflect.Value) { got = append(got, text) })
	if want := []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, text := range []string{"BestCandidate.InferenceContainerDefinitions{}.Image", "BestCandidate.InferenceContainerDefinitions[]{}.Image", "BestCandidate{}.X"} {
		if _, err := compilePath(reflect.TypeOf(out), text); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

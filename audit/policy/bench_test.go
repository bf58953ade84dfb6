package policy

import (
	"fmt"
	"testing"
)

// benchRequest has ten policies of five statements each, as a role of a larger account has.
func benchRequest() *Request {
	var set Set
	for i := range 8 {
		text := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[
			{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket","s3:PutObject"],"Resource":["arn:aws:s3:::bucket-%d","arn:aws:s3:::bucket-%d/*"]},
			{"Effect":"Allow","Action":["logs:*","cloudwatch:PutMetricData"],"Resource":"*"},
			{"Effect":"Allow","Action":"sagemaker:InvokeEndpoint*","Resource":"arn:aws:sagemaker:*:111122223333:endpoint/team-%d-*"},
			{"Effect":"Deny","Action":"iam:*","NotResource":"arn:aws:iam::111122223333:role/team/*"},
			{"Effect":"Allow","Action":"sagemaker:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"${aws:PrincipalTag/team}"},"Bool":{"aws:SecureTransport":"true"}}}]}`, i, i, i)
		set.Identity = append(set.Identity, Parse(fmt.Sprintf("arn:aws:iam::111122223333:policy/p%d", i), text))
	}
	set.HasBoundary = true
	set.Boundary = Parse("boundary", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","NotAction":["iam:*","organizations:*"],"Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["us-east-1","eu-west-1"]}}}]}`)
	set.SCP = []Level{{"111122223333", []*Policy{Parse("FullAWSAccess", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)}}}
	return &Request{
		Action: "sagemaker:InvokeEndpoint",
		Resource: Resource{
			ARN: "arn:aws:sagemaker:us-east-1:111122223333:endpoint/team-7-churn", Tags: map[string]string{"team": "fraud", "stage": "prod"}, TagsKnown: true,
		},
		Principal: Principal{Kind: KindRole, ARN: "arn:aws:iam::111122223333:role/team/invoker", ID: "AROAEXAMPLE", Tags: map[string]string{"team": "churn"}, TagsKnown: true},
		Policies:  set,
	}
}

func BenchmarkQuick(b *testing.B) {
	r := benchRequest()
	b.ReportAllocs()
	for b.Loop() {
		Quick(r)
	}
}

func BenchmarkEvaluate(b *testing.B) {
	r := benchRequest()
	b.ReportAllocs()
	for b.Loop() {
		Evaluate(r)
	}
}

func BenchmarkQuickNarrowed(b *testing.B) {
	r := benchRequest()
	for i, p := range r.Policies.Identity {
		r.Policies.Identity[i] = Narrow(p, r.Action)
	}
	b.ReportAllocs()
	for b.Loop() {
		Quick(r)
	}
}

func BenchmarkReadReference(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := readReference(iamData, overlay); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParse(b *testing.B) {
	const text = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::b","arn:aws:s3:::b/${aws:username}/*"],"Condition":{"StringLike":{"aws:PrincipalTag/team":["a*","b"]}}}]}`
	b.ReportAllocs()
	for b.Loop() {
		Parse("p", text)
	}
}

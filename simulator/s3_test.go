package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/aws-sdk-go-v2/service/s3control"
	smithyendpoints "github.com/aws/smithy-go/endpoints"

	"github.com/sgexport/sgexport/simulator"
)

func s3Client(t *testing.T, server http.Handler, region string) *s3.Client {
	t.Helper()
	return s3.NewFromConfig(start(t, server, region), func(o *s3.Options) { o.UsePathStyle = true })
}

// asked is what S3 says of a bucket: for each read the answer or the error's
// code.
func asked(ctx context.Context, c *s3.Client, bucket string) string {
	var said []string
	say := func(name string, value func() string, err error) {
		text := code(err)
		if err == nil {
			text = value()
		}
		said = append(said, name+" "+text)
	}
	location, err := c.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
	say("location", func() string { return string(location.LocationConstraint) }, err)
	block, err := c.GetPublicAccessBlock(ctx, &s3.GetPublicAccessBlockInput{Bucket: &bucket})
	say("block", func() string { return asJSON(block.PublicAccessBlockConfiguration) }, err)
	policy, err := c.GetBucketPolicyStatus(ctx, &s3.GetBucketPolicyStatusInput{Bucket: &bucket})
	say("policy", func() string { return asJSON(policy.PolicyStatus) }, err)
	encryption, err := c.GetBucketEncryption(ctx, &s3.GetBucketEncryptionInput{Bucket: &bucket})
	say("encryption", func() string { return asJSON(encryption.ServerSideEncryptionConfiguration) }, err)
	versioning, err := c.GetBucketVersioning(ctx, &s3.GetBucketVersioningInput{Bucket: &bucket})
	say("versioning", func() string { return string(versioning.Status) + " " + string(versioning.MFADelete) }, err)
	return strings.Join(said, "; ")
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

const buckets = `[
	{"Name": "bare", "Region": "us-east-1"},
	{"Name": "full", "Region": "us-east-1",
		"PublicAccessBlock": {"BlockPublicAcls": true, "IgnorePublicAcls": false, "BlockPublicPolicy": true, "RestrictPublicBuckets": false},
		"PolicyStatus": {"IsPublic": true},
		"Encryption": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}, "BucketKeyEnabled": true}]},
		"Versioning": {"Status": "Enabled", "MFADelete": "Disabled"}},
	{"Name": "abroad", "Region": "eu-west-1"},
	{"Name": "told", "Region": "us-east-1", "PolicyStatus": {"IsPublic": false}, "Policy": {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::told/<a>&b"}]}},
	{"Name": "closed", "Region": "us-east-1", "Denied": true}
]`

func TestBuckets(t *testing.T) {
	inventory, err := simulator.Load(fstest.MapFS{"012345678901/Bucket.json": &fstest.MapFile{Data: []byte(buckets)}})
	if err != nil {
		t.Fatal(err)
	}
	server := simulator.New(inventory, simulator.Options{})
	client := s3Client(t, server, "us-east-1")
	for bucket, want := range map[string]string{
		"bare":   `location ; block NoSuchPublicAccessBlockConfiguration; policy NoSuchBucketPolicy; encryption ServerSideEncryptionConfigurationNotFoundError; versioning  `,
		"full":   `location ; block {"BlockPublicAcls":true,"BlockPublicPolicy":true,"IgnorePublicAcls":false,"RestrictPublicBuckets":false}; policy {"IsPublic":true}; encryption {"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"k"},"BlockedEncryptionTypes":null,"BucketKeyEnabled":true}]}; versioning Enabled Disabled`,
		"abroad": `location eu-west-1; block PermanentRedirect; policy PermanentRedirect; encryption PermanentRedirect; versioning PermanentRedirect`,
		"closed": `location AccessDenied; block AccessDenied; policy AccessDenied; encryption AccessDenied; versioning AccessDenied`,
		"ghost":  `location NoSuchBucket; block NoSuchBucket; policy NoSuchBucket; encryption NoSuchBucket; versioning NoSuchBucket`,
	} {
		if got := asked(t.Context(), client, bucket); got != want {
			t.Errorf("%s:\n got %s\nwant %s", bucket, got, want)
		}
	}
	for _, action := range []string{"s3:GetBucketLocation", "s3:GetBucketPolicyStatus", "s3:GetBucketPublicAccessBlock", "s3:GetBucketVersioning", "s3:GetEncryptionConfiguration"} {
		if server.Calls()[action] != 5 {
			t.Errorf("calls %v", server.Calls())
		}
	}
	if got := asked(t.Context(), s3Client(t, server, "eu-west-1"), "abroad"); !strings.HasPrefix(got, "location eu-west-1; block NoSuchPublicAccessBlockConfiguration") {
		t.Errorf("abroad, at home: %s", got)
	}
}

// TestBucketRedirect reads the header that names the right region, and errors'
// statuses.
func TestBucketRedirect(t *testing.T) {
	inventory, err := simulator.Load(fstest.MapFS{"012345678901/Bucket.json": &fstest.MapFile{Data: []byte(buckets)}})
	if err != nil {
		t.Fatal(err)
	}
	client := s3Client(t, simulator.New(inventory, simulator.Options{}), "us-east-1")
	for bucket, status := range map[string]int{"abroad": 301, "bare": 404, "ghost": 404, "closed": 403} {
		_, err := client.GetBucketPolicyStatus(t.Context(), &s3.GetBucketPolicyStatusInput{Bucket: aws.String(bucket)})
		var response *smithyhttp.ResponseError
		if !errors.As(err, &response) || response.HTTPStatusCode() != status {
			t.Errorf("%s: %v", bucket, err)
			continue
		}
		if region := response.Response.Header.Get("X-Amz-Bucket-Region"); (status == 301) != (region == "eu-west-1") {
			t.Errorf("%s: region %q", bucket, region)
		}
	}
}

// TestBucketRequests sends what no read of a bucket is.
func TestBucketRequests(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	fault := func(action string, call int, _ []byte) *simulator.Fault {
		if action == "s3:GetBucketVersioning" && call == 1 {
			return &simulator.Fault{Status: 503, Code: "SlowDown", Message: "Please reduce your request rate."}
		}
		return nil
	}
	server := simulator.New(inventory, simulator.Options{Fault: fault})
	client := s3Client(t, server, "us-east-1")
	noRetry := func(o *s3.Options) { o.Retryer = aws.NopRetryer{} }
	if _, err := client.GetBucketVersioning(t.Context(), &s3.GetBucketVersioningInput{Bucket: aws.String("lumen-scratch")}, noRetry); code(err) != "SlowDown" {
		t.Errorf("fault: %v", err)
	}
	if _, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String("lumen-scratch")}, noRetry); code(err) != "NotImplemented" {
		t.Errorf("objects: %v", err)
	}
	url, stop, err := simulator.Serve(t.Context(), server, "")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = stop() }()
	response, err := http.Get(url + "/lumen-scratch?location")
	if err != nil {
		t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusForbidden {
		t.Errorf("unsigned: %s, %v", response.Status, err)
	}
}

func TestBucketPolicies(t *testing.T) {
	inventory, err := simulator.Load(fstest.MapFS{"012345678901/Bucket.json": &fstest.MapFile{Data: []byte(buckets)}})
	if err != nil {
		t.Fatal(err)
	}
	options := simulator.Options{Edit: func(action string, doc map[string]any) []map[string]any {
		switch {
		case action == "s3:GetBucketPolicy" && doc["Name"] == "full":
			doc["Policy"] = "{"
		case action == "s3:GetBucketVersioning" && doc["Name"] == "full":
			return nil
		}
		return []map[string]any{doc}
	}}
	client := s3Client(t, simulator.New(inventory, options), "us-east-1")
	for bucket, want := range map[string]string{
		"told":   `{"Statement":[{"Action":"s3:*","Effect":"Deny","Principal":"*","Resource":"arn:aws:s3:::told/<a>&b"}],"Version":"2012-10-17"}`,
		"full":   "{",
		"bare":   "NoSuchBucketPolicy",
		"closed": "AccessDenied",
		"abroad": "PermanentRedirect",
		"ghost":  "NoSuchBucket",
	} {
		out, err := client.GetBucketPolicy(t.Context(), &s3.GetBucketPolicyInput{Bucket: &bucket})
		got := code(err)
		if err == nil {
			got = *out.Policy
		}
		if got != want {
			t.Errorf("%s: %s, want %s", bucket, got, want)
		}
	}
	if said := asked(t.Context(), client, "full"); !strings.Contains(said, `policy {"IsPublic":true}; encryption {"Rules"`) || !strings.HasSuffix(said, "versioning NoSuchBucket") {
		t.Errorf("edited: %s", said)
	}
}

// ownHost keeps the host of the server: the SDK puts the account before the
// host of any endpoint, and a name below an address or localhost is none.
type ownHost struct {
	s3control.EndpointResolverV2
	host string
}

func (o ownHost) ResolveEndpoint(ctx context.Context, p s3control.EndpointParameters) (smithyendpoints.Endpoint, error) {
	endpoint, err := o.EndpointResolverV2.ResolveEndpoint(ctx, p)
	endpoint.URI.Host = o.host
	return endpoint, err
}

func s3ControlClient(t *testing.T, server http.Handler) *s3control.Client {
	t.Helper()
	config := start(t, server, "eu-central-1")
	return s3control.NewFromConfig(config, func(o *s3control.Options) {
		o.EndpointResolverV2 = ownHost{s3control.NewDefaultEndpointResolverV2(), strings.TrimPrefix(*config.BaseEndpoint, "http://")}
	})
}

func TestAccountBlock(t *testing.T) {
	deny := false
	options := simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if deny && action == "s3:GetAccountPublicAccessBlock" {
			return &simulator.Fault{Status: 403, Code: "AccessDenied", Message: "Access Denied"}
		}
		return nil
	}}
	set := s3ControlClient(t, serve(t, options, map[string]string{"S3Control.json": `{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "RestrictPublicBuckets": true}}`}))
	out, err := set.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: aws.String("012345678901")})
	if err != nil || asJSON(out.PublicAccessBlockConfiguration) != `{"BlockPublicAcls":true,"BlockPublicPolicy":false,"IgnorePublicAcls":false,"RestrictPublicBuckets":true}` {
		t.Errorf("%s, %v", asJSON(out), err)
	}
	if _, err := set.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: aws.String("999999999999")}); code(err) != "AccessDenied" {
		t.Errorf("of another account: %v", err)
	}
	if _, err := set.ListAccessPoints(t.Context(), &s3control.ListAccessPointsInput{AccountId: aws.String("012345678901")}, func(o *s3control.Options) { o.Retryer = aws.NopRetryer{} }); code(err) != "NotImplemented" {
		t.Errorf("not served: %v", err)
	}
	deny = true
	if _, err := set.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: aws.String("012345678901")}); code(err) != "AccessDenied" {
		t.Errorf("denied: %v", err)
	}
	unset := s3ControlClient(t, serve(t, simulator.Options{}, map[string]string{"us-east-1/Model.json": "[]"}))
	if _, err := unset.GetPublicAccessBlock(t.Context(), &s3control.GetPublicAccessBlockInput{AccountId: aws.String("012345678901")}); code(err) != "NoSuchPublicAccessBlockConfiguration" {
		t.Errorf("not set: %v", err)
	}
}

func TestBucketLoadErrors(t *testing.T) {
	for text, want := range map[string]string{
		`[{"Region": "us-east-1"}]`: "document 0: a bucket: no member Name",
		`[{"Name": "b"}]`:           `document 0: a bucket: member Region is ""`,
		`[{"Name": "b", "Region": "us-east-1"}, {"Name": "b", "Region": "us-east-1"}]`: "document 1: a bucket: member Name is b a second time",
		`[{"Name": "b", "Region": "us-east-1", "Colour": "red"}]`:                      `unknown field "Colour"`,
		`[null]`: "document 0: a bucket: no member Name",
		`[{"Name": "b", "Region": "us-east-1", "Policy": 7}]`: "a policy is neither text nor an object",
	} {
		_, err := simulator.Load(fstest.MapFS{"012345678901/Bucket.json": &fstest.MapFile{Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

var bucketName = regexp.MustCompile(`s3://([a-z0-9.-]+)|https://s3[.-][a-z0-9.-]*amazonaws\.com/([a-z0-9.-]+)|https://([a-z0-9-]+)\.s3[.-][a-z0-9.-]*amazonaws\.com`)

// TestDemoBuckets checks that every bucket that the demo, or a copy of it,
// refers to has a document, and that buckets are of all sorts.
func TestDemoBuckets(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	referred := map[string]bool{}
	scaled := inventory.Scale(2)
	for _, region := range scaled.Regions() {
		for _, match := range bucketName.FindAllStringSubmatch(asJSON(scaled.Documents(region)), -1) {
			referred[match[1]+match[2]+match[3]] = true
		}
	}
	sorts := map[string]bool{}
	for _, b := range scaled.Buckets() {
		if !referred[b.Name] {
			t.Errorf("nothing refers to %s", b.Name)
		}
		delete(referred, b.Name)
		sorts["abroad"] = sorts["abroad"] || (b.Region != "us-east-1" && b.Region != "eu-west-1")
		sorts["public"] = sorts["public"] || (b.PolicyStatus != nil && b.PolicyStatus.IsPublic)
		sorts["not encrypted"] = sorts["not encrypted"] || b.Encryption == nil
		sorts["no policy"] = sorts["no policy"] || b.PolicyStatus == nil
		sorts["not versioned"] = sorts["not versioned"] || b.Versioning == nil
		if b.Denied {
			t.Errorf("%s is denied", b.Name)
		}
	}
	for name := range referred {
		t.Errorf("no document of the bucket %s", name)
	}
	if len(sorts) != 5 {
		t.Errorf("buckets are only %v", sorts)
	}
	for _, is := range sorts {
		if !is {
			t.Errorf("buckets are only %v", sorts)
		}
	}
	client := s3Client(t, simulator.New(inventory, simulator.Options{}), "us-east-1")
	location, err := client.GetBucketLocation(t.Context(), &s3.GetBucketLocationInput{Bucket: aws.String("lumen-raw-data-eu")})
	if err != nil || location.LocationConstraint != types.BucketLocationConstraintEuWest1 {
		t.Errorf("%+v, %v", location, err)
	}
}

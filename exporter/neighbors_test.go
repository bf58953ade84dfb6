package exporter_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

const bucketLabel = "AWSS3Bucket"

// withBuckets is an inventory of models, one for each bucket that is named, with
// the buckets that S3 has.
func withBuckets(t *testing.T, buckets string, referred ...string) fstest.MapFS {
	t.Helper()
	var models []string
	for _, b := range referred {
		models = append(models, model("of-"+b, `, "PrimaryContainer": {"ModelDataUrl": "s3://`+b+`/model.tar.gz"}`))
	}
	files := docs(t, map[string]string{"Model": list(models...)}).(fstest.MapFS)
	files[account+"/Bucket.json"] = &fstest.MapFile{Data: []byte(buckets)}
	return files
}

// ofBuckets is the report on buckets, and whether there is one.
func (r *result) ofBuckets() (k graph.KindReport, ok bool) {
	for _, s := range r.report.Scopes {
		for _, k := range s.Kinds {
			if k.Label == bucketLabel {
				return k, true
			}
		}
	}
	return k, false
}

const twoBuckets = `[
	{"Name": "full", "Region": "eu-west-1", "PublicAccessBlock": {"BlockPublicAcls": true, "BlockPublicPolicy": true}, "PolicyStatus": {"IsPublic": true},
	 "Encryption": {"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "arn:aws:kms:eu-west-1:012345678901:key/1234abcd"}}]}, "Versioning": {"Status": "Enabled", "MFADelete": "Disabled"}},
	{"Name": "bare", "Region": "us-east-1"},
	{"Name": "never-asked", "Region": "us-east-1"}]`

// TestBuckets reads the buckets that something refers to.
func TestBuckets(t *testing.T) {
	cfg, server := serve(t, withBuckets(t, twoBuckets, "full", "bare", "missing"), simulator.Options{})
	cfg.Neighbors = []string{"s3"}
	r := collect(t, cfg)
	if r.report.HasGaps() {
		t.Errorf("gaps %s", r.gaps())
	}
	full := r.node(t, bucketLabel, "full")
	for column, want := range map[string]string{
		"name": `"full"`, "region": `"eu-west-1"`, "observed": "true", "block_public_acls": "true", "block_public_policy": "true", "ignore_public_acls": "false", "restrict_public_buckets": "false",
		"policy_is_public": "true", "versioning_status": `"Enabled"`, "mfa_delete": `"Disabled"`, "unread": "",
	} {
		if full[column] != want {
			t.Errorf("%s is %s, want %s", column, full[column], want)
		}
	}
	r.hasEdge(t, "full -ENCRYPTED_BY(Encryption.ServerSideEncryptionConfiguration.Rules[].ApplyServerSideEncryptionByDefault.KMSMasterKeyID)-> 1234abcd arn:aws:kms:eu-west-1:012345678901:key/1234abcd")
	bare := r.node(t, bucketLabel, "bare")
	if bare["observed"] != "true" || bare["region"] != `"us-east-1"` || bare["policy_is_public"] != "" || bare["unread"] != "" {
		t.Errorf("a bucket without settings is %v", bare)
	}
	if n := r.node(t, bucketLabel, "missing"); n["observed"] != "false" || n["name"] != `"missing"` {
		t.Errorf("a bucket that does not exist is %v", n)
	}
	if r.nodes[bucketLabel+" never-asked"] != nil {
		t.Error("a bucket was read that nothing refers to")
	}
	if k, ok := r.ofBuckets(); !ok || k.State != graph.Complete || k.Written != 2 || k.Gone != 1 {
		t.Errorf("%v, %+v", ok, k)
	}
	allowed := exporter.Actions(nil, cfg.Neighbors)
	for _, action := range server.Actions() {
		if !slices.Contains(allowed, action) {
			t.Errorf("%s was called and is not in the policy", action)
		}
	}
}

// TestNoNeighbors asks S3 nothing.
func TestNoNeighbors(t *testing.T) {
	cfg, server := serve(t, withBuckets(t, twoBuckets, "full", "bare"), simulator.Options{})
	r := collect(t, cfg)
	for _, action := range server.Actions() {
		if strings.HasPrefix(action, "s3:") {
			t.Errorf("%s was called", action)
		}
	}
	if n := r.node(t, bucketLabel, "full"); n["observed"] != "false" {
		t.Errorf("%v", n)
	}
	if k, ok := r.ofBuckets(); ok && k.State != graph.Skipped {
		t.Errorf("%+v", k)
	}
	if got := exporter.NeighborGroups(); !slices.Equal(got, []string{"ecr", "iam", "kms", "network", "org", "s3"}) {
		t.Errorf("groups %v", got)
	}
}

// TestDeniedPieces has buckets of which a part may not be read, or nothing.
func TestDeniedPieces(t *testing.T) {
	cfg, _ := serve(t, withBuckets(t, twoBuckets, "full", "bare"), simulator.Options{Fault: failing("s3:GetBucketPolicyStatus", "AccessDenied", "no")})
	cfg.Neighbors = []string{"s3"}
	r := collect(t, cfg)
	k, _ := r.ofBuckets()
	if want := []graph.Unread{{Column: "policy_is_public", Because: graph.ByGap, Count: 2}}; k.State != graph.Partial || !reflect.DeepEqual(k.Unread, want) || r.gaps() != bucketLabel+" s3:GetBucketPolicyStatus × 2 AccessDenied" {
		t.Errorf("%+v, gaps %s", k, r.gaps())
	}
	if n := r.node(t, bucketLabel, "full"); n["unread"] != `["policy_is_public"]` || n["versioning_status"] != `"Enabled"` || n["observed"] != "true" {
		t.Errorf("%v", n)
	}

	// Of one bucket nothing may be read.
	cfg, _ = serve(t, withBuckets(t, strings.Replace(twoBuckets, `{"Name": "bare",`, `{"Name": "bare", "Denied": true,`, 1), "full", "bare"), simulator.Options{})
	cfg.Neighbors = []string{"s3"}
	r = collect(t, cfg)
	if k, _ := r.ofBuckets(); k.State != graph.Partial || k.Written != 1 {
		t.Errorf("one bucket of two: %+v", k)
	}
	if n := r.node(t, bucketLabel, "bare"); n["observed"] != "false" {
		t.Errorf("%v", n)
	}

	// S3 denies everything: a few probes.
	var referred []string
	for i := range 40 {
		referred = append(referred, "bucket-"+string(rune('a'+i%26))+string(rune('a'+i/26)))
	}
	cfg, server := serve(t, withBuckets(t, `[]`, referred...), simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if strings.HasPrefix(action, "s3:") {
			return &simulator.Fault{Code: "AccessDenied", Message: "no"}
		}
		return nil
	}})
	cfg.Neighbors = []string{"s3"}
	r = collect(t, cfg)
	if k, _ := r.ofBuckets(); k.State != graph.Denied || k.Written != 0 {
		t.Errorf("all denied: %+v", k)
	}
	for action, n := range server.Calls() {
		if strings.HasPrefix(action, "s3:") && n > 16 {
			t.Errorf("%s was called %d times", action, n)
		}
	}
	for _, g := range r.report.Gaps {
		if g.Label == bucketLabel && g.Count != 40 {
			t.Errorf("%+v", g)
		}
	}
}

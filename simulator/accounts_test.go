package simulator_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sgexport/sgexport/simulator"
)

// threeAccounts serves the demo as three accounts.
func threeAccounts(t *testing.T, options simulator.Options) (*simulator.Accounts, aws.Config) {
	t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	all := simulator.Copies(demo, 3)
	return all, start(t, simulator.NewAccounts(all, options), "us-east-1")
}

// as is a configuration with an access key.
func as(cfg aws.Config, key, token string) aws.Config {
	cfg.Credentials = credentials.NewStaticCredentialsProvider(key, "secret", token)
	return cfg
}

func TestAccounts(t *testing.T) {
	all, cfg := threeAccounts(t, simulator.Options{})
	if want := []string{"012345678901", "200000000001", "200000000002"}; !slices.Equal(all.IDs(), want) {
		t.Fatalf("accounts %v", all.IDs())
	}
	for i, id := range all.IDs() {
		key := simulator.AccessKey(id)
		if i == 0 {
			key = "AKIDEXAMPLE"
		}
		who, err := sts.NewFromConfig(as(cfg, key, "")).GetCallerIdentity(t.Context(), nil)
		if err != nil || *who.Account != id || !strings.Contains(*who.Arn, "::"+id+":") {
			t.Errorf("%s: %v, %v", key, who, err)
		}
		job, err := sagemaker.NewFromConfig(as(cfg, key, "")).DescribeTrainingJob(t.Context(), &sagemaker.DescribeTrainingJobInput{TrainingJobName: aws.String("fraud-gbm-2025-02-25")})
		if err != nil {
			t.Fatal(err)
		}
		want := "lumen-ml-artifacts"
		if i > 0 {
			want += "-" + id
		}
		if bucket := strings.Split(*job.ModelArtifacts.S3ModelArtifacts, "/")[2]; bucket != want || !strings.Contains(*job.TrainingJobArn, ":"+id+":") || !strings.Contains(*job.RoleArn, ":"+id+":") {
			t.Errorf("%s: bucket %s, ARN %s, role %s", id, bucket, *job.TrainingJobArn, *job.RoleArn)
		}
		inventory := all.Inventory(id)
		if inventory.Count() != all.Inventory("012345678901").Count() || inventory.Account() != id {
			t.Errorf("%s has %d resources", inventory.Account(), inventory.Count())
		}
		text := asJSON(inventory.Documents("us-east-1")) + asJSON(inventory.Services("")) + asJSON(inventory.Services("us-east-1")) + asJSON(inventory.Buckets())
		if i > 0 && strings.Contains(text, "012345678901") {
			t.Errorf("%s names the first account", id)
		}
	}
	if _, err := sts.NewFromConfig(as(cfg, "AKIA999999999999", "")).GetCallerIdentity(t.Context(), nil); code(err) != "InvalidClientTokenId" {
		t.Errorf("a key of no account: %v", err)
	}
	if all.Inventory("999999999999") != nil {
		t.Error("an account that there is not has an inventory")
	}
}

func TestAssumeRole(t *testing.T) {
	_, cfg := threeAccounts(t, simulator.Options{})
	api := sts.NewFromConfig(cfg)
	in := &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::200000000002:role/audit/Reader"), RoleSessionName: aws.String("me")}
	out, err := api.AssumeRole(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if left := time.Until(*out.Credentials.Expiration); left < 50*time.Minute || left > 70*time.Minute {
		t.Errorf("good for %s", left)
	}
	session := as(cfg, *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
	who, err := sts.NewFromConfig(session).GetCallerIdentity(t.Context(), nil)
	if err != nil || *who.Account != "200000000002" || *who.Arn != "arn:aws:sts::200000000002:assumed-role/Reader/me" || *who.Arn != *out.AssumedRoleUser.Arn {
		t.Errorf("%v, %v", who, err)
	}
	for name, c := range map[string]struct {
		change func(*sts.AssumeRoleInput)
		want   string
	}{
		"account that is not served": {func(in *sts.AssumeRoleInput) { in.RoleArn = aws.String("arn:aws:iam::111122223333:role/Reader") }, "AccessDenied"},
		"no ARN":                     {func(in *sts.AssumeRoleInput) { in.RoleArn = aws.String("Reader") }, "ValidationError"},
		"no session name":            {func(in *sts.AssumeRoleInput) { in.RoleSessionName = aws.String("a b") }, "ValidationError"},
		"too long":                   {func(in *sts.AssumeRoleInput) { in.DurationSeconds = aws.Int32(50000) }, "ValidationError"},
	} {
		other := *in
		c.change(&other)
		if _, err := api.AssumeRole(t.Context(), &other); code(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
	stolen := as(cfg, "ASIA012345678901AAAAAAAA", *out.Credentials.SessionToken)
	if _, err := sts.NewFromConfig(stolen).GetCallerIdentity(t.Context(), nil); code(err) != "InvalidClientTokenId" {
		t.Errorf("a token of another account: %v", err)
	}
}

// TestSessionEnds looks at what each service says of a session that has ended.
func TestSessionEnds(t *testing.T) {
	_, cfg := threeAccounts(t, simulator.Options{Session: time.Nanosecond})
	out, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::200000000001:role/Reader"), RoleSessionName: aws.String("me")})
	if err != nil {
		t.Fatal(err)
	}
	session := as(cfg, *out.Credentials.AccessKeyId, *out.Credentials.SessionToken)
	_, fromSTS := sts.NewFromConfig(session).GetCallerIdentity(t.Context(), nil)
	_, fromEC2 := ec2.NewFromConfig(session).DescribeRegions(t.Context(), nil)
	_, fromSageMaker := sagemaker.NewFromConfig(session).ListModels(t.Context(), nil)
	if got := []string{code(fromSTS), code(fromEC2), code(fromSageMaker)}; !slices.Equal(got, []string{"ExpiredToken", "RequestExpired", "ExpiredTokenException"}) {
		t.Error(got)
	}
}

func TestOrganizationAccounts(t *testing.T) {
	all, cfg := threeAccounts(t, simulator.Options{})
	var ids []string
	pages := organizations.NewListAccountsPaginator(organizations.NewFromConfig(cfg), &organizations.ListAccountsInput{MaxResults: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range page.Accounts {
			ids = append(ids, *a.Id)
			if a.Status != "ACTIVE" || *a.Arn != "arn:aws:organizations::111122223333:account/o-lumen12345/"+*a.Id || a.JoinedTimestamp == nil {
				t.Errorf("%s: %s %s %v", *a.Id, a.Status, *a.Arn, a.JoinedTimestamp)
			}
		}
	}
	if !slices.Equal(ids, all.IDs()) {
		t.Errorf("accounts %v, want %v", ids, all.IDs())
	}
}

func TestDescribeRegions(t *testing.T) {
	_, cfg := threeAccounts(t, simulator.Options{})
	api := ec2.NewFromConfig(cfg)
	names := func(in *ec2.DescribeRegionsInput) []string {
		out, err := api.DescribeRegions(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, r := range out.Regions {
			all = append(all, *r.RegionName)
		}
		return all
	}
	enabled, whole := names(nil), names(&ec2.DescribeRegionsInput{AllRegions: aws.Bool(true)})
	if len(enabled) != 17 || !slices.Contains(enabled, "eu-west-1") || slices.Contains(enabled, "af-south-1") {
		t.Errorf("enabled: %v", enabled)
	}
	if len(whole) <= len(enabled) || !slices.Contains(whole, "af-south-1") {
		t.Errorf("all: %v", whole)
	}
	filter := ec2types.Filter{Name: aws.String("opt-in-status"), Values: []string{"opted-in", "opt-in-not-required"}}
	if got := names(&ec2.DescribeRegionsInput{AllRegions: aws.Bool(true), Filters: []ec2types.Filter{filter}}); !slices.Equal(got, enabled) {
		t.Errorf("by status: %v", got)
	}
	if got := names(&ec2.DescribeRegionsInput{RegionNames: []string{"eu-west-1"}}); !slices.Equal(got, []string{"eu-west-1"}) {
		t.Errorf("by name: %v", got)
	}
	if _, err := api.DescribeRegions(t.Context(), &ec2.DescribeRegionsInput{RegionNames: []string{"moon-1"}}); code(err) != "InvalidParameterValue" {
		t.Error(err)
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

const (
	roleOne = "arn:aws:iam::200000000001:role/audit/sgexport"
	roleTwo = "arn:aws:iam::200000000002:role/sgexport"
)

// TestRoles reads roles as they are given, and in files.
func TestRoles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "roles.txt")
	if err := os.WriteFile(file, []byte("# ours\n"+roleOne+"\n\n  "+roleTwo+"\r\n"+roleOne+" # again"), 0o600); err != nil {
		t.Fatal(err)
	}
	empty := filepath.Join(t.TempDir(), "none")
	if err := os.WriteFile(empty, []byte("# none\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		given []string
		want  []string
		fails string
	}{
		{given: nil, want: nil},
		{given: []string{roleTwo, roleOne}, want: []string{roleTwo, roleOne}},
		{given: []string{"@" + file}, want: []string{roleOne, roleTwo}},
		{given: []string{roleTwo, "@" + file}, want: []string{roleTwo, roleOne}},
		{given: []string{"@" + empty}, fails: "names no role"},
		{given: []string{"@" + empty + ".not"}, fails: "no such file"},
		{given: []string{roleOne, "arn:aws:iam::200000000001:role/other"}, fails: "two roles of account 200000000001"},
		{given: []string{roleOne, "arn:aws-cn:iam::200000000003:role/sgexport"}, fails: "two partitions"},
		{given: []string{"sgexport"}, fails: "not \"sgexport\""},
		{given: []string{"arn:aws:iam::200000000001:user/sgexport"}, fails: "ARN of a role"},
		{given: []string{"arn:aws:iam::2000:role/sgexport"}, fails: "ARN of a role"},
		{given: []string{"arn:aws:sts::200000000001:assumed-role/sgexport/me"}, fails: "ARN of a role"},
	} {
		got, err := rolesOf(c.given)
		if c.fails != "" {
			if err == nil || !strings.Contains(err.Error(), c.fails) || !errors.As(err, &usageError{}) {
				t.Errorf("%v: %v, want %q", c.given, err, c.fails)
			}
			continue
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, %v", c.given, got, err)
		}
	}
}

// TestAccountOptions has options that do not go together.
func TestAccountOptions(t *testing.T) {
	for _, c := range []struct{ line, says string }{
		{"--role-arn " + roleOne + " --organization --role-name x", "exclude one another"},
		{"--organization", "needs --role-name"},
		{"--role-name x", "--role-name is for --organization"},
		{"--organization --role-name a:b", "--role-name is the name of a role"},
		{"--accounts 200000000001", "--accounts chooses among the accounts of --organization"},
		{"--skip-accounts 200000000001 --role-arn " + roleOne, "--skip-accounts chooses"},
		{"--organization --role-name x --accounts 2000,200000000001", "12 digits, not \"2000\""},
		{"--external-id secret", "--external-id is for roles"},
		{"--role-session-name me", "--role-session-name is for roles"},
		{"--role-duration 1h", "--role-duration is for roles"},
		{"--role-duration 1m --role-arn " + roleOne, "from 15m to 12h, not 1m0s"},
		{"--role-duration 13h --role-arn " + roleOne, "from 15m to 12h"},
		{"--role-session-name a/b --role-arn " + roleOne, "--role-session-name is 2 to 64"},
		{"--external-id x --role-arn " + roleOne, "--external-id is 2 to 1224"},
		{"--demo --role-arn " + roleOne, "--demo reads the embedded account"},
		{"--demo --organization --role-name x", "--demo reads the embedded account"},
		{"--region all --region us-east-1", "--region all stands alone, not beside us-east-1"},
		{"--region us-east-1,all", "--region all stands alone"},
	} {
		if text := printed(t, exitUsage, append([]string{"export", "--out", filepath.Join(t.TempDir(), "s")}, strings.Fields(c.line)...)...); !strings.Contains(text, c.says) {
			t.Errorf("%s: %s", c.line, text)
		}
	}
}

// simulated serves the demo as accounts, makes their keys those of the environment, and
// returns what exports with these arguments: the exit code, the manifest and what is said.
func simulated(t *testing.T, n int, options simulator.Options) func(want int, args ...string) (*snapshot.Manifest, string) {
	t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(simulator.NewAccounts(simulator.Copies(demo, n), options))
	t.Cleanup(server.Close)
	emptyHome(t, "", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return func(want int, args ...string) (*snapshot.Manifest, string) {
		t.Helper()
		dir := filepath.Join(t.TempDir(), "snapshot")
		var stdout, stderr strings.Builder
		all := append([]string{"sgexport", "export", "--out", dir, "--format", "jsonl", "--kinds", "Model", "--neighbors", "none", "--now", "2026-01-02T03:04:05Z"}, args...)
		if code := run(all, strings.NewReader(""), &stdout, &stderr); code != want {
			t.Fatalf("%v: exit code %d, want %d\n%s", args, code, want, stderr.String())
		}
		if want != exitOK && want != exitIncomplete {
			return nil, stderr.String()
		}
		text, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
		if err != nil {
			t.Fatal(err)
		}
		m := &snapshot.Manifest{}
		if err := json.Unmarshal(text, m); err != nil {
			t.Fatal(err)
		}
		return m, stderr.String()
	}
}

func scopesOf(m *snapshot.Manifest) (ids []string) {
	for _, s := range m.Scopes {
		ids = append(ids, s.ID())
	}
	return ids
}

// TestExportRoles reads the accounts of roles, of which one may not be assumed.
func TestExportRoles(t *testing.T) {
	const closed, mute = "arn:aws:iam::999988887777:role/sgexport", "arn:aws:iam::999988887770:role/mute"
	export := simulated(t, 3, simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
		if action == "sts:AssumeRole" && strings.Contains(string(body), "mute") {
			return &simulator.Fault{Status: 403, Code: "AccessDenied", Message: "no"}
		}
		return nil
	}})
	m, said := export(exitIncomplete, "--region", "us-east-1,eu-west-1", "--role-arn", roleTwo+","+closed, "--role-arn", roleOne, "--external-id", "e-123")
	if got, want := scopesOf(m), []string{"200000000001/eu-west-1", "200000000001/us-east-1", "200000000002/eu-west-1", "200000000002/us-east-1"}; !slices.Equal(got, want) {
		t.Errorf("scopes %v", got)
	}
	if len(m.Gaps) != 1 || m.Gaps[0].Scope != closed || m.Gaps[0].Action != "sts:AssumeRole" || m.Gaps[0].Code != "AccessDenied" {
		t.Errorf("gaps %+v", m.Gaps)
	}
	options, _ := json.Marshal(m.Options)
	if !strings.Contains(string(options), `"role_arns":["`+roleOne+`","`+roleTwo+`","`+closed+`"]`) || strings.Contains(string(options), "e-123") {
		t.Errorf("options %s", options)
	}
	if !strings.Contains(said, "us-east-1, eu-west-1 of 3 accounts") || !strings.Contains(said, "sts:AssumeRole") {
		t.Errorf("it says %s", said)
	}
	if _, said := export(exitFailed, "--region", "us-east-1", "--role-arn", closed); !strings.Contains(said, "the trust policy of "+closed) {
		t.Errorf("one account, which is closed: %s", said)
	}
	if _, said := export(exitFailed, "--region", "us-east-1", "--role-arn", closed+",arn:aws:iam::999988887776:role/x"); !strings.Contains(said, "none of the 2 accounts could be read; the first: the caller may not assume the role "+closed) {
		t.Errorf("all are closed: %s", said)
	}
	if _, said := export(exitFailed, "--region", "us-east-1", "--role-arn", mute); !strings.Contains(said, "may not assume the role "+mute) || !strings.Contains(said, "the trust policy of "+mute) {
		t.Errorf("one account, whose role the answer does not name: %s", said)
	}
	if _, said := export(exitUsage, "--region", "cn-north-1", "--role-arn", roleOne); !strings.Contains(said, "partition aws-cn") {
		t.Errorf("another partition: %s", said)
	}
}

// TestExportOrganization reads the accounts of an organization, all regions of each.
func TestExportOrganization(t *testing.T) {
	export := simulated(t, 4, simulator.Options{Fault: func(action string, _ int, body []byte) *simulator.Fault {
		if action == "sts:AssumeRole" && strings.Contains(string(body), "200000000003") {
			return &simulator.Fault{Status: 403, Code: "AccessDenied", Message: "no"}
		}
		return nil
	}})
	t.Setenv("AWS_REGION", "us-east-1")
	m, said := export(exitIncomplete, "--region", "all", "--organization", "--role-name", "audit/sgexport", "--skip-accounts", "200000000002")
	if got := scopesOf(m); len(got) != 2*17 || !strings.HasPrefix(got[0], "012345678901/") || !strings.HasPrefix(got[17], "200000000001/") {
		t.Errorf("scopes %v", got)
	}
	const closed = "arn:aws:iam::200000000003:role/audit/sgexport"
	if len(m.Gaps) != 1 || m.Gaps[0].Scope != closed || m.Gaps[0].Message != "the caller may not assume the role "+closed+": no" {
		t.Errorf("gaps %+v", m.Gaps)
	}
	if strings.Count(said, "AccessDenied") != 1 {
		t.Errorf("the code is not said once: %s", said)
	}
	options, _ := json.Marshal(m.Options)
	for _, want := range []string{`"organization":true`, `"role_name":"audit/sgexport"`, `"skip_accounts":["200000000002"]`, `"regions":["all"]`} {
		if !strings.Contains(string(options), want) {
			t.Errorf("options %s lack %s", options, want)
		}
	}
	if m, _ = export(exitOK, "--organization", "--role-name", "x", "--accounts", "200000000001,012345678901"); len(m.Scopes) != 2 {
		t.Errorf("scopes %v", scopesOf(m))
	}
	if _, said := export(exitUsage, "--organization", "--role-name", "x", "--accounts", "200000000009"); !strings.Contains(said, "account 200000000009 is not in the organization") {
		t.Errorf("no such account: %s", said)
	}
	if _, said := export(exitUsage, "--organization", "--role-name", "x", "--accounts", "200000000001", "--skip-accounts", "200000000001"); !strings.Contains(said, "no account of the organization is left") {
		t.Errorf("none is left: %s", said)
	}
}

// TestExportClosedOrganization may not list the accounts.
func TestExportClosedOrganization(t *testing.T) {
	export := simulated(t, 2, simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "organizations:ListAccounts" {
			return &simulator.Fault{Code: "AccessDeniedException", Message: "You don't have permissions to access this resource."}
		}
		return nil
	}})
	if _, said := export(exitFailed, "--region", "us-east-1", "--organization", "--role-name", "x"); !strings.Contains(said, "management account") || !strings.Contains(said, "organizations:ListAccounts") || !strings.Contains(said, "--role-arn") {
		t.Errorf("it says %s", said)
	}
}

// provider gives credentials that end at a time, or an error.
type provider struct {
	end time.Time
	err error
}

func (p *provider) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "s", CanExpire: true, Expires: p.end}, p.err
}

// TestRenewed renews a role's credentials before they end, and uses them to their end
// where that fails.
func TestRenewed(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)
	role := &provider{end: now.Add(time.Hour)}
	r := &renewed{provider: role, now: func() time.Time { return now }}
	c, err := r.Retrieve(t.Context())
	if err != nil || !c.Expires.Equal(role.end.Add(-renewBefore)) {
		t.Fatalf("%v, %v", c.Expires, err)
	}
	role.err = errors.New("STS is out of order")
	for _, at := range []struct{ after, good time.Duration }{{56 * time.Minute, renewAgain}, {time.Hour - 10*time.Second, 10 * time.Second}} {
		now = role.end.Add(-time.Hour + at.after)
		if got, err := r.HandleFailToRefresh(t.Context(), c, role.err); err != nil || got.AccessKeyID != "a" || !got.Expires.Equal(now.Add(at.good)) {
			t.Errorf("after %s: until %v, %v", at.after, got.Expires, err)
		}
	}
	now = role.end
	if _, err := r.HandleFailToRefresh(t.Context(), c, role.err); !errors.Is(err, role.err) {
		t.Errorf("they have ended: %v", err)
	}
	if _, err := (&renewed{provider: role, now: r.now}).HandleFailToRefresh(t.Context(), aws.Credentials{}, role.err); !errors.Is(err, role.err) {
		t.Errorf("there were none: %v", err)
	}
	role.err, role.end = nil, now.Add(time.Minute) // shorter than it is renewed before
	if c, err := r.Retrieve(t.Context()); err != nil || !c.Expires.Equal(role.end) {
		t.Errorf("short ones: until %v, %v", c.Expires, err)
	}
}

// TestPolicyOfAccounts says what reading several accounts needs.
func TestPolicyOfAccounts(t *testing.T) {
	var got struct {
		Statement []struct {
			Sid      string
			Action   []string
			Resource any
		}
	}
	statements := func(args ...string) map[string]string {
		t.Helper()
		got.Statement = nil
		if err := json.Unmarshal([]byte(printed(t, exitOK, append([]string{"policy"}, args...)...)), &got); err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, s := range got.Statement {
			resource, _ := json.Marshal(s.Resource)
			all[s.Sid] = strings.Join(s.Action, ",") + " " + string(resource)
		}
		return all
	}
	plain := statements()
	all := statements("--region", "all", "--organization", "--role-name", "audit/sgexport")
	for sid, want := range map[string]string{
		"SgexportRegions":      `ec2:DescribeRegions "*"`,
		"SgexportOrganization": `organizations:ListAccounts "*"`,
		"SgexportRoles":        `sts:AssumeRole "arn:aws:iam::*:role/audit/sgexport"`,
	} {
		if all[sid] != want || plain[sid] != "" {
			t.Errorf("%s is %q, and %q without the options", sid, all[sid], plain[sid])
		}
	}
	if len(all) != len(plain)+3 {
		t.Errorf("%d statements, %d without", len(all), len(plain))
	}
	if got := statements("--role-arn", roleTwo+","+roleOne)["SgexportRoles"]; got != `sts:AssumeRole ["`+roleOne+`","`+roleTwo+`"]` {
		t.Errorf("roles: %s", got)
	}
	if got := statements("--organization", "--role-name", "x", "--condition-regions", "cn-north-1")["SgexportRoles"]; got != `sts:AssumeRole "arn:aws-cn:iam::*:role/x"` {
		t.Errorf("in China: %s", got)
	}
	beside := statements("--beside", "SecurityAudit", "--region", "all", "--organization", "--role-name", "x")
	if beside["SgexportRoles"] == "" || beside["SgexportRegions"] != "" {
		t.Errorf("beside SecurityAudit: %v", beside)
	}
	if text := printed(t, exitUsage, "policy", "--region", "us-east-1"); !strings.Contains(text, "--condition-regions") {
		t.Errorf("a region: %s", text)
	}
}

// TestLogOfAccounts: whatever is said of a scope says of which account it is, also of what
// an account has once, and the log names the regions that --region all comes to.
func TestLogOfAccounts(t *testing.T) {
	export := simulated(t, 3, simulator.Options{})
	args := []string{"--neighbors", "iam", "--role-arn", roleTwo + "," + roleOne}
	_, said := export(exitOK, append(args, "--region", "us-east-1", "--verbose")...)
	of := map[string]int{}
	for line := range strings.Lines(said) {
		if account, _, found := strings.Cut(line, "/global "); found {
			of[account]++
		}
	}
	if len(of) != 2 || of["200000000001"] < 5 || of["200000000001"] != of["200000000002"] || strings.Count(said, "global") != 2*of["200000000001"] {
		t.Errorf("lines of what an account has once: %v in\n%s", of, said)
	}
	_, said = export(exitOK, append(args, "--region", "all", "--log-format", "json")...)
	found := map[string]int{}
	for _, l := range logged(t, said) {
		if l["msg"] == "account" {
			regions := l["regions"].([]any)
			if found[l["account"].(string)] = len(regions); regions[0] != "ap-northeast-1" {
				t.Errorf("regions %v", regions)
			}
		}
	}
	if len(found) != 2 || found["200000000001"] != 17 || found["200000000002"] != 17 {
		t.Errorf("regions of accounts: %v", found)
	}
}

func TestShortRate(t *testing.T) {
	for in, want := range map[float64]float64{0: 0, 0.337834149482151: 0.34, 5.5871: 5.6, 16.512: 16.5, 1234.56: 1234.6} {
		if got := shortRate(in); got != want {
			t.Errorf("%v: %v, want %v", in, got, want)
		}
	}
}

package exporter_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// fleet serves an inventory as several accounts, and returns an exporter that reads
// all of them.
func fleet(t *testing.T, files fs.FS, n int, options simulator.Options) (exporter.Config, *simulator.Server) {
	t.Helper()
	inventory, err := simulator.Load(files)
	if err != nil {
		t.Fatal(err)
	}
	accounts := simulator.Copies(inventory, n)
	server := simulator.NewAccounts(accounts, options)
	http := httptest.NewServer(server)
	t.Cleanup(http.Close)
	cfg := exporter.Config{Clock: time.Now, Dir: t.TempDir(), DescribeLimit: 2000, Newest: 10}
	for _, id := range accounts.IDs() {
		cfg.Targets = append(cfg.Targets, exporter.Target{
			Name: roleIn(id), Account: id, Regions: []string{region},
			AWS: aws.Config{BaseEndpoint: aws.String(http.URL), Credentials: credentials.NewStaticCredentialsProvider(simulator.AccessKey(id), "secret", "")},
		})
	}
	return cfg, server
}

func roleIn(account string) string { return "arn:aws:iam::" + account + ":role/reader" }

// asAWS makes a target that speaks to AWS's own hosts, which are all a server but those
// that there are not.
func asAWS(target exporter.Target, there func(host string) bool) exporter.Target {
	server, err := url.Parse(*target.AWS.BaseEndpoint)
	if err != nil {
		panic(err)
	}
	target.AWS.BaseEndpoint = nil
	target.AWS.HTTPClient = &http.Client{Transport: toServer{server.Host, there}}
	return target
}

type toServer struct {
	host  string
	there func(host string) bool
}

func (s toServer) RoundTrip(r *http.Request) (*http.Response, error) {
	if !s.there(r.URL.Host) {
		return nil, &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true}}
	}
	r = r.Clone(r.Context())
	r.URL.Scheme, r.URL.Host = "http", s.host
	return http.DefaultTransport.RoundTrip(r)
}

func everywhere(string) bool { return true }

// regionsOf are the regions of the scopes of a report.
func regionsOf(r *graph.Report) (all []string) {
	for _, s := range r.Scopes {
		all = append(all, s.Region)
	}
	return all
}

// TestAllRegions reads the regions that an account has enabled.
func TestAllRegions(t *testing.T) {
	files := docs(t, map[string]string{"EndpointConfig": configs(2), "af-south-1/EndpointConfig": strings.ReplaceAll(configs(3), region, "af-south-1")})
	cfg, server := fleet(t, files, 1, simulator.Options{})
	cfg.Targets[0].Regions, cfg.Targets[0].Known = nil, []string{"us-east-1"}
	r := collect(t, cfg)
	if got := regionsOf(r.report); len(got) != 18 || !slices.Contains(got, "af-south-1") || slices.Contains(got, "me-south-1") {
		t.Errorf("regions %v", got)
	}
	if len(r.names(configLabel)) != 5 || r.report.HasGaps() {
		t.Errorf("%v, gaps %s", r.names(configLabel), r.gaps())
	}
	if n := server.Calls()["ec2:DescribeRegions"]; n != 1 {
		t.Errorf("the regions were asked for %d times", n)
	}
}

// TestRegionsUnknown has an account that may not ask which regions it has enabled.
func TestRegionsUnknown(t *testing.T) {
	cfg, server := fleet(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), 1, simulator.Options{Fault: failing("ec2:DescribeRegions", "UnauthorizedOperation", "You are not authorized")})
	target := cfg.Targets[0]
	target.Regions, target.Known = nil, []string{"us-east-1", "eu-west-1", "cn-north-1"}

	cfg.Targets = []exporter.Target{target}
	var unknown *exporter.RegionsError
	if _, err := tryCollect(t, t.Context(), cfg); !errors.As(err, &unknown) || unknown.Code != "UnauthorizedOperation" {
		t.Errorf("a server that stands in for AWS: %v", err)
	}

	cfg.Targets, cfg.Dir = []exporter.Target{asAWS(target, everywhere)}, t.TempDir()
	cfg.Targets[0].AWS.Region = "eu-west-1"
	before := server.Calls()["ec2:DescribeRegions"]
	r := collect(t, cfg)
	if got := regionsOf(r.report); !slices.Equal(got, []string{"eu-west-1", "us-east-1"}) {
		t.Errorf("regions %v", got)
	}
	if n := server.Calls()["ec2:DescribeRegions"] - before; n != 2 { // a policy may close one region
		t.Errorf("it was asked %d times, not in the home region and in the configured one", n)
	}
	if g := r.report.Gaps; len(g) != 1 || g[0].Scope != account || g[0].Action != "ec2:DescribeRegions" || g[0].Code != "UnauthorizedOperation" || g[0].Label != "Region" {
		t.Errorf("gaps %s", r.gaps())
	}
	if len(r.names(configLabel)) != 2 || !r.report.HasGaps() {
		t.Errorf("%v", r.names(configLabel))
	}
}

// TestRegionWithoutSageMaker has regions in which there is no host for SageMaker: that
// is no gap where nobody asked for them by name.
func TestRegionWithoutSageMaker(t *testing.T) {
	cfg, _ := fleet(t, docs(t, map[string]string{"EndpointConfig": configs(2)}), 1, simulator.Options{})
	at := func(regions ...string) func(string) bool {
		return func(host string) bool {
			return !strings.HasPrefix(host, "api.sagemaker.") || slices.ContainsFunc(regions, func(r string) bool { return strings.Contains(host, r) })
		}
	}
	target := cfg.Targets[0]
	run := func(there func(string) bool, regions ...string) (*result, error) {
		one := asAWS(target, there)
		one.Regions = regions
		cfg.Targets, cfg.Dir = []exporter.Target{one}, t.TempDir()
		return tryCollect(t, t.Context(), cfg)
	}

	r, err := run(at("us-east-1", "eu-west-1"))
	if err != nil {
		t.Fatal(err)
	}
	if len(r.report.Scopes) != 17 || r.report.HasGaps() || len(r.names(configLabel)) != 2 {
		t.Errorf("%d scopes, gaps %s", len(r.report.Scopes), r.gaps())
	}
	for _, s := range r.report.Scopes {
		want := graph.Unoffered
		if s.Region == "us-east-1" || s.Region == "eu-west-1" {
			want = graph.Complete
		}
		for _, k := range s.Kinds {
			if k.State != want {
				t.Errorf("%s: %s is %s, not %s", s.Region, k.Label, k.State, want)
			}
		}
	}

	if r, err = run(at("us-east-1"), "us-east-1", "eu-west-1"); err != nil {
		t.Fatal(err)
	}
	if k, _ := r.kindIn("eu-west-1", configLabel); k.State != graph.Unavailable || !r.report.HasGaps() {
		t.Errorf("a region that was asked for by name: %s, gaps %s", k.State, r.gaps())
	}

	var endpoint *exporter.EndpointError
	if _, err := run(at()); !errors.As(err, &endpoint) || endpoint.Code != graph.CodeNoSuchHost {
		t.Errorf("no region has a host: %v", err)
	}
}

// TestTargetFailsInTheMiddle has credentials that cannot be renewed after a while: of
// that account nothing is said to be read.
func TestTargetFailsInTheMiddle(t *testing.T) {
	cfg, _ := fleet(t, docs(t, map[string]string{"EndpointConfig": configs(2), "eu-west-1/EndpointConfig": strings.ReplaceAll(configs(3), region, "eu-west-1")}), 3, simulator.Options{})
	const broken = 1
	id := cfg.Targets[broken].Account
	good := cfg.Targets[broken].AWS.Credentials
	var asked atomic.Int64
	cfg.Targets[broken].Regions = []string{"us-east-1", "eu-west-1"}
	cfg.Targets[broken].AWS.Credentials = aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		if asked.Add(1) > 40 {
			return aws.Credentials{}, &exporter.CredentialsError{Code: "ExpiredToken", Err: errors.New("the security token has expired")}
		}
		return good.Retrieve(ctx)
	})
	r := collect(t, cfg)
	if asked.Load() <= 40 {
		t.Fatal("the credentials never failed")
	}
	if got := len(r.report.Scopes); got != 4 {
		t.Errorf("%d scopes, not one for each account and region", got)
	}
	for _, s := range r.report.Scopes {
		for _, k := range s.Kinds {
			if failed := k.State == graph.Unavailable && k.IDs == graph.NoIDs && k.Written == 0; failed != (s.Account == id) {
				t.Errorf("%s: %s is %s, %d written", s.ID(), k.Label, k.State, k.Written)
			}
		}
		if s.Account == id && s.Tags == graph.Complete {
			t.Errorf("the tags of %s are said to be read", s.ID())
		}
	}
	for node := range r.nodes {
		if strings.Contains(node, id) && node != "AWSAccount "+id { // who it is, is known
			t.Errorf("there is %s of an account that was not read", node)
		}
	}
	if got := r.names(configLabel); len(got) != 4 {
		t.Errorf("%v", got)
	}
	want := []string{id + "/eu-west-1 Region", id + "/us-east-1 Region", roleIn(id) + " AWSAccount"}
	var got []string
	for _, g := range r.report.Gaps {
		got = append(got, g.Scope+" "+g.Label)
		if g.Code != "ExpiredToken" || strings.Contains(g.Message, g.Code) {
			t.Errorf("code %s", g.Code)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("gaps %v, want %v", got, want)
	}
}

// TestManyTargets reads more accounts than are read at a time: what comes out does not
// depend on which is read first.
func TestManyTargets(t *testing.T) {
	const n = 30
	var now, most atomic.Int64
	cfg, _ := fleet(t, docs(t, map[string]string{"EndpointConfig": configs(3)}), n, simulator.Options{
		Delay: func(action string, _ int) time.Duration {
			if action != "sts:GetCallerIdentity" {
				return 0
			}
			for in := now.Add(1); ; {
				if before := most.Load(); in <= before || most.CompareAndSwap(before, in) {
					break
				}
			}
			return 5 * time.Millisecond
		},
		Mutate: func(action string, _ int, body []byte) []byte {
			if action == "sts:GetCallerIdentity" {
				now.Add(-1)
			}
			return body
		},
	})
	cfg.Kinds = []string{configLabel}
	one := collect(t, cfg)
	if len(one.report.Scopes) != n || one.report.HasGaps() || len(one.names(configLabel)) != 3*n {
		t.Errorf("%d scopes, %d configs, gaps %s", len(one.report.Scopes), len(one.names(configLabel)), one.gaps())
	}
	if most.Load() > 8 {
		t.Errorf("%d targets at a time", most.Load())
	}
	slices.Reverse(cfg.Targets)
	cfg.Dir = t.TempDir()
	other := collect(t, cfg)
	if !reflect.DeepEqual(one.report, other.report) || !reflect.DeepEqual(one.nodes, other.nodes) || !slices.Equal(one.edges, other.edges) {
		t.Error("it depends on the order of targets")
	}
}

// TestOtherAccount has credentials of another account than they should be of, and
// the same account twice.
func TestOtherAccount(t *testing.T) {
	cfg, _ := fleet(t, docs(t, map[string]string{"EndpointConfig": configs(1)}), 2, simulator.Options{})
	cfg.Targets[1].Account = "999988887777"
	r := collect(t, cfg)
	if len(r.report.Scopes) != 1 || len(r.report.Gaps) != 1 || !strings.Contains(r.report.Gaps[0].Message, "and not of 999988887777") {
		t.Errorf("%d scopes, gaps %s", len(r.report.Scopes), r.gaps())
	}
	cfg.Targets[1], cfg.Dir = cfg.Targets[0], t.TempDir()
	if _, err := tryCollect(t, t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "two targets have credentials of account "+account) {
		t.Errorf("the same account twice: %v", err)
	}
}

// TestReadOrganization lists accounts, over several pages, those that are closed
// included.
func TestReadOrganization(t *testing.T) {
	const organization = `{"Organization": {"Id": "o-abcdefghij", "Arn": "arn:aws:organizations::012345678901:organization/o-abcdefghij", "FeatureSet": "ALL", "MasterAccountId": "012345678901"%s,
		"Accounts": [{"Id": "300000000001", "State": "SUSPENDED"}, {"Id": "300000000002", "Status": "SUSPENDED"}, {"Id": "300000000003", "State": "PENDING_CLOSURE", "Status": "ACTIVE"}], "Parents": [{"ChildId": "012345678901", "Id": "r-abcd", "Type": "ROOT"}], "Policies": [], "Targets": [{"TargetId": "012345678901"}, {"TargetId": "r-abcd"}]}`
	read := func(file string, options simulator.Options) (*exporter.Organization, error) {
		files := docs(t, map[string]string{"EndpointConfig": configs(1)}).(fstest.MapFS)
		if file != "" {
			files[account+"/Organizations.json"] = &fstest.MapFile{Data: []byte(file)}
		}
		cfg, _ := fleet(t, files, 45, options)
		return exporter.ReadOrganization(t.Context(), cfg.Targets[0], time.Now)
	}
	o, err := read(fmt.Sprintf(organization, "}"), simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	active := 0
	for _, a := range o.Accounts {
		if a.Active() {
			active++
		} else if !strings.HasPrefix(a.ID, "3") {
			t.Errorf("%s is %s", a.ID, a.State)
		}
	}
	if o.Caller != account || o.Partition != "aws" || len(o.Accounts) != 48 || active != 45 || !slices.IsSortedFunc(o.Accounts, func(a, b exporter.Account) int { return strings.Compare(a.ID, b.ID) }) {
		t.Errorf("%d active of %+v", active, o)
	}
	var denied *exporter.DeniedError
	if _, err := read(fmt.Sprintf(organization, `}, "PlainMember": true`), simulator.Options{}); !errors.As(err, &denied) || !strings.Contains(err.Error(), "organizations:ListAccounts") {
		t.Errorf("a member asks: %v", err)
	}
	var endpoint *exporter.EndpointError
	if _, err := read("", simulator.Options{}); !errors.As(err, &endpoint) || endpoint.Code != "AWSOrganizationsNotInUseException" {
		t.Errorf("no organization: %v", err)
	}
	half := simulator.Options{Fault: func(action string, call int, _ []byte) *simulator.Fault {
		if action == "organizations:ListAccounts" && call > 1 {
			return &simulator.Fault{Code: "ServiceException", Message: "no", Status: 500}
		}
		return nil
	}}
	if o, err := read(fmt.Sprintf(organization, "}"), half); !errors.As(err, &endpoint) {
		t.Errorf("half a list: %+v, %v", o, err)
	}
}

package simulator_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

// neighbours are what documents of SageMaker refer to in the account: what a
// reference looks like, where the neighbours are, and the ones that the demo
// leaves out, so that there are references to nothing.
var neighbours = []struct {
	name      string
	reference *regexp.Regexp // its group is the key
	file      string
	section   string
	key       []string
	dangling  []string
}{
	{
		"roles", regexp.MustCompile(`(arn:aws:iam::012345678901:role/[\w/.-]+)`), "IAM.json", "RoleDetailList",
		[]string{"Arn"},
		[]string{"arn:aws:iam::012345678901:role/DeletedRole", "arn:aws:iam::012345678901:role/LegacyServingRole"},
	},
	{"users", regexp.MustCompile(`(arn:aws:iam::012345678901:user/[\w/.-]+)`), "IAM.json", "UserDetailList", []string{"Arn"}, nil},
	{"subnets", regexp.MustCompile(`(subnet-[0-9a-f]{8,17})`), "EC2.json", "Subnets", []string{"SubnetId"}, nil},
	{"VPCs", regexp.MustCompile(`(vpc-[0-9a-f]{8,17})`), "EC2.json", "Vpcs", []string{"VpcId"}, nil},
	{"VPC endpoints", regexp.MustCompile(`(vpce-[0-9a-f]{8,17})`), "EC2.json", "VpcEndpoints", []string{"VpcEndpointId"}, nil},
	{"security groups", regexp.MustCompile(`(sg-[0-9a-f]{8,17})`), "EC2.json", "SecurityGroups", []string{"GroupId"}, []string{"sg-0aa11bb22cc33dd09"}},
	{"network interfaces", regexp.MustCompile(`(eni-[0-9a-f]{8,17})`), "EC2.json", "NetworkInterfaces", []string{"NetworkInterfaceId"}, []string{"eni-c2682269e27f56ede"}},
	{"keys", regexp.MustCompile(`(arn:aws:kms:[\w-]+:012345678901:key/[\w-]+)`), "KMS.json", "Keys", []string{"KeyMetadata", "Arn"}, nil},
	{"aliases", regexp.MustCompile(`"(?:arn:aws:kms:[\w-]+:012345678901:)?(alias/[\w/-]+)`), "KMS.json", "Aliases", []string{"AliasName"}, nil},
	{"repositories", regexp.MustCompile(`012345678901\.dkr\.ecr\.[\w-]+\.amazonaws\.com/([\w/-]+)`), "ECR.json", "repositories", []string{"repositoryName"}, []string{"recommender"}},
	{
		"functions", regexp.MustCompile(`(arn:aws:lambda:[\w-]+:012345678901:function:[\w-]+)`), "Lambda.json", "Functions",
		[]string{"FunctionArn"},
		[]string{"arn:aws:lambda:us-east-1:012345678901:function:review-tone"},
	},
}

// TestDemoNeighbours checks that what the demo's documents of SageMaker refer
// to has documents, apart from a few on purpose.
func TestDemoNeighbours(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := asJSON(inventory.Scale(2).Services("us-east-1")), asJSON(inventory.Services("us-east-1")); got != want {
		t.Error("a copy does not share the documents of other services")
	}
	for _, n := range neighbours {
		missing := map[string]bool{}
		for _, region := range inventory.Regions() {
			place := region
			if n.file == "IAM.json" {
				place = ""
			}
			there := map[string]bool{}
			for _, doc := range inventory.Services(place)[n.file][n.section] {
				var value any = doc
				for _, name := range n.key {
					value = value.(map[string]any)[name]
				}
				there[value.(string)] = true
			}
			for _, match := range n.reference.FindAllStringSubmatch(asJSON(inventory.Documents(region)), -1) {
				if !there[match[1]] {
					missing[match[1]] = true
				}
			}
		}
		var names []string
		for name := range missing {
			names = append(names, name)
		}
		sort.Strings(names)
		if !slices.Equal(names, n.dangling) {
			t.Errorf("%s: no document of %q, want that of %q", n.name, names, n.dangling)
		}
	}
}

// TestDemoPolicies checks that all policies of the demo are JSON with a version
// and statements, and that no AWS managed policy is there that nothing has.
func TestDemoPolicies(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	var walk func(at string, v any)
	walk = func(at string, v any) {
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				walk(at, item)
			}
		case map[string]any:
			for name, value := range v {
				policy, ok := value.(string)
				if !ok || !slices.Contains([]string{"AssumeRolePolicyDocument", "Document", "PolicyDocument", "Policy", "policyText", "Content", "ResourcePolicy"}, name) {
					walk(at+"."+name, value)
					continue
				}
				n++
				var document struct {
					Version   string
					Statement []map[string]any
				}
				if err := json.Unmarshal([]byte(policy), &document); err != nil || !strings.HasPrefix(document.Version, "20") || len(document.Statement) == 0 {
					t.Errorf("%s.%s: %v %s", at, name, err, policy)
				}
			}
		}
	}
	for _, place := range append([]string{""}, inventory.Regions()...) {
		for file, sections := range inventory.Services(place) {
			for section, docs := range sections {
				for _, doc := range docs {
					walk(place+"/"+file+" "+section, doc)
				}
			}
		}
	}
	for _, b := range inventory.Buckets() {
		if (b.Policy == "") != (b.PolicyStatus == nil) {
			t.Errorf("%s has a policy, or a status, alone", b.Name)
		}
		if b.Policy != "" {
			walk(b.Name, map[string]any{"Policy": string(b.Policy)})
		}
	}
	if n < 100 {
		t.Errorf("only %d policies", n)
	}
	for _, policy := range inventory.Services("")["IAM.json"]["Policies"] {
		attached, _ := policy["AttachmentCount"].(json.Number)
		boundary, _ := policy["PermissionsBoundaryUsageCount"].(json.Number)
		if attached.String() == "0" && boundary.String() == "0" {
			t.Errorf("nobody has %s", policy["Arn"])
		}
	}
}

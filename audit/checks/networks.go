package checks

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph/view"
)

// inSubnets are the kinds that run in subnets of an account.
var inSubnets = strings.Fields(`AWSSageMakerNotebookInstance AWSSageMakerDomain AWSSageMakerModel AWSSageMakerTrainingJob AWSSageMakerProcessingJob
	AWSSageMakerAutoMLJob AWSSageMakerHyperParameterTuningJob AWSSageMakerCluster`)

var networkChecks = []*Check{
	{
		ID:         "vpc-endpoint-policy-open",
		Title:      "Policy of a VPC endpoint of SageMaker lets anybody do anything through it",
		Severity:   audit.Medium,
		Fix:        "Name in the endpoint's policy the principals of your accounts and the endpoints that may be invoked: else data can leave to any account.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/interface-vpc-endpoint.html https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
		Reads:      "AWSVpcEndpoint service_name policy_document state",
		Find: each(func(o *Subject) {
			if !o.Read("service_name", "policy_document") || !isOfSageMaker(o.Text("service_name")) {
				return
			}
			document := o.Text("policy_document")
			if document == "" {
				o.Wrong("PolicyDocument", "", "it has none, which lets through everything")
				return
			}
			p := policy.Parse(o.ID+"/policy", document)
			if p.Broken != "" {
				o.Lack(o.Scope, o.Label)
			}
			for _, s := range p.Statements {
				if isOpen(s) {
					o.Wrong("PolicyDocument", s.ID, "it allows %s on everything to anybody", strings.Join(s.Actions, ", "))
				}
			}
		}),
	},
	{
		ID:         "vpc-without-runtime-endpoint",
		Title:      "VPC in which people work with SageMaker has no endpoint for invoking models",
		Severity:   audit.Low,
		Fix:        "Create an interface endpoint for com.amazonaws.REGION.sagemaker.runtime in the VPC, so that calls and their data do not leave it.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/interface-vpc-endpoint.html",
		Reads:      "AWSVpc\nAWSVpcEndpoint service_name vpc_id state\nAWSEC2Subnet vpc_id\nAWSSageMakerNotebookInstance\nAWSSageMakerDomain",
		Asks:       "exposure",
		Find:       findVPCsWithoutRuntime,
	},
	{
		ID:         "workload-egress-open",
		Title:      "What runs in private subnets may send anything anywhere",
		Severity:   audit.Low,
		Fix:        "Let the security groups out to the VPC's endpoints and the services that are needed, not to all addresses.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
		Reads:      strings.Join(inSubnets, "\n") + "\nAWSEC2SecurityGroup ip_permissions_egress:J",
		Edges: map[string]view.KeepEdges{"MEMBER_OF_EC2_SECURITY_GROUP": {Ends: func(from, _ string) bool {
			return slices.Contains(inSubnets, from)
		}}},
		Asks: "exposure",
		Find: findOpenEgress,
	},
}

// isOfSageMaker reports whether a VPC endpoint is for the API or the runtime of
// SageMaker. Source: AWS PrivateLink Guide, AWS services that integrate with AWS
// PrivateLink.
func isOfSageMaker(service string) bool {
	return strings.HasPrefix(service, "com.amazonaws.") && strings.Contains(service, ".sagemaker.")
}

// isRuntime reports whether models are invoked through a VPC endpoint.
func isRuntime(service string) bool {
	return isOfSageMaker(service) && (strings.HasSuffix(service, ".sagemaker.runtime") || strings.HasSuffix(service, ".sagemaker.runtime-fips"))
}

// isOpen reports whether a statement allows all of the service to everybody.
func isOpen(s *policy.Statement) bool {
	wide := func(list []string, words ...string) bool {
		return slices.ContainsFunc(list, func(text string) bool { return slices.Contains(words, strings.ToLower(text)) })
	}
	anybody := slices.ContainsFunc(s.Principals, func(e policy.PrincipalElement) bool {
		return e.Value == "*" && (e.Type == "AWS" || e.Type == "*")
	})
	return s.Effect == policy.Allow && s.Broken == "" && anybody && len(s.Conditions) == 0 &&
		wide(s.Actions, "*", "sagemaker:*", "sagemaker:invoke*") && wide(s.Resources, "*")
}

// findVPCsWithoutRuntime looks at each VPC in which a notebook or a domain is.
func findVPCsWithoutRuntime(s *Search) {
	users := map[string]string{} // one for each VPC
	for i := range s.Report.Exposure {
		e := &s.Report.Exposure[i]
		if e.Kind != "AWSSageMakerNotebookInstance" && e.Kind != "AWSSageMakerDomain" {
			continue
		}
		for _, id := range e.Subnets {
			subnet := s.Node(id)
			if subnet == nil || !subnet.Known("vpc_id") {
				s.lacks.Add(question, s.scopeOf(e.Resource), "AWSEC2Subnet")
				s.unknown++ // it is not known which VPC that is
				continue
			}
			if vpc := subnet.Text("vpc_id"); users[vpc] == "" {
				users[vpc] = e.Resource
			}
		}
	}
	for _, n := range s.Nodes("AWSVpc") {
		if users[n.ID] != "" {
			s.look(n, func(o *Subject) { o.findNoRuntime(users[n.ID]) })
		}
	}
	s.kind("AWSVpc")
}

// scopeOf returns the scope of a node, or "".
func (s *Search) scopeOf(id string) string {
	if n := s.Node(id); n != nil {
		return n.Scope
	}
	return ""
}

func (o *Subject) findNoRuntime(user string) {
	for _, e := range o.Search.Nodes("AWSVpcEndpoint") {
		switch {
		case !e.Known("vpc_id") || !e.Known("service_name") || !e.Known("state"):
			o.Lack(e.Scope, e.Label)
			return
		case e.Text("vpc_id") == o.ID && isRuntime(e.Text("service_name")) && strings.EqualFold(e.Text("state"), "available"):
			return
		}
	}
	if o.Listed("AWSVpcEndpoint") {
		o.Wrong("VpcEndpoints", "", "it has none for sagemaker.runtime")
		o.WrongOf(user, "SubnetId", o.ID, "is in it")
	}
}

// findOpenEgress looks at all that runs in private subnets and has a way out of them.
func findOpenEgress(s *Search) {
	for i := range s.Report.Exposure {
		e := &s.Report.Exposure[i]
		if n := s.Node(e.Resource); n != nil && n.Observed() && slices.Contains(inSubnets, n.Label) && len(e.Subnets) > 0 {
			s.look(n, func(o *Subject) { o.findEgress(e) })
		}
	}
	for _, label := range inSubnets {
		s.kind(label)
	}
}

func (o *Subject) findEgress(e *audit.Exposure) {
	switch {
	case e.Subnet == audit.PublicSubnet || e.DirectInternet != nil && *e.DirectInternet || e.Egress == audit.EgressNone:
		return // it is not isolated, or has no way out
	case e.Subnet == audit.UnknownSubnet || e.DirectInternet == nil || e.Egress == audit.EgressUnknown:
		o.Lack(o.Scope, "AWSEC2Subnet")
		return
	}
	seen := map[string]bool{}
	for _, member := range o.Search.From("MEMBER_OF_EC2_SECURITY_GROUP", o.ID) {
		if seen[member.To] {
			continue
		}
		seen[member.To] = true
		group := o.Search.Node(member.To)
		if !o.ReadOf(group, "AWSEC2SecurityGroup", "ip_permissions_egress") {
			continue
		}
		cidr, ok := openEgress(group.JSON("ip_permissions_egress"))
		if !ok {
			o.Lack(group.Scope, group.Label)
		}
		if cidr != "" {
			o.WrongOf(group.ID, "IpPermissionsEgress", cidr, "it lets out all protocols to all addresses, and the routes lead out (%s); network ACLs, which may let out less, are not in a snapshot", e.Egress)
		}
	}
}

// openEgress returns the range of all addresses to which rules let out everything, or
// "". The rules are not understood where ok is false.
func openEgress(text string) (cidr string, ok bool) {
	if text == "" {
		return "", true
	}
	var rules []struct {
		IpProtocol string
		IpRanges   []struct{ CidrIp string }
		Ipv6Ranges []struct{ CidrIpv6 string }
	}
	if json.Unmarshal([]byte(text), &rules) != nil {
		return "", false
	}
	for _, r := range rules {
		if r.IpProtocol != "-1" {
			continue
		}
		for _, one := range r.IpRanges {
			if one.CidrIp == "0.0.0.0/0" {
				return one.CidrIp, true
			}
		}
		for _, one := range r.Ipv6Ranges {
			if one.CidrIpv6 == "::/0" {
				return one.CidrIpv6, true
			}
		}
	}
	return "", true
}

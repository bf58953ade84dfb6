package simulator

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
)

// organizationsData is <account>/Organizations.json. Without the file the
// account is in no organization.
type organizationsData struct {
	Organization types.Organization
	// PlainMember says that the account is a member that may not ask for more
	// than the organization: neither its management account nor one that
	// administrates for it.
	PlainMember bool
	Parents     []childParent
	// Accounts are those of the organization that are not served; those that are
	// belong to it without being here.
	Accounts []types.Account
	Policies []types.Policy
	Targets  []policyTarget
}

// childParent is what ListParents says of an account or an organizational unit.
type childParent struct{ ChildId, Id, Type string }

// policyTarget tells which policies are attached to an account, an
// organizational unit or the root.
type policyTarget struct {
	TargetId  string
	PolicyIds []string
}

// organizationsService is Organizations. It is the same in all regions.
func organizationsService() *service {
	return &service{
		scope: "organizations", prefix: "organizations", target: "AWSOrganizationsV20161128.",
		protocol: jsonRPC{always("Message")},
		operations: map[string]operation{
			"DescribeOrganization":  (*Server).describeOrganization,
			"DescribePolicy":        (*Server).describePolicy,
			"ListAccounts":          (*Server).listAccounts,
			"ListParents":           (*Server).listParents,
			"ListPoliciesForTarget": (*Server).listPoliciesForTarget,
		},
		file: "Organizations.json", global: true, data: reflect.TypeFor[organizationsData](),
		texts: []string{"Content"},
		keys: map[string]string{
			"Organization": "Id", "Accounts": "Id", "Parents": "ChildId", "Policies": "PolicySummary.Id", "Targets": "TargetId",
		},
		refers: []reference{{"Targets", "PolicyIds", "Policies", "PolicySummary.Id"}},
		complete: func(st *store) error {
			if len(st.sections["Organization"]) == 0 {
				return fmt.Errorf("%s: missing", "Organization")
			}
			if st.find("Parents", "ChildId", st.account) == nil {
				return fmt.Errorf("%s: none of the account %s", "Parents", st.account)
			}
			for i, doc := range st.sections["Parents"] {
				parent, typ := text(doc.body["Id"]), text(doc.body["Type"])
				switch {
				case typ != "ROOT" && typ != "ORGANIZATIONAL_UNIT":
					return fmt.Errorf("Parents[%d].Type: %q is none of a parent", i, typ)
				case typ == "ORGANIZATIONAL_UNIT" && st.find("Parents", "ChildId", parent) == nil:
					return fmt.Errorf("Parents[%d].Id: %s has no parent", i, parent)
				}
			}
			return nil
		},
	}
}

// organization is what an action sees of the account's organization, where the
// account may ask for it.
func (s *Server) organization(r *request, member bool) (map[string]any, *apiError) {
	st := s.store(r.service, r)
	var organization map[string]any
	for _, doc := range st.sections["Organization"] {
		organization = doc.body
		if r.action == "organizations:DescribeOrganization" {
			organization = s.one(r, doc)
		}
	}
	switch {
	case organization == nil:
		return nil, &apiError{code: "AWSOrganizationsNotInUseException", message: "Your account is not a member of an organization."}
	case st.body["PlainMember"] == true && !member:
		return nil, &apiError{code: "AccessDeniedException", message: "You don't have permissions to access this resource."}
	}
	return organization, nil
}

func (s *Server) describeOrganization(r *request) (any, *apiError) {
	organization, failure := s.organization(r, true)
	if failure != nil {
		return nil, failure
	}
	return map[string]any{"Organization": r.service.item("Organization").project(organization)}, nil
}

var (
	childID  = regexp.MustCompile(`^(\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`)
	targetID = regexp.MustCompile(`^(r-[0-9a-z]{4,32}|\d{12}|ou-[0-9a-z]{4,32}-[a-z0-9]{8,32})$`)
)

// badInput is the error about a member that cannot be what it is.
func badInput(member string) *apiError {
	return &apiError{code: "InvalidInputException", message: "You specified an invalid value: " + member}
}

func (s *Server) listParents(r *request) (any, *apiError) {
	if _, failure := s.organization(r, false); failure != nil {
		return nil, failure
	}
	child := text(r.input["ChildId"])
	if !childID.MatchString(child) {
		return nil, badInput("ChildId")
	}
	doc := s.store(r.service, r).find("Parents", "ChildId", child)
	if doc == nil {
		return nil, &apiError{code: "ChildNotFoundException", message: "You specified a child that doesn't exist."}
	}
	items, out, failure := s.organizationsPage(r, []*document{doc})
	if failure != nil {
		return nil, failure
	}
	parents := []any{}
	for _, one := range items {
		parents = append(parents, map[string]any{"Id": one.body["Id"], "Type": one.body["Type"]})
	}
	out["Parents"] = parents
	return out, nil
}

func (s *Server) listPoliciesForTarget(r *request) (any, *apiError) {
	if _, failure := s.organization(r, false); failure != nil {
		return nil, failure
	}
	target, filter := text(r.input["TargetId"]), text(r.input["Filter"])
	switch {
	case !targetID.MatchString(target):
		return nil, badInput("TargetId")
	case !slices.Contains(types.PolicyType("").Values(), types.PolicyType(filter)):
		return nil, badInput("Filter")
	}
	st := s.store(r.service, r)
	attached := st.find("Targets", "TargetId", target)
	if attached == nil {
		return nil, &apiError{code: "TargetNotFoundException", message: "You specified a target that doesn't exist."}
	}
	var docs []*document
	for _, id := range texts(attached.body["PolicyIds"]) {
		if doc := st.find("Policies", "PolicySummary.Id", id); first(lookup(doc.body, "PolicySummary.Type")) == filter {
			docs = append(docs, doc)
		}
	}
	items, out, failure := s.organizationsPage(r, docs)
	if failure != nil {
		return nil, failure
	}
	summaries := []any{}
	for _, one := range items {
		summaries = append(summaries, r.service.item("Policies").fields["PolicySummary"].project(one.body["PolicySummary"]))
	}
	out["Policies"] = summaries
	return out, nil
}

func (s *Server) describePolicy(r *request) (any, *apiError) {
	if _, failure := s.organization(r, false); failure != nil {
		return nil, failure
	}
	id := text(r.input["PolicyId"])
	if !strings.HasPrefix(id, "p-") {
		return nil, badInput("PolicyId")
	}
	policy := s.one(r, s.store(r.service, r).find("Policies", "PolicySummary.Id", id))
	if policy == nil {
		return nil, &apiError{code: "PolicyNotFoundException", message: "You specified a policy that doesn't exist."}
	}
	return map[string]any{"Policy": r.service.item("Policies").project(policy)}, nil
}

// listAccounts gives the accounts of the organization: those that are served, and
// those that the file has.
func (s *Server) listAccounts(r *request) (any, *apiError) {
	organization, failure := s.organization(r, false)
	if failure != nil {
		return nil, failure
	}
	docs := s.store(r.service, r).sections["Accounts"]
	there := map[string]bool{}
	for _, doc := range docs {
		there[text(doc.body["Id"])] = true
	}
	docs = slices.Clone(docs)
	for _, id := range s.accounts.ids {
		if !there[id] {
			docs = append(docs, &document{body: memberAccount(organization, id)})
		}
	}
	items, out, failure := s.organizationsPage(r, docs)
	if failure != nil {
		return nil, failure
	}
	out["Accounts"] = r.service.project("Accounts", items)
	return out, nil
}

// memberAccount is what Organizations says of a served account.
func memberAccount(organization map[string]any, id string) map[string]any {
	master := text(organization["MasterAccountId"])
	return map[string]any{
		"Id":    id,
		"Arn":   strings.TrimSuffix(text(organization["MasterAccountArn"]), "/"+master) + "/" + id,
		"Name":  "account-" + id,
		"Email": "aws+" + id + "@example.com",
		"State": "ACTIVE", "Status": "ACTIVE",
		"JoinedMethod": "CREATED", "JoinedTimestamp": "2022-04-01T09:00:00Z",
	}
}

// organizationsPage are the items of a page, and the output's member with the
// token of the next.
func (s *Server) organizationsPage(r *request, docs []*document) ([]item, map[string]any, *apiError) {
	limit, failure := r.limit("MaxResults", "InvalidInputException", 1, 20, 20)
	if failure != nil {
		return nil, nil, failure
	}
	items, next, failure := s.items(r, listing{docs: docs, limit: limit, token: "NextToken", badToken: "InvalidInputException"})
	return items, withToken(map[string]any{}, "NextToken", next), failure
}

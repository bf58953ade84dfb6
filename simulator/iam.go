package simulator

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// iamData is <account>/IAM.json. The first four members are those of
// GetAccountAuthorizationDetails.
type iamData struct {
	UserDetailList  []types.UserDetail
	GroupDetailList []types.GroupDetail
	RoleDetailList  []types.RoleDetail
	Policies        []types.ManagedPolicyDetail

	AccountAliases            []string
	SAMLProviderList          []types.SAMLProviderListEntry
	OpenIDConnectProviderList []types.OpenIDConnectProviderListEntry
}

// iamService is Identity and Access Management. It is the same in all regions.
func iamService() *service {
	v := &service{
		scope: "iam", prefix: "iam", version: "2010-05-08",
		protocol: query{"https://iam.amazonaws.com/doc/2010-05-08/"},
		operations: map[string]operation{
			"GetAccountAuthorizationDetails": (*Server).authorizationDetails,
			"ListAccountAliases":             (*Server).listAccountAliases,
			"ListOpenIDConnectProviders":     iamProviders("OpenIDConnectProviderList"),
			"ListSAMLProviders":              iamProviders("SAMLProviderList"),
		},
		file: "IAM.json", global: true, data: reflect.TypeFor[iamData](),
		texts: []string{"AssumeRolePolicyDocument", "Document", "PolicyDocument"},
		keys: map[string]string{
			"UserDetailList": "Arn", "GroupDetailList": "Arn", "RoleDetailList": "Arn", "Policies": "Arn",
			"SAMLProviderList": "Arn", "OpenIDConnectProviderList": "Arn",
		},
		refers:   []reference{{"UserDetailList", "GroupList", "GroupDetailList", "GroupName"}},
		complete: completeIAM,
	}
	for _, section := range []string{"UserDetailList", "GroupDetailList", "RoleDetailList"} {
		v.refers = append(v.refers, reference{section, "AttachedManagedPolicies.PolicyArn", "Policies", "Arn"})
	}
	for _, section := range []string{"UserDetailList", "RoleDetailList"} {
		v.refers = append(v.refers, reference{section, "PermissionsBoundary.PermissionsBoundaryArn", "Policies", "Arn"})
	}
	return v
}

// completeIAM refuses ARNs of other accounts and names that an ARN does not
// end with, and managed policies whose default version is not among their
// versions.
func completeIAM(st *store) error {
	for section, member := range map[string]string{
		"UserDetailList": "UserName", "GroupDetailList": "GroupName", "RoleDetailList": "RoleName", "Policies": "PolicyName",
		"SAMLProviderList": "", "OpenIDConnectProviderList": "",
	} {
		for i, doc := range st.sections[section] {
			arn, name := text(doc.body["Arn"]), text(doc.body[member])
			if !strings.Contains(arn, ":iam::"+st.account+":") && (section != "Policies" || !strings.Contains(arn, ":iam::aws:policy/")) {
				return fmt.Errorf("%s[%d].Arn: %s is not of the account", section, i, arn)
			}
			if path := text(doc.body["Path"]); member != "" && (path == "" || name == "" || !strings.HasSuffix(arn, path+name)) {
				return fmt.Errorf("%s[%d].Arn: %s does not end with the Path and the %s", section, i, arn, member)
			}
		}
	}
	for i, doc := range st.sections["Policies"] {
		defaults := slices.DeleteFunc(objects(doc.body["PolicyVersionList"]), func(version map[string]any) bool {
			return version["IsDefaultVersion"] != true
		})
		if len(defaults) != 1 || defaults[0]["VersionId"] != doc.body["DefaultVersionId"] {
			return fmt.Errorf("Policies[%d].DefaultVersionId: is not the one default version", i)
		}
	}
	return nil
}

// iamXML is how IAM writes its answers. Policies are percent-encoded.
func iamXML() *dialect {
	encode := func(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }
	return &dialect{
		item: "member", times: "2006-01-02T15:04:05Z",
		rename: func(member string) string { return member },
		texts: map[string]func(string) string{
			"AssumeRolePolicyDocument": encode, "Document": encode, "PolicyDocument": encode,
		},
	}
}

// authorizationDetails gives users, groups, roles and managed policies; a page
// may have several of these.
func (s *Server) authorizationDetails(r *request) (any, *apiError) {
	filters := texts(r.input["Filter"])
	known := []string{"User", "Role", "Group", "LocalManagedPolicy", "AWSManagedPolicy"}
	for _, filter := range filters {
		if !slices.Contains(known, filter) {
			return nil, iamInvalid(constraint("filter", filters, "Member must satisfy constraint: [Member must satisfy enum value set: ["+strings.Join(known, ", ")+"]]"))
		}
	}
	wanted := func(filter string) bool { return len(filters) == 0 || slices.Contains(filters, filter) }
	st := s.store(r.service, r)
	sections := []string{"UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"}
	from := map[*document]string{}
	var docs []*document
	for i, section := range sections {
		for _, doc := range st.sections[section] {
			filter := []string{"User", "Group", "Role", "LocalManagedPolicy"}[i]
			if section == "Policies" && strings.Contains(text(doc.body["Arn"]), ":iam::aws:") {
				filter = "AWSManagedPolicy"
			}
			if wanted(filter) {
				docs = append(docs, doc)
				from[doc] = section
			}
		}
	}
	items, tail, failure := s.iamPage(r, docs)
	if failure != nil {
		return nil, failure
	}
	lists := map[string][]any{}
	for _, one := range items {
		lists[from[one.doc]] = append(lists[from[one.doc]], one.body)
	}
	var out []node
	for _, section := range sections {
		out = append(out, iamXML().list(section, r.service.item(section), lists[section]))
	}
	return append(out, tail...), nil
}

// iamPage are the documents of the page that a request asks for, and the
// elements that tell whether there are more.
func (s *Server) iamPage(r *request, docs []*document) ([]item, []node, *apiError) {
	r.numbers("MaxItems")
	limit, failure := r.bounded("MaxItems", 1, 1000, 100)
	if failure != nil {
		return nil, nil, iamInvalid(failure)
	}
	items, next, failure := s.items(r, listing{docs: docs, limit: limit, token: "Marker", badToken: "ValidationError"})
	if failure != nil {
		return nil, nil, failure
	}
	if next == "" {
		return items, []node{{name: "IsTruncated", text: "false"}}, nil
	}
	return items, []node{{name: "IsTruncated", text: "true"}, {name: "Marker", text: next}}, nil
}

func iamInvalid(failure *apiError) *apiError {
	return &apiError{code: "ValidationError", message: failure.message}
}

func (s *Server) listAccountAliases(r *request) (any, *apiError) {
	var docs []*document
	for _, alias := range texts(s.store(r.service, r).body["AccountAliases"]) {
		docs = append(docs, &document{body: map[string]any{"AccountAlias": alias}})
	}
	items, tail, failure := s.iamPage(r, docs)
	if failure != nil {
		return nil, failure
	}
	list := node{name: "AccountAliases"}
	for _, one := range items {
		list.children = append(list.children, node{name: "member", text: text(one.body["AccountAlias"])})
	}
	return append([]node{list}, tail...), nil
}

// iamProviders gives all identity providers of a sort.
func iamProviders(section string) operation {
	return func(s *Server, r *request) (any, *apiError) {
		items, _, failure := s.items(r, listing{docs: s.store(r.service, r).sections[section], limit: len(s.store(r.service, r).sections[section])})
		if failure != nil {
			return nil, failure
		}
		return []node{iamXML().list(section, r.service.item(section), bodies(items))}, nil
	}
}

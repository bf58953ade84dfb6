package checks

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/view"
)

// accessChecks look at roles and policies.
var accessChecks = []*Check{
	{
		ID:         "notebook-role-administrator",
		Title:      "Notebook instance has the role of an administrator",
		Severity:   audit.Critical, // as the report rates such a role there: whoever opens the notebook has it
		Fix:        "Give it a role that may do what its work needs: see the role's reasons in the list of roles.",
		Note:       "By what the role may do in effect, see the list of roles: NotAction, managed policies, boundaries and policies of the organization count, and Checkov looks at Action * in a template alone. Critical as the report rates such a role where people work.",
		Aliases:    "CKV2_AWS_68",
		References: guide + "sagemaker-roles.html https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
		Reads:      notebook + " role_arn",
		Asks:       "roles",
		Find:       administrator("role_arn RoleArn"),
	},
	{
		ID:         "domain-role-administrator",
		Title:      "Default role of a domain is an administrator's",
		Severity:   audit.Critical, // as the report rates such a role there: whoever opens an app has it
		Fix:        "Give it a role that may do what its people need: see the role's reasons in the list of roles.",
		Note:       "By what the role may do in effect, see the list of roles. Critical as the report rates such a role where people work.",
		References: guide + "sagemaker-roles.html https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
		Reads:      domain + " default_user_settings_execution_role default_space_settings_execution_role",
		Asks:       "roles",
		Find: administrator(
			"default_user_settings_execution_role DefaultUserSettings.ExecutionRole",
			"default_space_settings_execution_role DefaultSpaceSettings.ExecutionRole",
		),
	},
	{
		ID:         "sagemaker-full-access",
		Title:      "Principal has a policy that allows all of SageMaker",
		Severity:   audit.High,
		Fix:        "Attach a policy with the actions and the resources that it needs in its place.",
		Note:       "Found are AWS's policy AmazonSageMakerFullAccess, and copies of it: statements that allow sagemaker:* on everything, or on all but some, in policies of the account, attached or inline, of roles, users and groups. prowler looks at the former on roles that no service may take; roles of services (aws-service-role) alone are passed here. Denies, boundaries and conditions do not count.",
		Aliases:    "sagemaker_full_access_policy_attached SM-02",
		References: prowler + "sagemaker_full_access_policy_attached https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonSageMakerFullAccess.html",
		Reads:      "AWSRole attached_managed_policies:J role_policy_list:J\nAWSUser attached_managed_policies:J user_policy_list:J\nAWSGroup attached_managed_policies:J group_policy_list:J\nAWSManagedPolicy policy_version_list:J\nAWSInlinePolicy policy_document\nAWSPolicyStatement action:L effect notresource:L resource:L",
		Edges:      map[string]view.KeepEdges{"POLICY": {}, "STATEMENT": {}},
		Find: all(
			fullAccess("AWSRole", "role_policy_list"),
			fullAccess("AWSUser", "user_policy_list"),
			fullAccess("AWSGroup", "group_policy_list"),
		),
	},
}

// administrator is a Find that wants that none of some columns of the first label
// names a role that the report calls an administrator's.
func administrator(columns ...string) func(*Search) {
	places := readPlaces(columns)
	return func(s *Search) {
		roles := map[string]*audit.Role{}
		for i := range s.Report.Roles {
			roles[s.Report.Roles[i].Role] = &s.Report.Roles[i]
		}
		each(func(o *Subject) {
			for _, p := range places {
				for _, m := range o.at(p) {
					o.notAdministrator(m, roles[m.text()])
				}
			}
		})(s)
	}
}

// notAdministrator finds a role that may do everything. One that does not exist any
// more may do nothing; one of which that is not known is unknown.
func (o *Subject) notAdministrator(m member, role *audit.Role) {
	gone := func(r audit.Reason) bool { return r.Code == access.CodeGone }
	switch {
	case m.text() == "":
	case role == nil || role.Class == audit.ClassUnknown && !slices.ContainsFunc(role.Reasons, gone):
		account := o.Account()
		if parts := strings.SplitN(m.text(), ":", 6); len(parts) == 6 {
			account = parts[4]
		}
		o.Lack(account+"/global", "AWSRole")
	case role.Class == audit.Admin:
		o.Wrong(m.path, m.text(), "it may do everything, see the list of roles")
	}
}

// fullAccess is a Find that looks at the policies of principals of a label, of which a
// column has those inside of it. Roles of services, which nobody can change, are passed.
func fullAccess(label, inline string) func(*Search) {
	return eachOf(label, func(o *Subject) {
		if strings.Contains(o.ID, ":role/aws-service-role/") || !o.Read("attached_managed_policies", inline) {
			return
		}
		for _, e := range o.Search.From("POLICY", o.ID) {
			if strings.HasSuffix(e.To, ":aws:policy/AmazonSageMakerFullAccess") {
				o.WrongOf(e.To, "AttachedManagedPolicies", "AmazonSageMakerFullAccess", "AWS's policy is attached to it")
			} else if !strings.Contains(e.To, ":iam::aws:policy/") { // what else AWS offers is no copy of that
				o.copyOfFullAccess(e)
			}
		}
	})
}

// copyOfFullAccess finds a statement of a policy that allows every action of SageMaker
// on every resource, or on all but some, as AWS's own does.
func (o *Subject) copyOfFullAccess(e view.Edge) {
	policy := o.Search.Node(e.To)
	document := map[bool]string{true: "policy_version_list", false: "policy_document"}[e.ToLabel == "AWSManagedPolicy"]
	if policy == nil || !policy.Known(document) {
		o.Lack(o.Scope, e.ToLabel)
		return
	}
	for _, s := range o.Search.From("STATEMENT", policy.ID) {
		n := o.Search.Node(s.To)
		if n == nil || !n.Known("effect") || !n.Known("action") || !n.Known("resource") || !n.Known("notresource") {
			o.Lack(o.Scope, "AWSPolicyStatement")
			continue
		}
		if n.Text("effect") != "Allow" {
			continue
		}
		everything := slices.Contains(n.Strings("resource"), "*") || len(n.Strings("notresource")) > 0
		for _, action := range n.Strings("action") {
			if everything && strings.EqualFold(action, "sagemaker:*") {
				o.WrongOf(n.ID, "Action", action, "a statement of its policy allows it on everything")
			}
		}
	}
}

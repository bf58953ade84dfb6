package simulator

import (
	"fmt"
	"strings"
)

// policyData is <account>/<region>/SageMaker.json: the resource policies of
// model package groups and lineage groups, by name.
type policyData struct {
	ModelPackageGroupPolicies []groupPolicy
	LineageGroupPolicies      []lineagePolicy
}

type groupPolicy struct{ ModelPackageGroupName, ResourcePolicy string }

type lineagePolicy struct{ LineageGroupName, ResourcePolicy string }

// A groupKind is a kind of resource that has a policy.
type groupKind struct {
	kind, section string
	missing       string // message of the error about a group that is not there; "": the newer ResourceNotFound
	unset         string // about one without a policy
	arn           bool   // the answer has the group's ARN
}

// policyOperations are the operations with which SageMaker is asked for
// resource policies.
func policyOperations() map[string]operation {
	return map[string]operation{
		"GetModelPackageGroupPolicy": groupKind{
			kind: "ModelPackageGroup", section: "ModelPackageGroupPolicies",
			missing: "Cannot find Model Package Group: ", unset: "Cannot find resource policy for: ",
		}.policy,
		"GetLineageGroupPolicy": groupKind{kind: "LineageGroup", section: "LineageGroupPolicies", arn: true}.policy,
	}
}

// policy gives the policy of a group, by its name or ARN.
func (g groupKind) policy(s *Server, r *request) (any, *apiError) {
	member := g.kind + "Name"
	name := text(lastPart(r.input[member]))
	if name == "" {
		return nil, constraint(member, nil, "Member must not be null")
	}
	k := kinds().byName[g.kind]
	arn := r.region.arnOf(k, name)
	failed := func(message, newer string) *apiError {
		if message == "" {
			return &apiError{code: "ResourceNotFound", message: fmt.Sprintf(newer, arn)}
		}
		return invalid("%s%s", message, arn)
	}
	key, _ := k.keyOf(map[string]any{member: name})
	if group := r.region.byKey[key]; group == nil || (strings.HasPrefix(text(r.input[member]), "arn:") && group.arn != r.input[member]) {
		return nil, failed(g.missing, g.kind+" [%s] does not exist.")
	}
	policy := s.one(r, s.store(r.service, r).find(g.section, member, name))
	if policy == nil {
		return nil, failed(g.unset, "Resource policy of [%s] does not exist.")
	}
	out := map[string]any{"ResourcePolicy": policy["ResourcePolicy"]}
	if g.arn {
		out[g.kind+"Arn"] = arn
	}
	return out, nil
}

// checkPolicies refuses policies of groups that have no document.
func (inv *Inventory) checkPolicies() error {
	for _, region := range sortedKeys(inv.stores) {
		st := inv.stores[region]
		for section, kind := range map[string]string{"ModelPackageGroupPolicies": "ModelPackageGroup", "LineageGroupPolicies": "LineageGroup"} {
			for i, doc := range st.sections[section] {
				key, _ := kinds().byName[kind].keyOf(doc.body)
				if r := inv.regions[st.region]; r == nil || r.byKey[key] == nil {
					return fmt.Errorf("%s/%s/SageMaker.json: %s[%d]: no document of the %s", inv.account, st.region, section, i, kind)
				}
			}
		}
	}
	return nil
}

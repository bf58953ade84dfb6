package audit

import (
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph"
)

// permissiveIn calls add with an edge PERMISSIVE_IN from each role that was read to its
// account, for each reason why it is permissive by its own policies. The reference is the
// code of the reason. What a role gains by what else there is in SageMaker makes no edge:
// that is not worked out from IAM.
func (x *Gatherer) permissiveIn(m *access.Model, add func(*graph.Edge) error) error {
	typ := x.schema.EdgeType("PERMISSIVE_IN")
	for role, reasons := range m.OwnReasons() {
		from, to := x.keeper.Graph().Node(role), x.keeper.Graph().Node(access.ARNAccount(role))
		if from == nil || to == nil {
			continue
		}
		for _, r := range reasons {
			p := edgePart{r.Verdict == policy.Conditional, r.Actions, statementsOf(r), sayConditions(r.Conditions)}
			if err := add(x.allowing(typ, from, to, r.Code, &p)); err != nil {
				return err
			}
		}
	}
	return nil
}

package audit

import (
	"slices"

	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph"
)

// canInvoke is the type of edges from principals to the endpoints that they can call.
const canInvoke = "CAN_INVOKE"

// Edges calls add with an edge CAN_INVOKE for each principal and endpoint, and what of
// the endpoint the call names: one for the actions that are allowed, with the path
// Action, and one for those that are allowed on a condition, with the path Condition.
// The reference is the inference component that the call names, or "". Principals of
// which nothing was read have none: the questions say so of them.
func (x *Gatherer) Edges(add func(*graph.Edge) error) error {
	w := &invokeWriter{x: x, typ: x.schema.EdgeType(canInvoke), add: add}
	for item := range newModel(x.keeper.Graph()).Invokers() {
		if item.Unread {
			continue
		}
		if err := w.take(&item); err != nil {
			return err
		}
	}
	return w.flush()
}

// An invokeWriter joins the actions of one principal, endpoint and component, which
// come one after the other.
type invokeWriter struct {
	x   *Gatherer
	typ *graph.EdgeType
	add func(*graph.Edge) error

	principal, endpoint, component string
	parts                          [2]invokePart // allowed, conditional
}

// An invokePart is what becomes one edge.
type invokePart struct{ actions, via, conditions []string }

func (w *invokeWriter) take(item *access.Invocation) error {
	if item.Principal != w.principal || item.Endpoint != w.endpoint || item.Component != w.component {
		if err := w.flush(); err != nil {
			return err
		}
		w.principal, w.endpoint, w.component = item.Principal, item.Endpoint, item.Component
	}
	p := &w.parts[0]
	if item.Verdict == policy.Conditional {
		p = &w.parts[1]
		p.conditions = append(p.conditions, sayConditions(item.Conditions)...)
	}
	p.actions = append(p.actions, item.Action)
	for _, m := range item.Via {
		p.via = append(p.via, m.Statement)
	}
	return nil
}

func (w *invokeWriter) flush() error {
	from, to := w.x.keeper.Graph().Node(w.principal), w.x.keeper.Graph().Node(w.endpoint)
	for i, path := range []string{"Action", "Condition"} {
		p := w.parts[i]
		w.parts[i] = invokePart{}
		if len(p.actions) == 0 || from == nil || to == nil {
			continue
		}
		if err := w.add(w.edge(from, to, path, i == 1, &p)); err != nil {
			return err
		}
	}
	return nil
}

func (w *invokeWriter) edge(from, to *Node, path string, conditional bool, p *invokePart) *graph.Edge {
	e := &graph.Edge{
		Type: w.typ, From: from.ID, To: to.ID, Path: path, Ref: w.component, Scope: from.Scope,
		FromLabel: w.x.schema.Label(from.Label), ToLabel: w.x.schema.Label(to.Label), Values: make([]graph.Value, len(w.typ.Columns)),
	}
	set := func(column string, v graph.Value) { e.Values[w.typ.Column(column)] = v }
	set("inferred", graph.BoolValue(true))
	set("basis", graph.StringValue("IAM policies"))
	set("actions", graph.StringsValue(sorted(p.actions)))
	set("via", graph.StringsValue(sorted(p.via)))
	set("conditional", graph.BoolValue(conditional))
	if conditional {
		set("conditions", graph.StringsValue(sorted(p.conditions)))
	}
	return e
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

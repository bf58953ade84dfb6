package audit

import (
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/graph"
)

// canInvoke calls add with an edge CAN_INVOKE for each principal and endpoint, and what
// of the endpoint the call names: one for the actions that are allowed, and one for those
// that are allowed on a condition. The reference is the inference component that the call
// names, or "". Principals of which nothing was read have none: the questions say so of
// them.
func (x *Gatherer) canInvoke(m *access.Model, add func(*graph.Edge) error) error {
	w := &invokeWriter{x: x, typ: x.schema.EdgeType("CAN_INVOKE"), add: add}
	for item := range m.Invokers() {
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
	parts                          [2]edgePart // allowed, conditional
}

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
		p.conditional = true
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
	for i := range w.parts { // allowed, conditional
		p := w.parts[i]
		w.parts[i] = edgePart{}
		if len(p.actions) == 0 || from == nil || to == nil {
			continue
		}
		if err := w.add(w.x.allowing(w.typ, from, to, w.component, &p)); err != nil {
			return err
		}
	}
	return nil
}

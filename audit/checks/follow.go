package checks

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// sagemaker is what the labels of SageMaker's own kinds begin with.
const sagemaker = "AWSSageMaker"

// ReadOf is Read for columns of another node, which may be nil where there is none of
// that id. They need not be kept.
func (o *Subject) ReadOf(n *view.Node, label string, columns ...string) bool {
	if n == nil {
		o.Lack(o.Scope, label)
		return false
	}
	for _, c := range columns {
		if !n.WasRead(c) {
			o.Lack(n.Scope, n.Label)
			return false
		}
	}
	return n.Observed()
}

// Listed reports whether all that the subject's scope has of labels is known. Where it
// is not, the resource counts as unknown unless something else is found wrong with it.
func (o *Subject) Listed(labels ...string) bool {
	all := true
	for _, label := range labels {
		if !o.Search.Listed(o.Scope, label) {
			o.Lack(o.Scope, label)
			all = false
		}
	}
	return all
}

// ListedWith is Listed where columns of all of a label decide too: what refers to the
// subject is only known where they were read. All that a check asks of a label, it asks
// with the same columns.
func (o *Subject) ListedWith(label string, columns ...string) bool {
	s := o.Search
	if s.gaps[label] == nil {
		scopes := map[string]bool{}
		for _, n := range s.Nodes(label) {
			if n.Observed() && slices.ContainsFunc(columns, func(c string) bool { return !n.WasRead(c) }) {
				scopes[n.Scope] = true
			}
		}
		if s.gaps == nil {
			s.gaps = map[string]map[string]bool{}
		}
		s.gaps[label] = scopes
	}
	if s.gaps[label][o.Scope] {
		o.Lack(o.Scope, label)
		return false
	}
	return o.Listed(label)
}

// from and to are the edges of a type between the subject, or another node, and nodes
// of some labels. What is kept of a type is what any check needs, so there may be others.
func (s *Search) from(typ, id string, labels ...string) []view.Edge {
	return slices.DeleteFunc(slices.Clone(s.From(typ, id)), func(e view.Edge) bool { return !slices.Contains(labels, e.ToLabel) })
}

func (s *Search) to(typ, id string, labels ...string) []view.Edge {
	return slices.DeleteFunc(slices.Clone(s.To(typ, id)), func(e view.Edge) bool { return !slices.Contains(labels, e.FromLabel) })
}

// A trail is how one came from a resource to another, as evidence has it.
type trail []audit.Evidence

// along is the trail with an edge more.
func (t trail) along(e *view.Edge, detail string) trail {
	one := audit.Evidence{Resource: e.From, Field: e.Path, Value: e.To, Detail: detail}
	if e.Details != nil && e.Ref != "" {
		one.Value = e.Ref
	}
	return append(slices.Clone(t), one)
}

// Follows adds a trail to the evidence.
func (o *Subject) Follows(t trail) {
	for _, e := range t {
		if !slices.Contains(o.evidence, e) {
			o.evidence = append(o.evidence, e)
		}
	}
}

// A served is a model that an endpoint runs.
type served struct {
	*view.Node // nil where the snapshot does not have it
	id         string
	trail      trail
}

// servedReads and servedEdges are what following an endpoint to its models looks at.
const servedReads = `AWSSageMakerEndpoint name account_id region status endpoint_config_name
AWSSageMakerEndpointConfig
AWSSageMakerInferenceComponent status
AWSSageMakerModel`

func servedEdges(more map[string]view.KeepEdges) map[string]view.KeepEdges {
	edges := map[string]view.KeepEdges{
		"USED":       between("Endpoint EndpointConfig", "InferenceComponent Model"),
		"REFERENCED": between("EndpointConfig Model"),
		"CONTAINS":   between("Endpoint InferenceComponent"),
	}
	for typ, keep := range more {
		edges[typ] = keep
	}
	return edges
}

// between keeps edges, with all that they say, between kinds: a text for each pair.
func between(pairs ...string) view.KeepEdges {
	return view.KeepEdges{Details: true, Ends: func(from, to string) bool {
		return slices.Contains(pairs, strings.TrimPrefix(from, sagemaker)+" "+strings.TrimPrefix(to, sagemaker))
	}}
}

// serves reports whether an endpoint answers calls. Source: Amazon SageMaker API
// Reference, DescribeEndpoint: EndpointStatus.
func serves(status string) bool {
	switch status {
	case "InService", "Updating", "SystemUpdating", "RollingBack", "UpdateRollbackFailed":
		return true
	}
	return false
}

// served are the models that the endpoint which the subject is runs: those of its
// configurations, one of a deployment under way too, and of its inference components.
// What cannot be followed counts as unknown. There are none where it answers no calls.
func (o *Subject) served() []served {
	if !o.Read("status", "endpoint_config_name") || !serves(o.Text("status")) {
		return nil
	}
	s := o.Search
	var all []served
	add := func(e *view.Edge, t trail) {
		if !slices.ContainsFunc(all, func(m served) bool { return m.id == e.To }) {
			all = append(all, served{s.Node(e.To), e.To, t})
		}
	}
	for _, used := range s.from("USED", o.ID, "AWSSageMakerEndpointConfig") {
		t := trail{}.along(&used, "the endpoint runs this configuration")
		if !o.ReadOf(s.Node(used.To), "AWSSageMakerEndpointConfig", "production_variants") {
			continue
		}
		for _, e := range s.from("REFERENCED", used.To, "AWSSageMakerModel") {
			add(&e, t.along(&e, "a variant of it runs this model"))
		}
	}
	o.Listed("AWSSageMakerInferenceComponent")
	for _, has := range s.from("CONTAINS", o.ID, "AWSSageMakerInferenceComponent") {
		t := trail{{Resource: has.From, Field: "InferenceComponents", Value: has.To, Detail: "the endpoint has this inference component"}}
		for _, e := range s.from("USED", has.To, "AWSSageMakerModel") {
			add(&e, t.along(&e, "which runs this model"))
		}
		o.ReadOf(s.Node(has.To), "AWSSageMakerInferenceComponent", "specification_model_name")
	}
	for _, m := range all {
		o.ReadOf(m.Node, "AWSSageMakerModel", "containers", "primary_container_model_data_url")
	}
	return all
}

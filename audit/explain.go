package audit

import (
	"fmt"
	"strings"

	"github.com/sgexport/sgexport/graph/view"
)

// Internet is the principal that stands for whoever is on the internet.
const Internet = "internet"

// Explain says how the decisions about what a principal may do with a resource
// came about, one for each action that the questions ask. The principal may be
// [Internet]: then it says what exposure rests on. Both may be given by ARN, by id,
// as the table has them or, where only one has it, by name; it is an error where
// none or several do. A resource of which something is asked comes before others of
// its name.
func Explain(g *Graph, principal, resource string) ([]Trace, error) {
	asked := []string{bucketLabel}
	if principal == Internet {
		for _, k := range exposedKinds() {
			asked = append(asked, k.label)
		}
	} else {
		asked = append(asked, "AWSRole")
		for _, noun := range []string{"Endpoint", "InferenceComponent", "NotebookInstance", "UserProfile", "Space", "MlflowTrackingServer", "MlflowApp", "PartnerApp"} {
			asked = append(asked, sagemaker+noun)
		}
	}
	resource, err := find(g, resource, asked, g.Labels())
	if err != nil {
		return nil, err
	}
	if principal == Internet {
		return explainExposure(g, resource)
	}
	if principal, err = find(g, principal, []string{"AWSRole", "AWSUser", "AWSGroup"}); err != nil {
		return nil, err
	}
	return explainAccess(g, principal, resource)
}

// find is [view.Graph.Find], but returns what cannot be a name as it is: a principal
// of another account need not be in the snapshot.
func find(g *Graph, text string, labels ...[]string) (string, error) {
	if strings.HasPrefix(text, "arn:") || text == "*" || accountIn(text) == text {
		return text, nil
	}
	return g.Find(text, labels...)
}

// explainExposure says what the answers about a resource and the internet rest on.
func explainExposure(g *Graph, id string) ([]Trace, error) {
	n := g.Node(id)
	if n == nil {
		return nil, fmt.Errorf("the snapshot has no %q", id)
	}
	lacks := view.NewLacks(g)
	if n.Label == bucketLabel {
		b := bucket(g, n, lacks)
		return []Trace{{
			Principal: Internet, Action: "public", Resource: id, Verdict: Say(b.Public), Conditions: b.Unknown, Steps: stepsOf(b.Reasons),
		}}, nil
	}
	r := &Report{}
	askExposure(g, r, lacks)
	for i := range r.Exposure {
		if e := &r.Exposure[i]; e.Resource == id {
			return []Trace{{
				Principal: Internet, Action: "exposure", Resource: id, Conditions: e.Unknown, Steps: stepsOf(e.Reasons),
				Verdict: fmt.Sprintf("direct internet: %s, subnet: %s, open ingress: %s, egress: %s", Say(e.DirectInternet), e.Subnet, Say(e.OpenIngress), e.Egress),
			}}, nil
		}
	}
	return nil, nil
}

// stepsOf makes steps of reasons.
func stepsOf(reasons []Reason) []TraceStep {
	var steps []TraceStep
	for _, r := range reasons {
		steps = append(steps, TraceStep{Layer: r.Code, Outcome: r.Detail})
	}
	return steps
}

// Say returns yes, no or, for nil, unknown.
func Say(b *bool) string {
	switch {
	case b == nil:
		return "unknown"
	case *b:
		return "yes"
	}
	return "no"
}

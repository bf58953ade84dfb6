package audit

import (
	"fmt"
	"strings"
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
	resource, err := g.find(resource, asked, g.labels)
	if err != nil {
		return nil, err
	}
	if principal == Internet {
		return explainExposure(g, resource)
	}
	if principal, err = g.find(principal, []string{"AWSRole", "AWSUser", "AWSGroup"}); err != nil {
		return nil, err
	}
	return explainAccess(g, principal, resource)
}

// mostNamed is how many of the nodes that have one name an error lists.
const mostNamed = 5

// find returns the id of the node that text names, of the first labels of which one
// has that name. What cannot be a name is returned as it is: a principal of another
// account need not be in the snapshot.
func (g *Graph) find(text string, labels ...[]string) (string, error) {
	if g.byID[text] != nil || strings.HasPrefix(text, "arn:") || text == "*" || accountIn(text) == text {
		return text, nil
	}
	var found []string
	for _, some := range labels {
		for _, label := range some {
			for _, n := range g.byLabel[label] {
				if n.isNamed(text) {
					found = append(found, n.ID)
				}
			}
		}
		if len(found) > 0 {
			break
		}
	}
	switch len(found) {
	case 0:
		return "", fmt.Errorf("the snapshot has no %q; give its ARN or its name", text)
	case 1:
		return found[0], nil
	}
	more := ""
	if len(found) > mostNamed {
		more = fmt.Sprintf(" and %d more", len(found)-mostNamed)
	}
	return "", fmt.Errorf("%q may be %s%s; give its ARN", text, strings.Join(found[:min(mostNamed, len(found))], ", "), more)
}

// isNamed reports whether a text is a node's name, the end of its id, or what the
// table has for it: the account and the region may stand before it, and the path of
// a role or user is left out.
func (n *Node) isNamed(text string) bool {
	is := func(text string) bool {
		return n.Text("name") == text || strings.HasSuffix(n.ID, "/"+text) || strings.HasSuffix(n.ID, ":"+text)
	}
	if is(text) {
		return true
	}
	parts := strings.SplitN(n.ID, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return false
	}
	for _, before := range []string{parts[4], parts[3]} {
		if rest, ok := strings.CutPrefix(text, before+":"); ok && before != "" && is(rest) {
			return true
		} else if ok {
			text = rest
		}
	}
	kind, path, ok := strings.Cut(parts[5], "/")
	return ok && parts[2] == "iam" && text == kind+"/"+path[strings.LastIndexByte(path, '/')+1:]
}

// explainExposure says what the answers about a resource and the internet rest on.
func explainExposure(g *Graph, id string) ([]Trace, error) {
	n := g.Node(id)
	if n == nil {
		return nil, fmt.Errorf("the snapshot has no %q", id)
	}
	lacks := newMissing(g)
	if n.Label == bucketLabel {
		b := bucket(g, n, lacks)
		return []Trace{{
			Principal: Internet, Action: "public", Resource: id, Verdict: sayTruth(b.Public), Conditions: b.Unknown, Steps: stepsOf(b.Reasons),
		}}, nil
	}
	r := &Report{}
	askExposure(g, r, lacks)
	for i := range r.Exposure {
		if e := &r.Exposure[i]; e.Resource == id {
			return []Trace{{
				Principal: Internet, Action: "exposure", Resource: id, Conditions: e.Unknown, Steps: stepsOf(e.Reasons),
				Verdict: fmt.Sprintf("direct internet: %s, subnet: %s, open ingress: %s, egress: %s", sayTruth(e.DirectInternet), e.Subnet, sayTruth(e.OpenIngress), e.Egress),
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

func sayTruth(b *bool) string {
	switch {
	case b == nil:
		return "unknown"
	case *b:
		return "yes"
	}
	return "no"
}

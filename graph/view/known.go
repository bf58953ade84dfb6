package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// groups are the values of --neighbors that read a label.
const groups = `
iam AWSRole AWSUser AWSGroup AWSManagedPolicy AWSInlinePolicy AWSPolicyStatement AWSSAMLProvider AWSOpenIDConnectProvider AWSResourceShare AWSModelPackageGroupPolicy AWSLineageGroupPolicy
org AWSAccount AWSOrganizationalUnit AWSOrganizationRoot AWSOrganizationPolicy
network AWSEC2Subnet AWSVpc AWSEC2RouteTable AWSInternetGateway AWSEgressOnlyInternetGateway AWSNatGateway AWSTransitGatewayAttachment AWSTransitGateway AWSVpcEndpoint AWSEC2SecurityGroup AWSManagedPrefixList AWSNetworkInterface
s3 AWSS3Bucket
kms AWSKMSKey AWSKMSAlias
ecr AWSECRRepository
`

// groupOf returns the value of --neighbors that reads a label, or "".
func groupOf(label string) string {
	for line := range strings.Lines(groups) {
		if words := strings.Fields(line); len(words) > 1 && slices.Contains(words[1:], label) {
			return words[0]
		}
	}
	return ""
}

// Listed reports whether all that a scope has of a label is known. A region that does
// not offer it has none.
func (g *Graph) Listed(scope, label string) bool {
	k := g.listed[Part{scope, label}]
	return k != nil && (k.IDs == graph.AllIDs || k.State == graph.Unoffered)
}

// Unlisted returns the scopes that may have more of a label than is known, sorted.
func (g *Graph) Unlisted(label string) []string {
	var scopes []string
	for part, k := range g.listed {
		if part.Label == label && k.IDs != graph.AllIDs && k.State != graph.Unoffered {
			scopes = append(scopes, part.Scope)
		}
	}
	slices.Sort(scopes)
	return scopes
}

// Scopes returns the scopes that were read, sorted.
func (g *Graph) Scopes() []string {
	var scopes []string
	for i := range g.report.Scopes {
		scopes = append(scopes, g.report.Scopes[i].ID())
	}
	slices.Sort(scopes)
	return scopes
}

// Why says what the snapshot's report knows of why something of a label is
// missing in a scope, and How which export would have it, each in one line.
func (g *Graph) Why(scope, label string) (why, how string) {
	if account, _, _ := strings.Cut(scope, "/"); g.listed[Part{scope, label}] == nil && g.listed[Part{account + "/global", label}] != nil {
		scope = account + "/global" // such as buckets, which stand where they are referred to if they were not read
	}
	for _, gap := range g.gaps[Part{scope, label}] {
		return gap.Action + ": " + gap.Code, "grant " + gap.Action + " ('sgexport policy' prints what an export needs), then export again"
	}
	group := groupOf(label)
	k := g.listed[Part{scope, label}]
	switch {
	case k == nil && group != "", k != nil && k.State == graph.Skipped && group != "":
		return "it was not asked for", "export with --neighbors " + group
	case k == nil:
		return "the snapshot says nothing of it", "export " + cmp.Or(strings.TrimPrefix(label, "AWSSageMaker"), label) + " too: see --kinds and --region"
	case k.State == graph.Skipped:
		return "it was not asked for", "export without --skip-kinds " + strings.TrimPrefix(label, "AWSSageMaker")
	case k.IDs == graph.CutIDs:
		return "only the newest were listed", "export with --pipeline-executions all"
	case slices.ContainsFunc(k.Unread, func(u graph.Unread) bool { return u.Because == graph.ByLimit }):
		if group != "" {
			return "an option let less be read than there is", "export with --neighbors " + group + " and --describe-limit all"
		}
		return "an option let less be read than there is", "export with --describe-limit all"
	case k.State == graph.Denied || k.State == graph.Unavailable:
		return "it could not be read: " + string(k.State), "see the gaps in manifest.json ('sgexport policy' prints what an export needs), then export again"
	case k.State == graph.Complete:
		return "it is not among what the account told", "nothing to do where it was deleted; what is of another account or region, export there"
	}
	return "it was read in part: " + string(k.State), "see the gaps and limits in manifest.json, then export again"
}

// NotRead is the reason for something of a label that a snapshot does not have.
func (g *Graph) NotRead(what, scope, label string) string {
	why, how := g.Why(scope, label)
	return what + " was not read: " + why + "; " + how
}

// IsExported reports whether an account is among those that were exported.
func (g *Graph) IsExported(account string) bool {
	return slices.ContainsFunc(g.report.Scopes, func(s graph.ScopeReport) bool { return s.Account == account })
}

// Lacks gather what questions lack, each once.
type Lacks struct {
	g       *Graph
	seen    map[Part]map[string]bool // questions by scope and label
	answers map[Part]bool            // of which answers are missing as a whole
	facts   []Unknown
}

// NewLacks returns an empty one.
func NewLacks(g *Graph) *Lacks {
	return &Lacks{g: g, seen: map[Part]map[string]bool{}, answers: map[Part]bool{}}
}

// Kind notes the scopes in which not all of a label are known of which a question
// asks each.
func (m *Lacks) Kind(question, label string) {
	for _, scope := range m.g.Unlisted(label) {
		m.Add(question, scope, label)
		m.Answers(scope, label)
	}
}

// Add notes that a question lacks something of a label in a scope.
func (m *Lacks) Add(question, scope, label string) {
	key := Part{scope, label}
	if m.seen[key] == nil {
		m.seen[key] = map[string]bool{}
	}
	m.seen[key][question] = true
}

// Answers notes that there may be resources of a label in a scope of which no answer
// is given.
func (m *Lacks) Answers(scope, label string) { m.answers[Part{scope, label}] = true }

// Fact notes something that is not the lack of a label.
func (m *Lacks) Fact(u Unknown) {
	if !slices.ContainsFunc(m.facts, func(v Unknown) bool { return CompareUnknown(u, v) == 0 }) {
		m.facts = append(m.facts, u)
	}
}

// List returns what is missing, sorted by questions, scope, what.
func (m *Lacks) List() []Unknown {
	list := slices.Clone(m.facts)
	for key, questions := range m.seen {
		u := Unknown{Scope: key.Scope, Label: key.Label, AnswersMissing: m.answers[key], What: fmt.Sprintf("%s in %s", key.Label, cmp.Or(key.Scope, "the snapshot"))}
		for q := range questions {
			u.Questions = append(u.Questions, q)
		}
		slices.Sort(u.Questions)
		u.Why, u.How = m.g.Why(key.Scope, key.Label)
		if key.Label == "AWSAccount" && questions["buckets"] { // its public access block comes with the buckets
			u.How = strings.Replace(u.How, "--neighbors org", "--neighbors "+map[bool]string{true: "s3", false: "org,s3"}[len(questions) == 1], 1)
		}
		list = append(list, u)
	}
	slices.SortFunc(list, CompareUnknown)
	return list
}

// An Unknown is something that the snapshot does not hold and questions need.
type Unknown struct {
	Questions []string `json:"questions"`       // lists of the report that need it
	Scope     string   `json:"scope,omitempty"` // account/region, account/global
	Label     string   `json:"label,omitempty"` // of what was not read
	What      string   `json:"what"`            // one line: what was not read
	Why       string   `json:"why"`             // one line: what the manifest says of it
	How       string   `json:"how"`             // one line: how to export it
	// AnswersMissing: there may be resources of which no answer is in the report.
	AnswersMissing bool `json:"answers_missing,omitempty"`
	// CouldBe is how bad a missing answer is at most, where whoever asks knows that.
	CouldBe string `json:"could_be,omitempty"`
}

// CompareUnknown orders what is missing by questions, scope, what, why.
func CompareUnknown(a, b Unknown) int {
	return cmp.Or(slices.Compare(a.Questions, b.Questions), cmp.Compare(a.Scope, b.Scope), cmp.Compare(a.What, b.What), cmp.Compare(a.Why, b.Why))
}

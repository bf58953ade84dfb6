package policy

import "time"

// Effect says what a statement does where it applies.
type Effect int8

const (
	// Allow and Deny are the two effects that AWS has.
	Allow Effect = iota + 1
	Deny
)

func (e Effect) String() string {
	switch e {
	case Allow:
		return "Allow"
	case Deny:
		return "Deny"
	}
	return "unknown"
}

// Policy is one policy document, compiled. It does not change after Parse, and several goroutines may read it.
type Policy struct {
	// ID is what the caller calls the policy: an ARN, or the id of the node it was read from.
	ID string
	// Version is the document's own, "" where it has none, which AWS takes for 2008-10-17.
	Version string
	// Statements stand in the document's order.
	Statements []*Statement
	// Broken says why the document as a whole is not understood, or is "". A broken document may allow or deny anything.
	Broken string
}

// Since says that requests are made at a time or later: then a date of the policy that is past decides, where the condition asks for the time
// of the request, or for that of its credentials.
func (p *Policy) Since(t time.Time) {
	for _, s := range p.Statements {
		for i := range s.code.conditions {
			s.code.conditions[i].since = t
		}
	}
}

// Statement is one statement of a policy. The exported fields have the document's own text; what decides is compiled from them by Parse,
// so changing them changes nothing.
type Statement struct {
	// ID is "<policy id>/statement/<n>", n counted from 1.
	ID  string
	Sid string
	// Effect is 0 where the document has another than Allow and Deny; then Broken is set.
	Effect Effect

	Actions, NotActions       []string
	Resources, NotResources   []string
	Principals, NotPrincipals []PrincipalElement
	Conditions                []ConditionElement

	// Broken says why the statement as a whole is not understood, or is "". A broken statement may apply to any request.
	// A part that is not understood (an operator, a value that was redacted) leaves Broken empty: only what depends on it is conditional.
	Broken string

	policy string // the policy's id
	code   compiled
}

// PrincipalElement is one principal of a Principal or NotPrincipal element.
type PrincipalElement struct {
	// Type is AWS, Service, Federated, CanonicalUser; or "*" for the plain "*", and then Value is "*" too.
	Type, Value string
}

// ConditionElement is one operator with one key of a Condition element. A statement's are joined by AND.
type ConditionElement struct {
	// Operator stands as in the document, with its prefix and suffix: ForAllValues:StringLikeIfExists.
	Operator string
	// Key stands as in the document. Its case does not matter.
	Key string
	// Values are joined by OR (by NOR for operators that negate).
	Values []string
}

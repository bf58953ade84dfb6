package policy

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// compiled is what decides of a statement.
type compiled struct {
	actions, notActions       []action
	resources, notResources   []pattern
	principals, notPrincipals []principal
	hasPrincipal              bool // Principal stands there
	hasNotPrincipal           bool
	hasResource               bool // Resource or NotResource stands there
	conditions                []condition
}

// action is a pattern of actions, in lower case.
type action struct {
	pattern
}

// newVersion is that of documents that know policy variables.
const newVersion = "2012-10-17"

// Parse reads a policy document and compiles it. Statements are named after id. It never fails and never panics: what does not parse, or is
// not understood, is said in Broken, of the policy or of the statement, and as much as was read is kept.
func Parse(id, text string) *Policy {
	p := &Policy{ID: id}
	v, err := readJSON(text)
	if err != nil {
		p.Broken = "the document does not parse: " + err.Error()
		return p
	}
	o, ok := v.(object)
	if !ok {
		p.Broken = "the document is no object"
		return p
	}
	var statements any
	has := false
	for _, m := range o {
		switch m.name {
		case "Version":
			s, _ := m.value.(string)
			p.Version = s
			if s != newVersion && s != "2008-10-17" {
				p.breaks("the version %s is not known", shown(m.value))
			}
		case "Id":
			if _, ok := m.value.(string); !ok {
				p.breaks("Id is no text")
			}
		case "Statement":
			statements, has = m.value, true
		default:
			p.breaks("the element %q is not known", m.name)
		}
	}
	if !has {
		p.breaks("Statement is missing")
	}
	switch s := statements.(type) {
	case object:
		p.add(s)
	case []any:
		for _, e := range s {
			p.add(e)
		}
	default:
		if has {
			p.breaks("Statement is neither an object nor a list")
		}
	}
	return p
}

func (p *Policy) breaks(format string, args ...any) {
	if p.Broken == "" {
		p.Broken = fmt.Sprintf(format, args...)
	}
}

func (p *Policy) add(v any) {
	s := &Statement{ID: p.ID + "/statement/" + strconv.Itoa(len(p.Statements)+1), policy: p.ID}
	p.Statements = append(p.Statements, s)
	o, ok := v.(object)
	if !ok {
		s.breaks("the statement is no object")
		return
	}
	s.read(o)
	s.compile(p.Version == newVersion)
}

func (s *Statement) breaks(format string, args ...any) {
	if s.Broken == "" {
		s.Broken = fmt.Sprintf(format, args...)
	}
}

func (s *Statement) read(o object) {
	seen := map[string]bool{}
	for _, m := range o {
		seen[m.name] = true
		switch m.name {
		case "Sid":
			t, ok := m.value.(string)
			if s.Sid = t; !ok {
				s.breaks("Sid is no text")
			}
		case "Effect":
			switch m.value {
			case "Allow":
				s.Effect = Allow
			case "Deny":
				s.Effect = Deny
			default:
				s.breaks("the effect %s is not known", shown(m.value))
			}
		case "Action":
			s.Actions = s.texts(m)
		case "NotAction":
			s.NotActions = s.texts(m)
		case "Resource":
			s.Resources = s.texts(m)
		case "NotResource":
			s.NotResources = s.texts(m)
		case "Principal":
			s.Principals = s.principals(m)
			s.code.hasPrincipal = true
		case "NotPrincipal":
			s.NotPrincipals = s.principals(m)
			s.code.hasNotPrincipal = true
		case "Condition":
			s.readConditions(m.value)
		default:
			s.breaks("the element %q is not known", m.name)
		}
	}
	for _, pair := range [...][2]string{{"Action", "NotAction"}, {"Resource", "NotResource"}, {"Principal", "NotPrincipal"}} {
		if seen[pair[0]] && seen[pair[1]] {
			s.breaks("it has %s and %s", pair[0], pair[1])
		}
	}
	if !seen["Effect"] {
		s.breaks("Effect is missing")
	}
	if !seen["Action"] && !seen["NotAction"] {
		s.breaks("Action is missing")
	}
	s.code.hasResource = seen["Resource"] || seen["NotResource"]
}

// texts reads one text or a list of them.
func (s *Statement) texts(m member) []string {
	switch v := m.value.(type) {
	case string:
		return []string{v}
	case []any:
		out := make([]string, 0, len(v))
		for _, e := range v {
			t, ok := e.(string)
			if !ok {
				s.breaks("%s has something that is no text", m.name)
				continue
			}
			out = append(out, t)
		}
		if len(v) == 0 {
			s.breaks("%s is empty", m.name)
		}
		return out
	}
	s.breaks("%s is neither a text nor a list", m.name)
	return nil
}

func (s *Statement) principals(m member) []PrincipalElement {
	switch v := m.value.(type) {
	case string:
		if v != "*" {
			s.breaks("%s is the text %q", m.name, v)
		}
		return []PrincipalElement{{"*", v}}
	case object:
		var out []PrincipalElement
		for _, e := range v {
			for _, t := range s.texts(member{m.name, e.value}) {
				out = append(out, PrincipalElement{e.name, t})
			}
		}
		if len(v) == 0 {
			s.breaks("%s is empty", m.name)
		}
		return out
	}
	s.breaks("%s is neither a text nor an object", m.name)
	return nil
}

func (s *Statement) readConditions(v any) {
	ops, ok := v.(object)
	if !ok {
		s.breaks("Condition is no object")
		return
	}
	for _, op := range ops {
		keys, ok := op.value.(object)
		if !ok {
			s.breaks("the condition %q is no object", op.name)
			continue
		}
		for _, k := range keys {
			e := ConditionElement{Operator: op.name, Key: k.name}
			list, ok := k.value.([]any)
			if !ok {
				list = []any{k.value}
			}
			for _, x := range list {
				switch x := x.(type) {
				case string:
					e.Values = append(e.Values, x)
				case json.Number:
					e.Values = append(e.Values, x.String())
				case bool:
					e.Values = append(e.Values, strconv.FormatBool(x))
				default:
					s.breaks("the condition %q has a value that is no text, number or boolean", op.name)
				}
			}
			s.Conditions = append(s.Conditions, e)
		}
	}
}

func (s *Statement) compile(vars bool) {
	c := &s.code
	for _, t := range s.Actions {
		c.actions = append(c.actions, compileAction(t))
	}
	for _, t := range s.NotActions {
		c.notActions = append(c.notActions, compileAction(t))
	}
	for _, t := range s.Resources {
		c.resources = append(c.resources, compileResource(t, vars))
	}
	for _, t := range s.NotResources {
		c.notResources = append(c.notResources, compileResource(t, vars))
	}
	for _, e := range s.Principals {
		c.principals = append(c.principals, compilePrincipal(e))
	}
	for _, e := range s.NotPrincipals {
		c.notPrincipals = append(c.notPrincipals, compilePrincipal(e))
	}
	for i, e := range s.Conditions {
		x := compileCondition(e, vars)
		x.element = i
		c.conditions = append(c.conditions, x)
	}
}

// compileAction reads an action pattern. "The prefix and the action name are case insensitive."
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html
func compileAction(text string) action {
	a := action{compile(text, wildcards|lower)}
	if a.broken == "" && !strings.Contains(text, ":") && a.kind != any_ {
		a.broken = "the action " + strconv.Quote(text) + " names no service"
	}
	return a
}

func compileResource(text string, vars bool) pattern {
	s := wildcards | arnSegments
	if vars {
		s |= variables
	}
	p := compile(text, s)
	if p.broken == "" && p.kind != any_ && !strings.HasPrefix(text, "arn:") && !strings.HasPrefix(text, "*") && !strings.HasPrefix(text, "$") {
		p.broken = "the resource " + strconv.Quote(text) + " is no ARN"
	}
	return p
}

// shown is a JSON value in a message, in short.
func shown(v any) string {
	switch v := v.(type) {
	case string:
		if len(v) > 40 {
			v = v[:40] + "…"
		}
		return strconv.Quote(v)
	case nil:
		return "null"
	case object:
		return "an object"
	case []any:
		return "a list"
	}
	return fmt.Sprint(v)
}

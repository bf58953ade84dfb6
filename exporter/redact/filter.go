// Package redact takes secrets out of texts. It knows names of members and
// settings, and what credentials look like; it knows no kind.
//
// It looks at structure and at values. By structure, what stands in an environment,
// or beside or below a name that says secret, is one, whatever it looks like: see
// [IsSecret], [Context], [Filter.Document]. By value, what looks like a
// credential is one wherever it stands: see [Credentials]. Start reading with
// [Filter].
package redact

import (
	"regexp"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// maskedToken begins what stands where a token was in an id.
const maskedToken = "[redacted-"

// Credentials takes out of s what looks like a credential.
func Credentials(s string) (clean string, hit bool) {
	clean = replace(s, nil, nil)
	return clean, clean != s
}

// replace takes the secrets out of a text, says which rules found them, and puts
// in what mask makes of them.
func replace(s string, mask func(span, string) string, note func(rule string)) string {
	return replaceSpans(s, spansIn, mask, note)
}

func replaceSpans(s string, find func(string) ([]span, []string), mask func(span, string) string, note func(rule string)) string {
	// What is taken out may bring together what then looks like another secret.
	const passes = 4
	for range passes {
		spans, rules := find(s)
		if len(spans) == 0 {
			return s
		}
		for i := 0; note != nil && i < len(rules); i++ {
			note(rules[i])
		}
		var b strings.Builder
		end := 0
		for _, p := range spans {
			b.WriteString(s[end:p.start])
			if mask != nil {
				b.WriteString(mask(p, s[p.start:p.end]))
			} else {
				b.WriteString(Redacted)
			}
			end = p.end
		}
		s = b.String() + s[end:]
	}
	return s
}

// ID takes the secrets out of a text that is, or is a part of, the id of a node. Two
// tokens of a published form stay two: a part of their sum stands in their place,
// from which nobody can guess them. A password could be guessed; it goes without a
// trace, since two addresses that differ in it are one.
func ID(s string) string { return (*Memory)(nil).ID(s) }

func maskID(p span, secret string) string {
	if !p.token || len(secret) < 16 {
		return Redacted
	}
	return maskedToken + sum(secret)[:8] + "]"
}

// A Filter takes secrets out of what it is given, where it is on, and notes what they
// were and where. Where it is off, it notes the same, and what it is given stays.
type Filter struct {
	On    bool
	Found []Redaction // in the order that they were found in
	*Memory

	path  []step
	depth int // of documents inside documents
}

// Reset makes the filter one that has found nothing, for the next record.
func (f *Filter) Reset() { f.Found, f.path = f.Found[:0], f.path[:0] }

// Hit reports whether a secret was found.
func (f *Filter) Hit() bool { return len(f.Found) > 0 }

// shown is a text as it goes on: without secrets where the filter is on.
func (f *Filter) shown(s, clean string) string {
	if f.On {
		return clean
	}
	return s
}

// plain takes out of s what looks like a credential.
func (f *Filter) plain(s string) string {
	return replaceSpans(s, f.spansIn, nil, func(rule string) { f.note(Redaction{Rule: rule}) })
}

// tokens takes out of s the tokens of published forms, and nothing else.
func (f *Filter) tokens(s string) string {
	return replaceSpans(s, tokensIn, nil, func(rule string) { f.note(Redaction{Rule: rule}) })
}

// Key is a key of a map, or a name, without what looks like a credential.
func (f *Filter) Key(s string) string {
	s = names.Valid(s)
	return f.shown(s, f.plain(s))
}

// Text is a text in a context, without secrets where they are to be taken out.
func (f *Filter) Text(c Context, s string) string {
	s = names.Valid(s)
	return f.shown(s, f.text(c, s))
}

// text is a text in a context without secrets.
func (f *Filter) text(c Context, s string) string {
	if s == "" || s == Redacted {
		return s
	}
	switch {
	case c.policy:
		return f.tokens(s)
	case c.script:
		return f.script(s)
	case c.environment:
		return f.variable(c, s)
	case c.class != open:
		return f.beside(c, s)
	case c.ofEnvironment:
		return f.assignments(s)
	case c.issuer:
		return f.besideIssuer(c.name, s)
	}
	return f.document(s)
}

// Number reports whether a number in a context is to be taken out: a password may be
// one.
func (f *Filter) Number(c Context, number string) bool { return f.number(c, number) && f.On }

// number reports whether a number in a context is a secret, or in an environment.
func (f *Filter) number(c Context, number string) bool {
	named := c.class > hint && (c.class >= secret || !smallNumber.MatchString(number))
	if c.environment {
		f.note(Redaction{Rule: "environment"})
	}
	if named {
		f.note(Redaction{Rule: "secret-name"})
	}
	return c.environment || named
}

// Texts are the texts of a list in a context, in the place of the list. Where they are
// the arguments of a command, a flag may say that the next one is secret.
func (f *Filter) Texts(c Context, list []string) []string {
	before := ""
	for i, s := range list {
		f.EnterItem(i)
		if f.isArgument(before, s) {
			list[i] = f.shown(s, f.argument(before, s))
		} else {
			list[i] = f.Text(c, s)
		}
		f.Leave()
		before = s
	}
	return list
}

// isArgument reports whether a text is secret as the value of the flag before it.
func (f *Filter) isArgument(flag, s string) bool {
	if len(flag) < 2 || flag[0] != '-' || s == "" || s[0] == '-' {
		return false
	}
	if joinedFlags[flag] {
		return true
	}
	name := strings.TrimLeft(flag, "-")
	c := classOf(name)
	return c != open && !isHarmless(c, name, s)
}

// joinedFlags are flags of commands whose value is a name and a secret.
var joinedFlags = map[string]bool{"-u": true, "--user": true, "--proxy-user": true, "-e": true, "--env": true}

// argument is the value of a flag.
func (f *Filter) argument(flag, s string) string {
	if !joinedFlags[flag] {
		return f.take(s, "secret-name")
	}
	joined := flag + " " + s
	clean := replace(joined, nil, func(rule string) { f.note(Redaction{Rule: rule}) })
	return strings.TrimPrefix(clean, flag+" ")
}

// variable is the value of a variable of an environment. Where a secret is kept is
// none. All values are taken out; what the variable is called tells which is secret.
func (f *Filter) variable(c Context, s string) string {
	if heldARN.MatchString(s) {
		return s
	}
	if c.class != open && !isHarmless(c.class, c.name, strings.Trim(s, `"`)) {
		f.note(Redaction{Rule: "secret-name"})
	}
	return f.take(s, "environment")
}

// beside is the text beside a name that says secret.
func (f *Filter) beside(c Context, s string) string {
	if isHarmless(c.class, c.name, strings.Trim(s, `"`)) {
		if c.class == hint {
			return f.document(s)
		}
		return f.plain(s)
	}
	return f.take(s, "secret-name")
}

// take takes out all of a text, and says which rules find something in it.
func (f *Filter) take(s, rule string) string {
	f.note(Redaction{Rule: rule})
	f.noteRules(s)
	return Redacted
}

// noteRules says which rules find something in what is taken out as a whole.
func (f *Filter) noteRules(s string) {
	_, rules := spansIn(s)
	for _, rule := range rules {
		f.note(Redaction{Rule: rule})
	}
}

// assignment matches NAME=value in a text that is an environment.
var assignment = regexp.MustCompile(`(^|[\s,;])([A-Za-z_]\w*=)("[^"]*"|'[^']*'|[^\s,;]+)`)

// assignments is the text beside a name that says environment: the variables, or
// just a name for one.
func (f *Filter) assignments(s string) string {
	if isJSON(s) {
		return f.json(Context{ofEnvironment: true}, s)
	}
	return f.plain(assignment.ReplaceAllStringFunc(s, func(m string) string {
		name, value, _ := strings.Cut(m, "=")
		if value == Redacted {
			return m
		}
		name = strings.TrimLeft(name, " \t\r\n\f\v,;")
		bare := strings.Trim(value, `"'`)
		if clean := f.variable(Context{name: name, class: classOf(name)}, bare); clean != bare {
			return strings.TrimSuffix(m, value) + clean
		}
		return m
	}))
}

// besideIssuer is a text beside the name of who issues tokens, which some rules
// want to see before a token that looks like nothing.
func (f *Filter) besideIssuer(name, s string) string {
	d := allDetectors()
	text := name + "=" + s
	who, _ := d.issuers.scan(name)
	for i := range who.each {
		hit := false
		d.named[i].find(text, func(start, _ int) { hit = hit || start > len(name) })
		if hit {
			return f.take(s, d.named[i].rule)
		}
	}
	return f.document(s)
}

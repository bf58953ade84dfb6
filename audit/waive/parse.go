package waive

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/sgexport/sgexport/audit"
)

// An entry is one waiver of a file.
type entry struct {
	line                                      int
	check, resource, principal, reason, until string
	list                                      audit.List // that check means
}

// A File holds the waivers of a file, in its order.
type File struct{ entries []entry }

// A reader reads a file of waivers.
type reader struct {
	name    string
	checks  []audit.Check
	nearest func(word string, valid []string) string
}

// Parse reads a file of waivers. Name is what errors call it: all have the form
// name:line: what is wrong. Checks are those that there are; nearest returns what to add
// to an error about a word that is not among those that are valid, or "".
func Parse(name string, text []byte, checks []audit.Check, nearest func(word string, valid []string) string) (*File, error) {
	r := &reader{name, checks, nearest}
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // as editors on Windows begin
	tokens := lexer.Tokenize(string(text))
	if err := r.flat(tokens); err != nil {
		return nil, err
	}
	tree, err := parser.Parse(tokens, 0)
	if err != nil {
		return nil, r.syntax(err, bytes.Split(text, []byte{'\n'}))
	}
	f := &File{}
	for _, doc := range tree.Docs {
		if doc.Body == nil {
			continue
		}
		if err := r.document(f, doc.Body); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (r *reader) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", r.name, line, fmt.Errorf(format, args...))
}

// deepest is how many lists and mappings may stand inside one another: entries stand in
// two, and the library takes memory by the square of it.
const deepest = 16

// flat fails where a file is nested so deeply that it is no file of waivers. Nesting by
// indentation is bounded by the size of the file.
func (r *reader) flat(tokens token.Tokens) error {
	open, run, line := 0, 0, 0
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open = max(0, open-1)
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != line {
				run, line = 0, t.Position.Line
			}
			run++
		}
		if open > deepest || run > deepest {
			return r.errorf(t.Position.Line, "more than %d lists and mappings stand inside one another: an entry needs two", deepest)
		}
	}
	return nil
}

// syntax is an error of the library as one of ours.
func (r *reader) syntax(err error, lines [][]byte) error {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		return fmt.Errorf("%s: this is no YAML: %w", r.name, err)
	}
	line, hint := e.GetToken().Position.Line, ""
	if line > 0 && line <= len(lines) && bytes.Contains(lines[line-1], []byte(": *")) {
		hint = " (a text that begins with * stands in quotes)"
	}
	return r.errorf(line, "this is no YAML: %s%s", e.GetMessage(), hint)
}

func lineOf(n ast.Node) int { return n.GetToken().Position.Line }

func (r *reader) document(f *File, n ast.Node) error {
	members, ok := mapping(n)
	if !ok {
		return r.errorf(lineOf(n), "a file of waivers has one member, waivers, which is a list")
	}
	for _, m := range members {
		key := m.Key.GetToken().Value
		if key != "waivers" {
			return r.errorf(lineOf(m.Key), "there is no member %q, but waivers", key)
		}
		list, ok := m.Value.(*ast.SequenceNode)
		if !ok {
			if _, empty := m.Value.(*ast.NullNode); empty {
				continue
			}
			return r.errorf(lineOf(m.Key), "waivers is a list: each entry begins with '- check:'")
		}
		for _, v := range list.Values {
			e, err := r.entry(v)
			if err != nil {
				return err
			}
			f.entries = append(f.entries, e)
		}
	}
	return nil
}

// mapping returns the members of a mapping, which the library has as another type
// where there is one alone.
func mapping(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch n := n.(type) {
	case *ast.MappingNode:
		return n.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{n}, true
	}
	return nil, false
}

func (r *reader) entry(n ast.Node) (entry, error) {
	members, ok := mapping(n)
	if !ok || len(members) == 0 {
		return entry{}, r.errorf(lineOf(n), "an entry has the members check, resource or principal, reason, and until")
	}
	e := entry{line: lineOf(members[0].Key)}
	fields := map[string]*string{"check": &e.check, "resource": &e.resource, "principal": &e.principal, "reason": &e.reason, "until": &e.until}
	for _, m := range members {
		key := m.Key.GetToken().Value
		field := fields[key]
		if field == nil {
			valid := []string{"check", "resource", "principal", "reason", "until"}
			return e, r.errorf(lineOf(m.Key), "there is no member %q; there are %s%s", key, strings.Join(valid, ", "), r.nearest(key, valid))
		}
		text, ok := scalar(m.Value)
		if !ok {
			return e, r.errorf(lineOf(m.Key), "%s is a text (one that begins with * stands in quotes)", key)
		}
		*field = strings.TrimSpace(text)
	}
	return e, r.check(&e)
}

// scalar returns a text as it stands in the file: an account is no number.
func scalar(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.LiteralNode:
		return n.Value.Value, true
	case *ast.StringNode:
		return n.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// check looks whether an entry says all that it must.
func (r *reader) check(e *entry) error {
	if e.check == "" {
		return r.errorf(e.line, "check is missing: a check, or a list of answers such as roles, or roles/admin")
	}
	list, ok := audit.ListOf(e.check, r.checks)
	switch {
	case !ok:
		return r.errorf(e.line, "there is no check %q (see 'sgexport audit --list-checks')%s", e.check, r.nearest(e.check, audit.Names(r.checks)))
	case e.reason == "":
		return r.errorf(e.line, "reason is missing: say why it is borne with")
	case e.principal != "" && !list.Principal:
		return r.errorf(e.line, "%s is about no principal: name the resource", e.check)
	case e.resource != "" && !list.Resource:
		return r.errorf(e.line, "%s is about no resource: name the principal", e.check)
	case e.resource == "" && e.principal == "":
		need := "resource"
		if list.Principal {
			need = "principal"
		}
		return r.errorf(e.line, "%s is missing: an ARN or id, in which * stands for any text", need)
	}
	if _, err := time.Parse(time.DateOnly, e.until); e.until != "" && err != nil {
		return r.errorf(e.line, "until is a day such as 2027-01-31, the last on which it holds, not %q", e.until)
	}
	e.list = list
	return nil
}

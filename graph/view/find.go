package view

import (
	"fmt"
	"slices"
	"strings"
)

// A NotFoundError says that a graph has nothing of a name.
type NotFoundError struct{ Text string }

func (e *NotFoundError) Error() string {
	return fmt.Sprintf("the snapshot has no %q; give its ARN or its name", e.Text)
}

// An AmbiguousError says that several nodes have a name.
type AmbiguousError struct {
	Text string
	IDs  []string // sorted by label, id
}

// mostNamed is how many of the nodes that have one name an error lists.
const mostNamed = 5

func (e *AmbiguousError) Error() string {
	more := ""
	if len(e.IDs) > mostNamed {
		more = fmt.Sprintf(" and %d more", len(e.IDs)-mostNamed)
	}
	return fmt.Sprintf("%q may be %s%s; give its ARN%s", e.Text, strings.Join(e.IDs[:min(mostNamed, len(e.IDs))], ", "), more, e.example())
}

// example is the shortest name of the first that tells it from the others, as an
// addition to a sentence: its kind and name, or its region before them. It is "" where
// that does not do.
func (e *AmbiguousError) example() string {
	shorten := func(id string, from int) string {
		parts := strings.SplitN(id, ":", 6)
		if len(parts) != 6 || parts[0] != "arn" || parts[from] == "" {
			return id
		}
		if from == 5 {
			return parts[5]
		}
		return parts[from] + ":" + parts[5]
	}
	for _, from := range []int{5, 3} {
		short := shorten(e.IDs[0], from)
		if short != e.IDs[0] && !slices.ContainsFunc(e.IDs[1:], func(id string) bool { return shorten(id, from) == short }) {
			return ", or more of its name, such as " + short
		}
	}
	return ""
}

// Find returns the id of the node that text names: by its id, or by a name, of the
// first labels of which one has that name. Errors are a [*NotFoundError] and an
// [*AmbiguousError].
func (g *Graph) Find(text string, labels ...[]string) (string, error) {
	if g.byID[text] != nil {
		return text, nil
	}
	var found []string
	for _, some := range labels {
		for _, label := range some {
			for _, n := range g.byLabel[label] {
				if n.IsNamed(text) {
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
		return "", &NotFoundError{text}
	case 1:
		return found[0], nil
	}
	return "", &AmbiguousError{text, found}
}

// IsNamed reports whether a text is a node's name, the end of its id, or what a
// table has for it: the account and the region may stand before it, and the path of
// a role or user is left out.
func (n *Node) IsNamed(text string) bool {
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

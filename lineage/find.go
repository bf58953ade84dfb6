package lineage

import (
	"errors"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// Find returns the start that a text names: an ARN or id, the name of a resource, which
// may have its kind before it (endpoint/churn) and its account and region
// (us-east-1:endpoint/churn), or a location: s3://bucket/prefix, bucket/prefix. Whoever
// is called so comes before whose id only ends so; a bucket and a resource of one name are
// told apart by s3://. Errors are a
// [*view.NotFoundError] and an [*view.AmbiguousError].
func (l *Lineage) Find(text string) (Start, error) {
	if text == "" {
		return Start{}, &view.NotFoundError{Text: text}
	}
	if n, ok := l.byID[text]; ok {
		id := l.ids[n]
		if same := l.named(text); l.labels[n] == bucket && slices.ContainsFunc(same, func(other string) bool { return other != id }) {
			return Start{}, &view.AmbiguousError{Text: text, IDs: append(slices.DeleteFunc(same, func(other string) bool { return other == id }), "s3://"+text)}
		}
		return Start{ID: id}, nil
	}
	if name, key, ok := location.Split(text); ok {
		if id := l.bucketOf(name); id != "" {
			return Start{id, key}, nil
		}
		return Start{}, &view.NotFoundError{Text: text}
	}
	named := l.named(text)
	if name, key, ok := strings.Cut(text, "/"); ok {
		if id := l.bucketOf(name); id != "" && len(named) == 0 {
			return Start{id, trimSlash(key)}, nil
		} else if id != "" {
			named = append(named, id)
		}
	}
	switch len(named) {
	case 0:
		return Start{}, &view.NotFoundError{Text: text}
	case 1:
		return Start{ID: named[0]}, nil
	}
	return Start{}, &view.AmbiguousError{Text: text, IDs: named}
}

// named returns the ids of the nodes with a name, sorted by label and id.
func (l *Lineage) named(text string) []string {
	var exact []string
	for _, label := range l.g.Labels() {
		if !isKept(label) {
			continue
		}
		for _, n := range l.g.Nodes(label) {
			if n.Text("name") == text {
				exact = append(exact, n.ID)
			}
		}
	}
	if len(exact) > 0 {
		return exact
	}
	labels := slices.DeleteFunc(slices.Clone(l.g.Labels()), func(label string) bool { return !isKept(label) })
	id, err := l.g.Find(text, labels)
	var several *view.AmbiguousError
	switch {
	case errors.As(err, &several):
		return several.IDs
	case err != nil:
		return nil
	}
	return []string{id}
}

// isKept reports whether a label is one that lineage goes through.
func isKept(label string) bool {
	return strings.Contains(keptLabels, "\n"+label+"\n") || strings.Contains(keptLabels, "\n"+label+" ")
}

// bucketOf returns the id of a bucket by its name, or "".
func (l *Lineage) bucketOf(name string) string {
	for _, n := range l.g.Nodes(bucket) {
		if n.ID == name || n.Text("name") == name {
			return n.ID
		}
	}
	return ""
}

// Names returns what [Lineage.Find] takes for each resource: kind/name, sorted.
func (l *Lineage) Names() []string {
	var names []string
	for i, id := range l.ids {
		switch parts := strings.SplitN(id, ":", 6); {
		case len(parts) == 6 && parts[0] == "arn":
			names = append(names, parts[5])
		case l.labels[i] == bucket:
			names = append(names, l.name(id))
		}
	}
	return unique(names)
}

// Endpoints returns the ids of all endpoints, sorted.
func (l *Lineage) Endpoints() []string {
	var ids []string
	for _, n := range l.g.Nodes(endpointLabel) {
		ids = append(ids, n.ID)
	}
	return ids
}

func trimSlash(prefix string) string { return strings.TrimSuffix(prefix, "/") }

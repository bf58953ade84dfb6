package lineage

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/sgexport/sgexport/graph/view"
)

// A Start is where lineage is asked for: a resource, or what lies in a bucket below a
// prefix. [Lineage.Find] makes one of a text.
type Start struct {
	ID     string `json:"id"`               // of the node
	Prefix string `json:"prefix,omitempty"` // of the keys in a bucket; "" is all of it
}

// Options say how far lineage goes.
type Options struct {
	Up, Down bool // to what it came of, to what came of it; neither is both
	Depth    int  // hops at most, 0 is no bound; from a job to a location is one hop
	Guesses  bool // also along CALLED_BY
}

// FormatVersion is that of the JSON of a Walk. It changes with its form.
const FormatVersion = 1

// A Walk is the part of a graph that lineage found. Its JSON is a contract:
// docs/lineage.schema.json.
type Walk struct {
	FormatVersion int            `json:"format_version"`
	Start         Start          `json:"start"`
	Nodes         []Node         `json:"nodes"`   // sorted by id
	Edges         []Edge         `json:"edges"`   // sorted by from, type, to, ref, path
	Unknown       []view.Unknown `json:"unknown"` // what the snapshot does not hold

	up, down *walker // nil where it was not asked for
}

// A Node is a node of the snapshot.
type Node struct {
	ID     string   `json:"id"`
	Labels []string `json:"labels"`
	Name   string   `json:"name"`
}

// An Edge is an edge of the snapshot, in its direction there.
type Edge struct {
	From string    `json:"from"`
	Type string    `json:"type"`
	To   string    `json:"to"`
	Ref  string    `json:"ref"`
	Path string    `json:"path"`
	How  How       `json:"how"`
	Flow Direction `json:"flow"`
}

// How an edge is known.
type How string

// The ways.
const (
	Declared   How = "declared"   // somebody told SageMaker: an association, a step of a pipeline's execution
	Referenced How = "referenced" // a field of the one names the other
	Derived    How = "derived"    // worked out: both name the same artifact or location
	Guessed    How = "guessed"    // CALLED_BY
)

// A Direction says which way data went along an edge.
type Direction string

// The directions.
const (
	Forward  Direction = "forward"  // from From to To
	Backward Direction = "backward" // from To to From
	Same     Direction = "same"     // both are about one thing
)

// WriteJSON writes what docs/lineage.schema.json describes.
func (w *Walk) WriteJSON(out io.Writer) error {
	data, err := json.MarshalIndent(w, "", "  ")
	if err != nil {
		return fmt.Errorf("lineage as JSON: %w", err)
	}
	_, err = out.Write(append(data, '\n'))
	return err
}

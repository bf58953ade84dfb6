package lineage

import (
	"github.com/sgexport/sgexport/graph/view"
)

// Keep is the part of a graph that lineage follows.
func Keep() *view.Keep { return &view.Keep{} }

// A Lineage knows of a graph what came of what.
type Lineage struct{ g *view.Graph }

// New works it out of a graph that has [Keep].
func New(g *view.Graph) *Lineage { return &Lineage{g} }

// A Start is where lineage is asked for: a resource, or what lies in a bucket below a
// prefix.
type Start struct {
	ID     string // of the node
	Prefix string // of the keys in a bucket; "" is all of it
}

// Options say how far lineage goes.
type Options struct {
	Up, Down bool // to what it came of, to what came of it
	Depth    int  // hops at most, 0 is no bound
	Guesses  bool // also along CALLED_BY
}

// A Walk is the part of a graph that lineage found. Its JSON is a contract:
// docs/lineage.schema.json.
type Walk struct {
	Start   Start          `json:"-"`
	Nodes   []Node         `json:"nodes"`   // sorted by id
	Edges   []Edge         `json:"edges"`   // sorted by from, type, to, ref
	Unknown []view.Unknown `json:"unknown"` // what the snapshot does not hold
}

// A Node is a node of the snapshot.
type Node struct {
	ID     string   `json:"id"`
	Labels []string `json:"labels"`
	Name   string   `json:"name"`
}

// An Edge is an edge of the snapshot, in its direction there.
type Edge struct {
	From string `json:"from"`
	Type string `json:"type"`
	To   string `json:"to"`
	Ref  string `json:"ref"`
	Path string `json:"path"`
	How  How    `json:"how"`
}

// How an edge is known.
type How string

// The ways.
const (
	Declared   How = "declared"   // somebody told SageMaker: an association, a pipeline's definition
	Referenced How = "referenced" // a field of the one names the other
	Derived    How = "derived"    // worked out: both name the same artifact or location
	Guessed    How = "guessed"    // CALLED_BY
)

// Of walks from a start.
func (l *Lineage) Of(s Start, o Options) *Walk { return &Walk{Start: s} }

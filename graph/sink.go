package graph

import "io"

// A Node is one resource. Its slices belong to the caller.
type Node struct {
	ID     string
	Scope  string  // Scope.ID of the account and region it was first seen in
	Label  *Label  // from the header's schema
	Values []Value // one for each column of Label, null where absent
}

// An Edge is one reference from one node to another. Its identity is (Type,
// From, To, Path, Ref). Its slices belong to the caller.
type Edge struct {
	Type               *EdgeType
	From, To           string // node ids
	FromLabel, ToLabel *Label // labels of those nodes
	Path               string // API field path the reference was found in, without indexes
	Ref                string // the value found there
	Scope              string // Scope.ID of the resource that has the field
	Values             []Value
}

// A Sink receives one graph: every node in the order of [CompareNodes], then
// every edge in the order of [CompareEdges], then Close. All calls come from
// one goroutine. A Sink keeps no argument, nor anything that an argument
// points to, after it returns; text may be kept, for text never changes.
//
// After an error the only further call is Close, which then removes nothing
// and reports nothing new. Close is called exactly once. An empty graph is a
// graph: files that a format always has are written for it too.
//
// A Sink finishes the file of the nodes before it creates that of the edges
// where the two are in different files.
type Sink interface {
	Node(*Node) error
	Edge(*Edge) error
	Close() error
}

// Open starts a sink: it creates the files of a format through create and
// writes what comes before the first node.
type Open func(create Create, h *Header) (Sink, error)

// Create opens a file called name, a relative path with forward slashes, for
// writing. Where it goes is the caller's business. Its Close error counts.
type Create func(name string) (io.WriteCloser, error)

package snapshot

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"math/bits"
	"slices"

	"github.com/sgexport/sgexport/graph"
)

// Ends is a sink that looks whether each edge has both ends, with the labels
// that it says, and whether each id is that of one node. It knows nodes by 128
// bits of their ids' hash, and holds some 19 bytes for each.
type Ends struct {
	ctx      context.Context
	seeds    [2]maphash.Seed
	labels   map[*graph.Label]int // numbered as they come
	nodes    []nodeHash
	starts   []uint32 // of the hashes that begin with the same bits, in nodes; sorted
	shift    int      // a hash without that many of its first 64 bits is an index of starts
	sorted   bool
	edges    int
	found    int // ends that are not there
	from, to end // the last ones that are: the next is often the same
	problems []string
}

var _ graph.Sink = (*Ends)(nil)

// NewEnds returns a sink that takes no more once ctx has ended.
func NewEnds(ctx context.Context) *Ends {
	return &Ends{ctx: ctx, seeds: [2]maphash.Seed{maphash.MakeSeed(), maphash.MakeSeed()}, labels: map[*graph.Label]int{}}
}

// Problems returns what is wrong, once the sink is closed.
func (c *Ends) Problems() []string { return c.problems }

func (c *Ends) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// A nodeHash is a node's hash, and the number of its label in the last two
// bytes.
type nodeHash [18]byte

// hashOf hashes an id with seeds that nobody knows before, so that nobody can make
// two ids of one hash.
func (c *Ends) hashOf(id string, label int) (h nodeHash) {
	binary.BigEndian.PutUint64(h[:], maphash.String(c.seeds[0], id))
	binary.BigEndian.PutUint64(h[8:], maphash.String(c.seeds[1], id))
	binary.BigEndian.PutUint16(h[16:], uint16(label))
	return h
}

// first returns the 64 bits that a hash begins with.
func (h *nodeHash) first() uint64 { return binary.BigEndian.Uint64(h[:]) }

func compareHashes(a, b nodeHash) int {
	if x, y := a.first(), b.first(); x != y {
		return cmp.Compare(x, y)
	}
	return bytes.Compare(a[8:], b[8:])
}

// An end is one end of an edge.
type end struct {
	id    string
	label *graph.Label
}

// most is how many problems of one kind are told.
const most = 20

// Node implements graph.Sink.
func (c *Ends) Node(n *graph.Node) error {
	if len(c.nodes) == math.MaxUint32 {
		return fmt.Errorf("more than %d nodes", len(c.nodes))
	}
	if _, ok := c.labels[n.Label]; !ok {
		if len(c.labels) > math.MaxUint16 {
			return fmt.Errorf("more than %d labels", math.MaxUint16+1)
		}
		c.labels[n.Label] = len(c.labels)
	}
	c.nodes = append(c.nodes, c.hashOf(n.ID, c.labels[n.Label]))
	if len(c.nodes)%4096 == 0 {
		return c.ctx.Err()
	}
	return nil
}

// Edge implements graph.Sink.
func (c *Ends) Edge(e *graph.Edge) error {
	c.sort()
	c.edges++
	c.end(&c.from, end{e.From, e.FromLabel}, e)
	c.end(&c.to, end{e.To, e.ToLabel}, e)
	if c.edges%4096 == 0 {
		return c.ctx.Err()
	}
	return nil
}

// end looks whether an end of an edge is there, where it is not the last one.
func (c *Ends) end(last *end, is end, of *graph.Edge) {
	if is == *last {
		return
	}
	if number, ok := c.labels[is.label]; ok && c.has(c.hashOf(is.id, number)) {
		*last = is
		return
	}
	if c.found++; c.found <= most {
		c.problem("edge %d, %s from %.200q to %.200q (path %.200q): there is no %s %.200q", c.edges, of.Type.Name, of.From, of.To, of.Path, is.label.Name, is.id)
	}
}

// has reports whether a node is there.
func (c *Ends) has(h nodeHash) bool {
	i := h.first() >> c.shift
	for _, n := range c.nodes[c.starts[i]:c.starts[i+1]] {
		if n == h {
			return true
		}
	}
	return false
}

// sort ends the nodes. The same id under two labels is a problem.
func (c *Ends) sort() {
	if c.sorted {
		return
	}
	c.sorted = true
	slices.SortFunc(c.nodes, compareHashes)
	twice := 0
	for i := 1; i < len(c.nodes); i++ {
		if string(c.nodes[i][:16]) == string(c.nodes[i-1][:16]) {
			twice++
		}
	}
	if twice > 0 {
		c.problem("%d nodes have the same id as a node of another label", twice)
	}
	c.index()
}

// index notes where the hashes begin that have the same first bits: four of them
// on average, for they are as good as random.
func (c *Ends) index() {
	bits := max(1, bits.Len(uint(len(c.nodes)/4)))
	c.shift = 64 - bits
	c.starts = make([]uint32, 1<<bits+1)
	for i := range c.nodes {
		c.starts[c.nodes[i].first()>>c.shift+1]++
	}
	for i := 1; i < len(c.starts); i++ {
		c.starts[i] += c.starts[i-1]
	}
}

// Close implements graph.Sink.
func (c *Ends) Close() error {
	c.sort()
	if c.found > most {
		c.problem("%d more ends of edges are not there", c.found-most)
	}
	return nil
}

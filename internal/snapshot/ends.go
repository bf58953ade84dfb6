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
	nodes    [256]hashes          // by the first byte: one that grows is copied, and the others are not
	n        int                  // in all of them
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

// hashes are those that begin with the same byte.
type hashes struct {
	all    []nodeHash // sorted, once there are starts
	starts []uint32   // of those that begin with the same bits, in all
	shift  int        // a hash without its first byte and that many of its first 64 bits is an index of starts
}

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
	if c.n == math.MaxUint32 {
		return fmt.Errorf("more than %d nodes", c.n)
	}
	if _, ok := c.labels[n.Label]; !ok {
		if len(c.labels) > math.MaxUint16 {
			return fmt.Errorf("more than %d labels", math.MaxUint16+1)
		}
		c.labels[n.Label] = len(c.labels)
	}
	h := c.hashOf(n.ID, c.labels[n.Label])
	of := &c.nodes[h[0]]
	of.all = append(of.all, h)
	if c.n++; c.n%4096 == 0 {
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
	if number, ok := c.labels[is.label]; ok {
		if h := c.hashOf(is.id, number); c.nodes[h[0]].has(&h) {
			*last = is
			return
		}
	}
	if c.found++; c.found <= most {
		c.problem("edge %d, %s from %.200q to %.200q (path %.200q): there is no %s %.200q", c.edges, of.Type.Name, of.From, of.To, of.Path, is.label.Name, is.id)
	}
}

// has reports whether a node is there.
func (s *hashes) has(h *nodeHash) bool {
	i := h.first() << 8 >> s.shift
	for j := s.starts[i]; j < s.starts[i+1]; j++ {
		if s.all[j] == *h {
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
	twice := 0
	for i := range c.nodes {
		twice += c.nodes[i].sort()
	}
	if twice > 0 {
		c.problem("%d nodes have the same id as a node of another label", twice)
	}
}

// sort returns how many hashes differ from the one before in the label alone. It notes
// where the hashes begin that have the same first bits: four of them on average, for
// they are as good as random.
func (s *hashes) sort() (twice int) {
	slices.SortFunc(s.all, compareHashes)
	bits := max(1, bits.Len(uint(len(s.all)/4)))
	s.shift = 64 - bits
	s.starts = make([]uint32, 1<<bits+1)
	for i := range s.all {
		s.starts[s.all[i].first()<<8>>s.shift+1]++
		if i > 0 && string(s.all[i][:16]) == string(s.all[i-1][:16]) {
			twice++
		}
	}
	for i := 1; i < len(s.starts); i++ {
		s.starts[i] += s.starts[i-1]
	}
	return twice
}

// Close implements graph.Sink.
func (c *Ends) Close() error {
	c.sort()
	if c.found > most {
		c.problem("%d more ends of edges are not there", c.found-most)
	}
	return nil
}

package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Ends is a sink that looks whether each edge has both ends, with the labels
// that it says, and whether each id is that of one node. It knows nodes by 128
// bits of their ids' hash.
type Ends struct {
	ctx      context.Context
	labels   map[*graph.Label]int // numbered as they come
	nodes    []nodeHash
	sorted   bool
	edges    int
	found    int // ends that are not there
	problems []string
}

var _ graph.Sink = (*Ends)(nil)

// NewEnds returns a sink that takes no more once ctx has ended.
func NewEnds(ctx context.Context) *Ends { return &Ends{ctx: ctx, labels: map[*graph.Label]int{}} }

// Problems returns what is wrong, once the sink is closed.
func (c *Ends) Problems() []string { return c.problems }

func (c *Ends) problem(format string, args ...any) {
	c.problems = append(c.problems, fmt.Sprintf(format, args...))
}

// A nodeHash is a node's hash, and the number of its label in the last two
// bytes.
type nodeHash [18]byte

func hashOf(id string, label int) nodeHash {
	sum := sha256.Sum256([]byte(id))
	var h nodeHash
	copy(h[:16], sum[:])
	binary.BigEndian.PutUint16(h[16:], uint16(label))
	return h
}

func compareHashes(a, b nodeHash) int { return strings.Compare(string(a[:]), string(b[:])) }

// most is how many problems of one kind are told.
const most = 20

// Node implements graph.Sink.
func (c *Ends) Node(n *graph.Node) error {
	if _, ok := c.labels[n.Label]; !ok {
		if len(c.labels) > math.MaxUint16 {
			return fmt.Errorf("more than %d labels", math.MaxUint16+1)
		}
		c.labels[n.Label] = len(c.labels)
	}
	c.nodes = append(c.nodes, hashOf(n.ID, c.labels[n.Label]))
	if len(c.nodes)%4096 == 0 {
		return c.ctx.Err()
	}
	return nil
}

// Edge implements graph.Sink.
func (c *Ends) Edge(e *graph.Edge) error {
	c.sort()
	c.edges++
	for _, end := range []struct {
		id    string
		label *graph.Label
	}{{e.From, e.FromLabel}, {e.To, e.ToLabel}} {
		number, ok := c.labels[end.label]
		if ok {
			_, ok = slices.BinarySearchFunc(c.nodes, hashOf(end.id, number), compareHashes)
		}
		if ok {
			continue
		}
		if c.found++; c.found <= most {
			c.problem("edge %d, %s from %.200q to %.200q (path %.200q): there is no %s %.200q", c.edges, e.Type.Name, e.From, e.To, e.Path, end.label.Name, end.id)
		}
	}
	return c.ctx.Err()
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
}

// Close implements graph.Sink.
func (c *Ends) Close() error {
	c.sort()
	if c.found > most {
		c.problem("%d more ends of edges are not there", c.found-most)
	}
	return nil
}

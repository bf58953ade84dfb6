package report

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/lineage"
)

// A picture is what an endpoint came of, drawn and as text.
type picture struct {
	svg   template.HTML
	why   string // there is no svg
	hops  []hop
	more  int
	nodes int
	lacks []string
}

// A hop is one edge of a lineage, as a sentence has it.
type hop struct {
	From, To ref
	Type     string
	How      string
	Ref      string // what the field says, where it says more than the resource
}

// sayHow says how an edge is known.
var sayHow = map[lineage.How]string{
	lineage.Declared: "declared", lineage.Referenced: "a field names it", lineage.Derived: "worked out: both name the same", lineage.Guessed: "a guess",
}

// pictures follows and draws what endpoints came of, several at a time.
func (b *builder) pictures(ctx context.Context, sums []*endpointSum) ([]picture, error) {
	all := make([]picture, len(sums))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, s := range sums {
		group.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			walk := b.in.Lineage.Of(lineage.Start{ID: s.id}, lineage.Options{Up: true})
			all[i] = b.told(walk)
			return b.draw(ctx, walk, &all[i])
		})
	}
	return all, group.Wait()
}

// draw makes the picture of a walk.
func (b *builder) draw(ctx context.Context, walk *lineage.Walk, p *picture) error {
	switch {
	case len(walk.Edges) == 0:
		p.why = "Nothing is known of what it came of."
		return nil
	case b.in.Draw == nil:
		p.why = "It was not drawn."
		return nil
	}
	var svg bytes.Buffer
	if err := b.in.Draw(ctx, walk, &svg); err != nil {
		return fmt.Errorf("draw the lineage of %s: %w", text(walk.Start.ID), err)
	}
	clean, err := cleanSVG(svg.Bytes(), fmt.Sprintf("Lineage of %s: %d resources; the list below says the same as text", b.ref(walk.Start.ID).Name, len(walk.Nodes)))
	switch {
	case err != nil:
		return fmt.Errorf("draw the lineage of %s: %w", text(walk.Start.ID), err)
	case len(clean) > mostPicture:
		p.why = fmt.Sprintf("It has %d resources, too many for a picture here: sgexport lineage SNAPSHOT %s", len(walk.Nodes), text(walk.Start.ID))
		return nil
	}
	p.svg = clean
	return nil
}

// told tells a walk as text: the nearest to its start first.
func (b *builder) told(walk *lineage.Walk) picture {
	p := picture{nodes: len(walk.Nodes)}
	far := distances(walk)
	edges := slices.Clone(walk.Edges)
	slices.SortStableFunc(edges, func(x, y lineage.Edge) int { return min(far[x.From], far[x.To]) - min(far[y.From], far[y.To]) })
	if len(edges) > mostHops {
		p.more = len(edges) - mostHops
		edges = edges[:mostHops]
	}
	names := map[string]*lineage.Node{}
	for i := range walk.Nodes {
		names[walk.Nodes[i].ID] = &walk.Nodes[i]
	}
	for _, e := range edges {
		p.hops = append(p.hops, hop{From: b.walked(e.From, names), To: b.walked(e.To, names), Type: text(e.Type), How: sayHow[e.How], Ref: text(e.Ref)})
	}
	for _, u := range walk.Unknown {
		p.lacks = append(p.lacks, text(u.What+" was not read: "+u.Why+"; "+u.How))
	}
	p.lacks = texts(p.lacks)
	return p
}

// walked is the ref of a node of a walk, which knows its name and label.
func (b *builder) walked(id string, names map[string]*lineage.Node) ref {
	r := b.ref(id)
	if n := names[id]; n != nil {
		if n.Name != "" {
			r.Name = text(n.Name)
		}
		if len(n.Labels) > 0 {
			r.Kind = text(shortLabel(n.Labels[0]))
		}
	}
	return r
}

// distances returns how many edges, in whichever direction, lead from the start of a
// walk to each of its nodes.
func distances(walk *lineage.Walk) map[string]int {
	next := map[string][]string{}
	for _, e := range walk.Edges {
		next[e.From] = append(next[e.From], e.To)
		next[e.To] = append(next[e.To], e.From)
	}
	far := map[string]int{walk.Start.ID: 0}
	for queue := []string{walk.Start.ID}; len(queue) > 0; queue = queue[1:] {
		for _, id := range next[queue[0]] {
			if _, ok := far[id]; !ok {
				far[id] = far[queue[0]] + 1
				queue = append(queue, id)
			}
		}
	}
	return far
}

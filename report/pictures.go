package report

import (
	"bytes"
	"context"
	"fmt"
	"html/template"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/lineage"
)

// A picture is what an endpoint came of, drawn and as text.
type picture struct {
	svg   template.HTML
	why   string // there is no svg
	steps []step
	told  int // steps, those below others too
	more  int // that are not told
	lacks []string
}

// A step is a resource, or a place in a bucket, that another came of.
type step struct {
	Name, Kind, Location, Facts string
	Edges                       []string // types of the edges that led here
	How                         string
	Again                       bool // what it came of stands elsewhere
	Steps                       []step
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
			return b.draw(walk, &all[i])
		})
	}
	return all, group.Wait()
}

// draw makes the picture of a walk.
func (b *builder) draw(walk *lineage.Walk, p *picture) error {
	if len(walk.Edges) == 0 {
		p.why = "Nothing is known of what it came of."
		return nil
	}
	var svg bytes.Buffer
	if err := walk.WriteSVG(&svg); err != nil {
		return fmt.Errorf("draw the lineage of %s: %w", text(walk.Start.ID), err)
	}
	clean, err := cleanSVG(svg.Bytes(), "Lineage of "+b.ref(walk.Start.ID).Name+"; the list below says the same as text")
	switch {
	case err != nil:
		return fmt.Errorf("draw the lineage of %s: %w", text(walk.Start.ID), err)
	case len(clean) > mostPicture:
		p.why = fmt.Sprintf("It came of %s resources and places, too many for a picture here: sgexport lineage SNAPSHOT %s", snapshot.Grouped(int64(len(walk.Nodes))), text(walk.Start.ID))
		return nil
	}
	p.svg = clean
	return nil
}

// told tells a walk as text.
func (b *builder) told(walk *lineage.Walk) picture {
	var p picture
	if up, _ := walk.Trees(mostItems); up != nil {
		p.steps = p.tell(up)
	}
	for _, u := range walk.Unknown {
		p.lacks = append(p.lacks, u.What+" was not read: "+u.Why+"; "+u.How)
	}
	p.lacks = texts(p.lacks)
	return p
}

// tell tells the branches of one.
func (p *picture) tell(branch *lineage.Branch) (steps []step) {
	p.more += branch.More
	for _, next := range branch.Branches {
		if p.told == mostHops {
			p.more++
			continue
		}
		p.told++
		one := step{
			Name: text(next.Name), Kind: text(shortLabel(next.Label)), Location: text(next.Location), Facts: strings.Join(texts(next.Facts), ", "),
			Edges: edgeTypes(next.Edges), How: sayHow[surest(next.Edges)], Again: next.Again,
		}
		if !next.Again {
			one.Steps = p.tell(next)
		}
		steps = append(steps, one)
	}
	return steps
}

func edgeTypes(edges []lineage.Edge) (types []string) {
	for _, e := range edges {
		if t := text(e.Type); !slices.Contains(types, t) {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return types
}

// surest is the best of the ways by which edges are known.
func surest(edges []lineage.Edge) lineage.How {
	for _, how := range []lineage.How{lineage.Declared, lineage.Referenced, lineage.Derived} {
		if slices.ContainsFunc(edges, func(e lineage.Edge) bool { return e.How == how }) {
			return how
		}
	}
	return lineage.Guessed
}

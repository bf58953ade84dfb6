package checks

import (
	"slices"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// RunOnly is Run with the one check that has an id.
func RunOnly(id string, g *view.Graph, r *audit.Report) {
	run(slices.DeleteFunc(All(), func(c *Check) bool { return c.ID != id }), g, r)
}

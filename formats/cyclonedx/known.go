package cyclonedx

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// known reports whether a snapshot can tell what something came of, and does: of a
// model, where each file that it loads is from. Of images, of what a hub has and of
// what lies in a bucket it cannot.
func (d *document) known(from hop) bool {
	n := d.g.Node(from.id)
	switch {
	case n == nil || !n.Observed():
		return false
	case n.Label != model && n.Label != modelPackage:
		return false
	}
	loads := false
	for _, a := range d.g.From("REFERENCED_ARTIFACTS_IN", n.ID) {
		if strings.HasSuffix(a.Path, ".ManifestS3Uri") { // a list of files
			continue
		}
		if loads = true; !d.written(location.Artifact(a.Ref)) && !d.fromHub(n.ID, a.Path) {
			return false
		}
	}
	return loads || slices.ContainsFunc(d.upstream.of(n.ID).hops, func(h hop) bool { return h.label == modelPackage })
}

// written reports whether a job wrote what lies at a location.
func (d *document) written(place string) bool {
	return slices.ContainsFunc(d.upstream.at(place).hops, func(h hop) bool { return isJob(h.label) })
}

// fromHub reports whether a model loads the files that a path names from a hub.
func (d *document) fromHub(id, path string) bool {
	source := strings.TrimSuffix(path, "S3Uri") + "HubAccessConfig."
	return slices.ContainsFunc(d.g.From("DERIVED_FROM", id), func(e view.Edge) bool { return e.ToLabel == hubContent && strings.HasPrefix(e.Path, source) })
}

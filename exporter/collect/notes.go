package collect

import (
	"sync"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/graph"
)

// notes are what is noted of records while a target is read. They become the run's
// when all of the target was read: of one that fails nothing is left.
type notes struct {
	ids *catalog.Claims // of all that the logs name

	notesMu       sync.Mutex // of what follows
	redacted      map[string]bool
	notReferences map[graph.NotReference]int64 // by label and path
}

func newNotes(t *reading.Table) *notes {
	return &notes{ids: catalog.NewClaims(t.Table), redacted: map[string]bool{}, notReferences: map[graph.NotReference]int64{}}
}

// keepNotes keeps what a reader came upon, see [reading.Reader.Notes].
func (n *notes) keepNotes(label string, notReferences map[string]int64, redacted map[string]bool) {
	n.notesMu.Lock()
	defer n.notesMu.Unlock()
	for path, count := range notReferences {
		n.notReferences[graph.NotReference{Label: label, Path: path}] += count
	}
	for column := range redacted {
		n.redacted[label+"."+column] = true
	}
}

// deliver hands what was noted of the target over to the run. Nothing of the target is
// being read any more.
func (t *target) deliver() {
	n := t.noted
	n.ids.Merge(t.ids)
	n.notesMu.Lock()
	defer n.notesMu.Unlock()
	for column := range t.redacted {
		n.redacted[column] = true
	}
	for r, count := range t.notReferences {
		n.notReferences[r] += count
	}
}

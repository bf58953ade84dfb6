package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A snapshot keeps the records of resources of which nothing changes any more, for a
// later run: a log whose first record is a [record.BaseHeader], and each further one a
// [record.BaseOf]. They are sorted by label and id.

// A BaseError says why nothing of an earlier snapshot can be used again. All is read
// then: it is no failure.
type BaseError struct{ Reason string }

func (e *BaseError) Error() string { return e.Reason }

// mostKept is the size of the largest record that an earlier snapshot may keep, in
// bytes: no answer is larger.
const mostKept = 128 << 20

// openBase splits the records of an earlier snapshot into a log for each kind and scope.
func (r *run) openBase() (err error) {
	r.base = map[string]*spool.Log{}
	if r.cfg.Base == "" {
		return nil
	}
	defer func() {
		for _, log := range r.base {
			err = errors.Join(err, log.Close())
		}
	}()
	first := true
	return spool.ReadKept(r.cfg.Base, mostKept, func(text string) error {
		if first {
			first = false
			var h record.BaseHeader
			if err := json.Unmarshal([]byte(text), &h); err != nil {
				return &BaseError{"what it keeps of final resources cannot be read"}
			}
			if h != BaseHeader(r.cfg.Table, r.cfg.Program, r.cfg.Redact) {
				return &BaseError{fmt.Sprintf("what it keeps of final resources was written by %s, or with another --redact", h.Program)}
			}
			return nil
		}
		one, err := record.DecodeBase(text)
		if err != nil {
			return err
		}
		key := one.Label + " " + one.Scope
		log := r.base[key]
		if log == nil {
			if log, err = spool.CreateLog(r.basePath(one.Label, one.Scope)); err != nil {
				return err
			}
			r.base[key] = log
		}
		return log.Append([]byte(one.Text))
	})
}

// BaseHeader is that of the records that a run keeps.
func BaseHeader(t *reading.Table, program string, redacted bool) record.BaseHeader {
	return record.BaseHeader{Format: spoolFormat, Program: program, Schema: t.Digest(), Redacted: redacted}
}

func (r *run) basePath(label, scope string) string {
	return filepath.Join(r.cfg.Dir, "base_"+strings.ReplaceAll(scope, "/", "_")+"_"+label+".log")
}

// hasBase reports whether an earlier snapshot keeps something of the kind.
func (r *kindRun) hasBase() bool { return r.base[r.Label+" "+r.at.ID()] != nil }

// reuse takes over the records of an earlier snapshot of which the list says what it
// said then. way is how they would be read otherwise: a record that was read in another
// way has other fields.
func (r *kindRun) reuse(ctx context.Context, way byte) error {
	if !r.hasBase() {
		return nil
	}
	// Tags are read anew. Where they cannot be swept, those that details have count.
	select {
	case <-r.tags.swept:
	case <-ctx.Done():
		return ctx.Err()
	}
	if r.tags.state != graph.Complete {
		return nil
	}
	return spool.ReadLog(r.basePath(r.Label, r.at.ID()), func(text string) error {
		rec, err := record.Decode(text)
		if err != nil {
			return err
		}
		key := identityOf(rec.ID)
		was, listed := r.seen.get(key)
		if !listed || was.written || was.print != rec.Print || rec.Way != way {
			return ctx.Err()
		}
		was.written = true
		r.seen.put(key, was)
		r.reused.Add(1)
		return errors.Join(r.takeOver(&rec, way), ctx.Err())
	})
}

// redactionsOf are what was taken out of a record.
func (r *kindRun) redactionsOf(rec *record.Record) []redact.Redaction {
	i := r.Column(reading.ColumnRedactions)
	if i < 0 || rec.Values[i].IsNull() {
		return nil
	}
	var all []redact.Redaction
	_ = json.Unmarshal([]byte(rec.Values[i].Text()), &all) // it was written by us
	return all
}

// takeOver writes a record that an earlier run made, as write would have.
func (r *kindRun) takeOver(rec *record.Record, way byte) error {
	shape, because := r.Describe.Out, graph.Cause("")
	if way == reading.BySearch {
		shape, because = r.Search.Record, graph.ByLimit
		r.detail = "search"
	}
	r.stateMu.Lock()
	r.unread.count(shape, because, nil)
	r.stateMu.Unlock()
	redacted := map[string]bool{}
	for _, one := range r.redactionsOf(rec) {
		column, _, _ := strings.Cut(one.Path, "/")
		redacted[column] = true
	}
	notReferences := map[string]int64{}
	for _, rule := range rec.NotReferences {
		notReferences[r.Rules[rule].Path]++
	}
	r.reader.Note(notReferences, redacted)
	if err := r.spool(rec); err != nil {
		return err
	}
	if err := r.referAll(rec, r.at.Region); err != nil {
		return err
	}
	if r.written.Add(1)%64 == 0 {
		r.progress()
	}
	return nil
}

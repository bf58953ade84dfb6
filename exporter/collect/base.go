package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"time"

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

// A BaseID tells an earlier snapshot from others.
type BaseID struct {
	Snapshot string `json:"snapshot"` // the time that it is known by, RFC 3339
	SHA256   string `json:"sha256"`   // of its manifest
}

// mostKept is the size of the largest record that an earlier snapshot may keep, in
// bytes: no answer is larger.
const mostKept = 128 << 20

// openBase splits the records of an earlier snapshot into a log for each kind and scope.
func (r *run) openBase() (err error) {
	r.base = map[string]string{}
	if r.cfg.Base == "" {
		return nil
	}
	logs := map[string]*spool.Log{}
	defer func() {
		for _, log := range logs {
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
		log := logs[key]
		if log == nil {
			// Not a name that the file has: it may be anybody's.
			path := filepath.Join(r.cfg.Dir, fmt.Sprintf("base_%d.log", len(logs)))
			if log, err = spool.CreateLog(path); err != nil {
				return err
			}
			r.base[key], logs[key] = path, log
		}
		return log.Append([]byte(one.Text))
	})
}

// BaseHeader is that of the records that a run keeps.
func BaseHeader(t *reading.Table, program string, redacted bool) record.BaseHeader {
	return record.BaseHeader{Format: spoolFormat, Program: program, Schema: t.Digest(), Redacted: redacted}
}

// reusedOf counts what earlier snapshots had of a kind; resultsMu is held.
func (r *run) reusedOf(k *kindRun) {
	if n := k.reused.Load(); n > 0 {
		r.reused[r.cfg.BaseID] += n
	}
	if k.before.Reused > 0 && k.before.Base != nil {
		r.reused[*k.before.Base] += k.before.Reused
	}
}

// hasBase reports whether an earlier snapshot keeps something of the kind.
func (r *kindRun) hasBase() bool { return r.base[r.Label+" "+r.at.ID()] != "" }

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
	return spool.ReadLog(r.base[r.Label+" "+r.at.ID()], func(text string) error {
		rec, err := record.Decode(text)
		if err == nil {
			err = r.check(&rec)
		}
		if err != nil {
			return fmt.Errorf("read what an earlier snapshot keeps of %s: %w", r.Label, err)
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

// check reports what makes a record none of this kind: the file that has it may be
// anybody's.
func (r *kindRun) check(rec *record.Record) error {
	none := func(why string) error { return fmt.Errorf("a record of %q is none of this kind: %s", rec.ID, why) }
	if len(rec.Values) != len(r.Columns) {
		return none(fmt.Sprintf("it has %d values", len(rec.Values)))
	}
	for i, c := range r.Columns {
		if v := rec.Values[i]; !v.IsNull() && (v.Type() != c.Type || !isSound(v)) {
			return none("the value of " + c.Name)
		}
	}
	for _, rule := range rec.NotReferences {
		if rule < 0 || rule >= len(r.Rules) {
			return none(fmt.Sprintf("it has rule %d", rule))
		}
	}
	for i := range rec.Refs {
		f := &rec.Refs[i]
		if f.Rule < 0 || f.Rule >= len(r.Rules) {
			return none(fmt.Sprintf("it has rule %d", f.Rule))
		}
		labels, to := r.Rules[f.Rule].To.Labels, r.cfg.Table.Entry(f.Label)
		if to == nil || labels != nil && !slices.Contains(labels, f.Label) || f.ID == "" && f.Key == "" || f.Partial && to.Unresolved == nil {
			return none("a reference by " + r.Rules[f.Rule].Path)
		}
	}
	return nil
}

// isSound reports whether a value is one that an answer can have.
func isSound(v graph.Value) bool {
	switch v.Type() {
	case graph.JSON:
		return json.Valid([]byte(v.Text()))
	case graph.Timestamp:
		year := time.UnixMicro(v.Micros()).UTC().Year()
		return year >= 1 && year <= 9999
	case graph.Float:
		return !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0)
	}
	return true
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

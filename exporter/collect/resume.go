package collect

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// save puts the kind into the journal, where it was read without a gap, and so was
// what it is listed for: another run does not ask for it again.
func (r *kindRun) save() error {
	r.kept = r.isWhole()
	if !r.kept {
		return nil
	}
	return r.journal.add(r.saved())
}

// isWhole reports whether asking again would not tell more.
func (r *kindRun) isWhole() bool {
	if r.noted.Load() || r.listing.failed {
		return false
	}
	for _, label := range r.List.Parents() {
		if parent := r.kinds[label]; parent == nil || !parent.kept {
			return false
		}
	}
	return true
}

// saved is what the journal says of the kind.
func (r *kindRun) saved() *saved {
	one := &saved{
		Region: r.at.Region, What: r.Label, Log: r.log.name(), Listed: r.listed.Load(), Written: r.written.Load(), Gone: r.gone.Load(),
		Calls: r.calls.Load(), Detail: r.detail, Cut: r.listing.cut, None: r.listing.none, Answered: r.listing.answered,
	}
	for why, n := range r.unread {
		u := savedUnread{Column: why.column, Because: why.because, Count: n}
		if why.shape != nil {
			u.Shape = why.shape.String()
		}
		one.Unread = append(one.Unread, u)
	}
	slices.SortFunc(one.Unread, func(a, b savedUnread) int {
		return strings.Compare(a.Shape+"\x00"+a.Column+"\x00"+string(a.Because), b.Shape+"\x00"+b.Column+"\x00"+string(b.Because))
	})
	var redacted map[string]bool
	one.NotReferences, redacted = r.reader.Notes()
	one.Redacted = slices.Sorted(maps.Keys(redacted))
	if n := r.reused.Load(); n > 0 {
		one.savedReuse = savedReuse{n, &r.cfg.BaseID}
	}
	return one
}

// restore takes over what an earlier run had read of the kind.
func (r *kindRun) restore(ctx context.Context, one *saved) error {
	r.resumed, r.kept, r.log.read, r.before = true, true, one.Log != "", one.savedReuse
	r.detail, r.listing = one.Detail, listing{answered: one.Answered, cut: one.Cut, none: one.None}
	r.listed.Store(one.Listed)
	r.written.Store(one.Written)
	r.gone.Store(one.Gone)
	r.calls.Store(one.Calls)
	r.callsBefore.Add(one.Calls)
	shapes := map[string]reflect.Type{"": nil}
	for _, t := range r.Shapes() {
		shapes[t.String()] = t
	}
	for _, u := range one.Unread {
		r.unread[unreadKey{shape: shapes[u.Shape], column: u.Column, because: u.Because}] = u.Count
	}
	redacted := map[string]bool{}
	for _, column := range one.Redacted {
		redacted[column] = true
	}
	r.keepNotes(r.Label, one.NotReferences, redacted)
	err := r.log.each(func(text string) error {
		rec, err := record.Decode(text)
		if err != nil {
			return err
		}
		r.claim(&rec)
		if err := r.referAll(&rec, r.at.Region); err != nil {
			return err
		}
		if r.List != nil && r.List.Batch != nil {
			r.found = append(r.found, rec.ID)
		}
		return ctx.Err()
	})
	if err != nil {
		if ctx.Err() == nil {
			err = fmt.Errorf("go on from what an earlier run has read: %w: begin anew, without --resume", err)
		}
		return err
	}
	r.tell()
	return nil
}

// restoreTags takes over the tags that an earlier run had swept.
func (s *scope) restoreTags(one *saved) error {
	s.tags.state, s.tags.log.read = graph.Complete, one.Log != ""
	s.callsBefore.Add(one.Calls)
	return s.tags.log.each(func(text string) error {
		d := spool.NewDecoder(text)
		if id, redactions := d.String(), d.String(); redactions != "" {
			s.redactedTags(id)
		}
		return d.Err()
	})
}

// redactedTags notes that something was taken out of the tags of a resource.
func (s *scope) redactedTags(id string) {
	a, _ := names.ParseARN(id)
	if label := s.cfg.Table.LabelOf(a); label != "" && s.cfg.Redact {
		s.notesMu.Lock()
		s.redacted[label+"."+reading.ColumnTags] = true
		s.notesMu.Unlock()
	}
}

// save puts the neighbours into the journal, where all that may refer to some is in
// it: then there is nothing left to ask for.
func (t *secondStage) save() error {
	late := slices.Clone(t.runs)
	for _, r := range t.lookups {
		late = append(late, r.kindRun)
	}
	for _, s := range t.all {
		for _, r := range s.kinds {
			switch {
			case r.wanted && !r.kept && !slices.Contains(late, r), r.noted.Load(), r.listing.failed:
				return nil
			}
		}
	}
	for _, r := range late {
		r.kept = true
		if err := t.journal.add(r.saved()); err != nil {
			return err
		}
	}
	return t.journal.add(&saved{Region: record.GlobalRegion, What: savedSecond})
}

// restore takes over all neighbours that an earlier run had read.
func (t *secondStage) restore(ctx context.Context) error {
	t.referred = map[string]*referredSet{} // nothing is looked up any more
	for _, k := range t.cfg.Table.InOrder() {
		for region, s := range t.all {
			one := t.journal.saved(region, k.Label)
			if one == nil {
				continue
			}
			r := s.newKindRun(k)
			s.kinds[k.Label] = r
			if err := r.restore(ctx, one); err != nil {
				return err
			}
			close(r.done)
		}
	}
	return nil
}

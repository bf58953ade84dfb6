package collect

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// A scope is one account and region while it is read.
type scope struct {
	*target
	at     record.Scope
	caller *calling.Caller
	kinds  map[string]*kindRun // by label; what is looked up comes when all else was read

	callsBefore atomic.Int64 // of the run that this one goes on from, for what it had read

	tags  tagSweep
	edges edgeSweep

	gapsMu sync.Mutex
	gaps   graph.GapSet
}

func (t *target) newScope(region string) *scope {
	s := &scope{target: t, at: t.identity, kinds: map[string]*kindRun{}, tags: tagSweep{swept: make(chan struct{})}}
	s.at.Region = region
	cfg := t.AWS.Copy()
	cfg.Region = region
	s.caller = calling.New(cfg, s.at.ID(), t.cfg.Calls)
	return s
}

// read reads all kinds of the scope, their tags, and the edges that are listed
// by themselves; all at once.
func (s *scope) read(ctx context.Context) error {
	g, gctx := errgroup.WithContext(ctx)
	for _, k := range s.cfg.Table.Kinds {
		if k.IsKind() {
			s.kinds[k.Label] = s.newKindRun(k)
		}
	}
	g.Go(graph.NoPanic(func() error { return s.sweepTags(gctx) }))
	if s.wantsEdges(catalog.Associations) {
		g.Go(graph.NoPanic(func() error { return s.sweepEdges(gctx, catalog.Associations) }))
	}
	for _, k := range s.kinds {
		if !k.wanted {
			s.cfg.Observe(Event{Scope: s.at.ID(), Label: k.Label, State: graph.Skipped})
			continue
		}
		g.Go(graph.NoPanic(func() error { return k.run(gctx) }))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return s.listTags(ctx)
}

// gap notes what could not be read; id is that of the resource, or "". An error
// means that the run, or the target, cannot go on.
func (s *scope) gap(ctx context.Context, label, action, id string, f calling.Failure, err error) error {
	switch f.Class {
	case calling.Credentials:
		return credentialsError(f, err)
	case calling.Cancelled:
		return ctx.Err()
	case calling.Doubted:
		if err := s.stillAccepted(ctx, f); err != nil {
			return err
		}
	}
	s.note(label, action, id, f.Code, f.Message)
	return nil
}

// fileID is the id of a node as it stands in files.
func (s *scope) fileID(id string) string {
	id = names.Valid(id)
	if !s.cfg.Redact {
		return id
	}
	return redact.ID(id)
}

// note adds a failure.
func (s *scope) note(label, action, id, code, message string) {
	id = redact.ID(id)
	if k := s.kinds[label]; k != nil {
		k.noted.Store(true)
	}
	s.gapsMu.Lock()
	defer s.gapsMu.Unlock()
	s.gaps.Add(*gapOf(graph.Gap{Scope: s.at.ID(), Label: label, Action: action, Code: code, Message: message}), id)
}

// reader returns a reader for one kind of the scope.
func (s *scope) reader(k *reading.Kind) *reading.Reader {
	return s.cfg.Table.NewReader(k, s.at, s.cfg.Redact)
}

// keepReaderNotes keeps what the kind's reader came upon.
func (r *kindRun) keepReaderNotes() {
	notReferences, redacted := r.reader.Notes()
	r.keepNotes(r.Label, notReferences, redacted)
}

// stateOf is the state of a kind of which nothing could be listed, because of
// failures like this.
func stateOf(class calling.Class) graph.State {
	switch class {
	case calling.Denied:
		return graph.Denied
	case calling.Unoffered:
		return graph.Unoffered
	}
	return graph.Unavailable
}

// first returns the error of a group where it has one: a failed call ends the
// rest, so it is the cause.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

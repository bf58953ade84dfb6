package collect

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// wantsEdges reports whether any kind is read that a sweep has edges of.
func (s *scope) wantsEdges(w *catalog.Sweep) bool {
	for _, label := range w.Owners {
		if s.cfg.wants(label) {
			return true
		}
	}
	return false
}

// sweepEdges reads the edges of a sweep for the whole scope, a page a call.
func (s *scope) sweepEdges(ctx context.Context, w *catalog.Sweep) (err error) {
	var calls atomic.Int64
	s.edges.sweep = w
	s.edges.log = s.newLog(&s.at, w.Name, record.Log{Content: record.Edges, Sweep: w})
	if one := s.journal.saved(s.at.Region, savedEdges); one != nil {
		s.edges.log.read = one.Log != ""
		s.callsBefore.Add(one.Calls)
		return nil
	}
	defer func() {
		if err = errors.Join(err, s.edges.log.close()); err == nil && !s.edges.failed {
			err = s.journal.add(&saved{Region: s.at.Region, What: savedEdges, Log: s.edges.log.name(), Calls: calls.Load()})
		}
	}()
	l := w.List
	seen := newMemory(s.shelf, knownCodec)
	defer func() { err = first(err, seen.forget()) }()
	answered := false
	failure, err := s.caller.Pages(ctx, &l.Operation, l.Input(""), &calls, func(out reflect.Value) (calling.Page, error) {
		answered = true
		items := out.Field(l.Items)
		page := calling.Page{Items: items.Len()}
		for i := range items.Len() {
			one := items.Index(i)
			from, to, typ := s.fileID(operation.Text(one, w.From)), s.fileID(operation.Text(one, w.To)), s.fileID(operation.Text(one, w.Type))
			if from == "" || to == "" {
				s.edges.failed = true
				s.note(w.Name, l.Action, "", graph.CodeNoIdentity, "an item does not name both of its ends")
				continue
			}
			key := identityOf(strings.Join([]string{from, to, typ}, "\x00"))
			if seen.has(key) {
				continue
			}
			seen.put(key, known{})
			page.New++
			rec := spool.AppendString(spool.AppendString(spool.AppendString(nil, from), to), typ)
			if err := s.edges.log.append(rec); err != nil {
				return page, err
			}
		}
		return page, nil
	})
	if failure == nil || err != nil {
		return err
	}
	f := calling.Classify(ctx, failure)
	if f.Class == calling.Unoffered && !answered {
		return nil
	}
	s.edges.failed = true
	return s.gap(ctx, w.Name, l.Action, "", f, failure)
}

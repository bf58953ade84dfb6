// Package snapshottest publishes snapshots of graphs that no account has, for
// tests and benchmarks.
package snapshottest

import (
	"errors"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

// A Format is a format by name.
type Format struct {
	Name string
	Open graph.Open
}

// Publish writes a graph with formats as that version of export does. Its scopes are complete,
// and the formats get the header that a reader of the snapshot gets too.
func Publish(path, version string, g snapshot.Source, h *graph.Header, formats ...Format) (err error) {
	m := &snapshot.Manifest{
		Tool: "sgexport", ToolVersion: version, Snapshot: h.Created, Began: h.Created, Ended: h.Created.Add(time.Second),
		Report: report(h), Redaction: snapshot.Redaction{Mode: "none"},
	}
	header := (&snapshot.Snapshot{Manifest: m, Schema: h.Schema}).Header()
	b, err := snapshot.Create(path, snapshot.CreateOptions{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.Abort()) }()
	var sinks []graph.Sink
	for _, f := range formats {
		sink, err := f.Open(b.Create, header)
		if err != nil {
			return err
		}
		sinks, m.Formats = append(sinks, sink), append(m.Formats, f.Name)
	}
	counter := snapshot.NewCounter(h.Schema)
	counter.To(snapshot.Fan(sinks...))
	if err := errors.Join(snapshot.Copy(g, counter), counter.Close()); err != nil {
		return err
	}
	m.Counts = counter.Counts()
	return b.Publish(m, h.Schema)
}

// report says that all kinds of the header's scopes were read.
func report(h *graph.Header) (r graph.Report) {
	for _, s := range h.Scopes {
		account, region, _ := strings.Cut(s.ID, "/")
		scope := graph.ScopeReport{Account: account, Region: region, Partition: "aws", Tags: graph.Complete}
		for _, l := range h.Schema.Labels {
			if !l.Referred {
				scope.Kinds = append(scope.Kinds, graph.KindReport{Label: l.Name, State: graph.Complete, Completeness: graph.Completeness{IDs: graph.AllIDs}})
			}
		}
		r.Scopes = append(r.Scopes, scope)
	}
	return r
}

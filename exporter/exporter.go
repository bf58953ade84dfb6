package exporter

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/collect"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/resolve"
	"github.com/sgexport/sgexport/graph"
)

// table is the catalog, compiled. It never changes.
var table = reading.Compile(catalog.New())

// A Target is an account, as credentials see it, and the regions to read of it.
type Target = collect.Target

// An Event is the progress of one kind in one scope. Each one replaces the one
// before it.
type Event = collect.Event

// Waits are the calls that have no answer yet, for whoever shows them. The zero
// value is ready.
type Waits = calling.Waits

// A Wait is a call that has no answer yet.
type Wait = calling.Wait

// A Rate is how many calls a second are made of an operation that is throttled.
type Rate = calling.Rate

// A CredentialsError says that AWS does not take the caller's credentials, that
// there are none, or that they could not be had.
type CredentialsError = calling.CredentialsError

// An EndpointError says that the API cannot be reached, or that something else
// than the API answers.
type EndpointError = collect.EndpointError

// A BaseID tells an earlier snapshot from others.
type BaseID = collect.BaseID

// A DeniedError says that the caller may list nothing at all.
type DeniedError = collect.DeniedError

// Config says what to collect.
type Config struct {
	Targets     []Target // at least one
	Kinds       []string // labels to collect; nil is all. The others are skipped, and the report says so
	Neighbors   []string // groups of neighbours to read where something refers to them, see [NeighborGroups]
	Concurrency int      // calls in flight for each operation and scope; 0 is 16
	MaxRPS      float64  // calls a second of each operation in each scope; 0 is no bound
	Connections int      // calls in flight in the whole run; 0 is 256
	// DescribeLimit is how many resources of a kind and scope are described one
	// by one although Search has the kind, where Search lacks a field that makes
	// an edge. Beyond it Search is used. 0 is never, negative is always, also where
	// Search lacks properties alone.
	DescribeLimit int
	Newest        int           // of kinds without end, such as the executions of a pipeline, how many of each parent; negative is all
	CallTimeout   time.Duration // of one attempt of a call in all, reading the answer included; 0 is 30 s
	GiveUpAfter   time.Duration // how long an operation may be throttled without one answer; 0 is 10 min
	Redact        bool          // take secrets out
	Dir           string        // private directory for what is sorted; the caller removes it
	// Spool is a private directory for what was read; "" is one in Dir. After a run that
	// failed a later one can go on from it, see [Finished].
	Spool   string
	Resume  bool      // go on from what the spool holds; where it holds nothing, begin
	Program string    // name and version: a spool is gone on from by the same program alone
	Began   time.Time // of the run, for one that resumes it
	// Base is the file that a [Base] of an earlier run made: what cannot have changed since is
	// taken from it. "" is none. Doubt is told why it is of no use, where it is of none.
	Base    string
	BaseID  BaseID // which snapshot that is; zero is none
	Doubt   func(string)
	Clock   func() time.Time // must be given
	Observe func(Event)      // told about progress from several goroutines; may be nil
	Waits   *Waits           // told about calls without an answer; may be nil
	Taken   *atomic.Int64    // counts the resources that Resolve has taken up; may be nil
}

// A ResumeError says why a run cannot go on from what an earlier one has read.
type ResumeError = collect.ResumeError

// Finished counts what a spool holds that a run could go on from: lists, each one kind in
// one scope, that were read to their end.
func Finished(spool string) int { return collect.Finished(spool) }

// A Deriver makes edges of what nodes say together.
type Deriver = resolve.Deriver

// An Inventory is what [Collect] read. It stands in the spool.
type Inventory struct {
	Began    time.Time // of the run, or of the first one that it goes on from
	Report   *graph.Report
	Redacted []string // label.column of every column that a secret was taken out of, sorted
	// Reused counts the resources that earlier snapshots had, Config.BaseID and those of the
	// runs that this one goes on from.
	Reused map[BaseID]int64

	dir    string
	logs   []record.Log
	ids    *catalog.Claims
	chunks resolve.Chunks
	cfg    *Config
}

// Collect reads the inventory of all targets. What cannot be read is in the
// report, a target whose credentials do not work included where there are
// several. An error means that the run as a whole cannot go on: no target works
// ([CredentialsError]), a full disk, a stopped context, an endpoint that does not
// answer as AWS does ([EndpointError]), a caller who may list nothing
// ([DeniedError]).
func Collect(ctx context.Context, cfg Config) (*Inventory, error) {
	if cfg.Concurrency < 1 {
		cfg.Concurrency = 16
	}
	result, err := collect.Run(ctx, collect.Config{
		Table: table, Targets: cfg.Targets, Kinds: cfg.Kinds, Groups: cfg.Neighbors,
		DescribeLimit: cfg.DescribeLimit, Newest: cfg.Newest, Redact: cfg.Redact, Dir: cfg.Dir, Spool: cfg.Spool, Resume: cfg.Resume, Program: cfg.Program, Began: cfg.Began, Base: cfg.Base, BaseID: cfg.BaseID, Doubt: cfg.Doubt, Observe: cfg.Observe,
		Calls: calling.Options{Concurrency: cfg.Concurrency, MaxRPS: cfg.MaxRPS, Budget: calling.NewBudget(cfg.Connections, 0), CallTimeout: cfg.CallTimeout, GiveUpAfter: cfg.GiveUpAfter, Clock: cfg.Clock, Waits: cfg.Waits},
	})
	if err != nil {
		return nil, err
	}
	return &Inventory{Began: result.Began, Report: result.Report, Redacted: result.Redacted, Reused: result.Reused, dir: cfg.Dir, logs: result.Logs, ids: result.IDs, cfg: &cfg}, nil
}

// A Graph is an inventory of which the references are resolved.
type Graph = resolve.Graph

// Resolve makes one graph of the inventory. Its schema is known then, and it can be
// sent to a sink, once. The caller closes it. What is left out of derived edges is
// added to the report. It may be called once.
//
// Where base is not nil, it gets the records of resources of which nothing changes any
// more, for Config.Base of a later run; the caller closes it.
func (inv *Inventory) Resolve(ctx context.Context, base *Base) (*Graph, error) {
	var keep func(label, scope, text string) error
	if base != nil {
		if err := base.begin(inv.cfg); err != nil {
			return nil, err
		}
		keep = base.keep
	}
	return resolve.Prepare(ctx, resolve.Input{
		Labels: table.Table, Schema: table.Schema, Logs: inv.logs, IDs: inv.ids, Report: inv.Report, Dir: inv.dir, Chunks: inv.chunks, Keep: keep, Taken: inv.cfg.Taken,
	})
}

// Schema returns all labels and edge types that a graph of this package can have.
func Schema() *graph.Schema { return table.Schema }

// LongestName is how many characters a column's name has at most.
const LongestName = catalog.LongestName

// ShortNames returns the columns that would have a longer name, by their field.
func ShortNames() map[string]string { return catalog.ShortNames() }

// Labels returns the labels of all kinds that can be collected, sorted.
func Labels() []string {
	var labels []string
	for _, e := range table.Table.Kinds() {
		labels = append(labels, e.Label)
	}
	return labels
}

// NeighborGroups returns the groups of neighbours that can be read, sorted.
func NeighborGroups() []string {
	var groups []string
	for _, e := range table.Neighbors() {
		groups = append(groups, e.Groups()...)
	}
	slices.Sort(groups)
	return slices.Compact(groups)
}

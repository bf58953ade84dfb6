package collect

import (
	"context"
	"errors"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

// A Target is an account, as credentials see it, and the regions to read of it.
type Target struct {
	Name    string     // what gaps call it before its account is known, such as a role's ARN
	Account string     // that the credentials must be of; "" is not known
	AWS     aws.Config // credentials, endpoints, HTTP client; its region is replaced by each of Regions
	Regions []string   // each once; none are all that the account has enabled
	Known   []string   // where Regions are none: those to read where it cannot be asked which are enabled
}

// Config says what to collect.
type Config struct {
	Table   *reading.Table
	Targets []Target
	Kinds   []string // labels to list; nil is all
	Groups  []string // of neighbours that are read too

	DescribeLimit int // see exporter.Config
	Newest        int
	Redact        bool
	Dir           string // for what is sorted
	Spool         string // folder for what is read; "" is one in Dir
	Resume        bool   // go on from what the spool holds
	Program       string // name and version, of which the spool is
	Began         time.Time
	Base          string       // file of records that an earlier snapshot keeps; "" for none
	BaseID        BaseID       // which snapshot that is; zero for none
	Doubt         func(string) // told why Base is of no use
	Calls         calling.Options
	Observe       func(Event)
}

// An Event is the progress of one kind in one scope. Each one replaces the one
// before it, but while a kind is being read an older one may come late: its numbers
// are smaller. An event without a label is about the scope itself: it is going to be
// read, or, where it has a state, that is done. Before those comes one with regions: its
// scope is an account, of which it is known now where it is read.
type Event struct {
	Scope, Label           string
	Listed, Written, Calls int64
	Reused                 int64       // of those written: an earlier snapshot had them
	ListedAll              bool        // the list has ended: Listed is how many there are
	State                  graph.State // "" while it is being read
	Resumed                bool        // an earlier run had read it
	Regions                []string
}

// A Result is what a run read.
type Result struct {
	Report   *graph.Report
	Redacted []string // label.column of every column that a secret was taken out of, sorted
	Logs     []record.Log
	IDs      *catalog.Claims // of all that the logs name
	Began    time.Time       // of the run, or of the first one that it goes on from
	// Reused counts the resources that earlier snapshots had, by which; that of the
	// configuration is among them.
	Reused map[BaseID]int64
}

// scopesInFlight is how many scopes are read at a time: it bounds the memory and
// the open files of a run, however many regions and targets there are.
const scopesInFlight = 4

// A run gathers the results of all scopes.
type run struct {
	cfg   Config
	slots chan struct{} // one for each scope in flight
	began time.Time
	goOn  bool // there is something to go on from
	shelf *shelf

	buffers sync.Pool         // of *[]byte, for records
	base    map[string]string // paths of logs with what an earlier snapshot keeps, by label and scope
	noted   *notes            // of all targets that were read

	resultsMu sync.Mutex // of what follows
	scopes    []graph.ScopeReport
	logs      []record.Log
	gaps      []*graph.Gap
	accounts  map[string]bool // those of the targets
	reused    map[BaseID]int64
}

// Run reads the inventory of all targets. What cannot be read is in the report,
// a target whose credentials do not work included where there are several. An
// error means that nothing further can be done: no target works
// ([calling.CredentialsError]), a full disk, a stopped context, an endpoint that
// does not answer as AWS does ([EndpointError]).
func Run(ctx context.Context, cfg Config) (*Result, error) {
	if cfg.Doubt == nil {
		cfg.Doubt = func(string) {}
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Event) {}
	}
	if cfg.Spool == "" {
		cfg.Spool = filepath.Join(cfg.Dir, "spool")
	}
	began, goOn, err := cfg.openSpool()
	if err != nil {
		return nil, err
	}
	r := &run{shelf: newShelf(cfg.Dir), began: began, goOn: goOn, cfg: cfg, slots: make(chan struct{}, scopesInFlight), noted: newNotes(cfg.Table), accounts: map[string]bool{}, reused: map[BaseID]int64{}}
	if cfg.BaseID != (BaseID{}) {
		r.reused[cfg.BaseID] = 0
	}
	if err := r.openBase(); errors.As(err, new(*BaseError)) {
		r.base = nil
		cfg.Doubt(err.Error())
	} else if err != nil {
		return nil, err
	}
	failures := make([]error, len(cfg.Targets))
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(targetsInFlight)
	for i := range cfg.Targets {
		g.Go(graph.NoPanic(func() error {
			var fatal error
			failures[i], fatal = r.target(gctx, &cfg.Targets[i])
			return fatal
		}))
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	if err := r.targetFailures(failures); err != nil {
		return nil, err
	}
	return r.result()
}

// targetFailures makes gaps of the targets that failed, where others did not.
func (r *run) targetFailures(failures []error) error {
	failed := slices.DeleteFunc(slices.Clone(failures), func(err error) bool { return err == nil })
	if len(failed) == len(failures) {
		return failed[0]
	}
	for i, err := range failures {
		if err == nil {
			continue
		}
		r.gaps = append(r.gaps, r.cfg.Targets[i].gap(err))
	}
	return nil
}

// gapOf is a gap without secrets.
func gapOf(g graph.Gap) *graph.Gap {
	for _, text := range []*string{&g.Code, &g.Message} {
		*text, _ = redact.Credentials(*text)
	}
	return &g
}

// result brings what the goroutines left into an order that does not depend on
// them.
func (r *run) result() (*Result, error) {
	report := &graph.Report{Scopes: r.scopes, Gaps: r.gaps, NotReferences: []graph.NotReference{}, LeftOut: []graph.LeftOut{}}
	if report.Scopes == nil {
		report.Scopes = []graph.ScopeReport{}
	}
	if report.Gaps == nil {
		report.Gaps = []*graph.Gap{}
	}
	slices.SortFunc(report.Gaps, graph.CompareGaps)
	slices.SortFunc(report.Scopes, func(a, b graph.ScopeReport) int { return strings.Compare(a.ID(), b.ID()) })
	for n, count := range r.noted.notReferences {
		n.Count = count
		report.NotReferences = append(report.NotReferences, n)
	}
	slices.SortFunc(report.NotReferences, func(a, b graph.NotReference) int {
		return strings.Compare(a.Label+"\x00"+a.Path, b.Label+"\x00"+b.Path)
	})
	slices.SortFunc(r.logs, func(a, b record.Log) int { return strings.Compare(a.Path, b.Path) })
	result := &Result{Report: report, Redacted: slices.Sorted(maps.Keys(r.noted.redacted)), Logs: r.logs, IDs: r.noted.ids, Began: r.began, Reused: r.reused}
	if result.Redacted == nil {
		result.Redacted = []string{}
	}
	return result, nothingListed(report)
}

// An EndpointError says that the API cannot be reached, or that something else
// than the API answers. The run cannot go on.
type EndpointError struct {
	Err  error
	Code string // that of the answer or the failure, as in a gap; "" where there is none
}

func (e *EndpointError) Error() string { return e.Err.Error() }

func (e *EndpointError) Unwrap() error { return e.Err }

// A DeniedError says that the caller may list nothing at all: that is no
// inventory.
type DeniedError struct {
	Err  error
	Code string // that of the answer, as in a gap; "" where there are several
}

func (e *DeniedError) Error() string { return e.Err.Error() }

func (e *DeniedError) Unwrap() error { return e.Err }

// wants reports whether a kind is to be read: for itself, or because one that is
// to be read is listed for each of its resources.
func (c *Config) wants(label string) bool {
	if e := c.Table.Entry(label); !e.IsKind() {
		return c.reads(e)
	}
	if c.Kinds == nil || slices.Contains(c.Kinds, label) {
		return true
	}
	for _, child := range c.Table.Children(label) {
		if child.IsKind() && c.wants(child.Label) {
			return true
		}
	}
	return false
}

// reads reports whether a neighbour is read: it is of a chosen group, or a part of it.
func (c *Config) reads(e *catalog.Entry) bool {
	return e.IsRead() && slices.ContainsFunc(e.Groups(), func(group string) bool { return slices.Contains(c.Groups, group) })
}

// Wanted returns the labels of the kinds that are read where some are asked for,
// sorted; nil are all.
func Wanted(t *reading.Table, kinds []string) []string {
	c := Config{Table: t, Kinds: kinds}
	var labels []string
	for _, e := range t.Table.Kinds() {
		if c.wants(e.Label) {
			labels = append(labels, e.Label)
		}
	}
	return labels
}

package exporter

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A Scope is one account and region to read.
type Scope struct {
	Account, Region, Partition string
}

// ID returns the scope's id, as in [graph.Scope].
func (s *Scope) ID() string { return s.Account + "/" + s.Region }

// Config says what to collect.
type Config struct {
	AWS         aws.Config // credentials, endpoints, HTTP client; its region is replaced by each of Regions
	Regions     []string   // at least one, each once
	Kinds       []string   // labels to collect; nil is all. The others are skipped, and the report says so
	Concurrency int        // calls in flight for each operation and scope; 0 is 16
	// DescribeLimit is how many resources of a kind and scope are described one
	// by one although Search has the kind, where Search lacks a field that makes
	// an edge. Beyond it Search is used. 0 is never, negative is always.
	DescribeLimit int
	Newest        int         // of kinds without end, such as the executions of a pipeline, how many of each parent; negative is all
	Redact        bool        // take secrets out
	Dir           string      // private directory for the spool; the caller removes it
	Observe       func(Event) // told about progress from several goroutines; may be nil
}

// An Event is the progress of one kind in one scope. Each one replaces the one
// before it.
type Event struct {
	Scope, Label           string
	Listed, Written, Calls int64
	State                  graph.State // "" while it is being read
}

// An Inventory is what [Collect] read. It stands in the spool.
type Inventory struct {
	Report   *graph.Report
	Redacted []string // label.column of every column that a secret was taken out of, sorted

	dir    string
	logs   []logFile
	chunks chunks
}

// A logFile is the spool of one kind and scope; kind is nil for tags and
// associations.
type logFile struct {
	name  string
	kind  *kind
	scope *Scope
	path  string
}

// Labels returns the labels of all kinds that can be collected, sorted.
func Labels() []string {
	var labels []string
	for _, k := range table {
		labels = append(labels, k.label)
	}
	return labels
}

// Collect reads the inventory of one account. What cannot be read is in the
// report; an error means that the run as a whole cannot go on: no or expired
// credentials ([CredentialsError]), a full disk, a stopped context, an endpoint
// that does not answer as AWS does.
func Collect(ctx context.Context, cfg Config) (*Inventory, error) {
	if cfg.Concurrency < 1 {
		cfg.Concurrency = 16
	}
	if cfg.Observe == nil {
		cfg.Observe = func(Event) {}
	}
	inv := &Inventory{Redacted: []string{}, Report: &graph.Report{Scopes: []graph.ScopeReport{}, Gaps: []*graph.Gap{}, NotReferences: []graph.NotReference{}, LeftOut: []graph.LeftOut{}}, dir: cfg.Dir, chunks: usualChunks}
	identity, err := whoAmI(ctx, cfg.AWS, cfg.Regions[0])
	if err != nil {
		return nil, err
	}
	c := &collector{cfg: cfg, inv: inv, redacted: map[string]bool{}, notReferences: map[[2]string]int64{}}
	g, ctx := errgroup.WithContext(ctx)
	for _, region := range cfg.Regions {
		s := *identity
		s.Region = region
		g.Go(func() error { return c.scope(ctx, &s) })
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	c.finish()
	return inv, c.reachable()
}

// whoAmI asks for the account that the credentials belong to.
func whoAmI(ctx context.Context, cfg aws.Config, region string) (*Scope, error) {
	cfg = cfg.Copy()
	cfg.Region = region
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, func(o *sts.Options) { o.Retryer = newRetryer() })
	if err != nil {
		class, code, message := classify(ctx, err)
		switch class {
		case credentials:
			return nil, &CredentialsError{Code: code, Err: errors.New(message)}
		case cancelled:
			return nil, ctx.Err()
		}
		return nil, &EndpointError{fmt.Errorf("ask AWS who is calling (sts:GetCallerIdentity in %s): %s: %s", region, code, message)}
	}
	account, a := aws.ToString(out.Account), arn{}
	if a, _ = parseARN(aws.ToString(out.Arn)); a.partition == "" {
		a.partition = partitionOf(region)
	}
	if !isAccountID(account) {
		return nil, &EndpointError{fmt.Errorf("ask AWS who is calling: the endpoint answered with account %q, which is no account id", account)}
	}
	return &Scope{Account: account, Partition: a.partition}, nil
}

// A collector gathers the results of all scopes.
type collector struct {
	cfg Config

	mu            sync.Mutex
	inv           *Inventory
	redacted      map[string]bool
	notReferences map[[2]string]int64
}

// finish brings what the goroutines left into an order that does not depend on
// them.
func (c *collector) finish() {
	r := c.inv.Report
	slices.SortFunc(r.Scopes, func(a, b graph.ScopeReport) int { return strings.Compare(a.ID(), b.ID()) })
	slices.SortFunc(r.Gaps, func(a, b *graph.Gap) int {
		return cmp.Or(strings.Compare(a.Scope, b.Scope), strings.Compare(a.Label, b.Label), strings.Compare(a.Action, b.Action), strings.Compare(a.ID, b.ID), strings.Compare(a.Code, b.Code))
	})
	for k, n := range c.notReferences {
		r.NotReferences = append(r.NotReferences, graph.NotReference{Label: k[0], Path: k[1], Count: n})
	}
	slices.SortFunc(r.NotReferences, compareNotReferences)
	for k := range c.redacted {
		c.inv.Redacted = append(c.inv.Redacted, k)
	}
	slices.Sort(c.inv.Redacted)
	slices.SortFunc(c.inv.logs, func(a, b logFile) int { return strings.Compare(a.path, b.path) })
}

func compareNotReferences(a, b graph.NotReference) int {
	return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Path, b.Path))
}

// reachable fails where nothing at all could be listed because no endpoint
// answered as AWS does: that is no inventory.
func (c *collector) reachable() error {
	for _, s := range c.inv.Report.Scopes {
		for _, k := range s.Kinds {
			if k.State != graph.Unavailable && k.State != graph.Skipped {
				return nil
			}
		}
	}
	if len(c.inv.Report.Gaps) == 0 {
		return nil
	}
	return &EndpointError{fmt.Errorf("no kind could be listed in any region; the first was %w", c.inv.Report.Gaps[0])}
}

// scope reads all kinds of one account and region.
func (c *collector) scope(ctx context.Context, s *Scope) error {
	cfg := c.cfg.AWS.Copy()
	cfg.Region = s.Region
	run := &scopeRun{collector: c, scope: s, caller: newCaller(cfg, c.cfg.Concurrency), report: graph.ScopeReport{Account: s.Account, Region: s.Region, Partition: s.Partition}, listings: map[string]*listing{}}
	for _, k := range table {
		run.listings[k.label] = &listing{done: make(chan struct{})}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return run.sweepTags(gctx, cfg) })
	if c.cfg.wantsLineage() {
		g.Go(func() error { return run.sweepAssociations(gctx) })
	}
	for _, k := range table {
		if !c.cfg.wants(k) {
			run.done(graph.KindReport{Label: k.label, State: graph.Skipped})
			continue
		}
		g.Go(func() error { return run.kind(gctx, k) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if run.report.Tags == graph.Denied {
		if err := run.listTags(ctx); err != nil {
			return err
		}
	}
	if run.partialLineage {
		withoutAssociations(run.report.Kinds)
	}
	run.report.Calls = run.caller.calls.Load()
	slices.SortFunc(run.report.Kinds, func(a, b graph.KindReport) int { return strings.Compare(a.Label, b.Label) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inv.Report.Scopes = append(c.inv.Report.Scopes, run.report)
	return nil
}

// wants reports whether a kind is to be read: for itself, or because one that
// is to be read is listed for each of its resources.
func (c *Config) wants(k *kind) bool {
	return c.Kinds == nil || slices.Contains(c.Kinds, k.label) ||
		slices.ContainsFunc(table, func(child *kind) bool { return child.list.parent == k.label && c.wants(child) })
}

// A listing is what the kinds that are listed for each resource of a kind wait
// for.
type listing struct {
	done   chan struct{}
	path   string      // of the spool
	state  graph.State // of the listing alone: Complete where all are known
	unread []string    // columns that were not read
}

// A scopeRun reads one account and region.
type scopeRun struct {
	*collector
	scope    *Scope
	caller   *caller
	listings map[string]*listing // by label; never changed

	mu             sync.Mutex
	report         graph.ScopeReport
	partialLineage bool // associations could not be read
}

func (s *scopeRun) done(k graph.KindReport) {
	s.mu.Lock()
	s.report.Kinds = append(s.report.Kinds, k)
	s.mu.Unlock()
	s.cfg.Observe(Event{Scope: s.scope.ID(), Label: k.Label, Listed: k.Listed, Written: k.Written, Calls: k.Calls, State: k.State})
}

// gap notes what could not be read, and returns the state of a kind whose list
// call failed like this. An error means that the run cannot go on.
func (s *scopeRun) gap(ctx context.Context, label, action, id string, err error) (graph.State, error) {
	class, code, message := classify(ctx, err)
	state := graph.Unavailable
	switch class {
	case credentials:
		return "", &CredentialsError{Code: code, Err: errors.New(message)}
	case cancelled:
		return "", ctx.Err()
	case denied:
		state = graph.Denied
	}
	s.note(&graph.Gap{Label: label, Action: action, ID: id, Code: code, Message: message})
	return state, nil
}

func (s *scopeRun) logPath(name string) string {
	return filepath.Join(s.cfg.Dir, s.scope.Account+"_"+s.scope.Region+"_"+name+".log.zst")
}

// note adds a gap.
func (s *scopeRun) note(g *graph.Gap) {
	g.Scope = s.scope.ID()
	s.collector.mu.Lock()
	defer s.collector.mu.Unlock()
	s.inv.Report.Gaps = append(s.inv.Report.Gaps, g)
}

// newLog creates the spool of a kind, or of tags where k is nil.
func (s *scopeRun) newLog(k *kind, name string) (*spool.Log, error) {
	path := s.logPath(name)
	l, err := spool.CreateLog(path)
	if err != nil {
		return nil, err
	}
	s.collector.mu.Lock()
	s.inv.logs = append(s.inv.logs, logFile{name: name, kind: k, scope: s.scope, path: path})
	s.collector.mu.Unlock()
	return l, nil
}

// kind reads one kind.
func (s *scopeRun) kind(ctx context.Context, k *kind) error {
	mine := s.listings[k.label]
	defer close(mine.done)
	mine.path = s.logPath(k.label)
	log, err := s.newLog(k, k.label)
	if err != nil {
		return err
	}
	state, err := s.read(ctx, k, log)
	mine.state = state
	return errors.Join(err, log.Close())
}

// read reads one kind into its spool, and returns whether all of it was listed.
func (s *scopeRun) read(ctx context.Context, k *kind, log *spool.Log) (graph.State, error) {
	r := &kindRun{scopeRun: s, kind: k, log: log, reader: newReader(k, s.scope, s.cfg.Redact), seen: map[identity]seen{}, state: graph.Complete, detail: "describe"}
	if k.describe == nil {
		r.detail = "list"
	}
	if err := r.run(ctx); err != nil {
		return "", err
	}
	listed := r.state
	s.listings[k.label].unread = r.unread
	s.done(r.result())
	s.collector.mu.Lock()
	defer s.collector.mu.Unlock()
	for path, n := range r.reader.notReferences {
		s.notReferences[[2]string{k.label, path}] += n
	}
	for column := range r.reader.redacted {
		s.redacted[k.label+"."+column] = true
	}
	return listed, nil
}

// identity is the hash of an id: what is remembered of each resource while its
// kind is read.
type identity [16]byte

func identityOf[T string | []byte](id T) identity {
	sum := sha256.Sum256([]byte(id))
	return identity(sum[:16])
}

// seen is when a list item was last changed, as far as it says, and whether it
// was written.
type seen struct {
	modified, created int64 // microseconds since the Unix epoch, or 0
	written           bool
}

// A kindRun reads one kind in one account and region.
type kindRun struct {
	*scopeRun
	kind   *kind
	log    *spool.Log
	reader *reader

	listed, written, vanished, calls, gaps atomic.Int64
	detail                                 string
	unread                                 []string

	mu    sync.Mutex // of what follows
	state graph.State
	seen  map[identity]seen
}

func (r *kindRun) result() graph.KindReport {
	if r.state == graph.Complete && r.gaps.Load() > 0 {
		r.state = graph.Partial
	}
	return graph.KindReport{
		Label: r.kind.label, State: r.state, Listed: r.listed.Load(), Written: r.written.Load(),
		Gone: r.vanished.Load(), Calls: r.calls.Load(), Detail: r.detail, Unread: r.unread,
	}
}

func (r *kindRun) progress() {
	r.cfg.Observe(Event{Scope: r.scope.ID(), Label: r.kind.label, Listed: r.listed.Load(), Written: r.written.Load(), Calls: r.calls.Load()})
}

// run lists the kind and reads the details: one by one while the list is still
// being read, or by Search once it is known how many there are.
func (r *kindRun) run(ctx context.Context) (err error) {
	k := r.kind
	lacks, edges := []string(nil), false
	if k.search != nil {
		lacks, edges = k.unread(k.shapes[k.search.record])
	}
	// Up to limit resources are described although Search has them.
	limit := 0
	if edges {
		limit = r.cfg.DescribeLimit
	}
	canSearch := k.search != nil && limit >= 0
	var waiting backlog // items, until it is known how many there are
	if canSearch {
		if waiting, err = r.newBacklog(); err != nil {
			return err
		}
		defer func() { err = errors.Join(err, waiting.close()) }()
	}

	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(r.cfg.Concurrency)
	err = r.list(gctx, func(o *origin) error {
		switch {
		case k.describe == nil:
			return r.write(o.item, o)
		case canSearch:
			return waiting.add(o)
		}
		g.Go(func() error { return r.describe(gctx, o) })
		return nil
	})
	if err == nil && canSearch {
		if r.listed.Load() > int64(limit) {
			if err := r.search(gctx); err != nil { // nothing is described yet
				return err
			}
			if r.written.Load() > 0 {
				r.detail, r.unread = "search", lacks
			}
		}
		err = waiting.each(func(o *origin) error {
			if id, _ := r.reader.identify(o.item, o); !r.seen[identityOf(id)].written {
				g.Go(func() error { return r.describe(gctx, o) })
			}
			return gctx.Err()
		})
	}
	return cmp.Or(g.Wait(), err) // a failed call ends the rest: it is the cause
}

// A backlog keeps list items on disk, for there may be millions.
type backlog struct {
	path string
	log  *spool.Log // nil once it was read
	item reflect.Type
}

func (r *kindRun) newBacklog() (b backlog, err error) {
	b = backlog{path: r.logPath(r.kind.label + "_listed"), item: r.kind.list.item}
	b.log, err = spool.CreateLog(b.path)
	return b, err
}

// kept is an origin on disk.
type kept struct {
	Item   json.RawMessage
	Parent string
	Given  map[string]string
}

func (b *backlog) add(o *origin) error {
	item, err := json.Marshal(o.item.Interface())
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	text, err := json.Marshal(kept{item, o.parent, o.given})
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	return b.log.Append(text)
}

// each calls f with every item.
func (b *backlog) each(f func(o *origin) error) error {
	err := b.log.Close()
	b.log = nil
	if err != nil {
		return err
	}
	return spool.ReadLog(b.path, func(text string) error {
		var k kept
		item := reflect.New(b.item)
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		if err := json.Unmarshal(k.Item, item.Interface()); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		return f(&origin{item: item.Elem(), parent: k.Parent, given: k.Given})
	})
}

// close removes the file.
func (b *backlog) close() error {
	var err error
	if b.log != nil {
		err = b.log.Close()
	}
	return errors.Join(err, os.Remove(b.path))
}

// list calls f for all that exists, each once: for a kind that is listed for
// each resource of another, from several goroutines.
func (r *kindRun) list(ctx context.Context, f func(o *origin) error) error {
	l := &r.kind.list
	if l.parent == "" {
		return r.all(ctx, &origin{}, f)
	}
	parents := r.listings[l.parent]
	select {
	case <-parents.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if parents.state != graph.Complete {
		r.incomplete(parents.state)
		r.note(&graph.Gap{Label: r.kind.label, Action: l.action, Code: "ParentNotListed", Message: "not all " + l.parent + " could be listed, so neither could what they have"})
	}
	if slices.Contains(parents.unread, l.column) {
		r.incomplete(graph.Partial)
		r.unread = []string{l.column + " of " + l.parent}
	}
	parent := kindOf(l.parent)
	g, gctx := errgroup.WithContext(ctx)
	g.SetLimit(r.cfg.Concurrency)
	err := spool.ReadLog(parents.path, func(text string) error {
		rec, err := decodeRecord(text)
		if err != nil {
			return err
		}
		o := &origin{parent: rec.id, given: map[string]string{}}
		for _, key := range l.keys {
			o.given[key.input] = rec.text(parent, key.item)
		}
		g.Go(func() error {
			if l.parse != nil {
				return r.inside(rec.text(parent, l.column), o, f)
			}
			return r.all(gctx, o, f)
		})
		return gctx.Err()
	})
	return cmp.Or(g.Wait(), err)
}

// incomplete says that not all could be listed: none where state says so, else
// some.
func (r *kindRun) incomplete(state graph.State) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.state = state; r.listed.Load() > 0 || state == "" {
		r.state = graph.Partial
	}
}

// inside finds the items in a text of the parent.
func (r *kindRun) inside(text string, o *origin, f func(o *origin) error) error {
	if text == "" {
		return nil
	}
	items, err := r.kind.list.parse(text)
	if err != nil {
		r.incomplete(graph.Partial)
		r.note(&graph.Gap{Label: r.kind.label, ID: o.parent, Action: kindOf(r.kind.list.parent).actions()[0], Code: "Unreadable", Message: oneLine(r.kind.list.column + ": " + err.Error())})
		return nil
	}
	return r.page(items, o, f)
}

// all pages through what exists, for each variant of the call.
func (r *kindRun) all(ctx context.Context, o *origin, f func(o *origin) error) error {
	l := &r.kind.list
	if len(l.variants) == 0 {
		return r.pages(ctx, o, f)
	}
	for _, v := range l.variants {
		given := maps.Clone(o.given)
		if given == nil {
			given = map[string]string{}
		}
		given[v.member] = v.value.String()
		if err := r.pages(ctx, &origin{parent: o.parent, given: given}, f); err != nil {
			return err
		}
	}
	return nil
}

// errRepeated ends what would be paged through for ever.
var errRepeated = &smithy.GenericAPIError{Code: "RepeatedToken", Message: "the pages do not end: the same token came twice"}

func (r *kindRun) pages(ctx context.Context, o *origin, f func(o *origin) error) error {
	k := r.kind
	found := 0
	for token := (*string)(nil); ; {
		out, err := r.caller.call(ctx, &k.list.operation, k.list.next(token, o), &r.calls)
		if err != nil {
			if class, _, _ := classify(ctx, err); class == gone && o.parent != "" {
				return nil // the parent was deleted since
			}
			state, err := r.gap(ctx, k.label, k.list.action, o.parent, err)
			if err != nil {
				return err
			}
			r.incomplete(state)
			return nil
		}
		page := out.Field(k.list.items)
		if k.list.newest && r.cfg.Newest >= 0 && found+page.Len() > r.cfg.Newest {
			page = page.Slice(0, r.cfg.Newest-found)
		}
		if err := r.page(page, o, f); err != nil {
			return err
		}
		found += page.Len()
		r.progress()
		if err := r.log.Sync(); err != nil {
			return err
		}
		next, _ := out.FieldByName("NextToken").Interface().(*string)
		if aws.ToString(next) == "" || k.list.newest && found == r.cfg.Newest {
			return nil
		}
		if token != nil && *next == *token {
			r.incomplete(graph.Partial)
			_, err := r.gap(ctx, k.label, k.list.action, o.parent, errRepeated)
			return err
		}
		token = next
	}
}

// page calls f for each item. An item that comes twice, as it may over the
// border of two pages, is one.
func (r *kindRun) page(items reflect.Value, o *origin, f func(o *origin) error) error {
	for i := range items.Len() {
		one := *o
		one.item = items.Index(i)
		id, _ := r.reader.identify(one.item, &one)
		if id == "" {
			r.incomplete(graph.Partial)
			r.note(&graph.Gap{Label: r.kind.label, Action: r.kind.list.action, Code: "NoIdentity", Message: "an item has neither an ARN nor a name"})
			continue
		}
		key := identityOf(id)
		r.mu.Lock()
		_, twice := r.seen[key]
		r.seen[key] = seen{modified: timeOf(one.item, "LastModifiedTime"), created: timeOf(one.item, "CreationTime")}
		r.mu.Unlock()
		if twice {
			continue
		}
		r.listed.Add(1)
		if err := f(&one); err != nil {
			return err
		}
	}
	return nil
}

// timeOf is a member of a structure in microseconds since the Unix epoch, or 0.
func timeOf(v reflect.Value, member string) int64 {
	if f := v.FieldByName(member); f.IsValid() {
		if t, ok := f.Interface().(*time.Time); ok && t != nil {
			return t.UnixMicro()
		}
	}
	return 0
}

// searchSlice is how many resources one search is for. A large result set is
// read in slices of creation time: a search that pages without end may be cut
// off by the service.
const searchSlice = 10_000

// slices returns the creation times at which to cut what was listed.
func (r *kindRun) slices() []int64 {
	if len(r.seen) <= searchSlice || r.kind.search.filters != nil {
		return nil // a record inside another is not found by its own time
	}
	created := make([]int64, 0, len(r.seen))
	for _, s := range r.seen {
		created = append(created, s.created)
	}
	slices.Sort(created)
	var cuts []int64
	for i := searchSlice; i < len(created); i += searchSlice {
		// Filters have no more than milliseconds.
		if cut := created[i] / 1000 * 1000; cut > created[0] && (len(cuts) == 0 || cut > cuts[len(cuts)-1]) {
			cuts = append(cuts, cut)
		}
	}
	return cuts
}

// search reads records of the listed resources. One that it has only an older
// record of is left: its index lags behind.
func (r *kindRun) search(ctx context.Context) error {
	cuts := r.slices()
	for i := range len(cuts) + 1 {
		var from, to int64
		if i > 0 {
			from = cuts[i-1]
		}
		if i < len(cuts) {
			to = cuts[i]
		}
		if ok, err := r.searchBetween(ctx, from, to); !ok || err != nil {
			return err
		}
	}
	return nil
}

// searchBetween reads records of what was created from one time on and before
// another; 0 is no bound. ok is false where Search does not work: then everything
// else is described, so nothing is missing.
func (r *kindRun) searchBetween(ctx context.Context, from, to int64) (ok bool, err error) {
	k := r.kind
	for token := (*string)(nil); ; {
		out, err := r.caller.call(ctx, &searchOperation, k.search.next(token, from, to), &r.calls)
		if err != nil {
			if class, _, _ := classify(ctx, err); class == credentials || class == cancelled {
				_, err = r.gap(ctx, k.label, searchOperation.action, "", err)
				return false, err
			}
			return false, nil
		}
		results := out.FieldByName("Results").Interface().([]types.SearchRecord)
		for i := range results {
			rec, ok := k.search.find(&results[i])
			if !ok {
				continue
			}
			id, _ := r.reader.identify(rec, &origin{})
			key := identityOf(id)
			was, listed := r.seen[key]
			if !listed || was.written || timeOf(rec, "LastModifiedTime") < was.modified {
				continue
			}
			if err := r.write(rec, &origin{}); err != nil {
				return false, err
			}
			was.written = true
			r.seen[key] = was
		}
		r.progress()
		if err := r.log.Sync(); err != nil {
			return false, err
		}
		next, _ := out.FieldByName("NextToken").Interface().(*string)
		if aws.ToString(next) == "" || token != nil && *next == *token {
			return true, nil
		}
		token = next
	}
}

// describe reads one resource. Where that fails, what the list said of it is
// written, and the rest is a gap.
func (r *kindRun) describe(ctx context.Context, o *origin) error {
	k := r.kind
	out, err := r.details(ctx, o)
	if err == nil {
		return r.write(k.unwrap(out), o)
	}
	if class, _, _ := classify(ctx, err); class == gone {
		r.vanished.Add(1)
		return nil
	}
	id, _ := r.reader.identify(o.item, o)
	if _, err := r.gap(ctx, k.label, k.describe.action, id, err); err != nil {
		return err
	}
	r.gaps.Add(1)
	return r.write(o.item, o)
}

// details makes the describe call, and those for further pages of its answer.
func (r *kindRun) details(ctx context.Context, o *origin) (reflect.Value, error) {
	d := r.kind.describe
	in := d.input(o)
	out, err := r.caller.call(ctx, &d.operation, in, &r.calls)
	if err != nil {
		return out, err
	}
	token := out.FieldByName("NextToken")
	for last := out; token.IsValid() && !token.IsNil() && token.Elem().String() != ""; {
		reflect.ValueOf(in).Elem().FieldByName("NextToken").Set(reflect.New(token.Type().Elem()))
		reflect.ValueOf(in).Elem().FieldByName("NextToken").Elem().SetString(token.Elem().String())
		more, err := r.caller.call(ctx, &d.operation, in, &r.calls)
		if err != nil {
			return out, err
		}
		for i := range out.NumField() {
			// A list that is not paged comes with every page.
			if f := out.Field(i); f.Kind() == reflect.Slice && !reflect.DeepEqual(more.Field(i).Interface(), last.Field(i).Interface()) {
				f.Set(reflect.AppendSlice(f, more.Field(i)))
			}
		}
		next := more.FieldByName("NextToken")
		if !next.IsNil() && next.Elem().String() == token.Elem().String() {
			return out, errRepeated
		}
		last, token = more, next
	}
	return out, nil
}

func (r *kindRun) write(v reflect.Value, o *origin) error {
	if err := r.log.Append(r.reader.read(v, o).append(nil)); err != nil {
		return err
	}
	if r.written.Add(1)%64 == 0 {
		r.progress()
	}
	return nil
}

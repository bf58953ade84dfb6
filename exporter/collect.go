package exporter

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
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

// A logFile is the spool of one kind and scope; kind is nil for tags.
type logFile struct {
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
	slices.SortFunc(r.NotReferences, func(a, b graph.NotReference) int {
		return cmp.Or(strings.Compare(a.Label, b.Label), strings.Compare(a.Path, b.Path))
	})
	for k := range c.redacted {
		c.inv.Redacted = append(c.inv.Redacted, k)
	}
	slices.Sort(c.inv.Redacted)
	slices.SortFunc(c.inv.logs, func(a, b logFile) int { return strings.Compare(a.path, b.path) })
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
	run := &scopeRun{collector: c, scope: s, caller: newCaller(cfg, c.cfg.Concurrency), report: graph.ScopeReport{Account: s.Account, Region: s.Region, Partition: s.Partition}}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return run.sweepTags(gctx, cfg) })
	for _, k := range table {
		if c.cfg.Kinds != nil && !slices.Contains(c.cfg.Kinds, k.label) {
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
	run.report.Calls = run.caller.calls.Load()
	slices.SortFunc(run.report.Kinds, func(a, b graph.KindReport) int { return strings.Compare(a.Label, b.Label) })
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inv.Report.Scopes = append(c.inv.Report.Scopes, run.report)
	return nil
}

// A scopeRun reads one account and region.
type scopeRun struct {
	*collector
	scope  *Scope
	caller *caller

	mu     sync.Mutex
	report graph.ScopeReport
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
	s.collector.mu.Lock()
	defer s.collector.mu.Unlock()
	s.inv.Report.Gaps = append(s.inv.Report.Gaps, &graph.Gap{Scope: s.scope.ID(), Label: label, Action: action, ID: id, Code: code, Message: message})
	return state, nil
}

func (s *scopeRun) spoolPath(name string) string {
	return filepath.Join(s.cfg.Dir, s.scope.Account+"_"+s.scope.Region+"_"+name+".log.zst")
}

// newLog creates the spool of a kind, or of tags where k is nil.
func (s *scopeRun) newLog(k *kind, name string) (*spool.Log, error) {
	path := s.spoolPath(name)
	l, err := spool.CreateLog(path)
	if err != nil {
		return nil, err
	}
	s.collector.mu.Lock()
	s.inv.logs = append(s.inv.logs, logFile{kind: k, scope: s.scope, path: path})
	s.collector.mu.Unlock()
	return l, nil
}

// kind reads one kind.
func (s *scopeRun) kind(ctx context.Context, k *kind) (err error) {
	log, err := s.newLog(k, k.label)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	r := &kindRun{scopeRun: s, kind: k, log: log, reader: newReader(k, s.scope, s.cfg.Redact), seen: map[identity]seen{}, state: graph.Complete, detail: "describe"}
	if k.describe == nil {
		r.detail = "list"
	}
	if err := r.run(ctx); err != nil {
		return err
	}
	s.done(r.result())
	s.collector.mu.Lock()
	defer s.collector.mu.Unlock()
	for path, n := range r.reader.notReferences {
		s.notReferences[[2]string{k.label, path}] += n
	}
	for column := range r.reader.redacted {
		s.redacted[k.label+"."+column] = true
	}
	return nil
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
	modified int64 // microseconds since the Unix epoch, or 0
	written  bool
}

// A kindRun reads one kind in one account and region.
type kindRun struct {
	*scopeRun
	kind   *kind
	log    *spool.Log
	reader *reader

	listed, written, vanished, calls, gaps atomic.Int64
	state                                  graph.State
	detail                                 string
	unread                                 []string
	seen                                   map[identity]seen
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
	err = r.list(gctx, func(item reflect.Value) error {
		switch {
		case k.describe == nil:
			return r.write(item, item)
		case canSearch:
			return waiting.add(item)
		}
		g.Go(func() error { return r.describe(gctx, item) })
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
		err = waiting.each(func(item reflect.Value) error {
			if id, _ := r.reader.identify(item); !r.seen[identityOf(id)].written {
				g.Go(func() error { return r.describe(gctx, item) })
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
	b = backlog{path: r.spoolPath(r.kind.label + "_listed"), item: r.kind.list.item}
	b.log, err = spool.CreateLog(b.path)
	return b, err
}

func (b *backlog) add(item reflect.Value) error {
	text, err := json.Marshal(item.Interface())
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	return b.log.Append(text)
}

// each calls f with every item, in the order of the list.
func (b *backlog) each(f func(item reflect.Value) error) error {
	err := b.log.Close()
	b.log = nil
	if err != nil {
		return err
	}
	return spool.ReadLog(b.path, func(text string) error {
		item := reflect.New(b.item)
		if err := json.Unmarshal([]byte(text), item.Interface()); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		return f(item.Elem())
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

// list pages through what exists. An item that comes twice, as it may over the
// border of two pages, is one.
func (r *kindRun) list(ctx context.Context, f func(item reflect.Value) error) error {
	k := r.kind
	for token := (*string)(nil); ; {
		out, err := r.caller.call(ctx, &k.list.operation, k.list.next(token), &r.calls)
		if err != nil {
			state, err := r.gap(ctx, k.label, k.list.action, "", err)
			if err != nil {
				return err
			}
			if r.state = state; r.listed.Load() > 0 {
				r.state = graph.Partial
			}
			return nil
		}
		page := out.Field(k.list.items)
		for i := range page.Len() {
			item := page.Index(i)
			id, _ := r.reader.identify(item)
			if id == "" {
				r.state = graph.Partial
				if _, err := r.gap(ctx, k.label, k.list.action, "", &smithy.GenericAPIError{Code: "NoIdentity", Message: "an item has neither an ARN nor a name"}); err != nil {
					return err
				}
				continue
			}
			key := identityOf(id)
			if _, twice := r.seen[key]; twice {
				continue
			}
			r.seen[key] = seen{modified: modified(item)}
			r.listed.Add(1)
			if err := f(item); err != nil {
				return err
			}
		}
		r.progress()
		if err := r.log.Sync(); err != nil {
			return err
		}
		next, _ := out.FieldByName("NextToken").Interface().(*string)
		if aws.ToString(next) == "" {
			return nil
		}
		if token != nil && *next == *token {
			r.state = graph.Partial
			_, err := r.gap(ctx, k.label, k.list.action, "", &smithy.GenericAPIError{Code: "RepeatedToken", Message: "the list does not end: the same page token came twice"})
			return err
		}
		token = next
	}
}

// modified is when a structure says that it was last changed.
func modified(v reflect.Value) int64 {
	f := v.FieldByName("LastModifiedTime")
	if !f.IsValid() {
		return 0
	}
	if t, ok := f.Interface().(*time.Time); ok && t != nil {
		return t.UnixMicro()
	}
	return 0
}

// search reads records of the listed resources. One that it has only an older
// record of is left: its index lags behind.
func (r *kindRun) search(ctx context.Context) error {
	k := r.kind
	for token := (*string)(nil); ; {
		out, err := r.caller.call(ctx, &searchOperation, k.search.next(token), &r.calls)
		if err != nil {
			// Without Search everything is described, so nothing is missing.
			if class, _, _ := classify(ctx, err); class == credentials || class == cancelled {
				_, err = r.gap(ctx, k.label, searchOperation.action, "", err)
				return err
			}
			return nil
		}
		results := out.FieldByName("Results").Interface().([]types.SearchRecord)
		for i := range results {
			rec, ok := k.search.find(&results[i])
			if !ok {
				continue
			}
			id, _ := r.reader.identify(rec)
			key := identityOf(id)
			was, listed := r.seen[key]
			if !listed || was.written || modified(rec) < was.modified {
				continue
			}
			if err := r.write(rec, reflect.Value{}); err != nil {
				return err
			}
			was.written = true
			r.seen[key] = was
		}
		r.progress()
		if err := r.log.Sync(); err != nil {
			return err
		}
		next, _ := out.FieldByName("NextToken").Interface().(*string)
		if aws.ToString(next) == "" || token != nil && *next == *token {
			return nil
		}
		token = next
	}
}

// describe reads one resource. Where that fails, what the list said of it is
// written, and the rest is a gap.
func (r *kindRun) describe(ctx context.Context, item reflect.Value) error {
	k := r.kind
	out, err := r.caller.call(ctx, &k.describe.operation, k.describe.input(item), &r.calls)
	if err == nil {
		return r.write(out, item)
	}
	if class, _, _ := classify(ctx, err); class == gone {
		r.vanished.Add(1)
		return nil
	}
	id, _ := r.reader.identify(item)
	if _, err := r.gap(ctx, k.label, k.describe.action, id, err); err != nil {
		return err
	}
	r.gaps.Add(1)
	return r.write(item, item)
}

func (r *kindRun) write(v, item reflect.Value) error {
	if err := r.log.Append(r.reader.read(v, item).append(nil)); err != nil {
		return err
	}
	if r.written.Add(1)%64 == 0 {
		r.progress()
	}
	return nil
}

package collect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

var callerIdentity = catalog.CallerIdentity

// accountLabel is what gaps are about that concern an account as a whole.
const accountLabel = catalog.AccountLabel

// targetsInFlight is how many targets are read at a time. It bounds what is
// remembered of them; their scopes have a bound of their own.
const targetsInFlight = 2 * scopesInFlight

// A target is one account while it is read.
type target struct {
	*run
	Target
	*notes                  // of what is in its records
	identity   record.Scope // without a region
	accepted   string       // region whose STS took the credentials
	everywhere bool         // all regions that the account has enabled are read
	unsure     *graph.Gap   // why it is not known which those are, or nil

	doubtMu sync.Mutex // of what follows
	doubts  error      // what STS said when it was asked again; nil where it was not, or still takes them
	asked   bool

	referred map[string]*referredSet // by label
	journal  *journal
}

// target reads the scopes of a target, and then what they refer to. failure is
// the target's own: its credentials do not work. fatal ends the run.
func (r *run) target(ctx context.Context, cfg *Target) (failure, fatal error) {
	t := &target{run: r, Target: *cfg, notes: newNotes(r.cfg.Table), everywhere: len(cfg.Regions) == 0, referred: map[string]*referredSet{}}
	if err := t.settle(ctx); err != nil {
		return ownFailure(ctx, err)
	}
	if err := t.openJournal(); err != nil {
		return nil, err
	}
	// What was read to its end is on the disk when the run ends, however it does.
	defer func() { fatal = first(fatal, t.journal.close()) }()
	t.cfg.Observe(Event{Scope: t.identity.Account, Regions: slices.Clone(t.Regions)})
	scopes := make([]*scope, len(t.Regions))
	for i, region := range t.Regions {
		scopes[i] = t.newScope(region)
		t.cfg.Observe(Event{Scope: scopes[i].at.ID()})
	}
	t.keepGap(t.unsure)
	if err := t.read(ctx, scopes); err != nil {
		failure, fatal := ownFailure(ctx, err)
		if failure != nil {
			t.abandon(scopes, failure)
		}
		return failure, fatal
	}
	for _, s := range scopes {
		s.publish()
	}
	t.deliver()
	return nil, nil
}

// settle finds out whose account it is, and which regions are read.
func (t *target) settle(ctx context.Context) error {
	if err := t.identify(ctx); err != nil {
		return err
	}
	if !t.isFirstOf(t.identity.Account) {
		return fmt.Errorf("two targets have credentials of account %s", t.identity.Account)
	}
	return t.settleRegions(ctx)
}

// isFirstOf reports whether no other target is of an account: what is read of it
// would be read twice, into the same files.
func (r *run) isFirstOf(account string) bool {
	r.resultsMu.Lock()
	defer r.resultsMu.Unlock()
	if r.accounts[account] {
		return false
	}
	r.accounts[account] = true
	return true
}

// read reads scopes, and what they refer to.
func (t *target) read(ctx context.Context, scopes []*scope) error {
	for _, k := range t.cfg.Table.Kinds {
		if t.cfg.reads(k.Entry) && isReferred(k.Entry) {
			t.referred[k.Label] = t.newReferredSet(k.Label, 0)
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	for _, s := range scopes {
		g.Go(graph.NoPanic(func() error {
			select {
			case t.slots <- struct{}{}:
			case <-gctx.Done():
				return gctx.Err()
			}
			defer func() { <-t.slots }()
			err := s.read(gctx)
			if err == nil {
				t.cfg.Observe(Event{Scope: s.at.ID(), State: graph.Complete})
			}
			return err
		}))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if err := t.offersNothing(scopes); err != nil {
		return err
	}
	return t.lookUp(ctx, scopes)
}

// abandon says of each scope of a target that failed in the middle that nothing of it
// was read. That is less than the truth, and no more: how far the target came depends
// on how fast its calls were, and of what had come the tags and the neighbours are
// missing.
func (t *target) abandon(read []*scope, failure error) {
	code := t.gap(failure).Code
	t.everywhere = false // a region is not without SageMaker because nothing of it was read
	for _, before := range read {
		s := t.newScope(before.at.Region)
		s.caller = before.caller // for what it has called
		s.tags.state = graph.Unavailable
		for _, k := range t.cfg.Table.Kinds {
			if k.IsKind() {
				s.kinds[k.Label] = s.newKindRun(k)
			}
		}
		for _, r := range s.kinds {
			if r.wanted {
				r.listFailed(calling.Failed)
				s.note(r.Label, r.listAction(), "", code, calling.OneLine(withoutCode(failure.Error(), code)))
			}
		}
		s.publish()
	}
}

// keepGap keeps a gap that is of no one scope; nil is none.
func (r *run) keepGap(g *graph.Gap) {
	if g == nil {
		return
	}
	r.resultsMu.Lock()
	defer r.resultsMu.Unlock()
	r.gaps = append(r.gaps, g)
}

// gap is that of a target which cannot be read, or not to the end.
func (t *Target) gap(err error) *graph.Gap {
	g := graph.Gap{Scope: t.Name, Label: accountLabel, Action: callerIdentity.Action, Code: graph.CodeUnreachable, Count: 1}
	var c *calling.CredentialsError
	var e *EndpointError
	var d *DeniedError
	var regions *RegionsError
	switch {
	case errors.As(err, &c):
		g.Code = cmp.Or(c.Code, graph.CodeCredentials)
		if c.Cause == calling.AssumeRole {
			g.Action = "sts:AssumeRole"
		}
	case errors.As(err, &regions):
		g.Action, g.Code = catalog.EnabledRegions.Action, regions.Code
	case errors.As(err, &e):
		g.Code = cmp.Or(e.Code, g.Code)
	case errors.As(err, &d):
		g.Code = cmp.Or(d.Code, g.Code)
	}
	g.Message = calling.OneLine(withoutCode(err.Error(), g.Code))
	return gapOf(g)
}

// withoutCode takes an error code out of a text that stands beside it.
func withoutCode(text, code string) string {
	for _, as := range []string{" (" + code + ")", code + ": "} {
		if before, after, found := strings.Cut(text, as); found {
			return before + after
		}
	}
	return text
}

// ownFailure tells what is wrong with one target from what ends the run.
func ownFailure(ctx context.Context, err error) (failure, fatal error) {
	var c *calling.CredentialsError
	var e *EndpointError
	var d *DeniedError
	var regions *RegionsError
	if ctx.Err() == nil && (errors.As(err, &c) || errors.As(err, &e) || errors.As(err, &d) || errors.As(err, &regions)) {
		return err, nil
	}
	if ctx.Err() != nil {
		err = ctx.Err()
	}
	return nil, err
}

// identify asks for the account that the credentials belong to, in each region
// in turn: the STS of a region that the account has not enabled takes none, a
// policy may deny a region, and an endpoint may be out of order.
func (t *target) identify(ctx context.Context) error {
	regions := slices.Clone(t.Regions)
	if len(regions) == 0 {
		regions = []string{t.home()}
	}
	regions = append(regions, names.HomeRegion(names.PartitionOf(regions[0])))
	var first error
	slow := 0
	for i, region := range regions {
		if slices.Contains(regions[:i], region) {
			continue
		}
		doubted, err := t.identifyIn(ctx, region)
		if err == nil {
			t.accepted = region
			return nil
		}
		if first == nil {
			first = err
		}
		if !doubted {
			return err
		}
		// Those take minutes, and may do so in each region.
		if e := (*EndpointError)(nil); errors.As(err, &e) && (e.Code == graph.CodeTimeout || e.Code == graph.CodeThrottled) {
			if slow++; slow == 2 {
				break
			}
		}
	}
	return first
}

// identifyIn asks one region. doubted is true where another one may say otherwise.
func (t *target) identifyIn(ctx context.Context, region string) (doubted bool, err error) {
	out, failure := t.ask(ctx, region)
	if failure != nil {
		f := calling.Classify(ctx, failure)
		err = fmt.Errorf("ask AWS who is calling (%s in %s): %s: %s", callerIdentity.Action, region, f.Code, f.Message)
		switch f.Class {
		case calling.Credentials:
			return false, credentialsError(f, failure)
		case calling.Cancelled:
			return false, ctx.Err()
		case calling.Doubted:
			return true, credentialsError(f, failure)
		case calling.Denied:
			return true, &DeniedError{Err: err, Code: f.Code}
		}
		return true, &EndpointError{Err: err, Code: f.Code}
	}
	account := operation.Text(out, "Account")
	a, _ := names.ParseARN(operation.Text(out, "Arn"))
	if a.Partition == "" {
		a.Partition = names.PartitionOf(region)
	}
	if !names.IsAccountID(account) {
		return false, &EndpointError{Err: fmt.Errorf("ask AWS who is calling: the endpoint answered with account %q, which is no account id", account)}
	}
	if t.Account != "" && t.Account != account {
		return false, &EndpointError{Err: fmt.Errorf("ask AWS who is calling: the credentials are of account %s, and not of %s", account, t.Account)}
	}
	t.identity = record.Scope{Account: account, Partition: a.Partition}
	return false, nil
}

// ask calls GetCallerIdentity in a region.
func (t *target) ask(ctx context.Context, region string) (out reflect.Value, err error) {
	cfg := t.AWS.Copy()
	cfg.Region = region
	return calling.New(cfg, t.Name, t.cfg.Calls).Call(ctx, &callerIdentity, callerIdentity.Input(""), nil)
}

// credentialsError is the error of credentials that AWS does not take.
func credentialsError(f calling.Failure, err error) error {
	var c *calling.CredentialsError
	if errors.As(err, &c) {
		return c
	}
	cause := calling.Refused
	if f.Class == calling.Credentials {
		cause = calling.Expired
	}
	return &calling.CredentialsError{Cause: cause, Code: f.Code, Err: errors.New(f.Message)}
}

// stillAccepted reports whether STS takes the credentials that a service does not
// take; it is asked once. Where it does, the service is not enabled there.
func (t *target) stillAccepted(ctx context.Context, f calling.Failure) error {
	t.doubtMu.Lock()
	defer t.doubtMu.Unlock()
	if t.asked {
		return t.doubts
	}
	_, err := t.ask(ctx, t.accepted)
	if err == nil {
		t.asked = true
		return nil
	}
	switch again := calling.Classify(ctx, err); again.Class {
	case calling.Credentials, calling.Doubted:
		t.asked, t.doubts = true, credentialsError(again, err)
		return t.doubts
	case calling.Cancelled:
		return ctx.Err()
	}
	t.asked = true
	return nil // STS cannot be asked: it took them before
}

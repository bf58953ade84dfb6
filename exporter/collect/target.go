package collect

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
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

// A target is one account while it is read.
type target struct {
	*run
	Target
	identity record.Scope // without a region
	accepted string       // region whose STS took the credentials

	doubtMu sync.Mutex // of what follows
	doubts  error      // what STS said when it was asked again; nil where it was not, or still takes them
	asked   bool

	referred map[string]*referredSet // by label
	journal  *journal
}

// target reads the scopes of a target, and then what they refer to. failure is
// the target's own: its credentials do not work. fatal ends the run.
func (r *run) target(ctx context.Context, cfg *Target) (failure, fatal error) {
	t := &target{run: r, Target: *cfg, referred: map[string]*referredSet{}}
	if failure := t.identify(ctx); failure != nil {
		return ownFailure(ctx, failure)
	}
	if err := t.openJournal(); err != nil {
		return nil, err
	}
	// What was read to its end is on the disk when the run ends, however it does.
	defer func() { fatal = first(fatal, t.journal.close()) }()
	for _, k := range r.cfg.Table.Kinds {
		if r.cfg.reads(k.Entry) && isReferred(k.Entry) {
			t.referred[k.Label] = t.newReferredSet(k.Label, 0)
		}
	}
	scopes := make([]*scope, len(t.Regions))
	g, gctx := errgroup.WithContext(ctx)
	for i, region := range t.Regions {
		scopes[i] = t.newScope(region)
		g.Go(graph.NoPanic(func() error {
			select {
			case r.slots <- struct{}{}:
			case <-gctx.Done():
				return gctx.Err()
			}
			defer func() { <-r.slots }()
			return scopes[i].read(gctx)
		}))
	}
	if err := g.Wait(); err != nil {
		return ownFailure(ctx, err)
	}
	if err := t.lookUp(ctx, scopes); err != nil {
		return ownFailure(ctx, err)
	}
	for _, s := range scopes {
		s.publish()
	}
	return nil, nil
}

// ownFailure tells what is wrong with one target from what ends the run.
func ownFailure(ctx context.Context, err error) (failure, fatal error) {
	var c *calling.CredentialsError
	var e *EndpointError
	var d *DeniedError
	if ctx.Err() == nil && (errors.As(err, &c) || errors.As(err, &e) || errors.As(err, &d)) {
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
	regions := append(slices.Clone(t.Regions), names.HomeRegion(names.PartitionOf(t.Regions[0])))
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
			return true, &DeniedError{err}
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

package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/sgexport/sgexport/exporter/calling"
)

const (
	// renewBefore is how long before their end a role's credentials are renewed.
	renewBefore = 5 * time.Minute
	// renewAgain is when it is tried again where that fails.
	renewAgain = 30 * time.Second
	// assumeTimeout is how long it may take to assume a role.
	assumeTimeout = time.Minute
)

// roleCredentials are those of a role that is assumed with the credentials of cfg,
// in the STS of its region. They are kept, and renewed before they end.
func (a *accountOptions) roleCredentials(cfg aws.Config, role string) aws.CredentialsProvider {
	p := stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), role, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName, o.Duration = a.session, a.duration
		if a.externalID != "" {
			o.ExternalID = aws.String(a.externalID)
		}
	})
	return roleProvider{calling.Watched(aws.NewCredentialsCache(&renewed{provider: p, now: time.Now})), role}
}

// A roleProvider gives credentials of a role, and says which one where it may not be
// assumed: not every answer does.
type roleProvider struct {
	aws.CredentialsProvider
	role string
}

// Retrieve implements aws.CredentialsProvider.
func (p roleProvider) Retrieve(ctx context.Context) (aws.Credentials, error) {
	c, err := p.CredentialsProvider.Retrieve(ctx)
	var e *calling.CredentialsError
	if errors.As(err, &e) && e.Cause == calling.AssumeRole && e.Role == "" {
		named := *e
		named.Role = p.role
		return c, &named
	}
	return c, err
}

// renewed gives credentials that end some time before they do, so that they are
// asked for again while they are still good, and can be used on where that fails.
type renewed struct {
	provider aws.CredentialsProvider
	now      func() time.Time

	mu  sync.Mutex
	end time.Time // of the last ones
}

var _ aws.HandleFailRefreshCredentialsCacheStrategy = (*renewed)(nil)

// Retrieve implements aws.CredentialsProvider.
func (r *renewed) Retrieve(ctx context.Context) (aws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, assumeTimeout)
	defer cancel()
	c, err := r.provider.Retrieve(ctx)
	if err != nil || !c.CanExpire {
		return c, err
	}
	r.mu.Lock()
	r.end = c.Expires
	r.mu.Unlock()
	if early := c.Expires.Add(-renewBefore); early.After(r.now()) {
		c.Expires = early
	}
	return c, nil
}

// HandleFailToRefresh gives the credentials before again while they are good.
func (r *renewed) HandleFailToRefresh(_ context.Context, before aws.Credentials, err error) (aws.Credentials, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left := r.end.Sub(r.now())
	if !before.HasKeys() || left <= 0 {
		return aws.Credentials{}, err
	}
	before.Expires = r.now().Add(min(left, renewAgain))
	return before, nil
}

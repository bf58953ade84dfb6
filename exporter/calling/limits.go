package calling

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// maxBody is the largest answer that is read, in bytes, of what gzip unpacks to
// where it is packed. The largest that there should be is a page of a hundred
// pipelines with their definitions.
const maxBody = 64 << 20

// A TimeoutError says that one attempt of a call took too long in all.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string { return fmt.Sprintf("no complete answer within %s", e.After) }

// mostRedirects is how many redirects are followed: none of AWS's needs a second.
const mostRedirects = 5

// A RedirectError says that a call was sent on and on.
type RedirectError struct{ Times int }

func (e *RedirectError) Error() string {
	return fmt.Sprintf("the call was redirected more than %d times", e.Times)
}

// A SizeError says that an answer is larger than any should be.
type SizeError struct{ Bytes int64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB", e.Bytes>>20)
}

// limit returns a client of which each exchange takes at most so long in all:
// connecting, following redirects, waiting for the answer, and reading it.
func limit(client aws.HTTPClient, timeout time.Duration) aws.HTTPClient {
	if client == nil {
		client = awshttp.NewBuildableClient()
	}
	return &limited{client, timeout}
}

type limited struct {
	client  aws.HTTPClient
	timeout time.Duration
}

// Do implements aws.HTTPClient.
func (l *limited) Do(req *http.Request) (*http.Response, error) {
	ctx, stop := context.WithCancelCause(req.Context())
	timer := time.AfterFunc(l.timeout, func() { stop(&TimeoutError{l.timeout}) })
	end := func() {
		timer.Stop()
		stop(nil)
	}
	call, _ := ctx.Value(attemptsKey{}).(*attempts)
	if call != nil {
		call.portion.drop() // of the attempt before
	}
	req, err := ownBody(req.WithContext(bounded(ctx, stop)))
	if err != nil {
		end()
		return nil, err
	}
	resp, err := l.client.Do(req)
	if err != nil {
		defer end()
		return nil, causeOr(ctx, err)
	}
	b := &limitedBody{ctx: ctx, end: end, body: headOf(ctx, resp.Body), left: maxBody, call: call, timer: timer, timeout: l.timeout}
	if err := b.reserve(min(resp.ContentLength, maxBody)); err != nil {
		return nil, errors.Join(err, b.Close())
	}
	resp.Body = b
	return resp, nil
}

// ownBody gives a request a body of its own. The SDK closes the one that it made as soon
// as the answer begins; net/http, which may not have seen its end by then, takes that for a
// failure and closes the connection in the middle of the answer.
func ownBody(req *http.Request) (*http.Request, error) {
	if req.Body == nil || req.Body == http.NoBody {
		return req, nil
	}
	body, err := io.ReadAll(req.Body) // inputs of lists and descriptions are short
	if err != nil {
		return nil, err
	}
	req.Body = io.NopCloser(bytes.NewReader(body))
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	return req, nil
}

// bounded returns a context in which a request that is sent too often is stopped.
// The client follows redirects by itself, and does not count them.
func bounded(ctx context.Context, stop context.CancelCauseFunc) context.Context {
	var sent atomic.Int32
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() {
		if sent.Add(1) > 1+mostRedirects {
			stop(&RedirectError{mostRedirects})
		}
	}})
}

// causeOr returns the limit that was met, where that is why err came about.
func causeOr(ctx context.Context, err error) error {
	var tooLong *TimeoutError
	var tooOften *RedirectError
	switch cause := context.Cause(ctx); {
	case errors.As(cause, &tooLong):
		return tooLong
	case errors.As(cause, &tooOften):
		return tooOften
	}
	return err
}

type limitedBody struct {
	ctx  context.Context
	end  func()
	body io.ReadCloser
	left int64

	call     *attempts // whose budget it takes from, or nil
	timer    *time.Timer
	timeout  time.Duration
	reserved int64
}

// reserve takes what a body of so many bytes needs of the budget. The time that this waits
// is not the server's, and the connection is another's meanwhile: the answer is there.
func (b *limitedBody) reserve(size int64) error {
	if b.call == nil || size <= max(smallAnswer, b.reserved) {
		return nil
	}
	waited := false
	err := b.call.portion.more(b.ctx, size-b.reserved, func() {
		waited = true
		b.timer.Stop()
		b.call.leave()
	})
	if err != nil {
		return causeOr(b.ctx, err)
	}
	b.reserved = size
	if waited {
		b.timer.Reset(b.timeout)
	}
	return nil
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &SizeError{maxBody}
	}
	// Of a body whose length was not told, twice of what came.
	if read := maxBody - b.left; read > max(smallAnswer, b.reserved) {
		if err := b.reserve(min(2*read, maxBody)); err != nil {
			return 0, err
		}
	}
	if err == io.EOF && b.reserved > maxBody-b.left {
		b.call.portion.less(b.reserved - (maxBody - b.left))
		b.reserved = maxBody - b.left
	}
	if err != nil && err != io.EOF {
		err = causeOr(b.ctx, err)
	}
	return n, err
}

func (b *limitedBody) Close() error {
	defer b.end()
	return b.body.Close()
}

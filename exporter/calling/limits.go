package calling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
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

// A SizeError says that an answer is larger than any should be.
type SizeError struct{ Bytes int64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the answer is larger than %d MiB", e.Bytes>>20)
}

// limit returns a client of which each exchange takes at most so long in all:
// connecting, waiting for the answer, and reading it.
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
	tooLong := &TimeoutError{l.timeout}
	ctx, cancel := context.WithTimeoutCause(req.Context(), l.timeout, tooLong)
	resp, err := l.client.Do(req.WithContext(ctx))
	if err != nil {
		defer cancel()
		return nil, timeoutOr(ctx, err)
	}
	resp.Body = &limitedBody{ctx: ctx, cancel: cancel, body: headOf(ctx, resp.Body), left: maxBody}
	return resp, nil
}

// timeoutOr returns the timeout where that is why err came about.
func timeoutOr(ctx context.Context, err error) error {
	var tooLong *TimeoutError
	if errors.As(context.Cause(ctx), &tooLong) {
		return tooLong
	}
	return err
}

type limitedBody struct {
	ctx    context.Context
	cancel context.CancelFunc
	body   io.ReadCloser
	left   int64
}

func (b *limitedBody) Read(p []byte) (int, error) {
	n, err := b.body.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, &SizeError{maxBody}
	}
	if err != nil && err != io.EOF {
		err = timeoutOr(b.ctx, err)
	}
	return n, err
}

func (b *limitedBody) Close() error {
	defer b.cancel()
	return b.body.Close()
}

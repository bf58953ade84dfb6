package calling

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

type httpTimeout struct{}

func (httpTimeout) Error() string   { return "Client.Timeout exceeded while awaiting headers" }
func (httpTimeout) Timeout() bool   { return true }
func (httpTimeout) Temporary() bool { return true }
func (httpTimeout) Is(err error) bool {
	return err == context.DeadlineExceeded // as net/http's own does
}

// answered is an error of an answer.
func answered(status int, err error) error {
	return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}}
}

func apiError(code, message string) error {
	return &smithy.GenericAPIError{Code: code, Message: message}
}

func TestClassify(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want Class
		code string
	}{
		{"denied", answered(400, apiError("AccessDeniedException", "no")), Denied, "AccessDeniedException"},
		{"denied by S3", answered(403, apiError("AccessDenied", "no")), Denied, "AccessDenied"},
		{"403", answered(403, apiError("SomethingNew", "no")), Denied, "SomethingNew"},
		{"not opted in", answered(403, apiError("OptInRequired", "no")), Doubted, "OptInRequired"},
		{"not subscribed", answered(403, apiError("SubscriptionRequiredException", "no")), Doubted, "SubscriptionRequiredException"},
		{"expired", answered(400, apiError("ExpiredTokenException", "old")), Credentials, "ExpiredTokenException"},
		{"wrong key", answered(403, apiError("UnrecognizedClientException", "who?")), Doubted, "UnrecognizedClientException"},
		{"wrong token", answered(403, apiError("InvalidClientTokenId", "who?")), Doubted, "InvalidClientTokenId"},
		{"wrong signature", answered(403, apiError("SignatureDoesNotMatch", "clock?")), Doubted, "SignatureDoesNotMatch"},
		{"unknown operation", answered(404, apiError("UnknownOperationException", "")), Unoffered, "UnknownOperationException"},
		{"operation that the region lacks", answered(400, apiError("ValidationException", "This operation is not supported in this region.")), Unoffered, "ValidationException"},
		{"gone, newer", answered(400, apiError("ResourceNotFound", "x")), Gone, "ResourceNotFound"},
		{"gone, newest", answered(400, apiError("ResourceNotFoundException", "x")), Gone, "ResourceNotFoundException"},
		{"gone bucket", answered(404, apiError("NoSuchBucket", "x")), Gone, "NoSuchBucket"},
		{"gone, older", answered(400, apiError("ValidationException", `Could not find model "x".`)), Gone, "ValidationException"},
		{"gone, record", answered(400, apiError("ValidationException", "RecordNotFound")), Gone, "ValidationException"},
		{"gone, job", answered(400, apiError("ValidationException", "Requested resource not found.")), Gone, "ValidationException"},
		{"gone, package", answered(400, apiError("ValidationException", "ModelPackage x does not exist.")), Gone, "ValidationException"},
		{"gone, repository", answered(400, apiError("ValidationException", "Cannot find CodeRepository: x")), Gone, "ValidationException"},
		{"gone, endpoint", answered(400, apiError("ValidationException", "Could not find endpoint \"arn:aws:sagemaker:us-east-1:012345678901:endpoint/x\".")), Gone, "ValidationException"},
		{"gone, doesn't", answered(400, apiError("ValidationException", "The domain doesn't exist")), Gone, "ValidationException"},
		{"gone, cannot be found", answered(400, apiError("ValidationException", "Algorithm x can not be found")), Gone, "ValidationException"},
		{"gone, no cluster", answered(400, apiError("ValidationException", "No cluster with name x")), Gone, "ValidationException"},
		{"gone, deleted", answered(400, apiError("ValidationException", "The model card has been deleted")), Gone, "ValidationException"},
		{"invalid", answered(400, apiError("ValidationException", "1 validation error detected")), Failed, "ValidationException"},
		{"invalid name", answered(400, apiError("ValidationException", "1 validation error detected: Value 'x' at 'modelName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]")), Failed, "ValidationException"},
		{"server", answered(500, apiError("InternalFailure", "x")), Failed, "InternalFailure"},
		{"HTML", answered(500, errors.New("invalid character '<'")), Failed, "HTTP500"},
		{"HTML with 404", answered(404, errors.New("invalid character '<'")), Failed, "HTTP404"},
		{"HTML with 200", answered(200, errors.New("invalid character '<'")), Failed, "UnreadableAnswer"},
		{"no code", answered(400, &smithy.GenericAPIError{Code: "UnknownError", Message: "UnknownError"}), Failed, "HTTP400"},
		{"no such host", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsNotFound: true}}, Unavailable, "NoSuchHost"},
		{"DNS is down", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsTemporary: true}}, Failed, "ConnectionError"},
		{"refused", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, Failed, "ConnectionError"},
		{"no credentials", fmt.Errorf("operation error: get identity: get credentials: %w", &CredentialsError{Cause: NoCredentials}), Credentials, ""},
		{"denied by the provider", fmt.Errorf("get credentials: %w", &CredentialsError{Cause: AssumeRole, Code: "AccessDenied", Err: answered(403, apiError("AccessDenied", "no"))}), Credentials, "AccessDenied"},
		{"the server is slow", fmt.Errorf("request send failed: %w", httpTimeout{}), Failed, "ConnectionError"},
		{"endless", &EndlessError{"x"}, Failed, "EndlessPages"},
		{"no answer", fmt.Errorf("list: %w", &NoAnswer{"ListModels", "is empty"}), Failed, "NoAnswer"},
		{"panic", &PanicError{Operation: "ListModels", Value: "x"}, Failed, "UnreadableAnswer"},
		{"throttled for long", &ThrottledError{"ListModels", time.Minute, nil}, Failed, "Throttled"},
		{"slow", answered(200, fmt.Errorf("read: %w", &TimeoutError{time.Second})), Failed, "Timeout"},
		{"large", answered(200, fmt.Errorf("read: %w", &SizeError{maxBody})), Failed, "AnswerTooLarge"},
	} {
		got := Classify(t.Context(), c.err)
		if got.Class != c.want || got.Code != c.code {
			t.Errorf("%s: class %d, code %s, want %d, %s", c.name, got.Class, got.Code, c.want, c.code)
		}
		if strings.ContainsAny(got.Message, "\n\t") {
			t.Errorf("%s: message %q", c.name, got.Message)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if got := Classify(stopped, apiError("AccessDeniedException", "no")); got.Class != Cancelled {
		t.Errorf("after the run was stopped an error is of class %d", got.Class)
	}
	if s := OneLine("a\n\tb\x00c" + strings.Repeat("é", 1000)); !strings.HasPrefix(s, "a b c") || len([]rune(s)) != 601 {
		t.Errorf("OneLine gave %q", s)
	}
}

// clock is a clock that tests set.
type clock struct{ now time.Time }

func (c *clock) time() time.Time { return c.now }

// newAttempts is a call of a lane of its own.
func newAttempts(c *clock) *attempts {
	o := Options{Clock: c.time}.withDefaults()
	l := newLane("s", "ListModels", &o)
	return &attempts{Standard: newRetryer(), lane: l, options: &o, wait: o.Waits.add("s", "ListModels", c.now)}
}

// refuse makes an attempt that takes so long and ends with an error, and says whether
// another one is made.
func (a *attempts) refuse(c *clock, took time.Duration, err error) error {
	a.sent = c.now
	c.now = c.now.Add(took)
	a.ended = c.now
	a.lane.answered(err, a.sent, a.ended)
	_, err = a.RetryDelay(1, err)
	return err
}

func TestRetries(t *testing.T) {
	coded := func(status int, code string) error {
		return answered(status, &smithy.GenericAPIError{Code: code})
	}
	bare := func(status int) error {
		return answered(status, &smithy.GenericAPIError{Code: "UnknownError"})
	}
	for _, c := range []struct {
		err       error
		retryable bool
		tries     int // 0: until it is let through
	}{
		{coded(400, "ThrottlingException"), true, 0},
		{coded(429, "TooManyRequestsException"), true, 0},
		{coded(503, "SlowDown"), true, 0},
		{bare(429), true, 0},
		{bare(503), true, 0},
		{answered(503, errors.New("invalid character '<'")), true, 0},
		{coded(500, "InternalFailure"), true, serverTries},
		{coded(503, "ServiceUnavailable"), true, serverTries},
		{bare(500), true, serverTries},
		{bare(502), true, serverTries},
		{fmt.Errorf("read body: %w", io.ErrUnexpectedEOF), true, serverTries},
		{fmt.Errorf("read body: %w", net.ErrClosed), true, serverTries},
		{fmt.Errorf("send: %w", &TimeoutError{time.Second}), true, serverTries},
		{httpTimeout{}, true, serverTries},
		{coded(400, "ValidationException"), false, 0},
		{coded(400, "AccessDeniedException"), false, 0},
		{coded(403, "ExpiredTokenException"), false, 0},
		{fmt.Errorf("sign: %w", &CredentialsError{Cause: SSOSession, Err: bare(503)}), false, 0},
		{&SizeError{maxBody}, false, 0},
	} {
		a := newAttempts(&clock{time.Unix(1e9, 0)})
		if n := a.MaxAttempts(); n != 0 {
			t.Errorf("at most %d attempts, want no bound", n)
		}
		if got := a.IsErrorRetryable(c.err); got != c.retryable {
			t.Errorf("%v: retryable %v", c.err, got)
		}
		if !c.retryable {
			continue
		}
		for attempt := 1; attempt <= 100; attempt++ {
			delay, err := a.RetryDelay(attempt, c.err)
			if goesOn := err == nil; goesOn != (c.tries == 0 || attempt < c.tries) || delay > 20*time.Second || delay < 0 {
				t.Errorf("%v: after try %d: wait %v, %v", c.err, attempt, delay, err)
			}
			if err != nil {
				break
			}
		}
	}
}

// TestPatience lets time go by: a call without an answer ends within two minutes.
func TestPatience(t *testing.T) {
	for _, took := range []time.Duration{time.Second, 30 * time.Second, 45 * time.Second} {
		c := &clock{time.Unix(1e9, 0)}
		a := newAttempts(c)
		began, attempts := c.now, 1
		for a.refuse(c, took, &TimeoutError{took}) == nil {
			attempts++
		}
		if past := c.now.Sub(began); past > 2*time.Minute+15*time.Second || attempts > serverTries || attempts < 3 {
			t.Errorf("attempts of %s: %d, %s in all", took, attempts, past)
		}
	}
	// The time that a call is throttled, or waits for its turn, is not of those.
	c := &clock{time.Unix(1e9, 0)}
	a := newAttempts(c)
	for range 9 {
		if err := a.refuse(c, time.Minute, apiError("ThrottlingException", "")); err != nil {
			t.Fatalf("given up: %v", err)
		}
	}
	failures := 1
	for a.refuse(c, time.Second, answered(500, apiError("InternalFailure", ""))) == nil {
		c.now = c.now.Add(time.Hour)
		failures++
	}
	if failures != serverTries {
		t.Errorf("given up after %d failures", failures)
	}
}

// TestGiveUp throttles a lane for its whole time.
func TestGiveUp(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	a := newAttempts(c)
	throttled := apiError("ThrottlingException", "")
	began := c.now
	for attempts := 1; ; attempts++ {
		if err := a.refuse(c, 0, throttled); err != nil {
			var over *ThrottledError
			if !errors.As(err, &over) || over.Operation != "ListModels" || over.For != 10*time.Minute {
				t.Errorf("the error is %v", err)
			}
			if attempts > 60 {
				t.Errorf("%d attempts in vain", attempts)
			}
			break
		}
		for range 3 {
			delay, err := a.lane.ask(c.now, false)
			if err != nil || delay > 20*time.Second+time.Millisecond {
				t.Fatalf("after %d attempts: wait %s, %v", attempts, delay, err)
			}
			c.now = c.now.Add(delay)
		}
	}
	if past := c.now.Sub(began); past < 10*time.Minute || past > 11*time.Minute {
		t.Errorf("given up after %s", past)
	}
	if list := a.options.Waits.List(); len(list) != 1 || list[0].Why != "throttled" {
		t.Errorf("waits %+v", list)
	}
	if rates := a.options.Waits.Rates(); len(rates) != 1 || rates[0].Action != "ListModels" || rates[0].PerSecond > 0.1 {
		t.Errorf("rates %+v", rates)
	}
	if _, err := a.lane.ask(c.now, true); err == nil || a.lane.gaveUp() == nil {
		t.Error("the lane goes on")
	}
}

// TestAnswerResetsThrottling answers a lane now and then.
func TestAnswerResetsThrottling(t *testing.T) {
	c := &clock{time.Unix(1e9, 0)}
	a := newAttempts(c)
	for range 100 {
		if err := a.refuse(c, 9*time.Minute, apiError("ThrottlingException", "")); err != nil {
			t.Fatal(err)
		}
		a.lane.ended(nil)
	}
}

func TestWaits(t *testing.T) {
	var w Waits
	if got := w.List(); len(got) != 0 {
		t.Errorf("%v", got)
	}
	at := func(s int64) time.Time { return time.Unix(s, 0) }
	b := w.add("s", "B", at(2))
	a := w.add("s", "A", at(2))
	old := w.add("z", "C", at(1))
	w.throttled(a, at(5))
	w.throttled(a, at(9)) // it was throttled before
	want := []Wait{{"z", "C", "waiting", at(1)}, {"s", "B", "waiting", at(2)}, {"s", "A", "throttled", at(5)}}
	if got := w.List(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	w.remove(b)
	w.remove(old)
	if got := w.List(); len(got) != 1 || got[0].Action != "A" {
		t.Errorf("%v", got)
	}
}

package calling

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"

	"github.com/sgexport/sgexport/exporter/redact"

	"github.com/sgexport/sgexport/graph"
)

// A Class is what an error of a call means.
type Class int

// The classes of errors.
const (
	Failed      Class = iota // after its retries, or an answer that is none: a gap
	Denied                   // the caller may not: a gap
	Unavailable              // there is no such endpoint: a gap
	Unoffered                // the region does not have the operation: no gap
	Gone                     // the resource no longer exists: no gap
	Doubted                  // the credentials are not taken here: wrong everywhere, or the region is not enabled
	Credentials              // nothing further will work: the run stops
	Cancelled                // the run was stopped
)

// A Failure is an error of a call, as a gap says it.
type Failure struct {
	Class         Class
	Code, Message string // Message is one line
}

// Classify says what an error means. The error alone does not tell all: a
// call that was made in a context that has ended was cancelled.
func Classify(ctx context.Context, err error) Failure {
	message := OneLine(err.Error())
	// A timeout of the network says that it is context.DeadlineExceeded too.
	if ctx.Err() != nil {
		return Failure{Cancelled, "Cancelled", message}
	}
	var credentials *CredentialsError
	if errors.As(err, &credentials) {
		return Failure{Credentials, credentials.Code, message}
	}
	if code, own := ownError(err); code != "" {
		return Failure{Failed, code, OneLine(own.Error())}
	}
	status := statusOf(err)
	var api smithy.APIError
	if code := codeOf(err); code != "" && errors.As(err, &api) && !isBare(api) {
		message = OneLine(api.ErrorMessage())
		shown, _ := redact.Credentials(code)
		return Failure{classOfCode(code, message, status), shown, message}
	}
	return classOfTransport(err, status)
}

// ownError finds an error that is of this package, and its code; "" where there is
// none.
func ownError(err error) (code string, own error) {
	var (
		endless   *EndlessError
		noAnswer  *NoAnswer
		panicked  *PanicError
		throttled *ThrottledError
		tooLong   *TimeoutError
		tooLarge  *SizeError
		tooOften  *RedirectError
	)
	switch {
	case errors.As(err, &endless):
		return graph.CodeEndlessPages, endless
	case errors.As(err, &noAnswer):
		return graph.CodeNoAnswer, noAnswer
	case errors.As(err, &panicked):
		return graph.CodeUnreadableAnswer, panicked
	case errors.As(err, &throttled):
		return graph.CodeThrottled, throttled
	case errors.As(err, &tooLong):
		return graph.CodeTimeout, tooLong
	case errors.As(err, &tooLarge):
		return graph.CodeAnswerTooLarge, tooLarge
	case errors.As(err, &tooOften):
		return graph.CodeTooManyRedirects, tooOften
	}
	return "", nil
}

// statusOf is the HTTP status of the answer that an error is about, or 0.
func statusOf(err error) int {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// codeOf is the API's error code, or "" where the answer had none.
func codeOf(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) || api.ErrorCode() == "UnknownError" {
		return ""
	}
	return api.ErrorCode()
}

// isBare reports whether a code is what the SDK makes of the status 404 of an answer
// without a body: the service itself says what does not exist.
func isBare(api smithy.APIError) bool {
	text := api.ErrorMessage()
	return api.ErrorCode() == "NotFound" && (text == "" || text == http.StatusText(http.StatusNotFound))
}

// classOfTransport is for what did not come from the API: the network, or
// something in front of it.
func classOfTransport(err error, status int) Failure {
	var dns *net.DNSError
	var incomplete smithy.InvalidParamsError
	switch {
	case errors.As(err, &incomplete): // there was no call
		return Failure{Failed, graph.CodeNoIdentity, OneLine("what was listed does not say what to ask for: " + incomplete.Error())}
	case errors.As(err, &dns) && dns.IsNotFound:
		return Failure{Unavailable, graph.CodeNoSuchHost, OneLine("there is no such endpoint: " + dns.Name)}
	case status >= 200 && status < 300:
		return Failure{Failed, graph.CodeUnreadableAnswer, OneLine(answerer(err) + "answered, and not as the AWS API does: " + err.Error())}
	case status != 0:
		return Failure{Failed, fmt.Sprintf("HTTP%d", status), OneLine(fmt.Sprintf("%sanswered %d %s, and not as the AWS API does", answerer(err), status, http.StatusText(status)))}
	}
	// What the SDK puts around a connection's error says nothing more.
	text := err.Error()
	var sending *url.Error
	if errors.As(err, &sending) {
		text = sending.Error()
	}
	return Failure{Failed, graph.CodeConnection, OneLine(text)}
}

// answerer is the host whose answer an error is about, with a blank after it, or "".
func answerer(err error) string {
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		if r := response.HTTPResponse(); r != nil && r.Request != nil {
			return r.Request.URL.Host + " "
		}
	}
	return ""
}

// classes are what codes mean that mean the same everywhere.
var classes = map[string]Class{
	"AccessDeniedException": Denied, "AccessDenied": Denied, "UnauthorizedOperation": Denied, "AuthorizationError": Denied,
	"NotAuthorized": Denied, "UnauthorizedException": Denied, "AuthorizationErrorException": Denied,

	"ExpiredToken": Credentials, "ExpiredTokenException": Credentials, "TokenRefreshRequired": Credentials, "RequestExpired": Credentials,

	"InvalidClientTokenId": Doubted, "UnrecognizedClientException": Doubted, "InvalidSignatureException": Doubted,
	"SignatureDoesNotMatch": Doubted, "AuthFailure": Doubted, "MissingAuthenticationToken": Doubted,
	"MissingAuthenticationTokenException": Doubted, "IncompleteSignature": Doubted, "InvalidAccessKeyId": Doubted,
	"OptInRequired": Doubted, "SubscriptionRequiredException": Doubted, "InvalidToken": Doubted,

	"UnknownOperationException": Unoffered, "UnknownOperation": Unoffered, "InvalidAction": Unoffered,
	"UnsupportedOperation": Unoffered, "UnsupportedOperationException": Unoffered,

	"ResourceNotFound": Gone, "ResourceNotFoundException": Gone, "NotFoundException": Gone, "NotFound": Gone,
	"NoSuchEntity": Gone, "NoSuchBucket": Gone, "RecordNotFound": Gone,
	"RepositoryNotFoundException": Gone, "InvalidPrefixListID.NotFound": Gone, "InvalidPrefixListId.NotFound": Gone,
	"PolicyNotFoundException": Gone, "TargetNotFoundException": Gone, "ChildNotFoundException": Gone,
}

// Denies reports whether a code says that the caller may not.
func Denies(code string) bool { return classes[code] == Denied }

// DoubtsCredentials reports whether a code says that credentials are not taken:
// where they are elsewhere, the region is not enabled.
func DoubtsCredentials(code string) bool { return classes[code] == Doubted }

var (
	// goneText matches what services say of something that was deleted. Source:
	// answers that are quoted in public bug reports.
	goneText = regexp.MustCompile(`(?i)\b(?:could|can) ?not (?:be )?f(?:i|ou)nd|can't find|unable to find|not found|recordnotfound|(?:does|do|did) ?n[o']t exist|no longer exists?|no such\b|has been deleted|(?:was|is|been) already deleted|\bno [a-z -]+ (?:with|named|found|exists?|for) |non-?existent`)
	// otherText matches what services say of another thing that a resource needs: it
	// is not the resource that is gone then.
	otherText = regexp.MustCompile(`(?i)\b(?:kms|key|role|vpc|subnet|security group|bucket|object|secret|permissions?|not authorized|access denied)\b`)
	// unofferedText matches what services say of an operation that a region lacks.
	unofferedText = regexp.MustCompile(`(?i)(?:not|n't) (?:yet )?(?:supported|available|offered|enabled) in (?:this|the|your) (?:\w+ )*region|region (?:is|does) not support`)
)

func classOfCode(code, message string, status int) Class {
	if class, ok := classes[code]; ok {
		return class
	}
	if code == "ValidationException" || code == "ValidationError" || code == "InvalidParameterValue" || code == "InvalidRequestException" {
		switch {
		case unofferedText.MatchString(message):
			return Unoffered
		case goneText.MatchString(message) && !otherText.MatchString(message):
			return Gone
		}
	}
	if status == http.StatusForbidden {
		return Denied
	}
	return Failed
}

// OneLine makes an error text fit for a manifest and a log: no secrets, no control
// characters, not endless.
func OneLine(s string) string {
	const (
		most = 600
		// Secrets are looked for before the text is cut, since a part of one is
		// found by nobody; in what can be shown of it, and some more.
		looked = 16 << 10
	)
	s, _ = redact.Credentials(strings.ToValidUTF8(s[:min(len(s), looked)], "\ufffd"))
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

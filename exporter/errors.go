package exporter

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
)

// A class is what an API error means for the run.
type class int

const (
	failed      class = iota // after its retries: a gap
	denied                   // the caller may not: a gap
	unavailable              // the region or the server does not have the operation: a gap
	gone                     // the resource no longer exists: no gap
	credentials              // nothing further will work: the run stops
	cancelled                // the run was stopped
)

// A CredentialsError says that AWS does not take the caller's credentials, or
// that there are none. The run cannot go on.
type CredentialsError struct {
	Code string // API error code, or "" where there are no credentials
	Err  error
}

func (e *CredentialsError) Error() string {
	if e.Code == "" {
		return "no AWS credentials: " + oneLine(e.Err.Error())
	}
	return fmt.Sprintf("AWS does not take the credentials (%s): %s", e.Code, oneLine(e.Err.Error()))
}

func (e *CredentialsError) Unwrap() error { return e.Err }

// An EndpointError says that the API cannot be reached, or that something else
// than the API answers. The run cannot go on.
type EndpointError struct{ Err error }

func (e *EndpointError) Error() string { return e.Err.Error() }

func (e *EndpointError) Unwrap() error { return e.Err }

// classify sorts an error of an API call made in ctx. code and message are what
// a gap says.
func classify(ctx context.Context, err error) (c class, code, message string) {
	// The error alone does not tell: a timeout of the network says that it is
	// context.DeadlineExceeded too.
	if ctx.Err() != nil {
		return cancelled, "Cancelled", oneLine(err.Error())
	}
	status := 0
	var response *awshttp.ResponseError
	if errors.As(err, &response) {
		status = response.HTTPStatusCode()
	}
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorCode() != "" && api.ErrorCode() != "UnknownError" {
		code, message = api.ErrorCode(), oneLine(api.ErrorMessage())
		return classOfCode(code, message, status), code, message
	}
	text := err.Error()
	if strings.Contains(text, "get credentials") || strings.Contains(text, "get identity") || strings.Contains(text, "retrieve credentials") {
		return credentials, "", oneLine(text)
	}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return unavailable, "NoSuchHost", oneLine("there is no such endpoint: " + dns.Name)
	case status != 0:
		host := ""
		if r := response.HTTPResponse(); r != nil && r.Request != nil {
			host = r.Request.URL.Host + " "
		}
		return failed, fmt.Sprintf("HTTP%d", status), oneLine(fmt.Sprintf("%sanswered %d %s, and not as the AWS API does", host, status, http.StatusText(status)))
	}
	// What the SDK puts around a connection's error says nothing more.
	var sending *url.Error
	if errors.As(err, &sending) {
		text = sending.Error()
	}
	return failed, "ConnectionError", oneLine(text)
}

func classOfCode(code, message string, status int) class {
	switch code {
	case "AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "AuthorizationError", "OptInRequired", "SubscriptionRequiredException":
		return denied
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidClientTokenId", "UnrecognizedClientException",
		"InvalidSignatureException", "SignatureDoesNotMatch", "AuthFailure", "MissingAuthenticationToken", "MissingAuthenticationTokenException",
		"IncompleteSignature", "InvalidAccessKeyId", "RequestExpired":
		return credentials
	case "UnknownOperationException", "UnknownOperation", "InvalidAction":
		return unavailable
	case "ResourceNotFound", "ResourceNotFoundException", "NotFoundException":
		return gone
	}
	if code == "ValidationException" || code == "ValidationError" {
		lower := strings.ToLower(message)
		for _, text := range []string{"could not find", "cannot find", "can't find", "does not exist", "not found", "recordnotfound", "doesn't exist"} {
			if strings.Contains(lower, text) {
				return gone
			}
		}
	}
	if status == http.StatusForbidden {
		return denied
	}
	return failed
}

// oneLine makes an error text fit for a manifest: no control characters, not
// endless.
func oneLine(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	const most = 600
	if r := []rune(s); len(r) > most {
		s = string(r[:most]) + "…"
	}
	return s
}

package calling

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"

	"github.com/sgexport/sgexport/exporter/redact"
)

// A CredentialsCause says what is wrong with credentials, as far as it decides
// what to do about it.
type CredentialsCause int

const (
	Provider      CredentialsCause = iota // the provider failed in another way than those below
	NoCredentials                         // nothing gives any
	SSOSession                            // the IAM Identity Center session has ended, or there is none
	LoginSession                          // so has that of "aws login"
	AssumeRole                            // the caller may not assume the role
	MFA                                   // the role needs an MFA code and has none, or a wrong one
	Process                               // credential_process failed
	WebIdentity                           // the web identity token is missing, or STS does not take it
	Refused                               // AWS does not know them
	Expired                               // AWS says that they have expired
)

// A CredentialsError says that AWS does not take the caller's credentials, that
// there are none, or that they could not be had. The run cannot go on.
//
// It does not unwrap: the codes, statuses and network errors of whatever gives
// credentials are not those of the service that was called, and nothing that
// looks for these may find them.
type CredentialsError struct {
	Cause CredentialsCause
	Code  string // API error code, or "" where no API said so
	Role  string // ARN of the role that may not be assumed, where the answer names it
	Err   error
}

// Error says it in one line, without control characters and without what looks
// like a secret: what a provider says may hold the credentials themselves.
func (e *CredentialsError) Error() string {
	what := e.what()
	if e.Code != "" {
		what += " (" + e.Code + ")"
	}
	if e.Err == nil {
		return clean(what)
	}
	text := strings.ReplaceAll(e.Err.Error(), "failed to refresh cached credentials, ", "")
	var api smithy.APIError
	if errors.As(e.Err, &api) && api.ErrorMessage() != "" && api.ErrorCode() == e.Code {
		text = strings.TrimSuffix(api.ErrorMessage(), ".") // advice follows
	}
	return clean(what + ": " + text)
}

func (e *CredentialsError) what() string {
	switch e.Cause {
	case NoCredentials:
		return "no AWS credentials"
	case SSOSession:
		return "the IAM Identity Center session has ended or is not valid"
	case LoginSession:
		return "the session of 'aws login' has ended or is not valid"
	case AssumeRole:
		return strings.TrimSpace("the caller may not assume the role " + e.Role)
	case MFA:
		return "the role needs an MFA code"
	case Process:
		return "the command of credential_process gave no credentials"
	case WebIdentity:
		return "the web identity token gave no credentials"
	case Refused:
		return "AWS does not take the credentials"
	case Expired:
		return "the AWS credentials have expired"
	}
	return "the AWS credentials could not be had"
}

// RetryableError tells the SDK that trying the call again is of no use. A
// provider makes its own attempts.
func (e *CredentialsError) RetryableError() bool { return false }

// Watched returns p with errors that are always a *CredentialsError, found by
// errors.As in what a client of the SDK returns, so that an error of the
// provider is never taken for one of the service. A call that is cancelled
// meanwhile gets an *aws.RequestCanceledError. A nil provider has none to give.
//
// A call whose deadline passes while it waits for credentials gets a
// *CredentialsError too: nothing is known of the service then.
func Watched(p aws.CredentialsProvider) aws.CredentialsProvider { return watched{p} }

type watched struct{ provider aws.CredentialsProvider }

func (w watched) Retrieve(ctx context.Context) (aws.Credentials, error) {
	if w.provider == nil {
		return aws.Credentials{}, &CredentialsError{Cause: NoCredentials}
	}
	c, err := w.provider.Retrieve(ctx)
	switch {
	case err == nil && c.HasKeys():
		return c, nil
	case err == nil:
		return aws.Credentials{}, &CredentialsError{Cause: NoCredentials, Err: errors.New("the provider gave empty ones")}
	case errors.Is(ctx.Err(), context.Canceled):
		return aws.Credentials{}, &aws.RequestCanceledError{Err: ctx.Err()}
	case ctx.Err() != nil && errors.Is(err, ctx.Err()):
		err = fmt.Errorf("they did not come in time: %w", err)
	}
	return aws.Credentials{}, fromProvider(err)
}

// IsCredentialsProvider lets the SDK see which provider is watched: it signs
// nothing for anonymous ones.
func (w watched) IsCredentialsProvider(target aws.CredentialsProvider) bool {
	return aws.IsCredentialsProvider(w.provider, target)
}

// ProviderSources are those of the provider that is watched.
func (w watched) ProviderSources() []aws.CredentialSource {
	if s, ok := w.provider.(aws.CredentialProviderSource); ok {
		return s.ProviderSources()
	}
	return nil
}

// FromConfigLoad returns an error of config.LoadDefaultConfig as a
// *CredentialsError where it is about credentials, and as it is otherwise: a
// profile that does not exist is a matter of the configuration.
func FromConfigLoad(err error) error {
	var mfa config.AssumeRoleTokenProviderNotSetError
	if errors.As(err, &mfa) {
		return &CredentialsError{Cause: MFA, Err: errors.New("the profile has mfa_serial, and there is nobody to ask")}
	}
	return err
}

// CauseOfCode returns what an API error code says about the credentials that a
// request was signed with; ok is false where it says nothing.
func CauseOfCode(code string) (c CredentialsCause, ok bool) {
	switch code {
	case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "RequestExpired":
		return Expired, true
	case "InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure",
		"InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature",
		"MissingAuthenticationToken", "MissingAuthenticationTokenException":
		return Refused, true
	}
	return Provider, false
}

// fromProvider finds out what an error of a provider means: by its type, by the
// API that answered, and by its text where it has neither.
func fromProvider(err error) *CredentialsError {
	var known *CredentialsError
	if errors.As(err, &known) {
		return known
	}
	e := &CredentialsError{Err: err}
	var process *processcreds.ProviderError
	var token *ssocreds.InvalidTokenError
	var empty *credentials.StaticCredentialsEmptyError
	switch call := lastCall(err); {
	case errors.As(err, &process):
		e.Cause = Process
	case errors.As(err, &token):
		e.Cause = SSOSession
	case errors.As(err, &empty):
		e.Cause = NoCredentials
	case call != nil && call.ServiceID != "ec2imds":
		e.fromAPI(call)
	default:
		e.Cause = causeOfText(err.Error())
	}
	return e
}

// lastCall is the innermost API call of a chain of them: the role is assumed
// with credentials that another call gives.
func lastCall(err error) (last *smithy.OperationError) {
	for {
		var call *smithy.OperationError
		if !errors.As(err, &call) {
			return last
		}
		last, err = call, call.Err
	}
}

// fromAPI takes cause, code and role from what an API that gives credentials
// answered. One that did not answer, failed or is throttled refuses nothing.
func (e *CredentialsError) fromAPI(call *smithy.OperationError) {
	status := 0
	var response *awshttp.ResponseError
	if errors.As(call, &response) {
		status = response.HTTPStatusCode()
	}
	message := ""
	var api smithy.APIError
	if errors.As(call, &api) && api.ErrorCode() != "UnknownError" {
		e.Code, message = api.ErrorCode(), api.ErrorMessage()
	}
	if status < 400 || status >= 500 || status == http.StatusTooManyRequests || strings.HasPrefix(e.Code, "Throttl") {
		return
	}
	switch call.ServiceID {
	case "SSO":
		e.Cause = ofPortal(cmp.Or(e.Code, http.StatusText(status)))
	case "SSO OIDC":
		e.Cause = SSOSession
	case "Signin":
		e.Cause = LoginSession
	case "STS":
		e.Cause = ofSTS(call.OperationName, e.Code, message)
	}
	if e.Cause == AssumeRole {
		e.Role = roleForm.FindString(message)
	}
}

// ofPortal says what the Identity Center portal means.
func ofPortal(code string) CredentialsCause {
	switch code {
	case "UnauthorizedException", "Unauthorized":
		return SSOSession
	case "ForbiddenException", "Forbidden": // the account or the permission set is not assigned
		return AssumeRole
	}
	return Provider
}

func ofSTS(operation, code, message string) CredentialsCause {
	if operation == "AssumeRoleWithWebIdentity" {
		return WebIdentity
	}
	if code == "AccessDenied" || code == "AccessDeniedException" {
		if strings.Contains(message, "MultiFactorAuthentication") {
			return MFA
		}
		return AssumeRole
	}
	cause, _ := CauseOfCode(code)
	return cause
}

// causeOfText recognizes the errors that the SDK's providers make of text alone.
func causeOfText(text string) CredentialsCause {
	for _, c := range []struct {
		text  string
		cause CredentialsCause
	}{
		{"SSO token", SSOSession},
		{"please reauthenticate", LoginSession},
		{"load login token", LoginSession},
		{"validate login token", LoginSession},
		{"assume role with MFA enabled", MFA},
		{"failed to retrieve jwt", WebIdentity},
		{"no EC2 IMDS role found", NoCredentials}, // the last that is asked
		{"unexpected empty EC2 IMDS role list", NoCredentials},
	} {
		if strings.Contains(text, c.text) {
			return c.cause
		}
	}
	return Provider
}

var roleForm = regexp.MustCompile(`\barn:[a-z-]+:iam::[0-9]*:role/[\w+=,.@/-]+`)

// mostText is how much of a text an error shows.
const mostText = 600

// clean makes text fit for a line of a log: one line, no control or formatting
// characters, no secrets, not endless.
func clean(s string) string {
	s = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "�"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
	}), " ")
	s = redact.Line(processOutput.ReplaceAllString(s, "${1}"+redact.Redacted))
	if r := []rune(s); len(r) > mostText {
		s = string(r[:mostText]) + "…"
	}
	return s
}

// processOutput is where an error has all that a credential_process printed.
var processOutput = regexp.MustCompile(`(parse failed of process output: ).*`)

package calling_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"github.com/sgexport/sgexport/exporter/calling"
)

// modelsOf is a SageMaker API that has no models; calls counts.
func modelsOf(t *testing.T) (url string, calls *atomic.Int32) {
	calls = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		io.WriteString(w, `{"Models":[]}`)
	}))
	t.Cleanup(s.Close)
	return s.URL, calls
}

// listModels calls the API with a client that is eager to retry.
func listModels(ctx context.Context, url string, p aws.CredentialsProvider) error {
	client := sagemaker.New(sagemaker.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), Credentials: p,
		Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = 20
			o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		}),
	})
	_, err := client.ListModels(ctx, &sagemaker.ListModelsInput{})
	return err
}

// failing is a provider that gives keys as often as good says, each already
// expired, and then fails.
type failing struct {
	good  int
	err   error
	calls int
}

func (f *failing) Retrieve(context.Context) (aws.Credentials, error) {
	if f.calls++; f.calls > f.good {
		return aws.Credentials{}, f.err
	}
	return aws.Credentials{AccessKeyID: "AKIAEXAMPLE", SecretAccessKey: "x", CanExpire: true, Expires: time.Unix(1, 0)}, nil
}

// TestWatchedThroughTheSDK holds that an error of the provider arrives as one,
// once, whatever it looks like.
func TestWatchedThroughTheSDK(t *testing.T) {
	for name, err := range map[string]error{
		"a connection":   &net.OpError{Op: "dial", Err: errors.New("connection refused")},
		"a throttle":     &smithy.GenericAPIError{Code: "ThrottlingException", Message: "slow down"},
		"another denial": &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "no"},
		"text":           errors.New("connection reset by peer"),
	} {
		t.Run(name, func(t *testing.T) {
			url, calls := modelsOf(t)
			p := &failing{err: err}
			got := listModels(t.Context(), url, calling.Watched(aws.NewCredentialsCache(p)))
			var c *calling.CredentialsError
			if !errors.As(got, &c) {
				t.Fatalf("%v is no *CredentialsError", got)
			}
			var api smithy.APIError
			var network net.Error
			if errors.As(got, &api) || errors.As(got, &network) {
				t.Errorf("%v looks like an error of the service", got)
			}
			if p.calls != 1 || calls.Load() != 0 {
				t.Errorf("%d calls of the provider, %d of the service", p.calls, calls.Load())
			}
		})
	}
}

// TestWatchedDuringTheRun renews credentials that expire, until that fails.
func TestWatchedDuringTheRun(t *testing.T) {
	url, calls := modelsOf(t)
	p := calling.Watched(aws.NewCredentialsCache(&failing{good: 1, err: errors.New("refresh cached SSO token failed, no")}))
	if err := listModels(t.Context(), url, p); err != nil {
		t.Fatal(err)
	}
	var c *calling.CredentialsError
	if err := listModels(t.Context(), url, p); !errors.As(err, &c) || c.Cause != calling.SSOSession || calls.Load() != 1 {
		t.Errorf("%v after %d calls", err, calls.Load())
	}
}

func TestWatchedContext(t *testing.T) {
	url, _ := modelsOf(t)
	slow := aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		<-ctx.Done()
		return aws.Credentials{}, ctx.Err()
	})
	var c *calling.CredentialsError
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := listModels(ctx, url, calling.Watched(slow)); !errors.Is(err, context.Canceled) || errors.As(err, &c) {
		t.Errorf("cancelled: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	if _, err := calling.Watched(slow).Retrieve(ctx); !errors.As(err, &c) || !strings.Contains(err.Error(), "in time") {
		t.Errorf("deadline: %v", err)
	}
}

func TestWatchedEmpty(t *testing.T) {
	for name, p := range map[string]aws.CredentialsProvider{
		"none":   nil,
		"static": credentials.NewStaticCredentialsProvider("", "", ""),
		"empty":  aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, nil }),
	} {
		_, err := calling.Watched(p).Retrieve(t.Context())
		var c *calling.CredentialsError
		if !errors.As(err, &c) || c.Cause != calling.NoCredentials || !strings.HasPrefix(err.Error(), "no AWS credentials") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p := calling.Watched(aws.AnonymousCredentials{}); !aws.IsCredentialsProvider(p, (*aws.AnonymousCredentials)(nil)) {
		t.Error("anonymous credentials are not seen")
	}
	if p := calling.Watched(credentials.NewStaticCredentialsProvider("a", "b", "")); aws.IsCredentialsProvider(p, (*aws.AnonymousCredentials)(nil)) {
		t.Error("keys are taken for anonymous credentials")
	}
}

// load reads a configuration as the program does, away from the machine's own.
// url is where the calls of credential providers go.
func load(t *testing.T, configuration, url string, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	t.Helper()
	for _, name := range []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
	} {
		t.Setenv(name, "")
	}
	path := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(path, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", path)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	// AWS_ENDPOINT_URL is not for the SDK's own providers.
	for _, service := range []string{"STS", "SSO", "SSO_OIDC", "SIGNIN"} {
		t.Setenv("AWS_ENDPOINT_URL_"+service, url)
	}
	options = append(options, config.WithSharedConfigProfile("audit"), config.WithLogger(logging.Nop{}), config.WithRetryMaxAttempts(1))
	return config.LoadDefaultConfig(t.Context(), options...)
}

// login writes a token of Identity Center to a home of its own, as "aws sso
// login" does; key is the start URL or the name of the session.
func login(t *testing.T, key string, expires time.Time) {
	t.Helper()
	home := t.TempDir()
	t.Setenv("HOME", home)
	dir := filepath.Join(home, ".aws", "sso", "cache")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum([]byte(key))
	token := fmt.Sprintf(`{"accessToken":"t0ken","clientId":"c","clientSecret":"s3cret","refreshToken":"r3fresh","expiresAt":%q}`, expires.UTC().Format(time.RFC3339))
	if err := os.WriteFile(filepath.Join(dir, hex.EncodeToString(sum[:])+".json"), []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
}

const (
	legacySSO = `[profile audit]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = Audit
region = us-east-1
`
	sessionSSO = `[profile audit]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Audit
region = us-east-1
[sso-session corp]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
`
	role = `[profile base]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = x
[profile audit]
role_arn = arn:aws:iam::444455556666:role/Audit
source_profile = base
region = us-east-1
`
	webIdentity = `[profile audit]
role_arn = arn:aws:iam::444455556666:role/Audit
web_identity_token_file = %s
region = us-east-1
`
	noAssume = "User: arn:aws:iam::111122223333:user/u is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::444455556666:role/Audit"
)

// answer is what the fake portal, STS and OIDC say to everything.
type answer struct {
	status int
	kind   string // X-Amzn-ErrorType
	body   string
}

func stsError(code, message string) answer {
	return answer{403, "", "<ErrorResponse><Error><Code>" + code + "</Code><Message>" + message + "</Message></Error></ErrorResponse>"}
}

func (a answer) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	if strings.HasPrefix(a.body, "<") {
		w.Header().Set("Content-Type", "text/xml")
	}
	if a.kind != "" {
		w.Header().Set("X-Amzn-ErrorType", a.kind)
	}
	w.WriteHeader(a.status)
	io.WriteString(w, a.body)
}

// TestCauses asks the SDK's own providers for credentials and looks at what
// becomes of the answers.
func TestCauses(t *testing.T) {
	valid, past := time.Now().Add(time.Hour), time.Unix(1700000000, 0)
	const start = "https://example.awsapps.com/start"
	missing := filepath.Join(t.TempDir(), "no-such-token")
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("eyJhbGciOiJub25lIn0.e30.x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, config, tokenOf string
		expires               time.Time
		answer                answer
		cause                 calling.CredentialsCause
		code, text            string
	}{
		{"portal refuses the session", legacySSO, start, valid, answer{401, "UnauthorizedException", `{"message":"Session token not found or invalid"}`}, calling.SSOSession, "UnauthorizedException", "Session token not found or invalid"},
		{"portal refuses without a code", legacySSO, start, valid, answer{401, "", ``}, calling.SSOSession, "", "Identity Center"},
		{"permission set not assigned", legacySSO, start, valid, answer{403, "ForbiddenException", `{"message":"No access"}`}, calling.AssumeRole, "ForbiddenException", "No access"},
		{"portal fails", legacySSO, start, valid, answer{500, "InternalServerException", `{"message":"oops"}`}, calling.Provider, "InternalServerException", "could not be had"},
		{"portal throttles", legacySSO, start, valid, answer{429, "TooManyRequestsException", `{"message":"slow"}`}, calling.Provider, "TooManyRequestsException", "slow"},
		{"token has expired", legacySSO, start, past, answer{}, calling.SSOSession, "", "has ended"},
		{"no token", legacySSO, "another", valid, answer{}, calling.SSOSession, "", "no such file"},
		{"no token of the session", sessionSSO, "another", valid, answer{}, calling.SSOSession, "", "no such file"},
		{"session cannot be renewed", sessionSSO, "corp", past, answer{400, "InvalidGrantException", `{"error":"invalid_grant"}`}, calling.SSOSession, "InvalidGrantException", "Identity Center"},
		{"session fails to be renewed", sessionSSO, "corp", past, answer{503, "", ``}, calling.Provider, "", "503"},
		{"role denied", role, "", valid, stsError("AccessDenied", noAssume), calling.AssumeRole, "AccessDenied", "the role arn:aws:iam::444455556666:role/Audit (AccessDenied): User: arn:aws:iam::111122223333:user/u is not"},
		{"wrong MFA code", role, "", valid, stsError("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."), calling.MFA, "AccessDenied", "one time pass code"},
		{"unknown key", role, "", valid, stsError("InvalidClientTokenId", "The security token included in the request is invalid."), calling.Refused, "InvalidClientTokenId", "does not take"},
		{"expired key", role, "", valid, stsError("ExpiredToken", "The security token included in the request is expired"), calling.Expired, "ExpiredToken", "have expired"},
		{"STS off in the region", role, "", valid, stsError("RegionDisabledException", "STS is not activated in this region"), calling.Provider, "RegionDisabledException", "not activated"},
		{"STS throttles", role, "", valid, answer{400, "", stsError("Throttling", "Rate exceeded").body}, calling.Provider, "Throttling", "Rate exceeded"},
		{"web identity refused", fmt.Sprintf(webIdentity, token), "", valid, stsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"), calling.WebIdentity, "AccessDenied", "Not authorized"},
		{"no web identity", fmt.Sprintf(webIdentity, missing), "", valid, answer{}, calling.WebIdentity, "", "no-such-token"},
		{"process fails", "[profile audit]\ncredential_process = sh -c 'exit 3'\n", "", valid, answer{}, calling.Process, "", "exit status 3"},
		{"process prints no JSON", "[profile audit]\ncredential_process = echo AKIAEXAMPLEKEY s3cret\n", "", valid, answer{}, calling.Process, "", "[redacted]"},
		{"nothing", "[profile audit]\n", "", valid, answer{}, calling.NoCredentials, "", "AWS_EC2_METADATA_DISABLED"},
		{"role on an expired session", strings.Replace(legacySSO, "audit", "base", 1) + "[profile audit]\nrole_arn = arn:aws:iam::444455556666:role/Audit\nsource_profile = base\n", start, past, answer{}, calling.SSOSession, "", "has ended"},
		{"aws login not done", "[profile audit]\nlogin_session = arn:aws:iam::111122223333:user/u\nregion = us-east-1\n", "", valid, answer{}, calling.LoginSession, "", "reauthenticate"},
	} {
		t.Run(c.name, func(t *testing.T) {
			login(t, c.tokenOf, c.expires)
			server := httptest.NewServer(c.answer)
			defer server.Close()
			cfg, err := load(t, c.config, server.URL)
			if err != nil {
				t.Fatal(err)
			}
			err = listModels(t.Context(), server.URL, calling.Watched(cfg.Credentials))
			var e *calling.CredentialsError
			if !errors.As(err, &e) {
				t.Fatalf("%v is no *CredentialsError", err)
			}
			if e.Cause != c.cause || e.Code != c.code || !strings.Contains(e.Error(), c.text) {
				t.Errorf("cause %d, code %q: %v\nwant cause %d, code %q, %q", e.Cause, e.Code, e, c.cause, c.code, c.text)
			}
			for _, secret := range []string{"AKIAEXAMPLE", "t0ken", "s3cret", "r3fresh", "eyJ", "\n"} {
				if strings.Contains(err.Error(), secret) || strings.Contains(e.Error(), secret) {
					t.Errorf("%q is in %v", secret, err)
				}
			}
		})
	}
}

func TestUnreachablePortal(t *testing.T) {
	login(t, "https://example.awsapps.com/start", time.Now().Add(time.Hour))
	cfg, err := load(t, legacySSO, "http://127.0.0.1:1") // where nothing ever listens
	if err != nil {
		t.Fatal(err)
	}
	_, err = calling.Watched(cfg.Credentials).Retrieve(t.Context())
	var e *calling.CredentialsError
	if !errors.As(err, &e) || e.Cause != calling.Provider || !strings.Contains(e.Error(), "connection refused") {
		t.Error(err)
	}
}

func TestFromConfigLoad(t *testing.T) {
	var e *calling.CredentialsError
	const mfa = role + "mfa_serial = arn:aws:iam::111122223333:mfa/u\n"
	_, err := load(t, mfa, "http://127.0.0.1:1")
	if err = calling.FromConfigLoad(err); !errors.As(err, &e) || e.Cause != calling.MFA {
		t.Errorf("MFA: %v", err)
	}
	var profile config.SharedConfigProfileNotExistError
	var none *calling.CredentialsError
	_, err = load(t, "[profile other]\n", "http://127.0.0.1:1")
	if err = calling.FromConfigLoad(err); !errors.As(err, &profile) || errors.As(err, &none) {
		t.Errorf("no such profile: %v", err)
	}
	if err := calling.FromConfigLoad(nil); err != nil {
		t.Error(err)
	}

	// What the token provider says about itself stays as it is.
	own := &calling.CredentialsError{Cause: calling.MFA, Err: errors.New("no code was given")}
	cfg, err := load(t, mfa, "http://127.0.0.1:1", config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
		o.TokenProvider = func() (string, error) { return "", own }
	}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := calling.Watched(cfg.Credentials).Retrieve(t.Context()); !errors.As(err, &e) || e != own {
		t.Error(err)
	}
}

func TestCauseOfCode(t *testing.T) {
	for code, want := range map[string]calling.CredentialsCause{
		"ExpiredTokenException": calling.Expired, "UnrecognizedClientException": calling.Refused, "SignatureDoesNotMatch": calling.Refused,
	} {
		if got, ok := calling.CauseOfCode(code); !ok || got != want {
			t.Errorf("%s: %d, %v", code, got, ok)
		}
	}
	if _, ok := calling.CauseOfCode("AccessDeniedException"); ok {
		t.Error("a denial is taken for wrong credentials")
	}
}

// TestErrorText holds what an error may show and what not.
func TestErrorText(t *testing.T) {
	const key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLE12" // 40 characters
	for _, secret := range []string{
		"AKIAIOSFODNN7EXAMPLE", "ASIAEXAMPLE", key, strings.Repeat("IQoJb3JpZ2luX2VjE/", 9), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.c2ln",
		strings.Repeat("0123abcd", 8), "aoaAAAAAGZ1x7QkT2b9dE4fGh5iJ6kL7mN8oP",
	} {
		for _, form := range []string{"%s", "token %s was refused", `{"x":"%s"}`, "(%s)", "a\n%s\tb"} {
			e := &calling.CredentialsError{Err: fmt.Errorf(form, secret)}
			if strings.Contains(e.Error(), secret[:len(secret)-4]) {
				t.Errorf("%q shows %q", e.Error(), secret)
			}
		}
	}
	for _, text := range []string{
		`{"SecretAccessKey": "hush", "SessionToken":"hush"}`, `{\"secretAccessKey\":\"hush\"}`, "aws_secret_access_key = hush", "https://user:hush@proxy:3128", "?X-Amz-Signature=hush&x=1",
		"Authorization: Bearer hushhush", "client_secret=hush", "parse failed of process output: hush, error: hush",
	} {
		if e := (&calling.CredentialsError{Err: errors.New(text)}); strings.Contains(e.Error(), "hush") {
			t.Errorf("%q", e.Error())
		}
	}
	for _, text := range []string{
		"User: arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_AdministratorAccess_0123456789abcdef/Someone.Long-Name-0123456789@example.com is not authorized",
		"RequestID: 0fc63ce9-3a1c-4bd2-9b5e-0123456789ab",
		"open /home/a/.aws/sso/cache/d033e22ae348aeb5660fc2140aec35850c4da997.json: no such file or directory",
		"fork/exec /usr/local/bin/aws-vault: no such file or directory",
		"load login token: token file not found, please reauthenticate",
		`Get "https://portal.sso.us-east-1.amazonaws.com/federation/credentials?account_id=111122223333&role_name=Audit": dial tcp`,
	} {
		if e := (&calling.CredentialsError{Err: errors.New(text)}); !strings.Contains(e.Error(), text) {
			t.Errorf("%q hides something of %q", e.Error(), text)
		}
	}
	refused := &calling.CredentialsError{Cause: calling.Refused, Code: "InvalidClientTokenId", Err: &smithy.GenericAPIError{Code: "InvalidClientTokenId", Message: "The token is invalid."}}
	if got := refused.Error(); got != "AWS does not take the credentials (InvalidClientTokenId): The token is invalid" { // without a full stop: advice follows
		t.Errorf("%q", got)
	}
	e := &calling.CredentialsError{Err: errors.New("a\r\n\x1b[31mb\u202ec\xff" + strings.Repeat("y ", 5000))}
	if s := e.Error(); strings.ContainsAny(s, "\r\n\x1b\u202e") || len(s) > 700 || !strings.Contains(s, "a [31mb c�") {
		t.Errorf("%q", s)
	}
}

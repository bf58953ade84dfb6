package main

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go/logging"

	"github.com/sgexport/sgexport/exporter/calling"
)

const (
	mfaSerial  = "arn:aws:iam::111122223333:mfa/u"
	auditRole  = "arn:aws:iam::444455556666:role/Audit"
	baseKeys   = "[profile base]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = x\n"
	roleOnBase = "[profile audit]\nrole_arn = " + auditRole + "\nsource_profile = base\nregion = us-east-1\n"
	ssoLines   = "sso_start_url = https://example.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 111122223333\nsso_role_name = Audit\n"
)

// emptyHome takes the machine's own configuration away and puts another in its
// place. All API calls go to url, and there is a token for ssoLines.
func emptyHome(t *testing.T, configuration, url string) {
	t.Helper()
	home := t.TempDir()
	cache := filepath.Join(home, ".aws", "sso", "cache")
	if err := os.MkdirAll(cache, 0o700); err != nil {
		t.Fatal(err)
	}
	sum := sha1.Sum([]byte("https://example.awsapps.com/start"))
	for name, text := range map[string]string{
		filepath.Join(home, ".aws", "config"):                    configuration,
		filepath.Join(cache, hex.EncodeToString(sum[:])+".json"): fmt.Sprintf(`{"accessToken":"t0ken","expiresAt":%q}`, time.Now().Add(time.Hour).UTC().Format(time.RFC3339)),
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range os.Environ() {
		if name, _, _ := strings.Cut(line, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "") // restored after the test
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Setenv("HOME", home)
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(home, ".aws", "config"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_ENDPOINT_URL", url)
}

// fakeAWS answers the portal by GET and STS by POST, and keeps the forms that
// STS got.
type fakeAWS struct {
	portal, sts func(w http.ResponseWriter)
	mu          sync.Mutex
	forms       []string
}

func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "application/json")
		f.portal(w)
		return
	}
	form, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.forms = append(f.forms, string(form))
	f.mu.Unlock()
	w.Header().Set("Content-Type", "text/xml")
	f.sts(w)
}

func (f *fakeAWS) start(t *testing.T) string {
	s := httptest.NewServer(f)
	t.Cleanup(s.Close)
	return s.URL
}

func text(s string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) { io.WriteString(w, s) }
}

func denied(w http.ResponseWriter) {
	w.WriteHeader(http.StatusForbidden)
	io.WriteString(w, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>User: arn:aws:iam::111122223333:user/u is not authorized to perform: sts:AssumeRole on resource: "+auditRole+"</Message></Error></ErrorResponse>")
}

func assumed(w http.ResponseWriter) {
	io.WriteString(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIAEXAMPLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
}

// retrieve loads a profile and asks for its credentials.
func retrieve(t *testing.T, profile string) (aws.Config, *calling.CredentialsError) {
	t.Helper()
	cfg, err := loadAWS(t.Context(), profile, strings.NewReader(""), io.Discard, config.WithLogger(logging.Nop{}), config.WithRetryMaxAttempts(1))
	if err == nil {
		_, err = cfg.Credentials.Retrieve(t.Context())
	}
	var e *calling.CredentialsError
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("%v is no *calling.CredentialsError", err)
	}
	return cfg, e
}

// TestLoadAWS goes from a configuration and the answers of AWS to what the user
// reads.
func TestLoadAWS(t *testing.T) {
	for _, c := range []struct {
		name, config string
		fake         *fakeAWS
		want         []string
	}{
		{
			"the portal refuses the session", "[profile audit]\n" + ssoLines,
			&fakeAWS{portal: func(w http.ResponseWriter) {
				w.Header().Set("X-Amzn-ErrorType", "UnauthorizedException")
				w.WriteHeader(http.StatusUnauthorized)
				io.WriteString(w, `{"message":"Session token not found or invalid"}`)
			}},
			[]string{"UnauthorizedException", "Session token not found", "'aws sso login --profile audit'"},
		},
		{
			"the portal answers nothing", "[profile audit]\n" + ssoLines, &fakeAWS{portal: text(`{}`)},
			[]string{"without credentials", "profile audit"},
		},
		{
			"the role is denied", baseKeys + roleOnBase, &fakeAWS{sts: denied},
			[]string{auditRole, "User: arn:aws:iam::111122223333:user/u is not", "sts:AssumeRole", "account 444455556666"},
		},
		{
			"the session of the source profile", "[profile base]\n" + ssoLines + roleOnBase,
			&fakeAWS{portal: func(w http.ResponseWriter) { w.WriteHeader(http.StatusUnauthorized) }},
			[]string{"'aws sso login --profile base'"},
		},
		{
			"a code is needed", baseKeys + roleOnBase + "mfa_serial = " + mfaSerial + "\n", &fakeAWS{},
			[]string{"MFA code", "in a terminal", "--format env --profile audit"},
		},
		{
			"the process fails", "[profile audit]\ncredential_process = sh -c 'exit 3'\n", &fakeAWS{},
			[]string{"exit status 3", "credential_process has in profile audit"},
		},
		{"nothing", "[profile audit]\n", &fakeAWS{}, []string{"no AWS credentials", "'aws sso login'", "--demo"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			emptyHome(t, c.config, c.fake.start(t))
			cfg, e := retrieve(t, "audit")
			if e == nil {
				t.Fatal("no error")
			}
			got := e.Error() + "; " + adviceFor(e, loginProfile(cfg, "audit"))
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("%q is not in %s", want, got)
				}
			}
			if strings.Contains(got, "AKIAEXAMPLE") || strings.Contains(got, "t0ken") {
				t.Errorf("a secret is in %s", got)
			}
		})
	}
}

// TestLoadAWSWorks holds that a chain of profiles gives credentials, all by way
// of AWS_ENDPOINT_URL.
func TestLoadAWSWorks(t *testing.T) {
	fake := &fakeAWS{sts: assumed, portal: text(`{"roleCredentials":{"accessKeyId":"A","secretAccessKey":"s","sessionToken":"t","expiration":4102444800000}}`)}
	emptyHome(t, "[profile base]\n"+ssoLines+roleOnBase, fake.start(t)+"/")
	cfg, e := retrieve(t, "audit")
	if e != nil {
		t.Fatal(e)
	}
	if c, err := cfg.Credentials.Retrieve(t.Context()); err != nil || c.AccessKeyID != "ASIAEXAMPLE" {
		t.Errorf("%v, %v", c.AccessKeyID, err)
	}
	if len(fake.forms) != 1 || len(cfg.APIOptions) != 0 {
		t.Errorf("%d calls of STS, %d options for all clients", len(fake.forms), len(cfg.APIOptions))
	}

	// An endpoint of the service's own comes first.
	own := &fakeAWS{sts: denied}
	t.Setenv("AWS_ENDPOINT_URL_STS", own.start(t))
	if _, e := retrieve(t, "audit"); e == nil || e.Cause != calling.AssumeRole || len(own.forms) != 1 {
		t.Errorf("%v, %d calls", e, len(own.forms))
	}
}

func TestLoadAWSWithoutProfile(t *testing.T) {
	emptyHome(t, baseKeys, "")
	_, err := loadAWS(t.Context(), "nobody", strings.NewReader(""), io.Discard)
	var e *calling.CredentialsError
	if err == nil || errors.As(err, &e) || !strings.Contains(err.Error(), "read the AWS configuration") || !strings.Contains(err.Error(), "nobody") {
		t.Error(err)
	}
}

func TestLoginProfile(t *testing.T) {
	const chain = baseKeys + "[profile middle]\nrole_arn = arn:aws:iam::1:role/M\nsource_profile = base\n[profile audit]\nrole_arn = " + auditRole + "\nsource_profile = middle\n"
	for _, c := range []struct {
		name, given, env, key, want string
	}{
		{"the end of a chain", "audit", "", "", "base"},
		{"a profile of its own", "base", "", "", "base"},
		{"AWS_PROFILE", "", "audit", "", "base"},
		{"keys of the environment", "", "", "AKIAEXAMPLE", ""},
		{"a profile beats the environment", "base", "", "AKIAEXAMPLE", "base"},
		{"the default profile", "", "", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			emptyHome(t, chain, "")
			t.Setenv("AWS_PROFILE", c.env)
			t.Setenv("AWS_ACCESS_KEY_ID", c.key)
			t.Setenv("AWS_SECRET_ACCESS_KEY", c.key)
			cfg, err := loadAWS(t.Context(), c.given, strings.NewReader(""), io.Discard)
			if err != nil {
				t.Fatal(err)
			}
			if got := loginProfile(cfg, c.given); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
	t.Run("not loaded", func(t *testing.T) {
		emptyHome(t, "", "")
		t.Setenv("AWS_PROFILE", "audit")
		if got := loginProfile(aws.Config{}, ""); got != "audit" {
			t.Errorf("%q", got)
		}
	})
}

// TestMFA asks for a code, sends it, and does not ask again for an hour.
func TestMFA(t *testing.T) {
	fake := &fakeAWS{sts: assumed}
	emptyHome(t, baseKeys+roleOnBase+"mfa_serial = "+mfaSerial+"\n", fake.start(t))
	stdin := strings.NewReader("12345\r\n 123456\r\nrest")
	var stderr bytes.Buffer
	cfg, err := loadAWS(t.Context(), "audit", stdin, &stderr, config.WithLogger(logging.Nop{}))
	var e *calling.CredentialsError
	if !errors.As(err, &e) || e.Cause != calling.MFA {
		t.Fatalf("without a terminal: %v", err)
	}
	env, err := config.NewEnvConfig()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err = config.LoadDefaultConfig(t.Context(), config.WithSharedConfigProfile("audit"),
		config.WithAPIOptions(apiOptions(env)), config.WithAssumeRoleCredentialOptions(assumeRoleOptions(stdin, &stderr, true)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := calling.Watched(cfg.Credentials).Retrieve(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := stderr.String(); strings.Count(got, "MFA code for "+mfaSerial+": ") != 2 || !strings.Contains(got, "six digits") {
		t.Errorf("%q", got)
	}
	if len(fake.forms) != 1 || !strings.Contains(fake.forms[0], "TokenCode=123456&") || !strings.Contains(fake.forms[0], "DurationSeconds=3600") {
		t.Errorf("%q", fake.forms)
	}
	if rest, _ := io.ReadAll(stdin); string(rest) != "rest" {
		t.Errorf("%q is left of stdin", rest)
	}
}

func TestMFAWithoutACode(t *testing.T) {
	for name, stdin := range map[string]io.Reader{
		"nobody": strings.NewReader(""), "nonsense": strings.NewReader("a\nb\nc\n123456\n"), "broken": io.MultiReader(strings.NewReader("12"), broken{}),
	} {
		o := &stscreds.AssumeRoleOptions{SerialNumber: aws.String(mfaSerial)}
		assumeRoleOptions(stdin, io.Discard, true)(o)
		_, err := o.TokenProvider()
		var e *calling.CredentialsError
		if !errors.As(err, &e) || e.Cause != calling.MFA {
			t.Errorf("%s: %v", name, err)
		}
	}
	o := &stscreds.AssumeRoleOptions{}
	if assumeRoleOptions(nil, nil, true)(o); o.TokenProvider != nil || o.Duration != 0 {
		t.Error("a role without MFA gets a prompt")
	}
	o = &stscreds.AssumeRoleOptions{SerialNumber: aws.String(mfaSerial), Duration: 2 * time.Hour}
	if assumeRoleOptions(nil, nil, true)(o); o.Duration != 2*time.Hour {
		t.Error("the profile's own duration is lost")
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, context.Canceled }

func TestAdvice(t *testing.T) {
	for _, c := range []struct {
		e             calling.CredentialsError
		profile, want string
	}{
		{calling.CredentialsError{Cause: calling.SSOSession}, "", "run 'aws sso login' and run the same command again"},
		{calling.CredentialsError{Cause: calling.SSOSession}, "my profile", `run 'aws sso login --profile "my profile"'`},
		{calling.CredentialsError{Cause: calling.LoginSession}, "audit", "run 'aws login --profile audit'"},
		{calling.CredentialsError{Cause: calling.AssumeRole}, "", "the trust policy of the role must name the caller"},
		{calling.CredentialsError{Cause: calling.AssumeRole, Code: "ForbiddenException"}, "audit", "permission set of profile audit"},
		{calling.CredentialsError{Cause: calling.MFA, Code: "AccessDenied"}, "", "next code"},
		{calling.CredentialsError{Cause: calling.WebIdentity}, "", "AWS_WEB_IDENTITY_TOKEN_FILE"},
		{calling.CredentialsError{Cause: calling.Refused, Code: "InvalidClientTokenId"}, "audit", "the access key of profile audit exists"},
		{calling.CredentialsError{Cause: calling.Refused, Code: "SignatureDoesNotMatch"}, "", "clock"},
		{calling.CredentialsError{Cause: calling.Expired, Code: "ExpiredToken"}, "audit", "refresh them (for example with 'aws sso login --profile audit')"},
		{calling.CredentialsError{Cause: calling.Expired, Code: "RequestExpired"}, "", "clock"},
		{calling.CredentialsError{Cause: calling.Provider}, "audit", "check the network and what gives the credentials of profile audit"},
	} {
		if got := adviceFor(&c.e, c.profile); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %s", c.e, got)
		}
	}
	var all []string
	for cause := calling.Provider; cause <= calling.Expired; cause++ {
		all = append(all, adviceFor(&calling.CredentialsError{Cause: cause}, ""))
	}
	slices.Sort(all)
	if len(slices.Compact(all)) != int(calling.Expired)+1 {
		t.Errorf("two causes have the same advice: %q", all)
	}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sgexport/sgexport/exporter/calling"
)

// loadAWS reads the AWS configuration of a profile, "" for the default one, as
// every AWS tool does, and watches its credentials. What is wrong with these is
// a *calling.CredentialsError, here or when they are first used. On a terminal
// a role that needs an MFA code asks for it.
func loadAWS(ctx context.Context, profile string, stdin io.Reader, stderr io.Writer, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	in, ok := stdin.(*os.File)
	interactive := ok && isTerminal(in) && isTerminal(stderr)
	options = append(options,
		config.WithAssumeRoleCredentialOptions(assumeRoleOptions(stdin, stderr, interactive)),
		config.WithSSOProviderOptions(ssoOptions))
	env, err := config.NewEnvConfig()
	if err != nil {
		return aws.Config{}, fmt.Errorf("read the AWS configuration: %w", err)
	}
	options = append(options, config.WithAPIOptions(apiOptions(env)))
	if profile != "" {
		options = append(options, config.WithSharedConfigProfile(profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		var c *calling.CredentialsError
		if err = calling.FromConfigLoad(err); errors.As(err, &c) {
			return cfg, err
		}
		return cfg, fmt.Errorf("read the AWS configuration: %w", err)
	}
	cfg.APIOptions = nil // they were for the clients that get credentials
	cfg.Credentials = calling.Watched(cfg.Credentials)
	return cfg, nil
}

// assumeRoleOptions lets a role that needs an MFA code ask for it on stderr and
// read it from stdin, where somebody is there to answer. Without, the
// configuration cannot be loaded: see calling.FromConfigLoad.
func assumeRoleOptions(stdin io.Reader, stderr io.Writer, interactive bool) func(*stscreds.AssumeRoleOptions) {
	return func(o *stscreds.AssumeRoleOptions) {
		if o.SerialNumber == nil || !interactive {
			return
		}
		serial := *o.SerialNumber
		o.TokenProvider = func() (string, error) { return askForCode(stdin, stderr, serial) }
		// Every role permits an hour. The SDK takes a quarter, and each renewal
		// needs another code.
		if o.Duration == 0 {
			o.Duration = time.Hour
		}
	}
}

var codeForm = regexp.MustCompile(`^\d{6}$`)

// askForCode asks up to three times for something that can be a code.
func askForCode(stdin io.Reader, stderr io.Writer, serial string) (string, error) {
	for range 3 {
		if _, err := fmt.Fprintf(stderr, "MFA code for %s: ", serial); err != nil {
			return "", err
		}
		line, err := readLine(stdin)
		if code := strings.TrimSpace(line); codeForm.MatchString(code) {
			return code, nil
		}
		if err != nil {
			break
		}
		fmt.Fprintln(stderr, "A code has six digits.")
	}
	return "", &calling.CredentialsError{Cause: calling.MFA, Err: errors.New("no code was given")}
}

// readLine reads no more than the line: what follows it may be for somebody else.
func readLine(r io.Reader) (string, error) {
	var line []byte
	for b := make([]byte, 1); ; {
		switch n, err := r.Read(b); {
		case n > 0 && b[0] == '\n':
			return string(line), nil
		case n > 0 && len(line) < 1000:
			line = append(line, b[0])
		case n == 0 && err != nil:
			return string(line), err
		}
	}
}

// ssoOptions keeps an answer of the Identity Center portal without credentials
// from ending the program: the SDK does not look.
func ssoOptions(o *ssocreds.Options) { o.Client = portal{o.Client} }

type portal struct {
	ssocreds.GetRoleCredentialsAPIClient
}

func (p portal) GetRoleCredentials(ctx context.Context, in *sso.GetRoleCredentialsInput, options ...func(*sso.Options)) (*sso.GetRoleCredentialsOutput, error) {
	out, err := p.GetRoleCredentialsAPIClient.GetRoleCredentials(ctx, in, options...)
	if err == nil && (out == nil || out.RoleCredentials == nil) {
		return nil, errors.New("the Identity Center portal answered without credentials")
	}
	return out, err
}

// apiOptions send the calls that get credentials to AWS_ENDPOINT_URL, as all
// others. The SDK makes their clients before it looks there, and honors the
// variables of single services alone.
func apiOptions(env config.EnvConfig) []func(*middleware.Stack) error {
	if env.BaseEndpoint == "" || aws.ToBool(env.IgnoreConfiguredEndpoints) {
		return nil
	}
	send := func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (out middleware.FinalizeOutput, m middleware.Metadata, err error) {
		_, own, err := env.GetServiceBaseEndpoint(ctx, awsmiddleware.GetServiceID(ctx))
		if r, ok := in.Request.(*smithyhttp.Request); err == nil && ok && !own {
			err = redirect(r.URL, env.BaseEndpoint)
		}
		if err != nil {
			return out, m, err
		}
		return next.HandleFinalize(ctx, in)
	}
	return []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
		const resolver = "ResolveEndpointV2"
		if _, ok := stack.Finalize.Get(resolver); !ok {
			return nil // the instance metadata service
		}
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("CredentialsEndpoint", send), resolver, middleware.After)
	}}
}

// redirect makes u a URL below base.
func redirect(u *url.URL, base string) error {
	b, err := url.Parse(base)
	if err != nil {
		return fmt.Errorf("AWS_ENDPOINT_URL: %w", err)
	}
	u.Scheme, u.Host = b.Scheme, b.Host
	u.Path = strings.TrimSuffix(b.Path, "/") + "/" + strings.TrimPrefix(u.Path, "/")
	return nil
}

// loginProfile returns the profile that gives the credentials of cfg: the last
// in a chain of source profiles. given is --profile. It returns "" where the
// environment gives them, or the default profile.
func loginProfile(cfg aws.Config, given string) string {
	for _, source := range cfg.ConfigSources {
		switch c := source.(type) {
		case config.EnvConfig:
			if given == "" && (c.Credentials.HasKeys() || c.WebIdentityTokenFilePath != "") {
				return ""
			}
			if given == "" {
				given = c.SharedConfigProfile
			}
		case config.SharedConfig:
			p := &c
			for p.Source != nil {
				p = p.Source
			}
			if p != &c || given != "" {
				return p.Profile
			}
		}
	}
	if given == "" {
		if env, err := config.NewEnvConfig(); err == nil { // cfg could not be loaded
			given = env.SharedConfigProfile
		}
	}
	return given
}

// adviceFor says what to do about credentials. profile is what loginProfile
// returns.
func adviceFor(e *calling.CredentialsError, profile string) string {
	option, named := "", "the profile"
	if profile != "" {
		option, named = " --profile "+profileName(profile), "profile "+profileName(profile)
	}
	const again = " and run the same command again"
	switch e.Cause {
	case calling.NoCredentials:
		return "set AWS_PROFILE or give --profile, log in with 'aws sso login', or try --demo"
	case calling.SSOSession:
		return "run 'aws sso login" + option + "'" + again
	case calling.LoginSession:
		return "run 'aws login" + option + "'" + again
	case calling.AssumeRole:
		return adviceForRole(e, named)
	case calling.MFA:
		if e.Code != "" {
			return "wait for the next code of the device, because each is taken once," + again
		}
		return "run it in a terminal, which asks for the code, or first put credentials into the environment" +
			" with 'aws configure export-credentials --format env" + option + "'"
	case calling.Process:
		return "run the command that credential_process has in " + named + " by hand: it must print credentials as JSON"
	case calling.WebIdentity:
		return "check AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, or those of " + named + ", and that the role trusts who issued the token"
	case calling.Refused:
		return adviceForKeys(e, named)
	case calling.Expired:
		if e.Code == "RequestExpired" {
			return "set this machine's clock" + again
		}
		return "refresh them (for example with 'aws sso login" + option + "')" + again
	}
	return "check the network and what gives the credentials of " + named + "," + again
}

func adviceForRole(e *calling.CredentialsError, named string) string {
	if strings.HasPrefix(e.Code, "Forbidden") {
		return "ask who administers IAM Identity Center to assign the account and the permission set of " + named + " to you"
	}
	role, who := "the role", "its account"
	if e.Role != "" {
		role, who = e.Role, "account "+strings.Split(e.Role, ":")[4]
	}
	return "the trust policy of " + role + " must name the caller, and the caller's policies must allow sts:AssumeRole on it; ask who administers " + who
}

func adviceForKeys(e *calling.CredentialsError, named string) string {
	switch e.Code {
	case "InvalidSignatureException", "SignatureDoesNotMatch", "IncompleteSignature":
		return "check the secret access key of " + named + " and this machine's clock"
	}
	return "check that the access key of " + named + " exists, is active and belongs to this partition of AWS"
}

var plainName = regexp.MustCompile(`^[\w.@+-]+$`)

// profileName makes a profile's name fit for a shell and a line of text.
func profileName(name string) string {
	if plainName.MatchString(name) {
		return name
	}
	return fmt.Sprintf("%q", name)
}

// Package redact takes secrets out of texts. It knows names of members and
// settings, and what credentials look like; it knows no kind.
package redact

import (
	"regexp"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
)

// Redacted stands where a secret was.
const Redacted = "[redacted]"

// scripts are members that hold the body of a script, base64-encoded, or
// something else that may be a secret as a whole.
var scripts = map[string]bool{"StudioLifecycleConfigContent": true, Secret: true}

// Secret is the name to give for a member that is secret as a whole, where other
// structures have harmless ones of the same name.
const Secret = "a member that is secret"

// secretKey matches the names of settings whose value is a secret, as api_key,
// apiKey and WANDB_API_KEY. Names like max_tokens, tokenizer or eos_token are
// none.
var secretKey = regexp.MustCompile(`(?i)^token$|` +
	`(?:^|[_.-])(?:password|passwd|pwd|secret|secret_?key|secret_?access_?key|api_?key|private_?key|(?:access|api|auth|bearer|git|github|gitlab|hf|hub|id|refresh|session)_?token)$|` +
	`(?-i:[a-z](?:Password|Passwd|Pwd|Secret|SecretKey|SecretAccessKey|ApiKey|PrivateKey|(?:Access|Api|Auth|Bearer|Id|Refresh|Session)Token)$)`)

// A Filter takes secrets out of what it is given, where it is on, and remembers
// that it did.
type Filter struct {
	On  bool
	Hit bool // something was taken out
}

// credentialForms match text that is a secret wherever it stands. What is
// replaced is the group called secret, or the whole match where a form has none.
var credentialForms = []struct {
	mark string // every match has it: looked for first, because it is cheap
	form *regexp.Regexp
}{
	{"AKIA", regexp.MustCompile(`AKIA[0-9A-Z]{16}`)},
	{"ASIA", regexp.MustCompile(`ASIA[0-9A-Z]{16}`)},
	{"@", regexp.MustCompile(`[a-zA-Z][a-zA-Z0-9+.-]*://(?P<secret>[^/\s"'<>]+)@`)},
	{"PRIVATE KEY", regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`)},
	{"X-Amz-", regexp.MustCompile(`X-Amz-(?:Signature|Security-Token|Credential)=(?P<secret>[^&\s]+)`)},
	{"gh", regexp.MustCompile(`\bgh[opsur]_[A-Za-z0-9]{36,}`)},
	{"github_pat_", regexp.MustCompile(`\bgithub_pat_[A-Za-z0-9_]{22,}`)},
	{"hf_", regexp.MustCompile(`\bhf_[A-Za-z0-9]{30,}`)},
	{"xox", regexp.MustCompile(`\bxox[abposr]-[A-Za-z0-9-]{10,}`)},
	// With a run that no name has: training jobs may be called sk-learn-….
	{"sk-", regexp.MustCompile(`\bsk-[A-Za-z0-9_-]*[A-Za-z0-9]{20}[A-Za-z0-9_-]*`)},
	{"eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}`)},
}

// Credentials takes out of s what looks like a credential.
func Credentials(s string) (clean string, hit bool) {
	for _, c := range credentialForms {
		if !strings.Contains(s, c.mark) {
			continue
		}
		secret := max(c.form.SubexpIndex("secret"), 0)
		var b strings.Builder
		end := 0
		for _, m := range c.form.FindAllStringSubmatchIndex(s, -1) {
			b.WriteString(s[end:m[2*secret]])
			b.WriteString(Redacted)
			end = m[2*secret+1]
		}
		if end > 0 {
			s, hit = b.String()+s[end:], true
		}
	}
	return s, hit
}

// Text is the text of the member called name, without secrets where they are
// to be taken out.
func (f *Filter) Text(name, s string) string {
	s = names.Valid(s)
	if !f.On || s == "" {
		return s
	}
	switch {
	case scripts[name]:
		f.Hit = true
		return Redacted
	case documents[name]:
		return f.Document(s)
	}
	return f.plain(s)
}

// plain takes out of s what looks like a credential.
func (f *Filter) plain(s string) string {
	clean, hit := Credentials(s)
	f.Hit = f.Hit || hit
	return clean
}

// isEnvironment reports whether a map is what a container finds in its
// environment.
func isEnvironment(name string) bool {
	return strings.HasSuffix(name, "Environment") || name == "EnvironmentVariables"
}

// Entry is the text behind one key of the map called name. The environment of a
// container may hold anything, so all of it is taken for secret.
func (f *Filter) Entry(name, key, s string) string {
	if f.On && s != "" && (isEnvironment(name) || secretKey.MatchString(key)) {
		f.Hit = true
		return Redacted
	}
	return f.Text(name, s)
}

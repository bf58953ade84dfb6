package redact

import (
	"regexp"
	"strings"
)

// Line takes out of one line, which may hold credentials in any form, what is a
// secret or may be one: better a text that says too little. It is for what somebody
// says who gives credentials; what AWS says of resources is evidence, and for
// [Credentials].
func Line(line string) string {
	for _, form := range looseForms {
		line = form.ReplaceAllString(line, "${1}"+Redacted)
	}
	line, _ = Credentials(line)
	words := strings.Split(line, " ")
	for i, word := range words {
		if strings.Contains(word, "arn:aws") {
			continue
		}
		path := strings.HasPrefix(word, "/") || strings.HasPrefix(word, "~") || strings.Contains(word, `:\`)
		words[i] = longRun.ReplaceAllStringFunc(word, func(run string) string {
			if mayBeSecret(run, path) {
				return Redacted
			}
			return run
		})
	}
	return strings.Join(words, " ")
}

// looseForms match the beginnings of credentials too. The first group is kept.
var looseForms = []*regexp.Regexp{
	regexp.MustCompile(`()\b(?:AKIA|ASIA)[0-9A-Z]{4,}`),
	regexp.MustCompile(`()\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)*`),
	regexp.MustCompile(`(?i)(\bbearer )[A-Za-z0-9._~+/=-]{8,}`),
}

var (
	longRun  = regexp.MustCompile(`[A-Za-z0-9+/=_-]{32,}`)
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`) // of requests
	hexForm  = regexp.MustCompile(`^[0-9a-f]+$`)
)

// mayBeSecret reports whether a long run of characters may be a key or a token.
// path says that it is of a file's name, which may be a digest.
func mayBeSecret(run string, path bool) bool {
	if len(run) == accessKeyLength && isMixed(run) && !strings.ContainsAny(run, "_-") {
		return true
	}
	if uuidForm.MatchString(run) {
		return false
	}
	if !path && len(run) >= 2*accessKeyLength && isMixed(run) {
		return true
	}
	for _, part := range strings.Split(run, "/") {
		name := strings.ContainsAny(part, "_-") || path && hexForm.MatchString(part)
		if len(part) >= 32 && (isMixed(part) || strings.ContainsAny(part, "0123456789") && !name) {
			return true
		}
	}
	return false
}

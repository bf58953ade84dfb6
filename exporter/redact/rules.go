package redact

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// ruleData are the rules of gitleaks, whose licence stands in gitleaks/LICENSE.
// To take over those of another version, change gitleaksVersion in update_test.go
// and run
//
//	go test ./exporter/redact -run TestRules -update
//
//go:embed gitleaks/rules.json
var ruleData []byte

// A ruleSet is what rules.json holds.
type ruleSet struct {
	From    string `json:"from"`
	Version string `json:"version"`
	Licence string `json:"licence"`
	Rules   []rule `json:"rules"`
}

// A rule is the published form of the tokens of one issuer.
type rule struct {
	ID       string   `json:"id"`
	Regex    string   `json:"regex"`
	Keywords []string `json:"keywords"`          // in small letters; a text without any does not match
	Entropy  float64  `json:"entropy,omitempty"` // what has no more is no secret
	Group    int      `json:"group,omitempty"`   // that is the secret; 0 is the first that matched
	Named    bool     `json:"named,omitempty"`   // the form says little: the issuer's name stands before it
	Allow    []allow  `json:"allow,omitempty"`

	form    func() *regexp.Regexp
	hyphens bool // a token may have hyphens, as a name has: see [isName]
}

// An allow says what is no secret although a rule matches.
type allow struct {
	Match     bool     `json:"match,omitempty"` // it looks at the whole match and not at the secret
	Regexes   []string `json:"regexes,omitempty"`
	StopWords []string `json:"stop_words,omitempty"`

	forms func() []*regexp.Regexp
}

// parseRules reads rules, which are compiled when they are first needed: most
// runs need few.
func parseRules(data []byte) (*ruleSet, error) {
	set := &ruleSet{}
	if err := json.Unmarshal(data, set); err != nil {
		return nil, fmt.Errorf("rules of secrets: %w", err)
	}
	// What the public half of a pair is called, as adobe-client-id, is no secret.
	set.Rules = slices.DeleteFunc(set.Rules, func(r rule) bool { return r.Named && strings.HasSuffix(r.ID, "-id") })
	for i := range set.Rules {
		r := &set.Rules[i]
		r.hyphens = !r.Named && containsAny(r.Regex, []string{`[\w-]`, `_-]`, `_\-]`})
		r.form = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(relaxed(r)) })
		for j := range r.Allow {
			a := &r.Allow[j]
			a.forms = sync.OnceValue(func() (all []*regexp.Regexp) {
				for _, text := range a.Regexes {
					all = append(all, regexp.MustCompile(text))
				}
				return all
			})
		}
	}
	return set, nil
}

// tail is what most rules want to see behind a token: a quote, a space, the end. In
// logs and prose a comma follows, or any other sign.
const tail = "(?:[\\x60'\"\\s;]|\\\\[nr]|$)"

// relaxed is the form of a rule that takes whatever can be no part of a token for
// its end. Behind the name of an issuer, where the form says little, that is no part
// of a file's name or an address either. Whether the token begins there is for
// [isGlued] to say, since \b finds none behind an underscore.
func relaxed(r *rule) string {
	end := `(?:[^A-Za-z0-9_-]|$)`
	if r.Named {
		end = `(?:[^A-Za-z0-9_.-]|\.(?:[^A-Za-z0-9]|$)|$)`
	}
	form := strings.ReplaceAll(r.Regex, tail, end)
	form = strings.ReplaceAll(form, `|\b(`, `|(`)
	for _, start := range []string{`\b`, `(?i)\b`} {
		if rest, ok := strings.CutPrefix(form, start); ok && !strings.HasPrefix(rest, "curl") {
			form = strings.TrimSuffix(start, `\b`) + rest
		}
	}
	return form
}

// find reports each secret of the rule's form in s.
func (r *rule) find(s string, found func(start, end int)) {
	for _, m := range r.form().FindAllStringSubmatchIndex(s, -1) {
		start, end := m[0], m[1]
		for g := 2; g < len(m) && r.Group == 0; g += 2 {
			if m[g] >= 0 && m[g] < m[g+1] {
				start, end = m[g], m[g+1]
				break
			}
		}
		if g := 2 * r.Group; g > 0 && g < len(m) && m[g] >= 0 {
			start, end = m[g], m[g+1]
		}
		if secret := s[start:end]; r.isSecret(secret, s[m[0]:m[1]]) && (!r.Named || isOfIssuer(s[m[0]:start], secret)) && !isGlued(s, start, secret) {
			found(start, end)
		}
	}
}

// isOfIssuer reports whether what stands beside the name of an issuer is a token: the
// name says so, or it is as random as one. A dropbox_folder and an airtable_base are
// none, whatever the length of their names.
func isOfIssuer(before, value string) bool {
	name := strings.TrimFunc(before, func(r rune) bool { return r < 0x80 && !isAlnum(byte(r)) })
	switch {
	case saysToken(name):
		return true
	case isAbout(name) || airtableID.MatchString(value):
		return false
	}
	return isScattered(value) && longestOdd(value) >= 8
}

// saysToken reports whether a name says key, token, secret or the like.
func saysToken(name string) bool {
	var list [24]string
	words := splitWords(list[:0], name)
	if len(words) > 0 && about[words[len(words)-1]] {
		return false
	}
	for _, w := range words {
		if containsAny(w, tokenWords) {
			return true
		}
	}
	return false
}

var tokenWords = []string{"secret", "key", "token", "auth", "pass", "pwd", "cred", "bearer", "jwt"}

// airtableID matches the id of a base, a table, a record and the like.
var airtableID = regexp.MustCompile(`^(?:app|tbl|rec|viw|fld|usr|wsp|shr)[A-Za-z0-9]{14}$`)

// isGlued reports whether a token is the end of a word by chance, as TASK with a
// number behind it ends in what a key of another begins with. What begins with a
// word and an underscore or hyphen is the token in any case.
func isGlued(s string, start int, secret string) bool {
	return start > 0 && isAlnum(s[start-1]) && isAlnum(s[start]) && !strings.ContainsAny(secret[:min(len(secret), 12)], "_-")
}

// isSecret applies what a rule knows besides its form. Digests, the ids of
// commits and UUIDs are evidence, whatever name stands before them.
func (r *rule) isSecret(secret, match string) bool {
	if isDigest(secret) || r.hyphens && isName(secret) || r.Entropy > 0 && entropy(secret) <= r.Entropy {
		return false
	}
	for i := range r.Allow {
		a := &r.Allow[i]
		target := secret
		if a.Match {
			target = match
		}
		for _, form := range a.forms() {
			if form.MatchString(target) {
				return false
			}
		}
		for _, word := range a.StopWords {
			if strings.Contains(strings.ToLower(secret), word) {
				return false
			}
		}
	}
	return true
}

// digestForm matches an MD5, SHA-1, SHA-256 or SHA-512 sum, and a UUID.
var digestForm = regexp.MustCompile(`^(?:sha\d+:[0-9a-fA-F]+|(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$`)

func isDigest(s string) bool { return digestForm.MatchString(s) }

// entropy is Shannon's, in bits for each byte.
func entropy(s string) float64 {
	var counts [256]int
	for i := range len(s) {
		counts[s[i]]++
	}
	bits := 0.0
	for _, n := range counts {
		if n > 0 {
			p := float64(n) / float64(len(s))
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

func isAlnum(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

package redact

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// A Redaction says what was taken out of one place, or would have been: never the
// secret, but what a later check needs of it.
type Redaction struct {
	// Path is a JSON Pointer (RFC 6901) that begins with the column, as in
	// hyper_parameters/api_key, without the first slash.
	Path string `json:"path"`
	Rule string `json:"rule"`
	// SHA256 and Bytes are those of the body of a script. A shorter secret could
	// be guessed from its sum.
	SHA256 string `json:"sha256,omitempty"`
	Bytes  int    `json:"bytes,omitempty"`
	// Traits are what the body of a script does that it better did not, sorted: see
	// [TraitCodes]. Nil is no script.
	Traits []string `json:"traits,omitzero"`
}

// compare orders redactions by path and rule.
func (r Redaction) compare(o Redaction) int {
	return cmp.Or(strings.Compare(r.Path, o.Path), strings.Compare(r.Rule, o.Rule), strings.Compare(r.SHA256, o.SHA256), r.Bytes-o.Bytes, slices.Compare(r.Traits, o.Traits))
}

// A step is one part of a path: a member or key, or the index of an item.
type step struct {
	name  string
	index int // -1 where name counts
}

// Enter goes to the member or key called name of where the filter is.
func (f *Filter) Enter(name string) { f.path = append(f.path, step{name, -1}) }

// EnterItem goes to an item of the list where the filter is.
func (f *Filter) EnterItem(i int) { f.path = append(f.path, step{index: i}) }

// Leave goes back to where the filter was.
func (f *Filter) Leave() { f.path = f.path[:len(f.path)-1] }

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

// note keeps a redaction at the place where the filter is, once.
func (f *Filter) note(r Redaction) {
	var b strings.Builder
	for i, s := range f.path {
		if i > 0 {
			b.WriteByte('/')
		}
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
			continue
		}
		b.WriteString(pointerEscaper.Replace(s.name))
	}
	r.Path = b.String()
	for i := len(f.Found) - 1; i >= 0 && f.Found[i].Path == r.Path; i-- {
		if f.Found[i].compare(r) == 0 {
			return
		}
	}
	f.Found = append(f.Found, r)
}

// script takes out the body of a script, which the API has in base64, and keeps its
// sum and length, what it does, and which rules find something in it.
func (f *Filter) script(s string) string {
	body := []byte(s)
	if decoded, err := base64.StdEncoding.DecodeString(s); err == nil {
		body = decoded
	}
	f.note(Redaction{Rule: "script", SHA256: sum(string(body)), Bytes: len(body), Traits: traitsOf(string(body))})
	f.noteRules(string(body))
	return Redacted
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

// AppendRedactions appends redactions as JSON, sorted by path and rule.
func AppendRedactions(dst []byte, all []Redaction) []byte {
	all = slices.Clone(all)
	slices.SortFunc(all, Redaction.compare)
	text, err := json.Marshal(slices.CompactFunc(all, func(a, b Redaction) bool { return a.compare(b) == 0 }))
	if err != nil {
		panic(err) // texts and numbers are always JSON
	}
	return append(dst, text...)
}

// JoinRedactions joins what two parts of one node had taken out; either may be "".
func JoinRedactions(a, b string) (string, error) {
	var all []Redaction
	for _, text := range []string{a, b} {
		var some []Redaction
		if text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(text), &some); err != nil {
			return "", err
		}
		all = append(all, some...)
	}
	return string(AppendRedactions(nil, all)), nil
}

package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"unicode/utf16"
)

// An answer is a body that a mutation works on.
type answer struct {
	*rand.Rand
	call int
	body []byte
	tree map[string]any // nil if the body is no JSON object
	raw  string         // JSON, or what is none, that takes the place of the marker
}

// The markers stand in the tree for what no tree can hold. As keys the first
// comes before all members, the second after.
const (
	marker     = "!raw!"
	lastMarker = "~raw~"
)

func newAnswer(body []byte, call int, roll *rand.Rand) *answer {
	a := &answer{Rand: roll, call: call, body: body}
	if value, err := decode(body); err == nil {
		a.tree, _ = value.(map[string]any)
	}
	return a
}

// whole replaces the body as it is.
func (a *answer) whole(text string) bool {
	a.body, a.tree = []byte(text), nil
	return true
}

func (a *answer) bytes() []byte {
	if a.tree == nil {
		return a.body
	}
	out, err := json.Marshal(a.tree)
	if err != nil {
		return a.body // a number that is none, which decode does not give
	}
	for _, m := range []string{marker, lastMarker} {
		out = bytes.Replace(out, []byte(`"`+m+`"`), []byte(a.raw), 1)
	}
	return out
}

// A site is a value in the tree and where it is.
type site struct {
	key    string // member, or that of the list
	value  any
	object map[string]any // holds it under key; nil for an item of a list
	set    func(any)
}

// sites are the values of the tree that pass a test, in the order of the text.
func (a *answer) sites(test func(site) bool) []site {
	var out []site
	var walk func(site)
	walk = func(s site) {
		if s.set != nil && test(s) {
			out = append(out, s)
		}
		switch value := s.value.(type) {
		case map[string]any:
			for _, key := range sortedKeys(value) {
				walk(site{key: key, value: value[key], object: value, set: func(v any) { value[key] = v }})
			}
		case []any:
			for i := range value {
				walk(site{key: s.key, value: value[i], set: func(v any) { value[i] = v }})
			}
		}
	}
	if a.tree != nil {
		walk(site{value: a.tree})
	}
	return out
}

// pick is one of the sites that pass a test.
func (a *answer) pick(test func(site) bool) (site, bool) {
	found := a.sites(test)
	if len(found) == 0 {
		return site{}, false
	}
	return found[a.IntN(len(found))], true
}

// put sets a value somewhere.
func (a *answer) put(test func(site) bool, value any) bool {
	s, ok := a.pick(test)
	if ok {
		s.set(value)
	}
	return ok
}

// putRaw sets a value that is not JSON, or none that a tree can hold.
func (a *answer) putRaw(test func(site) bool, raw string) bool {
	a.raw = raw
	return a.put(test, marker)
}

func (a *answer) oneOf(texts ...string) string { return texts[a.IntN(len(texts))] }

func anything(site) bool   { return true }
func isMember(s site) bool { return s.object != nil }
func isText(s site) bool   { _, ok := s.value.(string); return ok }
func isNumber(s site) bool { _, ok := s.value.(json.Number); return ok }
func isList(s site) bool   { list, _ := s.value.([]any); return len(list) > 0 }

func isTime(s site) bool {
	return isNumber(s) && slices.ContainsFunc([]string{"Time", "At", "Date", "Heartbeat", "Stamp", "stamp"}, func(end string) bool { return strings.HasSuffix(s.key, end) })
}

func removeMember(a *answer) bool {
	s, ok := a.pick(isMember)
	if ok {
		delete(s.object, s.key)
	}
	return ok
}

func changeType(a *answer) bool {
	s, ok := a.pick(anything)
	if !ok {
		return false
	}
	switch value := s.value.(type) {
	case string:
		s.set(json.Number("7"))
	case json.Number:
		s.set(value.String())
	case bool:
		s.set("yes")
	case []any:
		s.set(map[string]any{})
	case map[string]any:
		s.set([]any{value})
	default:
		s.set(false)
	}
	return true
}

func repeatMember(a *answer) bool {
	s, ok := a.pick(isMember)
	if !ok {
		return false
	}
	a.raw = quoted(s.key)
	s.object[a.oneOf(marker, lastMarker)] = []any{s.value, nil, "again"}[a.IntN(3)]
	return true
}

func repeatItem(a *answer) bool {
	s, ok := a.pick(isList)
	if !ok {
		return false
	}
	list := s.value.([]any)
	s.set(append(slices.Clone(list), copyValue(list[a.IntN(len(list))])))
	return true
}

// tokenMember is the member with the token of the next page; "" without one.
func (a *answer) tokenMember() string {
	for _, name := range []string{"NextToken", "PaginationToken"} {
		if token, _ := a.tree[name].(string); token != "" {
			return name
		}
	}
	return ""
}

// token replaces the token of the next page.
func (a *answer) token(token string) bool {
	name := a.tokenMember()
	if name == "" || token == "" {
		return false
	}
	a.tree[name] = token
	return true
}

// begin is a token that begins the listing again. With another salt it is
// another token.
func (a *answer) begin(salt int) string {
	p, ok := a.position()
	if !ok {
		return ""
	}
	return position{Listing: p.Listing, Salt: salt}.token()
}

// earlier is the token of some page before the next.
func (a *answer) earlier() string {
	p, ok := a.position()
	if !ok {
		return ""
	}
	return position{Listing: p.Listing, Doc: a.IntN(max(p.Doc, 1)), Total: p.Total}.token()
}

// position is where the next page begins.
func (a *answer) position() (position, bool) {
	name := a.tokenMember()
	if name == "" {
		return position{}, false
	}
	return readToken(a.tree[name].(string))
}

func emptyPage(a *answer) bool {
	if a.tokenMember() == "" {
		return false
	}
	for name, value := range a.tree {
		if _, ok := value.([]any); ok {
			a.tree[name] = []any{}
		}
	}
	return true
}

func unknownToken(a *answer) bool {
	if a.tree == nil {
		return false
	}
	name := a.tokenMember()
	if name == "" {
		name = "NextToken"
	}
	a.tree[name] = base64.RawURLEncoding.EncodeToString([]byte{byte(a.IntN(256)), byte(a.IntN(256))})
	return true
}

func swapStatus(a *answer) bool {
	isStatus := func(s site) bool { return isText(s) && strings.HasSuffix(s.key, "Status") }
	s, ok := a.pick(isStatus)
	if !ok {
		return false
	}
	if other, ok := a.pick(func(o site) bool { return isStatus(o) && o.value != s.value }); ok && a.IntN(2) == 0 {
		s.set(other.value)
		return true
	}
	statuses := []string{"Deleting", "Failed", "InService", "OutOfThisWorld", ""}
	s.set(a.oneOf(slices.DeleteFunc(statuses, func(text string) bool { return text == s.value })...))
	return true
}

func oddTime(a *answer) bool {
	return a.putRaw(isTime, a.oneOf(
		"1e18", "-1e18", "253402300800", "-62135596801", "1.7976931348623157e308", "-0.5", "true",
		`"NaN"`, `"Infinity"`, `"-Infinity"`, `"yesterday"`, `""`, `"2025-02-30T25:00:00Z"`, `{"seconds":1}`,
	))
}

func hugeNumber(a *answer) bool {
	return a.putRaw(isNumber, a.oneOf(
		"1e999", "-1e999", "9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", "1e-999", "0.1", "-0",
	))
}

// swapName gives one resource the name or the ARN of another, of the same
// answer if it has one.
func swapName(a *answer) bool {
	isName := func(s site) bool {
		return isText(s) && (strings.HasSuffix(s.key, "Arn") || strings.HasSuffix(s.key, "Name") || strings.HasSuffix(s.key, "ARN"))
	}
	s, ok := a.pick(isName)
	if !ok {
		return false
	}
	other, found := a.pick(func(o site) bool { return isName(o) && o.key == s.key && o.value != s.value })
	switch {
	case found:
		s.set(other.value)
	case strings.HasSuffix(s.key, "Name"):
		s.set("of-another")
	default:
		s.set("arn:aws:sagemaker:us-east-1:999999999999:model/of-another")
	}
	return true
}

// badText puts bytes that are not UTF-8, or half a surrogate, into a text.
func badText(a *answer) bool {
	s, ok := a.pick(isText)
	if !ok {
		return false
	}
	whole := quoted(s.value.(string))
	a.raw = whole[:len(whole)-1] + a.oneOf("\xff\xfe", "\xc3(", "\xe2\x82", "\xed\xa0\x80", `\ud800`, `\udc00\ud800`) + `"`
	s.set(marker)
	return true
}

func badKey(a *answer) bool {
	s, ok := a.pick(isMember)
	if !ok {
		return false
	}
	whole := quoted(s.key)
	a.raw = whole[:len(whole)-1] + a.oneOf("\xff", "\xc3(", `\ud800`) + `"`
	delete(s.object, s.key)
	s.object[marker] = s.value
	return true
}

func controls(a *answer) bool {
	s, ok := a.pick(isText)
	if !ok {
		return false
	}
	s.set(s.value.(string) + a.oneOf("\x00", "\x1b[31m", "\u202e\u2066", "\ufffe\uffff", "\r\n\t\v", "\u0085\u2028", strings.Repeat("\u0301", 50)))
	return true
}

// deep sets a value that is nested deeper than a decoder should follow.
func deep(a *answer) bool {
	const depth = 20000
	open, end := "[", "]"
	if a.IntN(2) == 0 {
		open, end = `{"a":`, "}"
	}
	return a.putRaw(anything, strings.Repeat(open, depth)+"1"+strings.Repeat(end, depth))
}

func cut(a *answer) bool {
	if len(a.body) == 0 {
		return false
	}
	return a.whole(string(a.body[:a.IntN(len(a.body))]))
}

// recode writes the body in another encoding, or with a byte order mark.
func recode(a *answer) bool {
	units := utf16.Encode([]rune("\ufeff" + string(a.body)))
	var out []byte
	switch a.IntN(3) {
	case 0:
		return a.whole("\ufeff" + string(a.body))
	case 1:
		for _, unit := range units {
			out = binary.LittleEndian.AppendUint16(out, unit)
		}
	default:
		for _, unit := range units {
			out = binary.BigEndian.AppendUint16(out, unit)
		}
	}
	return a.whole(string(out))
}

// quoted is a text as JSON.
func quoted(text string) string {
	out, _ := json.Marshal(text) // strings
	return string(out)
}

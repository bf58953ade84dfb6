package audit

import (
	"bytes"
	"encoding/json"
)

// There may be millions of invokers, and most of what is said of one is said of
// thousands of others: the part from the verdict on is encoded once for all that
// share an answer.

// appendJSON appends the JSON of an invoker that was worked out from a graph, as
// encoding/json writes it. ok is false for others.
func (v *Invoker) appendJSON(b []byte) (_ []byte, ok bool) {
	if v.of == nil {
		return b, false
	}
	b = appendQuoted(append(b, `{"principal":`...), v.Principal)
	b = appendQuoted(append(b, `,"endpoint":`...), v.Endpoint)
	if v.Component != "" {
		b = appendQuoted(append(b, `,"component":`...), v.Component)
	}
	b = appendQuoted(append(b, `,"action":`...), v.Action)
	return append(b, v.of.tail(v.Rating)...), true
}

// tail is the JSON of what all that share the evidence and the rating have in
// common, from the comma before the verdict to the closing brace.
func (e *evidence) tail(r Rating) []byte {
	if t := e.tails[r]; t != nil {
		return t
	}
	t := encode(&Invoker{Verdict: e.verdict, Conditions: e.conditions, Via: e.via, Unknown: e.unknown, Rating: r})
	t = t[bytes.Index(t, []byte(`,"verdict":`)):]
	if e.tails == nil {
		e.tails = map[Rating][]byte{}
	}
	e.tails[r] = t
	return t
}

// encode is the JSON of a value, as the report has it.
func encode(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // texts, lists and structures of them are always encoded
	}
	return bytes.TrimSuffix(b.Bytes(), []byte{'\n'})
}

// appendQuoted appends a JSON text. ARNs need no escapes.
func appendQuoted(b []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return append(b, encode(s)...)
		}
	}
	return append(append(append(b, '"'), s...), '"')
}

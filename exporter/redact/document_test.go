package redact

import (
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/jsontext"
	"github.com/sgexport/sgexport/graph"
)

// jsonSlowly is [Filter.json] by way of a tree.
func (f *Filter) jsonSlowly(c Context, text string) string {
	if !c.Says() && !mayHold(text) {
		return text
	}
	values, err := decode(text)
	if err != nil || f.depth >= mostNested {
		return f.plain(text)
	}
	before := len(f.Found)
	f.depth++
	for i := range values {
		values[i] = f.cleanItem(c, values[i])
	}
	f.depth--
	if len(f.Found) == before {
		return text
	}
	var dst []byte
	for i, v := range values {
		if i > 0 {
			dst = append(dst, ' ')
		}
		dst = appendSlowly(dst, v)
	}
	return string(dst)
}

// An object is a JSON object in which a key may come twice.
type object struct {
	Keys   []string
	Values []any
}

// appendSlowly is [jsontext.Append] with such objects; keys that are there twice keep
// their order.
func appendSlowly(dst []byte, v any) []byte {
	switch v := v.(type) {
	case *object:
		order := make([]int, len(v.Keys))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return strings.Compare(v.Keys[a], v.Keys[b]) })
		dst = append(dst, '{')
		for n, i := range order {
			if n > 0 {
				dst = append(dst, ',')
			}
			dst = appendSlowly(append(graph.AppendQuoted(dst, v.Keys[i]), ':'), v.Values[i])
		}
		return append(dst, '}')
	case []any:
		dst = append(dst, '[')
		for i, inner := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = appendSlowly(dst, inner)
		}
		return append(dst, ']')
	}
	return jsontext.Append(dst, v)
}

// decode reads all values of a text.
func decode(text string) (values []any, err error) {
	d := json.NewDecoder(strings.NewReader(strings.TrimPrefix(text, "\ufeff")))
	d.UseNumber()
	for {
		v, err := decodeValue(d, 0)
		if errors.Is(err, io.EOF) && values != nil {
			return values, nil
		}
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
}

func decodeValue(d *json.Decoder, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if depth > deepest {
		return nil, errTooDeep
	}
	var o object
	list := []any{}
	for d.More() {
		if delim == '{' {
			key, err := d.Token()
			if err != nil {
				return nil, unexpected(err)
			}
			o.Keys = append(o.Keys, key.(string))
		}
		v, err := decodeValue(d, depth+1)
		if err != nil {
			return nil, unexpected(err)
		}
		o.Values, list = append(o.Values, v), append(list, v)
	}
	if _, err := d.Token(); err != nil {
		return nil, unexpected(err)
	}
	if delim == '{' {
		return &o, nil
	}
	return list, nil
}

// unexpected is the error of a value that is not all there.
func unexpected(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// clean takes the secrets out of a value in a context.
func (f *Filter) clean(c Context, v any) any {
	switch v := v.(type) {
	case *object:
		f.cleanObject(c, v)
	case []any:
		f.cleanList(c, v, false)
	case string:
		return f.text(c, v)
	case json.Number:
		if f.number(c, v.String()) {
			return Redacted
		}
	}
	return v
}

// cleanItem cleans a value that no key names: a document, or an item of a list. A
// list of two may be a name and its value there; below a key, as in DependsOn, it is
// a list of two.
func (f *Filter) cleanItem(c Context, v any) any {
	if list, ok := v.([]any); ok {
		f.cleanList(c, list, len(list) == 2)
		return list
	}
	return f.clean(c, v)
}

func (f *Filter) cleanObject(c Context, o *object) {
	if o.isReference() {
		return
	}
	name, paired := o.nameOfValue()
	for i, key := range o.Keys {
		inner := c.In(f.Named(key))
		switch {
		case paired && IsValueMember(key):
			if of := f.Named(name); of.class != open || !choiceMembers[lowerASCII(key)] {
				inner = c.In(of)
			}
		case paired && (IsNameMember(key) || saysWhere(key)) && (c.environment || c.ofEnvironment):
			inner = Context{}
		}
		masked := f.plain(key)
		f.Enter(masked)
		o.Keys[i], o.Values[i] = masked, f.clean(inner, o.Values[i])
		f.Leave()
	}
}

// isReference reports whether an object is a reference inside a pipeline's
// definition: {"Get": "Parameters.Password"} says where a value comes from.
func (o *object) isReference() bool {
	if len(o.Keys) != 1 || o.Keys[0] != "Get" {
		return false
	}
	text, ok := o.Values[0].(string)
	return ok && (strings.HasPrefix(text, "Steps.") || strings.HasPrefix(text, "Parameters.") || strings.HasPrefix(text, "Execution."))
}

// nameOfValue returns the name that an object gives a value: {"Name": …, "Value": …}.
func (o *object) nameOfValue() (name string, ok bool) {
	for i, key := range o.Keys {
		if text, isText := o.Values[i].(string); isText && name == "" && IsNameMember(key) {
			name = text
		}
		ok = ok || IsValueMember(key) || saysWhere(key)
	}
	return name, ok && name != ""
}

// cleanList cleans the items of a list, which may be the arguments of a command or,
// where paired, a name and its value.
func (f *Filter) cleanList(c Context, list []any, paired bool) {
	before := ""
	for i, v := range list {
		f.EnterItem(i)
		text, isText := v.(string)
		switch {
		case isText && f.isArgument(before, text):
			list[i] = f.argument(before, text)
		case paired && i == 1 && isText && classOf(before) >= secret:
			list[i] = f.text(c.In(f.Named(before)), text)
		default:
			list[i] = f.cleanItem(c, v)
		}
		f.Leave()
		before = text
	}
}

// checkDocument compares what the walker makes of a document with what a tree tells.
func checkDocument(t *testing.T, text string) {
	t.Helper()
	for _, c := range []Context{{}, Named("Environment"), Named("password"), Named("tokens"), Policy, Variable} {
		for _, on := range []bool{true, false} {
			fast, slow := Filter{On: on, Memory: &Memory{}}, Filter{On: on}
			got, want := fast.shown(text, fast.json(c, text)), slow.shown(text, slow.jsonSlowly(c, text))
			if got != want || !slices.EqualFunc(fast.Found, slow.Found, func(a, b Redaction) bool { return a.compare(b) == 0 }) {
				t.Errorf("%q in %+v\nis   %q %v\nwant %q %v", text, c, got, fast.Found, want, slow.Found)
			}
		}
	}
}

// randomJSON makes a document of what matters to a filter.
func randomJSON(r *rand.Rand, b *strings.Builder, depth int) {
	space := func() { b.WriteString([]string{"", "", "", " ", "\n\t"}[r.IntN(5)]) }
	text := func() {
		b.WriteString([]string{
			`"password"`, `"Name"`, `"Value"`, `"Environment"`, `"Get"`, `"Parameters.Password"`, `"hunter2"`, `"--api-key"`, `"-u"`, `"user:pa55"`, `"a"`, `""`, `"valueFrom"`, `"\u0070assword"`, `"a\\\"b"`, `"é\ud800"`, `"tokens"`,
			`"token=abc123"`, `"https://u:p@h/x"`, `"{\"password\":\"x1\"}"`, `"[\"--token\",\"abc9\"]"`, `"enum"`, `"key"`, `"ghp_aB3dE6gH9kaB3dE6gH9kaB3dE6gH9kaB3d"`, "\"\xff\"",
		}[r.IntN(25)])
	}
	space()
	switch n := r.IntN(10); {
	case n < 3 && depth < 5:
		b.WriteByte('{')
		for i := range r.IntN(4) {
			if i > 0 {
				b.WriteByte(',')
			}
			space()
			text()
			space()
			b.WriteByte(':')
			randomJSON(r, b, depth+1)
		}
		space()
		b.WriteByte('}')
	case n < 6 && depth < 5:
		b.WriteByte('[')
		for i := range r.IntN(4) {
			if i > 0 {
				b.WriteByte(',')
			}
			randomJSON(r, b, depth+1)
		}
		space()
		b.WriteByte(']')
	case n < 9:
		text()
	default:
		b.WriteString([]string{"0", "-1", "12.5e-3", "123456789", "true", "false", "null"}[r.IntN(7)])
	}
	space()
}

func TestDocuments(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1500 {
		var b strings.Builder
		for range 1 + r.IntN(2) {
			randomJSON(r, &b, 0)
		}
		checkDocument(t, b.String())
	}
	for _, text := range documents {
		checkDocument(t, text)
	}
	checkDocument(t, strings.Repeat("[", deepest)+strings.Repeat("]", deepest))
	checkDocument(t, `"token" `+strings.Repeat("[", deepest+2)+strings.Repeat("]", deepest+2))
}

var documents = []string{
	"", "{", "}", "[1,]", `{"a"}`, `{"a":1,}`, `{"password":1}{"password":2}`, `"password""x"`, `1-2 0 01 1e5-3 1E+5"token"`, "\ufeff{\"password\":\"x\"}", `{"password":"x"} trailing`, `{"password":"x","password":"y","a":"z"}`,
	`{"Get":"Steps.A.Password"}`, `{"Get":"Steps.A","password":"x"}`, `{"Get":["Steps.A"]}`, `["password","hunter2"]`, `[["password","hunter2"],["a","b"]]`, `{"z":1,"password":"x","a":{"y":2,"b":"--token"}}`,
	`truefalse"token"nullnull`, `{"token": tru}`, `["token", 1.5.2]`, "[\"token\"\x00]", `{"password":{"a":[1,123456789,{"b":null}]}}`, `"token\`, `"\u12"`, "  \n", `[]`, `{}`, `"token"{}[]`,
}

func FuzzDocument(f *testing.F) {
	for _, text := range documents {
		f.Add(text)
	}
	f.Fuzz(checkDocument)
}

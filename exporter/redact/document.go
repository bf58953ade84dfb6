package redact

import (
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/sgexport/sgexport/exporter/jsontext"
)

const (
	// deepest is how deep a document may be. What is deeper is nobody's
	// configuration, and is read as plain text.
	deepest = 200
	// mostNested is how many documents may stand in one another as texts.
	mostNested = 6
)

var errTooDeep = errors.New("the document is too deep")

// Document takes the secrets out of a text that may hold JSON, one value or several.
// A text without secrets is returned as it is; one that is no JSON, or is cut, is
// read as plain text, in which all that an environment or a secret may be goes.
func (f *Filter) Document(text string) string { return f.shown(text, f.document(text)) }

func (f *Filter) document(text string) string {
	if !isJSON(text) {
		return f.plain(text)
	}
	return f.json(Context{}, text)
}

// isJSON reports whether a text begins as a document does.
func isJSON(text string) bool {
	if text == "" || isAlnum(text[0]) { // as nearly all are
		return false
	}
	t := strings.TrimLeft(text, " \t\r\n\ufeff")
	return t != "" && (t[0] == '{' || t[0] == '[' || t[0] == '"')
}

// json cleans a document in a context.
func (f *Filter) json(c Context, text string) string {
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
		dst = jsontext.Append(dst, v)
	}
	return string(dst)
}

// mayHold reports whether a document can have a secret: a word that some detector
// looks for, or a letter that is written so that no word can be seen.
func mayHold(text string) bool {
	_, any := allDetectors().scan(text)
	return any || strings.Contains(text, `\u`) || runs(nil, text) != nil
}

// An object is a JSON object as it stands in the text: what reads the last one alone
// of a key that comes twice does not see the first.
type object struct{ jsontext.Object }

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

// saysWhere reports whether a key stands where a value would, and says where it is
// kept: valueFrom, of Kubernetes and of task definitions.
func saysWhere(key string) bool { return strings.EqualFold(key, "valueFrom") }

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

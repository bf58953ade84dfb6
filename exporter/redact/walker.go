package redact

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sgexport/sgexport/graph"
)

// A walker goes through a document, which is JSON, and cleans it. It makes no tree of
// it: a document may be of any size, and a tree takes many times that. It goes where it
// is in the text, and past an object or a list by its [box]. What reads the last one alone
// of a key that comes twice does not see the first; the walker does.
type walker struct {
	*Filter
	text  string
	boxes []box

	writes bool // the clean document, as canonical JSON, into dst
	dst    []byte
	part   []byte // of dst, while its members are put in order
}

// A node is a value of the document.
type node struct {
	kind       byte // its first byte, of a number 0
	start, end int  // of its text
	box        int  // of an object or a list
}

// nodeAt is the value that begins at i, where the next box has that number; after is the
// number of the first one behind it.
func (w *walker) nodeAt(i, box int) (n node, after int) {
	n = node{kind: w.text[i], start: i, box: box}
	switch n.kind {
	case '{', '[':
		b := w.boxes[box]
		n.end = b.end
		return n, box + 1 + b.inside
	case '"':
		n.end = stringEnd(w.text, i)
	case 't', 'n':
		n.end = i + len("true")
	case 'f':
		n.end = i + len("false")
	default:
		n.kind, n.end = 0, numberEnd(w.text, i)
	}
	return n, box
}

// stringEnd is where a string ends that begins at i.
func stringEnd(s string, i int) int {
	for i++; s[i] != '"'; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// numberEnd is where a number ends that begins at i. Of several values, another one may
// begin right behind it.
func numberEnd(s string, i int) int {
	if s[i] == '-' {
		i++
	}
	leading := s[i] == '0'
	for i++; i < len(s); i++ {
		switch c := s[i]; {
		case c == 'e' || c == 'E':
			if s[i+1] == '+' || s[i+1] == '-' {
				i++
			}
		case c != '.' && (leading || !isDigit(c)):
			return i
		}
		leading = false
	}
	return i
}

// past is the first place from i on that has neither white space nor any of marks.
func (w *walker) past(i int, marks string) int {
	for i < len(w.text) && (isSpace(w.text[i]) || strings.IndexByte(marks, w.text[i]) >= 0) {
		i++
	}
	return i
}

// members yields the keys and values of an object; each key is "" for a list.
func (w *walker) members(of node) func(yield func(key string, n node) bool) {
	return func(yield func(key string, n node) bool) {
		box := of.box + 1
		for i := w.past(of.start+1, ""); i < of.end-1; {
			key := ""
			if of.kind == '{' {
				end := stringEnd(w.text, i)
				key = unquoted(w.text[i:end])
				i = w.past(end, ":")
			}
			var n node
			if n, box = w.nodeAt(i, box); !yield(key, n) {
				return
			}
			i = w.past(n.end, ",")
		}
	}
}

// unquoted is what a string of JSON says.
func unquoted(quoted string) string {
	if s := quoted[1 : len(quoted)-1]; strings.IndexByte(s, '\\') < 0 && utf8.ValidString(s) {
		return s
	}
	var s string
	if err := json.Unmarshal([]byte(quoted), &s); err != nil {
		panic(err) // it was read already
	}
	return s
}

// string is what a value says where it is a string.
func (w *walker) string(n node) (s string, ok bool) {
	if n.kind != '"' {
		return "", false
	}
	return unquoted(w.text[n.start:n.end]), true
}

// write writes a value as it stands, writeText a string.
func (w *walker) write(n node) {
	if w.writes {
		w.dst = append(w.dst, w.text[n.start:n.end]...)
	}
}

func (w *walker) writeText(s string) {
	if w.writes {
		w.dst = graph.AppendQuoted(w.dst, s)
	}
}

// values takes the secrets out of all values of the document.
func (w *walker) values(c Context) {
	box := 0
	for i := w.past(0, ""); i < len(w.text); {
		if w.writes && len(w.dst) > 0 {
			w.dst = append(w.dst, ' ')
		}
		var n node
		n, box = w.nodeAt(i, box)
		w.item(c, n)
		i = w.past(n.end, "")
	}
}

// clean takes the secrets out of a value in a context.
func (w *walker) clean(c Context, n node) {
	switch n.kind {
	case '{':
		w.object(c, n)
	case '[':
		w.list(c, n, false)
	case '"':
		s, _ := w.string(n)
		w.writeText(w.Filter.text(c, s))
	case 0:
		if w.number(c, w.text[n.start:n.end]) {
			w.writeText(Redacted)
			return
		}
		w.write(n)
	default:
		w.write(n)
	}
}

// item cleans a value that no key names: a document, or an item of a list. A list of
// two may be a name and its value there; below a key, as in DependsOn, it is a list of
// two.
func (w *walker) item(c Context, n node) {
	if n.kind != '[' {
		w.clean(c, n)
		return
	}
	items := 0
	for range w.members(n) {
		if items++; items > 2 {
			break
		}
	}
	w.list(c, n, items == 2)
}

// A written member is what was written of it.
type written struct {
	key        string
	start, end int // in dst
}

// object cleans an object. What an object says of its values may stand behind them, so
// all keys are looked at first.
func (w *walker) object(c Context, n node) {
	o := w.tells(n)
	begin := len(w.dst)
	var all []written
	for key, v := range w.members(n) {
		inner, masked := Context{}, key
		if !o.reference {
			inner, masked = o.context(w.Filter, c, key), w.plain(key)
		}
		start := len(w.dst)
		w.writeText(masked)
		if w.writes {
			w.dst = append(w.dst, ':')
		}
		if o.reference {
			s, _ := w.string(v)
			w.writeText(s)
		} else {
			w.Enter(masked)
			w.clean(inner, v)
			w.Leave()
		}
		if w.writes {
			all = append(all, written{masked, start, len(w.dst)})
		}
	}
	if w.writes {
		w.inOrder(begin, all)
	}
}

// inOrder puts members into their order, those with the same key in that of the document,
// and brackets around them.
func (w *walker) inOrder(begin int, all []written) {
	slices.SortStableFunc(all, func(a, b written) int { return strings.Compare(a.key, b.key) })
	w.part = append(w.part[:0], w.dst[begin:]...)
	w.dst = append(w.dst[:begin], '{')
	for i, m := range all {
		if i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.dst = append(w.dst, w.part[m.start-begin:m.end-begin]...)
	}
	w.dst = append(w.dst, '}')
}

// A telling is what an object says of its members.
type telling struct {
	// reference is whether it is a reference inside a pipeline's definition:
	// {"Get": "Parameters.Password"} says where a value comes from.
	reference bool
	// name is what it gives a value, {"Name": …, "Value": …}; paired is whether it does.
	name   string
	paired bool
}

func (w *walker) tells(n node) (o telling) {
	keys := 0
	for key, v := range w.members(n) {
		keys++
		if o.name == "" && IsNameMember(key) {
			o.name, _ = w.string(v)
		}
		o.paired = o.paired || IsValueMember(key) || saysWhere(key)
		if key == "Get" {
			text, _ := w.string(v)
			o.reference = strings.HasPrefix(text, "Steps.") || strings.HasPrefix(text, "Parameters.") || strings.HasPrefix(text, "Execution.")
		}
	}
	o.reference = o.reference && keys == 1
	o.paired = o.paired && o.name != ""
	return o
}

// context is that of a member of an object in a context.
func (o *telling) context(f *Filter, c Context, key string) Context {
	inner := c.In(f.Named(key))
	switch {
	case o.paired && IsValueMember(key):
		if of := f.Named(o.name); of.class != open || !choiceMembers[lowerASCII(key)] {
			inner = c.In(of)
		}
	case o.paired && (IsNameMember(key) || saysWhere(key)) && (c.environment || c.ofEnvironment):
		inner = Context{}
	}
	return inner
}

// list cleans the items of a list, which may be the arguments of a command or, where
// paired, a name and its value.
func (w *walker) list(c Context, n node, paired bool) {
	before, i := "", 0
	if w.writes {
		w.dst = append(w.dst, '[')
	}
	for _, v := range w.members(n) {
		if w.writes && i > 0 {
			w.dst = append(w.dst, ',')
		}
		w.EnterItem(i)
		text, isText := w.string(v)
		switch {
		case isText && w.isArgument(before, text):
			w.writeText(w.argument(before, text))
		case paired && i == 1 && isText && classOf(before) >= secret:
			w.writeText(w.Filter.text(c.In(w.Named(before)), text))
		default:
			w.item(c, v)
		}
		w.Leave()
		before = text
		i++
	}
	if w.writes {
		w.dst = append(w.dst, ']')
	}
}

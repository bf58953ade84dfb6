package policy

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// redacted begins what stands in a snapshot where a value was taken out: [redacted], or [redacted-…] for one that is told from others.
const redacted = "[redacted"

// pattern is a text of a policy, compiled: with wildcards where its place allows them, and variables where its version does.
type pattern struct {
	text  string // as in the document, or in lower case where fold is set
	parts []part
	kind  patternKind
	lit   string // the literal of kinds exact, prefix and suffix
	// narrow says that a wildcard stands where AWS does not say whether it reaches over a colon.
	narrow bool
	// early says that a variable stands before the fifth colon of an ARN, where AWS does not allow it.
	early  bool
	broken string // why it is not understood; then it may match anything
}

type patternKind uint8

const (
	exact   patternKind = iota // lit alone
	any_                       // "*"
	prefix                     // lit and one "*" behind it
	general                    // parts, no variable
	varying                    // parts with variables
)

type partKind uint8

const (
	literal    partKind = iota
	one                 // ?
	many                // *
	oneNarrow           // ? inside a segment
	manyNarrow          // * inside a segment
	variable
)

type part struct {
	kind partKind
	lit  string
	key  *key // of a variable
	// fallback is the default of a variable, if hasFallback.
	fallback    string
	hasFallback bool
}

// syntax says what a text may hold.
type syntax uint8

const (
	wildcards syntax = 1 << iota
	variables
	lower // matched without regard to case, by the texts' lower case
	arnSegments
)

// compile reads a text. It never fails: what is not understood is said in broken.
func compile(text string, s syntax) pattern {
	p := pattern{text: text}
	if strings.Contains(text, redacted) {
		p.broken = "a value was redacted"
		return p
	}
	src := text
	if s&lower != 0 {
		src = lowerASCII(src)
	}
	var lit strings.Builder
	flush := func() {
		if lit.Len() > 0 {
			p.parts = append(p.parts, part{kind: literal, lit: lit.String()})
			lit.Reset()
		}
	}
	colons := 0
	last := strings.Count(src, ":") // colons before the last segment
	narrowAt := func(i int, star bool) bool {
		if s&arnSegments == 0 || colons >= 5 || colons >= last {
			return false
		}
		// "If the wildcard (*) is the last character of a resource ARN segment, it can expand to match beyond the colon boundaries."
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
		return !star || src[i+1] != ':'
	}
	vars := false
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == '$' && s&variables != 0 && strings.HasPrefix(src[i:], "${"):
			end := closing(src[i:])
			if end < 0 {
				p.broken = "a policy variable is not closed"
				return p
			}
			inner := src[i+2 : i+end]
			i += end + 1
			switch inner {
			case "*", "?", "$":
				lit.WriteString(inner)
				continue
			}
			v, ok := readVariable(inner)
			if !ok {
				p.broken = "a policy variable is not understood"
				return p
			}
			flush()
			vars = true
			if s&arnSegments != 0 && colons < 5 {
				p.early = true
			}
			p.parts = append(p.parts, v)
			continue
		case c == '*' && s&wildcards != 0:
			flush()
			k := many
			if narrowAt(i, true) {
				k, p.narrow = manyNarrow, true
			}
			// Several stars in a row are one.
			if n := len(p.parts); n == 0 || p.parts[n-1].kind != k {
				p.parts = append(p.parts, part{kind: k})
			}
		case c == '?' && s&wildcards != 0:
			flush()
			k := one
			if narrowAt(i, false) {
				k, p.narrow = oneNarrow, true
			}
			p.parts = append(p.parts, part{kind: k})
		default:
			if c == ':' {
				colons++
			}
			lit.WriteByte(c)
		}
		i++
	}
	flush()
	switch n := len(p.parts); {
	case vars:
		p.kind = varying
	case n == 0:
		p.kind = exact
	case n == 1 && p.parts[0].kind == literal:
		p.kind, p.lit = exact, p.parts[0].lit
	case n == 1 && p.parts[0].kind == many:
		p.kind = any_
	case n == 2 && p.parts[0].kind == literal && p.parts[1].kind == many:
		p.kind, p.lit = prefix, p.parts[0].lit
	default:
		p.kind = general
	}
	return p
}

// closing is where the brace of a variable closes, or -1. A default in quotes may hold a brace.
func closing(s string) int {
	quoted := false
	for i := 2; i < len(s); i++ {
		switch s[i] {
		case '\'':
			quoted = !quoted
		case '}':
			if !quoted {
				return i
			}
		}
	}
	return -1
}

// readVariable reads what stands between the braces: a key, and a default in single quotes behind a comma.
func readVariable(s string) (part, bool) {
	name, rest, has := strings.Cut(s, ",")
	p := part{kind: variable}
	if has {
		rest = strings.TrimLeft(rest, " ")
		if len(rest) < 2 || rest[0] != '\'' || rest[len(rest)-1] != '\'' || strings.Contains(rest[1:len(rest)-1], "'") {
			return p, false
		}
		p.fallback, p.hasFallback = rest[1:len(rest)-1], true
	}
	if name == "" || !strings.Contains(name, ":") || strings.ContainsAny(name, "{}$*?'") || strings.TrimSpace(name) != name {
		return p, false
	}
	p.key = newKey(name)
	return p, true
}

// match says whether the pattern matches the text. An ev is asked for variables.
func (p *pattern) match(text string, ev *evaluation) Truth {
	if p.broken != "" {
		return Maybe
	}
	switch p.kind {
	case exact:
		return truth(p.lit == text)
	case any_:
		return Yes
	case prefix:
		return truth(strings.HasPrefix(text, p.lit))
	}
	parts := p.parts
	unsure := false
	if p.kind == varying {
		var room [16]part
		var ok bool
		if parts, unsure, ok = p.resolve(room[:0], ev); !ok {
			return No
		}
	}
	if !wild(parts, text) {
		return No
	}
	if unsure || p.early {
		return Maybe
	}
	if p.narrow && !wildNarrow(parts, text) {
		return Maybe
	}
	return Yes
}

// resolve puts values in the place of variables. A value that is not known becomes a star, and unsure is true. ok is false where a value is
// absent and has no default: then the pattern matches nothing.
func (p *pattern) resolve(into []part, ev *evaluation) (parts []part, unsure, ok bool) {
	for i := range p.parts {
		q := &p.parts[i]
		if q.kind != variable {
			into = append(into, *q)
			continue
		}
		v := ev.lookup(q.key)
		switch v.state {
		case known:
			switch {
			case v.open:
				unsure = true
				into = append(into, part{kind: literal, lit: v.text(0)}, part{kind: many})
			case v.len() == 1:
				into = append(into, part{kind: literal, lit: v.text(0)})
			default:
				// Only keys with a single value can be variables; AWS does not say what becomes of others.
				unsure = true
				into = append(into, part{kind: many})
			}
		case absent:
			if !q.hasFallback {
				return nil, false, false
			}
			into = append(into, part{kind: literal, lit: q.fallback})
		default:
			unsure = true
			into = append(into, part{kind: many})
		}
	}
	return into, unsure, true
}

// valueless says whether a variable of the pattern has, or may have, neither value nor default. "If a variable that has no value in the authorization
// context is used as part of the Resource or NotResource element of a policy, the resource that includes a policy variable with no value will
// not match any resource": of a NotResource it is not said whether the statement then concerns every resource or none.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html#policy-vars-no-value
func (p *pattern) valueless(ev *evaluation) bool {
	for i := range p.parts {
		if q := &p.parts[i]; q.kind == variable && !q.hasFallback {
			if v := ev.lookup(q.key); v.state == absent || v.state == unknown {
				return true
			}
		}
	}
	return false
}

// wild matches with every wildcard reaching over colons. It goes back to the last star only, which is enough where stars match anything.
func wild(parts []part, s string) bool {
	pi, si := 0, 0
	starAt, starSi := -1, 0
	for {
		if pi < len(parts) {
			switch p := &parts[pi]; p.kind {
			case many, manyNarrow:
				starAt, starSi = pi, si
				pi++
				continue
			case one, oneNarrow:
				if si < len(s) {
					si += runeLen(s[si:])
					pi++
					continue
				}
			case literal:
				if starAt == pi-1 && starAt >= 0 {
					// Behind a star: jump to the next place where the literal stands.
					at := strings.Index(s[si:], p.lit)
					if at < 0 {
						return false
					}
					if pi == len(parts)-1 {
						return strings.HasSuffix(s[si:], p.lit)
					}
					starSi = si + at
					si = starSi + len(p.lit)
					pi++
					continue
				}
				if strings.HasPrefix(s[si:], p.lit) {
					si += len(p.lit)
					pi++
					continue
				}
			}
		} else if si == len(s) {
			return true
		}
		if starAt < 0 || starSi >= len(s) {
			return false
		}
		starSi += runeLen(s[starSi:])
		pi, si = starAt+1, starSi
	}
}

// wildNarrow matches with narrow wildcards that stop at colons. It keeps every state: such patterns are rare and short.
func wildNarrow(parts []part, s string) bool {
	// at[i] says that the parts so far match s[:i].
	at := make([]bool, len(s)+1)
	at[0] = true
	for pi := range parts {
		p := &parts[pi]
		next := make([]bool, len(s)+1)
		for i := 0; i <= len(s); i++ {
			if !at[i] {
				continue
			}
			switch p.kind {
			case literal:
				if strings.HasPrefix(s[i:], p.lit) {
					next[i+len(p.lit)] = true
				}
			case one, oneNarrow:
				if i < len(s) && (p.kind == one || s[i] != ':') {
					next[i+runeLen(s[i:])] = true
				}
			}
		}
		if p.kind == many || p.kind == manyNarrow {
			spread(next, at, s, p.kind == manyNarrow)
		}
		at = next
	}
	return at[len(s)]
}

// spread carries a star from each place where it may begin to all where it may end.
func spread(next, at []bool, s string, narrow bool) {
	on := false
	for j := 0; j <= len(s); j++ {
		on = on || at[j]
		if on && (j == len(s) || utf8.RuneStart(s[j]) || at[j]) {
			next[j] = true
		}
		if narrow && j < len(s) && s[j] == ':' {
			on = false
		}
	}
}

// matchOpen says whether the parts match texts that begin with s: all of them, none, or it cannot be told.
func matchOpen(parts []part, s string) Truth {
	at := make([]bool, len(s)+1) // the parts so far match s[:i]
	at[0] = true
	live := false // some prefix of the parts could go on behind s
	for pi := range parts {
		p := &parts[pi]
		next := make([]bool, len(s)+1)
		for i := 0; i <= len(s); i++ {
			if !at[i] {
				continue
			}
			switch p.kind {
			case literal:
				rest := s[i:]
				if strings.HasPrefix(rest, p.lit) {
					next[i+len(p.lit)] = true
				} else if strings.HasPrefix(p.lit, rest) {
					live = true
				}
			case one, oneNarrow:
				if i < len(s) {
					next[i+runeLen(s[i:])] = true
				} else {
					live = true
				}
			}
		}
		if p.kind == many || p.kind == manyNarrow {
			if !slices.Contains(at, true) {
				continue
			}
			if pi == len(parts)-1 && p.kind == many {
				return Yes
			}
			live = true
			spread(next, at, s, false)
		}
		at = next
	}
	if live || at[len(s)] {
		return Maybe
	}
	return No
}

func runeLen(s string) int {
	if s[0] < utf8.RuneSelf {
		return 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// lowerASCII is s with A to Z in lower case. Names of actions and keys have no other letters.
func lowerASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; 'A' <= c && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

func truth(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

func not(t Truth) Truth { return Yes - t }

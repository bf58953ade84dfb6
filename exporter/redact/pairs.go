package redact

import (
	"regexp"
	"strings"
	"sync"
)

// pairs finds what stands behind a name that says secret: name=x, name: x,
// "name": "x", and what stands in an environment. It asks no grammar, so it reads
// scripts, logs, YAML, and JSON that is broken; a document that is JSON is not read
// by it as a whole.
func pairs(s string, found func(start, end int)) {
	lines := strings.IndexByte(s, '\n') >= 0
	for i := 0; i < len(s); i++ {
		if s[i] != '=' && s[i] != ':' {
			continue
		}
		if p, ok := pairAt(s, i); ok {
			p.lines = lines
			if start, end := p.secret(); start < end {
				found(start, end)
				i = max(i, end-1)
			}
		}
	}
	if lines {
		yaml(s, found)
	}
	valuesBesideNames(s, found)
}

// A pair is a name and a value as they stand in a text.
type pair struct {
	text           string
	name           string
	begin, sign    int  // of the name with what quotes it, and of = or :
	quoted         bool // the name is
	value, end     int
	quotedValue    bool
	class          class
	ofAddress      bool // a parameter of a URL
	ofEnvironments bool
	lines          bool // the text has several
}

// ofSignatures are parameters of signed URLs that say nothing elsewhere.
var ofSignatures = setOf(`sig signature x-amz-signature x-goog-signature awsaccesskeyid googleaccessid x-goog-credential hmac code_verifier`)

// pairAt returns the pair whose sign is at i, where its name says something.
func pairAt(s string, i int) (pair, bool) {
	p := pair{text: s, sign: i}
	if i > 0 && strings.IndexByte("!<>=", s[i-1]) >= 0 || i+1 < len(s) && s[i+1] == '=' {
		return p, false
	}
	p.findName(i)
	if p.name == "" {
		return p, false
	}
	p.class = classOf(p.name)
	if p.begin > 0 && !p.quoted {
		switch before := s[p.begin-1]; {
		case s[i] == ':' && (before == ':' || before == '/' && (p.begin > 1 && !isSpace(s[p.begin-2]) || p.class != password)): // in an ARN or an address
			return p, false
		case before == '?', before == '&':
			p.ofAddress = true
		}
	}
	p.ofEnvironments = p.class == open && isEnvironment(p.name)
	if p.class == open && p.ofAddress && s[i] == '=' && ofSignatures[strings.ToLower(p.name)] {
		p.class = password
	}
	return p, p.class != open || p.ofEnvironments
}

// findName finds the name before the sign.
func (p *pair) findName(i int) {
	const longest = 80
	s := p.text
	end := i
	if end > 0 && s[end-1] == ':' { // :=
		end--
	}
	for end > 0 && i-end < 4 && (s[end-1] == ' ' || s[end-1] == '\t') {
		end--
	}
	if end > 0 && s[end-1] == ']' { // config["password"] = x
		end--
	}
	start := end
	if end > 0 && (s[end-1] == '"' || s[end-1] == '\'' || s[end-1] == '`') {
		quote := s[end-1]
		end--
		for end > 0 && s[end-1] == '\\' {
			end--
		}
		from := max(0, end-longest-1)
		if start = from + strings.LastIndexByte(s[from:end], quote) + 1; start > from {
			p.name, p.begin, p.quoted = s[start:end], start, true
			return
		}
	}
	for start = end; start > 0 && end-start < longest && isNameByte(s[start-1]); {
		start--
	}
	p.name, p.begin = strings.TrimLeft(s[start:end], "-."), start
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func isNameByte(c byte) bool { return isAlnum(c) || c == '_' || c == '-' || c == '.' || c >= 0x80 }

// secret returns where the value stands, or nothing where it is no secret.
func (p *pair) secret() (start, end int) {
	s := p.text
	v := p.sign + 1
	if s[p.sign] == '=' && v < len(s) && s[v] == '>' {
		v++
	}
	for v < len(s) && (s[v] == ' ' || s[v] == '\t') {
		v++
	}
	if v >= len(s) || s[p.sign] == ':' && strings.HasPrefix(s[v:], "//") {
		return 0, 0
	}
	if s[p.sign] == ':' {
		v += markEnd(s[v:])
	}
	p.value = v
	if c := s[v]; c == '{' || c == '[' {
		return p.bracketed()
	}
	if regexGroup.MatchString(s[v:min(len(s), v+64)]) {
		return 0, 0
	}
	if p.ofEnvironments {
		return 0, 0 // a name for one, as env=prod; see yaml for what is indented below
	}
	p.findValue()
	value := s[p.value:p.end]
	if isHarmless(p.class, p.name, value) || s[p.sign] == ':' && (!p.quotedValue || p.class == token) && p.isProse(value) {
		return 0, 0
	}
	if p.class != password && s[p.sign] == ':' && p.value == p.sign+1 && !p.quoted && tagForm.MatchString(value) {
		return 0, 0
	}
	if p.begin == 0 && p.class == password && s[p.sign] == ':' && !p.quotedValue {
		if i := strings.IndexAny(s[p.end:], "\r\n,;}"); i != 0 { // of several words
			p.end += len(strings.TrimRight(s[p.end:], " \t\r\n"))
			if i > 0 {
				p.end = min(p.end, p.value+len(value)+i)
			}
		}
	}
	return p.value, p.end
}

// regexGroup matches the beginning of a group of a regular expression, which takes
// the value of a metric out of a log.
var regexGroup = regexp.MustCompile(`^\((?:\?(?::|P?<\w+>))?(?:[\[\\]|\.[*+])`)

// markForm matches an anchor and a tag of YAML, which stand before a value.
var markForm = regexp.MustCompile(`^(?:(?:&[\w.-]+|![\w./!<>:,-]*)[ \t]+)+`)

// markEnd is where the anchor and the tag before a value end, 0 where there are none
// or nothing follows.
func markEnd(s string) int {
	if s == "" || s[0] != '&' && s[0] != '!' {
		return 0
	}
	const longest = 256
	if m := markForm.FindStringIndex(s[:min(len(s), longest)]); m != nil && m[1] < len(s) {
		return m[1]
	}
	return 0
}

// tagForm matches the tag of an image: vault-secret:1.2 is no name with a value.
var tagForm = regexp.MustCompile(`^(?:v?[0-9]+(?:\.[0-9]+)*(?:-[a-z0-9.]+)*|latest|stable|main|dev|prod)$`)

// bracketed returns an object or a list that is the value, with its brackets.
func (p *pair) bracketed() (start, end int) {
	s := p.text
	const short = 256
	if p.class == hint {
		return p.hinted()
	}
	if end = bracketEnd(s, p.value); end-p.value > short {
		return p.value, end
	}
	if isHarmless(p.class, p.name, s[p.value:end]) || strings.HasPrefix(s[p.value:], "{{") && p.class != open {
		return 0, 0
	}
	if inner := strings.Trim(s[p.value:end], "{}[] \t\r\n"); inner == "" || p.class != open && strings.IndexByte(inner, '"') < 0 && !isOdd(inner) {
		return 0, 0
	}
	return p.value, end
}

// hinted returns a list of tokens that has one of access among the first.
func (p *pair) hinted() (start, end int) {
	const looked = 1024
	end = bracketEnd(p.text[:min(len(p.text), p.value+looked)], p.value)
	inner := p.text[p.value:end]
	isPart := func(r rune) bool { return strings.ContainsRune("{}[]\"'`\\ \t\r\n,:", r) }
	for word := range strings.FieldsFuncSeq(inner, isPart) {
		if looksRandom(word) {
			return p.value, end
		}
	}
	return 0, 0
}

// bracketEnd is where the bracket at i is closed; the end of the text where it is
// not.
func bracketEnd(s string, i int) int {
	depth, quote := 0, byte(0)
	for j := i; j < len(s); j++ {
		switch c := s[j]; {
		case c == '\\':
			j++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"':
			quote = c
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return j + 1
			}
		}
	}
	return len(s)
}

// unquotedEnd is where a value without quotes ends.
const unquotedEnd = " \t\r\n\"'`<>|,;&)}]\\"

// findValue finds the value: what is in quotes, which may be escaped, or up to what
// ends a word. The scheme of an Authorization header is not all of it.
func (p *pair) findValue() {
	s := p.text
	v := p.value
	if v+1 < len(s) && strings.IndexByte("bfru", s[v]) >= 0 && (s[v+1] == '"' || s[v+1] == '\'') { // a string of Python
		v++
	}
	open := v
	for open < len(s) && s[open] == '\\' {
		open++
	}
	if open < len(s) && (s[open] == '"' || s[open] == '\'' || s[open] == '`') {
		p.quotedValue = true
		p.value = open + 1
		p.end = p.value + quoteEnd(s[p.value:], s[v:open+1])
		return
	}
	p.end = wordEnd(s, v, p.ofAddress)
	if word := strings.ToLower(s[v:p.end]); schemes[word] && p.end < len(s) && s[p.end] == ' ' && p.class == token {
		if next := wordEnd(s, p.end+1, false); next > p.end+1 && isOdd(s[p.end+1:next]) {
			p.value, p.end = p.end+1, next
		}
	}
}

func wordEnd(s string, from int, ofAddress bool) int {
	ends := unquotedEnd
	if ofAddress {
		ends = " \t\r\n\"'`<>&#\\"
	}
	if strings.HasPrefix(s[from:], "<") { // <eos>
		if i := strings.IndexByte(s[from:min(len(s), from+64)], '>'); i >= 0 {
			return from + i + 1
		}
	}
	if strings.HasPrefix(s[from:], "$(") {
		if n := substitutionEnd(s[from:]); n > 0 { // with what stands right behind it
			if i := strings.IndexAny(s[from+n:], ends); i >= 0 {
				return from + n + i
			}
			return len(s)
		}
	}
	if strings.HasPrefix(s[from:], "${") || strings.HasPrefix(s[from:], "$(") {
		if i := strings.IndexAny(s[from:min(len(s), from+64)], "})"); i >= 0 {
			return from + i + 1
		}
	}
	if i := strings.IndexAny(s[from:], ends); i >= 0 {
		return from + i
	}
	return len(s)
}

// quoteEnd is where a text in quotes ends: at the next quote as the one that began
// it, which may have backslashes before it.
func quoteEnd(s, opening string) int {
	for i := 0; i < len(s); {
		j := strings.Index(s[i:], opening)
		if j < 0 {
			break
		}
		if i += j; i == 0 || s[i-1] != '\\' {
			return i
		}
		i += len(opening)
	}
	if i := strings.IndexAny(s, "\r\n"); i >= 0 {
		return i
	}
	return len(s)
}

// isProse reports whether a colon belongs to a sentence, as in "load token: no such
// file": its name does not begin a line, or more follows than one word.
func (p *pair) isProse(value string) bool {
	if isOdd(value) || p.quoted || p.begin == 0 && p.class == password {
		return false
	}
	const looked = 256 // of the line before and behind
	line := p.text[max(0, p.begin-looked):p.begin]
	line = line[strings.LastIndexByte(line, '\n')+1:]
	rest, _, _ := strings.Cut(p.text[p.end:min(len(p.text), p.end+looked)], "\n")
	if strings.Trim(line, " \t-{") != "" && !strings.HasSuffix(strings.TrimRight(line, " "), ";") && !strings.HasSuffix(strings.TrimRight(line, " "), ",") {
		return true
	}
	rest = strings.TrimSpace(rest)
	return rest != "" && rest[0] != ',' && rest[0] != ';' && rest[0] != '}' && rest[0] != '#' && !p.lines
}

// yamlKey matches a line of YAML that has a key: its indentation, the key, and what
// stands behind it.
var yamlKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^([ \t]*(?:- +)*)["']?([A-Za-z_][\w.-]{0,80})["']?[ \t]*:(?:[ \t]+(.*))?$`)
})

// yaml finds what is indented below a key that says secret or environment, and the
// value in the line beside a name that says secret.
func yaml(s string, found func(start, end int)) {
	below := -1    // the indentation of the key that all that is deeper belongs to
	lines := false // only lines without keys do
	var name nameLine
	for start := 0; start < len(s); {
		end := len(s)
		if i := strings.IndexByte(s[start:], '\n'); i >= 0 {
			end = start + i
		}
		line := strings.TrimRight(s[start:end], "\r")
		indent := len(line) - len(strings.TrimLeft(line, " \t"))
		m := yamlKey().FindStringSubmatchIndex(line)
		switch {
		case strings.TrimSpace(line) == "":
		case below >= 0 && (indent > below || indent == below && strings.HasPrefix(line[indent:], "- ")):
			if !lines || m == nil {
				lineValue(line, m, func(from, to int) { found(start+from, start+to) })
			}
		case m == nil:
			below = -1
		default:
			below = -1
			key, value := line[m[4]:m[5]], ""
			if m[6] >= 0 {
				m[6] += markEnd(line[m[6]:m[7]])
				value = strings.TrimSpace(line[m[6]:m[7]])
			}
			switch c := classOf(key); {
			case value == "" || strings.IndexByte("|>&!", value[0]) >= 0:
				switch {
				case c > hint || isEnvironment(key):
					below, lines = m[3], c == token || c == ofKey
				case valueMembers[lowerASCII(key)] && m[3] == name.column && classOf(name.name) > hint:
					below, lines = m[3], false
				}
			case c >= secret && !isHarmless(c, key, strings.Trim(value, `"'`)) && strings.IndexByte("{[", value[0]) < 0:
				found(start+m[6], start+m[7])
			}
			name.add(s, start, m, key, value, found)
		}
		start = end + 1
	}
}

// lineValue finds the value of a line inside an environment; that of a name is kept.
func lineValue(line string, m []int, found func(from, to int)) {
	from, to := len(line)-len(strings.TrimLeft(line, " \t-")), len(line)
	if m != nil {
		if m[6] < 0 || nameMembers[strings.ToLower(line[m[4]:m[5]])] {
			return
		}
		from = m[6]
	} else if i := strings.IndexByte(line, '='); i > from {
		from = i + 1
	}
	if value := strings.Trim(line[from:to], " \t\"'"); value != "" && !heldARN.MatchString(value) && !isMasked(value) {
		found(from, to)
	}
}

// A nameLine is a line of YAML with a name or a value, waiting for its other half.
type nameLine struct {
	column     int
	name       string
	start, end int // of the value
}

func (n *nameLine) add(s string, line int, m []int, key, value string, found func(start, end int)) {
	if m[3] != n.column || strings.Contains(s[line+m[2]:line+m[3]], "-") {
		*n = nameLine{column: m[3]}
	}
	value = strings.Trim(value, `"'`)
	switch key = strings.ToLower(key); {
	case nameMembers[key]:
		n.name = value
	case valueMembers[key] && m[6] >= 0:
		n.start, n.end = line+m[6], line+m[7]
	default:
		return
	}
	if c := classOf(n.name); c != open && n.end > n.start && !isHarmless(c, n.name, strings.Trim(s[n.start:n.end], `"' `)) {
		found(n.start, n.end)
	}
}

// valuesBesideNames finds {"Name": "password", "Value": "x"} in JSON that cannot be
// read, and {Name=password,Value=x}.
func valuesBesideNames(s string, found func(start, end int)) {
	if !strings.Contains(s, "alue") && !strings.Contains(s, "ALUE") {
		return
	}
	for i, form := range besideForms() {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
			name, value := m[2:4], m[4:6]
			if i == 1 {
				name, value = value, name
			}
			text := s[name[0]:name[1]]
			if c := classOf(text); c != open && !isHarmless(c, text, s[value[0]:value[1]]) {
				found(value[0], value[1])
			}
		}
	}
}

var besideForms = sync.OnceValue(func() []*regexp.Regexp {
	const (
		name  = `(?:(?:parameter|property|variable|option|header)?(?:name|key))["'\\]*\s*[:=]\s*["'\\]*([\w.-]+)["'\\]*`
		value = `(?:(?:parameter|property|variable|option|header|string|default_?|enum_?|allowed_?)?values?(?:hint)?)["'\\]*\s*[:=]\s*["'\\]*(\[[^\[\]]{0,500}\]|[^\s"'\\,;{}]+)`
		// What may stand between the two: a type, say.
		between = `[,;\s](?:[^{}]{0,80}?[,;\s"'\\{])??["'\\]*`
	)
	return []*regexp.Regexp{
		regexp.MustCompile(`(?i)\b` + name + between + value),
		regexp.MustCompile(`(?i)\b` + value + `["'\\]*` + between + name),
	}
})

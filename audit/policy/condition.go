package policy

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// set is the prefix of an operator that takes each value of a key by itself.
type set uint8

const (
	noSet set = iota
	forAll
	forAny
)

type operator uint8

const (
	noOperator operator = iota
	stringEquals
	stringEqualsIgnoreCase
	stringLike
	numericEquals
	numericLess
	numericLessEquals
	numericGreater
	numericGreaterEquals
	dateEquals
	dateLess
	dateLessEquals
	dateGreater
	dateGreaterEquals
	boolEquals
	binaryEquals
	ipAddress
	arnLike
	null
)

// condition is one operator with one key, compiled.
type condition struct {
	op       operator
	negated  bool
	set      set
	ifExists bool
	key      *key
	values   []conditionValue
	broken   string
	element  int       // index of Statement.Conditions
	since    time.Time // requests are made then or later, if not zero
}

// conditionValue is one value of a policy, compiled for its operator.
type conditionValue struct {
	pattern pattern
	number  *big.Rat
	time    time.Time
	net     netip.Prefix
	loose   netip.Prefix // what net is by the letter of the documentation, if that is another
	bytes   []byte
	flag    bool
	arn     []pattern // six, or none for what is no ARN
	broken  string
}

// operators by their lower-case names without prefix and suffix.
func operatorNamed(name string) (op operator, negated bool) {
	switch name {
	case "stringequals":
		return stringEquals, false
	case "stringnotequals":
		return stringEquals, true
	case "stringequalsignorecase":
		return stringEqualsIgnoreCase, false
	case "stringnotequalsignorecase":
		return stringEqualsIgnoreCase, true
	case "stringlike":
		return stringLike, false
	case "stringnotlike":
		return stringLike, true
	case "numericequals":
		return numericEquals, false
	case "numericnotequals":
		return numericEquals, true
	case "numericlessthan":
		return numericLess, false
	case "numericlessthanequals":
		return numericLessEquals, false
	case "numericgreaterthan":
		return numericGreater, false
	case "numericgreaterthanequals":
		return numericGreaterEquals, false
	case "dateequals":
		return dateEquals, false
	case "datenotequals":
		return dateEquals, true
	case "datelessthan":
		return dateLess, false
	case "datelessthanequals":
		return dateLessEquals, false
	case "dategreaterthan":
		return dateGreater, false
	case "dategreaterthanequals":
		return dateGreaterEquals, false
	case "bool":
		return boolEquals, false
	case "binaryequals":
		return binaryEquals, false
	case "ipaddress":
		return ipAddress, false
	case "notipaddress":
		return ipAddress, true
	case "arnequals", "arnlike":
		// "The ArnEquals and ArnLike condition operators behave identically."
		return arnLike, false
	case "arnnotequals", "arnnotlike":
		return arnLike, true
	case "null":
		return null, false
	}
	return noOperator, false
}

// compileCondition reads an operator, key and values. What is not understood is said in broken.
func compileCondition(e ConditionElement, vars bool) condition {
	c := condition{key: newKey(e.Key)}
	name := lowerASCII(e.Operator)
	if rest, ok := strings.CutPrefix(name, "forallvalues:"); ok {
		c.set, name = forAll, rest
	} else if rest, ok := strings.CutPrefix(name, "foranyvalue:"); ok {
		c.set, name = forAny, rest
	}
	if rest, ok := strings.CutSuffix(name, "ifexists"); ok {
		c.ifExists, name = true, rest
	}
	c.op, c.negated = operatorNamed(name)
	switch {
	case c.op == noOperator:
		c.broken = "the condition operator " + strconv.Quote(e.Operator) + " is not known"
		return c
	case c.op == null && (c.ifExists || c.set != noSet):
		c.broken = "Null takes neither IfExists nor a set operator"
		return c
	case len(e.Values) == 0:
		c.broken = "the condition has no value"
		return c
	case strings.Contains(e.Key, redacted):
		c.broken = "a value was redacted"
		return c
	}
	for _, text := range e.Values {
		c.values = append(c.values, compileValue(c.op, text, vars))
	}
	return c
}

func compileValue(op operator, text string, vars bool) conditionValue {
	var v conditionValue
	if strings.Contains(text, redacted) {
		v.broken = "a value was redacted"
		return v
	}
	var s syntax
	if vars {
		s = variables
	}
	switch op {
	case stringEquals:
		v.pattern = compile(text, s)
	case stringEqualsIgnoreCase:
		v.pattern = compile(text, s)
	case stringLike:
		v.pattern = compile(text, s|wildcards)
	case arnLike:
		// "Each of the six colon-delimited components of the ARN is checked separately and each can include multi-character match wildcards
		// (*) or single-character match wildcards (?)."
		if text == "*" {
			v.pattern = compile(text, wildcards)
			break
		}
		for _, seg := range splitARN(text) {
			v.arn = append(v.arn, compile(seg, s|wildcards))
			if b := v.arn[len(v.arn)-1].broken; b != "" {
				v.broken = b
			}
		}
		if len(v.arn) != 6 {
			v.broken = "the value is no ARN"
		}
		return v
	case numericEquals, numericLess, numericLessEquals, numericGreater, numericGreaterEquals:
		if v.number = readNumber(text); v.number == nil {
			v.broken = "the value is no number"
		}
		return v
	case dateEquals, dateLess, dateLessEquals, dateGreater, dateGreaterEquals:
		var ok bool
		if v.time, ok = readDate(text); !ok {
			v.broken = "the value is no date"
		}
		return v
	case boolEquals, null:
		var ok bool
		if v.flag, ok = readBool(text); !ok {
			v.broken = "the value is neither true nor false"
		}
		return v
	case binaryEquals:
		b, err := base64.StdEncoding.DecodeString(text)
		if v.bytes = b; err != nil {
			v.broken = "the value is not base64"
		}
		return v
	case ipAddress:
		var ok bool
		if v.net, ok = readNet(text); !ok {
			v.broken = "the value is no address range"
		} else if v.net.Addr().Is6() && !strings.Contains(text, "/") {
			// "If you specify an IP address without the associated routing prefix, IAM uses the default prefix value of /32", which is one
			// address of IPv4 but many of IPv6.
			v.loose = netip.PrefixFrom(v.net.Addr(), 32).Masked()
		}
		return v
	}
	v.broken = v.pattern.broken
	return v
}

// splitARN splits at the first five colons, outside of policy variables.
func splitARN(s string) []string {
	var out []string
	depth, from := 0, 0
	for i := 0; i < len(s) && len(out) < 5; i++ {
		switch {
		case s[i] == '$' && i+1 < len(s) && s[i+1] == '{':
			depth = 1
		case s[i] == '}':
			depth = 0
		case s[i] == ':' && depth == 0:
			out = append(out, s[from:i])
			from = i + 1
		}
	}
	return append(out, s[from:])
}

func readNumber(s string) *big.Rat {
	if s == "" || len(s) > 64 || strings.ContainsAny(s, "/_xXpPoObB") || strings.ContainsAny(s, "eE") {
		return nil
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return nil
	}
	return r
}

// readDate reads a W3C form of ISO 8601, or seconds since 1970.
func readDate(s string) (time.Time, bool) {
	for _, form := range [...]string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01", "2006"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(n, 0), true
	}
	return time.Time{}, false
}

func readBool(s string) (value, ok bool) {
	switch {
	case strings.EqualFold(s, "true"):
		return true, true
	case strings.EqualFold(s, "false"):
		return false, true
	}
	return false, false
}

// readNet reads a CIDR range, or an address, which is a range of one.
func readNet(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}

// eval says whether the condition is met.
func (c *condition) eval(ev *evaluation) Truth {
	if c.broken != "" {
		return Maybe
	}
	v := ev.lookup(c.key)
	if c.op == null {
		return c.evalNull(&v)
	}
	if v.state == known && c.set != noSet && !v.open && empty(&v) {
		// "It also returns true if there are no keys in the request, or if the key values resolve to a null data set, such as an empty
		// string"; ForAnyValue: "For no matching key or a null dataset, the condition returns false".
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_multi-value-conditions.html
		return truth(c.set == forAll)
	}
	switch v.state {
	case absent:
		// "If the key that you specify in a policy condition is not present in the request context, the values do not match and the
		// condition is false. If the policy condition requires that the key is not matched, and the right key is not present, the condition
		// is true." ForAllValues is true, ForAnyValue false where there is no value.
		switch {
		case c.ifExists || c.set == forAll:
			return Yes
		case c.set == forAny:
			return No
		}
		return truth(c.negated)
	case unknown, present:
		return c.later(ev)
	}
	switch c.set {
	case forAll:
		t := Yes
		for i := range v.len() {
			t = min(t, c.one(v.text(i), v.open, ev))
		}
		return t
	case forAny:
		t := No
		for i := range v.len() {
			t = max(t, c.one(v.text(i), v.open, ev))
		}
		return t
	}
	t := c.one(v.text(0), v.open, ev)
	for i := 1; i < v.len(); i++ {
		// AWS does not say what an operator without prefix does with several values, so it is known only where all agree.
		if c.one(v.text(i), v.open, ev) != t {
			return Maybe
		}
	}
	return t
}

// longestSession is how long credentials of a session last at most: 36 hours, by GetSessionToken.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
const longestSession = 36 * time.Hour

// later says what the condition makes of a time that is not known, but not long past.
func (c *condition) later(ev *evaluation) Truth {
	start, there := c.since, true
	switch c.key.name {
	case "aws:currenttime", "aws:epochtime":
	case "aws:tokenissuetime":
		// "This key is present in the request context only when the principal uses temporary credentials to make the request."
		start, there = start.Add(-longestSession), ev.request.Principal.Kind == KindRole
	default:
		return Maybe
	}
	if c.since.IsZero() {
		return Maybe
	}
	t := No
	for i := range c.values {
		w := &c.values[i]
		past := w.time.Compare(start) // of the policy's value
		switch {
		case w.broken != "":
			t = max(t, Maybe)
		case past < 0 && (c.op == dateGreater || c.op == dateGreaterEquals), past == 0 && c.op == dateGreaterEquals:
			t = Yes
		case past < 0 && (c.op == dateEquals || c.op == dateLess || c.op == dateLessEquals), past == 0 && c.op == dateLess:
		default:
			t = max(t, Maybe)
		}
	}
	if c.negated {
		t = not(t)
	}
	if without := truth(c.ifExists || c.set == forAll || c.negated && c.set != forAny); !there && t != without {
		return Maybe
	}
	return t
}

// empty says whether the values are a null data set.
func empty(v *value) bool { return v.len() == 0 || v.len() == 1 && v.text(0) == "" }

func (c *condition) evalNull(v *value) Truth {
	t := No
	for i := range c.values {
		w := &c.values[i]
		switch {
		case w.broken != "" || v.state == unknown || v.state == known && !v.open && empty(v):
			// "false (the key exists and its value is not null)": whether an empty text is null is not said.
			t = max(t, Maybe)
		case (v.state == absent) == w.flag:
			t = Yes
		}
	}
	return t
}

// one says what the condition makes of one value of the request: OR over the policy's values, or NOR where it negates.
func (c *condition) one(text string, open bool, ev *evaluation) Truth {
	t := No
	for i := range c.values {
		if t = max(t, c.values[i].match(c.op, text, open, ev)); t == Yes {
			break
		}
	}
	if c.negated {
		return not(t)
	}
	return t
}

func (w *conditionValue) match(op operator, text string, open bool, ev *evaluation) Truth {
	if w.broken != "" {
		return Maybe
	}
	switch op {
	case stringEquals, stringLike:
		if open {
			return w.pattern.matchBeginning(text, ev)
		}
		return w.pattern.match(text, ev)
	case stringEqualsIgnoreCase:
		return w.pattern.matchFold(text, open, ev)
	case arnLike:
		return w.matchARN(text, open, ev)
	}
	if open {
		return Maybe
	}
	switch op {
	case numericEquals, numericLess, numericLessEquals, numericGreater, numericGreaterEquals:
		n := readNumber(text)
		if n == nil {
			return Maybe
		}
		return compared(op-numericEquals, n.Cmp(w.number))
	case dateEquals, dateLess, dateLessEquals, dateGreater, dateGreaterEquals:
		d, ok := readDate(text)
		if !ok {
			return Maybe
		}
		return compared(op-dateEquals, d.Compare(w.time))
	case boolEquals:
		b, ok := readBool(text)
		if !ok {
			return Maybe
		}
		return truth(b == w.flag)
	case binaryEquals:
		b, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return Maybe
		}
		return truth(bytes.Equal(b, w.bytes))
	case ipAddress:
		n, ok := readNet(text)
		if !ok {
			return Maybe
		}
		if w.net.Bits() <= n.Bits() && w.net.Contains(n.Addr()) {
			return Yes
		}
		if w.loose.IsValid() && w.loose.Contains(n.Addr()) {
			return Maybe
		}
		return No
	}
	return Maybe
}

// compared answers =, <, <=, >, >= in the order of the operators.
func compared(which operator, c int) Truth {
	switch which {
	case 0:
		return truth(c == 0)
	case 1:
		return truth(c < 0)
	case 2:
		return truth(c <= 0)
	case 3:
		return truth(c > 0)
	}
	return truth(c >= 0)
}

func (w *conditionValue) matchARN(text string, open bool, ev *evaluation) Truth {
	if w.arn == nil {
		return Yes // "*"
	}
	segs := splitARN(text)
	if open {
		return Maybe
	}
	if len(segs) != 6 {
		return No
	}
	t := Yes
	for i := range segs {
		if t = min(t, w.arn[i].match(segs[i], ev)); t == No {
			break
		}
	}
	return t
}

// matchBeginning says whether the pattern matches a text of which only the beginning is known.
func (p *pattern) matchBeginning(text string, ev *evaluation) Truth {
	if p.broken != "" {
		return Maybe
	}
	parts, unsure := p.parts, false
	if p.kind == varying {
		var ok bool
		if parts, unsure, ok = p.resolve(nil, ev); !ok {
			return No
		}
	}
	t := matchOpen(parts, text)
	if unsure && t == Yes {
		return Maybe
	}
	return t
}

// matchFold is match without wildcards and without regard to case.
func (p *pattern) matchFold(text string, open bool, ev *evaluation) Truth {
	if p.broken != "" || open {
		return Maybe
	}
	if p.kind != varying {
		return truth(strings.EqualFold(p.lit, text))
	}
	parts, unsure, ok := p.resolve(nil, ev)
	if !ok {
		return No
	}
	if unsure {
		return Maybe
	}
	var b strings.Builder
	for i := range parts {
		b.WriteString(parts[i].lit)
	}
	return truth(strings.EqualFold(b.String(), text))
}

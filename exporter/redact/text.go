package redact

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/sgexport/sgexport/exporter/names"
)

// A span is a part of a text that is a secret.
type span struct {
	start, end int
	rule       string
	token      bool // of a published form: too long and random to be guessed
}

// A detector finds secrets of one kind in texts that have one of its keywords.
type detector struct {
	rule     string
	keywords wordList
	token    bool
	named    bool // it wants to see the name of the issuer
	find     func(s string, found func(start, end int))
}

// detectors are all that texts are looked through by.
type detectors struct {
	*finder
	list []detector

	issuers *finder // of names, see [Filter.besideIssuer]
	named   []detector
}

var allDetectors = sync.OnceValue(func() *detectors {
	set, err := parseRules(ruleData)
	if err != nil {
		panic(err) // the data is a part of the program
	}
	d := &detectors{list: slices.Concat(structures, forms())}
	for i := range set.Rules {
		r := &set.Rules[i]
		d.list = append(d.list, detector{r.ID, r.Keywords, !r.Named, r.Named, r.find})
	}
	for _, one := range d.list {
		if one.named {
			d.named = append(d.named, one)
		}
	}
	d.finder, d.issuers = newFinder(keywordsOf(d.list)), newFinder(keywordsOf(d.named))
	return d
})

func keywordsOf(list []detector) (all []wordList) {
	for i := range list {
		all = append(all, list[i].keywords)
	}
	return all
}

// spansIn returns the secrets in a text, in order, none of which overlaps another,
// and the rules that found them.
func spansIn(s string) (merged []span, rules []string) { return (*Memory)(nil).spansIn(s) }

// spansIn is [spansIn] of a text that may have come before.
func (m *Memory) spansIn(s string) (merged []span, rules []string) {
	d := allDetectors()
	spans := escaped(runs(nil, s), s)
	who, any := d.scan(s)
	if any && (spans != nil || !m.isClean(s)) {
		if spans = d.spans(spans, &who, s); spans == nil {
			m.keep(s)
		}
	}
	return merge(spans)
}

// tokensIn is spansIn for tokens of published forms alone.
func tokensIn(s string) (merged []span, rules []string) {
	d := allDetectors()
	who, any := d.scan(s)
	if !any {
		return nil, nil
	}
	return merge(slices.DeleteFunc(d.spans(nil, &who, s), func(p span) bool { return !p.token }))
}

// merge puts spans that overlap together, in order.
func merge(spans []span) (merged []span, rules []string) {
	for _, p := range spans {
		if !slices.Contains(rules, p.rule) {
			rules = append(rules, p.rule)
		}
	}
	if len(spans) < 2 {
		return spans, rules
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.start - b.start })
	merged = spans[:1]
	for _, b := range spans[1:] {
		a := &merged[len(merged)-1]
		if b.start >= a.end {
			merged = append(merged, b)
			continue
		}
		a.token = a.token && b.token && a.start == b.start && a.end == b.end
		a.end = max(a.end, b.end)
	}
	return merged, rules
}

// spans appends what the detectors find that a text has a word of.
func (d *detectors) spans(spans []span, who *owners, s string) []span {
	for i := range who.each {
		one := &d.list[i]
		one.find(s, func(start, end int) {
			if one.token {
				end = tokenEnd(s, end)
			}
			if start < end && !isMasked(s[start:end]) {
				spans = append(spans, span{start, end, one.rule, one.token})
			}
		})
	}
	return spans
}

// isMasked reports whether something was taken out already.
func isMasked(s string) bool {
	return strings.HasPrefix(s, Redacted) || strings.HasPrefix(s, maskedToken)
}

// tokenEnd is where the token ends that is known up to end: what is longer than its
// form must not leave its end behind.
func tokenEnd(s string, end int) int {
	for end < len(s) && (isAlnum(s[end]) || s[end] == '_' || s[end] == '-' || s[end] == '=') {
		end++
	}
	return end
}

// forms are published forms of tokens, wider than the rules of gitleaks have them: a
// token that was cut, or of a length that its issuer has changed since, is a secret
// all the same. No name of a resource looks like one.
func forms() []detector {
	var list []detector
	for _, f := range []struct {
		rule, keywords, form string
		isToken              func(string) bool
	}{
		{"aws-access-key-id", "akia asia abia acca", `(?:^|[^A-Za-z0-9])((?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16})(?:$|[^A-Za-z0-9])`, nil},
		{"aws-session-token", "iqojb3jpz2lu fwogzxivyxdz fqogzxivyxdz", `(?:IQoJb3JpZ2lu|FwoGZXIvYXdz|FQoGZXIvYXdz)[A-Za-z0-9/+=_-]{16,}`, nil},
		{"github-token", "gho_ ghp_ ghs_ ghu_ ghr_", `(gh[opsur]_[A-Za-z0-9]{30,})`, nil},
		{"github-fine-grained-pat", "github_pat_", `github_pat_[A-Za-z0-9_]{22,}`, nil},
		{"gitlab-token", "glpat- glptt- glrt- gldt- glcbt- glft- glsoat- glagent- glimt- gloas- glffct-", `(gl(?:pat|ptt|rt|dt|cbt|ft|soat|agent|imt|oas|ffct)-[A-Za-z0-9_.-]{16,})`, isNoName},
		{"huggingface-token", "hf_ api_org_", `((?:hf|api_org)_[A-Za-z0-9]{30,})`, nil},
		{"slack-token", "xox xapp-", `(?:^|[^A-Za-z0-9])((?:xox[abposre](?:\.xox[abposre])?|xapp)-[0-9][A-Za-z0-9-]{9,})`, nil},
		{"slack-webhook-url", "hooks.slack.com/", `hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9+/_-]{8,})`, nil},
		{"microsoft-teams-webhook", "webhook.office.com/", `webhook\.office\.com/(?:webhookb2/)?([A-Za-z0-9@/_-]{16,})`, nil},
		{"telegram-bot-api-token", "/bot", `/bot([0-9]{6,}:[A-Za-z0-9_-]{20,})`, nil},
		{"telegram-bot-api-token", ":aa", `(?:^|[^A-Za-z0-9])([0-9]{8,10}:AA[A-Za-z0-9_-]{32,})`, nil},
		{"discord-webhook-url", "/api/webhooks/", `/api/webhooks/([0-9]{6,}/[A-Za-z0-9_-]{8,})`, nil},
		{"openai-key", "sk-proj- sk-svcacct- sk-admin- sk-none- sk-ant- sk-or-v", `(?:^|[^A-Za-z0-9])(sk-(?:proj|svcacct|admin|None|ant|or-v[0-9]+)-[A-Za-z0-9_-]{32,})`, isOpenAI},
		{"openai-key", "sk-", `(?:^|[^A-Za-z0-9])(sk-[A-Za-z0-9]{32,})(?:$|[^A-Za-z0-9_-])`, isOpenAI},
		{"google-api-key", "aiza", `(?:^|[^A-Za-z0-9])(AIza[A-Za-z0-9_-]{30,})`, nil},
		{"google-oauth", "ya29. gocspx-", `(?:^|[^A-Za-z0-9])(ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})`, isNoName},
		{"npm-token", "npm_", `(npm_[A-Za-z0-9]{30,})`, nil},
		{"pypi-token", "pypi-age", `(?:^|[^A-Za-z0-9])(pypi-AgE[A-Za-z0-9_-]{16,})`, nil},
		{"docker-token", "dckr_", `(dckr_(?:pat|oat)_[A-Za-z0-9_-]{16,})`, isNoName},
		{"databricks-token", "dapi", `(?:^|[^A-Za-z0-9])(dapi[A-Za-z0-9]{32,}(?:-[0-9])?)`, nil},
		{"sendgrid-token", "sg.", `(?:^|[^A-Za-z0-9])(SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,})`, nil},
		{"stripe-key", "sk_live sk_test rk_live rk_test sk_prod rk_prod whsec_", `((?:[sr]k_(?:live|test|prod)|whsec)_[A-Za-z0-9]{10,})`, nil},
		{"groq-key", "gsk_", `(gsk_[A-Za-z0-9]{40,})`, nil},
		{"xai-key", "xai-", `(?:^|[^A-Za-z0-9])(xai-[A-Za-z0-9]{70,})`, nil},
		{"replicate-token", "r8_", `(r8_[A-Za-z0-9]{30,})`, nil},
		{"perplexity-key", "pplx-", `(pplx-[A-Za-z0-9]{32,})`, nil},
		{"nvidia-key", "nvapi-", `(nvapi-[A-Za-z0-9_-]{32,})`, isNoName},
		{"langsmith-key", "lsv2_", `(lsv2_(?:pt|sk)_[A-Za-z0-9_]{32,})`, nil},
		{"jwt", "eyj", `(?:^|[^A-Za-z0-9])(eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]+)?)`, nil},
		{"openrouter-key", "sk-or-v", `(sk-or-v[0-9]+-[0-9a-f]{32,})`, nil},
		{"new-relic-key", "nrak-", `(NRAK-[A-Z0-9]{27})`, nil},
		{"airtable-token", "pat", `(pat[A-Za-z0-9]{14}\.[0-9a-f]{64})`, nil},
		{"pinecone-key", "pcsk_", `(pcsk_[A-Za-z0-9]{4,8}_[A-Za-z0-9]{40,})`, nil},
		{"tavily-key", "tvly-", `(tvly-(?:dev-|prod-)?[A-Za-z0-9_-]{24,})`, isNoName},
		{"supabase-token", "sbp_", `(sbp_(?:[a-z0-9]+_)?[0-9a-f]{40})`, nil},
		{"tailscale-key", "tskey-", `(tskey-[a-z]+-[A-Za-z0-9]{8,}-[A-Za-z0-9]{20,})`, isNoName},
		{"wandb-key", "wandb_v1_", `(wandb_v1_[A-Za-z0-9_]{40,})`, isNoName},
		{"kaggle-token", "kgat_", `(KGAT_[0-9a-f]{32})`, nil},
		{"circleci-token", "ccipat_ cciprj_", `(CCI(?:PAT|PRJ)_[A-Za-z0-9]{16,}_[0-9a-f]{40})`, nil},
		{"figma-token", "figd_", `(figd_[A-Za-z0-9_-]{40,})`, isNoName},
		{"google-hmac-key", "goog1e", `(?:^|[^A-Za-z0-9])(GOOG1E[A-Z0-9]{55,})`, nil},
		{"sourcegraph-token", "sgp_", `(sgp_(?:(?:[0-9a-f]{16}|local)_)?[0-9a-f]{40})`, nil},
		{"jina-key", "jina_", `(jina_[A-Za-z0-9_-]{50,})`, isNoName},
		{"llamacloud-key", "llx-", `(llx-[A-Za-z0-9]{40,})`, nil},
		{"private-key-base64", "ls0tls1crudjti", `LS0tLS1CRUdJTi(?:BQUklWQVRF|BSU0Eg|BFQyB|BPUEVOU1NI|BFTkNSWVBU|BEU0Eg|BQR1Ag)[A-Za-z0-9+/=]*`, nil},
		{"azure-ad-client-secret", "8q~ 7q~", `[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{30,}`, nil},
	} {
		list = append(list, detector{f.rule, strings.Fields(f.keywords), true, false, formFinder(f.form, f.isToken)})
	}
	return list
}

// formFinder finds what the first group of a form matches, or all of it, where that
// is a token; isToken may be nil.
func formFinder(form string, isToken func(string) bool) func(string, func(int, int)) {
	compiled := sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(form) })
	return func(s string, found func(start, end int)) {
		for rest := 0; rest < len(s); {
			m := compiled().FindStringSubmatchIndex(s[rest:])
			if m == nil {
				return
			}
			group := 0
			if len(m) > 2 {
				group = 2
			}
			start, end := rest+m[group], rest+m[group+1]
			if isToken == nil || isToken(s[start:end]) {
				found(start, end)
			}
			rest = end // what ended this match may begin the next
		}
	}
}

// isMixed reports whether s has small and large letters and digits, as base64
// nearly always has.
func isMixed(s string) bool {
	return strings.ContainsAny(s, "0123456789") && strings.ToUpper(s) != s && strings.ToLower(s) != s
}

// isOpenAI reports whether what begins with sk- is more than the name of a model or
// a pipeline, as sk-learn has many.
func isOpenAI(s string) bool { return isMixed(s[len("sk-"):]) && !isName(s) }

// accessKeyLength is the length of a secret access key of AWS.
const accessKeyLength = 40

// runs appends what looks like a secret access key, and texts in base64 that have a
// secret in them.
func runs(spans []span, s string) []span {
	if len(s) < shortestEncoded {
		return spans
	}
	// Each run that is long enough has a byte at one of these places.
	for at := shortestEncoded - 1; at < len(s); at += shortestEncoded {
		if !isBase64[s[at]] {
			continue
		}
		start, end := at, at+1
		for start > 0 && isBase64[s[start-1]] {
			start--
		}
		for end < len(s) && isBase64[s[end]] {
			end++
		}
		switch {
		case end-start < shortestEncoded:
		case isAccessKey(s[start:end]) && standsAlone(s, start, end):
			spans = append(spans, span{start, end, "aws-secret-access-key", true})
		default:
			spans = encoded(spans, s, start, end)
		}
		at += (end - at - 1) / shortestEncoded * shortestEncoded // the run is looked at once
	}
	return spans
}

// standsAlone reports whether s[start:end] is no part of a longer name or address. A
// full stop ends a sentence, or is before the ending of a file's name.
func standsAlone(s string, start, end int) bool {
	if start > 0 && strings.IndexByte("-_.@%", s[start-1]) >= 0 {
		return false
	}
	if end == len(s) {
		return true
	}
	inName := s[end] == '.' && end+1 < len(s) && isAlnum(s[end+1])
	return !inName && strings.IndexByte("-_=@%", s[end]) < 0
}

// shortestEncoded is how long a text in base64 is that may have a secret.
const shortestEncoded = 24

// encoded appends s[start:end] where it is a text in base64 that has a secret.
func encoded(spans []span, s string, start, end int) []span {
	run := s[start:end]
	if strings.ToLower(run) == run || strings.ToUpper(run) == run {
		return spans
	}
	data, err := base64.RawStdEncoding.DecodeString(run)
	if err != nil || !utf8.Valid(data) || bytes.ContainsFunc(data, func(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }) {
		return spans
	}
	if _, rules := spansIn(string(data)); len(rules) > 0 {
		for end < len(s) && s[end] == '=' {
			end++
		}
		for _, rule := range rules {
			spans = append(spans, span{start, end, rule, false})
		}
	}
	return spans
}

// isBase64 has the letters of base64.
var isBase64 = func() (set [256]bool) {
	for c := range set {
		set[c] = isAlnum(byte(c)) || c == '/' || c == '+'
	}
	return set
}()

// named matches what a part of a path or a name is: words, with numbers at their
// ends.
var named = regexp.MustCompile(`^(?:(?:(?:[A-Z]?[a-z]{2,}|[A-Z]+)[0-9]*)+|[a-z0-9]*)$`)

// isAccessKey reports whether s is as random as a secret access key is.
func isAccessKey(s string) bool {
	if len(s) != accessKeyLength || s[0] == '/' || !isMixed(s) || entropy(s) < 4.1 {
		return false
	}
	for part := range strings.SplitSeq(s, "/") {
		if !named.MatchString(part) {
			return true
		}
	}
	return false
}

// structures are secrets that are known by what stands around them.
var structures = []detector{
	{"url-credentials", wordList{"@"}, false, false, urlCredentials},
	{"private-key", wordList{"-----begin"}, false, false, privateKeys},
	{"private-key", wordList{"private-lines:"}, false, false, puttyKeys},
	{"secret-name", wordList{
		"pass", "pwd", "pw", "psk", "secret", "token", "cred", "auth", "bearer", "jwt", "pat", "otp", "sas", "cookie", "key", "conn", "webhook", "dsn", "sig",
		"kennwort", "contrasena", "env", "value",
	}, false, false, pairs},
	{"secret-name", wordList{"pass", "pwd", "secret", "token", "cred", "auth", "key"}, false, false, flags},
	{"secret-name", wordList{"pass", "pwd", "secret", "token", "key"}, false, false, sentences},
	{"http-credentials", wordList{"bearer", "authorization"}, false, false, httpCredentials},
	{"command-credentials", wordList{
		"-u ", "-u=", "-u'", `-u"`, `-u\`, " -u", "--user", "--proxy-", "--basic-auth", "sshpass", "mysql", "mariadb", "login", "redis-cli",
	}, false, false, commandCredentials},
	{"environment", wordList{"export", "setenv", "setx", "environ", "process.env", "$env:", "putenv", "declare -x", "typeset -x", "env ", "arg ", "--env", "-e ", "-e=", "-e'", `-e"`, `-e\`}, false, false, exports},
	{"url-credentials", wordList{"jdbc:oracle"}, false, false, oracle},
}

// urlToken is where a URL ends.
const urlToken = " \t\r\n\"'`<>\\"

// urlCredentials finds user and password in URLs, and in what is short of the
// scheme: user:password@host/path.
func urlCredentials(s string, found func(start, end int)) {
	for at := 0; ; {
		i := strings.Index(s[at:], "://")
		if i < 0 {
			break
		}
		i += at
		at = i + len("://")
		scheme := i
		for scheme > 0 && (isAlnum(s[scheme-1]) || strings.IndexByte("+.-", s[scheme-1]) >= 0) {
			scheme--
		}
		end := len(s)
		if j := strings.Index(s[at:], "://"); j >= 0 { // another one
			end = at + strings.LastIndexFunc(s[at:at+j], func(r rune) bool { return !(r < 0x80 && isAlnum(byte(r)) || r == '+' || r == '.' || r == '-') }) + 1
		}
		if j := strings.IndexAny(s[at:end], urlToken); j >= 0 {
			end = at + j
		}
		if scheme == i {
			continue
		}
		from, to, ok := names.UserInfo(s[scheme:max(end, at)])
		if ok && isCredential(s[scheme:i], s[scheme+from:scheme+to]) {
			found(scheme+from, scheme+to)
		}
	}
	for _, m := range schemeless().FindAllStringSubmatchIndex(s, -1) {
		if !strings.HasPrefix(s[m[4]:m[5]], "sha") {
			found(m[2], m[3])
		}
	}
}

// schemeless matches user:password@host/ without a scheme; an address of mail
// ends with its host.
var schemeless = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[\s"'=(,])([\w.+%-]*:[^\s@/:"'(),]+)@([A-Za-z0-9][\w.-]*)[/:][A-Za-z0-9]`)
})

// isCredential reports whether what stands before the @ of a URL is more than the
// name of a user or of a container.
func isCredential(scheme, userinfo string) bool {
	if userinfo == "" || isMasked(userinfo) {
		return false
	}
	if strings.Contains(userinfo, ":") {
		return !strings.HasSuffix(userinfo, ":")
	}
	switch strings.ToLower(scheme) {
	case "http", "https", "git", "git+https", "git+http":
		return userinfo != "git"
	}
	return len(userinfo) >= 20 && isMixed(userinfo)
}

// privateKeys finds private keys in PEM, to the end of the text where they have
// none.
func privateKeys(s string, found func(start, end int)) {
	const end = "-----END"
	stop := 0
	for _, m := range pemBegin().FindAllStringIndex(s, -1) {
		if m[0] < stop {
			continue
		}
		stop = len(s)
		if i := strings.Index(s[m[1]:], end); i >= 0 {
			stop = m[1] + i + len(end)
			if j := strings.Index(s[stop:], "-----"); j >= 0 && j < 100 {
				stop += j + len("-----")
			}
		}
		found(m[0], stop)
	}
}

var pemBegin = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)-----BEGIN[ A-Z0-9_-]{0,100}PRIVATE KEY(?: BLOCK)?-----`)
})

// puttyKeys finds the private part of keys of PuTTY: what stands between the number
// of its lines and its sum, or the end of the text where it was cut.
func puttyKeys(s string, found func(start, end int)) {
	for _, m := range puttyBegin().FindAllStringIndex(s, -1) {
		end := len(s)
		if i := puttyEnd().FindStringIndex(s[m[1]:]); i != nil {
			end = m[1] + i[0]
		}
		found(m[1], end)
	}
}

var (
	puttyBegin = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)\bPrivate-Lines: *[0-9]+(?:\s|\\[rn])*`) })
	puttyEnd   = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`(?i)(?:\s|\\[rn])*(?:Private-(?:MAC|Hash|Lines)|-----|["'])`)
	})
)

// escaped appends words that have a secret when the escapes of a URL are read.
func escaped(spans []span, s string) []span {
	if strings.IndexByte(s, '%') < 0 || !strings.Contains(s, "%3") && !strings.Contains(s, "%40") {
		return spans
	}
	for start := 0; start < len(s); {
		end := len(s)
		if i := strings.IndexAny(s[start:], urlToken); i >= 0 {
			end = start + i
		}
		word := s[start:end]
		if plain, err := url.PathUnescape(word); err == nil && plain != word {
			before, _ := spansIn(strings.ReplaceAll(word, "%", "_"))
			if after, _ := spansIn(plain); len(after) > len(before) {
				spans = append(spans, span{start, end, "url-credentials", false})
			}
		}
		start = end + 1
	}
	return spans
}

// oracle finds the password in jdbc:oracle:thin:user/password@host.
func oracle(s string, found func(start, end int)) {
	for _, m := range oracleForm().FindAllStringSubmatchIndex(s, -1) {
		found(m[2], m[3])
	}
}

var oracleForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)jdbc:oracle:[a-z0-9]+:[^/\s"'@]+/([^\s"'@]+)@`)
})

// sentences finds "the password is x" and "invalid token: x", where x is no word.
func sentences(s string, found func(start, end int)) {
	for _, one := range sentenceForms() {
		if !slices.ContainsFunc(one.marks, func(mark string) bool { return strings.Contains(s, mark) }) {
			continue
		}
		for _, m := range one.form.FindAllStringSubmatchIndex(s, -1) {
			end := m[2] + len(strings.TrimRight(s[m[2]:m[3]], ".,;:!?)"))
			if isOdd(s[m[2]:end]) && !isHarmless(token, "", s[m[2]:end]) {
				found(m[2], end)
			}
		}
	}
}

// A sentenceForm matches sentences that have one of its marks.
type sentenceForm struct {
	marks []string
	form  *regexp.Regexp
}

var sentenceForms = sync.OnceValue(func() []sentenceForm {
	const (
		what  = `\b(?:pass(?:word|wd|phrase|code)|pwd|secret|token|(?:api|access|secret|private)[ _-]?key)`
		value = "[\"'`]?([^\\s\"'`]+)"
	)
	return []sentenceForm{
		{[]string{" is ", " is: ", " was ", " was: "}, regexp.MustCompile(`(?i)` + what + `(?:\s+(?:for|of|to|on|in)(?:\s+[\w.'-]{1,40}){1,4}?)?\s+(?:is|was):?\s+` + value)},
		{[]string{" for "}, regexp.MustCompile(`(?i)\b(?:denied|rejected|failed|refused|forbidden|unauthorized)\s+for\s+(?:the\s+)?` + what + `:?\s+` + value)},
		{[]string{"nvalid ", "ncorrect ", "rong ", "xpired ", "nknown ", "sing ", "ith "}, regexp.MustCompile(`(?i)\b(?:invalid|incorrect|wrong|expired|unknown|using|with)\s+(?:the\s+)?` + what + `(?:\s+provided)?:?\s+` + value)},
	}
})

// isOdd reports whether s is no word of a sentence: it has a digit, a large letter
// behind a small one, or what words do not have.
func isOdd(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c >= '0' && c <= '9' || i > 0 && isUpper(c) && !isUpper(s[i-1]) || strings.IndexByte("!#$%^&*+=~@", c) >= 0 {
			return true
		}
	}
	return false
}

// httpCredentials finds what stands behind Bearer and Basic.
func httpCredentials(s string, found func(start, end int)) {
	for _, m := range httpForm().FindAllStringSubmatchIndex(s, -1) {
		if value := s[m[2]:m[3]]; isOdd(value) || len(value) >= 24 && !strings.Contains(value, "-") {
			found(m[2], m[3])
		}
	}
}

var httpForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:\bbearer[ +:]+|\bauthorization["'\\]*\s*[:=]\s*["'\\]*(?:basic|token) +)([A-Za-z0-9._~+/=-]{8,})`)
})

// commandCredentials finds user:password behind -u, and passwords behind -p of what
// takes them so.
func commandCredentials(s string, found func(start, end int)) {
	for _, form := range commandForms() {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
			if value := s[m[2]:m[3]]; strings.Trim(value, "0123456789") != "" && !isHarmless(password, "", value) {
				found(m[2], m[3])
			}
		}
	}
}

var commandForms = sync.OnceValue(func() []*regexp.Regexp {
	return []*regexp.Regexp{
		regexp.MustCompile(`(?:^|[\s"'\[,])(?:-u|-U|--user|--proxy-user|--proxy-auth|--basic-auth)(?:=|["'\\,\s]*)[^\s:"',\\/-][^\s:"',\\/]{0,63}:([^\s"',\\]+)`),
		regexp.MustCompile(`\b(?:wandb|comet|kaggle|neptune|modal|clearml)\s+login\s+(?:--relogin\s+)?([A-Za-z0-9_.]{8,})`),
		regexp.MustCompile(`\blogin\s+\S+\s+password\s+(\S+)`), // .netrc
		regexp.MustCompile(`\b(?:sshpass|mysql\w*|mariadb\w*|login|redis-cli)\b[^\n;|&]*?\s-(?:p|a)["'\\,\s]*([^\s"',;\\-][^\s"',;\\]*)`),
	}
})

// exports finds what a script puts into the environment.
func exports(s string, found func(start, end int)) {
	forms := exportForms()
	for _, m := range forms.lists.FindAllStringSubmatchIndex(s, -1) {
		for _, one := range forms.one.FindAllStringSubmatchIndex(s[m[2]:m[3]], -1) {
			exported(s, m[2]+one[2], m[2]+one[3], found)
		}
	}
	for _, form := range forms.values {
		for _, m := range form.FindAllStringSubmatchIndex(s, -1) {
			exported(s, m[2], m[3], found)
		}
	}
	for _, m := range forms.calls.FindAllStringSubmatchIndex(s, -1) {
		found(m[2], m[3])
	}
}

// exported finds the value of one variable, where it is more than a number, a folder
// or another variable.
func exported(s string, start, end int, found func(start, end int)) {
	if t := strings.Trim(s[start:end], `"'\`); !isSubstituted(t) && !isHarmless(token, "", t) && !searchPath.MatchString(t) {
		found(start, end)
	}
}

// isSubstituted reports whether a value begins with a command of a shell.
func isSubstituted(s string) bool { return strings.HasPrefix(s, "$(") || strings.HasPrefix(s, "`") }

// searchPath matches folders, as PATH has them.
var searchPath = regexp.MustCompile(`^[/~.$][\w.{}-]*(?:[/:]+[\w.${}-]+)*[/:]*$`)

// forms of what puts values into an environment.
type exporting struct {
	lists  *regexp.Regexp   // names with values
	one    *regexp.Regexp   // of a list
	values []*regexp.Regexp // a value
	calls  *regexp.Regexp   // all variables of a call
}

var exportForms = sync.OnceValue(func() exporting {
	const (
		value = `("[^"]*"|'[^']*'|\\+"[^"\\]*|[^\s;&|"'\\]+)`
		named = `[A-Za-z_]\w*=(?:"[^"]*"|'[^']*'|\\+"[^"\\]*(?:\\+")?|[^\s;&|"'\\]+)`
	)
	return exporting{
		lists: regexp.MustCompile(`(?:^|[\s;&|"'(!%]|\\n)(?:export|env|ENV|ARG|declare -x|typeset -x|-e|--env)(?:["'\\,]*[\s,=]+["'\\]*)((?:` + named + `\s*)+)`),
		one:   regexp.MustCompile(`[A-Za-z_]\w*=` + value),
		values: []*regexp.Regexp{
			regexp.MustCompile(`\b(?:setenv|setx|ENV)\s+[A-Za-z_]\w*\s+` + value),
			regexp.MustCompile(`\b(?:os\.environ|process\.env)\s*\[[^\]]{1,80}\]\s*=\s*` + value),
			regexp.MustCompile(`(?:\bprocess\.env\.|\$env:)\w{1,80}\s*=\s*` + value),
			regexp.MustCompile(`\b(?:os\.environ\.setdefault|os\.putenv|os\.Setenv|setenv|putenv)\([^,()]{1,80},\s*` + value),
		},
		calls: regexp.MustCompile(`\b(?:os\.environ\.update|Sys\.setenv)\(([^()]+)`),
	}
})

// flags finds the value behind a name that no sign parts from it: a flag of a
// command, a setting of a tool, an argument of a function, an element of XML.
func flags(s string, found func(start, end int)) {
	if !strings.ContainsAny(s, partings) {
		return
	}
	for _, one := range flagForms() {
		if strings.Contains(s, one.mark) {
			one.find(s, found)
		}
	}
}

// partings are what may stand between the name and the value: each form has one.
const partings = " \t\n\f\r\"',\\<&"

// find finds the values of one form.
func (f *flagForm) find(s string, found func(start, end int)) {
	for _, m := range f.form.FindAllStringSubmatchIndex(s, -1) {
		name, value := s[m[2]:m[3]], s[m[4]:m[5]]
		if c := classOf(name); c != open && !isHarmless(c, name, value) && !isAsked(s, m[2], name) {
			found(m[4], m[5])
		}
	}
}

// isAsked reports whether the flag at i says which secret is asked for, as in aws
// secretsmanager get-secret-value --secret-id x.
func isAsked(s string, i int, name string) bool {
	const looked = 200
	return isSecretID(name) && strings.Contains(s[max(0, i-looked):i], "secretsmanager")
}

// A flagForm matches a name and a value.
type flagForm struct {
	mark string // every match has it
	form *regexp.Regexp
}

var flagForms = sync.OnceValue(func() []flagForm {
	return []flagForm{
		{"-", regexp.MustCompile(`(?:^|[\s"'\[,=(])--?([A-Za-z][\w.-]+)(?:["'\\]*,["'\\\s]*|["'\\]*\s+["'\\]*)([^\s"',\\-][^\s"',\\]*)`)},
		{"set", regexp.MustCompile(`\bset\s+([\w./:-]+)\s+([^\s"';|&]+)`)},
		{"config ", regexp.MustCompile(`\bconfig\s+(?:--\w+\s+)?([\w.-]+)\s+([^\s"';|&]+)`)},
		{"(", regexp.MustCompile(`\(\s*\\*["']([\w.-]+)\\*["']\s*,\s*\\*["']([^"'\\]+)`)},
		{"(", regexp.MustCompile(`(?:\b|_)[sS]et_?([A-Za-z]\w*)\(\s*\\*["']([^"'\\]+)`)},
		{"&", regexp.MustCompile(`&(?:quot|#34|#39|apos);([\w.-]+)&(?:quot|#34|#39|apos);\s*[:=,]\s*&(?:quot|#34|#39|apos);([^&]+)&`)},
		{"</", regexp.MustCompile(`<([\w:.-]+)[^<>]*>([^<>]+)</`)},
	}
})

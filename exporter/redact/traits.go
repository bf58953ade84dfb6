package redact

import (
	"regexp"
	"slices"
	"strings"
	"sync"
)

// A trait is something that the body of a script does and better did not.
type trait struct {
	code  string
	forms []*regexp.Regexp // of one command line without comments, as commandLines has them
}

// TraitCodes returns what the scripts of a snapshot may be said to do, sorted.
func TraitCodes() []string {
	var codes []string
	for _, t := range traits() {
		codes = append(codes, t.code)
	}
	return codes
}

// traits are sorted by code. Each form asks for a command where commands stand, and
// for what it does there: a word in a message, or the name of a package that is
// installed, is none.
var traits = sync.OnceValue(func() []trait {
	const (
		// at is where a command begins; sudo, and variables before it, belong to it.
		at = `(?:^|[;&|({]|\b(?:then|do|else|if|while|exec|nohup|time)\s|\$\(|` + "`" + `)\s*(?:[A-Za-z_]\w*=\S*\s+)*(?:sudo\s+(?:-\S+\s+)*(?:-u\s*\S+\s+)?)?`
		// same is the rest of a command, up to what ends it outside of quotes.
		same     = `(?:"[^"]*"|'[^']*'|[^;|&"'\n])*?`
		download = `(?:curl|wget)\s`
		shell    = `(?:/usr)?(?:/bin/)?(?:env\s+)?(?:ba|z|da|k)?sh\b`
		runner   = `(?:sudo\s+(?:-\S+\s+)*(?:-u\s*\S+\s+)?)?(?:` + shell + `|(?:/usr)?(?:/bin/)?python[0-9.]*(?:\s|$))`
		off      = `["']?(?:false|0|no|off)\b`
	)
	form := regexp.MustCompile
	return []trait{
		{"adds-ssh-key", []*regexp.Regexp{
			form(`(?:>>?|\btee\s+(?:-\S+\s+)*)\s*["']?[^\s;|&]*\.ssh/authorized_keys`),
			form(at + `(?:cp|mv|install|curl|wget|aws)\s` + same + `\.ssh/authorized_keys`),
			form(at + `ssh-import-id\s`),
		}},
		{"adds-user", []*regexp.Regexp{form(at + `(?:/usr/sbin/)?(?:useradd|adduser|newusers)\s+[^\s;|&)]`)}},
		{"disables-tls-verification", []*regexp.Regexp{
			form(at + `curl\b` + same + `\s(?:-[fsSLgivINnOJjaBGlpqR#0-9]*k[a-zA-Z]*|--insecure|--proxy-insecure)(?:\s|$)`),
			form(at + `wget\s` + same + `--no-check-certificate`),
			form(at + `(?:\S*/)?(?:python[0-9.]*\s+-m\s+)?(?:pip[0-9.]*|uv)\s` + same + `--(?:trusted-host|allow-insecure-host)\b`),
			form(at + `(?:\S*/)?pip[0-9.]*\s+config\s` + same + `trusted-host\b`),
			form(at + `git\s` + same + `\bhttp\.(?:\S*\.)?sslVerify[=\s]+` + off),
			form(at + `(?:npm|yarn|pnpm)\s` + same + `\bstrict-ssl[=\s]+` + off),
			form(at + `(?:\S*/)?(?:conda|mamba)\s` + same + `\bssl_verify[=\s]+` + `["']?(?:[Ff]alse|0|no|off)\b`),
			form(at + `aws\s` + same + `--no-verify-ssl`),
			form(`(?:^|[\s;&|"'])GIT_SSL_NO_VERIFY=["']?(?:1|true|yes|on)\b`),
			form(`(?:^|[\s;&|"'])(?:PYTHONHTTPSVERIFY|NODE_TLS_REJECT_UNAUTHORIZED)=["']?0(?:\D|$)`),
			form(`\b(?:requests|httpx|session|client)\.\w+\([^()\n]*\bverify\s*=\s*False\b`),
			form(`\bssl\._create_unverified_context\b`),
		}},
		{"opens-reverse-shell", []*regexp.Regexp{
			form(shell + `\s[^;\n]*[<>]&?\s*/dev/(?:tcp|udp)/`),
			form(at + `(?:\S*/)?(?:nc|ncat|netcat)\b` + same + `\s-[a-z]*e\s*\S*sh\b`),
			form(at + `socat\s` + same + `\bexec:["']?\S*sh\b`),
		}},
		{"opens-tunnel", []*regexp.Regexp{
			form(at + `(?:\S*/)?ngrok\s+(?:http|https|tcp|tls|start|tunnel)\b`),
			form(at + `(?:\S*/)?cloudflared\s+(?:tunnel|access|service)\b`),
			form(at + `(?:\S*/)?(?:frpc|localtunnel)\s+-`),
			form(at + `(?:\S*/)?lt\s+--port\b`),
			form(at + `(?:\S*/)?chisel\s+client\b`),
			form(at + `(?:\S*/)?bore\s+local\b`),
			form(at + `(?:\S*/)?tailscale\s+(?:up|funnel|serve)\b`),
			form(at + `(?:autossh|ssh)\b` + same + `\s-[fNnTtCqvgAaXxkK46]*R\s*\S`),
		}},
		{"pipes-download-to-shell", []*regexp.Regexp{
			form(at + download + `(?:"[^"]*"|'[^']*'|[^;&|"'\n]|&&?\s*(?:curl|wget)\b|\|\s*(?:tee|gunzip|zcat|base64|tr|sed)\b[^;|&\n]*)*\|\s*` + runner),
			form(shell + `\s+(?:-\S+\s+)*<\(\s*` + download),
			form(`(?:^|[\s;&|])(?:source|\.)\s+<\(\s*` + download),
			form(shell + `\s+(?:-\S+\s+)*-[a-z]*c\s+["']?(?:\$\(|` + "`" + `)\s*` + download),
			form(at + `eval\s+["']?(?:\$\(|` + "`" + `)\s*` + download),
		}},
		{"writes-sudoers", []*regexp.Regexp{
			form(`(?:>>?|\btee\s+(?:-\S+\s+)*)\s*["']?/etc/sudoers`),
			form(at + `usermod\b` + same + `\s-[a-zA-Z]*G\s*["']?(?:\w+,)*(?:sudo|wheel|root|docker)\b`),
			form(at + `gpasswd\s+-a\s+\S+\s+(?:sudo|wheel|root|docker)\b`),
		}},
	}
})

// traitsOf returns the codes of what a script does, sorted; never nil.
func traitsOf(script string) []string {
	found := []string{}
	lines := commandLines(script)
	for _, t := range traits() {
		if slices.ContainsFunc(lines, func(line string) bool {
			return slices.ContainsFunc(t.forms, func(f *regexp.Regexp) bool { return f.MatchString(line) })
		}) {
			found = append(found, t.code)
		}
	}
	slices.Sort(found)
	return found
}

// spoken matches what a script only says: the text behind echo or printf.
var spoken = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`\b(echo|printf)((?:\s+-\w+)*)\s+(?:"(?:[^"\\]|\\.)*"|'[^']*')`)
})

// commandLines are the lines of a script: one that goes on in the next is one line,
// comments and what is only said are left out.
func commandLines(script string) []string {
	script = strings.ReplaceAll(script, "\r\n", "\n")
	script = strings.ReplaceAll(script, "\\\n", " ")
	var lines []string
	for line := range strings.SplitSeq(script, "\n") {
		if line = strings.TrimSpace(withoutComment(line)); line != "" {
			lines = append(lines, spoken().ReplaceAllString(line, "$1$2"))
		}
	}
	return lines
}

// withoutComment returns what stands in a line before a # that begins a word outside
// of quotes.
func withoutComment(line string) string {
	var quote byte
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && quote != '\'':
			i++
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '#' && (i == 0 || isSpace(line[i-1])):
			return line[:i]
		}
	}
	return line
}

package redact

import (
	"strings"
	"testing"
)

// random makes a text as random as a token is, of an alphabet.
func random(prefix, alphabet string, n int) string {
	b := []byte(prefix)
	for i, state := 0, uint32(7); i < n; i++ {
		state = state*1664525 + 1013904223
		b = append(b, alphabet[int(state>>16)%len(alphabet)])
	}
	return string(b)
}

const (
	hexDigits = "0123456789abcdef"
	base62    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	capitals  = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// takenOut checks that text does not keep secret.
func takenOut(t *testing.T, text, secret string) {
	t.Helper()
	f := Filter{On: true}
	f.Enter("c")
	if got := f.Text(Context{}, text); strings.Contains(got, secret) || !f.Hit() {
		t.Errorf("%s\nstays in\n%s", text, got)
	}
}

// kept checks that text stays as it is.
func kept(t *testing.T, c Context, text string) {
	t.Helper()
	f := Filter{On: true}
	f.Enter("c")
	if got := f.Text(c, text); got != text || f.Hit() {
		t.Errorf("%q: %s\nbecame\n%s", c.name, text, got)
	}
}

// TestBoundaries has tokens with any sign beside them.
func TestBoundaries(t *testing.T) {
	for _, token := range []string{
		random("dop"+"_v1_", hexDigits, 64), random("hv"+"s.", base62, 95), random("ATA"+"TT3", base62, 186), random("sntr"+"yu_", hexDigits, 64), random("gl"+"c_", base62, 60),
		random("gls"+"a_", base62, 32) + random("_", hexDigits, 8), random("nt"+"n_", "0123456789", 11) + random("", base62, 35), random("rubyg"+"ems_", hexDigits, 48), random("p"+"nu_", base62, 36),
		random("PM"+"AK-", hexDigits, 24) + random("-", hexDigits, 34), random("pscale"+"_tkn_", base62, 43), random("HRK"+"U-AA", base62, 58), random("LT"+"AI", base62, 20), random("AK"+"Cp", base62, 69),
		random("gh"+"p_", base62, 36), random("AIz"+"a", base62, 35), random("AB"+"SK", base62, 128),
	} {
		for _, form := range []string{
			"use %s, then", "(%s)", "The key %s.", "%s: bad", "s3://bucket/%s/x", "https://h/x?k=%s&b=1", "%s|x", "<k>%s</k>", "is it %s?", "%s!", "**%s**", "job_%s", "job-%s", "['%s']", "%s,%[1]s", "a\n%s\nb",
		} {
			takenOut(t, strings.NewReplacer("%s", token, "%[1]s", token).Replace(form), token)
		}
	}
	key := "wJalr/" + "c4nary+7MDENGbPxRfiCYzEXAMPLE" + "12345"
	for _, form := range []string{"%s", "the key %s.", "%s: bad", "(%s)", "%s, then", "%s!", "x:%s:y", "a=%s"} {
		takenOut(t, strings.ReplaceAll(form, "%s", key), key)
	}
	sum := random("", hexDigits, 64)
	for _, text := range []string{
		"commit " + sum[:40] + ", then", "(" + sum + ")", "sha256:" + sum + ".", "request 550e8400-e29b-41d4-a716-446655440000: failed", "arn:aws:sagemaker:us-east-1:123456789012:model/a, b",
		random("s3://b/", base62, 40) + ".json", "dop_v1_model, then", "hvs.example.com/x", "pul-monary-nodule.", "the pattern of a path, (see s3://b/pattern/x)", "models.abcdefghijklmnopqrstuvwx.", "sntryu_ and dop_v1_.",
	} {
		kept(t, Context{}, text)
	}
}

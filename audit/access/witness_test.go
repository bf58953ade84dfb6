package access

import (
	"strings"
	"testing"
)

func TestCommon(t *testing.T) {
	for _, c := range []struct{ globs, want string }{
		{"a", "a"},
		{"*", ""},
		{"?*", "x"},
		{"a*|*b", "ab"},
		{"a*b|*c*", "acb"},
		{"team-?*|*-prod|*x*", "team-x-prod"},
		{"a|b", "-"},
		{"a?c|ab?", "abc"},
		{"a*|b*", "-"},
		{"arn:aws:sagemaker:eu-west-1:1:model/?*|arn:aws:sagemaker:*:*:model/a-*|*-z", "arn:aws:sagemaker:eu-west-1:1:model/a-z"},
		{"arn:aws:sagemaker:eu-west-1:1:model/?*|arn:aws:sagemaker:us-*:model/*", "-"},
		{"arn:aws:sagemaker:eu-west-1:1:model/?*|arn:aws:sagemaker:*:endpoint/*", "arn:aws:sagemaker:eu-west-1:1:model/:endpoint/"}, // isName refuses it
	} {
		got, ok := common(strings.Split(c.globs, "|"))
		if !ok {
			got = "-"
		}
		if len(got) != len(c.want) || !ok && c.want != "-" {
			t.Errorf("%s: %q, want one like %q", c.globs, got, c.want)
		}
		for _, g := range strings.Split(c.globs, "|") {
			if ok && !globs(g, got) {
				t.Errorf("%s: %q does not match %s", c.globs, got, g)
			}
		}
	}
}

func TestIsName(t *testing.T) {
	for arn, want := range map[string]bool{
		"arn:aws:sagemaker:eu-west-1:1:model/a-1":           true,
		"arn:aws:sagemaker:eu-west-1:1:user-profile/d/a_b":  true,
		"arn:aws:sagemaker:eu-west-1:1:model/:endpoint/":    false,
		"arn:aws:sagemaker:eu-west-1:1:model/${aws:userid}": false,
		"arn:aws:sagemaker:eu-west-1:1:model/*":             false,
	} {
		if got := isName(arn); got != want {
			t.Errorf("%s: %v", arn, got)
		}
	}
}

// globs matches by trying everything.
func globs(pattern, s string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return globs(pattern[1:], s) || s != "" && globs(pattern, s[1:])
	case s == "":
		return false
	}
	return (pattern[0] == '?' || pattern[0] == s[0]) && globs(pattern[1:], s[1:])
}

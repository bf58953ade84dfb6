package collect

import "testing"

// TestOtherValue: of a long list only what differs is said, and not all of that.
func TestOtherValue(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{`"secrets"`, `"none"`, ` was "secrets", and is "none"`},
		{`"all"`, `["A"]`, ` was "all", and is ["A"]`},
		{`["iam","s3"]`, `[]`, ` was ["iam","s3"], and is []`},
		{`["iam","s3"]`, `["iam","kms","s3"]`, ": it had not kms"},
		{`["a","b","c","d","e"]`, `["c"]`, ": it had a, b, d and 1 more too"},
		{`["a in x","b in x"]`, `["a in x","b in y"]`, ": it had b in x, and not b in y"},
	} {
		if got := otherValue([]byte(c.was), []byte(c.is)); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.was, c.is, got, c.want)
		}
	}
}

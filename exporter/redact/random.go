package redact

import (
	"iter"
	"regexp"
	"strings"
)

// wordForm matches a word of a name: of small letters, of large ones or of both as
// in AutoGluon, with a number behind it or before it.
var wordForm = regexp.MustCompile(`^(?:(?:[A-Z]?[a-z]{2,})+|[A-Z]+|[a-z]+)?[0-9]{0,8}[A-Za-z]?$`)

// longestOdd is the length of the longest part of s, between what parts words, that
// is no word.
func longestOdd(s string) (longest int) {
	for part := range parts(s) {
		if len(part) > longest && !wordForm.MatchString(part) {
			longest = len(part)
		}
	}
	return longest
}

// parts yields the letters and digits of s between all else.
func parts(s string) iter.Seq[string] {
	return strings.FieldsFuncSeq(s, func(r rune) bool { return r < 0x80 && !isAlnum(byte(r)) })
}

// isName reports whether what has the form of a token with hyphens is a name: words
// and numbers, as in glrt-detector-model-v1-2024-01-01. A token has letters of both
// cases and digits, or a long run of what is no word.
func isName(s string) bool {
	const (
		ofToken = 5
		ofHex   = 20
	)
	n := longestOdd(s)
	return n < ofToken || n < ofHex && !isMixed(s)
}

func isNoName(s string) bool { return !isName(s) }

// looksRandom reports whether s is as random as a credential, and no name. What
// Secrets Manager puts behind the name of a secret is shorter.
func looksRandom(s string) bool {
	const ofCredential = 8
	for part := range parts(s) {
		if len(part) >= ofCredential && isMixed(part) && !named.MatchString(part) {
			return true
		}
	}
	return false
}

// isScattered reports whether digits and letters stand in s as they do in what is
// random, and not as in resnet50dataset.
func isScattered(s string) bool {
	const turns = 3
	n := 0
	for i := 1; i < len(s); i++ {
		if isAlnum(s[i]) && isAlnum(s[i-1]) && isDigit(s[i]) != isDigit(s[i-1]) {
			n++
		}
	}
	return n >= turns
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// Package location reads addresses in S3 as text: which bucket they are in, and
// which of their spellings name the same.
package location

import (
	"net/url"
	"regexp"
	"strings"
)

// s3Host matches the hosts of S3 URLs: virtual-hosted style with the bucket
// in front, path style without. Source: Amazon S3 User Guide, "Virtual
// hosting of general purpose buckets" and "Amazon S3 endpoints".
var s3Host = regexp.MustCompile(`^(?:(.+)\.)?s3(?:[.-](?:accelerate|dualstack|fips|website|external-1|global|[a-z]{2,5}(?:-[a-z]+)+-[0-9]))*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|api\.aws)$`)

// Bucket returns the bucket of an S3 reference: s3://bucket/key, an https
// URL of S3 in any of its forms, or the ARN of a bucket or object.
func Bucket(ref string) (bucket string, ok bool) {
	switch {
	case strings.HasPrefix(ref, "arn:"):
		bucket, _, _ = strings.Cut(resource(ref), "/")
	case hasScheme(ref, "s3"), hasScheme(ref, "s3a"), hasScheme(ref, "s3n"):
		_, rest, _ := strings.Cut(ref, "://")
		bucket, _, _ = strings.Cut(rest, "/")
	case hasScheme(ref, "https"), hasScheme(ref, "http"):
		u, err := url.Parse(ref)
		if err != nil {
			return "", false
		}
		m := s3Host.FindStringSubmatch(strings.ToLower(u.Hostname()))
		if m == nil {
			return "", false
		}
		if bucket = m[1]; bucket == "" {
			bucket, _, _ = strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
		}
	}
	return bucket, isBucketName(bucket)
}

// isBucketName reports whether s is 2 to 255 letters, digits and ._-, of which the first
// is a letter or digit.
func isBucketName(s string) bool {
	if len(s) < 2 || len(s) > 255 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || i > 0 && (c == '.' || c == '_' || c == '-')) {
			return false
		}
	}
	return true
}

// resource is the part of an ARN of S3 that names a bucket and perhaps a key, or "".
func resource(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[1] == "" || parts[2] != "s3" || parts[4] != "" || strings.ContainsAny(parts[1]+parts[3], " \t\r\n") {
		return ""
	}
	return parts[5]
}

// Split returns the bucket of an S3 reference, and the key or prefix in it, which is
// the same for all spellings: s3:// and https://, with and without a slash at its end,
// with and without percent-encoding. ok is false for what is no address in S3.
func Split(ref string) (bucket, key string, ok bool) {
	if bucket, ok = Bucket(ref); !ok {
		return "", "", false
	}
	switch {
	case strings.HasPrefix(ref, "arn:"):
		_, key, _ = strings.Cut(resource(ref), "/")
	case hasScheme(ref, "https"), hasScheme(ref, "http"):
		u, err := url.Parse(ref)
		if err != nil {
			return "", "", false
		}
		key = strings.TrimPrefix(u.EscapedPath(), "/")
		if !strings.HasPrefix(strings.ToLower(u.Hostname()), strings.ToLower(bucket)+".") { // path style
			_, key, _ = strings.Cut(key, "/")
		}
	default:
		_, rest, _ := strings.Cut(ref, "://")
		_, key, _ = strings.Cut(rest, "/")
	}
	if plain, err := url.PathUnescape(key); err == nil {
		key = plain
	}
	return bucket, strings.TrimSuffix(key, "/"), true
}

// Artifact returns what an address of an object or of a prefix names, as text that
// is the same for all its spellings. What is no address in S3 names itself.
func Artifact(ref string) string {
	bucket, key, ok := Split(ref)
	if !ok {
		return ref
	}
	return "s3://" + bucket + "/" + key
}

// hasScheme reports whether s is an address with a scheme, in any case.
func hasScheme(s, scheme string) bool {
	return len(s) > len(scheme)+3 && strings.EqualFold(s[:len(scheme)], scheme) && s[len(scheme):len(scheme)+3] == "://"
}

package audit

import "testing"

// TestS3URI holds that artifacts are known by one spelling, as objects and as prefixes.
func TestS3URI(t *testing.T) {
	for address, want := range map[string]string{
		"s3://bucket/out/m.tar.gz":                               "s3://bucket/out/m.tar.gz",
		"https://bucket.s3.us-east-1.amazonaws.com/out/m.tar.gz": "s3://bucket/out/m.tar.gz",
		"https://s3.amazonaws.com/bucket/out/":                   "s3://bucket/out/",
		"s3://bucket/out/":                                       "s3://bucket/out/",
		"s3://bucket":                                            "s3://bucket/",
		"s3://bucket/":                                           "s3://bucket/",
		"None":                                                   "None",
	} {
		if got := s3URI(address); got != want {
			t.Errorf("s3URI(%q) is %q, want %q", address, got, want)
		}
	}
}

package location

import (
	"regexp"
	"strings"
	"testing"
)

func TestBucket(t *testing.T) {
	for ref, want := range map[string]string{
		"s3://bucket/key":  "bucket",
		"s3://bucket":      "bucket",
		"s3://bucket/":     "bucket",
		"S3://bucket/key":  "bucket",
		"s3a://bucket/key": "bucket",
		"s3n://bucket/key": "bucket",
		"s3://my.bucket.example.com/key with blanks/é": "my.bucket.example.com",
		"s3://Old_Style-Bucket/key":                    "Old_Style-Bucket",
		"s3://bucket//key":                             "bucket",
		"s3:///key":                                    "",
		"s3://":                                        "",
		"s3:bucket":                                    "",
		"s3://b":                                       "",
		"s3://-bucket/key":                             "",
		"s3://buck et/key":                             "",
		"s3://bucket\x00/key":                          "",
		"s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/key": "",
		"arn:aws:s3:::bucket":                                             "bucket",
		"arn:aws:s3:::bucket/key/more":                                    "bucket",
		"arn:aws-cn:s3:::bucket/key":                                      "bucket",
		"arn:aws:s3:eu-west-1:123456789012:accesspoint/a":                 "",
		"arn:aws:sns:eu-west-1:123456789012:bucket":                       "",
		"https://bucket.s3.amazonaws.com/key":                             "bucket",
		"http://bucket.s3.amazonaws.com/key":                              "bucket",
		"https://Bucket.S3.Amazonaws.com/key":                             "bucket",
		"https://my.bucket.s3.amazonaws.com/key":                          "my.bucket",
		"https://bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Signature=x": "bucket",
		"https://bucket.s3-eu-west-1.amazonaws.com/key":                   "bucket",
		"https://s3-eu-west-1.amazonaws.com/bucket/key":                   "bucket",
		"https://s3.eu-west-1.amazonaws.com/bucket/key":                   "bucket",
		"https://s3.amazonaws.com/bucket":                                 "bucket",
		"https://s3.amazonaws.com/":                                       "",
		"https://s3-external-1.amazonaws.com/bucket/key":                  "bucket",
		"https://bucket.s3.dualstack.eu-west-1.amazonaws.com/key":         "bucket",
		"https://s3.dualstack.eu-west-1.amazonaws.com/bucket/key":         "bucket",
		"https://bucket.s3-accelerate.amazonaws.com/key":                  "bucket",
		"https://bucket.s3-accelerate.dualstack.amazonaws.com/key":        "bucket",
		"https://bucket.s3-fips.us-east-1.amazonaws.com/key":              "bucket",
		"https://bucket.s3-fips.dualstack.us-east-1.amazonaws.com/key":    "bucket",
		"https://s3-fips-us-gov-west-1.amazonaws.com/bucket/key":          "bucket",
		"https://s3.us-gov-west-1.amazonaws.com/bucket/key":               "bucket",
		"https://bucket.s3-website-us-east-1.amazonaws.com/":              "bucket",
		"https://bucket.s3-website.eu-central-1.amazonaws.com/":           "bucket",
		"https://bucket.s3.cn-north-1.amazonaws.com.cn/key":               "bucket",
		"https://s3.cn-northwest-1.amazonaws.com.cn/bucket/key":           "bucket",
		"https://bucket.s3.us-iso-east-1.c2s.ic.gov/key":                  "bucket",
		"https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/key":              "bucket",
		"https://bucket.s3.eusc-de-east-1.amazonaws.eu/key":               "bucket",
		"https://s3.s3.amazonaws.com/key":                                 "s3",
		"https://bucket.s3.amazonaws.com:443/key":                         "bucket",
		"https://s3.amazonaws.com.example.com/bucket/key":                 "",
		"https://notss3.amazonaws.com/bucket/key":                         "",
		"https://example.com/bucket/key":                                  "",
		"https://sqs.eu-west-1.amazonaws.com/bucket":                      "",
		"https://[::1/bucket":                                             "",
		"https://github.com/org/repo":                                     "",
		"None":                                                            "",
		"":                                                                "",
		"bucket":                                                          "",
		"/local/path":                                                     "",
		"file:///opt/ml/model":                                            "",
	} {
		got, ok := Bucket(ref)
		if !ok {
			got = ""
		} else if got == "" {
			t.Errorf("%q: an empty bucket", ref)
		}
		if got != want {
			t.Errorf("Bucket(%q) is %q, want %q", ref, got, want)
		}
	}
}

// TestSplit holds that spellings of one location are one, and that different ones
// stay different.
func TestSplit(t *testing.T) {
	for _, ref := range []string{
		"s3://bucket/a b/c", "s3://bucket/a%20b/c", "s3://bucket/a b/c/", "S3A://bucket/a b/c",
		"https://bucket.s3.amazonaws.com/a%20b/c", "https://s3.eu-west-1.amazonaws.com/bucket/a%20b/c/", "arn:aws:s3:::bucket/a b/c",
	} {
		if bucket, key, ok := Split(ref); !ok || bucket != "bucket" || key != "a b/c" {
			t.Errorf("Split(%q) is %q, %q, %v", ref, bucket, key, ok)
		}
		if got := Artifact(ref); got != "s3://bucket/a b/c" {
			t.Errorf("Artifact(%q) is %q", ref, got)
		}
	}
	for ref, want := range map[string]string{
		"s3://bucket": "", "s3://bucket/": "", "s3://bucket//a": "/a", "s3://bucket/a%zz": "a%zz", "s3://bucket/A": "A", "s3://bucket/a//": "a/",
	} {
		if _, key, ok := Split(ref); !ok || key != want {
			t.Errorf("Split(%q) has the key %q, %v, want %q", ref, key, ok, want)
		}
	}
	for _, ref := range []string{"", "None", "bucket/key", "arn:aws:iam::1:role/r"} {
		if got := Artifact(ref); got != ref {
			t.Errorf("Artifact(%q) is %q", ref, got)
		}
	}
}

// bucketName is what [isBucketName] says without a regular expression.
var bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$`)

func TestIsBucketName(t *testing.T) {
	for _, s := range []string{"", "a", "ab", "-a", "a-", ".a", "A_", "a b", "a\n", "ab\n", "é", "aé", strings.Repeat("a", 255), strings.Repeat("a", 256)} {
		if isBucketName(s) != bucketName.MatchString(s) {
			t.Errorf("isBucketName(%q) is %v", s, isBucketName(s))
		}
	}
}

// FuzzLocation reads any text as an address.
func FuzzLocation(f *testing.F) {
	for _, s := range []string{"s3://b/k", "https://b.s3.amazonaws.com/k", "arn:aws:s3:::b", "None"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if isBucketName(s) != bucketName.MatchString(s) {
			t.Errorf("isBucketName(%q) is %v", s, isBucketName(s))
		}
		if b, ok := Bucket(s); ok && !bucketName.MatchString(b) {
			t.Errorf("Bucket(%q) is %q", s, b)
		}
		if bucket, key, ok := Split(s); ok && !strings.Contains(key, "%") && !strings.HasSuffix(key, "/") {
			if again := Artifact("s3://" + bucket + "/" + key); again != Artifact(s) {
				t.Errorf("%q is %q and then %q", s, Artifact(s), again)
			}
		}
	})
}

package names

import (
	"regexp"
	"strings"
	"testing"
)

func TestRepositoryOf(t *testing.T) {
	for image, want := range map[string]string{
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0":     "arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:abc":   "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1@sha256:abc": "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app":              "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1":        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app:1":   "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app",
		"123456789012.dkr-ecr.eu-west-1.on.aws/app:1":                   "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"registry.example.com:5000/app:1":                               "",
		"public.ecr.aws/x/app:1":                                        "",
		"docker.io/library/python:3":                                    "",
		"python":                                                        "",
		"12345678901.dkr.ecr.eu-west-1.amazonaws.com/app:1":             "",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/":                 "",
		"x/123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1":          "",
		"123456789012.DKR.ECR.EU-West-1.amazonaws.com/app:1":            "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov/app:1":           "arn:aws-iso:ecr:us-iso-east-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu/app:1":        "arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eu-west-1.example.com/app:1":              "",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com/a:1":  "",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.common/a:1":           "",
		"123456789012.dkr.ecr.example.amazonaws.com/app:1":              "",
		"example.com/x.dkr.ecr.eu-west-1.amazonaws.com/app:1":           "",
	} {
		got, ok := RepositoryOf(image)
		if got != want || ok != (want != "") {
			t.Errorf("RepositoryOf(%q) is %q, %v, want %q", image, got, ok, want)
		}
	}
}

func TestStripCredentials(t *testing.T) {
	for s, want := range map[string]string{
		"https://github.com/a/b.git":           "https://github.com/a/b.git",
		"https://user@github.com/a":            "https://github.com/a",
		"https://user:pass@github.com/a":       "https://github.com/a",
		"https://user:p@ss@github.com":         "https://github.com",
		"https://:token@github.com?x=a@b":      "https://github.com?x=a@b",
		"https://github.com/a@b":               "https://github.com/a@b",
		"ssh://git@github.com:22/a":            "ssh://github.com:22/a",
		"git@github.com:a/b.git":               "git@github.com:a/b.git",
		"codecommit::eu-west-1://profile@repo": "codecommit::eu-west-1://repo",
		"https://us/er:pass@github.com/o/r":    "https://github.com/o/r",
		"https://user:a/b@github.com/o/r":      "https://github.com/o/r",
		"https://reg:5000/x@sha256:9f86":       "https://reg:5000/x@sha256:9f86",
		"docker://reg.example.com@sha256:9f86": "docker://reg.example.com@sha256:9f86",
		"s3://bucket/time=12:30/a@b":           "s3://bucket/time=12:30/a@b",
		"http://minio:9000/b/user@example.com": "http://minio:9000/b/user@example.com",
		"http://[fe80::1]/user@example.com":    "http://[fe80::1]/user@example.com",
		"None":                                 "None",
		"":                                     "",
	} {
		if got := StripCredentials(s); got != want {
			t.Errorf("StripCredentials(%q) is %q, want %q", s, got, want)
		}
	}
}

func TestParseARN(t *testing.T) {
	for s, want := range map[string]ARN{
		"arn:aws:iam::123456789012:role/a:b":                   {"aws", "iam", "", "123456789012", "role/a:b"},
		"arn:aws-cn:sagemaker:cn-north-1:123456789012:model/m": {"aws-cn", "sagemaker", "cn-north-1", "123456789012", "model/m"},
		"arn:aws:s3:::bucket":                                  {"aws", "s3", "", "", "bucket"},
		"arn:aws:cloudwatch:r:1:alarm:a b":                     {"aws", "cloudwatch", "r", "1", "alarm:a b"},
		"arn:aws:s3:::":                                        {},
		"arn:aws:s3":                                           {},
		"arn::s3:::bucket":                                     {},
		"arn:see the wiki:s3:::bucket":                         {},
		"model/m":                                              {},
		"None":                                                 {},
	} {
		got, ok := ParseARN(s)
		if got != want || ok != (want != ARN{}) {
			t.Errorf("ParseARN(%q) is %+v, %v", s, got, ok)
		}
		if ok && got.String() != s {
			t.Errorf("%q reads back as %q", s, got)
		}
	}
}

// parseSlowly is [ParseARN], part by part.
func parseSlowly(s string) (a ARN, ok bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) < 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" || strings.ContainsAny(strings.Join(parts[:5], ""), " \t\r\n") {
		return ARN{}, false
	}
	return ARN{parts[1], parts[2], parts[3], parts[4], parts[5]}, true
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "aws", "eu-central-2": "aws", "cn-north-1": "aws-cn", "us-gov-east-1": "aws-us-gov", "us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "eusc-de-east-1": "aws-eusc",
	} {
		if got := PartitionOf(region); got != want {
			t.Errorf("%s is in %s, want %s", region, got, want)
		}
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{"A": "x", "B": "y"}
	for template, want := range map[string]string{
		"app/{A}/{B}": "app/x/y", "app/{C|B}/z": "app/y/z", "app/{A|B}": "app/x", "plain": "plain", "": "", "app/{C}": "?", "app/{C|D}/{A}": "?",
	} {
		got, ok := Expand(template, func(name string) string { return values[name] })
		if !ok {
			got = "?"
		}
		if got != want {
			t.Errorf("Expand(%q) is %q, want %q", template, got, want)
		}
	}
}

func FuzzStripCredentials(f *testing.F) {
	for _, s := range []string{"https://user:pass@host/x", "https://a@b@c", "git@host:x", "://@", "a://b?c@d", "://@:A#@0", "a://b@sha256:0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		clean := StripCredentials(s)
		if again := StripCredentials(clean); again != clean {
			t.Errorf("%q becomes %q and then %q", s, clean, again)
		}
		if _, rest, ok := strings.Cut(clean, "://"); ok {
			authority := rest
			if i := strings.IndexAny(rest, "/?#"); i >= 0 {
				authority = rest[:i]
			}
			if strings.Contains(authority, "@") && !strings.Contains(authority, "@sha") { // the digest of an image
				t.Errorf("%q keeps credentials: %q", s, clean)
			}
		}
	})
}

// FuzzNames reads any text as each of the things that it may name.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"s3://b/k", "https://b.s3.amazonaws.com/k", "arn:aws:s3:::b", "arn:aws:iam::1:role/r", "alias/a", "None", "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", "arn:a:b::", "arn:a:b:::", "arn:a:b:: :c", "arn:a:b:::c d", "arn::b:::c", "a_b", "a-B9", "é"} {
		f.Add(s)
	}
	keyID := regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	f.Fuzz(func(t *testing.T, s string) {
		a, ok := ParseARN(s)
		if ok && a.String() != s {
			t.Errorf("%q reads back as %q", s, a)
		}
		if b, same := parseSlowly(s); a != b || ok != same {
			t.Errorf("%q is %+v, want %+v", s, a, b)
		}
		if IsKeyID(s) != keyID.MatchString(s) {
			t.Errorf("IsKeyID(%q) is %v", s, IsKeyID(s))
		}
		if r, ok := RepositoryOf(s); ok {
			if a, isARN := ParseARN(r); !isARN || a.Service != "ecr" {
				t.Errorf("RepositoryOf(%q) is %q", s, r)
			}
		}
	})
}

package exporter

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	bucketName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$`)
	// s3Host matches the hosts of S3 URLs: virtual-hosted style with the bucket
	// in front, path style without. Source: Amazon S3 User Guide, "Virtual
	// hosting of general purpose buckets" and "Amazon S3 endpoints".
	s3Host = regexp.MustCompile(`^(?:(.+)\.)?s3(?:[.-](?:accelerate|dualstack|fips|website|external-1|global|[a-z]{2,5}(?:-[a-z]+)+-[0-9]))*\.(?:amazonaws\.com(?:\.cn)?|amazonaws\.eu|c2s\.ic\.gov|sc2s\.sgov\.gov|api\.aws)$`)
	// ecrImage matches the URI of an image in a private ECR repository.
	ecrImage = regexp.MustCompile(`^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.[a-z0-9.-]+/([^:@\s]+)`)
	keyID    = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// bucketOf returns the bucket of an S3 reference: s3://bucket/key, an https
// URL of S3 in any of its forms, or the ARN of a bucket or object.
func bucketOf(ref string) (bucket string, ok bool) {
	switch {
	case strings.HasPrefix(ref, "arn:"):
		a, isARN := parseARN(ref)
		if !isARN || a.service != "s3" || a.account != "" {
			return "", false
		}
		bucket, _, _ = strings.Cut(a.resource, "/")
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
	return bucket, bucketName.MatchString(bucket)
}

func hasScheme(s, scheme string) bool {
	return len(s) > len(scheme)+3 && strings.EqualFold(s[:len(scheme)], scheme) && s[len(scheme):len(scheme)+3] == "://"
}

// repositoryOf returns the ARN of the ECR repository that an image is in; ok is
// false for an image of another registry.
func repositoryOf(image string) (repository string, ok bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	return arn{partitionOf(m[2]), "ecr", m[2], m[1], "repository/" + m[3]}.String(), true
}

// isGitURL reports whether s is the address of a Git repository and not the
// name of a CodeRepository.
func isGitURL(s string) bool {
	return strings.Contains(s, "://") || strings.HasPrefix(s, "git@")
}

// stripCredentials takes user and password out of a URL.
func stripCredentials(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return s
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if at := strings.LastIndexByte(rest[:end], '@'); at >= 0 {
		rest = rest[at+1:]
	}
	return scheme + "://" + rest
}

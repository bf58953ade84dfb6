package names

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
	// ecrImage matches the URI of an image in a private ECR repository: the host, in
	// any case as hosts are, is one of AWS's own. Source: Amazon ECR User Guide,
	// "Private registries", and the endpoints of the partitions.
	ecrImage = regexp.MustCompile(`(?i)^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,5}(?:-[a-z]+)+-[0-9]+)\.(?:` +
		`amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)/([^:@\s]+)`)
	keyID = regexp.MustCompile(`^[A-Za-z0-9-]+$`)
)

// BucketOf returns the bucket of an S3 reference: s3://bucket/key, an https
// URL of S3 in any of its forms, or the ARN of a bucket or object.
func BucketOf(ref string) (bucket string, ok bool) {
	switch {
	case strings.HasPrefix(ref, "arn:"):
		a, isARN := ParseARN(ref)
		if !isARN || a.Service != "s3" || a.Account != "" {
			return "", false
		}
		bucket, _, _ = strings.Cut(a.Resource, "/")
	case HasScheme(ref, "s3"), HasScheme(ref, "s3a"), HasScheme(ref, "s3n"):
		_, rest, _ := strings.Cut(ref, "://")
		bucket, _, _ = strings.Cut(rest, "/")
	case HasScheme(ref, "https"), HasScheme(ref, "http"):
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

// ArtifactOf returns what an address of an object or of a prefix names, as text that
// is the same for all its spellings: s3:// and https://, with and without a slash at
// its end, with and without percent-encoding. What is no address in S3 names itself.
func ArtifactOf(ref string) string {
	bucket, ok := BucketOf(ref)
	if !ok {
		return ref
	}
	var key string
	switch {
	case strings.HasPrefix(ref, "arn:"):
		a, _ := ParseARN(ref)
		_, key, _ = strings.Cut(a.Resource, "/")
	case HasScheme(ref, "https"), HasScheme(ref, "http"):
		u, err := url.Parse(ref)
		if err != nil {
			return ref
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
	return "s3://" + bucket + "/" + strings.TrimSuffix(key, "/")
}

// HasScheme reports whether s is an address with a scheme, in any case.
func HasScheme(s, scheme string) bool {
	return len(s) > len(scheme)+3 && strings.EqualFold(s[:len(scheme)], scheme) && s[len(scheme):len(scheme)+3] == "://"
}

// RepositoryOf returns the ARN of the ECR repository that an image is in; ok is
// false for an image of another registry.
func RepositoryOf(image string) (repository string, ok bool) {
	m := ecrImage.FindStringSubmatch(image)
	if m == nil {
		return "", false
	}
	region := strings.ToLower(m[2])
	return ARN{PartitionOf(region), "ecr", region, m[1], "repository/" + m[3]}.String(), true
}

// IsGitURL reports whether s is the address of a Git repository and not the
// name of a CodeRepository.
func IsGitURL(s string) bool {
	return strings.Contains(s, "://") || strings.HasPrefix(s, "git@")
}

// StripCredentials takes user and password out of a URL.
func StripCredentials(s string) string {
	for {
		start, end, ok := UserInfo(s)
		if !ok {
			return s
		}
		s = s[:start] + s[end+1:] // which may bring another @ to the front
	}
}

// IsKeyID reports whether s can be the id of a KMS key.
func IsKeyID(s string) bool { return keyID.MatchString(s) }

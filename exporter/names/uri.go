package names

import (
	"regexp"
	"strings"
)

// ecrImage matches the URI of an image in a private ECR repository: the host, in
// any case as hosts are, is one of AWS's own. Source: Amazon ECR User Guide,
// "Private registries", and the endpoints of the partitions.
var ecrImage = regexp.MustCompile(`(?i)^([0-9]{12})\.dkr[.-]ecr(?:-fips)?\.([a-z]{2,5}(?:-[a-z]+)+-[0-9]+)\.(?:` +
	`amazonaws\.com(?:\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.com\.cn|c2s\.ic\.gov|sc2s\.sgov\.gov|csp\.hci\.ic\.gov|cloud\.adc-e\.uk)/([^:@\s]+)`)

// RepositoryOf returns the ARN of the ECR repository that an image is in; ok is
// false for an image of another registry.
func RepositoryOf(image string) (repository string, ok bool) {
	if len(image) < 12 || !IsAccountID(image[:12]) {
		return "", false
	}
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
func IsKeyID(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '-') {
			return false
		}
	}
	return s != ""
}

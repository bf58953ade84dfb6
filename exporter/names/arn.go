// Package names reads the texts that name things: ARNs, addresses in S3, of
// images and of Git repositories, and the templates of ARNs. It knows no label
// and calls nothing.
package names

import "strings"

// An ARN is an Amazon Resource Name in its six parts.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN splits s; ok is false where s is no ARN. The resource part alone may
// have blanks: names of CloudWatch alarms do.
func ParseARN(s string) (a ARN, ok bool) {
	const head = "arn:"
	if len(s) < len(head) || s[:len(head)] != head {
		return ARN{}, false
	}
	var parts [4]string
	n, start := 0, len(head)
	for i := start; i < len(s); i++ {
		switch s[i] {
		case ':':
			parts[n] = s[start:i]
			start = i + 1
			if n++; n < len(parts) {
				continue
			}
			a = ARN{Partition: parts[0], Service: parts[1], Region: parts[2], Account: parts[3], Resource: s[start:]}
			if a.Partition == "" || a.Service == "" || a.Resource == "" {
				return ARN{}, false
			}
			return a, true
		case ' ', '\t', '\r', '\n':
			return ARN{}, false
		}
	}
	return ARN{}, false
}

// String returns the ARN as text.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// TypeAndName splits the resource part at its first slash or colon:
// "function:f" is "function" and "f".
func (a ARN) TypeAndName() (typ, name string) {
	if i := strings.IndexAny(a.Resource, "/:"); i >= 0 {
		return a.Resource[:i], a.Resource[i+1:]
	}
	return "", a.Resource
}

// LastName is the last segment of the resource part: the name of a role without
// its path.
func (a ARN) LastName() string {
	return a.Resource[strings.LastIndexAny(a.Resource, "/:")+1:]
}

// PartitionOf returns the partition that a region belongs to. Source: the
// partitions of the AWS SDKs' endpoint rules.
func PartitionOf(region string) string {
	for _, p := range []struct{ prefix, partition string }{
		{"cn-", "aws-cn"},
		{"us-gov-", "aws-us-gov"},
		{"us-iso-", "aws-iso"},
		{"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"},
		{"us-isof-", "aws-iso-f"},
		{"eusc-", "aws-eusc"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p.partition
		}
	}
	return "aws"
}

// IsAccountID reports whether s is 12 digits.
func IsAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// HomeRegion returns the region of a partition whose endpoints answer for all of
// it, where a service has such.
func HomeRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-iso":
		return "us-iso-east-1"
	case "aws-iso-b":
		return "us-isob-east-1"
	case "aws-iso-e":
		return "eu-isoe-west-1"
	case "aws-iso-f":
		return "us-isof-south-1"
	case "aws-eusc":
		return "eusc-de-east-1"
	}
	return "us-east-1"
}

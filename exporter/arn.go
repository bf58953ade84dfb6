package exporter

import "strings"

// An arn is an Amazon Resource Name in its six parts.
type arn struct {
	partition, service, region, account, resource string
}

// parseARN splits s; ok is false where s is no ARN. The resource part alone may
// have blanks: names of CloudWatch alarms do.
func parseARN(s string) (a arn, ok bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[1] == "" || parts[2] == "" || parts[5] == "" {
		return arn{}, false
	}
	if head := s[:len(s)-len(parts[5])]; strings.ContainsAny(head, " \t\r\n") {
		return arn{}, false
	}
	return arn{parts[1], parts[2], parts[3], parts[4], parts[5]}, true
}

func (a arn) String() string {
	return "arn:" + a.partition + ":" + a.service + ":" + a.region + ":" + a.account + ":" + a.resource
}

// typeAndName splits the resource part at its first slash or colon:
// "function:f" is "function" and "f".
func (a arn) typeAndName() (typ, name string) {
	if i := strings.IndexAny(a.resource, "/:"); i >= 0 {
		return a.resource[:i], a.resource[i+1:]
	}
	return "", a.resource
}

// lastName is the last segment of the resource part: the name of a role without
// its path.
func (a arn) lastName() string {
	return a.resource[strings.LastIndexAny(a.resource, "/:")+1:]
}

// partitionOf returns the partition that a region belongs to. Source: the
// partitions of the AWS SDKs' endpoint rules.
func partitionOf(region string) string {
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

func isAccountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

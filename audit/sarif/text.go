package sarif

import (
	"net/url"
	"strings"
)

// plain is a text as a message has it: braces are doubled (3.11.5), and nothing in it
// is an embedded link (3.11.6).
func plain(s string) string {
	return escapeBraces(strings.ReplaceAll(s, "](", "] ("))
}

func escapeBraces(s string) string {
	return strings.NewReplacer("{", "{{", "}", "}}").Replace(s)
}

// place is a path for a resource. Code scanning refuses results without a file, and
// addresses with a scheme, which an ARN looks like; and it shows alerts by their path. So
// the parts of an ARN become one, the widest first:
// aws/012345678901/us-east-1/sagemaker/notebook-instance/name. There is no such file.
func place(id string) string {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return "resource/" + segments(id)
	}
	partition, service, region, account, resource := parts[1], parts[2], parts[3], parts[4], parts[5]
	if region == "" {
		region = "global"
	}
	return strings.Join([]string{segments(partition), segments(account), segments(region), segments(service), segments(resource)}, "/")
}

// segments escapes a name as a part of a path, in which it may have parts of its own.
func segments(name string) string {
	parts := strings.FieldsFunc(name, func(r rune) bool { return r == '/' || r == ':' })
	for i, p := range parts {
		if strings.Trim(p, ".") == "" { // a path that leads elsewhere
			p = strings.ReplaceAll(p, ".", "_")
		}
		parts[i] = url.PathEscape(strings.ToValidUTF8(p, "\uFFFD"))
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, "/")
}

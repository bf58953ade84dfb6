package sarif

import (
	"cmp"
	"net/url"
	"strings"

	"github.com/sgexport/sgexport/audit/arn"
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
	a := arn.Parse(id)
	if a == (arn.ARN{}) {
		return "resource/" + segments(id)
	}
	return strings.Join([]string{segments(a.Partition), segments(a.Account), segments(cmp.Or(a.Region, "global")), segments(a.Service), segments(a.Resource)}, "/")
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

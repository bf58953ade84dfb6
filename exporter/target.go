package exporter

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// A reference is what a field points to, as far as the field alone tells.
type reference struct {
	label string
	id    string // the node's id; "" where a name has to be looked up
	key   string // what is looked up: the resource part of the ARN it would have
	arn   string // the ARN as it was given, where that is not the id
}

// A target turns the value of a reference field into a reference. ok is false
// for a value that cannot be a reference of the kind.
type target struct {
	labels []string // labels that it can find, for the schema
	find   func(c *refContext, value string) (r reference, ok bool)
}

// A refContext is where a value was found.
type refContext struct {
	partition, account, region string
	root                       func(name string) string // text of a member of the record
	parent                     reflect.Value            // the structure that has the field
}

// field returns the text of a field of v, a number's digits, a time as the
// properties have it, or "".
func field(v reflect.Value, name string) string {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return ""
	}
	f := v.FieldByName(name)
	for f.Kind() == reflect.Pointer && !f.IsNil() {
		f = f.Elem()
	}
	switch f.Kind() {
	case reflect.String:
		return f.String()
	case reflect.Int32, reflect.Int64:
		return strconv.FormatInt(f.Int(), 10)
	case reflect.Struct:
		if t, ok := f.Interface().(time.Time); ok {
			return string(graph.AppendTimestamp(nil, t.UnixMicro()))
		}
	}
	return ""
}

// isNothing reports whether a value stands for no value: clients write their
// own null as text.
func isNothing(s string) bool {
	switch strings.TrimSpace(s) {
	case "", "None", "none", "null", "NULL", "nil", "N/A", "-":
		return true
	}
	return false
}

// Targets outside SageMaker.
var (
	toBucket = target{[]string{bucketLabel}, func(_ *refContext, s string) (reference, bool) {
		bucket, ok := bucketOf(s)
		return reference{label: bucketLabel, id: bucket}, ok
	}}
	toImage = target{[]string{imageLabel}, func(_ *refContext, s string) (reference, bool) {
		return reference{label: imageLabel, id: s}, !isNothing(s) && !strings.ContainsAny(s, " \t\r\n")
	}}
	toKey             = target{[]string{keyLabel, aliasLabel}, findKey}
	toRole            = toARN("AWSRole", "iam")
	toLambda          = toARN(lambdaLabel, "lambda")
	toTopic           = toARN("AWSSNSTopic", "sns")
	toSecret          = toARN(secretLabel, "secretsmanager")
	toSSOApplication  = toARN("AWSSSOApplication", "sso")
	toQProfile        = toARN("AWSCodeWhispererProfile", "codewhisperer")
	toSubnet          = toID("AWSEC2Subnet", "subnet-")
	toSecurityGroup   = toID("AWSEC2SecurityGroup", "sg-")
	toVpc             = toID("AWSVpc", "vpc-")
	toInterface       = toID("AWSNetworkInterface", "eni-")
	toCapacity        = toID("AWSEC2CapacityReservation", "cr-")
	toEFS             = toID("AWSEfsFileSystem", "fs-")
	toFSx             = toID("AWSFsxFileSystem", "fs-")
	toDataZoneDomain  = toID("AWSDataZoneDomain", "")
	toDataZoneProject = toID("AWSDataZoneProject", "")
	toDataZoneEnv     = toID("AWSDataZoneEnvironment", "")
	toAccount         = target{[]string{accountLabel}, func(_ *refContext, s string) (reference, bool) {
		return reference{label: accountLabel, id: s}, isAccountID(s)
	}}
	toAlarm = target{[]string{alarmLabel}, func(c *refContext, s string) (reference, bool) {
		if a, ok := parseARN(s); ok {
			return reference{label: alarmLabel, id: s}, a.service == "cloudwatch"
		}
		return reference{label: alarmLabel, id: arn{c.partition, "cloudwatch", c.region, c.account, "alarm:" + s}.String()}, !isNothing(s)
	}}
	toGit = target{[]string{gitLabel}, func(_ *refContext, s string) (reference, bool) {
		return reference{label: gitLabel, id: stripCredentials(s)}, isGitURL(s)
	}}
	// toFileSystem is a file system whose type stands beside its id.
	toFileSystem = target{[]string{"AWSEfsFileSystem", "AWSFsxFileSystem"}, func(c *refContext, s string) (reference, bool) {
		if strings.HasPrefix(field(c.parent, "FileSystemType"), "FSx") {
			return toFSx.find(c, s)
		}
		return toEFS.find(c, s)
	}}
	// toCode is a CodeRepository by name or a Git repository by URL.
	toCode = target{[]string{"AWSSageMakerCodeRepository", gitLabel}, func(c *refContext, s string) (reference, bool) {
		if isGitURL(s) {
			return toGit.find(c, s)
		}
		return toKind("AWSSageMakerCodeRepository").find(c, s)
	}}
	// toURI is whatever a URI can name: an object in S3, an image, any ARN.
	toURI = target{nil, func(c *refContext, s string) (reference, bool) {
		if r, ok := toBucket.find(c, s); ok {
			return r, true
		}
		if a, ok := parseARN(s); ok {
			if a.service == "kms" {
				return findKey(c, s)
			}
			label := labelOfARN(a)
			return reference{label: label, id: s}, label != ""
		}
		if _, ok := repositoryOf(s); ok {
			return toImage.find(c, s)
		}
		return reference{}, false
	}}
)

// toARN is a resource of another service that is always named by its ARN. An
// ARN of a third service is none: the same id would have two labels.
func toARN(label, service string) target {
	return target{[]string{label}, func(_ *refContext, s string) (reference, bool) {
		a, _ := parseARN(s)
		r := reference{label: labelOfARN(a), id: s}
		if r.label == "" {
			r.label = label
		}
		return r, a.service == service
	}}
}

// toID is a resource that is named by an id which is unique by itself.
func toID(label, prefix string) target {
	return target{[]string{label}, func(_ *refContext, s string) (reference, bool) {
		return reference{label: label, id: s}, strings.HasPrefix(s, prefix) && !isNothing(s)
	}}
}

// findKey takes the four spellings of a KMS key: its id, its ARN, the name of
// an alias, the ARN of an alias.
func findKey(c *refContext, s string) (reference, bool) {
	if a, ok := parseARN(s); ok {
		typ, name := a.typeAndName()
		switch {
		case a.service != "kms":
			return reference{}, false
		case typ == "key" && name != "":
			return reference{label: keyLabel, id: name, arn: s}, true
		case typ == "alias":
			return reference{label: aliasLabel, id: s}, true
		}
		return reference{}, false
	}
	if strings.HasPrefix(s, "alias/") {
		return reference{label: aliasLabel, id: arn{c.partition, "kms", c.region, c.account, s}.String()}, true
	}
	return reference{label: keyLabel, id: s}, keyID.MatchString(s) && !isNothing(s)
}

// toHubContent is what a hub has, by its name alone: which hub and which version
// the reference does not tell.
var toHubContent = target{[]string{hubContentLabel}, func(c *refContext, s string) (reference, bool) {
	if _, ok := parseARN(s); ok {
		return toKind(hubContentLabel).find(c, s)
	}
	return reference{label: hubContentLabel, key: "hub-content/" + s}, !isNothing(s)
}}

// toKind is a resource of one of the SageMaker kinds, by ARN or, where there is
// one kind only, by name. A name is looked for in the record's own account and
// region; what the ARN has before the name stands in the record itself.
func toKind(labels ...string) target {
	return target{labels, func(c *refContext, s string) (reference, bool) {
		if isNothing(s) {
			return reference{}, false
		}
		if a, ok := parseARN(s); ok {
			label := labelOfARN(a)
			if label == "" {
				label = labels[0]
			}
			return reference{label: label, id: s}, a.service == "sagemaker"
		}
		template := resourceTemplate(labels[0])
		if len(labels) != 1 || template == "" {
			return reference{}, false
		}
		last := strings.LastIndexByte(template, '{')
		key, ok := expand(template[:last], c.root)
		return reference{label: labels[0], key: key + s}, ok
	}}
}

// expand fills the {Names} of a template; ok is false where one is empty. A
// name may offer alternatives: {UserProfileName|SpaceName}.
func expand(template string, value func(name string) string) (s string, ok bool) {
	var b strings.Builder
	for template != "" {
		before, rest, found := strings.Cut(template, "{")
		b.WriteString(before)
		if !found {
			break
		}
		names, after, _ := strings.Cut(rest, "}")
		v := ""
		for _, name := range strings.Split(names, "|") {
			if v = value(name); v != "" {
				break
			}
		}
		if v == "" {
			return "", false
		}
		b.WriteString(v)
		template = after
	}
	return b.String(), true
}

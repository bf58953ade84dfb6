package catalog

import (
	"reflect"
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/graph/location"
)

// A Reference is what a field points to, as far as the field alone tells.
type Reference struct {
	Label string
	ID    string // the node's id; "" where a name has to be looked up
	Key   string // what is looked up: the resource part of the ARN it would have
	ARN   string // the ARN as it was given, where that is not the id
	// Unsure is a text that clients write for no value: it refers only where a
	// resource has that name.
	Unsure bool
	// Partial is a key that does not tell an ARN: what has none by that key is a node
	// of its own, without one.
	Partial bool
}

// A Target turns the value of a reference field into a reference. ok is false
// for a value that cannot be a reference of the kind.
type Target struct {
	Labels []string // labels that it can find, for the schema; nil is any
	Find   func(c *Context, value string) (r Reference, ok bool)
}

// A Context is where a value was found.
type Context struct {
	Labels                     *Table
	Partition, Account, Region string
	Root                       func(name string) string // text of a member of the record
	Parent                     reflect.Value            // the structure that has the field
}

// arn is the ARN that a resource of the record's own account and region has.
func (c *Context) arn(service, resource string) string {
	return names.ARN{Partition: c.Partition, Service: service, Region: c.Region, Account: c.Account, Resource: resource}.String()
}

// Targets outside SageMaker.
var (
	toBucket = Target{[]string{bucketLabel}, func(c *Context, s string) (Reference, bool) {
		bucket, ok := location.Bucket(s)
		return Reference{Label: bucketLabel, ID: bucket}, ok
	}}
	toImage = Target{[]string{imageLabel}, func(c *Context, s string) (Reference, bool) {
		return Reference{Label: imageLabel, ID: s}, !names.IsNothing(s) && !strings.ContainsAny(s, " \t\r\n")
	}}
	toKey             = Target{[]string{keyLabel, aliasLabel}, findKey}
	toRole            = toARN(roleLabel, "iam")
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
	toAccount         = Target{[]string{AccountLabel}, func(c *Context, s string) (Reference, bool) {
		return Reference{Label: AccountLabel, ID: s}, names.IsAccountID(s)
	}}
	toAlarm = Target{[]string{alarmLabel}, func(c *Context, s string) (Reference, bool) {
		if a, ok := names.ParseARN(s); ok {
			return Reference{Label: alarmLabel, ID: s}, a.Service == "cloudwatch"
		}
		return Reference{Label: alarmLabel, ID: c.arn("cloudwatch", "alarm:"+s)}, !names.IsNothing(s)
	}}
	toGit = Target{[]string{gitLabel}, func(c *Context, s string) (Reference, bool) {
		return Reference{Label: gitLabel, ID: names.StripCredentials(s)}, names.IsGitURL(s)
	}}
	// toFileSystem is a file system whose type stands beside its id.
	toFileSystem = Target{[]string{"AWSEfsFileSystem", "AWSFsxFileSystem"}, func(c *Context, s string) (Reference, bool) {
		if strings.HasPrefix(operation.Text(c.Parent, "FileSystemType"), "FSx") {
			return toFSx.Find(c, s)
		}
		return toEFS.Find(c, s)
	}}
	// toCode is a CodeRepository by name or a Git repository by URL.
	toCode = Target{[]string{"AWSSageMakerCodeRepository", gitLabel}, func(c *Context, s string) (Reference, bool) {
		if names.IsGitURL(s) {
			return toGit.Find(c, s)
		}
		return toKind("AWSSageMakerCodeRepository").Find(c, s)
	}}
	// toURI is whatever a URI can name: an object in S3, an image, any ARN.
	toURI = Target{nil, func(c *Context, s string) (Reference, bool) {
		if r, ok := toBucket.Find(c, s); ok {
			return r, true
		}
		if a, ok := names.ParseARN(s); ok {
			if a.Service == "kms" {
				return findKey(c, s)
			}
			label := c.Labels.LabelOf(a)
			return Reference{Label: label, ID: s}, label != ""
		}
		if _, ok := names.RepositoryOf(s); ok {
			return toImage.Find(c, s)
		}
		return Reference{}, false
	}}
)

// toARN is a resource of another service that is always named by its ARN. An
// ARN of a third service is none: the same id would have two labels.
func toARN(label, service string) Target {
	return Target{[]string{label}, func(c *Context, s string) (Reference, bool) {
		a, _ := names.ParseARN(s)
		r := Reference{Label: c.Labels.LabelOf(a), ID: s}
		if r.Label == "" {
			r.Label = label
		}
		return r, a.Service == service
	}}
}

// toID is a resource that is named by an id which is unique by itself.
func toID(label, prefix string) Target {
	return Target{[]string{label}, func(c *Context, s string) (Reference, bool) {
		return Reference{Label: label, ID: s}, strings.HasPrefix(s, prefix) && !names.IsNothing(s)
	}}
}

// findKey takes the four spellings of a KMS key: its id, its ARN, the name of
// an alias, the ARN of an alias.
func findKey(c *Context, s string) (Reference, bool) {
	if a, ok := names.ParseARN(s); ok {
		typ, name := a.TypeAndName()
		switch {
		case a.Service != "kms":
			return Reference{}, false
		case typ == "key" && name != "":
			return Reference{Label: keyLabel, ID: name, ARN: s}, true
		case typ == "alias":
			return Reference{Label: aliasLabel, ID: s}, true
		}
		return Reference{}, false
	}
	if strings.HasPrefix(s, "alias/") {
		return Reference{Label: aliasLabel, ID: c.arn("kms", s)}, true
	}
	return Reference{Label: keyLabel, ID: s}, names.IsKeyID(s) && !names.IsNothing(s)
}

// toHubContent is what a hub has, by its name and perhaps its version: which hub the
// reference does not tell.
var toHubContent = Target{[]string{hubContentLabel}, func(c *Context, s string) (Reference, bool) {
	if _, ok := names.ParseARN(s); ok {
		return toKind(hubContentLabel).Find(c, s)
	}
	key := "hub-content/" + s
	if version := operation.Text(c.Parent, "HubContentVersion"); version != "" {
		key += "/" + version
	}
	return Reference{Label: hubContentLabel, Key: key, Unsure: names.IsNothing(s), Partial: true}, !names.IsBlank(s)
}}

// toKind is a resource of one of the SageMaker kinds, by ARN or, where there is
// one kind only, by name. A name is looked for in the record's own account and
// region; what the ARN has before the name stands in the record itself.
func toKind(labels ...string) Target {
	return Target{labels, func(c *Context, s string) (Reference, bool) {
		if names.IsBlank(s) {
			return Reference{}, false
		}
		if a, ok := names.ParseARN(s); ok {
			label := c.Labels.LabelOf(a)
			if label == "" {
				label = labels[0]
			}
			return Reference{Label: label, ID: s}, a.Service == "sagemaker"
		}
		template := c.Labels.Template(labels[0])
		if len(labels) != 1 || template == "" {
			return Reference{}, false
		}
		last := strings.LastIndexByte(template, '{')
		key, ok := names.Expand(template[:last], c.Root)
		return Reference{Label: labels[0], Key: key + s, Unsure: names.IsNothing(s)}, ok
	}}
}

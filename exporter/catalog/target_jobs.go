package catalog

import (
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// Targets of jobs, of the people who label for them and of the devices that
// models go to.
var (
	toWorkGroup   = toNamed("AWSAthenaWorkGroup", "athena", "workgroup/")
	toRedshift    = toNamed("AWSRedshiftCluster", "redshift", "cluster:")
	toThing       = toNamed("AWSIoTThing", "iot", "thing/")
	toRoleAlias   = toNamed("AWSIoTRoleAlias", "iot", "rolealias/")
	toUserPool    = toID("AWSCognitoUserPool", "")
	toVpcEndpoint = toID("AWSVpcEndpoint", "vpce-")
	// toRedshiftDatabase is a database whose cluster stands beside it.
	toRedshiftDatabase = Target{[]string{"AWSRedshiftDatabase"}, func(c *Context, s string) (Reference, bool) {
		cluster := operation.Text(c.Parent, "ClusterId")
		r, ok := toNamed("AWSRedshiftDatabase", "redshift", "dbname:"+cluster+"/").Find(c, s)
		return r, ok && cluster != ""
	}}
	// toLogGroup takes the two ARNs that a log group has: with :* at its end it
	// stands for the group's streams as well.
	toLogGroup = Target{[]string{"AWSCloudWatchLogGroup"}, func(c *Context, s string) (Reference, bool) {
		r, ok := toARN("AWSCloudWatchLogGroup", "logs").Find(c, s)
		if r.ID = strings.TrimSuffix(s, ":*"); r.ID != s {
			r.ARN = s
		}
		return r, ok
	}}
)

// toNamed is a resource of another service that is referred to by its ARN or,
// in the record's own account and region, by its name. before is what the ARN
// has before the name.
func toNamed(label, service, before string) Target {
	return Target{[]string{label}, func(c *Context, s string) (Reference, bool) {
		if _, ok := names.ParseARN(s); ok {
			return toARN(label, service).Find(c, s)
		}
		return Reference{Label: label, ID: c.arn(service, before+s)}, !names.IsNothing(s)
	}}
}

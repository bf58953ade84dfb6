package exporter

import "strings"

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
	toRedshiftDatabase = target{[]string{"AWSRedshiftDatabase"}, func(c *refContext, s string) (reference, bool) {
		cluster := field(c.parent, "ClusterId")
		r, ok := toNamed("AWSRedshiftDatabase", "redshift", "dbname:"+cluster+"/").find(c, s)
		return r, ok && cluster != ""
	}}
	// toLogGroup takes the two ARNs that a log group has: with :* at its end it
	// stands for the group's streams as well.
	toLogGroup = target{[]string{"AWSCloudWatchLogGroup"}, func(c *refContext, s string) (reference, bool) {
		r, ok := toARN("AWSCloudWatchLogGroup", "logs").find(c, s)
		if r.id = strings.TrimSuffix(s, ":*"); r.id != s {
			r.arn = s
		}
		return r, ok
	}}
)

// toNamed is a resource of another service that is referred to by its ARN or,
// in the record's own account and region, by its name. before is what the ARN
// has before the name.
func toNamed(label, service, before string) target {
	return target{[]string{label}, func(c *refContext, s string) (reference, bool) {
		if _, ok := parseARN(s); ok {
			return toARN(label, service).find(c, s)
		}
		return reference{label: label, id: arn{c.partition, service, c.region, c.account, before + s}.String()}, !isNothing(s)
	}}
}

package catalog

import (
	"cmp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/exporter/operation"
)

// Targets of monitoring, clusters, apps, features and lineage.
var (
	toMachineImage   = toID("AWSEC2Image", "ami-")
	toEKS            = toARN("AWSEKSCluster", "eks")
	toStack          = toARN("AWSCloudFormationStack", "cloudformation")
	toIdentityCenter = toARN("AWSIdentityCenter", "sso")
	toProduct        = toID("AWSServiceCatalogProduct", "")
	toProductVersion = toID("AWSServiceCatalogProvisioningArtifact", "")
	toProductPath    = toID("AWSServiceCatalogPath", "")
	toProvisioned    = toID("AWSServiceCatalogProvisionedProduct", "")
	anyJobDefinition = toKind(
		"AWSSageMakerDataQualityJobDefinition", "AWSSageMakerModelQualityJobDefinition",
		"AWSSageMakerModelBiasJobDefinition", "AWSSageMakerModelExplainabilityJobDefinition")

	// toJobDefinition is a monitoring job definition: of which kind stands beside
	// its name. Without a type it is data quality, as all were at first.
	toJobDefinition = Target{anyJobDefinition.Labels, func(c *Context, s string) (Reference, bool) {
		typ := cmp.Or(operation.Text(c.Parent, "MonitoringType"), c.Root("MonitoringType"), string(types.MonitoringTypeDataQuality))
		label := "AWSSageMaker" + typ + "JobDefinition"
		if _, ok := names.ParseARN(s); ok || c.Labels.Template(label) == "" {
			return anyJobDefinition.Find(c, s)
		}
		return toKind(label).Find(c, s)
	}}
	// toFSxHost is an FSx file system by its DNS name, which begins with its id.
	toFSxHost = Target{[]string{"AWSFsxFileSystem"}, func(c *Context, s string) (Reference, bool) {
		id, _, ok := strings.Cut(strings.ToLower(s), ".fsx.")
		if !ok {
			return Reference{}, false
		}
		return toFSx.Find(c, id)
	}}
	// toGlueCatalog is a catalog by the name that Athena has for it. The ARN of
	// an account's own, AwsDataCatalog or the account's id, has no name.
	toGlueCatalog = Target{[]string{"AWSGlueCatalog"}, func(c *Context, s string) (Reference, bool) {
		account := c.Account
		switch {
		case names.IsAccountID(s):
			account = s
		case !strings.EqualFold(s, "AwsDataCatalog"):
			return toNamed("AWSGlueCatalog", "glue", "catalog/").Find(c, s)
		}
		return Reference{Label: "AWSGlueCatalog", ID: names.ARN{Partition: c.Partition, Service: "glue", Region: c.Region, Account: account, Resource: "catalog"}.String()}, true
	}}
	toGlueDatabase = toNamed("AWSGlueDatabase", "glue", "database/")
	// toGlueTable is a table whose database stands beside it.
	toGlueTable = Target{[]string{"AWSGlueTable"}, func(c *Context, s string) (Reference, bool) {
		database := operation.Text(c.Parent, "Database")
		r, ok := toNamed("AWSGlueTable", "glue", "table/"+database+"/").Find(c, s)
		return r, ok && database != ""
	}}
	// toPrincipal is an IAM role or user. The session of an assumed role is neither:
	// its ARN lacks the role's path, and so does not tell the role's ARN.
	toPrincipal = Target{[]string{roleLabel, userLabel}, func(c *Context, s string) (Reference, bool) {
		a, _ := names.ParseARN(s)
		label := c.Labels.LabelOf(a)
		return Reference{Label: label, ID: s}, label == roleLabel || label == userLabel
	}}
	// toAnyKind is a SageMaker resource of any kind, by its ARN.
	toAnyKind = Target{nil, findAny}
	// toModelOrPackage is one of the two by its ARN: a model that is named in
	// another way may be of another platform.
	toModelOrPackage = Target{[]string{modelLabel, packageLabel}, func(c *Context, s string) (Reference, bool) {
		r, ok := findAny(c, s)
		return r, ok && (r.Label == modelLabel || r.Label == packageLabel)
	}}
)

func findAny(c *Context, s string) (Reference, bool) {
	a, _ := names.ParseARN(s)
	label := c.Labels.LabelOf(a)
	return Reference{Label: label, ID: s}, a.Service == "sagemaker" && label != ""
}

package exporter

import (
	"cmp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
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
	toJobDefinition = target{anyJobDefinition.labels, func(c *refContext, s string) (reference, bool) {
		typ := cmp.Or(field(c.parent, "MonitoringType"), c.root("MonitoringType"), string(types.MonitoringTypeDataQuality))
		label := "AWSSageMaker" + typ + "JobDefinition"
		if _, ok := parseARN(s); ok || resourceTemplate(label) == "" {
			return anyJobDefinition.find(c, s)
		}
		return toKind(label).find(c, s)
	}}
	// toFSxHost is an FSx file system by its DNS name, which begins with its id.
	toFSxHost = target{[]string{"AWSFsxFileSystem"}, func(c *refContext, s string) (reference, bool) {
		id, _, ok := strings.Cut(strings.ToLower(s), ".fsx.")
		if !ok {
			return reference{}, false
		}
		return toFSx.find(c, id)
	}}
	// toGlueCatalog is a catalog by the name that Athena has for it. The ARN of
	// an account's own, AwsDataCatalog or the account's id, has no name.
	toGlueCatalog = target{[]string{"AWSGlueCatalog"}, func(c *refContext, s string) (reference, bool) {
		account := c.account
		switch {
		case isAccountID(s):
			account = s
		case !strings.EqualFold(s, "AwsDataCatalog"):
			return toNamed("AWSGlueCatalog", "glue", "catalog/").find(c, s)
		}
		return reference{label: "AWSGlueCatalog", id: arn{c.partition, "glue", c.region, account, "catalog"}.String()}, true
	}}
	toGlueDatabase = toNamed("AWSGlueDatabase", "glue", "database/")
	// toGlueTable is a table whose database stands beside it.
	toGlueTable = target{[]string{"AWSGlueTable"}, func(c *refContext, s string) (reference, bool) {
		database := field(c.parent, "Database")
		r, ok := toNamed("AWSGlueTable", "glue", "table/"+database+"/").find(c, s)
		return r, ok && database != ""
	}}
	// toAnyKind is a SageMaker resource of any kind, by its ARN.
	toAnyKind = target{nil, findAny}
	// toModelOrPackage is one of the two by its ARN: a model that is named in
	// another way may be of another platform.
	toModelOrPackage = target{[]string{modelLabel, packageLabel}, func(c *refContext, s string) (reference, bool) {
		r, ok := findAny(c, s)
		return r, ok && (r.label == modelLabel || r.label == packageLabel)
	}}
)

func findAny(_ *refContext, s string) (reference, bool) {
	a, _ := parseARN(s)
	label := labelOfARN(a)
	return reference{label: label, id: s}, a.service == "sagemaker" && label != ""
}

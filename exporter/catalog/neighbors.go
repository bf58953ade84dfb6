package catalog

import (
	"strings"

	"github.com/sgexport/sgexport/exporter/names"
	"github.com/sgexport/sgexport/graph"
)

// AccountLabel is the label of the account that was asked.
const AccountLabel = "AWSAccount"

// Labels of neighbours that targets name. Labels and ids are those of
// Cartography, so that a snapshot merges into its graph.
const (
	bucketLabel     = "AWSS3Bucket"
	imageLabel      = "AWSECRRepositoryImage"
	repositoryLabel = "AWSECRRepository"
	keyLabel        = "AWSKMSKey"
	aliasLabel      = "AWSKMSAlias"
	gitLabel        = "GitRepository"
	alarmLabel      = "AWSCloudWatchAlarm"
	lambdaLabel     = "AWSLambda"
	secretLabel     = "AWSSecretsManagerSecret"
	roleLabel       = "AWSRole"
	userLabel       = "AWSUser"
)

// Columns of neighbours. Each is null where the reference does not tell.
var (
	byARN  = texts("arn", "name", "account_id", "region")
	byName = texts("name")
	global = texts("arn", "name", "account_id")
)

// texts makes columns of text.
func texts(names ...string) []graph.Column {
	var columns []graph.Column
	for _, n := range names {
		columns = append(columns, graph.Column{Name: n, Type: graph.String})
	}
	return columns
}

// afterType is the name in an ARN: all that follows the type.
func afterType(a names.ARN) string {
	_, name := a.TypeAndName()
	return name
}

// functionName is the name of a function, without version or alias.
func functionName(a names.ARN) string {
	name, _, _ := strings.Cut(afterType(a), ":")
	return name
}

// groupName is the name of a log group, after which its ARN may have :*.
func groupName(a names.ARN) string {
	name, _, _ := strings.Cut(afterType(a), ":")
	return name
}

// stackName is the name of a stack, whose ARN ends with another id.
func stackName(a names.ARN) string {
	name, _, _ := strings.Cut(afterType(a), "/")
	return name
}

// knownName is what an id tells that is a name.
func knownName(id string) map[string]string { return map[string]string{"name": id} }

// knownRepository is what the address of a Git repository tells: its name.
func knownRepository(url string) map[string]string {
	url = strings.TrimRight(url, "/")
	return map[string]string{"name": strings.TrimSuffix(url[strings.LastIndexAny(url, "/:")+1:], ".git")}
}

// knownImage is what the address of an image tells. Its name is the repository's and
// the tag, without the registry.
func knownImage(uri string) map[string]string {
	known := map[string]string{"uri": uri}
	rest, digest, _ := strings.Cut(uri, "@")
	known["digest"], known["name"] = digest, rest
	if host, path, ok := strings.Cut(rest, "/"); ok && (strings.ContainsAny(host, ".:") || host == "localhost") {
		known["name"] = path
	}
	if _, tag, ok := strings.Cut(rest[strings.LastIndexByte(rest, '/')+1:], ":"); ok {
		known["tag"] = tag
	}
	return known
}

var neighbors = []Entry{
	{Label: "AWSEC2CapacityReservation", Prefix: "cr", Doc: "EC2 capacity reservation; id is its id"},
	{
		Label: imageLabel, Family: containersFamily, Extra: []string{"ECRRepositoryImage"}, Columns: texts("uri", "name", "tag", "digest"), Doc: "container image; id is its URI", Known: knownImage, Address: PlainAddress,
		Implies: &Implied{Edge: repoImage, Label: repositoryLabel, ID: names.RepositoryOf, Doc: "the repository in the image's URI"},
	},
	{Label: "AWSEfsFileSystem", Family: storageFamily, Doc: "EFS file system; id is its id"},
	{Label: "AWSFsxFileSystem", Family: storageFamily, Doc: "FSx file system; id is its id"},
	{Label: "AWSSNSTopic", Service: "sns", Type: "", Columns: byARN, Doc: "SNS topic; id is its ARN"},
	{Label: secretLabel, Family: keysFamily, Service: "secretsmanager", Type: "secret", Columns: byARN, Doc: "secret; id is its ARN", NameOf: afterType},
	{Label: "AWSSSOApplication", Family: iamFamily, Service: "sso", Type: "application", Columns: byARN, Doc: "IAM Identity Center application; id is its ARN"},
	{Label: "AWSCodeWhispererProfile", Service: "codewhisperer", Type: "profile", Columns: byARN, Doc: "Amazon Q profile; id is its ARN"},
	{Label: alarmLabel, Service: "cloudwatch", Type: "alarm", Columns: byARN, Doc: "CloudWatch alarm; id is its ARN", NameOf: afterType},
	{Label: "AWSCloudWatchLogGroup", Service: "logs", Type: "log-group", Columns: byARN, Doc: "CloudWatch log group; id is its ARN", NameOf: groupName},
	{Label: "AWSAthenaWorkGroup", Family: storageFamily, Service: "athena", Type: "workgroup", Columns: byARN, Doc: "Athena workgroup; id is its ARN"},
	{Label: "AWSBedrockResource", Service: "bedrock", Type: "*", Columns: byARN, Doc: "Bedrock model or throughput; id is its ARN"},
	{Label: "AWSCloudFormationStack", Family: codeFamily, Service: "cloudformation", Type: "stack", Columns: byARN, Doc: "CloudFormation stack; id is its ARN", NameOf: stackName},
	{Label: "AWSCognitoUserPool", Family: iamFamily, Doc: "Cognito user pool; id is its id"},
	{Label: "AWSEC2Image", Prefix: "ami", Doc: "machine image; id is its id"},
	{Label: "AWSEKSCluster", Family: containersFamily, Extra: []string{"EKSCluster"}, Service: "eks", Type: "cluster", Columns: byARN, Doc: "EKS cluster; id is its ARN"},
	{Label: "AWSEMRCluster", Doc: "EMR cluster; id is its id"},
	{Label: "AWSEMRServerlessApplication", Doc: "EMR Serverless application; id is its id"},
	{Label: "AWSGlueCatalog", Family: storageFamily, Service: "glue", Type: "catalog", Columns: byARN, Doc: "Glue data catalog; id is its ARN"},
	{Label: "AWSGlueDatabase", Family: storageFamily, Service: "glue", Type: "database", Columns: byARN, Doc: "Glue database; id is its ARN"},
	{Label: "AWSGlueTable", Family: storageFamily, Service: "glue", Type: "table", Columns: byARN, Doc: "Glue table; id is its ARN"},
	{Label: "AWSIdentityCenter", Family: iamFamily, Service: "sso", Type: "instance", Columns: byARN, Doc: "IAM Identity Center instance; id is its ARN"},
	{Label: "AWSIoTRoleAlias", Service: "iot", Type: "rolealias", Columns: byARN, Doc: "IoT role alias; id is its ARN"},
	{Label: "AWSIoTThing", Service: "iot", Type: "thing", Columns: byARN, Doc: "IoT thing; id is its ARN"},
	{Label: "AWSRedshiftCluster", Family: storageFamily, Service: "redshift", Type: "cluster", Columns: byARN, Doc: "Redshift cluster; id is its ARN"},
	{Label: "AWSRedshiftDatabase", Family: storageFamily, Service: "redshift", Type: "dbname", Columns: byARN, Doc: "Redshift database; id is its ARN"},
	{Label: "AWSSQSQueue", Extra: []string{"SQSQueue"}, Service: "sqs", Type: "", Columns: byARN, Doc: "SQS queue; id is its ARN"},
	{Label: "AWSServiceCatalogPath", Family: codeFamily, Doc: "Service Catalog path; id is its id"},
	{Label: "AWSServiceCatalogProduct", Family: codeFamily, Doc: "Service Catalog product; id is its id"},
	{Label: "AWSServiceCatalogProvisionedProduct", Family: codeFamily, Doc: "Service Catalog provisioned product; id is its id"},
	{Label: "AWSServiceCatalogProvisioningArtifact", Family: codeFamily, Doc: "Service Catalog version of a product; id is its id"},
	{Label: "AWSDataZoneDomain", Doc: "DataZone domain; id is its id"},
	{Label: "AWSDataZoneProject", Doc: "DataZone project; id is its id"},
	{Label: "AWSDataZoneEnvironment", Doc: "DataZone environment; id is its id"},
	{Label: gitLabel, Family: codeFamily, Columns: byName, Known: knownRepository, Doc: "Git repository; id is its URL without credentials", Address: CleanAddress},
}

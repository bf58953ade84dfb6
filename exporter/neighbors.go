package exporter

import (
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Labels of neighbours that the code names.
const (
	accountLabel    = "AWSAccount"
	bucketLabel     = "AWSS3Bucket"
	imageLabel      = "AWSECRRepositoryImage"
	repositoryLabel = "AWSECRRepository"
	keyLabel        = "AWSKMSKey"
	aliasLabel      = "AWSKMSAlias"
	gitLabel        = "GitRepository"
	alarmLabel      = "AWSCloudWatchAlarm"
	lambdaLabel     = "AWSLambda"
	secretLabel     = "AWSSecretsManagerSecret"
)

// A neighbor is a label outside SageMaker. Labels and ids are those of
// Cartography, so that a snapshot merges into its graph.
type neighbor struct {
	label   string
	extra   []string
	service string // of the ARNs that name it; "" for none
	typ     string // resource type in those ARNs
	columns []string
	doc     string
}

// Columns of neighbours. Each is text, and null where the reference does not
// tell.
var (
	byARN  = []string{"arn", "name", "account_id", "region"}
	byName = []string{"name"}
	global = []string{"arn", "name", "account_id"}
)

var neighbors = []neighbor{
	{label: accountLabel, doc: "AWS account; id is its 12 digits"},
	{label: bucketLabel, extra: []string{"S3Bucket"}, columns: byName, doc: "S3 bucket; id is its name"},
	{label: "AWSRole", extra: []string{"AWSPrincipal"}, service: "iam", typ: "role", columns: global, doc: "IAM role; id is its ARN"},
	{label: "AWSUser", extra: []string{"AWSPrincipal"}, service: "iam", typ: "user", columns: global, doc: "IAM user; id is its ARN"},
	{label: "AWSGroup", service: "iam", typ: "group", columns: global, doc: "IAM group; id is its ARN"},
	{label: keyLabel, extra: []string{"KMSKey"}, service: "kms", typ: "key", columns: []string{"arn", "account_id", "region"}, doc: "KMS key; id is its key id"},
	{label: aliasLabel, extra: []string{"KMSAlias"}, service: "kms", typ: "alias", columns: byARN, doc: "KMS alias; id is its ARN"},
	{label: "AWSEC2Subnet", extra: []string{"EC2Subnet"}, doc: "subnet; id is its id"},
	{label: "AWSEC2SecurityGroup", extra: []string{"EC2SecurityGroup"}, doc: "security group; id is its id"},
	{label: "AWSVpc", doc: "VPC; id is its id"},
	{label: "AWSNetworkInterface", extra: []string{"NetworkInterface"}, doc: "network interface; id is its id"},
	{label: "AWSEC2CapacityReservation", doc: "EC2 capacity reservation; id is its id"},
	{label: imageLabel, extra: []string{"ECRRepositoryImage"}, columns: []string{"uri", "tag", "digest"}, doc: "container image; id is its URI"},
	{label: repositoryLabel, extra: []string{"ECRRepository"}, service: "ecr", typ: "repository", columns: byARN, doc: "ECR repository; id is its ARN"},
	{label: "AWSEfsFileSystem", doc: "EFS file system; id is its id"},
	{label: "AWSFsxFileSystem", doc: "FSx file system; id is its id"},
	{label: lambdaLabel, service: "lambda", typ: "function", columns: byARN, doc: "Lambda function; id is its ARN"},
	{label: "AWSSNSTopic", service: "sns", typ: "", columns: byARN, doc: "SNS topic; id is its ARN"},
	{label: secretLabel, service: "secretsmanager", typ: "secret", columns: byARN, doc: "secret; id is its ARN"},
	{label: "AWSSSOApplication", service: "sso", typ: "application", columns: byARN, doc: "IAM Identity Center application; id is its ARN"},
	{label: "AWSCodeWhispererProfile", service: "codewhisperer", typ: "profile", columns: byARN, doc: "Amazon Q profile; id is its ARN"},
	{label: alarmLabel, service: "cloudwatch", typ: "alarm", columns: byARN, doc: "CloudWatch alarm; id is its ARN"},
	{label: "AWSCloudWatchLogGroup", service: "logs", typ: "log-group", columns: byARN, doc: "CloudWatch log group; id is its ARN"},
	{label: "AWSAthenaWorkGroup", service: "athena", typ: "workgroup", columns: byARN, doc: "Athena workgroup; id is its ARN"},
	{label: "AWSBedrockResource", service: "bedrock", typ: "*", columns: byARN, doc: "Bedrock model or throughput; id is its ARN"},
	{label: "AWSCloudFormationStack", service: "cloudformation", typ: "stack", columns: byARN, doc: "CloudFormation stack; id is its ARN"},
	{label: "AWSCognitoUserPool", columns: byName, doc: "Cognito user pool; id is its id"},
	{label: "AWSEC2Image", doc: "machine image; id is its id"},
	{label: "AWSEKSCluster", extra: []string{"EKSCluster"}, service: "eks", typ: "cluster", columns: byARN, doc: "EKS cluster; id is its ARN"},
	{label: "AWSEMRCluster", doc: "EMR cluster; id is its id"},
	{label: "AWSEMRServerlessApplication", doc: "EMR Serverless application; id is its id"},
	{label: "AWSGlueCatalog", service: "glue", typ: "catalog", columns: byARN, doc: "Glue data catalog; id is its ARN"},
	{label: "AWSGlueDatabase", service: "glue", typ: "database", columns: byARN, doc: "Glue database; id is its ARN"},
	{label: "AWSGlueTable", service: "glue", typ: "table", columns: byARN, doc: "Glue table; id is its ARN"},
	{label: "AWSIdentityCenter", service: "sso", typ: "instance", columns: byARN, doc: "IAM Identity Center instance; id is its ARN"},
	{label: "AWSIoTRoleAlias", service: "iot", typ: "rolealias", columns: byARN, doc: "IoT role alias; id is its ARN"},
	{label: "AWSIoTThing", service: "iot", typ: "thing", columns: byARN, doc: "IoT thing; id is its ARN"},
	{label: "AWSRedshiftCluster", service: "redshift", typ: "cluster", columns: byARN, doc: "Redshift cluster; id is its ARN"},
	{label: "AWSRedshiftDatabase", service: "redshift", typ: "dbname", columns: byARN, doc: "Redshift database; id is its ARN"},
	{label: "AWSSQSQueue", extra: []string{"SQSQueue"}, service: "sqs", typ: "", columns: byARN, doc: "SQS queue; id is its ARN"},
	{label: "AWSServiceCatalogPath", doc: "Service Catalog path; id is its id"},
	{label: "AWSServiceCatalogProduct", doc: "Service Catalog product; id is its id"},
	{label: "AWSServiceCatalogProvisionedProduct", doc: "Service Catalog provisioned product; id is its id"},
	{label: "AWSServiceCatalogProvisioningArtifact", doc: "Service Catalog version of a product; id is its id"},
	{label: "AWSVpcEndpoint", doc: "VPC endpoint; id is its id"},
	{label: "AWSDataZoneDomain", doc: "DataZone domain; id is its id"},
	{label: "AWSDataZoneProject", doc: "DataZone project; id is its id"},
	{label: "AWSDataZoneEnvironment", doc: "DataZone environment; id is its id"},
	{label: gitLabel, doc: "Git repository; id is its URL without credentials"},
}

// graphLabel is the neighbour as the schema has it.
func (n *neighbor) graphLabel() *graph.Label {
	l := &graph.Label{Name: n.label, Extra: n.extra, Doc: n.doc}
	for _, c := range n.columns {
		l.Columns = append(l.Columns, graph.Column{Name: c, Type: graph.String})
	}
	return l
}

// referred returns the values of a node that is only known from a reference:
// what its id and, where it has one, its ARN tell.
func referred(l *graph.Label, id, arnText string) []graph.Value {
	if arnText == "" {
		arnText = id
	}
	a, isARN := parseARN(arnText)
	values := make([]graph.Value, len(l.Columns))
	set := func(column, text string) {
		if i := l.Column(column); i >= 0 && text != "" {
			values[i] = graph.StringValue(text)
		}
	}
	switch {
	case l.Name == bucketLabel:
		set("name", id)
	case l.Name == imageLabel:
		set("uri", id)
		rest, digest, _ := strings.Cut(id, "@")
		set("digest", digest)
		if _, tag, ok := strings.Cut(rest[strings.LastIndexByte(rest, '/')+1:], ":"); ok {
			set("tag", tag)
		}
	case isARN:
		set("arn", arnText)
		set("region", a.region)
		if isAccountID(a.account) {
			set("account_id", a.account)
		}
		switch {
		case a.service == "sagemaker":
			set("name", resourceName(l.Name, a))
		case l.Name == repositoryLabel || l.Name == alarmLabel || l.Name == aliasLabel || l.Name == secretLabel:
			_, name := a.typeAndName()
			set("name", name)
		case l.Name == lambdaLabel:
			_, name := a.typeAndName()
			name, _, _ = strings.Cut(name, ":") // without version or alias
			set("name", name)
		default:
			set("name", a.lastName())
		}
	}
	if i := l.Column("observed"); i >= 0 {
		values[i] = graph.BoolValue(false)
	}
	return values
}

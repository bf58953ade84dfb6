package catalog

import (
	"reflect"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

var labels = New()

var here = &Context{Labels: labels, Partition: "aws", Account: "012345678901", Region: "us-east-1", Root: func(string) string { return "" }}

func TestFindKey(t *testing.T) {
	alias := "arn:aws:kms:us-east-1:012345678901:alias/a"
	for s, want := range map[string]Reference{
		"1234abcd-12ab-34cd-56ef-1234567890ab":            {Label: keyLabel, ID: "1234abcd-12ab-34cd-56ef-1234567890ab"},
		"mrk-1234abcd12ab34cd56ef1234567890ab":            {Label: keyLabel, ID: "mrk-1234abcd12ab34cd56ef1234567890ab"},
		"arn:aws:kms:eu-west-1:210987654321:key/1234abcd": {Label: keyLabel, ID: "1234abcd", ARN: "arn:aws:kms:eu-west-1:210987654321:key/1234abcd"},
		"alias/a":                          {Label: aliasLabel, ID: alias},
		alias:                              {Label: aliasLabel, ID: alias},
		"None":                             {},
		"":                                 {},
		"not a key":                        {},
		"arn:aws:iam::012345678901:role/r": {},
		"arn:aws:kms:eu-west-1:210987654321:key/": {},
	} {
		got, ok := findKey(here, s)
		if ok != (want != Reference{}) || ok && got != want {
			t.Errorf("findKey(%q) is %+v, %v, want %+v", s, got, ok, want)
		}
	}
}

func TestTargets(t *testing.T) {
	role := "arn:aws:iam::210987654321:role/r"
	for _, c := range []struct {
		name string
		to   Target
		s    string
		want Reference // zero: no reference
	}{
		{"role", toRole, role, Reference{Label: "AWSRole", ID: role}},
		{"user as role", toRole, "arn:aws:iam::210987654321:user/u", Reference{Label: "AWSUser", ID: "arn:aws:iam::210987654321:user/u"}},
		{"role by name", toRole, "r", Reference{}},
		{"role None", toRole, "None", Reference{}},
		{"Lambda as role", toRole, "arn:aws:lambda:eu-west-1:210987654321:function:f", Reference{}},
		{"role as Lambda", toLambda, role, Reference{}},
		{"role as model", toKind("AWSSageMakerModel"), role, Reference{}},
		{"model in another kind's field", toKind("AWSSageMakerEndpoint"), "arn:aws:sagemaker:eu-west-1:210987654321:model/m", Reference{Label: "AWSSageMakerModel", ID: "arn:aws:sagemaker:eu-west-1:210987654321:model/m"}},
		{"hub content of AWS", toKind("AWSSageMakerHubContent"), "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/m/1", Reference{Label: "AWSSageMakerHubContent", ID: "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/m/1"}},
		{"name of one of two kinds", toKind("AWSSageMakerMlflowTrackingServer", "AWSSageMakerMlflowApp"), "server", Reference{}},
		{"model by name", toKind("AWSSageMakerModel"), "m", Reference{Label: "AWSSageMakerModel", Key: "model/m"}},
		{"model None", toKind("AWSSageMakerModel"), "None", Reference{Label: "AWSSageMakerModel", Key: "model/None", Unsure: true}},
		{"profile without its domain", toKind("AWSSageMakerUserProfile"), "u", Reference{}},
		{"alarm", toAlarm, "too slow", Reference{Label: alarmLabel, ID: "arn:aws:cloudwatch:us-east-1:012345678901:alarm:too slow"}},
		{"alarm None", toAlarm, "None", Reference{}},
		{"alarm by ARN", toAlarm, "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:a", Reference{Label: alarmLabel, ID: "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:a"}},
		{"subnet", toSubnet, "subnet-1", Reference{Label: "AWSEC2Subnet", ID: "subnet-1"}},
		{"no subnet", toSubnet, "sg-1", Reference{}},
		{"account", toAccount, "210987654321", Reference{Label: AccountLabel, ID: "210987654321"}},
		{"no account", toAccount, "21098765432", Reference{}},
		{"code by name", toCode, "repo", Reference{Label: "AWSSageMakerCodeRepository", Key: "code-repository/repo"}},
		{"code by URL", toCode, "https://u:p@github.com/a/b", Reference{Label: gitLabel, ID: "https://github.com/a/b"}},
		{"code None", toCode, "None", Reference{Label: "AWSSageMakerCodeRepository", Key: "code-repository/None", Unsure: true}},
		{"image", toImage, "python:3", Reference{Label: imageLabel, ID: "python:3"}},
		{"no image", toImage, "see the wiki", Reference{}},
		{"image None", toImage, "None", Reference{}},
		{"URI in S3", toURI, "https://b-1.s3.amazonaws.com/k", Reference{Label: bucketLabel, ID: "b-1"}},
		{"URI of a key", toURI, "arn:aws:kms:eu-west-1:210987654321:key/k", Reference{Label: keyLabel, ID: "k", ARN: "arn:aws:kms:eu-west-1:210987654321:key/k"}},
		{"URI of a job", toURI, "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j", Reference{Label: "AWSSageMakerTrainingJob", ID: "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j"}},
		{"URI of an image", toURI, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", Reference{Label: imageLabel, ID: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}},
		{"URI elsewhere", toURI, "https://example.com/x", Reference{}},
		{"ARN of a service without a label", toURI, "arn:aws:mystery:eu-west-1:210987654321:table/t", Reference{}},
	} {
		got, ok := c.to.Find(here, c.s)
		if ok != (c.want != Reference{}) || ok && got != c.want {
			t.Errorf("%s: %q is %+v, %v, want %+v", c.name, c.s, got, ok, c.want)
		}
	}
	type source struct{ FileSystemType string }
	for typ, label := range map[string]string{"EFS": "AWSEfsFileSystem", "FSxLustre": "AWSFsxFileSystem"} {
		c := *here
		c.Parent = reflect.ValueOf(source{typ})
		if got, ok := toFileSystem.Find(&c, "fs-1"); !ok || got.Label != label {
			t.Errorf("a file system of type %s is %+v", typ, got)
		}
	}
}

func TestAlternativesAndUnder(t *testing.T) {
	for p, want := range map[string][]string{
		"A.B[].C":         {"A.B[].C"},
		"{A,B[]}.{C,D}":   {"A.C", "A.D", "B[].C", "B[].D"},
		"A{}.B":           {"A{}.B"},
		"{A,B}Settings":   {"ASettings", "BSettings"},
		"Data.{S3,File}X": {"Data.S3X", "Data.FileX"},
	} {
		if got := alternatives(p); !slices.Equal(got, want) {
			t.Errorf("alternatives(%s) is %v, want %v", p, got, want)
		}
	}
	rules := under("Top", used.to(toRole, "A", "{B,C}"), used.from(toRole, "D"))
	var paths []string
	for _, r := range rules {
		paths = append(paths, r.Path)
	}
	if want := []string{"Top.A", "Top.B", "Top.C", "Top.D"}; !slices.Equal(paths, want) || rules[2].Reverse || !rules[3].Reverse {
		t.Errorf("under gave %v", rules)
	}
}

func TestMoreTargets(t *testing.T) {
	const (
		model   = "arn:aws:sagemaker:eu-west-1:210987654321:model/m"
		version = "arn:aws:sagemaker:eu-west-1:210987654321:model-package/g/1"
		job     = "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j"
		quality = "arn:aws:sagemaker:eu-west-1:210987654321:model-quality-job-definition/d"
	)
	glue := "arn:aws-cn:glue:cn-north-1:012345678901:"
	for _, c := range []struct {
		name   string
		to     Target
		parent any
		value  string
		want   Reference // zero: no reference
	}{
		{"definition with its type beside it", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: types.MonitoringTypeModelBias}, "d", Reference{Label: "AWSSageMakerModelBiasJobDefinition", Key: "model-bias-job-definition/d"}},
		{"definition with its type in the record", toJobDefinition, types.MonitoringScheduleConfig{}, "d", Reference{Label: "AWSSageMakerModelExplainabilityJobDefinition", Key: "model-explainability-job-definition/d"}},
		{"definition of a newer type", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: "Mood"}, "d", Reference{}},
		{"definition by ARN", toJobDefinition, types.MonitoringScheduleConfig{MonitoringType: "Mood"}, quality, Reference{Label: "AWSSageMakerModelQualityJobDefinition", ID: quality}},
		{"definition None", toJobDefinition, types.MonitoringScheduleConfig{}, "None", Reference{Label: "AWSSageMakerModelExplainabilityJobDefinition", Key: "model-explainability-job-definition/None", Unsure: true}},
		{"file system", toFSxHost, nil, "FS-0123.fsx.us-east-1.amazonaws.com", Reference{Label: "AWSFsxFileSystem", ID: "fs-0123"}},
		{"file system of another service", toFSxHost, nil, "fs-0123.efs.us-east-1.amazonaws.com", Reference{}},
		{"alias of a file system", toFSxHost, nil, "data.fsx.example.com", Reference{}},
		{"the account's catalog", toGlueCatalog, nil, "awsdatacatalog", Reference{Label: "AWSGlueCatalog", ID: glue + "catalog"}},
		{"another account's catalog", toGlueCatalog, nil, "210987654321", Reference{Label: "AWSGlueCatalog", ID: "arn:aws-cn:glue:cn-north-1:210987654321:catalog"}},
		{"a further catalog", toGlueCatalog, nil, "lake", Reference{Label: "AWSGlueCatalog", ID: glue + "catalog/lake"}},
		{"database", toGlueDatabase, nil, "db", Reference{Label: "AWSGlueDatabase", ID: glue + "database/db"}},
		{"table", toGlueTable, types.DataCatalogConfig{Database: aws.String("db")}, "t", Reference{Label: "AWSGlueTable", ID: glue + "table/db/t"}},
		{"table of no database", toGlueTable, types.DataCatalogConfig{}, "t", Reference{}},
		{"any kind", toAnyKind, nil, job, Reference{Label: "AWSSageMakerTrainingJob", ID: job}},
		{"no SageMaker resource", toAnyKind, nil, "arn:aws:iam::210987654321:role/r", Reference{}},
		{"any kind by name", toAnyKind, nil, "j", Reference{}},
		{"model", toModelOrPackage, nil, model, Reference{Label: modelLabel, ID: model}},
		{"model package", toModelOrPackage, nil, version, Reference{Label: packageLabel, ID: version}},
		{"neither of the two", toModelOrPackage, nil, job, Reference{}},
		{"model of another platform", toModelOrPackage, nil, "m", Reference{}},
		{"machine image", toMachineImage, nil, "ami-1", Reference{Label: "AWSEC2Image", ID: "ami-1"}},
	} {
		got, ok := c.to.Find(&Context{
			Labels:    labels,
			Partition: "aws-cn", Region: "cn-north-1", Account: "012345678901", Parent: reflect.ValueOf(c.parent),
			Root: func(name string) string { return map[string]string{"MonitoringType": "ModelExplainability"}[name] },
		}, c.value)
		if ok != (c.want != Reference{}) || ok && got != c.want {
			t.Errorf("%s: %q is %+v, %v, want %+v", c.name, c.value, got, ok, c.want)
		}
	}
	old := &Context{Labels: labels, Root: func(string) string { return "" }}
	if got, ok := toJobDefinition.Find(old, "d"); !ok || got.Label != "AWSSageMakerDataQualityJobDefinition" {
		t.Errorf("a definition without any type is %+v, %v", got, ok)
	}
}

// TestTargetsOfJobs names what is outside SageMaker by its name and by its ARN.
func TestTargetsOfJobs(t *testing.T) {
	redshift := reflect.ValueOf(types.RedshiftDatasetDefinition{ClusterId: aws.String("wh")})
	for _, c := range []struct {
		target         Target
		value          string
		label, id, arn string
	}{
		{toWorkGroup, "primary", "AWSAthenaWorkGroup", "arn:aws-cn:athena:cn-north-1:012345678901:workgroup/primary", ""},
		{toRedshift, "wh", "AWSRedshiftCluster", "arn:aws-cn:redshift:cn-north-1:012345678901:cluster:wh", ""},
		{toRedshiftDatabase, "dev", "AWSRedshiftDatabase", "arn:aws-cn:redshift:cn-north-1:012345678901:dbname:wh/dev", ""},
		{toThing, "cam-1", "AWSIoTThing", "arn:aws-cn:iot:cn-north-1:012345678901:thing/cam-1", ""},
		{toRoleAlias, "fleet", "AWSIoTRoleAlias", "arn:aws-cn:iot:cn-north-1:012345678901:rolealias/fleet", ""},
		{toRoleAlias, "arn:aws:iot:us-east-1:210987654321:rolealias/fleet", "AWSIoTRoleAlias", "arn:aws:iot:us-east-1:210987654321:rolealias/fleet", ""},
		{toRoleAlias, "arn:aws:iam::210987654321:role/fleet", "", "", ""},
		{toThing, "None", "", "", ""},
		{toUserPool, "us-east-1_AbC", "AWSCognitoUserPool", "us-east-1_AbC", ""},
		{toVpcEndpoint, "vpce-1", "AWSVpcEndpoint", "vpce-1", ""},
		{toVpcEndpoint, "vpc-1", "", "", ""},
		{toLogGroup, "arn:aws:logs:us-east-1:1:log-group:/a/b:*", "AWSCloudWatchLogGroup", "arn:aws:logs:us-east-1:1:log-group:/a/b", "arn:aws:logs:us-east-1:1:log-group:/a/b:*"},
		{toLogGroup, "arn:aws:logs:us-east-1:1:log-group:/a/b", "AWSCloudWatchLogGroup", "arn:aws:logs:us-east-1:1:log-group:/a/b", ""},
		{toLogGroup, "/a/b", "", "", ""},
		{toAnyKind, "arn:aws:sagemaker:us-east-1:012345678901:processing-job/p", "AWSSageMakerProcessingJob", "arn:aws:sagemaker:us-east-1:012345678901:processing-job/p", ""},
	} {
		r, ok := c.target.Find(&Context{Labels: labels, Partition: "aws-cn", Account: "012345678901", Region: "cn-north-1", Parent: redshift}, c.value)
		if want := (Reference{Label: c.label, ID: c.id, ARN: c.arn}); ok != (c.label != "") || ok && r != want {
			t.Errorf("%s: %+v, %v, want %+v", c.value, r, ok, want)
		}
	}
	if r, ok := toRedshiftDatabase.Find(&Context{Labels: labels}, "dev"); ok {
		t.Errorf("a database without its cluster: %+v", r)
	}
}

package exporter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sgexport/sgexport/graph"
)

func TestBucketOf(t *testing.T) {
	for ref, want := range map[string]string{
		"s3://bucket/key":  "bucket",
		"s3://bucket":      "bucket",
		"s3://bucket/":     "bucket",
		"S3://bucket/key":  "bucket",
		"s3a://bucket/key": "bucket",
		"s3n://bucket/key": "bucket",
		"s3://my.bucket.example.com/key with blanks/é": "my.bucket.example.com",
		"s3://Old_Style-Bucket/key":                    "Old_Style-Bucket",
		"s3://bucket//key":                             "bucket",
		"s3:///key":                                    "",
		"s3://":                                        "",
		"s3:bucket":                                    "",
		"s3://b":                                       "",
		"s3://-bucket/key":                             "",
		"s3://buck et/key":                             "",
		"s3://bucket\x00/key":                          "",
		"s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/ap/key": "",
		"arn:aws:s3:::bucket":                                             "bucket",
		"arn:aws:s3:::bucket/key/more":                                    "bucket",
		"arn:aws-cn:s3:::bucket/key":                                      "bucket",
		"arn:aws:s3:eu-west-1:123456789012:accesspoint/a":                 "",
		"arn:aws:sns:eu-west-1:123456789012:bucket":                       "",
		"https://bucket.s3.amazonaws.com/key":                             "bucket",
		"http://bucket.s3.amazonaws.com/key":                              "bucket",
		"https://Bucket.S3.Amazonaws.com/key":                             "bucket",
		"https://my.bucket.s3.amazonaws.com/key":                          "my.bucket",
		"https://bucket.s3.eu-west-1.amazonaws.com/key?X-Amz-Signature=x": "bucket",
		"https://bucket.s3-eu-west-1.amazonaws.com/key":                   "bucket",
		"https://s3-eu-west-1.amazonaws.com/bucket/key":                   "bucket",
		"https://s3.eu-west-1.amazonaws.com/bucket/key":                   "bucket",
		"https://s3.amazonaws.com/bucket":                                 "bucket",
		"https://s3.amazonaws.com/":                                       "",
		"https://s3-external-1.amazonaws.com/bucket/key":                  "bucket",
		"https://bucket.s3.dualstack.eu-west-1.amazonaws.com/key":         "bucket",
		"https://s3.dualstack.eu-west-1.amazonaws.com/bucket/key":         "bucket",
		"https://bucket.s3-accelerate.amazonaws.com/key":                  "bucket",
		"https://bucket.s3-accelerate.dualstack.amazonaws.com/key":        "bucket",
		"https://bucket.s3-fips.us-east-1.amazonaws.com/key":              "bucket",
		"https://bucket.s3-fips.dualstack.us-east-1.amazonaws.com/key":    "bucket",
		"https://s3-fips-us-gov-west-1.amazonaws.com/bucket/key":          "bucket",
		"https://s3.us-gov-west-1.amazonaws.com/bucket/key":               "bucket",
		"https://bucket.s3-website-us-east-1.amazonaws.com/":              "bucket",
		"https://bucket.s3-website.eu-central-1.amazonaws.com/":           "bucket",
		"https://bucket.s3.cn-north-1.amazonaws.com.cn/key":               "bucket",
		"https://s3.cn-northwest-1.amazonaws.com.cn/bucket/key":           "bucket",
		"https://bucket.s3.us-iso-east-1.c2s.ic.gov/key":                  "bucket",
		"https://bucket.s3.us-isob-east-1.sc2s.sgov.gov/key":              "bucket",
		"https://bucket.s3.eusc-de-east-1.amazonaws.eu/key":               "bucket",
		"https://s3.s3.amazonaws.com/key":                                 "s3",
		"https://bucket.s3.amazonaws.com:443/key":                         "bucket",
		"https://s3.amazonaws.com.example.com/bucket/key":                 "",
		"https://notss3.amazonaws.com/bucket/key":                         "",
		"https://example.com/bucket/key":                                  "",
		"https://sqs.eu-west-1.amazonaws.com/bucket":                      "",
		"https://[::1/bucket":                                             "",
		"https://github.com/org/repo":                                     "",
		"None":                                                            "",
		"":                                                                "",
		"bucket":                                                          "",
		"/local/path":                                                     "",
		"file:///opt/ml/model":                                            "",
	} {
		got, ok := bucketOf(ref)
		if !ok {
			got = ""
		} else if got == "" {
			t.Errorf("%q: an empty bucket", ref)
		}
		if got != want {
			t.Errorf("bucketOf(%q) is %q, want %q", ref, got, want)
		}
	}
}

func TestRepositoryOf(t *testing.T) {
	for image, want := range map[string]string{
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0":     "arn:aws:ecr:eu-west-1:123456789012:repository/team/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:abc":   "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1@sha256:abc": "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/app":              "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1":        "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
		"123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/app:1":   "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app",
		"123456789012.dkr-ecr.eu-west-1.on.aws/app:1":                   "arn:aws:ecr:eu-west-1:123456789012:repository/app",
		"registry.example.com:5000/app:1":                               "",
		"public.ecr.aws/x/app:1":                                        "",
		"docker.io/library/python:3":                                    "",
		"python":                                                        "",
		"12345678901.dkr.ecr.eu-west-1.amazonaws.com/app:1":             "",
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/":                 "",
		"x/123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1":          "",
	} {
		got, ok := repositoryOf(image)
		if got != want || ok != (want != "") {
			t.Errorf("repositoryOf(%q) is %q, %v, want %q", image, got, ok, want)
		}
	}
}

func TestReferredImage(t *testing.T) {
	l := schema.Label(imageLabel)
	for image, want := range map[string][2]string{ // tag, digest
		"registry.example.com:5000/team/app:1.0":                    {"1.0", ""},
		"registry.example.com:5000/team/app":                        {"", ""},
		"registry.example.com:5000/app:1.0@sha256:abc":              {"1.0", "sha256:abc"},
		"123456789012.dkr.ecr.eu-west-1.amazonaws.com/a@sha256:abc": {"", "sha256:abc"},
		"python:3": {"3", ""},
	} {
		values := referred(l, image, "")
		for i, column := range []string{"tag", "digest"} {
			got := ""
			if v := values[l.Column(column)]; !v.IsNull() {
				got = v.Text()
			}
			if got != want[i] {
				t.Errorf("%s: %s is %q, want %q", image, column, got, want[i])
			}
		}
	}
}

// TestReferredNames finds the name in the ARNs of what is only referred to.
func TestReferredNames(t *testing.T) {
	for id, want := range map[string]string{
		"AWSRole arn:aws:iam::123456789012:role/service-role/r":                               "r",
		"AWSSecretsManagerSecret arn:aws:secretsmanager:eu-west-1:123456789012:secret:a/b-x":  "a/b-x",
		"AWSLambda arn:aws:lambda:eu-west-1:123456789012:function:f:live":                     "f",
		"AWSSNSTopic arn:aws:sns:eu-west-1:123456789012:topic.fifo":                           "topic.fifo",
		"AWSKMSAlias arn:aws:kms:eu-west-1:123456789012:alias/a/b":                            "a/b",
		"AWSECRRepository arn:aws:ecr:eu-west-1:123456789012:repository/a/b":                  "a/b",
		"AWSCloudWatchAlarm arn:aws:cloudwatch:eu-west-1:123456789012:alarm:too slow":         "too slow",
		"AWSSageMakerModel arn:aws:sagemaker:eu-west-1:123456789012:model/m":                  "m",
		"AWSSageMakerUserProfile arn:aws:sagemaker:eu-west-1:123456789012:user-profile/d/u":   "u",
		"AWSSageMakerModelPackage arn:aws:sagemaker:eu-west-1:123456789012:model-package/g/3": "",
	} {
		label, arn, _ := strings.Cut(id, " ")
		l := schema.Label(label)
		values, got := referred(l, arn, ""), ""
		if v := values[l.Column("name")]; !v.IsNull() {
			got = v.Text()
		}
		if got != want || values[l.Column("arn")].Text() != arn {
			t.Errorf("%s: name is %q, want %q", id, got, want)
		}
	}
}

func TestStripCredentials(t *testing.T) {
	for s, want := range map[string]string{
		"https://github.com/a/b.git":           "https://github.com/a/b.git",
		"https://user@github.com/a":            "https://github.com/a",
		"https://user:pass@github.com/a":       "https://github.com/a",
		"https://user:p@ss@github.com":         "https://github.com",
		"https://:token@github.com?x=a@b":      "https://github.com?x=a@b",
		"https://github.com/a@b":               "https://github.com/a@b",
		"ssh://git@github.com:22/a":            "ssh://github.com:22/a",
		"git@github.com:a/b.git":               "git@github.com:a/b.git",
		"codecommit::eu-west-1://profile@repo": "codecommit::eu-west-1://repo",
		"None":                                 "None",
		"":                                     "",
	} {
		if got := stripCredentials(s); got != want {
			t.Errorf("stripCredentials(%q) is %q, want %q", s, got, want)
		}
	}
}

func TestSnake(t *testing.T) {
	for name, want := range map[string]string{
		"KmsKeyId": "kms_key_id", "S3OutputPath": "s3_output_path", "FSxLustreConfig": "fsx_lustre_config",
		"MLflowConfig": "mlflow_config", "MlflowConfig": "mlflow_config", "URL": "url", "ModelDataUrl": "model_data_url",
		"EFSFileSystem": "efs_file_system", "VolumeSizeInGB": "volume_size_in_gb", "AutoMLJobArn": "auto_ml_job_arn",
		"EnableIAMSessionBasedIdentity": "enable_iam_session_based_identity", "X": "x", "": "",
	} {
		if got := snake(name); got != want {
			t.Errorf("snake(%q) is %q, want %q", name, got, want)
		}
	}
}

var here = &refContext{partition: "aws", account: "012345678901", region: "us-east-1", root: func(string) string { return "" }}

func TestFindKey(t *testing.T) {
	alias := "arn:aws:kms:us-east-1:012345678901:alias/a"
	for s, want := range map[string]reference{
		"1234abcd-12ab-34cd-56ef-1234567890ab":            {label: keyLabel, id: "1234abcd-12ab-34cd-56ef-1234567890ab"},
		"mrk-1234abcd12ab34cd56ef1234567890ab":            {label: keyLabel, id: "mrk-1234abcd12ab34cd56ef1234567890ab"},
		"arn:aws:kms:eu-west-1:210987654321:key/1234abcd": {label: keyLabel, id: "1234abcd", arn: "arn:aws:kms:eu-west-1:210987654321:key/1234abcd"},
		"alias/a":                          {label: aliasLabel, id: alias},
		alias:                              {label: aliasLabel, id: alias},
		"None":                             {},
		"":                                 {},
		"not a key":                        {},
		"arn:aws:iam::012345678901:role/r": {},
		"arn:aws:kms:eu-west-1:210987654321:key/": {},
	} {
		got, ok := findKey(here, s)
		if ok != (want != reference{}) || ok && got != want {
			t.Errorf("findKey(%q) is %+v, %v, want %+v", s, got, ok, want)
		}
	}
}

func TestTargets(t *testing.T) {
	role := "arn:aws:iam::210987654321:role/r"
	for _, c := range []struct {
		name string
		to   target
		s    string
		want reference // zero: no reference
	}{
		{"role", toRole, role, reference{label: "AWSRole", id: role}},
		{"user as role", toRole, "arn:aws:iam::210987654321:user/u", reference{label: "AWSUser", id: "arn:aws:iam::210987654321:user/u"}},
		{"role by name", toRole, "r", reference{}},
		{"role None", toRole, "None", reference{}},
		{"Lambda as role", toRole, "arn:aws:lambda:eu-west-1:210987654321:function:f", reference{}},
		{"role as Lambda", toLambda, role, reference{}},
		{"role as model", toKind("AWSSageMakerModel"), role, reference{}},
		{"model in another kind's field", toKind("AWSSageMakerEndpoint"), "arn:aws:sagemaker:eu-west-1:210987654321:model/m", reference{label: "AWSSageMakerModel", id: "arn:aws:sagemaker:eu-west-1:210987654321:model/m"}},
		{"hub content of AWS", toKind("AWSSageMakerHubContent"), "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/m/1", reference{label: "AWSSageMakerHubContent", id: "arn:aws:sagemaker:us-east-1:aws:hub-content/SageMakerPublicHub/Model/m/1"}},
		{"name of one of two kinds", toKind("AWSSageMakerMlflowTrackingServer", "AWSSageMakerMlflowApp"), "server", reference{}},
		{"model by name", toKind("AWSSageMakerModel"), "m", reference{label: "AWSSageMakerModel", key: "model/m"}},
		{"model None", toKind("AWSSageMakerModel"), "None", reference{}},
		{"profile without its domain", toKind("AWSSageMakerUserProfile"), "u", reference{}},
		{"alarm", toAlarm, "too slow", reference{label: alarmLabel, id: "arn:aws:cloudwatch:us-east-1:012345678901:alarm:too slow"}},
		{"alarm None", toAlarm, "None", reference{}},
		{"alarm by ARN", toAlarm, "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:a", reference{label: alarmLabel, id: "arn:aws:cloudwatch:eu-west-1:210987654321:alarm:a"}},
		{"subnet", toSubnet, "subnet-1", reference{label: "AWSEC2Subnet", id: "subnet-1"}},
		{"no subnet", toSubnet, "sg-1", reference{}},
		{"account", toAccount, "210987654321", reference{label: accountLabel, id: "210987654321"}},
		{"no account", toAccount, "21098765432", reference{}},
		{"code by name", toCode, "repo", reference{label: "AWSSageMakerCodeRepository", key: "code-repository/repo"}},
		{"code by URL", toCode, "https://u:p@github.com/a/b", reference{label: gitLabel, id: "https://github.com/a/b"}},
		{"code None", toCode, "None", reference{}},
		{"image", toImage, "python:3", reference{label: imageLabel, id: "python:3"}},
		{"no image", toImage, "see the wiki", reference{}},
		{"image None", toImage, "None", reference{}},
		{"URI in S3", toURI, "https://b-1.s3.amazonaws.com/k", reference{label: bucketLabel, id: "b-1"}},
		{"URI of a key", toURI, "arn:aws:kms:eu-west-1:210987654321:key/k", reference{label: keyLabel, id: "k", arn: "arn:aws:kms:eu-west-1:210987654321:key/k"}},
		{"URI of a job", toURI, "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j", reference{label: "AWSSageMakerTrainingJob", id: "arn:aws:sagemaker:eu-west-1:210987654321:training-job/j"}},
		{"URI of an image", toURI, "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1", reference{label: imageLabel, id: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/a:1"}},
		{"URI elsewhere", toURI, "https://example.com/x", reference{}},
		{"ARN of a service without a label", toURI, "arn:aws:mystery:eu-west-1:210987654321:table/t", reference{}},
	} {
		got, ok := c.to.find(here, c.s)
		if ok != (c.want != reference{}) || ok && got != c.want {
			t.Errorf("%s: %q is %+v, %v, want %+v", c.name, c.s, got, ok, c.want)
		}
	}
	type source struct{ FileSystemType string }
	for typ, label := range map[string]string{"EFS": "AWSEfsFileSystem", "FSxLustre": "AWSFsxFileSystem"} {
		c := *here
		c.parent = reflect.ValueOf(source{typ})
		if got, ok := toFileSystem.find(&c, "fs-1"); !ok || got.label != label {
			t.Errorf("a file system of type %s is %+v", typ, got)
		}
	}
}

func TestParseARN(t *testing.T) {
	for s, want := range map[string]arn{
		"arn:aws:iam::123456789012:role/a:b":                   {"aws", "iam", "", "123456789012", "role/a:b"},
		"arn:aws-cn:sagemaker:cn-north-1:123456789012:model/m": {"aws-cn", "sagemaker", "cn-north-1", "123456789012", "model/m"},
		"arn:aws:s3:::bucket":                                  {"aws", "s3", "", "", "bucket"},
		"arn:aws:cloudwatch:r:1:alarm:a b":                     {"aws", "cloudwatch", "r", "1", "alarm:a b"},
		"arn:aws:s3:::":                                        {},
		"arn:aws:s3":                                           {},
		"arn::s3:::bucket":                                     {},
		"arn:see the wiki:s3:::bucket":                         {},
		"model/m":                                              {},
		"None":                                                 {},
	} {
		got, ok := parseARN(s)
		if got != want || ok != (want != arn{}) {
			t.Errorf("parseARN(%q) is %+v, %v", s, got, ok)
		}
		if ok && got.String() != s {
			t.Errorf("%q reads back as %q", s, got)
		}
	}
}

func TestPartitionOf(t *testing.T) {
	for region, want := range map[string]string{
		"us-east-1": "aws", "eu-central-2": "aws", "cn-north-1": "aws-cn", "us-gov-east-1": "aws-us-gov", "us-iso-east-1": "aws-iso",
		"us-isob-east-1": "aws-iso-b", "eu-isoe-west-1": "aws-iso-e", "us-isof-south-1": "aws-iso-f", "eusc-de-east-1": "aws-eusc",
	} {
		if got := partitionOf(region); got != want {
			t.Errorf("%s is in %s, want %s", region, got, want)
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
		paths = append(paths, r.path)
	}
	if want := []string{"Top.A", "Top.B", "Top.C", "Top.D"}; !slices.Equal(paths, want) || rules[2].reverse || !rules[3].reverse {
		t.Errorf("under gave %v", rules)
	}
}

func TestCompilePathErrors(t *testing.T) {
	model := reflect.TypeFor[sagemaker.DescribeModelOutput]()
	space := reflect.TypeFor[sagemaker.DescribeSpaceOutput]()
	for _, c := range []struct {
		t          reflect.Type
		path, want string
	}{
		{model, "ModelNam", "has no member ModelNam"},
		{model, "ModelName.X", "has no members"},
		{model, "Containers.Image", "is a slice"},
		{model, "PrimaryContainer[].Image", "is a struct"},
		{model, "PrimaryContainer", "not text"},
		{model, "CreationTime", "not text"},
		{model, "Containers{}.Image", "is a slice"},
		{model, "PrimaryContainer.Environment", "is a map"},
		{space, "SpaceSettings.CustomFileSystems[].TapeFileSystem.FileSystemId", "has no member TapeFileSystem"},
	} {
		if _, err := compilePath(c.t, c.path); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.path, err, c.want)
		}
	}
	for _, p := range []string{"ModelName", "Containers[].Image", "PrimaryContainer.Environment{}", "VpcConfig.Subnets[]"} {
		if _, err := compilePath(model, p); err != nil {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestExpand(t *testing.T) {
	values := map[string]string{"A": "x", "B": "y"}
	for template, want := range map[string]string{
		"app/{A}/{B}": "app/x/y", "app/{C|B}/z": "app/y/z", "app/{A|B}": "app/x", "plain": "plain", "": "", "app/{C}": "?", "app/{C|D}/{A}": "?",
	} {
		got, ok := expand(template, func(name string) string { return values[name] })
		if !ok {
			got = "?"
		}
		if got != want {
			t.Errorf("expand(%q) is %q, want %q", template, got, want)
		}
	}
}

func TestColumnsOf(t *testing.T) {
	type inner struct{ KmsKeyId *string }
	type thing struct {
		ThingName, ThingArn, ThingOwner, OtherName *string
		Config                                     *inner
		Tags                                       []types.Tag
		NextToken                                  *string
	}
	cols, err := columnsOf(reflect.TypeFor[thing](), "Thing")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cols {
		got = append(got, c.Name+"="+c.Source)
	}
	if want := []string{"arn=ThingArn", "config_kms_key_id=Config.KmsKeyId", "name=ThingName", "other_name=OtherName", "thing_owner=ThingOwner"}; !slices.Equal(got, want) {
		t.Errorf("columns are %v, want %v", got, want)
	}
	type twice struct{ Name, ThingName *string }
	if _, err := columnsOf(reflect.TypeFor[twice](), "Thing"); err == nil {
		t.Error("two members in one column are no error")
	}
}

func TestValues(t *testing.T) {
	f32, text, empty := float32(0.1), "a\xffb", ""
	type deep struct {
		B *string
		A []string
		M map[string]string
		U types.CustomFileSystem
	}
	type record struct {
		Small    *float32
		Bytes    *string
		Empty    *string
		Absent   *string
		NoList   []string
		EmptyMap map[string]string
		Status   types.EndpointStatus
		Newer    types.EndpointStatus
		Enums    []types.EndpointStatus
		Deep     []deep
		Unknown  types.CustomFileSystem
	}
	v := reflect.ValueOf(record{
		Small: &f32, Bytes: &text, Empty: &empty, EmptyMap: map[string]string{}, Newer: "Newest", Enums: []types.EndpointStatus{"InService"},
		Deep:    []deep{{B: &empty, A: []string{}, M: map[string]string{"z": "1", "a": "2"}, U: &types.CustomFileSystemMemberEFSFileSystem{Value: types.EFSFileSystem{FileSystemId: &text}}}},
		Unknown: &types.UnknownUnionMember{Tag: "Tape"},
	})
	for name, want := range map[string]string{
		"Small": `0.1`, "Bytes": `"a` + "\ufffd" + `b"`, "Empty": `""`, "Absent": `null`, "NoList": `null`, "EmptyMap": `{}`, "Status": `null`, "Newer": `"Newest"`,
		"Enums":   `["InService"]`,
		"Deep":    `"[{\"A\":[],\"B\":\"\",\"M\":{\"a\":\"2\",\"z\":\"1\"},\"U\":{\"EFSFileSystem\":{\"FileSystemId\":\"a` + "\ufffd" + `b\"}}}]"`,
		"Unknown": `"{\"Tape\":null}"`,
	} {
		e := encoder{members: &memberCache{}}
		if got := string(graph.AppendJSON(nil, e.value(name, v.FieldByName(name)))); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

type httpTimeout struct{}

func (httpTimeout) Error() string   { return "Client.Timeout exceeded while awaiting headers" }
func (httpTimeout) Timeout() bool   { return true }
func (httpTimeout) Temporary() bool { return true }
func (httpTimeout) Is(err error) bool {
	return err == context.DeadlineExceeded // as net/http's own does
}

func TestClassify(t *testing.T) {
	answered := func(status int, err error) error {
		return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: err}}
	}
	api := func(code, message string) error { return &smithy.GenericAPIError{Code: code, Message: message} }
	for _, c := range []struct {
		name string
		err  error
		want class
		code string
	}{
		{"denied", answered(400, api("AccessDeniedException", "no")), denied, "AccessDeniedException"},
		{"403", answered(403, api("SomethingNew", "no")), denied, "SomethingNew"},
		{"not opted in", answered(403, api("OptInRequired", "no")), denied, "OptInRequired"},
		{"expired", answered(400, api("ExpiredTokenException", "old")), credentials, "ExpiredTokenException"},
		{"wrong key", answered(403, api("UnrecognizedClientException", "who?")), credentials, "UnrecognizedClientException"},
		{"wrong signature", answered(403, api("SignatureDoesNotMatch", "clock?")), credentials, "SignatureDoesNotMatch"},
		{"unknown operation", answered(404, api("UnknownOperationException", "")), unavailable, "UnknownOperationException"},
		{"gone, newer", answered(400, api("ResourceNotFound", "x")), gone, "ResourceNotFound"},
		{"gone, older", answered(400, api("ValidationException", `Could not find model "x".`)), gone, "ValidationException"},
		{"gone, record", answered(400, api("ValidationException", "RecordNotFound")), gone, "ValidationException"},
		{"gone, job", answered(400, api("ValidationException", "Requested resource not found.")), gone, "ValidationException"},
		{"gone, package", answered(400, api("ValidationException", "ModelPackage x does not exist.")), gone, "ValidationException"},
		{"gone, repository", answered(400, api("ValidationException", "Cannot find CodeRepository: x")), gone, "ValidationException"},
		{"invalid", answered(400, api("ValidationException", "1 validation error detected")), failed, "ValidationException"},
		{"server", answered(500, api("InternalFailure", "x")), failed, "InternalFailure"},
		{"HTML", answered(500, errors.New("invalid character '<'")), failed, "HTTP500"},
		{"no such host", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsNotFound: true}}, unavailable, "NoSuchHost"},
		{"DNS is down", &net.OpError{Op: "dial", Err: &net.DNSError{Name: "x", IsTemporary: true}}, failed, "ConnectionError"},
		{"refused", &net.OpError{Op: "dial", Err: errors.New("connection refused")}, failed, "ConnectionError"},
		{"no credentials", fmt.Errorf("operation error: get identity: get credentials: %w", errors.New("none")), credentials, ""},
		{"the server is slow", fmt.Errorf("request send failed: %w", httpTimeout{}), failed, "ConnectionError"},
	} {
		got, code, message := classify(t.Context(), c.err)
		if got != c.want || code != c.code {
			t.Errorf("%s: class %d, code %s, want %d, %s", c.name, got, code, c.want, c.code)
		}
		if strings.ContainsAny(message, "\n\t") {
			t.Errorf("%s: message %q", c.name, message)
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	if got, _, _ := classify(stopped, api("AccessDeniedException", "no")); got != cancelled {
		t.Errorf("after the run was stopped an error is of class %d", got)
	}
	if s := oneLine("a\n\tb\x00c" + strings.Repeat("é", 1000)); !strings.HasPrefix(s, "a b c") || len([]rune(s)) != 601 {
		t.Errorf("oneLine gave %q", s)
	}
}

func TestRetries(t *testing.T) {
	answered := func(status int, code string) error {
		return &awshttp.ResponseError{ResponseError: &smithyhttp.ResponseError{Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}}, Err: &smithy.GenericAPIError{Code: code}}}
	}
	r := newRetryer()
	if n := r.MaxAttempts(); n != 0 {
		t.Errorf("at most %d attempts, want no bound", n)
	}
	for _, c := range []struct {
		err       error
		retryable bool
		tries     int // 0: until it is let through
	}{
		{answered(400, "ThrottlingException"), true, 0},
		{answered(429, "TooManyRequestsException"), true, 0},
		{answered(500, "InternalFailure"), true, serverTries},
		{answered(503, ""), true, serverTries},
		{fmt.Errorf("read body: %w", io.ErrUnexpectedEOF), true, serverTries},
		{fmt.Errorf("read body: %w", net.ErrClosed), true, serverTries},
		{httpTimeout{}, true, serverTries},
		{answered(400, "ValidationException"), false, 0},
		{answered(400, "AccessDeniedException"), false, 0},
		{answered(403, "ExpiredTokenException"), false, 0},
	} {
		if got := r.IsErrorRetryable(c.err); got != c.retryable {
			t.Errorf("%v: retryable %v", c.err, got)
		}
		if !c.retryable {
			continue
		}
		for _, attempt := range []int{1, serverTries - 1, serverTries, 100} {
			delay, err := r.RetryDelay(attempt, c.err)
			if goesOn := err == nil; goesOn != (c.tries == 0 || attempt < c.tries) || delay > 20*time.Second || delay < 0 {
				t.Errorf("%v: after try %d: wait %v, %v", c.err, attempt, delay, err)
			}
		}
	}
}

package reading

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph"
)

var table = Compile(catalog.New())

var here = &catalog.Context{Labels: table.Table, Partition: "aws", Account: "012345678901", Region: "us-east-1", Root: func(string) string { return "" }}

// targetOf is the target of a kind's rule.
func targetOf(t *testing.T, label, path string) catalog.Target {
	t.Helper()
	for _, r := range table.Kind(label).Rules {
		if r.Path == path {
			return r.To
		}
	}
	t.Fatalf("%s has no rule for %s", label, path)
	return catalog.Target{}
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

func TestColumnsOf(t *testing.T) {
	type inner struct{ KmsKeyId *string }
	type thing struct {
		ThingName, ThingArn, ThingOwner, OtherName *string
		Config                                     *inner
		Tags                                       []types.Tag
		NextToken                                  *string
	}
	cols, err := columnsOf(reflect.TypeFor[thing](), "Thing", "", map[string]string{"OtherName": "odd_name"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range cols {
		got = append(got, c.Name+"="+c.Source)
	}
	if want := []string{"arn=ThingArn", "config_kms_key_id=Config.KmsKeyId", "name=ThingName", "odd_name=OtherName", "thing_owner=ThingOwner"}; !slices.Equal(got, want) {
		t.Errorf("columns are %v, want %v", got, want)
	}
	type twice struct{ Name, ThingName *string }
	if _, err := columnsOf(reflect.TypeFor[twice](), "Thing", "", nil); err == nil {
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
		if got := string(graph.AppendJSON(nil, e.value(redact.Named(name), v.FieldByName(name)))); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
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

func TestReferencesIn(t *testing.T) {
	toURI := targetOf(t, "AWSSageMakerJob", "JobConfigDocument")
	const role = "arn:aws:iam::012345678901:role/service-role/R"
	for _, c := range []struct {
		name, document string
		want           []string
	}{
		{"nothing", ``, nil},
		{"no references", `{"a": "text", "b": [1, true, null, "sk:learn"]}`, nil},
		{
			"whole texts, in their order",
			`{"z": "s3://b-1/k with blank", "a": {"Role": "` + role + `", "deep": [["https://b-1.s3.amazonaws.com/k"]]}, "image": "012345678901.dkr.ecr.us-east-1.amazonaws.com/i:1"}`,
			[]string{"s3://b-1/k with blank", role, "https://b-1.s3.amazonaws.com/k", "012345678901.dkr.ecr.us-east-1.amazonaws.com/i:1"},
		},
		{"keys", `{"s3://b/k": 1}`, []string{"s3://b/k"}},
		{"inside of texts", `{"cmd": "cp s3://a/x S3://b/y, as ` + role + `."}`, []string{"s3://a/x", "S3://b/y", role}},
		{"JSON inside of JSON", `{"inner": "{\"in\":\"s3://a/x\",\"out\":[\"s3://b/y\"]}"}`, []string{"s3://a/x", "s3://b/y"}},
		{"escaped", `{"a": "s3:\/\/a\/x\u0026y"}`, []string{"s3://a/x&y"}},
		{"no JSON", "in: s3://a/x\nrole: " + role + "\n", []string{"s3://a/x", role}},
		{"cut", `{"a": "s3://a/x", "b": "s3://b/y`, []string{"s3://a/x", "s3://b/y"}},
	} {
		if got := referencesIn(c.document, toURI, &catalog.Context{Labels: table.Table}); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// TestListsInMaps follows a path through a map whose values are lists.
func TestListsInMaps(t *testing.T) {
	out := sagemaker.DescribeAutoMLJobV2Output{BestCandidate: &types.AutoMLCandidate{InferenceContainerDefinitions: map[string][]types.AutoMLContainerDefinition{
		"GPU": {{Image: aws.String("c")}}, "CPU": {{Image: aws.String("a")}, {}, {Image: aws.String("b")}},
	}}}
	p, err := compilePath(reflect.TypeOf(out), "BestCandidate.InferenceContainerDefinitions{}[].Image")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	p.each(reflect.ValueOf(out), reflect.ValueOf(out), func(text string, _ reflect.Value) { got = append(got, text) })
	if want := []string{"a", "b", "c"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for _, text := range []string{"BestCandidate.InferenceContainerDefinitions{}.Image", "BestCandidate.InferenceContainerDefinitions[]{}.Image", "BestCandidate{}.X"} {
		if _, err := compilePath(reflect.TypeOf(out), text); err == nil {
			t.Errorf("%s was taken", text)
		}
	}
}

// TestModelCardContent finds the models that a card is about, wherever its
// content names them.
func TestModelCardContent(t *testing.T) {
	toModelOrPackage := targetOf(t, "AWSSageMakerModelCard", "Content")
	const model, version = "arn:aws:sagemaker:us-east-1:012345678901:model/m", "arn:aws:sagemaker:us-east-1:012345678901:model-package/g/1"
	for content, want := range map[string][]string{
		`{"model_overview":{"model_id":"` + model + `"},"model_package_details":{"model_package_arn":"` + version + `"}}`:     {model, version},
		`{"intended_uses":{"explanations":"As ` + model + `, but see arn:aws:sagemaker:us-east-1:012345678901:endpoint/e."}}`: {model},
		`{"model_overview":{"model_id":"m","model_name":"m"}}`:                                                                nil,
		`{"training_details":{"training_job_details":{"training_arn":"arn:aws:sagemaker:us-east-1:1:training-job/j"}}}`:       nil,
	} {
		var found []string
		for _, text := range referencesIn(content, toModelOrPackage, here) {
			if _, ok := toModelOrPackage.Find(here, text); ok {
				found = append(found, text)
			}
		}
		if !slices.Equal(found, want) {
			t.Errorf("%s\ntells of %q, want %q", content, found, want)
		}
	}
}

// TestMapKeys has keys that are no UTF-8, and become the same when they are mended.
func TestMapKeys(t *testing.T) {
	for _, c := range []struct {
		in   map[string]string
		want string
	}{
		{map[string]string{"b": "1", "a": "2"}, "a=2 b=1"},
		{map[string]string{"\xff": "1", "\xfe": "2", "\U0001f600": "3", "a\xff": "4"}, "a\ufffd=4 \ufffd=2 \ufffd 2=1 \U0001f600=3"},
		{map[string]string{"\ufffd": "1", "\xff": "2", "\ufffd 2": "3", "\ufffd 10": "4"}, "\ufffd=1 \ufffd 10=4 \ufffd 2=3 \ufffd 3=2"},
		{nil, ""},
	} {
		var got []string
		e := encoder{members: &memberCache{}}
		for _, e := range e.entriesOf(reflect.ValueOf(c.in)) {
			got = append(got, e.key+"="+e.text)
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}

package exporter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

// A described is what the tests know of a kind apart from the exporter's table:
// the structure that has all its properties, and its ARN.
type described struct {
	kind   string
	output reflect.Type
	end    string            // of the ARN
	keys   map[string]string // members that the ARN is made of
	lost   []string          // members that Search does not have; nil without Search
}

func (d *described) label() string { return "AWSSageMaker" + d.kind }
func (d *described) arn() string   { return arnOf(d.end) }

func arnOf(end string) string { return "arn:aws:sagemaker:" + region + ":" + account + ":" + end }

func output[T any]() reflect.Type { return reflect.TypeFor[T]() }

// beside is a structure with members of another one that stand beside it: all
// that is known of a kind whose properties two answers have, or two members of
// one.
func beside(t, other reflect.Type, members ...string) reflect.Type {
	var fields []reflect.StructField
	for i := range t.NumField() {
		if f := t.Field(i); f.IsExported() {
			fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type})
		}
	}
	for _, name := range members {
		f, ok := other.FieldByName(name)
		if !ok {
			panic(other.String() + " has no member " + name)
		}
		fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type})
	}
	return reflect.StructOf(fields)
}

var describedKinds = slices.Concat(firstKinds, moreKinds, jobKinds, pipelineKinds)

var firstKinds = []described{
	{"NotebookInstance", output[sagemaker.DescribeNotebookInstanceOutput](), "notebook-instance/nb", map[string]string{"NotebookInstanceName": "nb"}, nil},
	{"NotebookInstanceLifecycleConfig", output[sagemaker.DescribeNotebookInstanceLifecycleConfigOutput](), "notebook-instance-lifecycle-config/lcc", map[string]string{"NotebookInstanceLifecycleConfigName": "lcc"}, nil},
	{"CodeRepository", output[types.CodeRepositorySummary](), "code-repository/repo", map[string]string{"CodeRepositoryName": "repo"}, nil},
	{"Domain", output[sagemaker.DescribeDomainOutput](), "domain/d-1", map[string]string{"DomainId": "d-1"}, nil},
	{"UserProfile", output[sagemaker.DescribeUserProfileOutput](), "user-profile/d-1/ann", map[string]string{"DomainId": "d-1", "UserProfileName": "ann"}, nil},
	{"Space", output[sagemaker.DescribeSpaceOutput](), "space/d-1/room", map[string]string{"DomainId": "d-1", "SpaceName": "room"}, nil},
	// An app is of a user or of a space; here of both, so that both fields are filled.
	{"App", output[sagemaker.DescribeAppOutput](), "app/d-1/ann/JupyterServer/default", map[string]string{"DomainId": "d-1", "UserProfileName": "ann", "SpaceName": "room", "AppType": "JupyterServer", "AppName": "default"}, nil},
	{"StudioLifecycleConfig", output[sagemaker.DescribeStudioLifecycleConfigOutput](), "studio-lifecycle-config/slc", map[string]string{"StudioLifecycleConfigName": "slc"}, nil},
	{"Model", output[sagemaker.DescribeModelOutput](), "model/m", map[string]string{"ModelName": "m"}, []string{}},
	{"ModelPackage", output[sagemaker.DescribeModelPackageOutput](), "model-package/g/1", map[string]string{"ModelPackageGroupName": "g"}, []string{"ManagedStorageType"}},
	{"ModelPackageGroup", output[sagemaker.DescribeModelPackageGroupOutput](), "model-package-group/g", map[string]string{"ModelPackageGroupName": "g"}, []string{"ManagedConfiguration"}},
	{"EndpointConfig", output[sagemaker.DescribeEndpointConfigOutput](), "endpoint-config/ec", map[string]string{"EndpointConfigName": "ec"}, nil},
	{"Endpoint", output[sagemaker.DescribeEndpointOutput](), "endpoint/e", map[string]string{"EndpointName": "e", "EndpointConfigName": "ec"}, []string{"AsyncInferenceConfig", "ExplainerConfig", "LastDeploymentConfig", "MetricsConfig", "PendingDeploymentSummary"}},
	{"InferenceComponent", output[sagemaker.DescribeInferenceComponentOutput](), "inference-component/ic", map[string]string{"InferenceComponentName": "ic"}, nil},
	{"TrainingJob", output[sagemaker.DescribeTrainingJobOutput](), "training-job/tj", map[string]string{"TrainingJobName": "tj"}, []string{"BillableTokenCount", "InfraCheckConfig", "MlflowConfig", "MlflowDetails", "ProfilerRuleConfigurations", "ProfilerRuleEvaluationStatuses", "ProfilingStatus", "ProgressInfo", "RemoteDebugConfig", "ServerlessJobConfig"}},
	{"TransformJob", output[sagemaker.DescribeTransformJobOutput](), "transform-job/tf", map[string]string{"TransformJobName": "tf"}, nil},
}

// unions are the members of the unions that the kinds have.
var unions = map[reflect.Type][]reflect.Type{
	reflect.TypeFor[types.AIAdapterSource](): {
		reflect.TypeFor[types.AIAdapterSourceMemberModelPackageArns](),
		reflect.TypeFor[types.AIAdapterSourceMemberS3Uris](),
	},
	reflect.TypeFor[types.AIBenchmarkTarget](): {reflect.TypeFor[types.AIBenchmarkTargetMemberEndpoint]()},
	reflect.TypeFor[types.AIDatasetConfig]():   {reflect.TypeFor[types.AIDatasetConfigMemberInputDataConfig]()},
	reflect.TypeFor[types.AIModelSource]():     {reflect.TypeFor[types.AIModelSourceMemberS3]()},
	reflect.TypeFor[types.AutoMLProblemTypeConfig](): {
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberImageClassificationJobConfig](),
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTabularJobConfig](),
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTextClassificationJobConfig](),
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTextGenerationJobConfig](),
		reflect.TypeFor[types.AutoMLProblemTypeConfigMemberTimeSeriesForecastingJobConfig](),
	},
	reflect.TypeFor[types.AutoMLProblemTypeResolvedAttributes](): {
		reflect.TypeFor[types.AutoMLProblemTypeResolvedAttributesMemberTabularResolvedAttributes](),
		reflect.TypeFor[types.AutoMLProblemTypeResolvedAttributesMemberTextGenerationResolvedAttributes](),
	},
	reflect.TypeFor[types.OptimizationConfig](): {
		reflect.TypeFor[types.OptimizationConfigMemberModelCompilationConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelQuantizationConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelShardingConfig](),
		reflect.TypeFor[types.OptimizationConfigMemberModelSpeculativeDecodingConfig](),
	},
	reflect.TypeFor[types.WorkloadSpec](): {reflect.TypeFor[types.WorkloadSpecMemberInline]()},
	reflect.TypeFor[types.ClusterInstanceStorageConfig](): {
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberEbsVolumeConfig](),
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberFsxLustreConfig](),
		reflect.TypeFor[types.ClusterInstanceStorageConfigMemberFsxOpenZfsConfig](),
	},
	reflect.TypeFor[types.CollectionConfig](): {reflect.TypeFor[types.CollectionConfigMemberVectorConfig]()},
	reflect.TypeFor[types.TrialComponentParameterValue](): {
		reflect.TypeFor[types.TrialComponentParameterValueMemberNumberValue](),
		reflect.TypeFor[types.TrialComponentParameterValueMemberStringValue](),
	},
	reflect.TypeFor[types.CustomFileSystemConfig](): {
		reflect.TypeFor[types.CustomFileSystemConfigMemberEFSFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberFSxLustreFileSystemConfig](),
		reflect.TypeFor[types.CustomFileSystemConfigMemberS3FileSystemConfig](),
	},
	reflect.TypeFor[types.CustomFileSystem](): {
		reflect.TypeFor[types.CustomFileSystemMemberEFSFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberFSxLustreFileSystem](),
		reflect.TypeFor[types.CustomFileSystemMemberS3FileSystem](),
	},
}

// A filler makes a document that has every member of a type, each with a value
// that depends on its path, so that no two are taken for one another.
type filler struct {
	described
	special
	rules   map[string]*wanted // by path, without the wrapper
	variant int                // which member a union has that stands in no list
}

// wanted is one edge that a document has to give.
type wanted struct {
	edge       string
	rule       graph.Rule
	ref, other string // value of the field; id of the node that it points to
	label      string // of that node
}

func newFiller(d described) *filler {
	f := &filler{described: d, special: specials[d.kind], rules: map[string]*wanted{}}
	for _, t := range exporter.Schema().EdgeTypes {
		for _, r := range t.Rules {
			// Associations are listed apart from the kinds that they are between.
			if r.Owner == d.label() && r.Derived == "" && t.Name != "ASSOCIATED_WITH" {
				f.rules[strings.TrimPrefix(r.Path, f.wrapper+".")] = &wanted{edge: t.Name, rule: r}
			}
		}
	}
	return f
}

// variants is how many documents it takes to fill every member of every union
// that stands in no list.
func variants(t reflect.Type) int {
	n := 1
	switch t.Kind() {
	case reflect.Pointer:
		return variants(t.Elem())
	case reflect.Slice, reflect.Map:
		if unions[t.Elem()] == nil {
			return variants(t.Elem())
		}
	case reflect.Interface:
		return len(unions[t])
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && f.Name != "ResultMetadata" && t != reflect.TypeFor[time.Time]() {
				n = max(n, variants(f.Type))
			}
		}
	}
	return n
}

func number(path string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(path))
	return h.Sum32() % 1_000_000_000
}

// document fills the whole type. Members that only the list item or only the
// Search record has are not in it.
func (f *filler) document() map[string]any {
	doc := f.value("", f.output).(map[string]any)
	delete(doc, "ResultMetadata")
	delete(doc, "NextToken")
	for key := range f.keys {
		if doc[key] == nil && !strings.Contains(key, ".") { // the parent's
			doc[key] = f.text(key, reflect.TypeFor[string]())
		}
	}
	if !f.noARN { // else there is nothing to tag
		doc["Tags"] = []any{map[string]any{"Key": "team", "Value": "ml"}}
	}
	return doc
}

func (f *filler) value(path string, t reflect.Type) any {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	n := number(path)
	switch t.Kind() {
	case reflect.Bool:
		return true
	case reflect.Int32, reflect.Int64:
		return n
	case reflect.Float32, reflect.Float64:
		return float64(n%1000) + 0.1
	case reflect.Slice:
		elem := t.Elem()
		if members := unions[elem]; members != nil {
			var list []any
			for i := range members {
				list = append(list, f.member(path+"[]", elem, i))
			}
			return list
		}
		return []any{f.value(path+"[]", elem)}
	case reflect.Map:
		if members := unions[t.Elem()]; members != nil {
			all := map[string]any{}
			for i := range members {
				all[fmt.Sprint("key", i)] = f.member(path+"{}", t.Elem(), i)
			}
			return all
		}
		return map[string]any{fmt.Sprint("key", n): f.value(path+"{}", t.Elem())}
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			// The SDK reads times to the millisecond.
			return time.Date(2026, 1, 2, 3, 4, 5, int(n%1000)*1e6, time.UTC).Format("2006-01-02T15:04:05.000000Z")
		}
		object := map[string]any{}
		for i := range t.NumField() {
			if m := t.Field(i); m.IsExported() {
				object[m.Name] = f.value(join(path, m.Name), m.Type)
			}
		}
		return object
	case reflect.Interface:
		return f.member(path, t, f.variant%len(unions[t]))
	}
	return f.text(path, t)
}

func (f *filler) member(path string, union reflect.Type, i int) any {
	m := unions[union][i]
	value, _ := m.FieldByName("Value")
	name := strings.TrimPrefix(m.Name(), union.Name()+"Member")
	return map[string]any{name: f.value(join(path, name), value.Type)}
}

func join(path, member string) string {
	if path == "" {
		return member
	}
	return path + "." + member
}

func (f *filler) text(path string, t reflect.Type) string {
	s := fmt.Sprintf("text %d of %s", number(path), path)
	switch {
	case path == f.kind+"Arn":
		s = f.arn()
	case f.keys[path] != "":
		s = f.keys[path]
	case strings.HasPrefix(f.kind, "ModelCard") && path == "Content":
		w := f.rules[path]
		w.label, w.ref = "AWSSageMakerModel", "arn:aws:sagemaker:eu-west-1:210987654321:model/of-card"
		w.other = w.ref
		s = `{"model_overview":{"model_id":"` + w.ref + `","model_name":"of card"}}`
	case f.rules[path] != nil:
		s = f.reference(path, f.rules[path].rule.Targets)
	case t != reflect.TypeFor[string](): // an enum
		s = reflect.Zero(t).MethodByName("Values").Call(nil)[0].Index(0).String()
	}
	if w := f.rules[path]; w != nil && w.ref == "" { // a key
		w.ref, w.label, w.other = s, w.rule.Targets[0], s
		if !strings.HasPrefix(s, "arn:") {
			w.other = arnOf(resourceTypes[w.label] + "/" + s)
		}
	}
	return s
}

// resourceTypes are the resource types in the ARNs of the labels that are only
// referred to by them.
var resourceTypes = map[string]string{
	"AWSSageMakerAlgorithm": "algorithm", "AWSSageMakerAppImageConfig": "app-image-config", "AWSSageMakerAutoMLJob": "automl-job",
	"AWSSageMakerCodeRepository": "code-repository", "AWSSageMakerEndpoint": "endpoint", "AWSSageMakerEndpointConfig": "endpoint-config",
	"AWSSageMakerExperiment": "experiment", "AWSSageMakerHubContent": "hub-content", "AWSSageMakerHyperParameterTuningJob": "hyper-parameter-tuning-job",
	"AWSSageMakerImage": "image", "AWSSageMakerImageVersion": "image-version/image", "AWSSageMakerInferenceComponent": "inference-component",
	"AWSSageMakerLabelingJob": "labeling-job", "AWSSageMakerMlflowTrackingServer": "mlflow-tracking-server", "AWSSageMakerModel": "model",
	"AWSSageMakerModelPackage": "model-package", "AWSSageMakerModelPackageGroup": "model-package-group",
	"AWSSageMakerNotebookInstanceLifecycleConfig": "notebook-instance-lifecycle-config", "AWSSageMakerProcessingJob": "processing-job",
	"AWSSageMakerStudioLifecycleConfig": "studio-lifecycle-config", "AWSSageMakerTrainingJob": "training-job",
	"AWSSageMakerTrainingPlan": "training-plan", "AWSSageMakerTrial": "experiment-trial", "AWSSageMakerTrialComponent": "experiment-trial-component",
	"AWSSageMakerUserProfile": "user-profile/d-1", "AWSSageMakerDomain": "domain", "AWSSageMakerSpace": "space/d-1",
	"AWSSageMakerCluster": "cluster", "AWSSageMakerDataQualityJobDefinition": "data-quality-job-definition", "AWSSageMakerHub": "hub",
	"AWSSageMakerAIBenchmarkJob": "ai-benchmark-job", "AWSSageMakerAIWorkloadConfig": "ai-workload-config", "AWSSageMakerCompilationJob": "compilation-job",
	"AWSSageMakerDevice": "device-fleet/fleet/device", "AWSSageMakerDeviceFleet": "device-fleet", "AWSSageMakerEdgePackagingJob": "edge-packaging-job",
	"AWSSageMakerFeatureGroup": "feature-group", "AWSSageMakerHumanTaskUi": "human-task-ui", "AWSSageMakerMlflowApp": "mlflow-app",
	"AWSSageMakerPipelineExecution": "pipeline/p/execution", "AWSSageMakerPipelineStep": "pipeline/p/step", "AWSSageMakerWorkforce": "workforce", "AWSSageMakerWorkteam": "workteam/private-crowd",
	"AWSSageMakerLineageGroup": "lineage-group", "AWSSageMakerModelCard": "model-card", "AWSSageMakerMonitoringSchedule": "monitoring-schedule",
}

// serviceARNs are ARNs of what is outside SageMaker, with %d for a number.
var serviceARNs = map[string]string{
	"AWSRole": "arn:aws:iam::210987654321:role/path/role-%d", "AWSLambda": "arn:aws:lambda:eu-west-1:210987654321:function:f-%d",
	"AWSSNSTopic": "arn:aws:sns:us-east-1:210987654321:topic-%d", "AWSSecretsManagerSecret": "arn:aws:secretsmanager:us-east-1:210987654321:secret:s-%d",
	"AWSSSOApplication":       "arn:aws:sso::210987654321:application/ssoins-1/apl-%d",
	"AWSCodeWhispererProfile": "arn:aws:codewhisperer:us-east-1:210987654321:profile/P%d",
	"AWSEKSCluster":           "arn:aws:eks:us-east-1:210987654321:cluster/c-%d", "AWSIdentityCenter": "arn:aws:sso:::instance/ssoins-%d",
	"AWSAthenaWorkGroup": "arn:aws:athena:us-east-1:210987654321:workgroup/w-%d", "AWSCloudWatchLogGroup": "arn:aws:logs:us-east-1:210987654321:log-group:g-%d",
	"AWSIoTRoleAlias": "arn:aws:iot:us-east-1:210987654321:rolealias/a-%d", "AWSIoTThing": "arn:aws:iot:us-east-1:210987654321:thing/t-%d",
	"AWSRedshiftCluster": "arn:aws:redshift:us-east-1:210987654321:cluster:c-%d", "AWSRedshiftDatabase": "arn:aws:redshift:us-east-1:210987654321:dbname:c/d-%d",
	"AWSBedrockResource": "arn:aws:bedrock:us-east-1:210987654321:custom-model/m-%d", "AWSCloudFormationStack": "arn:aws:cloudformation:us-east-1:210987654321:stack/s-%d/12345678-0000-0000-0000-123456789012",
}

// resourceIDs are ids that are unique by themselves.
var resourceIDs = map[string]string{
	"AWSEMRCluster": "j-%d", "AWSEMRServerlessApplication": "00f%d", "AWSEC2Subnet": "subnet-%d", "AWSEC2SecurityGroup": "sg-%d", "AWSVpc": "vpc-%d", "AWSNetworkInterface": "eni-%d",
	"AWSEC2CapacityReservation": "cr-%d", "AWSEfsFileSystem": "fs-%d", "AWSFsxFileSystem": "fs-%d", "AWSKMSKey": "12345678-0000-0000-0000-%012d",
	"AWSDataZoneDomain": "dzd_%d", "AWSDataZoneProject": "prj%d", "AWSDataZoneEnvironment": "env%d", "AWSAccount": "%012d",
	"GitRepository": "https://git.example.com/%d.git", "AWSCognitoUserPool": "us-east-1_%d", "AWSVpcEndpoint": "vpce-%d", "AWSEC2Image": "ami-%d", "AWSServiceCatalogProduct": "prod-%d",
	"AWSServiceCatalogProvisioningArtifact": "pa-%d", "AWSServiceCatalogPath": "lpv2-%d", "AWSServiceCatalogProvisionedProduct": "pp-%d",
}

// reference makes the value of a reference field that can point to labels, and
// notes what it points to.
func (f *filler) reference(path string, labels []string) string {
	w, n := f.rules[path], number(f.kind+path)
	label := "AWSS3Bucket" // a field that takes any URI
	switch {
	case labels != nil:
		label = labels[0]
	case strings.HasSuffix(path, "Arn"), strings.HasSuffix(path, "Arns{}"): // any kind
		label = "AWSSageMakerTrainingJob"
	}
	w.label = label
	switch typ := resourceTypes[label]; {
	case label == "AWSS3Bucket":
		w.other = fmt.Sprint("bucket-", n)
		w.ref = "s3://" + w.other + "/some/key"
	case label == "AWSECRRepositoryImage":
		w.ref = fmt.Sprintf("210987654321.dkr.ecr.eu-west-1.amazonaws.com/images/i-%d:latest", n)
		w.other = w.ref
	case strings.HasSuffix(path, "DnsName"):
		w.other = fmt.Sprint("fs-", n)
		w.ref = w.other + ".fsx.us-east-1.amazonaws.com"
	case strings.HasPrefix(label, "AWSGlue"):
		w.ref = fmt.Sprint("name-", n)
		inside := strings.ToLower(strings.TrimPrefix(label, "AWSGlue")) + "/"
		if database, ok := strings.CutSuffix(path, "TableName"); ok {
			inside += fmt.Sprintf("name-%d/", number(f.kind+database+"Database"))
		}
		w.other = "arn:aws:glue:" + region + ":" + account + ":" + inside + w.ref
	case label == "AWSSQSQueue":
		w.ref = fmt.Sprintf("https://sqs.eu-west-1.amazonaws.com/210987654321/q-%d", n)
		w.other = fmt.Sprintf("arn:aws:sqs:eu-west-1:210987654321:q-%d", n)
	case label == "AWSCloudWatchAlarm":
		w.ref = fmt.Sprintf("alarm of %d", n)
		w.other = "arn:aws:cloudwatch:" + region + ":" + account + ":alarm:" + w.ref
	case typ != "" && (strings.HasSuffix(path, "Arn") || strings.HasSuffix(path, "Arns[]") || strings.HasSuffix(path, "Arns{}")):
		w.ref = fmt.Sprintf("arn:aws:sagemaker:eu-west-1:210987654321:%s/x-%d", typ, n)
		w.other = w.ref
	case strings.HasSuffix(path, "HubContentName"): // and its version, but not which hub
		w.ref = fmt.Sprintf("name-%d", n)
		version := f.text(strings.TrimSuffix(path, "Name")+"Version", reflect.TypeFor[string]())
		w.other = "unresolved:" + account + "/" + region + "/" + typ + "/" + w.ref + "/" + version
	case typ != "":
		w.ref = fmt.Sprintf("name-%d", n)
		w.other = arnOf(typ + "/" + w.ref)
	case serviceARNs[label] != "":
		w.ref = fmt.Sprintf(serviceARNs[label], n)
		w.other = w.ref
	case resourceIDs[label] != "":
		w.ref = fmt.Sprintf(resourceIDs[label], n)
		w.other = w.ref
	default:
		panic("no value for a reference to " + label + " at " + path)
	}
	return w.ref
}

// column converts the member that a column comes from, apart from the exporter:
// the text that the value has as JSON.
func column(t *testing.T, c graph.Column, doc map[string]any) string {
	t.Helper()
	outer, inner, nested := strings.Cut(c.Source, ".")
	v := doc[outer]
	if nested {
		v = v.(map[string]any)[inner]
	}
	if v == nil {
		t.Fatalf("the document has no %s", c.Source)
	}
	text := compact(t, v)
	switch c.Type {
	case graph.JSON:
		return compact(t, text)
	case graph.Map:
		if list, isList := v.([]any); isList { // tags
			tag := list[0].(map[string]any)
			return compact(t, map[string]any{tag["Key"].(string): tag["Value"]})
		}
	}
	return text
}

func compact(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// nameless are kinds whose ARN does not tell a name.
var nameless = map[string]bool{"AWSSageMakerDomain": true, "AWSSageMakerImageVersion": true, "AWSSageMakerReservedCapacity": true, "AWSSageMakerPipelineExecution": true}

// TestEveryFieldFilled serves, for each kind, one resource that has every member
// of its structure, and finds each as a property and each reference as an edge.
func TestEveryFieldFilled(t *testing.T) {
	for _, d := range describedKinds {
		t.Run(d.kind, func(t *testing.T) {
			missing := map[string]bool{}
			for variant := range variants(d.output) {
				f := newFiller(d)
				f.variant = variant
				doc := f.document()
				denied := "sagemaker:Search"
				if f.joined {
					denied = ""
				}
				cfg, _ := serve(t, docs(t, f.inventory(t, doc)), simulator.Options{Fault: failing(denied, "AccessDeniedException", "no")})
				cfg.DescribeLimit = -1
				r := collect(t, cfg)
				f.check(t, r, doc, nil)
				if !r.report.Complete() {
					t.Errorf("gaps: %v", r.report.Gaps)
				}
				for path, w := range f.rules {
					missing[path] = w.ref == "" && (variant == 0 || missing[path])
				}
			}
			for path, ever := range missing {
				if ever {
					t.Errorf("no document has a value for the rule %s", path)
				}
			}
		})
		if d.lost == nil {
			continue
		}
		t.Run(d.kind+"Searched", func(t *testing.T) {
			f := newFiller(d)
			doc := f.document()
			cfg, server := serve(t, docs(t, f.inventory(t, doc)), simulator.Options{})
			cfg.DescribeLimit, cfg.Kinds = 0, []string{d.label()} // a version of a model card is described as the card is
			r := collect(t, cfg)
			f.check(t, r, doc, d.lost)
			if n := server.Calls()["sagemaker:Describe"+d.kind]; n != 0 {
				t.Errorf("described %d times although Search has it", n)
			}
		})
	}
}

// inventory is the document, with what it is listed for.
func (f *filler) inventory(t *testing.T, doc map[string]any) map[string]string {
	all := map[string]string{f.kind: compact(t, []any{doc})}
	for parent := f.parent; parent != ""; parent = specials[parent].parent {
		for _, d := range describedKinds {
			if d.kind == parent {
				all[d.kind] = compact(t, []any{newFiller(d).document()})
			}
		}
	}
	return all
}

// check compares the node and the edges with the document; lost are the members
// that were not read.
func (f *filler) check(t *testing.T, r *result, doc map[string]any, lost []string) {
	t.Helper()
	label := exporter.Schema().Label(f.label())
	node := r.node(t, f.label(), f.arn())
	members := map[string]bool{}
	for _, c := range label.Columns {
		outer, _, _ := strings.Cut(c.Source, ".")
		members[c.Source] = true
		members[outer] = true
		want := ""
		switch {
		case c.Name == "account_id":
			want = compact(t, account)
		case c.Name == "region":
			want = compact(t, region)
		case c.Name == "observed":
			want = "true"
		case c.Name == "unread":
			continue // checkUnread looks at it
		case c.Name == "redactions":
			checkRedactions(t, label, node[c.Name])
			continue
		case slices.Contains(lost, outer):
		case c.Source == "", f.noARN && c.Source == "Tags":
		default:
			want = column(t, c, doc)
		}
		if got := node[c.Name]; got != want {
			t.Errorf("%s (%s) is\n%.2000s\nwant\n%.2000s", c.Name, c.Source, got, want)
		}
	}
	for name, v := range doc {
		if _, own := f.output.FieldByName(name); !own && f.keys[name] != "" {
			continue // the parent's
		}
		if !members[name] {
			t.Errorf("no column for %s", name)
		}
		for inner := range object(v) {
			if !members[name+"."+inner] && !members[name] {
				t.Errorf("no column for %s.%s", name, inner)
			}
		}
	}
	f.checkUnread(t, r, node, lost)
	if len(f.rules) == 0 && f.parent == "" && len(r.edges) != 1 {
		t.Errorf("edges of a kind without rules: %v", r.edges)
	}
	for path, w := range f.rules {
		outer, _, _ := strings.Cut(strings.TrimSuffix(path, "[]"), ".")
		outer = strings.TrimSuffix(outer, "[]")
		if w.ref == "" {
			continue // of another variant; else TestEveryFieldFilled tells
		}
		from, to := f.arn(), w.other
		if w.rule.Reverse {
			from, to = to, from
		}
		edge := fmt.Sprintf("%s -%s(%s)-> %s %s", from, w.edge, w.rule.Path, to, w.ref)
		if slices.Contains(lost, outer) {
			if slices.Contains(r.edges, edge) {
				t.Errorf("an edge of what was not read: %s", edge)
			}
			continue
		}
		r.hasEdge(t, edge)
		other := r.node(t, w.label, w.other)
		if strings.HasPrefix(w.other, "arn:") && w.other != f.arn() && (other["arn"] != compact(t, w.other) || other["name"] == "" && !nameless[w.label]) {
			t.Errorf("the %s that %s points to is %v", w.label, path, other)
		}
	}
}

// checkRedactions looks whether what is kept because nothing is taken out is named all
// the same: by where it stands or how it is called, for no value looks like a secret.
func checkRedactions(t *testing.T, label *graph.Label, text string) {
	t.Helper()
	if text == "" {
		return
	}
	var quoted string
	var all []struct{ Path, Rule string }
	if err := errors.Join(json.Unmarshal([]byte(text), &quoted), json.Unmarshal([]byte(quoted), &all)); err != nil || len(all) == 0 {
		t.Errorf("redactions is %s: %v", text, err)
	}
	for _, r := range all {
		column, _, _ := strings.Cut(r.Path, "/")
		if label.Column(column) < 0 || !slices.Contains([]string{"environment", "script", "secret-name"}, r.Rule) {
			t.Errorf("redactions has %+v", r)
		}
	}
}

// checkUnread compares what the report and the node say of the members that were
// not read.
func (f *filler) checkUnread(t *testing.T, r *result, node map[string]string, lost []string) {
	t.Helper()
	k := r.kind(t, f.label())
	unread, paths := map[string]bool{}, map[string]bool{}
	for _, u := range k.Unread {
		unread[u.Column] = true
		for _, p := range u.Paths {
			paths[p] = true
		}
		if u.Because != graph.ByLimit || u.Count != 1 {
			t.Errorf("the report says %+v", u)
		}
	}
	state, ofNode := graph.Complete, ""
	var columns []string
	for _, c := range exporter.Schema().Label(f.label()).Columns {
		outer, _, _ := strings.Cut(c.Source, ".")
		isLost := slices.Contains(lost, outer)
		if unread[c.Name] != isLost {
			t.Errorf("the report says of %s: unread %v", c.Name, unread[c.Name])
		}
		if isLost {
			columns = append(columns, c.Name)
		}
	}
	if len(columns) > 0 {
		slices.Sort(columns)
		state, ofNode = graph.Limited, compact(t, columns)
	}
	if k.State != state || node["unread"] != ofNode {
		t.Errorf("the kind is %s and the node says %s of %s, want %s and %s", k.State, node["unread"], f.label(), state, ofNode)
	}
	for path, w := range f.rules {
		outer, _, _ := strings.Cut(strings.NewReplacer("[]", "", "{}", "").Replace(path), ".")
		if paths[w.rule.Path] != slices.Contains(lost, outer) {
			t.Errorf("the report says of the reference %s: unread %v", w.rule.Path, paths[w.rule.Path])
		}
	}
}

func object(v any) map[string]any {
	o, _ := v.(map[string]any)
	return o
}

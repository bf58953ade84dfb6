package exporter_test

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sgexport/sgexport/exporter"
)

// leaves returns the path of every text in a structure of the API. An enum is
// none: it names nothing of the account.
func leaves(path string, t reflect.Type) []string {
	var all []string
	switch t.Kind() {
	case reflect.Pointer:
		return leaves(path, t.Elem())
	case reflect.String:
		if t == reflect.TypeFor[string]() {
			return []string{path}
		}
	case reflect.Slice:
		return leaves(path+"[]", t.Elem())
	case reflect.Map:
		return leaves(path+"{}", t.Elem())
	case reflect.Interface:
		if unions[t] == nil {
			panic("the members of the union " + t.Name() + " are not listed")
		}
		for _, m := range unions[t] {
			value, _ := m.FieldByName("Value")
			all = append(all, leaves(join(path, strings.TrimPrefix(m.Name(), t.Name()+"Member")), value.Type)...)
		}
	case reflect.Struct:
		if t == reflect.TypeFor[time.Time]() {
			return nil
		}
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && f.Name != "ResultMetadata" {
				all = append(all, leaves(join(path, f.Name), f.Type)...)
			}
		}
	}
	return all
}

// referenceLike matches the names of members that tell of another resource,
// apart from names of kinds.
var referenceLike = regexp.MustCompile(`(?:Arn|ARN|Id|Uri|Url|URL|Catalog|Database|Role|Topic|Image|Job|Identifier|Repository|Subnet|Account|KmsKey)s?$|Ids$|Repositories$|Override$|S3|SecurityGroup|(?:Alarm|Dns|Table|JobDefinition)Name$|IdList$|^Content$|` +
	`UserPool$|ThingName$|RoleAlias$|DeviceNames$|^(?:WorkGroup|Destination|Path|ResourceKey|ModelArtifact|Artifact)$|NotebookLocation$|^(?:Explainability|ModelInsights|BacktestResults)$|JobConfigDocument$|^ConfigurationValues$|^(?:LogFilePath|ViolationReport|CalculatedBaseline.*|BaselineUsed.*)$`)

// looksLikeReference reports whether a member called name may point to another
// resource.
func looksLikeReference(name string) bool {
	if referenceLike.MatchString(name) {
		return true
	}
	for _, l := range exporter.Schema().Labels {
		if noun, ok := strings.CutPrefix(l.Name, "AWSSageMaker"); ok && strings.HasSuffix(name, noun+"Name") {
			return true
		}
	}
	// A run is a trial component that has a name of its own.
	return name == "RunName"
}

// noReferences are the members that look like references and are none, each with
// the reason. The keys match the end of kind and path.
var noReferences = map[string]string{
	`NotebookInstance\.PlatformIdentifier`:                                                            "a version of the platform, the same for all accounts",
	`MonitoringSchedule\.LastMonitoringExecutionSummary\.MonitoringScheduleName`:                      "its own name",
	`(Project\.ProjectId|ClusterNode\.NodeLogicalId)`:                                                 "its own id",
	`ClusterNode\.Placement\.AvailabilityZoneId`:                                                      "a place, no resource",
	`ClusterNode\.UltraServerInfo\.Id`:                                                                "hardware of the training plan",
	`(MlflowTrackingServer\.TrackingServer|PartnerApp\.Base)Url`:                                      "where its own user interface is",
	`(Action|Artifact|Context)\.Source\.(SourceId|SourceTypes\[\]\.Value)`:                            "an id in any system; SourceUri says where",
	`NotebookInstanceLifecycleConfig\.On(Create|Start)\[\]\.Content`:                                  "a script",
	`(NotebookInstance|Domain|Space)\.Url`:                                                            "where its own user interface is",
	`\.DefaultLandingUri`:                                                                             "a page of Studio",
	`\.RStudio(Connect|PackageManager)Url`:                                                            "a server that is not in AWS",
	`Domain\.SingleSignOnManagedApplicationInstanceId`:                                                "SingleSignOnApplicationArn names the same application",
	`UserProfile\.SingleSignOnUserIdentifier`:                                                         "what the user value is, always UserName",
	`\.(CreatedBy|LastModifiedBy)\.(DomainId|UserProfileName|IamIdentity\.PrincipalId)`:               "who did it, not what it depends on",
	`\.RealTimeInferenceRecommendations\[\]\.RecommendationId`:                                        "no resource",
	`\.Containers\[\]\.NearestModelName`:                                                              "a model of a public benchmark",
	`(Algorithm|\.Containers\[\])\.ProductId`:                                                         "a product of AWS Marketplace",
	`\.MetadataProperties\.(CommitId|ProjectId|Repository)`:                                           "free text, of any system",
	`InferenceComponent\.EndpointName`:                                                                "EndpointArn names the same endpoint",
	`TrainingJob\.Mlflow(Config|Details)\.Mlflow(ExperimentName|ExperimentId|RunId)`:                  "something inside the tracking server",
	`\.ResourceConfig\.InstancePlacementConfig\.PlacementSpecifications\[\]\.UltraServerId`:           "hardware of the training plan",
	`HyperParameterTuningJob\.(Overall)?BestTrainingJob\.TrainingJobName`:                             "TrainingJobArn names the same job",
	`HyperParameterTuningJob\.(Overall)?BestTrainingJob\.(TuningJobName|TrainingJobDefinitionName)`:   "the job itself, and a part of it",
	`AutoMLJob\..+\.(TextGenerationJobConfig|TextGenerationResolvedAttributes)\.BaseModelName`:        "a model that AWS has for all accounts",
	`InferenceRecommendationsJob\.InputConfig\.ContainerConfig\.NearestModelName`:                     "a model of a public benchmark",
	`InferenceRecommendationsJob\.InferenceRecommendations\[\]\.RecommendationId`:                     "no resource",
	`LabelingJob\.LabelingJobAlgorithmsConfig\.LabelingJobAlgorithmSpecificationArn`:                  "an algorithm that AWS has for all accounts",
	`(Workforce|Workteam)\..+\.ClientId`:                                                              "a client inside the user pool or identity provider",
	`Workforce\.OidcConfig\.JwksUri`:                                                                  "a server that is not in AWS",
	`Workteam\.ProductListingIds\[\]`:                                                                 "a product of AWS Marketplace",
	`HumanTaskUi\.UiTemplate\.Url`:                                                                    "a copy that AWS keeps, signed for a while",
	`(Device\.Models\[\]|EdgePackagingJob)\.ModelName`:                                                "what the model is called on devices",
	`EdgePackagingJob\.PresetDeploymentOutput\.Artifact`:                                              "a component of Greengrass, which the graph has no label for",
	`\.OutputConfig\.MlflowConfig\.MlflowExperimentName`:                                              "something inside the MLflow app",
	`AIRecommendationJob\..+\.AdapterId`:                                                              "a name inside the job",
	`PipelineExecution\.MLflowConfig\.MlflowExperimentName`:                                           "something inside the tracking server",
	`PipelineExecutionStep\.Metadata\.(Athena\.QueryExecutionId|EMR\.StepId|EMRServerless\.JobRunId)`: "a run inside another service",
	`PipelineExecutionStep\.Metadata\.Lineage\.Associations\[\]\.(Source|Destination)Arn`:             "ListAssociations lists it",
	`TrialComponent\.RunName`:                                                                         "its own name in the experiment",
	`TrainingPlan\.ReservedCapacitySummaries\[\]\.AvailabilityZoneId`:                                 "a place",
}

// reasons are the keys of noReferences, compiled.
var reasons = sync.OnceValue(func() map[string]*regexp.Regexp {
	all := map[string]*regexp.Regexp{}
	for reason := range noReferences {
		all[reason] = regexp.MustCompile(reason + "$")
	}
	return all
})

// unexplained returns the members of a kind that look like references and have
// neither a rule nor a reason. It notes the reasons that it needed.
func (f *filler) unexplained(needed map[string]bool) []string {
	var all []string
	for _, path := range leaves("", f.output) {
		name := strings.TrimRight(path[strings.LastIndexByte(path, '.')+1:], "[]{}")
		own := f.keys[path] != "" || path == f.kind+"Arn" || path == f.kind+"Name"
		if f.rules[path] != nil || own || !looksLikeReference(name) && !strings.HasSuffix(path, "Artifacts{}.Value") {
			continue
		}
		explained := false
		for reason, ends := range reasons() {
			if ends.MatchString(f.kind + "." + path) {
				needed[reason], explained = true, true
			}
		}
		if !explained {
			all = append(all, path)
		}
	}
	return all
}

// TestGuard fails where a kind has a member that looks like a reference and
// nobody decided what it is: as after an update of the SDK.
func TestGuard(t *testing.T) {
	known := map[string]bool{"AWSSageMakerPipelineStep": true} // in a text, and no structure of the API
	for _, d := range describedKinds {
		known[d.label()] = true
	}
	for _, label := range exporter.Labels() {
		if !known[label] {
			t.Errorf("describedKinds lacks %s", label)
		}
	}
	needed := map[string]bool{}
	for _, d := range describedKinds {
		for _, path := range newFiller(d).unexplained(needed) {
			t.Errorf("%s.%s looks like a reference: give it a rule, or a reason in noReferences", d.kind, path)
		}
	}
	for reason := range noReferences {
		if !needed[reason] {
			t.Errorf("no member needs the reason for %s", reason)
		}
	}
}

// TestGuardSeesEachRule takes away each rule in turn.
func TestGuardSeesEachRule(t *testing.T) {
	for _, d := range describedKinds {
		f := newFiller(d)
		for _, path := range slices.Sorted(maps.Keys(f.rules)) {
			if f.keys[path] != "" {
				continue // a key of the resource that is a reference too
			}
			rule := f.rules[path]
			delete(f.rules, path)
			if got := f.unexplained(map[string]bool{}); !slices.Equal(got, []string{path}) {
				t.Errorf("%s without its rule for %s: the guard finds %v", d.kind, path, got)
			}
			f.rules[path] = rule
		}
	}
}

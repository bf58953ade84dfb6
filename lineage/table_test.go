package lineage

import (
	"slices"
	"strings"
	"testing"
)

// flows say of an edge of each row which way data goes. > is from its end to its
// beginning, so that up from the beginning is the end; < is from its beginning to its
// end; = is both; an exclamation mark is only from the end as the start.
const flows = `
AIBenchmarkJob USED AIWorkloadConfig >
AIBenchmarkJob USED Endpoint >
AIRecommendationJob DERIVED_FROM ModelPackage >
AIRecommendationJob PRODUCED ModelPackageGroup <
AIRecommendationJob USED AIBenchmarkJob <
AIRecommendationJob USED AIWorkloadConfig >
AIRecommendationJob USED ModelPackage < Recommendations[].ModelDetails.ModelPackageArn
AWSECRRepository REPO_IMAGE AWSECRRepositoryImage <
Action REFERENCED AWSS3Bucket =
Artifact REFERENCED TrainingJob =
Artifact ASSOCIATED_WITH TrialComponent <
TrialComponent ASSOCIATED_WITH Artifact <
Algorithm USED_IMAGE AWSECRRepositoryImage >
TrainingJob USED_IMAGE AWSECRRepositoryImage >
AutoMLCandidate PRODUCED TrainingJob >
AutoMLCandidate REFERENCED_ARTIFACTS_IN AWSS3Bucket >
AutoMLCandidate DERIVED_FROM TrainingJob > inferred:InferenceContainers[].ModelDataUrl
AutoMLJob CONTAINS AutoMLCandidate <
AutoMLJob PRODUCED TrainingJob <
AutoMLJob PRODUCED Endpoint <
AutoMLJob REFERENCED_ARTIFACTS_IN AWSS3Bucket <
AutoMLJob WROTE_TO AWSS3Bucket < OutputDataConfig.S3OutputPath
CompilationJob USED ModelPackage >
CompilationJob READ_FROM AWSS3Bucket >
CompilationJob WROTE_TO AWSS3Bucket < ModelArtifacts.S3ModelArtifacts
DataQualityJobDefinition MONITORED Endpoint >
DataQualityJobDefinition USED ProcessingJob >
DataQualityJobDefinition WROTE_TO AWSS3Bucket > DataQualityJobInput.BatchTransformInput.DataCapturedDestinationS3Uri
DataQualityJobDefinition WROTE_TO AWSS3Bucket < DataQualityJobOutputConfig.MonitoringOutputs[].S3Output.S3Uri
MonitoringExecution USED DataQualityJobDefinition >
MonitoringExecution PRODUCED ProcessingJob <
MonitoringSchedule CONTAINS MonitoringExecution <
MonitoringSchedule USED ModelBiasJobDefinition >
EdgeDeploymentPlan USED DeviceFleet <
EdgeDeploymentPlan USED Device <
EdgeDeploymentPlan USED EdgePackagingJob >
EdgePackagingJob USED CompilationJob >
Endpoint CONTAINS InferenceComponent >
Endpoint USED EndpointConfig >
Endpoint WROTE_TO AWSS3Bucket < DataCaptureConfig.DestinationS3Uri
EndpointConfig REFERENCED Model >
InferenceComponent USED InferenceComponent >
InferenceComponent USED Model >
InferenceComponent REFERENCED_ARTIFACTS_IN AWSS3Bucket >
InferenceExperiment USED EndpointConfig >
InferenceRecommendationsJob USED Endpoint > InputConfig.Endpoints[].EndpointName
InferenceRecommendationsJob USED Endpoint < InferenceRecommendations[].EndpointConfiguration.EndpointName
InferenceRecommendationsJob USED Model >
InferenceRecommendationsJob USED CompilationJob >
FeatureGroup WROTE_TO AWSGlueTable <
FeatureGroup WROTE_TO AWSS3Bucket < OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri
FlowDefinition WROTE_TO AWSS3Bucket <
HubContent USED HubContent >
TrainingJob DERIVED_FROM HubContent >
Model DERIVED_FROM HubContent >
Model DERIVED_FROM ModelPackage >
Model DERIVED_FROM TrainingJob > inferred:PrimaryContainer.ModelDataUrl
Model REFERENCED_ARTIFACTS_IN AWSS3Bucket >
ModelPackage DERIVED_FROM Algorithm >
ModelPackage DERIVED_FROM AWSS3Bucket > SourceUri
ModelPackage REFERENCED AWSS3Bucket > ModelMetrics.ModelQuality.Statistics.S3Uri
ModelPackage MEMBER_OF ModelPackageGroup =
HyperParameterTuningJob READ_FROM AWSEfsFileSystem >
HyperParameterTuningJob READ_FROM HubContent >
HyperParameterTuningJob USED Algorithm >
HyperParameterTuningJob PRODUCED TrainingJob <
HyperParameterTuningJob DERIVED_FROM HyperParameterTuningJob >
LabelingJob NOTIFIED AWSSNSTopic > InputConfig.DataSource.SnsDataSource.SnsTopicArn
LabelingJob NOTIFIED AWSSNSTopic < OutputConfig.SnsTopicArn
LabelingJob WROTE_TO AWSS3Bucket < OutputConfig.S3OutputPath
LabelingJob DERIVED_FROM Model >
LabelingJob PRODUCED Model <
OptimizationJob DERIVED_FROM Model >
OptimizationJob PRODUCED Model <
Pipeline CONTAINS PipelineExecution <
Pipeline CONTAINS PipelineVersion <
PipelineVersion PRODUCED PipelineExecution <
PipelineExecution CONTAINS PipelineExecutionStep <
PipelineExecution USED PipelineExecution >
PipelineExecutionStep PRODUCED TrainingJob <
PipelineExecutionStep PRODUCED ModelPackage <
PipelineExecutionStep PRODUCED HubContent <
PipelineExecutionStep INVOKED AWSLambda <
PipelineExecutionStep NOTIFIED AWSSQSQueue <
PipelineExecutionStep USED AWSEMRCluster <
PipelineExecutionStep USED PipelineStep !
ProcessingJob READ_FROM AWSGlueDatabase >
ProcessingJob WROTE_TO FeatureGroup <
ProcessingJob READ_FROM AWSS3Bucket >
TrainingJob READ_FROM AWSS3Bucket >
TrainingJob PRODUCED ModelPackage <
TrainingJob PRODUCED_MODEL_ARTIFACT AWSS3Bucket <
TrainingJob USED ModelPackageGroup <
TrainingJob WROTE_TO AWSS3Bucket < OutputDataConfig.S3OutputPath
TrainingJob WROTE_TO AWSS3Bucket < DebugHookConfig.S3OutputPath
TrainingJob WROTE_TO AWSS3Bucket < ProfilerConfig.S3OutputPath
TrainingJob WROTE_TO AWSS3Bucket < TensorBoardOutputConfig.S3OutputPath
TransformJob USED Model >
TransformJob READ_FROM AWSS3Bucket >
TransformJob WROTE_TO AWSS3Bucket < TransformOutput.S3OutputPath
TrialComponent DERIVED_FROM AWSS3Bucket > Metrics[].SourceArn
TrialComponent DERIVED_FROM AWSS3Bucket = Source.SourceArn
TrialComponent DERIVED_FROM TrainingJob > Metrics[].SourceArn
TrialComponent DERIVED_FROM TrainingJob = Source.SourceArn
TrialComponent READ_FROM AWSS3Bucket >
TrialComponent READ_FROM AWSECRRepositoryImage >
TrialComponent WROTE_TO AWSS3Bucket <
TrialComponent WROTE_TO ModelPackage <
Cluster READ_FROM AWSS3Bucket >
TrainingSession DERIVED_FROM HubContent >
`

// TestFlows walks each of these edges from both ends, both ways, and holds that they
// are about all rows that are lineage.
func TestFlows(t *testing.T) {
	covered := make([]bool, len(rows))
	for line := range strings.Lines(flows) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		end := func(label, name string) string {
			if label == bucket {
				return "s3://bucket/" + name
			}
			return label + "/" + name
		}
		from, to, path := end(words[0], "from"), end(words[2], "to"), ""
		if len(words) > 4 {
			path = "@" + words[4]
		}
		b := newBuilder(t)
		b.lines(from + " " + words[1] + " " + to + " " + path)
		e := b.edges[0]
		if i := Decide(words[1], e.FromLabel.Name, e.ToLabel.Name, e.Path).Row; i >= 0 {
			covered[i] = true
		}
		l := New(b.view())
		edges := func(word string, o Options) bool { return len(l.Of(start(t, l, word), o).Edges) > 0 }
		want := map[string][4]bool{ // up and down from the beginning, up and down from the end
			">": {true, false, false, true}, "<": {false, true, true, false}, "=": {true, true, true, true}, "!": {false, false, false, true},
		}[words[3]]
		got := [4]bool{edges(from, upOnly), edges(from, downOnly), edges(to, upOnly), edges(to, downOnly)}
		if got != want {
			t.Errorf("%sgot %v, want %v", line, got, want)
		}
	}
	for i, r := range rows {
		if r.flow != none && r.flow != guess && r.flow != document && !covered[i] {
			t.Errorf("no line is about row %d: %+v", i, r)
		}
	}
}

// TestNoFlow looks at what is no lineage, and would make it false.
func TestNoFlow(t *testing.T) {
	for _, text := range []string{
		"Model/m HAS_EXECUTION_ROLE AWSRole/r",
		"HyperParameterTuningJob/h WROTE_TO s3://bk/out",
		"EndpointConfig/c WROTE_TO s3://bk/out",
		"TrainingJob/j USED MlflowApp/m",
		"TrainingJob/j USED TrainingJob/k",
		"TrainingJob/j MEMBER_OF Trial/t",
		"Experiment/e CONTAINS Trial/t",
		"Hub/h CONTAINS HubContent/c",
		"Domain/d WROTE_TO s3://bk/canvas",
		"ModelCard/m DESCRIBED Model/x",
		"FeatureGroup/f WROTE_TO s3://bk/x @OfflineStoreConfig.S3StorageConfig.S3Uri",
		"CompilationJob/c WROTE_TO s3://bk/x @OutputConfig.S3OutputLocation",
		"PipelineExecutionStep/s PRODUCED Artifact/a @Metadata.Lineage.ArtifactArns{}",
		"PipelineExecutionStep/s WROTE_TO s3://bk/logs @Metadata.EMR.LogFilePath",
		"PipelineStep/a DEPENDS_ON PipelineStep/b",
	} {
		b := newBuilder(t)
		b.lines(text)
		l := New(b.view())
		for _, word := range []string{strings.Fields(text)[0], strings.Fields(text)[2]} {
			if w := l.Of(start(t, l, word), Options{}); len(w.Edges) > 0 {
				t.Errorf("%s: from %s there is lineage: %+v", text, word, w.Edges)
			}
		}
	}
}

// TestDecideUnknown holds that edges of a vocabulary which is not ours are no lineage.
func TestDecideUnknown(t *testing.T) {
	if d := Decide("TELEPORTED", "AWSSageMakerModel", "AWSSageMakerEndpoint", "X"); d.Row >= 0 || d.Follows {
		t.Errorf("an unknown type of edge is %+v", d)
	}
	for i, r := range rows {
		if (r.flow == none) != (r.because != "") {
			t.Errorf("row %d: a reason is there where there is no flow, and only there: %+v", i, r)
		}
		if r.below != "" && r.flow != writes {
			t.Errorf("row %d: below is of what writes: %+v", i, r)
		}
	}
	if !slices.ContainsFunc(rows, func(r row) bool { return r.flow == guess }) {
		t.Error("no row is a guess")
	}
}

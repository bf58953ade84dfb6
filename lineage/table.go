package lineage

import (
	"slices"
	"strings"
)

// A flow says which way data goes along an edge.
type flow int

const (
	none     flow = iota // no lineage, for the reason of the row
	forward              // from the edge's beginning to its end
	backward             // from its end to its beginning: who refers came of what it refers to
	same                 // both ends are about one thing
	guess                // backward, and nobody says so
	member               // the beginning is one of the end's versions
	defines              // from its end to its beginning, for whoever asks about the end
	reads                // the beginning reads what lies at a location
	writes               // the beginning writes to a location
	lies                 // the beginning is what lies at a location
	document             // a document has it: its members say which way
)

// A row says how data flows along some edges. The first row that fits an edge is the
// one that counts.
type row struct {
	types    string // of edges, separated by blanks
	from, to string // labels without AWSSageMaker, separated by blanks; "" is any
	path     string // what the edge's path begins with, or after a star ends with; "" is any
	flow     flow
	below    string // of writes: where below the location, {name} is the beginning's name
	because  string
}

// bucket is the label whose edges are locations.
const bucket = "AWSS3Bucket"

// rows are all edges of a snapshot. Which way data goes is AWS's documentation of the
// field, which the API Reference has; of layouts below an output path, the pages that
// are named.
var rows = []row{
	// Who may do what, where things run, and who made them.
	{types: "CAN_INVOKE CAN_USE_ROLE CREATED HAS_EXECUTION_ROLE MEMBER_AWS_GROUP PERMISSIONS_BOUNDARY PERMISSIVE_IN POLICY STATEMENT TRUSTS_AWS_PRINCIPAL SHARED SHARED_WITH", because: "permissions"},
	{types: "CONTAINS", from: "AWSManagedPolicy", because: "permissions"},
	{types: "PARENT RESOURCE", because: "accounts"},
	{types: "ENCRYPTED_BY KNOWN_AS", because: "keys"},
	{types: "ALLOWS_FROM ASSOCIATED_SUBNET ATTACHED_TO MEMBER_OF_AWS_VPC MEMBER_OF_EC2_SECURITY_GROUP NETWORK_INTERFACE PART_OF PART_OF_SUBNET PUBLIC_IN ROUTES_TO_GATEWAY ROUTES_TO_PREFIX_LIST", because: "networks"},
	{types: "WATCHED_BY", because: "alarms"},
	{types: "MOUNTED", because: "which files are read or written there is not in a snapshot"},
	{types: "DESCRIBED", because: "a card describes a model"},
	{types: "USED", to: "TrainingPlan AWSEC2CapacityReservation AWSEC2Image AWSEKSCluster", because: "capacity"},
	{types: "USED", to: "AWSSecretsManagerSecret AWSSSOApplication AWSIdentityCenter AWSCognitoUserPool AWSVpcEndpoint AWSIoTRoleAlias", because: "access"},
	{types: "USED", to: "MlflowApp MlflowTrackingServer", because: "it keeps notes of many runs, and which of them made what is not in a snapshot"},
	{types: "USED", to: "HumanTaskUi Workteam", because: "people"},
	{types: "USED", to: "AWSCloudWatchLogGroup", because: "logs"},

	// Lineage as it was declared. Source: AddAssociation, AssociationType.
	{types: "ASSOCIATED_WITH", flow: forward},
	{types: "REFERENCED", from: "Action Artifact Context", to: bucket, flow: lies},
	{types: "REFERENCED", from: "Action Artifact Context", flow: same},
	{types: "DERIVED_FROM", from: "TrialComponent", to: bucket, path: "Metrics", flow: reads},
	{types: "DERIVED_FROM", from: "TrialComponent", to: bucket, flow: lies},
	{types: "DERIVED_FROM", from: "TrialComponent", path: "Metrics", flow: backward},
	{types: "DERIVED_FROM", from: "TrialComponent", flow: same},
	{types: "READ_FROM", from: "TrialComponent", to: bucket, flow: reads},
	{types: "READ_FROM", from: "TrialComponent", flow: backward},
	{types: "WROTE_TO", from: "TrialComponent", to: bucket, flow: writes},
	{types: "WROTE_TO", from: "TrialComponent", flow: forward},
	{types: "DERIVED_FROM", from: "Experiment Trial", because: "a folder of runs"},
	{types: "CONTAINS", from: "Experiment", because: "a folder of runs"},
	{types: "MEMBER_OF", to: "Experiment Trial TrialComponent LineageGroup", because: "a folder of runs"},

	// Models and what serves them.
	{types: "REPO_IMAGE", flow: forward},
	{types: "USED_IMAGE", from: "CompilationJob", because: "the image is for whoever uses what the job made"},
	{types: "USED_IMAGE", from: "OptimizationJob", path: "OptimizationOutput", because: "the image is for whoever uses what the job made"},
	{types: "USED_IMAGE", from: "AIRecommendationJob", because: "the image is for whoever uses what the job made"},
	{types: "USED_IMAGE", from: "AutoMLJob", because: "the image is for whoever uses what the job made"},
	{types: "USED_IMAGE", from: "ImageVersion", because: "what Studio runs"},
	{types: "USED_IMAGE", flow: backward},
	{types: "REFERENCED", from: "EndpointConfig", to: "Model", flow: backward},
	{types: "USED", from: "Endpoint", to: "EndpointConfig", flow: backward},
	{types: "USED", from: "InferenceComponent", to: "InferenceComponent Model", flow: backward},
	{types: "CONTAINS", from: "Endpoint", to: "InferenceComponent", flow: backward},
	{types: "USED", from: "InferenceExperiment", to: "Endpoint EndpointConfig Model", flow: backward},
	{types: "WROTE_TO", from: "Endpoint", to: bucket, path: "DataCaptureConfig", flow: writes, below: "{name}"}, // Developer Guide, "Capture data from real-time endpoint"
	{types: "READ_FROM WROTE_TO", from: "EndpointConfig", because: "its endpoints read and write, and have edges of their own"},
	{types: "INVOKED", from: "Model TrainingJob", because: "access to a registry"},
	{types: "NOTIFIED", from: "Endpoint EndpointConfig Workteam", because: "notices"},

	// The registry. A group is not what its versions came of.
	{types: "MEMBER_OF", from: "ModelPackage", to: "ModelPackageGroup", flow: member},
	{types: "PRODUCED", from: "AIRecommendationJob", to: "ModelPackageGroup", flow: forward},
	{types: "USED", from: "TrainingSession TrainingJob", to: "ModelPackageGroup", flow: forward},
	{types: "USED", from: "PipelineExecutionStep", to: "ModelPackageGroup", because: "which of its versions a check compares with is not in a snapshot"},
	{types: "READ_FROM WROTE_TO DERIVED_FROM", from: "Algorithm ModelPackage", path: "ValidationSpecification", because: "a test"},
	{types: "REFERENCED", from: "ModelPackage", path: "SamplePayloadUrl", because: "a test"},
	{types: "REFERENCED", from: "ModelPackage", to: bucket, flow: reads}, // what was measured of it
	{types: "USED", from: "AIRecommendationJob", to: "ModelPackage", path: "Recommendations", flow: forward},
	{types: "REFERENCED", from: "AIRecommendationJob", path: "Recommendations", because: "AdapterSource has what the job read"},
	{types: "USED", from: "ModelCardExportJob", because: "a card describes a model"},
	{types: "WROTE_TO", from: "ModelCardExportJob", because: "a card describes a model"},

	// Hubs.
	{types: "CONTAINS", from: "Hub", because: "a shelf"},
	{types: "USED", to: "Hub", because: "a shelf"},
	{types: "USED", to: "HubContent", flow: backward},
	{types: "READ_FROM", to: "HubContent", flow: backward},

	// Jobs that make jobs.
	{types: "PRODUCED", from: "AutoMLCandidate", flow: backward}, // its steps are the jobs that made it
	{types: "CONTAINS", from: "AutoMLJob", to: "AutoMLCandidate", flow: forward},
	{types: "REFERENCED_ARTIFACTS_IN", from: "AutoMLCandidate", to: bucket, flow: reads}, // what one of its steps wrote
	{types: "REFERENCED_ARTIFACTS_IN", from: "AutoMLJob", to: bucket, flow: writes},
	{types: "USED", from: "AutoMLJob", to: "Endpoint", because: "ModelDeployResult has the endpoint that it made"},
	{types: "WROTE_TO", from: "AutoMLJob", to: bucket, path: "OutputDataConfig", flow: writes, below: "{name}"}, // Developer Guide, "Autopilot output"
	{types: "WROTE_TO", from: "HyperParameterTuningJob", because: "its training jobs write, and have edges of their own"},
	{types: "USED", from: "TrainingJob", to: "TrainingJob", because: "instances"},

	// Jobs. Source of what a training job writes where: Developer Guide, "How Amazon
	// SageMaker AI Processes Training Output", and Estimator.latest_job_*_artifacts_path of
	// the SageMaker Python SDK.
	{types: "USED", from: "TrainingJob HyperParameterTuningJob", to: "Algorithm", flow: backward},
	{types: "WROTE_TO", from: "TrainingJob", to: bucket, path: "OutputDataConfig", flow: writes, below: "{name}"},
	{types: "WROTE_TO", from: "TrainingJob", to: bucket, path: "DebugHookConfig", flow: writes, below: "{name}/debug-output"},
	{types: "WROTE_TO", from: "TrainingJob", to: bucket, path: "ProfilerConfig", flow: writes, below: "{name}/profiler-output"},
	{types: "WROTE_TO", from: "TrainingJob", to: bucket, path: "TensorBoardOutputConfig", flow: writes, below: "{name}/tensorboard-output"},
	{types: "WROTE_TO", from: "LabelingJob", to: bucket, path: "OutputConfig", flow: writes, below: "{name}"},    // Developer Guide, "Labeling job output data"
	{types: "WROTE_TO", from: "FlowDefinition", to: bucket, path: "OutputConfig", flow: writes, below: "{name}"}, // Developer Guide, "Amazon A2I Output Data"
	{types: "WROTE_TO", from: "CompilationJob", path: "OutputConfig", because: "ModelArtifacts has where it wrote"},
	{types: "WROTE_TO", from: "EdgePackagingJob", path: "OutputConfig", because: "ModelArtifact has where it wrote"},
	{types: "USED", from: "TransformJob", to: "Model", flow: backward},
	{types: "USED", from: "CompilationJob InferenceRecommendationsJob", to: "ModelPackage", flow: backward},
	{types: "USED", from: "EdgePackagingJob InferenceRecommendationsJob", to: "CompilationJob", flow: backward},
	{types: "USED", from: "InferenceRecommendationsJob", to: "Model", flow: backward},
	{types: "USED", from: "InferenceRecommendationsJob", to: "Endpoint", path: "InferenceRecommendations", flow: forward}, // made for the measurement
	{types: "USED", from: "InferenceRecommendationsJob", to: "Endpoint", flow: backward},
	{types: "USED", from: "AIBenchmarkJob", to: "Endpoint InferenceComponent AIWorkloadConfig", flow: backward},
	{types: "USED", from: "AIRecommendationJob", to: "AIWorkloadConfig", flow: backward},
	{types: "USED", from: "AIRecommendationJob", to: "AIBenchmarkJob", flow: forward},
	{types: "USED", from: "EdgeDeploymentPlan", to: "EdgePackagingJob", flow: backward},
	{types: "USED", from: "EdgeDeploymentPlan", to: "DeviceFleet Device", flow: forward},
	{types: "USED", from: "Device", because: "the thing that the device is"},
	{types: "CONTAINS", from: "DeviceFleet", because: "which devices have a model is in the deployment plan"},
	{types: "NOTIFIED", from: "LabelingJob", path: "InputConfig", flow: backward},
	{types: "NOTIFIED", from: "LabelingJob", flow: forward},
	{types: "INVOKED", from: "LabelingJob", because: "code that prepares tasks"},
	{types: "REFERENCED", from: "Job", flow: document},

	// Monitors. What they read of an endpoint is what it captured.
	{types: "MONITORED", flow: backward},
	{types: "USED", from: "MonitoringSchedule MonitoringExecution", to: "DataQualityJobDefinition ModelQualityJobDefinition ModelBiasJobDefinition ModelExplainabilityJobDefinition", flow: backward},
	{types: "USED", from: "MonitoringSchedule DataQualityJobDefinition ModelQualityJobDefinition ModelBiasJobDefinition ModelExplainabilityJobDefinition", to: "ProcessingJob", flow: backward},
	{types: "CONTAINS", from: "MonitoringSchedule", to: "MonitoringExecution", flow: forward},
	{types: "CONTAINS", from: "MonitoringSchedule", to: "MonitoringAlert", because: "alarms"},
	{types: "WROTE_TO", to: bucket, path: "*DataCapturedDestinationS3Uri", flow: reads}, // what a transform job captured

	// Pipelines. The definition's steps are in [Lineage.Pipelines].
	{types: "DEPENDS_ON", because: "the order of a definition's steps"},
	{types: "CONTAINS", from: "Pipeline", to: "PipelineStep", because: "the definition"},
	{types: "CONTAINS", from: "Pipeline", to: "PipelineExecution PipelineVersion", flow: forward},
	{types: "CONTAINS", from: "PipelineExecution", to: "PipelineExecutionStep", flow: forward},
	{types: "USED", from: "PipelineExecutionStep", to: "PipelineStep", flow: defines},
	{types: "USED", from: "PipelineExecution PipelineExecutionStep", to: "PipelineExecution", flow: backward},
	{types: "PRODUCED", from: "PipelineExecutionStep", to: "Action Artifact Context", because: "a note about lineage, not what the note is about"},
	{types: "INVOKED NOTIFIED", from: "PipelineExecutionStep", flow: forward}, // what they did then is not in a snapshot
	{types: "USED", from: "PipelineExecutionStep", to: "AWSEMRCluster AWSEMRServerlessApplication", flow: forward},
	{types: "WROTE_TO", from: "PipelineExecutionStep", path: "*LogFilePath", because: "logs"},

	// Features and tables.
	{types: "WROTE_TO", from: "FeatureGroup", path: "OfflineStoreConfig.S3StorageConfig.S3Uri", because: "ResolvedOutputS3Uri has where it wrote"},
	{types: "WROTE_TO", from: "FeatureGroup", to: "AWSGlueTable", flow: forward},
	{types: "WROTE_TO", from: "FeatureGroup", to: "AWSGlueCatalog AWSGlueDatabase", because: "where its table is"},
	{types: "WROTE_TO", from: "ProcessingJob", to: "FeatureGroup", flow: forward},
	{types: "USED", from: "FeatureMetadata", because: "a description"},
	{types: "READ_FROM", from: "ProcessingJob", to: "AWSGlueCatalog AWSAthenaWorkGroup AWSRedshiftCluster", because: "where the database is"},
	{types: "READ_FROM", from: "ProcessingJob", to: "AWSGlueDatabase AWSRedshiftDatabase", flow: backward},
	{types: "READ_FROM", to: "AWSEfsFileSystem AWSFsxFileSystem", flow: backward},

	// Where people and clusters work. What they do there is not in a snapshot.
	{types: "CALLED_BY", flow: guess},
	{types: "READ_FROM WROTE_TO USED CONTAINS", from: "Domain UserProfile Space App NotebookInstance CodeRepository Image Workforce PartnerApp", because: "what people do there is not in a snapshot"},
	{types: "READ_FROM USED", from: "Project", because: "templates make resources, not data"},
	{types: "CONTAINS", from: "Cluster", because: "what runs on nodes is not in a snapshot"},
	{types: "READ_FROM", from: "ClusterNode", because: "its cluster has the same script"},
	{types: "REFERENCED", from: "ClusterExtension", because: "settings of an add-on"},
	{types: "CONTAINS", from: "TrainingPlan ReservedCapacity", because: "capacity"},
	{types: "CONTAINS", from: "ModelCard", because: "a card describes a model"},

	// What is the same for all others.
	{types: "DERIVED_FROM REFERENCED_ARTIFACTS_IN READ_FROM", to: bucket, flow: reads},
	{types: "WROTE_TO PRODUCED_MODEL_ARTIFACT", to: bucket, flow: writes},
	{types: "DERIVED_FROM", flow: backward},
	{types: "PRODUCED", flow: forward},
}

// short is a label as the rows have it.
func short(label string) string { return strings.TrimPrefix(label, "AWSSageMaker") }

// hasWord reports whether a word is among those of a list.
func hasWord(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// An edgeKey is what rows are chosen by.
type edgeKey struct{ typ, from, to, path string }

// A ready row has its lists split.
type ready struct {
	*row
	number   int
	from, to []string
}

// A table finds rows, each edge's once.
type table struct {
	byType map[string][]ready
	known  map[edgeKey]*ready
}

func newTable() *table {
	t := &table{byType: map[string][]ready{}, known: map[edgeKey]*ready{}}
	for i := range rows {
		r := ready{&rows[i], i, strings.Fields(rows[i].from), strings.Fields(rows[i].to)}
		for _, typ := range strings.Fields(rows[i].types) {
			t.byType[typ] = append(t.byType[typ], r)
		}
	}
	return t
}

// row returns the row of an edge, or nil where there is none, which is no lineage:
// another version's snapshot may have it.
func (t *table) row(typ, from, to, path string) *ready {
	key := edgeKey{typ, from, to, path}
	if r, ok := t.known[key]; ok {
		return r
	}
	var found *ready
	for i := range t.byType[typ] {
		if r := &t.byType[typ][i]; r.fits(from, to) && r.fitsPath(path) {
			found = r
			break
		}
	}
	t.known[key] = found
	return found
}

// fits reports whether a row is about edges between two labels.
func (r *ready) fits(from, to string) bool {
	return (len(r.from) == 0 || slices.Contains(r.from, short(from))) && (len(r.to) == 0 || slices.Contains(r.to, short(to)))
}

func (r *row) fitsPath(path string) bool {
	if end, ok := strings.CutPrefix(r.path, "*"); ok {
		return strings.HasSuffix(path, end)
	}
	return strings.HasPrefix(path, r.path)
}

// mayFlow reports whether an edge of some path between two labels is lineage.
func (t *table) mayFlow(typ, from, to string) bool {
	return slices.ContainsFunc(t.byType[typ], func(r ready) bool { return r.flow != none && r.fits(from, to) })
}

// A Decision is what the table says of some edges.
type Decision struct {
	Row     int    // which of the rows, -1 where there is none
	Follows bool   // the edge is lineage
	Because string // why not
}

// Decide returns what the table says of an edge, by its type, the labels of its ends
// and its path: which way data goes, if it does.
func Decide(typ, from, to, path string) Decision { return newTable().decide(typ, from, to, path) }

func (t *table) decide(typ, from, to, path string) Decision {
	r := t.row(typ, from, to, path)
	if r == nil {
		return Decision{Row: -1}
	}
	return Decision{r.number, r.flow != none, r.because}
}

// Rows is how many rows the table has.
func Rows() int { return len(rows) }

package checks

import (
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// A user is a kind that refers to something, in some columns.
type user struct {
	label   string
	columns []string
}

// usersOf reads a list of kinds with columns, a line each.
func usersOf(list string) (all []user) {
	for line := range strings.Lines(list) {
		if words := strings.Fields(line); len(words) > 0 {
			all = append(all, user{words[0], words[1:]})
		}
	}
	return all
}

func labelsOf(users []user) (labels []string) {
	for _, u := range users {
		labels = append(labels, u.label)
	}
	return labels
}

var (
	// modelUsers run a model, or make something of it.
	modelUsers = usersOf(`AWSSageMakerEndpointConfig production_variants shadow_production_variants
		AWSSageMakerInferenceComponent specification_model_name specifications
		AWSSageMakerTransformJob model_name
		AWSSageMakerInferenceExperiment model_variants
		AWSSageMakerInferenceRecommendationsJob input_config_model_name
		AWSSageMakerOptimizationJob model_source_sage_maker_model
		AWSSageMakerLabelingJob labeling_job_initial_active_learning_model_arn`)
	configUsers = usersOf(`AWSSageMakerEndpoint endpoint_config_name pending_deployment_summary_endpoint_config_name
		AWSSageMakerInferenceExperiment endpoint_metadata_endpoint_config_name`)
)

// longStopped is how long a notebook instance is stopped until it looks forgotten.
const longStopped = 30 * 24 * time.Hour

var unusedChecks = []*Check{
	{
		ID:         "model-unused",
		Title:      "Model that nothing runs",
		Severity:   audit.Info,
		Fix:        "Delete the model: its artifact and its package stay, and who may pass its role has one way less.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-delete-resources.html",
		Reads:      "AWSSageMakerModel name\n" + strings.Join(labelsOf(modelUsers), "\n"),
		Edges: map[string]view.KeepEdges{
			"REFERENCED": {Ends: ofModel}, "USED": {Ends: ofModel}, "DERIVED_FROM": {Ends: ofModel},
		},
		Find: each(func(o *Subject) { o.findUnused("nothing runs it", modelUsers, "REFERENCED", "USED", "DERIVED_FROM") }),
	},
	{
		ID:         "endpoint-config-unused",
		Title:      "Endpoint configuration that no endpoint has",
		Severity:   audit.Info,
		Fix:        "Delete the configuration.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-delete-resources.html",
		Reads:      "AWSSageMakerEndpointConfig name\nAWSSageMakerEndpoint\nAWSSageMakerInferenceExperiment",
		Edges:      map[string]view.KeepEdges{"USED": {Ends: func(_, to string) bool { return to == "AWSSageMakerEndpointConfig" }}},
		Find:       each(func(o *Subject) { o.findUnused("no endpoint has it", configUsers, "USED") }),
	},
	{
		ID:         "notebook-long-stopped",
		Title:      "Notebook instance has been stopped for a month and keeps its volume",
		Severity:   audit.Low,
		Fix:        "Copy what is worth it and delete the notebook instance: whoever may start it gets what its volume holds, and its role.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/ex1-cleanup.html",
		Reads:      "AWSSageMakerNotebookInstance name status last_modified_time:T volume_size_in_gb:I",
		Find: each(func(o *Subject) {
			if !o.Read("status") || o.Text("status") != "Stopped" || !o.Read("last_modified_time") {
				return
			}
			made, err := time.Parse(time.RFC3339Nano, o.Search.Snapshot())
			if changed, ok := o.Time("last_modified_time"); ok && err == nil && made.Sub(changed) >= longStopped {
				o.Wrong("NotebookInstanceStatus", "Stopped", "its volume is kept, with what people left there")
				o.Wrong("LastModifiedTime", changed.Format(time.RFC3339), "it has not changed since")
			}
		}),
	},
	{
		ID:         "endpoint-without-data-capture",
		Title:      "Endpoint does not capture what it is asked and answers",
		Severity:   audit.Low,
		Fix:        "Enable DataCaptureConfig: without it, misuse and drift leave no trace.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture.html",
		Reads:      "AWSSageMakerEndpoint name status data_capture_config_enable_capture:B data_capture_config_capture_status",
		Find: each(func(o *Subject) {
			if !o.Read("status", "data_capture_config_enable_capture", "data_capture_config_capture_status") || !serves(o.Text("status")) {
				return
			}
			switch on, ok := o.Bool("data_capture_config_enable_capture"); {
			case !ok:
				o.Wrong("DataCaptureConfig", "", "it has none")
			case !on:
				o.Wrong("DataCaptureConfig.EnableCapture", "false", "it is off")
			case o.Text("data_capture_config_capture_status") == "Stopped":
				o.Wrong("DataCaptureConfig.CaptureStatus", "Stopped", "it is stopped")
			}
		}),
	},
	{
		ID:         "endpoint-without-monitor",
		Title:      "Endpoint that no monitoring schedule looks at",
		Severity:   audit.Low,
		Fix:        "Create a monitoring schedule for its data or its model's quality.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html",
		Reads:      "AWSSageMakerEndpoint name status\nAWSSageMakerMonitoringSchedule status",
		Edges:      map[string]view.KeepEdges{"MONITORED": {Ends: func(_, to string) bool { return to == "AWSSageMakerEndpoint" }}},
		Find: each(func(o *Subject) {
			if !o.Read("status") || !serves(o.Text("status")) {
				return
			}
			for _, e := range o.Search.to("MONITORED", o.ID, "AWSSageMakerMonitoringSchedule") {
				n := o.Search.Node(e.From)
				if !o.ReadOf(n, "AWSSageMakerMonitoringSchedule", "status") || n.Text("status") != "Stopped" && n.Text("status") != "Failed" {
					return
				}
			}
			if o.ListedWith("AWSSageMakerMonitoringSchedule", "endpoint_name", "monitoring_schedule_config_monitoring_job_definition") {
				o.Wrong("MonitoringSchedules", "", "none that runs looks at it")
			}
		}),
	},
	{
		ID:         "package-group-without-approved-package",
		Title:      "Model package group in which no version is approved",
		Severity:   audit.Info,
		Fix:        "Approve a version after a review, or delete the group.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-approve.html",
		Reads:      "AWSSageMakerModelPackageGroup name\nAWSSageMakerModelPackage model_approval_status",
		Edges:      map[string]view.KeepEdges{"MEMBER_OF": between("ModelPackage ModelPackageGroup")},
		Find: each(func(o *Subject) {
			members := o.Search.to("MEMBER_OF", o.ID, "AWSSageMakerModelPackage")
			for _, e := range members {
				if o.ReadOf(o.Search.Node(e.From), "AWSSageMakerModelPackage", "model_approval_status") && o.Search.Node(e.From).Text("model_approval_status") == "Approved" {
					o.unread = false
					return
				}
			}
			if o.Listed("AWSSageMakerModelPackage") && !o.unread {
				o.Wrong("ModelPackages", "", "none of %d is approved", len(members))
			}
		}),
	},
	{
		ID:         "image-without-version",
		Title:      "Studio image that has no version",
		Severity:   audit.Info,
		Fix:        "Create a version of the image, or delete it.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-byoi.html",
		Reads:      "AWSSageMakerImage name\nAWSSageMakerImageVersion",
		Edges:      map[string]view.KeepEdges{"CONTAINS": between("Image ImageVersion")},
		Find: each(func(o *Subject) {
			if len(o.Search.from("CONTAINS", o.ID, "AWSSageMakerImageVersion")) == 0 && o.Listed("AWSSageMakerImageVersion") {
				o.Wrong("ImageVersions", "", "there are none")
			}
		}),
	},
	{
		ID:         "domain-not-deleted",
		Title:      "Domain that could not be deleted, and keeps its file system",
		Severity:   audit.Low,
		Fix:        "Delete what is left in the domain, then the domain and, if nobody needs what it holds, its file system.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/gs-studio-delete-domain.html",
		Reads:      "AWSSageMakerDomain name status home_efs_file_system_id",
		Find: each(func(o *Subject) {
			if v := o.Text("status"); o.Read("status") && v == "Delete_Failed" {
				o.Wrong("Status", v, "somebody wanted it gone")
				if id := o.Text("home_efs_file_system_id"); id != "" {
					o.Wrong("HomeEfsFileSystemId", id, "the homes of its users are kept there")
				}
			}
		}),
	},
}

func ofModel(from, to string) bool {
	return to == "AWSSageMakerModel" && slices.Contains(labelsOf(modelUsers), from)
}

// findUnused finds the subject where none of some kinds has an edge to it.
func (o *Subject) findUnused(means string, users []user, types ...string) {
	labels := labelsOf(users)
	for _, typ := range types {
		if len(o.Search.to(typ, o.ID, labels...)) > 0 {
			return
		}
	}
	known := true
	for _, u := range users {
		known = o.ListedWith(u.label, u.columns...) && known
	}
	if known {
		o.Wrong("", "", "%s", means)
	}
}

package checks

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// A wanted is something that every region should have in which there are models or
// endpoints. A finding is one of the account, with the region as evidence.
type wanted struct {
	label string
	reads string                             // columns that decide, as view.Columns reads them
	is    func(s *Search, n *view.Node) bool // nil where any will do
	field string                             // the API's member that decides
	what  string                             // in words: no monitoring schedule that is Scheduled
}

var (
	monitored = &wanted{
		schedule, "status", func(_ *Search, n *view.Node) bool { return n.Text("status") == "Scheduled" },
		"MonitoringScheduleStatus", "no monitoring schedule is Scheduled",
	}
	approved = &wanted{
		"AWSSageMakerModelPackage", "model_approval_status", func(_ *Search, n *view.Node) bool { return n.Text("model_approval_status") == "Approved" },
		"ModelApprovalStatus", "no model package is Approved",
	}
	clarify = &wanted{
		processingJob, "app_specification_image_uri", func(_ *Search, n *view.Node) bool {
			return strings.Contains(n.Text("app_specification_image_uri"), "sagemaker-clarify-processing")
		},
		"AppSpecification.ImageUri", "no processing job runs the image of Clarify",
	}
	pipelined = &wanted{"AWSSageMakerPipeline", "", nil, "PipelineName", "there is no pipeline"}
	tracked   = &wanted{"AWSSageMakerTrial", "", nil, "TrialName", "there is no trial of an experiment"}
	compared  = &wanted{
		endpointConfig, "production_variants:J shadow_production_variants:J", hasVariants,
		"ProductionVariants", "no endpoint configuration has a second production variant or a shadow variant",
	}
)

var regionChecks = []*Check{
	monitored.check("region-without-monitoring", "Models of a region are not monitored", audit.Medium,
		"Monitor what its endpoints answer, by a monitoring schedule.", "sagemaker_models_monitor_enabled SM-07 SM-23", "model-monitor.html"),
	approved.check("region-without-approved-model", "Region has models, and none is approved in a registry", audit.Medium,
		"Register models in a model package group, and approve what may be deployed.", "sagemaker_models_registry_in_use SM-08 SM-22", "model-registry.html"),
	clarify.check("region-without-clarify", "Models of a region are not looked at for bias", audit.Low,
		"Run a processing job of SageMaker Clarify on what models were trained with, and on what they answer.", "sagemaker_clarify_exists SM-06", "clarify-configure-processing-jobs.html"),
	pipelined.check("region-without-pipeline", "Models of a region are made without a pipeline", audit.Low,
		"Make models by a pipeline, so that each can be made again.", "SM-05", "pipelines.html"),
	compared.check("region-without-second-variant", "Endpoints of a region change models without comparing them", audit.Info, // the peer reports it as information
		"Try a new model as a shadow variant, or with a part of the calls, before it gets them all.", "SM-24", "model-ab-testing.html"),
	tracked.check("region-without-trials", "Training of a region is not tracked by experiments", audit.Low,
		"Run training jobs with an ExperimentConfig, so that it is known what a model comes from.", "SM-25", "experiments.html"),
}

// hasVariants reports whether an endpoint configuration has several variants.
func hasVariants(s *Search, n *view.Node) bool {
	variants := func(column string) int {
		doc, _ := s.documents.parse(n.JSON(column))
		list, _ := doc.([]any)
		return len(list)
	}
	return variants("production_variants") > 1 || variants("shadow_production_variants") > 0
}

func (w *wanted) check(id, title string, severity audit.Level, fix, aliases, page string) *Check {
	return &Check{
		ID: id, Title: title, Severity: severity, Fix: fix, Aliases: aliases, References: guide + page,
		Note:  "A finding of the account for each region with a model or an endpoint; other regions need none.",
		Reads: strings.Join([]string{w.label + " " + w.reads, model, "AWSSageMakerEndpoint", "AWSAccount"}, "\n"),
		Find:  w.find,
	}
}

// find looks at each region that was read. One with no model and no endpoint needs
// nothing.
func (w *wanted) find(s *Search) {
	for _, scope := range s.Scopes() {
		account, region, _ := strings.Cut(scope, "/")
		n := s.Node(account)
		if region == "global" || n == nil {
			continue
		}
		users := []string{model, "AWSSageMakerEndpoint"}
		if !slices.ContainsFunc(users, func(label string) bool { return len(s.in(scope, label)) > 0 }) {
			s.unlessListed(n, scope, users...)
			continue
		}
		s.look(n, func(o *Subject) { w.in(o, scope, region) })
	}
}

// in looks at one region.
func (w *wanted) in(o *Subject, scope, region string) {
	unread := !o.Search.Listed(scope, w.label)
	for _, n := range o.Search.in(scope, w.label) {
		if w.is == nil || w.is(o.Search, n) {
			return
		}
		for _, c := range view.Columns(w.label + " " + w.reads)[w.label] {
			unread = unread || !n.Known(c.Name)
		}
	}
	if unread {
		o.Lack(scope, w.label)
		return
	}
	o.Wrong(w.field, "", "%s in %s", w.what, region)
}

// in returns what was read of a label in a scope.
func (s *Search) in(scope, label string) (nodes []*view.Node) {
	for _, n := range s.Nodes(label) {
		if n.Scope == scope && n.Observed() {
			nodes = append(nodes, n)
		}
	}
	return nodes
}

// unlessListed counts an account as unknown where one of some labels was not listed in
// a scope.
func (s *Search) unlessListed(n *view.Node, scope string, labels ...string) {
	for _, label := range labels {
		if !s.Listed(scope, label) {
			s.look(n, func(o *Subject) { o.Lack(scope, label) })
			return
		}
	}
}

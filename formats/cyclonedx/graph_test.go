package cyclonedx

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

const (
	account = "012345678901"
	region  = "us-east-1"
	scope   = account + "/" + region
)

// arn is that of a resource of the account.
func arn(resource string) string {
	return "arn:aws:sagemaker:" + region + ":" + account + ":" + resource
}

// A values is what a node has in its columns.
type values map[string]graph.Value

func text(s string) graph.Value         { return graph.StringValue(s) }
func jsonText(s string) graph.Value     { return graph.JSONValue(s) }
func whole(i int64) graph.Value         { return graph.IntValue(i) }
func truth(b bool) graph.Value          { return graph.BoolValue(b) }
func texts(all ...string) graph.Value   { return graph.StringsValue(all) }
func mapOf(pairs ...string) graph.Value { return graph.MapValue(pairs) }
func at(t string) graph.Value           { return graph.TimestampValue(must(time.Parse(time.RFC3339, t))) }

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// schema has what [Keep] names, and what every node of SageMaker has.
func schema() *graph.Schema {
	keep := Keep()
	var labels []*graph.Label
	for name, columns := range keep.Labels {
		l := &graph.Label{Name: name, Columns: append(slices.Clone(columns), graph.Column{Name: "observed", Type: graph.Bool}, graph.Column{Name: "unread", Type: graph.Strings})}
		for i := range l.Columns {
			l.Columns[i].Source = sources[l.Columns[i].Name]
		}
		labels = append(labels, l)
	}
	var types []*graph.EdgeType
	for name := range keep.Edges {
		t := &graph.EdgeType{Name: name, Columns: []graph.Column{{Name: "inferred", Type: graph.Bool}}}
		t.Rules = rules[name]
		types = append(types, t)
	}
	return must(graph.NewSchema(labels, types))
}

// sources and rules are as much of the real schema as the tests need.
var (
	sources = map[string]string{"containers": "Containers", "endpoint_config_name": "EndpointConfigName"}
	rules   = map[string][]graph.Rule{
		"READ_FROM":    {{Owner: trainingJob, Path: "InputDataConfig[].DataSource.S3DataSource.S3Uri", Targets: []string{bucket}}},
		"DERIVED_FROM": {{Owner: model, Path: "Containers[].ModelPackageName", Targets: []string{modelPackage}}},
	}
)

// A builder makes a graph.
type builder struct{ *graphtest.Graph }

// newBuilder returns one whose header says that all that is needed was listed.
func newBuilder() builder {
	s := graph.Scope{ID: scope}
	for _, label := range needed {
		s.Labels = append(s.Labels, graph.LabelScope{Label: label, Listed: true})
	}
	slices.SortFunc(s.Labels, func(a, b graph.LabelScope) int { return strings.Compare(a.Label, b.Label) })
	return builder{&graphtest.Graph{Header: &graph.Header{
		Schema: schema(), Created: time.Date(2026, 1, 2, 3, 4, 5, 6000, time.UTC), Tool: "sgexport 1.2.3", Scopes: []graph.Scope{s},
	}}}
}

// node adds a node that was read.
func (b builder) node(label, id string, v values) {
	if v == nil {
		v = values{}
	}
	if _, ok := v["observed"]; !ok {
		v["observed"] = truth(true)
	}
	l := b.Header.Schema.Label(label)
	n := &graph.Node{ID: id, Scope: scope, Label: l, Values: make([]graph.Value, len(l.Columns))}
	for name, one := range v {
		i := l.Column(name)
		if i < 0 {
			panic(label + " has no column " + name)
		}
		n.Values[i] = one
	}
	b.Nodes = append(b.Nodes, n)
}

// edge adds an edge between nodes that are there.
func (b builder) edge(typ, from, to, path, ref string) {
	b.edgeOf(func(id string) string {
		i := slices.IndexFunc(b.Nodes, func(n *graph.Node) bool { return n.ID == id })
		if i < 0 {
			panic("there is no node " + id)
		}
		return b.Nodes[i].Label.Name
	}, typ, from, to, path, ref)
}

// edgeOf adds an edge between nodes whose labels it is told.
func (b builder) edgeOf(label func(id string) string, typ, from, to, path, ref string) {
	s := b.Header.Schema
	b.Edges = append(b.Edges, &graph.Edge{
		Type: s.EdgeType(typ), From: from, To: to, FromLabel: s.Label(label(from)), ToLabel: s.Label(label(to)), Path: path, Ref: ref, Scope: scope, Values: make([]graph.Value, 1),
	})
}

// bom writes the graph and returns the file.
func (b builder) bom(t *testing.T) []byte {
	t.Helper()
	b.Sort()
	files := graphtest.Files{}
	if err := b.Write(Open, files.Create); err != nil {
		t.Fatal(err)
	}
	if len(files) != 1 || files[File] == nil {
		t.Fatalf("the files are %v", files)
	}
	return files[File]
}

// Resources of the account that the tests are about.
const (
	registry = "012345678901.dkr.ecr.us-east-1.amazonaws.com/"
	served   = registry + "serve:1"
	digest   = "sha256:9243225bbbaa14fdff29208292abeb33699326d34e641393bbf4bebbb22e4889"
	resolved = registry + "serve@" + digest
	trained  = registry + "train:2@" + digest
)

// company is a graph with one of each that the document has a place for.
func company() builder {
	b := newBuilder()
	common := func(v values) values {
		v["account_id"], v["region"] = text(account), text(region)
		return v
	}
	b.node(endpoint, arn("endpoint/churn"), common(values{
		"name": text("churn"), "status": text("InService"), "endpoint_config_name": text("churn-3"), "creation_time": at("2025-03-04T05:06:07Z"),
		"data_capture_config_enable_capture": truth(true), "data_capture_config_destination_s3_uri": text("s3://captured/churn data"),
		"async_inference_config_output_config": jsonText(`{"S3OutputPath":"s3://answers/"}`),
	}))
	b.node(endpointConfig, arn("endpoint-config/churn-3"), values{
		"name":                       text("churn-3"),
		"production_variants":        jsonText(`[{"VariantName":"main","ModelName":"churn"}]`),
		"shadow_production_variants": jsonText(`[{"VariantName":"next","ModelName":"reviews"}]`),
	})
	b.node(endpointConfig, arn("endpoint-config/churn-4"), nil)
	b.node(component, arn("inference-component/adapter"), common(values{"name": text("adapter"), "variant_name": text("main")}))
	b.node(model, arn("model/churn"), common(values{"name": text("churn"), "enable_network_isolation": truth(true), "tags": mapOf("Licence", "internal use", "team", "growth")}))
	b.node(model, arn("model/reviews"), common(values{"name": text("reviews"), "primary_container_environment": mapOf("HF_MODEL_ID", "acme/reviews-7b", "TOKEN", "[redacted]")}))
	b.node(model, arn("model/idle"), common(values{"name": text("idle")}))
	b.node(model, arn("model/pending"), common(values{"name": text("pending")}))
	b.node(modelPackage, arn("model-package/churn/3"), common(values{
		"model_package_group_name": text("churn"), "model_package_version": whole(3), "model_package_description": text("with loyalty"),
		"model_approval_status": text("Approved"), "domain": text("MACHINE_LEARNING"), "task": text("CLASSIFICATION"),
		"inference_specification_containers":                    jsonText(`[{"Image":"` + served + `","ImageDigest":"` + digest + `","ModelDataETag":"e1","ModelDataUrl":"s3://models/churn/output/model.tar.gz"}]`),
		"inference_specification_supported_content_types":       texts("text/csv"),
		"inference_specification_supported_response_mime_types": texts("application/json"),
		"model_metrics_model_quality":                           jsonText(`{"Statistics":{"ContentDigest":"` + digest + `","S3Uri":"s3://reports/q.json"}}`),
		"customer_metadata_properties":                          mapOf("license", "Apache-2.0"),
	}))
	b.node(hubContent, arn("hub-content/hub/Model/base/1.0.0"), common(values{
		"name": text("base"), "hub_name": text("hub"), "hub_content_type": text("Model"), "hub_content_version": text("1.0.0"),
		"hub_content_document": text(`{"License":"llama3.1","Task":"text generation","Hyperparameters":[1]}`),
	}))
	b.node(modelCard, arn("model-card/churn"), values{"status": text("Approved"), "model_card_version": whole(2), "content": text(churnCard)})
	b.node(cardVersion, arn("model-card/churn/version/1"), values{"model_card_status": text("Draft"), "model_card_version": whole(1), "content": text(`{"model_overview":{"model_description":"old"}}`)})
	b.node(trainingJob, arn("training-job/churn"), common(values{
		"name": text("churn"), "status": text("Completed"), "training_start_time": at("2025-03-01T00:00:00Z"), "training_end_time": at("2025-03-01T01:00:00Z"),
		"resource_config_instance_type": text("ml.m5.xlarge"), "resource_config_instance_count": whole(2),
	}))
	b.node(processingJob, arn("processing-job/prepare"), common(values{"name": text("prepare")}))
	b.node(trainingJob, arn("training-job/other"), common(values{"name": text("other")}))
	b.node(featureGroup, arn("feature-group/customers"), common(values{"name": text("customers"), "description": text("who buys")}))
	b.node(image, served, values{"uri": text(served), "tag": text("1")})
	b.node(image, resolved, values{"uri": text(resolved), "digest": text(digest)})
	b.node(image, trained, values{"uri": text(trained), "tag": text("2"), "digest": text(digest)})
	for _, name := range []string{"models", "raw", "ready", "adapters"} {
		b.node(bucket, name, values{"name": text(name), "region": text(region)})
	}
	companyEdges(b)
	return b
}

func companyEdges(b builder) {
	b.edge("USED", arn("endpoint/churn"), arn("endpoint-config/churn-3"), "EndpointConfigName", "churn-3")
	b.edge("USED", arn("endpoint/churn"), arn("endpoint-config/churn-4"), "PendingDeploymentSummary.EndpointConfigName", "churn-4")
	b.edge("REFERENCED", arn("endpoint-config/churn-3"), arn("model/churn"), "ProductionVariants[].ModelName", "churn")
	b.edge("REFERENCED", arn("endpoint-config/churn-3"), arn("model/reviews"), "ShadowProductionVariants[].ModelName", "reviews")
	b.edge("REFERENCED", arn("endpoint-config/churn-4"), arn("model/pending"), "ProductionVariants[].ModelName", "pending")
	b.edge("CONTAINS", arn("endpoint/churn"), arn("inference-component/adapter"), "EndpointArn", arn("endpoint/churn"))
	b.edge("REFERENCED_ARTIFACTS_IN", arn("inference-component/adapter"), "adapters", "Specification.Container.ArtifactUrl", "s3://adapters/de.tar.gz")
	b.edge("USED_IMAGE", arn("endpoint/churn"), resolved, "ProductionVariants[].DeployedImages[].ResolvedImage", resolved)
	b.edge("DERIVED_FROM", arn("model/churn"), arn("model-package/churn/3"), "PrimaryContainer.ModelPackageName", arn("model-package/churn/3"))
	b.edge("USED_IMAGE", arn("model/reviews"), served, "PrimaryContainer.Image", served)
	b.edge("DERIVED_FROM", arn("model/reviews"), arn("hub-content/hub/Model/base/1.0.0"), "PrimaryContainer.ModelDataSource.S3DataSource.HubAccessConfig.HubContentArn", arn("hub-content/hub/Model/base/1.0.0"))
	b.edge("REFERENCED_ARTIFACTS_IN", arn("model-package/churn/3"), "models", "InferenceSpecification.Containers[].ModelDataUrl", "s3://models/churn/output/model.tar.gz")
	b.edge("USED_IMAGE", arn("model-package/churn/3"), served, "InferenceSpecification.Containers[].Image", served)
	b.edge("DERIVED_FROM", arn("model-package/churn/3"), arn("training-job/churn"), "InferenceSpecification.Containers[].ModelDataUrl", "s3://models/churn/output/model.tar.gz")
	b.edge("DESCRIBED", arn("model-card/churn"), arn("model-package/churn/3"), "Content", arn("model-package/churn/3"))
	b.edge("DESCRIBED", arn("model-card/churn/version/1"), arn("model-package/churn/3"), "Content", arn("model-package/churn/3"))
	b.edge("PRODUCED_MODEL_ARTIFACT", arn("training-job/churn"), "models", "ModelArtifacts.S3ModelArtifacts", "s3://models/churn/output/model.tar.gz")
	b.edge("READ_FROM", arn("training-job/churn"), "ready", "InputDataConfig[].DataSource.S3DataSource.S3Uri", "s3://ready/churn/train/")
	b.edge("READ_FROM", arn("training-job/churn"), "ready", "InputDataConfig[].DataSource.S3DataSource.S3Uri", "https://ready.s3.amazonaws.com/churn/train")
	b.edge("USED_IMAGE", arn("training-job/churn"), trained, "AlgorithmSpecification.TrainingImage", trained)
	b.edge("USED_IMAGE", arn("training-job/churn"), resolved, "DebugRuleConfigurations[].RuleEvaluatorImage", resolved)
	b.edge("WROTE_TO", arn("processing-job/prepare"), "ready", "ProcessingOutputConfig.Outputs[].S3Output.S3Uri", "s3://ready/churn/")
	b.edge("READ_FROM", arn("processing-job/prepare"), "raw", "ProcessingInputs[].S3Input.S3Uri", "s3://raw/2025/")
	b.edge("WROTE_TO", arn("feature-group/customers"), "raw", "OfflineStoreConfig.S3StorageConfig.ResolvedOutputS3Uri", "s3://raw/2025/customers/data")
	b.edge("READ_FROM", arn("training-job/other"), "raw", "InputDataConfig[].DataSource.S3DataSource.S3Uri", "s3://raw/other/")
}

// churnCard says all that the document has a place for.
const churnCard = `{
 "model_overview": {"model_description": "who leaves", "model_creator": "Growth", "model_owner": "anna", "problem_type": "Binary Classification", "algorithm_type": "XGBoost", "model_id": "x", "model_version": 3},
 "intended_uses": {"purpose_of_model": "Retention", "intended_uses": "mailings only", "factors_affecting_model_efficiency": "new products", "risk_rating": "Medium", "explanations_for_risk_rating": "no credit"},
 "business_details": {"business_problem": "churn", "business_stakeholders": "CRM", "line_of_business": "retail"},
 "training_details": {"training_observations": "stable", "training_job_details": {"training_arn": "t", "training_datasets": ["s3://ready/churn/train"], "training_metrics": [{"name": "auc", "value": 0.910}]}},
 "evaluation_details": [{"name": "offline", "datasets": ["s3://eval/1"], "metric_groups": [{"name": "binary", "metric_data": [{"name": "f1", "type": "number", "value": 1e-7}, {"name": "confusion", "type": "matrix", "value": [[1, 2], [3, 4]]}]}]}],
 "additional_information": {"ethical_considerations": "age is used", "caveats_and_recommendations": "retrain monthly", "custom_details": {"ticket": "ML-1"}}
}`

package cyclonedx

import (
	"fmt"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/graphtest"
)

// odd is JSON that is none of the API's.
var odd = []string{"", "null", "[]", "{}", "1", `"x"`, "[1,null,{}]", `{"a":[]}`, `[{"VariantName":1,"ModelName":{}}]`, `[{"Image":[],"Environment":{"HF_MODEL_ID":7}}]`, `{"Statistics":3}`, "[", strings.Repeat("[", 20_000)}

// oddCards are contents of model cards that are none.
var oddCards = []string{
	"", "x", "[]", "7", `{"model_overview":[],"intended_uses":"x","evaluation_details":{},"training_details":{"training_job_details":[]}}`,
	`{"evaluation_details":[1,{"name":{},"datasets":[1,"","s3://x"],"metric_groups":[[],{"metric_data":[{},{"name":null,"value":{"a":[1]}}]}]}]}`,
	`{"model_overview":{"model_creator":["a"],"problem_type":false},"additional_information":{"custom_details":{"":"","a\u0000b":[1]}}}`, strings.Repeat(`{"a":`, 20_000),
}

// hostile is a graph in which everything is called as something has been that broke a
// reader.
func hostile() builder {
	b := newBuilder()
	texts := graphtest.HostileText()
	pick := func(list []string, i int) string { return list[i%len(list)] }
	for i := range max(len(texts), 40) {
		h := fmt.Sprint(i, pick(texts, i))
		e, c, ic, m, p, j := "e:"+h, "c:"+h, "i:"+h, "m:"+h, "p:"+h, "j:"+h
		img, in, ref := "img:"+h, "b"+h, "s3://b"+h+"/"+pick(texts, i+1)
		b.node(endpoint, e, values{
			"name": text(pick(texts, i)), "status": text(h), "region": text(h), "data_capture_config_enable_capture": truth(true), "data_capture_config_destination_s3_uri": text(ref + h),
			"async_inference_config_output_config": jsonText(pick(odd, i)), "endpoint_config_name": text(h),
		})
		b.node(endpointConfig, c, values{"production_variants": jsonText(pick(odd, i)), "shadow_production_variants": jsonText(pick(odd, i+1))})
		b.node(component, ic, values{"name": text(pick(texts, i+2))})
		b.node(model, m, values{"name": text(pick(texts, i)), "containers": jsonText(pick(odd, i)), "tags": mapOf("license", h), "primary_container_environment": mapOf("HF_MODEL_ID", pick(texts, i+3)+"/x")})
		b.node(modelPackage, p, values{
			"model_package_group_name": text(pick(texts, i)), "model_package_version": whole(-1), "source_uri": text(pick(texts, i)), "inference_specification_containers": jsonText(pick(odd, i)),
			"model_metrics_bias": jsonText(pick(odd, i)), "model_card_model_card_content": text(pick(oddCards, i)), "inference_specification_supported_content_types": graph.StringsValue([]string{h, ""}),
			"customer_metadata_properties": mapOf("license", ""),
		})
		b.node(trainingJob, j, values{"name": text(h), "training_start_time": graph.MicrosValue(253402300799999999)})
		b.node(image, img, values{"uri": text(img), "tag": text(pick(texts, i)), "digest": text(pick([]string{"sha256:", digest, h}, i))})
		b.node(bucket, in, nil)
		b.node(modelCard, "card:"+h, values{"content": text(pick(oddCards, i+1)), "status": text(h)})
		b.edge("USED", e, c, "EndpointConfigName", h)
		b.edge("REFERENCED", c, m, "ProductionVariants[].ModelName", h)
		b.edge("CONTAINS", e, ic, "EndpointArn", h)
		b.edge("REFERENCED_ARTIFACTS_IN", ic, in, "Specification.Container.ArtifactUrl", ref)
		b.edge("USED_IMAGE", e, img, "ProductionVariants[].DeployedImages[].ResolvedImage", img)
		b.edge("DERIVED_FROM", m, p, "PrimaryContainer.ModelPackageName", p)
		b.edge("DERIVED_FROM", p, p, "PrimaryContainer.ModelPackageName", p) // a circle
		b.edge("REFERENCED_ARTIFACTS_IN", p, in, "InferenceSpecification.Containers[].ModelDataUrl", ref)
		b.edge("DERIVED_FROM", p, j, "InferenceSpecification.Containers[].ModelDataUrl", ref)
		b.edge("DERIVED_FROM", j, p, "ModelPackageConfig.SourceModelPackageArn", p) // another
		b.edge("READ_FROM", j, in, "InputDataConfig[].DataSource.S3DataSource.S3Uri", ref)
		b.edge("READ_FROM", j, in, "InputDataConfig[].DataSource.S3DataSource.S3Uri", "s3://bucket-of-all/"+pick(texts, i))
		b.edge("WROTE_TO", j, in, "CheckpointConfig.S3Uri", ref)
		b.edge("DESCRIBED", "card:"+h, p, "Content", p)
		b.edge("DESCRIBED", "card:"+h, m, "Content", m)
	}
	return b
}

func TestHostile(t *testing.T) {
	b := hostile()
	bom := decode(t, b.bom(t))
	valid(t, bomSchema(t), b.bom(t))
	if n := len(value(bom.Services)); n < 40 {
		t.Errorf("%d endpoints", n)
	}
	if n := len(value(bom.Components)); n < 160 {
		t.Errorf("%d components", n)
	}
}

// TestAllOfAll writes graphs in which so much came of so much that a list of it would
// be larger than any disk: it ends, and promises nothing of what it did not look at.
func TestAllOfAll(t *testing.T) {
	const n = 700
	job := func(i int) string { return arn(fmt.Sprint("training-job/", i)) }
	for name, edges := range map[string]func(b builder, of func(string) string){
		"a long chain of jobs": func(b builder, of func(string) string) {
			for i := range n {
				b.edgeOf(of, "DERIVED_FROM", job(i), job((i+1)%n), "", "")
				b.edgeOf(of, "READ_FROM", job(i), "data", "InputDataConfig[].DataSource.S3DataSource.S3Uri", fmt.Sprint("s3://data/in/", i))
			}
		},
		"all write above what all read": func(b builder, of func(string) string) {
			for i := range n {
				b.edgeOf(of, "WROTE_TO", job(i), "data", "CheckpointConfig.S3Uri", "s3://data/")
				b.edgeOf(of, "READ_FROM", job(i), "data", "InputDataConfig[].DataSource.S3DataSource.S3Uri", fmt.Sprint("s3://data/in/", i))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := fleet(n)
			edges(b, func(id string) string {
				if id == "data" {
					return bucket
				}
				return trainingJob
			})
			data := b.bom(t)
			if len(data) > 256<<20 {
				t.Errorf("%d bytes", len(data))
			}
			bom := decode(t, data)
			if aggregateOf(bom, arn("model-package/m/7")) != cdx.CompositionAggregateUnknown {
				t.Error("it promises what it did not look at")
			}
		})
	}
}

func TestIRI(t *testing.T) {
	for in, want := range map[string]string{
		"s3://bucket/a b":        "s3://bucket/a%20b",
		"s3://bucket/a%20b":      "s3://bucket/a%20b",
		"s3://bucket/100%":       "s3://bucket/100%25",
		"s3://bucket/%zz":        "s3://bucket/%25zz",
		"s3://bucket/é/漢":        "s3://bucket/%C3%A9/%E6%BC%A2",
		"s3://bucket/a#b?c":      "s3://bucket/a%23b?c",
		"s3://bucket/<\"\\^`{|}": "s3://bucket/%3C%22%5C%5E%60%7B%7C%7D",
		"a\x00\n\u0085\ufffd":    "a%00%0A%C2%85%EF%BF%BD",
		"":                       "",
	} {
		if got := iri(in); got != want {
			t.Errorf("iri(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPurls(t *testing.T) {
	for _, c := range []struct{ uri, tag, digest, want string }{
		{registry + "team/serve:1.0", "1.0", "", "pkg:docker/team/serve@1.0?repository_url=012345678901.dkr.ecr.us-east-1.amazonaws.com"},
		{registry + "serve", "", "", "pkg:docker/serve?repository_url=012345678901.dkr.ecr.us-east-1.amazonaws.com"},
		{registry + "team/serve@" + digest, "", digest, "pkg:oci/serve@sha256:9243225bbbaa14fdff29208292abeb33699326d34e641393bbf4bebbb22e4889?repository_url=012345678901.dkr.ecr.us-east-1.amazonaws.com/team/serve"},
		{"localhost:5000/a:b+c@" + digest, "b+c", digest, "pkg:oci/a@sha256:9243225bbbaa14fdff29208292abeb33699326d34e641393bbf4bebbb22e4889?repository_url=localhost:5000/a&tag=b%2Bc"},
		{"python:3", "3", "", ""}, // no registry: whose it is, the text does not say
		{"registry.example.com/", "", "", ""},
		{"", "", "", ""},
	} {
		if got := imagePurl(c.uri, c.tag, c.digest); got != c.want {
			t.Errorf("%s: got %s, want %s", c.uri, got, c.want)
		}
	}
	for text, want := range map[string]string{
		"acme/llm-7b": "pkg:huggingface/acme/llm-7b", "[redacted]": "", "/opt/ml/model": "", "s3://bucket/key": "", "gpt2": "", "a/b/c": "", "../x": "", "a/ ": "",
	} {
		if got := huggingFacePurl(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

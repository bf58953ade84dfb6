package cyclonedx

import (
	"encoding/json"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// endpoint makes a service of an endpoint and of each of its inference components, and
// notes which models they serve.
func (d *document) endpoint(e *view.Node) {
	var p properties
	p.of(e)
	p.add("endpoint-config", e.Text("endpoint_config_name"))
	kept(&p, e)
	sure := e.Known("endpoint_config_name") && d.g.Listed(e.Scope, component)
	for _, used := range d.g.From("USED", e.ID) {
		if used.Path != "EndpointConfigName" { // another is of a deployment that is not done
			continue
		}
		config := d.g.Node(used.To)
		sure = sure && config != nil && config.Known("production_variants") && config.Known("shadow_production_variants")
		if config != nil {
			variants(&p, "variant", config.JSON("production_variants"))
			variants(&p, "shadow-variant", config.JSON("shadow_production_variants"))
		}
		for _, m := range d.g.From("REFERENCED", used.To) {
			d.serve(e.ID, m.To)
		}
	}
	for _, i := range d.g.From("USED_IMAGE", e.ID) {
		if strings.HasPrefix(i.Path, "ProductionVariants[]") || strings.HasPrefix(i.Path, "ShadowProductionVariants[]") {
			d.need(e.ID, i.To)
		}
	}
	for _, c := range d.g.From("CONTAINS", e.ID) {
		d.inferenceComponent(e, c.To)
		d.needs[e.ID] = add(d.needs[e.ID], c.To)
	}
	if !sure {
		d.unsure[e.ID] = true
	}
	d.services[e.ID] = &cdx.Service{
		BOMRef: e.ID, Name: e.Name(), Endpoints: list(addresses(e)), Authenticated: ptr(true),
		// How the data is classified, no column says.
		Data:       &[]cdx.DataClassification{{Flow: cdx.DataFlowBidirectional, Classification: "unknown"}},
		Properties: p.list(),
	}
}

// serve says that a service serves a model.
func (d *document) serve(ref, id string) {
	d.deployed[id] = true
	d.need(ref, id)
}

// inferenceComponent makes a service of an inference component. What its container
// loads itself, without a model that SageMaker knows, is a component of its own.
func (d *document) inferenceComponent(e *view.Node, id string) {
	s := &cdx.Service{BOMRef: id, Name: id[strings.LastIndexByte(id, '/')+1:], Authenticated: ptr(true)}
	d.services[id] = s
	for _, used := range d.g.From("USED", id) {
		if used.ToLabel == model {
			d.serve(id, used.To)
		} else {
			d.needs[id] = add(d.needs[id], used.To)
		}
	}
	for _, i := range d.g.From("USED_IMAGE", id) {
		d.need(id, i.To)
	}
	for _, a := range d.g.From("REFERENCED_ARTIFACTS_IN", id) {
		d.serve(id, location.Artifact(a.Ref))
	}
	n := d.g.Node(id)
	if n == nil || !n.Known("specification_container") || !n.Known("specification_model_name") || !n.Known("specifications") {
		d.unsure[id] = true
	}
	var p properties
	if n != nil {
		s.Name = n.Name()
		p.of(n)
		p.add("variant", n.Text("variant_name"))
	}
	p.add("endpoint", e.ID)
	s.Properties = p.list()
}

func add(set map[string]bool, ref string) map[string]bool {
	if set == nil {
		set = map[string]bool{}
	}
	set[ref] = true
	return set
}

// variants adds which variant of an endpoint serves which model.
func variants(p *properties, what, text string) {
	var all []struct{ VariantName, ModelName string }
	if json.Unmarshal([]byte(text), &all) != nil { // it is none of the API's
		return
	}
	for _, v := range all {
		p.add(what+":"+v.VariantName, v.ModelName)
	}
}

// hosts are the ends of the names under which a partition's endpoints are called.
// Source: AWS General Reference, "Amazon SageMaker AI endpoints and quotas".
var hosts = map[string]string{"aws": "amazonaws.com", "aws-us-gov": "amazonaws.com", "aws-cn": "amazonaws.com.cn"}

// addresses are where an endpoint is called. Source: API Reference, InvokeEndpoint.
func addresses(e *view.Node) []string {
	parts := strings.SplitN(e.ID, ":", 6)
	if len(parts) != 6 || hosts[parts[1]] == "" || !isPlain(parts[3]) || !isPlain(e.Name()) {
		return nil
	}
	return []string{"https://runtime.sagemaker." + parts[3] + "." + hosts[parts[1]] + "/endpoints/" + e.Name() + "/invocations"}
}

// isPlain reports whether a text is a name of AWS's.
func isPlain(s string) bool {
	return s != "" && !slices.ContainsFunc([]rune(s), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
	})
}

// kept adds where an endpoint keeps what goes through it. They are properties, for
// cyclonedx-python-lib 11 refuses documents whose data flows have a destination.
func kept(p *properties, e *view.Node) {
	if on, _ := e.Bool("data_capture_config_enable_capture"); on {
		p.add("data-capture", e.Text("data_capture_config_destination_s3_uri"))
	}
	var async struct{ S3OutputPath, S3FailurePath string }
	if json.Unmarshal([]byte(e.JSON("async_inference_config_output_config")), &async) == nil {
		p.add("async-output", async.S3OutputPath)
		p.add("async-failures", async.S3FailurePath)
	}
}

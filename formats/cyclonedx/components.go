package cyclonedx

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// component makes the component of a node.
func (d *document) component(n *view.Node) *cdx.Component {
	c := &cdx.Component{BOMRef: n.ID, Name: cmp.Or(n.Name(), n.ID), Type: cdx.ComponentTypeMachineLearningModel}
	var p properties
	p.of(n)
	switch {
	case n.Label == image:
		imageOf(c, n)
	case isData(n.Label), n.Label == hubContent && contentType(n) == "DataSet":
		dataOfNode(c, n)
	case n.Label == model:
		d.modelOf(c, &p, n)
	case n.Label == modelPackage:
		d.packageOf(c, &p, n)
	case n.Label == algorithm:
		algorithmOf(c, &p, n)
	case n.Label == hubContent:
		d.contentOf(c, &p, n)
	}
	if c.Type == cdx.ComponentTypeMachineLearningModel {
		d.addCard(c, &p, n)
	}
	if names := licenses(n); len(names) > 0 {
		declared := cdx.LicenseAcknowledgementDeclared
		var all cdx.Licenses
		for _, name := range names {
			all = append(all, cdx.LicenseChoice{License: &cdx.License{Name: name, Acknowledgement: declared}})
		}
		c.Licenses = &all
	}
	c.Properties = p.list()
	return c
}

// modelOf adds what is said of a model that can be deployed.
func (d *document) modelOf(c *cdx.Component, p *properties, n *view.Node) {
	p.truth("network-isolation", n, "enable_network_isolation")
	d.artifacts(c, n)
	for _, e := range d.g.From("DERIVED_FROM", n.ID) {
		if e.ToLabel == modelPackage && d.deployed[n.ID] { // the version that it deploys
			d.deployed[e.To] = true
		}
	}
	environments := []map[string]string{pairs(n, "primary_container_environment")}
	for _, container := range containers(n.JSON("containers")) {
		environments = append(environments, container.Environment)
	}
	for _, e := range environments {
		d.huggingFace(c.BOMRef, e["HF_MODEL_ID"], "HF_MODEL_ID")
	}
}

// packageOf adds what is said of a version in the model registry.
func (d *document) packageOf(c *cdx.Component, p *properties, n *view.Node) {
	c.Name = cmp.Or(n.Text("model_package_group_name"), c.Name)
	if v, ok := n.Int("model_package_version"); ok {
		c.Version = strconv.FormatInt(v, 10)
	}
	c.Description = n.Text("model_package_description")
	p.add("approval", n.Text("model_approval_status"))
	p.add("approval-description", n.Text("approval_description"))
	p.add("life-cycle-stage", n.Text("model_life_cycle_stage"))
	p.add("life-cycle-stage-status", n.Text("model_life_cycle_stage_status"))
	p.add("domain", n.Text("domain"))
	p.truth("marketplace", n, "certify_for_marketplace")
	for _, container := range containers(n.JSON("inference_specification_containers")) {
		if container.ImageDigest != "" {
			p.add("image-digest", container.Image+" "+container.ImageDigest)
		}
	}
	d.artifacts(c, n)
	metrics(c, n)
	source := n.Text("source_uri")
	if source != "" {
		refer(c, cdx.ERTypeSourceDistribution, source, "SourceUri")
	}
	if name, ok := strings.CutPrefix(source, "https://huggingface.co/"); ok {
		d.huggingFace(c.BOMRef, name, "SourceUri")
	}
	parameters := &cdx.MLModelParameters{Task: n.Text("task"), Inputs: formats(n, "inference_specification_supported_content_types"), Outputs: formats(n, "inference_specification_supported_response_mime_types")}
	if parameters.Task != "" || parameters.Inputs != nil || parameters.Outputs != nil {
		c.ModelCard = &cdx.MLModelCard{ModelParameters: parameters}
	}
}

func formats(n *view.Node, column string) *[]cdx.MLInputOutputParameters {
	var all []cdx.MLInputOutputParameters
	for _, format := range n.Strings(column) {
		all = append(all, cdx.MLInputOutputParameters{Format: format})
	}
	return list(all)
}

func algorithmOf(c *cdx.Component, p *properties, n *view.Node) {
	c.Type = cdx.ComponentTypeApplication
	c.Description = n.Text("algorithm_description")
	p.add("product", n.Text("product_id"))
	if digest := n.Text("training_specification_training_image_digest"); digest != "" {
		p.add("image-digest", n.Text("training_specification_training_image")+" "+digest)
	}
}

// contentOf adds what is said of a hub's content. Source of the document's members:
// HubModelDocument of the SageMaker Python SDK.
func (d *document) contentOf(c *cdx.Component, p *properties, n *view.Node) {
	c.Version, c.Description = n.Text("hub_content_version"), n.Text("hub_content_description")
	p.add("hub", n.Text("hub_name"))
	p.add("hub-content-type", contentType(n))
	p.add("support-status", n.Text("support_status"))
	if document := contentDocument(n); document.Task != "" {
		c.ModelCard = &cdx.MLModelCard{ModelParameters: &cdx.MLModelParameters{Task: document.Task}}
	}
}

// contentType is that of a hub's content: its column, or what its ARN says, which is
// hub-content/HUB/TYPE/NAME/VERSION; "" where neither does.
func contentType(n *view.Node) string {
	if t := n.Text("hub_content_type"); t != "" {
		return t
	}
	_, path, _ := strings.Cut(n.ID, ":hub-content/")
	if parts := strings.Split(path, "/"); len(parts) >= 3 {
		return parts[1]
	}
	return ""
}

type hubDocument struct{ Task, License string }

func contentDocument(n *view.Node) (document hubDocument) {
	var all map[string]json.RawMessage
	if json.Unmarshal([]byte(n.Text("hub_content_document")), &all) != nil {
		return hubDocument{} // no document that is known
	}
	for member, to := range map[string]*string{"Task": &document.Task, "License": &document.License} {
		if json.Unmarshal(all[member], to) != nil {
			*to = ""
		}
	}
	return document
}

// licenses are those that something says of itself: a hub's document, or a tag or a
// property of a package whose key is license or licence.
func licenses(n *view.Node) []string {
	var names []string
	if l := contentDocument(n).License; l != "" {
		names = append(names, l)
	}
	for _, column := range []string{"customer_metadata_properties", "tags"} {
		p, _ := n.Map(column)
		for i := 0; i < len(p); i += 2 {
			if isLicense(p[i]) && p[i+1] != "" {
				names = append(names, p[i+1])
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func isLicense(key string) bool {
	return strings.EqualFold(key, "license") || strings.EqualFold(key, "licence")
}

// imageOf adds what a container image's URI says.
func imageOf(c *cdx.Component, n *view.Node) {
	c.Type = cdx.ComponentTypeContainer
	tag, digest := n.Text("tag"), n.Text("digest")
	c.Name, _, _ = strings.Cut(n.ID, "@")
	if tag != "" {
		c.Name = strings.TrimSuffix(c.Name, ":"+tag)
	}
	c.Name = cmp.Or(c.Name, n.ID)
	c.Version = cmp.Or(tag, digest)
	c.PackageURL = imagePurl(n.ID, tag, digest)
	c.Hashes = list(hashes(digest))
}

// hashes are what a digest says, where it is a SHA-256.
func hashes(digest string) []cdx.Hash {
	sum, ok := strings.CutPrefix(strings.ToLower(digest), "sha256:")
	if !ok || len(sum) != 64 || strings.Trim(sum, "0123456789abcdef") != "" {
		return nil
	}
	return []cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: sum}}
}

// huggingFace says that ref is made of a model of Hugging Face, where a text names
// one.
func (d *document) huggingFace(ref, text, where string) {
	purl := huggingFacePurl(text)
	if purl == "" {
		return
	}
	d.needs[ref] = add(d.needs[ref], purl)
	if d.components[purl] == nil {
		var p properties
		p.add("named-by", where)
		d.components[purl] = &cdx.Component{BOMRef: purl, Type: cdx.ComponentTypeMachineLearningModel, Name: text, PackageURL: purl, Properties: p.list()}
		d.unsure[purl] = true
	}
}

// pairs is a column that is a map.
func pairs(n *view.Node, column string) map[string]string {
	all := map[string]string{}
	p, _ := n.Map(column)
	for i := 0; i < len(p); i += 2 {
		all[p[i]] = p[i+1]
	}
	return all
}

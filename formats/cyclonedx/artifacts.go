package cyclonedx

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// A container is what the API says of one in a model or a model package, as far as
// the document has a place for it.
type container struct {
	Image, ImageDigest         string
	ModelDataURL, ModelDataTag string
	Environment                map[string]string
	Source                     s3Source
}

type s3Source struct {
	S3Uri, ETag string
}

// containers reads a list of containers, or none of what is no such list.
func containers(text string) []container {
	var api []struct {
		Image, ImageDigest, ModelDataUrl, ModelDataETag string //nolint // names of the API
		Environment                                     map[string]string
		ModelDataSource                                 struct{ S3DataSource s3Source }
	}
	if json.Unmarshal([]byte(text), &api) != nil {
		return nil
	}
	var all []container
	for _, c := range api {
		all = append(all, container{c.Image, c.ImageDigest, c.ModelDataUrl, c.ModelDataETag, c.Environment, c.ModelDataSource.S3DataSource})
	}
	return all
}

// containersWithin reads those of a list of specifications, each of which has some.
func containersWithin(text string) (all []container) {
	var specifications []struct{ Containers json.RawMessage }
	if json.Unmarshal([]byte(text), &specifications) != nil {
		return nil
	}
	for _, s := range specifications {
		all = append(all, containers(string(s.Containers))...)
	}
	return all
}

// artifacts adds where a model's weights are, and the ETag that SageMaker noted. An
// ETag is no hash of a file that was uploaded in parts.
func (d *document) artifacts(c *cdx.Component, n *view.Node) {
	tags := map[string]string{}
	for _, column := range []string{"inference_specification_containers", "additional_inference_specifications", "source_algorithm_specification_source_algorithms", "containers"} {
		all := containers(n.JSON(column))
		if column == "additional_inference_specifications" { // each has a list of containers
			all = containersWithin(n.JSON(column))
		}
		for _, one := range all {
			tags[one.ModelDataURL] = cmp.Or(tags[one.ModelDataURL], one.ModelDataTag)
			tags[one.Source.S3Uri] = cmp.Or(tags[one.Source.S3Uri], one.Source.ETag)
		}
	}
	for _, a := range d.g.From("REFERENCED_ARTIFACTS_IN", n.ID) {
		var p properties
		p.add("etag", tags[a.Ref])
		r := cdx.ExternalReference{Type: cdx.ERTypeDistribution, URL: iri(a.Ref), Comment: a.Path, Properties: p.list()}
		c.ExternalReferences = list(append(value(c.ExternalReferences), r))
	}
}

func refer(c *cdx.Component, typ cdx.ExternalReferenceType, url, comment string, digests ...cdx.Hash) {
	r := cdx.ExternalReference{Type: typ, URL: iri(url), Comment: comment, Hashes: list(digests)}
	c.ExternalReferences = list(append(value(c.ExternalReferences), r))
}

// metrics adds where a model package says that its measurements are.
func metrics(c *cdx.Component, n *view.Node) {
	for _, column := range []string{"model_metrics_bias", "model_metrics_explainability", "model_metrics_model_data_quality", "model_metrics_model_quality"} {
		var sources map[string]struct{ S3Uri, ContentDigest string }
		if json.Unmarshal([]byte(n.JSON(column)), &sources) != nil {
			continue
		}
		var names []string
		for name := range sources {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if s := sources[name]; s.S3Uri != "" {
				refer(c, cdx.ERTypeQualityMetrics, s.S3Uri, strings.TrimPrefix(column, "model_metrics_")+": "+name, hashes(s.ContentDigest)...)
			}
		}
	}
}

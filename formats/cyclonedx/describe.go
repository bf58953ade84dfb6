package cyclonedx

import (
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/location"
)

// describe adds what a model card says to the model that it is of. What CycloneDX has
// no field for becomes a property; what has no text is left out.
func describe(c *cdx.Component, p *properties, m members) {
	overview, uses, more := m.of("model_overview"), m.of("intended_uses"), m.of("additional_information")
	if c.Description == "" {
		c.Description = overview.text("model_description")
	}
	if who := overview.text("model_creator"); who != "" {
		c.Authors = &[]cdx.OrganizationalContact{{Name: who}}
	}
	p.add("model-card-id", overview.text("model_id"))
	p.add("model-owner", overview.text("model_owner"))
	p.add("risk-rating", uses.text("risk_rating"))
	p.add("risk-rating-explained", uses.text("explanations_for_risk_rating"))
	business := m.of("business_details")
	p.add("business-problem", business.text("business_problem"))
	p.add("business-stakeholders", business.text("business_stakeholders"))
	p.add("line-of-business", business.text("line_of_business"))
	training := m.of("training_details")
	p.add("training-observations", training.text("training_observations"))
	custom := more.of("custom_details")
	for _, name := range slices.Sorted(maps.Keys(custom)) {
		p.add("custom:"+name, custom.text(name))
	}
	if c.ModelCard == nil {
		c.ModelCard = &cdx.MLModelCard{}
	}
	parameters(c.ModelCard, overview, training.of("training_job_details"), m.all("evaluation_details"))
	if measured := measurements(m); measured != nil {
		c.ModelCard.QuantitativeAnalysis = &cdx.MLQuantitativeAnalysis{PerformanceMetrics: &measured}
	}
	considered := cdx.MLModelCardConsiderations{
		UseCases:             list(uses.texts("purpose_of_model", "intended_uses")),
		TechnicalLimitations: list(append(uses.texts("factors_affecting_model_efficiency"), more.texts("caveats_and_recommendations")...)),
	}
	if text := more.text("ethical_considerations"); text != "" {
		considered.EthicalConsiderations = &[]cdx.MLModelCardEthicalConsideration{{Name: text}}
	}
	if considered != (cdx.MLModelCardConsiderations{}) {
		c.ModelCard.Considerations = &considered
	}
	if *c.ModelCard == (cdx.MLModelCard{}) {
		c.ModelCard = nil
	}
}

// parameters adds which problem a model solves by which algorithm, and the data sets
// that its card names.
func parameters(to *cdx.MLModelCard, overview, job members, evaluations []members) {
	p := cdx.MLModelParameters{}
	if to.ModelParameters != nil {
		p = *to.ModelParameters
	}
	if task := overview.text("problem_type"); task != "" {
		p.Task = task
	}
	p.ArchitectureFamily = overview.text("algorithm_type")
	var sets []cdx.MLDatasetChoice
	named := func(uris []string, what string) {
		for _, uri := range uris {
			sets = append(sets, cdx.MLDatasetChoice{ComponentData: &cdx.ComponentData{
				Type: cdx.ComponentDataTypeDataset, Name: uri, Description: what, Contents: &cdx.ComponentDataContents{URL: iri(uri)},
			}})
		}
	}
	named(job.strings("training_datasets"), "training data, as the model card names it")
	for _, e := range evaluations {
		named(e.strings("datasets"), "evaluation data, as the model card names it")
	}
	p.Datasets = list(sets)
	if p != (cdx.MLModelParameters{}) {
		to.ModelParameters = &p
	}
}

// measurements are the metrics of a card: of its training, and of each group of each
// evaluation, whose names are the slice.
func measurements(m members) []cdx.MLPerformanceMetric {
	var all []cdx.MLPerformanceMetric
	add := func(metrics []members, slice string) {
		for _, one := range metrics {
			all = append(all, cdx.MLPerformanceMetric{Type: one.text("name"), Value: one.text("value"), Slice: slice})
		}
	}
	job := m.of("training_details").of("training_job_details")
	add(job.all("training_metrics"), "training")
	add(job.all("user_provided_training_metrics"), "training")
	for _, e := range m.all("evaluation_details") {
		for _, group := range e.all("metric_groups") {
			slice := e.text("name")
			if name := group.text("name"); name != "" {
				slice += ": " + name
			}
			add(group.all("metric_data"), slice)
		}
	}
	return all
}

// longestVersion is what CycloneDX lets a version have, in characters.
const longestVersion = 1024

// finish adds what is known once all components are: of a model, whether it is
// deployed.
func (d *document) finish(c *cdx.Component) {
	p := properties(value(c.Properties))
	if utf8.RuneCountInString(c.Version) > longestVersion {
		p.add("version", c.Version)
		c.Version = ""
	}
	if c.Type == cdx.ComponentTypeMachineLearningModel {
		p.add("deployed", strconv.FormatBool(d.deployed[c.BOMRef]))
		d.datasets(c)
	}
	c.Properties = p.list()
}

// datasets adds to a model the data that it was made of, before what its card names.
func (d *document) datasets(c *cdx.Component) {
	var sets []cdx.MLDatasetChoice
	for _, ref := range slices.Sorted(maps.Keys(d.needs[c.BOMRef])) {
		if need := d.components[ref]; need != nil && need.Type == cdx.ComponentTypeData {
			sets = append(sets, cdx.MLDatasetChoice{Ref: ref})
		}
	}
	if sets == nil {
		return
	}
	if c.ModelCard == nil {
		c.ModelCard = &cdx.MLModelCard{}
	}
	if c.ModelCard.ModelParameters == nil {
		c.ModelCard.ModelParameters = &cdx.MLModelParameters{}
	}
	all := &c.ModelCard.ModelParameters.Datasets
	for _, named := range value(*all) {
		if !d.needs[c.BOMRef][location.Artifact(named.ComponentData.Name)] {
			sets = append(sets, named)
		}
	}
	*all = list(sets)
}

package cyclonedx

import "slices"

// origin are the columns of each label that say what it came of.
var origin = map[string][]string{
	model:           {"containers", "primary_container_image", "primary_container_model_package_name", "primary_container_model_data_url", "primary_container_model_data_source", "primary_container_additional_model_data_sources"},
	modelPackage:    {"inference_specification_containers", "additional_inference_specifications", "source_algorithm_specification_source_algorithms"},
	trainingJob:     {"input_data_config", "algorithm_specification_training_image"},
	tuningJob:       {},
	autoMLJob:       {},
	processingJob:   {},
	transformJob:    {},
	labelingJob:     {},
	compilationJob:  {},
	optimizationJob: {},
}

// known reports whether hops are all that a node came of. Of what lies in a bucket,
// of images and of what a hub has, a snapshot cannot tell.
func (d *document) known(id string, hops []hop) bool {
	n := d.g.Node(id)
	if n == nil || !n.Observed() {
		return false
	}
	columns, ok := origin[n.Label]
	if !ok || slices.ContainsFunc(columns, func(c string) bool { return !n.Known(c) }) {
		return false
	}
	if !isModel(n.Label) {
		return true
	}
	return slices.ContainsFunc(hops, func(h hop) bool { return h.label != image })
}

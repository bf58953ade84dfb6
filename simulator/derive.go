package simulator

import "maps"

// derive adds the resources that documents of others imply, where they have no
// document of their own, and returns their number: the newest version of a
// model card, the best candidate of an AutoML job, the metadata of a feature
// that a feature group defines.
func (r *region) derive() int {
	n := 0
	for _, card := range r.kinds["ModelCard"] {
		version := maps.Clone(card.body)
		delete(version, "Tags")
		n += r.imply("ModelCardVersion", version)
	}
	for _, job := range r.kinds["AutoMLJob"] {
		if best, ok := job.body["BestCandidate"].(map[string]any); ok {
			candidate := maps.Clone(best)
			candidate["AutoMLJobName"] = job.body["AutoMLJobName"]
			n += r.imply("AutoMLCandidate", candidate)
		}
	}
	for _, group := range r.kinds["FeatureGroup"] {
		for _, definition := range objects(group.body["FeatureDefinitions"]) {
			n += r.imply("FeatureMetadata", metadata(group.body, definition))
		}
	}
	return n
}

// metadata is what the API says of a feature that nobody has described.
func metadata(group, definition map[string]any) map[string]any {
	out := map[string]any{"LastModifiedTime": group["CreationTime"]}
	for _, member := range []string{"CreationTime", "FeatureGroupArn", "FeatureGroupName", "LastModifiedTime"} {
		if group[member] != nil {
			out[member] = group[member]
		}
	}
	for _, member := range []string{"FeatureName", "FeatureType"} {
		if definition[member] != nil {
			out[member] = definition[member]
		}
	}
	return out
}

// imply adds a resource and returns 1, or 0 if there is one of its key or it
// has no key or no time.
func (r *region) imply(name string, body map[string]any) int {
	k := kinds().byName[name]
	keys, missing := k.keysOf(body)
	created, ok := body[k.created].(string)
	if missing != "" || !ok || r.byKey[keys[0]] != nil {
		return 0
	}
	r.insert(&document{kind: k, body: body, created: parseTime(created), derived: true}, keys)
	return 1
}

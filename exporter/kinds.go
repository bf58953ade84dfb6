package exporter

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// Edge types. Their names are those of the feature request and of Cartography
// where it has them.
const (
	calledBy              edgeName = "CALLED_BY"
	canUseRole            edgeName = "CAN_USE_ROLE"
	contains              edgeName = "CONTAINS"
	created               edgeName = "CREATED"
	derivedFrom           edgeName = "DERIVED_FROM"
	documented            edgeName = "DESCRIBED"
	encryptedBy           edgeName = "ENCRYPTED_BY"
	hasExecutionRole      edgeName = "HAS_EXECUTION_ROLE"
	invoked               edgeName = "INVOKED"
	memberOf              edgeName = "MEMBER_OF"
	memberOfVpc           edgeName = "MEMBER_OF_AWS_VPC"
	memberOfSecurityGroup edgeName = "MEMBER_OF_EC2_SECURITY_GROUP"
	monitored             edgeName = "MONITORED"
	mounted               edgeName = "MOUNTED"
	networkInterface      edgeName = "NETWORK_INTERFACE"
	notified              edgeName = "NOTIFIED"
	partOfSubnet          edgeName = "PART_OF_SUBNET"
	produced              edgeName = "PRODUCED"
	producedArtifact      edgeName = "PRODUCED_MODEL_ARTIFACT"
	readFrom              edgeName = "READ_FROM"
	referenced            edgeName = "REFERENCED"
	referencedArtifacts   edgeName = "REFERENCED_ARTIFACTS_IN"
	repoImage             edgeName = "REPO_IMAGE"
	resource              edgeName = "RESOURCE"
	sharedWith            edgeName = "SHARED_WITH"
	used                  edgeName = "USED"
	usedImage             edgeName = "USED_IMAGE"
	watchedBy             edgeName = "WATCHED_BY"
	wroteTo               edgeName = "WROTE_TO"
)

// A family is the kinds of one file, or of two that belong together.
type family struct {
	name  string
	kinds []kind
}

// table is every kind, sorted by label.
var table = prepared(
	family{"Notebooks", notebookKinds}, family{"Studio", studioKinds}, family{"Apps and projects", appKinds},
	family{"Registry", registryKinds}, family{"Hubs", hubKinds}, family{"Inference", inferenceKinds},
	family{"Training and transform", trainingKinds}, family{"Tuning and AutoML", tuningKinds}, family{"Processing", processingKinds},
	family{"Other jobs", jobKinds}, family{"AI benchmarks", aiKinds}, family{"Capacity", capacityKinds},
	family{"Pipelines", pipelineKinds}, family{"Experiments and lineage", lineageKinds}, family{"Monitoring", monitoringKinds},
	family{"HyperPod", hyperpodKinds}, family{"Feature store", featureKinds}, family{"Ground Truth", groundTruthKinds}, family{"Edge", edgeKinds},
)

// kindOf returns the kind with a label of the table.
func kindOf(label string) *kind {
	return table[slices.IndexFunc(table, func(k *kind) bool { return k.label == label })]
}

// prepared joins the families. An entry that is not what the SDK has stops the
// program when it starts, so any test finds it.
func prepared(families ...family) []*kind {
	var all []*kind
	for _, f := range families {
		for i := range f.kinds {
			k := &f.kinds[i]
			k.family = f.name
			if err := k.prepare(); err != nil {
				panic("exporter: " + err.Error())
			}
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b *kind) int { return strings.Compare(a.label, b.label) })
	return all
}

// edgeColumns are the columns that every edge type has, beside path and ref:
// with the same columns everywhere, the tables of all types can be read as one.
var edgeColumns = []graph.Column{
	{Name: "inferred", Type: graph.Bool},
	{Name: "basis", Type: graph.String},
	{Name: "ambiguous", Type: graph.Bool},
}

// Labels of the kinds that derived edges are about.
const (
	notebookLabel    = "AWSSageMakerNotebookInstance"
	trainingJobLabel = "AWSSageMakerTrainingJob"
	modelLabel       = "AWSSageMakerModel"
	hubContentLabel  = "AWSSageMakerHubContent"
	packageLabel     = "AWSSageMakerModelPackage"
)

// derived are the rules that no single field makes.
var derived = []struct {
	edge edgeName
	rule graph.Rule
}{
	{calledBy, graph.Rule{Owner: trainingJobLabel, Path: "RoleArn", Targets: []string{notebookLabel}, Derived: calledByBasis}},
	{derivedFrom, graph.Rule{Owner: modelLabel, Path: "{any path of REFERENCED_ARTIFACTS_IN}", Targets: []string{trainingJobLabel}, Derived: derivedFromBasis}},
	{derivedFrom, graph.Rule{Owner: packageLabel, Path: "{any path of REFERENCED_ARTIFACTS_IN}", Targets: []string{trainingJobLabel}, Derived: derivedFromBasis}},
	{repoImage, graph.Rule{Owner: imageLabel, Reverse: true, Targets: []string{repositoryLabel}, Derived: "the repository in the image's URI"}},
}

// schema is what [Schema] returns; it is never changed.
var schema = newSchema()

// Schema returns the vocabulary of every graph that this package makes.
func Schema() *graph.Schema { return schema }

func newSchema() *graph.Schema {
	var labels []*graph.Label
	types := map[edgeName]*graph.EdgeType{}
	add := func(e edgeName, r graph.Rule) {
		if types[e] == nil {
			types[e] = &graph.EdgeType{Name: string(e), Columns: edgeColumns}
			if e == associatedWith {
				types[e].Columns = append(slices.Clone(edgeColumns), associationColumn)
			}
		}
		types[e].Rules = append(types[e].Rules, r)
	}
	described := map[string]bool{}
	for _, k := range table {
		described[k.label] = true
		labels = append(labels, &graph.Label{Name: k.label, Doc: k.doc, Columns: k.columns})
		for _, r := range k.rules {
			add(r.edge, graph.Rule{Owner: k.label, Path: r.path, Reverse: r.reverse, Targets: r.to.labels})
		}
		add(resource, graph.Rule{Owner: k.label, Reverse: true, Targets: []string{accountLabel}, Derived: "the account that was asked"})
	}
	for _, label := range lineageLabels {
		add(associatedWith, graph.Rule{Owner: label, Path: destinationMember})
		add(associatedWith, graph.Rule{Owner: label, Path: sourceMember, Reverse: true})
	}
	for _, d := range derived {
		if strings.HasPrefix(d.rule.Path, "{") {
			for _, k := range table {
				for _, r := range k.rules {
					if k.label == d.rule.Owner && r.edge == referencedArtifacts {
						one := d.rule
						one.Path = r.path
						add(d.edge, one)
					}
				}
			}
			continue
		}
		add(d.edge, d.rule)
	}
	for i := range resources {
		if r := &resources[i]; !described[r.label] {
			labels = append(labels, &graph.Label{Name: r.label, Doc: r.doc + "; known from references only", Columns: withCommonColumns(nil)})
		}
	}
	for i := range neighbors {
		labels = append(labels, neighbors[i].graphLabel())
	}
	var edges []*graph.EdgeType
	for _, t := range types {
		slices.SortStableFunc(t.Rules, func(a, b graph.Rule) int {
			if c := strings.Compare(a.Owner, b.Owner); c != 0 {
				return c
			}
			return strings.Compare(a.Path, b.Path)
		})
		edges = append(edges, t)
	}
	s, err := graph.NewSchema(labels, edges)
	if err != nil {
		panic(fmt.Sprintf("exporter: %v", err))
	}
	return s
}

// The bases of derived edges, as their property basis has them.
const (
	calledByBasis    = "same execution role, account and region; the notebook is older than the job"
	derivedFromBasis = "the training job produced the exact artifact that is referenced"
)

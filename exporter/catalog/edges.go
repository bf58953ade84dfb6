package catalog

import (
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"

	"github.com/sgexport/sgexport/graph"
)

// Edge types. Their names are those of the feature request and of Cartography
// where it has them.
const (
	calledBy              Edge = "CALLED_BY"
	canUseRole            Edge = "CAN_USE_ROLE"
	contains              Edge = "CONTAINS"
	created               Edge = "CREATED"
	dependsOn             Edge = "DEPENDS_ON"
	derivedFrom           Edge = "DERIVED_FROM"
	documented            Edge = "DESCRIBED"
	encryptedBy           Edge = "ENCRYPTED_BY"
	hasExecutionRole      Edge = "HAS_EXECUTION_ROLE"
	invoked               Edge = "INVOKED"
	memberOf              Edge = "MEMBER_OF"
	memberOfVpc           Edge = "MEMBER_OF_AWS_VPC"
	memberOfSecurityGroup Edge = "MEMBER_OF_EC2_SECURITY_GROUP"
	monitored             Edge = "MONITORED"
	mounted               Edge = "MOUNTED"
	networkInterface      Edge = "NETWORK_INTERFACE"
	notified              Edge = "NOTIFIED"
	partOfSubnet          Edge = "PART_OF_SUBNET"
	produced              Edge = "PRODUCED"
	producedArtifact      Edge = "PRODUCED_MODEL_ARTIFACT"
	readFrom              Edge = "READ_FROM"
	referenced            Edge = "REFERENCED"
	referencedArtifacts   Edge = "REFERENCED_ARTIFACTS_IN"
	repoImage             Edge = "REPO_IMAGE"
	sharedWith            Edge = "SHARED_WITH"
	used                  Edge = "USED"
	usedImage             Edge = "USED_IMAGE"
	watchedBy             Edge = "WATCHED_BY"
	wroteTo               Edge = "WROTE_TO"

	// Resource goes from the account to each resource that was read in it.
	Resource Edge = "RESOURCE"
)

// EdgeColumns are the columns that every edge type has, beside path and ref:
// with the same columns everywhere, the tables of all types can be read as one.
var EdgeColumns = []graph.Column{
	{Name: ColumnInferred, Type: graph.Bool},
	{Name: ColumnBasis, Type: graph.String},
	{Name: ColumnAmbiguous, Type: graph.Bool},
	{Name: ColumnAssociation, Type: graph.String},
	{Name: ColumnActions, Type: graph.Strings},
	{Name: ColumnVia, Type: graph.Strings},
	{Name: ColumnConditional, Type: graph.Bool},
	{Name: ColumnConditions, Type: graph.Strings},
}

// Names of those columns.
const (
	ColumnInferred  = "inferred"  // true where no single field says the edge
	ColumnBasis     = "basis"     // how it was worked out then
	ColumnAmbiguous = "ambiguous" // true where a name has several owners
	// ColumnAssociation is Produced, ContributedTo, DerivedFrom, AssociatedWith or
	// SameAs, where the edge is an association of lineage.
	ColumnAssociation = "association_type"
	// Of what policies allow: the actions, the statements that allow them by id, whether
	// that depends on what a snapshot does not know, and on what.
	ColumnActions     = "actions"
	ColumnVia         = "via"
	ColumnConditional = "conditional"
	ColumnConditions  = "conditions"
)

// A Conclusion is a type of edges that is worked out from what many nodes say together:
// what policies allow, where routes lead. Nothing here works them out; whoever does gives
// them to the graph.
type Conclusion struct {
	Edge     Edge
	Basis    string   // as the property of the edges says it
	From, To []string // labels
	// Paths are two: that of edges which hold for certain, and that of those which depend
	// on what a snapshot does not tell.
	Paths [2]string
}

// Conclusions returns the types of edges that are worked out from many nodes.
func Conclusions() []Conclusion {
	const policies = "IAM policies"
	allowed := [2]string{"Action", "Condition"}
	return []Conclusion{
		{Edge: "CAN_INVOKE", Basis: policies, Paths: allowed, From: []string{roleLabel, userLabel, rootLabel}, To: []string{"AWSSageMakerEndpoint"}},
		// What a role may do on everything; the reference says what that is: administrator, service-wildcard …
		{Edge: "PERMISSIVE_IN", Basis: policies, Paths: allowed, From: []string{roleLabel}, To: []string{AccountLabel}},
		// A subnet from which public addresses are reached through an internet gateway.
		{Edge: "PUBLIC_IN", Basis: "routes", Paths: [2]string{"Routes", "Unread"}, From: []string{subnetLabel}, To: []string{vpcLabel}},
	}
}

// A Derivation makes edges of two fields that hold the same value: from the
// resource that asks to each that defines the value.
type Derivation struct {
	Edge    Edge
	Basis   string // as the property of the edges says it
	Asks    Fields
	Defines Fields
	// ByID compares the nodes that the fields point to, and not what stands there.
	ByID bool
	// Where the resources have to be of one account and region, and the one that
	// defines the older one.
	SameScope, Older bool
	// Most is how many may define one value for it to say anything about one of
	// them: the edges of others are left out and counted. 0 is no bound.
	Most int
}

// Fields are the reference fields of an edge type in one of some labels; no
// labels are all.
type Fields struct {
	Edge   Edge
	Labels []string
}

// Derivations returns how edges that no single field makes come about.
func Derivations() []Derivation {
	return []Derivation{
		{
			Edge: calledBy, Basis: "same execution role, account and region; the notebook is older than the job",
			Asks:    Fields{hasExecutionRole, []string{trainingJobLabel}},
			Defines: Fields{hasExecutionRole, []string{notebookLabel}}, ByID: true, SameScope: true, Older: true, Most: 20,
		},
		{
			Edge: derivedFrom, Basis: "the training job produced the exact artifact that is referenced",
			Asks:    Fields{referencedArtifacts, []string{modelLabel, packageLabel, candidateLabel}},
			Defines: Fields{producedArtifact, []string{trainingJobLabel}},
		},
	}
}

// A Sweep is a listing of a whole region that gives edges, and no nodes but those
// at their ends.
type Sweep struct {
	Name     string // in gaps and file names, where a kind has its label
	List     *List
	Edge     Edge
	From, To string // members that have the ends, by ARN
	Type     string // member that has the value of ColumnAssociation
	// Owners are the labels of which an edge has one at one end at least. They are
	// read completely only with their edges.
	Owners []string
}

// Associations are the edges of lineage.
var Associations = &Sweep{
	Name: "Associations", List: listed((*sagemaker.Client).ListAssociations), Edge: "ASSOCIATED_WITH",
	From: "SourceArn", To: "DestinationArn", Type: "AssociationType",
	Owners: []string{"AWSSageMakerAction", "AWSSageMakerArtifact", "AWSSageMakerContext", "AWSSageMakerTrialComponent"},
}

// Labels that entries, targets and derivations name.
const (
	notebookLabel    = "AWSSageMakerNotebookInstance"
	trainingJobLabel = "AWSSageMakerTrainingJob"
	modelLabel       = "AWSSageMakerModel"
	hubContentLabel  = "AWSSageMakerHubContent"
	packageLabel     = "AWSSageMakerModelPackage"
	candidateLabel   = "AWSSageMakerAutoMLCandidate"
)

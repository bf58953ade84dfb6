package audit

import (
	"iter"

	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/view"
	"github.com/sgexport/sgexport/lineage"
)

// FormatVersion is the version of a report's JSON. Members may be added without
// a new one.
const FormatVersion = 1

// A Report holds the answers. Every list is sorted, and is empty rather than
// null where there is nothing to say. docs/audit.schema.json describes its JSON.
type Report struct {
	FormatVersion int      `json:"format_version"`
	Snapshot      string   `json:"snapshot"` // the time that the snapshot is known by, RFC 3339
	Scopes        []string `json:"scopes"`   // account/region of all that was read

	// Invokers are few, as in a report read back from its JSON. Those of a graph may
	// be millions: EachInvoker has them.
	Invokers    []Invoker          `json:"invokers"`
	Bearer      []Bearer           `json:"bearer"`
	Openers     []Opener           `json:"openers"`
	Roles       []Role             `json:"roles"`
	Exposure    []Exposure         `json:"exposure"`
	Assume      []Assume           `json:"assume"`
	Escalations []Escalation       `json:"escalations"`
	Buckets     []Bucket           `json:"buckets"`
	Pipelines   []lineage.Pipeline `json:"pipelines"`
	Checks      []Check            `json:"checks"`
	Findings    []Finding          `json:"findings"`
	Waivers     []WaiverUse        `json:"waivers"` // in the order of their file

	// Only are the names that answers were restricted to: everything else was left out.
	Only []string `json:"only,omitempty"`

	// Unknown says what the snapshot does not hold, which questions need it, and
	// how to export it.
	Unknown []Unknown `json:"unknown"`

	invokers iter.Seq[*Invoker]
	// classes are those of roles that principals reach, whether something runs as
	// them or not.
	classes map[string]access.Class
}

// EachInvoker yields who may invoke what, sorted by principal, endpoint, component,
// action. They are worked out while they are read, each time again, and one is the
// reader's until the next.
func (r *Report) EachInvoker(yield func(*Invoker) bool) {
	for i := range r.Invokers {
		if !yield(&r.Invokers[i]) {
			return
		}
	}
	if r.invokers != nil {
		r.invokers(yield)
	}
}

// A Verdict says whether a principal may do something. What is denied stands in
// no list.
type Verdict string

// The verdicts.
const (
	Allowed     Verdict = "allowed"
	Conditional Verdict = "conditional" // it depends on what a snapshot cannot know, or does not hold
)

// A Via is a statement, or what stands in its place, that decides.
type Via struct {
	Policy    string `json:"policy"`              // id of the policy: its ARN, or <principal ARN>/inline_policy/<name>, or <resource ARN>/policy
	Statement string `json:"statement,omitempty"` // <policy id>/statement/<n from 1>
	Effect    string `json:"effect,omitempty"`    // Allow or Deny
	Text      string `json:"text,omitempty"`      // what there is to say of it, in one line
}

// A Reason is a fact that an answer rests on.
type Reason struct {
	Code     string `json:"code"`               // one word, for programs
	Detail   string `json:"detail"`             // one line, for people: the field, route or statement
	Resource string `json:"resource,omitempty"` // id of the node that says so
}

// A Rating says how bad an answer is. Without knowledge of all that it needs, an
// answer may be worse than it looks: CouldBe says how bad at most.
type Rating struct {
	Level   Level   `json:"level"`
	CouldBe Level   `json:"could_be,omitempty"` // only where it is worse than Level
	Waived  *Waiver `json:"waived,omitempty"`   // why it is borne with, and until when
}

// An Invoker is a principal that may call an endpoint.
type Invoker struct {
	Principal  string   `json:"principal"`
	Endpoint   string   `json:"endpoint"`
	Component  string   `json:"component,omitempty"` // where the call names an inference component
	Action     string   `json:"action"`
	Verdict    Verdict  `json:"verdict"`
	Conditions []string `json:"conditions"`
	Via        []Via    `json:"via"`
	Unknown    []string `json:"unknown,omitempty"` // what was not read
	Rating

	of *evidence // what it shares with others; nil where it was not worked out
}

// A Bearer is a principal that may use a bearer token in place of a signature.
type Bearer struct {
	Principal  string   `json:"principal"`
	Verdict    Verdict  `json:"verdict"`
	Conditions []string `json:"conditions"`
	Via        []Via    `json:"via"`
	Unknown    []string `json:"unknown,omitempty"`
	Rating
}

// An Opener is a principal that may open a notebook, a user profile or an
// application, and so act as its role.
type Opener struct {
	Principal  string   `json:"principal"`
	Resource   string   `json:"resource"`
	Action     string   `json:"action"`
	Role       string   `json:"role,omitempty"` // as which it then acts
	Verdict    Verdict  `json:"verdict"`
	Conditions []string `json:"conditions"`
	Via        []Via    `json:"via"`
	Unknown    []string `json:"unknown,omitempty"`
	Rating
}

// A Role is an execution role and how much it may.
type Role struct {
	Role    string   `json:"role"`
	Class   Class    `json:"class"`
	Reasons []Reason `json:"reasons"`
	UsedBy  []string `json:"used_by"` // resources that have it as execution role
	Unknown []string `json:"unknown,omitempty"`
	Rating
}

// A Class says how much a role may.
type Class string

// The classes.
const (
	Admin        Class = "admin"
	Permissive   Class = "permissive"
	OK           Class = "ok"
	ClassUnknown Class = "unknown"
)

// An Exposure says how one resource stands to the internet. See [Run] for what
// each word means.
type Exposure struct {
	Resource string `json:"resource"`
	Kind     string `json:"kind"`             // its label
	Status   string `json:"status,omitempty"` // as its API has it
	// DirectInternet: the network that the service gives it leads to the internet.
	// Nil is unknown.
	DirectInternet *bool  `json:"direct_internet"`
	Subnet         Subnet `json:"subnet"`
	// OpenIngress: a security group lets in what comes from the internet. Nil is
	// unknown.
	OpenIngress *bool  `json:"open_ingress"`
	Egress      Egress `json:"egress"`
	// PublicAddress is the public address of its network interface: of IPv4, or of
	// IPv6 where its subnet is public by that.
	PublicAddress string   `json:"public_address,omitempty"`
	Subnets       []string `json:"subnets"`
	Reasons       []Reason `json:"reasons"`
	Unknown       []string `json:"unknown,omitempty"`
	Rating

	publicUnknown bool // whether it has a public address was not read
}

// A Subnet says what the subnets of a resource are; the worst decides.
type Subnet string

// The kinds of subnets.
const (
	PublicSubnet  Subnet = "public"
	PrivateSubnet Subnet = "private"
	NoSubnet      Subnet = "none" // it has none: it runs in the service's own network
	UnknownSubnet Subnet = "unknown"
)

// An Egress says how far what runs in a resource's subnets reaches by itself; the
// farthest decides.
type Egress string

// How far it reaches.
const (
	EgressInternet Egress = "internet" // by a gateway that the snapshot shows
	EgressOutside  Egress = "outside"  // to another network, of which the snapshot does not say where it leads
	EgressNone     Egress = "none"     // the VPC and what its endpoints offer
	EgressUnknown  Egress = "unknown"
)

// An Assume is a principal that may become a role.
type Assume struct {
	Principal  string   `json:"principal"`
	Role       string   `json:"role"`
	Verdict    Verdict  `json:"verdict"`
	Conditions []string `json:"conditions"`
	Via        []Via    `json:"via"`
	Unknown    []string `json:"unknown,omitempty"`
	Rating
}

// An Escalation is a way by which a principal gains what a role may.
type Escalation struct {
	Principal  string   `json:"principal"`
	Path       string   `json:"path"` // such as sagemaker-001
	Verdict    Verdict  `json:"verdict"`
	Gains      []string `json:"gains"`            // roles
	Writes     []string `json:"writes,omitempty"` // ARNs of the objects or repositories that it writes over, where that is the path
	Conditions []string `json:"conditions"`
	Via        []Via    `json:"via"`
	Unknown    []string `json:"unknown,omitempty"`
	Rating
}

// A Bucket says whether a bucket is public.
type Bucket struct {
	Bucket  string   `json:"bucket"` // name
	Public  *bool    `json:"public"` // nil is unknown
	Reasons []Reason `json:"reasons"`
	Unknown []string `json:"unknown,omitempty"`
	Rating
}

// A Finding is what a check found wrong with one resource.
type Finding struct {
	Check    string     `json:"check"`
	Aliases  []string   `json:"aliases"` // ids of the same check elsewhere
	Severity Level      `json:"severity"`
	Resource string     `json:"resource"` // id
	Evidence []Evidence `json:"evidence"`
	Fix      string     `json:"fix"`
	Waived   *Waiver    `json:"waived,omitempty"` // why it is borne with, and until when
}

// Evidence is a fact that a finding rests on.
type Evidence struct {
	Resource string `json:"resource"`        // id of the node that says so
	Field    string `json:"field,omitempty"` // the API's member, such as VpcConfig.Subnets
	Value    string `json:"value,omitempty"` // what stands there; never a secret
	Detail   string `json:"detail"`          // one line, for people
}

// A Waiver says that a finding or an answer is known and borne with.
type Waiver struct {
	Reason string `json:"reason"`
	Until  string `json:"until,omitempty"` // the last day that it holds, 2027-01-31
}

// A WaiverUse says what came of one entry of a file of waivers.
type WaiverUse struct {
	Line      int         `json:"line"` // of the file, from 1
	Check     string      `json:"check"`
	Resource  string      `json:"resource,omitempty"`
	Principal string      `json:"principal,omitempty"`
	Reason    string      `json:"reason"`
	Until     string      `json:"until,omitempty"`
	State     WaiverState `json:"state"`
	Waives    int         `json:"waives"` // findings and answers; those of an expired entry, had it held
}

// A WaiverState says whether an entry waives something.
type WaiverState string

// The states.
const (
	WaiverActive  WaiverState = "active"
	WaiverExpired WaiverState = "expired" // its last day is over: it waives nothing
	WaiverUnused  WaiverState = "unused"  // nothing is what it speaks of
)

// A Check says of one check what it looks for and how far it could look. The list
// of all of them tells a check that found nothing from one that could not look.
type Check struct {
	Check      string   `json:"check"`
	Title      string   `json:"title"` // what is wrong, in one line
	Severity   Level    `json:"severity"`
	Aliases    []string `json:"aliases"`
	Reads      []string `json:"reads"` // labels and columns, lists of this report
	Fix        string   `json:"fix"`
	References []string `json:"references"` // addresses
	Looked     int      `json:"looked"`     // resources that it could decide about
	Found      int      `json:"found"`      // findings, waived ones included
	Unknown    int      `json:"unknown"`    // resources that it could not decide about
	Complete   bool     `json:"complete"`   // it saw all there are, and could decide about each
}

// An Unknown is something that the snapshot does not hold and questions need.
type Unknown = view.Unknown

// A Trace says how the decision on one call came about, for one who wants to
// check it.
type Trace struct {
	Principal  string
	Action     string
	Resource   string
	Verdict    string // allowed, conditional, denied
	Conditions []string
	Steps      []TraceStep // in the order in which they decided
}

// A TraceStep is one layer of a decision: such as explicit deny, service control
// policy, boundary, identity policy.
type TraceStep struct {
	Layer      string
	Outcome    string // what came of it, in one line
	Statements []Via
}

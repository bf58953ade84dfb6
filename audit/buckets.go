package audit

import (
	"fmt"
	"slices"

	"github.com/sgexport/sgexport/graph/view"
)

const bucketLabel = "AWSS3Bucket"

// askBuckets answers of each bucket that resources refer to whether it is public.
//
// A bucket is public by its policy, as S3 itself judges it (policy_is_public),
// unless RestrictPublicBuckets of the bucket or of its account is set:
// BlockPublicPolicy refuses new policies and changes nothing of one that is
// there. Its ACLs, which are not in a snapshot, may make it public all the same unless
// IgnorePublicAcls of either is set: the answer says so beside. Source: Amazon S3 User
// Guide, "Blocking public access to your Amazon S3 storage".
func askBuckets(g *Graph, r *Report, lacks *view.Lacks) {
	for _, n := range g.Nodes(bucketLabel) {
		r.Buckets = append(r.Buckets, bucket(g, n, lacks))
	}
	lacks.Kind("buckets", bucketLabel)
}

func bucket(g *Graph, n *Node, lacks *view.Lacks) (b Bucket) {
	b = Bucket{Bucket: n.ID, Reasons: []Reason{}}
	if name := n.Text("name"); name != "" {
		b.Bucket = name
	}
	reason := func(code, format string, args ...any) {
		b.Reasons = append(b.Reasons, Reason{Code: code, Detail: fmt.Sprintf(format, args...), Resource: n.ID})
	}
	var unknown []view.Part
	unread := func(scope, label, format string, args ...any) {
		b.Unknown = append(b.Unknown, fmt.Sprintf(format, args...))
		unknown = append(unknown, view.Part{Scope: scope, Label: label})
	}
	defer func() {
		if b.Public != nil { // what else was not read changes nothing
			b.Unknown = slices.DeleteFunc(b.Unknown, func(text string) bool { return text != unreadACLs })
			return
		}
		b.Unknown = distinct(b.Unknown)
		for _, u := range unknown {
			lacks.Add("buckets", u.Scope, u.Label)
		}
	}()
	if !n.Observed() {
		unread(globalScope(n), bucketLabel, "the bucket was not read")
		return b
	}
	account := g.Node(accountOf(n))
	// set returns whether one of the four settings is on, of the bucket or of its
	// account.
	set := func(column, name string) sure {
		on, _ := n.Bool(column)
		if on {
			reason("bucket-block", "%s of the bucket is on", name)
			return yes
		}
		if account != nil {
			if on, _ := account.Bool(column); on {
				reason("account-block", "%s of the account is on", name)
				return yes
			}
		}
		is := no
		if !n.Known(column) {
			unread(globalScope(n), bucketLabel, "%s of the bucket was not read", name)
			is = unsure
		}
		if account == nil || !account.Known(column) {
			unread(globalScope(n), accountLabel, "the public access block of the account was not read")
			is = unsure
		}
		return is
	}
	policy := no
	switch public, ok := n.Bool("policy_is_public"); {
	case public:
		reason("public-policy", "its policy is public")
		policy = yes
	case ok:
		reason("policy", "its policy is not public")
	case n.Known("policy_is_public"):
		reason("policy", "it has no policy")
	default:
		unread(globalScope(n), bucketLabel, "whether its policy is public was not read")
		policy = unsure
	}
	restricted := no
	if policy != no {
		restricted = set("restrict_public_buckets", "RestrictPublicBuckets")
		if on, _ := n.Bool("block_public_policy"); on && restricted != yes {
			reason("block-public-policy", "BlockPublicPolicy is on, which keeps out new policies and not this one")
		}
	}
	b.Public = truth(min(policy, yes-restricted))
	if (b.Public == nil || !*b.Public) && set("ignore_public_acls", "IgnorePublicAcls") != yes {
		b.Unknown = append(b.Unknown, unreadACLs)
		lacks.Fact(Unknown{
			Questions: []string{"buckets"}, Scope: globalScope(n), Label: bucketLabel, What: "ACLs of buckets and their objects",
			Why: "a snapshot does not hold them", How: "set IgnorePublicAcls of the bucket or the account: then they do not count",
		})
	}
	return b
}

// unreadACLs says of a bucket that its ACL, or those of its objects, may make it public.
const unreadACLs = "its ACLs are not in a snapshot, and no setting is known that makes them not count"

const accountLabel = "AWSAccount"

// accountOf returns the account that asked for a bucket: another account's bucket
// does not tell its settings to others.
func accountOf(n *Node) string {
	if a := n.Text("account_id"); a != "" {
		return a
	}
	return accountIn(n.Scope)
}

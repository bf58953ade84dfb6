package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/access"
	"github.com/sgexport/sgexport/graph/location"
	"github.com/sgexport/sgexport/graph/view"
)

// cve is why what may be written over is run: the inference handler for Triton of the
// SageMaker Python SDK loads what lies in the bucket, and does not ask who wrote it.
const cve = "https://www.cve.org/CVERecord?id=CVE-2026-8597"

// originReads and originEdges are what following a model to its origins looks at.
const originReads = servedReads + ` execution_role_arn
AWSSageMakerModelPackage
AWSSageMakerTrainingJob role_arn
AWSS3Bucket name policy`

// principalReads are what says who there is.
const principalReads = "\nAWSRole\nAWSUser\nAWSGroup\nAWSManagedPolicy\nAWSPolicyStatement action:L resource:L"

var originEdges = servedEdges(map[string]view.KeepEdges{
	"DERIVED_FROM":            between("Model ModelPackage", "Model TrainingJob", "ModelPackage ModelPackage", "ModelPackage TrainingJob", "TrainingJob ModelPackage"),
	"REFERENCED_ARTIFACTS_IN": between("Model AWSS3Bucket", "ModelPackage AWSS3Bucket"),
	"READ_FROM":               between("TrainingJob AWSS3Bucket", "Cluster AWSS3Bucket"),
})

var pathChecks = []*Check{
	{
		ID:         "endpoint-from-public-bucket",
		Title:      "Endpoint serves a model whose artifact or training data lies in a public bucket",
		Severity:   audit.High,
		Fix:        "Make the bucket private, check what lies there, then train and deploy again from data that nobody else could change.",
		References: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html " + cve,
		Reads:      originReads,
		Edges:      originEdges,
		Asks:       "buckets",
		Find: func(s *Search) {
			public := publicBuckets(s.Report)
			each(func(o *Subject) {
				for _, at := range o.origins() {
					o.followsPublic(public, &at)
				}
			})(s)
		},
	},
	{
		ID:         "endpoint-from-bucket-others-write",
		Title:      "Endpoint serves a model whose artifact or training data other accounts may write over",
		Severity:   audit.High,
		Fix:        "Take s3:PutObject from other accounts in the bucket's policy, or copy what they deliver to a bucket of your own after a check.",
		References: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html " + cve,
		Reads:      originReads + "\nAWSAccount organization_id",
		Edges:      originEdges,
		Find: each(func(o *Subject) {
			for _, at := range o.origins() {
				o.followsWriters(&at)
			}
		}),
	},
	{
		ID:         "endpoint-artifact-writable",
		Title:      "Principals that neither administer nor train can write over a model artifact that an endpoint runs",
		Severity:   audit.High,
		Fix:        "Let only the roles that train models write to the artifact's prefix, and deny s3:PutObject to all others in the bucket's policy.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/security-iam-id-based-policy-examples.html " + cve,
		Reads:      originReads + principalReads,
		Edges:      originEdges,
		Asks:       "escalations",
		Find: func(s *Search) {
			over := s.writersOver("model-poisoning")
			each(func(o *Subject) { o.findWriters(over, o.artifacts) })(s)
		},
	},
	{
		ID:         "endpoint-image-writable",
		Title:      "Principals that do not administer can push the image that an endpoint runs by its tag",
		Severity:   audit.Medium,
		Fix:        "Name the image by its digest, make the repository's tags immutable, and let only the pipeline that builds the image push.",
		References: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html " + cve,
		Reads:      servedReads + "\nAWSECRRepositoryImage\nAWSECRRepository policy_text" + principalReads,
		Edges: servedEdges(map[string]view.KeepEdges{
			"USED_IMAGE": between("Model AWSECRRepositoryImage"),
			"REPO_IMAGE": between("AWSECRRepository AWSECRRepositoryImage"),
		}),
		Asks: "escalations",
		Find: func(s *Search) {
			over := s.writersOver("image-poisoning")
			each(func(o *Subject) { o.findWriters(over, o.repositories) })(s)
		},
	},
	{
		ID:         "cluster-scripts-from-open-bucket",
		Title:      "Cluster runs lifecycle scripts from a bucket that is public or that other accounts may write to",
		Severity:   audit.High,
		Fix:        "Move the scripts to a bucket that is private and that only those who administer the cluster may write to.",
		References: "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-lifecycle-best-practices-slurm.html",
		Reads:      "AWSSageMakerCluster account_id\nAWSS3Bucket name policy\nAWSAccount organization_id",
		Edges:      originEdges,
		Asks:       "buckets",
		Find: func(s *Search) {
			public := publicBuckets(s.Report)
			each(func(o *Subject) {
				o.ReadOf(o.Node, o.Label, "instance_groups")
				for _, e := range s.from("READ_FROM", o.ID, "AWSS3Bucket") {
					at := origin{s.Node(e.To), e.Ref, trail{}.along(&e, "its lifecycle scripts lie there")}
					o.followsPublic(public, &at)
					o.followsWriters(&at)
				}
			})(s)
		},
	},
}

// An origin is what a model came of in a bucket.
type origin struct {
	bucket *view.Node // nil where the snapshot does not have it
	ref    string     // the location
	trail  trail
}

// origins are the artifacts of what the endpoint runs, those of the packages that it
// came of, and the data that training jobs read for it.
func (o *Subject) origins() []origin {
	var all []origin
	seen := map[string]bool{}
	models := o.served()
	if len(models) > 0 {
		o.Listed("AWSSageMakerTrainingJob")
	}
	for _, m := range models {
		all = o.originsOf(all, seen, m.id, m.trail)
	}
	return all
}

func (o *Subject) originsOf(all []origin, seen map[string]bool, id string, t trail) []origin {
	if seen[id] {
		return all
	}
	seen[id] = true
	s := o.Search
	for _, e := range s.from("REFERENCED_ARTIFACTS_IN", id, "AWSS3Bucket") {
		all = append(all, origin{s.Node(e.To), e.Ref, t.along(&e, "the model's artifact lies there")})
	}
	for _, e := range s.from("READ_FROM", id, "AWSS3Bucket") {
		all = append(all, origin{s.Node(e.To), e.Ref, t.along(&e, "the training job read its data there")})
	}
	for _, e := range s.from("DERIVED_FROM", id, "AWSSageMakerModelPackage", "AWSSageMakerTrainingJob") {
		from := s.Node(e.To)
		detail := "it was made from this package"
		column := "inference_specification_containers"
		if e.ToLabel == "AWSSageMakerTrainingJob" {
			detail, column = "this training job wrote its artifact", "input_data_config"
		}
		if o.ReadOf(from, e.ToLabel, column) {
			all = o.originsOf(all, seen, e.To, t.along(&e, detail))
		}
	}
	return all
}

// name is what the report calls the bucket.
func (at *origin) name() string { return cmp.Or(at.bucket.Text("name"), at.bucket.ID) }

// owner is the account that read the bucket's policy, which is its own. Source: Amazon
// S3 API Reference, GetBucketPolicy: others are not answered.
func (at *origin) owner() string {
	account, _, _ := strings.Cut(at.bucket.Scope, "/")
	return account
}

// publicBuckets are the answers to whether buckets are public, by name.
func publicBuckets(r *audit.Report) map[string]*audit.Bucket {
	all := map[string]*audit.Bucket{}
	for i := range r.Buckets {
		all[r.Buckets[i].Bucket] = &r.Buckets[i]
	}
	return all
}

func (o *Subject) followsPublic(public map[string]*audit.Bucket, at *origin) {
	if at.bucket == nil {
		o.Lack(o.Scope, "AWSS3Bucket")
		return
	}
	b := public[at.name()]
	switch {
	case b == nil || b.Public == nil:
		o.Lack(globalOf(at.bucket), "AWSS3Bucket")
	case *b.Public:
		o.Follows(at.trail)
		o.WrongOf(at.bucket.ID, "PolicyStatus.IsPublic", "true", "the bucket is public: %s", details(b.Reasons))
	}
}

// details are what reasons say, in one line.
func details(reasons []audit.Reason) string {
	var all []string
	for _, r := range reasons {
		all = append(all, r.Detail)
	}
	return strings.Join(all, "; ")
}

// followsWriters looks whether a bucket's policy lets other accounts write over what a
// model came of.
func (o *Subject) followsWriters(at *origin) {
	if at.bucket == nil || !at.bucket.Known("policy") {
		o.ReadOf(at.bucket, "AWSS3Bucket", "policy")
		return
	}
	document := at.bucket.Text("policy")
	if document == "" {
		return
	}
	object := objectIn(at.ref, at.name(), partition(o.ID))
	outsiders, ok := outsidersOf(at.bucket.ID+"/policy", document, object, at.owner(), "s3:PutObject")
	if !ok {
		o.Lack(globalOf(at.bucket), "AWSS3Bucket")
		return
	}
	for _, who := range outsiders {
		o.Follows(at.trail)
		o.WrongOf(at.bucket.ID, "Policy", who.statement, "%s may write over it", who.says())
		o.Severe(worst(o.severity, who.level(o.Search.Graph, at.owner())))
	}
}

// objectIn is the ARN of what lies at a location in a bucket; of something below it
// where that is a prefix.
func objectIn(ref, bucket, partition string) string {
	_, key, _ := location.Split(ref)
	switch {
	case key == "":
		key = "x"
	case strings.HasSuffix(ref, "/"):
		key += "/x"
	}
	return "arn:" + partition + ":s3:::" + bucket + "/" + key
}

// partition is the one in an ARN.
func partition(arn string) string { return cmp.Or(access.ARNPartition(arn), "aws") }

// globalOf is the scope in which what a whole account has is read.
func globalOf(n *view.Node) string {
	account, _, _ := strings.Cut(n.Scope, "/")
	return account + "/global"
}

// writersOver are the escalations by which a thing is written over, by its ARN, without
// those of administrators, who may do all that already.
func (s *Search) writersOver(path string) map[string][]*audit.Escalation {
	over := map[string][]*audit.Escalation{}
	for i := range s.Report.Escalations {
		e := &s.Report.Escalations[i]
		if e.Path != path || e.Level == audit.Info && e.CouldBe == "" || slices.ContainsFunc(e.Via, s.allowsAll) {
			continue
		}
		for _, arn := range e.Writes {
			over[arn] = append(over[arn], e)
		}
	}
	return over
}

// allowsAll reports whether a statement allows everything on everything, or may do so as
// far as it was read.
func (s *Search) allowsAll(via audit.Via) bool {
	n := s.Node(via.Statement)
	if n == nil {
		return false
	}
	for _, column := range []string{"action", "resource"} {
		switch {
		case !n.Known(column):
			s.lacks.Add(question, n.Scope, n.Label)
		case !slices.Contains(n.Strings(column), "*"):
			return false
		}
	}
	return true
}

// A written is a thing that an endpoint runs and that is written over by its ARN.
type written struct {
	arn   string
	by    []string // roles that write it by design
	trail trail
}

// mostWriters is how many principals one finding names.
const mostWriters = 10

// findWriters finds who may write over things that the endpoint runs.
func (o *Subject) findWriters(over map[string][]*audit.Escalation, things func() []written) {
	for _, w := range things() {
		var who []*audit.Escalation
		for _, e := range over[w.arn] {
			if !slices.Contains(w.by, e.Principal) {
				who = append(who, e)
			}
		}
		if len(who) == 0 {
			continue
		}
		o.Follows(w.trail)
		for _, e := range who[:min(len(who), mostWriters)] {
			detail, by := "may write over it", ""
			if e.Verdict == audit.Conditional {
				detail = "may write over it, on conditions: " + some(e.Conditions)
			}
			if len(e.Via) > 0 {
				by = e.Via[0].Statement
			}
			o.WrongOf(e.Principal, "Statement", by, "%s", detail)
		}
		if more := len(who) - mostWriters; more > 0 {
			o.Wrong("", "", "and %d principals more", more)
		}
		level := audit.Medium
		for _, e := range who {
			if e.Verdict == audit.Allowed {
				level = audit.High
			}
		}
		o.Severe(worst(o.severity, level))
	}
}

// some are the first of several texts, in one line.
func some(texts []string) string {
	const most = 2
	text := strings.Join(texts[:min(len(texts), most)], "; ")
	if more := len(texts) - most; more > 0 {
		text += fmt.Sprintf("; and %d more", more)
	}
	return text
}

// artifacts are those of the models that the endpoint runs.
func (o *Subject) artifacts() (all []written) {
	s := o.Search
	o.lackPrincipals()
	models := o.served()
	if len(models) > 0 && !o.Listed("AWSSageMakerTrainingJob") {
		return nil // who is found to write may be who trains
	}
	for _, m := range models {
		if !o.ReadOf(m.Node, "AWSSageMakerModel", "execution_role_arn") {
			continue
		}
		by, ok := o.trainers([]string{m.Text("execution_role_arn")}, map[string]bool{}, m.id)
		if !ok {
			continue
		}
		all = o.written(all, m.id, by, m.trail)
		for _, e := range s.from("DERIVED_FROM", m.id, "AWSSageMakerModelPackage") {
			if o.ReadOf(s.Node(e.To), "AWSSageMakerModelPackage", "inference_specification_containers") {
				all = o.written(all, e.To, by, m.trail.along(&e, "it was made from this package"))
			}
		}
	}
	return all
}

// written appends the artifacts of a model or a package, which some roles write by design.
func (o *Subject) written(all []written, id string, by []string, t trail) []written {
	for _, e := range o.Search.from("REFERENCED_ARTIFACTS_IN", id, "AWSS3Bucket") {
		o.ReadOf(o.Search.Node(e.To), "AWSS3Bucket", "policy")
		all = append(all, written{objectIn(e.Ref, e.To, partition(o.ID)), by, t.along(&e, "the model's artifact lies there")})
	}
	return all
}

// trainers appends the roles of the training jobs that a model came of; ok is false
// where they are not known.
func (o *Subject) trainers(roles []string, seen map[string]bool, id string) (all []string, ok bool) {
	if seen[id] {
		return roles, true
	}
	seen[id] = true
	for _, e := range o.Search.from("DERIVED_FROM", id, "AWSSageMakerModelPackage", "AWSSageMakerTrainingJob") {
		from := o.Search.Node(e.To)
		if e.ToLabel == "AWSSageMakerTrainingJob" {
			if !o.ReadOf(from, e.ToLabel, "role_arn") {
				return roles, false
			}
			roles = append(roles, from.Text("role_arn"))
		}
		if roles, ok = o.trainers(roles, seen, e.To); !ok {
			return roles, false
		}
	}
	return roles, true
}

// repositories are those of the images that the endpoint runs by a tag.
func (o *Subject) repositories() (all []written) {
	s := o.Search
	o.lackPrincipals()
	for _, m := range o.served() {
		for _, e := range s.from("USED_IMAGE", m.id, "AWSECRRepositoryImage") {
			for _, r := range s.to("REPO_IMAGE", e.To, "AWSECRRepository") {
				host, _, _ := strings.Cut(e.To, "/")
				if strings.Contains(e.To, "@") || imageAccounts()[imageAccount(host)] {
					continue // what is named by its digest stays what it is, and AWS alone pushes its own
				}
				o.ReadOf(s.Node(r.From), "AWSECRRepository", "policy_text")
				all = append(all, written{r.From, nil, m.trail.along(&e, "the model runs this image")})
			}
		}
	}
	return all
}

// lackPrincipals notes where IAM was not read: then nobody knows who may write.
func (o *Subject) lackPrincipals() {
	for _, label := range []string{"AWSRole", "AWSUser", "AWSGroup", "AWSManagedPolicy"} {
		if scope := globalOf(o.Node); !o.Search.Listed(scope, label) {
			o.Lack(scope, label)
		}
	}
}

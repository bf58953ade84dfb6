package access

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Class says how much a role may.
type Class string

// The classes, see [Model.Roles].
const (
	Admin      Class = "admin"
	Permissive Class = "permissive"
	OK         Class = "ok"
	Unknown    Class = "unknown"
)

// The codes of reasons.
const (
	CodeAdministrator = "administrator"       // everything on everything
	CodeService       = "service-wildcard"    // every action of a service on every resource
	CodeData          = "data-all-buckets"    // objects of every bucket
	CodePassRole      = "passrole-any"        // hands every role to a service
	CodeCreate        = "sagemaker-create"    // every sagemaker:Create… on every resource
	CodeSecrets       = "secrets-all"         // the value of every secret
	CodeDecrypt       = "decrypt-all"         // decrypts with every key
	CodeAssume        = "assume-any"          // every role that lets the account in
	CodeIAM           = "iam-escalation"      // changes its own permissions, or those of whom it can become
	CodeEscalation    = "escalation"          // gains another role through SageMaker
	CodeNotRead       = "not-read"            // something that decides was not read
	CodeGone          = "role-does-not-exist" // nothing can run as it
)

// RoleClass is how much a role may that resources of SageMaker run as.
type RoleClass struct {
	Role    string
	Class   Class
	Reasons []Reason // sorted by code and detail
	UsedBy  []string // ARNs of the resources, sorted
	// Unread says what was not read and could change the class, sorted.
	Unread []string
}

// Reason is a fact that makes a role permissive.
type Reason struct {
	Code    string
	Detail  string   // one line
	Actions []string // what it may do on everything; nil for an escalation, and where nothing is known
	*Answer
}

// anyName is a name that no policy means.
const anyName = "sgexport-any-name"

// Roles are the roles that SageMaker's resources run as, sorted, each with its class by what it may do in effect: an Allow counts only as far as
// no deny, boundary or organization policy takes it away.
//
// Whether a role may do something to every resource is asked of a resource with a name that no policy means and no tags, in some region where
// the account has something. Whether it may do everything with a service is asked of an action that the service does not have: "s3:*", "*" and a
// NotAction allow it, a list of actions does not, and a deny of single actions leaves it.
//
//   - admin: it may do an action of a service that does not exist, on any resource; and the same for each of the services that [coreServices]
//     lists; and change what roles may (one of iam:AttachRolePolicy, PutRolePolicy, CreatePolicyVersion), on any role. So everything but IAM is
//     permissive, and everything but the deletion of buckets is admin.
//   - permissive: some reason holds for certain, or on a condition that is in a policy (the reason then has the verdict conditional).
//   - unknown: some reason might hold, and what it depends on was not read or is not understood; or the role was not read.
//   - ok: none of it. A boundary or an organization policy that was not read leaves a role ok, since it can only take away.
//
// An escalation through SageMaker counts where another role is gained; one by writing what endpoints run, where that role is itself more than ok,
// since writing artifacts is what training is for.
func (m *Model) Roles() []RoleClass {
	x := newClassifier(m)
	var out []RoleClass
	for _, role := range slices.Sorted(maps.Keys(m.uses)) {
		out = append(out, x.class(role))
	}
	return out
}

// OwnReasons are those of [Model.Roles] that lie in what a role may do by itself, without escalations: of each role that was read and has any,
// whether something runs as it or not, sorted by ARN. IAM, organizations and the regions that are in use decide them, and nothing else. CodeNotRead
// is one where no other is known, and not all of its policies.
func (m *Model) OwnReasons() iter.Seq2[string, []Reason] {
	return func(yield func(string, []Reason) bool) {
		x := newClassifier(m)
		for _, p := range m.principals {
			if p.who.Kind != policy.KindRole || p.gone || p.unread != "" {
				continue
			}
			reasons := x.direct(p)
			if why := vagueOf(p); why != "" && len(reasons) == 0 {
				reasons = []Reason{{Code: CodeNotRead, Detail: why, Answer: unreadAnswer(why)}}
			}
			if len(reasons) > 0 && !yield(p.arn, reasons) {
				return
			}
		}
	}
}

// Classes are those of roles by ARN, whether something runs as them or not.
func (m *Model) Classes(roles []string) map[string]Class {
	x, out := newClassifier(m), map[string]Class{}
	for _, role := range roles {
		if _, done := out[role]; !done {
			out[role] = x.class(role).Class
		}
	}
	return out
}

func newClassifier(m *Model) *classifier {
	return &classifier{m: m, escalator: newEscalator(m), own: map[*principal][]Reason{}}
}

type classifier struct {
	m         *Model
	escalator *escalator
	own       map[*principal][]Reason // without escalations
}

func (x *classifier) class(arn string) RoleClass {
	c := RoleClass{Role: arn, UsedBy: x.m.uses[arn]}
	p := x.m.byARN[arn]
	note := func(code, detail string) {
		c.Class = Unknown
		c.Reasons = append(c.Reasons, Reason{Code: code, Detail: detail, Answer: unreadAnswer(detail)})
		c.Unread = append(c.Unread, detail)
	}
	switch {
	case p == nil:
		note(CodeNotRead, NotRead("role "+arn, OptionIAM))
		return c
	case p.gone:
		note(CodeGone, "the account has no such role any more")
		return c
	case p.unread != "":
		note(CodeNotRead, p.unread)
		return c
	}
	c.Reasons = slices.Clone(x.direct(p))
	if !slices.ContainsFunc(c.Reasons, func(r Reason) bool { return r.Code == CodeAdministrator && r.Verdict == policy.Allowed }) {
		c.Reasons = append(c.Reasons, x.escalations(p)...)
	}
	c.Class = classOfReasons(p, c.Reasons)
	if why := vagueOf(p); why != "" && c.Class == OK {
		note(CodeNotRead, why)
	}
	for _, r := range c.Reasons {
		c.Unread = append(c.Unread, r.Answer.Unread()...)
	}
	c.Unread = sorted(c.Unread)
	slices.SortStableFunc(c.Reasons, func(a, b Reason) int { return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Detail, b.Detail)) })
	return c
}

// vagueOf says why a principal may be allowed more than is known, or is "".
func vagueOf(p *principal) string { return cmp.Or(p.set.IdentityUnread, brokenOf(p)) }

// brokenOf says what of the policies of a principal is not understood, and might allow anything; or is "".
func brokenOf(p *principal) string {
	for _, d := range p.set.Identity {
		if d.Broken != "" {
			return d.ID + ": " + d.Broken
		}
		for _, s := range d.Statements {
			if s.Broken != "" && s.Effect != policy.Deny {
				return s.ID + ": " + s.Broken
			}
		}
	}
	return ""
}

// classOfReasons is the class that reasons make.
func classOfReasons(p *principal, reasons []Reason) Class {
	class := OK
	for _, r := range reasons {
		vague := r.Verdict == policy.Conditional && slices.ContainsFunc(r.Conditions, func(c policy.Condition) bool { return isVague(p, &c) })
		switch {
		case r.Code == CodeAdministrator && r.Verdict == policy.Allowed:
			return Admin
		case r.Code == CodeAdministrator && vague:
			return Unknown // it may be more than permissive
		case !vague:
			class = Permissive
		case class == OK:
			class = Unknown
		}
	}
	return class
}

// isVague says whether a condition is none that a policy makes of a call: something was not read, or is not understood.
func isVague(p *principal, c *policy.Condition) bool {
	if isUnread(c) || c.Policy != "" && c.Operator == "" {
		return true
	}
	key := strings.ToLower(c.Key)
	base, _, tagged := strings.Cut(key, "/")
	switch {
	case tagged && base == "aws:principaltag":
		return !p.who.TagsKnown || p.trustUnread != ""
	case tagged && strings.HasSuffix(base, ":resourcetag"):
		return true // a resource whose tags were read has them, or has not
	}
	switch key {
	case "aws:principalorgid", "aws:principalorgpaths", "aws:resourceorgid", "aws:resourceorgpaths":
		return true
	}
	return false
}

// coreServices are the services whose data and permissions make an account, with the form of a resource of theirs: {r} is the region, {a} the
// account, {n} the name.
func coreServices() map[string]string {
	return map[string]string{
		"cloudformation": "cloudformation:{r}:{a}:stack/{n}/1", "dynamodb": "dynamodb:{r}:{a}:table/{n}", "ec2": "ec2:{r}:{a}:instance/{n}",
		"ecr": "ecr:{r}:{a}:repository/{n}", "iam": "iam::{a}:role/{n}", "kms": "kms:{r}:{a}:key/{n}", "lambda": "lambda:{r}:{a}:function:{n}",
		"s3": "s3:::{n}/{n}", "sagemaker": "sagemaker:{r}:{a}:training-job/{n}", "secretsmanager": "secretsmanager:{r}:{a}:secret:{n}",
		"ssm": "ssm:{r}:{a}:parameter/{n}", "sts": "iam::{a}:role/{n}",
	}
}

// prober asks what one role may do to any resource.
type prober struct {
	m       *Model
	p       *principal
	regions []string
	context map[string][]string
}

func newProber(m *Model, p *principal) *prober {
	x := &prober{m: m, p: p, context: map[string][]string{"aws:securetransport": {"true"}}}
	var patterns []string
	all := slices.Clone(p.set.Identity)
	if p.set.Boundary != nil {
		all = append(all, p.set.Boundary)
	}
	for _, l := range p.set.SCP {
		all = append(all, l.Policies...)
	}
	looks := policy.LooksOf(all...)
	for _, r := range looks.Resources {
		patterns = append(patterns, r.Text)
	}
	x.regions = sorted(append(m.regions(p.account, patterns), regionsNamed(all)...))
	for _, key := range looks.Keys {
		// Any resource is one without tags, whatever a service calls them.
		base, _, tagged := strings.Cut(key, "/")
		if tagged && (strings.HasSuffix(base, ":resourcetag") || base == "s3:existingobjecttag") {
			x.context[key] = nil
		}
	}
	return x
}

// regionsNamed are the regions that conditions on aws:RequestedRegion name.
func regionsNamed(policies []*policy.Policy) []string {
	var out []string
	for _, p := range policies {
		for _, s := range p.Statements {
			for _, c := range s.Conditions {
				if !strings.EqualFold(c.Key, "aws:RequestedRegion") {
					continue
				}
				for _, v := range c.Values {
					if v != "" && !strings.ContainsAny(v, "*?$") {
						out = append(out, v)
					}
				}
			}
		}
	}
	return out
}

// may is the most that the role may do with an action on a resource of a form, in any region.
func (x *prober) may(action, form string, more map[string][]string) *Answer {
	best := denied
	context := x.context
	if more != nil {
		context = maps.Clone(context)
		maps.Copy(context, more)
	}
	regions := x.regions
	partition := x.m.partition(x.p.account)
	if strings.HasPrefix(form, "iam:") {
		regions = []string{globalRegion(partition)}
	}
	for _, region := range regions {
		arn := "arn:" + partition + ":" + strings.NewReplacer("{r}", region, "{a}", x.p.account, "{n}", anyName).Replace(form)
		req := x.m.request(x.p, action, policy.Resource{ARN: arn, Account: x.p.account, Region: region, TagsKnown: true}, policy.Context{Values: context})
		if policy.Quick(req) > best.Verdict {
			if best = answerOf(policy.Evaluate(req)); best.Verdict == policy.Allowed {
				break
			}
		}
	}
	// A conditional answer that no known statement speaks for says only that something was not read.
	if best.Verdict == policy.Conditional && len(best.Via) == 0 {
		return denied
	}
	return best
}

// globalRegion is where the calls of global services are counted: "For global services, the value is us-east-1".
func globalRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// unlisted is an action that no service has and no list of actions names.
const unlisted = "SgexportAnyAction"

// direct are the reasons that lie in what a role may do by itself.
func (x *classifier) direct(p *principal) []Reason {
	if r, ok := x.own[p]; ok {
		return r
	}
	var out []Reason
	q := newProber(x.m, p)
	note := func(code, detail string, a *Answer, actions ...string) {
		if a.Verdict != policy.Denied {
			out = append(out, Reason{code, detail, actions, a})
		}
	}
	core := coreServices()
	whole := map[string]*Answer{}
	for _, s := range slices.Sorted(maps.Keys(core)) {
		whole[s] = q.may(s+":"+unlisted, core[s], nil)
	}
	roles := bestOf(q.may("iam:AttachRolePolicy", core["iam"], nil), q.may("iam:PutRolePolicy", core["iam"], nil), q.may("iam:CreatePolicyVersion", "iam::{a}:policy/{n}", nil))
	parts := []*Answer{q.may(anyName+":"+unlisted, anyName+":{r}:{a}:{n}", nil), roles}
	for _, s := range slices.Sorted(maps.Keys(core)) {
		parts = append(parts, whole[s])
	}
	admin := allOf(parts...)
	note(CodeAdministrator, "every action on every resource", admin, "*")
	if admin.Verdict == policy.Allowed {
		x.own[p] = out
		return out
	}
	// each notes what several questions have in common, once for certain and once on conditions.
	each := func(code, tail string, asked []string, answers []*Answer) {
		for _, v := range []policy.Verdict{policy.Allowed, policy.Conditional} {
			var same []*Answer
			var names []string
			for i, a := range answers {
				if a.Verdict == v {
					same, names = append(same, a), append(names, asked[i])
				}
			}
			if len(same) > 0 {
				note(code, strings.Join(names, ", ")+tail, allOf(same...), firstWords(names)...)
			}
		}
	}
	for _, s := range servicesNamed(p) {
		if whole[s] == nil {
			whole[s] = q.may(s+":"+unlisted, s+":{r}:{a}:{n}", nil)
		}
	}
	var asked []string
	var answers []*Answer
	ask := func(what string, a *Answer) { asked, answers = append(asked, what), append(answers, a) }
	for _, s := range slices.Sorted(maps.Keys(whole)) {
		ask(s+":*", whole[s])
	}
	each(CodeService, " on every resource", asked, answers)
	asked, answers = nil, nil
	for _, action := range []string{"s3:DeleteObject", "s3:GetObject", "s3:PutObject"} {
		ask(action, q.may(action, core["s3"], nil))
	}
	each(CodeData, " on the objects of every bucket", asked, answers)
	passedTo := func(s string) map[string][]string { return map[string][]string{"iam:passedtoservice": {s}} }
	if a := q.may(passRole, core["iam"], passedTo(anyName+".amazonaws.com")); a.Verdict == policy.Allowed {
		note(CodePassRole, "iam:PassRole on every role, to every service", a, passRole)
	} else {
		note(CodePassRole, "iam:PassRole on every role, to "+service, q.may(passRole, core["iam"], passedTo(service)), passRole)
	}
	note(CodeCreate, "sagemaker:Create* on every resource", q.may("sagemaker:Create"+unlisted, core["sagemaker"], nil), "sagemaker:Create*")
	note(CodeSecrets, "secretsmanager:GetSecretValue on every secret", q.may("secretsmanager:GetSecretValue", core["secretsmanager"], nil), "secretsmanager:GetSecretValue")
	note(CodeDecrypt, "kms:Decrypt with every key", q.may("kms:Decrypt", core["kms"], nil), "kms:Decrypt")
	note(CodeAssume, "sts:AssumeRole on every role", q.may(assumeRole, core["sts"], nil), assumeRole)
	if whole["iam"].Verdict != policy.Allowed {
		asked, answers = nil, nil
		for _, s := range selfService() {
			form := s.form
			if form == "" {
				form = withoutPartition(p.arn)
			}
			ask(s.action+" on "+s.what, q.may(s.action, form, nil))
		}
		for _, arn := range sorted(p.attached) {
			if ARNAccount(arn) == p.account {
				for _, action := range []string{"iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion"} {
					ask(action+" on its own "+arn[strings.LastIndexByte(arn, ':')+1:], q.may(action, withoutPartition(arn), nil))
				}
			}
		}
		each(CodeIAM, "", asked, answers)
	}
	if admin.Verdict == policy.Conditional {
		// On the same condition it may all the rest too.
		out = slices.DeleteFunc(out, func(r Reason) bool { return r.Verdict == policy.Conditional && r.Code != CodeAdministrator })
	}
	x.own[p] = out
	return out
}

// firstWords are the actions of which an answer says what they may be done on.
func firstWords(texts []string) []string {
	var out []string
	for _, t := range texts {
		action, _, _ := strings.Cut(t, " ")
		out = append(out, action)
	}
	return out
}

func withoutPartition(arn string) string {
	return strings.TrimPrefix(arn, "arn:"+ARNPartition(arn)+":")
}

// iamStep is an action by which a role gives itself permissions. form is "" for the role itself.
type iamStep struct{ action, form, what string }

// selfService are the steps of pathfinding.cloud's iam-001 to iam-013 that a role can take.
func selfService() []iamStep {
	const user, group = "iam::{a}:user/{n}", "iam::{a}:group/{n}"
	return []iamStep{
		{"iam:PutRolePolicy", "", "itself"},
		{"iam:AttachRolePolicy", "", "itself"},
		{"iam:UpdateAssumeRolePolicy", "iam::{a}:role/{n}", "every role"},
		{"iam:CreatePolicyVersion", "iam::{a}:policy/{n}", "every policy"},
		{"iam:CreateAccessKey", user, "every user"},
		{"iam:CreateLoginProfile", user, "every user"},
		{"iam:UpdateLoginProfile", user, "every user"},
		{"iam:AttachUserPolicy", user, "every user"},
		{"iam:PutUserPolicy", user, "every user"},
		{"iam:AttachGroupPolicy", group, "every group"},
		{"iam:PutGroupPolicy", group, "every group"},
		{"iam:AddUserToGroup", group, "every group"},
	}
}

// servicesNamed are the services of which a policy of the principal allows all actions, sorted.
func servicesNamed(p *principal) []string {
	var out []string
	for _, d := range p.set.Identity {
		for _, s := range d.Statements {
			for _, a := range s.Actions {
				if name, ok := strings.CutSuffix(strings.ToLower(a), ":*"); ok && name != "" && !strings.ContainsAny(name, "*?") {
					out = append(out, name)
				}
			}
		}
	}
	return sorted(out)
}

// escalations are the reasons that lie in what other roles may do.
func (x *classifier) escalations(p *principal) []Reason {
	var out []Reason
	for _, e := range x.escalator.of(p) {
		a := e.Answer
		if e.Path == pathModel || e.Path == pathImage {
			switch x.strength(e.Gains) {
			case OK:
				continue
			case Unknown:
				a = a.with(policy.Condition{Reason: "how much " + e.Gains[0] + " may is not known"})
			}
		}
		detail := e.Path + ": gains " + e.Gains[0]
		if n := len(e.Gains); n > 1 {
			detail += " and " + strconv.Itoa(n-1) + " more"
		}
		out = append(out, Reason{Code: CodeEscalation, Detail: detail, Answer: a})
	}
	return out
}

// strength is Permissive where one of some roles may by itself more than it should, Unknown where that is not known, else OK.
func (x *classifier) strength(roles []string) Class {
	class := OK
	for _, arn := range roles {
		p := x.m.byARN[arn]
		switch {
		case p == nil || p.unread != "":
			class = Unknown
			continue
		case p.gone:
			continue
		}
		switch c := classOfReasons(p, x.direct(p)); {
		case c == Admin || c == Permissive:
			return Permissive
		case c == Unknown || vagueOf(p) != "":
			class = Unknown
		}
	}
	return class
}

package access

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// Escalation says that a principal gains what roles may, by a path.
type Escalation struct {
	Principal string
	// Path is the id of pathfinding.cloud (sagemaker-001 …), or one of ours; see Paths.
	Path  string
	Gains []string // ARNs of roles, sorted; never the principal itself
	// Writes are ARNs of the objects or repositories that it writes over, sorted, where that is the path.
	Writes []string
	Unread bool // nothing at all was read of the principal
	*Answer
}

// Path is a way to act as a role through SageMaker.
type Path struct {
	ID string
	// About says in one line what the principal does.
	About string
	// Actions are what it needs, all of them.
	Actions []string
}

// service is the principal that SageMaker's own resources assume their roles as.
const service = "sagemaker.amazonaws.com"

const (
	passRole     = "iam:PassRole"
	stopNotebook = "sagemaker:StopNotebookInstance"
)

// path is a Path with how it is decided.
type path struct {
	id, about string
	// creates are actions on new resources, with what stands behind the account in their ARN. The caller chooses where a wildcard stands.
	// Actions of one entry are on the same new resource.
	creates []create
	// pass says that the principal chooses the role, among those that trust SageMaker. Otherwise it gains the role of what it acts on.
	pass bool
	// on is what acts are on, if anything that exists; only says which of them.
	on   Kind
	acts []string
	only func(*resource) bool
	// gains are the roles of what it acts on; nil is the resource's own role.
	gains func(*escalator, *resource) []gained
	// perhaps is what more must be true that a snapshot does not tell.
	perhaps string
}

type create struct {
	what    string
	actions []string
}

type gained struct {
	role, unread string
}

// inDomain is a new user profile in a domain that there is.
const inDomain = "user-profile/{domain}/?*"

func newOne(what string, actions ...string) create { return create{what, actions} }

// paths are sagemaker-001 to -005 as pathfinding.cloud has them (https://pathfinding.cloud), and what else SageMaker's API lets one do.
func paths() []path {
	is := func(status ...string) func(*resource) bool {
		return func(r *resource) bool { return slices.Contains(status, r.Status) }
	}
	passing := func(id, about string, creates ...create) path {
		return path{id: id, about: about, creates: creates, pass: true}
	}
	return []path{
		passing("sagemaker-001", "creates a notebook instance with the role", newOne("notebook-instance/?*", "sagemaker:CreateNotebookInstance")),
		passing("sagemaker-002", "creates a training job with the role", newOne("training-job/?*", "sagemaker:CreateTrainingJob")),
		passing("sagemaker-003", "creates a processing job with the role", newOne("processing-job/?*", "sagemaker:CreateProcessingJob")),
		{
			id: "sagemaker-004", about: "opens a notebook instance that runs", on: Notebook,
			acts: []string{"sagemaker:CreatePresignedNotebookInstanceUrl"}, only: is("InService"),
		},
		{
			id: "sagemaker-005", about: "gives a notebook instance a new lifecycle script", on: Notebook,
			creates: []create{newOne("notebook-instance-lifecycle-config/?*", "sagemaker:CreateNotebookInstanceLifecycleConfig")},
			acts:    []string{stopNotebook, "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"},
		},
		passing("automl-job", "creates an AutoML job with the role", newOne("automl-job/?*", "sagemaker:CreateAutoMLJob")),
		passing("automl-job-v2", "creates an AutoML job with the role", newOne("automl-job/?*", "sagemaker:CreateAutoMLJobV2")),
		passing("tuning-job", "creates a tuning job with the role", newOne("hyper-parameter-tuning-job/?*", "sagemaker:CreateHyperParameterTuningJob")),
		passing(
			"transform-job", "creates a model with the role and runs it in a transform job",
			newOne("model/?*", "sagemaker:CreateModel"), newOne("transform-job/?*", "sagemaker:CreateTransformJob"),
		),
		passing(
			"endpoint", "creates a model with the role and runs it behind an endpoint",
			newOne("model/?*", "sagemaker:CreateModel"), newOne("endpoint-config/?*", "sagemaker:CreateEndpointConfig", "sagemaker:CreateEndpoint"),
			newOne("endpoint/?*", "sagemaker:CreateEndpoint"),
		),
		{
			id: "update-endpoint", about: "creates a model with the role and runs it behind an endpoint that exists", pass: true, on: Endpoint,
			creates: []create{newOne("model/?*", "sagemaker:CreateModel"), newOne("endpoint-config/?*", "sagemaker:CreateEndpointConfig", "sagemaker:UpdateEndpoint")},
			acts:    []string{"sagemaker:UpdateEndpoint"},
		},
		passing(
			"pipeline", "creates a pipeline with the role and starts it",
			newOne("pipeline/?*", "sagemaker:CreatePipeline", "sagemaker:StartPipelineExecution"),
		),
		passing("cluster", "creates a HyperPod cluster with the role", newOne("cluster/?*", "sagemaker:CreateCluster")),
		passing(
			"monitoring-schedule", "creates a monitoring schedule with the role and an image of its own",
			newOne("monitoring-schedule/?*", "sagemaker:CreateMonitoringSchedule"),
		),
		passing(
			"user-profile", "creates a user profile with the role in a domain and opens it",
			newOne(inDomain, "sagemaker:CreateUserProfile", "sagemaker:CreatePresignedDomainUrl"),
		),
		{
			id: "update-user-profile", about: "gives a user profile the role and opens it", pass: true, on: UserProfile,
			acts: []string{"sagemaker:UpdateUserProfile", "sagemaker:CreatePresignedDomainUrl"},
		},
		{
			id: "start-notebook", about: "starts a notebook instance that does not run, and opens it", on: Notebook,
			acts: []string{"sagemaker:StartNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"}, only: is("Stopped", "Failed"),
		},
		{
			id: "notebook-attach-script", about: "gives a notebook instance a lifecycle script that exists", on: Notebook,
			acts:    []string{stopNotebook, "sagemaker:UpdateNotebookInstance", "sagemaker:StartNotebookInstance"},
			only:    func(r *resource) bool { return r.scripts > 0 },
			perhaps: "what the lifecycle configurations of the account do for who attaches them",
		},
		{
			id: "notebook-change-script", about: "changes the lifecycle script of a notebook instance, which runs when it starts", on: LifecycleConfig,
			acts:  []string{"sagemaker:UpdateNotebookInstanceLifecycleConfig"},
			gains: (*escalator).notebooksOf,
		},
		{
			id: "open-user-profile", about: "opens Studio as a user profile", on: UserProfile,
			acts: []string{"sagemaker:CreatePresignedDomainUrl"},
		},
		{
			id: "start-session", about: "opens a session in a space whose remote access is on", on: Space,
			acts: []string{"sagemaker:StartSession"}, only: func(r *resource) bool { return !r.Local },
		},
		{
			id: "studio-script-of-profile", about: "gives a user profile a new lifecycle script", on: UserProfile,
			creates: []create{newOne("studio-lifecycle-config/?*", "sagemaker:CreateStudioLifecycleConfig")},
			acts:    []string{"sagemaker:UpdateUserProfile"},
		},
		{
			id: "studio-script-of-domain", about: "gives all of a domain a new lifecycle script", on: Domain,
			creates: []create{newOne("studio-lifecycle-config/?*", "sagemaker:CreateStudioLifecycleConfig")},
			acts:    []string{"sagemaker:UpdateDomain"},
			gains:   (*escalator).usersOf,
		},
		{
			id: "update-pipeline", about: "changes a pipeline and starts it, with the role that it has", on: Pipeline,
			acts: []string{"sagemaker:UpdatePipeline", "sagemaker:StartPipelineExecution"},
		},
	}
}

// The paths that do not go through an action of SageMaker's.
const (
	pathModel = "model-poisoning"
	pathImage = "image-poisoning"
)

// Paths are all paths, in the order of their ids.
func Paths() []Path {
	var out []Path
	for _, p := range paths() {
		q := Path{ID: p.id, About: p.about}
		if p.pass {
			q.Actions = append(q.Actions, passRole)
		}
		for _, c := range p.creates {
			q.Actions = append(q.Actions, c.actions...)
		}
		q.Actions = append(q.Actions, p.acts...)
		out = append(out, q)
	}
	out = append(
		out,
		Path{pathModel, "writes over a model artifact of an endpoint that is in service", []string{"s3:PutObject"}},
		Path{pathImage, "pushes an image that an endpoint in service runs by its tag", []string{"ecr:PutImage"}},
	)
	slices.SortFunc(out, func(a, b Path) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Escalations are the ways by which principals gain what roles may, sorted by principal, path and verdict: a path that some roles are gained by for
// certain, and others on a condition, stands there twice. A role is gained that is known and exists, in the principal's account, is not the
// principal itself, and is reached by all steps of the path. It need not be stronger than the principal. Where things were not read, an escalation
// still needs a known statement that speaks for it: what is missing is said elsewhere, and would make one of every principal and role.
//
// Names that the principal chooses (of a new notebook, job or pipeline) are chosen so that its policies allow them. The service that
// iam:PassedToService asks for is known: sagemaker.amazonaws.com.
func (m *Model) Escalations() iter.Seq[Escalation] {
	return func(yield func(Escalation) bool) {
		x := newEscalator(m)
		for _, p := range m.principals {
			if p.gone {
				continue
			}
			for _, e := range x.of(p) {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// escalator keeps what many principals are decided by.
type escalator struct {
	m        *Model
	paths    []path
	accounts map[string]*escalationField
	unread   map[string]*Answer // by reason
}

// escalationField is what the principals of one account may gain.
type escalationField struct {
	roles    *table // that trust SageMaker, for iam:PassRole
	passable []*principal
	trusts   []*Answer
	on       map[Kind]*table // for the acts of all paths
	all      map[[3]*Answer]*Answer
	writes   *writeField
}

func newEscalator(m *Model) *escalator {
	return &escalator{m: m, paths: paths(), accounts: map[string]*escalationField{}, unread: map[string]*Answer{}}
}

func (x *escalator) field(id string) *escalationField {
	if f := x.accounts[id]; f != nil {
		return f
	}
	a := x.m.accountOf(id)
	f := &escalationField{on: map[Kind]*table{}, all: map[[3]*Answer]*Answer{}}
	x.accounts[id] = f
	var roles []*resource
	for _, p := range x.m.principals {
		// Service-linked roles are passed by nobody.
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
		if p.account != id || p.who.Kind != policy.KindRole || p.gone || p.linked {
			continue
		}
		if t := x.m.trustsService(p); t.Verdict != policy.Denied {
			f.passable, f.trusts, roles = append(f.passable, p), append(f.trusts, t), append(roles, roleResource(p, a))
		}
	}
	context := policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}, "iam:passedtoservice": {service}}}
	f.roles = newTable(x.m, a, roles, context, passRole)
	acts := map[Kind]map[string]bool{}
	for _, p := range x.paths {
		for _, act := range p.acts {
			if acts[p.on] == nil {
				acts[p.on] = map[string]bool{}
			}
			acts[p.on][act] = true
		}
	}
	for kind, set := range acts {
		if list := byAccount(x.m.resources[kind])[id]; len(list) > 0 {
			f.on[kind] = newTable(x.m, a, list, sageMakerContext(), slices.Sorted(maps.Keys(set))...)
		}
	}
	f.writes = newWriteField(x.m, id)
	return f
}

// trustsService says whether a role lets SageMaker assume it, for a resource of the role's own account whose name its creator chooses. It does not
// say by which statement: that is no evidence against who passes the role.
func (m *Model) trustsService(r *principal) *Answer {
	if r.trustUnread != "" {
		return unreadAnswer(r.trustUnread)
	}
	who := policy.Principal{Kind: policy.KindService, ARN: service, Account: r.account}
	req := m.assuming(r, who, policy.Set{}, assumeRole)
	req.Context.Values["aws:sourceaccount"] = []string{r.account}
	if policy.Quick(req) == policy.Conditional {
		// "aws:SourceArn": the creator chooses the name of the resource that it is of, so any name will do.
		for _, region := range m.regions(r.account, nil) {
			req.Context.Values["aws:sourcearn"] = []string{"arn:" + ARNPartition(r.arn) + ":sagemaker:" + region + ":" + r.account + ":notebook-instance/x"}
			if policy.Quick(req) == policy.Allowed {
				return certain
			}
		}
		delete(req.Context.Values, "aws:sourcearn")
	}
	switch d := policy.Evaluate(req); d.Verdict {
	case policy.Allowed:
		return certain
	case policy.Conditional:
		return &Answer{Verdict: d.Verdict, Conditions: d.Conditions}
	}
	return denied
}

// gains collects roles by what they are gained by.
type gains struct {
	p       *principal
	written bool               // by what a bucket or repository policy lets it write
	answers map[string]*Answer // by role
}

func (g *gains) add(role string, a *Answer) {
	if role == "" || role == g.p.arn || a.Verdict == policy.Denied || !g.evident(a) {
		return
	}
	if old := g.answers[role]; old == nil || a.Verdict > old.Verdict {
		g.answers[role] = a
	}
}

// evident says whether a statement is known that allows the principal something: that nothing speaks against an escalation makes none.
func (g *gains) evident(a *Answer) bool {
	return slices.ContainsFunc(a.Via, func(m policy.Match) bool {
		// A trust policy speaks of the role that is gained, and not of who gains it.
		return m.Layer == policy.LayerIdentity || g.written
	})
}

// list makes an escalation of each verdict.
func (g *gains) list(id string) []Escalation {
	var out []Escalation
	for _, v := range []policy.Verdict{policy.Allowed, policy.Conditional} {
		e := Escalation{Principal: g.p.arn, Path: id, Unread: g.p.unread != "", Answer: &Answer{Verdict: v}}
		seen := map[*Answer]bool{}
		var parts []*Answer
		for _, role := range slices.Sorted(maps.Keys(g.answers)) {
			a := g.answers[role]
			if a.Verdict != v {
				continue
			}
			e.Gains = append(e.Gains, role)
			if !seen[a] {
				seen[a] = true
				parts = append(parts, a)
			}
		}
		if len(e.Gains) > 0 {
			e.Answer = allOf(parts...)
			out = append(out, e)
		}
	}
	return out
}

// of are the escalations of one principal, sorted by path and verdict.
func (x *escalator) of(p *principal) []Escalation {
	f := x.field(p.account)
	var out []Escalation
	pass := f.roles.row(p, 0)
	made := map[string]*Answer{}
	for i := range x.paths {
		w := &x.paths[i]
		if w.pass && (pass == nil || len(f.passable) == 0) || w.on != "" && f.on[w.on] == nil {
			continue
		}
		g := &gains{p: p, answers: map[string]*Answer{}}
		first := certain
		for _, c := range w.creates {
			key := c.what + " " + strings.Join(c.actions, " ")
			if made[key] == nil {
				made[key] = x.create(p, c)
			}
			if first = f.joined(first, made[key], certain); first.Verdict == policy.Denied {
				break
			}
		}
		if first.Verdict == policy.Denied {
			continue
		}
		if w.perhaps != "" {
			first = first.with(only("it depends on " + w.perhaps))
		}
		switch {
		case w.pass:
			if w.on != "" {
				best := denied
				x.acting(f, p, w, func(_ *resource, a *Answer) { best = bestOf(best, a) })
				if first = f.joined(first, best, certain); first.Verdict == policy.Denied {
					continue
				}
			}
			for i, r := range f.passable {
				g.add(r.arn, f.joined(first, pass.at(i), f.trusts[i]))
			}
		default:
			x.acting(f, p, w, func(r *resource, a *Answer) {
				roles := []gained{{r.Role, r.RoleUnread}}
				if w.gains != nil {
					roles = w.gains(x, r)
				}
				for _, role := range roles {
					g.add(role.role, f.joined(first, a, x.existing(role)))
				}
			})
		}
		out = append(out, g.list(w.id)...)
	}
	out = append(out, f.writes.of(p)...)
	slices.SortStableFunc(out, func(a, b Escalation) int { return cmp.Compare(a.Path, b.Path) })
	return out
}

// existing is denied for a role that does not exist any more.
func (x *escalator) existing(g gained) *Answer {
	if p := x.m.byARN[g.role]; p != nil && p.gone {
		return denied
	}
	if g.unread == "" {
		return certain
	}
	if x.unread[g.unread] == nil {
		x.unread[g.unread] = unreadAnswer(g.unread)
	}
	return x.unread[g.unread]
}

var certain = &Answer{Verdict: policy.Allowed}

// joined is allOf, once for all who ask for the same three.
func (f *escalationField) joined(a, b, c *Answer) *Answer {
	switch {
	case b == certain && c == certain:
		return a
	case a == certain && c == certain:
		return b
	case a == certain && b == certain:
		return c
	}
	key := [3]*Answer{a, b, c}
	out := f.all[key]
	if out == nil {
		if len(f.all) > 1<<16 {
			clear(f.all)
		}
		out = allOf(a, b, c)
		f.all[key] = out
	}
	return out
}

// create is the most that a principal may do with the actions of an entry on one new resource.
func (x *escalator) create(p *principal, c create) *Answer {
	template := func(region, what string) string {
		return "arn:" + x.m.partition(p.account) + ":sagemaker:" + region + ":" + p.account + ":" + what
	}
	if c.what != inDomain {
		return x.m.creating(p, func(region string) string { return template(region, c.what) }, c.actions...)
	}
	best := denied
	for _, d := range x.m.resources[Domain] {
		if d.Account != p.account || best.Verdict == policy.Allowed {
			continue
		}
		what := strings.Replace(c.what, "{domain}", d.ARN[strings.LastIndexByte(d.ARN, '/')+1:], 1)
		a := x.m.creating(p, func(string) string { return template(ARNRegion(d.ARN), what) }, c.actions...)
		best = bestOf(best, openable(&resource{Resource: Resource{Kind: UserProfile}, of: d}, a))
	}
	return best
}

// acting gives what a principal may do to each resource of a path.
func (x *escalator) acting(f *escalationField, p *principal, w *path, give func(*resource, *Answer)) {
	t := f.on[w.on]
	rows := make([]*row, len(w.acts))
	for i, act := range w.acts {
		rows[i] = t.row(p, slices.Index(t.actions, act))
		if rows[i] == nil && act != stopNotebook {
			return
		}
	}
	for n, r := range t.resources {
		if w.only != nil && !w.only(r) {
			continue
		}
		a := certain
		for i, row := range rows {
			if w.acts[i] != stopNotebook || r.Status != "Stopped" { // else that is done
				a = f.joined(a, row.at(n), certain)
			}
		}
		if slices.Contains(w.acts, "sagemaker:CreatePresignedDomainUrl") {
			a = openable(r, a)
		}
		if a.Verdict != policy.Denied {
			give(r, a)
		}
	}
}

// notebooksOf are the roles of the notebook instances that have a lifecycle configuration.
func (x *escalator) notebooksOf(config *resource) []gained {
	var out []gained
	for _, n := range x.m.resources[Notebook] {
		if n.Script == config.ARN {
			out = append(out, gained{n.Role, n.RoleUnread})
		}
	}
	return out
}

// usersOf are the roles of the user profiles and spaces of a domain.
func (x *escalator) usersOf(domain *resource) []gained {
	out := []gained{{domain.Role, domain.RoleUnread}, {domain.SpaceRole, domain.RoleUnread}}
	for _, kind := range []Kind{UserProfile, Space} {
		for _, r := range x.m.resources[kind] {
			if r.of == domain {
				out = append(out, gained{r.Role, r.RoleUnread})
			}
		}
	}
	return out
}

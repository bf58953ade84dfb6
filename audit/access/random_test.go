package access

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit/policy"
)

const (
	testAccount = "111122223333"
	testRegion  = "eu-central-1"
)

func endpointARN(name string) string {
	return "arn:aws:sagemaker:" + testRegion + ":" + testAccount + ":endpoint/" + name
}

func componentARN(name string) string {
	return "arn:aws:sagemaker:" + testRegion + ":" + testAccount + ":inference-component/" + name
}

// random makes accounts of every shape that tells pairs apart: tags, variables, several layers, things that were not read.
type random struct {
	*rand.Rand
	endpoints, principals int
	unread                bool // some things were not read
}

func (r *random) pick(list ...string) string { return list[r.IntN(len(list))] }

func (r *random) some(n int, of func() string) []string {
	out := make([]string, 1+r.IntN(n))
	for i := range out {
		out[i] = of()
	}
	return out
}

func (r *random) action() string {
	return r.pick("sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpoint", "sagemaker:InvokeEndpointAsync", "sagemaker:InvokeEndpoint*", "sagemaker:*", "*",
		"sagemaker:invokeendpointwith*", "sagemaker:Describe*", "s3:GetObject", "sagemaker:Invoke?ndpoint", "sagemaker:CallWithBearerToken",
		"sagemaker:CreatePresignedNotebookInstanceUrl", "iam:PassRole", "sts:AssumeRole", "sagemaker:Create*", "sagemaker:*Notebook*", "sagemaker:Update*",
		"s3:*", "s3:PutObject", "iam:*", "sagemaker:StartPipelineExecution")
}

func (r *random) resource() string {
	name := fmt.Sprintf("e%d", r.IntN(r.endpoints))
	return r.pick("*", endpointARN(name), endpointARN(name), endpointARN("e1*"), endpointARN("*2"), endpointARN("*"), "arn:aws:sagemaker:*:*:endpoint/*",
		"arn:aws:sagemaker:*:"+testAccount+":*", "arn:aws:sagemaker:us-east-1:*:endpoint/e?", endpointARN("${aws:username}"), endpointARN("${aws:PrincipalTag/team}*"),
		endpointARN("${aws:PrincipalTag/team, 'e2'}"), componentARN("c"+name), componentARN("*"), componentARN("ce1*"), "arn:aws:sagemaker:*:*:notebook-instance/*",
		"arn:aws:iam::"+testAccount+":role/*")
}

func (r *random) condition() map[string]any {
	value := func() any {
		return r.some(2, func() string { return r.pick("a", "b", "prod", "${aws:PrincipalTag/team}", "e1") })
	}
	switch r.IntN(9) {
	case 0:
		return map[string]any{"StringEquals": map[string]any{"aws:ResourceTag/stage": value()}}
	case 1:
		return map[string]any{"StringNotEquals": map[string]any{"sagemaker:ResourceTag/Team": value()}}
	case 2:
		return map[string]any{"StringLike": map[string]any{"aws:PrincipalTag/team": value()}}
	case 3:
		return map[string]any{"StringEquals": map[string]any{"aws:RequestedRegion": testRegion}}
	case 4:
		return map[string]any{"IpAddress": map[string]any{"aws:SourceIp": "10.0.0.0/8"}}
	case 5:
		return map[string]any{"ArnLike": map[string]any{"aws:PrincipalArn": "arn:aws:iam::*:role/p1*"}}
	case 6:
		return map[string]any{"Null": map[string]any{"aws:ResourceTag/stage": "true"}}
	case 7:
		return map[string]any{"StringEquals": map[string]any{"sagemaker:TargetModel": "m"}}
	}
	return map[string]any{"StringEqualsIgnoreCaseIfExists": map[string]any{"aws:username": "P3"}}
}

func (r *random) statement() map[string]any {
	s := map[string]any{"Effect": r.pick("Allow", "Allow", "Allow", "Deny")}
	if r.IntN(8) == 0 {
		s["NotAction"] = r.some(3, r.action)
	} else {
		s["Action"] = r.some(3, r.action)
	}
	if r.IntN(6) == 0 {
		s["NotResource"] = r.some(3, r.resource)
	} else {
		s["Resource"] = r.some(3, r.resource)
	}
	if r.IntN(3) == 0 {
		s["Condition"] = r.condition()
	}
	return s
}

func (r *random) document() string {
	list := make([]map[string]any, 1+r.IntN(4))
	for i := range list {
		list[i] = r.statement()
	}
	d := map[string]any{"Statement": list}
	if r.IntN(8) > 0 {
		d["Version"] = "2012-10-17"
	}
	text := marshal(d)
	if r.unread && r.IntN(40) == 0 {
		return text[:len(text)/2]
	}
	return text
}

func marshal(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func uniqueID(arn string) string {
	return "AROAEXAMPLEID" + strings.ToUpper(strings.ReplaceAll("000"+arn[strings.LastIndexByte(arn, '/')+1:], "/", "X"))
}

// trust is a trust policy: mostly of a service, sometimes of principals by all ways of naming them.
func (r *random) trust() string {
	const service = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"sagemaker.amazonaws.com"}}}`
	switch r.IntN(6) {
	case 0:
		return strings.Replace(service, `"sts:AssumeRole"`, `["sts:AssumeRole","sts:TagSession"]`, 1)
	case 1, 2, 3:
		return service
	}
	var list []map[string]any
	for range 1 + r.IntN(2) {
		who := r.pick(testAccount, "arn:aws:iam::"+testAccount+":root", "arn:aws:iam::"+testAccount+":user/p0", "arn:aws:iam::"+testAccount+":role/p1", "*",
			"arn:aws:iam::444444444444:root", "arn:aws:sts::"+testAccount+":assumed-role/p3/s", uniqueID("role/p5"))
		s := map[string]any{"Effect": r.pick("Allow", "Allow", "Allow", "Deny"), "Action": r.pick("sts:AssumeRole", "sts:*"), "Principal": map[string]any{"AWS": who}}
		switch r.IntN(6) {
		case 0:
			s["Condition"] = map[string]any{"StringEquals": map[string]any{"sts:ExternalId": "x"}}
		case 1:
			s["Condition"] = map[string]any{"StringEquals": map[string]any{"aws:PrincipalTag/team": r.pick("a", "b")}}
		case 2:
			s["Condition"] = map[string]any{"StringEquals": map[string]any{"aws:PrincipalOrgID": r.pick("o-1", "o-2")}}
		}
		list = append(list, s)
	}
	return marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
}

func (r *random) tags() map[string]string {
	t := map[string]string{}
	for _, k := range []string{"stage", "Stage", "team", "Team"} {
		if r.IntN(3) == 0 {
			t[k] = r.pick("a", "b", "prod", "e1")
		}
	}
	return t
}

func (r *random) maybe(reason string) string {
	if r.unread && r.IntN(12) == 0 {
		return reason
	}
	return ""
}

const everything = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

func (r *random) builder() *Builder {
	b := NewBuilder()
	a := Account{ID: testAccount, OrgID: "o-1", Management: "999999999999"}
	if r.IntN(3) == 0 {
		for i := range 1 + r.IntN(3) {
			l := Level{Target: fmt.Sprint("ou-", i), Policies: []Document{{ID: fmt.Sprint("scp-", i), Text: everything}}}
			if r.IntN(2) == 0 {
				l.Policies = append(l.Policies, Document{ID: fmt.Sprint("scp-x", i), Text: r.document()})
			}
			if r.IntN(6) == 0 {
				l.Policies = l.Policies[1:]
			}
			a.SCP = append(a.SCP, l)
		}
	}
	a.SCPUnread = r.maybe("scp not read")
	b.AddAccount(a)
	var managed []string
	for i := range 4 {
		arn := fmt.Sprintf("arn:aws:iam::%s:policy/m%d", testAccount, i)
		managed = append(managed, arn)
		if r.maybe("x") == "" {
			b.AddManagedPolicy(Document{ID: arn, Text: r.document()})
		}
	}
	identity := func(arn string) Identity {
		i := Identity{ARN: arn, ID: uniqueID(arn), Tags: r.tags(), TagsUnread: r.maybe("tags")}
		for range r.IntN(3) {
			i.Attached = append(i.Attached, managed[r.IntN(len(managed))])
		}
		for n := range r.IntN(3) {
			i.Inline = append(i.Inline, Document{ID: fmt.Sprintf("%s/inline_policy/i%d", arn, n), Text: r.document()})
		}
		if r.IntN(5) == 0 {
			i.Boundary = managed[r.IntN(len(managed))]
		}
		i.InlineUnread = r.maybe("inline policies not read")
		i.BoundaryUnread = r.maybe("boundary not read")
		return i
	}
	group := "arn:aws:iam::" + testAccount + ":group/g"
	b.AddGroup(Group{ARN: group, Attached: managed[:1], Inline: []Document{{ID: group + "/inline_policy/x", Text: r.document()}}})
	for i := range r.principals {
		if i%2 == 0 {
			u := User{Identity: identity(fmt.Sprintf("arn:aws:iam::%s:user/p%d", testAccount, i))}
			if r.IntN(2) == 0 {
				u.Groups = []string{group}
			}
			b.AddUser(u)
			continue
		}
		trust := r.trust()
		path := r.pick("", "", "", "aws-service-role/x.amazonaws.com/")
		b.AddRole(Role{Identity: identity(fmt.Sprintf("arn:aws:iam::%s:role/%sp%d", testAccount, path, i)), Trust: trust, TrustUnread: r.maybe("trust")})
	}
	for i := range r.endpoints {
		e := Resource{Kind: Endpoint, ARN: endpointARN(fmt.Sprintf("e%d", i)), Tags: r.tags(), TagsUnread: r.maybe("tags")}
		if r.IntN(4) == 0 {
			e.ARN = strings.Replace(e.ARN, testRegion, "us-east-1", 1)
		}
		b.AddResource(e)
		if i%3 == 0 {
			for j := range 1 + r.IntN(2) {
				b.AddResource(Resource{Kind: InferenceComponent, ARN: componentARN(fmt.Sprintf("ce%d-%d", i, j)), Of: e.ARN, Tags: r.tags()})
			}
		}
	}
	sm := "arn:aws:sagemaker:" + testRegion + ":" + testAccount + ":"
	role := func() string {
		return fmt.Sprintf("arn:aws:iam::%s:role/p%d", testAccount, 1+2*r.IntN((r.principals+1)/2))
	}
	for i := range 3 {
		n := fmt.Sprint(i)
		b.AddResource(Resource{Kind: Notebook, ARN: sm + "notebook-instance/e" + n, Tags: r.tags(), TagsUnread: r.maybe("tags"), Role: role(), Status: r.pick("InService", "Stopped")})
		b.AddResource(Resource{Kind: Domain, ARN: sm + "domain/d" + n, Role: role(), SpaceRole: role(), Auth: r.pick("IAM", "IAM", "SSO", "")})
		b.AddResource(Resource{Kind: UserProfile, ARN: sm + "user-profile/d" + n + "/p0", Of: sm + "domain/d" + n, Role: r.pick("", role())})
		b.AddResource(Resource{Kind: Pipeline, ARN: sm + "pipeline/e" + n, Role: role()})
		bucket := Resource{Kind: Bucket, ARN: "arn:aws:s3:::b" + n, Account: testAccount, PolicyUnread: r.maybe("bucket policy")}
		if bucket.PolicyUnread == "" && r.IntN(2) == 0 {
			bucket.HasPolicy = true
			bucket.Policy = Document{ID: bucket.ARN + "/policy", Text: fmt.Sprintf(`{"Version":"2012-10-17","Statement":{"Effect":"%s","Action":"s3:PutObject","Resource":"%s/*","Principal":{"AWS":"arn:aws:iam::%s:user/p%d"}}}`, r.pick("Allow", "Deny"), bucket.ARN, testAccount, 2*r.IntN(3))}
		}
		b.AddResource(bucket)
		b.AddServing(Serving{Endpoint: endpointARN("e0"), Role: role(), Artifacts: []string{"s3://b" + n + "/m.tar.gz"}})
	}
	b.AddResource(Resource{Kind: LifecycleConfig, ARN: sm + "notebook-instance-lifecycle-config/l"})
	for arn := range b.roles {
		b.AddUse(arn, "x")
	}
	return b
}

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// TestAssumptionsAreTheNaiveOnes does it for roles.
func TestAssumptionsAreTheNaiveOnes(t *testing.T) {
	count := map[policy.Verdict]int{}
	for seed := range uint64(300) {
		r := &random{Rand: seeded(seed), endpoints: 2, principals: 12, unread: seed%2 == 0}
		m := r.builder().Build()
		got := map[string]*Answer{}
		for _, a := range m.Assumptions() {
			if got[a.Principal+" "+a.Role] != nil {
				t.Fatalf("seed %d: %s %s twice", seed, a.Principal, a.Role)
			}
			got[a.Principal+" "+a.Role] = a.Answer
		}
		for _, role := range m.principals {
			if role.who.Kind != policy.KindRole || role.trustUnread != "" {
				continue
			}
			for _, p := range m.principals {
				if p == role {
					continue
				}
				want := answerOf(policy.Evaluate(m.assuming(role, p.who, p.set, assumeRole)))
				have := got[p.arn+" "+role.arn]
				if have == nil {
					have = denied
				}
				count[want.Verdict]++
				if have.Verdict != want.Verdict || want.Verdict != policy.Denied && (fmt.Sprint(have.Conditions) != fmt.Sprint(want.Conditions) || fmt.Sprint(have.Via) != fmt.Sprint(want.Via)) {
					t.Fatalf("seed %d: %s to %s is\n%v, by itself\n%v", seed, p.arn, role.arn, *have, *want)
				}
			}
		}
	}
	if count[policy.Allowed] < 300 || count[policy.Conditional] < 300 {
		t.Errorf("only %v", count)
	}
}

// TestWritersAreTheNaiveOnes does it for objects, whose buckets have policies.
func TestWritersAreTheNaiveOnes(t *testing.T) {
	count := map[policy.Verdict]int{}
	for seed := range uint64(150) {
		r := &random{Rand: seeded(seed), endpoints: 4, principals: 10, unread: seed%2 == 0}
		m := r.builder().Build()
		w := newWriteField(m, testAccount).paths[0]
		for _, p := range m.principals {
			row := w.table.row(p, 0)
			for i, o := range w.table.resources {
				req := m.request(p, "s3:PutObject", o.asks, w.table.context)
				req.Policies.Resource, req.Policies.HasResource, req.Policies.ResourceUnread = o.policy, o.HasPolicy, o.PolicyUnread
				want := answerOf(policy.Evaluate(req))
				got := row.at(i)
				if want.Verdict == policy.Denied || len(want.Via) == 0 {
					want.Via = nil // nobody asks
				}
				if got.Verdict == policy.Denied && want.Verdict == policy.Conditional && len(want.Via) == 0 && o.PolicyUnread != "" {
					continue // nothing known speaks for it
				}
				if fmt.Sprint(*got) != fmt.Sprint(*want) {
					t.Fatalf("seed %d: %s on %s is\n%v, by itself\n%v", seed, p.arn, o.ARN, *got, *want)
				}
				count[got.Verdict]++
			}
		}
	}
	if count[policy.Allowed] < 300 || count[policy.Conditional] < 300 {
		t.Errorf("only %v", count)
	}
}

// TestInvokersAreTheNaiveOnes compares what classes and cells give with deciding every pair by itself.
func TestInvokersAreTheNaiveOnes(t *testing.T) {
	counts := map[policy.Verdict]int{}
	for seed := range uint64(150) {
		r := &random{Rand: seeded(seed), endpoints: 14, principals: 10, unread: seed%2 == 0}
		m := r.builder().Build()
		want := map[string]*Answer{}
		for _, p := range m.principals {
			for _, e := range m.resources[Endpoint] {
				decide := func(action string, r *resource) *Answer {
					set := p.set
					return answerOf(policy.Evaluate(&policy.Request{Action: action, Resource: r.asks, Principal: p.who, Context: sageMakerContext(), Policies: set}))
				}
				for _, action := range InvokeActions() {
					own := decide(action, e)
					reach := own
					if namesComponent(action) && len(e.parts) > 0 {
						var left []*Answer
						for _, c := range e.parts {
							if a := namingAnswer(own, decide(action, c)); a.Verdict != policy.Denied {
								want[p.arn+" "+e.ARN+" "+c.ARN+" "+action] = a
							}
							left = append(left, reachAnswer(own, decide(action, c)))
						}
						if own.Verdict != policy.Denied && !slices.Contains(left, own) {
							reach = bestOf(left...)
						}
					}
					if reach.Verdict != policy.Denied {
						want[p.arn+" "+e.ARN+"  "+action] = reach
					}
				}
			}
		}
		last := ""
		for i := range m.Invokers() {
			key := i.Principal + " " + i.Endpoint + " " + i.Component + " " + i.Action
			if key <= last {
				t.Fatalf("seed %d: %s after %s", seed, key, last)
			}
			last = key
			w := want[key]
			if w == nil {
				t.Fatalf("seed %d: %s is %v, and denied by itself", seed, key, i.Verdict)
			}
			if fmt.Sprint(*w) != fmt.Sprint(*i.Answer) {
				t.Fatalf("seed %d: %s is\n%v, by itself\n%v", seed, key, *i.Answer, *w)
			}
			counts[i.Verdict]++
			delete(want, key)
		}
		for key, a := range want {
			t.Fatalf("seed %d: %s is missing: %v", seed, key, a.Verdict)
		}
	}
	if counts[policy.Allowed] < 1000 || counts[policy.Conditional] < 1000 {
		t.Errorf("only %v: the accounts are too simple", counts)
	}
}

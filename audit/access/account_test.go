package access

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit/policy"
)

// worked is an account with the answers that a person worked out by hand. Names stand for ARNs: user/, role/, group/ and policy/ of the test
// account, bucket/ of S3, all else of SageMaker in the test region. In a document, "@name" is the name's ARN.
type worked struct {
	About    string                   `json:"about"`
	Accounts map[string]workedAccount `json:"accounts"`
	Managed  map[string]document      `json:"managed"` // by name; aws/… are AWS's own
	Groups   map[string]workedPrincipal
	Users    map[string]workedPrincipal
	Roles    map[string]workedPrincipal
	// Resources are by name.
	Resources map[string]workedResource
	Servings  []Serving
	Uses      map[string][]string
	Expect    map[string][]string
}

type workedAccount struct {
	Org, Management, OrgUnread, SCPUnread, RCPUnread, IAMUnread string
	SCP, RCP                                                    [][]document
	Unlisted                                                    map[Kind]string
}

type workedPrincipal struct {
	Groups, Attached []string
	Inline           []document
	Boundary         string
	Tags             map[string]string
	Trust            document
	ID, Unread       string
	Gone             bool
	InlineUnread     string
}

type workedResource struct {
	Tags                                             map[string]string
	TagsUnread                                       string
	Of, Role, SpaceRole, Owner, Status, Auth, Script string
	Account                                          string
	Policy                                           document
	PolicyUnread                                     string
}

// document is a list of statements, or a text as it stands.
type document string

func (d *document) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		*d = document(text)
		return nil
	}
	named := regexp.MustCompile(`"@([^"]*)"`).ReplaceAllFunc(b, func(m []byte) []byte {
		return []byte(`"` + arnOf(string(m[2:len(m)-1])) + `"`)
	})
	*d = document(`{"Version":"2012-10-17","Statement":` + string(named) + `}`)
	return nil
}

// arnOf is the ARN that a name stands for.
func arnOf(name string) string {
	kind, rest, ok := strings.Cut(name, "/")
	if !ok || strings.HasPrefix(name, "arn:") {
		return name
	}
	switch kind {
	case "user", "role", "group", "policy":
		if own, ok := strings.CutPrefix(rest, "aws/"); ok && kind == "policy" {
			return "arn:aws:iam::aws:policy/" + own
		}
		return "arn:aws:iam::" + testAccount + ":" + name
	case "bucket":
		return "arn:aws:s3:::" + rest
	}
	return "arn:aws:sagemaker:" + testRegion + ":" + testAccount + ":" + name
}

// nameOf is the inverse of arnOf.
func nameOf(arn string) string {
	for _, prefix := range []string{"arn:aws:iam::" + testAccount + ":", "arn:aws:sagemaker:" + testRegion + ":" + testAccount + ":"} {
		if name, ok := strings.CutPrefix(arn, prefix); ok && name != "root" {
			return name
		}
	}
	return arn
}

func (w *worked) builder() *Builder {
	b := NewBuilder()
	if w.Accounts == nil {
		w.Accounts = map[string]workedAccount{testAccount: {}}
	}
	for id, a := range w.Accounts {
		levels := func(list [][]document, kind string) []Level {
			var out []Level
			for i, docs := range list {
				l := Level{Target: kind + " level " + string(rune('1'+i))}
				for j, d := range docs {
					l.Policies = append(l.Policies, Document{ID: kind + string(rune('1'+i)) + string(rune('a'+j)), Text: string(d)})
				}
				out = append(out, l)
			}
			return out
		}
		b.AddAccount(Account{
			ID: id, IAMUnread: a.IAMUnread, OrgID: a.Org, OrgUnread: a.OrgUnread, Management: a.Management,
			SCP: levels(a.SCP, "scp"), RCP: levels(a.RCP, "rcp"), SCPUnread: a.SCPUnread, RCPUnread: a.RCPUnread,
		})
		for kind, why := range a.Unlisted {
			b.AddUnlisted(kind, id, why)
		}
	}
	for name, d := range w.Managed {
		doc := Document{ID: arnOf("policy/" + name), Text: string(d)}
		if d == "unread" {
			doc.Unread = NotRead("policy "+name, OptionIAM)
		}
		b.AddManagedPolicy(doc)
	}
	attached := func(names []string) []string {
		var out []string
		for _, n := range names {
			out = append(out, arnOf("policy/"+n))
		}
		return out
	}
	inline := func(arn string, docs []document) []Document {
		var out []Document
		for i, d := range docs {
			out = append(out, Document{ID: arn + "/inline_policy/p" + string(rune('1'+i)), Text: string(d)})
		}
		return out
	}
	identity := func(arn string, p workedPrincipal) Identity {
		i := Identity{
			ARN: arn, ID: p.ID, Unread: p.Unread, Gone: p.Gone, Attached: attached(p.Attached), Inline: inline(arn, p.Inline), InlineUnread: p.InlineUnread,
			Tags: p.Tags,
		}
		if p.Boundary != "" {
			i.Boundary = arnOf("policy/" + p.Boundary)
		}
		return i
	}
	for name, g := range w.Groups {
		arn := arnOf("group/" + name)
		b.AddGroup(Group{ARN: arn, Attached: attached(g.Attached), Inline: inline(arn, g.Inline)})
	}
	full := func(kind, name string) string {
		if strings.HasPrefix(name, "arn:") {
			return name
		}
		return arnOf(kind + "/" + name)
	}
	for name, u := range w.Users {
		user := User{Identity: identity(full("user", name), u)}
		for _, g := range u.Groups {
			user.Groups = append(user.Groups, arnOf("group/"+g))
		}
		b.AddUser(user)
	}
	for name, r := range w.Roles {
		role := Role{Identity: identity(full("role", name), r), Trust: string(r.Trust)}
		switch {
		case r.Trust == "unread":
			role.Trust, role.TrustUnread = "", NotRead("trust policy", OptionIAM)
		case r.Trust == "":
			role.Trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}}`
		case !strings.HasPrefix(string(r.Trust), "{"):
			role.Trust = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"` + string(r.Trust) + `"}}}`
		}
		b.AddRole(role)
	}
	for name, r := range w.Resources {
		kind, _, _ := strings.Cut(name, "/")
		if strings.HasPrefix(name, "arn:") {
			kind, _, _ = strings.Cut(strings.SplitN(name, ":", 6)[5], "/")
		}
		res := Resource{
			Kind: Kind(kind), ARN: arnOf(name), Account: r.Account, Tags: r.Tags, TagsUnread: r.TagsUnread, Of: arnOf(r.Of), Role: arnOf(r.Role),
			SpaceRole: arnOf(r.SpaceRole), Owner: arnOf(r.Owner), Status: r.Status, Auth: r.Auth, Script: arnOf(r.Script),
			HasPolicy: r.Policy != "", PolicyUnread: r.PolicyUnread, Policy: Document{ID: arnOf(name) + "/policy", Text: string(r.Policy)},
		}
		b.AddResource(res)
	}
	for _, s := range w.Servings {
		s.Endpoint, s.Role = arnOf(s.Endpoint), arnOf(s.Role)
		b.AddServing(s)
	}
	for role, list := range w.Uses {
		for _, r := range list {
			b.AddUse(arnOf(role), arnOf(r))
		}
	}
	return b
}

// said is an answer as the tests write it: the verdict, and what a conditional one depends on.
func said(a *Answer) string {
	if a.Verdict != policy.Conditional {
		return a.Verdict.String()
	}
	var on []string
	for _, c := range a.Conditions {
		switch {
		case c.Key != "":
			on = append(on, c.Key)
		default:
			on = append(on, c.Reason)
		}
	}
	slices.Sort(on)
	return "conditional if " + strings.Join(slices.Compact(on), "; ")
}

// answers are all lists of a model, an item a line.
func answers(m *Model) map[string][]string {
	out := map[string][]string{}
	add := func(list string, words ...string) { out[list] = append(out[list], strings.Join(words, " ")) }
	short := func(action string) string { return strings.TrimPrefix(action, "sagemaker:") }
	for i := range m.Invokers() {
		if i.Component != "" {
			add("invokers", nameOf(i.Principal), short(i.Action), nameOf(i.Endpoint), nameOf(i.Component), said(i.Answer))
		} else {
			add("invokers", nameOf(i.Principal), short(i.Action), nameOf(i.Endpoint), said(i.Answer))
		}
	}
	for b := range m.Bearers() {
		add("bearer", nameOf(b.Principal), said(b.Answer))
	}
	for o := range m.Openers() {
		role := nameOf(o.Role)
		if o.RoleUnread != "" {
			role = "(" + o.RoleUnread + ")"
		}
		add("openers", nameOf(o.Principal), short(o.Action), nameOf(o.Resource), "as", role, said(o.Answer))
	}
	for _, a := range m.Assumptions() {
		add("assume", nameOf(a.Principal), nameOf(a.Role), said(a.Answer))
	}
	for e := range m.Escalations() {
		words := []string{nameOf(e.Principal), e.Path}
		for _, r := range e.Gains {
			words = append(words, nameOf(r))
		}
		add("escalations", append(words, said(e.Answer))...)
	}
	for _, r := range m.Roles() {
		words := []string{nameOf(r.Role), string(r.Class)}
		for _, s := range r.Reasons {
			code := s.Code
			switch s.Code {
			case CodeEscalation:
				what, _, _ := strings.Cut(s.Detail, ":")
				code += "(" + what + ")"
			case CodeService, CodeIAM:
				code += "(" + strings.TrimSuffix(s.Detail, " on every resource") + ")"
			}
			if s.Verdict == policy.Conditional {
				code += "?"
			}
			words = append(words, code)
		}
		add("roles", words...)
	}
	return out
}

func readWorked(t *testing.T, file string) *worked {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	w := &worked{}
	if err := d.Decode(w); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return w
}

// TestWorkedAccounts compares every list with what was worked out by hand.
func TestWorkedAccounts(t *testing.T) {
	files, err := filepath.Glob("testdata/accounts/*.json")
	if err != nil || len(files) < 12 {
		t.Fatalf("%d accounts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			w := readWorked(t, file)
			got := answers(w.builder().Build())
			for _, list := range []string{"invokers", "bearer", "openers", "assume", "escalations", "roles"} {
				want := slices.Clone(w.Expect[list])
				have := slices.Clone(got[list])
				slices.Sort(want)
				slices.Sort(have)
				for _, line := range want {
					if !slices.Contains(have, line) {
						t.Errorf("%s lacks  %s", list, line)
					}
				}
				for _, line := range have {
					if !slices.Contains(want, line) {
						t.Errorf("%s has    %s", list, line)
					}
				}
			}
		})
	}
}

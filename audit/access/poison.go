package access

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit/policy"
)

// What an endpoint runs is in a bucket and a repository. Who may write there runs code as the role of the model.

// writeField is what the principals of one account may write of what endpoints run.
type writeField struct {
	paths []writePath
}

type writePath struct {
	id      string
	table   *table
	roles   [][]string // by resource of the table
	perhaps string
	lists   map[rowVerdict][]string
}

type rowVerdict struct {
	row     *row
	verdict policy.Verdict
}

// newWriteField gathers artifacts and images of endpoints. They may be of any account.
func newWriteField(m *Model, account string) *writeField {
	objects := written{byARN: map[string]*resource{}, roles: map[string][]string{}}
	images := written{byARN: map[string]*resource{}, roles: map[string][]string{}}
	find := func(kind Kind) map[string]*resource {
		out := map[string]*resource{}
		for _, r := range m.resources[kind] {
			out[r.ARN] = r
		}
		return out
	}
	buckets, repositories := find(Bucket), find(Repository)
	for _, s := range m.servings {
		if s.Role == "" {
			continue
		}
		partition := ARNPartition(s.Endpoint)
		for _, uri := range s.Artifacts {
			if bucket, object := objectARN(partition, uri); object != "" {
				objects.add(m, object, bucket, buckets[bucket], "bucket "+bucket, "--neighbors s3", s.Role)
			}
		}
		for _, image := range s.Images {
			if repo := repositoryARN(partition, image); repo != "" {
				images.add(m, repo, repo, repositories[repo], "policy of "+repo, "--neighbors ecr", s.Role)
			}
		}
	}
	a := m.accountOf(account)
	tls := policy.Context{Values: map[string][]string{"aws:securetransport": {"true"}}}
	f := &writeField{}
	if list, roles := objects.list(); len(list) > 0 {
		// Over TLS or not is for the caller to choose.
		t := newTable(m, a, list, tls, "s3:PutObject")
		t.plain = true
		f.paths = append(f.paths, writePath{id: pathModel, table: t, roles: roles, lists: map[rowVerdict][]string{}})
	}
	if list, roles := images.list(); len(list) > 0 {
		t := newTable(m, a, list, tls, "ecr:PutImage")
		t.plain = true
		f.paths = append(f.paths, writePath{id: pathImage, table: t, roles: roles, lists: map[rowVerdict][]string{}, perhaps: "the endpoint runs what the tag was when it was deployed, until it is deployed again"})
	}
	return f
}

// written are things that endpoints run, with the roles that they run as.
type written struct {
	byARN map[string]*resource
	roles map[string][]string
}

// add adds one. holder is the bucket or repository, which has the policy; nil where it is not known.
func (w *written) add(m *Model, arn, name string, holder *resource, what, option, role string) {
	if w.byARN[arn] == nil {
		r := &resource{Resource: Resource{ARN: arn, Account: ARNAccount(name), PolicyUnread: NotRead(what, option)}, asks: policy.Resource{ARN: arn, Account: ARNAccount(name)}}
		if holder != nil {
			r.Account, r.HasPolicy, r.PolicyUnread, r.policy = holder.Account, holder.HasPolicy, holder.PolicyUnread, holder.policy
			r.asks.Account = holder.Account
		}
		a := m.accountOf(r.Account)
		r.owner = a
		r.asks.OrgID, r.asks.OrgKnown, r.asks.OrgPath = a.orgID, a.orgKnown, a.orgPath
		w.byARN[arn] = r
	}
	w.roles[arn] = append(w.roles[arn], role)
}

func (w *written) list() ([]*resource, [][]string) {
	var list []*resource
	for _, r := range w.byARN {
		list = append(list, r)
	}
	slices.SortFunc(list, compareResources)
	roles := make([][]string, len(list))
	for i, r := range list {
		roles[i] = sorted(w.roles[r.ARN])
	}
	return list, roles
}

// objectARN is the ARN of an s3:// URI, with that of its bucket. A prefix is an object below it.
func objectARN(partition, uri string) (bucket, object string) {
	rest, ok := strings.CutPrefix(uri, "s3://")
	name, key, _ := strings.Cut(rest, "/")
	if !ok || name == "" {
		return "", ""
	}
	if key == "" || strings.HasSuffix(key, "/") {
		key += "x"
	}
	bucket = "arn:" + partition + ":s3:::" + name
	return bucket, bucket + "/" + key
}

// repositoryARN is the ARN of the repository of an image in ECR that is named by a tag, or "". An image that is named by its digest stays
// what it is.
func repositoryARN(partition, image string) string {
	host, name, ok := strings.Cut(image, "/")
	parts := strings.Split(host, ".")
	if !ok || strings.Contains(name, "@") || len(parts) < 6 || parts[1] != "dkr" || parts[2] != "ecr" {
		return ""
	}
	name, _, _ = strings.Cut(name, ":")
	return "arn:" + partition + ":ecr:" + parts[3] + ":" + parts[0] + ":repository/" + name
}

// of are the escalations of a principal by what it may write.
func (f *writeField) of(p *principal) []Escalation {
	var out []Escalation
	for i := range f.paths {
		w := &f.paths[i]
		row := w.table.row(p, 0)
		if row == nil {
			continue
		}
		g := &gains{p: p, written: true, answers: map[string]*Answer{}}
		for n := range w.table.resources {
			a := row.at(n)
			if w.perhaps != "" {
				a = a.with(only(w.perhaps))
			}
			for _, role := range w.roles[n] {
				g.add(role, a)
			}
		}
		for _, e := range g.list(w.id) {
			e.Writes = w.over(row, e.Verdict)
			out = append(out, e)
		}
	}
	return out
}

// over are the ARNs of what is written over with a verdict, sorted. Principals that nothing tells apart share them.
func (w *writePath) over(r *row, verdict policy.Verdict) []string {
	key := rowVerdict{r, verdict}
	list, ok := w.lists[key]
	if ok {
		return list
	}
	for n, one := range w.table.resources {
		if a := r.at(n); len(a.Via) > 0 && (a.Verdict == verdict || w.perhaps != "" && a.Verdict == policy.Allowed) {
			list = append(list, one.ARN)
		}
	}
	slices.Sort(list)
	w.lists[key] = list
	return list
}

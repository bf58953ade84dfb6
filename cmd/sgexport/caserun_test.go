package main_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// A testCase is one run of the program against a fake AWS, and what is right.
type testCase struct {
	name   string
	handle handler
	args   []string      // of export; none is --region us-east-1
	config string        // ~/.aws/config
	sso    string        // name of an SSO session that has a cached token
	limit  time.Duration // by when it must end; 0 is half a minute
	memory int64         // bytes that it may use at most; 0 is not looked at
	exit   int           // exit code; anyExit where both 0 and 3 are right
	check  func(*result)
}

// The exit codes of export, as --help lists them.
const (
	complete   = 0
	failed     = 1
	incomplete = 3
	anyExit    = -1
)

// TestCases runs the real program against APIs that do not behave. Each kind of
// fault has a group: given (../cases, as they were reported), pages, regions,
// errors, answers, times, records, limits, ids, contradictions, secrets.
func TestCases(t *testing.T) {
	sgexport := buildProgram(t)
	seen := map[string]bool{}
	for _, c := range slices.Concat(givenCases(), pageCases(), regionCases(), errorCases(), answerCases(), recordCases(), timeCases(), limitCases(), idCases(), contradictionCases(), secretCases()) {
		if seen[c.name] {
			t.Errorf("two cases are called %s", c.name)
		}
		seen[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, sgexport)
		})
	}
	t.Run("limits/throttling is shown", func(t *testing.T) { t.Parallel(); throttlingIsShown(t, sgexport) })
	t.Run("given/18 MFA on a terminal", func(t *testing.T) { t.Parallel(); mfaOnTerminal(t, sgexport) })
	t.Run("errors/order", func(t *testing.T) { t.Parallel(); orderChangesNothing(t, sgexport) })
}

// buildProgram builds the program, and returns where it is.
func buildProgram(t *testing.T) string {
	t.Helper()
	sgexport := filepath.Join(t.TempDir(), "sgexport")
	if out, err := exec.Command("go", "build", "-o", sgexport, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return sgexport
}

// command is the program with a clean environment, whose snapshot would be at
// the path that it returns.
func (c *testCase) command(ctx context.Context, t *testing.T, sgexport, api string) (cmd *exec.Cmd, snapshot string) {
	t.Helper()
	// Beside the program, and not t.TempDir: what the case is called must not
	// stand in what the program says.
	home, err := os.MkdirTemp(filepath.Dir(sgexport), "")
	if err != nil {
		t.Fatal(err)
	}
	snapshot = filepath.Join(home, "out", "snapshot")
	tmp := filepath.Join(home, "tmp")
	for _, dir := range []string{filepath.Dir(snapshot), tmp} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	env := []string{
		"HOME=" + home, "TMPDIR=" + tmp, "AWS_ENDPOINT_URL=" + api, "AWS_EC2_METADATA_DISABLED=true", "AWS_SHARED_CREDENTIALS_FILE=/dev/null",
	}
	if c.config == "" {
		env = append(env, "AWS_CONFIG_FILE=/dev/null", "AWS_ACCESS_KEY_ID=AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY=x")
	} else {
		path := filepath.Join(home, "config")
		if err := os.WriteFile(path, []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
		// AWS_ENDPOINT_URL alone does not lead the SDK's providers of credentials.
		env = append(env, "AWS_CONFIG_FILE="+path, "AWS_ENDPOINT_URL_STS="+api, "AWS_ENDPOINT_URL_SSO="+api)
	}
	if c.sso != "" {
		cacheToken(t, home, c.sso)
	}
	args := c.args
	if args == nil {
		args = []string{"--region", "us-east-1"}
	}
	cmd = exec.CommandContext(ctx, sgexport, slices.Concat(
		[]string{"export", "--out", snapshot, "--format", "jsonl,cypher", "--compress", "none", "--now", "2026-01-02T03:04:05Z"}, args)...)
	cmd.Env = env
	cmd.WaitDelay = time.Second
	return cmd, snapshot
}

// run runs the case, and checks what is right of every run before what is right
// of this one.
func (c *testCase) run(t *testing.T, sgexport string) *result {
	t.Helper()
	limit := cmp.Or(c.limit, 30*time.Second)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	fake := newFakeAWS(t, c.handle)
	cmd, dir := c.command(ctx, t, sgexport, fake.URL)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	r := &result{T: t, fake: fake, dir: dir, stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		t.Fatalf("it did not end within %s; calls: %s\n%s", limit, r.counted(), tail(r.stderr))
	case err == nil || errors.As(err, &exit):
		r.code = cmd.ProcessState.ExitCode()
	default:
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("calls: %s\n%s", r.counted(), tail(r.stderr))
		}
	})
	if most := maxMemory(cmd.ProcessState); c.memory > 0 && most > c.memory {
		t.Errorf("it used %d MiB, more than %d", most>>20, c.memory>>20)
	}
	if strings.Contains(r.stderr, "goroutine ") || strings.Contains(r.stderr, "panic:") {
		t.Errorf("it panics")
	}
	if stdout.Len() > 0 {
		t.Errorf("stdout is for data, and has %q", stdout.String())
	}
	if c.exit == anyExit && r.code != complete && r.code != incomplete || c.exit != anyExit && r.code != c.exit {
		t.Fatalf("exit code %d, want %d", r.code, c.exit)
	}
	if r.code == complete || r.code == incomplete {
		r.read()
		r.verify(ctx, sgexport)
		r.agrees()
	} else if _, err := os.Stat(dir); err == nil {
		t.Errorf("exit code %d, and there is a snapshot", r.code)
	}
	if left, err := os.ReadDir(filepath.Join(dir, "../../tmp")); err != nil || len(left) > 0 {
		t.Errorf("it leaves %v behind in the folder for temporary files (%v)", left, err)
	}
	if c.check != nil {
		c.check(r)
	}
	return r
}

// tail is the end of a text.
func tail(s string) string {
	const most = 1200
	if len(s) > most {
		s = "…" + s[len(s)-most:]
	}
	return s
}

// A result is what a run did.
type result struct {
	*testing.T
	fake     *fakeAWS
	code     int
	stderr   string
	dir      string
	manifest manifestFile
	nodes    map[string]nodeLine
	edges    []edgeLine
	prune    string // prune.cypher
	verified string // what verify says
}

// The parts of the files that the cases look at.
type (
	manifestFile struct {
		Complete *bool
		Scopes   []struct {
			Account, Region string
			Tags            any
			Kinds           []kindPart
		}
		Gaps      []gapPart
		Redaction struct{ Fields []string }
	}
	kindPart struct {
		Label, State, IDs     string
		Listed, Written, Gone int
		Unread                json.RawMessage
	}
	unreadPart struct {
		Column, Because string
		Paths           []string
		Count           int
	}
	gapPart struct {
		Scope, Label, Action, Code, Message string
		Count                               int
		IDs                                 []string
	}
	nodeLine struct {
		ID         string
		Labels     []string
		Properties map[string]any
	}
	edgeLine struct {
		Label, Src, Dst string
		Properties      map[string]any
	}
)

// read reads the snapshot.
func (r *result) read() {
	r.Helper()
	data := r.file("manifest.json")
	if err := json.Unmarshal(data, &r.manifest); err != nil {
		r.Fatal(err)
	}
	s, err := jsonschema.NewCompiler().Compile("../../docs/manifest.schema.json")
	if err != nil {
		r.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		r.Fatal(err)
	}
	if err := s.Validate(document); err != nil {
		r.Errorf("manifest.json is not what docs/manifest.schema.json says: %v", err)
	}
	r.nodes = map[string]nodeLine{}
	for _, n := range linesOf[nodeLine](r, "jsonl/nodes.jsonl") {
		r.nodes[n.ID] = n
	}
	r.edges = linesOf[edgeLine](r, "jsonl/edges.jsonl")
	r.prune = string(r.file("cypher/prune.cypher"))
}

// file is the text of a file of the snapshot.
func (r *result) file(name string) []byte {
	r.Helper()
	data, err := os.ReadFile(filepath.Join(r.dir, name))
	if err != nil {
		r.Fatal(err)
	}
	return data
}

func linesOf[T any](r *result, name string) []T {
	r.Helper()
	file, err := os.Open(filepath.Join(r.dir, name))
	if err != nil {
		r.Fatal(err)
	}
	defer file.Close()
	var all []T
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<26)
	for lines.Scan() {
		var one T
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			r.Fatalf("%s: %v", name, err)
		}
		all = append(all, one)
	}
	if err := lines.Err(); err != nil {
		r.Fatal(err)
	}
	return all
}

// verify runs verify on the snapshot.
func (r *result) verify(ctx context.Context, sgexport string) {
	r.Helper()
	out, err := exec.CommandContext(ctx, sgexport, "verify", r.dir).CombinedOutput()
	if err != nil {
		r.Errorf("verify: %v\n%s", err, out)
	}
	r.verified = string(out)
}

// agrees checks what is true of every snapshot: that gaps, states, nodes, exit
// code and summary say the same.
func (r *result) agrees() {
	r.Helper()
	var wrong []string
	not := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	m := &r.manifest
	not((len(m.Gaps) > 0) == (r.code == incomplete), "exit code %d with %d gaps", r.code, len(m.Gaps))
	gapsOf := map[string]int{}
	keys := map[string]bool{}
	for _, g := range m.Gaps {
		gapsOf[g.Scope+" "+g.Label]++
		key := fmt.Sprint(g.Scope, " ", g.Label, " ", g.Action, " ", g.Code)
		not(!keys[key], "two gaps are of %s", key)
		keys[key] = true
		not(g.Code != "" && !strings.ContainsAny(g.Message, "\n\r"), "a gap is not one line with a code: %+v", g)
		not(g.Count >= 1 && g.Count >= len(g.IDs) && len(g.IDs) <= 10 && slices.IsSorted(g.IDs), "a gap does not count its ids, or has more than ten, or they are not sorted: %+v", g)
	}
	written, observed := map[string]int{}, map[string]int{}
	whole := true
	for _, s := range m.Scopes {
		for _, k := range s.Kinds {
			written[k.Label] += k.Written
			whole = whole && (k.State == "complete" || k.State == "unoffered")
			if k.State == "complete" {
				n := gapsOf[s.Account+"/"+s.Region+" "+k.Label]
				not(n == 0, "%s in %s is complete, and has %d gaps", k.Label, s.Region, n)
				not(k.IDs == "all" && k.Written+k.Gone == k.Listed && len(unreadOf(r, k)) == 0, "a kind is complete, and something of it was not read: %+v", k)
			}
		}
	}
	for _, n := range r.nodes {
		if n.Properties["observed"] == true {
			observed[n.Labels[0]]++
		}
	}
	for label, n := range observed {
		not(n == written[label], "%d nodes of %s were read, and the manifest says %d", n, label, written[label])
	}
	not(m.Complete != nil, "the manifest does not say whether it is complete")
	if m.Complete != nil {
		not(!*m.Complete || len(m.Gaps) == 0, "the manifest is complete, and has %d gaps", len(m.Gaps))
		not(*m.Complete || !whole || len(m.Gaps) > 0, "all kinds are complete, and the manifest is not")
	}
	not(r.code != incomplete || !strings.Contains(r.stderr, "everything was read"), "the summary says that everything was read")
	for i, w := range wrong {
		if i == 3 {
			r.Errorf("… and %d more", len(wrong)-i)
			break
		}
		r.Error(w)
	}
}

func unreadOf(r *result, k kindPart) []unreadPart {
	r.Helper()
	var list []unreadPart
	if len(k.Unread) > 0 {
		if err := json.Unmarshal(k.Unread, &list); err != nil {
			r.Errorf("unread of %s: %v", k.Label, err)
		}
	}
	return list
}

const region = "us-east-1"

// arn is that of a resource of the account: arn("model/m").
func arn(resource string) string {
	return "arn:aws:sagemaker:" + region + ":" + account + ":" + resource
}

// labelOf is the label of a kind, which may be one of another service.
func labelOf(kind string) string {
	if strings.HasPrefix(kind, "AWS") {
		return kind
	}
	return "AWSSageMaker" + kind
}

// kindIn returns what the manifest says of a kind in a region.
func (r *result) kindIn(region, kind string) kindPart {
	r.Helper()
	for _, s := range r.manifest.Scopes {
		for _, k := range s.Kinds {
			if s.Region == region && k.Label == labelOf(kind) {
				return k
			}
		}
	}
	r.Fatalf("the manifest has no %s in %s", kind, region)
	return kindPart{}
}

// state checks the state of a kind, and whether its ids are all, cut, some or
// none.
func (r *result) state(kind, state, ids string) kindPart {
	r.Helper()
	return r.stateIn(region, kind, state, ids)
}

func (r *result) stateIn(region, kind, state, ids string) kindPart {
	r.Helper()
	k := r.kindIn(region, kind)
	if k.State != state || k.IDs != ids {
		r.Errorf("%s in %s is %q with ids %q, want %q with %q", kind, region, k.State, k.IDs, state, ids)
	}
	return k
}

// complete checks that kinds are complete.
func (r *result) complete(kinds ...string) {
	r.Helper()
	for _, k := range kinds {
		r.state(k, "complete", "all")
	}
}

// incomplete checks that kinds are not complete.
func (r *result) incomplete(kinds ...string) {
	r.Helper()
	for _, kind := range kinds {
		if k := r.kindIn(region, kind); k.State == "complete" || k.State == "limited" || k.State == "unoffered" {
			r.Errorf("%s is %s, and something of it could not be read", kind, k.State)
		}
	}
}

// noGaps checks that there is none.
func (r *result) noGaps() {
	r.Helper()
	for _, g := range r.manifest.Gaps {
		r.Errorf("there is a gap: %+v", g)
	}
}

// gap returns the one gap of an action, such as ListModels or tag:GetResources.
func (r *result) gap(action string) gapPart {
	r.Helper()
	gaps := r.gaps(action)
	if len(gaps) != 1 {
		r.Fatalf("there are %d gaps of %s, want one; all are %+v", len(gaps), action, r.manifest.Gaps)
	}
	return gaps[0]
}

func (r *result) gaps(action string) []gapPart {
	if !strings.Contains(action, ":") {
		action = "sagemaker:" + action
	}
	return slices.DeleteFunc(slices.Clone(r.manifest.Gaps), func(g gapPart) bool { return g.Action != action })
}

// onlyGap checks that an action's gap is the only one, and what it counts.
func (r *result) onlyGap(action string, count int, ids ...string) gapPart {
	r.Helper()
	g := r.gap(action)
	if g.Count != count || ids != nil && !slices.Equal(g.IDs, ids) {
		r.Errorf("the gap of %s counts %d %v, want %d %v", action, g.Count, g.IDs, count, ids)
	}
	if len(r.manifest.Gaps) != 1 {
		r.Errorf("there are %d gaps, want one: %+v", len(r.manifest.Gaps), r.manifest.Gaps)
	}
	return g
}

// gapIDs are the ids that gaps name.
func (r *result) gapIDs() []string {
	var all []string
	for _, g := range r.manifest.Gaps {
		all = append(all, g.IDs...)
	}
	return all
}

// regionUnavailable checks that nothing could be read in a region, that this is
// all that is missing, and that the code of it is known.
func (r *result) regionUnavailable(region, code string) {
	r.Helper()
	for _, s := range r.manifest.Scopes {
		for _, k := range s.Kinds {
			if s.Region == region && (k.State != "unavailable" || k.IDs != "none") {
				r.Errorf("%s in %s is %q with ids %q, want unavailable with none", k.Label, region, k.State, k.IDs)
				return
			}
		}
	}
	for _, g := range r.manifest.Gaps {
		if g.Scope != account+"/"+region || g.Code != code {
			r.Errorf("a gap is not one of %s in %s: %+v", code, region, g)
		}
	}
}

// observed checks that nodes were read.
func (r *result) observed(ids ...string) {
	r.Helper()
	for _, id := range ids {
		if r.nodes[id].Properties["observed"] != true {
			r.Errorf("%s was not read", id)
		}
	}
}

// notObserved checks that nodes were not read: they are referred to, or not
// there at all.
func (r *result) notObserved(ids ...string) {
	r.Helper()
	for _, id := range ids {
		if r.nodes[id].Properties["observed"] == true {
			r.Errorf("%s is there as if it had been read", id)
		}
	}
}

// prop returns a property of a node, nil where it has none.
func (r *result) prop(id, name string) any { return r.nodes[id].Properties[name] }

// has checks a property of a node.
func (r *result) has(id, name string, want any) {
	r.Helper()
	if got := r.prop(id, name); fmt.Sprint(got) != fmt.Sprint(want) {
		r.Errorf("%s of %s is %v, want %v", name, id, got, want)
	}
}

// tag checks a tag of a node.
func (r *result) tag(id, key, value string) {
	r.Helper()
	if tags, _ := r.prop(id, "tags").(map[string]any); tags[key] != value {
		r.Errorf("the tags of %s are %v, want %s=%s", id, r.prop(id, "tags"), key, value)
	}
}

// edge reports whether there is an edge.
func (r *result) edge(label, src, dst string) bool {
	return slices.ContainsFunc(r.edges, func(e edgeLine) bool { return e.Label == label && e.Src == src && e.Dst == dst })
}

// linked checks that there is an edge.
func (r *result) linked(label, src, dst string) {
	r.Helper()
	if !r.edge(label, src, dst) {
		r.Errorf("there is no %s from %s to %s", label, src, dst)
	}
}

// unread checks that a node says that a column of it was not read.
func (r *result) unread(id, column string) {
	r.Helper()
	list, _ := r.prop(id, "unread").([]any)
	if !slices.Contains(list, any(column)) || r.prop(id, column) != nil {
		r.Errorf("%s of %s is %v, and the node says that %v were not read", column, id, r.prop(id, column), list)
	}
}

// kept checks that of a resource there is what the list said, and that it says
// that the rest was not read.
func (r *result) kept(ids ...string) {
	r.Helper()
	r.observed(ids...)
	for _, id := range ids {
		if list, _ := r.prop(id, "unread").([]any); len(list) == 0 {
			r.Errorf("%s does not say that something of it was not read", id)
		}
	}
}

// prunesNodes and prunesEdges report whether prune.cypher deletes nodes of a
// kind, or edges of a path.
func (r *result) prunesNodes(kind string) bool {
	// The resources that are gone, and the edges of kinds that have none left.
	lists := regexp.MustCompile(`(?s)(?:MATCH \(n:SgResource\)\nWHERE n\.sg_scope IN [^\n]*\n  AND |WHEN r\.sg_scope IN \[[^\]]*\] AND )any\(l IN labels\([nab]\) WHERE l IN (\[.*?\])\)`)
	for _, m := range lists.FindAllStringSubmatch(r.prune, -1) {
		if strings.Contains(m[1], "'"+labelOf(kind)+"'") {
			return true
		}
	}
	return false
}

// prunesEdges reports whether prune.cypher deletes edges of a field, also of
// resources that are still there.
func (r *result) prunesEdges(kind, path string) bool {
	// Not those of owners that are gone, nor what an edge must not be to be deleted.
	others := regexp.MustCompile(`(?s)NOT (?:coalesce\([ab]\.sg_snapshot >= [^)]*\) AND )?any\(l IN labels\([ab]\) WHERE [^\[]*\[.*?\]\)`)
	field := regexp.MustCompile("'" + labelOf(kind) + ` \w+ ` + regexp.QuoteMeta(path) + "'")
	return slices.ContainsFunc(strings.Split(r.prune, ";\n"), func(statement string) bool {
		return strings.Contains(statement, "{ DELETE r }") && field.MatchString(others.ReplaceAllString(statement, ""))
	})
}

// neverPruned checks that prune.cypher deletes nothing of kinds.
func (r *result) neverPruned(kinds ...string) {
	r.Helper()
	for _, kind := range kinds {
		if r.prunesNodes(kind) {
			r.Errorf("prune.cypher deletes %s, of which not all were listed", kind)
		}
	}
}

// says checks stderr, and saysNot that something is not there.
func (r *result) says(pattern string) {
	r.Helper()
	if !regexp.MustCompile(pattern).MatchString(r.stderr) {
		r.Errorf("stderr does not match %s", pattern)
	}
}

func (r *result) saysNot(pattern string) {
	r.Helper()
	if m := regexp.MustCompile(pattern).FindString(r.stderr); m != "" {
		r.Errorf("stderr says %q", m)
	}
}

// calls returns how often an operation was called, retries included.
func (r *result) calls(op string) int { return r.fake.calls(op) }

// atMost checks how often an operation was called.
func (r *result) atMost(op string, n int) {
	r.Helper()
	if got := r.calls(op); got > n {
		r.Errorf("%d calls of %s, want %d at most", got, op, n)
	}
}

func (r *result) counted() string {
	var b strings.Builder
	for _, op := range r.fake.operations() {
		if n := r.calls(op); n > 1 || strings.HasPrefix(op, "s") || strings.HasPrefix(op, "Describe") {
			fmt.Fprintf(&b, "%s %d, ", op, n)
		}
	}
	return b.String()
}

// created is when everything was, in seconds since the Unix epoch.
const created = 1700000000

// A shelf is a kind, for cases in which nothing is special about it.
type shelf struct {
	kind, list, member, path string
	details                  obj // what Describe says beside what List does
}

var (
	models    = shelf{"Model", "ListModels", "Models", "model/", obj{"ExecutionRoleArn": role}}
	configs   = shelf{"EndpointConfig", "ListEndpointConfigs", "EndpointConfigs", "endpoint-config/", obj{"ProductionVariants": []obj{{"VariantName": "v", "ModelName": "m"}}}}
	endpoints = shelf{"Endpoint", "ListEndpoints", "Endpoints", "endpoint/", obj{"EndpointConfigName": "c", "EndpointStatus": "InService"}}
)

const role = "arn:aws:iam::" + account + ":role/r"

func (s shelf) arn(name string) string { return arn(s.path + name) }

// arns are those of names.
func (s shelf) arns(names ...string) []string {
	var all []string
	for _, n := range names {
		all = append(all, s.arn(n))
	}
	return all
}

// item is what List says of a resource, record what Describe does. Members
// stand in pairs, and replace others.
func (s shelf) item(name string, members ...any) obj {
	return with(obj{s.kind + "Name": name, s.kind + "Arn": s.arn(name), "CreationTime": created}, members...)
}

func (s shelf) record(name string, members ...any) obj {
	o := s.item(name)
	for k, v := range s.details {
		o[k] = v
	}
	return with(o, members...)
}

// with sets members of an object; nil takes one out.
func with(o obj, members ...any) obj {
	for i := 0; i < len(members); i += 2 {
		if members[i+1] == nil {
			delete(o, members[i].(string))
			continue
		}
		o[members[i].(string)] = members[i+1]
	}
	return o
}

// page is the answer of the list with these resources.
func (s shelf) page(names ...string) obj {
	items := []obj{}
	for _, n := range names {
		items = append(items, s.item(n))
	}
	return obj{s.member: items}
}

// serve lists and describes resources.
func (s shelf) serve(op string, body obj, names ...string) answer {
	switch op {
	case s.list:
		return ok(s.page(names...))
	case "Describe" + s.kind:
		if name, _ := body[s.kind+"Name"].(string); slices.Contains(names, name) {
			return ok(s.record(name))
		}
		return fault("ValidationException", "Could not find it")
	}
	return answer{}
}

// names are n names, sorted, that begin like this.
func names(prefix string, n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("%s%04d", prefix, i)
	}
	return all
}

// either is the first answer that is not the usual one.
func either(answers ...answer) answer {
	for _, a := range answers {
		if !a.isZero() {
			return a
		}
	}
	return answer{}
}

// usual answers as if nothing was wrong, with a model m and an endpoint
// configuration c that refers to it.
func usual(op string, body obj) answer {
	return either(models.serve(op, body, "m"), configs.serve(op, body, "c"))
}

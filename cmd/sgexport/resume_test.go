package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/simulator"
)

// A world is an API whose state and faults can be changed between runs.
type world struct {
	t      *testing.T
	dir    string
	url    string
	server atomic.Pointer[simulator.Server]
}

func newWorld(t *testing.T, o simulator.Options) *world {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	w := &world{t: t, dir: t.TempDir()}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { w.server.Load().ServeHTTP(rw, r) }))
	t.Cleanup(s.Close)
	w.url = s.URL
	w.become(o)
	return w
}

// become begins to count calls anew, with other faults and contents.
func (w *world) become(o simulator.Options) {
	w.t.Helper()
	demo, err := simulator.Demo()
	if err != nil {
		w.t.Fatal(err)
	}
	w.server.Store(simulator.New(demo, o))
}

// export runs an export into a folder, and returns what it says.
func (w *world) export(want int, out string, args ...string) string {
	w.t.Helper()
	var stdout, stderr bytes.Buffer
	all := append([]string{
		"sgexport", "export", "--endpoint-url", w.url, "--region", "us-east-1", "--region", "eu-west-1", "--out", filepath.Join(w.dir, out),
		"--now", "2026-03-03T00:00:00Z", "--call-timeout", "5s",
	}, args...)
	if got := run(all, strings.NewReader(""), &stdout, &stderr); got != want {
		w.t.Fatalf("%v: exit %d, want %d\n%s", all, got, want, stderr.String())
	}
	return stderr.String()
}

// calls is the number of calls since the world became what it is, but for those that
// ask who is calling.
func (w *world) calls() int {
	n := 0
	for action, calls := range w.server.Load().Calls() {
		if action != "sts:GetCallerIdentity" {
			n += calls
		}
	}
	return n
}

// basesForm is what a manifest says of --base.
var basesForm = regexp.MustCompile(`(?s),\n  "bases": \[.*?\n  \]`)

// files are the contents of a snapshot; the manifest without its counts of calls and
// what it says of --base, and without the sums, which the manifest is in.
func (w *world) files(out string) map[string]string {
	w.t.Helper()
	files := map[string]string{}
	dir := filepath.Join(w.dir, out)
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "SHA256SUMS" {
			return err
		}
		data, err := os.ReadFile(path)
		if d.Name() == "manifest.json" {
			var lines []string
			for line := range strings.Lines(string(data)) {
				if !strings.Contains(line, `"calls": `) {
					lines = append(lines, line)
				}
			}
			data = basesForm.ReplaceAll([]byte(strings.Join(lines, "")), nil)
		}
		files[strings.TrimPrefix(path, dir)] = string(data)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return files
}

// same fails where two snapshots are not the same.
func (w *world) same(a, b string) {
	w.t.Helper()
	x, y := w.files(a), w.files(b)
	for name := range maps.Keys(x) {
		if x[name] != y[name] {
			w.t.Errorf("%s is not the same in %s and %s", name, a, b)
		}
	}
	if len(x) != len(y) {
		w.t.Errorf("%d and %d files", len(x), len(y))
	}
}

// TestResume ends runs by expired credentials after more and more calls, and goes on
// with each: the files are the same, and so is the number of calls in all, but for
// those of lists that were not over.
func TestResume(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	w.export(0, "whole")
	whole := w.calls()
	for _, after := range []int{30, whole / 3, whole * 2 / 3, whole - 5} {
		var n atomic.Int64
		w.become(simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if n.Add(1) > int64(after) {
				return &simulator.Fault{Status: 400, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
			}
			return nil
		}})
		out := fmt.Sprint("after", after)
		said := w.export(1, out)
		spool := filepath.Join(w.dir, "."+out+".sgexport", "spool")
		var kept []journalLine // none where no list was over after so few calls
		if _, err := os.Stat(spool); err == nil {
			kept = journalOf(t, spool)
		}
		if len(kept) > 0 != strings.Contains(said, "--resume goes on from it") || len(kept) == 0 && after > whole/2 {
			t.Errorf("after %d calls %d lists are kept, and it says:\n%s", after, len(kept), said)
		}
		w.become(simulator.Options{})
		w.export(0, out, "--resume")
		w.same("whole", out)
		for _, one := range kept {
			if list := "sagemaker:List" + strings.TrimPrefix(one.What, "AWSSageMaker") + "s"; one.Region == "us-east-1" && w.server.Load().Calls()[list] > 1 {
				t.Errorf("after %d calls: %s was read, and is asked for again", after, one.What)
			}
		}
		if got := w.calls(); got >= whole || after > whole/2 && got > whole*2/3 {
			t.Errorf("after %d calls of %d another %d are made", after, whole, got)
		}
		if _, err := os.Stat(filepath.Join(w.dir, "."+out+".sgexport")); err == nil {
			t.Error("the spool is left")
		}
	}
}

type journalLine struct{ Region, What, Log string }

// journalOf are the lines of all journals of a spool.
func journalOf(t *testing.T, spool string) []journalLine {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(spool, "*", "journal.jsonl"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no journal in %s (%v)", spool, err)
	}
	var all []journalLine
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			var one journalLine
			if err := json.Unmarshal([]byte(line), &one); err != nil {
				t.Fatal(err)
			}
			all = append(all, one)
		}
	}
	return all
}

// TestResumeRefused: what another run has read is not mixed with what this one reads.
func TestResumeRefused(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	w.export(0, "whole")
	broken := func() {
		w.become(simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if action == "sagemaker:ListModels" {
				return &simulator.Fault{Status: 400, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
			}
			return nil
		}})
	}
	broken()
	w.export(1, "x")
	header := filepath.Join(w.dir, ".x.sgexport", "spool", "run.json")
	data, err := os.ReadFile(header)
	if err != nil {
		t.Fatal(err)
	}
	w.become(simulator.Options{})
	for _, c := range []struct {
		args       []string
		from, to   string // in the header
		file, said string
	}{
		{args: []string{"--kinds", "Model"}, said: `--kinds was "all", and is ["AWSSageMakerModel"]`},
		{args: []string{"--describe-limit", "0"}, said: "--describe-limit was 2000, and is 0"},
		{args: []string{"--neighbors", "none"}, said: "--neighbors was"},
		{args: []string{"--redact", "none"}, said: `--redact was "secrets", and is "none"`},
		{args: []string{"--region", "us-west-2"}, said: "accounts and regions: it had us-east-1 eu-west-1, and not us-east-1 eu-west-1 us-west-2"},
		{from: `"program":"sgexport `, to: `"program":"sgexport 0.0.9-`, said: "it was begun by sgexport 0.0.9-"},
		{from: `"schema":"`, to: `"schema":"x`, said: "another schema"},
	} {
		changed := strings.Replace(string(data), c.from, c.to, 1)
		if err := os.WriteFile(header, []byte(changed), 0o600); err != nil {
			t.Fatal(err)
		}
		said := strings.Join(strings.Fields(w.export(2, "x", append(c.args, "--resume")...)), " ")
		if !strings.Contains(said, c.said) || strings.Contains(said, "goes on from it") {
			t.Errorf("%v: it says %s", c.args, said)
		}
	}
	if err := os.WriteFile(header, data, 0o600); err != nil {
		t.Fatal(err)
	}
	// Of another account.
	accounts, err := filepath.Glob(filepath.Join(w.dir, ".x.sgexport", "spool", "0*"))
	if err != nil || len(accounts) != 1 {
		t.Fatal(accounts, err)
	}
	other := filepath.Join(filepath.Dir(accounts[0]), "999999999999")
	if err := os.Rename(accounts[0], other); err != nil {
		t.Fatal(err)
	}
	if said := w.export(2, "x", "--resume"); !strings.Contains(said, "999999999999") {
		t.Errorf("of another account: it says %s", said)
	}
	if err := os.Rename(other, accounts[0]); err != nil {
		t.Fatal(err)
	}
	// None of this has changed it. A line that was cut off is as if it was not there.
	journal := filepath.Join(accounts[0], "journal.jsonl")
	lines, err := os.ReadFile(journal)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(journal, lines[:len(lines)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	w.export(0, "x", "--resume")
	w.same("whole", "x")
	// Where there is nothing to go on from, all is read.
	w.export(0, "new", "--resume")
	w.same("whole", "new")
	if said := w.export(2, "-", "--resume", "--out", "-", "--format", "jsonl"); !strings.Contains(said, "--resume goes on from what is kept beside --out DIR") {
		t.Errorf("on stdout it says %s", said)
	}
}

// changed is the account some time later: jobs have ended, were changed or made anew;
// models have other tags.
func changed(action string, doc map[string]any) []map[string]any {
	name := ""
	for _, member := range []string{"TrainingJobName", "ProcessingJobName", "TransformJobName", "ModelName", "EndpointConfigName"} {
		if text, ok := doc[member].(string); ok && name == "" {
			name = text
		}
	}
	if name == "" {
		return []map[string]any{doc}
	}
	h := fnv.New32a()
	h.Write([]byte(name))
	switch h.Sum32() % 7 {
	case 0: // gone
		return nil
	case 1: // made anew under the same name
		// A little later, and so still where Search, which knows the old time, finds it.
		if at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(doc["CreationTime"])); err == nil {
			doc["CreationTime"] = json.Number(fmt.Sprintf("%d.5", at.Unix()))
		} else {
			panic(err)
		}
		doc["RoleArn"] = "arn:aws:iam::012345678901:role/SageMakerInferenceRole"
	case 2: // changed
		if doc["LastModifiedTime"] != nil {
			doc["LastModifiedTime"] = json.Number("1771000001.25")
			doc["FailureReason"] = "changed"
		}
	case 3:
		if doc["Tags"] != nil {
			doc["Tags"] = []any{map[string]any{"Key": "team", "Value": "another"}}
		}
	case 4:
		delete(doc, "Tags")
	}
	return []map[string]any{doc}
}

// TestBase exports an account, and again when it has changed: with the first snapshot as
// its base the second is the same as without, and fewer calls are made.
func TestBase(t *testing.T) {
	for _, args := range [][]string{nil, {"--describe-limit", "3"}, {"--describe-limit", "all"}, {"--redact", "none"}} {
		w := newWorld(t, simulator.Options{})
		base := filepath.Join(w.dir, "base")
		w.export(0, "base", args...)
		whole := w.calls()
		w.become(simulator.Options{})
		w.export(0, "again", append(args, "--base", base)...)
		w.same("base", "again")
		again := w.calls()
		if described := describes(w, "TrainingJob", "ProcessingJob", "TransformJob", "EndpointConfig"); described > 3 { // some are still running
			t.Errorf("%v: %d final resources are described again", args, described)
		}
		w.become(simulator.Options{Edit: changed})
		w.export(0, "full", args...)
		full := w.calls()
		w.become(simulator.Options{Edit: changed})
		w.export(0, "later", append(args, "--base", base)...)
		w.same("full", "later")
		if later := w.calls(); again >= whole || later >= full {
			t.Errorf("%v: %d and %d calls, and %d and %d with a base", args, whole, full, again, later)
		}
		w.become(simulator.Options{Edit: changed})
		w.export(0, "last", append(args, "--base", filepath.Join(w.dir, "later"))...)
		w.same("full", "last")
	}
}

func describes(w *world, kinds ...string) (n int) {
	for _, kind := range kinds {
		n += w.server.Load().Calls()["sagemaker:Describe"+kind]
	}
	return n
}

// TestBases: the manifest and the summary say on which snapshot one was made and how much
// was taken over, also where an earlier run had taken it, from another snapshot.
func TestBases(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	kinds := []string{"--kinds", "TrainingJob,EndpointConfig,Model", "--neighbors", "none", "--format", "jsonl"}
	bases := func(out string) []snapshot.Reuse {
		t.Helper()
		validate(t, "manifest.schema.json", string(read(t, filepath.Join(w.dir, out), "manifest.json")))
		snap, err := snapshot.Open(filepath.Join(w.dir, out))
		if err != nil {
			t.Fatal(err)
		}
		return snap.Manifest.Bases
	}
	reuse := func(at, out string, n int64) snapshot.Reuse {
		t.Helper()
		data := read(t, filepath.Join(w.dir, out), "manifest.json")
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		return snapshot.Reuse{Snapshot: when, ManifestSHA256: fmt.Sprintf("%x", sha256.Sum256(data)), Reused: n}
	}
	w.export(0, "one", append(kinds, "--now", "2026-03-01T00:00:00Z")...)
	w.export(0, "two", append(kinds, "--now", "2026-03-02T00:00:00Z")...)
	one, two := filepath.Join(w.dir, "one"), filepath.Join(w.dir, "two")
	if bases("one") != nil {
		t.Error("without --base it has one")
	}
	said := w.export(0, "whole", append(kinds, "--base", one)...)
	whole := bases("whole")
	if len(whole) != 1 || whole[0].Reused < 20 || whole[0] != reuse("2026-03-01T00:00:00Z", "one", whole[0].Reused) {
		t.Errorf("the manifest has %v", whole)
	}
	if want := fmt.Sprintf("read: %d resources taken from --base %s (2026-03-01T00:00:00Z)", whole[0].Reused, one); !strings.Contains(strings.Join(strings.Fields(said), " "), want) {
		t.Errorf("it does not say %q, but %s", want, said)
	}
	log := logged(t, w.export(0, "logged", append(kinds, "--base", one, "--log-format", "json")...))
	if start := log[0]; start["base"] != one || start["base_snapshot"] != "2026-03-01T00:00:00Z" {
		t.Errorf("the log begins with %v", start)
	}
	w.export(0, "bare", append(kinds, "--base", one, "--redact", "none")...) // of no use
	if got := bases("bare"); len(got) != 1 || got[0].Reused != 0 {
		t.Errorf("where it is of no use the manifest has %v", got)
	}
	out := []string{"convert", filepath.Join(w.dir, "whole"), "--format", "graphml", "--out", filepath.Join(w.dir, "converted")}
	if code := run(append([]string{"sgexport"}, out...), strings.NewReader(""), io.Discard, io.Discard); code != 0 || !slices.Equal(bases("converted"), whole) {
		t.Errorf("converted (%d) it has %v", code, bases("converted"))
	}

	w.become(simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "sagemaker:ListModels" {
			return &simulator.Fault{Status: 400, Code: "AccessDeniedException", Message: "you may not"}
		}
		return nil
	}})
	w.export(1, "resumed", append(kinds, "--base", one, "--strict")...)
	w.become(simulator.Options{})
	w.export(0, "resumed", append(kinds, "--base", two, "--resume")...)
	got := bases("resumed")
	if len(got) != 2 || got[0].Reused == 0 || got[1].Reused == 0 || got[0].Reused+got[1].Reused != whole[0].Reused ||
		got[0] != reuse("2026-03-01T00:00:00Z", "one", got[0].Reused) || got[1] != reuse("2026-03-02T00:00:00Z", "two", got[1].Reused) {
		t.Errorf("gone on from, the manifest has %v, and at once %v", got, whole)
	}
}

// TestBaseOfNoUse: what cannot be used is said, and all is read; what is damaged or no
// snapshot is a slip on the command line, and what an earlier run had read stays.
func TestBaseOfNoUse(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	w.export(0, "whole")
	base := filepath.Join(w.dir, "whole")
	if said := w.export(0, "bare", "--redact", "none", "--base", base); !strings.Contains(said, "is of no use here") {
		t.Errorf("with other redaction it says %s", said)
	}
	w.become(simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
		if action == "sagemaker:ListTrainingJobs" {
			return &simulator.Fault{Status: 400, Code: "ExpiredTokenException", Message: "expired"}
		}
		return nil
	}})
	if said := w.export(1, "x"); !regexp.MustCompile(`is kept \([1-9][0-9]* lists?\): the same command with --resume`).MatchString(said) {
		t.Errorf("it says of what is kept: %s", said)
	}
	w.become(simulator.Options{})
	refused := func(dir, said string) {
		t.Helper()
		for _, args := range [][]string{nil, {"--log-format", "json"}} {
			got := w.export(2, "x", append(args, "--base", dir)...)
			for _, want := range []string{"--base: ", said, dir, "it takes the folder of an earlier snapshot"} {
				if !strings.Contains(got, want) {
					t.Errorf("%s: it does not say %q, but %s", dir, want, got)
				}
			}
			if w.calls() > 0 {
				t.Errorf("%s: %d calls are made", dir, w.calls())
			}
		}
	}
	file := filepath.Join(w.dir, "file")
	path := filepath.Join(base, "base", "records.zst")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	other := slices.Clone(data)
	other[len(data)/2] ^= 1
	if err := errors.Join(os.WriteFile(file, data, 0o600), os.WriteFile(path, other, 0o600)); err != nil {
		t.Fatal(err)
	}
	refused(w.dir, "not a snapshot")
	refused(filepath.Join(w.dir, "nowhere"), "no such file")
	refused(file, "is a file")
	refused(base, "base/records.zst")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	refused(base, "base/records.zst")
	if said := w.export(0, "x", "--resume"); !strings.Contains(said, "read by an earlier run") {
		t.Errorf("nothing of the run before is left: %s", said)
	}
}

// TestTooLarge: a value that no snapshot holds is a gap, and the rest is there.
func TestTooLarge(t *testing.T) {
	w := newWorld(t, simulator.Options{Edit: func(_ string, doc map[string]any) []map[string]any {
		switch doc["TrainingJobName"] {
		case "churn-xgboost-2025-01-07":
			doc["FailureReason"] = strings.Repeat("x", 20<<20) // large, and held
		case "churn-xgboost-2025-02-18":
			doc["FailureReason"] = strings.Repeat("y", 40<<20)
		}
		return []map[string]any{doc}
	}})
	w.export(3, "x", "--kinds", "TrainingJob", "--neighbors", "none", "--format", "jsonl", "--compress", "none")
	nodes, err := os.ReadFile(filepath.Join(w.dir, "x", "jsonl", "nodes.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(nodes, []byte(strings.Repeat("x", 20<<20))) || bytes.Contains(nodes, []byte("yyy")) || bytes.Count(nodes, []byte(`"unread":["failure_reason"`)) != 1 {
		t.Error("the large text is not there, or the one that is too large is, or it is not said of it")
	}
	manifest, err := os.ReadFile(filepath.Join(w.dir, "x", "manifest.json"))
	if err != nil || bytes.Count(manifest, []byte(`"code": "TooLarge"`)) != 1 {
		t.Errorf("no gap, or several (%v)", err)
	}
}

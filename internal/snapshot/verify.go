package snapshot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/graph"
)

// VerifyOptions say how to read and to write formats.
type VerifyOptions struct {
	// Source returns what reads a snapshot's graph, or nil where the snapshot has
	// none that can be read.
	Source func(*Snapshot) Source
	// Formats returns what makes the formats of a snapshot again, by name.
	Formats func(*Manifest) map[string]graph.Open
	// ToolVersion is that of this program. Only the version that wrote a
	// snapshot is sure to make the same bytes again.
	ToolVersion string
}

// A Problem is something that is not as the manifest says.
type Problem struct {
	File string // path in the snapshot, or ""
	What string
}

func (p Problem) String() string {
	if p.File == "" {
		return p.What
	}
	return p.File + ": " + p.What
}

// A Verification is what [Verify] found.
type Verification struct {
	Problems []Problem
	// Checked and Unchecked say in a line each what was and was not looked at.
	Checked, Unchecked []string
	// Missing says in a line each what the snapshot lacks by its own account, the
	// worst first. That is no problem: the snapshot is as it was written.
	Missing []string
	Counts  Counts
}

func (v *Verification) problem(file, format string, args ...any) {
	v.Problems = append(v.Problems, Problem{file, fmt.Sprintf(format, args...)})
}

// Verify checks a snapshot: that each file is there and is what was written,
// that no other file is there, that the counts are those of the manifest, that
// each edge has both ends, and that the formats say the same. It holds 17 bytes
// a node in memory. An error means that it could not check; what it found wrong
// are problems.
func Verify(ctx context.Context, dir string, opt VerifyOptions) (*Verification, error) {
	text, err := manifestText(dir)
	if err != nil {
		return nil, err
	}
	v := &Verification{}
	listed, err := v.readSums(dir)
	if err != nil {
		return nil, err
	}
	v.listed(listed, manifestName, fmt.Sprintf("%x", sha256.Sum256(text)))
	m, err := parseManifest(filepath.Join(dir, manifestName), text)
	if err != nil {
		if len(v.Problems) == 0 {
			return nil, err // it is as it was written, so it is no snapshot of ours
		}
		v.problem(manifestName, "cannot be read: %v", err)
		return v, nil
	}
	v.Missing = Missing(&m.Report)
	v.states(m)
	intact, err := v.sums(ctx, dir, m, listed)
	if err != nil {
		return nil, err
	}
	if !intact {
		v.Unchecked = append(v.Unchecked, "contents: files are missing or changed")
		return v, nil
	}
	s, err := openSchema(dir, m)
	if err != nil {
		return nil, err
	}
	source := opt.Source(s)
	if source == nil {
		v.Unchecked = append(v.Unchecked, "contents: the snapshot has no JSON lines to compare with")
		return v, nil
	}
	if err := v.contents(ctx, s, source, opt); err != nil {
		return nil, err
	}
	return v, nil
}

// states checks that the manifest calls complete what is, and nothing else.
func (v *Verification) states(m *Manifest) {
	for _, k := range kindsOf(&m.Report) {
		if state := k.StateOf(k.State); state != k.State {
			v.problem(manifestName, "calls %s in %s %s, and what it says of it is %s", k.Label, k.scope, k.State, state)
		}
	}
	if m.IsComplete != m.Report.Complete() {
		v.problem(manifestName, "says complete: %v, and its states and gaps say %v", m.IsComplete, m.Report.Complete())
	}
}

// listed compares a sum with that in SHA256SUMS, and takes it off the list.
func (v *Verification) listed(sums map[string]string, name, sum string) {
	got, ok := sums[name]
	delete(sums, name)
	switch {
	case sums == nil: // the list is missing, which is a problem of its own
	case !ok:
		v.problem(sumsName, "does not list %s", name)
	case got != sum && name == manifestName:
		v.problem(name, "was changed, or %s was: the SHA-256 is %s there, and should be %s", sumsName, got, sum)
	case got != sum:
		v.problem(sumsName, "has another sum for %s than %s", name, manifestName)
	}
}

// sums checks the files against the manifest and SHA256SUMS. It reports
// whether what the graph is read from is intact.
func (v *Verification) sums(ctx context.Context, dir string, m *Manifest, listed map[string]string) (intact bool, err error) {
	expected := map[string]bool{manifestName: true, sumsName: true}
	intact = true
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		expected[f.Path] = true
		v.listed(listed, f.Path, f.SHA256)
		bytes, sum, err := sumOf(filepath.Join(dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			v.problem(f.Path, "is missing")
		case errors.Is(err, errIrregular):
			v.problem(f.Path, "is not a regular file")
		case err != nil:
			return false, fmt.Errorf("read %s: %w", f.Path, err)
		case bytes != f.Bytes:
			v.problem(f.Path, "has %d bytes, and the manifest says %d", bytes, f.Bytes)
		case sum != f.SHA256:
			v.problem(f.Path, "was changed: its SHA-256 is %s, and the manifest says %s", sum, f.SHA256)
		default:
			continue
		}
		if strings.HasPrefix(f.Path, "jsonl/") || f.Path == schemaName {
			intact = false
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		v.problem(sumsName, "lists %s, which the manifest does not", name)
	}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err == nil && !expected[filepath.ToSlash(name)] {
			v.problem(filepath.ToSlash(name), "is not in the manifest")
		}
		return err
	})
	v.Checked = append(v.Checked, fmt.Sprintf("%d files: size and SHA-256", len(m.Files)))
	return intact, err
}

// readSums returns what SHA256SUMS says, by file, or nil where it is missing.
func (v *Verification) readSums(dir string) (map[string]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, sumsName))
	if errors.Is(err, fs.ErrNotExist) {
		v.problem(sumsName, "is missing")
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the sums: %w", err)
	}
	sums := map[string]string{}
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		sum, name, ok := strings.Cut(line, "  ")
		name, end := strings.CutSuffix(name, "\n")
		if _, twice := sums[name]; !ok || !end || twice {
			v.problem(sumsName, "line %d is not a line of sha256sum, or there twice", n)
			continue
		}
		sums[name] = sum
	}
	return sums, nil
}

// errIrregular is for what stands in a file's place: a link, a folder, a pipe.
var errIrregular = errors.New("not a regular file")

func sumOf(path string) (bytes int64, sum string, err error) {
	info, err := os.Lstat(path)
	if err != nil {
		return 0, "", err
	}
	if !info.Mode().IsRegular() {
		return 0, "", errIrregular
	}
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close() // opened for reading: nothing to lose
	h := sha256.New()
	bytes, err = io.Copy(h, file)
	return bytes, hex.EncodeToString(h.Sum(nil)), err
}

// contents reads the graph, checks it, and makes the other formats again.
func (v *Verification) contents(ctx context.Context, s *Snapshot, source Source, opt VerifyOptions) error {
	m := s.Manifest
	ends := &endChecker{ctx: ctx, v: v, labels: map[string]int{}}
	again := &rewriting{files: map[string]*File{}}
	sinks := []graph.Sink{ends}
	formats := opt.Formats(m)
	var redone []string
	for _, name := range m.Formats {
		open := formats[name]
		switch {
		case m.ToolVersion != opt.ToolVersion:
			v.Unchecked = append(v.Unchecked, fmt.Sprintf("%s: written by sgexport %s, and this is %s", name, m.ToolVersion, opt.ToolVersion))
			continue
		case open == nil:
			v.Unchecked = append(v.Unchecked, name+": this program does not know the format")
			continue
		}
		sink, err := open(again.create, s.Header())
		if err != nil {
			for _, s := range sinks {
				err = errors.Join(err, s.Close())
			}
			return err
		}
		sinks = append(sinks, sink)
		redone = append(redone, name)
	}
	counter := NewCounter(s.Schema)
	counter.To(Fan(sinks...))
	err := Copy(source, counter)
	if err := errors.Join(err, counter.Close()); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v.problem("", "the graph cannot be read: %v", err)
		return nil
	}
	v.Counts = counter.Counts()
	v.count("labels", "nodes", v.Counts.Labels, m.Counts.Labels)
	v.count("edge types", "edges", v.Counts.EdgeTypes, m.Counts.EdgeTypes)
	if v.Counts.Nodes != m.Counts.Nodes || v.Counts.Edges != m.Counts.Edges {
		v.problem("", "there are %d nodes and %d edges, and the manifest says %d and %d", v.Counts.Nodes, v.Counts.Edges, m.Counts.Nodes, m.Counts.Edges)
	}
	v.Checked = append(v.Checked, fmt.Sprintf("%d nodes, %d edges: order, types, counts, both ends", v.Counts.Nodes, v.Counts.Edges))
	differ := 0
	for _, f := range m.Files {
		want := again.files[f.Path]
		delete(again.files, f.Path)
		switch {
		case f.Path == schemaName || v.reported(f.Path):
			continue
		case want == nil && len(redone) < len(m.Formats): // of a format that was not made again
			continue
		case want == nil:
			v.problem(f.Path, "is a file that no format of the snapshot has")
		case want.SHA256 != f.SHA256:
			v.problem(f.Path, "does not say what the JSON lines say")
		case want.Rows != f.Rows:
			v.problem(f.Path, "has %d rows, and the manifest says %d", want.Rows, f.Rows)
		default:
			continue
		}
		differ++
	}
	for _, name := range slices.Sorted(maps.Keys(again.files)) {
		v.problem(name, "is not in the manifest, and the format has it")
		differ++
	}
	if len(redone) > 0 && differ == 0 {
		v.Checked = append(v.Checked, strings.Join(redone, ", ")+": the same graph, byte for byte")
	}
	return nil
}

func (v *Verification) reported(file string) bool {
	return slices.ContainsFunc(v.Problems, func(p Problem) bool { return p.File == file })
}

func (v *Verification) count(what, unit string, got, want map[string]int64) {
	names := map[string]bool{}
	for n := range got {
		names[n] = true
	}
	for n := range want {
		names[n] = true
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		if got[n] != want[n] {
			v.problem("", "%s: %s has %d %s, and the manifest says %d", what, n, got[n], unit, want[n])
		}
	}
}

// endChecker is a sink that looks whether each edge has both ends, with the
// labels that it says. It knows nodes by 128 bits of their ids' hash.
type endChecker struct {
	ctx    context.Context
	v      *Verification
	labels map[string]int // by name, numbered as they come
	nodes  []nodeHash
	sorted bool
	edges  int
	found  int // ends that are not there
}

// A nodeHash is a node's hash, and the number of its label in the last byte.
type nodeHash [17]byte

func hashOf(id string, label int) nodeHash {
	sum := sha256.Sum256([]byte(id))
	var h nodeHash
	copy(h[:16], sum[:])
	h[16] = uint8(label)
	return h
}

func compareHashes(a, b nodeHash) int { return strings.Compare(string(a[:]), string(b[:])) }

// most is how many problems of one kind are told.
const most = 20

func (c *endChecker) Node(n *graph.Node) error {
	if _, ok := c.labels[n.Label.Name]; !ok {
		if len(c.labels) > math.MaxUint8 {
			return fmt.Errorf("more than %d labels", math.MaxUint8+1)
		}
		c.labels[n.Label.Name] = len(c.labels)
	}
	c.nodes = append(c.nodes, hashOf(n.ID, c.labels[n.Label.Name]))
	if len(c.nodes)%4096 == 0 {
		return c.ctx.Err()
	}
	return nil
}

func (c *endChecker) Edge(e *graph.Edge) error {
	c.sort()
	c.edges++
	for _, end := range []struct {
		id    string
		label *graph.Label
	}{{e.From, e.FromLabel}, {e.To, e.ToLabel}} {
		number, ok := c.labels[end.label.Name]
		if ok {
			_, ok = slices.BinarySearchFunc(c.nodes, hashOf(end.id, number), compareHashes)
		}
		if ok {
			continue
		}
		if c.found++; c.found <= most {
			c.v.problem("", "edge %d, %s from %q to %q (path %q): there is no %s %q", c.edges, e.Type.Name, e.From, e.To, e.Path, end.label.Name, end.id)
		}
	}
	return c.ctx.Err()
}

// sort ends the nodes. The same id under two labels is a problem.
func (c *endChecker) sort() {
	if c.sorted {
		return
	}
	c.sorted = true
	slices.SortFunc(c.nodes, compareHashes)
	twice := 0
	for i := 1; i < len(c.nodes); i++ {
		if string(c.nodes[i][:16]) == string(c.nodes[i-1][:16]) {
			twice++
		}
	}
	if twice > 0 {
		c.v.problem("", "%d nodes have the same id as a node of another label", twice)
	}
}

func (c *endChecker) Close() error {
	c.sort()
	if c.found > most {
		c.v.problem("", "%d more ends of edges are not there", c.found-most)
	}
	return nil
}

// rewriting is a place to write to that keeps of each file what a manifest says
// of it, and nothing else.
type rewriting struct {
	mu    sync.Mutex
	files map[string]*File
}

func (r *rewriting) create(name string) (io.WriteCloser, error) {
	f := &rewritten{sum: sha256.New(), entry: &File{Path: name}}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.files[name] = f.entry
	return f, nil
}

type rewritten struct {
	sum   hash.Hash
	entry *File
}

func (f *rewritten) Write(p []byte) (int, error) { return f.sum.Write(p) }

// Rows implements graph.RowCounter.
func (f *rewritten) Rows(n int64) { f.entry.Rows = n }

func (f *rewritten) Close() error {
	f.entry.SHA256 = hex.EncodeToString(f.sum.Sum(nil))
	return nil
}

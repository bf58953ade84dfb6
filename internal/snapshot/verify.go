package snapshot

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/graph"
)

// VerifyOptions say how to read and to write formats.
type VerifyOptions struct {
	// Source reads a snapshot's graph, or is nil where the snapshot has none that
	// can be read.
	Source func(*Snapshot) Source
	// Formats make the other formats again, by name.
	Formats map[string]graph.Open
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
	Counts             Counts
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
	s, err := Open(dir)
	if err != nil {
		return nil, err
	}
	v := &Verification{}
	intact, err := v.sums(ctx, s)
	if err != nil {
		return nil, err
	}
	if opt.Source == nil {
		v.Unchecked = append(v.Unchecked, "contents: the snapshot has no JSON lines to compare with")
		return v, nil
	}
	if !intact {
		v.Unchecked = append(v.Unchecked, "contents: files are missing or changed")
		return v, nil
	}
	if err := v.contents(ctx, s, opt); err != nil {
		return nil, err
	}
	return v, nil
}

// sums checks the files against the manifest and SHA256SUMS. It reports
// whether what the graph is read from is intact.
func (v *Verification) sums(ctx context.Context, s *Snapshot) (intact bool, err error) {
	listed, err := readSums(filepath.Join(s.Dir, sumsName))
	if errors.Is(err, fs.ErrNotExist) {
		v.problem(sumsName, "is missing")
	} else if err != nil {
		return false, err
	}
	expected := map[string]bool{manifestName: true, sumsName: true}
	intact = true
	for _, f := range s.Manifest.Files {
		if err := ctx.Err(); err != nil {
			return false, err
		}
		expected[f.Path] = true
		if listed != nil && listed[f.Path] != f.SHA256 {
			v.problem(sumsName, "%s has another sum there than in %s", f.Path, manifestName)
		}
		delete(listed, f.Path)
		bytes, sum, err := sumOf(filepath.Join(s.Dir, filepath.FromSlash(f.Path)))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			v.problem(f.Path, "is missing")
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
	err = filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, err := filepath.Rel(s.Dir, path)
		if err == nil && !expected[filepath.ToSlash(name)] {
			v.problem(filepath.ToSlash(name), "is not in the manifest")
		}
		return err
	})
	v.Checked = append(v.Checked, fmt.Sprintf("%d files: size and SHA-256", len(s.Manifest.Files)))
	return intact, err
}

func readSums(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() // opened for reading: nothing to lose
	sums := map[string]string{}
	lines := bufio.NewScanner(file)
	for n := 1; lines.Scan(); n++ {
		sum, name, ok := strings.Cut(lines.Text(), "  ")
		if !ok {
			return nil, fmt.Errorf("%s:%d: not a line of sha256sum", path, n)
		}
		sums[name] = sum
	}
	return sums, lines.Err()
}

func sumOf(path string) (bytes int64, sum string, err error) {
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
func (v *Verification) contents(ctx context.Context, s *Snapshot, opt VerifyOptions) error {
	m := s.Manifest
	ends := &endChecker{ctx: ctx, v: v, labels: map[string]uint8{}}
	again := &sums{sums: map[string]string{}}
	sinks := []graph.Sink{ends}
	same := m.ToolVersion == opt.ToolVersion
	var redone []string
	for _, name := range m.Formats {
		open := opt.Formats[name]
		if open == nil || !same {
			v.Unchecked = append(v.Unchecked, fmt.Sprintf("%s: written by sgexport %s, and this is %s", name, m.ToolVersion, opt.ToolVersion))
			continue
		}
		sink, err := open(again.create, s.Header())
		if err != nil {
			return err
		}
		sinks = append(sinks, sink)
		redone = append(redone, name)
	}
	counter := NewCounter(s.Schema)
	counter.To(Fan(sinks...))
	err := Copy(opt.Source(s), counter)
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
	for _, f := range m.Files {
		if sum, ok := again.sums[f.Path]; ok && sum != f.SHA256 && !v.reported(f.Path) {
			v.problem(f.Path, "does not say what the JSON lines say")
		}
	}
	if len(redone) > 0 {
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
	labels map[string]uint8
	nodes  []nodeHash
	sorted bool
	found  int
}

// A nodeHash is a node's hash, and the number of its label in the last byte.
type nodeHash [17]byte

func hashOf(id string, label uint8) nodeHash {
	sum := sha256.Sum256([]byte(id))
	var h nodeHash
	copy(h[:16], sum[:])
	h[16] = label
	return h
}

func compareHashes(a, b nodeHash) int { return strings.Compare(string(a[:]), string(b[:])) }

// most is how many problems of one kind are told.
const most = 20

func (c *endChecker) Node(n *graph.Node) error {
	if _, ok := c.labels[n.Label.Name]; !ok {
		c.labels[n.Label.Name] = uint8(len(c.labels))
	}
	c.nodes = append(c.nodes, hashOf(n.ID, c.labels[n.Label.Name]))
	if len(c.nodes)%4096 == 0 {
		return c.ctx.Err()
	}
	return nil
}

func (c *endChecker) Edge(e *graph.Edge) error {
	c.sort()
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
			c.v.problem("", "a %s edge from %s to %s (path %q): there is no %s %s", e.Type.Name, e.From, e.To, e.Path, end.label.Name, end.id)
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
	for i := 1; i < len(c.nodes); i++ {
		if string(c.nodes[i][:16]) == string(c.nodes[i-1][:16]) {
			c.v.problem("", "two nodes of different labels have the same id")
		}
	}
}

func (c *endChecker) Close() error {
	c.sort()
	if c.found > most {
		c.v.problem("", "%d more edges lack an end", c.found-most)
	}
	return nil
}

// sums is a place to write to that keeps the sums alone.
type sums struct {
	mu   sync.Mutex
	sums map[string]string
}

func (s *sums) create(name string) (io.WriteCloser, error) {
	return &summed{s: s, name: name, hash: sha256.New()}, nil
}

type summed struct {
	s    *sums
	name string
	hash hash.Hash
}

func (f *summed) Write(p []byte) (int, error) { return f.hash.Write(p) }

func (f *summed) Close() error {
	f.s.mu.Lock()
	defer f.s.mu.Unlock()
	f.s.sums[f.name] = hex.EncodeToString(f.hash.Sum(nil))
	return nil
}

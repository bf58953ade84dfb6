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
	// ToolVersion is that of this program. All formats are made again whichever
	// version wrote them; only the same one is sure to make the same bytes.
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

	manifestSum string          // SHA-256 of the manifest
	reported    map[string]bool // files that have a problem
	more        int             // problems that are not kept
}

// maxProblems is how many problems are told: a list of sums may have millions of
// wrong lines.
const maxProblems = 1000

func (v *Verification) problem(file, format string, args ...any) {
	if v.reported == nil {
		v.reported = map[string]bool{}
	}
	if len(v.Problems) == maxProblems {
		v.more++
		return
	}
	v.reported[file] = true
	v.Problems = append(v.Problems, Problem{file, fmt.Sprintf(format, args...)})
}

func (v *Verification) unchecked(format string, args ...any) {
	v.Unchecked = append(v.Unchecked, fmt.Sprintf(format, args...))
}

// Verify checks a snapshot: that each file is there and is what was written,
// that no other file is there, that the counts are those of the manifest, that
// each edge has both ends, and that the formats say the same. It holds some 20 bytes
// a node in memory. An error means that it could not check; what it found wrong
// are problems.
func Verify(ctx context.Context, dir string, opt VerifyOptions) (*Verification, error) {
	v := &Verification{}
	err := v.verify(ctx, dir, opt)
	if v.more > 0 {
		v.Problems = append(v.Problems, Problem{What: fmt.Sprintf("%d more problems", v.more)})
	}
	return v, err
}

func (v *Verification) verify(ctx context.Context, dir string, opt VerifyOptions) error {
	m, listed, err := v.begin(dir)
	if m == nil || err != nil {
		return err
	}
	v.Missing = Missing(&m.Report)
	v.states(m)
	intact, err := v.sums(ctx, dir, m, listed, func(File) bool { return true })
	if err != nil {
		return err
	}
	if err := v.others(ctx, dir, m, listed); err != nil {
		return err
	}
	if !intact {
		v.unchecked("contents: files are missing or changed")
		return nil
	}
	s, err := openSchema(dir, m)
	if err != nil {
		return err
	}
	source := opt.Source(s)
	if source == nil {
		v.unchecked("contents: the snapshot has no JSON lines to compare with")
		return nil
	}
	return v.contents(ctx, s, source, opt)
}

// begin reads the manifest and the sums; no manifest where it is damaged, which
// is a problem then.
func (v *Verification) begin(dir string) (*Manifest, map[string]string, error) {
	text, err := manifestText(dir)
	if err != nil {
		return nil, nil, err
	}
	listed, err := v.readSums(dir)
	if err != nil {
		return nil, nil, err
	}
	v.manifestSum = fmt.Sprintf("%x", sha256.Sum256(text))
	v.listed(listed, manifestName, v.manifestSum)
	m, err := parseManifest(filepath.Join(dir, manifestName), text)
	if err != nil {
		if len(v.Problems) == 0 {
			return nil, nil, err // it is as it was written, so it is no snapshot of ours
		}
		v.problem(manifestName, "cannot be read: %v", err)
		return nil, nil, nil
	}
	return m, listed, nil
}

// isGraph reports whether a file is one that the graph is read from.
func isGraph(f File) bool { return strings.HasPrefix(f.Path, "jsonl/") || f.Path == schemaName }

// A DamagedError says that what the graph of a snapshot is read from is not what
// was written.
type DamagedError struct {
	Dir   string
	First Problem
}

func (e *DamagedError) Error() string {
	return e.Dir + ": the snapshot is damaged: " + e.First.String()
}

// OpenIntact opens the snapshot in dir after it has checked the sums of what the
// graph is read from; what is wrong with them is a [*DamagedError]. The manifest has
// them too, so SHA256SUMS need not be there.
func OpenIntact(ctx context.Context, dir string) (*Snapshot, error) {
	v := &Verification{}
	m, listed, err := v.begin(dir)
	v.Problems = slices.DeleteFunc(v.Problems, func(p Problem) bool { return p == noSums })
	if err == nil && m != nil {
		_, err = v.sums(ctx, dir, m, listed, isGraph)
	}
	switch {
	case err != nil:
		return nil, err
	case len(v.Problems) > 0:
		return nil, &DamagedError{dir, v.Problems[0]}
	}
	return openSchema(dir, m)
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

// sums checks files against the manifest and SHA256SUMS. It reports whether
// what the graph is read from is intact.
func (v *Verification) sums(ctx context.Context, dir string, m *Manifest, listed map[string]string, want func(File) bool) (intact bool, err error) {
	intact = true
	checked := 0
	for _, f := range m.Files {
		if !want(f) {
			continue
		}
		checked++
		v.listed(listed, f.Path, f.SHA256)
		ok, err := v.sum(ctx, dir, f)
		if err != nil {
			return false, err
		}
		intact = intact && (ok || !isGraph(f))
	}
	v.Checked = append(v.Checked, Counted(checked, "file")+": size and SHA-256")
	return intact, nil
}

// sum checks one file.
func (v *Verification) sum(ctx context.Context, dir string, f File) (ok bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	file, err := openRegular(dir, f.Path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		v.problem(f.Path, "is missing")
		return false, nil
	case errors.Is(err, errIrregular):
		v.problem(f.Path, "is not a regular file")
		return false, nil
	case err != nil:
		return false, fmt.Errorf("read %s: %w", f.Path, err)
	}
	defer file.Close() // opened for reading: nothing to lose
	info, err := file.Stat()
	if err != nil {
		return false, fmt.Errorf("read %s: %w", f.Path, err)
	}
	if info.Size() != f.Bytes {
		v.problem(f.Path, "has %d bytes, and the manifest says %d", info.Size(), f.Bytes)
		return false, nil
	}
	h := sha256.New()
	if _, err := io.Copy(h, struct{ io.Reader }{stoppable{ctx, file}}); err != nil {
		return false, fmt.Errorf("read %s: %w", f.Path, err)
	}
	if sum := hex.EncodeToString(h.Sum(nil)); sum != f.SHA256 {
		v.problem(f.Path, "was changed: its SHA-256 is %s, and the manifest says %s", sum, f.SHA256)
		return false, nil
	}
	return true, nil
}

// others looks for what the manifest does not list: in SHA256SUMS, and in the
// folder.
func (v *Verification) others(ctx context.Context, dir string, m *Manifest, listed map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		v.problem(sumsName, "lists %s, which the manifest does not", cut(name))
	}
	expected := map[string]bool{manifestName: true, sumsName: true}
	for _, f := range m.Files {
		expected[f.Path] = true
	}
	// Of the folder's FS, for the path of the snapshot itself may be a link.
	return fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return ctx.Err()
		case !expected[name]:
			v.problem(name, "is not in the manifest")
		}
		return nil
	})
}

// noSums is the problem of a snapshot without its list of sums.
var noSums = Problem{sumsName, "is missing"}

// readSums returns what SHA256SUMS says, by file, or nil where it is missing.
func (v *Verification) readSums(dir string) (map[string]string, error) {
	data, err := readText(dir, sumsName)
	if errors.Is(err, fs.ErrNotExist) {
		v.problem(noSums.File, "%s", noSums.What)
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the sums: %w", err)
	}
	sums := map[string]string{}
	n, wrong := 0, 0
	for line := range strings.Lines(string(data)) {
		n++
		sum, name, ok := strings.Cut(line, "  ")
		name, end := strings.CutSuffix(name, "\n")
		if _, twice := sums[name]; !ok || !end || twice || !isSum(sum) {
			if wrong++; wrong <= most {
				v.problem(sumsName, "line %d is not a line of sha256sum, or there twice", n)
			}
			continue
		}
		sums[name] = sum
	}
	if wrong > most {
		v.problem(sumsName, "%d more lines are not lines of sha256sum, or there twice", wrong-most)
	}
	return sums, nil
}

// contents reads the graph, checks it, and makes the formats again.
func (v *Verification) contents(ctx context.Context, s *Snapshot, source Source, opt VerifyOptions) error {
	m := s.Manifest
	ends := NewEnds(ctx)
	again := &rewriting{files: map[string]*File{}}
	sinks := []graph.Sink{ends}
	formats := opt.Formats(m)
	var redone []string
	for _, name := range m.Formats {
		open := formats[name]
		if open == nil {
			v.unchecked("%s: this program does not know the format", cut(name))
			continue
		}
		if slices.Contains(redone, name) {
			v.problem(manifestName, "lists the format %s twice", name)
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
	counter.AtMost(m.Counts)
	counter.To(Fan(sinks...))
	err := Copy(source, counter)
	if err := errors.Join(err, counter.Close()); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var fault *graph.PanicError
		if errors.As(err, &fault) {
			return err
		}
		v.problem("", "the graph cannot be read: %v", err)
		return nil
	}
	for _, p := range ends.Problems() {
		v.problem("", "%s", p)
	}
	v.Counts = counter.Counts()
	v.count("labels", "nodes", v.Counts.Labels, m.Counts.Labels)
	v.count("edge types", "edges", v.Counts.EdgeTypes, m.Counts.EdgeTypes)
	if v.Counts.Nodes != m.Counts.Nodes || v.Counts.Edges != m.Counts.Edges {
		v.problem("", "there are %d nodes and %d edges, and the manifest says %d and %d", v.Counts.Nodes, v.Counts.Edges, m.Counts.Nodes, m.Counts.Edges)
	}
	v.Checked = append(v.Checked, fmt.Sprintf("%s, %s: order, types, counts, both ends", Counted(v.Counts.Nodes, "node"), Counted(v.Counts.Edges, "edge")))
	v.compare(m, again.files, redone, opt.ToolVersion)
	return nil
}

// compare compares the files of the formats with those that were made again.
func (v *Verification) compare(m *Manifest, again map[string]*File, redone []string, version string) {
	var differing []Problem
	differ := func(file, format string, args ...any) {
		differing = append(differing, Problem{file, fmt.Sprintf(format, args...)})
	}
	for _, f := range m.Files {
		want := again[f.Path]
		delete(again, f.Path)
		switch {
		case f.Path == schemaName || f.Path == BaseFile || v.reported[f.Path]:
		case want == nil && len(redone) < len(m.Formats): // of a format that was not made again
		case want == nil:
			differ(f.Path, "is a file that no format of the snapshot has")
		case want.SHA256 != f.SHA256:
			differ(f.Path, "does not say what the JSON lines say")
		case want.Rows != f.Rows:
			differ(f.Path, "has %d rows, and the manifest says %d", want.Rows, f.Rows)
		case !maps.Equal(want.Losses, f.Losses):
			differ(f.Path, "has losses %v, and the manifest says %v", want.Losses, f.Losses)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(again)) {
		differ(name, "is not in the manifest, and the format has it")
	}
	switch {
	case len(differing) == 0 && len(redone) > 0:
		// What is missing or was changed was not compared: it is a problem already.
		same := slices.DeleteFunc(slices.Clone(redone), func(format string) bool {
			return slices.ContainsFunc(slices.Collect(maps.Keys(v.reported)), func(file string) bool { return strings.HasPrefix(file, format+"/") })
		})
		if len(same) > 0 {
			v.Checked = append(v.Checked, strings.Join(same, ", ")+": the same graph, byte for byte")
		}
	case m.ToolVersion == version:
		for _, p := range differing {
			v.problem(p.File, "%s", p.What)
		}
	case len(differing) > 0:
		v.unchecked("%s: %s not what this version (%s) makes of the JSON lines, the first is %s; another version (%s) wrote the snapshot, and it alone can tell whether they say the same",
			strings.Join(redone, ", "), plural(len(differing), "1 file is", fmt.Sprintf("%d files are", len(differing))), version, differing[0].File, cut(m.ToolVersion))
	}
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
			v.problem("", "%s: %s has %d %s, and the manifest says %d", what, cut(n), got[n], unit, want[n])
		}
	}
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

// Losses implements graph.LossCounter.
func (f *rewritten) Losses(byRule map[string]int64) { f.entry.Losses = byRule }

func (f *rewritten) Close() error {
	f.entry.SHA256 = hex.EncodeToString(f.sum.Sum(nil))
	return nil
}

package snapshot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/graph"
)

// FormatVersion is the version of the directory's layout, the manifest and
// schema.json. A program reads its own version and older ones.
const FormatVersion = 1

// A Manifest says what a snapshot holds. It is written last: without it a
// directory is no snapshot. docs/manifest.schema.json describes its JSON.
type Manifest struct {
	FormatVersion int       `json:"format_version"`
	Tool          string    `json:"tool"`
	ToolVersion   string    `json:"tool_version"`
	Snapshot      time.Time `json:"snapshot"` // the time that the snapshot is known by
	Began         time.Time `json:"began"`
	Ended         time.Time `json:"ended"`
	IsComplete    bool      `json:"complete"` // the snapshot holds everything: graph.Report.Complete
	graph.Report
	Counts    Counts         `json:"counts"`
	Formats   []string       `json:"formats"`
	Files     []File         `json:"files"` // sorted by path; without the manifest and SHA256SUMS, which sums the manifest too
	Redaction Redaction      `json:"redaction"`
	Options   map[string]any `json:"options"`
	// Bases are the earlier snapshots that --base gave: one, but where a run was gone on
	// from with another.
	Bases []Reuse `json:"bases,omitempty"`
}

// A Reuse says how many resources were taken over from an earlier snapshot.
type Reuse struct {
	Snapshot       time.Time `json:"snapshot"`        // the time that it is known by
	ManifestSHA256 string    `json:"manifest_sha256"` // of its manifest.json
	Reused         int64     `json:"reused"`
}

// Counts are the nodes per label and edges per type, of those that there are.
type Counts struct {
	Nodes     int64            `json:"nodes"`
	Edges     int64            `json:"edges"`
	Labels    map[string]int64 `json:"labels"`
	EdgeTypes map[string]int64 `json:"edge_types"`
}

// A File is one file of a snapshot. Rows are nodes, edges or both; 0 where a
// file has no rows.
type File struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
	// Losses count the values that the format could not hold as they are, by the
	// rule that says what stands there instead; see docs/loading.md.
	Losses map[string]int64 `json:"losses,omitempty"`
}

// A Redaction says what was taken out, and where: label.column.
type Redaction struct {
	Mode   string   `json:"mode"` // secrets or none
	Fields []string `json:"fields"`
}

func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}

// fill brings m into the shape that it is published in: whether it is complete,
// lists that are empty rather than null, and times in UTC to the microsecond.
func (m *Manifest) fill() {
	m.FormatVersion, m.Files = FormatVersion, []File{}
	m.IsComplete = m.Report.Complete()
	for _, t := range []*time.Time{&m.Snapshot, &m.Began, &m.Ended} {
		*t = t.UTC().Truncate(time.Microsecond)
	}
	m.Scopes, m.Gaps, m.NotReferences, m.LeftOut = notNil(m.Scopes), notNil(m.Gaps), notNil(m.NotReferences), notNil(m.LeftOut)
	m.Formats, m.Redaction.Fields = notNil(m.Formats), notNil(m.Redaction.Fields)
	if m.Counts.Labels == nil {
		m.Counts.Labels = map[string]int64{}
	}
	if m.Counts.EdgeTypes == nil {
		m.Counts.EdgeTypes = map[string]int64{}
	}
	if m.Options == nil {
		m.Options = map[string]any{}
	}
}

// notNil returns list, or an empty one where it is nil.
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func readManifest(dir string) (*Manifest, error) {
	data, err := manifestText(dir)
	if err != nil {
		return nil, err
	}
	return parseManifest(filepath.Join(dir, manifestName), data)
}

func manifestText(dir string) ([]byte, error) {
	if info, err := os.Stat(dir); err != nil {
		return nil, fmt.Errorf("open the snapshot: %w", err)
	} else if !info.IsDir() {
		return nil, fmt.Errorf("open the snapshot: %s is a file; give the folder that has %s", dir, manifestName)
	}
	data, err := readText(dir, manifestName)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no %s: it is not a snapshot, or one that was not finished", dir, manifestName)
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	return data, nil
}

func parseManifest(path string, data []byte) (*Manifest, error) {
	m := &Manifest{}
	if err := unmarshal(path, data, m); err != nil {
		return nil, err
	}
	if err := checkVersion(path, m.FormatVersion); err != nil {
		return nil, err
	}
	for i, f := range m.Files {
		if !isFileName(f.Path) || i > 0 && m.Files[i-1].Path >= f.Path {
			return nil, fmt.Errorf("%s: the file %.200q is outside of the snapshot, has a name that no file of one has, is out of order or there twice", path, f.Path)
		}
		if f.Bytes < 0 || f.Rows < 0 || !isSum(f.SHA256) {
			return nil, fmt.Errorf("%s: the file %.200q has no size or no SHA-256", path, f.Path)
		}
	}
	return m, nil
}

// isFileName reports whether a file of a snapshot can be called so.
func isFileName(name string) bool {
	return fs.ValidPath(name) && filepath.IsLocal(filepath.FromSlash(name)) && name == Printable(name) && !strings.ContainsRune(name, '\\') &&
		name != "." && name != manifestName && name != sumsName
}

// isSum reports whether s is a SHA-256 as sha256sum writes it.
func isSum(s string) bool {
	return len(s) == 2*sha256.Size && strings.Trim(s, "0123456789abcdef") == ""
}

func checkVersion(path string, v int) error {
	switch {
	case v > FormatVersion:
		return fmt.Errorf("%s is of format version %d, and this program reads up to %d: use a newer sgexport", path, v, FormatVersion)
	case v < 1:
		return fmt.Errorf("%s has no format_version: it is not what sgexport writes", path)
	}
	return nil
}

// A Snapshot is one that is there.
type Snapshot struct {
	Dir      string
	Manifest *Manifest
	Schema   *graph.Schema
}

// Open opens the snapshot in dir.
func Open(dir string) (*Snapshot, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	return openSchema(dir, m)
}

func openSchema(dir string, m *Manifest) (*Snapshot, error) {
	path := filepath.Join(dir, schemaName)
	data, err := readText(dir, schemaName)
	if err != nil {
		return nil, fmt.Errorf("read the schema: %w", err)
	}
	s, err := unmarshalSchema(path, data)
	if err != nil {
		return nil, err
	}
	return &Snapshot{Dir: dir, Manifest: m, Schema: s}, nil
}

// Open opens a file of the snapshot that the manifest lists for reading.
func (s *Snapshot) Open(name string) (io.ReadCloser, error) {
	return s.Opener(context.Background())(name)
}

// Opener is Open, of files whose reads fail once ctx has ended.
func (s *Snapshot) Opener(ctx context.Context) func(name string) (io.ReadCloser, error) {
	return func(name string) (io.ReadCloser, error) {
		if _, listed := slices.BinarySearchFunc(s.Manifest.Files, name, func(f File, name string) int { return strings.Compare(f.Path, name) }); !listed {
			return nil, notListedError{name}
		}
		file, err := openRegular(s.Dir, name)
		if err != nil {
			return nil, err
		}
		return stoppable{ctx, file}, nil
	}
}

// Header returns what a sink is to know of the snapshot's graph.
func (s *Snapshot) Header() *graph.Header {
	m := s.Manifest
	return &graph.Header{Schema: s.Schema, Created: m.Snapshot, Tool: m.Tool + " " + m.ToolVersion, Scopes: m.HeaderScopes(), Absent: m.Absent(s.Schema)}
}

// The JSON of schema.json.
type (
	jsonSchema struct {
		FormatVersion int            `json:"format_version"`
		Labels        []jsonLabel    `json:"labels"`
		EdgeTypes     []jsonEdgeType `json:"edge_types"`
	}
	jsonLabel struct {
		Name     string       `json:"name"`
		Extra    []string     `json:"extra_labels,omitempty"`
		Doc      string       `json:"doc,omitempty"`
		Family   string       `json:"family,omitempty"`
		Referred bool         `json:"referred,omitempty"`
		Columns  []jsonColumn `json:"columns"`
	}
	jsonColumn struct {
		Name   string `json:"name"`
		Type   string `json:"type"`
		Source string `json:"source,omitempty"`
	}
	jsonEdgeType struct {
		Name    string       `json:"name"`
		Doc     string       `json:"doc,omitempty"`
		Columns []jsonColumn `json:"columns"`
		Rules   []jsonRule   `json:"rules"`
	}
	jsonRule struct {
		Owner   string   `json:"owner"`
		Path    string   `json:"path"`
		Reverse bool     `json:"reverse,omitempty"`
		Targets []string `json:"targets,omitempty"`
		Derived string   `json:"derived,omitempty"`
	}
)

// MarshalSchema returns the text of schema.json, which docs/schema.schema.json
// describes.
func MarshalSchema(s *graph.Schema) ([]byte, error) {
	out := jsonSchema{FormatVersion: FormatVersion, Labels: []jsonLabel{}, EdgeTypes: []jsonEdgeType{}}
	columns := func(cols []graph.Column) []jsonColumn {
		list := []jsonColumn{}
		for _, c := range cols {
			list = append(list, jsonColumn{c.Name, c.Type.String(), c.Source})
		}
		return list
	}
	for _, l := range s.Labels {
		out.Labels = append(out.Labels, jsonLabel{l.Name, l.Extra, l.Doc, l.Family, l.Referred, columns(l.Columns)})
	}
	for _, t := range s.EdgeTypes {
		rules := []jsonRule{}
		for _, r := range t.Rules {
			rules = append(rules, jsonRule(r))
		}
		out.EdgeTypes = append(out.EdgeTypes, jsonEdgeType{t.Name, t.Doc, columns(t.Columns), rules})
	}
	data, err := marshal(out)
	if err != nil {
		return nil, fmt.Errorf("write the schema: %w", err)
	}
	return data, nil
}

// What a schema may have: a multiple of all that AWS has. Formats keep some of
// each column, and of each node a value for each column of its label.
const (
	maxLabels  = 1000 // and as many edge types
	maxColumns = 400  // of a label or an edge type
	maxInAll   = 50_000
)

// checkSize fails where a schema is so large that a small file of nodes would
// take much memory.
func checkSize(s *jsonSchema) error {
	if len(s.Labels) > maxLabels || len(s.EdgeTypes) > maxLabels {
		return fmt.Errorf("it has %d labels and %d edge types, and %d of each are the most", len(s.Labels), len(s.EdgeTypes), maxLabels)
	}
	all := 0
	count := func(name string, columns, others int) error {
		all += columns + others
		if columns > maxColumns || all > maxInAll {
			return fmt.Errorf("%.80q has %d columns, and %d are the most, or there are more than %d columns, labels and rules", name, columns, maxColumns, maxInAll)
		}
		return nil
	}
	for _, l := range s.Labels {
		if err := count(l.Name, len(l.Columns), len(l.Extra)); err != nil {
			return err
		}
	}
	for _, t := range s.EdgeTypes {
		targets := 0
		for _, r := range t.Rules {
			targets += len(r.Targets)
		}
		if err := count(t.Name, len(t.Columns), len(t.Rules)+targets); err != nil {
			return err
		}
	}
	return nil
}

// unmarshalSchema reads the schema that is in the file at path.
func unmarshalSchema(path string, data []byte) (*graph.Schema, error) {
	var in jsonSchema
	if err := unmarshal(path, data, &in); err != nil {
		return nil, err
	}
	if err := checkVersion(path, in.FormatVersion); err != nil {
		return nil, err
	}
	if err := checkSize(&in); err != nil {
		return nil, fmt.Errorf("%s is not what sgexport writes: %w", path, err)
	}
	columns := func(owner string, list []jsonColumn) ([]graph.Column, error) {
		cols := make([]graph.Column, 0, len(list))
		for _, c := range list {
			t, ok := graph.ParseType(c.Type)
			if !ok {
				return nil, fmt.Errorf("%s: %s.%s has the unknown type %.80q", path, cut(owner), cut(c.Name), c.Type)
			}
			cols = append(cols, graph.Column{Name: c.Name, Type: t, Source: c.Source})
		}
		return cols, nil
	}
	var labels []*graph.Label
	for _, l := range in.Labels {
		cols, err := columns(l.Name, l.Columns)
		if err != nil {
			return nil, err
		}
		labels = append(labels, &graph.Label{Name: l.Name, Extra: l.Extra, Doc: l.Doc, Family: l.Family, Referred: l.Referred, Columns: cols})
	}
	var types []*graph.EdgeType
	for _, t := range in.EdgeTypes {
		cols, err := columns(t.Name, t.Columns)
		if err != nil {
			return nil, err
		}
		e := &graph.EdgeType{Name: t.Name, Doc: t.Doc, Columns: cols}
		for _, r := range t.Rules {
			e.Rules = append(e.Rules, graph.Rule(r))
		}
		types = append(types, e)
	}
	s, err := graph.NewSchema(labels, types)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", path, cut(err.Error()))
	}
	return s, nil
}

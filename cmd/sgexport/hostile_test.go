package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// An attack is a snapshot that was made to do harm, and what verify and convert
// are to do with it.
type attack struct {
	name    string
	edit    func(*hostile)
	verify  int // exit code of verify
	convert int // exit code of convert
	says    string
}

// The exit code of verify where it found something.
const found = 4

// kept is how much memory reading a snapshot may take, in bytes.
const kept = 500 << 20

// TestHostileSnapshots reads snapshots that were made to do harm. verify and
// convert end soon, in little memory, say why, and write nothing to the terminal
// that would move its cursor.
func TestHostileSnapshots(t *testing.T) {
	sgexport, base := buildProgram(t), filepath.Join(t.TempDir(), "base")
	exportSmall(t, sgexport, base)
	for _, a := range slices.Concat(fileAttacks(), irregularFiles(), manifestAttacks(), schemaAttacks(), lineAttacks(), graphAttacks()) {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			h := &hostile{T: t, dir: filepath.Join(t.TempDir(), "s")}
			if err := os.CopyFS(h.dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			a.edit(h)
			for command, code := range map[string]int{"verify": a.verify, "convert": a.convert} {
				h.run(sgexport, command, code, a.says)
			}
		})
	}
}

// exportSmall makes a small snapshot, not packed.
func exportSmall(t *testing.T, sgexport, dir string) {
	t.Helper()
	out, err := exec.Command(sgexport, "export", "--demo", "--quiet", "--out", dir, "--now", "2026-01-02T03:04:05Z", "--compress", "none",
		"--kinds", "Model,Endpoint,EndpointConfig", "--neighbors", "none", "--format", "jsonl,cypher").CombinedOutput()
	if err != nil {
		t.Fatalf("export: %v\n%s", err, out)
	}
}

// A hostile is a snapshot while an attack is made of it.
type hostile struct {
	*testing.T
	dir string
}

// run runs a command on the snapshot.
func (h *hostile) run(sgexport, command string, code int, says string) {
	h.Helper()
	target := filepath.Join(filepath.Dir(h.dir), "target")
	args := []string{command, h.dir}
	if command == "convert" {
		args = append(args, "--out", target, "--format", "jsonl,cypher")
	}
	ctx, cancel := context.WithTimeout(h.Context(), time.Minute)
	defer cancel()
	// By way of a small process: what a process has at most begins with what the
	// one had that started it, and the tests have much.
	usage := filepath.Join(h.TempDir(), "memory")
	cmd := exec.CommandContext(ctx, os.Args[0], append([]string{sgexport}, args...)...)
	cmd.Env = append(os.Environ(), "SGEXPORT_TEST_MEMORY="+usage)
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		h.Fatalf("%s does not end", command)
	case err != nil && !errors.As(err, &exit):
		h.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); got != code {
		h.Errorf("%s: exit code %d, want %d\n%s", command, got, code, tail(string(out)))
	}
	var most int64
	if text, err := os.ReadFile(usage); err != nil {
		h.Error(err)
	} else if _, err := fmt.Sscan(string(text), &most); err != nil || most > kept {
		h.Errorf("%s used %d MiB (%v)", command, most>>20, err)
	}
	if (code != 0 || command == "verify") && !regexp.MustCompile(says).Match(out) {
		h.Errorf("%s does not say %s:\n%s", command, says, tail(string(out)))
	}
	if i := bytes.IndexFunc(out, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }); i >= 0 {
		h.Errorf("%s writes %.20q to the terminal", command, out[i:])
	}
	if len(out) > 1<<20 {
		h.Errorf("%s says %d bytes", command, len(out))
	}
	if strings.Contains(string(out), "goroutine ") {
		h.Errorf("%s panics:\n%s", command, tail(string(out)))
	}
	if command != "convert" {
		return
	}
	left, err := os.ReadDir(filepath.Dir(target))
	if err != nil {
		h.Fatal(err)
	}
	for _, e := range left {
		if e.Name() != "s" && !(code == 0 && e.Name() == "target") {
			h.Errorf("convert leaves %s", e.Name())
		}
	}
}

func (h *hostile) path(name string) string { return filepath.Join(h.dir, filepath.FromSlash(name)) }

func (h *hostile) read(name string) []byte {
	h.Helper()
	data, err := os.ReadFile(h.path(name))
	h.must(err)
	return data
}

func (h *hostile) write(name string, data []byte) {
	h.Helper()
	h.must(os.WriteFile(h.path(name), data, 0o600))
}

func (h *hostile) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// replace puts something else in the place of a file.
func (h *hostile) replace(name string, put func(path string) error) {
	h.Helper()
	h.must(os.RemoveAll(h.path(name)))
	h.must(put(h.path(name)))
}

// grow makes a file large, without taking the disk.
func (h *hostile) grow(name string, size int64) {
	h.Helper()
	h.must(os.Truncate(h.path(name), size))
}

// manifest changes the manifest, and makes all sums right again: of what is in
// the folder.
func (h *hostile) manifest(edit func(m map[string]any)) {
	h.Helper()
	var m map[string]any
	h.must(json.Unmarshal(h.read("manifest.json"), &m))
	var files []any
	for _, f := range m["files"].([]any) {
		f := f.(map[string]any)
		data, err := os.ReadFile(h.path(f["path"].(string)))
		if err != nil {
			continue
		}
		f["bytes"], f["sha256"] = len(data), fmt.Sprintf("%x", sha256.Sum256(data))
		files = append(files, f)
	}
	m["files"] = files
	if edit != nil {
		edit(m)
	}
	data, err := json.Marshal(m)
	h.must(err)
	h.seal(data)
}

// seal writes a manifest, and its sum and those of the files that it lists.
func (h *hostile) seal(manifest []byte) {
	h.Helper()
	h.write("manifest.json", manifest)
	var sums strings.Builder
	var m struct {
		Files []struct{ Path, SHA256 string }
	}
	_ = json.Unmarshal(manifest, &m) // it may be none
	for _, f := range m.Files {
		if len(f.SHA256) != 2*sha256.Size {
			continue
		}
		fmt.Fprintf(&sums, "%s  %s\n", f.SHA256, f.Path)
	}
	fmt.Fprintf(&sums, "%x  manifest.json\n", sha256.Sum256(manifest))
	h.write("SHA256SUMS", []byte(sums.String()))
}

// nodes replaces the nodes by lines that write writes, packed as suffix says.
func (h *hostile) nodes(suffix string, count int, write func(w io.Writer)) {
	h.Helper()
	h.must(os.Remove(h.path("jsonl/nodes.jsonl")))
	file, err := os.Create(h.path("jsonl/nodes.jsonl" + suffix))
	h.must(err)
	var packed io.WriteCloser = file
	switch suffix {
	case ".zst":
		packed, err = zstd.NewWriter(file)
		h.must(err)
	case ".gz":
		packed = gzip.NewWriter(file)
	}
	write(packed)
	h.must(packed.Close())
	if suffix != "" {
		h.must(file.Close())
	}
	h.write("jsonl/edges.jsonl", nil)
	data := h.read("jsonl/nodes.jsonl" + suffix)
	h.manifest(func(m map[string]any) {
		m["files"] = slices.DeleteFunc(m["files"].([]any), func(f any) bool { return f.(map[string]any)["path"] == "jsonl/nodes.jsonl" })
		m["files"] = append(m["files"].([]any), map[string]any{"path": "jsonl/nodes.jsonl" + suffix, "bytes": len(data), "rows": count, "sha256": fmt.Sprintf("%x", sha256.Sum256(data))})
		slices.SortFunc(m["files"].([]any), func(a, b any) int {
			return strings.Compare(a.(map[string]any)["path"].(string), b.(map[string]any)["path"].(string))
		})
		m["counts"] = map[string]any{"nodes": count, "edges": 0, "labels": map[string]any{"AWSS3Bucket": count}, "edge_types": map[string]any{}}
	})
}

// bucket is the line of a node.
func bucket(id, properties string) string {
	return `{"type":"node","id":"` + id + `","labels":["AWSS3Bucket","S3Bucket"],"scope":"","properties":{` + properties + "}}\n"
}

// fileAttacks are about what stands where, and how large it is.
func fileAttacks() []attack {
	const none = "/dev/null"
	link := func(target string) func(string) error {
		return func(path string) error { return os.Symlink(target, path) }
	}
	folder := func(path string) error { return os.MkdirAll(filepath.Join(path, "x"), 0o700) }
	all := []attack{
		{"another file where none is listed", func(h *hostile) { h.write("jsonl/nodes.jsonl.zst", []byte("x")) }, found, 0, "jsonl/nodes.jsonl.zst: is not in the manifest"},
		{"a file whose name is escape codes", func(h *hostile) { h.write("\x1b]0;owned\a\x1b[2J", nil) }, found, 0, `\\x1b\]0;owned\\a`},
		{"a file that was cut", func(h *hostile) { h.grow("jsonl/nodes.jsonl", 100) }, found, failed, "jsonl/nodes.jsonl: has 100 bytes"},
		{"a file of a tebibyte", func(h *hostile) { h.grow("jsonl/nodes.jsonl", 1<<40) }, found, failed, "jsonl/nodes.jsonl: has 1099511627776 bytes"},
		{"a manifest of a gibibyte", func(h *hostile) { h.grow("manifest.json", 1<<30) }, failed, failed, "manifest.json is larger than"},
		{"sums of a gibibyte", func(h *hostile) { h.grow("SHA256SUMS", 1<<30) }, failed, failed, "SHA256SUMS is larger than"},
		{"a schema of a gibibyte", func(h *hostile) { h.grow("schema.json", 1<<30) }, found, failed, "schema.json: has 1073741824 bytes"},
		{"sums without the graph", func(h *hostile) { h.write("SHA256SUMS", nil) }, found, failed, "SHA256SUMS: does not list"},
		{"no sums", func(h *hostile) { h.must(os.Remove(h.path("SHA256SUMS"))) }, found, 0, "SHA256SUMS: is missing"},
		{"a million lines that are no sums", func(h *hostile) {
			h.write("SHA256SUMS", bytes.Repeat([]byte("\x1b[31m  x\n"), 1<<20))
		}, found, failed, "SHA256SUMS: line 1 is not a line of sha256sum"},
		{"sums of files called like escape codes", func(h *hostile) {
			h.write("SHA256SUMS", append(h.read("SHA256SUMS"), (strings.Repeat("0", 64)+"  \x1b[31mx\n")...))
		}, found, 0, `lists \\x1b\[31mx, which the manifest does not`},
		{"the folder of a file is a link", func(h *hostile) {
			h.must(os.Rename(h.path("jsonl"), h.path("aside")))
			h.replace("jsonl", link("aside"))
		}, found, failed, "jsonl/(nodes|edges).jsonl: is not a regular file"},
	}
	for _, name := range []string{"manifest.json", "SHA256SUMS", "schema.json", "jsonl/nodes.jsonl", "cypher/out.cypher"} {
		verify, convert := found, failed
		switch name {
		case "manifest.json", "SHA256SUMS":
			verify = failed
		case "cypher/out.cypher":
			convert = 0 // it is not read
		}
		for what, put := range map[string]func(string) error{"a link": link(none), "a folder": folder} {
			all = append(all, attack{name + " is " + what, func(h *hostile) { h.replace(name, put) }, verify, convert, "not a regular file"})
		}
	}
	return all
}

// manifestAttacks are about what the manifest says.
func manifestAttacks() []attack {
	file := func(path string) func(*hostile) {
		return func(h *hostile) {
			h.manifest(func(m map[string]any) {
				m["files"] = append([]any{map[string]any{"path": path, "bytes": 0, "rows": 0, "sha256": strings.Repeat("0", 64)}}, m["files"].([]any)...)
			})
		}
	}
	edit := func(f func(m map[string]any)) func(*hostile) {
		return func(h *hostile) { h.manifest(f) }
	}
	scope := func(m map[string]any) map[string]any { return m["scopes"].([]any)[0].(map[string]any) }
	all := []attack{
		{"no JSON", func(h *hostile) { h.seal([]byte("\x1b[31m")) }, failed, failed, "manifest.json:1:"},
		{"nested deeply", func(h *hostile) { h.seal([]byte(strings.Repeat(`{"a":`, 1<<20))) }, failed, failed, "nested more than"},
		{"millions of values", func(h *hostile) {
			h.seal([]byte(`{"format_version":1,"files":[` + strings.Repeat("{},", 1<<22) + `{}]}`))
		}, failed, failed, "more than 1048576 values"},
		{"as many options", func(h *hostile) {
			h.seal([]byte(`{"format_version":1,"options":{"a":[` + strings.Repeat("[],", 1<<20-100) + `[]]}}`))
		}, failed, failed, "more than 1048576 values|sgexport"},
		{"many files that are not there", edit(func(m map[string]any) {
			var files []any
			for i := range 100_000 {
				files = append(files, map[string]any{"path": fmt.Sprintf("f%06d", i), "bytes": 1, "rows": 0, "sha256": strings.Repeat("0", 64)})
			}
			m["files"] = append(files, m["files"].([]any)...)
			slices.SortFunc(m["files"].([]any), func(a, b any) int {
				return strings.Compare(a.(map[string]any)["path"].(string), b.(map[string]any)["path"].(string))
			})
		}), found, 0, "f000000: is missing"},
		{"many kinds and many gaps", edit(func(m map[string]any) {
			kind := scope(m)["kinds"].([]any)[0].(map[string]any)
			var kinds, gaps []any
			for i := range 40_000 {
				k := map[string]any{}
				for key, v := range kind {
					k[key] = v
				}
				k["label"], k["ids"], k["state"] = fmt.Sprintf("Kind%d", i), "cut", "partial"
				k["cut"] = map[string]any{"of": fmt.Sprintf("Kind%d", (i+1)%40_000), "inherited": true}
				kinds = append(kinds, k)
				gaps = append(gaps, map[string]any{"scope": "x", "label": fmt.Sprintf("Kind%d", i), "action": "a", "code": "c", "count": 1})
			}
			scope(m)["kinds"], m["gaps"] = kinds, gaps
		}), found, 0, "problem"},
		{"escape codes in gaps", edit(func(m map[string]any) {
			m["gaps"] = []any{map[string]any{"scope": "\x1b[31m", "label": "\x1b[2J", "action": "\u202e", "code": "\u009b2J", "message": "a\nok   all is well", "count": 1}}
		}), 0, 0, `missing      \\u202e failed for \\x1b\[2J in \\x1b\[31m \(\\u009b2J: a\\nok`},
		{"escape codes in a format", edit(func(m map[string]any) { m["formats"] = []any{"jsonl", "cypher", "\x1b[31m"} }), found, 0, "does not know the format"},
		{"a format twice", edit(func(m map[string]any) { m["formats"] = []any{"jsonl", "jsonl", "cypher"} }), found, 0, "lists the format jsonl twice"},
		{"a size below nothing", edit(func(m map[string]any) { m["files"].([]any)[0].(map[string]any)["bytes"] = -1 }), failed, failed, "no size or no SHA-256"},
		{"a sum of escape codes", edit(func(m map[string]any) { m["files"].([]any)[0].(map[string]any)["sha256"] = "\x1b[31m" }), failed, failed, "no size or no SHA-256"},
		{"a later format", edit(func(m map[string]any) { m["format_version"] = 99 }), failed, failed, "newer sgexport"},
		// Another version does not skip the comparison.
		{"another version, and all is as it was", edit(func(m map[string]any) { m["tool_version"] = "9.9.9" }), found, 0, "another version \\(9.9.9\\) wrote the snapshot"},
		{"another version, and a changed format", func(h *hostile) {
			h.write("cypher/out.cypher", append(h.read("cypher/out.cypher"), "// more\n"...))
			h.manifest(func(m map[string]any) { m["tool_version"] = "9.9.9" })
		}, found, 0, "not checked"},
		{"a changed format", func(h *hostile) {
			h.write("cypher/out.cypher", append(h.read("cypher/out.cypher"), "// more\n"...))
			h.manifest(nil)
		}, found, 0, "cypher/out.cypher: does not say what the JSON lines say"},
	}
	for _, path := range []string{"../s/manifest.json", "/etc/passwd", "a/../../x", ".", "", "a\\b", "\x1b[31mx", "a\nb", "\u202egpj", "manifest.json", "SHA256SUMS", "cypher/adopt.cypher"} {
		verify := failed
		if slices.Contains([]string{"a\nb", "manifest.json", "cypher/adopt.cypher"}, path) {
			verify = found // what SHA256SUMS has of it is wrong too
		}
		all = append(all, attack{fmt.Sprintf("a file called %q", path), file(path), verify, failed, "manifest.json: the file |SHA256SUMS: line"})
	}
	return all
}

// schemaAttacks are about schema.json.
func schemaAttacks() []attack {
	schema := func(edit func(s map[string]any)) func(*hostile) {
		return func(h *hostile) {
			var s map[string]any
			h.must(json.Unmarshal(h.read("schema.json"), &s))
			edit(s)
			data, err := json.Marshal(s)
			h.must(err)
			h.write("schema.json", data)
			h.manifest(nil)
		}
	}
	columns := func(n int, name func(int) string) []any {
		var list []any
		for i := range n {
			list = append(list, map[string]any{"name": name(i), "type": "string"})
		}
		return list
	}
	add := func(n int, label func(i int) any) func(*hostile) {
		return schema(func(s map[string]any) {
			for i := range n {
				s["labels"] = append(s["labels"].([]any), label(i))
			}
		})
	}
	numbered := func(i int) string { return fmt.Sprint("c", i) }
	return []attack{
		{"a column twice", add(1, func(int) any {
			return map[string]any{"name": "X", "columns": columns(2, func(int) string { return "a" })}
		}), failed, failed, "schema.json: X: column a is there twice"},
		{"a label twice", add(2, func(int) any { return map[string]any{"name": "X", "columns": []any{}} }), failed, failed, "X is there twice"},
		{"a type that is none", add(1, func(int) any {
			return map[string]any{"name": "X", "columns": []any{map[string]any{"name": "a", "type": "\x1b[31m"}}}
		}), failed, failed, "unknown type"},
		{"a label called like escape codes", add(1, func(int) any { return map[string]any{"name": "\x1b[31m", "columns": []any{}} }), failed, failed, "is not a name"},
		{"a label with many columns", add(1, func(int) any { return map[string]any{"name": "X", "columns": columns(100_000, numbered)} }), failed, failed, "has 100000 columns"},
		{"many labels", add(10_000, func(i int) any { return map[string]any{"name": fmt.Sprint("X", i), "columns": []any{}} }), failed, failed, "labels and"},
		{"many labels with many columns", add(800, func(i int) any {
			return map[string]any{"name": fmt.Sprint("X", i), "columns": columns(200, numbered)}
		}), failed, failed, "more than 50000"},
		{"as many as there may be", add(400, func(i int) any {
			return map[string]any{"name": fmt.Sprint("X", i), "columns": columns(100, numbered)}
		}), found, 0, "cypher/adopt.cypher: does not say"}, // which has the labels
		{"many targets of many rules", schema(func(s map[string]any) {
			var targets, rules []any
			for i := range 1000 {
				targets = append(targets, fmt.Sprint("X", i))
			}
			for i := range 100 {
				rules = append(rules, map[string]any{"owner": "X", "path": fmt.Sprint(i), "targets": targets})
			}
			s["edge_types"] = append(s["edge_types"].([]any), map[string]any{"name": "X", "columns": []any{}, "rules": rules})
		}), failed, failed, "more than 50000"},
		{"a schema nested deeply", func(h *hostile) {
			h.write("schema.json", []byte(`{"format_version":1,"labels":`+strings.Repeat("[", 1<<20)))
			h.manifest(nil)
		}, failed, failed, "nested more than"},
		{"a schema of many values", func(h *hostile) {
			h.write("schema.json", []byte(`{"format_version":1,"labels":[`+strings.Repeat("{},", 1<<22)+`{}]}`))
			h.manifest(nil)
		}, failed, failed, "more than 1048576 values"},
	}
}

// lineAttacks are about what the JSON lines unpack to.
func lineAttacks() []attack {
	lines := func(suffix string, count int, write func(w io.Writer)) func(*hostile) {
		return func(h *hostile) { h.nodes(suffix, count, write) }
	}
	text := func(s string) func(io.Writer) {
		return func(w io.Writer) { _, _ = io.WriteString(w, s) } // what fails is seen when it is closed
	}
	endless := func(size int64, chunk string) func(io.Writer) {
		return func(w io.Writer) {
			for n := int64(0); n < size; n += int64(len(chunk)) {
				if _, err := io.WriteString(w, chunk); err != nil {
					return
				}
			}
		}
	}
	buckets := func(count int, properties string) func(io.Writer) {
		return func(w io.Writer) {
			for i := range count {
				if _, err := io.WriteString(w, bucket(fmt.Sprintf("b%08d", i), properties)); err != nil {
					return
				}
			}
		}
	}
	const large = 1 << 28
	var all []attack
	for _, suffix := range []string{".zst", ".gz"} {
		all = append(all,
			attack{"one line without end" + suffix, lines(suffix, 1, endless(large, strings.Repeat("x", 1<<20))), found, failed, "longer than|to more than"},
			attack{"one text without end" + suffix, lines(suffix, 1, func(w io.Writer) {
				text(`{"type":"node","id":"`)(w)
				endless(large, strings.Repeat("x", 1<<20))(w)
			}), found, failed, "longer than|to more than"},
			attack{"empty lines without end" + suffix, lines(suffix, 1, endless(large, strings.Repeat("\n", 1<<20))), found, failed, ":1: "},
			attack{"more nodes than the manifest says" + suffix, lines(suffix, 3, buckets(1<<18, "")), found, failed, "more than the 3 nodes"},
			attack{"large nodes" + suffix, lines(suffix, 300, buckets(300, `"name":"`+strings.Repeat("<", 1<<20)+`"`)), found, failed, "unpacks to more than"},
			attack{"nothing" + suffix, lines(suffix, 1, text("")), found, failed, "nodes"},
		)
	}
	return append(all,
		attack{"a window of two gibibytes", func(h *hostile) {
			h.nodes(".zst", 1, text(""))
			h.write("jsonl/nodes.jsonl.zst", []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00})
			h.manifest(nil)
		}, found, failed, "window"},
		attack{"a line of the largest size", lines("", 1, buckets(1, `"name":"`+strings.Repeat("<", 32<<20-200)+`"`)), found, 0, "problem"},
		attack{"a longer line", lines("", 1, buckets(1, `"name":"`+strings.Repeat("<", 33<<20)+`"`)), found, failed, "longer than 33554432 bytes"},
		attack{"a list of millions", lines("", 1, buckets(1, `"unread":[`+strings.Repeat(`"",`, 2<<20)+`""]`)), found, failed, "more than 262144 texts"},
		attack{"nested deeply before the label", lines("", 1, text(`{"properties":{"name":`+strings.Repeat("[", 1<<20)+"\n")), found, failed, "nested more than"},
		attack{"a number of millions of digits", lines("", 1, buckets(1, `"observed":`+strings.Repeat("1", 4<<20))), found, failed, "true or false"},
		attack{"escape codes as they are", lines("", 1, text(bucket("\x1b[31m", ""))), found, failed, "a control character in a string"},
		attack{"a key of escape codes", lines("", 1, buckets(1, `"\u001b[31m":1`)), found, failed, `no property "\\x1b\[31m"`},
		attack{"nodes twice", lines("", 2, text(bucket(`\u001b[31m`, "")+bucket(`\u001b[31m`, ""))), found, failed, `node AWSS3Bucket "\\x1b\[31m" is out of order or there twice`},
	)
}

// graphAttacks are snapshots whose graph is not what the manifest says, or none.
func graphAttacks() []attack {
	counts := func(edit func(c map[string]any)) func(*hostile) {
		return func(h *hostile) {
			h.manifest(func(m map[string]any) { edit(m["counts"].(map[string]any)) })
		}
	}
	return []attack{
		{"an edge without an end", func(h *hostile) {
			lines := bytes.SplitAfter(h.read("jsonl/nodes.jsonl"), []byte("\n"))
			h.write("jsonl/nodes.jsonl", bytes.Join(slices.Delete(lines, 0, 1), nil)) // the account
			h.manifest(func(m map[string]any) {
				c := m["counts"].(map[string]any)
				c["nodes"] = c["nodes"].(float64) - 1
				delete(c["labels"].(map[string]any), "AWSAccount")
			})
		}, found, failed, `there is no AWSAccount "012345678901"`},
		{"one id of two labels", func(h *hostile) {
			lines := bytes.SplitAfter(h.read("jsonl/nodes.jsonl"), []byte("\n"))
			twin := regexp.MustCompile(`"labels":\[[^\]]*\]`).ReplaceAll(lines[0], []byte(`"labels":["AWSSageMakerModel"]`))
			twin = append(twin[:bytes.Index(twin, []byte(`"properties":`))], "\"properties\":{}}\n"...)
			h.nodes("", 2, func(w io.Writer) { _, _ = w.Write(append(bytes.Clone(lines[0]), twin...)) })
			h.manifest(func(m map[string]any) {
				m["counts"].(map[string]any)["labels"] = map[string]any{"AWSAccount": 1, "AWSSageMakerModel": 1}
			})
		}, found, failed, "the same id as a node of another label"},
		{"a node more in the manifest", counts(func(c map[string]any) { c["nodes"] = c["nodes"].(float64) + 1 }), found, failed, "the manifest says"},
		{"a node less in the manifest", counts(func(c map[string]any) { c["nodes"] = c["nodes"].(float64) - 1 }), found, failed, "more than the"},
		{"an edge less in the manifest", counts(func(c map[string]any) { c["edges"] = c["edges"].(float64) - 1 }), found, failed, "more than the"},
		{"other labels in the manifest", counts(func(c map[string]any) {
			l := c["labels"].(map[string]any)
			l["AWSAccount"], l["AWSSageMakerModel"] = l["AWSSageMakerModel"], l["AWSAccount"]
		}), found, failed, "AWSAccount"},
	}
}

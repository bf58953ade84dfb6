package snapshot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// What is read into memory as a whole (the manifest, the sums, the schema) may
// be so large. A snapshot of hundreds of regions stays far below.
const (
	maxText    = 64 << 20 // bytes
	maxValues  = 1 << 20  // of JSON
	maxObjects = 1 << 18  // among them
	maxNesting = 64
)

// errIrregular is for what stands in a file's place: a link, a folder, a pipe.
var errIrregular = errors.New("not a regular file")

// openRegular opens a file below dir, where neither it nor a folder above it is
// anything else than it should be: opening a pipe waits for ever, and a link
// leads out of the snapshot.
func openRegular(dir, name string) (*os.File, error) {
	if !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, errIrregular
	}
	for i, c := range name {
		if c != '/' {
			continue
		}
		if info, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name[:i]))); err != nil {
			return nil, err
		} else if !info.IsDir() {
			return nil, errIrregular
		}
	}
	seen, err := os.Lstat(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	if !seen.Mode().IsRegular() {
		return nil, errIrregular
	}
	file, err := os.OpenInRoot(dir, filepath.FromSlash(name))
	if err != nil {
		return nil, err
	}
	if info, err := file.Stat(); err != nil || !os.SameFile(info, seen) {
		return nil, errors.Join(errIrregular, err, file.Close()) // it was put there since
	}
	return file, nil
}

// readText reads a small file below dir as a whole.
func readText(dir, name string) ([]byte, error) {
	file, err := openRegular(dir, name)
	if errors.Is(err, errIrregular) {
		return nil, fmt.Errorf("%s is not a regular file", filepath.Join(dir, name))
	}
	if err != nil {
		return nil, err
	}
	defer file.Close() // opened for reading: nothing to lose
	data, err := io.ReadAll(io.LimitReader(file, maxText+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxText {
		return nil, fmt.Errorf("%s is larger than %d MiB: it is not what sgexport writes", filepath.Join(dir, name), maxText>>20)
	}
	return data, nil
}

// checkShape fails where JSON would be many times larger in memory than it is as
// text: many tiny values, or nested deeply. It looks at brackets and commas
// outside of texts, and leaves it to the parser whether they are JSON.
func checkShape(data []byte) error {
	depth, values, objects := 0, 0, 0
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '{':
			objects++
			fallthrough
		case '[':
			depth++
			values++
		case '}', ']':
			depth--
		case ',':
			values++
		}
		switch {
		case depth > maxNesting:
			return fmt.Errorf("it is nested more than %d deep", maxNesting)
		case values > maxValues || objects > maxObjects:
			return fmt.Errorf("it has more than %d values, or %d objects", maxValues, maxObjects)
		}
	}
	return nil
}

// unmarshal reads JSON, and says in which line it is wrong.
func unmarshal(path string, data []byte, v any) error {
	if err := checkShape(data); err != nil {
		return fmt.Errorf("%s is not what sgexport writes: %w", path, err)
	}
	err := json.Unmarshal(data, v)
	var syntax *json.SyntaxError
	var typ *json.UnmarshalTypeError
	offset := int64(len(data))
	switch {
	case err == nil:
		return nil
	case errors.As(err, &syntax):
		offset = syntax.Offset
	case errors.As(err, &typ):
		offset = typ.Offset
	}
	return fmt.Errorf("%s:%d: %s", path, 1+strings.Count(string(data[:min(offset, int64(len(data)))]), "\n"), cut(err.Error()))
}

// cut is a text that may be of any length, as a message has it.
func cut(s string) string {
	const most = 200
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// stoppable makes a file's reads fail once a context has ended.
type stoppable struct {
	ctx context.Context
	*os.File
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.File.Read(p)
}

// WriteTo hides that of the file, which would not look at the context.
func (s stoppable) WriteTo(w io.Writer) (int64, error) {
	return io.Copy(w, struct{ io.Reader }{s})
}

// errNotListed is for a file that the manifest does not have: nobody knows what
// its sum should be.
type notListedError struct{ name string }

func (e notListedError) Error() string { return fmt.Sprintf("the manifest does not list %s", e.name) }

func (notListedError) Is(target error) bool { return target == fs.ErrNotExist }

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/sgexport/sgexport/formats/jsonl"
	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot/snapshottest"
)

// measure writes the files of a large graph whose rows are in memory, and prints what
// that takes of the processors, in seconds of user and system. Formats may be
// jsonl-plain, which is not packed.
func measure(scale int, formats, out string) error {
	g := graphtest.NewLarge(scale)
	rows := graphtest.Keep(g)
	runtime.GC() // of what made them
	create := func(name string) (io.WriteCloser, error) {
		path := filepath.Join(out, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return nil, err
		}
		return os.Create(path)
	}
	var spent time.Duration
	plain := snapshottest.Format{Name: "jsonl-plain", Open: jsonl.Options{Compression: jsonl.None}.Open}
	for _, f := range append(all(), plain) {
		if !slices.Contains(strings.Split(formats, ","), f.Name) {
			continue
		}
		before, err := processors()
		if err != nil {
			return err
		}
		if err := rows.Write(g.Header, f.Open, create); err != nil {
			return err
		}
		after, err := processors()
		if err != nil {
			return err
		}
		spent += after - before
	}
	fmt.Println(spent.Seconds())
	return nil
}

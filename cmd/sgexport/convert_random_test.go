package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph/graphtest"
	"github.com/sgexport/sgexport/internal/snapshot"
	"github.com/sgexport/sgexport/internal/snapshot/snapshottest"
)

// Of random graphs convert writes the same bytes as what published them, in every
// format, those that it reads among them.
func TestConvertRandomGraphs(t *testing.T) {
	var all []snapshottest.Format
	for _, f := range formats {
		if !f.onDemand {
			all = append(all, snapshottest.Format{Name: f.name, Open: f.open(formatOptions{})})
		}
	}
	for seed := range uint64(8) {
		g := graphtest.Random(seed)
		dir := t.TempDir()
		from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
		if err := snapshottest.Publish(from, version, g.Source(), g.Header, all...); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		var stderr bytes.Buffer
		if code := run([]string{"sgexport", "convert", from, "--out", to}, strings.NewReader(""), &bytes.Buffer{}, &stderr); code != exitOK {
			t.Fatalf("seed %d: exit code %d\n%s", seed, code, stderr.String())
		}
		snap, err := snapshot.Open(from)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range snap.Manifest.Files {
			want, err := os.ReadFile(filepath.Join(from, f.Path))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := os.ReadFile(filepath.Join(to, f.Path)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("seed %d: %s is not what was published: %v", seed, f.Path, err)
			}
		}
	}
}

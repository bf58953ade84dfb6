package main

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/simulator"
)

// TestResumeDamaged: what somebody has done to a spool is an error or read anew, and
// nothing outside of it is read or written.
func TestResumeDamaged(t *testing.T) {
	w := newWorld(t, simulator.Options{})
	w.export(0, "whole", "--kinds", "Model")
	hidden := filepath.Join(w.dir, ".x.sgexport")
	account := filepath.Join(hidden, "spool", "012345678901")
	models := filepath.Join(account, "us-east-1_AWSSageMakerModel.log")
	outside := filepath.Join(w.dir, "outside")
	if err := os.MkdirAll(outside, 0o700); err != nil {
		t.Fatal(err)
	}
	kept := filepath.Join(outside, "kept")
	text := []byte("{}\nsomebody's own\n")
	edit := func(path string, f func(data []byte) []byte) {
		t.Helper()
		data, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(path, f(slices.Clone(data)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	link := func(path, to string) {
		t.Helper()
		if err := os.RemoveAll(path); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, path); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name   string
		damage func()
		says   string // where it is an error
	}{
		{name: "a log has lost all its records", damage: func() { edit(models, func([]byte) []byte { return nil }) }},
		{name: "a log has lost its end", damage: func() { edit(models, func(data []byte) []byte { return data[:len(data)-1] }) }},
		{name: "a log has records twice", damage: func() { edit(models, func(data []byte) []byte { return append(data, data...) }) }},
		{name: "a log is gone", damage: func() { edit(models, func([]byte) []byte { return nil }); _ = os.Remove(models) }},
		{name: "a log is another", damage: func() { edit(models, func(data []byte) []byte { data[len(data)/2] ^= 1; return data }) }, says: "damaged"},
		{name: "the header is no header", damage: func() { edit(filepath.Join(hidden, "spool", "run.json"), func([]byte) []byte { return []byte("{") }) }},
		{name: "a log is a link", damage: func() { link(models, kept) }},
		{name: "the journal is a link", damage: func() { link(filepath.Join(account, "journal.jsonl"), kept) }},
		{name: "the header is a link", damage: func() { link(filepath.Join(hidden, "spool", "run.json"), kept) }},
		{name: "an account is a link", damage: func() { link(account, outside) }},
		{name: "the spool is a link", damage: func() { link(filepath.Join(hidden, "spool"), outside) }, says: "is no folder"},
	} {
		if runtime.GOOS == "windows" && strings.HasSuffix(c.name, "link") {
			continue // making one takes rights that few have
		}
		w.become(simulator.Options{Fault: func(action string, _ int, _ []byte) *simulator.Fault {
			if strings.HasPrefix(action, "iam:") { // by then all kinds were read
				return &simulator.Fault{Status: 400, Code: "ExpiredTokenException", Message: "The security token included in the request is expired"}
			}
			return nil
		}})
		w.export(1, "x", "--kinds", "Model")
		if err := os.WriteFile(kept, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(models); err != nil {
			t.Fatal(err)
		}
		c.damage()
		w.become(simulator.Options{})
		if c.says != "" {
			if said := strings.Join(strings.Fields(w.export(1, "x", "--kinds", "Model", "--resume")), " "); !strings.Contains(said, c.says) {
				t.Errorf("%s: it says %s", c.name, said)
			}
		} else {
			w.export(0, "x", "--kinds", "Model", "--resume")
			w.same("whole", "x")
		}
		if data, err := os.ReadFile(kept); err != nil || !bytes.Equal(data, text) {
			t.Errorf("%s: the file outside is %q (%v)", c.name, data, err)
		}
		for _, path := range []string{filepath.Join(w.dir, "x"), hidden} {
			if err := os.RemoveAll(path); err != nil {
				t.Fatal(err)
			}
		}
	}
}

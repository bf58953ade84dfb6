package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/graph/view"
)

// TestFollowedColumns looks whether the columns exist of which checks ask whether they
// were read and that are not kept: a name that is wrong would always have been read.
func TestFollowedColumns(t *testing.T) {
	forms := []*regexp.Regexp{
		regexp.MustCompile(`(?:ReadOf|ListedWith)\([^"\n]*"(AWS\w+)"((?:, "[a-z0-9_]+")+)\)`),
		regexp.MustCompile("(?m)^\\t*(?:\\w+ += )?(?:usersOf\\(`)?(AWSSageMaker\\w+)((?: [a-z0-9_]+)+)`?\\)?$"),
	}
	files, err := filepath.Glob("../../audit/checks/*.go")
	if err != nil {
		t.Fatal(err)
	}
	schema := exporter.Schema()
	seen := 0
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range forms {
			for _, m := range form.FindAllStringSubmatch(string(text), -1) {
				label := schema.Label(m[1])
				if label == nil {
					t.Errorf("%s: there is no label %s", file, m[1])
					continue
				}
				for _, column := range strings.FieldsFunc(m[2], func(r rune) bool { return strings.ContainsRune(`," `, r) }) {
					seen++
					if label.Column(column) < 0 {
						t.Errorf("%s: %s has no column %s", file, m[1], column)
					}
				}
			}
		}
	}
	if seen < 30 {
		t.Errorf("only %d columns were looked at", seen)
	}
}

// TestSecretsOfAllKinds looks whether the checks for secrets read every kind of
// SageMaker in which an export looks for some.
func TestSecretsOfAllKinds(t *testing.T) {
	for _, c := range checks.All() {
		if c.ID != "plain-text-secret" && c.ID != "environment-secret" && c.ID != "hyperparameter-secret" {
			continue
		}
		read := view.Columns(c.Reads)
		for _, label := range exporter.Schema().Labels {
			if strings.HasPrefix(label.Name, "AWSSageMaker") && label.Column("redactions") >= 0 && read[label.Name] == nil {
				t.Errorf("%s does not read %s", c.ID, label.Name)
			}
		}
	}
}

// TestTraitsOfAllChecks looks whether each thing that an export says of scripts is
// found by a check.
func TestTraitsOfAllChecks(t *testing.T) {
	text, err := os.ReadFile("../../audit/checks/scripts.go")
	if err != nil {
		t.Fatal(err)
	}
	_, finds, _ := strings.Cut(string(text), "var scriptChecks")
	finds, says, _ := strings.Cut(finds, "var traitSays")
	for _, code := range redact.TraitCodes() {
		if !strings.Contains(finds, `"`+code+`"`) || !strings.Contains(says, `"`+code+`"`) {
			t.Errorf("no check finds scripts that %s, or none says what that means", code)
		}
	}
}

package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/audit/checks"
	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// TestDocsOfChecks holds docs/checks.md.
func TestDocsOfChecks(t *testing.T) {
	var b bytes.Buffer
	if err := checks.WriteMarkdown(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "docs/checks.md", b.Bytes())
}

// TestCheckColumns looks whether what the checks read is there: they know labels,
// columns and edge types by name.
func TestCheckColumns(t *testing.T) {
	schema := exporter.Schema()
	for _, c := range checks.All() {
		for name, columns := range view.Columns(c.Reads) {
			label := schema.Label(name)
			if label == nil {
				t.Errorf("%s: there is no label %s", c.ID, name)
				continue
			}
			for _, column := range columns {
				switch i := label.Column(column.Name); {
				case i < 0:
					t.Errorf("%s: %s has no column %s", c.ID, name, column.Name)
				case label.Columns[i].Type != column.Type:
					t.Errorf("%s: %s of %s is %s, and it reads %s", c.ID, column.Name, name, label.Columns[i].Type, column.Type)
				}
			}
		}
		for typ := range c.Edges {
			if schema.EdgeType(typ) == nil {
				t.Errorf("%s: there is no edge type %s", c.ID, typ)
			}
		}
	}
}

// keysOfOthers are fields that name a key and are not looked at, with the reason.
var keysOfOthers = map[string]string{
	"AWSSageMakerClusterNode NodeDetails.InstanceStorageConfigs[].EbsVolumeConfig.VolumeKmsKeyId": "its instance group says it",
	"AWSSageMakerDomain HomeEfsFileSystemKmsKeyId":                                                "KmsKeyId in older domains, and looked at with that",
	"AWSSageMakerEndpoint AsyncInferenceConfig.OutputConfig.KmsKeyId":                             "its configuration says it",
	"AWSSageMakerEndpoint DataCaptureConfig.KmsKeyId":                                             "its configuration says it",
	"AWSSageMakerModelCardVersion SecurityConfig.KmsKeyId":                                        "its model card says it",
}

// TestKeysOfChecks looks whether every field of SageMaker's that names a key is read
// by a check that wants one there.
func TestKeysOfChecks(t *testing.T) {
	schema := exporter.Schema()
	wanted := map[string]bool{} // label and path
	for _, c := range checks.All() {
		if members, ok := strings.CutPrefix(c.Fix, "Name a customer managed key in "); ok && strings.HasSuffix(c.ID, "-without-key") {
			label, _, _ := strings.Cut(c.Reads, " ")
			for _, member := range strings.Split(strings.TrimSuffix(members, "."), ", ") {
				wanted[label+" "+member] = true
			}
		}
	}
	for _, rule := range schema.EdgeType("ENCRYPTED_BY").Rules {
		field := rule.Owner + " " + rule.Path
		inside := rule.Owner + " " + strings.TrimPrefix(rule.Path, "TrainingSessionDetail.") // around all that it says
		if strings.HasPrefix(rule.Owner, "AWSSageMaker") && keysOfOthers[field] == "" && !wanted[inside] {
			t.Errorf("%s names a key, and no check wants one there", field)
		}
	}
	for field := range keysOfOthers {
		owner, path, _ := strings.Cut(field, " ")
		if !slices.ContainsFunc(schema.EdgeType("ENCRYPTED_BY").Rules, func(r graph.Rule) bool { return r.Owner == owner && r.Path == path }) {
			t.Errorf("%s names no key", field)
		}
	}
}

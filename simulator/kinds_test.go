package simulator

import (
	"go/build"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

// TestUnionMembers compares the list of union members with the SDK's source.
func TestUnionMembers(t *testing.T) {
	pkg, err := build.Import("github.com/aws/aws-sdk-go-v2/service/sagemaker/types", ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(pkg.Dir, "types.go"))
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, member := range unionMembers {
		listed[reflect.TypeOf(member).Elem().Name()] = true
	}
	found := regexp.MustCompile(`(?m)^type (\w+Member\w+) struct \{\n\tValue `).FindAllSubmatch(source, -1)
	for _, match := range found {
		if !listed[string(match[1])] {
			t.Errorf("%s is not in unionMembers", match[1])
		}
	}
	if len(found) != len(unionMembers) {
		t.Errorf("%d union members in the SDK, %d listed", len(found), len(unionMembers))
	}
}

// TestRows checks what rows say against the SDK's types.
func TestRows(t *testing.T) {
	for _, k := range kinds().kinds {
		if kinds().byName[k.name] != k || (k.listOp == "" && k.describeOp == "") {
			t.Errorf("%s: twice, or without operations", k.name)
		}
		if k.listOp != "" && (k.items == "" || kinds().byList[k.listOp] != k) {
			t.Errorf("%s: items %q of %s", k.name, k.items, k.listOp)
		}
		if k.describeOp != "" && k.detail == nil {
			t.Errorf("%s: nothing in %s", k.name, k.describeOp)
		}
		for _, member := range []string{k.arn, k.created, k.paged} {
			if member != "" && k.members[member] == nil {
				t.Errorf("%s: no member %s", k.name, member)
			}
		}
		for _, member := range slices.Concat(k.key, k.anyOf, k.either) {
			if k.members[member] == nil {
				t.Errorf("%s: key %s is not in the document", k.name, member)
			}
			if other, ok := k.input[member]; ok {
				member = other
			}
			if k.describeOp != "" && k.describeInput.fields[member] == nil {
				t.Errorf("%s: key %s is not in the input", k.name, member)
			}
		}
		if k.by != "" {
			parent := kinds().byName[k.parent]
			if parent == nil || len(parent.key) != 1 || (k.listOp != "" && k.listInput.fields[k.by] == nil) {
				t.Errorf("%s: parent %q by %q", k.name, k.parent, k.by)
			}
		}
		for _, member := range k.required {
			if k.listInput.fields[member] == nil {
				t.Errorf("%s: List has no %s", k.name, member)
			}
		}
		for _, member := range slices.Concat(sortedKeys(k.fill), k.extra) {
			if k.members[member] == nil {
				t.Errorf("%s: no member %s", k.name, member)
			}
		}
		for _, member := range sortedKeys(k.paths) {
			if k.listInput.fields[member] == nil {
				t.Errorf("%s: List has no %s", k.name, member)
			}
		}
		if (k.search == "") != (k.found == nil) {
			t.Errorf("%s: search %q, record %q", k.name, k.search, k.record)
		}
		if k.versions != "" && kinds().byName[k.versions].describeOp != k.describeOp {
			t.Errorf("%s: %s is described by another operation", k.name, k.versions)
		}
	}
}

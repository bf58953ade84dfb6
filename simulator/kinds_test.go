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

// TestInputEnums finds enum types of inputs whose values are not known, so
// that a new row brings them along.
func TestInputEnums(t *testing.T) {
	inputs := []*shape{kinds().search}
	for _, k := range kinds().kinds {
		inputs = append(inputs, k.listInput, k.describeInput)
	}
	for _, input := range inputs {
		for name, member := range input.fields {
			if member.form == textForm && member.goType != reflect.TypeFor[string]() && enums()[member.goType] == nil {
				t.Errorf("%s.%s: the values of %s are not in enums", input.goType.Name(), name, member.goType.Name())
			}
		}
	}
}

// TestRows checks what rows say against the SDK's types.
func TestRows(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range kinds().kinds {
		if seen[k.name] || k.items == "" || k.listOp[:4] != "List" || k.describeOp != "Describe"+k.name {
			t.Errorf("%s: items %q, operations %s and %s", k.name, k.items, k.listOp, k.describeOp)
		}
		seen[k.name] = true
		if k.members[k.arn] == nil {
			t.Errorf("%s: no member %s", k.name, k.arn)
		}
		for _, member := range slices.Concat(k.key, k.anyOf) {
			if k.members[member] == nil || k.describeInput.fields[member] == nil {
				t.Errorf("%s: key %s is not in the input and the document", k.name, member)
			}
		}
		if (k.search == "") != (k.found == nil) {
			t.Errorf("%s: search %q, record %q", k.name, k.search, k.record)
		}
	}
}

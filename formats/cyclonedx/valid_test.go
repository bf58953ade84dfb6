package cyclonedx

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// bomSchema is that of CycloneDX 1.7, with all formats of texts.
func bomSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, name := range []string{"bom-1.7", "cryptography-defs", "jsf-0.82", "spdx"} {
		file, err := filepath.Abs(filepath.Join("testdata", "schema", name+".schema.json"))
		if err != nil {
			t.Fatal(err)
		}
		document, err := jsonschema.FileLoader{}.Load("file://" + file)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.AddResource("http://cyclonedx.org/schema/"+name+".schema.json", document); err != nil {
			t.Fatal(err)
		}
	}
	s, err := c.Compile("http://cyclonedx.org/schema/bom-1.7.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// valid fails t where a file is no valid document, or names what it does not have.
func valid(t *testing.T, s *jsonschema.Schema, data []byte) map[string]any {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(document); err != nil {
		t.Fatalf("%v\n%.2000s", err, data)
	}
	refs := map[string]bool{}
	each(document, func(key string, v any) {
		if key == "bom-ref" {
			ref := fmt.Sprint(v)
			if refs[ref] {
				t.Errorf("%.200q is there twice", ref)
			}
			refs[ref] = true
		}
	})
	each(document, func(key string, v any) {
		switch key {
		case "ref":
			if !refs[fmt.Sprint(v)] {
				t.Errorf("nothing is called %.200q", v)
			}
		case "dependsOn", "dependencies", "assemblies":
			for _, one := range v.([]any) {
				if ref, ok := one.(string); ok && !refs[ref] {
					t.Errorf("nothing is called %.200q", ref)
				}
			}
		}
	})
	return document.(map[string]any)
}

// each yields all members of a document, with their names.
func each(v any, yield func(key string, v any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, one := range v {
			yield(key, one)
			each(one, yield)
		}
	case []any:
		for _, one := range v {
			each(one, yield)
		}
	}
}

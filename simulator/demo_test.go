package simulator_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/simulator"
)

// demoDocuments reads the demo's files by region and kind.
func demoDocuments(t *testing.T) map[string]map[string][]map[string]any {
	t.Helper()
	out := map[string]map[string][]map[string]any{}
	root := os.DirFS("demo/012345678901")
	names, err := fs.Glob(root, "*/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		text, err := fs.ReadFile(root, name)
		if err != nil {
			t.Fatal(err)
		}
		var docs []map[string]any
		if err := json.Unmarshal(text, &docs); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		region := path.Dir(name)
		if out[region] == nil {
			out[region] = map[string][]map[string]any{}
		}
		out[region][strings.TrimSuffix(path.Base(name), ".json")] = docs
	}
	return out
}

// TestDemoRoundTrip reads every document back through the SDK, from List,
// Describe and Search, and compares what the SDK's type can hold of it.
func TestDemoRoundTrip(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	server := simulator.New(inventory, simulator.Options{})
	total := 0
	for region, kinds := range demoDocuments(t) {
		client := sagemaker.NewFromConfig(start(t, server, region))
		for kind, docs := range kinds {
			call, ok := operations[kind]
			if !ok {
				t.Errorf("%s: no operations", kind)
				continue
			}
			total += len(docs)
			items, err := call.list(t.Context(), client, aws.Int32(3))
			if err != nil {
				t.Fatalf("%s: %v", kind, err)
			}
			if len(items) != len(docs) {
				t.Errorf("%s %s: %d items of %d documents", region, kind, len(items), len(docs))
			}
			wanted := map[string]int{}
			for _, doc := range docs {
				wanted[canonical(restrict(reflect.TypeOf(items[0]), doc))]++
			}
			for _, item := range items {
				wanted[canonical(toDocument(reflect.ValueOf(item)))]--
			}
			for text, n := range wanted {
				if n != 0 {
					t.Errorf("%s %s: list is off by %d for %s", region, kind, n, text)
				}
			}
			for i, doc := range docs {
				out, err := call.describe(t.Context(), client, doc)
				if err != nil {
					t.Errorf("%s %s %d: %v", region, kind, i, err)
					continue
				}
				compare(t, fmt.Sprintf("%s %s %d described", region, kind, i), out, doc)
			}
			record, ok := searches[types.ResourceType(kind)]
			if !ok {
				continue
			}
			byARN := map[string]map[string]any{}
			for _, doc := range docs {
				byARN[doc[kind+"Arn"].(string)] = doc
			}
			for p := sagemaker.NewSearchPaginator(client, &sagemaker.SearchInput{Resource: types.ResourceType(kind), MaxResults: aws.Int32(4)}); p.HasMorePages(); {
				out, err := p.NextPage(t.Context())
				if err != nil {
					t.Fatalf("%s: %v", kind, err)
				}
				for _, result := range out.Results {
					found := record(result)
					arn := toDocument(reflect.ValueOf(found)).(map[string]any)[kind+"Arn"].(string)
					compare(t, region+" "+arn+" found", found, byARN[arn])
					delete(byARN, arn)
				}
			}
			if len(byARN) != 0 {
				t.Errorf("%s %s: Search does not find %v", region, kind, slices.Collect(maps.Keys(byARN)))
			}
		}
	}
	if total != inventory.Count() {
		t.Errorf("%d documents, Count says %d", total, inventory.Count())
	}
}

func compare(t *testing.T, what string, got any, doc map[string]any) {
	t.Helper()
	have, want := canonical(toDocument(reflect.ValueOf(got))), canonical(restrict(reflect.TypeOf(got), doc))
	if have != want {
		t.Errorf("%s:\n got %s\nwant %s", what, have, want)
	}
}

func canonical(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// restrict is what an SDK type can hold of a document, scalars as text in the
// form that toDocument gives them.
func restrict(t reflect.Type, v any) any {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = restrict(t.Elem(), item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		switch t.Kind() {
		case reflect.Map:
			for name, value := range v {
				out[name] = restrict(t.Elem(), value)
			}
		case reflect.Struct:
			for f := range t.Fields() {
				value, ok := v[f.Name]
				if !ok {
					value, ok = v[strings.TrimSuffix(f.Name, "Summary")]
				}
				if ok && f.IsExported() {
					out[f.Name] = restrict(f.Type, value)
				}
			}
		default: // a union: its members are structures without times
			for name, value := range v {
				out[name] = value
			}
		}
		return out
	case string:
		if when, err := time.Parse(time.RFC3339Nano, v); err == nil && t == reflect.TypeFor[time.Time]() {
			return when.UTC().Format(time.RFC3339Nano)
		}
		if t.Kind() == reflect.Float32 || t.Kind() == reflect.Float64 {
			return strings.Replace(v, "Infinity", "+Inf", 1)
		}
		return v
	case float64:
		if t.Kind() == reflect.Float32 {
			return strconv.FormatFloat(v, 'g', -1, 32)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// TestDemoEnums checks every enum value of the demo: the simulator passes them
// on, and a misspelt one would pass through the SDK too.
func TestDemoEnums(t *testing.T) {
	for region, kinds := range demoDocuments(t) {
		for kind, docs := range kinds {
			client := reflect.TypeFor[*sagemaker.Client]()
			method, _ := client.MethodByName("Describe" + kind)
			for i, doc := range docs {
				checkEnums(t, fmt.Sprintf("%s %s %d", region, kind, i), method.Type.Out(0), doc)
			}
		}
	}
}

func checkEnums(t *testing.T, at string, typ reflect.Type, v any) {
	t.Helper()
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			checkEnums(t, fmt.Sprintf("%s[%d]", at, i), typ.Elem(), item)
		}
	case map[string]any:
		for name, value := range v {
			if typ.Kind() == reflect.Map {
				checkEnums(t, at+"."+name, typ.Elem(), value)
			} else if typ.Kind() == reflect.Struct {
				if f, ok := typ.FieldByName(name); ok {
					checkEnums(t, at+"."+name, f.Type, value)
				}
			}
		}
	case string:
		values, ok := typ.MethodByName("Values")
		if !ok || typ.Kind() != reflect.String {
			return
		}
		all := values.Func.Call([]reflect.Value{reflect.Zero(typ)})[0]
		for i := range all.Len() {
			if all.Index(i).String() == v {
				return
			}
		}
		t.Errorf("%s: %q is no %s", at, v, typ.Name())
	}
}

// TestDemoMembers checks that every member of every Describe output appears in
// the demo, so that it exercises what the API can say.
func TestDemoMembers(t *testing.T) {
	seen := map[string]bool{}
	for _, kinds := range demoDocuments(t) {
		for kind, docs := range kinds {
			for _, doc := range docs {
				for name := range doc {
					seen[kind+"."+name] = true
				}
			}
		}
	}
	for kind := range operations {
		method, _ := reflect.TypeFor[*sagemaker.Client]().MethodByName("Describe" + kind)
		for f := range method.Type.Out(0).Elem().Fields() {
			if f.IsExported() && f.Name != "ResultMetadata" && !seen[kind+"."+f.Name] {
				t.Errorf("no %s has a %s", kind, f.Name)
			}
		}
	}
}

func TestDemoAccount(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	if inventory.Account() != "012345678901" || !slices.Equal(inventory.Regions(), []string{"eu-west-1", "us-east-1"}) {
		t.Errorf("%s %v", inventory.Account(), inventory.Regions())
	}
	if n := inventory.Counts("us-east-1")["TrainingJob"]; n < 25 {
		t.Errorf("%d training jobs", n)
	}
}

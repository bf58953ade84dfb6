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
		if text[0] == '{' {
			continue // those of another service
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

// filled are the members that the simulator fills in, with where it has them
// from. A name from an ARN is its last part.
var filled = map[string]map[string]string{
	"AIBenchmarkJob":                   {"AIWorkloadConfigName": "AIWorkloadConfigIdentifier"},
	"CompilationJob":                   {"CompilationTargetDevice": "OutputConfig.TargetDevice", "CompilationTargetPlatformAccelerator": "OutputConfig.TargetPlatform.Accelerator", "CompilationTargetPlatformArch": "OutputConfig.TargetPlatform.Arch", "CompilationTargetPlatformOs": "OutputConfig.TargetPlatform.Os"},
	"DataQualityJobDefinition":         definition("DataQuality"),
	"Experiment":                       {"ExperimentSource": "Source"},
	"HyperParameterTuningJob":          {"Strategy": "HyperParameterTuningJobConfig.Strategy", "ResourceLimits": "HyperParameterTuningJobConfig.ResourceLimits"},
	"ImageVersion":                     {"ImageName": "ImageArn"},
	"InferenceRecommendationsJob":      {"ModelName": "InputConfig.ModelName", "ModelPackageVersionArn": "InputConfig.ModelPackageVersionArn", "SamplePayloadUrl": "InputConfig.ContainerConfig.PayloadConfig.SamplePayloadUrl"},
	"Job":                              {"JobSecondaryStatus": "SecondaryStatus"},
	"LabelingJob":                      {"WorkteamArn": "HumanTaskConfig.WorkteamArn", "PreHumanTaskLambdaArn": "HumanTaskConfig.PreHumanTaskLambdaArn", "AnnotationConsolidationLambdaArn": "HumanTaskConfig.AnnotationConsolidationConfig.AnnotationConsolidationLambdaArn"},
	"ModelBiasJobDefinition":           definition("ModelBias"),
	"ModelExplainabilityJobDefinition": definition("ModelExplainability"),
	"ModelQualityJobDefinition":        definition("ModelQuality"),
	"MonitoringSchedule":               {"MonitoringJobDefinitionName": "MonitoringScheduleConfig.MonitoringJobDefinitionName"},
	"Pipeline":                         {"LastExecutionTime": "LastRunTime"},
	"PipelineExecution":                {"StartTime": "CreationTime", "PipelineExecutionFailureReason": "FailureReason", "PipelineName": "PipelineArn"},
	"PipelineVersion":                  {"LastExecutionPipelineExecutionArn": "LastExecutedPipelineExecutionArn", "PipelineName": "PipelineArn"},
	"Trial":                            {"TrialSource": "Source"},
	"TrialComponent":                   {"TrialComponentSource": "Source"},
}

func definition(monitoring string) map[string]string {
	return map[string]string{"MonitoringJobDefinitionName": "JobDefinitionName", "MonitoringJobDefinitionArn": "JobDefinitionArn", "EndpointName": monitoring + "JobInput.EndpointInput.EndpointName"}
}

// complete is a document with what the simulator fills in.
func complete(kind string, doc map[string]any) map[string]any {
	out := maps.Clone(doc)
	for member, path := range filled[kind] {
		var value any = doc
		for _, name := range strings.Split(path, ".") {
			object, _ := value.(map[string]any)
			value = object[name]
		}
		if text, ok := value.(string); ok && strings.HasPrefix(text, "arn:") && strings.HasSuffix(member, "Name") {
			value = text[strings.LastIndex(text, "/")+1:]
		}
		if value != nil && out[member] == nil {
			out[member] = value
		}
	}
	return out
}

// listed are the documents that List has: of hub contents the newest versions.
func listed(kind string, docs []map[string]any) []map[string]any {
	if kind != "HubContent" {
		return docs
	}
	newest := map[string]map[string]any{}
	for _, doc := range docs {
		key := fmt.Sprint(doc["HubName"], doc["HubContentType"], doc["HubContentName"])
		if newest[key] == nil || newest[key]["CreationTime"].(string) < doc["CreationTime"].(string) {
			newest[key] = doc
		}
	}
	return slices.Collect(maps.Values(newest))
}

// imply adds the documents that the simulator derives from others.
func imply(kinds map[string][]map[string]any) {
	add := func(kind string, doc map[string]any, keys ...string) {
		same := func(other map[string]any) bool {
			return !slices.ContainsFunc(keys, func(key string) bool { return other[key] != doc[key] })
		}
		if !slices.ContainsFunc(kinds[kind], same) {
			kinds[kind] = append(kinds[kind], doc)
		}
	}
	for _, card := range kinds["ModelCard"] {
		add("ModelCardVersion", card, "ModelCardName", "ModelCardVersion")
	}
	for _, job := range kinds["AutoMLJob"] {
		if best, ok := job["BestCandidate"].(map[string]any); ok {
			candidate := maps.Clone(best)
			candidate["AutoMLJobName"] = job["AutoMLJobName"]
			add("AutoMLCandidate", candidate, "AutoMLJobName", "CandidateName")
		}
	}
	for _, group := range kinds["FeatureGroup"] {
		for _, definition := range group["FeatureDefinitions"].([]any) {
			feature := maps.Clone(definition.(map[string]any))
			for _, member := range []string{"FeatureGroupArn", "FeatureGroupName", "CreationTime", "LastModifiedTime"} {
				feature[member] = group[member]
			}
			add("FeatureMetadata", feature, "FeatureGroupName", "FeatureName")
		}
	}
}

// derived are the members of a record that no document has to have.
var derived = []string{"Parents", "SourceDetail", "TrialComponentSummaries"}

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
		imply(kinds)
		client := sagemaker.NewFromConfig(start(t, server, region))
		for kind, docs := range kinds {
			call, ok := operations[kind]
			if !ok {
				t.Errorf("%s: no operations", kind)
				continue
			}
			total += len(docs)
			for i := range docs {
				docs[i] = complete(kind, docs[i])
			}
			if call.list != "" {
				roundTripList(t, client, region, kind, docs)
			}
			for i, doc := range docs {
				if call.describe == "" {
					break
				}
				out, err := call.described(t.Context(), client, doc)
				if err != nil {
					t.Errorf("%s %s %d: %v", region, kind, i, err)
					continue
				}
				compare(t, fmt.Sprintf("%s %s %d described", region, kind, i), out, doc)
			}
			if _, ok := searches[kind]; ok {
				roundTripSearch(t, client, region, kind, docs)
			}
		}
	}
	if total != inventory.Count() {
		t.Errorf("%d documents, Count says %d", total, inventory.Count())
	}
}

func roundTripList(t *testing.T, client *sagemaker.Client, region, kind string, docs []map[string]any) {
	t.Helper()
	items, err := operations[kind].items(t.Context(), client, 3)
	if err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
	docs = listed(kind, docs)
	if len(items) != len(docs) {
		t.Errorf("%s %s: %d items of %d documents", region, kind, len(items), len(docs))
	}
	if len(items) == 0 {
		return
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
}

func roundTripSearch(t *testing.T, client *sagemaker.Client, region, kind string, docs []map[string]any) {
	t.Helper()
	wanted := map[string]int{}
	for p := sagemaker.NewSearchPaginator(client, &sagemaker.SearchInput{Resource: types.ResourceType(searches[kind].resource), MaxResults: aws.Int32(4)}); p.HasMorePages(); {
		out, err := p.NextPage(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", kind, err)
		}
		for _, result := range out.Results {
			record := reflect.ValueOf(result)
			for _, name := range strings.Split(searches[kind].member, ".") {
				record = reflect.Indirect(record).FieldByName(name)
			}
			if len(wanted) == 0 {
				for _, doc := range docs {
					want := restrict(record.Type(), doc).(map[string]any)
					for _, member := range derived {
						delete(want, member)
					}
					wanted[canonical(want)]++
				}
			}
			have := toDocument(record).(map[string]any)
			for _, member := range derived {
				delete(have, member)
			}
			wanted[canonical(have)]--
		}
	}
	if len(wanted) == 0 && len(docs) > 0 {
		t.Errorf("%s %s: Search finds nothing", region, kind)
	}
	for text, n := range wanted {
		if n != 0 {
			t.Errorf("%s %s: Search is off by %d for %s", region, kind, n, text)
		}
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
		default: // a union: its members are without times
			for name, value := range v {
				out[name] = plain(value)
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
			return strconv.FormatFloat(v, 'f', -1, 32)
		}
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// plain is a value with its scalars as text.
func plain(v any) any {
	switch v := v.(type) {
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = plain(item)
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for name, value := range v {
			out[name] = plain(value)
		}
		return out
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// TestDemoEnums checks every enum value of the demo: the simulator passes them
// on, and a misspelt one would pass through the SDK too.
func TestDemoEnums(t *testing.T) {
	for region, kinds := range demoDocuments(t) {
		for kind, docs := range kinds {
			for i, doc := range docs {
				checkEnums(t, fmt.Sprintf("%s %s %d", region, kind, i), operations[kind].output(), doc)
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
	for kind, call := range operations {
		for f := range call.output().Fields() {
			switch f.Name {
			case "ResultMetadata", "NextToken":
			default:
				if f.IsExported() && !seen[kind+"."+f.Name] {
					t.Errorf("no %s has a %s", kind, f.Name)
				}
			}
		}
	}
}

// TestDemoMakers checks that the demo has every kind of maker, and that every
// trial component belongs to a trial.
func TestDemoMakers(t *testing.T) {
	makers := map[string]bool{}
	for _, kinds := range demoDocuments(t) {
		for _, docs := range kinds {
			for _, doc := range docs {
				by, _ := doc["CreatedBy"].(map[string]any)
				identity, _ := by["IamIdentity"].(map[string]any)
				arn, _ := identity["Arn"].(string)
				for _, part := range []string{":user/", ":assumed-role/"} {
					if strings.Contains(arn, part) {
						makers[fmt.Sprint(part, by["UserProfileArn"] != nil)] = true
					}
				}
			}
		}
	}
	for _, maker := range []string{":user/false", ":assumed-role/false", ":assumed-role/true"} {
		if !makers[maker] {
			t.Errorf("nothing is made by %s", maker)
		}
	}
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	for _, doc := range inventory.Documents("us-east-1")["TrialComponent"] {
		if doc.Body["Parents"] == nil {
			t.Errorf("%s has no parents", doc.ARN)
		}
	}
}

// TestDocuments reads the inventory without the API.
func TestDocuments(t *testing.T) {
	inventory, err := simulator.Demo()
	if err != nil {
		t.Fatal(err)
	}
	total := 0
	for _, region := range inventory.Regions() {
		documents := inventory.Documents(region)
		for kind, n := range inventory.Counts(region) {
			total += n
			if len(documents[kind]) != n {
				t.Errorf("%s: %d documents of %d", kind, len(documents[kind]), n)
			}
		}
		for kind, docs := range documents {
			for _, doc := range docs {
				if len(doc.Key) == 0 || doc.Body == nil || (doc.ARN == "" && doc.Key[len(doc.Key)-1] == "" && kind != "ClusterNode") {
					t.Errorf("%s: %q %q", kind, doc.ARN, doc.Key)
				}
			}
		}
	}
	if total != inventory.Count() || len(inventory.Documents("mars-east-1")) != 0 {
		t.Errorf("%d documents, Count says %d", total, inventory.Count())
	}
	features := inventory.Documents("us-east-1")["FeatureMetadata"]
	if len(features) != 141 || slices.ContainsFunc(features, func(d simulator.Document) bool { return d.Derived == (d.Body["Parameters"] != nil) }) {
		t.Errorf("%d features", len(features))
	}
	features[0].Body["FeatureName"] = "changed"
	if inventory.Documents("us-east-1")["FeatureMetadata"][0].Body["FeatureName"] == "changed" {
		t.Error("a document can be changed")
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

package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"
)

// A form is what a value of an API type looks like in JSON.
type form int

const (
	textForm form = iota
	integerForm
	floatForm
	booleanForm
	timeForm
	blobForm
	listForm
	mapForm
	structForm
	unionForm
)

// A shape is the plan of one API type, worked out once from the SDK's Go type.
type shape struct {
	form   form
	fields map[string]*shape // of a structure or a union, by API member name
	elem   *shape            // of a list or a map
	goType reflect.Type
}

// shapes builds shapes and keeps those it has, because API types repeat and
// some contain themselves.
type shapes struct {
	known  map[reflect.Type]*shape
	member func(string) string // the API's name of a member; nil: that of the field
}

var (
	timeType = reflect.TypeFor[time.Time]()
	blobType = reflect.TypeFor[[]byte]()
)

// of returns the shape of an SDK type. It panics on a type that it does not
// know: that is a row of the table which needs code here first.
func (all shapes) of(t reflect.Type) *shape {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if s, ok := all.known[t]; ok {
		return s
	}
	s := &shape{goType: t}
	all.known[t] = s
	switch kind := t.Kind(); {
	case t == timeType:
		s.form = timeForm
	case t == blobType:
		s.form = blobForm
	case kind == reflect.String:
		s.form = textForm
	case kind == reflect.Bool:
		s.form = booleanForm
	case kind == reflect.Int32 || kind == reflect.Int64:
		s.form = integerForm
	case kind == reflect.Float32 || kind == reflect.Float64:
		s.form = floatForm
	case kind == reflect.Slice:
		s.form, s.elem = listForm, all.of(t.Elem())
	case kind == reflect.Map:
		s.form, s.elem = mapForm, all.of(t.Elem())
	case kind == reflect.Struct:
		s.form, s.fields = structForm, map[string]*shape{}
		for f := range t.Fields() {
			if f.IsExported() && f.Name != "ResultMetadata" {
				name := f.Name
				if all.member != nil {
					name = all.member(name)
				}
				s.fields[name] = all.of(f.Type)
			}
		}
	case kind == reflect.Interface:
		s.form, s.fields = unionForm, all.union(t)
	default:
		panic(fmt.Sprintf("simulator: no shape for %s", t))
	}
	return s
}

// union maps the members of a union to their shapes. The SDK names the type of
// member M of union U "UMemberM" and gives it one field, Value.
func (all shapes) union(t reflect.Type) map[string]*shape {
	fields := map[string]*shape{}
	for _, member := range unionMembers {
		m := reflect.TypeOf(member)
		if !m.Implements(t) {
			continue
		}
		value, _ := m.Elem().FieldByName("Value")
		fields[strings.TrimPrefix(m.Elem().Name(), t.Name()+"Member")] = all.of(value.Type)
	}
	if len(fields) == 0 {
		panic(fmt.Sprintf("simulator: no members listed for union %s", t))
	}
	return fields
}

// unionMembers are the members of every union of the API: Go cannot list the
// types that implement an interface.
var unionMembers = []any{
	&types.AIAdapterSourceMemberModelPackageArns{},
	&types.AIAdapterSourceMemberS3Uris{},
	&types.AIBenchmarkTargetMemberEndpoint{},
	&types.AIDatasetConfigMemberInputDataConfig{},
	&types.AIModelSourceMemberS3{},
	&types.AutoMLProblemTypeConfigMemberImageClassificationJobConfig{},
	&types.AutoMLProblemTypeConfigMemberTabularJobConfig{},
	&types.AutoMLProblemTypeConfigMemberTextClassificationJobConfig{},
	&types.AutoMLProblemTypeConfigMemberTextGenerationJobConfig{},
	&types.AutoMLProblemTypeConfigMemberTimeSeriesForecastingJobConfig{},
	&types.AutoMLProblemTypeResolvedAttributesMemberTabularResolvedAttributes{},
	&types.AutoMLProblemTypeResolvedAttributesMemberTextGenerationResolvedAttributes{},
	&types.ClusterInstanceStorageConfigMemberEbsVolumeConfig{},
	&types.ClusterInstanceStorageConfigMemberFsxLustreConfig{},
	&types.ClusterInstanceStorageConfigMemberFsxOpenZfsConfig{},
	&types.CollectionConfigMemberVectorConfig{},
	&types.CustomFileSystemMemberEFSFileSystem{},
	&types.CustomFileSystemMemberFSxLustreFileSystem{},
	&types.CustomFileSystemMemberS3FileSystem{},
	&types.CustomFileSystemConfigMemberEFSFileSystemConfig{},
	&types.CustomFileSystemConfigMemberFSxLustreFileSystemConfig{},
	&types.CustomFileSystemConfigMemberS3FileSystemConfig{},
	&types.EventMetadataMemberCluster{},
	&types.EventMetadataMemberDatabaseConfiguration{},
	&types.EventMetadataMemberInstance{},
	&types.EventMetadataMemberInstanceGroup{},
	&types.EventMetadataMemberInstanceGroupScaling{},
	&types.EventMetadataMemberSlurmHealth{},
	&types.MetricSpecificationMemberCustomized{},
	&types.MetricSpecificationMemberPredefined{},
	&types.OptimizationConfigMemberModelCompilationConfig{},
	&types.OptimizationConfigMemberModelQuantizationConfig{},
	&types.OptimizationConfigMemberModelShardingConfig{},
	&types.OptimizationConfigMemberModelSpeculativeDecodingConfig{},
	&types.ScalingPolicyMemberTargetTracking{},
	&types.TrialComponentParameterValueMemberNumberValue{},
	&types.TrialComponentParameterValueMemberStringValue{},
	&types.WorkloadSpecMemberInline{},
}

// check reports the first value that is not of the shape: a member that the
// API does not have, or a value of another JSON type. Numbers must be
// json.Number. A document (wire false) has its times as RFC 3339 text, a
// request (wire true) as seconds since 1970, and may have unknown members,
// which AWS ignores.
func (s *shape) check(v any, at string, wire bool) error {
	bad := func(want string) error { return fmt.Errorf("%s: want %s, got %s", at, want, describe(v)) }
	switch s.form {
	case textForm, blobForm:
		text, ok := v.(string)
		if !ok {
			return bad("a string")
		}
		if s.form == blobForm {
			if _, err := base64.StdEncoding.DecodeString(text); err != nil {
				return bad("base64")
			}
		}
	case booleanForm:
		if _, ok := v.(bool); !ok {
			return bad("true or false")
		}
	case integerForm:
		number, ok := v.(json.Number)
		if !ok {
			return bad("an integer")
		}
		if _, err := strconv.ParseInt(number.String(), 10, s.goType.Bits()); err != nil {
			return bad("an integer")
		}
	case floatForm:
		switch v := v.(type) {
		case json.Number:
		case string:
			if v != "NaN" && v != "Infinity" && v != "-Infinity" {
				return bad("a number")
			}
		default:
			return bad("a number")
		}
	case timeForm:
		if wire {
			if _, ok := v.(json.Number); !ok {
				return bad("seconds since 1970")
			}
			return nil
		}
		text, ok := v.(string)
		if !ok {
			return bad("an RFC 3339 time")
		}
		if _, err := time.Parse(time.RFC3339Nano, text); err != nil {
			return bad("an RFC 3339 time")
		}
	case listForm:
		items, ok := v.([]any)
		if !ok {
			return bad("a list")
		}
		for i, item := range items {
			if err := s.elem.check(item, fmt.Sprintf("%s[%d]", at, i), wire); err != nil {
				return err
			}
		}
	case mapForm, structForm, unionForm:
		object, ok := v.(map[string]any)
		if !ok {
			return bad("an object")
		}
		if s.form == unionForm && len(object) != 1 {
			return bad("an object with one member")
		}
		for _, name := range sortedKeys(object) {
			elem := s.elem
			if s.form != mapForm {
				if elem = s.fields[name]; elem == nil {
					if wire {
						continue
					}
					return fmt.Errorf("%s.%s: %s has no such member", at, name, s.goType.Name())
				}
			}
			if err := elem.check(object[name], at+"."+name, wire); err != nil {
				return err
			}
		}
	}
	return nil
}

// project returns the part of a checked document value that the shape has, in
// the form it has on the wire. Types of one name may differ in members: a list
// item is the projection of the document on the type of list items.
func (s *shape) project(v any) any {
	switch s.form {
	case timeForm:
		text, _ := v.(string)
		t, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			return v
		}
		return epoch(t)
	case listForm:
		items, _ := v.([]any)
		out := make([]any, len(items))
		for i, item := range items {
			out[i] = s.elem.project(item)
		}
		return out
	case mapForm, structForm, unionForm:
		object, _ := v.(map[string]any)
		out := make(map[string]any, len(object))
		for name, value := range object {
			elem := s.elem
			if s.form != mapForm {
				elem = s.fields[name]
			}
			if elem != nil {
				out[name] = elem.project(value)
			}
		}
		return out
	}
	return v
}

// epoch is a time as AWS JSON 1.1 has it: seconds since 1970, with a fraction
// where there is one.
func epoch(t time.Time) json.Number {
	return json.Number(appendEpoch(nil, t))
}

func appendEpoch(b []byte, t time.Time) []byte {
	b = strconv.AppendInt(b, t.Unix(), 10)
	if ns := t.Nanosecond(); ns != 0 {
		b = append(b, strings.TrimRight(fmt.Sprintf(".%09d", ns), "0")...)
	}
	return b
}

func describe(v any) string {
	text, err := json.Marshal(v)
	if err != nil || len(text) > 80 {
		return fmt.Sprintf("%T", v)
	}
	return string(text)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// copyValue is a deep copy of a JSON value.
func copyValue(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, value := range v {
			out[name] = copyValue(value)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, value := range v {
			out[i] = copyValue(value)
		}
		return out
	}
	return v
}

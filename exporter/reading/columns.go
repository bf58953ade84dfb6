package reading

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/sgexport/sgexport/exporter/catalog"
	"github.com/sgexport/sgexport/exporter/jsontext"
	"github.com/sgexport/sgexport/graph"
)

var (
	timeType     = reflect.TypeFor[time.Time]()
	timePointer  = reflect.TypeFor[*time.Time]()
	textType     = reflect.TypeFor[string]()
	jsonTextType = reflect.TypeFor[jsontext.Text]()
)

// snake turns a member name of the API into the name of a column: KmsKeyId is
// kms_key_id, S3OutputPath is s3_output_path, FSxLustreConfig is
// fsx_lustre_config.
func snake(name string) string {
	for _, odd := range []string{"MLflow", "FSx"} {
		name = strings.ReplaceAll(name, odd, odd[:1]+strings.ToLower(odd[1:]))
	}
	r := []rune(name)
	var b strings.Builder
	for i, c := range r {
		if i > 0 && unicode.IsUpper(c) {
			previous := r[i-1]
			next := i+1 < len(r) && unicode.IsLower(r[i+1])
			if unicode.IsLower(previous) || unicode.IsDigit(previous) || next {
				b.WriteByte('_')
			}
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}

// columnsOf returns the columns of a structure of the API, sorted by name: what
// is in its wrapper, where it has one, and beside it. noun is the kind's own,
// whose fields lose it: ModelName of a Model is name. names are other names of
// columns. One level of structures is flattened; what is deeper, or a list or map of
// structures, is JSON.
func columnsOf(t reflect.Type, noun, wrapper string, names map[string]string) ([]graph.Column, error) {
	var cols []graph.Column
	for _, f := range members(t) {
		if f.Name == wrapper {
			for _, g := range members(indirect(f.Type)) {
				cols = append(cols, columnsOfMember(g, noun)...)
			}
			continue
		}
		cols = append(cols, columnsOfMember(f, noun)...)
	}
	short := catalog.ShortNames()
	for i, c := range cols {
		cols[i].Name = cmp.Or(names[c.Source], short[c.Source], c.Name)
	}
	slices.SortFunc(cols, func(a, b graph.Column) int { return strings.Compare(a.Name, b.Name) })
	for i := 1; i < len(cols); i++ {
		if cols[i].Name == cols[i-1].Name {
			return nil, fmt.Errorf("%s: %s and %s are both column %s", t, cols[i-1].Source, cols[i].Source, cols[i].Name)
		}
	}
	return cols, nil
}

func columnsOfMember(f reflect.StructField, noun string) []graph.Column {
	name := f.Name
	if own, ok := strings.CutPrefix(name, noun); ok && (own == "Name" || own == "Arn" || own == "Status") {
		name = own
	}
	if name == "Tags" {
		return nil // a column of every kind
	}
	inner := indirect(f.Type)
	if inner.Kind() != reflect.Struct || inner == timeType {
		return []graph.Column{{Name: snake(name), Type: columnType(f.Type), Source: f.Name}}
	}
	var cols []graph.Column
	for _, g := range members(inner) {
		cols = append(cols, graph.Column{Name: snake(name) + "_" + snake(g.Name), Type: columnType(g.Type), Source: f.Name + "." + g.Name})
	}
	return cols
}

// members returns the fields of a structure that the API has: not the SDK's
// own, and not what belongs to a page of results.
func members(t reflect.Type) []reflect.StructField {
	var fields []reflect.StructField
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && len(f.Index) == 1 && f.Name != "ResultMetadata" && f.Name != "NextToken" {
			fields = append(fields, f)
		}
	}
	return fields
}

func columnType(t reflect.Type) graph.Type {
	t = indirect(t)
	switch t.Kind() {
	case reflect.String:
		if t == jsonTextType {
			return graph.JSON
		}
		return graph.String
	case reflect.Int32, reflect.Int64, reflect.Int:
		return graph.Int
	case reflect.Float32, reflect.Float64:
		return graph.Float
	case reflect.Bool:
		return graph.Bool
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return graph.Strings
		}
	case reflect.Map:
		if t.Elem().Kind() == reflect.String {
			return graph.Map
		}
	}
	if t == timeType {
		return graph.Timestamp
	}
	return graph.JSON
}

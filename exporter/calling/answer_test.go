package calling

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sagemaker"
	"github.com/aws/aws-sdk-go-v2/service/sagemaker/types"

	"github.com/sgexport/sgexport/exporter/operation"
)

func TestNoAnswer(t *testing.T) {
	ops := map[string]*operation.Operation{"ListModels": &listModels, "DescribeModel": &describeModel, "Search": &search}
	for _, c := range []struct{ op, body, code string }{
		{"ListModels", `{"Models": []}`, ""},
		{"ListModels", `{"Models": [], "NewerThanTheSDK": {"a": [1]}}`, ""},
		{"ListModels", `{"Models": [{"ModelName": "m", "NewerThanTheSDK": 1}]}`, ""},
		{"ListModels", ``, "NoAnswer"},
		{"ListModels", ` `, "UnreadableAnswer"},
		{"ListModels", `{}`, "NoAnswer"},
		{"ListModels", `{"message": "Service Unavailable"}`, "NoAnswer"},
		{"ListModels", `{"Models": null}`, "NoAnswer"},
		{"ListModels", `{"NextToken": "x"}`, "NoAnswer"},
		{"ListModels", `{"models": []}`, "NoAnswer"},
		{"ListModels", `[]`, "UnreadableAnswer"},
		{"ListModels", `null`, "UnreadableAnswer"},
		{"ListModels", `"text"`, "UnreadableAnswer"},
		{"ListModels", `<html>hello</html>`, "UnreadableAnswer"},
		{"ListModels", `{"Models": [}`, "UnreadableAnswer"},
		{"ListModels", `{"Models": {}}`, "UnreadableAnswer"},
		{"ListModels", `{"Models": [{"ModelName": ["m"]}]}`, "UnreadableAnswer"},
		{"ListModels", `{"Models": "none"}`, "UnreadableAnswer"},
		// Search need not have a list: what it found may be nothing.
		{"Search", `{"Results": []}`, ""},
		{"Search", `{"Results": null}`, ""},
		{"Search", `{}`, ""},
		{"Search", `{"message": "Service Unavailable"}`, "NoAnswer"},
		{"Search", `{"ResultMetadata": {}}`, "NoAnswer"},
		{"Search", ``, "NoAnswer"},
		{"DescribeModel", `{"ModelName": "m", "ModelArn": "a", "CreationTime": 1}`, ""},
		{"DescribeModel", `{"ModelName": "m"}`, ""}, // whether it says enough, collecting decides
		{"DescribeModel", `{"message": "Service Unavailable"}`, "NoAnswer"},
		{"DescribeModel", ``, "NoAnswer"},
	} {
		caller := serve(t, Options{}, saying(200, c.body))
		op := ops[c.op]
		in := op.Input("")
		switch in := in.Interface().(type) {
		case *sagemaker.DescribeModelInput:
			in.ModelName = new(string)
		case *sagemaker.SearchInput:
			in.Resource = types.ResourceTypeEndpoint
		}
		_, err := caller.Call(t.Context(), op, in, nil)
		code := ""
		if err != nil {
			f := Classify(t.Context(), err)
			if code = f.Code; f.Class != Failed {
				t.Errorf("%s %s: class %d", c.op, c.body, f.Class)
			}
		}
		if code != c.code {
			t.Errorf("%s %s: %v, want %q", c.op, c.body, err, c.code)
		}
		var p *PanicError
		if errors.As(err, &p) {
			t.Errorf("%s %s: a panic: %v", c.op, c.body, p.Value)
		}
	}
}

// TestAnswerOfEachAttempt looks at the last attempt alone.
func TestAnswerOfEachAttempt(t *testing.T) {
	for _, c := range []struct{ first, second, code string }{
		{`{"Models": [{"ModelName": "m"}`, `{}`, "NoAnswer"},
		{`{"Mod`, `{"Models": []}`, ""},
	} {
		n := 0
		caller := serve(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			if n++; n == 1 {
				w.Header().Set("Content-Type", "application/x-amz-json-1.1")
				w.Header().Set("Content-Length", "1000") // more than comes: the connection breaks
				_, _ = w.Write([]byte(c.first))
				return
			}
			saying(200, c.second)(w, r)
		})
		_, err := caller.Call(t.Context(), &listModels, listModels.Input(""), nil)
		code := ""
		if err != nil {
			code = Classify(t.Context(), err).Code
		}
		if code != c.code || n != 2 {
			t.Errorf("%q after %q: %v, %d attempts", c.second, c.first, err, n)
		}
	}
}

func TestTimes(t *testing.T) {
	at := func(text string) time.Time {
		when, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		return when
	}
	for text, want := range map[string]time.Time{
		"0":                 at("1970-01-01T00:00:00Z"),
		"1.5":               at("1970-01-01T00:00:01.5Z"),
		"-1":                at("1969-12-31T23:59:59Z"),
		"1767323045.678":    at("2026-01-02T03:04:05.678Z"),
		"1767323045.6789":   at("2026-01-02T03:04:05.679Z"), // the API's times have milliseconds
		"1.767323045678E9":  at("2026-01-02T03:04:05.678Z"),
		"-62135596800":      at("0001-01-01T00:00:00Z"),
		"253402300799.999":  at("9999-12-31T23:59:59.999Z"),
		"9223372037":        at("2262-04-11T23:47:17Z"), // nanoseconds since 1970 do not hold it
		"-9223372038":       at("1677-09-21T00:12:42Z"),
		"-62135596801":      operation.Unreadable,
		"253402300800":      operation.Unreadable,
		"253402300799.9999": operation.Unreadable, // would round to the year 10000
		"1e300":             operation.Unreadable,
		"-1e300":            operation.Unreadable,
		`"NaN"`:             operation.Unreadable,
		`"Infinity"`:        operation.Unreadable,
		`"-Infinity"`:       operation.Unreadable,
	} {
		caller := serve(t, Options{}, saying(200, fmt.Sprintf(`{"ModelName": "m", "ModelArn": "a", "CreationTime": %s}`, text)))
		out, err := caller.Call(t.Context(), &describeModel, reflect.ValueOf(&sagemaker.DescribeModelInput{ModelName: new(string)}), nil)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		got := out.Addr().Interface().(*sagemaker.DescribeModelOutput).CreationTime
		if got == nil || !got.Equal(want) {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
	for _, text := range []string{`NaN`, `true`, `{}`, `"yesterday"`, `[1]`} {
		caller := serve(t, Options{}, saying(200, fmt.Sprintf(`{"ModelName": "m", "ModelArn": "a", "CreationTime": %s}`, text)))
		_, err := caller.Call(t.Context(), &describeModel, reflect.ValueOf(&sagemaker.DescribeModelInput{ModelName: new(string)}), nil)
		if err == nil || Classify(t.Context(), err).Code != "UnreadableAnswer" {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestEpoch(t *testing.T) {
	for _, seconds := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, firstMilli/1000 - 1, endMilli / 1000} {
		if got := epoch(seconds); !got.Equal(operation.Unreadable) {
			t.Errorf("%v is %v", seconds, got)
		}
	}
	for _, seconds := range []float64{firstMilli / 1000, 0, math.Copysign(0, -1), 0.0005, endMilli/1000 - 1} {
		if got := epoch(seconds); got.Equal(operation.Unreadable) || got.Year() < 1 || got.Year() > 9999 {
			t.Errorf("%v is %v", seconds, got)
		}
	}
}

// TestPanics panics while an answer is read: that is an error of the call.
func TestPanics(t *testing.T) {
	caller := serve(t, Options{}, saying(200, `{"Models": []}`))
	broken := listModels
	broken.In = reflect.TypeFor[sagemaker.SearchInput]() // not what the method takes
	_, err := caller.Call(t.Context(), &broken, broken.Input(""), nil)
	var p *PanicError
	if !errors.As(err, &p) || p.Operation != "ListModels" || p.Value == nil {
		t.Fatalf("%v", err)
	}
	// The place in the lane is free again.
	for range 40 {
		_, _ = caller.Call(t.Context(), &broken, broken.Input(""), nil)
	}
	if _, err := caller.Call(t.Context(), &listModels, listModels.Input(""), nil); err != nil {
		t.Error(err)
	}
}

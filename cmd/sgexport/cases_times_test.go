package main_test

import (
	"encoding/json"
	"fmt"
	"time"
)

// An edgeTime is a time in seconds since the Unix epoch, and which it is: ""
// where it is in no year from 1 to 9999. far ones are no 64-bit nanoseconds:
// they may be null too.
type edgeTime struct {
	value json.Number
	want  string
	far   bool
}

var edgeTimes = map[string]edgeTime{
	"zero":      {value: "0", want: "1970-01-01T00:00:00Z"},
	"minus":     {value: "-1.5", want: "1969-12-31T23:59:58.5Z"},
	"year1":     {value: "-62135596800", want: "0001-01-01T00:00:00Z", far: true},
	"year0":     {value: "-62167219200"},
	"year9999":  {value: "253402300799.999", want: "9999-12-31T23:59:59.999Z", far: true},
	"year10000": {value: "253402300800"},
	"ms":        {value: "1700000000000"},
	"frac":      {value: "1700000000.123456789", want: "2023-11-14T22:13:20.123456Z"},
	"huge":      {value: "9.2e18"},
	"exp":       {value: "1.7E9", want: "2023-11-14T22:13:20Z"},
	"year1600":  {value: "-11676096000", want: "1600-01-01T00:00:00Z", far: true},
	"year2300":  {value: "10413792000", want: "2300-01-01T00:00:00Z", far: true},
	"wraps":     {value: "18446744073", want: "2554-07-21T23:34:33Z", far: true}, // 2^64 ns: 1970 where it wraps
}

// sameMoment compares a property with a time, to the millisecond that the API
// promises.
func sameMoment(got any, want string) bool {
	g, err := time.Parse(time.RFC3339Nano, fmt.Sprint(got))
	if err != nil {
		return false
	}
	w, err := time.Parse(time.RFC3339Nano, want)
	return err == nil && g.Truncate(time.Millisecond).Equal(w.Truncate(time.Millisecond))
}

// timeCases are times that are none, and members of other types than the
// service model's.
func timeCases() []testCase {
	var all []testCase
	for name, value := range map[string]any{
		"NaN": "NaN", "Infinity": "Infinity", "minus Infinity": "-Infinity", "true": true, "an object": obj{}, "a list": []any{}, "2e18": json.Number("2e18"), "-2e18": json.Number("-2e18"),
		"1e19": json.Number("1e19"), "1e308": json.Number("1e308"), "-1e308": json.Number("-1e308"), "1e400": json.Number("1e400"), "empty text": "", "text": "yesterday", "digits in text": "99999999999999",
	} {
		all = append(all,
			testCase{name: "times/Describe/" + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
				if op == "DescribeModel" {
					return ok(models.record("m", "CreationTime", value))
				}
				return usual(op, body)
			}, check: func(r *result) {
				g := r.onlyGap("DescribeModel", 1, models.arn("m"))
				if g.Message == "" {
					r.Errorf("the gap does not say why: %+v", g)
				}
				r.state("Model", "partial", "all")
				r.kept(models.arn("m"))
				// The list said when: that is true, and so is null.
				if got := r.prop(models.arn("m"), "creation_time"); got != nil && !sameMoment(got, "2023-11-14T22:13:20Z") {
					r.Errorf("the time is %v", got)
				}
				r.complete("EndpointConfig")
			}},
			testCase{name: "times/List/" + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
				switch {
				case op == "ListEndpointConfigs":
					return ok(obj{"EndpointConfigs": []obj{configs.item("a", "CreationTime", value), configs.item("b")}})
				case op == "DescribeEndpointConfig" && body["EndpointConfigName"] == "a":
					return ok(configs.record("a", "CreationTime", value))
				}
				return either(configs.serve(op, body, "a", "b"), usual(op, body))
			}, check: func(r *result) {
				r.incomplete("EndpointConfig")
				for _, g := range r.manifest.Gaps {
					if g.Label != labelOf("EndpointConfig") {
						r.Errorf("a gap is of another kind: %+v", g)
					}
				}
				if got := r.prop(configs.arn("a"), "creation_time"); got != nil {
					r.Errorf("the time is %v", got)
				}
				r.complete("Model")
			}},
		)
	}
	// A text in the form of RFC 3339 says what time it is: taken, or a gap.
	all = append(all, testCase{name: "times/Describe/RFC 3339", exit: anyExit, handle: func(op string, body obj, _ string, _ int) answer {
		if op == "DescribeModel" {
			return ok(models.record("m", "CreationTime", "2023-11-14T22:13:20Z"))
		}
		return usual(op, body)
	}, check: func(r *result) {
		if got := r.prop(models.arn("m"), "creation_time"); got != nil && !sameMoment(got, "2023-11-14T22:13:20Z") {
			r.Errorf("the time is %v", got)
		}
		if r.code == incomplete {
			r.onlyGap("DescribeModel", 1, models.arn("m"))
		}
	}})
	// One item of a list, or one member of a record, has another type.
	for name, item := range map[string]any{
		"a text": "x", "null": nil, "a list": []any{}, "a number": 5, "a number for a name": models.item("bad", "ModelName", 5), "an object for an ARN": models.item("bad", "ModelArn", obj{}),
		"true for a name": models.item("bad", "ModelName", true), "nothing": obj{},
	} {
		all = append(all, testCase{name: "times/an item is " + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "ListModels" {
				return ok(obj{"Models": []any{models.item("m"), item}})
			}
			return usual(op, body)
		}, check: func(r *result) {
			r.incomplete("Model")
			r.neverPruned("Model")
			if len(r.gaps("ListModels")) == 0 {
				r.Errorf("there is no gap of ListModels: %+v", r.manifest.Gaps)
			}
			r.complete("EndpointConfig")
			r.linked("REFERENCED", configs.arn("c"), models.arn("m"))
		}})
	}
	for name, members := range map[string][]any{
		"a text for a structure": {"PrimaryContainer", "x"}, "a list for a structure": {"PrimaryContainer", []any{}}, "an object for a list": {"Containers", obj{}}, "a number for a text": {"ExecutionRoleArn", 5},
		"a text for a boolean": {"EnableNetworkIsolation", "true"}, "a number in a list of texts": {"VpcConfig", obj{"Subnets": []any{1}, "SecurityGroupIds": []any{}}}, "a list for a map": {"PrimaryContainer", obj{"Environment": []any{}}},
	} {
		all = append(all, testCase{name: "times/a record has " + name, exit: incomplete, handle: func(op string, body obj, _ string, _ int) answer {
			if op == "DescribeModel" && body["ModelName"] == "bad" {
				return ok(models.record("bad", members...))
			}
			return either(models.serve(op, body, "bad", "m"), usual(op, body))
		}, check: func(r *result) {
			r.onlyGap("DescribeModel", 1, models.arn("bad"))
			r.state("Model", "partial", "all")
			r.kept(models.arn("bad"))
			r.linked("HAS_EXECUTION_ROLE", models.arn("m"), role)
		}})
	}
	return all
}

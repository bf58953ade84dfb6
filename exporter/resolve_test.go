package exporter_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/simulator"
)

const role = "arn:aws:iam::012345678901:role/r"

// model is a document of a model whose ARN has the name in lower case, as the
// service makes it; more is added to it.
func model(name, more string) string { return modelIn(region, name, strings.ToLower(name), more) }

func modelIn(region, name, end, more string) string {
	partition := "aws"
	if strings.HasPrefix(region, "cn-") {
		partition = "aws-cn"
	}
	return fmt.Sprintf(`{"ModelName": %q, "ModelArn": "arn:%s:sagemaker:%s:%s:model/%s", "CreationTime": "2026-01-02T03:04:05Z", "ExecutionRoleArn": %q%s}`,
		name, partition, region, account, end, role, more)
}

// configIn is a document of an endpoint configuration with a variant for each
// model.
func configIn(region, name string, models ...string) string {
	partition := "aws"
	if strings.HasPrefix(region, "cn-") {
		partition = "aws-cn"
	}
	var variants []string
	for i, m := range models {
		variants = append(variants, fmt.Sprintf(`{"VariantName": "v%d", "ModelName": %q}`, i, m))
	}
	return fmt.Sprintf(`{"EndpointConfigName": %q, "EndpointConfigArn": "arn:%s:sagemaker:%s:%s:endpoint-config/%s", "CreationTime": "2026-01-02T03:04:05Z", "ProductionVariants": [%s]}`,
		name, partition, region, account, name, strings.Join(variants, ", "))
}

func config(name string, models ...string) string { return configIn(region, name, models...) }

func list(documents ...string) string { return "[" + strings.Join(documents, ",\n") + "]" }

// export serves an inventory and collects it.
func export(t *testing.T, kinds map[string]string) *result {
	t.Helper()
	cfg, _ := serve(t, docs(t, kinds), simulator.Options{})
	return collect(t, cfg)
}

// edges returns the edges of a type, without it.
func (r *result) ofType(typ string) []string {
	var all []string
	for _, e := range r.edges {
		if strings.Contains(e, " -"+typ+"(") {
			all = append(all, e)
		}
	}
	return all
}

func wantEdges(t *testing.T, got []string, want ...string) {
	t.Helper()
	slices.Sort(want)
	got = slices.Sorted(slices.Values(got))
	if !slices.Equal(got, want) {
		t.Errorf("edges\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func referenced(config, model, ref string) string {
	return fmt.Sprintf("%s -REFERENCED(ProductionVariants[].ModelName)-> %s %s", config, model, ref)
}

func TestNamesResolve(t *testing.T) {
	t.Run("exact before another case", func(t *testing.T) {
		r := export(t, map[string]string{
			"Model":          list(modelIn(region, "Churn", "churn", ""), modelIn(region, "churn", "churn-2", "")),
			"EndpointConfig": list(config("c", "Churn", "churn")),
		})
		wantEdges(t, r.ofType("REFERENCED"),
			referenced(arnOf("endpoint-config/c"), arnOf("model/churn"), "Churn"),
			referenced(arnOf("endpoint-config/c"), arnOf("model/churn-2"), "churn"))
	})
	t.Run("another case, one of it", func(t *testing.T) {
		r := export(t, map[string]string{"Model": list(model("Churn", "")), "EndpointConfig": list(config("c", "CHURN"))})
		wantEdges(t, r.ofType("REFERENCED"), referenced(arnOf("endpoint-config/c"), arnOf("model/churn"), "CHURN"))
		if len(r.nodes) != 4 { // account, role, model, configuration
			t.Errorf("nodes %v", sortedKeys(r.nodes))
		}
	})
	t.Run("another case, two of it", func(t *testing.T) {
		r := export(t, map[string]string{
			"Model":          list(modelIn(region, "Churn", "churn", ""), modelIn(region, "churn", "churn-2", "")),
			"EndpointConfig": list(config("c", "CHURN")),
		})
		wantEdges(t, r.ofType("REFERENCED"), referenced(arnOf("endpoint-config/c"), arnOf("model/CHURN"), "CHURN")+" ambiguous=true")
		if n := r.node(t, "AWSSageMakerModel", arnOf("model/CHURN")); n["observed"] != "false" || n["name"] != `"CHURN"` {
			t.Errorf("the node is %v", n)
		}
	})
	t.Run("dangling", func(t *testing.T) {
		r := export(t, map[string]string{"EndpointConfig": list(config("c", "gone"))})
		wantEdges(t, r.ofType("REFERENCED"), referenced(arnOf("endpoint-config/c"), arnOf("model/gone"), "gone"))
		n := r.node(t, "AWSSageMakerModel", arnOf("model/gone"))
		want := map[string]string{"arn": `"` + arnOf("model/gone") + `"`, "name": `"gone"`, "account_id": `"` + account + `"`, "region": `"us-east-1"`, "observed": "false"}
		if fmt.Sprint(n) != fmt.Sprint(want) {
			t.Errorf("the node is %v, want %v", n, want)
		}
		wantEdges(t, r.ofType("RESOURCE"), account+" -RESOURCE()-> "+arnOf("endpoint-config/c")+" ")
	})
	t.Run("dangling in China", func(t *testing.T) {
		cfg, _ := serve(t, docs(t, map[string]string{"cn-north-1/EndpointConfig": list(configIn("cn-north-1", "c", "gone"))}), simulator.Options{})
		cfg.Targets[0].Regions = []string{"cn-north-1"}
		r := collect(t, cfg)
		r.node(t, "AWSSageMakerModel", "arn:aws-cn:sagemaker:cn-north-1:"+account+":model/gone")
		if p := r.report.Scopes[0].Partition; p != "aws-cn" {
			t.Errorf("the partition is %s", p)
		}
	})
	t.Run("twice, and two of them", func(t *testing.T) {
		r := export(t, map[string]string{"Model": list(model("a", ""), model("b", "")), "EndpointConfig": list(config("c", "a", "a", "b", arnOf("model/a")))})
		wantEdges(t, r.ofType("REFERENCED"),
			referenced(arnOf("endpoint-config/c"), arnOf("model/a"), "a"),
			referenced(arnOf("endpoint-config/c"), arnOf("model/a"), arnOf("model/a")),
			referenced(arnOf("endpoint-config/c"), arnOf("model/b"), "b"))
	})
	t.Run("one name in several kinds", func(t *testing.T) {
		r := export(t, map[string]string{
			"Model":          list(model("x", "")),
			"EndpointConfig": list(config("x", "x")),
			"Endpoint": list(`{"EndpointName": "x", "EndpointArn": "` + arnOf("endpoint/x") + `", "EndpointConfigName": "x", "EndpointStatus": "InService",
				"CreationTime": "2026-01-02T03:04:05Z", "LastModifiedTime": "2026-01-02T03:04:05Z"}`),
		})
		wantEdges(t, append(r.ofType("REFERENCED"), r.ofType("USED")...),
			referenced(arnOf("endpoint-config/x"), arnOf("model/x"), "x"),
			arnOf("endpoint/x")+" -USED(EndpointConfigName)-> "+arnOf("endpoint-config/x")+" x")
	})
	t.Run("other regions and accounts", func(t *testing.T) {
		foreign := "arn:aws:sagemaker:eu-west-1:" + account + ":model/m"
		stranger := "arn:aws:sagemaker:us-east-1:210987654321:model/m"
		cfg, _ := serve(t, docs(t, map[string]string{
			"eu-west-1/Model":          list(modelIn("eu-west-1", "m", "m", "")),
			"eu-west-1/EndpointConfig": list(configIn("eu-west-1", "c", "m")),
			"EndpointConfig":           list(config("c", "m", foreign, stranger)),
		}), simulator.Options{})
		cfg.Targets[0].Regions = []string{region, "eu-west-1"}
		r := collect(t, cfg)
		here := arnOf("endpoint-config/c")
		wantEdges(t, r.ofType("REFERENCED"),
			referenced("arn:aws:sagemaker:eu-west-1:"+account+":endpoint-config/c", foreign, "m"),
			referenced(here, arnOf("model/m"), "m"), // not the one in Ireland
			referenced(here, foreign, foreign),
			referenced(here, stranger, stranger))
		for id, observed := range map[string]string{arnOf("model/m"): "false", foreign: "true", stranger: "false"} {
			if n := r.node(t, "AWSSageMakerModel", id); n["observed"] != observed {
				t.Errorf("%s: observed is %s", id, n["observed"])
			}
		}
		if n := r.node(t, "AWSSageMakerModel", stranger); n["account_id"] != `"210987654321"` {
			t.Errorf("the account of %s is %s", stranger, n["account_id"])
		}
	})
}

func TestNotReferences(t *testing.T) {
	r := export(t, map[string]string{
		"Model":          list(model("m", `, "PrimaryContainer": {"ModelDataUrl": "None", "Image": "python:3"}, "Containers": [{"ModelDataUrl": "/opt/ml"}, {"ModelDataUrl": "None"}]`)),
		"EndpointConfig": list(config("c", "None")),
	})
	wantEdges(t, append(r.ofType("REFERENCED"), r.ofType("REFERENCED_ARTIFACTS_IN")...))
	want := []graph.NotReference{
		{Label: "AWSSageMakerEndpointConfig", Path: "ProductionVariants[].ModelName", Count: 1},
		{Label: "AWSSageMakerModel", Path: "Containers[].ModelDataUrl", Count: 2},
		{Label: "AWSSageMakerModel", Path: "PrimaryContainer.ModelDataUrl", Count: 1},
	}
	if !slices.Equal(r.report.NotReferences, want) {
		t.Errorf("not references: %v, want %v", r.report.NotReferences, want)
	}
	if n := r.node(t, "AWSSageMakerModel", arnOf("model/m")); n["primary_container_model_data_url"] != `"None"` {
		t.Errorf("the property is %s", n["primary_container_model_data_url"])
	}
	if n := r.node(t, "AWSECRRepositoryImage", "python:3"); n["tag"] != `"3"` || len(r.ofType("REPO_IMAGE")) != 0 {
		t.Errorf("an image of another registry: %v, %v", n, r.ofType("REPO_IMAGE"))
	}
}

func TestImages(t *testing.T) {
	const registry = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/"
	const digest = "@sha256:0123"
	r := export(t, map[string]string{"Model": list(
		model("a", `, "PrimaryContainer": {"Image": "`+registry+`team/app:1"}`),
		model("b", `, "Containers": [{"Image": "`+registry+`team/app:1"}, {"Image": "`+registry+`team/app`+digest+`"}, {"Image": "`+registry+`team/app"}]`))})
	repository := "arn:aws:ecr:eu-west-1:210987654321:repository/team/app"
	wantEdges(t, r.ofType("REPO_IMAGE"),
		repository+" -REPO_IMAGE()-> "+registry+"team/app ",
		repository+" -REPO_IMAGE()-> "+registry+"team/app:1 ",
		repository+" -REPO_IMAGE()-> "+registry+"team/app"+digest+" ")
	if n := r.node(t, "AWSECRRepository", repository); n["name"] != `"team/app"` || n["region"] != `"eu-west-1"` {
		t.Errorf("the repository is %v", n)
	}
	if n := len(r.ofType("USED_IMAGE")); n != 4 {
		t.Errorf("%d images used, want 4", n)
	}
}

// TestStudio has two domains with a user of one name, and apps of users and of
// spaces.
func TestStudio(t *testing.T) {
	created := `"CreationTime": "2026-01-02T03:04:05Z"`
	domain := func(id string) string {
		return fmt.Sprintf(`{"DomainId": %q, "DomainName": "n-%s", "DomainArn": %q, %s}`, id, id, arnOf("domain/"+id), created)
	}
	user := func(domain string) string {
		return fmt.Sprintf(`{"DomainId": %q, "UserProfileName": "ann", "UserProfileArn": %q, %s}`, domain, arnOf("user-profile/"+domain+"/ann"), created)
	}
	space := func(domain string) string {
		return fmt.Sprintf(`{"DomainId": %q, "SpaceName": "room", "SpaceArn": %q, "OwnershipSettings": {"OwnerUserProfileName": "ann"}, %s}`, domain, arnOf("space/"+domain+"/room"), created)
	}
	app := func(domain, owner, name string) string {
		return fmt.Sprintf(`{"DomainId": %q, %q: %q, "AppType": "JupyterLab", "AppName": "default", "AppArn": %q, %s}`, domain, owner, name, arnOf("app/"+domain+"/"+name+"/JupyterLab/default"), created)
	}
	r := export(t, map[string]string{
		"Domain": list(domain("d-1"), domain("d-2")), "UserProfile": list(user("d-1"), user("d-2")), "Space": list(space("d-1"), space("d-2")),
		"App": list(app("d-1", "UserProfileName", "ann"), app("d-2", "SpaceName", "room")),
	})
	contains := func(from, path, to, ref string) string {
		return fmt.Sprintf("%s -CONTAINS(%s)-> %s %s", arnOf(from), path, arnOf(to), ref)
	}
	wantEdges(t, r.ofType("CONTAINS"),
		contains("domain/d-1", "DomainId", "user-profile/d-1/ann", "d-1"), contains("domain/d-2", "DomainId", "user-profile/d-2/ann", "d-2"),
		contains("domain/d-1", "DomainId", "space/d-1/room", "d-1"), contains("domain/d-2", "DomainId", "space/d-2/room", "d-2"),
		contains("domain/d-1", "DomainId", "app/d-1/ann/JupyterLab/default", "d-1"), contains("domain/d-2", "DomainId", "app/d-2/room/JupyterLab/default", "d-2"),
		contains("user-profile/d-1/ann", "UserProfileName", "app/d-1/ann/JupyterLab/default", "ann"),
		contains("space/d-2/room", "SpaceName", "app/d-2/room/JupyterLab/default", "room"))
	used := func(d string) string {
		return fmt.Sprintf("%s -USED(OwnershipSettings.OwnerUserProfileName)-> %s ann", arnOf("space/"+d+"/room"), arnOf("user-profile/"+d+"/ann"))
	}
	wantEdges(t, r.ofType("USED"), used("d-1"), used("d-2"))
	for _, label := range []string{"Domain", "UserProfile", "Space", "App"} {
		for id, n := range r.nodes {
			if strings.HasPrefix(id, "AWSSageMaker"+label+" ") && n["observed"] != "true" {
				t.Errorf("%s was not observed", id)
			}
		}
	}
}

func TestModelPackages(t *testing.T) {
	created := `"CreationTime": "2026-01-02T03:04:05Z"`
	r := export(t, map[string]string{
		"ModelPackage": list(
			`{"ModelPackageName": "single", "ModelPackageArn": "`+arnOf("model-package/single")+`", "ModelPackageStatus": "Completed", `+created+`}`,
			`{"ModelPackageName": "g", "ModelPackageGroupName": "g", "ModelPackageVersion": 1, "ModelPackageArn": "`+arnOf("model-package/g/1")+`", "ModelPackageStatus": "Completed", `+created+`}`,
			`{"ModelPackageGroupName": "g", "ModelPackageVersion": 2, "ModelPackageArn": "`+arnOf("model-package/g/2")+`", "ModelPackageStatus": "Completed", `+created+`}`),
		"ModelPackageGroup": list(`{"ModelPackageGroupName": "g", "ModelPackageGroupArn": "` + arnOf("model-package-group/g") + `", "ModelPackageGroupStatus": "Completed", ` + created + `}`),
		"Model": list(
			model("by-name", `, "PrimaryContainer": {"ModelPackageName": "single"}`),
			model("by-group", `, "PrimaryContainer": {"ModelPackageName": "g"}`), // a group is no package
			model("by-arn", `, "PrimaryContainer": {"ModelPackageName": "`+arnOf("model-package/g/2")+`"}`),
			model("bought", `, "Containers": [{"ModelPackageName": "arn:aws:sagemaker:us-east-1:865070037744:model-package/bought"}]`)),
	})
	derived := func(model, path, to, ref string) string {
		return fmt.Sprintf("%s -DERIVED_FROM(%s.ModelPackageName)-> %s %s", arnOf("model/"+model), path, to, ref)
	}
	wantEdges(t, r.ofType("DERIVED_FROM"),
		derived("by-name", "PrimaryContainer", arnOf("model-package/single"), "single"),
		derived("by-group", "PrimaryContainer", arnOf("model-package/g"), "g"),
		derived("by-arn", "PrimaryContainer", arnOf("model-package/g/2"), arnOf("model-package/g/2")),
		derived("bought", "Containers[]", "arn:aws:sagemaker:us-east-1:865070037744:model-package/bought", "arn:aws:sagemaker:us-east-1:865070037744:model-package/bought"))
	wantEdges(t, r.ofType("MEMBER_OF"),
		arnOf("model-package/g/1")+" -MEMBER_OF(ModelPackageGroupName)-> "+arnOf("model-package-group/g")+" g",
		arnOf("model-package/g/2")+" -MEMBER_OF(ModelPackageGroupName)-> "+arnOf("model-package-group/g")+" g")
	if n := r.node(t, "AWSSageMakerModelPackage", arnOf("model-package/g/1")); n["observed"] != "true" {
		t.Errorf("a version of a group was not read: %v", n)
	}
}

// job is a document of a training job.
func job(name, created, role, artifact string) string {
	return fmt.Sprintf(`{"TrainingJobName": %q, "TrainingJobArn": %q, "CreationTime": %q, "TrainingJobStatus": "Completed", "RoleArn": %q, "ModelArtifacts": {"S3ModelArtifacts": %q}}`,
		name, arnOf("training-job/"+name), created, role, artifact)
}

func notebook(name, created, role string) string {
	return fmt.Sprintf(`{"NotebookInstanceName": %q, "NotebookInstanceArn": %q, "CreationTime": %q, "RoleArn": %q, "NotebookInstanceStatus": "InService"}`,
		name, arnOf("notebook-instance/"+name), created, role)
}

func TestDerivedFrom(t *testing.T) {
	const artifact = "s3://b-1/j1/output/model.tar.gz"
	r := export(t, map[string]string{
		"TrainingJob": list(job("j1", "2026-01-02T00:00:00Z", role, artifact), job("j2", "2026-01-02T00:00:00Z", role, "s3://b-1/j2/output/model.tar.gz")),
		"Model": list(
			model("a", `, "PrimaryContainer": {"ModelDataUrl": "`+artifact+`"}`),
			model("b", `, "PrimaryContainer": {"ModelDataUrl": "`+artifact+`.old"}`),
			model("c", `, "Containers": [{"ModelDataSource": {"S3DataSource": {"S3Uri": "`+artifact+`", "S3DataType": "S3Object", "CompressionType": "Gzip"}}}]`)),
		"ModelPackage": list(`{"ModelPackageName": "p", "ModelPackageArn": "` + arnOf("model-package/p") + `", "CreationTime": "2026-01-02T03:04:05Z", "ModelPackageStatus": "Completed",
			"InferenceSpecification": {"Containers": [{"ModelDataUrl": "` + artifact + `"}]}}`),
	})
	derived := func(from, path string) string {
		return fmt.Sprintf("%s -DERIVED_FROM(%s)-> %s %s inferred=true basis=%q", arnOf(from), path, arnOf("training-job/j1"), artifact, "the training job produced the exact artifact that is referenced")
	}
	wantEdges(t, r.ofType("DERIVED_FROM"),
		derived("model/a", "PrimaryContainer.ModelDataUrl"), derived("model/c", "Containers[].ModelDataSource.S3DataSource.S3Uri"),
		derived("model-package/p", "InferenceSpecification.Containers[].ModelDataUrl"))
}

func TestCalledBy(t *testing.T) {
	const other = "arn:aws:iam::012345678901:role/other"
	r := export(t, map[string]string{
		"NotebookInstance": list(notebook("old", "2025-12-01T00:00:00Z", role), notebook("new", "2026-01-02T00:00:01Z", role), notebook("same", "2026-01-02T00:00:00Z", role), notebook("other", "2025-12-01T00:00:00Z", other)),
		"TrainingJob":      list(job("j", "2026-01-02T00:00:00Z", role, "s3://b-1/j")),
	})
	wantEdges(t, r.ofType("CALLED_BY"),
		arnOf("training-job/j")+" -CALLED_BY(RoleArn)-> "+arnOf("notebook-instance/old")+" "+role+` inferred=true basis="same execution role, account and region; the notebook is older than the job"`)
	if len(r.report.LeftOut) != 0 {
		t.Errorf("left out: %v", r.report.LeftOut)
	}

	for _, c := range []struct{ notebooks, edges, leftOut int }{{20, 40, 0}, {21, 0, 42}} {
		var all []string
		for i := range c.notebooks {
			all = append(all, notebook(fmt.Sprint("n", i), "2025-12-01T00:00:00Z", role))
		}
		r := export(t, map[string]string{
			"NotebookInstance": list(all...),
			// The youngest job is older than all notebooks: nothing is left out for it.
			"TrainingJob": list(job("j1", "2026-01-02T00:00:00Z", role, "s3://b-1/j"), job("j2", "2026-01-02T00:00:00Z", role, "s3://b-1/j"), job("j0", "2025-01-01T00:00:00Z", role, "s3://b-1/j")),
		})
		var want []graph.LeftOut
		if c.leftOut > 0 {
			want = []graph.LeftOut{{Scope: account + "/" + region, Edge: "CALLED_BY", Ref: role, Count: int64(c.leftOut)}}
		}
		if n := len(r.ofType("CALLED_BY")); n != c.edges || !slices.Equal(r.report.LeftOut, want) {
			t.Errorf("%d notebooks: %d edges, left out %v", c.notebooks, n, r.report.LeftOut)
		}
	}
	var all []string
	for i := range 21 {
		all = append(all, notebook(fmt.Sprint("n", i), "2026-12-01T00:00:00Z", role))
	}
	r = export(t, map[string]string{"NotebookInstance": list(all...), "TrainingJob": list(job("j", "2026-01-02T00:00:00Z", role, "s3://b-1/j"))})
	if len(r.report.LeftOut) != 0 {
		t.Errorf("no edge was left out, and the report says %v", r.report.LeftOut)
	}
}

// TestOddTexts carries hostile text through properties, references and tags.
func TestOddTexts(t *testing.T) {
	const odd = "it's \"odd\"\n\t\u0001\u2028 é 🦊 \\ ${x} `y` --"
	long := strings.Repeat("ä", 1<<19)
	r := export(t, map[string]string{
		"TrainingJob": list(compact(t, map[string]any{
			"TrainingJobName": "j", "TrainingJobArn": arnOf("training-job/j"), "CreationTime": "2026-01-02T03:04:05Z", "TrainingJobStatus": "NewerThanTheSDK",
			"FailureReason": odd, "HyperParameters": map[string]any{odd: odd, "long": long}, "Tags": []any{map[string]any{"Key": odd, "Value": odd}},
			"FinalMetricDataList": []any{map[string]any{"MetricName": "loss", "Value": "NaN", "Timestamp": "2026-01-02T03:04:05Z"}},
			"OutputDataConfig":    map[string]any{"S3OutputPath": "s3://b-1/" + odd},
		})),
		"EndpointConfig": list(compact(t, map[string]any{
			"EndpointConfigName": "c", "EndpointConfigArn": arnOf("endpoint-config/c"), "CreationTime": "2026-01-02T03:04:05Z",
			"ProductionVariants": []any{map[string]any{"VariantName": "v", "ModelName": odd}},
		})),
	})
	n := r.node(t, "AWSSageMakerTrainingJob", arnOf("training-job/j"))
	for column, want := range map[string]string{
		"failure_reason": compact(t, odd), "tags": compact(t, map[string]any{odd: odd}), "hyper_parameters": compact(t, map[string]any{odd: odd, "long": long}),
		"status": `"NewerThanTheSDK"`, "final_metric_data_list": `"[{\"MetricName\":\"loss\",\"Timestamp\":\"2026-01-02T03:04:05.000000Z\",\"Value\":\"NaN\"}]"`,
	} {
		if n[column] != want {
			t.Errorf("%s is %.300s, want %.300s", column, n[column], want)
		}
	}
	r.hasEdge(t, fmt.Sprintf("%s -WROTE_TO(OutputDataConfig.S3OutputPath)-> b-1 s3://b-1/%s", arnOf("training-job/j"), odd))
	r.hasEdge(t, referenced(arnOf("endpoint-config/c"), arnOf("model/"+odd), odd))
}

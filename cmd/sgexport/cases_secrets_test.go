package main_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// mark is a part of every secret: no file and no word of the program may have it.
const mark = "c4nary"

// tokens are secrets that are known by their form. They are made of pieces, so that
// no scanner takes this file for a leak.
func tokens() map[string]string {
	run := func(prefix string, n int) string {
		return prefix + mark + strings.Repeat("Ab3dE6gH9k", 30)[:n-len(mark)]
	}
	upper := func(prefix string) string { return prefix + "Q3EGCANARY000001" }
	pem := func(kind string) string {
		return "-----BEGIN " + kind + "-----\nMII" + mark + "\n-----END " + kind + "-----"
	}
	part := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + mark + `"}`))
	return map[string]string{
		"akia": upper("AKIA"), "asia": upper("ASIA"), "session": run("IQoJb3JpZ2lu"+"X2Vj", 120), "secret access key": "wJalr/" + mark + "+7MDENGbPxRfiCYzEXAMPLE12345",
		"github": run("gh"+"p_", 36), "github fine": run("github"+"_pat_", 60), "gitlab": run("glp"+"at-", 20), "hf": run("h"+"f_", 34), "openai": run("s"+"k-", 48), "openai project": run("s"+"k-proj-", 60),
		"anthropic": run("s"+"k-ant-api03-", 90), "slack": "xox" + "b-123456789012-1234567890123-" + mark, "jwt": "eyJ" + part + ".eyJ" + part + "." + part, "pem": pem("RSA PRIVATE KEY"), "pgp": pem("PGP PRIVATE KEY BLOCK"),
		"pem escaped": strings.ReplaceAll(pem("PRIVATE KEY"), "\n", `\n`), "google": run("AI"+"zaSy", 33), "npm": run("np"+"m_", 36), "stripe": run("sk"+"_live_", 24), "docker": run("dckr"+"_pat_", 27),
		"databricks": run("da"+"pi", 32), "sendgrid": "S" + "G." + mark + "abcdefghijklmn." + mark + "abcdefghijklmnopqrstuvwxyz0123456789", "pypi": run("pypi"+"-AgEIcHlwaS5vcmc", 60),
		"git": "https://user:" + mark + "@github.com/o/r.git", "git token": "https://" + mark + "@github.com/o/r.git", "slash": "https://user:" + mark + "/p@host/x",
		"signed": "https://b.s3.amazonaws.com/k?X-Amz-Credential=" + mark + "&x-amz-security-token=" + mark + "&X-Amz-Signature=" + mark, "signed v2": "https://b.s3.amazonaws.com/k?AWSAccessKeyId=" + mark + "&Signature=" + mark + "%3D",
		"jdbc": "jdbc:postgresql://db/x?user=app&password=" + mark, "oracle": "jdbc:oracle:thin:scott/" + mark + "@//db:1521/x", "redis": "redis://:" + mark + "@h:6379/0", "mongo": "mongodb+srv://u:" + mark + "@c.example.net",
		"bearer": "Authorization: Bearer " + mark + "abcdefgh", "basic": "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(mark+":"+mark)), "azure": "AccountName=x;AccountKey=" + mark + "==;", "flag": "--password " + mark + " --api-key=" + mark,
		"said": "the password is " + mark, "pair": "password=" + mark + "; DB_PASSWORD: " + mark, "webhook": "https://hooks.slack.com/services/T000/B000/" + mark + "abcdefgh",
		"tavily": run("tv"+"ly-dev-", 32), "figma": run("fi"+"gd_", 40), "wandb": run("wan"+"db_v1_", 60), "llama": run("ll"+"x-", 48), "anchor": "password: &pw " + mark + "\nother: *pw", "called": `conn.setPassword("` + mark + `")`, "escaped": "{&quot;password&quot;:&quot;" + mark + "&quot;}",
		"asked for": "the password for the db is " + mark, "denied": "Access denied for token '" + mark + "'",
	}
}

// leaks looks for secrets in all files of the snapshot and in what the program said.
func (r *result) leaks(further ...string) {
	r.Helper()
	secrets := append([]string{mark, "CANARY000001", base64.StdEncoding.EncodeToString([]byte(mark + ":" + mark)), base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + mark + `"}`))}, further...)
	look := func(name, text string) {
		for _, s := range secrets {
			if i := strings.Index(text, s); i >= 0 {
				r.Errorf("%s has a secret: …%s…", name, text[max(0, i-200):min(len(text), i+60)])
				return
			}
		}
	}
	look("stderr", r.stderr)
	look("verify", r.verified)
	err := filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		look(filepath.Base(path), string(data))
		return err
	})
	if err != nil && r.code != failed {
		r.Error(err)
	}
}

// redacted checks that a node says that rules took something out at a path.
func (r *result) redacted(id, path string, rules ...string) {
	r.Helper()
	text, _ := r.prop(id, "redactions").(string)
	for _, rule := range rules {
		if !strings.Contains(text, fmt.Sprintf(`{"path":%q,"rule":%q`, path, rule)) {
			r.Errorf("%s does not say that %s took something out at %s: %s", id, rule, path, text)
		}
	}
}

var allFormats = []string{"--region", region, "--format", "jsonl,parquet,graphml,cypher"}

// one is a kind with a single resource: what its list and its details say.
type one struct {
	list, member string // operation, and the list in its answer
	item         obj
	describe     string // operation
	details      obj    // beside the item
}

// only serves some resources.
func only(all ...one) handler {
	return func(op string, _ obj, _ string, _ int) answer {
		for _, o := range all {
			switch op {
			case o.list:
				return ok(obj{o.member: []obj{o.item}})
			case o.describe:
				details := maps.Clone(o.item)
				maps.Copy(details, o.details)
				return ok(details)
			}
		}
		return answer{}
	}
}

func trainingJob(name string, details obj) one {
	return one{"ListTrainingJobs", "TrainingJobSummaries", obj{"TrainingJobName": name, "TrainingJobArn": arn("training-job/" + name), "CreationTime": created, "TrainingJobStatus": "Completed"}, "DescribeTrainingJob", details}
}

func trialComponent(parameters obj) one {
	return one{
		"ListTrialComponents", "TrialComponentSummaries",
		obj{"TrialComponentName": "tc", "TrialComponentArn": arn("experiment-trial-component/tc"), "CreationTime": created},
		"DescribeTrialComponent",
		obj{"Parameters": parameters},
	}
}

func pipeline(definition string) one {
	return one{"ListPipelines", "PipelineSummaries", obj{"PipelineName": "p", "PipelineArn": arn("pipeline/p")}, "DescribePipeline", obj{"PipelineDefinition": definition}}
}

func codeRepository(url string) one {
	return one{"ListCodeRepositories", "CodeRepositorySummaryList", obj{"CodeRepositoryName": "r", "CodeRepositoryArn": arn("code-repository/r"), "CreationTime": created, "GitConfig": obj{"RepositoryUrl": url}}, "", nil}
}

// secretCases are secrets, and what only looks like one.
func secretCases() []testCase {
	text := strings.Join(slices.Sorted(maps.Values(tokens())), " | ")
	job := arn("training-job/t")
	secretNames := strings.Fields(`api_key db_pass passphrase credentials WANDB_KEY auth PGPASSWORD MYSQL_PWD conn_str AWS_SESSION_TOKEN client-secret clientSecret HF_TOKEN GIT_PAT KAGGLE_KEY
		password1 passwordHash encryption_key signing_key bearer webhook_url APIKEY GITHUB_TOKEN_ORG token_github pass_db hf-token-read masterpass psk ENC_KEY FERNET_KEY`)
	hyperParameters := obj{}
	for name, token := range tokens() {
		hyperParameters[name] = token
	}
	for _, name := range secretNames {
		hyperParameters[name] = mark
	}
	for i, form := range []string{"use %s, then", "(%s)", "The key %s.", "%s: bad", "https://h/x?k=%s&b=1", "job_%s", "<k>%s</k>"} {
		hyperParameters[fmt.Sprint("beside ", i)] = fmt.Sprintf(form, tokens()["github"]) + " " + fmt.Sprintf(form, tokens()["tavily"])
	}
	hyperParameters["parameter"] = `{"Name":"DbPassword","EnumValues":["` + mark + `"],"ValueHint":"` + mark + `"}`
	hyperParameters["tokens"] = `["` + mark + `Zq4xWv9kR"]`
	hyperParameters["sagemaker_job_env"] = `{"ANY":"` + mark + `"}`
	hyperParameters["config"] = "db:\n  password: " + mark + "\nenvironment:\n  ANY: " + mark + "\n"
	definition := func(v any) string {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err)
		}
		return string(data)
	}
	evidence := obj{
		"digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "sha": "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "token": "<eos>", "pwd": "/opt/ml/code", "pad_token": "[PAD]",
		"secret": "arn:aws:secretsmanager:us-east-1:111122223333:secret:x", "password": "arn:aws:ssm:us-east-1:111122223333:parameter/p", "api_token": "", "id_token": "1234", "use_auth_token": "true", "max_tokens": "1024",
		"job": "sk-learn-0123456789abcdef0123456789abcdef", "uuid": "sk-550e8400-e29b-41d4-a716-446655440000", "inside": "xxAK" + "IA0123456789ABCDEFzz", "mail": "https://h?contact=a@b", "image": "docker://reg:5000/x@sha256:9f86",
		"key": "s3://b/user@example.com/k", "kafka": "kafka://broker1,broker2@x", "ssh": "git+ssh://git@github.com/o/r", "said": "see https://wiki.example.com, or mail me@corp.com", "environment": "prod",
		"model": "glrt-detector-model-v1-2024-01-01", "artifact": "s3://bucket/glft-flow-matching-large-v2/model.tar.gz", "signature_key": "serving_default", "session_key": "session_id", "has_password": "0", "api_key_env": "OPENAI_API_KEY",
		"secret_id": "prod/db/password-AbCdEf", "linkedin_task": "recommendation", "airtable_base": "app" + "A1b2C3d4E5f6G7", "asana_project": "1200123456789012", "metric": "password_f1 = ([0-9.]+)", "note": "Password: required", "tokens": "100000000",
		"command": "password=$(aws secretsmanager get-secret-value --secret-id x)",
	}
	return []testCase{
		{name: "secrets/a50 in every place", exit: complete, args: allFormats, handle: func(op string, body obj, region string, n int) answer {
			if op == "GetResources" {
				return ok(obj{"ResourceTagMappingList": []obj{{"ResourceARN": job, "Tags": []obj{{"Key": "db_password", "Value": mark}, {"Key": "note", "Value": text}, {"Key": "x" + tokens()["github"], "Value": "y"}, {"Key": "team", "Value": "ml"}}}}})
			}
			return only(trainingJob("t", obj{
				"FailureReason": text, "HyperParameters": hyperParameters, "Environment": obj{"ANY": mark, "B": text}, "RoleArn": role,
				"AlgorithmSpecification": obj{"TrainingImage": "https://u:" + mark + "@reg/img:1", "TrainingInputMode": "File", "ContainerEntrypoint": []string{"sh", "-c", "export X=" + mark + "; curl -u user:" + mark + " http://x"}, "ContainerArguments": []string{"--password", mark, "--token=" + mark, "-e", "X=" + mark}},
				"InputDataConfig":        []obj{{"ChannelName": "c", "DataSource": obj{"S3DataSource": obj{"S3DataType": "S3Prefix", "S3Uri": "https://b-1.s3.amazonaws.com/k?X-Amz-Signature=" + mark}}}},
			}), codeRepository("https://us/er:"+mark+"@github.com/o/r?access_token="+mark), one{
				"ListNotebookInstanceLifecycleConfigs", "NotebookInstanceLifecycleConfigs",
				obj{"NotebookInstanceLifecycleConfigName": "l", "NotebookInstanceLifecycleConfigArn": arn("notebook-instance-lifecycle-config/l")},
				"DescribeNotebookInstanceLifecycleConfig",
				obj{"OnStart": []obj{{"Content": base64.StdEncoding.EncodeToString([]byte("export A=" + mark + "\n" + tokens()["github"]))}}},
			})(op, body, region, n)
		}, check: func(r *result) {
			r.leaks()
			r.tag(job, "team", "ml")
			r.tag(job, "db_password", "[redacted]")
			r.redacted(job, "tags/db_password", "secret-name")
			r.redacted(job, "hyper_parameters/api_key", "secret-name")
			r.redacted(job, "failure_reason", "github-token", "jwt", "private-key", "slack-bot-token")
			r.redacted(arn("notebook-instance-lifecycle-config/l"), "on_start/0/Content", "script", "environment", "github-token")
			r.linked("READ_FROM", job, "b-1")
			r.linked("HAS_EXECUTION_ROLE", job, role)
			if r.nodes["https://github.com/o/r?access_token=[redacted]"].ID == "" {
				r.Errorf("the repository is not called as it is without secrets")
			}
		}},
		{name: "secrets/a51 hyperparameters of a trial component", exit: anyExit, args: allFormats, handle: only(
			trainingJob("t", obj{"HyperParameters": obj{"api_key": mark, "db_password": mark, "epochs": "3"}}),
			trialComponent(obj{"api_key": obj{"StringValue": mark}, "db_password": obj{"StringValue": mark}, "pin_password": obj{"NumberValue": 4711001}, "epochs": obj{"NumberValue": 3}}),
		), check: func(r *result) {
			r.leaks("4711001", "4.711001")
			tc := arn("experiment-trial-component/tc")
			r.has(tc, "parameters", `{"api_key":{"StringValue":"[redacted]"},"db_password":{"StringValue":"[redacted]"},"epochs":{"NumberValue":3.0},"pin_password":{"NumberValue":"[redacted]"}}`)
			r.redacted(tc, "parameters/api_key/StringValue", "secret-name")
		}},
		{name: "secrets/a52 evidence stays", exit: complete, args: allFormats, handle: only(trainingJob("sk-learn-0123456789abcdef0123456789", obj{
			"HyperParameters": evidence, "ModelArtifacts": obj{"S3ModelArtifacts": "s3://b-1/sk-learn-0123456789abcdef0123456789/output/model.tar.gz"},
		})), check: func(r *result) {
			id := arn("training-job/sk-learn-0123456789abcdef0123456789")
			got, _ := r.prop(id, "hyper_parameters").(map[string]any)
			for name, want := range evidence {
				if got[name] != want {
					r.Errorf("%s became %v", want, got[name])
				}
			}
			if r.prop(id, "redactions") != nil {
				r.Errorf("the node says that something was taken out: %v", r.prop(id, "redactions"))
			}
			r.has(id, "model_artifacts_s3_model_artifacts", "s3://b-1/sk-learn-0123456789abcdef0123456789/output/model.tar.gz")
		}},
		{name: "secrets/a53 artifacts that look alike", exit: complete, handle: derived("sk-learn-0123456789abcdef0123456789", "sk-churn-ffff456789abcdef0123456789"), check: func(r *result) {
			r.derivedFrom("sk-learn-0123456789abcdef0123456789", "sk-churn-ffff456789abcdef0123456789")
		}},
		{name: "secrets/artifacts below two tokens", exit: complete, handle: derived("AK"+"IAQ3EGCANARY0000A1", "AK"+"IAQ3EGCANARY0000B2"), check: func(r *result) {
			r.leaks("CANARY0000A1", "CANARY0000B2")
			jobs, from := 0, 0
			for id := range r.nodes {
				if strings.HasPrefix(id, arn("training-job/[redacted-")) {
					jobs++
				}
			}
			for _, e := range r.edges {
				if e.Label == "DERIVED_FROM" {
					from++
				}
			}
			if jobs != 2 || from != 1 {
				r.Errorf("%d jobs and %d DERIVED_FROM, want 2 and 1", jobs, from)
			}
		}},
		{name: "secrets/a name that is a token", exit: incomplete, args: allFormats, handle: func(op string, _ obj, _ string, _ int) answer {
			name := tokens()["akia"]
			switch op {
			case "ListEndpoints":
				return ok(obj{"Endpoints": []obj{{"EndpointName": name, "EndpointArn": arn("endpoint/" + name), "CreationTime": created, "EndpointStatus": "InService"}}})
			case "DescribeEndpoint":
				return fault("Validation"+tokens()["github"]+"Exception", "bad value "+text)
			case "GetResources":
				return ok(obj{"ResourceTagMappingList": []obj{{"ResourceARN": arn("endpoint/" + name), "Tags": []obj{{"Key": "a", "Value": "b"}}}}})
			}
			return answer{}
		}, check: func(r *result) {
			r.leaks()
			ids := r.gap("DescribeEndpoint").IDs
			if len(ids) != 1 || r.nodes[ids[0]].ID == "" {
				r.Fatalf("the gap names %v, which is no node", ids)
			}
			r.tag(ids[0], "a", "b")
			r.has(ids[0], "arn", ids[0])
		}},
		{name: "secrets/associations", exit: complete, args: allFormats, handle: func(op string, body obj, region string, n int) answer {
			if op == "ListAssociations" {
				return ok(obj{"AssociationSummaries": []obj{{"SourceArn": arn("artifact/a"), "DestinationArn": arn("action/" + tokens()["akia"]), "AssociationType": "Produced", "SourceName": text}}})
			}
			return only(one{"ListArtifacts", "ArtifactSummaries", obj{"ArtifactArn": arn("artifact/a"), "ArtifactName": "a", "CreationTime": created, "Source": obj{"SourceUri": "https://u:" + mark + "@h/x"}}, "DescribeArtifact", obj{"Properties": obj{"password": mark, "note": text}}})(op, body, region, n)
		}, check: func(r *result) { r.leaks() }},
		{name: "secrets/definitions", exit: complete, args: allFormats, handle: only(pipeline(definition(obj{
			"Parameters": []obj{{"Name": "DbPassword", "Type": "String", "DefaultValue": mark}, {"Name": "Rows", "Type": "Integer", "DefaultValue": 10}},
			"Steps": []obj{
				{"Name": "A", "Type": "Training", "Description": text, "Arguments": obj{"Environment": obj{"ANY": mark}, "HyperParameters": obj{"api_key": mark, "inner": definition(obj{"Env": obj{"ANY": mark}})}, "Cmd": []string{"--password", mark}, "List": []obj{{"Name": "DB_PASSWORD", "Value": mark}}}},
				{"Name": "GetSecret", "Type": "Lambda"},
				{"Name": "B", "Type": "Training", "DependsOn": []string{"GetSecret", "A"}, "Arguments": obj{"Password": obj{"Get": "Parameters.DbPassword"}, "Token": obj{"Get": "Steps.A.Token"}}},
			},
		}))), check: func(r *result) {
			r.leaks()
			r.linked("DEPENDS_ON", arn("pipeline/p/step/B"), arn("pipeline/p/step/A"))
			r.linked("DEPENDS_ON", arn("pipeline/p/step/B"), arn("pipeline/p/step/GetSecret"))
			if r.nodes[arn("pipeline/p/step/[redacted]")].ID != "" {
				r.Errorf("redaction made a step")
			}
			r.has(arn("pipeline/p/step/B"), "arguments", `{"Password":{"Get":"Parameters.DbPassword"},"Token":{"Get":"Steps.A.Token"}}`)
			r.redacted(arn("pipeline/p"), "pipeline_definition/Parameters/0/DefaultValue", "secret-name")
		}},
		{name: "secrets/a definition and more", exit: incomplete, args: allFormats, handle: only(pipeline(`{"Steps":[]} {"Environment":{"ANY":"` + mark + `"},"k":"` + tokens()["github"] + `"}`)), check: func(r *result) { r.leaks() }},
		{name: "secrets/a key that is there twice", exit: complete, args: allFormats, handle: only(pipeline(`{"Steps":[],"Environment":{"ANY":"` + mark + `"},"Environment":{}}`)), check: func(r *result) {
			r.leaks()
			r.has(arn("pipeline/p"), "pipeline_definition", `{"Environment":{"ANY":"[redacted]"},"Environment":{},"Steps":[]}`)
		}},
		{name: "secrets/a definition that is cut", exit: incomplete, args: allFormats, handle: only(pipeline(`{"Steps":[{"Name":"A","Arguments":{"Environment":{"ANY":"` + mark + `"},"HyperParameters":{"password":"` + mark + `","epochs":"3`)), check: func(r *result) {
			r.leaks()
		}},
		{name: "secrets/found by Search", exit: complete, args: append([]string{"--describe-limit", "0"}, allFormats...), handle: func(op string, body obj, _ string, _ int) answer {
			if op == "Search" && body["Resource"] == "Model" {
				return ok(obj{"Results": []obj{{"Model": obj{"Model": models.record("m", "PrimaryContainer", obj{"Environment": obj{"ANY": mark}}, "Tags", []obj{{"Key": "db_password", "Value": mark}})}}}})
			}
			return models.serve(op, body, "m")
		}, check: func(r *result) {
			r.leaks()
			r.redacted(models.arn("m"), "primary_container_environment/ANY", "environment")
			r.tag(models.arn("m"), "db_password", "[redacted]")
			r.redacted(models.arn("m"), "tags/db_password", "secret-name")
		}},
		{name: "secrets/who calls cannot be told", exit: failed, handle: func(op string, _ obj, _ string, _ int) answer {
			return fault("Odd-"+tokens()["akia"], "<![CDATA["+text+"]]>")
		}, check: func(r *result) { r.leaks() }},
		{name: "secrets/nothing is allowed", exit: failed, handle: func(op string, _ obj, _ string, _ int) answer {
			if strings.HasPrefix(op, "sts:") {
				return answer{}
			}
			return fault("AccessDeniedException", text)
		}, check: func(r *result) { r.leaks() }},
		{name: "secrets/kept where that is asked for", exit: incomplete, args: []string{"--region", region, "--redact", "none"}, handle: func(op string, body obj, region string, n int) answer {
			if op == "ListModels" {
				return fault("ValidationException", "bad value "+text)
			}
			return only(trainingJob("t", obj{"HyperParameters": obj{"api_key": mark}}))(op, body, region, n)
		}, check: func(r *result) {
			r.has(job, "hyper_parameters", map[string]any{"api_key": mark})
			r.redacted(job, "hyper_parameters/api_key", "secret-name") // it is known all the same
			if fields := r.manifest.Redaction.Fields; len(fields) > 0 {
				r.Errorf("the manifest says that something was taken out: %v", fields)
			}
			if strings.Contains(r.stderr, mark) || strings.Contains(r.gap("ListModels").Message, mark) {
				r.Errorf("a secret is in the log or in a gap")
			}
		}},
	}
}

// derived serves two training jobs, each with an artifact below its name, and a
// model of the first one's.
func derived(first, second string) handler {
	artifact := func(job string) string { return "s3://b-1/" + job + "/output/model.tar.gz" }
	return func(op string, body obj, _ string, _ int) answer {
		item := func(name string) obj { return trainingJob(name, nil).item }
		switch op {
		case "ListTrainingJobs":
			return ok(obj{"TrainingJobSummaries": []obj{item(first), item(second)}})
		case "DescribeTrainingJob":
			job := item(body["TrainingJobName"].(string))
			job["ModelArtifacts"] = obj{"S3ModelArtifacts": artifact(body["TrainingJobName"].(string))}
			return ok(job)
		case "ListModels":
			return ok(obj{"Models": []obj{models.item("m")}})
		case "DescribeModel":
			return ok(models.record("m", "PrimaryContainer", obj{"ModelDataUrl": artifact(first)}))
		}
		return answer{}
	}
}

// derivedFrom checks that the model is derived from the first job alone.
func (r *result) derivedFrom(first, second string) {
	r.Helper()
	r.linked("DERIVED_FROM", models.arn("m"), arn("training-job/"+first))
	if r.edge("DERIVED_FROM", models.arn("m"), arn("training-job/"+second)) {
		r.Errorf("the model is derived from a job that did not make it")
	}
}

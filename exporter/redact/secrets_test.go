package redact

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// canary is what must not be left of a secret. It looks like nothing.
const canary = "c4naryValue"

// TestSecretsGo has secrets where they stand in texts of all makings; each %s is
// one.
func TestSecretsGo(t *testing.T) {
	for _, text := range []string{
		// A name and a value.
		"password=%s", "DB_PASSWORD: %s", "password = %s # comment", "PGPASSWORD=%s psql -h db", "x;password=%s;y", "passwd:%s", `pwd="%s"`, "secret=>%s", "api-key := %s",
		"client.secret=%s", "AccountKey=%s;EndpointSuffix=x", "the password is %s.", "Your token was %s", `config["password"] = "%s"`, `password=f"%s"`, `token: '%s'`,
		"Authorization: Bearer %s", "Authorization: token %s", `{"Authorization": "Basic %s"}`, `-H "Authorization: Bearer %s"`, "X-Api-Key: %s", "SECRET_2=%s", "db_password_prod=%s",
		`\"api_key\": \"%s\"`, `\\\"api_key\\\": \\\"%s\\\"`, "kennwort=%s",
		"password is: %s", "/password:%s", "Incorrect API key provided: %s", "Access denied for 'x' using password '%s'", "invalid token %s", "!export ANY=%s", "%%env ANY=%s",
		// Addresses.
		"https://user:%s@host/x", "https://%s@github.com/o/r", "https://us/er:%s@github.com/o/r", "https://user:%s/x@host/x", "postgresql+psycopg2://u:%s@h:5432/d", "redis://:%s@h:6379/0",
		"mongodb+srv://u:%s@c.example.net,d.example.net/?x=1", "see https://u:%s@h, or not", "amqps://u:%s@h", "u:%s@registry.example.com/image:1", "a://x:%s@h,b://y:%s@i",
		"https://h/x?access_token=%s&y=1", "https://h/x?y=1&TOKEN=%s", "https://h?authToken=%s", "https://h?sig=%s", "https://h?X-AMZ-SIGNATURE=%s", "https://h/x?AWSAccessKeyId=%s&Signature=%s",
		"n.notebook.us-east-1.sagemaker.aws?authToken=%s", "git@github.com:o/r?token=%s", "https://h/#access_token=%s&x=1", "jdbc:oracle:thin:scott/%s@//db:1521/x", "jdbc:mysql://h/x?user=a&password=%s",
		"jdbc:sqlserver://db;user=sa;password=%s;", "https://hooks.slack.com/services/T0/B0/%s", "https://discord.com/api/webhooks/123456789/%s", "docker://u:%s@reg:5000/x@sha256:0123",
		// Commands.
		"--password %s", "x --db-password=%s", "--api-key '%s'", "curl -u user:%s http://x", "curl --user 'user:%s' http://x", "curl -uuser:%s x", "export ANY=%s", "export A=1 && export B='%s'",
		`os.environ["ANY"]="%s"`, `os.environ['ANY'] = '%s'`, `os.environ.setdefault("ANY", "%s")`, `process.env.ANY = "%s"`, "docker run -e ANY=%s x", "docker run --env ANY='%s' x",
		"sshpass -p %s ssh h", "mysql -u root -p%s db", "docker login -u x -p %s reg", `["--password", "%s"]`, `--password", "%s"`,
		"//registry.npmjs.org/:_authToken=%s", "machine api.example.com login u password %s", "[default]\naws_access_key_id = x\naws_secret_access_key = %s\naws_session_token=%s", "<db><password>%s</password></db>",
		`<add key="DB_PASSWORD" value="%s"/>`, `System.setProperty("db.password", "%s")`, "aws configure set aws_secret_access_key %s", "npm config set //registry/:_authToken %s", "wandb login %s", "git config --global user.token %s", "podman login -u x -p %s reg",
		"export A=1 B=%s", "env A=1 B='%s' python x.py", "ENV A=1 B=%s", "ENV ANY %s", `$env:ANY = "%s"`, `os.environ.update({"ANY": "%s"})`, `Sys.setenv(ANY = "%s")`, "X-Auth-Token: %s", "passwrd=%s", "auth_header=%s", "ldap_bindpw: %s",
		"requests.get(url, auth=('user', 'x'), headers={'Authorization': 'Bearer %s'})", `connect(user="u", password="%s")`, "https%3A%2F%2Fuser%3A%s%40host%2Fx", "https://h/?next=https%3A%2F%2Fi%2F%3Ftoken%3D%s",
		"https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuv%s/send", "https://x.webhook.office.com/webhookb2/0123456789abcdef%s", "Password: %s and more", "ftp://u:%s@h/", "http://127.0.0.1:8888/lab?token=%s",
		// YAML.
		"a: 1\ntoken: |\n  %s\n", "a: 1\npassword: one %s two\nb: 2", "a: 1\npasswords:\n- %s\n", "users:\n- name: u\n  user:\n    token: %s\n    client-key-data: %s\n",
		"a: 1\npassword: %s\n", "a: 1\ndb:\n  password: '%s'\n", "environment:\n  ANY: %s\n  OTHER: %s\nx: 1\n", "env:\n- name: ANY\n  value: %s\n- name: B\n  value: %s\n", "env:\n  - ANY=%s\n",
		"x:\n  - name: DB_PASSWORD\n    value: %s\n", "x:\n  - value: %s\n    name: DB_PASSWORD\n", "secret: |\n  %s\n  %s\nx: 1", "a: 1\npassword: >-\n  %s\n", "x: {password: %s, y: 1}",
		"spec:\n  containers:\n  - image: i\n    env:\n    - {name: A, value: %s}\n", "Environment: {ANY: %s}",
		// JSON.
		`{"password":"%s"}`, `{"a":{"b":[{"dbPassword":"%s"}]}}`, `{"Environment":{"ANY":"%s"}}`, `{"env":["ANY=%s"]}`, `{"environment":[{"name":"ANY","value":"%s"}]}`,
		`{"EnvironmentVariables":[{"ANY":"%s"}]}`, `[{"Name":"DB_PASSWORD","Value":"%s"}]`, `[{"Key":"password","Value":"%s"}]`, `{"Parameters":[{"Name":"DbPassword","Type":"String","DefaultValue":"%s"}]}`,
		`{"credentials":{"any":"%s"}}`, `{"secrets":["%s","%s"]}`, `{"cmd":["--token","%s"]}`, `{"cmd":["-u","user:%s"]}`, `{"cmd":["-e","ANY=%s"]}`, `{"cmd":["sh","-c","export ANY=%s"]}`, `["password","%s"]`, `{"x":[["password","%s"],["a","b"]]}`,
		`{"x":"{\"password\":\"%s\"}"}`, `{"x":"{\"y\":\"{\\\"password\\\":\\\"%s\\\"}\"}"}`, `{"api_key":{"StringValue":"%s"}}`, `{"\u0070assword":"%s"}`, `{"job_env":"{\"ANY\":\"%s\"}"}`,
		`{"Steps":[]} {"Environment":{"ANY":"%s"}}`, `{"Environment":{"ANY":"%s"},"Environment":{}}`, `{"password":"%s","password":""}`, `[[["password=%s"]]]`, `"password=%s"`, `{"a":"b"}` + "\n" + `{"token":"%s"}`,
		`{"x":"export ANY=%s"}`, `{"Env":{"A":{"B":"%s"}}}`, `{"password":["%s"]}`, `{"headers":{"Authorization":"%s"}}`,
		`{"auths":{"reg.example.com":{"auth":"%s"}}}`, `{"env":[{"name":"ANY","value":"%s"},{"name":"B","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}`, `[{"name":"X","defaultValue":"x"},{"key":"db-password","value":["%s"]}]`,
		`{"ParameterKey":"DBPassword","ParameterValue":"%s"}`, `{"option":"password","setting":"%s"}`, `{"headers":[{"name":"Authorization","value":"Bearer %s"}]}`, `{"runtime_env":{"env_vars":{"A":"%s"}}}`,
		// JSON that is none.
		`{"a":NaN,"Environment":{"ANY":"%s"}}`, `{"a":1,/* x */"cmd":["--password","%s"]}`, "{'password': '%s', 'x': None}",
		`not json {"Environment":{"ANY":"%s"}`, `{"Environment":{"ANY":"%s"`, `{"Environment":{"ANY":"%s"},}`, `{'Environment': {'ANY': '%s'}}`, `{"password":"%s",}`, `{"password":"%s`, `{"credentials": {"x":"%s"}`,
		`[{"Name":"DB_PASSWORD","Value":"%s"},`, `{"Name":"DB_PASSWORD","Type":"String","DefaultValue":"%s"},`, `x {\"Environment\":{\"ANY\":\"%s\"}}`, `{"Environment":{"ANY":"%s"}} trailing`,
		strings.Repeat("[", 300) + `{"password":"%s"}` + strings.Repeat("]", 300),
	} {
		secret := strings.ReplaceAll(text, "%s", canary)
		f := Filter{On: true}
		f.Enter("c")
		if got := f.Text(Context{}, secret); strings.Contains(got, canary) || !f.Hit() {
			t.Errorf("%s\nstays in\n%s", secret, got)
		}
		// And inside a document, as a text in a list.
		data, err := json.Marshal(map[string]any{"a": []string{"x", secret}})
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Text(Context{}, string(data)); strings.Contains(got, canary) {
			t.Errorf("%s\nstays in\n%s", data, got)
		}
	}
}

// TestEvidenceStays has what looks like a secret, or stands where one may, and is
// what a check needs.
func TestEvidenceStays(t *testing.T) {
	const sum = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
	for _, text := range []string{
		"sk-learn-0123456789abcdef0123456789abcdef", "s3://b/sk-0123456789abcdef0123456789/x", "sk-550e8400-e29b-41d4-a716-446655440000", "xxAKIA0123456789ABCDEFzz", "sha256:" + sum, sum, sum[:40], sum[:32],
		"550e8400-e29b-41d4-a716-446655440000", "pwd=/opt/ml/code", "token=<eos>", "pad_token=[PAD]", "eos_token: </s>", "max_tokens=1024", "tokenizer=gpt2", "https://h?contact=a@b", "https://h/?mail=a@b.com&x=1",
		"docker://reg:5000/x@sha256:" + sum, "reg.example.com/img:1@sha256:9f86", "docker://reg.example.com:5000@sha256:9f86", "oci://r/i@sha256:9f86", "s3://b/user@example.com/k", "s3://b/k?x=a@b",
		"s3://b/time=12:30/user@example.com", "http://minio:9000/b/user@example.com/k", "kafka://broker1,broker2@x", "git+ssh://git@github.com/o/r", "git@github.com:a/b.git", "ssh://git@host:22/o/r",
		"abfss://container@account.dfs.core.windows.net/x", "mailto:me@corp.com", "owner: bob@corp.com", "owner:bob@corp.com", "see https://wiki.example.com, or mail me@corp.com",
		"arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/db-AbCdEf", "arn:aws:ssm:us-east-1:123456789012:parameter/db/password", "password=arn:aws:secretsmanager:us-east-1:123456789012:secret:x",
		"load token: no such file", "The security token included in the request is invalid", "password: ${DB_PASSWORD}", "password={{resolve:secretsmanager:prod/db}}", "the password is wrong", "token is expired",
		"Bearer token required", "bearer authentication", "basic authentication", "use_auth_token: true", "id_token: 1234", "num_auth_attempts=3", "api_key=", `{"api_key":""}`, `{"password":null,"token":false}`,
		"User: arn:aws:sts::123456789012:assumed-role/Role/session is not authorized to perform: sagemaker:ListTokens", "kms_key=alias/aws/sagemaker", "partition_key=abc", "primary_key: id", "secret_arn=x", "password_policy: strict",
		"data/Train2024/ImageNet/ResNet50/Epoch10", "SageMakerStudioNotebookExecutionRole1234", "addOperationCreateAutoMLJobV2Middlewares", "docker run -u 1000:1000 x", "gpu-util -p", "us-east-1", "export PYTHONPATH=/opt/ml/code:$PYTHONPATH", "export N=4",
		`{"Name":"lr","Value":"0.1"}`, `{"Password":{"Get":"Parameters.Password"}}`, `{"token":{"Get":"Steps.A.Token"}}`, `{"tokens":["a","b"],"special_tokens":{"eos":"<eos>"}}`, `{"auth":"IAM","AuthMode":"SSO"}`,
		`{"inference_environment":{"container_image":["r/i:1"]}}`, `{"environment":"prod"}`, `{"Key":"env","Value":"prod"}`, `{"Key":"Environment","Value":"staging"}`, `{"gym_env":"CartPole-v1"}`, "environment: prod", "a: 1\nenvironment: prod\nb: 2", "linear: " + sum[:32], "discord=" + sum[:32],
		`{"credentials":"/opt/ml/input/creds.json"}`, `{"encryption_key":"alias/x","EncryptionKey":"550e8400-e29b-41d4-a716-446655440000"}`, "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		"aws_access_key_id", "lowpass=3", "bypass=x", "n_pass=2", "image:latest", "vault/token:latest", "next_token=abcd", `{"NextToken":"abcd"}`, "ClientRequestToken=0123", "--token-file /x/y", "--password-stdin",
		"http://[fe80::1]:80/user@example.com", "Unexpected token: 'x'", "password=os.environ['DB_PASSWORD']", "--token $TOKEN", "xoxo-love-letters-2026", "xai-a94a8fe5ccb19ba61c4c0873d391e987982fbbd3", "TASK0123456789abcdef0123456789abcdef",
		"s3://b/a%3Db/c%40d", "https://h/x?next=https%3A%2F%2Fi%2Fy", "VGhpcyBpcyBub3RoaW5nIGJ1dCBhIHRleHQu", `{"env":[{"name":"B","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}]}`, "login as admin", "error: config file not found", "set seed 42",
		"bot-training-2026", "{\"FeatureName\":\"password_age\",\"FeatureType\":\"Integral\"}", `{"Name":"token_accuracy","Regex":"acc=([0-9.]+)"}`, "https://huggingface.co/datasets/x:y@main", "Error: secret: not found", "with token embeddings", "invalid password: it must have 8 characters", "repo/secret:latest", "secrets-scanner:1.2-gpu", "vault-token:v3", `{"DependsOn":["GetSecret","Train"]}`, `{"Steps":[{"Name":"password","DependsOn":["password","a"]}]}`, "using token classification", "unknown token id 128000",
		`{"a":1.10,"b":[1,2e3],"c":"x"}`, `{"b":1,"a":{"d":1,"c":2}}`, "x == y", "if password == other:", "url: http://169.254.169.254/latest/api/token", "hf_model_name", "ghp_", "eyJ", "npm_config_registry=https://r",
	} {
		f := Filter{On: true}
		f.Enter("c")
		if got := f.Text(Context{}, text); got != text || f.Hit() {
			t.Errorf("%s\nbecame\n%s", text, got)
		}
	}
}

// TestEntries holds values beside names of a map.
func TestEntries(t *testing.T) {
	secretNames := strings.Fields(`password db_pass passphrase credentials WANDB_KEY auth PGPASSWORD MYSQL_PWD conn_str AWS_SESSION_TOKEN client-secret clientSecret secretKey
		HUGGING_FACE_HUB_TOKEN HF_TOKEN NGC_API_KEY GIT_PAT KAGGLE_KEY password1 passwordHash encryption_key signing_key bearer webhook_url apikey APIKEY APIkey user_password db_password_2 connectionString
		DB-PASSWORD OPENAI_API_KEY_PROD sshPrivateKey aws_access_key_id pw access_tokens SENTRY_DSN slackWebhook jwt authorization rootPass dbpass mysqlpwd`)
	for _, name := range secretNames {
		for _, value := range []string{canary, "/" + canary + "+x", "word", "hunter 2"} {
			f := Filter{On: true}
			f.Enter("c")
			if got := f.Text(Named(name), value); got != Redacted {
				t.Errorf("%s=%s became %s", name, value, got)
			}
		}
	}
	for _, c := range [][2]string{
		{"secret", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"},
		{"password", "arn:aws:ssm:us-east-1:123456789012:parameter/p"},
		{"api_token", ""},
		{"id_token", "1234"},
		{"token", "<eos>"},
		{"pwd", "/opt/ml/code"},
		{"max_tokens", "10"},
		{"tokenizer_name", "gpt2"},
		{"use_auth_token", "true"},
		{"private_key_path", "/x"},
		{"password", "None"},
		{"token", "${TOKEN}"},
		{"environment", "prod"},
		{"secret_name", "prod/db"},
		{"wandb", "my-project"},
	} {
		f := Filter{On: true}
		f.Enter("c")
		if got := f.Text(Named(c[0]), c[1]); got != c[1] {
			t.Errorf("%s=%s became %s", c[0], c[1], got)
		}
	}
	// A token that looks like nothing but beside the name of its issuer.
	f := Filter{On: true}
	f.Enter("c")
	if got := f.Text(Named("datadog"), fake("", "a1b2c3d4e5z9", 40)); got != Redacted {
		t.Errorf("a token beside its issuer stays: %s", got)
	}
	// A secret that is encoded as a whole.
	f = Filter{On: true}
	f.Enter("c")
	if got := f.Text(Context{}, "x "+base64.StdEncoding.EncodeToString([]byte(`{"password":"`+canary+`"}`))); got != "x [redacted]" {
		t.Errorf("base64 stays: %s", got)
	}
	// Numbers may be passwords, and are not tokens.
	if !f.Number(Named("db_password"), "12345678") || f.Number(Named("max_tokens"), "10") || f.Number(Named("token"), "10") || f.Number(Named("x"), "1") {
		t.Error("numbers")
	}
}

// TestRedactionsSayWhere holds what is kept of what was taken out.
func TestRedactionsSayWhere(t *testing.T) {
	f := Filter{On: true}
	f.Enter("content")
	f.Text(Context{}, `{"a/b":[{"password":"`+canary+`"}],"x":"https://u:p4ss@h","`+fake("ghp_", "aB3dE6gH9k", 36)+`":"y"}`)
	f.Text(Script, "IyEvYmluL3NoCmVjaG8K")
	got := string(AppendRedactions(nil, f.Found))
	want := `[{"path":"content","rule":"github-pat"},{"path":"content","rule":"github-token"},` +
		`{"path":"content","rule":"script","sha256":"` + sum("#!/bin/sh\necho\n") + `","bytes":15,"traits":[]},` +
		`{"path":"content/a~1b/0/password","rule":"secret-name"},{"path":"content/x","rule":"url-credentials"}]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	joined, err := JoinRedactions(`[{"path":"tags/x","rule":"jwt"}]`, got)
	if want := strings.TrimSuffix(want, "]") + `,{"path":"tags/x","rule":"jwt"}]`; err != nil || joined != want {
		t.Errorf("joined %s, %v", joined, err)
	}
}

// TestLongTexts has long texts that repeat what a detector may read again
// and again to the end. It ends, or the test's own limit does.
func TestLongTexts(t *testing.T) {
	for _, part := range []string{
		"a://", "a://x@", "://", "token: a ", "token:[", "token=${", "token=<", `"env":{`, `{"env":{`, "token=", "-----BEGIN PRIVATE KEY-----", `token="`, `\`, `\"`, `":`, "%3A%40", "%3A ", "a: |\n ", "env:\n", "- name: token\n  value: x\n", "export A=1 ",
		"export ", "eyJ", "eyJ.eyJ.", "AKIA", "ghp_", "name=token,value=x,", "name=", "@", "a:b@", "--token ", "mysql -", "login ", "<a>", "</", "password is ", "QUJD", "[", "{", `"`, "sk-", "os.environ[", "discord = ", "xoxb-1", "token:!", "token: &a ", "token=$(", "tokens:[", "tokens:[a", "Private-Lines: 1\n", "the password for a ", "&quot;", "glrt-a-", "set_token(", "=", ":", "\n",
	} {
		text := strings.Repeat(part, 1<<16/len(part))
		f := Filter{On: true}
		f.Enter("c")
		f.Text(Context{}, text)
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{`{"password":"x"}`, `{"a":["--token","x"]}`, `[1,"a=b"] {"b":null}`, `{"Environment":{"A":1}}`, "a: 1\npassword: x\n", `"{\"env\":\"A=b\"}"`, `{"Name":"password","Value":{"x":["y"]}}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		first := Filter{On: true}
		first.Enter("c")
		clean := first.Text(Context{}, s)
		if !first.Hit() && clean != strings.ToValidUTF8(s, "\ufffd") {
			t.Errorf("%q became %q and nothing was taken out", s, clean)
		}
		second := Filter{On: true}
		second.Enter("c")
		if again := second.Text(Context{}, clean); again != clean {
			t.Errorf("%q becomes %q and then %q", s, clean, again)
		}
		if len(first.path) != 1 || first.depth != 0 {
			t.Errorf("%q: the filter is at %v", s, first.path)
		}
	})
}

func TestIDs(t *testing.T) {
	key := func(end string) string {
		return "arn:aws:sagemaker:us-east-1:1:endpoint/" + fake("AKIA", "ABCDEF23", 16-len(end)) + end
	}
	a, b := ID(key("A")), ID(key("B"))
	if a == b || strings.Contains(a, "ABCDEF") || ID(a) != a || !strings.HasPrefix(a, "arn:aws:sagemaker:us-east-1:1:endpoint/[redacted-") {
		t.Errorf("%s, %s", a, b)
	}
	if got := ID("https://u:" + canary + "@h/x"); got != "https://[redacted]@h/x" {
		t.Error(got)
	}
	if got := ID("arn:aws:sagemaker:us-east-1:1:training-job/sk-learn-0123456789abcdef"); strings.Contains(got, "redacted") {
		t.Error(got)
	}
}

func TestFinder(t *testing.T) {
	a := newFinder([]wordList{{"he", "she"}, {"his"}, {"hers", "s"}})
	for text, want := range map[string][]int{"": nil, "SHE": {0, 2}, "ahishers": {0, 1, 2}, "hi": nil, "xx\xffhe": {0}} {
		who, any := a.scan(text)
		var got []int
		for i := range who.each {
			got = append(got, i)
		}
		if !slices.Equal(got, want) || any != (want != nil) {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func BenchmarkText(b *testing.B) {
	for name, text := range map[string]string{
		"name":    "churn-xgboost-2025-01-07",
		"arn":     "arn:aws:sagemaker:us-east-1:012345678901:training-job/churn-xgboost-2025-01-07",
		"s3":      "s3://lumen-ml-artifacts/training/churn-xgboost-2025-01-07/output/model.tar.gz",
		"prose":   "ClientError: the data in channel train cannot be read, see the log of the job for what is wrong in it",
		"4kb":     strings.Repeat("2026-01-02 03:04:05 INFO epoch 12 loss 0.1234 step 100 of 2000 done; ", 60),
		"json4kb": "[" + strings.Repeat(`{"Epoch":12,"Loss":0.1234,"Step":"100 of 2000"},`, 80) + "1]",
	} {
		b.Run(fmt.Sprintf("%s/%d", name, len(text)), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			f := Filter{On: true}
			for b.Loop() {
				f.Text(Context{}, text)
			}
		})
	}
}

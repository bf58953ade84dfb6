package checks

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

const (
	notebookScript = "AWSSageMakerNotebookInstanceLifecycleConfig"
	studioScript   = "AWSSageMakerStudioLifecycleConfig"
	scriptReads    = notebookScript + " name on_create:J on_start:J redactions:J\n" + studioScript + " name studio_lifecycle_config_content redactions:J"

	aboutScripts = "https://docs.aws.amazon.com/sagemaker/latest/dg/notebook-lifecycle-config.html https://docs.aws.amazon.com/sagemaker/latest/dg/studio-lifecycle-configurations.html"
)

var scriptEdges = map[string]view.KeepEdges{"USED": {Ends: func(_, to string) bool { return to == notebookScript || to == studioScript }}}

var scriptChecks = []*Check{
	{
		ID:         "lifecycle-script-secret",
		Title:      "Lifecycle script holds a secret",
		Severity:   audit.High,
		Fix:        "Change the secret, keep it in AWS Secrets Manager, and let the script read it there with the notebook's role.",
		Aliases:    "sagemaker_notebook_instance_no_secrets",
		References: aboutScripts + " https://docs.aws.amazon.com/secretsmanager/latest/userguide/best-practices.html",
		Reads:      scriptReads,
		Edges:      scriptEdges,
		Find: eachScript(func(o *Subject, all []redaction) {
			for _, at := range secrets(all) {
				o.Wrong(at.path, strings.Join(at.rules, " "), "rules found a secret there")
			}
		}),
	},
	{
		ID:         "lifecycle-script-runs-download",
		Title:      "Lifecycle script runs what it downloads unseen",
		Severity:   audit.Medium,
		Fix:        "Keep what the script runs in a bucket of your own, and compare its checksum before it is run.",
		References: aboutScripts,
		Reads:      scriptReads,
		Edges:      scriptEdges,
		Find:       eachScript(does("pipes-download-to-shell")),
	},
	{
		ID:         "lifecycle-script-disables-tls",
		Title:      "Lifecycle script switches the verification of TLS certificates off",
		Severity:   audit.Medium,
		Fix:        "Verify certificates; where a certificate authority of your own signs them, install its certificate.",
		References: aboutScripts,
		Reads:      scriptReads,
		Edges:      scriptEdges,
		Find:       eachScript(does("disables-tls-verification")),
	},
	{
		ID:         "lifecycle-script-adds-access",
		Title:      "Lifecycle script adds users, keys for SSH, or rights of root",
		Severity:   audit.Medium,
		Fix:        "Let people in by AWS alone: CreatePresignedNotebookInstanceUrl, CreatePresignedDomainUrl, StartSession.",
		References: aboutScripts,
		Reads:      scriptReads,
		Edges:      scriptEdges,
		Find:       eachScript(does("adds-user", "adds-ssh-key", "writes-sudoers")),
	},
	{
		ID:         "lifecycle-script-opens-tunnel",
		Title:      "Lifecycle script opens a way in from outside",
		Severity:   audit.High,
		Fix:        "Take the tunnel out of the script; find out who made it, and what went through it.",
		References: aboutScripts,
		Reads:      scriptReads,
		Edges:      scriptEdges,
		Find:       eachScript(does("opens-tunnel", "opens-reverse-shell")),
	},
}

// eachScript looks at every lifecycle configuration, with what the export found in its
// scripts.
func eachScript(look func(o *Subject, all []redaction)) func(*Search) {
	of := func(o *Subject) {
		all := o.redactions()
		inBody := slices.DeleteFunc(slices.Clone(all), func(r redaction) bool { return strings.HasPrefix(r.Path, "tags/") })
		if o.hasScript() && !slices.ContainsFunc(all, func(r redaction) bool { return r.Rule == "script" }) {
			o.Lack(o.Scope, o.Label) // the export did not look into it
		}
		if look(o, inBody); len(o.evidence) > 0 {
			o.usedBy(o.Search.runners(o.ID))
		}
	}
	return all(eachOf(notebookScript, of), eachOf(studioScript, of))
}

// hasScript reports whether a lifecycle configuration has a script that is not empty.
func (o *Subject) hasScript() bool {
	return len(o.JSON("on_create")) > len("[]") || len(o.JSON("on_start")) > len("[]") || o.Text("studio_lifecycle_config_content") != ""
}

// traitSays are what scripts do, in words.
var traitSays = map[string]string{
	"adds-ssh-key":              "it adds a key that SSH lets in",
	"adds-user":                 "it adds a user to the system",
	"disables-tls-verification": "it does not verify whom it downloads from",
	"opens-reverse-shell":       "it gives a shell to whom it connects to",
	"opens-tunnel":              "it lets what is outside connect to it",
	"pipes-download-to-shell":   "it hands what it downloads to a shell or to Python",
	"writes-sudoers":            "it gives a user the rights of root",
}

// does finds scripts that do one of some things.
func does(codes ...string) func(*Subject, []redaction) {
	return func(o *Subject, all []redaction) {
		for _, r := range all {
			if r.Rule != "script" {
				continue
			}
			if r.Traits == nil {
				o.Lack(o.Scope, o.Label) // an export that did not say
				continue
			}
			for _, code := range *r.Traits {
				if slices.Contains(codes, code) {
					o.Wrong(r.Path, code, "%s", traitSays[code])
				}
			}
		}
	}
}

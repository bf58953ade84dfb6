package checks

import (
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/graph/view"
)

// managerChecks look at who manages the keys that are named.
var managerChecks = []*Check{
	{
		ID:         "notebook-key-managed-by-aws",
		Title:      "Notebook instance is encrypted with a key that AWS manages",
		Severity:   audit.Medium,
		Fix:        "Create it again with a customer managed key in KmsKeyId.",
		Note:       "Needs --neighbors kms, but for aliases that AWS keeps for its own keys (alias/aws/…). Steampipe finds notebooks without a key too: see notebook-volume-without-key.",
		Aliases:    "sagemaker_notebook_instance_encrypted_with_kms_cmk",
		References: customerKeys,
		Reads:      notebook + "\n" + managedKeys,
		Edges:      encryptedBy,
		Find: func(s *Search) {
			managedBy(s, func(label string) bool { return label == notebook })
			s.kind(notebook)
		},
	},
	{
		ID:         "key-managed-by-aws",
		Title:      "Resource is encrypted with a key that AWS manages",
		Severity:   audit.Medium,
		Fix:        "Name a customer managed key in its place: the policy of a key that AWS manages cannot be changed.",
		Note:       "Needs --neighbors kms, but for aliases that AWS keeps for its own keys (alias/aws/…).",
		References: customerKeys,
		Reads:      strings.Join(keyedLabels(), "\n") + "\n" + managedKeys,
		Edges:      encryptedBy,
		Find: func(s *Search) {
			managedBy(s, func(label string) bool { return label != notebook })
			for _, label := range keyedLabels() {
				s.kind(label)
			}
		},
	},
}

const (
	customerKeys = "https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html"
	managedKeys  = "AWSKMSKey key_manager\nAWSKMSAlias target_key_id"
)

var encryptedBy = map[string]view.KeepEdges{
	"ENCRYPTED_BY": {Ends: func(from, _ string) bool { return strings.HasPrefix(from, "AWSSageMaker") }, Details: true},
}

// keyedLabels returns the labels of what names keys, but for notebook instances.
func keyedLabels() (labels []string) {
	for _, k := range slices.Concat(keyTable, jobKeyTable) {
		labels = append(labels, "AWSSageMaker"+k.label)
	}
	slices.Sort(labels)
	return slices.DeleteFunc(slices.Compact(labels), func(l string) bool { return l == notebook })
}

// managedBy looks at the keys of each resource of some labels that names one.
func managedBy(s *Search, of func(label string) bool) {
	edges := s.Edges("ENCRYPTED_BY")
	for len(edges) > 0 {
		from := s.From("ENCRYPTED_BY", edges[0].From)
		edges = edges[len(from):]
		n := s.Node(from[0].From)
		if n == nil || !n.Observed() || !of(n.Label) {
			continue
		}
		s.look(n, func(o *Subject) {
			for _, e := range from {
				o.keyManager(e)
			}
		})
	}
}

// keyManager finds a key, named by itself or by an alias, that AWS manages.
func (o *Subject) keyManager(e view.Edge) {
	key := o.Search.Node(e.To)
	if key != nil && key.Label == "AWSKMSAlias" {
		if strings.Contains(key.ID, ":alias/aws/") { // such names are AWS's own
			o.WrongOf(key.ID, e.Path, e.Ref, "the alias of a key that AWS manages")
			return
		}
		if !key.Known("target_key_id") {
			o.Lack(key.Scope, key.Label)
			return
		}
		key = o.Search.Node(key.Text("target_key_id"))
	}
	switch {
	case key == nil:
		o.Lack(o.Scope, "AWSKMSKey")
	case !key.Known("key_manager"):
		o.Lack(key.Scope, key.Label)
	case key.Text("key_manager") != "CUSTOMER":
		o.WrongOf(key.ID, e.Path, e.Ref, "KeyManager of the key is %s", key.Text("key_manager"))
	}
}

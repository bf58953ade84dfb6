package catalog

import (
	"regexp"
	"strings"
	"testing"

	"github.com/sgexport/sgexport/exporter/names"
)

var (
	keyForm = regexp.MustCompile(`^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$`)
	hexForm = regexp.MustCompile(`^(?:[0-9a-f]{8}|[0-9a-f]{17})$`)
)

// FuzzForms compares the forms of ids with their regular expressions.
func FuzzForms(f *testing.F) {
	for _, s := range []string{
		"", "1234abcd", "1234abcg", "1234ABCD", "0123456789abcdef0", "1234abcd-12ab-34cd-56ef-1234567890ab", "1234abcd-12ab-34cd-56ef-1234567890aB", "1234abcd012ab-34cd-56ef-1234567890ab",
		"1234abcd-12ab-34cd-56ef-1234567890a-", "mrk-" + strings.Repeat("0a", 16), "mrk-" + strings.Repeat("0a", 15) + "-a", "mrk-" + strings.Repeat("0a", 17), "1234abcd\n",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if isKeyID(s) != keyForm.MatchString(s) {
			t.Errorf("isKeyID(%q) is %v", s, isKeyID(s))
		}
		if isEC2(s) != hexForm.MatchString(s) {
			t.Errorf("isEC2(%q) is %v", s, isEC2(s))
		}
	})
}

// slowLabel is [Table.LabelOf] by looking at all entries.
func slowLabel(service, resource string) (label string) {
	fewest := 0
	parts := strings.Split(resource, "/")
	for _, e := range labels.Entries {
		template := strings.Split(e.Resource, "/")
		if service != "sagemaker" || e.Resource == "" || template[0] != parts[0] {
			continue
		}
		fits := len(template) == len(parts)
		for i := range template {
			fits = fits && (template[i][0] == '{' || template[i] == parts[i])
		}
		if fits {
			return e.Label
		}
		if label == "" || len(template) <= fewest {
			label, fewest = e.Label, len(template)
		}
	}
	return label
}

// TestLabels compares the labels of ARNs of all kinds, and of some that none has.
func TestLabels(t *testing.T) {
	for _, e := range labels.Entries {
		for _, resource := range []string{e.Resource, e.Resource + "/more", strings.TrimSuffix(e.Resource, "/{"+e.Noun+"Name}"), strings.NewReplacer("{", "", "}", "").Replace(e.Resource)} {
			if resource == "" {
				continue
			}
			a := names.ARN{Partition: "aws", Service: "sagemaker", Resource: resource}
			if got, want := labels.LabelOf(a), slowLabel(a.Service, resource); got != want {
				t.Errorf("%s is a %q, want %q", resource, got, want)
			}
		}
	}
}

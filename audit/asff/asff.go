package asff

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
	"github.com/sgexport/sgexport/audit/arn"
)

// Write writes a report's items as a JSON array of findings, one a line. The same
// report gives the same bytes. It fails where the report names no account and region,
// for findings are imported into one.
func Write(w io.Writer, r *audit.Report) error {
	homes, ok := arn.NewHomes(r.Scopes)
	if !ok {
		return errors.New("the snapshot names no account and region, and findings are imported into one")
	}
	v := &writer{r, map[string]*audit.Rule{}, homes}
	all := r.Rules()
	for i := range all {
		v.rules[all[i].ID] = &all[i]
	}
	return r.WriteItems(w, func(i *audit.Item) any { return v.finding(i) })
}

// A writer knows what all findings of a report need.
type writer struct {
	report *audit.Report
	rules  map[string]*audit.Rule
	homes  *arn.Homes
}

const bestPractices = "Software and Configuration Checks/AWS Security Best Practices"

// finding is an item as the account and the region take it in which it is imported: an
// account takes findings that it is named in alone, in the region that is called.
func (v *writer) finding(i *audit.Item) *finding {
	account, region := v.homes.Of(i.IDs()...)
	rule, now := v.rules[i.Rule], v.report.Snapshot
	types := []string{bestPractices}
	if i.List == "exposure" {
		types = []string{bestPractices + "/Network Reachability"}
	}
	label := severity{labelOf(i.Level), string(i.Level)}
	f := &finding{
		SchemaVersion: "2018-10-08",
		ID:            strings.Join([]string{"sgexport", region, account, i.Rule, i.Fingerprint()}, "/"),
		ProductArn:    fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%s/default", arn.PartitionOf(region), region, account, account),
		ProductName:   "sgexport", CompanyName: "sgexport",
		GeneratorID: "sgexport/" + i.Rule, AwsAccountID: account,
		Types: types, CreatedAt: now, UpdatedAt: now, Severity: label,
		Title: cut(rule.Title, 256), Description: cut(i.Message, 1024),
		Remediation:   remediation{recommendation{cut(cmp.Or(i.Fix, rule.Fix), 512), slices.Concat(rule.References, []string{rule.Page})[0]}},
		ProductFields: productFields(i, rule), Resources: resourcesOf(i, region),
		Compliance: compliance{"FAILED"}, Workflow: workflow{"NEW"}, RecordState: "ACTIVE",
		FindingProviderFields: providerFields{label, types},
	}
	if i.Level == audit.Info && i.CouldBe != "" {
		f.Compliance.Status = "WARNING"
	}
	if w := i.Waived; w != nil {
		text := "Waived: " + w.Reason
		if w.Until != "" {
			text = "Waived until " + w.Until + ": " + w.Reason
		}
		f.Workflow.Status, f.Note = "SUPPRESSED", &note{cut(text, 512), "sgexport", now}
	}
	return f
}

func labelOf(l audit.Level) string {
	if l == audit.Info {
		return "INFORMATIONAL"
	}
	return strings.ToUpper(string(l))
}

// productFields are what the format has no member for.
func productFields(i *audit.Item, rule *audit.Rule) map[string]string {
	fields := map[string]string{}
	for name, value := range map[string]string{
		"could_be": string(i.CouldBe), "principal": i.Principal, "aliases": strings.Join(rule.Aliases, ", "),
		"conditions": strings.Join(i.Conditions, "; "), "unknown": strings.Join(i.Unknown, "; "),
	} {
		if strings.TrimSpace(value) != "" {
			fields["sgexport/"+name] = cut(value, 2048)
		}
	}
	return fields
}

// cut shortens a text to a number of characters.
func cut(s string, most int) string {
	r := []rune(s)
	if len(r) <= most {
		return s
	}
	return string(r[:most-1]) + "…"
}

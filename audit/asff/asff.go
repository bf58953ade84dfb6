package asff

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
)

// Write writes a report's items as a JSON array of findings, one a line. The same
// report gives the same bytes. It fails where the report names no account and region,
// for findings are imported into one.
func Write(w io.Writer, r *audit.Report) error {
	v, err := newWriter(r)
	if err != nil {
		return err
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	out := bufio.NewWriterSize(w, 64<<10)
	before, end := "[\n", "[]\n"
	for i := range r.Items() {
		line.Reset()
		if err := encoder.Encode(v.finding(i)); err != nil {
			return fmt.Errorf("encode a finding: %w", err)
		}
		if _, err := out.WriteString(before + strings.TrimSuffix(line.String(), "\n")); err != nil {
			return err
		}
		before, end = ",\n", "\n]\n"
	}
	if _, err := out.WriteString(end); err != nil {
		return err
	}
	return out.Flush()
}

// A writer knows what all findings of a report need.
type writer struct {
	report  *audit.Report
	rules   map[string]*audit.Rule
	regions map[string][]string // that were read, sorted, by account
	first   string              // account
}

func newWriter(r *audit.Report) (*writer, error) {
	v := &writer{report: r, rules: map[string]*audit.Rule{}, regions: map[string][]string{}}
	all := r.Rules()
	for i := range all {
		v.rules[all[i].ID] = &all[i]
	}
	for _, s := range r.Scopes {
		account, region, _ := strings.Cut(s, "/")
		if region == "" || region == "global" {
			continue
		}
		v.regions[account] = append(v.regions[account], region)
		if v.first == "" || account < v.first {
			v.first = account
		}
	}
	if v.first == "" {
		return nil, errors.New("the snapshot names no account and region, and findings are imported into one")
	}
	return v, nil
}

// home is the account and the region in which an item is imported. An account takes
// findings that it is named in alone, in the region that is called: that of the
// resource where it was read, else the first that was read of the account. What names no
// account that was read, such as a bucket, goes to the first.
func (v *writer) home(i *audit.Item) (account, region string) {
	for _, id := range slices.Concat([]string{i.About}, i.Resources, []string{i.Principal}) {
		a := parseARN(id)
		switch regions := v.regions[a.account]; {
		case slices.Contains(regions, a.region):
			return a.account, a.region
		case len(regions) > 0:
			return a.account, regions[0]
		}
	}
	return v.first, v.regions[v.first][0]
}

const bestPractices = "Software and Configuration Checks/AWS Security Best Practices"

func (v *writer) finding(i *audit.Item) *finding {
	account, region := v.home(i)
	rule, now := v.rules[i.Rule], v.report.Snapshot
	types := []string{bestPractices}
	if i.List == "exposure" {
		types = []string{bestPractices + "/Network Reachability"}
	}
	label := severity{labelOf(i.Level), string(i.Level)}
	f := &finding{
		SchemaVersion: "2018-10-08",
		ID:            strings.Join([]string{"sgexport", region, account, i.Rule, i.Fingerprint()}, "/"),
		ProductArn:    fmt.Sprintf("arn:%s:securityhub:%s:%s:product/%s/default", partitionOf(region), region, account, account),
		ProductName:   "sgexport", CompanyName: "sgexport",
		GeneratorID: "sgexport/" + i.Rule, AwsAccountID: account,
		Types: types, CreatedAt: now, UpdatedAt: now, Severity: label,
		Title: cut(rule.Title, 256), Description: cut(i.Message, 1024),
		Remediation:   remediation{recommendation{cut(cmp.Or(i.Fix, rule.Fix), 512), rule.References[0]}},
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

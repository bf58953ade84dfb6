package sarif

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/audit"
)

// MostResults is how many results of a run GitHub takes: it refuses more.
const MostResults = 25_000

const schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// resultProperties are what the standard has no member for.
type resultProperties struct {
	Level      audit.Level      `json:"level"`
	CouldBe    audit.Level      `json:"could_be,omitempty"`
	Principal  string           `json:"principal,omitempty"`
	Resources  []string         `json:"resources,omitempty"`
	Evidence   []audit.Evidence `json:"evidence,omitempty"`
	Conditions []string         `json:"conditions,omitempty"`
	Unknown    []string         `json:"unknown,omitempty"`
	Fix        string           `json:"fix,omitempty"`
}

// Write writes a report's items as one run, one result a line, and returns how many
// there are. Version is that of the program. The same report gives the same bytes.
func Write(w io.Writer, r *audit.Report, version string) (results int, err error) {
	o := &output{w: bufio.NewWriterSize(w, 64<<10)}
	o.encoder = json.NewEncoder(&o.buffer)
	o.encoder.SetEscapeHTML(false)
	rules, index := describe(r)
	o.text(`{"$schema": "` + schema + `", "version": "2.1.0", "runs": [{` + "\n")
	o.member("tool", toolInfo{driver{"sgexport", version, version, "https://github.com/sgexport/sgexport", rules}})
	o.member("automationDetails", automation{category(r)})
	o.member("invocations", []invocation{{true, notRead(r)}})
	o.member("columnKind", "utf16CodeUnits")
	o.member("properties", runProperties{r.Snapshot, r.Scopes})
	o.text(`"results": [`)
	for i := range r.Items() {
		o.text([2]string{"\n", ",\n"}[min(results, 1)])
		o.value(resultOf(i, index[i.Rule]))
		if results++; o.err != nil {
			break
		}
	}
	o.text("\n]}]}\n")
	if err := o.w.Flush(); o.err == nil {
		o.err = err
	}
	return results, o.err
}

// An output writes one value after the other.
type output struct {
	w       *bufio.Writer
	buffer  bytes.Buffer
	encoder *json.Encoder
	err     error
}

func (o *output) text(s string) {
	if o.err == nil {
		_, o.err = o.w.WriteString(s)
	}
}

func (o *output) value(v any) {
	if o.err != nil {
		return
	}
	o.buffer.Reset()
	if o.err = o.encoder.Encode(v); o.err == nil {
		_, o.err = o.w.Write(bytes.TrimSuffix(o.buffer.Bytes(), []byte{'\n'}))
	}
}

func (o *output) member(name string, v any) {
	o.text(`"` + name + `": `)
	o.value(v)
	o.text(",\n")
}

// describe returns the rules of all checks, and of lists those that items have, each
// as bad as the worst of its items; and the place of each by its id.
func describe(r *audit.Report) (rules []descriptor, index map[string]int) {
	worst := map[string]audit.Level{}
	for i := range r.Items() {
		if l, ok := worst[i.Rule]; !ok || i.Worst().AtLeast(l) {
			worst[i.Rule] = i.Worst()
		}
	}
	isCheck := func(id string) bool {
		return slices.ContainsFunc(r.Checks, func(c audit.Check) bool { return c.Check == id })
	}
	rules, index = []descriptor{}, map[string]int{}
	all := r.Rules()
	for i := range all {
		rule := &all[i]
		level, found := worst[rule.ID]
		if !found {
			level = rule.Severity
		}
		if found || isCheck(rule.ID) {
			index[rule.ID] = len(rules)
			rules = append(rules, descriptorOf(rule, level))
		}
	}
	return rules, index
}

func descriptorOf(rule *audit.Rule, level audit.Level) descriptor {
	list, _, _ := strings.Cut(rule.ID, "/")
	d := descriptor{
		ID: rule.ID, Name: nameOf(rule.ID), HelpURI: rule.Page,
		ShortDescription: text{Text: plain(rule.Title)}, FullDescription: text{Text: plain(rule.Title + ". " + rule.Fix)},
		DefaultConfiguration: configuration{levelOf(level)},
		Properties: ruleProperties{
			SecuritySeverity: map[audit.Level]string{audit.Critical: "9.5", audit.High: "8.0", audit.Medium: "5.5", audit.Low: "2.0"}[level],
			Precision:        "high", Aliases: rule.Aliases, Tags: []string{"security", "aws", "sagemaker", list},
		},
	}
	help := []string{"What to do: " + rule.Fix}
	markdown := []string{"**What to do:** " + rule.Fix}
	if len(rule.Aliases) > 0 {
		line := "Elsewhere it is called " + strings.Join(rule.Aliases, ", ") + "."
		help, markdown = append(help, line), append(markdown, line)
	}
	addresses := append([]string{rule.Page}, rule.References...)
	help = append(help, "See "+strings.Join(addresses, ", "))
	markdown = append(markdown, "See <"+strings.Join(addresses, ">, <")+">")
	d.Help = text{plain(strings.Join(help, "\n")), escapeBraces(strings.Join(markdown, "\n\n"))}
	return d
}

// nameOf is an id in the way that the standard asks for names: NotebookDirectInternet.
func nameOf(id string) string {
	var b strings.Builder
	for _, word := range strings.FieldsFunc(id, func(r rune) bool { return r == '-' || r == '/' || r == '_' || r == '.' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

func levelOf(l audit.Level) string {
	switch l {
	case audit.Critical, audit.High:
		return "error"
	case audit.Medium:
		return "warning"
	}
	return "note"
}

// resultOf is an item as a result. What is wrong only if something holds that a
// snapshot does not tell is no failure yet: where something was not read it is open,
// else somebody must look (3.27.9), and then there is no level (3.27.10).
func resultOf(i *audit.Item, rule int) *result {
	key := i.Fingerprint()
	s := &result{
		RuleID: i.Rule, RuleIndex: rule, Kind: "fail", Level: levelOf(i.Level), Message: text{Text: plain(i.Message)},
		Locations: []location{{
			Physical: physical{artifact{place(i.About)}, region{1}},
			Logical:  []logical{{i.About, "resource"}},
		}},
		PartialFingerprints: map[string]string{"primaryLocationLineHash": key[:16] + ":1", "sgexport/v1": key},
		Suppressions:        []suppression{},
		Properties: resultProperties{
			Level: i.Level, CouldBe: i.CouldBe, Principal: i.Principal, Resources: i.Resources,
			Evidence: i.Evidence, Conditions: i.Conditions, Unknown: i.Unknown, Fix: i.Fix,
		},
	}
	if i.Level == audit.Info && i.CouldBe != "" {
		s.Kind, s.Level = "review", "none"
		if len(i.Unknown) > 0 {
			s.Kind = "open"
		}
	}
	if i.Waived != nil {
		w := suppression{Kind: "external", Status: "accepted", Justification: i.Waived.Reason}
		if i.Waived.Until != "" {
			w.Properties = &suppressionProperties{i.Waived.Until}
		}
		s.Suppressions = append(s.Suppressions, w)
	}
	return s
}

// category tells runs over different accounts apart: GitHub replaces the results of an
// earlier run of the same category. What comes after its last slash is the run.
func category(r *audit.Report) string {
	var accounts []string
	for _, s := range r.Scopes {
		account, _, _ := strings.Cut(s, "/")
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	name := strings.Join(accounts, "+")
	if len(accounts) > 3 {
		sum := sha256.Sum256([]byte(name))
		name = fmt.Sprintf("%d-accounts-%x", len(accounts), sum[:6])
	}
	if len(r.Only) > 0 {
		name += "/" + strings.Join(r.Only, "+")
	}
	return "sgexport/" + name + "/" + r.Snapshot
}

// notRead says what the snapshot does not hold.
func notRead(r *audit.Report) []notification {
	list := []notification{}
	for _, u := range r.Unknown {
		list = append(list, notification{reference{"not-read"}, "warning", text{Text: plain(fmt.Sprintf("%s: %s; needed for %s; %s", u.What, u.Why, strings.Join(u.Questions, ", "), u.How))}})
	}
	return list
}

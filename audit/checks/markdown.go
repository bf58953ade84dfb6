package checks

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes what the checks are, as docs/checks.md has it. Errors are those
// of the writer.
func WriteMarkdown(w io.Writer) error {
	var b bytes.Buffer
	families := Families()
	total := 0
	for _, f := range families {
		total += len(f.Checks)
	}
	fmt.Fprintf(&b, markdownHead, total)
	for _, f := range families {
		fmt.Fprintf(&b, "\n## %s\n\n| check | severity | finds |\n|---|---|---|\n", f.Title)
		for _, c := range f.Checks {
			fmt.Fprintf(&b, "| [%s](#%s) | %s | %s |\n", c.ID, c.ID, c.Severity, c.Title)
		}
		for _, c := range f.Checks {
			c.section(&b)
		}
	}
	_, err := w.Write(b.Bytes())
	return err
}

const markdownHead = "# Checks\n\n" +
	"Made by `make generate` from the tables in `audit/checks`; a test fails where it is not fresh.\n\n" +
	"`sgexport audit` looks for %d things that can be wrong, in what the snapshot holds alone. A finding names the check, the\n" +
	"resource, and as evidence the API's member and what stands there. What was not read is neither found nor passed: it is counted as\n" +
	"unknown, and the report says how to export it. What is found on a job that is over is low, for it shows what was. The ids of the\n" +
	"same check elsewhere are its aliases: Security Hub's controls, the rules of AWS Config, Checkov's, those of cdk-nag, prowler and\n" +
	"Steampipe, and of AWS's sample AI/ML security assessment (SM-01 and on). One of theirs may stand at several checks, where it looks at\n" +
	"several things at once.\n"

func (c *Check) section(b *bytes.Buffer) {
	fmt.Fprintf(b, "\n### %s\n\n%s. Severity: %s.", c.ID, c.Title, c.Severity)
	if c.Note != "" {
		fmt.Fprintf(b, " %s", c.Note)
	}
	fmt.Fprintf(b, "\n\n- Fix: %s\n", c.Fix)
	if aliases := strings.Fields(c.Aliases); len(aliases) > 0 {
		fmt.Fprintf(b, "- Elsewhere: `%s`\n", strings.Join(aliases, "`, `"))
	}
	fmt.Fprint(b, "- Reads:")
	for line := range strings.Lines(c.Reads) {
		label, columns, _ := strings.Cut(strings.TrimSpace(line), " ")
		fmt.Fprintf(b, " %s", label)
		if names := strings.Fields(columns); len(names) > 0 {
			for i, name := range names {
				names[i], _, _ = strings.Cut(name, ":")
			}
			fmt.Fprintf(b, " (`%s`)", strings.Join(names, "`, `"))
		}
		fmt.Fprint(b, ";")
	}
	if c.Asks != "" {
		fmt.Fprintf(b, " of the report: %s;", strings.Join(strings.Fields(c.Asks), ", "))
	}
	b.Truncate(b.Len() - 1)
	fmt.Fprint(b, "\n")
	for _, address := range strings.Fields(c.References) {
		fmt.Fprintf(b, "- <%s>\n", address)
	}
}

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
	"github.com/sgexport/sgexport/exporter/redact"
	"github.com/sgexport/sgexport/formats/parquet"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot"
)

func schemaCommand() *cli.Command {
	return &cli.Command{
		Name:  "schema",
		Usage: "print the schema: every label, column and edge type",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Aliases: []string{"f"}, Value: "markdown", Usage: "`FORMAT`: markdown, json or sql"},
		},
		Action: func(c *cli.Context) error {
			if err := noArguments(c); err != nil {
				return err
			}
			s := exporter.Schema()
			switch f := c.String("format"); f {
			case "markdown":
				return writeMarkdown(c.App.Writer, s)
			case "json":
				data, err := snapshot.MarshalSchema(s)
				if err != nil {
					return err
				}
				_, err = c.App.Writer.Write(data)
				return err
			case "sql":
				_, err := io.WriteString(c.App.Writer, parquet.SchemaSQL(s))
				return err
			default:
				return usagef("--format is markdown, json or sql, not %q%s", f, didYouMean(f, []string{"markdown", "json", "sql"}))
			}
		},
	}
}

// writeMarkdown writes docs/schema.md.
func writeMarkdown(w io.Writer, s *graph.Schema) error {
	var b strings.Builder
	b.WriteString(strings.NewReplacer(
		"{traits}", "`"+strings.Join(redact.TraitCodes(), "`, `")+"`",
		"{longest}", strconv.Itoa(exporter.LongestName), "{shortened}", shortened(s),
	).Replace(schemaIntro))
	d := newSchemaDoc(s)
	kinds := exporter.Kinds()
	slices.SortStableFunc(kinds, func(a, b exporter.KindInfo) int { return strings.Compare(a.Family, b.Family) })
	for i, k := range kinds {
		if i == 0 || kinds[i-1].Family != k.Family {
			fmt.Fprintf(&b, "\n## %s\n\n%s", k.Family, picture(s, kinds, k.Family))
		}
		d.kind(&b, k)
	}
	d.neighbours(&b)
	d.edgeTypes(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

const schemaIntro = `# Schema

Made by ` + "`make generate`" + ` from the catalog; a test fails where it is not fresh.

Every node has an **id**, a label of its own (its first) and the columns below; every edge has a **path** (the API
field it came from, without indexes) and a **ref** (the value found there). Two references are two edges.
` + "`observed`" + ` is true for what was read, and false for what is only referred to; labels of what is never read do not
have it. ` + "`unread`" + ` names the columns of a node that were not read; where it is absent, a column without a value has none. ` + "`redactions`" + ` says what was taken out of
a node: a JSON list, sorted by path, of ` + "`path`" + ` (a JSON Pointer that begins with the column: ` + "`hyper_parameters/api_key`" + `),
` + "`rule`" + ` (what found it; several rules may find one secret) and, of a script, ` + "`sha256`, `bytes` and `traits`" + ` of its body: what it does, of
{traits}. With ` + "`--redact none`" + ` it says the same, and nothing is
taken out. Never the secret itself, and no sum of a short one, which could be guessed. All values of an environment have the rule ` + "`environment`" + `,
and those that are secret another one beside it. Rules by structure are ` + "`environment`, `secret-name`, `script`," + `
` + "`url-credentials`, `http-credentials` and `command-credentials`" + `; the others are forms of tokens, called as gitleaks calls them.

| type | JSONL | Parquet | GraphML | Cypher |
|---|---|---|---|---|
| string | string | STRING | string | string |
| int64 | number | INT64 | long | integer |
| float64 | number with a point or exponent; NaN and infinities as text | DOUBLE | double | float |
| bool | true, false | BOOLEAN | boolean | boolean |
| timestamp | text, RFC 3339, UTC, microseconds | TIMESTAMP(MICROS, UTC) | text | datetime |
| json | text that holds canonical JSON | STRING | text | string |
| list\<string> | list | LIST | text, a JSON list | list |
| map\<string,string> | object | MAP | text, a JSON object | string, a JSON object |

An absent value is left out (JSONL, GraphML, Cypher) or null (Parquet). A column has one type in all labels, and all edge types
have the same columns. What has a name has it in ` + "`name`" + `: its own, its tag ` + "`Name`" + ` where EC2 knows no other, an account's alias,
a statement's Sid; where it has none, that is null.

This page is the whole catalog. The ` + "`schema.json`" + ` of a snapshot has of it the labels that the snapshot has a node of, and of each edge
type the fields of those labels; which kinds were listed and have none, its ` + "`manifest.json`" + ` says.

A column is called as the API's field is, in snake_case, and has at most {longest} characters, for some databases cut or refuse longer names. These are
shortened:

{shortened}

An **id** names one node, whatever an account holds. It is the ARN, or what AWS and Cartography call the resource. Where
that is the id of something else, the label stands before it: a bucket called like an account is ` + "`AWSS3Bucket:123456789012`" + `,
and its ` + "`name`" + ` is ` + "`123456789012`" + `. A resource without an ARN has its parent's and its own key. A reference that names
only a part, such as a hub content by its name, and that fits nothing that was read, gives an id that begins with
` + "`unresolved:`" + `, and no ` + "`arn`" + `. What belongs to AWS itself has the account ` + "`aws`" + `.
`

// shortened is the table of columns whose names are shorter than their fields'.
func shortened(s *graph.Schema) string {
	var b strings.Builder
	b.WriteString("| label | field | column |\n|---|---|---|\n")
	short := exporter.ShortNames()
	for _, l := range s.Labels {
		for _, c := range l.Columns {
			if short[c.Source] == c.Name {
				fmt.Fprintf(&b, "| %s | `%s` | %s |\n", l.Name, c.Source, c.Name)
			}
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// A schemaDoc is what the document says of each label's edges.
type schemaDoc struct {
	schema *graph.Schema
	edges  map[string][]string // rows of the fields that a label has, those of outgoing edges first
	others map[string][]string // fields of other labels that point to it
}

func newSchemaDoc(s *graph.Schema) *schemaDoc {
	d := &schemaDoc{s, map[string][]string{}, map[string][]string{}}
	incoming := map[string][]string{}
	for _, t := range s.EdgeTypes {
		for _, r := range t.Rules {
			for _, target := range r.Targets {
				other := fmt.Sprintf("%s (%s)", strings.TrimPrefix(r.Owner, "AWSSageMaker"), t.Name)
				if target != r.Owner && !slices.Contains(d.others[target], other) {
					d.others[target] = append(d.others[target], other)
				}
			}
			if r.Reverse {
				incoming[r.Owner] = append(incoming[r.Owner], edgeRow("←", t, r))
			} else {
				d.edges[r.Owner] = append(d.edges[r.Owner], edgeRow("→", t, r))
			}
		}
	}
	for owner, rows := range incoming {
		d.edges[owner] = append(d.edges[owner], rows...)
	}
	return d
}

func edgeRow(arrow string, t *graph.EdgeType, r graph.Rule) string {
	targets := strings.Join(r.Targets, " or ")
	if r.Targets == nil {
		targets = "any, by URI"
	}
	source := "`" + r.Path + "`"
	switch {
	case r.Derived != "" && r.Path != "":
		source += ", inferred: " + r.Derived
	case r.Derived != "":
		source = r.Derived
	}
	return fmt.Sprintf("| %s %s | %s | %s |\n", arrow, t.Name, targets, source)
}

// kind writes the section of one kind.
func (d *schemaDoc) kind(b *strings.Builder, k exporter.KindInfo) {
	fmt.Fprintf(b, "\n### %s\n\n%s. id: `%s`.\n\nRead by %s\nIAM: `%s`.\n\n", k.Label, upperFirst(k.Doc), k.ID, k.Read, strings.Join(k.Actions, "`, `"))
	b.WriteString("| column | type | field of " + k.Describe + " |\n|---|---|---|\n")
	for _, c := range d.schema.Label(k.Label).Columns {
		source := ""
		if c.Source != "" {
			source = "`" + c.Source + "`"
		}
		fmt.Fprintf(b, "| %s | %s | %s |\n", c.Name, strings.ReplaceAll(c.Type.String(), "<", "\\<"), source)
	}
	b.WriteString("\n| edge | other end | field |\n|---|---|---|\n")
	for _, row := range d.edges[k.Label] {
		b.WriteString(row)
	}
	if list := d.others[k.Label]; list != nil {
		slices.Sort(list)
		fmt.Fprintf(b, "\nFields of others that make edges with it: %s.\n", strings.Join(list, ", "))
	}
}

// actionsText names the actions behind how something is read, where there are some.
func actionsText(actions []string) string {
	if len(actions) == 0 {
		return ""
	}
	return ": `" + strings.Join(actions, "`, `") + "`"
}

// neighbours writes the tables of what is referred to, by family, and of it what is read.
func (d *schemaDoc) neighbours(b *strings.Builder) {
	families := map[string][]*graph.Label{}
	for _, l := range d.schema.Labels {
		if l.Referred {
			families[l.Family] = append(families[l.Family], l)
		}
	}
	reads := map[string]exporter.KindInfo{}
	for _, n := range exporter.NeighborKinds() {
		reads[n.Label] = n
	}
	for _, family := range slices.Sorted(maps.Keys(families)) {
		fmt.Fprintf(b, "\n## %s\n\n| label | further labels | columns | what |\n|---|---|---|---|\n", family)
		for _, l := range families[family] {
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", l.Name, strings.Join(l.Extra, ", "), strings.Join(columnNames(l.Columns), ", "), l.Doc)
		}
		for _, l := range families[family] {
			if n, ok := reads[l.Name]; ok {
				fmt.Fprintf(b, "\n%s is read with `--neighbors %s`, %s%s.\n", n.Label, n.Family, n.Read, actionsText(n.Actions))
			}
		}
	}
}

func columnNames(cols []graph.Column) []string {
	var names []string
	for _, c := range cols {
		names = append(names, c.Name)
	}
	return names
}

func upperFirst(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// picture draws a family: its kinds, and the edges between them and to the
// SageMaker kinds of other families.
func picture(s *graph.Schema, kinds []exporter.KindInfo, family string) string {
	inFamily := map[string]bool{}
	for _, k := range kinds {
		if k.Family == family {
			inFamily[k.Label] = true
		}
	}
	noun := func(label string) string { return strings.TrimPrefix(label, "AWSSageMaker") }
	arrows := map[[2]string][]string{}
	for _, t := range s.EdgeTypes {
		for _, r := range t.Rules {
			for _, target := range r.Targets {
				if !inFamily[r.Owner] || !strings.HasPrefix(target, "AWSSageMaker") {
					continue
				}
				ends := [2]string{noun(r.Owner), noun(target)}
				if r.Reverse {
					ends = [2]string{ends[1], ends[0]}
				}
				if !slices.Contains(arrows[ends], t.Name) {
					arrows[ends] = append(arrows[ends], t.Name)
				}
			}
		}
	}
	var b strings.Builder
	b.WriteString("```mermaid\nflowchart LR\n")
	for _, k := range kinds {
		if k.Family == family {
			fmt.Fprintf(&b, "  %s[[%s]]\n", noun(k.Label), noun(k.Label))
		}
	}
	for _, ends := range slices.SortedFunc(maps.Keys(arrows), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		fmt.Fprintf(&b, "  %s -->|%s| %s\n", ends[0], strings.Join(arrows[ends], ", "), ends[1])
	}
	b.WriteString("```\n")
	return b.String()
}

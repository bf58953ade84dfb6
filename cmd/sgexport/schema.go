package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/sgexport/sgexport/exporter"
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
				return writeSQL(c.App.Writer, s)
			default:
				return usagef("--format is markdown, json or sql, not %q%s", f, didYouMean(f, []string{"markdown", "json", "sql"}))
			}
		},
	}
}

// sqlTypes are the types of DuckDB, which Trino, Athena and Spark share but for
// their spelling of lists and maps.
var sqlTypes = map[graph.Type]string{
	graph.String: "VARCHAR", graph.Int: "BIGINT", graph.Float: "DOUBLE", graph.Bool: "BOOLEAN", graph.Timestamp: "TIMESTAMP WITH TIME ZONE",
	graph.JSON: "VARCHAR", graph.Strings: "VARCHAR[]", graph.Map: "MAP(VARCHAR, VARCHAR)",
}

// writeSQL writes a table for each label and edge type, as Parquet has them.
func writeSQL(w io.Writer, s *graph.Schema) error {
	var b strings.Builder
	table := func(name string, first []string, cols []graph.Column) {
		fmt.Fprintf(&b, "CREATE TABLE \"%s\" (\n", name)
		lines := slices.Clone(first)
		for _, c := range cols {
			lines = append(lines, fmt.Sprintf("  \"%s\" %s", c.Name, sqlTypes[c.Type]))
		}
		fmt.Fprintf(&b, "%s\n);\n\n", strings.Join(lines, ",\n"))
	}
	for _, l := range s.Labels {
		table(l.Name, []string{`  "id" VARCHAR NOT NULL`, `  "resource_type" VARCHAR NOT NULL`, `  "labels" VARCHAR[]`}, l.Columns)
	}
	for _, t := range s.EdgeTypes {
		table(t.Name, []string{`  "src" VARCHAR NOT NULL`, `  "dst" VARCHAR NOT NULL`, `  "relationship" VARCHAR NOT NULL`, `  "path" VARCHAR`, `  "ref" VARCHAR`}, t.Columns)
	}
	_, err := io.WriteString(w, strings.TrimSuffix(b.String(), "\n"))
	return err
}

// writeMarkdown writes docs/schema.md.
func writeMarkdown(w io.Writer, s *graph.Schema) error {
	var b strings.Builder
	b.WriteString(`# Schema

Made by ` + "`make generate`" + ` from the table of kinds; a test fails where it is not fresh.

Every node has an **id**, a label of its own (its first) and the columns below; every edge has a **path** (the API
field it came from, without indexes) and a **ref** (the value found there). Two references are two edges.
` + "`observed`" + ` is true for a resource that was read, and false for one that is only referred to.

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

An absent value is left out (JSONL, GraphML, Cypher) or null (Parquet).
`)
	outgoing, incoming, others := map[string][]string{}, map[string][]string{}, map[string][]string{}
	for _, t := range s.EdgeTypes {
		for _, r := range t.Rules {
			for _, target := range r.Targets {
				other := fmt.Sprintf("%s (%s)", strings.TrimPrefix(r.Owner, "AWSSageMaker"), t.Name)
				if target != r.Owner && !slices.Contains(others[target], other) {
					others[target] = append(others[target], other)
				}
			}
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
			if r.Reverse {
				incoming[r.Owner] = append(incoming[r.Owner], fmt.Sprintf("| ← %s | %s | %s |\n", t.Name, targets, source))
			} else {
				outgoing[r.Owner] = append(outgoing[r.Owner], fmt.Sprintf("| → %s | %s | %s |\n", t.Name, targets, source))
			}
		}
	}
	read := map[string]bool{}
	kinds := exporter.Kinds()
	slices.SortStableFunc(kinds, func(a, b exporter.KindInfo) int { return strings.Compare(a.Family, b.Family) })
	for i, k := range kinds {
		if i == 0 || kinds[i-1].Family != k.Family {
			fmt.Fprintf(&b, "\n## %s\n\n%s", k.Family, picture(s, kinds, k.Family))
		}
		read[k.Label] = true
		fmt.Fprintf(&b, "\n### %s\n\n%s. id: `%s`.\n\nRead by %s\nIAM: `%s`.\n\n", k.Label, upperFirst(k.Doc), k.ID, k.Read, strings.Join(k.Actions, "`, `"))
		b.WriteString("| column | type | field of " + k.Describe + " |\n|---|---|---|\n")
		for _, c := range s.Label(k.Label).Columns {
			source := ""
			if c.Source != "" {
				source = "`" + c.Source + "`"
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", c.Name, strings.ReplaceAll(c.Type.String(), "<", "\\<"), source)
		}
		b.WriteString("\n| edge | other end | field |\n|---|---|---|\n")
		for _, line := range slices.Concat(outgoing[k.Label], incoming[k.Label]) {
			b.WriteString(line)
		}
		if list := others[k.Label]; list != nil {
			slices.Sort(list)
			fmt.Fprintf(&b, "\nFields of others that make edges with it: %s.\n", strings.Join(list, ", "))
		}
	}
	b.WriteString("\n## Neighbours\n\n| label | further labels | columns | what |\n|---|---|---|---|\n")
	for _, l := range s.Labels {
		if read[l.Name] {
			continue
		}
		var cols []string
		for _, c := range l.Columns {
			cols = append(cols, c.Name)
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", l.Name, strings.Join(l.Extra, ", "), strings.Join(cols, ", "), l.Doc)
	}
	b.WriteString("\n## Edge types\n\n| type | from the kinds | further columns |\n|---|---|---|\n")
	for _, t := range s.EdgeTypes {
		var owners, cols []string
		for _, r := range t.Rules {
			if o := strings.TrimPrefix(r.Owner, "AWSSageMaker"); !slices.Contains(owners, o) {
				owners = append(owners, o)
			}
		}
		for _, c := range t.Columns {
			cols = append(cols, c.Name)
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", t.Name, strings.Join(owners, ", "), strings.Join(cols, ", "))
	}
	_, err := io.WriteString(w, b.String())
	return err
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

// Command evaljson decides requests: a case of package cases on each line of stdin, a verdict on each line of stdout, in the same order. It
// is for tests that compare this evaluator with others; it is not shipped.
//
//	{"name":"1","action":"s3:GetObject","resource":{"arn":"arn:aws:s3:::b/k","account":"111122223333"},"principal":{…},"policies":{…}}
//	{"name":"1","verdict":"conditional","conditions":["aws:SourceIp: the value of aws:sourceip is not known"]}
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/sgexport/sgexport/audit/policy"
	"github.com/sgexport/sgexport/audit/policy/internal/cases"
)

type answer struct {
	Name       string   `json:"name"`
	Verdict    string   `json:"verdict"`
	Conditions []string `json:"conditions,omitempty"`
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "evaljson:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 16<<20)
	w := bufio.NewWriter(out)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for n := 1; lines.Scan(); n++ {
		c, err := cases.Read(lines.Bytes())
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		r, err := c.Request()
		if err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
		d := policy.Evaluate(r)
		a := answer{Name: c.Name, Verdict: d.Verdict.String()}
		for _, x := range d.Conditions {
			text := x.Reason
			if x.Key != "" {
				text = x.Key + ": " + text
			}
			a.Conditions = append(a.Conditions, text)
		}
		if err := e.Encode(a); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return err
	}
	return w.Flush()
}

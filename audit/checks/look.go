package checks

import (
	"slices"
	"strings"
)

// mustBe is a Find that wants a value at some places of every node of the first
// label: true, or a text. Where a column of JSON has no value, there is nothing to
// look at; where anything on the way is absent, so is the value. The last word says
// what it means that it is another.
func mustBe(want any, places []string, means string) func(*Search) {
	read := readPlaces(places)
	return each(func(o *Subject) {
		for _, p := range read {
			for _, m := range o.at(p) {
				if m.value != want {
					o.Wrong(m.path, m.shown(), "%s", means)
				}
			}
		}
	})
}

// mustHave is a Find that wants that something stands in a column of every node of the
// first label.
func mustHave(text, means string) func(*Search) {
	p := at(text)
	return each(func(o *Subject) {
		if o.Read(p.column) && !o.isSet(p) {
			o.Wrong(p.member, "", "%s", means)
		}
	})
}

func readPlaces(places []string) (all []place) {
	for _, text := range places {
		all = append(all, at(text))
	}
	return all
}

// isSet reports whether a column has a value; of a Bool, whether it is true.
func (o *Subject) isSet(p place) bool {
	switch p.letter {
	case "B":
		b, _ := o.Bool(p.column)
		return b
	case "I":
		_, ok := o.Int(p.column)
		return ok
	case "L":
		return len(o.Strings(p.column)) > 0
	case "J":
		text := o.JSON(p.column)
		return text != "" && text != "[]" && text != "{}"
	}
	return o.Text(p.column) != ""
}

// reads is what a check of a label reads that looks at places.
func reads(label string, places ...string) string {
	columns := []string{label}
	for _, text := range places {
		column, _, _ := strings.Cut(text, " ")
		if !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	return strings.Join(columns, " ")
}

// tagged is a Find that wants a tag that is not one of AWS's own.
func tagged() func(*Search) {
	return each(func(o *Subject) {
		pairs, ok := o.Tags()
		if !ok {
			o.Lack(o.Scope, o.Label)
			return
		}
		for i := 0; i < len(pairs); i += 2 {
			if !strings.HasPrefix(pairs[i], "aws:") {
				return
			}
		}
		o.Wrong("Tags", "", "it has no tag of yours")
	})
}

// Pages that say why.
const (
	hub        = "https://docs.aws.amazon.com/securityhub/latest/userguide/sagemaker-controls.html#sagemaker-" // and the number of a control
	configRule = "https://docs.aws.amazon.com/config/latest/developerguide/"                                   // and the name of a rule, .html
	prowler    = "https://hub.prowler.com/check/"                                                              // and the name of a check
	guide      = "https://docs.aws.amazon.com/sagemaker/latest/dg/"                                            // of SageMaker
	api        = "https://docs.aws.amazon.com/sagemaker/latest/APIReference/"
	samples    = "https://github.com/aws-samples/sample-aiml-security-assessment/blob/main/docs/SECURITY_CHECKS.md"
)

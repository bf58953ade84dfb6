package checks

import (
	"cmp"
	"strings"

	"github.com/sgexport/sgexport/audit"
)

// A keyed is something that SageMaker writes and encrypts with a key of the
// account's where one is named.
type keyed struct {
	id    string // the check's is that and -without-key
	what  string // Output of a training job
	label string // without AWSSageMaker
	// keys are the places of its keys. Inside of JSON, a key is missing where the
	// structure that would name it is there.
	keys []string
	// beside are columns with types, of which one has a value where there is something
	// to encrypt. Where there are some, a structure that is absent names no key.
	beside  string
	sibling string // a member beside the key, inside of JSON, without which nothing is written
	unless  string // column:letter=value, or column:letter with any value, of what needs no key there

	severity   audit.Level // medium where it is empty
	note       string
	aliases    string
	references string // of the guide to encryption where it is empty
}

// encryptionGuide says of SageMaker's resources what is encrypted, and with which keys.
const encryptionGuide = guide + "encryption-at-rest.html"

// keyChecks makes a check of each line of a table.
func keyChecks(table []keyed) (all []*Check) {
	for i := range table {
		all = append(all, table[i].check())
	}
	return all
}

func (k *keyed) check() *Check {
	var members []string
	for _, text := range k.keys {
		_, member, _ := strings.Cut(text, " ")
		members = append(members, member)
	}
	unless, _, _ := strings.Cut(k.unless, "=")
	read := strings.Fields(reads("AWSSageMaker"+k.label, k.keys...))
	read = append(append(read, strings.Fields(k.beside)...), strings.Fields(unless)...)
	return &Check{
		ID:         k.id + "-without-key",
		Title:      k.what + " is not encrypted with a key of the account",
		Severity:   cmp.Or(k.severity, audit.Medium),
		Fix:        "Name a customer managed key in " + strings.Join(members, ", ") + ".",
		Note:       k.note,
		Aliases:    k.aliases,
		References: cmp.Or(k.references, encryptionGuide),
		Reads:      strings.Join(read, " "),
		Find:       k.find(),
	}
}

// find wants a key wherever there is something to encrypt.
func (k *keyed) find() func(*Search) {
	keys := readPlaces(k.keys)
	var beside []place
	for _, column := range strings.Fields(k.beside) {
		beside = append(beside, at(column+" -"))
	}
	return each(func(o *Subject) {
		for _, p := range keys {
			for _, m := range o.missing(p, len(beside) > 0, k.sibling) {
				if o.anySet(beside) && !o.exempt(k.unless) {
					o.Wrong(m.path, "", "without one, it is encrypted with a key of AWS's, whose use no policy of yours decides and no log of yours shows")
				}
			}
		}
	})
}

// missing returns the members at the place of a key that have none. Where the structure
// around one is absent, that is one only if always.
func (o *Subject) missing(p place, always bool, sibling string) (none []member) {
	all := o.at(p)
	if always && len(all) == 0 && o.Known(p.column) && o.JSON(p.column) == "" {
		all = []member{{path: strings.Join(append([]string{p.member}, p.within...), ".")}}
	}
	for _, m := range all {
		inside := p.letter == "J"
		switch {
		case m.text() != "":
		case inside && !always && m.in == nil:
		case inside && sibling != "" && m.in[sibling] == nil:
		default:
			none = append(none, m)
		}
	}
	return none
}

// anySet reports whether one of some columns has a value, which it has if there are none.
func (o *Subject) anySet(columns []place) bool {
	for _, p := range columns {
		if o.Read(p.column) && o.isSet(p) {
			return true
		}
	}
	return len(columns) == 0
}

// exempt reports whether a column has a value, given as column:letter=value, or any,
// given as column:letter.
func (o *Subject) exempt(unless string) bool {
	if unless == "" {
		return false
	}
	column, value, one := strings.Cut(unless, "=")
	for _, m := range o.at(at(column + " -")) {
		return one && m.shown() == value || !one && m.shown() != ""
	}
	return true // it was not read, and o is unknown
}

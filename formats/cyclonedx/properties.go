package cyclonedx

import (
	"strconv"
	"time"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// properties are what a thing has for which CycloneDX has no field. Their names begin
// with sgexport: and docs/bom.md has them all.
type properties []cdx.Property

// add adds a property that has a value.
func (p *properties) add(name, value string) {
	if value != "" {
		*p = append(*p, cdx.Property{Name: "sgexport:" + name, Value: value})
	}
}

// truth adds a column that is true or false, where it is known.
func (p *properties) truth(name string, n *view.Node, column string) {
	if v, ok := n.Bool(column); ok {
		p.add(name, strconv.FormatBool(v))
	}
}

// of adds what all that has a node says: its label, where it is, whether it was read,
// when it was made, and in which state it is.
func (p *properties) of(n *view.Node) {
	p.add("label", n.Label)
	p.add("account", n.Account())
	p.add("region", n.Text("region"))
	if n.Label != image { // which is known by its URI alone
		p.add("observed", strconv.FormatBool(n.Observed()))
	}
	p.add("created", moment(n, "creation_time"))
	p.add("status", n.Text("status"))
}

func (p *properties) list() *[]cdx.Property { return list(*p) }

// moment returns a time as RFC 3339 has it, or "".
func moment(n *view.Node, column string) string {
	t, ok := n.Time(column)
	if !ok {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}

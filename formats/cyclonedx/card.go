package cyclonedx

import (
	"encoding/json"
	"strconv"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph/view"
)

// members are those of an object of a model card, whatever they are. Source of their
// names: Developer Guide, "Model card JSON schema".
type members map[string]any

// of returns an object inside, empty where it is none.
func (m members) of(name string) members {
	inside, _ := m[name].(map[string]any)
	return inside
}

// text returns a member as text, "" where there is none; what is no text, as JSON.
func (m members) text(name string) string {
	switch v := m[name].(type) {
	case nil:
		return ""
	case string:
		return v
	default:
		text, err := json.Marshal(v)
		if err != nil {
			return ""
		}
		return string(text)
	}
}

// texts returns those of some members that there are.
func (m members) texts(names ...string) []string {
	var all []string
	for _, name := range names {
		if text := m.text(name); text != "" {
			all = append(all, text)
		}
	}
	return all
}

// all returns the objects of a list.
func (m members) all(name string) []members {
	list, _ := m[name].([]any)
	var all []members
	for _, one := range list {
		if object, ok := one.(map[string]any); ok {
			all = append(all, object)
		}
	}
	return all
}

// strings returns the texts of a list.
func (m members) strings(name string) []string {
	list, _ := m[name].([]any)
	var all []string
	for _, one := range list {
		if text, ok := one.(string); ok && text != "" {
			all = append(all, text)
		}
	}
	return all
}

// parseCard reads a card's content; nothing of what is no JSON object.
func parseCard(content string) members {
	d := json.NewDecoder(strings.NewReader(content))
	d.UseNumber() // as it stands there
	var m map[string]any
	if d.Decode(&m) != nil {
		return nil
	}
	return m
}

// addCard adds what the card of a model says: that which a package has itself, else
// the model card that describes it, else the newest version of one that did.
func (d *document) addCard(c *cdx.Component, p *properties, n *view.Node) {
	content, status := n.Text("model_card_model_card_content"), n.Text("model_card_model_card_status")
	var best *view.Node
	for _, e := range d.g.To("DESCRIBED", n.ID) {
		if e.FromLabel == modelCard {
			refer(c, cdx.ERTypeModelCard, e.From, "")
		}
		if described := d.g.Node(e.From); described != nil && better(described, best) {
			best = described
		}
	}
	if content == "" && best != nil {
		content, status = best.Text("content"), best.Text("status")+best.Text("model_card_status")
		if v, ok := best.Int("model_card_version"); ok {
			p.add("model-card-version", strconv.FormatInt(v, 10))
		}
	}
	if content == "" {
		return
	}
	p.add("model-card-status", status)
	if m := parseCard(content); len(m) > 0 {
		describe(c, p, m)
	}
}

// better reports whether a card is to be taken rather than another: one that is
// current, or a newer version.
func better(a, b *view.Node) bool {
	if b == nil || a.Label != b.Label {
		return b == nil || a.Label == modelCard
	}
	x, _ := a.Int("model_card_version")
	y, _ := b.Int("model_card_version")
	return x > y
}

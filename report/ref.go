package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/sgexport/sgexport/internal/snapshot"
)

// A ref is a node as the page shows it. All texts are printable.
type ref struct {
	ID, Name, Kind  string
	Account, Region string
	Place           string // of these two what is not the same for all
	Link            string // to where else it stands, "" or an anchor with its #
}

// text returns s as a page may show it: printable, and cut where it is very long.
func text(s string) string {
	if len(s) <= mostText {
		return snapshot.Printable(s)
	}
	runes := []rune(s)
	if len(runes) <= mostText {
		return snapshot.Printable(s)
	}
	return snapshot.Printable(string(runes[:mostText])) + fmt.Sprintf(" … and %s more characters", snapshot.Grouped(int64(len(runes)-mostText)))
}

// iamARN is how the ids of IAM's begin, up to the account.
var iamARN = regexp.MustCompile(`\barn:aws[a-z-]*:iam::([0-9]{12}|aws):`)

// brief is a text that explains, without how the ids of IAM's in it begin, which is the
// same in most: role/Name is of the account that was read, where that is one, and
// account:role/Name of another; aws:policy/Name is AWS's.
func (b *builder) brief(s string) string {
	return iamARN.ReplaceAllStringFunc(s, func(begin string) string {
		account := iamARN.FindStringSubmatch(begin)[1]
		if len(b.accounts) == 1 && b.accounts[0] == account {
			return ""
		}
		return account + ":"
	})
}

// briefs is texts of a list whose items explain: each stands once.
func (b *builder) briefs(list []string) []string {
	var all []string
	for _, s := range list {
		if s = b.brief(s); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return texts(all)
}

// texts are the first of a list, as a page may show them.
func texts(list []string) []string {
	var all []string
	for i, s := range list {
		if i == mostItems {
			return append(all, fmt.Sprintf("… and %s more", snapshot.Grouped(int64(len(list)-mostItems))))
		}
		all = append(all, text(s))
	}
	return all
}

// ref returns a node by its id, which may be one that the graph does not keep: then
// its ARN says what it is.
func (b *builder) ref(id string) ref {
	r := ref{ID: text(id)}
	r.Account, r.Region = placeOf(id)
	r.Kind, r.Name = kindOf(id)
	if n := b.in.Graph.Node(id); n != nil {
		r.Kind = shortLabel(n.Label)
		if name := n.Text("name"); name != "" {
			r.Name = name
		}
		if a := n.Account(); a != "" {
			r.Account = a
		}
		if region := n.Region(); region != "" {
			r.Region = region
		}
	}
	r.Name, r.Kind, r.Account, r.Region = text(r.Name), text(r.Kind), text(r.Account), text(r.Region)
	r.Place = b.place(&r)
	if anchor := b.anchors[id]; anchor != "" {
		r.Link = "#" + anchor
	}
	return r
}

// place says where a resource is, as far as that is not the same for all.
func (b *builder) place(r *ref) string {
	var parts []string
	if r.Account != "" && (len(b.accounts) > 1 || !slices.Contains(b.accounts, r.Account)) {
		parts = append(parts, r.Account)
	}
	if r.Region != "" && (len(b.regions) > 1 || !slices.Contains(b.regions, r.Region)) {
		parts = append(parts, r.Region)
	}
	return strings.Join(parts, " ")
}

func (b *builder) refs(ids []string) (some []ref, more int) {
	for i, id := range ids {
		if i == mostItems {
			return some, len(ids) - mostItems
		}
		some = append(some, b.ref(id))
	}
	return some, 0
}

// placeOf returns the account and the region that an ARN names, or "".
func placeOf(id string) (account, region string) {
	if parts := strings.SplitN(id, ":", 6); len(parts) == 6 && parts[0] == "arn" {
		return parts[4], parts[3]
	}
	return "", ""
}

// kindOf returns of an ARN what kind of resource it says, and its name; of another id
// the id alone.
func kindOf(id string) (kind, name string) {
	parts := strings.SplitN(id, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return "", id
	}
	kind, name, ok := strings.Cut(parts[5], "/")
	if parts[2] == "iam" && parts[5] == "root" {
		return "account", "root"
	}
	if !ok {
		return parts[2], parts[5]
	}
	if parts[2] == "iam" {
		name = name[strings.LastIndexByte(name, '/')+1:]
	}
	return kind, name
}

// shortLabel is a label without what all have in common.
func shortLabel(label string) string {
	return strings.TrimPrefix(strings.TrimPrefix(label, "AWSSageMaker"), "AWS")
}

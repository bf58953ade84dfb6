package catalog

import (
	"crypto/sha256"
	"slices"
	"strings"
	"sync"

	"github.com/sgexport/sgexport/exporter/names"
)

// Claims see to it that an id names one node, whatever an account holds. Ids are
// those of AWS and of Cartography, of which each label has its own: nothing keeps a
// bucket from being called like an account, or a project like an image.
//
// An id belongs to the label whose ids alone look like it, see [Table.owner]. One
// that has no such look belongs to the first label, of those that claim it, in the
// order of [Table.rank]. For any other label it has the label before it:
// AWSS3Bucket:123456789012. So does an id that looks like one of those. Two nodes
// have one id then only where they have one label and AWS has one id for them.
type Claims struct {
	table *Table

	mu   sync.Mutex
	open map[claimed]string // label of ids that have no look of their own
}

// claimed is the hash of an id.
type claimed [16]byte

func claimedOf(id string) claimed {
	sum := sha256.Sum256([]byte(id))
	return claimed(sum[:16])
}

// NewClaims returns claims for the labels of a table.
func NewClaims(t *Table) *Claims { return &Claims{table: t, open: map[claimed]string{}} }

// Add notes that a label has an id. All ids are added before the first [Claims.ID].
func (c *Claims) Add(label, id string) {
	if c.table.owner(id) != "" {
		return
	}
	key := claimedOf(id)
	c.mu.Lock()
	defer c.mu.Unlock()
	if other, ok := c.open[key]; !ok || other != label && c.table.rank(label) < c.table.rank(other) {
		c.open[key] = label
	}
}

// Merge adds what others have noted. They are not used afterwards.
func (c *Claims) Merge(others *Claims) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key, label := range others.open {
		if other, ok := c.open[key]; !ok || c.table.rank(label) < c.table.rank(other) {
			c.open[key] = label
		}
	}
}

// ID returns the id that a node has of which AWS says that its id is id.
func (c *Claims) ID(label, id string) string {
	owner := c.table.owner(id)
	if owner == "" {
		c.mu.Lock()
		owner = c.open[claimedOf(id)]
		c.mu.Unlock()
	}
	if owner == "" || owner == label {
		return id
	}
	return label + ":" + id
}

// rank orders labels that claim the same id: buckets first, for their names are the
// freest and are what a graph is joined by, and what has an id of its maker's before
// what stands in something.
func (t *Table) rank(label string) string {
	if label == bucketLabel {
		return ""
	}
	if e := t.byLabel[label]; e != nil && strings.Contains(e.ID, "/") {
		return "~" + label
	}
	return label
}

// parts stand between the ARN of something and what it has, in ids. Paths of IAM may
// be called so too.
var parts = []string{"/inline_policy/", "/version/", "/statement/", "/resource/", "/principal/"}

// isPart reports whether an ARN may be the id of what stands in something else.
func isPart(a names.ARN) bool {
	return (a.Service == "iam" || a.Service == "ram") && slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(a.Resource, p) })
}

// nobody owns the ids that begin with a label: every id that has one before it was
// given it here.
const nobody = "nobody"

// keyLength is the length of a key's id, in characters.
const keyLength = 36

// isKeyID reports whether an id is that of a key: a UUID, or mrk- and as many digits.
func isKeyID(id string) bool {
	if len(id) != keyLength {
		return false
	}
	if digits, ok := strings.CutPrefix(id, "mrk-"); ok {
		return isHex(digits)
	}
	for i := range len(id) {
		switch i {
		case 8, 13, 18, 23:
			if id[i] != '-' {
				return false
			}
		default:
			if !isHex(id[i : i+1]) {
				return false
			}
		}
	}
	return true
}

// isEC2 reports whether a text is what follows the prefix in an id of EC2: it had 8
// digits once, and has 17 now.
func isEC2(digits string) bool { return (len(digits) == 8 || len(digits) == 17) && isHex(digits) }

// isHex reports whether s is hexadecimal digits, in small letters.
func isHex(s string) bool {
	for i := range len(s) {
		if c := s[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return false
		}
	}
	return true
}

// owner returns the label whose ids alone look like an id; "" where there is none.
// An ARN tells its label, an account's id is 12 digits.
func (t *Table) owner(id string) string {
	if a, ok := names.ParseARN(id); ok {
		if isPart(a) {
			return ""
		}
		return t.LabelOf(a)
	}
	if before, _, ok := strings.Cut(id, ":"); ok && t.byLabel[before] != nil {
		return nobody
	}
	switch {
	case names.IsAccountID(id):
		return AccountLabel
	case isKeyID(id):
		return keyLabel
	}
	if prefix, rest, ok := strings.Cut(id, "-"); ok && isEC2(rest) {
		return t.prefixes[prefix]
	}
	return ""
}

package redact

import "strings"

// A Memory keeps which texts have nothing in them, and what names say: an inventory
// has the same roles, images and settings in each of its jobs, and the detectors cost
// far more than finding a text again. What it says never depends on what it has: it
// keeps results of functions. It is bounded, and not safe for concurrent use. A nil
// Memory keeps nothing.
type Memory struct {
	bytes int
	clean map[string]struct{} // texts that have a detector's word, and no secret
	names map[string]Context
}

const (
	// mostRemembered is how many bytes of texts are kept; then all is forgotten, and
	// what comes again is kept again.
	mostRemembered = 256 << 10
	// longestRemembered is how long a text is that may come again.
	longestRemembered = 512
	// ofEntry is what an entry takes besides its text, in bytes.
	ofEntry = 64
)

// room makes room for one more text; false where it is too long to be kept.
func (m *Memory) room(s string) bool {
	if m == nil || len(s) > longestRemembered {
		return false
	}
	if m.bytes += len(s) + ofEntry; m.bytes > mostRemembered || m.clean == nil {
		m.bytes = len(s) + ofEntry
		m.clean, m.names = map[string]struct{}{}, map[string]Context{}
	}
	return true
}

// isClean reports whether a text is known to have no secret.
func (m *Memory) isClean(s string) bool {
	if m == nil || len(s) > longestRemembered {
		return false
	}
	_, ok := m.clean[s]
	return ok
}

// keep notes that a text has no secret. A copy is kept: s may be a part of a page.
func (m *Memory) keep(s string) {
	if m.room(s) {
		m.clean[strings.Clone(s)] = struct{}{}
	}
}

// Named is [Named], of a name that may have come before.
func (m *Memory) Named(name string) Context {
	if m == nil {
		return Named(name)
	}
	c, ok := m.names[name]
	if !ok {
		if c = Named(name); m.room(name) {
			name = strings.Clone(name)
			c.name = name
			m.names[name] = c
		}
	}
	return c
}

// ID is [ID], of a text that may have come before.
func (m *Memory) ID(s string) string { return replaceSpans(s, m.spansIn, maskID, nil) }

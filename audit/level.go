package audit

import "slices"

// A Level says how bad something is.
type Level string

// The levels, the worst first.
const (
	Critical Level = "critical"
	High     Level = "high"
	Medium   Level = "medium"
	Low      Level = "low"
	Info     Level = "info"
)

// Levels returns the levels, the worst first.
func Levels() []Level { return []Level{Critical, High, Medium, Low, Info} }

// AtLeast reports whether l is as bad as m, or worse.
func (l Level) AtLeast(m Level) bool {
	all := Levels()
	i := slices.Index(all, l)
	return i >= 0 && i <= slices.Index(all, m)
}

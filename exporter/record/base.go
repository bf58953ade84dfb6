package record

import "github.com/sgexport/sgexport/internal/snapshot/spool"

// A BaseHeader says what the records are that a snapshot keeps for a later run. They
// are of use to a run with an equal one alone.
type BaseHeader struct {
	Format   int    `json:"format"`
	Program  string `json:"program"`
	Schema   string `json:"schema"`
	Redacted bool   `json:"redacted"`
}

// A BaseOf is one record that a snapshot keeps.
type BaseOf struct {
	Label, Scope string
	Text         string // as [Record.Append] writes it
}

// Append appends it as [DecodeBase] reads it.
func (b *BaseOf) Append(dst []byte) []byte {
	return spool.AppendString(spool.AppendString(spool.AppendString(dst, b.Label), b.Scope), b.Text)
}

// DecodeBase reads what [BaseOf.Append] wrote.
func DecodeBase(text string) (b BaseOf, err error) {
	d := spool.NewDecoder(text)
	b.Label, b.Scope, b.Text = d.String(), d.String(), d.String()
	return b, d.Err()
}

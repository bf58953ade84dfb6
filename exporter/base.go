package exporter

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/sgexport/sgexport/exporter/collect"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A Base is the file of a snapshot that keeps, for a later run, the records of
// resources of which nothing changes any more. It has them in the order of the nodes.
type Base struct {
	file io.WriteCloser
	log  *spool.Writer
	rows int64
	buf  []byte
}

// NewBase writes to a file, which Close closes.
func NewBase(file io.WriteCloser) *Base { return &Base{file: file, log: spool.NewWriter(file)} }

func (b *Base) begin(cfg *Config) error {
	h, err := json.Marshal(collect.BaseHeader(table, cfg.Program, cfg.Redact))
	if err != nil {
		return fmt.Errorf("keep records: %w", err)
	}
	return b.log.Append(h)
}

func (b *Base) keep(label, scope, text string) error {
	b.rows++
	one := record.BaseOf{Label: label, Scope: scope, Text: text}
	b.buf = one.Append(b.buf[:0])
	return b.log.Append(b.buf)
}

// Close ends the file.
func (b *Base) Close() error {
	err := b.log.Close()
	graph.SetRows(b.file, b.rows)
	if err == nil {
		return b.file.Close()
	}
	_ = b.file.Close() // the first error is the cause
	return err
}

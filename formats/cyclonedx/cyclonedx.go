package cyclonedx

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"

	cdx "github.com/CycloneDX/cyclonedx-go"

	"github.com/sgexport/sgexport/graph"
	"github.com/sgexport/sgexport/graph/view"
)

// File is the name of the file.
const File = "cyclonedx/bom.cdx.json"

var _ graph.Open = Open

// Open creates the file; what it holds is written by Close. See [graph.Open].
func Open(create graph.Create, h *graph.Header) (graph.Sink, error) {
	w, err := create(File)
	if err != nil {
		return nil, fmt.Errorf("cyclonedx: %w", err)
	}
	return &sink{w: w, header: h, kept: view.NewKeeper(h, report(h), Keep())}, nil
}

type sink struct {
	w      io.WriteCloser
	header *graph.Header
	kept   *view.Keeper
	edges  int
	err    error
}

var _ graph.Sink = (*sink)(nil)

// Node implements [graph.Sink].
func (s *sink) Node(n *graph.Node) error {
	s.err = s.kept.Node(n)
	return s.err
}

// Edge implements [graph.Sink].
func (s *sink) Edge(e *graph.Edge) error {
	s.edges++
	s.err = s.kept.Edge(e)
	return s.err
}

// Close implements [graph.Sink].
func (s *sink) Close() error {
	if s.err != nil {
		return s.w.Close()
	}
	if err := errors.Join(write(s.w, newDocument(s.header, s.kept.Graph(), s.edges)), s.w.Close()); err != nil {
		return fmt.Errorf("cyclonedx: %w", err)
	}
	return nil
}

// write writes a document.
func write(w io.Writer, d *document) error {
	bom := d.bom()
	sum := sha256.New()
	if err := encode(sum, bom); err != nil {
		return err
	}
	bom.SerialNumber = serial(sum.Sum(nil))
	return encode(w, bom)
}

func encode(w io.Writer, bom *cdx.BOM) error {
	return cdx.NewBOMEncoder(w, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false).Encode(bom)
}

// serial makes a UUID of a hash: version 8 of RFC 9562, which leaves the bits to
// whoever makes it.
func serial(sum []byte) string {
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x80, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}

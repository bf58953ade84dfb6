package calling

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"time"

	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/traits"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/sgexport/sgexport/exporter/operation"
)

// A NoAnswer is a body with status 200 that does not answer the call: it is no
// JSON object, has none of the members that the operation knows, or lacks a list
// that the operation always has.
type NoAnswer struct{ Operation, What string }

func (e *NoAnswer) Error() string { return fmt.Sprintf("the answer of %s %s", e.Operation, e.What) }

// An answer looks at how the SDK reads one answer.
type answer struct {
	strict bool   // the service's protocol can be looked into
	read   bool   // there was a body
	known  bool   // a member of it was known
	head   []byte // the beginning of the body
}

// headSize is how much of a body is kept: an answer without anything is short.
const headSize = 1 << 10

// protocol wraps a service's protocol.
func (a *answer) protocol(p smithyhttp.ClientProtocol) smithyhttp.ClientProtocol {
	a.strict = true
	return &strictProtocol{p, a}
}

type strictProtocol struct {
	smithyhttp.ClientProtocol
	answer *answer
}

// DeserializeResponse implements smithyhttp.ClientProtocol.
func (p *strictProtocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, types *smithy.TypeRegistry, resp *smithyhttp.Response, out smithy.Deserializable) error {
	p.answer.read, p.answer.known, p.answer.head = false, false, p.answer.head[:0] // of the attempt before
	resp.Body = &headed{resp.Body, p.answer}
	return p.ClientProtocol.DeserializeResponse(ctx, schema, types, resp, &strictOutput{out, p.answer})
}

// A headed body keeps its beginning.
type headed struct {
	io.ReadCloser
	answer *answer
}

func (h *headed) Read(p []byte) (int, error) {
	n, err := h.ReadCloser.Read(p)
	if room := headSize - len(h.answer.head); room > 0 {
		h.answer.head = append(h.answer.head, p[:min(n, room)]...)
	}
	return n, err
}

type strictOutput struct {
	smithy.Deserializable
	answer *answer
}

// Deserialize implements smithy.Deserializable.
func (o *strictOutput) Deserialize(d smithy.ShapeDeserializer) error {
	o.answer.read = true
	return o.Deserializable.Deserialize(&strictDeserializer{d, o.answer})
}

// A strictDeserializer reads times as they are: the SDK's own way takes those that
// nanoseconds since 1970 cannot hold for times of another century, and does not
// survive one that is no number.
type strictDeserializer struct {
	smithy.ShapeDeserializer
	answer *answer
}

// ReadStructMember implements smithy.ShapeDeserializer.
func (d *strictDeserializer) ReadStructMember() (*smithy.Schema, error) {
	s, err := d.ShapeDeserializer.ReadStructMember()
	d.answer.known = d.answer.known || s != nil
	return s, err
}

// ReadTime implements smithy.ShapeDeserializer.
func (d *strictDeserializer) ReadTime(s *smithy.Schema, v *time.Time) error {
	if f, ok := smithy.SchemaTrait[*traits.TimestampFormat](s); ok && f.Format != "epoch-seconds" {
		return d.ShapeDeserializer.ReadTime(s, v)
	}
	var seconds float64
	if err := d.ReadFloat64(s, &seconds); err != nil {
		return err
	}
	*v = epoch(seconds)
	return nil
}

// Bounds of the years 1 to 9999 in milliseconds since the Unix epoch.
const (
	firstMilli = -62135596800_000
	endMilli   = 253402300800_000
)

// epoch returns a time that is given in seconds, to the millisecond as the API's
// times are, or [operation.Unreadable].
func epoch(seconds float64) time.Time {
	millis := math.Round(seconds * 1000)
	if math.IsNaN(millis) || millis < firstMilli || millis >= endMilli {
		return operation.Unreadable
	}
	return time.UnixMilli(int64(millis)).UTC()
}

// keepHead makes the calls of a context keep the beginning of what they read.
func (a *answer) keepHead(ctx context.Context) context.Context {
	return context.WithValue(ctx, answerKey{}, a)
}

type answerKey struct{}

// headOf wraps the body of an attempt where its beginning is asked for.
func headOf(ctx context.Context, body io.ReadCloser) io.ReadCloser {
	a, ok := ctx.Value(answerKey{}).(*answer)
	if !ok {
		return body
	}
	a.head = a.head[:0] // of the attempt before
	return &headed{body, a}
}

// root is the name of the XML element that the body is, or "".
func (a *answer) root() string {
	d := xml.NewDecoder(bytes.NewReader(a.head))
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		if start, ok := token.(xml.StartElement); ok {
			return start.Name.Local
		}
	}
}

// check fails where out is no answer.
func (a *answer) check(op *operation.Operation, out reflect.Value) error {
	// A server that is not AWS's may call it by the operation's name.
	if op.Root != "" {
		if root := a.root(); root != op.Root && !strings.HasPrefix(root, op.Name) {
			return &NoAnswer{op.Name, "is no " + op.Root}
		}
	}
	if a.strict {
		switch {
		case !a.read:
			return &NoAnswer{op.Name, "is empty"}
		case !a.known && !a.isObjectOf(op, out.Type()):
			return &NoAnswer{op.Name, "has none of the members that it should have"}
		}
	}
	if !strings.HasPrefix(op.Name, "List") {
		return nil // whose answer it is tells whether details are some
	}
	for _, member := range operation.Required(op.Name) {
		if f := out.FieldByName(member); f.IsValid() && f.Kind() == reflect.Slice && f.IsNil() {
			return &NoAnswer{op.Name, "lacks " + member}
		}
	}
	return nil
}

// isObjectOf reports whether the body is an object in which a member of the output
// stands and is null, or an empty one where the operation need not say anything.
func (a *answer) isObjectOf(op *operation.Operation, t reflect.Type) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(bytes.TrimSpace(a.head), &members) != nil || members == nil {
		return false
	}
	for name := range members {
		if _, ok := t.FieldByName(name); ok && !strings.HasPrefix(name, "ResultMetadata") {
			return true
		}
	}
	return len(members) == 0 && len(operation.Required(op.Name)) == 0
}

package spool

import (
	"encoding/binary"
	"errors"
	"math"
	"strings"

	"github.com/sgexport/sgexport/graph"
)

// AppendKey appends parts as one key: bytewise order of keys is the order of
// their parts, and no key is the beginning of another with as many parts.
func AppendKey(dst []byte, parts ...string) []byte {
	for _, p := range parts {
		dst = AppendPart(dst, p)
	}
	return append(dst, 0, 0)
}

// AppendPart appends one part of a key: bytewise order is that of the parts, and none is
// the beginning of another.
func AppendPart(dst []byte, p string) []byte {
	for {
		i := strings.IndexByte(p, 0)
		if i < 0 {
			return append(append(dst, p...), 0, 1)
		}
		dst = append(append(dst, p[:i]...), 0, 0xff)
		p = p[i+1:]
	}
}

// Part reads what [AppendPart] appended.
func (d *Decoder) Part() string {
	for i, escaped := 0, false; ; i += 2 {
		zero := strings.IndexByte(d.rest[i:], 0)
		if i += zero; zero < 0 || i+1 >= len(d.rest) {
			d.fail()
			return ""
		}
		if d.rest[i+1] != 1 {
			escaped = true
			continue
		}
		part := d.rest[:i]
		d.rest = d.rest[i+2:]
		if escaped {
			part = strings.ReplaceAll(part, "\x00\xff", "\x00")
		}
		return part
	}
}

// Parts splits a key into the parts that it was made from.
func Parts(key string) []string { return AppendParts(nil, key) }

// AppendParts is Parts that appends to a slice. Parts are parts of the key, but for those
// with a zero byte.
func AppendParts(parts []string, key string) []string {
	for begin, i := 0, 0; ; {
		zero := strings.IndexByte(key[i:], 0)
		if zero < 0 || i+zero+1 >= len(key) {
			return parts
		}
		switch i += zero; key[i+1] {
		case 1:
			parts = append(parts, key[begin:i])
			begin = i + 2
		case 0xff:
			return appendEscaped(parts, key[begin:])
		}
		i += 2
	}
}

// appendEscaped is [AppendParts] for any parts.
func appendEscaped(parts []string, key string) []string {
	var part strings.Builder
	for i := 0; i+1 < len(key); i++ {
		if key[i] != 0 {
			part.WriteByte(key[i])
			continue
		}
		i++
		switch key[i] {
		case 0xff:
			part.WriteByte(0)
		case 1:
			parts = append(parts, part.String())
			part.Reset()
		}
	}
	return parts
}

// AppendString appends s with its length.
func AppendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// AppendValue appends v with its type.
func AppendValue(dst []byte, v graph.Value) []byte {
	dst = append(dst, byte(v.Type()))
	switch v.Type() {
	case graph.String, graph.JSON:
		dst = AppendString(dst, v.Text())
	case graph.Int:
		dst = binary.AppendVarint(dst, v.Int())
	case graph.Timestamp:
		dst = binary.AppendVarint(dst, v.Micros())
	case graph.Float:
		dst = AppendFloat(dst, v.Float())
	case graph.Bool:
		b := byte(0)
		if v.Bool() {
			b = 1
		}
		dst = append(dst, b)
	case graph.Strings:
		dst = appendStrings(dst, v.Strings())
	case graph.Map:
		dst = appendStrings(dst, v.Pairs())
	}
	return dst
}

func appendStrings(dst []byte, list []string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(list)))
	for _, s := range list {
		dst = AppendString(dst, s)
	}
	return dst
}

// errCut says that a record ends too early, or holds what no encoder wrote.
var errCut = errors.New("spool record is damaged")

// A Decoder reads a record back. The first error sticks; every read after it
// returns a zero value, so a caller checks Err once.
type Decoder struct {
	rest  string
	err   error
	texts *[]string // where lists go; nil: each has its own memory
}

// NewDecoder returns a decoder of rec. The texts it returns are parts of rec.
func NewDecoder(rec string) *Decoder { return &Decoder{rest: rec} }

// Err returns the first error.
func (d *Decoder) Err() error { return d.err }

// More reports whether there is anything left to read.
func (d *Decoder) More() bool { return d.err == nil && d.rest != "" }

// Uint reads what binary.AppendUvarint wrote.
func (d *Decoder) Uint() uint64 {
	if d.rest != "" && d.rest[0] < 0x80 { // as nearly all are
		v := uint64(d.rest[0])
		d.rest = d.rest[1:]
		return v
	}
	return d.longUint()
}

func (d *Decoder) longUint() uint64 {
	var v uint64
	for shift := uint(0); shift < 64 && d.rest != ""; shift += 7 {
		c := d.rest[0]
		d.rest = d.rest[1:]
		v |= uint64(c&0x7f) << shift
		if c < 0x80 {
			return v
		}
	}
	d.fail()
	return 0
}

func (d *Decoder) int() int64 {
	u := d.Uint()
	return int64(u>>1) ^ -int64(u&1)
}

// String reads what [AppendString] wrote.
func (d *Decoder) String() string { return d.take(d.Uint()) }

func (d *Decoder) take(n uint64) string {
	if d.err != nil || n > uint64(len(d.rest)) {
		d.fail()
		return ""
	}
	s := d.rest[:n]
	d.rest = d.rest[n:]
	return s
}

// Value reads what [AppendValue] wrote.
func (d *Decoder) Value() graph.Value {
	if d.null() {
		return graph.Null
	}
	t := d.take(1)
	if d.err != nil {
		return graph.Null
	}
	switch graph.Type(t[0]) {
	case graph.String:
		return graph.StringValue(d.String())
	case graph.JSON:
		return graph.JSONValue(d.String())
	case graph.Int:
		return graph.IntValue(d.int())
	case graph.Timestamp:
		return graph.MicrosValue(d.int())
	case graph.Float:
		return graph.FloatValue(d.Float())
	case graph.Bool:
		return graph.BoolValue(d.take(1) == "\x01")
	case graph.Strings:
		return graph.StringsValue(d.strings())
	case graph.Map:
		if pairs := d.strings(); len(pairs)%2 == 0 {
			return graph.MapValue(pairs)
		}
	}
	d.fail()
	return graph.Null
}

// Bool reads a value that must be true or false.
func (d *Decoder) Bool() bool {
	v := d.Value()
	if v.Type() != graph.Bool {
		d.fail()
		return false
	}
	return v.Bool()
}

// Uint16 reads what binary.BigEndian.AppendUint16 wrote.
func (d *Decoder) Uint16() uint16 {
	b := d.take(2)
	if d.err != nil {
		return 0
	}
	return uint16(b[0])<<8 | uint16(b[1])
}

// Uint32 reads what binary.BigEndian.AppendUint32 wrote.
func (d *Decoder) Uint32() uint32 { return uint32(d.Uint16())<<16 | uint32(d.Uint16()) }

// SkipValue reads what [AppendValue] wrote, and makes nothing of it.
func (d *Decoder) SkipValue() {
	if d.null() {
		return
	}
	t := d.take(1)
	if d.err != nil {
		return
	}
	n := uint64(0) // texts
	switch graph.Type(t[0]) {
	case graph.String, graph.JSON:
		n = 1
	case graph.Int, graph.Timestamp:
		d.Uint()
	case graph.Float:
		d.take(8)
	case graph.Bool:
		d.take(1)
	case graph.Strings, graph.Map:
		n = d.Uint()
	}
	for ; n > 0 && d.err == nil; n-- {
		d.take(d.Uint())
	}
}

// null reads a value that is null, as most are, or nothing.
func (d *Decoder) null() bool {
	if d.rest != "" && d.rest[0] == 0 {
		d.rest = d.rest[1:]
		return true
	}
	return false
}

// SkipString reads what [AppendString] wrote.
func (d *Decoder) SkipString() { d.take(d.Uint()) }

// KeepLists makes d take the lists of values from texts, which grows: there is no memory
// for each of them then.
func (d *Decoder) KeepLists(texts *[]string) { d.texts = texts }

// Left is how many bytes were not read yet.
func (d *Decoder) Left() int { return len(d.rest) }

func (d *Decoder) strings() []string {
	n := d.Uint()
	if n > uint64(len(d.rest)) {
		d.fail()
		return nil
	}
	if d.texts == nil {
		list := make([]string, n)
		for i := range list {
			list[i] = d.String()
		}
		return list
	}
	from := len(*d.texts)
	for range n {
		*d.texts = append(*d.texts, d.String())
	}
	return (*d.texts)[from:len(*d.texts):len(*d.texts)]
}

func (d *Decoder) fail() {
	d.rest = ""
	if d.err == nil {
		d.err = errCut
	}
}

// AppendFloat appends the eight bytes of f.
func AppendFloat(dst []byte, f float64) []byte {
	return binary.BigEndian.AppendUint64(dst, math.Float64bits(f))
}

// Float reads what [AppendFloat] wrote.
func (d *Decoder) Float() float64 {
	b := d.take(8)
	if d.err != nil {
		return 0
	}
	return math.Float64frombits(binary.BigEndian.Uint64([]byte(b)))
}

// Byte reads one byte.
func (d *Decoder) Byte() byte {
	b := d.take(1)
	if d.err != nil {
		return 0
	}
	return b[0]
}

// Uint64 reads what binary.BigEndian.AppendUint64 wrote.
func (d *Decoder) Uint64() uint64 {
	b := d.take(8)
	if d.err != nil {
		return 0
	}
	return binary.BigEndian.Uint64([]byte(b))
}

// Rest returns what was not read yet.
func (d *Decoder) Rest() string {
	s := d.rest
	d.rest = ""
	return s
}

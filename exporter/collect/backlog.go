package collect

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"

	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A backlog keeps list items on disk, for there may be millions.
type backlog struct {
	file *logFile
	item reflect.Type
	n    int
}

func (r *kindRun) newBacklog(suffix string) (*backlog, error) {
	return &backlog{file: r.newLog(&r.at, r.Label+suffix, record.Log{}), item: r.Item()}, nil
}

// add keeps the item of the resource with an id.
func (b *backlog) add(id string, o *reading.Origin) error {
	text, err := o.JSON()
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	b.file.mu.Lock()
	b.n++
	b.file.mu.Unlock()
	key := identityOf(id)
	rec := spool.AppendString(binary.AppendUvarint(key[:], uint64(len(o.Given))), o.Parent)
	for name, value := range o.Given {
		rec = spool.AppendString(spool.AppendString(rec, name), value)
	}
	return b.file.append(append(binary.AppendUvarint(rec, uint64(len(text))), text...))
}

// each calls f with every item that is not to be skipped; no further one can be
// added then. It may be called again.
func (b *backlog) each(skip func(identity) bool, f func(o *reading.Origin) error) error {
	if b.n == 0 {
		return nil
	}
	if err := b.end(); err != nil {
		return err
	}
	return spool.ReadLog(b.file.desc.Path, func(text string) error {
		var key identity
		text = text[copy(key[:], text):]
		if skip(key) {
			return nil
		}
		d := spool.NewDecoder(text)
		n := d.Uint()
		o := &reading.Origin{Parent: d.String()}
		for ; n > 0 && d.Err() == nil; n-- {
			if o.Given == nil {
				o.Given = map[string]string{}
			}
			name := d.String()
			o.Given[name] = d.String()
		}
		kept, item := []byte(d.String()), reflect.New(b.item)
		if err := cmp.Or(d.Err(), json.Unmarshal(kept, item.Interface())); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		o.Item = item.Elem()
		return f(o.Restored(kept))
	})
}

// end closes the file.
func (b *backlog) end() error {
	if b.file.log == nil {
		return nil
	}
	err := b.file.close()
	b.file.log = nil
	return err
}

// close removes the file.
func (b *backlog) close() error {
	err := b.end()
	if b.n == 0 {
		return err
	}
	return errors.Join(err, os.Remove(b.file.desc.Path))
}

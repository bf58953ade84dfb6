package collect

import (
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

// kept is an origin on disk.
type kept struct {
	Item   json.RawMessage
	Parent string
	Given  map[string]string
}

// add keeps the item of the resource with an id.
func (b *backlog) add(id string, o *reading.Origin) error {
	item, err := json.Marshal(o.Item.Interface())
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	text, err := json.Marshal(kept{item, o.Parent, o.Given})
	if err != nil {
		return fmt.Errorf("keep a list item: %w", err)
	}
	b.file.mu.Lock()
	b.n++
	b.file.mu.Unlock()
	key := identityOf(id)
	return b.file.append(append(key[:], text...))
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
		var k kept
		item := reflect.New(b.item)
		if err := json.Unmarshal([]byte(text), &k); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		if err := json.Unmarshal(k.Item, item.Interface()); err != nil {
			return fmt.Errorf("read a list item back: %w", err)
		}
		return f(&reading.Origin{Item: item.Elem(), Parent: k.Parent, Given: k.Given})
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

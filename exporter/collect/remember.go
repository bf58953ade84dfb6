package collect

import (
	"encoding/binary"
	"sync/atomic"

	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

const (
	// mostInMemory is how much a run remembers in memory, in bytes, in all kinds and scopes
	// that are read at a time. What is over it is remembered on disk.
	mostInMemory = 128 << 20
	// leastOnDisk is how many of a kind are not worth a file.
	leastOnDisk = 10_000
)

// A shelf says where what is remembered goes.
type shelf struct {
	dir      string
	inMemory atomic.Int64 // bytes
	most     int64
	least    int // of one kind that are not worth a file
}

func newShelf(dir string) *shelf { return &shelf{dir: dir, most: mostInMemory, least: leastOnDisk} }

// A codec writes values of one size.
type codec[V any] struct {
	size int
	put  func([]byte, V)
	get  func([]byte) V
}

// A memory maps the hashes of ids to what is remembered of them: in memory, and on disk
// when that is too much. It is for one goroutine at a time. The first error sticks:
// what is asked after it is not there.
type memory[V any] struct {
	shelf *shelf
	codec codec[V]
	few   map[identity]V
	many  *spool.Table
	buf   []byte
	err   error
}

func newMemory[V any](s *shelf, c codec[V]) *memory[V] {
	return &memory[V]{shelf: s, codec: c, few: map[identity]V{}, buf: make([]byte, c.size)}
}

// cost is about how many bytes of memory an entry takes: a map has room for others.
func (m *memory[V]) cost() int64 { return 2 * int64(len(identity{})+m.codec.size) }

// get returns what is remembered of a key.
func (m *memory[V]) get(key identity) (v V, found bool) {
	if m.many == nil {
		v, found = m.few[key]
		return v, found
	}
	if m.err != nil {
		return v, false
	}
	if found, m.err = m.many.Get(key, m.buf); !found {
		return v, false
	}
	return m.codec.get(m.buf), true
}

// len is how many keys something is remembered of.
func (m *memory[V]) len() int {
	if m.many != nil {
		return m.many.Len()
	}
	return len(m.few)
}

// has reports whether something is remembered of a key.
func (m *memory[V]) has(key identity) bool {
	_, found := m.get(key)
	return found
}

// put remembers v of a key.
func (m *memory[V]) put(key identity, v V) {
	if m.many == nil {
		before := len(m.few)
		m.few[key] = v
		if len(m.few) == before || m.shelf.inMemory.Add(m.cost()) <= m.shelf.most || len(m.few) < m.shelf.least {
			return
		}
		m.toDisk()
		return
	}
	if m.err == nil {
		m.codec.put(m.buf, v)
		m.err = m.many.Put(key, m.buf)
	}
}

// toDisk moves what is in memory to a file.
func (m *memory[V]) toDisk() {
	if m.many, m.err = spool.NewTable(m.shelf.dir, m.codec.size, 2*len(m.few)); m.err != nil {
		return
	}
	few := m.few
	m.few = nil
	m.shelf.inMemory.Add(-int64(len(few)) * m.cost())
	for key, v := range few {
		m.put(key, v)
	}
}

// each calls f with all that is remembered, in no order that tells anything. f may
// not change it.
func (m *memory[V]) each(f func(key identity, v V)) {
	if m.many == nil {
		for key, v := range m.few {
			f(key, v)
		}
		return
	}
	if m.err == nil {
		m.err = m.many.Each(func(key [spool.TableKey]byte, value []byte) error {
			f(key, m.codec.get(value))
			return nil
		})
	}
}

// forget ends it, and returns its first error. It may be called again.
func (m *memory[V]) forget() error {
	if m == nil {
		return nil
	}
	m.shelf.inMemory.Add(-int64(len(m.few)) * m.cost())
	m.few = nil
	if m.many != nil {
		if err := m.many.Close(); m.err == nil {
			m.err = err
		}
		m.many = nil
	}
	err := m.err
	m.err = nil
	return err
}

// seenCodec keeps what was seen of a resource.
var seenCodec = codec[seen]{
	size: 8 + reading.SayingSize + 8 + 1,
	put: func(b []byte, s seen) {
		binary.LittleEndian.PutUint64(b, uint64(s.created))
		s.said.Put(b[8:])
		b = b[8+reading.SayingSize:]
		binary.LittleEndian.PutUint64(b, s.print)
		b[8] = 0
		if s.written {
			b[8] = 1
		}
	},
	get: func(b []byte) (s seen) {
		s.created = int64(binary.LittleEndian.Uint64(b))
		s.said = reading.SayingIn(b[8:])
		b = b[8+reading.SayingSize:]
		s.print = binary.LittleEndian.Uint64(b)
		s.written = b[8] != 0
		return s
	},
}

// A known is remembered as such, and nothing of it.
type known = struct{}

var knownCodec = codec[known]{put: func([]byte, known) {}, get: func([]byte) known { return known{} }}

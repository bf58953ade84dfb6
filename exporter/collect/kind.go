package collect

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/sgexport/sgexport/exporter/calling"
	"github.com/sgexport/sgexport/exporter/operation"
	"github.com/sgexport/sgexport/exporter/reading"
	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// identity is the hash of an id: what is remembered of each resource while its
// kind is read.
type identity [16]byte

func identityOf(id string) identity {
	sum := sha256.Sum256([]byte(id))
	return identity(sum[:16])
}

// seen is what a list item said, and whether the resource was written.
type seen struct {
	created int64 // microseconds since the Unix epoch, or 0
	said    reading.Saying
	print   uint64 // hash of the whole item, where that is compared; 0 where not
	written bool   // or it is known to be gone
}

// A kindRun reads one kind in one scope.
type kindRun struct {
	*scope
	*reading.Kind
	wanted bool
	log    *logFile
	reader *reading.Reader
	done   chan struct{} // closed when the kind is read: its log is complete then

	listed, written, gone, calls atomic.Int64
	reused                       atomic.Int64 // of those written: an earlier snapshot had them
	listedAll                    atomic.Bool  // the list has ended
	detail                       string       // where the properties are from: list, describe, search
	told                         graph.State  // what the observer knows of the state
	noted                        atomic.Bool  // a gap: the kind is read anew where another run goes on from this one
	kept                         bool         // the journal has it; known when done is closed
	resumed                      bool         // an earlier run had read it
	before                       savedReuse   // what that one had of a snapshot before it
	// batchIDs gives what is listed, where the list names it; nil where it does not.
	batchIDs func(f func(id string) error) error
	named    int      // how many that were
	found    []string // ids of what was written, where others are listed for them

	stateMu   sync.Mutex // of what follows
	seen      *memory[seen]
	listing   listing
	unread    unreadCounts
	also      map[identity]reflect.Value // what Search alone tells, by resource; written before anything is described
	missed    calling.Failure            // why also lacks a resource; written before anything is described
	orphaned  []doubt                    // parents that are said to be gone
	unoffered []doubt                    // calls that are said not to be offered
	vanished  *backlog                   // resources that were listed and are gone; nil where there are none
}

func (s *scope) newKindRun(k *reading.Kind) *kindRun {
	return &kindRun{
		scope: s, Kind: k, wanted: s.cfg.wants(k.Label), reader: s.reader(k), done: make(chan struct{}), detail: "list",
		log:  s.newLog(&s.at, k.Label, record.Log{Content: record.Resources, Label: k.Label}),
		seen: newMemory(s.shelf, seenCodec), unread: unreadCounts{},
		missed: calling.Failure{Class: calling.Failed, Code: graph.CodeNotIndexed, Message: "Search has no record of it as it is now"},
	}
}

// run reads the kind into its spool.
func (r *kindRun) run(ctx context.Context) error {
	defer close(r.done)
	if one := r.journal.saved(r.at.Region, r.Label); one != nil {
		return r.restore(ctx, one)
	}
	if r.Describe != nil {
		r.detail = "describe"
	}
	err := first(r.collect(ctx), r.seen.forget())
	r.also = nil
	r.keepReaderNotes()
	if err == nil {
		r.tell()
	}
	if err = errors.Join(err, r.log.close()); err != nil {
		return err
	}
	return r.save()
}

// tell tells the observer that the kind was read. Its tags may still change the
// state.
func (r *kindRun) tell() {
	if r.isUnserved() {
		return
	}
	k := r.report()
	r.told = k.State
	r.observe(k.State)
}

// collect lists the kind and reads the details: one by one, while the list is
// still being read where that is possible, or by Search once it is known how
// many there are.
func (r *kindRun) collect(ctx context.Context) (err error) {
	defer r.settleList()
	if r.Describe == nil {
		return r.enumerate(ctx, func(o *reading.Origin) error { return r.write(o.Item, o, "") })
	}
	waiting, err := r.newBacklog("_listed")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, waiting.close()) }()
	limit := r.describeLimit()
	// Without a limit there is nothing to wait for, unless the order of arrival
	// depends on how fast several calls are.
	d := r.newDescriber(ctx)
	streaming := limit < 0 && r.List.Parent == "" && !r.HasAlso() && !r.hasBase()
	err = r.enumerate(ctx, func(o *reading.Origin) error {
		if streaming {
			return d.arrive(o, waiting)
		}
		return waiting.add(r.idOf(o), o)
	})
	r.listedAll.Store(err == nil)
	r.progress()
	if err := first(err, d.wait()); err != nil {
		return err
	}
	searching := limit >= 0 && r.listed.Load() > int64(limit)
	if err := r.reuse(ctx, wayOf(searching)); err != nil {
		return err
	}
	switch n := r.listed.Load() - r.reused.Load(); {
	case searching && n > 0:
		err = r.searchAll(ctx, false)
	case r.HasAlso() && n > 0:
		err = r.searchAll(ctx, true)
	}
	if err != nil {
		return err
	}
	if searching { // what Search does not have was described then, as it would be now
		if err := r.reuse(ctx, reading.ByDescribe); err != nil {
			return err
		}
	}
	if err := d.rest(waiting); err != nil {
		return err
	}
	return r.confirmGone(ctx)
}

// wayOf is how a kind is read that is searched, or described.
func wayOf(searching bool) byte {
	if searching {
		return reading.BySearch
	}
	return reading.ByDescribe
}

// describeLimit is up to how many resources are described although Search has
// them; negative is all, also where Search does not have the kind.
func (r *kindRun) describeLimit() int {
	switch {
	case r.Search == nil || r.cfg.DescribeLimit < 0:
		return -1
	case r.lacksReferences():
		return r.cfg.DescribeLimit
	}
	return 0
}

// lacksReferences reports whether a record of Search lacks a field that makes an
// edge, or a column that another kind stands in.
func (r *kindRun) lacksReferences() bool {
	for _, u := range r.Lacks(r.Search.Record) {
		if len(u.Paths) > 0 {
			return true
		}
		for _, child := range r.cfg.Table.Children(r.Label) {
			if child.List.StandsIn(r.Label, u.Column) {
				return true
			}
		}
	}
	return false
}

// write spools one resource, of which v is the fullest structure there is.
// because says why that is not the details, where it is not; cut are columns of
// which a part is missing.
func (r *kindRun) write(v reflect.Value, o *reading.Origin, because graph.Cause, cut ...string) (err error) {
	rec, unreadable, err := r.read(v, o)
	if err != nil {
		r.note(r.Label, r.detailAction(), r.idOf(o), graph.CodeUnreadableAnswer, calling.OneLine(err.Error()))
		return nil
	}
	for _, column := range unreadable {
		r.note(r.Label, r.detailAction(), rec.ID, graph.CodeUnreadableTime, column+" is no time between the years 1 and 9999")
	}
	cut = append(cut, r.takeOut(rec)...)
	if len(unreadable)+len(cut) == 0 {
		if rec.Way = r.Way(v); rec.Way != reading.ByNone {
			rec.Print = o.Print()
		}
	}
	r.reader.MarkUnread(rec, cut)
	r.stateMu.Lock()
	r.unread.count(v.Type(), because, append(unreadable, cut...))
	r.stateMu.Unlock()
	if r.List.Batch != nil {
		r.stateMu.Lock()
		r.found = append(r.found, rec.ID)
		r.stateMu.Unlock()
	}
	if err := r.spool(rec); err != nil {
		return err
	}
	if err := r.referAll(rec, r.at.Region); err != nil {
		return err
	}
	if r.written.Add(1)%8 == 0 {
		r.progress()
	}
	return nil
}

// mostBuffer is the size of the largest buffer that is kept for further records.
const mostBuffer = 256 << 10

// spool writes a record, and notes the ids that it has.
func (r *kindRun) spool(rec *record.Record) error {
	r.claim(rec)
	buf, _ := r.buffers.Get().(*[]byte)
	if buf == nil {
		buf = &[]byte{}
	}
	*buf = rec.Append((*buf)[:0])
	err := r.log.append(*buf) // which keeps a copy
	if cap(*buf) <= mostBuffer {
		r.buffers.Put(buf)
	}
	return err
}

// claim notes the ids that a record has.
func (r *kindRun) claim(rec *record.Record) {
	r.ids.Add(r.Label, rec.ID)
	for i := range rec.Refs {
		if f := &rec.Refs[i]; f.ID != "" {
			r.ids.Add(f.Label, f.ID)
		}
	}
}

// referAll notes what a record refers to; region is that of names without one.
func (r *kindRun) referAll(rec *record.Record, region string) error {
	for i := range rec.Refs {
		if err := r.refer(&rec.Refs[i].Reference, region); err != nil {
			return err
		}
	}
	return nil
}

// read makes the record. A panic, which an answer must not be able to cause, is an
// error.
func (r *kindRun) read(v reflect.Value, o *reading.Origin) (rec *record.Record, unreadable []string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("a structure cannot be read: %v", p)
		}
	}()
	rec, unreadable = r.reader.Read(v, o)
	return rec, unreadable, nil
}

// idOf is the id of what a list item names.
func (r *kindRun) idOf(o *reading.Origin) string {
	id, _ := r.reader.Identify(o.Item, o)
	return id
}

// detailAction is the action whose answers have the details.
func (r *kindRun) detailAction() string {
	if r.Describe == nil {
		return r.listAction()
	}
	return r.Describe.Action
}

// listAction is the action that names the resources, or the one that reads the
// document that they stand in.
func (r *kindRun) listAction() string {
	if r.List.Action == "" {
		return r.kinds[r.List.Parent].detailAction()
	}
	return r.List.Action
}

func (r *kindRun) progress() { r.observe("") }

// observe tells the observer how far the kind is.
func (r *kindRun) observe(state graph.State) {
	r.cfg.Observe(Event{
		Scope: r.at.ID(), Label: r.Label, Listed: r.listed.Load(), Written: r.written.Load(), Calls: r.calls.Load(), Reused: r.reused.Load(),
		ListedAll: r.listedAll.Load() || state != "", State: state, Resumed: r.resumed,
	})
}

// group has as many goroutines as there may be calls of one operation.
func (r *kindRun) group(ctx context.Context) (*crew, context.Context) {
	return newCrew(ctx, max(1, r.cfg.Calls.Concurrency))
}

// folded is the identity of an id that lists may have in small letters.
func folded(id string) identity { return identityOf(strings.ToLower(id)) }

// find returns the key under which an id was listed: as it is, or as a list has it
// that lowers ARNs.
func (r *kindRun) find(id string) (identity, seen, bool) {
	r.stateMu.Lock()
	defer r.stateMu.Unlock()
	for _, key := range []identity{identityOf(id), folded(id)} {
		if s, ok := r.seen.get(key); ok {
			return key, s, true
		}
	}
	return identity{}, seen{}, false
}

// createdAt is when a list item was made, as far as it tells.
func createdAt(item reflect.Value) int64 { return operation.Time(item, "CreationTime") }

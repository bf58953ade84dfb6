package collect

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/graph"
)

// A run's spool is a folder with the file spoolHeader, and a folder for each target,
// which is called by its account. That has the logs and a journal.
const (
	spoolHeader = "run.json"
	journalName = "journal.jsonl"
	// spoolFormat changes when what stands in the spool does.
	spoolFormat = 2
)

// What a journal says was read of a scope beside its kinds.
const (
	savedTags   = "#tags"
	savedEdges  = "#edges"
	savedSecond = "#neighbors" // the second stage, of the global scope
)

// A saved is one line of a journal: a kind in a scope, or one of the above, that was
// read to its end without a gap. Its log was on the disk before.
type saved struct {
	Region string `json:"region"`
	What   string `json:"what"` // label, or one of the above
	Log    string `json:"log,omitempty"`
	Size   int64  `json:"size,omitempty"` // of the log, in bytes

	Listed  int64       `json:"listed,omitempty"`
	Written int64       `json:"written,omitempty"`
	Gone    int64       `json:"gone,omitempty"`
	Calls   int64       `json:"calls,omitempty"`
	Detail  string      `json:"detail,omitempty"`
	Cut     *graph.Cut  `json:"cut,omitempty"`
	None    graph.State `json:"none,omitempty"`
	// Answered is whether a call that lists had an answer: one in a region without the
	// kind has none.
	Answered      bool             `json:"answered,omitempty"`
	Unread        []savedUnread    `json:"unread,omitempty"`
	NotReferences map[string]int64 `json:"not_references,omitempty"`
	Redacted      []string         `json:"redacted,omitempty"`
	savedReuse
}

// A savedReuse is how many resources a snapshot before the run had, and which snapshot.
type savedReuse struct {
	Reused int64   `json:"reused,omitempty"`
	Base   *BaseID `json:"base,omitempty"`
}

// A savedUnread is one of [unreadCounts].
type savedUnread struct {
	Shape   string      `json:"shape,omitempty"` // name of the type
	Column  string      `json:"column,omitempty"`
	Because graph.Cause `json:"because"`
	Count   int64       `json:"count"`
}

// A journal says what of a target was read to its end, for a later run to go on
// from. It is written by a goroutine of its own, several lines at a time, so that
// nothing waits for the disk.
type journal struct {
	dir  string
	read map[string]*saved // of the run that this one goes on from, by region and what

	file *os.File
	wait sync.WaitGroup
	wake chan struct{}

	mu      sync.Mutex // of what follows
	pending []*saved
	closed  bool
	err     error
}

func savedKey(region, what string) string { return region + "/" + what }

// openJournal begins a journal in a folder, or goes on with the one that is there:
// what it does not name in the folder is removed.
func openJournal(dir string, resume bool) (*journal, error) {
	j := &journal{dir: dir, read: map[string]*saved{}, wake: make(chan struct{}, 1)}
	path := filepath.Join(dir, journalName)
	if err := keepOnly(resume, dir, path); err != nil {
		return nil, fmt.Errorf("begin a spool: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("begin a spool: %w", err)
	}
	_ = os.Chmod(dir, 0o700) // the umask has no part in it; a disk that keeps no modes has its own
	end, err := j.load()
	if err != nil {
		return nil, err
	}
	if j.file, err = os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600); err != nil {
		return nil, fmt.Errorf("begin a spool: %w", err)
	}
	_ = j.file.Chmod(0o600)
	// A line that was cut off goes.
	if err := errors.Join(j.file.Truncate(end), j.clear()); err != nil {
		return nil, errors.Join(fmt.Errorf("begin a spool: %w", err), j.file.Close())
	}
	if _, err := j.file.Seek(end, io.SeekStart); err != nil {
		return nil, errors.Join(fmt.Errorf("begin a spool: %w", err), j.file.Close())
	}
	j.wait.Add(1)
	go j.commit()
	return j, nil
}

// keepOnly removes the folder of a spool where it is not to be kept, or no folder, and
// its journal where that is no file: nothing is read or written through a link.
func keepOnly(keep bool, dir, journal string) error {
	if info, err := os.Lstat(dir); err != nil || !keep || !info.IsDir() {
		return os.RemoveAll(dir)
	}
	return removeOther(journal)
}

// removeOther removes what stands at path, where that is no file.
func removeOther(path string) error {
	if info, err := os.Lstat(path); err != nil || info.Mode().IsRegular() {
		return nil // whoever opens it says what is wrong
	}
	return os.RemoveAll(path)
}

// load reads what the journal says, as far as whole lines go.
func (j *journal) load() (end int64, err error) {
	data, err := os.ReadFile(filepath.Join(j.dir, journalName))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("read the spool: %w", err)
	}
	for {
		i := bytes.IndexByte(data[end:], '\n')
		if i < 0 {
			return end, nil
		}
		one := &saved{}
		if json.Unmarshal(data[end:end+int64(i)], one) != nil {
			return end, nil
		}
		if one.Log != "" {
			info, err := os.Lstat(filepath.Join(j.dir, one.Log))
			if err != nil || one.Log != filepath.Base(one.Log) || !info.Mode().IsRegular() || info.Size() != one.Size {
				return end, nil
			}
		}
		j.read[savedKey(one.Region, one.What)] = one
		end += int64(i) + 1
	}
}

// clear removes all that the journal does not name.
func (j *journal) clear() error {
	named := map[string]bool{journalName: true}
	for _, one := range j.read {
		named[one.Log] = true
	}
	entries, err := os.ReadDir(j.dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !named[e.Name()] {
			if err := os.RemoveAll(filepath.Join(j.dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// saved returns what an earlier run read to its end, or nil.
func (j *journal) saved(region, what string) *saved { return j.read[savedKey(region, what)] }

// add says that something was read to its end: its log is closed.
func (j *journal) add(one *saved) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err != nil {
		return j.err
	}
	j.pending = append(j.pending, one)
	select {
	case j.wake <- struct{}{}:
	default:
	}
	return nil
}

// commit brings what was added to the disk, until the journal is closed.
func (j *journal) commit() {
	defer j.wait.Done()
	for {
		j.mu.Lock()
		batch, closed := j.pending, j.closed
		j.pending = nil
		j.mu.Unlock()
		if len(batch) > 0 {
			if err := graph.NoPanic(func() error { return j.write(batch) })(); err != nil {
				j.mu.Lock()
				j.err = fmt.Errorf("write the spool: %w", err)
				j.mu.Unlock()
				return
			}
			continue
		}
		if closed {
			return
		}
		<-j.wake
	}
}

// write syncs the logs and then the lines that rely on them.
func (j *journal) write(batch []*saved) error {
	var text []byte
	for _, one := range batch {
		if one.Log != "" {
			path := filepath.Join(j.dir, one.Log)
			info, err := os.Lstat(path)
			if err := errors.Join(err, syncFile(path)); err != nil {
				return err
			}
			one.Size = info.Size()
		}
		line, err := json.Marshal(one)
		if err != nil {
			return err
		}
		text = append(append(text, line...), '\n')
	}
	if err := syncFile(j.dir); err != nil { // the logs' names
		return err
	}
	if _, err := j.file.Write(text); err != nil {
		return err
	}
	return j.file.Sync()
}

func syncFile(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// close brings everything to the disk.
func (j *journal) close() error {
	j.mu.Lock()
	j.closed = true
	j.mu.Unlock()
	select {
	case j.wake <- struct{}{}:
	default:
	}
	j.wait.Wait()
	return errors.Join(j.err, j.file.Close())
}

// A runHeader says what a spool is of.
type runHeader struct {
	Format  int            `json:"format"`
	Program string         `json:"program"`
	Schema  string         `json:"schema"` // hash of the vocabulary
	Began   time.Time      `json:"began"`
	Options map[string]any `json:"options"`
}

// A ResumeError says why a run cannot go on from what an earlier one has read.
type ResumeError struct{ Reason string }

func (e *ResumeError) Error() string {
	return "an earlier run has read something else: " + e.Reason
}

// header is that of this run.
func (c *Config) header() *runHeader {
	options := map[string]any{
		"--kinds": "all", "--neighbors": c.Groups, "--describe-limit": c.DescribeLimit, "--pipeline-executions": c.Newest, "--redact": "none",
	}
	if c.Redact {
		options["--redact"] = "secrets"
	}
	if c.Kinds != nil {
		options["--kinds"] = c.Kinds
	}
	var targets []string
	for _, t := range c.Targets {
		regions := "all regions"
		if len(t.Regions) > 0 {
			regions = strings.Join(t.Regions, " ")
		}
		if len(c.Targets) > 1 {
			regions = t.Name + " in " + regions
		}
		targets = append(targets, regions)
	}
	slices.Sort(targets)
	options["accounts and regions"] = targets
	return &runHeader{Format: spoolFormat, Program: c.Program, Schema: c.Table.Digest(), Began: c.Began, Options: options}
}

// openSpool begins a spool, or goes on with one: began is when that one began, and
// resumed is whether there is something to go on from.
func (c *Config) openSpool() (began time.Time, resumed bool, err error) {
	mine := c.header()
	path := filepath.Join(c.Spool, spoolHeader)
	if info, err := os.Lstat(c.Spool); err == nil && !info.IsDir() {
		return began, false, fmt.Errorf("read the spool: %s is no folder: remove it", c.Spool)
	}
	if err := removeOther(path); err != nil {
		return began, false, fmt.Errorf("read the spool: %w", err)
	}
	if c.Resume {
		data, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return began, false, fmt.Errorf("read the spool: %w", err)
		}
		var old runHeader
		if json.Unmarshal(data, &old) == nil { // else it was killed before it had read anything
			return old.Began, true, mine.differs(&old)
		}
	}
	data, err := json.Marshal(mine)
	if err != nil {
		return began, false, fmt.Errorf("begin a spool: %w", err)
	}
	if err := os.MkdirAll(c.Spool, 0o700); err != nil {
		return began, false, fmt.Errorf("begin a spool: %w", err)
	}
	if err := os.WriteFile(path, append(data, '\n'), 0o600); err != nil {
		return began, false, fmt.Errorf("begin a spool: %w", err)
	}
	return mine.Began, false, errors.Join(syncFile(path), syncFile(c.Spool))
}

// differs says why what an earlier run has read is not what this one would; nil where
// it is.
func (h *runHeader) differs(old *runHeader) error {
	switch {
	case old.Program != h.Program || old.Format != h.Format:
		return &ResumeError{fmt.Sprintf("it was begun by %s, and this is %s", old.Program, h.Program)}
	case old.Schema != h.Schema:
		return &ResumeError{"it was begun by a program with another schema"}
	}
	for _, name := range slices.Sorted(maps.Keys(h.Options)) {
		is, _ := json.Marshal(h.Options[name]) // values of options
		was, _ := json.Marshal(old.Options[name])
		if !bytes.Equal(is, was) {
			return &ResumeError{"it was begun with other options: " + name + otherValue(was, is)}
		}
	}
	return nil
}

// otherValue says how the value of an option, in JSON, differs from what it was. Of lists,
// which may be long, it names a few of those that are in one of them.
func otherValue(was, is []byte) string {
	var before, now []string
	if json.Unmarshal(was, &before) != nil || json.Unmarshal(is, &now) != nil || len(before) == 0 || len(now) == 0 {
		return fmt.Sprintf(" was %s, and is %s", was, is)
	}
	without := func(all, known []string) string {
		return few(slices.DeleteFunc(slices.Clone(all), func(one string) bool { return slices.Contains(known, one) }))
	}
	gone, added := without(before, now), without(now, before)
	switch {
	case gone == "":
		return ": it had not " + added
	case added == "":
		return ": it had " + gone + " too"
	}
	return ": it had " + gone + ", and not " + added
}

// few names the first of a list.
func few(all []string) string {
	const most = 3
	if more := len(all) - most; more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(all[:most], ", "), more)
	}
	return strings.Join(all, ", ")
}

// otherAccount returns the one account that a spool is of, where that is not account.
func otherAccount(spool, account string) string {
	entries, err := os.ReadDir(spool)
	if err != nil {
		return ""
	}
	other := ""
	for _, e := range entries {
		switch {
		case e.Name() == account:
			return ""
		case e.IsDir():
			other = e.Name()
		}
	}
	return other
}

// Finished counts what a spool holds that a run could go on from: lists, each one kind
// in one scope, that were read to their end.
func Finished(spool string) (n int) {
	entries, err := os.ReadDir(spool)
	if err != nil {
		return 0
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(spool, e.Name(), journalName))
		if err != nil {
			continue
		}
		for line := range bytes.Lines(data) {
			var one saved
			if json.Unmarshal(line, &one) == nil && one.What != "" && one.What[0] != '#' {
				n++
			}
		}
	}
	return n
}

// openJournal opens the journal of the target.
func (t *target) openJournal() (err error) {
	account := t.identity.Account
	if t.goOn && len(t.cfg.Targets) == 1 {
		if other := otherAccount(t.cfg.Spool, account); other != "" {
			return &ResumeError{fmt.Sprintf("it was begun in account %s, and the credentials are of %s", other, account)}
		}
	}
	t.journal, err = openJournal(t.spoolOf(account), t.goOn)
	return err
}

// spoolOf is the folder of a target in the spool.
func (r *run) spoolOf(account string) string { return filepath.Join(r.cfg.Spool, account) }

// logPath is where a log of a scope stands.
func (r *run) logPath(at *record.Scope, name string) string {
	return filepath.Join(r.spoolOf(at.Account), at.Region+"_"+name+".log")
}

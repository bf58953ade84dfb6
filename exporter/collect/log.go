package collect

import (
	"path/filepath"
	"sync"

	"github.com/sgexport/sgexport/exporter/record"
	"github.com/sgexport/sgexport/internal/snapshot/spool"
)

// A logFile is a log of the spool that is created when it gets its first record.
type logFile struct {
	run  *run
	desc record.Log

	mu   sync.Mutex
	log  *spool.Log
	read bool // an earlier run had closed it
}

func (r *run) newLog(scope *record.Scope, name string, desc record.Log) *logFile {
	desc.Scope = scope
	desc.Path = r.logPath(scope, name)
	return &logFile{run: r, desc: desc}
}

func (l *logFile) append(rec []byte) error {
	log, err := l.open()
	if err != nil {
		return err
	}
	return log.Append(rec)
}

func (l *logFile) open() (*spool.Log, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log != nil {
		return l.log, nil
	}
	log, err := spool.CreateLog(l.desc.Path)
	if err != nil {
		return nil, err
	}
	l.log = log
	return log, nil
}

// close ends the log.
func (l *logFile) close() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.log == nil {
		return nil
	}
	return l.log.Close()
}

// isThere reports whether it has got a record.
func (l *logFile) isThere() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log != nil || l.read
}

// name is what the journal calls it; "" where it has no record.
func (l *logFile) name() string {
	if !l.isThere() {
		return ""
	}
	return filepath.Base(l.desc.Path)
}

// each calls f with every record of a log that is closed.
func (l *logFile) each(f func(text string) error) error {
	if !l.isThere() {
		return nil
	}
	return spool.ReadLog(l.desc.Path, f)
}

// keep hands logs over to the result.
func (r *run) keep(logs ...*logFile) {
	r.resultsMu.Lock()
	defer r.resultsMu.Unlock()
	for _, l := range logs {
		if l.isThere() {
			r.logs = append(r.logs, l.desc)
		}
	}
}

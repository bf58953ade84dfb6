package snapshot

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"github.com/gofrs/flock"
)

// What stands in the hidden folder beside a place. Nothing else is ever put
// there, so that what else is there is not ours.
const (
	lockName    = "lock"    // held while a run lives
	newName     = "new"     // the snapshot in the making; what it replaced, after they changed places
	oldName     = "old"     // what it replaces, where the two cannot change places in one step
	scratchName = "scratch" // the run's own files
	spoolName   = "spool"   // what was read of AWS: a run that failed may leave it, for another to go on from
	probeName   = "probe"   // see probe
)

// Directories and files of a snapshot tell an account's weak spots.
const (
	dirMode  = 0o700
	fileMode = 0o600
)

// maxBelow is the length of the longest path in a snapshot or its scratch
// folder, in bytes, with room for longer labels.
const maxBelow = 160

// A place is where a snapshot will be, reserved for one run: a hidden folder
// beside it that has all that the run makes, and a lock in it that ends with
// the process, however that ends. Whoever has the lock knows that all else in
// the folder is of runs that are over.
type place struct {
	path string // where the snapshot will be
	dir  string // the hidden folder
	lock *flock.Flock
}

// reserve locks a place and removes what a run that was killed left there.
func reserve(path string, opt CreateOptions) (*place, error) {
	parent, base := filepath.Split(path)
	if base == "" {
		return nil, fmt.Errorf("%w: %s has no folder above it: choose another --out", ErrExists, path)
	}
	if len(base) > 200 { // names have 255 bytes at most
		base = fmt.Sprintf("%x", sha256.Sum256([]byte(base)))[:32]
	}
	p := &place{path: path, dir: filepath.Join(parent, "."+base+".sgexport")}
	if err := p.checkLength(); err != nil {
		return nil, err
	}
	if err := checkOutside(path); err != nil {
		return nil, err
	}
	if err := p.acquire(); err != nil {
		return nil, err
	}
	if err := p.prepare(opt); err != nil {
		return nil, errors.Join(err, p.release(opt.Resume))
	}
	return p, nil
}

// checkOutside fails where a place is inside a snapshot: what is added to one makes
// it a damaged one.
func checkOutside(path string) error {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if _, err := readManifest(dir); err == nil {
			return fmt.Errorf("%w: %s is inside the snapshot %s, which nothing may be added to: choose another --out", ErrExists, path, dir)
		}
		if dir == filepath.Dir(dir) {
			return nil
		}
	}
}

// prepare looks at the place once it is locked: nobody else replaces what is
// there then.
func (p *place) prepare(opt CreateOptions) error {
	if err := p.clear(opt); err != nil {
		return err
	}
	if err := p.look(opt); err != nil {
		return err
	}
	return p.probe()
}

// in is the path of what is called name in the hidden folder.
func (p *place) in(name string) string { return filepath.Join(p.dir, name) }

// look fails where something is in the place that is not to be replaced.
func (p *place) look(opt CreateOptions) error {
	info, err := os.Lstat(p.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, syscall.ENAMETOOLONG):
		return tooLong(p.path)
	case err != nil:
		return fmt.Errorf("look at the output: %w", err)
	case info.Mode()&fs.ModeSymlink != 0:
		target, _ := os.Readlink(p.path)
		return fmt.Errorf("%w: %s is a symbolic link (to %q), which is not replaced: give the folder itself as --out", ErrExists, p.path, target)
	case !info.IsDir():
		return fmt.Errorf("%w: %s is a file, not a folder: choose another --out", ErrExists, p.path)
	}
	entries, err := os.ReadDir(p.path)
	switch {
	case err != nil:
		return fmt.Errorf("%s cannot be looked into: choose another --out (%w)", p.path, err)
	case len(entries) == 0:
		return nil
	case !opt.Overwrite:
		return fmt.Errorf("%w: %s is not empty: choose another --out, or give --overwrite to replace a snapshot", ErrExists, p.path)
	}
	return checkOurs(p.path)
}

// checkOurs fails where a folder is no snapshot of ours, or has something that
// was added to it: replacing it would destroy that.
func checkOurs(dir string) error {
	m, err := readManifest(dir)
	if err != nil {
		return fmt.Errorf("%w: %s is no snapshot, so --overwrite does not replace it: choose another --out (%w)", ErrExists, dir, err)
	}
	if m.Tool != toolName {
		return fmt.Errorf("%w: %s was not made by sgexport, so --overwrite does not replace it: choose another --out", ErrExists, dir)
	}
	added, err := addedTo(dir, m)
	if err != nil {
		return fmt.Errorf("look at the output: %w", err)
	}
	if len(added) > 0 {
		return fmt.Errorf("%w: %s has what no export put there, so --overwrite does not replace it: %s; move that away, or choose another --out", ErrExists, dir, first(10, added))
	}
	return nil
}

// addedTo lists what is in a snapshot's folder and not in its manifest, folders
// and what stands in a file's place included.
func addedTo(dir string, m *Manifest) ([]string, error) {
	ours := map[string]bool{".": true} // whether it is a folder
	for _, f := range m.Files {
		ours[f.Path] = false
		for i, c := range f.Path {
			if c == '/' {
				ours[f.Path[:i]] = true
			}
		}
	}
	ours[manifestName], ours[sumsName] = false, false
	var added []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		folder, known := ours[filepath.ToSlash(name)]
		if known && folder == d.IsDir() && (folder || d.Type().IsRegular()) {
			return nil
		}
		added = append(added, Printable(filepath.ToSlash(name)))
		if d.IsDir() {
			return fs.SkipDir
		}
		return nil
	})
	return added, err
}

// checkLength fails where the system has no path as long as that of a file of
// the snapshot would be.
func (p *place) checkLength() error {
	_, err := os.Lstat(filepath.Join(p.in(newName), strings.Repeat("x/", maxBelow/2)))
	if errors.Is(err, syscall.ENAMETOOLONG) {
		return tooLong(p.path)
	}
	return nil
}

func tooLong(path string) error {
	return fmt.Errorf("the path %.60s… is too long for this system (%d bytes, and a snapshot needs %d more): choose a shorter --out", path, len(path), maxBelow)
}

// acquire makes the hidden folder and takes the lock in it.
func (p *place) acquire() error {
	for range 100 { // each turn but the last, another run has just ended
		err := os.Mkdir(p.dir, dirMode)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return p.notWritable(err)
		}
		setMode(p.dir, dirMode, err == nil)
		if err := checkOwn(p.dir); err != nil {
			return err
		}
		lock := flock.New(p.in(lockName), flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(fileMode))
		locked, err := lock.TryLock()
		switch {
		case errors.Is(err, fs.ErrNotExist): // the folder is gone again
			continue
		case err != nil:
			return fmt.Errorf("%s: cannot lock %s: choose another --out (%w)", p.path, lock.Path(), err)
		case !locked:
			return fmt.Errorf("another run%s is writing %s: wait for it, or choose another --out", p.holder(), p.path)
		}
		// A lock on a file that its last owner has removed is none.
		mine, err1 := lock.Stat()
		there, err2 := os.Lstat(lock.Path())
		if err1 == nil && err2 == nil && os.SameFile(mine, there) {
			p.lock = lock
			setMode(lock.Path(), fileMode, true)
			// What it says is for messages only.
			_ = os.WriteFile(lock.Path(), fmt.Appendf(nil, "%d\n", os.Getpid()), fileMode)
			return nil
		}
		if err := lock.Close(); err != nil {
			return fmt.Errorf("%s: unlock %s: %w", p.path, lock.Path(), err)
		}
	}
	return fmt.Errorf("%s: cannot lock %s: choose another --out", p.path, p.in(lockName))
}

// notWritable is for a folder that nothing can be made in. What is in the place
// may be writable itself, as a volume of a container is.
func (p *place) notWritable(err error) error {
	other := "choose another --out"
	if info, err := os.Stat(p.path); err == nil && info.IsDir() {
		other += ", such as " + filepath.Join(p.path, "snapshot")
	}
	return fmt.Errorf("%s: cannot write in %s, where a snapshot is made before it gets its name: %s (%w)", p.path, filepath.Dir(p.path), other, err)
}

// checkOwn fails where what is called like the hidden folder is not a folder of
// this user alone: where others may write, it may have been put there to read
// what comes.
func checkOwn(dir string) error {
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look at %s: %w", dir, err)
	}
	if !info.IsDir() || !ownedByUser(info) {
		return fmt.Errorf("%s is in the way, and is not a folder of this user: remove it, or choose another --out", dir)
	}
	return nil
}

// holder says which process has the lock, as far as is known.
func (p *place) holder() string {
	file, err := os.Open(p.in(lockName))
	if err != nil {
		return ""
	}
	defer file.Close() // opened for reading: nothing to lose
	var pid int
	if _, err := fmt.Fscan(file, &pid); err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d)", pid)
}

// clear removes what a run left that was killed, and puts back what it had moved
// aside. What it had read stays for one that resumes it.
func (p *place) clear(opt CreateOptions) error {
	entries, err := os.ReadDir(p.dir)
	if err != nil {
		return fmt.Errorf("%s: look for what an earlier run left: %w", p.path, err)
	}
	var left, foreign []string
	for _, e := range entries {
		switch e.Name() {
		case lockName:
		case spoolName:
			if !opt.Resume {
				left = append(left, e.Name())
			}
		case newName, oldName, scratchName, probeName:
			left = append(left, e.Name())
		default:
			foreign = append(foreign, Printable(e.Name()))
		}
	}
	if len(foreign) > 0 {
		return fmt.Errorf("%s: %s has files that are not sgexport's (%s): move them away, or choose another --out", p.path, p.dir, first(10, foreign))
	}
	if slices.Contains(left, oldName) {
		if _, err := os.Lstat(p.path); errors.Is(err, fs.ErrNotExist) {
			// It was killed between the two steps of a replacement.
			if err := os.Rename(p.in(oldName), p.path); err != nil {
				return fmt.Errorf("%s: put back what an earlier run had moved to %s: %w", p.path, p.in(oldName), err)
			}
			opt.Notice(fmt.Sprintf("put %s back, which a run that was killed had moved aside", p.path))
		}
	}
	if err := p.remove(left...); err != nil {
		return fmt.Errorf("%s: remove what an earlier run left: %w", p.path, err)
	}
	switch {
	case slices.Contains(left, spoolName):
		opt.Notice(fmt.Sprintf("removed what an earlier run had read into %s and not published: --resume would have gone on from it", p.dir))
	case len(left) > 0:
		opt.Notice(fmt.Sprintf("removed what a run that was killed had left in %s", p.dir))
	}
	return nil
}

// probe fails where the snapshot could not be put in its place at the end: what
// is there may be a mount point, or a folder that may not be moved. It asks the
// system to move that onto a folder that is not empty, which never works, and
// what hinders it tells whether it could be moved elsewhere.
func (p *place) probe() (err error) {
	if _, err := os.Lstat(p.path); err != nil || !movesOntoFolders {
		return nil
	}
	probe := p.in(probeName)
	defer func() { err = errors.Join(err, p.remove(probeName)) }()
	if err := os.MkdirAll(filepath.Join(probe, "full"), dirMode); err != nil {
		return p.notWritable(err)
	}
	err = moveOnto(p.path, probe)
	switch {
	case err == nil: // not a system that we know
		return moveOnto(probe, p.path)
	case errors.Is(err, syscall.ENOTEMPTY), errors.Is(err, syscall.EEXIST):
		return nil
	case errors.Is(err, syscall.EBUSY), errors.Is(err, syscall.EXDEV):
		return fmt.Errorf("%w: %s is a mount point, or on another disk than %s, so a snapshot cannot be put in its place in one step: give a folder in it as --out, such as %s (%w)",
			ErrExists, p.path, filepath.Dir(p.path), filepath.Join(p.path, "snapshot"), err)
	}
	return fmt.Errorf("%w: %s cannot be replaced: choose another --out (%w)", ErrExists, p.path, err)
}

// publish puts the new snapshot in its place, where ours replaces what opt
// allows. What it replaces is in the hidden folder then.
func (p *place) publish(opt CreateOptions) error {
	if err := p.look(opt); err != nil {
		return err // it has come since
	}
	undo, err := p.put()
	if err != nil {
		return err
	}
	if err := syncDir(filepath.Dir(p.path)); err != nil {
		return errors.Join(err, undo())
	}
	return nil
}

// put moves the new snapshot to its place: the two change places in one step
// where the system can do that; else the old one is moved aside first, and back
// where the second step fails. undo takes it back.
func (p *place) put() (undo func() error, err error) {
	made, old := p.in(newName), p.in(oldName)
	entries, err := os.ReadDir(p.path)
	switch {
	case errors.Is(err, fs.ErrNotExist), err == nil && len(entries) == 0 && movesOntoFolders:
		return func() error { return os.Rename(p.path, made) }, moveOnto(made, p.path)
	case err != nil:
		return nil, err
	case exchange(made, p.path) == nil:
		return func() error { return exchange(made, p.path) }, nil
	}
	if err := os.Rename(p.path, old); err != nil {
		return nil, err
	}
	if err := os.Rename(made, p.path); err != nil {
		return nil, errors.Join(err, os.Rename(old, p.path))
	}
	return func() error { return errors.Join(os.Rename(p.path, made), os.Rename(old, p.path)) }, nil
}

// remove removes what is called like this in the hidden folder. What was moved
// aside is only removed where something is in its place.
func (p *place) remove(names ...string) error {
	var errs []error
	for _, name := range names {
		if name == oldName {
			if _, err := os.Lstat(p.path); err != nil {
				continue
			}
		}
		errs = append(errs, os.RemoveAll(p.in(name)))
	}
	return errors.Join(errs...)
}

// release removes all that is ours and lets the next run have the place. What was
// read stays where keep says so.
func (p *place) release(keep bool) error {
	err := p.remove(newName, oldName, scratchName, probeName)
	if !keep {
		err = errors.Join(err, p.remove(spoolName))
	}
	// The file goes while it is locked, so that nobody holds a lock on one that is
	// not there. Where an open file cannot be removed, it goes after that; and
	// where the next run has it by then, it stays.
	removed := os.Remove(p.lock.Path()) == nil
	err = errors.Join(err, p.lock.Close())
	if !removed {
		_ = os.Remove(p.lock.Path())
	}
	_ = os.Remove(p.dir) // stays where the next run, or what was read, is in it
	return err
}

// setMode gives what this run has made a mode that the umask has no part in. A
// disk that keeps no modes, such as a USB stick's, has its own.
func setMode(path string, mode fs.FileMode, ours bool) {
	if ours {
		_ = os.Chmod(path, mode)
	}
}

// mkdirs makes a folder below root, and those above it.
func mkdirs(root, name string) error {
	path := root
	for part := range strings.SplitSeq(filepath.ToSlash(name), "/") {
		path = filepath.Join(path, part)
		err := os.Mkdir(path, dirMode)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		setMode(path, dirMode, err == nil)
	}
	return nil
}

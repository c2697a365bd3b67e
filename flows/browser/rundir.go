package browser

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// A run directory holds everything that one browser writes. It lies in the run
// base, is called run-*, and contains these entries. It is somebody's as long as
// its lock file is locked; the kernel frees the lock however its owner ends.
const (
	runPrefix  = "run-"
	newPrefix  = "new-" // being made: not locked yet
	lockName   = "lock"
	dataName   = "data" // --user-data-dir
	tmpName    = "tmp"  // TMPDIR: full Chromium leaves org.chromium.* there
	homeName   = "home"
	linkName   = "link"           // names the short link to tmp outside, if there is one
	newTooLong = 10 * time.Minute // a new-* of this age was left by a crash
)

// runDir is a run directory whose lock is held.
type runDir struct {
	path string
	lock *flock.Flock
	link string // a short path to tmp, or ""
}

func (d *runDir) data() string { return filepath.Join(d.path, dataName) }
func (d *runDir) tmp() string  { return filepath.Join(d.path, tmpName) }
func (d *runDir) home() string { return filepath.Join(d.path, homeName) }

// tmpDir is what the browser is told as its TMPDIR.
func (d *runDir) tmpDir() string {
	if d.link != "" {
		return d.link
	}
	return d.tmp()
}

// realBase returns base as an absolute path without symlinks: left-over processes
// are found by the path on their command line, so one directory must have one name.
func realBase(base string) (string, error) {
	if base == "" {
		return "", errors.New("browser: no directory for run directories given")
	}
	abs, err := filepath.Abs(base)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// newRunDir makes and locks a run directory under base, which is made if missing.
// It gets its final name only once it is locked: a Sweep running at the same time
// cannot take it for a leftover.
//
// full is for full Chromium, which reads preferences and needs a socket in TMPDIR.
func newRunDir(base string, full bool) (*runDir, error) {
	fail := func(err error) (*runDir, error) {
		return nil, &DirError{Dir: base, Err: err}
	}
	base, made, err := makeIn(base)
	if err != nil {
		return fail(err)
	}
	lock, err := lockRunDir(made)
	if err != nil {
		os.RemoveAll(made)
		return fail(err)
	}
	path := filepath.Join(base, runPrefix+strings.TrimPrefix(filepath.Base(made), newPrefix))
	if err := os.Rename(made, path); err != nil {
		lock.Close()
		os.RemoveAll(made)
		return fail(err)
	}
	d := &runDir{path: path, lock: lock}
	for _, dir := range []string{d.data(), d.tmp(), d.home()} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			d.remove()
			return fail(err)
		}
	}
	if full {
		profile := filepath.Join(d.data(), "Default")
		err := os.Mkdir(profile, 0o700)
		if err == nil {
			err = os.WriteFile(filepath.Join(profile, "Preferences"), []byte(preferences), 0o600)
		}
		if err == nil && len(d.tmp()) > maxTmp && runtime.GOOS != "windows" {
			err = d.makeLink()
		}
		if err != nil {
			d.remove()
			return fail(err)
		}
	}
	return d, nil
}

// maxTmp is how long TMPDIR may be for full Chromium, in bytes. It puts a socket
// there, org.chromium.Chromium.XXXXXX/SingletonSocket, and aborts when the address
// does not fit into the 104 bytes (Linux: 108) that a Unix socket's address has.
const maxTmp = 50

// Where the link to a TMPDIR that is too long is made, and how it is called.
const linkPrefix = "/tmp/unecho-"

// makeLink makes a symbolic link with a short path to tmp. Its path is on disk before
// it exists, so that Sweep finds it whatever happens in between.
func (d *runDir) makeLink() error {
	for {
		link := linkPrefix + strconv.FormatUint(uint64(rand.Uint32()), 36)
		if err := os.WriteFile(filepath.Join(d.path, linkName), []byte(link), 0o600); err != nil {
			return err
		}
		err := os.Symlink(d.tmp(), link)
		if err == nil {
			d.link = link
		}
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
	}
}

// removeLink removes the link that the directory's record names, if it is what
// makeLink makes: a symbolic link to this very directory. The record is only text, and
// nothing else in /tmp is ours to remove.
func (d *runDir) removeLink() {
	text, err := readNote(filepath.Join(d.path, linkName))
	link := string(text)
	if err != nil || !strings.HasPrefix(link, linkPrefix) || filepath.Clean(link) != link {
		return
	}
	if to, err := os.Readlink(link); err == nil && to == d.tmp() {
		os.Remove(link)
	}
}

// lockRunDir takes the lock of a directory that was just made.
func lockRunDir(made string) (*flock.Flock, error) {
	lock := flock.New(filepath.Join(made, lockName), flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	switch {
	case err != nil:
		return nil, fmt.Errorf("its lock: %w", err)
	case !ok:
		return nil, errors.New("its lock: another process holds it")
	}
	return lock, nil
}

// makeIn makes a directory of mode 0700 in base, making base first where it is
// missing. Somebody may be removing an empty base at the same moment: once more then.
func makeIn(base string) (real, made string, err error) {
	for range 5 {
		if base != "" {
			if err := os.MkdirAll(base, 0o700); err != nil {
				return base, "", err
			}
		}
		if real, err = realBase(base); err == nil {
			made, err = os.MkdirTemp(real, newPrefix)
		}
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return real, made, err
		}
	}
	return base, "", err
}

// removePatience bounds the retries of a removal: a process that was just killed
// can still hold or finish a file for a moment.
const removePatience = 3 * time.Second

// remove empties the directory, then frees the lock, then removes the rest. In that
// order the directory stays recognisable as long as there is something in it.
func (d *runDir) remove() error {
	d.removeLink()
	// An error here shows again in the second removal, or was only passing.
	_ = retry(removePatience, func() error { return emptyRunDir(d.path) })
	d.lock.Close()
	if err := retry(removePatience, func() error { return os.RemoveAll(d.path) }); err != nil {
		return fmt.Errorf("browser: cannot remove the run directory %s: %w", d.path, err)
	}
	return nil
}

// emptyRunDir removes everything in the directory except its lock file.
func emptyRunDir(path string) error {
	entries, err := os.ReadDir(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	}
	var errs []error
	for _, e := range entries {
		if e.Name() != lockName {
			errs = append(errs, os.RemoveAll(filepath.Join(path, e.Name())))
		}
	}
	return errors.Join(errs...)
}

// retry calls f until it succeeds or the time is up, at growing distances.
func retry(patience time.Duration, f func() error) error {
	deadline := time.Now().Add(patience)
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		err := f()
		if err == nil || time.Now().After(deadline) {
			return err
		}
		time.Sleep(pause)
	}
}

// Sweep removes the run directories under runBase that belong to nobody any more,
// ending first whatever browser process still names one of them on its command
// line. It returns how many it removed. A directory whose lock is held is a running
// browser's and stays; whatever is not a run directory stays too, and a symbolic
// link is never followed. A runBase that does not exist is an empty one.
//
// It may run at any time, also beside other runs. An error about one directory does
// not keep it from the others.
func Sweep(runBase string) (removed int, err error) {
	base, err := realBase(runBase)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		return 0, fmt.Errorf("browser: cannot clean up %s: %w", runBase, err)
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		return 0, fmt.Errorf("browser: cannot clean up %s: %w", runBase, err)
	}
	var errs []error
	for _, e := range entries {
		if !e.Type().IsDir() { // a symbolic link is not a directory here
			continue
		}
		gone, err := sweepOne(filepath.Join(base, e.Name()))
		if err != nil {
			errs = append(errs, fmt.Errorf("browser: cannot clean up %s: %w", filepath.Join(base, e.Name()), err))
		}
		if gone {
			removed++
		}
	}
	return removed, errors.Join(errs...)
}

// sweepOne removes the directory at path if it is a run directory of nobody.
func sweepOne(path string) (gone bool, err error) {
	name := filepath.Base(path)
	fresh := strings.HasPrefix(name, newPrefix)
	if !fresh && !strings.HasPrefix(name, runPrefix) {
		return false, nil
	}
	if fresh {
		info, err := os.Lstat(path)
		if err != nil || time.Since(info.ModTime()) < newTooLong {
			return false, nil
		}
	}
	lockPath := filepath.Join(path, lockName)
	info, err := os.Lstat(lockPath)
	if errors.Is(err, fs.ErrNotExist) {
		// Either its owner was ended between the last two steps of its removal, and
		// it is empty, or it is not ours. os.Remove takes only an empty one.
		return os.Remove(path) == nil, nil
	}
	if err != nil || !info.Mode().IsRegular() {
		return false, nil
	}
	lock := flock.New(lockPath, flock.SetFlag(os.O_RDWR))
	ok, err := lock.TryLock()
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return false, nil // its owner removed it just now
		}
		return false, err
	}
	if !ok {
		return false, nil
	}
	endProcessesOf(path)
	if err := (&runDir{path: path, lock: lock}).remove(); err != nil {
		return false, err
	}
	return true, nil
}

// readNote reads a short file that an earlier run wrote.
func readNote(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return nil, errors.New("is no note of ours")
	}
	return os.ReadFile(path)
}

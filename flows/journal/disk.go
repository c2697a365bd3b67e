package journal

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// files is the file system as far as the journal needs it, so that tests can
// fill the disk at any step.
type files interface {
	// open opens the file to append, making it if need be; made says so.
	open(path string) (f file, made bool, err error)
	// syncDir puts a directory's entries on disk.
	syncDir(path string) error
}

type file interface {
	io.Writer
	// last returns the last byte; '\n' if the file is empty.
	last() (byte, error)
	Sync() error
	Close() error
}

// write appends one line and returns nil only when it is on disk. A torn tail,
// of a crash or of a full disk, gets its line end first, in the same write, so
// that it spoils no record but its own.
func (j *Journal) write(line []byte) (err error) {
	f, made, err := j.files.open(j.path())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	buf := make([]byte, 0, len(line)+2)
	last, err := f.last()
	if err != nil {
		return err
	}
	if last != '\n' {
		buf = append(buf, '\n')
	}
	buf = append(append(buf, line...), '\n')
	if _, err := f.Write(buf); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if made { // otherwise the file itself could be missing after a power cut
		return j.files.syncDir(j.dir)
	}
	return nil
}

// disk is the real one.
type disk struct{}

func (disk) open(path string) (file, bool, error) {
	if err := linkOut(path); err != nil {
		return nil, false, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeDir(filepath.Dir(path)); err != nil {
			return nil, false, err
		}
		f, err = os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
		return diskFile{f}, true, err
	}
	if err != nil {
		return nil, false, err
	}
	// A copy from elsewhere may be open to everyone; names and serials are not
	// for everyone. Devices such as /dev/full are left as they are.
	if st, err := f.Stat(); err == nil && st.Mode().IsRegular() && st.Mode().Perm()&0o077 != 0 {
		if err := f.Chmod(0o600); err != nil {
			return nil, false, errors.Join(err, f.Close())
		}
	}
	return diskFile{f}, false, nil
}

// linkOut is an error if the journal is a link to a file that lies elsewhere: lines
// would be added to it, and its mode changed, and it need not be ours.
func linkOut(path string) error {
	st, err := os.Lstat(path)
	if err != nil || st.Mode()&fs.ModeSymlink == 0 {
		return nil // what else is wrong is told where it is opened
	}
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return errors.New("is a link that leads nowhere; remove it")
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return err
	}
	if st, err := os.Stat(target); err == nil && st.Mode().IsRegular() && filepath.Dir(target) != dir {
		return errors.New("is a link to a file elsewhere; put the file itself there")
	}
	return nil
}

// makeDir makes the profile's directory, and puts it on disk in its parent.
func makeDir(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return disk{}.syncDir(filepath.Dir(dir))
}

func (disk) syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

type diskFile struct{ *os.File }

func (f diskFile) last() (byte, error) {
	st, err := f.Stat()
	if err != nil || st.Size() == 0 {
		return '\n', err
	}
	var b [1]byte
	if _, err := f.ReadAt(b[:], st.Size()-1); err != nil {
		return 0, err
	}
	return b[0], nil
}

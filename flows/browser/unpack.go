package browser

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// limits bound what an archive may unpack to. Chrome's has about 400 entries and
// 400,000,000 bytes; one for macOS has a few hundred more entries.
type limits struct {
	entries int
	bytes   int64
}

var archiveLimits = limits{entries: 20_000, bytes: 3 << 30}

// maxLink is the longest target of a symbolic link that is taken.
const maxLink = 1024

// errArchive is about what is in an archive: another download brings the same.
var errArchive = errors.New("the archive is not one of a browser")

// unpack unpacks a browser's archive into an empty directory. All its entries must
// lie in the one directory top. Files get the rights 0644 or 0755 and no others.
// Nothing can be written outside of into: names are checked, files are made through
// os.Root, and links are made last and must lead to something inside.
func unpack(ctx context.Context, archive, into, top string, most limits, open opener) error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("%w: "+format, append([]any{errArchive}, args...)...)
	}
	z, err := zip.OpenReader(archive)
	if err != nil {
		return bad("%v", trim(err))
	}
	defer z.Close()
	if len(z.File) > most.entries {
		return bad("it has %d entries", len(z.File))
	}
	var sum uint64
	names := map[string]bool{}
	for _, f := range z.File {
		name := strings.TrimSuffix(f.Name, "/")
		switch {
		case !fs.ValidPath(name) || !filepath.IsLocal(filepath.FromSlash(name)) || strings.ContainsAny(name, "\\\x00:"):
			return bad("%q would be outside of its directory", f.Name)
		case name != top && !strings.HasPrefix(name, top+"/"):
			return bad("%q is not in %s", f.Name, top)
		case names[strings.ToLower(name)]:
			return bad("%q is in it twice", f.Name) // on a disk that ignores case, too
		}
		names[strings.ToLower(name)] = true
		switch t := f.Mode().Type(); {
		case t == 0 && strings.HasSuffix(f.Name, "/"), t != 0 && t != fs.ModeDir && t != fs.ModeSymlink:
			return bad("%q is neither a file nor a directory nor a link", f.Name)
		}
		// One by one, because the sum could overflow.
		if f.UncompressedSize64 > uint64(most.bytes) || sum+f.UncompressedSize64 > uint64(most.bytes) {
			return bad("it unpacks to more than %s", megabytes(most.bytes))
		}
		sum += f.UncompressedSize64
	}
	root, err := os.OpenRoot(into)
	if err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	defer root.Close()
	var links []*zip.File
	for _, f := range z.File {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := strings.TrimSuffix(f.Name, "/")
		parent := path.Dir(name)
		if f.Mode().IsDir() {
			parent = name
		}
		if err := root.MkdirAll(parent, 0o755); err != nil {
			// A file where a directory should be is the archive's fault.
			if errors.Is(err, fs.ErrExist) || strings.Contains(err.Error(), "not a directory") {
				return bad("%q is below something that is no directory", f.Name)
			}
			return fmt.Errorf("%w: %w", errDiskWrite, err)
		}
		switch {
		case f.Mode().IsDir():
		case f.Mode().Type() == fs.ModeSymlink:
			links = append(links, f)
		default:
			if err := unpackFile(ctx, root, f, name, open); err != nil {
				if errors.Is(err, errDiskWrite) || ctx.Err() != nil {
					return err
				}
				return bad("%q: %v", f.Name, trim(err))
			}
		}
	}
	return unpackLinks(root, links, top, bad)
}

// opener makes a file in a directory; tests put a full disk in.
type opener func(root *os.Root, name string, flag int, perm fs.FileMode) (sink, error)

func openIn(root *os.Root, name string, flag int, perm fs.FileMode) (sink, error) {
	return root.OpenFile(name, flag, perm)
}

func unpackFile(ctx context.Context, root *os.Root, f *zip.File, name string, open opener) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	perm := fs.FileMode(0o644)
	if f.Mode()&0o111 != 0 {
		perm = 0o755
	}
	w, err := open(root, name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, perm)
	if err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	var werr error
	sum := crc32.NewIEEE()
	// One byte more than announced is the sign of a lie, and all that is written of it.
	n, err := io.Copy(writerOnly(func(b []byte) (int, error) {
		if err := ctx.Err(); err != nil {
			return 0, err
		}
		sum.Write(b)
		n, err := w.Write(b)
		if err != nil {
			werr = fmt.Errorf("%w: %w", errDiskWrite, err)
		}
		return n, err
	}), io.LimitReader(r, int64(f.UncompressedSize64)+1))
	if err == nil {
		if serr := w.Sync(); serr != nil {
			werr = fmt.Errorf("%w: %w", errDiskWrite, serr)
		}
	}
	if cerr := w.Close(); cerr != nil && werr == nil && err == nil {
		werr = fmt.Errorf("%w: %w", errDiskWrite, cerr)
	}
	switch {
	case werr != nil:
		return werr
	case err != nil:
		return err
	case uint64(n) != f.UncompressedSize64:
		return zip.ErrFormat
	case sum.Sum32() != f.CRC32: // the library lets a checksum of zero pass
		return zip.ErrChecksum
	}
	return nil
}

// unpackLinks makes the links, of which Chrome's .app for macOS has some. Now that
// all else is there, no entry can be written through one.
func unpackLinks(root *os.Root, links []*zip.File, top string, bad func(string, ...any) error) error {
	for _, f := range links {
		r, err := f.Open()
		if err != nil {
			return bad("%q: %v", f.Name, trim(err))
		}
		data, err := io.ReadAll(io.LimitReader(r, maxLink+1))
		r.Close()
		if err != nil {
			return bad("%q: %v", f.Name, trim(err))
		}
		target := string(data)
		to := path.Join(path.Dir(f.Name), target)
		if target == "" || len(target) > maxLink || path.IsAbs(target) || !filepath.IsLocal(filepath.FromSlash(target)) && !strings.HasPrefix(target, "../") ||
			strings.ContainsAny(target, "\\\x00:") || !strings.HasPrefix(to, top+"/") {
			return bad("the link %q leads outside", f.Name)
		}
		if err := root.Symlink(target, f.Name); err != nil {
			return fmt.Errorf("%w: %w", errDiskWrite, err)
		}
	}
	for _, f := range links {
		// os.Root follows links only as long as they stay inside.
		if _, err := root.Stat(f.Name); err != nil {
			return bad("the link %q leads outside or nowhere", f.Name)
		}
	}
	return nil
}

// trim is zip's words without its name.
func trim(err error) string { return strings.TrimPrefix(err.Error(), "zip: ") }

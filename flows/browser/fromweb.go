package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/gofrs/flock"
)

// download installs Chrome for Testing into the user's cache directory:
//
//	unecho/browsers/156.0.8078.79/chrome-linux64/chrome
//	unecho/browsers/.partial/…   downloads that broke off, archives being unpacked
//	unecho/browsers/.lock        one installation at a time
type download struct {
	base     string // where the lists are
	dir      string // unecho/browsers; "" if there is no cache directory
	platform string // "" if there is no build for this system
	out      io.Writer
	fetch    *fetcher
	limits   limits
	open     opener
	exists   func(path string) bool
	version  func(path string) (string, error)
}

func newDownload(o InstallOptions) *download {
	base := o.URL
	if base == "" {
		base = DefaultURL
	}
	return &download{
		base:     base,
		dir:      cacheDir(runtime.GOOS, os.Getenv),
		platform: platform(runtime.GOOS, runtime.GOARCH),
		out:      o.Out,
		limits:   archiveLimits,
		open:     openIn,
		exists:   fileExists,
		version:  version,
		fetch: &fetcher{
			client: newClient(),
			open:   openFile,
			show:   &progress{out: o.Out, terminal: o.Terminal, now: time.Now},
			idle:   30 * time.Second,
			pause:  time.Second,
			limit:  maxArchive,
		},
	}
}

func openFile(path string, flag int, perm fs.FileMode) (sink, error) {
	return os.OpenFile(path, flag, perm)
}

// install downloads what is wanted, if it is not there in its newest version.
func (d *download) install(ctx context.Context, w Want) (Found, error) {
	b, err := d.run(ctx, productFor(w))
	if ctx.Err() != nil {
		return Found{}, ctx.Err()
	}
	var ie *InstallError
	switch {
	case errors.As(err, &ie):
		return Found{}, err
	case err != nil:
		return Found{}, d.explain(err, w)
	}
	f := Found{Path: d.path(b), Kind: productKind(b.product), Version: b.version, Why: "Chrome for Testing, downloaded by unecho browser install"}
	fmt.Fprintf(d.out, "browser: %s %s is installed\n", f.Path, f.Version)
	return f, nil
}

func (d *download) path(b build) string {
	return filepath.Join(d.dir, b.version, filepath.FromSlash(program(b.product, b.platform)))
}

// explain says what a person can do about a failure.
func (d *download) explain(err error, w Want) error {
	out := &InstallError{Words: err.Error(), Command: installCommand(w), Err: err}
	switch {
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, errFull):
		out.Words = "no space left for it in " + d.dir + ", nothing of it was kept"
		out.Command = "make room for about 600 MB, or set XDG_CACHE_HOME to a directory with room, and run it again"
	case errors.Is(err, errDiskWrite):
		out.Command = "check the rights on " + d.dir
	case errors.Is(err, errDamaged), errors.Is(err, errArchive), errors.Is(err, errNotWhole), errors.Is(err, errTooLarge):
		out.Words += ", nothing of it was kept"
		out.Command = "run it again; if it stays so, something on the way to " + d.host() + " changes what is sent"
	case errors.Is(err, errShort):
		out.Command = "run it again: it goes on where it ended"
	case errors.Is(err, errNoWay):
		out.Command = "check the network (or HTTPS_PROXY) and run it again; or " + installCommand(w)
	}
	return out
}

// errFull is a full disk where the system has another word for it than ENOSPC.
var errFull = errors.New("no space left on the disk")

func (d *download) host() string {
	if u, err := url.Parse(d.base); err == nil {
		return u.Host
	}
	return d.base
}

func (d *download) run(ctx context.Context, product string) (build, error) {
	if d.platform == "" {
		return build{}, fmt.Errorf("there is no build of Chrome for Testing for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	if l := loader(d.platform); l != "" && !d.exists(l) {
		return build{}, fmt.Errorf("this system has no %s, which Chrome for Testing needs (Alpine and others do without glibc)", l)
	}
	if d.dir == "" {
		return build{}, errors.New("there is no cache directory to put a browser in: neither HOME nor XDG_CACHE_HOME is set")
	}
	base, err := url.Parse(strings.TrimSuffix(d.base, "/") + "/" + listName)
	if err == nil {
		err = mayFetch(base)
	}
	if err != nil {
		return build{}, fmt.Errorf("the address of the downloads cannot be used: %v", err)
	}
	staging := filepath.Join(d.dir, ".partial")
	if err := os.MkdirAll(staging, 0o755); err != nil {
		return build{}, fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	lock := flock.New(filepath.Join(d.dir, ".lock"))
	defer lock.Close()
	ok, err := lock.TryLock()
	if err == nil && !ok {
		fmt.Fprintln(d.out, "browser: waiting for another installation to end")
		_, err = lock.TryLockContext(ctx, 200*time.Millisecond)
	}
	if err != nil {
		return build{}, fmt.Errorf("%w: %w", errDiskWrite, err)
	}

	fmt.Fprintf(d.out, "browser: asking %s for the newest version\n", base.Host)
	list, err := d.fetch.page(ctx, base, maxList)
	if err != nil {
		return build{}, err
	}
	b, err := choose(list, base, product, d.platform)
	if err != nil {
		return build{}, fmt.Errorf("%s: %w", base.Host, err)
	}
	final := filepath.Join(d.dir, b.version, b.dir())
	if _, err := os.Stat(final); err == nil {
		_, err := d.version(d.path(b))
		var lacks *LibrariesError
		switch {
		case err == nil:
			return b, nil
		case errors.As(err, &lacks):
			return b, d.lacking(b, lacks)
		}
		// Not by us: what we put there is whole. Somebody has removed parts of it.
		if err := os.RemoveAll(final); err != nil {
			return b, fmt.Errorf("%w: %w", errDiskWrite, err)
		}
	}
	return b, d.get(ctx, b, staging, final)
}

// lacking is a browser that is downloaded and cannot start yet.
func (d *download) lacking(b build, e *LibrariesError) error {
	return &InstallError{
		Words:   fmt.Sprintf("%s is there, but this system lacks libraries that it needs (%s)", d.path(b), strings.Join(e.Missing, ", ")),
		Command: e.Command,
		Err:     e,
	}
}

// get downloads, checks, unpacks and tries a build, and only then gives it its name.
func (d *download) get(ctx context.Context, b build, staging, final string) error {
	archive := filepath.Join(staging, b.dir()+"-"+b.version+".zip")
	d.tidy(staging, archive)
	fmt.Fprintf(d.out, "browser: downloading %s %s from %s\n", b.product, b.version, b.url.Host)
	if left, n := d.fetch.left(b.url, archive); left != nil && n > 0 && n < left.Size {
		fmt.Fprintf(d.out, "browser: going on after the %s that are here\n", megabytes(n))
	}
	if err := d.fetch.file(ctx, b.url, archive); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "browser: unpacking it")
	work, err := os.MkdirTemp(staging, "unpack-")
	if err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	defer os.RemoveAll(work)
	if err := unpack(ctx, archive, work, b.dir(), d.limits, d.open); err != nil {
		if ctx.Err() == nil {
			discard(archive)
		}
		return err
	}
	path := filepath.Join(work, filepath.FromSlash(program(b.product, b.platform)))
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		discard(archive)
		return fmt.Errorf("%w: it has no %s", errArchive, program(b.product, b.platform))
	}
	if err := os.Chmod(path, 0o755); err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	_, err = d.version(path)
	var lacks *LibrariesError
	if err != nil && !errors.As(err, &lacks) {
		discard(archive)
		return fmt.Errorf("what was downloaded is no browser for this system: %w", err)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err := os.MkdirAll(filepath.Dir(final), 0o755); err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	if err := os.Rename(filepath.Join(work, b.dir()), final); err != nil {
		os.Remove(filepath.Dir(final)) // if it is empty
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	discard(archive)
	d.forget(b)
	if lacks != nil {
		return d.lacking(b, lacks)
	}
	return nil
}

// tidy removes what earlier installations left, except the archive being fetched.
// The lock is ours, so nobody is at work on any of it.
func (d *download) tidy(staging, archive string) {
	entries, _ := os.ReadDir(staging)
	for _, e := range entries {
		if path := filepath.Join(staging, e.Name()); path != archive && path != archive+".json" {
			os.RemoveAll(path)
		}
	}
}

// keptVersions is how many versions of a product stay: the newest, and the one that
// a run may be using while it is replaced.
const keptVersions = 2

// forget removes old versions of what was just installed.
func (d *download) forget(b build) {
	entries, _ := os.ReadDir(d.dir)
	var versions []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(d.dir, e.Name(), b.dir())); err == nil && versionName.MatchString(e.Name()) {
			versions = append(versions, e.Name())
		}
	}
	slices.SortFunc(versions, newestFirst)
	for i, v := range versions {
		if i < keptVersions || v == b.version {
			continue
		}
		os.RemoveAll(filepath.Join(d.dir, v, b.dir()))
		os.Remove(filepath.Join(d.dir, v)) // if it is empty
	}
}

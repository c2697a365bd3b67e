package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
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
//	unecho/browsers/.partial/…   what is on its way; gone when the installation ends
//	unecho/browsers/.lock        one installation at a time
type download struct {
	base     string // where the lists are
	dir      string // unecho/browsers; "" if there is no cache directory
	platform string // "" if there is no build for this system
	out      io.Writer
	terminal bool
	client   *http.Client
	idle     time.Duration // an answer that brings nothing for so long has ended
	pause    time.Duration // before the next try; doubled with each that brought nothing
	archive  int64         // bytes of an archive at most
	unpacked uint64        // bytes of what is in it at most
	exists   func(path string) bool
	version  func(ctx context.Context, path string) (string, error)
}

func newDownload(o InstallOptions) *download {
	d := &download{base: o.URL, dir: cacheDir(runtime.GOOS, os.Getenv), platform: platform(runtime.GOOS, runtime.GOARCH),
		out: o.Out, terminal: o.Terminal, client: newClient(), idle: 30 * time.Second, pause: 500 * time.Millisecond,
		archive: maxArchive, unpacked: maxUnpacked, exists: fileExists, version: version}
	if d.base == "" {
		d.base = DefaultURL
	}
	return d
}

// install downloads what is wanted, if it is not there in its newest version.
func (d *download) install(ctx context.Context, w Want) (Found, error) {
	b, err := d.run(ctx, productFor(w))
	var lacks *LibrariesError
	switch {
	case ctx.Err() != nil:
		return Found{}, ctx.Err()
	case errors.As(err, &lacks):
		return Found{}, &InstallError{Words: fmt.Sprintf("%s is there, but this system lacks libraries that it needs (%s)", d.path(b), strings.Join(lacks.Missing, ", ")),
			Command: lacks.Command, Err: lacks}
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
	var disk *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC):
		out.Words = "no space left for it in " + d.dir + ", nothing of it was kept"
		out.Command = "free about 600 MB, or set XDG_CACHE_HOME to a directory with more space, and run it again"
	case errors.Is(err, errBad):
		out.Words += ", nothing of it was kept"
		out.Command = "run it again; if it keeps happening, something on the way alters the download"
	case errors.As(err, new(passing)):
		out.Command = "check the network (or HTTPS_PROXY) and run it again; or " + installCommand(w)
	case errors.As(err, &disk):
		out.Command = "check the permissions of " + d.dir
	}
	return out
}

func (d *download) run(ctx context.Context, product string) (b build, err error) {
	if d.platform == "" {
		return b, fmt.Errorf("there is no build of Chrome for Testing for %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	if l := loader(d.platform); l != "" && !d.exists(l) {
		return b, fmt.Errorf("this system has no %s, which Chrome for Testing needs (Alpine and others do without glibc)", l)
	}
	if d.dir == "" {
		return b, errors.New("there is no cache directory to put a browser in: neither HOME nor XDG_CACHE_HOME is set")
	}
	base, err := url.Parse(strings.TrimSuffix(d.base, "/") + "/" + listName)
	if err == nil {
		err = mayFetch(base)
	}
	if err != nil {
		return b, fmt.Errorf("the address of the downloads cannot be used: %v", err)
	}
	if err := os.MkdirAll(d.dir, 0o755); err != nil {
		return b, err
	}
	lock := flock.New(filepath.Join(d.dir, ".lock"))
	defer lock.Close()
	if ok, err := lock.TryLock(); err == nil && !ok {
		fmt.Fprintln(d.out, "browser: waiting for another installation to end")
	}
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		return b, err
	}
	// The lock is ours: whatever an earlier installation left is nobody's.
	staging := filepath.Join(d.dir, ".partial")
	_ = os.RemoveAll(staging)
	defer os.RemoveAll(staging)
	if err := os.Mkdir(staging, 0o755); err != nil {
		return b, err
	}

	fmt.Fprintf(d.out, "browser: asking %s for the newest version\n", base.Host)
	list := filepath.Join(staging, "list")
	if err := d.fetch(ctx, base, list, maxList, false); err != nil {
		return b, err
	}
	data, err := os.ReadFile(list)
	if err != nil {
		return b, err
	}
	if b, err = choose(data, base, product, d.platform); err != nil {
		return b, fmt.Errorf("%s: %w", base.Host, err)
	}
	var lacks *LibrariesError
	if _, err := d.version(ctx, d.path(b)); err == nil || errors.As(err, &lacks) {
		return b, err // it is there
	}
	return b, d.get(ctx, b, staging)
}

// get downloads, checks, unpacks and tries a build, and only then gives it its name.
func (d *download) get(ctx context.Context, b build, staging string) error {
	fmt.Fprintf(d.out, "browser: downloading %s %s from %s\n", b.product, b.version, b.url.Host)
	archive := filepath.Join(staging, "archive.zip")
	if err := d.fetch(ctx, b.url, archive, d.archive, true); err != nil {
		return err
	}
	fmt.Fprintln(d.out, "browser: unpacking it")
	work := filepath.Join(staging, "unpacked")
	if err := unpack(ctx, archive, work, b.dir(), d.unpacked); err != nil {
		return err
	}
	path := filepath.Join(work, filepath.FromSlash(program(b.product, b.platform)))
	if !fileExists(path) {
		return fmt.Errorf("%w: it has no %s", errBad, program(b.product, b.platform))
	}
	_, tried := d.version(ctx, path)
	var lacks *LibrariesError
	if tried != nil && !errors.As(tried, &lacks) {
		return fmt.Errorf("what was downloaded is not a browser for this system: %w", tried)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	// One that is there cannot run: somebody has removed parts of it.
	final := filepath.Join(d.dir, b.version, b.dir())
	err := os.RemoveAll(final)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(final), 0o755)
	}
	if err == nil {
		err = os.Rename(filepath.Join(work, b.dir()), final)
	}
	if err != nil {
		return err
	}
	d.forget(b)
	return tried
}

// keptVersions is how many versions of a product stay: the newest, and the one that
// a run may be using while it is replaced.
const keptVersions = 2

// forget removes old versions of what was just installed.
func (d *download) forget(b build) {
	dirs, _ := filepath.Glob(filepath.Join(d.dir, "[0-9]*", b.dir()))
	slices.SortFunc(dirs, func(x, y string) int {
		return newestFirst(filepath.Base(filepath.Dir(x)), filepath.Base(filepath.Dir(y)))
	})
	for i, dir := range dirs {
		version := filepath.Dir(dir)
		if i >= keptVersions && filepath.Base(version) != b.version && versionName.MatchString(filepath.Base(version)) {
			os.RemoveAll(dir)
			os.Remove(version) // if it is empty
		}
	}
}

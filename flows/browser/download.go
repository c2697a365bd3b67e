package browser

import (
	"archive/zip"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
)

// This file fetches a file over HTTP and unpacks a zip archive.

const (
	fetchTries  = 4        // in a row that bring nothing new
	maxList     = 16 << 20 // bytes of a list of versions
	maxArchive  = 1 << 30  // bytes of an archive; Chrome's has about 180,000,000
	maxUnpacked = 3 << 30  // bytes of what is in it; Chrome's are about 400,000,000
)

var (
	errInsecure = errors.New("it redirects to an address that is not https")
	errCircle   = errors.New("it redirects without end")
	// errBad is about what has arrived.
	errBad = errors.New("it is not an archive of a browser")
)

// passing is a failure that the next try may not meet: no way to the server, a busy
// server, a broken connection.
type passing struct{ error }

func (p passing) Unwrap() error { return p.error }

// newClient is a client for downloads: proxies as the environment says, and no way from
// https to plain http.
func newClient() *http.Client {
	return &http.Client{CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > 5 {
			return errCircle
		}
		if mayFetch(r.URL) != nil || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
			return errInsecure
		}
		return nil
	}}
}

// transfer is one file on its way.
type transfer struct {
	d    *download
	url  *url.URL
	file *os.File
	most int64 // bytes that it may have
	bar  *progressbar.ProgressBar

	at    int64       // bytes that are here
	sum   hash.Hash32 // of these
	etag  string      // by which a part of the same file can be asked for; "" if it cannot
	check []byte      // what the server says that sum comes to; nil if it does not say
}

// fetch fetches a file and has it checked and on disk when it returns. A connection that
// breaks is taken up again where it ended.
func (d *download) fetch(ctx context.Context, u *url.URL, path string, most int64, show bool) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	t := &transfer{d: d, url: u, file: f, most: most, sum: crc32.New(crc32.MakeTable(crc32.Castagnoli))}
	if show {
		t.bar = d.bar()
		defer t.bar.Exit()
	}
	best := int64(0)
	for failed := 0; ; {
		err := t.part(ctx)
		if err == nil {
			break
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if t.at > best {
			best, failed = t.at, 0
		}
		if failed++; failed == fetchTries || !errors.As(err, new(passing)) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(d.pause << failed):
		}
	}
	if t.check != nil && string(t.check) != string(t.sum.Sum(nil)) {
		return fmt.Errorf("%w: it arrived damaged, its checksum is wrong", errBad)
	}
	return f.Sync()
}

// part asks for what is not here yet.
func (t *transfer) part(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	silence := time.AfterFunc(t.d.idle, cancel)
	defer silence.Stop()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url.String(), nil)
	if err != nil {
		return err
	}
	req.Header.Set("User-Agent", "unecho")
	req.Header.Set("Accept-Encoding", "identity") // sizes and parts are those of the file
	if t.at > 0 && t.etag != "" {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", t.at))
		req.Header.Set("If-Range", t.etag)
	}
	res, err := t.d.client.Do(req)
	switch {
	case errors.Is(err, errInsecure), errors.Is(err, errCircle):
		return fmt.Errorf("%s: %w", t.url.Host, errors.Unwrap(err))
	case err != nil:
		return passing{fmt.Errorf("could not reach %s (%s)", t.url.Host, reason(err))}
	}
	defer res.Body.Close()
	code := res.StatusCode
	switch {
	case code == http.StatusPartialContent && strings.HasPrefix(res.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", t.at)):
	case code == http.StatusOK: // the whole: the first time, or there are no parts of it
		if err := t.restart(res); err != nil {
			return err
		}
	default:
		err := fmt.Errorf("%s answered %s for %s", res.Request.URL.Host, res.Status, res.Request.URL.Path)
		if t.etag != "" && code < 500 || code >= 500 || code == http.StatusTooManyRequests {
			t.etag = "" // the next try begins anew
			return passing{err}
		}
		return err
	}
	to := []io.Writer{t.file, t.sum}
	if t.bar != nil {
		_ = t.bar.Set64(t.at)
		to = append(to, t.bar)
	}
	n, err := io.Copy(io.MultiWriter(to...), io.LimitReader(awake{res.Body, func() { silence.Reset(t.d.idle) }}, t.most-t.at+1))
	t.at += n
	var disk *fs.PathError
	switch {
	case t.at > t.most || res.ContentLength > t.most:
		return fmt.Errorf("%w: it is too large to be a browser", errBad)
	case errors.As(err, &disk):
		return err
	case err != nil:
		return passing{fmt.Errorf("the connection to %s ended too early (%s)", t.url.Host, reason(err))}
	}
	return nil
}

// restart begins at the first byte.
func (t *transfer) restart(res *http.Response) error {
	t.at, t.etag, t.check = 0, res.Header.Get("ETag"), nil
	t.sum.Reset()
	if strings.HasPrefix(t.etag, "W/") {
		t.etag = "" // does not tell this state of the file from another
	}
	// Google's storage: "crc32c=…,md5=…", in one header or two.
	for _, v := range res.Header.Values("X-Goog-Hash") {
		for item := range strings.SplitSeq(v, ",") {
			if text, ok := strings.CutPrefix(strings.TrimSpace(item), "crc32c="); ok {
				t.check, _ = base64.StdEncoding.DecodeString(text)
			}
		}
	}
	if len(t.check) != binary.Size(uint32(0)) {
		t.check = nil
	}
	if t.bar != nil && res.ContentLength > 0 {
		t.bar.ChangeMax64(res.ContentLength)
		if !t.d.terminal {
			fmt.Fprintf(t.d.out, "browser: %.1f MB to download\n", float64(res.ContentLength)/1e6)
		}
	}
	if _, err := t.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return t.file.Truncate(0)
}

// awake tells of every read.
type awake struct {
	io.Reader
	tell func()
}

func (a awake) Read(b []byte) (int, error) {
	a.tell()
	return a.Reader.Read(b)
}

// bar is drawn on a terminal only; a log is told the size instead.
func (d *download) bar() *progressbar.ProgressBar {
	return progressbar.NewOptions64(-1, progressbar.OptionSetWriter(flushed{d.out}), progressbar.OptionSetVisibility(d.terminal),
		progressbar.OptionSetDescription(" "), progressbar.OptionSetWidth(20), progressbar.OptionShowBytes(true), progressbar.OptionShowCount(),
		progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionOnCompletion(func() {
			if d.terminal {
				fmt.Fprintln(d.out) // ends the bar's line
			}
		}))
}

// flushed writes at once: a writer that keeps back what is not a whole line is flushed.
type flushed struct{ io.Writer }

func (f flushed) Write(b []byte) (int, error) {
	n, err := f.Writer.Write(b)
	if w, ok := f.Writer.(interface{ Flush() error }); ok && err == nil {
		err = w.Flush()
	}
	return n, err
}

// reason is the last link of a network error, without addresses and repetitions.
func reason(err error) string {
	var dns *net.DNSError
	if errors.As(err, &dns) {
		return dns.Err
	}
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// unpack unpacks a browser's archive into an empty directory. All of it must lie in the
// one directory top.
func unpack(ctx context.Context, archive, into, top string, most uint64) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return fmt.Errorf("%w: %w", errBad, err)
	}
	defer z.Close()
	sum := uint64(0)
	for _, f := range z.File {
		if !filepath.IsLocal(f.Name) || !strings.HasPrefix(f.Name, top+"/") || strings.Contains(f.Name, `\`) {
			return fmt.Errorf("%w: %q is not in %s", errBad, f.Name, top)
		}
		if sum += f.UncompressedSize64; sum > most || f.UncompressedSize64 > most {
			return fmt.Errorf("%w: it unpacks to too much to be a browser", errBad)
		}
	}
	err = os.CopyFS(into, zipped{&z.Reader, ctx})
	var system syscall.Errno
	if err == nil || ctx.Err() != nil || errors.As(err, &system) && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fmt.Errorf("%w: %w", errBad, err)
}

// zipped is an archive whose links can be read, of which Chrome's .app for macOS has
// some. It ends with its context.
type zipped struct {
	*zip.Reader
	ctx context.Context
}

func (z zipped) Open(name string) (fs.File, error) {
	if err := z.ctx.Err(); err != nil {
		return nil, err
	}
	return z.Reader.Open(name)
}

func (z zipped) Lstat(name string) (fs.FileInfo, error) { return fs.Stat(z.Reader, name) }

func (z zipped) ReadLink(name string) (string, error) {
	text, err := fs.ReadFile(z.Reader, name)
	to := string(text)
	if err == nil && (path.IsAbs(to) || !filepath.IsLocal(path.Join(path.Dir(name), to))) {
		err = fmt.Errorf("the link %q leads outside", name)
	}
	return to, err
}

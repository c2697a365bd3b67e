package browser

import (
	"bytes"
	"context"
	"crypto/md5" // what Google's storage offers; it guards against damage, TLS against malice
	"encoding/base64"
	"encoding/json"
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
	"strconv"
	"strings"
	"time"
)

// sink is a file that is written. Tests put one in whose disk is full.
type sink interface {
	io.Writer
	Sync() error
	Close() error
}

// fetcher fetches files over HTTP into files.
type fetcher struct {
	client *http.Client
	open   func(path string, flag int, perm fs.FileMode) (sink, error)
	show   *progress
	idle   time.Duration // an answer that brings nothing for so long has ended
	pause  time.Duration // before the next try; grows with each that brought nothing
	limit  int64         // bytes that a file may have
}

const (
	fetchTries   = 4 // in a row that bring nothing new
	maxRedirects = 5
	maxList      = 16 << 20 // bytes of a list of versions; it has about 10,000
	maxArchive   = 1 << 30  // bytes of an archive; Chrome's has about 180,000,000
)

// Errors that end a download at once; another try would bring the same.
var (
	errCircles   = errors.New("it sends from one address to the next without end")
	errInsecure  = errors.New("it sends to an address that is not https")
	errTooLarge  = errors.New("the file is larger than a browser can be")
	errDamaged   = errors.New("the file arrived damaged (its checksum is wrong)")
	errShort     = errors.New("the connection ended too early")
	errNotWhole  = errors.New("the file has the wrong size")
	errStatus    = errors.New("the server refused")
	errDiskWrite = errors.New("cannot write")
	errNoWay     = errors.New("could not reach")
)

// newClient is a client for downloads: proxies as the environment says, a limit for
// each wait, and no way from https to plain http.
func newClient() *http.Client {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.DialContext = (&net.Dialer{Timeout: 15 * time.Second}).DialContext
	t.TLSHandshakeTimeout = 15 * time.Second
	t.ResponseHeaderTimeout = 30 * time.Second
	return &http.Client{Transport: t, CheckRedirect: func(r *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects {
			return errCircles
		}
		if mayFetch(r.URL) != nil || via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
			return errInsecure
		}
		return nil
	}}
}

// partial is what is known of a download that has begun; it lies beside it, so that
// the next run can go on where this one ended.
type partial struct {
	URL    string
	Mark   string // for If-Range: a strong ETag or the date of the last change
	Size   int64  // of the whole; -1 unknown
	MD5    []byte `json:",omitempty"`
	CRC32C []byte `json:",omitempty"`
}

// page fetches a small file into memory.
func (f *fetcher) page(ctx context.Context, u *url.URL, limit int64) ([]byte, error) {
	var data []byte
	err := f.retry(ctx, func(ctx context.Context, alive func()) (int64, error) {
		res, err := f.get(ctx, u, nil)
		if err != nil {
			return 0, err
		}
		defer res.Body.Close()
		if res.StatusCode != http.StatusOK {
			return 0, refused(res)
		}
		data, err = io.ReadAll(io.LimitReader(res.Body, limit+1))
		if err != nil {
			return 0, fmt.Errorf("%w (%v)", errShort, reason(err))
		}
		if int64(len(data)) > limit {
			return 0, errTooLarge
		}
		return 0, nil
	})
	return data, err
}

// file fetches a file to path. What an earlier run left there is used if the server
// still has the same file and sends parts of it. If the download breaks off, path
// keeps what has arrived; if it is wrong or the disk is full, nothing is left.
func (f *fetcher) file(ctx context.Context, u *url.URL, path string) error {
	best := int64(0)
	if info, err := os.Stat(path); err == nil {
		best = info.Size()
	}
	err := f.retry(ctx, func(ctx context.Context, alive func()) (int64, error) {
		err := f.part(ctx, u, path, alive)
		info, serr := os.Stat(path)
		if serr != nil || info.Size() <= best {
			return 0, err
		}
		gain := info.Size() - best
		best = info.Size()
		return gain, err
	})
	f.show.end()
	if err == nil {
		err = f.verify(path)
	}
	if err != nil && !resumable(err) {
		discard(path)
	}
	return err
}

// discard removes a download and what is known of it.
func discard(path string) {
	os.Remove(path)
	os.Remove(path + ".json")
}

// resumable tells whether what has arrived may be of use to the next run.
func resumable(err error) bool {
	for _, final := range []error{errDamaged, errTooLarge, errNotWhole, errDiskWrite} {
		if errors.Is(err, final) {
			return false
		}
	}
	return true
}

// retry calls try until it succeeds, fails for good, or has brought nothing for
// fetchTries times. try returns how many bytes it brought; it calls alive whenever
// something arrives.
func (f *fetcher) retry(ctx context.Context, try func(ctx context.Context, alive func()) (int64, error)) error {
	for failed := 0; ; {
		attempt, cancel := context.WithCancel(ctx)
		watchdog := time.AfterFunc(f.idle, cancel)
		gain, err := try(attempt, func() { watchdog.Reset(f.idle) })
		silent := !watchdog.Stop() && ctx.Err() == nil
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if silent {
			err = fmt.Errorf("%w (nothing came for %v)", errShort, f.idle)
		}
		if gain > 0 {
			failed = 0
		}
		most := fetchTries
		if errors.Is(err, errNoWay) {
			most = 2 // most likely there is no network, and nobody wants to wait for that
		}
		if failed++; failed >= most || !worthAnotherTry(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(f.pause << (failed - 1)):
		}
	}
}

// again is a failure that passes: a busy server, a broken connection.
type again struct{ error }

func (a again) Unwrap() error { return a.error }

func worthAnotherTry(err error) bool {
	var a again
	return errors.Is(err, errShort) || errors.As(err, &a)
}

// get sends a request. An error is about the way to the server.
func (f *fetcher) get(ctx context.Context, u *url.URL, header http.Header) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	for k, v := range header {
		req.Header[k] = v
	}
	req.Header.Set("User-Agent", "unecho")
	// Compressed on the way, neither sizes nor parts would be those of the file.
	req.Header.Set("Accept-Encoding", "identity")
	res, err := f.client.Do(req)
	if err != nil {
		for _, known := range []error{errCircles, errInsecure} {
			if errors.Is(err, known) {
				return nil, fmt.Errorf("%s: %w", u.Host, known)
			}
		}
		return nil, again{fmt.Errorf("%w %s (%s)", errNoWay, u.Host, reason(err))}
	}
	return res, nil
}

// reason is the last link of a network error, without addresses and repetitions.
func reason(err error) string {
	var dns *net.DNSError
	var op *net.OpError
	var timeout net.Error
	switch {
	case errors.As(err, &dns):
		return dns.Err
	case errors.As(err, &timeout) && timeout.Timeout():
		return "no answer in time"
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return "the proxy: " + reason(op.Err)
	case errors.As(err, &op):
		if op.Op == "dial" {
			var sys *os.SyscallError
			if errors.As(op.Err, &sys) {
				return sys.Err.Error()
			}
		}
		return op.Err.Error()
	}
	var in *url.Error
	if errors.As(err, &in) {
		return in.Err.Error()
	}
	return err.Error()
}

// refused is an answer that is not the file.
func refused(res *http.Response) error {
	err := fmt.Errorf("%s answered %s for %s: %w", res.Request.URL.Host, res.Status, res.Request.URL.Path, errStatus)
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout {
		return again{err}
	}
	return err
}

// part goes on with a download, or begins it.
func (f *fetcher) part(ctx context.Context, u *url.URL, path string, alive func()) error {
	have, from := f.left(u, path)
	if have != nil && from == have.Size {
		return nil // all there: the last run ended between download and unpacking
	}
	header := http.Header{}
	if from > 0 {
		header.Set("Range", fmt.Sprintf("bytes=%d-", from))
		header.Set("If-Range", have.Mark)
	}
	res, err := f.get(ctx, u, header)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusPartialContent && from > 0:
		first, total, ok := contentRange(res.Header.Get("Content-Range"))
		if !ok || first != from || total != have.Size {
			discard(path)
			return again{fmt.Errorf("%s sent another part than the one it was asked for: %w", u.Host, errShort)}
		}
	case res.StatusCode == http.StatusOK: // the whole: no parts here, or the file is another now
		from = 0
		have = &partial{URL: u.String(), Mark: mark(res.Header), Size: res.ContentLength}
		have.MD5, have.CRC32C = hashes(res.Header)
		discard(path)
	case res.StatusCode == http.StatusRequestedRangeNotSatisfiable && from > 0:
		discard(path)
		return again{refused(res)}
	default:
		return refused(res)
	}
	if have.Size > f.limit {
		return fmt.Errorf("%w (%s)", errTooLarge, megabytes(have.Size))
	}
	return f.receive(res.Body, path, have, from, alive)
}

// readNote reads what an earlier run wrote beside a download, which is short.
func readNote(path string) ([]byte, error) {
	if info, err := os.Stat(path); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() || info.Size() > 1<<20 {
		return nil, errors.New("is no note of ours")
	}
	return os.ReadFile(path)
}

// left is what an earlier run left of the file, if this one can go on with it.
func (f *fetcher) left(u *url.URL, path string) (*partial, int64) {
	data, err := readNote(path + ".json")
	if err != nil {
		return nil, 0
	}
	var p partial
	info, err := os.Stat(path)
	if err != nil || json.Unmarshal(data, &p) != nil || p.URL != u.String() || p.Mark == "" || p.Size <= 0 || info.Size() > p.Size {
		return nil, 0
	}
	return &p, info.Size()
}

// mark is what tells this state of the file from another. A weak ETag does not.
func mark(h http.Header) string {
	if tag := h.Get("ETag"); tag != "" && !strings.HasPrefix(tag, "W/") {
		return tag
	}
	return h.Get("Last-Modified")
}

// hashes reads X-Goog-Hash: "crc32c=…,md5=…" in one header or two, base64.
func hashes(h http.Header) (md5sum, crc []byte) {
	for _, v := range h.Values("X-Goog-Hash") {
		for item := range strings.SplitSeq(v, ",") {
			name, value, _ := strings.Cut(strings.TrimSpace(item), "=")
			sum, err := base64.StdEncoding.DecodeString(value)
			switch {
			case err == nil && name == "md5" && len(sum) == md5.Size:
				md5sum = sum
			case err == nil && name == "crc32c" && len(sum) == 4:
				crc = sum
			}
		}
	}
	return md5sum, crc
}

// contentRange reads "bytes 5-9/10".
func contentRange(s string) (first, total int64, ok bool) {
	s, found := strings.CutPrefix(s, "bytes ")
	span, whole, _ := strings.Cut(s, "/")
	start, _, _ := strings.Cut(span, "-")
	first, err1 := strconv.ParseInt(start, 10, 64)
	total, err2 := strconv.ParseInt(whole, 10, 64)
	return first, total, found && err1 == nil && err2 == nil
}

// receive appends an answer's body to the file.
func (f *fetcher) receive(body io.Reader, path string, have *partial, from int64, alive func()) error {
	known, err := json.Marshal(have)
	if err == nil {
		err = f.write(path+".json", os.O_TRUNC, bytes.NewReader(known))
	}
	if err != nil {
		return err
	}
	flag := os.O_APPEND
	if from == 0 {
		flag = os.O_TRUNC
	}
	got := from
	err = f.write(path, flag, readerFunc(func(b []byte) (int, error) {
		n, err := body.Read(b)
		if n > 0 {
			alive()
			if got += int64(n); got > f.limit {
				return 0, errTooLarge
			}
			f.show.at(got, have.Size)
		}
		if err != nil && err != io.EOF {
			err = fmt.Errorf("%w (%s)", errShort, reason(err))
		}
		return n, err
	}))
	if err == nil && have.Size >= 0 && got != have.Size {
		err = fmt.Errorf("%w (%d of %d bytes)", errShort, got, have.Size)
	}
	return err
}

// write writes what r brings into a file and has it on disk when it returns.
func (f *fetcher) write(path string, flag int, r io.Reader) error {
	w, err := f.open(path, flag|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", errDiskWrite, err)
	}
	var werr error
	_, err = io.Copy(writerOnly(func(b []byte) (int, error) {
		n, err := w.Write(b)
		if err != nil {
			werr = fmt.Errorf("%w: %w", errDiskWrite, err)
		}
		return n, err
	}), r)
	if werr == nil && err == nil {
		if serr := w.Sync(); serr != nil {
			werr = fmt.Errorf("%w: %w", errDiskWrite, serr)
		}
	}
	if cerr := w.Close(); cerr != nil && werr == nil && err == nil {
		werr = fmt.Errorf("%w: %w", errDiskWrite, cerr)
	}
	if werr != nil {
		return werr
	}
	return err
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

type writerOnly func([]byte) (int, error)

func (f writerOnly) Write(b []byte) (int, error) { return f(b) }

// verify holds a whole file to the size and checksums that the server gave.
func (f *fetcher) verify(path string) error {
	data, err := readNote(path + ".json")
	if err != nil {
		return err
	}
	var p partial
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sums := []struct {
		want []byte
		hash hash.Hash
	}{{p.MD5, md5.New()}, {p.CRC32C, crc32.New(crc32.MakeTable(crc32.Castagnoli))}}
	n, err := io.Copy(io.MultiWriter(sums[0].hash, sums[1].hash), file)
	if err != nil {
		return err
	}
	if p.Size >= 0 && n != p.Size {
		return fmt.Errorf("%w (%d bytes, not %d)", errNotWhole, n, p.Size)
	}
	for _, s := range sums {
		if s.want != nil && !bytes.Equal(s.want, s.hash.Sum(nil)) {
			return errDamaged
		}
	}
	return nil
}

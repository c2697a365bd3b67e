package browser

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// Chrome for Testing on this machine: a server with the list and one archive, whose
// browser is a shell script.

const (
	testVersion  = "156.0.8078.79"
	testPlatform = "linux64"
	testTop      = "chrome-headless-shell-linux64"
	script       = "#!/bin/sh\necho Google Chrome for Testing " + testVersion + "\n"
)

// entry is one entry of an archive.
type entry struct {
	name, text string
	mode       fs.FileMode
}

// browserEntries is a good archive. The noise makes it large enough to be cut.
func browserEntries() []entry {
	noise := make([]byte, 200_000)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	return []entry{
		{testTop + "/", "", fs.ModeDir | 0o755},
		{testTop + "/chrome-headless-shell", script, 0o755},
		{testTop + "/icudtl.dat", string(noise), 0o644},
		{testTop + "/locales/de.pak", "de", 0o600},
		{testTop + "/current", "locales", fs.ModeSymlink | 0o777},
	}
}

func archive(t *testing.T, entries []entry) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate}
		h.SetMode(e.mode)
		w, err := z.CreateHeader(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.text)); err != nil && e.text != "" {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// shop is the server.
type shop struct {
	*httptest.Server
	data     []byte
	version  string
	file     func(w http.ResponseWriter, r *http.Request) // instead of the archive
	list     func(w http.ResponseWriter, r *http.Request) // instead of the list
	mu       sync.Mutex
	requests []string // of the archive: their Range
}

func newShop(t *testing.T, data []byte) *shop {
	s := &shop{data: data, version: testVersion}
	mux := http.NewServeMux()
	mux.HandleFunc("/cft/"+listName, func(w http.ResponseWriter, r *http.Request) {
		if s.list != nil {
			s.list(w, r)
			return
		}
		fmt.Fprintf(w, `{"timestamp":"2026-11-20T00:00:00Z","channels":{
			"Beta":{"channel":"Beta","version":"999.0.0.0","downloads":{}},
			"Stable":{"channel":"Stable","version":%q,"revision":"1","downloads":{
			"chrome":[{"platform":"win64","url":"https://example.com/chrome.zip"}],
			"chrome-headless-shell":[{"platform":"mac-arm64","url":"https://example.com/mac.zip"},{"platform":"linux64","url":"%s/files/shell.zip"}]}}}}`, s.version, s.URL)
	})
	mux.HandleFunc("/files/shell.zip", func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.requests = append(s.requests, r.Header.Get("Range"))
		s.mu.Unlock()
		if s.file != nil {
			s.file(w, r)
			return
		}
		s.serve(w, r)
	})
	mux.HandleFunc("/circle", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/circle", http.StatusFound)
	})
	s.Server = httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

// serve answers as Google's storage does: parts, a strong ETag, checksums.
func (s *shop) serve(w http.ResponseWriter, r *http.Request) {
	sum := md5.Sum(s.data)
	crc := binary.BigEndian.AppendUint32(nil, crc32.Checksum(s.data, crc32.MakeTable(crc32.Castagnoli)))
	w.Header().Set("ETag", fmt.Sprintf(`"%x"`, sum))
	w.Header().Add("X-Goog-Hash", "crc32c="+base64.StdEncoding.EncodeToString(crc))
	w.Header().Add("X-Goog-Hash", "md5="+base64.StdEncoding.EncodeToString(sum[:]))
	http.ServeContent(w, r, "shell.zip", time.Time{}, bytes.NewReader(s.data))
}

func (s *shop) asked() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return strings.Join(s.requests, ",")
}

// cut serves the first n bytes and then breaks the connection.
func (s *shop) cut(n int) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) { s.serve(&cutter{w, n}, r) }
}

type cutter struct {
	http.ResponseWriter
	left int
}

func (c *cutter) Write(b []byte) (int, error) {
	if len(b) >= c.left {
		c.ResponseWriter.Write(b[:c.left])
		c.ResponseWriter.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	}
	c.left -= len(b)
	return c.ResponseWriter.Write(b)
}

// from is a download from the shop into a fresh cache directory.
func (s *shop) from(t *testing.T, out io.Writer) *download {
	if runtime.GOOS == "windows" {
		t.Skip("the browser of these tests is a shell script")
	}
	d := newDownload(InstallOptions{Out: out, URL: s.URL + "/cft"})
	d.dir = filepath.Join(t.TempDir(), "unecho", "browsers")
	d.platform = testPlatform
	d.exists = func(string) bool { return true }
	d.pause = time.Millisecond
	return d
}

// left lists what is in the cache directory, without directories.
func left(t *testing.T, dir string) (names []string) {
	t.Helper()
	filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != ".lock" {
			rel, _ := filepath.Rel(dir, path)
			names = append(names, rel)
		}
		return nil
	})
	return names
}

func TestADownloadIsInstalledWhole(t *testing.T) {
	s := newShop(t, archive(t, browserEntries()))
	var out bytes.Buffer
	d := s.from(t, &out)
	f, err := d.install(context.Background(), Want{Replay: true})
	if err != nil {
		t.Fatal(err)
	}
	want := filepath.Join(d.dir, testVersion, testTop, "chrome-headless-shell")
	if f.Path != want || f.Version != testVersion || f.Kind != HeadlessShell || f.Why == "" {
		t.Errorf("installed %+v", f)
	}
	for name, mode := range map[string]fs.FileMode{"chrome-headless-shell": 0o755, "icudtl.dat": 0o644, "locales/de.pak": 0o644} {
		if info, err := os.Lstat(filepath.Join(d.dir, testVersion, testTop, name)); err != nil || info.Mode().Perm()&^0o022 != mode {
			t.Errorf("%s: %v, %v, want %v", name, info.Mode(), err, mode)
		}
	}
	if to, err := os.Readlink(filepath.Join(filepath.Dir(want), "current")); err != nil || to != "locales" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if got := left(t, filepath.Join(d.dir, ".partial")); len(got) > 0 {
		t.Errorf("left behind: %v", got)
	}
	for _, say := range []string{"newest version", "downloading chrome-headless-shell " + testVersion, "MB to download", "is installed"} {
		if !strings.Contains(out.String(), say) || strings.ContainsAny(out.String(), "\r\x1b") || strings.Contains(out.String(), "\n\n") {
			t.Errorf("it said %q, want %q in plain lines", out.String(), say)
		}
	}

	// Find finds it: by itself, and after a system's own.
	m := thisMachine()
	m.goos, m.goarch = "linux", "amd64"
	m.getenv = func(name string) string {
		return map[string]string{"XDG_CACHE_HOME": filepath.Dir(filepath.Dir(d.dir))}[name]
	}
	m.lookPath = func(string) (string, error) { return "", errors.New("not found") }
	real := m.runnable
	m.runnable = func(path string) error {
		if !strings.HasPrefix(path, d.dir) {
			return errors.New("there is no such file")
		}
		return real(path)
	}
	if got, err := m.find(Want{Replay: true}); err != nil || got.Path != want || got.Version != testVersion || !strings.Contains(got.Why, "downloaded") {
		t.Errorf("found %+v, %v", got, err)
	}

	// Again: nothing is fetched but the list.
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil || s.asked() != "" {
		t.Errorf("%v, asked for %q, want one request of the whole", err, s.asked())
	}
}

func TestABrokenDownloadLeavesNothing(t *testing.T) {
	with := func(extra ...entry) []byte { return archive(t, append(browserEntries(), extra...)) }
	good := with()
	damaged := bytes.Clone(good)
	damaged[len(damaged)/2] ^= 0xff
	plain := func(data []byte) func(*shop) {
		return func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) { w.Write(data) } // no checksum to help
		}
	}
	status := func(code int) func(*shop) {
		return func(s *shop) { s.file = func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(code) } }
	}
	list := func(text string) func(*shop) {
		return func(s *shop) {
			s.list = func(w http.ResponseWriter, r *http.Request) {
				io.WriteString(w, strings.ReplaceAll(text, "HERE", s.URL))
			}
		}
	}
	stable := func(version, url string) func(*shop) {
		return list(`{"channels":{"Stable":{"version":"` + version + `","downloads":{"chrome-headless-shell":[{"platform":"linux64","url":"` + url + `"}]}}}}`)
	}
	const outside = "is not in " + testTop
	for _, c := range []struct {
		name  string
		data  []byte
		spoil func(*shop)
		want  string // in the error
	}{
		{"the checksum is wrong", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Goog-Hash", "crc32c=AAAAAA==,md5=AAAAAAAAAAAAAAAAAAAAAA==")
				w.Write(s.data)
			}
		}, "checksum is wrong"},
		{"damaged inside, no checksum given", damaged, plain(damaged), "not an archive of a browser"},
		{"an archive that ends in the middle", good, plain(good[:len(good)/2]), "not an archive of a browser"},
		{"a page of HTML", nil, plain([]byte("<html>log in to the hotel's network</html>")), "not an archive of a browser"},
		{"nothing at all", nil, plain(nil), "not an archive of a browser"},
		{"fewer bytes than announced", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", fmt.Sprint(len(good)+10))
				w.Write(good)
			}
		}, "ended too early"},
		{"far too large", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Length", "9000000000000")
				w.Write(good)
			}
		}, "too large to be a browser"},
		{"too large, without saying so", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) {
				for range 200 {
					w.Write(make([]byte, 1<<16))
				}
				w.(http.Flusher).Flush()
			}
		}, "too large to be a browser"},
		{"not there", good, status(404), "404 Not Found for /files/shell.zip"},
		{"forbidden", good, status(403), "403 Forbidden"},
		{"a server in trouble", good, status(503), "503 Service Unavailable"},
		{"redirects in a circle", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/circle", http.StatusFound) }
		}, "without end"},
		{"a redirect to plain http", good, func(s *shop) {
			s.file = func(w http.ResponseWriter, r *http.Request) {
				http.Redirect(w, r, "http://browsers.example/shell.zip", http.StatusFound)
			}
		}, "not https"},

		{"a list that is none", good, list("<html>"), "list of versions"},
		{"a list without a stable version", good, list(`{"channels":{}}`), "no stable one"},
		{"a version that is a path", good, stable("../../../x", "HERE/files/shell.zip"), "which is not a version"},
		{"no build for this system", good, list(`{"channels":{"Stable":{"version":"1.2.3.4","downloads":{}}}}`), "has no chrome-headless-shell for linux64"},
		{"an address without https", good, stable(testVersion, "http://browsers.example/shell.zip"), "not https"},
		{"an address that is a file", good, stable(testVersion, "file:///etc/passwd"), "not the address of a server"},

		{"a path upwards", with(entry{testTop + "/../../evil", "x", 0o644}), nil, outside},
		{"a path upwards at once", with(entry{"../evil", "x", 0o644}), nil, outside},
		{"an absolute path", with(entry{"/tmp/evil", "x", 0o644}), nil, outside},
		{"a Windows path", with(entry{`C:\evil`, "x", 0o644}), nil, outside},
		{"a backslash upwards", with(entry{testTop + `\..\..\evil`, "x", 0o644}), nil, outside},
		{"beside the browser's directory", with(entry{"other/evil", "x", 0o644}), nil, "is not in " + testTop},
		{"a link upwards", with(entry{testTop + "/evil", "../../../..", fs.ModeSymlink | 0o777}), nil, "leads outside"},
		{"an absolute link", with(entry{testTop + "/evil", "/etc", fs.ModeSymlink | 0o777}), nil, "leads outside"},
		{"links that are harmless one by one", with(
			entry{testTop + "/a/b/c/", "", fs.ModeDir | 0o755},
			entry{testTop + "/deep", "a/b/c", fs.ModeSymlink | 0o777},
			entry{testTop + "/a/b/c/up", "../../../deep/../../../../..", fs.ModeSymlink | 0o777}), nil, "leads outside"},
		{"a file through a link", with(entry{testTop + "/evil", "/tmp", fs.ModeSymlink | 0o777}, entry{testTop + "/evil/x", "x", 0o644}), nil, "not an archive of a browser"},
		{"a device", with(entry{testTop + "/evil", "", fs.ModeDevice | 0o644}), nil, "not an archive of a browser"},
		{"a pipe", with(entry{testTop + "/evil", "", fs.ModeNamedPipe | 0o644}), nil, "not an archive of a browser"},
		{"a file where a directory is", with(entry{testTop + "/icudtl.dat/x", "x", 0o644}), nil, "not an archive of a browser"},
		{"twice the same name", with(entry{testTop + "/icudtl.dat", "x", 0o644}), nil, "not an archive of a browser"},
		{"a bomb", with(entry{testTop + "/zeros", strings.Repeat("\x00", 2<<20), 0o644}), nil, "unpacks to too much"},
		{"no browser in it", archive(t, []entry{{testTop + "/README", "x", 0o644}}), nil, "it has no " + testTop + "/chrome-headless-shell"},
		{"a browser that cannot run", archive(t, []entry{{testTop + "/chrome-headless-shell", "\x7fELF of another machine", 0o755}}), nil, "not a browser for this system"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t, c.data)
			if c.spoil != nil {
				c.spoil(s)
			}
			d := s.from(t, io.Discard)
			d.unpacked = 1 << 20
			d.archive = 4 << 20
			_, err := d.install(context.Background(), Want{Replay: true})
			var ie *InstallError
			if !errors.As(err, &ie) || ie.Command == "" || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
				t.Fatalf("%v, want an *InstallError of one line with %q and a command", err, c.want)
			}
			for _, name := range left(t, d.dir) {
				t.Errorf("left behind: %s", name)
			}
			if dirs, _ := filepath.Glob(filepath.Join(d.dir, "[0-9]*")); len(dirs) > 0 {
				t.Errorf("half installed: %v", dirs)
			}
			if evil, _ := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(d.dir)), "evil*")); len(evil) > 0 {
				t.Errorf("written outside: %v", evil)
			}
		})
	}
}

func TestADownloadGoesOnWhereItsConnectionBroke(t *testing.T) {
	data := archive(t, browserEntries())
	half := len(data) / 2
	for _, c := range []struct {
		name   string
		second func(s *shop, w http.ResponseWriter, r *http.Request)
		asked  string // the requests' Range
	}{
		{"by a part", (*shop).serve, fmt.Sprintf(",bytes=%d-", half)},
		{"from a server without parts", func(s *shop, w http.ResponseWriter, _ *http.Request) { w.Write(s.data) }, fmt.Sprintf(",bytes=%d-", half)},
		{"the file is another now", func(s *shop, w http.ResponseWriter, r *http.Request) {
			e := browserEntries()
			e[3].text = "another"
			s.data = archive(t, e)
			s.serve(w, r)
		}, fmt.Sprintf(",bytes=%d-", half)},
		{"the server sends another part", func(s *shop, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				r.Header.Set("Range", "bytes=7-")
			}
			s.serve(w, r)
		}, fmt.Sprintf(",bytes=%d-,", half)},
		{"the server has no such part", func(s *shop, w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") != "" {
				w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
				return
			}
			s.serve(w, r)
		}, fmt.Sprintf(",bytes=%d-,", half)},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newShop(t, data)
			d := s.from(t, io.Discard)
			first := true
			s.file = func(w http.ResponseWriter, r *http.Request) {
				if first {
					first = false
					s.cut(half)(w, r)
				}
				c.second(s, w, r)
			}
			if _, err := d.install(context.Background(), Want{Replay: true}); err != nil || s.asked() != c.asked {
				t.Errorf("%v, asked for %q, want %q", err, s.asked(), c.asked)
			}
		})
	}
}

// Ctrl-C in the middle of it leaves nothing.
func TestADownloadThatIsInterruptedLeavesNothing(t *testing.T) {
	s := newShop(t, archive(t, browserEntries()))
	ctx, cancel := context.WithCancel(context.Background())
	s.file = func(w http.ResponseWriter, r *http.Request) {
		s.serve(&holder{ResponseWriter: w, left: len(s.data) / 2, reached: cancel, ctx: r.Context()}, r)
	}
	d := s.from(t, io.Discard)
	if _, err := d.install(ctx, Want{Replay: true}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the interruption", err)
	}
	if got := left(t, d.dir); len(got) > 0 {
		t.Errorf("left %v", got)
	}
}

// A terminal sees a bar that ends at the whole; TestADownloadIsInstalledWhole sees what
// a log does.
func TestADownloadIsABarOnATerminal(t *testing.T) {
	s := newShop(t, archive(t, browserEntries()))
	var out bytes.Buffer
	d := s.from(t, &out)
	d.terminal = true
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "\r") || !strings.Contains(out.String(), "100%") || !strings.Contains(out.String(), "\nbrowser: unpacking it\n") {
		t.Errorf("it drew %q", out.String())
	}
}

// holder serves the first bytes and then nothing until the client goes.
type holder struct {
	http.ResponseWriter
	left    int
	reached func()
	ctx     context.Context
}

func (h *holder) Write(b []byte) (int, error) {
	if len(b) < h.left {
		h.left -= len(b)
		return h.ResponseWriter.Write(b)
	}
	h.ResponseWriter.Write(b[:h.left])
	h.ResponseWriter.(http.Flusher).Flush()
	h.reached()
	<-h.ctx.Done()
	panic(http.ErrAbortHandler)
}

func TestABrokenConnectionIsTakenUpAgain(t *testing.T) {
	data := archive(t, browserEntries())
	s := newShop(t, data)
	d := s.from(t, io.Discard)
	s.file = s.cut(len(data) / 10) // each answer brings a tenth
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(s.asked(), "bytes="); n < 8 {
		t.Errorf("asked for %s", s.asked())
	}

	// A server that falls silent.
	s = newShop(t, data)
	d = s.from(t, io.Discard)
	d.idle = 50 * time.Millisecond
	first := true
	s.file = func(w http.ResponseWriter, r *http.Request) {
		if first {
			first = false
			s.serve(&holder{ResponseWriter: w, left: 1000, reached: func() {}, ctx: r.Context()}, r)
			return
		}
		s.serve(w, r)
	}
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil || s.asked() != ",bytes=1000-" {
		t.Errorf("%v after %q", err, s.asked())
	}

	// The list, too.
	s = newShop(t, data)
	d = s.from(t, io.Discard)
	bad := 2
	s.list = func(w http.ResponseWriter, r *http.Request) {
		if bad--; bad == 0 {
			s.list = nil
		}
		w.WriteHeader(http.StatusBadGateway)
	}
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil {
		t.Error(err)
	}
}

func TestWithoutANetworkOneLineSaysSo(t *testing.T) {
	s := newShop(t, nil)
	for url, want := range map[string]string{
		s.URL + "/cft":                   "could not reach 127.0.0.1:",
		"https://browsers.invalid/cft":   "could not reach browsers.invalid (",
		"http://browsers.example/cft":    "is not https",
		"https://me:pw@browsers.invalid": "not the address of a server",
		"browsers.invalid":               "not the address of a server",
	} {
		d := s.from(t, io.Discard)
		d.base = url
		s.Close()
		_, err := d.install(context.Background(), Want{Replay: true})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "pw") {
			t.Errorf("%s: %v, want %q", url, err, want)
		}
		if strings.HasPrefix(want, "could") && !strings.Contains(err.Error(), "check the network") {
			t.Errorf("%s: %v does not say what to do", url, err)
		}
	}
}

func TestTwoInstallationsShareOneDownload(t *testing.T) {
	data := archive(t, browserEntries())
	s := newShop(t, data)
	a := s.from(t, io.Discard)
	var saidB bytes.Buffer
	b := s.from(t, &saidB)
	b.dir = a.dir
	waiting := make(chan struct{})
	b.out = writerFunc(func(p []byte) (int, error) {
		if strings.Contains(string(p), "waiting for another installation") {
			close(waiting)
		}
		return saidB.Write(p)
	})
	started := make(chan struct{})
	s.file = func(w http.ResponseWriter, r *http.Request) {
		close(started) // a second request would panic
		<-waiting
		s.serve(w, r)
	}
	errs := make(chan error, 2)
	go func() { _, err := a.install(context.Background(), Want{Replay: true}); errs <- err }()
	<-started
	go func() { _, err := b.install(context.Background(), Want{Replay: true}); errs <- err }()
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if strings.Contains(saidB.String(), "downloading") || s.asked() != "" {
		t.Errorf("the second said %q; requests %q", saidB.String(), s.asked())
	}
}

func TestAnOldVersionIsReplacedAndTheOneBeforeStays(t *testing.T) {
	s := newShop(t, archive(t, browserEntries()))
	d := s.from(t, io.Discard)
	for _, v := range []string{"9.0.0.1", "156.0.8078.9", "100.0.0.0"} {
		dir := filepath.Join(d.dir, v, testTop)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "chrome-headless-shell"), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	other := filepath.Join(d.dir, "100.0.0.0", "chrome-linux64") // another product
	if err := os.MkdirAll(other, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := d.install(context.Background(), Want{Replay: true}); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		filepath.Join(d.dir, testVersion, testTop):    true,
		filepath.Join(d.dir, "156.0.8078.9", testTop): true,
		filepath.Join(d.dir, "100.0.0.0", testTop):    false,
		filepath.Join(d.dir, "9.0.0.1"):               false,
		other:                                         true,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want there: %v", path, err, want)
		}
	}
}

func TestAnInstalledBrowserThatLostAPartIsFetchedAgain(t *testing.T) {
	s := newShop(t, archive(t, browserEntries()))
	d := s.from(t, io.Discard)
	f, err := d.install(context.Background(), Want{Replay: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(f.Path, 0); err != nil {
		t.Fatal(err)
	}
	if f, err = d.install(context.Background(), Want{Replay: true}); err != nil || s.asked() != "," {
		t.Fatalf("%+v, %v, asked %q", f, err, s.asked())
	}
}

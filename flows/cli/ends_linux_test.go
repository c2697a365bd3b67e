package cli

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// These tests hold a run to its end: whatever Amazon, the browser or a page does.

// Ctrl-C is heard while a browser starts, or is asked for its version.
func TestACommandIsInterruptedWhileItsBrowserStarts(t *testing.T) {
	for _, command := range []string{"identify", "browser"} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			program, saved, mark := filepath.Join(dir, "chromium"), filepath.Join(dir, "page.html"), filepath.Join(dir, "started")
			browsertest.Script(t, program, "#!/bin/sh\n: > '"+mark+"'\nexec sleep 1000\n")
			if err := os.WriteFile(saved, []byte("<title>x</title>"), 0o600); err != nil {
				t.Fatal(err)
			}
			args := map[string][]string{"identify": {"identify", saved}, "browser": {"browser"}}[command]
			cmd := tool(t, t.TempDir(), []string{"UNECHO_BROWSER=" + program}, args...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(5 * time.Millisecond) {
				if _, err := os.Stat(mark); err == nil {
					break
				}
				if time.Now().After(deadline) {
					t.Fatal("the browser was not started")
				}
			}
			began := time.Now()
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			if took := time.Since(began); cmd.ProcessState.ExitCode() != 130 || took > 5*time.Second {
				t.Errorf("exit %d after %v: %s", cmd.ProcessState.ExitCode(), took, stderr.String())
			}
		})
	}
}

// --timeout holds whatever the server does: also one that never answers, never ends its
// answer, or keeps the page busy.
func TestTheTimeOfARunHoldsWhateverTheServerDoes(t *testing.T) {
	t.Parallel()
	for name, serve := range map[string]http.HandlerFunc{
		"never answers": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"redirects slowly": func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-r.Context().Done():
			case <-time.After(700 * time.Millisecond):
				http.Redirect(w, r, "https://"+r.Host+"/a?"+time.Now().Format("150405.000"), http.StatusFound)
			}
		},
		"hangs the page": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte("<title>x</title><script>for(;;);</script>"))
		},
		"redirects by script": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = w.Write([]byte(`<title>x</title><script>location.replace("/a?" + Math.random())</script>`))
		},
		"never ends": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			for r.Context().Err() == nil {
				if _, err := w.Write([]byte("<p>more</p>\n")); err != nil {
					return
				}
				w.(http.Flusher).Flush()
				time.Sleep(50 * time.Millisecond)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name != "never answers" && name != "hangs the page" { // the others wait as long
				browsertest.OnlyInFull(t)
			}
			// The start of the browser is not the run's time; a busy machine is slow at it.
			asked := make(chan time.Time, 1)
			srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				select {
				case asked <- time.Now():
				default:
				}
				serve(w, r)
			}))
			defer srv.Close()
			defer srv.CloseClientConnections()
			cmd := tool(t, t.TempDir(), []string{"AMAZON_EMAIL=ann@example.com", "AMAZON_PASSWORD=not-a-real-one"},
				"list", "--replay", srv.URL, "--timeout", "3s")
			out, _ := cmd.CombinedOutput()
			var began time.Time // zero where nothing was asked for
			select {
			case began = <-asked:
			default:
			}
			if took := time.Since(began); cmd.ProcessState.ExitCode() != 6 ||
				!strings.Contains(string(out), "time is up") && !strings.Contains(string(out), "redirects in a circle") || took > 7*time.Second {
				t.Errorf("exit %d after %v: %s", cmd.ProcessState.ExitCode(), took, out)
			}
		})
	}
}

// What keeps every browser from starting is told with its own remedy; "try another
// browser" stands only where that may help, and a full disk is no fault of the browser's.
func TestTheHintFitsWhyTheBrowserDidNotStart(t *testing.T) {
	for _, c := range []struct {
		err     error
		code    int
		message string
		hint    string
	}{
		{&browser.StartError{Path: "/b", Words: "ended while starting", Hint: "run `ulimit -v unlimited` before"}, 8, "browser /b ended while starting", "run `ulimit -v unlimited` before"},
		{&browser.StartError{Path: "/b", Words: "ended while starting"}, 8, "browser /b ended while starting", "try another browser with --browser PATH; `unecho browser` shows which is used"},
		{&browser.DirError{Dir: "/state/run", Err: syscall.ENOSPC}, 9, "cannot make a run directory in /state/run: no space left on device", roomHint},
		{&browser.DirError{Dir: "/state/run"}, 9, "the disk of /state/run, where the browser keeps its files, is full", roomHint},
	} {
		if got := startStop(c.err); got.Code != c.code || got.Message != c.message || got.Hint != c.hint {
			t.Errorf("%v: %d %q, hint %q", c.err, got.Code, got.Message, got.Hint)
		}
	}
}

// Ctrl-C is heard while a list, a setting or cookies are awaited from a pipe into which
// nobody writes.
func TestACommandIsInterruptedWhileItReadsAPipe(t *testing.T) {
	for name, c := range map[string]struct {
		args func(pipe string) []string
		env  string
		in   bool // stdin is the pipe
	}{
		"a list":      {args: func(pipe string) []string { return []string{"deregister", "--dry-run", "--file", pipe} }},
		"a keep-list": {args: func(pipe string) []string { return []string{"deregister", "--dry-run", "--all", "--keep-file", pipe} }},
		"stdin":       {args: func(string) []string { return []string{"deregister", "--dry-run", "--file", "-"} }, in: true},
		"settings":    {args: func(pipe string) []string { return []string{"list", "--env-file", pipe} }},
		"a secret":    {args: func(string) []string { return []string{"list"} }, env: "AMAZON_PASSWORD_FILE="},
		"cookies":     {args: func(pipe string) []string { return []string{"login", "--import", pipe} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pipe := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
			var env []string
			if c.env != "" {
				env = []string{c.env + pipe}
			}
			cmd := tool(t, t.TempDir(), env, append(c.args(pipe), "--replay", "standin")...)
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if c.in {
				in, err := os.OpenFile(pipe, os.O_RDWR, 0)
				if err != nil {
					t.Fatal(err)
				}
				defer in.Close()
				cmd.Stdin = in
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer begin(t, pipe).Close()
			began := time.Now()
			if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
				t.Fatal(err)
			}
			hung := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Kill() })
			defer hung.Stop()
			_ = cmd.Wait()
			if took := time.Since(began); cmd.ProcessState.ExitCode() != 130 || took > 5*time.Second {
				t.Errorf("exit %d after %v: %s", cmd.ProcessState.ExitCode(), took, stderr.String())
			}
		})
	}
}

// begin writes into a pipe what is no whole list, and returns when it was read: the
// reader now waits for more.
func begin(t *testing.T, pipe string) *os.File {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		w, err := os.OpenFile(pipe, os.O_WRONLY|syscall.O_NONBLOCK, 0) // fails while there is no reader
		if err != nil {
			continue
		}
		if _, err := w.WriteString("Kitchen"); err != nil {
			t.Fatal(err)
		}
		for ; time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
			if n, err := unix.IoctlGetInt(int(w.Fd()), unix.TIOCINQ); err == nil && n == 0 {
				return w
			}
		}
		w.Close()
	}
	t.Fatal("nobody reads the pipe")
	return nil
}

// A terminal that is closed, and Ctrl-\, end a run as SIGTERM does: the device in hand is
// brought to its end, nothing is left behind, and nobody sees Go's stacks, which hold what
// may be secret.
func TestOtherSignalsEndARunInOrder(t *testing.T) {
	// Whoever started this with nohup has SIGHUP ignored, which what is started from here would
	// inherit, and respect; a signal that is handled is not inherited.
	hup := make(chan os.Signal, 1)
	signal.Notify(hup, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hup) })
	for says, signal := range map[string]syscall.Signal{"the terminal was closed": syscall.SIGHUP, "SIGQUIT": syscall.SIGQUIT} {
		t.Run(says, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "")
			clicked, on := make(chan struct{}), make(chan struct{})
			p.when(deregisterCall, func() { close(clicked); <-on })
			r := p.start(t, "deregister", "Kitchen Echo", "Bedroom Echo Dot", "--yes")
			<-clicked
			if err := r.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			close(on)
			if code := r.code(t); code != 143 {
				t.Errorf("exit code %d, want 143\n%s%s", code, &r.out, &r.err)
			}
			r.says(t, says, "Kitchen Echo: deregistered")
			if left := browsersOf(p.state); len(left) > 0 {
				t.Errorf("still running: %v", left)
			}
			if strings.Contains(r.err.String(), "goroutine ") {
				t.Errorf("it tells Go's stacks: %s", &r.err)
			}
			if left, _ := filepath.Glob(filepath.Join(p.state, "unecho", "run", "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// Whoever reads what a run tells may go away, as head does: the run is not killed by its
// next line, with Deregister clicked and its directories left. If the plan can be told to
// nobody any more, nothing is clicked.
func TestAReaderThatGoesAwayKillsNoRun(t *testing.T) {
	for name, c := range map[string]struct {
		clicked bool // only then it goes away
		want    int
	}{"before the plan": {want: 9}, "after the click": {clicked: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newPlace(t, "")
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			p.when(deregisterCall, func() { read.Close() })
			cmd := tool(t, p.state, p.env, "deregister", "Kitchen Echo", "--yes", "-v", "--replay", p.url)
			var out bytes.Buffer
			cmd.Stdout, cmd.Stderr = &out, write
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			write.Close()
			if !c.clicked {
				if _, err := read.Read(make([]byte, 10)); err != nil {
					t.Fatal(err)
				}
				read.Close()
			} else {
				_, _ = io.Copy(io.Discard, read)
			}
			_ = cmd.Wait()
			if code := cmd.ProcessState.ExitCode(); code != c.want || c.clicked != strings.Contains(out.String(), "1 deregistered") {
				t.Errorf("exit code %d, want %d\n%s", code, c.want, &out)
			}
			if left, _ := filepath.Glob(filepath.Join(p.state, "unecho", "run", "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

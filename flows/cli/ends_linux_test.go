package cli

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

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

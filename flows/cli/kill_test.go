package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/standin"
)

// A run is ended from outside at moments that the stand-in's requests mark, so
// that no test waits for luck.

// at calls do once, when the n-th request that where accepts arrives, before it
// is answered.
type at struct {
	next  http.Handler
	where func(*http.Request) bool
	n     int
	do    func()
	mu    sync.Mutex
	seen  int
}

func (h *at) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.where(r) {
		h.mu.Lock()
		h.seen++
		hit := h.seen == h.n
		h.mu.Unlock()
		if hit {
			h.do()
		}
	}
	h.next.ServeHTTP(w, r)
}

type ran struct {
	code           int
	stdout, stderr string
	site           *standin.Site
	state          string
}

// runUntil starts `deregister "Kitchen Echo"` as a process and calls end with
// it at the marked request.
func runUntil(t *testing.T, scenario string, where func(*http.Request) bool, n int, end func(p *os.Process, state string)) ran {
	t.Helper()
	site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	state := t.TempDir()
	started := make(chan *os.Process, 1)
	h := &at{next: site, where: where, n: n, do: func() { end(<-started, state) }}
	srv := httptest.NewServer(h)
	defer srv.Close()
	email, password, _ := site.Credentials()
	cmd := tool(t, state, []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password},
		"deregister", "Kitchen Echo", "--replay", srv.URL, "--yes", "--json", "--step-timeout", "5s")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	started <- cmd.Process
	guard := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	err = cmd.Wait()
	code := 0
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		code = ee.ExitCode()
	}
	if h.seen < n {
		t.Fatalf("the marked request never came; exit %d, stderr:\n%s", code, &stderr)
	}
	return ran{code, stdout.String(), stderr.String(), site, state}
}

// link names the test binary so that testscript.Main runs the command.
func link(t *testing.T, exe string) string {
	p := filepath.Join(t.TempDir(), "unecho")
	if err := os.Symlink(exe, p); err != nil {
		t.Fatal(err)
	}
	return p
}

// tidy: no process, no run directory, only the asked device touched, and the
// report agrees with the stand-in.
func (r ran) tidy(t *testing.T) {
	t.Helper()
	if p := processesNaming(r.state); len(p) > 0 {
		t.Errorf("left running: %s", strings.Join(p, "\n"))
	}
	if left, _ := filepath.Glob(filepath.Join(r.state, "unecho", "run", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	gone := false
	for _, d := range r.site.Record().Deregistered {
		if d.Name != "Kitchen Echo" {
			t.Errorf("%s was deregistered and nobody asked for it", d.Name)
		}
		gone = true
	}
	var out struct {
		Devices []struct{ Name, Outcome string }
		Error   struct{ Code int }
	}
	if r.stdout != "" {
		if err := json.Unmarshal([]byte(r.stdout), &out); err != nil {
			t.Fatalf("stdout is not JSON: %v\n%s", err, r.stdout)
		}
		if out.Error.Code != r.code && r.code != 0 {
			t.Errorf("exit code %d, but error.code %d", r.code, out.Error.Code)
		}
		for _, d := range out.Devices {
			if d.Outcome == "deregistered" && !gone || d.Outcome == "failed" && gone {
				t.Errorf("the report says %s, the stand-in says gone=%t", d.Outcome, gone)
			}
		}
	}
	if t.Failed() {
		t.Logf("exit %d\nstdout:\n%s\nstderr:\n%s", r.code, r.stdout, r.stderr)
	}
}

// ajax reads what a request of the devices page asks for, and puts it back.
func ajax(r *http.Request, what string) bool {
	if r.Method != "POST" || r.URL.Path != "/hz/mycd/ajax" {
		return false
	}
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return bytes.Contains(body, []byte(what))
}

func listCall(r *http.Request) bool       { return ajax(r, "GetDevices") }
func deregisterCall(r *http.Request) bool { return ajax(r, "DeregisterDevice") }
func signIn(r *http.Request) bool         { return strings.HasPrefix(r.URL.Path, "/ap/signin") }

func TestSignalsEndTheRunCleanly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		where func(*http.Request) bool
		n     int
		sig   syscall.Signal
		code  int
	}{
		{"Ctrl-C at sign-in", signIn, 1, syscall.SIGINT, 130},
		{"Ctrl-C at the list", listCall, 1, syscall.SIGINT, 130},
		{"Ctrl-C during the deregistration", deregisterCall, 1, syscall.SIGINT, 130},
		{"SIGTERM during the deregistration", deregisterCall, 1, syscall.SIGTERM, 143},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := runUntil(t, "", c.where, c.n, func(p *os.Process, _ string) { p.Signal(c.sig) })
			if r.code != c.code {
				t.Errorf("exit code %d, want %d", r.code, c.code)
			}
			r.tidy(t)
		})
	}
}

func TestADeadBrowserEndsTheRunAndSaysSo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		where func(*http.Request) bool
	}{{"at sign-in", signIn}, {"at the list", listCall}, {"during the deregistration", deregisterCall}} {
		t.Run(c.name, func(t *testing.T) {
			r := runUntil(t, "", c.where, 1, func(_ *os.Process, state string) { killBrowser(t, state) })
			if r.code != 8 || !strings.Contains(r.stderr, "the browser died") {
				t.Errorf("exit code %d, want 8 and words about the browser", r.code)
			}
			r.tidy(t)
		})
	}
}

// After SIGKILL of unecho itself the browser ends by itself and the next start
// removes what is left.
func TestTheNextStartCleansUpAfterSIGKILL(t *testing.T) {
	t.Parallel()
	r := runUntil(t, "", listCall, 1, func(p *os.Process, _ string) { p.Kill() })
	if r.code != -1 {
		t.Fatalf("exit code %d, want death by a signal", r.code)
	}
	left, _ := filepath.Glob(filepath.Join(r.state, "unecho", "run", "*"))
	if len(left) == 0 {
		t.Fatal("nothing was left by SIGKILL, so this test shows nothing")
	}
	cmd := tool(t, r.state, nil, "list", "--replay", "standin", "-q", "--json")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("the next start: %v\n%s", err, out)
	}
	r.stdout = ""
	r.tidy(t)
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}

// killBrowser sends SIGKILL to the browser's first process: the one whose
// parent is not a browser process of the same run.
func killBrowser(t *testing.T, state string) {
	pids := map[int]int{} // pid → parent
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs {
		b, err := os.ReadFile(d + "/cmdline")
		if err != nil || !strings.Contains(string(b), "--user-data-dir="+state) {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(d))
		st, _ := os.ReadFile(d + "/stat")
		var ppid int
		if i := bytes.LastIndexByte(st, ')'); i > 0 {
			var s string
			fmt.Sscan(string(st[i+1:]), &s, &ppid)
		}
		pids[pid] = ppid
	}
	for pid, ppid := range pids {
		if _, child := pids[ppid]; !child {
			if p, err := os.FindProcess(pid); err != nil || p.Kill() != nil {
				t.Errorf("the browser's process %d could not be killed", pid)
			}
			return
		}
	}
	t.Errorf("no browser process found")
}

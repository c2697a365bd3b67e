package cli

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/standin"
)

// What a run from cron relies on: a crash is settled by the next run, two runs do not
// meet, nothing is clicked that cannot be written down.

// place is one account, a stand-in for it, and a state directory.
type place struct {
	site  *standin.Site
	url   string
	state string
	env   []string
	// browser: which one its runs take, in the words of the environment; nil: one of their own
	browser []string
	do      *at                          // called at a marked request
	odd     atomic.Pointer[http.Handler] // answers instead of the stand-in
}

func (p *place) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h := p.odd.Load(); h != nil {
		(*h).ServeHTTP(w, r)
		return
	}
	p.site.ServeHTTP(w, r)
}

// answer puts a handler before the stand-in, until it is taken away with nil.
func (p *place) answer(h http.HandlerFunc) {
	if h == nil {
		p.odd.Store(nil)
		return
	}
	handler := http.Handler(h)
	p.odd.Store(&handler)
}

func newPlace(t *testing.T, scenario string) *place {
	t.Helper()
	site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	p := &place{site: site, state: t.TempDir()}
	p.do = &at{next: p, where: func(*http.Request) bool { return false }}
	srv := httptest.NewServer(p.do)
	t.Cleanup(srv.Close)
	email, password, _ := site.Credentials()
	p.url, p.env = srv.URL, []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password}
	return p
}

// share has the runs share a browser, where how they get theirs does not matter.
func (p *place) share(t *testing.T) *place {
	p.browser = []string{"UNECHO_BROWSER=" + sharedBrowser(t)}
	return p
}

// when marks the next request that where accepts: do is called before it is answered.
func (p *place) when(where func(*http.Request) bool, do func()) {
	p.do.mu.Lock()
	defer p.do.mu.Unlock()
	p.do.where, p.do.n, p.do.seen, p.do.do = where, 1, 0, do
}

type running struct {
	*exec.Cmd
	out, err bytes.Buffer
}

func (p *place) start(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{Cmd: tool(t, p.state, slices.Concat(p.browser, p.env), append(args, "--replay", p.url)...)}
	r.Stdout, r.Stderr = &r.out, &r.err
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	guard := time.AfterFunc(time.Minute, func() { r.Process.Kill() })
	t.Cleanup(func() { guard.Stop() })
	return r
}

// code waits for the end.
func (r *running) code(t *testing.T) int {
	t.Helper()
	err := r.Wait()
	var ee *exec.ExitError
	if errors.As(err, &ee) {
		return ee.ExitCode()
	}
	if err != nil {
		t.Fatal(err)
	}
	return 0
}

func (p *place) run(t *testing.T, want int, args ...string) *running {
	t.Helper()
	r := p.start(t, args...)
	if got := r.code(t); got != want {
		t.Fatalf("%s: exit code %d, want %d\n%s%s", strings.Join(args, " "), got, want, &r.out, &r.err)
	}
	return r
}

func (r *running) says(t *testing.T, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(r.out.String()+r.err.String(), w) {
			t.Errorf("nothing says %q:\n%s%s", w, &r.out, &r.err)
		}
	}
}

// killAt runs a command and kills it at the marked request, which is answered when
// nobody is left to write the answer down.
func (p *place) killAt(t *testing.T, where func(*http.Request) bool, args ...string) {
	t.Helper()
	started, dead := make(chan *os.Process, 1), make(chan struct{})
	p.when(where, func() {
		pr := <-started
		pr.Kill()
		<-dead
	})
	r := p.start(t, args...)
	started <- r.Process
	r.Wait()
	close(dead)
	p.do.mu.Lock()
	defer p.do.mu.Unlock()
	if p.do.seen == 0 {
		t.Fatalf("the marked request never came:\n%s", &r.err)
	}
}

// A run is killed at the request that deregisters. Whether Amazon acted on it, only
// the next run can tell.
func TestWhatACrashLeftOpenIsSettled(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		acted bool
	}{{"Amazon had acted", true}, {"Amazon had not", false}} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(t, "")
			answered := make(chan struct{})
			p.answer(func(w http.ResponseWriter, r *http.Request) {
				mine := deregisterCall(r)
				if !mine || c.acted {
					p.site.ServeHTTP(w, r)
				}
				if mine {
					close(answered)
				}
			})
			p.killAt(t, deregisterCall, "deregister", "Kitchen Echo", "--yes")
			<-answered
			p.answer(nil)
			if got := len(p.site.Record().Deregistered); (got == 1) != c.acted {
				t.Fatalf("%d deregistered, want that to be %v", got, c.acted)
			}
			h := p.run(t, 0, "history")
			h.says(t, "open", "the next run settles it")

			again := p.run(t, 0, "deregister", "Kitchen Echo", "--yes")
			if c.acted {
				again.says(t, "Kitchen Echo: deregistered (the run of ", "ended before its outcome was known; the device is gone", "already-gone")
			} else {
				again.says(t, "Kitchen Echo: failed (the run of ", "the device is still listed", "1 deregistered")
			}
			rec := p.site.Record()
			if len(rec.Deregistered) != 1 || len(rec.Doubles) != 0 {
				t.Errorf("deregistered %d times, %d doubles", len(rec.Deregistered), len(rec.Doubles))
			}
			if h := p.run(t, 0, "history"); strings.Contains(h.out.String(), "open") {
				t.Errorf("still open:\n%s", &h.out)
			}
		})
	}
}

// What a crash left open stays open where the next list also lacks what nobody touched:
// the device may stand in the account, as it does here.
func TestAShortListSettlesNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "").share(t)
	asked := make(chan struct{})
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		if deregisterCall(r) { // never done
			close(asked)
			return
		}
		p.site.ServeHTTP(w, r)
	})
	p.killAt(t, deregisterCall, "deregister", "Kitchen Echo", "--yes")
	<-asked
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		p.site.ServeHTTP(rec, r)
		body := rec.Body.Bytes()
		var answer struct {
			GetDevices struct {
				Success bool             `json:"success"`
				Count   int              `json:"count"`
				Devices []map[string]any `json:"devices"`
			}
		}
		if strings.HasSuffix(r.URL.Path, "/ajax") && json.Unmarshal(body, &answer) == nil && len(answer.GetDevices.Devices) > 2 {
			l := &answer.GetDevices
			l.Devices = l.Devices[2:] // the kitchen's and the bedroom's
			l.Count = len(l.Devices)
			body, _ = json.Marshal(answer)
		}
		maps.Copy(w.Header(), rec.Header())
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.WriteHeader(rec.Code)
		w.Write(body)
	})
	p.run(t, 1, "deregister", "Kitchen Echo", "--yes").says(t, "Kitchen Echo: unknown (the run of ", "it is not listed, but the fresh list also lacks what was not touched", "not deregistered: Kitchen Echo")
	p.run(t, 0, "history").says(t, "open")
	p.answer(nil)
	p.run(t, 0, "deregister", "Kitchen Echo", "--yes").says(t, "the device is still listed", "1 deregistered")
	if rec := p.site.Record(); len(rec.Deregistered) != 1 || len(rec.Doubles) != 0 {
		t.Errorf("deregistered %d times, %d doubles", len(rec.Deregistered), len(rec.Doubles))
	}
}

// The list may not know yet what a killed run did: it is not done a second time.
func TestALaggingListIsNotTakenForAFailure(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "lagging").share(t)
	answered := make(chan struct{})
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		mine := deregisterCall(r)
		p.site.ServeHTTP(w, r)
		if mine {
			close(answered)
		}
	})
	p.killAt(t, deregisterCall, "deregister", "Kitchen Echo", "--yes")
	<-answered
	p.answer(nil)
	p.run(t, 0, "deregister", "Kitchen Echo", "--yes").says(t, "already-gone")
	if rec := p.site.Record(); len(rec.Deregistered) != 1 || len(rec.Doubles) != 0 {
		t.Errorf("deregistered %d times, %d doubles", len(rec.Deregistered), len(rec.Doubles))
	}
}

func TestNothingIsClickedThatCannotBeWrittenDown(t *testing.T) {
	t.Parallel()
	journals := func(p *place) []string {
		found, _ := filepath.Glob(filepath.Join(p.state, "unecho", "replay", "*", "amazon.com", "default"))
		return found
	}
	t.Run("no place for the journal from the beginning", func(t *testing.T) {
		p := newPlace(t, "").share(t)
		p.run(t, 0, "list")
		if err := os.Mkdir(filepath.Join(journals(p)[0], "journal.jsonl"), 0o700); err != nil {
			t.Fatal(err)
		}
		before := p.site.Record().Requests
		p.run(t, 9, "deregister", "Kitchen Echo", "--yes").says(t, "journal.jsonl: is not a regular file; move it away")
		if n := p.site.Record().Requests; n != before {
			t.Errorf("%d requests were made all the same", n-before)
		}
	})
	t.Run("the disk is full", func(t *testing.T) {
		p := newPlace(t, "").share(t)
		p.when(listCall, func() { // after the start, before the first click
			if err := os.Symlink("/dev/full", filepath.Join(journals(p)[0], "journal.jsonl")); err != nil {
				t.Error(err)
			}
		})
		p.run(t, 9, "deregister", "Kitchen Echo", "--yes").says(t, "cannot write the journal: no space left on device", "Deregister was not clicked")
		if rec := p.site.Record(); len(rec.Deregistered)+len(rec.Refused) != 0 {
			t.Errorf("Deregister was clicked: %+v", rec.Deregistered)
		}
	})
	t.Run("a file in the place of the state directory", func(t *testing.T) {
		p := newPlace(t, "").share(t)
		if err := os.WriteFile(filepath.Join(p.state, "unecho"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
		p.run(t, 9, "deregister", "Kitchen Echo", "--yes").says(t, "cannot make the profile directory")
	})
}

func TestTwoRunsDoNotMeet(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	hold, held := make(chan struct{}), make(chan struct{})
	var once, freed sync.Once
	free := func() { freed.Do(func() { close(hold) }) }
	t.Cleanup(free) // also where the test ends early: the server waits for its answers
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		if listCall(r) { // the page's own and unecho's: without an answer to either no list is read
			once.Do(func() { close(held) })
			<-hold
		}
		p.site.ServeHTTP(w, r)
	})
	first := p.start(t, "list", "--step-timeout", "50s")
	<-held
	who := "process " + strconv.Itoa(first.Process.Pid) + ", since 20"
	// The same profile, and another profile of the same account.
	p.run(t, 7, "deregister", "Kitchen Echo", "--yes").says(t, "another run holds profile default: "+who, "--wait 5m")
	p.run(t, 7, "deregister", "Kitchen Echo", "--yes", "--profile", "other").says(t, "another run holds account a***@example.com: "+who)
	p.run(t, 7, "logout").says(t, "another run holds profile default")
	p.run(t, 7, "list", "--profile", "other", "--wait", "200ms")
	waiting := p.start(t, "list", "--profile", "other", "--wait", "1m", "-q")
	free()
	if code := first.code(t); code != 0 {
		t.Errorf("the first run: exit code %d\n%s", code, &first.err)
	}
	if code := waiting.code(t); code != 0 || waiting.err.Len() > 0 {
		t.Errorf("the one that waited: exit code %d\n%s", code, &waiting.err)
	}
}

func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "")
	hold, held := make(chan struct{}), make(chan struct{})
	p.when(deregisterCall, func() {
		// From here on nobody gets an answer: the run cannot settle the device in hand.
		p.answer(func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-hold:
			case <-r.Context().Done():
			}
		})
		close(held)
	})
	r := p.start(t, "deregister", "Kitchen Echo", "--yes")
	<-held
	r.Process.Signal(syscall.SIGTERM)
	ended := make(chan int, 1)
	go func() { ended <- r.code(t) }()
	select {
	case code := <-ended:
		t.Fatalf("the first signal ended it at once, exit code %d, although Deregister was clicked", code)
	case <-time.After(700 * time.Millisecond):
	}
	r.Process.Signal(syscall.SIGTERM)
	select {
	case code := <-ended:
		if code != 143 {
			t.Errorf("exit code %d, want 143", code)
		}
	case <-time.After(3 * time.Second):
		t.Fatal("still there 3 s after the second signal")
	}
	if left := processesNaming(p.state); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(p.state, "unecho", "run", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	close(hold)
	p.answer(nil)
	// What it left is settled like any crash.
	p.run(t, 0, "deregister", "Kitchen Echo", "--yes").says(t, "the device is still listed", "1 deregistered")
}

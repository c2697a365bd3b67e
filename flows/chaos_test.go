package flows_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
)

// Chaos: runs over five devices while answers come late, in part or not at all, and in
// bursts as 429, 500 and 503, over scenarios that are odd by themselves. A run may end
// as it must; it may not touch another device, hold one for gone that is not, hang, or
// end without a word; and at least four of five of those that only the weather keeps from
// it end with all devices done. UNECHO_CHAOS=500 plays that many, UNECHO_CHAOS_SEED repeats them;
// UNECHO_CHAOS_ONE=N plays the N-th of a seed alone.

// weather is what stands between the browser and the stand-in in one trial.
type weather struct {
	next  http.Handler
	rough float64 // 1 is the usual number of faults

	mu     sync.Mutex
	random *rand.Rand
	burst  int // answers that are still turned away
	status int
	faults map[string]int
}

// fault is what becomes of one request.
type fault struct {
	wait   time.Duration
	what   string
	status int
	asks   bool // for patience: Retry-After
}

func (w *weather) draw() (f fault) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f.wait = []time.Duration{0, 0, 20 * time.Millisecond, 300 * time.Millisecond}[w.random.IntN(4)]
	if w.random.Float64() < 0.01 {
		f.wait = 3 * time.Second
		w.faults["3 s"]++
	}
	f.asks = w.random.IntN(3) == 0
	x := w.random.Float64() / w.rough
	switch {
	case w.burst > 0:
		w.burst--
		f.what, f.status = "turned away", w.status
	case x < 0.015:
		w.burst, w.status = w.random.IntN(4), []int{429, 500, 502, 503}[w.random.IntN(4)]
		f.what, f.status = "turned away", w.status
	case x < 0.025:
		f.what = "dropped before"
	case x < 0.035:
		f.what = "dropped after"
	case x < 0.050:
		f.what = "truncated"
	}
	if f.what != "" {
		w.faults[f.what]++
	}
	return f
}

func (w *weather) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	f := w.draw()
	select {
	case <-time.After(f.wait):
	case <-r.Context().Done():
		return
	}
	switch f.what {
	case "turned away":
		if f.asks {
			rw.Header().Set("Retry-After", "1")
		}
		rw.WriteHeader(f.status)
		fmt.Fprintf(rw, "<html><title>%d</title>", f.status)
		return
	case "dropped before":
		panic(http.ErrAbortHandler)
	case "":
		w.next.ServeHTTP(rw, r)
		return
	}
	// What was asked for is done, and the answer does not arrive, or not all of it.
	rec := httptest.NewRecorder()
	w.next.ServeHTTP(rec, r)
	if f.what == "truncated" {
		for k, v := range rec.Header() {
			rw.Header()[k] = v
		}
		rw.Header().Set("Content-Length", strconv.Itoa(rec.Body.Len()))
		rw.WriteHeader(rec.Code)
		rw.Write(rec.Body.Bytes()[:rec.Body.Len()/2])
		http.NewResponseController(rw).Flush()
	}
	panic(http.ErrAbortHandler)
}

var chaosScenarios = []string{"", "", "session-expires", "session-expires-before", "lagging", "short-list", "short-count", "waf",
	"continue-shopping", "service-error", "throttled", "stale-row", "rerender", "late-popup", "no-result", "covered-for-a-while", "recycled-rows",
	"csrf-fails-once", "duplicate-names", "show-more", "otp", "lagging+session-expires", "waf+lagging", "false-success", "portal", "portal+lagging",
	"portal-session-expires", "portal-csrf-once", "console", "console+lagging"}

// doubtless: nothing about a scenario makes a run stop for doubt.
func doubtless(scenario string) bool {
	for _, s := range []string{"short-list", "short-count", "recycled-rows", "false-success"} {
		if strings.Contains(scenario, s) {
			return false
		}
	}
	return true
}

func TestChaos(t *testing.T) {
	t.Parallel()
	seed, n := browsertest.Number(t, "UNECHO_CHAOS_SEED", 2), int(browsertest.Number(t, "UNECHO_CHAOS", 1))
	one, alone := int(browsertest.Number(t, "UNECHO_CHAOS_ONE", 0)), os.Getenv("UNECHO_CHAOS_ONE") != ""
	t.Logf("UNECHO_CHAOS_SEED=%d", seed)
	var (
		mu      sync.Mutex
		codes   = map[int]int{}
		result  = map[device.Outcome]int{}
		faults  = map[string]int{}
		longest time.Duration
		played  int
		able    int // runs that could do all
		done    int // and did
	)
	started := time.Now()
	t.Cleanup(func() {
		t.Logf("%d runs in %.0f s, seed %d: exit codes %v, outcomes %v, faults %v, the longest %.1f s",
			played, time.Since(started).Seconds(), seed, codes, result, faults, longest.Seconds())
		t.Logf("%d of the %d runs that could do all devices did", done, able)
		// A test of safety that does nothing at all would be safe, too.
		if able >= 10 && done*5 < able*4 {
			t.Errorf("only %d of %d runs ended with all devices done", done, able)
		}
	})
	lanes := make(chan bool, 3)
	for i := range n {
		if alone && i != one {
			continue
		}
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			lanes <- true
			defer func() { <-lanes }()
			random := rand.New(rand.NewPCG(seed, uint64(i)))
			tr := trial{Scenario: chaosScenarios[random.IntN(len(chaosScenarios))], Step: 5 * time.Second, Limit: 75 * time.Second}
			if n <= 2 { // in the suite: small ones
				tr.Limit, tr.Scenario, tr.Step = 20*time.Second, "", 2*time.Second
			}
			if strings.HasPrefix(tr.Scenario, "portal") {
				tr.Via = "auto"
			}
			tr.Request = asking("Kitchen Echo", "Bedroom Echo Dot", "Living Room Show", "Ada's Kindle", "Ada's Fire TV Stick")
			if n <= 2 {
				tr.Request.Names = tr.Request.Names[:2]
			}
			if strings.Contains(tr.Scenario, "duplicate-names") {
				tr.Request.Names = tr.Request.Names[1:]
			}
			random.Shuffle(len(tr.Request.Names), func(a, b int) {
				tr.Request.Names[a], tr.Request.Names[b] = tr.Request.Names[b], tr.Request.Names[a]
			})
			calm := ""
			if strings.HasPrefix(tr.Scenario, "console") {
				calm = "console"
			}
			tr.Later = &calm
			w := &weather{random: random, rough: []float64{0.5, 1, 2}[random.IntN(3)], faults: map[string]int{}}
			if n <= 2 {
				w.rough = 0.5
			}
			tr.Before = func(next http.Handler) http.Handler { w.next = next; return w }
			began := time.Now()
			e := play(t, tr)
			took := time.Since(began)
			if took > tr.Limit+15*time.Second {
				t.Errorf("it took %v, with a limit of %v", took, tr.Limit)
			}
			for _, d := range e.Record.Deregistered {
				if !slices.Contains(tr.Request.Names, d.Name) {
					t.Errorf("%s was deregistered and nobody asked for it", d.Name)
				}
			}
			if e.Left > 0 {
				t.Errorf("%d devices are left unsettled also by a second run", e.Left)
			}
			explained := e.Stop != nil && strings.TrimSpace(e.Stop.Message) != "" && !strings.Contains(e.Stop.Message, "\n")
			for _, r := range e.Results {
				explained = explained || r.Outcome != device.Deregistered && r.Reason != ""
			}
			if e.Code != 0 && !explained || e.Code == 9 || e.Code == 2 {
				t.Errorf("exit %d: %+v, %+v", e.Code, e.Stop, e.Results)
			}
			mu.Lock()
			defer mu.Unlock()
			played++
			if doubtless(tr.Scenario) {
				able++
				if len(e.gone()) == len(tr.Request.Names) {
					done++
				}
			}
			codes[e.Code]++
			for _, r := range e.Results {
				result[r.Outcome]++
			}
			w.mu.Lock()
			defer w.mu.Unlock()
			for what, n := range w.faults {
				faults[what] += n
			}
			longest = max(longest, took)
			why := ""
			if e.Stop != nil {
				why = e.Stop.Message
			}
			t.Logf("%d (%s, rough %.1f): exit %d in %.1f s, %v %s", i, tr.Scenario, w.rough, e.Code, took.Seconds(), w.faults, why)
		})
	}
}

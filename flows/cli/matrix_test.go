package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/journal"
)

// The crash matrix: runs over many devices are ended at random instants, then the same
// command is given again until it is done. UNECHO_CRASHES instants of each kind are
// tried (200 say), UNECHO_CRASH_SEED repeats a run of the matrix.

type crash struct {
	name string
	do   func(t *testing.T, tool *os.Process, state string)
}

var crashes = []crash{
	{"SIGKILL", func(_ *testing.T, p *os.Process, _ string) { p.Kill() }},
	{"SIGTERM", func(_ *testing.T, p *os.Process, _ string) { p.Signal(syscall.SIGTERM) }},
	{"SIGINT", func(_ *testing.T, p *os.Process, _ string) { p.Signal(syscall.SIGINT) }},
	{"browser", func(_ *testing.T, _ *os.Process, state string) { killOne(browsersOf(state), "") }},
	{"renderer", func(_ *testing.T, _ *os.Process, state string) { killOne(browsersOf(state), "--type=renderer") }},
}

// In the suite two instants are tried, of kinds that the seed chooses.
func TestCrashMatrix(t *testing.T) {
	t.Parallel()
	seed := browsertest.Number(t, "UNECHO_CRASH_SEED", 20261122)
	n, many := int(browsertest.Number(t, "UNECHO_CRASHES", 1)), os.Getenv("UNECHO_CRASHES") != ""
	t.Logf("UNECHO_CRASH_SEED=%d", seed)
	random := rand.New(rand.NewPCG(seed, 5))
	type try struct {
		crash
		i       int
		instant float64 // part of the run
	}
	var tries []try
	for i := range n {
		for j, c := range crashes {
			if instant := random.Float64(); many || (int(seed%5)+2*i)%5 == j {
				tries = append(tries, try{c, i, instant})
			}
		}
	}
	devices, length := 20, wholeRun
	if !many {
		devices, length = 2, wholeRun/4
	}
	var sums sum
	started := time.Now()
	t.Cleanup(func() {
		t.Logf("%d instants with %d devices each in %.0f s, seed %d: %d ended by it, %d again until done, %d devices deregistered",
			len(tries), devices, time.Since(started).Seconds(), seed, sums.ended.Load(), sums.again.Load(), sums.devices.Load())
	})
	lanes := make(chan bool, 3)
	for _, x := range tries {
		t.Run(fmt.Sprintf("%s/%d", x.name, x.i), func(t *testing.T) {
			t.Parallel()
			lanes <- true
			defer func() { <-lanes }()
			x.crash.try(t, time.Duration(x.instant*float64(length)), devices, &sums)
		})
	}
}

// wholeRun is about what a run over 20 devices takes on two cores: instants are chosen
// in it. One that comes when all is done ends nothing, which is counted.
const wholeRun = 7 * time.Second

type sum struct{ ended, again, devices atomic.Int64 }

func (c crash) try(t *testing.T, instant time.Duration, devices int, sums *sum) {
	p := newPlace(t, "show-more")
	var asked []string
	for i := range devices {
		asked = append(asked, fmt.Sprintf("Hall Echo Dot %d", i+3))
	}
	registered := len(p.site.Record().Devices)
	list := filepath.Join(t.TempDir(), "list.txt")
	if err := os.WriteFile(list, []byte(strings.Join(asked, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"deregister", "--file", list, "--yes", "--json", "--pace", "0s", "--step-timeout", "5s", "--via", "mycd"}
	var told bytes.Buffer
	defer func() {
		if t.Failed() {
			t.Logf("%s at %v:\n%s", c.name, instant, &told)
		}
	}()
	first := p.start(t, args...)
	over := make(chan struct{})
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		select {
		case <-over:
		case <-time.After(instant):
			c.do(t, first.Process, p.state)
		}
	}()
	began := time.Now()
	code := first.code(t)
	took := time.Since(began)
	close(over)
	<-gone
	fmt.Fprintf(&told, "exit %d after %v\n%s%s\n", code, took, &first.out, &first.err)
	if code != 0 {
		sums.ended.Add(1)
	}
	if code != 0 && code != -1 && !strings.HasPrefix(first.err.String(), "unecho: ") && !strings.Contains(first.err.String(), "\nunecho: ") {
		t.Errorf("exit %d without a word", code)
	}
	if late := took - instant; (c.name == "SIGTERM" || c.name == "SIGINT") && late > 12*time.Second {
		t.Errorf("it took %v to end", late)
	}
	p.agrees(t, first, asked)

	for again := 0; code != 0; again++ {
		if again == 5 {
			t.Fatal("not done after five more runs")
		}
		r := p.start(t, args...)
		code = r.code(t)
		sums.again.Add(1)
		fmt.Fprintf(&told, "again: exit %d\n%s%s\n", code, &r.out, &r.err)
		if code == 7 || code == 9 {
			t.Errorf("a lock or a file is stuck: exit %d", code)
		}
		p.agrees(t, r, asked)
	}

	rec := p.site.Record()
	var done []string
	for _, d := range rec.Deregistered {
		done = append(done, d.Name)
	}
	sums.devices.Add(int64(len(done)))
	slices.Sort(done)
	want := slices.Sorted(slices.Values(asked))
	if !slices.Equal(done, want) || len(rec.Devices) != registered-devices {
		t.Errorf("deregistered %q, %d are left; want %q, %d", done, len(rec.Devices), want, registered-devices)
	}
	if len(rec.Doubles)+len(rec.Dangers)+len(rec.Pretended)+len(rec.ContentDeleted)+rec.Registrations > 0 {
		t.Errorf("this must never happen: doubles %v, dangers %v", rec.Doubles, rec.Dangers)
	}
	p.historyAgrees(t, asked)
	if left := processesNaming(p.state); len(left) > 0 {
		t.Errorf("left running: %v", left)
	}
	if left, _ := filepath.Glob(filepath.Join(p.state, "unecho", "run", "*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// agrees: what a run reports as gone is gone, and nobody else is.
func (p *place) agrees(t *testing.T, r *running, asked []string) {
	t.Helper()
	gone := map[string]bool{}
	for _, d := range p.site.Record().Deregistered {
		gone[d.Name] = true
		if !slices.Contains(asked, d.Name) {
			t.Errorf("%s was deregistered and nobody asked for it", d.Name)
		}
	}
	if r.out.Len() == 0 {
		return
	}
	var out struct {
		Devices []struct{ Name, Outcome string }
	}
	if err := json.Unmarshal(r.out.Bytes(), &out); err != nil {
		t.Errorf("stdout is no JSON: %v\n%s", err, &r.out)
	}
	for _, d := range out.Devices {
		if (d.Outcome == "deregistered" || d.Outcome == "already-gone") && !gone[d.Name] {
			t.Errorf("the report says %s: %s; it is still there", d.Name, d.Outcome)
		}
	}
}

// historyAgrees: in the end the journal says of every device that it is gone, by one
// outcome, and no intent is open.
func (p *place) historyAgrees(t *testing.T, asked []string) {
	t.Helper()
	h := p.run(t, 0, "history", "--json")
	var doc struct{ Entries []journal.Entry }
	if err := json.Unmarshal(h.out.Bytes(), &doc); err != nil {
		t.Fatalf("%v\n%s", err, &h.out)
	}
	last, deregistered := map[string]string{}, map[string]int{}
	for _, e := range doc.Entries {
		last[e.Name] = string(e.Outcome)
		if e.Kind == journal.KindOutcome && e.Outcome == "deregistered" {
			deregistered[e.Name]++
		}
	}
	for _, name := range asked {
		if o := last[name]; o != "deregistered" && o != "already-gone" || deregistered[name] > 1 {
			t.Errorf("the journal says of %s: %q, deregistered %d times", name, o, deregistered[name])
		}
		delete(last, name)
	}
	if len(last) > 0 {
		t.Errorf("the journal tells of others: %v", last)
	}
}

// process is one of a browser's.
type process struct {
	pid, parent int
	line        string
}

func browsersOf(state string) (found []process) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, d := range dirs {
		b, err := os.ReadFile(d + "/cmdline")
		if err != nil || !strings.Contains(string(b), "--user-data-dir="+state) && !strings.Contains(string(b), state+"/unecho/run/") {
			continue
		}
		pid, _ := strconv.Atoi(filepath.Base(d))
		st, _ := os.ReadFile(d + "/stat")
		var s string
		parent := 0
		if i := bytes.LastIndexByte(st, ')'); i > 0 {
			fmt.Sscan(string(st[i+1:]), &s, &parent)
		}
		found = append(found, process{pid, parent, string(b)})
	}
	return found
}

// killOne kills the process of a kind, or without one the first of all.
func killOne(all []process, kind string) {
	for _, p := range all {
		first := !slices.ContainsFunc(all, func(o process) bool { return o.pid == p.parent })
		if kind == "" && first || kind != "" && strings.Contains(p.line, kind) {
			if victim, err := os.FindProcess(p.pid); err == nil {
				victim.Kill() // it may have ended by itself
			}
			return
		}
	}
}

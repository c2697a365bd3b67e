package flows_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/standin"
)

// layoutsSuite are the seeds of the default suite: one of each way in which Deregister is offered (in
// the row, by hovering, in a menu, in details, in a toolbar), of each kind of list, with and
// without ids, on both sites; two (46, 99) in which a device must be refused; and others
// that take a second or two of processor time. shortSuite
// has a row in another's row and the portal. .ci/run plays the first 100.
var (
	layoutsSuite = []uint64{1, 2, 3, 5, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 24, 27, 30, 32, 33, 34, 38, 40, 46, 99}
	shortSuite   = []uint64{2, 3}
)

// seeds are those of the suite; with UNECHO_LAYOUTS that many, from UNECHO_LAYOUTS_FROM or
// from 1 on; with UNECHO_LAYOUT that one.
func seeds(t *testing.T, suite []uint64) (seeds []uint64) {
	if one := browsertest.Number(t, "UNECHO_LAYOUT", 0); one > 0 {
		return []uint64{one}
	}
	n := browsertest.Number(t, "UNECHO_LAYOUTS", 0)
	if n == 0 {
		return suite
	}
	for from := browsertest.Number(t, "UNECHO_LAYOUTS_FROM", 1); n > 0; n-- {
		seeds, from = append(seeds, from), from+1
	}
	return seeds
}

// tally counts what the layouts came to.
type tally struct {
	mu             sync.Mutex
	seeds, done    int
	refused, wrong []string
}

func (c *tally) report(t *testing.T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t.Logf("%d layouts, %d done, %d refused, %d wrong", c.seeds, c.done, len(c.refused), len(c.wrong))
	for _, r := range c.refused {
		t.Log("refused: " + r)
	}
	for _, w := range c.wrong {
		t.Error("WRONG: " + w)
	}
	// A test of safety that does nothing at all would be safe, too.
	if floor := c.seeds * 9 / 10; c.done < floor && c.seeds >= 10 {
		t.Errorf("only %d of %d layouts were done", c.done, c.seeds)
	}
}

// onceRefused are seeds that went wrong, or were refused for a reason that a person would not have agreed
// with. They are played with UNECHO_LAYOUTS, beside those that it asks for.
var onceRefused = []uint64{101, 122, 144, 161, 178, 186, 198, 214, 301, 430, 504, 554, 639, 640, 720, 785, 810}

// TestLayouts plays pages that nobody planned: the devices views and the portal, drawn
// from a seed by a generator that knows nothing of how they are read. No wrong device, no
// danger, no false "gone" and no silent nothing, whatever is drawn.
func TestLayouts(t *testing.T) {
	t.Parallel()
	c := &tally{}
	t.Cleanup(func() { c.report(t) })
	played := seeds(t, layoutsSuite)
	if os.Getenv("UNECHO_LAYOUTS") != "" {
		played = append(played, onceRefused...)
	}
	for _, seed := range played {
		plan := standin.Layout(seed)
		if seed%4 == 3 {
			plan = standin.PortalLayout(seed)
		}
		t.Run(plan.Scenario, func(t *testing.T) { t.Parallel(); playLayout(t, plan, c) })
	}
}

// TestLayoutsShort is the same with six of ten devices that are not asked for left out of
// the list call, while the page still shows them.
func TestLayoutsShort(t *testing.T) {
	t.Parallel()
	c := &tally{}
	t.Cleanup(func() {
		c.done = max(c.done, c.seeds) // doubt may refuse here; only what is wrong counts
		c.report(t)
	})
	for _, seed := range seeds(t, shortSuite) {
		plan := standin.Layout(seed).Short()
		t.Run(plan.Scenario, func(t *testing.T) { t.Parallel(); playLayout(t, plan, c) })
	}
}

func playLayout(t *testing.T, plan standin.LayoutPlan, c *tally) {
	req := device.Request{}
	want := map[string]standin.LayoutTask{}
	for _, task := range plan.Tasks {
		want[task.Key] = task
		req.Keys = append(req.Keys, task.Key)
	}
	via := "mycd"
	if plan.Portal {
		via = "alexa"
	}
	e := play(t, trial{Scenario: plan.Scenario, Via: via, Request: req, Step: 8 * time.Second, Limit: 4 * time.Minute, SignedIn: true})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seeds++
	bad := func(format string, args ...any) {
		c.wrong = append(c.wrong, plan.Scenario+": "+fmt.Sprintf(format, args...))
	}
	for _, g := range e.Record.Deregistered {
		if _, asked := want[g.Key]; !asked {
			bad("%q (%s) was deregistered and not asked for", g.Name, g.Key)
		}
	}
	if len(e.Record.Dangers) > 0 {
		bad("dangers pressed: %v", e.Record.Dangers)
	}
	gone := map[string]bool{}
	for _, g := range e.Record.Deregistered {
		gone[g.Key] = true
	}
	done := true
	var said []string
	for _, r := range e.Results {
		task, asked := want[r.Key]
		if !asked {
			continue
		}
		if r.Outcome == device.Deregistered && !gone[r.Key] {
			bad("%q is called gone and is there", r.Name)
		}
		ok := r.Outcome == device.Deregistered || task.Expect == standin.NotOffered && (r.Outcome == device.NotOffered || r.Outcome == device.Skipped) ||
			task.Expect == standin.Refuse && !gone[r.Key]
		if !ok {
			done = false
			said = append(said, fmt.Sprintf("%q (%s%s): %s, %s", r.Name, task.Expect, prefixed(", ", task.Why), r.Outcome, r.Reason))
		}
	}
	if len(e.Results) == 0 {
		done = false
	}
	if e.Stop != nil {
		said = append(said, "stop: "+e.Stop.Message)
	}
	if done {
		c.done++
		return
	}
	if len(said) == 0 {
		bad("nothing was done, and nothing said")
	}
	c.refused = append(c.refused, plan.Scenario+": "+strings.Join(said, " · "))
	if os.Getenv("UNECHO_LAYOUT") != "" {
		t.Log(plan.String() + e.Log)
	}
}

func prefixed(prefix, s string) string {
	if s == "" {
		return ""
	}
	return prefix + s
}

package page

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// Step is one finished step, for a person to read.
type Step struct {
	When   time.Time
	Do     string // "click", "see", "goto" …
	What   string
	Result string // "done", or what happened, with what the step noticed on its way
	Took   time.Duration
	Lines  []string // what was noticed on the way, each with the seconds since the start
}

// maxSteps is how many steps a tab remembers: a run over thousands of devices takes tens of
// thousands, and what somebody looks at afterwards are the last ones.
const maxSteps = 1000

// journal keeps the last steps of a tab.
type journal struct {
	mu    sync.Mutex
	steps []Step
}

// Log is the last steps of the tab, in order: a thousand of them at most.
func (t *Tab) Log() []Step {
	t.log.mu.Lock()
	defer t.log.mu.Unlock()
	return slices.Clone(t.log.steps[max(0, len(t.log.steps)-maxSteps):])
}

// add keeps a step, and forgets the oldest where there are too many.
func (j *journal) add(s Step) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.steps) >= 2*maxSteps { // moved seldom
		j.steps = append(j.steps[:0], j.steps[len(j.steps)-maxSteps:]...)
		clear(j.steps[maxSteps:cap(j.steps)])
	}
	j.steps = append(j.steps, s)
}

// step is one running step.
type step struct {
	t      *Tab
	ctx    context.Context
	cancel context.CancelFunc
	do     string
	what   string
	start  time.Time
	end    time.Time // of the step
	asked  *document // the last one that answered
	byName []string  // keys of devices that a row of their name shows, in Shows
	anyway bool      // do not wait for a navigation to be over

	commits int // documents of the tab when the step began

	lines []string
	last  string    // the last state noted
	since time.Time // since when it holds
	bars  bars      // obstacles closed on the way
}

// begin waits for the tab's turn and starts a step.
func (t *Tab) begin(ctx context.Context, do, what string) (*step, error) {
	s := &step{t: t, do: do, what: what, start: time.Now(), ctx: ctx, cancel: func() {}}
	select {
	case t.turn <- struct{}{}:
	case <-ctx.Done():
		return nil, s.failed(ctx.Err())
	case <-t.life.Done():
		return nil, s.failed(context.Cause(t.life))
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.start = time.Now()
	s.end = s.start.Add(t.o.StepTimeout)
	// The page must answer before the caller's own deadline, or the reason is lost.
	if d, ok := ctx.Deadline(); ok {
		margin := min(max(time.Until(d)/10, 100*time.Millisecond), time.Second)
		s.end = earlier(s.end, d.Add(-margin))
	}
	t.state.mu.Lock()
	t.state.notes, s.commits = nil, t.state.commits
	t.state.mu.Unlock()
	if t.life.Err() != nil {
		return nil, s.finish(context.Cause(t.life))
	}
	if err := ctx.Err(); err != nil {
		return nil, s.finish(err)
	}
	return s, nil
}

// linef adds a line to the step's log.
func (s *step) linef(format string, args ...any) {
	line := fmt.Sprintf("%.1f s ", time.Since(s.start).Seconds()) + fmt.Sprintf(format, args...)
	if len(s.lines) < 200 {
		s.lines = append(s.lines, line)
	}
}

// traced is one state that the page noted while it waited.
type traced struct {
	At    int64  `json:"at"` // Unix milliseconds
	Words string `json:"words"`
}

// trace adds what the page noted; a state that goes on keeps its start.
func (s *step) trace(states []traced) {
	for _, st := range states {
		if st.Words == s.last {
			continue
		}
		s.last, s.since = st.Words, time.UnixMilli(st.At)
		if len(s.lines) < 200 {
			s.lines = append(s.lines, fmt.Sprintf("%.1f s %s", max(0, s.since.Sub(s.start).Seconds()), st.Words))
		}
	}
}

// collect takes over what events noted, such as dismissed alerts.
func (s *step) collect() []string {
	s.t.state.mu.Lock()
	defer s.t.state.mu.Unlock()
	notes := s.t.state.notes
	s.t.state.notes = nil
	for _, n := range notes {
		s.linef("%s", n)
	}
	return notes
}

// fail is what page.js says when a step cannot be done.
type fail struct {
	Kind  string `json:"kind"`
	Words string `json:"words"`
}

// lasting are the states whose length is worth telling.
var lasting = map[Kind]bool{KindInvisible: true, KindDisabled: true, KindCovered: true, KindMoving: true}

// refuse makes the step's error from the page's words.
func (s *step) refuse(f *fail) error {
	kind, ok := kindOf[f.Kind]
	if !ok {
		kind = KindInternal
	}
	words := f.Words
	if lasting[kind] && words == s.last {
		if d := time.Since(s.since); d >= 100*time.Millisecond {
			words += fmt.Sprintf(" for %.1f s", d.Seconds())
		}
	}
	if b := s.bars.words(); b != "" {
		words += ", " + b
	}
	return &Error{Kind: kind, Words: words, Late: kind != KindOtherDevice && kind != KindDanger && kind != KindOrigin}
}

// failed makes an *Error of any error.
func (s *step) failed(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{cause: err}
		var script *scriptError
		switch {
		case s.t.life.Err() != nil:
			e.Kind, e.Words = lifeError(s.t.life)
		case errors.Is(err, errTabGone):
			e.Kind, e.Words = KindGone, err.Error()
		case errors.Is(err, context.Canceled):
			e.Kind, e.Words = KindStopped, "stopped"
		case errors.Is(err, errStillLoading):
			e.Kind, e.Words, e.Late = KindTimeout, fmt.Sprintf("%v after %.0f s", err, time.Since(s.start).Seconds()), true
		case errors.Is(err, errNothingOpen):
			e.Kind, e.Words = KindNavigation, err.Error()
		case errors.Is(err, context.DeadlineExceeded):
			e.Kind, e.Words, e.Late = KindTimeout, fmt.Sprintf("the page gave no answer for %.0f s", time.Since(s.start).Seconds()), true
		case errors.Is(err, errDocGone):
			e.Kind, e.Words = KindNavigation, "the page changed in the middle of the step"
		case errors.As(err, &script):
			e.Kind, e.Words = KindInternal, "script in the page: "+script.words
		default:
			e.Kind, e.Words = KindInternal, oneLine(err.Error(), 300)
		}
	}
	if e.What == "" {
		e.What = s.what
	}
	if len(e.Log) == 0 {
		e.Log = s.lines
	}
	return e
}

// finish ends the step, logs it, and returns its error, if any, as an *Error.
func (s *step) finish(err error) error {
	notes := s.collect()
	result := "done"
	if err != nil {
		err = s.failed(err)
		var e *Error
		errors.As(err, &e)
		e.Log = s.lines
		result = e.Words
	}
	for _, n := range append(s.bars.notes(), notes...) {
		result += "; " + n
	}
	done := Step{When: s.start, Do: s.do, What: s.what, Result: result, Took: time.Since(s.start), Lines: s.lines}
	s.t.log.add(done)
	switch s.do {
	case "click", "check", "hover", "fill", "scroll", "goto", "reload":
		s.t.acted = time.Now()
	}
	s.cancel()
	<-s.t.turn
	if s.t.o.OnStep != nil {
		s.t.o.OnStep(done)
	}
	return err
}

// oneLine makes words from the page fit for one line of a log.
func oneLine(s string, limit int) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}

// nameOf is what a device is called in logs.
func (t *Tab) nameOf(key string) string {
	for _, d := range t.known.devices {
		if d.Key == key {
			return oneLine(d.Name, 80)
		}
	}
	return "the page"
}

package page

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
)

// Clicked is what a click hit.
type Clicked struct {
	Candidate int    // which candidate of the element it was; 0 is the first choice
	CSS       string // of that candidate
	Text      string // what the element said, shortened
	Navigated bool   // the page had begun to leave, or had left, when Click returned
	X, Y      float64
}

// Click waits until the element is there, visible, enabled and not covered, and
// clicks it with the real mouse under the guard. A click that arrived is never
// sent twice. Obstacles that cover the element are closed first.
func (t *Tab) Click(ctx context.Context, w What) (Clicked, error) {
	s, err := t.begin(ctx, "click", w.label())
	if err != nil {
		return Clicked{}, err
	}
	c, err := s.click(w, "click", s.end)
	return c, s.finish(err)
}

// Hover moves the real mouse away and onto the element.
func (t *Tab) Hover(ctx context.Context, w What) error {
	s, err := t.begin(ctx, "hover", w.label())
	if err != nil {
		return err
	}
	return s.finish(s.hover(w, true, s.end))
}

// HoverUntil hovers again and again until another element is visible: a hover made
// before the page's script was ready is lost.
func (t *Tab) HoverUntil(ctx context.Context, w, until What) error {
	s, err := t.begin(ctx, "hover", w.label()+" until "+until.label())
	if err != nil {
		return err
	}
	return s.finish(s.hoverUntil(w, until))
}

func (s *step) hoverUntil(w, until What) error {
	for n := 1; ; n++ {
		if err := s.hover(w, n > 1, s.end); err != nil {
			return err
		}
		// A hover can be lost (no script listened yet) or take its time (it does):
		// each one gets twice the time of the one before.
		end := time.Now().Add(400 * time.Millisecond << min(n-1, 3))
		if end.After(s.end) {
			end = s.end
		}
		_, err := s.waitFor([]What{until}, end, false)
		var e *Error
		if err == nil || !errors.As(err, &e) || !e.Late || !time.Now().Before(s.end) {
			if err != nil && errors.As(err, &e) {
				e.Words = fmt.Sprintf("%s: %s, after %d hovers", until.label(), e.Words, n)
			}
			return err
		}
		s.linef("%s is not visible after hover %d", until.label(), n)
	}
}

// Check ticks a box or radio button that is not ticked. One that is ticked stays.
func (t *Tab) Check(ctx context.Context, w What) error {
	s, err := t.begin(ctx, "check", w.label())
	if err != nil {
		return err
	}
	return s.finish(s.check(w))
}

func (s *step) check(w What) error {
	c, err := s.click(w, "check", s.end)
	if err != nil || c.CSS == ticked {
		return err
	}
	end := time.Now().Add(2 * time.Second)
	if s.end.Before(end) {
		end = s.end
	}
	var r struct{ Fail *fail }
	if err := s.ask("ticked", end, func(ms int64) any { return map[string]any{"spec": w.spec(), "ms": ms} }, &r, true); err != nil {
		return err
	}
	if r.Fail != nil {
		return s.refuse(r.Fail)
	}
	return nil
}

// ticked marks in Clicked.CSS that no click was needed.
const ticked = "\x00ticked"

// readiness is the page's answer to "where can this be pressed?".
type readiness struct {
	OK        bool
	Already   bool // Check: it is ticked
	X, Y      float64
	CSS       string
	Candidate int
	Obstacle  string // name: it covers the element
	Close     string // element that closes it
	By        string
	CX, CY    float64 // where an obstacle lies that no hint knows
	Fail      *fail
	Trace     []traced
}

// ready waits until the element can be pressed, closing obstacles. With g > 0 the
// guard is armed for that gesture when it returns.
func (s *step) ready(w What, mode string, g int64, still bool, end time.Time) (readiness, error) {
	if name := unknown(s.t.o.Selectors, w.names()...); name != "" {
		return readiness{}, &Error{Kind: KindInternal, Words: "the selectors have no element " + name}
	}
	for {
		var r readiness
		err := s.ask("ready", end, func(ms int64) any {
			return map[string]any{"spec": w.spec(), "mode": mode, "ms": ms, "g": g, "still": still, "spent": s.bars.spent()}
		}, &r, true)
		if err != nil {
			return r, err
		}
		s.trace(r.Trace)
		switch {
		case r.Obstacle != "":
			s.remove(r, end)
			if g > 0 {
				s.t.gestureBegins()
			}
			continue
		case r.Fail != nil:
			return r, s.refuse(r.Fail)
		case r.Candidate > 0:
			s.linef("found by choice %d, %s", r.Candidate+1, r.CSS)
		}
		return r, nil
	}
}

// click is one guarded click, tried again while the guard's reason is harmless.
func (s *step) click(w What, mode string, end time.Time) (Clicked, error) {
	t := s.t
	defer t.gestureOver()
	still := false
	lost := 0
	for {
		commits := t.gestureBegins()
		g, r, ok := s.primed(w, mode, commits)
		if !ok {
			t.gestures++
			g = t.gestures
			var err error
			if r, err = s.ready(w, mode, g, still, end); err != nil {
				return Clicked{}, err
			}
		}
		if r.Already {
			s.linef("is ticked already")
			return Clicked{CSS: ticked}, nil
		}
		if t.beforePress != nil {
			t.beforePress()
		}
		t.expect(w.Known)
		v, err := s.press(r.X, r.Y, g, end)
		if err != nil {
			return Clicked{}, err
		}
		if v.OK {
			if k := w.Known; k != nil && t.looked {
				t.looked, t.opening = false, nil
				if k.Seek == SeekOpener && !k.In || k.Seek == SeekName || k.Seek == SeekDeregister {
					t.opening = k
				}
			}
			t.state.mu.Lock()
			left := t.state.commits > commits || t.state.underway()
			t.state.mu.Unlock()
			return Clicked{Candidate: v.Candidate, CSS: v.CSS, Text: v.Text, Navigated: left, X: r.X, Y: r.Y}, nil
		}
		f := &fail{Kind: v.Kind, Words: v.Words}
		switch kindOf[v.Kind] {
		case KindOtherDevice, KindDanger:
			s.linef("cancelled: %s", v.Words)
			return Clicked{}, s.refuse(f)
		}
		if v.Kind == "unknown" { // never sent twice
			return Clicked{}, &Error{Kind: KindCancelled, Words: v.Words}
		}
		s.trace([]traced{{At: time.Now().UnixMilli(), Words: v.Words}})
		// A press that the page already saw a part of is not repeated for ever: the
		// page may have acted on that part.
		if v.Passed != "" || v.Kind == "lost" {
			lost++
		}
		if !time.Now().Before(end) || lost > maxLost {
			err := s.refuse(f)
			var e *Error
			if errors.As(err, &e) {
				e.Kind = cmp.Or(kindOf[v.Kind], KindCancelled)
				e.Words += ", the press was cancelled"
			}
			return Clicked{}, err
		}
		s.linef("cancelled and tried again: %s", v.Words)
		still = true // it may be on the move without the browser knowing an animation
	}
}

// maxLost is how often a press whose click got lost is repeated. On a page that
// is rendered anew every millisecond 3 of 1,000 clicks get lost once.
const maxLost = 3

// hover moves the mouse away and onto the element. Two moves in one frame are one
// to the page, so away is a move of its own only if it is waited for (leave).
func (s *step) hover(w What, leave bool, end time.Time) error {
	r, err := s.ready(w, "hover", 0, false, end)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithDeadline(s.ctx, end.Add(slack))
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	move := input.DispatchMouseEventParams{Type: input.DispatchMouseEventTypeMouseMoved}
	away := s.t.post(ctx, input.DispatchMouseEvent.Method, move) // the corner of the window
	if leave {
		if err := away.wait(); err != nil {
			return err
		}
	}
	move.X, move.Y = r.X, r.Y
	return s.t.post(ctx, input.DispatchMouseEvent.Method, move).wait()
}

package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/chromedp/cdproto/input"
)

// gestureBegins keeps documents that come from now on from being greeted: until
// they are, their guard swallows every press. It returns the commits so far.
func (t *Tab) gestureBegins() int {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	t.state.gesturing = true
	return t.state.commits
}

// commits is how many documents the tab has shown.
func (t *Tab) commits() int {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	return t.state.commits
}

// gestureOver lets new documents be greeted again.
func (t *Tab) gestureOver() {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	t.state.gesturing = false
	if d := t.state.doc; d != nil && d.owed {
		d.owed = false
		go t.greet(d)
	}
}

// press makes the gesture at a point and returns the guard's verdict on it.
func (s *step) press(x, y float64, g int64, end time.Time) (verdict, error) {
	t := s.t
	for len(t.state.verdicts) > 0 {
		<-t.state.verdicts
	}
	ctx, cancel := context.WithDeadline(s.ctx, end.Add(slack))
	defer cancel()
	defer context.AfterFunc(t.life, cancel)()
	doc := s.asked // where the guard is armed; the tab may show another one by now
	left := doc.ctx.Done()
	at := input.DispatchMouseEventParams{X: x, Y: y}
	// The move is not waited for: it costs a frame, and the press flushes it.
	at.Type = input.DispatchMouseEventTypeMouseMoved
	t.post(ctx, input.DispatchMouseEvent.Method, at)
	at.Type, at.Button, at.ClickCount, at.Buttons = input.DispatchMouseEventTypeMousePressed, input.MouseButtonLeft, 1, 1
	down := t.post(ctx, input.DispatchMouseEvent.Method, at)
	at.Type, at.Buttons = input.DispatchMouseEventTypeMouseReleased, 0
	up := t.post(ctx, input.DispatchMouseEvent.Method, at)

	var got *verdict
	stray, done := false, false
	released := up.done
	var quiet <-chan time.Time // after the release is answered: how long the guard may take
	for {
		if got != nil && released == nil && (done || !got.OK || !got.Leads) {
			return *got, nil
		}
		select {
		case v := <-t.state.verdicts:
			switch {
			case v.Stray:
				stray = true
			case v.G == g && v.Done:
				done = true
			case v.G == g:
				got = &v
			}
		case <-left: // what this document said is said
			left, done = nil, true
		case <-released:
			released = nil
			if err := firstError(down, up); err != nil && got == nil && t.life.Err() == nil && ctx.Err() == nil {
				s.linef("%s", oneLine(err.Error(), 100))
			}
			quiet = time.After(200 * time.Millisecond)
		case <-quiet:
			if got != nil {
				return *got, nil
			}
			if left == nil {
				return lostWith(stray), nil
			}
			// The verdict may only be late. Taking it for none would click twice.
			unseen, v, err := t.pressed(ctx, doc, g)
			switch {
			case errors.Is(err, errDocGone):
				left, done = nil, true
			case err != nil:
				return verdict{}, err
			case unseen:
				return verdict{Kind: "lost", Words: "the press did not reach the page"}, nil
			case v != nil:
				got = v
			}
			quiet = time.After(50 * time.Millisecond)
		case <-ctx.Done():
			if got != nil { // it arrived; the page is only slow to say so
				return *got, nil
			}
			if t.life.Err() != nil {
				return verdict{}, context.Cause(t.life)
			}
			return verdict{}, ctx.Err()
		}
	}
}

// lostWith is the verdict on a press whose document went away before it said
// anything. If the next one's guard swallowed the press, it may be made again;
// otherwise it may have arrived, and nobody knows.
func lostWith(stray bool) verdict {
	if stray {
		return verdict{Kind: "lost", Words: "the page changed under the press, nothing was clicked"}
	}
	return verdict{Kind: "unknown", Words: "the page changed under the press, it may have been clicked"}
}

// pressed asks the document of a gesture what became of it.
func (t *Tab) pressed(ctx context.Context, d *document, g int64) (unseen bool, v *verdict, err error) {
	raw, err := t.evaluate(ctx, d, fmt.Sprintf(`unecho.call("pressed", {"g": %d})`, g))
	if err != nil {
		return false, nil, err
	}
	var r struct {
		Unseen  bool
		Verdict *verdict
	}
	err = json.Unmarshal(raw, &r)
	return r.Unseen, r.Verdict, err
}

func firstError(sents ...*sent) error {
	for _, s := range sents {
		select {
		case <-s.done:
			if s.err != nil {
				return s.err
			}
		default:
		}
	}
	return nil
}

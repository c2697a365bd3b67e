package page

import (
	"reflect"
	"time"
)

// This file makes the next press ready with the answer to a question that comes before it:
// where a Deregister is in view, or a pop-up to be confirmed, it is pressed next, and where a
// device stands as the one before, what opened that one. It need not be looked for once more.

// A primed press is one that the page made ready, its guard armed for it, before its step.
type primed struct {
	what    spec
	g       int64
	r       readiness
	doc     *document
	commits int // documents of the tab when it was asked for
	at      time.Time
}

// primedFor is how long a press stays ready.
const primedFor = 300 * time.Millisecond

// prime is what a question says of the press that comes next.
func (t *Tab) prime(w What) (q map[string]any, p *primed) {
	t.gestures++
	p = &primed{what: w.spec(), g: t.gestures, commits: t.commits()}
	return map[string]any{"spec": p.what, "mode": "click", "g": p.g, "still": false, "spent": []string{}, "ms": 5000}, p
}

// keep keeps a press that the page made ready for the next step; nil: it did not.
func (p *primed) keep(s *step, r *readiness) {
	if r != nil && r.OK {
		p.r, p.doc, p.at = *r, s.asked, time.Now()
		s.t.primed = p
	}
}

// primed takes the press that was made ready, if it is this one, and the tab still shows
// the document that is armed for it. Documents are not greeted by now: one that comes
// later swallows the press.
func (s *step) primed(w What, mode string, commits int) (g int64, r readiness, ok bool) {
	p := s.t.primed
	s.t.primed = nil
	if p == nil || mode != "click" || commits != p.commits || time.Since(p.at) > primedFor || !reflect.DeepEqual(p.what, w.spec()) {
		return 0, r, false
	}
	s.t.state.mu.Lock()
	here := s.t.state.doc == p.doc && !s.t.state.underway()
	s.t.state.mu.Unlock()
	if !here {
		return 0, r, false
	}
	s.asked = p.doc
	return p.g, p.r, true
}

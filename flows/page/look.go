package page

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
)

// Seen is a screen as it was found.
type Seen struct {
	Screen  string `json:"screen"` // "unknown" if none of the set
	Variant string `json:"variant"`
	URL     string `json:"url"`
	Path    string `json:"path"`
	Title   string `json:"title"`
	Lang    string `json:"lang"`   // of the account: the nav bar's class, else the document's
	Status  int    `json:"status"` // HTTP status of the main document, 0 if unknown
	Doc     string `json:"doc"`    // another one for each document that was loaded

	// Method of the request that the document answers, after redirections: loading a
	// POST's answer again sends the form again. "" if it was not seen.
	Method string `json:"method,omitempty"`
	// Lost is the net error (net::ERR_…) of a document that did not arrive, in which
	// case URL is the address it was wanted from, or of which only the beginning did.
	Lost string `json:"lost,omitempty"`

	// Why: what told the screen; for an unknown one, why the nearest were not it.
	Why    []string `json:"why"`
	Person bool     `json:"person"` // only a human being can answer it

	Patience float64 `json:"patience"` // ms that the screen may take to pass by itself
	// Half: the document was still being parsed; See does not take such a verdict.
	Half     bool `json:"half"`
	Complete bool `json:"complete"` // it has loaded, with all that belongs to it
}

// Goto loads a URL and returns when the navigation has committed: the new document
// is there, not its images. A net error is KindNavigation with its net:: name; an
// HTTP error is none (see Seen.Status).
func (t *Tab) Goto(ctx context.Context, url string) error {
	s, err := t.begin(ctx, "goto", url)
	if err != nil {
		return err
	}
	return s.finish(s.load(url))
}

func (s *step) load(url string) error {
	st := s.t.state
	st.mu.Lock()
	old, jumps := st.doc, st.jumps
	st.mu.Unlock()
	ctx, cancel := context.WithDeadline(s.ctx, s.end)
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	res, err := cdp.Call(ctx, s.t.target, cdppage.Navigate, cdppage.NavigateParams{URL: url})
	switch {
	case err != nil && ctx.Err() != nil && s.t.life.Err() == nil:
		s.stopLoading()
		if s.ctx.Err() != nil {
			return err // the caller gave it up
		}
		return st.late("no answer", s.start)
	case err != nil && strings.Contains(err.Error(), "invalid URL"):
		return &Error{Kind: KindNavigation, Words: "not a URL"}
	case err != nil:
		return err
	case res.ErrorText != "":
		return netError(res.ErrorText)
	case res.IsDownload:
		return &Error{Kind: KindNavigation, Words: "a download, not a page"}
	case res.LoaderID == "":
		// To the browser it was a jump within the document that is there, be it an error
		// page at the same address: what was asked for is that it loads, with the fragment
		// that the jump brings.
		jump, done := context.WithTimeout(ctx, time.Second)
		defer done()
		_ = st.until(jump, func() bool { return st.jumps > jumps }) // to where it is already, there is none
		return s.reload()
	}
	return s.committed(ctx, func() bool { return st.loaders[res.LoaderID] && st.doc != nil && st.doc != old })
}

// Reload loads the page again. Errors are those of Goto.
func (t *Tab) Reload(ctx context.Context) error {
	s, err := t.begin(ctx, "reload", "the page")
	if err != nil {
		return err
	}
	return s.finish(s.reload())
}

func (s *step) reload() error {
	st := s.t.state
	st.mu.Lock()
	old, commits := st.doc, st.commits
	st.failed = ""
	st.mu.Unlock()
	ctx, cancel := context.WithDeadline(s.ctx, s.end)
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	if _, err := cdp.Call(ctx, s.t.target, cdppage.Reload, cdppage.ReloadParams{}); err != nil {
		return err
	}
	if err := s.committed(ctx, func() bool { return st.commits > commits && st.doc != nil && st.doc != old }); err != nil {
		return err
	}
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.blank {
		return netError(cmp.Or(st.failed, "net error"))
	}
	return nil
}

// committed waits for a navigation to have arrived.
func (s *step) committed(ctx context.Context, ok func() bool) error {
	err := s.t.state.until(ctx, ok)
	if err != nil && s.t.life.Err() == nil {
		s.stopLoading()
		if s.ctx.Err() == nil {
			return s.t.state.late("no document", s.start)
		}
	}
	return err
}

// late is the error of a document that did not arrive in time.
func (s *state) late(what string, since time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := &Error{Kind: KindNavigation, Late: true, Words: fmt.Sprintf("%s within %.0f s", what, time.Since(since).Seconds())}
	if hops := s.asked.hops; hops > 2 {
		e.Words += fmt.Sprintf(", it redirects again and again (%d times)", hops)
	}
	return e
}

// stopLoading ends a navigation that did not arrive, so that the tab is usable: until it
// is over the browser answers no other question about the page.
func (s *step) stopLoading() {
	ctx, cancel := context.WithTimeout(s.t.life, time.Second)
	defer cancel()
	_, _ = cdp.Call(ctx, s.t.target, cdppage.StopLoading, cdp.Empty{})
}

// See waits until one of the named screens is visible (none named: any that is
// known) and returns it. The screen is the first of the set whose rule holds: a
// named one that is hidden behind it is not seen. At the deadline the error is
// KindTimeout and carries the last screen looked at, which is also returned. Where the
// browser shows its own error page in the place of one, nothing comes by waiting: the
// error is KindNavigation at once, with the net:: name in Seen.Lost.
func (t *Tab) See(ctx context.Context, screens ...string) (Seen, error) {
	what := strings.Join(screens, ", ")
	if what == "" {
		what = "any known screen"
	}
	s, err := t.begin(ctx, "see", what)
	if err != nil {
		return Seen{}, err
	}
	seen, err := s.see(screens, nil)
	return seen, s.finish(err)
}

// SeeNext is See for the screen that comes after prev: prev's own screen counts
// only in another document than prev's. The zero Seen is any screen's predecessor.
func (t *Tab) SeeNext(ctx context.Context, prev Seen) (Seen, error) {
	what := "any known screen"
	if prev.Screen != "" {
		what = "what comes after " + prev.Screen
	}
	s, err := t.begin(ctx, "see", what)
	if err != nil {
		return Seen{}, err
	}
	seen, err := s.see(nil, &prev)
	return seen, s.finish(err)
}

// arrived adds what only the browser knows of the document that is there.
func (s *step) arrived(seen *Seen) {
	st := s.t.state
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.doc == nil || st.doc != s.asked {
		return // it is another one by now
	}
	seen.Method, seen.Lost = st.current.method, st.lost
	if st.blank {
		seen.URL = st.missing
	}
}

func (s *step) see(screens []string, prev *Seen) (Seen, error) {
	var name string
	var since time.Time
	end := s.end
	if screens == nil {
		screens = []string{}
	}
	for {
		var r struct {
			OK    bool
			Seen  Seen
			Held  float64 // ms for which this screen has been there
			Blank bool    // it is the browser's error page
		}
		err := s.ask("see", end, func(ms int64) any {
			q := map[string]any{"screens": screens, "ms": ms}
			if prev != nil {
				q["prev"] = map[string]string{"doc": prev.Doc, "screen": prev.Screen}
			}
			return q
		}, &r, true)
		if err != nil {
			return Seen{}, err
		}
		s.arrived(&r.Seen)
		if r.OK {
			s.what = strings.TrimSuffix(r.Seen.Screen+"/"+r.Seen.Variant, "/")
			return r.Seen, nil
		}
		if r.Blank {
			seen := r.Seen
			address, _, _ := strings.Cut(seen.URL, "?") // tokens
			e := netError(cmp.Or(seen.Lost, "it did not arrive"))
			e.Seen, e.Words = &seen, address+": "+e.Words
			return seen, e
		}
		if r.Seen.Screen != name {
			name, since = r.Seen.Screen, time.Now().Add(-time.Duration(r.Held)*time.Millisecond)
		}
		// A screen that passes by itself has its own time.
		if later := since.Add(time.Duration(r.Seen.Patience) * time.Millisecond); r.Seen.Patience > 0 && later.After(time.Now().Add(50*time.Millisecond)) {
			if d, ok := s.ctx.Deadline(); !ok || time.Until(d) > 200*time.Millisecond {
				if ok && later.After(d.Add(-100*time.Millisecond)) {
					later = d.Add(-100 * time.Millisecond)
				}
				s.linef("%s may take %.0f s", name, r.Seen.Patience/1000)
				end = later
				continue
			}
		}
		for _, w := range r.Seen.Why {
			s.linef("%s", w)
		}
		seen := r.Seen
		return seen, &Error{Kind: KindTimeout, Late: true, Seen: &seen,
			Words: fmt.Sprintf("not seen within %.1f s, the page is %s at %s", time.Since(s.start).Seconds(), seen.Screen, seen.Path)}
	}
}

// Look judges at once which screen is there; Screen is "unknown" if none of the
// set. It waits only for a navigation that is on its way and for a document that is
// still being parsed, and not for long (Seen.Half).
func (t *Tab) Look(ctx context.Context) (Seen, error) {
	s, err := t.begin(ctx, "look", "the screen")
	if err != nil {
		return Seen{}, err
	}
	s.settle(3 * time.Second)
	var r struct{ Seen Seen }
	for limit := time.Now().Add(3 * time.Second); ; {
		begin := time.Now()
		last := begin.After(limit)
		err = s.ask("look", s.end, func(int64) any { return map[string]bool{"last": last} }, &r, true)
		if err != nil || !r.Seen.Half || last || Pause(s.ctx, max(20*time.Millisecond, 2*time.Since(begin))) != nil {
			break
		}
	}
	if err == nil {
		s.what = r.Seen.Screen
		s.arrived(&r.Seen)
	}
	return r.Seen, s.finish(err)
}

// settle waits a little for a navigation to arrive and then goes on anyway.
func (s *step) settle(limit time.Duration) {
	ctx, cancel := context.WithTimeout(s.ctx, limit)
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	st := s.t.state
	_ = st.until(ctx, func() bool { return (st.doc != nil || st.commits == 0) && !st.underway() })
	s.anyway = true
}

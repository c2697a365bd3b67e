package flows

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// Verdict is what Identify found out about a page.
type Verdict struct {
	page.Seen
	Told page.Told
}

// ErrRestless is why a page got no verdict: its own scripts made another page of
// it, or kept it from being judged.
var ErrRestless = errors.New("the page's own scripts keep changing it")

// How long a page must stay the same screen to be judged. A page's scripts go on
// changing it for a while after it is there: what they build (a flyout, a form that
// waits for its script) counts, so the first look is not the verdict.
const (
	steadyLoaded   = 400 * time.Millisecond // a known screen, all of it loaded
	steadyUnloaded = 3 * time.Second        // a known screen that never finishes loading
	unknownLoaded  = 1200 * time.Millisecond
	unknownLoading = 5 * time.Second
)

// Identify goes to url and names the screen that the page settles on, with what
// told it. The page is judged in the one document that was loaded: one that is
// replaced by another before it is judged is ErrRestless. At the end of limit the
// last look is the verdict.
//
// A page on a host that is neither the marketplace nor its Alexa portal is
// "unknown": another site's sign-in page is none of Amazon's, whatever its form.
func Identify(ctx context.Context, tab *page.Tab, url string, limit time.Duration) (Verdict, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := tab.Goto(ctx, url); err != nil {
		return Verdict{}, err
	}
	if err := tab.Parsed(ctx); err != nil {
		return Verdict{}, errors.Join(ErrRestless, err)
	}
	var last page.Seen
	var since time.Time
	err := poll(ctx, settleRhythm, func() (bool, error) {
		seen, err := tab.Look(ctx)
		switch {
		case err != nil:
			return true, errors.Join(ErrRestless, err)
		case last.Doc != "" && seen.Doc != last.Doc, !strings.HasPrefix(seen.URL, "https://"):
			return true, ErrRestless
		}
		now := time.Now()
		if seen.Half || seen.Screen != last.Screen || since.IsZero() {
			since = now
		}
		last = seen
		return now.Sub(since) >= steady(seen) || ctx.Err() != nil, nil
	})
	if errors.Is(err, ErrRestless) {
		return Verdict{Seen: last}, err
	}
	// The time may be up; what told the screen is asked once more all the same.
	ectx, done := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer done()
	told, err := tab.Explain(ectx)
	if err != nil {
		return Verdict{Seen: last}, errors.Join(ErrRestless, err)
	}
	v := Verdict{Seen: last, Told: told}
	if !told.Host {
		v.Screen, v.Variant, v.Person = "unknown", "", false
		v.Why = []string{"the host is neither the marketplace nor its Alexa portal"}
	}
	return v, nil
}

func steady(s page.Seen) time.Duration {
	switch known := s.Screen != "unknown"; {
	case known && s.Complete:
		return steadyLoaded
	case known:
		return steadyUnloaded
	case s.Complete:
		return unknownLoaded
	}
	return unknownLoading
}

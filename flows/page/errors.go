package page

import (
	"context"
	"errors"
	"strings"
)

// Kind says why a step failed.
type Kind string

// The kinds. Each has a sentinel for errors.Is.
const (
	KindNotFound    Kind = "not-found"
	KindAmbiguous   Kind = "ambiguous"
	KindInvisible   Kind = "invisible"
	KindDisabled    Kind = "disabled"
	KindCovered     Kind = "covered"
	KindMoving      Kind = "moving"
	KindDanger      Kind = "danger"       // it is something that is never clicked
	KindOtherDevice Kind = "other-device" // it belongs to, or names, another device
	KindCancelled   Kind = "cancelled"    // the guard cancelled the gesture, or the page undid the step
	KindNavigation  Kind = "navigation"   // the page did not load
	KindCrashed     Kind = "crashed"      // the page crashed
	KindGone        Kind = "gone"         // the tab was closed or the browser ended
	KindOrigin      Kind = "origin"       // a secret was asked for in the wrong place
	KindTimeout     Kind = "timeout"
	KindStopped     Kind = "stopped"  // the caller's context was cancelled
	KindInternal    Kind = "internal" // a fault of this program
)

// sentinel is one error per Kind, to be compared with errors.Is.
type sentinel struct{ kind Kind }

func (s *sentinel) Error() string { return "page: " + string(s.kind) }

// One sentinel for each Kind. ErrCrashed also holds for a tab that is gone, and
// ErrTimeout for every error that only time made final.
var (
	ErrNotFound    error = &sentinel{KindNotFound}
	ErrAmbiguous   error = &sentinel{KindAmbiguous}
	ErrInvisible   error = &sentinel{KindInvisible}
	ErrDisabled    error = &sentinel{KindDisabled}
	ErrCovered     error = &sentinel{KindCovered}
	ErrMoving      error = &sentinel{KindMoving}
	ErrDanger      error = &sentinel{KindDanger}
	ErrOtherDevice error = &sentinel{KindOtherDevice}
	ErrCancelled   error = &sentinel{KindCancelled}
	ErrNavigation  error = &sentinel{KindNavigation}
	ErrCrashed     error = &sentinel{KindCrashed}
	ErrGone        error = &sentinel{KindGone}
	ErrOrigin      error = &sentinel{KindOrigin}
	ErrTimeout     error = &sentinel{KindTimeout}
	ErrStopped     error = &sentinel{KindStopped}
	ErrInternal    error = &sentinel{KindInternal}
)

// Error is the error of every step. It never holds a secret.
type Error struct {
	Kind  Kind
	What  string   // what the step was about: `"..." of Kitchen Echo`
	Words string   // what happened: `found, covered by div#sp-cc for 2.1 s`
	Log   []string // what the step saw, a line each, with seconds since its start
	Seen  *Seen    // See: the last screen looked at
	Late  bool     // time made it final: the same step could succeed later

	cause error
}

// Error joins What and Words in one line.
func (e *Error) Error() string {
	return strings.Join(strings.Fields(e.What+": "+e.Words), " ")
}

// Unwrap is the error below, such as the cause of a cancelled context.
func (e *Error) Unwrap() error { return e.cause }

// Is compares with the sentinels.
func (e *Error) Is(target error) bool {
	s, ok := target.(*sentinel)
	if !ok {
		return false
	}
	switch {
	case s.kind == e.Kind:
		return true
	case s.kind == KindCrashed:
		return e.Kind == KindGone
	case s.kind == KindTimeout:
		return e.Late
	}
	return false
}

// kindOf are the kinds that page.js tells in short words.
var kindOf = map[string]Kind{
	"notfound": KindNotFound, "ambiguous": KindAmbiguous, "invisible": KindInvisible, "disabled": KindDisabled,
	"covered": KindCovered, "moving": KindMoving, "danger": KindDanger, "other": KindOtherDevice,
	"cancelled": KindCancelled, "origin": KindOrigin, "timeout": KindTimeout, "lost": KindCancelled, "late": KindTimeout,
}

// Why a tab can end.
var (
	errPageCrashed = errors.New("the page crashed")
	errTabGone     = errors.New("the tab was closed")
	errDocGone     = errors.New("the document changed")
)

// ErrCircle is what errors.Is finds where the site sends from one address to the next
// without end. Such an error is also ErrNavigation.
var ErrCircle = errors.New("redirects in a circle")

// circle is how many documents may follow each other within one step. A sign-in has
// three or four.
const circle = 40

// netError makes the error of a document that did not arrive; words are the browser's.
func netError(words string) *Error {
	e := &Error{Kind: KindNavigation, Words: words}
	if words == "net::ERR_TOO_MANY_REDIRECTS" {
		e.Words, e.cause = "it redirects in a circle ("+words+")", ErrCircle
	}
	return e
}

// lifeError is the kind and the words for the end of the tab.
func lifeError(life context.Context) (Kind, string) {
	switch cause := context.Cause(life); {
	case errors.Is(cause, errPageCrashed):
		return KindCrashed, "the page crashed"
	case errors.Is(cause, errTabGone):
		return KindGone, "the tab was closed"
	default:
		return KindGone, "the browser or its tab has ended"
	}
}

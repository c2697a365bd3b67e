package flows

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// This file is what a run does when Amazon throttles it or a connection breaks: it
// waits longer each time, at least as long as Amazon asks for (up to a minute), and
// gives up after a few tries. The same command goes on later.

// backoff is the pause before the try-th repetition: it doubles, and half of it is
// left to chance, so that runs that were turned away together do not come back
// together.
func (r *Run) backoff(try int) time.Duration {
	d := r.Backoff
	if d <= 0 {
		d = time.Second
	}
	for range try {
		d = min(2*d, time.Minute)
	}
	return d/2 + rand.N(d/2+1)
}

// retryPause is the pause before the try-th repetition: the back-off, or what was
// asked for if that is longer.
func (r *Run) retryPause(try int, asked time.Duration) time.Duration {
	if asked == 0 && r.RetryAfter != nil {
		asked = r.RetryAfter()
	}
	return max(r.backoff(try), min(asked, page.MaxRetryAfter))
}

// waitToRetry tells why something is tried again, and waits before it is.
func (r *Run) waitToRetry(ctx context.Context, try int, asked time.Duration, why string) error {
	wait := r.retryPause(try, asked)
	r.say("%s: trying again in %s", why, wait.Round(100*time.Millisecond))
	return page.Pause(ctx, wait)
}

// busy: a page that nobody knows, with a status that says to come back later: 429, or
// one of a server, or of the load balancer before it, that is out of order; or a page
// of which not everything came.
func busy(seen page.Seen) bool {
	return (seen.Screen == "" || seen.Screen == "unknown") &&
		(seen.Status == http.StatusTooManyRequests || seen.Status >= 500 && seen.Status <= 504 || transient(seen.Lost))
}

// asServiceError makes of the error of a look at the page the screen that a run waits
// on and tries again from; false where trying again is no help.
func asServiceError(err error) (page.Seen, bool) {
	var pe *page.Error
	if !errors.As(err, &pe) || pe.Seen == nil || pe.Kind != page.KindNavigation && pe.Kind != page.KindTimeout || !busy(*pe.Seen) {
		return page.Seen{}, false
	}
	seen := *pe.Seen
	seen.Screen = "service-error"
	return seen, true
}

// transientErrors are the net errors that the next try may well not meet: a connection
// that broke. Not among them: a name that does not resolve (it is also what a host
// outside of the allowlist looks like), a refused connection, a certificate.
// The names are those of Chromium's net/base/net_error_list.h.
var transientErrors = []string{"EMPTY_RESPONSE", "CONNECTION_RESET", "CONNECTION_CLOSED", "CONNECTION_ABORTED", "CONNECTION_TIMED_OUT", "TIMED_OUT",
	"SOCKET_NOT_CONNECTED", "NETWORK_CHANGED", "NETWORK_IO_SUSPENDED", "CONTENT_LENGTH_MISMATCH", "INCOMPLETE_CHUNKED_ENCODING",
	"HTTP2_PROTOCOL_ERROR", "HTTP2_PING_FAILED", "HTTP2_SERVER_REFUSED_STREAM", "RESPONSE_HEADERS_TRUNCATED", "CONTENT_DECODING_FAILED"}

func transient(netError string) bool {
	name, ok := strings.CutPrefix(netError, "net::ERR_")
	return ok && slices.Contains(transientErrors, name)
}

// connectionBroke: while a page was loaded.
func connectionBroke(err error) bool {
	var pe *page.Error
	return errors.As(err, &pe) && pe.Kind == page.KindNavigation && !pe.Late && transient(pe.Words)
}

// loadPage loads a page, and again with growing pauses where the connection broke on
// the way. load must not send a form.
func (r *Run) loadPage(ctx context.Context, load func(context.Context) error) error {
	for try := 0; ; try++ {
		sctx, cancel := r.step(ctx)
		err := load(sctx)
		cancel()
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if !connectionBroke(err) || try >= 3 {
			return err
		}
		if err := r.waitToRetry(ctx, try, 0, err.Error()); err != nil {
			return err
		}
	}
}

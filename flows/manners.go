package flows

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// This file is how a run behaves where Amazon has enough of it: it waits longer
// each time, as long as Amazon asks to (up to a minute), and gives up after a few
// tries. The same command goes on later.

// maxRetryAfter is the most that a run waits because it was told to. Whoever asks for
// more is better left alone: the run ends and can be repeated.
const maxRetryAfter = time.Minute

// RetryAfter reads the header of that name, seconds or a date, at most a minute; 0 if
// it is not there or makes no sense.
func RetryAfter(header string, now time.Time) time.Duration {
	header = strings.TrimSpace(header)
	var d time.Duration
	if sec, err := strconv.ParseInt(header, 10, 32); err == nil {
		d = time.Duration(sec) * time.Second
	} else if at, err := http.ParseTime(header); err == nil {
		d = at.Sub(now)
	}
	return max(0, min(d, maxRetryAfter))
}

// later is the pause before the try-th repetition: the back-off, or what was asked
// for if that is longer.
func (r *Run) later(try int, asked time.Duration) time.Duration {
	if asked == 0 && r.RetryAfter != nil {
		asked = r.RetryAfter()
	}
	return max(r.backoff(try), min(asked, maxRetryAfter))
}

// busy: a page that nobody knows, with a status that says to come back later: 429, or
// one of a server, or of the balancer before it, that is out of order; or a page of
// which not everything came.
func busy(seen page.Seen) bool {
	return (seen.Screen == "" || seen.Screen == "unknown") &&
		(seen.Status == http.StatusTooManyRequests || seen.Status >= 500 && seen.Status <= 504 || passes(seen.Lost))
}

// outOfOrder makes of the error of a look at the page the screen that a run waits on
// and tries again from; false where trying again is no help.
func outOfOrder(err error) (page.Seen, bool) {
	var pe *page.Error
	if !errors.As(err, &pe) || pe.Seen == nil || pe.Kind != page.KindNavigation && pe.Kind != page.KindTimeout || !busy(*pe.Seen) {
		return page.Seen{}, false
	}
	seen := *pe.Seen
	seen.Screen = "service-error"
	return seen, true
}

// hiccups are the net errors that the next try may well not meet: a connection that
// broke. Not among them: a name that does not resolve (it is also what a host outside
// of the allowlist looks like), a refused connection, a certificate.
// The names are those of Chromium's net/base/net_error_list.h.
var hiccups = []string{"EMPTY_RESPONSE", "CONNECTION_RESET", "CONNECTION_CLOSED", "CONNECTION_ABORTED", "CONNECTION_TIMED_OUT", "TIMED_OUT",
	"SOCKET_NOT_CONNECTED", "NETWORK_CHANGED", "NETWORK_IO_SUSPENDED", "CONTENT_LENGTH_MISMATCH", "INCOMPLETE_CHUNKED_ENCODING",
	"HTTP2_PROTOCOL_ERROR", "HTTP2_PING_FAILED", "HTTP2_SERVER_REFUSED_STREAM", "RESPONSE_HEADERS_TRUNCATED", "CONTENT_DECODING_FAILED"}

func passes(netError string) bool {
	name, ok := strings.CutPrefix(netError, "net::ERR_")
	return ok && slices.Contains(hiccups, name)
}

// broke: the connection did, while a page was loaded.
func broke(err error) bool {
	var pe *page.Error
	return errors.As(err, &pe) && pe.Kind == page.KindNavigation && !pe.Late && passes(pe.Words)
}

// persist loads a page, and again with growing pauses where the connection broke on
// the way. load must not send a form.
func (r *Run) persist(ctx context.Context, load func(context.Context) error) error {
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
		if !broke(err) || try >= 3 {
			return err
		}
		wait := r.later(try, 0)
		r.say("%s: trying again in %s", err, wait.Round(100*time.Millisecond))
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

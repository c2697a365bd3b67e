package flows

import (
	"net/http"
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
// one of a server, or of the balancer before it, that is out of order.
func busy(seen page.Seen) bool {
	return (seen.Screen == "" || seen.Screen == "unknown") &&
		(seen.Status == http.StatusTooManyRequests || seen.Status >= 500 && seen.Status <= 504)
}

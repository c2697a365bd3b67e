package record

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Forms in which tools write the time of a request. The first group says where on earth
// that was, the second does not.
var (
	zonedTimes = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999 Z0700",
		"2006-01-02 15:04:05.999999999 -0700 MST", time.RFC1123, time.RFC1123Z, "Mon Jan 02 2006 15:04:05 GMT-0700"}
	bareTimes = []string{"2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006/01/02 15:04:05.999999999", "2006-01-02T15:04"}
)

// startedAt reads when a request was made; zoned: it says in which zone that is.
func startedAt(text string) (at time.Time, zoned bool) {
	text = strings.Replace(strings.TrimSpace(text), ",", ".", 1) // 10:00:00,250
	if i := strings.Index(text, " ("); i > 0 {
		text = text[:i] // (Central European Standard Time)
	}
	for _, layout := range zonedTimes {
		if at, err := time.Parse(layout, strings.Replace(text, ". ", ", ", 1)); err == nil {
			return at, true
		}
	}
	for _, layout := range bareTimes {
		if at, err := time.Parse(layout, text); err == nil {
			return at, false
		}
	}
	// Seconds or milliseconds since 1970.
	if f, err := strconv.ParseFloat(text, 64); err == nil && f > 1e9 && f < 1e14 {
		if f > 1e11 {
			f /= 1000
		}
		whole, part := math.Modf(f)
		return time.Unix(int64(whole), int64(part*1e9)), true
	}
	return time.Time{}, false
}

// sort puts requests into the order in which they were made; exporters order them by
// other things too. One whose time is not known stays with the one before it in the
// file. Where some say their zone and some do not, the latter are not known: hours
// could lie between them.
func (h *HAR) sort() {
	zoned, known := false, false
	for i := range h.Items {
		zoned = zoned || h.Items[i].zoned
	}
	for i := range h.Items {
		if it := &h.Items[i]; zoned && !it.zoned {
			it.At = time.Time{}
		}
		known = known || !h.Items[i].At.IsZero()
	}
	if !known {
		return // the order of the file is all there is
	}
	var odd []int
	for i := range h.Items {
		if h.Items[i].At.IsZero() {
			odd = append(odd, i)
		}
	}
	for _, i := range odd {
		h.Items[i].At = h.placeFor(i)
	}
	sort.SliceStable(h.Items, func(i, j int) bool { return h.Items[i].At.Before(h.Items[j].At) })
	switch n := len(odd); {
	case n == 1:
		h.Notes = append(h.Notes, "1 request does not say when it was made: it was put beside its neighbour in the file")
	case n > 1:
		h.Notes = append(h.Notes, fmt.Sprintf("%d requests do not say when they were made: they were put beside their neighbours in the file", n))
	}
}

// placeFor guesses the time of item i: a redirect goes before the request it leads to,
// anything else after what stands before it.
func (h *HAR) placeFor(i int) time.Time {
	var at time.Time
	for k := i - 1; k >= 0 && at.IsZero(); k-- {
		at = h.Items[k].At
	}
	if it := &h.Items[i]; it.Status/100 == 3 {
		if to := it.leadsTo(); to != "" {
			var next time.Time
			for k := range h.Items {
				o := &h.Items[k]
				if noQuery(o.URL) == noQuery(to) && !o.At.IsZero() && !o.At.Before(at) && (next.IsZero() || o.At.Before(next)) {
					next = o.At
				}
			}
			if !next.IsZero() {
				return next.Add(-time.Nanosecond)
			}
		}
	}
	if at.IsZero() { // the first of the file: before the next
		if k := slices.IndexFunc(h.Items, func(o Item) bool { return !o.At.IsZero() }); k >= 0 {
			at = h.Items[k].At.Add(-time.Nanosecond)
		}
	}
	return at
}

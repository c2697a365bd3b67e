package standin

import (
	"io"
	"net/http"
)

// throttle plays a site that has had enough of a visitor, or of a session. It says whether it has answered.
func (s *Site) throttle(v *visit) bool {
	page, call := v.r.Method == http.MethodGet && v.r.URL.Path == "/", v.r.Method == http.MethodPost && v.r.URL.Path == "/hz/mycd/ajax"
	own := v.r.Header.Get("X-Standin-Page") != ""
	s.mu.Lock()
	refuse := false
	switch {
	case s.set["bare-429"] && page && s.once["bare-429"] < 2:
		s.once["bare-429"]++
		refuse = true
	case s.set["retry-after"] && call && !own && s.once["retry-after"] < 2:
		s.once["retry-after"]++
		refuse = true
	case s.set["ajax-429-always"] && call && !own:
		refuse = true
	}
	if c, err := v.r.Cookie("at-" + cookieSuffix(v.domain)); err == nil && s.set["session-ended"] {
		// A session that was used for a list is over at the next visit of the home page.
		if call {
			s.once["listed "+c.Value]++
		} else if page && s.once["listed "+c.Value] > 0 {
			s.endSession(v)
		}
	}
	s.mu.Unlock()
	if refuse {
		v.w.Header().Set("Retry-After", "1")
		v.w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		v.w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(v.w, sourceNote+"<!doctype html><title></title><p>429") // the visitor may have left
	}
	return refuse
}

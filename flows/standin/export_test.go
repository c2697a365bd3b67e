package standin

import (
	"net/http"
	"net/http/httptest"
)

// SessionCookies signs a visitor in without the pages of the sign-in, for tests that are about what comes after them.
func (s *Site) SessionCookies() []*http.Cookie {
	w := httptest.NewRecorder()
	v := &visit{w: w, r: httptest.NewRequest("GET", "https://www.amazon.com/", nil), domain: "amazon.com"}
	s.greet(v)
	s.mu.Lock()
	s.signedIn(v, true)
	s.mu.Unlock()
	return w.Result().Cookies()
}

// ShowSolution lets a drawn page hand its elements to the test that plays it. Its delays are divided by faster.
func (s *Site) ShowSolution(faster int) { s.solve = faster }

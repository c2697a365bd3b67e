package standin

import (
	"net/http"
	"strings"
)

// turnedAway plays what may stand before any page: a failing service, a script challenge.
func (s *Site) turnedAway(v *visit) bool {
	s.mu.Lock()
	broken := s.set["service-error-always"]
	if s.set["service-error"] && s.once["service-error"] < 2 {
		s.once["service-error"]++
		broken = true
	}
	status := http.StatusServiceUnavailable
	if s.set["throttled"] && s.once["throttled"] < 2 {
		s.once["throttled"]++
		broken, status = true, http.StatusTooManyRequests
	}
	challenge := false
	if s.set["waf"] || s.set["waf-forever"] {
		_, err := v.r.Cookie("aws-waf-token")
		challenge = err != nil
	}
	s.mu.Unlock()
	switch {
	case broken:
		s.show(v, status, "service-error.html", s.view(v))
	case challenge:
		s.show(v, http.StatusAccepted, "waf.html", s.view(v))
	}
	return broken || challenge
}

func (s *Site) home(v *visit) {
	d := s.view(v)
	d.FormToken, d.Action = formToken(v), "/"
	s.mu.Lock()
	checked := s.passed[v.session]
	stripped := s.set["stripped"]
	if s.set["stripped-once"] && s.once["stripped"] == 0 {
		s.once["stripped"]++
		stripped = true
	}
	s.mu.Unlock()
	switch {
	case s.set["captcha-home"] && !checked:
		s.show(v, http.StatusOK, "captcha.html", d)
	case s.set["continue-shopping-always"], s.set["continue-shopping"] && !checked:
		s.show(v, http.StatusOK, "continue-shopping.html", d)
	case stripped:
		s.show(v, http.StatusOK, "home-stripped.html", d)
	default:
		s.show(v, http.StatusOK, "home.html", d)
	}
}

// yourAccount is where a click on the account link leads. It asks for a sign-in, not for a fresh one.
func (s *Site) yourAccount(v *visit) {
	d := s.view(v)
	if !d.Recognised {
		s.toSignIn(v)
		return
	}
	s.show(v, http.StatusOK, "your-account.html", d)
}

func (s *Site) signOut(v *visit) {
	s.mu.Lock()
	s.rec.SignOuts++
	s.endSession(v)
	s.mu.Unlock()
	end := cookieSuffix(v.domain)
	for _, name := range []string{"x-" + end, "at-" + end, "sess-at-" + end} {
		http.SetCookie(v.w, &http.Cookie{Name: name, Domain: "." + v.domain, Path: "/", MaxAge: -1, Secure: true})
	}
	s.redirect(v, "/")
}

// validateCaptcha takes the answer to a picture, or the press of "Continue shopping", which has its answer in it.
func (s *Site) validateCaptcha(v *visit) {
	q := v.r.URL.Query()
	answer := strings.ToUpper(strings.TrimSpace(q.Get("field-keywords")))
	back := q.Get("amzn-r")
	if !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") {
		back = "/"
	}
	want := "UNECHO" // the letters of the picture
	if s.set["continue-shopping"] || s.set["continue-shopping-always"] {
		want = "STANDIN"
	}
	if answer != want || q.Get("amzn") != formToken(v) {
		d := s.view(v)
		d.FormToken, d.Action = formToken(v), back
		s.show(v, http.StatusOK, "captcha.html", d)
		return
	}
	s.mu.Lock()
	s.passed[v.session] = true
	s.mu.Unlock()
	s.redirect(v, back)
}

package standin

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// flow is one sign-in on its way: e-mail, password, perhaps a code or a picture, back to the page that was wanted.
type flow struct {
	id       string
	back     string // where to go afterwards, an address of the same marketplace
	email    string
	password bool // the right one was sent
	keep     bool // "keep me signed in"
	picture  bool // a picture has still to be answered
}

// handle is the association handle of a marketplace. A sign-in address with another one does not exist.
func handle(domain string) string {
	end := domain[strings.LastIndex(domain, ".")+1:]
	if end == "com" {
		return "usflex"
	}
	return end + "flex"
}

// signInAddress is where the site sends a visitor who must sign in; maxAge is in seconds.
func signInAddress(domain, back string, maxAge int) string {
	const open = "http://specs.openid.net/auth/2.0"
	q := url.Values{
		"openid.pape.max_auth_age": {fmt.Sprint(maxAge)}, "openid.return_to": {back}, "openid.assoc_handle": {handle(domain)},
		"openid.mode": {"checkid_setup"}, "openid.ns": {open},
		"openid.identity": {open + "/identifier_select"}, "openid.claimed_id": {open + "/identifier_select"},
	}
	return "https://www." + domain + "/ap/signin?" + q.Encode()
}

// toSignIn sends the visitor to sign in and back to the page of this visit.
func (s *Site) toSignIn(v *visit) {
	s.redirect(v, signInAddress(v.domain, "https://www."+v.domain+v.r.URL.RequestURI(), int(maxAge.Seconds())))
}

func (s *Site) signIn(v *visit) {
	switch path := v.r.URL.Path; {
	case path == "/ap/standin/passkey":
		s.mu.Lock()
		s.rec.PasskeyPressed++
		s.mu.Unlock()
		v.w.WriteHeader(http.StatusNoContent)
	case strings.HasPrefix(path, "/ap/register"):
		s.mu.Lock()
		s.rec.Registrations++
		s.mu.Unlock()
		s.show(v, http.StatusNotFound, "not-found.html", s.view(v))
	case path == "/ax/claim/intent":
		s.show(v, http.StatusOK, "intent.html", s.view(v))
	case v.r.Method == http.MethodPost:
		s.postSignIn(v)
	default:
		s.getSignIn(v)
	}
}

// getSignIn shows a step: the first one of a new sign-in, or that of the sign-in named by arb.
func (s *Site) getSignIn(v *visit) {
	q := v.r.URL.Query()
	f, under := s.flow(q.Get("arb"))
	path := v.r.URL.Path
	if under {
		switch {
		case path == "/ap/mfa":
			s.step(v, f, "otp.html", "")
		case path == "/ap/mfa/new-otp":
			s.step(v, f, "otp-channel.html", "")
		case path == "/ap/cvf/request":
			s.step(v, f, "puzzle.html", "")
		case f.password:
			s.afterPassword(v, f) // back from the picture
		default:
			s.step(v, f, "signin-password.html", "")
		}
		return
	}
	if path != "/ap/signin" && path != "/ax/claim" || q.Get("openid.assoc_handle") != handle(v.domain) {
		s.show(v, http.StatusNotFound, "not-found.html", s.view(v))
		return
	}
	f = s.newFlow(v, q.Get("openid.return_to"))
	known := (s.set["remembered"] || s.recognised(v)) && q.Get("switch_account") == ""
	switch {
	case known:
		f = s.change(f, func(f *flow) { f.email = email })
		s.step(v, f, "signin-password.html", "")
	case s.set["unified"] && path == "/ap/signin":
		s.redirect(v, "/ax/claim?"+v.r.URL.RawQuery)
	default:
		s.step(v, f, s.emailPage(), "")
	}
}

func (s *Site) emailPage() string {
	if s.set["unified"] {
		return "signin-email-unified.html"
	}
	return "signin-email-classic.html"
}

// flow is a copy of a sign-in under way.
func (s *Site) flow(id string) (flow, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.flows[id]
	return f, ok
}

// change alters a sign-in and returns it as it is now.
func (s *Site) change(f flow, alter func(*flow)) flow {
	s.mu.Lock()
	defer s.mu.Unlock()
	alter(&f)
	s.flows[f.id] = f
	return f
}

// newFlow starts a sign-in. An address of another site is not gone back to.
func (s *Site) newFlow(v *visit, back string) flow {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids++
	f := flow{id: fmt.Sprintf("7a7d1n00-%04d", s.ids), back: "/"}
	if u, err := url.Parse(back); err == nil && u.Scheme == "https" && (u.Host == "www."+v.domain || u.Host == "alexa."+v.domain) {
		f.back = back
	}
	s.flows[f.id] = f
	return f
}

// step shows one page of a sign-in.
func (s *Site) step(v *visit, f flow, page, problem string) {
	d := s.view(v)
	d.Error, d.Flow, d.FormToken, d.Email = problem, f.id, formToken(v), f.email
	d.ReturnToken = "ape:" + base64.StdEncoding.EncodeToString([]byte(f.back))
	d.Action = "/ax/claim?" + v.r.URL.RawQuery
	d.ChangeLink = signInAddress(v.domain, f.back, 0) + "&switch_account=picker"
	d.Remembered = s.set["remembered"] || d.Recognised
	d.RememberBox = !s.set["passkey-offered"]
	d.RememberTicked = problem == "" && !s.set["unified"]
	s.show(v, http.StatusOK, page, d)
}

func (s *Site) postSignIn(v *visit) {
	if err := v.r.ParseForm(); err != nil {
		http.Error(v.w, "stand-in: the form cannot be read", http.StatusBadRequest)
		return
	}
	form := v.r.PostForm
	f, under := s.flow(form.Get("workflowState"))
	if !under {
		f = s.newFlow(v, unwrap(form.Get("openid.return_to")))
	}
	if v.fresh || form.Get("appActionToken") != formToken(v) {
		d := s.view(v)
		d.NoCookies, d.Flow, d.FormToken = true, f.id, formToken(v)
		d.Action = "/ax/claim?" + v.r.URL.RawQuery
		s.show(v, http.StatusOK, s.emailPage(), d)
		return
	}
	switch {
	case v.r.URL.Path == "/ap/mfa/new-otp":
		s.redirect(v, "/ap/mfa?ie=UTF8&arb="+f.id)
	case form.Get("appAction") == "SIGNIN_MFA":
		s.postCode(v, f, form)
	case form.Get("subPageType") == "SignInPwdCollect":
		s.postPassword(v, f, form)
	default:
		s.postEmail(v, f, form)
	}
}

func unwrap(token string) string {
	text, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(token, "ape:"))
	if err != nil {
		return ""
	}
	return string(text)
}

func (s *Site) postEmail(v *visit, f flow, form url.Values) {
	got := strings.ToLower(strings.TrimSpace(form.Get("email")))
	s.mu.Lock()
	s.rec.Emails++
	if form.Get("password") != "" {
		s.rec.Decoys = append(s.rec.Decoys, "password box of the e-mail step")
	}
	s.mu.Unlock()
	switch {
	case got == email:
		f = s.change(f, func(f *flow) { f.email = email })
		if s.set["unified"] {
			s.redirect(v, "/ap/signin?arb="+f.id)
			return
		}
		s.step(v, f, "signin-password.html", "")
	case s.set["unified"] && got != "":
		s.redirect(v, "/ax/claim/intent?arb="+f.id)
	case got == "":
		s.step(v, f, s.emailPage(), s.words["email_missing"])
	default:
		s.step(v, f, s.emailPage(), s.words["email_unknown"])
	}
}

func (s *Site) postPassword(v *visit, f flow, form url.Values) {
	sent := form.Get("password")
	s.mu.Lock()
	right := sent == password && f.email == email && !s.set["wrong-password"]
	s.rec.Passwords.Sent++
	if right {
		s.rec.Passwords.Right++
		s.rec.RememberMe = form.Get("rememberMe") == "true"
	}
	for _, e := range form["email"] {
		if e != f.email {
			s.rec.Decoys = append(s.rec.Decoys, "e-mail box of the password step")
		}
	}
	s.mu.Unlock()
	f = s.change(f, func(f *flow) {
		f.password, f.picture = right, s.set["captcha"]
		f.keep = form.Get("rememberMe") == "true" || s.set["passkey-offered"]
	})
	switch {
	case sent == "":
		s.step(v, f, "signin-password.html", s.words["password_missing"])
	case !right:
		s.step(v, f, "signin-password.html", s.words["password_wrong"])
	default:
		s.afterPassword(v, f)
	}
}

// afterPassword asks for what a scenario still wants, then goes back to the page that was wanted.
func (s *Site) afterPassword(v *visit, f flow) {
	s.mu.Lock()
	picture := f.picture && !s.passed[v.session]
	asks := s.set["otp"] || s.set["otp-no-secret"] || s.set["otp-rejected"]
	if c, err := v.r.Cookie("sst-" + cookieSuffix(v.domain)); err == nil && c.Value == "standin-"+s.mark {
		asks = false // this browser was told to ask no more
	}
	s.mu.Unlock()
	switch {
	case picture:
		d := s.view(v)
		d.FormToken, d.Action = formToken(v), "/ap/signin?arb="+f.id
		s.show(v, http.StatusOK, "captcha.html", d)
	case s.set["puzzle"]:
		s.redirect(v, "/ap/cvf/request?arb="+f.id)
	case asks:
		s.redirect(v, "/ap/mfa?ie=UTF8&arb="+f.id)
	default:
		s.finish(v, f)
	}
}

func (s *Site) postCode(v *visit, f flow, form url.Values) {
	got := strings.TrimSpace(form.Get("otpCode"))
	s.mu.Lock()
	// A code that was used is worthless for the rest of its time, here as there.
	right := f.password && rightCode(otpSecret, got, s.now()) && !s.spent[got] && !s.set["otp-rejected"]
	s.rec.Codes.Sent++
	if right {
		s.rec.Codes.Right++
		s.spent[got] = true
	}
	_, ticked := form["rememberDevice"]
	s.mu.Unlock()
	if !right {
		s.step(v, f, "otp.html", s.words["otp_invalid"])
		return
	}
	if ticked {
		s.setCookie(v, "sst-"+cookieSuffix(v.domain), "standin-"+s.mark, true, true)
	}
	s.finish(v, f)
}

func (s *Site) finish(v *visit, f flow) {
	s.mu.Lock()
	s.signedIn(v, f.keep)
	delete(s.flows, f.id)
	s.mu.Unlock()
	s.redirect(v, f.back)
}

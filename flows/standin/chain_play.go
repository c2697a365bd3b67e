package standin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// This file plays the screens of a chain, one after the other, and takes the answers to them.

// progress is how far one sign-in has come along the chain.
type progress struct {
	steps   []string
	at      int
	seen    int // how often the step at hand was shown
	since   time.Time
	tries   int // wrong answers to the step at hand
	channel bool
	answers map[string]int
}

// Approve is a person who approves the sign-in on the phone.
func (s *Site) Approve() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.approved = true
}

// chained answers what belongs to a chain, and tells whether it did.
func (s *Site) chained(v *visit) bool {
	path := v.r.URL.Path
	if s.chain == nil || !strings.HasPrefix(path, "/ap/") && !strings.HasPrefix(path, "/ax/") && path != "/errors/validateCaptcha" {
		return false
	}
	if v.r.ParseForm() != nil {
		http.Error(v.w, "stand-in: the form cannot be read", http.StatusBadRequest)
		return true
	}
	id := v.r.Form.Get("arb")
	if id == "" {
		id = v.r.Form.Get("workflowState")
	}
	if path == "/errors/validateCaptcha" {
		if u, err := url.Parse(v.r.Form.Get("amzn-r")); err == nil {
			id = u.Query().Get("arb")
		}
	}
	switch {
	case path == "/ap/standin/passkey":
		s.count(v, &s.rec.PasskeyPressed)
		return true
	case path == "/ap/standin/enrol":
		s.count(v, &s.rec.PasskeysEnrolled)
		return true
	case strings.HasPrefix(path, "/ap/register"):
		s.mu.Lock()
		s.rec.Registrations++
		s.mu.Unlock()
		s.show(v, http.StatusNotFound, "not-found.html", s.view(v))
		return true
	}
	f, under := s.flow(id)
	s.mu.Lock()
	p := s.progress[id]
	s.mu.Unlock()
	if !under || p == nil {
		if path != "/ap/signin" && path != "/ax/claim" {
			return false
		}
		f = s.newFlow(v, v.r.URL.Query().Get("openid.return_to"))
		s.mu.Lock()
		s.progress[f.id] = &progress{steps: slices.Clone(s.chain), since: s.now(), answers: map[string]int{}}
		s.mu.Unlock()
		s.toStep(v, f)
		return true
	}
	s.mu.Lock()
	step := p.steps[p.at]
	s.mu.Unlock()
	l, _ := linkOf(step)
	if strings.HasPrefix(path, "/ap/forgotpassword") && step != "locked" {
		s.mu.Lock()
		s.rec.ForgotPressed++
		s.mu.Unlock()
		s.show(v, http.StatusOK, "chain-locked.html", s.view(v))
		return true
	}
	switch {
	case path == "/ap/standin/approved":
		s.mu.Lock()
		done := s.approved || step == "approval" && s.now().Sub(p.since) > 1200*time.Millisecond
		s.mu.Unlock()
		fmt.Fprint(v.w, done)
	case v.r.Method == http.MethodPost || path == "/errors/validateCaptcha" || v.r.Form.Get("do") != "":
		s.answered(v, f, p, step)
	case path != s.stepPath(p, l):
		s.toStep(v, f)
	default:
		s.showStep(v, f, p, l)
	}
	return true
}

func (s *Site) count(v *visit, n *int) {
	s.mu.Lock()
	*n++
	s.mu.Unlock()
	v.w.WriteHeader(http.StatusNoContent)
}

func (s *Site) stepPath(p *progress, l link) string {
	if p.channel {
		return "/ap/mfa"
	}
	return l.path
}

// toStep leads to the step at hand, or, behind the last one, to the page that was wanted.
func (s *Site) toStep(v *visit, f flow) {
	s.mu.Lock()
	p := s.progress[f.id]
	over := p.at >= len(p.steps)
	s.mu.Unlock()
	if over {
		s.finish(v, f)
		return
	}
	l, _ := linkOf(p.steps[p.at])
	s.redirect(v, s.stepPath(p, l)+"?ie=UTF8&arb="+f.id)
}

// on goes to the next step.
func (s *Site) on(v *visit, f flow, p *progress) {
	s.mu.Lock()
	p.at, p.seen, p.tries, p.channel, p.since = p.at+1, 0, 0, false, s.now()
	s.approved = false
	s.mu.Unlock()
	s.toStep(v, f)
}

// other are the people that the browser remembers besides the account's owner.
const otherEmail = "grace@example.com"

func (s *Site) showStep(v *visit, f flow, p *progress, l link) {
	s.mu.Lock()
	p.seen++
	if p.seen == 1 {
		s.rec.Screens = append(s.rec.Screens, l.name)
	}
	seen, tries := p.seen, p.tries
	s.mu.Unlock()
	d := s.view(v)
	d.Flow, d.FormToken, d.Email = f.id, formToken(v), email
	here := "/ap/signin?arb=" + f.id
	d.Action, d.RememberBox, d.RememberTicked = "/ax/claim?arb="+f.id, true, f.id != "" && seen%2 == 0
	d.ReturnToken, d.ChangeLink = "ape:", here+"&do=switch"
	d.Step = l.name
	status, page := http.StatusOK, l.page
	switch l.name {
	case "signin-email":
		page = "signin-email-classic.html"
	case "signin-email-unified":
		page = "signin-email-unified.html"
	case "signin-password", "rejected":
		page = "signin-password.html"
		if tries > 0 {
			d.Error = s.words["password_wrong"]
		}
	case "remembered-other":
		page, d.Email, d.Remembered = "signin-password.html", otherEmail, true
	case "otp", "otp-rejected-once", "otp-rejected-always":
		page = "otp.html"
	case "continue-shopping":
		page, d.Action = "continue-shopping.html", here
	case "captcha-robot":
		page, d.Action = "captcha.html", here
	case "waf-check":
		if seen > 1 {
			s.on(v, f, p)
			return
		}
		status, page = http.StatusAccepted, "waf.html"
	case "service-error":
		if seen > 1 {
			s.on(v, f, p)
			return
		}
		status, page = http.StatusServiceUnavailable, "service-error.html"
	case "not-found-signin":
		status = http.StatusNotFound
	case "otp-channel":
		if p.channel {
			page = "otp.html"
		}
	case "otp-channel-refused":
		d.Error = s.words["codes_too_many"]
	case "account-switcher":
		d.Claims = []string{otherEmail, email, "x" + email}
	case "account-switcher-strangers":
		d.Claims = []string{otherEmail, "x" + email, email + ".au"}
	case "account-switcher-twins":
		d.Claims = []string{email, otherEmail, email}
	}
	if page == "otp.html" && tries > 0 {
		d.Error = s.words["otp_invalid"]
	}
	s.show(v, status, page, d)
}

// answered takes the answer to the step at hand.
func (s *Site) answered(v *visit, f flow, p *progress, step string) {
	form := v.r.Form
	l, _ := linkOf(step)
	again := func() {
		s.mu.Lock()
		p.tries++
		s.mu.Unlock()
		s.redirect(v, s.stepPath(p, l)+"?arb="+f.id)
	}
	s.mu.Lock()
	screen := step
	for name := range l.costs {
		if len(l.costs) == 1 {
			screen = name
		}
	}
	if p.tries > 0 && strings.HasPrefix(step, "otp") {
		screen = "otp-rejected"
	} else if p.channel || strings.HasPrefix(step, "otp-rejected") {
		screen = "otp"
	} else if step == "remembered-other" || step == "rejected" {
		screen = "signin-password"
	}
	p.answers[screen]++
	s.rec.MostAnswers = max(s.rec.MostAnswers, p.answers[screen])
	s.mu.Unlock()

	switch step {
	case "signin-email", "signin-email-unified":
		s.mu.Lock()
		s.rec.Emails++
		s.mu.Unlock()
		if strings.ToLower(strings.TrimSpace(form.Get("email"))) != email {
			again()
			return
		}
		s.on(v, f, p)
	case "remembered-other":
		if form.Get("do") == "switch" {
			s.mu.Lock()
			p.steps = slices.Insert(p.steps, p.at+1, "signin-email", "signin-password")
			s.mu.Unlock()
			s.on(v, f, p)
			return
		}
		s.mu.Lock()
		s.rec.Passwords.Sent++
		s.rec.PasswordsToOthers++
		s.mu.Unlock()
		again()
	case "signin-password", "rejected":
		s.mu.Lock()
		right := form.Get("password") == password && step != "rejected"
		s.rec.Passwords.Sent++
		if s.rejected {
			s.rec.PasswordsAgain++
		}
		if right {
			s.rec.Passwords.Right++
		} else {
			s.rejected = true
		}
		s.mu.Unlock()
		if !right {
			again()
			return
		}
		s.change(f, func(f *flow) { f.password, f.keep = true, true })
		f.password, f.keep = true, true
		s.on(v, f, p)
	case "otp", "otp-rejected-once", "otp-rejected-always":
		s.takeCode(v, f, p, step, again)
	case "otp-channel":
		if p.channel {
			s.takeCode(v, f, p, step, again)
			return
		}
		if !strings.HasSuffix(form.Get("otpDeviceContext"), "TOTP") {
			again()
			return
		}
		s.mu.Lock()
		p.channel, p.tries = true, 0
		s.mu.Unlock()
		s.toStep(v, f)
	case "continue-shopping":
		if form.Get("field-keywords") != "STANDIN" {
			again()
			return
		}
		s.on(v, f, p)
	case "captcha-robot", "captcha-cvf", "captcha-in-form":
		// The letters of the picture; only a person reads them.
		got := form.Get("field-keywords") + form.Get("cvf_captcha_input") + form.Get("guess")
		if strings.ToUpper(strings.TrimSpace(got)) != "UNECHO" {
			again()
			return
		}
		s.on(v, f, p)
	case "account-switcher", "account-switcher-twins", "account-switcher-strangers":
		if form.Get("do") != "1" {
			s.mu.Lock()
			s.rec.StrangersChosen++
			s.mu.Unlock()
			again()
			return
		}
		s.on(v, f, p)
	case "approval", "approval-never":
		s.on(v, f, p) // the page's own script, when it was told
	case "passkey-nudge", "passkey-nudge-error":
		// Which button it was, the page says; those that enrol go elsewhere.
		if step == "passkey-nudge-error" && form.Get("do") == "not-now" {
			again()
			return
		}
		s.on(v, f, p)
	case "phone-prompt":
		if form.Get("do") != "skip" {
			again()
			return
		}
		s.on(v, f, p)
	default:
		again()
	}
}

func (s *Site) takeCode(v *visit, f flow, p *progress, step string, again func()) {
	got := strings.TrimSpace(v.r.Form.Get("otpCode"))
	s.mu.Lock()
	if s.sentCodes[got] {
		s.rec.CodesAgain++
	}
	s.sentCodes[got] = true
	right := rightCode(otpSecret, got, s.now()) && !s.spent[got]
	if step == "otp-rejected-always" || step == "otp-rejected-once" && p.tries == 0 {
		right = false
	}
	s.rec.Codes.Sent++
	if right {
		s.rec.Codes.Right++
		s.spent[got] = true
	}
	s.mu.Unlock()
	if !right {
		again()
		return
	}
	s.on(v, f, p)
}

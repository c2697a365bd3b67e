package standin

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// This file plays sign-ins of any order of screens: the site serves one account many shapes of sign-in, and nobody knows which
// comes when. A chain is the screens of one sign-in, one after the other; behind the last one lies the page that was wanted.
//
//	account-switcher            a scenario of that name: e-mail, password, then this screen
//	chain:otp,phone-prompt      exactly these, in this order
//	chain:4711                  up to six at random, the same for the same number

// link is one screen of a chain.
type link struct {
	name, about string
	path        string         // where the site shows it
	page        string         // template
	costs       map[string]int // answers that it needs, by the name of the screen as a visitor sees it
	stop        bool           // no way past it without a person, or at all
	plain       bool           // already a scenario or a part of every sign-in: none of its own
}

func one(screen string) map[string]int { return map[string]int{screen: 1} }

var links = []link{
	{name: "signin-email", path: "/ap/signin", costs: one("signin-email"), plain: true},
	{name: "signin-email-unified", path: "/ax/claim", costs: one("signin-email"), plain: true},
	{name: "signin-password", path: "/ap/signin", costs: one("signin-password"), plain: true},
	{name: "otp", path: "/ap/mfa", costs: one("otp"), plain: true},
	{name: "continue-shopping", path: "/ap/signin", costs: map[string]int{"continue-shopping": 2}, plain: true}, // a second one is for a person
	{name: "waf-check", path: "/ap/signin", costs: one("waf-check"), plain: true},
	{name: "service-error", path: "/ap/signin", costs: one("service-error"), plain: true},

	{name: "remembered-other", about: "the browser remembers somebody else; a link leads to another e-mail address",
		path: "/ap/signin", costs: map[string]int{"signin-email": 1, "signin-password": 2}},
	{name: "account-switcher", about: "three accounts to choose from, the configured one among them", path: "/ap/signin", page: "chain-switcher.html", costs: one("account-switcher")},
	{name: "otp-rejected-once", about: "the first one-time code is rejected", path: "/ap/mfa", costs: map[string]int{"otp": 1, "otp-rejected": 2}},
	{name: "otp-channel", about: "a choice of ways to get a code, the authenticator app among them", path: "/ap/mfa/new-otp", page: "chain-channel.html", costs: map[string]int{"otp-channel": 1, "otp": 1}},
	{name: "approval", about: "the sign-in is to be approved on the phone, and is after 1.2 s", path: "/ap/cvf/approval", page: "chain-approval.html", costs: one("approval")},
	{name: "passkey-nudge", about: "a passkey is offered, with six buttons", path: "/ax/claim/webauthn/nudge", page: "chain-nudge.html", costs: map[string]int{"passkey-nudge": 2}},
	{name: "passkey-nudge-error", about: "the same, and declining it fails at first", path: "/ax/claim/webauthn/nudge", page: "chain-nudge.html", costs: map[string]int{"passkey-nudge": 2}},
	{name: "phone-prompt", about: "a phone number is asked for, which can be skipped", path: "/ap/accountfixup", page: "chain-phone.html", costs: one("phone-prompt")},

	{name: "account-switcher-strangers", about: "three accounts to choose from, none of them the configured one", path: "/ap/signin", page: "chain-switcher.html", stop: true},
	{name: "account-switcher-twins", about: "the configured account is offered twice", path: "/ap/signin", page: "chain-switcher.html", stop: true},
	{name: "otp-channel-sms", about: "a choice of ways to get a code without the authenticator app", path: "/ap/mfa/new-otp", page: "chain-channel.html", stop: true},
	{name: "otp-channel-refused", about: "too many codes were sent today", path: "/ap/mfa/new-otp", page: "chain-channel.html", stop: true},
	{name: "otp-rejected-always", about: "every one-time code of a chain is rejected", path: "/ap/mfa", costs: map[string]int{"otp": 1, "otp-rejected": 2}, stop: true},
	{name: "approval-never", about: "the sign-in is to be approved on the phone, and nobody does", path: "/ap/cvf/approval", page: "chain-approval.html", stop: true},
	{name: "approval-code", about: "the sign-in is to be approved, or a code typed that came by e-mail", path: "/ap/cvf/approval", page: "chain-approval.html", stop: true},
	{name: "captcha-robot", about: "a picture with letters, site-wide", path: "/ap/signin", stop: true},
	{name: "captcha-cvf", about: "a picture with letters on the verification pages", path: "/ap/cvf/request", page: "chain-captcha-cvf.html", stop: true},
	{name: "captcha-in-form", about: "a picture with letters inside the sign-in form, under its password box", path: "/ap/signin", page: "chain-captcha-form.html", stop: true},
	{name: "puzzle-frame", about: "a puzzle in a frame that is drawn late", path: "/ap/cvf/request", page: "puzzle.html", stop: true},
	{name: "puzzle-page", about: "a puzzle on a page of its own", path: "/ax/aaut/verify/ap/challenge", page: "chain-challenge.html", stop: true},
	{name: "verification-choose", about: "a choice of where to send a verification code", path: "/ap/cvf/request", page: "chain-verify.html", stop: true},
	{name: "verification-type", about: "a verification code to be typed", path: "/ap/cvf/verify", page: "chain-verify.html", stop: true},
	{name: "phone-prompt-forced", about: "a phone number is asked for, and there is no way round", path: "/ap/accountfixup", page: "chain-phone.html", stop: true},
	{name: "locked", about: "the account is locked", path: "/ap/forgotpassword/reverification", page: "chain-locked.html", stop: true},
	{name: "unknown-account", about: "no account has this e-mail address; the page offers to create one", path: "/ax/claim/intent", page: "intent.html", stop: true},
	{name: "not-found-signin", about: "the sign-in leads to a page that does not exist", path: "/ap/signin", page: "not-found.html", stop: true},
	{name: "rejected", about: "the password of a chain is rejected", path: "/ap/signin", costs: one("signin-password"), stop: true},
}

func init() {
	for _, l := range links {
		if !l.plain {
			scenarios = append(scenarios, Scenario{l.name, l.about})
		}
	}
	scenarios = append(scenarios, Scenario{"chain", "sign-in by up to six screens in random order; chain:2 is another order, chain:otp,phone-prompt one of your own"})
}

const chainPrefix = "chain:"

func linkOf(name string) (link, bool) {
	i := slices.IndexFunc(links, func(l link) bool { return l.name == name })
	if i < 0 {
		return link{}, false
	}
	return links[i], true
}

// isChain tells a scenario that names a chain itself.
func isChain(name string) bool { return strings.HasPrefix(name, chainPrefix) }

// chainOf is the chain of a set of scenarios, nil where there is none.
func chainOf(set map[string]bool) ([]string, error) {
	var chain []string
	if set["chain"] {
		return RandomChain(1), nil
	}
	for name := range set {
		text, ok := strings.CutPrefix(name, chainPrefix)
		if !ok {
			continue
		}
		if seed, err := strconv.ParseUint(text, 10, 64); err == nil {
			return RandomChain(seed), nil
		}
		for _, l := range strings.Split(text, ",") {
			if _, ok := linkOf(l); !ok {
				return nil, fmt.Errorf("stand-in: no screen %q for a chain; there are %s", l, strings.Join(linkNames(), ", "))
			}
			chain = append(chain, l)
		}
		return chain, nil
	}
	for _, l := range links {
		if !l.plain && set[l.name] {
			chain = append(chain, l.name)
		}
	}
	if chain == nil {
		return nil, nil
	}
	if len(chain) > 0 && chain[0] == "remembered-other" || chain[0] == "rejected" {
		return chain, nil // these begin a sign-in themselves
	}
	first := "signin-email"
	if set["unified"] {
		first += "-unified"
	}
	return append([]string{first, "signin-password"}, chain...), nil
}

func linkNames() []string {
	var names []string
	for _, l := range links {
		names = append(names, l.name)
	}
	return names
}

// RandomChain is the chain of a seed: up to six screens, no screen needing more than two answers in all, some ending with one
// that nobody gets past.
func RandomChain(seed uint64) []string {
	r := rand.New(rand.NewPCG(seed, 0xc4a1))
	var ways, ends []link
	for _, l := range links {
		if l.stop {
			ends = append(ends, l)
		} else {
			ways = append(ways, l)
		}
	}
	n := 1 + r.IntN(6)
	ending := r.IntN(5) < 2
	if ending {
		n--
	}
	costs := map[string]int{}
	var chain []string
	var last link
	fits := func(l link) bool {
		next := maps.Clone(costs)
		for screen, c := range l.costs {
			if next[screen] += c; next[screen] > 2 {
				return false
			}
		}
		costs = next
		return true
	}
	if ending { // first, as its answers count as well
		last = ends[r.IntN(len(ends))]
		fits(last)
	}
	for tries := 0; len(chain) < n && tries < 100; tries++ {
		if l := ways[r.IntN(len(ways))]; fits(l) {
			chain = append(chain, l.name)
		}
	}
	if ending {
		chain = append(chain, last.name)
	}
	return chain
}

// StopsAt tells whether a screen of a chain has no way past it.
func StopsAt(name string) bool {
	l, ok := linkOf(name)
	return ok && l.stop
}

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

// Package standin is a stand-in for Amazon: an http.Handler over page templates and an account in memory. It plays the
// journey of the article (sign in, hover over Account & Lists, Your Devices, "...", Deregister, confirm) and, by named
// scenario, what can go wrong on the way. It serves the demo, the tests and the benchmarks.
//
// It is not Amazon and not a copy of it: its pages are reconstructions from what is known (see their sources in
// testdata/standin), and what is not known, above all the request that deregisters a device, is invented. A flow that
// passes here has shown that it handles what is known, not that it will meet nothing else.
//
// It imports nothing of unecho and knows no browser, no file system and no network of its own: files, scenario and clock
// come with Options.
package standin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Options say what a Site plays.
type Options struct {
	Files    fs.FS            // the templates; the root is testdata/standin
	Scenario string           // NAME[+NAME…]; empty is "article"
	Now      func() time.Time // the site's clock; nil is time.Now
}

// Site plays the site for one account. It is safe for concurrent use.
type Site struct {
	set   map[string]bool
	now   func() time.Time
	pages *template.Template
	words texts
	lay   *LayoutPlan // a drawn page, nil: none
	solve int         // the drawn page hands its elements to the test that plays it, and is so many times faster; 0: it does not
	lang  string
	mark  string // tells cookies of this scenario from those of others in the same profile

	mu      sync.Mutex
	devices []Device
	books   []book
	gone    map[string]time.Time // key → when it was deregistered
	rec     Record
	flows   map[string]flow // sign-ins under way
	revoked map[string]bool // session tokens the site takes no longer
	spent   map[string]bool // one-time codes that were used
	passed  map[string]bool // session ids that passed a check
	once    map[string]int  // how often something that happens a few times has happened
	ids     int
	random  *rand.Rand

	chain     []string // the screens of a sign-in, nil: those of the article
	progress  map[string]*progress
	approved  bool            // on the phone
	rejected  bool            // a password was
	sentCodes map[string]bool // one-time codes that arrived, right or wrong
}

// New reads the templates and sets up the account. Its errors are an unknown scenario, which names the nearest known one, and
// templates that are missing or do not parse.
func New(o Options) (*Site, error) {
	set, err := parseScenario(o.Scenario)
	if err != nil {
		return nil, err
	}
	if o.Files == nil {
		return nil, errors.New("stand-in: no files to play from")
	}
	s := &Site{
		set: set, now: o.Now, lang: "en", mark: mark(set),
		devices: newAccount(set), books: newBooks(), gone: map[string]time.Time{},
		flows: map[string]flow{}, revoked: map[string]bool{}, spent: map[string]bool{}, passed: map[string]bool{}, once: map[string]int{},
		random:   rand.New(rand.NewPCG(7, 11)),
		progress: map[string]*progress{}, sentCodes: map[string]bool{},
	}
	s.lay = layoutOf(set)
	if s.chain, err = chainOf(set); err != nil {
		return nil, err
	}
	if s.now == nil {
		s.now = time.Now
	}
	if set["german"] {
		s.lang = "de"
	}
	if s.lay != nil {
		s.lang = s.lay.design.Lang
	}
	if s.words, err = readTexts(o.Files, s.lang); err != nil {
		return nil, err
	}
	if s.pages, err = parsePages(o.Files); err != nil {
		return nil, err
	}
	return s, nil
}

// Later is a site for the same account, with what was deregistered in it, that plays another scenario: for a run after the one
// that met trouble. Visitors have to sign in anew. Its account must be the one of o.Scenario; its Record begins anew.
func (s *Site) Later(o Options) (*Site, error) {
	later, err := New(o)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for key := range s.gone {
		later.gone[key] = time.Time{} // long enough ago for any list
	}
	return later, nil
}

const sourceNote = "<!-- unecho stand-in: this page is a reconstruction written for demos and tests. It is not a page of Amazon's and no copy of one. -->"

// parsePages reads every template. Scripts and styles stay files of their own and are put in as they are.
func parsePages(files fs.FS) (*template.Template, error) {
	raw := func(name string) (string, error) {
		data, err := fs.ReadFile(files, name)
		return string(data), err
	}
	t := template.New("standin").Option("missingkey=error").Funcs(template.FuncMap{
		"note": func() template.HTML { return sourceNote },
		"js":   func(name string) (template.JS, error) { text, err := raw(name); return template.JS(text), err },
		"css":  func(name string) (template.CSS, error) { text, err := raw(name); return template.CSS(text), err },
	})
	if _, err := t.ParseFS(files, "*.html"); err != nil {
		return nil, fmt.Errorf("stand-in: its pages cannot be read: %w", err)
	}
	return t, nil
}

// Hosts are the names the stand-in answers under unless it is asked under another marketplace's.
func (s *Site) Hosts() []string { return []string{"www.amazon.com", "amazon.com", "alexa.amazon.com"} }

// visit is one request on its way through the site.
type visit struct {
	w       http.ResponseWriter
	r       *http.Request
	domain  string // amazon.com
	session string // value of the cookie session-id
	fresh   bool   // the visitor brought no session-id
}

// ServeHTTP answers as the site would, or declines (status 599 and the header X-Unecho-Declined) what it has no answer for.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.rec.Requests++
	pause := s.delay()
	s.mu.Unlock()

	if domain, old, ok := portalHost(r.Host); ok {
		if sleep(r.Context(), pause) {
			s.portal(w, r, domain, old)
		}
		return
	}
	domain, ok := marketplace(r.Host)
	if !ok {
		s.decline(w, r)
		return
	}
	if r.URL.Path == "/favicon.ico" {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	if r.TLS == nil && r.Header.Get("X-Forwarded-Proto") != "https" || !strings.HasPrefix(r.Host, "www.") {
		http.Redirect(w, r, "https://www."+domain+r.URL.RequestURI(), http.StatusMovedPermanently)
		return
	}
	if !sleep(r.Context(), pause) {
		return
	}
	v := &visit{w: w, r: r, domain: domain}
	s.greet(v)
	if s.throttle(v) {
		return
	}
	if r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/errors/") && s.turnedAway(v) {
		return
	}
	s.route(v)
}

func (s *Site) route(v *visit) {
	if s.chained(v) {
		return
	}
	switch path := v.r.URL.Path; {
	case path == "/" || strings.HasPrefix(path, "/ref="):
		s.home(v)
	case path == "/gp/css/homepage.html":
		s.yourAccount(v)
	case path == "/gp/flex/sign-out.html":
		s.signOut(v)
	case path == "/errors/validateCaptcha":
		s.validateCaptcha(v)
	case path == "/ap/signin" || path == "/ax/claim" || strings.HasPrefix(path, "/ap/mfa") || path == "/ax/claim/intent" ||
		strings.HasPrefix(path, "/ap/cvf/") || strings.HasPrefix(path, "/ap/register") || path == "/ap/standin/passkey":
		s.signIn(v)
	case path == "/mycd":
		s.redirect(v, "/hz/mycd/myx")
	case s.set["console"] && path == "/hz/mycd/myx":
		s.redirect(v, consoleBase+"contentlist/booksAll/dateDsc/")
	case s.set["console"] && path == consoleBase+"ajax":
		s.consoleAjax(v)
	case s.set["console"] && strings.HasPrefix(path, consoleBase):
		s.console(v)
	case path == "/hz/mycd/digital-console/alldevices":
		// This account has the older page; old and new addresses live side by side.
		s.redirect(v, "/hz/mycd/myx#/home/devices/1")
	case path == "/hz/mycd/myx":
		s.mycd(v)
	case path == "/hz/mycd/ajax":
		s.ajax(v)
	default:
		s.decline(v.w, v.r)
	}
}

func (s *Site) decline(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.rec.Declined = append(s.rec.Declined, r.Method+" "+r.Host+r.URL.Path)
	s.mu.Unlock()
	w.Header().Set("X-Unecho-Declined", "1")
	w.WriteHeader(599)
}

// marketplace is the domain of a host of Amazon's: amazon.com of www.amazon.com:443.
func marketplace(host string) (string, bool) {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	domain := strings.TrimPrefix(host, "www.")
	return domain, strings.HasPrefix(domain, "amazon.") && len(domain) > len("amazon.")
}

func (s *Site) redirect(v *visit, to string) {
	v.w.Header().Set("Location", to)
	v.w.WriteHeader(http.StatusFound)
}

// delay is how long the next answer takes; s.mu is held.
func (s *Site) delay() time.Duration {
	if !s.set["slow"] {
		return 0
	}
	return time.Duration(200+s.random.IntN(401)) * time.Millisecond
}

func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// view is everything a template may show.
type view struct {
	T              texts
	Lang           string
	LangUpper      string
	Recognised     bool
	Hello          string
	AccountLink    string
	SwitchLink     string
	Customer       string
	Session        string
	NavBoot        map[string]any
	FlyoutHTML     string
	CookieBanner   string // class of the banner; empty: none
	CSRF           template.JS
	Boot           any
	Error          string
	NoCookies      bool
	FormToken      string
	ReturnToken    string
	Flow           string
	Handle         string
	Email          string
	Action         string
	ChangeLink     string
	Remembered     bool
	RememberBox    bool
	RememberTicked bool
	Step           string   // name of the screen of a chain
	Claims         []string // e-mail addresses to choose from

	set map[string]bool
}

// Flag says whether a scenario is on.
func (d view) Flag(name string) bool { return d.set[name] }

// view is what every page of a visit shows. It takes s.mu.
func (s *Site) view(v *visit) view {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := view{T: s.words, Lang: s.lang, LangUpper: strings.ToUpper(s.lang), set: s.set, Session: v.session, Customer: s.customer()}
	d.Recognised = s.recognised(v)
	d.Handle = handle(v.domain)
	back := "https://www." + v.domain + "/?_encoding=UTF8&ref_=nav_ya_signin"
	d.SwitchLink = signInAddress(v.domain, back, 0) + "&switch_account=picker&ignoreAuthState=1"
	d.AccountLink, d.Hello = signInAddress(v.domain, back, 0), s.words["hello_signed_out"]
	if d.Recognised {
		d.AccountLink, d.Hello = "https://www."+v.domain+"/gp/css/homepage.html?ref_=nav_youraccount_btn", s.words.with("hello", "Ada")
	}
	after := 0
	if s.set["late-flyout"] || s.set["slow"] {
		after = 800
	}
	d.NavBoot = map[string]any{"noFlyout": s.set["no-flyout"], "dataAfterMs": after, "atOnce": s.set["instant"]}
	if c, err := v.r.Cookie("sp-cc"); err != nil || c.Value == "" {
		switch {
		case s.set["cookie-banner-stubborn"]:
			d.CookieBanner = "standin-all"
		case s.set["cookie-banner"] && v.r.URL.Path == "/":
			d.CookieBanner = "standin-top"
		case s.set["cookie-banner"]:
			d.CookieBanner = "standin-bottom"
		}
	}
	return d
}

// show writes a page. The flyout is made first, as the page carries it inside a script.
func (s *Site) show(v *visit, status int, name string, d view) {
	var flyout, page bytes.Buffer
	if err := s.pages.ExecuteTemplate(&flyout, "flyout", d); err != nil {
		http.Error(v.w, "stand-in: "+err.Error(), http.StatusInternalServerError)
		return
	}
	d.FlyoutHTML = flyout.String()
	if err := s.pages.ExecuteTemplate(&page, name, d); err != nil {
		http.Error(v.w, "stand-in: "+err.Error(), http.StatusInternalServerError)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=UTF-8")
	h.Set("Cache-Control", "no-cache, no-store, must-revalidate")
	v.w.WriteHeader(status)
	if v.r.Method != http.MethodHead {
		_, _ = v.w.Write(page.Bytes()) // the visitor may have left
	}
}

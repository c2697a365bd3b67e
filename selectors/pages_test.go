package selectors

import (
	"encoding/csv"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/andybalholm/cascadia"
	"golang.org/x/net/html"
)

// These tests hold the data against saved pages of the real site. They judge the
// markup alone: visible is what no attribute, no inline style and no CSS of
// Set.Hidden hides. The pages are not part of the project; without them the
// tests say so and skip.

const pagesDir = "../../shared/pages"

// A saved is one page of the collection.
type saved struct {
	file, screen string
	url          *url.URL
	root         *html.Node
}

var savedPages = sync.OnceValues(func() ([]saved, error) {
	f, err := os.Open(filepath.Join(pagesDir, "MANIFEST.tsv"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		return nil, err
	}
	var all []saved
	for _, row := range rows[1:] {
		if len(row) < 3 || row[1] == "-" {
			continue
		}
		u, err := url.Parse(row[2])
		if err != nil {
			return nil, err
		}
		src, err := os.Open(filepath.Join(pagesDir, row[0]))
		if err != nil {
			return nil, err
		}
		root, err := html.Parse(src)
		src.Close()
		if err != nil {
			return nil, err
		}
		all = append(all, saved{row[0], row[1], u, root})
	}
	return all, nil
})

func realPages(t *testing.T) []saved {
	t.Helper()
	if _, err := os.Stat(pagesDir); err != nil {
		t.Skipf("no saved pages at %s", pagesDir)
	}
	all, err := savedPages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func page(t *testing.T, file string) saved {
	t.Helper()
	for _, p := range realPages(t) {
		if p.file == file {
			return p
		}
	}
	t.Fatalf("no saved page %s", file)
	return saved{}
}

// An eye judges saved pages with one Set.
type eye struct {
	set    *Set
	hidden []cascadia.SelectorGroup
	css    map[string]cascadia.SelectorGroup
}

func newEye(t *testing.T) *eye {
	t.Helper()
	set, err := load(data, true)
	if err != nil {
		t.Fatal(err)
	}
	e := &eye{set: set, css: map[string]cascadia.SelectorGroup{}}
	for _, h := range set.Hidden {
		e.hidden = append(e.hidden, e.parse(h))
	}
	return e
}

func (e *eye) parse(css string) cascadia.SelectorGroup {
	g, ok := e.css[css]
	if !ok {
		g, _ = cascadia.ParseGroup(css) // loaded thoroughly: it parses
		e.css[css] = g
	}
	return g
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

var noBox = regexp.MustCompile(`(?i)display:\s*none|visibility:\s*hidden|opacity:\s*0(;|$|\.0)`)

func (e *eye) visible(n *html.Node) bool {
	if typ, _ := attr(n, "type"); strings.EqualFold(typ, "hidden") {
		return false
	}
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if slices.Contains([]string{"script", "style", "template", "noscript", "head"}, n.Data) {
			return false
		}
		if _, ok := attr(n, "hidden"); ok {
			return false
		}
		if style, _ := attr(n, "style"); noBox.MatchString(style) {
			return false
		}
		for _, h := range e.hidden {
			if h.Match(n) {
				return false
			}
		}
	}
	return true
}

func (e *eye) all(root *html.Node, css string) []*html.Node {
	return cascadia.QueryAll(root, e.parse(css))
}

func (e *eye) shows(p saved, css string) bool {
	return slices.ContainsFunc(e.all(p.root, css), e.visible)
}

func (e *eye) holds(p saved, s Screen) bool {
	match := func(re, v string) bool { return re == "" || regexp.MustCompile(re).MatchString(v) }
	title := ""
	if t := cascadia.Query(p.root, e.parse("title")); t != nil {
		title = words(t)
	}
	host := "site"
	if strings.HasPrefix(p.url.Host, "alexa.") {
		host = "alexa"
	}
	hash := p.url.EscapedFragment()
	if hash != "" {
		hash = "#" + hash
	}
	shows := func(css string) bool { return e.shows(p, css) }
	return (s.Host == "" || s.Host == host) &&
		match(s.Path, p.url.Path) && match(s.Hash, hash) && match(s.Title, title) &&
		!slices.ContainsFunc(s.Visible, func(css string) bool { return !shows(css) }) &&
		(len(s.Any) == 0 || slices.ContainsFunc(s.Any, shows)) &&
		!slices.ContainsFunc(s.Present, func(css string) bool { return len(e.all(p.root, css)) == 0 }) &&
		!slices.ContainsFunc(s.Absent, shows) &&
		(!s.Token || slices.ContainsFunc(e.all(p.root, "script:not([src])"), func(n *html.Node) bool {
			return n.FirstChild != nil && token.MatchString(n.FirstChild.Data)
		}))
}

// token is how a script of the page carries what its lists are asked for with.
var token = regexp.MustCompile(`\bcsrfToken\b["']?\s*[=:]\s*["'][^"']+["']`)

func (e *eye) judge(p saved) string {
	for _, s := range e.set.Screens {
		if e.holds(p, s) {
			return strings.TrimSuffix(s.Name+"/"+s.Variant, "/")
		}
	}
	return "unknown"
}

func words(n *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

// find is what a flow gets for an element: the number of the candidate and the
// one visible thing it found; 0 if none did.
func (e *eye) find(root *html.Node, name string) (int, *html.Node) {
	for i, c := range e.set.Elements[name].Candidates {
		var hits []*html.Node
		for _, n := range e.all(root, c.CSS) {
			if e.visible(n) && e.says(n, c) {
				hits = append(hits, n)
			}
		}
		hits = slices.DeleteFunc(slices.Clone(hits), func(n *html.Node) bool {
			return slices.ContainsFunc(hits, func(m *html.Node) bool { return m != n && within(n, m) })
		})
		if len(hits) == 1 {
			return i + 1, hits[0]
		}
	}
	return 0, nil
}

func within(outer, inner *html.Node) bool {
	for n := inner; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

func (e *eye) says(n *html.Node, c Candidate) bool {
	if c.Text == "" {
		return true
	}
	text := strings.ToLower(words(n))
	return slices.ContainsFunc(e.set.Texts[c.Text].Phrases, func(p Phrase) bool {
		want := strings.ToLower(p.Text)
		return text == want || c.Contains && strings.Contains(text, want)
	})
}

// danger names the danger that clicking n would be, judged on its CSS alone.
func (e *eye) danger(n *html.Node) string {
	for _, d := range e.set.Dangers {
		if d.CSS == "" || d.Where != Control {
			continue
		}
		for m, up := n, 0; m != nil && up < 4; m, up = m.Parent, up+1 {
			if e.parse(d.CSS).Match(m) {
				return d.Name
			}
		}
	}
	return ""
}

func TestEverySavedPageIsNamed(t *testing.T) {
	e := newEye(t)
	variants := map[string]string{
		"sign-in/signin-email-classic.html":      "signin-email/classic",
		"sign-in/signin-email-unified.html":      "signin-email/unified",
		"sign-in/signin-rejected-password.html":  "signin-rejected/password",
		"sign-in/captcha-image-cvf.html":         "captcha-image/cvf",
		"sign-in/captcha-image-robot-check.html": "captcha-image/robot-check",
		"content/content-tab-console-2022.html":  "content-console/list",
		"sign-in/signin-password-passkey.html":   "signin-password", // the offer is hidden until script shows it
	}
	n := 0
	for _, p := range realPages(t) {
		if !strings.HasSuffix(p.file, ".html") {
			continue
		}
		n++
		want := p.screen
		if v, ok := variants[p.file]; ok {
			want = v
		}
		if got := e.judge(p); got != want {
			t.Errorf("%s is %s, want %s", p.file, got, want)
		}
	}
	if n < 15 {
		t.Errorf("only %d pages judged", n)
	}
}

// A saved page is often looked at without its address (identify FILE takes the
// home page's): what a form alone tells must not need the address.
func TestSignInPagesAreNamedWithoutTheirAddress(t *testing.T) {
	e := newEye(t)
	home, _ := url.Parse("https://www.amazon.com/")
	for _, p := range realPages(t) {
		if !strings.HasPrefix(p.file, "sign-in/") && !strings.HasPrefix(p.file, "content/") {
			continue
		}
		p.url = home
		if got, _, _ := strings.Cut(e.judge(p), "/"); got != p.screen {
			t.Errorf("%s is %s, want %s", p.file, got, p.screen)
		}
	}
}

// change parses a saved page anew after replacing text in it, for the forms of a
// screen of which no page was saved.
func change(t *testing.T, p saved, address string, oldnew ...string) saved {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(pagesDir, p.file))
	if err != nil {
		t.Fatal(err)
	}
	s := string(raw)
	for i := 0; i < len(oldnew); i += 2 {
		if !strings.Contains(s, oldnew[i]) {
			t.Fatalf("%s does not hold %q", p.file, oldnew[i])
		}
		s = strings.ReplaceAll(s, oldnew[i], oldnew[i+1])
	}
	return built(t, p.file, address, s)
}

func built(t *testing.T, name, address, markup string) saved {
	t.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return saved{file: name, url: u, root: root}
}

func TestFormsOfScreensThatDifferByALittle(t *testing.T) {
	e := newEye(t)
	otp, channel := page(t, "sign-in/otp.html"), page(t, "sign-in/otp-channel.html")
	password, email := page(t, "sign-in/signin-password-passkey.html"), page(t, "sign-in/signin-email-classic.html")
	unified := page(t, "sign-in/signin-email-unified.html")
	myx, console := page(t, "content/content-tab-myx-2017.html"), page(t, "content/content-tab-console-2022.html")
	const at = "https://www.amazon.com"
	box := `<div id="auth-error-message-box" class="a-box a-alert"><span class="a-list-item">x</span></div><form `
	for _, c := range []struct {
		want string
		page saved
	}{
		{"otp-rejected", change(t, otp, at+"/ap/signin", "<form ", box)},
		{"otp-channel/refused", change(t, channel, at+"/ap/mfa/new-otp", "<form id=\"auth-select", box+"id=\"auth-select")},
		{"signin-rejected/inline", change(t, email, at+"/ap/signin", `<div id="auth-email-missing-alert"`, `<div style="display: block;" id="auth-email-missing-alert"`)},
		{"signin-rejected/inline", change(t, email, at+"/ap/signin", `auth-inlined-error-message a-spacing-top-mini"`, `auth-inlined-error-message a-spacing-top-mini shown"`)},
		{"signin-rejected/inline", change(t, unified, at+"/ax/claim", `id="invalid-email-alert" class="a-box a-alert-inline a-alert-inline-error aok-hidden`, `id="invalid-email-alert" class="a-box a-alert-inline a-alert-inline-error`)},
		{"signin-password/passkey-offered", change(t, password, at+"/ap/signin", `class="a-section aok-hidden"`, `class="a-section"`)},
		{"signin-password", change(t, password, at+"/ap/signin", `a-alert-error aok-hidden`, `a-alert-error`)}, // a stale passkey banner is no failure
		{"signin-password/remembered", change(t, password, at+"/ap/signin", `<form name="signIn"`, `<input type="hidden" id="ap-claim" name="email" value="x"><form name="signIn"`)},
		// The saved page came without the script that carries the token.
		{"devices-myx", change(t, myx, at+"/hz/mycd/myx#/home/devices/1", "</body>", `<script>var csrfToken = "x"</script></body>`)},
		{"content-myx", change(t, myx, at+"/hz/mycd/myx#/home/content/booksAll/dateDsc/")},
		{"content-myx", change(t, myx, at+"/-/es/hz/mycd/myx?pageType=content")},
		{"devices-console", change(t, console, at+"/hz/mycd/digital-console/alldevices")},
		{"device-console", change(t, console, at+"/hz/mycd/digital-console/devicedetails?deviceFamily=ALEXA_APP")},
	} {
		if got := e.judge(c.page); got != c.want {
			t.Errorf("%s at %s is %s, want %s", c.page.file, c.page.url, got, c.want)
		}
	}
}

// Screens of which there is no saved page at all: the smallest markup that the
// facts describe.
func TestScreensKnownByDescription(t *testing.T) {
	e := newEye(t)
	const shop, alexa = "https://www.amazon.com", "https://alexa.amazon.com/spa/index.html"
	validate := `<form method="get" action="/errors/validateCaptcha"><input type="hidden" name="field-keywords" value="x">`
	spa := `<div id="d-app"><div id="d-navigate">m</div><div id="d-page"><div id="d-content">c</div></div></div>`
	nav := `<header class="nav-rec"><div id="nav-link-accountList">x</div></header>`
	for _, c := range []struct{ want, address, markup string }{
		{"continue-shopping", shop, validate + `<button type="submit">Continue shopping</button></form>`},
		{"captcha-image/robot-check-image", shop, validate + `<img src="c.jpg"><button>x</button></form>`},
		{"puzzle/challenge-page", shop + "/ax/aaut/verify/ap/challenge", `<title>Challenge Page</title>`},
		{"puzzle/aamation", shop + "/ap/cvf/request", `<div id="cvf-aamation-container">x</div>`},
		{"puzzle/address", shop + "/ap/cvf/request", `<div id="a-page">x</div>`},
		{"approval/address", shop + "/ap/cvf/approval", `<form id="pollingForm"></form>`},
		{"approval/address", shop + "/ap/cvf/transactionapproval", `<p>x</p>`},
		{"approval/with-code", shop + "/ap/cvf/approval", `<form id="verification-code-form"><input id="input-box-otp"><input type="hidden" id="otpCode" name="otpCode"></form>`},
		{"verification-code/choose", shop + "/ap/cvf/request", `<form name="claimspicker"><input type="radio" name="option"></form>`},
		{"verification-code/type", shop + "/ap/cvf/verify", `<form action="verify"><input name="code"></form>`},
		{"passkey-nudge", shop + "/ax/claim/webauthn/nudge", `<p>x</p>`},
		{"signin-unknown-account/address", shop + "/ax/claim/intent", `<p>x</p>`},
		{"signin-unknown-account/form", shop + "/ap/x", `<form id="intent-confirmation-form">x</form>`},
		{"account-switcher", shop + "/ap/signin", `<div id="ap-account-switcher-container">x</div>`},
		{"captcha-image/in-form", shop + "/ap/signin", `<form name="signIn"><img id="auth-captcha-image"><input type="password" id="ap_password"><div id="auth-error-message-box">x</div></form>`},
		{"locked/alert", shop + "/ap/signin", `<div id="auth-account-locked-alert">x</div>`},
		{"locked/address", shop + "/ap/forgotpassword/reverification", `<form name="forgotPassword">x</form>`},
		{"phone-prompt/address", shop + "/ap/accountfixup", `<a id="ap-account-fixup-phone-skip-link">x</a>`},
		{"service-error", shop, `<title>Tut uns leid!</title><a href="/ref=cs_503_logo">x</a>`},
		{"not-found/title", shop + "/x", `<title>Page Not Found</title><p>x</p>`},
		{"home-stripped", shop, `<html class="a-tablet"><body><div id="nav-bb-container">x</div>`},
		{"home-stripped/tablet", shop, `<html class="a-tablet"><body><header>x</header>`},
		{"home-signed-in", shop + "/-/es/", nav},
		{"home-signed-in", shop + "/", nav},
		{"home-signed-out/by-link", shop + "/", `<header><div id="nav-link-accountList"><a href="/ap/signin?x">x</a></div></header>`},
		{"alexa-home", alexa, spa},
		{"alexa-home", alexa + "#apps", spa},
		{"alexa-settings", alexa + "#settings", spa},
		{"alexa-settings", alexa + "?#settings", spa},
		{"alexa-device", alexa + "#settings/device/G090LF1234567890", spa},
		{"alexa-retired", alexa, `<p>Use the app</p><a href="https://apps.apple.com/app/x">App Store</a>`},
		// While they load, these show the navigation bar of the shop and nothing of their own.
		{"unknown", shop + "/hz/mycd/myx", nav},
		{"unknown", shop + "/-/es/hz/mycd/digital-console/alldevices", nav},
		{"unknown", shop + "/mycd", nav},
		{"unknown", shop + "/ap/signin", nav},
		// The app's own address is enough.
		{"alexa-home", alexa, nav},
		{"unknown", shop + "/ap/signin", `<form name="newThing"><input type="text"></form>`},
		// Decoys alone are no screen.
		{"unknown", shop + "/ap/signin", `<input type="hidden" id="ap_email"><input type="password" id="ap-credential-autofill-hint" class="a-input-text hide">`},
	} {
		if got := e.judge(built(t, c.want, c.address, c.markup)); got != c.want {
			t.Errorf("%s at %s is %s, want %s", c.markup, c.address, got, c.want)
		}
	}
}

func TestPeopleAreAskedWhereTheFactsSaySo(t *testing.T) {
	set, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	person := []string{"captcha-image", "puzzle", "approval", "verification-code"}
	for _, s := range set.Screens {
		if want := slices.Contains(person, s.Name); s.Person != want {
			t.Errorf("%s/%s: person is %v", s.Name, s.Variant, s.Person)
		}
	}
}

func TestElementsOnSavedPages(t *testing.T) {
	e := newEye(t)
	for _, c := range []struct {
		file, element string
		candidate     int // 0: it must not be found
	}{
		{"sign-in/signin-email-classic.html", "email", 2},
		{"sign-in/signin-email-classic.html", "email-submit", 1},
		{"sign-in/signin-email-classic.html", "password", 0},
		{"sign-in/signin-email-classic.html", "error-box", 0},
		{"sign-in/signin-email-unified.html", "email", 1},
		{"sign-in/signin-email-unified.html", "email-submit", 1},
		{"sign-in/signin-email-unified.html", "password", 0},
		{"sign-in/signin-email-unified.html", "error-box", 0},
		{"sign-in/signin-password-passkey.html", "email", 0},
		{"sign-in/signin-password-passkey.html", "password", 1},
		{"sign-in/signin-password-passkey.html", "password-submit", 1},
		{"sign-in/signin-password-passkey.html", "email-submit", 0},
		{"sign-in/signin-password-passkey.html", "remember-me", 0},
		{"sign-in/signin-password-passkey.html", "change-claim-link", 1},
		{"sign-in/signin-rejected-password.html", "remember-me", 1},
		{"sign-in/signin-rejected-password.html", "error-box", 1},
		{"sign-in/otp.html", "otp-code", 1},
		{"sign-in/otp.html", "otp-submit", 1},
		{"sign-in/otp.html", "otp-remember", 1},
		{"sign-in/otp.html", "otp-other-way-link", 1},
		{"sign-in/otp-channel.html", "otp-channel-totp", 0},
		{"sign-in/otp-channel.html", "otp-channel-submit", 1},
		{"sign-in/captcha-image-robot-check.html", "captcha-box", 1},
		{"sign-in/captcha-image-cvf.html", "captcha-image", 2},
		{"home/home-signed-in-nav-2024.html", "account-link", 1},
		{"home/home-signed-in-nav-2024.html", "flyout-links", 0}, // not in the server's DOM
		{"home/home-signed-in-nav-2024.html", "footer-content-link", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "account-link", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "account-button", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "flyout", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "flyout-content-link", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "flyout-devices-link", 1},
		{"home/home-signed-in-flyout-rendered-2025.html", "flyout-old-link", 0},
		{"home/home-signed-in-flyout-rendered-2025.html", "customer-line", 1},
		{"home/home-signed-in-full-2025.html", "account-link", 1},
		{"home/home-signed-out-2025.html", "account-link", 1},
		{"home/home-signed-out-2025.html", "footer-content-link", 1},
		{"content/content-tab-myx-2017.html", "tab-devices", 1},
		{"content/content-tab-myx-2017.html", "tab-content", 1},
		{"content/content-tab-myx-2017.html", "count-text", 1},
		{"content/content-tab-myx-2017.html", "confirm-dialog", 0},
		{"content/content-tab-myx-2017.html", "confirm-ok", 0},
		{"content/content-tab-myx-2017.html", "deregister-item", 0},
		{"content/content-tab-myx-2017.html", "empty-list", 0},
		{"content/content-tab-console-2022.html", "tab-devices", 3},
		{"content/content-tab-console-2022.html", "console-dialog", 0}, // 214 closed ones
		{"content/content-tab-console-2022.html", "console-confirm", 0},
		{"content/content-tab-console-2022.html", "confirm-ok", 0},
		{"content/content-tab-console-2022.html", "confirm-dialog", 0},
		{"content/content-tab-console-2022.html", "notification-success", 0},
		{"content/content-tab-console-2022.html", "notification-error", 0},
		{"content/content-tab-console-2022.html", "console-next-page", 1},
	} {
		got, n := e.find(page(t, c.file).root, c.element)
		if got != c.candidate {
			t.Errorf("%s: %s found by candidate %d, want %d", c.file, c.element, got, c.candidate)
		}
		if n != nil {
			if d := e.danger(n); d != "" {
				t.Errorf("%s: %s is the danger %s", c.file, c.element, d)
			}
		}
	}
}

func TestHiddenClaimIsReadable(t *testing.T) {
	e := newEye(t)
	c := e.set.Elements["remembered-email"].Candidates[1]
	for _, n := range e.all(page(t, "sign-in/signin-password-passkey.html").root, c.CSS) {
		if v, _ := attr(n, "value"); strings.Contains(v, "@") {
			return
		}
	}
	t.Error("the hidden e-mail address of the password page is not found")
}

// Rows of the Content tab stand for the rows nobody has published: each has one
// name and one "..." button.
func TestRowsOfTheOldPage(t *testing.T) {
	e := newEye(t)
	root := page(t, "content/content-tab-myx-2017.html").root
	rows := e.all(root, e.set.Elements["device-rows"].Candidates[0].CSS)
	if len(rows) < 10 {
		t.Fatalf("%d rows", len(rows))
	}
	for i, row := range rows {
		if k, name := e.find(row, "device-name"); k != 1 || words(name) == "" {
			t.Errorf("row %d: name found by candidate %d", i, k)
		}
		if k, _ := e.find(row, "device-menu"); k != 1 {
			t.Errorf("row %d: menu found by candidate %d", i, k)
		}
	}
	// The fallbacks must find the same rows, neither more nor less.
	for i, c := range e.set.Elements["device-rows"].Candidates[1:4] {
		if got := len(e.all(root, c.CSS)); got != len(rows) {
			t.Errorf("candidate %d finds %d rows, want %d", i+2, got, len(rows))
		}
	}
}

func TestDangersOnSavedPages(t *testing.T) {
	e := newEye(t)
	for _, c := range []struct{ file, css string }{
		{"home/home-signed-in-flyout-rendered-2025.html", "#nav-item-signout .nav-text"},
		{"home/home-signed-in-flyout-rendered-2025.html", "#nav-item-switch-account"},
		{"sign-in/signin-password-passkey.html", "button#continue"},
		{"sign-in/signin-password-passkey.html", "#auth-fpp-link-bottom"},
		{"sign-in/signin-email-classic.html", "#createAccountSubmit"},
		{"sign-in/signin-email-unified.html", "#ab-registration-ingress-link"},
		{"content/content-tab-console-2022.html", `[id^="DELETE_TITLE_ACTION"] span`},
		{"content/content-tab-console-2022.html", `[id^="BUY_NOW_ACTION"]`},
		{"content/content-tab-console-2022.html", "#BULK_DELETE_TITLE_ACTION span"},
	} {
		hits := e.all(page(t, c.file).root, c.css)
		if len(hits) == 0 {
			t.Errorf("%s: no %s", c.file, c.css)
		}
		for _, n := range hits {
			if e.danger(n) == "" {
				t.Errorf("%s: %s is no danger", c.file, c.css)
			}
		}
	}
}

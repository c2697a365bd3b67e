package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/selectors"
)

const savedPages = "../../../shared/pages"

// eyes is a looker with a browser of its own, ended with the test, and one page
// for each number in a "case" parameter, so that many can be judged at a time: most
// of the time is waiting for pages to settle.
type eyes struct {
	*looker
	mu    sync.Mutex
	pages map[string]*onePage
}

func (e *eyes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	e.mu.Lock()
	p := e.pages[r.URL.Query().Get("case")]
	e.mu.Unlock()
	if p == nil {
		replay.Decline(w)
		return
	}
	p.ServeHTTP(w, r)
}

// put gives a page an address of its own.
func (e *eyes) put(address string, data []byte) (string, *onePage) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := strconv.Itoa(len(e.pages))
	p := &onePage{data: data}
	e.pages[n] = p
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	q := u.Query()
	q.Set("case", n)
	u.RawQuery = q.Encode()
	return u.String(), p
}

func open(t testing.TB) *eyes {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	sel, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	e := &eyes{pages: map[string]*onePage{}}
	if e.looker, err = newLooker(sel, "amazon.com", e); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.close)
	e.browser = browsertest.Start(t, browser.Options{MapTo: e.server.Addr(), SPKI: e.server.SPKI()})
	return e
}

// both judges one page with its scripts and without. One that has none is judged
// once, and so are, in the default suite, two of three: i is its number.
func (e *eyes) both(t *testing.T, i int, address string, data []byte) (with, without flows.Verdict) {
	t.Helper()
	site, ok := siteOf(hostOf(address))
	if !ok {
		site = "amazon.com"
	}
	for _, scripts := range []bool{true, false} {
		at, _ := e.put(address, data)
		v, err := e.judge(context.Background(), site, at, scripts)
		if err != nil {
			t.Errorf("%s, scripts %v: %v", address, scripts, err)
		}
		if scripts {
			with, without = v, v
			if !bytes.Contains(data, []byte("<script")) || i%3 > 0 && !browsertest.Full() {
				break
			}
		} else {
			without = v
		}
	}
	return with, without
}

// each runs f for 0 to n-1, a few at a time.
func each(n int, f func(i int)) {
	var all sync.WaitGroup
	turn := make(chan struct{}, 4)
	for i := range n {
		turn <- struct{}{}
		all.Go(func() {
			f(i)
			<-turn
		})
	}
	all.Wait()
}

// TestEverySavedPageIsIdentified is for the collection of real pages, which is no
// part of the project.
func TestEverySavedPageIsIdentified(t *testing.T) {
	t.Parallel()
	f, err := os.Open(filepath.Join(savedPages, "MANIFEST.tsv"))
	if err != nil {
		t.Skipf("no saved pages at %s", savedPages)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = slices.DeleteFunc(rows[1:], func(row []string) bool { return len(row) < 3 || row[1] == "-" })
	if browsertest.LeftOut("TestEverySavedPageIsIdentified, all but two of each screen") {
		played := map[string]int{}
		rows = slices.DeleteFunc(rows, func(row []string) bool { played[row[1]]++; return played[row[1]] > 2 })
	}
	e := open(t)
	each(len(rows), func(i int) {
		row := rows[i]
		data, err := os.ReadFile(filepath.Join(savedPages, row[0]))
		if err != nil {
			t.Error(err)
			return
		}
		with, without := e.both(t, i, row[2], data)
		if with.Screen != row[1] || without.Screen != row[1] {
			t.Errorf("%s: with scripts %s (%v), without %s (%v); want %s", row[0], with.Screen, with.Why, without.Screen, without.Why, row[1])
		}
		if without.Told.Rule != strings.TrimSuffix(without.Screen+"/"+without.Variant, "/") || len(without.Told.Matched) == 0 {
			t.Errorf("%s: told by %q, %+v", row[0], without.Told.Rule, without.Told.Matched)
		}
	})
}

const (
	home   = "https://www.amazon.com/"
	signin = "https://www.amazon.com/ap/signin"
)

// What is none of Amazon's screens is unknown, whatever it resembles: at the home
// page's address, which identify assumes, and at others.
func TestWhatIsNoScreenIsUnknown(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 200<<10)
	random := rand.New(rand.NewPCG(3, 5))
	for i := range noise {
		noise[i] = byte(random.IntN(256))
	}
	nav := func(rec, rest string) string {
		return `<!doctype html><title>x</title><header id="navbar-main" class="nav-locale-us nav-lang-en ` + rec + `"><div id="nav-link-accountList"><a href="/gp/css/homepage.html" data-csa-c-slot-id="nav-link-accountList">Hello</a></div></header>` + rest
	}
	cases := []struct{ name, url, html string }{
		{"empty", home, ""},
		{"blank", home, " \n\t "},
		{"binary", home, string(noise)},
		{"PDF", home, "%PDF-1.7\n" + string(noise[:4000])},
		{"plain words", home, "sign in, password, one-time code, captcha"},
		{"JSON", home, `{"screen":"signin-email"}`},
		{"broken", home, `<html><body><div <form <input type="password" id=ap_pass<word <<< </form></table><script>`},
		{"never closed", home, strings.Repeat("<div><table><tr><td>", 500)},
		{"a comment that never ends", home, `<!-- <input id="ap_password" type="password">`},
		{"a screen inside a template", home, `<template><input id="ap_password" type="password"></template><noscript></noscript>`},
		{"a screen as text", home, `<pre>&lt;input id="ap_password" type="password"&gt;</pre>`},
		{"another shop's sign-in", home, `<title>Sign in</title><form name="login" action="/login" method="post"><input type="email" id="email" name="email"><input type="password" id="password" name="password"><button>Sign in</button></form>`},
		{"a sign-in with two steps", home, `<title>Sign in</title><form name="signin"><input type="text" name="username" autocomplete="username"><input type="password" name="password"></form><div id="error-message" class="a-alert">There was a problem</div>`},
		{"another site's code", home, `<form action="verify" method="post"><h1>Two-step verification</h1><input name="code" inputmode="numeric"><button>Verify</button></form>`},
		{"another site's captcha", home, `<form action="/captcha"><img src="c.png" alt="captcha"><input name="captcha"><button>Continue</button></form>`},
		{"another site's 404", home, `<title>404 Not Found</title><center><h1>404 Not Found</h1></center><hr><center>nginx</center>`},
		{"another site's 404 in words", home, `<title>Page Not Found</title><p>Looking for something? <a href="/">Home</a></p>`},
		{"another site's failure", home, `<title>Sorry!</title><h1>Something went wrong!</h1>`},
		{"Amazon's form elsewhere", "https://login.example.com/ap/signin", `<form name="signIn" action="/ap/signin"><input id="ap_email" type="email"><input id="ap_password" type="password"></form>`},
		{"a host that ends alike", "https://notamazon.com/", `<input id="ap_password" type="password">`},
		{"a host that begins alike", "https://www.amazon.com.example.net/", nav("nav-rec", "")},
		{"a product", home + "Some-Thing/dp/B000000001", nav("nav-rec", `<div id="dp">x</div>`)},
		{"a product, address unknown", home, nav("nav-unrec", `<span id="productTitle">Echo</span><input id="add-to-cart-button" type="submit">`)},
		{"a search", home + "s?k=echo", nav("nav-rec", `<div class="s-main-slot"><div data-component-type="s-search-result">x</div></div>`)},
		{"a search, address unknown", home, nav("nav-rec", `<div class="s-main-slot"><div data-component-type="s-search-result">x</div></div>`)},
		{"help", home + "gp/help/customer/display.html?nodeId=1", nav("nav-rec", `<h1>Deregister a device</h1>`)},
		{"help in Spanish", home + "-/es/gp/help/customer/display.html", nav("nav-rec", "")},
		{"the cart", home + "gp/cart/view.html", nav("nav-rec", "")},
		{"only decoys", signin, `<form name="signIn"><input type="hidden" id="ap_email"><input type="password" id="ap-credential-autofill-hint" class="hide"><input id="ap_password" type="password" style="display:none"><div id="auth-error-message-box" hidden>x</div></form>`},
		{"the devices page before it is there", home + "hz/mycd/myx", nav("nav-rec", "")},
	}
	half := browsertest.LeftOut("TestWhatIsNoScreenIsUnknown, every second case")
	e := open(t)
	each(len(cases), func(i int) {
		if half && i%2 > 0 {
			return
		}
		c := cases[i]
		with, without := e.both(t, i, c.url, []byte(c.html))
		if with.Screen != "unknown" || without.Screen != "unknown" {
			t.Errorf("%s: with scripts %s (%v), without %s (%v)", c.name, with.Screen, with.Why, without.Screen, without.Why)
		}
	})
}

// Screens of the same kinds as the saved pages that nobody saved: other languages,
// other generations, decoys elsewhere. All are reconstructions from the facts.
func TestKindsOfPagesCarryOver(t *testing.T) {
	browsertest.OnlyInFull(t) // TestEverySavedPageIsIdentified has the same kinds
	t.Parallel()
	const shop = "https://www.amazon.co.jp"
	hidden := `<div class="aok-hidden"><div id="auth-error-message-box">x</div><form id="auth-mfa-form"><input id="auth-mfa-otpcode" name="otpCode"></form><div id="ap-account-switcher-container">x</div>
		<img id="auth-captcha-image"><form method="get" action="/errors/validateCaptcha"><input id="captchacharacters" name="field-keywords"><button>x</button></form></div>
		<div id="passkey-error-alert" class="a-box a-alert aok-hidden">x</div><div style="position:absolute;left:-9999px"><input type="password" id="ap_password" tabindex="-1"></div>`
	password := `<input type="password" id="ap_password" name="password">`
	nav := func(class, inner string) string {
		return `<html lang="ja-jp"><title>アマゾン</title><header id="navbar-main" class="nav-locale-jp nav-lang-ja ` + class + `">` + inner + `</header>`
	}
	link := func(tag, href string) string {
		return `<` + tag + ` id="nav-link-accountList"><a href="` + href + `">アカウント＆リスト</a></` + tag + `>`
	}
	spa := `<div id="d-app"><div id="d-navigate">≡</div><div id="d-page"><div id="d-content">Einstellungen</div></div></div>`
	cases := []struct{ want, url, html string }{
		{"signin-email", shop + "/ap/signin", `<html lang="ja"><title>Amazonログイン</title>` + hidden + `<form name="signIn" action="/ap/signin" method="post"><label>Eメール</label><input type="email" id="ap_email" name="email"><span id="continue"><input id="continue" type="submit"></span></form>`},
		{"signin-email", "https://www.amazon.sa/ax/claim", `<html lang="ar" dir="rtl"><title></title><form id="ap_login_form" name="signIn"><input type="text" id="ap_email_login" name="email"><input type="password" id="ap-credential-autofill-hint" class="hide"><input type="submit" aria-labelledby="continue-announce"></form>` + hidden},
		{"signin-email", home, `<title>Iniciar sesión en Amazon</title><form name="signIn"><input type="email" id="ap_email" name="email"></form>` + hidden},
		{"signin-password", shop + "/ap/signin", hidden + `<form name="signIn"><input type="hidden" id="ap_email" name="email" value="x@example.com">` + strings.Replace(password, "ap_password", "ap_password\" data-late=\"1", 1) + `</form>`},
		{"signin-password", home, `<form name="signIn"><input type="hidden" id="ap-claim" name="email" value="x@example.com"><a id="ap_switch_account_link" href="#">Konto wechseln</a>` + password + `</form><div id="auth-signin-via-passkey-section"><button id="continue" type="button">Mit Passkey anmelden</button></div>`},
		{"signin-password", signin, `<div id="passkey-error-alert" class="a-box a-alert a-alert-error">Der Passkey ging nicht</div><form name="signIn">` + password + `</form>`},
		{"signin-rejected", signin, `<div id="auth-error-message-box" class="a-box a-alert"><ul><li><span class="a-list-item">Votre mot de passe est incorrect</span></li></ul></div><form name="signIn">` + password + `</form>`},
		{"signin-rejected", signin, `<div id="auth-error-message-box">No encontramos la cuenta</div><form name="signIn"><input type="email" id="ap_email" name="email"></form>`},
		{"signin-rejected", "https://www.amazon.de/ax/claim", `<title></title><form id="ap_login_form"><input id="ap_email_login"><div id="invalid-phone-alert" class="a-box a-alert-inline">Ungültige Nummer</div></form>`},
		{"signin-unknown-account", home, `<form id="intent-confirmation-form" action="/ap/register"><span id="intention-submit-button"><input type="submit"></span></form>`},
		{"account-switcher", signin, `<div id="ap-account-switcher-container"><form class="cvf-widget-form-account-switcher"><a href="#" data-name="switch_account_request"><div class="cvf-account-switcher-claim">x@example.com</div></a></form></div>`},
		{"otp", "https://www.amazon.fr/ap/mfa", `<html lang="fr"><title>Vérification en deux étapes</title><form id="auth-mfa-form"><input type="tel" id="auth-mfa-otpcode" name="otpCode"><input id="auth-signin-button" name="mfaSubmit" type="submit"></form><div id="auth-error-message-box" class="aok-hidden">x</div>`},
		{"otp-rejected", home, `<div id="auth-error-message-box">コードが無効です</div><form id="auth-mfa-form"><input type="tel" id="auth-mfa-otpcode" name="otpCode"></form>`},
		{"otp-channel", home, `<form id="auth-select-device-form"><div class="auth-TOTP"><label><input type="radio" name="otpDeviceContext" value="x, TOTP" style="opacity:0"><span>App</span></label></div><input id="auth-send-code" type="submit"></form>`},
		{"approval", signin[:23] + "ap/cvf/transactionapproval", `<title>x</title><div id="channelDetailsForOtp">…42</div>`},
		{"approval", home, `<form id="pollingForm"></form><form id="resend-approval-form"><a href="#">Erneut senden</a></form>`},
		{"approval", home, `<form id="verification-code-form"><input id="input-box-otp"><input type="hidden" id="otpCode" name="otpCode"><div id="cvf-input-code">x</div></form>`},
		{"captcha-image", shop + "/errors/validateCaptcha", `<form method="get" action="/errors/validateCaptcha"><img src="c.jpg"><input id="captchacharacters" name="field-keywords"><button>続行</button></form>`},
		{"captcha-image", home, `<div class="cvf-widget-alert">x</div><form method="post" action="verify" class="cvf-widget-form cvf-widget-form-captcha"><input type="text" name="cvf_captcha_input"></form>`},
		{"captcha-image", signin, `<div id="auth-error-message-box">Tippen Sie die Zeichen ein</div><form name="signIn">` + password + `<img id="auth-captcha-image" src="c.jpg" width="200" height="70"><input id="auth-captcha-guess" name="guess"></form>`},
		{"continue-shopping", "https://www.amazon.it/", `<form method="get" action="/errors/validateCaptcha"><input type="hidden" name="field-keywords" value="x"><button type="submit">Continua con gli acquisti</button></form>`},
		{"waf-check", "https://www.amazon.es/", `<!DOCTYPE html><title></title><script>window.gokuProps={}</script><script src="https://x.eu-west-1.token.awswaf.com/x/challenge.js"></script><div id="challenge-container"></div><script>setTimeout(() => location.reload(), 50)</script>`},
		{"puzzle", home, `<div id="cvf-aamation-container"><form id="cvf-aamation-challenge-form"></form><p>Lös das Rätsel</p></div>`},
		{"puzzle", signin[:23] + "ax/aaut/verify/ap/challenge", `<title>Challenge Page</title>`},
		{"puzzle", signin[:23] + "ap/cvf/request", `<div id="a-page">…</div>`},
		{"passkey-nudge", home, `<span class="a-button"><input type="submit" aria-labelledby="passkey-nudge-not-now-announce"><span>Jetzt nicht</span></span>`},
		{"passkey-nudge", signin[:23] + "ax/claim/webauthn/nudge", `<p>x</p>`},
		{"phone-prompt", home, `<form id="auth-account-fixup-phone-form"><input type="tel"><a id="ap-account-fixup-phone-skip-link" href="#">Ahora no</a></form>`},
		{"verification-code", home, `<form name="claimspicker"><label><input type="radio" name="option" value="sms">…42</label></form>`},
		{"verification-code", signin[:23] + "ap/cvf/verify", `<form action="verify"><input name="code"></form>`},
		{"locked", home, `<div id="auth-account-locked-alert" class="a-box a-alert">Konto gesperrt</div>`},
		{"locked", signin[:23] + "ap/forgotpassword", `<form name="forgotPassword"><input name="email"></form>`},
		{"service-error", "https://www.amazon.com.br/", `<title>Desculpe!</title><a href="/ref=cs_503_logo">Amazon</a><img id="d" alt="">`},
		{"not-found", "https://www.amazon.nl/x", `<title>Sorry</title><a href="/ref=cs_404_logo">Amazon</a>`},
		{"home-signed-in", shop + "/", nav("nav-rec", link("div", "/gp/css/homepage.html"))},
		{"home-signed-in", shop + "/-/en/ref=nav_logo", nav("nav-rec", link("span", "/gp/css/homepage.html"))},
		{"home-signed-in", home + "gp/your-account/order-history?x=1", nav("nav-opt-sprite nav-rec", `<a id="nav-link-yourAccount" href="/gp/css/homepage.html">Ihr Konto</a>`)},
		{"home-signed-out", shop + "/ref=nav_logo", nav("nav-unrec", link("div", "/ap/signin?x"))},
		{"home-signed-out", home, `<header><div id="nav-link-accountList"><a href="/ap/signin?x">Hola</a></div></header>`},
		{"home-stripped", home, `<html class="a-js a-tablet"><div id="nav-bb-container"><a href="/gp/css/homepage.html">x</a></div>`},
		{"content-myx", home + "hz/mycd/myx", `<ul class="myx-tabs"><li class="myx-active"><div class="tab_myx">Inhalte</div></li><li><div class="tab_myx">Geräte</div></li></ul>`},
		{"devices-myx", home + "hz/mycd/myx#/home/devices/1", `<ul class="myx-tabs"><li><div class="tab_myx">Inhalte</div></li><li class="myx-active"><div class="tab_myx">Geräte</div></li></ul>`},
		{"content-console", home, `<div id="CONTENT_LIST">x</div>`},
		{"alexa-home", "https://alexa.amazon.de/spa/index.html", spa},
		{"alexa-settings", "https://alexa.amazon.co.uk/spa/index.html#settings", spa},
		{"alexa-device", "https://alexa.amazon.com/spa/index.html#settings/device/G000000000000001", spa},
		{"alexa-retired", "https://alexa.amazon.com/", `<a href="https://apps.apple.com/app/x">App</a>`},
	}
	e := open(t)
	each(len(cases), func(i int) {
		c := cases[i]
		with, without := e.both(t, i, c.url, []byte(c.html))
		if with.Screen != c.want || without.Screen != c.want {
			t.Errorf("%.100s\nat %s: with scripts %s (%v), without %s (%v), want %s", c.html, c.url, with.Screen, with.Why, without.Screen, without.Why, c.want)
		}
	})
}

// A saved page's own scripts cannot change the verdict by leading away from it.
func TestScriptsDoNotLeadAway(t *testing.T) {
	browsertest.OnlyInFull(t) // takes 12 s
	t.Parallel()
	form := `<form name="signIn"><input type="password" id="ap_password"></form>`
	e := open(t)
	name := func(address, html string) (flows.Verdict, bool, error) {
		at, page := e.put(address, []byte(html))
		l := *e.looker
		l.again = page.again
		return l.name(context.Background(), at)
	}
	scripts := map[string]string{
		"at once":            `location.replace("https://www.amazon.com/errors/elsewhere")`,
		"to another site":    `location = "https://example.com/"`,
		"again and again":    `setInterval(() => { location = "/x" + Math.random() }, 30)`,
		"to itself":          `setTimeout(() => location.reload(), 20)`,
		"to nothing":         `location = "about:blank"`,
		"to nothing, later":  `setTimeout(() => { location = "about:blank" }, 60)`,
		"by a form":          `addEventListener("load", () => { const f = document.createElement("form"); f.method = "post"; f.action = "/ap/signin"; document.body.append(f); f.submit() })`,
		"by a refresh":       `document.write('<meta http-equiv="refresh" content="0;url=/x">')`,
		"by closing":         `close()`,
		"by going back":      `history.back()`,
		"by a blob":          `location = URL.createObjectURL(new Blob(["<p>gone</p>"], {type: "text/html"}))`,
		"by asking":          `alert("stay"); onbeforeunload = () => "no"; confirm("really?")`,
		"by emptying it":     `setTimeout(() => { document.body.innerHTML = "" }, 100)`,
		"by writing it anew": `setTimeout(() => { document.open(); document.write("<p>gone</p>"); document.close() }, 50)`,
		"by its address":     `history.replaceState({}, "", "/ap/forgotpassword")`,
	}
	ways := slices.Sorted(maps.Keys(scripts))
	each(len(ways), func(i int) {
		v, _, err := name(signin, `<title>x</title><script>`+scripts[ways[i]]+`</script>`+form)
		if err != nil || v.Screen != "signin-password" && ways[i] != "by its address" {
			t.Errorf("%s: %s %v, %v", ways[i], v.Screen, v.Why, err)
		}
	})
	// A script that never ends keeps the page from answering; without it, it does.
	e.limit = 6 * time.Second
	if v, scripts, err := name(signin, form+`<script>for (;;);</script>`); err != nil || v.Screen != "signin-password" || scripts {
		t.Errorf("a page that hangs: %s, scripts %v, %v", v.Screen, scripts, err)
	}
}

func TestTwentyMegabytes(t *testing.T) {
	browsertest.OnlyInFull(t) // a page as large as that keeps the machine busy
	t.Parallel()
	if testing.Short() {
		t.Skip("large")
	}
	e := open(t)
	var b strings.Builder
	// A tenth of it is laid out, which is what takes Chromium's time (1 s a
	// megabyte); the rest is what large pages are large of.
	for i := 0; b.Len() < 20<<20; i++ {
		fmt.Fprintf(&b, `<div class="row r%d"><a href="/x%d">Thing %d</a><span>some words about it, and some more of them</span></div>`, i, i, i)
		fmt.Fprintf(&b, `<script type="application/json">{"n":%d,"text":%q}</script><!-- %s -->`, i, strings.Repeat("id=ap_password ", 250), strings.Repeat("x", 200))
	}
	started := time.Now()
	at, page := e.put(home, []byte(b.String()))
	e.again = page.again
	v, _, err := e.name(context.Background(), at)
	if err != nil || v.Screen != "unknown" {
		t.Errorf("%s, %v", v.Screen, err)
	}
	t.Logf("unknown after %v", time.Since(started))
	if d := time.Since(started); d > 50*time.Second {
		t.Errorf("took %v", d)
	}
}

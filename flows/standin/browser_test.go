package standin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// The tests here look at the stand-in as a visitor does: a real browser, real mouse events, no help from unecho's own page
// layer, which is to be tested against the stand-in and not with it.

func TestMain(m *testing.M) {
	code := browsertest.Run(m)
	if stage.browser != nil {
		stage.browser.Close()
		stage.server.Close()
	}
	os.Exit(code)
}

// stage is one browser before one server. Each test has a tab with a cookie of its own, which
// says which site is behind the server for it.
var stage struct {
	once    sync.Once
	browser *browser.Browser
	server  *replay.Server
	sites   sync.Map // value of the cookie → *standin.Site
	tests   atomic.Int64
	err     error
}

const testCookie = "standin-test"

type driver struct {
	t    *testing.T
	ctx  context.Context
	site *standin.Site
}

func open(t *testing.T, scenario string) *driver {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a browser")
	}
	stage.once.Do(func() {
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n, ok := strings.CutPrefix(r.URL.Path, "/"+testCookie+"/"); ok {
				http.SetCookie(w, &http.Cookie{Name: testCookie, Value: n, Path: "/", Domain: "amazon.com", Secure: true})
				return
			}
			c, err := r.Cookie(testCookie)
			if err != nil {
				return // what a browser asks for by itself
			}
			behind, _ := stage.sites.Load(c.Value)
			site := behind.(*standin.Site)
			if r.URL.Path != "/test-signed-in" {
				site.ServeHTTP(w, r)
				return
			}
			for _, c := range site.SessionCookies() {
				http.SetCookie(w, c)
			}
			w.Header().Set("Location", "/hz/mycd/myx#/home/devices/1")
			w.WriteHeader(http.StatusFound)
		})
		if stage.server, stage.err = replay.Serve(handler, replay.Options{Hosts: []string{"amazon.com"}}); stage.err != nil {
			return
		}
		stage.browser, stage.err = browser.Start(context.Background(), browser.Options{
			Found: browsertest.Found(t), RunBase: browsertest.RunBase(t), LoadImages: true,
			MapTo: stage.server.Addr(), SPKI: stage.server.SPKI(),
		})
	})
	if stage.err != nil {
		t.Fatal(stage.err)
	}
	site, err := standin.New(standin.Options{Files: os.DirFS("../../testdata/standin"), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	number := fmt.Sprint(stage.tests.Add(1))
	stage.sites.Store(number, site)
	tab, closeTab, err := stage.browser.NewTab()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(closeTab)
	ctx, cancel := context.WithTimeout(tab, 30*time.Second)
	t.Cleanup(cancel)
	d := &driver{t, ctx, site}
	t.Cleanup(func() {
		if t.Failed() || os.Getenv("STANDIN_PICTURES") != "" {
			d.picture(strings.ReplaceAll(t.Name(), "/", "-"))
		}
	})
	d.goTo("https://www.amazon.com/" + testCookie + "/" + number)
	return d
}

// picture keeps a picture of the page for a person to look at.
func (d *driver) picture(name string) {
	dir := os.Getenv("STANDIN_PICTURES")
	if dir == "" {
		return
	}
	if png, err := chromedp.Run(d.ctx, chromedp.CaptureScreenshot()); err == nil {
		_ = os.WriteFile(filepath.Join(dir, name+".png"), png, 0o600)
	}
}

func (d *driver) goTo(url string) {
	d.t.Helper()
	if _, err := chromedp.Call(d.ctx, cdppage.Navigate, cdppage.NavigateParams{URL: url}); err != nil {
		d.t.Fatal(err)
	}
}

const inPage = `const shown = e => !!e && e.getClientRects().length > 0 && getComputedStyle(e).visibility !== "hidden";
const all = s => [...document.querySelectorAll(s)].filter(shown);
const one = (s, text) => { const m = all(s).filter(e => text === undefined || e.textContent.trim() === text); return m.length === 1 ? m[0] : null; };
const row = name => all(".contentTableListRow_myx").find(r => { const t = r.querySelector("[id^=title]"); return t && t.title === name; });
const dots = name => row(name).querySelector("a.myx-popover-trigger");
const item = (name, text) => [...row(name).querySelectorAll(".pointer_myx")].find(e => shown(e) && e.textContent.trim() === text);
const ok = () => { const m = all('[id="dialogButton_ok_myx "]'); return m.length === 1 ? m[0] : null; };
`

// wait repeats an expression in the page until it is true and returns what it is then.
func (d *driver) wait(expr string, out any) {
	d.t.Helper()
	yes := true
	js := `(async () => { ` + inPage + ` const end = Date.now() + 500; for (;;) {
		try { const v = await (` + expr + `); if (v) return JSON.stringify(v); } catch (e) {}
		if (Date.now() > end) return ""; await new Promise(r => setTimeout(r, 10)); } })()`
	for stop := time.Now().Add(10 * time.Second); time.Now().Before(stop); {
		res, err := chromedp.Call(d.ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, AwaitPromise: &yes, ReturnByValue: &yes})
		if d.ctx.Err() != nil {
			break
		}
		var text string
		if err != nil || res.ExceptionDetails != nil || json.Unmarshal(res.Result.Value, &text) != nil || text == "" {
			continue // the page went away under the question, or it is not so yet
		}
		if out != nil {
			if err := json.Unmarshal([]byte(text), out); err != nil {
				d.t.Fatal(err)
			}
		}
		return
	}
	d.t.Fatalf("never came true: %s", expr)
}

// at waits until an element is shown and nothing lies over its middle, and returns that point.
func (d *driver) at(expr string) (x, y float64) {
	d.t.Helper()
	var p [2]float64
	d.wait(`(() => { const e = `+expr+`; if (!shown(e)) return null; e.scrollIntoView({block: "nearest"}); const r = e.getBoundingClientRect();
		const x = r.x + r.width / 2, y = r.y + r.height / 2, hit = document.elementFromPoint(x, y);
		return hit && (e.contains(hit) || hit.contains(e)) ? [x, y] : null; })()`, &p)
	return p[0], p[1]
}

func (d *driver) mouse(kind input.DispatchMouseEventType, x, y float64) {
	d.t.Helper()
	p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y}
	if kind != input.DispatchMouseEventTypeMouseMoved {
		p.Button, p.ClickCount = input.MouseButtonLeft, 1
	}
	if _, err := chromedp.Call(d.ctx, input.DispatchMouseEvent, p); err != nil {
		d.t.Fatal(err)
	}
}

func (d *driver) hover(expr string) {
	d.t.Helper()
	x, y := d.at(expr)
	d.mouse(input.DispatchMouseEventTypeMouseMoved, x, y)
}

func (d *driver) click(expr string) {
	d.t.Helper()
	x, y := d.at(expr)
	d.mouse(input.DispatchMouseEventTypeMouseMoved, x, y)
	d.mouse(input.DispatchMouseEventTypeMousePressed, x, y)
	d.mouse(input.DispatchMouseEventTypeMouseReleased, x, y)
}

func (d *driver) typeInto(selector, text string) {
	d.t.Helper()
	d.wait(fmt.Sprintf(`(() => { const e = one(%q); if (!e) return false; e.value = %q; return true; })()`, selector, text), nil)
}

const accountLink = `one('a[data-csa-c-slot-id="nav-link-accountList"]')`

// signIn goes the whole way of the article up to the page that has the tabs.
func (d *driver) signIn() {
	d.t.Helper()
	mail, pass, _ := d.site.Credentials()
	d.goTo("https://www.amazon.com/")
	d.hover(accountLink)
	d.click(`one('#nav-al-your-account a[href*="/hz/mycd/myx?pageType=content"]')`)
	d.typeInto("input#ap_email", mail)
	d.click(`one("span#continue")`)
	d.typeInto("input#ap_password", pass)
	d.click(`one("#auth-signin-button")`)
}

// toDevices opens the devices signed in already, and waits until the one of that name is shown.
func (d *driver) toDevices(shows ...string) {
	d.t.Helper()
	d.goTo("https://www.amazon.com/test-signed-in")
	d.wait(`document.querySelector(".myx-tabs li.myx-active")`, nil)
	for _, name := range shows {
		d.wait(fmt.Sprintf(`row(%q)`, name), nil)
	}
}

func (d *driver) menu(name string) {
	d.t.Helper()
	d.click(fmt.Sprintf(`dots(%q)`, name))
}

func TestTheArticleInABrowser(t *testing.T) {
	d := open(t, "")
	d.signIn()
	d.click(`one(".myx-tabs .tab_myx > a", "Your Devices")`)
	d.wait(`location.hash === "#/home/devices/1" && row("Kitchen Echo")`, nil)
	d.wait(`all(".contentDetailPopover_myx").length === 0 && [...document.querySelectorAll(".transcludedContent_myx")].every(e => e.children.length === 0)`, nil)
	d.menu("Kitchen Echo")
	d.wait(`row("Kitchen Echo").querySelector(".contentDetailPopover_myx.open_myx")`, nil)
	d.picture("menu")
	d.click(`item("Kitchen Echo", "Deregister")`)
	d.wait(`one(".dialogBackdrop_myx") && one("#ui_dialog_myx").textContent.includes("Kitchen Echo")`, nil)
	d.picture("confirm")
	if n := len(d.site.Record().Deregistered); n != 0 {
		t.Fatalf("%d devices went before the confirmation", n)
	}
	d.click(`ok().querySelector("button")`)
	d.wait(`one("#ui_dialog_myx").textContent.includes("has been deregistered")`, nil)
	d.click(`ok().querySelector("button")`)
	d.wait(`all(".dialogBackdrop_myx").length === 0 && !row("Kitchen Echo")`, nil)
	r := d.site.Record()
	if len(r.Deregistered) != 1 || r.Deregistered[0].Name != "Kitchen Echo" || !r.Deregistered[0].Trusted {
		t.Errorf("deregistered: %+v", r.Deregistered)
	}
	if len(r.Doubles)+len(r.Dangers)+len(r.ContentDeleted)+len(r.Refused)+len(r.Decoys) != 0 || len(r.Declined) != 0 {
		t.Errorf("something else happened: %+v", r)
	}
}

func TestTheFlyoutWantsARealMouse(t *testing.T) {
	d := open(t, "late-flyout")
	d.goTo("https://www.amazon.com/")
	d.hover(accountLink) // the flyout is not built yet: this hover is lost
	d.wait(`document.querySelector("#nav-flyout-accountList")`, nil)
	d.wait(`new Promise(r => setTimeout(() => r(true), 250))`, nil)
	d.wait(`all("#nav-flyout-accountList").length === 0`, nil)
	d.mouse(input.DispatchMouseEventTypeMouseMoved, 300, 500)
	d.hover(accountLink)
	d.wait(`one("#nav-flyout-accountList")`, nil)
	d.picture("flyout")
	d.mouse(input.DispatchMouseEventTypeMouseMoved, 300, 500)
	d.wait(`all("#nav-flyout-accountList").length === 0`, nil)
	d.click(accountLink) // a click is no hover: it leaves the page
	d.wait(`location.pathname === "/ap/signin"`, nil)
}

func TestTheMenuOfAChildsDeviceHidesDeregister(t *testing.T) {
	d := open(t, "")
	d.toDevices("Kitchen Echo")
	d.menu("Mia's Echo Dot Kids")
	d.wait(`row("Mia's Echo Dot Kids").querySelector(".open_myx #contentAction_deregister_myx")`, nil)
	d.wait(`!item("Mia's Echo Dot Kids", "Deregister")`, nil)
}

package standin_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// kitchen presses Deregister in the menu of the Kitchen Echo.
func (d *driver) kitchen() {
	d.t.Helper()
	d.menu("Kitchen Echo")
	d.click(`item("Kitchen Echo", "Deregister")`)
}

func (d *driver) wantGone(want string) {
	d.t.Helper()
	var got []string
	for _, x := range d.site.Record().Deregistered {
		got = append(got, x.Name)
	}
	if s := strings.Join(got, ", "); s != want {
		d.t.Errorf("deregistered: %q, want %q", s, want)
	}
}

// still waits in the page, for what must not happen.
const still = `new Promise(r => setTimeout(() => r(true), 300))`

func TestPopupNamesAnotherDevice(t *testing.T) {
	d := open(t, "popup-other-device")
	d.toDevices("Kitchen Echo")
	d.kitchen()
	d.wait(`one("#ui_dialog_myx").textContent.includes("Bedroom Echo Dot") && !one("#ui_dialog_myx").textContent.includes("Kitchen Echo")`, nil)
	d.click(`one("#dialogButton_cancel_myx button")`)
	d.wait(`all(".dialogBackdrop_myx").length === 0`, nil)
	d.wantGone("")
	d.kitchen()
	d.click(`ok().querySelector("button")`)
	d.wait(`!row("Bedroom Echo Dot")`, nil)
	d.wantGone("Bedroom Echo Dot")
}

func TestNoPopupActsAtOnce(t *testing.T) {
	d := open(t, "no-popup+no-result")
	d.toDevices("Kitchen Echo")
	d.kitchen()
	d.wait(`!row("Kitchen Echo") && all(".dialogBackdrop_myx").length === 0`, nil)
	d.wantGone("Kitchen Echo")
}

func TestLateDialogs(t *testing.T) {
	d := open(t, "late-popup+late-result")
	d.toDevices("Kitchen Echo")
	d.kitchen()
	d.wait(still, nil)
	d.wait(`all("#ui_dialog_myx").length === 0`, nil)
	d.click(`ok().querySelector("button")`)
	d.wait(`!row("Kitchen Echo") && all("#ui_dialog_myx").length === 0`, nil)
	d.click(`ok().querySelector("button")`)
	d.wantGone("Kitchen Echo")
}

func TestCoveredConfirmationCannotBePressed(t *testing.T) {
	d := open(t, "covered")
	d.toDevices("Kitchen Echo")
	d.kitchen()
	d.wait(`(() => { const r = ok().getBoundingClientRect(); return !ok().contains(document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)); })()`, nil)
	d.picture("covered")
	d.wantGone("")

	d = open(t, "covered-for-a-while")
	d.toDevices("Kitchen Echo")
	d.kitchen()
	d.wait(`one("#standin-survey")`, nil)
	d.click(`ok().querySelector("button")`)
	d.wait(`!row("Kitchen Echo")`, nil)
	d.wantGone("Kitchen Echo")
}

// The danger that the guard of unecho's clicks is there for: pressed as if nothing had happened, the wrong device goes.
func TestRecycledRowsEndangerTheNeighbour(t *testing.T) {
	d := open(t, "recycled-rows")
	d.toDevices("Kitchen Echo")
	d.kitchen() // while the mouse is on Deregister the row becomes another device's
	d.wait(`one("#ui_dialog_myx").textContent.includes("Mia's Echo Dot Kids")`, nil)
	d.click(`one("#dialogButton_cancel_myx button")`)
	d.kitchen() // and once more under the press
	d.wait(`one("#ui_dialog_myx").textContent.includes("Mia's Echo Dot Kids")`, nil)
	d.click(`one("#dialogButton_cancel_myx button")`)
	d.wantGone("")
	d.kitchen()
	d.click(`ok().querySelector("button")`)
	d.wait(`!row("Kitchen Echo")`, nil)
	d.wantGone("Kitchen Echo")
}

func TestRowsDrawnAnewKeepTheirMenuOpen(t *testing.T) {
	d := open(t, "rerender")
	d.toDevices("Kitchen Echo")
	d.wait(`(() => { const r = row("Kitchen Echo"); return new Promise(ok => setTimeout(() => ok(!r.isConnected), 50)); })()`, nil)
	d.wait(`(() => { dots("Kitchen Echo").querySelector("button").click(); return new Promise(ok => setTimeout(() => ok(!!item("Kitchen Echo", "Deregister")), 50)); })()`, nil)
	if n := len(d.site.Record().Deregistered); n != 0 {
		t.Error("something went")
	}
}

func TestStaleRowAndBrowsersOwnDialog(t *testing.T) {
	d := open(t, "dialog-js+stale-row+no-result")
	d.toDevices("Kitchen Echo")
	dialogs := chromedp.Events(d.ctx, cdppage.JavascriptDialogOpening)
	said := make(chan string, 1)
	go func() {
		for ev, err := range dialogs {
			if err != nil {
				return
			}
			said <- ev.Message
			_, _ = chromedp.Call(d.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
			return
		}
	}()
	d.kitchen()
	if msg := <-said; !strings.Contains(msg, "Kitchen Echo") {
		t.Errorf("asked %q", msg)
	}
	d.wait(still, nil)
	d.wait(`row("Kitchen Echo")`, nil)
	d.wantGone("Kitchen Echo")
	d.goTo("https://www.amazon.com/hz/mycd/myx")
	d.click(`one(".myx-tabs .tab_myx > a", "Your Devices")`)
	d.wait(`row("Bedroom Echo Dot") && !row("Kitchen Echo")`, nil)
}

func TestShowMoreAndGrowth(t *testing.T) {
	d := open(t, "show-more")
	d.toDevices("Bedroom Echo Dot")
	d.wait(`all(".contentTableListRow_myx > li").length === 25 && one(".contentCount_myx").textContent.includes("1 - 25 of 60")`, nil)
	d.wait(`document.querySelectorAll("#contentTable_showMore_myx").length === 2 && all("#contentTable_showMore_myx").length === 1`, nil)
	d.click(`one("a#contentTable_showMore_myx button")`)
	d.wait(`all(".contentTableListRow_myx > li").length === 50`, nil)
	d.click(`one("a#contentTable_showMore_myx button")`)
	d.wait(`all(".contentTableListRow_myx > li").length === 60 && all("#contentTable_showMore_myx").length === 0 && row("Kitchen Echo")`, nil)

	d = open(t, "grow-on-scroll")
	d.toDevices("Bedroom Echo Dot")
	d.wait(`all(".contentTableListRow_myx > li").length === 25 && all("#contentTable_showMore_myx").length === 0`, nil)
	d.wait(`(window.scrollTo(0, document.documentElement.scrollHeight), all(".contentTableListRow_myx > li").length === 60)`, nil)
}

func TestDangersLookLikeDeregister(t *testing.T) {
	d := open(t, "dangers")
	d.toDevices("Kitchen Echo")
	d.menu("Kitchen Echo")
	d.wait(`(() => { const m = [...row("Kitchen Echo").querySelectorAll(".pointer_myx")].filter(shown).map(e => e.textContent.trim()); return m.join() === "Remote lock,Remote wipe,Deregister,Factory reset"; })()`, nil)
	d.picture("dangers")
	d.click(`item("Kitchen Echo", "Factory reset")`)
	d.click(`ok().querySelector("button")`)
	d.wait(still, nil)
	if r := d.site.Record(); len(r.Dangers) != 1 || r.Dangers[0].What != "FactoryReset" || len(r.Deregistered) != 0 {
		t.Errorf("dangers %+v, deregistered %+v", r.Dangers, r.Deregistered)
	}
}

func TestOddNamesAreShownAsTheyAre(t *testing.T) {
	d := open(t, "odd-names")
	d.toDevices("Kitchen Echo")
	for _, x := range d.site.Record().Devices {
		d.wait(fmt.Sprintf(`all(".contentTableListRow_myx").filter(r => { const t = r.querySelector("[id^=title]"); return t && t.title === %q && t.textContent === %q; }).length === 1`, x.Name, x.Name), nil)
	}
	d.picture("odd")
}

func TestTruncatedKeylessGerman(t *testing.T) {
	d := open(t, "truncated")
	d.toDevices("Kitchen Echo")
	d.wait(`row("Kitchen Echo over the sink").querySelector("[id^=title]").textContent === "Kitchen Ech…"`, nil)
	d = open(t, "keyless")
	d.toDevices("Kitchen Echo")
	d.wait(`document.querySelectorAll("[name^=contentTabList]").length === 0`, nil)

	d = open(t, "german")
	d.toDevices("Kitchen Echo")
	d.wait(`one(".myx-tabs .tab_myx > a", "Meine Geräte")`, nil)
	d.menu("Kitchen Echo")
	d.click(`item("Kitchen Echo", "Abmelden")`)
	d.wait(`one("#ui_dialog_myx").textContent.includes("Kitchen Echo abmelden?")`, nil)
	d.picture("german")
}

func TestEmptyAndBroken(t *testing.T) {
	d := open(t, "empty")
	d.toDevices()
	d.wait(`one(".contentTableEmpty_myx")`, nil)
	d = open(t, "empty-unproven")
	d.toDevices()
	d.wait(still, nil)
	d.wait(`document.querySelector("#standin-view").textContent.trim() === "" && all(".standin-loading").length === 0`, nil)
	d = open(t, "ajax-503-once")
	d.toDevices()
	d.wait(`one(".myx-alert-error")`, nil)
}

func TestBannersCoverAndClose(t *testing.T) {
	d := open(t, "cookie-banner+toaster")
	d.goTo("https://www.amazon.com/")
	over := func(selector string) string {
		return fmt.Sprintf(`(() => { const r = %s.getBoundingClientRect(), hit = document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2); return !!hit.closest(%q); })()`, accountLink, selector)
	}
	d.wait(over("#sp-cc"), nil)
	d.picture("banner")
	d.click(`one("#sp-cc-accept")`)
	d.wait(over("#nav-global-location-toaster"), nil)
	d.click(`one('input[data-action-type="DISMISS"]')`)
	d.wait(over("#nav-link-accountList"), nil)
	d.goTo("https://www.amazon.com/?again")
	d.wait(`location.search === "?again" && document.readyState === "complete" && !document.querySelector("#sp-cc")`, nil)

	d = open(t, "cookie-banner-stubborn")
	d.goTo("https://www.amazon.com/")
	d.click(`one("#sp-cc-accept")`)
	d.click(`one("#sp-cc-rejectall-link")`)
	d.wait(over("#sp-cc"), nil)
}

func TestWaysHome(t *testing.T) {
	d := open(t, "waf")
	d.goTo("https://www.amazon.com/")
	d.wait(`document.querySelector("#challenge-container")`, nil)
	d.wait(`document.querySelector("#navbar-main.nav-unrec")`, nil)

	d = open(t, "no-flyout")
	d.goTo("https://www.amazon.com/")
	d.hover(accountLink)
	d.wait(still, nil)
	d.wait(`!document.querySelector("#nav-flyout-accountList")`, nil)
	d.click(`one('#navFooter a[href*="/hz/mycd/myx"]')`)
	d.wait(`location.pathname === "/ap/signin"`, nil)

	d = open(t, "two-links")
	d.goTo("https://www.amazon.com/")
	d.mouse(input.DispatchMouseEventTypeMouseMoved, 300, 500)
	d.hover(accountLink)
	d.wait(`one('#nav-al-your-account a[href*="/hz/mycd/digital-console/alldevices"]') && one('#nav-al-your-account a[href*="pageType=content"]')`, nil)

	d = open(t, "passkey-offered")
	mail, _, _ := d.site.Credentials()
	d.goTo("https://www.amazon.com/hz/mycd/myx")
	d.typeInto("input#ap_email", mail)
	d.click(`one("span#continue")`)
	d.wait(`one("button#continue") && all("#passkey-error-alert").length === 0`, nil)
	d.picture("passkey")
	d.click(`one("button#continue")`)
	d.wait(`one("#passkey-error-alert")`, nil)
}

package standin_test

import (
	"context"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/standin"
)

// Every drawn layout has to be solvable by a person. This test knows the layout: the page hands it the elements that can be
// pressed, and it presses the one that a person would, with a real mouse at a point where nothing lies over the element.

// solve is the next thing that a person does for the device of a key: what, where and why.
const solve = `(async (key, name, serial, twins) => {
const {L, S, R, looks} = window.standinLayout, look = looks[key] || {};
const frame = () => new Promise(r => requestAnimationFrame(() => setTimeout(r, 0)));
const get = (k, role) => { const e = R.get(k + "\n" + role); return e && e.isConnected && e.getClientRects().length && getComputedStyle(e).visibility === "visible" && getComputedStyle(e).opacity > .1 ? e : null; };
const hitAt = (x, y) => { let h = document.elementFromPoint(x, y); while (h && h.shadowRoot) { const d = h.shadowRoot.elementFromPoint(x, y); if (!d || d === h) break; h = d; } return h; };
const inside = (e, h) => { for (; h; h = h.parentNode || h.host) if (h === e) return true; return false; };
const wait = why => ({how: "wait", why});
async function at(k, role, how, corner) {
	let e = get(k, role);
	if (!e) return wait("no " + role);
	const b = e.getBoundingClientRect();
	if (b.top < 0 || b.bottom > innerHeight) e.scrollIntoView({block: "center"});
	await frame();
	e = get(k, role);
	if (!e) return wait("no " + role + " after scrolling");
	const r = e.getBoundingClientRect(), x = corner ? r.x + 6 : r.x + r.width / 2, y = corner ? r.y + 6 : r.y + r.height / 2, h = hitAt(x, y);
	if (!h || !inside(e, h)) e.scrollIntoView({block: "center"}); // it may be cut by a box that scrolls
	if (!h || !inside(e, h)) return wait(role + " is covered by " + (h ? h.outerHTML.slice(0, 120) : "nothing"));
	return {how: how || "click", why: role, x, y, acts: S.acts};
}
let over = null;
for (const o of ["survey", "cookie", "banner"]) if (get("", "over-" + o)) { over = await at("", "over-" + o); if (over.how === "click") return over; }
if (over) return over;
if (get("", "shut")) return at("", "shut");
if (S.ask) {
	if (L.tick && !S.ask.ticked && S.ask.stage === 1) return get("", "tick") ? at("", "tick") : wait("box to tick");
	return get("", "yes") ? at("", "yes") : wait("button of the confirmation");
}
if (S.sending || S.done.has(key)) return wait("the answer");
if (S.turning) return wait("the next rows");
if (S.opening) return wait("what opens");
const row = get(key, "row"), says = e => { const all = [e.innerText || "", e.title || ""]; const walk = n => { for (const c of n.querySelectorAll("*")) { if (c.title) all.push(c.title); if (c.shadowRoot) { all.push(c.shadowRoot.textContent); walk(c.shadowRoot); } } }; walk(e); if (e.shadowRoot) { all.push(e.shadowRoot.textContent); walk(e.shadowRoot); } return all.join(" "); };
if (row && !says(row).includes(name)) return {how: "fail", why: "the row does not say its name: " + says(row)};
const ids = L.ids === "menu" ? S.menu && S.menu.node : L.ids === "details" ? S.detail && (S.detail.node || S.main) : row || S.main;
const told = () => !twins || L.ids === "attribute" || ids && says(ids).replace(/\s/g, "").includes(serial);
if (L.action === "toolbar") {
	if (S.checked.has(key) && S.checked.size === 1) return get("", "dereg") ? at("", "dereg") : wait("button of the bar");
	if (row) return told() ? at(key, "box") : {how: "fail", why: "no id"};
} else {
	if (get(key, "dereg") && (L.action !== "hover" || L.hover === "insert" || row && row._over)) return told() ? at(key, "dereg") : {how: "fail", why: "no id"};
	if (S.menu && S.menu.key === key) return wait("Deregister in the menu");
	const open = S.detail && S.detail.r.key === key;
	if (open && L.within !== "menu") return wait("Deregister in the details");
	if (open || L.action === "menu" && row) return at(key, "menu");
	if (row && L.action === "details") return L.behind === "row" ? at(key, "row", "click", true) : at(key, "opener");
	if (row && L.action === "hover") return row._over ? wait("Deregister under the mouse") : at(key, "row", "hover");
	if (row) return wait("Deregister in the row");
}
if (L.portal && !location.hash.includes("settings")) return at("", "iSettings");
if (L.gate && !S.gate) return at("", "gate-devices");
if (L.families !== "none" && S.family !== look.family && !(S.family === null && L.preset === "all")) {
	if (get("", "back")) return at("", "back");
	if (L.families !== "select") return get(look.family, "family") ? at(look.family, "family") : wait("family " + look.family + " of " + [...R.keys()].join("|"));
	const e = get("", "select");
	if (!e) return wait("list of families");
	e.focus();
	return {how: [...e.options].findIndex(o => o.value === look.family) > e.selectedIndex ? "ArrowDown" : "ArrowUp", why: "family", acts: S.acts};
}
if (!S.rows) return wait("the list");
if (get("", "next")) return at("", "next");
if (get("", "more")) return at("", "more");
if (L.paging === "scroll" || L.paging === "virtual") {
	const e = get("", "scroller");
	if (!e) return wait("scroller");
	const b = e.getBoundingClientRect();
	if (L.scroller === "box") { if (b.top < 0 || b.bottom > innerHeight) e.scrollIntoView({block: "nearest"}); await frame(); }
	const r = e.getBoundingClientRect();
	return {how: "wheel", why: "scroll", x: r.x + r.width / 3, y: Math.max(20, Math.min(r.y + Math.min(r.height, 400) / 2, innerHeight - 20)), acts: S.acts};
}
if (get("", "first")) return at("", "first");
return wait("the row");
})`

type move struct {
	How, Why string
	X, Y     float64
	Acts     int
}

// ask evaluates an expression that answers with JSON; false if the page went away under it.
func (d *driver) ask(js string, out any) bool {
	yes := true
	ctx, cancel := context.WithTimeout(d.ctx, 3*time.Second) // a promise of a page that is being left may never be answered
	defer cancel()
	res, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: js, AwaitPromise: &yes, ReturnByValue: &yes})
	var text string
	return err == nil && res.ExceptionDetails == nil && json.Unmarshal(res.Result.Value, &text) == nil && text != "" && json.Unmarshal([]byte(text), out) == nil
}

// point is one event of a mouse. A page that is left while it happens may never tell that it came.
func (d *driver) point(kind input.DispatchMouseEventType, x, y float64) {
	ctx, cancel := context.WithTimeout(d.ctx, 2*time.Second)
	defer cancel()
	p := input.DispatchMouseEventParams{Type: kind, X: x, Y: y}
	switch kind {
	case input.DispatchMouseEventTypeMouseWheel:
		p.DeltaX, p.DeltaY = 0.01, 180
	case input.DispatchMouseEventTypeMousePressed, input.DispatchMouseEventTypeMouseReleased:
		p.Button, p.ClickCount = input.MouseButtonLeft, 1
	}
	_, _ = chromedp.Call(ctx, input.DispatchMouseEvent, p)
}

// solveTask does what a person would until the device is gone, and closes what the page says about it.
func (d *driver) solveTask(p standin.LayoutPlan, task standin.LayoutTask) {
	d.t.Helper()
	args, _ := json.Marshal([]any{task.Key, task.Name, task.Serial, strings.Contains(task.Why, "more of its name")})
	js := `(async () => { for (const end = Date.now() + 400; ; ) { const m = await ` + solve + `(...` + string(args) + `);
		if (m.how !== "wait" || Date.now() > end) return JSON.stringify(m); await new Promise(r => setTimeout(r, 20)); } })()`
	var log []string
	seen := map[string]bool{}
	last, pressed := -1, time.Time{}
	for end := time.Now().Add(25 * time.Second); ; {
		gone := false
		for _, g := range d.site.Record().Deregistered {
			gone = gone || g.Key == task.Key
		}
		if gone {
			return
		}
		if time.Now().After(end) || d.ctx.Err() != nil {
			d.t.Fatalf("%s\nnot solved for %q: %s", p, task.Name, strings.Join(log, "\n  "))
		}
		var m move
		if !d.ask(js, &m) {
			continue // the page is being loaded
		}
		if line := m.How + ": " + m.Why; len(log) == 0 || log[len(log)-1] != line {
			log = append(log, line)
		}
		switch m.How {
		case "click", "hover":
			if pictures := os.Getenv("STANDIN_PICTURES"); pictures != "" && (m.Why == "dereg" || m.Why == "yes") && !seen[m.Why] {
				seen[m.Why] = true
				d.picture(strings.ReplaceAll(p.Scenario, ":", "-") + "-" + m.Why)
			}
		}
		switch m.How {
		case "fail":
			d.t.Fatalf("%s\n%q: %s", p, task.Name, strings.Join(log, "\n  "))
		case "click":
			if m.Acts == last && time.Since(pressed) < time.Second {
				break // what was pressed before has not answered yet, or was rebuilt under the mouse
			}
			last, pressed = m.Acts, time.Now()
			d.point(input.DispatchMouseEventTypeMouseMoved, m.X, m.Y)
			d.point(input.DispatchMouseEventTypeMousePressed, m.X, m.Y)
			d.point(input.DispatchMouseEventTypeMouseReleased, m.X, m.Y)
		case "hover":
			d.point(input.DispatchMouseEventTypeMouseMoved, m.X-3, m.Y)
			d.point(input.DispatchMouseEventTypeMouseMoved, m.X, m.Y)
		case "wheel":
			d.point(input.DispatchMouseEventTypeMouseWheel, m.X, m.Y)
		case "ArrowDown", "ArrowUp":
			code := map[string]int64{"ArrowDown": 40, "ArrowUp": 38}[m.How]
			for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
				if _, err := chromedp.Call(d.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: m.How, Code: m.How, WindowsVirtualKeyCode: code}); err != nil {
					d.t.Fatal(err)
				}
			}
		}
	}
}

// play solves what can be solved of a layout and holds the record against it.
func (d *driver) play(p standin.LayoutPlan) {
	d.t.Helper()
	faster := 1
	if os.Getenv("UNECHO_LAYOUTS") == "" {
		faster = 4
	}
	d.site.ShowSolution(faster)
	dialogs := chromedp.Events(d.ctx, cdppage.JavascriptDialogOpening)
	go func() {
		for range dialogs {
			_, _ = chromedp.Call(d.ctx, cdppage.HandleJavaScriptDialog, cdppage.HandleJavaScriptDialogParams{Accept: true})
		}
	}()
	d.goTo("https://www.amazon.com/test-signed-in")
	address := "https://www.amazon.com/hz/mycd/digital-console/alldevices"
	if p.Portal {
		address = "https://alexa.amazon.com/spa/index.html"
	}
	d.goTo(address)
	want := map[string]bool{}
	for _, task := range p.Tasks {
		if task.Expect != standin.Solvable {
			continue
		}
		want[task.Key] = true
		d.solveTask(p, task)
	}
	r := d.site.Record()
	for _, g := range r.Deregistered {
		if !want[g.Key] || !g.Trusted && !strings.Contains(p.String(), "confirm   window") {
			d.t.Errorf("%s\nderegistered %q, trusted %v", p, g.Name, g.Trusted)
		}
	}
	if len(r.Deregistered) != len(want) || len(r.Dangers)+len(r.Changes)+len(r.Doubles)+len(r.Refused) != 0 {
		d.t.Errorf("%s\n%d of %d deregistered, dangers %v, changes %v, doubles %v, refused %v", p, len(r.Deregistered), len(want), r.Dangers, r.Changes, r.Doubles, r.Refused)
	}
}

// TestEveryLayoutIsSolvable plays 10 layouts (20 with UNECHO_FULL=1), or as many as UNECHO_LAYOUTS says, from the
// seed in UNECHO_LAYOUT on.
func TestEveryLayoutIsSolvable(t *testing.T) {
	t.Parallel()
	number := func(name string, otherwise int) int {
		if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
			return n
		}
		return otherwise
	}
	from := number("UNECHO_LAYOUT", 1)
	for i := range number("UNECHO_LAYOUTS", 20) {
		p := standin.Layout(uint64(from + i))
		switch i % 5 {
		case 3:
			p = standin.PortalLayout(uint64(from + i))
		case 4:
			p = p.Short()
		}
		t.Run(p.Scenario, func(t *testing.T) {
			t.Parallel()
			if i >= 10 && os.Getenv("UNECHO_LAYOUTS") == "" {
				browsertest.OnlyInFull(t)
			}
			open(t, p.Scenario).play(p)
		})
	}
}

package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// raw is the floor: the same journey by bare protocol commands over the pipe, with the
// selectors of these very pages. It waits in the page for what it presses next and looks
// at nothing else: no mouse moves, no check of what is hit.
func raw() {
	t := told()
	dir, err := os.MkdirTemp("", "bench-raw")
	check(err)
	defer os.RemoveAll(dir)
	c := dial(t, dir)
	defer func() { c.cmd.Process.Kill(); c.cmd.Wait() }()

	account := `a[data-csa-c-slot-id="nav-link-accountList"]`
	c.loads(func() { c.call("Page.navigate", map[string]any{"url": "https://www.amazon.com/"}, nil) })
	c.loads(func() { c.click(one(account)) })
	c.fill("#ap_email", t.Email)
	c.loads(func() { c.click(one("input#continue")) })
	c.fill("#ap_password", t.Password)
	c.loads(func() { c.click(one("#signInSubmit")) })
	x, y := c.point(one(account))
	c.mouse("mouseMoved", x, y, 0) // the menu opens under the mouse
	c.loads(func() { c.click(one(`#nav-al-your-account a[href*="/hz/mycd/"]`)) })
	if t.Console {
		c.console(t)
	} else {
		c.article(t)
	}
}

// article is the page of the help article: a menu a row, a pop-up, a box with the result.
func (c *conn) article(t task) {
	c.click(one(`.myx-tabs > li:nth-child(2) .tab_myx > a`))
	c.until(`document.querySelector("a.myx-popover-trigger")?.checkVisibility({visibilityProperty: true})`)
	for _, d := range t.Targets {
		row := fmt.Sprintf(`.contentTableListRow_myx:has([title=%q])`, d.Name)
		c.click(one(row + " a.myx-popover-trigger"))
		c.click(one(row + " #contentAction_deregister_myx button"))
		c.click(worded("#ui_dialog_myx .myx-button-primary button", "Deregister"))
		c.click(worded("#ui_dialog_myx .myx-button-primary button", "OK"))
		c.until(fmt.Sprintf("!document.querySelector(%q)", row))
	}
	c.loads(func() { c.call("Page.reload", nil, nil) })
	c.until(`document.querySelector("a.myx-popover-trigger")?.checkVisibility({visibilityProperty: true})`)
	c.verify(t, "/hz/mycd/ajax", "data=%7B%22param%22%3A%7B%22GetDevices%22%3A%7B%7D%7D%7D")
}

// console is today's page: a tile a family, a card a device, its details, a pop-up.
func (c *conn) console(t task) {
	c.until(`document.querySelector(".standin-tile")?.checkVisibility({visibilityProperty: true})`)
	family := ""
	for _, d := range t.Targets {
		if d.Family != family {
			if family != "" {
				c.click(one(`a[href$="/digital-console/alldevices"]`))
			}
			c.click(one(fmt.Sprintf(`a[href$="deviceFamily=%s"]`, d.Family)))
			family = d.Family
		}
		card := fmt.Sprintf(`[id="DEVICE_%s"]`, d.Key)
		c.click(one(card))
		c.click(one(fmt.Sprintf(`[id="DEREGISTER_DEVICE_ACTION_%s"]`, d.Key)))
		c.click(one(fmt.Sprintf(`[id="DEREGISTER_DEVICE_DIALOG_%s_CONFIRM"]`, d.Key)))
		c.until(fmt.Sprintf("!document.querySelector(%q)", card))
	}
	c.loads(func() { c.call("Page.reload", nil, nil) })
	c.until(`document.querySelector(".standin-tile, .standin-row")?.checkVisibility({visibilityProperty: true})`)
	c.verify(t, "/hz/mycd/digital-console/ajax", "activity=GetDevicesOverview&activityInput=%7B%22surfaceType%22%3A%22LargeDesktop%22%7D&clientId=MYCD_WebService")
}

// verify asks for the list behind the page.
func (c *conn) verify(t task, path, body string) {
	var list string
	c.eval(fmt.Sprintf(`(async () => { const r = await fetch(%q, {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"},
		body: %q + "&csrfToken=" + encodeURIComponent(window.csrfToken)}); return r.text() })()`, path, body), &list)
	if !strings.Contains(list, `"success":true`) {
		check(errors.New("no list"))
	}
	for _, d := range t.Targets {
		if strings.Contains(list, fmt.Sprintf("%q", d.Name)) {
			check(errors.New(d.Name + " is still there"))
		}
	}
}

// conn speaks the protocol over the pipe, one command at a time.
type conn struct {
	cmd     *exec.Cmd
	w       *os.File
	r       *bufio.Reader
	id      int
	session string
	loaded  int
}

func dial(t task, dir string) *conn {
	inR, inW, err := os.Pipe()
	check(err)
	outR, outW, err := os.Pipe()
	check(err)
	cmd := exec.Command(t.Browser, append(t.Args, "--headless", "--remote-debugging-pipe", "--user-data-dir="+dir, "about:blank")...)
	cmd.ExtraFiles = []*os.File{inR, outW}
	check(cmd.Start())
	inR.Close()
	outW.Close()
	c := &conn{cmd: cmd, w: inW, r: bufio.NewReader(outR)}
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	c.call("Target.getTargets", nil, &targets)
	var attached struct{ SessionID string }
	for _, i := range targets.TargetInfos {
		if i.Type == "page" {
			c.call("Target.attachToTarget", map[string]any{"targetId": i.TargetID, "flatten": true}, &attached)
		}
	}
	c.session = attached.SessionID
	c.call("Page.enable", nil, nil)
	return c
}

func (c *conn) call(method string, params, out any) {
	c.id++
	m := map[string]any{"id": c.id, "method": method}
	if params != nil {
		m["params"] = params
	}
	if c.session != "" {
		m["sessionId"] = c.session
	}
	b, err := json.Marshal(m)
	check(err)
	_, err = c.w.Write(append(b, 0))
	check(err)
	for c.read(out) != c.id {
	}
}

// read takes one message and returns its id, 0 for an event.
func (c *conn) read(out any) int {
	b, err := c.r.ReadBytes(0)
	check(err)
	var m struct {
		ID     int
		Method string
		Result json.RawMessage
		Error  *struct{ Message string }
	}
	check(json.Unmarshal(b[:len(b)-1], &m))
	if m.Method == "Page.loadEventFired" {
		c.loaded++
	}
	if m.Error != nil {
		check(errors.New(m.Error.Message))
	}
	if m.ID == c.id && out != nil {
		check(json.Unmarshal(m.Result, out))
	}
	return m.ID
}

// loads does something and waits for the load event that follows.
func (c *conn) loads(do func()) {
	before := c.loaded
	do()
	for c.loaded == before {
		c.read(nil)
	}
}

func (c *conn) eval(js string, out any) {
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails json.RawMessage
	}
	c.call("Runtime.evaluate", map[string]any{"expression": js, "awaitPromise": true, "returnByValue": true}, &r)
	if r.ExceptionDetails != nil {
		check(fmt.Errorf("%s: %s", js, r.ExceptionDetails))
	}
	if out != nil {
		check(json.Unmarshal(r.Result.Value, out))
	}
}

// waiting is a function for the page: the value of js as soon as it is one.
const waiting = `new Promise((done, fail) => { const end = Date.now() + 20000; const look = () => { const v = (%s); if (v) return done(v); if (Date.now() > end) return fail(new Error("in vain")); setTimeout(look, 4) }; look() })`

func (c *conn) until(js string) { c.eval(fmt.Sprintf(waiting, js), nil) }

// one is an expression for the element of a selector; worded for the one that says a word.
func one(css string) string { return fmt.Sprintf("document.querySelector(%q)", css) }
func worded(css, words string) string {
	return fmt.Sprintf("[...document.querySelectorAll(%q)].find(e => e.textContent.trim() == %q)", css, words)
}

// point waits for an element to be there and says where its middle is.
func (c *conn) point(el string) (x, y float64) {
	var p [2]float64
	c.eval(fmt.Sprintf(waiting, `(() => { const e = `+el+`; if (!e || !e.checkVisibility({visibilityProperty: true})) return null; e.scrollIntoViewIfNeeded(); const r = e.getBoundingClientRect(); return [r.x + r.width/2, r.y + r.height/2] })()`), &p)
	return p[0], p[1]
}

func (c *conn) mouse(typ string, x, y float64, clicks int) {
	p := map[string]any{"type": typ, "x": x, "y": y}
	if clicks > 0 {
		p["button"], p["clickCount"] = "left", clicks
	}
	c.call("Input.dispatchMouseEvent", p, nil)
}

func (c *conn) click(el string) {
	x, y := c.point(el)
	c.mouse("mousePressed", x, y, 1)
	c.mouse("mouseReleased", x, y, 1)
}

func (c *conn) fill(css, value string) {
	c.eval(fmt.Sprintf("document.querySelector(%q).value = %q", css, value), nil)
}

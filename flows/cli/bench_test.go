package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// BenchmarkColdList measures `unecho list --replay standin` from process start
// to exit beside a program that loads the same pages and clicks the same things
// by raw protocol commands, without a check or a guard, in turns.
//
//	go test ./flows/cli -run - -bench ColdList -benchtime 15x
func BenchmarkColdList(b *testing.B) {
	dir := b.TempDir()
	exe := filepath.Join(dir, "bin", "unecho")
	if out, err := exec.Command("go", "build", "-o", exe, "../..").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	raw := filepath.Join(dir, "rawlist")
	if err := os.Symlink(must(os.Executable()), raw); err != nil {
		b.Fatal(err)
	}
	env := append(os.Environ(), pagesEnv+"="+pages(b), "UNECHO_BROWSER="+browsertest.Found(b).Path, "HOME="+dir, "XDG_STATE_HOME="+dir)
	time1 := func(name string, args ...string) time.Duration {
		cmd := exec.Command(name, args...)
		cmd.Env = env
		started := time.Now()
		out, err := cmd.CombinedOutput()
		took := time.Since(started)
		if err != nil || !strings.Contains(string(out), "Kitchen Echo") {
			b.Fatalf("%s: %v\n%s", name, err, out)
		}
		return took
	}
	var ours, theirs []time.Duration
	for b.Loop() {
		ours = append(ours, time1(exe, "list", "--replay", "standin", "-q", "--profile", fmt.Sprintf("p%d", len(ours))))
		theirs = append(theirs, time1(raw))
	}
	o, t := median(ours), median(theirs)
	b.ReportMetric(float64(o.Milliseconds()), "unecho-ms")
	b.ReportMetric(float64(t.Milliseconds()), "raw-ms")
	b.ReportMetric(float64(o)/float64(t), "unecho/raw")
	b.ReportMetric(0, "ns/op")
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// rawList is the other program: the same journey by raw protocol commands.
func rawList() {
	site, err := standin.New(standin.Options{Files: os.DirFS(os.Getenv(pagesEnv))})
	check(err)
	srv, err := replay.Serve(site, replay.Options{Hosts: []string{"amazon.com"}})
	check(err)
	dir, err := os.MkdirTemp("", "rawlist")
	check(err)
	defer os.RemoveAll(dir)
	c := rawStart(dir, srv.Addr(), srv.SPKI())
	defer c.cmd.Wait()
	defer c.cmd.Process.Kill()
	var targets struct {
		TargetInfos []struct{ TargetID, Type string }
	}
	c.call("Target.getTargets", nil, &targets)
	var attached struct{ SessionID string }
	for _, t := range targets.TargetInfos {
		if t.Type == "page" {
			c.call("Target.attachToTarget", map[string]any{"targetId": t.TargetID, "flatten": true}, &attached)
		}
	}
	c.session = attached.SessionID
	c.call("Page.enable", nil, nil)
	c.loads(func() { c.call("Page.navigate", map[string]any{"url": "https://www.amazon.com/"}, nil) })
	email, password, _ := site.Credentials()
	account := `a[data-csa-c-slot-id="nav-link-accountList"]`
	c.loads(func() { c.click(account) })
	c.eval(fmt.Sprintf(`document.querySelector("#ap_email").value = %q`, email), nil)
	c.loads(func() { c.click("input#continue") })
	c.eval(fmt.Sprintf(`document.querySelector("#ap_password").value = %q`, password), nil)
	c.loads(func() { c.click("#signInSubmit") })
	link := `#nav-al-your-account a[href*="/hz/mycd/myx"]`
	x, y := c.point(account)
	c.mouse("mouseMoved", x, y, 0)
	c.until(`document.querySelector(%q)?.getClientRects().length > 0`, link)
	c.loads(func() { c.click(link) })
	c.click(".myx-tabs > li:nth-child(2) .tab_myx > a")
	c.until(`document.querySelector(%q)?.getClientRects().length > 0`, "a.myx-popover-trigger")
	var list string
	c.eval(`(async () => { const r = await fetch("/hz/mycd/ajax", {method: "POST", headers: {"Content-Type": "application/x-www-form-urlencoded"},
		body: "data=%7B%22param%22%3A%7B%22GetDevices%22%3A%7B%7D%7D%7D&csrfToken=" + encodeURIComponent(window.csrfToken)}); return r.text() })()`, &list)
	fmt.Println(list)
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// rawConn speaks the protocol over the pipe, one command at a time.
type rawConn struct {
	cmd     *exec.Cmd
	w       *os.File
	r       *bufio.Reader
	id      int
	session string
	loaded  int
}

func rawStart(dir, addr, spki string) *rawConn {
	inR, inW, err := os.Pipe()
	check(err)
	outR, outW, err := os.Pipe()
	check(err)
	cmd := exec.Command(os.Getenv("UNECHO_BROWSER"), "--headless", "--no-sandbox", "--remote-debugging-pipe", "--user-data-dir="+dir,
		"--window-size=1280,900", "--disable-background-networking", "--no-first-run", "--disable-quic",
		"--host-resolver-rules=MAP * "+addr, "--ignore-certificate-errors-spki-list="+spki, "about:blank")
	cmd.ExtraFiles = []*os.File{inR, outW}
	check(cmd.Start())
	inR.Close()
	outW.Close()
	return &rawConn{cmd: cmd, w: inW, r: bufio.NewReader(outR)}
}

func (c *rawConn) call(method string, params, out any) {
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
func (c *rawConn) read(out any) int {
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
		panic(m.Error.Message)
	}
	if m.ID == c.id && out != nil {
		check(json.Unmarshal(m.Result, out))
	}
	return m.ID
}

// loads does something and waits for the load event that follows.
func (c *rawConn) loads(do func()) {
	before := c.loaded
	do()
	for c.loaded == before {
		c.read(nil)
	}
}

func (c *rawConn) eval(js string, out any) {
	var r struct {
		Result struct{ Value json.RawMessage }
	}
	c.call("Runtime.evaluate", map[string]any{"expression": js, "awaitPromise": true, "returnByValue": true}, &r)
	if out != nil {
		check(json.Unmarshal(r.Result.Value, out))
	}
}

func (c *rawConn) until(js, css string) {
	c.eval(fmt.Sprintf(`new Promise(done => { const look = () => (`+js+`) ? done(1) : setTimeout(look, 10); look() })`, css), nil)
}

func (c *rawConn) point(css string) (x, y float64) {
	var p [2]float64
	c.eval(fmt.Sprintf(`(() => { const r = document.querySelector(%q).getClientRects()[0]; return [r.x + r.width/2, r.y + r.height/2] })()`, css), &p)
	return p[0], p[1]
}

func (c *rawConn) mouse(typ string, x, y float64, clicks int) {
	p := map[string]any{"type": typ, "x": x, "y": y}
	if clicks > 0 {
		p["button"], p["clickCount"] = "left", clicks
	}
	c.call("Input.dispatchMouseEvent", p, nil)
}

func (c *rawConn) click(css string) {
	x, y := c.point(css)
	c.mouse("mouseMoved", x, y, 0)
	c.mouse("mousePressed", x, y, 1)
	c.mouse("mouseReleased", x, y, 1)
}

package cli

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/redact"
	"github.com/unecho/unecho/flows/report"
	"github.com/unecho/unecho/flows/standin"
)

// A report names the lists it was made of, and what stood in them, also where they are records.
func TestReportNamesItsLists(t *testing.T) {
	h := &htmlReport{a: &app{}, files: []string{"sold.txt", "more.csv"}, keepFiles: []string{"stays.txt"}, request: device.Request{
		Entries: []string{"Kitchen Echo"}, Records: []device.Record{{Device: device.Device{Name: "Old Kindle", Serial: "G1"}}},
		Keep: []string{"*TV"}, KeepEntries: []string{"Mia*"}}}
	want := []report.Asked{{What: "From sold.txt and more.csv", Value: `"Kitchen Echo", "Old Kindle"`}, {What: "Keep", Value: `"*TV"`}, {What: "Keep, from stays.txt", Value: `"Mia*"`}}
	if got := h.asked(); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// reportRun runs deregister with a report against a stand-in, and returns
// the report.
func reportRun(t *testing.T, scenario string, code int, args ...string) (path, html string, site *standin.Site) {
	t.Helper()
	site, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: scenario})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(site)
	t.Cleanup(srv.Close)
	state := t.TempDir()
	path = filepath.Join(state, "done.html")
	email, password, _ := site.Credentials()
	cmd := tool(t, state, []string{"AMAZON_EMAIL=" + email, "AMAZON_PASSWORD=" + password, "UNECHO_BROWSER=" + sharedBrowser(t)},
		append([]string{"deregister", "--replay", srv.URL, "--pace", "0s", "-v"}, args...)...)
	cmd.Args = append(cmd.Args, "--report", path)
	out, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		t.Fatalf("exit code %d, want %d\n%s", got, code, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("the report's mode is %v (%v)", st.Mode(), err)
	}
	if bytes.Contains(b, []byte(password)) || bytes.Contains(b, []byte(email)) {
		t.Error("the report holds the password or the e-mail address")
	}
	if !strings.Contains(string(out), "unecho: report written to "+path+"\n") {
		t.Errorf("nothing says where the report is:\n%s", out)
	}
	if rest, _ := filepath.Glob(filepath.Join(state, ".unecho-report-*")); len(rest) > 0 {
		t.Errorf("left behind: %v", rest)
	}
	return path, string(b), site
}

func holds(t *testing.T, html string, want ...string) {
	t.Helper()
	for _, w := range want {
		if !strings.Contains(html, w) {
			t.Errorf("the report does not say %q", w)
		}
	}
}

func TestReportOfARun(t *testing.T) {
	t.Parallel()
	path, html, site := reportRun(t, "article", 0, "Kitchen Echo", "Bedroom Echo Dot", "Living Room Show", "--keep", "Living*", "--yes")
	holds(t, html, "2 deregistered, 1 skipped", "a***@example.com", "Kitchen Echo", "Before the click", "The pop-up", "The fresh list", "factory reset", "Not a real account")
	if n := strings.Count(html, "<img "); n != 6 {
		t.Errorf("%d pictures, want the row, the pop-up and the fresh list of two devices", n)
	}
	if r := site.Record(); len(r.Deregistered) != 2 {
		t.Errorf("deregistered: %v", r.Deregistered)
	}
	lookAt(t, path, "run")
}

// Every end of a run makes a report: a dry run, a sign-in that was rejected, a device
// that is not there, an outcome that is not proven.
func TestReportOfEveryEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, scenario string
		code           int
		args           []string
		says           []string
		pictures       bool
	}{
		{"dry run", "article", 0, []string{"Kitchen Echo", "--dry-run"}, []string{"1 would be deregistered", "Dry run"}, false},
		{"rejected", "wrong-password", 5, []string{"Kitchen Echo", "--yes"}, []string{"the run stopped before any device", "Exit code 5", "What to do"}, false},
		{"not there", "article", 3, []string{"Kitchen Ecco", "--yes"}, []string{"Kitchen Ecco", "Exit code 3", "did you mean"}, false},
		{"another device's pop-up", "popup-other-device", 1, []string{"Kitchen Echo", "--yes"}, []string{"1 failed", "the pop-up names another device", "The pop-up</figcaption><img"}, true},
		{"still listed", "false-success", 1, []string{"Kitchen Echo", "--yes", "--step-timeout", "3s"}, []string{"1 failed", "Exit code 1", "run the same command again later"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.name == "rejected" || c.name == "not there" { // a dry run ends before any device, too
				browsertest.OnlyInFull(t)
			}
			_, html, _ := reportRun(t, c.scenario, c.code, c.args...)
			holds(t, html, c.says...)
			if got := strings.Contains(html, "<img "); got != c.pictures {
				t.Errorf("pictures: %v", got)
			}
		})
	}
}

// Without --report nothing is pictured.
func TestNoReportNoPictures(t *testing.T) {
	t.Parallel()
	cmd := tool(t, t.TempDir(), []string{"UNECHO_BROWSER=" + sharedBrowser(t)}, "deregister", "Kitchen Echo", "--replay", "standin", "--yes", "-v")
	out, err := cmd.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "confirming in the pop-up") {
		t.Fatalf("%v\n%s", err, out)
	}
	if strings.Contains(string(out), "picture") {
		t.Errorf("%s", out)
	}
	// The question is one step; the box that tells the result is none, and is closed.
	if strings.Count(string(out), "confirming in the pop-up") != 1 || !strings.Contains(string(out), "the page says: Done Kitchen Echo has been deregistered") {
		t.Errorf("the steps of the two pop-ups read:\n%s", out)
	}
}

// A report that cannot be put in its place at the end is told, and the outcome stays.
func TestReportWhosePlaceGoesAway(t *testing.T) {
	t.Parallel()
	a := &app{Env: Env{Dir: t.TempDir()}, red: redact.New()}
	if err := os.Mkdir(filepath.Join(a.Dir, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	h, err := a.openReport(&deregisterOptions{report: "sub/done.html"}, nil, device.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if rest, _ := os.ReadDir(filepath.Join(a.Dir, "sub")); len(rest) > 0 {
		t.Errorf("asking whether it can be written leaves %v", rest)
	}
	if err := os.Remove(filepath.Join(a.Dir, "sub")); err != nil {
		t.Fatal(err)
	}
	if f := h.reported(nil, nil); f == nil || f.Code != 9 || !strings.Contains(f.Message, "sub/done.html could not be written") {
		t.Errorf("after a run that went well: %+v", f)
	}
	stop := &report.Fault{Code: 4, Message: "a person is needed"}
	if f := h.reported(nil, stop); f == nil || f.Code != 4 || !strings.HasPrefix(f.Message, "a person is needed; the report ") {
		t.Errorf("after a stop: %+v", f)
	}
}

// No report holds a secret, not even one that is the name of a device; a part of a name
// is nothing that gives one away.
func TestReportIsExactOrNotThere(t *testing.T) {
	t.Parallel()
	for secret, shown := range map[string]bool{"Kitchen": true, "Kitchen Echo": false} {
		a := &app{Env: Env{Dir: t.TempDir()}, red: redact.New(secret)}
		h, err := a.openReport(&deregisterOptions{report: "done.html"}, []string{"Kitchen Echo"}, device.Request{})
		if err != nil {
			t.Fatal(err)
		}
		h.reported([]device.Result{{Device: device.Device{Name: "Kitchen Echo"}, Outcome: device.Deregistered}}, nil)
		b, err := os.ReadFile(filepath.Join(a.Dir, "done.html"))
		if err != nil || strings.Contains(string(b), "<bdi>Kitchen Echo</bdi></h3>") != shown || !shown && strings.Contains(string(b), secret) {
			t.Errorf("the secret is %q: %v\n%s", secret, err, b[strings.Index(string(b), "<main>"):])
		}
	}
}

// A report replaces the one of an earlier run when it is whole, behind a link too.
func TestReportReplacesTheOneBefore(t *testing.T) {
	t.Parallel()
	a := &app{Env: Env{Dir: t.TempDir()}, red: redact.New()}
	old, link := filepath.Join(a.Dir, "old.html"), filepath.Join(a.Dir, "link.html")
	if err := errors.Join(os.WriteFile(old, []byte("before"), 0o644), os.Symlink("old.html", link)); err != nil {
		t.Fatal(err)
	}
	h, err := a.openReport(&deregisterOptions{report: "link.html"}, nil, device.Request{})
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(old); string(b) != "before" {
		t.Errorf("the earlier report is gone before the run: %q", b)
	}
	if f := h.reported([]device.Result{{Device: device.Device{Name: "Echo"}, Outcome: device.Deregistered}}, nil); f != nil {
		t.Fatal(f)
	}
	if to, err := os.Readlink(link); err != nil || to != "old.html" {
		t.Errorf("the link is gone: %v", err)
	}
	b, _ := os.ReadFile(old)
	holds(t, string(b), "1 deregistered")
}

// contrast returns what can be read too badly (WCAG 2.2, 4.5 to 1) and what sticks out.
const flaws = `(() => {
	const out = [];
	const wide = document.scrollingElement.scrollWidth;
	if (wide > innerWidth) out.push('the page is ' + wide + ' wide, the window ' + innerWidth);
	const rgb = (s) => { const m = s.match(/[\d.]+/g).map(Number); return { c: m.slice(0, 3), a: m.length > 3 ? m[3] : 1 }; };
	const lum = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
	const canvas = matchMedia('screen and (prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
	const walk = document.createTreeWalker(document.body, 4);
	let read = 0;
	while (walk.nextNode()) {
		const n = walk.currentNode, e = n.parentElement;
		if (!n.data.trim()) continue;
		read++;
		let back = canvas;
		for (let p = e; p; p = p.parentElement) { const b = rgb(getComputedStyle(p).backgroundColor); if (b.a === 1) { back = b.c; break; } }
		const a = lum(rgb(getComputedStyle(e).color).c), b = lum(back), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
		if (ratio < 4.5) out.push(ratio.toFixed(1) + ' to 1: ' + n.data.trim().slice(0, 40));
		const r = document.createRange(); r.selectNodeContents(n);
		for (const box of r.getClientRects()) if (box.right > innerWidth + 0.5 || box.left < -0.5) { out.push('sticks out: ' + n.data.trim().slice(0, 40)); break; }
	}
	for (const i of document.images) if (!i.complete || !i.naturalWidth) out.push('a picture that is none: ' + i.alt);
	if (read < 10) out.push('only ' + read + ' texts');
	return out.join('\n');
})()`

// lookAt opens a report from the disk as people do: on a phone and on a desk, light and
// dark, with scripts and without, and on paper. UNECHO_PICTURES names a directory for
// the screenshots.
func lookAt(t *testing.T, path, name string) {
	t.Helper()
	ctx := browsertest.Tab(t)
	var mu sync.Mutex
	var asked []string
	if err := chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, "data:") {
			mu.Lock()
			asked = append(asked, e.Request.URL)
			mu.Unlock()
		}
	}); err != nil {
		t.Fatal(err)
	}
	target := chromedp.FromContext(ctx).Target
	must0 := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, err := cdp.Call(ctx, target, network.Enable, network.EnableParams{})
	must0(err)
	opened := 0
	show := func(as string, width int64, media, scheme string, scripts bool) string {
		t.Helper()
		_, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: 800, DeviceScaleFactor: 1, Mobile: width < 500})
		must0(err)
		_, err = cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}})
		must0(err)
		_, err = cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !scripts})
		must0(err)
		_, err = chromedp.Run(ctx, chromedp.Navigate("file://"+path))
		must0(err)
		opened++
		shot, err := cdp.Call(ctx, target, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{CaptureBeyondViewport: new(true)})
		must0(err)
		save(t, name+"-"+as+".png", shot.Data)
		// The measuring is a script; the page is not loaded anew for it.
		_, err = cdp.Call(ctx, target, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{})
		must0(err)
		bad, err := chromedp.Run(ctx, chromedp.Evaluate[string](flaws))
		must0(err)
		if bad != "" {
			t.Errorf("%s, %s: %s", name, as, bad)
		}
		words, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.title + ' / ' + document.body.innerText"))
		must0(err)
		return words
	}
	with := show("phone", 360, "screen", "light", true)
	if !strings.HasPrefix(with, "Amazon devices: ") {
		t.Errorf("%s is called %.60q", name, with)
	}
	show("phone-dark", 360, "screen", "dark", true)
	show("desk", 1100, "screen", "light", true)
	show("desk-dark", 1100, "screen", "dark", true)
	show("paper", 688, "print", "dark", true) // A4 within its margins
	if without := show("no-scripts", 360, "screen", "light", false); without != with {
		t.Errorf("%s reads otherwise without scripts", name)
	}
	pdf, err := cdp.Call(ctx, target, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: new(true)})
	must0(err)
	save(t, name+".pdf", pdf.Data)
	box := regexp.MustCompile(`/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]`).FindStringSubmatch(string(pdf.Data))
	if box == nil {
		t.Fatalf("no page in a PDF of %d bytes", len(pdf.Data))
	}
	var w, h float64
	fmt.Sscan(box[1], &w)
	fmt.Sscan(box[2], &h)
	if math.Abs(w-595.3) > 1 || math.Abs(h-841.9) > 1 {
		t.Errorf("%s is printed on %v x %v points, not on A4", name, w, h)
	}
	mu.Lock()
	defer mu.Unlock()
	for _, u := range asked {
		if u != "file://"+path {
			t.Errorf("%s asks for %s", name, u)
		}
	}
	if len(asked) != opened {
		t.Errorf("%s was opened %d times and asked for %d addresses: the test shows nothing", name, opened, len(asked))
	}
}

func save(t *testing.T, name string, data []byte) {
	if dir := os.Getenv("UNECHO_PICTURES"); dir != "" {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Error(err)
		}
	}
}

// Whatever devices are called, the page holds together and does nothing.
func TestReportOfOddNamesInABrowser(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "odd.html")
	p := report.Page{Meta: report.Meta{Site: "amazon.com", Account: "a***@example.com", Customer: "A1CUSTOMER", DryRun: true}, Started: time.Now(), Ended: time.Now(), Replay: "standin:odd-names",
		Fault: &report.Fault{Code: 6, Screen: "unknown", Message: strings.Repeat("message-without-a-space", 20), Hint: "<b>hint</b>", Evidence: "/" + strings.Repeat("very-long-folder/", 20)}, Made: []string{"unecho"}}
	names := []string{`<script>document.title="pwned"</script>`, `"><img src=http://127.0.0.1:1/x onerror="document.title='pwned'">`, strings.Repeat("W", 500), "الغرفة 12 (Echo)", "キッチンのエコー", "👩‍👩‍👧‍👦", "a\nb\u202ec", ""}
	outcomes := []device.Outcome{device.Deregistered, device.AlreadyGone, device.WouldDeregister, device.Skipped, device.NotOffered, device.Failed, device.Unknown, ""}
	for i, n := range names {
		p.Devices = append(p.Devices, report.Entry{Result: device.Result{Device: device.Device{Name: n, Serial: strings.Repeat("G0", 40), Owner: n, Key: "amzn1.account." + strings.Repeat("K", 60)}, Outcome: outcomes[i], Reason: n}})
		p.Asked = append(p.Asked, report.Asked{What: "Name", Value: n})
	}
	f, err := os.Create(path)
	if err == nil {
		err = errors.Join(report.HTML(f, p), f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	lookAt(t, path, "odd")
}

package record

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/replay"
)

// What the developer tools of three browsers write, as the sources of their exporters
// say (Chrome: models/har/Log.ts and Writer.ts, Firefox: har-builder.js, Safari:
// HARBuilder.js). The files here are made up; no such export of a real page is used.

func export(t *testing.T, creator string, entries ...string) *HAR {
	t.Helper()
	h, err := ReadHAR(write(t, "export.har", `{"log": {"version": "1.2", "creator": `+creator+`, "pages": [], "entries": [`+strings.Join(entries, ",\n")+`]}}`))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// got are the items by path: status, NoBody, the beginning of the body.
func got(h *HAR) map[string]string {
	m := map[string]string{}
	for _, it := range h.Items {
		m[pathOf(it.URL)] = fmt.Sprintf("%d %v %.40s", it.Status, it.NoBody, it.Body)
	}
	return m
}

func wants(t *testing.T, h *HAR, want map[string]string) {
	t.Helper()
	have := got(h)
	for path, w := range want {
		if have[path] != w {
			t.Errorf("%s: %q, want %q", path, have[path], w)
		}
	}
	for path := range have {
		if _, ok := want[path]; !ok {
			t.Errorf("%s is in it: %q", path, have[path])
		}
	}
}

func names(t *testing.T, h *HAR, words ...string) {
	t.Helper()
	left := strings.Join(h.Left.Lines(), "\n")
	for _, w := range words {
		if !strings.Contains(left, w) {
			t.Errorf("%q is not named in\n%s", w, left)
		}
	}
}

// Chrome, "sanitized" as it exports by default since 2024: no cookie and no
// authorization anywhere. What they would have told is still taken out of the pages.
func TestChromeExportsSanitized(t *testing.T) {
	const entry = `{"_connectionId": "46", "_initiator": {"type": "script", "stack": {"callFrames": [{"functionName": "f", "lineNumber": 3, "columnNumber": 4, "url": "https://www.amazon.com/x.js", "scriptId": "7"}], "parentId": {"id": "1", "debuggerId": "-2"}}},
		"_priority": null, "_resourceType": %q, "cache": {}, "connection": "443", "pageref": "page_2",
		"request": {"method": %q, "url": %q, "httpVersion": "http/2.0", "headers": [{"name": ":authority", "value": "www.amazon.com"}, {"name": "user-agent", "value": "x"}], "queryString": [], "cookies": [], "headersSize": -1, "bodySize": 0%s},
		"response": {"status": %d, "statusText": "", "httpVersion": "http/2.0", "headers": [{"name": "content-type", "value": "text/html;charset=UTF-8"}], "cookies": [], "content": %s, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 812, "_error": %s, "_fetchedViaServiceWorker": false},
		"serverIPAddress": "192.0.2.7", "startedDateTime": "2026-11-22T10:00:0%d.417Z", "time": 31.67, "timings": {"blocked": 1.05, "dns": -1, "ssl": -1, "connect": -1, "send": 0.04, "wait": 29.8, "receive": 0.69, "_blocked_queueing": 0.86}}`
	n := 0
	e := func(kind, method, path, more string, status int, content, failed string) string {
		n++
		return fmt.Sprintf(entry, kind, method, "https://www.amazon.com"+path, more, status, content, failed, n%10)
	}
	page := `<html><script>var s = {"sessionId":"131-5550101-5550102"};</script><p>ada.lovelace@mail.test</html>`
	h := export(t, `{"name": "WebInspector", "version": "537.36"}`,
		e("document", "GET", "/", "", 200, fmt.Sprintf(`{"size": %d, "mimeType": "text/html", "compression": -812, "text": %q}`, len(page), page), "null"),
		e("document", "POST", "/ap/signin", `, "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "email=ada.lovelace%40mail.test&password=Correct-Horse-9", "params": [{"name": "email", "value": "ada.lovelace%40mail.test"}, {"name": "password", "value": "Correct-Horse-9"}]}`,
			302, `{"size": 0, "mimeType": "x-unknown"}`, "null"),
		e("document", "GET", "/cached", "", 304, `{"size": 13, "mimeType": "text/html", "text": "<html>cached"}`, "null"),
		e("document", "GET", "/evicted", "", 200, `{"size": 5120, "mimeType": "text/html", "encoding": "base64"}`, "null"),
		e("script", "GET", "/blocked.js", "", 0, `{"size": 0, "mimeType": "x-unknown"}`, `"net::ERR_BLOCKED_BY_CLIENT"`),
		e("preflight", "OPTIONS", "/preflight", "", 200, `{"size": 0, "mimeType": "x-unknown"}`, "null"),
		strings.Replace(e("websocket", "GET", "/socket", "", 101, `{"size": 0, "mimeType": "x-unknown"}`, "null"), `"cache"`, `"_webSocketMessages": [{"type": "send", "time": 1.5, "opcode": 1, "data": "hello"}], "cache"`, 1),
	)
	wants(t, h, map[string]string{
		"/":          "200 false " + page[:40],
		"/ap/signin": "302 false ",
		"/cached":    "200 false <html>cached", // shown from the cache, and the text is there
		"/evicted":   "200 true ",              // Chrome gave up the body
		"/preflight": "200 true ",
	})
	names(t, h, leftSocket+": www.amazon.com/socket", leftNoAnswer+": www.amazon.com/blocked.js")
	if h.Creator != "WebInspector 537.36" {
		t.Errorf("made by %q", h.Creator)
	}
	c, rep, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Account: AccountOf(h.Items), Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	all := everything(c)
	for _, secret := range []string{"ada.lovelace", "131-5550101", "Correct-Horse", "192.0.2.7"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is still there:\n%s", secret, all)
		}
	}
	names(t, &HAR{Left: rep.Left}, leftNoBody+": www.amazon.com/evicted")
}

func everything(c replay.Cassette) string {
	var b strings.Builder
	for _, x := range c.Exchanges {
		fmt.Fprintln(&b, x)
	}
	for name, body := range c.Files {
		fmt.Fprintf(&b, "%s %s\n", name, body)
	}
	return b.String()
}

// Firefox: -1 where it does not know, a comment in the place of a body, and bodies cut
// off at 1 MB without a word.
func TestFirefoxExports(t *testing.T) {
	const entry = `{"startedDateTime": "2026-11-22T11:00:00.417+01:00", "request": {"bodySize": 0, "method": "GET", "url": "https://www.amazon.com%s", "httpVersion": "HTTP/2",
		"headers": [{"name": "Cookie", "value": "session-token=QWJjZGVm012345/xyzZYX; ubid-main=131-5550103-5550104"}], "cookies": [{"name": "session-token", "value": "QWJjZGVm012345/xyzZYX"}], "queryString": [], "headersSize": 2113},
		"response": {"status": %d, "statusText": "", "httpVersion": "HTTP/2", "headers": [{"name": "content-type", "value": %q}], "cookies": [], "content": %s, "redirectURL": "", "headersSize": -1, "bodySize": -1},
		"cache": {}, "timings": {"blocked": 0, "dns": 0, "connect": 0, "ssl": 0, "send": 0, "wait": 120, "receive": 2}, "time": 122, "_securityState": "secure", "serverIPAddress": "192.0.2.7", "connection": "443", "pageref": "page_1"}`
	page := "<html>" + strings.Repeat("ä", firefoxLimit-6) // the limit counts characters
	list := `{"a":"` + strings.Repeat("b", firefoxLimit-6)
	h := export(t, `{"name": "Firefox", "version": "146.0"}`,
		fmt.Sprintf(entry, "/", 200, "text/html", `{"mimeType": "text/html; charset=UTF-8", "size": 12, "text": "<html>whole!"}`),
		fmt.Sprintf(entry, "/long", 200, "text/html", fmt.Sprintf(`{"mimeType": "text/html", "size": 1048576, "text": %q}`, page)),
		fmt.Sprintf(entry, "/longlist", 200, "application/json", fmt.Sprintf(`{"mimeType": "application/json", "size": 1048576, "text": %q}`, list)),
		fmt.Sprintf(entry, "/cutlist", 200, "application/json", `{"mimeType": "application/json", "size": 90210, "text": "{\"a\":"}`),
		fmt.Sprintf(entry, "/discarded", 200, "text/html", `{"mimeType": "text/html", "size": -1, "comment": "Response bodies are not included."}`),
		fmt.Sprintf(entry, "/discarded503", 503, "text/html", `{"mimeType": "text/html", "size": -1, "comment": "Response bodies are not included."}`),
		fmt.Sprintf(entry, "/gone", 302, "text/html", `{"mimeType": "text/html", "size": 154, "text": ""}`),
		fmt.Sprintf(entry, "/aborted", 0, "", `{"size": -1}`),
	)
	wants(t, h, map[string]string{
		"/": "200 false <html>whole!", "/long": "200 false " + string([]rune(page)[:40]), "/discarded": "200 true ", "/discarded503": "503 true ", "/gone": "302 false ",
	})
	names(t, h, "3 × "+leftCut, leftNoAnswer+": www.amazon.com/aborted")
	if h.Items[0].At.UTC().Hour() != 10 {
		t.Errorf("recorded at %v", h.Items[0].At)
	}
}

// chrome-har, which sitespeed.io and others use, counts the size of a body twice.
func TestASizeThatIsTooLargeCutsNothingOff(t *testing.T) {
	const entry = `{"startedDateTime": "2026-11-22T11:00:00.417Z", "request": {"method": "GET", "url": "https://www.amazon.com%s", "httpVersion": "h2", "headers": [], "cookies": [], "queryString": []},
		"response": {"status": 200, "httpVersion": "h2", "headers": [{"name": "content-type", "value": %q}], "cookies": [], "content": {"mimeType": %[2]q, "size": %d, "text": %q}, "redirectURL": ""},
		"cache": {}, "timings": {"send": 0, "wait": 120, "receive": 2}, "time": 122}`
	list, page, rest := `{"a": "`+strings.Repeat("b", 3000)+`"}`, "<html>"+strings.Repeat("c", 3000)+"</html>\n<!-- d -->", `{"a": "`+strings.Repeat("b", 3000)
	h := export(t, `{"name": "chrome-har", "version": "1.3"}`,
		fmt.Sprintf(entry, "/list", "application/json", 2*len(list), list),
		fmt.Sprintf(entry, "/page", "text/html", 2*len(page), page),
		fmt.Sprintf(entry, "/rest", "application/json", 2*len(rest), rest),
	)
	wants(t, h, map[string]string{"/list": "200 false " + list[:40], "/page": "200 false " + page[:40]})
	names(t, h, "1 × "+leftCut)
}

// Safari: several cookies of one answer in one line, joined by commas; sizes and times
// that are missing; no text where a body is empty.
func TestSafariExports(t *testing.T) {
	const entry = `{"pageref": "page_0", "startedDateTime": %q, "time": null, "_serverPort": 443, "_fetchType": "Network Load", "_priority": "high", "serverIPAddress": "192.0.2.7", "connection": "12",
		"request": {"method": %q, "url": "https://www.amazon.com%s", "httpVersion": "HTTP/2", "cookies": [], "headers": [], "queryString": [], "headersSize": -1, "bodySize": -1},
		"response": {"status": %d, "statusText": "", "httpVersion": "HTTP/2", "cookies": [], "headers": [{"name": "Content-Type", "value": "text/html"}, {"name": "Set-Cookie",
			"value": "session-id=131-5550105-5550106; Domain=.amazon.com; Expires=Mon, 22-Nov-2027 10:00:00 GMT; Path=/, at-main=Qk5vdGhpbmc9c2VjcmV0; Expires=Mon, 22-Nov-2027 10:00:00 GMT; Path=/; Secure, x-main=longvaluewithoutshape; Path=/"}],
			"content": {"size": %d, "compression": -20, "mimeType": "text/html"%s}, "redirectURL": "", "headersSize": -1, "bodySize": -1, "_transferSize": 900},
		"cache": {}, "timings": {"blocked": -1, "dns": -1, "connect": -1, "ssl": -1, "send": 0, "wait": 0, "receive": 0}}`
	page := `<html>Qk5vdGhpbmc9c2VjcmV0 longvaluewithoutshape</html>`
	h := export(t, `{"name": "WebKit Web Inspector", "version": 19618.1}`,
		fmt.Sprintf(entry, "2026-11-22T10:00:00.417Z", "GET", "/", 200, len(page), fmt.Sprintf(`, "text": %q`, page)),
		fmt.Sprintf(entry, "", "GET", "/undated", 200, 5, `, "text": "<html"`),
		fmt.Sprintf(entry, "2026-11-22T10:00:01.417Z", "GET", "/empty", 200, 0, ""),
		fmt.Sprintf(entry, "2026-11-22T10:00:02.417Z", "GET", "/lost", 200, 77, ""),
		// A form whose text Safari did not keep: the request is known, its words are not.
		fmt.Sprintf(entry, "2026-11-22T10:00:03.417Z", "POST", "/post", 200, 2, `, "text": "ok"`),
	)
	wants(t, h, map[string]string{"/": "200 false " + page[:40], "/undated": "200 false <html", "/empty": "200 true ", "/lost": "200 true ", "/post": "200 false ok"})
	c, _, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	var cookies []string
	for _, x := range c.Exchanges {
		if x.Path == "/" {
			cookies, _ = x.Headers["Set-Cookie"].([]string)
		}
	}
	if len(cookies) != 3 || !strings.HasPrefix(cookies[1], "at-main=") || strings.Contains(strings.Join(cookies, " "), "Nov") {
		t.Errorf("cookies: %q", cookies)
	}
	all := everything(c)
	for _, secret := range []string{"131-5550105", "Qk5vdGhpbmc9c2VjcmV0", "longvaluewithoutshape"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s is still there:\n%s", secret, all)
		}
	}
	if h.Creator != "WebKit Web Inspector 19618.1" {
		t.Errorf("made by %q", h.Creator)
	}
}

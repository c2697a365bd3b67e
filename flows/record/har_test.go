package record

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
)

func write(t testing.TB, name, text string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return p
}

// entry is one as DevTools write it; more is what differs.
func entry(method, address string, status int, mime, text string) map[string]any {
	return map[string]any{"startedDateTime": "2026-11-22T10:00:00.000Z", "time": 1.5,
		"request": map[string]any{"method": method, "url": address, "httpVersion": "h2", "headers": []any{map[string]any{"name": "Cookie", "value": "at-main=Atza|IwEBIJ2kq9"}},
			"queryString": []any{}, "cookies": []any{}, "headersSize": -1, "bodySize": 0},
		"response": map[string]any{"status": status, "statusText": "", "httpVersion": "h2", "headers": []any{map[string]any{"name": "content-type", "value": mime}},
			"cookies": []any{}, "content": map[string]any{"size": len(text), "mimeType": mime, "text": text}, "redirectURL": "", "headersSize": -1, "bodySize": -1},
		"cache": map[string]any{}, "timings": map[string]any{"send": 0, "wait": 1, "receive": 1}}
}

func at(e map[string]any, path string, v any) map[string]any {
	keys := strings.Split(path, ".")
	m := e
	for _, k := range keys[:len(keys)-1] {
		m = m[k].(map[string]any)
	}
	if v == nil {
		delete(m, keys[len(keys)-1])
	} else {
		m[keys[len(keys)-1]] = v
	}
	return e
}

func har(t testing.TB, entries ...map[string]any) string {
	t.Helper()
	b, err := json.MarshalIndent(map[string]any{"log": map[string]any{"version": "1.2", "creator": map[string]any{"name": "WebInspector", "version": "537.36"}, "pages": []any{}, "entries": entries}}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const home = "https://www.amazon.com/"

func TestWhatABrowserExportedIsRead(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, `{"packed":true}`)
	z.Close()
	redirect := at(entry("GET", home+"mycd", 302, "text/html", ""), "response.redirectURL", "/hz/mycd/myx")
	h, err := ReadHAR(write(t, "a.har", "\ufeff"+har(t,
		entry("GET", home, 200, "text/html", "<html>ä</html>"),
		redirect,
		at(at(entry("GET", home+"b64", 200, "application/json", base64.StdEncoding.EncodeToString([]byte(`{"a":"ü"}`))), "response.content.encoding", "base64"), "time", nil),
		at(entry("GET", home+"gz", 200, "application/json", base64.StdEncoding.EncodeToString(packed.Bytes())), "response.content.encoding", "base64"),
		at(entry("POST", home+"form", 200, "text/html", "ok"), "request.postData", map[string]any{"mimeType": "application/x-www-form-urlencoded", "params": []any{map[string]any{"name": "a", "value": "b c"}}}),
		at(entry("GET", home+"gone", 200, "text/html", ""), "response.content", map[string]any{"size": 900, "mimeType": "text/html"}),
		entry("GET", "data:text/html,hello", 200, "text/html", "hello"),
		at(entry("GET", "wss://www.amazon.com/socket", 101, "", ""), "_webSocketMessages", []any{map[string]any{"type": "send"}}),
		at(entry("GET", home+"cancelled", 0, "", ""), "response._error", "net::ERR_ABORTED"),
		at(entry("GET", home+"bad64", 200, "text/html", "%%%"), "response.content.encoding", "base64"),
		at(entry("GET", home+"odd", 200, "text/html", "x"), "response.content.encoding", "rot13"),
		at(entry("GET", home+"zstd", 200, "application/json", base64.StdEncoding.EncodeToString([]byte("\x28\xb5\x2f\xfd0000"))), "response.content.encoding", "base64"),
		entry("GET", home+"p.png", 200, "image/png", "binary"),
	)))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, it := range h.Items {
		got[strings.TrimPrefix(it.URL, home)] = fmt.Sprintf("%d %s %s %v", it.Status, it.Body, it.RequestBody, it.NoBody)
	}
	want := map[string]string{"": "200 <html>ä</html>  false", "mycd": "302   false", "b64": `200 {"a":"ü"}  false`, "gz": `200 {"packed":true}  false`,
		"form": "200 ok a=b+c false", "gone": "200   true"}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: %q, want %q", k, got[k], w)
		}
	}
	left := strings.Join(h.Left.Lines(), "\n")
	for _, w := range []string{leftOutside + ": data:…", leftSocket + ": www.amazon.com/socket", leftNoAnswer + ": www.amazon.com/cancelled", leftBase64, leftEncoding, leftPicture, leftBrotli + ": www.amazon.com/zstd"} {
		if !strings.Contains(left, w) {
			t.Errorf("%q is not named in\n%s", w, left)
		}
	}
	if h.Creator != "WebInspector 537.36" {
		t.Errorf("made by %q", h.Creator)
	}
}

// Most exporters keep the header and unpack the body: the header alone proves nothing.
func TestLeftOverCompressionIsToldByTheHeader(t *testing.T) {
	if b, why := inflate([]byte("\x1b\x0f\x00\xf8"), "br"); b != nil || why != leftBrotli {
		t.Errorf("%q %q", b, why)
	}
	if b, why := inflate([]byte("<html>plain"), "br"); string(b) != "<html>plain" || why != "" {
		t.Errorf("%q %q", b, why)
	}
	if b, why := inflate([]byte{0x1f, 0x8b, 8, 0, 0, 0}, "gzip"); b != nil || why != leftBroken {
		t.Errorf("%q %q", b, why)
	}
}

func TestBrokenFilesAreToldInOneLineWithThePlace(t *testing.T) {
	good := har(t, entry("GET", home, 200, "text/html", "x"))
	for name, c := range map[string]struct{ text, want string }{
		"cut":     {good[:len(good)-60], "the file ends in the middle"},
		"comma":   {strings.Replace(good, `"log": {`, `"log": {,`, 1), ":2:11: this is not JSON"},
		"type":    {strings.Replace(good, `"status": 200`, `"status": "two hundred"`, 1), "response.status must be a number, not string"},
		"headers": {strings.Replace(good, `"url": "https://www.amazon.com/"`, `"url": 7`, 1), "request.url must be a text, not number"},
		"entries": {`{"log":{"version":"1.2","entries":{}}}`, `:1:35: entries must be a list`},
		"none":    {`{"log":{"version":"1.2"}}`, `no "entries"`},
		"other":   {`{"a":1}`, `not a HAR file`},
		"html":    {"<html>", ":1:1: this is not JSON"},
		"list":    {"[1]", "the file must be an object"},
		"empty":   {"", "is empty"},
		"version": {`{"log":{"version":"2.0","entries":[]}}`, "HAR version 2.0 is not known"},
	} {
		p := write(t, name+".har", c.text)
		_, err := ReadHAR(p)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), p) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	p := write(t, "lines.har", strings.Replace(good, `"status": 200`, `"status": []`, 1))
	line := 0
	for i, l := range strings.Split(strings.Replace(good, `"status": 200`, `"status": []`, 1), "\n") {
		if strings.Contains(l, `"status": []`) {
			line = i + 1
		}
	}
	if _, err := ReadHAR(p); err == nil || !strings.HasPrefix(err.Error(), fmt.Sprintf("%s:%d:", p, line)) {
		t.Errorf("%v, want line %d", err, line)
	}
	if _, err := ReadHAR(filepath.Join(t.TempDir(), "none.har")); err == nil || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}

// Playwright puts bodies into files beside the HAR, or all into one .zip.
func TestAttachedBodies(t *testing.T) {
	e := func(file string) map[string]any {
		return at(entry("GET", home, 200, "text/html", ""), "response.content", map[string]any{"size": -1, "mimeType": "text/html", "_file": file})
	}
	dir := t.TempDir()
	text := har(t, e("body.html"), at(e("../secret.html"), "request.url", home+"up"), at(e("missing.html"), "request.url", home+"missing"))
	os.WriteFile(filepath.Join(dir, "a.har"), []byte(text), 0o600)
	os.WriteFile(filepath.Join(dir, "body.html"), []byte("<html>attached"), 0o600)
	os.WriteFile(filepath.Join(filepath.Dir(dir), "secret.html"), []byte("no"), 0o600)
	h, err := ReadHAR(filepath.Join(dir, "a.har"))
	if err != nil {
		t.Fatal(err)
	}
	if len(h.Items) != 1 || string(h.Items[0].Body) != "<html>attached" || h.Left[leftNoFile].Count != 2 {
		t.Errorf("%+v %v", h.Items, h.Left.Lines())
	}
	zp := filepath.Join(dir, "a.zip")
	f, _ := os.Create(zp)
	z := zip.NewWriter(f)
	for name, body := range map[string]string{"har.har": har(t, e("body.html")), "body.html": "<html>zipped"} {
		w, _ := z.Create(name)
		io.WriteString(w, body)
	}
	z.Close()
	f.Close()
	if h, err = ReadHAR(zp); err != nil || len(h.Items) != 1 || string(h.Items[0].Body) != "<html>zipped" {
		t.Errorf("%+v %v", h, err)
	}
}

func TestACassetteOfAHARAnswersLikeTheSite(t *testing.T) {
	post := func(body, answer string) map[string]any {
		e := entry("POST", home+"hz/mycd/ajax", 200, "application/json;charset=UTF-8", answer)
		return at(e, "request.postData", map[string]any{"mimeType": "application/x-www-form-urlencoded", "text": body})
	}
	list := `data={"param":{"GetDevices":{}}}&csrfToken=`
	h, err := ReadHAR(write(t, "a.har", har(t,
		entry("GET", home+"hz/mycd/myx?pageType=content&ref_=abc", 200, "text/html", `<html>var csrfToken = "gA3b9ZpQ7xTT1/2=";</html>`),
		post(list+"gA3b9ZpQ7xTT1%2F2%3D", `{"GetDevices":{"count":1,"devices":[{"deviceAccountName":"Kitchen Echo","deviceSerialNumber":"G090LF1180570J3X"}]}}`),
		post(`data={"param":{"DeregisterDevice":{"deviceSerialNumber":"G090LF1180570J3X"}}}&csrfToken=zz9y8x7w6v5u`, `{"success":true}`),
		post(list+"other7token88", `{"GetDevices":{"count":0,"devices":[]}}`),
		entry("GET", "https://unagi.amazon.com/1/events/x", 200, "text/plain", ""),
		entry("GET", "https://tracker.example/x", 200, "text/plain", "x"),
	)))
	if err != nil {
		t.Fatal(err)
	}
	c, rep, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now(), KeepNames: true})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "c")
	if err := replay.Write(dir, c); err != nil {
		t.Fatal(err)
	}
	opened, err := replay.OpenCassette(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	if odd, err := opened.Lint(os.DirFS(dir)); err != nil || len(odd) > 0 {
		t.Errorf("%v %v", odd, err)
	}
	srv := httptest.NewServer(opened.Handler())
	defer srv.Close()
	ask := func(method, path, body string) string {
		req, _ := http.NewRequest(method, srv.URL+path, strings.NewReader(body))
		req.Host = "www.amazon.com"
		if body != "" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return fmt.Sprint(res.StatusCode, " ", string(b))
	}
	if got := ask("GET", "/hz/mycd/myx?pageType=content&ref_=quite-another", ""); !strings.HasPrefix(got, "200") || strings.Contains(got, "gA3b9") {
		t.Errorf("page: %s", got)
	}
	if got := ask("POST", "/hz/mycd/ajax", list+"whatever"); !strings.Contains(got, `"count":1`) || !strings.Contains(got, "Kitchen Echo") || strings.Contains(got, "G090LF1180570J3X") {
		t.Errorf("list: %s", got)
	}
	if got := ask("POST", "/hz/mycd/ajax", "data={\"param\":{\"SomethingElse\":{}}}"); !strings.HasPrefix(got, "599") {
		t.Errorf("a call that was not recorded: %s", got)
	}
	var serial string
	for _, x := range opened.Exchanges {
		for _, w := range x.Body {
			if strings.HasPrefix(w, "G") && len(w) == 16 {
				serial = w
			}
		}
	}
	if got := ask("POST", "/hz/mycd/ajax", `data={"param":{"DeregisterDevice":{"deviceSerialNumber":"`+serial+`"}}}`); got != `200 {"success":true}` {
		t.Errorf("deregister %q: %s", serial, got)
	}
	if got := ask("POST", "/hz/mycd/ajax", list+"x"); !strings.Contains(got, `"count":0`) {
		t.Errorf("list after: %s", got)
	}
	if rep.Left[leftElsewhere].Count != 2 {
		t.Errorf("left out: %v", rep.Left.Lines())
	}
}

// Pages whose scripts were not exported do not run half of them: none runs, what is
// read from them is still there, and the menu opens by the shim.
func TestPagesWithoutTheirScriptsGetAShim(t *testing.T) {
	h, err := ReadHAR(write(t, "a.har", har(t, entry("GET", home, 202, "text/html", "<html><script>check()</script></html>"), entry("GET", home, 200, "text/html",
		`<html><head><script src="https://images-na.ssl-images-amazon.com/a.js"></script><script type="text/javascript">var csrfToken = "gA3b9ZpQ7xTT1"</script></head><body></body></html>`))))
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	body := string(c.Files[c.Exchanges[0].File])
	// A check of the browser that nothing can pass would be in the way for ever.
	if len(c.Exchanges) != 1 || c.Exchanges[0].Status != 0 || h.Left[leftCheck] == nil {
		t.Errorf("%+v, left out %v", c.Exchanges, h.Left.Lines())
	}
	if c.Scripts != replay.ScriptsRemoved || strings.Contains(body, `<script src`) || strings.Count(body, `<script type="text/x-recorded"`) != 2 || !strings.Contains(body, "csrfToken") ||
		!strings.Contains(body, "nav-link-accountList") || strings.Contains(body, "text/javascript") {
		t.Errorf("scripts %q:\n%s", c.Scripts, body)
	}
}

// 50 MB in under 300 MB: the heap that is in use while it is read and built.
func TestALargeFileNeedsLittleMemory(t *testing.T) {
	browsertest.OnlyInFull(t) // takes some seconds
	p := filepath.Join(t.TempDir(), "big.har")
	f, err := os.Create(p)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(f, `{"log":{"version":"1.2","entries":[`)
	body := strings.Repeat(`<div class=\"a-row\" data-asin=\"B00X4WHP5E\">Some text of a page, and more of it &amp; so on</div>\n`, 9500)
	for i := range 50 {
		if i > 0 {
			io.WriteString(f, ",")
		}
		fmt.Fprintf(f, `{"startedDateTime":"2026-11-22T10:00:%02d.000Z","request":{"method":"GET","url":"https://www.amazon.com/p%d","headers":[]},"response":{"status":200,"headers":[{"name":"Content-Type","value":"text/html"}],"content":{"size":1,"mimeType":"text/html","text":"%s %d"}}}`, i, i, body, i)
	}
	io.WriteString(f, `]}}`)
	st, _ := f.Stat()
	f.Close()
	if st.Size() < 45<<20 {
		t.Fatalf("only %d MB", st.Size()>>20)
	}
	stop, done := make(chan struct{}), make(chan uint64)
	go func() {
		var peak uint64
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			peak = max(peak, m.Sys-m.HeapReleased)
			select {
			case <-stop:
				done <- peak
				return
			case <-time.After(20 * time.Millisecond):
			}
		}
	}()
	started := time.Now()
	h, err := ReadHAR(p)
	if err != nil {
		t.Fatal(err)
	}
	c, _, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	close(stop)
	peak := <-done
	t.Logf("%d MB, %d exchanges: %d MB of memory at most, %.1f s", st.Size()>>20, len(c.Exchanges), peak>>20, time.Since(started).Seconds())
	if peak > 300<<20 {
		t.Errorf("%d MB of memory for %d MB", peak>>20, st.Size()>>20)
	}
}

package record

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// Exporters differ from the format and from each other. What matters is read all the
// same; what is left out is counted with its reason.

// shared is one of the small files that others exported, made up.
func shared(t *testing.T, name string) string {
	t.Helper()
	p := filepath.Join("../../../shared/cases", name)
	if _, err := os.Stat(p); err != nil {
		t.Skipf("no %s here", p)
	}
	return p
}

// replayed builds a cassette of a HAR file; ask posts the call for the list to it, or
// another body.
func replayed(t *testing.T, file string) (h *HAR, all string, ask func(method, path, body string) string) {
	t.Helper()
	h, err := ReadHAR(file)
	if err != nil {
		t.Fatal(err)
	}
	c, rep, err := Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	if n := rep.Requests; n != h.Entries {
		t.Errorf("%d requests are accounted for, %d are in the file: %v", n, h.Entries, h.Left.Lines())
	}
	for name, b := range c.Files {
		all += "== " + name + "\n" + string(b) + "\n"
	}
	srv := httptest.NewServer(c.Handler())
	t.Cleanup(srv.Close)
	return h, all + string(c.Manifest()), func(method, path, body string) string {
		req, _ := http.NewRequest(method, srv.URL+path, strings.NewReader(body))
		req.Host = "www.amazon.com"
		if body != "" {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		b, _ := io.ReadAll(res.Body)
		return fmt.Sprint(res.StatusCode, " ", string(b))
	}
}

const listCall = `data={"param":{"GetDevices":{}}}`

func TestAWrongBase64LabelCostsNoBody(t *testing.T) {
	h, all, ask := replayed(t, shared(t, "har-base64-that-is-none.har"))
	if n := h.Left[leftBase64]; n != nil || len(h.Items) != 9 {
		t.Errorf("%d requests of 9; %v", len(h.Items), h.Left.Lines())
	}
	if got := ask("POST", "/hz/mycd/ajax", listCall); !strings.Contains(got, `"count":7`) {
		t.Errorf("%.100s", got)
	}
	if !strings.Contains(all, "nav-link-accountList") {
		t.Error("the pages are not there")
	}
	// A word that happens to decode is what it is; broken base64 is not.
	for text, want := range map[string]string{"true": "true", "{}": "{}", "cb({})": "cb({})", "b2s=": "ok", "%%%": ""} {
		b, why := (&harReader{}).body(&text, "base64", "")
		if string(b) != want || (why == "") != (want != "") {
			t.Errorf("%q: %q %q, want %q", text, b, why, want)
		}
	}
}

func TestBase64ThatDoesNotSaySoIsUnpacked(t *testing.T) {
	_, all, ask := replayed(t, shared(t, "har-base64-unsaid.har"))
	if got := ask("GET", "/", ""); !strings.Contains(got, "<!doctype html>") {
		t.Errorf("the page is still packed: %.80s", got)
	}
	if got := ask("POST", "/hz/mycd/ajax", listCall); !strings.Contains(got, `"count":7`) {
		t.Errorf("%.100s", got)
	}
	if got := ask("POST", "/hz/mycd/ajax", `data={"param":{"DeregisterDevice":{}}}`); strings.Contains(got+all, "eyJEZXJ") {
		t.Errorf("a short answer is still packed: %.100s", got)
	}
	for _, v := range []string{"Kitchen", "Bedroom", "Ada"} {
		if form := deeply(all, v); form != "" {
			t.Errorf("%s is there %s", v, form)
		}
	}
}

// The list before the deregistration answers first, whatever the order of the file.
func TestOneUndatedRequestDoesNotTurnTimeRound(t *testing.T) {
	h, _, ask := replayed(t, shared(t, "har-one-entry-undated.har"))
	if got := ask("POST", "/hz/mycd/ajax", listCall); !strings.Contains(got, `"count":7`) {
		t.Errorf("the list after the deregistration answers first: %.100s", got)
	}
	if len(h.Notes) != 1 || !strings.Contains(h.Notes[0], "1 request") {
		t.Errorf("nothing is said of it: %q", h.Notes)
	}
	var order []string
	for _, it := range h.Items {
		order = append(order, fmt.Sprintf("%s %s %d", it.Method, pathOf(it.URL), it.Status))
	}
	want := "GET / 200, GET /ap/signin 200, POST /ap/signin 200, POST /ap/signin 302, GET / 200, GET /hz/mycd/myx 200, POST /hz/mycd/ajax 200, POST /hz/mycd/ajax 200, POST /hz/mycd/ajax 200"
	if got := strings.Join(order, ", "); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Times in every form that tools write; hours could lie between one with its zone and
// one without.
func TestTimesOfRequests(t *testing.T) {
	get := func(path string, when any) map[string]any {
		return at(entry("GET", home+path, 200, "text/html", "x"), "startedDateTime", when)
	}
	for name, c := range map[string]struct {
		entries []map[string]any
		want    string
		notes   int
	}{
		"no zone":                {[]map[string]any{get("b", "2026-11-26T10:00:02.5"), get("a", "2026-11-26T10:00:01")}, "a b", 0},
		"a space and a comma":    {[]map[string]any{get("b", "2026-11-26 10:00:02,500"), get("a", "2026-11-26 10:00:02,250")}, "a b", 0},
		"a zone without a colon": {[]map[string]any{get("b", "2026-11-26T10:00:02.000+0100"), get("a", "2026-11-26T10:00:01.000+01:00")}, "a b", 0},
		"milliseconds":           {[]map[string]any{get("b", 1795687202500.0), get("a", 1795687202250.0)}, "a b", 0},
		"seconds as a text":      {[]map[string]any{get("b", "1795687202.5"), get("a", "1795687202.25")}, "a b", 0},
		"as JavaScript says it":  {[]map[string]any{get("b", "Thu Nov 26 2026 10:00:02 GMT+0100 (Central European Standard Time)"), get("a", "Thu Nov 26 2026 10:00:01 GMT+0100 (CET)")}, "a b", 0},
		"none at all":            {[]map[string]any{get("b", nil), get("a", "")}, "b a", 0},
		"one without a zone":     {[]map[string]any{get("c", "2026-11-26T10:00:09Z"), get("d", "2026-11-26T02:00:00"), get("a", "2026-11-26T10:00:01Z")}, "a c d", 1},
		"the first undated":      {[]map[string]any{get("a", map[string]any{}), get("b", "2026-11-26T10:00:09Z"), get("c", "2026-11-26T10:00:10Z")}, "a b c", 1},
		"two of them":            {[]map[string]any{get("c", "2026-11-26T10:00:09Z"), get("d", "yesterday"), get("e", nil), get("a", "2026-11-26T10:00:01Z")}, "a c d e", 1},
	} {
		h, err := ReadHAR(write(t, "a.har", har(t, c.entries...)))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for _, it := range h.Items {
			got = append(got, strings.TrimPrefix(it.URL, home))
		}
		if strings.Join(got, " ") != c.want || len(h.Notes) != c.notes {
			t.Errorf("%s: %v, want %s; notes %q", name, got, c.want, h.Notes)
		}
	}
}

// A field that nobody needs may have any type, or hold what another tool puts there.
func TestFieldsThatNobodyNeedsMayBeAnything(t *testing.T) {
	for path, values := range map[string][]any{
		"response._error":            {map[string]any{"code": 1}, []any{}, 3, nil, "x"},
		"request.cookies":            {map[string]any{"session-id": "144-9823711-5530127"}, "a=b", nil, []any{nil, 3, "x", map[string]any{"name": "a", "value": map[string]any{}}}},
		"response.cookies":           {map[string]any{"session-id": map[string]any{"value": "144-9823711-5530127"}}, 7},
		"request.headers":            {map[string]any{"Cookie": "at-main=x", "Accept": []any{"a", "b"}}, nil, []any{nil, map[string]any{"name": "a", "value": 5}}},
		"response.redirectURL":       {nil, map[string]any{}, false},
		"response.content.size":      {"12", nil, map[string]any{}, -1.5},
		"response.content._file":     {map[string]any{}, 5},
		"response.content.encoding":  {nil, false},
		"response.content.mimeType":  {nil, 5},
		"request.postData":           {nil, "", "a=b", []any{}, map[string]any{"params": map[string]any{"a": "b"}, "mimeType": nil, "text": nil}},
		"request.queryString":        {map[string]any{}, "x", nil},
		"_resourceType":              {map[string]any{}, 4, nil},
		"_webSocketMessages":         {nil, []any{}, map[string]any{}, "", false},
		"_initiator":                 {5, "x", nil},
		"timings":                    {nil, "x"},
		"cache":                      {nil, []any{}},
		"time":                       {"12", nil},
		"pageref":                    {5},
		"serverIPAddress":            {nil, 5},
		"_anything.somebody.invents": {[]any{map[string]any{}}},
	} {
		for _, v := range values {
			e := entry("GET", home, 200, "text/html", "<html>a page")
			if first, _, deep := strings.Cut(path, "."); deep && e[first] == nil {
				e[first] = v
			} else {
				m, keys := e, strings.Split(path, ".")
				for _, k := range keys[:len(keys)-1] {
					m = m[k].(map[string]any)
				}
				m[keys[len(keys)-1]] = v
			}
			h, err := ReadHAR(write(t, "a.har", har(t, e, entry("GET", home+"next", 200, "text/html", "x"))))
			if err != nil {
				t.Errorf("%s = %v: %v", path, v, err)
			} else if len(h.Items) != 2 || string(h.Items[0].Body) != "<html>a page" {
				t.Errorf("%s = %v: %d of 2 requests; %v", path, v, len(h.Items), h.Left.Lines())
			}
		}
	}
	// What such a field holds is taken out of the pages all the same.
	e := entry("GET", home, 200, "text/html", "<html>kQ93hZp0Lm and zT81LwPq7x")
	e["request"].(map[string]any)["cookies"] = map[string]any{"x-main": "kQ93hZp0Lm"}
	e["response"].(map[string]any)["cookies"] = map[string]any{"ubid-main": map[string]any{"value": "zT81LwPq7x"}}
	if _, all, _ := replayed(t, write(t, "c.har", har(t, e))); strings.Contains(all, "kQ93hZp0Lm") || strings.Contains(all, "zT81LwPq7x") {
		t.Errorf("a cookie is there:\n%s", all)
	}
}

// Packed and in UTF-16, a file is the same file; errors have its name and place.
func TestAHARPackedOrInUTF16(t *testing.T) {
	good := har(t, entry("GET", home, 200, "text/html", "<html>ä page"))
	big := func(s string) string {
		b := wide(s)
		for i := 0; i+1 < len(b); i += 2 {
			b[i], b[i+1] = b[i+1], b[i]
		}
		return string(b)
	}
	for name, text := range map[string]string{
		"a.har.gz": string(gz([]byte(good))), "b.har": string(gz([]byte("\ufeff" + good))), "c.har": string(wide(good)), "d.har": big(good),
		"e.har": string(wide(good)[2:]), "f.har.gz": string(gz(wide(good))),
	} {
		h, err := ReadHAR(write(t, name, text))
		if err != nil || len(h.Items) != 1 || string(h.Items[0].Body) != "<html>ä page" {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range map[string]string{"cut.har.gz": string(gz([]byte(good))[:200]), "odd.har": string(wide(good[:100]))} {
		p := write(t, name, text)
		if _, err := ReadHAR(p); err == nil || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// "Holds no request" only where there is none: otherwise why none can be used.
func TestWhyNothingCanBeReplayed(t *testing.T) {
	build := func(entries ...map[string]any) string {
		h, err := ReadHAR(write(t, "a.har", har(t, entries...)))
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = Build(h.Items, nil, h.Left, About{Site: "amazon.com", Date: time.Now()})
		if err == nil {
			t.Fatal("it can be replayed")
		}
		return err.Error()
	}
	if got := build(); !strings.Contains(got, "it holds no request") {
		t.Error(got)
	}
	got := build(entry("GET", home, 0, "", ""), entry("GET", home, 200, "image/png", "x"), entry("GET", "https://other.example/", 200, "text/html", "x"))
	if strings.Contains(got, "holds no request") || !strings.Contains(got, "none of its 3 requests") || !strings.Contains(got, leftNoAnswer[:9]) {
		t.Error(got)
	}
}

// Files that a HAR names lie beside it, and are files.
func TestABodyBesideTheHARIsNoLinkOut(t *testing.T) {
	dir, out := t.TempDir(), filepath.Join(t.TempDir(), "secret.html")
	os.WriteFile(out, []byte("a secret of this machine"), 0o600)
	if err := os.Symlink(out, filepath.Join(dir, "body.html")); err != nil {
		t.Skip(err)
	}
	os.Symlink("/dev/zero", filepath.Join(dir, "zero.html"))
	os.Mkdir(filepath.Join(dir, "dir.html"), 0o700)
	e := func(file string) map[string]any {
		return at(entry("GET", home+file, 200, "text/html", ""), "response.content", map[string]any{"size": -1, "mimeType": "text/html", "_file": file})
	}
	p := filepath.Join(dir, "a.har")
	os.WriteFile(p, []byte(har(t, e("body.html"), e("zero.html"), e("dir.html"))), 0o600)
	h, err := ReadHAR(p)
	if err != nil || len(h.Items) != 0 || h.Left[leftNoFile].Count != 3 {
		t.Errorf("%v %+v", err, h)
	}
}

package replay

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
)

const head = `schema = 1
kind = "reconstruction"
about = "a test"
date = "2026-01-31"
marketplace = "amazon.com"
hosts = ["amazon.com"]
`

func cassette(t testing.TB, exchanges string, files ...string) (*Cassette, fstest.MapFS) {
	t.Helper()
	fsys := fstest.MapFS{ManifestName: {Data: []byte(head + exchanges)}}
	for _, f := range files {
		fsys[f] = &fstest.MapFile{Data: []byte("content of " + f)}
	}
	c, err := OpenCassette(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return c, fsys
}

// ask is the answer to a request written like "GET www.amazon.com/x?y=1" or
// "POST www.amazon.com/x a=1&b=2", as "status body".
func ask(t testing.TB, c *http.Client, request string) string {
	t.Helper()
	f := strings.SplitN(request, " ", 3)
	var body io.Reader
	if len(f) == 3 {
		body = strings.NewReader(f[2])
	}
	req, err := http.NewRequest(f[0], "https://"+f[1], body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Dest", "document")
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	}
	res, err := c.Transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, _ := io.ReadAll(res.Body)
	if res.StatusCode == 404 {
		return "none"
	}
	return fmt.Sprintf("%d %s", res.StatusCode, b)
}

func TestTheMostSpecificExchangeAnswers(t *testing.T) {
	c, _ := cassette(t, `
[[exchange]]
name = "any"
path = "/a**"
text = "any"
[[exchange]]
name = "plain"
path = "/a"
text = "plain"
[[exchange]]
name = "plain-again"
path = "/a"
text = "never"
[[exchange]]
name = "host"
path = "/a"
host = "alexa.amazon.com"
text = "alexa"
[[exchange]]
name = "query"
path = "/a"
query = { tab = "devices" }
text = "tab"
[[exchange]]
name = "query2"
path = "/a"
query = { tab = "devices", page = "*" }
text = "tab and page"
[[exchange]]
name = "pattern-with-query"
path = "/a*"
query = { x = "1", y = "2", z = "3" }
text = "pattern"
[[exchange]]
name = "form"
method = "POST"
path = "/a"
form = { action = "list" }
text = "form"
[[exchange]]
name = "body"
method = "POST"
path = "/a"
body = ['{"Get', 'Devices"']
text = "body"
[[exchange]]
name = "gone"
path = "/gone"
host = "*.amazon.com"
status = 503
headers = { Retry-After = "5", Set-Cookie = ["a=1; Secure", "b=2"], content-type = "application/json" }
file = "gone.html"
`, "gone.html")
	s, client := serve(t, c.Handler(), Options{Hosts: c.Hosts})
	for request, want := range map[string]string{
		"GET www.amazon.com/a": "200 plain", "GET www.amazon.com/ab": "200 any", "GET www.amazon.com/b": "none", "POST www.amazon.com/a": "none",
		"GET alexa.amazon.com/a": "200 alexa", "GET www.amazon.com/a?tab=devices": "200 tab", "GET www.amazon.com/a?tab=content": "200 plain",
		"GET www.amazon.com/a?page=7&tab=devices": "200 tab and page", "GET www.amazon.com/a?x=1&y=2&z=3": "200 plain", "GET www.amazon.com/aa?x=1&y=2&z=3": "200 pattern",
		"POST www.amazon.com/a x=1&action=list":                                                 "200 form",
		"POST www.amazon.com/a data=" + url.QueryEscape(`{"param":{"SetDevices":{"n":"A b"}}}`): "none",
		"POST www.amazon.com/a data=" + url.QueryEscape(`{"GetDevices":{"n":"A b"}}`):           "200 body",
		"GET amazon.com/gone": "503 content of gone.html", "GET x.amazon.de/gone": "none",
	} {
		if got := ask(t, client, request); got != want {
			t.Errorf("%s: %q, want %q", request, got, want)
		}
	}
	_, _, h := get(t, client, "https://www.amazon.com/gone", "document", "")
	if len(h["Set-Cookie"]) != 2 || h.Get("Content-Type") != "application/json" || h.Get("Retry-After") != "5" {
		t.Errorf("headers %v", h)
	}
	if len(s.Misses()) == 0 {
		t.Error("requests without an answer are not declined")
	}
}

const story = `
[[exchange]]
name = "list"
path = "/list"
text = "both"
[[exchange]]
name = "remove"
method = "POST"
path = "/remove"
text = "ok"
[[exchange]]
name = "list-after"
path = "/list"
after = "remove"
text = "one"
[[exchange]]
name = "restore"
method = "POST"
path = "/restore"
after = "remove"
[[exchange]]
name = "list-restored"
path = "/list"
after = "restore"
text = "both again"
[[exchange]]
name = "first-poll"
path = "/poll"
nth = 1
text = "wait"
[[exchange]]
name = "third-poll"
path = "/poll"
nth = 3
text = "nearly"
[[exchange]]
name = "poll"
path = "/poll"
text = "done"
`

func TestAfterAndNth(t *testing.T) {
	c, _ := cassette(t, story)
	for range 2 { // each handler begins anew
		_, client := serve(t, c.Handler(), Options{})
		for i, step := range [][2]string{
			{"GET a.com/list", "200 both"}, {"POST a.com/restore", "none"}, {"POST a.com/remove", "200 ok"}, {"GET a.com/list", "200 one"}, {"GET a.com/list", "200 one"},
			{"POST a.com/restore", "200 "}, {"GET a.com/list", "200 both again"}, {"POST a.com/remove", "200 ok"}, {"GET a.com/list", "200 one"},
			{"GET a.com/poll", "200 wait"}, {"GET a.com/poll", "200 done"}, {"GET a.com/poll", "200 nearly"}, {"GET a.com/poll", "200 done"},
		} {
			if got := ask(t, client, step[0]); got != step[1] {
				t.Errorf("step %d, %s: %q, want %q", i, step[0], got, step[1])
			}
		}
	}
}

func TestAHandlerCanBeAskedByManyAtOnce(t *testing.T) {
	c, _ := cassette(t, story)
	_, client := serve(t, c.Handler(), Options{})
	var wg sync.WaitGroup
	var mu sync.Mutex
	got := map[string]int{}
	for range 20 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a := ask(t, client, "GET a.com/poll")
			mu.Lock()
			defer mu.Unlock()
			got[a]++
		}()
	}
	wg.Wait()
	if got["200 wait"] != 1 || got["200 nearly"] != 1 || got["200 done"] != 18 {
		t.Errorf("answers %v", got)
	}
}

func TestManifestsThatAreRefused(t *testing.T) {
	const x = "[[exchange]]\nname = \"a\"\npath = \"/\"\n"
	cases := []struct{ manifest, want string }{
		{"", "manifest.toml: schema must be 1"},
		{strings.Replace(head, "schema = 1", "schema = 2", 1) + x, "manifest.toml:1: schema must be 1"},
		{strings.Replace(head, "reconstruction", "real", 1) + x, `manifest.toml:2: kind must be "reconstruction" or "recording"`},
		{strings.Replace(head, "2026-01-31", "31.1.2026", 1) + x, "manifest.toml:4: date must be a date"},
		{strings.Replace(head, `["amazon.com"]`, `["https://amazon.com"]`, 1) + x, "manifest.toml:6: hosts holds"},
		{head, "manifest.toml: exchange is missing"},
		{head + x + "statsu = 3\n", "manifest.toml:10: exchange.statsu is not a key of a cassette"},
		{head + x + "status = \"x\"\n", "manifest.toml:10: "},
		{head + x + "status = \n", "manifest.toml:10: "},
		{head + x + "status = 101\n", "manifest.toml:10: exchange 1: status must be 200 to 598"},
		{head + x + "status = 599\n", "status must be"},
		{head + x + x, `manifest.toml:11: exchange 2: name "a" is also the name of the exchange in line 7`},
		{head + "[[exchange]]\nname = \"A b\"\npath = \"/\"\n", "manifest.toml:8: exchange 1: name must be"},
		{head + "[[exchange]]\nname = \"a\"\n", "manifest.toml:7: exchange 1: path must begin with /"},
		{head + "[[exchange]]\nname = \"a\"\npath = \"/x?y=1\"\n", "put what follows it into query"},
		{head + "[[exchange]]\nname = \"a\"\npath = \"/[x\"\n", "path is not a valid pattern"},
		{head + x + "method = \"get\"\n", "method must be"},
		{head + x + "host = \"https://x\"\n", "manifest.toml:10: exchange 1: host must be"},
		{head + x + "nth = -1\n", "nth must be"},
		{head + x + "file = \"none.html\"\n", "manifest.toml:10: exchange 1: file names none.html, which cannot be read: file does not exist"},
		{head + x + "file = \"../secret\"\n", "manifest.toml:10: exchange 1: file \"../secret\" is not a valid name"},
		{head + x + "file = \"/etc/passwd\"\n", "is not a valid name"},
		{head + x + "file = \"sub/x.html\"\n", "is not a valid name"},
		{head + x + "file = \"_x.html\"\n", "is not a valid name"},
		{head + x + "file = \"con.html\"\n", "is not a valid name"},
		{head + x + "file = \"manifest.toml\"\n", "the manifest itself"},
		{head + x + "file = \"dir\"\n", "not a regular file"},
		{head + x + "file = \"x.html\"\ntext = \"y\"\n", "and text cannot both"},
		{head + x + "after = \"b\"\n", `manifest.toml:10: exchange 1: after names "b", and no exchange is called that`},
		{head + x + "after = \"a\"\n", `after leads back to "a"`},
		{head + "[[exchange]]\nname = \"b\"\npath = \"/\"\nafter = \"c\"\n[[exchange]]\nname = \"c\"\npath = \"/\"\nafter = \"b\"\n", "leads back"},
		{head + x + "headers = { X = 3 }\n", "manifest.toml:10: exchange 1: headers X must be"},
		{head + x + "headers = { X = \"a\\nb\" }\n", "not a header that can be sent"},
		{head + x + "[exchange.headers]\n\"a b\" = \"x\"\n", "manifest.toml:10: exchange 1: headers"},
		{head + x + "body = [\"\"]\n", "empty piece"},
		{head + x + "[[ignore]]\n", "manifest.toml:10: ignore 1 names nothing"},
		{head + "[[exchange]]\nname = \"a\"\npath = \"/\"\ntext = '''\n[[exchange]]\n'''\n" + strings.Replace(x, "/", "x", 1), "manifest.toml:14: exchange 2: name"},
	}
	for _, tc := range cases {
		fsys := fstest.MapFS{ManifestName: {Data: []byte(tc.manifest)}, "x.html": {}, "dir/y": {}}
		_, err := OpenCassette(fsys)
		if err == nil {
			t.Errorf("accepted:\n%s\nwant %s", tc.manifest, tc.want)
			continue
		}
		if !strings.Contains(err.Error(), tc.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("got  %s\nwant %s", err, tc.want)
		}
	}
	if _, err := OpenCassette(fstest.MapFS{}); err == nil || !strings.Contains(err.Error(), "no manifest.toml") {
		t.Errorf("empty directory: %v", err)
	}
}

func TestLint(t *testing.T) {
	c, fsys := cassette(t, story+`
[[exchange]]
name = "poll-again"
path = "/poll"
[[exchange]]
name = "never"
path = "/never"
after = "poll-again"
file = "used.html"
[[exchange]]
name = "elsewhere"
path = "/x"
host = "example.org"
`, "used.html", "unused.html")
	got, err := c.Lint(fsys)
	want := []string{"unused.html: no exchange names it", "exchange poll-again: never answers, poll before it has the same conditions",
		"exchange elsewhere: host example.org is not below hosts", "exchange never: never answers, because poll-again never does"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	c, fsys = cassette(t, story)
	if got, err := c.Lint(fsys); len(got) != 0 || err != nil {
		t.Errorf("a good one: %q, %v", got, err)
	}
}

func TestWriteAndOpenAgain(t *testing.T) {
	c := Cassette{Schema: 1, Kind: Recording, About: `with "quotes", 'others' and \`, Date: "2026-02-28", Marketplace: "amazon.co.jp", Hosts: []string{"amazon.co.jp"},
		Ignore: []Ignore{{Method: "POST", Path: "/metrics/**"}, {Host: "fls-na.amazon.com"}},
		Exchanges: []Exchange{
			{Name: "a", Path: "/", Text: "line\nnext\ttab \x01 é😀 'x' \"y\""},
			{Name: "b", Method: "POST", Host: "*.amazon.co.jp", Path: "/a/**", Query: map[string]string{"ref=": "x y", "": "1"}, Form: map[string]string{"a": `'"\`},
				Body: []string{`{"x":"\n"}`, "y"}, After: "a", Nth: 2, Status: 302, Headers: map[string]any{"Location": "https://x/?a=\"b\"", "Set-Cookie": []any{"a", "b"}}, File: "b.json"},
		},
		Files: map[string][]byte{"b.json": {0, 255, '\n'}},
	}
	dir := filepath.Join(t.TempDir(), "new", "cassette")
	if err := Write(dir, c); err != nil {
		t.Fatal(err)
	}
	got, err := OpenCassette(os.DirFS(dir))
	if err != nil {
		text, _ := os.ReadFile(filepath.Join(dir, ManifestName))
		t.Fatalf("%v\n%s", err, text)
	}
	if diff := cmp.Diff(&c, got); diff != "" {
		t.Error(diff)
	}
	if err := Write(dir, c); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("written over another one: %v", err)
	}
	c.Exchanges[0].After = "nobody"
	bad := filepath.Join(t.TempDir(), "bad")
	if err := Write(bad, c); err == nil {
		t.Error("a cassette that cannot be opened was written")
	}
	if _, err := os.Stat(bad); err == nil {
		t.Error("something was written all the same")
	}
}

func TestARecordingPlaysWhatHappened(t *testing.T) {
	page := strings.Repeat("<p>row</p>", 30)
	devices, polls := 2, 0
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			http.SetCookie(w, &http.Cookie{Name: "s", Value: "1"})
			fmt.Fprint(w, page, r.FormValue("tab"))
		case "/hz/list.json":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"devices":%d,"x":"%s"}`, devices, page)
		case "/copy":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, page)
		case "/remove":
			if r.FormValue("id") == "A" {
				devices--
			}
			fmt.Fprint(w, "removed "+r.FormValue("id"))
		case "/poll":
			polls++
			fmt.Fprint(w, polls >= 3)
		case "/moved":
			http.Redirect(w, r, "https://www.amazon.com/?tab=x", http.StatusFound)
		default:
			Decline(w)
		}
	})
	requests := []string{"GET www.amazon.com/?session=123", "GET www.amazon.com/?tab=devices", "GET www.amazon.com/copy", "GET www.amazon.com/hz/list.json", "GET www.amazon.com/poll", "GET www.amazon.com/poll",
		"GET www.amazon.com/poll", "GET www.amazon.com/poll", "GET www.amazon.com/none", "POST www.amazon.com/remove token=secret&id=A", "GET www.amazon.com/hz/list.json", "GET www.amazon.com/hz/list.json", "GET www.amazon.com/moved",
		"GET www.amazon.com/?session=456", "POST www.amazon.com/remove token=secret&id=B", "GET www.amazon.com/hz/list.json"}
	rec := NewRecorder(site, Matters{Query: []string{"tab"}, Form: []string{"id"}})
	_, client := serve(t, rec, Options{})
	var want []string
	for _, r := range requests {
		want = append(want, ask(t, client, r))
	}
	c := rec.Cassette(Cassette{Kind: Reconstruction, About: "a test", Date: "2026-01-31", Marketplace: "amazon.com", Hosts: []string{"amazon.com"}})
	dir := filepath.Join(t.TempDir(), "c")
	if err := Write(dir, c); err != nil {
		t.Fatal(err)
	}
	again, err := OpenCassette(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	_, client = serve(t, again.Handler(), Options{})
	for i, r := range requests {
		// A redirect's body is that of net/http, with a link in it.
		if got := ask(t, client, r); got != want[i] {
			t.Errorf("request %d, %s: %.80q, recorded %.80q", i, r, got, want[i])
		}
	}
	text, _ := os.ReadFile(filepath.Join(dir, ManifestName))
	if strings.Contains(string(text), "secret") || strings.Contains(string(text), "session") {
		t.Errorf("parameters that do not matter are in the manifest:\n%s", text)
	}
	if odd, err := again.Lint(os.DirFS(dir)); len(odd) > 0 || err != nil {
		t.Errorf("%q, %v\n%s", odd, err, text)
	}
	// Two pages, two lists, the redirect; the copy shares the first page's.
	if len(c.Files) != 5 || c.Files["home.html"] == nil || c.Files["hz-list.json"] == nil || c.Files["hz-list-2.json"] == nil {
		var names []string
		for n := range c.Files {
			names = append(names, n)
		}
		t.Errorf("files %q\n%s", names, text)
	}
	if n := len(c.Exchanges); n != 11 {
		t.Errorf("%d exchanges\n%s", n, text)
	}
}

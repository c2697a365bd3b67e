package browser_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto"
	jsonv2 "github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
	"golang.org/x/net/websocket"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// connect connects to a browser elsewhere and leaves it when the test ends.
func connect(t *testing.T, address string, o browser.Options) *browser.Browser {
	t.Helper()
	var err error
	if o.Remote, err = browser.ParseAddress(address); err != nil {
		t.Fatal(err)
	}
	b, err := browser.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// counted is a server that counts connections: what is not to be reached must not even
// be connected to.
type counted struct {
	net.Listener
	n atomic.Int64
}

func (c *counted) Accept() (net.Conn, error) {
	conn, err := c.Listener.Accept()
	if err == nil {
		c.n.Add(1)
	}
	return conn, err
}

func newCounted(t *testing.T, h http.Handler) (c *counted, port string) {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c = &counted{Listener: ln}
	srv := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	go srv.Serve(c)
	t.Cleanup(func() { srv.Close() })
	_, port, _ = net.SplitHostPort(ln.Addr().String())
	return c, port
}

// everyWay asks for a host in all the ways a page has, and ends when each is decided.
const everyWay = `(async at => {
	const done = [];
	const element = (name, attributes) => done.push(new Promise(end => {
		const e = Object.assign(document.createElement(name), attributes, {onload: () => end(name), onerror: () => end(name)});
		document.head.append(e);
	}));
	const ends = p => done.push(p.then(() => 1, () => 1));
	element("img", {src: "http://" + at + "/img"});
	element("script", {src: "http://" + at + "/script"});
	element("link", {rel: "stylesheet", href: "http://" + at + "/style"});
	element("iframe", {src: "http://" + at + "/frame"});
	ends(fetch("http://" + at + "/fetch", {mode: "no-cors"}));
	ends(fetch("https://" + at + "/fetch", {mode: "no-cors"}));
	done.push(new Promise(end => { const w = new WebSocket("ws://" + at + "/socket"); w.onerror = w.onopen = end; }));
	done.push(new Promise(end => { const s = new EventSource("http://" + at + "/events"); s.onerror = s.onopen = () => { s.close(); end(); }; }));
	done.push(new Promise(end => {
		const w = new Worker(URL.createObjectURL(new Blob(["fetch('http://" + at + "/worker', {mode: 'no-cors'}).then(() => postMessage(1), () => postMessage(1))"])));
		w.onmessage = w.onerror = end;
	}));
	await Promise.all(done);
	return done.length;
})`

func TestARemoteBrowserReachesOnlyTheAllowedHosts(t *testing.T) {
	elsewhere := browsertest.SharedElsewhere(t)
	page := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Type", "text/html") })
	_, allowed := newCounted(t, page)
	try := func(hosts []string, at string) {
		t.Helper()
		b := connect(t, elsewhere.WS, browser.Options{Hosts: hosts, LoadImages: true})
		defer b.Close()
		if got := goTo(t, b.Context(), "http://localhost:"+allowed); got != "" {
			t.Fatalf("the host on the list: %s", got)
		}
		ctx, cancel := context.WithTimeout(b.Context(), 20*time.Second)
		defer cancel()
		n, err := chromedp.Run(ctx, chromedp.Evaluate[int](everyWay+"("+fmt.Sprintf("%q", at)+")", chromedp.EvalAwaitPromise))
		if err != nil || n != 9 {
			t.Errorf("%s: %d ways, %v", at, n, err)
		}
		_ = goTo(t, b.Context(), "http://"+at+"/navigation")
	}
	for _, host := range []string{"127.0.0.1", "sub.localhost"} {
		outside, port := newCounted(t, page)
		try([]string{"localhost"}, host+":"+port)
		if n := outside.n.Load(); n != 0 {
			t.Errorf("%s is not on the list and was connected to %d times", host, n)
		}
	}
	// The same on the list: without this the zeros above would show nothing.
	inside, port := newCounted(t, page)
	try([]string{"localhost", "127.0.0.1"}, "127.0.0.1:"+port)
	if inside.n.Load() == 0 {
		t.Error("a host on the list was not connected to")
	}
	elsewhere.Emptied(t)
}

func TestARemoteBrowserIsLeftAsItWas(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, `<title>`, r.Header.Get("Cookie"), `</title>`)
	}))
	defer srv.Close()
	elsewhere := browsertest.SharedElsewhere(t)
	if got := goTo(t, elsewhere.Tab(), srv.URL); got != "" {
		t.Fatal(got)
	}
	if err := chromedp.Do(elsewhere.Tab(), chromedp.Evaluate[chromedp.Void](`document.cookie = "owner=1"`)); err != nil {
		t.Fatal(err)
	}
	// However its address is written.
	for _, address := range []string{elsewhere.WS, "ws://" + elsewhere.Where, "ws://" + elsewhere.Where + "/", strings.Replace("WS://"+elsewhere.Where, "127.0.0.1", "localhost", 1)} {
		b := connect(t, address, browser.Options{Hosts: []string{"127.0.0.1"}})
		if got := goTo(t, b.Context(), srv.URL); got != "" {
			t.Fatal(got)
		}
		if seen, err := chromedp.Run(b.Context(), chromedp.Evaluate[string](`document.title + document.cookie`)); err != nil || seen != "" {
			t.Errorf("%s: the run sees its owner's cookies: %q, %v", address, seen, err)
		}
		if err := chromedp.Do(b.Context(), chromedp.Evaluate[chromedp.Void](`document.cookie = "ours=1"`)); err != nil {
			t.Fatal(err)
		}
		if err := b.SetCookies(context.Background(), []browser.Cookie{{Name: "saved", Value: "1", Domain: "127.0.0.1", Path: "/"}}); err != nil {
			t.Fatal(err)
		}
		cookies, err := b.Cookies(context.Background())
		if err != nil || len(cookies) != 2 || cookies[0].Name == "owner" || cookies[1].Name == "owner" {
			t.Errorf("cookies of the run: %v, %v", cookies, err)
		}
		tab, cancel, err := b.NewTab()
		if err != nil {
			t.Fatal(err)
		}
		for name, ctx := range map[string]context.Context{"first": b.Context(), "second": tab} {
			got, err := chromedp.Run(ctx, chromedp.Evaluate[[]int](`[innerWidth, outerHeight]`))
			if err != nil || len(got) != 2 || got[0] != browser.WindowWidth || got[1] != browser.WindowHeight {
				t.Errorf("%s tab: %v, %v, want %dx%d", name, got, err, browser.WindowWidth, browser.WindowHeight)
			}
		}
		// A second tab is held to the list as well.
		if got := goTo(t, tab, strings.Replace(srv.URL, "127.0.0.1", "localhost", 1)); got != "net::ERR_PROXY_CONNECTION_FAILED" {
			t.Errorf("the second tab went outside the list: %q", got)
		}
		cancel()
		if contexts, _ := elsewhere.Holds(t); len(contexts) != 1 {
			t.Fatalf("contexts of the run: %q; the test could not see one left", contexts)
		}
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		closed(t, "Died after Close", b.Died())
		if err := b.Cause(); err != nil {
			t.Errorf("Cause after Close is %v: that is no death", err)
		}
		elsewhere.Emptied(t)
	}
	got, err := chromedp.Run(elsewhere.Tab(), chromedp.Evaluate[string](`document.cookie`))
	if err != nil || got != "owner=1" {
		t.Errorf("its owner's tab: %q, %v", got, err)
	}
}

func TestPicturesInARemoteBrowser(t *testing.T) {
	elsewhere := browsertest.SharedElsewhere(t)
	for _, load := range []bool{false, true} {
		v := new(visits)
		srv := httptest.NewServer(v)
		b := connect(t, elsewhere.WS, browser.Options{Hosts: []string{"127.0.0.1"}, LoadImages: load})
		if got := goTo(t, b.Context(), srv.URL); got != "" {
			t.Fatal(got)
		}
		if v.seen("/a.png") != load {
			t.Errorf("LoadImages %v, fetched: %v", load, !load)
		}
		b.Close()
		srv.Close()
	}
}

func TestReplayInARemoteBrowser(t *testing.T) {
	elsewhere := browsertest.SharedElsewhere(t)
	v := new(visits)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v.ServeHTTP(w, r)
		fmt.Fprint(w, `<iframe src="https://frame.example/"></iframe>`)
	}))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.StartTLS()
	defer srv.Close()
	b := connect(t, elsewhere.WS, browser.Options{MapTo: strings.TrimPrefix(srv.URL, "https://")})
	for _, host := range []string{"www.amazon.com", "no-such-host.example", "192.0.2.7", "127.0.0.1:4443"} {
		if got := goTo(t, b.Context(), "https://"+host+"/page"); got != "" || !v.seen(host+"/page") {
			t.Errorf("%s: %s; the server saw %v", host, got, v.paths)
		}
	}
	if !v.seen("frame.example/") {
		t.Errorf("a frame of another site is not replayed: %v", v.paths)
	}
	if got := goTo(t, b.Context(), "https://accounts.google.com/x"); got == "" || v.seen("google") {
		t.Errorf("a host of the browser's maker is replayed: %q", got)
	}
	// The owner's tabs go on as they were, certificates included.
	if got := goTo(t, elsewhere.Tab(), srv.URL); got != "net::ERR_CERT_AUTHORITY_INVALID" {
		t.Errorf("the owner's tab: %q, want that the certificate is refused", got)
	}
}

func TestARemoteBrowserThatDies(t *testing.T) {
	elsewhere := browsertest.StartElsewhere(t)
	b := connect(t, elsewhere.WS, browser.Options{})
	elsewhere.Kill()
	closed(t, "Died after the remote browser's death", b.Died())
	if err := b.Cause(); !errors.Is(err, browser.ErrDied) || !strings.Contains(err.Error(), elsewhere.Where) || strings.Contains(err.Error(), "devtools") {
		t.Errorf("Cause: %v, want ErrDied with host and port and no path", err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

// protocol plays a browser that answers to some commands.
func protocol(answers map[string]string) http.Handler {
	return websocket.Server{Handler: func(ws *websocket.Conn) {
		for {
			var ask struct {
				ID     int64  `json:"id"`
				Method string `json:"method"`
			}
			if websocket.JSON.Receive(ws, &ask) != nil {
				return
			}
			answer, ok := answers[ask.Method]
			if !ok {
				answer = `"error":{"code":-32601,"message":"'` + ask.Method + `' wasn't found"}`
			}
			if answer != "" && websocket.Message.Send(ws, fmt.Sprintf(`{"id":%d,%s}`, ask.ID, answer)) != nil {
				return
			}
		}
	}}
}

func version(product, agent string) string {
	return fmt.Sprintf(`"result":{"protocolVersion":"1.3","product":%q,"userAgent":%q}`, product, agent)
}

// Whatever is at the other end: one line that says what and where, and no piece of the
// address that may be secret.
func TestWhatIsNoUsableRemoteBrowser(t *testing.T) {
	const token = "tok-0123456789abcdef"
	gone := make(chan struct{})
	t.Cleanup(func() { close(gone) })
	status := func(code int) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(code)
			fmt.Fprint(w, r.URL, r.Header) // services quote what they were asked
		})
	}
	modern := "Mozilla/5.0 (X11) HeadlessChrome/148.0.0.0"
	for _, c := range []struct {
		name   string
		h      http.Handler
		path   string
		words  string
		headed bool
	}{
		{name: "nothing", words: "nothing listens at that port"},
		{name: "a token that is refused", h: status(403), words: "refuses the connection (HTTP 403)"},
		{name: "a token that is refused at a path", h: status(401), path: "/chromium", words: "refuses the connection (HTTP 401)"},
		{name: "busy", h: status(429), path: "/chromium", words: "is busy"},
		{name: "another browser by now", h: status(404), path: "/devtools/browser/0f0f0f0f-0f0f", words: "knows no such browser"},
		{name: "a web site", h: status(200), words: "not as a browser does"},
		{name: "a redirect", h: http.RedirectHandler("https://elsewhere.invalid/", http.StatusFound), path: "/x", words: "not as a browser does"},
		{name: "silence", h: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gone }), words: "takes the connection and does not answer"},
		{name: "silence at a path", h: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gone }), path: "/x", words: "does not answer"},
		{name: "silence after the handshake", h: protocol(map[string]string{"Browser.getVersion": ""}), path: "/x", words: "did not open a tab within"},
		{name: "a closed door", h: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }), words: "closes the connection"},
		{name: "Firefox's other protocol", h: protocol(map[string]string{"Browser.getVersion": `"type":"error","error":"unknown command","message":"x"`}), path: "/session", words: "not as Chromium does"},
		{name: "Firefox", h: protocol(map[string]string{"Browser.getVersion": version("Firefox/128.0", "Mozilla/5.0 Gecko/20100101 Firefox/128.0")}), path: "/x", words: "is Firefox 128.0, not Chromium"},
		{name: "too old", h: protocol(map[string]string{"Browser.getVersion": version("HeadlessChrome/60.0", modern)}), path: "/x", words: "(HeadlessChrome 60.0) is too old"},
		{name: "no window", h: protocol(map[string]string{"Browser.getVersion": version("Chrome/148.0", modern)}), path: "/x", headed: true, words: "has no window"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			where := "127.0.0.1:1"
			if c.h != nil {
				srv := httptest.NewUnstartedServer(c.h)
				srv.Config.ErrorLog = log.New(io.Discard, "", 0)
				srv.Start()
				t.Cleanup(func() { srv.Listener.Close(); srv.CloseClientConnections() })
				where = strings.TrimPrefix(srv.URL, "http://")
			}
			a, err := browser.ParseAddress("ws://" + token + "@" + where + c.path + "?token=" + token)
			if err != nil {
				t.Fatal(err)
			}
			limit := 20 * time.Second
			if strings.HasPrefix(c.name, "silence") {
				limit = 300 * time.Millisecond
			}
			b, err := browser.Start(context.Background(), browser.Options{Remote: a, StartTimeout: limit, Headed: c.headed})
			if err == nil {
				b.Close()
				t.Fatal("it was taken for a browser")
			}
			var re *browser.RemoteError
			if !errors.As(err, &re) || !strings.Contains(err.Error(), c.words) || !strings.HasPrefix(err.Error(), "the browser at "+where+" ") || re.Hint == "" {
				t.Errorf("%v (hint %q), want words %q", err, re.Hint, c.words)
			}
			for e := err; e != nil; e = errors.Unwrap(e) {
				if s := fmt.Sprintf("%v %+v %#v", e, e, e); strings.Contains(s, token) || strings.Contains(s, "\n") {
					t.Errorf("the error shows the token, or has several lines: %s", s)
				}
			}
		})
	}
}

// A gateway knows the browsers behind it by the names they are called by.
func TestARemoteBrowserBehindAGateway(t *testing.T) {
	asked := make(chan string, 8)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Host
		w.WriteHeader(http.StatusNotFound)
	}))
	defer front.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(front.URL, "http://"), ":")
	names(t, map[string][]string{"grid.test": {"127.0.0.1"}})
	for _, path := range []string{"/devtools/browser/0f0f", "/session/0f0f?token=x"} {
		a, err := browser.ParseAddress("ws://grid.test:" + port + path)
		if err == nil {
			err = a.Resolve(context.Background())
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := browser.Ask(context.Background(), a, false); err == nil || !strings.Contains(err.Error(), "HTTP 404") {
			t.Errorf("%s: %v", path, err)
		}
		for len(asked) > 0 {
			if host := <-asked; host != "grid.test:"+port {
				t.Errorf("%s was asked of %q", path, host)
			}
		}
	}
}

// A browser that passes over what it does not know would not keep to the list, and
// would say nothing.
func TestARemoteBrowserThatDoesNotKeepToTheListIsNotUsed(t *testing.T) {
	elsewhere := browsertest.SharedElsewhere(t)
	front := httptest.NewServer(websocket.Server{Handler: func(down *websocket.Conn) {
		up, err := remote.DialContext(context.Background(), elsewhere.WS)
		if err != nil {
			t.Error(err)
			return
		}
		defer up.Close()
		go func() {
			for {
				m := new(cdproto.Message)
				if up.Read(context.Background(), m) != nil {
					return
				}
				text, err := jsonv2.Marshal(m, chromedp.DefaultMarshalOptions)
				if m.ID != 0 && m.Error == nil && len(m.Result) <= len("{}") { // which is left out
					text = fmt.Appendf(nil, `{"id":%d,"sessionId":%q,"result":{}}`, m.ID, m.SessionID)
				}
				if err != nil || websocket.Message.Send(down, string(text)) != nil {
					return
				}
			}
		}()
		for {
			var text string
			m := new(cdproto.Message)
			if websocket.Message.Receive(down, &text) != nil {
				return
			}
			text = strings.NewReplacer(`"proxyServer"`, `"unknown1"`, `"proxyBypassList"`, `"unknown2"`).Replace(text)
			if jsonv2.Unmarshal([]byte(text), m, chromedp.DefaultUnmarshalOptions) != nil || up.Write(context.Background(), m) != nil {
				return
			}
		}
	}})
	defer front.Close()
	a, err := browser.ParseAddress("ws" + strings.TrimPrefix(front.URL, "http") + "/x")
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range []browser.Options{{Remote: a, Hosts: []string{"amazon.invalid"}}, {Remote: a, MapTo: "127.0.0.1:443"}} {
		b, err := browser.Start(context.Background(), o)
		if err == nil {
			b.Close()
			t.Fatal("it is used all the same")
		}
		if want := map[bool]string{true: "does not keep the run to the hosts", false: "cannot reach this machine's 127.0.0.1"}[o.MapTo == ""]; !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	elsewhere.Emptied(t)
}

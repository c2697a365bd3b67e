package replay

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// visitor is an http.Client that resolves every name to the server and accepts
// its key only, as the browser does.
func visitor(t testing.TB, s *Server) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	tr := &http.Transport{
		ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, s.Addr())
		},
		TLSClientConfig: &tls.Config{
			InsecureSkipVerify: true, // the pin below is the check
			VerifyConnection: func(cs tls.ConnectionState) error {
				leaf := cs.PeerCertificates[0]
				der, err := x509.MarshalPKIXPublicKey(leaf.PublicKey)
				if err != nil {
					return err
				}
				sum := sha256.Sum256(der)
				if got := base64.StdEncoding.EncodeToString(sum[:]); got != s.SPKI() {
					return fmt.Errorf("key %s is not the server's %s", got, s.SPKI())
				}
				return leaf.VerifyHostname(cs.ServerName)
			},
		},
	}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Jar: jar, Timeout: 20 * time.Second}
}

func serve(t testing.TB, h http.Handler, o Options) (*Server, *http.Client) {
	t.Helper()
	s, err := Serve(h, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, visitor(t, s)
}

// get asks for url as a browser would for a request of that destination and mode.
func get(t testing.TB, c *http.Client, url, dest, mode string) (status int, body string, h http.Header) {
	t.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if dest != "" {
		req.Header.Set("Sec-Fetch-Dest", dest)
	}
	if mode != "" {
		req.Header.Set("Sec-Fetch-Mode", mode)
	}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(b), res.Header
}

func announced(s *Server) []string {
	var all []string
	for {
		select {
		case m, ok := <-s.Unanswered():
			if !ok {
				return all
			}
			all = append(all, m.String())
		default:
			return all
		}
	}
}

func TestAnswersEveryHostOverHTTP2WithItsOwnKeyAndSecureCookies(t *testing.T) {
	s, c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ck, err := r.Cookie("session-id"); err == nil {
			fmt.Fprintf(w, "%s again %s", r.Host, ck.Value)
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "session-id", Value: "1-2", Domain: "amazon.com", Secure: true, HttpOnly: true, Path: "/"})
		w.Header().Set("Connection", "keep-alive")
		w.Header().Set("Alt-Svc", `h3=":443"`)
		fmt.Fprintf(w, "%s first %s", r.Host, r.Proto)
	}), Options{})
	_, body, h := get(t, c, "https://www.amazon.com/", "document", "navigate")
	if body != "www.amazon.com first HTTP/2.0" {
		t.Errorf("first answer %q", body)
	}
	if h.Get("Connection") != "" || h.Get("Alt-Svc") != "" {
		t.Errorf("connection headers reached the browser: %v", h)
	}
	if _, body, _ = get(t, c, "https://alexa.amazon.com/", "document", "navigate"); body != "alexa.amazon.com again 1-2" {
		t.Errorf("the cookie of .amazon.com did not come back: %q", body)
	}
	if s.Requests() != 2 {
		t.Errorf("%d requests counted, want 2", s.Requests())
	}
	other, _ := serve(t, http.NotFoundHandler(), Options{})
	if other.SPKI() == s.SPKI() {
		t.Error("two runs share a key")
	}
}

func TestDeclinedRequests(t *testing.T) {
	cases := []struct {
		name, url, dest, mode string
		lenient               bool
		status                int
		announce              bool
		count                 bool
	}{
		{name: "page of the site", url: "https://www.amazon.com/x", dest: "document", status: 404, announce: true, count: true},
		{name: "page of another host", url: "https://elsewhere.example/x", dest: "document", status: 404, announce: true, count: true},
		{name: "fetch to the site", url: "https://www.amazon.com/api", dest: "empty", mode: "cors", status: 404, announce: true, count: true},
		{name: "fetch to the bare host", url: "https://amazon.com/api", dest: "empty", mode: "same-origin", status: 404, announce: true, count: true},
		{name: "fetch to a host that only ends alike", url: "https://notamazon.com/api", dest: "empty", status: 204, count: true},
		{name: "fetch that a rule ignores", url: "https://www.amazon.com/metrics/a/b", dest: "empty", status: 204, count: true},
		{name: "beacon", url: "https://www.amazon.com/b", dest: "empty", mode: "no-cors", status: 204, count: true},
		{name: "picture", url: "https://m.media-amazon.com/i.png", dest: "image", status: 204, count: true},
		{name: "frame", url: "https://www.amazon.com/frame", dest: "iframe", status: 204, count: true},
		{name: "favicon", url: "https://www.amazon.com/favicon.ico", dest: "image", status: 204},
		{name: "page, one saved page only", url: "https://www.amazon.com/x", dest: "document", lenient: true, status: 204, count: true},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			s, c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Set-Cookie", "left=over")
				Decline(w)
				io.WriteString(w, "body of a declined answer")
			}), Options{Hosts: []string{"amazon.com"}, Ignore: []Ignore{{Host: "amazon.com", Path: "/metrics/**"}}, Lenient: tc.lenient})
			for range 2 {
				status, body, h := get(t, c, tc.url, tc.dest, tc.mode)
				if status != tc.status {
					t.Errorf("status %d, want %d", status, tc.status)
				}
				if h.Get("Set-Cookie") != "" || h.Get(DeclinedHeader) != "" || strings.Contains(body, "declined") {
					t.Errorf("the declined answer shines through: %v %q", h, body)
				}
			}
			got := announced(s)
			if tc.announce != (len(got) == 1) || len(got) > 1 {
				t.Errorf("announced %q, want once: %v", got, tc.announce)
			}
			if n := len(s.Misses()); tc.count != (n == 1) {
				t.Errorf("misses %v", s.Misses())
			} else if n == 1 && s.Misses()[0].Count != 2 {
				t.Errorf("asked twice, counted %d", s.Misses()[0].Count)
			}
		})
	}
}

func TestThe599WithoutTheHeaderIsAnOrdinaryAnswer(t *testing.T) {
	s, c := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(599) }), Options{})
	if status, _, _ := get(t, c, "https://www.amazon.com/", "document", ""); status != 599 || len(s.Misses()) != 0 {
		t.Errorf("status %d, misses %v", status, s.Misses())
	}
}

func TestAPanicInTheHandlerIsAnnounced(t *testing.T) {
	s, c := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("broken page") }), Options{})
	if _, err := c.Get("https://www.amazon.com/p"); err == nil {
		t.Error("a panicking handler answered")
	}
	if got := announced(s); len(got) != 1 || !strings.Contains(got[0], "broken page") || !strings.Contains(got[0], "www.amazon.com/p") {
		t.Errorf("announced %q", got)
	}
}

func TestWebsocketsAreCountedNotServed(t *testing.T) {
	s, _ := serve(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler saw it") }), Options{Hosts: []string{"amazon.com"}})
	conn, err := tls.Dial("tcp", s.Addr(), &tls.Config{InsecureSkipVerify: true, ServerName: "www.amazon.com", NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	io.WriteString(conn, "GET /ws HTTP/1.1\r\nHost: www.amazon.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	b := make([]byte, 12)
	if _, err := io.ReadFull(conn, b); err != nil || string(b) != "HTTP/1.1 204" {
		t.Errorf("answer %q, %v", b, err)
	}
	if len(s.Misses()) != 1 || s.Misses()[0].Fatal {
		t.Errorf("misses %v", s.Misses())
	}
}

func TestCloseEndsEverythingAtOnce(t *testing.T) {
	before := runtime.NumGoroutine()
	entered := make(chan struct{}, 40)
	s, err := Serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		entered <- struct{}{}
		<-r.Context().Done()
	}), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 40 {
		c := visitor(t, s)
		wg.Add(1)
		go func() {
			defer wg.Done()
			if res, err := c.Get(fmt.Sprintf("https://h%d.amazon.com/", i)); err == nil {
				res.Body.Close()
				t.Error("a hanging request was answered")
			}
		}()
	}
	for range 40 {
		<-entered
	}
	start := time.Now()
	s.Close()
	s.Close()
	if d := time.Since(start); d > time.Second {
		t.Errorf("Close took %v", d)
	}
	wg.Wait()
	if _, ok := <-s.Unanswered(); ok {
		t.Error("Unanswered is not closed")
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before+2 {
		if time.Now().After(deadline) {
			buf := make([]byte, 1<<16)
			t.Fatalf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), buf[:runtime.Stack(buf, true)])
		}
		runtime.Gosched()
	}
}

func TestForwardKeepsHostAndSaysHTTPS(t *testing.T) {
	up := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/none" {
			Decline(w)
			return
		}
		fmt.Fprintf(w, "%s|%s|%s|%s", r.Host, r.Header.Get("X-Forwarded-Proto"), r.URL.RequestURI(), r.Header.Get("X-Forwarded-For"))
	}))
	defer up.Close()
	for _, base := range []string{up.URL, up.URL + "/", strings.Replace(up.URL, "127.0.0.1", "localhost", 1)} {
		h, err := Forward(base)
		if err != nil {
			t.Fatal(err)
		}
		s, c := serve(t, h, Options{Hosts: []string{"amazon.com"}})
		_, body, _ := get(t, c, "https://www.amazon.com/a%2Fb?x=1;y=%zz", "document", "")
		if body != "www.amazon.com|https|/a%2Fb?x=1;y=%zz|" {
			t.Errorf("%s: upstream saw %q", base, body)
		}
		if status, _, _ := get(t, c, "https://www.amazon.com/none", "document", ""); status != 404 || len(announced(s)) != 1 {
			t.Errorf("%s: a decline of the upstream: status %d, misses %v", base, status, s.Misses())
		}
	}
}

func TestForwardNamesAServerThatIsDown(t *testing.T) {
	up := httptest.NewServer(http.NotFoundHandler())
	base := up.URL
	up.Close()
	h, err := Forward(base)
	if err != nil {
		t.Fatal(err)
	}
	s, c := serve(t, h, Options{})
	if status, _, _ := get(t, c, "https://www.amazon.com/", "image", ""); status != 502 {
		t.Errorf("status %d", status)
	}
	got := announced(s)
	if len(got) != 1 || !strings.HasPrefix(got[0], base+" does not answer: ") || !strings.Contains(got[0], "www.amazon.com/") {
		t.Errorf("announced %q", got)
	}
}

func TestForwardForgivesABrowserThatGoesAway(t *testing.T) {
	entered := make(chan struct{})
	up := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(entered)
		<-r.Context().Done()
	}))
	defer up.Close()
	h, err := Forward(up.URL)
	if err != nil {
		t.Fatal(err)
	}
	s, c := serve(t, h, Options{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-entered; cancel() }()
	req, _ := http.NewRequestWithContext(ctx, "GET", "https://www.amazon.com/", nil)
	if _, err := c.Do(req); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	s.Close()
	if len(s.Misses()) != 0 {
		t.Errorf("misses %v", s.Misses())
	}
}

func TestForwardRefusesWhatIsNotThisMachine(t *testing.T) {
	for _, base := range []string{
		"http://192.168.1.4:80", "http://example.com:80", "https://127.0.0.1:443", "http://127.0.0.1",
		"http://127.0.0.1:0", "http://127.0.0.1:99999", "http://0.0.0.0:80", "http://[::]:80", "http://[fe80::1%25lo]:80",
		"http://user:hunter2@127.0.0.1:80", "http://127.0.0.1:80/path", "http://127.0.0.1:80?x=1", "127.0.0.1:80",
		"http://localhost.example.com:80", "http://127.0.0.1.example.com:80", "http://2130706433:80", "http://user:hunter2@%zz", "",
	} {
		_, err := Forward(base)
		if err == nil {
			t.Errorf("%q accepted", base)
			continue
		}
		if strings.Contains(err.Error(), "\n") || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "127.0.0.1:PORT") {
			t.Errorf("%q: %v", base, err)
		}
	}
	for _, base := range []string{"http://127.0.0.1:1", "http://[::1]:1", "http://localhost:65535", "http://LOCALHOST:80/"} {
		if _, err := Forward(base); err != nil {
			t.Errorf("%q refused: %v", base, err)
		}
	}
}

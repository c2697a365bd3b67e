package standin

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"
)

var files = os.DirFS("../../testdata/standin")

// visitor is a browser without scripts: real host names over TLS, a cookie jar.
type visitor struct {
	t    *testing.T
	site *Site
	http *http.Client
	base string
}

func visitor0(t *testing.T, scenario string) *visitor { return visitorAt(t, scenario, nil) }

func visitorAt(t *testing.T, scenario string, now func() time.Time) *visitor {
	t.Helper()
	site, err := New(Options{Files: files, Scenario: scenario, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewTLSServer(site)
	t.Cleanup(srv.Close)
	jar, _ := cookiejar.New(nil)
	tr := srv.Client().Transport.(*http.Transport).Clone()
	tr.TLSClientConfig.InsecureSkipVerify = true
	tr.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, srv.Listener.Addr().String())
	}
	return &visitor{t: t, site: site, http: &http.Client{Transport: tr, Jar: jar}, base: "https://www.amazon.com"}
}

// reply is what a visit ended on after redirects.
type reply struct {
	status int
	url    *url.URL
	body   string
	header http.Header
}

func (v *visitor) do(req *http.Request) reply {
	v.t.Helper()
	res, err := v.http.Do(req)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return reply{res.StatusCode, res.Request.URL, string(body), res.Header}
}

func (v *visitor) get(path string) reply {
	v.t.Helper()
	if strings.HasPrefix(path, "/") {
		path = v.base + path
	}
	req, err := http.NewRequest("GET", path, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	return v.do(req)
}

func (v *visitor) post(path string, form url.Values) reply {
	v.t.Helper()
	req, err := http.NewRequest("POST", v.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

var (
	hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?`)
	tokenOnPage = regexp.MustCompile(`var csrfToken = "([^"]+)"`)
)

// fill takes the hidden fields of the page's sign-in form and adds what is typed.
func fill(page reply, typed ...string) url.Values {
	form := url.Values{}
	for _, m := range hiddenField.FindAllStringSubmatch(page.body, -1) {
		form.Set(m[1], strings.NewReplacer("&#43;", "+", "&amp;", "&").Replace(m[2]))
	}
	for i := 0; i < len(typed); i += 2 {
		form.Set(typed[i], typed[i+1])
	}
	return form
}

// signIn goes to path and answers the e-mail and the password page.
func (v *visitor) signIn(path string) reply {
	v.t.Helper()
	page := v.get(path)
	page = v.post("/ap/signin", fill(page, "email", email))
	return v.post("/ap/signin", fill(page, "password", password, "rememberMe", "true"))
}

// ajax posts one of the calls behind the page, as a tool does.
func (v *visitor) ajax(token, param string) reply {
	v.t.Helper()
	return v.post("/hz/mycd/ajax", url.Values{"data": {`{"param":` + param + `}`}, "csrfToken": {token}})
}

func token(t *testing.T, page reply) string {
	t.Helper()
	m := tokenOnPage.FindStringSubmatch(page.body)
	if m == nil {
		t.Fatalf("no token on the page of %s (status %d)", page.url, page.status)
	}
	return m[1]
}

// postRaw sends a form body as it is.
func (v *visitor) postRaw(path, body string) reply {
	v.t.Helper()
	req, err := http.NewRequest("POST", v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

// deregisterKitchen deregisters the Kitchen Echo and wants it done.
func (v *visitor) deregisterKitchen(token string) {
	v.t.Helper()
	if r := v.deregister(token, "Kitchen Echo"); !strings.Contains(r.body, `"success":true`) {
		v.t.Fatalf("answered %s", r.body)
	}
}

package flows_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

// One document of a whole job is lost, once: not answered, answered and lost, cut in
// half or answered with 503. The job goes on, and no form is sent again by loading its
// answer again: that would send the same one-time code twice.

// A loss strikes the first request that it fits.
type loss struct {
	next http.Handler
	fits func(r *http.Request, form url.Values) bool
	how  string

	mu        sync.Mutex
	struck    bool
	codes     []string
	passwords int
}

func (l *loss) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	form, _ := url.ParseQuery(string(body))
	l.mu.Lock()
	if c := form.Get("otpCode"); c != "" {
		l.codes = append(l.codes, c)
	}
	if form.Get("password") != "" {
		l.passwords++
	}
	strike := !l.struck && l.fits(r, form)
	l.struck = l.struck || strike
	l.mu.Unlock()
	if !strike {
		l.next.ServeHTTP(w, r)
		return
	}
	switch l.how {
	case "503":
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	case "dropped before":
		panic(http.ErrAbortHandler)
	}
	rec := httptest.NewRecorder()
	l.next.ServeHTTP(rec, r)
	if l.how == "truncated" {
		for k, v := range rec.Header() {
			w.Header()[k] = v
		}
		w.Header().Set("Content-Length", strconv.Itoa(rec.Body.Len()))
		w.WriteHeader(rec.Code)
		w.Write(rec.Body.Bytes()[:rec.Body.Len()/4])
		http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler)
}

func TestADocumentIsLost(t *testing.T) {
	t.Parallel()
	posted := func(field string) func(*http.Request, url.Values) bool {
		return func(_ *http.Request, form url.Values) bool { return form.Get(field) != "" }
	}
	got := func(path string) func(*http.Request, url.Values) bool {
		return func(r *http.Request, _ url.Values) bool { return r.Method == http.MethodGet && r.URL.Path == path }
	}
	after := func(deregistration bool, path string) func(*http.Request, url.Values) bool {
		var done bool
		return func(r *http.Request, form url.Values) bool {
			done = done || strings.Contains(strings.ToLower(form.Encode()), "deregister")
			return done == deregistration && r.Method == http.MethodGet && r.URL.Path == path
		}
	}
	documents := []struct {
		name, scenario string
		fits           func() func(*http.Request, url.Values) bool
	}{
		{"home", "", func() func(*http.Request, url.Values) bool { return got("/") }},
		{"sign-in page", "", func() func(*http.Request, url.Values) bool { return got("/ap/signin") }},
		{"e-mail", "", func() func(*http.Request, url.Values) bool { return posted("email") }},
		{"password", "otp", func() func(*http.Request, url.Values) bool { return posted("password") }},
		{"one-time code", "otp", func() func(*http.Request, url.Values) bool { return posted("otpCode") }},
		{"devices page", "", func() func(*http.Request, url.Values) bool { return after(false, "/hz/mycd/myx") }},
		{"today's devices page", "console", func() func(*http.Request, url.Values) bool { return got("/hz/mycd/digital-console/alldevices") }},
		{"today's devices page again", "console", func() func(*http.Request, url.Values) bool {
			return after(true, "/hz/mycd/digital-console/alldevices")
		}},
		{"portal", "portal", func() func(*http.Request, url.Values) bool {
			return func(r *http.Request, _ url.Values) bool {
				return r.Method == http.MethodGet && strings.HasPrefix(r.Host, "alexa.")
			}
		}},
		{"devices page again", "", func() func(*http.Request, url.Values) bool { return after(true, "/hz/mycd/myx") }},
	}
	for _, d := range documents {
		for _, how := range []string{"503", "dropped before", "dropped after", "truncated"} {
			t.Run(d.name+"/"+how, func(t *testing.T) {
				t.Parallel()
				if d.name != "one-time code" || how != "dropped after" {
					browsertest.OnlyInFull(t)
				}
				l := &loss{fits: d.fits(), how: how}
				via := ""
				if d.scenario == "portal" {
					via = "auto"
				}
				e := play(t, trial{Scenario: d.scenario, Via: via, Step: 5 * time.Second, Request: asking("Kitchen Echo"),
					Before: func(next http.Handler) http.Handler { l.next = next; return l }})
				if !l.struck {
					t.Fatal("nothing was lost")
				}
				if e.Code != 0 || !slices.Equal(e.gone(), []string{"Kitchen Echo"}) {
					t.Errorf("exit %d, gone %v, %+v", e.Code, e.gone(), e.Stop)
				}
				slices.Sort(l.codes)
				if len(slices.Compact(slices.Clone(l.codes))) != len(l.codes) {
					t.Errorf("a one-time code was sent twice")
				}
				if l.passwords > 2 {
					t.Errorf("the password was sent %d times", l.passwords)
				}
			})
		}
	}
}

// The answer to the deregistration itself is lost, and the list lags: the page says that
// it failed and the list still shows the device. It is not asked for a second time.
func TestTheAnswerToADeregistrationIsLost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scenario, via string }{{"lagging", ""}, {"console+lagging", ""}, {"portal+lagging", "auto"}} {
		for _, how := range []string{"truncated", "dropped after"} {
			t.Run(c.scenario+"/"+how, func(t *testing.T) {
				t.Parallel()
				if how != "truncated" {
					browsertest.OnlyInFull(t)
				}
				l := &loss{how: how, fits: func(r *http.Request, form url.Values) bool {
					return r.Method == http.MethodDelete || strings.Contains(strings.ToLower(r.URL.String()+form.Encode()), "deregister")
				}}
				e := play(t, trial{Scenario: c.scenario, SignedIn: true, Via: c.via, Request: asking("Kitchen Echo"),
					Before: func(next http.Handler) http.Handler { l.next = next; return l }})
				if !l.struck {
					t.Fatal("nothing was lost")
				}
				if e.Code != 0 || e.outcomes() != "Kitchen Echo: deregistered" {
					t.Errorf("exit %d, %s, %+v", e.Code, e.outcomes(), e.Stop)
				}
			})
		}
	}
}

// The check of the browser comes back a few times, as it does where its cookie arrives
// after the next request: nothing is to be done about it but to wait.
func TestACheckOfTheBrowserThatComesBack(t *testing.T) {
	t.Parallel()
	var rounds atomic.Int32
	e := play(t, trial{Scenario: "waf", Before: func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if _, err := r.Cookie("aws-waf-token"); err == nil && rounds.Add(1) <= 2 {
				r.Header.Del("Cookie")
			}
			next.ServeHTTP(w, r)
		})
	}})
	if e.Code != 0 || rounds.Load() < 3 {
		t.Errorf("exit %d after %d rounds: %+v", e.Code, rounds.Load(), e.Stop)
	}
}

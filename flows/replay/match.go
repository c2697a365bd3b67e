package replay

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"sync"
)

// Handler answers from the cassette, beginning anew: nothing was served yet. Each
// call gives a handler with a state of its own, safe for concurrent use.
func (c *Cassette) Handler() http.Handler {
	return &player{c: c, served: make([]int, len(c.Exchanges)), fits: make([]int, len(c.Exchanges)), index: c.index()}
}

func (c *Cassette) index() map[string]int {
	m := make(map[string]int, len(c.Exchanges))
	for i, x := range c.Exchanges {
		m[x.Name] = i
	}
	return m
}

type player struct {
	c     *Cassette
	index map[string]int

	mu     sync.Mutex
	clock  int   // counts answers
	served []int // for each exchange: the clock when it was last served, 0 never
	fits   []int // for each exchange: how many requests fitted but for nth
}

// asked is a request as exchanges look at it.
type asked struct {
	method, host, path string
	query, form        url.Values
	raw, decoded       []byte
}

func (p *player) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}
	a := asked{method: r.Method, host: bareHost(r.Host), path: r.URL.Path, raw: body}
	// What cannot be read as parameters is left out; the rest counts.
	a.query, _ = url.ParseQuery(r.URL.RawQuery)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		a.form, _ = url.ParseQuery(string(body))
	}
	if s, err := url.QueryUnescape(string(body)); err == nil {
		a.decoded = []byte(s)
	}
	i := p.choose(a)
	if i < 0 {
		Decline(w)
		return
	}
	x := p.c.Exchanges[i]
	h := w.Header()
	for k, v := range x.Headers {
		values, _ := headerValues(v)
		h[http.CanonicalHeaderKey(k)] = values
	}
	status := x.Status
	if status == 0 {
		status = http.StatusOK
	}
	content := p.c.body(x)
	if h.Get("Content-Type") == "" {
		if t := contentType(x); t != "" {
			h.Set("Content-Type", t)
		} else {
			h["Content-Type"] = nil // no guessing
		}
	}
	if status != http.StatusNoContent && status != http.StatusNotModified {
		h.Set("Content-Length", strconv.Itoa(len(content)))
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead && status != http.StatusNoContent && status != http.StatusNotModified {
		_, _ = w.Write(content)
	}
}

// choose is the exchange that answers, marked as served, or -1.
func (p *player) choose(a asked) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	best, rank := -1, [4]int{}
	for i, x := range p.c.Exchanges {
		since := 0
		if x.After != "" {
			if since = p.served[p.index[x.After]]; since == 0 {
				continue
			}
		}
		if !x.fits(a, p.c.Volatile) {
			continue
		}
		if p.fits[i]++; x.Nth != 0 && x.Nth != p.fits[i] {
			continue
		}
		r := x.rank()
		r[3] = since
		if best < 0 || less(rank, r) {
			best, rank = i, r
		}
	}
	if best >= 0 {
		p.clock++
		p.served[best] = p.clock
	}
	return best
}

func less(a, b [4]int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// rank says how specific an exchange is; the last place is for when its `after`
// was served.
func (x Exchange) rank() (r [4]int) {
	if !isPattern(x.Path) {
		r[0] = 1
	}
	if x.Host != "" && !strings.HasPrefix(x.Host, "*.") {
		r[1] = 1
	}
	r[2] = len(x.Query) + len(x.Form) + len(x.Body)
	if x.After != "" {
		r[2]++
	}
	if x.Nth != 0 {
		r[2]++
	}
	return r
}

func isPattern(p string) bool { return strings.ContainsAny(p, "*[") }

// fits: everything is true of the request but `after` and nth.
func (x Exchange) fits(a asked, volatile []string) bool {
	if x.method() != a.method || !pathMatches(x.Path, a.path) {
		return false
	}
	if strings.HasPrefix(x.Host, "*.") {
		if !inHost(a.host, x.Host) {
			return false
		}
	} else if x.Host != "" && x.Host != a.host {
		return false
	}
	if !holdsAll(a.query, x.Query, volatile) || !holdsAll(a.form, x.Form, volatile) {
		return false
	}
	for _, part := range x.Body {
		if !bytes.Contains(a.raw, []byte(part)) && !bytes.Contains(a.decoded, []byte(part)) {
			return false
		}
	}
	return true
}

func holdsAll(have url.Values, want map[string]string, volatile []string) bool {
	for k, v := range want {
		if oneOf(volatile, k) {
			continue
		}
		values, ok := have[k]
		if !ok {
			return false
		}
		found := v == "*"
		for _, h := range values {
			found = found || h == v
		}
		if !found {
			return false
		}
	}
	return true
}

// oneOf: a name fits one of the patterns.
func oneOf(patterns []string, name string) bool {
	for _, p := range patterns {
		if ok, err := path.Match(p, name); ok && err == nil {
			return true
		}
	}
	return false
}

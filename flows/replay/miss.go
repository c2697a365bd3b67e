package replay

import (
	"fmt"
	"net/http"
	"path"
	"strings"
)

// Kind is what a request was for, as the browser says in its Sec-Fetch headers.
type Kind string

// The kinds of request.
const (
	KindDocument Kind = "document" // the page of a tab
	KindFetch    Kind = "fetch"    // XHR or fetch(): a script waits for the answer
	KindOther    Kind = "other"    // pictures, styles, scripts, frames, beacons, prefetches
)

// Miss is a request that nobody answered, or could not answer.
type Miss struct {
	Method, Host, Path, Query string
	Kind                      Kind
	// Reason is empty where no answer is known, else what went wrong:
	// "http://127.0.0.1:8080 does not answer: connection refused".
	Reason string
	// Fatal: the run cannot go on without it. Each fatal miss is announced once.
	Fatal bool
	// Count is how often the same was asked (same method, host, path, kind and reason;
	// Query is the first one).
	Count int
}

// String is one line for an error: `no answer for GET www.amazon.com/x (document)`.
// The query is left out, it may hold what should not be logged.
func (m Miss) String() string {
	s := fmt.Sprintf("%s %s%s (%s)", m.Method, m.Host, m.Path, m.Kind)
	if m.Reason != "" {
		return m.Reason + ": " + s
	}
	return "no answer for " + s
}

// Ignore names requests whose missing answer does not matter. Empty fields
// match anything; Host also matches its subdomains; Path is a pattern of
// path.Match or, ending in "**", a prefix.
type Ignore struct {
	Method string `toml:"method,omitempty"`
	Host   string `toml:"host,omitempty"`
	Path   string `toml:"path,omitempty"`
}

func (ig Ignore) matches(method, host, p string) bool {
	if ig.Method != "" && !strings.EqualFold(ig.Method, method) {
		return false
	}
	if ig.Host != "" && !inHost(host, ig.Host) {
		return false
	}
	return ig.Path == "" || pathMatches(ig.Path, p)
}

// pathMatches: an exact path, a path.Match pattern, or a prefix that ends in "**".
func pathMatches(pattern, p string) bool {
	if prefix, ok := strings.CutSuffix(pattern, "**"); ok {
		return strings.HasPrefix(p, prefix)
	}
	if pattern == p {
		return true
	}
	ok, err := path.Match(pattern, p)
	return err == nil && ok
}

// inHost: host is domain or below it.
func inHost(host, domain string) bool {
	host, domain = strings.ToLower(host), strings.ToLower(strings.TrimPrefix(domain, "*."))
	return host == domain || strings.HasSuffix(host, "."+domain)
}

// bareHost is the host without port, lower case.
func bareHost(hostport string) string {
	h := hostport
	if i := strings.LastIndexByte(h, ':'); i >= 0 && !strings.HasSuffix(h, "]") {
		h = h[:i]
	}
	return strings.ToLower(strings.Trim(h, "[]"))
}

// kindOf reads what the browser says about its own request. A request without
// Sec-Fetch headers is not a browser's page or script on https: other.
func kindOf(h http.Header) Kind {
	// A page that is fetched ahead is not the page of the tab; it is asked for
	// again when it is wanted.
	if strings.Contains(h.Get("Sec-Purpose"), "prefetch") || strings.EqualFold(h.Get("Purpose"), "prefetch") {
		return KindOther
	}
	switch h.Get("Sec-Fetch-Dest") {
	case "document":
		return KindDocument
	case "empty":
		// sendBeacon and <a ping> are "empty" too, but nobody reads their answer.
		if h.Get("Sec-Fetch-Mode") == "no-cors" {
			return KindOther
		}
		return KindFetch
	}
	return KindOther
}

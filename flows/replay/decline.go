package replay

import (
	"net/http"
)

// The mark of a declined request. A handler that does not import this package
// (a stand-in, a server in another process) sends the same by hand.
const (
	// DeclinedStatus is the status of a declined request. It is outside every
	// range that a real site uses.
	DeclinedStatus = 599
	// DeclinedHeader is set to "1" together with [DeclinedStatus]; the status
	// alone is passed on as an ordinary answer.
	DeclinedHeader = "X-Unecho-Declined"
)

// Decline says "I have no answer for this request". The [Server] that runs the
// handler decides what that means: an error of the run, or nothing worth telling.
// Nothing may have been written to w before.
func Decline(w http.ResponseWriter) {
	w.Header().Set(DeclinedHeader, "1")
	w.WriteHeader(DeclinedStatus)
}

// hopHeaders belong to one connection, never to a request or an answer (RFC 9110
// section 7.6.1). HTTP/2 forbids them.
var hopHeaders = []string{
	"Connection", "Proxy-Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization",
	"Te", "Trailer", "Transfer-Encoding", "Upgrade",
}

func dropHop(h http.Header) {
	for _, k := range hopHeaders {
		h.Del(k)
	}
}

// answer is the ResponseWriter a handler gets. It passes everything on, except
// a declined answer, whose headers and body it swallows, so that the server can
// write its own.
type answer struct {
	w        http.ResponseWriter
	wrote    bool
	declined bool
}

func (a *answer) Header() http.Header { return a.w.Header() }

// Unwrap lets http.ResponseController reach the connection (flush, deadlines).
func (a *answer) Unwrap() http.ResponseWriter { return a.w }

func (a *answer) WriteHeader(status int) {
	if a.wrote {
		return
	}
	h := a.w.Header()
	if status == DeclinedStatus && h.Get(DeclinedHeader) == "1" {
		a.wrote, a.declined = true, true
		clear(h)
		return
	}
	if status < 100 || status > 999 {
		status = http.StatusInternalServerError
	}
	if status >= 200 || status == http.StatusSwitchingProtocols {
		a.wrote = true
	}
	dropHop(h)
	// The browser would otherwise try HTTP/3 on a port where nobody listens.
	h.Del("Alt-Svc")
	a.w.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if !a.wrote {
		a.WriteHeader(http.StatusOK)
	}
	if a.declined {
		return len(b), nil
	}
	return a.w.Write(b)
}

func (a *answer) Flush() {
	if !a.wrote {
		a.WriteHeader(http.StatusOK)
	}
	if a.declined {
		return
	}
	if f, ok := a.w.(http.Flusher); ok {
		f.Flush()
	}
}

package replay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Forward passes every request on to a server on this machine, with its original
// Host and X-Forwarded-Proto: https. base is http://127.0.0.1:PORT,
// http://[::1]:PORT or http://localhost:PORT; anything else is refused, so that a
// replay can never reach the network by a typing mistake. "localhost" is the two
// loopback addresses themselves: no resolver is asked.
//
// Where the server does not answer, the browser gets a 502 and the [Server] that
// runs the handler announces it. The handler is an io.Closer (idle connections).
func Forward(base string) (http.Handler, error) {
	host, addrs, err := loopback(base)
	if err != nil {
		return nil, err
	}
	shown := "http://" + host
	dialer := &net.Dialer{Timeout: 5 * time.Second}
	tr := &http.Transport{
		Proxy: nil, // never: http_proxy would carry requests off this machine
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			var first error
			for _, a := range addrs {
				c, err := dialer.DialContext(ctx, "tcp", a)
				if err == nil {
					return c, nil
				}
				if first == nil {
					first = err
				}
			}
			return nil, first
		},
		MaxIdleConnsPerHost: 64,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}
	return &forward{tr: tr, proxy: &httputil.ReverseProxy{
		Transport:     tr,
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		Rewrite: func(p *httputil.ProxyRequest) {
			p.Out.URL.Scheme, p.Out.URL.Host = "http", host
			p.Out.URL.RawQuery = p.In.URL.RawQuery // as it came, parsable or not
			p.Out.Host = p.In.Host
			p.Out.Header.Set("X-Forwarded-Proto", "https")
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			reason := shown + " does not answer: " + cause(err)
			// A browser that goes elsewhere takes its request back: nobody's fault.
			if f, ok := r.Context().Value(failKey{}).(*failure); ok && r.Context().Err() == nil {
				f.reason = reason
			}
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			w.Header().Set("Cache-Control", "no-store")
			w.WriteHeader(http.StatusBadGateway)
			fmt.Fprintf(w, "unecho replay: %s\n", reason)
		},
	}}, nil
}

type forward struct {
	tr    *http.Transport
	proxy *httputil.ReverseProxy
}

func (f *forward) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.proxy.ServeHTTP(w, r) }

func (f *forward) Close() error {
	f.tr.CloseIdleConnections()
	return nil
}

// loopback reads a base address: the host:port to show and ask for, and the
// addresses to dial in order.
func loopback(base string) (host string, addrs []string, err error) {
	refuse := func(why string) (string, []string, error) {
		return "", nil, fmt.Errorf("--replay: %s; use http://127.0.0.1:PORT", why)
	}
	u, err := url.Parse(base)
	if err != nil {
		return refuse("that is not an address") // the text itself may carry a password
	}
	if u.Scheme != "http" {
		return refuse(fmt.Sprintf("a server must be reached by http, not %q", u.Scheme))
	}
	if u.User != nil || u.RawQuery != "" || u.Fragment != "" || (u.Path != "" && u.Path != "/") {
		return refuse("a server is given as address and port only, without user, path or query")
	}
	port, perr := strconv.ParseUint(u.Port(), 10, 16)
	if perr != nil || port == 0 {
		return refuse(fmt.Sprintf("%s has no port", u.Host))
	}
	p := u.Port()
	if strings.EqualFold(u.Hostname(), "localhost") {
		return u.Host, []string{net.JoinHostPort("127.0.0.1", p), net.JoinHostPort("::1", p)}, nil
	}
	ip, err := netip.ParseAddr(u.Hostname())
	if err != nil || ip.Zone() != "" || !ip.Unmap().IsLoopback() {
		return refuse(fmt.Sprintf("%s is not on this machine (only 127.0.0.1, [::1] and localhost are)", u.Host))
	}
	return u.Host, []string{net.JoinHostPort(ip.String(), p)}, nil
}

// cause is the innermost reason of a failed request, without addresses.
func cause(err error) string {
	var op *net.OpError
	if errors.As(err, &op) && op.Err != nil {
		err = op.Err
	}
	for {
		u := errors.Unwrap(err)
		if u == nil {
			break
		}
		err = u
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

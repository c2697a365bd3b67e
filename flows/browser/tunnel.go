package browser

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"time"
)

// tunnel is the proxy of a replay in a browser elsewhere: whatever host is asked for,
// the connection goes to the replay server. It stands where the browser's command line
// has host resolver rules (see egress), which a running browser does not take.
type tunnel struct {
	to   string // 127.0.0.1:PORT of the replay server
	ln   net.Listener
	srv  *http.Server
	ctx  context.Context
	stop context.CancelFunc
}

func newTunnel(to string) (*tunnel, error) {
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("browser: cannot listen on 127.0.0.1: %w", err)
	}
	t := &tunnel{to: to, ln: ln}
	t.ctx, t.stop = context.WithCancel(context.Background())
	t.srv = &http.Server{Handler: t, ReadHeaderTimeout: 30 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go t.srv.Serve(ln)
	return t, nil
}

func (t *tunnel) addr() string { return t.ln.Addr().String() }

func (t *tunnel) close() {
	t.srv.Close()
	t.stop() // what is hijacked is not the server's any more
}

func (t *tunnel) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.Host)
	if err != nil {
		host = r.Host
	}
	switch {
	case r.Method != http.MethodConnect && host == probeHost:
		w.WriteHeader(http.StatusNoContent)
	case r.Method != http.MethodConnect: // as a TLS server answers to http://
		http.Error(w, "only https is replayed", http.StatusBadRequest)
	case makers(host):
		w.WriteHeader(http.StatusForbidden)
	default:
		t.connect(w)
	}
}

func (t *tunnel) connect(w http.ResponseWriter) {
	up, err := net.Dial("tcp", t.to)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	down, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		up.Close()
		return
	}
	end := func() { up.Close(); down.Close() }
	defer context.AfterFunc(t.ctx, end)()
	defer end()
	if _, err := io.WriteString(down, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	go func() {
		defer end()
		_, _ = io.Copy(up, buf)
	}()
	_, _ = io.Copy(down, up)
}

// makers reports whether a host is one that full Chromium calls by itself.
func makers(host string) bool {
	for _, m := range makersHosts {
		if strings.HasSuffix(strings.ToLower(host), strings.TrimPrefix(m, "*")) {
			return true
		}
	}
	return false
}

package browser

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"syscall"

	"github.com/chromedp/chromedp/remote"
)

// RemoteError is a browser elsewhere that cannot be used. Nothing of it says more of
// the address than host and port.
type RemoteError struct {
	Where string // host:port
	Words string // what is wrong: "does not answer"
	Hint  string // what to do
	Err   error  // the sort of it (context.DeadlineExceeded); nil if there is none
}

func (e *RemoteError) Error() string { return "the browser at " + e.Where + " " + e.Words }
func (e *RemoteError) Unwrap() error { return e.Err }

const (
	hintRunning = "start one there with --remote-debugging-port, or correct --browser (UNECHO_BROWSER)"
	hintAddress = "give ws://HOST:PORT of a Chromium, or the whole address that its service names"
	hintToken   = "check the token or password in its address (UNECHO_BROWSER)"
	hintBusy    = "look what it is busy with, or start it again"
	hintNewer   = "take a current Chromium or Chrome; `unecho browser install` gets one for this machine"
)

// statusError is an answer that is no websocket.
type statusError struct{ code int }

func (e *statusError) Error() string { return fmt.Sprintf("HTTP %d", e.code) }

// problem puts an error of the connection into words. The error's own text is not used:
// those of package url and of the websocket client quote the address.
func (a *Address) problem(err error) *RemoteError {
	e := &RemoteError{Where: a.Where(), Hint: hintRunning}
	var status *statusError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var ne net.Error
	switch {
	case errors.As(err, &status) && (status.code == 401 || status.code == 403):
		e.Words, e.Hint = fmt.Sprintf("refuses us (HTTP %d)", status.code), hintToken
	case errors.As(err, &status) && status.code == 429:
		e.Words, e.Hint = "is busy (HTTP 429)", "try again later, or allow more sessions there"
	case errors.As(err, &status) && status.code == 404 && strings.Contains(a.u.Path, "/devtools/"):
		e.Words, e.Hint = "knows no such browser (HTTP 404)", "its id changes with each start: ws://HOST:PORT without a path finds the present one"
	case errors.As(err, &status):
		e.Words, e.Hint = fmt.Sprintf("answers, but not as a browser does (HTTP %d)", status.code), hintAddress
	case errors.As(err, &dns) && !dns.IsTimeout:
		e.Words = "cannot be found: its name is not known"
	case errors.As(err, &cert):
		e.Words, e.Hint = "has a certificate that is not trusted", "SSL_CERT_FILE names the certificates to trust"
	case errors.As(err, &record), err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS"):
		e.Words, e.Hint = "does not speak TLS", "give ws:// for it, where the network between is your own"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Words = "is not there: nothing listens at that port"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		e.Words, e.Err = "does not answer", context.DeadlineExceeded
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		e.Words, e.Hint = "closes the connection without an answer", hintAddress
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Words = "cannot be reached: there is no way to its network"
	default:
		e.Words, e.Hint = "answers, but not as a browser does", hintAddress
	}
	return e
}

// dial opens the browser's websocket. The error is a *RemoteError.
func (a *Address) dial(ctx context.Context) (*remote.Conn, error) {
	hosts := []string{a.u.Host}
	if len(a.ips) > 0 {
		hosts = hosts[:0]
		for _, ip := range a.ips {
			hosts = append(hosts, net.JoinHostPort(ip.String(), a.u.Port()))
		}
	}
	var first error
	for _, host := range hosts {
		conn, err := a.dialAt(ctx, host)
		if err == nil {
			return conn, nil
		}
		if first == nil {
			first = err
		}
		var status *statusError
		if errors.As(err, &status) || ctx.Err() != nil {
			first = err // somebody answered, or there is no time for another
			break
		}
	}
	return nil, a.problem(first)
}

// dialAt opens the websocket at one of the host's addresses.
func (a *Address) dialAt(ctx context.Context, host string) (*remote.Conn, error) {
	u := *a.u
	u.Host = host
	// Chromium serves only who calls it by an IP address or localhost (against DNS
	// rebinding); a gateway in front of several may know it by its name alone. So the
	// name comes first, and localhost where that is refused.
	var err error
	for _, name := range []string{a.u.Host, "localhost"} {
		var conn *remote.Conn
		if conn, err = dialAs(ctx, u, name); err == nil {
			return conn, nil
		}
		var status *statusError
		if !errors.As(err, &status) || status.code != http.StatusInternalServerError {
			return nil, err
		}
	}
	return nil, err
}

// unexpectedStatus is how the websocket client tells of an answer that is none. The
// rest of its text is the answer's body, which may quote the address.
var unexpectedStatus = regexp.MustCompile(`unexpected status "(\d{3})`)

// dialAs opens the websocket under a host name. An address without a path is that of
// the browser's HTTP server, which knows where the websocket is; or of a service that
// has it right there.
func dialAs(ctx context.Context, u url.URL, name string) (*remote.Conn, error) {
	if u.Path == "" || u.Path == "/" {
		if err := locate(ctx, &u, name); err != nil {
			return nil, err
		}
	}
	conn, err := remote.DialContext(ctx, u.String(), remote.WithConnHTTPHeader(http.Header{"Host": {name}}))
	if err == nil {
		return conn, nil
	}
	if m := unexpectedStatus.FindStringSubmatch(err.Error()); m != nil {
		var code int
		fmt.Sscan(m[1], &code)
		return nil, &statusError{code}
	}
	return nil, err
}

// locate asks /json/version for the websocket's path. Where nobody knows one, u stays
// as it is.
func locate(ctx context.Context, u *url.URL, name string) error {
	at := *u
	at.Scheme = map[string]string{"ws": "http", "wss": "https"}[u.Scheme]
	at.Path = "/json/version"
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.String(), nil)
	if err != nil {
		return err
	}
	req.Host = name
	client := &http.Client{
		Transport: &http.Transport{DisableKeepAlives: true}, // no proxy: the websocket takes none either
		// The address may hold a token: it goes nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	switch res.StatusCode {
	case http.StatusOK:
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusTooManyRequests, http.StatusInternalServerError:
		return &statusError{res.StatusCode}
	default:
		return nil
	}
	var told struct {
		URL string `json:"webSocketDebuggerUrl"`
	}
	if json.NewDecoder(io.LimitReader(res.Body, 1<<20)).Decode(&told) != nil {
		return nil
	}
	// Its host is the browser's idea of itself, behind a port mapping or a gateway.
	if ws, err := url.Parse(told.URL); err == nil && ws.Path != "" {
		u.Path, u.RawPath = ws.Path, ws.RawPath
		if ws.RawQuery != "" {
			u.RawQuery = ws.RawQuery
		}
	}
	return nil
}

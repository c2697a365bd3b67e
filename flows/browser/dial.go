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
	"strconv"
	"strings"
	"syscall"
	"time"
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
	hintQueue   = "all its sessions may be taken: try again later, or allow more there; or correct --browser (UNECHO_BROWSER)"
	hintBusy    = "see what it is busy with, or restart it"
	hintNewer   = "take a current Chromium or Chrome; `unecho browser install` gets one for this machine"
)

// statusError is an answer that is no websocket.
type statusError struct{ code int }

func (e *statusError) Error() string { return fmt.Sprintf("HTTP %d", e.code) }

// problem puts an error of the connection into words. The error's own text is not used:
// those of package url and of the websocket client quote the address.
func (a *Address) problem(err error) *RemoteError {
	e := &RemoteError{Where: a.Where(), Hint: hintRunning}
	if err != nil {
		if m := unexpectedStatus.FindStringSubmatch(err.Error()); m != nil {
			code, _ := strconv.Atoi(m[1])
			err = &statusError{code}
		}
	}
	var status *statusError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var ne net.Error
	switch {
	case errors.As(err, &status) && (status.code == 401 || status.code == 403):
		e.Words, e.Hint = fmt.Sprintf("refuses the connection (HTTP %d)", status.code), hintToken
	case errors.As(err, &status) && status.code == 429:
		e.Words, e.Hint = "is busy (HTTP 429)", "try again later, or allow more sessions there"
	case errors.As(err, &status) && status.code == 404 && strings.Contains(a.u.Path, "/devtools/"):
		e.Words, e.Hint = "knows no such browser (HTTP 404)", "its id changes with each start: ws://HOST:PORT without a path finds the current one"
	case errors.As(err, &status):
		e.Words, e.Hint = fmt.Sprintf("answers, but not as a browser does (HTTP %d)", status.code), hintAddress
	case errors.As(err, &dns) && !dns.IsTimeout:
		e.Words = "cannot be found: its name does not resolve"
	case errors.As(err, &cert):
		e.Words, e.Hint = "has a certificate that is not trusted", "set SSL_CERT_FILE to the certificates to trust"
	case errors.As(err, &record), err != nil && strings.Contains(err.Error(), "server gave HTTP response to HTTPS"):
		e.Words, e.Hint = "does not speak TLS", "use ws:// if the network in between is your own"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Words = "is not there: nothing listens at that port"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &ne) && ne.Timeout():
		e.Words, e.Err = "does not answer", context.DeadlineExceeded
		if c, err := net.DialTimeout("tcp", e.Where, time.Second); err == nil { // something is there, and takes its time
			c.Close()
			e.Words, e.Hint = "takes the connection and does not answer", hintQueue
		}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		e.Words, e.Hint = "closes the connection without an answer", hintAddress
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Words = "cannot be reached: there is no route to its network"
	default:
		e.Words, e.Hint = "answers, but not as a browser does", hintAddress
	}
	return e
}

// unexpectedStatus is how the websocket client tells of an answer that is none. The
// rest of its text is the answer's body, which may quote the address.
var unexpectedStatus = regexp.MustCompile(`unexpected status "(\d{3})`)

// endpoint is where the browser's websocket is, and by which name its host is asked for
// it. The name that was given is the right one for a gateway in front of several
// browsers; Chromium itself serves only who calls it by an IP address or localhost
// (against DNS rebinding).
func (a *Address) endpoint(ctx context.Context) (ws, host string, err error) {
	u := *a.u
	if u.Host, err = a.listening(ctx); err != nil {
		return "", "", a.problem(err)
	}
	host = a.u.Host
	bare := strings.Trim(u.Path, "/") == ""
	if !bare && !strings.HasPrefix(u.Path, "/devtools/") {
		return u.String(), host, nil // a service's
	}
	found := u
	err = locate(ctx, &found, host)
	if refused := (*statusError)(nil); errors.As(err, &refused) && refused.code == http.StatusInternalServerError {
		host = "localhost"
		err = locate(ctx, &found, host)
	}
	switch {
	case !bare: // only by which name was to be found out
		return u.String(), host, nil
	case err != nil:
		return "", "", a.problem(err)
	}
	return found.String(), host, nil
}

// listening is the first of the addresses that the host's name resolved to at which
// somebody listens. A host that is to be dialled by its name stays as it is.
func (a *Address) listening(ctx context.Context) (string, error) {
	var first error
	for _, ip := range a.ips {
		at := net.JoinHostPort(ip.String(), a.u.Port())
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", at)
		if err == nil {
			return at, conn.Close()
		}
		if first == nil {
			first = err
		}
	}
	return a.u.Host, first
}

// locate asks /json/version, which an address without a path has, for the websocket's
// path. Where nobody knows one, as at some services, u stays as it is.
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

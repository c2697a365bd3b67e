package replay

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Limits of the server. A browser under our own hands needs no more; a page gone
// wild ends here instead of in our memory.
const (
	maxHeaderBytes = 256 << 10
	maxBodyBytes   = 32 << 20
	maxMisses      = 1000
	closeGrace     = 100 * time.Millisecond
)

// Options of a [Server].
type Options struct {
	// Hosts are the site's own (amazon.com: also everything below it). A script's
	// request to one of them that has no answer ends the run.
	Hosts []string
	// Ignore names requests that may go without an answer.
	Ignore []Ignore
	// Lenient: nothing is fatal, everything without an answer is only counted
	// (to look at a single saved page).
	Lenient bool
}

// Server answers for every host by a handler, on loopback, over TLS with HTTP/2
// and HTTP/1.1. All methods are safe for concurrent use.
type Server struct {
	o    Options
	h    http.Handler
	key  *runKey
	ln   net.Listener
	srv  *http.Server
	stop context.CancelFunc
	once sync.Once
	done chan struct{} // the accept loop has ended

	requests   atomic.Int64
	active     sync.WaitGroup // handlers under way
	mu         sync.Mutex
	misses     []Miss
	missIndex  map[missKey]int
	unanswered chan Miss
	closed     bool
}

type missKey struct {
	method, host, path, reason string
	kind                       Kind
}

// Serve starts a server on a free loopback port with a key of its own. The
// caller ends it with Close, which also closes h if that is an io.Closer.
func Serve(h http.Handler, o Options) (*Server, error) {
	if h == nil {
		return nil, errors.New("replay: no handler given")
	}
	key, err := newRunKey()
	if err != nil {
		return nil, fmt.Errorf("replay: cannot make a key: %w", err)
	}
	ln, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("replay: cannot listen on 127.0.0.1: %w", err)
	}
	ctx, stop := context.WithCancel(context.Background())
	s := &Server{
		o: o, h: h, key: key, ln: ln, stop: stop,
		done:       make(chan struct{}),
		missIndex:  map[missKey]int{},
		unanswered: make(chan Miss, 64),
	}
	s.srv = &http.Server{
		Handler:           http.HandlerFunc(s.serve),
		ReadHeaderTimeout: 30 * time.Second,
		IdleTimeout:       5 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		// Browsers open connections they never use and drop handshakes: noise.
		ErrorLog: log.New(io.Discard, "", 0),
		TLSConfig: &tls.Config{
			MinVersion:     tls.VersionTLS12,
			NextProtos:     []string{"h2", "http/1.1"},
			GetCertificate: key.certificate,
		},
	}
	go func() {
		defer close(s.done)
		_ = s.srv.ServeTLS(ln, "", "") // always an error: that of Close
	}()
	return s, nil
}

// Addr is where it listens, "127.0.0.1:port".
func (s *Server) Addr() string { return s.ln.Addr().String() }

// SPKI is the base64 SHA-256 of this run's public key, as Chromium's
// --ignore-certificate-errors-spki-list wants it.
func (s *Server) SPKI() string { return s.key.spki }

// Requests is how many requests came in.
func (s *Server) Requests() int { return int(s.requests.Load()) }

// Unanswered announces each fatal miss once, in order. It is closed by Close.
// It is buffered and never blocks the server: a reader that does not come is
// left with the first 64; [Server.Misses] has all.
func (s *Server) Unanswered() <-chan Miss { return s.unanswered }

// Misses are all requests without an answer so far, fatal or not, in the order
// in which each was first seen, at most 1000 different ones.
func (s *Server) Misses() []Miss {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Miss(nil), s.misses...)
}

// Close ends the listener and all connections at once, and the handler if it is
// an io.Closer. It waits at most 100 ms for handlers under way, whose contexts
// it cancels. Calling it again does nothing.
func (s *Server) Close() error {
	s.once.Do(func() {
		s.mu.Lock()
		s.closed = true
		close(s.unanswered)
		s.mu.Unlock()
		// Connections before contexts: a handler that ends because its context did
		// must not get an empty answer out.
		_ = s.srv.Close()
		s.stop()
		<-s.done
		idle := make(chan struct{})
		go func() { s.active.Wait(); close(idle) }()
		t := time.NewTimer(closeGrace)
		defer t.Stop()
		select {
		case <-idle:
		case <-t.C:
		}
		if c, ok := s.h.(io.Closer); ok {
			_ = c.Close()
		}
	})
	return nil
}

// failKey carries a *failure through a request's context, for handlers of this
// package that know more about a missing answer than "none".
type failKey struct{}

type failure struct{ reason string }

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		panic(http.ErrAbortHandler)
	}
	defer s.active.Done()
	s.requests.Add(1)

	kind := kindOf(r.Header)
	host := bareHost(r.Host)
	a := &answer{w: w}
	if isUpgrade(r.Header) {
		// A websocket cannot be answered by a handler that thinks in exchanges.
		s.unansweredRequest(a, r, host, KindOther)
		return
	}
	dropHop(r.Header)
	r.Body = http.MaxBytesReader(w, r.Body, maxBodyBytes)
	fail := &failure{}
	r = r.WithContext(context.WithValue(r.Context(), failKey{}, fail))

	defer func() {
		p := recover()
		if p == nil {
			return
		}
		if p != http.ErrAbortHandler {
			s.miss(Miss{Method: r.Method, Host: host, Path: r.URL.Path, Query: r.URL.RawQuery, Kind: kind,
				Reason: fmt.Sprintf("the replay handler panicked (%v)", p), Fatal: true})
		}
		panic(http.ErrAbortHandler)
	}()
	s.h.ServeHTTP(a, r)
	switch {
	case a.declined:
		s.unansweredRequest(a, r, host, kind)
	case fail.reason != "":
		s.miss(Miss{Method: r.Method, Host: host, Path: r.URL.Path, Query: r.URL.RawQuery, Kind: kind,
			Reason: fail.reason, Fatal: !s.o.Lenient})
	}
}

// enter counts a handler in, unless the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.active.Add(1)
	return true
}

func isUpgrade(h http.Header) bool {
	return h.Get("Upgrade") != "" && strings.Contains(strings.ToLower(h.Get("Connection")), "upgrade")
}

// unansweredRequest decides what a request without an answer means (design, idea 8)
// and writes what the browser gets instead.
func (s *Server) unansweredRequest(a *answer, r *http.Request, host string, kind Kind) {
	w := a.w
	if r.URL.Path == "/favicon.ico" {
		// Browsers ask for it by themselves; no site misses it.
		w.WriteHeader(http.StatusNoContent)
		return
	}
	m := Miss{Method: r.Method, Host: host, Path: r.URL.Path, Query: r.URL.RawQuery, Kind: kind}
	m.Fatal = s.fatal(m)
	s.miss(m)
	if !m.Fatal {
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, "unecho replay: %s\n", m)
}

func (s *Server) fatal(m Miss) bool {
	if s.o.Lenient {
		return false
	}
	switch m.Kind {
	case KindDocument:
	case KindFetch:
		own := false
		for _, h := range s.o.Hosts {
			own = own || inHost(m.Host, h)
		}
		if !own {
			return false
		}
	default:
		return false
	}
	for _, ig := range s.o.Ignore {
		if ig.matches(m.Method, m.Host, m.Path) {
			return false
		}
	}
	return true
}

// miss notes a request without an answer and announces it if it is fatal and new.
func (s *Server) miss(m Miss) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := missKey{m.Method, m.Host, m.Path, m.Reason, m.Kind}
	if i, ok := s.missIndex[k]; ok {
		s.misses[i].Count++
		return
	}
	m.Count = 1
	if len(s.misses) < maxMisses {
		s.missIndex[k] = len(s.misses)
		s.misses = append(s.misses, m)
	}
	if m.Fatal && !s.closed {
		select {
		case s.unanswered <- m:
		default:
		}
	}
}

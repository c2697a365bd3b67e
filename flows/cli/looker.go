package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/selectors"
)

// This file shows a saved page to a browser and has it judged there, for identify.

// judgeLimit bounds one look at a page that does not settle.
const judgeLimit = 20 * time.Second

// onePage answers the first request for a document with the page and declines
// everything else: a navigation that is answered with 204 leaves the page where it
// is, so its own scripts cannot lead away from what is to be judged.
type onePage struct {
	mu   sync.Mutex
	data []byte
	sent bool
}

// again lets the page be asked for once more.
func (p *onePage) again() {
	p.mu.Lock()
	p.sent = false
	p.mu.Unlock()
}

func (p *onePage) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	data, first := p.data, !p.sent && r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Dest") == "document"
	p.sent = p.sent || first
	p.mu.Unlock()
	if !first {
		replay.Decline(w)
		return
	}
	h := w.Header()
	// Without a charset the page's own <meta> tells it.
	h.Set("Content-Type", "text/html")
	if utf8.Valid(data) {
		h.Set("Content-Type", "text/html; charset=utf-8")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	_, _ = w.Write(data) // the browser may have gone
}

// looker judges pages in one browser.
type looker struct {
	sel     *selectors.Set
	site    string
	limit   time.Duration // of one look
	again   func()        // before a page is loaded a second time
	server  *replay.Server
	browser *browser.Browser
	closers []func()
}

func newLooker(sel *selectors.Set, site string, pages http.Handler) (*looker, error) {
	l := &looker{sel: sel, site: site, limit: judgeLimit}
	var err error
	if l.server, err = replay.Serve(pages, replay.Options{Lenient: true}); err != nil {
		return nil, err
	}
	l.closers = append(l.closers, func() { l.server.Close() })
	return l, nil
}

func (l *looker) close() {
	for i := len(l.closers) - 1; i >= 0; i-- {
		l.closers[i]()
	}
	l.closers = nil
}

// startIdentify starts the browser of a looker. It needs no profile and no lock:
// nothing of it outlives the command.
func (a *app) startIdentify(ctx context.Context, l *looker) error {
	state, err := account.StateDir()
	if err != nil {
		return config("%v", err)
	}
	base := filepath.Join(state, "run")
	if _, err := browser.Sweep(base); err != nil && a.o.verbose {
		fmt.Fprintln(a.Err, "unecho: left-over run directories were not all removed:", err)
	}
	if err := a.findRemote(ctx, true); err != nil {
		return err
	}
	found, err := a.findBrowser(ctx, true, false)
	if err != nil {
		return err
	}
	// There is nothing to settle here: an interruption ends the browser, also one that
	// is still starting or that opens a tab.
	l.browser, err = browser.Start(ctx, browser.Options{Found: found, Remote: a.remote, RunBase: base, MapTo: l.server.Addr(), SPKI: l.server.SPKI(),
		Warn: func(w string) {
			if a.o.verbose {
				fmt.Fprintln(a.Err, "unecho: warning:", w)
			}
		}})
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		stop := startStop(err)
		stop.Hint = strings.Replace(stop.Hint, "--browser PATH", "UNECHO_BROWSER=PATH", 1)
		return stop
	}
	b := l.browser
	l.closers = append(l.closers, func() { b.Close() })
	atExit.add(func() { b.Close() })
	return nil
}

// name judges the page with its scripts running and, where they leave nothing to
// judge, without them. scripts tells which it was.
func (l *looker) name(ctx context.Context, address string) (v flows.Verdict, scripts bool, err error) {
	with, err := l.judge(ctx, l.site, address, true)
	if ended := l.ended(ctx); ended != nil {
		return with, true, ended
	}
	if err == nil && (with.Screen != "unknown" || !with.Told.Host) {
		return with, true, nil
	}
	l.again()
	without, err2 := l.judge(ctx, l.site, address, false)
	if ended := l.ended(ctx); ended != nil {
		return without, false, ended
	}
	switch {
	case err2 == nil && (err != nil || without.Screen != "unknown"):
		return without, false, nil
	case err == nil:
		return with, true, nil
	}
	v.Screen, v.URL = "unknown", address
	v.Why = []string{"it could not be identified: " + strings.ReplaceAll(errors.Join(err, err2).Error(), "\n", "; ")}
	return v, false, nil
}

// ended is why there is nothing more to judge with, nil if there is.
func (l *looker) ended(ctx context.Context) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	select {
	case <-l.browser.Died():
		return &flows.Stop{Code: flows.CodeNoBrowser, Message: "the browser died", Err: l.browser.Cause(), Hint: "run the same command again"}
	default:
		return nil
	}
}

// judge looks at the page once, in a tab of its own.
func (l *looker) judge(ctx context.Context, site, address string, scripts bool) (flows.Verdict, error) {
	tctx, done, err := l.browser.NewTab()
	if err != nil {
		return flows.Verdict{}, err
	}
	defer done()
	defer context.AfterFunc(ctx, done)()
	tab, err := page.Attach(tctx, page.Options{Selectors: l.sel, Site: site, StepTimeout: l.limit, NoScripts: !scripts})
	if err != nil {
		return flows.Verdict{}, err
	}
	return flows.Identify(ctx, tab, address, l.limit)
}

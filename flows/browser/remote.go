package browser

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/remote"
)

// Remote is a browser that runs elsewhere and is not ours. The run has a browser
// context of its own in it, which no other client shares and which the browser throws
// away when the connection ends, however it ends.
const Remote Kind = "remote"

// elsewhere is what a Browser holds of a remote browser in the place of a process.
type elsewhere struct {
	where   string
	version cdpbrowser.GetVersionResult
	proxy   string // of the run's browser context
	bypass  string
	tunnel  *tunnel // replay
	warn    func(string)
}

const (
	// noProxy is the proxy of a live run: all but the bypass list goes to it, and at
	// port 0 nothing can ever listen.
	noProxy = "http://127.0.0.1:0"
	// notLoopback ends Chromium's own rule that loopback and link-local addresses need
	// no proxy. Of the rules the last that fits counts, so it stands first.
	notLoopback = "<-loopback>"
	// probeHost is on no list and exists nowhere (RFC 2606).
	probeHost = "unecho.invalid"
)

// attach is a chromedp context in the browser at an address, which is dialled by the
// first call, and how to leave it.
func (a *Address) attach(start, life context.Context, opts ...chromedp.ContextOption) (context.Context, context.CancelFunc, error) {
	ws, host, err := a.endpoint(start)
	if err != nil {
		return nil, nil, err
	}
	allocCtx, cancelAlloc := remote.NewAllocator(life, ws, remote.NoModifyURL, remote.WithDialHTTPHeader(http.Header{"Host": {host}}))
	quiet := func(string, ...any) {} // see launch
	ctx, cancel := chromedp.NewContext(allocCtx, append(opts, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))...)
	return ctx, func() { cancel(); cancelAlloc(); chromedp.FromContext(allocCtx).Allocator.Wait() }, nil
}

// connect is Start for a browser that runs already: it makes a browser context there
// and opens its first tab. Nothing of that browser is ended or changed but what it made.
func connect(ctx context.Context, o Options) (*Browser, error) {
	if _, err := egress(o); err != nil { // the same rules for what may be asked for
		return nil, err
	}
	r := &elsewhere{where: o.Remote.Where(), warn: o.Warn, proxy: noProxy, bypass: strings.Join(append([]string{notLoopback}, o.Hosts...), ";")}
	b := &Browser{parent: ctx, remote: r, out: new(tail), path: o.Remote.String(), images: o.LoadImages, died: make(chan struct{})}
	if o.MapTo != "" {
		if !o.Remote.Loopback() {
			return nil, fmt.Errorf("browser: the browser at %s is not on this machine, and the replay server is", r.where)
		}
		var err error
		if r.tunnel, err = newTunnel(o.MapTo); err != nil {
			return nil, err
		}
		r.proxy, r.bypass = "http://"+r.tunnel.addr(), notLoopback
	}
	limit := o.StartTimeout
	if limit <= 0 {
		limit = DefaultStartTimeout
	}
	start, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	var life context.Context
	life, b.kill = context.WithCancel(ctx)
	var err error
	if b.ctx, b.cancel, err = o.Remote.attach(start, life, chromedp.WithNewBrowserContext(b.private)); err != nil {
		b.kill()
		if r.tunnel != nil {
			r.tunnel.close()
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	done := make(chan error, 1)
	go func() { done <- b.moveIn(o) }()
	select {
	case err = <-done:
	case <-start.Done(): // too late, or Start's context has ended
		b.kill()
		if err = <-done; err != nil && ctx.Err() == nil {
			err = &RemoteError{Where: r.where, Words: fmt.Sprintf("did not open a tab within %v", limit), Hint: hintBusy, Err: context.DeadlineExceeded}
			if chromedp.FromContext(b.ctx).Browser == nil {
				err = o.Remote.problem(context.DeadlineExceeded) // not even a websocket
			}
		}
	}
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		b.Close()
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, err
	}
	go b.watch()
	b.mu.Lock()
	b.stopAfter = context.AfterFunc(ctx, func() { b.Close() })
	b.mu.Unlock()
	return b, nil
}

// private makes a browser context the run's own.
func (b *Browser) private(p *target.CreateBrowserContextParams) {
	if b.remote == nil {
		return // the whole browser is
	}
	p.DisposeOnDetach = new(true)
	p.ProxyServer, p.ProxyBypassList = b.remote.proxy, b.remote.bypass
}

// moveIn looks at what there is, opens the first tab and proves that it is held to the
// list. The error is a *RemoteError where the browser answered.
func (b *Browser) moveIn(o Options) error {
	r := b.remote
	if err := r.ask(b.ctx, o.Remote); err != nil {
		return err
	}
	if err := r.usable(o.Headed); err != nil {
		return err
	}
	// What it is asked for is all known since Chromium 85 or so. What an older one does
	// not know it may pass over in silence: that is what the probe is for.
	err := chromedp.Do(b.ctx)
	if err == nil {
		err = b.setUpTab(b.ctx)
	}
	var refused *cdproto.Error
	switch {
	case errors.As(err, &refused):
		return r.bad(hintNewer, "(%s) is too old, or does not give unecho a context of its own: %s", productWords(r.version.Product), refused.Message)
	case err != nil:
		return r.bad(hintRunning, "closed the connection while a tab was opened")
	}
	return b.probe()
}

// probe asks, from inside the tab, for a host that is not on the list. A browser that
// passed over the proxy, or whose administrator set another, is found out here.
func (b *Browser) probe() error {
	r := b.remote
	var got *network.LoadNetworkResourcePageResult
	tree, err := chromedp.Call(b.ctx, page.GetFrameTree, cdp.Empty{})
	if err == nil {
		var res network.LoadNetworkResourceResult
		res, err = chromedp.Call(b.ctx, network.LoadNetworkResource, network.LoadNetworkResourceParams{
			FrameID: tree.FrameTree.Frame.ID, URL: "http://" + probeHost + "/", Options: &network.LoadNetworkResourceOptions{DisableCache: true}})
		got = res.Resource
	}
	switch {
	case err != nil || got == nil:
		return r.bad(hintNewer, "(%s) is too old: unecho cannot check that it keeps to the list of hosts", productWords(r.version.Product))
	case r.tunnel == nil && got.NetErrorName == "net::ERR_PROXY_CONNECTION_FAILED":
	case r.tunnel == nil:
		return r.bad("it is too old, or its policy sets a proxy: take another browser", "does not keep the run to the hosts it is allowed")
	case got.Success && got.HTTPStatusCode == 204:
	default:
		return r.bad("--replay needs a browser that is not in a container; live runs do not", "cannot reach this machine's 127.0.0.1, where the pages of a replay come from")
	}
	return nil
}

// setUpRemoteTab applies to a fresh tab what a local browser has on its command line.
func (b *Browser) setUpRemoteTab(ctx context.Context) error {
	if b.remote.tunnel != nil {
		// The replay server is all that this tab reaches.
		if _, err := chromedp.Call(ctx, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true}); err != nil {
			return err
		}
	}
	return b.fit(ctx)
}

// fit gives the tab's window our size; where there is none to be had (a small screen, a
// service that has no windows), the page is made to think so.
func (b *Browser) fit(ctx context.Context) error {
	w, err := chromedp.CallBrowser(ctx, cdpbrowser.GetWindowForTarget, cdpbrowser.GetWindowForTargetParams{TargetID: chromedp.FromContext(ctx).Target.TargetID})
	if err == nil {
		_, err = chromedp.CallBrowser(ctx, cdpbrowser.SetWindowBounds, cdpbrowser.SetWindowBoundsParams{
			WindowID: w.WindowID, Bounds: &cdpbrowser.Bounds{Width: WindowWidth, Height: WindowHeight}})
	}
	if err == nil {
		width, err := chromedp.Run(ctx, chromedp.Evaluate[int](`innerWidth`))
		if err == nil && width == WindowWidth {
			return nil
		}
	}
	_, err = chromedp.Call(ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: WindowWidth, Height: WindowHeight})
	return err
}

// leave ends what we have in a remote browser, and nothing else of it. A connection
// that no longer carries anything is given up after a few seconds; the browser throws
// our context away when it notices.
func (b *Browser) leave() {
	c := chromedp.FromContext(b.ctx)
	if c.Browser != nil && c.BrowserContextID != "" {
		// All its tabs at once, without a word to their pages.
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		_, _ = cdp.Call(ctx, c.Browser, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: c.BrowserContextID})
		cancel()
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b.kill()
		b.cancel()
	}()
	select {
	case <-done:
	case <-time.After(endPatience):
	}
	if b.remote.tunnel != nil {
		b.remote.tunnel.close()
	}
}

func (r *elsewhere) bad(hint, format string, args ...any) error {
	return &RemoteError{Where: r.where, Words: fmt.Sprintf(format, args...), Hint: hint}
}

// ask reads the browser's version; it is also the first thing that only a browser can
// answer. ctx is a chromedp context.
func (r *elsewhere) ask(ctx context.Context, a *Address) error {
	var err error
	r.version, err = chromedp.CallBrowser(ctx, cdpbrowser.GetVersion, cdp.Empty{})
	switch {
	case err != nil && chromedp.FromContext(ctx).Browser == nil:
		return a.problem(err) // it was not even reached
	case errors.Is(err, context.DeadlineExceeded):
		return &RemoteError{Where: r.where, Words: "does not answer", Hint: hintBusy, Err: context.DeadlineExceeded}
	case err != nil:
		return r.bad(hintAddress, "answers, but not as Chromium does")
	}
	return nil
}

// usable reports what is wrong with the browser, if anything.
func (r *elsewhere) usable(headed bool) error {
	switch ua := r.version.UserAgent; {
	case !strings.Contains(ua, "Chrome/"): // HeadlessChrome/ too
		return r.bad(hintNewer, "is %s, not Chromium", productWords(r.version.Product))
	case headed && strings.Contains(r.version.Product+ua, "Headless"):
		return r.bad("connect to one that was started without --headless, or give --browser PATH", "has no window: --headed and login need one that a person can see")
	}
	return nil
}

// productWords is a browser's name and version as people write them, or a word for
// none. It comes over the network: control characters and length are bounded.
func productWords(product string) string {
	name, version, _ := strings.Cut(strings.Map(func(c rune) rune {
		if c < ' ' || c >= 0x7f {
			return -1
		}
		return c
	}, product), "/")
	if name == "" {
		return "a browser without a name"
	}
	return strings.TrimSpace(fmt.Sprintf("%.40s %.40s", name, version))
}

// Ask says which browser runs at an address. Nothing is opened there. The error is a
// *RemoteError, also where a window is wanted and there is none.
func Ask(ctx context.Context, a *Address, headed bool) (Found, error) {
	ctx, cancel := context.WithTimeout(ctx, versionPatience)
	defer cancel()
	tab, leave, err := a.attach(ctx, ctx)
	if err != nil {
		return Found{}, err
	}
	defer leave()
	r := &elsewhere{where: a.Where()}
	if err := r.ask(tab, a); err != nil {
		return Found{}, err
	}
	if err := r.usable(headed); err != nil {
		return Found{}, err
	}
	_, version, _ := strings.Cut(r.version.Product, "/")
	return Found{Path: a.String(), Version: version, Kind: Remote}, nil
}

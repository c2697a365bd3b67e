package browsertest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// lent are the tabs that are free to be lent, each in a browser context of its own.
var lent struct {
	mu   sync.Mutex
	free []place
}

type place struct {
	tab     target.ID
	context cdp.BrowserContextID
}

// LentTab is a tab of the shared browser that shares no cookie and no storage with any that
// is in use, and that may have served a test before: to make one costs 150 ms of processor
// time, most of it for a process that starts and learns our scripts, and most tests need no
// more than 50 ms besides. Each borrower has a session of its own, so that nothing of the
// one before is left of what is set by the protocol; it gets an empty page, no cookies, and
// no other tab beside it. A tab whose test failed, or that does not let go of its page, is
// not lent again.
//
// What a test does to the tab itself (its history, its window's name) stays: tests of how a
// tab loads, leaves and is clicked take Tab.
func LentTab(t testing.TB) context.Context {
	t.Helper()
	b := Browser(t)
	lent.mu.Lock()
	var p place
	if n := len(lent.free); n > 0 {
		p, lent.free = lent.free[n-1], lent.free[:n-1]
	}
	lent.mu.Unlock()
	how := chromedp.WithNewBrowserContext()
	if p.tab != "" {
		how = chromedp.WithTargetID(p.tab)
	}
	ctx, cancel := chromedp.NewContext(b.Context(), how, chromedp.WithDetachOnCancel())
	if err := chromedp.Do(ctx); err != nil {
		cancel()
		t.Fatalf("browsertest: %v", err)
	}
	if c := chromedp.FromContext(ctx); p.tab == "" {
		p = place{c.Target.TargetID, c.BrowserContextID}
	}
	t.Cleanup(func() {
		clean := !t.Failed() && emptied(ctx, p)
		cancel()
		if !clean {
			ctx, cancel := context.WithTimeout(b.Context(), 5*time.Second)
			defer cancel()
			_, _ = chromedp.CallBrowser(ctx, target.DisposeBrowserContext, target.DisposeBrowserContextParams{BrowserContextID: p.context})
			return
		}
		lent.mu.Lock()
		defer lent.mu.Unlock()
		lent.free = append(lent.free, p)
	})
	return ctx
}

// emptied leads a tab to an empty page and takes the cookies; it is false where that does
// not succeed at once, or where there is another tab beside it.
func emptied(ctx context.Context, p place) bool {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	err := chromedp.Do(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		if _, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{}); err != nil {
			return chromedp.Void{}, err
		}
		_, err := cdp.Call(ctx, t, page.Navigate, page.NavigateParams{URL: "about:blank"})
		return chromedp.Void{}, err
	})
	if err != nil {
		return false
	}
	all, err := chromedp.Targets(ctx)
	return err == nil && !slices.ContainsFunc(all, func(i *target.Info) bool {
		return i.BrowserContextID == p.context && i.TargetID != p.tab
	})
}

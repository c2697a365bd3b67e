package browser

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/storage"
	"github.com/chromedp/chromedp"
)

// Cookie is one cookie as the browser keeps it. A Domain that begins with a dot
// covers the hosts below it; without one the cookie is for that host alone.
type Cookie struct {
	Name, Value, Domain, Path string
	Expires                   time.Time // zero: ends with the browser
	Secure, HTTPOnly          bool
	SameSite                  string // "Strict", "Lax", "None" or ""
}

// Cookies are all cookies of the first tab's browser context. The browser keeps
// none over its end, whatever their date (facts/browser.md, "What bites"): who wants
// them later takes them before Close.
func (b *Browser) Cookies(ctx context.Context) ([]Cookie, error) {
	var out []Cookie
	err := b.onTab(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		res, err := cdp.Call(ctx, b.jar(t), storage.GetCookies, storage.GetCookiesParams{BrowserContextID: b.jarID()})
		if err != nil {
			return chromedp.Void{}, err
		}
		for _, c := range res.Cookies {
			if c.PartitionKey != nil {
				continue // of a frame inside another site
			}
			k := Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: string(c.SameSite)}
			if !c.Session && c.Expires > 0 {
				sec, frac := math.Modf(c.Expires)
				k.Expires = time.Unix(int64(sec), int64(frac*1e9)).UTC()
			}
			out = append(out, k)
		}
		return chromedp.Void{}, nil
	})
	if err != nil {
		return nil, fmt.Errorf("browser: its cookies cannot be read: %w", err)
	}
	return out, nil
}

// SetCookies gives the browser cookies, before it opens a page. One that it refuses
// refuses all; the error does not hold their values.
func (b *Browser) SetCookies(ctx context.Context, cookies []Cookie) error {
	params := storage.SetCookiesParams{}
	for _, c := range cookies {
		p := &network.CookieParam{Name: c.Name, Value: c.Value, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly, SameSite: network.CookieSameSite(c.SameSite)}
		if strings.HasPrefix(c.Domain, ".") {
			p.Domain = c.Domain
		} else {
			p.URL = "https://" + c.Domain + "/" // a host cookie has no domain of its own
		}
		if !c.Expires.IsZero() {
			p.Expires = cdp.TimeSinceEpoch(float64(c.Expires.UnixMilli()) / 1000)
		}
		params.Cookies = append(params.Cookies, p)
	}
	err := b.onTab(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		params.BrowserContextID = b.jarID()
		_, err := cdp.Call(ctx, b.jar(t), storage.SetCookies, params)
		return chromedp.Void{}, err
	})
	if err != nil {
		return fmt.Errorf("browser: it does not accept the saved cookies: %w", err)
	}
	return nil
}

// jar and jarID are who is asked for cookies, and for which. A tab that is asked without
// an id answers for the browser's first context, whatever its own is (measured with 148):
// in a remote browser that is its owner's.
func (b *Browser) jar(t *chromedp.Target) cdp.Session {
	if b.remote == nil {
		return t
	}
	return chromedp.FromContext(b.ctx).Browser
}

func (b *Browser) jarID() cdp.BrowserContextID {
	return chromedp.FromContext(b.ctx).BrowserContextID // "" where the browser is ours
}

// onTab runs an action on the first tab, under the limit of ctx: the tab's own
// context has none.
func (b *Browser) onTab(ctx context.Context, do chromedp.Action[chromedp.Void]) error {
	tab, cancel := context.WithCancel(b.ctx)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	err := chromedp.Do(tab, do)
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

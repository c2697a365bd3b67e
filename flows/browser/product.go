package browser

import (
	"context"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// Product is the running browser's own name and version, "" if it does not answer.
func (b *Browser) Product(ctx context.Context) string {
	var product string
	_ = b.onTab(ctx, func(ctx context.Context, t *chromedp.Target) (chromedp.Void, error) {
		v, err := cdp.Call(ctx, t, cdpbrowser.GetVersion, cdp.Empty{})
		product = v.Product
		return chromedp.Void{}, err
	})
	return product
}

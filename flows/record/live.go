package record

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// A Tap sees every request of a running browser and its answer: of all tabs and
// frames, each hop of a redirect on its own. It holds each answer until its body is
// read: a body that is asked for later is often gone, because the page is.
type Tap struct {
	browser *chromedp.Browser
	ctx     context.Context
	stop    context.CancelFunc

	mu    sync.Mutex
	n     int
	items map[int]*Item
	left  Left
	busy  int           // answers whose body is being read
	idle  chan struct{} // a token whenever one of them was
	over  bool
}

// Start taps the browser of ctx, a chromedp context. Product is the browser's own
// name and version.
func Start(ctx context.Context) (t *Tap, product string, err error) {
	b := chromedp.FromContext(ctx).Browser
	t = &Tap{browser: b, items: map[int]*Item{}, left: Left{}, idle: make(chan struct{}, 1)}
	t.ctx, t.stop = context.WithCancel(ctx)
	if err := chromedp.ListenBrowser(t.ctx, t.event); err != nil {
		t.stop()
		return nil, "", fmt.Errorf("record: %w", err)
	}
	_, err = cdp.Call(t.ctx, b, fetch.Enable, fetch.EnableParams{
		Patterns: []*fetch.RequestPattern{{URLPattern: "*", RequestStage: fetch.RequestStageResponse}},
	})
	if err != nil {
		t.stop()
		return nil, "", fmt.Errorf("record: the browser does not let its requests be seen: %w", err)
	}
	v, err := cdp.Call(t.ctx, b, cdpbrowser.GetVersion, cdp.Empty{})
	if err != nil {
		t.stop()
		return nil, "", fmt.Errorf("record: %w", err)
	}
	return t, strings.Replace(v.Product, "/", " ", 1), nil
}

func (t *Tap) event(ev any) {
	e, ok := ev.(*fetch.EventRequestPaused)
	if !ok {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	t.n++
	t.busy++
	go t.take(t.n, e) // no command may be sent from here
}

func (t *Tap) take(n int, e *fetch.EventRequestPaused) {
	it, left := t.item(n, e)
	_, _ = cdp.Call(t.ctx, t.browser, fetch.ContinueResponse, fetch.ContinueResponseParams{RequestID: e.RequestID})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.busy--
	select {
	case t.idle <- struct{}{}:
	default:
	}
	if t.over {
		return // what was seen is in other hands by now
	}
	if left != "" {
		t.left.add(left, e.Request.URL)
		return
	}
	t.items[n] = it
}

func (t *Tap) item(n int, e *fetch.EventRequestPaused) (*Item, string) {
	it := &Item{Method: e.Request.Method, URL: e.Request.URL, Status: int(e.ResponseStatusCode), At: time.Now(), Where: fmt.Sprintf("request %d", n)}
	switch {
	case strings.HasPrefix(it.URL, "data:"), strings.HasPrefix(it.URL, "blob:"):
		return nil, leftOutside
	case e.ResponseErrorReason != "" || it.Status == 0:
		return nil, leftNoAnswer
	}
	for k, v := range e.Request.Headers {
		it.RequestHeaders = append(it.RequestHeaders, Header{k, fmt.Sprint(v)})
	}
	for _, p := range e.Request.PostDataEntries {
		it.RequestBody = append(it.RequestBody, p.Bytes...)
	}
	for _, h := range e.ResponseHeaders {
		it.Headers = append(it.Headers, Header{h.Name, h.Value})
	}
	if it.Status/100 == 3 && it.header("Location") != "" {
		return it, ""
	}
	// What the cassette will not hold needs no reading.
	if it.content() == picture || e.ResourceType == network.ResourceTypeImage || e.ResourceType == network.ResourceTypeFont || e.ResourceType == network.ResourceTypeMedia {
		return it, leftPicture
	}
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	res, err := cdp.Call(ctx, t.browser, fetch.GetResponseBody, fetch.GetResponseBodyParams{RequestID: e.RequestID})
	switch {
	case err != nil:
		it.NoBody = true // the page went away meanwhile
	case len(res.Body) > maxBody:
		return nil, leftTooLarge
	default:
		it.Body = res.Body
	}
	return it, ""
}

// rest waits until no answer is under way, or not for long, and ends the listening.
func (t *Tap) rest(limit time.Duration) {
	end := time.After(limit)
	for {
		t.mu.Lock()
		t.over = t.over || t.busy == 0
		over := t.over
		t.mu.Unlock()
		if over {
			return
		}
		select {
		case <-t.idle:
		case <-end:
			t.mu.Lock()
			t.over = true
			t.mu.Unlock()
			return
		}
	}
}

// Stop ends the tap and gives what it saw, in the order of the answers. Answers that
// are under way get two seconds.
func (t *Tap) Stop() ([]Item, Left) {
	t.rest(2 * time.Second)
	ctx, cancel := context.WithTimeout(t.ctx, 2*time.Second)
	_, _ = cdp.Call(ctx, t.browser, fetch.Disable, cdp.Empty{})
	cancel()
	t.stop()
	t.mu.Lock()
	defer t.mu.Unlock()
	var ns []int
	for n := range t.items {
		ns = append(ns, n)
	}
	sort.Ints(ns)
	var items []Item
	for _, n := range ns {
		items = append(items, *t.items[n])
	}
	return items, t.left
}

package page

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	cdppage "github.com/chromedp/cdproto/page"

	"github.com/chromedp/cdproto/cdp"
)

// Wait waits until one of the elements is visible and returns the index of the
// first.
func (t *Tab) Wait(ctx context.Context, ws ...What) (int, error) {
	var labels []string
	for _, w := range ws {
		labels = append(labels, w.label())
	}
	s, err := t.begin(ctx, "wait", strings.Join(labels, " or "))
	if err != nil {
		return -1, err
	}
	i, err := s.waitFor(ws, s.end, false)
	return i, s.finish(err)
}

// WaitToPress waits until an element is visible which is clicked next.
func (t *Tab) WaitToPress(ctx context.Context, w What) error {
	s, err := t.begin(ctx, "wait", w.label())
	if err != nil {
		return err
	}
	_, err = s.waitFor([]What{w}, s.end, true)
	return s.finish(err)
}

func (s *step) waitFor(ws []What, end time.Time, press bool) (int, error) {
	specs := []spec{}
	for _, w := range ws {
		if name := unknown(s.t.o.Selectors, w.names()...); name != "" {
			return -1, &Error{Kind: KindInternal, Words: "the selectors have no element " + name}
		}
		specs = append(specs, w.spec())
	}
	if len(specs) == 0 {
		return -1, &Error{Kind: KindInternal, Words: "nothing to wait for"}
	}
	var r struct {
		OK    bool
		Index int
		Fail  *fail
		All   []string
		Trace []traced
		Next  *readiness
	}
	var next any
	var p *primed
	if press {
		next, p = s.t.prime(ws[0])
	}
	if err := s.ask("wait", end, func(ms int64) any { return map[string]any{"specs": specs, "ms": ms, "next": next} }, &r, true); err != nil {
		return -1, err
	}
	s.trace(r.Trace)
	if r.Fail == nil {
		if press {
			p.keep(s, r.Next)
		}
		return r.Index, nil
	}
	if len(ws) > 1 {
		for i, words := range r.All {
			s.linef("%s: %s", ws[i].label(), words)
		}
		if len(r.All) > 0 {
			return -1, &Error{Kind: KindTimeout, Late: true, Words: fmt.Sprintf("none visible within %.1f s", time.Since(s.start).Seconds())}
		}
		r.Fail.Words = ws[r.Index].label() + ": " + r.Fail.Words
	}
	return -1, s.refuse(r.Fail)
}

// settled is how long something must be absent to count as gone: a list that is
// drawn anew is empty for a moment.
const settled = 150 * time.Millisecond

// Visible reports at once whether the element is visible.
func (t *Tab) Visible(ctx context.Context, w What) (bool, error) {
	s, err := t.begin(ctx, "visible", w.label())
	if err != nil {
		return false, err
	}
	_, err = s.waitOnce(w)
	var e *Error
	if errors.As(err, &e) && e.Late && e.Kind != KindTimeout {
		s.linef("%s", e.Words)
		return false, s.finish(nil)
	}
	return err == nil, s.finish(err)
}

// waitOnce looks once, however long the document takes to be there.
func (s *step) waitOnce(w What) (int, error) {
	if name := unknown(s.t.o.Selectors, w.names()...); name != "" {
		return -1, &Error{Kind: KindInternal, Words: "the selectors have no element " + name}
	}
	var r struct{ Fail *fail }
	if err := s.ask("wait", s.end, func(int64) any { return map[string]any{"specs": []spec{w.spec()}, "ms": 0} }, &r, true); err != nil {
		return -1, err
	}
	if r.Fail != nil {
		return -1, s.refuse(r.Fail)
	}
	return 0, nil
}

// ReadRows says what to read of a list.
type ReadRows struct {
	Rows   string            // element name: the rows
	Fields map[string]string // field -> element name inside a row
}

// Item is one row as it was read.
type Item struct {
	Text    string            `json:"text"` // everything in it, hidden parts too
	Visible bool              `json:"visible"`
	Attrs   map[string]string `json:"attrs"`  // of the row itself
	Fields  map[string]string `json:"fields"` // text, untruncated where the page knows it; absent if not found
}

// Read returns all rows that are there now, visible or not.
func (t *Tab) Read(ctx context.Context, rows ReadRows) ([]Item, error) {
	s, err := t.begin(ctx, "read", rows.Rows)
	if err != nil {
		return nil, err
	}
	names := []string{rows.Rows}
	for _, n := range rows.Fields {
		names = append(names, n)
	}
	if name := unknown(t.o.Selectors, names...); name != "" {
		return nil, s.finish(&Error{Kind: KindInternal, Words: "the selectors have no element " + name})
	}
	var r struct{ Items []Item }
	err = s.ask("read", s.end, func(int64) any {
		return map[string]any{"rows": rows.Rows, "fields": rows.Fields}
	}, &r, true)
	s.what = fmt.Sprintf("%s (%d)", rows.Rows, len(r.Items))
	return r.Items, s.finish(err)
}

// Call runs an async JavaScript function in the isolated world: it sees the
// document and can fetch, but not the page's own variables. arg and its result
// travel as JSON. It is not repeated when the page changes (KindNavigation). What
// the function throws is KindInternal.
func (t *Tab) Call(ctx context.Context, fn string, arg, out any) error {
	s, err := t.begin(ctx, "call", "a function in the page")
	if err != nil {
		return err
	}
	return s.finish(s.call(fn, arg, out))
}

func (s *step) call(fn string, arg, out any) error {
	raw, err := json.Marshal(arg)
	if err != nil {
		return err
	}
	d, err := s.document(s.end)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithDeadline(s.ctx, s.end)
	defer cancel()
	res, err := s.t.evaluate(ctx, d, fmt.Sprintf("(async () => { const r = await (%s)(%s); return r === undefined ? null : globalThis.unecho ? unecho.pack(r, %d, %q) : r; })()", fn, raw, long, s.t.last.prints))
	if err != nil {
		return err
	}
	if out == nil || len(res) == 0 || bytes.Equal(res, []byte("null")) {
		return nil
	}
	err = s.t.last.decode(res, out)
	if errors.Is(err, errUnlike) && s.t.last.prints != "" { // two parts with one print
		s.t.last = lastAnswer{}
		return s.call(fn, arg, out)
	}
	return err
}

// Screenshot is a PNG of the window. What was typed is taken out of the fields for
// the picture and put back.
func (t *Tab) Screenshot(ctx context.Context) ([]byte, error) {
	s, err := t.begin(ctx, "screenshot", "the window")
	if err != nil {
		return nil, err
	}
	s.anyway = true
	s.end = earlier(s.end, time.Now().Add(10*time.Second))
	png, err := s.screenshot()
	return png, s.finish(err)
}

func (s *step) screenshot() ([]byte, error) {
	nothing := func(int64) any { return nil }
	if err := s.ask("veil", s.end, nothing, nil, true); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(s.ctx, s.end)
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	res, err := cdp.Call(ctx, s.t.target, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{Format: cdppage.CaptureScreenshotFormatPng})
	if e := s.ask("unveil", time.Now().Add(time.Second), nothing, nil, false); e != nil {
		s.linef("the fields could not be put back: %v", e)
	}
	return res.Data, err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// HTML is the document as it is now, without what was typed and without the values
// of password and hidden fields.
func (t *Tab) HTML(ctx context.Context) (string, error) {
	s, err := t.begin(ctx, "html", "the document")
	if err != nil {
		return "", err
	}
	s.anyway = true
	var r struct{ HTML string }
	err = s.ask("html", earlier(s.end, time.Now().Add(10*time.Second)), func(int64) any { return nil }, &r, true)
	return r.HTML, s.finish(err)
}

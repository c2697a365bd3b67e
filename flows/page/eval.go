package page

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/cdp/jsonv2"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// evaluate runs an expression in one document, awaits its promise and returns its
// JSON. errDocGone means that the document went away first.
func (t *Tab) evaluate(ctx context.Context, d *document, expr string) (json.RawMessage, error) {
	cctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(t.life, func() { cancel(context.Cause(t.life)) })()
	// The answer can be on its way when the document goes: give it a moment.
	defer context.AfterFunc(d.ctx, func() { time.AfterFunc(100*time.Millisecond, func() { cancel(errDocGone) }) })()

	res, err := cdp.Call(cctx, t.target, runtime.Evaluate, runtime.EvaluateParams{
		Expression: expr, UniqueContextID: d.id, ReturnByValue: new(true), AwaitPromise: new(true), Silent: new(true),
	})
	if err != nil {
		var answer *cdproto.Error
		switch {
		case t.life.Err() != nil:
			return nil, context.Cause(t.life)
		case errors.As(err, &answer) && docGone(answer.Message):
			t.drop(d)
			return nil, errDocGone
		case errors.Is(err, chromedp.ErrTargetDetached):
			return nil, errTabGone
		case errors.Is(context.Cause(cctx), errDocGone):
			return nil, errDocGone
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		return nil, err
	}
	if x := res.ExceptionDetails; x != nil {
		words := x.Text
		if x.Exception != nil && x.Exception.Description != "" {
			words = x.Exception.Description
		}
		if docGone(words) {
			return nil, errDocGone
		}
		if strings.Contains(words, "unecho is not defined") {
			return nil, errNotLoaded
		}
		return nil, &scriptError{oneLine(words, 300)}
	}
	if res.Result == nil {
		return nil, nil
	}
	return json.RawMessage(res.Result.Value), nil
}

// scriptError is an exception in the page's isolated world.
type scriptError struct{ words string }

func (e *scriptError) Error() string { return e.words }

// docGone tells the protocol's ways of saying that a document is no more.
func docGone(message string) bool {
	for _, m := range []string{"context was destroyed", "Cannot find context", "uniqueContextId not found", "navigated or closed", "Promise was collected", "Cannot find default execution context", "frame was detached"} {
		if strings.Contains(message, m) {
			return true
		}
	}
	return false
}

// drop forgets a document that the browser no longer knows.
func (t *Tab) drop(d *document) {
	d.gone()
	t.state.mu.Lock()
	if t.state.doc == d {
		t.state.doc = nil
		t.state.touch()
	}
	t.state.mu.Unlock()
}

// ask calls a function of page.js in the current document and decodes its answer.
// q gets the milliseconds that are left until end. Where the document goes away,
// the question is put to the next one, if again allows it.
func (s *step) ask(name string, end time.Time, q func(ms int64) any, out any, again bool) error {
	t := s.t
	for try := 0; ; try++ {
		d, err := s.document(end)
		if err != nil {
			return err
		}
		arg, err := json.Marshal(q(max(0, time.Until(end).Milliseconds())))
		if err != nil {
			return err
		}
		// A page that hangs answers nothing: Go's own end is a little later.
		ctx, cancel := context.WithDeadline(s.ctx, end.Add(slack))
		t.keepList(ctx)
		expr, version, err := t.known.forDocument(d, "unecho.call("+quote(name)+","+string(arg)+")")
		if err != nil {
			cancel()
			return err
		}
		raw, err := t.evaluate(ctx, d, expr)
		cancel()
		if err == nil {
			d.known.Store(version)
		} else {
			d.known.Store(0) // whether it was told is not known
		}
		var script *scriptError
		if errors.As(err, &script) && strings.Contains(script.words, "no such list is kept here") && t.known.kept != nil {
			t.known.kept, t.known.unkept = nil, true // from now on each is told
			continue
		}
		switch {
		case errors.Is(err, errNotLoaded) && try < 100: // the world is there, page.js not yet
			time.Sleep(5 * time.Millisecond)
			continue
		case errors.Is(err, errDocGone) && again:
			if time.Now().After(end.Add(slack)) {
				return context.DeadlineExceeded
			}
			s.linef("the document changed")
			took := time.Since(s.start)
			if n := s.t.commits() - s.commits; n > circle && took < time.Duration(n)*time.Second { // a person is slower
				s.stopLoading()
				return &Error{Kind: KindNavigation, cause: ErrCircle,
					Words: fmt.Sprintf("the page redirects in a circle (%d documents in %.1f s)", n, took.Seconds())}
			}
			continue
		}
		if err != nil {
			return err
		}
		s.asked = d
		if out == nil {
			return nil
		}
		if err := json.Unmarshal(raw, out); err != nil {
			return fmt.Errorf("page.js %s: %w", name, err)
		}
		return nil
	}
}

// slack is what Go waits beyond the page's own deadline.
const slack = 2 * time.Second

// document waits until there is a document that is not about to be replaced.
func (s *step) document(end time.Time) (*document, error) {
	ctx, cancel := context.WithDeadline(s.ctx, end.Add(slack))
	defer cancel()
	defer context.AfterFunc(s.t.life, cancel)()
	var d *document
	var loading bool
	err := s.t.state.until(ctx, func() bool {
		d, loading = s.t.state.doc, s.t.state.underway()
		return d != nil && (!loading || s.anyway) || s.t.state.commits == 0 && !loading
	})
	if err == nil && d == nil {
		return nil, errNothingOpen
	}
	if err != nil && s.t.life.Err() == nil && s.ctx.Err() == nil {
		return nil, errStillLoading
	}
	return d, err
}

var errNotLoaded = &scriptError{"page.js did not load"}

var errNothingOpen = errors.New("no page was opened yet")

var errStillLoading = errors.New("the next page is still loading")

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// sent is a command that was put on its way without waiting for the answer.
type sent struct {
	done chan struct{}
	err  error
}

func (s *sent) wait() error {
	<-s.done
	return s.err
}

// post sends a command and returns when it stands in the browser's queue, so that
// what is posted next is behind it. chromedp only offers to send and wait, and two
// goroutines that do so have no order.
//
// It sees that moment from the outside: Target.Call reads ctx.Done() once for
// sending and again for waiting, after it encoded the parameters. Should a later
// chromedp do otherwise, post waits for the answer: slower, and still in order.
func (t *Tab) post(ctx context.Context, method string, params any) *sent {
	raw, err := jsonv2.Marshal(params, chromedp.DefaultMarshalOptions)
	s := &sent{done: make(chan struct{}), err: err}
	if err != nil {
		close(s.done)
		return s
	}
	q := &queued{Context: ctx, inQueue: make(chan struct{})}
	go func() {
		s.err = t.target.Call(q, method, &observed{raw, q}, nil)
		q.once.Do(func() { close(q.inQueue) })
		close(s.done)
	}()
	<-q.inQueue
	return s
}

type queued struct {
	context.Context
	encoded atomic.Bool
	reads   atomic.Int32
	once    sync.Once
	inQueue chan struct{}
}

func (q *queued) Done() <-chan struct{} {
	if q.encoded.Load() && q.reads.Add(1) == 2 {
		q.once.Do(func() { close(q.inQueue) })
	}
	return q.Context.Done()
}

// observed are parameters that tell when they are encoded.
type observed struct {
	raw []byte
	q   *queued
}

func (o *observed) MarshalJSON() ([]byte, error) {
	o.q.encoded.Store(true)
	return o.raw, nil
}

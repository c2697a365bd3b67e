// Package page is eyes and hands on one browser tab: which screen is it, where is
// this element, click it, fill it, wait until it is gone.
//
// Its promise is "never the wrong device". A click is find, check and act as one
// step: what is to be clicked is found by one function in the page (page.js), and
// the same function is run again at every event of the real mouse gesture, before
// the page's own listeners. If the event does not hit the wanted element, or the
// element no longer belongs to the wanted device, the whole gesture is cancelled
// and the error says what was in the way. No node outlives a step.
//
// It is not a browser: it gets a tab and never starts or ends one. It knows no
// Amazon page either: what pages look like comes from the package selectors.
package page

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/selectors"
)

//go:embed *.js
var sources embed.FS

// library is page.js with the files that it includes, one script.
var library = func() string {
	read := func(name string) string {
		b, err := sources.ReadFile(name)
		if err != nil {
			panic(err) // embedded above
		}
		return string(b)
	}
	var out strings.Builder
	for line := range strings.Lines(read("page.js")) {
		if name, ok := strings.CutPrefix(line, "//@include "); ok {
			line = read(strings.TrimSpace(name))
		}
		out.WriteString(line)
	}
	return out.String()
}()

// worldName is the isolated world that page.js lives in; binding is what it calls
// to tell Go something without being asked.
const (
	worldName = "unecho"
	binding   = "unechoTell"
)

// Options of a Tab. Selectors must be set.
type Options struct {
	wrap func(cdp.Session) cdp.Session // of tests that make calls fail

	Selectors *selectors.Set
	// Site is the marketplace's domain, such as amazon.com. Screens that belong to
	// a host are judged by it.
	Site string
	// StepTimeout is how long one step may take; 0 means 30 s. A context with an
	// earlier deadline wins; in See a screen's own patience wins.
	StepTimeout time.Duration
	// NoScripts keeps the page's own scripts from running; ours run.
	NoScripts bool
	// OnStep is told every finished step, from the goroutine that ran it.
	OnStep func(Step)
}

// A Tab is one tab. Its steps run one at a time; its methods may be called from
// any goroutine.
type Tab struct {
	o      Options
	target cdp.Session     // the tab; tests put faults in between
	life   context.Context // ends with the tab; its cause is why
	end    context.CancelCauseFunc
	state  *state
	turn   chan struct{} // held by the running step
	log    journal

	known knownList  // the devices that the pages are searched for
	last  lastAnswer // the last long answer to a Call

	calledAtPress int    // calls of the page's scripts before the last press
	calledAtFirst int    // the same before the last press on a Deregister
	sentAtFirst   int    // and of those that speak of deregistering
	shape         string // of the device that was surveyed last
	bare          string // Survey.Bare of the page that was asked for who is gone last
	plainOnce     sync.Once
	plain         map[string][]string // words that are no names
	stuck         string              // the view that kept saying that it was loading
	acted         time.Time           // when something was last done to the page, rather than asked of it

	gestures    int64
	primed      *primed // a press that is ready; nil: none
	looked      bool    // a device was surveyed, and nothing pressed since
	opening     *Known  // what was pressed first for the last device that was surveyed; nil: nothing
	beforePress func()  // tests: between the check and the press
}

// Attach takes over the tab of ctx, a chromedp context that has a target (or may
// open one); its steps are for the pages that it opens from then on. The Tab lives as long as ctx. Attach ends chromedp's mirroring of the
// DOM in this tab, so chromedp's own query actions do not work on it afterwards.
func Attach(ctx context.Context, o Options) (*Tab, error) {
	if o.Selectors == nil {
		return nil, errors.New("page: no selectors given")
	}
	if o.StepTimeout <= 0 {
		o.StepTimeout = 30 * time.Second
	}
	t := &Tab{o: o, state: newState(), turn: make(chan struct{}, 1)}
	source, err := t.script()
	if err != nil {
		return nil, err
	}
	t.life, t.end = context.WithCancelCause(ctx)
	if err := chromedp.Listen(t.life, t.event); err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	c := chromedp.FromContext(ctx)
	t.target = c.Target
	if o.wrap != nil {
		t.target = o.wrap(t.target)
	}
	t.state.main = cdp.FrameID(c.Target.TargetID)
	detached, err := chromedp.Detached(ctx)
	if err != nil {
		return nil, fmt.Errorf("page: %w", err)
	}
	go func() {
		select {
		case <-detached:
			t.end(errTabGone)
		case <-t.life.Done():
		}
	}()

	setup, cancel := context.WithTimeout(t.life, o.StepTimeout)
	defer cancel()
	calls := []*sent{
		t.post(setup, runtime.AddBinding.Method, runtime.AddBindingParams{Name: binding, ExecutionContextName: worldName}),
		t.post(setup, cdppage.AddScriptToEvaluateOnNewDocument.Method, cdppage.AddScriptToEvaluateOnNewDocumentParams{
			Source: source, WorldName: worldName, // the empty page that a tab begins with does not need it
		}),
		// chromedp keeps a copy of every node once the DOM domain is on: tens of
		// thousands of messages on a heavy page, for queries that nobody makes here.
		t.post(setup, css.Disable.Method, cdp.Empty{}),
		t.post(setup, dom.Disable.Method, cdp.Empty{}),
		// A page that thinks that nobody looks draws no frames and closes its menus.
		t.post(setup, emulation.SetFocusEmulationEnabled.Method, emulation.SetFocusEmulationEnabledParams{Enabled: true}),
	}
	if o.NoScripts {
		calls = slices.Insert(calls, 0, t.post(setup, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true}))
	}
	needed := len(calls) - 3
	for i, call := range calls {
		if err := call.wait(); err != nil && i < needed {
			return nil, fmt.Errorf("page: attach: %w", err)
		}
	}
	return t, nil
}

// script is page.js with what it must know.
func (t *Tab) script() (string, error) {
	config, err := json.Marshal(map[string]any{"set": t.o.Selectors, "site": t.o.Site})
	if err != nil {
		return "", fmt.Errorf("page: selectors: %w", err)
	}
	return strings.TrimSpace(library) + "(" + string(config) + ");", nil
}

package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/record"
)

// recording is a journey that is being recorded.
type recording struct {
	a       *app
	o       *recordOptions
	dir     string
	s       *session
	tap     *record.Tap
	product string
	inStep  bool
	shown   bool // a Deregister came into view

	mu     sync.Mutex
	passed []record.Passed
	last   string // the HTML that was kept last
	items  []record.Item
	left   record.Left
	done   bool
}

// startRecording is called when the tab is there; without a recording it does nothing.
func (a *app) startRecording(s *session) error {
	if a.rec == nil {
		return nil
	}
	r := a.rec
	tap, product, err := record.Start(s.browser.Context())
	if err != nil {
		return &flows.Stop{Code: flows.CodeNoBrowser, Message: err.Error(), Err: err}
	}
	r.s, r.tap, r.product = s, tap, product
	s.later(r.collect) // while the browser is still there
	return nil
}

// recordStep keeps the page as it is after a step. It runs between two steps of the
// journey, so the page is the one that the step saw.
func (a *app) recordStep(st page.Step) {
	r := a.rec
	if r == nil || r.tap == nil || r.inStep || st.Result != "done" {
		return
	}
	switch st.Do {
	case "see", "wait", "hover", "read":
		r.keepPage()
	}
}

func (r *recording) keepPage() {
	if r.s == nil || r.s.tab == nil {
		return
	}
	r.inStep = true
	defer func() { r.inStep = false }()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	seen, err := r.s.tab.Look(ctx)
	if err != nil {
		return
	}
	html, err := r.s.tab.HTML(ctx)
	if err != nil || html == r.last || strings.HasPrefix(seen.URL, "about:") {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last = html
	if n := len(r.passed); n >= 60 && r.passed[n-1].Screen == seen.Screen {
		return // a page that never stands still
	}
	r.passed = append(r.passed, record.Passed{Screen: seen.Screen, Variant: seen.Variant, URL: seen.URL, Status: seen.Status, HTML: html})
}

// collect takes over what was seen, before the browser ends.
func (r *recording) collect() {
	if r.done {
		return
	}
	r.done = true
	// The page where a run stopped is the one that somebody has to see, and no step on it
	// was done.
	r.keepPage()
	r.items, r.left = r.tap.Stop()
}

// generation of the devices page, by the screens that were passed.
func (r *recording) generation() string {
	for i := len(r.passed) - 1; i >= 0; i-- {
		switch s := r.passed[i].Screen; {
		case strings.HasSuffix(s, "-myx"):
			return "myx"
		case strings.HasSuffix(s, "-console"):
			return "console"
		case strings.HasPrefix(s, "alexa-"):
			return "portal"
		}
	}
	return ""
}

// views brings a device and its Deregister into view, so that the recording holds the way
// there. What it does not find is what the recording is for, and no failure.
func (r *recording) views(ctx context.Context, l flows.Listing) int {
	c, err := r.s.run.Views(ctx, l)
	r.shown = c.Code() != flows.CodeUnusable && err == nil
	if err != nil && ctx.Err() != nil {
		return r.a.fail(ctx, r.s, err)
	}
	return 0
}

func (r *recording) write(ctx context.Context, code int) int {
	a, s := r.a, r.s
	about := record.About{Site: s.site, Account: cmp.Or(record.AccountOf(r.items), s.settings.Email), Browser: r.product, Generation: r.generation(), Deregisters: r.o.device,
		Date: time.Now(), KeepNames: r.o.keepNames, Things: map[record.Class][]string{}}
	about.Secrets = append(about.Secrets, s.settings.Password.Reveal(), s.settings.OTPSecret.Reveal())
	if c := s.run.Customer(); c != "" {
		about.Things[record.Customer] = append(about.Things[record.Customer], c)
	}
	if r.o.device != "" {
		about.Things[record.Device] = append(about.Things[record.Device], r.o.device)
	}
	about.Words = fmt.Sprintf("Recording of %s by unecho: %s. Personal data was replaced by fakes.", s.site, r.what())
	c, rep, err := record.Build(r.items, r.passed, r.left, about)
	if err != nil {
		return a.fail(noContext, nil, &flows.Stop{Code: flows.CodeUnusable, Message: err.Error(), Err: err})
	}
	if code == flows.CodeInterrupted || code == 143 {
		return a.writeCassette(ctx, r.o, r.dir, c, rep, nil)
	}
	if ctx.Err() != nil { // the window was closed, or the time is up
		ctx = context.WithoutCancel(ctx)
	}
	return a.writeCassette(ctx, r.o, r.dir, c, rep, r)
}

// wasSignedIn tells that the devices were reached without a page of the sign-in.
func (r *recording) wasSignedIn() bool {
	return r.generation() != "" && !slices.ContainsFunc(r.passed, func(p record.Passed) bool { return strings.HasPrefix(p.Screen, "signin-") })
}

func (r *recording) what() string {
	switch {
	case r.o.byHand:
		return "what a person did in a window"
	case r.o.device != "":
		return "sign in, list the devices, deregister one, list without it"
	}
	return "sign in and list the devices"
}

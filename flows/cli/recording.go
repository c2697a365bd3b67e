package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/record"
	"github.com/unecho/unecho/flows/replay"
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
	devices int // that were listed

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

// expect is what a replay must come to: what the run itself came to. A run that a person
// or the machine ended says nothing about the pages, nor does what a person clicked.
func (r *recording) expect(code int) replay.Expect {
	switch {
	case r.o.byHand || r.o.device != "":
	case code == 0:
		return replay.Expect{Devices: r.devices}
	case code == flows.CodePerson || code == flows.CodeRejected || code == flows.CodeUnusable:
		return replay.Expect{List: code, Check: code}
	}
	return replay.Expect{}
}

func (r *recording) write(code int) int {
	a, s := r.a, r.s
	about := record.About{Site: s.site, Account: cmp.Or(record.AccountOf(r.items), s.settings.Email), Browser: r.product, Generation: r.generation(), Deregisters: r.o.device,
		Expect: r.expect(code), Date: time.Now(), KeepNames: r.o.keepNames, Things: map[record.Class][]string{}}
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
	return a.writeCassette(r.o, r.dir, c, rep)
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

// recordFile makes a cassette of a HAR file.

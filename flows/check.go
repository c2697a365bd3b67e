package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/selectors"
)

// This file is the way to the first device's Deregister without taking it: home,
// menu, devices, the device's own menu; then the Alexa portal, where it still works
// (check_portal.go). On the way every screen and every element that the job needs is
// looked at with all of its candidates, so that a page that changes is noticed while
// something else still finds the way.
//
// Nothing on this way changes the account. Deregister is looked at, never clicked.

// A Finding is one screen or element as check found it.
type Finding struct {
	Kind    string `json:"kind"` // "screen" or "element"
	Name    string `json:"name"`
	Screen  string `json:"screen"` // where it was looked for
	Verdict string `json:"verdict"`
	// By is the candidate that found it, counted from 1; 0: none. Of a screen: 0.
	By    int    `json:"by,omitempty"`
	CSS   string `json:"css,omitempty"`
	Text  string `json:"text,omitempty"`
	Grade string `json:"grade,omitempty"`
	// Matches of that candidate: 1 where it must be unique.
	Matches int    `json:"matches,omitempty"`
	Words   string `json:"words,omitempty"`
	// Failed are the candidates before it, and why each was not taken.
	Failed []FailedCandidate `json:"failed,omitempty"`
}

// FailedCandidate is a candidate that found nothing usable.
type FailedCandidate struct {
	By    int    `json:"by"`
	CSS   string `json:"css"`
	Text  string `json:"text,omitempty"`
	Grade string `json:"grade"`
	Why   string `json:"why"`
}

// The verdicts.
const (
	FoundFirst    = "found"    // by the first candidate
	FoundFallback = "fallback" // by a later one: the page has changed
	FoundNone     = "lost"     // by none
	FoundAbsent   = "absent"   // not there, which is allowed
)

// A Checkup is what check found.
type Checkup struct {
	Findings []Finding
	// Unknown are screens on the way that no rule knows.
	Unknown []string
	// Odd is such a screen where the Alexa portal was, while the other way is there:
	// no loss, and worth a look.
	Odd string
	// Listed is how many devices the list held, -1 if it was not read.
	Listed int
}

// Code is the exit code: 0 everything by first choice, 1 by a fallback, 6 lost.
func (c Checkup) Code() int {
	code := 0
	for _, f := range c.Findings {
		switch f.Verdict {
		case FoundNone:
			return CodeUnusable
		case FoundFallback:
			code = CodeNotAll
		}
	}
	if len(c.Unknown) > 0 {
		return CodeUnusable
	}
	return code
}

// need is an element that check looks for.
type need struct {
	what     page.What
	many     bool // several are right
	optional bool
	forms    bool   // the screen has several forms that were seen, each with a candidate of its own
	hint     bool   // not needed: where it finds nothing the page has changed, and no more
	group    string // one of a group is enough: a link of the menu has three forms
}

// Check goes the way and tells what it found, also when it ends early; the error then
// says why it could not go on. replayed: nothing can be harmed, so that pop-ups that
// stand in the page from the start may be shown.
func (r *Run) Check(ctx context.Context, replayed bool) (*Checkup, error) {
	c := &checker{Run: r, out: &Checkup{Listed: -1}, replayed: replayed, done: map[string]bool{}}
	r.passing = c.pass
	defer func() { r.passing = nil }()
	err := c.walk(ctx)
	return c.out, err
}

// Views goes on from the devices page, whose list is l, as Check does: it brings a device
// and its Deregister into view, and clicks nothing that changes anything. A recording of
// the list alone would lack the views that lead to them.
func (r *Run) Views(ctx context.Context, l Listing) (*Checkup, error) {
	c := &checker{Run: r, out: &Checkup{Listed: len(l.Devices)}, done: map[string]bool{}}
	if _, ok := r.gen.(mycd); ok {
		return c.out, c.checkDevices(ctx, l)
	}
	if err := c.portalHome(ctx); err != nil {
		return c.out, err
	}
	return c.out, c.portalDevice(ctx)
}

type checker struct {
	*Run
	out      *Checkup
	replayed bool
	done     map[string]bool
}

// signInNeeds are the elements that the sign-in loop uses, by screen.
var signInNeeds = map[string][]need{
	"signin-email":      {{what: page.What{Element: "email"}, forms: true}, {what: page.What{Element: "email-submit"}, forms: true}},
	"signin-password":   {{what: page.What{Element: "password"}}, {what: page.What{Element: "password-submit"}, forms: true}, {what: page.What{Element: "remember-me"}, optional: true}},
	"otp":               {{what: page.What{Element: "otp-code"}}, {what: page.What{Element: "otp-submit"}, forms: true}, {what: page.What{Element: "otp-remember"}, optional: true}},
	"continue-shopping": {{what: page.What{Element: "continue-shopping-button"}, forms: true}},
}

// pass looks at a screen that the journey came to, before it is answered.
func (c *checker) pass(ctx context.Context, seen page.Seen) error {
	c.screen(ctx, seen)
	return c.elements(ctx, seen.Screen, signInNeeds[seen.Screen]...)
}

func (c *checker) walk(ctx context.Context) error {
	if c.Via != viaAlexa {
		if err := c.checkContent(ctx); err != nil {
			return err
		}
	}
	if c.Via == "" || c.Via == viaMYCD {
		return nil
	}
	return c.checkPortal(ctx)
}

// checkContent goes the way of the list of record.
func (c *checker) checkContent(ctx context.Context) error {
	seen, err := c.signedInHome(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.screen(ctx, seen)
	if seen.Screen != "home-stripped" {
		if err := c.elements(ctx, seen.Screen, need{what: page.What{Element: "account-link"}}, need{what: page.What{Element: "customer-line"}, optional: true}); err != nil {
			return err
		}
		if _, err := c.openFlyout(ctx); err != nil {
			return err
		}
		flyout := seen.Screen
		if err := c.elements(ctx, flyout,
			need{what: page.What{Element: "flyout"}, optional: true},
			need{what: page.What{Element: "flyout-content-link"}, group: "link"},
			need{what: page.What{Element: "flyout-devices-link"}, group: "link"},
			need{what: page.What{Element: "flyout-old-link"}, group: "link"},
		); err != nil {
			return err
		}
	}
	seen, err = c.ToDevices(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.screen(ctx, seen)
	l, err := c.Devices(ctx)
	if err != nil {
		return c.lost(ctx, seen, err)
	}
	c.out.Listed = len(l.Devices)
	return c.checkDevices(ctx, l)
}

// noOffer: one need not wonder that this device shows no Deregister.
func noOffer(d device.Device) bool {
	return d.Child || d.Household || d.Deregisterable != nil && !*d.Deregisterable
}

// drawnByUs: the page is a recording without its scripts, whose list unecho draws
// (flows/record/shim.js). To call that found would be to praise ourselves.
const drawnByUs = `() => "unechoDrawn" in document.documentElement.dataset`

// checkDevices looks at a devices page: what is known of its tabs, and, by what the list
// says of them, where a device and its Deregister stand.
func (c *checker) checkDevices(ctx context.Context, l Listing) error {
	g, ok := c.gen.(mycd)
	if !ok {
		return nil
	}
	hints := []need{{what: page.What{Element: "tabs"}, many: true}, {what: page.What{Element: "tab-devices"}}}
	at := "devices-myx"
	if g.console() {
		at, hints[0].what.Element = "devices-console", "console-tabs"
	}
	for i := range hints {
		hints[i].hint = true
	}
	if err := c.elements(ctx, at, hints...); err != nil {
		return err
	}
	if len(l.Devices) == 0 {
		c.add(Finding{Kind: "data", Name: "empty-list", Screen: at, Verdict: FoundFirst, Words: "the page says that there are no devices"})
		return nil
	}
	drawn := false
	if err := c.Tab.Call(ctx, drawnByUs, nil, &drawn); err != nil {
		return err
	}
	if drawn {
		c.add(Finding{Kind: "data", Name: "devices", Screen: at, Verdict: FoundAbsent,
			Words: "drawn by unecho: the scripts of this recording were not saved, so it does not show Amazon's list"})
		return nil
	}
	if err := c.findOne(ctx, g.site(), at, l.Devices); err != nil {
		return err
	}
	return c.preRendered(ctx, at)
}

// checkTries is how many devices are looked for until one shows a Deregister.
const checkTries = 3

// findOne brings a device and its Deregister into view by what the list says of it. The
// device is one that can be expected to have one.
func (c *checker) findOne(ctx context.Context, s site, at string, devices []device.Device) error {
	if err := c.Tab.Know(knownDevices(devices)); err != nil {
		return err
	}
	var likely, rest []device.Device
	for _, d := range devices {
		if d.Key = keyOf(d); !tellable(d, devices) {
			continue
		}
		if noOffer(d) {
			rest = append(rest, d)
		} else {
			likely = append(likely, d)
		}
	}
	expected := len(likely) > 0
	tries := append(likely, rest...)
	var last string
	for _, d := range tries[:min(checkTries, len(tries))] {
		why, err := s.offer(ctx, d)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil && why == "":
			seen, err := c.Tab.Look(ctx)
			if err != nil {
				return err
			}
			c.screen(ctx, seen)
			c.add(Finding{Kind: "data", Name: "device", Screen: at, Verdict: FoundFirst, Words: "found by what the list says about it"})
			c.add(Finding{Kind: "data", Name: "deregister", Screen: seen.Screen, Verdict: FoundFirst, Words: wayWords[s.learned.way]})
			return nil
		case err == nil:
			last = why
		default:
			last = firstLine(err.Error())
		}
		c.say("%s: %s", firstLine(d.Name), last)
	}
	f := Finding{Kind: "data", Name: "deregister", Screen: at, Verdict: FoundNone, Words: last}
	if len(tries) == 0 || !expected {
		f.Verdict, f.Words = FoundAbsent, or(last, "no device can be told from the others")
	}
	c.add(f)
	return nil
}

// wayWords say how a Deregister came into view.
var wayWords = map[string]string{
	"shown": "in the row, or in a view of the device alone", "hover": "under the mouse", "menu": "in the menu of the row",
	"icon": "behind an icon of the row", "details": "in the details", "opens": "behind a control of the row", "name": "behind the name or the row",
}

// reveal opens a pop-up that stands in the page from the start the way its style
// sheet would: by its class. Nothing is clicked.
const reveal = `({css, hides, shows}) => {
	const b = css.map((c) => document.querySelector(c)).find(Boolean);
	if (!b) return false;
	b.dataset.unecho = b.className;
	b.className = b.className.split(hides).join(shows);
	b.style.cssText += ';visibility:visible;opacity:1;transition:none';
	return true;
}`

const hideAgain = `() => {
	for (const b of document.querySelectorAll('[data-unecho]')) { b.className = b.dataset.unecho; delete b.dataset.unecho; b.style.visibility = b.style.opacity = b.style.transition = ''; }
}`

// preRendered looks into the pop-ups that a console page carries hidden. They are
// shown only where pages are replayed.
func (c *checker) preRendered(ctx context.Context, screen string) error {
	if !c.replayed {
		return nil
	}
	closed := c.Sel.Elements["console-dialog-closed"]
	var css []string
	for _, cand := range closed.Candidates {
		css = append(css, cand.CSS)
	}
	var shown bool
	if err := c.Tab.Call(ctx, reveal, map[string]any{"css": css, "hides": closed.Hides, "shows": closed.Shows}, &shown); err != nil || !shown {
		return err
	}
	err := c.elements(ctx, screen, need{what: page.What{Element: "console-dialog"}, optional: true}, need{what: page.What{Element: "console-confirm"}, optional: true})
	if herr := c.Tab.Call(ctx, hideAgain, nil, nil); err == nil {
		err = herr
	}
	return err
}

func (c *checker) add(f Finding) {
	key := f.Kind + f.Name + f.Screen
	if c.done[key] {
		return
	}
	c.done[key] = true
	c.out.Findings = append(c.out.Findings, f)
}

// screen notes a screen that was passed, by the rule that told it.
func (c *checker) screen(ctx context.Context, seen page.Seen) {
	f := Finding{Kind: "screen", Name: seen.Screen, Screen: seen.Screen, Verdict: FoundFirst, Words: strings.Join(seen.Why, ", ")}
	first := ""
	for _, s := range c.Sel.Screens {
		if s.Name != seen.Screen {
			continue
		}
		if first == "" {
			first = s.Variant + "\x00"
		}
		if s.Variant == seen.Variant {
			f.Grade = s.Grade
			if first != s.Variant+"\x00" {
				f.Words = or(s.Variant, "another form") + ": " + f.Words
			}
			break
		}
	}
	c.add(f)
}

// lost notes that a screen did not come. What is there instead is named.
func (c *checker) lost(ctx context.Context, seen page.Seen, err error) error {
	var stop *Stop
	if errors.As(err, &stop) && stop.Code != CodeUnusable {
		return err
	}
	now, lerr := c.Tab.Look(ctx)
	if lerr != nil {
		return err
	}
	if now.Screen == "unknown" {
		c.out.Unknown = append(c.out.Unknown, where(now))
		c.add(Finding{Kind: "screen", Name: "unknown", Screen: "unknown", Verdict: FoundNone, Words: strings.Join(now.Why, "; ")})
	}
	return err
}

// elements looks at elements with all their candidates.
func (c *checker) elements(ctx context.Context, screen string, needs ...need) error {
	groups := map[string][]Finding{}
	for _, n := range needs {
		var p page.Probed
		var err error
		// A page that draws anew right now gets a moment.
		for try := range 6 {
			if p, err = c.Tab.Probe(ctx, n.what); err != nil {
				return err
			}
			if p.Chosen(n.many) >= 0 || n.optional || n.group != "" && try > 0 {
				break
			}
			if err := pause(ctx, time.Duration(20<<try)*time.Millisecond); err != nil {
				return err
			}
		}
		f := finding(screen, n, p)
		if n.group != "" {
			groups[n.group] = append(groups[n.group], f)
			continue
		}
		c.add(f)
	}
	for _, fs := range groups {
		found := 0
		for _, f := range fs {
			if f.Verdict != FoundNone {
				found++
			}
		}
		for _, f := range fs {
			if f.Verdict == FoundNone && found > 0 {
				f.Verdict = FoundAbsent
			}
			c.add(f)
		}
	}
	return nil
}

func finding(screen string, n need, p page.Probed) Finding {
	f := Finding{Kind: "element", Name: p.Element, Screen: screen, Words: p.Scope}
	by, own := p.Chosen(n.many), 0
	for i, cand := range p.Candidates {
		if i == by {
			f.By, f.CSS, f.Text, f.Grade, f.Matches, f.Words = i+1, cand.CSS, cand.Text, cand.Grade, cand.Matches, cand.Element
			break
		}
		if otherForm(screen, cand) || n.forms && cand.Found == 0 && by >= 0 && p.Candidates[by].Grade == "P" {
			continue
		}
		own++
		f.Failed = append(f.Failed, FailedCandidate{By: i + 1, CSS: cand.CSS, Text: cand.Text, Grade: cand.Grade, Why: why(cand)})
	}
	switch {
	case by >= 0 && own == 0:
		f.Verdict = FoundFirst
	case by >= 0:
		f.Verdict = FoundFallback
	case n.hint:
		f.Verdict = FoundFallback
		f.Words = "this hint no longer holds; it is not needed"
	case n.optional:
		f.Verdict = FoundAbsent
	default:
		f.Verdict = FoundNone
	}
	return f
}

// otherForm: a candidate is meant for another form of the page, so that it does not
// fail when it finds nothing on this one.
func otherForm(screen string, c page.Probe) bool {
	here := ""
	switch {
	case strings.HasSuffix(screen, "-myx"):
		here = selectors.Myx
	case strings.HasSuffix(screen, "-console"):
		here = selectors.Console
	case strings.HasPrefix(screen, "alexa-"):
		here = selectors.Portal
	}
	return c.Form != "" && here != "" && c.Form != here
}

// why says in words why a candidate was not taken.
func why(c page.Probe) string {
	switch {
	case c.Found == 0:
		return "matches nothing"
	case c.Matches > 1:
		return fmt.Sprintf("matches %d visible elements", c.Matches)
	case c.Hidden > 0:
		return "matches, not visible (" + c.Why + ")"
	case c.Visible == 0:
		return fmt.Sprintf("matches %d, none visible", c.Found)
	}
	return fmt.Sprintf("matches %d, none with the words of %q", c.Visible, c.Text)
}

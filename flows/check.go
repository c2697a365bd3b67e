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
	group    string // one of a group is enough: a link of the menu has three forms
}

// Check goes the way and tells what it found, also when it ends early; the error then
// says why it could not go on. replayed: nothing can be harmed, so that pop-ups that
// stand in the page from the start may be shown.
func (r *Run) Check(ctx context.Context, replayed bool) (*Checkup, error) {
	c := &checker{Run: r, out: &Checkup{}, replayed: replayed, done: map[string]bool{}}
	r.passing = c.pass
	defer func() { r.passing = nil }()
	err := c.walk(ctx)
	return c.out, err
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
	var first device.Device // none, where no device can be told from the others
	for _, d := range l.Devices {
		if l.tellable(d) == "" && (first.Key == "" || noOffer(first) && !noOffer(d)) {
			first = d
		}
	}
	switch gen := c.gen.(type) {
	case myx:
		return c.checkMyx(ctx, gen, l, first)
	case console:
		return c.checkConsole(ctx, gen, l, first)
	}
	return nil
}

// noOffer: one need not wonder that this device shows no Deregister.
func noOffer(d device.Device) bool {
	return d.Child || d.Household || d.Deregisterable != nil && !*d.Deregisterable
}

// drawnByUs: the page is a recording without its scripts, whose list unecho draws
// (flows/record/shim.js). To call that found would be to praise ourselves.
const drawnByUs = `() => "unechoDrawn" in document.documentElement.dataset`

// checkMyx looks at the article's page: tabs, rows, the "..." menu of the first device.
func (c *checker) checkMyx(ctx context.Context, gen myx, l Listing, d device.Device) error {
	const at = "devices-myx"
	if err := c.elements(ctx, at,
		need{what: page.What{Element: "tabs"}, many: true},
		need{what: page.What{Element: "tab-devices"}},
		need{what: page.What{Element: "count-text"}, optional: true},
	); err != nil {
		return err
	}
	if len(l.Devices) == 0 {
		return c.elements(ctx, at, need{what: page.What{Element: "empty-list"}})
	}
	drawn := false
	if err := c.Tab.Call(ctx, drawnByUs, nil, &drawn); err != nil {
		return err
	}
	if drawn {
		c.add(Finding{Kind: "element", Name: "device-rows", Screen: at, Verdict: FoundAbsent,
			Words: "drawn by unecho: the scripts of this recording were not saved, so it does not show Amazon's list"})
		return nil
	}
	if err := c.elements(ctx, at, need{what: page.What{Element: "device-rows"}, many: true}); err != nil || d.Key == "" {
		return err
	}
	row := &page.Row{Rows: "device-rows", Name: "device-name", Is: ident(d), Others: others(d, l.Devices)}
	of := func(name string) page.What { return page.What{Element: name, Of: row} }
	if err := c.elements(ctx, at,
		need{what: of("device-name")},
		need{what: of("device-menu")},
	); err != nil {
		return err
	}
	menu, item := of("device-menu"), of("deregister-item")
	menu.Label = `"..." of ` + firstLine(d.Name)
	offered, err := gen.openMenu(ctx, menu, item)
	if err != nil && !errors.Is(err, page.ErrTimeout) {
		return err
	}
	return c.elements(ctx, at,
		need{what: of("device-menu-popover")},
		// A child's device has none; whoever checks should know which it was.
		need{what: item, optional: !offered && noOffer(d)},
	)
}

// checkConsole looks at today's page: tiles, the first device and its actions.
func (c *checker) checkConsole(ctx context.Context, gen console, l Listing, d device.Device) error {
	const at = "devices-console"
	tabs := []need{{what: page.What{Element: "console-tabs"}, many: true}, {what: page.What{Element: "tab-devices"}}}
	if len(l.Devices) == 0 { // then there is no tile to wait for
		return c.elements(ctx, at, append(tabs, need{what: page.What{Element: "empty-list"}})...)
	}
	if err := gen.toTiles(ctx, false); err != nil {
		return err
	}
	if _, err := gen.waitTiles(ctx); err != nil {
		return err
	}
	if err := c.elements(ctx, at, append(tabs,
		need{what: page.What{Element: "console-tiles"}, many: true, group: "devices"},
		need{what: page.What{Element: "console-rows"}, many: true, group: "devices"},
	)...); err != nil || d.Key == "" {
		return err
	}
	place, err := gen.toDevice(ctx, l, d)
	if err != nil {
		return err
	}
	seen, err := c.Tab.Look(ctx)
	if err != nil {
		return err
	}
	c.screen(ctx, seen)
	if place == nil {
		c.add(Finding{Kind: "element", Name: "console-row-name", Screen: seen.Screen, Verdict: FoundNone, Words: "no view shows the first device"})
		return nil
	}
	item, err := gen.offer(ctx, l, d, place)
	if err != nil {
		return err
	}
	needs := []need{
		{what: page.What{Element: place.row.Rows}, many: true},
		{what: page.What{Element: place.row.Name, Of: place.row}},
		{what: page.What{Element: "console-more-actions", Of: place.row}, optional: true},
	}
	if item != nil {
		needs = append(needs, need{what: *item})
	} else {
		needs = append(needs, need{what: page.What{Element: "console-deregister", Of: place.row}, optional: noOffer(d)})
	}
	if err := c.elements(ctx, seen.Screen, needs...); err != nil {
		return err
	}
	return c.preRendered(ctx, seen.Screen)
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
	err := c.elements(ctx, screen, need{what: page.What{Element: "console-dialog"}}, need{what: page.What{Element: "console-confirm"}, optional: true},
		need{what: page.What{Element: "console-cancel"}})
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
		return fmt.Sprintf("matches %d visible things", c.Matches)
	case c.Hidden > 0:
		return "matches, not visible (" + c.Why + ")"
	case c.Visible == 0:
		return fmt.Sprintf("matches %d, none visible", c.Found)
	}
	return fmt.Sprintf("matches %d, none with the words of %q", c.Visible, c.Text)
}

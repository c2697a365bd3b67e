package flows

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/selectors"
)

// This file is what check finds: it looks at screens and elements and says by which rule
// or candidate each was found. The way there is check.go's.

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
	element  string
	many     bool // several are right
	optional bool
	forms    bool   // the screen has several forms that were seen, each with a candidate of its own
	hint     bool   // not needed: where it finds nothing the page has changed, and no more
	group    string // one of a group is enough: a link of the menu has three forms
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
	for _, s := range c.r.Sel.Screens {
		if s.Name != seen.Screen {
			continue
		}
		if first == "" {
			first = s.Variant + "\x00"
		}
		if s.Variant == seen.Variant {
			f.Grade = s.Grade
			if first != s.Variant+"\x00" {
				f.Words = cmp.Or(s.Variant, "another form") + ": " + f.Words
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
	now, lerr := c.r.Tab.Look(ctx)
	if lerr != nil {
		return err
	}
	if now.Screen == "unknown" {
		c.out.Unknown = append(c.out.Unknown, where(now))
		c.add(Finding{Kind: "screen", Name: "unknown", Screen: "unknown", Verdict: FoundNone, Words: strings.Join(now.Why, "; ")})
	}
	return err
}

// maxLooks is how often an element is looked for that is not there: a page that draws
// itself anew right now gets a moment, about a second.
const maxLooks = 6

// elements looks at elements with all their candidates.
func (c *checker) elements(ctx context.Context, screen string, needs ...need) error {
	groups := map[string][]Finding{}
	for _, n := range needs {
		var p page.Probed
		looks := 0
		err := poll(ctx, redrawRhythm, func() (bool, error) {
			var err error
			p, err = c.r.Tab.Probe(ctx, n.element)
			looks++
			return p.Chosen(n.many) >= 0 || n.optional || n.group != "" && looks > 1 || looks == maxLooks, err
		})
		if err != nil {
			return err
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
	f := Finding{Kind: "element", Name: p.Element, Screen: screen}
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

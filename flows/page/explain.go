package page

import (
	"context"
	"time"
)

// Told is what told a screen: the rule that held, laid open.
type Told struct {
	Host    bool        `json:"host"` // the page is on the marketplace or its Alexa portal
	Rule    string      `json:"rule"` // name/variant, "" if none held
	Grade   string      `json:"grade"`
	Note    string      `json:"note"`
	Matched []Condition `json:"matched"`
	Missed  []Condition `json:"missed"` // of alternatives ("any") some may be missing
	Nearest []Rule      `json:"nearest"`
	Decoys  []Decoy     `json:"decoys"`
}

// A Rule is one that was judged before and did not hold, though something of it did.
type Rule struct {
	Rule    string      `json:"rule"`
	Matched []Condition `json:"matched"`
	Missed  []Condition `json:"missed"`
}

// A Condition is one condition of a rule.
type Condition struct {
	Kind    string `json:"kind"` // path, hash, title, visible, any, present, absent
	CSS     string `json:"css"`  // of path, hash and title: the regular expression
	Found   int    `json:"found,omitempty"`
	Visible int    `json:"visible,omitempty"`
	Element string `json:"element,omitempty"` // the first match, in words
	Hidden  string `json:"hidden,omitempty"`  // why none is visible
}

// A Decoy is in the document but not visible, where a rule asks for it to be.
type Decoy struct {
	CSS     string   `json:"css"`
	Element string   `json:"element"`
	Hidden  string   `json:"hidden"`
	Screens []string `json:"screens"` // whose rules ask for it
}

// Explain tells what told the screen that is there now. It is for people who look
// at a page; no flow depends on it.
func (t *Tab) Explain(ctx context.Context) (Told, error) {
	s, err := t.begin(ctx, "explain", "the screen")
	if err != nil {
		return Told{}, err
	}
	s.anyway = true
	var told Told
	err = s.ask("explain", s.end, func(int64) any { return nil }, &told, true)
	return told, s.finish(err)
}

// Pause waits, or ends early with the cause when ctx ends. It counts by the clock that
// never jumps.
func Pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return context.Cause(ctx)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.C:
		return nil
	}
}

// Parsed waits until the document has been parsed, or has not grown for a while.
// It hardly takes time from the parser, where a look at every rule would.
func (t *Tab) Parsed(ctx context.Context) error {
	s, err := t.begin(ctx, "parsed", "the document")
	if err != nil {
		return err
	}
	s.settle(3 * time.Second)
	for {
		var r struct{ Seen Seen }
		begin := time.Now()
		err := s.ask("look", s.end, func(int64) any { return map[string]bool{"quick": true} }, &r, true)
		if err == nil && r.Seen.Half {
			if Pause(s.ctx, max(20*time.Millisecond, 4*time.Since(begin))) != nil {
				err = s.ctx.Err()
			}
		}
		if err != nil || !r.Seen.Half || time.Now().After(s.end) {
			return s.finish(err)
		}
	}
}

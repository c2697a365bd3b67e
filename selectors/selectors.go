// Package selectors says what Amazon's pages look like: how each screen is told
// from the others, where an element stands on it, what it is called in each
// language, and what must never be clicked. All of it is data, in TOML files
// beside this one; the package reads them, checks them and hands them on.
//
// It is not the code that looks at a page: that is flows/page, which sends a Set
// into the page as JSON. It knows no browser, no flow and no order of steps.
package selectors

import "time"

// A Set is everything known about the look of the pages.
type Set struct {
	// Screens in order of judging: the first whose rule holds is the screen.
	Screens []Screen `json:"screens"`
	// Elements and Texts by name.
	Elements map[string]Element `json:"elements"`
	Texts    map[string]Text    `json:"texts"`
	written  map[string]Text    // the texts as the files have them, without what With adds
	// Dangers are never clicked, whatever else matches.
	Dangers []Danger `json:"dangers"`
	// Obstacles may be closed when they cover what is to be clicked.
	Obstacles []Obstacle `json:"obstacles"`
	// Hidden is CSS of what the site's own style sheet hides. A replayed page may
	// lack that sheet, so what matches, or stands inside a match, counts as not
	// visible whatever the browser computes.
	Hidden []string `json:"hidden"`
}

// A Screen is one form of one screen. All conditions that are given must hold.
type Screen struct {
	Name    string `json:"name"`
	Variant string `json:"variant,omitempty"` // which form of the screen; "" if there is only one
	Host    string `json:"host,omitempty"`    // "site" (the marketplace), "alexa" (its Alexa portal) or "" (any)
	// Path, Hash and Title are regular expressions that both Go and JavaScript
	// read alike, on location.pathname, location.hash and document.title.
	Path  string `json:"path,omitempty"`
	Hash  string `json:"hash,omitempty"`
	Title string `json:"title,omitempty"`
	// CSS. Visible: each has at least one visible match. Any: at least one of
	// them has. Present: each is in the document, visible or not. Absent: none has a visible match.
	Visible []string `json:"visible,omitempty"`
	Any     []string `json:"any,omitempty"`
	Present []string `json:"present,omitempty"`
	Absent  []string `json:"absent,omitempty"`
	// Token: the document carries the token with which its lists are asked for.
	Token bool `json:"token,omitempty"`
	// Patience is how long the screen may pass by itself, in nanoseconds in JSON
	// as every time.Duration; 0: the step's own limit holds.
	Patience time.Duration `json:"patience,omitempty"`
	// Person: only a human being can answer this screen.
	Person bool   `json:"person,omitempty"`
	Grade  string `json:"grade"` // P seen in a saved page, T relied on by tools, R reported, ? a guess
	Note   string `json:"note,omitempty"`
}

// An Element is something on a page that a flow names.
type Element struct {
	Name string `json:"name" toml:"-"` // the header says it
	// Candidates in order: the first that has exactly one visible match wins.
	Candidates []Candidate `json:"candidates"`
	// Hides is the part of a class that keeps the element closed while it stands in
	// the page from the start, Shows what stands there when it is open.
	Hides string `json:"hides,omitempty"`
	Shows string `json:"shows,omitempty"`
	Note  string `json:"note,omitempty"`
}

// The forms that a page comes in: the article's list, today's console, the Alexa portal.
const (
	Myx     = "myx"
	Console = "console"
	Portal  = "portal"
)

// A Candidate is one way to find an element.
type Candidate struct {
	CSS string `json:"css"`
	// Text names a Text: what CSS matches must also show one of its phrases, in
	// any language, with runs of white space as one space. Several matches nested
	// in each other count as the innermost one.
	Text string `json:"text,omitempty"`
	// Contains: the phrase may stand inside a longer text; otherwise it is all of it.
	Contains bool `json:"contains,omitempty"`
	// Form is Myx, Console or Portal where an element has candidates for several: on
	// the others it is no failure that this one finds nothing.
	Form  string `json:"form,omitempty"`
	Grade string `json:"grade"`
}

// A Text is what one thing is called in several languages.
type Text struct {
	Name    string   `json:"name" toml:"-"` // the header says it
	Phrases []Phrase `json:"phrases"`
	// With are other texts whose phrases belong to this one, too.
	With []string `json:"with,omitempty"`
	// Apart: its phrases judge what is said; a page does not use them as words of its own,
	// so that a device which is called so is one like any other.
	Apart bool   `json:"apart,omitempty"`
	Note  string `json:"note,omitempty"`
}

// A Phrase is one wording. Lang is a language code such as "en" or "pt-BR".
type Phrase struct {
	Lang  string `json:"lang"`
	Text  string `json:"text"`
	Grade string `json:"grade"`
}

// Where a Danger is looked for.
const (
	Control = "control" // on what would be clicked: the element, or its ancestors up to three levels
	Dialog  = "dialog"  // anywhere in a pop-up: the whole pop-up is refused
)

// A Danger is something that is never clicked: because it, or an ancestor up to
// three levels, matches CSS, or because it speaks Text.
type Danger struct {
	Name string `json:"name"`
	CSS  string `json:"css,omitempty"`
	Text string `json:"text,omitempty"` // name of a Text
	// Contains: the phrase may stand, as whole words, inside a longer label;
	// otherwise it is all of it (a device may be called "Front Door Lock").
	// In a pop-up it always may. Case does not matter to a danger.
	Contains bool `json:"contains,omitempty"`
	// Where is Control or Dialog. A Control danger is judged on the clicked thing
	// alone (own text, id, aria-label, href), so that the warning "do a factory
	// reset as well" beside a Deregister button does not forbid the button. A
	// Dialog danger is one no harmless pop-up would speak of; its CSS holds if the
	// pop-up matches it or holds a match.
	Where string `json:"where"`
	Grade string `json:"grade"`
	Note  string `json:"note,omitempty"`
}

// An Obstacle is something that may lie over what is to be clicked.
type Obstacle struct {
	Name  string `json:"name"`
	CSS   string `json:"css"`   // visible: it is there
	Close string `json:"close"` // name of the element that closes it
	Grade string `json:"grade"`
	Note  string `json:"note,omitempty"`
}

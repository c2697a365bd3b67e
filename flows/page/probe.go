package page

import (
	"context"

	"github.com/unecho/unecho/selectors"
)

// Probed is what each candidate of an element finds on the page that is there now.
type Probed struct {
	Element    string
	Candidates []Probe
}

// Probe is what one candidate finds.
type Probe struct {
	selectors.Candidate
	Found   int    `json:"found"`   // matches of the CSS
	Visible int    `json:"visible"` // of these
	Matches int    `json:"matches"` // of these, with the right words, the innermost
	Hidden  int    `json:"hidden"`  // with the right words, and not visible
	Element string `json:"element"` // the first of them, in words
	Why     string `json:"why"`     // why a hidden one is not visible
}

// Chosen is the index of the candidate that a step would take: the first with one
// visible match, or, for elements that are many, with any. -1: none.
func (p Probed) Chosen(many bool) int {
	for i, c := range p.Candidates {
		if c.Matches == 1 || many && c.Matches > 0 {
			return i
		}
	}
	return -1
}

// Probe lays open what every candidate of an element finds, also those that no step
// would come to ask. It does nothing to the page, and no flow depends on it.
func (t *Tab) Probe(ctx context.Context, element string) (Probed, error) {
	s, err := t.begin(ctx, "probe", element)
	if err != nil {
		return Probed{}, err
	}
	out := Probed{Element: element}
	if name := unknown(t.o.Selectors, element); name != "" {
		return out, s.finish(&Error{Kind: KindInternal, Words: "the selectors have no element " + name})
	}
	var r struct{ Candidates []Probe }
	err = s.ask("probe", s.end, func(int64) any { return map[string]any{"element": element} }, &r, true)
	for i, c := range r.Candidates {
		c.Candidate = t.o.Selectors.Elements[element].Candidates[i]
		out.Candidates = append(out.Candidates, c)
	}
	return out, s.finish(err)
}

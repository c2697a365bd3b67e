package device

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
)

// nearMax is how many near misses a message offers.
const nearMax = 3

func d2name(d Device) string   { return d.Name }
func d2serial(d Device) string { return d.Serial }
func d2key(d Device) string    { return d.Key }

// near returns a line that begins "did you mean", or none: the devices whose
// field comes closest to word. It is only ever printed, never acted on.
func (s *selection) near(word string, fields ...func(Device) string) []string {
	type miss struct {
		far  int
		text string
	}
	var misses []miss
	wanted := FoldName(word)
	for _, d := range s.devs {
		best := -1
		var text string
		for _, f := range fields {
			far, ok := distance(wanted, s.looseOf(f(d)))
			if ok && (best < 0 || far < best) {
				best, text = far, Label(d)
				if d.Name != "" && f(d) == d.Name {
					text = Quote(d.Name) // the name suffices
				}
			}
		}
		if best >= 0 {
			misses = append(misses, miss{best, text})
		}
	}
	slices.SortStableFunc(misses, func(a, b miss) int {
		if a.far != b.far {
			return a.far - b.far
		}
		return strings.Compare(a.text, b.text)
	})
	var texts []string
	for _, m := range misses {
		if !slices.Contains(texts, m.text) {
			texts = append(texts, m.text)
		}
	}
	if len(texts) == 0 {
		return nil
	}
	return []string{"did you mean " + strings.Join(texts[:min(nearMax, len(texts))], " or ") + "?"}
}

// looseOf remembers what FoldName makes of the list's words: every word asked for is
// compared with all of them.
func (s *selection) looseOf(text string) string {
	l, ok := s.loosened[text]
	if !ok {
		if s.loosened == nil {
			s.loosened = map[string]string{}
		}
		l = FoldName(text)
		s.loosened[text] = l
	}
	return l
}

// distance says how far apart two loosened words are, and whether that is near: 0 for a
// difference in case, width or white space only, then up to a quarter of the
// length in typing errors, then one being a part of the other.
func distance(a, b string) (far int, near bool) {
	if a == "" || b == "" {
		return 0, false
	}
	if a == b {
		return 0, true
	}
	m, n := utf8.RuneCountInString(a), utf8.RuneCountInString(b)
	limit := min(3, max(1, m/4))
	if m-n <= limit && n-m <= limit {
		if d := edlib.OSADamerauLevenshteinDistance(a, b); d <= limit {
			return d, true
		}
	}
	const part = 3 // shorter parts are in everything
	if m >= part && n >= part && (strings.Contains(b, a) || strings.Contains(a, b)) {
		return limit + 1, true
	}
	return 0, false
}

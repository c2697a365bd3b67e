package record

import (
	"fmt"
	"sort"
	"strings"

	"github.com/unecho/unecho/flows/redact"
)

// suspects collects what still looks personal after everything known was replaced. It
// names the place and the length, and shows the beginning only: the report may be
// handed on like the cassette.
type suspects struct {
	s     *Scrubber
	found map[string]int
	fakes map[string]bool
}

func newSuspects(s *Scrubber) *suspects {
	x := &suspects{s: s, found: map[string]int{}, fakes: map[string]bool{}}
	for _, t := range s.known {
		x.fakes[string(t.fake)] = true
	}
	return x
}

func (x *suspects) look(where string, b []byte) {
	for _, p := range pieces(b) {
		v := viewOf(p)
		eachShape(v.text, func(c Class, m string) {
			if c != IP && c != Customer { // fakes of these have the shape themselves
				x.note(where, fmt.Sprintf("%s, perhaps, of %d characters", c, len(m)), m, harmless(c, m))
			}
		})
		for i := 0; i < len(v.text); i++ {
			j, digits := i, true
			for j < len(v.text) && (alnum(v.text[j]) || v.text[j] == '_' || v.text[j] == '-') {
				digits = digits && v.text[j] >= '0' && v.text[j] <= '9'
				j++
			}
			switch n := j - i; {
			case n >= 32 && n < 4000:
				m := string(v.text[i:j])
				x.note(where, fmt.Sprintf("a code of %d characters", n), m, !random(m))
			case digits && n >= 9 && n <= 12:
				x.note(where, fmt.Sprintf("a number of %d digits", n), string(v.text[i:j]), moment().Match(v.text[i:j]))
			}
			i = j
		}
	}
}

func (x *suspects) note(where, what, m string, fine bool) {
	if fine || x.fakes[m] || x.inFake(m) {
		return
	}
	x.found[fmt.Sprintf("%s: %s, %s…: is it yours?", where, what, m[:min(4, len(m))])]++
}

// inFake: a pattern may catch more or less than the fake.
func (x *suspects) inFake(m string) bool {
	for f := range x.fakes {
		if len(f) >= 6 && len(m) >= 6 && (strings.Contains(f, m) || strings.Contains(m, f)) {
			return true
		}
	}
	return false
}

// lines are the suspects, the most frequent first, at most forty.
func (x *suspects) lines() []string {
	var out []string
	out = append(out, sortedKeys(x.found)...)
	sort.SliceStable(out, func(i, j int) bool { return x.found[out[i]] > x.found[out[j]] })
	n := len(out)
	if n > 40 {
		out = append(out[:40], fmt.Sprintf("and %d more", n-40))
	}
	return out
}

// newCheck finds typed secrets by the means that also keep them out of logs.
func newCheck(about About) *redact.Redactor {
	r := redact.New()
	for _, s := range about.Secrets {
		if len(s) >= 6 {
			r.Add(s)
		}
	}
	return r
}

func shows(secrets *redact.Redactor, b []byte) bool { return secrets.String(string(b)) != string(b) }

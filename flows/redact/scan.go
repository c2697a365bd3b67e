package redact

import (
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A text that ends in most of a secret (cut off by a limit somewhere) counts as
// holding it: this many bytes at least, and three quarters of it.
const cutOff = 6

// form is one text that is looked for.
type form struct {
	text string
	word bool // only where no letter or digit is before or after it
}

// set is all forms of all secrets, sorted, with an index by the byte at which they
// begin. It is never changed.
type set struct {
	forms []form
	first [256]struct{ lo, hi int }
}

func (s *set) with(secret string) *set {
	more := &set{forms: slices.Clone(s.forms)}
	for _, text := range formsOf(secret) {
		more.forms = append(more.forms, form{text, len(secret) < shortest})
	}
	slices.SortStableFunc(more.forms, func(f, g form) int { return strings.Compare(f.text, g.text) })
	for i, f := range more.forms {
		r := &more.first[f.text[0]]
		if r.hi == 0 {
			r.lo = i
		}
		r.hi = i + 1
	}
	return more
}

// scan is b without the secrets. n is how much of b it has dealt with: all of it if
// end, else possibly less, where the rest may be the beginning of a secret. prev is
// the byte before b, 0 if there is none.
func (s *set) scan(b []byte, prev byte, end bool) (out []byte, n int) {
	out = make([]byte, 0, len(b))
	for i := 0; i < len(b); {
		stop, wait := s.at(b, i, prev, end)
		// A secret that begins inside this one may go on beyond it.
		for k := i + 1; k < stop && !wait; k++ {
			more, w := s.at(b, k, prev, end)
			stop, wait = max(stop, more), w
		}
		switch {
		case wait && !end:
			return out, i
		case stop == i:
			out = append(out, b[i])
			i++
		default:
			out = append(out, Mark...)
			i = stop
		}
	}
	return out, len(b)
}

// at is where the longest form that begins at i ends, or i. wait: more text could
// make another answer.
func (s *set) at(b []byte, i int, prev byte, end bool) (stop int, wait bool) {
	if i > 0 {
		prev = b[i-1]
	}
	stop = i
	// forms[lo:hi] begin with b[i:at].
	lo, hi := s.first[b[i]].lo, s.first[b[i]].hi
	for at := i + 1; lo < hi; at++ {
		for lo < hi && len(s.forms[lo].text) == at-i {
			if ended, open := s.forms[lo].alone(prev, b[at:]); ended {
				stop, wait = at, wait || open
			}
			lo++
		}
		if lo == hi {
			break
		}
		if at == len(b) {
			if end && at-i >= cutOff && slices.ContainsFunc(s.forms[lo:hi], func(f form) bool { return (at-i)*4 >= len(f.text)*3 }) {
				stop = at
			}
			return stop, true
		}
		c := b[at]
		from := lo + sort.Search(hi-lo, func(k int) bool { return s.forms[lo+k].text[at-i] >= c })
		hi = from + sort.Search(hi-from, func(k int) bool { return s.forms[from+k].text[at-i] > c })
		lo = from
	}
	return stop, wait
}

// alone: the form may stand between these. open: more text could make another answer.
func (f *form) alone(prev byte, rest []byte) (ok, open bool) {
	switch r, _ := utf8.DecodeRune(rest); {
	case !f.word:
		return true, false
	case prev < utf8.RuneSelf && isWord(rune(prev)):
		return false, false // one byte of a letter beyond ASCII tells nothing: rather too much
	case !utf8.FullRune(rest):
		return true, true
	default:
		return !isWord(r), false
	}
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

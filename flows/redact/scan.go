package redact

import (
	"unicode"
	"unicode/utf8"
)

// A text that ends in most of a secret (cut off by a limit somewhere) counts as
// holding it: this many characters at least, and three quarters of it.
const cutOff = 6

// set is all patterns, with an index by the byte at which a match can begin. It is
// never changed.
type set struct {
	patterns []pattern
	first    [256][]int // patterns that may begin with this byte
}

func newSet(patterns []pattern) *set {
	s := &set{patterns: patterns}
	for i, p := range patterns {
		var may [256]bool
		// What an encoded character may begin with.
		may['%'], may['&'], may['\\'] = true, true, true
		for _, r := range p.chars[0] {
			if r == ' ' {
				may['+'] = true
			}
			if b, ok := runeByte(r); ok {
				may[b] = true
				continue
			}
			var buf [utf8.UTFMax]byte
			utf8.EncodeRune(buf[:], r)
			may[buf[0]] = true
		}
		for b, ok := range may {
			if ok {
				s.first[b] = append(s.first[b], i)
			}
		}
	}
	return s
}

// mayHold is false where s certainly holds no secret.
func (s *set) mayHold(text string) bool {
	if len(s.patterns) == 0 {
		return false
	}
	for i := range len(text) {
		if len(s.first[text[i]]) > 0 {
			return true
		}
	}
	return false
}

// scan appends b without the secrets to out. n is how much of b it has dealt with:
// all of it if end, else possibly less, where the rest may be the beginning of a
// secret. prev is the byte before b, 0 if there is none.
func (s *set) scan(out, b []byte, prev byte, end bool) (_ []byte, n int, found bool) {
	if out == nil {
		out = make([]byte, 0, len(b))
	}
	for i := 0; i < len(b); {
		if from := i; len(s.first[b[i]]) == 0 {
			for i < len(b) && len(s.first[b[i]]) == 0 {
				i++
			}
			out = append(out, b[from:i]...)
			continue
		}
		stop, wait := s.at(b, i, prev, end)
		if wait && !end {
			return out, i, found
		}
		if stop == i {
			out = append(out, b[i])
			i++
			continue
		}
		// A secret that begins inside this one may go on beyond it.
		for k := i + 1; k < stop; k++ {
			more, wait := s.at(b, k, prev, end)
			if wait && !end {
				return out, i, found
			}
			stop = max(stop, more)
		}
		found = true
		out = append(out, Mark...)
		i = stop
	}
	return out, len(b), found
}

// at is where the longest secret that begins at i ends, or i. wait: more text
// could make another answer.
func (s *set) at(b []byte, i int, prev byte, end bool) (stop int, wait bool) {
	if i > 0 {
		prev = b[i-1]
	}
	stop = i
	// What stands at i is the same for all patterns, and begins few of them.
	var buf [16]unit
	x := reader{b: b}
	us := x.units(buf[:0], i, layers)
	for _, k := range s.first[b[i]] {
		e, w := s.patterns[k].match(b, i, us, prev, end)
		stop, wait = max(stop, e), wait || w
	}
	return stop, wait || x.cut
}

// match follows all ways of reading b from i at once, so that no text makes it slow.
func (p *pattern) match(b []byte, i int, first []unit, prev byte, end bool) (stop int, wait bool) {
	// One byte of a letter beyond ASCII tells nothing: rather redact too much.
	if p.word && prev < utf8.RuneSelf && isWord(rune(prev)) {
		return i, false
	}
	var bufA, bufB [8]int
	here, next := bufA[:0], bufB[:0]
	for _, u := range first {
		if has(p.chars[0], u.r) && !holds(here, i+u.n) {
			here = append(here, i+u.n)
		}
	}
	if len(here) == 0 {
		return i, false
	}
	for k, chars := range p.chars[1:] {
		depth := k + 1
		next = next[:0]
		for _, at := range here {
			if at == len(b) {
				if end && depth >= cutOff && depth*4 >= len(p.chars)*3 {
					return at, false
				}
				wait = true
				continue
			}
			var buf [16]unit
			x := reader{b: b}
			us := x.units(buf[:0], at, layers)
			wait = wait || x.cut
			for _, u := range us {
				if has(chars, u.r) && !holds(next, at+u.n) {
					next = append(next, at+u.n)
				}
			}
		}
		if len(next) == 0 {
			return i, wait
		}
		here, next = next, here
	}
	stop = i
	for _, at := range here {
		if p.word {
			if !utf8.FullRune(b[at:]) {
				wait = true
			} else if r, _ := utf8.DecodeRune(b[at:]); isWord(r) {
				continue
			}
		}
		stop = max(stop, at)
	}
	return stop, wait
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func has(set []rune, r rune) bool {
	for _, x := range set {
		if x == r {
			return true
		}
	}
	return false
}

func holds(set []int, n int) bool {
	for _, x := range set {
		if x == n {
			return true
		}
	}
	return false
}

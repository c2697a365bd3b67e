package record

import (
	"bytes"
	"unicode"
	"unicode/utf8"
)

// This file puts fakes in the place of what is known, in the encodings that pages use, and looks
// whether that succeeded.

// Bytes is b with fakes for everything that is known. Nothing can be added after it
// was called.
func (s *Scrubber) Bytes(b []byte) []byte {
	s.freeze()
	return s.scrub(b, 0)
}

// String is Bytes for a text.
func (s *Scrubber) String(text string) string {
	if text == "" {
		return text
	}
	return string(s.Bytes([]byte(text)))
}

func (s *Scrubber) scrub(b []byte, depth int) []byte {
	b = s.ends(b)
	b = s.replace(b, 0)
	if depth < deepest {
		b = s.packed(b, depth)
	}
	return b
}

// replace puts fakes in the place of things. least leaves shorter things alone.
func (s *Scrubber) replace(b []byte, least int) []byte {
	var out []byte // nil while nothing was found
	done := 0
	for i := 0; i < len(b); {
		if !s.may[b[i]] {
			i++
			continue
		}
		m := search{s: s, b: b, from: i, least: least, budget: 5000}
		m.walk(s.root, i)
		if m.best == nil {
			i++
			continue
		}
		out = append(out, b[done:i]...)
		out = m.emit(out)
		s.hits[m.best.class]++
		i = m.end
		done = i
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// search follows all ways of reading b from one place.
type search struct {
	s      *Scrubber
	b      []byte
	from   int
	least  int
	budget int
	path   []span // of each character read so far

	best  *thing
	steps []span // the path of the best
	end   int
}

// span is where a character stands. What lies between two of them was passed over.
type span struct{ from, to int }

func (m *search) walk(n *node, at int) {
	if m.budget--; m.budget < 0 {
		return
	}
	if t := n.end; t != nil && at > m.end && len(t.value) >= m.least && (!t.word || m.alone(at)) {
		m.best, m.end = t, at
		m.steps = append(m.steps[:0], m.path...)
	}
	if at >= len(m.b) || len(n.next) == 0 {
		return
	}
	var buf [16]unit
	if end := m.mark(at); end > 0 {
		m.walk(n, end)
	}
	for _, c := range chars(buf[:0], m.b, at) {
		to := n.next[c.r]
		space := unicode.IsSpace(c.r)
		if to == nil && space { // a name that is broken into lines, or held together
			to = n.next[' ']
		}
		if to != nil {
			m.path = append(m.path, span{at, at + c.n})
			m.walk(to, at+c.n)
			m.path = m.path[:len(m.path)-1]
		} else if len(m.path) > 0 && (unicode.Is(unicode.Cf, c.r) || space && m.spaceBefore()) {
			m.walk(n, at+c.n) // nobody sees it
		}
	}
}

// spaceBefore: the last character that was read is white space.
func (m *search) spaceBefore() bool {
	last := m.path[len(m.path)-1]
	var buf [16]unit
	for _, c := range chars(buf[:0], m.b, last.from) {
		if last.from+c.n == last.to && unicode.IsSpace(c.r) {
			return true
		}
	}
	return false
}

// mark is where a tag or a remark ends that begins at a place within a thing, as pages
// have them there to break or to stress a part of a name; 0 if there is none.
func (m *search) mark(at int) int {
	const longest = 200
	if len(m.path) == 0 || m.b[at] != '<' || at+1 >= len(m.b) || !alnum(m.b[at+1]) && m.b[at+1] != '/' && m.b[at+1] != '!' {
		return 0
	}
	if n := bytes.IndexByte(m.b[at:min(len(m.b), at+longest)], '>'); n > 0 {
		return at + n + 1
	}
	return 0
}

// alone: no letter or digit stands before or after the match, read in any way.
func (m *search) alone(end int) bool {
	var buf [16]unit
	if end < len(m.b) {
		apart := false
		for _, c := range chars(buf[:0], m.b, end) {
			apart = apart || !wordRune(c.r)
		}
		if !apart {
			return false
		}
	}
	if m.from == 0 {
		return true
	}
	if r, _ := utf8.DecodeLastRune(m.b[:m.from]); !wordRune(r) {
		return true
	}
	// It may be the end of something encoded: %20Ada.
	for j := m.from - 2; j >= 0 && j >= m.from-16; j-- {
		switch m.b[j] {
		case '%', '&', '\\':
		default:
			continue
		}
		for _, c := range chars(buf[:0], m.b, j) {
			if j+c.n == m.from && !wordRune(c.r) {
				return true
			}
		}
	}
	return false
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// emit writes the fake in the encoding in which the thing was found: signs keep
// theirs, letters and digits never need one.
func (m *search) emit(out []byte) []byte {
	t := m.best
	same := len(t.fake) == len(t.value) && len(t.value) == len(m.steps)
	if !same {
		out = append(out, string(t.fake)...)
	}
	for k, at := range m.steps {
		switch {
		case !same:
		case t.fake[k] == t.value[k] || t.fake[k] > unicode.MaxASCII:
			out = append(out, m.b[at.from:at.to]...)
		default:
			out = append(out, byte(t.fake[k]))
		}
		to := m.end
		if k+1 < len(m.steps) {
			to = m.steps[k+1].from
		}
		out = append(out, m.b[at.to:to]...) // tags that stand in the middle
	}
	return out
}

// Left tells the first thing that is still in b in some form, "" if nothing is: a
// check of what was written by other means than those that wrote it. All encodings are
// taken off first, then it is searched. words: also for short things and names, which
// may be words of ours in what we add to a recording.
func (s *Scrubber) Left(b []byte, words bool) (Class, bool) {
	s.freeze()
	return s.leftIn(b, words, 0)
}

func (s *Scrubber) leftIn(b []byte, words bool, depth int) (class Class, found bool) {
	for _, p := range pieces(b) {
		v := viewOf(p)
		if class, found = s.standsIn(squeezed(v.text), words); found {
			return class, true
		}
		if depth >= deepest {
			continue
		}
		within(v, func(inner []byte) {
			if !found {
				class, found = s.leftIn(inner, words, depth+1)
			}
		})
		if found {
			return class, true
		}
	}
	return "", false
}

// squeezed is a text as eyes read it: one space for all white space in a row, and
// nothing that cannot be seen.
func squeezed(text []byte) []byte {
	out := make([]byte, 0, len(text))
	gap := false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case unicode.IsSpace(r):
			gap = true
		case unicode.Is(unicode.Cf, r):
		default:
			if gap {
				out, gap = append(out, ' '), false
			}
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	return out
}

// standsIn: a thing stands in a text that holds no encoding any more.
func (s *Scrubber) standsIn(text []byte, words bool) (Class, bool) {
	before := rune(-1)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		at, j := s.root, i
		for at != nil {
			if t := at.end; t != nil && (!t.word && len(t.value) >= shortest || words && t.word && !wordRune(before) && apart(text[j:])) {
				return t.class, true
			}
			if j >= len(text) {
				break
			}
			c, m := utf8.DecodeRune(text[j:])
			at, j = at.next[c], j+m
		}
		before = r
		i += n
	}
	return "", false
}

// apart: what follows is neither letter nor digit.
func apart(rest []byte) bool {
	r, n := utf8.DecodeRune(rest)
	return n == 0 || !wordRune(r)
}

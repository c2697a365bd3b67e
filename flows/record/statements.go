package record

import (
	"bytes"
)

// This file tells what a script computes from what names somebody.

// expression tells whether what is assigned at b[i] is computed by a script, and so no
// name: replaced, it would break the page.
func expression(b []byte, i int) bool {
	rest := bytes.TrimLeft(b[i+1:min(len(b), i+200)], " \t")
	return reads().Match(rest) && (b[i-1] == ' ' || i+1 < len(b) && b[i+1] == ' ') || calls().Match(rest)
}

var (
	// A value without quotes that is read from elsewhere, and whose statement ends there. In
	// doubt it is a name: a broken page does less harm than one that tells.
	reads = later(`^[a-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*(?:[;)}]| ?\+ ?['"\x60]| ?(?:\|\||&&))`)
	calls = later(`^[A-Za-z_$][\w$.]*[(\[]`)
)

// statements tells which places of a text are a script's own statements: in a script, and
// there in no string, remark or pattern. Only there is what stands without quotes no name.
// It goes forward only. What it cannot follow (quotes that are escaped themselves) it takes
// for a string: then the script may break, and nothing is told.
type statements struct {
	text  []byte
	at    int
	whole bool // the text is a script; else scripts begin and end with their tags
	in    bool // within a script
	// until is what ends the string, remark or pattern at hand: its quote, '\n' after //,
	// '*' after /*, '/', ']' for a set of signs in a pattern; 0: none is.
	until  byte
	last   byte  // the last sign of a statement, that a pattern can be told from a division
	braces []int // that stand open in each ${ of a template
}

func statementsOf(text []byte, whole bool) *statements {
	return &statements{text: text, whole: whole, in: whole}
}

// holds tells whether the place i, not before one that was asked for, is in a statement.
func (s *statements) holds(i int) bool {
	for s.at < i {
		s.step()
	}
	return s.in && s.until == 0
}

// step goes one sign on, or over a few that belong together.
func (s *statements) step() {
	c := s.text[s.at]
	switch {
	case !s.whole && c == '<' && s.tag("</script"):
		s.in, s.until, s.last, s.braces = false, 0, 0, nil
	case !s.in:
		if c == '<' && s.tag("<script") {
			if end := bytes.IndexByte(s.text[s.at:], '>'); end >= 0 {
				s.at += end
				s.in = true
			}
		}
	case s.until == 0:
		s.statement(c)
	case s.until == '\n':
		if c == '\n' {
			s.until = 0
		}
	case s.until == '*':
		if c == '*' && s.next() == '/' {
			s.at++
			s.until = 0
		}
	case c == '\\':
		s.at++
	case s.until == '`' && c == '$' && s.next() == '{':
		s.at++
		s.until, s.last = 0, '{'
		s.braces = append(s.braces, 0)
	case c == '\n' && s.until != '`': // no string or pattern goes on there
		s.until = 0
	case s.until == ']':
		if c == ']' {
			s.until = '/'
		}
	case s.until == '/' && c == '[':
		s.until = ']'
	case c == s.until:
		s.until, s.last = 0, c
	}
	s.at++
}

func (s *statements) statement(c byte) {
	n := len(s.braces)
	switch c {
	case ' ', '\t', '\r', '\n':
		return
	case '"', '\'', '`':
		s.until = c
	case '{':
		if n > 0 {
			s.braces[n-1]++
		}
	case '}':
		if n > 0 && s.braces[n-1] == 0 {
			s.braces, s.until = s.braces[:n-1], '`'
		} else if n > 0 {
			s.braces[n-1]--
		}
	case '/':
		switch next := s.next(); {
		case next == '/':
			s.until = '\n'
			return
		case next == '*':
			s.at++
			s.until = '*'
			return
		case s.last == 0 || bytes.IndexByte([]byte("(,=:[!&|?{};+-*%<>~^"), s.last) >= 0 || s.keyword():
			s.until = '/'
		}
	}
	s.last = c
}

// keyword: what stands before is a word after which comes a value.
func (s *statements) keyword() bool {
	before := bytes.TrimRight(s.text[max(0, s.at-16):s.at], " \t")
	for _, w := range []string{"return", "typeof", "case", "in", "of", "void", "delete"} {
		if rest, ok := bytes.CutSuffix(before, []byte(w)); ok && (len(rest) == 0 || !alnum(rest[len(rest)-1]) && rest[len(rest)-1] != '_' && rest[len(rest)-1] != '$') {
			return true
		}
	}
	return false
}

func (s *statements) next() byte {
	if s.at+1 < len(s.text) {
		return s.text[s.at+1]
	}
	return 0
}

func (s *statements) tag(words string) bool {
	return len(s.text)-s.at >= len(words) && bytes.EqualFold(s.text[s.at:s.at+len(words)], []byte(words))
}

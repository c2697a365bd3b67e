package redact

import "unicode/utf8"

// Char is one way of reading a character: which, and how many bytes it takes.
type Char struct {
	Rune rune // beyond utf8.MaxRune: a byte that is no UTF-8
	Len  int
}

// Chars appends to cs every way to read the character at b[i]: as it stands, and
// with up to three encodings taken off (percent signs, HTML entities, the escapes of
// JSON and JavaScript). Whoever puts something else in the place of a secret, and
// not only [Mark], reads with it.
func Chars(cs []Char, b []byte, i int) []Char {
	// Nothing is encoded that does not begin with one of these.
	if c := b[i]; c < utf8.RuneSelf && c != '%' && c != '&' && c != '\\' && c != '+' {
		return append(cs, Char{rune(c), 1})
	}
	var buf [16]unit
	x := reader{b: b}
	for _, u := range x.units(buf[:0], i, layers) {
		cs = append(cs, Char{u.r, u.n})
	}
	return cs
}

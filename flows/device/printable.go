package device

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// quoteMax is how many characters of a name a message shows. Names of hundreds
// of characters exist; a message stays one line.
const quoteMax = 80

// Printable returns s fit for one line of a terminal: line breaks and tabs are
// spaces; control characters, bidirectional marks and other invisible format
// characters are gone; invalid UTF-8 is U+FFFD. What emoji are joined with stays.
func Printable(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' || r == '\u0085' || r == '\u2028' || r == '\u2029':
			return ' '
		case r == '\u200c' || r == '\u200d': // joiners: Persian, Indic scripts, emoji families
			return r
		case r >= 0xE0020 && r <= 0xE007F: // tags: the flags of England, Scotland, Wales
			return r
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Cs):
			return -1
		}
		return r
	}, s)
}

// Quote returns a name in quotation marks, printable. A very long one loses its
// middle: names are numbered at either end.
func Quote(s string) string {
	s = Printable(s)
	if r := []rune(s); len(r) > quoteMax {
		const tail = quoteMax / 3
		s = string(r[:quoteMax-1-tail]) + "…" + string(r[len(r)-tail:])
	}
	return `"` + s + `"`
}

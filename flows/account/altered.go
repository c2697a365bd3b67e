package account

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file knows what word processors, web pages, phones and Windows do to a setting
// on its way here. Nobody sees it, and typed as it is it is a rejected sign-in.

// curly are the quotes that no shell and no env file takes for quotes.
const curly = "“”„‟‘’‚‛«»‹›「」『』＂＇"

// inCurlyQuotes: the value begins and ends with a quote, and one of them is curly.
func inCurlyQuotes(value string) bool {
	value = strings.TrimSpace(value)
	first, n := utf8.DecodeRuneInString(value)
	last, m := utf8.DecodeLastRuneInString(value)
	quote := func(r rune) bool { return r == '"' || r == '\'' || strings.ContainsRune(curly, r) }
	return n+m <= len(value) && quote(first) && quote(last) && (first > unicode.MaxASCII || last > unicode.MaxASCII)
}

// noGlyph are the characters that no font shows (Default_Ignorable_Code_Point).
var noGlyph = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x00ad, Hi: 0x00ad, Stride: 1}, {Lo: 0x034f, Hi: 0x034f, Stride: 1}, {Lo: 0x061c, Hi: 0x061c, Stride: 1},
		{Lo: 0x115f, Hi: 0x1160, Stride: 1}, {Lo: 0x17b4, Hi: 0x17b5, Stride: 1}, {Lo: 0x180b, Hi: 0x180f, Stride: 1},
		{Lo: 0x200b, Hi: 0x200f, Stride: 1}, {Lo: 0x202a, Hi: 0x202e, Stride: 1}, {Lo: 0x2060, Hi: 0x206f, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1}, {Lo: 0xfe00, Hi: 0xfe0f, Stride: 1}, {Lo: 0xfeff, Hi: 0xfeff, Stride: 1},
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1}, {Lo: 0xfff0, Hi: 0xfff8, Stride: 1},
	},
	R32:         []unicode.Range32{{Lo: 0x1bca0, Hi: 0x1bca3, Stride: 1}, {Lo: 0x1d173, Hi: 0x1d17a, Stride: 1}, {Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}},
	LatinOffset: 1,
}

var charNames = map[rune]string{
	0x00a0: "no-break space", 0x00ad: "soft hyphen", 0x200b: "zero width space", 0x200c: "zero width non-joiner", 0x200d: "zero width joiner",
	0x200e: "left-to-right mark", 0x200f: "right-to-left mark", 0x2060: "word joiner", 0xfeff: "byte order mark",
}

// invisible is the first character in s that nobody sees and nobody types, as a message
// names it; "" if there is none. What joins or varies the character before it belongs
// to that, in emoji and in several scripts.
func invisible(s string) string {
	var prev rune
	for _, r := range s {
		joins := r == 0x200c || r == 0x200d || r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0020
		if unicode.Is(noGlyph, r) && !(joins && (prev > 0xa0 || r == 0xfe0f && strings.ContainsRune("0123456789#*", prev))) {
			return named(r)
		}
		prev = r
	}
	return ""
}

// unusualSpace is the first space in s that is not the one of the keyboard.
func unusualSpace(s string) string {
	for _, r := range s {
		if r != ' ' && unicode.Is(unicode.Zs, r) {
			return named(r)
		}
	}
	return ""
}

func named(r rune) string {
	if n := charNames[r]; n != "" {
		return fmt.Sprintf("U+%04X, %s", r, n)
	}
	return fmt.Sprintf("U+%04X", r)
}

// visible is s without what cannot be seen, and with ordinary spaces.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(noGlyph, r):
			return -1
		case unicode.Is(unicode.Zs, r):
			return ' '
		}
		return r
	}, s)
}

// notText says what is wrong with a file that is to be UTF-8 text, and what to do
// about it; "" if nothing is.
func notText(s string) (problem, fix string) {
	switch {
	case strings.HasPrefix(s, "\xff\xfe"), strings.HasPrefix(s, "\xfe\xff"), wide(s):
		return "is UTF-16 text", "save it as UTF-8 (Windows' PowerShell writes UTF-16 with >)"
	case !utf8.ValidString(s), strings.ContainsRune(s, 0):
		return "is not UTF-8 text", "save it as UTF-8"
	}
	return "", ""
}

// wide: every other byte is zero, as in UTF-16 of English text without a mark.
func wide(s string) bool {
	n := min(len(s), 200) &^ 1
	var zeros [2]int
	for i := range n {
		if s[i] == 0 {
			zeros[i%2]++
		}
	}
	return n >= 4 && (zeros[0] == n/2 || zeros[1] == n/2)
}

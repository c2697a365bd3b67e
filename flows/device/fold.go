package device

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The two folds. testdata/fold.json is the table that both hold to, here and in
// the page's script, which has to agree: in JavaScript they are
//
//	foldID = (s) => s.normalize('NFKC').toLowerCase().replace(/ς/g, 'σ')
//	  .replace(/[\p{White_Space}\p{Pd}\p{Cf}\p{Cc}\u2212]/gu, '')
//	foldName = (s) => s.replace(/[\u2018-\u201B\u2032\u2035\u00B4\u0060\u02BC\u02B9]/g, "'")
//	  .replace(/[\u201C-\u201F\u2033\u2036\u00AB\u00BB]/g, '"')
//	  .normalize('NFKC').toLowerCase().replace(/ς/g, 'σ')
//	  .replace(/[\p{Pd}\u2212]/gu, '-').replace(/[\p{White_Space}]+/gu, ' ')
//	  .replace(/[\p{Cf}\p{Cc}\uFE0E\uFE0F]/gu, '').replace(/ +/g, ' ').trim()

// FoldID returns a serial or key as it is compared: Amazon's pages show a serial
// in groups of four, labels have dashes, people type lower case. White space,
// dashes, invisible characters, case and full-width forms make no difference.
// What stays different is another serial: nothing is guessed.
func FoldID(s string) string {
	for i := 0; ; i++ { // nearly all are folded but for case
		if i == len(s) {
			return strings.ToLower(s)
		}
		if !plain(s[i]) {
			break
		}
	}
	return strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.White_Space, unicode.Pd, unicode.Cf, unicode.Cc) || r == '\u2212' {
			return -1
		}
		return r
	}, lower(norm.NFKC.String(Normal(s))))
}

// FoldName returns what is left of a name when case, white space, the kinds of
// quotation marks and dashes, full-width forms and invisible characters are
// forgiven. Two names that fold alike are still two names: it serves to ask "did
// you mean", never to choose a device.
func FoldName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r { // before NFKC, which makes a space and an accent of some
		case '‘', '’', '‚', '‛', '\u2032', '\u2035', '\u00b4', '`', '\u02bc', '\u02b9':
			return '\''
		case '“', '”', '„', '‟', '\u2033', '\u2036', '«', '»':
			return '"'
		}
		return r
	}, Normal(s))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		case unicode.Is(unicode.White_Space, r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Cc) || r == '\ufe0e' || r == '\ufe0f':
			return -1
		}
		return r
	}, lower(norm.NFKC.String(s)))
	return strings.Join(strings.Fields(s), " ")
}

// lower is toLowerCase of JavaScript, which knows two letters more than Go.
func lower(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(s, "İ", "i\u0307")), "ς", "σ")
}

// SameID compares two serials or keys; nothing is the same as nothing. In a list of
// thousands most differ at once, which is told without making anything.
func SameID(a, b string) bool {
	if a == b {
		return a != ""
	}
	for i := range min(len(a), len(b)) {
		x, y := a[i], b[i]
		if !plain(x) || !plain(y) {
			break
		}
		if lowered(x) != lowered(y) {
			// What follows could be an accent that makes another letter of it.
			if (i+1 == len(a) || a[i+1] < 0x80) && (i+1 == len(b) || b[i+1] < 0x80) {
				return false
			}
			break
		}
	}
	f := FoldID(a)
	return f != "" && f == FoldID(b)
}

// plain signs are folded but for case.
func plain(c byte) bool { return c > ' ' && c < 0x7f && c != '-' }

func lowered(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

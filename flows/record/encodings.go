package record

import (
	"html"
	"unicode/utf16"
	"unicode/utf8"
)

// layers is how many encodings may lie over each other: a JSON text in an HTML
// attribute in an address is three.
const layers = 3

// longestEntity is the length of the longest name of an entity that is read:
// enough for every punctuation mark and Latin letter.
const longestEntity = 8

// unit is one way of reading a character: which, and how many bytes it takes.
type unit struct {
	r rune // beyond utf8.MaxRune: a byte that is no UTF-8
	n int
}

// chars appends to us every way to read the character at b[i]: as it stands, and
// with up to three encodings taken off (percent signs, HTML entities, the escapes of
// JSON and JavaScript).
func chars(us []unit, b []byte, i int) []unit {
	return encoded(b).units(us, i, layers)
}

// Bytes that are no UTF-8 have runes of their own, beyond Unicode.
const bytesAt = utf8.MaxRune + 1

func byteRune(b byte) rune { return bytesAt + rune(b) }

// encoded is a text that is read in every way at once.
type encoded []byte

// units appends every way to read the character at i with at most `depth` encodings
// over it. An encoding changes marks only: letters and digits within an encoded
// character (the hexadecimal digits, the name of an entity) always stand as they are.
func (x encoded) units(us []unit, i, depth int) []unit {
	if i >= len(x) {
		return us
	}
	from := len(us)
	us = append(us, x.plain(i))
	switch x[i] {
	case '%', '&', '\\', '+':
	default:
		return us // nothing is encoded that does not begin with one of these
	}
	for under := range depth {
		// What was read so far, with `under` encodings, may be what the next begins with.
		for k, to := from, len(us); k < to; k++ {
			u, after := us[k], i+us[k].n
			switch u.r {
			case '+':
				us = with(us, from, unit{' ', u.n})
			case '%':
				us = x.percent(us, from, i, after, under)
			case '&':
				us = x.entity(us, from, i, after, under)
			case '\\':
				us = x.escape(us, from, i, after, under)
			}
		}
	}
	return us
}

// with adds a way of reading that is not among us[from:] yet.
func with(us []unit, from int, u unit) []unit {
	for _, have := range us[from:] {
		if have == u {
			return us
		}
	}
	return append(us, u)
}

func (x encoded) plain(i int) unit {
	if r, n := utf8.DecodeRune(x[i:]); r != utf8.RuneError || n > 1 {
		return unit{r, n}
	}
	return unit{byteRune(x[i]), 1}
}

// is appends to ends where the mark c, read in any way, ends if it stands at i.
func (x encoded) is(ends []int, c rune, i, depth int) []int {
	var buf [8]unit
	for _, u := range x.units(buf[:0], i, depth) {
		if u.r == c {
			ends = append(ends, i+u.n)
		}
	}
	return ends
}

// hex reads exactly n hexadecimal digits.
func (x encoded) hex(i, n int) (v int, ok bool) {
	for ; n > 0; n, i = n-1, i+1 {
		if i >= len(x) {
			return 0, false
		}
		d := hexDigit(x[i])
		if d < 0 {
			return 0, false
		}
		v = v<<4 | d
	}
	return v, true
}

func hexDigit(c byte) int {
	switch {
	case c >= '0' && c <= '9':
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// percent reads %XX, as many as the character's UTF-8 has bytes; `after` is where
// the first % ends.
func (x encoded) percent(us []unit, from, start, after, depth int) []unit {
	if after < len(x) && (x[after] == 'u' || x[after] == 'U') { // escape() of JavaScript: %uXXXX
		if v, ok := x.hex(after+1, 4); ok {
			us = with(us, from, unit{rune(v), after + 5 - start})
		}
	}
	var raw [utf8.UTFMax]byte
	for n := range raw {
		v, ok := x.hex(after, 2)
		if !ok {
			return us
		}
		raw[n], after = byte(v), after+2
		if n == 0 && v >= utf8.RuneSelf {
			us = with(us, from, unit{byteRune(byte(v)), after - start})
		}
		if utf8.FullRune(raw[:n+1]) {
			if r, size := utf8.DecodeRune(raw[:n+1]); size == n+1 && (r != utf8.RuneError || size > 1) {
				us = with(us, from, unit{r, after - start})
			}
			return us
		}
		// The further ones are written like the first: take the shortest.
		var buf [4]int
		ends := x.is(buf[:0], '%', after, depth)
		if len(ends) == 0 {
			return us
		}
		after = ends[len(ends)-1]
	}
	return us
}

// entity reads &name; &#38; or &#x26;, without the semicolon too where it is a number.
func (x encoded) entity(us []unit, from, start, after, depth int) []unit {
	i := after
	for i < len(x) && i-after < longestEntity && isAlnum(x[i]) {
		i++
	}
	if i > after {
		var buf [4]int
		for _, end := range x.is(buf[:0], ';', i, depth) {
			name := "&" + string(x[after:i]) + ";"
			if s := html.UnescapeString(name); s != name {
				if r, size := utf8.DecodeRuneInString(s); size == len(s) {
					us = with(us, from, unit{r, end - start})
				}
			}
		}
		return us
	}
	var buf [4]int
	for _, i := range x.is(buf[:0], '#', after, depth) {
		base, v, digits := 10, 0, 0
		if i < len(x) && (x[i] == 'x' || x[i] == 'X') {
			i, base = i+1, 16
		}
		for ; i < len(x) && digits < 8; i++ {
			d := hexDigit(x[i])
			if d < 0 || d >= base {
				break
			}
			v = v*base + d
			digits++
		}
		if digits == 0 || v > utf8.MaxRune {
			continue
		}
		us = with(us, from, unit{rune(v), i - start})
		var buf [4]int
		for _, end := range x.is(buf[:0], ';', i, depth) {
			us = with(us, from, unit{rune(v), end - start})
		}
	}
	return us
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

var letterEscapes = map[rune]rune{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v', 'a': '\a'}

// escape reads what a backslash begins in JSON, JavaScript and Go; `after` is where
// the backslash ends.
func (x encoded) escape(us []unit, from, start, after, depth int) []unit {
	var buf [8]unit
	for _, u := range x.units(buf[:0], after, depth) {
		end := after + u.n
		switch u.r {
		case '\\', '"', '/', '\'':
			us = with(us, from, unit{u.r, end - start})
		case 'x':
			if v, ok := x.hex(end, 2); ok {
				us = with(us, from, unit{rune(v), end + 2 - start}) // JavaScript: a code point
				if v >= utf8.RuneSelf {
					us = with(us, from, unit{byteRune(byte(v)), end + 2 - start}) // Go: a byte
				}
			}
		case 'U':
			if v, ok := x.hex(end, 8); ok && v <= utf8.MaxRune {
				us = with(us, from, unit{rune(v), end + 8 - start})
			}
		case 'u':
			us = x.utf16(us, from, start, end, depth)
			us = x.braced(us, from, start, end)
		case '0', '1', '2', '3', '4', '5', '6', '7': // JavaScript, of old: up to three octal digits
			v := u.r - '0'
			for n := 0; n < 2 && end < len(x) && x[end] >= '0' && x[end] <= '7' && v*8 < 256; n++ {
				v, end = v*8+rune(x[end]-'0'), end+1
			}
			us = with(us, from, unit{v, end - start})
		default:
			if r, ok := letterEscapes[u.r]; ok {
				us = with(us, from, unit{r, end - start})
			}
		}
	}
	return us
}

// braced reads {X} behind \u, up to six digits.
func (x encoded) braced(us []unit, from, start, after int) []unit {
	if after >= len(x) || x[after] != '{' {
		return us
	}
	v, i := 0, after+1
	for ; i < len(x) && i-after <= 6 && hexDigit(x[i]) >= 0; i++ {
		v = v<<4 | hexDigit(x[i])
	}
	if i == after+1 || i >= len(x) || x[i] != '}' || v > utf8.MaxRune {
		return us
	}
	return with(us, from, unit{rune(v), i + 1 - start})
}

// utf16 reads what follows \u: four digits, and a second \uXXXX for what lies beyond
// the first plane.
func (x encoded) utf16(us []unit, from, start, after, depth int) []unit {
	high, ok := x.hex(after, 4)
	if !ok {
		return us
	}
	after += 4
	if !utf16.IsSurrogate(rune(high)) {
		return with(us, from, unit{rune(high), after - start})
	}
	var buf, buf2 [4]int
	for _, at := range x.is(buf[:0], '\\', after, depth) {
		for _, at := range x.is(buf2[:0], 'u', at, 0) {
			low, ok := x.hex(at, 4)
			if r := utf16.DecodeRune(rune(high), rune(low)); ok && r != utf8.RuneError {
				us = with(us, from, unit{r, at + 4 - start})
			}
		}
	}
	return us
}

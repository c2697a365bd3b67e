package record

import "unicode/utf8"

// view is a text with all encodings taken off, and the way back: patterns are looked
// for in it, and what they find is changed in the text it was made of.
type view struct {
	text []byte
	at   []int32 // where in the original each byte of text begins; nil: the same place
	raw  int     // length of the original
}

// viewOf reads b as far as it can be read. Of several ways of reading a character
// the one that takes the most is taken; a plus sign stays one.
func viewOf(b []byte) view {
	encoded := false
	for _, c := range b {
		if c == '%' || c == '&' || c == '\\' {
			encoded = true
			break
		}
	}
	if !encoded {
		return view{text: b, raw: len(b)}
	}
	v := view{text: make([]byte, 0, len(b)), at: make([]int32, 0, len(b)+1), raw: len(b)}
	var buf [16]unit
	for i := 0; i < len(b); {
		if c := b[i]; c != '%' && c != '&' && c != '\\' {
			v.text, v.at = append(v.text, c), append(v.at, int32(i))
			i++
			continue
		}
		best := unit{rune(b[i]), 1}
		for _, c := range chars(buf[:0], b, i) {
			if c.n > best.n && c.r <= utf8.MaxRune && c.r > 0 {
				best = c
			}
		}
		from := len(v.text)
		v.text = utf8.AppendRune(v.text, best.r)
		for range len(v.text) - from {
			v.at = append(v.at, int32(i))
		}
		i += best.n
	}
	return v
}

// from is where the character at a place of the view begins in the original.
func (v view) from(i int) int {
	switch {
	case v.at == nil:
		return i
	case i >= len(v.at):
		return v.raw
	}
	return int(v.at[i])
}

// pieces cuts a text where nothing is torn, so that a view stays small: at the end of a
// line or a tag, else wherever no word and no base64 stands.
func pieces(b []byte) [][]byte {
	const size = 256 << 10
	var out [][]byte
	for len(b) > size {
		cut := 0
		for k := size; k > size/2; k-- {
			if c := b[k]; c == '>' || c == '\n' && !isBase64(b[k-1]) {
				cut = k + 1
				break
			}
		}
		for k := size; cut == 0 && k < len(b); k++ {
			if c := b[k]; c == '>' || c == ',' || c == ';' || c == '}' || c == '\n' && !isBase64(b[k-1]) {
				cut = k + 1
			}
		}
		if cut == 0 || cut >= len(b) {
			break
		}
		out, b = append(out, b[:cut]), b[cut:]
	}
	return append(out, b)
}

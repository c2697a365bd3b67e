package record

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"unicode"
	"unicode/utf8"
)

// run is a row of letters that may be base64, as places of a view.
type run struct{ from, to int }

// The shortest base64 that is looked into: twelve bytes.
const shortestRun = 16

func isBase64(c byte) bool {
	return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/' || c == '-' || c == '_'
}

func runs(v view) []run {
	var out []run
	for i := 0; i < len(v.text); i++ {
		if !isBase64(v.text[i]) {
			continue
		}
		j, line := i, i
		for j < len(v.text) {
			if isBase64(v.text[j]) {
				j++
				continue
			}
			// Mail and PEM break base64 into lines: they are one row of letters.
			next := j
			for next < len(v.text) && next < j+2 && (v.text[next] == '\r' || v.text[next] == '\n') {
				next++
			}
			if next == j || j-line < 60 || j-line > 80 || next == len(v.text) || !isBase64(v.text[next]) {
				break
			}
			j, line = next, next
		}
		if j-i >= shortestRun {
			out = append(out, run{i, j})
		}
		i = j
	}
	return out
}

// parts are the ways in which a run may be read: what stands before base64 may be made
// of the same letters, so each beginning is tried, and then what lies between slashes
// and dashes, as in an address.
func (r run) parts(text []byte) (ways [][]run) {
	var whole, between []run
	for skip := range 4 {
		if r.to-r.from-skip >= shortestRun-4 {
			whole = append(whole, run{r.from + skip, r.to})
		}
	}
	for from, i := r.from, r.from; i <= r.to && r.to-r.from < 1<<16; i++ {
		if i < r.to && (text[i] >= '0' && text[i] <= '9' || text[i] >= 'A' && text[i] <= 'Z' || text[i] >= 'a' && text[i] <= 'z') {
			continue
		}
		if i-from >= shortestRun && (from > r.from || i < r.to) {
			between = append(between, run{from, i})
		}
		from = i + 1
	}
	return [][]run{whole, between}
}

// standard is base64 in the ordinary alphabet, without what does not make whole bytes.
func standard(b []byte) []byte {
	b = bytes.ReplaceAll(bytes.ReplaceAll(b, []byte{'-'}, []byte{'+'}), []byte{'_'}, []byte{'/'})
	if len(b)%4 == 1 {
		b = b[:len(b)-1]
	}
	return b
}

func (r run) decode(text []byte) []byte {
	b, err := base64.RawStdEncoding.DecodeString(string(standard(unbroken(text[r.from:r.to]))))
	if err != nil {
		return nil
	}
	return b
}

// inside is the text that unpacked bytes hold, as they are, in UTF-16, or packed once
// more; again packs it. nil: there is none.
func inside(b []byte) (inner []byte, again func([]byte) []byte) {
	if printable(b) {
		return b, func(b []byte) []byte { return b }
	}
	if e := utf16Of(b); e != nil {
		if u, err := e.NewDecoder().Bytes(b); err == nil && printable(u) {
			return u, func(u []byte) []byte {
				out, err := e.NewEncoder().Bytes(u)
				if err != nil {
					return nil
				}
				return out
			}
		}
	}
	if u, pack := inflated(b); u != nil {
		if inner, again := inside(u); inner != nil {
			return inner, func(b []byte) []byte { return pack(again(b)) }
		}
	}
	return nil, nil
}

// within tells the texts that lie packed in a text.
func within(v view, tell func([]byte)) {
	for _, r := range runs(v) {
		row := v.text[r.from:r.to]
		if b := make([]byte, len(row)/2); len(row)%2 == 0 {
			if _, err := hex.Decode(b, row); err == nil {
				if inner, _ := inside(b); inner != nil {
					tell(inner)
					continue
				}
			}
		}
		for _, way := range r.parts(v.text) {
			found := false
			for _, part := range way {
				if inner, _ := inside(part.decode(v.text)); inner != nil {
					tell(inner)
					found = true
				}
			}
			if found {
				break
			}
		}
	}
}

// printable: text, not something that happens to decode.
func printable(b []byte) bool {
	if len(b) < 6 || !utf8.Valid(b) {
		return false
	}
	odd, n := 0, 0
	for _, r := range string(b) {
		if !unicode.IsPrint(r) && r != '\n' && r != '\t' && r != '\r' {
			odd++
		}
		n++
	}
	return odd*20 <= n
}

// packed takes things out of base64: each run is unpacked, scrubbed and packed again.
func (s *Scrubber) packed(b []byte, depth int) []byte {
	var out []byte
	done, base := 0, 0
	for _, p := range pieces(b) {
		v := viewOf(p)
		for _, r := range runs(v) {
			for _, clean := range s.repack(v, r, depth) {
				from, to := base+v.from(clean.from), base+v.from(clean.to)
				if from < done {
					continue
				}
				out = append(out, b[done:from]...)
				out = s.inForm(out, v, p, clean.run, clean.enc)
				done = to
			}
		}
		base += len(p)
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// repacked is a part of a run without things.
type repacked struct {
	run
	enc []byte
}

// repack is what of a run had things in it, without them.
func (s *Scrubber) repack(v view, r run, depth int) (all []repacked) {
	for i, way := range r.parts(v.text) {
		for _, part := range way {
			b := part.decode(v.text)
			if b == nil {
				continue
			}
			var clean []byte
			inner, again := inside(b)
			if inner != nil {
				if clean = s.scrub(inner, depth+1); bytes.Equal(clean, inner) {
					clean = b
				} else {
					clean = again(clean)
				}
			} else {
				clean = s.replace(b, shortest)
			}
			if bytes.Equal(clean, b) {
				continue
			}
			e := base64.RawStdEncoding
			if bytes.ContainsAny(v.text[part.from:part.to], "-_") {
				e = base64.RawURLEncoding
			}
			all = append(all, repacked{part, inLines([]byte(e.EncodeToString(clean)), v.text[r.from:r.to])})
			if i == 0 {
				return all
			}
		}
	}
	return all
}

// inLines breaks base64 into lines as the old one was.
func inLines(enc, old []byte) []byte {
	width := bytes.IndexAny(old, "\r\n")
	if width <= 0 {
		return enc
	}
	end := width
	for end < len(old) && (old[end] == '\r' || old[end] == '\n') {
		end++
	}
	var out []byte
	for len(enc) > width {
		out = append(append(out, enc[:width]...), old[width:end]...)
		enc = enc[width:]
	}
	return append(out, enc...)
}

// inForm writes new base64 as the old one was written: if its + and / were encoded,
// so are the new ones.
func (s *Scrubber) inForm(out []byte, v view, raw []byte, r run, enc []byte) []byte {
	form := map[byte][]byte{}
	for i := r.from; i < r.to; i++ {
		if c := v.text[i]; c == '+' || c == '/' || c == '\n' || c == '\r' {
			form[c] = raw[v.from(i):v.from(i+1)]
		}
	}
	for _, c := range enc {
		if f, ok := form[c]; ok {
			out = append(out, f...)
			continue
		}
		out = append(out, c)
	}
	return out
}

// ends replaces the ends of phone numbers where they stand.
func (s *Scrubber) ends(b []byte) []byte {
	var out []byte
	done, base := 0, 0
	for _, p := range pieces(b) {
		v := viewOf(p)
		for _, m := range endsIn(v.text) {
			from, to := base+v.from(m[0]), base+v.from(m[1])
			digits := string(v.text[m[0]:m[1]])
			out = append(out, b[done:from]...)
			out = append(out, s.endOf(digits)...)
			s.hits[PhoneEnd]++
			done = to
		}
		base += len(p)
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// endOf is the fake of a phone number's end.
func (s *Scrubber) endOf(digits string) string {
	key := "\x00" + digits // no thing: it is not looked for elsewhere
	if f, ok := s.words[key]; ok {
		return f
	}
	f := s.fake(PhoneEnd, digits)
	s.words[key] = f
	return f
}

// endsIn are the places of two to four digits that end a phone number.
func endsIn(text []byte) [][2]int {
	var out [][2]int
	for i := 0; i < len(text); {
		if text[i] < '0' || text[i] > '9' {
			i++
			continue
		}
		j := i
		for j < len(text) && text[j] >= '0' && text[j] <= '9' {
			j++
		}
		if n := j - i; n >= 2 && n <= 4 && (j == len(text) || !alnum(text[j]) && text[j] != '_') && mayEnd(text[:i]) {
			from := max(0, i-48)
			for from < i && !utf8.RuneStart(text[from]) {
				from++
			}
			if m := phoneEnds.FindSubmatchIndex(text[from:j]); m != nil && from+m[2] == i {
				out = append(out, [2]int{i, j})
			}
		}
		i = j
	}
	return out
}

// mayEnd: what stands before the digits can be the words, or the signs, that stand
// before the end of a number.
func mayEnd(before []byte) bool {
	for k := 0; k < 4 && len(before) > 0 && bytes.IndexByte([]byte(" \t\n:\"'>"), before[len(before)-1]) >= 0; k++ {
		before = before[:len(before)-1]
	}
	if len(before) == 0 {
		return false
	}
	c := before[len(before)-1]
	if c >= utf8.RuneSelf || bytes.IndexByte([]byte("*xX().- "), c) >= 0 {
		return true
	}
	for _, w := range []string{"in", "with", "auf", "mit", "par", "en", "em", "con", "per", "op", "final"} {
		if len(before) > len(w) && bytes.EqualFold(before[len(before)-len(w):], []byte(w)) {
			return true
		}
	}
	return false
}

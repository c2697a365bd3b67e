package record

import (
	"bytes"
	"encoding/base64"
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
		j := i
		for j < len(v.text) && isBase64(v.text[j]) {
			j++
		}
		if j-i >= shortestRun {
			out = append(out, run{i, j})
		}
		i = j
	}
	return out
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
	b, err := base64.RawStdEncoding.DecodeString(string(standard(text[r.from:r.to])))
	if err != nil {
		return nil
	}
	return b
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
			enc, skip := s.repack(v.text[r.from:r.to], depth)
			if enc == nil {
				continue
			}
			from, to := base+v.from(r.from+skip), base+v.from(r.to)
			if from < done {
				continue
			}
			out = append(out, b[done:from]...)
			out = s.inForm(out, v, p, r, enc)
			done = to
		}
		base += len(p)
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// repack is the run without things, from its skip-th letter on; nil: nothing was in it.
// What is before base64 may be made of the same letters, so each beginning is tried.
func (s *Scrubber) repack(text []byte, depth int) (enc []byte, skip int) {
	for skip := range 4 {
		if len(text)-skip < shortestRun-4 {
			break
		}
		part := text[skip:]
		b, err := base64.RawStdEncoding.DecodeString(string(standard(part)))
		if err != nil {
			continue
		}
		var clean []byte
		if printable(b) {
			clean = s.scrub(b, depth+1)
		} else {
			clean = s.replace(b, shortest)
		}
		if bytes.Equal(clean, b) {
			continue
		}
		e := base64.RawStdEncoding
		if bytes.ContainsAny(part, "-_") {
			e = base64.RawURLEncoding
		}
		return []byte(e.EncodeToString(clean)), skip
	}
	return nil, 0
}

// inForm writes new base64 as the old one was written: if its + and / were encoded,
// so are the new ones.
func (s *Scrubber) inForm(out []byte, v view, raw []byte, r run, enc []byte) []byte {
	form := map[byte][]byte{}
	for i := r.from; i < r.to; i++ {
		if c := v.text[i]; c == '+' || c == '/' {
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

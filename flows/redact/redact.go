// Package redact takes secrets out of anything that is written: logs, errors,
// saved pages, cassettes. It stands at the outermost writer, so that no caller has
// to think of it.
//
// It never stands over results: digits of a serial can be those of a password, and
// a list with such a serial taken out is another list. Results are built from what
// holds no secret, and Holds is the last look at that.
//
// A secret is found as it is, and in the forms that it takes on its way through a
// browser and its tools: percent-encoded (upper and lower case, "+" for a space),
// with HTML entities (named, decimal, hexadecimal), with the escapes of JSON,
// JavaScript and Go, any mixture of these and up to three of them over each other
// (a JSON text in an attribute in an address); in hexadecimal; and in base64 of
// either alphabet, alone or inside the base64 of something longer.
//
// It is not encryption and no promise: a secret that was hashed, compressed,
// reversed or cut into pieces is not found. Of a secret inside a longer base64
// text up to four bits of its first byte stay readable.
//
// Secrets under four bytes would be found everywhere; they are taken out only
// where they stand as a word of their own, and never in hexadecimal or base64.
package redact

import (
	"encoding/hex"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"unicode"
	"unicode/utf8"
)

// Mark is what stands where a secret was.
const Mark = "[redacted]"

// shortest is the length in bytes from which a secret is found inside other text.
const shortest = 4

// Redactor knows the secrets. It is safe for concurrent use; nil knows none.
type Redactor struct {
	mu    sync.Mutex // Add
	known map[string]bool
	set   atomic.Pointer[set]
}

// New is a redactor of these secrets. Empty ones are left out.
func New(secrets ...string) *Redactor {
	r := &Redactor{known: map[string]bool{}}
	r.set.Store(&set{})
	for _, s := range secrets {
		r.Add(s)
	}
	return r
}

// Add makes one more secret known, from the next write on. Known and empty ones
// change nothing.
func (r *Redactor) Add(secret string) {
	if secret == "" {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.known[secret] {
		return
	}
	r.known[secret] = true
	old := r.set.Load()
	r.set.Store(newSet(append(old.patterns[:len(old.patterns):len(old.patterns)], patternsOf(secret)...)))
}

// From whole bytes on, a secret that stands in a text as a word of its own is not there
// by chance, from sure bytes on (a session's token, the secret of one-time codes)
// wherever it stands.
const whole, sure = 8, 16

// Holds reports whether s gives a secret away in full: it is one, or a long one
// stands in it as a word of its own. Digits of a serial that a short password or a
// one-time code happens to have are neither.
func (r *Redactor) Holds(s string) bool {
	if r == nil || s == "" {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for secret := range r.known {
		switch {
		case len(secret) < shortest:
		case strings.TrimSpace(s) == strings.TrimSpace(secret),
			len(secret) >= whole && standsIn(s, secret),
			len(secret) >= sure && strings.Contains(s, secret):
			return true
		}
	}
	return false
}

// standsIn: between the ends of s, or what is no letter or digit.
func standsIn(s, secret string) bool {
	inWord := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
	for at := 0; ; {
		i := strings.Index(s[at:], secret)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at+len(secret):])
		if !inWord(before) && !inWord(after) {
			return true
		}
		at++
	}
}

// String is s without the secrets.
func (r *Redactor) String(s string) string {
	if r == nil {
		return s
	}
	set := r.set.Load()
	if !set.mayHold(s) {
		return s
	}
	out, _, found := set.scan(nil, []byte(s), 0, true)
	if !found {
		return s
	}
	return string(out)
}

// Bytes is a copy of b without the secrets.
func (r *Redactor) Bytes(b []byte) []byte {
	if r == nil {
		return append([]byte(nil), b...)
	}
	out, _, _ := r.set.Load().scan(nil, b, 0, true)
	return out
}

// Writer passes on to w what is written to it, without the secrets, also where a
// secret comes in pieces. Only text that may be the beginning of a secret waits,
// until what follows decides; a line is never held back beyond its end (unless a
// secret holds a line break). Close or Flush passes on what waits.
func (r *Redactor) Writer(w io.Writer) *Writer { return &Writer{r: r, w: w} }

// Writer is an io.WriteCloser over another writer; see Redactor.Writer. It is safe
// for concurrent use.
type Writer struct {
	r    *Redactor
	mu   sync.Mutex
	w    io.Writer
	held []byte
	prev byte // the byte before held, as it was written to us
	err  error
}

// Write takes all of p or gives the error of the writer below, then and from then on.
func (w *Writer) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return 0, w.err
	}
	if w.r == nil {
		return w.w.Write(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	w.held = append(w.held, p...)
	if err := w.pass(false); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush decides on what waits as if nothing followed, and passes it on.
func (w *Writer) Flush() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.err != nil {
		return w.err
	}
	return w.pass(true)
}

// Close is Flush. The writer below stays open.
func (w *Writer) Close() error { return w.Flush() }

func (w *Writer) pass(end bool) error {
	if len(w.held) == 0 {
		return nil
	}
	out, n, _ := w.r.set.Load().scan(nil, w.held, w.prev, end)
	if n > 0 {
		w.prev = w.held[n-1]
		w.held = append(w.held[:0], w.held[n:]...)
	}
	if len(out) == 0 {
		return nil
	}
	_, w.err = w.w.Write(out)
	return w.err
}

// pattern is one form of a secret: a row of characters, each of which may be
// written in any of the ways that units knows.
type pattern struct {
	chars [][]rune // the runes that may stand in each place
	word  bool     // only where no letter or digit is before or after it
}

func patternsOf(secret string) []pattern {
	raw := pattern{word: len(secret) < shortest}
	for i := 0; i < len(secret); {
		r, n := utf8.DecodeRuneInString(secret[i:])
		if r == utf8.RuneError && n == 1 {
			r = byteRune(secret[i])
		}
		raw.chars = append(raw.chars, []rune{r})
		i += n
	}
	all := []pattern{raw}
	if raw.word {
		return all
	}
	all = append(all, hexPattern(secret))
	for before := range 3 {
		all = append(all, base64Pattern(secret, before))
	}
	return all
}

func hexPattern(secret string) pattern {
	var p pattern
	for _, c := range hex.EncodeToString([]byte(secret)) {
		if c >= 'a' {
			p.chars = append(p.chars, []rune{c, c - 'a' + 'A'})
		} else {
			p.chars = append(p.chars, []rune{c})
		}
	}
	return p
}

// base64Pattern is the secret's base64 where `before` bytes (modulo 3) stand before
// it: the characters that hold nothing but bits of the secret, and the last one,
// whose remaining bits may be anything.
func base64Pattern(secret string, before int) pattern {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	char := func(v int) []rune {
		switch v {
		case 62:
			return []rune{'+', '-'}
		case 63:
			return []rune{'/', '_'}
		}
		return []rune{rune(alphabet[v])}
	}
	bits := make([]byte, 0, 8*(before+len(secret)))
	for _, b := range append(make([]byte, before), secret...) {
		for k := 7; k >= 0; k-- {
			bits = append(bits, b>>k&1)
		}
	}
	var p pattern
	for at := (8*before + 5) / 6 * 6; at < len(bits); at += 6 {
		v, have := 0, 0
		for ; have < 6 && at+have < len(bits); have++ {
			v = v<<1 | int(bits[at+have])
		}
		open := 6 - have
		var set []rune
		for low := range 1 << open {
			set = append(set, char(v<<open|low)...)
		}
		p.chars = append(p.chars, set)
	}
	return p
}

// Package redact takes secrets out of anything that is written: logs, errors,
// saved pages. It stands at the outermost writer, so that no caller has to think
// of it.
//
// It never stands over results: digits of a serial can be those of a password, and
// a list with such a serial taken out is another list. Results are built from what
// holds no secret, and Holds is the last look at that.
//
// It looks for texts, and decodes nothing: each secret as it is, and as the usual
// encoders write it (see forms.go): in addresses, in HTML, in JSON, JavaScript and
// Go, two of them over each other or a JSON text in HTML in an address, in
// hexadecimal, and in base64 of either alphabet, alone or inside something longer.
//
// It is not encryption and no promise: a secret that was hashed, compressed,
// reversed, cut into pieces, or encoded here and there only, is not found. Of a
// secret inside a longer base64 text up to four bits of its first byte stay
// readable. What must be found however it is encoded (in a recording that is
// shared) is the work of package record.
//
// Secrets under four bytes would be found everywhere; they are taken out only
// where they stand as a word of their own, and never in hexadecimal or base64.
package redact

import (
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Mark is what stands where a secret was.
const Mark = "[redacted]"

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
	if !r.known[secret] {
		r.known[secret] = true
		r.set.Store(r.set.Load().with(secret))
	}
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
	for at := 0; ; {
		i := strings.Index(s[at:], secret)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(s[:at])
		after, _ := utf8.DecodeRuneInString(s[at+len(secret):])
		if !isWord(before) && !isWord(after) {
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
	out, _ := r.set.Load().scan([]byte(s), 0, true)
	return string(out)
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
	out, n := w.r.set.Load().scan(w.held, w.prev, end)
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

package record

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/redact"
)

// A Class is a kind of thing that is taken out.
type Class string

// The classes. What a person typed as a secret, and what opens a session, is in the
// first four.
const (
	Password Class = "passwords and codes"
	Cookie   Class = "cookies"
	Token    Class = "tokens"
	Session  Class = "session ids"
	Customer Class = "customer ids"
	Account  Class = "account ids of devices"
	Serial   Class = "serial numbers"
	Email    Class = "e-mail addresses"
	Person   Class = "names of people"
	Device   Class = "names of devices"
	Phone    Class = "phone numbers"
	PhoneEnd Class = "ends of phone numbers"
	Address  Class = "postal addresses"
	Place    Class = "coordinates"
	MAC      Class = "hardware (MAC) addresses"
	SSID     Class = "names of wireless networks"
	IP       Class = "internet (IP) addresses"
)

// A Scrubber replaces what belongs to one person or account by fakes. First it is
// shown everything ([Scrubber.Look], [Scrubber.Add]), then it replaces
// ([Scrubber.Bytes]): so a serial number that a JSON answer names as one is replaced
// on every page too.
//
// A fake has the shape of what it replaces (letters for letters, digits for digits,
// every other sign in its place), is always the same for the same thing, and is not
// computed from it: it is the n-th of its class. Names are replaced word by word,
// and words of the trade (Echo, Kindle, TV) stay.
//
// A thing is found as it stands, percent-encoded, with HTML entities, with escapes of
// JSON and JavaScript, any three of these over each other, in base64 and in
// hexadecimal. What is encrypted, hashed or compressed inside a page is not found.
type Scrubber struct {
	keepNames bool
	known     map[string]*thing
	count     map[Class]int // how many things of a class: the n of the next
	words     map[string]string
	taken     map[string]bool // fakes that are given out
	root      *node
	may       [256]bool
	hits      map[Class]int // replacements
	stays     map[string]bool
	keys      map[string]Class // names that were judged already
	frozen    bool
}

// thing is something to take out.
type thing struct {
	value, fake []rune
	class       Class
	// word: only where neither a letter nor a digit stands beside it. Short things
	// and names would otherwise be found inside others.
	word bool
}

type node struct {
	next map[rune]*node
	end  *thing
}

// NewScrubber knows nothing yet. keepNames leaves the names of devices as they are.
func NewScrubber(keepNames bool) *Scrubber {
	return &Scrubber{keepNames: keepNames, known: map[string]*thing{}, count: map[Class]int{}, words: map[string]string{},
		taken: map[string]bool{}, hits: map[Class]int{}, stays: map[string]bool{}, keys: map[string]Class{}}
}

// shortest things that are looked for inside other text; shorter ones only as words.
const shortest = 8

// Add names a thing to take out. Values that say nothing about anybody (true, en_US,
// a single digit, a word of the trade) are left alone.
func (s *Scrubber) Add(c Class, value string) {
	value = strings.TrimSpace(value)
	if value == "" || s.frozen || s.known[value] != nil || s.stays[value] || len(value) > 4096 || harmless(c, value) {
		return
	}
	if c == Device && s.keepNames {
		s.stays[value] = true
		return
	}
	// What a cookie or a token holds may be encoded already, and stand elsewhere bare.
	if c != Device && c != Person {
		if bare := unescape(value); bare != value {
			s.Add(c, bare)
		}
	}
	if c == Cookie || c == Token {
		for _, part := range strings.FieldsFunc(value, func(r rune) bool { return r == '|' || r == '"' || r == ':' }) {
			if len(part) >= 16 && part != value {
				s.Add(c, part)
			}
		}
	}
	s.put(c, value)
	switch c {
	case Serial, Customer, Account, Email, MAC, Session:
		// The same id in the other case is the same id.
		t := s.known[value]
		for _, f := range []func(string) string{strings.ToLower, strings.ToUpper} {
			if v := f(value); v != value && s.known[v] == nil && t != nil {
				s.known[v] = &thing{[]rune(v), []rune(f(string(t.fake))), c, t.word}
			}
		}
	}
	if c == MAC {
		t := s.known[value]
		sep := strings.NewReplacer(":", "", "-", "")
		for _, with := range []string{":", "-", ""} {
			v, f := pairs(sep.Replace(value), with), pairs(sep.Replace(string(t.fake)), with)
			for _, fn := range []func(string) string{strings.ToLower, strings.ToUpper} {
				if s.known[fn(v)] == nil {
					s.known[fn(v)] = &thing{[]rune(fn(v)), []rune(fn(f)), c, true}
				}
			}
		}
	}
}

func pairs(hex, with string) string {
	var b strings.Builder
	for i := 0; i+2 <= len(hex); i += 2 {
		if i > 0 {
			b.WriteString(with)
		}
		b.WriteString(hex[i : i+2])
	}
	return b.String()
}

// put gives a thing its fake.
func (s *Scrubber) put(c Class, value string) {
	fake := s.fake(c, value)
	if fake == value {
		return
	}
	t := &thing{value: []rune(value), fake: []rune(fake), class: c}
	t.word = len(t.value) < shortest || c == Person || c == Device || c == Address || c == SSID || c == IP
	s.known[value] = t
	// A whole name is taken out; so is each name in it.
	if c == Person {
		for _, w := range strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) }) {
			if w != value && utf8.RuneCountInString(w) > 1 && unicode.IsUpper([]rune(w)[0]) {
				s.Add(Person, w)
			}
		}
	}
}

// freeze builds what Bytes searches with.
func (s *Scrubber) freeze() {
	if s.frozen {
		return
	}
	s.frozen = true
	s.root = &node{next: map[rune]*node{}}
	values := make([]string, 0, len(s.known))
	for v := range s.known {
		values = append(values, v)
	}
	sort.Strings(values)
	for _, v := range values {
		t := s.known[v]
		s.plant(t)
		if len(v) >= 6 {
			low := fmt.Sprintf("%x", v)
			fake := fmt.Sprintf("%x", string(t.fake))
			s.plant(&thing{[]rune(low), []rune(fake), t.class, false})
			s.plant(&thing{[]rune(strings.ToUpper(low)), []rune(strings.ToUpper(fake)), t.class, false})
		}
	}
	for _, c := range []byte{'%', '&', '\\', '+'} {
		s.may[c] = true
	}
	var buf [utf8.UTFMax]byte
	for r := range s.root.next {
		utf8.EncodeRune(buf[:], r)
		s.may[buf[0]] = true
	}
}

func (s *Scrubber) plant(t *thing) {
	n := s.root
	for _, r := range t.value {
		if n.next == nil {
			n.next = map[rune]*node{}
		}
		if n.next[r] == nil {
			n.next[r] = &node{}
		}
		n = n.next[r]
	}
	if n.end == nil {
		n.end = t
	}
}

// Bytes is b with fakes for everything that is known. Nothing can be added after it
// was called.
func (s *Scrubber) Bytes(b []byte) []byte {
	s.freeze()
	return s.scrub(b, 0)
}

// String is Bytes for a text.
func (s *Scrubber) String(text string) string {
	if text == "" {
		return text
	}
	return string(s.Bytes([]byte(text)))
}

func (s *Scrubber) scrub(b []byte, depth int) []byte {
	b = s.ends(b)
	b = s.replace(b, 0)
	if depth < 3 {
		b = s.packed(b, depth)
	}
	return b
}

// replace puts fakes in the place of things. least leaves shorter things alone.
func (s *Scrubber) replace(b []byte, least int) []byte {
	var out []byte // nil while nothing was found
	done := 0
	for i := 0; i < len(b); {
		if !s.may[b[i]] {
			i++
			continue
		}
		m := search{s: s, b: b, from: i, least: least, budget: 5000}
		m.walk(s.root, i)
		if m.best == nil {
			i++
			continue
		}
		out = append(out, b[done:i]...)
		out = m.emit(out)
		s.hits[m.best.class]++
		i = m.end
		done = i
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// search follows all ways of reading b from one place.
type search struct {
	s      *Scrubber
	b      []byte
	from   int
	least  int
	budget int
	path   []int // where each character read so far begins

	best  *thing
	steps []int // the path of the best
	end   int
}

func (m *search) walk(n *node, at int) {
	if m.budget--; m.budget < 0 {
		return
	}
	if t := n.end; t != nil && at > m.end && len(t.value) >= m.least && (!t.word || m.alone(at)) {
		m.best, m.end = t, at
		m.steps = append(m.steps[:0], m.path...)
	}
	if at >= len(m.b) || len(n.next) == 0 {
		return
	}
	var buf [16]redact.Char
	for _, c := range redact.Chars(buf[:0], m.b, at) {
		if to := n.next[c.Rune]; to != nil {
			m.path = append(m.path, at)
			m.walk(to, at+c.Len)
			m.path = m.path[:len(m.path)-1]
		}
	}
}

// alone: no letter or digit stands before or after the match, read in any way.
func (m *search) alone(end int) bool {
	var buf [16]redact.Char
	if end < len(m.b) {
		apart := false
		for _, c := range redact.Chars(buf[:0], m.b, end) {
			apart = apart || !wordRune(c.Rune)
		}
		if !apart {
			return false
		}
	}
	if m.from == 0 {
		return true
	}
	if r, _ := utf8.DecodeLastRune(m.b[:m.from]); !wordRune(r) {
		return true
	}
	// It may be the end of something encoded: %20Ada.
	for j := m.from - 2; j >= 0 && j >= m.from-16; j-- {
		switch m.b[j] {
		case '%', '&', '\\':
		default:
			continue
		}
		for _, c := range redact.Chars(buf[:0], m.b, j) {
			if j+c.Len == m.from && !wordRune(c.Rune) {
				return true
			}
		}
	}
	return false
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' }

// emit writes the fake in the encoding in which the thing was found: signs keep
// theirs, letters and digits never need one.
func (m *search) emit(out []byte) []byte {
	t := m.best
	if len(t.fake) != len(t.value) {
		return append(out, string(t.fake)...)
	}
	for k, r := range t.fake {
		from, to := m.steps[k], m.end
		if k+1 < len(m.steps) {
			to = m.steps[k+1]
		}
		if r == t.value[k] || r > unicode.MaxASCII {
			out = append(out, m.b[from:to]...)
			continue
		}
		out = append(out, byte(r))
	}
	return out
}

// Counts is how often something of each class was replaced.
func (s *Scrubber) Counts() map[Class]int {
	out := map[Class]int{}
	for c, n := range s.hits {
		out[c] = n
	}
	return out
}

// Fake is what stands in the place of value, value itself if nothing does.
func (s *Scrubber) Fake(value string) string {
	if t := s.known[value]; t != nil {
		return string(t.fake)
	}
	return value
}

// Left tells the first thing that is still in b in some form, "" if nothing is: a
// check of what was written by other means than those that wrote it.
func (s *Scrubber) Left(b []byte) (Class, bool) {
	for v, t := range s.known {
		if len(v) >= shortest && !t.word && strings.Contains(string(b), v) {
			return t.class, true
		}
	}
	return "", false
}

// Classes in the order in which a report names them.
var Classes = []Class{Password, Cookie, Token, Session, Customer, Account, Serial, Email, Person, Device, Phone, PhoneEnd, Address, Place, MAC, SSID, IP}

package record

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"
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
	PhoneEnd Class = "digits at the end of what may be a phone number"
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
// JSON and JavaScript, any three of these over each other, in base64 (of UTF-16, gzip
// and zlib too, four deep) and in hexadecimal; a name also broken by white space, tags or
// invisible characters, and with its words joined as addresses and programs do. What is
// encrypted, hashed or put together by a script inside a page is not found.
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
	lib       bool // what is looked at now is a library
	code      bool // what is looked at now is a script or a style
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
	if c == Serial {
		value = compact(value)
	}
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
	if t := s.known[value]; c == Serial && t != nil && len(value) >= 12 && len(value)%4 == 0 {
		// The devices page shows a Kindle's in groups of four.
		for _, with := range []string{" ", "-", "\u00a0"} {
			for _, fn := range []func(string) string{strings.ToLower, strings.ToUpper} {
				v, f := groups(fn(value), 4, with), groups(fn(string(t.fake)), 4, with)
				s.known[v] = &thing{[]rune(v), []rune(f), c, false}
			}
		}
	}
	s.otherForms(c, value)
	if c == MAC {
		t := s.known[value]
		sep := strings.NewReplacer(":", "", "-", "")
		for _, with := range []string{":", "-", ""} {
			v, f := groups(sep.Replace(value), 2, with), groups(sep.Replace(string(t.fake)), 2, with)
			for _, fn := range []func(string) string{strings.ToLower, strings.ToUpper} {
				if s.known[fn(v)] == nil {
					s.known[fn(v)] = &thing{[]rune(fn(v)), []rune(fn(f)), c, true}
				}
			}
		}
	}
}

// groups puts a sign between each n letters.
func groups(id string, n int, with string) string {
	var b strings.Builder
	for i := 0; i+n <= len(id); i += n {
		if i > 0 {
			b.WriteString(with)
		}
		b.WriteString(id[i : i+n])
	}
	return b.String()
}

// compact is a serial number without the signs that people group it with.
func compact(serial string) string {
	bare := strings.NewReplacer(" ", "", "-", "", "\u00a0", "").Replace(serial)
	if len(bare) >= 12 && len(bare) <= 20 && !strings.ContainsFunc(bare, func(r rune) bool { return r > 127 || !alnum(byte(r)) }) {
		return bare
	}
	return serial
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

// Counts is how often something of each class was replaced.
func (s *Scrubber) Counts() map[Class]int {
	out := map[Class]int{}
	for c, n := range s.hits {
		out[c] = n
	}
	return out
}

// Classes in the order in which a report names them.
var Classes = []Class{Password, Cookie, Token, Session, Customer, Account, Serial, Email, Person, Device, Phone, PhoneEnd, Address, Place, MAC, SSID, IP}

package record

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"
)

// fake is the next fake of a class, in the shape of value.
func (s *Scrubber) fake(c Class, value string) string {
	if c == Device || c == Person || c == Address || c == SSID {
		return s.byWord(value)
	}
	n := s.count[c] + 1
	s.count[c] = n
	if c == IP && !strings.Contains(value, ":") {
		return []string{"192.0.2.", "198.51.100.", "203.0.113."}[(n/250)%3] + fmt.Sprint(1+n%250)
	}
	for try := range 100 {
		f := shape(c, value, rand.New(rand.NewPCG(uint64(n), seedOf(c)+uint64(try))))
		if f == value || s.known[f] != nil || s.taken[f] && len(value) > 3 {
			continue
		}
		s.taken[f] = true
		return f
	}
	return shape(c, value, rand.New(rand.NewPCG(uint64(n), 1)))
}

func seedOf(c Class) uint64 {
	h := uint64(1469598103934665603)
	for i := range len(c) {
		h = (h ^ uint64(c[i])) * 1099511628211
	}
	return h
}

// shape draws letters for letters and digits for digits, and keeps all else.
func shape(c Class, value string, rnd *rand.Rand) string {
	rs := []rune(value)
	from, to := 0, len(rs)
	switch c {
	case Account:
		if i := strings.LastIndexByte(value, '.'); strings.HasPrefix(value, "amzn1.") && i > 0 {
			from = len([]rune(value[:i+1])) // the kind of id is no secret
		}
	case Customer, Serial:
		from = min(1, len(rs)-1)
	case Email:
		if i := strings.LastIndexByte(value, '@'); i > 0 {
			to = len([]rune(value[:i]))
		}
	}
	hexOnly := c == MAC || c == IP
	for i := from; i < to; i++ {
		switch r := rs[i]; {
		case hexOnly && isHex(r):
			set := "0123456789abcdef"
			if unicode.IsUpper(r) {
				set = "0123456789ABCDEF"
			}
			rs[i] = rune(set[rnd.IntN(16)])
		case r >= '0' && r <= '9':
			rs[i] = rune('0' + rnd.IntN(10))
		case r >= 'A' && r <= 'Z':
			rs[i] = rune('A' + rnd.IntN(26))
		case r >= 'a' && r <= 'z':
			rs[i] = rune('a' + rnd.IntN(26))
		case unicode.IsUpper(r):
			rs[i] = rune('A' + rnd.IntN(26))
		case unicode.IsLetter(r):
			rs[i] = rune('a' + rnd.IntN(26))
		case unicode.IsDigit(r):
			rs[i] = rune('0' + rnd.IntN(10))
		}
	}
	switch {
	case c == MAC && len(rs) > 1:
		rs[0], rs[1] = '0', '2' // locally administered: no maker's
	case c == IP && len(rs) > 4:
		copy(rs, []rune("2001")) // 2001:db8:: would not keep the shape
	case c == Email && to < len(rs):
		return string(rs[:to]) + "@example.com"
	}
	return string(rs)
}

func isHex(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'f' || r >= 'A' && r <= 'F'
}

// trade are words in names that tell nothing about a person.
var trade = wordSet(`Echo Dot Show Spot Plus Studio Flex Pop Sub Input Link Auto Frames Buds Loop Tap Look Glow Alexa App Apps Amazon Kindle Paperwhite
	Oasis Voyage Scribe Colorsoft Keyboard Touch Basic Fire TV Stick Cube Tablet Phone HD HDX Max Lite Kids Pro Edition Gen Generation Ring eero Sonos Bose iPhone iPad iOS
	Android Mac PC Windows Cloud Reader Player Audible Music Photos Shopping Home Assistant Web Device Devices This Smart Speaker
	for the of and on my in with st nd rd th s new old Deregister`)

func wordSet(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// byWord fakes the words of a name, each the same way wherever it occurs, so that a
// name inside another stays one. Words of the trade and numbers of up to three
// digits stay.
func (s *Scrubber) byWord(value string) string {
	rs := []rune(value)
	var out strings.Builder
	for i := 0; i < len(rs); {
		if !unicode.IsLetter(rs[i]) && !unicode.IsDigit(rs[i]) {
			out.WriteRune(rs[i])
			i++
			continue
		}
		j := i
		letters := unicode.IsLetter(rs[i])
		for j < len(rs) && unicode.IsLetter(rs[j]) == letters && (letters || unicode.IsDigit(rs[j])) {
			j++
		}
		w := string(rs[i:j])
		switch {
		case letters && (trade[w] || trade[capital(w)]), !letters && j-i <= 3:
			out.WriteString(w)
		default:
			out.WriteString(s.word(w))
		}
		i = j
	}
	return out.String()
}

func capital(w string) string {
	rs := []rune(strings.ToLower(w))
	rs[0] = unicode.ToUpper(rs[0])
	return string(rs)
}

const (
	vowels     = "aeiou"
	consonants = "bdfgklmnprstvz"
)

// word is a made-up word that can be said aloud.
func (s *Scrubber) word(w string) string {
	if f, ok := s.words[w]; ok {
		return f
	}
	rs := []rune(w)
	for try := 0; ; try++ {
		rnd := rand.New(rand.NewPCG(uint64(len(s.words)+1), uint64(77+try)))
		f := make([]rune, len(rs))
		for i, r := range rs {
			set := consonants
			if i%2 == 1 {
				set = vowels
			}
			c := rune(set[rnd.IntN(len(set))])
			switch {
			case unicode.IsDigit(r):
				c = rune('0' + rnd.IntN(10))
			case unicode.IsUpper(r):
				c = unicode.ToUpper(c)
			}
			f[i] = c
		}
		fake := string(f)
		if (fake == w || s.taken[fake] || s.known[fake] != nil) && try < 50 {
			continue
		}
		s.taken[fake] = true
		s.words[w] = fake
		return fake
	}
}

var (
	locale   = later(`^[a-z]{2}([-_][A-Za-z]{2,4})?$`)
	plainNum = later(`^-?[0-9]+(\.[0-9]+)?$`)
	uiWords  = wordSet(`true false null none undefined yes no on off auto default guest unknown enabled disabled success error ok GET POST USD EUR GBP JPY desktop
		mobile nav-rec nav-unrec standard inline text hidden submit button anonymous customer owner Owner Hello Account device devices account email phone password
		session token serial name address required optional numeric string number boolean object array function localhost example bearer Bearer`)
)

// harmless: a value that is no secret whatever it was found under.
func harmless(c Class, v string) bool {
	n := len([]rune(v))
	if uiWords[v] || v == "127.0.0.1" || v == "0.0.0.0" || v == "::1" {
		return true
	}
	switch c {
	case Password:
		return n < 2
	case Cookie:
		return n < 6 || locale().MatchString(v) || plainNum().MatchString(v) && n < 8
	case Token, Session:
		if n < 8 || locale().MatchString(v) || plainNum().MatchString(v) && n < 8 {
			return true
		}
		// A word is no token, and neither is a sentence.
		return n < 20 && !strings.ContainsFunc(v, unicode.IsDigit) && !strings.ContainsAny(v, "+/=|") || strings.ContainsRune(v, ' ')
	case Customer, Account, Serial:
		return n < 6 || !strings.ContainsFunc(v, unicode.IsDigit) || strings.ContainsAny(v, " <>{}()/")
	case Email:
		return !strings.Contains(v, "@") || strings.HasSuffix(v, "@example.com")
	case Person, Device, SSID:
		return n < 2 || n > 600 || plainNum().MatchString(v) || !strings.ContainsFunc(v, unicode.IsLetter) || strings.ContainsAny(v, "{}") && c == Person
	case Address:
		return n < 4 || n > 200 || plainNum().MatchString(v) && n < 5
	case Phone:
		digits := 0
		for _, r := range v {
			if unicode.IsDigit(r) {
				digits++
			}
		}
		return digits < 6
	case Place:
		return n < 5
	case IP:
		return strings.HasPrefix(v, "192.0.2.") || strings.HasPrefix(v, "198.51.100.") || strings.HasPrefix(v, "203.0.113.")
	}
	return n < 4
}

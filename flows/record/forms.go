package record

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The same name is written in several ways: in capitals on a label, with a curly
// apostrophe from a phone, with accents apart from their letters from a Mac.

// otherForms adds the other ways in which a thing may be written, with fakes that are
// written alike.
func (s *Scrubber) otherForms(c Class, value string) {
	t := s.known[value]
	if t == nil {
		return
	}
	fake := string(t.fake)
	word := t.word
	add := func(v, f string) {
		if v != value && v != f && s.known[v] == nil {
			s.known[v] = &thing{[]rune(v), []rune(f), c, word}
		}
	}
	switch c {
	case Person, Device, SSID, Address:
		forms := []func(string) string{norm.NFC.String, norm.NFD.String, strings.ToUpper,
			func(v string) string { return strings.NewReplacer("'", "\u2019").Replace(v) },
			func(v string) string { return strings.NewReplacer("\u2019", "'", "\u2018", "'", "`", "'").Replace(v) },
			func(v string) string { return strings.ReplaceAll(v, " ", "\u00a0") },
			func(v string) string { return strings.Join(strings.Fields(v), " ") },
		}
		if strings.ContainsRune(value, ' ') {
			forms = append(forms, strings.ToLower) // one word in small letters may be any word
		}
		if value == strings.ToUpper(value) {
			forms = append(forms, titled)
		}
		for _, form := range forms {
			add(form(value), form(fake))
		}
		if c == Person || c == Device {
			if words := parts(value); len(words) > 1 {
				for _, form := range joined {
					v := form(words)
					word = utf8.RuneCountInString(v) < longJoined // a long one is found within a name of a program too
					add(v, form(parts(fake)))
				}
				word = t.word
			}
		}
	case Phone:
		if m := american().FindStringSubmatch(digitsOf(value)); m != nil && len(digitsOf(fake)) == len(digitsOf(value)) {
			f := digitsOf(fake)
			f = f[len(f)-10:]
			for _, form := range []string{"$1$2$3", "($1) $2-$3", "$1-$2-$3", "$1.$2.$3", "$1 $2 $3", "+1$1$2$3", "1$1$2$3", "+1 $1-$2-$3", "1-$1-$2-$3"} {
				write := func(a, b, c string) string { return strings.NewReplacer("$1", a, "$2", b, "$3", c).Replace(form) }
				add(write(m[1], m[2], m[3]), write(f[:3], f[3:6], f[6:]))
			}
		}
	}
	// Ada's Kindle: whose it is.
	if m := possessive().FindStringSubmatch(value); c == Device && m != nil && !trade[m[1]] && !s.keepNames {
		s.Add(Person, m[1])
	}
}

var (
	american   = later(`^1?([2-9][0-9]{2})([0-9]{3})([0-9]{4})$`)
	possessive = later(`^(\p{Lu}[\p{L}\p{M}]+)['\x{2019}]s\b`)
)

// longJoined is the length from which the words of a name, joined, are those of nothing
// else.
const longJoined = 10

// parts are the words of a name: what letters and digits stand together.
func parts(name string) []string {
	return strings.FieldsFunc(strings.NewReplacer("'", "", "\u2019", "").Replace(name), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.M, r) })
}

// joined are the ways in which addresses and programs write a name of several words.
var joined = func() (forms []func([]string) string) {
	for _, sep := range []string{"-", "_", ".", "+", ""} {
		for _, fn := range []func(string) string{strings.ToLower, strings.ToUpper, func(v string) string { return v }} {
			forms = append(forms, func(words []string) string { return fn(strings.Join(words, sep)) })
		}
	}
	return append(forms, func(words []string) string { return strings.ToLower(words[0]) + strings.Join(words[1:], "") })
}()

func digitsOf(v string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, v)
}

// titled is ADA LOVELACE as Ada Lovelace.
func titled(v string) string {
	before := ' '
	return strings.Map(func(r rune) rune {
		defer func() { before = r }()
		if unicode.IsLetter(before) {
			return unicode.ToLower(r)
		}
		return r
	}, v)
}

package page

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/unicode/rangetable"
)

// expect prepares for what a press may bring: calls of the page, and after Deregister
// a window.confirm.
func (t *Tab) expect(k *Known) {
	t.state.mu.Lock()
	defer t.state.mu.Unlock()
	t.calledAtPress, t.state.agree, t.state.yes, t.state.no = t.state.called, nil, false, ""
	if k != nil && k.Seek == SeekDeregister {
		t.calledAtFirst, t.sentAtFirst = t.state.called, t.state.sent
	}
	if k != nil && (k.Seek == SeekDeregister || k.Seek == SeekConfirm) {
		t.state.agree = func(message string) bool { return t.agrees(k.Key, message) }
	}
}

// agrees judges a window.confirm that came after a press on Deregister of a device: it
// must speak of deregistering, of no danger, and of no other device.
func (t *Tab) agrees(key, message string) bool {
	i := slices.IndexFunc(t.known.devices, func(d Device) bool { return d.Key == key })
	if i < 0 || !t.aboutIt(message) {
		return false
	}
	d := t.known.devices[i]
	var own []string // what is said of the device itself
	for _, w := range slices.Concat([]string{d.Name, d.Date}, d.IDs, d.Labels) {
		own = append(own, fold(w))
	}
	slices.SortFunc(own, func(a, b string) int { return len(b) - len(a) })
	// As in the page: an explanation may name what else can be done; what is asked may not.
	// Without a question mark the first sentence is what is asked.
	sentences := strings.FieldsFunc(ends.ReplaceAllString(clean(message), "$0\x00"), func(c rune) bool { return c == 0 })
	asks := func(s string) bool {
		s = strings.TrimSpace(s)
		return strings.HasSuffix(s, "?") || strings.HasSuffix(s, "\uff1f")
	}
	anyAsked := slices.ContainsFunc(sentences, asks)
	asked, first, leading := false, true, ""
	for n, s := range sentences {
		about, q := t.aboutIt(s), fold(s)
		for _, w := range own {
			if i := wordAt(q, w, 0); i >= 0 {
				q = q[:i] + "\x00" + q[i+len(w):]
			}
		}
		leads := about && (first || asks(s)) || t.speaks(loose(s), "will-be-deregistered")
		if t.speaks(q, "danger-beyond") || leads && t.unknownIn(s, d) != "" {
			return false
		}
		if leads {
			leading += s + " "
		}
		first = first && !about
		if anyAsked && !asks(s) || !anyAsked && n > 0 {
			continue
		}
		asked = asked || about
		if several.MatchString(q) || !about && !t.speaks(q, "sure") {
			return false
		}
		for _, harm := range []string{"danger-label", "danger-device", "danger-purchase", "danger-content", "danger-dialog", "danger-several"} {
			if t.speaks(q, harm) {
				return false
			}
		}
	}
	if !asked && t.speaks(fold(message), "danger-dialog") {
		return false
	}
	for _, o := range t.known.devices {
		for _, id := range o.IDs {
			if o.Key != key && len(id) >= 6 && strings.Contains(clean(message), id) {
				return false
			}
		}
	}
	other, ours, perhaps := t.otherNamed(clean(d.Name), message, leading)
	return !other && (ours || !perhaps)
}

// ends are where sentences end.
var ends = regexp.MustCompile(`[.?!](?:\s|$)|[\x{3002}\x{ff1f}\x{ff01}]`)

// several: a number of two or more, not of a price, and none with letters ("2nd").
var several = regexp.MustCompile(`(?:^|[^\pL\d.,$€£-])(?:[2-9]|[1-9]\d{1,2})(?:$|[^\pL\d.,%])`)

// Weak says that a name is also a word of the pages, or a family or type of the list: it
// is told from these only by where it stands, beside other names.
func (t *Tab) Weak(name string) bool {
	for _, text := range t.o.Selectors.Texts {
		if text.Apart {
			continue
		}
		for _, p := range text.Phrases {
			if fold(p.Text) == fold(name) {
				return true
			}
		}
	}
	for _, d := range t.known.devices {
		for _, l := range d.Labels {
			if fold(strings.ReplaceAll(l, "_", " ")) == fold(name) {
				return true
			}
		}
	}
	return false
}

// clean is the form in which names are compared, fold that of words, as in page.js.
func clean(s string) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case unicode.Is(noWidth, c):
			return -1
		case unicode.IsSpace(c) && c != '\u0085': // JavaScript's \s
			return ' '
		}
		return c
	}, norm.NFC.String(s))
	return strings.Join(strings.FieldsFunc(s, func(c rune) bool { return c == ' ' }), " ")
}

func fold(s string) string {
	return strings.ReplaceAll(cases.Lower(language.Und).String(clean(s)), "\u2019", "'")
}

// noWidth are signs that pages insert at will.
var noWidth = rangetable.New([]rune("\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")...)

// wordAt is where a phrase stands in s as whole words from a place on, -1 if nowhere;
// as wordAt in page.js.
func wordAt(s, phrase string, from int) int {
	if phrase == "" {
		return -1
	}
	for i := from; i <= len(s); i++ {
		n := strings.Index(s[i:], phrase)
		if n < 0 {
			return -1
		}
		i += n
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+len(phrase):])
		first, _ := utf8.DecodeRuneInString(phrase)
		last, _ := utf8.DecodeLastRuneInString(phrase)
		if !glued(before, first) && !glued(last, after) {
			return i
		}
	}
	return -1
}

func glued(a, b rune) bool {
	word := func(c rune) bool {
		return (unicode.IsLetter(c) || unicode.IsNumber(c)) && c != utf8.RuneError && !unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
	}
	return word(a) && word(b)
}

package page

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What a window.confirm says is judged here, because the page cannot run while one is open.
// naming.js judges a pop-up in the same way; testdata/questions.json holds both to it.

// loose is the form in which names and words are compared where people or pages may have
// written them: capitals, quotes and dashes may differ.
func loose(s string) string { return fold(straight(s)) }

// looser is loose without apostrophes: "Adas", as German writes it.
func looser(s string) string { return strings.ReplaceAll(loose(s), "'", "") }

// straight is loose without its small letters.
func straight(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case strings.ContainsRune("\u2018\u2019\u201a\u201b\u02bc\u2032`\u00b4", c):
			return '\''
		case strings.ContainsRune("\u201c\u201d\u201e\u2033\u00ab\u00bb", c):
			return '"'
		case unicode.Is(unicode.Pd, c), c == '\u2212':
			return '-'
		}
		return c
	}, norm.NFKC.String(s))
}

// otherNamed says whether a message names, whole or cut off with dots, another device of
// the list; and whether it names this one. Names that are also words of the page name
// nobody; where only such a one stands, perhaps is true. leading is what the message
// says is going to be done.
func (t *Tab) otherNamed(name, message, leading string) (other, ours, perhaps bool) {
	type known struct {
		name, loose string
		weak        bool
	}
	var names []known
	for _, d := range t.known.devices {
		if n := clean(d.Name); n != "" && !slices.ContainsFunc(names, func(k known) bool { return k.name == n }) {
			names = append(names, known{n, looser(n), t.Weak(n)})
		}
	}
	slices.SortFunc(names, func(a, b known) int { return len(b.loose) - len(a.loose) })
	mine, words, exact := looser(name), looser(message), clean(message)
	// As a device is called, or in capitals: "this device" is no device called This Device.
	flat := strings.ReplaceAll(clean(straight(message)), "'", "")
	written := func(i int, n known) bool {
		if len(flat) != len(words) {
			return true
		}
		s := flat[i : i+len(n.loose)]
		return s == strings.ToUpper(s) || s == strings.ReplaceAll(clean(straight(n.name)), "'", "")
	}
	for _, n := range names {
		if genitive := n.loose + "s"; utf8.RuneCountInString(n.loose) > 3 {
			if slices.ContainsFunc(names, func(o known) bool { return o.loose == genitive }) {
				continue
			}
			for i := wordAt(words, genitive, 0); i >= 0; i = wordAt(words, genitive, i+1) {
				words = words[:i+len(n.loose)] + "\x00" + words[i+len(genitive):]
			}
		}
	}
	for _, n := range names {
		if n.name != name && t.isPhrase(n.name, "generic-names") {
			continue
		}
		if n.weak { // a word of the page is a name only as the device writes it
			once := n.name != name && t.usual(n.name)
			if n.name != name && t.isPhrase(n.name, "product-words") { // what else is said of Alexa or of Kindles names nobody
				perhaps = perhaps || wordAt(leading, n.name, 0) >= 0
				continue
			}
			for i := wordAt(exact, n.name, 0); i >= 0; i = wordAt(exact, n.name, i) {
				ours = ours || n.name == name
				perhaps = perhaps || n.name != name && !once
				once = false
				exact = exact[:i] + "\x00" + exact[i+len(n.name):]
			}
			continue
		}
		for i := wordAt(words, n.loose, 0); i >= 0; i = wordAt(words, n.loose, i+1) {
			if !written(i, n) {
				continue
			}
			if n.loose != mine || n.name != name && wordAt(clean(message), name, 0) < 0 {
				return true, false, false
			}
			ours = true
			words = words[:i] + strings.Repeat("\x00", len(n.loose)) + words[i+len(n.loose):] // as long as it was, for written
		}
	}
	for _, at := range dots.FindAllStringIndex(words, -1) {
		before := strings.TrimRight(words[:at[0]], " ")
		for _, n := range names {
			if n.name != name && !n.weak && cutAt(before, n.loose) > cutAt(before, mine) {
				return true, false, false
			}
		}
	}
	return false, ours, perhaps
}

var dots = regexp.MustCompile(`\.\.\.`)

// cutAt is how much of the beginning of a name some words end with, in bytes.
func cutAt(words, name string) int {
	for k := min(len(name)-1, len(words)); k > 2; k-- {
		if !strings.HasSuffix(words, name[:k]) {
			continue
		}
		before, _ := utf8.DecodeLastRuneInString(words[:len(words)-k])
		first, _ := utf8.DecodeRuneInString(name)
		if !glued(before, first) {
			return k
		}
	}
	return 0
}

// usual says that every question about deregistering may say this name: it is a device's
// only where it stands once more.
func (t *Tab) usual(name string) bool {
	for _, text := range []string{"deregister", "your-devices-tab", "confirm"} {
		if t.isPhrase(name, text) {
			return true
		}
	}
	return false
}

func (t *Tab) isPhrase(words, text string) bool {
	for _, p := range t.o.Selectors.Texts[text].Phrases {
		if fold(p.Text) == fold(words) {
			return true
		}
	}
	return false
}

func (t *Tab) speaks(folded, text string) bool {
	for _, p := range t.o.Selectors.Texts[text].Phrases {
		if wordAt(folded, fold(p.Text), 0) >= 0 {
			return true
		}
	}
	return false
}

func (t *Tab) aboutIt(sentence string) bool {
	f := fold(sentence)
	return t.speaks(f, "deregister-words") || t.speaks(f, "deregister")
}

var (
	quotedWords  = regexp.MustCompile(`["「『]([^"「」『』]{2,80})["」』]`)
	anyWord      = regexp.MustCompile(`[\pL\pN\x01\x02](?:['.-]*[\pL\pN])*`)
	betweenWords = regexp.MustCompile(`[^\pL\pN'-]+`)
	longerKana   = regexp.MustCompile(`[\p{Katakana}\x{30fc}]\x01|\x01[\p{Katakana}\x{30fc}]`)
	endsInKana   = regexp.MustCompile(`[\p{Katakana}\x{30fc}]$`)
	small        = regexp.MustCompile(`\p{Ll}`)
)

// questionTexts are what the words of a question about deregistering are found in.
var questionTexts = []string{"plain-words", "account-words", "deregister", "deregister-words", "confirm", "cancel", "sure", "your-devices-tab"}

// plainWord says that a word is no name, in the languages given, or in any: it stands in some
// phrase of such questions.
func (t *Tab) plainWord(w string, tongues map[string]bool) bool {
	t.plainOnce.Do(func() {
		t.plain = map[string][]string{"": {""}}
		for _, text := range questionTexts {
			for _, p := range t.o.Selectors.Texts[text].Phrases {
				for _, w := range strings.FieldsFunc(loose(p.Text), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsNumber(c) && c != '\'' }) {
					t.plain[w] = append(t.plain[w], p.Lang)
				}
			}
		}
	})
	plain := func(x string) bool {
		langs, ok := t.plain[x]
		return ok && (len(tongues) == 0 || x == "" || slices.ContainsFunc(langs, func(l string) bool { return tongues[l] }))
	}
	f := strings.TrimSuffix(loose(w), "'s")
	return plain(f) || !slices.ContainsFunc(strings.Split(f, "-"), func(x string) bool { return !plain(x) })
}

// tongues are the languages in which a sentence speaks of deregistering.
func (t *Tab) tongues(s string) map[string]bool {
	out := map[string]bool{}
	for _, text := range []string{"deregister", "deregister-words", "will-be-deregistered"} {
		for _, p := range t.o.Selectors.Texts[text].Phrases {
			if wordAt(loose(s), loose(p.Text), 0) >= 0 {
				out[p.Lang] = true
			}
		}
	}
	return out
}

// unknownIn is what a sentence about deregistering calls by a name that is not the
// device's: "Deregister Bob's Echo Studio?", "Deregister Kitchen Plus?", "Your Kindle will
// be deregistered" of an Echo.
func (t *Tab) unknownIn(sentence string, d Device) string {
	s := clean(straight(strings.ReplaceAll(sentence, "\x00", " ")))
	tongues := t.tongues(s)
	take := func(list []string, sign string) {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b string) int { return len(b) - len(a) })
		for _, w := range list {
			w = loose(w)
			for l := loose(s); len(l) == len(s) && wordAt(l, w, 0) >= 0; l = loose(s) {
				i := wordAt(l, w, 0)
				s = s[:i] + sign + s[i+len(w):]
			}
		}
	}
	var labels []string
	for _, l := range d.Labels {
		labels = append(labels, strings.ReplaceAll(l, "_", " "))
	}
	take(slices.Concat([]string{d.Name}, d.IDs), "\x01")
	take(slices.Concat(labels, []string{d.Date}), "\x02")
	for _, m := range quotedWords.FindAllStringSubmatch(s, -1) {
		strange := slices.ContainsFunc(betweenWords.Split(m[1], -1), func(w string) bool { return w != "" && !t.plainWord(w, tongues) })
		if strange && !t.aboutIt(m[1]) {
			return m[1]
		}
	}
	capital := func(w string) bool {
		first, _ := utf8.DecodeRuneInString(w)
		return (unicode.IsUpper(first) || unicode.IsNumber(first) || lowerUpper.MatchString(w)) && !t.plainWord(w, tongues)
	}
	at := anyWord.FindAllStringIndex(s, -1)
	word := func(i int) string { return s[at[i][0]:at[i][1]] }
	next := func(i int) bool {
		return i >= 0 && i+1 < len(at) && len(strings.Trim(s[at[i][1]:at[i+1][0]], ` ('"`)) == 0 && at[i+1][0]-at[i][1] <= 2
	}
	solid := strings.ContainsFunc(s, func(c rune) bool {
		return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai)
	})
	shout := !small.MatchString(s)
	for i := range at {
		if !strings.ContainsAny(word(i), "\x01\x02") {
			continue
		}
		if next(i) && capital(word(i+1)) {
			return word(i + 1)
		}
		if next(i-1) && (i > 1 || solid) && !shout && capital(word(i-1)) {
			return word(i - 1)
		}
	}
	// Signs that are written without spaces: a longer name is one, a particle after it is none.
	if longerKana.MatchString(s) && endsInKana.MatchString(d.Name) {
		return strings.ReplaceAll(s, "\x01", d.Name)
	}
	if strings.Contains(s, "\x01") {
		return ""
	}
	// Whose account it is may be said, by a name, too.
	part := len(at)
	for i := range at {
		if t.isPhrase(loose(word(i)), "account-words") {
			part = i
			break
		}
	}
	said := make([]string, part)
	for i := range said {
		said[i] = word(i)
	}
	if !strings.Contains(s, "\x02") {
		for _, l := range t.foreignLabels(d) {
			if wordAt(loose(strings.Join(said, " ")), l, 0) >= 0 {
				return l
			}
		}
	}
	if solid && !strings.Contains(s, "\x02") {
		if o := t.objectOf(s); o != "" {
			return o
		}
	}
	if shout {
		return ""
	}
	from := 1
	if solid || t.speaks(loose(s), "will-be-deregistered") || part > 1 && (loose(word(1)) == "abmelden" || loose(word(1)) == "abgemeldet") {
		from = 0
	}
	// A German noun with an article before it is no name.
	noun := func(i int) bool {
		if !german.MatchString(loose(s)) {
			return false
		}
		for i--; i >= 0 && adjective.MatchString(word(i)) && !t.plainWord(word(i), nil); i-- {
		}
		return i >= 0 && t.plainWord(word(i), nil) && !noArticle.MatchString(loose(word(i)))
	}
	for i := from; i < part; i++ {
		vocative := i == len(at)-1 && strings.HasSuffix(strings.TrimRight(s[:at[i][0]], " "), ",")
		if word(i) != "1" && capital(word(i)) && !noun(i) && !vocative && !strings.ContainsAny(word(i), "\x01\x02") {
			return word(i)
		}
	}
	return ""
}

var (
	// German writes every noun with a capital; a name is one without an article.
	lowerUpper = regexp.MustCompile(`^\p{Ll}+\p{Lu}`) // iPad
	german     = regexp.MustCompile(`(?:^|\PL)(?:abmelden|abmeldung|abgemeldet|registrierung)`)
	adjective  = regexp.MustCompile(`^\p{Ll}+e[nmrs]?$`)
	noArticle  = regexp.MustCompile(`^(?:sie|und|oder|von|amazon)$`)
	object     = regexp.MustCompile(`([^\pP]{1,60}?)[のをが](?:登録[をが]?解除|解除)`)
	hiragana   = regexp.MustCompile(`\p{Hiragana}`)
)

// objectOf is what a Japanese sentence deregisters, where it is more than "this device".
func (t *Tab) objectOf(s string) string {
	m := object.FindStringSubmatch(strings.Join(strings.Fields(s), ""))
	if m == nil {
		return ""
	}
	t.plainWord("", nil) // fills t.plain
	words := slices.SortedFunc(maps.Keys(t.plain), func(a, b string) int { return len(b) - len(a) })
	rest := m[1]
	for _, w := range words {
		if strings.ContainsFunc(w, func(c rune) bool { return unicode.In(c, unicode.Han, unicode.Hiragana, unicode.Katakana) }) {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	if strings.ContainsFunc(hiragana.ReplaceAllString(rest, ""), func(c rune) bool { return unicode.IsLetter(c) || unicode.IsNumber(c) }) {
		return m[1]
	}
	return ""
}

// foreignLabels are the types, families and categories that only other devices have, but for
// those that every page says.
func (t *Tab) foreignLabels(d Device) (out []string) {
	var own []string
	for _, l := range d.Labels {
		own = append(own, loose(strings.ReplaceAll(l, "_", " ")))
	}
	for _, o := range t.known.devices {
		for _, l := range o.Labels {
			l = loose(strings.ReplaceAll(l, "_", " "))
			if l == "" || l == "app" || l == "apps" || l == "other" || slices.Contains(out, l) || t.isPhrase(l, "your-devices-tab") || t.isPhrase(l+"s", "your-devices-tab") ||
				slices.ContainsFunc(own, func(o string) bool { return wordAt(o, l, 0) >= 0 || wordAt(l, o, 0) >= 0 }) {
				continue
			}
			out = append(out, l)
		}
	}
	return out
}

package device

import (
	"html"
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// This file says what a word may have been before somebody wrote it down: which
// letters were taken for others, what was put around it, what was left out.

// misread makes one letter of those that eyes take for each other on a label, and drops
// the zeros in front, which spreadsheets drop.
func misread(folded string) string {
	return strings.TrimLeft(lookAlike.Replace(folded), "0")
}

var lookAlike = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// wholeID is the length from which an id within a longer line is no accident.
const wholeID = 8

// nearly returns the devices that a word which hits none may mean all the same:
// their name but for what FoldName and letters forgive, their serial or key but for
// letters that look alike, one of these within a line that says more (a remark,
// quotation marks, a row of a table), or a pattern where none is taken, in another
// case or in the language of the shell. Another number or a part of a name is another
// device.
func (s *selection) nearly(word string) (near []int) {
	var names, ids, bareLetters, patterns []string
	add := func(to *[]string, text string) {
		if text != "" && !slices.Contains(*to, text) {
			*to = append(*to, text)
		}
	}
	whole, name := misread(FoldID(word)), FoldName(word)
	add(&names, name)
	for _, w := range readings(word) {
		add(&names, bare(w))
		add(&ids, misread(FoldID(w)))
		if wildcard(w) {
			if strings.Trim(letters(w), "*") != "" {
				add(&patterns, letters(w))
			}
		} else {
			add(&bareLetters, letters(w))
		}
	}
	pattern := wildcard(word)
	for i, d := range s.folded {
		hit := slices.Contains(names, d.bare) || slices.Contains(names, d.name) ||
			slices.Contains(bareLetters, d.letters) ||
			slices.ContainsFunc(patterns, func(p string) bool { return d.letters != "" && Glob(p, d.letters) }) ||
			pattern && Glob(name, d.name) || shellGlob(name, d.name)
		for _, id := range d.read {
			hit = hit || slices.Contains(ids, id) || len(id) >= wholeID && strings.Contains(whole, id) || pattern && len(whole) > wholeID && Glob(whole, id)
		}
		if hit {
			near = append(near, i)
		}
	}
	return near
}

// shellGlob reports whether a pattern with the ? or [] of a shell, which ours do not
// have, would match in a shell.
func shellGlob(pattern, name string) bool {
	if !strings.ContainsAny(pattern, "?[") {
		return false
	}
	slashless := strings.NewReplacer("/", "\x00") // to path.Match a slash is special
	ok, err := path.Match(slashless.Replace(pattern), slashless.Replace(name))
	return err == nil && ok
}

// readings are a word, folded as a name, and what it may be with a remark, a bullet or
// quotation marks around it: all that stands between two marks, bare and, where it is
// a pattern, as it is.
func readings(word string) []string {
	whole := FoldName(word)
	out := []string{whole, bare(whole), bare(FoldName(html.UnescapeString(word)))}
	if plain, err := url.QueryUnescape(word); err == nil { // out of an address
		out = append(out, bare(FoldName(plain)))
	}
	for _, column := range strings.FieldsFunc(strings.ReplaceAll(word, "  ", "\t"), func(r rune) bool { return r == '\t' }) {
		out = append(out, bare(FoldName(column)))
	}
	const most = 12 // marks; a device's name has no more
	cuts := []int{0}
	for i, r := range whole {
		if strings.ContainsRune(`#,;|/\`, r) && len(cuts) < most {
			cuts = append(cuts, i, i+1)
		}
	}
	cuts = append(cuts, len(whole))
	for i, from := range cuts {
		for _, to := range cuts[i+1:] {
			part := strings.TrimSpace(whole[from:to])
			if b := bare(part); b != "" {
				out = append(out, b)
				if wildcard(part) {
					out = append(out, part)
				}
			}
		}
	}
	return out
}

// bare is a folded name without what lists and sentences put around one.
func bare(s string) string { return strings.Trim(s, " -*•+>\"'`,;:()[]") }

// letters is a folded name without accents, spaces and punctuation but for the stars
// of a pattern: "Ada's Kindle", "Adas-Kindle" and "AdasKindle" are one. Between two
// digits something stays, as 1 1 is not 11.
func letters(folded string) string {
	var b strings.Builder
	var last rune
	gap := false
	for _, r := range norm.NFKD.String(strings.ReplaceAll(folded, "ß", "ss")) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case r != '*' && unicode.In(r, unicode.P, unicode.Z):
			gap = true
			continue
		}
		if gap && unicode.IsDigit(last) && unicode.IsDigit(r) {
			b.WriteByte('-')
		}
		b.WriteRune(r)
		last, gap = r, false
	}
	return b.String()
}

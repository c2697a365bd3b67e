package device

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/hbollon/go-edlib"
)

// This file tells a word that names nothing on the account from one that names a
// device in other letters. The first may be called missing; the second never,
// whatever --missing-ok and --keep-missing-ok say.

// foldedDevice is a device as words are compared with it: each once, not once a word.
type foldedDevice struct {
	serial, name string
	bare         string // the name, without what stands around it
	keys         []string
	read         []string // serial and keys as eyes may misread them
}

func (f foldedDevice) serialIs(folded string) bool { return folded != "" && f.serial == folded }
func (f foldedDevice) keyIs(folded string) bool {
	return folded != "" && slices.Contains(f.keys, folded)
}

func newSelection(devs []Device, r Request, past Past) *selection {
	s := &selection{devs: devs, req: r, past: past, folded: make([]foldedDevice, len(devs))}
	for i, d := range devs {
		f := foldedDevice{serial: FoldID(d.Serial), name: FoldName(d.Name)}
		if f.bare = bare(f.name); f.bare == "" {
			f.bare = f.name // a name of signs alone
		}
		for _, k := range []string{d.Key, d.AccountID, KeyOf("", d.Serial, d.Type)} {
			if k = FoldID(k); k != "" && !slices.Contains(f.keys, k) {
				f.keys = append(f.keys, k)
			}
		}
		for _, id := range append([]string{f.serial}, f.keys...) {
			if id != "" {
				f.read = append(f.read, misread(id))
			}
		}
		s.folded[i] = f
	}
	return s
}

// misread makes one letter of those that eyes take for each other on a label.
func misread(folded string) string { return lookAlike.Replace(folded) }

var lookAlike = strings.NewReplacer("o", "0", "i", "1", "l", "1")

// wholeID is the length from which an id within a longer line is no accident.
const wholeID = 8

// nearly returns the devices that a word which hits none may mean all the same:
// their name but for what FoldName forgives, their serial or key but for letters
// that look alike, one of these within a line that says more (a remark, quotation
// marks, a row of a table), or a pattern where none is taken or in another case.
// Another number or a part of a name is another device.
func (s *selection) nearly(word string) (near []int) {
	whole := misread(FoldID(word))
	type form struct{ name, id string }
	var forms []form
	for _, w := range readings(word) {
		if f := (form{bare(w), misread(FoldID(w))}); !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	name, pattern := FoldName(word), wildcard(word)
	forms = append(forms, form{name: name})
	for i, d := range s.folded {
		hit := slices.ContainsFunc(forms, func(f form) bool {
			return f.name != "" && f.name == d.bare || f.id != "" && slices.Contains(d.read, f.id)
		})
		for _, id := range d.read {
			hit = hit || len(id) >= wholeID && strings.Contains(whole, id) || pattern && len(whole) > wholeID && Glob(whole, id)
		}
		if hit || pattern && Glob(name, d.name) {
			near = append(near, i)
		}
	}
	return near
}

// readings are a word, folded as a name, and what it may be with a remark, a bullet or
// quotation marks around it: all that stands between two marks, bare.
func readings(word string) []string {
	whole := FoldName(word)
	out := []string{whole, bare(whole)}
	for _, column := range strings.FieldsFunc(strings.ReplaceAll(word, "  ", "\t"), func(r rune) bool { return r == '\t' }) {
		out = append(out, bare(FoldName(column)))
	}
	const most = 12 // marks; a device's name has no more
	cuts := []int{0}
	for i, r := range whole {
		if strings.ContainsRune("#,;|/", r) && len(cuts) < most {
			cuts = append(cuts, i, i+1)
		}
	}
	cuts = append(cuts, len(whole))
	for i, from := range cuts {
		for _, to := range cuts[i+1:] {
			if part := bare(whole[from:to]); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}

// bare is a folded name without what lists and sentences put around one.
func bare(s string) string { return strings.Trim(s, " -*•+>\"'`,;:()[]") }

// meant asks for the devices that a word nearly names, or else for the nearest of
// those it may be a typing error of.
func (s *selection) meant(near []int, word string, fields ...func(Device) string) []string {
	if len(near) == 0 {
		return s.near(word, fields...)
	}
	var texts []string
	for _, i := range near[:min(nearMax, len(near))] {
		text := Label(s.devs[i])
		if q := Quote(s.devs[i].Name); s.folded[i].name == FoldName(word) && q != Quote(word) {
			text = q // the name is all that is wrong
		}
		if !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return []string{"did you mean " + strings.Join(texts, " or ") + "?"}
}

// comment reports, and tells as a problem, that a line of a list which is no
// device's begins with #. Lists have no comments, as a device may be called so; and
// a line that is taken for one could be the name of what must stay.
func (s *selection) comment(flag, line string) bool {
	if !strings.HasPrefix(FoldName(line), "#") {
		return false
	}
	help := s.meant(s.nearly(line), line)
	s.fail(2, fmt.Sprintf("%s: the line %s begins with # and is the name of none of the %s on the account", flag, Quote(line), s.looked()),
		append(help, "a list has no comments: take the line out; if a device is meant, write its serial or key")...)
	return true
}

// families refuses a family that no device of the account has: it is as good as a
// name that is not there.
func (s *selection) families() {
	for _, f := range s.req.unknownFamilies(s.devs) {
		if s.req.MissingOK && f.near == "" {
			continue
		}
		help := f.help()
		if f.near == "" {
			help = append(help, "if it may be missing: --missing-ok")
		}
		s.fail(3, f.line, help...)
	}
}

// unknownFamily is a --family that no device has.
type unknownFamily struct{ line, near, there string }

func (u unknownFamily) help() (help []string) {
	if u.near != "" {
		help = append(help, "did you mean "+u.near+"?")
	}
	return append(help, "the families there are: "+u.there)
}

func (r Request) unknownFamilies(devs []Device) (out []unknownFamily) {
	there := Families(devs)
	for _, f := range r.Families {
		if slices.ContainsFunc(there, func(t string) bool { return sameFamily(f, t) }) {
			continue
		}
		u := unknownFamily{line: fmt.Sprintf("--family: %s is the family of none of the %s on the account", Quote(f), count(devs)), there: "none"}
		var names []string
		for _, t := range there {
			names = append(names, Printable(t))
			a, b := bareFamily(f), bareFamily(t)
			if limit := min(2, utf8.RuneCountInString(a)/3); u.near == "" && edlib.OSADamerauLevenshteinDistance(a, b) <= limit {
				u.near = Printable(t)
			}
		}
		if len(names) > 0 {
			u.there = strings.Join(names, ", ")
		}
		out = append(out, u)
	}
	return out
}

// CheckFamilies is a *SelectError of code 3 if no device has one of the families
// asked for: what `list` refuses too.
func (r Request) CheckFamilies(devs []Device) error {
	s := newSelection(devs, r, nil)
	s.families()
	return s.refusal()
}

// Unmatched says, a line each, which patterns of the request match nothing: no
// error, but the one who typed them may have meant something.
func (r Request) Unmatched(devs []Device) (lines []string) {
	s := newSelection(devs, r, nil)
	none := func(flag, does, g string) {
		if slices.ContainsFunc(devs, func(d Device) bool { return Glob(g, d.Name) }) {
			return
		}
		line := fmt.Sprintf("%s %s %s none of the %s on the account", flag, Quote(g), does, s.looked())
		if near := s.nearly(g); len(near) > 0 {
			line += " (" + s.meant(near, g)[0] + " case and punctuation matter)"
		}
		lines = append(lines, line)
	}
	for _, g := range r.Match {
		none("--match", "matches", g)
	}
	for _, f := range r.unknownFamilies(devs) {
		lines = append(lines, f.line)
	}
	if len(lines) == 0 && len(devs) > 0 && r.Pattern() && len(r.Filter(devs)) == 0 {
		lines = append(lines, fmt.Sprintf("none of the %s on the account is matched by both --match and --family", s.looked()))
	}
	for _, k := range []struct {
		flag    string
		entries []string
	}{{"--keep", r.Keep}, {"--keep-file", r.KeepEntries}} {
		for _, e := range k.entries {
			if wildcard(e) {
				none(k.flag+": the pattern", "keeps", e)
			}
		}
	}
	return lines
}

func count(devs []Device) string {
	if len(devs) == 1 {
		return "1 device"
	}
	return fmt.Sprintf("%d devices", len(devs))
}

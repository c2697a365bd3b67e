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
	letters      string // the name, without punctuation and accents
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
		f.letters = letters(f.name)
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

// meant asks for the devices that a word nearly names, or else for the nearest of
// those it may be a typing error of.
func (s *selection) meant(near []int, word string, fields ...func(Device) string) []string {
	if len(near) == 0 {
		return s.near(word, fields...)
	}
	var texts []string
	for _, i := range near[:min(nearMax, len(near))] {
		text := Label(s.devs[i])
		if q := Quote(s.devs[i].Name); s.folded[i].letters == letters(FoldName(word)) && q != Quote(word) {
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
// name that is not there. mayMiss are the lines that tell how it may be missing.
func (s *selection) families(mayMiss ...string) {
	for _, f := range s.req.unknownFamilies(s.devs) {
		if s.req.MissingOK && f.near == "" {
			continue
		}
		help := f.help()
		if f.near == "" {
			help = append(help, mayMiss...)
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
		u := unknownFamily{line: fmt.Sprintf("--family: none of the %s on the account is of family %s", count(devs), Quote(f)), there: "none"}
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

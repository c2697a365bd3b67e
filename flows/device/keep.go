package device

import "fmt"

// This file marks what must stay, which wins over whatever is asked for.

// keep marks the kept devices. An entry without wildcard that names nothing is
// a problem: it may be a typing error in the name of what must stay.
func (s *selection) keep() {
	s.kept = make([]bool, len(s.devs))
	for _, e := range s.req.Keep {
		s.keepEntry("--keep", e)
	}
	for _, e := range s.req.KeepEntries {
		s.keepEntry("--keep-file", e)
	}
	for _, r := range s.req.KeepRecords {
		s.keepRecord(r)
	}
}

func (s *selection) keepEntry(flag, e string) {
	hit := false
	f := FoldID(e)
	for i, d := range s.devs {
		if Glob(e, d.Name) || s.folded[i].serialIs(f) || s.folded[i].keyIs(f) {
			s.kept[i], hit = true, true
		}
	}
	if hit {
		return
	}
	if flag == "--keep-file" && s.comment(flag, e) {
		return
	}
	near := s.nearly(e)
	family := false
	for i, d := range s.devs {
		if d.Family != "" && sameFamily(e, d.Family) { // families are no entries, but may be meant
			near, family = append(near, i), true
		}
	}
	if len(near) == 0 && (wildcard(e) || s.req.KeepMissingOK) {
		return
	}
	what := fmt.Sprintf("%s: %s is not among the %s on the account, so it cannot be kept", flag, Quote(e), s.looked())
	if wildcard(e) {
		what = fmt.Sprintf("%s: the pattern %s matches the name of none of the %s on the account, so it keeps nothing", flag, Quote(e), s.looked())
	}
	help := s.meant(near, e, d2name, d2serial, d2key)
	switch {
	case len(near) == 0:
		help = append(help, "if it may be missing: --keep-missing-ok")
	case family:
		help = append(help, "a family cannot be kept: name its devices, or a pattern that matches their names")
	case wildcard(e):
		help = append(help, "patterns match names only; case matters")
	}
	s.fail(3, what, help...)
}

// keepRecord keeps by key and by serial: a device that was registered anew has
// another key and is still the one that must stay.
func (s *selection) keepRecord(r Record) {
	if r.id() == "" {
		s.keepName(r.Name)
		return
	}
	hit := false
	for _, i := range s.answering(r) {
		s.kept[i], hit = true, true
	}
	for i, d := range s.devs {
		if SameID(r.Serial, d.Serial) {
			s.kept[i], hit = true, true
		}
	}
	if hit {
		// A list of which one column was sorted alone names two devices a row: both stay.
		for i := range s.devs {
			if w := Normal(r.Name); w != "" && s.nameIs(i, w, "") {
				s.kept[i] = true
			}
		}
		return
	}
	near := append(s.nearly(r.Name), s.nearRecord(r)...)
	if len(near) == 0 && s.req.KeepMissingOK {
		return
	}
	help := s.meant(near, r.Name, d2name)
	if len(near) == 0 {
		help = append(help, "if it may be missing: --keep-missing-ok")
	}
	s.fail(3, fmt.Sprintf("--keep-file: %s is not among the %s on the account, so it cannot be kept", Label(r.Device), s.looked()), help...)
}

// keepName keeps every device of that name, in which a * is itself.
func (s *selection) keepName(name string) {
	hit := false
	for i := range s.devs {
		if s.nameIs(i, Normal(name), "") {
			s.kept[i], hit = true, true
		}
	}
	if near := s.nearly(name); !hit && (len(near) > 0 || !s.req.KeepMissingOK) {
		s.fail(3, fmt.Sprintf("--keep-file: %s is not among the %s on the account, so it cannot be kept", Quote(name), s.looked()), s.meant(near, name, d2name)...)
	}
}

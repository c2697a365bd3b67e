package device

import (
	"fmt"
	"slices"
)

// A Record is a device as a list in our own CSV or JSON has it: it is found by its
// key, whatever its name is by now.
type Record struct {
	Device
	Outcome Outcome // "" where the list has none
}

// record resolves a record of --file: by key; without one, by serial; without
// either, as a line that says the name.
func (s *selection) record(r Record) {
	if r.id() == "" {
		s.word(r.Name, "device", s.nameIs, true, d2name)
		return
	}
	hits := s.answering(r)
	pastKey, journaled := "", false
	if s.past != nil && r.id() != "" {
		pastKey, journaled = s.past.Seen(r.id())
	}
	label := Label(r.Device)
	switch {
	case len(hits) > 1:
		s.ambiguous(label, hits)
	case len(hits) == 1 && differs(r.Device, s.devs[hits[0]]):
		s.fail(2, fmt.Sprintf("--file: %s contradicts the device that now has its key", label), "now: "+describe(s.devs[hits[0]]), "if this one is meant, ask for it by --key")
	case len(hits) == 1 && len(s.othersOfName(r.Name, hits[0])) > 0:
		others := s.othersOfName(r.Name, hits[0])
		s.fail(2, fmt.Sprintf("--file: %s has the key or serial of one device and the name of another", label),
			"the key or serial is that of "+describe(s.devs[hits[0]]), "the name is that of "+describe(s.devs[others[0]]), "say which by --key; was one column of the list sorted alone?")
	case len(hits) == 1:
		s.choose(hits[0], NotOffered)
	default:
		var again []int
		for i := range s.devs {
			if SameID(r.Serial, s.devs[i].Serial) {
				again = append(again, i)
			}
		}
		if len(again) == 0 && journaled && !s.listed(pastKey) {
			s.absentRecord(r, ReasonJournal)
			return
		}
		near := s.nearRecord(r)
		if len(again)+len(near) == 0 && s.req.MissingOK {
			s.absentRecord(r, ReasonMissingOK)
			return
		}
		help := s.meant(append(slices.Clone(again), near...), r.Name, d2name)
		if len(again) > 0 {
			help = append(help, "it was registered again after the list was made: if you mean it, ask for it by --serial")
		}
		s.fail(3, fmt.Sprintf("--file: %s is not among the %s on the account", label, s.looked()), help...)
	}
}

// answering are the devices that a record means.
func (s *selection) answering(r Record) (is []int) {
	key, serial := FoldID(r.Key), FoldID(r.Serial)
	for i, f := range s.folded {
		if f.keyIs(key) || key == "" && f.serialIs(serial) {
			is = append(is, i)
		}
	}
	return is
}

// othersOfName are the devices of exactly that name, if the one that was found has
// another.
func (s *selection) othersOfName(name string, found int) (others []int) {
	w := Normal(name)
	if w == "" || FoldName(name) == s.folded[found].name {
		return nil
	}
	for i := range s.devs {
		if s.nameIs(i, w, "") {
			others = append(others, i)
		}
	}
	return others
}

// nearRecord are the devices that a record which finds none may mean all the same: its
// key or serial but for how it is read, or its name where nothing else tells the two
// apart. A device of the same name with another serial is another device.
func (s *selection) nearRecord(r Record) (near []int) {
	ids, named := append(s.nearly(r.Serial), s.nearly(r.Key)...), s.nearly(r.Name)
	for i, d := range s.devs {
		another := r.Serial != "" && d.Serial != "" || r.Key != "" && d.Key != ""
		if slices.Contains(ids, i) || !another && slices.Contains(named, i) {
			near = append(near, i)
		}
	}
	return near
}

func (r Record) id() string {
	if r.Key != "" {
		return r.Key
	}
	return r.Serial
}

func (s *selection) absentRecord(r Record, reason string) {
	if s.goneAlready(r.id()) {
		return
	}
	s.choices = append(s.choices, Choice{Device: r.Device, Outcome: AlreadyGone, Reason: reason})
}

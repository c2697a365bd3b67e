package journal

import (
	"time"

	"github.com/unecho/unecho/flows/device"
)

// Open returns what has no known outcome, in order: intents that none followed, as a
// crash leaves them, and those whose outcome is unknown. A device that was left open
// several times is there once, with the last intent. Any later known outcome for it,
// of whichever run, settles it.
func (j *Journal) Open() []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	type id struct{ site, customer, device string }
	idOf := func(e Entry) id {
		if e.Key != "" {
			return id{e.Site, e.Customer, "k" + device.FoldID(e.Key)}
		}
		return id{e.Site, e.Customer, "n" + device.FoldID(e.Serial) + "\x00" + device.Normal(e.Name)}
	}
	last := map[id]int{}
	for i, e := range j.entries {
		switch {
		case e.Kind == KindIntent:
			last[idOf(e)] = i
		case e.Outcome != device.Unknown:
			delete(last, idOf(e))
		}
	}
	var open []Entry
	for i, e := range j.entries {
		if n, ok := last[idOf(e)]; ok && n == i {
			open = append(open, e)
		}
	}
	return open
}

// Past returns what is remembered of one account on one marketplace, as of now, and of
// runs in this profile that no page told for whom they were.
// It counts what was meant to be deregistered (whatever became of it) and what
// was found gone; other outcomes, such as skipped, say nothing.
func (j *Journal) Past(site, customer string) device.Past {
	j.mu.Lock()
	defer j.mu.Unlock()
	p := past{names: map[string]string{}, ids: map[string]string{}}
	for _, e := range j.entries {
		if e.Site != site || e.Customer != customer && e.Customer != "" {
			continue
		}
		if e.Kind == KindOutcome {
			switch e.Outcome {
			case device.Deregistered, device.Unknown:
			case device.AlreadyGone:
				if e.Key == "" { // nobody knows which device that was
					continue
				}
			default:
				continue
			}
		}
		for _, id := range []string{e.Key, e.Serial} {
			if id = device.FoldID(id); id != "" {
				p.ids[id] = e.Key
			}
		}
		if name := device.Normal(e.Name); name != "" {
			p.names[name] = e.Key
		}
	}
	return p
}

// A Trace is what the journal holds of the last attempt on one device.
type Trace struct {
	// Proven: a fresh list has shown since that it is gone.
	Proven bool
	// Listed is the list that the attempt acted on, nil if none is kept.
	Listed *Listed
	// Touched are the devices of all attempts since the run of that one began, and
	// of what was found gone: a later list may lack them.
	Touched []device.Device
}

// Trace follows the last attempt on a device of the account that Past is of.
func (j *Journal) Trace(site, customer string, d device.Device) Trace {
	j.mu.Lock()
	defer j.mu.Unlock()
	is := func(e Entry) bool {
		if d.Key != "" || e.Key != "" {
			return d.Answers(e.Key) || e.Device().Answers(d.Key)
		}
		return device.Normal(d.Serial) != "" && d.Serial == e.Serial || device.Normal(d.Name) != "" && device.Normal(d.Name) == device.Normal(e.Name)
	}
	var t Trace
	last := -1
	for i, e := range j.entries {
		if e.Site != site || e.Customer != customer && e.Customer != "" || !is(e) {
			continue
		}
		if e.Kind == KindIntent {
			last, t.Proven = i, false
		} else if e.Outcome != device.Unknown {
			t.Proven = e.Outcome == device.Deregistered || e.Outcome == device.AlreadyGone
		}
	}
	if last < 0 {
		return t
	}
	run := j.entries[last].Run
	for i := last; i >= 0 && t.Listed == nil; i-- {
		if e := j.entries[i]; e.Run == run {
			t.Listed = e.Listed
		}
	}
	began := false
	for _, e := range j.entries {
		began = began || e.Run == run
		if began && e.Site == site && (e.Kind == KindIntent || e.Outcome == device.Deregistered || e.Outcome == device.AlreadyGone) {
			t.Touched = append(t.Touched, e.Device())
		}
	}
	return t
}

// past leads from a name, or from a serial or key, to the key it last stood for.
type past struct{ names, ids map[string]string }

func (p past) Seen(nameOrSerial string) (string, bool) {
	key, ok := p.names[device.Normal(nameOrSerial)]
	if !ok {
		key, ok = p.ids[device.FoldID(nameOrSerial)]
	}
	return key, ok
}

// History returns the records since a time, that time included, in the order of
// writing; the zero time means all.
func (j *Journal) History(since time.Time) ([]Entry, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var out []Entry
	for _, e := range j.entries {
		if !e.Time.Before(since) {
			e.Listed = nil // of use for settling only
			out = append(out, e)
		}
	}
	return out, nil
}

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

// Past returns what is remembered of one account on one marketplace, as of now.
// It counts what was meant to be deregistered (whatever became of it) and what
// was found gone; other outcomes, such as skipped, say nothing.
func (j *Journal) Past(site, customer string) device.Past {
	j.mu.Lock()
	defer j.mu.Unlock()
	p := past{names: map[string]string{}, ids: map[string]string{}}
	for _, e := range j.entries {
		if e.Site != site || e.Customer != customer {
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
			out = append(out, e)
		}
	}
	return out, nil
}

package proof

import (
	"fmt"

	"github.com/unecho/unecho/flows/device"
)

// A Verdict on one device.
type Verdict int

// What a fresh list can say of a device.
const (
	Unproven   Verdict = iota // nothing: neither gone nor still there
	StillThere                // it is listed
	Gone                      // it was listed, and a list that must show it lacks it
)

// Follows says why a fresh list cannot be held against the one before, "" if it
// can: it must come from the same call, as two calls may know other devices and
// other keys, and be that of the same customer.
func Follows(before, fresh List, touched []device.Device) string {
	if before.Source != fresh.Source {
		return fmt.Sprintf("the page changed its form during the run: its list came from the call %q before and comes from %q now", before.Source, fresh.Source)
	}
	return SameOwner(before, fresh, touched)
}

// Missing are the devices of the list before that were not touched and are not in
// the fresh one: each of them shows that the fresh list is short. Children are
// left out, because they go with their parent.
func Missing(before, fresh List, touched []device.Device) []device.Device {
	var short []device.Device
	used := make([]bool, len(fresh.Devices)) // two without a key may share a name
	for _, d := range before.Devices {
		found := false
		for i, o := range fresh.Devices {
			if !used[i] && Same(o, d) {
				used[i], found = true, true
				break
			}
		}
		if !found && !d.Child && !in(d, touched) {
			short = append(short, d)
		}
	}
	return short
}

// Stands says why a fresh list proves nothing against the one before, "" if it
// does: complete, of the same call and customer, and with a witness, namely every
// device that was not touched, or, if none was left to stay, one device that is in
// both, or the page's word that there is none.
func Stands(before, fresh List, touched []device.Device) string {
	if why := Complete(fresh); why != "" {
		return why
	}
	if why := Follows(before, fresh, touched); why != "" {
		return why
	}
	if short := Missing(before, fresh, touched); len(short) > 0 {
		return fmt.Sprintf("the fresh list also lacks what was not touched (%s)", names(short))
	}
	for _, d := range fresh.Devices {
		if before.Has(d) {
			return ""
		}
	}
	if len(fresh.Devices) > 0 {
		return "no device of the list before is in the fresh one"
	}
	return ""
}

// Judge says what a fresh list proves of a device that was touched, and why it
// proves nothing. touched are all devices of the run whose Deregister was clicked.
func Judge(d device.Device, before, fresh List, touched []device.Device) (Verdict, string) {
	touched = append(touched[:len(touched):len(touched)], d)
	if why := Stands(before, fresh, touched); why != "" {
		return Unproven, why
	}
	switch {
	case fresh.Has(d):
		return StillThere, ""
	case !before.Has(d):
		return Unproven, "no list before showed it"
	case fresh.Page.shows(d):
		return Unproven, "the list lacks it and the page still shows it"
	}
	for _, o := range fresh.Devices {
		if device.Normal(o.Name) != "" && device.Normal(o.Name) == device.Normal(d.Name) && !before.Has(o) {
			return Unproven, "a device of its name is listed under another key"
		}
		if d.Serial != "" && device.SameID(o.Serial, d.Serial) && !before.Has(o) {
			return Unproven, "its serial number is listed under another key"
		}
	}
	return Gone, ""
}

// Settle is Judge for a device that an earlier run left open: before is what that
// run's list held, as far as it was kept, and touched what any run touched since.
// Days may lie between, in which a person may have removed other devices; so a
// total that the page itself gives is a witness too, where an earlier device is
// still there. Without any witness nothing is proven.
func Settle(d device.Device, before, fresh List, touched []device.Device) (Verdict, string) {
	if fresh.Has(d) { // seen is seen; when it was seen is for the caller to weigh
		return StillThere, ""
	}
	if len(before.Devices) == 0 && len(fresh.Devices) > 0 {
		return Unproven, "nothing is kept of the list that showed it, so nothing tells whether this one is complete"
	}
	if len(before.Devices) == 0 { // an empty list whose page says so needs no other witness
		if why := Complete(fresh); why != "" {
			return Unproven, why
		}
		return Gone, ""
	}
	if fresh.Page.Total >= 0 {
		var there []device.Device
		for _, o := range before.Devices {
			if fresh.Has(o) || Same(o, d) {
				there = append(there, o)
			}
		}
		before.Devices = there
	}
	return Judge(d, before, fresh, touched)
}

// Past says whether a device that was asked for and is not listed counts as gone
// already. proven: an earlier run proved it gone; then a complete list that still
// lacks it is enough. Otherwise it was only touched, and Settle decides.
func Past(d device.Device, proven bool, before, fresh List, touched []device.Device) (Verdict, string) {
	if !proven || fresh.Has(d) {
		return Settle(d, before, fresh, touched)
	}
	if why := Complete(fresh); why != "" {
		return Unproven, why
	}
	return Gone, ""
}

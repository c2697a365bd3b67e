// Package proof alone decides what a list of devices proves: whether it is
// complete, whose it is, whether it may be held against the one before, and
// whether a device that it lacks is gone.
//
// It is pure: it sees no page, no clock and no file. Every doubt comes back as
// words for a person; "" means that there is none. "Not there" is never taken
// for "gone" without a witness: the devices that were to stay, or the page's own
// word that there is nothing.
package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unecho/unecho/flows/device"
)

// The calls that a list can come from.
const (
	Overview = "overview" // today's console: GetDevicesOverview
	Devices  = "devices"  // the article's page: GetDevices
	Alexa    = "alexa"    // the Alexa portal
)

// A List is one reading of the devices: a call, and what the page said beside it.
type List struct {
	Source   string // which call told it
	Customer string // who is signed in, as the page of this reading told; "": it did not
	Devices  []device.Device
	Rows     int // of the call; nested children are not counted
	Count    int // what the call says of its own rows; -1: nothing
	Page     Page
}

// A Page is the word of the page beside a call. What it merely does not show is
// no word: pages show their devices by family, page by page, or on scrolling.
type Page struct {
	SaysEmpty bool // it says that there is no device
	Total     int  // what it says of how many devices there are in all; -1: nothing
	// IDs are account ids or serial numbers that its rows carry, of devices that
	// are known from an earlier list.
	IDs []string
}

// Silent is a page that says nothing.
var Silent = Page{Total: -1}

// Of is the list of a call, beside a page that says nothing so far.
func Of(source string, call device.List) List {
	return List{Source: source, Devices: call.Devices, Rows: call.Rows, Count: call.Count, Page: Silent}
}

// Complete says why a list is not known to be complete, "" if nothing speaks
// against it. The call's own number counts rows, not the children nested in them.
func Complete(l List) string {
	switch {
	case l.Count >= 0 && l.Count != l.Rows:
		return fmt.Sprintf("the list call announces %d devices and holds %d", l.Count, l.Rows)
	case l.Rows == 0 && !l.Page.SaysEmpty:
		return "the list is empty and the page does not say so"
	case l.Rows > 0 && l.Page.SaysEmpty:
		return fmt.Sprintf("the page says that there are no devices, and the list call holds %d", l.Rows)
	case l.Page.Total >= 0 && l.Page.Total != l.Rows:
		return fmt.Sprintf("the page says that there are %d devices, and the list call holds %d", l.Page.Total, l.Rows)
	}
	return ""
}

// Has tells whether a device is in the list.
func (l List) Has(d device.Device) bool {
	return slices.ContainsFunc(l.Devices, func(o device.Device) bool { return Same(o, d) })
}

// Same tells whether two records of one customer's lists are one device. Records
// without any key are told by their name, which must then be unique.
func Same(a, b device.Device) bool {
	if a.Key == "" && b.Key == "" {
		return device.Normal(a.Name) == device.Normal(b.Name)
	}
	// What was read back from a journal has a key only, which may be either of two.
	return a.Key == b.Key || a.Same(b) || a.Answers(b.Key) && !device.Contradict(a, b) || b.Answers(a.Key) && !device.Contradict(a, b)
}

func in(d device.Device, ds []device.Device) bool {
	return slices.ContainsFunc(ds, func(o device.Device) bool { return Same(o, d) })
}

// shows tells whether the page still carries a device that the call lacks.
func (p Page) shows(d device.Device) bool {
	return slices.ContainsFunc(p.IDs, func(id string) bool { return device.SameID(id, d.AccountID) || device.SameID(id, d.Serial) })
}

// names of devices for a message: three of them, and how many more.
func names(ds []device.Device) string {
	var out []string
	for i, d := range ds {
		if i == 3 && len(ds) > 4 {
			out = append(out, fmt.Sprintf("%d more", len(ds)-i))
			break
		}
		name := d.Name
		if device.Normal(name) == "" {
			name = d.Key
		}
		out = append(out, strings.Join(strings.Fields(device.Printable(name)), " "))
	}
	return strings.Join(out, ", ")
}

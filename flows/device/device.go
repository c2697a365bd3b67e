// Package device says what a device is, when two records are the same one, and
// which devices of a list were asked for.
//
// It is a leaf: it knows neither pages nor files (ReadList apart, which reads a
// list that the user names) and never acts. It does not judge whether a list is
// true; that is for the flows, who read it.
package device

import (
	"strings"
	"time"
)

// Device is one registered device or app as far as it was seen. Fields that
// were not seen are empty: no field is ever guessed except Family (see there).
type Device struct {
	// Key tells this device from every other: see KeyOf. Empty if no page and
	// no list call showed one; then only a unique name identifies it.
	Key string `json:"key,omitempty"`
	// Name as its owner wrote it, untrimmed and unshortened. Not unique.
	Name   string `json:"name,omitempty"`
	Serial string `json:"serial,omitempty"`
	// Type is Amazon's device type id, such as A3S5BH2HU6VAYF.
	Type string `json:"type,omitempty"`
	// Family is Amazon's word where a list gives one (KINDLE, FIRE_TABLET,
	// ALEXA_APP, ...), otherwise derived from the type's description.
	Family string `json:"family,omitempty"`
	// Registered is the day of the last registration, ISO 8601 (2006-01-02), UTC.
	Registered string `json:"registered,omitempty"`
	// Owner is the name of the customer it is registered to, where shown.
	Owner string `json:"owner,omitempty"`
	// Deregisterable is a hint from the list; nil if the list says nothing. The
	// button on the page is the truth.
	Deregisterable *bool `json:"deregisterable,omitempty"`
	// Via on which the device was seen: "portal" or "content".
	Via string `json:"via,omitempty"`

	// AccountID is Amazon's deviceAccountId: one registration of one device.
	AccountID string `json:"-"`
	// Customer is the customer id that the record carries. Whether it is the
	// account's own is for the flow to decide, who then sets Household.
	Customer string `json:"-"`
	// Household: it is another household member's. Only they can deregister it.
	Household bool `json:"-"`
	// Labels are the list's words for its type, family and category, by which pages
	// arrange devices.
	Labels []string `json:"-"`
	// Date is the day of the registration as the list words it for its pages.
	Date string `json:"-"`
	// Child: it hangs under another device in the list.
	Child bool `json:"-"`
}

// KeyOf returns the key of a device: its account id, else serial and type, else
// "" (facts/content-and-devices.md, "Key of a device"). The second form has a
// slash, which no account id seen so far has.
func KeyOf(accountID, serial, typ string) string {
	accountID, serial, typ = strings.TrimSpace(accountID), strings.TrimSpace(serial), strings.TrimSpace(typ)
	if accountID != "" {
		return accountID
	}
	if serial != "" && typ != "" {
		return serial + "/" + typ
	}
	return ""
}

// Outcome is what became of one device of a run.
type Outcome string

// The outcomes of the contract, with the exit code that each asks for.
const (
	Deregistered    Outcome = "deregistered"     // 0: proven gone by a fresh list
	AlreadyGone     Outcome = "already-gone"     // 0: was not there any more
	WouldDeregister Outcome = "would-deregister" // 0: --dry-run
	Skipped         Outcome = "skipped"          // 0: keep-list; not offered or not ours under a pattern
	NotOffered      Outcome = "not-offered"      // 1: asked for by name, no Deregister on any way
	Failed          Outcome = "failed"           // 1
	Unknown         Outcome = "unknown"          // 1: asked to go, absence not proven
)

// Result is a device and what became of it.
type Result struct {
	Device
	Outcome Outcome
	// Via that was taken for it; hides Device.Via, on which it was seen.
	Via    string
	Reason string
	Took   time.Duration
	// NotAttempted: the run never got to it. It is failed all the same, as it is
	// still there; whoever counts says so.
	NotAttempted bool
	// Unfamiliar: it failed because the page was not understood.
	Unfamiliar bool
}

// ExitCode returns the exit code that the outcomes of a run ask for: 0 or 1.
// An outcome that the contract does not know counts as not done.
func ExitCode(results []Result) int {
	for _, r := range results {
		switch r.Outcome {
		case Deregistered, AlreadyGone, WouldDeregister, Skipped:
		default:
			return 1
		}
	}
	return 0
}

// Package report writes what was seen and done: as a table for people, as JSON
// and CSV for programs, in the frozen form of the contract.
//
// It decides nothing and reads nothing; it writes to the writer it is given.
// JSON is exact; CSV is exact but for what a spreadsheet would take for a
// formula; tables leave out what a terminal should not be sent.
package report

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/device"
)

// Schema of the JSON form.
const Schema = 1

// Meta is what is true of a whole run.
type Meta struct {
	Site     string // marketplace, such as amazon.com
	Account  string // masked
	Customer string // customer id
	Via      string // mycd, alexa or auto
	DryRun   bool
	// Of is how many devices the account has, where a list was narrowed.
	Of int
	// Color: the table may use colours.
	Color bool
	// Width is how many columns the terminal has; 0 if there is none. Only a
	// table on a terminal shortens names.
	Width int
}

// Fault is why the exit code is not zero: the `error` of the JSON form.
type Fault struct {
	Code     int    `json:"code"`
	Screen   string `json:"screen,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Evidence string `json:"evidence,omitempty"`
	// Teach is the end of the hint that asks for a recording of the page; "" where none
	// would help.
	Teach string `json:"-"`
}

// Advice is the hint without the request for a recording, for whoever is shown what
// became of the devices.
func (f *Fault) Advice() string {
	return strings.TrimSuffix(strings.TrimSuffix(f.Hint, f.Teach), "\n")
}

// column is one column of the CSV form, whose order is that of the JSON form.
type column struct {
	name string
	of   func(device.Result) string
}

// The run's columns are the list's, with outcome, reason and ms: via, which
// both have, stands where both orders of the contract allow it.
var (
	seenColumns = []column{
		{"key", func(r device.Result) string { return r.Key }},
		{"name", func(r device.Result) string { return r.Name }},
		{"serial", func(r device.Result) string { return r.Serial }},
		{"type", func(r device.Result) string { return r.Type }},
		{"family", func(r device.Result) string { return r.Family }},
		{"registered", func(r device.Result) string { return r.Registered }},
		{"owner", func(r device.Result) string { return r.Owner }},
		{"deregisterable", func(r device.Result) string { return yesNo(r.Deregisterable, "true", "false") }},
	}
	listColumns = append(seenColumns[:len(seenColumns):len(seenColumns)],
		column{"via", func(r device.Result) string { return r.Device.Via }})
	runColumns = append(seenColumns[:len(seenColumns):len(seenColumns)],
		column{"outcome", func(r device.Result) string { return string(r.Outcome) }},
		column{"via", via},
		column{"reason", func(r device.Result) string { return r.Reason }},
		column{"ms", func(r device.Result) string { return ms(r.Took) }})
)

// the way is the one taken; of a device that nothing was done to, the one it was
// seen on.
func via(r device.Result) string {
	if r.Via != "" {
		return r.Via
	}
	return r.Device.Via
}

func ms(d time.Duration) string {
	if d <= 0 {
		return ""
	}
	return fmt.Sprint(max(1, d.Milliseconds()))
}

// yesNo tells no from not seen.
func yesNo(b *bool, yes, no string) string {
	switch {
	case b == nil:
		return ""
	case *b:
		return yes
	}
	return no
}

func results(devs []device.Device) []device.Result {
	out := make([]device.Result, len(devs))
	for i, d := range devs {
		out[i] = device.Result{Device: d}
	}
	return out
}

// valid makes text valid UTF-8 and leaves it alone otherwise.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// outcomes in the order in which people want to know of them.
var outcomes = []device.Outcome{device.Deregistered, device.WouldDeregister, device.AlreadyGone, device.Skipped, device.NotOffered, device.Failed, device.Unknown}

// inWords is an outcome as a sentence has it; tables and data keep its name.
func inWords(o device.Outcome) string {
	switch o {
	case device.WouldDeregister:
		return "would be deregistered"
	case device.AlreadyGone:
		return "already gone"
	case device.NotOffered:
		return "not offered"
	}
	return string(o)
}

// notAttempted counts the devices that failed because the run never got to them.
func notAttempted(results []device.Result) (n int) {
	for _, r := range results {
		if r.Outcome == device.Failed && r.NotAttempted {
			n++
		}
	}
	return n
}

// Counts says in words how many devices came to which outcome: "2 deregistered,
// 1 skipped"; "nothing to do" of none. Those that the run never got to are failed by
// the contract, and counted apart from those that it failed at.
func Counts(results []device.Result) string {
	n := map[device.Outcome]int{}
	for _, r := range results {
		n[r.Outcome]++
	}
	never := notAttempted(results)
	n[device.Failed] -= never
	var parts []string
	for _, o := range outcomes {
		if n[o] == 0 {
			continue
		}
		parts = append(parts, fmt.Sprintf("%d %s", n[o], inWords(o)))
	}
	if never > 0 {
		parts = append(parts, fmt.Sprintf("%d not attempted", never))
	}
	if left := len(results) - known(results); left > 0 {
		parts = append(parts, fmt.Sprintf("%d without outcome", left))
	}
	if len(parts) == 0 {
		return "nothing to do"
	}
	return strings.Join(parts, ", ")
}

func known(results []device.Result) (n int) {
	for _, r := range results {
		for _, o := range outcomes {
			if r.Outcome == o {
				n++
			}
		}
	}
	return n
}

// Summary is one line about a run, fit for the subject of a mail:
// `unecho: 2 deregistered, 1 skipped (amazon.com, a***@example.com)`. The fault,
// if there is one, comes first.
func Summary(m Meta, results []device.Result, f *Fault) string {
	s := "unecho: "
	if f != nil {
		s += "stopped with exit code " + fmt.Sprint(f.Code)
		if f.Screen != "" {
			s += " at " + device.Printable(f.Screen)
		}
		if len(results) > 0 {
			s += "; " + Counts(results)
		}
	} else {
		s += Counts(results)
	}
	var where []string
	for _, w := range []string{m.Site, m.Account} {
		if w != "" {
			where = append(where, device.Printable(w))
		}
	}
	if m.DryRun {
		where = append(where, "dry run")
	}
	if len(where) > 0 {
		s += " (" + strings.Join(where, ", ") + ")"
	}
	return s
}

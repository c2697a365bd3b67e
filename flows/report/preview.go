package report

import (
	"fmt"
	"io"

	"github.com/unecho/unecho/flows/device"
)

// loss is what deregistering a kind of device takes with it
// (facts/content-and-devices.md, "After deregistering").
type loss struct {
	families []string
	text     string
}

var losses = []loss{
	{[]string{"KINDLE", "FIRE_TABLET", "TABLET"}, "Books, apps and other content are removed from the device. What was bought stays in the account."},
	{[]string{"ECHO", "KNIGHT", "ROOK"}, "Alexa and many other features stop there. The device itself still needs a factory reset before it is given away."},
	{[]string{"FIRE_TV"}, "The device is signed out of Amazon. It still needs a factory reset before it is given away."},
	{[]string{"ALEXA_APP", "AUDIBLE_APP", "KINDLE_APP", "VOX", "MSHOP", "APPS", "APP"}, "The app, or the program that registered itself as one, is signed out and has to sign in again."},
	{nil, "The device is signed out; content from Amazon may be removed from it."},
}

func lossOf(family string) string {
	for _, l := range losses {
		for _, f := range l.families {
			if f == family {
				return l.text
			}
		}
	}
	return losses[len(losses)-1].text
}

// Preview writes what is about to happen, before it does: the devices that
// would be deregistered, what each kind loses, and what is left alone and why.
func Preview(w io.Writer, m Meta, choices []device.Choice) error {
	var act, leave []device.Result
	for _, c := range choices {
		r := device.Result{Device: c.Device, Outcome: c.Outcome, Reason: c.Reason}
		if c.Outcome == "" {
			act = append(act, r)
		} else {
			leave = append(leave, r)
		}
	}
	p := &printer{w: w}
	if len(act) == 0 {
		p.line("Nothing to deregister" + on(m) + ".")
	} else {
		p.line(fmt.Sprintf("To be deregistered%s: %s", on(m), devices(len(act))))
		p.line("")
		p.table(m, []field{nameField, familyField, serialField, registeredField, ownerField}, act)
		p.ways(act, m.Width)
		p.meaning(act, m.Width)
	}
	if len(leave) > 0 {
		p.line("")
		p.line("Left alone: " + devices(len(leave)))
		p.line("")
		p.table(m, []field{nameField, serialField, outcomeField, reasonField}, leave)
	}
	return p.err
}

// Meaning writes what deregistering these devices takes with it.
func Meaning(w io.Writer, m Meta, choices []device.Choice) error {
	act := make([]device.Result, len(choices))
	for i, c := range choices {
		act[i].Device = c.Device
	}
	p := &printer{w: w}
	p.meaning(act, m.Width)
	return p.err
}

func devices(n int) string {
	if n == 1 {
		return "1 device"
	}
	return fmt.Sprintf("%d devices", n)
}

// printer remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(s string) {
	if p.err == nil {
		_, p.err = fmt.Fprintln(p.w, s)
	}
}

func (p *printer) table(m Meta, fields []field, rs []device.Result) {
	if p.err == nil {
		p.err = table(p.w, m, fields, rs)
	}
}

// ways writes which way each device will take and why: once a reason.
func (p *printer) ways(act []device.Result, width int) {
	type way struct{ via, why string }
	var order []way
	names := map[way][]string{}
	for _, r := range act {
		w := way{r.Device.Via, r.Reason}
		if w.via == "" || w.why == "" {
			continue
		}
		if names[w] == nil {
			order = append(order, w)
		}
		names[w] = append(names[w], device.Quote(r.Name))
	}
	if len(order) == 0 {
		return
	}
	p.line("")
	p.line("How:")
	for _, w := range order {
		who := names[w][0]
		if n := len(names[w]); n > 1 {
			who += fmt.Sprintf(" and %d more", n-1)
		}
		p.wrap("  - ", w.via+": "+who+" ("+device.Printable(w.why)+")", width)
	}
}

func (p *printer) meaning(act []device.Result, width int) {
	p.line("")
	p.line("What this means:")
	p.losses(act, width)
}

// losses writes each consequence once, with the devices it is about if there is
// more than one kind.
func (p *printer) losses(act []device.Result, width int) {
	var order []string
	names := map[string][]string{}
	for _, r := range act {
		l := lossOf(r.Family)
		if names[l] == nil {
			order = append(order, l)
		}
		names[l] = append(names[l], device.Quote(r.Name))
	}
	for _, l := range order {
		who := ""
		if len(order) > 1 {
			who = names[l][0]
			if n := len(names[l]); n > 1 {
				who += fmt.Sprintf(" and %d more", n-1)
			}
			who += ": "
		}
		p.wrap("  - ", who+l, width)
	}
	p.wrap("  - ", "To use a device again, register it again on the device. Reports elsewhere, such as in the Alexa app, can lag by up to an hour.", width)
}

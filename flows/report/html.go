package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"image/jpeg"
	"io"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"github.com/unecho/unecho/flows/device"
)

// Page is what the HTML form of `deregister` tells: one file that can be kept, printed
// and shown to somebody else.
type Page struct {
	Meta
	Started, Ended time.Time
	// Asked is what was asked for, in words.
	Asked []Asked
	// Replay is the source of the pages if it was not Amazon.
	Replay string
	// Made says by which version, with which browser.
	Made    []string
	Devices []Entry
	Fault   *Fault
	// PicturesCut: there were more pictures than the file should hold.
	PicturesCut bool
	// Clean takes secrets out of what pages, errors and the command line said. What the
	// list says of a device stays as it is, as in the other forms.
	Clean func(string) string
}

// Asked is one thing that was asked for: "Keep: *TV".
type Asked struct{ What, Value string }

// Entry is a device with what became of it, when, and what was seen on the way.
type Entry struct {
	device.Result
	At       time.Time
	Pictures []Picture
}

// Picture is a JPEG. Devices that share one hold the same bytes; it is shown once.
type Picture struct {
	Caption string
	JPEG    []byte
}

//go:embed html.tmpl
var pageSource string

var pageTemplate = template.Must(template.New("page").Parse(pageSource))

// HTML writes a page in one file: no script, and nothing is loaded from anywhere.
// Whatever is in a name is shown as text.
func HTML(w io.Writer, p Page) error { return pageTemplate.Execute(w, p.view()) }

// What an outcome means, for people who have not read the manual.
var meanings = map[device.Outcome]string{
	device.Deregistered:    "A fresh, complete list of the account’s devices no longer shows it.",
	device.WouldDeregister: "It would be deregistered without --dry-run. Nothing was changed.",
	device.AlreadyGone:     "It was no longer registered when the run began.",
	device.Skipped:         "It was left alone on purpose, for the reason given.",
	device.NotOffered:      "No page offered Deregister for it. It is still registered.",
	device.Failed:          "It was not deregistered, for the reason given.",
	device.Unknown:         "Deregister was clicked, but no list proved that it is gone.",
}

// grades are how an outcome is coloured; its word says the same.
var grades = map[device.Outcome]string{
	device.Deregistered: "good", device.AlreadyGone: "good", device.WouldDeregister: "plan", device.Skipped: "calm",
}

// ways by the names that people know them by.
var ways = map[string]string{"mycd": "Manage Your Content and Devices", "alexa": "the Alexa portal"}

// The view is what the template shows: every text in it is clean.
type (
	pageView struct {
		Title, Headline, Verdict string
		DryRun                   bool
		Replay                   string
		Facts                    []Asked
		Asked                    []Asked
		Fault                    *Fault
		Devices                  []deviceView
		Meanings                 []Asked
		Lost, ToDo               []string
		PicturesCut              bool
		Pictured                 bool
		Made                     string
	}
	deviceView struct {
		ID, Name, Outcome, Grade, Reason string
		Planned                          bool // of a dry run
		Facts                            []Asked
		Pictures                         []pictureView
	}
	pictureView struct {
		Caption, Alt   string
		Data           template.URL
		Width, Height  int
		Wide           bool   // a row of a list
		SameID, SameAs string // shown with that device
	}
)

const timeForm = "2 January 2006, 15:04:05 MST"

func (p Page) view() pageView {
	results := make([]device.Result, len(p.Devices))
	for i, e := range p.Devices {
		results[i] = e.Result
	}
	v := pageView{DryRun: p.DryRun, Replay: p.text(p.Replay), PicturesCut: p.PicturesCut, Made: p.text(strings.Join(p.Made, " · "))}
	v.Headline = counted(results, p.Fault)
	v.Title = p.text("Amazon devices: " + v.Headline + " (" + p.Site + ")")
	v.Facts = p.facts()
	for _, a := range p.Asked {
		v.Asked = append(v.Asked, Asked{p.text(a.What), p.text(a.Value)})
	}
	if f := p.Fault; f != nil {
		advice := strings.Split(f.Advice(), "\n")
		for i := range advice {
			advice[i] = p.text(advice[i])
		}
		v.Fault = &Fault{Code: f.Code, Screen: p.text(f.Screen), Message: p.text(f.Message), Hint: strings.Join(advice, "\n"), Evidence: p.text(f.Evidence)}
	}
	shown := map[*byte]int{}
	for i, e := range p.Devices {
		v.Devices = append(v.Devices, p.device(i, e, shown))
		v.Pictured = v.Pictured || len(e.Pictures) > 0
	}
	for _, o := range outcomes {
		for _, r := range results {
			if r.Outcome == o {
				v.Meanings = append(v.Meanings, Asked{inWords(o), meanings[o]})
				break
			}
		}
	}
	v.Lost, v.ToDo = p.lost(results), p.toDo(results)
	return v
}

// counted is the headline: what became of the devices, in a few words.
func counted(results []device.Result, f *Fault) string {
	if len(results) == 0 && f != nil {
		return "the run stopped before any device"
	}
	return Counts(results)
}

// text is a text without secrets, fit to be shown.
func (p Page) text(s string) string {
	if p.Clean != nil {
		s = p.Clean(s)
	}
	return exact(s)
}

// exact makes a text fit to be shown: on one line, and not endless.
func exact(s string) string {
	s = strings.TrimSpace(device.Printable(s))
	const most = 400
	if len(s) <= most {
		return s
	}
	var b strings.Builder
	n := 0
	for g := uniseg.NewGraphemes(s); g.Next(); n++ {
		if n == most-1 || b.Len() > 8*most {
			b.WriteString("…")
			break
		}
		b.WriteString(g.Str())
	}
	return b.String()
}

func (p Page) facts() (out []Asked) {
	add := func(what, value string) {
		if value = p.text(value); value != "" {
			out = append(out, Asked{what, value})
		}
	}
	add("Account", p.Account)
	add("Customer ID", p.Customer)
	add("Marketplace", p.Site)
	add("Started", p.Started.Format(timeForm))
	add("Took", seconds(p.Ended.Sub(p.Started)))
	return out
}

func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	return d.Round(time.Second).String()
}

func (p Page) device(i int, e Entry, shown map[*byte]int) deviceView {
	v := deviceView{ID: fmt.Sprintf("device-%d", i+1), Name: exact(e.Name), Outcome: inWords(e.Outcome), Grade: grades[e.Outcome], Planned: e.Outcome == device.WouldDeregister, Reason: p.text(e.Reason)}
	if v.Name == "" {
		v.Name = "(no name)"
	}
	if v.Outcome == "" {
		v.Outcome = "no outcome"
	}
	if v.Grade == "" {
		v.Grade = "bad"
	}
	add := func(what, value string) {
		if value = exact(value); value != "" {
			v.Facts = append(v.Facts, Asked{what, value})
		}
	}
	add("Serial number", e.Serial)
	add("Family", e.Family)
	add("Type", e.Type)
	add("Registered", e.Registered)
	add("Owner", e.Owner)
	add("Key", e.Key)
	if e.Result.Via != "" {
		add("Done on", cmp.Or(ways[e.Result.Via], e.Result.Via))
	} else {
		add("Listed on", cmp.Or(ways[e.Device.Via], e.Device.Via))
	}
	if !e.At.IsZero() {
		when := "Known at"
		if e.Outcome == device.Deregistered {
			when = "Proved gone at"
		}
		add(when, e.At.Format("15:04:05 MST"))
	}
	if e.Took > 0 {
		add("Took", seconds(e.Took))
	}
	for _, pic := range e.Pictures {
		if len(pic.JPEG) == 0 {
			continue
		}
		pv := pictureView{Caption: p.text(pic.Caption)}
		pv.Alt = pv.Caption + ": " + v.Name
		if first, ok := shown[&pic.JPEG[0]]; ok {
			pv.SameID, pv.SameAs = fmt.Sprintf("device-%d", first+1), exact(p.Devices[first].Name)
		} else {
			shown[&pic.JPEG[0]] = i
			if c, err := jpeg.DecodeConfig(bytes.NewReader(pic.JPEG)); err == nil {
				pv.Width, pv.Height, pv.Wide = c.Width, c.Height, c.Width > 3*c.Height
			}
			pv.Data = template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(pic.JPEG))
		}
		v.Pictures = append(v.Pictures, pv)
	}
	return v
}

// lost says what deregistering takes with it, once a kind of device.
func (p Page) lost(results []device.Result) (out []string) {
	each(results, func(r device.Result) string { return lossOf(r.Family) }, func(what string, names []string) {
		out = append(out, exact(named(names)+": "+what))
	}, device.Deregistered, device.WouldDeregister)
	return out
}

// toDo is what is left to a person.
func (p Page) toDo(results []device.Result) (out []string) {
	each(results, func(r device.Result) string { return resetOf(r.Family) }, func(what string, names []string) {
		if what != "" {
			when := ""
			switch {
			case p.DryRun && len(names) == 1:
				when = "once it is deregistered, "
			case p.DryRun:
				when = "once they are deregistered, "
			}
			out = append(out, exact(named(names)+": "+when+what))
		}
	}, device.Deregistered, device.AlreadyGone, device.WouldDeregister)
	each(results, func(r device.Result) string { return "again" }, func(_ string, names []string) {
		out = append(out, exact(named(names)+": run the same command again later. What is gone by then is reported as already gone."))
	}, device.Failed, device.Unknown)
	each(results, func(r device.Result) string { return "by hand" }, func(_ string, names []string) {
		out = append(out, exact(named(names)+": look at Amazon’s own pages, or at the device’s settings; some devices can only be deregistered there."))
	}, device.NotOffered)
	return out
}

// resetOf is what still has to be done to a device of this kind before it is given
// away; "" where there is nothing to give away.
func resetOf(family string) string {
	switch family {
	case "ALEXA_APP", "AUDIBLE_APP", "KINDLE_APP", "VOX", "MSHOP", "APPS", "APP":
		return ""
	}
	return "do a factory reset on the device itself before it is given away. Deregistering does not replace one."
}

// each groups the results of some outcomes by a text, in their order.
func each(results []device.Result, of func(device.Result) string, tell func(string, []string), only ...device.Outcome) {
	var order []string
	names := map[string][]string{}
	for _, r := range results {
		for _, o := range only {
			if r.Outcome != o {
				continue
			}
			k := of(r)
			if names[k] == nil {
				order = append(order, k)
			}
			names[k] = append(names[k], device.Quote(r.Name))
		}
	}
	for _, k := range order {
		tell(k, names[k])
	}
}

func named(names []string) string {
	if n := len(names); n > 4 {
		return strings.Join(names[:3], ", ") + fmt.Sprintf(" and %d more", n-3)
	}
	return strings.Join(names, ", ")
}

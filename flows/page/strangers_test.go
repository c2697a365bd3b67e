package page

import (
	"strings"
	"testing"
)

// Pages that show our device's name on what is not our device: something that the list lacks.

// pressesKitchen presses the Deregister of Kitchen on such a page; want "" where it must not.
func pressesKitchen(t *testing.T, body string, devices []Device, want string) {
	t.Helper()
	w := knows(t, body, devices)
	if want == "" {
		w.hurry()
	}
	err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
	if want != "" {
		w.must(err)
		w.wants(want)
		return
	}
	if err == nil {
		t.Error("pressed, though it is not the device's")
	}
	w.wants()
}

// typed are devices of several types and days of registration.
func typed(names ...string) []Device {
	out := listed(names...)
	for i := range out {
		out[i].Labels = []string{"ECHO", []string{"Echo Dot (3rd Gen)", "Echo Show 5", "Echo (2nd Gen)", "Echo Dot (3rd Gen)"}[i%4], "Echo"}
		out[i].Date = []string{"March 4, 2021", "May 17, 2020", "June 2, 2023", "March 4, 2021"}[i%4]
	}
	return out
}

// A row that is called as the device, and says of it what the list does not, while the rows
// beside it say of theirs what the list does, is another one's.
func TestARowThatContradictsTheList(t *testing.T) {
	const strange = "G0XXXX0000000009"
	four := []string{"Kitchen", "Hall", "Bedroom", "Attic"}
	types := []string{"Echo Dot (3rd Gen)", "Echo Show 5", "Echo (2nd Gen)", "Echo Dot (3rd Gen)"}
	days := []string{"March 4, 2021", "May 17, 2020", "June 2, 2023", "March 4, 2021"}
	ids := []string{kitchen, bedroom, tablet, "G0DDDD0000000004"}
	ends := func(of []string, before string) (out []string) {
		for _, s := range of {
			out = append(out, before+s[len(s)-4:])
		}
		return out
	}
	with := func(of []string, first string) []string { return append([]string{first}, of[1:]...) }
	// rows draws one row for each name, with %N, %F and %B for its name, fact and button.
	rows := func(as string, facts []string) string {
		out := ""
		for i, n := range four {
			b := `<button onclick="press('` + strings.Repeat("x", i) + "1" + `')">Deregister</button>`
			out += strings.NewReplacer("%N", n, "%F", facts[i], "%B", b).Replace(as)
		}
		return out
	}
	const (
		cells  = `<tr><td>%N</td><td>%F</td><td>%B</td></tr>`
		cards  = `<div><h3>%N</h3><p>%F</p>%B</div>`
		said   = `<li><b>%N</b><p>Type: %F</p>%B</li>`
		before = `<tr><td>Echo</td><td>%N</td><td>%F</td><td>%B</td></tr>`
		linked = `<div style="padding:8px"><a href="/device?d=%F">%N</a>%B</div>`
		marked = `<li data-serial="%F"><span>%N</span>%B</li>`
		button = `<li><span>%N</span><span data-id="%F">%B</span></li>`
		deep   = `<li data-list="` + strange + `" data-id="%F"><span>%N</span>%B</li>`
		family = `<section><ul><li><b>%N</b><p>%F</p>%B</li></ul></section>`
	)
	table := func(s string) string { return "<table>" + s + "</table>" }
	short := with(ids, "")
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"its own type":                    {table(rows(cells, types)), "1"},
		"another type":                    {table(rows(cells, with(types, "Echo Show 5"))), ""},
		"a type that the list lacks":      {table(rows(cells, with(types, "Kindle Paperwhite"))), ""},
		"a group":                         {rows(cards, with(types, "Group · 2 devices")), ""},
		"its own type after a label":      {rows(said, types), "1"},
		"another type after a label":      {rows(said, with(types, "Kindle Paperwhite")), ""},
		"another type beside its family":  {table(rows(before, with(types, "Echo Show 5"))), ""},
		"its type beside its family":      {table(rows(before, types)), "1"},
		"with more beside its type":       {table(rows(cells, with(types, "Echo Dot (3rd Gen) · Online"))), "1"},
		"a row in a part of its own":      {rows(family, with(types, "Kindle Paperwhite")), ""},
		"types in other words":            {table(rows(cells, []string{"Dot, 2018", "Show", "Echo (2nd Gen)", "Dot"})), "1"},
		"its own day":                     {table(rows(cells, days)), "1"},
		"another day":                     {table(rows(cells, with(days, "January 1, 2015"))), ""},
		"days in other words":             {table(rows(cells, []string{"2021", "2020", "2023", "2021"})), "1"},
		"the end of its serial":           {table(rows(cells, ends(ids, "•••• "))), "1"},
		"the end of another serial":       {table(rows(cells, ends(with(ids, strange), "•••• "))), ""},
		"another end, after words":        {table(rows(cells, ends(with(ids, strange), "ends in "))), ""},
		"another end, after a sign":       {table(rows(cells, ends(with(ids, strange), "…"))), ""},
		"links with its serial":           {rows(linked, ids), "1"},
		"a link with another serial":      {rows(linked, with(ids, strange)), ""},
		"links without serials":           {rows(linked, []string{"1", "2", "3", "4"}), "1"},
		"another serial in an attribute":  {rows(marked, with(ids, strange)), ""},
		"another serial at its button":    {rows(button, with(ids, strange)), ""},
		"a serial that all rows carry":    {rows(deep, short), "1"},
		"nothing but names":               {rows(cards, []string{"", "", "", ""}), "1"},
		"a word in place of its own type": {rows(cards, []string{"Online", "Offline", "Online", "Online"}), "1"},
	} {
		t.Run(name, func(t *testing.T) { pressesKitchen(t, c.body, typed(four...), c.want) })
	}
}

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
	// An app has no serial: where the others show the end of theirs, it shows nothing.
	app := typed(four...)
	app[0].IDs = []string{"amzn1.account.STANDIN0000000048218"}
	t.Run("no serial to show", func(t *testing.T) {
		pressesKitchen(t, table(rows(cells, with(ends(ids, "•••• "), ""))), app, "1")
	})
	t.Run("the end of a serial, and it has none", func(t *testing.T) {
		pressesKitchen(t, table(rows(cells, ends(with(ids, strange), "•••• "))), app, "")
	})
}

// A label with a colon makes a name the device's own only where it says so, or where it stands
// before the names of others, too: "Paired with: Kitchen" is said of something else.
func TestANameThatIsSaidOfSomethingElse(t *testing.T) {
	const b = `<button onclick="press('1')">Deregister</button>`
	view := func(said string) string { return `<div><h3>Freezer</h3><p>Echo Dot</p>` + said + b + `</div>` }
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"paired with":                   {view(`<p>Paired with: <b>Kitchen</b></p>`), ""},
		"paired with, in one text":      {view(`<p>Paired with: Kitchen</p>`), ""},
		"paired with, two lines":        {view(`<div>Paired with:</div><div>Kitchen</div>`), ""},
		"paired with, in a list":        {view(`<dl><dt>Paired with:</dt><dd><b>Kitchen</b></dd></dl>`), ""},
		"paired with, in a table":       {view(`<table><tr><td>Paired with:</td><td>Kitchen</td></tr></table>`), ""},
		"paired with, read out":         {view(`<p><i aria-label="Paired with: Kitchen">⚭</i></p>`), ""},
		"paired with, after more words": {view(`<p>Echo Dot. Paired with: <b>Kitchen</b></p>`), ""},
		"a room":                        {view(`<p>Room: Kitchen</p>`), ""},
		"recently added":                {`<p>Recently added: <b>Kitchen</b></p><div><h3>Freezer</h3>` + b + `</div>`, ""},
		"a room called as the device":   {`<h2>Kitchen</h2><p>Devices in this room</p><div style="padding:8px"><span>Freezer</span>` + b + `</div>`, ""},
		"a room of several devices":     {`<h2>Kitchen</h2><p>2 devices</p>` + b, ""},
		"its name":                      {`<div><p>Name: Kitchen</p><p>Type: Echo</p>` + b + `</div>`, "1"},
		"its name, beside it":           {`<div><p>Device name: <b>Kitchen</b></p>` + b + `</div>`, "1"},
		"its name, in a list":           {`<dl><dt>Name:</dt><dd>Kitchen</dd><dt>Type:</dt><dd>Echo</dd></dl>` + b, "1"},
		"its name, in German":           {`<div><p>Gerätename: Kitchen</p>` + b + `</div>`, "1"},
		"its name, in French":           {`<div><p>Nom de l'appareil : Kitchen</p>` + b + `</div>`, "1"},
		"its name, in Japanese":         {`<div><p>デバイス名：Kitchen</p>` + b + `</div>`, "1"},
		"after its type":                {`<div><p>Echo: Kitchen</p>` + b + `</div>`, "1"},
		"after a heading":               {`<h1>Your devices:</h1><ul><li>Kitchen ` + b + `</li></ul>`, "1"},
		"a label of all names":          {`<ul><li><p>Nickname: Kitchen</p>` + b + `</li><li><p>Nickname: Hall</p><button>Deregister</button></li></ul>`, "1"},
		"its view, paired with another": {`<div><h2>Kitchen</h2><p>` + kitchen + `</p>` + b + `</div>`, "1"},
		"another's mention of it":       {row("Kitchen", "", "1") + row("Hall", "", "2") + `<p>Recently added: <b>Kitchen</b></p>`, "1"},
	} {
		t.Run(name, func(t *testing.T) { pressesKitchen(t, `<div>`+c.body+`</div>`, listed("Kitchen", "Hall"), c.want) })
	}
}

// What a press on our name brings may be headed by a longer one, of a pair or a group, in which
// ours is one line: nothing in it is ours.
func TestAViewThatIsHeadedByALongerName(t *testing.T) {
	const b = `<button onclick="press('1')">Deregister</button>`
	for name, c := range map[string]struct {
		view string
		want bool
	}{
		"a pair":                      {`<h1>Kitchen Left</h1><p>Members</p><ul><li>Kitchen</li></ul>` + b, false},
		"a pair in the portal":        {`<h2>Kitchen Left</h2><p>Members</p><p>Kitchen</p><p>Device is registered to: Ada ` + b + `</p>`, false},
		"a pair, in large words":      {`<div style="font-size:30px">Kitchen Left</div><p>Kitchen</p>` + b, false},
		"a pair, in two texts":        {`<h2>Kitchen <i>Left</i></h2><p>Kitchen</p>` + b, false},
		"a pair that takes its name":  {`<h2>Kitchen + Hall Lamp</h2><p>Kitchen</p>` + b, false},
		"its settings":                {`<h1>Settings for Kitchen</h1><p>Kitchen</p>` + b, true},
		"its settings, the other way": {`<h1>Kitchen’s settings</h1><p>Kitchen</p>` + b, true},
		"a question":                  {`<h1>Deregister Kitchen?</h1><p>Kitchen</p>` + b, true},
		"its type beside it":          {`<h1>Kitchen (Echo Dot (3rd Gen)) – Online</h1><p>Kitchen</p>` + b, true},
		"a heading of its name":       {`<h1>Kitchen</h1><h2>Kitchen routines</h2>` + b, true},
		"a heading further down":      {`<p>Kitchen</p><p>Device is registered to: Ada ` + b + `</p><h3>Kitchen routines</h3>`, true},
		"a heading above, as large":   {`<div style="font-size:20px"><p>Kitchen routines</p><p>Kitchen</p></div>` + b, true},
		"a heading of something else": {`<h1>Kitchens and more</h1><p>Kitchen</p>` + b, true},
		"a heading, and its own id":   {`<h1>Kitchen Left</h1><p>Kitchen</p><p>` + kitchen + `</p>` + b, true},
	} {
		for where, draw := range map[string]string{"view": `draw('all', V)`, "layer": `draw('at', '<div class=over>' + V + '</div>')`} {
			t.Run(name+", "+where, func(t *testing.T) {
				w := knows(t, `<main><div id="all"><div class="row" tabindex="0" onclick="`+strings.ReplaceAll(draw, `"`, `&quot;`)+`">Kitchen</div><div class="row" tabindex="0">Hall</div></div><div id="at"></div></main><script>const V = `+"`"+c.view+"`"+`;</script>`, typed("Kitchen", "Hall"))
				w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
				if !c.want {
					w.hurry()
				}
				err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
				if c.want {
					w.must(err)
					w.wants("1")
				} else {
					refused(t, err, ErrOtherDevice)
					w.wants()
				}
			})
		}
	}
}

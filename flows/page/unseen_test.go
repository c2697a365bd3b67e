package page

import (
	"errors"
	"slices"
	"strings"
	"testing"
)

// Parts of pages that were drawn by people who had not seen how they are read, each of which
// once went wrong.

func TestDevicesOnPagesOfOthers(t *testing.T) {
	button := func(note string) string { return `<button onclick="press('` + note + `')">Deregister</button>` }
	cells := func(name, id, note string) string {
		return `<div class="row"><div data-q="` + id + `"><div><p>Name: ` + name + `</p></div><div>Echo</div></div><div>` + button(note) + `</div></div>`
	}
	headed := func(name, more, note string) string {
		return `<div style="padding:9px"><h3>` + name + ` ` + more + `</h3><div>Name: ` + name + `</div><div>Type: Echo</div>` + button(note) + `</div>`
	}
	typed := func(name, more, note string) string { // the type before the name, in cells of the same make
		return `<tr class="r"><td class="c"><div>Echo Show 5 (1st Gen)</div></td><td class="c"><div><strong>Name: ` + name + `</strong>` + more + `</div></td><td class="c">` + button(note) + `</td></tr>`
	}
	three := func(name, id, note string) string {
		return `<tr><td>` + name + `</td><td>` + id + `</td><td>` + button(note) + `</td></tr>`
	}
	acts := func(name, id, note string) string { // its buttons carry its id
		act := func(word, note string) string {
			return `<div tabindex="0" id="` + word + `_` + id + `" onclick="press('` + note + `')"><div><span>` + word + `</span></div></div>`
		}
		return `<div class="row" data-q="` + id + `"><span><b title="` + name + `">` + name + `</b></span><span>Echo</span><span>June 12, 2017</span><div>` + act("Deregister", note) + act("Rename", "rename "+note) + `</div></div>`
	}
	dated := func(name, note string) string {
		return `<ul><li><span>` + name + `</span> <span>Echo</span> <span>June 12, 2017</span> ` + button(note) + `</li></ul>`
	}
	celled := func(name, note string) string {
		return `<tr class="r"><td class="c">` + name + `</td><td class="c">Echo</td><td class="c">` + button(note) + `</td></tr>`
	}
	one := func(text, note string) string {
		return `<li class="row"><span>` + text + `</span>` + button(note) + `</li>`
	}
	for name, c := range map[string]struct {
		body    string
		devices []Device
		want    string // what is pressed; nothing where it cannot be told
	}{
		"name and type together are another's name":   {cells("Kitchen", kitchen, "1") + cells("Kitchen Echo", bedroom, "2"), listed("Kitchen", "Kitchen Echo"), "1"},
		"the same without an id":                      {cells("Kitchen", "", "1") + cells("Kitchen Echo", "", "2"), listed("Kitchen", "Kitchen Echo"), "1"},
		"registered to one who is called as a device": {`<ul><li><b>Kitchen</b><p>Device is registered to: Pat</p>` + button("1") + `</li><li><b>Hall</b><p><span>Device is registered to:</span> <span>Pat</span></p>` + button("2") + `</li><li><b>Pat</b><p>Device is registered to: Pat</p>` + button("3") + `</li></ul>`, listed("Kitchen", "Hall", "Pat"), "1"},
		"a type before a name with a badge":           {`<table>` + typed("Kitchen", `<span style="background:#cfc">New</span>`, "1") + typed("Hall", "", "2") + typed("Bedroom", "", "3") + `</table>`, listed("Kitchen", "Hall", "Bedroom"), "1"},
		"a link before the heading":                   {`<section><a href="#">‹ Back</a><h3>Kitchen</h3><div>Echo</div>` + button("1") + `</section>`, listed("Kitchen", "Bedroom"), "1"},
		"a heading with a badge, and the name again":  {headed("Kitchen", `<span style="background:#cfc">Default</span>`, "1") + headed("Bedroom", "", "2") + headed("Hall", `<sup>Offline</sup>`, "3"), listed("Kitchen", "Bedroom", "Hall"), "1"},
		"in the footer of its card":                   {`<section><article><h2>Kitchen</h2><footer>` + button("1") + `</footer></article><article><h2>Hall</h2><footer>` + button("2") + `</footer></article></section>`, listed("Kitchen", "Hall"), "1"},
		"of a name with dots at its end":              {`<ul><li>Echo... <button aria-label="Deregister Echo..." onclick="press('1')">×</button></li><li>Hall <button aria-label="Deregister Hall" onclick="press('2')">×</button></li></ul>`, listed("Echo...", "Hall"), "1"},
		"a button that asks":                          {`<ul><li>Kitchen <button onclick="press('1')">Deregister…</button></li><li>Hall <button onclick="press('2')">Deregister…</button></li></ul>`, listed("Kitchen", "Hall"), "1"},
		"its row in the row of a parent of its name":  {`<div class="row"><b>Kitchen</b><span>G0XXXX0000000009</span>` + button("parent") + `<div><i>Kitchen</i> <span>` + kitchen + `</span></div></div>` + `<div class="row"><b>Hall</b><span>` + bedroom + `</span>` + button("2") + `</div>`, listed("Kitchen", "Hall"), ""},
		"called as its button says, in a table":       {`<table>` + three("Deregister", kitchen, "1") + three("Hall", bedroom, "2") + three("Bedroom", tablet, "3") + `</table>`, listed("Deregister", "Hall", "Bedroom"), "1"},
		"details beside a sign-out of its words":      {`<div><div><ul><li>Home</li></ul>` + button("sign out") + `</div><div><h2>Kitchen</h2><div><div>Device is registered to: Ada</div>` + button("1") + `</div></div></div><script>history.replaceState(0, '', '?d=` + kitchen + `')</script>`, listed("Kitchen"), "1"},
		"called as its button says":                   {acts("Deregister", kitchen, "1") + acts("Hall", bedroom, "2") + acts("Bedroom", tablet, "3"), listed("Deregister", "Hall", "Bedroom"), "1"},
		"in the footer of the page":                   {`<ul><li>Kitchen</li><li>Hall</li></ul><footer>` + button("all") + `</footer>`, listed("Kitchen", "Hall"), ""},
		"name and type in one text":                   {one("Kitchen · Echo", "1") + one("Hall · Echo", "2") + one("Bedroom (Echo)", "3"), listed("Kitchen", "Hall", "Bedroom"), "1"},
		"the type before the name":                    {one("Echo | Kitchen", "1") + one("Echo | Hall", "2"), listed("Kitchen", "Hall"), "1"},
		"name, type and id in one text":               {one("Kitchen – Echo, "+kitchen, "1") + one("Kitchen – Echo, "+bedroom, "2"), listed("Kitchen", "Kitchen"), "1"},
		"name and the id of another in one text":      {one("Kitchen – Echo, "+bedroom, "1") + one("Hall – Echo", "2"), listed("Kitchen", "Hall"), ""},
		"name and words that the list does not say":   {one("Kitchen · Left", "1") + one("Hall · Echo", "2"), listed("Kitchen", "Hall"), ""},
		"a neighbour called as its type":              {`<table>` + celled("Kitchen", "1") + celled("Echo", "2") + celled("Hall", "3") + `</table>`, listed("Kitchen", "Echo", "Hall"), "1"},
		"called as its type":                          {`<table>` + celled("Echo", "1") + celled("Kitchen", "2") + celled("Hall", "3") + `</table>`, listed("Echo", "Kitchen", "Hall"), "1"},
		"a word with its type and day, alone in view": {dated("Details", "1"), dateds("Details"), "1"},
		"the same with words that nobody knows":       {dated(`Attic</span> <span>Details`, "1"), dateds("Details"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.body, c.devices)
			if c.want == "" {
				w.hurry()
			}
			err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
			if c.want == "" {
				if err == nil {
					t.Error("pressed, though nothing tells whose it is")
				}
				w.wants()
				return
			}
			w.must(err)
			w.wants(c.want)
		})
	}
}

func dateds(names ...string) []Device {
	out := listed(names...)
	for i := range out {
		out[i].Date = "June 12, 2017"
	}
	return out
}

// A toolbar acts on all that is ticked, in rows that are not in view, too.
func TestToolbarForWhatIsTicked(t *testing.T) {
	for name, c := range map[string]struct {
		before, after string
		ok            bool
	}{
		"one":                   {"0 selected", "1 selected", true},
		"no count":              {"", "", true},
		"one of many":           {"0 of 14 devices", "1 of 14 devices", true},
		"of many, at once":      {"", "1 of 14 devices", false}, // which number counts, nobody knows
		"more of many":          {"1 of 14 devices", "2 of 14 devices", false},
		"one of another page":   {"1 selected", "2 selected", false},
		"a bar drawn anew":      {"1 selected", "2 selected", false},
		"a part, and no count":  {"", "", false}, // the bar was ready before: what is not in view may be ticked
		"a part, counted":       {"0 selected", "1 selected", true},
		"counts in other words": {"", "Ausgewählt: 3", false},
	} {
		t.Run(name, func(t *testing.T) {
			devices := listed("Kitchen", "Bedroom")
			if strings.HasPrefix(name, "a part") {
				devices = listed("Kitchen", "Bedroom", "Hall")
			}
			redraw := ""
			if strings.HasSuffix(name, "anew") {
				redraw = "; bar.innerHTML = bar.innerHTML"
			}
			box := func(n string) string {
				return `<input type="checkbox" onchange="draw('count', '` + c.after + `')` + redraw + `">` + n
			}
			w := knows(t, `<div id="bar"><button onclick="press('bar')">Deregister</button> <span id="count">`+c.before+`</span></div><div class="row"><div>`+box("")+`</div><span>Kitchen</span></div><div class="row"><div>`+box("")+`</div><span>Bedroom</span></div>`, devices)
			_, err := w.Wait(w.ctx, What{Known: &Known{Key: kitchen, Seek: SeekPlace, At: -1}})
			w.must(err)
			w.must(w.Check(w.ctx, What{Known: &Known{Key: kitchen, Seek: SeekBox, At: -1}}))
			if !c.ok {
				w.hurry()
			}
			err = w.presses(Known{Key: kitchen, Seek: SeekDeregister})
			if c.ok {
				w.must(err)
				w.wants("bar")
			} else if err == nil {
				t.Error("pressed")
			}
		})
	}
}

// A row of the same name that the list lacks is not what our press opened, though its
// Deregister came at the same time as ours.
func TestARowOfTheSameNameIsNotWhatOpened(t *testing.T) {
	late := func(name, id, note string) string {
		return `<div class="row"><a href="#" onclick="setTimeout(later, 50)">` + name + `</a><span>` + id + `</span><span class="acts" title="` + note + `"></span></div>`
	}
	for name, body := range map[string]string{
		"behind ours":     late("Kitchen", kitchen, "1") + late("Kitchen", "G0XXXX0000000009", "2") + late("Hall", bedroom, "3"),
		"before ours":     late("Kitchen", "G0XXXX0000000009", "2") + late("Kitchen", kitchen, "1") + late("Hall", bedroom, "3"),
		"of the two only": late("Kitchen", "G0XXXX0000000009", "2") + late("Kitchen", kitchen, "1") + `<script>anew = true</script>`,
		"and drawn anew":  late("Kitchen", kitchen, "1") + late("Kitchen", "G0XXXX0000000009", "2") + late("Hall", bedroom, "3") + `<script>anew = true</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, `<script>let anew = false</script><div id="list">`+body+`</div><script>
				const later = () => { if (anew) list.innerHTML = list.innerHTML; for (const s of document.querySelectorAll('.acts')) s.innerHTML = '<button onclick="press(this.parentNode.title)">Deregister</button>'; };</script>`, listed("Kitchen", "Hall"))
			js[any](w, "void 0")
			w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants("1")
		})
	}
}

// What is pressed in search of a device leads to others and does nothing to any: neither by
// its words nor by standing in the row of something that the list lacks.
func TestWhatLeadsOnDoesNothing(t *testing.T) {
	chip := func(words string) string { return `<button class="chip">` + words + `</button>` }
	w := knows(t, `<div>`+chip("Echo")+chip("Fire Tablet")+chip("Other devices")+chip("Delete voice recordings")+chip("Delete group")+chip("Wipe all")+`</div>
		<div class="row"><span>Kitchen</span>`+chip("Rename")+`</div><div class="row"><span>Everywhere</span>`+chip("Leave")+chip("Delete group")+`</div>`+row("Hall", bedroom, "2"), listed("Kitchen", "Hall", "Bedroom"))
	v, err := w.Survey(w.ctx, tablet)
	w.must(err)
	var got []string
	for _, n := range v.Navs {
		got = append(got, n.Words)
	}
	slices.Sort(got)
	if want := []string{"echo", "fire tablet", "other devices"}; !slices.Equal(got, want) {
		t.Errorf("%q lead on, want %q", got, want)
	}
}

// What lies under the mouse at the press is what counts, whatever was found before it.
func TestAnotherDevicesButtonUnderTheMouseIsNotPressed(t *testing.T) {
	w := knows(t, row("Kitchen", kitchen, "1")+row("Bedroom", bedroom, "2")+`<script>
		const all = [...document.querySelectorAll('button')].filter((b) => b.textContent === 'Deregister');
		const over = () => { const b = all[0].getBoundingClientRect(); all[1].style.cssText = 'position:fixed;z-index:9;left:' + b.left + 'px;top:' + b.top + 'px'; };</script>`, listed("Kitchen", "Bedroom"))
	w.between("over()")
	w.hurry()
	err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
	if err == nil || !strings.Contains(err.Error(), "covered by") {
		t.Errorf("error %v, want one that says what covered it", err)
	}
	w.wants()
}

func TestAMenuThatNamesAnotherDeviceIsNotUsed(t *testing.T) {
	w := knows(t, `<div class="row"><span>Kitchen</span><button aria-label="More actions" onclick="draw('at', '<div class=over role=menu><p>Actions for Bedroom</p><button onclick=press(1)>Deregister</button></div>')">…</button></div>`+row("Bedroom", "", "2")+`<div id="at"></div>`, listed("Kitchen", "Bedroom"))
	v, err := w.Survey(w.ctx, kitchen)
	w.must(err)
	w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
	w.hurry()
	if err := w.presses(Known{Key: kitchen, Seek: SeekDeregister}); !errors.Is(err, ErrOtherDevice) {
		t.Errorf("error %v, want one that names the other device", err)
	}
	w.wants()
}

// A menu outside of the rows acts on what is ticked; it is opened for the one box only.
func TestMenuForWhatIsTicked(t *testing.T) {
	box := `<input type="radio" name="one">`
	w := knows(t, `<div><button onclick="draw('menu', '<div class=over role=menu><button onclick=press(1)>Deregister</button></div>')">Actions ▾</button></div><div class="row"><div>`+box+`</div><span>Kitchen</span></div><div class="row"><div>`+box+`</div><span>Bedroom</span></div><div id="menu"></div>`, listed("Kitchen", "Bedroom"))
	v, err := w.Survey(w.ctx, kitchen)
	w.must(err)
	if len(v.Bars) != 0 {
		t.Fatalf("menus before anything is ticked: %+v", v.Bars)
	}
	w.must(w.Check(w.ctx, What{Known: &Known{Key: kitchen, Seek: SeekBox, At: -1}}))
	v, err = w.Survey(w.ctx, kitchen)
	w.must(err)
	if len(v.Bars) != 1 {
		t.Fatalf("menus for what is ticked: %+v", v.Bars)
	}
	w.must(w.presses(Known{Key: kitchen, Seek: SeekBar, Sig: v.Bars[0].Sig}))
	w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
	if got := js[[]int](w, "got"); len(got) != 1 {
		t.Errorf("pressed %v times", got)
	}
}

// A row may be called as the device is, and say another id: one that looks like those of the
// list, and is none of them.
func TestAnIDThatTheListLacksIsAnotherDevices(t *testing.T) {
	cells := func(name, id, note string) string {
		return `<tr><td>` + name + `</td><td>` + id + `</td><td><button onclick="press('` + note + `')">Deregister</button></td></tr>`
	}
	const strange = "G0XX XX00 0000 0009"
	for name, c := range map[string]struct{ body, want string }{
		"alone":          {"<table>" + cells("Kitchen", strange, "1") + cells("Hall", bedroom, "2") + "</table>", ""},
		"beside its own": {"<table>" + cells("Kitchen", strange, "1") + cells("Kitchen", kitchen, "2") + "</table>", "2"},
		"no id":          {"<table>" + cells("Kitchen", "Echo (2nd Gen), 2021", "1") + cells("Hall", bedroom, "2") + "</table>", "1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.body, listed("Kitchen", "Hall"))
			if c.want == "" {
				if v, _ := w.surveyed(kitchen); v.Places != 0 {
					t.Errorf("taken for Kitchen: %q", v.Detail)
				}
				w.hurry()
				if w.presses(Known{Key: kitchen, Seek: SeekDeregister}) == nil {
					t.Error("pressed")
				}
				w.wants()
				return
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants(c.want)
		})
	}
	t.Run("in its details", func(t *testing.T) {
		w := knows(t, `<div class="row"><b>Kitchen</b><button onclick="draw('at', D)">Details</button></div><div class="row"><b>Hall</b><button>Details</button></div><div id="at"></div><script>
			const D = '<div class="over"><h2>Kitchen</h2><p>Serial number G0XXXX0000000009</p><button onclick="press(1)">Deregister</button></div>';</script>`, listed("Kitchen", "Hall"))
		v, _ := w.surveyed(kitchen)
		w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
		w.hurry()
		if w.presses(Known{Key: kitchen, Seek: SeekDeregister}) == nil {
			t.Error("pressed")
		}
		w.wants()
	})
}

// What a closed fold holds is not in view, though its head is and its words tell the id.
func TestADeviceInAClosedFoldIsNotInView(t *testing.T) {
	fold := func(head, body string) string {
		return `<div><h3><button aria-expanded="false" onclick="this.parentNode.nextSibling.hidden = !1; this.setAttribute('aria-expanded', 'true')">` + head + `</button></h3><div hidden>` + body + `</div></div>`
	}
	w := knows(t, fold("Fire TV (1)", fold("Kitchen", `<p>Serial number: `+kitchen+`</p><button onclick="press('1')">Deregister</button>`))+fold("Echo (1)", fold("Bedroom", `<p>Serial number: `+bedroom+`</p>`)), listed("Kitchen", "Bedroom"))
	if v, _ := w.surveyed(kitchen); v.Places != 0 || len(v.Seen) != 0 {
		t.Errorf("in view: %v, %q in %d places", v.Seen, v.Detail, v.Places)
	}
	js[any](w, `document.querySelectorAll('[hidden]').forEach((e) => { e.hidden = false; })`)
	if v, _ := w.surveyed(kitchen); v.State != "found" {
		t.Errorf("opened: %s, %q", v.State, v.Detail)
	}
}

// At its address stands what was drawn before, until the new view is.
func TestAnAddressAloneTellsNoDevice(t *testing.T) {
	for name, c := range map[string]struct{ view, want string }{
		"its own view":            {`<h1>Kitchen</h1><button onclick="press(1)">Deregister</button>`, "1"},
		"that of another device":  {`<h1>Bedroom</h1><button onclick="press(1)">Deregister</button>`, ""},
		"one that names nobody":   {`<h1>Device</h1><button onclick="press(1)">Deregister</button>`, ""},
		"its name, another's id":  {`<h1>Kitchen</h1><p>G0XXXX0000000009</p><button onclick="press(1)">Deregister</button>`, ""},
		"an address of a foreign": {`<h1>Kitchen</h1><button onclick="press(1)">Deregister</button>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			at := kitchen
			if strings.HasPrefix(name, "an address") {
				at = "G0XXXX0000000009"
			}
			w := knows(t, `<div>`+c.view+`</div><script>history.replaceState(0, '', '#/device/`+at+`')</script>`, listed("Kitchen", "Bedroom"))
			if c.want == "" {
				w.hurry()
				if w.presses(Known{Key: kitchen, Seek: SeekDeregister}) == nil {
					t.Error("pressed")
				}
				w.wants()
				return
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants(c.want)
		})
	}
}

// The answers of a survey are no pages of the list, and the steps of a tour no next one.
func TestWhatLiesOverThePageLeadsNowhere(t *testing.T) {
	w := knows(t, row("Kitchen", "", "1")+`<p><a href="#">1</a> <a href="#">2</a></p><div class="over" role="dialog"><h3>How are we doing?</h3><button>1</button><button>2</button><button>3</button><button>Next</button></div>`, listed("Kitchen", "Bedroom"))
	v, _ := w.surveyed(bedroom)
	var got []string
	for _, n := range v.Navs {
		got = append(got, n.Kind+" "+n.Words)
	}
	if want := []string{"page 1", "page 2"}; !slices.Equal(got, want) {
		t.Errorf("leads on: %q, want %q", got, want)
	}
}

// A view beside the list that a press on the name opened, and that does not say whose it is.
func TestDetailsThatDoNotSayWhoseTheyAre(t *testing.T) {
	for _, head := range []string{"Kitchen", "About this device"} {
		w := knows(t, `<ul><li tabindex="0" onclick="draw('at', D)">Kitchen</li><li tabindex="0">Bedroom</li></ul><section id="at"></section><script>
			const D = '<h3>`+head+`</h3><p>Echo</p><button onclick="press(1)">Deregister</button>';</script>`, listed("Kitchen", "Bedroom"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
		if head != "Kitchen" {
			w.hurry()
			refused(t, w.presses(Known{Key: kitchen, Seek: SeekDeregister}), ErrAmbiguous)
			w.wants()
			continue
		}
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.wants("1")
	}
}

// A bar acts on what is chosen, however that is shown; what opens below the row is the row's.
func TestABarThatActsOnWhatIsChosen(t *testing.T) {
	for name, c := range map[string]struct{ bar, below string }{
		"a bar":         {`<div id="bar"><button disabled>Deregister</button></div>`, ""},
		"below the row": {"", `<div id="bar"></div>`},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.bar+`<div class="row"><b>Kitchen</b><span>`+kitchen+`</span><div tabindex="0" style="cursor:pointer;width:20px;height:20px" onclick="draw('bar', '<button onclick=press(1)>Deregister</button>')"></div></div>`+c.below+`<div class="row"><b>Bedroom</b><span>`+bedroom+`</span><div tabindex="0" style="cursor:pointer;width:20px;height:20px"></div></div>`, listed("Kitchen", "Bedroom"))
			v, _ := w.surveyed(kitchen)
			if len(v.Openers) != 1 {
				t.Fatalf("openers: %+v", v.Openers)
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
			if c.bar != "" {
				w.hurry()
				refused(t, w.presses(Known{Key: kitchen, Seek: SeekDeregister}), ErrAmbiguous)
				w.wants()
				return
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants("1")
		})
	}
}

// An icon without words may open more of a device, unless its parts are named after what takes
// something away.
func TestAnIconThatTakesAwayIsNoOpener(t *testing.T) {
	for icon, opens := range map[string]bool{`class="inline-block"`: true, `class="icon clock"`: true, `class="trash-icon"`: false, `data-icon="lock"`: false, `class="IconDelete"`: false} {
		line := func(name, id string) string {
			return `<div class="row"><b>` + name + `</b><span>` + id + `</span><button onclick="press(1)"><svg ` + icon + ` width="16" height="16"></svg></button></div>`
		}
		w := knows(t, line("Kitchen", kitchen)+line("Hall", bedroom), listed("Kitchen", "Hall"))
		if v, _ := w.surveyed(kitchen); (len(v.Openers) == 1) != opens {
			t.Errorf("%s: openers %+v", icon, v.Openers)
		}
	}
}

package page

import (
	"errors"
	"strings"
	"testing"
	"time"
)

// Questions, and what else a pop-up may hold, as people drew them who had not seen how they are
// read.

func TestQuestionsOnPagesOfOthers(t *testing.T) {
	face := func(note string) string { // as Amazon's own buttons are
		return `<span style="position:relative;display:inline-block"><span><input type="submit" aria-labelledby="l` + note + `" style="opacity:.01;position:absolute;inset:0" onclick="press(\'` + note + `\')"><span aria-hidden="true" id="l` + note + `">Deregister</span></span></span>`
	}
	line := func(name, note string) string {
		return `<li><b>` + name + `</b> <button onclick="press('` + note + `')">Deregister</button></li>`
	}
	for name, body := range map[string]string{
		"in the details, by a button of the same looks": `<div class="row"><a href="#" onclick="draw('d', D)">Kitchen</a></div><div class="row"><a href="#">Bedroom</a></div><div class="row"><a href="#">Hall</a></div><div id="d"></div><script>
			const D = '<div class="over"><h2>Kitchen</h2><div id="b">` + face("1") + `</div><div id="q"></div></div>'; d.addEventListener('click', (e) => e.target.closest('#b') && draw('q', '<p>Deregister Kitchen?</p><p>It can no longer use your content.</p><div>` + face("yes") + `</div>'));</script>`,
		// The names stand in one column, the buttons in another, as grids pin them.
		"beside buttons drawn anew": `<style>.r{position:absolute;height:30px}</style><div style="position:relative;height:90px"><div class="r" style="top:0">Kitchen</div><div class="r" style="top:30px">Bedroom</div><div class="r" style="top:60px">Hall</div></div><div id="acts" style="position:relative;height:90px"></div><div id="q"></div><script>
			const rows = () => draw('acts', ['1','2','3'].map((n, i) => '<div class="r" style="top:' + 30 * i + 'px" title="' + ['` + kitchen + `','` + bedroom + `','` + tablet + `'][i] + '"><button onclick="ask(' + n + ')">Deregister</button></div>').join(''));
			const ask = (n) => { press(String(n)); rows(); draw('q', '<div class="over" role="dialog"><p>Deregister this device?</p><button onclick="press(\'yes\'); this.parentNode.remove()">Deregister</button><button>Cancel</button></div>'); }; rows();</script>`,
		"by the button that was pressed": `<ul>` + line("Kitchen", "1") + line("Bedroom", "2") + line("Hall", "3") + `</ul><script>
			document.addEventListener('click', (e) => { const b = e.target.closest('button'); if (b.textContent === 'Deregister') b.textContent = 'Confirm deregistration'; else { got.pop(); press('yes'); b.remove(); } });</script>`,
		"in the line of its name": `<ul><li><span>Kitchen</span> <button onclick="press('1'); this.outerHTML = Q">Deregister</button></li><li><span>Bedroom</span> <button>Deregister</button></li><li><span>Hall</span> <button>Deregister</button></li></ul><script>
			const Q = '<span>Deregister this device? <button onclick="press(\'yes\')">Yes</button> <button>No</button></span>';</script>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, body, listed("Kitchen", "Bedroom", "Hall"))
			if strings.Contains(name, "details") {
				w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			o, err := w.Outcome(w.ctx, kitchen, 3*time.Second)
			w.must(err)
			if o.What != "confirm" {
				t.Fatalf("the page came to %q (%s), want its question", o.What, o.Words)
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
			w.wants("1", "yes")
		})
	}
}

// What is on in a pop-up is done with the confirmation, whoever switched it on.
func TestOptionsThatAreOn(t *testing.T) {
	for name, c := range map[string]struct {
		option string
		want   error // nil: it may be confirmed
	}{
		"a danger that is ticked":             {`<label><input type="checkbox" checked> Delete voice recordings</label>`, ErrDanger},
		"an offer that is ticked":             {`<label><input type="checkbox" checked> Send me a replacement (Echo Dot, $49.99)</label>`, ErrDanger},
		"a box without a label that is on":    {`<div><input type="checkbox" checked></div>`, ErrDanger},
		"a switch that is on":                 {`<button role="switch" aria-checked="true">Also remove my playlists</button>`, ErrDanger},
		"a choice that erases":                {`<label><input type="radio" name="c"> Keep content</label><label><input type="radio" name="c" checked> Erase content</label>`, ErrDanger},
		"a face over a ticked box":            {`<label>Delete voice recordings <input type="checkbox" checked style="opacity:0;position:absolute"><i style="display:inline-block;width:12px;height:12px;background:#08f"></i></label>`, ErrDanger},
		"a choice of all":                     {`<label><input type="radio" name="c" checked> All 14 devices</label><label><input type="radio" name="c"> Only this one</label>`, ErrDanger},
		"the others, too":                     {`<label><input type="checkbox" checked> Also deregister the other devices in this room</label>`, ErrDanger},
		"a list that erases":                  {`<select><option value="k">Keep content</option><option value="e" selected>Deregister and erase</option></select>`, ErrDanger},
		"another button that deregisters":     {`<button>No thanks, just deregister</button>`, nil},
		"a choice that deregisters only":      {`<label><input type="radio" name="c" checked> Deregister only</label><label><input type="radio" name="c"> Something else</label>`, nil},
		"a danger that is not ticked":         {`<label><input type="checkbox"> Delete voice recordings</label>`, nil},
		"an understanding that is ticked":     {`<label><input type="checkbox" checked> I understand</label>`, nil},
		"more than this one, said in passing": {`<p>This deregisters Kitchen and all other devices in its group.</p>`, ErrDanger},
		"a sign-out of everywhere":            {`<p>You will be signed out everywhere.</p>`, ErrDanger},
		"an erasure before it":                {`<p>To deregister, everything on this device is erased first.</p>`, ErrDanger},
		"a danger that is hidden and ticked":  {`<div style="display:none"><label><input type="checkbox" checked> Wipe</label></div>`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, `<div class="row"><span>Kitchen</span><button onclick="ask()">Deregister</button></div><div class="row"><span>Bedroom</span></div><div id="at"></div><script>
				function ask() { press('1'); draw('at', '<div class="over" role="dialog"><p>Deregister Kitchen?</p>`+c.option+`<p><button onclick="press(\'yes\')">Deregister</button> <button>Cancel</button></p></div>'); }</script>`, listed("Kitchen", "Bedroom"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			o, err := w.Outcome(w.ctx, kitchen, 3*time.Second)
			if c.want != nil {
				if !errors.Is(err, c.want) {
					t.Errorf("the page came to %q, error %v, want %v", o.What, err, c.want)
				}
				w.hurry()
				if w.presses(Known{Key: kitchen, Seek: SeekConfirm}) == nil {
					t.Error("confirmed")
				}
				return
			}
			w.must(err)
			w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
			w.wants("1", "yes")
		})
	}
}

// A window.confirm that says "Deregister this device?" names nobody, though a device may be
// called Deregister; what it says twice may be a name.
func TestWindowConfirmNamesNobody(t *testing.T) {
	for question, want := range map[string]string{
		"Deregister this device?":               "true",
		"Deregister Deregister?":                "false",
		"Deregister Bedroom?":                   "false",
		"Would you like to buy a Kindle?":       "false",
		"Deregister this device? Are you sure?": "true",
		"Deregister this device? You can do a factory reset first, or wipe it.": "true",
		"Before deregistering Kitchen: erase its content first?":                "false",
		"Kitchen was deregistered. Delete its voice recordings too?":            "false",
		"Kitchen was deregistered. Deregister the other 13 devices as well?":    "false",
		"Deregister 2 devices?":                                                "false",
		"Deregister Kitchen (Fire Tablet)?":                                    "true",
		"Kitchen was deregistered. Order a new Echo Dot for $49.99?":           "false",
		"This will deregister Kitchen. Remote wipe will follow. Are you sure?": "false",
	} {
		t.Run(question, func(t *testing.T) {
			w := knows(t, row("Kitchen", kitchen, "x")+row("Deregister", bedroom, "y")+row("Bedroom", tablet, "z")+`<script>
				document.addEventListener('click', (e) => { if (e.target.closest('button')) { got.length = 0; press(String(confirm(`+"`"+question+"`"+`))); } });</script>`, listed("Kitchen", "Deregister", "Bedroom"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants(want)
			o, err := w.Outcome(w.ctx, kitchen, time.Second)
			w.must(err)
			if (o.What == "declined") != (want == "false") {
				t.Errorf("the page came to %q (%s)", o.What, strings.TrimSpace(o.Words))
			}
		})
	}
}

// No id told the row that was pressed, and another one of its name comes up meanwhile.
func TestASecondRowOfTheNameThatComesLate(t *testing.T) {
	line := func(name, ask string) string {
		return `<div class="row"><b>` + name + `</b><button onclick="` + ask + `">Deregister</button></div>`
	}
	for _, late := range []string{"Kitchen", "Attic"} {
		w := knows(t, `<div id="list">`+line("Kitchen", "press(1); draw('at', Q)")+line("Hall", "")+`</div><div id="at"></div><script>
			const Q = '<div class="over" role="dialog"><p>Deregister this device?</p><button onclick="press(2)">Deregister</button> <button>Cancel</button></div>';</script>`, listed("Kitchen", "Hall"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		js[any](w, "void list.insertAdjacentHTML('beforeend', `"+line(late, "")+"`)")
		w.hurry()
		err := w.presses(Known{Key: kitchen, Seek: SeekConfirm})
		if late != "Kitchen" {
			w.must(err)
			w.wants("1", "2")
			continue
		}
		refused(t, err, ErrAmbiguous)
		w.wants("1")
	}
}

// Deregister may lead to a page of its own that asks.
func TestAQuestionOnAPageOfItsOwn(t *testing.T) {
	ask := func(head string) string {
		return `<header><a href="#">Kindle</a></header><h1>` + head + `</h1><p>You will have to register it again.</p><div><a href="/known">Cancel</a> <button onclick="press('yes')">Deregister</button></div>`
	}
	for name, c := range map[string]struct {
		address, body string
		asks          bool
	}{
		"names it":                     {"/question", ask("Deregister Kitchen?"), true},
		"has its id in the address":    {"/question?d=" + kitchen, ask("Deregister this device?"), true},
		"names nobody":                 {"/question", ask("Deregister this device?"), false},
		"names another one":            {"/question", ask("Deregister Bedroom?"), false},
		"has another's address":        {"/question?d=" + bedroom, ask("Deregister this device?"), false},
		"has another's address, names": {"/question?d=" + bedroom, ask("Deregister Kitchen?"), false},
		"asks for something else":      {"/question", ask("Factory reset Kitchen?"), false},
		"the list":                     {"/question", row("Kitchen", kitchen, "1") + row("Bedroom", bedroom, "2"), false},
		"the list, of this name alone": {"/question", `<h1>Your devices</h1>` + row("Kitchen", kitchen, "1"), false},
	} {
		t.Run(name, func(t *testing.T) {
			w := knowsPages(t, map[string]string{
				"/known":    `<div class="row"><span>Kitchen</span><span>` + kitchen + `</span><button onclick="go()">Deregister</button></div>` + row("Bedroom", bedroom, "2") + `<script>function go() { location.href = '` + c.address + `'; }</script>`,
				"/question": c.body,
			}, listed("Kitchen", "Bedroom"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			o, err := w.Outcome(w.ctx, kitchen, 3*time.Second)
			w.must(err)
			if o.What != "left" {
				t.Fatalf("the page came to %q", o.What)
			}
			w.must(w.Arrived(w.ctx, kitchen))
			o, err = w.Outcome(w.ctx, kitchen, time.Second)
			if !c.asks {
				if o.What == "confirm" {
					t.Error("taken for a question about Kitchen")
				}
				w.hurry()
				if w.presses(Known{Key: kitchen, Seek: SeekConfirm}) == nil {
					t.Error("confirmed")
				}
				w.wants()
				return
			}
			w.must(err)
			if o.What != "confirm" {
				t.Fatalf("the page came to %q (%s), want its question", o.What, o.Words)
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
			w.wants("yes")
		})
	}
}

// The button that was pressed may become its own confirmation; what came beside it is part of
// what it asks.
func TestAButtonThatTurnsIntoItsConfirmation(t *testing.T) {
	for beside, asks := range map[string]bool{
		"It can no longer use your content.":       true,
		"Erase its content too?":                   false,
		"Everything on this device is erased too.": false,
	} {
		w := knows(t, `<ul><li><b>Kitchen</b> <button onclick="press(1); this.textContent = 'Confirm'; n.textContent = '`+beside+`'">Deregister</button> <div id="n"></div></li><li><b>Hall</b> <button>Deregister</button></li></ul>`, listed("Kitchen", "Hall"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.hurry()
		if err := w.presses(Known{Key: kitchen, Seek: SeekConfirm}); (err == nil) != asks {
			t.Errorf("%s: %v", beside, err)
		}
	}
}

package page

import (
	"encoding/json"
	"strings"
	"testing"
)

// A menu that a control of unknown words opened is the device's where it says, as ARIA has it,
// whose menu it is: the control's own, and no other's.
func TestAMenuThatSaysWhoseItIs(t *testing.T) {
	const (
		shows = `at.hidden = false`
		items = `<button role="menuitem">Rename</button><button role="menuitem" onclick="press('1')">Deregister</button>`
	)
	trigger := func(more string) string {
		return `<button aria-haspopup="menu" ` + more + ` onclick="` + shows + `">Customise</button>`
	}
	page := func(ours, theirs, menu string) string {
		return `<ul><li><span>Kitchen</span>` + trigger(ours) + `</li><li><span>Hall</span>` + trigger(theirs) + `</li></ul><div ` + menu + ` class="over" role="menu" hidden>` + items + `</div><script>var at = document.querySelector('[role=menu]')</script>`
	}
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"labelled by it":                   {page(`id="a"`, `id="b"`, `aria-labelledby="a"`), "1"},
		"controlled by it":                 {page(`aria-controls="m"`, `aria-controls="n"`, `id="m"`), "1"},
		"of another one":                   {page(`id="a"`, `id="b"`, `aria-labelledby="b"`), ""},
		"of all":                           {page(`aria-controls="m"`, `aria-controls="m"`, `id="m"`), ""},
		"an id that two have":              {page(`id="a"`, `id="a"`, `aria-labelledby="a"`), ""},
		"it says nothing":                  {page(`id="a"`, `id="b"`, ``), ""},
		"and names another device, though": {page(`id="a"`, `id="b"`, `aria-labelledby="a" title="Hall"`), ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.body, listed("Kitchen", "Hall"))
			v, err := w.Survey(w.ctx, kitchen)
			w.must(err)
			w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
			w.hurry()
			if err := w.presses(Known{Key: kitchen, Seek: SeekDeregister}); (err == nil) != (c.want != "") {
				t.Errorf("pressed: %v", err)
			}
			if c.want != "" {
				w.wants(c.want)
			} else {
				w.wants()
			}
		})
	}
}

// A pop-up may be drawn in an element that stood there hidden, that takes the focus or that is
// closed by a press beside what it holds: it is a pop-up, and no button.
func TestAPopUpThatLooksLikeAButton(t *testing.T) {
	for how, is := range map[string]string{
		"takes the focus":     `tabindex="0"`,
		"closed by a press":   `onclick="if (event.target === this) this.hidden = true"`,
		"under a hand cursor": `style="cursor:pointer"`,
	} {
		t.Run(how, func(t *testing.T) {
			w := knows(t, `<ul><li><span>Kitchen</span><button onclick="at.hidden = false">Deregister</button></li><li><span>Hall</span><button>Deregister</button></li></ul><div><div id="at" class="over" role="dialog" hidden `+is+
				`><div><h2>Deregister device</h2><p>This can't be undone.</p><button>Cancel</button> <button onclick="press('1')">Deregister</button></div></div></div>`, listed("Kitchen", "Hall"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
			w.wants("1")
		})
	}
}

// A device that is called as its type: the lines of a row are drawn alike, and only where they
// stand tells the name from the type; or the row carries the device's id.
func TestADeviceThatIsCalledAsItsType(t *testing.T) {
	rows := func(row string) string {
		var out strings.Builder
		for i, n := range []string{"Echo", "Hall", "Bedroom"} {
			out.WriteString(strings.NewReplacer("%N", n, "%I", listed("", "", "")[i].Key, "%P", string(rune('1'+i))).Replace(row))
		}
		return out.String()
	}
	const button = `<button onclick="press('%P')">Deregister</button>`
	for how, body := range map[string]string{
		"lines of one make":    rows(`<div class="row"><div><p class="text b%P">%N</p><p class="text">Echo</p></div>` + button + `</div>`),
		"the type over a name": rows(`<div class="row"><div><p class="text">Echo</p><p class="text">%N</p></div>` + button + `</div>`),
	} {
		t.Run(how, func(t *testing.T) { pressesKitchen(t, body, listed("Echo", "Hall", "Bedroom"), "1") })
	}
	t.Run("a row with its id and a box", func(t *testing.T) {
		w := knows(t, `<table><tbody>`+rows(`<tr class="r" data-row="%I"><td class="c sel"><input type="checkbox" onclick="press('%P')"></td><td class="c">%N</td><td class="c">Echo</td></tr>`)+`</tbody></table>`, listed("Echo", "Hall", "Bedroom"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekBox}))
		w.wants("1")
	})
	// In the row of another device its type is no name.
	t.Run("of another one", func(t *testing.T) {
		pressesKitchen(t, rows(`<div class="row"><div><p class="text">Attic %P</p><p class="text">Echo</p></div>`+button+`</div>`), listed("Echo", "Hall", "Bedroom"), "")
	})
}

// How a row's own Deregister may be worded.
func TestHowDeregisterIsWorded(t *testing.T) {
	for words, its := range map[string]bool{"Deregister Kitchen": true, "Kitchen — Deregister": true, "Deregister: Kitchen": true, "Deregister Echo": true, "Unregister": true, "Deregister Kindle": false, "Deregister Hall": false, "Deregister all": false} {
		t.Run(words, func(t *testing.T) {
			want := ""
			if its {
				want = "1"
			}
			pressesKitchen(t, `<ul><li><b>Kitchen</b><button data-of="`+kitchen+`" onclick="press('1')">`+words+`</button></li><li><b>Hall</b></li></ul>`, listed("Kitchen", "Hall"), want)
		})
	}
	t.Run("a picture", func(t *testing.T) {
		pressesKitchen(t, `<ul><li><b>Kitchen</b><input type="image" alt="Deregister" width="80" height="20" src="data:," onclick="press('1')"></li><li><b>Hall</b></li></ul>`, listed("Kitchen", "Hall"), "1")
	})
}

// Details without a heading say in their lines whose they are: by the serial, or by the line that
// gives the name. All of it came with the press, and nothing of another device with it.
func TestDetailsWithoutAHeading(t *testing.T) {
	line := func(words string) string { return `<section>` + words + `</section>` }
	const registered = `Registered to: Ada <button onclick="press('1')">Deregister</button>`
	for how, c := range map[string]struct{ view, want string }{
		"its serial":                      {line(registered) + line("Serial number: "+kitchen), "1"},
		"its name in a line":              {line("Device name: Kitchen <button>Edit</button>") + line(registered), "1"},
		"another serial":                  {line(registered) + line("Serial number: "+bedroom), ""},
		"nothing":                         {line(registered), ""},
		"its name, and another one's row": {line("Device name: Kitchen <button>Edit</button>") + line("Hall") + line(registered), ""},
	} {
		t.Run(how, func(t *testing.T) {
			view, _ := json.Marshal(c.view)
			w := knows(t, `<div id="view"><ul><li><a href="#" onclick="document.getElementById('view').innerHTML = details; return false">Kitchen</a></li><li><a href="#">Hall</a></li></ul></div><script>var details = `+string(view)+`</script>`, listed("Kitchen", "Hall"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
			w.hurry()
			err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
			if (err == nil) != (c.want != "") {
				t.Errorf("pressed: %v", err)
			}
			if c.want != "" {
				w.wants(c.want)
			} else {
				w.wants()
			}
		})
	}
}

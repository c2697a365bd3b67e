package page

import (
	"errors"
	"testing"
	"time"
)

// What is pressed once is not pressed again while it fades away: a page that remembers which row
// it was may mean the next one by then.
func TestWhatFadesAwayIsNotPressedAgain(t *testing.T) {
	const fades = `at.className = 'over leaving'; this.className = 'pressed'; setTimeout(() => at.remove(), 900)`
	t.Run("a menu", func(t *testing.T) {
		w := knows(t, `<div class="row"><span>Kitchen</span><button aria-label="More" onclick="at.hidden = false">⋮</button></div>`+row("Hall", bedroom, "2")+
			`<div id="at" class="over" hidden><div role="menu"><button onclick="press('1'); `+fades+`">Deregister</button></div></div>`, listed("Kitchen", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.asksNoMore()
		w.wants("1")
	})
	t.Run("a pop-up", func(t *testing.T) {
		w := knows(t, `<div class="row"><span>Kitchen</span><span>`+kitchen+`</span><button onclick="press('1'); at.hidden = false">Deregister</button></div>`+row("Hall", bedroom, "2")+
			`<div id="at" class="over" role="dialog" hidden><p>Deregister this device?</p><button>Cancel</button> <button onclick="press('yes'); `+fades+`">Deregister</button></div>`, listed("Kitchen", "Hall"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
		w.asksNoMore()
		w.wants("1", "yes")
	})
	t.Run("a pop-up that counts what is left", func(t *testing.T) {
		w := knows(t, `<div class="row"><span>Kitchen</span><span>`+kitchen+`</span><button onclick="press('1'); at.hidden = false">Deregister</button></div>`+row("Hall", bedroom, "2")+
			`<div id="at" class="over" role="dialog" hidden><p id="n">Deregister 1 device(s)?</p><button>Cancel</button> <button onclick="press('yes'); n.textContent = 'Deregister 0 device(s)?'; this.parentNode.append(this); setTimeout(() => at.remove(), 900)">Deregister</button></div>`, listed("Kitchen", "Hall"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
		if o, err := w.Outcome(w.ctx, kitchen, time.Second); err != nil || o.What == "confirm" {
			t.Errorf("it came to %q, %v", o.What, err)
		}
		w.wants("1", "yes")
	})
}

// asksNoMore: nothing that is there or comes within a second is a question about Kitchen.
func (w *world) asksNoMore() {
	w.t.Helper()
	o, err := w.Outcome(w.ctx, kitchen, time.Second)
	if err == nil && o.What == "confirm" {
		w.t.Errorf("a question was seen: %s", o.Words)
	}
	w.hurry()
	if err := w.presses(Known{Key: kitchen, Seek: SeekConfirm}); err == nil {
		w.t.Error("confirmed once more")
	}
}

// Once the page has sent its request, a question that does not say which device it is for may be
// about the next one.
func TestAQuestionAfterTheRequestWasSent(t *testing.T) {
	for question, asks := range map[string]bool{
		"Deregister this device?": false,
		"Continue with the next device in your list? It is deregistered, too.": false,
		"Really deregister Kitchen?": true,
	} {
		t.Run(question, func(t *testing.T) {
			w := knowsPages(t, map[string]string{
				"/known": `<div class="row"><span>Kitchen</span><span>` + kitchen + `</span><button onclick="go()">Deregister</button></div>` + row("Hall", bedroom, "2") + `<div id="at"></div><script>
					async function go() { press('1'); await fetch('/deregister', {method: 'POST', body: 'activity=DeregisterDevice'}); draw('at', '<div class="over" role="dialog"><p>` + question + `</p><button>Cancel</button> <button onclick="press(2)">Deregister</button></div>'); }</script>`,
				"/deregister": "",
			}, listed("Kitchen", "Hall"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			if !asks {
				o, err := w.Outcome(w.ctx, kitchen, 2*time.Second)
				if err == nil && o.What == "confirm" || err != nil && !errors.Is(err, ErrAmbiguous) {
					t.Errorf("the page came to %q, %v", o.What, err)
				}
				if !w.Sent() {
					t.Error("the request was not seen")
				}
				return
			}
			o, err := w.Outcome(w.ctx, kitchen, 2*time.Second)
			w.must(err)
			if o.What != "confirm" {
				t.Errorf("the page came to %q (%s)", o.What, o.Words)
			}
		})
	}
}

// A menu of a page that remembers the number of a row acts on the row that has it now.
func TestAMenuWhoseRowHasMoved(t *testing.T) {
	const menu = `<div class="over" role="menu"><button onclick="press('gone')">Deregister</button></div>`
	line := func(name string) string {
		return `<li><b>` + name + `</b> <button aria-label="More" onclick="at.innerHTML = M">⋮</button></li>`
	}
	for what, script := range map[string]string{
		"a row above it":  `list.insertAdjacentHTML('afterbegin', '<li><b>Attic</b> <button>⋮</button></li>')`,
		"the order":       `list.append(list.firstChild)`,
		"a row below it":  `list.insertAdjacentHTML('beforeend', '<li><b>Attic</b> <button>⋮</button></li>')`,
		"nothing changed": ``,
	} {
		t.Run(what, func(t *testing.T) {
			w := knows(t, `<ul id="list">`+line("Hall")+line("Kitchen")+line("Bedroom")+`</ul><div id="at"></div><script>const M = `+"`"+menu+"`"+`;</script>`, listed("Kitchen", "Hall", "Bedroom"))
			v, err := w.Survey(w.ctx, kitchen)
			w.must(err)
			w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
			js[any](w, "(() => { "+script+" })()")
			w.hurry()
			err = w.presses(Known{Key: kitchen, Seek: SeekDeregister})
			if moved := what == "a row above it" || what == "the order"; moved != (err != nil) {
				t.Errorf("%s: %v", what, err)
			}
		})
	}
}

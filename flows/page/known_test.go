package page

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/selectors"
)

// These pages use no name that unecho knows: what stands where is told by the list alone.
// Each notes in got what was pressed.

const (
	kitchen = "G0AAAA0000000001"
	bedroom = "G0BBBB0000000002"
	tablet  = "G0CCCC0000000003"
)

// listed are the devices of these tests, by the serial that is their key too.
func listed(names ...string) []Device {
	keys := []string{kitchen, bedroom, tablet, "G0DDDD0000000004", "G0EEEE0000000005", "G0FFFF0000000006", "G0GGGG0000000007"}
	var out []Device
	for i, n := range names {
		out = append(out, Device{Key: keys[i], Name: n, IDs: []string{keys[i]}, Labels: []string{"Echo", "Fire Tablet"}})
	}
	return out
}

// knows opens a page with this body and tells it the devices. press(what) notes a press.
func knows(t *testing.T, body string, devices []Device) *world {
	t.Helper()
	return knowsPages(t, map[string]string{"/known": body}, devices)
}

// knowsPages is knows with other pages beside /known.
func knowsPages(t *testing.T, bodies map[string]string, devices []Device) *world {
	t.Helper()
	set, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	pages := map[string]http.HandlerFunc{}
	for path, body := range bodies {
		pages[path] = func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, _ = rw.Write([]byte(`<!doctype html><title>devices</title><style>.row{display:flex;gap:20px;padding:8px;border:1px solid #ccc} .over{position:fixed;inset:80px;background:#fff;border:1px solid}</style>
<script>const got = []; const press = (w) => got.push(w); const draw = (id, html) => { document.getElementById(id).innerHTML = html; };</script>` + body))
		}
	}
	alongside(t)
	w := openIn(browsertest.LentTab(t), t, "/known", pages, func(o *Options) { o.Selectors = set })
	if err := w.Know(devices); err != nil {
		t.Fatal(err)
	}
	return w
}

// presses presses what is sought of a device and returns why it was not.
func (w *world) presses(k Known) error {
	w.t.Helper()
	k.At = -1
	_, err := w.Click(w.ctx, What{Known: &k, Label: k.Seek})
	return err
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// row is one of the list: its name, its id, its buttons.
func row(name, id, note string) string {
	return `<div class="row"><span>` + name + `</span><span>` + id + `</span><span><button onclick="press('rename ` + note + `')">Rename</button> <button onclick="press('` + note + `')">Deregister</button></span></div>`
}

func TestADeviceIsFoundByItsNameAndIDAlone(t *testing.T) {
	deep := strings.Repeat("<div>", 90) + strings.Repeat("</div>", 90)
	for name, c := range map[string]struct {
		body    string
		devices []Device
		want    string // what was pressed, or
		kind    error  // why nothing was
	}{
		"a list of rows":                         {row("Kitchen", kitchen, "1") + row("Bedroom", bedroom, "2"), listed("Kitchen", "Bedroom"), "1", nil},
		"an id in groups of four":                {row("Kitchen", "G0AA AA00 0000 0001", "1") + row("Kitchen", "G0BB BB00 0000 0002", "2"), listed("Kitchen", "Kitchen"), "1", nil},
		"two of one name, and no id":             {row("Kitchen", "", "1") + row("Kitchen", "", "2"), listed("Kitchen", "Kitchen"), "", ErrAmbiguous},
		"a row of this name that the list lacks": {row("Kitchen", "", "1") + row("Kitchen", "", "2") + row("Bedroom", "", "3"), listed("Kitchen", "Bedroom"), "", ErrAmbiguous},
		// The words before the row are as many as a name may have, and the text around them
		// is cut: it must not be taken for all that the page says.
		"a page whose text is cut after an id": {deep + "<p>Home Settings</p>" + row("Kitchen", kitchen, "1") + row("Bedroom", bedroom, "2"), listed("Kitchen", "Bedroom"), "1", nil},
		"a neighbour called Deregister":        {row("Kitchen", kitchen, "1") + row("Deregister", bedroom, "2") + row("Hall", tablet, "3"), listed("Kitchen", "Deregister", "Hall"), "1", nil},
		"a child's row in the row": {row("Hall", bedroom, "2") + strings.TrimSuffix(row("Kitchen", kitchen, "1"), "</div>") + `<div>` + row("Child", tablet, "3") + `</div></div>`,
			listed("Kitchen", "Hall", "Child"), "1", nil},
		"a parent's row around it": {row("Hall", bedroom, "2") + strings.TrimSuffix(row("Parent", tablet, "3"), "</div>") + `<div>` + row("Kitchen", kitchen, "1") + `</div></div>`,
			listed("Kitchen", "Hall", "Parent"), "1", nil},
		"in the row of a parent of its name that the list lacks": {row("Hall", bedroom, "2") + strings.TrimSuffix(row("Kitchen", "G0XXXX0000000009", "3"), "</div>") + `<div>` + row("Kitchen", kitchen, "1") + `</div></div>`,
			listed("Kitchen", "Hall"), "1", nil},
		"a child's row that the list lacks": {row("Hall", bedroom, "2") + strings.TrimSuffix(row("Kitchen", kitchen, "1"), "</div>") + `<div>` + row("Stranger", tablet, "3") + `</div></div>`,
			listed("Kitchen", "Hall"), "", ErrAmbiguous},
		"a name inside a longer one": {row("Kitchen Echo", bedroom, "2") + row("Kitchen Echo Dot", tablet, "3"), listed("Kitchen", "Hall"), "", ErrNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.body, c.devices)
			if c.kind != nil {
				w.hurry()
			}
			err := w.presses(Known{Key: kitchen, Seek: SeekDeregister})
			if c.kind == nil {
				w.must(err)
				w.wants(c.want)
				return
			}
			if !errors.Is(err, c.kind) {
				t.Errorf("error %v, want one that is %v", err, c.kind)
			}
			w.wants()
		})
	}
}

// The question that comes after Deregister, in the forms that were once missed.
func TestTheQuestionIsFound(t *testing.T) {
	yes := func(note string) string { return `<button onclick="press('` + note + `')">OK</button>` }
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		// The row is drawn anew around its question, and its own Deregister with it.
		"in a row drawn anew": {`<div id="list">` + row("Kitchen", kitchen, "1") + row("Bedroom", bedroom, "2") + `</div><script>
			list.addEventListener('click', (e) => { if (e.target.textContent !== 'Deregister') return;
			  const r = e.target.closest('.row'), html = r.innerHTML; r.innerHTML = html + '<div><p>Deregister this device?</p>` + strings.ReplaceAll(yes("yes"), "'", "\\'") + `</div>'; });</script>`,
			[]string{"1", "yes"}},
		"by a button for those who read to the end": {row("Bedroom", bedroom, "2") + `<div class="row"><span>Kitchen</span><span>` + kitchen + `</span><button onclick="ask()">Deregister</button></div><div id="at"></div><script>
			function ask() { press('1'); draw('at', '<div class="over" role="dialog"><h3>Deregister Kitchen?</h3><div id="terms" style="height:90px;overflow:auto"><div style="height:900px">Terms</div></div><button disabled onclick="press(\'yes\')">Deregister</button></div>');
			  terms.onscroll = () => { if (terms.scrollTop + terms.clientHeight > 890) at.querySelector('button').disabled = false; }; }</script>`,
			[]string{"1", "yes"}},
		"and once more in the same box": {row("Bedroom", bedroom, "2") + `<div class="row"><span>Kitchen</span><span>` + kitchen + `</span><button onclick="ask()">Deregister</button></div><div id="at"></div><script>
			function ask() { press('1'); draw('at', '<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="more()">OK</button></div>'); }
			function more() { press('yes'); draw('box', '<p>Is that all? The device will be deregistered now.</p><button onclick="press(\'sure\'); box.remove()">OK</button>'); }</script>`,
			[]string{"1", "yes", "sure"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, c.body, listed("Kitchen", "Bedroom"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			for range len(c.want) - 1 {
				o, err := w.Outcome(w.ctx, kitchen, 3*time.Second)
				w.must(err)
				if o.What != "confirm" {
					t.Fatalf("the page came to %q (%s), want its question", o.What, o.Words)
				}
				w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
			}
			w.wants(c.want...)
		})
	}
}

// The view is drawn anew when a device has gone, with what it says of that, and a group of
// devices with a Deregister of its own: that is no second question.
func TestAViewThatIsDrawnAnewAsksNothing(t *testing.T) {
	w := knows(t, `<style>.act{cursor:pointer}</style><div id="view"><p id="said"></p><div class="row"><div>Kitchen</div><button onclick="press(1); draw('at', Q)">Deregister</button></div><section><div><div>Everywhere</div><div><div class="act">Rename</div> <div class="act" onclick="press('group')">Deregister</div></div></div></section></div><div id="at"></div><script>
		const Q = '<div class="over" role="dialog"><p>Deregister Kitchen?</p><button onclick="gone()">Deregister</button> <button>Cancel</button></div>';
		const gone = () => { press(2); at.innerHTML = ''; view.innerHTML = view.innerHTML.replace('<p id="said"></p>', '<p>Kitchen was deregistered.</p>').replace(/<div class="row"><div>Kitchen.*?<\/div><button.*?<\/div>/, ''); };</script>`, listed("Kitchen", "Bedroom"))
	w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
	w.must(w.presses(Known{Key: kitchen, Seek: SeekConfirm}))
	if o, err := w.Outcome(w.ctx, kitchen, 1500*time.Millisecond); err == nil && o.What == "confirm" {
		t.Errorf("taken for a question: %s", o.Words)
	}
	w.hurry()
	_ = w.presses(Known{Key: kitchen, Seek: SeekConfirm})
	w.wants("1", "2")
}

// A question that is about something else is not answered, wherever it comes up.
func TestAnotherQuestionIsNotAnswered(t *testing.T) {
	for name, c := range map[string]struct{ box, words string }{
		"another device":                   {`<div class="over"><p>Deregister Bedroom?</p><button onclick="press('yes')">OK</button></div>`, "Bedroom"},
		"a danger":                         {`<div class="over"><p>Reset Kitchen to factory settings?</p><button onclick="press('yes')">OK</button></div>`, ""},
		"a danger in the second question":  {`<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="press('first'); draw('box', '<p>Erase all content too?</p><button onclick=press(1)>OK</button>')">OK</button></div>`, ""},
		"another device in the second one": {`<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="press('first'); draw('box', '<p>Deregister Bedroom too?</p><button onclick=press(1)>OK</button>')">OK</button></div>`, ""},
		"an offer in the second one":       {`<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="press('first'); draw('box', '<p>Protect your next device for $9.99 a month?</p><button onclick=press(1)>Continue</button>')">OK</button></div>`, ""},
		"an offer that names this device":  {`<div class="over"><p>Before you deregister Kitchen: trade it in and get 25% off.</p><button onclick="press('yes')">Continue</button> <button onclick="press('no')">No thanks, just deregister</button></div>`, ""},
		"more than one":                    {`<div class="over"><p>Deregister 2 devices?</p><button onclick="press('yes')">OK</button> <button>Cancel</button></div>`, ""},
		"the selected devices":             {`<div class="over"><p>Deregister the selected devices?</p><button onclick="press('yes')">OK</button> <button>Cancel</button></div>`, ""},
		"the others in the second one":     {`<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="press('first'); draw('box', '<p>Kitchen was deregistered. Deregister the other 13 devices as well?</p><button onclick=press(1)>OK</button> <button>Cancel</button>')">OK</button></div>`, ""},
		"a danger beside the question":     {`<div class="over"><p>Deregister Kitchen?</p><p>Erase its content too?</p><button onclick="press('yes')">OK</button> <button>Cancel</button></div>`, ""},
		"a danger after the second one":    {`<div class="over" id="box"><p>Deregister Kitchen?</p><button onclick="press('first'); draw('box', '<p>Kitchen was deregistered. Reset it to factory settings now?</p><button onclick=press(1)>OK</button> <button>Cancel</button>')">OK</button></div>`, ""},
		"in the row of a neighbour":        {`<div class="row"><span>Hall</span><p>Deregister this device?</p><button onclick="press('yes')">OK</button></div>`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, row("Bedroom", bedroom, "2")+`<div class="row"><span>Kitchen</span><span>`+kitchen+`</span><button onclick="press('1'); draw('at', BOX)">Deregister</button></div><div id="at"></div>`, listed("Kitchen", "Bedroom"))
			js[any](w, "void (globalThis.BOX = `"+c.box+"`)")
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			for range 3 {
				o, err := w.Outcome(w.ctx, kitchen, 1500*time.Millisecond)
				if err != nil || o.What != "confirm" {
					t.Logf("the page came to %q (%s), %v", o.What, o.Words, err)
					break
				}
				if err := w.presses(Known{Key: kitchen, Seek: SeekConfirm}); err != nil {
					break
				}
			}
			if strings.Contains(name, "second") {
				w.wants("1", "first")
			} else {
				w.wants("1")
			}
		})
	}
}

// Details say whose they are; a menu in them is then its menu.
func TestAMenuInTheDetails(t *testing.T) {
	page := func(head string) string {
		return row("Bedroom", bedroom, "2") + `<div class="row"><span>Kitchen</span><button aria-label="Details" onclick="draw('at', '<div class=over><h2>` + head + `</h2><button aria-haspopup=true aria-label=Actions onclick=menu()></button></div>')">›</button></div><div id="at"></div><div id="m"></div><script>
			function menu() { draw('m', '<div class="over" style="inset:200px;z-index:2"><button onclick="press(\'gone\')">Deregister</button></div>'); }</script>`
	}
	open := func(w *world) Survey {
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		if len(v.Openers) != 1 {
			w.t.Fatalf("openers of the row: %+v", v.Openers)
		}
		w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
		v, err = w.Survey(w.ctx, kitchen)
		w.must(err)
		return v
	}
	w := knows(t, page("Kitchen"), listed("Kitchen", "Bedroom"))
	v := open(w)
	if len(v.Inner) != 1 {
		t.Fatalf("openers of the details: %+v", v.Inner)
	}
	w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Inner[0].Sig, In: true}))
	w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
	w.wants("gone")

	for _, head := range []string{"Bedroom", "Details", "Kitchen Bedroom"} {
		if v := open(knows(t, page(head), listed("Kitchen", "Bedroom"))); len(v.Inner) != 0 {
			t.Errorf("details of %q are taken for those of Kitchen: %+v", head, v.Inner)
		}
	}
}

// What window.confirm asks is agreed to as what a pop-up asks is.
func TestWindowConfirm(t *testing.T) {
	w := knows(t, row("Kitchen", kitchen, "1"), listed("Kitchen", "Bedroom", "Kitchen Echo"))
	for message, want := range map[string]bool{
		"Deregister Kitchen?": true,
		"Deregister this device? You can reset it to factory settings first.": true,
		"Deregister Bedroom?":                                  false,
		"Deregister Kitchen Echo?":                             false,
		"Deregister and erase all content?":                    false,
		"Reset to factory settings? This deregisters Kitchen.": false,
		"Delete voice recordings of Kitchen?":                  false,
		"Leave this page?":                                     false,
	} {
		if got := w.agrees(kitchen, message); got != want {
			t.Errorf("%q: agreed %v, want %v", message, got, want)
		}
	}
}

// Details may open as a sibling of the rows. A second row of the name that comes at the
// same time is none: nobody can say which of them is meant.
func TestDetailsBesideTheRows(t *testing.T) {
	at := func(what string) string {
		list := func(name, note string) string {
			return `<article><div><span>` + name + `</span></div><button aria-label="Details" onclick="show(this)">›</button></article>`
		}
		return `<div id="list">` + list("Kitchen", "1") + list("Bedroom", "2") + list("Hall", "3") + `</div><script>
			function show(b) { b.closest('article').insertAdjacentHTML('afterend', ` + "`" + what + "`" + `); }</script>`
	}
	for what, refusal := range map[string]error{
		`<article><span>Kitchen</span><dl><dt>Type</dt><dd>Echo</dd></dl><button onclick="press('gone')">Deregister</button></article>`: nil,
		`<article><div><span>Kitchen</span></div><button onclick="press('wrong')">Deregister</button></article>`:                        ErrAmbiguous,
	} {
		w := knows(t, at(what), listed("Kitchen", "Bedroom", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
		if refusal != nil {
			w.hurry()
			refused(t, w.presses(Known{Key: kitchen, Seek: SeekDeregister}), refusal)
			w.wants()
			continue
		}
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.wants("gone")
	}
}

// A menu that comes up in the row of a neighbour is the neighbour's, whatever was pressed.
func TestAMenuInANeighboursRow(t *testing.T) {
	line := func(name, id string) string {
		return `<div class="row"><span>` + name + `</span><span>` + id + `</span><button aria-haspopup="true" aria-label="Actions" onclick="menu()"></button><span style="position:relative" id="` + name + `"></span></div>`
	}
	for at, wrong := range map[string]bool{"Kitchen": false, "Bedroom": true} {
		w := knows(t, line("Kitchen", kitchen)+line("Bedroom", bedroom)+line("Hall", tablet)+`<script>
			function menu() { draw('`+at+`', '<div style="position:absolute;top:0;background:#fff"><button onclick="press(\'gone\')">Deregister</button></div>'); }</script>`, listed("Kitchen", "Bedroom", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
		if wrong {
			w.hurry()
			refused(t, w.presses(Known{Key: kitchen, Seek: SeekDeregister}), ErrOtherDevice)
			w.wants()
		} else {
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants("gone")
		}
	}
}

// What lies over a device is closed by its own close; the row of another device that lies
// there has none, and its icons are not taken for one.
func TestARowThatLiesOverAnotherIsNotClosed(t *testing.T) {
	w := knows(t, `<div style="position:relative;height:300px">
		<div class="row" style="position:absolute;top:0;left:0;width:600px"><span>Kitchen</span><button onclick="press('gone')">Deregister</button></div>
		<div class="row" style="position:absolute;top:0;left:0;width:700px;height:60px;background:#fff;z-index:2"><span>Bedroom</span><button onclick="press('icon')"><svg width="20" height="20"></svg></button></div>
		<div class="row" style="position:absolute;top:150px;left:0;width:700px"><span>Hall</span><button onclick="press('hall')">Deregister</button></div></div>`, listed("Kitchen", "Bedroom", "Hall"))
	w.o.StepTimeout = 1500 * time.Millisecond
	if err := w.presses(Known{Key: kitchen, Seek: SeekDeregister}); err == nil {
		t.Error("it was pressed through the row over it")
	}
	w.wants()
}

// A device called Deregister has a button of that name; its name is never taken for it,
// also where it can be pressed.
func TestADeviceCalledDeregister(t *testing.T) {
	for _, head := range []string{"<h2>Deregister</h2>", `<a href="#" onclick="press('name')">Deregister</a>`} {
		w := knows(t, `<main><div>`+head+`<p>Serial number: `+kitchen+`</p><p>Device is registered to: Ada <button onclick="press('gone')">Deregister</button></p></div></main>`, listed("Deregister", "Bedroom"))
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		w.wants("gone")
	}
}

// A Deregister that a menu at the end of the page brings is found however the page words
// it: what is looked at is told from the texts upwards, and none of these may be missed.
func TestADeregisterIsFoundHoweverItIsSaid(t *testing.T) {
	for name, control := range map[string]string{
		"in two texts":         `<button onclick="press('1')"><b>De</b>register</button>`,
		"with the name":        `<button onclick="press('1')">Deregister <i>Kitchen</i></button>`,
		"by aria-label":        `<button onclick="press('1')" aria-label="Deregister"><svg width=20 height=20></svg></button>`,
		"by another's words":   `<button onclick="press('1')" aria-labelledby="word"><svg width=20 height=20></svg></button><p id="word" hidden>Deregister</p>`,
		"by a title":           `<button onclick="press('1')" title="Deregister"><svg width=20 height=20></svg></button>`,
		"by a picture":         `<button onclick="press('1')"><img width=20 height=20 alt="Deregister" src="data:,"></button>`,
		"an input":             `<input type="button" onclick="press('1')" value="Deregister">`,
		"an input over a face": `<span style="position:relative"><input type="submit" onclick="press('1')" style="position:absolute;inset:0;opacity:.01"><span>Deregister</span></span>`,
		"in a slot":            `<x-button onclick="press('1')"><span>Deregister</span></x-button>`,
		"with hidden words":    `<button onclick="press('1')">Deregister<span hidden> this device, which has a long explanation that nobody sees</span></button>`,
	} {
		t.Run(name, func(t *testing.T) {
			menu := func(name, id string) string {
				return `<div class="row"><span>` + name + `</span><span>` + id + `</span><button aria-haspopup="true" onclick="opens()">Actions</button></div>`
			}
			w := knows(t, menu("Kitchen", kitchen)+menu("Bedroom", bedroom)+`<template id="menu">`+control+`</template><script>
				customElements.define("x-button", class extends HTMLElement { constructor() { super(); this.attachShadow({mode: "open"}).innerHTML = "<button><slot></slot></button>"; } });
				const opens = () => { const m = document.createElement("div"); m.setAttribute("role", "menu"); m.style.cssText = "position:absolute;top:300px;left:40px;padding:20px"; m.append(document.getElementById("menu").content.cloneNode(true)); document.body.append(m); };
			</script>`, listed("Kitchen", "Bedroom"))
			v, err := w.Survey(w.ctx, kitchen)
			w.must(err)
			if len(v.Openers) != 1 {
				t.Fatalf("openers %+v", v.Openers)
			}
			w.must(w.presses(Known{Key: kitchen, Seek: SeekOpener, Sig: v.Openers[0].Sig}))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			w.wants("1")
		})
	}
}

// What was found in a row holds only until something in it changes, be it a word, an
// attribute, or its looks by a style that is not its own.
func TestARowThatChangesIsReadAgain(t *testing.T) {
	many := strings.Repeat(row("", "", "x"), 30) // a page of more than one row's words
	for name, change := range map[string]string{
		"a text":          `document.querySelector(".row span").firstChild.data = "Hall"`,
		"an id":           `document.querySelector(".row span + span").textContent = "` + bedroom + `"`,
		"a title":         `document.querySelector(".row span + span").textContent = "", document.querySelector(".row span").title = "` + bedroom + `"`,
		"a style sheet":   `document.head.insertAdjacentHTML("beforeend", "<style>#a { display: none }</style>")`,
		"a row's own":     `document.querySelector(".row").style.display = "none"`,
		"a class further": `document.body.className = "off"`,
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, `<style>.off .row:first-of-type { display: none }</style><div><div id="a">`+row("Kitchen", kitchen, "1")+`</div>`+row("Bedroom", bedroom, "2")+many+`</div>`, listed("Kitchen", "Bedroom"))
			v, err := w.Survey(w.ctx, kitchen)
			w.must(err)
			if v.State != "found" {
				t.Fatalf("before the change: %s %s", v.State, v.Words)
			}
			js[any](w, "void ("+change+")")
			if v, err = w.Survey(w.ctx, kitchen); err != nil || v.State == "found" && name != "a text" {
				t.Errorf("after it: %s %s, %v", v.State, v.Words, err)
			}
			if name == "a text" && v.Named != "" && len(v.IDs) > 0 && !v.IDs[0] {
				t.Errorf("its id is not seen any more: %+v", v)
			}
		})
	}
}

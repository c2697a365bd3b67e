package page

import (
	"encoding/json"
	"html"
	"os"
	"testing"
	"time"
)

// A window.confirm is judged in Go and a pop-up in the page: what one of them agrees to, the
// other does, too. Whoever is named in other capitals or with other quotes, cut off, or by a
// name that nobody here has, is not our device.
func TestQuestionsAreJudgedAlikeInGoAndInThePage(t *testing.T) {
	raw, err := os.ReadFile("testdata/questions.json")
	if err != nil {
		t.Fatal(err)
	}
	var table []struct {
		Says string
		OK   bool
	}
	if err := json.Unmarshal(raw, &table); err != nil {
		t.Fatal(err)
	}
	devices := listed("Kitchen Echo", "Ada's Kindle", "Old Kindle Paperwhite of Grandma", "Bedroom", "Alexa", "This Device", "Family")
	devices[0].Labels = []string{"Echo Dot (3rd Gen)", "Echo"}
	devices[1].Labels = []string{"Kindle"}
	devices[2].Labels = []string{"Kindle Paperwhite", "Kindle"}
	w := knows(t, row("Kitchen Echo", kitchen, "1")+`<div id="at"></div>`, devices)
	for _, c := range table {
		if got := w.agrees(kitchen, c.Says); got != c.OK {
			t.Errorf("window.confirm that says %q: agreed %v, want %v", c.Says, got, c.OK)
		}
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		q, _ := json.Marshal(`<div class="over" role="dialog"><p>` + html.EscapeString(c.Says) + `</p><button onclick="press(2)">Yes, deregister</button> <button>Cancel</button></div>`)
		js[any](w, "void draw('at', "+string(q)+")")
		o, err := w.Outcome(w.ctx, kitchen, 2*time.Second)
		if got := err == nil && o.What == "confirm"; got != c.OK {
			t.Errorf("a pop-up that says %q: agreed %v (%s, %v), want %v", c.Says, got, o.What, err, c.OK)
		}
		js[any](w, "void draw('at', '')")
	}
}

// What a pop-up shows without saying it as text names a device, too.
func TestAPopUpThatShowsANameOtherwise(t *testing.T) {
	for how, shown := range map[string]string{
		"in a field":        `<p>Deregister this device?</p><input readonly value="Bedroom">`,
		"in a text area":    `<p>Deregister this device?</p><textarea readonly>Bedroom</textarea>`,
		"by a style":        `<style>.whose::after{content:attr(data-n)}</style><p>Deregister <b class="whose" data-n="Bedroom"></b>?</p>`,
		"cut off by dots":   `<p>Deregister Bedr…?</p>`,
		"in other capitals": `<p>Deregister BEDROOM?</p>`,
	} {
		t.Run(how, func(t *testing.T) {
			w := knows(t, row("Kitchen", kitchen, "1")+row("Bedroom", bedroom, "2")+`<div id="at"></div>`, listed("Kitchen", "Bedroom"))
			w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
			q, _ := json.Marshal(`<div class="over" role="dialog">` + shown + `<button onclick="press(2)">Yes, deregister</button> <button>Cancel</button></div>`)
			js[any](w, "void draw('at', "+string(q)+")")
			w.hurry()
			if err := w.presses(Known{Key: kitchen, Seek: SeekConfirm}); err == nil {
				t.Error("confirmed")
			}
			w.wants("1")
		})
	}
}

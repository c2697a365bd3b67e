package page

import (
	"slices"
	"testing"
	"time"
)

func (w *world) surveyed(key string) (Survey, time.Duration) {
	w.t.Helper()
	began := time.Now()
	v, err := w.Survey(w.ctx, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return v, time.Since(began)
}

// What a page does upon a press may take its time: a survey after it looks at the page
// that comes of it, however long the page had been at rest before.
func TestASurveyAfterAPressWaitsForWhatComesOfIt(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(append(household, Device{Key: "d", Name: "Attic Show", IDs: []string{"G0DDDD0000000004"}})...)
	js[any](w, `void document.addEventListener("click", () => setTimeout(() => {
		const p = document.createElement("p"); p.textContent = "Attic Show"; document.body.append(p);
	}, 150))`)
	if v, _ := w.surveyed(""); slices.Contains(v.Seen, "d") {
		t.Fatal("it is there before the press")
	}
	time.Sleep(2 * rest) // as a person would leave it
	if _, err := w.Click(w.ctx, deregister("a")); err != nil {
		t.Fatal(err)
	}
	if v, _ := w.surveyed(""); !slices.Contains(v.Seen, "d") {
		t.Errorf("surveyed before the page had answered the press: %v", v.Seen)
	}
}

// A page that has been at rest is not asked to rest once more; where a device stands with
// its id just as the last one did, not even one that has just changed elsewhere.
func TestARestIsWaitedForOnce(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(household...)
	first, _ := w.surveyed("a")
	if first.Shape == "" {
		t.Fatalf("this row tells its device: %+v", first)
	}
	// Whether a survey waits, on a machine that may be slow itself: none of some tries is
	// quick, or one of them is.
	waits := func(key string, change string) bool {
		for range 8 {
			if change == "" {
				time.Sleep(rest)
			}
			began := time.Now()
			if change != "" {
				js[any](w, change)
			}
			if v, _ := w.surveyed(key); time.Since(began) < rest {
				if key != "" && (v.State != first.State || v.Shape != first.Shape) {
					t.Errorf("%+v, the one before %+v", v, first)
				}
				return false
			}
		}
		return true
	}
	const change = `void (document.body.dataset.n = Math.random())`
	if waits("", "") {
		t.Error("a page at rest is waited for")
	}
	if !waits("", change) {
		t.Error("a page that has just changed is not waited for")
	}
	if waits("b", change) {
		t.Error("a device with its id is waited for, though it stands as the one before")
	}
	js[any](w, `anonymous()`) // rows without ids
	if !waits("c", change) {
		t.Error("a device that its name alone tells is not waited for")
	}
}

// A page of the list is the same one, though a button or an offer came up around it.
func TestAPageOfTheListIsToldByItsRows(t *testing.T) {
	w := knows(t, `<div id="bar"></div><div id="list">`+row("Kitchen", "", "1")+row("Bedroom", "", "2")+`</div>`, listed("Kitchen", "Bedroom", "Hall"))
	first, _ := w.surveyed(kitchen)
	js[any](w, `draw('bar', '<button disabled>Deregister</button><div class=over style=inset:300px>How do you like this page?</div>')`)
	if v, _ := w.surveyed(kitchen); v.Print != first.Print {
		t.Error("a button above the list makes it another page of it")
	}
	js[any](w, `draw('list', list.innerHTML.replace('Bedroom', 'Hall'))`)
	if v, _ := w.surveyed(kitchen); v.Print == first.Print {
		t.Error("another page of the list is taken for the same one")
	}
}

// Where all that the list holds stands on the page, each with its id, there is nothing to
// wait for: not for who is gone, nor for who is there. One that is missing may be on its
// way, and one that should be gone may be going.
func TestAListThatStandsThereWholeIsNotWaitedFor(t *testing.T) {
	w := open(t, "/recycled.html")
	gone := Device{Key: "z", Name: "Porch Show", IDs: []string{"G0ZZZZ0000000009"}}
	const change = `void (document.body.dataset.n = Math.random())`
	quick := func(ask func() error) bool {
		for range 8 { // the machine may be slow itself
			js[any](w, change)
			began := time.Now()
			if err := ask(); err != nil {
				t.Fatal(err)
			}
			if time.Since(began) < rest {
				return true
			}
		}
		return false
	}
	shows := func() error { _, err := w.Shows(w.ctx, []string{"z"}, nil); return err }
	survey := func() error { w.shape = ""; _, err := w.Survey(w.ctx, "a"); return err }
	w.knows(append(household, gone)...)
	if !quick(shows) {
		t.Error("a page that shows all but the device that is gone is waited for")
	}
	if quick(survey) {
		t.Error("a page that lacks a device of the list is not waited for")
	}
	w.knows(household...)
	if !quick(survey) {
		t.Error("a page that shows the whole list is waited for")
	}
	js[any](w, `void setTimeout(() => { const p = document.createElement("p"); p.textContent = "G0ZZZZ0000000009"; document.body.append(p); }, 100)`)
	w.knows(append(household, gone, Device{Key: "y", Name: "Attic Show", IDs: []string{"G0YYYY0000000008"}})...)
	if ids, err := w.Shows(w.ctx, []string{"z"}, nil); err != nil || !slices.Equal(ids, []string{"z"}) {
		t.Errorf("a row that came while the list was not all there: %v, %v", ids, err)
	}
}

// A device that is not in view yet, on a page that is being drawn, is seen as soon as it
// stands there with its id as the one before it did; on the way to it that is not forgotten.
func TestADeviceIsSeenAsSoonAsItIsDrawn(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(append(household, Device{Key: "d", Name: "Attic Show", IDs: []string{"G0DDDD0000000004"}}, Device{Key: "e", Name: "Porch Show", IDs: []string{"G0EEEE0000000005"}})...)
	first, _ := w.surveyed("a")
	if first.Shape == "" {
		t.Fatalf("this row tells its device: %+v", first)
	}
	if v, _ := w.surveyed("d"); v.Places > 0 || w.shape != first.Shape {
		t.Fatalf("%+v before it is drawn, to be %s", v, w.shape)
	}
	draws := func(button string) (v Survey, quick bool) {
		for range 8 { // the machine may be slow itself
			js[any](w, `void (document.body.dataset.n = Math.random()); void setTimeout(() => list.insertAdjacentHTML('beforeend', '<div class="row" data-key="G0DDDD0000000004"><span class="name">Attic Show</span> <button class="more">`+button+`</button></div>'), 100)`)
			w.shape = first.Shape
			var took time.Duration
			v, took = w.surveyed("d")
			js[any](w, `void list.querySelectorAll('[data-key=G0DDDD0000000004]').forEach((e) => e.remove())`)
			if v.State == "found" && took < rest {
				return v, true
			}
		}
		return v, false
	}
	if v, quick := draws("Deregister"); !quick {
		t.Errorf("it is waited for, though it stands as the one before: %+v", v)
	}
	if v, quick := draws("Details"); quick {
		t.Errorf("it stands otherwise than the one before, and is not waited for: %+v", v)
	}
}

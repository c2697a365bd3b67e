package page

import (
	"testing"
	"time"
)

var household = []Ident{
	{Name: "Kitchen Echo", IDs: []string{"G0AAAA0000000001"}},
	{Name: "Bedroom Echo", IDs: []string{"G0BBBB0000000002"}},
	{Name: "Kitchen Echo Dot", IDs: []string{"G0CCCC0000000003"}},
}

// device is the i-th of the household in recycled.html.
func device(i int) What {
	r := &Row{Rows: "rows", Name: "row-name", Is: household[i]}
	for j, d := range household {
		if j != i {
			r.Others = append(r.Others, d)
		}
	}
	return What{Element: "more", Of: r}
}

func TestRowRecycledForAnotherDeviceIsNotClicked(t *testing.T) {
	for name, change := range map[string]string{"ids and names": "recycle()", "names only": "recycle(false)", "without ids": "(anonymous(), recycle(false))"} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "/recycled.html")
			w.between(change)
			start := time.Now()
			_, err := w.Click(w.ctx, device(0))
			refused(t, err, ErrOtherDevice)
			if time.Since(start) > 3*time.Second {
				t.Errorf("took %v, it should end at once", time.Since(start))
			}
			w.wants()
		})
	}
}

func TestRowsThatMovedUnderThePressAreNotClicked(t *testing.T) {
	w := open(t, "/recycled.html")
	w.between("grow()")
	_, err := w.Click(w.ctx, device(1))
	refused(t, err, ErrOtherDevice, "Kitchen Echo")
	w.wants()
}

// A row that is recycled by the page's own mousedown listener: the click that
// follows must not be delivered.
func TestRowRecycledBetweenPressAndReleaseGetsNoClick(t *testing.T) {
	for _, event := range []string{"pointerdown", "mousedown", "pointerup", "mouseup"} {
		w := open(t, "/recycled.html")
		js[any](w, "void list.addEventListener('"+event+"', () => recycle())")
		_, err := w.Click(w.ctx, device(0))
		refused(t, err, ErrOtherDevice)
		if event == "pointerdown" {
			w.wants("pointerdown")
		} else {
			w.wants("pointerdown", "mousedown")
		}
	}
}

func TestRowByNameWherePagesShowNoID(t *testing.T) {
	w := open(t, "/recycled.html")
	js[any](w, "anonymous()")
	if _, err := w.Click(w.ctx, device(0)); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown", "mousedown", "Kitchen Echo")

	w.hurry()
	twin := device(0)
	twin.Of.Others = append(twin.Of.Others, Ident{Name: "Kitchen Echo", IDs: []string{"G0EEEE0000000005"}})
	_, err := w.Click(w.ctx, twin)
	refused(t, err, ErrAmbiguous, "same name")

	js[any](w, "void (document.querySelectorAll('.name')[2].textContent = 'Kitchen Echo')")
	_, err = w.Click(w.ctx, device(0))
	refused(t, err, ErrAmbiguous, "2 rows have this name")

	js[any](w, "void (document.querySelectorAll('.row')[2].style.display = 'none')")
	_, err = w.Click(w.ctx, device(0))
	refused(t, err, ErrAmbiguous, "2 rows have this name")
	w.wants("pointerdown", "mousedown", "Kitchen Echo")
}

func TestRowNamesAreComparedUntruncated(t *testing.T) {
	w := open(t, "/recycled.html")
	w.hurry()
	js[any](w, `(anonymous(), document.querySelectorAll('.name')[0].textContent = 'Kitch…')`)
	_, err := w.Click(w.ctx, device(0))
	refused(t, err, ErrNotFound, "no row of it among 3")
	js[any](w, `document.querySelectorAll('.name')[0].title = 'Kitchen Echo'`)
	w.o.StepTimeout = 5 * time.Second
	if _, err := w.Click(w.ctx, device(0)); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown", "mousedown", "Kitch…")
	w.hurry()

	other := device(0)
	other.Of.Is.Name = "kitchen echo"
	_, err = w.Click(w.ctx, other)
	refused(t, err, ErrNotFound)
}

func TestRowThatContradictsItselfIsRefused(t *testing.T) {
	w := open(t, "/recycled.html")
	js[any](w, `document.querySelectorAll('.row')[0].title = 'also G0BBBB0000000002'`)
	_, err := w.Click(w.ctx, device(0))
	refused(t, err, ErrOtherDevice, "two devices")

	w.hurry()
	// An id that only begins or ends like ours is not ours.
	long := device(0)
	long.Of.Is = Ident{Name: "Kitchen", IDs: []string{"v1.G0AAAA0000000001"}}
	js[any](w, `void document.querySelectorAll('.row').forEach((r, i) => { r.title = ''; r.dataset.key = 'x' + 'v1.' + r.dataset.key; })`)
	_, err = w.Click(w.ctx, long)
	refused(t, err, ErrNotFound)
	js[any](w, `void document.querySelectorAll('.row').forEach((r, i) => { r.dataset.key = r.dataset.key.slice(4); })`)
	js[any](w, `void document.querySelectorAll('.row').forEach((r, i) => { r.title = ''; r.dataset.key += i ? '' : '99'; r.querySelector('.name').textContent = 'x' + i; })`)
	_, err = w.Click(w.ctx, device(0))
	refused(t, err, ErrNotFound)
	w.wants()
}

// popUp is the confirmation of the pop-up in dialog.html.
func popUp(i int) What {
	d := &Dialog{Element: "dialog", Speaks: "deregister", Is: household[i], Fresh: true}
	for j, o := range household {
		if j != i {
			d.Others = append(d.Others, o)
		}
	}
	return What{Element: "confirm", Dialog: d}
}

func TestDialogIsConfirmedWhenItNamesThisDeviceOrNone(t *testing.T) {
	for _, words := range []string{"Deregister this device?", "Deregister “Kitchen Echo”?", "Abmelden: Kitchen Echo"} {
		w := open(t, "/dialog.html")
		js[any](w, "void (say.textContent = '"+words+"')")
		if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Click(w.ctx, popUp(0)); err != nil {
			t.Fatal(err)
		}
		w.wants("open", "confirm: "+words)
	}
}

func TestDialogNamingAnotherDeviceIsRefusedAtOnce(t *testing.T) {
	for words, sentinel := range map[string]error{
		"Deregister Bedroom Echo?":              ErrOtherDevice,
		"Deregister Kitchen Echo Dot?":          ErrOtherDevice, // a longer name holds ours
		"Deregister Kitchen Echo. Wipe it?":     ErrDanger,
		"Deregister G0BBBB0000000002?":          ErrOtherDevice,
		"Bedroom Echoと端末の登録。Deregister":         ErrOtherDevice, // no spaces in Japanese
		"Deregister Kitchen Echo, Bedroom Echo": ErrOtherDevice,
	} {
		w := open(t, "/dialog.html")
		js[any](w, "void (say.textContent = '"+words+"')")
		if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err := w.Click(w.ctx, popUp(0))
		refused(t, err, sentinel)
		if time.Since(start) > 3*time.Second {
			t.Errorf("%s: took %v", words, time.Since(start))
		}
		if _, err := w.Wait(w.ctx, popUp(0)); err == nil {
			t.Errorf("%s: Wait accepts it", words)
		}
		w.wants("open")
	}
}

func TestDialogChangedBetweenCheckAndPressIsNotConfirmed(t *testing.T) {
	w := open(t, "/dialog.html")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.between("(say.textContent = 'Deregister Bedroom Echo?')")
	_, err := w.Click(w.ctx, popUp(0))
	refused(t, err, ErrOtherDevice, "Bedroom Echo")
	w.wants("open")
}

func TestDialogThatWasOpenBeforeIsNotFresh(t *testing.T) {
	w := open(t, "/dialog.html")
	js[any](w, "void mine.classList.add('open')")
	if _, err := w.Wait(w.ctx, What{Element: "dialog"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.hurry()
	_, err := w.Click(w.ctx, popUp(0))
	refused(t, err, ErrNotFound, "was there before the click")
	w.wants("open")
}

func TestDialogThatDoesNotSpeakOfIt(t *testing.T) {
	w := open(t, "/dialog.html")
	js[any](w, "void (say.textContent = 'Rename Kitchen Echo?', document.querySelectorAll('.confirm').forEach((c) => { c.textContent = 'OK'; }))")
	if _, err := w.Click(w.ctx, What{Element: "button"}); err != nil {
		t.Fatal(err)
	}
	w.hurry()
	_, err := w.Click(w.ctx, popUp(0))
	refused(t, err, ErrNotFound, "does not speak of deregister")
	w.wants("open")
}

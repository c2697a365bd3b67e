package page

import (
	"slices"
	"testing"
	"time"
)

// household are the devices of recycled.html and dialog.html, as the list call tells them.
var household = []Device{
	{Key: "a", Name: "Kitchen Echo", IDs: []string{"G0AAAA0000000001"}},
	{Key: "b", Name: "Bedroom Echo", IDs: []string{"G0BBBB0000000002"}},
	{Key: "c", Name: "Kitchen Echo Dot", IDs: []string{"G0CCCC0000000003"}},
}

// pressedOnly fails unless nothing but this device was clicked, if anything was.
func (w *world) pressedOnly(name string, err error) {
	w.t.Helper()
	clicks := slices.DeleteFunc(js[[]string](w, "got.map(String)"), func(s string) bool { return s == "pointerdown" || s == "mousedown" })
	if err == nil && !slices.Equal(clicks, []string{name}) || err != nil && len(clicks) > 0 {
		w.t.Errorf("clicked %q with %v, want %q or nothing and an error", clicks, err, name)
	}
}

func TestRowRecycledForAnotherDeviceIsNotClicked(t *testing.T) {
	for name, change := range map[string]string{"ids and names": "recycle()", "without ids": "(anonymous(), recycle(false))"} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "/recycled.html")
			w.knows(household...)
			w.o.StepTimeout = 2 * time.Second
			w.between(change)
			_, err := w.Click(w.ctx, deregister("a"))
			w.pressedOnly("Kitchen Echo", err)
		})
	}
}

func TestRowsThatMovedUnderThePressAreNotClicked(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(household...)
	w.between("grow()")
	_, err := w.Click(w.ctx, deregister("b"))
	w.pressedOnly("Bedroom Echo", err)
}

// A row that is recycled by the page's own mousedown listener: the click that
// follows must not be delivered.
func TestRowRecycledBetweenPressAndReleaseGetsNoClick(t *testing.T) {
	for _, event := range []string{"pointerdown", "mousedown", "pointerup", "mouseup"} {
		w := open(t, "/recycled.html")
		w.knows(household...)
		w.o.StepTimeout = 2 * time.Second
		js[any](w, "void list.addEventListener('"+event+"', () => recycle())")
		_, err := w.Click(w.ctx, deregister("a"))
		refused(t, err, ErrCovered, "the press was cancelled")
		w.pressedOnly("", err)
	}
}

// A row that carries the id of one device and shows the name of another is nobody's.
func TestRowThatContradictsItselfIsRefused(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(household...)
	w.hurry()
	js[any](w, "void recycle(false)")
	_, err := w.Click(w.ctx, deregister("a"))
	refused(t, err, ErrNotFound)
	w.wants()
}

// An id that only begins or ends like ours is not ours.
func TestRowOfALongerSerialIsAnotherDevices(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(household...)
	w.hurry()
	js[any](w, `void document.querySelectorAll('.row').forEach((r, i) => { r.dataset.key += i ? '' : '99'; r.querySelector('.name').textContent = 'x' + i; })`)
	_, err := w.Click(w.ctx, deregister("a"))
	refused(t, err, ErrNotFound)
	w.wants()
}

// The route of a page that shows one device is part of the guard: between the look
// and the press the page may come to show another device.
func TestAPageThatTurnsToAnotherDeviceIsNotClicked(t *testing.T) {
	w := open(t, "/recycled.html")
	w.knows(household...)
	js[any](w, "void (location.hash = '#settings/device/G0AAAA0000000001')")
	if ok, err := w.Visible(w.ctx, deregister("a")); err != nil || !ok {
		t.Fatalf("not visible on its own page: %v", err)
	}
	w.between("void history.replaceState(null, '', '#settings/device/G0BBBB0000000002')")
	_, err := w.Click(w.ctx, deregister("a"))
	refused(t, err, ErrOtherDevice, "the address belongs to another device")
	w.wants()
}

package page

import (
	"testing"
	"time"
)

// A press that was made ready with an earlier question is guarded like any other, by what
// lies under the mouse when it comes; and it is only pressed where it was made ready, for
// what it was, and at once. Else it is looked for once more.
func TestAPressThatWasMadeReadyIsGuarded(t *testing.T) {
	for name, c := range map[string]struct {
		between func(w *world)
		press   string // key of the device whose turn it is
		name    string
		ready   bool // the press that was ready is the one that is tried first
	}{
		"as it stands":              {func(*world) {}, "a", "Kitchen Echo", true},
		"rows for other devices":    {func(w *world) { js[any](w, "void recycle()") }, "a", "Kitchen Echo", true},
		"rows that moved":           {func(w *world) { js[any](w, "void grow()") }, "a", "Kitchen Echo", true},
		"another device's turn":     {func(*world) {}, "b", "Bedroom Echo", false},
		"another document":          {func(w *world) { w.must(w.Reload(w.ctx)) }, "a", "Kitchen Echo", false},
		"when some time has passed": {func(w *world) { w.primed.at = time.Now().Add(-2 * primedFor) }, "a", "Kitchen Echo", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "/recycled.html")
			w.knows(household...)
			w.must(w.WaitToPress(w.ctx, deregister("a")))
			if w.primed == nil {
				t.Fatal("it is in view, and is not ready to be pressed")
			}
			w.primed.at = time.Now().Add(time.Hour) // the machine may be slow
			c.between(w)
			gestures := w.gestures
			tried := 0
			w.beforePress = func() {
				if tried++; tried == 1 && (w.gestures == gestures) != c.ready {
					t.Errorf("the press that was ready is the first: %v", !c.ready)
				}
			}
			_, err := w.Click(w.ctx, deregister(c.press))
			w.must(err)
			w.pressedOnly(c.name, err)
			if w.primed != nil {
				t.Error("it is ready still")
			}
		})
	}
}

// Where a device stands as the one before, what was pressed first for that one is ready with
// the survey; it is guarded all the same.
func TestWhatOpenedTheDeviceBeforeIsReadyForTheNext(t *testing.T) {
	for name, c := range map[string]struct {
		between string
		ready   bool
		name    string
	}{
		"as it stands":              {"", true, "Bedroom Echo"},
		"rows for other devices":    {"void recycle()", true, "Bedroom Echo"},
		"it stands otherwise":       {`void (rows[1].querySelector("button").textContent = "Details")`, false, ""},
		"a device without its id":   {"anonymous()", false, "Bedroom Echo"},
		"it has two of such a kind": {`void rows[1].append(rows[1].querySelector("button").cloneNode(true))`, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "/recycled.html")
			w.knows(household...)
			before := name != "rows for other devices"
			w.surveyed("a")
			_, err := w.Click(w.ctx, deregister("a"))
			w.must(err)
			js[any](w, "void (got = [])")
			if before && c.between != "" {
				js[any](w, c.between)
			}
			w.surveyed("b")
			if ready := w.primed != nil; ready != c.ready {
				t.Fatalf("ready: %v", ready)
			}
			if !before {
				js[any](w, c.between)
			}
			if c.name == "" {
				return
			}
			_, err = w.Click(w.ctx, deregister("b"))
			w.pressedOnly(c.name, err)
		})
	}
}

package page

import (
	"testing"
	"time"
)

// A row whose id and name are of two devices is nobody's.
func TestRowOfTwoDevicesIsNobodys(t *testing.T) {
	for name, change := range map[string]string{
		"the id of one and the name of another": "void recycle(false)",
		"the ids of two devices":                "document.querySelectorAll('.row')[0].title = 'also G0BBBB0000000002'",
	} {
		t.Run(name, func(t *testing.T) {
			w := open(t, "/recycled.html")
			w.knows(household...)
			js[any](w, change)
			w.o.StepTimeout = 3 * time.Second
			_, err := w.Click(w.ctx, deregister("a"))
			if err == nil {
				t.Errorf("clicked: %q", js[[]string](w, "got.map(String)"))
			}
		})
	}
}

func TestPopUpThatWasOpenBeforeIsNotOurs(t *testing.T) {
	w := open(t, "/dialog.html")
	w.knows(household...)
	js[any](w, "void mine.classList.add('open')")
	if _, err := w.Wait(w.ctx, What{Element: "confirm"}); err != nil {
		t.Fatal(err)
	}
	w.o.StepTimeout = 3 * time.Second
	_, _ = w.Click(w.ctx, deregister("a"))
	_, err := w.Click(w.ctx, confirm)
	if err == nil {
		t.Errorf("confirmed what was open before: %q", js[[]string](w, "got.map(String)"))
	}
}

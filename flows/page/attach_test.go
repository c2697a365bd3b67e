package page

import (
	"testing"
	"time"
)

// A tab in which no page was opened yet, since the first one did not come, says so at once.
func TestATabWithoutAPageSaysSo(t *testing.T) {
	w := open(t, "")
	began := time.Now()
	for _, step := range []func() error{
		func() error { _, err := w.HTML(w.ctx); return err },
		func() error { _, err := w.Look(w.ctx); return err },
	} {
		refused(t, step(), ErrNavigation, "no page was opened yet")
	}
	if took := time.Since(began); took > 3*time.Second {
		t.Errorf("it took %v", took)
	}
}

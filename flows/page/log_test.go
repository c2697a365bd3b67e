package page

import (
	"fmt"
	"testing"
)

func TestTheLogOfATabIsBounded(t *testing.T) {
	tab := &Tab{}
	for i := range 5*maxSteps + 7 {
		tab.log.add(Step{What: fmt.Sprint(i)})
	}
	log := tab.Log()
	if len(log) != maxSteps || cap(tab.log.steps) > 4*maxSteps {
		t.Fatalf("%d steps are kept, room for %d", len(log), cap(tab.log.steps))
	}
	for i, s := range log {
		if want := fmt.Sprint(4*maxSteps + 7 + i); s.What != want {
			t.Fatalf("step %d is %s, want %s", i, s.What, want)
		}
	}
}

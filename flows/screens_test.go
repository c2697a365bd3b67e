package flows

import (
	"strings"
	"testing"

	"github.com/unecho/unecho/selectors"
)

// A screen that selectors can tell and nobody answers would end a run with "appeared
// where it was not expected": each has a row in replies or stops, or is where a way leads.
func TestEveryScreenHasItsAnswer(t *testing.T) {
	set, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range set.Screens {
		_, answered := replies[s.Name]
		_, ends := stops[s.Name]
		reached := false
		for _, prefix := range []string{"home-", "devices-", "device-", "content-", "alexa-"} {
			reached = reached || strings.HasPrefix(s.Name, prefix)
		}
		if s.Name != "unknown" && !answered && !ends && !reached {
			t.Errorf("%s: give it a row in replies or stops (signin.go)", s.Name)
		}
	}
	for name := range replies {
		if !known(set, name) {
			t.Errorf("replies answers %s, which no rule of selectors/screens.toml tells", name)
		}
	}
}

func known(set *selectors.Set, name string) bool {
	for _, s := range set.Screens {
		if s.Name == name {
			return true
		}
	}
	return false
}

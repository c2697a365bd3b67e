package standin

import (
	"os"
	"testing"
)

func TestSizedAccounts(t *testing.T) {
	for _, scenario := range []string{"devices:1", "devices:2000", "console+instant+devices:30"} {
		s, err := New(Options{Files: os.DirFS("../../testdata/standin"), Scenario: scenario})
		if err != nil {
			t.Fatal(err)
		}
		devices := s.Record().Devices
		if want := map[string]int{"devices:1": 1, "devices:2000": 2000, "console+instant+devices:30": 30}[scenario]; len(devices) != want {
			t.Errorf("%s has %d devices", scenario, len(devices))
		}
		seen := map[string]bool{}
		for _, d := range devices {
			if seen[d.Name] || seen[d.Key] || seen[d.Serial] {
				t.Errorf("%s: %+v resembles another", scenario, d)
			}
			seen[d.Name], seen[d.Key], seen[d.Serial] = true, true, true
		}
	}
	for _, scenario := range []string{"devices:0", "devices:-1", "devices:", "devices:20001", "devices:x"} {
		if _, err := New(Options{Files: os.DirFS("../../testdata/standin"), Scenario: scenario}); err == nil {
			t.Errorf("%s is taken for a scenario", scenario)
		}
	}
}

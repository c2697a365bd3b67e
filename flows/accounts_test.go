package flows_test

import (
	"testing"

	"github.com/unecho/unecho/flows/device"
)

// A device that is tried again takes nobody's place: each of those that were asked
// for is done, and each once.
func TestADeviceThatIsTriedAgainTakesNobodysPlace(t *testing.T) {
	for _, scenario := range []string{"deregister-csrf-once", "session-expires-before"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: scenario, Request: named(kitchen, bedroom, show, kindle), Always: true})
			if want := went(kitchen, bedroom, show, kindle); e.outcomes() != want || e.Code != 0 {
				t.Errorf("%s, exit %d; want %s; %+v", e.outcomes(), e.Code, want, e.Stop)
			}
		})
	}
}

// Two devices of one name are told apart on the article's page as well, by the key
// that a row carries inside it.
func TestOneOfTwoNamesakesOnTheArticlesPage(t *testing.T) {
	const serial = "G0STANDIN0010408"
	e := play(t, trial{Scenario: "duplicate-names", Request: device.Request{Serials: []string{serial}}, Always: true})
	if e.Code != 0 || len(e.Record.Deregistered) != 1 || e.Record.Deregistered[0].Serial != serial {
		t.Errorf("exit %d, %+v: %v", e.Code, e.Record.Deregistered, e.Stop)
	}
	e = play(t, trial{Scenario: "duplicate-names+keyless", Request: device.Request{Serials: []string{serial}}, Always: true})
	if e.Code != 1 || len(e.Record.Deregistered)+len(e.Record.Refused) != 0 {
		t.Errorf("without keys: exit %d, %+v: %v", e.Code, e.Record.Deregistered, e.Stop)
	}
}

package flows_test

import (
	"testing"

	"github.com/unecho/unecho/flows/device"
)

func names(n ...string) device.Request { return device.Request{Names: n} }

func TestConsole(t *testing.T) {
	const kitchen = "Kitchen Echo"
	for _, c := range []struct {
		scenario string
		ask      device.Request
		want     string // outcomes
		code     int
	}{
		{"console", names(kitchen), "Kitchen Echo: deregistered", 0},
		{"console+two-links", names(kitchen), "Kitchen Echo: deregistered", 0},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			e := play(t, trial{Scenario: c.scenario, Request: c.ask})
			if got := e.outcomes(); got != c.want || e.Code != c.code {
				t.Errorf("%s, exit %d, want %s, exit %d: %v", got, e.Code, c.want, c.code, e.Stop)
			}
		})
	}
}

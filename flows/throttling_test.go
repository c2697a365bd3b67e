package flows

import (
	"context"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// The pause doubles up to a minute, half of it is left to chance, and what Amazon
// asks for is the least.
func TestBackOff(t *testing.T) {
	r := &Run{}
	for try, most := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60} {
		most *= time.Second
		seen := map[time.Duration]bool{}
		for range 100 {
			d := r.backoff(try)
			seen[d] = true
			if d < most/2 || d > most {
				t.Fatalf("try %d: %v, want %v to %v", try, d, most/2, most)
			}
		}
		if len(seen) < 50 {
			t.Errorf("try %d: only %d different pauses of 100", try, len(seen))
		}
	}
	if d := r.backoff(1000); d > time.Minute {
		t.Errorf("try 1000: %v", d)
	}
	if d := r.retryPause(0, 20*time.Second); d != 20*time.Second {
		t.Errorf("asked for 20 s: %v", d)
	}
	if d := r.retryPause(0, time.Hour); d != time.Minute {
		t.Errorf("asked for an hour: %v", d)
	}
	r.RetryAfter = func() time.Duration { return 7 * time.Second }
	if d := r.retryPause(0, 0); d != 7*time.Second {
		t.Errorf("the page asked for 7 s: %v", d)
	}
}

func TestBusy(t *testing.T) {
	for _, c := range []struct {
		screen string
		status int
		want   bool
	}{{"unknown", 429, true}, {"", 503, true}, {"unknown", 500, true}, {"unknown", 502, true}, {"", 504, true}, {"unknown", 505, false}, {"unknown", 200, false}, {"unknown", 404, false}, {"devices-myx", 503, false}} {
		if got := busy(page.Seen{Screen: c.screen, Status: c.status}); got != c.want {
			t.Errorf("%s, HTTP %d: %v", c.screen, c.status, got)
		}
	}
}

// A list that contradicts itself is Amazon's fault, neither the user's nor ours.
func TestAListThatContradictsItselfIsNotUsable(t *testing.T) {
	a, b := device.Device{Name: "A", Key: "k1", AccountID: "k1", Serial: "S"}, device.Device{Name: "B", Key: "k2", AccountID: "k2", Serial: "S"}
	stop := Explain(context.Background(), &device.ConflictError{A: a, B: b})
	if stop.Code != CodeUnusable || stop.Hint == "" {
		t.Errorf("%+v", stop)
	}
}

package cli

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheTimeOfARun(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(*allowance)
		want time.Duration // when it rings, counted from its start
	}{
		{"nothing happens", func(*allowance) {}, 10 * time.Minute},
		{"120 devices were chosen", func(c *allowance) { time.Sleep(time.Minute); c.more(20 * time.Minute) }, 30 * time.Minute},
		{"a person takes an hour", func(c *allowance) {
			time.Sleep(9 * time.Minute)
			resume := c.pause()
			time.Sleep(time.Hour)
			resume()
			resume()
		}, 70 * time.Minute},
		{"two waits at once, and more time meanwhile", func(c *allowance) {
			one, two := c.pause(), c.pause()
			time.Sleep(time.Minute)
			one()
			c.more(time.Minute)
			time.Sleep(time.Minute)
			two()
		}, 13 * time.Minute},
		{"more, twice", func(c *allowance) { c.more(time.Minute); c.more(time.Minute) }, 12 * time.Minute},
		{"more when it has rung", func(c *allowance) { time.Sleep(11 * time.Minute); c.more(time.Hour); c.pause()() }, 10 * time.Minute},
		{"stopped", func(c *allowance) { time.Sleep(time.Minute); c.stop(); c.pause()() }, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				var rang []time.Duration
				var total time.Duration
				k := newAllowance(10*time.Minute, func(all time.Duration) { rang, total = append(rang, time.Since(start)), all })
				c.do(k)
				time.Sleep(24 * time.Hour)
				synctest.Wait()
				switch {
				case c.want == 0 && len(rang) > 0:
					t.Errorf("rang at %v", rang)
				case c.want > 0 && (len(rang) != 1 || rang[0] != c.want):
					t.Errorf("rang at %v, want %v", rang, c.want)
				case total > c.want:
					t.Errorf("says %v, which is more than it was", total)
				}
			})
		})
	}
	(*allowance)(nil).pause()()
}

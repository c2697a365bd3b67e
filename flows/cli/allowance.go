package cli

import (
	"sync"
	"time"
)

// allowance is the time that a run may take. It stands still while a person is asked:
// how long they think is not the run's fault.
type allowance struct {
	mu      sync.Mutex
	timer   *time.Timer
	end     func(total time.Duration)
	total   time.Duration // all that was given
	left    time.Duration // when it was last started or stopped
	since   time.Time     // of its last start
	waiting int           // how many wait for a person
	over    bool          // it ended, or was stopped for good
}

// newAllowance starts one of d; end is called once, if the time is up.
func newAllowance(d time.Duration, end func(total time.Duration)) *allowance {
	c := &allowance{end: end, total: d, left: d}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.run()
	return c
}

func (c *allowance) run() {
	c.since = time.Now()
	c.timer = time.AfterFunc(c.left, c.ring)
}

func (c *allowance) halt() {
	c.timer.Stop()
	c.left -= time.Since(c.since)
}

// remaining is how much of it is left.
func (c *allowance) remaining() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting > 0 || c.over {
		return c.left
	}
	return c.left - time.Since(c.since)
}

func (c *allowance) ring() {
	c.mu.Lock()
	if c.over || c.waiting > 0 || time.Since(c.since) < c.left { // it was stopped, or given more, just now
		c.mu.Unlock()
		return
	}
	c.over = true
	c.mu.Unlock()
	c.end(c.total)
}

// more gives the run more time.
func (c *allowance) more(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.total += d
	if c.waiting > 0 {
		c.left += d
		return
	}
	c.halt()
	c.left += d
	c.run()
}

// pause stops the time until resume is called, which may be called twice. A nil
// allowance has no limit.
func (c *allowance) pause() (resume func()) {
	if c == nil {
		return func() {}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiting++; c.waiting == 1 && !c.over {
		c.halt()
	}
	return sync.OnceFunc(func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.waiting--; c.waiting == 0 && !c.over {
			c.run()
		}
	})
}

// stop ends it without a word.
func (c *allowance) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	c.timer.Stop()
}

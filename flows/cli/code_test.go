package cli

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

const testSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

// clock is a wall clock that jumps, beside one that does not: a wait takes as long as
// it says, whatever the wall clock shows meanwhile.
type clock struct {
	wall   time.Time
	waited time.Duration
	jumps  map[int]time.Duration // before the n-th wait is over
	waits  int
}

func (c *clock) wait(_ context.Context, d time.Duration) error {
	c.waits++
	c.wall = c.wall.Add(d + c.jumps[c.waits])
	c.waited += d
	return nil
}

func (c *clock) minter(used map[string]bool) minter {
	return minter{secret: testSecret, now: func() time.Time { return c.wall }, wait: c.wait,
		used: func(code string) bool { return used[code] },
		take: func(code string) error { used[code] = true; return nil }}
}

// Whatever the clock does while a code is waited for, the code is the one of that
// very moment, has at least 5 s left, and was not used before.
func TestClockJumpsDoNotBreakOneTimeCodes(t *testing.T) {
	begin := time.Unix(1_700_000_010, 0) // a period begins
	cases := []struct {
		name    string
		at      time.Duration // into the period
		jumps   map[int]time.Duration
		used    bool // the code of the first moment
		atMost  time.Duration
		atLeast time.Duration
	}{
		{"in the middle", 10 * time.Second, nil, false, 0, 0},
		{"too late in the period", 26 * time.Second, nil, false, 5 * time.Second, 4 * time.Second},
		{"already used", 3 * time.Second, nil, true, 28 * time.Second, 27 * time.Second},
		{"an hour back while waiting", 27 * time.Second, map[int]time.Duration{1: -time.Hour}, false, 5 * time.Second, 0},
		{"an hour on while waiting", 3 * time.Second, map[int]time.Duration{2: time.Hour}, true, 6 * time.Second, 0},
		{"back into the used code's period", 27 * time.Second, map[int]time.Duration{4: -20 * time.Second}, true, 60 * time.Second, 0},
		{"back and forth", 3 * time.Second, map[int]time.Duration{1: -time.Minute, 2: time.Hour, 3: -2 * time.Hour}, true, 40 * time.Second, 0},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := &clock{wall: begin.Add(tc.at), jumps: tc.jumps}
			used := map[string]bool{}
			first, _, err := account.TOTP(testSecret, c.wall)
			if err != nil {
				t.Fatal(err)
			}
			used[first] = tc.used
			code, err := c.minter(used).code(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			now, left, _ := account.TOTP(testSecret, c.wall)
			if code != now || left < minLeft || tc.used && code == first {
				t.Errorf("code %s (of now: %v), %v left, first used %v", code, code == now, left, tc.used && code == first)
			}
			if c.waited > tc.atMost || c.waited < tc.atLeast {
				t.Errorf("waited %v, want %v to %v", c.waited, tc.atLeast, tc.atMost)
			}
			if !used[code] {
				t.Error("the code is not remembered")
			}
		})
	}
}

func TestACodeIsNotTypedThatCannotBeRemembered(t *testing.T) {
	m := (&clock{wall: time.Unix(1_700_000_010, 0)}).minter(map[string]bool{})
	full := errors.New("no space left")
	m.take = func(string) error { return full }
	if _, err := m.code(context.Background()); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
}

func TestWaitingForACodeEndsWithTheRun(t *testing.T) {
	c := &clock{wall: time.Unix(1_700_000_010, 0)}
	m := c.minter(map[string]bool{})
	m.used = func(string) bool { return true }
	m.wait = page.Pause
	ctx, cancel := context.WithCancelCause(context.Background())
	over := errors.New("over")
	cancel(over)
	if _, err := m.code(ctx); !errors.Is(err, over) {
		t.Errorf("got %v", err)
	}
}

func TestSince(t *testing.T) {
	now := time.Date(2026, 5, 10, 12, 0, 0, 0, time.UTC)
	for in, want := range map[string]time.Time{
		"":                          {},
		"2026-05-01":                time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC),
		"2026-05-01T10:30":          time.Date(2026, 5, 1, 10, 30, 0, 0, time.UTC),
		"2026-05-01T10:30:00+02:00": time.Date(2026, 5, 1, 8, 30, 0, 0, time.UTC),
		"24h":                       now.Add(-24 * time.Hour),
		"7d":                        now.Add(-7 * 24 * time.Hour),
		" 1.5h ":                    now.Add(-90 * time.Minute),
	} {
		got, err := parseSince(in, now)
		if err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{"-1h", "yesterday", "d", "2026-13-01", "1w", "-1d"} {
		if got, err := parseSince(in, now); err == nil {
			t.Errorf("%q is %v", in, got)
		}
	}
}

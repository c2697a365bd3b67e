package cli

import (
	"context"
	"time"

	"github.com/unecho/unecho/flows/account"
)

// minLeft is how long a code must stay valid to be typed: with less, it could
// expire on its way.
const minLeft = 5 * time.Second

// lookAtClock is how long a wait for the next code lasts before the clock is read again.
const lookAtClock = time.Second

// minter makes one-time codes. The codes follow the wall clock, as Amazon's do, and
// that may jump at any time: it is read again each second, and never added up.
type minter struct {
	secret string
	now    func() time.Time
	wait   func(context.Context, time.Duration) error
	used   func(code string) bool
	take   func(code string) error // remembers a code before it is typed
}

// code waits until there is a code that was not used and has enough of its time left.
func (m minter) code(ctx context.Context) (string, error) {
	for {
		code, left, err := account.TOTP(m.secret, m.now())
		if err != nil {
			return "", config("AMAZON_OTP_SECRET: %v", err)
		}
		if left >= minLeft && !m.used(code) {
			return code, m.take(code)
		}
		if err := m.wait(ctx, min(left+50*time.Millisecond, lookAtClock)); err != nil {
			return "", err
		}
	}
}

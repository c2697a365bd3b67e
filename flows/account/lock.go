package account

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// lockPoll is how often a waiting run asks again.
const lockPoll = 100 * time.Millisecond

// LockedError: another run holds the profile (exit 7). PID is 0 and Since zero
// where the other run could not be named.
type LockedError struct {
	Profile string
	PID     int
	Since   time.Time
}

func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another run holds profile %s; wait for it with --wait 5m", e.Profile)
	}
	return fmt.Sprintf("another run holds profile %s: process %d, since %s; wait for it with --wait 5m",
		e.Profile, e.PID, e.Since.Format(time.RFC3339))
}

type holder struct {
	PID   int       `json:"pid"`
	Since time.Time `json:"since"` // RFC 3339
}

// Lock takes the profile for this run. The lock is the kernel's (flock): it ends
// with the process, however that ends. Held by another run, it is asked for again
// until wait is over (0: once), then *LockedError; a cancelled ctx gives its error.
// unlock may be called more than once.
func (p *Profile) Lock(ctx context.Context, wait time.Duration) (unlock func(), err error) {
	path := filepath.Join(p.Dir, lockFile)
	l := flock.New(path, flock.SetPermissions(0o600))
	end := time.NewTimer(wait)
	defer end.Stop()
	for {
		ok, err := l.TryLock()
		if err != nil {
			return nil, fmt.Errorf("cannot lock %s: %s", path, why(err))
		}
		if ok {
			break
		}
		if wait <= 0 {
			return nil, p.locked()
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for profile %s: %w", p.Name, ctx.Err())
		case <-end.C:
			return nil, p.locked()
		case <-time.After(lockPoll):
		}
	}
	side := filepath.Join(p.Dir, holderFile)
	if err := p.write(holderFile, holder{PID: os.Getpid(), Since: p.now().Truncate(time.Second)}); err != nil {
		_ = l.Close()
		return nil, err
	}
	var once sync.Once
	return func() {
		once.Do(func() {
			_ = os.Remove(side) // while the lock is still ours
			_ = l.Close()
		})
	}, nil
}

// locked names the run that has the lock. The side file is only a courtesy: it may
// be missing (just starting, just ending) or be left from a run that was killed.
func (p *Profile) locked() *LockedError {
	e := &LockedError{Profile: p.Name}
	b, err := os.ReadFile(filepath.Join(p.Dir, holderFile))
	var h holder
	if err == nil && json.Unmarshal(b, &h) == nil {
		e.PID, e.Since = h.PID, h.Since
	}
	return e
}

package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

// LockedError: another run holds the profile or the account (exit 7). PID is 0 and
// Since zero where the other run could not be named.
type LockedError struct {
	What  string // "profile default", "account a***@example.com"
	PID   int
	Since time.Time
}

func (e *LockedError) Error() string {
	if e.PID == 0 {
		return "another run holds " + e.What
	}
	return fmt.Sprintf("another run holds %s: process %d, since %s", e.What, e.PID, e.Since.Format(time.RFC3339))
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
	return p.lock(ctx, p.Dir, "", "profile "+p.Name, wait)
}

// LockAccount takes an account of the profile's marketplace, whichever profile uses
// it: two runs at once would each take the other's work for a disturbance. who is
// what is known of the account, its e-mail or its customer id; shown is how it is
// named in the error. Otherwise it is as Lock.
func (p *Profile) LockAccount(ctx context.Context, who, shown string, wait time.Duration) (unlock func(), err error) {
	dir := filepath.Join(filepath.Dir(filepath.Dir(p.Dir)), accountsDir)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the directory %s: %s", dir, why(err))
	}
	sum := sha256.Sum256([]byte(p.Site + "\x00" + loginKey(who)))
	return p.lock(ctx, dir, hex.EncodeToString(sum[:8])+".", "account "+shown, wait)
}

// accountsDir lies beside the marketplaces' directories; no marketplace is called so.
const accountsDir = "accounts"

func (p *Profile) lock(ctx context.Context, dir, prefix, what string, wait time.Duration) (unlock func(), err error) {
	path, side := filepath.Join(dir, prefix+lockFile), filepath.Join(dir, prefix+holderFile)
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
			return nil, held(what, side)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("waiting for %s: %w", what, context.Cause(ctx))
		case <-end.C:
			return nil, held(what, side)
		case <-time.After(lockPoll):
		}
	}
	if err := writeFile(dir, prefix+holderFile, holder{PID: os.Getpid(), Since: p.now().Truncate(time.Second)}); err != nil {
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

// held names the run that has the lock. The side file is only a courtesy: it may
// be missing (just starting, just ending) or be left from a run that was killed.
func held(what, side string) *LockedError {
	e := &LockedError{What: what}
	b, err := readOwn(side)
	var h holder
	if err == nil && json.Unmarshal(b, &h) == nil {
		e.PID, e.Since = h.PID, h.Since
	}
	return e
}

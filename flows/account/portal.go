package account

import (
	"os"
	"path/filepath"
	"time"
)

// portalMemory is how long a portal that was found retired is not looked at again
// (contract: `--via auto`).
const portalMemory = 30 * 24 * time.Hour

// portalState is what a profile remembers of the Alexa portal.
type portalState struct {
	Retired time.Time `json:"retired"`
}

// PortalRetired says since when the Alexa portal of this marketplace is known to be
// retired; ok is false if that is not known, or was found out more than 30 days ago.
func (p *Profile) PortalRetired() (since time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s portalState
	if found, err := p.read(portalFile, &s); err != nil || !found || s.Retired.IsZero() {
		return time.Time{}, false
	}
	// A clock that was set back counts like one that went on.
	return s.Retired, p.now().Sub(s.Retired).Abs() < portalMemory
}

// RememberPortal keeps whether the portal was found retired just now.
func (p *Profile) RememberPortal(retired bool) error {
	return p.edit(func() error {
		if retired {
			return p.write(portalFile, portalState{Retired: p.now().UTC().Truncate(time.Second)})
		}
		err := os.Remove(filepath.Join(p.Dir, portalFile))
		if os.IsNotExist(err) {
			return nil
		}
		return err
	})
}

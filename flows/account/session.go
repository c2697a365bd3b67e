package account

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cookie is one cookie of a saved session. Domain with a leading dot covers the
// hosts below it; without one the cookie is for that host alone.
type Cookie struct {
	Name, Value, Domain, Path string
	Expires                   time.Time // zero: the browser would drop it at its end; we keep it
	Secure, HTTPOnly          bool
	SameSite                  string // "Strict", "Lax", "None" or ""
}

// Session is a sign-in that a browser held, and for whom.
type Session struct {
	Schema   int       `json:"schema"`
	Site     string    `json:"site"`
	Email    string    `json:"email,omitempty"`
	Customer string    `json:"customer,omitempty"`
	Saved    time.Time `json:"saved"`
	Cookies  []Cookie  `json:"cookies"`
}

const sessionSchema = 1

// Covers: a cookie of this domain belongs to the marketplace. amazon.com.au is not
// below amazon.com.
func Covers(site, domain string) bool {
	d := strings.ToLower(strings.TrimPrefix(domain, "."))
	return d == site || strings.HasSuffix(d, "."+site)
}

// Proves: among the cookies is one that holds a sign-in; session-id and the like
// prove nothing (facts/sign-in.md, principle 7).
func Proves(site string, cookies []Cookie) bool {
	m, ok := MarketplaceOf(site)
	return ok && slices.ContainsFunc(cookies, func(c Cookie) bool {
		return c.Value != "" && slices.Contains(m.Cookies(), c.Name)
	})
}

// Recognised are the cookies without the sign-in itself: with them Amazon still knows
// the browser and its user, and asks for the password of that user.
func Recognised(site string, cookies []Cookie) (out []Cookie) {
	m, _ := MarketplaceOf(site)
	for _, c := range cookies {
		if c.Name != "at-"+m.Suffix && c.Name != "sess-at-"+m.Suffix {
			out = append(out, c)
		}
	}
	return out
}

// SaveSession keeps the marketplace's cookies among these, mode 0600, for whom the
// profile is bound to. Cookies that hold no sign-in are not saved, and what was saved
// before is then removed: it is over.
func (p *Profile) SaveSession(cookies []Cookie) error {
	cookies = p.usable(cookies)
	return p.edit(func() error {
		if !Proves(p.Site, cookies) {
			return p.remove(sessionFile)
		}
		b, _ := p.bound()
		return p.write(sessionFile, Session{Schema: sessionSchema, Site: p.Site, Email: b.Email, Customer: b.Customer,
			Saved: p.now().UTC().Truncate(time.Second), Cookies: cookies})
	})
}

// Session is what SaveSession kept, without the cookies whose time is over; ok is
// false if nothing is left that holds a sign-in, or if it is somebody else's.
func (p *Profile) Session() (s Session, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, _ := p.read(sessionFile, &s) // OpenProfile saw that it can be read
	if !found || s.Schema != sessionSchema || s.Site != p.Site {
		return Session{}, false
	}
	if b, bound := p.bound(); bound && (b.Email != "" && s.Email != "" && !SameLogin(b.Email, s.Email) ||
		b.Customer != "" && s.Customer != "" && b.Customer != s.Customer) {
		return Session{}, false
	}
	s.Cookies = p.usable(s.Cookies)
	if !Proves(p.Site, s.Cookies) {
		return Session{}, false
	}
	return s, true
}

// usable are the marketplace's cookies that are not over.
func (p *Profile) usable(cookies []Cookie) (out []Cookie) {
	for _, c := range cookies {
		if Covers(p.Site, c.Domain) && (c.Expires.IsZero() || c.Expires.After(p.now())) {
			out = append(out, c)
		}
	}
	return out
}

// Forget removes the session and everything that belongs to it: for whom it is, what
// was rejected, which codes were used, and whatever damaged file was set aside. The
// journal and the evidence are records and stay. It returns the names of the files
// that were there.
func (p *Profile) Forget() (removed []string, err error) {
	err = p.edit(func() error {
		entries, err := os.ReadDir(p.Dir)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if !ofSession(e.Name()) {
				continue
			}
			if err := p.remove(e.Name()); err != nil {
				return err
			}
			removed = append(removed, e.Name())
		}
		return nil
	})
	return removed, err
}

// ofSession: one of the files that Forget removes, in whatever state a crash left it.
func ofSession(name string) bool {
	for _, f := range []string{sessionFile, bindingFile, rejectedFile, codesFile, portalFile} {
		if name == f || strings.HasPrefix(name, f+".damaged-") || strings.HasPrefix(name, "."+f+".") {
			return true
		}
	}
	return false
}

// remove removes a file of the profile; none there is fine.
func (p *Profile) remove(name string) error {
	err := os.Remove(filepath.Join(p.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

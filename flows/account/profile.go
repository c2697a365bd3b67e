package account

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/gofrs/flock"
)

// Files of a profile.
const (
	bindingFile  = "binding.json"
	sessionFile  = "session.json"
	rejectedFile = "rejected.json"
	codesFile    = "codes.json"
	portalFile   = "portal.json"
	lockFile     = "lock"
	holderFile   = "lock.json"
	editFile     = ".edit"
)

var (
	profileName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	spaceName   = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)
)

// Profile is a directory of ours (not the browser's) that remembers what must
// outlive a run: for whom the session in it is, what Amazon rejected, who is using
// it. Its methods are safe for concurrent use, also by several processes.
type Profile struct {
	Dir  string // absolute if stateDir was; mode 0700
	Name string
	Site string

	mu    sync.Mutex
	notes []string
	now   func() time.Time

	patience time.Duration // for another process that changes the profile's files
}

// CheckName is a *ConfigError if no profile can have this name: it is a directory's.
func CheckName(name string) error {
	if !profileName.MatchString(name) || strings.Trim(name, ".") == "" || strings.Contains(name, "..") {
		return &ConfigError{Where: "--profile", Problem: fmt.Sprintf("%q is not a valid profile name", printable(name)),
			Fix: "use letters, digits, dot, dash and underscore, 64 at most"}
	}
	return nil
}

// OpenProfile is the profile stateDir/namespace/site/name, made if it is not there.
// namespace keeps replays apart from the live site ("live", "replay"). A name that
// is none is a *ConfigError; a directory that cannot be made or closed to others is
// an ordinary error.
func OpenProfile(stateDir, namespace, site, name string) (*Profile, error) {
	if err := CheckName(name); err != nil {
		return nil, err
	}
	if !spaceName.MatchString(namespace) || !profileName.MatchString(site) || strings.Contains(site, "..") || strings.Trim(site, ".") == "" {
		return nil, fmt.Errorf("no profile directory for namespace %q and site %q", namespace, site)
	}
	p := &Profile{Dir: filepath.Join(stateDir, namespace, site, name), Name: name, Site: site, now: time.Now, patience: 5 * time.Second}
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make the profile directory %s: %s", p.Dir, why(err))
	}
	st, err := os.Stat(p.Dir)
	if err != nil {
		return nil, fmt.Errorf("cannot look at the profile directory %s: %s", p.Dir, why(err))
	}
	if st.Mode().Perm()&0o077 != 0 {
		if err := os.Chmod(p.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("cannot close the profile directory %s to others: %s; run: chmod 700 %s", p.Dir, why(err), shellQuote(p.Dir))
		}
	}
	// What cannot be read must be known before a run relies on it.
	var (
		b Binding
		n Session
		r salted
		c []salted
	)
	for name, v := range map[string]any{bindingFile: &b, sessionFile: &n, rejectedFile: &r, codesFile: &c} {
		if _, err := p.read(name, v); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// Notes are messages for the person, one line each, about damaged files that were
// set aside since the last call.
func (p *Profile) Notes() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := p.notes
	p.notes = nil
	return n
}

// Binding is for whom the profile's session is.
type Binding struct {
	Email    string `json:"email"`
	Customer string `json:"customer,omitempty"`
	Site     string `json:"site"`
}

// BindingError: the profile belongs to somebody else. Before a run that is a
// matter of configuration (exit 2); during one it ends the run.
type BindingError struct {
	Profile, What string // What: "e-mail", "customer" or "marketplace"
	Have, Want    string // masked e-mails, customer ids or sites: the profile's, the one asked for
}

func (e *BindingError) Error() string {
	return fmt.Sprintf("profile %s is for %s %s, not %s; use another --profile for another account", e.Profile, e.What, e.Have, e.Want)
}

// Binding is who the profile is bound to, or ok false if nobody yet.
func (p *Profile) Binding() (b Binding, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.bound()
}

// bound is Binding under the lock. Where the binding's own file is gone or damaged,
// the saved session still knows for whom it is.
func (p *Profile) bound() (b Binding, ok bool) {
	ok, _ = p.read(bindingFile, &b) // OpenProfile saw that it can be read
	if ok && b.Email+b.Customer != "" {
		return b, true
	}
	var s Session
	if ok, _ = p.read(sessionFile, &s); ok && s.Email+s.Customer != "" {
		return Binding{Email: s.Email, Customer: s.Customer, Site: s.Site}, true
	}
	return Binding{}, false
}

// CheckEmail is a *BindingError if the profile is bound to another e-mail.
func (p *Profile) CheckEmail(email string) error {
	b, ok := p.Binding()
	if !ok {
		return nil
	}
	return p.differs(b, email, "")
}

// Bind says whose session this is: after the sign-in with the e-mail, and again
// when the customer id is known (empty: not known, what is stored stays). A profile
// that is bound to another e-mail or customer stays as it is: *BindingError.
func (p *Profile) Bind(email, customer string) error {
	return p.edit(func() error {
		email := strings.TrimSpace(email)
		if email == "" && customer == "" {
			return errors.New("a profile cannot be bound to nobody")
		}
		b, ok := p.bound()
		if ok {
			if err := p.differs(b, email, customer); err != nil {
				return err
			}
		}
		want := Binding{Email: cmp.Or(email, b.Email), Customer: cmp.Or(b.Customer, customer), Site: p.Site}
		var have Binding
		if _, err := p.read(bindingFile, &have); err != nil {
			return err
		}
		if have.Customer == want.Customer && (have.Email == want.Email || SameLogin(have.Email, want.Email)) {
			return nil
		}
		return p.write(bindingFile, want)
	})
}

func (p *Profile) differs(b Binding, email, customer string) error {
	switch {
	case b.Site != p.Site:
		return &BindingError{Profile: p.Name, What: "marketplace", Have: b.Site, Want: p.Site}
	case b.Email != "" && strings.TrimSpace(email) != "" && !SameLogin(b.Email, email):
		return &BindingError{Profile: p.Name, What: "e-mail", Have: Mask(b.Email), Want: Mask(email)}
	case customer != "" && b.Customer != "" && customer != b.Customer:
		return &BindingError{Profile: p.Name, What: "customer", Have: b.Customer, Want: customer}
	}
	return nil
}

// edit runs f while no other goroutine or process changes the profile's files.
func (p *Profile) edit(f func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	l := flock.New(filepath.Join(p.Dir, editFile), flock.SetPermissions(0o600))
	// Whoever has the lock writes one small file. One that is stopped with it must not
	// stop this run too, which may be on its way out.
	ctx, cancel := context.WithTimeout(context.Background(), p.patience)
	defer cancel()
	ok, err := l.TryLockContext(ctx, 5*time.Millisecond)
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("cannot change the profile in %s: another process has been changing it for %s; end that one", p.Dir, p.patience)
	}
	if err != nil {
		return fmt.Errorf("cannot change the profile in %s: %s", p.Dir, why(err))
	}
	if ok {
		defer l.Close()
	}
	return f()
}

// read fills v from a file of the profile; false if it is not there. One that
// cannot be understood is set aside under another name, with a note, so that the
// next write is not the end of what was in it. One that cannot be read is an error:
// what it holds (for whom the session is) still counts.
func (p *Profile) read(name string, v any) (bool, error) {
	path := filepath.Join(p.Dir, name)
	b, err := readOwn(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot read %s: %s", path, why(err))
	}
	if json.Unmarshal(b, v) == nil {
		return true, nil
	}
	aside := fmt.Sprintf("%s.damaged-%s", path, p.now().UTC().Format("20060102T150405.000000000"))
	if err := os.Rename(path, aside); err != nil {
		return false, fmt.Errorf("%s is damaged and cannot be set aside: %s; remove it", path, why(err))
	}
	p.notes = append(p.notes, fmt.Sprintf("%s was damaged and is now %s; going on without it", path, filepath.Base(aside)))
	return false, nil
}

// readOwn reads a file that we wrote: an ordinary one, and no longer than we write any.
func readOwn(path string) ([]byte, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case !st.Mode().IsRegular():
		return nil, errors.New("is not a regular file; remove it")
	case st.Size() > maxOwn:
		return nil, fmt.Errorf("is larger than %d MB; remove it", maxOwn>>20)
	}
	return os.ReadFile(path)
}

const maxOwn = 16 << 20

// write replaces a file of the profile.
func (p *Profile) write(name string, v any) error { return writeFile(p.Dir, name, v) }

// writeFile replaces a file as a whole, mode 0600: a crash leaves the old one or the
// new one.
func writeFile(dir, name string, v any) error {
	path := filepath.Join(dir, name)
	fail := func(err error) error { return fmt.Errorf("cannot write %s: %s", path, why(err)) }
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fail(err)
	}
	f, err := os.CreateTemp(dir, "."+name+".*") // mode 0600
	if err != nil {
		return fail(err)
	}
	defer os.Remove(f.Name()) // nothing to remove once it is renamed
	_, err = f.Write(append(b, '\n'))
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fail(err)
	}
	// The rename itself must survive a power cut. Not every system can sync a
	// directory, and then there is nothing better to do.
	if d, err := os.Open(dir); err == nil {
		_ = d.Sync()
		_ = d.Close()
	}
	return nil
}

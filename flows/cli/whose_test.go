package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/unecho/unecho/flows/account"
)

// file is the path of a file of the one profile of a place, "" if it is not there.
func (p *place) file(t *testing.T, name string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(p.state, "unecho", "replay", "*", "amazon.com", "default", name))
	if err != nil || len(found) > 1 {
		t.Fatalf("%v, %v", found, err)
	}
	if len(found) == 0 {
		return ""
	}
	return found[0]
}

// kept is what is in a file of the profile.
func (p *place) kept(t *testing.T, name string) string {
	t.Helper()
	path := p.file(t, name)
	if path == "" {
		return ""
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rewrite changes a file of the profile.
func (p *place) rewrite(t *testing.T, name, from, to string) {
	t.Helper()
	text := p.kept(t, name)
	if !strings.Contains(text, from) {
		t.Fatalf("%s holds no %s:\n%s", name, from, text)
	}
	if err := os.WriteFile(p.file(t, name), []byte(strings.ReplaceAll(text, from, to)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// export is the saved session as an extension would write it.
func (p *place) export(t *testing.T) string {
	t.Helper()
	var s account.Session
	if err := json.Unmarshal([]byte(p.kept(t, "session.json")), &s); err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	for _, c := range s.Cookies {
		list = append(list, map[string]any{"name": c.Name, "value": c.Value, "domain": c.Domain, "hostOnly": !strings.HasPrefix(c.Domain, "."), "path": c.Path,
			"secure": c.Secure, "httpOnly": c.HTTPOnly, "sameSite": "no_restriction", "session": c.Expires.IsZero(), "expirationDate": c.Expires.Unix()})
	}
	b, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "cookies.json")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// The cookies are ada's, and the configured e-mail address grace's: the profile is not
// bound to both, and no run of grace's acts on ada's account. A run of ada's proves that
// they are hers.
func TestAnImportIsBoundToWhatIsProven(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "").share(t)
	p.run(t, 0, "login")
	cookies := p.export(t)
	p.run(t, 0, "logout")
	ada := p.env

	p.env = []string{"AMAZON_EMAIL=grace@example.com", "AMAZON_PASSWORD=made-up"}
	r := p.run(t, 0, "login", "--import", cookies)
	r.says(t, "whose e-mail address no page showed", "customer A1STANDINADA07", "to compare with AMAZON_EMAIL")
	if b := p.kept(t, "binding.json"); strings.Contains(b, "grace") || !strings.Contains(b, "A1STANDINADA07") {
		t.Errorf("bound to %s", b)
	}
	before := p.site.Record()
	p.run(t, 2, "deregister", "Kitchen Echo", "--yes").says(t, "a***@example.com", "g***@example.com", "--profile")
	p.env = p.env[:1]
	p.run(t, 2, "list").says(t, "a***@example.com", "g***@example.com")
	after := p.site.Record()
	if after.Lists != before.Lists || after.Passwords.Sent != before.Passwords.Sent || len(after.Deregistered) > 0 {
		t.Errorf("%d lists, %d passwords, deregistered %v", after.Lists-before.Lists, after.Passwords.Sent-before.Passwords.Sent, after.Deregistered)
	}

	// A profile that is named after somebody and knows no customer yet is not given one.
	p.run(t, 0, "logout")
	binding := filepath.Join(filepath.Dir(p.file(t, "lock")), "binding.json")
	if err := os.WriteFile(binding, []byte(`{"email":"grace@example.com","site":"amazon.com"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	p.env = nil
	p.run(t, 2, "login", "--import", cookies).says(t, "g***@example.com", "logout")
	p.run(t, 0, "logout")
	p.run(t, 0, "login", "--import", cookies)

	p.env = nil // nobody is configured: the session is used as it is
	p.run(t, 0, "list")
	p.env = ada
	p.run(t, 0, "list")
	if b := p.kept(t, "binding.json"); !strings.Contains(b, "ada@example.com") {
		t.Errorf("after ada's sign-in bound to %s", b)
	}
	signIns := p.site.Record().SignIns
	p.run(t, 0, "list")
	if got := p.site.Record().SignIns; got != signIns {
		t.Errorf("signed in %d times more with a session that is proven", got-signIns)
	}
}

// Without a password there is nothing to compare an unproven session with: it is said
// before a browser starts.
func TestAnUnprovenSessionNeedsThePassword(t *testing.T) {
	t.Parallel()
	state := t.TempDir()
	profile, err := account.OpenProfile(filepath.Join(state, "unecho"), "live", "amazon.com", "default")
	if err == nil {
		err = errors.Join(profile.Bind("", "A1CUSTOMER"),
			profile.SaveSession([]account.Cookie{{Name: "at-main", Value: "made-up", Domain: ".amazon.com", Path: "/"}}))
	}
	if err != nil {
		t.Fatal(err)
	}
	cmd := tool(t, state, []string{"AMAZON_EMAIL=ada@example.com", "UNECHO_BROWSER=/no/browser", "XDG_CONFIG_HOME="}, "list")
	cmd.Dir = state
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "without AMAZON_PASSWORD it cannot be compared with AMAZON_EMAIL") {
		t.Errorf("%v: %s", err, out)
	}
}

// A password that Amazon rejected is no reason to refuse the cookies of another browser.
func TestARejectedPasswordDoesNotStopAnImport(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "").share(t)
	p.run(t, 0, "login")
	cookies := p.export(t)
	p.run(t, 0, "logout")
	p.env[1] = "AMAZON_PASSWORD=an old one"
	p.run(t, 5, "list")
	p.run(t, 0, "login", "--import", cookies)
	p.run(t, 5, "list")
	if sent := p.site.Record().Passwords.Sent; sent != 2 {
		t.Errorf("%d passwords sent, the right one and once the old one", sent)
	}
}

// A session is kept only when a list has told whose it is, and dropped when it turns out
// to be another customer's.
func TestAWrongSessionDoesNotStick(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "unknown-page").share(t)
	p.run(t, 6, "list", "--step-timeout", "3s")
	if p.site.Record().SignIns != 1 || p.kept(t, "session.json") != "" || p.kept(t, "binding.json") != "" {
		t.Errorf("kept without a list: %s %s", p.kept(t, "binding.json"), p.kept(t, "session.json"))
	}

	p = newPlace(t, "").share(t)
	p.run(t, 0, "list")
	for _, name := range []string{"session.json", "binding.json"} { // ada's session lies in grace's profile
		p.rewrite(t, name, "A1STANDINADA07", "A2STANDINGRACE")
		p.rewrite(t, name, "ada@example.com", "grace@example.com")
	}
	p.env = []string{"AMAZON_EMAIL=grace@example.com", "AMAZON_PASSWORD=made-up"}
	p.run(t, 2, "list").says(t, "A2STANDINGRACE", "A1STANDINADA07")
	if p.kept(t, "session.json") != "" {
		t.Error("the wrong session is used again by the next run")
	}
	p.run(t, 5, "list") // signs in as grace, whom the stand-in does not know
	if b := p.kept(t, "binding.json"); !strings.Contains(b, "A2STANDINGRACE") {
		t.Errorf("bound to %s", b)
	}
}

// Cookies that the browser does not take are no import, whatever the run could do with
// a password instead.
func TestAnImportThatShowsNobodyKeepsNothing(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "").share(t)
	file := filepath.Join(t.TempDir(), "cookies.txt")
	if err := os.WriteFile(file, []byte(".amazon.com\tFALSE\t/\tTRUE\t1999999999\tx-main\tmadeup\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	p.env = nil
	var arrived string
	p.answer(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("x-main"); err == nil && r.URL.Path == "/" {
			arrived = fmt.Sprint(r.Host, " ", c)
		}
		p.site.ServeHTTP(w, r)
	})
	p.run(t, 2, "login", "--import", file)
	if arrived != "www.amazon.com x-main=madeup" {
		t.Errorf("at the stand-in arrived %q", arrived)
	}
	if s := p.kept(t, "session.json"); s != "" {
		t.Errorf("kept %s", s)
	}
}

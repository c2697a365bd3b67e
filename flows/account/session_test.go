package account

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func names(cookies []Cookie) (out []string) {
	for _, c := range cookies {
		out = append(out, c.Domain+" "+c.Name)
	}
	return out
}

func TestASessionIsKeptForWhomItIs(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if _, ok := p.Session(); ok {
		t.Fatal("a new profile has a session")
	}
	if err := p.Bind("ann@example.org", "A1CUSTOMER"); err != nil {
		t.Fatal(err)
	}
	later := time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
	proof := Cookie{Name: "at-main", Value: `"x|y"`, Domain: ".amazon.com", Path: "/", Expires: later, Secure: true, HTTPOnly: true, SameSite: "Lax"}
	err := p.SaveSession([]Cookie{proof,
		{Name: "csm", Value: "1", Domain: "www.amazon.com", Path: "/"},
		{Name: "old", Value: "1", Domain: ".amazon.com", Path: "/", Expires: time.Now().Add(-time.Hour)},
		{Name: "at-acbau", Value: "1", Domain: ".amazon.com.au", Path: "/"},
		{Name: "at-main", Value: "1", Domain: "notamazon.com", Path: "/"},
		{Name: "id", Value: "1", Domain: ".example.org", Path: "/"}})
	if err != nil {
		t.Fatal(err)
	}
	again := open(t, state)
	s, ok := again.Session()
	if !ok || s.Email != "ann@example.org" || s.Customer != "A1CUSTOMER" || !slices.Equal(names(s.Cookies), []string{".amazon.com at-main", "www.amazon.com csm"}) {
		t.Fatalf("got %v, %+v", ok, names(s.Cookies))
	}
	if s.Cookies[0] != proof {
		t.Errorf("the cookie came back as %+v, was %+v", s.Cookies[0], proof)
	}
	if st, err := os.Stat(filepath.Join(p.Dir, sessionFile)); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	// Without its own file the binding is still known.
	if err := os.WriteFile(filepath.Join(p.Dir, bindingFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	again = open(t, state)
	if b, ok := again.Binding(); !ok || b.Email != "ann@example.org" || len(again.Notes()) != 1 {
		t.Errorf("binding %+v, %v", b, ok)
	}
	if err := again.CheckEmail("bob@example.org"); err == nil {
		t.Error("another e-mail passes")
	}
	// A session of somebody else is not used.
	if err := again.write(bindingFile, Binding{Email: "bob@example.org", Site: "amazon.com"}); err != nil {
		t.Fatal(err)
	}
	if _, ok := again.Session(); ok {
		t.Error("ann's session is used for bob")
	}
}

func TestASessionThatIsOverIsNoSession(t *testing.T) {
	p := open(t, t.TempDir())
	soon := time.Now().Add(time.Minute)
	if err := p.SaveSession([]Cookie{{Name: "x-main", Value: "v", Domain: ".amazon.com", Path: "/", Expires: soon}}); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.Session(); !ok {
		t.Fatal("the session was not saved")
	}
	p.now = func() time.Time { return soon.Add(time.Second) }
	if _, ok := p.Session(); ok {
		t.Error("an expired session is used")
	}
	p.now = time.Now
	// The browser came back without a sign-in: Amazon ended it.
	if err := p.SaveSession([]Cookie{{Name: "session-id", Value: "131", Domain: ".amazon.com", Path: "/"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(p.Dir, sessionFile)); err == nil {
		t.Error("an ended session stays on disk")
	}
}

func TestADamagedSessionIsSetAside(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if err := os.WriteFile(filepath.Join(p.Dir, sessionFile), []byte(`{"cookies":[{"na`), 0o600); err != nil {
		t.Fatal(err)
	}
	p = open(t, state)
	if notes := p.Notes(); len(notes) != 1 || !strings.Contains(notes[0], "session.json was damaged and is now session.json.damaged-") {
		t.Errorf("notes %q", notes)
	}
	removed, err := p.Forget()
	if err != nil || len(removed) != 1 {
		t.Errorf("removed %v, %v", removed, err)
	}
}

func TestForgetLeavesTheRecords(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	for _, err := range []error{p.Bind("ann@example.org", "A1"), p.MarkUsedCode("123456"), p.MarkRejected("ann@example.org", "x"),
		p.SaveSession([]Cookie{{Name: "x-main", Value: "v", Domain: ".amazon.com", Path: "/"}}),
		os.WriteFile(filepath.Join(p.Dir, "journal.jsonl"), nil, 0o600),
		os.WriteFile(filepath.Join(p.Dir, ".session.json.123"), nil, 0o600)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	removed, err := p.Forget()
	if err != nil || len(removed) != 5 {
		t.Errorf("removed %v, %v", removed, err)
	}
	if _, err := os.Stat(filepath.Join(p.Dir, "journal.jsonl")); err != nil {
		t.Error("the journal is gone")
	}
	p = open(t, state)
	if _, ok := p.Binding(); ok {
		t.Error("still bound")
	}
	if _, ok := p.Session(); ok {
		t.Error("still a session")
	}
}

func TestImportCookies(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	const future = "1900000000"
	netscape := "# Netscape HTTP Cookie File\n\n" +
		"#HttpOnly_.amazon.com\tTRUE\t/\tTRUE\t" + future + "\tat-main\t\"Atza|a+b/c=\"\r\n" +
		".amazon.com\tTRUE\t/\tTRUE\t" + future + "\tx-main\tvalue with spaces\n" +
		"www.amazon.com\tFALSE\t/\tFALSE\t0\tcsm-hit\t\n" +
		".amazon.de\tTRUE\t/\tTRUE\t" + future + "\tat-acbde\tHUNTER2\n" +
		".example.org\tTRUE\t/\tTRUE\t" + future + "\tid\tHUNTER2\n"
	playwright := `{"cookies":[
		{"name":"x-main","value":"v","domain":".amazon.com","path":"/","expires":1900000000.5,"httpOnly":false,"secure":true,"sameSite":"Lax"},
		{"name":"sid","value":"HUNTER2","domain":"www.amazon.com","path":"/","expires":-1,"httpOnly":true,"secure":true,"sameSite":"None"},
		{"name":"id","value":"HUNTER2","domain":".example.org","path":"/","expires":-1,"httpOnly":true,"secure":true,"sameSite":"None"}],"origins":[]}`
	cases := []struct {
		name, text, site string
		want             []string
		err              string
	}{
		{"Netscape", netscape, "amazon.com", []string{".amazon.com at-main", ".amazon.com x-main", "www.amazon.com csm-hit"}, ""},
		{"Netscape, another marketplace", netscape, "amazon.de", []string{".amazon.de at-acbde"}, ""},
		{"Playwright", playwright, "amazon.com", []string{".amazon.com x-main", "www.amazon.com sid"}, ""},
		{"Playwright, the list alone", `[{"name":"x-main","value":"v","domain":".amazon.com","path":"/"}]`, "amazon.com", []string{".amazon.com x-main"}, ""},
		{"wrong marketplace", netscape, "amazon.fr", nil, "for amazon.com, amazon.de; choose one with --site"},
		{"nothing that holds a sign-in", ".amazon.com\tTRUE\t/\tTRUE\t" + future + "\tsession-id\tHUNTER2\n", "amazon.com", nil, "holds no sign-in for amazon.com (none of x-main"},
		{"expired", ".amazon.com\tTRUE\t/\tTRUE\t1000000000\tx-main\tHUNTER2\n", "amazon.com", nil, "have expired"},
		{"spaces instead of tabs", ".amazon.com TRUE / TRUE 0 x-main HUNTER2\n", "amazon.com", nil, ":1: is not a line of a cookies.txt file"},
		{"expiry in words", ".amazon.com\tTRUE\t/\tTRUE\tHUNTER2\tx-main\tHUNTER2\n", "amazon.com", nil, "expiry that is not a number"},
		{"cut JSON", `{"cookies":[{"name":"x-main","value":"HUNTER2`, "amazon.com", nil, "not valid JSON"},
		{"other JSON", `{"cookies":[{"value":"HUNTER2"}]}`, "amazon.com", nil, "no domain or no name"},
		{"empty", "", "amazon.com", nil, "holds no sign-in"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			path := write(t, t.TempDir(), "c", tc.text)
			got, err := ImportCookies(path, tc.site, now)
			if tc.err == "" {
				if err != nil || !slices.Equal(names(got), tc.want) {
					t.Errorf("%v, %v; want %v", names(got), err, tc.want)
				}
				return
			}
			var ce *ConfigError
			if !errors.As(err, &ce) || !strings.Contains(err.Error(), tc.err) || strings.Contains(err.Error(), "HUNTER2") || strings.Contains(err.Error(), "\n") {
				t.Errorf("error %v, want one line with %q and no value", err, tc.err)
			}
		})
	}
	got, err := ImportCookies(write(t, t.TempDir(), "c", netscape), "amazon.com", now)
	if err != nil {
		t.Fatal(err)
	}
	want := Cookie{Name: "at-main", Value: `"Atza|a+b/c="`, Domain: ".amazon.com", Path: "/", Expires: time.Unix(1900000000, 0).UTC(), Secure: true, HTTPOnly: true}
	if got[0] != want {
		t.Errorf("got %+v, want %+v", got[0], want)
	}
	if _, err := ImportCookies(filepath.Join(t.TempDir(), "none"), "amazon.com", now); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a missing file: %v", err)
	}
}

// Two profiles may be for the same account; on one marketplace they exclude each
// other, on two they do not.
func TestAnAccountIsLockedAcrossProfiles(t *testing.T) {
	state := t.TempDir()
	profile := func(site, name string) *Profile {
		p, err := OpenProfile(state, "live", site, name)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	a, b, de := profile("amazon.com", "a"), profile("amazon.com", "b"), profile("amazon.de", "a")
	ctx := context.Background()
	unlock, err := a.LockAccount(ctx, "ann@example.org", "a***@example.org", 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	var le *LockedError
	if _, err := b.LockAccount(ctx, "Ann@Example.org ", "a***@example.org", 0); !errors.As(err, &le) || le.PID != os.Getpid() || le.Since.IsZero() ||
		!strings.Contains(err.Error(), fmt.Sprintf("account a***@example.org: process %d, since ", os.Getpid())) {
		t.Errorf("the second profile: %v", err)
	}
	for _, c := range []struct {
		p   *Profile
		who string
	}{{b, "bob@example.org"}, {de, "ann@example.org"}} {
		unlock, err := c.p.LockAccount(ctx, c.who, c.who, 0)
		if err != nil {
			t.Errorf("%s on %s: %v", c.who, c.p.Site, err)
			continue
		}
		unlock()
	}
	unlock()
	again, err := b.LockAccount(ctx, "ann@example.org", "", time.Second)
	if err != nil {
		t.Fatalf("after the first run ended: %v", err)
	}
	again()
}

package account

import (
	"context"
	"errors"
	"testing"
)

// Two ways to write one login, and logins that only look alike.
func TestOneLoginWrittenInTwoWays(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{"ann@example.org", " Ann@EXAMPLE.org ", true},
		{"\u00c4nn@example.org", "a\u0308nn@example.org", true}, // decomposed, as macOS writes it
		{"+1 (555) 010-0134", "+15550100134", true},
		{"001 555 010 0134", "+1.555.010.0134", true},
		{"(555) 010-0134", "+1 555-010-0134", true}, // as it is dialled at home
		{"0151 2345678", "+49 151 2345678", true},
		{"+49 (0)151 2345678", "+49 151 2345678", true},
		{"+1 555 010 0134", "+44 555 010 0134", false},
		{"+1 555 010 0134", "+1 555 010 0135", false},
		{"0100134", "+1 555 010 0134", false}, // a part is not the whole
		{"ann@example.org", "ann@example.com", false},
		{"ann@example.org", "+15550100134", false},
		{"", "", false},
		{"***34", "+15550100134", false},
	} {
		if SameLogin(c.a, c.b) != c.same || SameLogin(c.b, c.a) != c.same {
			t.Errorf("%q and %q: want the same login: %v", c.a, c.b, c.same)
		}
	}
}

// Binding, session, lock and the memory of a rejected password know a login however it
// is written.
func TestAllThatIsKeptKnowsTheLoginAgain(t *testing.T) {
	for _, c := range [][2]string{{"+1 (555) 010-0134", "+15550100134"}, {"ann@example.org", "Ann@Example.Org"}, {"(555) 010-0134", "+1 555 010 0134"}} {
		state := t.TempDir()
		p := open(t, state)
		if err := errors.Join(p.Bind(c[0], "A1CUSTOMER"), p.MarkRejected(c[0], "hunter2"),
			p.SaveSession([]Cookie{{Name: "x-main", Value: "v", Domain: ".amazon.com", Path: "/"}})); err != nil {
			t.Fatal(err)
		}
		if err := p.CheckEmail(c[1]); err != nil {
			t.Errorf("%s: %v", c[1], err)
		}
		if err := p.Bind(c[1], "A1CUSTOMER"); err != nil {
			t.Errorf("%s: %v", c[1], err)
		}
		if !p.Rejected(c[1], "hunter2") {
			t.Errorf("%s: the rejected password would be sent again", c[1])
		}
		// As an earlier version left it: the session names the login in its own way.
		var s Session
		if _, err := p.read(sessionFile, &s); err != nil {
			t.Fatal(err)
		}
		s.Email = c[1]
		if err := p.write(sessionFile, s); err != nil {
			t.Fatal(err)
		}
		if _, ok := open(t, state).Session(); !ok {
			t.Errorf("%s: the session is not found", c[1])
		}
		other, err := OpenProfile(state, "live", "amazon.com", "other")
		if err != nil {
			t.Fatal(err)
		}
		unlock, err := p.LockAccount(context.Background(), c[0], "", 0)
		if err != nil {
			t.Fatal(err)
		}
		var le *LockedError
		if again, err := other.LockAccount(context.Background(), c[1], "", 0); !errors.As(err, &le) {
			t.Errorf("%s: two runs hold one account (%v)", c[1], err)
			if again != nil {
				again()
			}
		}
		unlock()
	}
}

package flows_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/page"
)

// Who signs in is read from the page and compared, whoever types: a profile is for one
// account.

// The configured e-mail address is grace's, and the person signs in as ada.
func TestAPersonWhoSignsInAsSomebodyElseIsNotTakenForTheConfigured(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, scenario string
		login          flows.Login
	}{
		{"the run typed grace's address first", "article", flows.Login{Email: "grace@example.com", Password: func() string { return "made-up" }}},
		{"the person types everything", "captcha", flows.Login{}},
		{"a remembered user", "remembered", flows.Login{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var asked []string
			var run *flows.Run
			e := play(t, trial{Scenario: c.scenario, Setup: func(r *flows.Run) {
				run, r.Login, r.Expect = r, c.login, "Grace@example.com"
				types := person(t, r, &asked)
				r.Person = func(seen page.Seen) {
					if seen.Screen == "signin-rejected" && seen.Variant == "email" {
						seen.Screen = "signin-email" // Amazon does not know grace
					}
					types(seen)
				}
				r.SignedIn = func() error { t.Error("taken for the configured sign-in"); return nil }
			}})
			if e.Code != flows.CodeUsage || e.Record.SignIns != 1 || run.Proven() {
				t.Errorf("exit code %d, %d sign-ins, proven %v; asked for %v", e.Code, e.Record.SignIns, run.Proven(), asked)
			}
		})
	}
}

// In an ordinary run too the page says, and the run knows, who signed in.
func TestTheRunKnowsWhoSignedIn(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"article", "unified", "remembered"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			var run *flows.Run
			passed := 0
			e := play(t, trial{Scenario: scenario, Setup: func(r *flows.Run) {
				run, r.Expect = r, "ADA@example.com"
				r.SignedIn = func() error { passed++; return nil }
			}})
			if e.Code != 0 || run.SeenEmail() != "ada@example.com" || passed != 1 {
				t.Errorf("exit code %d, signed in as %q, told %d times", e.Code, run.SeenEmail(), passed)
			}
		})
	}
}

// A session of nobody knows whom is compared before anything is typed.
func TestAnUnprovenSessionOfSomebodyElseIsLeftAlone(t *testing.T) {
	t.Parallel()
	e := play(t, trial{Scenario: "remembered", Setup: func(r *flows.Run) {
		r.Login.Email, r.Expect, r.Unproven = "grace@example.com", "grace@example.com", true
	}})
	if e.Code != flows.CodeUsage || e.Record.Passwords.Sent != 0 || e.Record.Emails != 0 {
		t.Errorf("exit code %d, %d passwords and %d addresses sent", e.Code, e.Record.Passwords.Sent, e.Record.Emails)
	}
}

// Where the page does not say for whom the password is, the run says it first.
func TestAnUnprovenSessionOfNobodyKnowsWhomIsAskedAnew(t *testing.T) {
	t.Parallel()
	silent := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			rec := httptest.NewRecorder()
			next.ServeHTTP(rec, r)
			maps.Copy(w.Header(), rec.Header())
			w.WriteHeader(rec.Code)
			io.WriteString(w, strings.ReplaceAll(rec.Body.String(), `id="ap-claim"`, `id="elsewhere"`))
		})
	}
	for _, c := range []struct {
		email           string
		code, passwords int
	}{{"ada@example.com", 0, 1}, {"grace@example.com", flows.CodeRejected, 0}} {
		e := play(t, trial{Scenario: "remembered", Before: silent, Setup: func(r *flows.Run) {
			r.Login.Email, r.Expect, r.Unproven = c.email, c.email, true
		}})
		if e.Code != c.code || e.Record.Passwords.Sent != c.passwords || e.Record.Emails != 1 {
			t.Errorf("%s: exit code %d, %d passwords and %d addresses sent", c.email, e.Code, e.Record.Passwords.Sent, e.Record.Emails)
		}
	}
}

// The configured password is rejected while a person sits there, who then signs in with
// the right one: it stays rejected.
func TestAPasswordRejectedDuringLoginIsRemembered(t *testing.T) {
	t.Parallel()
	var asked []string
	rejected, passed := 0, 0
	e := play(t, trial{Scenario: "article", Setup: func(r *flows.Run) {
		r.Login.Password = func() string { return "an old one" }
		r.Login.Rejected = func() error { rejected++; return nil }
		r.SignedIn = func() error { passed++; return nil }
		r.Person = person(t, r, &asked)
	}})
	if e.Code != 0 || !slices.Equal(asked, []string{"signin-rejected"}) {
		t.Fatalf("exit code %d, asked for %v", e.Code, asked)
	}
	if rejected != 1 || passed != 0 {
		t.Errorf("remembered as rejected %d times, taken for good %d times", rejected, passed)
	}

	// What the person mistypes is not the configured password's fault.
	rejected, passed, asked = 0, 0, nil
	e = play(t, trial{Scenario: "article", Limit: 8 * time.Second, Setup: func(r *flows.Run) {
		r.Login.Password = nil
		r.Login.Rejected = func() error { rejected++; return nil }
		r.Person = person(t, r, &asked)
	}})
	if e.Code != 0 || rejected != 0 || !slices.Contains(asked, "signin-rejected") {
		t.Errorf("exit code %d, remembered as rejected %d times, asked for %v", e.Code, rejected, asked)
	}
}

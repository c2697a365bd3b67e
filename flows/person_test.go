package flows_test

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/standin"
)

// person does in the page what a person would do, with a script: what they see asked
// for is in asked.
func person(t *testing.T, r *flows.Run, asked *[]string) func(page.Seen) {
	fill := func(css, text string) string {
		return `() => { const box = document.querySelector("` + css + `"); box.value = "` + text + `"; box.form.submit() }`
	}
	site, _ := standin.New(standin.Options{Files: os.DirFS("../testdata/standin")})
	email, _, _ := site.Credentials()
	return func(seen page.Seen) {
		*asked = append(*asked, seen.Screen)
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		var err error
		switch seen.Screen {
		case "signin-email":
			err = r.Tab.Call(ctx, fill("input#ap_email, input#ap_email_login", email), nil, nil)
		case "signin-password":
			// Mistyped at first, as people do.
			_, password, _ := site.Credentials()
			if !slices.Contains(*asked, "signin-rejected") {
				password = "mistyped"
			}
			err = r.Tab.Call(ctx, `(p) => { const box = document.querySelector("#ap_password"); box.value = p; box.form.submit() }`, password, nil)
		case "signin-rejected":
			_, password, _ := site.Credentials()
			err = r.Tab.Call(ctx, `(p) => { const box = document.querySelector("#ap_password"); box.value = p; box.form.submit() }`, password, nil)
		case "captcha-image":
			err = r.Tab.Call(ctx, fill("#captchacharacters", "UNECHO"), nil, nil)
		}
		if err != nil {
			t.Errorf("the person at %s: %v", seen.Screen, err)
		}
	}
}

// A person signs in with whatever Amazon asks, a mistake included; the run waits, and
// goes on to the list by itself.
func TestAPersonSignsInByHand(t *testing.T) {
	t.Parallel()
	var asked []string
	var run *flows.Run
	e := play(t, trial{Scenario: "captcha", Setup: func(r *flows.Run) {
		run, r.Login = r, flows.Login{}
		r.Person = person(t, r, &asked)
	}})
	if e.Code != 0 || len(e.Listing.Devices) != 7 || e.Record.SignIns != 1 {
		t.Fatalf("exit code %d, %d devices, %d sign-ins; asked for %v\n%s", e.Code, len(e.Listing.Devices), e.Record.SignIns, asked, e.Log)
	}
	if want := []string{"signin-email", "signin-password", "signin-rejected", "captcha-image"}; !slices.Equal(asked, want) {
		t.Errorf("the person was asked for %v, want %v", asked, want)
	}
	if run.SeenEmail() != "ada@example.com" || !run.Proven() {
		t.Errorf("signed in as %q, proven %v", run.SeenEmail(), run.Proven())
	}
}

// With credentials the run types them once, and leaves only the rest to the person.
func TestOnlyWhatCannotBeTypedIsLeftToThePerson(t *testing.T) {
	t.Parallel()
	var asked []string
	e := play(t, trial{Scenario: "captcha", Setup: func(r *flows.Run) { r.Person = person(t, r, &asked) }})
	if e.Code != 0 || !slices.Equal(asked, []string{"captcha-image"}) || e.Record.Passwords.Sent != 1 {
		t.Errorf("exit code %d, asked for %v, %d passwords sent\n%s", e.Code, asked, e.Record.Passwords.Sent, e.Log)
	}
	asked = nil
	e = play(t, trial{Scenario: "wrong-password", Limit: 8 * time.Second, Setup: func(r *flows.Run) {
		r.Person = func(seen page.Seen) { asked = append(asked, seen.Screen) }
	}})
	if e.Record.Passwords.Sent != 1 || !slices.Equal(asked, []string{"signin-rejected"}) {
		t.Errorf("%d passwords sent, asked for %v", e.Record.Passwords.Sent, asked)
	}
}

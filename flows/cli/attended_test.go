package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/redact"
)

// loginByHand is `unecho login` at the stand-in, with a person who signs in as ada
// whatever stands in the boxes. It returns the exit code and what was printed.
func (p *place) loginByHand(t *testing.T) (int, string) {
	t.Helper()
	t.Setenv("XDG_STATE_HOME", p.state)
	var said bytes.Buffer
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	a := &app{Env: Env{In: strings.NewReader(""), Out: &said, Err: &said, Environ: p.env, Dir: p.state}, red: redact.New(), cancel: cancel}
	if err := find(a.root(), "login").ParseFlags([]string{"--replay", p.url, "--browser", browsertest.Found(t).Path, "--timeout", "40s"}); err != nil {
		t.Fatal(err)
	}
	s, err := a.prepareAs(ctx, &session{a: a, personSignsIn: true}, false)
	if err != nil {
		return a.fail(ctx, nil, err), said.String()
	}
	defer s.close()
	email, password, _ := p.site.Credentials()
	s.config.Person = func(seen page.Seen) {
		s.askPerson(seen)
		ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
		defer cancel()
		if err := s.config.Tab.Call(ctx, `({email, password}) => {
			const secret = document.querySelector("#ap_password"), name = document.querySelector("input#ap_email:not([type=hidden]), input#ap_email_login");
			const box = secret || name;
			box.value = secret ? password : email;
			box.form.submit();
		}`, map[string]string{"email": email, "password": password}, nil); err != nil {
			t.Errorf("the person at %s: %v", seen.Screen, err)
		}
	}
	return a.takeSession(ctx, s), said.String()
}

// A person signs in as somebody else than AMAZON_EMAIL: nothing is kept, and the
// profile is bound to nobody.
func TestLoginAsSomebodyElseBindsNothing(t *testing.T) {
	p := newPlace(t, "")
	p.env = []string{"AMAZON_EMAIL=grace@example.com", "AMAZON_PASSWORD=made-up"}
	code, said := p.loginByHand(t)
	if code != 2 || !strings.Contains(said, "a***@example.com, but this run is for g***@example.com") || p.site.Record().SignIns != 1 {
		t.Errorf("exit code %d\n%s", code, said)
	}
	if p.kept(t, "binding.json") != "" || p.kept(t, "session.json") != "" {
		t.Errorf("kept: %s %s", p.kept(t, "binding.json"), p.kept(t, "session.json"))
	}
}

// Without AMAZON_EMAIL the profile is for whoever signs in; with an old AMAZON_PASSWORD
// the person corrects it, and no later run sends the old one again.
func TestLoginByHandIsKeptAndTheOldPasswordIsNot(t *testing.T) {
	p := newPlace(t, "")
	ada := p.env
	p.env = nil
	if code, said := p.loginByHand(t); code != 0 || !strings.Contains(p.kept(t, "binding.json"), "ada@example.com") {
		t.Errorf("exit code %d, bound to %s\n%s", code, p.kept(t, "binding.json"), said)
	}
	p.run(t, 0, "logout")
	p.env = []string{ada[0], "AMAZON_PASSWORD=an old one"}
	code, said := p.loginByHand(t)
	if code != 0 || !strings.Contains(said, "rejected AMAZON_PASSWORD") {
		t.Errorf("exit code %d\n%s", code, said)
	}
	sent := p.site.Record().Passwords.Sent
	if p.run(t, 5, "list"); p.site.Record().Passwords.Sent != sent {
		t.Error("the old password was sent again")
	}
	p.env = ada
	p.run(t, 0, "list", "-q")
}

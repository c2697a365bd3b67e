package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/page"
)

// This file answers the screens that may come between the sign-in form and the
// wanted page, as the table in facts/sign-in.md says: what can be answered
// without guessing is, everything else is left to a person.

// hintSignIn is the hint where a person has to go on. flows/cli adds the command.
const hintSignIn = "sign in once by hand with `unecho login`, then run the same command again"

// chooseAccount takes the tile whose e-mail is the configured one. None or
// several: a person chooses, never a guess.
func (r *Run) chooseAccount(ctx context.Context, seen page.Seen) error {
	ctx, cancel := r.step(ctx)
	defer cancel()
	if r.Login.Email == "" {
		return r.noCredentials(seen.Screen)
	}
	tiles, err := r.Tab.Read(ctx, page.ReadRows{Rows: "switcher-rows", Fields: map[string]string{"claim": "switcher-claim"}})
	if err != nil {
		return err
	}
	claims, err := r.Tab.Read(ctx, page.ReadRows{Rows: "switcher-claim"})
	if err != nil {
		return err
	}
	var ours, all int
	var name string
	var others []string
	for _, t := range tiles {
		if !t.Visible {
			continue
		}
		all++
		claim := strings.TrimSpace(t.Fields["claim"])
		if account.SameLogin(claim, r.Login.Email) {
			ours, name = ours+1, claim
		} else if claim != "" {
			others = append(others, claim)
		}
	}
	for _, c := range claims {
		if c.Visible {
			all--
		}
	}
	if ours != 1 || all != 0 {
		return &Stop{Code: CodePerson, Screen: seen.Screen,
			Message: fmt.Sprintf("Amazon asks which account to use, and AMAZON_EMAIL is %s of the %d it offers (%s)", times(ours), len(claims), where(seen)),
			Hint:    hintSignIn}
	}
	r.say("Amazon asks which account to use: the one with the configured e-mail address")
	_, err = r.Tab.Click(ctx, page.What{Element: "switcher-tiles", Label: "the account's tile",
		Of: &page.Row{Rows: "switcher-rows", Name: "switcher-claim", Is: name, Others: others}})
	if err == nil {
		r.signIn.email = name
	}
	return err
}

func times(n int) string {
	switch n {
	case 0:
		return "none"
	case 1:
		return "one, not to be told from the others,"
	}
	return fmt.Sprint(n)
}

// switchUser leaves the remembered user of a password page for the configured
// one. The password of one person is never typed for another.
func (r *Run) switchUser(ctx context.Context, seen page.Seen) error {
	if !r.signIn.switched {
		for _, link := range []page.What{
			{Element: "switch-account-link", Label: "Switch accounts"},
			{Element: "change-claim-link", Label: "Change"},
		} {
			there, err := r.Tab.Visible(ctx, link)
			if err != nil {
				return err
			}
			if there {
				r.signIn.switched = true
				r.say("the page remembers another account than the configured one: switching")
				_, err := r.Tab.Click(ctx, link)
				return err
			}
		}
	}
	return &Stop{Code: CodePerson, Screen: seen.Screen,
		Message: "the sign-in page remembers another account than AMAZON_EMAIL; the password was not typed",
		Hint:    "sign that account out in a browser, or use another --profile"}
}

// giveNextCode is the answer to a rejected code: the code of the next period,
// once. Login.Code gives none that was used.
func (r *Run) giveNextCode(ctx context.Context, seen page.Seen) error {
	words := r.pageSays(ctx, "error-box")
	if r.signIn.answered[seen.Screen] > 1 {
		s := r.stopAt(seen)
		if words != "" {
			s.Message = fmt.Sprintf("Amazon did not accept two one-time codes: %q", words)
		}
		return s
	}
	if r.Login.Code != nil {
		r.say("Amazon did not accept the one-time code: trying once more with the next one")
	}
	return r.giveCode(ctx, seen)
}

// chooseChannel takes the authenticator app where it is offered and its secret is
// configured: only its codes can be computed.
func (r *Run) chooseChannel(ctx context.Context, seen page.Seen) error {
	ctx, cancel := r.step(ctx)
	defer cancel()
	if words := r.pageSays(ctx, "error-box"); words != "" || seen.Variant == "refused" {
		return &Stop{Code: CodeRejected, Screen: seen.Screen,
			Message: fmt.Sprintf("Amazon sends no more one-time codes: %q", words),
			Hint:    "wait until tomorrow; more attempts only make it worse"}
	}
	offered, err := r.Tab.Visible(ctx, page.What{Element: "otp-channel-totp-row"})
	if err != nil {
		return err
	}
	switch {
	case r.Login.Code == nil:
		return &Stop{Code: CodePerson, Screen: seen.Screen, Message: "Amazon asks where to send a one-time code, and AMAZON_OTP_SECRET is not set (" + where(seen) + ")", Hint: hintSignIn}
	case !offered:
		return &Stop{Code: CodePerson, Screen: seen.Screen, Message: "Amazon asks where to send a one-time code and does not offer the authenticator app (" + where(seen) + ")", Hint: hintSignIn}
	}
	r.say("Amazon asks for the kind of one-time code: the authenticator app")
	if err := r.Tab.Check(ctx, page.What{Element: "otp-channel-totp", Label: "authenticator app"}); err != nil {
		return err
	}
	_, err = r.Tab.Click(ctx, page.What{Element: "otp-channel-submit", Label: "Send code"})
	return err
}

// awaitApproval waits for a person to approve the sign-in elsewhere: the page asks
// Amazon by itself every few seconds and leaves /ap/cvf/ when it is done.
func (r *Run) awaitApproval(ctx context.Context, seen page.Seen) error {
	words := r.pageSays(ctx, "approval-words")
	message := "Amazon wants this sign-in approved on a phone or by e-mail"
	if words != "" {
		message += fmt.Sprintf(": %q", words)
	}
	if r.ApproveWait <= 0 {
		return &Stop{Code: CodePerson, Screen: seen.Screen, Message: message + " (" + where(seen) + ")",
			Hint: "approve it and run the same command again, or let it wait for you with --approve-wait 3m"}
	}
	r.Log.Log(ctx, LevelNotice, fmt.Sprintf("%s; waiting up to %s for that", message, r.ApproveWait))
	defer r.waits(true)()
	approved := false
	end := time.Now().Add(r.ApproveWait)
	err := poll(ctx, approvalRhythm, func() (bool, error) {
		sctx, cancel := r.step(ctx)
		defer cancel()
		now, err := r.Tab.Look(sctx)
		switch {
		case ctx.Err() != nil:
			return true, context.Cause(ctx)
		case errors.Is(err, page.ErrTimeout):
			err = nil
		case err == nil:
			approved = !strings.HasPrefix(now.Path, "/ap/cvf/") || now.Screen != seen.Screen && now.Screen != "unknown"
		}
		return approved || !time.Now().Before(end), err
	})
	if approved || err != nil {
		return err
	}
	return &Stop{Code: CodePerson, Screen: seen.Screen, Message: fmt.Sprintf("nobody approved the sign-in within %s (%s)", r.ApproveWait, where(seen)),
		Hint: "run the same command again and approve it on the phone, or give it longer with --approve-wait"}
}

// declinePasskey presses "not now" and, where the page then shows an error with a
// button to skip, that one. Nothing else: two of its six buttons enrol a credential.
func (r *Run) declinePasskey(ctx context.Context, seen page.Seen) error {
	ctx, cancel := r.step(ctx)
	defer cancel()
	r.say("Amazon offers to create a passkey: not now")
	after := page.What{Element: "passkey-skip-after-error", Label: "Skip, after the passkey's error"}
	failed, err := r.Tab.Visible(ctx, after)
	if err != nil {
		return err
	}
	if !failed {
		if _, err := r.Tab.Click(ctx, page.What{Element: "passkey-skip", Label: "Not now"}); err != nil {
			return r.elsePerson(seen, err, "Amazon offers to create a passkey, and no button to decline it was found")
		}
		left := false
		err := poll(ctx, redrawRhythm, func() (bool, error) {
			now, err := r.Tab.Look(ctx)
			if left = err == nil && (now.Doc != seen.Doc || now.Screen != seen.Screen); left || err != nil {
				return true, err
			}
			failed, err = r.Tab.Visible(ctx, after)
			return failed, err
		})
		switch {
		case left, ctx.Err() != nil:
			return nil // what came of it is next's to say
		case err != nil:
			return err
		}
	}
	r.say("declining the passkey failed on the page: skipping it")
	_, err = r.Tab.Click(ctx, after)
	return err
}

// buttonPatience is how long the one button that may be pressed may take to be there: the
// page stands, and nothing is gained by waiting for what it does not offer.
const buttonPatience = 3 * time.Second

// skipPhone leaves the account as it is.
func (r *Run) skipPhone(ctx context.Context, seen page.Seen) error {
	ctx, cancel := context.WithTimeout(ctx, min(buttonPatience, r.stepTimeout()))
	defer cancel()
	r.say("Amazon asks for a phone number: skipping that")
	_, err := r.Tab.Click(ctx, page.What{Element: "phone-skip", Label: "Not now"})
	return r.elsePerson(seen, err, "Amazon asks for a phone number and offers no way around it")
}

// elsePerson: where the one thing that may be pressed is not there, a person decides.
func (r *Run) elsePerson(seen page.Seen, err error, message string) error {
	var pe *page.Error
	if !errors.As(err, &pe) {
		return err
	}
	switch pe.Kind {
	case page.KindNotFound, page.KindInvisible, page.KindAmbiguous, page.KindDanger:
		return &Stop{Code: CodePerson, Screen: seen.Screen, Message: message + " (" + where(seen) + ")", Hint: hintSignIn, Err: err}
	}
	return err
}

// pageSays is the first line of what an element shows, "" if it shows nothing.
func (r *Run) pageSays(ctx context.Context, element string) string {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: element})
	if err != nil {
		return ""
	}
	for _, it := range items {
		if it.Visible && strings.TrimSpace(it.Text) != "" {
			return firstLine(it.Text)
		}
	}
	return ""
}

// speaks tells whether words hold a phrase of a Text, in any language.
func (r *Run) speaks(words, text string) bool {
	words = strings.ToLower(strings.Join(strings.Fields(words), " "))
	for _, p := range r.Sel.Texts[text].Phrases {
		if strings.Contains(words, strings.ToLower(p.Text)) {
			return true
		}
	}
	return false
}

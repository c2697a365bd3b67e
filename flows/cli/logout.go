package cli

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/journal"
)

// place is the marketplace and the directory that a profile's files are in, as the
// flags and settings say; namespace is "live" or that of a replay source.
func (s *session) place() (base, namespace string, err error) {
	if s.state, err = account.StateDir(); err != nil {
		return "", "", config("%v", err)
	}
	if err := s.loadSettings(); err != nil {
		return "", "", err
	}
	if s.site, err = account.Site(cmp.Or(s.a.o.site, s.settings.Site, "amazon.com")); err != nil {
		return "", "", &flows.Stop{Code: flows.CodeUsage, Message: err.Error(), Hint: "set --site or AMAZON_SITE; `unecho help settings` lists the marketplaces"}
	}
	if s.a.o.replay != "" {
		return filepath.Join(s.state, "replay"), slug(s.a.o.replay), nil
	}
	return s.state, "live", nil
}

func (a *app) logoutCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "logout",
		GroupID: groupAccount,
		Short:   "forget the session",
		Long: `Removes the cookies of the profile, the note of which account it is for, and what is remembered of rejected passwords and used codes. The journal and the evidence are records, and stay.

Amazon is not told: to end the session for good, sign out on Amazon's site.`,
		Example: `unecho logout
unecho logout --profile grandma --site amazon.de`,
		Args:              nothing("logout takes no names; a profile is named with --profile"),
		ValidArgsFunction: noNames,
		RunE:              a.runs(func(ctx context.Context, _ []string) int { return a.logout(ctx) }),
	}
	a.profileFlags(cmd, true)
	return cmd
}

// logout removes the session of a profile and everything that belongs to it. The
// journal and the evidence are records and stay.
func (a *app) logout(ctx context.Context) int {
	s := &session{a: a}
	defer s.close()
	base, namespace, err := s.place()
	if err != nil {
		return a.fail(ctx, nil, err)
	}
	if s.profile, err = account.OpenProfile(base, namespace, s.site, a.o.profile); err != nil {
		return a.fail(ctx, nil, profileStop(err))
	}
	unlock, err := s.profile.Lock(ctx, a.o.wait)
	if err != nil {
		return a.fail(ctx, nil, profileStop(err))
	}
	defer unlock()
	for _, n := range s.profile.Notes() {
		a.warn(n)
	}
	who := s.profile
	b, _ := who.Binding()
	removed, err := who.Forget()
	if err != nil {
		return a.fail(ctx, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the session was not removed: " + err.Error(), Err: err,
			Hint: "remove " + who.Dir + " by hand"})
	}
	if a.o.quiet {
		return 0
	}
	if len(removed) == 0 {
		fmt.Fprintf(a.Out, "Nothing to forget: profile %s has no session at %s.\n", who.Name, s.site)
		return 0
	}
	whose := ""
	if b.Email != "" {
		whose = " of " + account.Mask(b.Email)
	}
	fmt.Fprintf(a.Out, "Forgot the session%s at %s (removed %s). Records stay: %s.\n", whose, s.site, strings.Join(removed, ", "), filepath.Join(who.Dir, journal.Name))
	return 0
}

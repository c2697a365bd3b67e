package cli

import (
	"context"
	"strings"
)

// command is one row of the command table.
type command struct {
	name, summary string
	groups        []group
	run           func(a *app, ctx context.Context, args []string) int
}

// commands in the order of the help text.
func commands() []*command {
	return []*command{
		{"list", "show the devices registered to the account", []group{browserFlags, viaFlags, bulkFlags}, (*app).list},
		{"deregister", "deregister devices and prove that they are gone", []group{browserFlags, viaFlags, bulkFlags, actFlags}, (*app).deregister},
		{"login", "sign in by hand in a window, and keep the session", []group{browserFlags, loginFlags}, (*app).login},
		{"logout", "forget the session", []group{profileFlags, waitFlag}, (*app).logout},
		{"history", "what was done, from the journal", []group{profileFlags, historyFlags}, (*app).history},
		{"identify", "name a saved page, and say what told it", []group{identifyFlags}, (*app).identify},
		{"check", "look whether the pages still are what unecho expects", []group{browserFlags, viaFlags}, (*app).check},
		{"record", "record pages, with fakes for personal data, to replay them", []group{browserFlags, viaFlags, recordFlags}, (*app).record},
		{"browser", "show which browser is used and why; install one", []group{browserPath}, (*app).browserCommand},
		{"completion", "completion for a shell: bash, zsh or fish", nil, (*app).completion},
		{"demo", "the whole job on built-in pages, told step by step", []group{browserFlags}, (*app).demo},
		{"version", "print version, commit, Go and chromedp", nil, func(a *app, _ context.Context, args []string) int {
			if len(args) > 0 {
				return a.usage("version", "version takes no arguments")
			}
			return a.version()
		}},
		{"help", "explain a command or a topic", nil, func(a *app, _ context.Context, args []string) int { return a.help(args) }},
	}
}

func find(name string) *command {
	for _, c := range commands() {
		if c.name == strings.TrimSpace(name) {
			return c
		}
	}
	return nil
}

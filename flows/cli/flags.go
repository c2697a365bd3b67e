package cli

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// shared are the flags that several commands take. Each set of them is added by one
// function; a flag that only one command takes is in that command's own options.
type shared struct {
	json, csv, quiet, verbose bool // outputFlags
	logFormat                 string

	site, profile, replay, envFile string // profileFlags
	wait                           time.Duration

	browser, selectors, evidence      string // browserFlags
	headed, noSandbox, loadImages     bool
	timeout, stepTimeout, approveWait time.Duration // approveWait is -1 where it was not given
	timeoutSet                        bool

	via string // viaFlag
}

// logJSON: stderr is read by programs.
func (o *shared) logJSON() bool { return o.logFormat == "json" }

// section is a set of flags under one heading of the help text.
type section struct {
	title string
	flags *pflag.FlagSet
}

func newSection(title string) section {
	fs := pflag.NewFlagSet(title, pflag.ContinueOnError)
	fs.SortFlags = false
	return section{title, fs}
}

// add makes the flags of a section the command's.
func (a *app) add(cmd *cobra.Command, s section) {
	cmd.Flags().SortFlags = false
	cmd.Flags().AddFlagSet(s.flags)
	a.sections[cmd] = append(a.sections[cmd], s)
	if s.flags.Lookup("via") != nil {
		complete(cmd, "via", fixed("auto\tthe devices page, and the Alexa portal where it works", "mycd\tthe devices page only", "alexa\tthe Alexa portal only"))
	}
}

// outputFlags are taken by every command.
func (a *app) outputFlags(cmd *cobra.Command) {
	s, o := newSection("Output"), &a.o
	s.flags.BoolVar(&o.json, "json", false, "print JSON instead of a table")
	s.flags.BoolVar(&o.csv, "csv", false, "print CSV instead of a table")
	s.flags.BoolVarP(&o.quiet, "quiet", "q", false, "print nothing when all is well")
	s.flags.BoolVarP(&o.verbose, "verbose", "v", false, "show every step on stderr")
	s.flags.StringVar(&o.logFormat, "log-format", "text", "`text|json`: write stderr as text, or as one JSON object per line")
	a.add(cmd, s)
	exclusive(cmd, "json", "csv")
	exclusive(cmd, "quiet", "verbose")
	complete(cmd, "log-format", fixed("text", "json"))
}

// accountFlags say whose files a command looks into.
func (a *app) accountFlags(fs *pflag.FlagSet) {
	o := &a.o
	fs.StringVar(&o.site, "site", "", "the `marketplace` (default AMAZON_SITE, else amazon.com)")
	fs.StringVar(&o.profile, "profile", "default", "`name` of the profile: each has its own account, lock and journal (default \"default\")")
	fs.StringVar(&o.replay, "replay", "", "play this `source` instead of Amazon: standin[:SCENARIO], a cassette directory, or http://127.0.0.1:PORT")
	fs.StringVar(&o.envFile, "env-file", "", "read AMAZON_* from this `file` instead of ./.env or the config directory's env")
}

func (a *app) completeAccount(cmd *cobra.Command) {
	complete(cmd, "site", siteNames)
	complete(cmd, "profile", a.profiles)
	complete(cmd, "replay", replays)
}

// waitFlag is for commands that need the profile to themselves.
func (a *app) waitFlag(fs *pflag.FlagSet) {
	fs.DurationVar(&a.o.wait, "wait", 0, "wait up to this `time`, such as 5m, for another run of the profile to end")
}

// profileFlags are for commands that look into a profile and start no browser.
func (a *app) profileFlags(cmd *cobra.Command, locks bool) {
	s := newSection("Account")
	a.accountFlags(s.flags)
	if locks {
		a.waitFlag(s.flags)
	}
	a.add(cmd, s)
	a.completeAccount(cmd)
}

// browserFlags are for commands that start a browser and go to Amazon.
func (a *app) browserFlags(cmd *cobra.Command) {
	o := &a.o
	s := newSection("Account and pages")
	a.accountFlags(s.flags)
	a.selectorsFlag(s.flags)
	s.flags.StringVar(&o.evidence, "evidence", "", "keep pictures and logs of a failure in this `directory`")
	a.waitFlag(s.flags)
	a.add(cmd, s)
	a.completeAccount(cmd)

	s = newSection("Browser and time")
	a.browserPathFlag(s.flags)
	s.flags.BoolVar(&o.headed, "headed", false, "show the browser's window, and wait there for what only a person can answer")
	s.flags.DurationVar(&o.approveWait, "approve-wait", -1, "wait up to this `time` for an approval on the phone (default 3m on a terminal, else not at all)")
	s.flags.Lookup("approve-wait").DefValue = "0s" // what help takes for "no default"
	s.flags.BoolVar(&o.noSandbox, "no-sandbox", false, "run Chromium without its sandbox")
	s.flags.BoolVar(&o.loadImages, "load-images", false, "load images, fonts and media too")
	s.flags.DurationVar(&o.timeout, "timeout", 10*time.Minute, "end the run after this `time`; waiting for a person does not count")
	s.flags.DurationVar(&o.stepTimeout, "step-timeout", 30*time.Second, "wait up to this `time` for one page or one click")
	a.add(cmd, s)
}

func (a *app) browserPathFlag(fs *pflag.FlagSet) {
	fs.StringVar(&a.o.browser, "browser", "", "use this browser: a `path`, or ws://… or wss://… for one that runs elsewhere (default UNECHO_BROWSER, else the first found)")
}

func (a *app) selectorsFlag(fs *pflag.FlagSet) {
	fs.StringVar(&a.o.selectors, "selectors", "", "learn from this `file` what a changed page looks like")
}

// viaFlag chooses the page to work on; what that means differs by command.
func (a *app) viaFlag(fs *pflag.FlagSet, usage string) {
	fs.StringVar(&a.o.via, "via", "auto", usage)
}

// exclusive flags cannot be given together: said in our words, and one is no longer
// completed after another.
func exclusive(cmd *cobra.Command, names ...string) {
	if cmd.Annotations == nil {
		cmd.Annotations = map[string]string{}
	}
	cmd.Annotations["exclusive"] += strings.Join(names, " ") + "\n"
	for _, name := range names { // flags of another section may come later
		if cmd.Flags().Lookup(name) == nil {
			panic("exclusive: no flag " + name)
		}
	}
	cmd.MarkFlagsMutuallyExclusive(names...)
}

func checkExclusive(cmd *cobra.Command) error {
	for _, group := range strings.Split(strings.TrimSpace(cmd.Annotations["exclusive"]), "\n") {
		names := strings.Fields(group)
		given := 0
		for i, name := range names {
			if cmd.Flags().Changed(name) {
				given++
			}
			names[i] = "--" + name
		}
		if given > 1 {
			return fmt.Errorf("%s cannot be used together", and(names))
		}
	}
	return nil
}

// and joins words as a sentence does.
func and(words []string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " and " + words[n-1]
	}
	return strings.Join(words, "")
}

// check looks at the values of flags that several commands take.
func (o *shared) check(cmd *cobra.Command) error {
	fs := cmd.Flags()
	if err := checkExclusive(cmd); err != nil {
		return err
	}
	if fs.Lookup("via") != nil && o.via != "auto" && o.via != "alexa" && o.via != "mycd" {
		return fmt.Errorf("--via is auto, mycd or alexa, not %q", o.via)
	}
	if o.logFormat != "text" && o.logFormat != "json" {
		return fmt.Errorf("--log-format is text or json, not %q", o.logFormat)
	}
	if fs.Lookup("timeout") != nil && (o.timeout <= 0 || o.stepTimeout <= 0) {
		return errors.New("--timeout and --step-timeout must be longer than 0")
	}
	o.timeoutSet = fs.Changed("timeout")
	var bad error
	fs.Visit(func(f *pflag.Flag) {
		switch {
		case bad != nil:
		case (f.Value.Type() == "duration" || f.Value.Type() == "int") && strings.HasPrefix(f.Value.String(), "-"):
			bad = fmt.Errorf("--%s cannot be negative", f.Name)
		case f.Value.Type() == "string" && strings.TrimSpace(f.Value.String()) == "":
			bad = fmt.Errorf("--%s is empty", f.Name)
		}
	})
	return bad
}

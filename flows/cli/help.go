package cli

import (
	"context"
	"embed"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/cpuguy83/go-md2man/v2/md2man"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/report"
	"github.com/unecho/unecho/flows/standin"
)

const aboutUnecho = `unecho removes Echo, Kindle, Fire TV and other devices from an Amazon account: it deregisters them. It drives a real browser, as you would by hand, and proves by a fresh list that they are gone.

It does not reset a device: an Echo still needs a factory reset before you give it away. And we have never run it on the live site: no machine of ours can reach Amazon.`

const overviewExamples = `unecho demo                                  # watch it work; no account needed
unecho list                                  # what is registered
unecho deregister "Kitchen Echo" --dry-run   # what would happen
unecho deregister "Kitchen Echo"             # asks, acts, proves
unecho deregister --serial G090LF1234567890 --yes     # for scripts
unecho deregister --match 'Room 12*' --keep '*TV' --yes`

// The topics, which the README links to. A file here is a topic.
//
//go:embed help/*.md
var topicFiles embed.FS

// topicOrder is how they are listed; the first heading of each says what it is about.
var topicOrder = []string{"settings", "safety", "exit-codes", "scripting", "unattended", "containers", "engines", "replay", "scenarios",
	"screens", "record", "when-amazon-changes-a-page"}

// topic is the Markdown of a topic.
func topic(name string) (string, bool) {
	if name == "scenarios" {
		return scenariosTopic(), true
	}
	b, err := topicFiles.ReadFile("help/" + name + ".md")
	if err != nil {
		return "", false
	}
	return strings.ReplaceAll(string(b), "{{marketplaces}}", strings.Join(account.Sites(), ", ")), true
}

// titleOf is what a topic's first heading says after its name.
func titleOf(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	return strings.TrimSpace(strings.TrimLeft(line, "#"))
}

func (a *app) helpCommand() *cobra.Command {
	var man string
	cmd := &cobra.Command{
		Use:     "help [COMMAND|TOPIC]",
		GroupID: groupTool,
		Short:   "explain a command or a topic",
		Long:    "Explains a command or a topic; without either, lists them. With --man it writes manual pages.",
		Example: `unecho help deregister
unecho help exit-codes
unecho help --man ~/.local/share/man/man1`,
		ValidArgsFunction: func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			var found []string
			if len(args) == 0 {
				for _, c := range cmd.Root().Commands() {
					found = append(found, c.Name()+"\t"+c.Short)
				}
				for _, name := range topicOrder {
					text, _ := topic(name)
					found = append(found, name+"\t"+titleOf(text))
				}
			}
			return found, cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		return a.runs(func(_ context.Context, args []string) int {
			if man != "" {
				return a.man(cmd.Root(), man)
			}
			return a.help(cmd.Root(), args)
		})(cmd, args)
	}
	s := newSection("Manual pages")
	s.flags.StringVar(&man, "man", "", "write manual pages into this `directory`")
	a.add(cmd, s)
	return cmd
}

func (a *app) help(root *cobra.Command, args []string) int {
	if len(args) == 0 {
		return a.printHelp(root)
	}
	if len(args) > 1 {
		return a.usage("", "help explains one command or topic at a time")
	}
	name := args[0]
	cmd := find(root, name)
	text, isTopic := topic(name)
	switch {
	case cmd != nil && isTopic:
		if code := a.printHelp(cmd); code != 0 {
			return code
		}
		return a.page("\n" + showMarkdown(text, a.columns()))
	case cmd != nil:
		return a.printHelp(cmd)
	case isTopic:
		return a.page(showMarkdown(text, a.columns()))
	}
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	for _, n := range append(slices.Clone(topicOrder), commandNames(root)...) {
		names.AddCommand(&cobra.Command{Use: n, Run: func(*cobra.Command, []string) {}})
	}
	return a.usage("", fmt.Sprintf("no command or topic %q", name), didYouMean(names.SuggestionsFor(name)))
}

func commandNames(root *cobra.Command) (names []string) {
	for _, c := range root.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// columns is the width of help texts: the terminal's, within reason.
func (a *app) columns() int {
	if a.Width == 0 {
		return 80
	}
	return min(max(a.Width, 40), 100)
}

func (a *app) page(text string) int {
	if _, err := io.WriteString(a.Out, text); err != nil {
		return flows.CodeInternal
	}
	return 0
}

// printHelp explains a command; of the root it is the overview.
func (a *app) printHelp(cmd *cobra.Command) int {
	var b strings.Builder
	width := a.columns()
	root := !cmd.HasParent()
	if !root {
		b.WriteString(wrap("unecho "+cmd.Use+" [flags]: "+cmd.Short, width, "", "    ") + "\n")
	}
	if cmd.Long != "" {
		if !root {
			b.WriteString("\n")
		}
		b.WriteString(showMarkdown(cmd.Long, width))
	}
	b.WriteString("\nExamples:\n")
	for _, line := range strings.Split(cmd.Example, "\n") {
		b.WriteString("    $ " + line + "\n")
	}
	if root {
		a.overview(&b, cmd, width)
		return a.page(b.String())
	}
	for _, s := range a.sections[cmd] {
		b.WriteString("\n" + s.title + ":\n")
		s.flags.VisitAll(func(f *pflag.Flag) { b.WriteString(flagHelp(f, width)) })
	}
	if _, more := topic(cmd.Name()); more {
		b.WriteString("\nMore: `unecho help " + cmd.Name() + "`\n")
	}
	return a.page(b.String())
}

// flagHelp is a flag as help shows it: its value in capitals, its meaning beside it.
func flagHelp(f *pflag.Flag, width int) string {
	const column = 24
	value, usage := pflag.UnquoteUsage(f)
	left := "    --" + f.Name
	if f.Shorthand != "" {
		left = "    -" + f.Shorthand + ", --" + f.Name
	}
	if f.Value.Type() != "bool" {
		if !strings.Contains(value, "|") { // no list of what it can be
			value = strings.ToUpper(value)
		}
		left += " " + value
		usage = strings.TrimPrefix(usage, value+": ")
	}
	switch def := strings.TrimSuffix(f.DefValue, "m0s"); {
	case def == "" || def == "false" || def == "0s" || def == "[]" || strings.Contains(usage, "(default"):
	case def != f.DefValue:
		usage += " (default " + def + "m)"
	default:
		usage += " (default " + def + ")"
	}
	if report.Width(left) >= column {
		left += "\n" + strings.Repeat(" ", column)
	} else {
		left += strings.Repeat(" ", column-report.Width(left))
	}
	return wrap(usage, width, left, strings.Repeat(" ", column)) + "\n"
}

// overview lists commands and topics in their groups.
func (a *app) overview(b *strings.Builder, root *cobra.Command, width int) {
	for _, g := range root.Groups() {
		b.WriteString("\n" + g.Title + ":\n")
		for _, c := range root.Commands() {
			if c.GroupID == g.ID {
				b.WriteString(wrap(c.Short, width, fmt.Sprintf("    %-11s ", c.Name()), strings.Repeat(" ", 16)) + "\n")
			}
		}
	}
	b.WriteString("\n" + wrap("Flags go after the command. `unecho help COMMAND` explains one; `unecho help TOPIC` a topic: "+strings.Join(topicOrder, ", ")+".", width, "", "") + "\n")
}

// man writes a manual page for each command and topic.
func (a *app) man(root *cobra.Command, dir string) int {
	if !filepath.IsAbs(dir) {
		dir = filepath.Join(a.Dir, dir)
	}
	err := os.MkdirAll(dir, 0o755)
	if err == nil {
		err = doc.GenManTree(root, &doc.GenManHeader{Title: "UNECHO", Section: "1", Source: "unecho", Manual: "unecho"}, dir)
	}
	for _, name := range topicOrder {
		if err == nil {
			text, _ := topic(name)
			_, body, _ := strings.Cut(text, "\n")
			text = "% UNECHO-" + strings.ToUpper(name) + "(7)\n# NAME\nunecho-" + name + " - " + titleOf(text) + "\n\n# DESCRIPTION\n" + body
			err = os.WriteFile(filepath.Join(dir, "unecho-"+name+".7"), md2man.Render([]byte(text)), 0o644)
		}
	}
	if err != nil {
		return a.fail(noContext, nil, &flows.Stop{Code: flows.CodeInternal, Message: "the manual pages were not written: " + err.Error(), Err: err})
	}
	return 0
}

// scenarioGroups tell the stand-in's scenarios apart by the beginning of their names;
// the last takes the rest.
var scenarioGroups = []struct {
	title  string
	begins []string
}{
	{"Today's devices page", []string{"console"}},
	{"The Alexa portal", []string{"portal"}},
	{"Signing in", append(standin.ChainScreens(), "unified", "remembered", "passkey", "otp", "wrong-password", "captcha", "puzzle", "chain")},
	{"Things in the way", []string{"continue-shopping", "waf", "service-error", "cookie-banner", "toaster", "stripped", "no-flyout", "late-flyout",
		"two-links", "slow", "hang", "bare-429", "retry-after", "ajax-", "csrf", "throttled", "deregister-csrf", "session-", "unknown-page"}},
	{"The devices page of Amazon's help article", nil},
}

// scenariosTopic lists every scenario of the stand-in.
func scenariosTopic() string {
	lists := make([][]standin.Scenario, len(scenarioGroups))
	for _, sc := range standin.Scenarios() {
		g := slices.IndexFunc(scenarioGroups, func(g struct {
			title  string
			begins []string
		}) bool {
			return g.begins == nil || slices.ContainsFunc(g.begins, func(b string) bool { return strings.HasPrefix(sc.Name, b) })
		})
		lists[g] = append(lists[g], sc)
	}
	var b strings.Builder
	b.WriteString("# Scenarios: what the stand-in can play\n\nGiven as `--replay standin:NAME`; several are joined by \"+\", as in `--replay standin:otp+unified`.\n")
	for i := range lists {
		g := (i + len(lists) - 1) % len(lists) // the plain page first
		b.WriteString("\n## " + scenarioGroups[g].title + "\n\n")
		for _, sc := range lists[g] {
			b.WriteString("| " + sc.Name + " | " + strings.ReplaceAll(sc.About, "|", "/") + " |\n")
		}
	}
	return b.String()
}

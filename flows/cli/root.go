package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/unecho/unecho/flows"
)

func init() { cobra.EnableCommandSorting = false } // help keeps our order

// The groups of commands in the first help screen.
const (
	groupDaily   = "daily"
	groupAccount = "account"
	groupPages   = "pages"
	groupTool    = "tool"
)

// root is the command tree of this invocation, with every command's flags.
func (a *app) root() *cobra.Command {
	a.sections = map[*cobra.Command][]section{}
	root := &cobra.Command{
		Use:               "unecho",
		Short:             "deregister Alexa and other Amazon devices, and prove that they are gone",
		Long:              aboutUnecho,
		Example:           overviewExamples,
		Args:              cobra.ArbitraryArgs,
		SilenceErrors:     true,
		SilenceUsage:      true,
		DisableAutoGenTag: true,
		CompletionOptions: cobra.CompletionOptions{DisableDefaultCmd: true},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.cmd = cmd
			return a.o.check(cmd)
		},
		// For completion and the man page; dispatch answers it before it comes to that.
		RunE: func(*cobra.Command, []string) error { return nil },
	}
	root.SuggestionsMinimumDistance = 2
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.AddGroup(&cobra.Group{ID: groupDaily, Title: "Every day"}, &cobra.Group{ID: groupAccount, Title: "The account"},
		&cobra.Group{ID: groupPages, Title: "Amazon's pages"}, &cobra.Group{ID: groupTool, Title: "The tool itself"})
	help := a.helpCommand()
	root.AddCommand(a.listCommand(), a.deregisterCommand(), a.historyCommand(), a.demoCommand(),
		a.loginCommand(), a.logoutCommand(),
		a.checkCommand(), a.identifyCommand(), a.recordCommand(),
		a.browserCommand(), a.completionCommand(), a.versionCommand(), help)
	root.SetHelpCommand(help)
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { a.code = a.printHelp(cmd) })
	for _, cmd := range root.Commands() {
		a.outputFlags(cmd)
		cmd.DisableAutoGenTag = true
		cmd.InitDefaultHelpFlag()
		cmd.Flags().Lookup("help").Usage = "explain this command"
		cmd.SetFlagErrorFunc(a.flagError)
	}
	return root
}

// runs is the RunE of a command: it keeps the exit code.
func (a *app) runs(run func(ctx context.Context, args []string) int) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.hideAddress()
		a.code = run(cmd.Context(), args)
		return nil
	}
}

// nothing is for commands without arguments.
func nothing(words string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return errors.New(words)
		}
		return nil
	}
}

func (a *app) dispatch(ctx context.Context, args []string) int {
	a.args = args
	root := a.root()
	if len(args) == 0 {
		return a.printHelp(root)
	}
	switch name := args[0]; {
	case name == "-h" || name == "--help":
		args = append([]string{"help"}, args[1:]...)
	case name == "--version":
		args = append([]string{"version"}, args[1:]...)
	case name == cobra.ShellCompRequestCmd || name == cobra.ShellCompNoDescRequestCmd: // asked by the shell
	case strings.HasPrefix(name, "-"):
		return a.usage("", name+" is before the command; flags go after it", didYouMean(a.flagsLike(root, strings.TrimLeft(name, "-"))))
	case find(root, name) == nil:
		return a.usage("", fmt.Sprintf("no command %q", name), didYouMean(root.SuggestionsFor(name)))
	default:
		args = append([]string{strings.TrimSpace(name)}, args[1:]...)
	}
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil {
		a.hideAddress()
		name := ""
		if cmd != root {
			name = cmd.Name()
		}
		var hinted *hintedError
		if errors.As(err, &hinted) {
			return a.usage(name, hinted.Error(), hinted.hint)
		}
		return a.usage(name, err.Error())
	}
	return a.code
}

func find(root *cobra.Command, name string) *cobra.Command {
	for _, c := range root.Commands() {
		if c.Name() == strings.TrimSpace(name) {
			return c
		}
	}
	return nil
}

// hintedError is a mistake in the invocation with a hint of its own.
type hintedError struct {
	error
	hint string
}

// flagError adds to an unknown flag which one may have been meant.
func (a *app) flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if word := unknown.GetSpecifiedShortnames(); word != "" {
		if word, _, _ = strings.Cut(word, "="); cmd.Flags().Lookup(word) != nil {
			return &hintedError{err, didYouMean([]string{"--" + word})}
		}
		return err
	}
	name := unknown.GetSpecifiedName()
	if like := a.flagsLike(cmd, name); len(like) > 0 {
		return &hintedError{err, didYouMean(like)}
	}
	var takes []string
	for _, c := range cmd.Root().Commands() {
		if f := c.Flags().Lookup(name); f != nil {
			takes = append(takes, "`"+c.Name()+"`")
		}
	}
	if len(takes) > 0 && len(takes) < 4 {
		return &hintedError{err, and(takes) + " " + plural(len(takes), "takes", "take") + " it"}
	}
	return err
}

// flagsLike are the flags of a command whose name is near to this one, by cobra's own
// rule for commands.
func (a *app) flagsLike(cmd *cobra.Command, name string) (like []string) {
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	name, _, _ = strings.Cut(name, "=")
	for _, n := range names.SuggestionsFor(name) {
		like = append(like, "--"+n)
	}
	return like
}

func didYouMean(like []string) string {
	if len(like) == 0 {
		return ""
	}
	return "did you mean " + strings.Join(like[:min(len(like), 3)], " or ") + "?"
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// usage tells a mistake in the invocation.
func (a *app) usage(cmd, msg string, hints ...string) int {
	help := "unecho help"
	if cmd != "" {
		help += " " + cmd
	}
	hint := "see `" + help + "`"
	if h := strings.Join(hints, ""); h != "" {
		hint = h + "; " + hint
	}
	return a.fail(noContext, nil, &flows.Stop{Code: flows.CodeUsage, Message: msg, Hint: strings.ReplaceAll(hint, "?; see", "? See")})
}

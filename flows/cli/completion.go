package cli

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/standin"
)

var shells = []string{"bash", "zsh", "fish", "powershell"}

func (a *app) completionCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "completion bash|zsh|fish|powershell",
		GroupID: groupTool,
		Short:   "print the completion script for a shell",
		Long:    "Prints a script that completes commands, flags and their values: profiles, marketplaces, scenarios, families. For bash the package bash-completion must be installed.",
		Example: `source <(unecho completion bash)                      # in ~/.bashrc
unecho completion zsh > "${fpath[1]}/_unecho"
unecho completion fish > ~/.config/fish/completions/unecho.fish
unecho completion powershell | Out-String | Invoke-Expression`,
		ValidArgs: shells,
		Args: func(_ *cobra.Command, args []string) error {
			const known = "completion is for bash, zsh, fish or powershell"
			switch {
			case len(args) != 1:
				return fmt.Errorf("%s: name one", known)
			case !slices.Contains(shells, args[0]):
				return fmt.Errorf("%s, not for %q", known, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			a.code = a.completion(cmd.Root(), args[0])
			return nil
		},
	}
}

func (a *app) completion(root *cobra.Command, shell string) int {
	write := map[string]func(io.Writer) error{
		"bash":       func(w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":        root.GenZshCompletion,
		"fish":       func(w io.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": root.GenPowerShellCompletionWithDesc,
	}[shell]
	if err := write(a.Out); err != nil {
		return flows.CodeInternal
	}
	return 0
}

// complete says what may follow a flag.
func complete(cmd *cobra.Command, flag string, values cobra.CompletionFunc) {
	if err := cmd.RegisterFlagCompletionFunc(flag, values); err != nil {
		panic(err) // a flag that the command does not have
	}
}

func fixed(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

func siteNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return account.Sites(), cobra.ShellCompDirectiveNoFileComp
}

// replays completes "standin", its scenarios (joined by "+"), and directories.
func replays(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
	_, part, ok := strings.Cut(typed, "standin:")
	if !ok {
		return []string{"standin\tthe built-in imitation of Amazon", "standin:\twith a scenario"},
			cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveDefault
	}
	before := "standin:"
	if i := strings.LastIndex(part, "+"); i >= 0 {
		before += part[:i+1]
	}
	var found []string
	for _, s := range standin.Scenarios() {
		found = append(found, before+s.Name+"\t"+s.About)
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
}

// profiles are those that have a directory, at any marketplace.
func (a *app) profiles(cmd *cobra.Command, _ []string, _ string) ([]string, cobra.ShellCompDirective) {
	found := []string{"default"}
	for _, dir := range a.profileDirs("*") {
		if name := filepath.Base(dir); !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp
}

// profileDirs are the directories of the profiles of this name, live or of the replay
// source that was typed already.
func (a *app) profileDirs(name string) (dirs []string) {
	state, err := account.StateDir()
	if err != nil {
		return nil
	}
	base := filepath.Join(state, "live")
	if a.o.replay != "" {
		base = filepath.Join(state, "replay", slug(a.o.replay))
	}
	found, _ := filepath.Glob(filepath.Join(base, "*", name))
	for _, dir := range found {
		if st, err := os.Stat(dir); err == nil && st.IsDir() {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// knownFamilies are those of the last list of this profile.
func (a *app) knownFamilies(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var found []string
	for _, dir := range a.profileDirs(a.o.profile) {
		for _, f := range readFamilies(dir) {
			if !slices.Contains(found, f) {
				found = append(found, f)
			}
		}
	}
	slices.Sort(found)
	return found, cobra.ShellCompDirectiveNoFileComp
}

// familiesFile is written beside a profile's session for the shell's completion. It
// names no device.
const familiesFile = "families"

func readFamilies(dir string) []string {
	b, err := os.ReadFile(filepath.Join(dir, familiesFile))
	if err != nil || len(b) > 1<<16 {
		return nil
	}
	return strings.FieldsFunc(string(b), func(r rune) bool { return r == '\n' })
}

// rememberFamilies keeps the families of a list; a completion is not worth an error.
func (s *session) rememberFamilies(families []string) {
	slices.Sort(families)
	families = slices.DeleteFunc(slices.Compact(families), func(f string) bool { return f == "" || strings.ContainsAny(f, "\n\t") })
	if s.profile == nil || s.fresh || len(families) == 0 || slices.Equal(families, readFamilies(s.profile.Dir)) {
		return
	}
	if err := os.WriteFile(filepath.Join(s.profile.Dir, familiesFile), []byte(strings.Join(families, "\n")+"\n"), 0o600); err != nil {
		s.config.Log.Debug("the families were not kept for completion: " + err.Error())
	}
}

func noNames(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveNoFileComp
}

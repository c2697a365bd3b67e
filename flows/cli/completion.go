package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/account"
)

// completion prints what a shell needs to complete unecho's commands and flags. It
// is made from the same table that the commands are run from.
func (a *app) completion(_ context.Context, args []string) int {
	shells := map[string]func() string{"bash": bashCompletion, "zsh": zshCompletion, "fish": fishCompletion}
	if len(args) != 1 || shells[args[0]] == nil {
		msg := "completion is for bash, zsh or fish: name one"
		if len(args) == 1 {
			msg = fmt.Sprintf("completion is for bash, zsh or fish, not for %q", args[0])
		}
		return a.usage("completion", msg)
	}
	if _, err := io.WriteString(a.Out, shells[args[0]]()); err != nil {
		return flows.CodeInternal
	}
	return 0
}

// words of a command: its flags, and of a flag what may follow it.
func flagsOf(c *command) (names []string) {
	new(options).flagSet(c).VisitAll(func(f *pflag.Flag) {
		names = append(names, "--"+f.Name)
		if f.Shorthand != "" {
			names = append(names, "-"+f.Shorthand)
		}
	})
	return append(names, "--help")
}

// takes are the words after a flag or a command that can be told in advance.
func takes() [][2]string {
	return [][2]string{
		{"--site", strings.Join(account.Sites(), " ")},
		{"--log-format", "text json"},
		{"--replay", "standin"},
	}
}

func argsOf(name string) string {
	switch name {
	case "completion":
		return "bash zsh fish"
	case "browser":
		return "install"
	case "help":
		return strings.Join(append(topicNames(), commandNames()...), " ")
	}
	return ""
}

func commandNames() (names []string) {
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

func bashCompletion() string {
	var b strings.Builder
	b.WriteString("# bash completion for unecho: source <(unecho completion bash)\n_unecho() {\n" +
		"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words\n" +
		"\tif [ \"$COMP_CWORD\" -eq 1 ]; then\n\t\tCOMPREPLY=($(compgen -W '" + strings.Join(commandNames(), " ") + " --help --version' -- \"$cur\"))\n\t\treturn\n\tfi\n" +
		"\tcase $prev in\n")
	for _, t := range takes() {
		fmt.Fprintf(&b, "\t%s) COMPREPLY=($(compgen -W '%s' -- \"$cur\")); return ;;\n", t[0], t[1])
	}
	b.WriteString("\t--env-file | --file | --keep-file | --selectors | --report | --import | --from | --browser | --evidence)\n" +
		"\t\tCOMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n\tesac\n\tcase ${COMP_WORDS[1]} in\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\t%s) words='%s' ;;\n", c.name, strings.TrimSpace(strings.Join(flagsOf(c), " ")+" "+argsOf(c.name)))
	}
	b.WriteString("\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -o default -F _unecho unecho\n")
	return b.String()
}

func zshCompletion() string {
	var b strings.Builder
	b.WriteString("#compdef unecho\n# zsh completion for unecho: unecho completion zsh > a directory of $fpath/_unecho\n_unecho() {\n\tif (( CURRENT == 2 )); then\n\t\tlocal -a commands=(\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\t\t\t'%s:%s'\n", c.name, quoted(c.summary))
	}
	b.WriteString("\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n\tcase ${words[CURRENT-1]} in\n")
	for _, t := range takes() {
		fmt.Fprintf(&b, "\t%s) compadd -- %s; return ;;\n", t[0], t[1])
	}
	b.WriteString("\t--env-file|--file|--keep-file|--selectors|--report|--import|--from|--browser|--evidence) _files; return ;;\n\tesac\n\tcase ${words[2]} in\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "\t%s) compadd -- %s ;;\n", c.name, strings.TrimSpace(strings.Join(flagsOf(c), " ")+" "+argsOf(c.name)))
	}
	b.WriteString("\tesac\n}\nif [ \"$funcstack[1]\" = _unecho ]; then _unecho \"$@\"; else compdef _unecho unecho; fi\n")
	return b.String()
}

func fishCompletion() string {
	var b strings.Builder
	b.WriteString("# fish completion for unecho: unecho completion fish | source\ncomplete -c unecho -n __fish_use_subcommand -f\n")
	for _, c := range commands() {
		fmt.Fprintf(&b, "complete -c unecho -n __fish_use_subcommand -f -a %s -d '%s'\n", c.name, quoted(c.summary))
	}
	for _, c := range commands() {
		seen := "'__fish_seen_subcommand_from " + c.name + "'"
		if words := argsOf(c.name); words != "" {
			fmt.Fprintf(&b, "complete -c unecho -n %s -f -a '%s'\n", seen, words)
		}
		new(options).flagSet(c).VisitAll(func(f *pflag.Flag) {
			line := "complete -c unecho -n " + seen + " -l " + f.Name
			if f.Shorthand != "" {
				line += " -s " + f.Shorthand
			}
			if f.Value.Type() != "bool" {
				line += " -r"
			}
			for _, t := range takes() {
				if t[0] == "--"+f.Name {
					line += " -f -a '" + t[1] + "'"
				}
			}
			b.WriteString(line + "\n")
		})
	}
	return b.String()
}

// quoted text goes between single quotes of a shell, and is no description with a
// colon of its own.
func quoted(s string) string {
	return strings.NewReplacer("'", `'\''`, ":", ",").Replace(s)
}

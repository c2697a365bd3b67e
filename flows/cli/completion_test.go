package cli

import (
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// What is completed exists, and what exists is explained.
func TestCompletionAndHelpKnowTheFlagsThatThereAre(t *testing.T) {
	t.Parallel()
	there := map[string]bool{"--help": true, "--version": true}
	for _, c := range commands() {
		new(options).flagSet(c).VisitAll(func(f *pflag.Flag) {
			there["--"+f.Name] = true
			if text := topics[c.name]; len(c.groups) > 0 && !regexp.MustCompile(`--`+f.Name+`\b`).MatchString(text) {
				t.Errorf("`unecho help %s` does not explain --%s", c.name, f.Name)
			}
		})
	}
	flag := regexp.MustCompile(`--[a-z][a-z-]+`)
	for shell, script := range map[string]string{"bash": bashCompletion(), "zsh": zshCompletion()} {
		for _, name := range flag.FindAllString(script, -1) {
			if !there[name] {
				t.Errorf("%s completes %s, which does not exist", shell, name)
			}
		}
		if !strings.Contains(script, "--report") {
			t.Errorf("%s does not know --report", shell)
		}
	}
}

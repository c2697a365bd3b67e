package cli

import (
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sys/unix"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
)

// The README and the help topics cannot drift from the program: what a console block
// shows is what a terminal shows, and every command, flag, code, outcome and link that
// they name exists. -update writes the blocks anew.

func documents(t *testing.T) []string {
	t.Helper()
	docs, err := filepath.Glob("help/*.md")
	if err != nil || len(docs) < 8 {
		t.Fatalf("help topics: %v %v", docs, err)
	}
	return append([]string{"../../README.md"}, docs...)
}

// atTerminal is what a terminal of so many columns shows of a shell command, with a
// person who answers.
func atTerminal(t *testing.T, state string, columns int, env []string, turns [][2]string, command string) string {
	t.Helper()
	keys, screen := terminal(t)
	if err := unix.IoctlSetWinsize(int(keys.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 50, Col: uint16(columns)}); err != nil {
		t.Fatal(err)
	}
	unecho := tool(t, state, append(env, "LANG=C.UTF-8", "PATH="+filepath.Dir(link(t, must(os.Executable())))+":"+os.Getenv("PATH")))
	cmd := exec.Command("/bin/sh", "-c", command)
	cmd.Env, cmd.Dir = unecho.Env, state
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	guard := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	k := &talks{keys: keys, turns: turns}
	io.Copy(k, keys) // until the terminal is closed, which is an error
	cmd.Wait()
	return strings.ReplaceAll(k.said.String(), "\r\n", "\n")
}

var consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```\n")

func TestWhatTheDocumentsShow(t *testing.T) {
	t.Parallel()
	n := 0
	for _, doc := range documents(t) {
		text := read(t, doc)
		state := t.TempDir()
		if err := os.Symlink(filepath.Dir(pages(t)), filepath.Join(state, "testdata")); err != nil {
			t.Fatal(err)
		}
		now := consoleBlock.ReplaceAllStringFunc(text, func(block string) string {
			var b strings.Builder
			if !strings.HasPrefix(block, "```console\n$ unecho ") {
				return block // another program's
			}
			for _, line := range strings.Split(consoleBlock.FindStringSubmatch(block)[1], "\n") {
				command, ok := strings.CutPrefix(line, "$ ")
				if !ok {
					continue
				}
				if b.Len() > 0 {
					b.WriteString("\n")
				}
				n++
				b.WriteString(line + "\n" + atTerminal(t, state, 110, []string{"TERM=dumb"}, nil, command))
			}
			return "```console\n" + b.String() + "```\n"
		})
		switch {
		case now == text:
		case *update:
			if err := os.WriteFile(doc, []byte(now), 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("%s shows something else than the program (go test ./flows/cli -run TestWhatTheDocumentsShow -update writes it anew):\n%s", doc, differ(text, now))
		}
	}
	if n < 3 && !t.Failed() {
		t.Errorf("only %d commands are shown", n)
	}
}

// differ are the first lines that two texts do not have in common.
func differ(was, is string) string {
	a, b := strings.Split(was, "\n"), strings.Split(is, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\n  it says %q\n  it is   %q", i+1, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, and not %d", len(a), len(b))
}

var (
	span     = regexp.MustCompile("`([^`\n]+)`")
	block    = regexp.MustCompile("(?s)```[a-z]*\n(.*?)```")
	codeWord = regexp.MustCompile(`exit codes? (\d+)(?:(?: and |, )(\d+))?|exit (\d+)`)
	mdTarget = regexp.MustCompile(`\]\(([^)#]+)(?:#[^)]*)?\)`)
	aFlag    = regexp.MustCompile(`^--[a-z][a-z-]*`)
)

// of other programs
var othersFlags = []string{"--remote-debugging-port", "--env-file", "--time", "--mount"}

func TestWhatTheDocumentsName(t *testing.T) {
	root := (&app{}).root()
	flags := map[string]bool{"--help": true, "--version": true}
	for _, c := range root.Commands() {
		for _, s := range strings.Fields(c.Flags().FlagUsages()) {
			if f := aFlag.FindString(s); f != "" {
				flags[f] = true
			}
		}
	}
	for _, f := range othersFlags {
		flags[f] = true
	}
	for _, doc := range append(documents(t), "../../CONTRIBUTING.md") {
		text := read(t, doc)
		wrong := func(format string, args ...any) { t.Errorf(doc+": "+format, args...) }
		var commands []string
		for _, m := range block.FindAllStringSubmatch(text, -1) {
			if strings.HasPrefix(m[1], "$ unecho ") {
				continue // it is run, mistakes and all
			}
			for _, line := range strings.Split(strings.ReplaceAll(m[1], "\\\n", " "), "\n") {
				line = strings.TrimPrefix(strings.TrimSpace(line), "$ ")
				if !strings.HasPrefix(line, "docker") && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "Description=") {
					commands = append(commands, line)
				}
			}
		}
		for _, m := range span.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
			commands = append(commands, m[1])
			if f := aFlag.FindString(m[1]); f != "" && !flags[f] {
				wrong("no command takes %s", f)
			}
		}
		for _, line := range commands {
			if err := invocation(line); err != nil {
				wrong("`%s`: %v", line, err)
			}
		}
		for _, m := range codeWord.FindAllStringSubmatch(text, -1) {
			for _, code := range m[1:] {
				if code != "" && !slices.Contains(strings.Fields("0 1 2 3 4 5 6 7 8 9 130 143"), code) {
					wrong("there is no exit code %s", code)
				}
			}
		}
		for _, m := range mdTarget.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(doc), m[1])); err != nil && !strings.Contains(m[1], "://") {
				wrong("a link leads nowhere: %s", m[1])
			}
		}
	}
}

// invocation finds what is wrong with a line that runs unecho; placeholders in capitals
// stand for themselves.
func invocation(line string) error {
	_, rest, ok := strings.Cut(" "+line, " unecho ")
	if !ok || strings.Contains(line, "…") {
		return nil
	}
	args := shellFields(rest)
	if len(args) == 0 || args[0] == "" || args[0][0] < 'a' || args[0][0] > 'z' {
		return nil // a placeholder, or a sentence's own word
	}
	root := (&app{}).root()
	cmd := find(root, args[0])
	if cmd == nil {
		return fmt.Errorf("no command %q", args[0])
	}
	if err := cmd.ParseFlags(args[1:]); err != nil {
		return err
	}
	args = cmd.Flags().Args()
	if cmd.Name() == "help" && len(args) > 0 && args[0] == strings.ToLower(args[0]) {
		if _, ok := topic(args[0]); !ok && find(root, args[0]) == nil {
			return fmt.Errorf("no topic %q", args[0])
		}
	}
	if cmd.Args != nil && len(args) > 0 {
		return cmd.Args(cmd, args)
	}
	return nil
}

// shellFields are the words of a command up to what the shell takes for itself.
func shellFields(s string) (words []string) {
	var b strings.Builder
	var quote rune
	in := false
	for _, c := range s + " " {
		switch {
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			b.WriteRune(c)
		case c == '\'' || c == '"':
			quote, in = c, true
		case c == ' ' || c == '\t':
			if in || b.Len() > 0 {
				words = append(words, b.String())
			}
			b.Reset()
			in = false
		case strings.ContainsRune("|>&;#<", c) || strings.HasPrefix(b.String(), "2") && c == '>':
			return words
		default:
			b.WriteRune(c)
		}
	}
	return words
}

// The table of exit codes and outcomes is the contract's.
func TestTheTableOfOutcomes(t *testing.T) {
	text := read(t, "help/exit-codes.md")
	for _, o := range []device.Outcome{device.Deregistered, device.AlreadyGone, device.WouldDeregister, device.Skipped, device.NotOffered, device.Failed, device.Unknown} {
		row := fmt.Sprintf("| `%s` | %d |", o, device.ExitCode([]device.Result{{Outcome: o}}))
		if !strings.Contains(text, row) {
			t.Errorf("no row %q", row)
		}
	}
}

// The README is short, and leads to every topic; every topic can be shown.
func TestTopics(t *testing.T) {
	readme := read(t, "../../README.md")
	if n := strings.Count(readme, "\n"); n > 150 {
		t.Errorf("the README has %d lines", n)
	}
	files, _ := filepath.Glob("help/*.md")
	if len(files)+1 != len(topicOrder) { // one is made from the stand-in's own list
		t.Errorf("%d files, and the topics are %v", len(files), topicOrder)
	}
	for _, name := range topicOrder {
		text, ok := topic(name)
		if !ok || !strings.HasPrefix(text, "# ") || len(text) < 300 {
			t.Errorf("%s: %.80q", name, text)
		}
		row := "\n| [" + name + "](flows/cli/help/" + name + ".md) | "
		if name == "scenarios" {
			row = "\n| `" + name + "` | " // no file
		}
		if !strings.Contains(readme, row) {
			t.Errorf("the README's table of topics has no row %q", row)
		}
		for _, width := range []int{60, 80, 100} {
			shownText := showMarkdown(text, width)
			code := false
			for _, line := range strings.Split(shownText, "\n") {
				code = strings.HasPrefix(line, "    ") || strings.Contains(line, "http")
				if !code && len([]rune(line)) > width+4 && strings.Contains(strings.TrimSpace(line), " ") {
					t.Errorf("%s at %d columns: %q", name, width, line)
				}
			}
			for _, left := range []string{"](", "**", "|---"} {
				if strings.Contains(shownText, left) {
					t.Errorf("%s shows %q", name, left)
				}
			}
		}
	}
}

// Every command explains itself: a summary, an example, a meaning for each flag.
func TestEveryCommandExplainsItself(t *testing.T) {
	a := &app{}
	root := a.root()
	for _, c := range append([]*cobra.Command{root}, root.Commands()...) {
		if c.Short == "" || c.Example == "" && c.Name() != "version" {
			t.Errorf("%s: summary %q, examples %q", c.Name(), c.Short, c.Example)
		}
		for _, line := range strings.Split(c.Example, "\n") {
			if err := invocation(line); err != nil {
				t.Errorf("%s: example %q: %v", c.Name(), line, err)
			}
		}
		shown := map[string]bool{"help": true}
		for _, s := range a.sections[c] {
			s.flags.VisitAll(func(f *pflag.Flag) { shown[f.Name] = true })
		}
		c.Flags().VisitAll(func(f *pflag.Flag) {
			if !shown[f.Name] || strings.TrimSpace(f.Usage) == "" {
				t.Errorf("%s: --%s is not explained", c.Name(), f.Name)
			}
		})
	}
}

// The picture of the README is made from a run at a terminal, with a person who types YES.
func TestThePictureIsARealRun(t *testing.T) {
	browsertest.OnlyInFull(t) // TestWhatTheDocumentsShow holds the words of the same runs
	t.Parallel()
	const file = "../../testdata/terminal.svg"
	state := t.TempDir()
	env := []string{"TERM=xterm", "CLICOLOR_FORCE=1"}
	var screen strings.Builder
	for _, c := range []struct {
		line  string
		turns [][2]string
	}{
		{`unecho list --replay standin`, nil},
		{`unecho deregister "Kitchen Echo" --replay standin`, [][2]string{{"Type YES", "YES\n"}}},
	} {
		screen.WriteString("\x1b[1m$ " + c.line + "\x1b[0m\n" + shown(atTerminal(t, state, 100, env, c.turns, c.line)) + "\n")
	}
	svg := terminalPicture(screen.String(), 100)
	if err := xml.Unmarshal([]byte(svg), new(struct{})); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if was := read(t, file); was != svg {
		t.Errorf("%s is not what a terminal shows (-update draws it anew):\n%s", file, differ(was, svg))
	}
}

var sgrCode = regexp.MustCompile(`\x1b\[(\d+)m`)

// terminalPicture draws what a terminal shows, with its colours.
func terminalPicture(screen string, columns int) string {
	lines := strings.Split(strings.TrimRight(screen, "\n"), "\n")
	const lineHeight, charWidth, pad = 19, 8.43, 16
	var b strings.Builder
	width, height := int(float64(columns)*charWidth)+2*pad, len(lines)*lineHeight+2*pad
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-label="unecho in a terminal">`+"\n", width, height, width, height)
	b.WriteString(`<style>text{font:14px ui-monospace,"DejaVu Sans Mono",Menlo,Consolas,monospace;fill:#d8dee9;white-space:pre}.s1{font-weight:bold;fill:#fff}.s31{fill:#ff7b72}.s32{fill:#7ee787}.s33{fill:#f2cc60}</style>` + "\n")
	fmt.Fprintf(&b, `<rect width="%d" height="%d" rx="8" fill="#161b22"/>`+"\n", width, height)
	for i, line := range lines {
		style := "0"
		var spans strings.Builder
		at := 0
		write := func(s string) {
			if s == "" {
				return
			}
			var escaped strings.Builder
			xml.EscapeText(&escaped, []byte(s))
			if style != "0" {
				spans.WriteString(`<tspan class="s` + style + `">` + escaped.String() + `</tspan>`)
			} else {
				spans.WriteString(escaped.String())
			}
		}
		for _, m := range sgrCode.FindAllStringSubmatchIndex(line, -1) {
			write(line[at:m[0]])
			style, at = line[m[2]:m[3]], m[1]
		}
		write(line[at:])
		if spans.Len() > 0 {
			fmt.Fprintf(&b, `<text x="%d" y="%d" xml:space="preserve">%s</text>`+"\n", pad, pad+14+i*lineHeight, spans.String())
		}
	}
	b.WriteString("</svg>\n")
	return b.String()
}

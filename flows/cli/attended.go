package cli

import (
	"strings"
	"time"

	"github.com/unecho/unecho/flows"
)

// approvalPatience is how long an approval on the phone is waited for where a
// person sits at the terminal.
const approvalPatience = 3 * time.Minute

// approveWait is --approve-wait; not given, a terminal decides.
func (a *app) approveWait() time.Duration {
	switch {
	case a.o.approveWait >= 0:
		return a.o.approveWait
	case a.Terminal:
		return approvalPatience
	}
	return 0
}

// attend says who is there for what only a person can answer: with --headed the
// person at the window.
func (s *session) attend() {
	s.config.ApproveWait = s.a.approveWait()
	if s.a.o.headed && !s.personSignsIn {
		s.config.Person, s.config.Attended = s.askPerson, true
	}
}

// headedCommand is the command of this run with a window, in which a person can
// answer what stopped it; "" where it has one, or cannot have one.
func (a *app) headedCommand() string {
	if len(a.args) == 0 || a.o.headed || a.remote != nil { // whether that one has a window is not ours to say
		return ""
	}
	if a.cmd == nil || a.cmd.Flags().Lookup("headed") == nil {
		return ""
	}
	words := []string{"unecho", a.args[0], "--headed"}
	for _, arg := range a.args[1:] {
		words = append(words, shellWord(arg))
	}
	return strings.Join(words, " ")
}

// without is the command of this run without a flag that takes no value.
func (a *app) without(flag string) string {
	words := []string{"unecho"}
	ended := false
	for _, arg := range a.args {
		if ended = ended || arg == "--"; ended || arg != flag && !strings.HasPrefix(arg, flag+"=") {
			words = append(words, shellWord(arg))
		}
	}
	return strings.Join(words, " ")
}

// shellWord is an argument as a POSIX shell must be given it.
func shellWord(s string) string {
	plain := s != "" && strings.IndexFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./:=,@%+", c))
	}) < 0
	if plain {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// byHandToo adds to a hint how a person goes on in a window.
func (a *app) byHandToo(stop *flows.Stop, hint string) string {
	cmd := a.headedCommand()
	if stop.Code != flows.CodePerson || cmd == "" {
		return hint
	}
	more := "continue by hand in a window: " + cmd
	if hint == "" {
		return more
	}
	return hint + "\n" + more
}

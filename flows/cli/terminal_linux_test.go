package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// terminal opens a pseudo-terminal: what is written to keys is typed at it.
func terminal(t *testing.T) (keys, screen *os.File) {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: " + err.Error())
	}
	t.Cleanup(func() { keys.Close() })
	n, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	screen, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { screen.Close() })
	return keys, screen
}

// asks is stderr: it calls then once, when the question stands there.
type asks struct {
	mu   sync.Mutex
	said bytes.Buffer
	then func()
}

func (a *asks) Write(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.said.Write(p)
	if a.then != nil && strings.Contains(a.said.String(), "Type YES") {
		go a.then()
		a.then = nil
	}
	return len(p), nil
}

// A pasted script, or an impatient hand, has answered before it could look.
func TestWhatIsTypedAheadDoesNotConfirm(t *testing.T) {
	for _, c := range []struct{ ahead, after string }{
		{"YES\n", "no\n"},
		{"YES\nYES\n\nYES\n", "\n"},
		{"YES", "\n"}, // no Enter yet
		{"", "no\n"},
		{"no\n", "YES\n"},
		{"YES\n", "YES\n"},
	} {
		keys, screen := terminal(t)
		if _, err := keys.WriteString(c.ahead); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(c.ahead, "\n") { // it has arrived when it can be read
			if n, err := unix.Poll([]unix.PollFd{{Fd: int32(screen.Fd()), Events: unix.POLLIN}}, 10_000); n != 1 {
				t.Fatal("nothing arrives at the terminal", err)
			}
		}
		said := &asks{then: func() { keys.WriteString(c.after) }}
		a := &app{Env: Env{In: screen, Err: said, Terminal: true}}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		err := a.confirmed(ctx, 2)
		cancel()
		if want := c.after == "YES\n"; (err == nil) != want {
			t.Errorf("%q typed ahead, then %q: %v", c.ahead, c.after, err)
		}
		if stop, ok := err.(*flows.Stop); err != nil && !ok || ok && stop.Code != flows.CodeNotAll {
			t.Errorf("%q typed ahead, then %q: %v", c.ahead, c.after, err)
		}
	}
}

// A run at a terminal, with a person who types: YES before the question counts for
// nothing, what was done is said once, and Ctrl-C at the question has done nothing.
func TestAtATerminal(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, types string
		code        int
		says        []string
		never       string
	}{
		{"YES", "YES\n", 0, []string{"Kitchen Echo: deregistered", "1 deregistered on amazon.com"}, "unecho: 1 deregistered"},
		{"y", "y\n", 1, []string{"not confirmed: nothing was deregistered", "YES, in capitals"}, "already-gone"},
		{"Ctrl-C", "\x03", 130, []string{"interrupted", "nothing was deregistered"}, "already-gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			keys, screen := terminal(t)
			cmd := tool(t, t.TempDir(), []string{"NO_COLOR=1", "UNECHO_BROWSER=" + sharedBrowser(t)}, "deregister", "Kitchen Echo", "--replay", "standin")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if _, err := keys.WriteString("YES\n"); err != nil { // before anything is asked
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			screen.Close()
			guard := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
			defer guard.Stop()
			said := &asks{then: func() { keys.WriteString(c.types) }}
			io.Copy(said, keys) // until the terminal is closed, which is an error
			cmd.Wait()
			out := said.said.String()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, s := range c.says {
				if !strings.Contains(out, s) {
					t.Errorf("does not say %q", s)
				}
			}
			if strings.Contains(out, c.never) {
				t.Errorf("says %q", c.never)
			}
			if t.Failed() {
				t.Log(out)
			}
		})
	}
}

// talks plays a person at a terminal: each word is typed once, when what it answers
// stands on the screen.
type talks struct {
	said  bytes.Buffer
	keys  *os.File
	turns [][2]string // what is waited for, what is typed
}

func (k *talks) Write(p []byte) (int, error) {
	k.said.Write(p)
	if len(k.turns) > 0 && strings.Contains(k.said.String(), k.turns[0][0]) {
		go k.keys.WriteString(k.turns[0][1])
		k.turns = k.turns[1:]
	}
	return len(p), nil
}

// Nothing named at a terminal: the list to pick from, then the same preview and YES.
func TestPickingFromTheList(t *testing.T) {
	const asked, last = "Which devices", "Mia's Echo Dot Kids"
	for _, c := range []struct {
		name  string
		turns [][2]string
		code  int
		says  []string
		never []string
	}{
		{"two", [][2]string{{last, " jj \r"}, {"Type YES", "YES\n"}}, 0,
			[]string{"To be deregistered on amazon.com (a***@example.com): 2 devices", "device 2 of 2", "2 deregistered on amazon.com"}, []string{"ctrl+a"}},
		{"none", [][2]string{{last, "\r"}}, 1, []string{"nothing was picked"}, []string{"Type YES"}},
		{"all by one key", [][2]string{{last, "\x01\r"}}, 1, []string{"nothing was picked"}, []string{"Type YES"}},
		{"not confirmed", [][2]string{{last, " \r"}, {"Type YES", "y\n"}}, 1, []string{"nothing was deregistered"}, []string{"Kitchen Echo: deregistered"}},
		{"Ctrl-C", [][2]string{{last, "\x03"}}, 130, []string{"nothing was deregistered"}, []string{"Type YES"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.name == "none" || c.name == "all by one key" { // what nothing was picked for is not done, as without YES
				browsertest.OnlyInFull(t)
			}
			t.Parallel()
			keys, screen := terminal(t)
			if err := unix.IoctlSetWinsize(int(keys.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 40, Col: 120}); err != nil {
				t.Fatal(err)
			}
			cmd := tool(t, t.TempDir(), []string{"TERM=xterm", "NO_COLOR=1", "UNECHO_BROWSER=" + sharedBrowser(t)}, "deregister", "--replay", "standin", "--pace", "0s")
			cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			screen.Close()
			guard := time.AfterFunc(2*time.Minute, func() { cmd.Process.Kill() })
			defer guard.Stop()
			k := &talks{keys: keys, turns: c.turns}
			io.Copy(k, keys) // until the terminal is closed, which is an error
			cmd.Wait()
			out := k.said.String()
			if code := cmd.ProcessState.ExitCode(); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			for _, s := range append(c.says, asked) {
				if !strings.Contains(out, s) {
					t.Errorf("does not say %q", s)
				}
			}
			for _, s := range c.never {
				if strings.Contains(out, s) {
					t.Errorf("says %q", s)
				}
			}
			if t.Failed() {
				t.Logf("%q", out)
			}
		})
	}
}

// Somebody at a terminal meets a page that unecho does not know, and is told in a few
// lines, none of them wider than the terminal, how to hand it over.
func TestAnUnknownPageIsHandedOver(t *testing.T) {
	t.Parallel()
	keys, screen := terminal(t)
	cmd := tool(t, t.TempDir(), []string{"NO_COLOR=1"}, "list", "--replay", "standin:unknown-page", "--step-timeout", "2s")
	cmd.Dir = t.TempDir()
	cmd.Stdin, cmd.Stdout, cmd.Stderr = screen, screen, screen
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	screen.Close()
	guard := time.AfterFunc(3*time.Minute, func() { cmd.Process.Kill() })
	defer guard.Stop()
	var said bytes.Buffer
	io.Copy(&said, keys) // until the terminal is closed, which is an error
	cmd.Wait()
	_, steps, _ := strings.Cut(strings.ReplaceAll(said.String(), "\r", ""), "You can teach unecho")
	for _, want := range []string{"unecho record my-pages --replay standin:unknown-page --step-timeout 2s\n", "never clicks Deregister", "made-up",
		"unecho identify my-pages/", "unecho check --replay ./my-pages", "picture", issueForm} {
		if !strings.Contains(steps, want) {
			t.Errorf("the steps do not say %q", want)
		}
	}
	for _, line := range strings.Split(steps, "\n") {
		own := !strings.Contains(line, issueForm) && !strings.Contains(line, "unecho record") // those are as long as they are
		if n := len([]rune(line)); n > 80 && own {
			t.Errorf("%d columns: %s", n, line)
		}
	}
	if n := strings.Count(said.String(), "unecho record"); n != 1 {
		t.Errorf("the command is named %d times", n)
	}
	if t.Failed() {
		t.Log(said.String())
	}
}

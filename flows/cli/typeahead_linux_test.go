package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/unecho/unecho/flows"
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

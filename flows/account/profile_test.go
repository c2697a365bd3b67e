package account

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// helperEnv makes the test binary another run of the tool, for the tests that need
// a second process.
const helperEnv = "UNECHO_ACCOUNT_TEST_HELPER"

func TestMain(m *testing.M) {
	switch os.Getenv(helperEnv) {
	case "":
		os.Exit(m.Run())
	case "lock": // hold the lock until stdin ends
		p, err := OpenProfile(os.Args[1], "live", "amazon.com", "default")
		if err == nil {
			_, err = p.Lock(context.Background(), 0)
		}
		fmt.Println("locked", err)
		io.Copy(io.Discard, os.Stdin)
	case "bind":
		p, err := OpenProfile(os.Args[1], "live", "amazon.com", "default")
		for range 20 {
			if err == nil {
				err = p.Bind("ann@example.org", os.Args[2])
			}
		}
		fmt.Println(err)
	}
}

func helper(t *testing.T, what string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(exe, args...)
	c.Env = append(os.Environ(), helperEnv+"="+what)
	c.Stderr = os.Stderr
	return c
}

func open(t testing.TB, dir string) *Profile {
	t.Helper()
	p, err := OpenProfile(dir, "live", "amazon.com", "default")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestProfileDirectoryIsClosedToOthers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("modes mean nothing here")
	}
	state := t.TempDir()
	dir := filepath.Join(state, "live", "amazon.com", "default")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	p := open(t, state)
	if err := p.Bind("ann@example.org", "A1"); err != nil {
		t.Fatal(err)
	}
	if err := p.MarkRejected("ann@example.org", "hunter2"); err != nil {
		t.Fatal(err)
	}
	unlock, err := p.Lock(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if st, _ := os.Stat(p.Dir); p.Dir != dir || st.Mode().Perm() != 0o700 {
		t.Errorf("%s has mode %v", p.Dir, st.Mode())
	}
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		if st, _ := f.Info(); st.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", f.Name(), st.Mode())
		}
	}
}

// A file of the profile that never ends is refused, not read until the memory is full.
func TestAProfileFileThatNeverEnds(t *testing.T) {
	state := t.TempDir()
	p, err := OpenProfile(state, "live", "amazon.com", "default")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"huge.json", "zero.json"} {
		path := filepath.Join(p.Dir, name)
		if name == "zero.json" {
			if err := os.Symlink("/dev/zero", path); err != nil {
				t.Skip(err)
			}
		} else if f, err := os.Create(path); err != nil || f.Truncate(maxOwn+1) != nil || f.Close() != nil {
			t.Fatal("no large file")
		}
		var v any
		if found, err := p.read(name, &v); err == nil || found || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v %v", name, found, err)
		}
	}
}

func TestProfileNames(t *testing.T) {
	for _, bad := range []string{"", ".", "..", "a..b", "a/b", `a\b`, "ä", "a b", "../../x", strings.Repeat("x", 65)} {
		var ce *ConfigError
		if _, err := OpenProfile(t.TempDir(), "live", "amazon.com", bad); !errors.As(err, &ce) {
			t.Errorf("profile %q: %v", bad, err)
		}
	}
	for _, site := range []string{"", "../x", "amazon.com/..", ".."} {
		if _, err := OpenProfile(t.TempDir(), "live", site, "default"); err == nil {
			t.Errorf("site %q accepted", site)
		}
	}
	if _, err := OpenProfile(t.TempDir(), "../live", "amazon.com", "default"); err == nil {
		t.Error("namespace ../live accepted")
	}
	if p, err := OpenProfile(t.TempDir(), "replay", "amazon.co.uk", "my-2.Profile_x"); err != nil || p.Name != "my-2.Profile_x" {
		t.Errorf("%v, %v", p, err)
	}
}

func TestBinding(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if _, ok := p.Binding(); ok {
		t.Error("a new profile is bound")
	}
	if err := p.CheckEmail("anybody@example.org"); err != nil {
		t.Error(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	must(p.Bind("ann@example.org", ""))
	must(p.Bind(" Ann@Example.org", "A1CUSTOMER"))
	must(p.Bind("ann@example.org", "")) // keeps the customer
	again := open(t, state)
	if b, ok := again.Binding(); !ok || b != (Binding{Email: "Ann@Example.org", Customer: "A1CUSTOMER", Site: "amazon.com"}) {
		t.Errorf("bound to %+v, %v", b, ok)
	}
	var be *BindingError
	if err := again.Bind("ann@example.org", "A2OTHER"); !errors.As(err, &be) || be.What != "customer" {
		t.Errorf("another customer: %v", err)
	}
	if err := again.CheckEmail("bob.long@example.org"); !errors.As(err, &be) || be.What != "e-mail" || strings.Contains(err.Error(), "bob.long") {
		t.Errorf("another e-mail: %v", err)
	}
	if b, _ := again.Binding(); b.Customer != "A1CUSTOMER" {
		t.Errorf("the refused binding was written: %+v", b)
	}
}

func TestDamagedFilesAreSetAside(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if err := p.Bind("ann@example.org", "A1"); err != nil {
		t.Fatal(err)
	}
	write(t, p.Dir, bindingFile, `{"email": "ann@exa`)
	write(t, p.Dir, rejectedFile, "")
	p = open(t, state)
	notes := p.Notes()
	if len(notes) != 2 || !strings.Contains(strings.Join(notes, "\n"), "binding.json was damaged") || len(p.Notes()) != 0 {
		t.Errorf("notes %q", notes)
	}
	if aside, _ := filepath.Glob(filepath.Join(p.Dir, "binding.json.damaged-*")); len(aside) != 1 {
		t.Errorf("set aside: %v", aside)
	}
	if err := p.Bind("ann@example.org", "A1"); err != nil {
		t.Error(err)
	}
}

func TestAFileThatCannotBeReadStopsBeforeTheRun(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if err := os.Mkdir(filepath.Join(p.Dir, bindingFile), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenProfile(state, "live", "amazon.com", "default"); err == nil || !strings.Contains(err.Error(), bindingFile) {
		t.Errorf("got %v", err)
	}
}

func TestARejectedPasswordStaysRejectedUntilItChanges(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	if p.Rejected("ann@example.org", "hunter2") {
		t.Error("nothing was rejected yet")
	}
	if err := p.MarkRejected("ann@example.org", "hunter2"); err != nil {
		t.Fatal(err)
	}
	p = open(t, state) // the next run
	if !p.Rejected("Ann@example.org", "hunter2") {
		t.Error("forgotten")
	}
	if p.Rejected("ann@example.org", "hunter3") || p.Rejected("bob@example.org", "hunter2") {
		t.Error("another pair counts as rejected")
	}
	files, _ := filepath.Glob(filepath.Join(p.Dir, "*"))
	for _, f := range files {
		if b, _ := os.ReadFile(f); strings.Contains(string(b), "hunter2") {
			t.Errorf("%s holds the password", f)
		}
	}
	if err := errors.Join(p.ClearRejected(), p.ClearRejected()); err != nil {
		t.Error(err)
	}
	if p.Rejected("ann@example.org", "hunter2") {
		t.Error("still rejected after a sign-in that worked")
	}
}

func TestAOneTimeCodeIsUsedOnce(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	now := time.Unix(1700000000, 0)
	p.now = func() time.Time { return now }
	for i := range 6 {
		if err := p.MarkUsedCode(fmt.Sprintf("00000%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	q := open(t, state)
	q.now = p.now
	if !q.UsedCode("000005") || !q.UsedCode("000002") || q.UsedCode("999999") {
		t.Error("the next run does not know the codes")
	}
	now = now.Add(-9 * time.Minute) // the clock was set back
	if !q.UsedCode("000005") {
		t.Error("forgotten when the clock went back")
	}
	now = now.Add(20 * time.Minute)
	if q.UsedCode("000005") {
		t.Error("a code counts as used for ever")
	}
}

func TestLockAcrossProcesses(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	c := helper(t, "lock", state)
	in, _ := c.StdinPipe()
	out, _ := c.StdoutPipe()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { in.Close(); c.Process.Kill(); c.Wait() }()
	if line, _ := bufio.NewReader(out).ReadString('\n'); line != "locked <nil>\n" {
		t.Fatalf("the other process said %q", line)
	}
	_, err := p.Lock(context.Background(), 0)
	var le *LockedError
	if !errors.As(err, &le) || le.PID != c.Process.Pid || time.Since(le.Since).Abs() > time.Minute {
		t.Fatalf("got %v", err)
	}
	if !strings.Contains(err.Error(), fmt.Sprint(c.Process.Pid)) || !strings.Contains(err.Error(), le.Since.Format(time.RFC3339)) {
		t.Errorf("the message is %q", err)
	}
	if _, err := p.Lock(context.Background(), time.Millisecond); !errors.As(err, &le) {
		t.Errorf("after waiting: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := p.Lock(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	// Killed like by the power cut: the lock goes with the process.
	go func() { c.Process.Kill(); c.Wait() }()
	unlock, err := p.Lock(context.Background(), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	// The same process cannot take it twice either.
	if _, err := open(t, state).Lock(context.Background(), 0); !errors.As(err, &le) || le.PID != os.Getpid() {
		t.Errorf("taken twice: %v", err)
	}
	unlock()
	unlock()
	unlock, err = p.Lock(context.Background(), 0)
	if err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestBindingWrittenByManyAtOnce(t *testing.T) {
	state := t.TempDir()
	p := open(t, state)
	var wg sync.WaitGroup
	var mu sync.Mutex
	winners := map[string]int{}
	note := func(customer, result string) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case result == "<nil>":
			winners[customer]++
		case !strings.Contains(result, "profile default is for customer"):
			t.Errorf("%s: %s", customer, result)
		}
	}
	for i := range 4 {
		customer := fmt.Sprintf("A%d", i%2)
		c := helper(t, "bind", state, customer)
		wg.Add(2)
		go func() {
			defer wg.Done()
			out, err := c.Output()
			if err != nil {
				t.Error(err)
			}
			note(customer, strings.TrimSpace(string(out)))
		}()
		go func() {
			defer wg.Done()
			note(customer, fmt.Sprint(p.Bind("ann@example.org", customer)))
		}()
	}
	wg.Wait()
	b, ok := p.Binding()
	if !ok || len(winners) != 1 || winners[b.Customer] == 0 {
		t.Errorf("winners %v, bound to %+v", winners, b)
	}
	if rest, _ := filepath.Glob(filepath.Join(p.Dir, ".binding.json.*")); len(rest) != 0 {
		t.Errorf("left behind: %v", rest)
	}
}

// A process that was stopped while it changed the profile does not stop the next run.
func TestAProfileThatSomebodyElseIsChanging(t *testing.T) {
	p := open(t, t.TempDir())
	p.patience = 50 * time.Millisecond
	other := flock.New(filepath.Join(p.Dir, editFile))
	if err := other.Lock(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- p.Bind("ann@example.org", "") }()
	select {
	case err := <-done:
		if err == nil || !strings.Contains(err.Error(), "another process has been changing it for 50ms") {
			t.Errorf("error %v", err)
		}
	case <-time.After(10 * time.Second):
		t.Error("it waits without end")
	}
	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	if err := p.Bind("ann@example.org", ""); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

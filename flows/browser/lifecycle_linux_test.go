package browser_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// processesUnder returns the command lines of all processes that work in dir or name
// it on their command line or in their environment: all that a browser of that run
// base consists of.
func processesUnder(t *testing.T, dir string) map[int]string {
	t.Helper()
	entries, err := os.ReadDir("/proc")
	if err != nil {
		t.Fatal(err)
	}
	out := map[int]string{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil || pid == os.Getpid() {
			continue
		}
		line, _ := os.ReadFile("/proc/" + e.Name() + "/cmdline")
		env, _ := os.ReadFile("/proc/" + e.Name() + "/environ")
		cwd, _ := os.Readlink("/proc/" + e.Name() + "/cwd")
		if len(line) > 0 && (bytes.Contains(append(line, env...), []byte(dir+"/")) || strings.HasPrefix(cwd, dir+"/")) {
			out[pid] = string(bytes.ReplaceAll(line, []byte{0}, []byte{' '}))
		}
	}
	return out
}

// runDirs returns the entries of a run base.
func runDirs(t *testing.T, base string) []string {
	t.Helper()
	entries, err := os.ReadDir(base)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

// nothingLeft fails the test if a process or an entry of the run base is left.
func nothingLeft(t *testing.T, base string) {
	t.Helper()
	for pid, line := range processesUnder(t, base) {
		t.Errorf("process left: %d %.200s", pid, line)
	}
	if dirs := runDirs(t, base); len(dirs) > 0 {
		t.Errorf("left in the run base: %v", dirs)
	}
}

// eventually waits for something that another process does.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited 20 s in vain: %s", what)
		}
	}
}

// closed waits for a channel that is about to be closed.
func closed(t *testing.T, what string, ch <-chan struct{}) {
	t.Helper()
	select {
	case <-ch:
	case <-time.After(20 * time.Second):
		t.Fatalf("waited 20 s in vain: %s", what)
	}
}

// shortBase is a run base with a short path, as Chromium's socket needs.
func shortBase(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "ub-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestCloseLeavesNeitherProcessNorDirectory(t *testing.T) {
	base := shortBase(t)
	b := browsertest.Start(t, browser.Options{RunBase: base})
	if len(processesUnder(t, base)) == 0 {
		t.Fatal("the test sees no process of a running browser, so it could not see one left")
	}
	info, err := os.Stat(filepath.Join(base, runDirs(t, base)[0]))
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the run directory has mode %v, want 0700", info.Mode().Perm())
	}
	var wg sync.WaitGroup
	for range 4 { // at the same time, as a signal handler and a defer do
		wg.Go(func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	nothingLeft(t, base)
	closed(t, "Died after Close", b.Died())
	if err := b.Cause(); err != nil {
		t.Errorf("Cause after Close is %v: that is no death", err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, _, err := b.NewTab(); err == nil {
		t.Error("a closed browser opened a tab")
	}
}

func TestAKilledBrowserIsNoticedAndCleanedUp(t *testing.T) {
	base := shortBase(t)
	b := browsertest.Start(t, browser.Options{RunBase: base})
	if err := syscall.Kill(b.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	closed(t, "Died after kill -9", b.Died())
	err := b.Cause()
	if !errors.Is(err, browser.ErrDied) || !strings.Contains(err.Error(), "signal: killed") {
		t.Errorf("Cause is %v, want a death by signal", err)
	}
	if _, _, err := b.NewTab(); !errors.Is(err, browser.ErrDied) {
		t.Errorf("a new tab of a dead browser: %v, want the cause of death", err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, base)
	if b.Cause() == nil {
		t.Error("Close made the browser's death forgotten")
	}
}

func TestTheEndOfTheContextEndsTheBrowser(t *testing.T) {
	base := shortBase(t)
	ctx, cancel := context.WithCancel(context.Background())
	b, err := browser.Start(ctx, browser.Options{Found: browsertest.Found(t), RunBase: base})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	closed(t, "Died after the context's end", b.Died())
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, base)
	if err := b.Cause(); err != nil {
		t.Errorf("Cause is %v: the caller ended it", err)
	}
}

func TestACancelledStartLeavesNothing(t *testing.T) {
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 30 * time.Millisecond, 80 * time.Millisecond} {
		base := shortBase(t)
		ctx, cancel := context.WithTimeout(context.Background(), after)
		b, err := browser.Start(ctx, browser.Options{Found: browsertest.Found(t), RunBase: base})
		if err == nil {
			b.Close() // this machine is faster than the limit
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("after %v: %v, want the context's error", after, err)
		}
		cancel()
		nothingLeft(t, base)
	}
}

func TestABrowserThatDoesNotStart(t *testing.T) {
	browsertest.RunBase(t)
	for _, c := range []struct {
		name, script string
		want         []string
	}{
		{"sleeps", "#!/bin/sh\necho waiting for nothing\nsleep 1000\n", []string{"did not start within 1.5s", "waiting for nothing"}},
		{"ignores the polite signals", "#!/bin/sh\ntrap '' TERM INT HUP\nwhile :; do sleep 1000; done\n", []string{"did not start within 1.5s"}},
		{"ends at once", "#!/bin/sh\necho cannot open display >&2\nexit 3\n", []string{"exit status 3", "cannot open display"}},
		{"ends at once, silent", "#!/bin/sh\nexit 0\n", []string{"ended while starting", "exit status 0"}},
		{"kills itself", "#!/bin/sh\nkill -SEGV $$\n", []string{"segmentation fault"}},
		{"floods stderr", "#!/bin/sh\nwhile :; do echo flood flood flood >&2; done\n", []string{"did not start within 1.5s", "flood"}},
		{"is no program", "not a program\n", []string{"cannot be run", "exec format error"}},
		// The child holds the pipe, so only the limit ends the wait.
		{"leaves a child and ends", "#!/bin/sh\nsleep 1000 &\nexit 1\n", []string{"exit status 1"}},
		{"leaves a child outside the group", "#!/bin/sh\nsetsid sleep 1000 &\nsleep 1000\n", []string{"did not start within 1.5s"}},
		{"no sandbox", "#!/bin/sh\necho 'No usable sandbox!' >&2\nexit 1\n", []string{"No usable sandbox!", "--no-sandbox"}},
		{"is killed", "#!/bin/sh\nkill -KILL $$\n", []string{"signal: killed", "lack of memory"}},
		{"finds no room for a process", "#!/bin/sh\necho 'Zygote could not fork' >&2\nexit 1\n", []string{"start more processes", "ulimit -u"}},
		{"closes the pipe and stays", "#!/bin/sh\nexec 3<&- 4>&-\nsleep 1000\n", []string{"did not start within 1.5s"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base := shortBase(t)
			path := filepath.Join(t.TempDir(), "chromium")
			browsertest.Script(t, path, c.script)
			started := time.Now()
			b, err := browser.Start(context.Background(), browser.Options{
				Found: browser.Found{Path: path}, RunBase: base, StartTimeout: 1500 * time.Millisecond,
			})
			if err == nil {
				b.Close()
				t.Fatal("it started")
			}
			var e *browser.StartError
			if !errors.As(err, &e) {
				t.Fatalf("error is a %T: %v", err, err)
			}
			for _, w := range append(c.want, path) {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error lacks %q: %v", w, err)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("error has more than one line: %q", err)
			}
			if took := time.Since(started); took > 8*time.Second {
				t.Errorf("it took %v to give up", took)
			}
			nothingLeft(t, base)
		})
	}
}

// A browser that crashed while it started is started once more, and no more often; one
// that was killed, or ended by itself, is not.
func TestABrowserThatCrashesAtItsStartIsStartedAgain(t *testing.T) {
	real := browsertest.Found(t).Path
	for _, c := range []struct {
		name, first string
		starts      int
		works       bool
	}{
		{"crashes once", "[ $n = 1 ] && kill -SEGV $$", 2, true},
		{"crashes each time", "kill -ABRT $$", 2, false},
		{"is killed", "kill -KILL $$", 1, false},
		{"ends", "exit 1", 1, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			base, dir := shortBase(t), t.TempDir()
			path := filepath.Join(dir, "chromium")
			script := fmt.Sprintf("#!/bin/sh\necho >> %[1]s/starts\nn=$(wc -l < %[1]s/starts)\n%[2]s\nexec %[3]s \"$@\"\n", dir, c.first, real)
			browsertest.Script(t, path, script)
			var said []string
			b, err := browser.Start(context.Background(), browser.Options{Found: browser.Found{Path: path}, RunBase: base,
				Warn: func(w string) { said = append(said, w) }})
			if (err == nil) != c.works {
				t.Errorf("it works: %v, %v", err == nil, err)
			}
			if err == nil {
				b.Close()
			}
			starts, _ := os.ReadFile(dir + "/starts")
			if n := len(starts); n != c.starts || (n > 1) != strings.Contains(strings.Join(said, "\n"), "again") {
				t.Errorf("%d starts, want %d; said %q", n, c.starts, said)
			}
			nothingLeft(t, base)
		})
	}
}

// TestChild is not a test: it is the process that the tests below kill. It starts a
// browser, says so, and does what UNECHO_BROWSER_CHILD says.
func TestChild(t *testing.T) {
	do := os.Getenv("UNECHO_BROWSER_CHILD")
	switch do {
	case "":
		t.Skip("only as a child process of other tests")
	case "find":
		if _, err := browser.Find(context.Background(), browser.Want{Path: os.Getenv("UNECHO_BROWSER_CHILD_PATH")}); err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println("found")
		return
	case "first process":
		firstProcess()
		return
	}
	ctx, stop := context.Background(), func() {}
	if do == "signal" {
		ctx, stop = signal.NotifyContext(ctx, os.Interrupt)
	}
	defer stop()
	found := browser.Found{Path: os.Getenv("UNECHO_BROWSER_CHILD_PATH")}
	if found.Path == "" {
		found = browsertest.Found(t)
	}
	b, err := browser.Start(context.Background(), browser.Options{Found: found, RunBase: os.Getenv("UNECHO_BROWSER_CHILD_BASE")})
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(9)
	}
	defer b.Close()
	fmt.Println("browser", b.PID())
	switch do {
	case "limits":
		fmt.Println(limitsOf(b.PID()))
	case "killed browser":
		syscall.Kill(b.PID(), syscall.SIGKILL)
		<-b.Died()
	case "panic":
		panic("on purpose")
	case "signal":
		<-ctx.Done()
		// The same signal went to the whole foreground group. The browser must still
		// be there, to be asked how far the run got.
		n, err := chromedp.Run(b.Context(), chromedp.Evaluate[int]("20+1"))
		fmt.Println("answer", n, err)
	case "wait":
		io.Copy(io.Discard, os.Stdin) // until the parent is gone
	}
}

// child starts the test binary as a process that runs TestChild, in a group of its
// own, and returns when its browser runs.
func child(t *testing.T, do, base string) (cmd *exec.Cmd, browserPID int, out *bufio.Reader) {
	t.Helper()
	cmd = exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), "UNECHO_BROWSER_CHILD="+do, "UNECHO_BROWSER_CHILD_BASE="+base)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	out = bufio.NewReader(stdout)
	line, err := out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if _, err := fmt.Sscanf(line, "browser %d", &browserPID); err != nil {
		t.Fatalf("the child said %q", line)
	}
	return cmd, browserPID, out
}

func TestAKilledCallerTakesItsBrowserAlongAndIsSweptLater(t *testing.T) {
	base := shortBase(t)
	cmd, pid, _ := child(t, "wait", base)
	if removed, err := browser.Sweep(base); removed != 0 || err != nil {
		t.Errorf("Sweep beside a running browser removed %d, %v", removed, err)
	}
	if syscall.Kill(pid, 0) != nil {
		t.Fatal("the browser does not run")
	}
	cmd.Process.Kill()
	cmd.Wait()
	eventually(t, "the browser's end with its caller", func() bool {
		line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		return len(line) == 0
	})
	if len(runDirs(t, base)) != 1 {
		t.Fatalf("run directories: %v, want the one left", runDirs(t, base))
	}
	// Its children end when they notice, a moment later.
	eventually(t, "the end of all its processes", func() bool { return len(processesUnder(t, base)) == 0 })
	if removed, err := browser.Sweep(base); removed != 1 || err != nil {
		t.Errorf("Sweep removed %d, %v, want 1", removed, err)
	}
	nothingLeft(t, base)
}

// firstProcess is a container's PID 1 that waits for nobody but the child it started:
// it runs TestChild and says what is left to it.
func firstProcess() {
	const setChildSubreaper = 36
	if _, _, e := syscall.Syscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0); e != 0 {
		fmt.Println("error:", e)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), "UNECHO_BROWSER_CHILD="+os.Getenv("UNECHO_BROWSER_GRANDCHILD"))
	out, err := cmd.Output()
	if err != nil || !bytes.Contains(out, []byte("browser ")) {
		fmt.Printf("error: %v: %s\n", err, out)
		return
	}
	tasks, _ := filepath.Glob("/proc/self/task/*/children")
	left := 0
	for _, file := range tasks {
		pids, _ := os.ReadFile(file)
		left += len(strings.Fields(string(pids)))
	}
	fmt.Println("left:", left)
}

// Under a first process that waits for nobody, as a container's often is, no zombie of
// the browser's stays behind, however the browser ended.
func TestNoZombieStaysWithAFirstProcessThatReapsNothing(t *testing.T) {
	for _, end := range []string{"close", "killed browser"} {
		base := shortBase(t)
		cmd := exec.Command(os.Args[0], "-test.run=^TestChild$")
		cmd.Env = append(os.Environ(), "UNECHO_BROWSER_CHILD=first process", "UNECHO_BROWSER_GRANDCHILD="+end, "UNECHO_BROWSER_CHILD_BASE="+base)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "left: 0\n") {
			t.Errorf("%s: %v: %s", end, err, out)
		}
		nothingLeft(t, base)
	}
}

func TestAPanicOfTheCallerLeavesNothing(t *testing.T) {
	base := shortBase(t)
	cmd, _, out := child(t, "panic", base)
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err == nil {
		t.Error("the child did not panic")
	}
	nothingLeft(t, base)
}

func TestCtrlCInTheTerminalDoesNotEndTheBrowser(t *testing.T) {
	base := shortBase(t)
	cmd, _, out := child(t, "signal", base)
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	line, _ := out.ReadString('\n')
	if strings.TrimSpace(line) != "answer 21 <nil>" {
		t.Errorf("after Ctrl-C the browser said %q", line)
	}
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, base)
}

func TestTheBrowserSeesNoneOfOurEnvironment(t *testing.T) {
	t.Setenv("AMAZON_PASSWORD", "correct-horse-battery")
	t.Setenv("HTTPS_PROXY", "http://proxy.invalid:3128")
	base := shortBase(t)
	b := browsertest.Start(t, browser.Options{RunBase: base})
	pids := processesUnder(t, base)
	if len(pids) < 2 {
		t.Fatalf("processes: %v", pids)
	}
	for pid, line := range pids {
		env, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"correct-horse-battery", "AMAZON_", "proxy.invalid"} {
			if bytes.Contains(env, []byte(bad)) || strings.Contains(line, bad) {
				t.Errorf("process %d sees %s: %.100s", pid, bad, line)
			}
		}
		// The children's is overwritten by the titles they give themselves.
		if pid == b.PID() && (!bytes.Contains(env, []byte("HOME="+base)) || !bytes.Contains(env, []byte("TMPDIR="+base))) {
			t.Errorf("the browser writes outside the run directory: %q", env)
		}
	}
}

func TestTheBrowserListensOnNoPort(t *testing.T) {
	base := shortBase(t)
	browsertest.Start(t, browser.Options{RunBase: base})
	listening := map[string]bool{} // socket inodes
	for _, file := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		text, err := os.ReadFile(file)
		if err != nil {
			continue // no IPv6 here
		}
		for line := range strings.Lines(string(text)) {
			if f := strings.Fields(line); len(f) > 9 && f[3] == "0A" {
				listening["socket:["+f[9]+"]"] = true
			}
		}
	}
	for pid, line := range processesUnder(t, base) {
		fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, fd := range fds {
			if to, _ := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, fd.Name())); listening[to] {
				t.Errorf("process %d listens: %.100s", pid, line)
			}
		}
	}
}

func TestALongRunBaseStillStarts(t *testing.T) {
	// Full Chromium puts a Unix socket below TMPDIR, and a socket's address is short.
	base := filepath.Join(shortBase(t), strings.Repeat("state/", 15))
	outside := func() (links []string) {
		all, _ := filepath.Glob("/tmp/unecho-*")
		for _, link := range all {
			if to, err := os.Readlink(link); err == nil && strings.HasPrefix(to, base) {
				links = append(links, link)
			}
		}
		return links
	}
	b := browsertest.Start(t, browser.Options{RunBase: base})
	if links := outside(); len(links) > 1 {
		t.Errorf("links outside the run base: %v", links)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	nothingLeft(t, base)
	if links := outside(); len(links) > 0 {
		t.Errorf("left outside the run base: %v", links)
	}
}

func TestAWindowWithoutAScreenIsOneLine(t *testing.T) {
	found, err := browser.Find(context.Background(), browser.Want{Headed: true})
	if err != nil {
		t.Skip("no full browser here: ", err)
	}
	t.Setenv("WAYLAND_DISPLAY", "")
	for display, words := range map[string]string{"": "neither DISPLAY nor WAYLAND_DISPLAY is set", ":4711": "none at DISPLAY=:4711"} {
		t.Setenv("DISPLAY", display)
		b, err := browser.Start(context.Background(), browser.Options{Found: found, Headed: true, RunBase: browsertest.RunBase(t)})
		if err == nil {
			b.Close()
		}
		if !errors.Is(err, browser.ErrNoScreen) || !strings.Contains(err.Error(), words) || strings.Contains(err.Error(), "\n") {
			t.Errorf("DISPLAY=%q: %v, want one line with %q", display, err, words)
		}
	}
}

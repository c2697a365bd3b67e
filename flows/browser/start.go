package browser

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Options says which browser to start and what it may do.
type Options struct {
	Found Found

	// Remote is the browser to connect to instead of starting one. Found, NoSandbox,
	// RunBase and SPKI do not matter then, and MapTo works only where it is on this
	// machine.
	Remote *Address

	Headed     bool // a window that a person can see
	NoSandbox  bool // Chromium's own sandbox off; as root it is always off
	LoadImages bool

	// RunBase is where the run directory is made. It is created, mode 0700, if it
	// does not exist.
	RunBase string

	// Hosts is what a live browser may reach, and nothing else: "amazon.com",
	// "*.amazon.com" (which does not cover the bare name). Empty: nothing.
	Hosts []string

	// MapTo is 127.0.0.1:PORT of a replay server, to which every connection of the
	// browser goes, whatever its host; SPKI is the base64 SHA-256 of that server's
	// public key, the only one whose certificate is not checked.
	MapTo, SPKI string

	// Warn receives one line about what the user should know. nil: not told.
	Warn func(string)

	// StartTimeout is the time from the start of the process to its first open tab;
	// 0 means DefaultStartTimeout.
	StartTimeout time.Duration
}

// DefaultStartTimeout is long because a cold start from a slow disk takes several
// seconds; a browser that says nothing for this long never does.
const DefaultStartTimeout = 20 * time.Second

// StartError is a browser that did not start. Nothing of it is left.
type StartError struct {
	Path   string
	Words  string // what happened: "ended at once, exit status 1"
	Output string // its last lines, " | " between them; "" if it was silent
	Hint   string // what to do, if it is known
	Err    error

	Crashed bool // by a fault of its own, and not by anybody's signal
}

// DirError is a run directory that cannot be made, or whose disk is full. No other
// browser would help.
type DirError struct {
	Dir string
	Err error // nil: the disk is full
}

func (e *DirError) Error() string {
	if e.Err == nil {
		return "the disk of " + e.Dir + ", where the browser keeps its files, is full"
	}
	return fmt.Sprintf("cannot make a run directory in %s: %v", e.Dir, e.Err)
}

func (e *DirError) Unwrap() error { return e.Err }

func (e *StartError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "browser %s %s", e.Path, e.Words)
	if e.Output != "" {
		fmt.Fprintf(&b, "; it said: %s", e.Output)
	}
	if e.Hint != "" {
		fmt.Fprintf(&b, "; %s", e.Hint)
	}
	return b.String()
}

func (e *StartError) Unwrap() error { return e.Err }

// SandboxOff begins the warning that a browser has no sandbox of its own.
const SandboxOff = "Chromium runs without its sandbox"

// ErrNoScreen is what errors.Is finds where a window is wanted and there is no screen.
var ErrNoScreen = errors.New("--headed needs a screen")

// Start starts the browser and opens its first tab. It lives until Close is called,
// ctx ends or it dies; Close must be called in each case and is the only thing that
// has to be. The error is a *StartError where the browser is to blame, or a *RemoteError
// where that is one elsewhere.
func Start(ctx context.Context, o Options) (*Browser, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if o.Remote != nil {
		return connect(ctx, o)
	}
	if o.Found.Path == "" {
		return nil, errors.New("browser: none to start: call Find first")
	}
	// It does not start in our working directory, so a relative path would miss.
	path, err := filepath.Abs(o.Found.Path)
	if err != nil {
		return nil, fmt.Errorf("browser %s: %w", o.Found.Path, err)
	}
	o.Found.Path = path
	if o.Headed && o.Found.Kind == HeadlessShell {
		return nil, fmt.Errorf("browser %s has no window: --headed needs full Chromium or Chrome", o.Found.Path)
	}
	if o.Headed && runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return nil, fmt.Errorf("%w, and neither DISPLAY nor WAYLAND_DISPLAY is set", ErrNoScreen)
	}
	sandbox := !o.NoSandbox
	if os.Getuid() == 0 { // never on Windows, where it is -1
		sandbox = false
	}
	if !sandbox && o.Warn != nil {
		why := "--no-sandbox"
		if !o.NoSandbox {
			why = "as root: run unecho as another user to have it"
		}
		o.Warn(SandboxOff + " (" + why + ")")
	}

	b, err := launch(ctx, o, sandbox)
	var crash *StartError
	if errors.As(err, &crash) && crash.Crashed && crash.Hint == "" && ctx.Err() == nil {
		// Debian's headless-shell 148 does that now and then (a fault in libc, in a
		// thread of its own): no reason to lose a night's run.
		if o.Warn != nil {
			o.Warn("the browser crashed while it started: starting it again")
		}
		b, err = launch(ctx, o, sandbox)
	}
	return b, err
}

// launch is one start of a local browser.
func launch(ctx context.Context, o Options, sandbox bool) (*Browser, error) {
	dir, err := newRunDir(o.RunBase, o.Found.Kind != HeadlessShell)
	if err != nil {
		return nil, err
	}
	opts, err := allocatorOptions(o, dir.data(), sandbox)
	if err != nil {
		dir.remove()
		return nil, err
	}
	adoptOrphans()
	liftLimits()
	b := &Browser{
		parent: ctx,
		dir:    dir,
		out:    new(tail),
		path:   o.Found.Path,
		images: o.LoadImages,
		died:   make(chan struct{}),
	}
	opts = append(opts,
		chromedp.Env(environment(dir, o.Headed)...),
		chromedp.CombinedOutput(b.out),
		chromedp.ModifyCmdFunc(func(cmd *exec.Cmd) {
			b.cmd = cmd
			prepare(cmd, dir.path)
		}),
	)
	killCtx, kill := context.WithCancel(ctx)
	b.kill = kill
	allocCtx, cancelAlloc := chromedp.NewExecAllocator(killCtx, opts...)
	// chromedp's own messages go to the standard logger otherwise, and among them are
	// the pages' texts in protocol messages it does not know.
	quiet := func(string, ...any) {}
	tabCtx, cancelTab := chromedp.NewContext(allocCtx, chromedp.WithLogf(quiet), chromedp.WithErrorf(quiet))
	b.ctx, b.cancel = tabCtx, func() { cancelTab(); cancelAlloc() }

	if err := b.start(ctx, o); err != nil {
		b.Close()
		return nil, err
	}
	go b.watch()
	b.mu.Lock()
	b.stopAfter = context.AfterFunc(ctx, func() { b.Close() })
	b.mu.Unlock()
	return b, nil
}

// start runs the process under the watchdog: over the pipe there is no other limit.
func (b *Browser) start(ctx context.Context, o Options) error {
	limit := o.StartTimeout
	if limit <= 0 {
		limit = DefaultStartTimeout
	}
	// The first Do binds the browser's life to the context it is given, so that
	// context must be the long-lived one; the limit works from outside.
	done := make(chan error, 1)
	go func() {
		err := chromedp.Do(b.ctx)
		if err == nil {
			err = b.setUpTab(b.ctx)
		}
		done <- err
	}()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var err error
	timedOut := false
	select {
	case err = <-done:
	case <-timer.C:
		timedOut = true
		b.kill()
		err = <-done
	case <-ctx.Done():
		err = <-done // that context kills it too
	}
	if err == nil && !timedOut && ctx.Err() == nil {
		return nil
	}
	noSpace := full(b.dir.path) // before anything is removed
	b.end()                     // waits for the process, so that how it ended is known
	if err := ctx.Err(); err != nil {
		return err
	}
	exit := b.exit
	e := &StartError{Path: o.Found.Path, Output: b.out.words(), Err: err}
	switch {
	case b.cmd == nil || b.cmd.Process == nil:
		e.Words = fmt.Sprintf("cannot be run: %v", err)
	case timedOut && (exit == nil || !exit.Exited()): // by our signal
		e.Words = fmt.Sprintf("did not start within %v and was ended", limit)
		e.Err = context.DeadlineExceeded
	case exit != nil:
		e.Words = "ended while starting, " + exit.String()
		e.Crashed = faulted(exit.String())
	default:
		e.Words = fmt.Sprintf("did not start: %v", err)
	}
	if o.Headed && strings.Contains(strings.Join(b.out.lines(50), "\n"), "Missing X server") {
		// Several complaints of processes whose browser is gone come after that one.
		return fmt.Errorf("%w, and there is none at DISPLAY=%s", ErrNoScreen, os.Getenv("DISPLAY"))
	}
	if noSpace && !timedOut {
		return &DirError{Dir: o.RunBase}
	}
	said := strings.Join(b.out.lines(50), "\n")
	e.Hint = limitHint(said)
	if e.Hint == "" && exit != nil && !timedOut && strings.HasPrefix(exit.String(), "signal: killed") {
		e.Hint = "the system killed it, most likely for lack of memory: close other programs, or give the container more"
	}
	if strings.Contains(e.Output, "sandbox") && !o.NoSandbox {
		e.Hint = "where the system forbids Chromium's sandbox (many containers), --no-sandbox starts it without"
	}
	if strings.Contains(e.Output, "shared libraries") {
		e.Hint = "a library it needs is missing: install the browser from the system's packages"
		var lacks *LibrariesError
		if errors.As(libraries(e.Path, e.Output), &lacks) {
			e.Hint = lacks.Command
		}
	}
	return e
}

// faulted tells a crash by how a process is said to have ended, which on Unix is
// "signal: segmentation fault". A browser that was killed, for want of memory say, would
// be killed again.
func faulted(end string) bool {
	for _, s := range []string{"segmentation fault", "bus error", "illegal instruction", "trace/breakpoint trap", "aborted"} {
		if strings.HasPrefix(end, "signal: "+s) {
			return true
		}
	}
	return false
}

// environment is all the browser gets to see of ours: no credential, no proxy.
// Everything it keeps per user it keeps in the run directory.
func environment(d *runDir, headed bool) []string {
	env := []string{"HOME=" + d.home(), "TMPDIR=" + d.tmpDir()}
	keep := []string{"PATH", "LANG"}
	switch runtime.GOOS {
	case "windows":
		// Chromium does not start without these there; USERPROFILE and LOCALAPPDATA
		// are its idea of HOME.
		keep = append(keep, "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMDATA")
		env = append(env, "USERPROFILE="+d.home(), "LOCALAPPDATA="+filepath.Join(d.home(), "local"), "TEMP="+d.tmpDir(), "TMP="+d.tmpDir())
	default:
		if headed {
			keep = append(keep, "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR")
		}
	}
	for _, name := range keep {
		if v := os.Getenv(name); v != "" {
			env = append(env, name+"="+v)
		}
	}
	if headed && runtime.GOOS != "windows" && os.Getenv("XAUTHORITY") == "" {
		// X clients look in HOME by default, and HOME is another now.
		if home, err := os.UserHomeDir(); err == nil {
			if file := filepath.Join(home, ".Xauthority"); fileExists(file) {
				env = append(env, "XAUTHORITY="+file)
			}
		}
	}
	if os.Getenv("LANG") == "" {
		env = append(env, "LANG=C.UTF-8")
	}
	return env
}

func fileExists(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

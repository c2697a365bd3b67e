package browser

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// Kind is the sort of browser.
type Kind string

const (
	// HeadlessShell is Chromium without a user interface: it starts in a third of
	// the time and makes no calls of its own, and a site can tell it from a
	// person's browser more easily.
	HeadlessShell Kind = "headless-shell"
	// Chromium is full Chromium, Chrome or Edge, with or without a window.
	Chromium Kind = "chromium"
)

// Want is what the browser is needed for.
type Want struct {
	Path      string // --browser or UNECHO_BROWSER; "" means look for one
	Headed    bool   // a window is needed: full Chromium or Chrome only
	Replay    bool   // pages come from this machine: headless-shell first
	NoVersion bool   // do not ask for the version, which costs about 30 ms
}

// Found is a browser on this machine.
type Found struct {
	Path    string
	Version string // "156.0.8078.79"; "" if it was not asked for
	Kind    Kind
	Why     string // why this one, for people
}

// NotFoundError says where a browser was looked for and how to get one.
type NotFoundError struct {
	Looked  []string // names and paths, in order
	Command string   // what the user can run to get one
	Why     string   // what is wrong with the browser that was named, or with the one that is there
	Err     error    // what Why is about, if that is known
}

func (e *NotFoundError) Unwrap() error { return e.Err }

func (e *NotFoundError) Error() string {
	if e.Why != "" {
		return e.Why
	}
	return fmt.Sprintf("no browser found (looked for %s): %s", strings.Join(e.Looked, ", "), e.Command)
}

// machine is what Find asks about the machine; tests put a made-up one in.
type machine struct {
	goos     string
	goarch   string
	getenv   func(string) string
	list     func(dir string) []string    // the names in a directory
	lookPath func(string) (string, error) // a name on PATH
	runnable func(path string) error      // nil if path is a file that can be run
	head     func(path string) []byte     // the first bytes of a file
	target   func(path string) string     // path without symbolic links
	version  func(path string) (string, error)
}

func thisMachine() machine {
	return machine{
		goos:   runtime.GOOS,
		goarch: runtime.GOARCH,
		getenv: os.Getenv,
		list: func(dir string) []string {
			entries, _ := os.ReadDir(dir)
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			return names
		},
		lookPath: exec.LookPath,
		runnable: runnable,
		head:     head,
		target: func(path string) string {
			if real, err := filepath.EvalSymlinks(path); err == nil {
				return real
			}
			return path
		},
		version: func(path string) (string, error) { return version(context.Background(), path) },
	}
}

// Find looks for a browser and returns the first that fits: the one that is named;
// for replay headless-shell before full Chromium; live the other way round, because
// a site tells headless-shell from a person's browser more easily; with a window full
// Chromium only. Among those of one kind, what the system has comes before what
// Install has downloaded: the system keeps it up to date. The error is a
// *NotFoundError, or ctx's when that has ended: a browser is asked for its version.
func Find(ctx context.Context, w Want) (Found, error) {
	m := thisMachine()
	m.version = func(path string) (string, error) { return version(ctx, path) }
	f, err := m.find(w)
	if ctx.Err() != nil {
		return Found{}, context.Cause(ctx)
	}
	return f, err
}

func (m machine) find(w Want) (Found, error) {
	if w.Path != "" {
		return m.named(w)
	}
	var why string
	of := func(k Kind) []place { return append(only(places(m.goos, m.getenv), k), m.downloaded(k)...) }
	var order []place
	switch {
	case w.Headed:
		order, why = of(Chromium), "the first full browser found, because a window is needed"
	case w.Replay:
		order, why = append(of(HeadlessShell), of(Chromium)...), "for replay headless-shell comes first: it starts fastest"
	default:
		order, why = append(of(Chromium), of(HeadlessShell)...), "for the live site full Chromium comes first: it is hardest to tell from a person's browser"
	}
	nf := &NotFoundError{Command: installCommand(w)}
	for _, p := range order {
		nf.Looked = append(nf.Looked, p.name)
		path := p.name
		if !isPath(path) {
			found, err := m.lookPath(path)
			if err != nil {
				continue
			}
			path = found
		} else if m.runnable(path) != nil {
			continue
		}
		path, ok := m.real(path)
		if !ok {
			continue
		}
		f := Found{Path: path, Kind: p.kind, Why: why}
		if p.kind == HeadlessShell && !w.Replay {
			f.Why = "the only browser found; for the live site full Chromium would come first"
		}
		if p.kind == Chromium && w.Replay {
			f.Why = "no headless-shell found; full Chromium does the same and starts more slowly"
		}
		if !w.NoVersion {
			v, err := m.version(path)
			if err != nil { // a stub, a broken link, another machine's binary
				var lacks *LibrariesError
				var here *MachineError
				if errors.As(err, &here) {
					return Found{}, &NotFoundError{Why: fmt.Sprintf("browser %s cannot start here: %v", path, err), Err: err}
				}
				if nf.Why == "" && errors.As(err, &lacks) {
					nf.Why, nf.Command, nf.Err = fmt.Sprintf("browser %s cannot start: %v", path, err), lacks.Command, err
				}
				continue
			}
			f.Version = v
		}
		if m.ours(path) {
			f.Why += " (downloaded by unecho browser install)"
		}
		return f, nil
	}
	return Found{}, nf
}

// ours tells whether Install downloaded the browser at path.
func (m machine) ours(path string) bool {
	dir := cacheDir(m.goos, m.getenv)
	return dir != "" && strings.HasPrefix(path, join(m.goos, dir, ""))
}

// named is the browser that the user named: that one or none.
func (m machine) named(w Want) (Found, error) {
	bad := func(format string, args ...any) (Found, error) {
		return Found{}, &NotFoundError{Looked: []string{w.Path}, Command: installCommand(w), Why: fmt.Sprintf(format, args...)}
	}
	path := w.Path
	if !isPath(path) {
		found, err := m.lookPath(path)
		if err != nil {
			return bad("browser %q is not on the PATH: give --browser (or UNECHO_BROWSER) the full path of one", path)
		}
		path = found
	}
	if abs, err := filepath.Abs(path); err == nil && m.goos == runtime.GOOS {
		path = abs
	}
	if err := m.runnable(path); err != nil {
		return bad("browser %s cannot be run: %v: check --browser or UNECHO_BROWSER", path, err)
	}
	real, ok := m.real(path)
	if !ok {
		return bad("browser %s is a snap, or only tells how to install one, and a snap cannot use a private directory: %s", path, installCommand(w))
	}
	f := Found{Path: real, Kind: kindOf(real), Why: "named by --browser or UNECHO_BROWSER"}
	if w.Headed && f.Kind == HeadlessShell {
		return bad("browser %s has no window: --headed needs full Chromium or Chrome", path)
	}
	if !w.NoVersion {
		v, err := m.version(real)
		var here *MachineError
		if errors.As(err, &here) {
			return Found{}, &NotFoundError{Why: fmt.Sprintf("browser %s cannot start here: %v", path, err), Err: err}
		}
		if err != nil {
			return bad("browser %s cannot be used: %v: check --browser or UNECHO_BROWSER", path, err)
		}
		f.Version = v
	}
	return f, nil
}

// real replaces a distribution's start script by the program that it starts. The
// scripts cost tens of milliseconds, one of Debian's stays in the process tree as
// the browser's parent, and Chrome's leaves two cats that hold the output open. It
// reports false for snaps and for scripts that only lead to one.
func (m machine) real(path string) (string, bool) {
	if target := m.target(path); strings.HasPrefix(path, "/snap/") || strings.HasPrefix(target, "/snap/") || target == "/usr/bin/snap" {
		return "", false
	}
	start := m.head(path)
	if !strings.HasPrefix(string(start), "#!") {
		return path, true
	}
	if snapStub.Match(start) {
		return "", false
	}
	for _, s := range startScripts {
		if path == s.script && m.runnable(s.program) == nil {
			return s.program, true
		}
	}
	return path, true
}

// snapStub matches Ubuntu's transitional chromium-browser, a script that tells to
// run "snap install chromium" or hands over to /snap/bin/chromium. A snap cannot
// write to a run directory outside the user's home and closes inherited pipes.
var snapStub = regexp.MustCompile(`snap install|/snap/bin/`)

// isPath tells a path from a name that is looked up on PATH.
func isPath(s string) bool { return strings.ContainsAny(s, `/\`) }

// kindOf tells the kind of a browser that was named from its file name.
func kindOf(path string) Kind {
	base := strings.ToLower(path[strings.LastIndexAny(path, `/\`)+1:])
	base = strings.ReplaceAll(base, "_", "-")
	if strings.Contains(base, "headless-shell") {
		return HeadlessShell
	}
	return Chromium
}

// runnable says in words why path is not a program, or nil.
func runnable(path string) error {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errors.New("there is no such file")
	case err != nil:
		return errors.Unwrap(err)
	case info.IsDir():
		return errors.New("it is a directory")
	case runtime.GOOS != "windows" && info.Mode()&0o111 == 0:
		return errors.New("it is not executable")
	}
	return nil
}

// head returns the first kilobytes of a file, enough for a start script's text.
func head(path string) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	buf := make([]byte, 4096)
	n, _ := f.Read(buf)
	return buf[:n]
}

// MachineError is what keeps every browser from starting on this machine, with what to do.
type MachineError struct{ Words string }

func (e *MachineError) Error() string { return e.Words }

var versionWords = regexp.MustCompile(`\b(\d+\.\d+\.\d+\.\d+)\b`)

// versionPatience is generous: the first read of a 220 MB program from a slow disk.
const versionPatience = 10 * time.Second

// version runs the browser with --version, in a clean environment: it is the first
// time that a program the user may have mistyped is run.
func version(ctx context.Context, path string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, versionPatience)
	defer cancel()
	if runtime.GOOS == "windows" {
		// chrome.exe --version opens a window there. Its directory names the version.
		dirs, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*.*.*.*"))
		for _, d := range dirs {
			if v := versionWords.FindString(filepath.Base(d)); v != "" {
				return v, nil
			}
		}
		for dir := filepath.Dir(path); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
			if v := filepath.Base(dir); versionName.MatchString(v) {
				return v, nil // one that we downloaded
			}
		}
		return "unknown", nil
	}
	tmp, err := os.MkdirTemp("", "unecho-version-")
	if err != nil {
		return "", &MachineError{fmt.Sprintf("nothing can be written to the temporary directory %s (%v): free some space there, or set TMPDIR", os.TempDir(), errors.Unwrap(err))}
	}
	defer os.RemoveAll(tmp)
	liftLimits()
	cmd := exec.CommandContext(ctx, path, "--version")
	ownGroup(cmd)
	cmd.Env = []string{"HOME=" + tmp, "TMPDIR=" + tmp, "PATH=" + os.Getenv("PATH"), "LANG=C.UTF-8"}
	cmd.WaitDelay = time.Second
	out := new(tail)
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	if ctx.Err() != nil {
		return "", fmt.Errorf("it did not answer --version within %v", versionPatience)
	}
	// A program that ends well has said its version, even if a child of it holds the
	// output open. What one that fails says may have the version in its path.
	if err == nil || errors.Is(err, exec.ErrWaitDelay) {
		for _, line := range out.lines(10) {
			if v := versionWords.FindString(line); v != "" {
				return v, nil
			}
		}
	}
	if err != nil {
		if hint := limitHint(out.words()); hint != "" {
			return "", &MachineError{hint}
		}
		if lacks := libraries(path, out.words()); lacks != nil {
			return "", lacks
		}
		if words := out.words(); words != "" {
			return "", fmt.Errorf("its --version failed (%v): %s", err, words)
		}
		return "", fmt.Errorf("its --version failed (%v)", err)
	}
	return "", errors.New("its --version names no version")
}

package browser

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"time"
)

// packageFor is Debian's package for what is wanted: headless-shell is a third of the
// size and enough without a window; the live site gets full Chromium.
func packageFor(w Want) string {
	if w.Replay && !w.Headed {
		return "chromium-headless-shell"
	}
	return "chromium"
}

// apt is the package system; tests put a made-up one in.
type apt struct {
	look func(name string) (string, error)
	// run runs a command to its end, its output line by line to say (nil: kept).
	// The text is its stdout.
	run  func(ctx context.Context, say func(line string), argv ...string) (string, error)
	root bool
	find func(context.Context, Want) (Found, error)
	// pause is the time between two looks at a lock that somebody else holds.
	pause time.Duration
}

// install installs a browser by the system's packages, if these offer a real one
// (Ubuntu's chromium is a stub for a snap, which cannot be used) and our rights allow.
// The error is an *InstallError with the command for a person.
func (a apt) install(ctx context.Context, out io.Writer, w Want) (Found, error) {
	fail := func(err error, format string, args ...any) (Found, error) {
		if ctx.Err() != nil {
			return Found{}, ctx.Err()
		}
		return Found{}, &InstallError{Words: fmt.Sprintf(format, args...), Command: installCommand(w), Err: err}
	}
	if _, err := a.look("apt-get"); err != nil {
		return fail(err, "this machine has no apt-get")
	}
	var as []string
	if !a.root {
		if _, err := a.look("sudo"); err != nil {
			return fail(err, "this needs root, and there is no sudo")
		}
		if _, err := a.run(ctx, nil, "sudo", "-n", "true"); err != nil {
			return fail(err, "this needs root, and sudo asks for a password")
		}
		as = []string{"sudo", "-n"}
	}
	as = append(as, "env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8", "apt-get", "-q", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0")
	// The error of get has apt's last line. A lock that somebody else holds (another
	// installation of ours, too) is waited for: two minutes, which apt itself does only
	// for some of its locks.
	get := func(what string, argv ...string) error {
		fmt.Fprintf(out, "browser: %s (apt-get %s)\n", what, argv[0])
		for try := 1; ; try++ {
			last, busy := "", false
			_, err := a.run(ctx, func(line string) {
				last, busy = line, busy || strings.Contains(line, "Could not get lock")
				if worthSaying.MatchString(line) {
					fmt.Fprintf(out, "  %s\n", line)
				}
			}, append(as, argv...)...)
			switch {
			case err == nil:
				return nil
			case !busy || try == 40:
				return fmt.Errorf("apt-get %s failed (%w: %s)", strings.Join(argv, " "), err, last)
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(a.pause):
			}
		}
	}
	// Old lists name files that the servers no longer have, and new machines have none.
	update := func() error { return get("fetching the lists of packages", "update") }
	install := func(pkg string) error {
		return get("installing "+pkg, "install", "-y", "--no-install-recommends", pkg)
	}
	pkg, snap := a.offered(ctx, w)
	var err error
	if pkg != "" {
		err = install(pkg)
	}
	if pkg == "" || err != nil && ctx.Err() == nil {
		if err := update(); err != nil {
			return fail(err, "%v", err)
		}
		if pkg, snap = a.offered(ctx, w); pkg != "" {
			err = install(pkg)
		}
	}
	switch {
	case pkg == "" && snap != "":
		return Found{}, &InstallError{
			Words:   "this system's package " + snap + " is only a stub for a snap, which cannot be used",
			Command: "install Google Chrome's .deb from https://www.google.com/chrome/, or name a browser with --browser PATH",
		}
	case pkg == "":
		return fail(nil, "apt offers no package %s", packageFor(w))
	case err != nil:
		return fail(err, "%v", err)
	}
	f, err := a.find(ctx, w)
	if err != nil {
		return fail(err, "%s was installed, but no browser is found: %v", pkg, err)
	}
	fmt.Fprintf(out, "browser: %s %s is installed\n", f.Path, f.Version)
	return f, nil
}

// worthSaying is what of apt's own output a person wants to see: how much there is to
// wait for, what arrives, and what is wrong.
var worthSaying = regexp.MustCompile(`^(Need to get|Get:|Fetched|Setting up|E:|W:|Err:)`)

// offered is the package that apt has for what is wanted, and one that is only a stub.
// Releases without a package of headless-shell have full Chromium, which does too;
// Raspberry Pi OS calls it chromium-browser, the name of Ubuntu's stub.
func (a apt) offered(ctx context.Context, w Want) (pkg, snap string) {
	for _, name := range []string{packageFor(w), "chromium", "chromium-browser"} {
		show, err := a.run(ctx, nil, "env", "LC_ALL=C", "apt-cache", "show", "--no-all-versions", name)
		switch {
		case err != nil || !strings.Contains(show, "Package: "):
		case snapPackage.MatchString(show):
			snap = name
		default:
			return name, ""
		}
	}
	return "", snap
}

// snapPackage matches the record of a package that only brings a snap.
var snapPackage = regexp.MustCompile(`(?m)^(Version:.*snap|(Pre-)?Depends:.*\bsnapd\b)`)

// runAloud runs a command in a clean environment. With say, each line of its stdout
// and stderr is said as it comes; without, stdout is returned.
func runAloud(ctx context.Context, say func(string), argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = []string{"LC_ALL=C.UTF-8"}
	for _, name := range []string{"PATH", "HOME", "http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		if v := os.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	// dpkg that is killed half-way leaves the package system broken: it is asked to
	// end, and only then, later, killed.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 30 * time.Second
	if say == nil {
		out, err := cmd.Output()
		return string(out), err
	}
	said := &lines{say: say}
	cmd.Stdout, cmd.Stderr = said, said
	err := cmd.Run()
	said.Write([]byte("\n"))
	return "", err
}

// lines says each line that is written to it.
type lines struct {
	say  func(string)
	rest []byte
}

func (l *lines) Write(b []byte) (int, error) {
	l.rest = append(l.rest, b...)
	for {
		line, rest, whole := bytes.Cut(l.rest, []byte("\n"))
		if !whole {
			return len(b), nil
		}
		l.rest = rest
		if text := strings.TrimSpace(string(line)); text != "" {
			l.say(text)
		}
	}
}

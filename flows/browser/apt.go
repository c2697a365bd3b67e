package browser

import (
	"bufio"
	"bytes"
	"context"
	"errors"
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
	find func(Want) (Found, error)
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
	var sudo []string
	if !a.root {
		if _, err := a.look("sudo"); err != nil {
			return fail(err, "this needs root, and there is no sudo")
		}
		if _, err := a.run(ctx, nil, "sudo", "-n", "true"); err != nil {
			return fail(err, "this needs root, and sudo asks for a password")
		}
		sudo = []string{"sudo", "-n"}
	}
	last := ""
	say := func(line string) {
		last = line
		if worthSaying.MatchString(line) {
			fmt.Fprintf(out, "  %s\n", line)
		}
	}
	as := func(argv ...string) []string {
		return append(append([]string{}, sudo...), append([]string{"env", "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C.UTF-8"}, argv...)...)
	}

	update := func() error {
		fmt.Fprintf(out, "browser: fetching the lists of packages (apt-get update)\n")
		for try := 1; ; try++ {
			busy := false
			_, err := a.run(ctx, func(line string) {
				busy = busy || strings.Contains(line, "Could not get lock")
				say(line)
			}, as("apt-get", "update", "-q")...)
			if err == nil || !busy || try == 40 {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(a.pause):
			}
		}
	}

	pkg, offer := a.choose(ctx, w)
	updated := false
	if offer != offerReal {
		if err := update(); err != nil {
			return fail(err, "apt-get update failed (%s)", why(err, last))
		}
		updated = true
		pkg, offer = a.choose(ctx, w)
	}
	switch offer {
	case offerNone:
		return fail(nil, "apt offers no package %s", pkg)
	case offerSnap:
		return Found{}, &InstallError{
			Words:   "this system's package " + pkg + " is only a stub for a snap, which cannot be used",
			Command: "install Google Chrome's .deb from https://www.google.com/chrome/, or name a browser with --browser PATH",
		}
	}
	for {
		fmt.Fprintf(out, "browser: installing %s (apt-get install)\n", pkg)
		argv := as("apt-get", "install", "-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0", pkg)
		_, err := a.run(ctx, say, argv...)
		if err == nil {
			break
		}
		if updated || ctx.Err() != nil {
			return fail(err, "apt-get install %s failed (%s)", pkg, why(err, last))
		}
		// Old lists name files that the servers no longer have.
		if err := update(); err != nil {
			return fail(err, "apt-get update failed (%s)", why(err, last))
		}
		updated = true
	}
	f, err := a.find(w)
	if err != nil {
		return fail(err, "%s was installed, but no browser is found: %v", pkg, err)
	}
	fmt.Fprintf(out, "browser: %s %s is installed\n", f.Path, f.Version)
	return f, nil
}

// worthSaying is what of apt's own output a person wants to see: how much there is to
// wait for, what arrives, and what is wrong.
var worthSaying = regexp.MustCompile(`^(Need to get|Get:|Fetched|Setting up|E:|W:|Err:)`)

func why(err error, last string) string {
	if last == "" {
		return err.Error()
	}
	return fmt.Sprintf("%v: %s", err, last)
}

// offer is what apt has under a package's name.
type offer int

const (
	offerNone offer = iota
	offerSnap
	offerReal
)

// choose returns the package for what is wanted and what apt offers under that name.
// Releases without a package of headless-shell have full Chromium, which does too;
// Raspberry Pi OS calls it chromium-browser, the name of Ubuntu's stub.
func (a apt) choose(ctx context.Context, w Want) (string, offer) {
	names := []string{"chromium", "chromium-browser"}
	if pkg := packageFor(w); pkg != names[0] {
		names = append([]string{pkg}, names...)
	}
	best, snap := names[0], false
	for _, name := range names {
		switch a.offers(ctx, name) {
		case offerReal:
			return name, offerReal
		case offerSnap:
			best, snap = name, true
		}
	}
	if snap {
		return best, offerSnap
	}
	return best, offerNone
}

// offers asks apt for the candidate of a package and whether it is a real one.
func (a apt) offers(ctx context.Context, pkg string) offer {
	policy, err := a.run(ctx, nil, "env", "LC_ALL=C", "apt-cache", "policy", pkg)
	if err != nil {
		return offerNone
	}
	candidate := ""
	for line := range strings.Lines(policy) {
		if v, ok := strings.CutPrefix(strings.TrimSpace(line), "Candidate:"); ok {
			candidate = strings.TrimSpace(v)
		}
	}
	if candidate == "" || candidate == "(none)" {
		return offerNone
	}
	if strings.Contains(candidate, "snap") {
		return offerSnap
	}
	show, err := a.run(ctx, nil, "env", "LC_ALL=C", "apt-cache", "show", pkg+"="+candidate)
	if err != nil {
		return offerNone
	}
	for line := range strings.Lines(show) {
		key, value, _ := strings.Cut(line, ":")
		if (key == "Depends" || key == "Pre-Depends") && strings.Contains(value, "snapd") {
			return offerSnap
		}
	}
	return offerReal
}

// runAloud runs a command in a clean environment. With say, each line of its stdout
// and stderr is said as it comes; without, stdout is returned.
func runAloud(ctx context.Context, say func(string), argv ...string) (string, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "LC_ALL=C.UTF-8"}
	for _, name := range []string{"http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"} {
		if v := os.Getenv(name); v != "" {
			cmd.Env = append(cmd.Env, name+"="+v)
		}
	}
	// dpkg that is killed half-way leaves the package system broken: it is asked to
	// end, and only then, later, killed.
	cmd.Cancel = func() error { return interrupt(cmd.Process) }
	cmd.WaitDelay = 30 * time.Second
	if say == nil {
		var stdout bytes.Buffer
		cmd.Stdout = &stdout
		err := cmd.Run()
		return stdout.String(), err
	}
	r, wr := io.Pipe()
	cmd.Stdout, cmd.Stderr = wr, wr
	done := make(chan struct{})
	go func() {
		defer close(done)
		s := bufio.NewScanner(r)
		for s.Scan() {
			if line := strings.TrimSpace(s.Text()); line != "" {
				say(line)
			}
		}
		io.Copy(io.Discard, r) // a line too long must not stop the command
	}()
	err := cmd.Run()
	wr.Close()
	<-done
	return "", err
}

// interrupt asks a process to end.
func interrupt(p *os.Process) error {
	if err := p.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return p.Kill()
	}
	return nil
}

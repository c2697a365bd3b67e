package browser

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"time"
)

// installCommand is what a person can type to get a browser.
func installCommand(w Want) string {
	switch runtime.GOOS {
	case "linux":
		if _, err := exec.LookPath("apt-get"); err == nil {
			sudo := "sudo "
			if os.Getuid() == 0 {
				sudo = ""
			}
			return "run: " + sudo + "apt-get install --no-install-recommends " + packageFor(w)
		}
		return "install chromium with the system's package manager, or name a browser with --browser PATH (UNECHO_BROWSER)"
	case "darwin":
		return "install Chrome or Chromium (brew install --cask chromium), or name a browser with --browser PATH"
	default:
		return "install Chrome, Chromium or Edge, or name a browser with --browser PATH"
	}
}

// InstallError says why no browser could be installed and what the user can do.
type InstallError struct {
	Words   string
	Command string
	Err     error
}

func (e *InstallError) Error() string {
	return "cannot install a browser: " + e.Words + ": " + e.Command
}
func (e *InstallError) Unwrap() error { return e.Err }

// InstallOptions is how Install works.
type InstallOptions struct {
	Out      io.Writer // each step is said here; nil: nowhere
	Terminal bool      // Out is a terminal: a download is shown as a bar

	// URL is where Chrome for Testing's lists are; "" means DefaultURL, and packages
	// of the system first. A URL that is given is taken at its word: what is wanted
	// is a download from there, whatever else is on the machine.
	URL string
}

// Install installs a browser that fits and returns it. By the system's packages
// where apt offers a real one and our rights allow, because that one is updated with
// the system; else Chrome for Testing into the user's cache directory. It says which
// way it takes and why. If a fitting browser is there already, nothing is done,
// except that one of our own is replaced by a newer version.
//
// It takes up to some minutes. The error is an *InstallError, or ctx's when that has
// ended. In no case is a browser half installed.
func Install(ctx context.Context, w Want, o InstallOptions) (Found, error) {
	if o.Out == nil {
		o.Out = io.Discard
	}
	i := installer{
		out:  o.Out,
		find: Find,
		own:  thisMachine().ours,
		packages: func(ctx context.Context, w Want) (Found, error) {
			a := apt{look: exec.LookPath, run: runAloud, root: os.Getuid() == 0, find: Find, pause: 3 * time.Second}
			return a.install(ctx, o.Out, w)
		},
		download: newDownload(o).install,
	}
	if o.URL != "" {
		i.only = true
	}
	return i.install(ctx, w)
}

// installer chooses between the ways; tests put made-up ones in.
type installer struct {
	out      io.Writer
	find     func(context.Context, Want) (Found, error)
	own      func(path string) bool // one that we downloaded
	packages func(context.Context, Want) (Found, error)
	download func(context.Context, Want) (Found, error)
	only     bool // download, whatever there is
}

// fits tells whether what Find returned needs no other: live, headless-shell is only
// taken where there is nothing better.
func fits(f Found, err error, w Want) bool {
	return err == nil && (f.Kind == Chromium || w.Replay)
}

func (i installer) install(ctx context.Context, w Want) (Found, error) {
	w.Path = "" // what is named must be there; installing another would not make it so
	if i.only {
		fmt.Fprintln(i.out, "browser: downloading Chrome for Testing, because an address for it was given")
		return i.download(ctx, w)
	}
	f, err := i.find(ctx, w)
	ok := fits(f, err, w)
	if ok && !i.own(f.Path) {
		fmt.Fprintf(i.out, "browser: %s %s is already installed\n", f.Path, f.Version)
		return f, nil
	}
	if ok {
		// Nobody else updates it. Failing that it still is a browser.
		newer, err := i.download(ctx, w)
		if err == nil || ctx.Err() != nil {
			return newer, err
		}
		fmt.Fprintf(i.out, "browser: %s %s is already installed; no newer one could be fetched: %v\n", f.Path, f.Version, err)
		return f, nil
	}
	var here *MachineError
	if errors.As(err, &here) {
		return Found{}, err // no other would start either
	}
	f, aptErr := i.packages(ctx, w)
	if aptErr == nil || ctx.Err() != nil {
		return f, aptErr
	}
	words := aptErr.Error()
	var ie *InstallError
	if errors.As(aptErr, &ie) {
		words = ie.Words
	}
	fmt.Fprintf(i.out, "browser: not from the system's packages: %s; downloading Chrome for Testing instead\n", words)
	f, err = i.download(ctx, w)
	if err == nil || ctx.Err() != nil {
		return f, err
	}
	var de *InstallError
	var lacks *LibrariesError
	if errors.As(err, &de) && !errors.As(err, &lacks) {
		return Found{}, &InstallError{Words: words + "; " + de.Words, Command: de.Command, Err: errors.Join(err, aptErr)}
	}
	return Found{}, err
}

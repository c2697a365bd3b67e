// Package browsertest gives tests a real browser: one for the whole test process,
// started when the first test asks for it, and a fresh isolated tab for each test.
// It is for tests only, and it is not a fake: what is not installed is installed
// (as `unecho browser install` does, said on stderr).
//
// A package that uses it has
//
//	func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }
//
// UNECHO_TEST_BROWSER chooses the browser: "shell" (headless-shell, also the
// default), "full" (Chromium or Chrome), or the path of one.
package browsertest

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser"
)

var (
	running bool   // inside Run
	base    string // run directories of this test process

	findOnce sync.Once
	found    browser.Found
	findErr  error

	startOnce sync.Once
	shared    *browser.Browser
	startErr  error
)

// Run runs the package's tests and ends the shared browser after them.
func Run(m *testing.M) (code int) {
	BeWire()
	// One directory for all test processes of this user, so that what a killed one
	// left is swept by the next.
	base = filepath.Join(os.TempDir(), fmt.Sprintf("unecho-test-%d", os.Getuid()))
	if _, err := browser.Sweep(base); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	// Most of a test's time is waiting: for a page to settle, for a step to give up. go
	// test runs as many packages at a time as there are processors, so that the machine is
	// busy with two tests of each package for every processor, and waits in vain with less.
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f != nil && f.Value.String() == strconv.Itoa(runtime.GOMAXPROCS(0)) {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	running = true
	defer func() {
		if sharedElse != nil {
			sharedElse.Kill()
		}
		if shared != nil {
			if err := shared.Close(); err != nil {
				fmt.Fprintln(os.Stderr, err)
				code = max(code, 1)
			}
		}
		os.Remove(base) // if it is empty
	}()
	defer sayLeftOut()
	return m.Run()
}

// RunBase is the directory for run directories of browsers that a test starts
// itself. It is swept by the next test process.
func RunBase(t testing.TB) string {
	t.Helper()
	if !running {
		t.Fatal("browsertest: the package needs func TestMain(m *testing.M) { os.Exit(browsertest.Run(m)) }")
	}
	return base
}

// Found is the browser that the tests use, installed first if there is none.
func Found(t testing.TB) browser.Found {
	t.Helper()
	findOnce.Do(func() { found, findErr = find() })
	if findErr != nil {
		t.Fatalf("browsertest: %v", findErr)
	}
	return found
}

func find() (browser.Found, error) {
	want := browser.Want{Replay: true}
	switch choice := os.Getenv("UNECHO_TEST_BROWSER"); choice {
	case "", "shell":
	case "full":
		want.Headed = true // which only full browsers can
	default:
		want.Path = choice
	}
	f, err := browser.Find(context.Background(), want)
	if err == nil || want.Path != "" {
		return f, err
	}
	// Two test processes run at a time; the second waits for apt's lock in apt.
	fmt.Fprintln(os.Stderr, "browsertest: no browser for the tests on this machine, installing one")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	return browser.Install(ctx, want, browser.InstallOptions{Out: os.Stderr, URL: os.Getenv("UNECHO_BROWSER_URL")})
}

// Browser is the browser that the tests of this process share. It reaches this
// machine (127.0.0.1, localhost, *.localhost) and nothing else, and it loads images.
func Browser(t testing.TB) *browser.Browser {
	t.Helper()
	f := Found(t)
	dir := RunBase(t)
	startOnce.Do(func() {
		shared, startErr = browser.Start(context.Background(), browser.Options{
			Found:      f,
			RunBase:    dir,
			LoadImages: true,
			Hosts:      []string{"127.0.0.1", "localhost", "*.localhost"},
		})
	})
	if startErr != nil {
		t.Fatalf("browsertest: %v", startErr)
	}
	return shared
}

// Tab is a fresh tab of the shared browser that shares no cookie and no storage with
// any other. It is closed when the test ends.
func Tab(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel, err := Browser(t).NewTab()
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	t.Cleanup(cancel)
	return ctx
}

// Start starts a browser of the test's own and closes it when the test ends. Found
// and RunBase are filled in where they are empty. It is for what the shared one
// cannot do: MapTo, other hosts, images blocked, being killed.
func Start(t testing.TB, o browser.Options) *browser.Browser {
	t.Helper()
	if o.Found.Path == "" {
		o.Found = Found(t)
	}
	if o.RunBase == "" {
		o.RunBase = RunBase(t)
	}
	b, err := browser.Start(context.Background(), o)
	if err != nil {
		t.Fatalf("browsertest: %v", err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

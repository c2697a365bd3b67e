package cli

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/standin"
)

// The scripts of testdata/cli run the real command as a process of its own,
// against the stand-in: inside it (--replay standin) or, where the script looks
// at the stand-in's record, in this process (--replay http://127.0.0.1:PORT).

const pagesEnv = "UNECHO_TEST_PAGES"

func TestMain(m *testing.M) {
	testscript.Main(runner{m}, map[string]func(){
		"unecho":  func() { os.Exit(Main(os.Args[1:], Process(os.DirFS(os.Getenv(pagesEnv))))) },
		"rawlist": rawList,
	})
}

// runner lets browsertest install a browser if there is none, and clean up.
type runner struct{ m *testing.M }

func (r runner) Run() int { return browsertest.Run(r.m) }

func pages(t testing.TB) string {
	dir, err := filepath.Abs("../../testdata/standin")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// ownBrowser are the scripts whose runs always start a browser of their own: those of the
// whole job, of ends for a person, and those in which the browser itself matters.
var ownBrowser = []string{"deregister", "list", "people", "record"}

// sharedBrowser is what UNECHO_BROWSER says where it does not matter how the run got its
// browser: the address of one that is already running, in which each run has a context of
// its own. To start one costs more than all that such a run does besides.
// UNECHO_FULL=1 starts one for each run.
func sharedBrowser(t testing.TB) string {
	if browsertest.Full() || os.Getenv("UNECHO_TEST_BROWSER") != "" {
		return browsertest.Found(t).Path
	}
	return browsertest.SharedElsewhere(t).WS
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "../../testdata/cli",
		Setup: func(e *testscript.Env) error {
			e.Setenv(pagesEnv, pages(t))
			e.Setenv("CASSETTES", filepath.Join(filepath.Dir(pages(t)), "cassettes"))
			script := strings.TrimPrefix(filepath.Base(e.WorkDir), "script-")
			if slices.Contains(ownBrowser, script) {
				e.Setenv("UNECHO_BROWSER", browsertest.Found(t).Path)
			} else {
				e.Setenv("UNECHO_BROWSER", sharedBrowser(t))
			}
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_STATE_HOME", filepath.Join(e.WorkDir, "state"))
			e.Setenv("XDG_CONFIG_HOME", filepath.Join(e.WorkDir, "config"))
			e.Values[sitesKey{}] = &sites{}
			return nil
		},
		// [!full:NAME] stop leaves the rest of a script to .ci/run.
		Condition: func(cond string) (bool, error) {
			script, ok := strings.CutPrefix(cond, "full:")
			if !ok {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return !browsertest.LeftOut("TestScripts/" + script + ", its end"), nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits":   exitsWith,
			"standin": startStandin,
			"record":  checkRecord,
			"nothing": nothingLeft,
			"cookies": exportCookies,
		},
	})
}

// exits CODE CMD [ARG...] runs a command and wants its exit code.
func exitsWith(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE CMD [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if slices.Contains(args, ts.Getenv("SITE")) { // the account of the stand-in
		args = append(args, "--env-file", "site.env")
	}
	started := time.Now()
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var ee *exec.ExitError
	switch {
	case errors.As(err, &ee):
		got = ee.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	ts.Logf("exit code %d after %d ms", got, time.Since(started).Milliseconds())
	if got != want {
		ts.Fatalf("%s: exit code %d, want %d", strings.Join(args[1:], " "), got, want)
	}
}

type sitesKey struct{}

type sites struct {
	mu   sync.Mutex
	last *standin.Site
}

// standin SCENARIO starts a stand-in in this process; $SITE is its address.
func startStandin(ts *testscript.TestScript, neg bool, args []string) {
	scenario := ""
	if len(args) > 0 {
		scenario = args[0]
	}
	site, err := standin.New(standin.Options{Files: os.DirFS(ts.Getenv(pagesEnv)), Scenario: scenario})
	ts.Check(err)
	srv := httptest.NewServer(site)
	ts.Defer(srv.Close)
	ts.Setenv("SITE", srv.URL)
	email, password, otp := site.Credentials()
	ts.Check(os.WriteFile(ts.MkAbs("password"), []byte(password), 0o600))
	env := "AMAZON_EMAIL=" + email + "\nAMAZON_PASSWORD_FILE='" + ts.MkAbs("password") + "'\n"
	if otp != "" {
		env += "AMAZON_OTP_SECRET=" + otp + "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs("site.env"), []byte(env), 0o600))
	s := ts.Value(sitesKey{}).(*sites)
	s.mu.Lock()
	s.last = site
	s.mu.Unlock()
}

// record gone [NAME...]: exactly these were deregistered, once each, and
// nothing that must never happen has happened.
// record passwords N: that many passwords were submitted.
// record signins N: that many sign-ins were completed.
func checkRecord(ts *testscript.TestScript, neg bool, args []string) {
	s := ts.Value(sitesKey{}).(*sites)
	s.mu.Lock()
	site := s.last
	s.mu.Unlock()
	if site == nil || neg || len(args) == 0 {
		ts.Fatalf("usage: record gone [NAME...] | record passwords N (after standin)")
	}
	r := site.Record()
	switch args[0] {
	case "gone":
		var gone []string
		for _, d := range r.Deregistered {
			gone = append(gone, d.Name)
			if !d.Trusted {
				ts.Fatalf("%s was deregistered by something else than a mouse", d.Name)
			}
		}
		if !slices.Equal(gone, args[1:]) {
			ts.Fatalf("deregistered: %q, want %q", gone, args[1:])
		}
	case "passwords":
		if fmt.Sprint(r.Passwords.Sent) != args[1] {
			ts.Fatalf("%d passwords were submitted, want %s", r.Passwords.Sent, args[1])
		}
	case "signins":
		if fmt.Sprint(r.SignIns) != args[1] {
			ts.Fatalf("%d sign-ins, want %s", r.SignIns, args[1])
		}
	default:
		ts.Fatalf("record knows gone, passwords and signins, not %s", args[0])
	}
	if len(r.Doubles)+len(r.Dangers)+len(r.ContentDeleted)+r.Registrations+r.PasskeyPressed+len(r.Decoys) > 0 {
		ts.Fatalf("this must never happen: doubles %v, dangers %v, content %v, registrations %d, passkeys %d, decoys %v",
			r.Doubles, r.Dangers, r.ContentDeleted, r.Registrations, r.PasskeyPressed, r.Decoys)
	}
}

// nothing is left: no run directory and no process that names this script's
// state directory.
func nothingLeft(ts *testscript.TestScript, neg bool, args []string) {
	state := ts.Getenv("XDG_STATE_HOME")
	entries, err := os.ReadDir(filepath.Join(state, "unecho", "run"))
	if err != nil && !os.IsNotExist(err) {
		ts.Check(err)
	}
	for _, e := range entries {
		ts.Fatalf("left behind: %s", filepath.Join(state, "unecho", "run", e.Name()))
	}
	for _, p := range processesNaming(state) {
		ts.Fatalf("left running: %s", p)
	}
}

// processesNaming lists the processes whose command line names a path (Linux).
func processesNaming(path string) (found []string) {
	dirs, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range dirs {
		b, err := os.ReadFile(f)
		if err == nil && strings.Contains(string(b), path) && !strings.Contains(f, strconv.Itoa(os.Getpid())) {
			found = append(found, f+": "+strings.ReplaceAll(string(b), "\x00", " "))
		}
	}
	return found
}

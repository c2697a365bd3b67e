package cli

import (
	"flag"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/unecho/unecho/flows/browser"

	"github.com/unecho/unecho/flows/browser/browsertest"
)

var repeats = flag.Int("repeats", 2, "how often TestTheSameCassetteGivesTheSameRun runs a cassette in each browser")

// The same cassette gives the same run: the same outcome, and the same steps on the
// page. Twice in .ci/run; -repeats 100 for the proof.
func TestTheSameCassetteGivesTheSameRun(t *testing.T) {
	t.Parallel()
	dir, err := filepath.Abs("../../testdata/cassettes/article")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range browsers(t) {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if *repeats < 3 { // -repeats 100 plays both, too
				browsertest.OnlyInFull(t)
			}
			var first string
			for n := range *repeats {
				got := oneRun(t, nil, path, dir)
				if first == "" {
					first = got
				}
				if got != first {
					t.Fatalf("run %d differs:\n%s\nfrom the first:\n%s", n+1, got, first)
				}
			}
		})
	}
}

// Nothing but the loopback is needed: in a network namespace of its own, where the
// machine lets us have one.
func TestReplayNeedsNoNetwork(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("network namespaces are Linux's")
	}
	alone := []string{"unshare", "--net", "--map-root-user", "sh", "-c", `ip link set lo up 2>/dev/null || ifconfig lo up; exec "$@"`, "sh"}
	if out, err := exec.Command(alone[0], append(alone[1:], "true")...).CombinedOutput(); err != nil {
		t.Skipf("no network namespace to be had here: %v %s", err, out)
	}
	dir, err := filepath.Abs("../../testdata/cassettes/article")
	if err != nil {
		t.Fatal(err)
	}
	oneRun(t, alone, browsers(t)[0], dir)
}

// browsers are the paths of the browsers of both kinds that are there.
func browsers(t *testing.T) (paths []string) {
	for _, w := range []browser.Want{{Replay: true}, {Headed: true}} {
		if found, err := browser.Find(t.Context(), w); err == nil && !slices.Contains(paths, found.Path) {
			paths = append(paths, found.Path)
		}
	}
	if len(paths) == 0 {
		t.Skip("no browser")
	}
	return paths
}

// oneRun deregisters on a cassette and tells the outcome and the steps, without times.
func oneRun(t *testing.T, wrap []string, path, dir string) string {
	t.Helper()
	cmd := tool(t, t.TempDir(), nil, "deregister", "Kitchen Echo", "--yes", "-v", "--replay", dir, "--browser", path)
	if wrap != nil {
		args := append(slices.Clone(wrap), cmd.Args...)
		args[len(wrap)] = cmd.Path
		again := exec.Command(args[0], args[1:]...)
		again.Env = cmd.Env
		cmd = again
	}
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, log.String(), out)
	}
	if !strings.Contains(string(out), "deregistered") {
		t.Fatalf("%s", out)
	}
	var steps []string
	for _, l := range strings.Split(log.String(), "\n") {
		l = strings.TrimSpace(l)
		// What is clicked and seen is the run; how often it was looked in between, while
		// waiting, is the machine's speed.
		if strings.HasPrefix(l, "click ") || strings.HasPrefix(l, "see ") {
			l, _, _ = strings.Cut(l, ": done")
			// So is a click that ran out of its time before it came to click, and was made again.
			l, _, _ = strings.Cut(l, ": the page gave no answer")
			// Whether the page still shows its own words of success when it is looked at,
			// or has taken the row away already, is the machine's speed too.
			if strings.Contains(l, "result dialog") {
				continue
			}
			if len(steps) == 0 || steps[len(steps)-1] != l {
				steps = append(steps, l)
			}
		}
	}
	if len(steps) < 6 {
		t.Fatalf("hardly a run: %q", steps)
	}
	return string(out) + strings.Join(steps, "\n")
}

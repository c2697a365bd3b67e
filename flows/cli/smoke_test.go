package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// TestSmoke takes every folder of testdata/cassettes through list, check and, where it
// holds one, the deregistration, and holds it to what its manifest expects. A new folder
// there is tested without a word here.
func TestSmoke(t *testing.T) {
	t.Parallel()
	const root = "../../testdata/cassettes"
	dirs, err := os.ReadDir(root)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cassettes: %v", err)
	}
	started := time.Now()
	t.Run("cassettes", func(t *testing.T) {
		for _, d := range dirs {
			t.Run(d.Name(), func(t *testing.T) {
				t.Parallel()
				// The script of check plays the first, which waits long; what the others show, the scripts do, too.
				if slices.Contains([]string{"drift-class", "drift-label", "error-503", "portal-retired", "signin-code", "signin-unified"}, d.Name()) {
					browsertest.OnlyInFull(t)
				}
				smoke(t, filepath.Join(root, d.Name()))
			})
		}
	})
	t.Logf("%d cassettes in %.1f s", len(dirs), time.Since(started).Seconds())
}

// A recording that somebody sends becomes a test by being put into that folder, whether
// the run that it shows went well or not.
func TestARecordingIsACassetteOfTheSuite(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scenario string
		expect   replay.Expect
		last     string // words of the last page that it shows as it was rendered
	}{
		{"article", replay.Expect{Devices: 7}, "Kids"},
		// The way to a device leads through other views; the script's own words are no names.
		{"console", replay.Expect{Devices: 7}, ""},
		{"layout:3", replay.Expect{Devices: 12}, ""},
		{"captcha", replay.Expect{List: 4, Check: 4}, "A check for people"},
		{"unknown-page", replay.Expect{List: 6, Check: 6}, "One more thing"},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			// The console stands for pages that are read by data; the scripts of record and handover
			// record the article's pages, one that only a person can answer, and an unknown one.
			if slices.Contains([]string{"article", "captcha", "layout:3", "unknown-page"}, c.scenario) {
				browsertest.OnlyInFull(t)
			}
			dir := filepath.Join(t.TempDir(), "sent")
			cmd := tool(t, t.TempDir(), nil, "record", dir, "--replay", "standin:"+c.scenario, "--step-timeout", "4s", "-q")
			if out, _ := cmd.CombinedOutput(); cmd.ProcessState.ExitCode() != c.expect.List {
				t.Fatalf("record: exit code %d\n%s", cmd.ProcessState.ExitCode(), out)
			}
			made, err := replay.OpenDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			if made.Expect != c.expect {
				t.Errorf("the manifest expects %+v, want %+v", made.Expect, c.expect)
			}
			if last := made.Pages[len(made.Pages)-1]; !strings.Contains(string(made.Files[last.File]), c.last) {
				t.Errorf("the last page is %s (%s), which is not the one where the run ended", last.File, last.Screen)
			}
			if c.expect.List != 6 { // which waits long for a page that it knows
				smoke(t, dir)
			}
		})
	}
}

// smoke plays one cassette.
func smoke(t *testing.T, dir string) {
	fsys := os.DirFS(dir)
	c, err := replay.OpenCassette(fsys)
	if err != nil {
		t.Fatal(err)
	}
	odd, err := c.Lint(fsys)
	if err != nil || len(odd) > 0 {
		t.Errorf("the cassette is odd: %v %v", odd, err)
	}
	if (c.Kind == replay.Reconstruction) != strings.Contains(c.About, "Reconstruction") {
		t.Errorf("the cassette does not say what it is: kind %q, about %q", c.Kind, c.About)
	}
	var said strings.Builder
	run := func(args ...string) ([]byte, int) {
		t.Helper()
		abs, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		step := "8s"
		if c.Expect.Check == 6 {
			step = "4s" // what is not there is waited for that long, for each of several devices
		}
		// One-time codes are computed like everything else; recorded pages take any.
		cmd := tool(t, t.TempDir(), []string{"AMAZON_OTP_SECRET=" + smokeSecret(t), "GITHUB_ACTIONS=", "UNECHO_BROWSER=" + sharedBrowser(t)}, append(args, "--replay", abs, "--json", "--step-timeout", step)...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, _ := cmd.Output() // the code tells it
		fmt.Fprintf(&said, "%s: exit code %d\n%s%s\n", args[0], cmd.ProcessState.ExitCode(), stderr.String(), out)
		return out, cmd.ProcessState.ExitCode()
	}
	defer func() {
		if t.Failed() {
			t.Log(said.String())
		}
	}()
	var played replay.Played
	var list struct {
		Devices []struct{ Name, Key string }
	}
	out, code := run("list")
	if err := json.Unmarshal(out, &list); err != nil {
		t.Errorf("list: %v", err)
	}
	played.List, played.Devices = code, len(list.Devices)
	var check struct {
		Findings []struct{ Name, Verdict string }
		Summary  map[string]int
	}
	out, played.Check = run("check")
	if err := json.Unmarshal(out, &check); err != nil {
		t.Errorf("check: %v", err)
	}
	wrong, better := c.Judge(played)
	for _, line := range wrong {
		t.Error(line)
	}
	for _, line := range better {
		t.Logf("better than it was, so the manifest can say so: %s", line)
	}
	if played.Check == 1 && check.Summary["fallback"] == 0 || played.Check == 6 && played.List == 0 && check.Summary["lost"] == 0 {
		t.Errorf("check: exit code %d with %v", played.Check, check.Summary)
	}
	if c.Deregisters == "" {
		return
	}
	if !slices.ContainsFunc(list.Devices, func(d struct{ Name, Key string }) bool { return d.Name == c.Deregisters }) {
		t.Errorf("%q is not in the list", c.Deregisters)
	}
	if out, code := run("deregister", c.Deregisters, "--yes"); code != 0 || !strings.Contains(string(out), `"deregistered"`) {
		t.Errorf("deregister: exit code %d", code)
	}
}

func smokeSecret(t *testing.T) string {
	s, err := standin.New(standin.Options{Files: os.DirFS(pages(t)), Scenario: "otp"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, secret := s.Credentials()
	return secret
}

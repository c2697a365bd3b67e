package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/replay"
	"github.com/unecho/unecho/flows/standin"
)

// What a cassette comes to, where it is not that everything is well. A cassette that
// is not named here must pass all.
var smokeCodes = map[string]struct{ list, check int }{
	"captcha":     {list: 4, check: 4},
	"error-503":   {list: 6, check: 6},
	"drift-class": {check: 1},
	"drift-label": {check: 6},
}

// TestSmoke takes every cassette of testdata/cassettes through list, check and, where
// it holds one, the deregistration. A new directory there is tested without a word here.
func TestSmoke(t *testing.T) {
	t.Parallel()
	dirs, err := filepath.Glob("../../testdata/cassettes/*/" + replay.ManifestName)
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no cassettes: %v", err)
	}
	started := time.Now()
	t.Run("cassettes", func(t *testing.T) {
		for _, manifest := range dirs {
			dir := filepath.Dir(manifest)
			t.Run(filepath.Base(dir), func(t *testing.T) {
				t.Parallel()
				smoke(t, dir)
			})
		}
	})
	t.Logf("%d cassettes in %.1f s", len(dirs), time.Since(started).Seconds())
}

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
	if c.Kind == replay.Reconstruction != strings.Contains(c.About, "Reconstruction") {
		t.Errorf("the cassette does not say what it is: kind %q, about %q", c.Kind, c.About)
	}
	want := smokeCodes[filepath.Base(dir)]
	run := func(code int, args ...string) []byte {
		t.Helper()
		abs, err := filepath.Abs(dir)
		if err != nil {
			t.Fatal(err)
		}
		// One-time codes are computed like everything else; recorded pages take any.
		cmd := tool(t, t.TempDir(), []string{"AMAZON_OTP_SECRET=" + smokeSecret(t), "GITHUB_ACTIONS="}, append(args, "--replay", abs, "--json", "--step-timeout", "8s")...)
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if got := cmd.ProcessState.ExitCode(); got != code {
			t.Errorf("%s: exit code %d, want %d (%v)\n%s\n%s", args[0], got, code, err, stderr.String(), out)
		}
		return out
	}
	var list struct {
		Devices []struct{ Name, Key string }
	}
	if err := json.Unmarshal(run(want.list, "list"), &list); err != nil {
		t.Errorf("list: %v", err)
	}
	if want.list == 0 && len(list.Devices) == 0 {
		t.Error("list: no devices")
	}
	var check struct {
		Findings []struct{ Name, Verdict string }
		Summary  map[string]int
	}
	if err := json.Unmarshal(run(want.check, "check"), &check); err != nil {
		t.Errorf("check: %v", err)
	}
	switch {
	case want.check == 1 && check.Summary["fallback"] == 0, want.check == 6 && want.list == 0 && check.Summary["lost"] == 0:
		t.Errorf("check: %v", check.Summary)
	}
	if c.Deregisters == "" {
		return
	}
	if !slices.ContainsFunc(list.Devices, func(d struct{ Name, Key string }) bool { return d.Name == c.Deregisters }) {
		t.Errorf("%q is not in the list", c.Deregisters)
	}
	if out := run(0, "deregister", c.Deregisters, "--yes"); !strings.Contains(string(out), `"deregistered"`) {
		t.Errorf("deregister: %s", out)
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

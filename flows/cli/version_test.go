package cli

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

// A report that names no commit is of no use to whoever looks for the mistake.
func TestVersionTellsWhatItWasBuiltFrom(t *testing.T) {
	chromedp := []*debug.Module{{Path: "github.com/other/thing", Version: "v9.9.9"}, {Path: "github.com/chromedp/chromedp", Version: "v0.23.0"}}
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "-trimpath", Value: "true"}, {Key: "vcs.revision", Value: "b35d6a7f00dcafe0123456789abcdef012345678"},
			{Key: "vcs.time", Value: "2026-11-26T17:00:00Z"}, {Key: "vcs.modified", Value: modified}}
	}
	for _, c := range []struct {
		name     string
		main     string
		settings []debug.BuildSetting
		version  string // as the line has it
		commit   string
	}{
		{"a release built from its tag", "v1.2.3", vcs("false"), "unecho v1.2.3 (", "commit b35d6a7f00dc, go"},
		{"a checkout with changes", "v1.2.4-0.20261126170000-b35d6a7f00dc+dirty", vcs("true"), "unecho v1.2.4-0.20261126170000-b35d6a7f00dc+dirty (", "commit b35d6a7f00dc with changes, go"},
		{"go install of a tag", "v1.2.3", nil, "unecho v1.2.3 (go", ""},
		{"go install of a commit", "v0.0.0-20261126170000-b35d6a7f00dc", nil, "unecho v0.0.0-20261126170000-b35d6a7f00dc (", "commit b35d6a7f00dc, go"},
		{"sources alone", "(devel)", nil, "unecho development build (go", ""},
	} {
		b := buildOf(&debug.BuildInfo{Main: debug.Module{Version: c.main}, Deps: chromedp, Settings: c.settings})
		line := b.line()
		if !strings.HasPrefix(line, c.version) || !strings.Contains(line, c.commit) || c.commit == "" && strings.Contains(line, "commit") || !strings.Contains(line, "chromedp v0.23.0") {
			t.Errorf("%s: %s", c.name, line)
		}
	}
	if line := buildOf(nil).line(); !strings.HasPrefix(line, "unecho development build (go") {
		t.Errorf("without build information: %s", line)
	}
}

func TestVersionForPrograms(t *testing.T) {
	var out, errs bytes.Buffer
	if code := Main([]string{"version", "--json"}, Env{Out: &out, Err: &errs}); code != 0 {
		t.Fatalf("exit code %d: %s", code, &errs)
	}
	var v struct {
		Schema                int
		Version, Go, OS, Arch string
	}
	if err := json.Unmarshal(out.Bytes(), &v); err != nil || v.Schema != 1 || v.Version == "" || v.Go != runtime.Version() || v.OS != runtime.GOOS || v.Arch != runtime.GOARCH {
		t.Errorf("%v: %s", err, &out)
	}
}

// What the Dockerfile sets must be a variable that is there: the linker says nothing of
// one that is not.
func TestTheVersionCanBeSetFromOutside(t *testing.T) {
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	set := reflect.TypeFor[built]().PkgPath() + ".Version"
	if !strings.Contains(string(dockerfile), "-X "+set+"=") {
		t.Errorf("the Dockerfile does not set %s", set)
	}
	defer func(v string) { Version = v }(Version)
	Version = "v7.8.9"
	if line := thisBuild().line(); !strings.HasPrefix(line, "unecho v7.8.9 (") {
		t.Error(line)
	}
}

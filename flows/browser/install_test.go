package browser

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
)

// ways is an installer in memory.
type ways struct {
	there       Found
	ours        bool
	apt, web    error
	onlyWeb     bool
	tried, said string
}

func (w *ways) install(want Want) (Found, error) {
	var out bytes.Buffer
	way := func(name string, err error) func(context.Context, Want) (Found, error) {
		return func(context.Context, Want) (Found, error) {
			w.tried += name + " "
			if err != nil {
				return Found{}, err
			}
			return Found{Path: name, Kind: Chromium}, nil
		}
	}
	f, err := installer{
		out: &out,
		find: func(context.Context, Want) (Found, error) {
			if w.there.Path == "" {
				return Found{}, &NotFoundError{}
			}
			return w.there, nil
		},
		own:      func(string) bool { return w.ours },
		packages: way("apt", w.apt),
		download: way("web", w.web),
		only:     w.onlyWeb,
	}.install(context.Background(), want)
	w.said = out.String()
	return f, err
}

func TestInstallChoosesTheWayAndSaysWhy(t *testing.T) {
	noRights := &InstallError{Words: "this needs root, and there is no sudo", Command: "run: sudo apt-get install chromium"}
	offline := &InstallError{Words: "could not reach example.com (no such host)", Command: "check the network"}
	lacking := &InstallError{Words: "libnss3.so is missing", Command: "run: apt-get install libnss3", Err: &LibrariesError{}}
	full, shell := Found{Path: "/usr/lib/chromium/chromium", Kind: Chromium}, Found{Path: "/usr/bin/chrome-headless-shell", Kind: HeadlessShell}
	for _, c := range []struct {
		name  string
		ways  ways
		want  Want
		tried string
		path  string // "" for an error
		say   string // in what is said or in the error
	}{
		{"apt where it can", ways{}, Want{}, "apt ", "apt", ""},
		{"the download where apt cannot", ways{apt: noRights}, Want{}, "apt web ", "web", "not from the system's packages: this needs root"},
		{"neither", ways{apt: noRights, web: offline}, Want{}, "apt web ", "", "this needs root, and there is no sudo; could not reach example.com"},
		{"downloaded, libraries are missing", ways{apt: noRights, web: lacking}, Want{}, "apt web ", "", "cannot install a browser: libnss3.so is missing: run: apt-get install libnss3"},
		{"one is there", ways{there: full}, Want{Replay: true}, "", full.Path, "already installed"},
		{"a shell is there, which does for replay", ways{there: shell}, Want{Replay: true}, "", shell.Path, "already installed"},
		{"a shell is there, live", ways{there: shell}, Want{}, "apt ", "apt", ""},
		{"our own is there: is there a newer one?", ways{there: full, ours: true}, Want{}, "web ", "web", ""},
		{"our own is there, no network", ways{there: full, ours: true, web: offline}, Want{}, "web ", full.Path, "no newer one could be fetched"},
		{"an address is given", ways{there: full, onlyWeb: true}, Want{}, "web ", "web", "an address"},
		{"an address is given and does not answer", ways{there: full, onlyWeb: true, web: offline}, Want{}, "web ", "", "could not reach"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f, err := c.ways.install(c.want)
			said := c.ways.said
			if err != nil {
				said = err.Error()
				if ie := new(InstallError); !errors.As(err, &ie) || strings.Contains(said, "\n") {
					t.Errorf("error is %q, want an *InstallError of one line", err)
				}
			}
			if f.Path != c.path || (err != nil) != (c.path == "") || c.ways.tried != c.tried || !strings.Contains(said, c.say) {
				t.Errorf("%+v, %v after %q, saying %q", f, err, c.ways.tried, c.ways.said)
			}
		})
	}
}

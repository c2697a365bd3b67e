package browser

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// fake is a machine with these files; the value is a file's beginning.
func fake(goos string, files map[string]string, links map[string]string) machine {
	m := machine{
		goos: goos,
		getenv: func(name string) string {
			return map[string]string{"HOME": "/Users/me", "PROGRAMFILES": `C:\Program Files`, "LOCALAPPDATA": `C:\Users\me\AppData\Local`}[name]
		},
		runnable: func(path string) error {
			if _, ok := files[path]; !ok {
				return errors.New("there is no such file")
			}
			return nil
		},
		head:   func(path string) []byte { return []byte(files[path]) },
		target: func(path string) string { return links[path] },
		version: func(path string) (string, error) {
			if strings.Contains(files[path], "broken") {
				return "", errors.New("broken")
			}
			return "156.0.0.1", nil
		},
	}
	m.lookPath = func(name string) (string, error) {
		for _, dir := range []string{"/usr/local/bin/", "/usr/bin/", "/snap/bin/", "/opt/homebrew/bin/"} {
			if _, ok := files[dir+name]; ok {
				return dir + name, nil
			}
		}
		return "", errors.New("not found")
	}
	return m
}

func TestFindTakesTheBrowserThatTheJobNeeds(t *testing.T) {
	const elf = "\x7fELF"
	debian := map[string]string{
		"/usr/bin/chromium-headless-shell":          "#!/bin/sh -e\n",
		"/usr/lib/chromium/chromium-headless-shell": elf,
		"/usr/bin/chromium":                         "#!/bin/sh\n# Chromium launcher\n",
		"/usr/lib/chromium/chromium":                elf,
	}
	shellOnly := map[string]string{"/usr/local/bin/headless_shell": elf}
	chrome := map[string]string{"/usr/bin/google-chrome": "#!/bin/bash\n", "/opt/google/chrome/chrome": elf}
	ubuntu := map[string]string{"/usr/bin/chromium-browser": "#!/bin/sh\nif ! [ -x /snap/bin/chromium ]; then\n  echo run: snap install chromium\n"}
	snap := map[string]string{"/snap/bin/chromium": elf}
	mac := map[string]string{"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome": elf}
	home := map[string]string{"/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium": elf}
	edge := map[string]string{`C:\Program Files\Microsoft\Edge\Application\msedge.exe`: "MZ"}
	broken := map[string]string{"/usr/lib/chromium/chromium": "broken", "/usr/bin/google-chrome-stable": elf}
	for _, c := range []struct {
		name  string
		goos  string
		files map[string]string
		want  Want
		path  string // "" for none
		kind  Kind
	}{
		{"live: full first", "linux", debian, Want{}, "/usr/lib/chromium/chromium", Chromium},
		{"replay: shell first", "linux", debian, Want{Replay: true}, "/usr/lib/chromium/chromium-headless-shell", HeadlessShell},
		{"headed: full only", "linux", debian, Want{Headed: true, Replay: true}, "/usr/lib/chromium/chromium", Chromium},
		{"live: shell if there is no other", "linux", shellOnly, Want{}, "/usr/local/bin/headless_shell", HeadlessShell},
		{"headed: never shell", "linux", shellOnly, Want{Headed: true}, "", ""},
		{"replay: full if there is no other", "linux", chrome, Want{Replay: true}, "/opt/google/chrome/chrome", Chromium},
		{"Ubuntu's stub is no browser", "linux", ubuntu, Want{}, "", ""},
		{"a snap is no use", "linux", snap, Want{}, "", ""},
		{"one that does not answer is passed over", "linux", broken, Want{}, "/usr/bin/google-chrome-stable", Chromium},
		{"macOS", "darwin", mac, Want{}, "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", Chromium},
		{"macOS, installed for one user", "darwin", home, Want{Replay: true}, "/Users/me/Applications/Chromium.app/Contents/MacOS/Chromium", Chromium},
		{"Windows has Edge", "windows", edge, Want{}, `C:\Program Files\Microsoft\Edge\Application\msedge.exe`, Chromium},
		{"an empty machine", "linux", nil, Want{}, "", ""},

		{"named: that one", "linux", debian, Want{Path: "/usr/lib/chromium/chromium-headless-shell"}, "/usr/lib/chromium/chromium-headless-shell", HeadlessShell},
		{"named by a start script", "linux", debian, Want{Path: "/usr/bin/chromium"}, "/usr/lib/chromium/chromium", Chromium},
		{"named by a name on PATH", "linux", debian, Want{Path: "chromium-headless-shell"}, "/usr/lib/chromium/chromium-headless-shell", HeadlessShell},
		{"named, not there: no other", "linux", debian, Want{Path: "/opt/nothing"}, "", ""},
		{"named, not on PATH: no other", "linux", debian, Want{Path: "nothing"}, "", ""},
		{"named, a stub", "linux", ubuntu, Want{Path: "/usr/bin/chromium-browser"}, "", ""},
		{"named, does not answer", "linux", broken, Want{Path: "/usr/lib/chromium/chromium"}, "", ""},
		{"named, has no window", "linux", debian, Want{Path: "chromium-headless-shell", Headed: true}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := fake(c.goos, c.files, nil).find(c.want)
			if c.path == "" {
				var nf *NotFoundError
				if !errors.As(err, &nf) {
					t.Fatalf("found %+v, %v, want a *NotFoundError", got, err)
				}
				if len(nf.Looked) == 0 || nf.Command == "" || strings.Contains(err.Error(), "\n") {
					t.Errorf("the error does not help: %+v", nf)
				}
				return
			}
			if err != nil || got.Path != c.path || got.Kind != c.kind {
				t.Fatalf("found %+v, %v, want %s (%s)", got, err, c.path, c.kind)
			}
			if got.Version != "156.0.0.1" || got.Why == "" {
				t.Errorf("found %+v, want a version and why", got)
			}
		})
	}
}

func TestALinkToSnapIsNoBrowser(t *testing.T) {
	m := fake("linux", map[string]string{"/usr/local/bin/chromium": "\x7fELF"}, map[string]string{"/usr/local/bin/chromium": "/usr/bin/snap"})
	if got, err := m.find(Want{}); err == nil {
		t.Errorf("found %+v", got)
	}
}

func TestTheVersionIsNotAskedForWithoutNeed(t *testing.T) {
	m := fake("linux", map[string]string{"/usr/bin/chromium": "\x7fELF"}, nil)
	m.version = func(string) (string, error) { t.Error("asked"); return "", nil }
	if _, err := m.find(Want{NoVersion: true}); err != nil {
		t.Error(err)
	}
}

func TestANamedBrowserThatCannotBeRun(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("files have no mode there")
	}
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "missing"):        "there is no such file",
		dir:                                  "it is a directory",
		write("plain", "#!/bin/sh\n", 0o600): "it is not executable",
		write("mute", "#!/bin/sh\nexit 0\n", 0o700):                     "names no version",
		write("fails", "#!/bin/sh\necho no display >&2\nexit 5", 0o700): "no display",
	} {
		_, err := Find(Want{Path: path})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "--browser") {
			t.Errorf("%s: %v, want %q, the path and the flag", path, err, want)
		}
	}
}

func TestTheVersionIsAskedForInACleanEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no shell scripts there")
	}
	t.Setenv("AMAZON_PASSWORD", "correct-horse-battery")
	dir := t.TempDir()
	script := filepath.Join(dir, "chromium")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nenv > "+dir+"/env\necho Chromium 1.2.3.4\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	f, err := Find(Want{Path: script})
	if err != nil || f.Version != "1.2.3.4" {
		t.Fatalf("%+v, %v", f, err)
	}
	env, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil || strings.Contains(string(env), "AMAZON") {
		t.Errorf("the program saw %s, %v", env, err)
	}
}

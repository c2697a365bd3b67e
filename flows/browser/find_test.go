package browser

import (
	"context"
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
		goos:   goos,
		goarch: "amd64",
		getenv: func(name string) string {
			if goos == "windows" { // where names have no case
				return map[string]string{"PROGRAMFILES": `C:\Program Files`, "PROGRAMFILES(X86)": `C:\Program Files (x86)`, "LOCALAPPDATA": `C:\Users\me\AppData\Local`}[strings.ToUpper(name)]
			}
			return map[string]string{"HOME": "/Users/me"}[name]
		},
		list: func(dir string) (names []string) {
			for path := range files {
				if rest, ok := strings.CutPrefix(path, dir); ok && rest != "" {
					names = append(names, rest[1:1+strings.IndexAny(rest[1:], `/\`)])
				}
			}
			return names
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
			if strings.Contains(files[path], "lacking") {
				return "", &LibrariesError{Missing: []string{"libnss3.so"}, Command: "run: apt-get install libnss3"}
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
	const ours = "/Users/me/.cache/unecho/browsers/"
	const ourShell, ourChrome = "/chrome-headless-shell-linux64/chrome-headless-shell", "/chrome-linux64/chrome"
	downloads := map[string]string{
		ours + "99.0.0.1" + ourChrome:   elf,
		ours + "156.0.9.1" + ourChrome:  elf,
		ours + "156.0.10.1" + ourChrome: elf, // newer, though not by the alphabet
		ours + "156.0.10.1" + ourShell:  elf,
		ours + ".partial/x" + ourChrome: elf,
	}
	both := map[string]string{"/opt/google/chrome/chrome": elf, ours + "999.0.0.1" + ourChrome: elf, ours + "99.0.0.1" + ourShell: elf}
	half := map[string]string{ours + "156.0.10.1" + ourChrome: "broken", ours + "99.0.0.1" + ourChrome: elf}
	const macOurs = "/Users/me/Library/Caches/unecho/browsers/156.0.0.1/"
	macDownloads := map[string]string{
		macOurs + "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing": elf,
		macOurs + "chrome-headless-shell-mac-x64/chrome-headless-shell":                                   elf,
	}
	const winOurs = `C:\Users\me\AppData\Local\unecho\browsers\156.0.0.1\`
	winDownloads := map[string]string{winOurs + `chrome-win64\chrome.exe`: "MZ", winOurs + `chrome-headless-shell-win64\chrome-headless-shell.exe`: "MZ"}
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
		{"an empty Mac", "darwin", nil, Want{Replay: true}, "", ""},
		{"an empty Windows", "windows", nil, Want{Replay: true}, "", ""},
		{"Fedora", "linux", map[string]string{"/usr/lib64/chromium-browser/chromium-browser": elf}, Want{}, "/usr/lib64/chromium-browser/chromium-browser", Chromium},
		{"Alpine", "linux", map[string]string{"/usr/bin/chromium-browser": "#!/bin/sh\n", "/usr/lib/chromium/chromium": elf}, Want{}, "/usr/lib/chromium/chromium", Chromium},
		{"the container image", "linux", map[string]string{"/headless-shell/headless-shell": elf}, Want{Replay: true}, "/headless-shell/headless-shell", HeadlessShell},
		{"Edge on Linux", "linux", map[string]string{"/usr/bin/microsoft-edge-stable": elf}, Want{}, "/usr/bin/microsoft-edge-stable", Chromium},
		{"macOS, Homebrew", "darwin", map[string]string{"/opt/homebrew/bin/chromium": elf}, Want{}, "/opt/homebrew/bin/chromium", Chromium},
		{"macOS, Edge", "darwin", map[string]string{"/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge": elf}, Want{Headed: true}, "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", Chromium},
		{"Windows, Chrome before Edge", "windows", map[string]string{`C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`: "MZ", `C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`: "MZ"}, Want{}, `C:\Program Files (x86)\Google\Chrome\Application\chrome.exe`, Chromium},
		{"Windows, for one user", "windows", map[string]string{`C:\Users\me\AppData\Local\Google\Chrome\Application\chrome.exe`: "MZ"}, Want{}, `C:\Users\me\AppData\Local\Google\Chrome\Application\chrome.exe`, Chromium},

		{"downloaded: the newest", "linux", downloads, Want{}, ours + "156.0.10.1" + ourChrome, Chromium},
		{"downloaded, for replay", "linux", downloads, Want{Replay: true}, ours + "156.0.10.1" + ourShell, HeadlessShell},
		{"the system's before a newer download", "linux", both, Want{}, "/opt/google/chrome/chrome", Chromium},
		{"the fitting kind before the system's", "linux", both, Want{Replay: true}, ours + "99.0.0.1" + ourShell, HeadlessShell},
		{"a download that does not answer", "linux", half, Want{}, ours + "99.0.0.1" + ourChrome, Chromium},
		{"downloaded on macOS", "darwin", macDownloads, Want{}, macOurs + "chrome-mac-x64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing", Chromium},
		{"downloaded on macOS, for replay", "darwin", macDownloads, Want{Replay: true}, macOurs + "chrome-headless-shell-mac-x64/chrome-headless-shell", HeadlessShell},
		{"downloaded on Windows", "windows", winDownloads, Want{Headed: true}, winOurs + `chrome-win64\chrome.exe`, Chromium},
		{"downloaded on Windows, for replay", "windows", winDownloads, Want{Replay: true}, winOurs + `chrome-headless-shell-win64\chrome-headless-shell.exe`, HeadlessShell},

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

func TestTheNamesOfChromeForTesting(t *testing.T) {
	for _, c := range []struct{ system, product, cache, program string }{
		{"linux/amd64", chromeProduct, "/x/.cache/unecho/browsers", "chrome-linux64/chrome"},
		{"linux/arm64", shellProduct, "/x/.cache/unecho/browsers", "chrome-headless-shell-linux-arm64/chrome-headless-shell"},
		{"darwin/arm64", chromeProduct, "/x/Library/Caches/unecho/browsers", "chrome-mac-arm64/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"},
		{"darwin/amd64", shellProduct, "/x/Library/Caches/unecho/browsers", "chrome-headless-shell-mac-x64/chrome-headless-shell"},
		{"windows/amd64", chromeProduct, `C:\cache\unecho\browsers`, "chrome-win64/chrome.exe"},
		{"windows/386", shellProduct, `C:\cache\unecho\browsers`, "chrome-headless-shell-win32/chrome-headless-shell.exe"},
		{"windows/arm64", shellProduct, `C:\cache\unecho\browsers`, "chrome-headless-shell-win64/chrome-headless-shell.exe"},
	} {
		goos, goarch, _ := strings.Cut(c.system, "/")
		getenv := func(name string) string {
			return map[string]string{"HOME": "/x", "LocalAppData": `C:\cache`}[name]
		}
		if got := cacheDir(goos, getenv); got != c.cache {
			t.Errorf("%s: cache %s, want %s", c.system, got, c.cache)
		}
		if got := program(c.product, platform(goos, goarch)); got != c.program {
			t.Errorf("%s: program %s, want %s", c.system, got, c.program)
		}
		if got := cacheDir(goos, func(string) string { return "" }); got != "" {
			t.Errorf("%s: without an environment the cache is %q", c.system, got)
		}
	}
	if got := platform("linux", "riscv64"); got != "" {
		t.Errorf("a build for riscv64: %s", got)
	}
	want, err := os.UserCacheDir()
	if got := cacheDir(runtime.GOOS, os.Getenv); err == nil && got != filepath.Join(want, "unecho", "browsers") {
		t.Errorf("on this machine %s, and os.UserCacheDir says %s", got, want)
	}
}

func TestAFoundBrowserThatLacksLibrariesIsToldOf(t *testing.T) {
	m := fake("linux", map[string]string{"/usr/bin/chromium": "lacking"}, nil)
	_, err := m.find(Want{})
	var lacks *LibrariesError
	if !errors.As(err, &lacks) || !strings.Contains(err.Error(), "/usr/bin/chromium") || !strings.Contains(err.Error(), "apt-get install libnss3") {
		t.Errorf("%v, want which browser lacks what, and the remedy", err)
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
		_, err := Find(context.Background(), Want{Path: path})
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
	f, err := Find(context.Background(), Want{Path: script})
	if err != nil || f.Version != "1.2.3.4" {
		t.Fatalf("%+v, %v", f, err)
	}
	env, err := os.ReadFile(filepath.Join(dir, "env"))
	if err != nil || strings.Contains(string(env), "AMAZON") {
		t.Errorf("the program saw %s, %v", env, err)
	}
}

package browser

import "strings"

// place is a name on PATH or a path where a browser usually is.
type place struct {
	name string
	kind Kind
}

// startScripts are the distributions' start scripts and the programs they start.
var startScripts = []struct{ script, program string }{
	{"/usr/bin/chromium-headless-shell", "/usr/lib/chromium/chromium-headless-shell"},
	{"/usr/bin/chromium", "/usr/lib/chromium/chromium"},
	{"/usr/bin/google-chrome", "/opt/google/chrome/chrome"},
	{"/usr/bin/google-chrome-stable", "/opt/google/chrome/chrome"},
	{"/usr/bin/google-chrome-beta", "/opt/google/chrome-beta/chrome"},
	{"/usr/bin/google-chrome-unstable", "/opt/google/chrome-unstable/chrome"},
}

// places is where browsers usually are on the operating system, best first. getenv
// is asked for the directories that have no fixed place.
func places(goos string, getenv func(string) string) []place {
	switch goos {
	case "darwin":
		var out []place
		for _, base := range []string{"/Applications", getenv("HOME") + "/Applications"} {
			if strings.HasPrefix(base, "/Applications") || getenv("HOME") != "" {
				out = append(out,
					place{base + "/Google Chrome.app/Contents/MacOS/Google Chrome", Chromium},
					place{base + "/Chromium.app/Contents/MacOS/Chromium", Chromium},
					place{base + "/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", Chromium},
				)
			}
		}
		return append(out,
			place{"chrome-headless-shell", HeadlessShell},
			place{"headless_shell", HeadlessShell},
			place{"chromium", Chromium},
		)
	case "windows":
		out := []place{{"chrome-headless-shell", HeadlessShell}, {"headless_shell", HeadlessShell}}
		for _, name := range []string{
			`\Google\Chrome\Application\chrome.exe`,
			`\Chromium\Application\chrome.exe`,
			`\Microsoft\Edge\Application\msedge.exe`, // on every Windows, and Chromium inside
		} {
			for _, base := range []string{"PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"} {
				if dir := getenv(base); dir != "" {
					out = append(out, place{dir + name, Chromium})
				}
			}
		}
		return append(out, place{"chrome", Chromium}, place{"msedge", Chromium})
	default:
		return []place{
			{"/usr/lib/chromium/chromium-headless-shell", HeadlessShell}, // Debian
			{"/usr/lib/chromium/headless_shell", HeadlessShell},
			{"/usr/lib/chromium-browser/headless_shell", HeadlessShell},
			{"/usr/lib64/chromium-browser/headless_shell", HeadlessShell}, // Fedora
			{"chromium-headless-shell", HeadlessShell},
			{"chrome-headless-shell", HeadlessShell}, // Chrome for Testing
			{"headless_shell", HeadlessShell},
			{"headless-shell", HeadlessShell},
			{"/headless-shell/headless-shell", HeadlessShell}, // the image chromedp/headless-shell

			{"/usr/lib/chromium/chromium", Chromium}, // Debian, Alpine, Arch
			{"chromium", Chromium},
			{"/opt/google/chrome/chrome", Chromium},
			{"google-chrome-stable", Chromium},
			{"google-chrome", Chromium},
			{"google-chrome-beta", Chromium},
			{"google-chrome-unstable", Chromium},
			{"chromium-browser", Chromium},
			{"/usr/lib64/chromium-browser/chromium-browser", Chromium},
			{"chrome", Chromium},
			{"microsoft-edge-stable", Chromium},
			{"microsoft-edge", Chromium},
		}
	}
}

// only keeps the places of one kind, in order.
func only(all []place, k Kind) []place {
	var out []place
	for _, p := range all {
		if p.kind == k {
			out = append(out, p)
		}
	}
	return out
}

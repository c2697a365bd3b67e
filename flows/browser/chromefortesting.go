package browser

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Chrome for Testing is Google's own build of Chrome for automation: no update of
// its own, every version kept. Its list of versions and the names in its archives
// are described at https://github.com/GoogleChromeLabs/chrome-for-testing.

const (
	// DefaultURL is where Chrome for Testing publishes its lists.
	DefaultURL = "https://googlechromelabs.github.io/chrome-for-testing"
	// listName is the list of each channel's newest version with every download.
	listName = "last-known-good-versions-with-downloads.json"
)

// The two products we install, as the list and the archives name them.
const (
	chromeProduct = "chrome"
	shellProduct  = "chrome-headless-shell"
)

// productFor is the product for what is wanted, by the same rule as packageFor.
func productFor(w Want) string {
	if w.Replay && !w.Headed {
		return shellProduct
	}
	return chromeProduct
}

// productKind is the sort of browser that a product is.
func productKind(product string) Kind {
	if product == shellProduct {
		return HeadlessShell
	}
	return Chromium
}

// platform is Chrome for Testing's name for a system, "" if it has no build for it.
func platform(goos, goarch string) string {
	return map[string]string{
		"linux/amd64":   "linux64",
		"linux/arm64":   "linux-arm64", // since version 153
		"darwin/amd64":  "mac-x64",
		"darwin/arm64":  "mac-arm64",
		"windows/386":   "win32",
		"windows/amd64": "win64",
		"windows/arm64": "win64", // Windows runs it by emulation; there is no own build
	}[goos+"/"+goarch]
}

// program is the path of the browser in a version's directory, with slashes. Its
// first element is the one directory that the archive holds.
func program(product, platform string) string {
	dir := product + "-" + platform
	switch {
	case strings.HasPrefix(platform, "win"):
		return dir + "/" + product + ".exe"
	case strings.HasPrefix(platform, "mac") && product == chromeProduct:
		return dir + "/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing"
	}
	return dir + "/" + product
}

// loader is the program without which no other of Chrome for Testing's for Linux
// runs: glibc's. Alpine and NixOS have none at this place. "" where it is not needed.
func loader(platform string) string {
	return map[string]string{
		"linux64":     "/lib64/ld-linux-x86-64.so.2",
		"linux-arm64": "/lib/ld-linux-aarch64.so.1",
	}[platform]
}

// cacheDir is where Install puts what it downloads and Find looks for it: the
// directory unecho/browsers in the user's cache directory, and in it one directory
// a version. It is "" where the environment names no such directory.
func cacheDir(goos string, getenv func(string) string) string {
	// As os.UserCacheDir, for any system: the table test asks for all of them.
	var base []string
	switch goos {
	case "windows":
		base = []string{getenv("LocalAppData")}
	case "darwin":
		base = []string{getenv("HOME"), "Library", "Caches"}
	default:
		if dir := getenv("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
			base = []string{dir}
		} else {
			base = []string{getenv("HOME"), ".cache"}
		}
	}
	if base[0] == "" {
		return ""
	}
	return join(goos, append(base, "unecho", "browsers")...)
}

// join joins a path as the system does that it is for.
func join(goos string, parts ...string) string {
	if goos == "windows" {
		return strings.ReplaceAll(strings.Join(parts, `\`), "/", `\`)
	}
	return strings.Join(parts, "/")
}

var versionName = regexp.MustCompile(`^\d{1,9}(\.\d{1,9}){3}$`)

// newestFirst orders names of versions by their numbers.
func newestFirst(a, b string) int {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	for i := range min(len(x), len(y)) {
		n, _ := strconv.Atoi(x[i])
		m, _ := strconv.Atoi(y[i])
		if n != m {
			return cmp.Compare(m, n)
		}
	}
	return 0
}

// downloaded is where Install may have put browsers of one kind, newest version
// first. What is there is whole: it arrives by a rename.
func (m machine) downloaded(k Kind) []place {
	dir, on := cacheDir(m.goos, m.getenv), platform(m.goos, m.goarch)
	if dir == "" || on == "" {
		return nil
	}
	var versions []string
	for _, name := range m.list(dir) {
		if versionName.MatchString(name) {
			versions = append(versions, name)
		}
	}
	slices.SortFunc(versions, newestFirst)
	var out []place
	for _, v := range versions {
		for _, product := range []string{chromeProduct, shellProduct} {
			if productKind(product) == k {
				out = append(out, place{join(m.goos, dir, v, program(product, on)), k})
			}
		}
	}
	return out
}

// build is one product of one version, for one platform.
type build struct {
	product, platform, version string
	url                        *url.URL
}

func (b build) dir() string { return b.product + "-" + b.platform }

// choose finds the newest stable build in the list that came from the address list.
func choose(data []byte, list *url.URL, product, on string) (build, error) {
	var doc struct {
		Channels map[string]struct {
			Version   string
			Downloads map[string][]struct{ Platform, URL string }
		}
	}
	if err := json.Unmarshal(data, &doc); err != nil {
		return build{}, fmt.Errorf("the list of versions cannot be read (%v)", err)
	}
	stable, ok := doc.Channels["Stable"]
	if !ok {
		return build{}, errors.New("the list of versions names no stable one")
	}
	// The version becomes the name of a directory.
	if !versionName.MatchString(stable.Version) {
		return build{}, fmt.Errorf("the list of versions names %q, which is not a version", stable.Version)
	}
	for _, d := range stable.Downloads[product] {
		if d.Platform != on {
			continue
		}
		u, err := list.Parse(d.URL)
		if err == nil {
			err = mayFetch(u)
		}
		if err != nil {
			return build{}, fmt.Errorf("the list of versions has a bad address for %s: %v", product, err)
		}
		return build{product: product, platform: on, version: stable.Version, url: u}, nil
	}
	return build{}, fmt.Errorf("version %s has no %s for %s", stable.Version, product, on)
}

// mayFetch allows https, and plain http from this machine only: what arrives is run.
func mayFetch(u *url.URL) error {
	switch {
	case u.Host == "" || u.User != nil:
		return fmt.Errorf("%s is not the address of a server", u.Redacted())
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http":
		host := u.Hostname()
		if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
			return nil
		}
	}
	return fmt.Errorf("%s is not https", u.Redacted())
}

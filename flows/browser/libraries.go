package browser

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// LibrariesError is a browser that is there and cannot start, because libraries that
// it is linked to are not on this machine. Chrome for Testing brings none with it.
type LibrariesError struct {
	Missing []string // file names, "libnss3.so"
	Command string   // what the user can run
}

func (e *LibrariesError) Error() string {
	return "it needs libraries that are not installed here (" + strings.Join(e.Missing, ", ") + "): " + e.Command
}

// lacking matches what the dynamic loader says. It stops at the first library.
var lacking = regexp.MustCompile(`error while loading shared libraries: ([^\s:]+): cannot open shared object file`)

// libraries turns what a browser said into a *LibrariesError, or returns nil if it
// is about something else.
func libraries(path, said string) error {
	m := lacking.FindStringSubmatch(said)
	if m == nil || runtime.GOOS != "linux" {
		return nil
	}
	missing := missingLibraries(path)
	if !slices.Contains(missing, m[1]) {
		missing = append(missing, m[1])
	}
	slices.Sort(missing)
	_, err := exec.LookPath("apt-get")
	release, _ := os.ReadFile("/etc/os-release")
	return &LibrariesError{Missing: missing, Command: libraryCommand(missing, err == nil, os.Getuid() == 0, string(release))}
}

// missingLibraries asks the loader for all that are missing at once, by the variable
// that ldd uses too. The program itself is not run.
func missingLibraries(path string) []string {
	ctx, cancel := context.WithTimeout(context.Background(), versionPatience)
	defer cancel()
	cmd := exec.CommandContext(ctx, path)
	ownGroup(cmd)
	cmd.Env = []string{"LD_TRACE_LOADED_OBJECTS=1", "LC_ALL=C"}
	cmd.WaitDelay = time.Second
	out, _ := cmd.Output()
	var missing []string
	s := bufio.NewScanner(strings.NewReader(string(out)))
	for s.Scan() {
		name, rest, ok := strings.Cut(strings.TrimSpace(s.Text()), " => ")
		if ok && rest == "not found" && !slices.Contains(missing, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

// libraryCommand is what installs the libraries on a Debian or a system made of it;
// elsewhere packages have other names, and the names of the files must do.
func libraryCommand(missing []string, apt, root bool, release string) string {
	if !apt {
		return "install them with the system's package manager"
	}
	renamed := timeRenamed(release)
	var packages []string
	unknown := false
	for _, lib := range missing {
		pkg := debianPackage(lib)
		if name, ok := strings.CutSuffix(pkg, "*"); ok && renamed {
			pkg = name + "t64"
		}
		unknown = unknown || pkg == ""
		packages = append(packages, strings.TrimSuffix(pkg, "*"))
	}
	if unknown || len(packages) == 0 {
		// Debian's own Chromium depends on whatever Chrome does.
		packages = append(packages, "chromium")
	}
	packages = slices.DeleteFunc(packages, func(p string) bool { return p == "" })
	slices.Sort(packages)
	sudo := "sudo "
	if root {
		sudo = ""
	}
	return "run: " + sudo + "apt-get install --no-install-recommends " + strings.Join(slices.Compact(packages), " ")
}

// timeRenamed tells from /etc/os-release whether the packages whose interface has a
// time in it were renamed for 64-bit time: since Debian 13 and Ubuntu 24.04.
func timeRenamed(release string) bool {
	field := map[string]string{}
	for line := range strings.Lines(release) {
		k, v, _ := strings.Cut(strings.TrimSpace(line), "=")
		field[k] = strings.Trim(v, `"'`)
	}
	major, _, _ := strings.Cut(field["VERSION_ID"], ".")
	n, err := strconv.Atoi(major)
	if err != nil {
		return false
	}
	switch field["ID"] {
	case "debian", "raspbian":
		return n >= 13
	case "ubuntu":
		return n >= 24
	}
	return false
}

// debianPackage is the package that holds a library, of those that Chrome 115 to 156 and
// headless-shell are linked to and what these are linked to in turn; "" for any other. A
// star: see timeRenamed. Debian names a package after the library ("libX11.so.6":
// libx11-6); the exceptions stand below.
func debianPackage(lib string) string {
	if pkg, ok := otherPackages[lib]; ok {
		return pkg
	}
	name, version, _ := strings.Cut(strings.ReplaceAll(strings.ToLower(lib), "_", "-"), ".so.")
	if name != "" && name[len(name)-1] >= '0' && name[len(name)-1] <= '9' {
		name += "-"
	}
	if pkg := name + version; slices.Contains(plainPackages, pkg) {
		return pkg
	}
	return ""
}

var plainPackages = strings.Fields(`libcairo2 libdbus-1-3 libdrm2 libexpat1 libfontconfig1 libfreetype6 libgbm1 libgcc-s1
	libpango-1.0-0 libpangocairo-1.0-0 libstdc++6 libudev1 libvulkan1 libwayland-client0 libx11-6 libxau6 libxcb-dri3-0 libxcb1
	libxcomposite1 libxdamage1 libxdmcp6 libxext6 libxfixes3 libxi6 libxkbcommon0 libxrandr2 libxrender1 libxshmfence1`)

var otherPackages = map[string]string{
	"libasound.so.2": "libasound2*", "libcups.so.2": "libcups2*", "libz.so.1": "zlib1g",
	"libatk-1.0.so.0": "libatk1.0-0*", "libatk-bridge-2.0.so.0": "libatk-bridge2.0-0*", "libatspi.so.0": "libatspi2.0-0*",
	"libgio-2.0.so.0": "libglib2.0-0*", "libglib-2.0.so.0": "libglib2.0-0*", "libgmodule-2.0.so.0": "libglib2.0-0*", "libgobject-2.0.so.0": "libglib2.0-0*",
	"libgtk-3.so.0": "libgtk-3-0*", "libgdk-3.so.0": "libgtk-3-0*",
	"libnspr4.so": "libnspr4", "libplc4.so": "libnspr4", "libplds4.so": "libnspr4",
	"libnss3.so": "libnss3", "libnssutil3.so": "libnss3", "libsmime3.so": "libnss3", "libssl3.so": "libnss3",
}

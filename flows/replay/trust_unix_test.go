//go:build unix

package replay

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

const onePage = `schema = 1
kind = "recording"
about = "x"
date = "2026-11-26"
marketplace = "amazon.com"
hosts = ["amazon.com"]
[[exchange]]
name = "home"
path = "/"
file = "home.html"
`

// A cassette may be somebody else's: it reads no file of this machine, and none that
// never ends.
func TestACassetteReadsOnlyItself(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "secret.txt")
	if err := os.WriteFile(outside, []byte("the key of this machine"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		make func(dir string) error
		want string
	}{
		"a page that is a link out":     {func(d string) error { return os.Symlink(outside, filepath.Join(d, "home.html")) }, "manifest.toml:10: exchange 1: file names home.html, which cannot be read: is a link to a place outside"},
		"a page that is a relative one": {func(d string) error { return os.Symlink("../../../../../../etc/passwd", filepath.Join(d, "home.html")) }, "is a link to a place outside"},
		"a page that never ends":        {func(d string) error { return os.Symlink("/dev/zero", filepath.Join(d, "home.html")) }, "is a link to a place outside"},
		"a page that is a pipe":         {func(d string) error { return syscall.Mkfifo(filepath.Join(d, "home.html"), 0o600) }, "is not a regular file"},
		"a page that is a directory":    {func(d string) error { return os.Mkdir(filepath.Join(d, "home.html"), 0o700) }, "is not a regular file"},
		"a manifest that never ends": {func(d string) error {
			os.Remove(filepath.Join(d, ManifestName))
			return os.Symlink("/dev/zero", filepath.Join(d, ManifestName))
		}, "manifest.toml cannot be read: is a link to a place outside"},
		"a manifest that is a pipe": {func(d string) error {
			os.Remove(filepath.Join(d, ManifestName))
			return syscall.Mkfifo(filepath.Join(d, ManifestName), 0o600)
		}, "manifest.toml cannot be read: is not a regular file"},
		"a manifest of 17 MB": {func(d string) error { return os.Truncate(filepath.Join(d, ManifestName), 17<<20) }, "is larger than 16 MB"},
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, ManifestName), []byte(onePage), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := c.make(dir); err != nil {
			t.Fatal(err)
		}
		if _, err := OpenDir(dir); err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// A link inside the folder is a file of it.
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, ManifestName), []byte(onePage), 0o600)
	os.WriteFile(filepath.Join(dir, "real.html"), []byte("<html>"), 0o600)
	os.Symlink("real.html", filepath.Join(dir, "home.html"))
	if c, err := OpenDir(dir); err != nil || string(c.Files["home.html"]) != "<html>" {
		t.Errorf("%v", err)
	}
}

// What is recorded is for its owner only, whatever the umask and whoever made the
// directory.
func TestACassetteIsForItsOwnerOnly(t *testing.T) {
	c := Cassette{Kind: Recording, About: "x", Date: "2026-11-26", Marketplace: "amazon.com", Hosts: []string{"amazon.com"},
		Exchanges: []Exchange{{Name: "home", Path: "/", File: "home.html"}}, Files: map[string][]byte{"home.html": []byte("<html>")}}
	made := filepath.Join(t.TempDir(), "made")
	if err := os.Mkdir(made, 0o777); err != nil {
		t.Fatal(err)
	}
	os.Chmod(made, 0o777)
	for _, dir := range []string{filepath.Join(t.TempDir(), "new", "one"), made} {
		if err := Write(dir, c); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]os.FileMode{".": 0o700, ManifestName: 0o600, "home.html": 0o600} {
			if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.Mode().Perm() != want {
				t.Errorf("%s: %v %v, want %v", name, st.Mode().Perm(), err, want)
			}
		}
	}
}

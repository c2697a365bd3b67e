package browser

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestMissingLibrariesAreNamedWithTheirPackages(t *testing.T) {
	const bookworm = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n"
	const trixie, noble = "VERSION_ID=\"13\"\nID=debian\n", "NAME=Ubuntu\nVERSION_ID=\"24.04\"\nID=ubuntu\n"
	missing := []string{"libasound.so.2", "libnss3.so", "libnssutil3.so", "libnspr4.so"}
	for _, c := range []struct {
		missing   []string
		apt, root bool
		release   string
		want      string
	}{
		{missing, true, true, bookworm, "run: apt-get install --no-install-recommends libasound2 libnspr4 libnss3"},
		{missing, true, false, trixie, "run: sudo apt-get install --no-install-recommends libasound2t64 libnspr4 libnss3"},
		{missing, true, false, noble, "run: sudo apt-get install --no-install-recommends libasound2t64 libnspr4 libnss3"},
		{[]string{"libnew.so.1", "libnss3.so"}, true, true, bookworm, "run: apt-get install --no-install-recommends chromium libnss3"},
		{missing, false, true, "ID=fedora\nVERSION_ID=44\n", "install them with the system's package manager"},
	} {
		if got := libraryCommand(c.missing, c.apt, c.root, c.release); got != c.want {
			t.Errorf("%v on %q: %q, want %q", c.missing, c.release, got, c.want)
		}
	}
}

// lackingProgram is a real program that is linked to a library nobody has: a copy of
// one of the system's, with the name in it changed.
func lackingProgram(t *testing.T) []byte {
	t.Helper()
	for _, path := range []string{"/bin/ls", "/bin/tar", "/bin/sed", "/bin/bash"} {
		data, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		for _, lib := range []string{"libselinux.so.1", "libacl.so.1", "libtinfo.so.6", "libcap.so.2"} {
			if bytes.Contains(data, []byte("\x00"+lib+"\x00")) {
				return bytes.ReplaceAll(data, []byte("\x00"+lib+"\x00"), []byte("\x00"+strings.Repeat("q", len(lib)-3)+".so\x00"))
			}
		}
	}
	t.Skip("no program here is linked to a library of those known to this test")
	return nil
}

func TestADownloadThatLacksLibrariesSaysWhatToInstall(t *testing.T) {
	lacking := lackingProgram(t)
	s := newShop(t, archive(t, []entry{{testTop + "/chrome-headless-shell", string(lacking), 0o755}}))
	d := s.from(t, io.Discard)
	for range 2 { // the second does not download it again
		_, err := d.install(context.Background(), Want{Replay: true})
		var lacks *LibrariesError
		if !errors.As(err, &lacks) || len(lacks.Missing) != 1 || !strings.Contains(err.Error(), lacks.Missing[0]) || strings.Contains(err.Error(), "\n") {
			t.Fatalf("%v, want one line about the library", err)
		}
	}
	if s.asked() != "" {
		t.Errorf("asked for %q, want the archive once", s.asked())
	}
	path := filepath.Join(d.dir, testVersion, testTop, "chrome-headless-shell")
	if _, err := Find(context.Background(), Want{Path: path}); err == nil || !strings.Contains(err.Error(), "libraries that are not installed here") {
		t.Errorf("Find says %v", err)
	}
}

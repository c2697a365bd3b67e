//go:build unix

package selectors

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// What never ends, or is far too large, is refused at once.
func TestAnOverlayHasALimit(t *testing.T) {
	dir := t.TempDir()
	pipe, large := filepath.Join(dir, "pipe.toml"), filepath.Join(dir, "large.toml")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(large, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(large, maxOverlay+1); err != nil {
		t.Fatal(err)
	}
	sel, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/dev/zero": "is not a regular file", pipe: "is not a regular file", dir: "is a directory", large: "is larger than 4 MB"} {
		if _, err := sel.Overlay(path); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
	}
}

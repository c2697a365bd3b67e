package browser

import (
	"strings"
	"testing"
)

// A lock that somebody else holds is told in words.
func TestARunDirectoryWhoseLockIsTaken(t *testing.T) {
	dir := t.TempDir()
	lock, err := lockRunDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if _, err := lockRunDir(dir); err == nil || strings.Contains(err.Error(), "%!") || !strings.Contains(err.Error(), "another process holds it") {
		t.Errorf("error %v", err)
	}
}

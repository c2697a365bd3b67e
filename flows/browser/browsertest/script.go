package browsertest

import (
	"os"
	"syscall"
	"testing"
)

// Script writes a program that a test runs in a browser's place. No process is started
// meanwhile: a child that another test starts at this instant would inherit the file
// while it is open for writing, and Linux then refuses to run it ("text file busy",
// https://go.dev/issue/22315).
func Script(t testing.TB, path, text string) {
	t.Helper()
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
}

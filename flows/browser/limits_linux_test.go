package browser_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/unecho/unecho/flows/browser"
	"github.com/unecho/unecho/flows/browser/browsertest"
)

// A limit of the shell is lifted for the browser where that may be, and otherwise named.
func TestLimitsOfTheShell(t *testing.T) {
	found := browsertest.Found(t).Path
	for _, c := range []struct{ limit, want string }{
		{"ulimit -Sv 4000000", "browser "},
		{"ulimit -Sn 40", "files enough"},
		{"ulimit -v 4000000", "ulimit -v unlimited"},
		{"ulimit -n 40", "ulimit -n 4096"},
	} {
		base := shortBase(t)
		cmd := exec.Command("sh", "-c", c.limit+`; exec "$0" -test.run=^TestChild$`, os.Args[0])
		if _, err := exec.LookPath("bash"); err == nil {
			cmd = exec.Command("bash", cmd.Args[1:]...)
		}
		cmd.Env = append(os.Environ(), "UNECHO_BROWSER_CHILD=limits", "UNECHO_BROWSER_CHILD_BASE="+base, "UNECHO_BROWSER_CHILD_PATH="+found)
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		out, _ := cmd.CombinedOutput()
		if !strings.Contains(string(out), c.want) {
			t.Errorf("%s: want %q in %s", c.limit, c.want, out)
		}
		nothingLeft(t, base)

		// It is not taken for none, and no other one is installed for it.
		cmd = exec.Command(cmd.Args[0], cmd.Args[1:]...)
		cmd.Env = append(os.Environ(), "UNECHO_BROWSER_CHILD=find", "UNECHO_BROWSER_CHILD_PATH="+found)
		out, _ = cmd.CombinedOutput()
		want := "found"
		if strings.Contains(c.want, "-v") {
			want = "cannot start here: memory is limited to"
		}
		if !strings.Contains(string(out), want) {
			t.Errorf("%s: Find: want %q in %s", c.limit, want, out)
		}
	}
}

// A browser that fails because the disk of the run directory is full, or that was never
// started for that, is not to blame.
func TestARunDirectoryWithoutRoom(t *testing.T) {
	disk := shortBase(t)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("a small disk cannot be mounted here: ", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	script := filepath.Join(t.TempDir(), "chromium")
	browsertest.Script(t, script, "#!/bin/sh\nhead -c 1000000 /dev/zero > \"$TMPDIR/x\"\nexit 1\n")
	start := func() error {
		b, err := browser.Start(context.Background(), browser.Options{Found: browser.Found{Path: script}, RunBase: disk})
		if err == nil {
			b.Close()
		}
		return err
	}
	for _, before := range []string{"", "head -c 1000000 /dev/zero > '" + disk + "/full'; for i in $(seq 300); do mkdir '" + disk + "'/$i || break; done"} {
		_ = exec.Command("sh", "-c", before).Run()
		err := start()
		var dir *browser.DirError
		if !errors.As(err, &dir) || !strings.Contains(err.Error(), disk) {
			t.Errorf("after %q: error is %T: %v", before, err, err)
		}
	}
	nothingLeft(t, filepath.Join(disk, "nowhere"))
}

// limitsOf tells whether the browser of a TestChild may open enough files.
func limitsOf(pid int) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/limits", pid))
	for line := range strings.Lines(string(text)) {
		var soft int
		if rest, ok := strings.CutPrefix(line, "Max open files"); ok {
			if _, err := fmt.Sscan(rest, &soft); err == nil && soft >= 1024 {
				return "files enough"
			}
		}
	}
	return "too few files"
}

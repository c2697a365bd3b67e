package browser_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/unecho/unecho/flows/browser"
)

// tree makes directories (names ending in a slash) and files under base.
func tree(t *testing.T, base string, names ...string) {
	t.Helper()
	for _, name := range names {
		path := filepath.Join(base, name)
		if name[len(name)-1] == '/' {
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func TestSweepTakesLeftoversAndNothingElse(t *testing.T) {
	base := shortBase(t)
	other := shortBase(t)
	tree(t, other, "run-1/lock", "run-1/data/Cookies", "precious")
	tree(t, base,
		"run-left/lock", "run-left/data/Cookies",
		"run-empty/",
		"new-old/lock",
		"run-held/lock", "run-held/data/",
		"new-fresh/lock",
		"run-foreign/letter.txt", // no lock file: not one of ours
		"profile/lock",
		"run-file",
	)
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(filepath.Join(base, "new-old"), old, old); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{
		"run-link":           filepath.Join(other, "run-1"),
		"run-left/data/link": other,
		"run-left/tmp":       other,
		"run-left/link":      filepath.Join(other, "precious"),
		"run-linked/lock":    filepath.Join(other, "run-1/lock"),
	} {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(base, name)), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, filepath.Join(base, name)); err != nil {
			t.Fatal(err)
		}
	}
	held := flock.New(filepath.Join(base, "run-held/lock"))
	if ok, err := held.TryLock(); !ok || err != nil {
		t.Fatal(ok, err)
	}
	defer held.Close()

	removed, err := browser.Sweep(base)
	if err != nil || removed != 3 {
		t.Errorf("removed %d, %v, want 3", removed, err)
	}
	for name, want := range map[string]bool{
		"run-left": false, "run-empty": false, "new-old": false,
		"run-held/data": true, "new-fresh/lock": true, "run-foreign/letter.txt": true,
		"profile/lock": true, "run-file": true, "run-link": true, "run-linked/lock": true,
	} {
		if exists(filepath.Join(base, name)) != want {
			t.Errorf("%s: there is %v, want %v", name, !want, want)
		}
	}
	for _, name := range []string{"run-1/lock", "run-1/data/Cookies", "precious"} {
		if !exists(filepath.Join(other, name)) {
			t.Errorf("Sweep followed a link out of its directory: %s is gone", name)
		}
	}
}

func TestSweepEndsWhatStillRunsInALeftover(t *testing.T) {
	base := shortBase(t)
	tree(t, base, "run-left/lock", "run-left/data/", "run-lefthand/data/")
	start := func(dir string, argv ...string) chan error {
		cmd := exec.Command(argv[0], argv[1:]...)
		cmd.Dir = dir
		cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		t.Cleanup(func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
		return ended
	}
	left := filepath.Join(base, "run-left")
	byOption := start("/", "sh", "-c", "sleep 1000; :", "chromium", "--user-data-dir="+left+"/data")
	byPlace := start(left, "sleep", "1000")
	likeIt := start("/", "sh", "-c", "sleep 1000; :", "chromium", "--user-data-dir="+base+"/run-lefthand/data")
	looking := start("/", "sh", "-c", "sleep 1000; :", "less", left+"/data/log")
	if removed, err := browser.Sweep(base); removed != 1 || err != nil {
		t.Errorf("removed %d, %v, want 1", removed, err)
	}
	for name, ended := range map[string]chan error{"by its option": byOption, "by where it works": byPlace} {
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			t.Errorf("the process known %s still runs", name)
		}
	}
	for name, ended := range map[string]chan error{"of another directory": likeIt, "that only looks at a file": looking} {
		select {
		case <-ended:
			t.Errorf("the process %s was ended", name)
		default:
		}
	}
}

func TestSweepOfNothing(t *testing.T) {
	if removed, err := browser.Sweep(filepath.Join(t.TempDir(), "missing")); removed != 0 || err != nil {
		t.Errorf("removed %d, %v", removed, err)
	}
}

package browser

import (
	"bytes"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"time"
)

// prepare gives the browser a process group of its own (Ctrl-C in the terminal is
// for us, not for it) and has the kernel kill it when we die. Both are said here
// because setting a command function replaces chromedp's.
func prepare(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
}

// killGroup kills every process of the group that pid leads. A fork under way in
// one of them does not escape: the kernel refuses to finish it.
func killGroup(pid int) error {
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
		return err
	}
	return nil
}

// endProcessesNaming kills the processes of this user that name dir, or a path in
// it, on their command line, and waits until there is none: Chromium passes
// --user-data-dir to all its children, and the directory is this run's alone, so
// this finds what left the group. A process that is dying already has no command
// line any more and is not waited for. It gives up after two seconds.
func endProcessesNaming(dir string) {
	deadline := time.Now().Add(2 * time.Second)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		pids := processesNaming(dir)
		if len(pids) == 0 || time.Now().After(deadline) {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(pause)
	}
}

// processesNaming returns the processes that name dir, or a path in it, on their
// command line, except this one.
func processesNaming(dir string) []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, err := proc.Readdirnames(-1)
	if err != nil {
		return nil
	}
	self, want := os.Getpid(), []byte(dir)
	var pids []int
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil || pid == self {
			continue
		}
		line, err := os.ReadFile("/proc/" + name + "/cmdline")
		if err == nil && usesDir(line, want) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// usesDir reports whether an argument of the command line is an option with dir or a
// path in it as its value: --name=DIR or --name=DIR/…. Options only: an editor or a
// shell that was told to look into the directory is nobody's browser.
func usesDir(cmdline, dir []byte) bool {
	for arg := range bytes.SplitSeq(cmdline, []byte{0}) {
		if !bytes.HasPrefix(arg, []byte("--")) {
			continue
		}
		_, value, ok := bytes.Cut(arg, []byte("="))
		if !ok {
			continue
		}
		rest, ok := bytes.CutPrefix(value, dir)
		if ok && (len(rest) == 0 || rest[0] == '/') {
			return true
		}
	}
	return false
}

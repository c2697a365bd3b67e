package browser

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// prepare gives the browser a process group of its own (Ctrl-C in the terminal is
// for us, not for it) and has the kernel kill it when we die. Both are said here
// because setting a command function replaces chromedp's. It works in its run
// directory, by which endProcessesOf knows it and its children.
func prepare(cmd *exec.Cmd, dir string) {
	cmd.Dir = dir
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

// ownGroup gives a short command a process group and has it killed as a whole. No
// parent-death signal: that one is about the thread that starts the process, and only
// the browser's own start keeps its thread (chromedp locks it).
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
}

// endProcessesOf kills the processes that belong to the run directory dir and waits
// until there is none; it gives up after two seconds.
//
// A process belongs to it if it works in the directory, as everything does that the
// browser starts (headless-shell's children say nothing of it on their command lines),
// or names it in an option, as full Chromium's children do. Whatever hides both by the
// sandbox is in a process namespace that ends with the browser. A process that is dying
// shows neither any more and is not waited for.
func endProcessesOf(dir string) {
	deadline := time.Now().Add(2 * time.Second)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		pids := processesOf(dir)
		if len(pids) == 0 || time.Now().After(deadline) {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(pause)
	}
}

// adoptOrphans makes us the parent of every process below us whose own parent has ended,
// in the place of PID 1: in a container that is often a program that waits for none but
// its own children, and five zombies of the browser's would stay there after each run.
var adoptOrphans = sync.OnceFunc(func() {
	const setChildSubreaper = 36                                          // PR_SET_CHILD_SUBREAPER of prctl(2)
	_, _, _ = syscall.Syscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0) // an old kernel knows it not: then as before
})

// reapOrphans waits for what the browser leaves after its first process, which leads the
// group and was waited for: until nothing is left of the group, or two seconds.
func reapOrphans(group int) {
	deadline := time.Now().Add(2 * time.Second)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		for _, pid := range deadOrphans() {
			_, _ = syscall.Wait4(pid, nil, syscall.WNOHANG, nil)
		}
		if syscall.Kill(-group, 0) == syscall.ESRCH || time.Now().After(deadline) {
			return
		}
		time.Sleep(pause)
	}
}

// deadOrphans are the zombies that we adopted. A child that we started ourselves leads a
// group or is in ours; it is left to whoever waits for it.
func deadOrphans() []int {
	proc, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer proc.Close()
	names, _ := proc.Readdirnames(-1)
	self, ours := os.Getpid(), syscall.Getpgrp()
	var pids []int
	for _, name := range names {
		pid, err := strconv.Atoi(name)
		if err != nil {
			continue
		}
		stat, _ := os.ReadFile("/proc/" + name + "/stat")
		_, rest, _ := bytes.Cut(stat, []byte(") ")) // a name of Chromium's has no such signs
		f := bytes.Fields(rest)
		if len(f) < 3 || string(f[0]) != "Z" || string(f[1]) != strconv.Itoa(self) {
			continue
		}
		if group, err := strconv.Atoi(string(f[2])); err == nil && group != pid && group != ours {
			pids = append(pids, pid)
		}
	}
	return pids
}

// processesOf returns the processes of the run directory dir, except this one.
func processesOf(dir string) []int {
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
		if cwd, err := os.Readlink("/proc/" + name + "/cwd"); err == nil && within([]byte(cwd), want) {
			pids = append(pids, pid)
			continue
		}
		if line, err := os.ReadFile("/proc/" + name + "/cmdline"); err == nil && usesDir(line, want) {
			pids = append(pids, pid)
		}
	}
	return pids
}

// within reports whether path is dir or lies in it.
func within(path, dir []byte) bool {
	rest, ok := bytes.CutPrefix(path, dir)
	return ok && (len(rest) == 0 || rest[0] == '/')
}

// optionName is an option up to its equals sign, at the end of what was read so far.
var optionName = regexp.MustCompile(`(?:^|[\x00 ])--[a-z0-9-]+=$`)

// usesDir reports whether the command line has an option with dir or a path in it as
// its value: --name=DIR or --name=DIR/…. Options only: an editor or a shell that was
// told to look into the directory is nobody's browser. Arguments end with a NUL or,
// where a process has given itself a title as Chromium's children do, with a blank.
func usesDir(cmdline, dir []byte) bool {
	for at := 0; ; {
		i := bytes.Index(cmdline[at:], dir)
		if i < 0 {
			return false
		}
		before, after := cmdline[:at+i], cmdline[at+i+len(dir):]
		if (len(after) == 0 || bytes.IndexByte([]byte("\x00 /"), after[0]) >= 0) && optionName.Match(before[max(0, len(before)-64):]) {
			return true
		}
		at += i + len(dir)
	}
}

//go:build !unix

package browser

import (
	"os"
	"os/exec"
	"strconv"
)

// prepare ends the browser together with its children, which Windows does not do by
// itself when the first process ends. It does not work in its run directory: a
// directory that a process works in cannot be removed here.
func prepare(cmd *exec.Cmd, _ string) {
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
}

// killGroup ends the process and what it started.
func killGroup(pid int) error {
	if exec.Command("taskkill", "/T", "/F", "/PID", strconv.Itoa(pid)).Run() == nil {
		return nil
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return nil
	}
	return p.Kill()
}

// ownGroup is for a short command that may have to be ended with its children.
func ownGroup(cmd *exec.Cmd) { prepare(cmd, "") }

// endProcessesOf does nothing here: a browser whose pipe is closed ends itself, and
// the removal of the directory is tried until it has.
func endProcessesOf(string) {}

// Orphans go to the system's first process, which waits for them.
func adoptOrphans() {}

func reapOrphans(int) {}

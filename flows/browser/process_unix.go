//go:build unix && !linux

package browser

import (
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// prepare gives the browser a process group of its own: Ctrl-C in the terminal is
// for us, not for it. There is no parent-death signal here; a browser whose caller
// was killed ends with its pipe.
func prepare(cmd *exec.Cmd, dir string) {
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return killGroup(cmd.Process.Pid) }
}

// killGroup kills every process of the group that pid leads.
func killGroup(pid int) error {
	if err := syscall.Kill(-pid, syscall.SIGKILL); err != nil && err != syscall.ESRCH {
		return err
	}
	return nil
}

// ownGroup gives a short command a process group and has it killed as a whole.
func ownGroup(cmd *exec.Cmd) { prepare(cmd, "") }

// endProcessesOf kills the processes that use dir, or a directory in it, as the value
// of an option, and looks again until there is none or two seconds are over.
func endProcessesOf(dir string) {
	deadline := time.Now().Add(2 * time.Second)
	for {
		pids := processesOf(dir)
		if len(pids) == 0 || time.Now().After(deadline) {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// processesOf asks ps, the one tool for this that every Unix has.
func processesOf(dir string) []int {
	out, err := exec.Command("ps", "-axww", "-o", "pid=,command=").Output()
	if err != nil {
		return nil
	}
	var pids []int
	for line := range strings.Lines(string(out)) {
		id, command, _ := strings.Cut(strings.TrimSpace(line), " ")
		pid, err := strconv.Atoi(id)
		if err != nil || pid == os.Getpid() {
			continue
		}
		if _, rest, ok := strings.Cut(command, "="+dir); ok && (strings.TrimSpace(rest) == "" || rest[0] == '/' || rest[0] == ' ') {
			pids = append(pids, pid)
		}
	}
	return pids
}

// Orphans go to the system's first process, which waits for them.
func adoptOrphans() {}

func reapOrphans(int) {}

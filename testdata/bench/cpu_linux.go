package main

import (
	"fmt"
	"os"
	"strings"
	"syscall"
	"time"
)

// reap makes this process the parent of whatever a contender leaves behind, so that its
// time is counted too.
func reap() {
	const setChildSubreaper = 36
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
}

// reapAll waits, for a second at most, until nothing is left of a contender.
func reapAll() {
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		var s syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &s, syscall.WNOHANG, nil)
		switch {
		case err != nil:
			return // no children
		case pid == 0:
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// cpuOfChildren is the time of all children that have been waited for, and of theirs.
func cpuOfChildren() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_CHILDREN, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()).Seconds()
}

// watchMemory looks at the peak of a process's own resident memory until told to stop.
// What the kernel accounts for at its end is the largest of its children, too.
func watchMemory(pid int) (peak func() int64) {
	stop, most := make(chan struct{}), make(chan int64)
	go func() {
		var kib int64
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			raw, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			for line := range strings.Lines(string(raw)) {
				if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
					var now int64
					if _, err := fmt.Sscan(rest, &now); err == nil {
						kib = max(kib, now)
					}
				}
			}
			select {
			case <-tick.C:
			case <-stop:
				most <- kib
				return
			}
		}
	}()
	return func() int64 { close(stop); return <-most }
}

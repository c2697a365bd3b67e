package browser

import (
	"fmt"
	"strings"
	"syscall"
)

const (
	rlimitAS     = 9          // RLIMIT_AS of getrlimit(2): the address space
	rlimInfinity = ^uint64(0) // RLIM_INFINITY
	fewFiles     = 256        // open files below which Chromium loses its tabs or does not start
	enoughFiles  = 8192       // what Chromium itself asks for
	littleSpace  = 1 << 20    // bytes; a browser writes about that much before its first page
)

// liftLimits raises the limits that a person or a shell's start file set for us, as far
// as we may: the browser inherits them. V8 alone reserves more address space than the
// usual `ulimit -v` allows.
func liftLimits() {
	var l syscall.Rlimit
	if syscall.Getrlimit(rlimitAS, &l) == nil && l.Cur < l.Max {
		l.Cur = l.Max
		_ = syscall.Setrlimit(rlimitAS, &l)
	}
	// Go has raised ours already, and gives its children the old one unless we set it.
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) == nil {
		l.Cur = min(l.Max, max(l.Cur, enoughFiles))
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l)
	}
}

// limitHint is what to do about a limit of this machine that no browser lives with, ""
// if there is none. said is the browser's output.
func limitHint(said string) string {
	var l syscall.Rlimit
	switch {
	case syscall.Getrlimit(rlimitAS, &l) == nil && l.Cur != rlimInfinity:
		return fmt.Sprintf("memory is limited to %d MB here (ulimit -v), and no browser starts under such a limit: run `ulimit -v unlimited` first, or start unecho from a shell that sets none", l.Cur>>20)
	case syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) == nil && l.Cur < fewFiles:
		return fmt.Sprintf("only %d files may be open at once here (ulimit -n), and a browser needs more: run `ulimit -n 4096` first, or raise the hard limit", l.Cur)
	case strings.Contains(said, "could not fork"), strings.Contains(said, "Resource temporarily unavailable"), strings.Contains(said, "pthread_create"):
		return "the system does not let it start more processes or threads: raise the limit (ulimit -u, or the container's pids limit)"
	}
	return ""
}

// full reports whether the disk of a directory has no room left.
func full(dir string) bool {
	var s syscall.Statfs_t
	if syscall.Statfs(dir, &s) != nil {
		return false
	}
	return s.Bavail*uint64(s.Bsize) < littleSpace || s.Files > 0 && s.Ffree < 16
}

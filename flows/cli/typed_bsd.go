//go:build darwin || dragonfly || freebsd || netbsd || openbsd

package cli

import "golang.org/x/sys/unix"

const fread = 1 // <sys/fcntl.h>

// flushInput drops what a terminal has received and nobody has read (tty(4)).
func flushInput(fd uintptr) error { return unix.IoctlSetPointerInt(int(fd), unix.TIOCFLUSH, fread) }

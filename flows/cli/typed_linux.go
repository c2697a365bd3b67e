package cli

import "golang.org/x/sys/unix"

// flushInput drops what a terminal has received and nobody has read (termios(3),
// tcflush). x/sys is what x/term is made of.
func flushInput(fd uintptr) error { return unix.IoctlSetInt(int(fd), unix.TCFLSH, unix.TCIFLUSH) }

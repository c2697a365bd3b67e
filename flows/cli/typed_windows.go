package cli

import "golang.org/x/sys/windows"

// flushInput drops what a console has received and nobody has read.
func flushInput(fd uintptr) error { return windows.FlushConsoleInputBuffer(windows.Handle(fd)) }

//go:build !linux

package browsertest

// BeWire does nothing here: messages are counted on Linux only.
func BeWire() {}

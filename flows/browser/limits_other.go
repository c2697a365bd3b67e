//go:build !linux

package browser

// Limits of other systems are not looked at.
func liftLimits() {}

func limitHint(string) string { return "" }

func full(string) bool { return false }

package report

import "github.com/unecho/unecho/flows/device"

// sgr are the styles of a terminal that are used, by name.
var sgr = map[string]string{"bold": "1", "red": "31", "green": "32", "yellow": "33"}

// Paint gives a text a style; without one it stays as it is.
func Paint(style, s string) string {
	if sgr[style] == "" {
		return s
	}
	return "\x1b[" + sgr[style] + "m" + s + "\x1b[0m"
}

// StyleOf is how an outcome is shown.
func StyleOf(o device.Outcome) string {
	switch o {
	case device.Deregistered, device.AlreadyGone:
		return "green"
	case device.Failed, device.Unknown:
		return "red"
	case device.NotOffered:
		return "yellow"
	}
	return ""
}

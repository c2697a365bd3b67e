package report

import (
	"strings"

	// uniseg measures what a terminal shows: wide characters, emoji of several
	// code points, combining marks. Unlike go-runewidth its result does not
	// depend on the locale of the environment.
	"github.com/rivo/uniseg"
)

// Width returns how many columns s takes on a terminal.
func Width(s string) int { return uniseg.StringWidth(s) }

// shorten cuts s to at most width columns, between characters as people see
// them, and ends it in … if anything is gone.
func shorten(s string, width int) string {
	if Width(s) <= width {
		return s
	}
	if width < 1 {
		return ""
	}
	var b strings.Builder
	used := 0
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used+g.Width() > width-1 {
			break
		}
		used += g.Width()
		b.WriteString(g.Str())
	}
	return strings.TrimRight(b.String(), " ") + "…"
}

// pad fills s with spaces up to width columns.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-Width(s)))
}

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

// widest is the most that a column is padded to where there is no terminal: one name
// of 10,000 characters must not pad every row. It is still written in full, and its
// own row alone goes beyond.
const widest = 80

// ColumnWidth is how wide a column with this head and these cells is. On a terminal it
// is as wide as its widest cell: what is too much is shortened there.
func ColumnWidth(head string, cells []string, terminal bool) int {
	w := Width(head)
	for _, s := range cells {
		n := Width(s)
		if !terminal {
			n = min(n, widest)
		}
		w = max(w, n)
	}
	return w
}

// Shorten cuts s to at most width columns, between characters as people see
// them, and ends it in … if anything is gone.
func Shorten(s string, width int) string {
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

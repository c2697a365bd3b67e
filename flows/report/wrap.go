package report

import "strings"

// wrap writes text behind a bullet, in lines of at most width columns (78 where
// there is no terminal), between words.
func (p *printer) wrap(bullet, text string, width int) {
	if width <= 0 || width > 78 {
		width = 78
	}
	indent := strings.Repeat(" ", Width(bullet))
	line := bullet
	used := Width(bullet)
	fresh := true
	for _, word := range strings.Fields(text) {
		n := Width(word)
		if !fresh && used+1+n > width {
			p.line(line)
			line, used, fresh = indent, Width(indent), true
		}
		if !fresh {
			line += " "
			used++
		}
		line += word
		used += n
		fresh = false
	}
	p.line(line)
}

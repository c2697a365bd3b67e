package cli

import (
	"regexp"
	"strings"

	"github.com/unecho/unecho/flows/report"
)

// The help topics are Markdown, so that they can be read where the project is hosted
// too. This shows them in a terminal: what a topic uses, and no more of Markdown.

var (
	mdItem  = regexp.MustCompile(`^(\s*)([-*]|\d+\.) +`)
	mdLink  = regexp.MustCompile(`\[([^\]]+)\]\(([^)]+)\)`)
	mdTopic = regexp.MustCompile(`^(?:flows/cli/help/)?([a-z-]+)\.md(#.*)?$`)
	mdBold  = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	mdEm    = regexp.MustCompile(`(^|[\s(])\*([^*\s][^*]*)\*`)
)

// showMarkdown wraps a topic to the width of the terminal.
func showMarkdown(text string, width int) string {
	var b strings.Builder
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		switch {
		case strings.HasPrefix(line, "```"):
			for i++; i < len(lines) && !strings.HasPrefix(lines[i], "```"); i++ {
				b.WriteString(strings.TrimRight("    "+lines[i], " ") + "\n")
			}
		case strings.HasPrefix(line, "#"):
			b.WriteString(inline(strings.TrimSpace(strings.TrimLeft(line, "#"))) + "\n")
		case strings.HasPrefix(line, "|"):
			var rows [][]string
			for ; i < len(lines) && strings.HasPrefix(lines[i], "|"); i++ {
				if cells := tableCells(lines[i]); !strings.HasPrefix(cells[0], "--") {
					rows = append(rows, cells)
				}
			}
			i--
			writeTable(&b, rows, width)
		case strings.TrimSpace(line) == "":
			b.WriteString("\n")
		default:
			first, rest := "", ""
			if m := mdItem.FindStringSubmatch(line); m != nil {
				first = strings.Repeat(" ", len(m[1])+2) + m[2] + " "
				rest = strings.Repeat(" ", len(first))
				line = line[len(m[0]):]
			} else if indent := len(line) - len(strings.TrimLeft(line, " ")); indent > 0 {
				first = strings.Repeat(" ", indent+2)
				rest = first
			}
			para := []string{strings.TrimSpace(line)}
			for i+1 < len(lines) && isParagraph(lines[i+1]) {
				i++
				para = append(para, strings.TrimSpace(lines[i]))
			}
			b.WriteString(wrap(inline(strings.Join(para, " ")), width, first, rest) + "\n")
		}
	}
	return b.String()
}

// isParagraph: the line goes on with the text of the line before.
func isParagraph(line string) bool {
	return strings.TrimSpace(line) != "" && !mdItem.MatchString(line) && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "|") && !strings.HasPrefix(strings.TrimSpace(line), "```")
}

// inline takes out what only a browser shows; a link to a topic names its command.
func inline(s string) string {
	s = mdLink.ReplaceAllStringFunc(s, func(link string) string {
		m := mdLink.FindStringSubmatch(link)
		switch topic := mdTopic.FindStringSubmatch(m[2]); {
		case topic != nil:
			return "`unecho help " + topic[1] + "`"
		case strings.Contains(m[2], "://") && m[1] != m[2]:
			return m[1] + " (" + m[2] + ")"
		}
		return m[1]
	})
	s = mdBold.ReplaceAllString(s, "$1")
	return mdEm.ReplaceAllString(s, "$1$2")
}

func tableCells(line string) []string {
	cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
	for i, c := range cells {
		cells[i] = inline(strings.TrimSpace(c))
	}
	return cells
}

// writeTable aligns the columns; the last one is wrapped.
func writeTable(b *strings.Builder, rows [][]string, width int) {
	var widths []int
	for _, r := range rows {
		for i, c := range r {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], report.Width(c))
		}
	}
	indent := 2
	for _, w := range widths[:len(widths)-1] {
		indent += w + 2
	}
	for _, r := range rows {
		if indent > width*2/3 { // too wide for columns: the cells stand below one another
			b.WriteString("  " + r[0] + "\n")
			for _, c := range r[1:] {
				if c != "" {
					b.WriteString(wrap(c, width, "      ", "      ") + "\n")
				}
			}
			continue
		}
		first := "  "
		for i, c := range r[:len(r)-1] {
			first += c + strings.Repeat(" ", widths[i]-report.Width(c)+2)
		}
		b.WriteString(strings.TrimRight(wrap(r[len(r)-1], width, first, strings.Repeat(" ", indent)), " ") + "\n")
	}
}

// wrap breaks words into lines of at most width columns. The first line begins with
// first, the others with rest.
func wrap(s string, width int, first, rest string) string {
	var b strings.Builder
	b.WriteString(first)
	col := report.Width(first[strings.LastIndex(first, "\n")+1:])
	start := true
	for _, w := range strings.Fields(s) {
		n := report.Width(w)
		switch {
		case start:
		case col+1+n > width:
			b.WriteString("\n" + rest)
			col = report.Width(rest)
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(w)
		col += n
		start = false
	}
	return b.String()
}

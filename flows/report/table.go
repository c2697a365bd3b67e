package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/unecho/unecho/flows/device"
)

// gap between two columns, and the least that a shortened column keeps.
const gap, least = 2, 8

// field is one column of a table. A column that is empty in every row is left
// out; a flexible one may be shortened on a terminal.
type field struct {
	head     string
	of       func(device.Result) string
	flexible bool
}

var (
	nameField = field{"NAME", func(r device.Result) string {
		if device.Printable(r.Name) == "" {
			return "(no name)"
		}
		return r.Name
	}, true}
	familyField     = field{"FAMILY", func(r device.Result) string { return r.Family }, false}
	serialField     = field{"SERIAL", func(r device.Result) string { return r.Serial }, false}
	registeredField = field{"REGISTERED", func(r device.Result) string { return r.Registered }, false}
	ownerField      = field{"OWNER", func(r device.Result) string { return r.Owner }, true}
	noteField       = field{"NOTE", func(r device.Result) string {
		if r.Household {
			return "another household member's"
		}
		return yesNo(r.Deregisterable, "", "no Deregister")
	}, true}
	keyField     = field{"KEY", func(r device.Result) string { return r.Key }, false}
	outcomeField = field{"OUTCOME", func(r device.Result) string { return string(r.Outcome) }, false}
	reasonField  = field{"REASON", func(r device.Result) string {
		if r.Outcome == device.WouldDeregister && r.Reason != "" {
			return "this way because " + r.Reason // not why it is deregistered
		}
		return r.Reason
	}, true}
	viaField = field{"VIA", via, false}
)

// ListTable writes the devices as a table, with a line that says how many there
// are and where. Of a fault it says nothing: that is for stderr.
func ListTable(w io.Writer, m Meta, devs []device.Device, f *Fault) error {
	if len(devs) == 0 && f != nil {
		return nil
	}
	err := table(w, m, []field{nameField, familyField, serialField, registeredField, ownerField, noteField, keyField}, results(devs))
	if err != nil {
		return err
	}
	n := fmt.Sprintf("%d devices", len(devs))
	switch len(devs) {
	case 0:
		n = "No devices"
		if m.Of > 0 {
			n = fmt.Sprintf("0 of %s match", devices(m.Of))
			if m.Of == 1 {
				n = "0 of 1 device matches"
			}
		}
	case 1:
		n = "1 device"
	}
	_, err = fmt.Fprintln(w, n+on(m))
	return err
}

// RunTable writes what became of each device, with a line that counts.
func RunTable(w io.Writer, m Meta, rs []device.Result, f *Fault) error {
	if len(rs) == 0 && f != nil {
		return nil
	}
	if err := table(w, m, []field{outcomeField, nameField, familyField, serialField, viaField, reasonField}, rs); err != nil {
		return err
	}
	s := Counts(rs)
	_, err := fmt.Fprintln(w, strings.ToUpper(s[:1])+s[1:]+on(m))
	return err
}

// on says which marketplace and account.
func on(m Meta) string {
	s := ""
	if m.Site != "" {
		s += " on " + device.Printable(m.Site)
	}
	if m.Account != "" {
		s += " (" + device.Printable(m.Account) + ")"
	}
	return s
}

// table writes rows under their heads, aligned by what a terminal shows. On a
// terminal of width columns, flexible columns give way, the widest first; with 0
// nothing is shortened.
func table(w io.Writer, m Meta, fields []field, rs []device.Result) error {
	width := m.Width
	if len(rs) == 0 {
		return nil
	}
	var cells [][]string // by column
	var heads []field
	for _, f := range fields {
		col := make([]string, len(rs))
		empty := true
		for i, r := range rs {
			col[i] = strings.TrimSpace(device.Printable(f.of(r)))
			empty = empty && col[i] == ""
		}
		if !empty {
			cells, heads = append(cells, col), append(heads, f)
		}
	}
	widths := make([]int, len(heads))
	total := gap * (len(heads) - 1)
	for c, f := range heads {
		widths[c] = ColumnWidth(f.head, cells[c], width > 0)
		total += widths[c]
	}
	for width > 0 && total > width {
		widest := -1
		for c, f := range heads {
			if f.flexible && widths[c] > max(least, Width(f.head)) && (widest < 0 || widths[c] > widths[widest]) {
				widest = c
			}
		}
		if widest < 0 {
			break // better a wrapped line than a serial cut short
		}
		widths[widest]--
		total--
	}
	line := func(of, style func(c int) string) error {
		var b strings.Builder
		for c := range heads {
			s := of(c)
			if width > 0 {
				s = Shorten(s, widths[c])
			}
			after := ""
			if c < len(heads)-1 {
				after = strings.Repeat(" ", max(0, widths[c]-Width(s))+gap)
			}
			if m.Color && s != "" {
				s = Paint(style(c), s)
			}
			b.WriteString(s + after)
		}
		_, err := fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
		return err
	}
	if err := line(func(c int) string { return heads[c].head }, func(int) string { return "bold" }); err != nil {
		return err
	}
	for i := range rs {
		if err := line(func(c int) string { return cells[c][i] }, func(c int) string {
			if heads[c].head != outcomeField.head {
				return ""
			}
			return StyleOf(rs[i].Outcome)
		}); err != nil {
			return err
		}
	}
	return nil
}

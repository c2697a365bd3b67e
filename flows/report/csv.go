package report

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/device"
)

// ListCSV writes the CSV form of `list`: a header, then a line a device. A fault
// has no place in it; it is for stderr and the exit code.
func ListCSV(w io.Writer, _ Meta, devs []device.Device, _ *Fault) error {
	return writeCSV(w, listColumns, results(devs))
}

// RunCSV writes the CSV form of `deregister`.
func RunCSV(w io.Writer, _ Meta, rs []device.Result, _ *Fault) error {
	return writeCSV(w, runColumns, rs)
}

func writeCSV(w io.Writer, columns []column, rs []device.Result) error {
	c := csv.NewWriter(w)
	line := make([]string, len(columns))
	for i, col := range columns {
		line[i] = col.name
	}
	if err := c.Write(line); err != nil {
		return err
	}
	for _, r := range rs {
		for i, col := range columns {
			line[i] = Cell(col.of(r))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// Cell is a text as our CSV has it. A device's name is anybody's: ' stands before one
// that a spreadsheet would take for a formula (OWASP, "CSV Injection"), and control
// characters, which a terminal that shows the file would obey, are U+FFFD, as are those
// that turn the direction of writing. Line breaks and tabs are the format's own business.
func Cell(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return utf8.RuneError
		}
		return r
	}, valid(s))
	if s != "" && strings.ContainsRune("=+-@\t\n", rune(s[0])) {
		return "'" + s
	}
	return s
}

package report

import (
	"encoding/csv"
	"io"

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
			line[i] = harmless(valid(col.of(r)))
		}
		if err := c.Write(line); err != nil {
			return err
		}
	}
	c.Flush()
	return c.Error()
}

// harmless puts ' before a cell that a spreadsheet would take for a formula: a
// device's name is anybody's text (OWASP, "CSV Injection").
func harmless(s string) string {
	if s == "" {
		return s
	}
	switch s[0] {
	case '=', '+', '-', '@', '\t', '\r', '\n':
		return "'" + s
	}
	return s
}

package device

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// This file reads lists in the form that `list` and `deregister` print them. A
// format is told by its beginning; what begins like one and is none is an error,
// never a list of odd names.

// csvColumns are those of our CSV that tell which device is meant, and its outcome.
var csvColumns = []string{"key", "name", "serial", "type", "outcome"}

// csvHeader is the separator of a CSV text of ours, and its columns; 0 if the text
// is none. Spreadsheets save with semicolons where the comma is a decimal point.
func csvHeader(text string) (comma rune, columns []string) {
	line, _, _ := strings.Cut(text, "\n")
	for _, c := range ",;\t" {
		r := csv.NewReader(strings.NewReader(line))
		r.Comma = c
		fields, err := r.Read()
		if err != nil || len(fields) < 2 {
			continue
		}
		known := 0
		for i := range fields {
			fields[i] = strings.ToLower(fields[i])
			if slices.Contains(csvColumns, fields[i]) {
				known++
			}
		}
		if known > 1 && (slices.Contains(fields, "key") || slices.Contains(fields, "serial") || slices.Contains(fields, "name")) {
			return c, fields
		}
	}
	return 0, nil
}

// rounded is how spreadsheets save a serial that is all digits.
var rounded = regexp.MustCompile(`^[0-9]([.,][0-9]+)?[eE]\+[0-9]+$`)

func readCSV(text string, comma rune, columns []string) (out []Record, err error) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comma = comma
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("is not a complete CSV file: %w", err)
	}
	for n, row := range rows[1:] {
		var rec Record
		for i, cell := range row {
			if len(cell) > 1 && cell[0] == '\'' && strings.IndexByte("=+-@\t\r\n", cell[1]) >= 0 {
				cell = cell[1:] // put there so that no spreadsheet takes it for a formula
			}
			switch columns[i] {
			case "key":
				rec.Key = strings.TrimSpace(cell)
			case "name":
				rec.Name = cell
			case "serial":
				rec.Serial = strings.TrimSpace(cell)
			case "type":
				rec.Type = strings.TrimSpace(cell)
			case "outcome":
				rec.Outcome = Outcome(strings.TrimSpace(cell))
			}
		}
		for _, c := range []struct{ what, id string }{{"serial", rec.Serial}, {"key", rec.Key}} {
			if rounded.MatchString(c.id) {
				return nil, fmt.Errorf("row %d has the %s %s, which a spreadsheet made of a long number: the digits are lost", n+2, c.what, c.id)
			}
		}
		if rec.empty() {
			return nil, fmt.Errorf("row %d has neither key nor serial nor name", n+2)
		}
		out = append(out, rec)
	}
	return out, nil
}

func (r Record) empty() bool {
	return FoldID(r.Key) == "" && FoldID(r.Serial) == "" && Normal(r.Name) == ""
}

// looksJSON: the text begins as no name does.
func looksJSON(text string) bool {
	head := strings.TrimSpace(text)
	if head == "" || head[0] != '{' && head[0] != '[' {
		return false
	}
	next := strings.TrimLeft(head[1:], " \t")
	return next == "" || strings.ContainsRune("\"{}[]\n", rune(next[0])) || json.Valid([]byte(head))
}

type jsonDevice struct {
	Key     string  `json:"key"`
	Name    string  `json:"name"`
	Serial  string  `json:"serial"`
	Type    string  `json:"type"`
	Outcome Outcome `json:"outcome"`
}

// readJSON reads a document of ours, its devices alone (an array, or one a line, as
// jq prints them), or an array of texts.
func readJSON(text string) (l Listed, err error) {
	notOurs := errors.New("is JSON, but not that of `unecho list` or `unecho deregister`")
	dec := json.NewDecoder(strings.NewReader(text))
	for {
		var raw json.RawMessage
		if err := dec.Decode(&raw); errors.Is(err, io.EOF) {
			return l, nil
		} else if err != nil {
			return l, fmt.Errorf("begins like JSON but is not valid or not complete: %w", err)
		}
		var doc struct {
			Schema  *int              `json:"schema"`
			Devices []json.RawMessage `json:"devices"`
		}
		items := []json.RawMessage{raw}
		switch {
		case json.Unmarshal(raw, &items) == nil:
		case json.Unmarshal(raw, &doc) != nil:
			return l, notOurs
		case doc.Schema != nil && *doc.Schema != 1:
			return l, fmt.Errorf("is JSON of schema %d, which this version does not know", *doc.Schema)
		case doc.Schema != nil && doc.Devices == nil:
			return l, fmt.Errorf("is JSON without a list of devices")
		case doc.Devices != nil:
			items = doc.Devices
		default:
			items = []json.RawMessage{raw}
		}
		for _, item := range items {
			var d jsonDevice
			var s string
			switch {
			case json.Unmarshal(item, &s) == nil && Normal(s) != "":
				l.Lines = append(l.Lines, strings.TrimSpace(s))
				continue
			case json.Unmarshal(item, &d) != nil:
				return l, notOurs
			}
			rec := Record{Device: Device{Key: d.Key, Name: d.Name, Serial: d.Serial, Type: d.Type}, Outcome: d.Outcome}
			if rec.empty() {
				return l, errors.New("is JSON with a device that has neither key nor serial nor name")
			}
			l.Records = append(l.Records, rec)
		}
	}
}

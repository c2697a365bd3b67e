package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/device"
)

// The JSON form, field by field in the contract's order. What was not seen is
// absent; devices is always a list.
type document struct {
	Schema   int             `json:"schema"`
	Site     string          `json:"site"`
	Account  string          `json:"account,omitempty"`
	Customer string          `json:"customer,omitempty"`
	Via      string          `json:"via,omitempty"`
	DryRun   *bool           `json:"dry_run,omitempty"`
	Devices  []row           `json:"devices"`
	Summary  *map[string]int `json:"summary,omitempty"`
	Error    *Fault          `json:"error,omitempty"`
}

type row struct {
	Key            string `json:"key,omitempty"`
	Name           string `json:"name,omitempty"`
	Serial         string `json:"serial,omitempty"`
	Type           string `json:"type,omitempty"`
	Family         string `json:"family,omitempty"`
	Registered     string `json:"registered,omitempty"`
	Owner          string `json:"owner,omitempty"`
	Deregisterable *bool  `json:"deregisterable,omitempty"`
	Outcome        string `json:"outcome,omitempty"`
	Via            string `json:"via,omitempty"`
	Reason         string `json:"reason,omitempty"`
	MS             *int64 `json:"ms,omitempty"`
}

func rowOf(r device.Result) row {
	o := row{Key: r.Key, Name: r.Name, Serial: r.Serial, Type: r.Type, Family: r.Family, Registered: r.Registered,
		Owner: r.Owner, Deregisterable: r.Deregisterable, Outcome: string(r.Outcome), Via: via(r), Reason: r.Reason}
	if r.Took > 0 {
		n := max(1, r.Took.Milliseconds())
		o.MS = &n
	}
	return o
}

// ListJSON writes the JSON form of `list`. f is nil on success; with a fault the
// devices may be missing, the document never is.
func ListJSON(w io.Writer, m Meta, devs []device.Device, f *Fault) error {
	return write(w, documentOf(m, results(devs), f))
}

// RunJSON writes the JSON form of `deregister`.
func RunJSON(w io.Writer, m Meta, rs []device.Result, f *Fault) error {
	doc := documentOf(m, rs, f)
	doc.DryRun = &m.DryRun
	counts := map[string]int{}
	for _, r := range rs {
		if r.Outcome != "" {
			counts[string(r.Outcome)]++
		}
	}
	if n := notAttempted(rs); n > 0 {
		counts["not_attempted"] = n // of the failed ones
	}
	doc.Summary = &counts
	return write(w, doc)
}

// FaultJSON writes a document for a run that ended before it knew of any device,
// for commands that have none too. It is ListJSON without devices.
func FaultJSON(w io.Writer, m Meta, f *Fault) error { return ListJSON(w, m, nil, f) }

func documentOf(m Meta, rs []device.Result, f *Fault) document {
	doc := document{Schema: Schema, Site: m.Site, Account: m.Account, Customer: m.Customer, Via: m.Via, Devices: []row{}, Error: f}
	for _, r := range rs {
		doc.Devices = append(doc.Devices, rowOf(r))
	}
	return doc
}

func write(w io.Writer, doc document) error { return Encode(w, doc) }

// Encode writes a value as JSON that people read: indented, with <, > and & as they
// are, as this is no HTML. Invalid UTF-8 becomes valid (encoding/json), and what a
// terminal would obey is escaped: of that encoding/json leaves DEL, the second set of
// control characters and the marks that turn the direction of writing.
func Encode(w io.Writer, v any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(escaped(b.Bytes()))
	return err
}

// escaped: outside of strings JSON has none of these.
func escaped(text []byte) []byte {
	var out []byte
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if r >= 0x7f && r <= 0x9f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			out = fmt.Appendf(out, "\\u%04x", r)
		} else {
			out = append(out, text[i:i+n]...)
		}
		i += n
	}
	return out
}

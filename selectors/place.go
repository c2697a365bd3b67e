package selectors

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// A place is an entry of a file, or something in it.
type place struct {
	kind  string
	key   string // its name, of a screen name and variant
	nth   int    // of the list of its kind, from 0
	field string // one of its keys
	item  int    // one of its candidates or phrases, from 1
}

// items is what the lists of inline tables hold.
var items = map[string]string{"element": "candidate", "text": "phrase"}

func (b *batch) fault(p place, format string, args ...any) error {
	what := called(p.kind, p.key) + ": "
	if p.item > 0 {
		what += fmt.Sprintf("%s %d: ", items[p.kind], p.item)
	}
	return &fault{b.file, b.line(p), what + fmt.Sprintf(format, args...)}
}

// line is where a place is in the file. The decoder tells positions of what it
// refuses alone, so the file is decoded once more, into types that know less and
// less: what is unknown to them is where it stands. It was decoded before, so
// nothing else can be wrong with it.
func (b *batch) line(p place) int {
	headers := unknown(b.raw, &struct{}{})
	start, end, nth := 0, 0, 0
	for _, h := range headers {
		line, _ := h.Position()
		switch {
		case start > 0 && len(h.Key()) <= 2:
			end = line
		case start == 0 && len(h.Key()) <= 2 && h.Key()[0] == p.kind:
			if nth == p.nth && (len(h.Key()) == 1 || h.Key()[1] == p.key) {
				start = line
			}
			if items[p.kind] == "" {
				nth++
			}
		}
		if end > 0 {
			break
		}
	}
	lines := bytes.SplitAfter(b.raw, []byte("\n"))
	if start == 0 || p.field == "" && p.item == 0 {
		return start
	}
	if end == 0 {
		end = len(lines) + 1
	}
	entry := bytes.Join(lines[start-1:end-1], nil)
	if p.field != "" {
		for _, f := range unknown(entry, &struct {
			Screen, Danger, Obstacle []struct{}
			Element, Text            map[string]struct{}
		}{}) {
			if line, _ := f.Position(); strings.EqualFold(f.Key()[len(f.Key())-1], p.field) {
				return start + line - 1
			}
		}
		return start
	}
	// All keys of all its candidates, one after the other; each has at least one.
	var sizes struct {
		Element, Text map[string]struct{ Candidates, Phrases []map[string]any }
	}
	if toml.Unmarshal(entry, &sizes) != nil {
		return start
	}
	all := sizes.Element[p.key].Candidates
	if p.kind == "text" {
		all = sizes.Text[p.key].Phrases
	}
	before := 0
	for _, c := range all[:p.item-1] {
		before += len(c)
	}
	keys := unknown(entry, &struct {
		Element map[string]struct {
			Candidates         []struct{}
			Note, Hides, Shows any
		}
		Text map[string]struct {
			Phrases           []struct{}
			With, Apart, Note any
		}
	}{})
	if before >= len(keys) {
		return start
	}
	line, _ := keys[before].Position()
	return start + line - 1
}

// unknown is what a strict decoder finds in a file and not in the type of into.
func unknown(raw []byte, into any) []toml.DecodeError {
	var strict *toml.StrictMissingError
	if errors.As(toml.NewDecoder(bytes.NewReader(raw)).DisallowUnknownFields().Decode(into), &strict) {
		return strict.Errors
	}
	return nil
}

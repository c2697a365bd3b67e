package selectors

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// This file reads TOML into sections that remember the line of every value.
// go-toml's decoder knows lines only for what it refuses itself; the refusals
// here are about meaning (an unknown text, CSS that does not parse), so the
// data is taken from its parser, which tells where each value stands.

// A fault is a refusal at one line of one file: "FILE:LINE: what is wrong".
type fault struct {
	file string
	line int
	text string
}

func (f *fault) Error() string {
	if f.line == 0 {
		return fmt.Sprintf("%s: %s", f.file, f.text)
	}
	return fmt.Sprintf("%s:%d: %s", f.file, f.line, f.text)
}

// A source is one file on its way into a Set.
type source struct {
	file     string
	sections []section
	hidden   *value // the one key outside all sections
}

// A section is one [[screen]], [element.NAME], [text.NAME], [[danger]] or [[obstacle]].
type section struct {
	kind, name string // name: of an element or text, from its header
	table
}

type table struct {
	line   int
	fields []field
}

type field struct {
	key string
	value
}

// A value is what TOML may hold here: a string, a boolean, a list or an inline
// table. Numbers and dates have no use and are refused where they stand.
type value struct {
	line int
	kind unstable.Kind
	str  string
	yes  bool
	list []value
	sub  table
}

func (s *source) fault(line int, format string, args ...any) error {
	return &fault{s.file, line, fmt.Sprintf(format, args...)}
}

// The kinds of section, and whether their header carries a name.
var kinds = map[string]bool{"screen": false, "element": true, "text": true, "danger": false, "obstacle": false}

// parse reads one file. Only its form is judged; read.go judges the meaning.
func parse(file string, data []byte) (*source, error) {
	s := &source{file: file}
	// A TOML document is UTF-8; an editor's byte order mark is none of it.
	data = slices.Clone(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	r := reader{src: s}
	for i, c := range data {
		if c == '\n' {
			r.ends = append(r.ends, i)
		}
	}
	r.p.Reset(data)
	for r.p.NextExpression() {
		if err := r.expression(r.p.Expression()); err != nil {
			return nil, err
		}
	}
	if r.p.Error() != nil {
		return nil, s.syntax(data, r.p.Error())
	}
	return s, nil
}

// syntax tells where TOML itself is broken. The parser's own error has no
// position; reading the same bytes once more with the decoder has.
func (s *source) syntax(data []byte, err error) error {
	line := 0
	var de *toml.DecodeError
	var all map[string]any
	if errors.As(toml.Unmarshal(data, &all), &de) {
		line, _ = de.Position()
		err = de
	}
	return s.fault(line, "not TOML: %s", strings.TrimPrefix(firstLine(err.Error()), "toml: "))
}

type reader struct {
	p    unstable.Parser
	src  *source
	ends []int // offsets of the line ends
}

func (r *reader) line(n *unstable.Node) int {
	i, _ := slices.BinarySearch(r.ends, int(n.Raw.Offset))
	return i + 1
}

func (r *reader) expression(n *unstable.Node) error {
	switch n.Kind {
	case unstable.Table, unstable.ArrayTable:
		return r.header(n)
	case unstable.KeyValue:
		f, err := r.field(n)
		if err != nil {
			return err
		}
		if k := len(r.src.sections); k > 0 {
			return r.src.add(&r.src.sections[k-1].table, f, "")
		}
		if f.key != "hidden" {
			return r.src.fault(f.line, "unknown key %q before the first section (known: hidden)", f.key)
		}
		if r.src.hidden != nil {
			return r.src.fault(f.line, "hidden: stands here a second time, first in line %d", r.src.hidden.line)
		}
		r.src.hidden = &f.value
	}
	return nil
}

func (r *reader) header(n *unstable.Node) error {
	var parts []string
	line := 0
	for it := n.Key(); it.Next(); {
		if line == 0 {
			line = r.line(it.Node())
		}
		parts = append(parts, string(it.Node().Data))
	}
	written := "[" + strings.Join(parts, ".") + "]"
	if n.Kind == unstable.ArrayTable {
		written = "[" + written + "]"
	}
	named, known := kinds[parts[0]]
	switch {
	case !known:
		return r.src.fault(line, "unknown section %s (known: [[screen]], [element.NAME], [text.NAME], [[danger]], [[obstacle]])", written)
	case named && (n.Kind != unstable.Table || len(parts) != 2 || parts[1] == ""):
		return r.src.fault(line, "section %s should be written [%s.NAME]", written, parts[0])
	case !named && (n.Kind != unstable.ArrayTable || len(parts) != 1):
		return r.src.fault(line, "section %s should be written [[%s]]", written, parts[0])
	}
	sec := section{kind: parts[0], table: table{line: line}}
	if named {
		sec.name = parts[1]
	}
	r.src.sections = append(r.src.sections, sec)
	return nil
}

func (r *reader) field(n *unstable.Node) (field, error) {
	var f field
	var keys []string
	line := 0
	for it := n.Key(); it.Next(); {
		if line == 0 {
			line = r.line(it.Node())
		}
		keys = append(keys, string(it.Node().Data))
	}
	f.key = strings.Join(keys, ".")
	v, err := r.value(n.Value(), line, f.key)
	if err != nil {
		return f, err
	}
	f.value = v
	f.line = line
	return f, nil
}

// value reads one value; line is that of its key, for what has no place of its own.
func (r *reader) value(n *unstable.Node, line int, key string) (value, error) {
	if n.Raw.Length > 0 {
		line = r.line(n)
	}
	v := value{line: line, kind: n.Kind}
	switch n.Kind {
	case unstable.String:
		v.str = string(n.Data)
	case unstable.Bool:
		v.yes = len(n.Data) > 0 && n.Data[0] == 't'
	case unstable.Array:
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			e, err := r.value(it.Node(), line, key)
			if err != nil {
				return v, err
			}
			v.list = append(v.list, e)
		}
	case unstable.InlineTable:
		v.sub.line = line
		for it := n.Children(); it.Next(); {
			if it.Node().Kind == unstable.Comment {
				continue
			}
			f, err := r.field(it.Node())
			if err != nil {
				return v, err
			}
			if err := r.src.add(&v.sub, f, key+": "); err != nil {
				return v, err
			}
		}
	default:
		return v, r.src.fault(line, "%s%s: a number or a date has no meaning here", r.src.within(), key)
	}
	return v, nil
}

// within names the section that is being read, for messages.
func (s *source) within() string {
	if k := len(s.sections); k > 0 {
		return s.sections[k-1].String() + ": "
	}
	return ""
}

func (s *source) add(t *table, f field, in string) error {
	for _, g := range t.fields {
		if g.key == f.key {
			return s.fault(f.line, "%s%skey %q stands here a second time, first in line %d", s.within(), in, f.key, g.line)
		}
	}
	t.fields = append(t.fields, f)
	return nil
}

// String is how a message names the section: `element "email"`, `screen "otp" (late)`.
func (s *section) String() string {
	name, variant := s.name, ""
	for _, f := range s.fields {
		switch {
		case f.key == "name" && name == "":
			name = f.str
		case f.key == "variant":
			variant = f.str
		}
	}
	switch {
	case name == "":
		return s.kind
	case variant != "":
		return fmt.Sprintf("%s %q (%s)", s.kind, name, variant)
	}
	return fmt.Sprintf("%s %q", s.kind, name)
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return strings.TrimSpace(s)
}

package selectors

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2/unstable"
)

// This file turns the sections of a file into the entries of a Set, and says
// at which line what is missing, unknown or of the wrong kind.

// An entry of a Set and the line it stands in.
type placed[T any] struct {
	line int
	it   T
	// cands are the lines of the candidates of an element.
	cands []int
}

// A batch is what one file holds.
type batch struct {
	src       *source
	screens   []placed[Screen]
	elements  []placed[Element]
	texts     []placed[Text]
	dangers   []placed[Danger]
	obstacles []placed[Obstacle]
	hidden    []string
}

// read judges one file by itself. Whether the names it refers to exist is
// known only when it has become part of a Set (see refer).
//
// thorough also parses the CSS and the regular expressions: the embedded data
// are held to that by the tests, not by every start of the program.
func read(src *source, thorough bool) (*batch, error) {
	b := &batch{src: src}
	g := &grader{src: src, thorough: thorough}
	if src.hidden != nil {
		g.where = func() string { return "hidden" }
		b.hidden = g.styles(field{"entry", *src.hidden})
	}
	for i := range src.sections {
		sec := &src.sections[i]
		g.where = sec.String
		switch sec.kind {
		case "screen":
			b.screens = append(b.screens, placed[Screen]{line: sec.line, it: g.screen(sec)})
		case "element":
			e, lines := g.element(sec)
			b.elements = append(b.elements, placed[Element]{line: sec.line, it: e, cands: lines})
		case "text":
			b.texts = append(b.texts, placed[Text]{line: sec.line, it: g.text(sec)})
		case "danger":
			b.dangers = append(b.dangers, placed[Danger]{line: sec.line, it: g.danger(sec)})
		case "obstacle":
			b.obstacles = append(b.obstacles, placed[Obstacle]{line: sec.line, it: g.obstacle(sec)})
		}
		if g.err != nil {
			return nil, g.err
		}
	}
	if g.err != nil {
		return nil, g.err
	}
	return b, nil
}

// A grader reads fields and keeps the first thing that is wrong with them.
type grader struct {
	src      *source
	where    func() string // what a message begins with
	thorough bool
	err      error
}

func (g *grader) refuse(line int, format string, args ...any) {
	if g.err == nil {
		g.err = g.src.fault(line, "%s: %s", g.where(), fmt.Sprintf(format, args...))
	}
}

func (g *grader) screen(sec *section) Screen {
	var s Screen
	for _, f := range sec.fields {
		switch f.key {
		case "name":
			s.Name = g.name(f)
		case "variant":
			s.Variant = g.name(f)
		case "host":
			s.Host = g.str(f)
			if s.Host != "site" && s.Host != "alexa" {
				g.refuse(f.line, `unknown host %q (known: "site", "alexa"; leave it out for any)`, s.Host)
			}
		case "path":
			s.Path = g.pattern(f)
		case "hash":
			s.Hash = g.pattern(f)
		case "title":
			s.Title = g.pattern(f)
		case "visible":
			s.Visible = g.styles(f)
		case "any":
			s.Any = g.styles(f)
		case "present":
			s.Present = g.styles(f)
		case "absent":
			s.Absent = g.styles(f)
		case "token":
			s.Token = g.flag(f)
		case "patience":
			s.Patience = g.duration(f)
		case "person":
			s.Person = g.flag(f)
		case "grade":
			s.Grade = g.grade(f)
		case "note":
			s.Note = g.str(f)
		default:
			g.unknown(f, "name", "variant", "host", "path", "hash", "title", "visible", "any", "present", "absent", "token", "patience", "person", "grade", "note")
		}
	}
	g.needs(sec.line, "name", s.Name)
	g.needs(sec.line, "grade", s.Grade)
	// Absence alone, or a host alone, holds on nearly every page.
	if s.Path == "" && s.Hash == "" && s.Title == "" && len(s.Visible)+len(s.Any)+len(s.Present) == 0 {
		g.refuse(sec.line, "nothing tells it from other screens: give path, hash, title, visible, any or present")
	}
	return s
}

func (g *grader) element(sec *section) (Element, []int) {
	e := Element{Name: sec.name}
	var lines []int
	seen := 0
	for _, f := range sec.fields {
		switch f.key {
		case "candidates":
			seen = f.line
			g.each(f, "candidate", func(v value) {
				e.Candidates = append(e.Candidates, g.candidate(v.sub))
				lines = append(lines, v.line)
			})
		case "hides":
			e.Hides = g.name(f)
		case "shows":
			e.Shows = g.name(f)
		case "note":
			e.Note = g.str(f)
		default:
			g.unknown(f, "candidates", "hides", "shows", "note")
		}
	}
	if (e.Hides == "") != (e.Shows == "") {
		g.refuse(sec.line, "hides and shows need each other")
	}
	if len(e.Candidates) == 0 {
		g.refuse(max(seen, sec.line), "no candidates")
	}
	return e, lines
}

func (g *grader) candidate(t table) Candidate {
	var c Candidate
	for _, f := range t.fields {
		switch f.key {
		case "css":
			c.CSS = g.style(f.value, f.key, 0)
		case "text":
			c.Text = g.name(f)
		case "contains":
			c.Contains = g.flag(f)
		case "form":
			c.Form = g.str(f)
			if !slices.Contains([]string{Myx, Console, Portal}, c.Form) {
				g.refuse(f.line, "unknown form %q (known: %q, %q, %q; leave it out for any)", c.Form, Myx, Console, Portal)
			}
		case "grade":
			c.Grade = g.grade(f)
		default:
			g.unknown(f, "css", "text", "contains", "form", "grade")
		}
	}
	g.needs(t.line, "css", c.CSS)
	g.needs(t.line, "grade", c.Grade)
	if c.Contains && c.Text == "" {
		g.refuse(t.line, "contains needs a text")
	}
	return c
}

func (g *grader) text(sec *section) Text {
	t := Text{Name: sec.name}
	seen := 0
	for _, f := range sec.fields {
		switch f.key {
		case "phrases":
			seen = f.line
			g.each(f, "phrase", func(v value) { t.Phrases = append(t.Phrases, g.phrase(v.sub)) })
		case "note":
			t.Note = g.str(f)
		default:
			g.unknown(f, "phrases", "note")
		}
	}
	if len(t.Phrases) == 0 {
		g.refuse(max(seen, sec.line), "no phrases")
	}
	return t
}

func (g *grader) phrase(t table) Phrase {
	var p Phrase
	for _, f := range t.fields {
		switch f.key {
		case "lang":
			p.Lang = g.name(f)
		case "text":
			p.Text = g.str(f)
			if p.Text != strings.Join(strings.Fields(p.Text), " ") {
				g.refuse(f.line, "text %q: no white space at the ends, and one space at most between words (it is compared that way)", p.Text)
			}
		case "grade":
			p.Grade = g.grade(f)
		default:
			g.unknown(f, "lang", "text", "grade")
		}
	}
	g.needs(t.line, "lang", p.Lang)
	g.needs(t.line, "text", p.Text)
	g.needs(t.line, "grade", p.Grade)
	return p
}

func (g *grader) danger(sec *section) Danger {
	var d Danger
	for _, f := range sec.fields {
		switch f.key {
		case "name":
			d.Name = g.name(f)
		case "css":
			d.CSS = g.style(f.value, f.key, 0)
		case "text":
			d.Text = g.name(f)
		case "contains":
			d.Contains = g.flag(f)
		case "where":
			d.Where = g.str(f)
			if d.Where != Control && d.Where != Dialog {
				g.refuse(f.line, "unknown where %q (known: %q, %q)", d.Where, Control, Dialog)
			}
		case "grade":
			d.Grade = g.grade(f)
		case "note":
			d.Note = g.str(f)
		default:
			g.unknown(f, "name", "css", "text", "contains", "where", "grade", "note")
		}
	}
	g.needs(sec.line, "name", d.Name)
	g.needs(sec.line, "where", d.Where)
	g.needs(sec.line, "grade", d.Grade)
	if d.CSS == "" && d.Text == "" {
		g.refuse(sec.line, "neither css nor text")
	}
	if d.Contains && d.Text == "" {
		g.refuse(sec.line, "contains needs a text")
	}
	return d
}

func (g *grader) obstacle(sec *section) Obstacle {
	var o Obstacle
	for _, f := range sec.fields {
		switch f.key {
		case "name":
			o.Name = g.name(f)
		case "css":
			o.CSS = g.style(f.value, f.key, 0)
		case "close":
			o.Close = g.name(f)
		case "grade":
			o.Grade = g.grade(f)
		case "note":
			o.Note = g.str(f)
		default:
			g.unknown(f, "name", "css", "close", "grade", "note")
		}
	}
	g.needs(sec.line, "name", o.Name)
	g.needs(sec.line, "css", o.CSS)
	g.needs(sec.line, "close", o.Close)
	g.needs(sec.line, "grade", o.Grade)
	return o
}

// each walks a list of inline tables and numbers them in the messages.
func (g *grader) each(f field, what string, do func(value)) {
	if f.kind != unstable.Array {
		g.refuse(f.line, "%s: should be a list: [ { … }, { … } ]", f.key)
		return
	}
	was := g.where
	for i, v := range f.list {
		g.where = func() string { return was() + ": " + what + " " + itoa(i+1) }
		if v.kind != unstable.InlineTable {
			g.refuse(v.line, "should be written { … }")
			break
		}
		do(v)
	}
	g.where = was
}

func (g *grader) str(f field) string {
	if f.kind != unstable.String {
		g.refuse(f.line, "%s: should be text in quotes", f.key)
		return ""
	}
	if strings.TrimSpace(f.str) == "" {
		g.refuse(f.line, "%s: empty", f.key)
	}
	return f.str
}

// name is text that other entries, or the flows, refer to.
func (g *grader) name(f field) string {
	s := g.str(f)
	if s != strings.TrimSpace(s) {
		g.refuse(f.line, "%s: white space around %q", f.key, s)
	}
	return s
}

func (g *grader) flag(f field) bool {
	if f.kind != unstable.Bool {
		g.refuse(f.line, "%s: should be true or false", f.key)
	}
	return f.yes
}

func (g *grader) duration(f field) time.Duration {
	s := g.str(f)
	d, err := time.ParseDuration(s)
	if g.err == nil && (err != nil || d <= 0) {
		g.refuse(f.line, `%s: %q is no length of time (for example "45s")`, f.key, s)
	}
	return d
}

func (g *grader) grade(f field) string {
	s := g.str(f)
	if !slices.Contains([]string{"P", "T", "R", "?"}, s) {
		g.refuse(f.line, `unknown grade %q (known: "P" seen in a saved page, "T" relied on by tools, "R" reported, "?" a guess)`, s)
	}
	return s
}

func (g *grader) styles(f field) []string {
	if f.kind != unstable.Array {
		g.refuse(f.line, "%s: should be a list of CSS: [\"…\", \"…\"]", f.key)
		return nil
	}
	if len(f.list) == 0 {
		g.refuse(f.line, "%s: empty list", f.key)
	}
	var all []string
	for i, v := range f.list {
		all = append(all, g.style(v, f.key, i+1))
	}
	return all
}

// style is one piece of CSS: the nth of a list called key, or (nth 0) one by itself.
func (g *grader) style(v value, key string, nth int) string {
	as := ""
	switch {
	case g.err != nil:
		return ""
	case nth > 0:
		as = key + " " + itoa(nth) + ": "
	}
	switch {
	case v.kind != unstable.String:
		g.refuse(v.line, "%sCSS should be text in quotes", as)
	case strings.TrimSpace(v.str) == "":
		g.refuse(v.line, "%sempty CSS", as)
	case g.thorough:
		if err := checkCSS(v.str); err != nil {
			g.refuse(v.line, "%sinvalid CSS %q: %v", as, v.str, err)
		}
	}
	return v.str
}

func (g *grader) pattern(f field) string {
	s := g.str(f)
	if g.err == nil && g.thorough {
		if err := checkPattern(s); err != nil {
			g.refuse(f.line, "%s: invalid regular expression %q: %v", f.key, s, err)
		}
	}
	return s
}

func (g *grader) needs(line int, key, v string) {
	if v == "" {
		g.refuse(line, "%s is missing", key)
	}
}

func (g *grader) unknown(f field, known ...string) {
	g.refuse(f.line, "unknown key %q (known: %s)", f.key, strings.Join(known, ", "))
}

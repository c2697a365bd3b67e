package selectors

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// A document is what one file may hold; the decoder refuses every other key.
type document struct {
	Hidden   []string
	Screen   []screenSection
	Element  map[string]Element
	Text     map[string]Text
	Danger   []Danger
	Obstacle []Obstacle
}

// A screenSection has its patience as a person writes it: "45s".
type screenSection struct {
	Screen
	Patience string
}

// headers are the sections as they are written.
var headers = map[string]string{
	"screen": "[[screen]]", "element": "[element.NAME]", "text": "[text.NAME]", "danger": "[[danger]]", "obstacle": "[[obstacle]]",
}

// A batch is what one file holds, on its way into a Set.
type batch struct {
	file string
	raw  []byte
	document
	screens []Screen
}

// decode judges one file by itself. Whether the names it refers to exist is
// known only when it has become part of a Set (see refer).
//
// thorough also judges every value (see rules.go): the embedded data are held to
// that by the tests, not by every start of the program.
func decode(file string, raw []byte, thorough bool) (*batch, error) {
	// A TOML document is UTF-8; an editor's byte order mark is none of it.
	b := &batch{file: file, raw: bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))}
	if err := toml.NewDecoder(bytes.NewReader(b.raw)).DisallowUnknownFields().Decode(&b.document); err != nil {
		return nil, b.refusal(err)
	}
	if thorough {
		if err := toml.Unmarshal(b.raw, &rules{}); err != nil {
			return nil, b.refusal(err)
		}
	}
	for _, s := range b.Screen {
		s.Screen.Patience, _ = time.ParseDuration(s.Patience) // the rules have judged it
		b.screens = append(b.screens, s.Screen)
	}
	for name, e := range b.Element {
		e.Name = name
		b.Element[name] = e
	}
	for name, t := range b.Text {
		t.Name = name
		b.Text[name] = t
	}
	return b, first(b.duplicates(), b.complete())
}

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

// refusal puts what the decoder found into one line: FILE:LINE: KEY: what is wrong.
func (b *batch) refusal(err error) error {
	var strict *toml.StrictMissingError
	if errors.As(err, &strict) && len(strict.Errors) > 0 {
		e := &strict.Errors[0]
		line, _ := e.Position()
		return &fault{b.file, line, fmt.Sprintf("%s: unknown here (known%s)", strings.Join(e.Key(), "."), known(e.Key()))}
	}
	var e *toml.DecodeError
	if !errors.As(err, &e) {
		return &fault{b.file, 0, "not TOML: " + firstLine(err.Error())}
	}
	line, _ := e.Position()
	text := firstLine(strings.TrimPrefix(e.Error(), "toml: "))
	if len(e.Key()) == 0 {
		return &fault{b.file, line, "not TOML: " + text}
	}
	return &fault{b.file, line, strings.Join(e.Key(), ".") + ": " + plainer(text, e.Key())}
}

// known lists the keys that may stand where the unknown one does.
func known(key toml.Key) string {
	header, ok := headers[key[0]]
	if !ok || len(key) == 1 {
		return ": hidden, [[screen]], [element.NAME], [text.NAME], [[danger]], [[obstacle]]"
	}
	f, _ := reflect.TypeFor[document]().FieldByNameFunc(func(name string) bool { return strings.EqualFold(name, key[0]) })
	keys := strings.Join(keysOf(f.Type.Elem()), ", ")
	// The decoder does not name the list in which an inline table stands.
	for f := range f.Type.Elem().Fields() {
		if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
			keys += "; in " + strings.ToLower(f.Name) + ": " + strings.Join(keysOf(f.Type.Elem()), ", ")
		}
	}
	return " in " + header + ": " + keys
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range reflect.VisibleFields(t) {
		// A field of the same name further out hides the embedded one.
		if top, _ := t.FieldByName(f.Name); !f.Anonymous && f.Tag.Get("toml") != "-" && len(top.Index) == len(f.Index) {
			keys = append(keys, strings.ToLower(f.Name))
		}
	}
	return keys
}

var mismatch = regexp.MustCompile(`^cannot decode TOML .* into (?:struct field \S+\.(\w+) of type )?(\S+)$`)

// plainer says in the words of the file what the decoder says in those of Go.
func plainer(text string, key toml.Key) string {
	if m := mismatch.FindStringSubmatch(text); m != nil {
		want := map[string]string{
			"string": "text in quotes", "bool": "true or false", "[]string": `a list: ["…", "…"]`,
			"[]selectors.Candidate": "a list: [ { … }, { … } ]", "[]selectors.Phrase": "a list: [ { … }, { … } ]",
			"selectors.Candidate": "{ … }", "selectors.Phrase": "{ … }",
		}[m[2]]
		if last := key[len(key)-1]; want != "" && m[1] != "" && !strings.EqualFold(m[1], last) {
			want += " (" + strings.ToLower(m[1]) + ")" // a key of an inline table, or of all in its list
		}
		if want != "" {
			return "should be " + want
		}
	}
	if header := headers[key[0]]; header != "" && strings.HasPrefix(text, "cannot ") {
		return "should be written in a section " + header
	}
	return text
}

// duplicates refuses an entry that stands in the file more than once (of elements and
// texts the decoder refuses it).
func (b *batch) duplicates() error {
	return first(again(b, "screen", b.screens, screenKey), again(b, "danger", b.Danger, dangerKey), again(b, "obstacle", b.Obstacle, obstacleKey))
}

func again[T any](b *batch, kind string, all []T, key func(T) string) error {
	at := map[string]int{}
	for i, it := range all {
		k := key(it)
		if j, ok := at[k]; ok {
			return &fault{b.file, b.line(place{kind: kind, nth: i}), fmt.Sprintf("%s stands here a second time, first in line %d", called(kind, k), b.line(place{kind: kind, nth: j}))}
		}
		at[k] = i
	}
	return nil
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(s, "\n")
	return strings.TrimSpace(s)
}

package selectors

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"
)

// This file says what is no value for a key, and what an entry must have.

// rules are a document whose values judge themselves: decoding into them fails
// at the first that is none, and the decoder knows where that stands.
type rules struct {
	Hidden []css
	Screen []struct {
		Name, Variant                 name
		Host                          host
		Path, Hash, Title             pattern
		Visible, Any, Present, Absent []css
		Patience                      patience
		Grade                         grade
	}
	Element map[string]struct {
		Candidates []struct {
			CSS   css
			Text  name
			Form  form
			Grade grade
		}
		Hides, Shows name
	}
	Text map[string]struct {
		Phrases []struct {
			Lang  name
			Text  phrase
			Grade grade
		}
	}
	Danger []struct {
		Name, Text name
		CSS        css
		Where      where
		Grade      grade
	}
	Obstacle []struct {
		Name, Close name
		CSS         css
		Grade       grade
	}
}

// The kinds of value.
type (
	name     struct{} // what other entries, or the flows, refer to
	css      struct{}
	pattern  struct{}
	phrase   struct{}
	patience struct{}
	grade    struct{}
	host     struct{}
	form     struct{}
	where    struct{}
)

func (*name) UnmarshalText(b []byte) error {
	switch s := string(b); {
	case strings.TrimSpace(s) == "":
		return fmt.Errorf("empty; leave the key out instead")
	case s != strings.TrimSpace(s):
		return fmt.Errorf("white space around %q", s)
	}
	return nil
}

func (*css) UnmarshalText(b []byte) error {
	if strings.TrimSpace(string(b)) == "" {
		return fmt.Errorf("empty CSS")
	}
	if err := checkCSS(string(b)); err != nil {
		return fmt.Errorf("invalid CSS %q: %w", b, err)
	}
	return nil
}

func (*pattern) UnmarshalText(b []byte) error {
	if err := checkPattern(string(b)); err != nil {
		return fmt.Errorf("invalid regular expression %q: %w", b, err)
	}
	return new(name).UnmarshalText([]byte(strings.TrimSpace(string(b))))
}

func (*phrase) UnmarshalText(b []byte) error {
	if s := string(b); s == "" || s != strings.Join(strings.Fields(s), " ") {
		return fmt.Errorf("text %q: no white space at the ends, and one space at most between words (it is compared that way)", s)
	}
	return nil
}

func (*patience) UnmarshalText(b []byte) error {
	if d, err := time.ParseDuration(string(b)); err != nil || d <= 0 {
		return fmt.Errorf(`%q is not a duration (for example "45s")`, b)
	}
	return nil
}

func (*grade) UnmarshalText(b []byte) error {
	return oneOf("grade", string(b), `"P" seen in a saved page, "T" relied on by tools, "R" reported, "?" a guess`, "P", "T", "R", "?")
}

func (*host) UnmarshalText(b []byte) error {
	return oneOf("host", string(b), `"site", "alexa"; leave it out for any`, "site", "alexa")
}

func (*form) UnmarshalText(b []byte) error {
	return oneOf("form", string(b), fmt.Sprintf("%q, %q, %q; leave it out for any", Myx, Console, Portal), Myx, Console, Portal)
}

func (*where) UnmarshalText(b []byte) error {
	return oneOf("where", string(b), fmt.Sprintf("%q, %q", Control, Dialog), Control, Dialog)
}

func oneOf(what, s, hint string, all ...string) error {
	if slices.Contains(all, s) {
		return nil
	}
	return fmt.Errorf("unknown %s %q (known: %s)", what, s, hint)
}

// complete refuses an entry that lacks something, or whose parts do not go together.
func (b *batch) complete() error {
	var bad error
	refuse := func(p place, text string) {
		if bad == nil {
			bad = b.fault(p, "%s", text)
		}
	}
	// What the JSON form always has must be given, and a list that is given holds something.
	given := func(p place, entry any) {
		v := reflect.ValueOf(entry)
		for i := range v.NumField() {
			f, tag := v.Field(i), v.Type().Field(i).Tag.Get("json")
			key, optional := strings.CutSuffix(tag, ",omitempty")
			switch {
			case f.Kind() == reflect.String && f.Len() == 0 && !optional:
				refuse(p, key+" is missing")
			case f.Kind() == reflect.Slice && f.Len() == 0 && !optional:
				refuse(place{kind: p.kind, key: p.key, field: key}, "no "+key)
			case f.Kind() == reflect.Slice && f.Len() == 0 && !f.IsNil():
				refuse(place{kind: p.kind, key: p.key, nth: p.nth, field: key}, key+": empty list")
			}
		}
	}
	for i, s := range b.screens {
		p := place{kind: "screen", key: screenKey(s), nth: i}
		given(p, s)
		// Absence alone, or a host alone, holds on nearly every page.
		if s.Path == "" && s.Hash == "" && s.Title == "" && len(s.Visible)+len(s.Any)+len(s.Present) == 0 {
			refuse(p, "nothing tells it from other screens: give path, hash, title, visible, any or present")
		}
	}
	for _, n := range slices.Sorted(maps.Keys(b.Element)) {
		e, p := b.Element[n], place{kind: "element", key: n}
		if (e.Hides == "") != (e.Shows == "") {
			refuse(p, "hides and shows need each other")
		}
		given(p, e)
		for i, c := range e.Candidates {
			p.item = i + 1
			given(p, c)
			if c.Contains && c.Text == "" {
				refuse(p, "contains needs a text")
			}
		}
	}
	for _, n := range slices.Sorted(maps.Keys(b.Text)) {
		t, p := b.Text[n], place{kind: "text", key: n}
		given(p, t)
		for i, f := range t.Phrases {
			p.item = i + 1
			given(p, f)
		}
	}
	for i, d := range b.Danger {
		p := place{kind: "danger", key: d.Name, nth: i}
		given(p, d)
		if d.CSS == "" && d.Text == "" {
			refuse(p, "neither css nor text")
		}
		if d.Contains && d.Text == "" {
			refuse(p, "contains needs a text")
		}
	}
	for i, o := range b.Obstacle {
		given(place{kind: "obstacle", key: o.Name, nth: i}, o)
	}
	return bad
}

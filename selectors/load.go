package selectors

import (
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
)

//go:embed *.toml
var data embed.FS

// Default is the data that was built in. It is a Set of its own each time:
// changing it changes no other.
func Default() (*Set, error) { return load(data, false) }

// load reads every .toml file of a directory, in the order of their names.
func load(dir fs.FS, thorough bool) (*Set, error) {
	names, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return nil, err
	}
	set := &Set{Elements: map[string]Element{}, written: map[string]Text{}}
	var batches []*batch
	for _, name := range names {
		raw, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		b, err := decode(name, raw, thorough)
		if err != nil {
			return nil, err
		}
		// Two files of one directory are one work: what stands in both is a
		// mistake, where an overlay's is a wish.
		if err := b.clash(set); err != nil {
			return nil, err
		}
		set.merge(b, false)
		batches = append(batches, b)
	}
	set.join()
	for _, b := range batches {
		if err := set.refer(b); err != nil {
			return nil, err
		}
	}
	return set, nil
}

// Overlay is s with the entries of one more file: an entry of the same name
// (of a screen: name and variant) replaces the whole entry where it stood, a
// new one is added. New screens are judged before all others, in the order of
// the file; hidden only grows. s stays as it is.
//
// The error is one line: FILE:LINE, the entry, and what is wrong with it.
func (s *Set) Overlay(path string) (*Set, error) {
	raw, err := readOverlay(path)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, &fault{path, 0, "cannot be read: " + err.Error()}
	}
	b, err := decode(path, raw, true)
	if err != nil {
		return nil, err
	}
	set := s.clone()
	set.merge(b, true)
	set.join()
	if err := set.refer(b); err != nil {
		return nil, err
	}
	return set, nil
}

// maxOverlay is many times what all our own data has.
const maxOverlay = 4 << 20

// readOverlay reads an ordinary file: anything else may never end.
func readOverlay(path string) ([]byte, error) {
	st, err := os.Stat(path)
	switch {
	case err != nil:
		return nil, err
	case st.IsDir():
		return nil, errors.New("is a directory; name a TOML file")
	case !st.Mode().IsRegular():
		return nil, errors.New("is not a regular file; save it to one")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxOverlay+1))
	if len(raw) > maxOverlay {
		return nil, fmt.Errorf("is larger than %d MB; is this the right file?", maxOverlay>>20)
	}
	return raw, err
}

func (s *Set) clone() *Set {
	// The entries themselves are never changed, only replaced.
	return &Set{
		Screens: slices.Clone(s.Screens), Elements: maps.Clone(s.Elements), written: maps.Clone(s.written),
		Dangers: slices.Clone(s.Dangers), Obstacles: slices.Clone(s.Obstacles), Hidden: slices.Clone(s.Hidden),
	}
}

func screenKey(s Screen) string     { return s.Name + "\x00" + s.Variant }
func dangerKey(d Danger) string     { return d.Name }
func obstacleKey(o Obstacle) string { return o.Name }

// merge takes a batch into the set. first: new screens go before the old ones.
func (s *Set) merge(b *batch, first bool) {
	fresh := put(&s.Screens, b.screens, screenKey)
	if first {
		s.Screens = slices.Concat(fresh, s.Screens)
	} else {
		s.Screens = append(s.Screens, fresh...)
	}
	s.Dangers = append(s.Dangers, put(&s.Dangers, b.Danger, dangerKey)...)
	s.Obstacles = append(s.Obstacles, put(&s.Obstacles, b.Obstacle, obstacleKey)...)
	maps.Copy(s.Elements, b.Element)
	maps.Copy(s.written, b.Text)
	for _, h := range b.Hidden {
		if !slices.Contains(s.Hidden, h) {
			s.Hidden = append(s.Hidden, h)
		}
	}
}

// join gives each text the phrases of those it goes with.
func (s *Set) join() {
	s.Texts = maps.Clone(s.written)
	for name, t := range s.Texts {
		all := slices.Clone(t.Phrases)
		for _, w := range t.With {
			for _, p := range s.written[w].Phrases {
				if !slices.ContainsFunc(all, func(q Phrase) bool { return q.Lang == p.Lang && strings.EqualFold(q.Text, p.Text) }) {
					all = append(all, p)
				}
			}
		}
		t.Phrases = all
		s.Texts[name] = t
	}
}

// put replaces the entries of the same key and hands back those that are new.
func put[T any](into *[]T, from []T, key func(T) string) (fresh []T) {
	for _, it := range from {
		if i := slices.IndexFunc(*into, func(t T) bool { return key(t) == key(it) }); i >= 0 {
			(*into)[i] = it
		} else {
			fresh = append(fresh, it)
		}
	}
	return fresh
}

// clash refuses an entry that another file of the same directory has.
func (b *batch) clash(s *Set) error {
	return first(
		elsewhere(b, "screen", b.screens, s.Screens, screenKey),
		named(b, "element", b.Element, s.Elements),
		named(b, "text", b.Text, s.written),
		elsewhere(b, "danger", b.Danger, s.Dangers, dangerKey),
		elsewhere(b, "obstacle", b.Obstacle, s.Obstacles, obstacleKey))
}

func elsewhere[T any](b *batch, kind string, all, there []T, key func(T) string) error {
	for i, it := range all {
		if slices.ContainsFunc(there, func(t T) bool { return key(t) == key(it) }) {
			return b.fault(place{kind: kind, key: key(it), nth: i}, "stands in another file as well")
		}
	}
	return nil
}

func named[T any](b *batch, kind string, all, there map[string]T) error {
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if _, ok := there[name]; ok {
			return b.fault(place{kind: kind, key: name}, "stands in another file as well")
		}
	}
	return nil
}

// refer refuses a name that nothing in the whole set carries.
func (s *Set) refer(b *batch) error {
	for _, name := range slices.Sorted(maps.Keys(b.Element)) {
		for i, c := range b.Element[name].Candidates {
			if _, ok := s.Texts[c.Text]; c.Text != "" && !ok {
				return b.fault(place{kind: "element", key: name, item: i + 1}, "unknown text %q%s", c.Text, meant(c.Text, s.Texts))
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(b.Text)) {
		for _, w := range b.Text[name].With {
			if _, ok := s.Texts[w]; !ok {
				return b.fault(place{kind: "text", key: name}, "unknown text %q%s", w, meant(w, s.Texts))
			}
		}
	}
	for i, d := range b.Danger {
		if _, ok := s.Texts[d.Text]; d.Text != "" && !ok {
			return b.fault(place{kind: "danger", key: d.Name, nth: i}, "unknown text %q%s", d.Text, meant(d.Text, s.Texts))
		}
	}
	for i, o := range b.Obstacle {
		if _, ok := s.Elements[o.Close]; !ok {
			return b.fault(place{kind: "obstacle", key: o.Name, nth: i}, "unknown element %q%s", o.Close, meant(o.Close, s.Elements))
		}
	}
	return nil
}

// first is the first error there is: a refusal is one line.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

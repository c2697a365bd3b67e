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
	set := &Set{Elements: map[string]Element{}, Texts: map[string]Text{}}
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
		return nil, errors.New("is no ordinary file; save it to one")
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

func decode(file string, raw []byte, thorough bool) (*batch, error) {
	src, err := parse(file, raw)
	if err != nil {
		return nil, err
	}
	b, err := read(src, thorough)
	if err != nil {
		return nil, err
	}
	return b, b.twice()
}

func (s *Set) clone() *Set {
	// The entries themselves are never changed, only replaced.
	return &Set{
		Screens: slices.Clone(s.Screens), Elements: maps.Clone(s.Elements), Texts: maps.Clone(s.Texts),
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
	s.Dangers = append(s.Dangers, put(&s.Dangers, b.dangers, dangerKey)...)
	s.Obstacles = append(s.Obstacles, put(&s.Obstacles, b.obstacles, obstacleKey)...)
	for _, e := range b.elements {
		s.Elements[e.it.Name] = e.it
	}
	for _, t := range b.texts {
		s.Texts[t.it.Name] = t.it
	}
	for _, h := range b.hidden {
		if !slices.Contains(s.Hidden, h) {
			s.Hidden = append(s.Hidden, h)
		}
	}
}

// put replaces the entries of the same key and hands back those that are new.
func put[T any](into *[]T, from []placed[T], key func(T) string) (fresh []T) {
	for _, p := range from {
		i := slices.IndexFunc(*into, func(t T) bool { return key(t) == key(p.it) })
		if i < 0 {
			fresh = append(fresh, p.it)
		} else {
			(*into)[i] = p.it
		}
	}
	return fresh
}

// twice refuses an entry that stands in one file more than once.
func (b *batch) twice() error {
	return first(
		again(b, "screen", b.screens, screenKey), again(b, "element", b.elements, func(e Element) string { return e.Name }),
		again(b, "text", b.texts, func(t Text) string { return t.Name }), again(b, "danger", b.dangers, dangerKey),
		again(b, "obstacle", b.obstacles, obstacleKey))
}

func again[T any](b *batch, kind string, all []placed[T], key func(T) string) error {
	at := map[string]int{}
	for _, p := range all {
		k := key(p.it)
		if line, ok := at[k]; ok {
			return b.src.fault(p.line, "%s stands here a second time, first in line %d", called(kind, k), line)
		}
		at[k] = p.line
	}
	return nil
}

// clash refuses an entry that another file of the same directory has.
func (b *batch) clash(s *Set) error {
	for _, p := range b.elements {
		if _, ok := s.Elements[p.it.Name]; ok {
			return b.src.fault(p.line, "%s stands in another file as well", called("element", p.it.Name))
		}
	}
	for _, p := range b.texts {
		if _, ok := s.Texts[p.it.Name]; ok {
			return b.src.fault(p.line, "%s stands in another file as well", called("text", p.it.Name))
		}
	}
	return first(
		elsewhere(b, "screen", b.screens, s.Screens, screenKey),
		elsewhere(b, "danger", b.dangers, s.Dangers, dangerKey),
		elsewhere(b, "obstacle", b.obstacles, s.Obstacles, obstacleKey))
}

func elsewhere[T any](b *batch, kind string, all []placed[T], there []T, key func(T) string) error {
	for _, p := range all {
		if slices.ContainsFunc(there, func(t T) bool { return key(t) == key(p.it) }) {
			return b.src.fault(p.line, "%s stands in another file as well", called(kind, key(p.it)))
		}
	}
	return nil
}

// refer refuses a name that nothing in the whole set carries.
func (s *Set) refer(b *batch) error {
	for _, p := range b.elements {
		for i, c := range p.it.Candidates {
			if _, ok := s.Texts[c.Text]; c.Text != "" && !ok {
				return b.src.fault(p.cands[i], "%s: candidate %d: unknown text %q%s",
					called("element", p.it.Name), i+1, c.Text, meant(c.Text, s.Texts))
			}
		}
	}
	for _, p := range b.dangers {
		if _, ok := s.Texts[p.it.Text]; p.it.Text != "" && !ok {
			return b.src.fault(p.line, "%s: unknown text %q%s", called("danger", p.it.Name), p.it.Text, meant(p.it.Text, s.Texts))
		}
	}
	for _, p := range b.obstacles {
		if _, ok := s.Elements[p.it.Close]; !ok {
			return b.src.fault(p.line, "%s: unknown element %q%s", called("obstacle", p.it.Name), p.it.Close, meant(p.it.Close, s.Elements))
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

package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Write puts a cassette into a directory, which is made if need be and must be
// empty: nothing of an older cassette may stay beside a new one. It is for the owner
// only (0700, files 0600): whom a recording is given to is the owner's to say. Nothing
// is written if the cassette could not be opened again.
func Write(dir string, c Cassette) error {
	if c.Schema == 0 {
		c.Schema = 1
	}
	text := c.Manifest()
	if err := c.check(manifestLines(text)); err != nil {
		return err
	}
	for i, p := range c.Pages {
		if c.Files[p.File] == nil {
			return manifestLines(text).in("page", i, "file", "names %s, and the cassette has no such file", p.File)
		}
	}
	for i, x := range c.Exchanges {
		if x.File != "" && c.Files[x.File] == nil {
			return manifestLines(text).exchange(i, "file", "names %s, and the cassette has no such file", x.File)
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("cannot make %s: %s", dir, reason(err))
	}
	// From here on the directory is held: a link that is put in its place, or into it,
	// leads nowhere else.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("cannot look into %s: %s", dir, reason(err))
	}
	defer root.Close()
	there, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return fmt.Errorf("cannot look into %s: %s", dir, reason(err))
	}
	if len(there) > 0 {
		return fmt.Errorf("%s is not empty; name a directory that does not exist yet", dir)
	}
	if st, err := root.Stat("."); runtime.GOOS != "windows" && (err != nil || st.Mode().Perm() != 0o700) {
		if err := root.Chmod(".", 0o700); err != nil {
			return fmt.Errorf("cannot keep others out of %s: %s; name a directory that does not exist yet", dir, reason(err))
		}
	}
	names := make([]string, 0, len(c.Files))
	for name := range c.Files {
		if !fileName.MatchString(name) || reservedName.MatchString(name) || name == ManifestName {
			return fmt.Errorf("%q is not a valid name for a body file", name)
		}
		names = append(names, name)
	}
	sort.Strings(names)
	// The manifest last: a directory without it is no cassette.
	for _, name := range append(names, ManifestName) {
		b := c.Files[name]
		if name == ManifestName {
			b = text
		}
		if err := create(root, name, b); err != nil {
			return fmt.Errorf("cannot write %s: %s", filepath.Join(dir, name), reason(err))
		}
	}
	return nil
}

// SetExpect puts into the manifest of a cassette that Write has put into dir what it is
// expected to come to. The old manifest stays until the new one is whole.
func SetExpect(dir string, c *Cassette, e Expect) error {
	c.Expect = e
	if c.Schema == 0 {
		c.Schema = 1
	}
	text := c.Manifest()
	if err := c.check(manifestLines(text)); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	const beside = ManifestName + ".new"
	if err := create(root, beside, text); err != nil {
		return errors.Join(err, root.Remove(beside))
	}
	return root.Rename(beside, ManifestName)
}

// create writes a file that is not there yet.
func create(root *os.Root, name string, b []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Close())
}

// Manifest is the cassette as a person reads it, as Write puts it on disk.
func (c *Cassette) Manifest() []byte {
	var b bytes.Buffer
	line := func(key, value string) { fmt.Fprintf(&b, "%s = %s\n", key, value) }
	str := func(key, value string) {
		if value != "" {
			line(key, quote(value))
		}
	}
	line("schema", strconv.Itoa(c.Schema))
	str("kind", c.Kind)
	str("about", c.About)
	str("date", c.Date)
	str("marketplace", c.Marketplace)
	str("account", c.Account)
	line("hosts", quoteList(c.Hosts))
	str("browser", c.Browser)
	str("generation", c.Generation)
	str("deregisters", c.Deregisters)
	str("scripts", c.Scripts)
	if len(c.Volatile) > 0 {
		line("volatile", quoteList(c.Volatile))
	}
	if len(c.Redacted) > 0 {
		line("redacted", quoteMap(c.Redacted, strconv.Itoa))
	}
	if said := c.Expect.said(); len(said) > 0 {
		line("expect", quoteMap(said, strconv.Itoa))
	}
	for _, p := range c.Pages {
		b.WriteString("\n[[page]]\n")
		str("screen", p.Screen)
		str("variant", p.Variant)
		str("path", p.Path)
		if p.Status != 0 {
			line("status", strconv.Itoa(p.Status))
		}
		str("file", p.File)
	}
	for _, ig := range c.Ignore {
		b.WriteString("\n[[ignore]]\n")
		str("method", ig.Method)
		str("host", ig.Host)
		str("path", ig.Path)
	}
	for _, x := range c.Exchanges {
		b.WriteString("\n[[exchange]]\n")
		str("name", x.Name)
		str("method", x.Method)
		str("host", x.Host)
		str("path", x.Path)
		if len(x.Query) > 0 {
			line("query", quoteMap(x.Query, quote))
		}
		if len(x.Form) > 0 {
			line("form", quoteMap(x.Form, quote))
		}
		if len(x.Body) > 0 {
			line("body", quoteList(x.Body))
		}
		str("after", x.After)
		if x.Nth != 0 {
			line("nth", strconv.Itoa(x.Nth))
		}
		if x.Status != 0 {
			line("status", strconv.Itoa(x.Status))
		}
		if len(x.Headers) > 0 {
			line("headers", quoteMap(x.Headers, func(v any) string {
				values, _ := headerValues(v)
				if len(values) == 1 {
					return quote(values[0])
				}
				return quoteList(values)
			}))
		}
		str("file", x.File)
		str("text", x.Text)
	}
	return b.Bytes()
}

// quote is a TOML string: literal where that is easier to read.
func quote(s string) string {
	plain := utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r != '\t' && unicode.IsControl(r) })
	if plain && strings.ContainsAny(s, `"\`) && !strings.Contains(s, "'") {
		return "'" + s + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func quoteList(list []string) string {
	var q []string
	for _, s := range list {
		q = append(q, quote(s))
	}
	return "[" + strings.Join(q, ", ") + "]"
}

func quoteMap[V any](m map[string]V, value func(V) string) string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var q []string
	for _, k := range keys {
		key := k
		if k == "" || strings.Trim(k, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") != "" {
			key = quote(k)
		}
		q = append(q, key+" = "+value(m[k]))
	}
	return "{ " + strings.Join(q, ", ") + " }"
}

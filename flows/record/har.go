package record

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// HAR is what a HAR file held.
type HAR struct {
	Items   []Item
	Creator string   // the tool that wrote it, and its browser
	Entries int      // requests in the file, whatever became of them
	Left    Left     // what could not be used
	Notes   []string // what was understood only in part, a line each
}

// ReadHAR reads a HAR file (version 1.1 or 1.2) as Chrome, Firefox and Safari export
// it and as Playwright records it, with the bodies inside it, in files beside it, or
// together with it in a .zip; also packed (.har.gz) or as UTF-16. It reads an entry at
// a time: only the bodies stay in memory. An error about the content is one line with
// the place, FILE:LINE:COLUMN.
func ReadHAR(name string) (*HAR, error) {
	if err := ordinary(name); err != nil {
		return nil, err
	}
	if strings.EqualFold(filepath.Ext(name), ".zip") {
		return readZip(name)
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("cannot look beside %s: %s", name, cause(err))
	}
	defer root.Close()
	return readHAR(name, func() (io.ReadCloser, error) { return os.Open(name) }, func(file string) ([]byte, error) {
		// What a recording names must be a file beside it: a link out of the folder
		// would carry this machine's files into the cassette, a pipe would wait for ever.
		if st, err := root.Stat(file); err != nil {
			return nil, err
		} else if !st.Mode().IsRegular() {
			return nil, errors.New("is not a regular file")
		}
		b, err := root.Open(file)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		return io.ReadAll(io.LimitReader(b, maxBody+1))
	})
}

// ordinary refuses what cannot be read to an end.
func ordinary(name string) error {
	st, err := os.Stat(name)
	switch {
	case err != nil:
		return fmt.Errorf("cannot read %s: %s", name, cause(err))
	case st.IsDir():
		return fmt.Errorf("cannot read %s: it is a directory; name the HAR file in it", name)
	case !st.Mode().IsRegular():
		return fmt.Errorf("cannot read %s: it is not a regular file; save the recording to one", name)
	}
	return nil
}

func readZip(name string) (*HAR, error) {
	z, err := zip.OpenReader(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %s", name, cause(err))
	}
	defer z.Close()
	for _, f := range z.File {
		if !strings.EqualFold(filepath.Ext(f.Name), ".har") {
			continue
		}
		return readHAR(name+"/"+f.Name, f.Open, func(file string) ([]byte, error) {
			b, err := z.Open(file)
			if err != nil {
				return nil, err
			}
			defer b.Close()
			return io.ReadAll(io.LimitReader(b, maxBody+1))
		})
	}
	return nil, fmt.Errorf("cannot use %s: there is no .har file in it", name)
}

type harReader struct {
	name  string
	dec   *json.Decoder
	again func() (io.ReadCloser, error)
	file  func(string) ([]byte, error)
	h     *HAR
	meter *meter
	held  int64 // bytes of all bodies
	seen  bool  // log was there
	list  bool  // entries were there
}

func readHAR(name string, open func() (io.ReadCloser, error), file func(string) ([]byte, error)) (*HAR, error) {
	again := func() (io.ReadCloser, error) { return unpackedHAR(open) }
	r, err := again()
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %s", name, cause(err))
	}
	defer r.Close()
	x := &harReader{name: name, again: again, file: file, h: &HAR{Left: Left{}}, meter: &meter{r: r}}
	br := bufio.NewReaderSize(x.meter, 64<<10)
	if b, err := br.Peek(1); len(b) == 0 && errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s is empty; export it again", name)
	}
	x.dec = json.NewDecoder(br)
	err = x.object("the file", func(key string) (bool, error) {
		if key != "log" {
			return false, nil
		}
		x.seen = true
		return true, x.object("log", x.logKey)
	})
	switch {
	case err != nil:
		return nil, err
	case !x.seen:
		return nil, fmt.Errorf("%s:1:1: this is JSON, but not a HAR file: it has no \"log\"", name)
	case !x.list:
		return nil, fmt.Errorf("%s:1:1: the log has no \"entries\": nothing was recorded in it", name)
	}
	x.h.sort()
	return x.h, nil
}

// object walks over the keys of an object; key returns false for what it did not read.
func (x *harReader) object(what string, key func(string) (bool, error)) error {
	at := x.dec.InputOffset()
	t, err := x.dec.Token()
	if err != nil {
		return x.fail(err, false)
	}
	if t != json.Delim('{') {
		return x.place(at, "%s must be an object", what)
	}
	for x.dec.More() {
		t, err := x.dec.Token()
		if err != nil {
			return x.fail(err, false)
		}
		k, _ := t.(string)
		done, err := key(k)
		if err != nil {
			return err
		}
		if !done {
			if err := x.pass(); err != nil {
				return err
			}
		}
	}
	return x.close()
}

func (x *harReader) close() error {
	if _, err := x.dec.Token(); err != nil {
		return x.fail(err, false)
	}
	return nil
}

// pass reads over a value without keeping it.
func (x *harReader) pass() error {
	depth := 0
	for {
		x.meter.begin()
		t, err := x.dec.Token()
		if err != nil {
			return x.fail(err, false)
		}
		switch t {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
}

func (x *harReader) logKey(key string) (bool, error) {
	switch key {
	case "version":
		var v any
		if err := x.value(&v); err != nil {
			return true, err
		}
		if s := fmt.Sprint(v); s != "" && !strings.HasPrefix(s, "1.") {
			return true, x.place(x.dec.InputOffset(), "HAR version %.20s is not known; 1.1 and 1.2 are", s)
		}
		return true, nil
	case "creator", "browser":
		var v any // whoever wrote it wrong, it is not needed
		if err := x.value(&v); err != nil {
			return true, err
		}
		m, _ := v.(map[string]any)
		words := []string{}
		for _, k := range []string{"name", "version"} {
			if m[k] != nil && m[k] != "" {
				words = append(words, fmt.Sprint(m[k]))
			}
		}
		if s := strings.Join(words, " "); s != "" {
			if x.h.Creator != "" {
				x.h.Creator += ", "
			}
			x.h.Creator += s
		}
		return true, nil
	case "entries":
		x.list = true
		at := x.dec.InputOffset()
		t, err := x.dec.Token()
		if err != nil {
			return true, x.fail(err, false)
		}
		if t == nil { // null
			return true, nil
		}
		if t != json.Delim('[') {
			return true, x.place(at, "entries must be a list")
		}
		for n := 1; x.dec.More(); n++ {
			var e harEntry
			if err := x.value(&e); err != nil {
				return true, err
			}
			x.h.Entries = n
			x.take(n, &e)
		}
		return true, x.close()
	}
	return false, nil
}

// value decodes the next value.
func (x *harReader) value(v any) error {
	at := x.dec.InputOffset()
	x.meter.begin()
	err := x.dec.Decode(v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return x.place(at+wrong.Offset, "%s must be %s, not %s", cmp.Or(wrong.Field, "this"), kindWords(wrong.Type.Kind().String()), wrong.Value)
	}
	if err != nil {
		return x.fail(err, true)
	}
	return nil
}

func kindWords(kind string) string {
	switch {
	case kind == "string":
		return "a text"
	case strings.HasPrefix(kind, "int"), strings.HasPrefix(kind, "float"):
		return "a number"
	case kind == "slice":
		return "a list"
	}
	return "an object"
}

// fail puts a place to what the JSON decoder says.
func (x *harReader) fail(err error, value bool) error {
	var bad *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &bad) && strings.Contains(bad.Error(), "unexpected end"):
		return x.place(-1, "the file ends in the middle: it was cut off; export it again")
	case errors.As(err, &bad):
		// A value's error tells how much was read, a token's where it stands.
		where := bad.Offset
		if value || strings.HasSuffix(bad.Error(), "beginning of value") {
			where--
		}
		return x.placeAt(where, true, "this is not JSON: %s", strings.TrimPrefix(bad.Error(), "json: "))
	}
	return fmt.Errorf("cannot read %s: %s", x.name, cause(err))
}

// place is an error at an offset, as line and column; -1 is the end. The file is read
// once more to count, which costs nothing while all is well.
func (x *harReader) place(offset int64, format string, args ...any) error {
	return x.placeAt(offset, false, format, args...)
}

func (x *harReader) placeAt(offset int64, exact bool, format string, args ...any) error {
	line, col := 1, 1
	if r, err := x.again(); err == nil {
		defer r.Close()
		br := bufio.NewReaderSize(r, 64<<10)
		// Unless it is exact, an offset lies before the white space that precedes its value.
		for at, past := int64(0), false; offset < 0 || at <= offset || !past; at++ {
			c, err := br.ReadByte()
			if err != nil {
				break
			}
			past = offset >= 0 && at >= offset && (exact || !strings.ContainsRune(" \t\r\n,:", rune(c)))
			if past {
				break
			}
			if c == '\n' {
				line, col = line+1, 1
			} else {
				col++
			}
		}
	}
	return fmt.Errorf("%s:%d:%d: %s", x.name, line, col, fmt.Sprintf(format, args...))
}

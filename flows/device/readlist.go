package device

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"unicode/utf8"
)

// listMax is the size in bytes above which a list is taken for a mistake.
const listMax = 4 << 20

// Listed is what a --file or --keep-file holds: lines, each a name, serial or key, or
// records of our own CSV or JSON.
type Listed struct {
	Lines   []string
	Records []Record
}

// ReadList returns a list that the user names with --file or --keep-file: one name,
// serial or key a line, trimmed, blank ones skipped, or what `list` and `deregister`
// print as CSV or JSON; "-" is stdin. A byte order mark and the line ends of any
// system are fine. There are no comments: a device may be called "# 1". A list that
// cannot be read, is no UTF-8 text or has no entry is a *SelectError of code 2: an
// empty keep-list would keep nothing.
func ReadList(path string, stdin io.Reader) (Listed, error) {
	var none Listed
	name := path
	in := stdin
	if path == "-" {
		name = "stdin"
		if stdin == nil {
			return none, usage("stdin: there is none to read the list from", "")
		}
	} else {
		f, err := os.Open(path)
		if err != nil {
			return none, usage(fmt.Sprintf("%s: cannot read the list: %v", Printable(path), cause(err)), "")
		}
		defer f.Close()
		if st, err := f.Stat(); err == nil && st.IsDir() {
			return none, usage(Printable(path)+": is a directory, not a list", "")
		}
		in = f
	}
	name = Printable(name)
	data, err := io.ReadAll(io.LimitReader(in, listMax+1))
	if err != nil {
		return none, usage(fmt.Sprintf("%s: cannot read the list: %v", name, cause(err)), "")
	}
	if len(data) > listMax {
		return none, usage(fmt.Sprintf("%s: larger than %d MiB: is this the right file?", name, listMax>>20), "")
	}
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		return none, usage(name+": is UTF-16 text", "save it as UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	text := strings.ReplaceAll(strings.ReplaceAll(string(data), "\r\n", "\n"), "\r", "\n")
	var l Listed
	var broken error
	for n, line := range strings.Split(text, "\n") {
		switch {
		case strings.ContainsRune(line, 0):
			return none, usage(fmt.Sprintf("%s:%d: holds a NUL character: not a text file", name, n+1), "")
		case !utf8.ValidString(line):
			return none, usage(fmt.Sprintf("%s:%d: is not UTF-8", name, n+1), "save it as UTF-8")
		}
		// To some editors these end a line, and to us two entries would be one, which is
		// no device's. Where our own CSV or JSON has one, it is in a name.
		if i := strings.IndexAny(strings.TrimSpace(line), "\v\f\u0085\u2028\u2029"); i >= 0 && broken == nil {
			r, _ := utf8.DecodeRuneInString(strings.TrimSpace(line)[i:])
			broken = usage(fmt.Sprintf("%s:%d: holds a line break of another kind (U+%04X)", name, n+1, r), "save it with ordinary line ends, one name, serial or key per line; if the break is part of a name, write the serial or key")
		}
		if line = strings.TrimSpace(line); line != "" {
			l.Lines = append(l.Lines, line)
		}
	}
	if len(l.Lines) == 0 {
		return none, usage(name+": the list is empty", "one name, serial or key per line")
	}
	comma, columns := csvHeader(text)
	switch {
	case comma != 0:
		l.Lines = nil
		l.Records, err = readCSV(text, comma, columns)
	case looksJSON(text):
		l, err = readJSON(text)
	case broken != nil:
		return none, broken
	default:
		return l, nil
	}
	if err != nil {
		return none, usage(fmt.Sprintf("%s: %s", name, Printable(err.Error())), "make it again with `unecho list --json` or `--csv`, or write one name, serial or key per line")
	}
	if len(l.Lines)+len(l.Records) == 0 {
		return none, usage(name+": there is no device in it", "make it again with `unecho list --json` or `--csv`")
	}
	return l, nil
}

// cause drops the path from an error that is printed behind it.
func cause(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

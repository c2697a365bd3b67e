package record

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
)

// HAR is what a HAR file held.
type HAR struct {
	Items   []Item
	Creator string // the tool that wrote it, and its browser
	Left    Left   // what could not be used
}

// ReadHAR reads a HAR file (version 1.1 or 1.2) as Chrome, Firefox and Safari export
// it and as Playwright records it, with the bodies inside it, in files beside it, or
// together with it in a .zip. It reads an entry at a time: only the bodies stay in
// memory. An error about the content is one line with the place, FILE:LINE:COLUMN.
func ReadHAR(name string) (*HAR, error) {
	if strings.EqualFold(filepath.Ext(name), ".zip") {
		return readZip(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("cannot read %s: %s", name, cause(err))
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fmt.Errorf("cannot read %s: it is a directory; name the HAR file in it", name)
	}
	root, err := os.OpenRoot(filepath.Dir(name))
	if err != nil {
		return nil, fmt.Errorf("cannot look beside %s: %s", name, cause(err))
	}
	defer root.Close()
	return readHAR(name, f, func(file string) ([]byte, error) {
		b, err := root.Open(file)
		if err != nil {
			return nil, err
		}
		defer b.Close()
		return io.ReadAll(io.LimitReader(b, maxBody+1))
	}, func() (io.ReadCloser, error) { return os.Open(name) })
}

// maxBody is the size over which a body is not taken: no page that matters has it.
const maxBody = 32 << 20

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
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("cannot read %s in %s: %s", f.Name, name, cause(err))
		}
		defer r.Close()
		return readHAR(name+"/"+f.Name, r, func(file string) ([]byte, error) {
			b, err := z.Open(file)
			if err != nil {
				return nil, err
			}
			defer b.Close()
			return io.ReadAll(io.LimitReader(b, maxBody+1))
		}, func() (io.ReadCloser, error) { return f.Open() })
	}
	return nil, fmt.Errorf("cannot use %s: there is no .har file in it", name)
}

// harEntry is what is read of an entry; whatever else stands there is let be.
type harEntry struct {
	Started string `json:"startedDateTime"`
	Request struct {
		Method  string   `json:"method"`
		URL     string   `json:"url"`
		Headers []Header `json:"headers"`
		Cookies []Header `json:"cookies"`
		Post    *struct {
			Mime   string   `json:"mimeType"`
			Text   string   `json:"text"`
			Params []Header `json:"params"`
			File   string   `json:"_file"`
		} `json:"postData"`
	} `json:"request"`
	Response struct {
		Status   int      `json:"status"`
		Headers  []Header `json:"headers"`
		Cookies  []Header `json:"cookies"`
		Redirect string   `json:"redirectURL"`
		Error    string   `json:"_error"`
		Content  struct {
			Size     float64 `json:"size"`
			Mime     string  `json:"mimeType"`
			Text     *string `json:"text"`
			Encoding string  `json:"encoding"`
			File     string  `json:"_file"`
		} `json:"content"`
	} `json:"response"`
	Kind   string          `json:"_resourceType"`
	Socket json.RawMessage `json:"_webSocketMessages"`
}

type harReader struct {
	name  string
	dec   *json.Decoder
	again func() (io.ReadCloser, error)
	file  func(string) ([]byte, error)
	h     *HAR
	skip  int64 // bytes before the JSON: a byte order mark
	seen  bool  // log was there
	list  bool  // entries were there
}

func readHAR(name string, r io.Reader, file func(string) ([]byte, error), again func() (io.ReadCloser, error)) (*HAR, error) {
	br := bufio.NewReaderSize(r, 64<<10)
	x := &harReader{name: name, again: again, file: file, h: &HAR{Left: Left{}}}
	if b, _ := br.Peek(3); bytes.Equal(b, []byte("\xef\xbb\xbf")) {
		br.Discard(3)
		x.skip = 3
	}
	if b, _ := br.Peek(1); len(b) == 0 {
		return nil, fmt.Errorf("%s is empty; export it again", name)
	}
	x.dec = json.NewDecoder(br)
	err := x.object("the file", func(key string) (bool, error) {
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
		return nil, fmt.Errorf("%s:1:1: this is JSON, but no HAR file: it has no \"log\"", name)
	case !x.list:
		return nil, fmt.Errorf("%s:1:1: the log has no \"entries\": nothing was recorded in it", name)
	}
	sortByTime(x.h.Items)
	return x.h, nil
}

// sortByTime puts requests into the order in which they were made, where each says
// when that was; exporters order them by other things too.
func sortByTime(items []Item) {
	for _, it := range items {
		if it.At.IsZero() {
			return
		}
	}
	sort.SliceStable(items, func(i, j int) bool { return items[i].At.Before(items[j].At) })
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
		if t != json.Delim('[') {
			return true, x.place(at, "entries must be a list")
		}
		for n := 1; x.dec.More(); n++ {
			var e harEntry
			if err := x.value(&e); err != nil {
				return true, err
			}
			x.take(n, &e)
		}
		return true, x.close()
	}
	return false, nil
}

// value decodes the next value.
func (x *harReader) value(v any) error {
	at := x.dec.InputOffset()
	err := x.dec.Decode(v)
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return x.place(at+wrong.Offset, "%s must be %s, not %s", or(wrong.Field, "this"), kindWords(wrong.Type.Kind().String()), wrong.Value)
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

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
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
		return x.placeAt(where, true, "this is no JSON: %s", strings.TrimPrefix(bad.Error(), "json: "))
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
		for at, past := int64(0), false; offset < 0 || at <= offset+x.skip || !past; at++ {
			c, err := br.ReadByte()
			if err != nil {
				break
			}
			past = offset >= 0 && at >= offset+x.skip && (exact || !strings.ContainsRune(" \t\r\n,:", rune(c)))
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

// take makes an item of an entry, or counts why it cannot be used.
func (x *harReader) take(n int, e *harEntry) {
	it := Item{Method: strings.ToUpper(e.Request.Method), URL: e.Request.URL, RequestHeaders: e.Request.Headers, Status: e.Response.Status,
		Headers: e.Response.Headers, Type: e.Response.Content.Mime, Where: fmt.Sprintf("entry %d", n)}
	for _, c := range append(e.Request.Cookies, e.Response.Cookies...) {
		it.RequestHeaders = append(it.RequestHeaders, Header{"Cookie", c.Name + "=" + c.Value})
	}
	if at, err := time.Parse(time.RFC3339Nano, e.Started); err == nil {
		it.At = at
	}
	scheme, _, _ := strings.Cut(strings.ToLower(it.URL), ":")
	left := func(why string) { x.h.Left.add(why, it.URL) }
	switch {
	case scheme == "data", scheme == "blob", scheme == "about", strings.HasSuffix(scheme, "-extension"), scheme == "file":
		left(leftOutside)
		return
	case scheme == "ws", scheme == "wss", len(e.Socket) > 0, e.Kind == "websocket", it.Status == 101:
		left(leftSocket)
		return
	case scheme != "https" && scheme != "http":
		left(leftNoURL)
		return
	case it.Status <= 0 || it.Status < 200:
		left(leftNoAnswer)
		return
	case it.Status > 598:
		left(leftNoAnswer)
		return
	}
	if it.Method == "" {
		it.Method = "GET"
	}
	if it.header("Content-Type") == "" && it.Type != "" && it.Type != "x-unknown" {
		it.Headers = append(it.Headers, Header{"Content-Type", it.Type})
	}
	if it.header("Location") == "" && e.Response.Redirect != "" && it.Status/100 == 3 {
		it.Headers = append(it.Headers, Header{"Location", e.Response.Redirect})
	}
	if p := e.Request.Post; p != nil {
		it.RequestBody = x.post(p.Text, p.Params, p.File)
		if p.Mime != "" {
			it.RequestHeaders = append(it.RequestHeaders, Header{"Content-Type", p.Mime})
		}
	}
	if it.content() == picture {
		left(leftPicture)
		return
	}
	c := e.Response.Content
	var why string
	it.Body, why = x.body(c.Text, c.Encoding, c.File)
	if why == "" {
		it.Body, why = inflate(it.Body, it.header("Content-Encoding"))
	}
	if why != "" {
		left(why)
		return
	}
	if c.Encoding == "" && len(it.Body) > 0 && cutOff(it.Body, c.Size) {
		left(leftCut)
		if it.content() != page { // half a page still shows its beginning; half a list is none
			return
		}
	}
	switch {
	case it.Status == http.StatusNotModified && len(it.Body) > 0:
		it.Status = http.StatusOK // the exporter took the body from the browser's cache
	case it.Body == nil && it.Status/100 != 3 && it.Status != http.StatusNoContent && it.Method != "HEAD" && (c.Size != 0 || c.Text == nil && it.Status == 200):
		it.NoBody = true
	}
	x.h.Items = append(x.h.Items, it)
}

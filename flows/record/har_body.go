package record

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"sort"
	"strings"
	"unicode/utf16"
)

// Why something is not in the cassette. The words are what a person reads.
const (
	leftOutside   = "not from the network (data:, blob:, extensions)"
	leftSocket    = "websockets, which a cassette cannot answer"
	leftNoURL     = "no web address"
	leftNoAnswer  = "no answer (cancelled, blocked or failed)"
	leftBase64    = "the body is not the base64 it says to be"
	leftEncoding  = "the body has an encoding that HAR does not know"
	leftNoFile    = "the file with the body is not beside the HAR"
	leftTooLarge  = "bodies over 32 MB"
	leftTooMuch   = "bodies beyond the first gigabyte"
	leftBinary    = "text that is binary or packed, which nothing here can look into"
	leftBrotli    = "bodies left compressed, which nothing here unpacks (br, zstd)"
	leftBroken    = "bodies left compressed, and cut off"
	leftNoBody    = "the body was not saved"
	leftCut       = "bodies that the browser cut off (Firefox: set devtools.netmonitor.responseBodyLimit to 0 in about:config, and record again)"
	leftPicture   = "pictures, fonts and other media (not needed)"
	leftElsewhere = "requests to other companies (not needed)"
	leftCode      = "scripts and styles (a cassette of rendered pages needs none)"
	leftCheck     = "checks of the browser, which only a script passes (status 202)"
	leftOptions   = "permission requests between hosts (OPTIONS)"
	left304       = "answers that only said \"not changed\""
)

// Left counts what is not in a cassette, by reason, with up to three addresses each.
type Left map[string]*LeftOut

// LeftOut is one reason.
type LeftOut struct {
	Count    int
	Examples []string // as they may be shown
	// addresses are the same as they were: they are scrubbed before they are shown.
	addresses []string
}

func (l Left) add(why, address string) {
	o := l[why]
	if o == nil {
		o = &LeftOut{}
		l[why] = o
	}
	o.Count++
	if len(o.addresses) < 3 {
		o.Examples = append(o.Examples, shortAddress(address))
		o.addresses = append(o.addresses, address)
	}
}

// scrub takes things out of the addresses: they are shown, and written.
func (l Left) scrub(s *Scrubber) {
	for _, o := range l {
		for i := range o.addresses {
			o.addresses[i] = s.address(o.addresses[i])
			o.Examples[i] = shortAddress(o.addresses[i])
		}
	}
}

// requests is how many were left out.
func (l Left) requests() (n int) {
	for _, o := range l {
		n += o.Count
	}
	return n
}

// Site is the marketplace of what was left out, "" if there is none.
func (l Left) Site() string {
	var items []Item
	for _, why := range sortedKeys(l) {
		for _, address := range l[why].addresses {
			items = append(items, Item{URL: address})
		}
	}
	return SiteOf(items)
}

// whyNothing says why no request can be used.
func (l Left) whyNothing(requests int, site string) string {
	if requests == 0 {
		return "it holds no request"
	}
	var whys []string
	for _, line := range l.Lines() {
		why, _, _ := strings.Cut(line, ": ")
		whys = append(whys, why)
	}
	if len(whys) > 3 {
		whys = append(whys[:3], "and more")
	}
	return fmt.Sprintf("none of its %d requests went to %s with an answer that was saved (%s)", requests, site, strings.Join(whys, "; "))
}

// Lines are the reasons, the most frequent first, a line each.
func (l Left) Lines() []string {
	var whys []string
	for w := range l {
		whys = append(whys, w)
	}
	sort.Slice(whys, func(i, j int) bool {
		if l[whys[i]].Count != l[whys[j]].Count {
			return l[whys[i]].Count > l[whys[j]].Count
		}
		return whys[i] < whys[j]
	})
	var lines []string
	for _, w := range whys {
		line := fmt.Sprintf("%d × %s", l[w].Count, w)
		if w != leftPicture && w != leftElsewhere && w != leftCode {
			line += ": " + strings.Join(l[w].Examples, ", ")
		}
		lines = append(lines, line)
	}
	return lines
}

// shortAddress is host and path: a query may hold what must not be shown.
func shortAddress(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" {
		scheme, _, _ := strings.Cut(raw, ":")
		return scheme[:min(len(scheme), 20)] + ":…"
	}
	s := u.Host + u.Path
	if len(s) > 80 {
		s = s[:80] + "…"
	}
	return s
}

// body is the answer's body, or why there is none.
func (x *harReader) body(text *string, encoding, file string) ([]byte, string) {
	if text == nil || *text == "" && file != "" {
		if file == "" {
			return nil, ""
		}
		return x.beside(file)
	}
	switch strings.ToLower(encoding) {
	case "":
		return []byte(*text), ""
	case "base64":
		clean := strings.NewReplacer("\n", "", "\r", "", " ", "").Replace(*text)
		if plainText(*text) || word().MatchString(clean) {
			return []byte(*text), "" // the label is wrong; the text is there
		}
		for _, enc := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding, base64.URLEncoding, base64.RawURLEncoding} {
			if b, err := enc.DecodeString(clean); err == nil {
				return b, ""
			}
		}
		return nil, leftBase64
	}
	return nil, leftEncoding
}

// word is an answer like true or ok, which decodes, but to nothing.
var word = later(`^[a-z]{1,12}$`)

// plainText: what says to be base64 and holds signs that base64 never has, as they
// stand in every page, script and JSON.
func plainText(text string) bool {
	return strings.ContainsAny(text[:min(len(text), 4096)], "<>{}[]()\"';:,.&?!")
}

// firefoxLimit is how much of a body Firefox keeps unless told otherwise. It cuts the
// rest off without a word.
const firefoxLimit = 1 << 20

// cutOff: the body is not all there. size is what the exporter says of it, before
// compression. Alone it proves nothing: some put in a smaller number or none, and
// chrome-har twice the number.
func cutOff(text []byte, size float64) bool {
	if size > float64(len(text))+1024 && unfinished(text) {
		return true
	}
	if len(text) < firefoxLimit {
		return false
	}
	units := 0 // the limit counts as JavaScript does
	for _, r := range string(text) {
		units += max(1, utf16.RuneLen(r))
	}
	return len(text) == firefoxLimit || units == firefoxLimit
}

// unfinished: a page without its end, or JSON that stops in the middle.
func unfinished(text []byte) bool {
	t := bytes.TrimSpace(text)
	switch {
	case len(t) == 0:
		return false
	case t[0] == '<':
		return !bytes.Contains(bytes.ToLower(t[max(0, len(t)-4096):]), []byte("</html>"))
	case t[0] == '{' || t[0] == '[':
		return !json.Valid(t)
	}
	return false
}

// beside reads a body that Playwright attached: a plain name next to the HAR file.
func (x *harReader) beside(file string) ([]byte, string) {
	if file != path.Base(file) || strings.ContainsAny(file, `/\`) || file == ".." {
		return nil, leftNoFile
	}
	b, err := x.file(file)
	switch {
	case err != nil:
		return nil, leftNoFile
	case len(b) > maxBody:
		return nil, leftTooLarge
	}
	if b == nil {
		b = []byte{}
	}
	return b, ""
}

func (x *harReader) post(text string, params []Header, file string) []byte {
	if text != "" {
		return []byte(text)
	}
	if file != "" {
		b, _ := x.beside(file)
		return b
	}
	if len(params) == 0 {
		return nil
	}
	v := url.Values{}
	for _, p := range params {
		v.Add(p.Name, p.Value)
	}
	return []byte(v.Encode())
}

// inflate unpacks a body that an exporter left as it came over the wire. The header
// alone says nothing: most exporters keep it and unpack the body.
func inflate(b []byte, encoding string) ([]byte, string) {
	encoding = strings.ToLower(strings.TrimSpace(encoding))
	var r io.Reader
	var err error
	switch {
	case len(b) < 2:
		return b, ""
	case bytes.HasPrefix(b, []byte{0x1f, 0x8b}):
		r, err = gzip.NewReader(bytes.NewReader(b))
	case bytes.HasPrefix(b, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		return nil, leftBrotli // zstd
	case encoding == "deflate" && b[0] == 0x78 && (int(b[0])<<8|int(b[1]))%31 == 0:
		r, err = zlib.NewReader(bytes.NewReader(b))
	case encoding == "deflate" && binary(b):
		r = flate.NewReader(bytes.NewReader(b))
	case encoding == "br" && binary(b):
		return nil, leftBrotli
	default:
		return b, ""
	}
	if err != nil {
		return nil, leftBroken
	}
	out, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	switch {
	case err != nil:
		return nil, leftBroken
	case len(out) > maxBody:
		return nil, leftTooLarge
	}
	return out, ""
}

// binary: no text has these bytes near its beginning.
func binary(b []byte) bool {
	return bytes.ContainsFunc(b[:min(len(b), 512)], func(r rune) bool {
		return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == '\uFFFD'
	})
}

// cause is what is wrong with a file, in a few words.
func cause(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

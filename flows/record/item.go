package record

import (
	"bytes"
	"net/url"
	"path"
	"strings"
	"time"
)

// An Item is one request and its answer, as they were on the wire but for
// compression.
type Item struct {
	Method string
	URL    string
	// RequestHeaders are looked through for what must be taken out; no cassette
	// holds them.
	RequestHeaders []Header
	RequestBody    []byte
	Status         int
	Headers        []Header
	Body           []byte
	NoBody         bool // the answer had a body, and the source does not have it
	Type           string
	At             time.Time
	zoned          bool // At is known down to the zone
	// Where it stood, for messages: "entry 17".
	Where string
}

// Header is one line of a head. Names come in any case.
type Header struct{ Name, Value string }

func (it *Item) header(name string) string {
	for _, h := range it.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// leadsTo is where an answer sends the browser, "" if nowhere.
func (it *Item) leadsTo() string {
	base, err := url.Parse(it.URL)
	if err != nil {
		return ""
	}
	to := it.header("Location")
	if to == "" {
		return ""
	}
	u, err := base.Parse(to)
	if err != nil {
		return ""
	}
	return u.String()
}

// mime is the media type of the answer, in lower case and without parameters.
func (it *Item) mime() string {
	t, _, _ := strings.Cut(it.header("Content-Type"), ";")
	if t == "" {
		t, _, _ = strings.Cut(it.Type, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

// sort of content, as far as a cassette cares.
type content int

const (
	page    content = iota // HTML
	data                   // JSON, plain text, XML: may hold anything
	code                   // scripts and styles: the same for everybody
	picture                // pictures, fonts, sound: left out
)

func (it *Item) content() content {
	t := it.mime()
	switch {
	case strings.Contains(t, "html"):
		return page
	case strings.Contains(t, "javascript"), strings.Contains(t, "ecmascript"), t == "text/css":
		return code
	case strings.HasPrefix(t, "image/") && t != "image/svg+xml", strings.HasPrefix(t, "font/"), strings.HasPrefix(t, "audio/"),
		strings.HasPrefix(t, "video/"), strings.Contains(t, "font-"), t == "application/wasm":
		return picture
	case strings.HasPrefix(t, "text/"), strings.Contains(t, "json"), strings.Contains(t, "xml"):
		return data
	}
	switch strings.ToLower(path.Ext(pathOf(it.URL))) {
	case ".js", ".css":
		return code
	case ".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".ico", ".woff", ".woff2", ".ttf", ".otf", ".mp4", ".mp3", ".wasm":
		return picture
	}
	if b := bytes.TrimSpace(it.Body[:min(len(it.Body), 512)]); len(b) > 0 && b[0] == '<' && bytes.Contains(bytes.ToLower(b), []byte("<html")) {
		return page
	}
	if len(it.Body) > 0 && bytes.IndexByte(it.Body[:min(len(it.Body), 1024)], 0) >= 0 {
		return picture // something binary that nobody named
	}
	return data
}

func pathOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return u.Path
}

// The hosts beside the marketplace's own that its pages are made of.
var suppliers = []string{"media-amazon.com", "ssl-images-amazon.com", "images-amazon.com", "awswaf.com"}

// belongs says whether a host is the marketplace's, or one that supplies its pages.
func belongs(host, site string) (own, supplier bool) {
	in := func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) }
	if in(site) {
		return true, false
	}
	for _, d := range suppliers {
		if in(d) {
			return false, true
		}
	}
	return false, false
}

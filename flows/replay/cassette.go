package replay

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// ManifestName is the file of a cassette that says what answers what.
const ManifestName = "manifest.toml"

// The kinds of cassette. A reconstruction was written after descriptions of the
// site, a recording was taken from a browser.
const (
	Reconstruction = "reconstruction"
	Recording      = "recording"
)

// Limits of a cassette: it may come from anybody.
const (
	maxManifest     = 16 << 20
	maxCassetteFile = 64 << 20
	maxCassette     = 1 << 30 // all files together
)

// Cassette is a directory of answers: manifest.toml, which a person can read and
// edit, and beside it the files that it names.
//
// An exchange answers a request if everything it says about the request is true.
// Of several the most specific one answers: an exact path before a pattern, then an
// exact host before a pattern, then the one with more conditions (each part of query,
// form and body, after, nth counts one), then the one whose `after` was served most
// recently, then the one that stands first in the manifest. If none answers, the
// request is declined ([Decline]).
type Cassette struct {
	Schema      int        `toml:"schema"` // 1
	Kind        string     `toml:"kind"`   // Reconstruction or Recording
	About       string     `toml:"about"`  // what it shows, in words
	Date        string     `toml:"date"`   // 2006-01-02
	Marketplace string     `toml:"marketplace"`
	Account     string     `toml:"account"` // e-mail address that the pages show, a made-up one; replays sign in with it
	Hosts       []string   `toml:"hosts"`   // the site's own, for Options.Hosts
	Exchanges   []Exchange `toml:"exchange"`
	Ignore      []Ignore   `toml:"ignore"` // for Options.Ignore

	Browser    string `toml:"browser"`    // which one recorded it, with its version
	Generation string `toml:"generation"` // form of the devices page: "myx", "console", "portal"
	// Deregisters is the device whose deregistration is in it, "" if none is.
	Deregisters string `toml:"deregisters"`
	// Scripts says what became of the pages' scripts: ScriptsKept, ScriptsRemoved, or
	// "" where nothing is said.
	Scripts string `toml:"scripts"`
	// Volatile are query parameters and form fields whose value is another one at each
	// visit: what an exchange says about them is not asked for. Patterns of path.Match.
	Volatile []string `toml:"volatile"`
	// Pages are the pages as they were rendered, in the order in which they were passed.
	// They answer nothing: they are for people, and for tests of selectors.
	Pages []Page `toml:"page"`
	// Redacted is how often something was replaced by a fake, by kind.
	Redacted map[string]int `toml:"redacted"`
	// Expect is what a replay comes to. The tests hold every cassette to it.
	Expect Expect `toml:"expect"`

	// Files are the bodies by name.
	Files map[string][]byte `toml:"-"`
}

// What became of the scripts of recorded pages. Where they were removed, they stand in
// the page as data that no browser runs, so that what is read from them is still there,
// and a small script of ours does what the journey needs (flows/record/shim.js).
const (
	ScriptsKept    = "kept"
	ScriptsRemoved = "removed"
)

// Page is one page as it was rendered.
type Page struct {
	Screen  string `toml:"screen"`
	Variant string `toml:"variant"`
	Path    string `toml:"path"` // with hash, without query
	Status  int    `toml:"status"`
	File    string `toml:"file"`
}

// Exchange is one request and its answer.
type Exchange struct {
	Name string `toml:"name"` // [a-z0-9._-]+, each once

	Method string `toml:"method"` // "" is GET
	Host   string `toml:"host"`   // "www.amazon.com"; "*.amazon.com" is everything below and itself; "" any
	Path   string `toml:"path"`   // exact, or a pattern of path.Match, or a prefix that ends in "**"
	// Query and Form are the parameters that matter, with their value; "*" is any
	// value. Others may be there as well.
	Query map[string]string `toml:"query"`
	Form  map[string]string `toml:"form"` // application/x-www-form-urlencoded
	// Body are pieces of text that the request's body must hold, as it came or
	// percent-decoded.
	Body []string `toml:"body"`
	// After is another exchange that must have been served before, in this run.
	After string `toml:"after"`
	// Nth: only the nth request that fits everything else. 0: any.
	Nth int `toml:"nth"`

	Status int `toml:"status"` // 0 is 200
	// Headers of the answer: a string, or a list of strings for a header that comes
	// more than once. Without Content-Type the file's extension tells it.
	Headers map[string]any `toml:"headers"`
	File    string         `toml:"file"` // a body file, or
	Text    string         `toml:"text"` // the body itself
}

var (
	fileName = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,127}$`)
	// Windows cannot have a file of this name, with whatever extension, and then the
	// whole program does not build there.
	reservedName = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)`)
	token        = regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$")
	hostName     = regexp.MustCompile(`^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$`)
)

// OpenDir reads the cassette in a directory. It may be somebody else's: a file of it
// that is a link to a place outside is refused, so that no other file of this machine
// gets into a page, and from there into evidence.
func OpenDir(dir string) (*Cassette, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the directory cannot be opened: %s", reason(err))
	}
	defer root.Close()
	return OpenCassette(root.FS())
}

// OpenCassette reads a cassette and everything it names. An error is one line that
// names the manifest's line and key. [OpenDir] opens one that is not ours.
func OpenCassette(fsys fs.FS) (*Cassette, error) {
	text, err := readBody(fsys, ManifestName, maxManifest)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no cassette: there is no %s", ManifestName)
	}
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %s", ManifestName, reason(err))
	}
	c := &Cassette{}
	dec := toml.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(c); err != nil {
		return nil, decodeError(err)
	}
	if err := c.check(manifestLines(text)); err != nil {
		return nil, err
	}
	c.Files = map[string][]byte{}
	lines := manifestLines(text)
	total := 0
	for i, p := range c.Pages {
		if c.Files[p.File] != nil {
			continue
		}
		b, err := readBody(fsys, p.File, min(maxCassetteFile, maxCassette-total))
		if err != nil {
			return nil, lines.in("page", i, "file", "names %s, which cannot be read: %s", p.File, reason(err))
		}
		c.Files[p.File] = b
		total += len(b)
	}
	for i, x := range c.Exchanges {
		if x.File == "" || c.Files[x.File] != nil {
			continue
		}
		b, err := readBody(fsys, x.File, min(maxCassetteFile, maxCassette-total))
		if err != nil {
			return nil, lines.exchange(i, "file", "names %s, which cannot be read: %s", x.File, reason(err))
		}
		c.Files[x.File] = b
		total += len(b)
	}
	return c, nil
}

// readBody reads an ordinary file of up to limit bytes. What the file says of its size
// is not believed: /proc has files that say none.
func readBody(fsys fs.FS, name string, limit int) ([]byte, error) {
	st, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() { // not opened at all: a pipe would wait for ever
		return nil, errors.New("is not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(b) > limit {
		if limit < maxManifest {
			return nil, errors.New("makes the cassette larger than 1 GB")
		}
		return nil, fmt.Errorf("is larger than %d MB", limit>>20)
	}
	return b, nil
}

// body is the answer's body.
func (c *Cassette) body(x Exchange) []byte {
	if x.File != "" {
		return c.Files[x.File]
	}
	return []byte(x.Text)
}

// types are the media types of body files. The system's own table is not asked: it
// differs from machine to machine.
var types = map[string]string{
	".html": "text/html; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".css": "text/css; charset=utf-8",
	".js": "text/javascript; charset=utf-8", ".json": "application/json", ".xml": "application/xml", ".svg": "image/svg+xml",
	".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif", ".webp": "image/webp", ".ico": "image/x-icon",
	".woff": "font/woff", ".woff2": "font/woff2", ".bin": "application/octet-stream",
}

// contentType is what an exchange without a Content-Type of its own is sent as.
func contentType(x Exchange) string {
	if x.File != "" {
		if t := types[path.Ext(x.File)]; t != "" {
			return t
		}
		return types[".bin"]
	}
	if x.Text != "" {
		return types[".txt"]
	}
	return ""
}

func (x Exchange) method() string {
	if x.Method == "" {
		return http.MethodGet
	}
	return x.Method
}

// reason is what is wrong with a file, without its path.
func reason(err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	if strings.Contains(err.Error(), "path escapes") { // os.Root has no value for it
		return "is a link to a place outside the cassette"
	}
	return strings.ReplaceAll(err.Error(), "\n", " ")
}

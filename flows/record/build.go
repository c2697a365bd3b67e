package record

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/replay"
)

// A Passed page is a page as it was rendered while the journey passed it.
type Passed struct {
	Screen, Variant string
	URL             string
	Status          int
	HTML            string
}

// About is what a recording says about itself, and what must be taken out of it that
// nobody could find by looking.
type About struct {
	Site        string // amazon.com
	Account     string // e-mail address; a fake of it goes into the cassette
	Browser     string // "HeadlessChrome 156.0.1.2", "Firefox 140 (HAR)"
	Generation  string // of the devices page
	Deregisters string // the device that was deregistered while recording
	Words       string // what it shows; a sentence is made up if there is none
	Expect      replay.Expect
	Date        time.Time
	KeepNames   bool
	// Secrets are what was typed; Things whatever else is known to be personal, such
	// as the devices of a list.
	Secrets []string
	Things  map[Class][]string
}

// Report says what was made of a recording.
type Report struct {
	Requests  int // that were seen
	Exchanges int
	Pages     int
	Left      Left
	Replaced  map[Class]int
	// Notes are what was understood only in part, a line each.
	Notes []string
	// Suspicious is what still looks personal, a line each: for a person to judge.
	Suspicious []string
}

// Build makes a cassette. items is used up: their bodies are changed in place.
func Build(items []Item, passed []Passed, left Left, about About) (replay.Cassette, Report, error) {
	if left == nil {
		left = Left{}
	}
	rep := Report{Requests: len(items) + left.requests(), Left: left}
	kept := usable(items, about.Site, left)
	if len(kept) == 0 {
		return replay.Cassette{}, rep, errors.New("nothing here can be replayed: " + left.whyNothing(rep.Requests, about.Site))
	}

	s := NewScrubber(about.KeepNames)
	s.Add(Email, about.Account)
	for _, secret := range about.Secrets {
		s.Add(Password, secret)
	}
	for _, c := range sortedKeys(about.Things) {
		for _, v := range about.Things[c] {
			s.Add(c, v)
		}
	}
	for i := range kept {
		s.Look(&kept[i])
	}
	for _, why := range sortedKeys(left) {
		for _, address := range left[why].addresses {
			s.Look(&Item{URL: address})
		}
	}
	s.Look(&Item{URL: "about:blank", Type: "text/plain", Body: []byte(about.Browser + "\n" + about.Words)})
	pages := slices.Clone(passed)
	for i := range pages {
		s.Look(&Item{URL: pages[i].URL, Type: "text/html", Body: []byte(pages[i].HTML)})
	}

	c := replay.Cassette{Kind: replay.Recording, About: about.Words, Date: about.Date.Format(time.DateOnly), Marketplace: about.Site,
		Account: s.String(about.Account), Hosts: []string{about.Site}, Browser: s.String(about.Browser), Generation: about.Generation,
		Deregisters: s.String(about.Deregisters), Expect: about.Expect, Volatile: slices.Clone(volatileNames), Files: map[string][]byte{}, Ignore: telemetry(about.Site)}
	for i := range kept {
		scrubItem(s, &kept[i])
		if class, still := s.Left(kept[i].Body, true); still {
			return replay.Cassette{}, rep, notOut(class, pathOf(kept[i].URL))
		}
	}
	left.scrub(s)
	c.Scripts = replay.ScriptsKept
	// What a live recording lacks was not answered when it was recorded either.
	if len(passed) == 0 && scriptsMissing(kept) {
		c.Scripts = replay.ScriptsRemoved
		kept = withoutScripts(kept, left)
	}
	sum := newSuspects(s)
	for i, p := range pages {
		p.HTML = s.String(p.HTML)
		if class, still := s.Left([]byte(p.HTML), true); still {
			return replay.Cassette{}, rep, notOut(class, "the page "+p.Screen)
		}
		name := fmt.Sprintf("page-%02d-%s.html", i+1, cmp.Or(p.Screen, "unknown"))
		c.Files[name] = []byte(p.HTML)
		sum.look(name, c.Files[name])
		c.Pages = append(c.Pages, replay.Page{Screen: p.Screen, Variant: p.Variant, Path: s.String(withHash(p.URL)), Status: p.Status, File: name})
	}
	taken := replay.NewRecorder(nil, replay.Matters{})
	for _, x := range conditions(kept) {
		taken.Add(x.x, x.body)
	}
	c.Ignore = append(c.Ignore, unanswered(left, about.Site)...)
	if c.About == "" {
		c.About = fmt.Sprintf("Recording of %s, %d requests, personal data replaced by fakes.", about.Site, len(kept))
	}
	if c.Scripts == replay.ScriptsRemoved {
		c.About += shimWords
	}
	c.About = s.String(c.About)
	c = taken.Cassette(c)
	sum.look(replay.ManifestName, c.Manifest())
	files := map[string]string{} // by what is in them
	for name, b := range c.Files {
		files[string(b)] = name
	}
	for _, it := range kept {
		if it.content() != code || !library(&it) {
			sum.look(cmp.Or(files[string(it.Body)], pathOf(it.URL)), it.Body)
		}
	}
	rep.Exchanges, rep.Pages, rep.Replaced, rep.Suspicious = len(c.Exchanges), len(c.Pages), s.Counts(), sum.lines()
	c.Redacted = map[string]int{}
	for class, n := range rep.Replaced {
		c.Redacted[string(class)] = n
	}
	return c, rep, complete(s, c, about)
}

// complete fails if something that must be out is still in, by another way of looking
// than the one that took it out. The manifest is a file like the others.
func complete(s *Scrubber, c replay.Cassette, about About) error {
	secrets := newCheck(about)
	check := func(name string, b []byte, words bool) error {
		if class, still := s.Left(b, words); still {
			return notOut(class, name)
		}
		for _, p := range pieces(b) {
			if shows(secrets, p) || shows(secrets, viewOf(p).text) {
				return notOut(Password, name)
			}
		}
		return nil
	}
	for _, name := range sortedKeys(c.Files) {
		if err := check(name, c.Files[name], false); err != nil {
			return err
		}
	}
	// Of the manifest its values: a device may be called like one of its keys.
	for _, v := range said(c, len(telemetry(about.Site))) {
		if err := check(replay.ManifestName, []byte(v), true); err != nil {
			return err
		}
	}
	return check(replay.ManifestName, c.Manifest(), false)
}

func notOut(class Class, where string) error {
	return fmt.Errorf("taking out personal data did not succeed: %s in %s; nothing was written", class, where)
}

// said is everything in a manifest that comes from the recording. ours: so many rules
// at the beginning are always the same.
func said(c replay.Cassette, ours int) []string {
	all := []string{c.About, c.Account, c.Browser, c.Deregisters}
	for _, p := range c.Pages {
		all = append(all, p.Path)
	}
	for _, ig := range c.Ignore[min(ours, len(c.Ignore)):] {
		all = append(all, ig.Path)
	}
	for _, x := range c.Exchanges {
		all = append(all, x.Path)
		all = append(all, x.Body...)
		for _, m := range []map[string]string{x.Query, x.Form} {
			for _, k := range sortedKeys(m) {
				all = append(all, k, m[k])
			}
		}
		for _, v := range x.Headers {
			all = append(all, fmt.Sprint(v))
		}
	}
	return all
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func withHash(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	p := u.Path
	if u.Fragment != "" {
		p += "#" + u.Fragment
	}
	return p
}

// keptHeader are the lines of an answer's head that a page can notice. Everything
// else is left out: it may hold tokens, and none of it is needed.
var keptHeader = wordSet("content-type location set-cookie cache-control content-language refresh access-control-allow-origin access-control-allow-credentials access-control-allow-headers access-control-allow-methods access-control-expose-headers")

var cookieDates = later(`(?i);\s*(expires|max-age)=[^;]*`)

// address scrubs an address but for its host, which belongs to nobody.
func (s *Scrubber) address(raw string) string {
	scheme, rest, ok := strings.Cut(raw, "://")
	if i := strings.IndexAny(rest, "/?#"); ok && i >= 0 && !strings.Contains(rest[:i], "@") {
		return scheme + "://" + rest[:i] + s.String(rest[i:])
	}
	return s.String(raw)
}

// scrubItem takes things out of all of an item.
func scrubItem(s *Scrubber, it *Item) {
	it.URL = s.address(it.URL)
	it.RequestBody = s.Bytes(it.RequestBody)
	for i := range it.RequestHeaders {
		it.RequestHeaders[i].Value = s.String(it.RequestHeaders[i].Value)
	}
	var heads []Header
	for _, h := range it.Headers {
		name := strings.ToLower(h.Name)
		if !keptHeader[name] {
			continue
		}
		if name != "set-cookie" {
			heads = append(heads, Header{h.Name, s.String(h.Value)})
			continue
		}
		for _, line := range cookieLines(h.Value) {
			// A cassette is replayed for years: nothing in it may expire. What takes a
			// cookie away stays.
			gone := strings.Contains(line, "1970") || strings.Contains(strings.ToLower(line), "max-age=0")
			line = cookieDates().ReplaceAllString(line, "")
			if gone {
				line += "; Max-Age=0"
			}
			heads = append(heads, Header{"Set-Cookie", s.cookieLine(line)})
		}
	}
	it.Headers = heads
	it.Body = s.Bytes(it.Body)
}

// cookieLine is a Set-Cookie line whose value is a fake whatever it was, short ones too.
func (s *Scrubber) cookieLine(line string) string {
	pair, rest, more := strings.Cut(line, ";")
	name, value, _ := strings.Cut(pair, "=")
	clean := s.String(value)
	out := s.String(name) + "=" + clean
	if more {
		out += ";" + s.String(rest)
	}
	return out
}

func headerMap(it Item) map[string]any {
	h := map[string]any{}
	for _, l := range it.Headers {
		name := http.CanonicalHeaderKey(l.Name)
		v := strings.Map(func(r rune) rune {
			if r == '\r' || r == '\n' || r == 0 {
				return ' '
			}
			return r
		}, l.Value)
		if name == "Content-Type" {
			v = utf8Type(v, it.content())
		}
		switch have := h[name].(type) {
		case nil:
			h[name] = v
		case string:
			if name == "Set-Cookie" {
				h[name] = []string{have, v}
			}
		case []string:
			h[name] = append(have, v)
		}
	}
	if len(h) == 0 {
		return nil
	}
	return h
}

// utf8Type: exporters turn text into UTF-8 whatever it was on the wire.
func utf8Type(v string, c content) string {
	base, _, _ := strings.Cut(v, ";")
	if c == picture || strings.Contains(base, "json") {
		return strings.TrimSpace(base)
	}
	return strings.TrimSpace(base) + "; charset=utf-8"
}

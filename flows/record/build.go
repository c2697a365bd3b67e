package record

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"regexp"
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
	// Suspicious is what still looks personal, a line each: for a person to judge.
	Suspicious []string
}

// Build makes a cassette. items is used up: their bodies are changed in place.
func Build(items []Item, passed []Passed, left Left, about About) (replay.Cassette, Report, error) {
	if left == nil {
		left = Left{}
	}
	rep := Report{Requests: len(items), Left: left}
	kept := usable(items, about.Site, left)
	if len(kept) == 0 {
		why := "it holds no request"
		if rep.Requests > 0 {
			why = fmt.Sprintf("none of its %d requests went to %s with an answer that was saved", rep.Requests, about.Site)
		}
		return replay.Cassette{}, rep, errors.New("nothing here can be replayed: " + why)
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
	pages := slices.Clone(passed)
	for i := range pages {
		s.Look(&Item{URL: pages[i].URL, Type: "text/html", Body: []byte(pages[i].HTML)})
	}

	c := replay.Cassette{Kind: replay.Recording, About: about.Words, Date: about.Date.Format(time.DateOnly), Marketplace: about.Site,
		Account: s.String(about.Account), Hosts: []string{about.Site}, Browser: about.Browser, Generation: about.Generation,
		Deregisters: s.String(about.Deregisters), Volatile: slices.Clone(volatileNames), Files: map[string][]byte{}, Ignore: telemetry(about.Site)}
	for i := range kept {
		scrubItem(s, &kept[i])
	}
	c.Scripts = replay.ScriptsKept
	// What a live recording lacks was not answered when it was recorded either.
	if len(passed) == 0 && scriptsMissing(kept) {
		c.Scripts = replay.ScriptsRemoved
		kept = withoutScripts(kept, left)
	}
	sum := newSuspects(s)
	for _, it := range kept {
		if it.content() != code {
			sum.look(pathOf(it.URL), it.Body)
		}
	}
	for i, p := range pages {
		p.HTML = s.String(p.HTML)
		sum.look(p.Screen, []byte(p.HTML))
		name := fmt.Sprintf("page-%02d-%s.html", i+1, or(p.Screen, "unknown"))
		c.Files[name] = []byte(p.HTML)
		c.Pages = append(c.Pages, replay.Page{Screen: p.Screen, Variant: p.Variant, Path: s.String(withHash(p.URL)), Status: p.Status, File: name})
	}
	taken := replay.Recorder(nil, replay.Matters{})
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
	c = taken.Cassette(c)
	rep.Exchanges, rep.Pages, rep.Replaced, rep.Suspicious = len(c.Exchanges), len(c.Pages), s.Counts(), sum.lines()
	c.Redacted = map[string]int{}
	for class, n := range rep.Replaced {
		c.Redacted[string(class)] = n
	}
	return c, rep, complete(s, c, about)
}

// complete fails if something that must be out is still in, by another way of looking
// than the one that took it out.
func complete(s *Scrubber, c replay.Cassette, about About) error {
	secrets := newCheck(about)
	for name, b := range c.Files {
		if class, still := s.Left(b); still {
			return fmt.Errorf("taking out personal data did not succeed: %s in %s; nothing was written", class, name)
		}
		if secrets.String(string(b)) != string(b) {
			return fmt.Errorf("taking out personal data did not succeed: a password in %s; nothing was written", name)
		}
	}
	return nil
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	var keys []K
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// usable leaves out what a cassette does not need or cannot use, and counts it.
func usable(items []Item, site string, left Left) []Item {
	bodies := map[string]bool{}
	for _, it := range items {
		if it.Status == 200 && !it.NoBody {
			bodies[it.URL] = true
		}
	}
	var kept []Item
	for _, it := range items {
		u, err := url.Parse(it.URL)
		if err != nil || u.Host == "" {
			left.add(leftNoURL, it.URL)
			continue
		}
		own, supplier := belongs(strings.ToLower(u.Hostname()), site)
		kind := it.content()
		switch {
		case !own && !supplier:
			left.add(leftElsewhere, it.URL)
		case isTelemetry(u, site):
			left.add(leftElsewhere, it.URL)
		case it.Method == http.MethodOptions:
			left.add(leftOptions, it.URL)
		case kind == picture && !(it.Status/100 == 3):
			left.add(leftPicture, it.URL)
		case it.Status == http.StatusNotModified:
			if !bodies[it.URL] {
				left.add(left304, it.URL)
			}
		case it.NoBody:
			left.add(leftNoBody, it.URL)
		default:
			kept = append(kept, it)
		}
	}
	return kept
}

// Hosts and paths of Amazon's that only count and measure: nobody reads their answers.
var telemetryPaths = regexp.MustCompile(`^(/1/(batch|events|action-impressions)/|/gp/uedata|/rd/uedata|/ah/ajax/counter|/empty\.gif|/privacy-prompt|/hz/rhf|/rhf|/nav/ajax/(counter|events)|/batch/1/OP)`)

func isTelemetry(u *url.URL, site string) bool {
	h := strings.ToLower(u.Hostname())
	for _, p := range []string{"fls-", "unagi", "aax-", "s.", "m.media"} {
		if strings.HasPrefix(h, p) && strings.HasSuffix(h, "."+site) {
			return true
		}
	}
	return telemetryPaths.MatchString(u.Path)
}

func telemetry(site string) []replay.Ignore {
	ig := []replay.Ignore{}
	for _, h := range []string{"fls-na.", "fls-eu.", "unagi.", "unagi-na.", "unagi-eu.", "aax-us-east.", "s."} {
		ig = append(ig, replay.Ignore{Host: h + site})
	}
	for _, p := range []string{"/1/**", "/gp/uedata**", "/rd/uedata**", "/ah/ajax/counter**", "/nav/ajax/**", "/batch/1/OP**"} {
		ig = append(ig, replay.Ignore{Path: p})
	}
	return ig
}

// unanswered are ignore rules for calls to the site that had no usable answer when
// they were recorded: the page did without then, so it can do without now.
func unanswered(left Left, site string) []replay.Ignore {
	var ig []replay.Ignore
	seen := map[replay.Ignore]bool{}
	for _, why := range []string{leftNoAnswer, leftSocket} {
		o := left[why]
		if o == nil {
			continue
		}
		for _, e := range o.Examples {
			host, p, ok := strings.Cut(e, "/")
			if own, _ := belongs(host, site); !ok || !own || strings.HasSuffix(e, "…") {
				continue
			}
			x := replay.Ignore{Host: host, Path: "/" + p}
			if _, err := path.Match(x.Path, ""); err == nil && !seen[x] && p != "" {
				ig, seen[x] = append(ig, x), true
			}
		}
	}
	return ig
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

var cookieDates = regexp.MustCompile(`(?i);\s*(expires|max-age)=[^;]*`)

// scrubItem takes things out of all of an item.
func scrubItem(s *Scrubber, it *Item) {
	it.URL = s.String(it.URL)
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
			line = cookieDates.ReplaceAllString(line, "")
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

// AccountOf is the e-mail address that was typed at sign-in, "" if none was.
func AccountOf(items []Item) string {
	for _, it := range items {
		if len(it.RequestBody) == 0 || len(it.RequestBody) > 1<<16 || !strings.HasPrefix(pathOf(it.URL), "/a") {
			continue
		}
		form, _ := url.ParseQuery(string(it.RequestBody))
		for _, k := range []string{"email", "emailLogin", "claim"} {
			if v := strings.TrimSpace(form.Get(k)); strings.Contains(v, "@") {
				return v
			}
		}
	}
	return ""
}

var marketplaceHost = regexp.MustCompile(`^(?:www|alexa|layla|echo|pitangui)\.(amazon\.(?:[a-z]{2,3}|co\.[a-z]{2}|com\.[a-z]{2}))$`)

// SiteOf is the marketplace that most requests went to, "" if none did.
func SiteOf(items []Item) string {
	count, best := map[string]int{}, ""
	for _, it := range items {
		u, err := url.Parse(it.URL)
		if err != nil {
			continue
		}
		if m := marketplaceHost.FindStringSubmatch(strings.ToLower(u.Hostname())); m != nil {
			if count[m[1]]++; count[m[1]] > count[best] {
				best = m[1]
			}
		}
	}
	return best
}

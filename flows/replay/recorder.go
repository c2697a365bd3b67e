package replay

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// Matters says which parts of a request belong into the cassette. Whatever it does
// not name is left out: parameters hold tokens that differ in each run, and
// passwords.
type Matters struct {
	Query []string // names of query parameters
	Form  []string // names of form fields
	// Body gives the pieces of a request's body that tell it from others of its
	// method, host and path. nil: none.
	Body func(r *http.Request, body []byte) []string
}

// A Recorder is a handler that notes what it answers.
type Recorder struct {
	h http.Handler
	m Matters

	mu   sync.Mutex
	list []*recorded // in the order in which the requests came
}

type recorded struct {
	x    Exchange // conditions and answer, without name, after, nth, file
	body []byte
	done bool
}

// NewRecorder is h with a memory: Cassette gives what it answered.
func NewRecorder(h http.Handler, m Matters) *Recorder { return &Recorder{h: h, m: m} }

func (t *Recorder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	e := &recorded{x: Exchange{Host: bareHost(r.Host), Path: r.URL.Path}}
	if r.Method != http.MethodGet {
		e.x.Method = r.Method
	}
	query, _ := url.ParseQuery(r.URL.RawQuery)
	e.x.Query = only(query, t.m.Query)
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, _ := url.ParseQuery(string(body))
		e.x.Form = only(form, t.m.Form)
	}
	if t.m.Body != nil {
		e.x.Body = t.m.Body(r, body)
	}
	t.mu.Lock()
	t.list = append(t.list, e)
	t.mu.Unlock()

	tee := &tee{w: w, status: http.StatusOK}
	t.h.ServeHTTP(tee, r)
	if tee.h == nil {
		tee.h = w.Header().Clone()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if tee.status == DeclinedStatus && tee.h.Get(DeclinedHeader) == "1" {
		return // stays !done: it is no answer
	}
	if tee.status != http.StatusOK {
		e.x.Status = tee.status
	}
	e.x.Headers = keptHeaders(tee.h)
	e.body, e.done = tee.body.Bytes(), true
}

// Add notes an answer that was given elsewhere: x holds what tells the request, and
// status and headers of the answer; name, after, nth, file and text are found here.
func (t *Recorder) Add(x Exchange, body []byte) {
	if x.Status == http.StatusOK {
		x.Status = 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.list = append(t.list, &recorded{x: x, body: body, done: true})
}

func only(have url.Values, names []string) map[string]string {
	var kept map[string]string
	for _, n := range names {
		if v, ok := have[n]; ok && len(v) > 0 {
			if kept == nil {
				kept = map[string]string{}
			}
			kept[n] = v[0]
		}
	}
	return kept
}

// keptHeaders drops what belongs to one connection or one moment.
func keptHeaders(h http.Header) map[string]any {
	h = h.Clone()
	dropHop(h)
	for _, k := range []string{"Date", "Content-Length", "Alt-Svc", DeclinedHeader} {
		h.Del(k)
	}
	kept := map[string]any{}
	for k, v := range h {
		if len(v) == 1 {
			kept[k] = v[0]
		} else if len(v) > 1 {
			kept[k] = slices.Clone(v)
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// tee notes an answer on its way.
type tee struct {
	w      http.ResponseWriter
	h      http.Header
	status int
	body   bytes.Buffer
}

func (t *tee) Header() http.Header         { return t.w.Header() }
func (t *tee) Unwrap() http.ResponseWriter { return t.w }
func (t *tee) WriteHeader(status int) {
	if t.h == nil && status >= 200 {
		t.status, t.h = status, t.w.Header().Clone()
	}
	t.w.WriteHeader(status)
}
func (t *tee) Write(b []byte) (int, error) {
	if t.h == nil {
		t.WriteHeader(http.StatusOK)
	}
	t.body.Write(b)
	return t.w.Write(b)
}

// Cassette is what was answered so far, with the head of about (kind, about, date,
// marketplace, hosts, ignore). The same answer to the same request stands in it
// once. Where the answers to one request differ, they are told by `after`: the last
// exchange before them that was no GET. Where they differ with nothing between them,
// by nth, the last one without. Bodies that are equal share a file.
func (t *Recorder) Cassette(about Cassette) Cassette {
	t.mu.Lock()
	defer t.mu.Unlock()
	c := about
	c.Schema, c.Exchanges, c.Files = 1, nil, map[string][]byte{}
	for name, b := range about.Files {
		c.Files[name] = b
	}
	names := map[string]bool{}
	var groups []*group            // in the order of their first request
	byKey := map[string][]*group{} // by conditions
	after := ""                    // the name of the last exchange that may have changed something
	for _, e := range t.list {
		if !e.done {
			continue
		}
		key := e.x.conditions()
		var g *group
		if n := len(byKey[key]); n > 0 {
			g = byKey[key][n-1]
		}
		// A change elsewhere that did not change this answer makes no new group.
		if g == nil || g.context != after && !g.last().equal(e) {
			// The first answer to a request needs nothing to go before it.
			next := &group{context: after}
			if g != nil {
				next.after = after
			}
			g = next
			groups, byKey[key] = append(groups, g), append(byKey[key], g)
		}
		name := g.nameOf(e)
		if name == "" {
			name = nameFor(e.x.Path)
			if e.x.Method != "" {
				name = strings.ToLower(e.x.Method) + "-" + name
			}
			name = unique(name, "", names)
		}
		g.answers, g.names = append(g.answers, e), append(g.names, name)
		switch e.x.method() {
		case http.MethodGet, http.MethodHead, http.MethodOptions:
		default:
			after = name
		}
	}
	for _, g := range groups {
		c.put(g, names)
	}
	return c
}

// group is the answers to one request while nothing else changed.
type group struct {
	context string // the exchange after which it was, as after
	after   string // the same, or "" where that does not matter
	answers []*recorded
	names   []string // of the exchanges that answer, one an answer
}

func (g *group) last() *recorded { return g.answers[len(g.answers)-1] }

func (g *group) nameOf(e *recorded) string {
	for i, a := range g.answers {
		if a.equal(e) {
			return g.names[i]
		}
	}
	return ""
}

func (e *recorded) equal(o *recorded) bool {
	return e.x.Status == o.x.Status && bytes.Equal(e.body, o.body) && reflect.DeepEqual(e.x.Headers, o.x.Headers)
}

// put adds the exchanges of a group: one for each request but those at the end that
// had the same answer.
func (c *Cassette) put(g *group, names map[string]bool) {
	rest := len(g.answers) - 1 // from here on the answer stays the same
	for rest > 0 && g.answers[rest-1].equal(g.last()) {
		rest--
	}
	used := map[string]bool{}
	for i, e := range g.answers[:rest+1] {
		x := e.x
		x.Name, x.After = g.names[i], g.after
		if used[x.Name] {
			x.Name = unique(x.Name+"-again", "", names)
		}
		used[x.Name] = true
		if i < rest {
			x.Nth = i + 1
		}
		media, _ := x.Headers["Content-Type"].(string)
		switch {
		case len(e.body) == 0:
		case len(e.body) <= 120 && utf8.Valid(e.body) && !bytes.ContainsFunc(e.body, unicode.IsControl):
			x.Text = string(e.body)
		default:
			x.File = c.file(nameFor(x.Path), extension(media, x.Path), e.body)
		}
		x.Headers = withoutDefault(x.Headers, contentType(x))
		c.Exchanges = append(c.Exchanges, x)
	}
}

// file is the name under which the body is kept.
func (c *Cassette) file(base, ext string, body []byte) string {
	for name, b := range c.Files {
		if path.Ext(name) == ext && bytes.Equal(b, body) {
			return name
		}
	}
	taken := map[string]bool{}
	for name := range c.Files {
		taken[name] = true
	}
	if reservedName.MatchString(base) {
		base = "x-" + base
	}
	name := unique(base, ext, taken)
	c.Files[name] = slices.Clone(body)
	return name
}

func unique(base, ext string, taken map[string]bool) string {
	name := base + ext
	for n := 2; taken[name]; n++ {
		name = base + "-" + strconv.Itoa(n) + ext
	}
	taken[name] = true
	return name
}

// withoutDefault leaves a Content-Type out that the file's extension tells anyway.
func withoutDefault(h map[string]any, media string) map[string]any {
	if media == "" || h["Content-Type"] != media {
		return h
	}
	kept := map[string]any{}
	for k, v := range h {
		if k != "Content-Type" {
			kept[k] = v
		}
	}
	if len(kept) == 0 {
		return nil
	}
	return kept
}

// nameFor makes a name of the last two parts of a path.
func nameFor(p string) string {
	parts := strings.FieldsFunc(strings.ToLower(p), func(r rune) bool { return r == '/' })
	if len(parts) > 2 {
		parts = parts[len(parts)-2:]
	}
	s := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '-' || r == '_' {
			return r
		}
		return '-'
	}, strings.TrimSuffix(strings.Join(parts, "-"), path.Ext(p)))
	if s = strings.Trim(s, "-_"); s == "" {
		return "home"
	}
	return s[:min(len(s), 60)]
}

// extension is the one that tells the media type again, if there is one.
func extension(media, p string) string {
	base, _, _ := strings.Cut(media, ";")
	if ext := path.Ext(p); types[ext] != "" && strings.HasPrefix(types[ext], base) {
		return ext
	}
	for _, ext := range []string{".html", ".json", ".js", ".css", ".txt", ".xml", ".svg", ".png", ".jpg", ".gif", ".webp", ".ico", ".woff", ".woff2"} {
		if strings.HasPrefix(types[ext], base) && base != "" {
			return ext
		}
	}
	return ".bin"
}

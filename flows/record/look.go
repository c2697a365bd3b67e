package record

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"slices"
	"strings"
)

// This file goes through an exchange, part by part, for what must be taken out.

// Look finds what must be taken out of an item.
func (s *Scrubber) Look(it *Item) {
	if u, err := url.Parse(it.URL); err == nil {
		s.params(u.RawQuery)
		s.text([]byte(u.Path), 0, false)
		s.segments(u)
		if u.User != nil {
			p, _ := u.User.Password()
			s.Add(Password, p)
		}
		s.params(u.Fragment)
		s.text([]byte(u.Fragment), 0, false)
		if q, err := url.QueryUnescape(u.RawQuery); err == nil {
			s.text([]byte(q), 0, false)
		}
	}
	for _, h := range it.RequestHeaders {
		s.head(h)
	}
	for _, h := range it.Headers {
		s.head(h)
	}
	if len(it.RequestBody) > 0 {
		s.params(string(it.RequestBody))
		s.text(it.RequestBody, 0, false)
	}
	switch kind := it.content(); {
	case len(it.Body) == 0, kind == picture:
	case kind == code && library(it):
		// It is the same for everybody, and full of words that only look like keys.
		s.lib = true
		s.text(it.Body, 0, false)
		s.lib = false
	default:
		signedIn := bytes.Contains(it.Body, []byte("nav-rec"))
		s.places(it.Body, signedIn)
		s.code = kind == code
		s.text(it.Body, 0, signedIn)
		s.code = false
	}
}

// library: a script or style of those who supply pages, and not data under its label
// (JSONP, JSON, a variable that is given a value).
func library(it *Item) bool {
	u, err := url.Parse(it.URL)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	supplied := slices.ContainsFunc(suppliers, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
	return supplied && !dataLike(it.Body)
}

var (
	codeRemarks = later(`(?s)^(?:\s|\x{feff}|/\*.{0,900}?\*/|//[^\n]*\n|\)\]\}',?|while\s*\(1\);|for\s*\(;;\);|throw [^;\n]*;|&&&[A-Z]*&&&|["']use strict["'];)+`)
	dataStart   = later(`^(?:(?:var|let|const|window|self|globalThis)[\s.])?\s*[\w$.\["'\]]{0,120}\s*(?:=|\(|&&\s*[\w$.]{1,80}\()?\s*(?:JSON\.parse\(|[{\[]\s*(?:["'{\[\]}]|[0-9]))`)
)

// dataLike: what is served as a script holds nothing but data.
func dataLike(b []byte) bool {
	b = b[:min(len(b), 4096)]
	b = b[len(codeRemarks().Find(b)):]
	return dataStart().Match(b)
}

// head looks at a line of a request's or an answer's head.
func (s *Scrubber) head(h Header) {
	name := strings.ToLower(h.Name)
	switch {
	case name == "cookie":
		for _, c := range strings.Split(h.Value, ";") {
			s.cookie(c)
		}
	case name == "set-cookie":
		for _, line := range cookieLines(h.Value) {
			c, _, _ := strings.Cut(line, ";")
			s.cookie(c)
		}
	case name == "authorization" || name == "proxy-authorization":
		_, v, _ := strings.Cut(h.Value, " ")
		s.Add(Token, cmp.Or(v, h.Value))
	case name == "content-type" || name == "content-security-policy" || name == "user-agent":
	default:
		if c := classOf(name); c != "" {
			s.Add(c, h.Value)
		}
		s.params(h.Value)
		s.text([]byte(h.Value), 0, false)
	}
}

// cookieLines takes the cookies of an answer apart, which exporters join: Chrome and
// Firefox by line breaks, Safari by commas, as they stand in dates too.
func cookieLines(value string) (lines []string) {
	for _, joined := range strings.Split(value, "\n") {
		from := 0
		for i := range len(joined) {
			if joined[i] == ',' && cookieStart().MatchString(joined[i+1:]) {
				lines = append(lines, strings.TrimSpace(joined[from:i]))
				from = i + 1
			}
		}
		lines = append(lines, strings.TrimSpace(joined[from:]))
	}
	return lines
}

// cookieStart: what follows a comma is another cookie, not the rest of a date.
var cookieStart = later(`^ *[A-Za-z0-9!#$%&'*+.^_|~-]+=`)

func (s *Scrubber) cookie(pair string) {
	name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	value = strings.TrimSpace(value)
	s.Add(Cookie, strings.Trim(value, `"`))
	s.text([]byte(name+"="+value), 1, false)
}

// params looks at name=value pairs.
func (s *Scrubber) params(query string) {
	if len(query) > 1<<20 || !strings.Contains(query, "=") {
		return
	}
	if i := strings.IndexByte(query, '?'); i >= 0 {
		query = query[i+1:]
	}
	for _, p := range strings.Split(query, "&") {
		k, v, ok := strings.Cut(p, "=")
		if !ok || len(k) > 100 || len(v) > 8192 {
			continue
		}
		if d, err := url.QueryUnescape(v); err == nil {
			v = d
		}
		if c := classOf(k); c != "" {
			s.Add(c, v)
		}
	}
}

// text looks at a text by keys, shapes and places, in itself and below its encodings.
func (s *Scrubber) text(b []byte, depth int, signedIn bool) {
	raw, seen := statementsOf(b, s.code && depth == 0), statementsOf(b, s.code && depth == 0)
	from := 0
	for _, p := range pieces(b) {
		s.byKey(p, func(i int) bool { return raw.holds(from + i) })
		v := viewOf(p)
		if v.at != nil {
			s.byKey(v.text, func(i int) bool { return seen.holds(from + v.from(i)) })
		}
		from += len(p)
		if v.at != nil || depth > 0 {
			s.places(v.text, signedIn || bytes.Contains(v.text, []byte("nav-rec")))
		}
		eachShape(v.text, s.shaped)
		if depth < deepest {
			within(v, func(inner []byte) { s.text(inner, depth+1, signedIn) })
		}
	}
	// A text that holds escaped JSON or HTML: once more with one layer off.
	if depth < 2 {
		if t := strings.TrimSpace(string(b[:min(len(b), 64)])); strings.HasPrefix(t, `"`) || strings.HasPrefix(t, "%") {
			if d := unescape(string(b)); d != string(b) {
				s.text([]byte(d), depth+1, signedIn)
			}
		}
	}
}

// deepest is how many packings over each other are looked into.
const deepest = 4

// segments looks at the parts of an address that are an id of something: they would
// stand in the manifest.
func (s *Scrubber) segments(u *url.URL) {
	if _, supplier := belongs(strings.ToLower(u.Hostname()), ""); supplier {
		return // names of files, the same for everybody
	}
	for _, part := range strings.Split(u.Path, "/") {
		if part = strings.TrimSuffix(part, path.Ext(part)); idLike(part) {
			s.Add(Account, part)
		}
	}
}

// idLike: a part of an address that names one thing and not a kind of thing.
func idLike(part string) bool {
	digits := 0
	for _, r := range part {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return len(part) >= 12 && digits >= 4 && !strings.ContainsAny(part, " {}") && (digits*3 >= len(part) || len(part) >= 16 && random(part))
}

func (s *Scrubber) shaped(c Class, v string) {
	switch c {
	case Customer:
		digits := 0
		for _, r := range v {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if digits < 3 || publicIDs[v] || s.stays[v] {
			return
		}
	case Serial:
		if strings.Count(v, "0")+strings.Count(v, "1") == 0 && !strings.ContainsAny(v, "23456789") {
			return
		}
	case IP:
		if v == "127.0.0.1" || v == "0.0.0.0" || v == "255.255.255.255" || !strings.ContainsAny(v, "0123456789") {
			return
		}
	case Email:
		if i := strings.LastIndexByte(v, '.'); i > 0 && (strings.HasPrefix(v[i:], ".png") || strings.HasPrefix(v[i:], ".jpg") || strings.HasPrefix(v[i:], ".gif")) {
			return // icon@2x.png
		}
		v = strings.TrimLeft(v, ".%+'-")
	}
	s.Add(c, v)
}

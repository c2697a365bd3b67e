package replay

import (
	"path"
	"slices"
	"strings"
	"time"
)

// This file refuses a manifest that contradicts itself, with the line.

// check is everything that can be said without the body files.
func (c *Cassette) check(lines lineIndex) error {
	switch {
	case c.Schema != 1:
		return lines.top("schema", "must be 1, the only one there is")
	case c.Kind != Reconstruction && c.Kind != Recording:
		return lines.top("kind", "must be %q or %q", Reconstruction, Recording)
	case strings.TrimSpace(c.About) == "":
		return lines.top("about", "must say what this cassette shows")
	case !isDate(c.Date):
		return lines.top("date", `must be a date like "2026-01-31"`)
	case !hostName.MatchString(c.Marketplace):
		return lines.top("marketplace", "must be a host name like amazon.com")
	case len(c.Hosts) == 0:
		return lines.top("hosts", "must name the site's own hosts")
	case len(c.Exchanges) == 0:
		return lines.top("exchange", "is missing: there is nothing to answer with")
	}
	if c.Scripts != "" && c.Scripts != ScriptsKept && c.Scripts != ScriptsRemoved {
		return lines.top("scripts", "must be %q or %q", ScriptsKept, ScriptsRemoved)
	}
	if err := c.Expect.check(lines); err != nil {
		return err
	}
	for _, v := range c.Volatile {
		if _, err := path.Match(v, ""); err != nil || v == "" {
			return lines.top("volatile", "holds %q, which is not a valid pattern", v)
		}
	}
	for i, p := range c.Pages {
		if !fileName.MatchString(p.File) || reservedName.MatchString(p.File) {
			return lines.in("page", i, "file", "%q is not a valid file name; use a-z, 0-9, dot, dash and underscore, in this directory", p.File)
		}
	}
	for _, h := range c.Hosts {
		if !hostName.MatchString(h) {
			return lines.top("hosts", "holds %q, which is not a host name", h)
		}
	}
	index := map[string]int{}
	for i, x := range c.Exchanges {
		if !fileName.MatchString(x.Name) {
			return lines.exchange(i, "name", "must be made of a-z, 0-9, dot, dash and underscore")
		}
		if first, ok := index[x.Name]; ok {
			return lines.exchange(i, "name", "%q is also the name of the exchange in line %d", x.Name, lines.at(first))
		}
		index[x.Name] = i
		if err := x.check(i, lines); err != nil {
			return err
		}
	}
	for i, x := range c.Exchanges {
		if x.After == "" {
			continue
		}
		if _, ok := index[x.After]; !ok {
			return lines.exchange(i, "after", "names %q, and no exchange is called that", x.After)
		}
		// A circle could never begin.
		for seen, at := 0, x.After; at != ""; at = c.Exchanges[index[at]].After {
			if seen++; at == x.Name || seen > len(c.Exchanges) {
				return lines.exchange(i, "after", "leads back to %q itself", x.Name)
			}
		}
	}
	for i, ig := range c.Ignore {
		if ig == (Ignore{}) {
			return lines.in("ignore", i, "", "names nothing; give it a host, path or method")
		}
		if _, err := path.Match(strings.TrimSuffix(ig.Path, "**"), ""); err != nil {
			return lines.in("ignore", i, "path", "is not a valid pattern")
		}
	}
	return nil
}

func (x Exchange) check(i int, lines lineIndex) error {
	switch {
	case x.Method != "" && (!token.MatchString(x.Method) || x.Method != strings.ToUpper(x.Method)):
		return lines.exchange(i, "method", "must be a method like GET or POST")
	case x.Host != "" && !hostName.MatchString(x.Host):
		return lines.exchange(i, "host", "must be a host name, without scheme and port, in lower case")
	case !strings.HasPrefix(x.Path, "/"):
		return lines.exchange(i, "path", "must begin with /")
	case strings.ContainsRune(x.Path, '?'):
		return lines.exchange(i, "path", "holds a ?; put what follows it into query")
	case x.Nth < 0:
		return lines.exchange(i, "nth", "must be 1 or more")
	case x.Status != 0 && (x.Status < 200 || x.Status >= DeclinedStatus):
		return lines.exchange(i, "status", "must be 200 to 598")
	case x.File != "" && x.Text != "":
		return lines.exchange(i, "file", "and text cannot both be the answer")
	case x.File == ManifestName:
		return lines.exchange(i, "file", "is the manifest itself")
	case x.File != "" && (!fileName.MatchString(x.File) || reservedName.MatchString(x.File)):
		return lines.exchange(i, "file", "%q is not a valid name for a body file; use a-z, 0-9, dot, dash and underscore, in this directory", x.File)
	case slices.Contains(x.Body, ""):
		return lines.exchange(i, "body", "holds an empty piece")
	}
	if _, err := path.Match(strings.TrimSuffix(x.Path, "**"), ""); err != nil {
		return lines.exchange(i, "path", "is not a valid pattern: a [ or \\ in it is not closed")
	}
	for k, v := range x.Headers {
		values, ok := headerValues(v)
		if !ok {
			return lines.exchange(i, "headers", "%s must be a string or a list of strings", k)
		}
		if !token.MatchString(k) || slices.ContainsFunc(values, func(s string) bool { return strings.ContainsAny(s, "\r\n\x00") }) {
			return lines.exchange(i, "headers", "%q is not a header that can be sent", k)
		}
	}
	return nil
}

// headerValues reads a header's value or list of values.
func headerValues(v any) ([]string, bool) {
	switch v := v.(type) {
	case string:
		return []string{v}, true
	case []string:
		return v, true
	case []any:
		var all []string
		for _, e := range v {
			s, ok := e.(string)
			if !ok {
				return nil, false
			}
			all = append(all, s)
		}
		return all, true
	}
	return nil, false
}

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

package account

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A jsonCookie is a cookie under the names that tools give its fields. Any field may be
// missing, null, or of another type than expected.
type jsonCookie map[string]json.RawMessage

// text is the first of the fields that is a text.
func (c jsonCookie) text(names ...string) (s string, ok bool) {
	for _, n := range names {
		var p *string
		if json.Unmarshal(c[n], &p) == nil && p != nil {
			return *p, true
		}
	}
	return "", false
}

// yes is a field that is true; known: it is there and true or false.
func (c jsonCookie) yes(name string) (yes, known bool) {
	var p *bool
	if json.Unmarshal(c[name], &p) == nil && p != nil {
		return *p, true
	}
	s, _ := c.text(name)
	yes, err := strconv.ParseBool(s)
	return yes, err == nil
}

// jsonCookies reads a list of cookies, or an object that holds one, as Playwright,
// Puppeteer, Selenium, tough-cookie, a browser's protocol and the common extensions
// write them. What else is in the object (origins, local storage) is not needed.
func jsonCookies(path, text string) (out []Cookie, err error) {
	bad := func(format string, args ...any) ([]Cookie, error) {
		return nil, &ConfigError{Where: path, Problem: fmt.Sprintf(format, args...), Fix: exportAgain}
	}
	if !json.Valid([]byte(text)) {
		return bad("is not valid JSON") // the decoder's own words may quote the file
	}
	list := json.RawMessage(text)
	for range 2 { // {"result": {"cookies": […]}}
		var object map[string]json.RawMessage
		if json.Unmarshal(list, &object) != nil {
			break
		}
		inner := object["cookies"]
		if inner == nil {
			inner = object["result"]
		}
		switch {
		case inner != nil:
			list = inner
		case object["log"] != nil:
			return bad("is a HAR file, not an export of cookies")
		default:
			return bad("is JSON, but not a list of cookies")
		}
	}
	var cookies []jsonCookie
	if json.Unmarshal(list, &cookies) != nil {
		return bad("is JSON, but not a list of cookies")
	}
	for i, j := range cookies {
		if j["Name raw"] != nil {
			return bad("is from Cookie Quick Manager, whose JSON unecho cannot read")
		}
		c, problem := j.cookie()
		if problem != "" && c.Domain != "" && !ofAmazon(c.Domain) {
			continue
		}
		if problem != "" {
			return bad("its cookie %d has %s", i+1, problem)
		}
		out = append(out, c)
	}
	return out, nil
}

// cookie is what the fields say, or what is wrong with them.
func (c jsonCookie) cookie() (k Cookie, problem string) {
	k.Name, _ = c.text("name", "key")
	k.Domain, _ = c.text("domain", "host")
	if address, ok := c.text("url"); ok && k.Domain == "" {
		if u, err := url.Parse(address); err == nil {
			k.Domain = u.Hostname()
		}
	}
	if k.Name == "" || k.Domain == "" {
		return k, "no domain or no name"
	}
	var ok bool
	if k.Value, ok = c.text("value"); !ok {
		return k, "no value"
	}
	k.Path, _ = c.text("path")
	if k.Path == "" {
		k.Path = "/"
	}
	k.Secure, _ = c.yes("secure")
	k.HTTPOnly, _ = c.yes("httpOnly")
	// Who does not say it writes the dot.
	if host, known := c.yes("hostOnly"); known && host {
		k.Domain = strings.TrimPrefix(k.Domain, ".")
	} else if known && !strings.HasPrefix(k.Domain, ".") {
		k.Domain = "." + k.Domain
	}
	sameSite, _ := c.text("sameSite")
	switch strings.ToLower(sameSite) {
	case "strict":
		k.SameSite = "Strict"
	case "lax":
		k.SameSite = "Lax"
	case "none", "no_restriction":
		k.SameSite = "None"
	}
	if session, _ := c.yes("session"); session {
		return k, ""
	}
	for _, name := range []string{"expires", "expiry", "expirationDate"} {
		if c[name] == nil {
			continue
		}
		t, ok := moment(c[name])
		if !ok {
			return k, "an expiry that is not understood"
		}
		if !t.IsZero() {
			k.Expires = t
		}
	}
	return k, ""
}

// moment is a date as tools write it: a number, a number or a date in quotes, or one of
// their words for "none".
func moment(raw json.RawMessage) (time.Time, bool) {
	var n *float64
	if json.Unmarshal(raw, &n) == nil {
		if n == nil {
			return time.Time{}, true // null
		}
		return expiry(*n), true
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return time.Time{}, false
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "", "session", "infinity":
		return time.Time{}, true
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && n == n {
		return expiry(n), true
	}
	for _, layout := range []string{time.RFC3339Nano, time.RFC1123, "Mon, 02-Jan-2006 15:04:05 MST", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

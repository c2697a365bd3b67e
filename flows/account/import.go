package account

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// exportAgain is what to do about a file that is not read.
const exportAgain = "export the cookies as a Netscape cookies.txt or as JSON, from the browser that is signed in"

// maxImport is room for the storage of many sites beside the cookies.
const maxImport = 32 << 20

// ImportCookies reads the cookies of one marketplace from a file that another tool
// wrote: a Netscape cookies.txt (curl, wget, Python, browser extensions), or JSON of
// Playwright, Puppeteer, Selenium or a browser extension. Cookies of other sites are
// left out. Errors are *ConfigError and never hold a value; that nothing in the file
// holds a sign-in is one.
func ImportCookies(path, site string, now time.Time) ([]Cookie, error) {
	text, _, err := readText(path, maxImport)
	if err != nil {
		return nil, &ConfigError{Where: path, Problem: "cannot be read: " + why(err), Fix: "name a readable file with --import"}
	}
	if problem, fix := otherFile(text); problem != "" {
		return nil, &ConfigError{Where: path, Problem: problem, Fix: fix}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	parse := netscape
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		parse = jsonCookies
	}
	all, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	var ours []Cookie
	var elsewhere []string
	expired := 0
	for _, c := range all {
		c = reach(site, c)
		switch {
		case !Covers(site, c.Domain):
			for _, m := range marketplaces {
				if Covers(m.Site, c.Domain) && !slices.Contains(elsewhere, m.Site) {
					elsewhere = append(elsewhere, m.Site)
				}
			}
		case !c.Expires.IsZero() && !c.Expires.After(now):
			expired++
		default:
			ours = append(ours, c)
		}
	}
	switch {
	case Proves(site, ours):
		return ours, nil
	case len(elsewhere) > 0 && len(ours) == 0:
		return nil, &ConfigError{Where: path, Problem: "holds no cookies for " + site + ", only for " + strings.Join(elsewhere, ", "), Fix: "choose one with --site"}
	case expired > 0:
		return nil, &ConfigError{Where: path, Problem: "holds no sign-in for " + site + " that is still valid: its cookies have expired", Fix: "sign in and export them again"}
	}
	m, _ := MarketplaceOf(site)
	return nil, &ConfigError{Where: path, Problem: fmt.Sprintf("holds no sign-in for %s (none of %s)", site, strings.Join(m.Cookies(), ", ")),
		Fix: "sign in to that marketplace in the browser first, then export its cookies"}
}

// reach makes a cookie of the bare domain one of all its hosts, as every sign-in of
// Amazon's is: tools lose the dot, or write it and say FALSE beside it. Kept to
// amazon.com itself it would reach no page, as that host only leads on to www.
func reach(site string, c Cookie) Cookie {
	c.Domain = strings.ToLower(c.Domain)
	switch {
	case strings.HasPrefix(c.Name, "__Host-"): // by definition for one host
		c.Domain = strings.TrimPrefix(c.Domain, ".")
	case c.Domain == site:
		c.Domain = "." + site
	}
	if c.SameSite == "None" && !c.Secure {
		c.SameSite = "" // browsers refuse the two together, and with it all the others
	}
	return c
}

// ofAmazon: what is odd about other sites' cookies does not matter.
func ofAmazon(domain string) bool {
	return slices.ContainsFunc(marketplaces, func(m Marketplace) bool { return Covers(m.Site, domain) })
}

// A Cookie header as people copy it: NAME=VALUE; NAME=VALUE.
var cookieHeader = regexp.MustCompile(`(?i)^(cookie:[ \t]*)?[!-:<>-~]+=[^;\t\n]*;[ \t]*[!-:<>-~]+=`)

// otherFile says what a file is that is taken for an export of cookies and is none;
// "" if it may be one.
func otherFile(text string) (problem, fix string) {
	start := strings.TrimSpace(strings.TrimPrefix(text[:min(len(text), 4096)], "\ufeff"))
	lower := strings.ToLower(start)
	switch {
	case strings.HasPrefix(text, "SQLite format 3"):
		return "is a browser's own cookie database (SQLite)", exportAgain
	case strings.HasPrefix(text, "\x1f\x8b"):
		return "is compressed (gzip)", "unpack it first"
	case strings.HasPrefix(text, "PK\x03\x04"):
		return "is compressed (zip)", "unpack it first"
	}
	if problem, fix = notText(text); problem != "" {
		return problem, fix
	}
	switch {
	case strings.HasPrefix(start, "{"), strings.HasPrefix(start, "["):
		return "", "" // whatever its values hold
	case strings.HasPrefix(start, "#LWP-Cookies"), strings.HasPrefix(lower, "set-cookie3:"):
		return "is in the format of libwww-perl (Set-Cookie3)", exportAgain
	case strings.HasPrefix(lower, "set-cookie:"):
		return "is the text of Set-Cookie headers", exportAgain
	case strings.HasPrefix(start, "<"):
		return "is a web page", exportAgain
	case strings.HasPrefix(lower, "cookie:"), cookieHeader.MatchString(start):
		return "is the text of a Cookie header, which does not say for which hosts and until when", exportAgain
	}
	return "", ""
}

// netscape reads cookies.txt: seven fields a line, between tabs. The format says
// nothing about SameSite; HttpOnly is written as a prefix of the domain. A domain with
// a dot covers the hosts below it, whatever the second field says: not every tool knows
// what that field is for.
func netscape(path, text string) (out []Cookie, err error) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	for i, line := range strings.Split(text, "\n") {
		hidden := strings.HasPrefix(line, "#HttpOnly_")
		line = strings.TrimPrefix(line, "#HttpOnly_")
		if !hidden && strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		bad := func(problem string) ([]Cookie, error) {
			return nil, &ConfigError{Where: fmt.Sprintf("%s:%d", path, i+1), Problem: problem, Fix: exportAgain}
		}
		f := strings.SplitN(line, "\t", 7)
		if len(f) == 6 {
			f = append(f, "") // an empty value, its tab lost
		}
		if len(f) != 7 {
			return bad(fmt.Sprintf("is not a line of a cookies.txt file: %d tab-separated fields instead of 7", len(f)))
		}
		if strings.HasPrefix(f[3], "/") {
			return bad("is a table copied from the developer tools, not a cookies.txt")
		}
		c := Cookie{Domain: f[0], Path: f[2], Secure: strings.EqualFold(f[3], "TRUE"), HTTPOnly: hidden, Name: f[5], Value: f[6]}
		if c.Domain == "" {
			return bad("has no domain")
		}
		if c.Name == "" {
			continue // a cookie without a name holds no sign-in
		}
		if strings.EqualFold(f[1], "TRUE") && !strings.HasPrefix(c.Domain, ".") {
			c.Domain = "." + c.Domain
		}
		if s := strings.TrimSpace(f[4]); s != "" { // Python writes nothing for a session cookie
			sec, perr := strconv.ParseFloat(s, 64)
			switch {
			case perr == nil && sec == sec:
			case ofAmazon(c.Domain):
				return bad("has an expiry that is not a number")
			default:
				continue
			}
			c.Expires = expiry(sec)
		}
		out = append(out, c)
	}
	return out, nil
}

// expiry of a cookie in seconds since 1970; 0 and -1 mean a session cookie. Tools also
// write milliseconds, microseconds, and Chrome's microseconds since 1601: as seconds
// all of them lie thousands of years ahead, and a cookie long expired would count.
func expiry(n float64) time.Time {
	const (
		chrome    = 1e16 // in 1970 of microseconds: the year 2286
		micro     = 1e14
		milli     = 1e11 // of seconds: the year 5138
		since1601 = 11644473600
	)
	switch {
	case n <= 0:
		return time.Time{}
	case n >= chrome:
		n = n/1e6 - since1601
	case n >= micro:
		n /= 1e6
	case n >= milli:
		n /= 1e3
	}
	return time.Unix(int64(min(n, milli)), 0).UTC()
}

package account

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ImportCookies reads the cookies of one marketplace from a file that another tool
// wrote: a Netscape cookies.txt, or the storage state of Playwright (JSON). Cookies
// of other sites are left out. Errors are *ConfigError and never hold a value;
// that nothing in the file holds a sign-in is one.
func ImportCookies(path, site string, now time.Time) ([]Cookie, error) {
	text, _, err := readText(path)
	if err != nil {
		return nil, &ConfigError{Where: path, Problem: "cannot be read: " + why(err), Fix: "name a readable file with --import"}
	}
	text = strings.TrimPrefix(text, "\ufeff")
	parse := netscape
	if t := strings.TrimSpace(text); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		parse = storageState
	}
	all, err := parse(path, text)
	if err != nil {
		return nil, err
	}
	var ours []Cookie
	var elsewhere []string
	expired := 0
	for _, c := range all {
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
		return nil, &ConfigError{Where: path, Problem: "holds no cookie of " + site + ", but of " + strings.Join(elsewhere, ", "), Fix: "choose one with --site"}
	case expired > 0:
		return nil, &ConfigError{Where: path, Problem: "holds no sign-in at " + site + " that is still good: its cookies have expired", Fix: "sign in again and export anew"}
	}
	m, _ := marketplace(site)
	return nil, &ConfigError{Where: path, Problem: fmt.Sprintf("holds no sign-in at %s (none of %s)", site, strings.Join(m.Cookies(), ", ")),
		Fix: "sign in to that marketplace in the browser first, then export its cookies"}
}

// netscape reads cookies.txt: seven fields a line, between tabs. The format says
// nothing about SameSite; HttpOnly is written as a prefix of the domain.
func netscape(path, text string) (out []Cookie, err error) {
	for i, line := range strings.Split(text, "\n") {
		line = strings.TrimSuffix(line, "\r")
		hidden := strings.HasPrefix(line, "#HttpOnly_")
		line = strings.TrimPrefix(line, "#HttpOnly_")
		if !hidden && strings.HasPrefix(line, "#") || strings.TrimSpace(line) == "" {
			continue
		}
		bad := func(problem string) ([]Cookie, error) {
			return nil, &ConfigError{Where: fmt.Sprintf("%s:%d", path, i+1), Problem: problem,
				Fix: "give a Netscape cookies.txt or a Playwright storage state"}
		}
		f := strings.SplitN(line, "\t", 7)
		if len(f) == 6 {
			f = append(f, "") // an empty value, its tab lost
		}
		if len(f) != 7 {
			return bad(fmt.Sprintf("is no line of a cookies.txt: %d fields between tabs instead of 7", len(f)))
		}
		c := Cookie{Domain: f[0], Path: f[2], Secure: strings.EqualFold(f[3], "TRUE"), HTTPOnly: hidden, Name: f[5], Value: f[6]}
		below := strings.EqualFold(f[1], "TRUE")
		switch {
		case c.Domain == "" || c.Name == "":
			return bad("has no domain or no name")
		case below && !strings.HasPrefix(c.Domain, "."):
			c.Domain = "." + c.Domain
		case !below:
			c.Domain = strings.TrimPrefix(c.Domain, ".")
		}
		sec, perr := strconv.ParseFloat(f[4], 64)
		if perr != nil || sec != sec {
			return bad("has an expiry that is no number")
		}
		c.Expires = expiry(sec)
		out = append(out, c)
	}
	return out, nil
}

// storageState reads what Playwright's context.storageState writes; its origins
// (local storage) are not needed.
func storageState(path, text string) (out []Cookie, err error) {
	type cookie struct {
		Name, Value, Domain, Path, SameSite string
		Expires                             float64
		HTTPOnly, Secure                    bool
	}
	var state struct{ Cookies []cookie }
	into := any(&state)
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		into = &state.Cookies // only the list, as context.cookies() gives it
	}
	if err := json.Unmarshal([]byte(text), into); err != nil {
		// The decoder's own words may quote the file.
		return nil, &ConfigError{Where: path, Problem: "is no readable JSON of cookies", Fix: "give a Playwright storage state or a Netscape cookies.txt"}
	}
	for i, c := range state.Cookies {
		if c.Name == "" || c.Domain == "" {
			return nil, &ConfigError{Where: path, Problem: fmt.Sprintf("its cookie %d has no domain or no name", i+1), Fix: "give a Playwright storage state"}
		}
		k := Cookie{Name: c.Name, Value: c.Value, Domain: c.Domain, Path: c.Path, Secure: c.Secure, HTTPOnly: c.HTTPOnly, Expires: expiry(c.Expires)}
		for _, known := range []string{"Strict", "Lax", "None"} {
			if strings.EqualFold(c.SameSite, known) {
				k.SameSite = known
			}
		}
		out = append(out, k)
	}
	return out, nil
}

// expiry of a cookie in seconds since 1970; 0 and -1 mean a session cookie.
func expiry(sec float64) time.Time {
	if sec <= 0 {
		return time.Time{}
	}
	return time.Unix(int64(min(sec, 1e11)), 0).UTC()
}

package record

import (
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/unecho/unecho/flows/replay"
)

// This file decides which requests a cassette is made of.

// usable leaves out what a cassette does not need or cannot use, and counts it.
func usable(items []Item, site string, left Left) []Item {
	bodies := map[string]bool{}
	for _, it := range items {
		if it.Status == 200 && !it.NoBody {
			bodies[it.URL] = true
		}
	}
	var kept []Item
	for i := range items {
		it := items[i]
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
			if why := it.readable(); why != "" {
				left.add(why, it.URL)
				continue
			}
			items[i].Body = nil // one body of each is enough
			kept = append(kept, it)
		}
	}
	return kept
}

// Hosts and paths of Amazon's that only count and measure: nobody reads their answers.
var telemetryPaths = later(`^(/1/(batch|events|action-impressions)/|/gp/uedata|/rd/uedata|/ah/ajax/counter|/empty\.gif|/privacy-prompt|/hz/rhf|/rhf|/nav/ajax/(counter|events)|/batch/1/OP)`)

func isTelemetry(u *url.URL, site string) bool {
	h := strings.ToLower(u.Hostname())
	for _, p := range []string{"fls-", "unagi", "aax-", "s.", "m.media"} {
		if strings.HasPrefix(h, p) && strings.HasSuffix(h, "."+site) {
			return true
		}
	}
	return telemetryPaths().MatchString(u.Path)
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
		for _, e := range o.addresses {
			u, err := url.Parse(e)
			if err != nil {
				continue
			}
			if own, _ := belongs(strings.ToLower(u.Hostname()), site); !own || u.Path == "" || u.Path == "/" || len(u.Path) > 400 {
				continue
			}
			x := replay.Ignore{Host: strings.ToLower(u.Hostname()), Path: pattern(u.Path)}
			if _, err := path.Match(x.Path, ""); err == nil && !seen[x] {
				ig, seen[x] = append(ig, x), true
			}
		}
	}
	return ig
}

// pattern is an address's path as a rule that names nobody: an id is any id.
func pattern(p string) string {
	parts := strings.Split(p, "/")
	for i, part := range parts {
		if idLike(part) || strings.ContainsAny(part, `*?[\`) {
			parts[i] = "*"
		}
	}
	return strings.Join(parts, "/")
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

var marketplaceHost = later(`^(?:www|alexa|layla|echo|pitangui)\.(amazon\.(?:[a-z]{2,3}|co\.[a-z]{2}|com\.[a-z]{2}))$`)

// SiteOf is the marketplace that most requests went to, "" if none did.
func SiteOf(items []Item) string {
	count, best := map[string]int{}, ""
	for _, it := range items {
		u, err := url.Parse(it.URL)
		if err != nil {
			continue
		}
		if m := marketplaceHost().FindStringSubmatch(strings.ToLower(u.Hostname())); m != nil {
			if count[m[1]]++; count[m[1]] > count[best] {
				best = m[1]
			}
		}
	}
	return best
}

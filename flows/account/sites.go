package account

import (
	"fmt"
	"strings"

	"github.com/hbollon/go-edlib"
)

// A Marketplace is one of Amazon's shops that has Manage Your Content and Devices.
type Marketplace struct {
	Site string // its domain, amazon.de; the shop itself is at www.
	// Alexa is the host of its Alexa portal, retired or not.
	Alexa string
	// Suffix ends the names of the cookies that hold a sign-in: x-acbde, at-acbde,
	// sess-at-acbde (facts/sign-in.md, principle 7).
	Suffix string
	// Lang is what most of its accounts speak. It says nothing about this one: the
	// language of Amazon's pages is the account's.
	Lang string
}

// Cookies are the names of the cookies that hold a sign-in.
func (m Marketplace) Cookies() []string {
	return []string{"x-" + m.Suffix, "at-" + m.Suffix, "sess-at-" + m.Suffix}
}

// marketplaces is the one table of them. It is closed on purpose: a password goes
// to nothing that is not in it, so a typing mistake ends here and not at somebody
// else's sign-in page.
var marketplaces = []Marketplace{
	{"amazon.com", "alexa.amazon.com", "main", "en"},
	{"amazon.ca", "alexa.amazon.ca", "acbca", "en"},
	{"amazon.com.mx", "alexa.amazon.com.mx", "acbmx", "es"},
	{"amazon.com.br", "alexa.amazon.com.br", "acbbr", "pt"},
	{"amazon.co.uk", "alexa.amazon.co.uk", "acbuk", "en"},
	{"amazon.de", "alexa.amazon.de", "acbde", "de"},
	{"amazon.fr", "alexa.amazon.fr", "acbfr", "fr"},
	{"amazon.it", "alexa.amazon.it", "acbit", "it"},
	{"amazon.es", "alexa.amazon.es", "acbes", "es"},
	{"amazon.nl", "alexa.amazon.nl", "acbnl", "nl"},
	{"amazon.pl", "alexa.amazon.pl", "acbpl", "pl"},
	{"amazon.se", "alexa.amazon.se", "acbse", "sv"},
	{"amazon.com.be", "alexa.amazon.com.be", "acbbe", "fr"},
	{"amazon.ie", "alexa.amazon.ie", "acbie", "en"},
	{"amazon.com.tr", "alexa.amazon.com.tr", "acbtr", "tr"},
	{"amazon.ae", "alexa.amazon.ae", "acbae", "en"},
	{"amazon.sa", "alexa.amazon.sa", "acbsa", "ar"},
	{"amazon.eg", "alexa.amazon.eg", "acbeg", "ar"},
	{"amazon.in", "alexa.amazon.in", "acbin", "en"},
	{"amazon.sg", "alexa.amazon.sg", "acbsg", "en"},
	{"amazon.co.jp", "alexa.amazon.co.jp", "acbjp", "ja"},
	{"amazon.com.au", "alexa.amazon.com.au", "acbau", "en"},
}

// Sites lists the marketplaces by their domains.
func Sites() []string {
	out := make([]string, len(marketplaces))
	for i, m := range marketplaces {
		out[i] = m.Site
	}
	return out
}

// MarketplaceOf is the row of a domain that Site returned.
func MarketplaceOf(site string) (Marketplace, bool) {
	for _, m := range marketplaces {
		if m.Site == site {
			return m, true
		}
	}
	return Marketplace{}, false
}

// Site is the marketplace that a person meant: "https://www.Amazon.de/" is
// amazon.de. What is no marketplace of Amazon is an error that names the nearest.
func Site(s string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(s))
	v = strings.TrimPrefix(strings.TrimPrefix(v, "https://"), "http://")
	v = strings.TrimPrefix(strings.TrimRight(v, "/."), "www.")
	near, best := "", 4
	for _, known := range Sites() {
		if v == known {
			return known, nil
		}
		if d := edlib.OSADamerauLevenshteinDistance(v, known); d < best {
			near, best = known, d
		}
	}
	if near != "" {
		return "", fmt.Errorf("%q is not an Amazon marketplace; did you mean %s?", printable(v), near)
	}
	return "", fmt.Errorf("%q is not an Amazon marketplace; for example amazon.com, amazon.de", printable(v))
}

// printable cuts what was typed to what fits a line.
func printable(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

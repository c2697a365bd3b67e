package account

import (
	"fmt"
	"strings"
)

// sites are Amazon's marketplaces. The list is closed on purpose: a password goes
// to nothing that is not on it, so a typing mistake ends here and not at somebody
// else's sign-in page.
var sites = []string{
	"amazon.com", "amazon.ca", "amazon.com.mx", "amazon.com.br",
	"amazon.co.uk", "amazon.ie", "amazon.de", "amazon.fr", "amazon.it", "amazon.es", "amazon.nl",
	"amazon.com.be", "amazon.se", "amazon.pl", "amazon.com.tr",
	"amazon.ae", "amazon.sa", "amazon.eg", "amazon.in", "amazon.co.za",
	"amazon.co.jp", "amazon.sg", "amazon.com.au", "amazon.cn",
}

// Sites lists the marketplaces.
func Sites() []string { return append([]string(nil), sites...) }

// Site is the marketplace that a person meant: "https://www.Amazon.de/" is
// amazon.de. What is no marketplace of Amazon is an error that names the nearest.
func Site(s string) (string, error) {
	v := strings.ToLower(strings.TrimSpace(s))
	v = strings.TrimPrefix(strings.TrimPrefix(v, "https://"), "http://")
	v = strings.TrimPrefix(strings.TrimRight(v, "/."), "www.")
	near, best := "", 4
	for _, known := range sites {
		if v == known {
			return known, nil
		}
		if d := distance(v, known, best); d < best {
			near, best = known, d
		}
	}
	if near != "" {
		return "", fmt.Errorf("%q is no marketplace of Amazon; did you mean %s?", printable(v), near)
	}
	return "", fmt.Errorf("%q is no marketplace of Amazon; for example amazon.com, amazon.de", printable(v))
}

// printable cuts what was typed to what fits a line.
func printable(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	if len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return string(r)
}

// distance is the edit distance of a and b, or limit if it is not below that.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d >= limit || -d >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return min(row[len(b)], limit)
}

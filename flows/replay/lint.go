package replay

import (
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

// Lint says what is odd in a cassette that can be opened, one line each: body files
// that nothing names, exchanges that can never answer, hosts that are not the site's.
// fsys is where the cassette was opened from.
func (c *Cassette) Lint(fsys fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		return nil, fmt.Errorf("the cassette's directory cannot be read: %s", reason(err))
	}
	var odd []string
	for _, e := range entries {
		switch name := e.Name(); {
		case name == ManifestName:
		case e.IsDir():
			odd = append(odd, fmt.Sprintf("%s: a directory, which no exchange can name", name))
		case c.Files[name] == nil:
			odd = append(odd, fmt.Sprintf("%s: no exchange names it", name))
		}
	}
	first := map[string]string{}
	never := map[string]bool{}
	for _, x := range c.Exchanges {
		k := x.conditions()
		if by, ok := first[k]; ok {
			odd = append(odd, fmt.Sprintf("exchange %s: never answers, %s before it has the same conditions", x.Name, by))
			never[x.Name] = true
			continue
		}
		first[k] = x.Name
		if x.Host != "" && !c.ownHost(x.Host) {
			odd = append(odd, fmt.Sprintf("exchange %s: host %s is not below hosts", x.Name, x.Host))
		}
	}
	for changed := true; changed; {
		changed = false
		for _, x := range c.Exchanges {
			if never[x.After] && !never[x.Name] {
				odd = append(odd, fmt.Sprintf("exchange %s: never answers, because %s never does", x.Name, x.After))
				never[x.Name], changed = true, true
			}
		}
	}
	return odd, nil
}

func (c *Cassette) ownHost(h string) bool {
	for _, own := range c.Hosts {
		if inHost(strings.TrimPrefix(h, "*."), own) {
			return true
		}
	}
	return false
}

// conditions is everything that an exchange says about the request, as a text that
// is the same for the same conditions.
func (x Exchange) conditions() string {
	list := func(m map[string]string) string {
		var all []string
		for k, v := range m {
			all = append(all, fmt.Sprintf("%q=%q", k, v))
		}
		sort.Strings(all)
		return strings.Join(all, ",")
	}
	parts := append([]string(nil), x.Body...)
	sort.Strings(parts)
	return fmt.Sprintf("%s %s %s ?%s form %s body %q after %s nth %d", x.method(), x.Host, x.Path, list(x.Query), list(x.Form), parts, x.After, x.Nth)
}

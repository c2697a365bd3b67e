package page

import (
	"github.com/unecho/unecho/selectors"
)

// What says which element is meant.
type What struct {
	Element string // name in selectors.Set.Elements
	Of      *Row   // the row that the element stands in
	// Known is something of a device that stands where the list's own words for it
	// stand; no element name is needed then.
	Known *Known
	Label string // words for logs and errors, such as `"..." of Kitchen Echo`
}

// A Row is one row of a list that is told by a name alone, such as an account to
// choose. Its name must stand in exactly one row, visible or not, and be none of
// Others. It is compared untruncated: a text that ends in … counts only with a title
// that completes it.
type Row struct {
	Rows   string // element name: the rows
	Name   string // element name: the name inside a row
	Is     string
	Others []string
}

// Origin is where a secret may be typed: https, this host, and a path that begins
// with one of the prefixes.
type Origin struct {
	Host         string
	PathPrefixes []string
}

// label is what the step's log and errors call it.
func (w What) label() string {
	switch {
	case w.Label != "":
		return w.Label
	case w.Of != nil:
		return w.Element + " of " + w.Of.Is
	}
	return w.Element
}

// names are all element names that a What uses.
func (w What) names() []string {
	if w.Known != nil {
		return nil
	}
	names := []string{w.Element}
	if w.Of != nil {
		names = append(names, w.Of.Rows, w.Of.Name)
	}
	return names
}

// unknown is the first name that the selectors do not know.
func unknown(set *selectors.Set, names ...string) string {
	for _, n := range names {
		if _, ok := set.Elements[n]; !ok {
			return n
		}
	}
	return ""
}

// The form in which a What travels into the page.
type (
	spec struct {
		Element string   `json:"element"`
		Of      *rowSpec `json:"of,omitempty"`
		Known   *Known   `json:"known,omitempty"`
	}
	rowSpec struct {
		Rows   string   `json:"rows"`
		Name   string   `json:"name"`
		Is     string   `json:"is"`
		Others []string `json:"others"`
	}
)

func (w What) spec() spec {
	s := spec{Element: w.Element, Known: w.Known}
	if w.Of != nil {
		s.Of = &rowSpec{Rows: w.Of.Rows, Name: w.Of.Name, Is: w.Of.Is, Others: append([]string{}, w.Of.Others...)}
	}
	return s
}

// Clean is the form in which names are compared, on pages and from lists: white space
// folded, signs without a width left out, NFC. Case and everything else count.
func Clean(name string) string { return clean(name) }

package page

import (
	"github.com/unecho/unecho/selectors"
)

// What says which element is meant. The scopes narrow one another: the dialog,
// then In, then the row of a device, then the element in it.
type What struct {
	Element string  // name in selectors.Set.Elements
	In      string  // element name: the one visible match is the scope
	Of      *Row    // the row of one device is the scope
	Dialog  *Dialog // the open pop-up is the scope, and it is judged
	// Hash is an id that the address must carry after its "#", as a whole word:
	// the route of a page that shows one device. Another id there is another device.
	Hash string
	// Known is something of a device that stands where the list's own words for it
	// stand; no element name is needed then.
	Known *Known
	Label string // words for logs and errors, such as `"..." of Kitchen Echo`
}

// Ident is what identifies a device on a page.
type Ident struct {
	Name string   `json:"name"`
	IDs  []string `json:"ids"` // account id, serial: at least six letters or digits in a row
}

// A Row is the row (tile, card) of one device in a list.
//
// The row that carries one of Is.IDs in an attribute or its text, and no id of
// Others, is the device's. Where no row does, the row whose name equals Is.Name
// exactly is, provided that no other row (visible or not) and none of Others has
// that name. The name is compared untruncated: a text that ends in … counts only
// with a title that completes it.
type Row struct {
	Rows   string // element name: the rows
	Name   string // element name: the device's name inside a row
	Is     Ident
	Others []Ident
}

// A Dialog is a pop-up that must be open for a step. It is refused when it names
// one of Others (KindOtherDevice) or speaks of a danger (KindDanger).
type Dialog struct {
	Element string // element name of the whole pop-up
	Speaks  string // Text name that must occur in it; "" asks for none
	Is      Ident
	Others  []Ident
	Fresh   bool // it was not open before the last click
}

// Origin is where a secret may be typed: https, this host, and a path that begins
// with one of the prefixes.
type Origin struct {
	Host         string
	PathPrefixes []string
}

// label is what the step's log and errors call it.
func (w What) label() string {
	if w.Label != "" {
		return w.Label
	}
	switch {
	case w.Of != nil:
		return w.Element + " of " + w.Of.Is.Name
	case w.Dialog != nil && w.Dialog.Is.Name != "":
		return w.Element + " in " + w.Dialog.Element + " for " + w.Dialog.Is.Name
	case w.Dialog != nil:
		return w.Element + " in " + w.Dialog.Element
	case w.In != "":
		return w.Element + " in " + w.In
	}
	return w.Element
}

// names are all element names that a What uses.
func (w What) names() []string {
	if w.Known != nil {
		return nil
	}
	names := []string{w.Element}
	if w.In != "" {
		names = append(names, w.In)
	}
	if w.Of != nil {
		names = append(names, w.Of.Rows, w.Of.Name)
	}
	if w.Dialog != nil {
		names = append(names, w.Dialog.Element)
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
		Element string      `json:"element"`
		In      string      `json:"in,omitempty"`
		Of      *rowSpec    `json:"of,omitempty"`
		Dialog  *dialogSpec `json:"dialog,omitempty"`
		Hash    string      `json:"hash,omitempty"`
		Known   *Known      `json:"known,omitempty"`
	}
	rowSpec struct {
		Rows string    `json:"rows"`
		Name string    `json:"name"`
		ID   *identity `json:"id"`
	}
	dialogSpec struct {
		Element string    `json:"element"`
		Speaks  string    `json:"speaks,omitempty"`
		Fresh   bool      `json:"fresh,omitempty"`
		ID      *identity `json:"id"`
	}
	identity struct {
		Is     Ident   `json:"is"`
		Others []Ident `json:"others"`
	}
)

func (w What) spec() spec {
	s := spec{Element: w.Element, In: w.In, Hash: w.Hash, Known: w.Known}
	if w.Of != nil {
		s.Of = &rowSpec{Rows: w.Of.Rows, Name: w.Of.Name, ID: &identity{Is: w.Of.Is, Others: w.Of.Others}}
	}
	if d := w.Dialog; d != nil {
		s.Dialog = &dialogSpec{Element: d.Element, Speaks: d.Speaks, Fresh: d.Fresh, ID: &identity{Is: d.Is, Others: d.Others}}
	}
	return s
}

package flows

import (
	"fmt"
	"slices"

	"github.com/unecho/unecho/flows/page"
)

// This file chooses what to press in search of a device, and remembers what was pressed
// already.

// pick chooses what to press next: what is called like the device's family; the tab of
// the devices; what shows more of the same; and, after scrolling, the rest.
func (e *explorer) pick(v page.Survey) *page.Nav {
	var best *page.Nav
	rank := 100
	for i := range v.Navs {
		n := &v.Navs[i]
		if e.isTried(*n) {
			continue
		}
		if got := e.rank(*n); got < rank {
			best, rank = n, got
		}
	}
	if rank >= 5 && !e.tried["rolled "+e.path()] && e.rolled < maxScrolled {
		return nil // scroll first
	}
	return best
}

func (e *explorer) rank(n page.Nav) int {
	switch {
	case n.Words != "" && n.Words == e.learned.trails[e.d.Family]:
		return 0
	case slices.Contains(n.Devices, e.d.Key):
		return 1
	case n.Kind == "select" && e.option(n) != nil && slices.Contains(e.option(n).Devices, e.d.Key):
		return 1
	case n.Kind == "select" && e.option(n) != nil:
		return 6
	case n.Kind == "devices":
		return 7
	case n.Kind == "more":
		return 3
	case n.Kind == "next", n.Kind == "page":
		return 4
	case n.Kind == "sibling":
		return 5
	case n.Kind == "family":
		return 6
	case n.Kind == "select":
		return 100
	}
	return 8
}

// option is the choice of a select that is not tried yet: the device's own family, then any.
func (e *explorer) option(n page.Nav) *page.Option {
	var any *page.Option
	for i := range n.Options {
		o := &n.Options[i]
		if o.Chosen || o.Value == "" && o.Words == "" || e.tried[e.path()+n.Sig+"="+o.Value] {
			continue
		}
		if slices.Contains(o.Devices, e.d.Key) {
			return o
		}
		if any == nil {
			any = o
		}
	}
	return any
}

// isTried: there is nothing to be gained from pressing a control, or pressing it again.
func (e *explorer) isTried(n page.Nav) bool {
	if n.Kind == "select" {
		return e.option(n) == nil
	}
	if e.tried[e.id(n)] || e.tried[n.Kind+" "+n.Sig] {
		return true
	}
	// What bears the word for devices, or the device's own family, may stand in several
	// views on the way; in one it is not pressed again and again.
	times := 0
	for _, t := range e.trail {
		if t.Kind == n.Kind && t.Words == n.Words {
			times++
		}
	}
	return e.onTheWay(n) && (times > 1 || n.Kind != "devices" && times > 0)
}

func (e *explorer) onTheWay(n page.Nav) bool {
	return n.Kind == "devices" || slices.Contains(n.Devices, e.d.Key)
}

// id of a control, in the view that was left by what is pressed on the way to it. What
// shows more of the same may be pressed as long as it does.
func (e *explorer) id(n page.Nav) string {
	switch {
	case n.Kind == "more" || n.Kind == "next":
		return fmt.Sprintf("%s %s %d", e.path(), n.Sig, e.pressed)
	case n.Kind == "page" || e.onTheWay(n):
		return "in" + e.path() + " " + n.Sig
	}
	return n.Kind + " " + n.Sig
}

func (e *explorer) remember(n *page.Nav) {
	if n != nil && n.Words != "" && (n.Kind == "family" || n.Kind == "sibling" || n.Kind == "devices") {
		e.learned.trails[e.d.Family] = n.Words
	}
}

// kinds are what controls without words are called in logs and errors.
var kinds = map[string]string{"menu": "the menu", "more": "“show more”", "next": "“next page”", "page": "a page number",
	"family": "a device family", "sibling": "a tab", "devices": "the devices tab", "select": "a drop-down list", "rest": "a control without words"}

func quoted(words, kind string) string {
	if words == "" {
		return kinds[kind]
	}
	return `"` + words + `"`
}

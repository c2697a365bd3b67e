package flows

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// console is today's generation of the page: the tile of a device or of a family
// of them, the device, Deregister, Deregister again in the pop-up
// (facts/content-and-devices.md, "React digital-console"). What the views of the
// devices look like nobody outside has seen, so several forms are known to it:
// tiles of families, devices listed outright, rows with buttons, cards that open
// the details.
type console struct{ *Run }

// consoleNotes are what a run learned about the console on its way.
type consoleNotes struct {
	where   map[string]string // device key → name of the tile that showed it
	visited map[string]bool   // names of the tiles that a device was acted upon in
	differs int               // readings in a row in which page and call differed
}

// The elements of a device in a family: as a row or card, and its details. Both
// may show Deregister, at once or in a menu.
var consoleRows = rowForm{rows: "console-rows", name: "console-row-name", more: "console-show-more", next: "console-next-page", here: "console-page"}

const consoleCall = `activity=GetDevicesOverview&activityInput=%7B%22surfaceType%22%3A%22LargeDesktop%22%7D&clientId=MYCD_WebService`

// A tile is a link of the all-devices page to a device or a family of devices.
type tile struct {
	name   string
	href   string // "" for a button without an address
	family string // deviceFamily of the address
	known  bool   // the address names a family
	count  int    // devices that it says it holds, -1 if it does not
	row    row    // as it was read, for a tile that is one device
}

// readOnce implements generation.
//
// Page and call agree when each device of the call is shown by the page. The call
// gives no count of its own, so the page is the second witness, asked as cheaply
// as it can answer: devices that it lists outright, then the numbers on its tiles
// (by family, and in all), then a visit to the tile, with all of its pages. Tiles
// that a device of this run was acted upon in, and those of devices that share a
// name, are always visited.
func (r console) readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error) {
	if err := r.toTiles(ctx, r.notes.differs >= 4); err != nil {
		return l, "", err
	}
	list, err := r.call(ctx, "/hz/mycd/digital-console/ajax", consoleCall, device.ParseOverview)
	if err != nil {
		return l, "", err
	}
	var onPage string
	if err := r.Tab.Call(ctx, customerOnPage, nil, &onPage); err != nil {
		return l, "", err
	}
	l = Listing{Devices: list.Devices, Road: "content"}
	if l.Customer, err = whose(onPage, list.Devices); err != nil {
		return l, "", err
	}
	if err := r.bind(l.Customer); err != nil {
		return l, "", err
	}
	household(l.Devices, l.Customer)
	l.shown, l.Empty, why, err = r.compare(ctx, list, deadline)
	return l, why, err
}

// toTiles brings the run to the all-devices page, loaded anew if it was left or is
// stale: the page may have been loaded before what the call now tells.
func (r console) toTiles(ctx context.Context, stale bool) error {
	seen, err := r.Tab.Look(ctx)
	if err != nil {
		return err
	}
	if seen.Screen == "devices-console" && !stale {
		return nil
	}
	r.notes.differs = 0
	return r.reopenList(ctx)
}

// compare holds the page against the list of the call.
func (r console) compare(ctx context.Context, list device.List, deadline time.Time) (shown []row, empty bool, why string, err error) {
	tiles, err := r.readTiles(ctx)
	if err != nil {
		return nil, false, "", err
	}
	if len(tiles) == 0 {
		return r.compareFlat(ctx, list, deadline)
	}
	families, names := map[string]int{}, map[string]int{}
	for _, d := range list.Devices {
		families[d.Family]++
		names[clean(d.Name)]++
	}
	total, all := 0, true
	for i := range tiles {
		t := &tiles[i]
		visit := r.notes.visited[t.name]
		for _, d := range list.Devices {
			visit = visit || names[clean(d.Name)] > 1 && (!t.known || families[t.family] == 0 || d.Family == t.family)
		}
		if t.count < 0 && !visit && names[clean(t.name)] == 1 && families[t.family] <= 1 {
			// It is called as one device of the call, and holds no more than one.
			t.count = 1
			shown = append(shown, t.row)
		} else if t.count < 0 || visit {
			want := max(t.count, families[t.family])
			rows, err := r.visit(ctx, *t, list, want, time.Now().Add(r.stepTimeout()))
			if err != nil {
				return nil, false, "", err
			}
			if t.count >= 0 && t.count != len(rows) {
				why = fmt.Sprintf("the tile %q says %d devices and shows %d", firstLine(t.name), t.count, len(rows))
			}
			t.count = len(rows)
			if n := families[t.family]; why == "" && t.known && n == t.count {
				why = reconcile(ofFamily(list, t.family), rows)
			}
			shown = append(shown, rows...)
			r.remember(t.name, list, rows)
		} else {
			all = false
		}
		total += t.count
		if n := families[t.family]; why == "" && t.known && n > 0 && n != t.count {
			why = fmt.Sprintf("the page shows %d devices of %s and the list call holds %d", t.count, t.family, n)
		}
	}
	switch {
	case why != "":
	case total != len(list.Devices):
		why = fmt.Sprintf("the tiles of the page hold %d devices and the list call holds %d", total, len(list.Devices))
	case all:
		why = reconcile(list, shown)
	}
	if why != "" {
		r.notes.differs++
		return shown, false, why, nil
	}
	r.notes.differs = 0
	return shown, false, "", nil
}

// compareFlat is compare for a page without tiles: one that lists the devices
// outright, or none.
func (r console) compareFlat(ctx context.Context, list device.List, deadline time.Time) (shown []row, empty bool, why string, err error) {
	if shown, err = r.readRows(ctx, r.rowsWith(list), len(list.Devices), deadline); err != nil {
		return nil, false, "", err
	}
	if why = reconcile(list, shown); why != "" {
		if len(shown) > 0 {
			r.notes.differs++
		} else if busy, err := r.busy(ctx); err == nil && !busy {
			r.notes.differs++
		}
		return shown, false, why, nil
	}
	r.notes.differs = 0
	if len(list.Devices) > 0 {
		return shown, false, "", nil
	}
	if empty, err = r.Tab.Visible(ctx, page.What{Element: "empty-list", Label: "words that there is no device"}); err == nil && !empty {
		why = "the list is empty and the page does not say so"
	}
	return shown, empty, why, err
}

func (r console) busy(ctx context.Context) (bool, error) {
	return r.Tab.Visible(ctx, page.What{Element: "console-loading", Label: "sign that the page is loading"})
}

func ofFamily(list device.List, family string) device.List {
	part := device.List{Count: -1}
	for _, d := range list.Devices {
		if d.Family == family {
			part.Devices = append(part.Devices, d)
		}
	}
	return part
}

// rowsWith is how devices are listed, with the ids that rows may carry.
func (r console) rowsWith(list device.List) rowForm {
	f := consoleRows
	for _, d := range list.Devices {
		f.ids = append(f.ids, ident(d).IDs...)
	}
	return f
}

// remember keeps which tile shows a device, where that can be told.
func (r console) remember(tileName string, list device.List, rows []row) {
	if r.notes.where == nil {
		r.notes.where = map[string]string{}
	}
	names := map[string]int{}
	for _, d := range list.Devices {
		names[clean(d.Name)]++
	}
	shown := map[string]bool{}
	for _, w := range rows {
		for _, id := range w.ids {
			shown[id] = true
		}
		if n := clean(w.name); names[n] == 1 {
			shown["name\x00"+n] = true
		}
	}
	for _, d := range list.Devices {
		for _, id := range append(ident(d).IDs, "name\x00"+clean(d.Name)) {
			if shown[id] {
				r.notes.where[d.Key+"\x00"+clean(d.Name)] = tileName
			}
		}
	}
}

// readTiles reads the tiles of the all-devices page.
func (r console) readTiles(ctx context.Context) ([]tile, error) {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: "console-tiles", Fields: map[string]string{"name": "console-tile-name", "count": "console-tile-count"}})
	if err != nil {
		return nil, err
	}
	var tiles []tile
	for _, it := range items {
		if !it.Visible {
			continue
		}
		t := tile{name: or(it.Fields["name"], it.Text), href: it.Attrs["href"], count: numberIn(it.Fields["count"]), row: rowsOf([]page.Item{it})[0]}
		if u, err := url.Parse(t.href); err == nil {
			t.family, t.known = u.Query().Get("deviceFamily"), u.Query().Get("deviceFamily") != ""
		}
		tiles = append(tiles, t)
	}
	return tiles, nil
}

// numberIn is the only number in a text such as "5 devices", -1 without one or
// with several.
func numberIn(text string) int {
	fields := strings.FieldsFunc(text, func(c rune) bool { return c < '0' || c > '9' })
	if len(fields) != 1 {
		return -1
	}
	n, err := strconv.Atoi(fields[0])
	if err != nil {
		return -1
	}
	return n
}

// visit opens a tile and reads all devices behind it.
func (r console) visit(ctx context.Context, t tile, list device.List, want int, deadline time.Time) ([]row, error) {
	if err := r.openTile(ctx, t, t.href != ""); err != nil {
		return nil, err
	}
	form := r.rowsWith(list)
	for try := 0; ; try++ {
		rows, err := r.readRows(ctx, form, want, deadline)
		if err != nil {
			return nil, err
		}
		if len(rows) == 0 {
			one := form
			one.rows, one.name = "console-details", "console-details-name"
			items, err := r.Tab.Read(ctx, page.ReadRows{Rows: one.rows, Fields: map[string]string{"name": one.name}, IDs: one.ids})
			if err != nil {
				return nil, err
			}
			rows = rowsOf(items)
		}
		// A view that is still being drawn shows fewer; one that shows none says so.
		if len(rows) > 0 && (len(rows) >= want || try >= 1) || !time.Now().Before(deadline) {
			return rows, nil
		}
		none, err := r.Tab.Visible(ctx, page.What{Element: "empty-list", Label: "words that there is no device"})
		if err != nil || none && len(rows) == 0 {
			return nil, err
		}
		if err := pause(ctx, min(50*time.Millisecond<<min(try, 4), 500*time.Millisecond)); err != nil {
			return nil, err
		}
	}
}

// openTile goes to what is behind a tile: by its address, or as a person does, by
// a click on it.
func (r console) openTile(ctx context.Context, t tile, byAddress bool) error {
	if byAddress {
		base, err := url.Parse(r.home())
		if err != nil {
			return err
		}
		to, err := base.Parse(t.href)
		if err != nil || to.Host != base.Host {
			return &Stop{Code: CodeUnusable, Screen: "devices-console", Message: fmt.Sprintf("the tile %q leads away from %s", firstLine(t.name), base.Host)}
		}
		if err := r.open(ctx, to.String()); err != nil {
			return err
		}
		_, err = r.Reach(ctx, "device-console")
		return err
	}
	if err := r.toTiles(ctx, false); err != nil {
		return err
	}
	before, err := r.Tab.Look(ctx)
	if err != nil {
		return err
	}
	which := page.What{Element: "console-tiles", Of: &page.Row{Rows: "console-tiles", Name: "console-tile-name", Is: page.Ident{Name: t.name}}, Label: "tile " + firstLine(t.name)}
	if err := r.click(ctx, which); err != nil {
		if t.href != "" && refused(err) && !errors.Is(err, page.ErrDanger) {
			r.Log.Debug("the tile was not clicked, going to its address: " + err.Error())
			return r.openTile(ctx, t, true)
		}
		return err
	}
	_, err = r.reachFrom(ctx, before, "device-console")
	return err
}

// A place is where a device is shown with its actions: its row, or its details.
type place struct {
	row   *page.Row
	shown page.What // there while the device is shown
}

func (r console) places(l Listing, d device.Device) (inRow, inDetails place) {
	at := func(rows, name string) place {
		row := &page.Row{Rows: rows, Name: name, Is: ident(d), Others: others(d, l.Devices)}
		return place{row: row, shown: page.What{Element: name, Of: row, Label: "row of " + firstLine(d.Name)}}
	}
	return at("console-rows", "console-row-name"), at("console-details", "console-details-name")
}

func (p place) element(name, label string) page.What {
	return page.What{Element: name, Of: p.row, Label: label + " of " + firstLine(p.row.Is.Name)}
}

// act implements generation: tile, device, Deregister, pop-up, result. Every
// click on the device is guarded to belong to it; remote wipe, lock and reset
// stand right beside Deregister (design, ideas 1, 3 and 4).
func (r console) act(ctx context.Context, l Listing, d device.Device) deed {
	if err := r.closeNotification(ctx); err != nil {
		return failedDeed(err)
	}
	at, err := r.toDevice(ctx, l, d)
	if err != nil {
		return failedDeed(err)
	}
	if at == nil {
		return deed{failed: "no tile of the page shows the device"}
	}
	item, err := r.offer(ctx, l, d, at)
	if err != nil {
		return failedDeed(err)
	}
	if item == nil {
		return deed{notOffered: "the page offers no Deregister for it"}
	}
	signs, err := r.unseen(ctx, consoleSigns)
	if err != nil {
		return failedDeed(err)
	}
	if err := r.intend(d); err != nil {
		return deed{stop: err}
	}
	r.say("clicking Deregister of %s", firstLine(d.Name))
	if err := r.click(ctx, *item); err != nil {
		out := failedDeed(err)
		out.intended, out.clicked = true, !refused(err)
		return out
	}
	out := r.confirm(ctx, at.shown, item.Of, signs)
	out.intended, out.clicked = true, true
	return out
}

// toDevice goes to the view that shows the device and returns its place there,
// nil if no view shows it.
func (r console) toDevice(ctx context.Context, l Listing, d device.Device) (*place, error) {
	seen, err := r.Tab.Look(ctx)
	if err != nil {
		return nil, err
	}
	if seen.Screen == "device-console" {
		// The device before this one may have stood in the same family.
		if at, err := r.findHere(ctx, l, d, 0); at != nil || err != nil {
			return at, err
		}
	}
	if err := r.toTiles(ctx, false); err != nil {
		return nil, err
	}
	tiles, err := r.waitTiles(ctx)
	if err != nil {
		return nil, err
	}
	if len(tiles) == 0 {
		return r.findHere(ctx, l, d, r.stepTimeout())
	}
	for _, t := range r.likely(tiles, l, d) {
		r.say("opening the tile %s", firstLine(t.name))
		if err := r.openTile(ctx, t, false); err != nil {
			return nil, err
		}
		at, err := r.findHere(ctx, l, d, min(r.stepTimeout(), 10*time.Second))
		if err != nil {
			return nil, err
		}
		if at != nil {
			if r.notes.visited == nil {
				r.notes.visited = map[string]bool{}
			}
			r.notes.visited[t.name] = true
			return at, nil
		}
	}
	return nil, nil
}

// waitTiles reads the tiles as soon as the page shows any, or shows devices
// outright.
func (r console) waitTiles(ctx context.Context) ([]tile, error) {
	for end, try := time.Now().Add(r.stepTimeout()), 0; ; try++ {
		tiles, err := r.readTiles(ctx)
		if err != nil || len(tiles) > 0 || !time.Now().Before(end) {
			return tiles, err
		}
		rows, err := r.Tab.Read(ctx, page.ReadRows{Rows: "console-rows"})
		if err != nil || len(rows) > 0 {
			return nil, err
		}
		if err := pause(ctx, min(30*time.Millisecond<<min(try, 4), 300*time.Millisecond)); err != nil {
			return nil, err
		}
	}
}

// likely orders the tiles by how likely the device is behind them: the one that
// showed it before, that is called like it, or is its family; then the others.
func (r console) likely(tiles []tile, l Listing, d device.Device) []tile {
	var first, second, rest []tile
	for _, t := range tiles {
		switch {
		case r.notes.where[d.Key+"\x00"+clean(d.Name)] == t.name:
			first = append(first, t)
		case t.known && d.Family != "" && t.family == d.Family:
			second = append([]tile{t}, second...)
		case t.count < 0 && clean(t.name) == clean(d.Name):
			second = append(second, t)
		default:
			rest = append(rest, t)
		}
	}
	return append(append(first, second...), rest...)
}

// findHere looks for the device in the view that is shown, on all of its pages.
// limit is how long the view may take to show devices at all; 0 looks once.
func (r console) findHere(ctx context.Context, l Listing, d device.Device, limit time.Duration) (*place, error) {
	inRow, inDetails := r.places(l, d)
	end := time.Now().Add(limit)
	for try := 0; ; try++ {
		for _, p := range []place{inDetails, inRow} {
			there, err := r.Tab.Visible(ctx, p.shown)
			if err != nil {
				return nil, err
			}
			if there {
				return &p, nil
			}
		}
		rows, err := r.Tab.Read(ctx, page.ReadRows{Rows: "console-rows"})
		if err != nil {
			return nil, err
		}
		more := false
		if len(rows) > 0 {
			if more, err = r.furtherOn(ctx, len(rows)); err != nil {
				return nil, err
			}
		}
		if more {
			end = time.Now().Add(limit)
			try = 0
			continue
		}
		if limit == 0 || !time.Now().Before(end) || len(rows) > 0 && try >= 5 {
			return nil, nil
		}
		one, err := r.Tab.Read(ctx, page.ReadRows{Rows: "console-details"})
		if err != nil || len(one) > 0 && try >= 5 {
			return nil, err
		}
		if err := pause(ctx, min(30*time.Millisecond<<min(try, 4), 300*time.Millisecond)); err != nil {
			return nil, err
		}
	}
}

// furtherOn shows more of the list: the next page, more rows, what comes when
// scrolled to.
func (r console) furtherOn(ctx context.Context, have int) (bool, error) {
	turned, err := r.turnPage(ctx, consoleRows, time.Now().Add(r.stepTimeout()))
	if err != nil || turned {
		return turned, err
	}
	pressed, err := r.pressMore(ctx, consoleRows)
	if err != nil {
		return false, err
	}
	if !pressed {
		if err := r.Tab.Call(ctx, `() => { window.scrollTo(0, document.documentElement.scrollHeight) }`, nil, nil); err != nil {
			return false, err
		}
	}
	return r.grew(ctx, consoleRows.rows, have)
}

// offer finds Deregister of the device: in its row or details, inside "More
// actions" there, or in the details that a click on the row opens. nil: it is not
// offered.
func (r console) offer(ctx context.Context, l Listing, d device.Device, at *place) (*page.What, error) {
	inRow, inDetails := r.places(l, d)
	if at.row.Rows == inRow.row.Rows {
		item, acts, err := r.offered(ctx, inRow, false)
		if item != nil || err != nil {
			return item, err
		}
		if acts {
			return nil, nil
		}
		r.say("opening %s", firstLine(d.Name))
		if err := r.click(ctx, inRow.element("console-row-name", "name")); err != nil {
			return nil, err
		}
	}
	item, _, err := r.offered(ctx, inDetails, true)
	if item != nil {
		*at = inDetails
	}
	return item, err
}

// offered looks for Deregister in one place. acts: the place has actions of its
// own, so that there is nothing more to open. wait: the place may be on its way.
func (r console) offered(ctx context.Context, p place, wait bool) (item *page.What, acts bool, err error) {
	dereg := p.element("console-deregister", "Deregister")
	menu := p.element("console-more-actions", "More actions")
	end := time.Now().Add(min(r.stepTimeout(), 5*time.Second))
	for try := 0; ; try++ {
		there, err := r.Tab.Visible(ctx, dereg)
		if err != nil || there {
			return &dereg, true, err
		}
		if there, err = r.Tab.Visible(ctx, menu); err != nil {
			return nil, false, err
		}
		if there {
			item, err := r.inMenu(ctx, menu, dereg)
			return item, true, err
		}
		// Buttons without Deregister among them: but they may have come just now, with it.
		if acts, err = r.acts(ctx, p); err != nil || acts && try >= 3 {
			return nil, acts, err
		}
		shown, err := r.Tab.Visible(ctx, p.shown)
		if err != nil || !wait && !acts || shown && try >= 6 || !time.Now().Before(end) {
			return nil, false, err
		}
		if err := pause(ctx, min(30*time.Millisecond<<min(try, 4), 300*time.Millisecond)); err != nil {
			return nil, false, err
		}
	}
}

// acts tells whether a place has buttons of its own, one or several.
func (r console) acts(ctx context.Context, p place) (bool, error) {
	sctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	_, err := r.Tab.Wait(sctx, p.element("console-actions", "actions"))
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case err == nil, errors.Is(err, page.ErrAmbiguous):
		return true, nil
	case errors.Is(err, page.ErrTimeout):
		return false, nil
	}
	return false, err
}

// inMenu opens "More actions" until Deregister is visible in it. A page that
// draws its rows anew may close it again, so it is tried thrice.
func (r console) inMenu(ctx context.Context, menu, dereg page.What) (*page.What, error) {
	for range 3 {
		r.say("opening %s", firstLine(menu.Label))
		if err := r.click(ctx, menu); err != nil {
			return nil, err
		}
		sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), time.Second))
		_, err := r.Tab.Wait(sctx, dereg)
		cancel()
		if err == nil {
			return &dereg, nil
		}
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if !errors.Is(err, page.ErrTimeout) {
			return nil, err
		}
		open, err := r.Tab.Visible(ctx, page.What{Element: "console-menu-open", Of: menu.Of, Label: "open menu"})
		if err != nil || open {
			return nil, err
		}
	}
	return nil, nil
}

// The signs of this page.
var consoleSigns = []sign{{"console-notification", "modal"}, {"notification-error", "failure"}, {"console-dialog", "dialog"}, {"notification-success", "success"}}

// confirm follows what comes after the first Deregister click: the pop-up, or
// none; a line with the result, a box that must be closed, or nothing; the row
// vanishing. What it comes to is for the fresh list to say.
func (r console) confirm(ctx context.Context, shown page.What, row *page.Row, signs []sign) deed {
	dialog := page.Dialog{Element: "console-dialog", Speaks: "deregister-words", Is: row.Is, Others: row.Others, Fresh: true}
	confirm := page.What{Element: "console-confirm", Dialog: &dialog, Label: "Deregister in the pop-up for " + firstLine(row.Is.Name)}
	ended := func(err error) deed {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failedDeed(err)
	}
	what, err := r.afterClick(ctx, shown, "console-loading", signs, unconfirmed)
	if err != nil {
		return ended(err)
	}
	if what == "dialog" {
		r.say("confirming in the pop-up")
		if _, err := r.Tab.Click(ctx, confirm); err != nil {
			if ctx.Err() == nil {
				r.cancelDialog(ctx, "console-cancel")
			}
			return ended(err)
		}
		if what, err = r.afterClick(ctx, shown, "console-loading", without(signs, "dialog"), confirmed); err != nil {
			return ended(err)
		}
	}
	switch what {
	case "modal":
		return r.heedModal(ctx)
	case "failure":
		return deed{failed: "the page said: " + r.words(ctx, "notification-error"), again: true}
	}
	return deed{}
}

// heedModal reads the box with the result and closes it.
func (r console) heedModal(ctx context.Context) deed {
	text := r.words(ctx, "console-notification")
	r.say("the page says: %s", text)
	bad, err := r.Tab.Visible(ctx, page.What{Element: "console-notification-failure", Label: "words of failure"})
	if err == nil {
		err = r.closeNotification(ctx)
	}
	if err != nil {
		return failedDeed(err)
	}
	if bad {
		return deed{failed: "the page said: " + text, again: true}
	}
	return deed{}
}

// closeNotification closes the box with a result, if one lies over the page.
func (r console) closeNotification(ctx context.Context) error {
	there, err := r.Tab.Visible(ctx, page.What{Element: "console-notification", Label: "box with a result"})
	if err != nil || !there {
		return err
	}
	return r.click(ctx, page.What{Element: "console-notification-close", Label: "close button of the box"})
}

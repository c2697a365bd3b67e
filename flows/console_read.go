package flows

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
)

// This file reads the list of today's page: the call behind it, held against its tiles
// and the devices behind them.

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
	l = Listing{Via: "mycd"}
	if err := r.own(ctx, &l, proof.Overview, list); err != nil {
		return l, "", err
	}
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

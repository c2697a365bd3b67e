package flows

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file goes to one device on today's page and to its Deregister, wherever that
// stands: in its row, in its details, in a menu of either.

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

package flows

import (
	"context"
	"errors"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// myx is the article's generation of the page.
type myx struct{ *Run }

// This file is the article's road: Manage Your Content and Devices, the Your
// Devices tab, "..." to the left of a device, Deregister, Deregister again.
// The page is AngularJS "myx" (facts/content-and-devices.md).

// readOnce implements generation.
func (r myx) readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error) {
	list, err := r.call(ctx, "/hz/mycd/ajax", "data="+`%7B%22param%22%3A%7B%22GetDevices%22%3A%7B%7D%7D%7D`, device.ParseGetDevices)
	if err != nil {
		return l, "", err
	}
	rows, err := r.readRows(ctx, len(list.Devices), deadline)
	if err != nil {
		return l, "", err
	}
	if why := reconcile(list, rows); why != "" {
		return l, why, nil
	}
	l = Listing{Devices: list.Devices, Road: "content", shown: rows}
	if len(list.Devices) == 0 {
		l.Empty, err = r.Tab.Visible(ctx, page.What{Element: "empty-list", Label: "words that there is no device"})
		if err != nil {
			return l, "", err
		}
		if !l.Empty {
			return l, "the list is empty and the page does not say so", nil
		}
	}
	var onPage string
	if err := r.Tab.Call(ctx, customerOnPage, nil, &onPage); err != nil {
		return l, "", err
	}
	if l.Customer, err = whose(onPage, list.Devices); err != nil {
		return l, "", err
	}
	household(l.Devices, l.Customer)
	return l, "", r.bind(l.Customer)
}

// readRows reads the rows of the page, and makes the page show more of them
// until it shows as many as the call holds: by "Show More", else by scrolling.
func (r myx) readRows(ctx context.Context, want int, deadline time.Time) ([]row, error) {
	more := page.What{Element: "show-more", Label: "Show More"}
	for {
		items, err := r.Tab.Read(ctx, page.ReadRows{Rows: "device-rows", Fields: map[string]string{"name": "device-name"}})
		if err != nil {
			return nil, err
		}
		if len(items) >= want || !time.Now().Before(deadline) {
			return rowsOf(items), nil
		}
		there, err := r.Tab.Visible(ctx, more)
		if err != nil {
			return nil, err
		}
		if there {
			if err := r.click(ctx, more); err != nil {
				return nil, err
			}
		} else if err := r.Tab.Call(ctx, `() => { window.scrollTo(0, document.documentElement.scrollHeight) }`, nil, nil); err != nil {
			return nil, err
		}
		grown, err := r.grew(ctx, len(items))
		if err != nil {
			return nil, err
		}
		if !grown && !there {
			return rowsOf(items), nil
		}
	}
}

// grew waits up to a second for the page to show more rows than before.
func (r myx) grew(ctx context.Context, before int) (bool, error) {
	for try := range 10 {
		if err := pause(ctx, time.Duration(20+10*try)*time.Millisecond); err != nil {
			return false, err
		}
		items, err := r.Tab.Read(ctx, page.ReadRows{Rows: "device-rows"})
		if err != nil {
			return false, err
		}
		if len(items) > before {
			return true, nil
		}
	}
	return false, nil
}

func rowsOf(items []page.Item) []row {
	rows := make([]row, 0, len(items))
	for _, it := range items {
		w := row{name: it.Fields["name"]}
		if it.ID != "" {
			w.ids = append(w.ids, it.ID)
		}
		for _, v := range it.Attrs {
			w.ids = append(w.ids, v)
		}
		rows = append(rows, w)
	}
	return rows
}

// act does for one device what a person does on the article's
// page. Every click is guarded to belong to the device's row, or to a pop-up
// that speaks of deregistering this device (design, ideas 1, 3 and 4).
func (r myx) act(ctx context.Context, l Listing, d device.Device) deed {
	row := &page.Row{Rows: "device-rows", Name: "device-name", Is: ident(d), Others: others(d, l.Devices)}
	menu := page.What{Element: "device-menu", Of: row, Label: `"..." of ` + firstLine(d.Name)}
	item := page.What{Element: "deregister-item", Of: row, Label: "Deregister of " + firstLine(d.Name)}

	r.say(`clicking "..." of %s`, firstLine(d.Name))
	offered, err := r.openMenu(ctx, menu, item)
	if err != nil {
		return failedDeed(err)
	}
	if !offered {
		return deed{notOffered: `its "..." menu offers no Deregister`}
	}
	if err := r.intend(d); err != nil {
		return deed{stop: err}
	}
	r.say("clicking Deregister of %s", firstLine(d.Name))
	if err := r.click(ctx, item); err != nil {
		out := failedDeed(err)
		out.intended, out.clicked = true, !refused(err)
		return out
	}
	out := r.confirm(ctx, row, d)
	out.intended, out.clicked = true, true
	return out
}

// openMenu opens the "..." menu of a row until Deregister is visible in it. A
// page that renders its rows anew may close it again, so it is tried thrice.
func (r myx) openMenu(ctx context.Context, menu, item page.What) (bool, error) {
	for range 3 {
		if err := r.click(ctx, menu); err != nil {
			return false, err
		}
		// The menu is filled on first opening, which may take a moment.
		sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), 5*time.Second))
		open := page.What{Element: "device-menu-popover", Of: menu.Of, Label: "menu of " + menu.Of.Is.Name}
		_, err := r.Tab.Wait(sctx, item)
		cancel()
		if err == nil {
			return true, nil
		}
		if ctx.Err() != nil {
			return false, context.Cause(ctx)
		}
		var pe *page.Error
		if !errors.As(err, &pe) || pe.Kind != page.KindTimeout && pe.Kind != page.KindNotFound && pe.Kind != page.KindInvisible {
			return false, err
		}
		stillOpen, err := r.Tab.Visible(ctx, open)
		if err != nil {
			return false, err
		}
		if stillOpen {
			return false, nil
		}
	}
	return false, nil
}

// confirm follows what comes after the first Deregister click: a pop-up to
// confirm, a second one with the result, a notification, the row vanishing.
// Which of them come, and in which order, nobody outside knows; so all are
// watched at once, until the row is gone or nothing more happens.
func (r myx) confirm(ctx context.Context, row *page.Row, d device.Device) deed {
	dialog := page.Dialog{Element: "confirm-dialog", Speaks: "deregister", Is: row.Is, Others: row.Others, Fresh: true}
	confirm := page.What{Element: "confirm-ok", Dialog: &dialog, Label: "Deregister in the pop-up for " + firstLine(d.Name)}
	menuRow := page.What{Element: "device-menu", Of: row, Label: `row of ` + firstLine(d.Name)}

	sctx, cancel := r.step(ctx)
	defer cancel()
	what, err := r.afterClick(sctx, menuRow)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failedDeed(err)
	}
	if what == "dialog" {
		r.say("confirming in the pop-up")
		if _, err := r.Tab.Click(sctx, confirm); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			r.cancelDialog(ctx)
			return failedDeed(err)
		}
		if what, err = r.afterClick(sctx, menuRow, "confirm-ok"); err != nil {
			return failedDeed(err)
		}
	}
	if what == "result" {
		if out, done := r.closeResult(sctx, ctx); done {
			return out
		}
	}
	if what == "failure" {
		return deed{failed: "the page said: " + r.words(ctx, "notification-error")}
	}
	return deed{}
}

// afterClick waits for whatever the page does next and names it: "dialog",
// "result", "success", "failure", "gone" (the row vanished) or "nothing".
// without names an element that is on its way out and does not count.
func (r myx) afterClick(ctx context.Context, row page.What, without ...string) (string, error) {
	kinds := []struct{ element, name string }{
		{"notification-error", "failure"}, {"notification-success", "success"},
		{"result-ok", "result"}, {"confirm-ok", "dialog"},
	}
	var ws []page.What
	var names []string
	for _, k := range kinds {
		if len(without) == 0 || without[0] != k.element {
			ws = append(ws, page.What{Element: k.element, Label: k.name})
			names = append(names, k.name)
		}
	}
	// Before the confirmation the pop-up may be slow to come; after it, whatever
	// the page still wants to say, the fresh list says better. A page that shows
	// that it is working gets its time.
	quiet := 8 * time.Second
	if len(without) > 0 {
		quiet = 3 * time.Second
	}
	limit := time.Now().Add(min(r.stepTimeout(), quiet))
	for slice := 100 * time.Millisecond; ; slice = min(2*slice, 500*time.Millisecond) {
		wctx, cancel := context.WithTimeout(ctx, slice)
		i, err := r.Tab.Wait(wctx, ws...)
		cancel()
		if err == nil {
			return names[i], nil
		}
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if !errors.Is(err, page.ErrTimeout) {
			return "", err
		}
		there, err := r.Tab.Visible(ctx, row)
		if errors.Is(err, page.ErrNotFound) {
			there, err = false, nil
		}
		if err != nil {
			return "", err
		}
		if !there {
			return "gone", nil
		}
		if !time.Now().Before(limit) {
			busy, err := r.Tab.Visible(ctx, page.What{Element: "loading-overlay", Label: "loading overlay"})
			if err != nil || !busy {
				return "nothing", err
			}
		}
	}
}

// closeResult reads the second dialog, closes it, and says whether it spoke of
// a failure.
func (r myx) closeResult(sctx, ctx context.Context) (deed, bool) {
	text := r.words(sctx, "result-dialog")
	r.say("the page says: %s", text)
	if _, err := r.Tab.Click(sctx, page.What{Element: "result-ok", In: "result-dialog", Label: "OK in the result dialog"}); err != nil {
		if ctx.Err() != nil {
			return failedDeed(context.Cause(ctx)), true
		}
		r.Log.Debug("the result dialog was not closed: " + err.Error())
	}
	return deed{}, true
}

// cancelDialog closes a pop-up that must not be confirmed. If it cannot, the
// page is loaded anew before anything else is clicked anyhow.
func (r myx) cancelDialog(ctx context.Context) {
	sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), 2*time.Second))
	defer cancel()
	if _, err := r.Tab.Click(sctx, page.What{Element: "dialog-cancel", Label: "Cancel in the pop-up"}); err != nil {
		r.Log.Debug("the pop-up was not cancelled by its button: " + err.Error())
	}
}

func (r *Run) words(ctx context.Context, element string) string {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: element})
	if err != nil {
		return ""
	}
	for _, it := range items {
		if t := firstLine(it.Text); it.Visible && t != "" {
			return t
		}
	}
	return ""
}

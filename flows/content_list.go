package flows

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
)

// myx is the article's generation of the page.
type myx struct{ *Run }

// myxRows is how it lists devices.
var myxRows = rowForm{rows: "device-rows", name: "device-name", more: "show-more"}

// This file is the article's way: Manage Your Content and Devices, the Your
// Devices tab, "..." to the left of a device, Deregister, Deregister again.
// The page is AngularJS "myx" (facts/content-and-devices.md).

// readOnce implements generation.
func (r myx) readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error) {
	list, err := r.call(ctx, "/hz/mycd/ajax", "data="+`%7B%22param%22%3A%7B%22GetDevices%22%3A%7B%7D%7D%7D`, device.ParseGetDevices)
	if err != nil {
		return l, "", err
	}
	form := myxRows
	for _, d := range list.Devices { // a row carries its key somewhere inside
		form.ids = append(form.ids, ident(d).IDs...)
	}
	rows, err := r.readRows(ctx, form, len(list.Devices), deadline)
	if err != nil {
		return l, "", err
	}
	if why := reconcile(list, rows); why != "" {
		return l, why, nil
	}
	l = Listing{Via: "mycd", shown: rows}
	if len(list.Devices) == 0 {
		l.Empty, err = r.Tab.Visible(ctx, page.What{Element: "empty-list", Label: "words that there is no device"})
		if err != nil {
			return l, "", err
		}
		if !l.Empty {
			return l, "the list is empty and the page does not say so", nil
		}
	}
	return l, "", r.own(ctx, &l, proof.Devices, list)
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
	signs, err := r.unseen(ctx, myxSigns)
	if err != nil {
		return failedDeed(err)
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
	out := r.confirm(ctx, row, d, signs)
	out.intended, out.clicked = true, true
	return out
}

// openMenu opens the "..." menu of a row until Deregister is visible in it, and
// says false where an open, filled menu offers none. A page that draws its rows
// anew may close the menu again, or leave it open with nothing in it but its own
// close button: then it is closed and opened once more.
func (r myx) openMenu(ctx context.Context, menu, item page.What) (bool, error) {
	popover := page.What{Element: "device-menu-popover", Of: menu.Of, Label: "menu of " + menu.Of.Is.Name}
	without := 0 // openings whose menu spoke of other things only
	for range 4 {
		// The menu is filled on first opening, which may take a moment.
		seen, kind, err := r.menuClick(ctx, menu, item, 2500*time.Millisecond)
		if seen || err != nil {
			return seen, err
		}
		open, err := r.Tab.Visible(ctx, popover)
		if err != nil {
			return false, err
		}
		if !open {
			continue
		}
		if strings.ContainsFunc(r.words(ctx, popover.Element), unicode.IsLetter) {
			// Deregister is there and hidden: that is how the page forbids it.
			if without++; kind == page.KindInvisible || without == 2 {
				return false, nil
			}
		}
		// The click on an open menu closes it, unless the page has closed it meanwhile.
		if seen, _, err := r.menuClick(ctx, menu, item, 500*time.Millisecond); seen || err != nil {
			return seen, err
		}
	}
	return false, &page.Error{Kind: page.KindTimeout, What: menu.Label, Words: "clicked again and again, and no filled menu stayed open"}
}

// menuClick clicks the "..." and waits for the item. An item that does not come is
// no error; its kind says what was the matter with it.
func (r myx) menuClick(ctx context.Context, menu, item page.What, wait time.Duration) (bool, page.Kind, error) {
	if err := r.clickPastResult(ctx, menu); err != nil {
		return false, "", err
	}
	sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), wait))
	defer cancel()
	_, err := r.Tab.Wait(sctx, item)
	if err == nil {
		return true, "", nil
	}
	if ctx.Err() != nil {
		return false, "", context.Cause(ctx)
	}
	var pe *page.Error
	if !errors.As(err, &pe) || pe.Kind != page.KindTimeout && pe.Kind != page.KindNotFound && pe.Kind != page.KindInvisible {
		return false, "", err
	}
	return false, pe.Kind, nil
}

// confirm follows what comes after the first Deregister click: a pop-up to
// confirm, a second one with the result, a notification, the row vanishing.
// Which of them come, and in which order, nobody outside knows; so all are
// watched at once, until the row is gone or nothing more happens.
func (r myx) confirm(ctx context.Context, row *page.Row, d device.Device, signs []sign) deed {
	dialog := page.Dialog{Element: "confirm-dialog", Speaks: "deregister", Is: row.Is, Others: row.Others, Fresh: true}
	confirm := page.What{Element: "confirm-ok", Dialog: &dialog, Label: "Deregister in the pop-up for " + firstLine(d.Name)}
	menuRow := page.What{Element: "device-menu", Of: row, Label: `row of ` + firstLine(d.Name)}

	what, err := r.afterClick(ctx, menuRow, "loading-overlay", signs, unconfirmed)
	if err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failedDeed(err)
	}
	if what == "dialog" {
		r.say("confirming in the pop-up")
		if _, err := r.Tab.Click(ctx, confirm); err != nil {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			r.cancelDialog(ctx, "dialog-cancel")
			return failedDeed(err)
		}
		if what, err = r.afterClick(ctx, menuRow, "loading-overlay", without(signs, "dialog"), confirmed); err != nil {
			return failedDeed(err)
		}
	}
	if what == "result" {
		return r.closeResult(ctx)
	}
	if what == "failure" {
		return deed{failed: "the page said: " + r.words(ctx, "notification-error"), again: true}
	}
	return deed{}
}

// The signs of this page: what may come after a click on Deregister.
var myxSigns = []sign{{"notification-error", "failure"}, {"result-ok", "result"}, {"confirm-ok", "dialog"}, {"notification-success", "success"}}

// closeResult reads the second dialog and closes it. What it says is told and not
// judged: the fresh list is the judge.
func (r myx) closeResult(ctx context.Context) deed {
	text := r.words(ctx, "result-dialog")
	r.say("the page says: %s", text)
	if _, err := r.Tab.Click(ctx, page.What{Element: "result-ok", In: "result-dialog", Label: "OK in the result dialog"}); err != nil {
		if ctx.Err() != nil {
			return failedDeed(context.Cause(ctx))
		}
		r.Log.Debug("the result dialog was not closed: " + err.Error())
	}
	return deed{}
}

package flows

import (
	"context"

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

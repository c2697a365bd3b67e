package flows

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the article's road: Manage Your Content and Devices, the Your
// Devices tab, "..." to the left of a device, Deregister, Deregister again.
// The page is AngularJS "myx" (facts/content-and-devices.md).

// openDevicesTab clicks the Your Devices tab unless the page shows it already.
func (r *Run) openDevicesTab(ctx context.Context, seen page.Seen) (page.Seen, error) {
	switch seen.Screen {
	case "devices-myx", "devices-console", "device-console":
		return seen, nil
	}
	r.say("opening the Your Devices tab")
	// The tab has no address of its own in the older page: it is clicked, and
	// the same document then shows another screen.
	if err := r.click(ctx, page.What{Element: "tab-devices", Label: "Your Devices tab"}); err != nil {
		return seen, err
	}
	return r.reachFrom(ctx, seen, "devices-myx", "devices-console")
}

// Devices reads the list of devices from the screen that ToDevices ended on:
// the call behind the page and the rows of the page, until both agree.
func (r *Run) Devices(ctx context.Context) (Listing, error) {
	seen, err := r.Tab.Look(ctx)
	if err != nil {
		return Listing{}, err
	}
	if seen.Screen != "devices-myx" {
		return Listing{}, r.stopAt(seen)
	}
	l, err := r.readStable(ctx)
	var dis *disagreement
	if errors.As(err, &dis) {
		return l, dis.stop(r.stepTimeout())
	}
	return l, err
}

// readStable reads until page and call agree. What may help is tried on the
// way: signing in again, loading the page again; never more often than said.
func (r *Run) readStable(ctx context.Context) (Listing, error) {
	deadline := time.Now().Add(r.stepTimeout())
	reloads, failures := 0, 0
	var differ string
	for try := 0; ; try++ {
		l, why, err := r.readOnce(ctx, deadline)
		if err == nil && why == "" {
			return l, nil
		}
		var failed *callFailed
		switch {
		case errors.As(err, &failed) && failed.signIn && reloads < 2:
			reloads++
			r.say("Amazon asks to sign in again")
			if err := r.reopenList(ctx); err != nil {
				return l, err
			}
			deadline = time.Now().Add(r.stepTimeout())
			continue
		case errors.As(err, &failed) && failed.again && failures < 3:
			if err := pause(ctx, r.backoff(failures)); err != nil {
				return l, err
			}
			failures++
			r.say("%s: loading the page again", failed.words)
			if err := r.reopenList(ctx); err != nil {
				return l, err
			}
			deadline = time.Now().Add(r.stepTimeout())
			continue
		case failed != nil:
			return l, &Stop{Code: CodeUnusable, Screen: "devices-myx", Err: err,
				Message: "the list of devices could not be read: " + failed.words,
				Hint:    "nothing was clicked; run the same command again later"}
		case err != nil:
			return l, err
		}
		differ = why
		if !time.Now().Before(deadline) {
			return l, &disagreement{words: differ}
		}
		if err := pause(ctx, min(100*time.Millisecond<<min(try, 4), time.Second)); err != nil {
			return l, err
		}
	}
}

// A disagreement is a list that page and call did not tell alike until the
// deadline. Before anything was clicked it makes Amazon unusable (6);
// afterwards it makes an outcome unknown (1).
type disagreement struct{ words string }

func (e *disagreement) Error() string { return e.words }

func (e *disagreement) stop(timeout time.Duration) *Stop {
	return &Stop{Code: CodeUnusable, Screen: "devices-myx", Err: e,
		Message: fmt.Sprintf("page and list call do not agree after %s: %s", timeout, e.words),
		Hint:    "an incomplete list proves nothing, so nothing was done with it; run the same command again later"}
}

// readOnce takes one look. why says how page and call differ, "" when not.
func (r *Run) readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error) {
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
func (r *Run) readRows(ctx context.Context, want int, deadline time.Time) ([]row, error) {
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
func (r *Run) grew(ctx context.Context, before int) (bool, error) {
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

// reopenList loads the page of devices anew: whatever stood open on it is
// gone, and whatever it shows then is fresh.
func (r *Run) reopenList(ctx context.Context) error {
	before, err := r.Tab.Look(ctx)
	if err != nil {
		return err
	}
	sctx, cancel := r.step(ctx)
	defer cancel()
	if err := r.Tab.Reload(sctx); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	// The document is another one, even when the screen is the same.
	seen, err := r.reachFrom(ctx, before, append([]string{"home-signed-in"}, devicePages...)...)
	if err != nil {
		return err
	}
	if seen.Screen == "home-signed-in" {
		if seen, err = r.byAddress(ctx, "signing in led back to the home page"); err != nil {
			return err
		}
	}
	_, err = r.openDevicesTab(ctx, seen)
	return err
}

// A deed is what happened on the page to one device.
type deed struct {
	intended   bool   // the intent is in the journal
	clicked    bool   // a Deregister click was delivered, or may have been
	notOffered string // why there is nothing to click
	failed     string // what the page, or the step, said against it
	stop       error  // the run must end, whatever the fresh list says
}

// deregisterOnList does for one device what a person does on the article's
// page. Every click is guarded to belong to the device's row, or to a pop-up
// that speaks of deregistering this device (design, ideas 1, 3 and 4).
func (r *Run) deregisterOnList(ctx context.Context, l Listing, d device.Device) deed {
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
	// The intent is on disk before the first Deregister click: that click is
	// the destructive one, because a pop-up may never come.
	if err := r.Journal.Intent(r.Site, r.customer, d); err != nil {
		return deed{stop: &Stop{Code: CodeInternal, Err: err,
			Message: "the journal cannot be written, so Deregister was not clicked: " + firstLine(err.Error()),
			Hint:    "free some disk space or check the rights of the state directory"}}
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
func (r *Run) openMenu(ctx context.Context, menu, item page.What) (bool, error) {
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
func (r *Run) confirm(ctx context.Context, row *page.Row, d device.Device) deed {
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
func (r *Run) afterClick(ctx context.Context, row page.What, without ...string) (string, error) {
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
func (r *Run) closeResult(sctx, ctx context.Context) (deed, bool) {
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
func (r *Run) cancelDialog(ctx context.Context) {
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

// refused tells whether a click was certainly not delivered to the page.
func refused(err error) bool {
	var pe *page.Error
	if !errors.As(err, &pe) {
		return false
	}
	switch pe.Kind {
	case page.KindNotFound, page.KindAmbiguous, page.KindInvisible, page.KindDisabled, page.KindCovered,
		page.KindMoving, page.KindDanger, page.KindOtherDevice, page.KindCancelled:
		return true
	}
	return false
}

// failedDeed sorts an error of a step: doubt about the device, a danger, and
// anything that is no finding about this one element end the run.
func failedDeed(err error) deed {
	var pe *page.Error
	if !errors.As(err, &pe) {
		return deed{stop: err}
	}
	words := firstLine(pe.Error())
	switch pe.Kind {
	case page.KindDanger, page.KindOtherDevice, page.KindAmbiguous:
		return deed{failed: words, stop: &Stop{Code: CodeNotAll, Message: words, Err: err,
			Hint: "the run stopped because a click could have met something else; look at the evidence"}}
	case page.KindCrashed, page.KindGone, page.KindNavigation, page.KindOrigin, page.KindStopped, page.KindInternal:
		return deed{failed: words, stop: err}
	}
	return deed{failed: strings.TrimSpace(words)}
}

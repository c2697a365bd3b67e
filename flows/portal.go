package flows

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the road of the help page: the Alexa portal, Settings, the name of
// the device, Deregister to the right of "Device is registered to", confirm
// (facts/alexa-portal.md). Since November 2023 a farewell page stands there; then
// the road ends where it begins, after one page.
//
// What is done on it is proven like everything else: by a fresh list of the
// content page, which is the list of record.

// portal is the road itself.
type portal struct{ *Run }

// act does for one device what a person does on the portal. Every click is guarded
// to belong to the device: its row in Settings, then its page, whose route must
// carry the serial number, then a pop-up that speaks of deregistering it.
func (r portal) act(ctx context.Context, l Listing, d device.Device) deed {
	rec, why := r.onPortal(d)
	if why != "" {
		return deed{notOffered: why}
	}
	t := r.target(l, d, rec)
	why, err := r.toDevice(ctx, t)
	if err != nil {
		return portalDeed(ctx, err)
	}
	if why != "" {
		return deed{notOffered: why}
	}
	if err := r.intend(d); err != nil {
		return deed{stop: err}
	}
	r.say("clicking Deregister beside \"Device is registered to\" of %s", t.name)
	button := page.What{Element: "alexa-deregister", Of: t.page, Hash: t.serial, Label: "Deregister of " + t.name}
	if err := r.click(ctx, button); err != nil {
		out := portalDeed(ctx, err)
		out.intended, out.clicked = true, !refused(err)
		return out
	}
	out := r.confirm(ctx, t)
	out.intended, out.clicked = true, true
	return out
}

// A target is one device as the portal shows it.
type target struct {
	name, serial string
	row, page    *page.Row // in Settings; its own page
	is           page.Ident
	others       []page.Ident // of both lists
}

func (r portal) target(l Listing, d, rec device.Device) target {
	t := target{name: firstLine(rec.Name), serial: rec.Serial, is: page.Ident{Name: rec.Name, IDs: []string{rec.Serial}}}
	if rec.AccountID != "" {
		t.is.IDs = append(t.is.IDs, rec.AccountID)
	}
	var listed, unnamed []page.Ident
	for _, o := range r.portal.devices {
		if o.Serial != rec.Serial {
			listed = append(listed, ident(o))
		}
	}
	t.others = append(slices.Clone(listed), others(d, l.Devices)...)
	// The route tells the page of one of two devices of the same name; the name
	// then cannot, and must not be held against it.
	for _, o := range listed {
		if clean(o.Name) == clean(rec.Name) {
			o.Name = ""
		}
		unnamed = append(unnamed, o)
	}
	t.row = &page.Row{Rows: "alexa-device-rows", Name: "alexa-row-name", Is: t.is, Others: listed}
	t.page = &page.Row{Rows: "alexa-device-page", Name: "alexa-device-name", Is: t.is, Others: unnamed}
	return t
}

// toDevice goes to the page of the device and waits until it shows whether there
// is a Deregister; why says that there is none. It looks, answers and looks again,
// so that a sign-in in between leads on to the same device.
func (r portal) toDevice(ctx context.Context, t target) (why string, err error) {
	seen, err := r.Tab.Look(ctx)
	if err != nil {
		return "", err
	}
	if !slices.Contains(portalPages, seen.Screen) {
		if seen, err = r.openPortal(ctx); err != nil {
			return "", err
		}
	}
	byAddress := false
	for range 8 {
		switch {
		case seen.Screen == "alexa-retired":
			r.portal.open, r.portal.retired = false, true
			return "the Alexa portal is retired", r.remember(true)
		case slices.Contains(notPortal, seen.Screen):
			return "the Alexa portal's address leads elsewhere (" + where(seen) + ")", nil
		case seen.Screen == "alexa-device" && r.routeOf(seen) == t.serial:
			state, err := r.devicePage(ctx, t)
			if err != nil || state == "button" {
				return "", err
			}
			if state == "none" {
				return "its page on the Alexa portal has no Deregister", nil
			}
			if seen, err = r.Reach(ctx, append(slices.Clone(portalPages), notPortal...)...); err != nil {
				return "", err
			}
			continue
		case seen.Screen == "alexa-settings" && !byAddress:
			r.say("opening %s in Settings", t.name)
			sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), 8*time.Second))
			_, err = r.Tab.Click(sctx, page.What{Element: "alexa-device-rows", Of: t.row, Label: t.name + " in Settings"})
			cancel()
			if ctx.Err() != nil {
				return "", context.Cause(ctx)
			}
			if err != nil {
				var pe *page.Error
				if !errors.As(err, &pe) || !refused(err) && !errors.Is(err, page.ErrTimeout) {
					return "", err
				}
				r.say("%s: going to its page by the address", firstLine(err.Error()))
				byAddress = true
				continue
			}
		case byAddress:
			if err := r.open(ctx, r.portalAddress()+"spa/index.html#settings/device/"+url.PathEscape(t.serial)); err != nil {
				return "", err
			}
		default:
			if err := r.openSettings(ctx); err != nil {
				return "", err
			}
		}
		if seen, err = r.reachFrom(ctx, seen, append(slices.Clone(portalPages), notPortal...)...); err != nil {
			return "", err
		}
	}
	return "", &Stop{Code: CodeUnusable, Screen: seen.Screen, Message: "the Alexa portal did not lead to the page of " + t.name}
}

// openSettings clicks Settings in the left-side menu, which is behind a button
// where the window is narrow.
func (r portal) openSettings(ctx context.Context) error {
	settings := page.What{Element: "alexa-settings-link", Label: "Settings"}
	icon := page.What{Element: "alexa-menu-button", Label: "menu"}
	sctx, cancel := r.step(ctx)
	defer cancel()
	i, err := r.Tab.Wait(sctx, settings, icon)
	if err == nil && i == 1 {
		err = r.click(ctx, icon)
	}
	if err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return err
	}
	r.say("clicking Settings")
	return r.click(ctx, settings)
}

// routeOf is the serial number in the route of a device's page.
func (r portal) routeOf(seen page.Seen) string {
	_, hash, _ := strings.Cut(seen.URL, "#")
	_, id, ok := strings.Cut(hash, "settings/device/")
	if !ok {
		return ""
	}
	if i := strings.IndexAny(id, "/?&"); i >= 0 {
		id = id[:i]
	}
	if plain, err := url.PathUnescape(id); err == nil {
		id = plain
	}
	return id
}

// devicePage waits for what the page of a device is filled with: "button", "none"
// (it says to whom the device is registered and has no button), or "left" (another
// page came in its place).
func (r portal) devicePage(ctx context.Context, t target) (string, error) {
	button := page.What{Element: "alexa-deregister", Of: t.page, Label: "Deregister of " + t.name}
	line := page.What{Element: "alexa-registered-to", Of: t.page, Label: `"Device is registered to"`}
	end := time.Now().Add(min(r.stepTimeout(), 10*time.Second))
	lined := false
	for time.Now().Before(end) {
		ws := []page.What{button, line}
		slice := 500 * time.Millisecond
		if lined { // the button may be a moment later than its line
			ws, slice = ws[:1], 1500*time.Millisecond
		}
		wctx, cancel := context.WithTimeout(ctx, slice)
		i, err := r.Tab.Wait(wctx, ws...)
		cancel()
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case err == nil && i == 0:
			return "button", nil
		case err == nil:
			lined = true
			continue
		case lined && errors.Is(err, page.ErrTimeout):
			return "none", nil
		case !errors.Is(err, page.ErrTimeout) && !refused(err):
			return "", err
		}
		seen, err := r.Tab.Look(ctx)
		if err != nil {
			return "", err
		}
		if seen.Screen != "alexa-device" || r.routeOf(seen) != t.serial {
			return "left", nil
		}
	}
	return "", &Stop{Code: CodeUnusable, Screen: "alexa-device", Message: "the Alexa portal's page of " + t.name + " did not fill"}
}

// The signs of the portal after a click on Deregister.
var (
	portalSigns      = []sign{{"alexa-error", "failure"}, {"alexa-confirm", "dialog"}}
	portalAfterwards = portalSigns[:1]
)

// confirm follows what comes after the Deregister click: a pop-up, an error, or
// the page leaving. A page that says nothing is no proof of anything.
func (r portal) confirm(ctx context.Context, t target) deed {
	what, err := r.watch(ctx, t, portalSigns)
	if err == nil && what == "dialog" {
		r.say("confirming in the pop-up")
		dialog := page.Dialog{Element: "alexa-confirm-dialog", Speaks: "deregister-words", Is: t.is, Others: t.others, Fresh: true}
		if err = r.click(ctx, page.What{Element: "alexa-confirm", Dialog: &dialog, Hash: t.serial, Label: "Deregister in the pop-up for " + t.name}); err != nil {
			r.cancelDialog(ctx, "alexa-cancel")
		} else {
			// The request is on its way; leaving the page now could take it back.
			what, err = r.watch(ctx, t, portalAfterwards)
		}
	}
	switch {
	case ctx.Err() != nil:
		return deed{stop: context.Cause(ctx)}
	case err != nil:
		return portalDeed(ctx, err)
	case what == "failure":
		return deed{failed: "the page said: " + r.words(ctx, "alexa-error"), again: true}
	case what == "nothing":
		return deed{failed: "nothing came after the click on Deregister"}
	}
	return deed{}
}

// watch is afterClick for the page of a device: it is gone when its button is, or
// when its route is that of another page.
func (r portal) watch(ctx context.Context, t target, signs []sign) (string, error) {
	button := page.What{Element: "alexa-deregister", Hash: t.serial, Label: "Deregister"}
	what, err := r.afterClick(ctx, button, "loading-overlay", signs, unconfirmed)
	if errors.Is(err, page.ErrOtherDevice) {
		return "gone", nil
	}
	return what, err
}

// portalDeed sorts an error of a step on the portal. Doubt about the device, a
// danger and the end of browser or run end the run, as everywhere; what only means
// that the portal is no way does not, for there is another.
func portalDeed(ctx context.Context, err error) deed {
	if ends(ctx, err) {
		return deed{stop: err}
	}
	out := failedDeed(err)
	if out.stop == nil {
		return out
	}
	if errors.Is(err, page.ErrDanger) || errors.Is(err, page.ErrOtherDevice) {
		return out
	}
	return deed{failed: firstLine(Explain(ctx, err).Message)}
}

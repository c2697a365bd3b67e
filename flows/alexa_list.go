package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/account"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
)

// This file finds out whether the Alexa portal works, what it offers, and which way
// each device takes.

// PortalMemory remembers that the portal was found retired, so that it is not
// opened in vain for some time.
type PortalMemory interface {
	PortalRetired() (since time.Time, ok bool)
	RememberPortal(retired bool) error
}

// portalState is what a run knows of the portal.
type portalState struct {
	open    bool            // it works, and devices are its list
	retired bool            // it is known to be retired
	why     string          // why it is not open
	devices []device.Device // what its list call said
}

// The screens of a portal that works, and those that answer in its place.
var (
	portalPages = []string{"alexa-home", "alexa-settings", "alexa-device", "alexa-retired"}
	notPortal   = []string{"home-signed-in", "home-signed-out", "home-stripped", "not-found"}
)

func (r *Run) portalAddress() string {
	host := "alexa." + r.Site
	if m, ok := account.MarketplaceOf(r.Site); ok {
		host = m.Alexa
	}
	return "https://" + host + "/"
}

// LookAtPortal finds out whether the portal works and what it offers, for Plan. It
// is one page where the portal is retired, and none where that is remembered. With
// --via auto a portal that cannot be used is no error: the devices page is there.
func (r *Run) LookAtPortal(ctx context.Context) error {
	r.portal = portalState{}
	switch {
	case r.Via == viaMYCD:
		r.portal.why = "--via mycd"
		return nil
	case r.NoPortal != "":
		r.portal.why = r.NoPortal
		return nil
	case r.Portal != nil && r.Via != viaAlexa:
		if since, ok := r.Portal.PortalRetired(); ok {
			r.portal.retired, r.portal.why = true, "the Alexa portal is retired, as seen on "+since.Local().Format("2006-01-02")
			return nil
		}
	}
	err := r.findPortal(ctx)
	if err == nil {
		return nil
	}
	if ends(ctx, err) || r.Via == viaAlexa {
		return err
	}
	r.portal.why = "the Alexa portal could not be used: " + firstLine(Explain(ctx, err).Message)
	r.Log.Log(ctx, LevelNotice, r.portal.why)
	return nil
}

// ends tells an error that ends the run whatever the way: an interruption, a
// browser that is gone, a sign-in that was rejected, a wrong account. What only
// the portal, or only its page, has against us does not.
func ends(ctx context.Context, err error) bool {
	if ctx.Err() != nil {
		return true
	}
	switch Explain(ctx, err).Code {
	case CodeUnusable, CodePerson, CodeNotAll:
		return false
	}
	return true
}

func (r *Run) findPortal(ctx context.Context) error {
	seen, err := r.openPortal(ctx)
	if err != nil {
		return err
	}
	switch {
	case seen.Screen == "alexa-retired":
		r.say("the Alexa portal is retired: it only points to the app")
		r.portal.retired, r.portal.why = true, "the Alexa portal is retired"
		return r.remember(true)
	case slices.Contains(notPortal, seen.Screen):
		r.portal.why = "the Alexa portal's address leads elsewhere (" + where(seen) + ")"
		return nil
	}
	l, err := r.portalList(ctx)
	if err != nil {
		return err
	}
	r.portal.open, r.portal.devices = true, l.Devices
	r.say("the Alexa portal works and lists %d devices", len(l.Devices))
	return r.remember(false)
}

func (r *Run) remember(retired bool) error {
	if r.Portal == nil {
		return nil
	}
	if err := r.Portal.RememberPortal(retired); err != nil {
		return &Stop{Code: CodeInternal, Message: firstLine(err.Error()), Err: err, Hint: "free some disk space or check the permissions of the state directory"}
	}
	return nil
}

// openPortal loads the portal and signs in where it asks for that. A page that
// nobody knows is given less time than elsewhere: there is another way.
func (r *Run) openPortal(ctx context.Context) (page.Seen, error) {
	r.say("opening %s", r.portalAddress())
	if err := r.open(ctx, r.portalAddress()); err != nil {
		return page.Seen{}, err
	}
	sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), 10*time.Second))
	defer cancel()
	if seen, err := r.Tab.SeeNext(sctx, page.Seen{}); err != nil {
		if ctx.Err() != nil {
			return seen, context.Cause(ctx)
		}
		if _, again := asServiceError(err); !again {
			if !errors.Is(err, page.ErrTimeout) {
				return seen, err
			}
			var pe *page.Error
			if errors.As(err, &pe) && pe.Seen != nil {
				seen = *pe.Seen
			}
			return seen, r.stopAt(seen)
		}
	}
	return r.Reach(ctx, append(slices.Clone(portalPages), notPortal...)...)
}

// fetchPortal asks for the list behind the portal, as its own script does.
const fetchPortal = `async ({ms}) => {
	const ask = async (path) => {
		const res = await fetch(path, {credentials: "same-origin", cache: "no-store", headers: {Accept: "application/json"}, signal: AbortSignal.timeout(ms)});
		const text = await res.text();
		return {status: res.status, path: new URL(res.url).pathname, after: res.headers.get("retry-after") || "", text};
	};
	try {
		const a = await ask("/api/devices-v2/device?cached=false");
		return a.status === 404 ? await ask("/api/devices/device?cached=false") : a;
	} catch (e) { return {problem: "the Alexa portal's list call got no answer (" + e.name + ")"}; }
}`

// portalList reads the portal's list, with the patience that the other list gets.
func (r *Run) portalList(ctx context.Context) (device.List, error) {
	for try := 0; ; try++ {
		var a listAnswer
		if err := r.Tab.Call(ctx, fetchPortal, map[string]any{"ms": r.stepTimeout().Milliseconds()}, &a); err != nil {
			return device.List{}, err
		}
		words := a.Problem
		switch {
		case words != "":
		case a.Status == 401 || a.Status == 403 || strings.HasPrefix(a.Path, "/ap/") || strings.HasPrefix(a.Path, "/ax/"):
			words = "the Alexa portal's list call was answered with a sign-in page"
			if try < 2 {
				if _, err := r.openPortal(ctx); err != nil {
					return device.List{}, err
				}
				continue
			}
		case a.Status != 200:
			words = fmt.Sprintf("the Alexa portal's list call was answered with HTTP %d", a.Status)
		default:
			l, err := device.ParsePortal([]byte(a.Text))
			if err == nil {
				return l, nil
			}
			words = "the Alexa portal's list call: " + err.Error()
		}
		if try >= 2 {
			return device.List{}, &Stop{Code: CodeUnusable, Screen: "alexa-home", Message: words, Hint: "use --via mycd, or run the same command again later"}
		}
		if err := r.waitToRetry(ctx, try, page.ParseRetryAfter(a.After, time.Now()), words); err != nil {
			return device.List{}, err
		}
	}
}

// PortalDevices is the list as the portal shows it, for `list --via alexa`. It is
// not the list of record.
func (r *Run) PortalDevices(ctx context.Context) (Listing, error) {
	if err := r.LookAtPortal(ctx); err != nil {
		return Listing{}, err
	}
	if !r.portal.open {
		return Listing{}, r.portalStop(CodeUnusable)
	}
	l := Listing{Via: viaAlexa, Empty: len(r.portal.devices) == 0}
	call := device.List{Devices: slices.Clone(r.portal.devices), Rows: len(r.portal.devices), Count: -1}
	if err := r.own(ctx, &l, proof.Alexa, call); err != nil {
		return l, err
	}
	_, err := r.accept(l)
	return l, err
}

func (r *Run) portalStop(code int) *Stop {
	s := &Stop{Code: code, Message: r.portal.why, Hint: "use --via mycd, or --via auto, which chooses by itself"}
	if r.portal.retired {
		s.Screen = "alexa-retired"
	}
	return s
}

// Plan says of every choice that is to be acted on which way it will take
// (Device.Via) and why (Reason). The error is that of a way that was asked for
// and is not there; the choices then say so one by one.
func (r *Run) Plan(choices []device.Choice) ([]device.Choice, error) {
	out := slices.Clone(choices)
	for i := range out {
		c := &out[i]
		if c.Outcome != "" {
			continue
		}
		why := r.portal.why
		if r.portal.open {
			_, why = r.onPortal(c.Device)
		}
		switch {
		case r.portal.open && why == "":
			c.Device.Via, c.Reason = viaAlexa, "the Alexa portal offers it"
		case r.Via == viaAlexa:
			c.Device.Via, c.Outcome, c.Reason = viaAlexa, device.NotOffered, why
		default:
			c.Device.Via, c.Reason = viaMYCD, why
		}
	}
	if r.Via == viaAlexa && !r.portal.open {
		return out, r.portalStop(CodeNotAll)
	}
	return out, nil
}

// onPortal is the portal's record of a device of the list, or why the portal is
// not the way for it. Its hint that it would deregister the device may be wrong,
// either way round; the button on the page is the truth.
func (r *Run) onPortal(d device.Device) (device.Device, string) {
	var found []device.Device
	for _, o := range r.portal.devices {
		if device.SameID(o.AccountID, d.AccountID) ||
			device.SameID(o.Serial, d.Serial) && (device.SameID(o.Type, d.Type) || o.Type == "" || d.Type == "") {
			found = append(found, o)
		}
	}
	switch {
	case len(found) == 0:
		return device.Device{}, "the Alexa portal does not list it"
	case len(found) > 1:
		return device.Device{}, fmt.Sprintf("the Alexa portal lists it %d times", len(found))
	}
	o := found[0]
	same := 0
	for _, p := range r.portal.devices {
		if p.Serial == o.Serial || device.SameID(p.Serial, o.Serial) {
			same++
		}
	}
	switch {
	case !tells(o.Serial) || same > 1:
		return o, "the Alexa portal shows no serial number of its own for it"
	case o.Customer != "" && r.lists.customer != "" && o.Customer != r.lists.customer:
		return o, "the Alexa portal says that it belongs to somebody else"
	case o.Deregisterable != nil && !*o.Deregisterable:
		return o, "the Alexa portal offers no Deregister for it"
	}
	return o, ""
}

// tells: a serial number that is long enough to be nobody else's by chance.
func tells(serial string) bool {
	n := 0
	for _, c := range serial {
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' {
			n++
		}
	}
	return n >= 6
}

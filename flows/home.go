package flows

import (
	"context"
	"errors"

	"github.com/unecho/unecho/flows/page"
)

// The screens on which the way to the devices ends, whichever generation of
// the page the account is given.
var devicePages = []string{"devices-myx", "content-myx", "devices-console", "content-console", "device-console"}

// ToDevices goes the way a person goes: home page, sign in, hover over
// Account & Lists, follow the link to content and devices, open Your Devices.
// It returns on the screen that shows the devices.
//
// The link is chosen by its address, never by its text: the content link where
// it leads to a page with tabs, else the devices link
// (facts/navigation.md, "The flyout").
func (r *Run) ToDevices(ctx context.Context) (page.Seen, error) {
	seen, err := r.signedInHome(ctx)
	if err != nil {
		return seen, err
	}
	if seen.Screen == "home-stripped" {
		return r.byAddress(ctx, "the home page came without its menu")
	}
	link, err := r.openFlyout(ctx)
	if err != nil {
		return seen, err
	}
	switch link {
	case "":
		return r.byFooter(ctx)
	case "flyout-content-link", "flyout-old-link":
		seen, err = r.follow(ctx, link, "Content & Devices")
		if err != nil {
			return seen, err
		}
		if seen.Screen == "content-myx" || seen.Screen == "content-console" {
			tabs, err := r.Tab.Visible(ctx, page.What{Element: "tab-devices", Label: "Your Devices tab"})
			if err != nil {
				return seen, err
			}
			if !tabs {
				r.say("this page has no Your Devices tab: going back for the Devices link")
				return r.devicesLink(ctx)
			}
		}
	default:
		seen, err = r.follow(ctx, link, "Devices")
		if err != nil {
			return seen, err
		}
	}
	return r.openDevicesTab(ctx, seen)
}

// signedInHome opens the home page and signs in there when nobody is.
func (r *Run) signedInHome(ctx context.Context) (page.Seen, error) {
	r.say("opening %s", r.home())
	if err := r.open(ctx, r.home()); err != nil {
		return page.Seen{}, err
	}
	homes := []string{"home-signed-in", "home-signed-out", "home-stripped"}
	seen, err := r.Reach(ctx, homes...)
	if err != nil {
		return seen, err
	}
	if seen.Screen == "home-stripped" {
		r.say("the home page came without its menu: loading it once more")
		if err := r.loadPage(ctx, r.Tab.Reload); err != nil {
			return seen, err
		}
		if seen, err = r.Reach(ctx, homes...); err != nil {
			return seen, err
		}
	}
	if seen.Screen != "home-signed-out" {
		return seen, r.learnHere(ctx)
	}
	r.say("nobody is signed in: following Account & Lists to the sign-in page")
	if err := r.click(ctx, page.What{Element: "account-link", Label: "Account & Lists"}); err != nil {
		return seen, err
	}
	// Amazon comes back to the page it was asked from; wherever that is, the
	// menu is on it. Still signed out afterwards: not signed in.
	seen, err = r.reachFrom(ctx, seen, append(homes, devicePages...)...)
	if err != nil {
		return seen, err
	}
	if seen.Screen == "home-signed-out" {
		return seen, &Stop{Code: CodeRejected, Screen: seen.Screen,
			Message: "Amazon went back to its home page without signing in",
			Hint:    "sign in once by hand with `unecho login`, then run the same command again"}
	}
	r.say("signed in")
	return seen, r.learnHere(ctx)
}

// learnHere lets a page on the way tell who is signed in. One that cannot be asked, for
// it is going away already, is no error.
func (r *Run) learnHere(ctx context.Context) error {
	if _, err := r.learn(ctx); err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return nil
}

// openFlyout hovers over Account & Lists until the menu shows a link to the
// devices, and tells which element it is: "" when no menu came.
func (r *Run) openFlyout(ctx context.Context) (string, error) {
	r.say("hovering over Account & Lists")
	sctx, cancel := context.WithTimeout(ctx, r.stepTimeout()/2)
	defer cancel()
	account := page.What{Element: "account-link", Label: "Account & Lists"}
	err := r.Tab.HoverUntil(sctx, account, page.What{Element: "flyout-links", Label: "link to the devices in the menu"})
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err != nil {
		var pe *page.Error
		if !errors.As(err, &pe) || pe.Kind == page.KindCrashed {
			return "", err
		}
		r.Log.Log(ctx, LevelNotice, "the menu under Account & Lists did not open: trying another way")
		r.say("why: %v", err)
		return "", nil
	}
	for _, link := range []string{"flyout-content-link", "flyout-devices-link", "flyout-old-link"} {
		there, err := r.Tab.Visible(ctx, page.What{Element: link})
		if err != nil {
			return "", err
		}
		if there {
			return link, nil
		}
	}
	return "", nil
}

// follow hovers again as part of the click's way (the menu closes when the
// mouse leaves it) and clicks the link.
func (r *Run) follow(ctx context.Context, link, label string) (page.Seen, error) {
	r.say("following %q in the menu", label)
	before, err := r.Tab.Look(ctx)
	if err != nil {
		return before, err
	}
	if err := r.click(ctx, page.What{Element: link, Label: label}); err != nil {
		return before, err
	}
	seen, err := r.reachFrom(ctx, before, devicePages...)
	if err != nil {
		return seen, err
	}
	return seen, r.learnHere(ctx)
}

func (r *Run) devicesLink(ctx context.Context) (page.Seen, error) {
	if _, err := r.signedInHome(ctx); err != nil {
		return page.Seen{}, err
	}
	if _, err := r.openFlyout(ctx); err != nil {
		return page.Seen{}, err
	}
	there, err := r.Tab.Visible(ctx, page.What{Element: "flyout-devices-link"})
	if err != nil {
		return page.Seen{}, err
	}
	if !there {
		return r.byAddress(ctx, "the menu has no Devices link")
	}
	seen, err := r.follow(ctx, "flyout-devices-link", "Devices")
	if err != nil {
		return seen, err
	}
	return r.openDevicesTab(ctx, seen)
}

// byFooter takes the link at the foot of every page.
func (r *Run) byFooter(ctx context.Context) (page.Seen, error) {
	foot := page.What{Element: "footer-content-link", Label: "Manage Your Content and Devices in the footer"}
	there, err := r.Tab.Visible(ctx, foot)
	if err != nil {
		return page.Seen{}, err
	}
	if !there {
		return r.byAddress(ctx, "neither menu nor footer has a link to the devices")
	}
	r.Log.Log(ctx, LevelNotice, "taking the link in the footer")
	seen, err := r.follow(ctx, foot.Element, "Manage Your Content and Devices")
	if err != nil {
		return seen, err
	}
	return r.openDevicesTab(ctx, seen)
}

// byAddress is the last way: the address of the devices page.
func (r *Run) byAddress(ctx context.Context, why string) (page.Seen, error) {
	r.Log.Log(ctx, LevelNotice, why+": going to the devices page by its address")
	if err := r.open(ctx, r.home()+"hz/mycd/digital-console/alldevices"); err != nil {
		return page.Seen{}, err
	}
	seen, err := r.Reach(ctx, append([]string{"not-found"}, devicePages...)...)
	if err != nil {
		return seen, err
	}
	if seen.Screen == "not-found" {
		if err := r.open(ctx, r.home()+"hz/mycd/myx"); err != nil {
			return seen, err
		}
		if seen, err = r.Reach(ctx, devicePages...); err != nil {
			return seen, err
		}
	}
	return r.openDevicesTab(ctx, seen)
}

// open goes to an address; a main document that never answers is an error of its
// own, not a screen.
func (r *Run) open(ctx context.Context, url string) error {
	return r.loadPage(ctx, func(ctx context.Context) error { return r.Tab.Goto(ctx, url) })
}

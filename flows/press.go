package flows

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file is the one Deregister, on whichever page: look → intent on disk → click →
// confirm or cancel → watch. Nothing else in unecho calls Journal.Intent.

// How long a page that does nothing is watched. Before the confirmation the pop-up may
// be slow to come; after it, whatever the page still wants to say, the fresh list says
// better.
const (
	unconfirmed = 8 * time.Second
	confirmed   = 4 * time.Second
)

// devicesArea is where the pages of devices are: MYCD, and the Alexa portal.
var devicesArea = regexp.MustCompile(`^/(hz/mycd|mycd|spa)(/|$)`)

// hintTime is how long something that may not be there at all is waited for.
const hintTime = 5 * time.Second

// deregister does for one device what a person does, once its Deregister is in view.
// key is what the list of this site calls it.
func (s site) deregister(ctx context.Context, listed device.Device, key string) pageResult {
	d := listed
	d.Key = key
	intended := false
	intend := func() error {
		if intended {
			return nil
		}
		err := s.r.intend(listed)
		intended = err == nil
		return err
	}
	risked := false
	s.risk = func() error { risked = true; return intend() }
	if out := s.offered(ctx, d); out != nil {
		out.intended, out.risked = intended, risked
		return *out
	}
	s.r.picture(ctx, page.PictureRow, d.Key, listed)
	if err := intend(); err != nil {
		return pageResult{stop: err}
	}
	s.r.explored = true
	s.r.say("clicking Deregister of %s", firstLine(d.Name))
	item := page.What{Known: &page.Known{Key: d.Key, Seek: page.SeekDeregister, At: -1}, Label: "Deregister of " + firstLine(d.Name)}
	err := s.r.click(ctx, item)
	if errors.Is(err, page.ErrNotFound) && ctx.Err() == nil { // what lay over it was closed, and the menu with it
		if out := s.offered(ctx, d); out == nil {
			err = s.r.click(ctx, item)
		}
	}
	if err != nil {
		out := failedResult(err)
		out.intended, out.clicked = true, !refused(err)
		return out
	}
	out := s.follow(ctx, d)
	out.intended, out.clicked = true, true
	return out
}

// offered brings Deregister into view; what it returns, if anything, is why it cannot be pressed.
func (s site) offered(ctx context.Context, d device.Device) *pageResult {
	why, err := s.offer(ctx, d)
	switch {
	case errors.Is(err, page.ErrAmbiguous):
		// Nothing but the doubt itself speaks against the run: Deregister was not pressed.
		return &pageResult{failed: firstLine(err.Error())}
	case err != nil:
		out := failedResult(err)
		return &out
	case why != "":
		return &pageResult{notOffered: why}
	}
	return nil
}

// intend puts the intent on disk: the first Deregister click is the
// destructive one, because a pop-up may never come.
func (r *Run) intend(d device.Device) error {
	if err := r.Journal.Intent(r.Site, r.lists.customer, d); err != nil {
		return &Stop{Code: CodeInternal, Err: err,
			Message: "the journal cannot be written, so Deregister was not clicked: " + firstLine(err.Error()),
			Hint:    "free some disk space or check the permissions of the state directory"}
	}
	return nil
}

// follow answers what the page does after the click: a pop-up to be confirmed, a box to
// be ticked in it, a second one with the result. Which of them come, and in which order,
// nobody outside knows; so all are watched at once, in the page.
func (s site) follow(ctx context.Context, d device.Device) pageResult {
	known := func(seek string) *page.Known { return &page.Known{Key: d.Key, Seek: seek, At: -1} }
	ended := func(err error) pageResult {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return failedResult(err)
	}
	limit := unconfirmed
	for confirms, pages := 0, 0; ; {
		o, err := s.r.Tab.Outcome(ctx, d.Key, min(limit, s.r.stepTimeout()))
		if err != nil {
			s.r.picture(ctx, page.PicturePopup, d.Key) // that it was refused is worth seeing
			if ctx.Err() == nil {
				s.cancel(ctx, d)
			}
			// What is offered after the confirmation is declined; the fresh list says what the
			// confirmation came to.
			if ctx.Err() == nil && (confirms > 0 || s.r.Tab.Sent()) && (errors.Is(err, page.ErrDanger) || errors.Is(err, page.ErrAmbiguous)) {
				s.r.say("declined: %s", firstLine(err.Error()))
				return pageResult{}
			}
			return ended(err)
		}
		switch o.What {
		case "tick":
			s.r.say("ticking the box in the pop-up")
			if err := s.r.Tab.Check(ctx, page.What{Known: known(page.SeekTick), Label: "box in the pop-up for " + firstLine(d.Name)}); err != nil {
				s.cancel(ctx, d)
				return ended(err)
			}
		case "confirm":
			if confirms++; confirms > 3 {
				return pageResult{failed: "the pop-up came back after every confirmation", again: true}
			}
			if confirms == 1 {
				s.r.picture(ctx, page.PicturePopup, d.Key)
				s.r.say("confirming in the pop-up")
			} else {
				// Another question, or the result in a box of its own: either is answered.
				s.r.say("answering the pop-up that says: %s", firstLine(o.Words))
			}
			if err := s.r.click(ctx, page.What{Known: known(page.SeekConfirm), Label: "Deregister in the pop-up for " + firstLine(d.Name)}); err != nil {
				if ctx.Err() == nil {
					s.cancel(ctx, d)
				}
				if confirms > 1 && refused(err) {
					return pageResult{} // it went away by itself
				}
				return ended(err)
			}
			limit = confirmed
		case "notice", "failure":
			s.r.say("the page says: %s", firstLine(o.Words))
			if o.Close {
				if err := s.r.click(ctx, page.What{Known: known(page.SeekNotice), Label: "close button of the result"}); err != nil && ctx.Err() != nil {
					return ended(err)
				}
			}
			if o.What == "failure" {
				return pageResult{failed: "the page said: " + firstLine(o.Words), again: true}
			}
			return pageResult{}
		case "declined":
			return pageResult{failed: "the page asked “" + o.Words + "”, which may not be about this device: answered with Cancel"}
		case "left":
			if confirms > 0 || pages > 0 {
				return pageResult{}
			}
			if asks, err := s.arrived(ctx, d); err != nil {
				return ended(err)
			} else if !asks {
				return pageResult{}
			}
			pages++
			limit = confirmed
		default: // gone, nothing: the fresh list tells
			return pageResult{up: firstLine(o.Up)}
		}
	}
}

// arrived: Deregister led to a page of its own, which may ask: one of the devices' pages, or
// one in their part of the site that nobody has described.
func (s site) arrived(ctx context.Context, d device.Device) (bool, error) {
	seen, err := s.r.Tab.Look(ctx)
	if err != nil || !slices.Contains(deviceScreens, seen.Screen) && (seen.Screen != "unknown" || !devicesArea.MatchString(seen.Path)) {
		return false, err
	}
	return true, s.r.Tab.Arrived(ctx, d.Key)
}

// cancel closes a pop-up that must not be confirmed. If it cannot, the page is loaded
// anew before anything else is clicked anyhow.
func (s site) cancel(ctx context.Context, d device.Device) {
	sctx, cancel := context.WithTimeout(ctx, min(s.r.stepTimeout(), 2*time.Second))
	defer cancel()
	_, err := s.r.Tab.Click(sctx, page.What{Known: &page.Known{Key: d.Key, Seek: page.SeekCancel, At: -1}, Label: "Cancel in the pop-up"})
	var pe *page.Error
	if err != nil && !errors.As(err, &pe) {
		s.r.Log.Debug("the pop-up was not cancelled: " + err.Error())
	}
}

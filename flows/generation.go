package flows

import (
	"context"
	"errors"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// A generation is one form of the devices page on the marketplace: the
// article's list (myx) or today's console. Both show the list of record.
type generation interface {
	// readOnce takes one look at the list: the call behind the page and the page
	// itself. why says how the two differ, "" when they do not.
	readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error)
	// act deregisters one device on this page, from the list as it is shown.
	act(ctx context.Context, l Listing, d device.Device) pageResult
}

// generations by the screen that shows their list.
func (r *Run) generationOf(screen string) generation {
	switch screen {
	case "devices-myx", "devices-console", "device-console":
		return mycd{r: r, screen: screen}
	}
	return nil
}

// listScreen is the screen that this run reads its list from.
func (r *Run) listScreen() string {
	if g, ok := r.list.gen.(mycd); ok && g.console() {
		return "devices-console"
	}
	return "devices-myx"
}

// A pageResult is what happened on a page when one device was to be deregistered there.
type pageResult struct {
	intended   bool      // the intent is in the journal
	clicked    bool      // a Deregister click was delivered, or may have been
	risked     bool      // an icon was pressed of which nothing says what it does
	notOffered string    // why there is nothing to click
	failed     string    // what the page, or the step, said against it
	up         string    // what came up and was not understood
	again      bool      // a fresh page may help: try once more if a fresh list still shows the device
	stop       error     // the run must end, whatever the fresh list says
	over       time.Time // when all of it was done that the page would do
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

// failedResult sorts an error of a step: doubt about the device, a danger, and
// anything that is no finding about this one element end the run.
func failedResult(err error) pageResult {
	var pe *page.Error
	if !errors.As(err, &pe) {
		return pageResult{stop: err}
	}
	words := firstLine(pe.Error())
	switch pe.Kind {
	case page.KindDanger, page.KindOtherDevice, page.KindAmbiguous:
		return pageResult{failed: words, stop: &Stop{Code: CodeNotAll, Message: words, Err: err, Unfamiliar: true,
			Hint: "the run stopped because a click could have met something else; look at the evidence"}}
	case page.KindCrashed, page.KindGone, page.KindNavigation, page.KindOrigin, page.KindStopped, page.KindInternal:
		return pageResult{failed: words, stop: err}
	}
	return pageResult{failed: words}
}

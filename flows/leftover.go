package flows

import (
	"context"
	"errors"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// clickPastResult clicks what belongs to the next device of a batch. The dialog
// with the result of the one before may come late (5 to 10 s were seen), when its
// row is long gone, and then lies over the list until it is closed.
func (r myx) clickPastResult(ctx context.Context, w page.What) error {
	ok := page.What{Element: "result-ok", In: "result-dialog", Label: "OK in a late result dialog"}
	end := time.Now().Add(r.stepTimeout())
	// Long enough for a busy machine: a click that ran out of its time here for no
	// other reason was made a second time, and the run was another one.
	const patience = 2 * time.Second
	for {
		sctx, cancel := context.WithTimeout(ctx, min(patience, time.Until(end)))
		_, err := r.Tab.Click(sctx, w)
		cancel()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !errors.Is(err, page.ErrCovered) && !errors.Is(err, page.ErrTimeout) || !time.Now().Add(500*time.Millisecond).Before(end):
			return err
		}
		there, verr := r.Tab.Visible(ctx, ok)
		if verr != nil {
			return verr
		}
		if !there {
			// Whatever else is in the way: the ordinary click knows best.
			if !errors.Is(err, page.ErrCovered) {
				return r.click(ctx, w)
			}
			continue
		}
		r.say("closing a result dialog that came late")
		if _, err := r.Tab.Click(ctx, ok); err != nil && !errors.Is(err, page.ErrTimeout) && !refused(err) {
			return err
		}
	}
}

package flows

import (
	"context"
	"errors"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// This file is what comes after a click on Deregister, on whichever page.

// A sign is something that a page may show after a click on Deregister: the
// element and what it means.
type sign struct{ element, means string }

// unseen are the signs that do not show now: what stood there before a click says
// nothing about it.
func (r *Run) unseen(ctx context.Context, signs []sign) ([]sign, error) {
	var out []sign
	for _, s := range signs {
		there, err := r.Tab.Visible(ctx, page.What{Element: s.element, Label: s.means})
		if err != nil {
			return nil, err
		}
		if !there {
			out = append(out, s)
		}
	}
	return out, nil
}

// without leaves the signs of one meaning out: after the confirmation, the pop-up
// on its way out does not count.
func without(signs []sign, means string) []sign {
	var out []sign
	for _, s := range signs {
		if s.means != means {
			out = append(out, s)
		}
	}
	return out
}

// How long a page that does nothing is watched. Before the confirmation the
// pop-up may be slow to come; after it, whatever the page still wants to say,
// the fresh list says better.
const (
	unconfirmed = 8 * time.Second
	confirmed   = 3 * time.Second
)

// afterClick waits for whatever the page does next and names it: the meaning of
// the first sign that shows, "gone" (the row vanished) or "nothing". A page that
// shows that it is working, by the element busy, gets the time of one step; what
// it then still hides, the fresh list tells.
func (r *Run) afterClick(ctx context.Context, row page.What, busy string, signs []sign, quiet time.Duration) (string, error) {
	ws := make([]page.What, len(signs))
	for i, s := range signs {
		ws[i] = page.What{Element: s.element, Label: s.means}
	}
	end := time.Now().Add(r.stepTimeout())
	limit := time.Now().Add(min(r.stepTimeout(), quiet))
	for slice := 100 * time.Millisecond; ; slice = min(2*slice, 500*time.Millisecond) {
		wctx, cancel := context.WithTimeout(ctx, slice)
		i, err := r.Tab.Wait(wctx, ws...)
		cancel()
		if err == nil {
			return signs[i].means, nil
		}
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		if !errors.Is(err, page.ErrTimeout) {
			return "", err
		}
		there, err := r.Tab.Visible(ctx, row)
		if errors.Is(err, page.ErrNotFound) || err != nil && onlyNamesakes(err, row.Of) {
			there, err = false, nil
		}
		if err != nil {
			return "", err
		}
		if !there {
			return "gone", nil
		}
		if !time.Now().Before(limit) {
			working, err := r.Tab.Visible(ctx, page.What{Element: busy, Label: "sign that the page is working"})
			if err != nil || !working || !time.Now().Before(end) {
				return "nothing", err
			}
		}
	}
}

// onlyNamesakes: the rows that are left under the name of a device belong to others
// that are called the same, so its own is gone.
func onlyNamesakes(err error, row *page.Row) bool {
	var pe *page.Error
	if row == nil || !errors.As(err, &pe) || pe.Kind != page.KindOtherDevice && pe.Kind != page.KindAmbiguous {
		return false
	}
	for _, o := range row.Others {
		if clean(o.Name) == clean(row.Is.Name) {
			return true
		}
	}
	return false
}

// cancelDialog closes a pop-up that must not be confirmed. If it cannot, the
// page is loaded anew before anything else is clicked anyhow.
func (r *Run) cancelDialog(ctx context.Context, button string) {
	sctx, cancel := context.WithTimeout(ctx, min(r.stepTimeout(), 2*time.Second))
	defer cancel()
	if _, err := r.Tab.Click(sctx, page.What{Element: button, Label: "Cancel in the pop-up"}); err != nil {
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

package flows

import (
	"context"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/page"
)

// A rowForm names the elements by which a page lists devices. What a page does
// not have is empty.
type rowForm struct {
	rows, name string
	more       string   // button that adds rows
	next, here string   // button that shows the next rows in place of these; what tells which page it is
	ids        []string // ids to look for anywhere in a row
}

// readRows reads the rows of a list, and makes the page show more of them until
// it shows as many as are wanted and offers no more: by its button, by its pages,
// else by scrolling.
func (r *Run) readRows(ctx context.Context, f rowForm, want int, deadline time.Time) ([]row, error) {
	var before []row // of the pages that were left
	for {
		items, err := r.Tab.Read(ctx, page.ReadRows{Rows: f.rows, Fields: map[string]string{"name": f.name}, IDs: f.ids})
		if err != nil {
			return nil, err
		}
		rows := append(before[:len(before):len(before)], rowsOf(items)...)
		if !time.Now().Before(deadline) {
			return rows, nil
		}
		turned, err := r.turnPage(ctx, f, deadline)
		if err != nil {
			return nil, err
		}
		if turned {
			before = rows
			continue
		}
		pressed, err := r.pressMore(ctx, f)
		if err != nil {
			return nil, err
		}
		switch {
		case pressed:
		case len(rows) >= want:
			return rows, nil
		default:
			if err := r.Tab.Call(ctx, `() => { window.scrollTo(0, document.documentElement.scrollHeight) }`, nil, nil); err != nil {
				return nil, err
			}
		}
		grown, err := r.grew(ctx, f.rows, len(items))
		if err != nil {
			return nil, err
		}
		if !grown && (!pressed || len(rows) >= want) {
			return rows, nil
		}
	}
}

// pressMore presses the button that adds rows, if there is one.
func (r *Run) pressMore(ctx context.Context, f rowForm) (bool, error) {
	if f.more == "" {
		return false, nil
	}
	more := page.What{Element: f.more, Label: "Show More"}
	there, err := r.Tab.Visible(ctx, more)
	if err != nil || !there {
		return false, err
	}
	return true, r.click(ctx, more)
}

// turnPage goes to the next page of a list, if there is one, and waits until it
// is that page.
func (r *Run) turnPage(ctx context.Context, f rowForm, deadline time.Time) (bool, error) {
	if f.next == "" {
		return false, nil
	}
	next := page.What{Element: f.next, Label: "next page of the list"}
	there, err := r.Tab.Visible(ctx, next)
	if err != nil || !there {
		return false, err
	}
	from, err := r.pageOf(ctx, f)
	if err != nil {
		return false, err
	}
	if err := r.click(ctx, next); err != nil {
		return false, err
	}
	for try := 0; time.Now().Before(deadline); try++ {
		if err := pause(ctx, min(time.Duration(20+20*try)*time.Millisecond, 300*time.Millisecond)); err != nil {
			return false, err
		}
		to, err := r.pageOf(ctx, f)
		if err != nil || to != from && to != "" {
			return err == nil, err
		}
	}
	return false, nil
}

// pageOf tells the pages of a list apart: by the number that is marked, and where
// none is, by what the rows say.
func (r *Run) pageOf(ctx context.Context, f rowForm) (string, error) {
	items, err := r.Tab.Read(ctx, page.ReadRows{Rows: f.here})
	if err != nil {
		return "", err
	}
	if len(items) == 0 {
		if items, err = r.Tab.Read(ctx, page.ReadRows{Rows: f.rows}); err != nil {
			return "", err
		}
	}
	var all []string
	for _, it := range items {
		all = append(all, it.ID, it.Text)
	}
	return strings.Join(all, "\n"), nil
}

// grew waits up to a second for the page to show more rows than before.
func (r *Run) grew(ctx context.Context, rows string, before int) (bool, error) {
	for try := range 10 {
		if err := pause(ctx, time.Duration(20+10*try)*time.Millisecond); err != nil {
			return false, err
		}
		items, err := r.Tab.Read(ctx, page.ReadRows{Rows: rows})
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
		w := row{name: it.Fields["name"], ids: it.IDs}
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

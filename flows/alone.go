package flows

import (
	"context"
	"slices"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file makes sure that a name which no id tells stands on the page only once.

// alone goes through all that the view of a device can show, by scrolling, "show more" and
// pages, and refuses a name that stands there twice.
func (s site) alone(ctx context.Context, d device.Device, v page.Survey) error {
	twice := func() error {
		return &page.Error{Kind: page.KindAmbiguous, What: firstLine(d.Name), Words: "the page shows this name more often than the list does, and no id tells them apart"}
	}
	seen := map[string]float64{} // by page of the list
	at, turned := "", true       // the page, told by what it shows at its beginning
	note := func(v page.Survey) error {
		for _, top := range v.Tops {
			for page, t := range seen {
				if page != at || t-top > 12 || top-t > 12 {
					return twice()
				}
			}
			seen[at] = top
		}
		return nil
	}
	if _, err := s.r.Tab.Roll(ctx, true); err != nil {
		return err
	}
	tried, rolled := map[string]bool{}, false
	s.r.explored = true
	for range maxScrolled {
		v, err := s.survey(ctx, d.Key)
		if err != nil {
			return err
		}
		if v.State == "ambiguous" && v.Unsure {
			return twice()
		}
		if turned {
			// A page that is slow to turn still shows what it showed before.
			for end := time.Now().Add(s.r.stepTimeout() / 4); v.Print == at && time.Now().Before(end); {
				if v, err = s.survey(ctx, d.Key); err != nil {
					return err
				}
			}
			at, turned = v.Print, false
		}
		if err := note(v); err != nil {
			return err
		}
		moved, err := s.r.Tab.Roll(ctx, false)
		if err != nil {
			return err
		}
		if !moved && rolled { // a list that grows at its end may take its time
			if moved, err = s.grows(ctx, d.Key, v.Print); err != nil {
				return err
			}
		}
		if rolled = rolled || moved; moved {
			continue
		}
		i := slices.IndexFunc(v.Navs, func(n page.Nav) bool {
			return n.Kind == "more" || (n.Kind == "next" || n.Kind == "page") && !tried[n.Sig+at]
		})
		if i < 0 {
			return nil
		}
		n := v.Navs[i]
		tried[n.Sig+at] = true
		sctx, cancel := context.WithTimeout(ctx, min(s.r.stepTimeout(), 5*time.Second))
		_, err = s.r.Tab.Click(sctx, page.What{Known: &page.Known{Seek: page.SeekNav, Sig: n.Sig, At: -1}, Label: quoted(n.Words, n.Kind)})
		cancel()
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil: // what it would show stays unseen: that is a doubt
			return &page.Error{Kind: page.KindAmbiguous, What: firstLine(d.Name), Words: "no id identifies it, and the rest of the list could not be loaded: " + firstLine(err.Error())}
		}
		if n.Kind != "more" {
			turned = true
			if _, err := s.r.Tab.Roll(ctx, true); err != nil {
				return err
			}
		}
	}
	return &page.Error{Kind: page.KindAmbiguous, What: firstLine(d.Name), Words: "no id identifies it, and the list never ends"}
}

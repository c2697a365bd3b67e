package flows

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/selectors"
)

// A picture is left out where it cannot be taken, and it does not hold up the run.
func TestAPictureThatFailsIsLeftOut(t *testing.T) {
	sel, err := selectors.Default()
	if err != nil {
		t.Fatal(err)
	}
	life, end := context.WithCancel(browsertest.Tab(t))
	defer end()
	tab, err := page.Attach(life, page.Options{Selectors: sel, Site: "amazon.com"})
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := tab.Goto(ctx, "data:text/html,<p>a page</p>"); err != nil {
		t.Fatal(err)
	}
	var got []Picture
	r := New(Config{Tab: tab, Log: slog.New(slog.DiscardHandler), Picture: func(p Picture) { got = append(got, p) }})
	echo := device.Device{Key: "a1", Name: "Echo"}
	r.picture(ctx, page.PictureRow, "a1", echo)
	r.picture(ctx, page.PicturePopup, "a1") // of the device before
	if len(got) != 2 || got[1].Devices[0].Key != "a1" || len(got[1].JPEG) == 0 {
		t.Fatalf("on a page that is there: %d pictures", len(got))
	}
	got = nil
	over, cancel := context.WithCancel(ctx)
	cancel()
	r.picture(over, page.PictureRow, "a1", echo)
	if len(got) > 0 {
		t.Errorf("of a run that is over: %d pictures", len(got))
	}
	end()
	started := time.Now()
	r.picture(ctx, page.PictureRow, "a1", echo)
	if took := time.Since(started); len(got) > 0 || took > pictureTime+time.Second {
		t.Errorf("of a tab that is gone: %d pictures after %v", len(got), took)
	}
}

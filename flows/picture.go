package flows

import (
	"context"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// This file takes the pictures of a report. None is needed for anything: one that
// cannot be taken is left out, and where nobody wants them nothing is asked of the page.

// pictureTime bounds what one picture may cost.
const pictureTime = 3 * time.Second

// A Picture is what was on the page at one step of some devices.
type Picture struct {
	Step    string // page.PictureRow, page.PicturePopup or page.PictureWindow: the fresh list
	Devices []device.Device
	JPEG    []byte
}

// picture takes one, of what the page calls key. The devices are as the list of the
// run has them; none given: those of the picture before.
func (r *Run) picture(ctx context.Context, step, key string, of ...device.Device) {
	if r.Picture == nil || ctx.Err() != nil {
		return
	}
	if len(of) > 0 {
		r.pictured = of
	}
	ctx, cancel := context.WithTimeout(ctx, pictureTime)
	defer cancel()
	jpeg, err := r.Tab.Picture(ctx, step, key)
	if err != nil {
		r.Log.Debug("no picture: " + firstLine(err.Error()))
		return
	}
	r.Picture(Picture{Step: step, Devices: r.pictured, JPEG: jpeg})
}

// pictureList takes the picture of a fresh list, for all that it is to prove.
func (w *work) pictureList(ctx context.Context, tried []*attempt) {
	var of []device.Device
	for _, a := range tried {
		of = append(of, a.Device)
	}
	w.r.picture(ctx, page.PictureWindow, "", of...)
}

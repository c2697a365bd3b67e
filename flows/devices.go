package flows

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
	"github.com/unecho/unecho/flows/proof"
)

// This file reads a devices page: the list call behind it, and what the page itself
// says of it. No layout is known here (design, idea 11): what the list call names is
// looked for where it stands.

// mycd is Manage Your Content and Devices, in whichever generation: they differ in which
// of the two list calls is asked first.
type mycd struct {
	r      *Run
	screen string
}

// The list calls of the two generations (facts/content-and-devices.md, graded T).
const (
	overviewPath = "/hz/mycd/digital-console/ajax"
	overviewBody = `activity=GetDevicesOverview&activityInput=%7B%22surfaceType%22%3A%22LargeDesktop%22%7D&clientId=MYCD_WebService`
	devicesPath  = "/hz/mycd/ajax"
	devicesBody  = "data=%7B%22param%22%3A%7B%22GetDevices%22%3A%7B%7D%7D%7D"
)

func (m mycd) console() bool { return m.screen != "devices-myx" }

func (m mycd) fetch(ctx context.Context) (device.List, error) {
	if m.console() {
		return m.r.call(ctx, overviewPath, overviewBody, device.ParseOverview)
	}
	return m.r.call(ctx, devicesPath, devicesBody, device.ParseGetDevices)
}

// readOnce implements generation: the call, and where it holds nothing, or the page gives
// a total of its own, the page's word.
func (m mycd) readOnce(ctx context.Context, deadline time.Time) (l Listing, why string, err error) {
	list, err := m.fetch(ctx)
	if err != nil {
		return l, "", err
	}
	l = Listing{Via: viaMYCD}
	if err := m.r.own(ctx, &l, m.source(), list); err != nil {
		return l, "", err
	}
	// What the list lacks since the last one, and all that was pressed in this run, the page
	// must not show any more, however often it is loaded.
	var left []device.Device
	listed := map[string]bool{} // most are found by their keys as they stand there
	for _, d := range l.Devices {
		listed[d.Key] = d.Key != ""
	}
	lacks := func(devices []device.Device) {
		for _, d := range devices {
			if listed[d.Key] {
				continue
			}
			if _, ok := l.find(d); !ok && !slices.ContainsFunc(left, func(o device.Device) bool { return keyOf(o) == keyOf(d) }) {
				left = append(left, d)
			}
		}
	}
	if m.r.lists.last != nil {
		lacks(m.r.lists.last.Devices)
	}
	lacks(m.r.lists.touched)
	if err := m.r.Tab.Know(knownDevices(append(slices.Clone(list.Devices), left...))); err != nil {
		return l, "", err
	}
	if len(left) > 0 {
		sctx, cancel := context.WithTimeout(ctx, min(m.r.stepTimeout(), hintTime))
		shown, err := m.r.Tab.Shows(sctx, keysOf(left), m.r.lists.byName)
		cancel()
		if err != nil && ctx.Err() != nil {
			return l, "", context.Cause(ctx)
		}
		for _, d := range left {
			if slices.Contains(shown, keyOf(d)) {
				l.read.Page.IDs = append(l.read.Page.IDs, d.AccountID, d.Serial)
			}
		}
	}
	if len(list.Devices) == 0 {
		v, err := m.r.Tab.Glance(ctx, "")
		if err != nil {
			return l, "", err
		}
		if l.Empty = v.Empty; !l.Empty {
			return l, "the list is empty and the page does not say so", nil
		}
	}
	return l, "", nil
}

// source is the call that this generation of the page is read by.
func (m mycd) source() string {
	if m.console() {
		return proof.Overview
	}
	return proof.Devices
}

// knownDevices are the devices of a list as the page layer looks for them.
func knownDevices(devices []device.Device) []page.Device {
	out := make([]page.Device, 0, len(devices))
	for _, d := range devices {
		k := page.Device{Key: keyOf(d), Name: d.Name, Labels: d.Labels, Date: d.Date}
		for _, id := range []string{d.AccountID, d.Serial} {
			if id != "" {
				k.IDs = append(k.IDs, id)
			}
		}
		out = append(out, k)
	}
	return out
}

func keysOf(devices []device.Device) (keys []string) {
	for _, d := range devices {
		keys = append(keys, keyOf(d))
	}
	return keys
}

// keyOf is a device's key, or where it has none its name.
func keyOf(d device.Device) string {
	if d.Key != "" {
		return d.Key
	}
	return "name:" + strings.TrimSpace(d.Name)
}

// act implements generation.
func (m mycd) act(ctx context.Context, l Listing, d device.Device) pageResult {
	if err := m.r.Tab.Know(knownDevices(l.Devices)); err != nil {
		return pageResult{stop: err}
	}
	return m.site().deregister(ctx, d, keyOf(d))
}

func (m mycd) site() site {
	if m.r.learnt == nil {
		m.r.learnt = &learned{trails: map[string]string{}}
	}
	return site{r: m.r, learned: m.r.learnt, fresh: m.r.reopenList}
}

// tellable: a device can be told from the others: by an id, or a name of its own.
func tellable(d device.Device, all []device.Device) bool {
	if tells(d.Serial) || tells(d.AccountID) {
		return true
	}
	same := 0
	for _, o := range all {
		if page.Clean(o.Name) == page.Clean(d.Name) {
			same++
		}
	}
	return same <= 1
}

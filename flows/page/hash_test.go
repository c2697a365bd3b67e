package page

import "testing"

// The route of a page that shows one device is part of the guard: between the look
// and the press the page may come to show another device.
func TestAPageThatTurnsToAnotherDeviceIsNotClicked(t *testing.T) {
	w := open(t, "/recycled.html")
	js[any](w, "void (location.hash = '#settings/device/G0AAAA0000000001')")
	one := device(0)
	one.Hash = "G0AAAA0000000001"
	if ok, err := w.Visible(w.ctx, one); err != nil || !ok {
		t.Fatalf("not visible on its own page: %v", err)
	}
	w.between("void history.replaceState(null, '', '#settings/device/G0BBBB0000000002')")
	_, err := w.Click(w.ctx, one)
	refused(t, err, ErrOtherDevice, "another page")
	w.wants()

	for _, hash := range []string{"", "#settings", "#settings/device/XG0AAAA0000000001", "#settings/device/G0AAAA00000000011"} {
		js[any](w, "void history.replaceState(null, '', '"+"?x"+hash+"')")
		_, err := w.Click(w.ctx, one)
		refused(t, err, ErrOtherDevice)
	}
	w.wants()
}

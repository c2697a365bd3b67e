package cli

import (
	"fmt"
	"io"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
)

// Results are what a run is for, and are never altered: no redactor stands over
// stdout. They are built from what Amazon's list says of the devices and from our
// own words; what comes from pages and errors, as a reason does, is redacted first.

// unsaid is nil if no device gives a secret away in full; otherwise the run ends
// here, without printing it and without printing something else in its place.
func (a *app) unsaid(devs []device.Device) error {
	for i, d := range devs {
		for _, f := range []struct{ what, text string }{
			{"name", d.Name}, {"serial", d.Serial}, {"key", d.Key}, {"type", d.Type}, {"family", d.Family}, {"owner", d.Owner}, {"date", d.Registered},
		} {
			if a.red.Holds(f.text) {
				return &flows.Stop{Code: flows.CodeInternal,
					Message: fmt.Sprintf("the %s of device %d of %d holds one of your secrets in full: it was not printed, and the run stopped", f.what, i+1, len(devs)),
					Hint:    "change the secret, since anybody who sees the list can read it; or rename the device on Amazon's page"}
			}
		}
	}
	return nil
}

// unsaidOf is unsaid for what became of devices; their reasons are redacted.
func (a *app) unsaidOf(results []device.Result) error {
	devs := make([]device.Device, len(results))
	for i := range results {
		devs[i] = results[i].Device
		results[i].Reason = a.red.String(results[i].Reason)
	}
	return a.unsaid(devs)
}

// aside is stderr for a result that is no part of stdout.
func (a *app) aside() io.Writer {
	flush(a.Err)
	return a.plainErr
}

package cli

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/redact"
)

// Digits of a serial can be those of a password: the result stays what it is. A
// device that bears a secret as its name ends the run.
func TestResultsAreExactOrNotThere(t *testing.T) {
	d := device.Device{Key: "acc1", Name: "Kitchen Echo", Serial: "G0STANDIN0001301"}
	results := func() []device.Result {
		return []device.Result{{Device: d, Outcome: device.Failed, Reason: "the page said hunter2-hunter2 and 001301"}}
	}
	for secret, stops := range map[string]bool{
		"001301": false, "devices": false, "key": false, "Echo": false, "G0STANDIN": false, "Kitchen": false, "STANDIN0001301": false,
		"Kitchen Echo": true, "G0STANDIN0001301": true,
	} {
		for _, form := range []string{"table", "json", "csv"} {
			var out, errs bytes.Buffer
			a := &app{Env: Env{Out: &out, Err: &errs}, red: redact.New(secret, "hunter2-hunter2")}
			a.o.json, a.o.csv = form == "json", form == "csv"
			s := &session{a: a, site: "amazon.com"}
			err := a.printResults(s, results(), nil)
			var stop *flows.Stop
			switch {
			case stops && (!errors.As(err, &stop) || stop.Code != flows.CodeInternal || out.Len() > 0 || strings.Contains(stop.Message+stop.Hint, secret)):
				t.Errorf("%q as %s: %v, printed %q", secret, form, err, out.String())
			case stops:
			case err != nil || !strings.Contains(out.String(), d.Serial) || !strings.Contains(out.String(), d.Name) || strings.Contains(out.String(), "hunter2"):
				t.Errorf("%q as %s: %v, printed %q", secret, form, err, out.String())
			case form == "json" && !strings.Contains(out.String(), `"devices": [`):
				t.Errorf("%q: %s", secret, out.String())
			}
			if err := a.unsaid([]device.Device{d}); (err != nil) != stops {
				t.Errorf("%q: %v", secret, err)
			}
		}
	}
}

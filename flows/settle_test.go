package flows

import (
	"context"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/journal"
	"github.com/unecho/unecho/flows/proof"
)

// A killed run left an intent. What the next list makes of it depends on whether
// anything witnesses that the list is complete.
func TestSettlingNeedsAWitness(t *testing.T) {
	d := func(name string) device.Device {
		return device.Device{Name: name, AccountID: "acc-" + name, Key: "acc-" + name, Customer: "C1"}
	}
	for _, c := range []struct {
		name string
		held string // what the killed run's list held, "" for a journal that does not say
		also string // touched by that run too
		now  string
		want device.Outcome
		open int
		says string
	}{
		{"the others are there", "echo kindle show", "", "kindle show", device.Deregistered, 0, "the device is gone"},
		{"it is listed", "echo kindle show", "", "echo kindle show", device.Failed, 0, "still listed"},
		{"another device is missing too", "echo kindle show", "", "show", device.Unknown, 1, "also lacks what was not touched (acc-kindle)"},
		{"what is missing too was done by that run", "echo kindle show", "kindle", "show", device.Deregistered, 0, "the device is gone"},
		{"nothing is kept of the list", "", "", "kindle show", device.Unknown, 1, "nothing is kept"},
		{"only strangers are listed", "echo", "", "kindle", device.Unknown, 1, "no device of the list before"},
		{"the list is empty and says so", "echo", "", "", device.Deregistered, 0, "the device is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			killed, err := journal.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			if c.held != "" {
				var keys []string
				for _, n := range strings.Fields(c.held) {
					keys = append(keys, "acc-"+n)
				}
				killed.Holds(proof.Devices, keys)
			}
			if c.also != "" { // and with this one the list is written down
				if err := killed.Intent("amazon.com", "C1", d(c.also)); err != nil {
					t.Fatal(err)
				}
				if err := killed.Outcome("amazon.com", "C1", device.Result{Device: d(c.also), Outcome: device.Deregistered}); err != nil {
					t.Fatal(err)
				}
			}
			if err := killed.Intent("amazon.com", "C1", d("echo")); err != nil {
				t.Fatal(err)
			}
			j, err := journal.Open(dir)
			if err != nil {
				t.Fatal(err)
			}
			r := New(Config{Site: "amazon.com", Journal: j, SettleWindow: time.Nanosecond, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			r.lists.customer = "C1"
			call := device.List{Count: -1}
			for _, n := range strings.Fields(c.now) {
				call.Devices = append(call.Devices, d(n))
				call.Rows++
			}
			l := Listing{Devices: call.Devices, Customer: "C1", Via: "mycd", Empty: c.now == "", read: proof.Of(proof.Devices, call)}
			var told []device.Result
			if _, err := r.Settle(context.Background(), l, j, func(_ journal.Entry, r device.Result) { told = append(told, r) }); err != nil {
				t.Fatal(err)
			}
			if len(told) != 1 || told[0].Outcome != c.want || !strings.Contains(told[0].Reason, c.says) {
				t.Errorf("%+v, want %s, %q", told, c.want, c.says)
			}
			if n := len(j.Open()); n != c.open {
				t.Errorf("%d are open, want %d", n, c.open)
			}
			if c.want == device.Failed {
				return
			}
			// Asking for it again says the same.
			choices, err := device.Select(l.Devices, device.Request{Names: []string{"echo"}}, j.Past("amazon.com", "C1"))
			if err != nil {
				t.Fatal(err)
			}
			want := device.AlreadyGone
			if c.want == device.Unknown {
				want = device.Unknown
			}
			if got := r.Past(l, choices, j); len(got) != 1 || got[0].Outcome != want {
				t.Errorf("asked for again: %+v, want %s", got, want)
			}
		})
	}
}

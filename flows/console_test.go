package flows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
)

const (
	kitchen = "Kitchen Echo"
	bedroom = "Bedroom Echo Dot"
	kindle  = "Ada's Kindle"
	app     = "Ada's Alexa App"
	kids    = "Mia's Echo Dot Kids"
	tv      = "Ada's Fire TV Stick"
	show    = "Living Room Show"
)

func named(n ...string) device.Request { return device.Request{Names: n} }

// went is the outcome of names that are all deregistered.
func went(n ...string) string { return each(device.Deregistered, n...) }

func each(o device.Outcome, names ...string) string {
	var out []string
	for _, n := range names {
		out = append(out, fmt.Sprintf("%s: %s", n, o))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// consoleSuite are the rows of TestConsole that the default suite plays: where another
// device, a danger or a name could be hit, where nothing may be done, where a list does not
// tell all; and one of each kind of form. The layouts (TestLayouts) draw many more forms.
var consoleSuite = []string{"console", "console-rows", "console+keyless", "console-no-popup", "console-disabled-confirm", "console+stale-row", "console-reshuffle",
	"console-wipe-neighbours+console-more-actions+console-no-popup", "console-wipe-neighbours+console-rows+german", "console+household",
	"console+session-expires", "console+no-account-id"}

// Today's page, in the forms that it may have and with what may go wrong on it.
// What must hold at any ending (nothing else touched, no danger, the report agrees
// with the account) is checked by play.
func TestConsole(t *testing.T) {
	t.Parallel()
	const waysToConsole = 5 // the first rows, which are about the way there and begin with the sign-in
	for i, c := range []struct {
		scenario string
		ask      []string
		want     string
		code     int
	}{
		// the ways to it
		{"console", []string{kitchen}, went(kitchen), 0},
		{"console+two-links", []string{kitchen}, went(kitchen), 0},
		{"console+no-flyout", []string{kitchen}, went(kitchen), 0},
		{"console+stripped", []string{kitchen}, went(kitchen), 0},
		{"console+late-flyout+toaster+cookie-banner", []string{kitchen}, went(kitchen), 0},
		// its forms
		{"console", []string{kitchen, bedroom, kindle, app, tv}, went(kitchen, bedroom, kindle, app, tv), 0},
		{"console-many-in-a-tile", []string{kitchen, "Attic Echo Dot 8", bedroom}, went(kitchen, "Attic Echo Dot 8", bedroom), 0},
		{"console-rows", []string{kitchen, bedroom, kindle}, went(kitchen, bedroom, kindle), 0},
		{"console-more-actions", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console-preselected", []string{bedroom, show}, went(bedroom, show), 0},
		{"console-flat", []string{bedroom, kindle}, went(bedroom, kindle), 0},
		{"console-no-counts", []string{bedroom, kindle}, went(bedroom, kindle), 0},
		{"console-div-tiles", []string{bedroom, kindle}, went(bedroom, kindle), 0},
		{"console-div-tiles+console-no-counts", []string{bedroom}, went(bedroom), 0},
		{"console-other-classes", []string{bedroom, kindle}, went(bedroom, kindle), 0},
		{"console-rows+console-other-classes+other-ids", []string{bedroom}, went(bedroom), 0},
		{"console-unknown-family", []string{show, tv}, went(show, tv), 0},
		{"console-pages", []string{kitchen, "Attic Echo Dot 30"}, went(kitchen, "Attic Echo Dot 30"), 0},
		{"console-pages+console-rows", []string{kitchen}, went(kitchen), 0},
		{"console-show-more", []string{kitchen}, went(kitchen), 0},
		{"console-grow", []string{kitchen}, went(kitchen), 0},
		{"console-flat+console-pages", []string{kitchen}, went(kitchen), 0},
		{"console-flat+console-show-more", []string{kitchen}, went(kitchen), 0},
		{"console+other-ids", []string{kitchen}, went(kitchen), 0},
		{"console-rows+truncated", []string{"Kitchen Echo over the sink"}, went("Kitchen Echo over the sink"), 0},
		{"console+keyless", []string{kitchen}, went(kitchen), 0},
		{"console+german", []string{kitchen, kindle}, went(kitchen, kindle), 0},
		{"console-more-actions+german+console-modal", []string{kitchen}, went(kitchen), 0},
		{"console+slow", []string{kitchen}, went(kitchen), 0},
		// the pop-up and the result
		{"console-no-popup", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console+late-popup+late-result", []string{kitchen}, went(kitchen), 0},
		{"console-disabled-confirm", []string{kitchen}, went(kitchen), 0},
		{"console-modal", []string{kitchen, bedroom, kindle}, went(kitchen, bedroom, kindle), 0},
		{"console-modal+late-result", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console+covered-for-a-while", []string{kitchen}, went(kitchen), 0},
		{"console+stale-row", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		// rows that do not stay what they are
		{"console-reshuffle", []string{kitchen, bedroom, show}, went(kitchen, bedroom, show), 0},
		{"console-reshuffle+console-rows", []string{kitchen, bedroom, show}, went(kitchen, bedroom, show), 0},
		{"console-rerender", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console-rerender+console-rows", []string{kitchen}, went(kitchen), 0},
		// what stands beside Deregister
		{"console-wipe-neighbours", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console-wipe-neighbours+console-more-actions+console-no-popup", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console-wipe-neighbours+console-rows+german", []string{kitchen}, went(kitchen), 0},
		// not offered
		{"console", []string{kids}, each(device.NotOffered, kids), 1},
		{"console-rows", []string{kids, kitchen}, each(device.NotOffered, kids) + ", " + each(device.Deregistered, kitchen), 1},
		{"console+household", []string{"Grace's Echo"}, each(device.NotOffered, "Grace's Echo"), 1},
		// lists that do not tell all, or not at once
		{"console+lagging", []string{kitchen}, went(kitchen), 0},
		{"console+csrf-fails-once", []string{kitchen}, went(kitchen), 0},
		{"console+ajax-503-once", []string{kitchen}, went(kitchen), 0},
		{"console+session-expires", []string{kitchen, bedroom}, went(kitchen, bedroom), 0},
		{"console+no-serial", []string{kitchen}, went(kitchen), 0},
		{"console+no-account-id", []string{kitchen}, went(kitchen), 0},
		{"one+console", []string{kitchen}, went(kitchen), 0},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: c.scenario, Request: named(c.ask...), SignedIn: i >= waysToConsole, Rest: !slices.Contains(consoleSuite, c.scenario) ||
				c.scenario == "console-rows" && c.code == 1}) // another one plays what is not offered, and waits as long for it
			slices.Sort(c.ask)
			want := strings.Split(c.want, ", ")
			slices.Sort(want)
			if got := e.outcomes(); got != strings.Join(want, ", ") || e.Code != c.code {
				t.Errorf("%s, exit %d; want %s, exit %d; stop %v", got, e.Code, strings.Join(want, ", "), c.code, e.Stop)
			}
		})
	}
}

// What must not be done, or cannot be known, is said, and nothing else is touched.
func TestConsoleStops(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scenario string
		ask      []string
		want     string
		code     int
		says     string // part of the reason or of the message
		step     time.Duration
	}{
		{"console-popup-other", []string{kitchen, kindle}, each(device.Failed, kitchen, kindle), 1, "names another device", 0},
		{"console-failure", []string{kitchen}, each(device.Failed, kitchen), 1, "could not be deregistered", 0},
		{"console-failure+console-modal", []string{kitchen}, each(device.Failed, kitchen), 1, "could not be deregistered", 0},
		{"console-failure+console-modal+german", []string{kitchen}, each(device.Failed, kitchen), 1, "nicht abgemeldet", 0},
		{"console-disabled-forever", []string{kitchen}, each(device.Failed, kitchen), 1, "disabled", 2 * time.Second},
		{"console+covered", []string{kitchen}, each(device.Failed, kitchen), 1, "Deregister in the pop-up", 2 * time.Second},
		{"console+false-success", []string{kitchen, bedroom}, each(device.Failed, kitchen, bedroom), 1, "still shows", 2 * time.Second},
		{"console+short-list", []string{kitchen}, each(device.Unknown, kitchen), 1, "also lacks", 2 * time.Second},
		// What the call lacks and the page shows proves nothing either way: the list is that of the call.
		{"console+short-list-before", []string{kitchen}, each(device.Deregistered, kitchen), 0, "", 2 * time.Second},
		{"console+customer-changes", []string{kitchen}, each(device.Unknown, kitchen), 6, "changed", 0},
		{"console+empty", []string{kitchen}, "", 3, "", 0},
		{"console+empty-unproven", []string{kitchen}, "", 6, "", 2 * time.Second},
		{"console+unknown-page", []string{kitchen}, "", 6, "", 2 * time.Second},
		{"console+keyless+duplicate-names", []string{"Bedroom Echo Dot"}, went("Bedroom Echo Dot"), 0, "", 0},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: c.scenario, Request: named(c.ask...), Step: c.step, SignedIn: true,
				Rest: strings.HasPrefix(c.scenario, "console-failure+") || slices.Contains([]string{"console+empty", "console+unknown-page"}, c.scenario)}) // the plain ones are played
			if got := e.outcomes(); got != c.want || e.Code != c.code {
				t.Errorf("%s, exit %d; want %s, exit %d; stop %v", got, e.Code, c.want, c.code, e.Stop)
			}
			said := ""
			if e.Stop != nil {
				said = e.Stop.Message
				if e.Stop.Screen == "devices-myx" {
					t.Error("it names the other page's screen")
				}
			}
			for _, r := range e.Results {
				said += "\n" + r.Reason
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("it does not say %q: %s", c.says, said)
			}
		})
	}
}

// A row that comes to show another device under the mouse, or under the press, is
// noticed: the wrong device is never deregistered, whatever becomes of the right one.
func TestConsoleRowsThatAreUsedAgain(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"console-reused-rows", "console-reused-rows+console-rows", "console-reused-rows+console-no-popup", "console-reused-rows+keyless",
		"console-reused-rows+console-rows+console-no-popup+keyless"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: scenario, Request: named(kitchen, bedroom, kindle), Step: 3 * time.Second, SignedIn: true,
				Rest: scenario != "console-reused-rows+console-rows" && scenario != "console-reused-rows+console-rows+console-no-popup+keyless"}) // the last has all of them, in rows
			// It came as far as the row that changes: a run that ends before shows nothing.
			if len(e.Listing.Devices) == 0 || len(e.Results) != 3 {
				t.Fatalf("it never came to a device: exit %d, %s, %v", e.Code, e.outcomes(), e.Stop)
			}
			tried := 0
			for _, r := range e.Results {
				if r.Outcome == device.Deregistered || !strings.Contains(r.Reason, "not attempted") {
					tried++
				}
				if r.Outcome != device.Deregistered && r.Reason == "" {
					t.Errorf("%s: %s, without a word", r.Name, r.Outcome)
				}
			}
			if tried == 0 {
				t.Errorf("no device was tried: %s, %v", e.outcomes(), e.Stop)
			}
		})
	}
}

// Two devices of one name are told apart by what the page carries of their ids.
func TestConsoleDuplicateNames(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"console", "console-rows", "console-flat"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			if form != "console" {
				browsertest.OnlyInFull(t)
			}
			// The second of that name, by its key.
			var key string
			for _, d := range registered(t, form+"+duplicate-names") {
				if d.Name == kitchen {
					key = d.Key
				}
			}
			e := play(t, trial{Scenario: form + "+duplicate-names", Request: device.Request{Keys: []string{key}}, SignedIn: true})
			if len(e.Record.Deregistered) != 1 || e.Record.Deregistered[0].Key != key || e.Code != 0 {
				t.Errorf("exit %d, %+v", e.Code, e.Record.Deregistered)
			}
			// Where the page carries no id, nothing is clicked.
			e = play(t, trial{Scenario: form + "+duplicate-names+keyless+no-serial", Request: device.Request{Keys: []string{key}}, SignedIn: true})
			if len(e.Record.Deregistered) != 0 || e.Code != 1 {
				t.Errorf("without ids: exit %d, %+v", e.Code, e.Record.Deregistered)
			}
		})
	}
}

// Names that a page can choke on, one after the other in one run.
func TestConsoleOddNames(t *testing.T) {
	browsertest.OnlyInFull(t)
	t.Parallel()
	list := play(t, trial{Scenario: "console+odd-names"})
	var keys []string
	for _, d := range list.Listing.Devices {
		if !d.Child {
			keys = append(keys, d.Key)
		}
	}
	for _, form := range []string{"console", "console-rows"} {
		for _, ids := range []string{"", "+keyless"} {
			t.Run(form+ids, func(t *testing.T) {
				t.Parallel()
				e := play(t, trial{Scenario: form + "+odd-names" + ids, Request: device.Request{Keys: keys}, Limit: 3 * time.Minute})
				refused, code := 0, 0
				if form+ids == "console+keyless" {
					// Its own page is headed "Deregister" over a button "Deregister", without
					// an id: a person could not say either which device that is.
					refused, code = 1, 1
				}
				for _, r := range e.Results {
					if r.Outcome != device.Deregistered && (refused == 0 || r.Name != "Deregister" || r.Outcome != device.Failed || !strings.Contains(r.Reason, "does not say which device it is for")) {
						t.Errorf("%q: %s (%s)", r.Name, r.Outcome, r.Reason)
					}
				}
				if len(e.Record.Deregistered) != len(keys)-refused || e.Code != code {
					t.Errorf("exit %d, %d of %d went; %v", e.Code, len(e.Record.Deregistered), len(keys), e.Stop)
				}
			})
		}
	}
}

func TestConsoleNumbers(t *testing.T) {
	browsertest.OnlyInFull(t) // not beside others: a page of 2,000 devices keeps the machine busy
	e := play(t, trial{Scenario: "console+empty"})
	if e.Code != 0 || !e.Listing.Empty {
		t.Errorf("no device: exit %d, %+v", e.Code, e.Listing)
	}
	e = play(t, trial{Scenario: "console+one"})
	if e.Code != 0 || len(e.Listing.Devices) != 1 {
		t.Errorf("one device: exit %d, %d devices", e.Code, len(e.Listing.Devices))
	}
	for _, form := range []string{"console", "console-pages"} {
		started := time.Now()
		e = play(t, trial{Scenario: form + "+many-2000", Request: named("Hall Echo Dot 1500"), Step: 20 * time.Second, Limit: 3 * time.Minute})
		if e.Code != 0 || len(e.Listing.Devices) != 2000 || len(e.Record.Deregistered) != 1 {
			t.Errorf("%s: exit %d, %d devices, %s; %v", form, e.Code, len(e.Listing.Devices), e.outcomes(), e.Stop)
		}
		t.Logf("%s: 2,000 devices in %s", form, time.Since(started))
	}
}

// A device by its serial in a run that goes on after a stop: the console's list is
// the same account as the older page's.
func TestConsoleIsTheSameAccount(t *testing.T) {
	t.Parallel()
	old, now := play(t, trial{Scenario: "article"}), play(t, trial{Scenario: "console"})
	if len(old.Listing.Devices) != len(now.Listing.Devices) || old.Listing.Customer != now.Listing.Customer {
		t.Fatalf("%d and %d devices", len(old.Listing.Devices), len(now.Listing.Devices))
	}
	for i, d := range old.Listing.Devices {
		if !d.Same(now.Listing.Devices[i]) || d.Name != now.Listing.Devices[i].Name || d.Registered != now.Listing.Devices[i].Registered {
			t.Errorf("%+v and %+v", d, now.Listing.Devices[i])
		}
	}
}

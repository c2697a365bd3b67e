package flows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
)

// ways are the names of the devices by the way that their result says was taken.
func (e ending) ways() string {
	var out []string
	for _, r := range e.Results {
		out = append(out, fmt.Sprintf("%s: %s", r.Name, r.Via))
	}
	slices.Sort(out)
	return strings.Join(out, ", ")
}

// memory is what a profile remembers of the portal.
type memory struct {
	retired bool
	writes  int
}

func (m *memory) PortalRetired() (time.Time, bool) { return time.Unix(1700000000, 0), m.retired }

func (m *memory) RememberPortal(retired bool) error {
	m.retired = retired
	m.writes++
	return nil
}

// portalSuite are the rows of TestPortal that the default suite plays, chosen as
// consoleSuite is.
var portalSuite = []string{"portal/auto", "portal/alexa", "portal-no-popup/auto", "article/alexa", "portal-down/auto",
	"portal-false-success/auto", "portal-popup-other/auto", "portal-recycled/auto",
	"portal+customer-changes/auto", "portal+short-list/auto"}

// TestPortal plays what may happen on the portal with every --via and prints the
// matrix: what the run said, by which way, and its exit code. `play` holds each of
// them to the stand-in's record.
func TestPortal(t *testing.T) {
	t.Parallel()
	const kitchen = "Kitchen Echo"
	done, failed, none := device.Deregistered, device.Failed, device.NotOffered
	var matrix lines
	t.Cleanup(func() { t.Log("\n" + matrix.String()) }) // when all have ended
	fmt.Fprintf(&matrix, "\n%-44s %-8s %-13s %-8s %4s\n", "SCENARIO", "VIA", "OUTCOME", "TAKEN", "EXIT")
	for _, c := range []struct {
		scenario, via string
		outcome       device.Outcome
		taken         string
		code          int
		says          string // in the reason or the message
	}{
		// It works.
		{"portal", "auto", done, "alexa", 0, ""},
		{"portal", "alexa", done, "alexa", 0, ""},
		{"portal", "mycd", done, "mycd", 0, ""},
		{"portal+german", "auto", done, "alexa", 0, ""},
		{"portal-query-hash", "auto", done, "alexa", 0, ""},
		{"portal-narrow", "auto", done, "alexa", 0, ""},
		{"portal-bare", "auto", done, "alexa", 0, ""},
		{"portal-slow", "auto", done, "alexa", 0, ""},
		{"portal-no-popup", "auto", done, "alexa", 0, ""},
		{"portal-late-popup", "auto", done, "alexa", 0, ""},
		{"portal+lagging", "auto", done, "alexa", 0, ""},
		{"portal+many", "auto", done, "alexa", 0, ""},
		// It is gone, or no way.
		{"article", "auto", done, "mycd", 0, ""},
		{"article", "alexa", none, "alexa", 1, "retired"},
		{"portal-unknown", "auto", done, "mycd", 0, ""},
		{"portal-down", "auto", done, "mycd", 0, ""},
		{"portal-down", "alexa", "", "", 6, "Sorry"},
		{"portal-list-fails", "auto", done, "mycd", 0, ""},
		{"portal-list-fails", "alexa", "", "", 6, "HTTP 500"},
		{"portal+no-serial", "auto", done, "mycd", 0, ""},
		// It does not do it: a fresh list, then the other way.
		{"portal-no-button", "auto", done, "mycd", 0, "no Deregister"},
		{"portal-no-button", "alexa", none, "alexa", 1, "no Deregister"},
		{"portal-fails", "auto", done, "mycd", 0, "the page said"},
		{"portal-fails", "alexa", failed, "alexa", 1, "and again when retried"},
		{"portal-429", "auto", done, "mycd", 0, "the page said"},
		{"portal-csrf-once", "auto", done, "mycd", 0, "the page said"},
		{"portal-csrf-once", "alexa", done, "alexa", 0, ""},
		{"portal-covered", "auto", done, "mycd", 0, "covered"},
		// It says one thing and does another: the run stops.
		{"portal-false-success", "auto", failed, "alexa", 1, "still shows"},
		{"portal-popup-other", "auto", failed, "alexa", 1, "Bedroom Echo Dot"},
		{"portal-recycled", "auto", failed, "alexa", 1, "another device"},
		// Interruptions.
		{"portal-session-expires", "auto", done, "mycd", 0, "signin-password"},
		{"portal-session-expires", "alexa", done, "alexa", 0, ""},
		{"portal-session-expires-early", "auto", done, "alexa", 0, ""},
		{"portal+session-expires", "auto", done, "alexa", 0, ""},
		{"portal+waf", "auto", done, "alexa", 0, ""},
		{"portal+continue-shopping", "auto", done, "alexa", 0, ""},
		{"portal+service-error", "auto", done, "alexa", 0, ""},
		{"portal+throttled", "auto", done, "alexa", 0, ""},
		{"portal+ajax-503-once", "auto", done, "alexa", 0, ""},
		{"portal+ajax-429-once", "auto", done, "alexa", 0, ""},
		{"portal+cookie-banner", "auto", done, "alexa", 0, ""},
		{"portal+customer-changes", "auto", device.Unknown, "alexa", 6, "changed"},
		{"portal+short-list", "auto", device.Unknown, "alexa", 1, "also lacks"},
	} {
		t.Run(c.scenario+"/"+c.via, func(t *testing.T) {
			t.Parallel()
			tr := trial{Scenario: c.scenario, SignedIn: c.scenario != "article", Via: c.via, Request: asking(kitchen), Step: 5 * time.Second, Rest: !slices.Contains(portalSuite, c.scenario+"/"+c.via)}
			e := play(t, tr)
			var r device.Result
			if len(e.Results) > 0 {
				r = e.Results[0]
			}
			said := r.Reason
			if e.Stop != nil {
				said += " | " + e.Stop.Message
			}
			fmt.Fprintf(&matrix, "%-44s %-8s %-13s %-8s %4d\n", c.scenario, c.via, r.Outcome, r.Via, e.Code)
			if taken := r.Via; taken == "" {
				r.Via = r.Device.Via
			}
			if c.outcome != "" && (r.Outcome != c.outcome || r.Via != c.taken) || e.Code != c.code || !strings.Contains(said, c.says) {
				t.Errorf("%s by %s, exit %d (%s), want %s by %s, exit %d (%s)", r.Outcome, r.Via, e.Code, said, c.outcome, c.taken, c.code, c.says)
			}
			wantPortal := c.outcome == done && c.taken == "alexa"
			if got := len(e.Record.Portal) == 1; got != wantPortal && c.outcome != device.Unknown && c.outcome != "" {
				t.Errorf("the portal deregistered %v", e.Record.Portal)
			}
		})
	}
}

// Several devices: each takes its way, the portal first, and one that the portal
// only seems to offer ends up on the devices page.
func TestEachDeviceTakesItsRoad(t *testing.T) {
	t.Parallel()
	e := play(t, trial{Scenario: "portal", SignedIn: true, Via: "auto", Step: 5 * time.Second,
		Request: asking("Ada's Kindle", "Kitchen Echo", "Ada's Simulator", "Bedroom Echo Dot", "Ada's Alexa App")})
	const want = "Ada's Alexa App: mycd, Ada's Kindle: mycd, Ada's Simulator: mycd, Bedroom Echo Dot: alexa, Kitchen Echo: alexa"
	if e.ways() != want || e.Code != 0 || len(e.Record.Deregistered) != 5 {
		t.Errorf("%s, exit %d, %v: %v", e.ways(), e.Code, e.gone(), e.Stop)
	}
	if got := e.Record.Portal; !slices.Equal(got, []string{"Kitchen Echo", "Bedroom Echo Dot"}) {
		t.Errorf("by the portal: %v", got)
	}
	if got := e.Record.Deregistered[0].Name; got != "Kitchen Echo" {
		t.Errorf("the first was %s", got)
	}
}

// A portal that keeps failing is given up; what it did not do the devices page does.
func TestAPortalThatKeepsFailingIsLeft(t *testing.T) {
	browsertest.OnlyInFull(t) // portal-down has one that is left at once
	t.Parallel()
	e := play(t, trial{Scenario: "portal-fails", SignedIn: true, Via: "auto", Step: 5 * time.Second,
		Request: asking("Kitchen Echo", "Bedroom Echo Dot", "Living Room Show")})
	if e.Code != 0 || len(e.Record.Deregistered) != 3 || len(e.Record.Refused) != 2 {
		t.Errorf("exit %d, %v, refused %v: %v %+v\n%s", e.Code, e.gone(), e.Record.Refused, e.Stop, e.Results, e.Log)
	}
}

// Two devices of one name: the portal tells them apart by their serial numbers, also
// where its pages do not show them.
func TestDevicesOfOneNameOnThePortal(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"portal+duplicate-names", "portal-bare+duplicate-names", "portal+duplicate-names+keyless"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: scenario, SignedIn: true, Via: "auto", Rest: scenario == "portal-bare+duplicate-names", Request: device.Request{Serials: []string{"G0STANDIN0010408"}}, Step: 5 * time.Second})
			if e.Code != 0 || len(e.Record.Deregistered) != 1 || e.Record.Deregistered[0].Serial != "G0STANDIN0010408" || len(e.Record.Portal) != 1 {
				t.Errorf("exit %d, %+v: %v", e.Code, e.Record.Deregistered, e.Stop)
			}
		})
	}
}

func TestOddNamesOnThePortal(t *testing.T) {
	t.Parallel()
	browsertest.OnlyInFull(t)
	e := play(t, trial{Scenario: "portal+odd-names", Via: "auto", Limit: 3 * time.Minute, Step: 5 * time.Second,
		Request: device.Request{All: true, Max: 100, MaxSet: true, Keep: []string{"Ada's*", "Mia's*", "Bedroom Echo Dot"}}})
	if e.Code != 0 {
		t.Errorf("exit %d: %v\n%s", e.Code, e.Stop, e.Log)
	}
	for _, r := range e.Results {
		if r.Outcome == device.Deregistered && r.Via != "alexa" || r.Outcome != device.Deregistered && r.Outcome != device.Skipped {
			t.Errorf("%q: %s by %s (%s)", r.Name, r.Outcome, r.Via, r.Reason)
		}
	}
}

// The farewell page is met once and then not opened again; asking for the portal
// looks again, and a portal that is back is remembered too.
func TestARetiredPortalIsRememberedAndNotOpenedAgain(t *testing.T) {
	t.Parallel()
	browsertest.OnlyInFull(t)
	m := &memory{}
	remember := func(r *flows.Run) { r.Portal = m }
	opened := func(e ending) bool { return strings.Contains(e.Log, "opening https://alexa.") }
	if e := play(t, trial{Scenario: "article", Via: "auto", Request: asking("Kitchen Echo"), Setup: remember}); !m.retired || !opened(e) {
		t.Fatalf("remembered %v, opened %v", m.retired, opened(e))
	}
	if e := play(t, trial{Scenario: "article", Via: "auto", Request: asking("Kitchen Echo"), Setup: remember}); opened(e) || e.Code != 0 {
		t.Errorf("opened %v, exit %d", opened(e), e.Code)
	}
	if e := play(t, trial{Scenario: "portal", Via: "alexa", Request: asking("Kitchen Echo"), Setup: remember}); m.retired || e.Code != 0 {
		t.Errorf("still held for retired: %v, exit %d", m.retired, e.Code)
	}
	if e := play(t, trial{Scenario: "portal-down", Via: "auto", Request: asking("Kitchen Echo"), Setup: remember}); m.retired || e.Code != 0 {
		t.Errorf("a portal that is down is held for retired: %v, exit %d", m.retired, e.Code)
	}
	if e := play(t, trial{Scenario: "article", Via: "mycd", Request: asking("Kitchen Echo"), Setup: remember}); opened(e) {
		t.Error("--via mycd opened the portal")
	}
}

// What may come between on the article's page: each is passed or ends in the right
// words, and never in the wrong device.
func TestInterruptionsOnTheContentPage(t *testing.T) {
	t.Parallel()
	var matrix lines
	t.Cleanup(func() { t.Log("\n" + matrix.String()) })
	for _, c := range []struct {
		scenario string
		outcome  device.Outcome
		code     int
		says     string
	}{
		{"waf", device.Deregistered, 0, ""},
		{"continue-shopping", device.Deregistered, 0, ""},
		{"service-error", device.Deregistered, 0, ""},
		{"throttled", device.Deregistered, 0, ""},
		{"bare-429", device.Deregistered, 0, ""},
		{"ajax-503-once", device.Deregistered, 0, ""},
		{"ajax-429-once", device.Deregistered, 0, ""},
		{"csrf-fails-once", device.Deregistered, 0, ""},
		{"deregister-csrf-once", device.Deregistered, 0, ""},
		{"session-expires", device.Deregistered, 0, ""},
		{"session-expires-before", device.Deregistered, 0, ""},
		{"cookie-banner+toaster", device.Deregistered, 0, ""},
		{"covered-for-a-while", device.Deregistered, 0, ""},
		{"false-success", device.Failed, 1, "still shows"},
		{"covered", device.Failed, 1, "covered"},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			t.Parallel()
			// What false-success and the covered pop-up come to, the article's table holds.
			e := play(t, trial{Scenario: c.scenario, Request: asking("Kitchen Echo"), Step: 5 * time.Second,
				Rest: !slices.Contains([]string{"waf", "service-error", "bare-429"}, c.scenario)})
			var r device.Result
			if len(e.Results) > 0 {
				r = e.Results[0]
			}
			fmt.Fprintf(&matrix, "%-24s %-13s exit %d\n", c.scenario, r.Outcome, e.Code)
			if r.Outcome != c.outcome || e.Code != c.code || !strings.Contains(r.Reason, c.says) {
				t.Errorf("%s, exit %d (%s), want %s, exit %d: %v", r.Outcome, e.Code, r.Reason, c.outcome, c.code, e.Stop)
			}
			if e.Record.Customer != "" && e.Record.SignIns > 2 {
				t.Errorf("signed in %d times", e.Record.SignIns)
			}
		})
	}
}

func asking(n ...string) device.Request { return device.Request{Names: n} }

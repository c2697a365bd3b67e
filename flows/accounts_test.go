package flows_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/unecho/unecho/flows/browser/browsertest"
	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/standin"
)

// TestRandomAccounts plays accounts of 1 to 60 devices with random names, on random
// pages and ways, with what may come between, and asks for random devices in them.
// Which devices that may be is worked out here a second time, from the account as
// the stand-in holds it.
func TestRandomAccounts(t *testing.T) {
	t.Parallel()
	first, n := browsertest.Number(t, "UNECHO_ACCOUNTS_SEED", 1), browsertest.Number(t, "UNECHO_ACCOUNTS", 1)
	t.Logf("%d accounts from seed %d (UNECHO_ACCOUNTS=N, UNECHO_ACCOUNTS_SEED=SEED)", n, first)
	for seed := first; seed < first+n; seed++ {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			randomAccount(t, seed)
		})
	}
}

func randomAccount(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 300))
	sc := drawScene(r, seed)
	site, err := standin.New(standin.Options{Files: os.DirFS("../testdata/standin"), Scenario: sc.scenario})
	if err != nil {
		t.Fatal(err)
	}
	acc := site.Record()
	req := drawRequest(r, acc.Devices)
	want := resolve(acc, req)
	tr := trial{Scenario: sc.scenario, Request: req, Via: sc.via, Step: 10 * time.Second, Limit: 2*time.Minute + time.Duration(len(want.may))*10*time.Second}
	calm := sc.calm()
	tr.Later = &calm
	if sc.harmful != "" {
		tr.Step = 3 * time.Second
	}
	t.Logf("seed %d: %d devices, %s, --via %q, %d may go, refused with %d: %+v", seed, len(acc.Devices), sc.scenario, sc.via, len(want.may), want.code, req)
	e := play(t, tr)

	reported := map[string]device.Outcome{}
	for _, res := range e.Results {
		if _, twice := reported[res.Key]; twice && res.Key != "" {
			t.Errorf("%q is in the report twice", res.Name)
		}
		reported[res.Key] = res.Outcome
	}
	// Nothing but what was asked for, each once, and the report says so.
	gone := map[string]bool{}
	for _, d := range e.Record.Deregistered {
		if !want.may[d.Key] {
			t.Errorf("the wrong device: %q (%s) was not asked for", d.Name, d.Key)
		}
		if gone[d.Key] {
			t.Errorf("%q was deregistered twice", d.Name)
		}
		gone[d.Key] = true
		if o := reported[d.Key]; o != device.Deregistered && o != device.Unknown {
			t.Errorf("%q is gone, and reported as %q", d.Name, o)
		}
	}
	// Nothing is called gone that is there.
	for _, d := range e.Record.Devices {
		if o := reported[d.Key]; o == device.Deregistered || o == device.AlreadyGone {
			t.Errorf("a false gone: %q is registered, and reported as %s", d.Name, o)
		}
	}
	if want.code != 0 && (len(e.Record.Deregistered)+len(e.Record.Refused)+len(e.Record.Pretended) > 0) {
		t.Errorf("the request is to be refused with exit %d, and something was done: %v", want.code, e.gone())
	}
	if e.Left > 0 {
		t.Errorf("%d devices are left unsettled also by a second run", e.Left)
	}
	if e.Record.SignIns == 0 {
		t.Errorf("the run ended before anybody was signed in, so it shows nothing: exit %d, %v", e.Code, e.Stop)
	}
	if sc.harmful != "" {
		return
	}
	// Nothing stands in the way: all of it happens, and nothing stays open.
	if e.Open > 0 {
		t.Errorf("%d devices are left unsettled", e.Open)
	}
	if want.code != 0 {
		if e.Code != want.code || len(e.Results) > 0 {
			t.Errorf("exit %d, want %d; stop %v", e.Code, want.code, e.Stop)
		}
		return
	}
	if sc.keyless && want.alike {
		return // the page cannot tell them apart: nothing need be done
	}
	if d := doubtful(acc.Devices, want.may); d != "" {
		t.Logf("it may stop for doubt: %s; exit %d, %d of %d went", d, e.Code, len(gone), len(want.may))
		return
	}
	for _, d := range acc.Devices {
		if !want.may[d.Key] || sc.via == "alexa" && !onPortal(d) {
			continue
		}
		if !gone[d.Key] {
			t.Errorf("%q (%s) stayed: %s; exit %d, stop %+v", d.Name, d.Key, reasonOf(e, d.Key), e.Code, e.Stop)
		}
	}
	if e.Stop != nil && !(sc.via == "alexa") {
		t.Errorf("the run stopped: %+v", e.Stop)
	}
}

// doubtful says why a run may rather stop than go on: a chosen device looks like
// another one on the page, or two records share a serial number. Doubt outranks the
// wish to finish; what was done before it is checked all the same.
func doubtful(all []standin.Device, chosen map[string]bool) string {
	seen := regexp.MustCompile(`[\x{200b}-\x{200f}\x{2060}\x{feff}]`)
	shown := func(d standin.Device) string {
		return strings.ToLower(strings.Join(strings.Fields(seen.ReplaceAllString(norm.NFC.String(d.Name), "")), " "))
	}
	for i, a := range all {
		for _, b := range all[:i] {
			switch {
			case a.Serial != "" && a.Serial == b.Serial:
				return fmt.Sprintf("%q and %q share a serial number", a.Name, b.Name)
			case !chosen[a.Key] && !chosen[b.Key]:
			case shown(a) == shown(b):
				return fmt.Sprintf("%q stands there twice", a.Name)
			case b.Serial != "" && strings.Contains(a.Name, b.Serial), a.Serial != "" && strings.Contains(b.Name, a.Serial):
				return fmt.Sprintf("one of %q and %q is named after the other's serial number", a.Name, b.Name)
			}
		}
	}
	return ""
}

func reasonOf(e ending, key string) string {
	for _, res := range e.Results {
		if res.Key == key {
			return fmt.Sprintf("%s (%s)", res.Outcome, res.Reason)
		}
	}
	return "not in the report"
}

// onPortal: the portal deregisters Echo hardware with a serial number.
func onPortal(d standin.Device) bool {
	return d.Serial != "" && strings.HasPrefix(d.TypeString, "Echo") && !strings.Contains(d.TypeString, "Simulator")
}

// A scene is a random account with pages, a way and what comes between.
type scene struct {
	scenario, via string
	harmful       string // what keeps the run from doing all
	keyless       bool
}

func drawScene(r *rand.Rand, seed uint64) scene {
	pick := func(names ...string) string { return names[r.IntN(len(names))] }
	parts := []string{fmt.Sprintf("account:%d", seed)}
	between := [][]string{ // one of a line
		{"service-error", "throttled", "bare-429", "waf", "continue-shopping", "cookie-banner+toaster"},
		{"csrf-fails-once", "ajax-503-once", "ajax-429-once", "retry-after"},
		{"lagging", "stale-row", "session-expires", "session-expires-before", "deregister-csrf-once"},
		{"keyless", "truncated", "german", "other-ids", "dangers"},
		{"unified", "otp", "remembered", "passkey-offered", "two-links", "late-flyout"},
	}
	harmful := []string{"false-success", "short-list", "short-count", "customer-changes", "covered"}
	if r.IntN(2) == 0 { // the article's page
		between = append(between,
			[]string{"no-popup", "late-popup", "late-result", "no-result", "covered-for-a-while"},
			[]string{"show-more", "grow-on-scroll", "rerender", "menu-redrawn"})
		harmful = append(harmful, "recycled-rows", "recycled-rows", "popup-other-device", "popup-other-device")
	} else {
		parts = append(parts, pick("console", "console-rows", "console-more-actions", "console-flat", "console-preselected", "console-div-tiles", "console-no-counts",
			"console-other-classes", "console-unknown-family", "console-rows+console-other-classes", "console-flat+console-more-actions"))
		between = append(between,
			[]string{"console-no-popup", "late-popup", "late-result", "no-result", "covered-for-a-while", "console-disabled-confirm", "console-modal"},
			[]string{"console-pages", "console-show-more", "console-grow", "console-rerender", "console-reshuffle", "console-wipe-neighbours"})
		harmful = append(harmful, "console-reused-rows", "console-reused-rows", "console-popup-other", "console-popup-other", "console-failure")
	}
	var sc scene
	switch r.IntN(6) {
	case 0, 1:
		sc.via = pick("auto", "auto", "auto", "alexa", "mycd")
		parts = append(parts, "portal")
		if sc.via == "auto" {
			between = append(between, []string{"portal-query-hash", "portal-narrow", "portal-bare", "portal-slow", "portal-no-popup", "portal-late-popup", "portal-no-button", "portal-fails",
				"portal-429", "portal-csrf-once", "portal-down", "portal-unknown", "portal-list-fails", "portal-session-expires", "portal-session-expires-early"})
			between[len(between)-1], between[0] = between[0], between[len(between)-1]
			harmful = append(harmful, "portal-false-success", "portal-popup-other", "portal-recycled", "portal-covered")
		} else {
			between = append(between, []string{"portal-query-hash", "portal-narrow", "portal-slow", "portal-no-popup", "portal-late-popup"})
		}
	case 2:
		sc.via = pick("auto", "mycd") // the portal is retired
	}
	for _, i := range r.Perm(len(between))[:r.IntN(4)] {
		parts = append(parts, pick(between[i]...))
	}
	if r.IntN(5) == 0 {
		sc.harmful = pick(harmful...)
		parts = append(parts, sc.harmful)
	}
	sc.scenario = strings.Join(parts, "+")
	sc.keyless = strings.Contains(sc.scenario, "keyless")
	return sc
}

// calm is the scene without what keeps a run from telling what became of a device.
func (sc scene) calm() string {
	parts := slices.DeleteFunc(strings.Split(sc.scenario, "+"), func(p string) bool { return p == sc.harmful || p == "portal" || strings.HasPrefix(p, "portal-") })
	return strings.Join(parts, "+")
}

func drawRequest(r *rand.Rand, devs []standin.Device) device.Request {
	var req device.Request
	one := func() standin.Device { return devs[r.IntN(len(devs))] }
	key := func(d standin.Device) string {
		if d.AccountID != "" && (d.Serial == "" || r.IntN(3) > 0) {
			return d.AccountID
		}
		return d.Serial + "/" + d.Type
	}
	word := func(d standin.Device) string { // any of what it is called
		switch n := r.IntN(3); {
		case n == 0 && d.Serial != "":
			return d.Serial
		case n == 1:
			return key(d)
		}
		return d.Name
	}
	part := func(name string) string { // a pattern that some names match
		runes := []rune(name)
		switch a := r.IntN(len(runes)); r.IntN(3) {
		case 0:
			return string(runes[:a]) + "*"
		case 1:
			return "*" + string(runes[a:])
		default:
			b := a + r.IntN(len(runes)-a) + 1
			return "*" + string(runes[a:b]) + "*"
		}
	}
	switch kind := r.IntN(10); {
	case kind < 6: // one by one
		for range 1 + r.IntN(5) {
			switch d := one(); r.IntN(4) {
			case 0:
				req.Names = append(req.Names, d.Name)
			case 1:
				if d.Serial != "" {
					req.Serials = append(req.Serials, d.Serial)
				} else {
					req.Keys = append(req.Keys, d.AccountID)
				}
			case 2:
				req.Keys = append(req.Keys, key(d))
			default:
				req.Entries = append(req.Entries, word(d))
			}
		}
		if r.IntN(8) == 0 { // what is not there
			req.Names = append(req.Names, one().Name+" that is not there")
			req.MissingOK = r.IntN(3) == 0
		}
	case kind < 9:
		for range 1 + r.IntN(2) {
			req.Match = append(req.Match, part(one().Name))
		}
		req.Max, req.MaxSet = 60, r.IntN(4) > 0
	default:
		req.All, req.Max, req.MaxSet = true, 60, r.IntN(6) > 0
	}
	for range r.IntN(3) {
		d := one()
		if r.IntN(2) == 0 {
			req.Keep = append(req.Keep, word(d))
		} else {
			req.KeepEntries = append(req.KeepEntries, part(d.Name))
		}
	}
	if r.IntN(15) == 0 {
		req.Keep = append(req.Keep, "G0NOTTHERE")
		req.KeepMissingOK = r.IntN(2) == 0
	}
	if (req.All || len(req.Match) > 0) && r.IntN(8) > 0 { // seldom more than a few: they take their time
		acc := standin.Record{Devices: devs, Customer: ownerOf(devs)}
		for spare, n := r.Perm(len(devs)), 3+r.IntN(6); len(spare) > 0 && len(resolve(acc, req).asked) > n; spare = spare[1:] {
			req.Keep = append(req.Keep, key(devs[spare[0]]))
		}
	}
	return req
}

// An expectation is what a request comes to by the account itself.
type expectation struct {
	code  int             // 2 or 3: the request is refused and nothing may be done
	asked map[string]bool // keys that were asked for and are not kept
	may   map[string]bool // those of them that Amazon lets go
	alike bool            // one that was asked for has the name of another
}

// resolve says it anew, from the words of the contract and not from package device.
func resolve(acc standin.Record, req device.Request) expectation {
	e := expectation{asked: map[string]bool{}, may: map[string]bool{}}
	normal := func(s string) string { return strings.TrimSpace(norm.NFC.String(s)) }
	keyed := func(d standin.Device, w string) bool {
		return d.AccountID != "" && d.AccountID == w || d.Serial != "" && d.Serial+"/"+d.Type == w
	}
	serial := func(d standin.Device, w string) bool { return d.Serial != "" && d.Serial == w }
	named := func(d standin.Device, w string) bool { return normal(d.Name) == w }
	like := func(glob string) func(standin.Device) bool {
		var quoted []string
		for _, p := range strings.Split(normal(glob), "*") {
			quoted = append(quoted, regexp.QuoteMeta(p))
		}
		re := regexp.MustCompile(`^(?s:` + strings.Join(quoted, ".*") + `)$`)
		return func(d standin.Device) bool { return re.MatchString(normal(d.Name)) }
	}
	kept := map[string]bool{}
	for _, k := range append(append([]string{}, req.Keep...), req.KeepEntries...) {
		k, hit, glob := normal(k), false, like(k)
		for _, d := range acc.Devices {
			if glob(d) || serial(d, k) || keyed(d, k) {
				kept[d.Key], hit = true, true
			}
		}
		if !hit && !strings.Contains(k, "*") && !req.KeepMissingOK {
			e.code = 3
		}
	}
	chosen := map[string]bool{}
	worst := e.code
	words := func(ws []string, is func(standin.Device, string) bool) {
		for _, w := range ws {
			var hits []string
			for _, d := range acc.Devices {
				if is(d, normal(w)) {
					hits = append(hits, d.Key)
				}
			}
			switch {
			case len(hits) > 1:
				worst = 2
			case len(hits) == 1:
				chosen[hits[0]] = true
			case !req.MissingOK && worst == 0:
				worst = 3
			}
		}
	}
	words(req.Names, named)
	words(req.Serials, serial)
	words(req.Keys, keyed)
	words(req.Entries, func(d standin.Device, w string) bool { return named(d, w) || serial(d, w) || keyed(d, w) })
	e.code = worst
	for _, d := range acc.Devices {
		for _, g := range req.Match {
			if like(g)(d) {
				chosen[d.Key] = true
			}
		}
		if req.All && len(req.Match) == 0 {
			chosen[d.Key] = true
		}
	}
	seen := map[string]int{}
	for _, d := range acc.Devices {
		seen[toTheEye(d.Name)]++
	}
	for _, d := range acc.Devices {
		if !chosen[d.Key] || kept[d.Key] || d.Customer != acc.Customer {
			continue
		}
		e.asked[d.Key] = true
		e.alike = e.alike || seen[toTheEye(d.Name)] > 1
		if d.Parent == "" {
			e.may[d.Key] = true
		}
	}
	if limit := map[bool]int{true: req.Max, false: device.DefaultMax}[req.MaxSet]; e.code == 0 && (req.All || len(req.Match) > 0) && len(e.asked) > limit {
		e.code = 2
	}
	return e
}

// toTheEye is a name as a page shows it: without what has no width, and one space
// for any.
func toTheEye(name string) string {
	name = strings.Map(func(c rune) rune {
		if c >= 0x200b && c <= 0x200f || c >= 0x202a && c <= 0x202e {
			return -1
		}
		return c
	}, norm.NFC.String(name))
	return strings.Join(strings.Fields(name), " ")
}

// ownerOf: the first device is always the customer's own.
func ownerOf(devs []standin.Device) string { return devs[0].Customer }

// A device that is tried again takes nobody's place: each of those that were asked
// for is done, and each once.
func TestADeviceThatIsTriedAgainTakesNobodysPlace(t *testing.T) {
	t.Parallel()
	for _, scenario := range []string{"deregister-csrf-once", "session-expires-before"} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			e := play(t, trial{Scenario: scenario, SignedIn: true, Request: named(kitchen, bedroom, show, kindle), Rest: scenario == "deregister-csrf-once"})
			if want := went(kitchen, bedroom, show, kindle); e.outcomes() != want || e.Code != 0 {
				t.Errorf("%s, exit %d; want %s; %+v", e.outcomes(), e.Code, want, e.Stop)
			}
		})
	}
}

// Two devices of one name are told apart on the article's page as well, by the key
// that a row carries inside it.
func TestOneOfTwoNamesakesOnTheArticlesPage(t *testing.T) {
	t.Parallel()
	const serial = "G0STANDIN0010408"
	e := play(t, trial{Scenario: "duplicate-names", SignedIn: true, Request: device.Request{Serials: []string{serial}}})
	if e.Code != 0 || len(e.Record.Deregistered) != 1 || e.Record.Deregistered[0].Serial != serial {
		t.Errorf("exit %d, %+v: %v", e.Code, e.Record.Deregistered, e.Stop)
	}
	// That the row of a namesake is still there is no reason to stop.
	for _, more := range []string{"", "+no-result"} {
		e = play(t, trial{Scenario: "duplicate-names" + more, SignedIn: true, Request: device.Request{Serials: []string{serial, "G0STANDIN0002602"}}})
		if e.Code != 0 || len(e.Record.Deregistered) != 2 {
			t.Errorf("%s: exit %d, %s: %v", more, e.Code, e.outcomes(), e.Stop)
		}
	}
	e = play(t, trial{Scenario: "duplicate-names+keyless", SignedIn: true, Request: device.Request{Serials: []string{serial}}})
	if e.Code != 1 || len(e.Record.Deregistered)+len(e.Record.Refused) != 0 {
		t.Errorf("without keys: exit %d, %+v: %v", e.Code, e.Record.Deregistered, e.Stop)
	}
}

// A pop-up for another device that is called like one of its buttons is not taken
// for one that names no device.
func TestAPopUpForADeviceCalledLikeAButtonIsNotConfirmed(t *testing.T) {
	t.Parallel()
	e := play(t, trial{Scenario: "account:44+popup-other-device", SignedIn: true, Request: device.Request{Match: []string{"CLO*"}}, Step: 5 * time.Second})
	names := map[string]bool{}
	for _, d := range e.Listing.Devices {
		names[d.Name] = true
	}
	if !names["CLOSE"] || !names["Close"] {
		t.Fatal("this account no longer holds the two devices that the test is about: choose another seed")
	}
	if len(e.Record.Deregistered) > 0 || e.Code != 1 {
		t.Errorf("exit %d, gone: %v", e.Code, e.gone())
	}
}

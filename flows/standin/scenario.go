package standin

import (
	"fmt"
	"strings"

	"github.com/hbollon/go-edlib"
)

// Scenario is one way the stand-in behaves. Several are joined by "+".
type Scenario struct {
	Name  string
	About string // one line, for a list of all
}

var scenarios = []Scenario{
	{"article", "the journey of the article: sign in, hover, Your Devices, \"...\", Deregister, confirm (the default)"},
	{"unified", "sign-in asks for the e-mail on the newer two-step page"},
	{"remembered", "the browser is known: sign-in asks for the password at once"},
	{"passkey-offered", "the password page offers a passkey as well"},
	{"otp", "sign-in asks for a one-time code"},
	{"otp-no-secret", "sign-in asks for a one-time code and no secret is configured"},
	{"otp-rejected", "every one-time code is rejected"},
	{"wrong-password", "every password is rejected"},
	{"captcha", "a picture with letters after the password"},
	{"captcha-home", "a picture with letters instead of the home page"},
	{"continue-shopping", "a page with one button before the home page, once"},
	{"continue-shopping-always", "the same page again and again"},
	{"waf", "a script challenge that a browser passes by itself after 300 ms"},
	{"waf-forever", "a script challenge that is never passed"},
	{"service-error", "the first two pages are answered with the 503 page"},
	{"service-error-always", "every page is answered with the 503 page"},
	{"unknown-page", "a page that nobody knows instead of the devices"},
	{"puzzle", "a puzzle after the password"},
	{"cookie-banner", "a cookie banner lies over the top of the home page and the bottom of the others, until it is closed"},
	{"cookie-banner-stubborn", "a cookie banner lies over everything and does not close"},
	{"toaster", "a note about the delivery address lies over the account link until it is dismissed"},
	{"stripped", "the home page comes without its usual bar and flyout"},
	{"stripped-once", "the first home page comes without its usual bar and flyout"},
	{"no-flyout", "hovering the account link opens nothing"},
	{"late-flyout", "the flyout is built 800 ms after the page"},
	{"two-links", "the flyout has Content Library and Devices, as since late 2024"},
	{"slow", "200 to 600 ms everywhere, with overlays and rows that are drawn again"},
	{"menu-redrawn", "the first menu is drawn anew before it is filled, and stands open and empty"},
	{"covered", "the confirmation is covered and stays so"},
	{"covered-for-a-while", "the confirmation is covered for 1.5 s"},
	{"popup-other-device", "the confirmation names, and would deregister, another device"},
	{"no-popup", "Deregister acts at once, without a confirmation"},
	{"late-popup", "the confirmation comes after 700 ms"},
	{"late-result", "the result dialog comes after 1 s"},
	{"no-result", "no result dialog"},
	{"dialog-js", "the confirmation is the browser's own"},
	{"duplicate-names", "two devices are called Kitchen Echo"},
	{"keyless", "rows carry no key, only the name"},
	{"truncated", "long names are shown cut, the whole name is in the title"},
	{"show-more", "60 devices, 25 at first, the rest behind a button"},
	{"grow-on-scroll", "60 devices, 25 at first, the rest when scrolled to"},
	{"many", "200 devices"},
	{"many-2000", "2,000 devices"},
	{"one", "one device"},
	{"empty", "no devices, and the page says so"},
	{"empty-unproven", "the list call fails and the page stays blank"},
	{"short-list", "after a deregistration the list lacks two devices that nobody touched"},
	{"short-count", "after a deregistration the list says more devices than it holds"},
	{"short-list-before", "the list call lacks three devices that the page shows"},
	{"customer-changes", "the customer id changes after the first list"},
	{"false-success", "the page says it is done, the list keeps the device"},
	{"lagging", "the list keeps a device for 1.5 s after it went"},
	{"stale-row", "the row stays until the page is loaded again"},
	{"recycled-rows", "a menu's row comes to show another device: once when the mouse is on Deregister, once when it is pressed"},
	{"rerender", "rows are drawn anew every 4 ms"},
	{"session-expires", "after a deregistration the site asks to sign in again"},
	{"session-ended", "a session that was used for a list is over in the next run"},
	{"bare-429", "the first two home pages are a bare 429 with Retry-After"},
	{"retry-after", "the first two list calls are answered with 429 and Retry-After: 1"},
	{"ajax-429-always", "every list call is answered with 429"},
	{"csrf-fails-once", "the first list call is refused for its token"},
	{"ajax-503-once", "the first list call is answered with 503"},
	{"no-serial", "devices have no serial number"},
	{"no-account-id", "devices have no account id"},
	{"odd-names", "quotes, tags, emoji, right-to-left text, a name in a name, 500 characters, a line break"},
	{"household", "two devices belong to another member of the household"},
	{"dangers", "wipe, lock and reset stand beside Deregister"},
	{"other-ids", "the ids in a device's menu are not the usual ones"},
	{"german", "the account speaks German"},
	{"instant", "no page waits for anything: menus, views and the flyout open at once"},
	{"hang", "the page of the devices is never answered"},
}

// Scenarios lists every scenario, the default first.
func Scenarios() []Scenario { return append([]Scenario(nil), scenarios...) }

// parseScenario reads NAME[+NAME…]; empty is the default.
func parseScenario(text string) (map[string]bool, error) {
	set := map[string]bool{}
	if strings.TrimSpace(text) == "" {
		return set, nil
	}
	for _, name := range strings.Split(text, "+") {
		name = strings.TrimSpace(name)
		if !known(name) && !isChain(name) && !isAccount(name) && !isSized(name) && !isLayout(name) {
			near := ""
			if n := nearest(name); n != "" {
				near = fmt.Sprintf("; the nearest is %q", n)
			}
			return nil, fmt.Errorf("stand-in: no scenario %q%s", name, near)
		}
		set[name] = true
	}
	delete(set, "article")
	consoleImplied(set)
	if p := layoutOf(set); p != nil && !p.Portal {
		set["console"] = true
	}
	return set, nil
}

func known(name string) bool {
	for _, s := range scenarios {
		if s.Name == name {
			return true
		}
	}
	return false
}

// nearest is the scenario with the smallest edit distance to name, if that is a slip.
func nearest(name string) string {
	best, least := "", max(2, len(name)/3+1)
	for _, s := range scenarios {
		if d := edlib.OSADamerauLevenshteinDistance(name, s.Name); d < least {
			best, least = s.Name, d
		}
	}
	return best
}

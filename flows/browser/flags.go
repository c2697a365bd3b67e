package browser

import (
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"

	"github.com/chromedp/chromedp"
)

// The window's size in CSS pixels. Amazon's pages are built for a desk: chromedp's
// own default (780 or 800 pixels wide) shows the narrow layout without the menu.
const (
	WindowWidth  = 1280
	WindowHeight = 900
)

// disabledFeatures goes into one --disable-features flag. The first two are
// chromedp's own, repeated because a second flag of that name replaces the first.
// The rest are conversations of full Chromium with its maker about what is typed
// into forms, or pieces of its interface that nobody sees here and that would
// swallow input.
var disabledFeatures = []string{
	"Translate", "BlinkGenPropertyTrees",
	"AutofillServerCommunication",
	"PasswordLeakDetection", "LeakDetectionUnauthenticated",
	"OptimizationHints", "OptimizationGuideModelDownloading",
	"MediaRouter", "DialMediaRouteProvider",
	"InterestFeedContentSuggestions",
	"CertificateTransparencyComponentUpdater",
	"GlobalMediaControls",
	"DestroyProfileOnBrowserClose",
}

// preferences is full Chromium's Default/Preferences. The password leak check
// sends a hash of every password that is submitted to Google and, on a hit, opens a
// dialog that nobody sees and that takes all input; only this preference ends it.
// headless-shell has none of it and does not read the file.
const preferences = `{
 "profile": {"password_manager_leak_detection": false, "password_manager_enabled": false, "exit_type": "Normal"},
 "credentials_enable_service": false,
 "credentials_enable_autosignin": false,
 "autofill": {"enabled": false, "profile_enabled": false, "credit_card_enabled": false},
 "signin": {"allowed": false, "allowed_on_next_startup": false},
 "search": {"suggest_enabled": false},
 "alternate_error_pages": {"enabled": false},
 "net": {"network_prediction_options": 2},
 "translate": {"enabled": false},
 "safebrowsing": {"enabled": false, "enhanced": false},
 "browser": {"has_seen_welcome_page": true}
}
`

// makersHosts are called by full Chromium itself, whatever the flags (measured with
// 156: the list of signed-in accounts, updates, the time). A replay server would take
// these calls for requests of the pages. Amazon's pages need none of them.
var makersHosts = []string{"*.google.com", "*.googleapis.com", "*.gvt1.com"}

// hostPattern is what may stand in a resolver rule: a host name, an address, or
// either with one leading "*.". A comma or a blank would end the rule and open the
// list, so nothing else passes.
var hostPattern = regexp.MustCompile(`^(\*\.)?[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$`)

// spkiPattern is the base64 of a SHA-256 digest.
var spkiPattern = regexp.MustCompile(`^[A-Za-z0-9+/]{43}=$`)

// egress turns Options into the value of --host-resolver-rules.
//
// The rules work on host names and address literals alike. "*.amazon.com" does not
// cover the bare host: callers name both. No host and no target: nothing is reached.
func egress(o Options) (string, error) {
	if o.MapTo != "" {
		if len(o.Hosts) > 0 {
			return "", fmt.Errorf("browser: both hosts and a replay server given: choose one")
		}
		host, port, err := net.SplitHostPort(o.MapTo)
		if err != nil {
			return "", fmt.Errorf("browser: replay server %q is not host:port", o.MapTo)
		}
		ip := net.ParseIP(host)
		n, err := strconv.Atoi(port)
		if ip == nil || !ip.IsLoopback() || ip.To4() == nil || err != nil || n < 1 || n > 65535 {
			return "", fmt.Errorf("browser: replay server %q is not on this machine: give 127.0.0.1:PORT", o.MapTo)
		}
		// The first rule that fits counts.
		rules := make([]string, 0, len(makersHosts)+1)
		for _, h := range makersHosts {
			rules = append(rules, "MAP "+h+" ~NOTFOUND")
		}
		return strings.Join(append(rules, "MAP * "+o.MapTo), ", "), nil
	}
	rules := []string{"MAP * ~NOTFOUND"}
	for _, h := range o.Hosts {
		if !hostPattern.MatchString(h) {
			return "", fmt.Errorf("browser: %q is not a host name that can be allowed", h)
		}
		rules = append(rules, "EXCLUDE "+h)
	}
	return strings.Join(rules, ", "), nil
}

// allocatorOptions is everything said on the browser's command line. dir is the
// run directory's data directory.
func allocatorOptions(o Options, dataDir string, sandbox bool) ([]chromedp.ExecAllocatorOption, error) {
	rules, err := egress(o)
	if err != nil {
		return nil, err
	}
	opts := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	flag := func(name string, value any) { opts = append(opts, chromedp.Flag(name, value)) }
	opts = append(opts,
		chromedp.ExecPath(o.Found.Path),
		chromedp.UserDataDir(dataDir),
		chromedp.WindowSize(WindowWidth, WindowHeight),
		chromedp.NoInheritEnv,
	)
	if o.Headed {
		// Not chromedp.VisibleWindow: that maximizes, and a person's screen would
		// decide which layout the site shows. The bar "is being controlled by
		// automated software" stays: it is true, and it costs nothing.
		flag("headless", false)
		flag("hide-scrollbars", false)
		flag("mute-audio", false)
	}
	flag("no-sandbox", !sandbox)
	flag("host-resolver-rules", rules)
	// A proxy resolves names itself, so the rules above would be void behind one.
	flag("no-proxy-server", true)
	flag("disable-quic", true)
	flag("force-webrtc-ip-handling-policy", "disable_non_proxied_udp")
	flag("disable-features", strings.Join(disabledFeatures, ","))
	flag("disable-component-update", true)
	flag("disable-domain-reliability", true)
	flag("disable-field-trial-config", true)
	flag("disable-search-engine-choice-screen", true)
	flag("no-pings", true)
	flag("no-service-autorun", true)
	if o.SPKI != "" {
		if o.MapTo == "" {
			return nil, fmt.Errorf("browser: a certificate key without a replay server: it would be trusted for live hosts")
		}
		if !spkiPattern.MatchString(o.SPKI) {
			return nil, fmt.Errorf("browser: certificate key %q is not the base64 of a SHA-256 digest", o.SPKI)
		}
		flag("ignore-certificate-errors-spki-list", o.SPKI)
	}
	return opts, nil
}

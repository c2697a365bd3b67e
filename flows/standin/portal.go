package standin

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// The Alexa web portal at alexa.<marketplace>. Today it is a farewell page, and so it is here unless a portal scenario is on;
// then it is the single page app it was until 2023: Settings, a device, Deregister, confirm. It shows the same account as
// "Manage Your Content and Devices": what is gone on one is gone on the other. The list call follows real samples; the pages,
// of which no copy is public, and the words in them are this project's.

var portalScenarios = []Scenario{
	{"portal", "the Alexa portal works as it did until 2023"},
	{"portal-retired", "the Alexa portal is a farewell page that points to the app (the default)"},
	{"portal-no-button", "the portal lists the devices and has no Deregister for any"},
	{"portal-popup-other", "the portal's confirmation names, and would deregister, another device"},
	{"portal-no-popup", "the portal deregisters at once, without a confirmation"},
	{"portal-late-popup", "the portal's confirmation comes after 900 ms"},
	{"portal-false-success", "the portal says it is done, the device stays"},
	{"portal-slow", "the portal's pages fill 700 ms after they open"},
	{"portal-session-expires", "the portal asks to sign in again instead of deregistering, once"},
	{"portal-session-expires-early", "the portal asks to sign in again when the first device is opened"},
	{"portal-fails", "the portal answers every deregistration with an error"},
	{"portal-429", "the portal's list is throttled once, and every deregistration there"},
	{"portal-csrf-once", "the portal refuses the first deregistration for its token"},
	{"portal-down", "every page of the portal is the 503 page"},
	{"portal-unknown", "a page that nobody knows instead of the portal"},
	{"portal-list-fails", "the portal opens, its list of devices is answered with an error"},
	{"portal-query-hash", "the portal's addresses are written index.html?#settings"},
	{"portal-narrow", "the portal's menu is behind its button"},
	{"portal-bare", "the portal's rows and pages show names and no serial number"},
	{"portal-recycled", "the portal's page comes to show another device when the mouse is on Deregister"},
	{"portal-covered", "the portal's confirmation is covered and stays so"},
}

// interruptions are what may come between on the article's page and on the portal alike.
var interruptions = []Scenario{
	{"throttled", "the first two pages are answered with status 429"},
	{"ajax-429-once", "the first list call is throttled"},
	{"deregister-csrf-once", "the first deregistration is refused for its token"},
	{"session-expires-before", "the site asks to sign in again instead of deregistering, once"},
}

func init() { scenarios = append(append(scenarios, interruptions...), portalScenarios...) }

// portalLives says whether the portal is the app it was.
func portalLives(set map[string]bool) bool {
	for name := range set {
		if strings.HasPrefix(name, "portal") && name != "portal-retired" {
			return true
		}
	}
	return false
}

// portalHost is the marketplace of a portal's host: amazon.com of alexa.amazon.com; old says that it is the older name.
func portalHost(host string) (domain string, old, ok bool) {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	domain, ok = strings.CutPrefix(host, "alexa.")
	if !ok {
		domain, ok = strings.CutPrefix(host, "echo.")
		old = ok
	}
	return domain, old, ok && strings.HasPrefix(domain, "amazon.")
}

// emulation is a device that only the portal scenarios have: its capabilities promise a Deregister and its page has none.
func emulation() Device {
	return device(15, "Ada's Simulator", "A1STANDINECHSM", "Echo Simulator", "DEVICES", day(2019, 3, 4))
}

// portalFamily is the family of a device as the portal's list says it, "" if the portal does not list it.
func portalFamily(d Device) string {
	switch {
	case d.Serial == "" && d.Filter != "APPS":
		return ""
	case d.Filter == "APPS":
		return "VOX"
	case strings.Contains(d.TypeString, "Kindle"):
		return ""
	case strings.Contains(d.TypeString, "Fire TV"):
		return "FIRE_TV"
	case strings.Contains(d.TypeString, "Show"):
		return "KNIGHT"
	case strings.Contains(d.TypeString, "Simulator"):
		return "UNKNOWN"
	}
	return "ECHO"
}

// portalButton says whether the portal's page of a device has a Deregister: official hardware of this customer only.
func (s *Site) portalButton(d Device) bool {
	return portalOffers(d) && !s.set["portal-no-button"] && !s.layoutSilent(d.Key)
}

func portalOffers(d Device) bool {
	f := portalFamily(d)
	return d.offered() && (f == "ECHO" || f == "KNIGHT")
}

// portal answers for alexa.<domain>.
func (s *Site) portal(w http.ResponseWriter, r *http.Request, domain string, old bool) {
	path := r.URL.Path
	switch {
	case path == "/favicon.ico":
		w.WriteHeader(http.StatusNoContent)
		return
	case old || r.TLS == nil && r.Header.Get("X-Forwarded-Proto") != "https":
		http.Redirect(w, r, "https://alexa."+domain+r.URL.RequestURI(), http.StatusMovedPermanently)
		return
	}
	v := &visit{w: w, r: r, domain: domain}
	s.greet(v)
	if strings.HasPrefix(path, "/api/") {
		s.portalAPI(v, path)
		return
	}
	if path == "/errors/validateCaptcha" {
		s.validateCaptcha(v)
		return
	}
	if r.Method != http.MethodGet {
		s.decline(w, r)
		return
	}
	if s.set["portal-down"] {
		s.show(v, http.StatusServiceUnavailable, "service-error.html", s.view(v))
		return
	}
	if s.turnedAway(v) {
		return
	}
	if path != "/" && path != "/spa/index.html" {
		s.decline(w, r)
		return
	}
	d := s.view(v)
	d.FormToken, d.Action = formToken(v), path
	s.mu.Lock()
	fresh, checked := s.freshSignIn(v), s.passed[v.session]
	s.mu.Unlock()
	switch {
	case s.set["portal-unknown"]:
		s.show(v, http.StatusOK, "unknown.html", d)
	case !portalLives(s.set):
		s.show(v, http.StatusOK, "portal-retired.html", d)
	case !fresh:
		s.redirect(v, signInAddress(domain, "https://alexa."+domain+r.URL.RequestURI(), int(maxAge.Seconds())))
	case s.set["continue-shopping"] && !checked:
		s.show(v, http.StatusOK, "continue-shopping.html", d)
	case path == "/":
		s.redirect(v, "/spa/index.html")
	default:
		s.setCookie(v, "csrf", s.portalToken(v), false, true)
		if s.lay != nil {
			s.layoutPage(v, "layout-portal.html")
			return
		}
		d.Boot = map[string]any{"texts": portalWords[s.lang], "flags": s.set}
		s.show(v, http.StatusOK, "portal.html", d)
	}
}

// portalToken is the cookie that writes repeat in a header.
func (s *Site) portalToken(v *visit) string {
	var n uint32 = 2166136261
	for _, c := range s.csrf(v) {
		n = (n ^ uint32(c)) * 16777619
	}
	b, _ := json.Marshal(n)
	return string(b)
}

// portalAPI answers the calls behind the portal. The retired portal still answers a signed-in browser, as the real one does.
func (s *Site) portalAPI(v *visit, path string) {
	s.mu.Lock()
	fresh := s.freshSignIn(v)
	s.mu.Unlock()
	page := v.r.Header.Get("X-Standin-Page") != ""
	who := "tool"
	if page {
		who = "page"
	}
	switch {
	case path == "/api/bootstrap":
		s.show(v, http.StatusNotFound, "not-found.html", s.view(v))
	case !fresh:
		s.say(v, http.StatusUnauthorized, map[string]any{"message": nil})
	case path == "/api/customer-status" && v.r.Method == http.MethodGet:
		s.say(v, http.StatusOK, map[string]any{})
	case path == "/api/get-customer-pfm" && v.r.Method == http.MethodGet:
		s.say(v, http.StatusOK, map[string]any{"marketPlaceDomainName": "https://www." + v.domain})
	case path == "/api/devices-v2/device" && v.r.Method == http.MethodGet:
		if !sleep(v.r.Context(), s.layoutPause(v)) {
			return
		}
		s.mu.Lock()
		throttled := s.set["portal-429"] && s.first("portal-429 "+who)
		broken := s.set["ajax-503-once"] && s.first("portal-503 "+who)
		list := s.portalList()
		s.mu.Unlock()
		switch {
		case s.set["portal-list-fails"]:
			s.say(v, http.StatusInternalServerError, map[string]any{"message": nil})
		case throttled:
			s.say(v, http.StatusTooManyRequests, map[string]any{"message": nil})
		case broken:
			s.say(v, http.StatusServiceUnavailable, map[string]any{"message": nil})
		default:
			s.say(v, http.StatusOK, map[string]any{"devices": list})
		}
	case strings.HasPrefix(path, "/api/devices/device/") && v.r.Method == http.MethodDelete:
		serial, err := url.PathUnescape(strings.TrimPrefix(path, "/api/devices/device/"))
		if err != nil {
			s.say(v, http.StatusBadRequest, map[string]any{"message": nil})
			return
		}
		s.mu.Lock()
		status := s.portalDelete(v, serial, v.r.URL.Query().Get("deviceType"))
		s.mu.Unlock()
		if status == http.StatusOK {
			v.w.WriteHeader(status) // without body, as the real one
			return
		}
		s.say(v, status, map[string]any{"message": nil})
	case path == "/api/standin/act" && v.r.Method == http.MethodPost && s.lay != nil:
		s.layoutPortalAct(v)
	case path == "/api/standin/open" && v.r.Method == http.MethodPost: // the page tells that a device was opened
		s.mu.Lock()
		if s.set["portal-session-expires-early"] && s.first("portal expired") {
			s.endSession(v)
		}
		s.mu.Unlock()
		v.w.WriteHeader(http.StatusNoContent)
	default:
		s.decline(v.w, v.r)
	}
}

func (s *Site) say(v *visit, status int, answer any) {
	v.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	v.w.Header().Set("Cache-Control", "no-store")
	v.w.WriteHeader(status)
	_ = json.NewEncoder(v.w).Encode(answer) // the visitor may have left
}

// portalList is the list of the portal, in the form of the real one. s.mu is held.
func (s *Site) portalList() []map[string]any {
	list := []map[string]any{}
	row := func(name, serial, kind, family, account, owner string, words any, caps []string) {
		list = append(list, map[string]any{
			"accountName": name, "appDeviceList": []any{}, "capabilities": caps, "charging": nil, "clusterMembers": []any{},
			"deviceAccountId": account, "deviceFamily": family, "deviceOwnerCustomerId": owner, "deviceType": kind,
			"deviceTypeFriendlyName": words, "essid": nil, "language": nil, "macAddress": nil, "online": true,
			"parentClusters": []any{}, "postalCode": nil, "registrationId": nil, "remainingBatteryLevel": nil,
			"serialNumber": serial, "softwareVersion": "8289072516",
			// For the page alone; the real list does not say it.
			"standinButton": false, "standinOwner": "Ada",
		})
	}
	for _, d := range s.left() {
		family := portalFamily(d)
		if family == "" || s.layoutUnlisted(d.Key) {
			continue
		}
		caps := []string{"AUDIO_PLAYER", "CHANGE_NAME", "TIMERS_AND_ALARMS"}
		if family == "ECHO" || family == "KNIGHT" || family == "UNKNOWN" {
			caps = append(caps, "DEREGISTER_DEVICE", "DEREGISTER_FACTORY_RESET")
		}
		serial := d.Serial
		if serial == "" {
			serial = "0STANDINAPP" + d.Key[max(0, len(d.Key)-8):]
		}
		owner, name := d.Customer, "Ada"
		if d.Customer == customerID {
			owner = s.customer()
		} else {
			name = d.Group
		}
		row(d.Name, serial, d.Type, family, d.AccountID, owner, nil, caps)
		last := list[len(list)-1]
		last["standinButton"], last["standinOwner"] = s.portalButton(d), name
	}
	if len(list) > 0 {
		row("Everywhere", "00000000000000000000000000000000", "A3C9PE6TNYLTCH", "WHA", "A1STANDINWHA01", s.customer(), nil, []string{"AUDIO_PLAYER"})
	}
	return list
}

// portalDelete is the portal's request to deregister; it returns the status of the answer. s.mu is held.
func (s *Site) portalDelete(v *visit, serial, kind string) int {
	ref := deviceRef{Serial: serial, Type: kind, Trusted: v.r.Header.Get("X-Standin-Trusted") == "true"}
	c, err := v.r.Cookie("csrf")
	if err != nil || c.Value == "" || v.r.Header.Get("csrf") != c.Value || c.Value != s.portalToken(v) || s.set["portal-csrf-once"] && s.first("portal-csrf") {
		s.refuse(&ref, "CSRF_VALIDATION_FAILED")
		return http.StatusForbidden
	}
	if s.set["portal-session-expires"] && s.first("portal expired") {
		s.endSession(v)
		s.refuse(&ref, "AUTHENTICATION_ERROR")
		return http.StatusUnauthorized
	}
	var d Device
	found := false
	for _, o := range s.devices {
		if o.Serial != "" && o.Serial == serial && o.Type == kind {
			d, found = o, true
		}
	}
	switch {
	case s.set["portal-fails"]:
		s.refuse(&ref, "INTERNAL_ERROR")
		return http.StatusInternalServerError
	case s.set["portal-429"]:
		s.refuse(&ref, "THROTTLED")
		return http.StatusTooManyRequests
	case !found || !s.portalButton(d):
		s.rec.Refused = append(s.rec.Refused, Refusal{d.Name, "NOT_ALLOWED"})
		return http.StatusNotFound
	}
	done := Deregistration{Device: d, When: s.now(), Trusted: ref.Trusted}
	if _, gone := s.gone[d.Key]; gone {
		s.rec.Doubles = append(s.rec.Doubles, done)
		return http.StatusNotFound
	}
	if s.set["portal-false-success"] || s.set["false-success"] {
		s.rec.Pretended = append(s.rec.Pretended, done)
		return http.StatusOK
	}
	s.gone[d.Key] = done.When
	s.rec.Deregistered = append(s.rec.Deregistered, done)
	s.rec.Portal = append(s.rec.Portal, d.Name)
	if s.set["session-expires"] && s.first("expired") {
		s.endSession(v)
	}
	return http.StatusOK
}

// Portal is a word of the portal in the language of the page.
func (d view) Portal(key string) string { return portalWords[d.Lang][key] }

// portalWords are the words of the portal by language.
var portalWords = map[string]map[string]string{
	"en": {
		"title": "Amazon Alexa", "home": "Home", "timers": "Timers & Alarms", "skills": "Skills", "settings": "Settings",
		"devices": "Devices", "new": "Set up a new device", "account": "Account", "history": "History", "none": "No device is set up.",
		"info": "About", "registered": "Device is registered to:", "serial": "Serial Number", "software": "Device Software Version",
		"deregister": "Deregister", "reset": "Factory reset", "cancel": "Cancel", "online": "Online", "failed": "The device could not be deregistered. Try again later.",
		"confirm_title": "Deregister {name}?", "confirm_body": "{name} will no longer be linked to your account.",
		"farewell": "Alexa has moved to the app", "farewell_body": "This website is no longer available. Use the Alexa app to manage devices.", "app_ios": "App for iPhone", "app_android": "App for Android",
	},
	"de": {
		"title": "Amazon Alexa", "home": "Startseite", "timers": "Timer und Wecker", "skills": "Skills", "settings": "Einstellungen",
		"devices": "Geräte", "new": "Neues Gerät einrichten", "account": "Konto", "history": "Verlauf", "none": "Es ist kein Gerät eingerichtet.",
		"info": "Info", "registered": "Gerät ist angemeldet auf:", "serial": "Seriennummer", "software": "Software-Version",
		"deregister": "Abmelden", "reset": "Auf Werkseinstellungen zurücksetzen", "cancel": "Abbrechen", "online": "Online", "failed": "Das Gerät konnte nicht abgemeldet werden.",
		"confirm_title": "{name} abmelden?", "confirm_body": "{name} ist dann nicht mehr mit diesem Konto verknüpft.",
		"farewell": "Alexa ist in die App umgezogen", "farewell_body": "Diese Website gibt es nicht mehr. Geräte werden in der Alexa-App verwaltet.", "app_ios": "App für iPhone", "app_android": "App für Android",
	},
}

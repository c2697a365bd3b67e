package standin

import (
	"encoding/json"
	"html/template"
	"net/http"
	"strings"
)

// This file is today's page, the React "digital-console". Its frame and the list call follow what is known; the views of the
// devices and every call that changes something are this project's invention.

const consoleBase = "/hz/mycd/digital-console/"

// consoleScenarios are the forms of the page. Each implies "console".
var consoleScenarios = []Scenario{
	{"console", "the account has today's page: tiles of device and app families, then the device, then Deregister"},
	{"console-rows", "a family's devices are rows with their buttons in them"},
	{"console-more-actions", "Deregister is inside a drop-down menu of the row"},
	{"console-many-in-a-tile", "the tile of Echo devices holds a dozen"},
	{"console-preselected", "a family shows the details of its first device before one is chosen"},
	{"console-flat", "the page lists the devices themselves, without families"},
	{"console-no-counts", "tiles do not say how many devices they hold"},
	{"console-div-tiles", "tiles are buttons without an address"},
	{"console-other-classes", "the classes of the views are not the usual ones"},
	{"console-unknown-family", "two devices belong to families that nobody knows"},
	{"console-pages", "60 devices, a family shows 25 and has pages"},
	{"console-show-more", "60 devices, a family shows 25 and a button for more"},
	{"console-grow", "60 devices, a family shows 25 and more when scrolled to"},
	{"console-no-popup", "Deregister acts at once, without a pop-up"},
	{"console-popup-other", "the pop-up names, and would deregister, another device"},
	{"console-disabled-confirm", "the pop-up's button cannot be used for the first second"},
	{"console-disabled-forever", "the pop-up's button can never be used"},
	{"console-modal", "the result comes in a box that lies over everything until it is closed"},
	{"console-failure", "the page says that it failed, and it did"},
	{"console-reshuffle", "the devices change their order after each deregistration"},
	{"console-reused-rows", "a row comes to show another device: once when the mouse is on Deregister, once when it is pressed"},
	{"console-rerender", "the page is drawn anew every 25 ms"},
	{"console-wipe-neighbours", "wipe, lock and reset stand beside every Deregister"},
}

func init() { scenarios = append(scenarios, consoleScenarios...) }

// consoleImplied turns "console" on where a form of it was asked for.
func consoleImplied(set map[string]bool) {
	for name := range set {
		if strings.HasPrefix(name, "console-") {
			set["console"] = true
			return
		}
	}
}

// consoleAccount changes the account where the page is to show more than a handful.
func consoleAccount(set map[string]bool, devs []Device) []Device {
	if !set["console"] || len(devs) == 0 {
		return devs
	}
	n := len(devs)
	switch {
	case set["console-pages"], set["console-show-more"], set["console-grow"]:
		n = 60
	case set["console-many-in-a-tile"]:
		n = 15
	}
	for i := 1; len(devs) < n; i++ {
		devs = append(devs, device(500+i, numbered("Attic Echo Dot ", i), dot, dotWords, "DEVICES", day(2022, 1, 1).AddDate(0, 0, i)))
	}
	if n == 60 { // the one everybody asks for is not on the first page
		devs = append(devs[1:len(devs):len(devs)], devs[0])
	}
	return devs
}

func numbered(name string, n int) string {
	digits := ""
	for ; n > 0; n /= 10 {
		digits = string(rune('0'+n%10)) + digits
	}
	return name + digits
}

// consoleFamily is the family of a device and how the tile of it is called. Which families there are is known for four of
// them; the others are guesses.
func (s *Site) consoleFamily(d Device) (family, words string) {
	if s.set["console-unknown-family"] {
		switch {
		case d.Type == show:
			return "QX_7 PROTO&TYPE", "Things (new)"
		case d.Type == "A1STANDINFIRTV":
			return "", "?"
		}
	}
	return consoleFamilyOf(d)
}

func consoleFamilyOf(d Device) (family, words string) {
	switch {
	case d.Filter == "APPS" && strings.Contains(d.TypeString, "Alexa"):
		return "ALEXA_APP", d.TypeString
	case d.Filter == "APPS":
		return "AUDIBLE_APP", d.TypeString
	case strings.Contains(d.TypeString, "Kindle"):
		return "KINDLE", "Kindle"
	case strings.Contains(d.TypeString, "Fire TV"):
		return "FIRE_TV", "Fire TV"
	case strings.Contains(d.TypeString, "Tablet"):
		return "FIRE_TABLET", "Fire Tablet"
	}
	return "ECHO", "Echo"
}

// console shows one of the views; which one is the script's to see from the address. It wants a sign-in of the last hour.
func (s *Site) console(v *visit) {
	if !s.mayEnter(v) {
		return
	}
	if s.lay != nil && !s.lay.Portal {
		s.layoutPage(v, "layout.html")
		return
	}
	d := s.view(v)
	if s.set["unknown-page"] {
		s.show(v, http.StatusOK, "unknown.html", d)
		return
	}
	d.CSRF = template.JS(`"` + s.csrf(v) + `"`) // as it is, as in mycd
	boot := s.boot(d.Customer).(map[string]any)
	s.mu.Lock()
	boot["pageSize"], boot["growAfterMs"], boot["detailsAfterMs"] = 25, 40, 30
	if s.set["instant"] {
		boot["growAfterMs"], boot["detailsAfterMs"] = 0, 0
	}
	if s.set["slow"] {
		boot["detailsAfterMs"] = 200 + s.random.IntN(401)
	}
	s.mu.Unlock()
	d.Boot = boot
	s.show(v, http.StatusOK, "console.html", d)
}

// consoleRef is the device that a call of the page means, in the spelling of its list.
type consoleRef struct {
	AccountID string `json:"deviceAccountID"`
	Serial    string `json:"deviceSerialNumber"`
	Type      string `json:"deviceTypeID"`
	Trusted   bool   `json:"trusted"`
	ASIN      string `json:"asin"`
	layoutAct
}

func (c consoleRef) ref() deviceRef {
	return deviceRef{AccountID: c.AccountID, Serial: c.Serial, Type: c.Type, Trusted: c.Trusted}
}

// consoleAjax answers the calls behind the page; errors come with HTTP 200.
func (s *Site) consoleAjax(v *visit) {
	if v.r.Method != http.MethodPost || v.r.ParseForm() != nil {
		s.decline(v.w, v.r)
		return
	}
	own := v.r.Header.Get("X-Standin-Page") != ""
	activity := v.r.PostForm.Get("activity")
	var in consoleRef
	readable := json.Unmarshal([]byte(v.r.PostForm.Get("activityInput")), &in) == nil && v.r.PostForm.Get("clientId") == "MYCD_WebService"

	if activity == "GetDevicesOverview" && !sleep(v.r.Context(), s.layoutPause(v)) {
		return
	}
	s.mu.Lock()
	status, answer := s.consoleAnswer(v, activity, in, own, readable)
	s.mu.Unlock()

	v.w.Header().Set("Cache-Control", "no-store")
	if status != http.StatusOK {
		s.show(v, status, "service-error.html", s.view(v))
		return
	}
	v.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(v.w).Encode(answer) // the visitor may have left
}

// consoleAnswer decides; s.mu is held.
func (s *Site) consoleAnswer(v *visit, activity string, in consoleRef, own, readable bool) (int, any) {
	who, list := "tool", activity == "GetDevicesOverview"
	if own {
		who = "page"
	}
	var asked *deviceRef
	if activity == "DeregisterDevice" {
		r := in.ref()
		asked = &r
	}
	switch {
	case !s.freshSignIn(v):
		s.refuse(asked, "AUTHENTICATION_ERROR")
		return 200, failure("AUTHENTICATION_ERROR")
	case v.r.PostForm.Get("csrfToken") != s.csrf(v):
		s.refuse(asked, "CSRF_VALIDATION_FAILED")
		return 200, failure("CSRF_VALIDATION_FAILED")
	case !readable:
		return 200, failure("INVALID_REQUEST")
	case list && s.set["ajax-503-once"] && s.first("503 "+who):
		return http.StatusServiceUnavailable, nil
	case list && s.set["csrf-fails-once"] && s.first("csrf "+who):
		return 200, failure("CSRF_VALIDATION_FAILED")
	case list && s.set["empty-unproven"]:
		return 200, map[string]any{"success": true}
	case list:
		return 200, map[string]any{"success": true, "GetDevicesOverview": map[string]any{"deviceList": s.overview(own)}}
	case asked != nil && s.set["console-failure"]:
		s.refuse(asked, "NOT_NOW")
		return 200, failure("NOT_NOW")
	case asked != nil:
		return 200, s.deregister(v, *asked)
	case activity == "RemoteWipe", activity == "RemoteLock", activity == "FactoryReset":
		s.danger(activity, in.ref())
		return 200, map[string]any{"success": true}
	case activity == "LayoutAct":
		s.layoutActed(in.layoutAct)
		return 200, map[string]any{"success": true}
	case activity == "DeleteContent":
		s.rec.ContentDeleted = append(s.rec.ContentDeleted, in.ASIN)
		return 200, map[string]any{"success": true}
	}
	return 200, failure("INVALID_REQUEST")
}

// overview is the list with the fields that are known of the real call; what their values look like is a guess. s.mu is held.
func (s *Site) overview(own bool) any {
	customer := s.customer()
	list := []map[string]any{}
	for _, d := range s.listed(own) {
		family, words := s.consoleFamily(d)
		m := map[string]any{
			"deviceName": d.Name, "deviceTypeID": d.Type, "deviceTypeString": d.TypeString, "deviceFamily": family, "displayCategoryFriendlyName": words,
			"deviceClassification": map[string]string{"DEVICES": "DEVICE", "APPS": "APP"}[d.Filter], "customerID": d.Customer,
			"formattedLastRegisteredDate": longDate(d.Registered, s.lang), "isDefaultDevice": false, "isChildDevice": d.Parent != "",
			"childDevices": []string{}, "alexaOnDevice": strings.Contains(d.TypeString, "Echo"),
		}
		if d.Customer == customerID {
			m["customerID"] = customer
		}
		for k, val := range map[string]string{"deviceAccountID": d.AccountID, "deviceSerialNumber": d.Serial, "deviceGroup": d.Group, "parentDevice": d.Parent} {
			if val != "" {
				m[k] = val
			}
		}
		list = append(list, m)
	}
	if !own {
		s.rec.Lists++
	}
	return list
}

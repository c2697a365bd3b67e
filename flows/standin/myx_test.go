package standin

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

const listDevices = `{"GetDevices":{}}`

// listing is an answer of the list call.
type listing struct {
	Success    *bool
	Error      string
	GetDevices *struct {
		Success bool
		Count   int
		Devices []map[string]any
	}
}

func (v *visitor) list(token string) listing {
	v.t.Helper()
	r := v.ajax(token, listDevices)
	var l listing
	if err := json.Unmarshal([]byte(r.body), &l); err != nil {
		v.t.Fatalf("status %d, not JSON: %.80s", r.status, r.body)
	}
	return l
}

func (l listing) names() []string {
	var out []string
	if l.GetDevices != nil {
		for _, d := range l.GetDevices.Devices {
			out = append(out, d["deviceAccountName"].(string))
		}
	}
	return out
}

func (v *visitor) device(name string) Device {
	v.t.Helper()
	for _, d := range v.site.Record().Devices {
		if d.Name == name {
			return d
		}
	}
	v.t.Fatalf("no %s on the account", name)
	return Device{}
}

func (v *visitor) deregister(token, name string) reply {
	v.t.Helper()
	d := v.device(name)
	return v.ajax(token, fmt.Sprintf(`{"DeregisterDevice":{"deviceAccountId":%q,"deviceSerialNumber":%q,"deviceType":%q,"trusted":true}}`, d.AccountID, d.Serial, d.Type))
}

func TestTheListCall(t *testing.T) {
	v := visitor0(t, "")
	page := v.signIn(mycdPath)
	tok := token(t, page)
	l := v.list(tok)
	if l.GetDevices == nil || !l.GetDevices.Success || l.GetDevices.Count != 7 || len(l.GetDevices.Devices) != 7 {
		t.Fatalf("%+v", l)
	}
	first := l.GetDevices.Devices[0]
	for _, k := range []string{"deviceAccountName", "deviceAccountId", "deviceSerialNumber", "deviceType", "deviceTypeString", "deviceFilter", "deviceClassification",
		"customerId", "lastRegisteredDate", "formattedLastRegisteredDate", "deviceCapabilities", "softwareVersion"} {
		if _, ok := first[k]; !ok {
			t.Errorf("field %s is missing", k)
		}
	}
	if n := slices.Index(l.names(), "Ada's Alexa App"); n < 0 || l.GetDevices.Devices[n]["deviceSerialNumber"] != nil {
		t.Error("the app has a serial number or is missing")
	}
	// The token needs encoding: sent as it is, "+" becomes a space.
	raw := v.postRaw("/hz/mycd/ajax", "data="+url.QueryEscape(`{"param":`+listDevices+`}`)+"&csrfToken="+tok)
	if !strings.Contains(raw.body, "CSRF_VALIDATION_FAILED") || raw.status != 200 {
		t.Errorf("an unencoded token: %d %s", raw.status, raw.body)
	}
	if l := v.list("wrong"); l.Error != "CSRF_VALIDATION_FAILED" || l.Success == nil || *l.Success {
		t.Errorf("a wrong token: %+v", l)
	}
	v.get("/gp/flex/sign-out.html")
	if l := v.list(tok); l.Error != "AUTHENTICATION_ERROR" {
		t.Errorf("signed out: %+v", l)
	}
}

func TestDeregisterIsRecordedHonestly(t *testing.T) {
	v := visitor0(t, "")
	tok := token(t, v.signIn(mycdPath))
	kitchen := v.device("Kitchen Echo")
	v.deregister("wrong", "Kitchen Echo")
	v.deregister(tok, "Mia's Echo Dot Kids")
	if r := v.site.Record(); len(r.Deregistered) != 0 || len(r.Refused) != 2 || r.Refused[1].Reason != "NOT_ALLOWED" {
		t.Fatalf("refusals: %+v", r)
	}
	v.deregister(tok, "Kitchen Echo")
	v.ajax(tok, `{"DeregisterDevice":{"deviceAccountId":"`+kitchen.AccountID+`"}}`)
	v.ajax(tok, `{"RemoteWipe":{"deviceAccountId":"`+v.device("Ada's Kindle").AccountID+`"}}`)
	v.ajax(tok, `{"DeleteContent":{"asin":"B0STANDIN1"}}`)
	r := v.site.Record()
	if len(r.Deregistered) != 1 || r.Deregistered[0].Key != kitchen.Key || len(r.Doubles) != 1 || len(r.Devices) != 6 {
		t.Errorf("deregistered %+v, doubles %+v, left %d", r.Deregistered, r.Doubles, len(r.Devices))
	}
	if len(r.Dangers) != 1 || r.Dangers[0] != (Danger{"RemoteWipe", "Ada's Kindle"}) || !slices.Equal(r.ContentDeleted, []string{"B0STANDIN1"}) {
		t.Errorf("dangers %+v, content %v", r.Dangers, r.ContentDeleted)
	}
	if slices.Contains(v.list(tok).names(), "Kitchen Echo") {
		t.Error("the list still has it")
	}
}

// What the list call says before and after one deregistration, by scenario.
func TestListsByScenario(t *testing.T) {
	for _, c := range []struct {
		scenario      string
		before, after int
		count         int // said after it
		gone          bool
	}{
		{"article", 7, 6, 6, true},
		{"false-success", 7, 7, 7, false},
		{"short-list", 7, 4, 4, true},
		{"short-count", 7, 6, 8, true},
		{"short-list-before", 4, 3, 3, true},
		{"show-more", 60, 59, 59, true},
		{"many", 200, 199, 199, true},
		{"duplicate-names", 8, 7, 7, false},
		{"household", 9, 8, 8, true},
	} {
		t.Run(c.scenario, func(t *testing.T) {
			v := visitor0(t, c.scenario)
			tok := token(t, v.signIn(mycdPath))
			if n := len(v.list(tok).names()); n != c.before {
				t.Errorf("before: %d, want %d", n, c.before)
			}
			if r := v.deregister(tok, "Kitchen Echo"); !strings.Contains(r.body, `"success":true`) {
				t.Errorf("answered %s", r.body)
			}
			l := v.list(tok)
			if len(l.names()) != c.after || l.GetDevices.Count != c.count || slices.Contains(l.names(), "Kitchen Echo") == c.gone {
				t.Errorf("after: %d (count %d) %v", len(l.names()), l.GetDevices.Count, l.names())
			}
			if n := len(v.site.Record().Deregistered); (n == 1) == (c.scenario == "false-success") {
				t.Errorf("recorded %d", n)
			}
		})
	}
}

func TestLaggingListCatchesUp(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	v := visitorAt(t, "lagging", func() time.Time { return at })
	tok := token(t, v.signIn(mycdPath))
	v.deregisterKitchen(tok)
	if !slices.Contains(v.list(tok).names(), "Kitchen Echo") {
		t.Error("the list does not lag")
	}
	at = at.Add(1600 * time.Millisecond)
	if slices.Contains(v.list(tok).names(), "Kitchen Echo") {
		t.Error("the list lags for ever")
	}
}

func TestListTroubles(t *testing.T) {
	v := visitor0(t, "csrf-fails-once")
	tok := token(t, v.signIn(mycdPath))
	if l := v.list(tok); l.Error != "CSRF_VALIDATION_FAILED" {
		t.Errorf("first: %+v", l)
	}
	if l := v.list(tok); len(l.names()) != 7 {
		t.Errorf("second: %+v", l)
	}

	v = visitor0(t, "ajax-503-once")
	tok = token(t, v.signIn(mycdPath))
	if r := v.ajax(tok, listDevices); r.status != 503 {
		t.Errorf("first: %d", r.status)
	}
	if l := v.list(tok); len(l.names()) != 7 {
		t.Errorf("second: %+v", l)
	}

	v = visitor0(t, "empty")
	if l := v.list(token(t, v.signIn(mycdPath))); l.GetDevices == nil || l.GetDevices.Devices == nil || l.GetDevices.Count != 0 {
		t.Errorf("an empty account: %+v", l)
	}
	v = visitor0(t, "empty-unproven")
	if l := v.list(token(t, v.signIn(mycdPath))); l.GetDevices != nil {
		t.Errorf("the list key is there: %+v", l)
	}

	v = visitor0(t, "session-expires")
	tok = token(t, v.signIn(mycdPath))
	v.deregisterKitchen(tok)
	if l := v.list(tok); l.Error != "AUTHENTICATION_ERROR" {
		t.Errorf("the session did not end: %+v", l)
	}
	page := v.get(mycdPath)
	if page.url.Path != "/ap/signin" {
		t.Fatalf("at %s", page.url)
	}
	if l := v.list(token(t, v.post("/ap/signin", fill(page, "password", password)))); len(l.names()) != 6 {
		t.Errorf("after signing in again: %+v", l)
	}

	v = visitor0(t, "customer-changes")
	page = v.signIn(mycdPath)
	if l := v.list(token(t, page)); l.GetDevices.Devices[0]["customerId"] != customerID || !strings.Contains(page.body, `"customerId":"`+customerID+`"`) {
		t.Error("the customer changed too early")
	}
	if page = v.get(mycdPath); !strings.Contains(page.body, `"customerId":"`+changedID+`"`) || v.site.Record().Customer != changedID {
		t.Error("the customer did not change")
	}
}

func TestDevicesWithoutIDs(t *testing.T) {
	for scenario, field := range map[string]string{"no-serial": "deviceSerialNumber", "no-account-id": "deviceAccountId"} {
		v := visitor0(t, scenario)
		tok := token(t, v.signIn(mycdPath))
		for _, d := range v.list(tok).GetDevices.Devices {
			if d[field] != nil {
				t.Errorf("%s: %v", scenario, d)
			}
		}
		v.deregisterKitchen(tok)
		if r := v.site.Record(); len(r.Deregistered) != 1 || r.Deregistered[0].Name != "Kitchen Echo" {
			t.Errorf("%s: %+v", scenario, r.Deregistered)
		}
	}
}

func TestNoTwoDevicesShareAKeyOrANameByAccident(t *testing.T) {
	for _, s := range Scenarios() {
		set, _ := parseScenario(s.Name)
		keys, names := map[string]bool{}, map[string]bool{}
		for _, d := range newAccount(set) {
			if d.Key == "" || keys[d.Key] {
				t.Errorf("%s: key %q of %s stands twice", s.Name, d.Key, d.Name)
			}
			if names[d.Name] && s.Name != "duplicate-names" {
				t.Errorf("%s: name %q stands twice", s.Name, d.Name)
			}
			keys[d.Key], names[d.Name] = true, true
		}
	}
}

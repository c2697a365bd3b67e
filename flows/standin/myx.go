package standin

import (
	"encoding/json"
	"html/template"
	"net/http"
)

// mycd is "Manage Your Content and Devices". It wants a sign-in of the last hour.
func (s *Site) mycd(v *visit) {
	if !s.mayEnter(v) {
		return
	}
	d := s.view(v)
	if s.set["unknown-page"] {
		s.show(v, http.StatusOK, "unknown.html", d)
		return
	}
	// Written as it is, with "+" and "/": tools read it from the source, where html/template would write \u002b.
	d.CSRF = template.JS(`"` + s.csrf(v) + `"`)
	d.Boot = s.boot(d.Customer)
	s.show(v, http.StatusOK, "myx.html", d)
}

// mayEnter lets in whom the pages of the devices are for: who signed in within the last hour.
func (s *Site) mayEnter(v *visit) bool {
	s.mu.Lock()
	fresh := s.freshSignIn(v)
	s.mu.Unlock()
	if !fresh {
		s.toSignIn(v)
		return false
	}
	if s.set["hang"] {
		<-v.r.Context().Done()
		return false
	}
	return true
}

// boot is what the page's script needs: words, behaviour and delays in milliseconds. None of it is for a flow to read.
func (s *Site) boot(customer string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := map[string]any{
		"texts": s.words, "flags": s.set, "books": append([]book{}, s.books...), "customer": customer,
		"pageSize": 0, "blank": s.set["empty-unproven"],
		"listAfterMs": 0, "popoverAfterMs": 0, "popupAfterMs": 0, "resultAfterMs": 0, "renderAfterMs": 0, "renderAgainMs": 0, "growAfterMs": 0,
	}
	if s.set["show-more"] || s.set["grow-on-scroll"] {
		b["pageSize"], b["growAfterMs"] = 25, 40
	}
	if s.set["instant"] {
		b["growAfterMs"] = 0
	}
	if s.set["late-result"] {
		b["resultAfterMs"] = 1000
	}
	if s.set["late-popup"] {
		b["popupAfterMs"] = 700
	}
	if s.set["menu-redrawn"] {
		b["popoverAfterMs"] = 250
	}
	if s.set["slow"] {
		for _, k := range []string{"listAfterMs", "popoverAfterMs", "popupAfterMs", "resultAfterMs", "renderAfterMs", "renderAgainMs", "growAfterMs"} {
			b[k] = 200 + s.random.IntN(401)
		}
	}
	return b
}

// call is the body of a request behind the page: data={"param":{…}}.
type call struct {
	Param struct {
		GetDevices       *struct{}  `json:"GetDevices"`
		DeregisterDevice *deviceRef `json:"DeregisterDevice"`
		RemoteWipe       *deviceRef `json:"RemoteWipe"`
		RemoteLock       *deviceRef `json:"RemoteLock"`
		FactoryReset     *deviceRef `json:"FactoryReset"`
		DeleteContent    *struct {
			ASIN string `json:"asin"`
		} `json:"DeleteContent"`
	} `json:"param"`
}

type deviceRef struct {
	AccountID string `json:"deviceAccountId"`
	Serial    string `json:"deviceSerialNumber"`
	Type      string `json:"deviceType"`
	Trusted   bool   `json:"trusted"`
}

// ajax answers the calls behind the page. Errors come with HTTP 200, as on the real site.
func (s *Site) ajax(v *visit) {
	if v.r.Method != http.MethodPost {
		s.decline(v.w, v.r)
		return
	}
	var c call
	readable := v.r.ParseForm() == nil && json.Unmarshal([]byte(v.r.PostForm.Get("data")), &c) == nil
	own := v.r.Header.Get("X-Standin-Page") != "" // the page's own call, not one that a tool makes from it

	s.mu.Lock()
	status, answer := s.answer(v, c, own, readable)
	s.mu.Unlock()

	v.w.Header().Set("Cache-Control", "no-store")
	if status != http.StatusOK {
		s.show(v, status, "service-error.html", s.view(v))
		return
	}
	v.w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(v.w).Encode(answer) // the visitor may have left
}

func failure(code string) map[string]any { return map[string]any{"success": false, "error": code} }

// answer decides; s.mu is held.
func (s *Site) answer(v *visit, c call, own, readable bool) (int, any) {
	who := "tool"
	if own {
		who = "page"
	}
	p := c.Param
	switch {
	case !s.freshSignIn(v):
		s.refuse(p.DeregisterDevice, "AUTHENTICATION_ERROR")
		return 200, failure("AUTHENTICATION_ERROR")
	case v.r.PostForm.Get("csrfToken") != s.csrf(v):
		s.refuse(p.DeregisterDevice, "CSRF_VALIDATION_FAILED")
		return 200, failure("CSRF_VALIDATION_FAILED")
	case !readable:
		return 200, failure("INVALID_REQUEST")
	case p.GetDevices != nil && s.set["ajax-429-once"] && s.first("429 "+who):
		return http.StatusTooManyRequests, nil
	case p.DeregisterDevice != nil && s.set["deregister-csrf-once"] && s.first("deregister-csrf"):
		s.refuse(p.DeregisterDevice, "CSRF_VALIDATION_FAILED")
		return 200, failure("CSRF_VALIDATION_FAILED")
	case p.DeregisterDevice != nil && s.set["session-expires-before"] && s.first("expired before"):
		s.endSession(v)
		s.refuse(p.DeregisterDevice, "AUTHENTICATION_ERROR")
		return 200, failure("AUTHENTICATION_ERROR")
	case p.GetDevices != nil && s.set["ajax-503-once"] && s.first("503 "+who):
		return http.StatusServiceUnavailable, nil
	case p.GetDevices != nil && s.set["csrf-fails-once"] && s.first("csrf "+who):
		return 200, failure("CSRF_VALIDATION_FAILED")
	case p.GetDevices != nil && s.set["empty-unproven"]:
		return 200, map[string]any{}
	case p.GetDevices != nil:
		return 200, map[string]any{"GetDevices": s.getDevices(own)}
	case p.DeregisterDevice != nil:
		return 200, map[string]any{"DeregisterDevice": s.deregister(v, *p.DeregisterDevice)}
	case p.RemoteWipe != nil:
		return 200, s.danger("RemoteWipe", *p.RemoteWipe)
	case p.RemoteLock != nil:
		return 200, s.danger("RemoteLock", *p.RemoteLock)
	case p.FactoryReset != nil:
		return 200, s.danger("FactoryReset", *p.FactoryReset)
	case p.DeleteContent != nil:
		s.rec.ContentDeleted = append(s.rec.ContentDeleted, p.DeleteContent.ASIN)
		kept := s.books[:0:0]
		for _, b := range s.books {
			if b.ASIN != p.DeleteContent.ASIN {
				kept = append(kept, b)
			}
		}
		s.books = kept
		return 200, map[string]any{"DeleteContent": map[string]any{"success": true}}
	}
	return 200, failure("INVALID_REQUEST")
}

// first says whether something happens for the first time; s.mu is held.
func (s *Site) first(what string) bool {
	s.once[what]++
	return s.once[what] == 1
}

// getDevices is the list with the fields that are known of the real call. Their forms (a time in milliseconds, capabilities
// as a list) are guesses. s.mu is held.
func (s *Site) getDevices(own bool) any {
	devs := s.listed(own)
	customer := s.customer()
	list := make([]map[string]any, 0, len(devs))
	for _, d := range devs {
		m := map[string]any{
			"deviceAccountName": d.Name, "deviceType": d.Type, "deviceTypeString": d.TypeString,
			"deviceFilter": d.Filter, "deviceClassification": map[string]string{"DEVICES": "DEVICE", "APPS": "APP"}[d.Filter],
			"customerId": d.Customer, "lastRegisteredDate": d.Registered.UnixMilli(),
			"formattedLastRegisteredDate": longDate(d.Registered, s.lang), "deviceCapabilities": []string{}, "softwareVersion": "8289072516",
		}
		if d.Customer == customerID {
			m["customerId"] = customer
		}
		for k, val := range map[string]string{"deviceAccountId": d.AccountID, "deviceSerialNumber": d.Serial, "deviceGroupName": d.Group, "parentAccountId": d.Parent} {
			if val != "" {
				m[k] = val
			}
		}
		list = append(list, m)
	}
	count := len(list)
	if s.set["short-count"] && len(s.gone) > 0 {
		count += 2
	}
	if !own {
		s.rec.Lists++
	}
	return map[string]any{"success": true, "count": count, "devices": list}
}

func (s *Site) find(ref deviceRef) (Device, bool) {
	for _, d := range s.devices {
		if ref.AccountID != "" && ref.AccountID == d.AccountID || ref.AccountID == "" && ref.Serial != "" && ref.Serial == d.Serial && ref.Type == d.Type {
			return d, true
		}
	}
	return Device{}, false
}

func (s *Site) refuse(ref *deviceRef, why string) {
	if ref == nil {
		return
	}
	d, _ := s.find(*ref)
	s.rec.Refused = append(s.rec.Refused, Refusal{d.Name, why})
}

// deregister is the request this project invented, as the real one is not known. s.mu is held.
func (s *Site) deregister(v *visit, ref deviceRef) any {
	d, ok := s.find(ref)
	if !ok {
		s.refuse(&ref, "DEVICE_NOT_FOUND")
		return failure("DEVICE_NOT_FOUND")
	}
	if !d.offered() || s.layoutSilent(d.Key) && !s.lay.Portal {
		s.refuse(&ref, "NOT_ALLOWED")
		return failure("NOT_ALLOWED")
	}
	done := Deregistration{Device: d, When: s.now(), Trusted: ref.Trusted}
	if _, gone := s.gone[d.Key]; gone {
		s.rec.Doubles = append(s.rec.Doubles, done)
		return failure("DEVICE_NOT_FOUND")
	}
	if s.set["false-success"] {
		s.rec.Pretended = append(s.rec.Pretended, done)
		return map[string]any{"success": true}
	}
	s.gone[d.Key] = done.When
	s.rec.Deregistered = append(s.rec.Deregistered, done)
	if s.set["session-expires"] && s.first("expired") {
		s.endSession(v)
	}
	return map[string]any{"success": true}
}

func (s *Site) danger(what string, ref deviceRef) any {
	d, _ := s.find(ref)
	s.rec.Dangers = append(s.rec.Dangers, Danger{what, d.Name})
	return map[string]any{what: map[string]any{"success": true}}
}

package standin

import (
	"encoding/json"
	"html/template"
	"net/http"
	"time"
)

// layoutRow is a device as the page has it from its own data, not from the list call.
func (s *Site) layoutRow(d Device) map[string]any {
	row := map[string]any{
		"key": d.Key, "name": d.Name, "kind": d.TypeString, "date": longDate(d.Registered, s.lang), "serial": d.Serial,
		"accountID": d.AccountID, "type": d.Type,
	}
	if s.lay.Portal { // its list has neither, so none of its rows has
		row["kind"], row["date"] = "", ""
	}
	return row
}

// layoutBoot is what the page's script needs. s.mu is held.
func (s *Site) layoutBoot() any {
	g := s.lay.design
	if s.solve > 1 {
		for _, ms := range []*int{&g.Late, &g.MenuDelay, &g.Disabled, &g.Fill, &g.ListDelay} {
			*ms /= s.solve
		}
	}
	looks, order, extras := map[string]look{}, []string{}, []any{}
	for _, v := range s.lay.devices {
		if !s.lay.shows(v) {
			continue
		}
		looks[v.Key] = v.Look
		order = append(order, v.Key)
		if _, gone := s.gone[v.Key]; v.unlisted && !gone {
			extras = append(extras, s.layoutRow(v.Device))
		}
	}
	return map[string]any{
		"seed": s.lay.Seed, "layout": g, "words": layoutWords[s.lang], "looks": looks, "order": order, "extras": extras,
		"base": consoleBase, "solve": s.solve != 0,
	}
}

// layoutPage shows the drawn page; which view is the script's to see from the address.
func (s *Site) layoutPage(v *visit, name string) {
	d := s.view(v)
	d.CSRF = template.JS(`"` + s.csrf(v) + `"`) // as it is, as in mycd
	if !s.lay.design.Tells {
		d.Customer = ""
	}
	s.mu.Lock()
	d.Boot = s.layoutBoot()
	s.mu.Unlock()
	s.show(v, http.StatusOK, name, d)
}

// layoutPause is how long the answer to a list call of the page takes; a tool's call is answered at once.
func (s *Site) layoutPause(v *visit) time.Duration {
	if s.lay == nil || v.r.Header.Get("X-Standin-Page") == "" {
		return 0
	}
	return time.Duration(s.lay.design.ListDelay/max(1, s.solve)) * time.Millisecond
}

// layoutAct is what a button of a drawn page did that is not Deregister.
type layoutAct struct {
	What string `json:"what"`
	Name string `json:"name"`
}

// layoutHarmless are presses that do no harm and still change something: nothing that explores may press them.
var layoutHarmless = map[string]bool{"rename": true, "buy": true, "try": true, "accept": true, "good": true, "bad": true, "search": true}

// layoutActed records a press. s.mu is held.
func (s *Site) layoutActed(a layoutAct) {
	if layoutHarmless[a.What] {
		s.rec.Changes = append(s.rec.Changes, Danger(a))
		return
	}
	s.rec.Dangers = append(s.rec.Dangers, Danger(a))
}

// layoutPortalAct reads such a press on the portal.
func (s *Site) layoutPortalAct(v *visit) {
	var a layoutAct
	if json.NewDecoder(v.r.Body).Decode(&a) != nil {
		s.say(v, http.StatusBadRequest, map[string]any{"message": nil})
		return
	}
	s.mu.Lock()
	s.layoutActed(a)
	s.mu.Unlock()
	v.w.WriteHeader(http.StatusNoContent)
}

// layoutSilent says whether the drawn page offers no Deregister for a device.
func (s *Site) layoutSilent(key string) bool {
	if s.lay == nil {
		return false
	}
	for _, v := range s.lay.devices {
		if v.Key == key {
			return !v.Look.Offer
		}
	}
	return true
}

// layoutUnlisted says whether the list calls lack a device.
func (s *Site) layoutUnlisted(key string) bool {
	if s.lay == nil {
		return false
	}
	for _, v := range s.lay.devices {
		if v.Key == key {
			return v.unlisted
		}
	}
	return false
}

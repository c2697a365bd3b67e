package standin

import (
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func (v *visitor) console(token, activity, input string) reply {
	v.t.Helper()
	return v.post(consoleBase+"ajax", url.Values{"activity": {activity}, "activityInput": {input}, "clientId": {"MYCD_WebService"}, "csrfToken": {token}})
}

func TestALayoutIsTheSameWheneverItIsDrawn(t *testing.T) {
	for seed := range uint64(50) {
		a, b := Layout(seed), Layout(seed)
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("two drawings of %d differ:\n%s\n%s", seed, a, b)
		}
		short := a.Short()
		if !reflect.DeepEqual(short.design, a.design) || len(short.Tasks) != len(a.Tasks) {
			t.Fatalf("%d is another layout when its list is short", seed)
		}
		for i, task := range a.Tasks {
			if short.Tasks[i].Key != task.Key {
				t.Errorf("%d: task %q becomes %q", seed, task.Name, short.Tasks[i].Name)
			}
		}
	}
}

// What is drawn is of use only if each choice, and each kind of task, occurs.
func TestEveryChoiceIsDrawn(t *testing.T) {
	seen, expect, lacking := map[string]map[any]bool{}, map[Expect]int{}, 0
	for seed := range uint64(600) {
		for _, p := range []LayoutPlan{Layout(seed), PortalLayout(seed)} {
			v := reflect.ValueOf(p.design)
			for i := range v.NumField() {
				name, f := v.Type().Field(i).Name, v.Field(i)
				if seen[name] == nil {
					seen[name] = map[any]bool{}
				}
				switch {
				case f.Kind() == reflect.Slice:
					seen[name][strings.Join(f.Interface().([]string), " ")] = true
				default:
					seen[name][f.Interface()] = true
				}
			}
			if len(p.Tasks) == 0 {
				t.Errorf("%s asks for nothing", p.Scenario)
			}
			for _, task := range p.Tasks {
				expect[task.Expect]++
			}
		}
		for _, v := range Layout(seed).Short().devices {
			if v.unlisted {
				lacking++
			}
		}
	}
	for name, want := range map[string]int{"Lang": 2, "Classes": 5, "Button": 7, "List": 7, "NameTag": 7, "Shadow": 3, "Copy": 3, "Families": 8, "Preset": 3, "Paging": 5, "Name": 7,
		"IDs": 6, "Action": 5, "Hover": 3, "Opener": 5, "MenuAt": 3, "Behind": 3, "Where": 5, "Confirm": 5, "Yes": 5, "Feedback": 7, "Survey": 3, "Banner": 3, "Close": 3, "Neighbour": 100} {
		if n := len(seen[name]); n < want {
			t.Errorf("%s: %d choices drawn, want %d", name, n, want)
		}
	}
	for name, values := range seen {
		if name != "Portal" && len(values) < 2 {
			t.Errorf("%s is always the same", name)
		}
	}
	if expect[Refuse] < 20 || expect[NotOffered] < 20 || expect[Solvable] < 1000 || lacking < 2000 {
		t.Errorf("tasks %v, %d devices missing from short lists", expect, lacking)
	}
}

// The list call lacks what the layout says it lacks, on a short list too, and the tasks are in it.
func TestTheListCallOfALayout(t *testing.T) {
	for _, name := range []string{"layout:3", "layout:3:short", "layout:12:short"} {
		v := visitor0(t, name)
		p := *v.site.lay
		tok := token(t, v.signIn(consoleBase+"alldevices"))
		var a struct {
			GetDevicesOverview struct {
				DeviceList []struct {
					DeviceAccountID, DeviceSerialNumber, DeviceTypeID string
				}
			}
		}
		r := v.console(tok, "GetDevicesOverview", `{"surfaceType":"LargeDesktop"}`)
		if err := json.Unmarshal([]byte(r.body), &a); err != nil {
			t.Fatal(err)
		}
		listed := map[string]bool{}
		for _, d := range a.GetDevicesOverview.DeviceList {
			key := d.DeviceAccountID
			if key == "" {
				key = d.DeviceSerialNumber + "/" + d.DeviceTypeID
			}
			listed[key] = true
		}
		for _, d := range p.devices {
			if listed[d.Key] == d.unlisted {
				t.Errorf("%s: %q listed: %v", name, d.Name, listed[d.Key])
			}
		}
		for _, task := range p.Tasks {
			if !listed[task.Key] {
				t.Errorf("%s: the list call lacks the task %q", name, task.Name)
			}
		}
	}
}

// Only the page's own way deregisters: with its token, and what the page offers.
func TestALayoutTakesNothingWithoutItsToken(t *testing.T) {
	v := visitor0(t, "layout:3")
	tok := token(t, v.signIn(consoleBase+"alldevices"))
	for _, d := range v.site.lay.devices {
		if d.AccountID == "" {
			continue
		}
		in := `{"deviceAccountID":"` + d.AccountID + `"}`
		v.console("wrong", "DeregisterDevice", in)
		if len(v.site.Record().Deregistered) != 0 {
			t.Fatalf("%q went without a token", d.Name)
		}
		if !d.Look.Offer {
			v.console(tok, "DeregisterDevice", in)
		}
	}
	v.console(tok, "LayoutAct", `{"what":"wipe","name":"Kitchen"}`)
	v.console(tok, "LayoutAct", `{"what":"rename","name":"Kitchen"}`)
	if r := v.site.Record(); len(r.Deregistered) != 0 || !reflect.DeepEqual(r.Dangers, []Danger{{"wipe", "Kitchen"}}) || !reflect.DeepEqual(r.Changes, []Danger{{"rename", "Kitchen"}}) {
		t.Errorf("deregistered %v, dangers %v, changes %v", r.Deregistered, r.Dangers, r.Changes)
	}
}

func TestWhatIsNoLayoutIsNoScenario(t *testing.T) {
	for _, name := range []string{"layout:", "layout:x", "layout:1:long", "portal-layout:-1"} {
		if _, err := New(Options{Files: files, Scenario: name}); err == nil {
			t.Errorf("%q is taken", name)
		}
	}
}

package standin

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// drawnDevice is a device of a drawn account and how the page shows it.
type drawnDevice struct {
	Device
	Look     look
	unlisted bool // the page shows it, the list call lacks it
	weak     bool // its name is a word of the page
	silent   bool // the page offers no Deregister for it and the list does not say so
	nested   int  // 1 + index of the device in whose row its own row lies
}

// look is how the page shows one device.
type look struct {
	Family string `json:"family"`
	Words  string `json:"words"`
	Form   string `json:"form"` // of the name: "" as all, suffix, twice, cut
	Badge  string `json:"badge"`
	Offer  bool   `json:"offer"`
	In     string `json:"in"` // key of the device in whose row it lies
}

// drawLayoutAccount draws 6 to 40 devices. A quarter of the accounts has devices of another customer, a third names that occur
// twice, a third names that are words of the page.
func drawLayoutAccount(d die, lang string, portal bool) []drawnDevice {
	n := 6 + d.IntN(9)
	if d.percent(30) {
		n = 15 + d.IntN(26)
	}
	household, twins, weak, unlisted, nested := d.percent(25), d.percent(35), d.percent(35), d.percent(30), d.percent(25)
	rooms, odd := layoutRooms[lang], slices.Clone(layoutWeak[lang])
	d.Shuffle(len(odd), func(i, j int) { odd[i], odd[j] = odd[j], odd[i] })
	pool := kinds
	if portal { // more of what the portal offers
		pool = append(slices.Clone(kinds[:6]), kinds...)
	}
	var devs []drawnDevice
	taken := map[string]bool{}
	for i := range n {
		k := pool[d.IntN(len(pool))]
		v := drawnDevice{Device: Device{
			AccountID: fmt.Sprintf("amzn1.account.STANDIN%013d", 7907*(i+1)+d.IntN(7000)), Serial: fmt.Sprintf("G0%02dL%07d%04d", 10+d.IntN(80), 1301*(i+1)+d.IntN(1300), d.IntN(10000)),
			Type: k.kind, TypeString: k.words, Filter: k.filter, Customer: customerID, Registered: day(2016, time.January, 1).AddDate(0, 0, d.IntN(3000)),
		}}
		switch {
		case k.filter == "APPS" && d.percent(70):
			v.Serial = ""
		case d.percent(10):
			v.AccountID = ""
		}
		v.Name = layoutName(d, rooms, k.words, devs, taken)
		if len(devs) > 0 {
			o := devs[d.IntN(len(devs))]
			switch {
			case twins && d.percent(15): // the same kind, too: nothing but an id tells
				v.Name, v.Type, v.TypeString, v.Filter = o.Name, o.Type, o.TypeString, o.Filter
				if o.Filter == "DEVICES" && v.Serial == "" {
					v.Serial = fmt.Sprintf("G099L%011d", 17*i)
				}
				v.weak = o.weak
			case weak && len(odd) > 0 && d.percent(20):
				v.Name, odd, v.weak = odd[0], odd[1:], true
			case household && d.percent(15):
				v.Customer, v.Group = otherCustomer, "Grace"
			case d.percent(4):
				v.Parent, v.Group = o.AccountID, "Mia"
				if v.Parent == "" {
					v.Parent = "amzn1.account.STANDINPARENT0"
				}
			case d.percent(6):
				v.silent = true
			case unlisted && d.percent(15):
				v.unlisted = true
			}
			if nested && d.percent(12) && v.offered() && o.nested == 0 {
				v.nested = 1 + slices.IndexFunc(devs, func(e drawnDevice) bool { return e.Key == o.Key })
			}
		}
		v.Key = v.AccountID
		if v.Key == "" {
			v.Key = v.Serial + "/" + v.Type
		}
		taken[v.Name] = true
		devs = append(devs, v)
	}
	if nested { // a parent that the list lacks, now and then
		for i := range devs {
			if p := devs[i].nested; p > 0 && d.percent(50) {
				devs[p-1].unlisted = true
			}
		}
	}
	for i := range devs {
		v := &devs[i]
		v.Look.Family, v.Look.Words = consoleFamilyOf(v.Device)
		if f := portalFamily(v.Device); portal && f != "" {
			v.Look.Family, v.Look.Words = f, portalFamilies[f]
		}
		v.Look.Offer = v.offered() && !v.silent
		if v.nested > 0 {
			v.Look.In = devs[v.nested-1].Key
			if devs[v.nested-1].Look.Family != v.Look.Family { // a view by families would not show it there
				v.nested, v.Look.In = 0, ""
			}
		}
		switch d.IntN(12) {
		case 0:
			v.Look.Badge = "new"
		case 1:
			v.Look.Badge = "default"
		}
		if d.percent(12) {
			v.Look.Form = d.one("suffix", "twice", "cut")
		}
	}
	return devs
}

// portalFamilies are how the drawn portal calls the families.
var portalFamilies = map[string]string{"ECHO": "Echo", "KNIGHT": "Echo Show", "FIRE_TV": "Fire TV", "VOX": "Alexa App", "UNKNOWN": "Echo Simulator"}

// layoutName draws a name, mostly one that no other device has, often one inside an earlier one.
func layoutName(d die, rooms []string, kind string, devs []drawnDevice, taken map[string]bool) string {
	short := strings.Fields(kind)[0]
	for range 50 {
		name := rooms[d.IntN(len(rooms))]
		switch d.IntN(6) {
		case 0: // "Kitchen" beside "Kitchen Echo"
		case 1:
			name += " " + short + fmt.Sprintf(" %d", 2+d.IntN(9))
		case 2:
			if len(devs) > 0 {
				name = devs[d.IntN(len(devs))].Name + d.one(" 2", " "+short, " (2)", " left")
			}
		case 3:
			name += " " + kind
		default:
			name += " " + short
		}
		if !taken[name] && len(name) < 60 {
			return name
		}
	}
	return fmt.Sprintf("%s %s %d", rooms[0], short, 100+len(devs))
}

// drawTasks picks one to three devices to ask for, those that make trouble more often than the others.
func drawTasks(d die, devs []drawnDevice, portal bool) []int {
	var bag []int
	for i, v := range devs {
		weight := 6
		switch {
		case v.unlisted, portal && portalFamily(v.Device) == "":
			weight = 0
		case portal && !portalOffers(v.Device):
			weight = 1
		case !v.offered():
			weight = 1
		case v.silent:
			weight = 2
		case v.weak, v.nested > 0, same(devs, v.Name) > 1:
			weight = 12
		}
		for range weight {
			bag = append(bag, i)
		}
	}
	var tasks []int
	for range 1 + d.IntN(3) {
		if len(bag) == 0 {
			break
		}
		if i := bag[d.IntN(len(bag))]; !slices.Contains(tasks, i) {
			tasks = append(tasks, i)
		}
	}
	return tasks
}

// same counts the devices that a page shows under a name.
func same(devs []drawnDevice, name string) int {
	n := 0
	for _, v := range devs {
		if v.Name == name {
			n++
		}
	}
	return n
}

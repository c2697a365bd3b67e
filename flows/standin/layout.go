package standin

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
)

// layout:SEED draws the devices views of today's page (the addresses of "digital-console"), portal-layout:SEED the Alexa
// portal, in ways that nobody planned: from the seed come the elements, the class names, the views, the actions, the
// confirmation, the delays, the account and what is asked of it. With ":short" after the seed six of ten devices that are not
// asked for are missing from the list call, while the page still shows them.
//
// The layouts are written from how sites are built. They know nothing of how unecho reads them.

const (
	layoutPrefix       = "layout:"
	portalLayoutPrefix = "portal-layout:"
	layoutShort        = ":short"
)

// Expect is what a person could do about a device on a drawn page.
type Expect string

const (
	Solvable   Expect = "solvable"    // finds it and deregisters it
	Refuse     Expect = "refuse"      // cannot tell it from another of its name by any id; refusing is right, the right one is too
	NotOffered Expect = "not-offered" // the page has no Deregister for it
)

// LayoutTask is one device to ask for.
type LayoutTask struct {
	Key, Name, Serial string
	Expect            Expect
	Why               string // what makes it hard, in words
}

// LayoutPlan is one drawn layout: its account, its page and what to ask of it.
type LayoutPlan struct {
	Scenario string // for Options and for --replay standin:…
	Seed     uint64
	Portal   bool
	IsShort  bool
	Tasks    []LayoutTask

	design  design
	devices []drawnDevice
}

// Layout is the drawn page of a seed at the console's addresses.
func Layout(seed uint64) LayoutPlan { return planLayout(seed, false, false) }

// PortalLayout is the drawn Alexa portal of a seed. Its tasks are judged by what the portal shows alone.
func PortalLayout(seed uint64) LayoutPlan { return planLayout(seed, true, false) }

// Short is the same layout with a list call that lacks six of ten of the devices that are not asked for.
func (p LayoutPlan) Short() LayoutPlan { return planLayout(p.Seed, p.Portal, true) }

// readLayout reads the name of a scenario.
func readLayout(name string) (p LayoutPlan, ok bool) {
	rest, portal := strings.CutPrefix(name, portalLayoutPrefix)
	if !portal {
		if rest, ok = strings.CutPrefix(name, layoutPrefix); !ok {
			return p, false
		}
	}
	rest, short := strings.CutSuffix(rest, layoutShort)
	seed, err := strconv.ParseUint(rest, 10, 64)
	if err != nil {
		return p, false
	}
	return LayoutPlan{Seed: seed, Portal: portal, IsShort: short}, true
}

func isLayout(name string) bool { _, ok := readLayout(name); return ok }

// layoutOf is the layout in a set of scenarios, nil if there is none.
func layoutOf(set map[string]bool) *LayoutPlan {
	for name := range set {
		if p, ok := readLayout(name); ok {
			p = planLayout(p.Seed, p.Portal, p.IsShort)
			return &p
		}
	}
	return nil
}

func planLayout(seed uint64, portal, short bool) LayoutPlan {
	p := LayoutPlan{Seed: seed, Portal: portal, IsShort: short}
	stream, prefix := uint64(70), layoutPrefix
	if portal {
		stream, prefix = 80, portalLayoutPrefix
	}
	p.Scenario = prefix + strconv.FormatUint(seed, 10)
	p.design = drawDesign(rand.New(rand.NewPCG(seed, stream)), portal)
	d := die{rand.New(rand.NewPCG(seed, stream+1))}
	p.devices = drawLayoutAccount(d, p.design.Lang, portal)
	asked := map[int]bool{}
	tasks := drawTasks(d, p.devices, portal)
	for _, i := range tasks {
		asked[i] = true
		p.devices[i].Look.Form = "" // a person must be able to read it
	}
	if short {
		p.Scenario += layoutShort
		out := die{rand.New(rand.NewPCG(seed, stream+2))}
		for i := range p.devices {
			if out.percent(60) && !asked[i] {
				p.devices[i].unlisted = true
			}
		}
	}
	for i := range p.devices {
		if v := &p.devices[i]; portal {
			v.Look.Offer = v.Look.Offer && portalOffers(v.Device)
		}
	}
	for _, i := range tasks {
		p.Tasks = append(p.Tasks, p.task(i))
	}
	return p
}

// task says what can be done about a device.
func (p LayoutPlan) task(i int) LayoutTask {
	v := p.devices[i]
	t := LayoutTask{Key: v.Key, Name: v.Name, Serial: v.Serial, Expect: Solvable}
	var why []string
	if v.weak {
		why = append(why, "its name is a word of the page")
	}
	if v.nested > 0 {
		why = append(why, "its row lies in the row of "+p.devices[v.nested-1].Name)
	}
	twins := 0
	for j, o := range p.devices {
		if j != i && o.Name == v.Name && p.shows(o) {
			twins++
		}
	}
	if twins > 0 {
		t.Expect = Refuse
		if v.Serial != "" && p.design.IDs != "nowhere" {
			t.Expect = Solvable
		}
		why = append(why, fmt.Sprintf("%d more of its name, ids %s", twins, p.design.IDs))
	}
	if !v.Look.Offer {
		t.Expect = NotOffered
		why = append(why, "no Deregister")
		if !v.offered() {
			why = append(why, "and the list says so")
		}
	}
	t.Why = strings.Join(why, ", ")
	return t
}

// shows says whether the page shows a device: the portal knows no Kindles, and nothing without a serial number but apps.
func (p LayoutPlan) shows(v drawnDevice) bool { return !p.Portal || portalFamily(v.Device) != "" }

// String describes the layout, the account and the tasks, for a person who reads about a failure.
func (p LayoutPlan) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s", p.Scenario, p.design.describe())
	for _, t := range p.Tasks {
		fmt.Fprintf(&b, "  task      %q %s: %s (%s)\n", t.Name, t.Key, t.Expect, t.Why)
	}
	for _, v := range p.devices {
		note := func(on bool, words string) string {
			if on {
				return ", " + words
			}
			return ""
		}
		fmt.Fprintf(&b, "  device    %q %s, %s, serial %q%s%s%s%s%s%s\n", v.Name, v.Key, v.TypeString, v.Serial, note(v.Customer != customerID, "of another customer"), note(v.Parent != "", "a child's"),
			note(v.silent, "no Deregister"), note(v.unlisted, "not in the list call"), note(v.nested > 0, "in the row of "+v.Look.In), note(v.Look.Form != "", "name drawn: "+v.Look.Form))
	}
	return b.String()
}

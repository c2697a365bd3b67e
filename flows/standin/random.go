package standin

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// account:SEED is an account drawn by chance: 1 to 60 devices of all kinds, with names that pages and tools choke on. It goes
// together with every other scenario but those that are accounts themselves (one, empty, many, household, odd-names, …), which
// it replaces.

const accountPrefix = "account:"

func isAccount(name string) bool {
	seed, ok := strings.CutPrefix(name, accountPrefix)
	_, err := strconv.ParseUint(seed, 10, 64)
	return ok && err == nil
}

// randomAccount is the account of an account:SEED in a set of scenarios.
func randomAccount(set map[string]bool) ([]Device, bool) {
	for name := range set {
		if text, ok := strings.CutPrefix(name, accountPrefix); ok {
			seed, _ := strconv.ParseUint(text, 10, 64) // parseScenario has looked
			return drawAccount(rand.New(rand.NewPCG(seed, 60))), true
		}
	}
	return nil, false
}

// kinds are what a random account holds, by how it is listed.
var kinds = []struct{ kind, words, filter string }{
	{echo, echoWords, "DEVICES"}, {echo, echoWords, "DEVICES"}, {dot, dotWords, "DEVICES"}, {dot, dotWords, "DEVICES"}, {dot, dotWords, "DEVICES"},
	{show, showWords, "DEVICES"}, {"A1STANDINKNDLE", "Kindle Paperwhite", "DEVICES"}, {"A1STANDINFIRTV", "Fire TV Stick", "DEVICES"},
	{"A1STANDINTABLT", "Fire HD 8 Tablet", "DEVICES"}, {"A1STANDINECHSM", "Echo Simulator", "DEVICES"},
	{"A1STANDINALEXA", "Alexa App for Phone", "APPS"}, {"A1STANDINAUDBL", "Audible for Phone", "APPS"},
}

func drawAccount(r *rand.Rand) []Device {
	n := 1 + r.IntN(12)
	switch r.IntN(20) {
	case 0, 1, 2, 3, 4:
		n = 13 + r.IntN(18)
	case 5, 6:
		n = 31 + r.IntN(30)
	}
	var devs []Device
	for i := range n {
		k := kinds[r.IntN(len(kinds))]
		d := Device{
			AccountID: fmt.Sprintf("amzn1.account.STANDIN%013d", 7007*(i+1)+r.IntN(7000)), Serial: fmt.Sprintf("G0STANDIN%07d", 1301*(i+1)+r.IntN(1300)),
			Type: k.kind, TypeString: k.words, Filter: k.filter, Customer: customerID,
			Registered: day(2016, time.January, 1).AddDate(0, 0, r.IntN(3000)),
		}
		switch {
		case d.Filter == "APPS" && r.IntN(4) > 0, r.IntN(10) == 0:
			d.Serial = ""
		case r.IntN(10) == 0:
			d.AccountID = ""
		}
		if len(devs) > 0 {
			o := devs[r.IntN(len(devs))]
			switch r.IntN(25) {
			case 0, 1: // a child's, of a device of this account
				d.Parent, d.Group = o.AccountID, "Mia"
				if d.Parent == "" {
					d.Parent = "amzn1.account.STANDINPARENT0"
				}
			case 2:
				d.Customer, d.Group = otherCustomer, "Grace"
			case 3:
				d.Group = "Downstairs"
			case 4: // the serial of one thing that is two kinds of device
				if o.Serial != "" && o.Type != d.Type && d.Serial != "" {
					d.Serial = o.Serial
				}
			}
		}
		d.Name = drawName(r, d, devs)
		d.Key = d.AccountID
		if d.Key == "" {
			d.Key = d.Serial + "/" + d.Type
		}
		if d.AccountID == "" { // a serial and a kind are one device
			for _, o := range devs {
				if o.Serial == d.Serial && o.Type == d.Type {
					d.Serial += "X"
					d.Key = d.Serial + "/" + d.Type
				}
			}
		}
		devs = append(devs, d)
	}
	return devs
}

var rooms = []string{"Kitchen", "Bedroom", "Office", "Hall", "Garage", "Living Room", "Attic", "Küche", "Ada's"}

// words are names that are words of the pages.
var words = []string{"Deregister", "Cancel", "OK", "Delete", "Close", "Your Devices", "Show more", "...", "Remote wipe", "Actions", "Abmelden", "Echo",
	"Deregister Kitchen Echo", "The device was deregistered", "undefined", "null", "0", "*", "Kitchen*", "--all"}

// drawName draws a name, often one that resembles an earlier one.
func drawName(r *rand.Rand, d Device, devs []Device) string {
	plain := rooms[r.IntN(len(rooms))] + " " + strings.Fields(d.TypeString)[0]
	if r.IntN(2) == 0 {
		plain += fmt.Sprintf(" %d", 1+r.IntN(20))
	}
	before := plain
	if len(devs) > 0 {
		before = devs[r.IntN(len(devs))].Name
	}
	switch r.IntN(24) {
	case 0, 1:
		return before // two of one name
	case 2:
		return before + " 2"
	case 3:
		return "My " + before
	case 4: // the same to the eye, or nearly
		return []string{strings.ToUpper(before), strings.ReplaceAll(before, " ", "\u00a0"), strings.ReplaceAll(before, " ", "  "), before + "\u200b", strings.ReplaceAll(before, " ", "\n")}[r.IntN(5)]
	case 5:
		odd := oddNames()
		return odd[r.IntN(len(odd))]
	case 6:
		return words[r.IntN(len(words))]
	case 7:
		return fmt.Sprintf(`%s "%d" <b>&amp;`, plain, r.IntN(100))
	case 8:
		return fmt.Sprintf("🎧 %s 👩‍👩‍👧", plain)
	case 9:
		return fmt.Sprintf("مطبخ %d", 1+r.IntN(9))
	case 10:
		return fmt.Sprintf("\u202e%s\u202c", plain)
	case 11:
		return strings.Repeat("Long "+d.TypeString+" ", 40)[:480] + fmt.Sprintf(" no. %d", r.IntN(50))
	case 12:
		return plain + "\nsecond line\t" + fmt.Sprint(r.IntN(9))
	case 13:
		if len(devs) > 0 { // another's serial for a name
			if o := devs[r.IntN(len(devs))]; o.Serial != "" && r.IntN(2) == 0 {
				return o.Serial
			}
		}
	}
	return plain
}

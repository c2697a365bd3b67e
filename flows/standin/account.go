package standin

import (
	"fmt"
	"strings"
	"time"
)

const (
	email     = "ada@example.com"
	password  = `Tr0ub4dor&3 "$HOME" #<ü>\+%41`
	otpSecret = "ONSWG4TFOQQHG5DBNZSGS3RAN53GK4TT"

	customerID    = "A1STANDINADA07"
	otherCustomer = "A2STANDINGRACE"
	changedID     = "A3STANDINOTHER"
)

// Credentials are what the stand-in's sign-in accepts: the e-mail address, the password and the base32 secret of the one-time
// codes. The secret is empty where no code is asked for, and in "otp-no-secret", where a code is asked for that nobody has.
func (s *Site) Credentials() (mail, pass, secret string) {
	if s.set["otp"] || s.set["otp-rejected"] || s.chain != nil {
		return email, password, otpSecret
	}
	return email, password, ""
}

// Device is one registered device of the account in memory.
type Device struct {
	Key        string // the account id, else serial number "/" type
	AccountID  string
	Serial     string // may be empty
	Type       string // the code of the kind, as A3S5BH2HU6VAYF
	TypeString string // the kind in words
	Name       string
	Filter     string // DEVICES or APPS
	Group      string
	Customer   string // whose device it is
	Parent     string // account id of the parent of a child's device
	Registered time.Time
}

// offered says whether the page offers Deregister. That children's devices and those of other members of a household are
// not offered is what help pages say; which fields tell them apart is this project's guess.
func (d Device) offered() bool { return d.Parent == "" && d.Customer == customerID }

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 17, 4, 9, 0, time.UTC) }

func device(n int, name, kind, words, filter string, at time.Time) Device {
	d := Device{
		AccountID: fmt.Sprintf("amzn1.account.STANDIN%013d", 7007*n), Serial: fmt.Sprintf("G0STANDIN%07d", 1301*n), Type: kind,
		TypeString: words, Name: name, Filter: filter, Customer: customerID, Registered: at,
	}
	if filter == "APPS" {
		d.Serial = ""
	}
	return d
}

const (
	echo, echoWords = "A7WXQPH584YP", "Echo (2nd Gen)"
	dot, dotWords   = "A3S5BH2HU6VAYF", "Echo Dot (2nd Gen)"
	show, showWords = "A4ZP7ZC4PI6TO", "Echo Show 5 (1st Gen)"
)

// newAccount is the account of a scenario, as it is before anything is done to it.
func newAccount(set map[string]bool) []Device {
	if p := layoutOf(set); p != nil {
		var devs []Device
		for _, v := range p.devices {
			devs = append(devs, v.Device)
		}
		return devs
	}
	if devs, ok := randomAccount(set); ok {
		return devs
	}
	if devs, ok := sizedAccount(set); ok {
		return devs
	}
	devs := []Device{
		device(1, "Kitchen Echo", echo, echoWords, "DEVICES", day(2018, 11, 23)),
		device(2, "Bedroom Echo Dot", dot, dotWords, "DEVICES", day(2019, 2, 9)),
		device(3, "Living Room Show", show, showWords, "DEVICES", day(2019, 12, 27)),
		device(4, "Ada's Kindle", "A1STANDINKNDLE", "Kindle Paperwhite", "DEVICES", day(2017, 7, 15)),
		device(5, "Ada's Fire TV Stick", "A1STANDINFIRTV", "Fire TV Stick", "DEVICES", day(2020, 11, 30)),
		device(6, "Ada's Alexa App", "A1STANDINALEXA", "Alexa App for Phone", "APPS", day(2021, 4, 18)),
		device(7, "Mia's Echo Dot Kids", "A1STANDINKIDS1", "Echo Dot Kids Edition", "DEVICES", day(2020, 12, 26)),
	}
	devs[6].Parent, devs[6].Group = devs[0].AccountID, "Mia"

	switch {
	case set["empty"], set["empty-unproven"]:
		devs = nil
	case set["one"]:
		devs = devs[:1]
	case set["odd-names"]:
		for i, name := range oddNames() {
			devs = append(devs, device(20+i, name, echo, echoWords, "DEVICES", day(2020, 1, 1+i)))
		}
	}
	total := 0
	if set["show-more"] || set["grow-on-scroll"] {
		total = 60
	}
	if set["many"] {
		total = 200
	}
	if set["many-2000"] {
		total = 2000
	}
	for n := 1; len(devs) < total; n++ {
		devs = append(devs, device(100+n, fmt.Sprintf("Hall Echo Dot %d", n), dot, dotWords, "DEVICES", day(2021, 1, 1).AddDate(0, 0, n)))
	}
	if total > 0 { // the one everybody asks for is not on the first page
		devs = append(devs[1:len(devs):len(devs)], devs[0])
	}
	if portalLives(set) && len(devs) > 0 {
		devs = append(devs, emulation())
	}
	devs = consoleAccount(set, devs)
	if set["duplicate-names"] {
		devs = append(devs, device(8, "Kitchen Echo", dot, dotWords, "DEVICES", day(2022, 5, 6)))
	}
	if set["truncated"] {
		devs = append(devs,
			device(9, "Kitchen Echo over the stove", echo, echoWords, "DEVICES", day(2022, 3, 3)),
			device(10, "Kitchen Echo over the sink", echo, echoWords, "DEVICES", day(2022, 3, 4)))
	}
	if set["household"] {
		for i, name := range []string{"Grace's Echo", "Grace's Kindle"} {
			d := device(11+i, name, echo, echoWords, "DEVICES", day(2021, 8, 8+i))
			d.Customer, d.Group = otherCustomer, "Grace"
			devs = append(devs, d)
		}
	}
	for i := range devs {
		if set["no-serial"] {
			devs[i].Serial = ""
		}
		if set["no-account-id"] {
			if devs[i].Serial == "" {
				devs[i].Serial = fmt.Sprintf("G0STANDINAPP%04d", i)
			}
			devs[i].AccountID = ""
		}
		devs[i].Key = devs[i].AccountID
		if devs[i].Key == "" {
			devs[i].Key = devs[i].Serial + "/" + devs[i].Type
		}
	}
	return devs
}

func oddNames() []string {
	return []string{
		`Ada's "best" Echo`,
		`<b>Bold</b> Echo`,
		`<script>alert(1)</script>`,
		"Echo 🎧👩‍👩‍👧",
		"مطبخ Echo",
		"\u202eohcE nehctiK",
		"Kitchen Echo 2",
		"My Kitchen Echo",
		"Cafe\u0301 Echo",
		"Café Show",
		"Two\nlines",
		"=1+1",
		strings.Repeat("Long Echo ", 50),
		"台所のエコー",
		"Deregister",
	}
}

// left is what is still registered; s.mu is held.
func (s *Site) left() []Device {
	var out []Device
	for _, d := range s.devices {
		if _, gone := s.gone[d.Key]; !gone {
			out = append(out, d)
		}
	}
	return out
}

// customer is the id the pages show at this moment; s.mu is held.
func (s *Site) customer() string {
	if s.set["customer-changes"] && s.rec.Lists > 0 {
		return changedID
	}
	return customerID
}

// listed is the list as a call answers it now. own is the page's own call. s.mu is held.
func (s *Site) listed(own bool) []Device {
	var out []Device
	for _, d := range s.devices {
		at, gone := s.gone[d.Key]
		switch {
		case !gone, s.set["false-success"]:
		case s.set["lagging"] && s.now().Sub(at) < 1500*time.Millisecond:
		default:
			continue
		}
		if s.layoutUnlisted(d.Key) {
			continue
		}
		out = append(out, d)
	}
	drop := 0
	switch {
	case s.set["short-list"] && len(s.gone) > 0:
		drop = 2
	case s.set["short-list-before"] && !own:
		drop = 3
	}
	return out[:max(0, len(out)-drop)]
}

type book struct {
	ASIN     string `json:"asin"`
	Title    string `json:"title"`
	Author   string `json:"author"`
	Acquired string `json:"acquired"`
}

func newBooks() []book {
	return []book{
		{"B0STANDIN1", "Notes on the Engine", "A. Lovelace", "July 15, 2017"},
		{"B0STANDIN2", "The Kitchen Echo", "G. Hopper", "March 2, 2019"},
		{"B0STANDIN3", "Deregister", "M. Hamilton", "May 30, 2020"},
	}
}

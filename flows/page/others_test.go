package page

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// A row that says the device's name may be another device's, a group's or somebody else's: what
// else it says, or how it is drawn, tells. Here no id does.
func TestARowThatSaysMoreThanItsName(t *testing.T) {
	const (
		dereg = `<button onclick="press('1')">Deregister</button>`
		other = `<button onclick="press('2')">Deregister</button>`
	)
	card := func(words string) string {
		return `<div class="card">` + words + dereg + `</div><div class="card"><h3>Hall</h3>` + other + `</div>`
	}
	devices := listed("Kitchen", "Hall", "Den", "Kitchen 2", "Kitchen speaker")
	devices[1].IDs = append(devices[1].IDs, "G0HALL0012349X1")
	for how, c := range map[string]struct{ body, want string }{
		"only its name":              {card(`<h3>Kitchen</h3><p>Echo</p>`), "1"},
		"its group in a line":        {card(`<h3>Kitchen</h3><p>In group Downstairs</p>`), "1"},
		"the end of its serial":      {card(`<h3>Kitchen</h3><p>Serial …` + kitchen[len(kitchen)-4:] + `</p>`), "1"},
		"the room of another one":    {card(`<h3>Kitchen</h3><p>Den - Echo Dot</p>`), ""},
		"another one in a field":     {card(`<h3>Kitchen</h3><input readonly value="Den">`), ""},
		"several devices":            {card(`<h3>Kitchen</h3><p>3 devices</p>`), ""},
		"members":                    {card(`<h3>Kitchen</h3><p>Members: 3</p>`), ""},
		"a room":                     {card(`<h3>Kitchen</h3><p>Room</p>`), ""},
		"shared by somebody":         {card(`<h3>Kitchen</h3><p>Shared by Bob</p>`), ""},
		"what was removed":           {card(`<h3>Kitchen</h3><p>Removed on 3 May</p>`), ""},
		"the end of another serial":  {card(`<h3>Kitchen</h3><p>Serial ending in 9X1</p><p>…49X1</p>`), ""},
		"another serial with dots":   {card(`<h3>Kitchen</h3><p>G0HALL••••9X1</p>`), ""},
		"a raised number":            {card(`<h3><span>Kitchen</span><sup>2</sup></h3>`), ""},
		"a raised number beside it":  {card(`<span>Kitchen</span><sup>7</sup>`), ""},
		"a name that a style begins": {`<style>.old::before{content:"Old "}</style>` + card(`<h3 class="old">Kitchen</h3>`), ""},
		"a name that a style cuts":   {`<style>.cut::after{content:"…"}</style>` + card(`<h3 class="cut">Kitchen</h3>`), ""},
		"a label from a style":       {`<style>.label::before{content:"Name: "}</style>` + card(`<h3 class="label">Kitchen</h3>`), "1"},
		"a button that a style ends": {`<style>.wipe::after{content:" & wipe"}</style>` + strings.Replace(card(`<h3>Kitchen</h3>`), `<button`, `<button class="wipe"`, 1), ""},
	} {
		t.Run(how, func(t *testing.T) { pressesKitchen(t, c.body, devices, c.want) })
	}
}

// A pop-up after the press may be about several, about somebody else, or sell something.
func TestAPopUpThatMeansSomethingElse(t *testing.T) {
	for words, its := range map[string]bool{
		`<h2>Deregister</h2><p>Serial number ending in ` + kitchen[len(kitchen)-5:] + `</p>`:             true,
		`<h2>Deregister device?</h2><p>Serial number ending in 049X1</p>`:                                false,
		`<h2>Deregister device?</h2><p>Serial number: G0ZZZ99887766</p>`:                                 false,
		`<h2>Deregister</h2><p>These go:</p><ul><li>Kitchen</li><li>Somebody's</li></ul>`:                false,
		`<h2>Remove hall?</h2><p>Deregister it now.</p>`:                                                 false,
		`<h2>Deregister</h2><p>Keep your music after you deregister. Start your free trial.</p>`:         false,
		`<h2>Deregister</h2><p>Sell this device to us and receive a gift card.</p>`:                      false,
		`<h2>Deregister Kitchen?</h2><p>This ends the household.</p>`:                                    false,
		`<h2>Deregister Kitchen?</h2><p>Its content is removed, and you can register it again.</p>`:      true,
		`<h2>Deregister this device?</h2><p>It will no longer be linked to your account, Ada Smith.</p>`: true,
	} {
		devices := listed("Kitchen", "Hall")
		devices[1].IDs = append(devices[1].IDs, "G0HALL00120049X1")
		w := knows(t, row("Kitchen", kitchen, "1")+row("Hall", bedroom, "2")+`<div id="at"></div>`, devices)
		w.must(w.presses(Known{Key: kitchen, Seek: SeekDeregister}))
		q, _ := json.Marshal(`<div class="over" role="dialog">` + words + `<button onclick="press(2)">Continue</button> <button>Cancel</button></div>`)
		js[any](w, "void draw('at', "+string(q)+")")
		o, err := w.Outcome(w.ctx, kitchen, time.Second)
		if got := err == nil && o.What == "confirm"; got != its {
			t.Errorf("%s: agreed %v (%s, %v)", words, got, o.What, err)
		}
	}
}

// What takes something away leads to no device and opens none, though it says a family's name.
func TestWhatTakesAwayLeadsNowhere(t *testing.T) {
	for words, leads := range map[string]bool{"Echo": true, "3 Echo devices": true, "Remove Echo": false, "Mute Echo": false, "Play on Echo": false, "Sign out of Echo": false, "Echo off": false} {
		w := knows(t, `<h1>Devices</h1><div class="tile" tabindex="0">`+words+`</div><div class="tile" tabindex="0">Other things</div>`, listed("Kitchen", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		led := false
		for _, n := range v.Navs {
			led = led || strings.Contains(n.Words, "echo")
		}
		if led != leads {
			t.Errorf("%q leads on: %v, want %v", words, led, leads)
		}
	}
	w := knows(t, `<ul><li><b>Kitchen</b><button>×</button><button aria-expanded="false">Remove</button><button aria-haspopup="menu">Forget</button></li><li><b>Hall</b></li></ul>`, listed("Kitchen", "Hall"))
	v, err := w.Survey(w.ctx, kitchen)
	w.must(err)
	if len(v.Openers) > 0 {
		t.Errorf("it would open %v", v.Openers)
	}
}

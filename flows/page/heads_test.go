package page

import (
	"strings"
	"testing"
)

// A card of a group, a person or an accessory that mentions a device is not the device's, and
// a row of its name may be somebody else's device.
func TestACardThatOnlyMentionsTheDevice(t *testing.T) {
	button := func(note string) string { return `<button onclick="press('` + note + `')">Deregister</button>` }
	each := func(make func(name, note string) string) string {
		var out strings.Builder
		for i, n := range []string{"Kitchen", "Hall", "Bedroom"} {
			out.WriteString(make(n, string(rune('1'+i))))
		}
		return out.String()
	}
	owned := func(name, owner, note string) string {
		return `<div class="row"><div><div>` + name + `</div><div>Owner: ` + owner + `</div></div>` + button(note) + `</div>`
	}
	for name, c := range map[string]struct {
		body string
		want string
	}{
		"a group of one": {`<section><header><h3>Downstairs</h3>` + button("group") + `</header><ul><li>Kitchen</li></ul></section><section><header><h3>Upstairs</h3>` + button("group 2") + `</header><ul><li>Hall</li><li>Bedroom</li></ul></section>`, ""},
		"groups of one each": {each(func(n, note string) string {
			return `<section><header><h3>Group ` + note + `</h3>` + button(note) + `</header><p>Members</p><ul><li>` + n + `</li></ul></section>`
		}), ""},
		"a person's card": {each(func(n, note string) string {
			return `<section><h3>Ada ` + note + `</h3><p>Profile</p>` + button(note) + `<div><small>Devices: </small><span>` + n + `</span></div></section>`
		}), ""},
		"an accessory's": {each(func(n, note string) string {
			return `<div class="row"><div>Echo Remote ` + note + `</div><div>Paired with: ` + n + `</div>` + button(note) + `</div>`
		}), ""},
		"the household's": {`<div><h2>Your household</h2><p>1 device</p><div><div>Kitchen</div></div><hr>` + button("all") + `</div>`, ""},
		"another owner's": {owned("Kitchen", "Bob", "1") + owned("Hall", "You", "2") + owned("Bedroom", "You", "3"), ""},
		"its owner's":     {owned("Kitchen", "You", "1") + owned("Hall", "You", "2") + owned("Bedroom", "Bob", "3"), "1"},
		"shared by somebody": {`<h1>Devices</h1><h2>Shared with you by Bob</h2>` + each(func(n, note string) string {
			return `<div class="row"><span>` + n + `</span>` + button(note) + `</div>`
		}), ""},
		"another's serial": {each(func(n, note string) string {
			return `<div class="row"><div><div>` + n + `</div><small>Serial number: G0XX99887766` + note + `</small></div>` + button(note) + `</div>`
		}), ""},
		"its own card": {each(func(n, note string) string {
			return `<section><h3>` + n + `</h3><p>Echo</p><p>In group Downstairs</p>` + button(note) + `</section>`
		}), "1"},
		"with a large picture": {each(func(n, note string) string {
			return `<section><div style="font-size:40px">◉</div><b>` + n + `</b><p>Echo</p>` + button(note) + `</section>`
		}), "1"},
		"under its type": {each(func(n, note string) string {
			return `<section><h3>Echo</h3><p>` + n + `</p>` + button(note) + `</section>`
		}), "1"},
		"under its family": {each(func(n, note string) string {
			return `<div><h2>Smart speakers ` + note + `</h2><div class="row"><span>` + n + `</span>` + button(note) + `</div></div>`
		}), "1"},
		"a row beside one with a label":    {`<div><div class="row"><span>Device name: Kitchen</span><button onclick="press('edit')">Rename</button></div><div class="row"><span>Guest TV</span>` + button("guest") + `</div></div>`, ""},
		"a namesake under a heading":       {`<div><h2>Kitchen</h2><div class="row"><span>Name: Kitchen</span>` + button("other") + `</div></div><div><h2>Hall</h2></div>`, ""},
		"a group called so":                {`<section><h3>Group</h3>` + button("group") + `<p>Kitchen</p></section><section><h3>Profile</h3>` + button("2") + `<p>Hall</p></section>`, ""},
		"a row called Profile beside it":   {`<div class="row"><span>Kitchen</span><button>Rename</button></div><div class="row"><span>Profile</span>` + button("profile") + `</div>`, ""},
		"details with a line for the name": {`<div><h2>Kitchen</h2><section><div class="row"><span>Device name</span><span>Kitchen</span><button onclick="press('edit')">Edit</button></div><div class="row"><span>Registered to</span><span>Ada</span>` + button("1") + `</div><div class="row"><span>Serial number</span><span>` + kitchen + `</span></div></section></div>`, "1"},
		"signs out":                        {`<div lang="de"><div class="row"><span>Kitchen</span><span>Angemeldet als Ada (<a href="#" onclick="press('out')">Abmelden</a>)</span></div><div class="row"><span>Hall</span><span>Angemeldet als Ada (<a href="#" onclick="press('out')">Abmelden</a>)</span></div></div>`, ""},
	} {
		t.Run(name, func(t *testing.T) { pressesKitchen(t, c.body, listed("Kitchen", "Hall", "Bedroom"), c.want) })
	}
}

// Only Deregister itself is pressed as Deregister: what is pressed to open a device may never say
// so, though it bears the device's name or its id.
func TestWhatDeregistersIsNoOpener(t *testing.T) {
	for name, button := range map[string]string{
		"a button with its name":       `<button onclick="press(1)">Deregister Kitchen</button>`,
		"after a colon":                `<button onclick="press(1)">Deregister: Kitchen</button>`,
		"before a dash":                `<button onclick="press(1)">Kitchen – Deregister</button>`,
		"with its id":                  `<b>Kitchen</b></li></ul><ul><li><button data-id="` + kitchen + `" onclick="press(1)">Deregister</button>`,
		"a card":                       `<div role="button" tabindex="0" onclick="press(1)"><h3>Kitchen</h3><p>Tap to deregister</p></div>`,
		"a card, deeper than its name": `<div role="button" tabindex="0" onclick="press(1)"><div><div><div><div><div><h3>Kitchen</h3></div></div></div></div></div><p>Deregister</p></div>`,
		"a link to it":                 `<a href="/hz/mycd/deregister?id=1" onclick="press(1); return false">Kitchen</a>`,
		"described so":                 `<button aria-describedby="what" onclick="press(1)">Kitchen</button><p id="what">Deregisters the device</p>`,
		"the label of a ticked box":    `<label><input type="checkbox" checked onclick="press(1)"> Kitchen</label>`,
		"a card that wipes":            `<div role="button" tabindex="0" onclick="press(1)"><h3>Kitchen</h3><p>Factory reset</p></div>`,
	} {
		t.Run(name, func(t *testing.T) {
			w := knows(t, `<ul><li>`+button+`</li></ul><ul><li><span>Hall</span></li></ul>`, listed("Kitchen", "Hall"))
			w.hurry()
			if err := w.presses(Known{Key: kitchen, Seek: SeekName}); err == nil {
				t.Error("pressed as a name")
			}
			w.wants()
		})
	}
}

// An icon that is called as the device may do anything: its name in words is what opens it.
func TestAnIconThatIsCalledAsTheDevice(t *testing.T) {
	for words, named := range map[string]string{`<b>Kitchen</b>`: "row", `<a href="#" onclick="press('words')">Kitchen</a>`: "own", ``: "icon"} {
		w := knows(t, `<ul><li><button aria-label="Kitchen" onclick="press('icon')">🗑</button>`+words+`</li><li><button aria-label="Hall" onclick="press('icon')">🗑</button><b>Hall</b></li></ul>`, listed("Kitchen", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		if v.Named != named {
			t.Errorf("beside %q it is named by %q, want %q", words, v.Named, named)
		}
		if named != "icon" {
			w.must(w.presses(Known{Key: kitchen, Seek: SeekName}))
			if named == "own" {
				w.wants("words")
			} else {
				w.wants()
			}
		}
	}
}

// A page may say that a press on a device deregisters it: then a name is pressed as what acts.
func TestAPageThatSaysAPressDeregisters(t *testing.T) {
	for words, says := range map[string]bool{"Tap a device to deregister it.": true, "Choose the device to deregister:": true, "Stop deregistering": true, "Manage, rename or deregister your devices.": false} {
		w := knows(t, `<p>`+words+`</p><ul><li><button>Kitchen</button></li><li><button>Hall</button></li></ul>`, listed("Kitchen", "Hall"))
		v, err := w.Survey(w.ctx, kitchen)
		w.must(err)
		if (v.Acts != "") != says {
			t.Errorf("%q: %q", words, v.Acts)
		}
	}
}

// Where nothing but an id ties a Deregister to its device, it may not stand at another one's name.
func TestAnIDAtAnotherName(t *testing.T) {
	flat := func(order [3]string) string {
		out := `<div style="display:flex;flex-direction:column">`
		for i, n := range []string{"Kitchen", "Hall", "Bedroom"} {
			id := listed("", "", "")[i].Key
			out += `<span style="order:` + string(rune('0'+2*i)) + `">` + n + `</span><button data-id="` + id + `" style="order:` + order[i] + `" onclick="press('` + string(rune('1'+i)) + `')">Deregister</button>`
		}
		return out + `</div>`
	}
	t.Run("at its own", func(t *testing.T) {
		pressesKitchen(t, flat([3]string{"1", "3", "5"}), listed("Kitchen", "Hall", "Bedroom"), "1")
	})
	t.Run("at the next one's", func(t *testing.T) {
		pressesKitchen(t, flat([3]string{"3", "5", "1"}), listed("Kitchen", "Hall", "Bedroom"), "")
	})
}

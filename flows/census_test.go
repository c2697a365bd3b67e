package flows

import (
	"testing"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/page"
)

// A name in several views of the page is one device only where these are parts of one another.
func TestANameInSeveralViews(t *testing.T) {
	echo := device.Device{Key: "e", Name: "Kitchen"}
	show := func(strangers int, names ...string) page.Tally {
		v := page.Tally{Tops: map[string][]float64{}, Strangers: strangers}
		for i, n := range names {
			v.Tops[n] = append(v.Tops[n], float64(40*i))
		}
		return v
	}
	tab := func(sig string) page.Nav { return page.Nav{Sig: sig, Kind: "rest", Tab: true} }
	sibling := func(sig string) page.Nav { return page.Nav{Sig: sig, Kind: "sibling"} }
	family := func(sig string, keys ...string) page.Nav {
		return page.Nav{Sig: sig, Kind: "family", Devices: keys}
	}
	first := page.Nav{}
	type seen struct {
		nav page.Nav
		v   page.Tally
	}
	for name, c := range map[string]struct {
		views []seen
		twice bool
	}{
		"one list":                        {[]seen{{first, show(0, "Kitchen", "Hall")}}, false},
		"twice in it":                     {[]seen{{first, show(0, "Kitchen", "Hall", "Kitchen")}}, true},
		"the same page of it, seen again": {[]seen{{first, show(0, "Kitchen", "Hall")}, {first, show(0, "Kitchen", "Hall")}}, false},
		"all, and a part of it":           {[]seen{{first, show(0, "Kitchen", "Hall")}, {tab("echo"), show(0, "Kitchen")}}, false},
		"all, and a part with a stranger": {[]seen{{first, show(0, "Kitchen", "Hall")}, {tab("family"), show(1, "Kitchen")}}, true},
		"others first":                    {[]seen{{first, show(1, "Kitchen")}, {tab("mine"), show(0, "Kitchen", "Hall")}}, true},
		"others first, one row":           {[]seen{{first, show(0, "Kitchen")}, {tab("mine"), show(0, "Kitchen", "Hall")}}, true},
		"its family, and all":             {[]seen{{first, show(0, "Kitchen", "Hall")}, {family("echo", "e"), show(0, "Kitchen")}}, false},
		"another family, too":             {[]seen{{first, show(0)}, {family("echo", "e"), show(0, "Kitchen")}, {family("kindle", "k"), show(0, "Kitchen")}}, true},
		"a tab beside the families":       {[]seen{{first, show(0)}, {sibling("other"), show(0, "Kitchen")}, {family("kindle", "k"), show(0, "Hall")}}, false},
		"its family, and a tab beside it": {[]seen{{first, show(0)}, {family("echo", "e"), show(0, "Kitchen")}, {sibling("other"), show(0, "Kitchen")}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := newCensus()
			for _, s := range c.views {
				got.note(got.open(s.nav.Sig, s.nav), "page 1", s.v)
			}
			if got.twice(echo) != c.twice {
				t.Errorf("%v: %v", !c.twice, got.spots)
			}
		})
	}
}

// A fold that opens moves what stands below it, and that is not there twice for it.
func TestAFoldShowsMoreOfTheSame(t *testing.T) {
	kitchen, hall := device.Device{Key: "k", Name: "Kitchen"}, device.Device{Key: "h", Name: "Hall"}
	c := newCensus()
	c.note(c.open("", page.Nav{}), "1", page.Tally{Tops: map[string][]float64{"Kitchen": {300}}})
	c.grow(page.Tally{Print: "2", Tops: map[string][]float64{"Hall": {50}, "Kitchen": {500}}})
	if c.twice(kitchen) || c.twice(hall) || len(c.spots["Hall"]) != 1 {
		t.Errorf("%v", c.spots)
	}
	c.grow(page.Tally{Print: "3", Tops: map[string][]float64{"Hall": {50, 90}, "Kitchen": {540}}})
	if c.twice(kitchen) || !c.twice(hall) {
		t.Errorf("%v", c.spots)
	}
}

// What comes up above a list moves all of it, and one name that stands elsewhere is another one.
func TestAListThatIsMoved(t *testing.T) {
	for name, c := range map[string]struct {
		then  map[string][]float64
		twice bool
	}{
		"all of it":   {map[string][]float64{"Kitchen": {129}, "Hall": {169}, "Attic": {209}}, false},
		"one of them": {map[string][]float64{"Kitchen": {300}, "Hall": {140}, "Attic": {180}}, true},
		"one alone":   {map[string][]float64{"Kitchen": {300}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			got := newCensus()
			got.note(got.open("", page.Nav{}), "1", page.Tally{Tops: map[string][]float64{"Kitchen": {100}, "Hall": {140}, "Attic": {180}}})
			got.note("", "1", page.Tally{Tops: c.then})
			if got.twice(device.Device{Key: "k", Name: "Kitchen"}) != c.twice {
				t.Errorf("%v: %v", !c.twice, got.spots)
			}
		})
	}
}

package replay

import (
	"fmt"
	"maps"
)

// Expect is what the commands come to on a cassette. Where nothing is said, all is well.
type Expect struct {
	List    int `toml:"list"`    // exit code of `unecho list`
	Check   int `toml:"check"`   // exit code of `unecho check`
	Devices int `toml:"devices"` // how many are listed; 0: at least one
}

func (e Expect) said() map[string]int {
	said := map[string]int{"list": e.List, "check": e.Check, "devices": e.Devices}
	maps.DeleteFunc(said, func(_ string, n int) bool { return n == 0 })
	return said
}

func (e Expect) check(lines lineIndex) error {
	for _, code := range []int{e.List, e.Check} {
		if code < 0 || code > 9 {
			return lines.top("expect", "holds %d, which is not an exit code of list or check", code)
		}
	}
	if e.Devices < 0 || e.Devices > 0 && e.List != 0 {
		return lines.top("expect", "names %d devices, which a list that ends with exit code %d cannot show", e.Devices, e.List)
	}
	return nil
}

// A Played is what the commands came to in one replay.
type Played struct{ List, Check, Devices int }

// Judge compares what was played with what a cassette expects. wrong is what is worse,
// a line each: a page is not understood as well as it was. better is what has become
// better, so that the manifest can say so from now on.
//
// A reconstruction is made to come to something, so of it any difference is wrong.
func (c *Cassette) Judge(p Played) (wrong, better []string) {
	differs := func(what string, got, want int, worse bool) {
		line := fmt.Sprintf("%s: %d, and %s says expect.%s = %d", what, got, ManifestName, what, want)
		if worse || c.Kind == Reconstruction {
			wrong = append(wrong, line)
		} else {
			better = append(better, line)
		}
	}
	// Only 0 is better than an exit code of list: 4 instead of 6 is another stop.
	if p.List != c.Expect.List {
		differs("list", p.List, c.Expect.List, p.List != 0)
	}
	if p.Check != c.Expect.Check {
		differs("check", p.Check, c.Expect.Check, p.Check != 0 && (p.Check != 1 || c.Expect.Check == 0))
	}
	switch {
	case c.Expect.Devices != 0 && p.Devices != c.Expect.Devices:
		differs("devices", p.Devices, c.Expect.Devices, true)
	case p.List == 0 && p.Devices == 0:
		wrong = append(wrong, "list: it shows no device")
	}
	return wrong, better
}

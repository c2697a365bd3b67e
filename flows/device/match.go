package device

import (
	"slices"
	"strings"
)

// Glob reports whether name matches pattern, both compared as Normal: `*` is any
// run of characters, also none and also line breaks; every other character is
// itself. Case matters.
func Glob(pattern, name string) bool {
	parts := strings.Split(Normal(pattern), "*")
	name = Normal(name)
	if len(parts) == 1 {
		return name == parts[0]
	}
	head, tail := parts[0], parts[len(parts)-1]
	if len(name) < len(head)+len(tail) || !strings.HasPrefix(name, head) || !strings.HasSuffix(name, tail) {
		return false
	}
	name = name[len(head) : len(name)-len(tail)]
	for _, p := range parts[1 : len(parts)-1] { // leftmost fits suffice: no backtracking
		i := strings.Index(name, p)
		if i < 0 {
			return false
		}
		name = name[i+len(p):]
	}
	return true
}

func wildcard(s string) bool { return strings.Contains(s, "*") }

// sameFamily compares families as people type them: `fire tablet`, `FireTablet`
// and FIRE_TABLET are one.
func sameFamily(a, b string) bool { return bareFamily(a) == bareFamily(b) }

func bareFamily(s string) string { return strings.ReplaceAll(FoldID(s), "_", "") }

func foldFamily(s string) string {
	return strings.ToUpper(strings.NewReplacer("-", "_", " ", "_").Replace(Normal(s)))
}

// Filter returns the devices that --match and --family leave, in their order;
// without either, all. It is what `list` shows.
func (r Request) Filter(devs []Device) []Device {
	var out []Device
	for _, d := range devs {
		if r.matches(d) {
			out = append(out, d)
		}
	}
	return out
}

// matches: several --match are alternatives, several --family too; one kind
// narrows the other.
func (r Request) matches(d Device) bool {
	byName := len(r.Match) == 0 || slices.ContainsFunc(r.Match, func(g string) bool { return Glob(g, d.Name) })
	byFamily := len(r.Families) == 0 || slices.ContainsFunc(r.Families, func(f string) bool { return sameFamily(f, d.Family) })
	return byName && byFamily
}

// Families returns the families of the devices, sorted, each once: what to say
// when --family matched nothing.
func Families(devs []Device) []string {
	var out []string
	for _, d := range devs {
		if d.Family != "" {
			out = append(out, d.Family)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

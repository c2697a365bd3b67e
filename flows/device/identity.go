package device

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Normal returns a name as it is compared: in Unicode NFC and trimmed. Nothing
// else is forgiven, case least of all. Serials and keys are compared by FoldID.
func Normal(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	return strings.TrimSpace(norm.NFC.String(s))
}

// Same reports whether two records are of one device: they share an account id
// or serial and type, and contradict each other in none of these. A name never
// makes two records the same.
func (d Device) Same(o Device) bool { return shares(d, o) && !differs(d, o) }

// Contradict reports whether two records cannot both be right: they share an
// account id or serial and type, but differ in another of these. A list that
// holds such a pair is not one to act on.
func Contradict(a, b Device) bool { return shares(a, b) && differs(a, b) }

func shares(a, b Device) bool {
	if SameID(a.AccountID, b.AccountID) || SameID(a.Serial, b.Serial) && SameID(a.Type, b.Type) {
		return true
	}
	// Records that were read back (from a journal, say) carry only the key.
	return SameID(a.Key, b.Key)
}

func differs(a, b Device) bool {
	other := func(x, y string) bool { return x != "" && y != "" && !SameID(x, y) }
	return other(a.AccountID, b.AccountID) || other(a.Serial, b.Serial) || other(a.Type, b.Type)
}

// Answers reports whether key is one of the keys that d can have: the one it
// has, its account id, or its serial and type. A device whose account id came
// to light later still answers to the key it had before.
func (d Device) Answers(key string) bool {
	return SameID(key, d.Key) || SameID(key, d.AccountID) || (!slashless(key) && SameID(key, KeyOf("", d.Serial, d.Type)))
}

// slashless: it surely has no slash, as the key of a serial and a type has.
func slashless(key string) bool {
	for i := range len(key) {
		if key[i] >= 0x80 || key[i] == '/' {
			return false
		}
	}
	return true
}

// Merge fills what a lacks from b, which the caller knows to be Same. What both
// have stays as a has it. The key is computed anew, as the account id may have
// been in b only.
func Merge(a, b Device) Device {
	fill := func(x *string, y string) {
		if *x == "" {
			*x = y
		}
	}
	fill(&a.Name, b.Name)
	fill(&a.Serial, b.Serial)
	fill(&a.Type, b.Type)
	fill(&a.Family, b.Family)
	fill(&a.Registered, b.Registered)
	fill(&a.Date, b.Date)
	fill(&a.Owner, b.Owner)
	fill(&a.Via, b.Via)
	fill(&a.AccountID, b.AccountID)
	fill(&a.Customer, b.Customer)
	if a.Deregisterable == nil {
		a.Deregisterable = b.Deregisterable
	}
	a.Household = a.Household || b.Household
	a.Child = a.Child || b.Child
	if key := KeyOf(a.AccountID, a.Serial, a.Type); key != "" {
		a.Key = key
	} else {
		fill(&a.Key, b.Key)
	}
	return a
}

// ConflictError is a list that contradicts itself. It speaks of Amazon's answer,
// not of the request: exit code 6.
type ConflictError struct{ A, B Device }

func (e *ConflictError) Error() string {
	return fmt.Sprintf("the list contradicts itself: %s and %s share an id but differ in another; nothing can be told apart, try again later", Label(e.A), Label(e.B))
}

// Dedupe returns the list with records of one device merged, in order of first
// appearance. Records that have no key at all are never merged. Two that
// contradict each other, directly or through a third, are a *ConflictError.
func Dedupe(list []Device) ([]Device, error) {
	group := make([]int, len(list)) // union-find
	for i := range group {
		group[i] = i
	}
	root := func(i int) int {
		for group[i] != i {
			group[i] = group[group[i]]
			i = group[i]
		}
		return i
	}
	first := map[string]int{}
	join := func(id string, i int) {
		j, ok := first[id]
		if !ok {
			first[id] = i
			return
		}
		a, b := root(i), root(j)
		group[b] = a
	}
	for i, d := range list {
		if d.Key != "" {
			join("k\x00"+joinID(d.Key), i)
		}
		if d.AccountID != "" {
			join("a\x00"+joinID(d.AccountID), i)
		}
		if d.Serial != "" && d.Type != "" {
			join("s\x00"+joinID(d.Serial)+"\x00"+joinID(d.Type), i)
		}
	}
	var out []Device
	at := map[int]int{}        // root -> index in out
	members := map[int][]int{} // root -> its records
	for i, d := range list {
		r := root(i)
		for _, j := range members[r] {
			if differs(list[j], d) {
				return nil, &ConflictError{list[j], d}
			}
		}
		members[r] = append(members[r], i)
		if n, ok := at[r]; ok {
			out[n] = Merge(out[n], d)
			continue
		}
		at[r] = len(out)
		out = append(out, d)
	}
	return out, nil
}

// joinID is FoldID, but for an id of dashes alone, which is only like itself.
func joinID(s string) string {
	if f := FoldID(s); f != "" {
		return f
	}
	return s
}

// Label names a device for a message, on one line: "Kitchen Echo" (serial X, key Y).
func Label(d Device) string {
	var ids []string
	if d.Serial != "" {
		ids = append(ids, "serial "+Printable(d.Serial))
	}
	if d.Key != "" {
		ids = append(ids, "key "+Printable(d.Key))
	}
	if d.Type != "" && d.AccountID != "" {
		ids = append(ids, "type "+Printable(d.Type))
	}
	if len(ids) == 0 {
		return Quote(d.Name)
	}
	return Quote(d.Name) + " (" + strings.Join(ids, ", ") + ")"
}

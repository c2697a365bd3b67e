package proof

import (
	"fmt"
	"slices"
	"strings"

	"github.com/unecho/unecho/flows/device"
)

// Customers is the set of the customers whose devices a list holds, sorted. A
// household is normal: there may be several. Children do not count, they are
// listed under the customer of their parent.
func (l List) Customers() []string {
	var set []string
	for _, d := range l.Devices {
		if d.Customer != "" && !d.Child && !slices.Contains(set, d.Customer) {
			set = append(set, d.Customer)
		}
	}
	slices.Sort(set)
	return set
}

// An Owner is who a run acts for.
type Owner struct {
	Customer string // "" if nothing tells it: then the run is bound to the set of its lists
	Foreign  bool   // it is another customer than the profile's
	Why      string // why the run must not go on, "" if it may
}

// Whose says whose the first list of a run is: the customer that a page of the
// run told, else the one that all its devices agree on, else, among those of a
// household, the one that the profile is bound to.
func Whose(bound, told string, l List) Owner {
	set := l.Customers()
	o := Owner{Customer: told}
	switch {
	case told != "":
	case len(set) == 1:
		o.Customer = set[0]
	case bound != "" && slices.Contains(set, bound):
		o.Customer = bound
	}
	switch {
	case bound == "" || o.Customer == bound:
	case o.Customer != "":
		o.Foreign, o.Why = true, fmt.Sprintf("this profile belongs to customer %s, and %s is signed in", bound, o.Customer)
	case len(set) > 0:
		o.Why = fmt.Sprintf("this profile belongs to customer %s, and the list holds devices of %s only", bound, strings.Join(set, ", "))
	default:
		o.Why = fmt.Sprintf("this profile belongs to customer %s, and neither the page nor its list says whose devices these are", bound)
	}
	return o
}

// Household tells whether a device belongs to somebody else than the customer of
// the run. Where that customer is not known, what the list or the page offers
// decides.
func Household(customer string, d device.Device) bool {
	return customer != "" && d.Customer != "" && d.Customer != customer
}

// SameOwner says why two lists of one run are not those of the same customer, ""
// if they are. Two pages that tell who is signed in are believed. Otherwise the
// customers of the devices must be the same, but for what the touched devices
// explain: who owned nothing else has left the list with them.
func SameOwner(before, fresh List, touched []device.Device) string {
	if before.Customer != "" && fresh.Customer != "" {
		if before.Customer != fresh.Customer {
			return fmt.Sprintf("the signed-in customer changed during the run from %s to %s", before.Customer, fresh.Customer)
		}
		return ""
	}
	was, is := before.Customers(), fresh.Customers()
	for _, c := range is {
		if !slices.Contains(was, c) && c != before.Customer && len(was) > 0 {
			return fmt.Sprintf("the customers of the list changed during the run from %s to %s", strings.Join(was, ", "), strings.Join(is, ", "))
		}
	}
	stays := 0 // devices that were not touched
	for _, d := range before.Devices {
		if d.Child || in(d, touched) {
			continue
		}
		stays++
		if d.Customer != "" && !slices.Contains(is, d.Customer) {
			return fmt.Sprintf("the list holds no device of customer %s any more", d.Customer)
		}
	}
	if before.Customer != "" && len(is) == 0 && stays > 0 {
		return fmt.Sprintf("customer %s was signed in, and neither the page nor its list says who is now", before.Customer)
	}
	if fresh.Customer != "" && len(was) > 0 && len(is) > 0 && !slices.Contains(was, fresh.Customer) && !slices.Contains(is, fresh.Customer) {
		return fmt.Sprintf("the list was that of %s, and now %s is signed in", strings.Join(was, ", "), fresh.Customer)
	}
	return ""
}

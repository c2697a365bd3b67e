package proof_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/unecho/unecho/flows/device"
	"github.com/unecho/unecho/flows/proof"
)

// dev reads "a" (customer ADA), "a@BEN" (customer BEN), "a^" (a child) and "a!"
// (no customer id).
func dev(s string) device.Device {
	d := device.Device{Customer: "ADA"}
	if s, d.Child = strings.CutSuffix(s, "^"); strings.HasSuffix(s, "!") {
		s, d.Customer = s[:len(s)-1], ""
	}
	if name, c, ok := strings.Cut(s, "@"); ok {
		s, d.Customer = name, c
	}
	d.Name, d.AccountID, d.Key = "Echo "+s, "account-"+s, "account-"+s
	d.Serial = "SERIAL000" + s
	return d
}

func devs(s string) (out []device.Device) {
	for _, f := range strings.Fields(s) {
		out = append(out, dev(f))
	}
	return out
}

// list is a call of the console, told beside a page that says nothing.
func list(s string) proof.List {
	l := proof.Of(proof.Overview, device.List{Devices: devs(s), Count: -1})
	for _, d := range l.Devices {
		if !d.Child {
			l.Rows++
		}
	}
	return l
}

func with(l proof.List, change func(*proof.List)) proof.List {
	change(&l)
	return l
}

func customer(l proof.List, c string) proof.List {
	return with(l, func(l *proof.List) { l.Customer = c })
}

func empty(says bool) proof.List {
	return with(list(""), func(l *proof.List) { l.Page.SaysEmpty = says })
}

func total(l proof.List, n int) proof.List {
	return with(l, func(l *proof.List) { l.Page.Total = n })
}

func other(l proof.List) proof.List {
	return with(l, func(l *proof.List) { l.Source = proof.Devices })
}

func TestComplete(t *testing.T) {
	count := func(s string, n int) proof.List { return with(list(s), func(l *proof.List) { l.Count = n }) }
	for _, c := range []struct {
		name string
		list proof.List
		why  string // a part of it, "" for complete
	}{
		{"no number at all", list("a b"), ""},
		{"the call's number fits", count("a b", 2), ""},
		{"nested children are no rows", count("a b b1^", 2), ""},
		{"a row is lacking", count("a b", 3), "announces 3 devices and holds 2"},
		{"a child makes up for no row", count("a b b1^", 3), "announces 3 devices and holds 2"},
		{"empty and it says so", empty(true), ""},
		{"empty and nobody says so", empty(false), "does not say so"},
		{"the page says empty beside a full call", with(list("a"), func(l *proof.List) { l.Page.SaysEmpty = true }), "says that there are no devices"},
		{"the page's total fits", total(list("a b"), 2), ""},
		{"the page's total is higher", total(list("a b"), 3), "says that there are 3 devices"},
	} {
		if why := proof.Complete(c.list); (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %q, want %q", c.name, why, c.why)
		}
	}
}

func TestWhose(t *testing.T) {
	for _, c := range []struct {
		name, bound, told, list string
		customer, why           string
		foreign                 bool
	}{
		{"a page tells", "", "ADA", "a b@BEN", "ADA", "", false},
		{"all devices agree", "", "", "a b", "ADA", "", false},
		{"a household and nobody tells: bound to the set", "", "", "a b@BEN", "", "", false},
		{"a household of the profile's customer", "ADA", "", "a b@BEN", "ADA", "", false},
		{"a page outranks the devices", "ADA", "ADA", "b@BEN", "ADA", "", false},
		{"a child's customer counts for nothing", "", "", "a b@BEN^", "ADA", "", false},
		{"somebody else by the page", "ADA", "BEN", "a", "BEN", "BEN is signed in", true},
		{"somebody else by the devices", "ADA", "", "a@BEN", "BEN", "BEN is signed in", true},
		{"bound, and the list is that of strangers", "ADA", "", "a@BEN b@CYD", "", "of BEN, CYD only", false},
		{"bound, and nothing tells", "ADA", "", "a! b!", "", "neither the page nor its list", false},
		{"bound, and an empty list", "ADA", "", "", "", "neither the page nor its list", false},
		{"not bound, and nothing tells", "", "", "a! b!", "", "", false},
	} {
		o := proof.Whose(c.bound, c.told, list(c.list))
		if o.Customer != c.customer || o.Foreign != c.foreign || (o.Why == "") != (c.why == "") || !strings.Contains(o.Why, c.why) {
			t.Errorf("%s: %+v, want customer %q, %q", c.name, o, c.customer, c.why)
		}
	}
}

func TestSameOwner(t *testing.T) {
	for _, c := range []struct {
		name          string
		before, fresh proof.List
		touched       string
		why           string
	}{
		{"both pages tell one", customer(list("a"), "ADA"), customer(list("a b@BEN"), "ADA"), "", ""},
		{"both pages tell, and differ", customer(list("a"), "ADA"), customer(list("a"), "BEN"), "", "from ADA to BEN"},
		{"one set", list("a b@BEN"), list("a b@BEN"), "", ""},
		{"a customer has come", list("a"), list("a b@BEN"), "", "from ADA to ADA, BEN"},
		{"a customer left with what was touched", list("a b@BEN"), list("b@BEN"), "a", ""},
		{"a customer left with what was not touched", list("a b@BEN"), list("b@BEN"), "b@BEN", "no device of customer ADA"},
		{"the last device was touched", list("a"), empty(true), "a", ""},
		{"told before, and nothing tells now", customer(list("a! b!"), "ADA"), list("a! b!"), "a", "who is now"},
		{"told before, and the devices tell now", customer(list("a b"), "ADA"), list("b"), "a", ""},
		{"told before, and the devices are somebody else's now", customer(list("a! b!"), "ADA"), list("a@BEN b@BEN"), "", ""},
		{"told only now", list("a b"), customer(list("b"), "ADA"), "a", ""},
		{"told only now, and somebody else", list("a b"), customer(list("b"), "BEN"), "a", "now BEN is signed in"},
		{"nobody ever tells", list("a! b!"), list("b!"), "a!", ""},
	} {
		if why := proof.SameOwner(c.before, c.fresh, devs(c.touched)); (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %q, want %q", c.name, why, c.why)
		}
	}
}

func TestJudge(t *testing.T) {
	bare := func(ids string) proof.List { // the devices as another call may know them
		l := list("")
		for _, f := range strings.Fields(ids) {
			l.Devices = append(l.Devices, device.Device{Name: "Echo " + f, Serial: "G0" + f, Type: "T", Key: "G0" + f + "/T", Customer: "ADA"})
			l.Rows++
		}
		return l
	}
	for _, c := range []struct {
		name          string
		before, fresh proof.List
		touched       string
		want          proof.Verdict
		why           string
	}{
		{"gone, and the others are there", list("a b c"), list("b c"), "", proof.Gone, ""},
		{"still there", list("a b c"), list("a b c"), "", proof.StillThere, ""},
		{"gone together with another touched one", list("a b c"), list("c"), "b", proof.Gone, ""},
		{"one that was not touched is missing", list("a b c"), list("c"), "", proof.Unproven, "also lacks what was not touched (Echo b)"},
		{"still there, on a list that is short", list("a b c"), list("a c"), "", proof.Unproven, "also lacks what was not touched (Echo b)"},
		{"a child goes with its parent", list("a a1^ b"), list("b"), "", proof.Gone, ""},
		{"a device more than before", list("a b"), list("b n"), "", proof.Gone, ""},
		{"all touched, and the page says that nothing is left", list("a b"), empty(true), "b", proof.Gone, ""},
		{"all touched, and an empty list that says nothing", list("a b"), empty(false), "b", proof.Unproven, "does not say so"},
		{"all touched, and only strange keys are left", list("a b"), list("x y"), "b", proof.Unproven, "no device of the list before"},
		{"another call", list("a b"), other(list("b")), "", proof.Unproven, "changed its form"},
		{"another call, all touched, other keys", list("a b"), other(bare("a b")), "b", proof.Unproven, "changed its form"},
		{"its name under another key", list("a b"), with(bare("a"), func(l *proof.List) { l.Devices = append(l.Devices, dev("b")); l.Rows++ }), "", proof.Unproven, "under another key"},
		{"its serial under another key and name", list("a b"), with(list("b n"), func(l *proof.List) { l.Devices[1].Serial = dev("a").Serial }), "", proof.Unproven, "serial number is listed under another key"},
		{"no list before showed it", list("b c"), list("b c"), "", proof.Unproven, "no list before"},
		{"the call is short by its own number", list("a b c"), with(list("b c"), func(l *proof.List) { l.Count = 3 }), "", proof.Unproven, "announces 3"},
		{"the page's total says more", list("a b c"), total(list("b c"), 3), "", proof.Unproven, "says that there are 3"},
		{"the page still shows its id", list("a b c"), with(list("b c"), func(l *proof.List) { l.Page.IDs = []string{"account-a"} }), "", proof.Unproven, "page still shows it"},
		{"the page shows ids of others", list("a b c"), with(list("b c"), func(l *proof.List) { l.Page.IDs = []string{"account-b"} }), "", proof.Gone, ""},
		{"another customer", customer(list("a b"), "ADA"), customer(list("b"), "BEN"), "", proof.Unproven, "changed during the run"},
		{"a household, nobody says who is signed in", list("a b b1@BEN"), list("b b1@BEN"), "", proof.Gone, ""},
	} {
		got, why := proof.Judge(dev("a"), c.before, c.fresh, devs(c.touched))
		if got != c.want || (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %d %q, want %d %q", c.name, got, why, c.want, c.why)
		}
	}
}

// Two devices without a key are told by their name alone: one of them that is
// there does not stand for the other.
func TestMissingWithoutKeys(t *testing.T) {
	nameless := proof.Of(proof.Devices, device.List{Rows: 2, Count: -1, Devices: []device.Device{{Name: "Echo"}, {Name: "Echo"}}})
	one := proof.Of(proof.Devices, device.List{Rows: 1, Count: -1, Devices: []device.Device{{Name: "Echo"}}})
	if n := len(proof.Missing(nameless, one, nil)); n != 1 {
		t.Errorf("%d are missing, want 1", n)
	}
}

func TestSettle(t *testing.T) {
	none := proof.List{}
	for _, c := range []struct {
		name          string
		before, fresh proof.List
		touched       string
		want          proof.Verdict
		why           string
	}{
		{"it is listed", none, list("a b"), "", proof.StillThere, ""},
		{"it is listed, on a short list", list("a b c"), list("a"), "", proof.StillThere, ""},
		{"nothing is kept and something is listed", none, list("b"), "", proof.Unproven, "nothing is kept"},
		{"nothing is kept and the page says that nothing is left", none, empty(true), "", proof.Gone, ""},
		{"nothing is kept and an empty list", none, empty(false), "", proof.Unproven, "does not say so"},
		{"the others are there", list("a b c"), list("b c"), "", proof.Gone, ""},
		{"another one is missing", list("a b c"), list("c"), "", proof.Unproven, "also lacks what was not touched (Echo b)"},
		{"another one that was touched since is missing", list("a b c"), list("c"), "b", proof.Gone, ""},
		{"another one is missing, and the page's total fits", list("a b c"), total(list("c"), 1), "", proof.Gone, ""},
		{"another one is missing, and the page's total does not fit", list("a b c"), total(list("c"), 2), "", proof.Unproven, "says that there are 2"},
		{"nothing that was there is there, and the page's total fits", list("a b c"), total(list("x"), 1), "", proof.Unproven, "no device of the list before"},
		{"another call", list("a b c"), other(list("b c")), "", proof.Unproven, "changed its form"},
	} {
		got, why := proof.Settle(dev("a"), c.before, c.fresh, devs(c.touched))
		if got != c.want || (why == "") != (c.why == "") || !strings.Contains(why, c.why) {
			t.Errorf("%s: %d %q, want %d %q", c.name, got, why, c.want, c.why)
		}
	}
}

func TestPast(t *testing.T) {
	for _, c := range []struct {
		name   string
		proven bool
		fresh  proof.List
		want   proof.Verdict
	}{
		{"proven gone, and a complete list lacks it", true, list("x"), proof.Gone},
		{"proven gone, and listed again", true, list("a x"), proof.StillThere},
		{"proven gone, and a short list", true, total(list("x"), 2), proof.Unproven},
		{"only touched, and no witness", false, list("x"), proof.Unproven},
		{"only touched, and the others are there", false, list("b"), proof.Gone},
	} {
		if got, why := proof.Past(dev("a"), c.proven, list("a b"), c.fresh, nil); got != c.want {
			t.Errorf("%s: %d %q, want %d", c.name, got, why, c.want)
		}
	}
}

// Whatever a back end does to a list that both page and call draw from, nothing
// that stands in the account is called gone while anything is left as a witness.
func TestNothingThatStandsIsCalledGone(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 6))
	proven := 0
	for range 20000 {
		account := map[string]bool{}
		var before, fresh []string
		var touched []device.Device
		for i := range 1 + r.IntN(6) {
			id := fmt.Sprintf("%d", i)
			before = append(before, id)
			account[id] = true
			if r.IntN(2) == 0 {
				touched = append(touched, dev(id))
				account[id] = r.IntN(2) == 0 // the click worked or not
			}
		}
		hidden := false // the list is short by some that stand: never by touched ones alone, or nobody could tell
		for _, id := range before {
			switch {
			case !account[id]:
			case r.IntN(4) == 0:
				hidden = true
			default:
				fresh = append(fresh, id)
			}
		}
		f := list(strings.Join(fresh, " "))
		f.Page.SaysEmpty = len(account) > 0 && len(fresh) == 0 && !hidden
		untouchedHidden := len(proof.Missing(list(strings.Join(before, " ")), f, touched)) > 0
		for _, d := range touched {
			v, _ := proof.Judge(d, list(strings.Join(before, " ")), f, touched)
			if v == proof.Gone {
				proven++
			}
			if v == proof.Gone && untouchedHidden {
				t.Fatalf("%s is called gone: %v, %v, touched %v", d.Key, before, fresh, touched)
			}
			if v == proof.Gone && !hidden && account[strings.TrimPrefix(d.Key, "account-")] {
				t.Fatalf("%s stands and is called gone: %v, %v", d.Key, before, fresh)
			}
		}
	}
	if proven < 1000 {
		t.Errorf("only %d were proven gone: the test says little", proven)
	}
}

package device

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"
	"testing"
	"time"
)

// words that lists and requests are made of: few, so that they collide.
var words = []string{"Echo", "echo", "Echo ", "This Device", "Caf\u00e9", "Cafe\u0301", "Echo*", "הד", "👩‍👩‍👧", "S1", "a1", "x\ny", "E", "Fire TV"}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func someOf(r *rand.Rand, list []string, upTo int) (out []string) {
	for range r.IntN(upTo + 1) {
		out = append(out, pick(r, list))
	}
	return out
}

func randomList(r *rand.Rand) (devs []Device) {
	for i := range r.IntN(9) {
		d := Device{Name: pick(r, words), Type: "T", Family: pick(r, []string{"ECHO", "KINDLE", ""})}
		switch r.IntN(4) {
		case 0:
			d.Serial = fmt.Sprint("S", i)
		case 1:
			d.Type = "" // no key at all
		default:
			d.AccountID, d.Serial = fmt.Sprint("a", i), fmt.Sprint("S", i)
		}
		d.Key = KeyOf(d.AccountID, d.Serial, d.Type)
		d.Household = r.IntN(6) == 0
		if r.IntN(6) == 0 {
			d.Deregisterable = &no
		}
		devs = append(devs, d)
	}
	return devs
}

func randomRequest(r *rand.Rand) Request {
	ids := append(slices.Clone(words), "S0", "S2", "a2", "a3", "S0/T")
	q := Request{KeepMissingOK: r.IntN(2) == 0, MissingOK: r.IntN(2) == 0, Keep: someOf(r, ids, 2), KeepEntries: someOf(r, ids, 1)}
	if r.IntN(2) == 0 {
		q.Match, q.All = someOf(r, []string{"*", "E*", "*o*", "Echo", "*e"}, 2), r.IntN(2) == 0
		q.Families = someOf(r, []string{"ECHO", "kindle"}, 1)
	} else {
		q.Names, q.Serials, q.Keys, q.Entries = someOf(r, words, 2), someOf(r, ids, 1), someOf(r, ids, 1), someOf(r, ids, 1)
	}
	if r.IntN(3) == 0 {
		q.MaxSet, q.Max = true, 1+r.IntN(4)
	}
	return q
}

func shuffled[T any](r *rand.Rand, list []T) []T {
	list = slices.Clone(list)
	r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// fingerprint of a choice set whatever its order.
func fingerprint(cs []Choice, err error) string {
	if err != nil {
		var se *SelectError
		if errors.As(err, &se) {
			return fmt.Sprint("exit ", se.Code)
		}
		return err.Error()
	}
	var out []string
	for _, c := range cs {
		out = append(out, fmt.Sprintf("%s|%s|%s|%s", c.Device.Key, c.Device.Serial, c.Device.Name, c.Outcome))
	}
	sort.Strings(out)
	return strings.Join(out, "\n")
}

func TestSelectProperties(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	resolved := 0
	for n := range 6000 {
		devs, q := randomList(r), randomRequest(r)
		past := memory{}
		if r.IntN(3) == 0 {
			past[Normal(pick(r, words))] = fmt.Sprint("a", r.IntN(12))
		}
		got, err := Select(devs, q, past)
		bad := func(format string, args ...any) {
			t.Fatalf("seed %d, round %d: %s\nlist: %+v\nrequest: %+v\npast: %v\nchosen: %s, error %v", seed, n, fmt.Sprintf(format, args...), devs, q, past, told(got), err)
		}
		if err == nil {
			resolved++
		} else if got != nil {
			bad("choices beside an error")
		}

		act := 0
		seen := map[string]bool{}
		for _, c := range got {
			d := c.Device
			id := d.Key + "|" + d.Serial + "|" + d.Name
			if seen[id] && (d.Key != "" || c.Outcome == "") { // two without a key may both be left alone
				bad("chosen twice: %s", id)
			}
			seen[id] = true
			if c.Outcome == AlreadyGone {
				continue
			}
			if !slices.ContainsFunc(devs, func(o Device) bool { return o.Key == d.Key && o.Name == d.Name && o.Serial == d.Serial }) {
				bad("not of the list: %s", id)
			}
			if c.Outcome != "" {
				continue
			}
			act++
			for _, k := range append(slices.Clone(q.Keep), q.KeepEntries...) {
				k = Normal(k)
				if Glob(k, d.Name) || k == d.Serial || k == d.Key || k == d.AccountID {
					bad("acts on %s although %q keeps it", id, k)
				}
			}
			if d.Household || (d.Deregisterable != nil && !*d.Deregisterable) {
				bad("acts on %s, which is not ours or not offered", id)
			}
			if !askedFor(q, d) {
				bad("acts on %s, which nobody asked for", id)
			}
			if d.Key == "" {
				same := 0
				for _, o := range devs {
					if Normal(o.Name) == Normal(d.Name) {
						same++
					}
				}
				if same > 1 {
					bad("acts on %s, which nothing tells from its namesake", id)
				}
			}
		}
		if limit := q.max(); limit > 0 && act > limit {
			bad("acts on %d, limit %d", act, limit)
		}
		if err == nil {
			for _, name := range q.Names { // never two devices for one name
				same := 0
				for _, d := range devs {
					if Normal(d.Name) == Normal(name) {
						same++
					}
				}
				if same > 1 {
					bad("resolved the name %q of %d devices", name, same)
				}
			}
		}

		again, err2 := Select(devs, q, past)
		if fingerprint(got, err) != fingerprint(again, err2) {
			bad("another answer to the same question")
		}
		q2 := q
		q2.Names, q2.Serials, q2.Keep, q2.Match = shuffled(r, q.Names), shuffled(r, q.Serials), shuffled(r, q.Keep), shuffled(r, q.Match)
		mixed, err3 := Select(shuffled(r, devs), q2, past)
		if fingerprint(got, err) != fingerprint(mixed, err3) {
			bad("depends on the order: %s", fingerprint(mixed, err3))
		}
	}
	if resolved < 600 {
		t.Errorf("only %d of 6000 requests resolved: the test tests little", resolved)
	}
}

// askedFor is a second, plain reading of the contract.
func askedFor(q Request, d Device) bool {
	has := func(list []string, values ...string) bool {
		for _, w := range list {
			for _, v := range values {
				if v != "" && Normal(w) == Normal(v) {
					return true
				}
			}
		}
		return false
	}
	long := KeyOf("", d.Serial, d.Type)
	if has(q.Names, d.Name) || has(q.Serials, d.Serial) || has(q.Keys, d.AccountID, d.Key, long) || has(q.Entries, d.Name, d.Serial, d.AccountID, d.Key, long) {
		return true
	}
	if !q.Pattern() {
		return false
	}
	ok := len(q.Match) == 0
	for _, g := range q.Match {
		ok = ok || Glob(g, d.Name)
	}
	fam := len(q.Families) == 0
	for _, f := range q.Families {
		fam = fam || strings.EqualFold(f, d.Family)
	}
	return ok && fam
}

// What was deregistered and journaled is already gone when the same command
// runs again; nothing else is touched the second time.
func TestRunningTheSameCommandAgain(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 2))
	for range 2000 {
		devs, q := randomList(r), randomRequest(r)
		q.KeepMissingOK = true
		if len(q.Families) > 0 {
			q.MissingOK = true // the last device of a family takes it along
		}
		first, err := Select(devs, q, memory{})
		if err != nil {
			continue
		}
		past := memory{}
		gone := map[string]bool{}
		keyless := false
		for _, c := range first {
			if c.Outcome == "" {
				keyless = keyless || c.Device.Key == ""
				gone[c.Device.Key] = true
				for _, w := range []string{c.Device.Name, c.Device.Serial, c.Device.Key, c.Device.AccountID, KeyOf("", c.Device.Serial, c.Device.Type)} {
					past[Normal(w)] = c.Device.Key
				}
			}
		}
		if keyless {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(devs), func(d Device) bool { return gone[d.Key] })
		second, err := Select(left, q, past)
		if err != nil {
			// The one thing that may stop it: a name that was asked for by serial
			// or key now stands for another device.
			if !strings.Contains(err.Error()+hint(err), "--serial") {
				t.Fatalf("seed %d: %v\nlist %+v\nrequest %+v\nfirst %s", seed, err, devs, q, told(first))
			}
			continue
		}
		for _, c := range second {
			if c.Outcome == "" {
				t.Fatalf("seed %d: acts on %s the second time\nlist %+v\nrequest %+v\nfirst %s", seed, Label(c.Device), devs, q, told(first))
			}
		}
	}
}

func hint(err error) string {
	var se *SelectError
	if errors.As(err, &se) {
		return se.Hint
	}
	return ""
}

func TestGlobAgainstASlowReading(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 3))
	var slow func(p, s string) bool
	slow = func(p, s string) bool {
		switch {
		case p == "":
			return s == ""
		case p[0] == '*':
			return slow(p[1:], s) || (s != "" && slow(p, s[1:]))
		}
		return s != "" && p[0] == s[0] && slow(p[1:], s[1:])
	}
	random := func(alphabet string) string {
		b := make([]byte, r.IntN(9))
		for i := range b {
			b[i] = alphabet[r.IntN(len(alphabet))]
		}
		return string(b)
	}
	for range 20000 {
		p, s := random("ab*"), random("ab?")
		if Glob(p, s) != slow(p, s) {
			t.Fatalf("seed %d: Glob(%q, %q) = %v", seed, p, s, Glob(p, s))
		}
	}
	if start := time.Now(); Glob(strings.Repeat("*a", 250)+"b", strings.Repeat("a", 500)) || time.Since(start) > time.Second {
		t.Errorf("a hostile glob took %v", time.Since(start))
	}
}

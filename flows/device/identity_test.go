package device

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestSameAndContradict(t *testing.T) {
	d := func(acc, serial, typ string) Device {
		return Device{Key: KeyOf(acc, serial, typ), AccountID: acc, Serial: serial, Type: typ, Name: "Same Name"}
	}
	for _, c := range []struct {
		name             string
		a, b             Device
		same, contradict bool
	}{
		{"one record", d("a", "s", "t"), d("a", "s", "t"), true, false},
		{"account id, the serial missing in one", d("a", "s", "t"), d("a", "", ""), true, false},
		{"serial and type, the account id missing in one", d("a", "s", "t"), d("", "s", "t"), true, false},
		{"only the name in common", d("a", "s", "t"), d("b", "r", "t"), false, false},
		{"names without any id", d("", "", ""), d("", "", ""), false, false},
		{"a serial without type is not enough", d("", "s", ""), d("", "s", ""), false, false},
		{"one serial of two types", d("", "s", "t"), d("", "s", "u"), false, false},
		{"account id shared, serials differ", d("a", "s", "t"), d("a", "r", "t"), false, true},
		{"account id shared, types differ", d("a", "s", "t"), d("a", "s", "u"), false, true},
		{"serial and type shared, account ids differ", d("a", "s", "t"), d("b", "s", "t"), false, true},
	} {
		for _, p := range [][2]Device{{c.a, c.b}, {c.b, c.a}} {
			if got := p[0].Same(p[1]); got != c.same {
				t.Errorf("%s: same %v", c.name, got)
			}
			if got := Contradict(p[0], p[1]); got != c.contradict {
				t.Errorf("%s: contradict %v", c.name, got)
			}
		}
	}
}

func TestKeyOf(t *testing.T) {
	for _, c := range [][4]string{{"a", "s", "t", "a"}, {" a ", "", "", "a"}, {"", "s", "t", "s/t"}, {"", "s", "", ""}, {"", "", "t", ""}, {"", "", "", ""}} {
		if got := KeyOf(c[0], c[1], c[2]); got != c[3] {
			t.Errorf("KeyOf(%q, %q, %q) = %q", c[0], c[1], c[2], got)
		}
	}
}

func TestDedupeMergesThroughAThirdRecordInAnyOrder(t *testing.T) {
	list := []Device{
		{Key: "a", AccountID: "a", Name: "Echo"},
		{Key: "other", AccountID: "other", Name: "Echo"},
		{Key: "s/t", Serial: "s", Type: "t", Family: "ECHO"},
		{Key: "a", AccountID: "a", Serial: "s", Type: "t", Registered: "2021-01-02"},
		{Name: "Echo"}, {Name: "Echo"},
	}
	want := Device{Key: "a", AccountID: "a", Serial: "s", Type: "t", Name: "Echo", Family: "ECHO", Registered: "2021-01-02"}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	for range 200 {
		got, err := Dedupe(shuffled(r, list))
		if err != nil || len(got) != 4 {
			t.Fatalf("%v, %d devices: %+v", err, len(got), got)
		}
		found := false
		for _, d := range got {
			found = found || reflect.DeepEqual(d, want)
		}
		if !found {
			t.Fatalf("not merged whole: %+v", got)
		}
	}
	// A record that contradicts only through the third is found in any order too.
	bad := append(shuffled(r, list), Device{Key: "a", AccountID: "a", Serial: "elsewhere"})
	for range 200 {
		_, err := Dedupe(shuffled(r, bad))
		var ce *ConflictError
		if !errors.As(err, &ce) || strings.Contains(ce.Error(), "\n") {
			t.Fatalf("got %v", err)
		}
	}
}

func TestMergeKeepsWhatThereIs(t *testing.T) {
	a := Device{Key: "s/t", Serial: "s", Type: "t", Name: "Mine", Deregisterable: &no}
	b := Device{Key: "a", AccountID: "a", Name: "Theirs", Owner: "Sam", Deregisterable: &yes, Household: true}
	got := Merge(a, b)
	if got.Name != "Mine" || got.Key != "a" || got.Owner != "Sam" || *got.Deregisterable || !got.Household {
		t.Errorf("%+v", got)
	}
	if !got.Answers("s/t") || !got.Answers("a") || got.Answers("") {
		t.Error("answers to its old and new key, not to none")
	}
}

func TestPrintable(t *testing.T) {
	for in, want := range map[string]string{
		"Kitchen Echo":              "Kitchen Echo",
		"a\tb\r\nc":                 "a b  c",
		"\x1b[31mred\x07":           "[31mred",
		"abc\u202egnp.exe":          "abcgnp.exe",
		"\u2066x\u2069\u200f\ufeff": "x",
		"👩‍👩‍👧 🏴\U000e0067\U000e007f": "👩‍👩‍👧 🏴\U000e0067\U000e007f",
		"\xff\xfeok":    "\uFFFDok",
		"Cafe\u0301 ❤️": "Cafe\u0301 ❤️",
	} {
		if got := Printable(in); got != want {
			t.Errorf("Printable(%q) = %q, want %q", in, got, want)
		}
	}
	if q := Quote(strings.Repeat("x", 500) + " 12"); len([]rune(q)) > 82 || !strings.HasSuffix(q, ` 12"`) {
		t.Errorf("%q", q)
	}
}

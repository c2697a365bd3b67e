package device

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// The table is shared with the test of the page's script.
func TestFoldHoldsToTheTable(t *testing.T) {
	data, err := os.ReadFile("testdata/fold.json")
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ Of, Is string }
	var table struct{ IDs, Names []row }
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	if len(table.IDs) < 10 || len(table.Names) < 10 {
		t.Fatalf("%d ids, %d names", len(table.IDs), len(table.Names))
	}
	for what, rows := range map[string][]row{"id": table.IDs, "name": table.Names} {
		fold := FoldID
		if what == "name" {
			fold = FoldName
		}
		for _, r := range rows {
			if got := fold(r.Of); got != r.Is {
				t.Errorf("%s %+q: %+q, want %+q", what, r.Of, got, r.Is)
			}
			if again := fold(r.Is); again != r.Is {
				t.Errorf("%s %+q: folded twice it is %+q", what, r.Is, again)
			}
		}
	}
}

// SameID is quick where two ids differ at once, and says what comparing them folded says.
func TestSameIDIsAsFolded(t *testing.T) {
	signs := []string{"a", "A", "1", "-", " ", "/", "\u0301", "\u212b", "\u00c5", "\uff21", "\u200b", "\u2212", "k", "\u212a", ""}
	rng := rand.New(rand.NewPCG(20, 1))
	word := func() string {
		var b strings.Builder
		for range rng.IntN(5) {
			b.WriteString(signs[rng.IntN(len(signs))])
		}
		return b.String()
	}
	same := 0
	for range 200_000 {
		a, b := word(), word()
		want := a == b && a != "" || FoldID(a) != "" && FoldID(a) == FoldID(b)
		if want && a != b {
			same++
		}
		if got := SameID(a, b); got != want {
			t.Fatalf("SameID(%+q, %+q) is %v", a, b, got)
		}
		d := Device{Key: word(), AccountID: word(), Serial: word(), Type: word()}
		if want := SameID(a, d.Key) || SameID(a, d.AccountID) || SameID(a, KeyOf("", d.Serial, d.Type)); d.Answers(a) != want {
			t.Fatalf("%+v answers to %+q: %v", d, a, !want)
		}
	}
	if same < 1000 {
		t.Errorf("only %d pairs were the same and written differently", same)
	}
}

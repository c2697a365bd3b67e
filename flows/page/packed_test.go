package page

import (
	"slices"
	"strings"
	"testing"
)

// What is long comes through packed as it was, sign by sign, and what is short as it is.
func TestALongAnswerComesPacked(t *testing.T) {
	w := open(t, "/recycled.html")
	for _, s := range []string{"", "short", strings.Repeat("Küche 🔊 \u2028 \"quoted\" \\ \n", 20_000)} {
		var got struct{ Text string }
		if err := w.Call(w.ctx, `(q) => ({Text: q.text})`, map[string]string{"text": s}, &got); err != nil {
			t.Fatal(err)
		}
		if got.Text != s {
			t.Errorf("%d bytes came as %d", len(s), len(got.Text))
		}
	}
	// What only looks packed is an answer like any other.
	var odd map[string]string
	if err := w.Call(w.ctx, `() => ({packed: "no"})`, nil, &odd); err != nil || odd["packed"] != "no" {
		t.Errorf("%v, %v", odd, err)
	}
}

// A long list is told packed, and one that only lacks some of it by what it lacks: what the
// page then shows of the rest is the same, and of those that are gone nothing.
func TestALongListIsKnown(t *testing.T) {
	w := open(t, "/recycled.html")
	list := slices.Clone(household)
	for i := range 500 {
		id := "G0FILL" + strings.Repeat("0", 6) + string(rune('A'+i%26)) + string(rune('A'+i/26))
		list = append(list, Device{Key: id, Name: "Filler " + id, IDs: []string{id}})
	}
	shows := func(want ...string) {
		t.Helper()
		got, err := w.Shows(w.ctx, []string{"a", "b"})
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("shows %v, not %v (%v)", got, want, err)
		}
	}
	w.knows(list...)
	if w.known.whole[:len(learns)] != learns {
		t.Fatal("it is not told packed")
	}
	shows("a", "b")
	w.knows(list[1:]...)
	if w.known.less == "" {
		t.Fatal("it is told whole once more")
	}
	shows("b")
	w.knows(list...)
	shows("a", "b")
	// One that differs in more than what it lacks is told whole.
	other := slices.Clone(list[1:])
	other[0].Name = "Another"
	w.knows(other...)
	if w.known.less != "" {
		t.Error("another list was told by what it lacks")
	}
	shows("b")
	w.knows(list[2:]...)
	shows()
	// A new document knows nothing.
	w.knows(list[1:]...)
	if err := w.Reload(w.ctx); err != nil {
		t.Fatal(err)
	}
	shows("b")
}

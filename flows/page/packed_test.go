package page

import (
	"fmt"
	"slices"
	"strconv"
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
		got, err := w.Shows(w.ctx, []string{"a", "b"}, nil)
		slices.Sort(got)
		if err != nil || !slices.Equal(got, want) {
			t.Fatalf("shows %v, not %v (%v)", got, want, err)
		}
	}
	w.knows(list...)
	shows("a", "b")
	if w.known.kept == nil {
		t.Fatal("it is not kept")
	}
	kept := w.known.kept
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
	if w.known.less != "" || w.known.fits {
		t.Error("another list was told by what it lacks")
	}
	shows("b")
	if w.known.kept == kept || len(w.known.kept.devices) != len(other) {
		t.Error("another list is not kept")
	}
	w.knows(list[2:]...)
	shows()
	// A new document has what is kept, and is told what of it counts.
	w.knows(list...)
	shows("a", "b")
	kept = w.known.kept
	w.knows(list[1:]...)
	w.must(w.Reload(w.ctx))
	shows("b")
	w.must(w.Reload(w.ctx))
	w.knows(list...)
	shows("a", "b")
	if w.known.kept != kept {
		t.Error("it was sent more than once")
	}
	// One that has it not is told all of it.
	w.must(w.Reload(w.ctx))
	js[any](w, `void 0`)
	w.known.kept.version = -1
	shows("a", "b")
	if !w.known.unkept {
		t.Error("it had what was not kept")
	}
}

// Of a long answer that is much like the one before only what is new comes, and what is put
// together from both is the answer sign by sign, or none.
func TestAnAnswerLikeTheOneBefore(t *testing.T) {
	w := open(t, "/recycled.html")
	list := func(without ...int) string {
		var b strings.Builder
		n := 0
		for i := range 1000 {
			if slices.Contains(without, i) {
				continue
			}
			if n++; n > 1 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"name":"Küche 🔊 %d","key":"%X"}`, i, i*7919)
		}
		return fmt.Sprintf(`{"devices":[%s],"count":%d}`, &b, n)
	}
	asks := func(text string) (comes int) {
		t.Helper()
		var got struct{ Text string }
		before := w.last.prints
		if err := w.Call(w.ctx, `(q) => ({Text: q.text})`, map[string]string{"text": text}, &got); err != nil {
			t.Fatal(err)
		}
		if got.Text != text {
			t.Fatalf("%d bytes came as %d", len(text), len(got.Text))
		}
		// What came is seen by asking the page once more, as Call did.
		w.state.mu.Lock()
		doc := w.state.doc
		w.state.mu.Unlock()
		raw, err := w.evaluate(w.ctx, doc, fmt.Sprintf(`unecho.pack({Text: %s}, %d, %q).then((r) => JSON.stringify(r).length)`, quote(text), long, before))
		w.must(err)
		n, err := strconv.Atoi(string(raw))
		w.must(err)
		return n
	}
	whole := asks(list())
	if n := asks(list()); n > 200 {
		t.Errorf("the same answer again takes %d bytes, the first took %d", n, whole)
	}
	if n := asks(list(0, 17, 18, 999)); n > 600 {
		t.Errorf("one that lacks four takes %d bytes, the first took %d", n, whole)
	}
	asks(list(3))
	asks(strings.Repeat("something else", 5000))
	// A part that is another than its print says is not taken.
	asks(list())
	w.last.parts[500] = w.last.parts[501]
	asks(list(4))
}

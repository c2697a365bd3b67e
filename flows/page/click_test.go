package page

import (
	"fmt"
	"testing"
)

func rowOf(i int) What {
	r := &Row{Rows: "rows", Name: "row-name", Is: Ident{Name: fmt.Sprintf("Echo %d", i), IDs: []string{fmt.Sprintf("G0SERIAL%d", 100+i)}}}
	for j := 1; j <= 20; j++ {
		if j != i {
			r.Others = append(r.Others, Ident{Name: fmt.Sprintf("Echo %d", j), IDs: []string{fmt.Sprintf("G0SERIAL%d", 100+j)}})
		}
	}
	return What{Element: "more", Of: r, Label: fmt.Sprintf("\"...\" of Echo %d", i)}
}

func TestClickHitsTheRowOfTheDevice(t *testing.T) {
	w := open(t, "/rows.html")
	for i := 1; i <= 20; i++ {
		if _, err := w.Click(w.ctx, rowOf(i)); err != nil {
			t.Fatal(err)
		}
	}
	got := js[[]string](w, "got")
	for i, name := range got {
		if want := fmt.Sprintf("Echo %d", i+1); name != want {
			t.Errorf("click %d hit %s", i+1, name)
		}
	}
	if len(got) != 20 {
		t.Errorf("20 clicks made, %d arrived", len(got))
	}
	for _, s := range w.Log() {
		t.Log(s)
	}
}

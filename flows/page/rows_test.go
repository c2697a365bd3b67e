package page

import (
	"testing"
	"time"
)

// account is a row of recycled.html told by its name alone, as accounts to choose from are.
func account(i int) What {
	r := &Row{Rows: "rows", Name: "row-name", Is: household[i].Name}
	for j, d := range household {
		if j != i {
			r.Others = append(r.Others, d.Name)
		}
	}
	return What{Element: "more", Of: r}
}

func TestRowByNameIsRefusedWhereTheNameIsNoProof(t *testing.T) {
	w := open(t, "/recycled.html")
	if _, err := w.Click(w.ctx, account(0)); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown", "mousedown", "Kitchen Echo")

	w.hurry()
	twin := account(0)
	twin.Of.Others = append(twin.Of.Others, "Kitchen Echo")
	_, err := w.Click(w.ctx, twin)
	refused(t, err, ErrAmbiguous, "same name")

	js[any](w, "void (document.querySelectorAll('.name')[2].textContent = 'Kitchen Echo')")
	_, err = w.Click(w.ctx, account(0))
	refused(t, err, ErrAmbiguous, "2 rows have this name")

	js[any](w, "void (document.querySelectorAll('.row')[2].style.display = 'none')")
	_, err = w.Click(w.ctx, account(0))
	refused(t, err, ErrAmbiguous, "2 rows have this name")
	w.wants("pointerdown", "mousedown", "Kitchen Echo")
}

func TestRowThatBecameAnothersUnderThePressIsNotClicked(t *testing.T) {
	w := open(t, "/recycled.html")
	w.between("recycle()")
	_, err := w.Click(w.ctx, account(0))
	refused(t, err, ErrOtherDevice, "the row is that of Bedroom Echo")
	w.wants()
}

func TestRowNamesAreComparedUntruncated(t *testing.T) {
	w := open(t, "/recycled.html")
	w.hurry()
	js[any](w, `document.querySelectorAll('.name')[0].textContent = 'Kitch…'`)
	_, err := w.Click(w.ctx, account(0))
	refused(t, err, ErrNotFound, "no row of it among 3")
	js[any](w, `document.querySelectorAll('.name')[0].title = 'Kitchen Echo'`)
	w.o.StepTimeout = 5 * time.Second
	if _, err := w.Click(w.ctx, account(0)); err != nil {
		t.Fatal(err)
	}
	w.wants("pointerdown", "mousedown", "Kitch…")
	w.hurry()

	other := account(0)
	other.Of.Is = "kitchen echo"
	_, err = w.Click(w.ctx, other)
	refused(t, err, ErrNotFound)
}

package page

import (
	"testing"
	"time"
)

// popUp presses the Deregister that opens the pop-up of dialog.html, which then says words.
func popUp(t *testing.T, words string) *world {
	t.Helper()
	w := open(t, "/dialog.html")
	w.knows(household...)
	js[any](w, "void (say.textContent = '"+words+"')")
	if _, err := w.Click(w.ctx, deregister("a")); err != nil {
		t.Fatal(err)
	}
	return w
}

var confirm = What{Known: &Known{Key: "a", Seek: SeekConfirm, At: -1}, Label: "the confirmation"}

func TestPopUpIsConfirmedWhenItNamesThisDeviceOrNone(t *testing.T) {
	for _, words := range []string{"Deregister this device?", "Deregister “Kitchen Echo”?", "Abmelden: Kitchen Echo"} {
		w := popUp(t, words)
		o, err := w.Outcome(w.ctx, "a", 5*time.Second)
		if err != nil || o.What != "confirm" {
			t.Fatalf("%s: %+v, %v", words, o, err)
		}
		if _, err := w.Click(w.ctx, confirm); err != nil {
			t.Fatal(err)
		}
		w.wants("open", "confirm: "+words)
	}
}

func TestPopUpNamingAnotherDeviceIsRefusedAtOnce(t *testing.T) {
	for words, sentinel := range map[string]error{
		"Deregister Bedroom Echo?":              ErrOtherDevice,
		"Deregister Kitchen Echo Dot?":          ErrOtherDevice, // a longer name holds ours
		"Wipe Kitchen Echo and deregister it?":  ErrDanger,
		"Deregister G0BBBB0000000002?":          ErrOtherDevice,
		"Bedroom Echoと端末の登録。Deregister":         ErrOtherDevice, // no spaces in Japanese
		"Deregister Kitchen Echo, Bedroom Echo": ErrOtherDevice,
	} {
		w := popUp(t, words)
		start := time.Now()
		o, err := w.Outcome(w.ctx, "a", 5*time.Second)
		if err == nil {
			t.Fatalf("%s: the page came to %+v", words, o)
		}
		refused(t, err, sentinel)
		_, err = w.Click(w.ctx, confirm)
		refused(t, err, sentinel)
		if time.Since(start) > 3*time.Second {
			t.Errorf("%s: took %v", words, time.Since(start))
		}
		w.wants("open")
	}
}

func TestPopUpChangedBetweenCheckAndPressIsNotConfirmed(t *testing.T) {
	w := popUp(t, "Deregister this device?")
	w.between("(say.textContent = 'Deregister Bedroom Echo?')")
	_, err := w.Click(w.ctx, confirm)
	refused(t, err, ErrOtherDevice, "Bedroom Echo")
	w.wants("open")
}

func TestPopUpThatSpeaksOfSomethingElseIsNotConfirmed(t *testing.T) {
	w := open(t, "/dialog.html")
	w.knows(household...)
	js[any](w, "void (say.textContent = 'Rename Kitchen Echo?', document.querySelectorAll('.confirm').forEach((c) => { c.textContent = 'OK'; }))")
	if _, err := w.Click(w.ctx, deregister("a")); err != nil {
		t.Fatal(err)
	}
	w.hurry()
	_, err := w.Click(w.ctx, confirm)
	refused(t, err, ErrNotFound)
	w.wants("open")
}

// However late the page answers, a confirmation that stays disabled is no silent success.
func TestPopUpThatStaysDisabledInABusyPageIsRefused(t *testing.T) {
	w := popUp(t, "Deregister this device?")
	js[any](w, `void (document.querySelectorAll('.confirm').forEach((c) => { c.disabled = true; }),
		setTimeout(() => { for (const end = Date.now() + 900; Date.now() < end;); }, 300))`)
	o, err := w.Outcome(w.ctx, "a", time.Second)
	if err == nil {
		t.Fatalf("the page came to %+v", o)
	}
	refused(t, err, ErrDisabled, "disabled")
	w.wants("open")
}

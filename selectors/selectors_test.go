package selectors

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// Default takes CSS and regular expressions as they are, to be quick; here they
// are held to what an overlay is held to.
func TestBuiltInDataAreValid(t *testing.T) {
	if _, err := load(data, true); err != nil {
		t.Fatal(err)
	}
}

func TestScreensOfTheContract(t *testing.T) {
	set := defaults(t)
	for _, name := range strings.Fields(`signin-email signin-password signin-rejected signin-unknown-account account-switcher otp otp-rejected
		otp-channel approval captcha-image continue-shopping waf-check puzzle passkey-nudge phone-prompt verification-code locked service-error
		not-found home-signed-out home-signed-in home-stripped devices-myx devices-console device-console content-myx content-console
		alexa-home alexa-settings alexa-device alexa-retired`) {
		if !slices.ContainsFunc(set.Screens, func(s Screen) bool { return s.Name == name }) {
			t.Errorf("no screen %s", name)
		}
	}
	for _, s := range set.Screens {
		want := time.Duration(0)
		if s.Name == "waf-check" {
			want = 45 * time.Second
		}
		if s.Patience != want {
			t.Errorf("%s: patience %v", s.Name, s.Patience)
		}
	}
}

// English and German are complete: whatever is found, judged or feared by its
// words is so in both. Two are not, for a reason.
func TestEnglishAndGermanAreComplete(t *testing.T) {
	set := defaults(t)
	exempt := map[string]bool{"menu-dots": true /* the same everywhere */, "danger-signout": true /* German: Abmelden, as Deregister */}
	for name, text := range set.Texts {
		for _, lang := range []string{"en", "de"} {
			if !exempt[name] && !slices.ContainsFunc(text.Phrases, func(p Phrase) bool { return p.Lang == lang }) {
				t.Errorf("text %s: nothing in %s", name, lang)
			}
		}
	}
	var langs []string
	for _, p := range set.Texts["deregister"].Phrases {
		if !slices.Contains(langs, p.Lang) {
			langs = append(langs, p.Lang)
		}
	}
	if len(langs) < 8 {
		t.Errorf("deregister only in %v", langs)
	}
}

// says is how a page compares: capitals and white space do not matter.
func says(set *Set, text, label string, contains bool) bool {
	label = strings.ToLower(strings.Join(strings.Fields(label), " "))
	return slices.ContainsFunc(set.Texts[text].Phrases, func(p Phrase) bool {
		want := strings.ToLower(p.Text)
		return label == want || contains && strings.Contains(label, want)
	})
}

func dangerous(set *Set, where, label string) string {
	for _, d := range set.Dangers {
		if d.Where == where && d.Text != "" && says(set, d.Text, label, d.Contains || where == Dialog) {
			return d.Name
		}
	}
	return ""
}

func TestWordsThatAreClickedAreNoDanger(t *testing.T) {
	set := defaults(t)
	for _, name := range []string{"deregister", "confirm", "ok", "cancel", "show-more", "your-devices-tab", "your-content-tab", "menu-dots", "settings"} {
		for _, p := range set.Texts[name].Phrases {
			if d := dangerous(set, Control, p.Text); d != "" {
				t.Errorf("%q of %s is the danger %s", p.Text, name, d)
			}
		}
	}
	for _, label := range []string{"Continue", "Sign in", "Weiter", "Anmelden", "Continue shopping", "Front Door Lock", "Send OTP"} {
		if d := dangerous(set, Control, label); d != "" {
			t.Errorf("%q is the danger %s", label, d)
		}
	}
	for _, label := range []string{"Remote wipe", "Remote Lock", "Lock", "Factory reset", "Reset to factory defaults", "Sign in with a passkey", "Create your Amazon account",
		"Forgot your password?", "Buy now", "Delete", "Sign Out", "Aus der Ferne sperren", "Gerät auf Werkseinstellungen zurücksetzen", "Löschen", "Passwort vergessen?"} {
		if dangerous(set, Control, label) == "" {
			t.Errorf("%q is no danger", label)
		}
	}
}

// The pop-up that confirms may warn, and may advise a factory reset; it must not
// be taken for one that wipes.
func TestWarningsOfAHarmlessPopUpAreNoDanger(t *testing.T) {
	set := defaults(t)
	for _, words := range []string{
		"Deregister Kitchen Echo? Content will be removed from this device and many of its features will stop working. You will need to register it again to use it. Before you give it away, do a factory reset. Cancel Deregister",
		"If you deregister this device, downloaded books are deleted from it. Reset it to factory settings before you sell it.",
		"Kitchen Echo abmelden? Heruntergeladene Inhalte werden vom Gerät entfernt, viele Funktionen stehen nicht mehr zur Verfügung. Sie müssen es dann neu registrieren. Setzen Sie es außerdem auf Werkseinstellungen zurück. Abbrechen Abmelden",
		"Deregister Front Door Lock?",
	} {
		if d := dangerous(set, Dialog, words); d != "" {
			t.Errorf("%q is the danger %s", words, d)
		}
		if !says(set, "deregister-words", words, true) || !says(set, "deregister", words, true) {
			t.Errorf("%q does not speak of deregistering", words)
		}
	}
	for _, words := range []string{
		"This will erase all data on the device.", "Remote wipe Everything will be wiped.", "Lock your device now?", "Remote lock Kitchen Echo will be locked",
		"Are you sure you want to delete permanently?", "Alle Daten werden gelöscht.", "Kitchen Echo wird gesperrt.", "Alles wird aus der Ferne gelöscht.",
	} {
		if dangerous(set, Dialog, words) == "" {
			t.Errorf("%q is no danger", words)
		}
	}
}

func TestJSONForm(t *testing.T) {
	set := defaults(t)
	raw, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	var back Set
	if err := json.Unmarshal(raw, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(set, &back, cmpopts.IgnoreUnexported(Set{})); diff != "" {
		t.Error(diff)
	}
	// The page reads these names.
	var keys map[string]json.RawMessage
	if err := json.Unmarshal(raw, &keys); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"screens", "elements", "texts", "dangers", "obstacles", "hidden"} {
		if keys[k] == nil {
			t.Errorf("no %s in the JSON form", k)
		}
	}
}

func TestEachDefaultIsItsOwn(t *testing.T) {
	a := defaults(t)
	a.Screens[0].Name = "changed"
	a.Elements["email"] = Element{}
	a.Hidden[0] = "changed"
	if diff := cmp.Diff(defaults(t), defaults(t), cmpopts.IgnoreUnexported(Set{})); diff != "" || defaults(t).Screens[0].Name == "changed" {
		t.Error("one Set shows through in another")
	}
}

func TestTwoFilesOfOneDirectoryDoNotSayTheSameThing(t *testing.T) {
	const text = "[text.a]\nphrases = [{ lang = \"en\", text = \"A\", grade = \"?\" }]\n"
	_, err := load(fstest.MapFS{"one.toml": {Data: []byte(text)}, "two.toml": {Data: []byte("\n" + text)}}, true)
	if want := `two.toml:2: text "a": stands in another file as well`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// Loading stands at the start of every command: the best of several tries must
// stay well under what a person or a script would notice.
func TestLoadingIsQuick(t *testing.T) {
	best := time.Hour
	for range 10 {
		start := time.Now()
		defaults(t)
		best = min(best, time.Since(start))
	}
	if best > 10*time.Millisecond {
		t.Errorf("loading takes %v", best)
	}
}

func BenchmarkDefault(b *testing.B) {
	for b.Loop() {
		if _, err := Default(); err != nil {
			b.Fatal(err)
		}
	}
}

// A pop-up in a language whose dangers are unknown would be confirmed whatever else it asks.
func TestALanguageIsKnownWithItsDangers(t *testing.T) {
	s, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	langs := map[string]bool{}
	for _, p := range s.Texts["deregister"].Phrases {
		langs[p.Lang] = true
	}
	for _, entry := range []string{"cancel", "agree", "sure", "and", "several-nouns", "danger-label", "danger-device", "danger-dialog", "danger-purchase", "danger-several"} {
		for lang := range langs {
			if !slices.ContainsFunc(s.Texts[entry].Phrases, func(p Phrase) bool { return p.Lang == lang }) {
				t.Errorf("text.deregister has a phrase in %s, text.%s has none", lang, entry)
			}
		}
	}
}

// Whoever adds a language's word for Deregister adds it in one place; it is known on the row,
// in what a pop-up may speak of, and on the pop-up's own button, in an overlay as well.
func TestAWordForDeregisterIsKnownWhereverItCounts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "word.toml")
	if err := os.WriteFile(path, []byte("[text.deregister]\nphrases = [ { lang = \"sv\", text = \"Avregistrera\", grade = \"P\" } ]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := defaults(t).Overlay(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Texts["deregister"].Phrases) != 1 {
		t.Errorf("the overlay's text.deregister has %d phrases", len(s.Texts["deregister"].Phrases))
	}
	for _, entry := range []string{"deregister-words", "confirm"} {
		known := map[string]bool{}
		for _, p := range s.Texts[entry].Phrases {
			known[p.Lang+" "+strings.ToLower(p.Text)] = true
		}
		for _, p := range s.Texts["deregister"].Phrases {
			if !known[p.Lang+" "+strings.ToLower(p.Text)] {
				t.Errorf("text.deregister has the %s phrase %q, text.%s has not", p.Lang, p.Text, entry)
			}
		}
	}
}

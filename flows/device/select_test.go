package device

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

var no, yes = false, true

// flat is the account that most cases run on.
func flat() []Device {
	d := func(acc, serial, name, family string) Device {
		return Device{Key: KeyOf(acc, serial, "T"), AccountID: acc, Serial: serial, Type: "T", Name: name, Family: family, Customer: "C"}
	}
	devs := []Device{
		d("ak", "SK", "Kitchen Echo", "ECHO"),
		d("ab", "SB", "Bedroom Echo", "ECHO"),
		d("a1", "S1", "This Device", "ALEXA_APP"),
		d("a2", "S2", "This Device", "ALEXA_APP"),
		d("", "SP", "Paperwhite", "KINDLE"),
		d("ah", "SH", "Sam's Kindle", "KINDLE"),
		d("an", "SN", "Whole House", "WHA"),
		d("as", "S*R", "Star *", "FIRE_TV"),
	}
	devs[5].Household, devs[5].Owner = true, "Sam"
	devs[6].Deregisterable = &no
	devs[0].Deregisterable = &yes
	return devs
}

type memory map[string]string

func (m memory) Seen(w string) (string, bool) { k, ok := m[w]; return k, ok }

// told writes choices as "key" (act) or "key:outcome".
func told(cs []Choice) string {
	var out []string
	for _, c := range cs {
		s := c.Device.Key
		if s == "" {
			s = c.Device.Name + c.Device.Serial
		}
		if c.Outcome != "" {
			s += ":" + string(c.Outcome)
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestSelectByTheContract(t *testing.T) {
	// "é" composed in the list, decomposed as a Mac would type it.
	cafe := Device{Key: "ac", AccountID: "ac", Name: "Caf\u00e9 ☕ 👩‍👩‍👧", Family: "ECHO"}
	rtl := Device{Key: "ar", AccountID: "ar", Name: "הד במטבח", Family: "ECHO"}
	long := Device{Key: "al", AccountID: "al", Name: strings.Repeat("x", 500), Family: "ECHO"}
	broken := Device{Key: "aw", AccountID: "aw", Name: "two\nlines", Family: "ECHO"}
	odd := []Device{cafe, rtl, long, broken}
	bare := []Device{{Name: "Nameless twin", Family: "ECHO"}, {Name: "Nameless twin", Key: "x", AccountID: "x", Family: "ECHO"}, {Name: "Bare", Family: "KINDLE"}}

	for _, c := range []struct {
		name string
		devs []Device
		req  Request
		past memory
		want string // told, or
		code int
		says []string // in message and hint
	}{
		{name: "a name", req: Request{Names: []string{"Kitchen Echo"}}, want: "ak"},
		{name: "a name is trimmed", req: Request{Names: []string{"\tKitchen Echo \n"}}, want: "ak"},
		{name: "several, in the order of asking", req: Request{Names: []string{"Paperwhite", "Kitchen Echo"}}, want: "SP/T ak"},
		{name: "a serial", req: Request{Serials: []string{"S2"}}, want: "a2"},
		{name: "a key", req: Request{Keys: []string{"ab"}}, want: "ab"},
		{name: "a key of serial and type, though the account id is known", req: Request{Keys: []string{"SB/T"}}, want: "ab"},
		{name: "a file of all three", req: Request{Entries: []string{"Kitchen Echo", "S1", "a2", "SP/T"}}, want: "ak a1 a2 SP/T"},
		{name: "asked twice, acted on once", req: Request{Names: []string{"Kitchen Echo", "Kitchen Echo"}, Serials: []string{"SK"}, Keys: []string{"ak"}, Entries: []string{"SK"}}, want: "ak"},
		{name: "no pattern in a name", req: Request{Names: []string{"Kitchen*"}}, code: 3},
		{name: "a name is not a serial", req: Request{Names: []string{"SK"}}, code: 3},
		{name: "a star in a name is itself", req: Request{Names: []string{"Star *"}}, want: "as"},

		{name: "case matters, and is the first thing to ask about", req: Request{Names: []string{"kitchen echo"}}, code: 3, says: []string{`did you mean "Kitchen Echo"?`, "8 devices"}},
		{name: "inner white space matters", req: Request{Names: []string{"Kitchen  Echo"}}, code: 3, says: []string{`did you mean "Kitchen Echo"?`}},
		{name: "a typing error", req: Request{Names: []string{"Kitchne Echo"}}, code: 3, says: []string{`did you mean "Kitchen Echo"?`}},
		{name: "a part of a name", req: Request{Names: []string{"Kitchen"}}, code: 3, says: []string{`did you mean "Kitchen Echo"?`}},
		{name: "nothing like it", req: Request{Names: []string{"Zeppelin"}}, code: 3, says: []string{"8 devices"}},
		{name: "a serial in lower case", req: Request{Serials: []string{"sk"}}, want: "ak"},
		{name: "missing may be fine", req: Request{Names: []string{"Zeppelin", "Kitchen Echo"}, MissingOK: true}, want: "Zeppelin:already-gone ak"},

		{name: "ambiguous", req: Request{Names: []string{"This Device"}}, code: 2, says: []string{"2 devices", "serial S1", "key a1", "serial S2", "key a2"}},
		{name: "ambiguous also with missing-ok", req: Request{Names: []string{"This Device"}, MissingOK: true}, code: 2},
		{name: "one wrong, nothing done", req: Request{Names: []string{"Kitchen Echo", "Zeppelin", "This Device"}}, code: 2, says: []string{"2 of the things", "Zeppelin", "This Device", "S2"}},
		{name: "names that are not there", req: Request{Names: []string{"Zeppelin", "Blimp"}}, code: 3, says: []string{"2 names match no device; nothing was done\nno device \"Zeppelin\"", "\nno device \"Blimp\""}},
		{name: "a name without its quotes", req: Request{Names: []string{"Kitchen", "Echo"}}, code: 3, says: []string{`a name with spaces stands in quotes: "Kitchen Echo"`}},

		{name: "household by name", req: Request{Names: []string{"Sam's Kindle"}}, want: "ah:not-offered"},
		{name: "not offered by serial", req: Request{Serials: []string{"SN"}}, want: "an:not-offered"},
		{name: "household and not offered by pattern", req: Request{All: true}, want: "ak ab a1 a2 SP/T ah:skipped an:skipped as"},

		{name: "glob", req: Request{Match: []string{"*Echo"}}, want: "ak ab"},
		{name: "globs are alternatives", req: Request{Match: []string{"Kit*", "B*o"}}, want: "ak ab"},
		{name: "glob is case-sensitive", req: Request{Match: []string{"*echo"}}, want: ""},
		{name: "glob without star is exact", req: Request{Match: []string{"This Device"}}, want: "a1 a2"},
		{name: "other pattern characters are themselves", req: Request{Match: []string{"Kitchen Ech?", "[KB]*"}}, want: ""},
		{name: "family", req: Request{Families: []string{"kindle"}}, want: "SP/T ah:skipped"},
		{name: "family as typed", req: Request{Families: []string{"fire-tv", "Alexa App"}}, want: "a1 a2 as"},
		{name: "match narrows family", req: Request{Match: []string{"B*"}, Families: []string{"ECHO"}}, want: "ab"},
		{name: "all is narrowed", req: Request{All: true, Families: []string{"ECHO"}}, want: "ak ab"},
		{name: "a pattern that matches nothing can be run again", req: Request{Match: []string{"Guest*"}}, want: ""},

		{name: "keep wins over all", req: Request{All: true, Keep: []string{"*Echo", "S2", "SP/T"}}, want: "ak:skipped ab:skipped a1 a2:skipped SP/T:skipped ah:skipped an:skipped as"},
		{name: "keep wins over a name", req: Request{Names: []string{"Kitchen Echo", "Paperwhite"}, Keep: []string{"ak"}}, want: "ak:skipped SP/T"},
		{name: "keep wins over a serial", req: Request{Serials: []string{"SK"}, KeepEntries: []string{" Kitchen Echo "}}, want: "ak:skipped"},
		{name: "keep keeps every one of the name", req: Request{All: true, Keep: []string{"This Device"}}, want: "ak ab a1:skipped a2:skipped SP/T ah:skipped an:skipped as"},
		{name: "keep wins over not-offered", req: Request{Names: []string{"Sam's Kindle"}, Keep: []string{"SH"}}, want: "ah:skipped"},
		{name: "keep that keeps nothing", req: Request{All: true, Keep: []string{"Kichen Echo"}}, code: 3, says: []string{"--keep", "Kitchen Echo", "--keep-missing-ok"}},
		{name: "keep file that keeps nothing", req: Request{All: true, KeepEntries: []string{"gone"}}, code: 3, says: []string{"--keep-file"}},
		{name: "a keep glob may keep nothing", req: Request{Names: []string{"Paperwhite"}, Keep: []string{"Guest*"}}, want: "SP/T"},
		{name: "keep-missing-ok", req: Request{Names: []string{"Paperwhite"}, Keep: []string{"gone"}, KeepMissingOK: true}, want: "SP/T"},
		{name: "missing-ok is not keep-missing-ok", req: Request{All: true, Keep: []string{"gone"}, MissingOK: true}, code: 3},

		{name: "max refuses", req: Request{All: true, Max: 5, MaxSet: true}, code: 2, says: []string{"6 devices", "--max"}},
		{name: "max counts what is acted on", req: Request{All: true, Max: 5, MaxSet: true, Keep: []string{"SK"}}, want: "ak:skipped ab a1 a2 SP/T ah:skipped an:skipped as"},
		{name: "a max that was given holds for names", req: Request{Names: []string{"Kitchen Echo", "Paperwhite"}, Max: 1, MaxSet: true}, code: 2},
		{name: "max of nothing", req: Request{All: true, MaxSet: true}, code: 2},
		{name: "ten by default", devs: many(11), req: Request{All: true}, code: 2, says: []string{"11 devices"}},
		{name: "ten are fine", devs: many(10), req: Request{All: true}, want: "k0 k1 k2 k3 k4 k5 k6 k7 k8 k9"},
		{name: "Max without MaxSet is not a limit", devs: many(3), req: Request{All: true, Max: 1}, want: "k0 k1 k2"},
		{name: "no default for names", devs: many(11), req: Request{Entries: names(11)}, want: "k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 k10"},

		{name: "nothing asked", req: Request{}, code: 2},
		{name: "only keep asked", req: Request{Keep: []string{"SK"}}, code: 2},
		{name: "name and pattern", req: Request{Names: []string{"Kitchen Echo"}, All: true}, code: 2, says: []string{"--all"}},
		{name: "file and pattern", req: Request{Entries: []string{"x"}, Match: []string{"*"}}, code: 2, says: []string{"--match"}},
		{name: "empty name", req: Request{Names: []string{" "}}, code: 2},
		{name: "empty serial", req: Request{Serials: []string{""}}, code: 2},
		{name: "empty glob", req: Request{Match: []string{""}}, code: 2},
		{name: "empty keep", req: Request{All: true, Keep: []string{""}}, code: 2},

		{name: "journal: gone since", req: Request{Names: []string{"Old Echo"}, Serials: []string{"OLD"}}, past: memory{"Old Echo": "ao", "OLD": "ao"}, want: "ao:already-gone"},
		{name: "journal: key gone since", req: Request{Keys: []string{"ao"}}, past: memory{"ao": "ao"}, want: "ao:already-gone"},
		{name: "journal: still there", req: Request{Names: []string{"Kitchen Echo"}}, past: memory{"Kitchen Echo": "ak"}, want: "ak"},
		{name: "journal: still there under its other key", req: Request{Names: []string{"Kitchen Echo"}}, past: memory{"Kitchen Echo": "SK/T"}, want: "ak"},
		{name: "journal: another device now", req: Request{Names: []string{"Kitchen Echo"}}, past: memory{"Kitchen Echo": "ao"}, code: 2, says: []string{"--serial", "ao", "ak"}},
		{name: "journal: another device now, from a file", req: Request{Entries: []string{"Kitchen Echo"}}, past: memory{"Kitchen Echo": "ao"}, code: 2},
		{name: "journal: another device now, with missing-ok", req: Request{Names: []string{"Kitchen Echo"}, MissingOK: true}, past: memory{"Kitchen Echo": "ao"}, code: 2},
		{name: "journal: registered again, asked by serial", req: Request{Serials: []string{"SK"}}, past: memory{"SK": "ao", "Kitchen Echo": "ao"}, want: "ak"},
		{name: "journal: only renamed, so not gone", req: Request{Names: []string{"Cuisine"}}, past: memory{"Cuisine": "ak"}, code: 3, says: []string{"Kitchen Echo"}},

		{name: "NFC and NFD", devs: odd, req: Request{Names: []string{"Cafe\u0301 ☕ 👩‍👩‍👧"}}, want: "ac"},
		{name: "right to left", devs: odd, req: Request{Names: []string{"הד במטבח"}}, want: "ar"},
		{name: "500 characters", devs: odd, req: Request{Names: []string{strings.Repeat("x", 500)}}, want: "al"},
		{name: "499 characters are another name", devs: odd, req: Request{Names: []string{strings.Repeat("x", 499)}}, code: 3},
		{name: "a line break in a name", devs: odd, req: Request{Names: []string{"two\nlines"}}, want: "aw"},
		{name: "a glob goes across lines", devs: odd, req: Request{Match: []string{"two*lines"}}, want: "aw"},

		{name: "no key, name unique", devs: bare, req: Request{Names: []string{"Bare"}}, want: "Bare"},
		{name: "no key, name shared, under a pattern", devs: bare, req: Request{All: true}, code: 2, says: []string{"told apart"}},
		{name: "no key, name shared, but kept", devs: bare, req: Request{All: true, Keep: []string{"Nameless*"}}, want: "Nameless twin:skipped x:skipped Bare"},
		{name: "empty list", devs: []Device{}, req: Request{Names: []string{"Kitchen Echo"}}, code: 3, says: []string{"0 devices"}},
		{name: "empty list, all", devs: []Device{}, req: Request{All: true}, want: ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			devs := c.devs
			if devs == nil {
				devs = flat()
			}
			var past Past
			if c.past != nil {
				past = c.past
			}
			got, err := Select(devs, c.req, past)
			if c.code == 0 {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if told(got) != c.want {
					t.Fatalf("chose %q, want %q", told(got), c.want)
				}
				for _, ch := range got {
					if (ch.Outcome == "") != (ch.Reason == "") {
						t.Errorf("%s: outcome %q with reason %q", ch.Device.Name, ch.Outcome, ch.Reason)
					}
				}
				return
			}
			var se *SelectError
			if !errors.As(err, &se) {
				t.Fatalf("chose %q, error %v; want exit code %d", told(got), err, c.code)
			}
			if got != nil || se.Code != c.code {
				t.Fatalf("exit code %d with %d choices, want %d with none: %s", se.Code, len(got), c.code, se.Message)
			}
			if strings.ContainsAny(se.Message, "\n\r") || se.Message == "" {
				t.Errorf("message is not one line: %q", se.Message)
			}
			for _, s := range c.says {
				if !strings.Contains(se.Message+"\n"+se.Hint, s) {
					t.Errorf("does not say %q:\n%s\n%s", s, se.Message, se.Hint)
				}
			}
		})
	}
}

func many(n int) (devs []Device) {
	for i := range n {
		devs = append(devs, Device{Key: fmt.Sprint("k", i), AccountID: fmt.Sprint("k", i), Name: fmt.Sprint("Device ", i)})
	}
	return devs
}

func names(n int) (out []string) {
	for _, d := range many(n) {
		out = append(out, d.Name)
	}
	return out
}

// Ten thousand names that are not there, on an account of a thousand, must not
// take minutes nor print megabytes.
func TestManyProblemsStayReadable(t *testing.T) {
	var asked []string
	for i := range 200 {
		asked = append(asked, strings.Repeat("y", 480)+fmt.Sprint(i))
	}
	_, err := Select(many(1000), Request{Names: asked}, nil)
	var se *SelectError
	if !errors.As(err, &se) || se.Code != 3 {
		t.Fatal(err)
	}
	if len(se.Message) > 400 || len(se.Hint) > 20000 || !strings.Contains(se.Hint, "more") {
		t.Errorf("message %d bytes, hint %d bytes", len(se.Message), len(se.Hint))
	}
}

func TestAContradictingListIsNotActedOn(t *testing.T) {
	devs := flat()
	twin := devs[0]
	twin.Serial = "OTHER"
	_, err := Select(append(devs, twin), Request{Names: []string{"Paperwhite"}}, nil)
	var ce *ConflictError
	if !errors.As(err, &ce) {
		t.Fatalf("got %v, want a ConflictError", err)
	}
}

func TestMessagesCarryNoControlCharacters(t *testing.T) {
	_, err := Select([]Device{{Key: "a", AccountID: "a", Name: "evil\x1b[2J\u202etxt"}}, Request{Names: []string{"evil\x1b[2J\u202etx"}}, nil)
	var se *SelectError
	if !errors.As(err, &se) {
		t.Fatal(err)
	}
	if strings.ContainsAny(se.Message+se.Hint, "\x1b\u202e") {
		t.Errorf("%q %q", se.Message, se.Hint)
	}
}

func TestListFilterWithoutFlagsIsEverything(t *testing.T) {
	if got := (Request{}).Filter(flat()); len(got) != 8 {
		t.Errorf("%d of 8", len(got))
	}
	if got := Families(flat()); !slices.Equal(got, []string{"ALEXA_APP", "ECHO", "FIRE_TV", "KINDLE", "WHA"}) {
		t.Error(got)
	}
}

func TestExitCode(t *testing.T) {
	for o, want := range map[Outcome]int{Deregistered: 0, AlreadyGone: 0, WouldDeregister: 0, Skipped: 0, NotOffered: 1, Failed: 1, Unknown: 1, "": 1, "new": 1} {
		if got := ExitCode([]Result{{Outcome: Deregistered}, {Outcome: o}, {Outcome: Skipped}}); got != want {
			t.Errorf("%q: exit code %d, want %d", o, got, want)
		}
	}
	if ExitCode(nil) != 0 {
		t.Error("nothing to do is no failure")
	}
}

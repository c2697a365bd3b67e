package device

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"
)

// home is an account whose names and serials are like those that people have.
func home() []Device {
	d := func(acc, serial, name, family string) Device {
		return Device{Key: KeyOf(acc, serial, "T"), AccountID: acc, Serial: serial, Type: "T", Name: name, Family: family}
	}
	return []Device{
		d("acc1", "G0STANDIN0001301", "Bob's Echo", "ECHO"),
		d("", "G0STANDIN0002602", "Kindle 2", "KINDLE"),
		d("acc3", "G0STANDIN0003903", "# 1", "FIRE_TV"),
		d("acc4", "G0STANDIN0005204", "Phone", "ALEXA_APP"),
	}
}

// Whatever people make of a serial or a name on its way into an argument or a
// list, a device that is there is never called missing and never left unkept.
func TestWhatIsThereIsNeverMissing(t *testing.T) {
	const one = "acc1"
	for _, c := range []struct {
		name string
		req  Request
		past memory
		want string
		code int
		says []string
	}{
		{name: "a serial in groups", req: Request{Serials: []string{"G0ST ANDI N000 1301"}}, want: one},
		{name: "a serial with dashes, in lower case", req: Request{Serials: []string{"g0st-andi-n000-1301"}}, want: one},
		{name: "a serial from a list, full width", req: Request{Entries: []string{"Ｇ０STANDIN0001301"}}, want: one},
		{name: "a key in capitals", req: Request{Keys: []string{"ACC 1"}}, want: one},
		{name: "a key of serial and type", req: Request{Keys: []string{"g0stan-din-000-2602 / t"}}, want: "G0STANDIN0002602/T"},
		{name: "asked for in two ways, acted on once", req: Request{Serials: []string{"G0STANDIN0001301", "g0st andi n000 1301"}}, want: one},
		{name: "a serial in groups is kept", req: Request{All: true, Keep: []string{"G0ST ANDI N000 1301"}}, want: "acc1:skipped G0STANDIN0002602/T acc3 acc4"},
		{name: "kept from a list, missing-ok", req: Request{All: true, KeepEntries: []string{"g0st andi n000 1301"}, KeepMissingOK: true}, want: "acc1:skipped G0STANDIN0002602/T acc3 acc4"},
		{name: "dashes alone are no serial", req: Request{Serials: []string{"---"}}, code: 3},

		{name: "a curly apostrophe", req: Request{Names: []string{"Bob’s Echo"}, MissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "another case", req: Request{Names: []string{"bob's echo"}, MissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "doubled spaces", req: Request{Entries: []string{"Bob's  Echo"}, MissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "full width", req: Request{Entries: []string{"Ｐhone"}, MissingOK: true}, code: 3},
		{name: "an invisible mark", req: Request{Names: []string{"\u200ePhone"}, MissingOK: true}, code: 3, says: []string{"G0STANDIN0005204"}},
		{name: "a dash for the space", req: Request{Names: []string{"Bob's-Echo"}, MissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "no apostrophe", req: Request{Names: []string{"Bobs Echo"}, MissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "no space", req: Request{Entries: []string{"Kindle2"}, MissingOK: true}, code: 3, says: []string{`did you mean "Kindle 2"?`}},
		{name: "an accent and a full stop", req: Request{Names: []string{"Phoné."}, MissingOK: true}, code: 3, says: []string{`did you mean "Phone"?`}},
		{name: "a line end of a script", req: Request{Names: []string{`Phone\n`}, MissingOK: true}, code: 3, says: []string{"G0STANDIN0005204"}},
		{name: "out of a page", req: Request{Entries: []string{"Bob&#39;s Echo"}, MissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "out of an address", req: Request{Entries: []string{"Bob%27s+Echo"}, MissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "another encoding", req: Request{Names: []string{"K\xfcche"}, MissingOK: true}, code: 2, says: []string{"UTF-8"}},
		{name: "keep: another encoding", req: Request{All: true, Keep: []string{"K\xfcche*"}, KeepMissingOK: true}, code: 2, says: []string{"--keep", "UTF-8"}},
		{name: "a pattern in another encoding", req: Request{Match: []string{"K\xfcche*"}}, code: 2, says: []string{"--match", "UTF-8"}},
		{name: "keep: no apostrophe", req: Request{All: true, Keep: []string{"Bobs Echo"}, KeepMissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "keep: a pattern without the apostrophe", req: Request{All: true, Keep: []string{"Bobs*"}, KeepMissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "keep: two patterns in one", req: Request{All: true, Keep: []string{"Attic*, Bob*"}, KeepMissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "keep: a shell's ?", req: Request{All: true, Keep: []string{"Kindle ?"}, KeepMissingOK: true}, code: 3, says: []string{"Kindle 2"}},
		{name: "keep: a shell's []", req: Request{All: true, KeepEntries: []string{"[BP]*"}, KeepMissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "keep: a curly apostrophe", req: Request{All: true, Keep: []string{"Bob’s Echo"}, KeepMissingOK: true}, code: 3, says: []string{`did you mean "Bob's Echo"`}},
		{name: "keep: another case", req: Request{All: true, KeepEntries: []string{"BOB'S ECHO"}, KeepMissingOK: true}, code: 3},
		{name: "keep: a pattern in another case", req: Request{All: true, Keep: []string{"bob’s*"}, KeepMissingOK: true}, code: 3, says: []string{"Bob's Echo"}},
		{name: "keep: a pattern for serials", req: Request{All: true, Keep: []string{"g0st andi n000 13*"}, KeepMissingOK: true}, code: 3, says: []string{"G0STANDIN0001301"}},

		{name: "O for 0, I for 1", req: Request{Serials: []string{"GOSTANDIN000I301"}, MissingOK: true}, code: 3, says: []string{"G0STANDIN0001301"}},
		{name: "keep: O for 0", req: Request{All: true, Keep: []string{"GOSTANDIN0001301"}, KeepMissingOK: true}, code: 3, says: []string{"G0STANDIN0001301"}},
		{name: "a serial where a name is wanted", req: Request{Names: []string{"G0STANDIN0001301"}, MissingOK: true}, code: 3, says: []string{"G0STANDIN0001301"}},
		{name: "a name where a serial is wanted", req: Request{Serials: []string{"Bob's Echo"}, MissingOK: true}, code: 3},
		{name: "a serial where a key is wanted", req: Request{Keys: []string{"G0STANDIN0001301"}, MissingOK: true}, code: 3},
		{name: "a serial and a remark", req: Request{All: true, KeepEntries: []string{"G0ST ANDI N000 1301  # Bob's"}, KeepMissingOK: true}, code: 3},
		{name: "a serial and what it is", req: Request{Entries: []string{"Serial number: G0STANDIN0001301"}, MissingOK: true}, code: 3},
		{name: "a line of the table", req: Request{All: true, KeepEntries: []string{"Bob's Echo  ECHO  G0STANDIN0001301  2024-01-01"}, KeepMissingOK: true}, code: 3},
		{name: "a name and a remark", req: Request{All: true, KeepEntries: []string{"Phone # mine"}, KeepMissingOK: true}, code: 3},
		{name: "a name in quotation marks", req: Request{All: true, KeepEntries: []string{`"Phone",`}, KeepMissingOK: true}, code: 3},
		{name: "a name after a bullet", req: Request{All: true, KeepEntries: []string{"- Phone"}, KeepMissingOK: true}, code: 3},
		{name: "a pattern in a list", req: Request{Entries: []string{"Bob*"}, MissingOK: true}, code: 3, says: []string{"--match"}},
		{name: "another number is another device", req: Request{Names: []string{"Kindle 3"}, Serials: []string{"G0STANDIN0001302"}, MissingOK: true}, want: "Kindle 3:already-gone G0STANDIN0001302:already-gone"},
		{name: "1 1 is not 11", req: Request{Names: []string{"Kindle 2-2", "Kindle 22"}, MissingOK: true}, want: "Kindle 2-2:already-gone Kindle 22:already-gone"},
		{name: "keep: stars and signs alone are near to nothing", req: Request{Names: []string{"Phone"}, Keep: []string{"* - !*"}}, want: "acc4"},
		{name: "a part of a name is another device", req: Request{Names: []string{"Echo"}, MissingOK: true}, want: "Echo:already-gone"},
		{name: "keep: nothing near may be missing", req: Request{Names: []string{"Phone"}, Keep: []string{"Kindle 3", "Attic*"}, KeepMissingOK: true}, want: "acc4"},

		{name: "keep: a family", req: Request{All: true, Keep: []string{"fire tv"}, KeepMissingOK: true}, code: 3, says: []string{"a family cannot be kept"}},

		{name: "a name that begins with #", req: Request{Entries: []string{"# 1"}}, want: "acc3"},
		{name: "a remark in a list", req: Request{Entries: []string{"# sold", "Phone"}, MissingOK: true}, code: 2, says: []string{`"# sold"`, "--file", "no comments"}},
		{name: "a remark in a keep-list", req: Request{All: true, KeepEntries: []string{"#mine", "Phone"}, KeepMissingOK: true}, code: 2, says: []string{`"#mine"`, "--keep-file", "no comments"}},
		{name: "a remark with a star", req: Request{All: true, KeepEntries: []string{"# all * stay", "Phone"}}, code: 2, says: []string{"no comments"}},
		{name: "a # in an argument is a name", req: Request{Names: []string{"# 2"}, MissingOK: true}, want: "# 2:already-gone"},

		{name: "a family misspelt", req: Request{Families: []string{"KINDEL"}}, code: 3, says: []string{"KINDEL", "ALEXA_APP, ECHO, FIRE_TV, KINDLE"}},
		{name: "a family misspelt beside one that is there", req: Request{Families: []string{"ECHO", "FIRETVS"}}, code: 3, says: []string{"FIRETVS"}},
		{name: "a family misspelt, missing-ok", req: Request{Families: []string{"KINDEL"}, MissingOK: true}, code: 3},
		{name: "a family that may be missing", req: Request{Families: []string{"AUDIBLE_APP"}, MissingOK: true}, want: ""},
		{name: "a family as people write it", req: Request{Families: []string{"Fire‑TV", "alexaapp"}}, want: "acc3 acc4"},

		{name: "journal: its key in another case is there", req: Request{Names: []string{"Old name"}}, past: memory{"Old name": "ACC1"}, code: 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			var past Past
			if c.past != nil {
				past = c.past
			}
			got, err := Select(home(), c.req, past)
			var se *SelectError
			switch {
			case c.code == 0 && err != nil:
				t.Fatalf("refused: %v", err)
			case c.code == 0 && told(got) != c.want:
				t.Fatalf("chose %q, want %q", told(got), c.want)
			case c.code == 0:
				return
			case !errors.As(err, &se):
				t.Fatalf("chose %q, error %v; want exit code %d", told(got), err, c.code)
			case se.Code != c.code:
				t.Fatalf("exit code %d, want %d: %s", se.Code, c.code, se.Message)
			}
			for _, s := range c.says {
				if !strings.Contains(se.Message+"\n"+se.Hint, s) {
					t.Errorf("does not say %q:\n%s\n%s", s, se.Message, se.Hint)
				}
			}
		})
	}
}

// shared reads a case that the founders share; it is no part of the project.
func shared(t *testing.T, name string) string {
	path := "../../../shared/cases/" + name
	if _, err := os.Stat(path); err != nil {
		t.Skip("the shared cases are not here: " + path)
	}
	return path
}

func TestTheSharedListsAreRead(t *testing.T) {
	keep, err := ReadList(shared(t, "keep-grouped-serial.txt"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err := Select(home(), Request{All: true, KeepEntries: keep.Lines, KeepMissingOK: true}, nil)
	if err != nil || told(got) != "acc1:skipped G0STANDIN0002602/T acc3 acc4" {
		t.Errorf("%q %v", told(got), err)
	}
	list, err := ReadList(shared(t, "list-grouped-serials.txt"), nil)
	if err != nil {
		t.Fatal(err)
	}
	got, err = Select(home(), Request{Entries: list.Lines, MissingOK: true}, nil)
	if err != nil || told(got) != "acc1 G0STANDIN0002602/T" {
		t.Errorf("%q %v", told(got), err)
	}
}

// Two records whose ids differ only in how they are written are of one device: a
// list that shows it grouped still shows it.
func TestIdentityIgnoresHowAnIDIsWritten(t *testing.T) {
	a := Device{Key: "acc1", AccountID: "acc1", Serial: "G0STANDIN0001301", Type: "T"}
	b := Device{Key: "G0ST ANDI N000 1301/t", Serial: "G0ST ANDI N000 1301", Type: "t"}
	if !a.Same(b) || !b.Same(a) || Contradict(a, b) || !a.Answers("g0standin0001301 / T") {
		t.Error("they are not the same")
	}
	if one, err := Dedupe([]Device{a, b}); err != nil || len(one) != 1 {
		t.Errorf("%v %v", one, err)
	}
	b.Serial = "G0ST ANDI N000 1302"
	b.AccountID = "ACC-1"
	if a.Same(b) || !Contradict(a, b) {
		t.Error("they do not contradict each other")
	}
}

// Spellings of what is there, mixed at random: none of them ends in "missing", and
// none of them leaves unkept what was to stay.
func TestNoSpellingMakesADeviceMissing(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	r := rand.New(rand.NewPCG(seed, 18))
	wide := func(s string) string {
		return strings.Map(func(c rune) rune {
			if c > ' ' && c < 0x7f {
				return c + 0xfee0
			}
			return c
		}, s)
	}
	between := func(sep string, n int) func(string) string {
		return func(s string) string {
			var b strings.Builder
			for i, c := range []rune(s) {
				if i > 0 && i%n == 0 {
					b.WriteString(sep)
				}
				b.WriteRune(c)
			}
			return b.String()
		}
	}
	around := func(a, b string) func(string) string { return func(s string) string { return a + s + b } }
	both := []func(string) string{strings.ToLower, strings.ToUpper, wide, between("\u00ad", 5), between("\u200b", 3), around("\ufeff", " "), around("\u00a0", "\u2003"),
		around(`"`, `"`), around("“", "”"), around("- ", ""), around("", ","), around("", " # mine")}
	forIDs := append([]func(string) string{between(" ", 4), between("-", 4), between("–", 2), between("\u202f", 1), around("Serial No. ", ""), around("", "  Bob's")}, both...)
	forNames := append([]func(string) string{func(s string) string { return strings.ReplaceAll(s, "'", "’") }, func(s string) string { return strings.ReplaceAll(s, " ", "\u00a0 ") }}, both...)
	devs := home()
	for range 5000 {
		i := r.IntN(len(devs))
		word, spell := devs[i].Serial, forIDs
		if r.IntN(2) == 0 {
			word, spell = devs[i].Name, forNames
		}
		for range 1 + r.IntN(2) {
			word = spell[r.IntN(len(spell))](word)
		}
		for _, req := range []Request{
			{Names: []string{word}, MissingOK: true}, {Serials: []string{word}, MissingOK: true}, {Entries: []string{word}, MissingOK: true},
			{All: true, Keep: []string{word}, KeepMissingOK: true}, {All: true, KeepEntries: []string{word}, KeepMissingOK: true},
		} {
			got, err := Select(devs, req, nil)
			if err != nil {
				continue
			}
			right := false
			for _, c := range got {
				right = right || c.Device.Key == devs[i].Key && (c.Outcome == Skipped) == req.All
			}
			if !right {
				t.Fatalf("seed %d: %+q, which is %s: %+v chose %s", seed, word, Label(devs[i]), req, told(got))
			}
		}
	}
}

package selectors

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func defaults(t testing.TB) *Set {
	t.Helper()
	set, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func overlay(t *testing.T, text string) (*Set, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("my.toml", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return defaults(t).Overlay("my.toml")
}

func TestBrokenOverlaysAreRefusedInOneLine(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"no TOML", "[element.email]\ncandidates = [\n", `my.toml:2: not TOML: `},
		{"quote left open", "[element.email]\nnote = \"half\n", `my.toml:2: not TOML: `},
		{"no value", "\n\n[text.ok]\nnote =\n", `my.toml:4: not TOML: `},
		{"unknown section", "\n[page.home]\n", `my.toml:2: unknown section [page.home] (known: [[screen]], [element.NAME], [text.NAME], [[danger]], [[obstacle]])`},
		{"screen in single brackets", "[screen]\nname = \"otp\"\n", `my.toml:1: section [screen] should be written [[screen]]`},
		{"element without a name", "[element]\n", `my.toml:1: section [element] should be written [element.NAME]`},
		{"elements as a list", "[[element.email]]\n", `my.toml:1: section [[element.email]] should be written [element.NAME]`},
		{"key before any section", "timeout = \"3s\"\n", `my.toml:1: unknown key "timeout" before the first section (known: hidden)`},
		{"unknown key of a screen", "[[screen]]\nname = \"otp\"\nurl = \"/ap/mfa\"\n", `my.toml:3: screen "otp": unknown key "url" (known: name, variant, host, path, hash, title, visible, any, present, absent, patience, person, grade, note)`},
		{"unknown key of an element", "[element.email]\ncss = \"#x\"\n", `my.toml:2: element "email": unknown key "css" (known: candidates, hides, shows, note)`},
		{"unknown key of a candidate", "[element.email]\ncandidates = [\n  { css = \"#x\", grade = \"P\" },\n  { css = \"#y\", xpath = \"//y\", grade = \"P\" },\n]\n", `my.toml:4: element "email": candidate 2: unknown key "xpath" (known: css, text, contains, form, grade)`},
		{"key twice", "[element.email]\nnote = \"a\"\nnote = \"b\"\n", `my.toml:3: element "email": key "note" stands here a second time, first in line 2`},
		{"key twice in a candidate", "[element.a]\ncandidates = [\n { css = \"a\", css = \"b\", grade = \"?\" }]\n", `my.toml:3: element "a": candidates: key "css" stands here a second time, first in line 3`},
		{"element twice", "[text.a]\nphrases = [{ lang = \"en\", text = \"A\", grade = \"?\" }]\n[text.a]\nphrases = [{ lang = \"en\", text = \"B\", grade = \"?\" }]\n", `my.toml:3: text "a" stands here a second time, first in line 1`},
		{"screen and variant twice", "[[screen]]\nname = \"otp\"\nvariant = \"v\"\npath = \"^/x\"\ngrade = \"?\"\n[[screen]]\nname = \"otp\"\nvariant = \"v\"\npath = \"^/y\"\ngrade = \"?\"\n", `my.toml:6: screen "otp" (v) stands here a second time, first in line 1`},
		{"danger twice", "[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n", `my.toml:6: danger "d" stands here a second time, first in line 1`},
		{"unknown form", "[element.email]\ncandidates = [{ css = \"#x\", form = \"new\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: unknown form "new" (known: "myx", "console", "portal"; leave it out for any)`},
		{"hides alone", "[element.email]\ncandidates = [{ css = \"#x\", grade = \"P\" }]\nhides = \"shut\"\n", `my.toml:1: element "email": hides and shows need each other`},
		{"no candidates", "[element.deregister-item]\nnote = \"x\"\n", `my.toml:1: element "deregister-item": no candidates`},
		{"empty candidates", "[element.deregister-item]\nnote = \"x\"\ncandidates = []\n", `my.toml:3: element "deregister-item": no candidates`},
		{"candidate without css", "[element.email]\ncandidates = [{ text = \"ok\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: css is missing`},
		{"empty css", "[element.email]\ncandidates = [{ css = \" \", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: empty CSS`},
		{"invalid css", "[element.deregister-item]\ncandidates = [\n  { css = \"#x\", grade = \"P\" },\n  { css = \"div[\", grade = \"P\" },\n]\n", `my.toml:4: element "deregister-item": candidate 2: invalid CSS "div[": expected identifier, found EOF instead`},
		{"css only cascadia knows", "[element.email]\ncandidates = [{ css = \"a:contains(Deregister)\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: invalid CSS "a:contains(Deregister)": browsers do not know ":contains"; words are looked for with text`},
		{"css only browsers know", "[element.email]\ncandidates = [{ css = \"li:has(> a)\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: invalid CSS "li:has(> a)": a selector in :has() cannot begin with >, + or ~ here`},
		{"has in has", "[element.email]\ncandidates = [{ css = \"li:has(a:has(b))\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: invalid CSS "li:has(a:has(b))": browsers know no :has() inside :has()`},
		{"css of a screen", "[[screen]]\nname = \"otp\"\nvisible = [\"#a\",\n \"#b..c\"]\ngrade = \"P\"\n", `my.toml:4: screen "otp": visible 2: invalid CSS "#b..c": expected identifier, found . instead`},
		{"empty css list", "[[screen]]\nname = \"otp\"\nvisible = []\ngrade = \"P\"\n", `my.toml:3: screen "otp": visible: empty list`},
		{"css as one string", "[[screen]]\nname = \"otp\"\nvisible = \"#a\"\ngrade = \"P\"\n", `my.toml:3: screen "otp": visible: should be a list of CSS: ["…", "…"]`},
		{"invalid regular expression", "[[screen]]\nname = \"otp\"\npath = '^/ap/(mfa'\ngrade = \"P\"\n", "my.toml:3: screen \"otp\": path: invalid regular expression \"^/ap/(mfa\": missing closing ): `^/ap/(mfa`"},
		{"regular expression of Go alone", "[[screen]]\nname = \"otp\"\ntitle = '(?i)sorry'\ngrade = \"P\"\n", `my.toml:3: screen "otp": title: invalid regular expression "(?i)sorry": browsers do not know "(?i)"`},
		{"unknown text", "[element.a]\ncandidates = [\n { css = \"a\", text = \"deregistr\", grade = \"?\" }]\n", `my.toml:3: element "a": candidate 1: unknown text "deregistr" (did you mean "deregister"?)`},
		{"unknown text of a danger", "[[danger]]\nname = \"d\"\ntext = \"nothing-like-it\"\nwhere = \"control\"\ngrade = \"?\"\n", `my.toml:1: danger "d": unknown text "nothing-like-it"`},
		{"unknown element of an obstacle", "[[obstacle]]\nname = \"o\"\ncss = \"#o\"\nclose = \"toaster-dismis\"\ngrade = \"?\"\n", `my.toml:1: obstacle "o": unknown element "toaster-dismis" (did you mean "toaster-dismiss"?)`},
		{"unknown grade", "[element.a]\ncandidates = [{ css = \"a\", grade = \"A\" }]\n", `my.toml:2: element "a": candidate 1: unknown grade "A" (known: "P" seen in a saved page, "T" relied on by tools, "R" reported, "?" a guess)`},
		{"no grade", "[text.ok]\nphrases = [\n { lang = \"en\", text = \"Fine\" },\n]\n", `my.toml:3: text "ok": phrase 1: grade is missing`},
		{"unknown host", "[[screen]]\nname = \"x\"\nhost = \"shop\"\ngrade = \"?\"\n", `my.toml:3: screen "x": unknown host "shop" (known: "site", "alexa"; leave it out for any)`},
		{"unknown where", "[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"anywhere\"\ngrade = \"?\"\n", `my.toml:4: danger "d": unknown where "anywhere" (known: "control", "dialog")`},
		{"danger of nothing", "[[danger]]\nname = \"d\"\nwhere = \"dialog\"\ngrade = \"?\"\n", `my.toml:1: danger "d": neither css nor text`},
		{"screen told by nothing", "[[screen]]\nname = \"x\"\nhost = \"site\"\nabsent = [\"#a\"]\ngrade = \"?\"\n", `my.toml:1: screen "x": nothing tells it from other screens: give path, hash, title, visible, any or present`},
		{"screen without a name", "\n[[screen]]\npath = \"^/x\"\ngrade = \"?\"\n", `my.toml:2: screen: name is missing`},
		{"patience without unit", "[[screen]]\nname = \"x\"\npath = \"^/x\"\npatience = \"45\"\ngrade = \"?\"\n", `my.toml:4: screen "x": patience: "45" is no length of time (for example "45s")`},
		{"number", "[[screen]]\nname = \"x\"\npatience = 45\n", `my.toml:3: screen "x": patience: a number or a date has no meaning here`},
		{"yes for true", "[[screen]]\nname = \"x\"\nperson = \"yes\"\n", `my.toml:3: screen "x": person: should be true or false`},
		{"contains without text", "[element.a]\ncandidates = [{ css = \"a\", contains = true, grade = \"?\" }]\n", `my.toml:2: element "a": candidate 1: contains needs a text`},
		{"phrase that can never be met", "[text.ok]\nphrases = [{ lang = \"en\", text = \"All  right \", grade = \"?\" }]\n", `my.toml:2: text "ok": phrase 1: text "All  right ": no white space at the ends, and one space at most between words (it is compared that way)`},
		{"hidden", "hidden = [\".a\",\n\"..b\"]\n", `my.toml:2: hidden: entry 2: invalid CSS "..b": expected identifier, found . instead`},
	} {
		t.Run(c.name, func(t *testing.T) {
			set, err := overlay(t, c.text)
			if err == nil {
				t.Fatalf("taken: %v", set != nil)
			}
			got := err.Error()
			if strings.Contains(got, "\n") {
				t.Errorf("more than one line: %q", got)
			}
			// What TOML's own parser says after "not TOML: " is its business.
			if got != c.want && !(strings.HasSuffix(c.want, "not TOML: ") && strings.HasPrefix(got, c.want) && len(got) > len(c.want)) {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestOverlayThatIsNotThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.toml")
	_, err := defaults(t).Overlay(path)
	if want := path + ": cannot be read: no such file or directory"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestOverlayReplacesAndAdds(t *testing.T) {
	base := defaults(t)
	before := defaults(t)
	set, err := overlay(t, `
# saved by an editor that ends lines its own way`+"\r\n"+`
hidden = [".my-hidden", ".aok-hidden"]

[[screen]]
name = "otp"
path = '^/ap/mfa/other'
grade = "R"

[[screen]]
name = "brand-new"
path = '^/new'
patience = "3s"
grade = "R"

[[screen]]
name = "otp"
variant = "third"
visible = ['input[name="code" i]']
grade = "R"

[element.deregister-item]
candidates = [ # with a remark
  { css = "#mine", text = "my-words", grade = "R" },
]

[element.mine]
candidates = [{ css = "p", grade = "R" }]

[text.my-words]
phrases = [{ lang = "sv", text = "Avregistrera", grade = "R" }]

[[danger]]
name = "one-word"
css = "#never"
where = "control"
grade = "R"

[[obstacle]]
name = "survey"
css = "#survey"
close = "mine"
grade = "R"
`)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, base); diff != "" {
		t.Errorf("the set that was laid over changed:\n%s", diff)
	}
	index := func(s *Set, name, variant string) int {
		return slices.IndexFunc(s.Screens, func(x Screen) bool { return x.Name == name && x.Variant == variant })
	}
	// New screens come first, in the order of the file; a known one keeps its place.
	if index(set, "brand-new", "") != 0 || index(set, "otp", "third") != 1 {
		t.Errorf("new screens are not judged first: %d, %d", index(set, "brand-new", ""), index(set, "otp", "third"))
	}
	if i, j := index(set, "otp", ""), index(base, "otp", ""); i != j+2 || set.Screens[i].Path != "^/ap/mfa/other" || set.Screens[i].Visible != nil {
		t.Errorf("otp was not replaced whole in its place: %+v", set.Screens[i])
	}
	if set.Screens[0].Patience != 3*time.Second {
		t.Errorf("patience %v", set.Screens[0].Patience)
	}
	if len(set.Screens) != len(base.Screens)+2 || len(set.Elements) != len(base.Elements)+1 || len(set.Texts) != len(base.Texts)+1 {
		t.Error("entries were lost or doubled")
	}
	want := Element{Name: "deregister-item", Candidates: []Candidate{{CSS: "#mine", Text: "my-words", Grade: "R"}}}
	if diff := cmp.Diff(want, set.Elements["deregister-item"]); diff != "" {
		t.Errorf("element:\n%s", diff)
	}
	if len(set.Dangers) != len(base.Dangers) || !slices.ContainsFunc(set.Dangers, func(d Danger) bool { return d.Name == "one-word" && d.CSS == "#never" && d.Text == "" }) {
		t.Error("the danger was not replaced")
	}
	if len(set.Obstacles) != len(base.Obstacles)+1 || len(set.Hidden) != len(base.Hidden)+1 {
		t.Errorf("%d obstacles, %d hidden", len(set.Obstacles), len(set.Hidden))
	}
	// An overlay may refer to what is built in, and be laid over once more.
	if _, err := set.Overlay("my.toml"); err != nil {
		t.Error(err)
	}
}

func TestEmptyOverlayChangesNothing(t *testing.T) {
	set, err := overlay(t, "\xef\xbb\xbf# nothing yet\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaults(t), set); diff != "" {
		t.Error(diff)
	}
}

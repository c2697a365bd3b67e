package selectors

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
		{"unknown section", "\n[page.home]\n", `my.toml:2: page.home: unknown here (known: hidden, [[screen]], [element.NAME], [text.NAME], [[danger]], [[obstacle]])`},
		{"screen as a value", "screen = 3\n", `my.toml:1: screen: should be written in a section [[screen]]`},
		{"section of elements without a name", "[element]\nnote = \"x\"\n", `my.toml:2: element.note: should be written in a section [element.NAME]`},
		{"elements as a list", "[[element.email]]\n", `my.toml:1: element.email: should be written in a section [element.NAME]`},
		{"key before any section", "timeout = \"3s\"\n", `my.toml:1: timeout: unknown here (known: hidden, [[screen]], [element.NAME], [text.NAME], [[danger]], [[obstacle]])`},
		{"unknown key of a screen", "[[screen]]\nname = \"otp\"\nurl = \"/ap/mfa\"\n", `my.toml:3: screen.url: unknown here (known in [[screen]]: name, variant, host, path, hash, title, visible, any, present, absent, token, person, grade, note, patience)`},
		{"unknown key of an element", "[element.email]\ncss = \"#x\"\n", `my.toml:2: element.email.css: unknown here (known in [element.NAME]: candidates, hides, shows, note; in candidates: css, text, contains, form, grade)`},
		{"unknown key of a candidate", "[element.email]\ncandidates = [\n  { css = \"#x\", grade = \"P\" },\n  { css = \"#y\", xpath = \"//y\", grade = \"P\" },\n]\n", `my.toml:4: element.email.xpath: unknown here (known in [element.NAME]: candidates, hides, shows, note; in candidates: css, text, contains, form, grade)`},
		{"key twice", "[element.email]\nnote = \"a\"\nnote = \"b\"\n", `my.toml:3: note: key note is already defined`},
		{"key twice in a candidate", "[element.a]\ncandidates = [\n { css = \"a\", css = \"b\", grade = \"?\" }]\n", `my.toml:2: candidates: key css is already defined`},
		{"element twice", "[text.a]\nphrases = [{ lang = \"en\", text = \"A\", grade = \"?\" }]\n[text.a]\nphrases = [{ lang = \"en\", text = \"B\", grade = \"?\" }]\n", `my.toml:3: text.a: table a already exists`},
		{"screen and variant twice", "[[screen]]\nname = \"otp\"\nvariant = \"v\"\npath = \"^/x\"\ngrade = \"?\"\n[[screen]]\nname = \"otp\"\nvariant = \"v\"\npath = \"^/y\"\ngrade = \"?\"\n", `my.toml:6: screen "otp" (v) stands here a second time, first in line 1`},
		{"danger twice", "[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n", `my.toml:6: danger "d" stands here a second time, first in line 1`},
		{"unknown form", "[element.email]\ncandidates = [{ css = \"#x\", form = \"new\", grade = \"P\" }]\n", `my.toml:2: element.email.candidates: unknown form "new" (known: "myx", "console", "portal"; leave it out for any)`},
		{"hides alone", "[element.email]\ncandidates = [{ css = \"#x\", grade = \"P\" }]\nhides = \"shut\"\n", `my.toml:1: element "email": hides and shows need each other`},
		{"no candidates", "[element.deregister-item]\nnote = \"x\"\n", `my.toml:1: element "deregister-item": no candidates`},
		{"empty candidates", "[element.deregister-item]\nnote = \"x\"\ncandidates = []\n", `my.toml:3: element "deregister-item": no candidates`},
		{"candidate without css", "[element.email]\ncandidates = [{ text = \"ok\", grade = \"P\" }]\n", `my.toml:2: element "email": candidate 1: css is missing`},
		{"empty css", "[element.email]\ncandidates = [{ css = \" \", grade = \"P\" }]\n", `my.toml:2: element.email.candidates: empty CSS`},
		{"invalid css", "[element.deregister-item]\ncandidates = [\n  { css = \"#x\", grade = \"P\" },\n  { css = \"div[\", grade = \"P\" },\n]\n", `my.toml:4: element.deregister-item.candidates: invalid CSS "div[": expected identifier, found EOF instead`},
		{"css only cascadia knows", "[element.email]\ncandidates = [{ css = \"a:contains(Deregister)\", grade = \"P\" }]\n", `my.toml:2: element.email.candidates: invalid CSS "a:contains(Deregister)": browsers do not know ":contains"; words are looked for with text`},
		{"css only browsers know", "[element.email]\ncandidates = [{ css = \"li:has(> a)\", grade = \"P\" }]\n", `my.toml:2: element.email.candidates: invalid CSS "li:has(> a)": a selector in :has() cannot begin with >, + or ~ here`},
		{"has in has", "[element.email]\ncandidates = [{ css = \"li:has(a:has(b))\", grade = \"P\" }]\n", `my.toml:2: element.email.candidates: invalid CSS "li:has(a:has(b))": browsers know no :has() inside :has()`},
		{"css of a screen", "[[screen]]\nname = \"otp\"\nvisible = [\"#a\",\n \"#b..c\"]\ngrade = \"P\"\n", `my.toml:4: screen.visible: invalid CSS "#b..c": expected identifier, found . instead`},
		{"candidate without a grade between others", "[element.b]\ncandidates = [{ css = \"a\", grade = \"P\" }]\n[element.a]\nnote = \"x\"\ncandidates = [\n { css = \"a\", contains = false, grade = \"?\" },\n # no grade here\n { css = \"b\" },\n { css = \"c\", grade = \"P\" },\n]\nhides = \"x\"\nshows = \"y\"\n\n[text.a]\nphrases = [{ lang = \"en\", text = \"A\", grade = \"?\" }]\n", `my.toml:8: element "a": candidate 2: grade is missing`},
		{"second of three dangers", "[[danger]]\nname = \"a\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n\n[[obstacle]]\nname = \"a\"\ncss = \"#o\"\nclose = \"toaster-dismiss\"\ngrade = \"?\"\n\n[[danger]]\nname = \"b\"\nwhere = \"control\"\ngrade = \"?\"\n\n[[danger]]\nname = \"c\"\ncss = \"#x\"\nwhere = \"control\"\ngrade = \"?\"\n", `my.toml:13: danger "b": neither css nor text`},
		{"element without a name", "[element.\"\"]\ncandidates = [{ css = \"a\", grade = \"P\" }]\n", `my.toml:1: element: name is missing`},
		{"empty css list", "[[screen]]\nname = \"otp\"\nvisible = []\ngrade = \"P\"\n", `my.toml:3: screen "otp": visible: empty list`},
		{"css as one string", "[[screen]]\nname = \"otp\"\nvisible = \"#a\"\ngrade = \"P\"\n", `my.toml:3: screen.visible: should be a list: ["…", "…"]`},
		{"invalid regular expression", "[[screen]]\nname = \"otp\"\npath = '^/ap/(mfa'\ngrade = \"P\"\n", "my.toml:3: screen.path: invalid regular expression \"^/ap/(mfa\": missing closing ): `^/ap/(mfa`"},
		{"regular expression of Go alone", "[[screen]]\nname = \"otp\"\ntitle = '(?i)sorry'\ngrade = \"P\"\n", `my.toml:3: screen.title: invalid regular expression "(?i)sorry": browsers do not know "(?i)"`},
		{"unknown text", "[element.a]\ncandidates = [\n { css = \"a\", text = \"deregistr\", grade = \"?\" }]\n", `my.toml:3: element "a": candidate 1: unknown text "deregistr" (did you mean "deregister"?)`},
		{"unknown text of a danger", "[[danger]]\nname = \"d\"\ntext = \"nothing-like-it\"\nwhere = \"control\"\ngrade = \"?\"\n", `my.toml:1: danger "d": unknown text "nothing-like-it"`},
		{"unknown element of an obstacle", "[[obstacle]]\nname = \"o\"\ncss = \"#o\"\nclose = \"toaster-dismis\"\ngrade = \"?\"\n", `my.toml:1: obstacle "o": unknown element "toaster-dismis" (did you mean "toaster-dismiss"?)`},
		{"unknown grade", "[element.a]\ncandidates = [{ css = \"a\", grade = \"A\" }]\n", `my.toml:2: element.a.candidates: unknown grade "A" (known: "P" seen in a saved page, "T" relied on by tools, "R" reported, "?" a guess)`},
		{"no grade", "[text.ok]\nphrases = [\n { lang = \"en\", text = \"Fine\" },\n]\n", `my.toml:3: text "ok": phrase 1: grade is missing`},
		{"unknown host", "[[screen]]\nname = \"x\"\nhost = \"shop\"\ngrade = \"?\"\n", `my.toml:3: screen.host: unknown host "shop" (known: "site", "alexa"; leave it out for any)`},
		{"unknown where", "[[danger]]\nname = \"d\"\ncss = \"#x\"\nwhere = \"anywhere\"\ngrade = \"?\"\n", `my.toml:4: danger.where: unknown where "anywhere" (known: "control", "dialog")`},
		{"danger of nothing", "[[danger]]\nname = \"d\"\nwhere = \"dialog\"\ngrade = \"?\"\n", `my.toml:1: danger "d": neither css nor text`},
		{"screen told by nothing", "[[screen]]\nname = \"x\"\nhost = \"site\"\nabsent = [\"#a\"]\ngrade = \"?\"\n", `my.toml:1: screen "x": nothing tells it from other screens: give path, hash, title, visible, any or present`},
		{"screen without a name", "\n[[screen]]\npath = \"^/x\"\ngrade = \"?\"\n", `my.toml:2: screen: name is missing`},
		{"patience without unit", "[[screen]]\nname = \"x\"\npath = \"^/x\"\npatience = \"45\"\ngrade = \"?\"\n", `my.toml:4: screen.patience: "45" is not a duration (for example "45s")`},
		{"number", "[[screen]]\nname = \"x\"\npatience = 45\n", `my.toml:3: screen.patience: should be text in quotes`},
		{"yes for true", "[[screen]]\nname = \"x\"\nperson = \"yes\"\n", `my.toml:3: screen.person: should be true or false`},
		{"contains without text", "[element.a]\ncandidates = [{ css = \"a\", contains = true, grade = \"?\" }]\n", `my.toml:2: element "a": candidate 1: contains needs a text`},
		{"phrase that can never be met", "[text.ok]\nphrases = [{ lang = \"en\", text = \"All  right \", grade = \"?\" }]\n", `my.toml:2: text.ok.phrases: text "All  right ": no white space at the ends, and one space at most between words (it is compared that way)`},
		{"hidden", "hidden = [\".a\",\n\"..b\"]\n", `my.toml:2: hidden: invalid CSS "..b": expected identifier, found . instead`},
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
	if diff := cmp.Diff(before, base, cmpopts.IgnoreUnexported(Set{})); diff != "" {
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
	if diff := cmp.Diff(defaults(t), set, cmpopts.IgnoreUnexported(Set{})); diff != "" {
		t.Error(diff)
	}
}

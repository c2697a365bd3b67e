package report

import (
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/unecho/unecho/flows/device"
)

func aPicture(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// said is what a person reads on a page, and what its markup consists of.
func said(t testing.TB, page string) (words string, tags map[string]int) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	tags = map[string]int{}
	var b strings.Builder
	for n := range root.Descendants() {
		switch {
		case n.Type == html.ElementNode:
			tags[n.Data]++
			for _, a := range n.Attr {
				if strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s=…>: a handler", n.Data, a.Key)
				}
				address := a.Key == "src" || a.Key == "href" || a.Key == "action" || a.Key == "srcset"
				if address && !strings.HasPrefix(a.Val, "#") && !strings.HasPrefix(a.Val, "data:image/jpeg;base64,") {
					t.Errorf("<%s %s=%q>: an address", n.Data, a.Key, a.Val)
				}
			}
		case n.Type == html.TextNode && n.Parent.Data != "style":
			b.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " "), tags
}

func TestHTMLSaysWhatHappened(t *testing.T) {
	shared := aPicture(t, 40, 30)
	start := time.Date(2026, 11, 26, 14, 3, 5, 0, time.UTC)
	p := Page{Meta: meta, Started: start, Ended: start.Add(5100 * time.Millisecond),
		Asked: []Asked{{"Name", `"Kitchen Echo"`}, {"Every device", ""}}, Made: []string{"unecho 1.2.3", "go1.26"},
		Devices: []Entry{
			{Result: device.Result{Device: echo, Outcome: device.Deregistered, Via: "alexa", Took: 2100 * time.Millisecond}, At: start.Add(time.Second),
				Pictures: []Picture{{"Before the click", aPicture(t, 400, 40)}, {"The fresh list", shared}}},
			{Result: device.Result{Device: app, Outcome: device.Skipped, Reason: device.ReasonKeep}},
			{Result: device.Result{Device: kindle, Outcome: device.Unknown, Reason: "no list could be read"}, Pictures: []Picture{{"The fresh list", shared}}},
		},
		Fault: &Fault{Code: 1, Screen: "devices-myx", Message: "not deregistered: Paperwhite", Hint: "run it again\nor by hand", Evidence: "/state/evidence/1"}}
	page := out(t, func(w io.Writer) error { return HTML(w, p) })
	words, tags := said(t, page)
	for _, want := range []string{"1 deregistered, 1 skipped, 1 unknown", "amazon.com", "a***@example.com", "C1", "26 November 2026, 14:03:05 UTC", "5.1 s",
		`Name: "Kitchen Echo"`, "Every device", "Kitchen Echo", "the Alexa portal", "2.1 s", "14:03:06 UTC", "keep-list", "no list could be read",
		"Before the click", "The fresh list: the same as for Kitchen Echo", "not deregistered: Paperwhite", "What to do: run it again", "Exit code 1", "/state/evidence/1",
		"no list proved that it is gone", `"Kitchen Echo": do a factory reset`, `"Paperwhite": run the same command again later`, "unecho 1.2.3 · go1.26"} {
		if !strings.Contains(words, want) {
			t.Errorf("does not say %q:\n%s", want, words)
		}
	}
	if tags["script"] > 0 || tags["link"] > 0 || tags["iframe"] > 0 {
		t.Errorf("loads something: %v", tags)
	}
	if tags["img"] != 2 {
		t.Errorf("%d pictures, want 2: the shared one once", tags["img"])
	}
	if strings.Contains(words, "Dry run") || strings.Contains(words, "Not a real account") {
		t.Error("says what is not so")
	}
	p.DryRun, p.Replay, p.Fault = true, "standin", nil
	p.Devices = []Entry{{Result: device.Result{Device: echo, Outcome: device.WouldDeregister, Reason: "the Alexa portal is retired"}}}
	words, _ = said(t, out(t, func(w io.Writer) error { return HTML(w, p) }))
	for _, want := range []string{"1 would be deregistered", "Dry run", "Not a real account", "(standin)", "once it is deregistered, do a factory reset",
		"Kitchen Echowould be deregistered", "Why this way: the Alexa portal is retired"} {
		if !strings.Contains(words, want) {
			t.Errorf("a dry run does not say %q:\n%s", want, words)
		}
	}
	p.Devices = append(p.Devices, p.Devices[0])
	if words, _ := said(t, out(t, func(w io.Writer) error { return HTML(w, p) })); !strings.Contains(words, "once they are deregistered, do a factory reset") {
		t.Errorf("a dry run of two devices speaks of one:\n%s", words)
	}
	if strings.Contains(words, "would-deregister") {
		t.Errorf("an outcome is shown as it stands in data:\n%s", words)
	}
	if strings.Contains(words, "Exit code") {
		t.Error("speaks of a failure")
	}
}

func TestHTMLOfARunThatStoppedBeforeAnyDevice(t *testing.T) {
	page := out(t, func(w io.Writer) error {
		return HTML(w, Page{Meta: Meta{Site: "amazon.com"}, Fault: &Fault{Code: 4, Screen: "captcha", Message: "a person is needed"}})
	})
	words, _ := said(t, page)
	for _, want := range []string{"the run stopped before any device", "a person is needed", "Exit code 4, on the screen “captcha”"} {
		if !strings.Contains(words, want) {
			t.Errorf("does not say %q:\n%s", want, words)
		}
	}
	if strings.Contains(words, "What this means") || strings.Contains(words, "Still to do") {
		t.Errorf("empty headings:\n%s", words)
	}
}

// Names, reasons and messages are anybody's text: each is shown, and does nothing.
func TestHTMLShowsMarkupAsText(t *testing.T) {
	_, plain := said(t, pageOf(t, "Echo", "Echo", nil))
	for _, name := range []string{`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `"><svg onload=alert(1)>`, `' onmouseover='alert(1)`,
		`</style><script src="https://evil.example/x.js"></script>`, `</title><base href=//evil.example>`, `javascript:alert(1)`, `{{.}}<!--`, "a\u202egpj.exe\x00\xff"} {
		words, tags := said(t, pageOf(t, name, name, nil))
		for tag, n := range tags {
			if plain[tag] != n {
				t.Errorf("%q makes %d <%s> of %d", name, n, tag, plain[tag])
			}
		}
		if want := strings.Join(strings.Fields(device.Printable(name)), " "); strings.Count(words, want) < 5 {
			t.Errorf("%q is not shown wherever it stands:\n%s", name, words)
		}
		if strings.ContainsAny(words, "\u202e\x00") {
			t.Errorf("%q: a character that turns the text round is left", name)
		}
	}
	long := strings.Repeat("長い名前", 5000)
	words, _ := said(t, pageOf(t, long, long, nil))
	if len(words) > 40_000 {
		t.Errorf("a name of 20,000 characters makes %d bytes of text", len(words))
	}
}

// pageOf has a text wherever a text can come from outside; listed is what the list says
// of a device.
func pageOf(t testing.TB, s, listed string, clean func(string) string) string {
	t.Helper()
	d := echo
	d.Name, d.Serial, d.Family, d.Owner, d.Key, d.Type, d.Registered = listed, listed, listed, listed, listed, listed, listed
	return out(t, func(w io.Writer) error {
		return HTML(w, Page{Meta: Meta{Site: s, Account: s, Customer: s}, Asked: []Asked{{"Name", s}}, Replay: s, Made: []string{s}, Clean: clean,
			Devices: []Entry{{Result: device.Result{Device: d, Outcome: device.Failed, Reason: s, Via: listed}, Pictures: []Picture{{s, []byte("x")}}}},
			Fault:   &Fault{Code: 1, Screen: s, Message: s, Hint: s, Evidence: s}})
	})
}

func TestHTMLHasNoSecretWhereverItStands(t *testing.T) {
	const secret = "hunter2&<secret>"
	clean := strings.NewReplacer(secret, "[secret]", "Kitchen", "[secret]").Replace
	page := pageOf(t, "a "+secret+" b", "Kitchen Echo", clean)
	if strings.Contains(page, "hunter2") {
		t.Error(regexp.MustCompile(`.{60}hunter2.{20}`).FindString(page))
	}
	if !strings.Contains(page, "[secret]") {
		t.Error("nothing was there to be taken out")
	}
	// A password that is a word of a device's name alters no result.
	if !strings.Contains(page, "<h3><bdi>Kitchen Echo</bdi></h3>") {
		t.Error("the device's name was altered")
	}
}

func TestHTMLThatCannotBeWrittenIsReported(t *testing.T) {
	p := Page{Devices: []Entry{{Result: device.Result{Device: echo}}, {Result: device.Result{Device: app}}}}
	whole := len(out(t, func(w io.Writer) error { return HTML(w, p) }))
	for _, room := range []int{0, whole / 2, whole - 1} {
		if err := HTML(&full{left: room}, p); err == nil || !strings.Contains(err.Error(), "no space left") {
			t.Errorf("room for %d of %d bytes: %v", room, whole, err)
		}
	}
}

package record

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"math/rand/v2"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/unecho/unecho/flows/replay"
)

// encodings are the ways in which something personal travels in pages and requests.
var encodings = map[string]func(string) string{
	"plain":     func(s string) string { return s },
	"html":      html.EscapeString,
	"html-dec":  func(s string) string { return each(s, func(r rune) string { return fmt.Sprintf("&#%d;", r) }) },
	"html-hex":  func(s string) string { return each(s, func(r rune) string { return fmt.Sprintf("&#x%X;", r) }) },
	"query":     url.QueryEscape,
	"path":      url.PathEscape,
	"percent":   func(s string) string { return eachByte(s, "%%%02x") },
	"json":      func(s string) string { b, _ := json.Marshal(s); return strings.Trim(string(b), `"`) },
	"js-u":      func(s string) string { return each(s, jsEscape) },
	"slashes":   func(s string) string { return strings.NewReplacer(`/`, `\/`, `"`, `\"`, `\`, `\\`).Replace(s) },
	"base64":    func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
	"base64url": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte("x=" + s + "&y")) },
	"hex":       func(s string) string { return hex.EncodeToString([]byte(s)) },
}

func each(s string, f func(rune) string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(f(r))
	}
	return b.String()
}

func eachByte(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func jsEscape(r rune) string {
	if r > 0xffff {
		return string(r)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

// personal is one account's data, in the places where pages show it.
var personal = map[Class]string{
	Cookie:   "s9-Fq4~Zm2.xT81LwPq7",
	Token:    "gKx7+Qw/93hZp0Lm=Tq5vB2n",
	Customer: "A2Q7HX91KD5TW3",
	Account:  "amzn1.account.AHQK3TGR7ZP2MWX5LD8VCN4BYJ6S",
	Serial:   "G090LF1180570J3X",
	Email:    "grace.hopper+amz@navy-mail.net",
	Person:   "Zephyrine",
	Device:   `Zeph's "big" Nook & Cranny Echo`,
	Phone:    "+1 (919) 555-7321",
	Address:  "4711 Quarrington Lane",
	MAC:      "4C:EF:C0:1A:9B:77",
	SSID:     "Quarrington-5GHz",
	IP:       "84.112.9.203",
	Session:  "144-9823711-5530127",
}

// account is an answer that names everything, as list calls do.
func account(t testing.TB) Item {
	b, err := json.Marshal(map[string]any{"csrfToken": personal[Token], "customerId": personal[Customer], "deviceAccountId": personal[Account],
		"deviceSerialNumber": personal[Serial], "email": personal[Email], "customerName": personal[Person], "deviceAccountName": personal[Device],
		"phoneNumber": personal[Phone], "addressLine1": personal[Address], "macAddress": personal[MAC], "ssid": personal[SSID], "ipAddress": personal[IP],
		"sessionId": personal[Session], "deviceType": "A3S5BH2HU6VAYF"})
	if err != nil {
		t.Fatal(err)
	}
	return Item{Method: "POST", URL: "https://www.amazon.com/hz/mycd/ajax", Status: 200, Body: b,
		RequestHeaders: []Header{{"Cookie", "at-main=" + personal[Cookie] + "; lc-main=en_US"}},
		Headers:        []Header{{"Content-Type", "application/json"}}}
}

func TestEverythingPersonalGoesInEveryEncoding(t *testing.T) {
	s := NewScrubber(false)
	it := account(t)
	s.Look(&it)
	for class, v := range personal {
		for name, enc := range encodings {
			if strings.HasPrefix(name, "base64") && utf8.RuneCountInString(v) < 10 {
				continue // too short to be looked for in what may be no base64
			}
			text := "<p>before " + enc(v) + " after</p>"
			out := string(s.Bytes([]byte(text)))
			if strings.Contains(out, enc(v)) || out == text {
				t.Errorf("%s in %s is left: %s", class, name, out)
			}
			if name == "plain" && len([]rune(out)) != len([]rune(text)) && class != Email && class != IP {
				t.Errorf("%s: the fake has another shape: %s", class, out)
			}
		}
	}
	if out := s.String(`{"deviceType":"A3S5BH2HU6VAYF","lc":"en_US"}`); out != `{"deviceType":"A3S5BH2HU6VAYF","lc":"en_US"}` {
		t.Errorf("what belongs to nobody was changed: %s", out)
	}
}

func TestOneThingHasOneFakeEverywhere(t *testing.T) {
	s := NewScrubber(false)
	it := account(t)
	s.Look(&it)
	v := personal[Device]
	fake := s.String(v)
	for name, enc := range map[string]func(string) string{"html": html.EscapeString, "query": url.QueryEscape, "path": url.PathEscape, "json": encodings["json"]} {
		if got := s.String(enc(v)); got != enc(fake) {
			t.Errorf("%s: %s, want %s", name, got, enc(fake))
		}
	}
	raw, err := base64.StdEncoding.DecodeString(s.String(base64.StdEncoding.EncodeToString([]byte("name: " + v))))
	if err != nil || string(raw) != "name: "+fake {
		t.Errorf("base64: %q %v", raw, err)
	}
	if !strings.HasSuffix(fake, " Echo") || strings.Contains(fake, "Zeph") {
		t.Errorf("the name became %q", fake)
	}
	if low := s.String(strings.ToLower(personal[Serial])); low != strings.ToLower(s.String(personal[Serial])) {
		t.Errorf("a serial number in small letters became %q", low)
	}
}

func TestNamesOfDevicesAreKeptOnlyIfAsked(t *testing.T) {
	s := NewScrubber(true)
	it := account(t)
	s.Look(&it)
	if got := s.String(personal[Device]); got != personal[Device] {
		t.Errorf("the name became %q", got)
	}
	if got := s.String(personal[Serial]); got == personal[Serial] {
		t.Error("the serial number was kept")
	}
}

// A script's own words are no names: replaced, they would break the page.
func TestScriptsStayWhatTheyAre(t *testing.T) {
	s := NewScrubber(false)
	script := `S.side = h('', 'div'); var address = boot.base; postalAddress = boot.root + 'x'; let displayName = pick(x), addressId = "first"; q.firstName = e;
const wifi = {"wifiSSID": "Quarrington 5G"}; go("?firstName=Zephyrine&city=Quarrington");
// recipientName = Wilhelmina, cityName = Quarrington`
	it := Item{URL: "https://www.amazon.com/x.js", Type: "text/javascript", Body: []byte(script)}
	s.Look(&it)
	out := string(s.Bytes([]byte(script)))
	for _, v := range []string{"S.side = h('', 'div')", "var address = boot.base;", "displayName = pick(x)", "postalAddress = boot.root + 'x'", `addressId = "first"`, "firstName = e;"} {
		if !strings.Contains(out, v) {
			t.Errorf("%q is gone:\n%s", v, out)
		}
	}
	for _, v := range []string{"Quarrington", "Zephyrine", "Wilhelmina"} {
		if strings.Contains(out, v) {
			t.Errorf("%q is left:\n%s", v, out)
		}
	}
}

// What is written like a script's statement is a name everywhere else: in addresses, forms,
// cookies, running text, and in the strings and remarks of a script.
func TestOnlyAScriptsOwnStatementsAreNoNames(t *testing.T) {
	for name, it := range map[string]Item{
		"an address":          {URL: "https://www.amazon.com/x?deviceName=Quarrington(2)"},
		"a link":              {Type: "text/html", Body: []byte(`<a href="/x?a=1&deviceName=Quarrington(2)&b=2">x</a>`)},
		"a form":              {RequestBody: []byte("a=1&displayName=Quarrington(Home)&b=2")},
		"a cookie":            {RequestHeaders: []Header{{"Cookie", "displayName=Quarrington(Home); a=1"}}},
		"an attribute":        {Type: "text/html", Body: []byte(`<div data-device-name=Quarrington(2)>`)},
		"running text":        {Type: "text/html", Body: []byte(`<script>var a = "x";</script><p>SSID = quarrington; recipientName = quarrington)</p>`)},
		"plain text":          {Type: "text/plain", Body: []byte("deviceName = quarrington; x")},
		"a string":            {Type: "text/javascript", Body: []byte(`go('x'); go("/y?deviceName=Quarrington(2)&x=1"); say('recipientName = quarrington; and more')`)},
		"a template":          {Type: "text/javascript", Body: []byte("say(`${a ? `b` : {c}} recipientName = quarrington; and more`)")},
		"a remark":            {Type: "text/javascript", Body: []byte("a = /['\"`]/; // recipientName = quarrington; and more\n")},
		"a remark of lines":   {Type: "text/javascript", Body: []byte("/* that's\n recipientName = quarrington; and more */")},
		"a pattern":           {Type: "text/javascript", Body: []byte(`if (/["]/.test(x)) say("deviceName=Quarrington(2)")`)},
		"a page's script":     {Type: "text/html", Body: []byte(`<p>it's</p><SCRIPT type="a">say("deviceName=Quarrington(2)")</SCRIPT>`)},
		"an escaped script":   {Type: "application/json", Body: []byte(`{"html": "<script>say(\"deviceName = quarrington; x\")</script>"}`)},
		"between two scripts": {Type: "text/html", Body: []byte(`<script>say("a</script><p>deviceName = quarrington;</p><script>b")</script>`)},
	} {
		t.Run(name, func(t *testing.T) {
			s := NewScrubber(false)
			it.URL = cmp.Or(it.URL, "https://www.amazon.com/x")
			s.Look(&it)
			text := it.URL + string(it.RequestBody) + string(it.Body)
			for _, h := range it.RequestHeaders {
				text += h.Value
			}
			if out := string(s.Bytes([]byte(text))); strings.Contains(strings.ToLower(out), "quarrington") {
				t.Errorf("left: %s", out)
			}
		})
	}
}

// Scripts stand in pages too, among strings, patterns and templates that could be taken for
// their ends.
func TestStatementsAreFollowedThroughAScript(t *testing.T) {
	for _, script := range []string{
		`var a = "it's", b = 'say "x"'; var displayName = pick(x);`,
		"var a = /[/'\"]/g.test(b) ? `'${ {c: '}'}.c }\"` : d / 2; var displayName = pick(x);",
		"// it's\n/* it's */ var displayName = pick(x);",
		`return /'/.test(a) ; var displayName = pick(x);`,
		`var q = a / b; var r = (c) / "2"; var displayName = pick(x);`,
		"var a = 'not ended\nvar displayName = pick(x);",
		`var a = 'it\'s'; var displayName = pick(x);`,
	} {
		for kind, it := range map[string]Item{
			"a script": {Type: "text/javascript", Body: []byte(script)},
			"a page":   {Type: "text/html", Body: []byte("<p>it's</p><script>" + script + "</script><p>it's</p>")},
		} {
			it.URL = "https://www.amazon.com/x"
			s := NewScrubber(false)
			s.Look(&it)
			if out := string(s.Bytes(it.Body)); out != string(it.Body) {
				t.Errorf("%s: %s\nbecame %s", kind, it.Body, out)
			}
		}
	}
}

// What stands only in a page, where nothing names it.
func TestPagesShowPeopleInKnownPlaces(t *testing.T) {
	s := NewScrubber(false)
	page := `<header class="nav-rec"><span id="nav-link-accountList-nav-line-1">Hello, Zephyrine</span>
<span id="glow-ingress-line1">Deliver to Zephyrine</span><span id="glow-ingress-line2">Quarrington 27601&zwnj;</span>
<input type="hidden" value="9fK2mQ7xT4vB8nL1zW6yR3" name="appActionToken">
<p>a code was sent to the phone ending in 83, or call me at ••••7321</p><a href="/x?note=ending%20in%2083&id=144-9823711-5530127">x</a>
<p>Zephyrine's list</p>`
	it := Item{URL: "https://www.amazon.com/", Type: "text/html", Body: []byte(page)}
	s.Look(&it)
	out := string(s.Bytes([]byte(page)))
	for _, v := range []string{"Zephyrine", "Quarrington", "27601", "9fK2mQ7xT4vB8nL1zW6yR3", "ending in 83", "ending%20in%2083", "7321", "144-9823711"} {
		if strings.Contains(out, v) {
			t.Errorf("%q is left:\n%s", v, out)
		}
	}
	for _, v := range []string{"Hello, ", "Deliver to ", "appActionToken", "ending in ", `class="nav-rec"`} {
		if !strings.Contains(out, v) {
			t.Errorf("%q is gone:\n%s", v, out)
		}
	}
}

// Plants everything in random encodings, up to three over each other, between random
// text, in pages, JSON, addresses and headers, and looks for it by other means.
func TestPlantedThingsInRandomPlaces(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	defer func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	}()
	plant(t, rand.New(rand.NewPCG(seed, 1)), 60)
}

func FuzzPlantedThings(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(func(t *testing.T, seed uint64) { plant(t, rand.New(rand.NewPCG(seed, 2)), 5) })
}

func plant(t *testing.T, rnd *rand.Rand, rounds int) {
	// The innermost may encode every letter; what lies over it encodes signs only, as
	// real encoders do.
	inner := []string{"plain", "html", "query", "path", "json", "html-dec", "html-hex", "js-u", "percent", "slashes"}
	outer := []string{"plain", "html", "query", "path", "json"}
	noise := []string{"<div class=\"a-row\">", "&amp;", "%20", "\\n", "{\"a\":1}", "/gp/css/", "?ref_=x&y=", " ", "\n", "=", "\"", "Echo", "+", "\\u0041"}
	for range rounds {
		var b strings.Builder
		var planted []string
		for range 30 {
			b.WriteString(noise[rnd.IntN(len(noise))])
			for class, v := range personal {
				if rnd.IntN(6) > 0 {
					continue
				}
				text := encodings[inner[rnd.IntN(len(inner))]](v)
				for range rnd.IntN(3) {
					text = encodings[outer[rnd.IntN(len(outer))]](text)
				}
				if rnd.IntN(5) == 0 && len(v) >= 12 {
					text = base64.StdEncoding.EncodeToString([]byte("{" + text + "}"))
				}
				planted = append(planted, fmt.Sprintf("%s as %s", class, text))
				b.WriteString(" " + text + " ")
			}
		}
		it := account(t)
		it.Body = append(it.Body, '\n')
		page := Item{Method: "GET", URL: "https://www.amazon.com/?x=" + url.QueryEscape(personal[Email]), Status: 200, Type: "text/html", Body: []byte(b.String())}
		s := NewScrubber(false)
		s.Look(&it)
		s.Look(&page)
		scrubItem(s, &it)
		scrubItem(s, &page)
		if class, still := s.Left(page.Body, true); still {
			t.Fatalf("the last check finds %s in %q", class, page.Body)
		}
		for _, where := range []string{string(it.Body), string(page.Body), page.URL, it.RequestHeaders[0].Value} {
			for class, v := range personal {
				if form := visible(where, v); form != "" {
					t.Fatalf("%s is left (%s): planted %q\nin %q", class, form, planted, where)
				}
			}
		}
	}
}

// visible looks for v the way a curious person would: by decoding everything a few
// times, and whatever looks like base64.
func visible(text, v string) string {
	for depth := range 5 {
		if strings.Contains(text, v) {
			return fmt.Sprintf("after %d decodings", depth)
		}
		for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !strings.ContainsRune("+/=-_", r) && (r > 127 || !isBase64(byte(r))) }) {
			if d, err := base64.StdEncoding.DecodeString(w); err == nil && bytes.Contains(d, []byte(v)) {
				return "in base64"
			}
		}
		next := html.UnescapeString(text)
		if d, err := url.QueryUnescape(percentOnly(next)); err == nil {
			next = d
		}
		var d string
		if json.Unmarshal([]byte(`"`+strings.ReplaceAll(strings.ReplaceAll(next, "\n", ""), `"`, "")+`"`), &d) == nil {
			next = d
		}
		if next == text {
			break
		}
		text = next
	}
	return ""
}

// percentOnly makes a text that QueryUnescape accepts: a % that begins nothing is encoded.
func percentOnly(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if s[i] == '%' && (i+2 >= len(s) || !isHex(rune(s[i+1])) || !isHex(rune(s[i+2]))) {
			b.WriteString("%25")
			continue
		}
		if s[i] == '+' {
			b.WriteString("%2B")
			continue
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func BenchmarkScrub(b *testing.B) {
	page := []byte(strings.Repeat(`<div class="a-row" data-url="/a%20b?x=1&amp;y=2" id="title0" title="Kitchen Echo">{"name":"Kitchen \"Echo\"","serialNumber":"G090LF1180570J3X"}</div>`+"\n", 7000))
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		s := NewScrubber(false)
		it := Item{URL: "https://www.amazon.com/", Type: "text/html", Body: page}
		s.Look(&it)
		s.Bytes(page)
	}
}

// The last look at what was written finds a typed secret in any mixture of encodings,
// though logs know only what whole encoders write.
func TestTheLastLookReadsEveryEncoding(t *testing.T) {
	const secret = `hunter2!é"x`
	for name, text := range map[string]string{
		"as it is": secret, "here and there": `h%75nter2&excl;é\"x`, "over each other": `hunter2%26excl%3B%5Cu00e9&quot;x`,
		"base64": base64.StdEncoding.EncodeToString([]byte("pw=" + secret)), "base64 in an address": url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("pw?" + secret))),
	} {
		c := replay.Cassette{Files: map[string][]byte{"home.html": []byte("<p>" + text + "</p>")}}
		if err := complete(NewScrubber(false), c, About{Secrets: []string{secret}}); err == nil {
			t.Errorf("%s (%s) was not seen", name, text)
		}
	}
	c := replay.Cassette{Files: map[string][]byte{"home.html": []byte("<p>hunter2</p>")}}
	if err := complete(NewScrubber(false), c, About{Secrets: []string{secret}}); err != nil {
		t.Errorf("nothing is left, but: %v", err)
	}
}

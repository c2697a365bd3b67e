package record

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/unicode"

	"github.com/unecho/unecho/flows/replay"
)

// A recording may be handed to anybody: whatever the shape in which a site serves what
// belongs to a person, it is not in the folder.

// handed records one answer beside a page and gives all that is written, all encodings
// taken off as a curious person would.
func handed(t *testing.T, items ...Item) string {
	t.Helper()
	page := Item{Method: "GET", URL: home, Status: 200, Headers: []Header{{"Content-Type", "text/html"}}, Body: []byte("<html><body>a page</body></html>")}
	c, _, err := Build(append([]Item{page}, items...), nil, nil, About{Site: "amazon.com", Date: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "c")
	if err := replay.Write(dir, c); err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&all, "== %s\n%s\n", e.Name(), b)
	}
	return all.String()
}

func served(address, mime string, body []byte) Item {
	return Item{Method: "GET", URL: address, Status: 200, Headers: []Header{{"Content-Type", mime}}, Body: body}
}

func gz(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

func wide(s string) []byte {
	b, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte(s))
	if err != nil {
		panic(err)
	}
	return b
}

func b64(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// mime76 is base64 in lines, as mail has it.
func mime76(b []byte) string {
	s, out := b64(b), ""
	for len(s) > 76 {
		out, s = out+s[:76]+"\r\n", s[76:]
	}
	return out + s
}

func TestNoShapeOfAnAnswerCarriesAName(t *testing.T) {
	const own, cdn = home + "x/data", "https://images-na.ssl-images-amazon.com/images/I/data.js"
	person := `{"customerName":"Zephyrine Quarrington","customerId":"A2Q7HX91KD5TW3","addressLine1":"4711 Quarrington Lane","email":"grace.hopper@navy-mail.net"}`
	long := `{"padding":"` + strings.Repeat("nothing to see here ", 20) + `","more":` + person + `}`
	markup := `<html><body class="nav-rec"><span class="nav-line-1">Hello, Zephyrine</span><p>Zephyrine Quarrington</p><script>var c = ` + person + `</script></body></html>`
	js := "text/javascript; charset=utf-8"
	for name, it := range map[string]Item{
		"JSONP":                         served(own, js, []byte("jQuery1910_2("+person+");")),
		"JSONP of a supplier":           served(cdn, js, []byte("/**/cb("+person+")")),
		"JSON called a script":          served(cdn, js, []byte(person)),
		"JSON with a guard":             served(own, "application/x-javascript", []byte(")]}',\n"+person)),
		"a variable":                    served(own, js, []byte("window.P.customer = "+person+";")),
		"a script of keys without mark": served(own, js, []byte(`var s={customerName:"Zephyrine Quarrington",customerId:'A2Q7HX91KD5TW3',email:"grace.hopper@navy-mail.net",addressLine1:"4711 Quarrington Lane"}`)),
		"a script that writes markup":   served(own, js, []byte(`document.write('<span class="nav-line-1">Hello, Zephyrine<\/span> Zephyrine');`)),
		"JSON called a style":           served(own, "text/css", []byte(person)),
		"JSON called HTML":              served(own, "text/html", []byte(person)),
		"markup in JSON":                served(own, "application/json", must(json.Marshal(map[string]string{"html": markup}))),
		"markup in markup":              served(own, "text/html", []byte(`<div data-x="`+html.EscapeString(markup)+`">`)),
		"an address's query":            served(own, "text/html", []byte(`<a href="/x?d=`+urlEscape(urlEscape(person))+`">`)),
		"base64 in a page":              served(own, "text/html", []byte(`<div data-x="`+b64([]byte(person))+`">`)),
		"base64 behind a path":          served(own, "text/html", []byte(`<a href="/gp/redirect/`+base64.RawURLEncoding.EncodeToString([]byte(person))+`/next">`)),
		"base64 in base64 in base64":    served(own, "text/html", []byte(`<div data-x="`+b64([]byte(`{"a":"`+b64([]byte(`b=`+b64([]byte(person))))+`"}`))+`">`)),
		"base64 in lines":               served(own, "text/plain", []byte(mime76([]byte(long)))),
		"gzip in base64":                served(own, "text/html", []byte(`<div data-x="`+b64(gz([]byte(person)))+`">`)),
		"UTF-16 in base64":              served(own, "text/html", []byte(`<div data-x="`+b64(wide(person))+`">`)),
		"hexadecimal":                   served(own, "text/html", []byte(fmt.Sprintf(`<div data-x="%x">`, person))),
		"a page in base64":              served(own, "text/html", []byte(b64([]byte(markup)))),
		"a page in gzip in base64":      served(own, "text/html", []byte(b64(gz([]byte(markup))))),
		"JSON in base64 in quotes":      served(own, "application/json", []byte(`"`+b64([]byte(person))+`"`)),
		"JSON in gzip, unsaid":          served(own, "application/json", gz([]byte(person))),
		"a page in UTF-16":              served(own, "text/html; charset=utf-16", wide(markup)),
		"JSON in UTF-16, unsaid":        served(own, "application/json", wide(person)[2:]),
		"a name beside an e-mail":       served(own, "application/json", []byte(`{"users":[{"name":"Zephyrine Quarrington","email":"grace.hopper@navy-mail.net"}]}`)),
		"whose Amazon it is":            served(own, "text/html", []byte(`<title>Zephyrine Quarrington&#39;s Amazon.com</title>`)),
		"whose devices they are":        served(own, "text/html", []byte(`<h1>Zephyrine Quarrington’s Devices</h1>`)),
		"a field of several lines":      served(own, "text/html", []byte("<form><textarea rows=2 name='deliveryAddress'>4711 Quarrington Lane\nZephyrine Close</textarea></form>")),
		"a field to choose from":        served(own, "text/html", []byte(`<select id="customerName"><option value=1 selected>Zephyrine Quarrington</option></select>`)),
		"a holder":                      served(own, "application/json", []byte(`{"accountHolder":"Zephyrine Quarrington"}`)),
		"an owner":                      served(own, "application/json", []byte(`{"deviceOwner" : "Zephyrine Quarrington"}`)),
		"registered to":                 served(own, "application/json", []byte(`{"registered_to":"Zephyrine Quarrington"}`)),
		"sent to":                       served(own, "application/json", []byte(`{"shipToName":"Zephyrine Quarrington"}`)),
		"an alias":                      served(own, "application/json", []byte(`{"deviceAlias":"Zephyrine Quarrington"}`)),
		"a label":                       served(own, "application/json", []byte(`{"deviceLabel":"Zephyrine Quarrington"}`)),
		"a long row of base64":          served(own, "text/html", []byte(`<p>`+strings.Repeat("x", 300<<10)+` <i data-x="`+b64([]byte(strings.Repeat("lots of text ", 40000)+person))+`">`)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := handed(t, it)
			for _, v := range []string{"Zephyrine", "Quarrington", "A2Q7HX91KD5TW3", "grace.hopper"} {
				if found := deeply(all, v); found != "" {
					t.Errorf("%s is there %s:\n%.3000s", v, found, all)
				}
			}
		})
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}

func urlEscape(s string) string { return encodings["query"](s) }

// deeply looks as visible does, and into whatever can be unpacked, by means of its own.
func deeply(text, v string) string {
	if form := visible(text, v); form != "" {
		return form
	}
	joined := strings.NewReplacer("\r\n", "", "\n", "").Replace(text)
	for _, w := range strings.FieldsFunc(text+" "+joined, func(r rune) bool { return !strings.ContainsRune("+/-_", r) && (r > 127 || !isBase64(byte(r))) }) {
		for _, w := range append([]string{w}, strings.FieldsFunc(w, func(r rune) bool { return r == '/' })...) {
			if len(w) < 16 || len(w) > 1<<20 {
				continue
			}
			raw, err := base64.RawStdEncoding.DecodeString(strings.NewReplacer("-", "+", "_", "/").Replace(w[:len(w)-len(w)%4]))
			if err != nil {
				continue
			}
			if z, err := gzip.NewReader(bytes.NewReader(raw)); err == nil {
				var b bytes.Buffer
				b.ReadFrom(z)
				raw = b.Bytes()
			}
			raw = bytes.ReplaceAll(raw, []byte{0}, nil)
			if strings.Contains(string(raw), v) {
				return "in base64 (" + w[:16] + "…)"
			}
			if len(w) > 60 && len(w) < 4096 && printable(raw) {
				if form := deeply(string(raw), v); form != "" {
					return "in base64, " + form
				}
			}
		}
	}
	return ""
}

// What nobody can look into is not handed on, and is named.
func TestWhatCannotBeLookedIntoIsLeftOut(t *testing.T) {
	for name, it := range map[string]Item{
		"a binary page":       served(home+"x", "text/html", []byte("\x00\x01\x02\x03 Zephyrine \x04\x05")),
		"letters of nothing":  served(home+"x", "text/html", []byte(strings.Repeat("Zq9x", 60)+"Zephyrine")),
		"zstd under JSON":     served(home+"x", "application/json", []byte("\x28\xb5\x2f\xfd0000Zephyrine")),
		"octets of a program": served(home+"x", "application/octet-stream", []byte("\x08\x01\x12\x09Zephyrine\x1a\x02\x10\x05\x7f\x01")),
	} {
		page := served(home, "text/html", []byte("<html>"))
		left := Left{}
		c, _, err := Build([]Item{page, it}, nil, left, About{Site: "amazon.com", Date: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		if len(c.Exchanges) != 1 || left[leftBinary] == nil && left[leftBrotli] == nil {
			t.Errorf("%s: %d answers, left out %v", name, len(c.Exchanges), left.Lines())
		}
	}
}

// The manifest is a file like the others: addresses that nobody answered stand in it too.
func TestTheManifestNamesNobody(t *testing.T) {
	h, err := ReadHAR(write(t, "a.har", har(t,
		entry("GET", home, 200, "text/html", `<html>"deviceSerialNumber":"B0F00715443215ZZ"</html>`),
		entry("GET", home+"api/devices/G090LF1180570J3X/state", 0, "", ""),
		entry("GET", home+"api/devices/B0F00715443215ZZ/state", 0, "", ""),
		entry("GET", home+"gp/144-9823711-5530127/x", 0, "", ""),
	)))
	if err != nil {
		t.Fatal(err)
	}
	left := h.Left
	c, _, err := Build(h.Items, nil, left, About{Site: "amazon.com", Date: time.Now(), Browser: "Proxy, licensed to grace.hopper@navy-mail.net"})
	if err != nil {
		t.Fatal(err)
	}
	all := string(c.Manifest()) + strings.Join(left.Lines(), "\n")
	for _, v := range []string{"G090LF1180570J3X", "B0F00715443215ZZ", "144-9823711-5530127", "grace.hopper"} {
		if strings.Contains(all, v) {
			t.Errorf("%s is there:\n%s", v, all)
		}
	}
	// What was not answered when it was recorded need not be answered in a replay.
	if !strings.Contains(all, `/api/devices/`) {
		t.Errorf("no rule for what was not answered:\n%s", all)
	}
	for _, id := range []string{"G090LF1180570J3X", "77665544332211aabb00ccdd"} {
		all := handed(t, served(home+"api/devices/"+id, "application/json", []byte(`{"ok":true}`)))
		if strings.Contains(strings.ToLower(all), strings.ToLower(id)) {
			t.Errorf("the id in the address of an answer is there:\n%s", all)
		}
	}
}

// The same name in other letters is the same name.
func TestNamesInOtherLetters(t *testing.T) {
	all := handed(t, served(home+"x", "application/json", []byte(`{"customerName":"José Quarrington","deviceAccountName":"Wilhelmina’s Kindle","phoneNumber":"+1 (919) 555-7321","owner":"Philippa Marchbanks"}`)),
		served(home+"y", "text/html", []byte("<p>JOSÉ QUARRINGTON</p><p>Jose\u0301 Quarrington</p><p>josé quarrington</p><p>Wilhelmina's Kindle</p><p>WILHELMINA&rsquo;S KINDLE</p><p>Wilhelmina's\u00a0Kindle</p><p>for Wilhelmina</p><p>(919) 555-7321, 919-555-7321, 9195557321</p><p>Philippa</p>")))
	for _, v := range []string{"José", "Jose\u0301", "JOSÉ", "josé", "Quarrington", "QUARRINGTON", "quarrington", "Wilhelmina", "WILHELMINA", "555-7321", "5557321", "Philippa"} {
		if strings.Contains(all, v) {
			t.Errorf("%s is there:\n%s", v, all)
		}
	}
}

// What is known of a serial number is known in each way in which people see it.
func TestSerialNumbersInGroups(t *testing.T) {
	all := handed(t, served(home+"x", "text/html", []byte(`<p>G000 AA1B CCCC DD22</p><p>g000-aa1b-cccc-dd22</p><script>{"deviceSerialNumber":"G000AA1BCCCCDD22"}</script>`)),
		served(home+"y", "text/html", []byte(`<p>G0ST ANDI N000 1301</p>`)))
	for _, v := range []string{"G000 AA1B", "g000-aa1b", "G000AA1B", "ANDI N000 1301"} {
		if strings.Contains(all, v) {
			t.Errorf("%s is there:\n%s", v, all)
		}
	}
}

// A name is taken out as pages, addresses and programs write it: its words joined, broken
// by white space or tags, with signs in it that nobody sees.
func TestNamesAreFoundHoweverTheyAreWritten(t *testing.T) {
	for name, said := range map[string]string{
		"two spaces":           `<td>Zanzibar  Parlour</td>`,
		"a line break":         "<td>Zanzibar\n\t  Parlour</td>",
		"a break as entities":  `<td>Zanzibar&#10;&nbsp;Parlour</td>`,
		"a break in JSON":      `{"a":"Zanzibar\n  Parlour"}`,
		"dashes":               `<li id="row-zanzibar-parlour-3">`,
		"underscores":          `var x = device_zanzibar_parlour_name, Y = ZANZIBAR_PARLOUR`,
		"joined":               `selectZanzibarParlour(zanzibarParlour, "zanzibarparlour")`,
		"in an address":        `https://www.amazon.com/x/zanzibar.parlour/Zanzibar+Parlour?d=Zanzibar_Parlour`,
		"a place to break":     `<b>Zan<wbr>zibar Par&shy;lour</b>`,
		"a part in bold":       `<td><b>Zanz</b>ibar <i class="x">Par</i>lour</td>`,
		"a remark within":      `<td>Zanzibar <!-- -->Parlour</td>`,
		"nothing to be seen":   "<td>Zan\u200bzibar\u200e \u2060Parlour</td>",
		"braces of JavaScript": `"\u{5a}anzibar \u{0050}arlour"`,
		"octal":                `"\132anzibar\40Parlour"`,
		"escape()":             `unescape("%u005aanzibar%u0020Parlour")`,
		"a person's, joined":   `<img class="avatar-wilhelmina-quandt" alt="WilhelminaQuandt" data-x="wilhelmina_quandt">`,
		"a serial, broken":     `<td>G0ZZ 9K7Q<wbr> 4410 <b>557X</b></td>`,
		"an address, broken":   `<td>willa&shy;.q<wbr>@gmx.de</td>`,
	} {
		t.Run(name, func(t *testing.T) {
			s := NewScrubber(false)
			s.Add(Device, "Zanzibar Parlour")
			s.Add(Person, "Wilhelmina Quandt")
			s.Add(Serial, "G0ZZ9K7Q4410557X")
			s.Add(Email, "willa.q@gmx.de")
			got := s.String(said)
			read := strings.ToLower(string(squeezed([]byte(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(viewOf([]byte(got)).text), "")))))
			for _, part := range []string{"zanzibar", "parlour", "wilhelmina", "quandt", "4410", "willa"} {
				if strings.Contains(read, part) {
					t.Fatalf("%s, which reads %s", got, read)
				}
			}
			if was, is := strings.Count(said, "<"), strings.Count(got, "<"); was != is {
				t.Errorf("tags were lost: %s", got)
			}
		})
	}
}

// Words that merely look like a name's stay: other words on either side, other tags.
func TestWhatIsNoNameStays(t *testing.T) {
	s := NewScrubber(false)
	s.Add(Device, "Zanzibar Parlour")
	s.Add(Person, "Ann")
	for _, said := range []string{`<td>Zanzibar</td><td>Parlor</td>`, `annual`, `<i>J</i>ann`, `Zanzibar, Parlour`, `a < b`, `"\d{3}\1"`, `100%u`} {
		if got := s.String(said); got != said {
			t.Errorf("%s became %s", said, got)
		}
	}
}

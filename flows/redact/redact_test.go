package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"io"
	"math/rand"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// forms are the ways in which a secret turns up, by name.
func forms(secret string) map[string]string {
	jsonText := func(s string) string {
		b, _ := json.Marshal(s)
		return strings.Trim(string(b[1:len(b)-1]), "\n")
	}
	goText := func(s string) string { q := strconv.QuoteToASCII(s); return q[1 : len(q)-1] }
	percentAll := func(format string) string {
		var b strings.Builder
		for i := range len(secret) {
			fmt.Fprintf(&b, format, secret[i])
		}
		return b.String()
	}
	runes := func(format string) string {
		var b strings.Builder
		for _, r := range secret {
			fmt.Fprintf(&b, format, r)
		}
		return b.String()
	}
	f := map[string]string{
		"raw": secret, "query": url.QueryEscape(secret), "path": url.PathEscape(secret),
		"percent upper": percentAll("%%%02X"), "percent lower": percentAll("%%%02x"), "percent twice": url.QueryEscape(url.QueryEscape(secret)),
		"html": html.EscapeString(secret), "html decimal": runes("&#%d;"), "html hex": runes("&#x%x;"), "html hex upper": runes("&#X%05X;"), "html twice": html.EscapeString(html.EscapeString(secret)),
		"html named": strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&apos;", "$", "&dollar;", "ä", "&auml;", "é", "&eacute;", "ö", "&ouml;").Replace(secret),
		"json":       jsonText(secret), "json in json": jsonText(jsonText(secret)), "go": goText(secret),
		"json in an address": url.QueryEscape(jsonText(secret)), "json in html in an address": url.QueryEscape(html.EscapeString(jsonText(secret))), "address in html": html.EscapeString(url.QueryEscape(secret)),
		"json in html": html.EscapeString(jsonText(secret)), "hex": hex.EncodeToString([]byte(secret)), "hex upper": strings.ToUpper(hex.EncodeToString([]byte(secret))),
	}
	for name, e := range map[string]*base64.Encoding{"std": base64.StdEncoding, "raw std": base64.RawStdEncoding, "url": base64.URLEncoding, "raw url": base64.RawURLEncoding} {
		f["base64 "+name] = e.EncodeToString([]byte(secret))
	}
	f["base64 in an address"] = url.QueryEscape(f["base64 std"])
	return f
}

func TestEveryFormIsFound(t *testing.T) {
	for _, secret := range []string{"hunter2!", `p$1 "x"\y`, "Tr0ub4dor&3<>'", "pässwörd é😀", "a+b/c=d%e", "    ", `\\\\`, "%25%25", "ab\xffcd"} {
		r := New(secret)
		for name, text := range forms(secret) {
			if secret == "ab\xffcd" && strings.ContainsAny(name, "jgh") && name != "hex" && name != "hex upper" {
				continue // these cannot hold a byte that is no UTF-8
			}
			got := r.String("before |" + text + "| after")
			// The padding of base64 may stay.
			got = strings.NewReplacer("|==|", "|", "]=", "]", "]=|", "]|", "%3D", "").Replace(got)
			got = strings.ReplaceAll(got, "]=", "]")
			if got != "before |"+Mark+"| after" {
				t.Errorf("%s of %q (%q): %q", name, secret, text, got)
			}
		}
	}
}

// What the encoders of browsers, of PHP and of script libraries write.
func TestAsOthersWriteIt(t *testing.T) {
	const secret = `p'(a)/b c"d&<e`
	r := New(secret)
	for _, text := range []string{
		`p'(a)%2Fb%20c%22d%26%3Ce`, `p'(a)/b%20c%22d&%3Ce`, // encodeURIComponent, encodeURI
		`p%27(a)/b%20c%22d&%3Ce`, `p'(a)/b%20c%22d&%3Ce`, // a query, a fragment
		`p%27%28a%29%2fb+c%22d%26%3ce`,                     // a form, small letters
		`p'(a)/b c"d&amp;&lt;e`, `p'(a)/b c&quot;d&amp;<e`, // text and attribute of a page
		`p&#039;(a)/b c&quot;d&amp;&lt;e`, `p&#x27;(a)/b c&quot;d&amp;&lt;e`, // PHP, lodash
		`p'(a)\/b c\"d&<e`, `p\'(a)/b c\"d&<e`, `p'(a)/b c\"d\u0026\u003ce`, // JSON of PHP, a script, JSON of Go
		`p'(a)/b%20c%22d&amp;%3Ce`, `%7B%22x%22%3A%22p'(a)%2Fb%20c%5C%22d%26%3Ce%22%7D`, // an address in HTML, JSON in an address
	} {
		if got := r.String(text); got != Mark && got != "%7B%22x%22%3A%22"+Mark+"%22%7D" {
			t.Errorf("%s became %s", text, got)
		}
	}
}

func TestInsideLongerBase64(t *testing.T) {
	const secret = "hunter2!"
	r := New(secret)
	for before := range 7 {
		for after := range 4 {
			plain := strings.Repeat("<", before) + secret + strings.Repeat(">", after)
			for _, e := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
				text := e.EncodeToString([]byte(plain))
				got := r.String(text)
				if !strings.Contains(got, Mark) {
					t.Errorf("%d bytes before, %d after: %s", before, after, got)
				}
				// What is left, read again, holds at most the edge of the secret.
				left := strings.ReplaceAll(got, Mark, "")
				if len(left) > len(text)-8*len(secret)/6+1 {
					t.Errorf("too much is left: %s of %s", left, text)
				}
			}
		}
	}
}

func TestWhatIsNoSecretStays(t *testing.T) {
	r := New("hunter2!", "p$1x", "JBSWY3DPEHPK3PXP")
	for _, s := range []string{"", "hunter3!", "hunte", "hunter2 !", "Hunter2!", "100% of &amp; \\n \\u00", "%", "&", `\`, "&#", "%2", "é", "\xc3", "hunt\ner2!", "a+b"} {
		if got := r.String(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	if New().String("x") != "x" || (*Redactor)(nil).String("x") != "x" || New("").String("x") != "x" {
		t.Error("without secrets the text changes")
	}
}

func TestSecretsInEachOther(t *testing.T) {
	r := New("abcdef", "defghi", "abc", "cde4", "cde4567")
	for in, want := range map[string]string{
		"xabcdefghix":  "x[redacted]x", // they overlap: nothing of either stays
		"abcdefabcdef": "[redacted][redacted]", "cde45 ": "[redacted]5 ", "cde4567": "[redacted]",
	} {
		if got := r.String(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestShortSecretsAreWords(t *testing.T) {
	r := New("42x", "&")
	for in, want := range map[string]string{"code 42x.": "code [redacted].", "42x": Mark, "142x": "142x", "42xy": "42xy", "Q&A": "Q&A", "Q & A": "Q [redacted] A", "hex 343278": "hex 343278"} {
		if got := r.String(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	var b strings.Builder
	w := r.Writer(&b)
	for _, p := range []string{"1", "42x", " 42", "x", "y 42x", "."} {
		io.WriteString(w, p)
	}
	if b.String() != "142x 42xy [redacted]." {
		t.Errorf("in pieces: %q", b.String())
	}
}

func TestASecretCutOffAtTheEnd(t *testing.T) {
	r := New("correct-horse")
	for in, want := range map[string]string{"pw=correct-hor": "pw=[redacted]", "pw=correct-hor\n": "pw=correct-hor\n", "is it correct": "is it correct"} {
		if got := r.String(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestLinesAreNotDelayed(t *testing.T) {
	r := New("hunter2!", `\&%`)
	var b strings.Builder
	w := r.Writer(&b)
	for _, line := range []string{"hunter2\n", "100%\n", "a & b \\\n", "hunter2!\n", "it is \xc3\n"} {
		b.Reset()
		io.WriteString(w, line)
		if want := strings.ReplaceAll(line, "hunter2!", Mark); b.String() != want {
			t.Errorf("%q: %q came out at once", line, b.String())
		}
	}
	b.Reset()
	io.WriteString(w, "Continue? hunt")
	if b.String() != "Continue? " {
		t.Errorf("held back more than the beginning of a secret: %q came out", b.String())
	}
	if w.Close(); b.String() != "Continue? hunt" {
		t.Errorf("after Close: %q", b.String())
	}
}

type failing struct{ n int }

func (f *failing) Write(p []byte) (int, error) {
	f.n++
	return 0, errors.New("disk full")
}

func TestWriteErrorsAreKept(t *testing.T) {
	f := &failing{}
	w := New("hunter2!").Writer(f)
	for range 2 {
		if n, err := io.WriteString(w, "x\n"); n != 0 || err == nil || err.Error() != "disk full" {
			t.Errorf("%d, %v", n, err)
		}
	}
	if w.Close() == nil || f.n != 1 {
		t.Errorf("written %d times after the error", f.n)
	}
}

func TestConcurrentUse(t *testing.T) {
	r := New("hunter2!")
	var out bytes.Buffer
	w := r.Writer(&out)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r.Add(fmt.Sprintf("secret-%d!", i))
			for range 100 {
				io.WriteString(w, fmt.Sprintf("hunter2! secret-%d!\n", i))
			}
		}()
	}
	wg.Wait()
	w.Close()
	if out.String() != strings.Repeat("[redacted] [redacted]\n", 800) {
		t.Errorf("%.200q", out.String())
	}
}

// Random secrets in random forms between random text, written in random pieces:
// none is left, and the pieces do not matter.
func TestPlantedSecretsInRandomText(t *testing.T) {
	seed := time.Now().UnixNano()
	defer func() {
		if t.Failed() {
			t.Logf("seed %d", seed)
		}
	}()
	rnd := rand.New(rand.NewSource(seed))
	const letters = `abcXYZ019!"§$%&/()=?{[]}\+*~#'-_.:,;<>|@ é😀`
	word := func(n int) string {
		all := []rune(letters)
		var b strings.Builder
		for range n {
			b.WriteRune(all[rnd.Intn(len(all))])
		}
		return b.String()
	}
	for round := range 400 {
		secrets := []string{"S" + word(8+rnd.Intn(12)), "Z" + word(5+rnd.Intn(3))}
		r := New(secrets...)
		var b strings.Builder
		for range 1 + rnd.Intn(5) {
			b.WriteString(word(rnd.Intn(20)) + "\n")
			var all []string
			f := forms(secrets[rnd.Intn(2)])
			for _, text := range f {
				all = append(all, text)
			}
			b.WriteString(all[rnd.Intn(len(all))])
			b.WriteString("\n" + word(rnd.Intn(20)))
		}
		text := b.String()
		want := r.String(text)
		for _, s := range secrets {
			for name, form := range forms(s) {
				if strings.Contains(want, form) {
					t.Errorf("round %d: %s of %q is left in %q", round, name, s, want)
				}
			}
		}
		var out strings.Builder
		w := r.Writer(&out)
		for rest := text; rest != ""; {
			n := min(len(rest), 1+rnd.Intn(7))
			io.WriteString(w, rest[:n])
			rest = rest[n:]
		}
		w.Close()
		if out.String() != want {
			t.Fatalf("round %d: in pieces %q, at once %q", round, out.String(), want)
		}
	}
}

func FuzzRedact(f *testing.F) {
	f.Add("hunter2!", "x%68unter2! &#104;unter2&excl; \\u0068", uint8(3))
	f.Add(`\\\\`, `\\\\\\\\`, uint8(1))
	f.Add("a&amp;b", "&amp;amp;a&amp;amp;b", uint8(2))
	f.Add("0", "000 0\u04ce", uint8(2)) // a letter cut in two after a short secret
	f.Add("\xff\xfe\xfd\xfc", "%ff%FE\xfd\\xfc", uint8(2))
	f.Fuzz(func(t *testing.T, secret, text string, piece uint8) {
		r := New(secret)
		want := r.String(text + secret + "\n")
		if len(secret) >= shortest && strings.Contains(strings.ReplaceAll(want, Mark, "\n"), secret) && !strings.Contains(secret, "\n") {
			t.Errorf("%q is left in %q", secret, want)
		}
		var out strings.Builder
		w := r.Writer(&out)
		for rest := text + secret + "\n"; rest != ""; {
			n := min(len(rest), 1+int(piece))
			io.WriteString(w, rest[:n])
			rest = rest[n:]
		}
		w.Close()
		if out.String() != want {
			t.Errorf("in pieces %q, at once %q", out.String(), want)
		}
	})
}

func BenchmarkPage(b *testing.B) {
	page := strings.Repeat(`<div class="a-row &amp; x" data-url="/a%20b?x=1&amp;y=2">{"name":"Kitchen \"Echo\""}</div>`+"\n", 10000)
	r := New("correct horse battery", "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "ann@example.org")
	b.SetBytes(int64(len(page)))
	for b.Loop() {
		r.String(page)
	}
}

func TestHoldsIsForSecretsInFull(t *testing.T) {
	r := New("001301", "correct horse", "a-long-secret", "ab", " spaced ", "Atza|0123456789abcdef")
	for s, want := range map[string]bool{
		"001301": true, " 001301\n": true, "G0STANDIN0001301": false, "serial 001301": false, // short: by chance
		"my correct horse.": true, "incorrect horses": false, "incorrect horse, correct horse": true,
		"xa-long-secret": false, "(a-long-secret)": true, "a-long-secreté": false, "ab": false, "": false, "spaced": true, "xAtza|0123456789abcdefx": true,
	} {
		if got := r.Holds(s); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	if (*Redactor)(nil).Holds("x") {
		t.Error("nil knows none")
	}
}

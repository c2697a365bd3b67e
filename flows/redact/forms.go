package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// shortest is the length in bytes from which a secret is found inside other text.
const shortest = 4

type encoder func(string) string

// formsOf are all texts that a secret is looked for as, sorted.
func formsOf(secret string) []string {
	any := slices.Concat(ofJSON, ofHTML, ofAddress)
	once := apply(any, []string{secret})
	all := slices.Concat(once, apply(any, once), apply(ofAddress, apply(ofHTML, apply(ofJSON, []string{secret}))))
	if len(secret) >= shortest {
		x := hex.EncodeToString([]byte(secret))
		all = append(all, x, strings.ToUpper(x))
		for before := range 3 {
			all = append(all, apply(ofBase64, base64Forms(secret, before))...)
		}
		// Encoders that leave no character as it is.
		for _, format := range []string{"%%%02X", "%%%02x", `\x%02x`} {
			all = append(all, each(format, []byte(secret)))
		}
		for _, format := range []string{"&#%d;", "&#x%x;", "&#X%05X;", `\u%04x`} {
			all = append(all, each(format, []rune(secret)))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// apply is the texts, and what each encoder makes of them.
func apply(encoders []encoder, texts []string) []string {
	all := slices.Clone(texts)
	for _, text := range texts {
		for _, encode := range encoders {
			all = append(all, encode(text))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func each[T byte | rune](format string, all []T) string {
	var b strings.Builder
	for _, c := range all {
		fmt.Fprintf(&b, format, c)
	}
	return b.String()
}

// Addresses: the marks that stand as they are beside letters and digits, for the
// encoders of Go (query, path), of JavaScript (component, whole address), of forms,
// and for what a browser itself encodes in a path, a query and a fragment.
var ofAddress = addressEncoders("-._~", "-._~$&+=:@", "-._~!'()*", "-._~!'()*;,/?:@&=+$#", "-._*",
	"-._~!'()*;,/:@&=+$%|\\[]", "-._~!()*;,/?:@&=+$%|\\[]^`{}", "-._~!'()*;,/?:@&=+$%|\\[]^{}#")

func addressEncoders(kept ...string) (all []encoder) {
	for _, marks := range kept {
		for _, format := range []string{"%%%02X", "%%%02x"} {
			var oldnew []string
			for c := range 256 {
				if c >= utf8.RuneSelf || !isWord(rune(c)) && strings.IndexByte(marks, byte(c)) < 0 {
					oldnew = append(oldnew, string([]byte{byte(c)}), fmt.Sprintf(format, c))
				}
			}
			all = append(all, strings.NewReplacer(oldnew...).Replace)
			if !strings.Contains(marks, "+") {
				all = append(all, strings.NewReplacer(append([]string{" ", "+"}, oldnew...)...).Replace)
			}
		}
	}
	return all
}

// HTML: what Go, browsers (text and attributes), PHP and script libraries make of it.
var ofHTML = []encoder{
	html.EscapeString,
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\u00a0", "&nbsp;").Replace,
	strings.NewReplacer("&", "&amp;", `"`, "&quot;", "\u00a0", "&nbsp;").Replace,
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\u00a0", "&nbsp;").Replace,
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#039;").Replace,
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;").Replace,
	strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#x27;").Replace,
	strings.NewReplacer(named()...).Replace,
}

// named are the names of marks and Latin letters.
func named() (oldnew []string) {
	for _, name := range strings.Fields(`amp lt gt quot apos dollar Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml
		Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc
		atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml oslash ugrave
		uacute ucirc uuml yacute thorn yuml`) {
		oldnew = append(oldnew, html.UnescapeString("&"+name+";"), "&"+name+";")
	}
	return oldnew
}

// JSON, JavaScript and Go.
var ofJSON = []encoder{
	func(s string) string { b, _ := json.Marshal(s); return string(b[1 : len(b)-1]) },
	plainJSON,
	func(s string) string { return strings.ReplaceAll(plainJSON(s), "/", `\/`) },
	func(s string) string { return strings.ReplaceAll(plainJSON(s), "'", `\'`) },
	func(s string) string { return ascii(plainJSON(s)) },
	func(s string) string { s = strconv.Quote(s); return s[1 : len(s)-1] },
	func(s string) string { s = strconv.QuoteToASCII(s); return s[1 : len(s)-1] },
}

// Base64 has two marks only, "+" and "/".
var ofBase64 = append(ofAddress[:2:2], ofJSON[2])

func plainJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string always has a form
	return b.String()[1 : b.Len()-2]
}

func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
			continue
		}
		for _, u := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&b, `\u%04x`, u)
		}
	}
	return b.String()
}

// base64Forms are the base64 of a secret where `before` bytes (modulo 3) stand before
// it: the characters that hold nothing but bits of the secret, and the last one,
// whose remaining bits may be anything.
func base64Forms(secret string, before int) (all []string) {
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		padded := append(make([]byte, before), secret...)
		first, whole, open := (8*before+5)/6, len(padded)*8/6, len(padded)*8%6
		if open == 0 {
			all = append(all, e.EncodeToString(padded)[first:])
			continue
		}
		// What may stand in the last character: every way to fill it.
		for low := range 1 << (6 - open) {
			all = append(all, e.EncodeToString(append(slices.Clone(padded), byte(low<<(open+2)), 0))[first:whole+1])
		}
	}
	return all
}

package record

import (
	"bytes"
	"encoding/json"
	"html"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file looks for what must not be handed on in running text: beside a key, in a tag,
// in the places of a page where a name or an address stands.

// Where Amazon's pages show who is signed in and where things are sent to
// (facts/navigation.md), and fields of forms, whose name and value are apart.
var (
	navLine  = later(`(?s)^nav-line-1[^>]*>([^<]{1,200})<`)
	invites  = later(`(?i)sign|log.?in|anmeld|einlogg|identif|acced|inici|entrar|fa[çc]a|connect|inlogg|zalog|giri|サインイン|ログイン|登录|تسجيل`)
	glowLine = later(`(?s)^glow-ingress-line([12])["'][^>]*>([^<]{1,200})<`)
	attrName = later(`(?is)\b(?:name|id|property)\s*=\s*["']?([^"'\s>]+)`)
	attrVal  = later(`(?is)\b(?:value|content)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+))`)
	hidden   = later(`(?is)\btype\s*=\s*["']?hidden`)
	theirs   = later(`>\s*([^<>]{2,60}?)(?:'|\x{2019}|&#0*39;|&#x27;|&rsquo;|&apos;)$`)
	longOnes = later(`(?is)^<(textarea|select)\b[^>]*>`)
	registTo = later(`(?s)^[^:<]{0,20}:\s*(?:<[^>]*>\s*)*([^<"]{2,80}?)\s*[<"]`)
	rowID    = later(`(?i)\bid="(?:title|device-?name)`)
	rowTitle = later(`(?i)\btitle="([^"]{1,600})"`)
)

// byKey walks over name-and-value pairs as JSON, scripts, addresses, attributes and
// forms write them. ours tells whether a place is in a statement of a script.
func (s *Scrubber) byKey(b []byte, ours func(int) bool) {
	for i := 1; i < len(b); i++ {
		if c := b[i]; c != ':' && c != '=' {
			continue
		}
		key := keyBefore(b, i)
		if key == "" {
			continue
		}
		if !s.lib && b[i] == ':' {
			switch key {
			case "name":
				s.bareName(b, i)
				continue
			case "customer", "owner", "recipient", "buyer", "addressee", "greeting", "salutation":
				if v, _ := valueAfter(b, i+1, false); key == "greeting" || key == "salutation" {
					s.greeting(v)
				} else if fullName().MatchString(v) {
					s.Add(Person, v)
				}
				continue
			}
			if whose().MatchString(key) {
				if v, _ := valueAfter(b, i+1, false); fullName().MatchString(v) && v != strings.ToUpper(v) {
					s.Add(Person, v)
				}
				continue
			}
		}
		c, known := s.keys[key]
		if !known {
			if quick().MatchString(key) {
				c = classOf(key)
			} else {
				c = none
			}
			if len(s.keys) < 50000 {
				s.keys[key] = c
			}
		}
		if c == none {
			continue
		}
		k := strings.ToLower(key)
		if c == "" {
			// What is public about a device has the shape of an id: it stays.
			if strings.HasSuffix(k, "devicetype") || strings.HasSuffix(k, "devicetypeid") || strings.HasSuffix(k, "marketplaceid") {
				if v, _ := valueAfter(b, i+1, false); v != "" {
					s.stays[v] = true
				}
			}
			continue
		}
		v, _ := valueAfter(b, i+1, b[i] == '=')
		switch c {
		case Person, Device, Address, SSID:
			if b[i] == '=' && expression(b, i) && ours(i) {
				continue
			}
		}
		if c == Password && strings.ContainsRune(v, ' ') {
			continue // what a page says about passwords; typed ones come by other ways too
		}
		if s.lib {
			switch c {
			case Person, Device, Address, SSID, Password, Phone, Place:
				continue // words of a library
			}
		}
		s.Add(c, v)
	}
}

// whose: under such a key stands somebody, by name or by an id.
var whose = later(`(?i)^(?:(?:account|card|policy)[-_]?holder|(?:device|account|primary|profile)[-_]?(?:owner|user)|registered[-_]?(?:to|by)|shared[-_]?(?:with|by)|ship[-_]?to|deliver[-_]?to)$`)

// fullName: words as names are written, and nothing that a program calls its parts.
var fullName = later(`^\p{Lu}[\p{L}\p{M}'\x{2019}.-]+(?: [\p{L}\p{M}'\x{2019}.-]+){0,4}$`)

// What stands beside a plain "name" in an object of JSON tells whose it is.
var (
	ofDevice = later(`(?i)["'](?:device)?(?:serial(?:number)?|dsn|devicetype|deviceaccountid|deviceid)\\?["']\s*:`)
	ofPerson = later(`(?i)["'](?:e-?mail(?:address)?|address(?:line)?1|postal_?code|phone(?:number)?|customerid|directedid|birth(?:day|date))\\?["']\s*:`)
)

// bareName looks at the value of "name" in an object that is about a person or a device.
func (s *Scrubber) bareName(b []byte, i int) {
	v, _ := valueAfter(b, i+1, false)
	if v == "" {
		return
	}
	// The object, as far as it has no other inside it.
	from, to := i, i
	for from > 0 && i-from < 600 && b[from-1] != '{' && b[from-1] != '}' {
		from--
	}
	if from == 0 || b[from-1] != '{' {
		return
	}
	for to < len(b) && to-i < 600 && b[to] != '{' && b[to] != '}' {
		to++
	}
	switch o := b[from:to]; {
	case !bytes.ContainsAny(o, `"'`):
	case ofDevice().Match(o):
		s.Add(Device, v)
	case ofPerson().Match(o):
		s.Add(Person, v)
	}
}

// keyBefore is the name that ends before b[i], with or without quotes.
func keyBefore(b []byte, i int) string {
	j := i - 1
	for j >= 0 && (b[j] == ' ' || b[j] == '\t' || b[j] == '\n') {
		j--
	}
	for j >= 0 && (b[j] == '"' || b[j] == '\'' || b[j] == '\\') {
		j--
	}
	end := j + 1
	for j >= 0 && end-j < 64 && (b[j] >= 'a' && b[j] <= 'z' || b[j] >= 'A' && b[j] <= 'Z' || b[j] >= '0' && b[j] <= '9' || b[j] == '_' || b[j] == '-' || b[j] == '.' || b[j] == '$') {
		j--
	}
	return string(b[j+1 : end])
}

// valueAfter reads the value from b[i]: a text in quotes, or what stands there bare.
func valueAfter(b []byte, i int, bare bool) (string, int) {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n') {
		i++
	}
	if i >= len(b) {
		return "", i
	}
	if q := b[i]; q == '"' || q == '\'' {
		for j := i + 1; j < len(b) && j-i < 8192; j++ {
			switch b[j] {
			case '\\':
				j++
			case q:
				raw := string(b[i+1 : j])
				var v string
				if q == '"' && strings.ContainsRune(raw, '\\') && json.Unmarshal([]byte(`"`+raw+`"`), &v) == nil {
					return v, j
				}
				return html.UnescapeString(raw), j
			}
		}
		return "", i
	}
	j := i
	for j < len(b) && j-i < 4096 && !bytes.ContainsRune([]byte("&\"'<>;,)}] \t\r\n\\#"), rune(b[j])) {
		j++
	}
	v := string(b[i:j])
	if !bare && !plainNum().MatchString(v) { // in JSON and scripts only numbers stand bare
		return "", j
	}
	if d, err := url.QueryUnescape(v); bare && err == nil {
		v = d
	}
	return v, j
}

// after tells what follows each place where words stand, so many bytes of it.
func after(b []byte, words string, n int, tell func([]byte)) {
	for at := 0; ; {
		i := bytes.Index(b[at:], []byte(words))
		if i < 0 {
			return
		}
		at += i
		tell(b[at:min(len(b), at+n)])
		at += len(words)
	}
}

// tags tells each tag of a page.
func tags(b []byte, tell func([]byte)) {
	for at := 0; ; {
		i := bytes.IndexByte(b[at:], '<')
		if i < 0 {
			return
		}
		at += i
		if j := bytes.IndexByte(b[at:min(len(b), at+8192)], '>'); j >= 0 {
			tell(b[at : at+j+1])
		}
		at++
	}
}

// places looks at a page's known places.
func (s *Scrubber) places(b []byte, signedIn bool) {
	// A piece of the bar that a script fetches says neither.
	if signedIn || !bytes.Contains(b, []byte("nav-unrec")) {
		after(b, "nav-line-1", 1200, func(p []byte) {
			if m := navLine().FindSubmatch(p); m != nil && (signedIn || !invites().Match(m[1])) {
				s.greeting(html.UnescapeString(string(m[1])))
			}
		})
	}
	after(b, "glow-ingress-line", 1200, func(p []byte) {
		m := glowLine().FindSubmatch(p)
		if m == nil {
			return
		}
		t := strings.Trim(html.UnescapeString(string(m[2])), "\u200c\u200e\u00a0 \n\t")
		if string(m[1]) == "1" {
			f := strings.Fields(t)
			if len(f) > 1 && signedIn {
				s.Add(Person, f[len(f)-1]) // Deliver to Ada
			}
			return
		}
		s.Add(Address, t)
		for _, w := range strings.Fields(t) {
			if len(w) >= 4 {
				s.Add(Address, w)
			}
		}
	})
	// "Ada's Amazon.com" in the bar, and in the titles of pages.
	for _, words := range []string{"s Amazon.", "s Devices"} {
		for at := 0; ; at += len(words) {
			i := bytes.Index(b[at:], []byte(words))
			if i < 0 {
				break
			}
			at += i
			if m := theirs().FindSubmatch(b[max(0, at-100):at]); m != nil {
				if name := html.UnescapeString(string(m[1])); fullName().MatchString(name) {
					s.Add(Person, name)
				}
			}
		}
	}
	s.longFields(b)
	tags(b, func(tag []byte) {
		if low := bytes.ToLower(tag[:min(len(tag), 7)]); bytes.HasPrefix(low, []byte("<input")) || bytes.HasPrefix(low, []byte("<meta")) {
			s.field(tag)
		}
		if bytes.Contains(tag, []byte("title=")) && rowID().Match(tag) {
			if m := rowTitle().FindSubmatch(tag); m != nil {
				s.Add(Device, html.UnescapeString(string(m[1])))
			}
		}
	})
	for _, words := range []string{"registered to", "angemeldet auf"} {
		after(b, words, 400, func(p []byte) {
			if m := registTo().FindSubmatch(p[len(words):]); m != nil {
				s.Add(Person, html.UnescapeString(string(m[1])))
			}
		})
	}
}

// field looks at a field of a form, whose name and value are apart.
func (s *Scrubber) field(tag []byte) {
	n, v := attrName().FindSubmatch(tag), attrVal().FindSubmatch(tag)
	if n == nil || v == nil {
		return
	}
	value := html.UnescapeString(string(v[1]) + string(v[2]) + string(v[3]))
	c := classOf(string(n[1]))
	if c == "" && hidden().Match(tag) && len(value) >= 24 && random(value) {
		c = Token
	}
	if c != "" {
		s.Add(c, value)
	}
}

// longFields looks at the fields of a form whose value stands between two tags.
func (s *Scrubber) longFields(b []byte) {
	for _, words := range []string{"<textarea", "<select"} {
		after(b, words, 8192, func(p []byte) {
			open := longOnes().Find(p)
			name := attrName().FindSubmatch(open)
			if open == nil || name == nil {
				return
			}
			c := classOf(string(name[1]))
			rest := p[len(open):]
			end := bytes.Index(rest, []byte("</"+words[1:]))
			if c == "" || end < 0 {
				return
			}
			for rest = rest[:end]; len(rest) > 0; {
				text, more, _ := bytes.Cut(rest, []byte("<"))
				for _, line := range strings.Split(html.UnescapeString(string(text)), "\n") {
					s.Add(c, line)
				}
				if i := bytes.IndexByte(more, '>'); i >= 0 {
					more = more[i+1:]
				}
				rest = more
			}
		})
	}
}

// greeting takes the name out of "Hello, Ada".
func (s *Scrubber) greeting(t string) {
	t = strings.TrimSpace(t)
	i := strings.LastIndexAny(t, ",，、:")
	if i < 0 {
		if f := strings.Fields(t); len(f) == 2 { // Hallo Ada
			s.Add(Person, f[1])
		}
		return
	}
	_, n := utf8.DecodeRuneInString(t[i:])
	name := strings.TrimSuffix(strings.TrimSpace(t[i+n:]), "さん")
	s.Add(Person, strings.TrimSpace(name))
}

// random: letters and digits without a word in them, as tokens are made of.
func random(v string) bool {
	digits, upper, lower := 0, 0, 0
	for _, r := range v {
		switch {
		case unicode.IsDigit(r):
			digits++
		case unicode.IsUpper(r):
			upper++
		case unicode.IsLower(r):
			lower++
		case r == ' ' || r == '{' || r == '<':
			return false
		}
	}
	return digits >= 3 && upper+lower >= 6 && !strings.HasPrefix(v, "http") && !strings.HasPrefix(v, "/")
}

// unescape takes one layer of each encoding off.
func unescape(v string) string {
	if strings.ContainsRune(v, '&') {
		v = html.UnescapeString(v)
	}
	if strings.ContainsRune(v, '%') {
		if d, err := url.PathUnescape(v); err == nil {
			v = d
		}
	}
	if strings.ContainsRune(v, '\\') {
		var d string
		if json.Unmarshal([]byte(`"`+strings.Trim(v, `"`)+`"`), &d) == nil {
			v = d
		}
	}
	return v
}

package record

import (
	"bytes"
	"cmp"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// This file finds what must be taken out: by the name under which it stands (a key of
// JSON, a variable, a parameter, a field of a form, an attribute), by its own shape,
// and by the few places of a page where a person's name or address is shown.

// keys: the class of what stands under a name. The name is compared without case, and
// without anything but letters and digits. The first that fits counts.
var keys = []struct {
	class Class
	re    *regexp.Regexp
}{

	{"", regexp.MustCompile(`(type|typeid|typestring|format|length|timeout|expiry|expires|enabled|required|status|count|label|class|style|title|text|message|url|uri|href|src|regex|pattern|placeholder|version|policy|header|headername|fieldname|paramname|cookiename|keyname|screenname|classname|tagname|typename|filename|eventname|pagename|appname|hostname|pathname|modulename|countryname|brandname)$`)},
	{Password, regexp.MustCompile(`(password|passwd|passphrase|^pwd|otpcode|mfacode|verificationcode|captchaguess|captchainput|captchacharacters)`)},
	{Token, regexp.MustCompile(`(csrf|xsrf|token|secret|bearer|authorization|credential|signature|nonce|appaction|workflowstate|metadata1|sitestate|accesskey|apikey|privatekey|clientcontext|^arb$|prefetchkey|^assertion)`)},
	{Session, regexp.MustCompile(`(session|^ubid|^sid$|requestid|^rid$|^hit$)`)},
	{MAC, regexp.MustCompile(`(macaddr|bluetoothaddr|^mac$|^bssid|wifimac|btmac)`)},
	{SSID, regexp.MustCompile(`(ssid|wifiname|networkname|accesspointname)`)},
	{Email, regexp.MustCompile(`e?mail(address)?$`)},
	{Phone, regexp.MustCompile(`(phone(number)?|mobile(number)?|msisdn|faxnumber)$`)},
	{Place, regexp.MustCompile(`(^lat$|^lng$|^lon$|latitude|longitude)$`)},
	{Address, regexp.MustCompile(`(addressline[0-9]?|address[0-9]|^address$|postaladdress|street(address|name)?|^city$|cityname|postalcode|postcode|zipcode|^zip$|formattedaddress|deliveryaddress|stateorregion)$`)},
	{Serial, regexp.MustCompile(`(serial|serialnumber|^dsn|devicedsn)$`)},
	{Customer, regexp.MustCompile(`(customerid|ownerid|directedid|ownercustomerid|personid|householdid|memberid|profileid|encryptedid|obfuscatedid|userid)[0-9]?$`)},
	{Account, regexp.MustCompile(`(accountid|deviceid|registrationid|entityid|applianceid|endpointid)$`)},
	{Device, regexp.MustCompile(`(deviceaccountname|devicename|^accountname|friendlyname|nickname|roomname|groupname|speakername|devicedisplayname|devicealias)$`)},
	{Person, regexp.MustCompile(`(customername|firstname|lastname|fullname|givenname|familyname|ownername|profilename|membername|username|recipientname|displayname|devicegroupname|childname|addressee|custname|shiptoname|contactname|buyername|sendername|holdername)$`)},
}

// none: a name that tells nothing, as against "", one that tells that it is harmless.
const none Class = "-"

func classOf(key string) Class {
	var b strings.Builder
	for _, r := range strings.ToLower(key) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	k := b.String()
	if k == "" || len(k) > 60 {
		return ""
	}
	switch k {
	case "devicegroupname":
		return Person // the child, or the other member, whose device it is
	case "devicelabel":
		return Device
	}
	for _, e := range keys {
		if e.class == SSID && notSSID.MatchString(k) {
			continue
		}
		if e.re.MatchString(k) {
			return e.class
		}
	}
	return ""
}

// notSSID are names in which those letters only happen to meet: addressId, S.side.
var notSSID = regexp.MustCompile(`(addre|acce|proce|cla|busine|expre|progre|succe)ssid|sside`)

// quick tells words that a key of any class must hold, so that few keys are judged.
var quick = regexp.MustCompile(`(?i)pass|pwd|code|captcha|csrf|xsrf|token|secret|bearer|auth|credential|signature|nonce|appaction|workflow|metadata1|sitestate|key|context|arb|session|ubid|sid|request|rid|hit|mac|addr|ssid|wifi|network|mail|phone|mobile|msisdn|fax|lat|lng|lon|street|city|post|zip|state|serial|dsn|customer|owner|direct|person|household|member|profile|encrypted|obfuscated|user|account|device|registration|entity|appliance|endpoint|friendly|nick|room|group|speaker|first|last|full|given|family|recipient|display|child|addressee|cust|ship|contact|buyer|sender|holder|alias`)

// Shapes that are personal wherever they stand. Looking for a pattern in a whole page
// takes seconds, so each has a sign that it cannot be without, and is looked for only
// around that: so many bytes before it and after it.
var shapes = []struct {
	class         Class
	sign          byte
	before, after int
	re            *regexp.Regexp
}{

	{Email, '@', 64, 96, regexp.MustCompile(`[A-Za-z0-9._%+'-]+@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,12}\b`)},
	{Account, '1', 4, 200, regexp.MustCompile(`\bamzn1\.[a-z0-9._-]+\.[A-Za-z0-9-]{8,}`)},
	{Session, '-', 4, 20, regexp.MustCompile(`\b[0-9]{3}-[0-9]{7}-[0-9]{7}\b`)},
	{MAC, ':', 3, 18, regexp.MustCompile(`\b(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}\b`)},
	{MAC, '-', 3, 18, regexp.MustCompile(`\b(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}\b`)},
	{IP, '.', 4, 14, regexp.MustCompile(`\b(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\.(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])){3}\b`)},
	{IP, ':', 5, 42, regexp.MustCompile(`\b(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\b|\b(?:[0-9A-Fa-f]{1,4}:){2,6}:[0-9A-Fa-f]{1,4}\b`)},
	{Token, '|', 5, 600, regexp.MustCompile(`\bAt[a-z]{2}\|[A-Za-z0-9|._+/=-]{8,}`)},
	{Token, 'J', 3, 4000, regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)?`)},
	{Phone, '+', 0, 32, regexp.MustCompile(`\+[1-9][0-9]{0,2}[ ().-]{0,2}[0-9]{2,4}(?:[ ().-]{0,2}[0-9]{2,4}){1,4}\b`)},
}

var shapeSigns = func() (m [256]bool) {
	for _, sh := range shapes {
		m[sh.sign] = true
	}
	return m
}()

// grouped is a serial number as the devices page shows a Kindle's.
var grouped = regexp.MustCompile(`^[GB]0[0-9A-Z]{2}(?:(?: |-|\x{a0})[0-9A-Z]{4}){3}\b`)

// eachShape tells everything in a text that has such a shape, or that of a serial
// number or a customer id, which are single words.
func eachShape(text []byte, tell func(Class, string)) {
	for i := 0; i < len(text); i++ {
		c := text[i]
		if (c == 'G' || c == 'A' || c == 'B') && (i == 0 || !alnum(text[i-1]) && text[i-1] != '_') {
			j := i
			for j < len(text) && (text[j] >= '0' && text[j] <= '9' || text[j] >= 'A' && text[j] <= 'Z') {
				j++
			}
			if j == len(text) || !alnum(text[j]) && text[j] != '_' {
				if n := j - i; c == 'G' && n == 16 || c == 'B' && n == 16 && text[i+1] == '0' {
					tell(Serial, string(text[i:j]))
				} else if m := grouped.Find(text[i:min(len(text), i+24)]); n == 4 && m != nil {
					tell(Serial, string(m))
				} else if c == 'A' && n >= 13 && n <= 15 {
					tell(Customer, string(text[i:j]))
				}
			}
		}
		if !shapeSigns[c] {
			continue
		}
		for _, sh := range shapes {
			if sh.sign != c || !promising(sh.class, c, text, i) {
				continue
			}
			from := max(0, i-sh.before)
			// Not in the middle of a word: that would make another one of it.
			for from > 0 && from < i && alnum(text[from-1]) && alnum(text[from]) {
				from++
			}
			to := min(len(text), i+sh.after)
			if m := sh.re.FindIndex(text[from:to]); m != nil && from+m[0] <= i && from+m[1] > i {
				tell(sh.class, string(text[from+m[0]:from+m[1]]))
			}
		}
	}
}

// promising is the cheap question before the dear one.
func promising(class Class, sign byte, text []byte, i int) bool {
	at := func(k int) byte {
		if k < 0 || k >= len(text) {
			return 0
		}
		return text[k]
	}
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	switch {
	case class == Email:
		return alnum(at(i-1)) && alnum(at(i+1))
	case class == Account:
		return at(i-1) == 'n' && at(i+1) == '.'
	case class == Token && sign == 'J':
		return at(i-1) == 'y' && at(i-2) == 'e'
	case class == Token:
		return alnum(at(i-1)) && at(i-4) == 'A'
	case class == Phone:
		return digit(at(i + 1))
	case class == Session:
		return digit(at(i-1)) && digit(at(i+1)) && at(i+8) == '-'
	case class == MAC:
		return at(i+3) == sign && at(i+6) == sign
	case class == IP && sign == '.':
		return digit(at(i-1)) && digit(at(i+1))
	case class == IP:
		return isHex(rune(at(i-1))) && (isHex(rune(at(i+1))) || at(i+1) == ':')
	}
	return true
}

func alnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// publicIDs have the shape of a customer id and belong to nobody: marketplaces.
var publicIDs = wordSet(`ATVPDKIKX0DER A1PA6795UKMFR9 A1F83G8C2ARO7P A13V1IB3VIYZZH APJ6JRA9NG5V4 A1RKKUPIHCS9HS A1VC38T7YXB528 A2EUQ1WTGCTBG2
	A1AM78C64UM0Y8 A39IBJ37TRP1C6 A2Q3Y263D00KWC A21TJRUUN4KGV A1805IZSGTT6HS A2NODRKZP88ZB9 A1C3SOZRARQ6R3 AMEN7PMS3EDWL A19VAU5U5O7RUS A2VIGQ35RCS4UG AE08WJ6YKNBMC`)

// phoneEnds: digits that a page shows of a number. They are too short to be looked for
// elsewhere, and are replaced where they stand.
var phoneEnds = regexp.MustCompile(`(?i)(?:ending (?:in|with)|ends (?:in|with)|endet (?:auf|mit)|endend auf|se terminant par|finissant par|que termina en|terminad[oa] en|` +

	`com final|terminado em|che (?:termina|finisce) (?:con|per)|eindigt op|末尾[がは]?|下[0-9]桁|(?:[•·●]{2,}|\*{3,}|x{3,})[ *•·●().-]*)[\s:"'>]{0,4}([0-9]{2,4})$`)

// Look finds what must be taken out of an item.
func (s *Scrubber) Look(it *Item) {
	if u, err := url.Parse(it.URL); err == nil {
		s.params(u.RawQuery)
		s.text([]byte(u.Path), 0, false)
		s.segments(u)
		if u.User != nil {
			p, _ := u.User.Password()
			s.Add(Password, p)
		}
		s.params(u.Fragment)
		s.text([]byte(u.Fragment), 0, false)
		if q, err := url.QueryUnescape(u.RawQuery); err == nil {
			s.text([]byte(q), 0, false)
		}
	}
	for _, h := range it.RequestHeaders {
		s.head(h)
	}
	for _, h := range it.Headers {
		s.head(h)
	}
	if len(it.RequestBody) > 0 {
		s.params(string(it.RequestBody))
		s.text(it.RequestBody, 0, false)
	}
	switch kind := it.content(); {
	case len(it.Body) == 0, kind == picture:
	case kind == code && library(it):
		// It is the same for everybody, and full of words that only look like keys.
		s.lib = true
		s.text(it.Body, 0, false)
		s.lib = false
	default:
		signedIn := bytes.Contains(it.Body, []byte("nav-rec"))
		s.places(it.Body, signedIn)
		s.code = kind == code
		s.text(it.Body, 0, signedIn)
		s.code = false
	}
}

// library: a script or style of those who supply pages, and not data under its label
// (JSONP, JSON, a variable that is given a value).
func library(it *Item) bool {
	u, err := url.Parse(it.URL)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	supplied := slices.ContainsFunc(suppliers, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) })
	return supplied && !dataLike(it.Body)
}

var (
	codeRemarks = regexp.MustCompile(`(?s)^(?:\s|\x{feff}|/\*.{0,900}?\*/|//[^\n]*\n|\)\]\}',?|while\s*\(1\);|for\s*\(;;\);|throw [^;\n]*;|&&&[A-Z]*&&&|["']use strict["'];)+`)
	dataStart   = regexp.MustCompile(`^(?:(?:var|let|const|window|self|globalThis)[\s.])?\s*[\w$.\["'\]]{0,120}\s*(?:=|\(|&&\s*[\w$.]{1,80}\()?\s*(?:JSON\.parse\(|[{\[]\s*(?:["'{\[\]}]|[0-9]))`)
)

// dataLike: what is served as a script holds nothing but data.
func dataLike(b []byte) bool {
	b = b[:min(len(b), 4096)]
	b = b[len(codeRemarks.Find(b)):]
	return dataStart.Match(b)
}

// head looks at a line of a request's or an answer's head.
func (s *Scrubber) head(h Header) {
	name := strings.ToLower(h.Name)
	switch {
	case name == "cookie":
		for _, c := range strings.Split(h.Value, ";") {
			s.cookie(c)
		}
	case name == "set-cookie":
		for _, line := range cookieLines(h.Value) {
			c, _, _ := strings.Cut(line, ";")
			s.cookie(c)
		}
	case name == "authorization" || name == "proxy-authorization":
		_, v, _ := strings.Cut(h.Value, " ")
		s.Add(Token, cmp.Or(v, h.Value))
	case name == "content-type" || name == "content-security-policy" || name == "user-agent":
	default:
		if c := classOf(name); c != "" {
			s.Add(c, h.Value)
		}
		s.params(h.Value)
		s.text([]byte(h.Value), 0, false)
	}
}

// cookieLines takes the cookies of an answer apart, which exporters join: Chrome and
// Firefox by line breaks, Safari by commas, as they stand in dates too.
func cookieLines(value string) (lines []string) {
	for _, joined := range strings.Split(value, "\n") {
		from := 0
		for i := range len(joined) {
			if joined[i] == ',' && cookieStart.MatchString(joined[i+1:]) {
				lines = append(lines, strings.TrimSpace(joined[from:i]))
				from = i + 1
			}
		}
		lines = append(lines, strings.TrimSpace(joined[from:]))
	}
	return lines
}

// cookieStart: what follows a comma is another cookie, not the rest of a date.
var cookieStart = regexp.MustCompile(`^ *[A-Za-z0-9!#$%&'*+.^_|~-]+=`)

func (s *Scrubber) cookie(pair string) {
	name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
	value = strings.TrimSpace(value)
	s.Add(Cookie, strings.Trim(value, `"`))
	s.text([]byte(name+"="+value), 1, false)
}

// params looks at name=value pairs.
func (s *Scrubber) params(query string) {
	if len(query) > 1<<20 || !strings.Contains(query, "=") {
		return
	}
	if i := strings.IndexByte(query, '?'); i >= 0 {
		query = query[i+1:]
	}
	for _, p := range strings.Split(query, "&") {
		k, v, ok := strings.Cut(p, "=")
		if !ok || len(k) > 100 || len(v) > 8192 {
			continue
		}
		if d, err := url.QueryUnescape(v); err == nil {
			v = d
		}
		if c := classOf(k); c != "" {
			s.Add(c, v)
		}
	}
}

// text looks at a text by keys, shapes and places, in itself and below its encodings.
func (s *Scrubber) text(b []byte, depth int, signedIn bool) {
	raw, seen := statementsOf(b, s.code && depth == 0), statementsOf(b, s.code && depth == 0)
	from := 0
	for _, p := range pieces(b) {
		s.byKey(p, func(i int) bool { return raw.holds(from + i) })
		v := viewOf(p)
		if v.at != nil {
			s.byKey(v.text, func(i int) bool { return seen.holds(from + v.from(i)) })
		}
		from += len(p)
		if v.at != nil || depth > 0 {
			s.places(v.text, signedIn || bytes.Contains(v.text, []byte("nav-rec")))
		}
		eachShape(v.text, s.shaped)
		if depth < deepest {
			within(v, func(inner []byte) { s.text(inner, depth+1, signedIn) })
		}
	}
	// A text that holds escaped JSON or HTML: once more with one layer off.
	if depth < 2 {
		if t := strings.TrimSpace(string(b[:min(len(b), 64)])); strings.HasPrefix(t, `"`) || strings.HasPrefix(t, "%") {
			if d := unescape(string(b)); d != string(b) {
				s.text([]byte(d), depth+1, signedIn)
			}
		}
	}
}

// deepest is how many packings over each other are looked into.
const deepest = 4

// segments looks at the parts of an address that are an id of something: they would
// stand in the manifest.
func (s *Scrubber) segments(u *url.URL) {
	if _, supplier := belongs(strings.ToLower(u.Hostname()), ""); supplier {
		return // names of files, the same for everybody
	}
	for _, part := range strings.Split(u.Path, "/") {
		if part = strings.TrimSuffix(part, path.Ext(part)); idLike(part) {
			s.Add(Account, part)
		}
	}
}

// idLike: a part of an address that names one thing and not a kind of thing.
func idLike(part string) bool {
	digits := 0
	for _, r := range part {
		if r >= '0' && r <= '9' {
			digits++
		}
	}
	return len(part) >= 12 && digits >= 4 && !strings.ContainsAny(part, " {}") && (digits*3 >= len(part) || len(part) >= 16 && random(part))
}

func (s *Scrubber) shaped(c Class, v string) {
	switch c {
	case Customer:
		digits := 0
		for _, r := range v {
			if r >= '0' && r <= '9' {
				digits++
			}
		}
		if digits < 3 || publicIDs[v] || s.stays[v] {
			return
		}
	case Serial:
		if strings.Count(v, "0")+strings.Count(v, "1") == 0 && !strings.ContainsAny(v, "23456789") {
			return
		}
	case IP:
		if v == "127.0.0.1" || v == "0.0.0.0" || v == "255.255.255.255" || !strings.ContainsAny(v, "0123456789") {
			return
		}
	case Email:
		if i := strings.LastIndexByte(v, '.'); i > 0 && (strings.HasPrefix(v[i:], ".png") || strings.HasPrefix(v[i:], ".jpg") || strings.HasPrefix(v[i:], ".gif")) {
			return // icon@2x.png
		}
		v = strings.TrimLeft(v, ".%+'-")
	}
	s.Add(c, v)
}

package record

import (
	"regexp"
	"strings"
	"sync"
)

// This file finds what must be taken out: by the name under which it stands (a key of
// JSON, a variable, a parameter, a field of a form, an attribute), by its own shape,
// and by the few places of a page where a person's name or address is shown.

// later makes an expression when it is first needed: those of this package together take
// as long as all else that a command begins with, and most commands record nothing.
func later(expr string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expr) })
}

// keys: the class of what stands under a name. The name is compared without case, and
// without anything but letters and digits. The first that fits counts.
var keys = sync.OnceValue(func() []keyRule {
	return []keyRule{
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
})

// keyRule: what stands under a name that fits is of this class.
type keyRule struct {
	class Class
	re    *regexp.Regexp
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
	for _, e := range keys() {
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
var quick = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)pass|pwd|code|captcha|csrf|xsrf|token|secret|bearer|auth|credential|signature|nonce|appaction|workflow|metadata1|sitestate|key|context|arb|session|ubid|sid|request|rid|hit|mac|addr|ssid|wifi|network|mail|phone|mobile|msisdn|fax|lat|lng|lon|street|city|post|zip|state|serial|dsn|customer|owner|direct|person|household|member|profile|encrypted|obfuscated|user|account|device|registration|entity|appliance|endpoint|friendly|nick|room|group|speaker|first|last|full|given|family|recipient|display|child|addressee|cust|ship|contact|buyer|sender|holder|alias`)
})

// Shapes that are personal wherever they stand. Looking for a pattern in a whole page
// takes seconds, so each has a sign that it cannot be without, and is looked for only
// around that: so many bytes before it and after it.
var shapes = sync.OnceValue(func() []shapeRule {
	return []shapeRule{

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
})

// shapeRule is one of these.
type shapeRule struct {
	class         Class
	sign          byte
	before, after int
	re            *regexp.Regexp
}

var shapeSigns = sync.OnceValue(func() (m [256]bool) {
	for _, sh := range shapes() {
		m[sh.sign] = true
	}
	return m
})

// grouped is a serial number as the devices page shows a Kindle's.
var grouped = regexp.MustCompile(`^[GB]0[0-9A-Z]{2}(?:(?: |-|\x{a0})[0-9A-Z]{4}){3}\b`)

// eachShape tells everything in a text that has such a shape, or that of a serial
// number or a customer id, which are single words.
func eachShape(text []byte, tell func(Class, string)) {
	signs := shapeSigns()
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
		if !signs[c] {
			continue
		}
		for _, sh := range shapes() {
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

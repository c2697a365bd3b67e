package account

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

// What people's tools write: each file holds the same two cookies, one for all of
// amazon.com and one for www alone, and says it in its own way.
func exports(expires time.Time) map[string]string {
	sec := expires.Unix()
	return map[string]string{
		"curl":             fmt.Sprintf("# Netscape HTTP Cookie File\n\n#HttpOnly_.amazon.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec),
		"a dot and FALSE":  fmt.Sprintf("# Netscape HTTP Cookie File\n.amazon.com\tFALSE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec),
		"no dot and FALSE": fmt.Sprintf("amazon.com\tFALSE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec),
		"no dot and TRUE":  fmt.Sprintf("amazon.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec),
		"Python's MozillaCookieJar, old Mac line ends": strings.ReplaceAll(
			fmt.Sprintf("# HTTP Cookie File\n.AMAZON.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t\tcsm\tmadeup\n", sec), "\n", "\r"),
		"milliseconds":        fmt.Sprintf(".amazon.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec*1000),
		"microseconds":        fmt.Sprintf(".amazon.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", sec*1e6),
		"Chrome's own clock":  fmt.Sprintf(".amazon.com\tTRUE\t/\tTRUE\t%d\tx-main\tmadeup\nwww.amazon.com\tFALSE\t/\tTRUE\t0\tcsm\tmadeup\n", (sec+11644473600)*1e6),
		"a tool's own fields": fmt.Sprintf("# Netscape HTTP Cookie File\r\n\r\n.example.org\tTRUE\t/\tFALSE\t0\t\tnameless\r\n.amazon.com\tTRUE\t/\tTRUE\t%d.25\tx-main\tmadeup\r\nwww.amazon.com\tFALSE\t/\tTRUE\t-1\tcsm\tmadeup\r\n", sec),
		"Playwright": fmt.Sprintf(`{"cookies":[{"name":"x-main","value":"madeup","domain":".amazon.com","path":"/","expires":%d.5,"httpOnly":false,"secure":true,"sameSite":"Lax"},
			{"name":"csm","value":"madeup","domain":"www.amazon.com","path":"/","expires":-1,"httpOnly":true,"secure":true,"sameSite":"None"}],"origins":[]}`, sec),
		"Puppeteer": fmt.Sprintf(`[{"name":"x-main","value":"madeup","domain":".amazon.com","path":"/","expires":%d.5,"size":12,"httpOnly":false,"secure":true,"session":false,"sameParty":false,"sourceScheme":"Secure"},
			{"name":"csm","value":"madeup","domain":"www.amazon.com","path":"/","expires":-1,"size":9,"httpOnly":false,"secure":true,"session":true}]`, sec),
		"Selenium": fmt.Sprintf(`[{"domain":".amazon.com","expiry":%d,"httpOnly":false,"name":"x-main","path":"/","sameSite":"Lax","secure":true,"value":"madeup"},
			{"domain":"www.amazon.com","httpOnly":false,"name":"csm","path":"/","sameSite":"None","secure":true,"value":"madeup"}]`, sec),
		"EditThisCookie": fmt.Sprintf(`[{"domain":".amazon.com","expirationDate":%d.123,"hostOnly":false,"httpOnly":false,"name":"x-main","path":"/","sameSite":"unspecified","secure":true,"session":false,"storeId":"0","value":"madeup","id":1},
			{"domain":"www.amazon.com","hostOnly":true,"httpOnly":false,"name":"csm","path":"/","sameSite":"no_restriction","secure":true,"session":true,"storeId":"0","value":"madeup","id":2}]`, sec),
		"Cookie-Editor": fmt.Sprintf(`[{"domain":".amazon.com","expirationDate":%d,"hostOnly":false,"httpOnly":true,"name":"x-main","path":"/","sameSite":null,"secure":true,"session":false,"storeId":null,"value":"madeup"},
			{"domain":"www.amazon.com","hostOnly":true,"httpOnly":false,"name":"csm","path":"/","sameSite":"lax","secure":true,"session":true,"storeId":null,"value":"madeup"}]`, sec),
		"J2TEAM Cookies": fmt.Sprintf(`{"url":"https://www.amazon.com","cookies":[{"domain":".amazon.com","expirationDate":%d.5,"hostOnly":false,"httpOnly":false,"name":"x-main","path":"/","sameSite":"lax","secure":true,"session":false,"storeId":"0","value":"madeup"},
			{"domain":"www.amazon.com","hostOnly":true,"name":"csm","path":"/","sameSite":"no_restriction","secure":true,"session":true,"value":"madeup"}]}`, sec),
		"tough-cookie": fmt.Sprintf(`{"version":"tough-cookie@4.1.3","storeType":"MemoryCookieStore","cookies":[{"key":"x-main","value":"madeup","expires":%q,"domain":"amazon.com","path":"/","secure":true,"hostOnly":false,"creation":"2026-01-01T00:00:00.000Z"},
			{"key":"csm","value":"madeup","expires":"Infinity","domain":"www.amazon.com","path":"/","secure":true,"hostOnly":true}]}`, expires.UTC().Format("2006-01-02T15:04:05.000Z")),
		"a browser's protocol": fmt.Sprintf(`{"id":1,"result":{"cookies":[{"name":"x-main","value":"madeup","domain":".amazon.com","path":"/","expires":%d.5,"httpOnly":true,"secure":true,"session":false,"priority":"Medium"},
			{"name":"csm","value":"madeup","domain":"www.amazon.com","path":"/","expires":-1,"secure":true,"session":true}]}}`, sec),
		"an extension's API": fmt.Sprintf(`[{"url":"https://www.amazon.com/","domain":".amazon.com","name":"x-main","value":"madeup","path":"/","secure":true,"expirationDate":"%d"},
			{"url":"https://www.amazon.com/gp/","name":"csm","value":"madeup","secure":true,"sameSite":0}]`, sec),
	}
}

// Each is read to the same: the cookie of the sign-in reaches all of amazon.com, the
// other www alone, and the date counts.
func TestCookieFilesOfPeoplesTools(t *testing.T) {
	now := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	later := now.AddDate(0, 6, 0)
	for name, text := range exports(later) {
		t.Run(name, func(t *testing.T) {
			got, err := ImportCookies(write(t, t.TempDir(), "c", text), "amazon.com", now)
			if err != nil || len(got) != 2 {
				t.Fatalf("%v, %v", names(got), err)
			}
			a, b := got[0], got[1]
			if a.Domain != ".amazon.com" || a.Name != "x-main" || a.Value != "madeup" || a.Path != "/" || !a.Secure || !a.Expires.Truncate(time.Second).Equal(later) {
				t.Errorf("read %+v", a)
			}
			if b.Domain != "www.amazon.com" || b.Name != "csm" || b.Value != "madeup" || b.Path != "/" || !b.Expires.IsZero() {
				t.Errorf("read %+v", b)
			}
		})
	}
	for name, text := range exports(now.AddDate(-1, 0, 0)) {
		if _, err := ImportCookies(write(t, t.TempDir(), "c", text), "amazon.com", now); err == nil || !strings.Contains(err.Error(), "have expired") {
			t.Errorf("%s, expired for a year: %v", name, err)
		}
	}
}

// What is not read is refused by its name, with what to do.
func TestOtherFilesAreRefusedByName(t *testing.T) {
	for _, c := range []struct{ name, text, says string }{
		{"UTF-16", utf16Text(".amazon.com\tTRUE\t/\tTRUE\t0\tx-main\tHUNTER2\r\n"), "is UTF-16 text; save it as UTF-8"},
		{"SQLite", "SQLite format 3\x00\x10\x00", "is a browser's own cookie database (SQLite)"},
		{"gzip", "\x1f\x8b\x08\x00HUNTER2", "is compressed (gzip)"},
		{"zip", "PK\x03\x04HUNTER2", "is compressed (zip)"},
		{"HAR", `{"log":{"version":"1.2","entries":[{"request":{"cookies":[{"name":"x-main","value":"HUNTER2"}]}}]}}`, "is a HAR file"},
		{"a header", "Cookie: session-id=131; x-main=HUNTER2; at-main=\"Atza|x\"", "is the text of a Cookie header"},
		{"a header without its name", "session-id=131-1; x-main=HUNTER2; at-main=Atza|x\n", "is the text of a Cookie header"},
		{"LWP", "#LWP-Cookies-2.0\nSet-Cookie3: x-main=HUNTER2; path=\"/\"; domain=\".amazon.com\"; version=0\n", "is in the format of libwww-perl (Set-Cookie3)"},
		{"names and values", `{"x-main":"HUNTER2","session-id":"131"}`, "is JSON, but not a list of cookies"},
		{"Cookie Quick Manager", `[{"Host raw":"https://.amazon.com/","Name raw":"x-main","Content raw":"HUNTER2"}]`, "is from Cookie Quick Manager"},
		{"developer tools", "x-main\tHUNTER2\t.amazon.com\t/\t2026-11-26T10:00:00.000Z\t24\t✓\t✓\t\t\tMedium\n", "is a table copied from the developer tools"},
		{"web page", "<!doctype html><p>HUNTER2", "is a web page"},
		{"a line an object", "{\"name\":\"x-main\",\"value\":\"HUNTER2\",\"domain\":\".amazon.com\"}\n{\"name\":\"y\"}\n", "is not valid JSON"},
		{"a date in words", `[{"name":"x-main","value":"HUNTER2","domain":".amazon.com","expires":"next HUNTER2"}]`, "cookie 1 has an expiry that is not understood"},
		{"a value that is none", `[{"name":"x-main","value":{"a":1},"domain":".amazon.com"}]`, "cookie 1 has no value"},
		{"encrypted", `{"version":2,"data":"HUNTER2"}`, "is JSON, but not a list of cookies"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := ImportCookies(write(t, t.TempDir(), "c", c.text), "amazon.com", time.Now())
			var ce *ConfigError
			if !errors.As(err, &ce) || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "HUNTER2") || strings.Contains(err.Error(), "\n") || ce.Fix == "" {
				t.Errorf("%v, want one line with %q, what to do, and no value", err, c.says)
			}
		})
	}
	// Neither other sites' cookies nor what is in a value are a reason to refuse, nor is a
	// file with the storage of many sites.
	for name, text := range map[string]string{
		"values like a header": `[{"name":"x-main","value":"a=b;c=d","domain":".amazon.com"}]`,
		"another site's oddities": `[{"name":"a","value":null,"domain":"example.org"},{"name":"b","value":"v","domain":".example.org","expires":"whenever"},
			{"name":"","value":"v","domain":".example.org"},{"name":"x-main","value":"v","domain":".amazon.com"}]`,
		"another site's date": ".example.org\tTRUE\t/\tTRUE\twhenever\ta\tv\n.amazon.com\tTRUE\t/\tTRUE\t0\tx-main\tv\n",
		"3 MB of storage":     `{"cookies":[{"name":"x-main","value":"v","domain":".amazon.com"}],"origins":["` + strings.Repeat("x", 3<<20) + `"]}`,
	} {
		got, err := ImportCookies(write(t, t.TempDir(), "c", text), "amazon.com", time.Now())
		if err != nil || len(got) != 1 || got[0].Name != "x-main" {
			t.Errorf("%s: %v, %v", name, names(got), err)
		}
	}
	got, err := ImportCookies(shared(t, "cookies-dot-false.txt"), "amazon.com", time.Now())
	if err != nil || strings.Join(names(got), ", ") != ".amazon.com at-main, .amazon.com x-main" {
		t.Errorf("cookies-dot-false.txt: %v, %v", names(got), err)
	}
}

package standin

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
)

func TestUnknownScenarioNamesTheNearest(t *testing.T) {
	for bad, want := range map[string]string{"capcha": `"captcha"`, "article+duplicatenames": `"duplicate-names"`, "otp++unified": "", "German": `"german"`} {
		_, err := New(Options{Files: files, Scenario: bad})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

func TestEveryScenarioStartsAndIsExplained(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Scenarios() {
		if seen[s.Name] || s.About == "" || strings.Contains(s.About, "\n") || !regexp.MustCompile(`^[a-z0-9-]+$`).MatchString(s.Name) {
			t.Errorf("scenario %q: %q", s.Name, s.About)
		}
		seen[s.Name] = true
		if _, err := New(Options{Files: files, Scenario: s.Name + "+unified"}); err != nil {
			t.Error(err)
		}
	}
}

func TestMissingFilesAreNamed(t *testing.T) {
	for name, fsys := range map[string]fs.FS{
		"texts-en.json": fstest.MapFS{},
		"broken.html":   fstest.MapFS{"texts-en.json": {Data: []byte("{}")}, "broken.html": {Data: []byte("{{")}},
	} {
		if _, err := New(Options{Files: fsys}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Every page says what it is, has its words in both languages, names its files so that they can be embedded, and loads
// nothing from anywhere.
func TestPagesAreReconstructionsThatLoadNothing(t *testing.T) {
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	loads := regexp.MustCompile(`(?i)(<link|<script[^>]+src=|<img[^>]+src=|url\(|@import|<iframe|srcset=)[^>]*`)
	for _, e := range entries {
		if !regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*$`).MatchString(e.Name()) {
			t.Errorf("%s cannot be embedded everywhere", e.Name())
		}
		data, err := fs.ReadFile(files, e.Name())
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(e.Name(), ".html") {
			continue
		}
		if e.Name() != "parts.html" && (!strings.Contains(string(data), "<!-- reconstruction") || !strings.Contains(string(data), `{{template "note" .}}`)) {
			t.Errorf("%s does not say that it is a reconstruction", e.Name())
		}
		for _, m := range loads.FindAllString(string(data), -1) {
			if !strings.Contains(m, `src="data:`) && !strings.Contains(m, `type="text/plain"`) {
				t.Errorf("%s loads something: %s", e.Name(), m)
			}
		}
		for _, lang := range []string{"", "german"} {
			site, err := New(Options{Files: files, Scenario: lang})
			if err != nil {
				t.Fatal(err)
			}
			w := httptest.NewRecorder()
			r := httptest.NewRequest("GET", "https://www.amazon.com/", nil)
			site.show(&visit{w: w, r: r, domain: "amazon.com"}, 200, e.Name(), site.view(&visit{w: w, r: r, domain: "amazon.com"}))
			if w.Code != 200 || e.Name() != "parts.html" && !strings.Contains(w.Body.String(), sourceNote) {
				t.Errorf("%s %s: %d %.200s", e.Name(), lang, w.Code, w.Body)
			}
			if strings.Contains(w.Body.String(), "ZgotmplZ") || strings.Contains(w.Body.String(), "no value") {
				t.Errorf("%s %s: a value could not be shown", e.Name(), lang)
			}
		}
	}
}

func TestTextsAreTheSameKeysInBothLanguages(t *testing.T) {
	en, err1 := readTexts(files, "en")
	de, err2 := readTexts(files, "de")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	for k := range en {
		if de[k] == "" || strings.Contains(en[k], "{name}") != strings.Contains(de[k], "{name}") {
			t.Errorf("%s: en %q, de %q", k, en[k], de[k])
		}
	}
	if len(de) != len(en) || de["deregister"] != "Abmelden" {
		t.Errorf("%d German texts, %d English", len(de), len(en))
	}
}

func TestUnknownRequestsAreDeclinedByName(t *testing.T) {
	v := visitor0(t, "")
	for _, path := range []string{"/gp/cart/view.html", "/hz/mycd/other", "https://evil.example/"} {
		if r := v.get(path); r.status != 599 || r.header.Get("X-Unecho-Declined") != "1" {
			t.Errorf("%s: %d", path, r.status)
		}
	}
	if r := v.get("/favicon.ico"); r.status != 204 {
		t.Errorf("favicon: %d", r.status)
	}
	if d := v.site.Record().Declined; len(d) != 3 || !slices.Contains(d, "GET www.amazon.com/hz/mycd/other") {
		t.Errorf("declined: %v", d)
	}
}

func TestPlainHTTPBehindAProxyThatSaysHTTPS(t *testing.T) {
	site, err := New(Options{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "http://www.amazon.com/", nil)
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != "https://www.amazon.com/" {
		t.Errorf("plain: %d %s", w.Code, w.Header().Get("Location"))
	}
	r.Header.Set("X-Forwarded-Proto", "https")
	w = httptest.NewRecorder()
	site.ServeHTTP(w, r)
	if w.Code != 200 {
		t.Errorf("forwarded: %d", w.Code)
	}
}

func TestOtherMarketplaces(t *testing.T) {
	v := visitor0(t, "german")
	v.base = "https://www.amazon.de"
	page := v.signIn(mycdPath)
	if page.url.Host != "www.amazon.de" || page.url.Path != "/hz/mycd/myx" {
		t.Fatalf("at %s", page.url)
	}
	for _, c := range v.http.Jar.Cookies(page.url) {
		if strings.HasSuffix(c.Name, "-main") {
			t.Errorf("cookie %s at amazon.de", c.Name)
		}
	}
}

// The stand-in serves tests that run many visitors at once.
func TestManyVisitorsAtOnce(t *testing.T) {
	v := visitor0(t, "")
	tok := token(t, v.signIn(mycdPath))
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			v.get("/")
			v.get(mycdPath)
			v.ajax(tok, `{"DeregisterDevice":{"deviceAccountId":"`+newAccount(nil)[0].AccountID+`"}}`)
			v.site.Record()
		}()
	}
	wg.Wait()
	if r := v.site.Record(); len(r.Deregistered) != 1 || len(r.Doubles) != 7 {
		t.Errorf("deregistered %d, doubles %d", len(r.Deregistered), len(r.Doubles))
	}
}

package account

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestARetiredPortalIsRememberedFor30Days(t *testing.T) {
	p, err := OpenProfile(t.TempDir(), "live", "amazon.de", "default")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	p.now = func() time.Time { return at }
	if _, ok := p.PortalRetired(); ok {
		t.Fatal("a new profile knows of a retired portal")
	}
	if err := p.RememberPortal(true); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {29 * 24 * time.Hour, true}, {-29 * 24 * time.Hour, true}, {31 * 24 * time.Hour, false}} {
		p.now = func() time.Time { return at.Add(c.after) }
		since, ok := p.PortalRetired()
		if ok != c.want || !since.Equal(at) {
			t.Errorf("after %s: known %v since %s", c.after, ok, since)
		}
	}
	p.now = func() time.Time { return at }
	for range 2 { // forgetting what is forgotten is no error
		if err := p.RememberPortal(false); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := p.PortalRetired(); ok {
		t.Fatal("a portal that came back is still held for retired")
	}
}

func TestADamagedMemoryOfThePortalIsSetAside(t *testing.T) {
	p, err := OpenProfile(t.TempDir(), "live", "amazon.de", "default")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(p.Dir, portalFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, ok := p.PortalRetired(); ok {
		t.Fatal("a damaged file counted")
	}
	if notes := p.Notes(); len(notes) != 1 || !strings.Contains(notes[0], portalFile) {
		t.Fatalf("notes %q", notes)
	}
}

func TestMarketplacesAreOneTable(t *testing.T) {
	want := strings.Fields(`.com .ca .com.mx .com.br .co.uk .de .fr .it .es .nl .pl .se .com.be .ie .com.tr .ae .sa .eg .in .sg .co.jp .com.au`)
	var got []string
	for _, s := range Sites() {
		got = append(got, strings.TrimPrefix(s, "amazon"))
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Fatalf("marketplaces %v, want %v", got, want)
	}
	seen := map[string]bool{}
	for _, m := range marketplaces {
		if m.Alexa != "alexa."+m.Site || m.Lang == "" || seen[m.Suffix] {
			t.Errorf("%+v", m)
		}
		seen[m.Suffix] = true
		if got, err := Site("https://www." + strings.ToUpper(m.Site) + "/"); err != nil || got != m.Site {
			t.Errorf("%s: %q, %v", m.Site, got, err)
		}
	}
	for typo, near := range map[string]string{"amazon.co.ku": "amazon.co.uk", "amazn.de": "amazon.de", "amazon.jp": "amazon.", "amazon.com.sg": "amazon."} {
		if _, err := Site(typo); err == nil || !strings.Contains(err.Error(), near) {
			t.Errorf("%s: %v", typo, err)
		}
	}
	if m, ok := MarketplaceOf("amazon.de"); !ok || !slices.Equal(m.Cookies(), []string{"x-acbde", "at-acbde", "sess-at-acbde"}) {
		t.Errorf("%+v", m)
	}
}

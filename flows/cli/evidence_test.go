package cli

import (
	"bytes"
	"image/color"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/unecho/unecho/flows"
	"github.com/unecho/unecho/flows/redact"
)

func TestOldEvidenceIsRemoved(t *testing.T) {
	base := t.TempDir()
	now := time.Date(2026, 5, 31, 12, 0, 0, 0, time.UTC)
	keep := func(name string) string {
		if err := os.MkdirAll(filepath.Join(base, name, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		return name
	}
	// Not ours, however old it looks.
	others := []string{keep("20200101T000000"), keep("holiday"), keep("20200101T000000.000Z-not ours")}
	if err := os.WriteFile(filepath.Join(base, "20200101T000000.000Z-a-file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	old := keep(now.Add(-31*24*time.Hour).Format(evidenceTime) + "-captcha-image")
	var kept []string
	for i := range 25 {
		kept = append(kept, keep(now.Add(-time.Duration(i)*time.Hour).Format(evidenceTime)+"-exit-6"))
	}
	future := keep(now.Add(time.Hour).Format(evidenceTime) + "-exit-6") // a clock that was set back
	if err := retire(base, now); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(base)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	for _, want := range append(append([]string{future, "20200101T000000.000Z-a-file"}, others...), kept[:keepFolders-1]...) {
		if !slices.Contains(names, want) {
			t.Errorf("%s is gone", want)
		}
	}
	for _, gone := range append([]string{old}, kept[keepFolders-1:]...) {
		if slices.Contains(names, gone) {
			t.Errorf("%s is still there", gone)
		}
	}
}

func TestTwoFailuresOfOneInstantGetTwoFolders(t *testing.T) {
	base, now := filepath.Join(t.TempDir(), "evidence"), time.Now().UTC()
	a, first, err := newFolder(base, now, "captcha-image")
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	b, second, err := newFolder(base, now, "captcha-image")
	if err != nil || a == b {
		t.Fatalf("%s and %s, %v", a, b, err)
	}
	defer second.Close()
	// Others may write where --evidence points to: a link that they put in the folder's
	// place, or into it, leads nowhere.
	away := filepath.Join(t.TempDir(), "away.txt")
	if err := os.Symlink(away, filepath.Join(a, "steps.txt")); err == nil {
		s := &session{a: &app{red: redact.New()}, config: flows.Config{Log: slog.New(slog.DiscardHandler)}}
		s.save(first, "steps.txt", "what a page showed")
		if _, err := os.Stat(away); err == nil {
			t.Error("evidence was written through a link")
		}
		os.Remove(filepath.Join(a, "steps.txt"))
	}
	for _, dir := range []string{base, a, b} {
		if st, err := os.Stat(dir); err != nil || st.Mode().Perm() != 0o700 {
			t.Errorf("%s: %v, %v", dir, st.Mode(), err)
		}
		if dir != base && !evidenceName.MatchString(filepath.Base(dir)) {
			t.Errorf("%s will never be removed", dir)
		}
	}
}

// The bar at the top greets by name and knows where to deliver: a failure that is shown
// around shows neither, and no token.
func TestEvidenceIsNotPersonal(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "covered").share(t)
	p.run(t, 1, "deregister", "Kitchen Echo", "--yes", "--step-timeout", "2s", "--evidence", filepath.Join(p.state, "kept"))
	one := func(name string) []byte {
		found, _ := filepath.Glob(filepath.Join(p.state, "kept", "*", name))
		if len(found) != 1 {
			t.Fatalf("%d files %s", len(found), name)
		}
		b, err := os.ReadFile(found[0])
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	page := string(one("page.html"))
	if !strings.Contains(page, "nav-link-accountList") || !strings.Contains(page, "Kitchen Echo") {
		t.Error("the page's structure is not in the evidence")
	}
	for _, personal := range []string{"Hello, Ada", "Deliver to", "gNf+s/", "Atza|"} {
		if strings.Contains(page, personal) {
			t.Errorf("page.html holds %q", personal)
		}
	}
	img, err := png.Decode(bytes.NewReader(one("page.png")))
	if err != nil {
		t.Fatal(err)
	}
	colours := map[color.Color]int{}
	for y := range 30 {
		for x := range img.Bounds().Dx() {
			colours[img.At(x, y)]++
		}
	}
	if len(colours) != 1 {
		t.Errorf("the bar shows: %d colours in the first 30 rows", len(colours))
	}
	rest := map[color.Color]int{}
	for y := 100; y < img.Bounds().Dy(); y++ {
		for x := range img.Bounds().Dx() {
			rest[img.At(x, y)]++
		}
	}
	if len(rest) < 10 {
		t.Error("the picture shows nothing at all")
	}
}

func TestTokensAreTakenOutOfAPage(t *testing.T) {
	for _, html := range []string{
		`<script>window.csrfToken = "gPLANTED+s/=="</script>`, `{"csrfToken":"gPLANTED"}`, `var csrf_token='gPLANTEDx';`,
		`<meta name="anti-csrftoken-a2z" content="gPLANTED">`, `appActionToken: "j2FPLANTED"`, `"sessionId" : "131-PLANTED"`,
	} {
		if got := withoutTokens(html); strings.Contains(got, "PLANTED") {
			t.Errorf("%s became %s", html, got)
		}
	}
	const plain = `<p>csrfToken</p><input name="session-token" type="hidden"><a href="/x?sessionToken">`
	if got := withoutTokens(plain); got != plain {
		t.Errorf("%s became %s", plain, got)
	}
}

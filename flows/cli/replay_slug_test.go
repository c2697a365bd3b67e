package cli

import (
	"testing"

	"github.com/unecho/unecho/flows/account"
)

// Whatever a folder with recorded pages is called, its replay has a place for its
// state, and one of its own.
func TestEveryReplaySourceHasAProfile(t *testing.T) {
	seen := map[string]string{}
	for _, source := range []string{"standin", "standin:portal", "./my-pages", "./My-Pages", "./MY-PAGES", "./2026-11-22", "./ページ", "./päge", "./pöge",
		"http://127.0.0.1:8080", "/home/ada/Downloads/Recorded Pages/of today/and another word", "..", "./7"} {
		name := slug(source)
		if other, ok := seen[name]; ok {
			t.Errorf("%q and %q share %q", source, other, name)
		}
		seen[name] = source
		if _, err := account.OpenProfile(t.TempDir(), name, "amazon.com", "default"); err != nil {
			t.Errorf("%q: %v", source, err)
		}
	}
	if got := slug("standin:portal"); got != "standin-portal" {
		t.Errorf("the stand-in's state has moved to %q", got)
	}
}

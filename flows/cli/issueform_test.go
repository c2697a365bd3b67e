package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/unecho/unecho/flows/account"
)

// Whoever fills in a form does what it says: its commands and marketplaces are unecho's.
func TestTheIssueFormsSayWhatIsThere(t *testing.T) {
	forms, err := filepath.Glob("../../.github/ISSUE_TEMPLATE/*.yml")
	if err != nil || len(forms) == 0 {
		t.Fatalf("no forms: %v", err)
	}
	said := map[string]bool{}
	for _, form := range forms {
		b, err := os.ReadFile(form)
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range regexp.MustCompile("`unecho ([^`]+)`").FindAllStringSubmatch(string(b), -1) {
			words := strings.Fields(strings.ReplaceAll(code[1], `"`, ""))
			cmd := find((&app{}).root(), words[0])
			if cmd == nil {
				t.Errorf("%s: no command %q", filepath.Base(form), words[0])
				continue
			}
			said[words[0]] = true
			if err := cmd.ParseFlags(words[1:]); err != nil {
				t.Errorf("%s: `unecho %s`: %v", filepath.Base(form), code[1], err)
			}
		}
		if filepath.Base(form) != "page.yml" {
			continue
		}
		if sites := "options: [" + strings.Join(account.Sites(), ", ") + ", another one]"; !strings.Contains(string(b), sites) {
			t.Errorf("page.yml does not offer the marketplaces as they are: %s", sites)
		}
	}
	if !said["record"] || !said["list"] {
		t.Errorf("the forms do not say how to record and replay: %v", said)
	}
}

package cli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// CONTRIBUTING says where things live and which test holds what: each of these is there,
// and of what a reader looks for nothing is missing.
func TestWhatContributingPointsTo(t *testing.T) {
	text := read(t, "../../CONTRIBUTING.md")
	tests, files := map[string]bool{}, map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		files[filepath.Base(path)] = true
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		for _, m := range regexp.MustCompile(`(?m)^func (Test\w+)\(`).FindAllStringSubmatch(read(t, path), -1) {
			tests[m[1]] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)").FindAllStringSubmatch(text, -1)
	if len(named) < 50 {
		t.Fatalf("only %d tests are named", len(named))
	}
	for _, m := range named {
		if !tests[m[1]] {
			t.Errorf("there is no %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("`((?:flows|selectors|testdata|main[.])[\\w/*.-]*)`").FindAllStringSubmatch(text, -1) {
		if found, err := filepath.Glob(filepath.Join("../..", m[1])); err != nil || len(found) == 0 {
			t.Errorf("there is no %s", m[1])
		}
	}
	for _, m := range regexp.MustCompile("`([\\w-]+\\.(?:go|js))`").FindAllStringSubmatch(text, -1) {
		if !files[m[1]] {
			t.Errorf("there is no %s", m[1])
		}
	}
	// `judge` (`flows/page/guard.js`), or "in" in place of the parenthesis
	placed := regexp.MustCompile("`([\\w.]+)`\\s+(?:\\(|in )`([\\w/]+\\.(?:go|js))`").FindAllStringSubmatch(text, -1)
	if len(placed) < 25 {
		t.Fatalf("only %d functions are named with their file", len(placed))
	}
	for _, m := range placed {
		of, name, isMethod := strings.Cut(m[1], ".")
		begins := `(?m)^(func (\(.*\) )?|var |const |\t| *const )` + of + `\b`
		if isMethod {
			begins = `(?m)^func \((\w+ )?\*?` + of + `\) ` + name + `\(`
		}
		if !regexp.MustCompile(begins).MatchString(read(t, filepath.Join("../..", m[2]))) {
			t.Errorf("there is no %s in %s", m[1], m[2])
		}
	}
	for _, pattern := range []string{"../*.go", "../page/*.js"} {
		found, _ := filepath.Glob(pattern)
		for _, f := range found {
			if f = filepath.Base(f); !strings.HasSuffix(f, "_test.go") && !regexp.MustCompile("[`/]"+regexp.QuoteMeta(f)+"`").MatchString(text) {
				t.Errorf("%s has no place in the table", f)
			}
		}
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

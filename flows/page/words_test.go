package page

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
)

// Go judges a window.confirm by the same words by which the script judges a pop-up, and
// device tells serials apart as the script does: one table holds both to it.
func TestWordsAreTheSameInGoAndInThePage(t *testing.T) {
	type row struct{ Of, Is string }
	var table struct {
		Clean, Fold, IDs []row
		WordAt           []struct {
			In, Phrase string
			From, At   int
		}
	}
	for _, file := range []string{"testdata/words.json", "../device/testdata/fold.json"} {
		raw, err := os.ReadFile(file)
		if err == nil {
			err = json.Unmarshal(raw, &table)
		}
		if err != nil {
			t.Fatal(file, err)
		}
	}
	if len(table.Clean) < 10 || len(table.Fold) < 5 || len(table.IDs) < 10 || len(table.WordAt) < 10 {
		t.Fatalf("rows are missing: %d, %d, %d, %d", len(table.Clean), len(table.Fold), len(table.IDs), len(table.WordAt))
	}
	for _, r := range table.Clean {
		if got := clean(r.Of); got != r.Is {
			t.Errorf("Go: clean(%+q) = %+q, want %+q", r.Of, got, r.Is)
		}
	}
	for _, r := range table.Fold {
		if got := fold(r.Of); got != r.Is {
			t.Errorf("Go: fold(%+q) = %+q, want %+q", r.Of, got, r.Is)
		}
	}
	for _, r := range table.WordAt {
		got := wordAt(r.In, r.Phrase, r.From)
		if got > 0 {
			got = len(utf16.Encode([]rune(r.In[:got]))) // as the script counts
		}
		if got != r.At {
			t.Errorf("Go: wordAt(%+q, %+q, %d) = %d, want %d", r.In, r.Phrase, r.From, got, r.At)
		}
	}

	w := open(t, "/rows.html")
	script := definitions(t, "clean", "fold", "SOLID", "glued", "wordAt", "foldID")
	raw, err := json.Marshal(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range js[[]string](w, fmt.Sprintf(`(() => { %s
		const t = %s, wrong = [], q = JSON.stringify;
		for (const [f, rows] of [[clean, t.Clean], [fold, t.Fold], [foldID, t.IDs]]) for (const r of rows) if (f(r.Of) !== r.Is) wrong.push('page: ' + q(r.Of) + ' is ' + q(f(r.Of)) + ', want ' + q(r.Is));
		for (const r of t.WordAt) { const got = wordAt(r.In, r.Phrase, r.From); if (got !== r.At) wrong.push('page: wordAt ' + q(r) + ' is ' + got); }
		return wrong;
	})()`, script, raw)) {
		t.Error(wrong)
	}
}

// definitions are those of the page's scripts, wherever they stand there.
func definitions(t *testing.T, names ...string) (all string) {
	t.Helper()
	var scripts []byte
	for _, pattern := range []string{"*.js", "*/*.js"} {
		files, _ := filepath.Glob(pattern)
		for _, f := range files {
			raw, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			scripts = append(append(scripts, raw...), '\n')
		}
	}
	for _, name := range names {
		// To the first line that does not stand further in than it.
		def := regexp.MustCompile(`(?m)^( *)const ` + name + ` = .*\n(?:    .*\n)*(?:  \};\n)?`).Find(scripts)
		if def == nil {
			t.Fatalf("no script defines %s", name)
		}
		all += string(def)
	}
	return all
}

// A script that no include line names would be embedded and never run.
func TestEveryScriptIsJoined(t *testing.T) {
	files, _ := filepath.Glob("*.js")
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(library, string(raw)); f != "page.js" && n != 1 {
			t.Errorf("%s is included %d times", f, n)
		}
	}
}

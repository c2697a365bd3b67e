package flows

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What a page looks like is data in selectors/*.toml; a flow asks for an element by
// name. Otherwise a changed page needs a new program instead of a line in a file.
func TestFlowsKnowNoCSS(t *testing.T) {
	css := regexp.MustCompile(`\[(class|id|href|data-[a-z-]+)[*^$~|]?=|(^|[\s'"])[.#][a-z]+[-_][a-zA-Z_-]+|-module|_myx\b|\.myx-`)
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		fset := token.NewFileSet()
		f, err := parser.ParseFile(fset, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if m := css.FindString(lit.Value); m != "" {
					t.Errorf("%s: %q is CSS of a page: it belongs into selectors/*.toml", fset.Position(lit.Pos()), m)
				}
			}
			return true
		})
	}
}

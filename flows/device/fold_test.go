package device

import (
	"encoding/json"
	"os"
	"testing"
)

// The table is shared with the test of the page's script.
func TestFoldHoldsToTheTable(t *testing.T) {
	data, err := os.ReadFile("testdata/fold.json")
	if err != nil {
		t.Fatal(err)
	}
	type row struct{ Of, Is string }
	var table struct{ IDs, Names []row }
	if err := json.Unmarshal(data, &table); err != nil {
		t.Fatal(err)
	}
	if len(table.IDs) < 10 || len(table.Names) < 10 {
		t.Fatalf("%d ids, %d names", len(table.IDs), len(table.Names))
	}
	for what, rows := range map[string][]row{"id": table.IDs, "name": table.Names} {
		fold := FoldID
		if what == "name" {
			fold = FoldName
		}
		for _, r := range rows {
			if got := fold(r.Of); got != r.Is {
				t.Errorf("%s %+q: %+q, want %+q", what, r.Of, got, r.Is)
			}
			if again := fold(r.Is); again != r.Is {
				t.Errorf("%s %+q: folded twice it is %+q", what, r.Is, again)
			}
		}
	}
}
